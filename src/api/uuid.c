/* uuid.c - ids of things that have a name of their own (instruments, accounts, executions): a
 * digest of kind and name in the layout of a UUID of version 8, so that they are the same at
 * every start. */
#include <stdio.h>
#include <string.h>

#include "api/api_int.h"
#include "base/hash.h"

void oms_uuid_of(const char *what, const char *name, char out[37]) {
  char text[320], hex[33];
  int n = snprintf(text, sizeof text, "%s:%s", what, name);
  oms_hash_hex(text, n < (int)sizeof text ? (size_t)n : sizeof text - 1, hex);
  hex[12] = '8';
  hex[16] = "89ab"[hex[16] % 4];
  snprintf(out, 37, "%.8s-%.4s-%.4s-%.4s-%.12s", hex, hex + 8, hex + 12, hex + 16, hex + 20);
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
