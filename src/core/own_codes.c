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

uint16_t oms_code_own(const char *word, size_t n) {
  if (!is_code_word(word, n)) {
    return OMS_CODE_NONE;
  }
  uint16_t code = (uint16_t)(OMS_CODE_OWN | (oms_hash64(word, n, 0) & (OMS_CODE_OWN - 1u)));
  const struct own_code *at;
  while ((at = find_code(code)) != NULL) { /* two words may have one hash */
    if (strlen(at->word) == n && memcmp(at->word, word, n) == 0) {
      return code;
    }
    code = (uint16_t)(OMS_CODE_OWN | (code + 1u));
  }
  if (table_n == WORDS_MAX) {
    return OMS_CODE_NONE;
  }
  table[table_n].code = code;
  memcpy(table[table_n].word, word, n);
  table[table_n].word[n] = '\0';
  table_n++;
  return code;
}

const char *oms_code_own_word(int code) {
  const struct own_code *at =
      code >= OMS_CODE_OWN && code <= UINT16_MAX ? find_code((uint16_t)code) : NULL;
  return at != NULL ? at->word : NULL;
}
