/* json_plain.c - how far a text of JSON goes without anything to look at closer, eight bytes at a
 * time. */
#include <string.h>

#include "base/json.h"

#define EACH(byte) (UINT64_C(0x0101010101010101) * (byte))

static bool is_plain(unsigned char c) {
  return c >= 0x20 && c < 0x7f && c != '"' && c != '\\';
}

/* The highest bit of each byte that is zero; of those above such a one perhaps too. */
static uint64_t zeros(uint64_t v) {
  return (v - EACH(1)) & ~v & EACH(0x80);
}

static bool all_plain(uint64_t v) {
  uint64_t low = (v - EACH(0x20)) & ~v & EACH(0x80);
  return (low | (v & EACH(0x80)) | zeros(v ^ EACH('"')) | zeros(v ^ EACH('\\')) |
          zeros(v ^ EACH(0x7f))) == 0;
}

size_t oms_json_plain(const char *s, size_t n) {
  size_t i = 0;
  for (uint64_t v; n - i >= sizeof v; i += sizeof v) {
    memcpy(&v, s + i, sizeof v);
    if (!all_plain(v)) {
      break;
    }
  }
  while (i < n && is_plain((unsigned char)s[i])) {
    i++;
  }
  return i;
}
