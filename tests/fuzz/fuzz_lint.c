/* Any bytes as the source of a script: no crash, no finding without a line, errors first, lines
 * that rise. */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/check.h"
#include "base/err.h"
#include "bind/lint.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void look(void *ctx, const oms_lint_found_t *found) {
  oms_lint_found_t *before = ctx;
  OMS_CHECK(found->line > 0 && (before->wrong || !found->wrong));
  OMS_CHECK(before->wrong != found->wrong || found->line >= before->line);
  OMS_CHECK(strlen(found->message) > 0 && strlen(found->message) < 256);
  *before = (oms_lint_found_t){found->line, found->wrong, NULL};
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  oms_lint_found_t before = {0, true, NULL};
  OMS_CHECK(oms_lint((const char *)data, size, size % 2 == 1, look, &before) == OMS_OK);
  return 0;
}
