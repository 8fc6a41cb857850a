/* cli_reload.c - moondesk reload: asks a run by the clock for the reload of its scripts, tells the
 * answer. */

#define _XOPEN_SOURCE 700 /* realpath */
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "cli/cli_control.h"

typedef struct reload {
  const char *with;
} reload_t;

static const oms_cli_option_t options[] = {
    {"--with", "FILE", OMS_OPTION_TEXT, offsetof(reload_t, with),
     "the file that takes the script's place; else its own file, read again"},
};

static bool is_path(const char *name) {
  size_t n = strlen(name);
  return strchr(name, '/') != NULL || (n >= 4 && strcmp(name + n - 4, ".lua") == 0);
}

/* The run has a working folder of its own: files go over by their whole path. */
static const char *whole_path(const char *path, char whole[PATH_MAX]) {
  return realpath(path, whole) != NULL ? whole : path;
}

/* A file that is not there is for the run to refuse, which may look for it elsewhere. */
static int make_request(const char *name, const char *with, char paths[2][PATH_MAX],
                        oms_request_t *r, oms_error_t *err) {
  *r = (oms_request_t){.name = name, .with = with};
  if (name == NULL && with != NULL) {
    return oms_error_set(err, OMS_ERR_USAGE,
                         "--with needs the PATH or ID of the script to replace");
  }
  if (name != NULL && is_path(name)) {
    r->name = whole_path(name, paths[0]);
  }
  if (with != NULL) {
    r->with = whole_path(with, paths[1]);
  }
  return OMS_OK;
}

static int run(const oms_cli_command_t *self, int argc, char **argv) {
  reload_t values = {.with = NULL};
  oms_array_t arguments;
  oms_error_t err;
  oms_request_t request;
  char paths[2][PATH_MAX];
  const char *name = NULL, *address = NULL;
  int rc = oms_cli_parse(self, argc, argv, &values, &arguments, &err);
  bool parsed = rc == OMS_OK;
  for (size_t i = 0; parsed && i < arguments.n; i++) {
    const char *word = oms_cli_item(&arguments, i);
    if (i == 1 || oms_cli_is_address(word)) {
      address = word;
    } else {
      name = word;
    }
  }
  if (rc == OMS_OK) {
    rc = make_request(name, values.with, paths, &request, &err);
  }
  int status =
      rc == OMS_OK ? oms_cli_ask(address, &request) : oms_cli_fail(parsed ? NULL : self, &err);
  oms_cli_free(self, &values, &arguments);
  return status;
}

const oms_cli_command_t oms_cli_reload = {
    .name = "reload",
    .arguments = "[PATH|ID] [ADDRESS]",
    .summary = "Reloads a strategy or rule of a host or a run by the clock; without one, all that "
               "have changed.",
    .example = "moondesk reload sma_cross --with strategies/sma_cross_2.lua",
    .options = options,
    .option_n = OMS_COUNT(options),
    .least = 0,
    .most = 2,
    .run = run};
