/* check.c - the end of a program whose own invariant broke. */
#include "base/check.h"

#include <stdio.h>
#include <stdlib.h>

_Noreturn void oms_check_failed(const char *condition, const char *file, int line) {
  (void)fprintf(stderr, "%s:%d: check failed: %s\n", file, line, condition);
  abort();
}
