/* nearest.c - the word that somebody most likely meant. The distance counts insertions, deletions,
 * substitutions and swaps of neighbours as one each, so that "qyt" is one step from "qty". */
#include <stdio.h>
#include <string.h>

#include "base/containers.h"

#define MAX_WORD 64u

static size_t min2(size_t a, size_t b) {
  return a < b ? a : b;
}

/* Three rows of the usual table; both words are at most MAX_WORD long. */
static size_t distance(const char *a, size_t an, const char *b, size_t bn) {
  size_t rows[3][MAX_WORD + 1];
  size_t *older = rows[0], *old = rows[1], *row = rows[2];
  for (size_t j = 0; j <= bn; j++) {
    older[j] = old[j] = j;
  }
  for (size_t i = 1; i <= an; i++) {
    row[0] = i;
    for (size_t j = 1; j <= bn; j++) {
      size_t cost = a[i - 1] != b[j - 1];
      size_t best = min2(min2(old[j], row[j - 1]) + 1, old[j - 1] + cost);
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        best = min2(best, older[j - 2] + 1);
      }
      row[j] = best;
    }
    size_t *spare = older;
    older = old;
    old = row;
    row = spare;
  }
  return old[bn];
}

const char *oms_nearest_word(const char *word, const char *const *words, size_t n) {
  size_t length = strlen(word);
  if (length > MAX_WORD) {
    return NULL;
  }
  const char *nearest = NULL;
  size_t limit = 2 + length / 3; /* the first distance that is too far */
  for (size_t i = 0; i < n; i++) {
    size_t other = strlen(words[i]);
    if (other > MAX_WORD) {
      continue;
    }
    size_t d = distance(word, length, words[i], other);
    if (d < limit) {
      limit = d;
      nearest = words[i];
    }
  }
  return nearest;
}

const char *oms_near_text(const char *near, char out[OMS_NEAR_TEXT]) {
  out[0] = '\0';
  if (near != NULL) {
    snprintf(out, OMS_NEAR_TEXT, " (did you mean '%s'?)", near);
  }
  return out;
}
