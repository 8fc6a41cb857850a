/* uuid.c - ids of things that have a name of their own (instruments, accounts, executions): a
 * digest of kind and name in the layout of a UUID of version 8, so that they are the same at
 * every start. */
#include <string.h>

#include "api/api_int.h"
#include "base/hash.h"

/* As much of 's' as fits behind 'n' bytes; the bytes then. */
static size_t put(char *text, size_t n, size_t most, const char *s) {
  size_t more = strlen(s);
  more = more < most - n ? more : most - n;
  memcpy(text + n, s, more);
  return n + more;
}

void oms_uuid_of(const char *what, const char *name, char out[37]) {
  char text[320], hex[33];
  size_t n = put(text, 0, sizeof text - 1, what);
  n = put(text, n, sizeof text - 1, ":");
  n = put(text, n, sizeof text - 1, name);
  oms_hash_hex(text, n, hex);
  hex[12] = '8';
  hex[16] = "89ab"[hex[16] % 4];
  char *to = out;
  for (size_t i = 0; i < 32; i++) {
    if (i == 8 || i == 12 || i == 16 || i == 20) {
      *to++ = '-';
    }
    *to++ = hex[i];
  }
  *to = '\0';
}

bool oms_is_uuid(const char *text) {
  size_t n = strlen(text);
  for (size_t i = 0; i < n && n == 36; i++) {
    bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    bool hex = strchr("0123456789abcdefABCDEF", text[i]) != NULL;
    if (dash ? text[i] != '-' : !hex) {
      return false;
    }
  }
  return n == 36;
}
