/* cli_check.c - moondesk check FILE...: loads scripts, and sessions with the scripts that they
 * name, and says what is wrong with them, or likely not meant (check_lint.c); runs nothing and
 * reads no data. What a file is shows in the table that it returns: a session has data, a rule has
 * check, all else is a strategy. */
#include <string.h>

#include "base/check.h"
#include "bind/script.h"
#include "cli/cli.h"
#include "cli/cli_against.h"

static int load_as(oms_script_kind_t kind, const char *path, const char *library,
                   oms_script_t **script, oms_error_t *err) {
  oms_script_config_t config = {
      .kind = kind, .path = path, .id = path, .seed = 1, .library = library};
  return oms_script_load(&config, script, err);
}

/* One script of a session, with its parameters. */
static int load_entry(const oms_session_config_t *c, oms_script_kind_t kind,
                      const oms_script_entry_t *entry, const char *library, oms_cli_lint_t *counts,
                      oms_error_t *err) {
  char path[4096];
  oms_script_t *script = NULL;
  int rc = oms_session_path(c, entry->path, library, path, sizeof path, err);
  if (rc == OMS_OK) {
    oms_script_config_t config = {.kind = kind,
                                  .path = path,
                                  .id = entry->id != NULL ? entry->id : entry->path,
                                  .seed = c->seed,
                                  .library = library,
                                  .params = entry->params,
                                  .param_n = entry->param_n,
                                  .sets = entry->sets,
                                  .set_n = entry->set_n};
    rc = oms_script_load(&config, &script, err);
  }
  oms_script_free(script);
  return rc == OMS_OK ? oms_cli_lint(path, false, counts, err) : rc;
}

/* All are looked at: each problem but the last is told here, the last by the caller. */
static int load_entries(const oms_session_config_t *c, const char *library, oms_cli_lint_t *counts,
                        oms_error_t *err) {
  int result = OMS_OK;
  for (size_t i = 0; i < c->rule_n + c->strategy_n; i++) {
    bool rule = i < c->rule_n;
    oms_error_t one;
    int rc = load_entry(c, rule ? OMS_SCRIPT_RULE : OMS_SCRIPT_STRATEGY,
                        rule ? &c->rules[i] : &c->strategies[i - c->rule_n], library, counts, &one);
    if (rc != OMS_OK) {
      if (result != OMS_OK) {
        fprintf(stderr, "%s\n", err->message);
      }
      result = oms_error_set(err, rc, "%s: %s", c->path, one.message);
    }
  }
  return result;
}

/* The session itself, then the scripts that it names; its data is not read. */
static int load_session(const char *path, const char *library, oms_cli_lint_t *counts,
                        oms_error_t *err) {
  oms_session_file_t *file = NULL;
  int rc = oms_session_file_load(path, &file, err);
  if (rc == OMS_OK) {
    rc = load_entries(oms_session_file_config(file), library, counts, err);
  }
  oms_session_file_free(file);
  return rc == OMS_OK ? oms_cli_lint(path, true, counts, err) : rc;
}

/* Loads the file by what it is; '*kind' names it. A session may use its global `oms` while it
 * loads, which a strategy does not have: what does not load as a strategy may still be a session.
 */
static int check_file(const char *path, const char *library, const char **kind,
                      oms_cli_lint_t *counts, oms_error_t *err) {
  oms_script_t *script = NULL;
  int rc = load_as(OMS_SCRIPT_STRATEGY, path, library, &script, err);
  *kind = "strategy";
  if (rc == OMS_ERR_SCRIPT) {
    oms_session_file_t *file = NULL;
    oms_error_t other;
    bool loads = oms_session_file_load(path, &file, &other) == OMS_OK;
    oms_session_file_free(file);
    *kind = "session";
    return loads ? load_session(path, library, counts, err) : rc;
  }
  if (rc != OMS_OK) {
    return rc;
  }
  bool session = oms_script_is_session(script);
  bool rule = oms_script_has_field(script, "check");
  bool idle = !session && !rule && !oms_script_has_callback(script);
  oms_script_free(script);
  script = NULL;
  if (session) {
    *kind = "session";
    return load_session(path, library, counts, err);
  }
  if (rule) {
    *kind = "rule";
    rc = load_as(OMS_SCRIPT_RULE, path, library, &script, err);
    oms_script_free(script);
  }
  if (idle) {
    fprintf(stderr,
            "%s: warning: it has no callback and will do nothing: on_bar(self, bar) is "
            "called for each bar\n",
            path);
    counts->warnings++;
  }
  return rc == OMS_OK ? oms_cli_lint(path, false, counts, err) : rc;
}

/* True when the file is in order; warnings do not count. */
static bool tell_file(const char *path, const char *library) {
  const char *kind;
  oms_cli_lint_t counts = {0, 0};
  oms_error_t err;
  if (check_file(path, library, &kind, &counts, &err) != OMS_OK) {
    fprintf(stderr, "%s\n", err.message);
    return false;
  }
  if (counts.errors > 0) {
    return false;
  }
  printf("%s: ok (%s)", path, kind);
  if (counts.warnings > 0) {
    printf(", %d warning%s", counts.warnings, counts.warnings == 1 ? "" : "s");
  }
  printf("\n");
  return true;
}

typedef struct values {
  const char *against, *data_dir;
} values_t;

static const oms_cli_option_t options[] = {
    {"--against",  "OUT", OMS_OPTION_TEXT, offsetof(values_t, against),
     "dry run of one rule: which decisions of the run in OUT (a folder of --out or a bundle) would "
     "change; status 1 where some would"                      },
    {"--data-dir", "DIR", OMS_OPTION_TEXT, offsetof(values_t, data_dir),
     "with --against: where the data files of the run lie now"},
};

static int check_usage(const values_t *v, const oms_array_t *arguments, oms_error_t *err) {
  if (v->against != NULL && arguments->n != 1) {
    return oms_error_set(err, OMS_ERR_USAGE, "--against takes one changed rule, got %zu files",
                         arguments->n);
  }
  if (v->against == NULL && v->data_dir != NULL) {
    return oms_error_set(err, OMS_ERR_USAGE, "--data-dir goes with --against OUT");
  }
  return OMS_OK;
}

static int check_files(const oms_array_t *arguments) {
  char library[4096] = "";
  int status = OMS_EXIT_DONE;
  bool found = oms_library_folder(library, sizeof library);
  for (size_t i = 0; i < arguments->n; i++) {
    if (!tell_file(oms_cli_item(arguments, i), found ? library : NULL)) {
      status = OMS_EXIT_USAGE; /* all files are looked at before the end */
    }
  }
  return status;
}

static int run(const oms_cli_command_t *self, int argc, char **argv) {
  values_t values = {.against = NULL};
  oms_array_t arguments;
  oms_error_t err;
  int status;
  int rc = oms_cli_parse(self, argc, argv, &values, &arguments, &err);
  if (rc == OMS_OK) {
    rc = check_usage(&values, &arguments, &err);
  }
  if (rc != OMS_OK) {
    status = oms_cli_fail(self, &err);
  } else if (values.against != NULL) {
    status = oms_cli_against(values.against, values.data_dir, oms_cli_item(&arguments, 0));
  } else {
    status = check_files(&arguments);
  }
  oms_cli_free(self, &values, &arguments);
  return status;
}

const oms_cli_command_t oms_cli_check = {
    .name = "check",
    .arguments = "FILE...",
    .summary =
        "Loads strategies, rules, and sessions with their scripts, and reports what is wrong or "
        "likely not meant; runs nothing and reads no data.",
    .example = "moondesk check strategies/sma_cross.lua rules/*.lua",
    .options = options,
    .option_n = OMS_COUNT(options),
    .least = 1,
    .most = SIZE_MAX,
    .run = run};
