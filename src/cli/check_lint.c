/* check_lint.c - what the text of a script shows, for moondesk check (bind/lint.h). */
#include <stdlib.h>
#include <sys/stat.h>

#include "base/alloc.h"
#include "bind/lint.h"
#include "cli/cli.h"

#define SOURCE_MAX ((size_t)64 << 20) /* larger ones have not been loaded either */

typedef struct lint_told {
  const char *path;
  oms_cli_lint_t *counts;
} lint_told_t;

static void tell(void *ctx, const oms_lint_found_t *found) {
  const lint_told_t *t = ctx;
  fprintf(stderr, "%s:%d: %s: %s\n", t->path, found->line, found->wrong ? "error" : "warning",
          found->message);
  t->counts->errors += found->wrong ? 1 : 0;
  t->counts->warnings += found->wrong ? 0 : 1;
}

static char *read_source(const char *path, size_t *n) {
  struct stat st;
  char *text = NULL;
  if (stat(path, &st) != 0 || !S_ISREG(st.st_mode) || (size_t)st.st_size > SOURCE_MAX) {
    return NULL;
  }
  FILE *file = fopen(path, "rb");
  if (file != NULL) {
    text = oms_alloc((size_t)st.st_size + 1);
    *n = text != NULL ? fread(text, 1, (size_t)st.st_size, file) : 0;
  }
  if (file != NULL) {
    fclose(file);
  }
  return text;
}

int oms_cli_lint(const char *path, bool session, oms_cli_lint_t *counts, oms_error_t *err) {
  size_t n = 0;
  char *text = read_source(path, &n);
  if (text == NULL) {
    return oms_error_set(err, OMS_ERR_IO, "%s: cannot be read", path);
  }
  lint_told_t told = {path, counts};
  int rc = oms_lint(text, n, session, tell, &told);
  oms_free(text);
  return rc == OMS_OK ? OMS_OK : oms_error_set(err, rc, "%s: out of memory", path);
}
