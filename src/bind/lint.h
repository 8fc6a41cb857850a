/* lint.h - what can be told about a script from its text alone: names that nothing defines, globals
 * that are written, parameters that are never read, orders that are given in a loop over pairs. */
#ifndef OMS_BIND_LINT_H
#define OMS_BIND_LINT_H

#include <stdbool.h>
#include <stddef.h>

typedef struct oms_lint_found {
  int line;
  bool wrong;          /* it fails when it is reached; else it is only likely not to be meant */
  const char *message; /* borrowed for the call */
} oms_lint_found_t;
typedef void oms_lint_fn(void *ctx, const oms_lint_found_t *found);

/* Looks through 'n' bytes of Lua source that Lua has compiled, and tells what it finds, errors
 * first, then in the order of lines. In the file of a session `oms` is a global. Source that does
 * not parse gives no or fewer findings. OMS_ERR_NOMEM. */
int oms_lint(const char *text, size_t n, bool session, oms_lint_fn *fn, void *ctx);

#endif
