/* own_codes.c - codes that risk rules bring along beside those of codes.def. A word gets a number
 * made from its letters and keeps it as long as the process lives, so that an order carries 16 bits
 * either way. One thread owns the trading state, and with it this table.
 * Invariant: a number of this table is at least OMS_CODE_OWN and names one word. */
#include <string.h>

#include "base/hash.h"
#include "core/enums.h"

#define WORDS_MAX 256
#define WORD_MAX  40

static struct own_code {
  uint16_t code;
  char word[WORD_MAX + 1];
} table[WORDS_MAX];
static size_t table_n;

/* Upper snake case, as all codes are. */
static bool is_code_word(const char *word, size_t n) {
  bool good = n > 0 && n <= WORD_MAX && word[0] >= 'A' && word[0] <= 'Z';
  for (size_t i = 1; i < n && good; i++) {
    char c = word[i];
    good = (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  }
  return good;
}

static const struct own_code *find_code(uint16_t code) {
  for (size_t i = 0; i < table_n; i++) {
    if (table[i].code == code) {
      return &table[i];
    }
  }
  return NULL;
}

static const struct own_code *find_word(const char *word, size_t n) {
  for (size_t i = 0; i < table_n; i++) {
    if (strlen(table[i].word) == n && memcmp(table[i].word, word, n) == 0) {
      return &table[i];
    }
  }
  return NULL;
}

static bool add_code(uint16_t code, const char *word, size_t n) {
  if (table_n == WORDS_MAX) {
    return false;
  }
  table[table_n].code = code;
  memcpy(table[table_n].word, word, n);
  table[table_n].word[n] = '\0';
  table_n++;
  return true;
}

uint16_t oms_code_own(const char *word, size_t n) {
  if (!is_code_word(word, n)) {
    return OMS_CODE_NONE;
  }
  const struct own_code *known = find_word(word, n);
  if (known != NULL) {
    return known->code;
  }
  uint16_t code = (uint16_t)(OMS_CODE_OWN | (oms_hash64(word, n, 0) & (OMS_CODE_OWN - 1u)));
  while (find_code(code) != NULL) { /* two words may have one hash */
    code = (uint16_t)(OMS_CODE_OWN | (code + 1u));
  }
  return add_code(code, word, n) ? code : OMS_CODE_NONE;
}

bool oms_code_own_again(uint16_t code, const char *word, size_t n) {
  if (code < OMS_CODE_OWN || !is_code_word(word, n)) {
    return false;
  }
  const struct own_code *by_code = find_code(code), *by_word = find_word(word, n);
  if (by_code != NULL || by_word != NULL) {
    return by_code == by_word;
  }
  return add_code(code, word, n);
}

const char *oms_code_own_word(int code) {
  const struct own_code *at =
      code >= OMS_CODE_OWN && code <= UINT16_MAX ? find_code((uint16_t)code) : NULL;
  return at != NULL ? at->word : NULL;
}
