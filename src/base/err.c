/* err.c - names and texts of the error codes, and the filling of an oms_error_t. Keeps no state. */
#include "base/err.h"

#include <stdarg.h>
#include <stdio.h>

const char *oms_err_text(int code) {
  switch (code) {
  case OMS_OK:
    return "ok";
#define X(name, number, text)                                                                      \
  case OMS_ERR_##name:                                                                             \
    return text;
    OMS_ERR_MAP(X)
#undef X
  default:
    return "unknown error";
  }
}

const char *oms_err_name(int code) {
  switch (code) {
  case OMS_OK:
    return "OK";
#define X(name, number, text)                                                                      \
  case OMS_ERR_##name:                                                                             \
    return #name;
    OMS_ERR_MAP(X)
#undef X
  default:
    return "UNKNOWN";
  }
}

int oms_error_set(oms_error_t *err, int code, const char *format, ...) {
  if (err == NULL) {
    return code;
  }
  err->code = code;
  va_list args;
  va_start(args, format);
  int n = vsnprintf(err->message, sizeof err->message, format, args);
  va_end(args);
  if (n < 0) {
    err->message[0] = '\0';
  }
  return code;
}
