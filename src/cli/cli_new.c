/* cli_new.c - moondesk new KIND NAME: a commented file to begin with, from lua/templates. */
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/check.h"
#include "cli/cli.h"

#define TEMPLATE_MAX 16384

static const char *const kinds[] = {"strategy", "rule", "session"};

static int check_kind(const char *kind, oms_error_t *err) {
  for (size_t i = 0; i < OMS_COUNT(kinds); i++) {
    if (strcmp(kind, kinds[i]) == 0) {
      return OMS_OK;
    }
  }
  char hint[OMS_NEAR_TEXT];
  return oms_error_set(err, OMS_ERR_USAGE, "new: '%s' is none of strategy, rule, session%s", kind,
                       oms_near_text(oms_nearest_word(kind, kinds, OMS_COUNT(kinds)), hint));
}

/* The file's path, and in 'name' its last part without .lua, by which scripts are called. */
static int name_of(const char *text, char *path, size_t cap, char name[128], oms_error_t *err) {
  const char *slash = strrchr(text, '/');
  const char *last = slash != NULL ? slash + 1 : text;
  size_t n = strlen(last);
  if (n > 4 && strcmp(last + n - 4, ".lua") == 0) {
    n -= 4;
  }
  bool right = n > 0 && n < 128 && strlen(text) + 5 < cap;
  for (size_t i = 0; right && i < n; i++) {
    right = isalnum((unsigned char)last[i]) || last[i] == '_' || (last[i] == '-' && i > 0);
  }
  if (!right) {
    return oms_error_set(err, OMS_ERR_USAGE,
                         "new: '%.200s' is no name for a script: use letters, digits, _ and -",
                         text);
  }
  snprintf(name, 128, "%.*s", (int)n, last);
  snprintf(path, cap, "%.*s%s.lua", (int)(last - text), text, name);
  return OMS_OK;
}

static int read_template(const char *kind, char *text, oms_error_t *err) {
  char library[4096], path[4200];
  if (!oms_library_folder(library, sizeof library)) {
    return oms_error_set(err, OMS_ERR_IO,
                         "the library of scripts was not found beside the program; set "
                         "MOONDESK_HOME to the folder that holds lua/, rules/ and strategies/");
  }
  snprintf(path, sizeof path, "%s/lua/templates/%s.lua", library, kind);
  FILE *file = fopen(path, "rb");
  size_t n = file != NULL ? fread(text, 1, TEMPLATE_MAX - 1, file) : 0;
  if (file != NULL) {
    fclose(file);
  }
  text[n] = '\0';
  return n > 0 ? OMS_OK : oms_error_set(err, OMS_ERR_IO, "%s: cannot be read", path);
}

/* The template with the name in place of NAME. */
static void write_named(FILE *file, const char *text, const char *name) {
  const char *at;
  while ((at = strstr(text, "NAME")) != NULL) {
    fwrite(text, 1, (size_t)(at - text), file);
    bool whole = strncmp(at, "NAME=VALUE", 10) != 0;
    fputs(whole ? name : "NAME", file);
    text = at + 4;
  }
  fputs(text, file);
}

/* Never over a file that is there. */
static int write_file(const char *path, const char *text, const char *name, oms_error_t *err) {
  int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  FILE *file = fd >= 0 ? fdopen(fd, "w") : NULL;
  if (fd < 0 && errno == EEXIST) {
    return oms_error_set(err, OMS_ERR_EXISTS,
                         "%s is there already and stays as it is; give another name", path);
  }
  if (file == NULL) {
    return oms_error_set(err, OMS_ERR_IO, "cannot write %s: %s", path, strerror(errno));
  }
  write_named(file, text, name);
  bool bad = ferror(file) != 0;
  if (fclose(file) != 0 || bad) {
    (void)unlink(path);
    return oms_error_set(err, OMS_ERR_IO, "cannot write %s: the disk did not take it", path);
  }
  return OMS_OK;
}

static int make(const char *kind, const char *name_text, oms_error_t *err) {
  char path[4096], name[128], text[TEMPLATE_MAX];
  int rc = check_kind(kind, err);
  if (rc == OMS_OK) {
    rc = name_of(name_text, path, sizeof path, name, err);
  }
  if (rc == OMS_OK) {
    rc = read_template(kind, text, err);
  }
  if (rc == OMS_OK) {
    rc = write_file(path, text, name, err);
  }
  if (rc == OMS_OK) {
    printf("%s: a %s to change; look at it with: moondesk check %s\n", path, kind, path);
  }
  return rc;
}

static int run(const oms_cli_command_t *self, int argc, char **argv) {
  oms_array_t arguments;
  oms_error_t err;
  int rc = oms_cli_parse(self, argc, argv, NULL, &arguments, &err);
  int status = OMS_EXIT_DONE;
  if (rc != OMS_OK) {
    status = oms_cli_fail(self, &err);
  } else if (make(oms_cli_item(&arguments, 0), oms_cli_item(&arguments, 1), &err) != OMS_OK) {
    status = oms_cli_fail(NULL, &err);
  }
  oms_cli_free(self, NULL, &arguments);
  return status;
}

const oms_cli_command_t oms_cli_new = {
    .name = "new",
    .arguments = "strategy|rule|session NAME",
    .summary = "Writes NAME.lua: a commented strategy, rule or session that runs as it is.",
    .example = "moondesk new strategy mine",
    .least = 2,
    .most = 2,
    .run = run};
