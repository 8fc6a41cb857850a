/* cli_reload.c - moondesk reload: asks a paced run for the reload of its scripts, tells the answer.
 */

#define _XOPEN_SOURCE 700 /* realpath */
#include <dirent.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/check.h"
#include "cli/cli.h"
#include "host/request.h"

typedef struct reload {
  const char *with;
} reload_t;

static const oms_cli_option_t options[] = {
    {"--with", "FILE", OMS_OPTION_TEXT, offsetof(reload_t, with),
     "the file that takes the script's place; else its own file, read again"},
};

static bool ends_with(const char *text, const char *end) {
  size_t n = strlen(text), m = strlen(end);
  return n >= m && strcmp(text + n - m, end) == 0;
}

static bool is_socket(const char *path) {
  struct stat st;
  return stat(path, &st) == 0 && S_ISSOCK(st.st_mode);
}

/* An address is a socket; what else stands alone is a script. */
static bool is_address(const char *text) {
  return ends_with(text, ".sock") || is_socket(text);
}

/* The only run of this user, when no address is given. */
static int find_run(char *out, size_t n, oms_error_t *err) {
  char folder[256], found[NAME_MAX + 1] = "";
  int rc = oms_control_folder(folder, sizeof folder, err);
  if (rc != OMS_OK) {
    return rc;
  }
  DIR *dir = opendir(folder);
  const struct dirent *entry;
  bool several = false;
  while (dir != NULL && (entry = readdir(dir)) != NULL) {
    if (ends_with(entry->d_name, ".sock")) {
      several = several || found[0] != '\0';
      snprintf(found, sizeof found, "%s", entry->d_name);
    }
  }
  if (dir != NULL) {
    (void)closedir(dir);
  }
  if (several) {
    return oms_error_set(err, OMS_ERR_USAGE,
                         "%s holds the sockets of several runs: name one as ADDRESS", folder);
  }
  if (found[0] == '\0') {
    return oms_error_set(err, OMS_ERR_USAGE,
                         "no paced run of yours is going on (%s holds no socket): start one with "
                         "`moondesk run SESSION.lua --pace N`, or name its socket as ADDRESS",
                         folder);
  }
  snprintf(out, n, "%s/%s", folder, found);
  return OMS_OK;
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
  if (name != NULL && (strchr(name, '/') != NULL || ends_with(name, ".lua"))) {
    r->name = whole_path(name, paths[0]);
  }
  if (with != NULL) {
    r->with = whole_path(with, paths[1]);
  }
  return OMS_OK;
}

static int ask(const char *address, const oms_request_t *r) {
  oms_error_t err;
  char *text;
  int rc = oms_control_ask(address, r, &text, &err);
  if (text == NULL) {
    return oms_cli_fail(NULL, &err);
  }
  fprintf(rc == OMS_OK ? stdout : stderr, "%s%s", text, ends_with(text, "\n") ? "" : "\n");
  oms_free(text);
  return rc == OMS_OK ? OMS_EXIT_DONE : OMS_EXIT_FAILED;
}

static int run(const oms_cli_command_t *self, int argc, char **argv) {
  reload_t values = {.with = NULL};
  oms_array_t arguments;
  oms_error_t err;
  oms_request_t request;
  char address[4096] = "", paths[2][PATH_MAX];
  const char *name = NULL;
  int rc = oms_cli_parse(self, argc, argv, &values, &arguments, &err);
  bool parsed = rc == OMS_OK;
  for (size_t i = 0; parsed && i < arguments.n; i++) {
    const char *word = oms_cli_item(&arguments, i);
    if (i == 1 || is_address(word)) {
      snprintf(address, sizeof address, "%s", word);
    } else {
      name = word;
    }
  }
  if (rc == OMS_OK) {
    rc = make_request(name, values.with, paths, &request, &err);
  }
  if (rc == OMS_OK && address[0] == '\0') {
    rc = find_run(address, sizeof address, &err);
  }
  int status = rc == OMS_OK ? ask(address, &request) : oms_cli_fail(parsed ? NULL : self, &err);
  oms_cli_free(self, &values, &arguments);
  return status;
}

const oms_cli_command_t oms_cli_reload = {
    .name = "reload",
    .arguments = "[PATH|ID] [ADDRESS]",
    .summary = "Reloads a strategy or rule of a paced run; without one, all that have changed.",
    .example = "moondesk reload sma_cross --with strategies/sma_cross_2.lua",
    .options = options,
    .option_n = OMS_COUNT(options),
    .least = 0,
    .most = 2,
    .run = run};
