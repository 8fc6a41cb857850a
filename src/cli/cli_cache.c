/* cli_cache.c - moondesk cache [clear]: what lies in the folder that keeps parsed data, and an end
 * to it. */
#include <inttypes.h>
#include <string.h>

#include "base/check.h"
#include "cli/cli.h"
#include "data/cache.h"

typedef struct cache_values {
  const char *cache;
} cache_values_t;

static const oms_cli_option_t options[] = {
    {"--cache", "DIR", OMS_OPTION_TEXT, offsetof(cache_values_t, cache),
     "the folder, in place of MOONDESK_CACHE or ~/.cache/moondesk"},
};

typedef struct sum {
  size_t n;
  int64_t bytes;
} sum_t;

static void show(void *ctx, const oms_cache_file_t *file) {
  sum_t *sum = ctx;
  sum->n++;
  sum->bytes += file->size;
  printf("%12" PRId64 "  %s  %s\n", file->size, file->path,
         file->source[0] != '\0' ? file->source : "(of another version, or damaged)");
}

static int list(const char *folder, oms_error_t *err) {
  sum_t sum = {0, 0};
  int rc = oms_cache_list(folder, show, &sum, err);
  if (rc == OMS_OK) {
    printf("%zu file%s, %" PRId64 " bytes in %s\n", sum.n, sum.n == 1 ? "" : "s", sum.bytes,
           folder);
  }
  return rc;
}

static int clear(const char *folder, oms_error_t *err) {
  size_t n;
  int64_t bytes;
  int rc = oms_cache_clear(folder, &n, &bytes, err);
  if (rc == OMS_OK) {
    printf("removed %zu file%s, %" PRId64 " bytes, from %s\n", n, n == 1 ? "" : "s", bytes, folder);
  }
  return rc;
}

static int act(const cache_values_t *values, const oms_array_t *arguments, oms_error_t *err) {
  char folder[4096];
  const char *what = arguments->n > 0 ? oms_cli_item(arguments, 0) : NULL;
  if (what != NULL && strcmp(what, "clear") != 0) {
    return oms_error_set(err, OMS_ERR_USAGE,
                         "cache: what is '%.60s' for? `moondesk cache` lists, `moondesk cache "
                         "clear` removes",
                         what);
  }
  const char *given = values->cache;
  if (given == NULL && !oms_cache_folder(folder, sizeof folder)) {
    return oms_error_set(
        err, OMS_ERR_USAGE,
        "cache: neither MOONDESK_CACHE, XDG_CACHE_HOME nor HOME is set: there is no "
        "cache; name its folder by --cache DIR");
  }
  given = given != NULL ? given : folder;
  return what == NULL ? list(given, err) : clear(given, err);
}

static int run(const oms_cli_command_t *self, int argc, char **argv) {
  cache_values_t values = {NULL};
  oms_array_t arguments;
  oms_error_t err;
  int rc = oms_cli_parse(self, argc, argv, &values, &arguments, &err);
  if (rc == OMS_OK) {
    rc = act(&values, &arguments, &err);
  }
  int status = rc == OMS_OK ? OMS_EXIT_DONE : oms_cli_fail(rc == OMS_ERR_USAGE ? self : NULL, &err);
  oms_cli_free(self, &values, &arguments);
  return status;
}

const oms_cli_command_t oms_cli_cache = {
    .name = "cache",
    .arguments = "[clear]",
    .summary = "Lists the files of parsed data that are kept for the next run, or removes them.",
    .example = "moondesk cache clear",
    .options = options,
    .option_n = OMS_COUNT(options),
    .least = 0,
    .most = 1,
    .run = run};
