/* utf8.c - UTF-8 as RFC 3629 has it: no overlong forms, no surrogates, nothing above U+10FFFF. */
#include "net/ws_in.h"

/* What is still to come: the number of bytes in bits 0-7, the range of the next one in 8-15 and
 * 16-23. */
#define AWAIT(n, low, high) ((uint32_t)(n) | (uint32_t)(low) << 8 | (uint32_t)(high) << 16)

static bool lead(uint32_t *state, unsigned char c) {
  if (c < 0xc2) {
    return false;
  }
  if (c < 0xe0) {
    *state = AWAIT(1, 0x80, 0xbf);
  } else if (c < 0xf0) {
    *state = AWAIT(2, c == 0xe0 ? 0xa0 : 0x80, c == 0xed ? 0x9f : 0xbf);
  } else if (c < 0xf5) {
    *state = AWAIT(3, c == 0xf0 ? 0x90 : 0x80, c == 0xf4 ? 0x8f : 0xbf);
  } else {
    return false;
  }
  return true;
}

bool oms_utf8_feed(uint32_t *state, const char *data, size_t n) {
  for (size_t i = 0; i < n; i++) {
    unsigned char c = (unsigned char)data[i];
    if (*state == 0) {
      if (c >= 0x80 && !lead(state, c)) {
        return false;
      }
      continue;
    }
    if (c < (*state >> 8 & 0xff) || c > (*state >> 16 & 0xff)) {
      return false;
    }
    uint32_t left = (*state & 0xff) - 1;
    *state = left == 0 ? 0 : AWAIT(left, 0x80, 0xbf);
  }
  return true;
}
