/* cli_sweep.c - moondesk sweep STRATEGY.lua or SESSION.lua: all combinations of some parameters. */
#include <string.h>
#include <unistd.h>

#include "base/check.h"
#include "base/hash.h"
#include "bind/script.h"
#include "cli/cli_setup.h"
#include "host/file_hash.h"
#include "host/sweep.h"

typedef struct sweep_values {
  oms_cli_setup_t setup; /* first: its options have offsets of their own */
  oms_array_t grids;
  const char *jobs, *sort, *walk, *top;
  bool fresh;
} sweep_values_t;

#define ROW(option, value, kind, member, help)                                                     \
  { option, value, OMS_OPTION_##kind, offsetof(sweep_values_t, member), help }

static const oms_cli_option_t options[] = {
    ROW("--grid", "NAME=VALUES", SETTINGS, grids,
        "values of a parameter: 20,50,100 or 5..20:5; ID.NAME=... in a session"),
    ROW("--jobs", "N", TEXT, jobs, "worker processes (one a core); results do not depend on N"),
    ROW("--sort", "NAME", TEXT, sort,
        "statistic of summary.json, best first (sharpe); -NAME: the other way round"),
    ROW("--walk-forward", "TRAIN:TEST", TEXT, walk,
        "choose in windows of TRAIN, judge by the TEST behind each: 3y:1y, 12m:3m, 250d:60d"),
    ROW("--top", "N", TEXT, top, "lines of the table (10)"),
    ROW("--out", "DIR", TEXT, setup.common.out,
        "write sweep.csv, sweep.json and sweep.html into DIR; an interrupted sweep goes on from "
        "there"),
    ROW("--fresh", NULL, SWITCH, fresh, "throw away what an interrupted sweep left in DIR"),
    ROW("--json", NULL, SWITCH, setup.common.json,
        "print the sweep as one JSON object and nothing else to stdout"),
    ROW("--quiet", NULL, SWITCH, setup.common.quiet, "no progress; errors are told"),
    ROW("--strict-budget", "N", TEXT, setup.common.strict_budget,
        "end a callback after N instructions instead of after CPU time"),
    OMS_CLI_SETUP_OPTIONS,
};

/* These do not change a result. */
static const char *const of_no_account[] = {"--jobs", "--sort",  "--top",   "--out",
                                            "--json", "--quiet", "--fresh", "--grid"};

static bool counts(const char *name) {
  for (size_t i = 0; i < OMS_COUNT(of_no_account); i++) {
    if (strcmp(of_no_account[i], name) == 0) {
      return false;
    }
  }
  return true;
}

/* The program and every option that decides a result. */
static void digest_settings(const sweep_values_t *v, const char *file, oms_digest_t *digest) {
  oms_digest_text(digest, MOONDESK_VERSION);
  oms_digest_text(digest, file);
  for (size_t i = 0; i < OMS_COUNT(options); i++) {
    const oms_cli_option_t *o = &options[i];
    const void *at = (const char *)v + o->offset;
    if (!counts(o->name) || o->kind == OMS_OPTION_LATER || o->kind == OMS_OPTION_SWITCH) {
      continue;
    }
    oms_digest_text(digest, o->name);
    if (o->kind == OMS_OPTION_TEXT) {
      const char *text;
      memcpy(&text, at, sizeof text);
      oms_digest_text(digest, text);
    } else {
      const oms_array_t *list = at;
      oms_digest_i64(digest, (int64_t)list->n);
      for (size_t k = 0; k < list->n; k++) {
        oms_digest_text(digest, oms_cli_item(list, k));
      }
    }
  }
}

/* What a session file holds decides the results, too. */
static int digest_file(const char *path, oms_digest_t *digest, oms_error_t *err) {
  int64_t size;
  char hash[33];
  int rc = oms_file_hash(path, &size, hash, err);
  oms_digest_text(digest, hash);
  return rc;
}

/* A session that uses its global `oms` while it loads does not load as a strategy. */
static bool is_session(const char *path) {
  char library[4096];
  bool found = oms_library_folder(library, sizeof library), session;
  oms_script_t *script = NULL;
  oms_session_file_t *file = NULL;
  oms_error_t err;
  const oms_script_config_t config = {.kind = OMS_SCRIPT_STRATEGY,
                                      .path = path,
                                      .id = path,
                                      .seed = 1,
                                      .library = found ? library : NULL};
  int rc = oms_script_load(&config, &script, &err);
  if (rc == OMS_OK) {
    session = oms_script_is_session(script);
  } else {
    session = rc == OMS_ERR_SCRIPT && oms_session_file_load(path, &file, &err) == OMS_OK;
  }
  oms_script_free(script);
  oms_session_file_free(file);
  return session;
}

/* Settings of a session stand in its file. */
static int refuse_setup(const sweep_values_t *v, oms_error_t *err) {
  static const oms_cli_option_t setup[] = {OMS_CLI_SETUP_OPTIONS};
  for (size_t i = 0; i < OMS_COUNT(setup); i++) {
    const void *at = (const char *)v + setup[i].offset;
    const char *text = NULL;
    if (setup[i].kind == OMS_OPTION_TEXT) {
      memcpy(&text, at, sizeof text);
    }
    if (text != NULL || (setup[i].kind != OMS_OPTION_TEXT && ((const oms_array_t *)at)->n > 0)) {
      return oms_error_set(err, OMS_ERR_USAGE,
                           "%s: a session has its settings in its file; sweep varies its "
                           "parameters by --grid ID.NAME=VALUES",
                           setup[i].name);
    }
  }
  return OMS_OK;
}

/* Options. */

static int read_grids(const sweep_values_t *v, oms_grid_t *grid, oms_error_t *err) {
  if (v->grids.n == 0) {
    return oms_error_set(err, OMS_ERR_USAGE,
                         "sweep needs --grid NAME=VALUES, such as --grid fast=5..20:5");
  }
  int rc = OMS_OK;
  for (size_t i = 0; i < v->grids.n && rc == OMS_OK; i++) {
    rc = oms_grid_add(grid, oms_cli_item(&v->grids, i), err);
  }
  return rc;
}

static int read_counts(const sweep_values_t *v, oms_sweep_options_t *o, uint64_t *top,
                       oms_error_t *err) {
  long cores = sysconf(_SC_NPROCESSORS_ONLN);
  uint64_t jobs = cores > 0 ? (uint64_t)cores : 1;
  *top = 10;
  int rc = v->jobs == NULL ? OMS_OK : oms_cli_count("--jobs", v->jobs, 1, &jobs, err);
  if (rc == OMS_OK && v->top != NULL) {
    rc = oms_cli_count("--top", v->top, 0, top, err);
  }
  if (rc == OMS_OK && v->setup.common.strict_budget != NULL) {
    rc = oms_cli_count("--strict-budget", v->setup.common.strict_budget, 1, &o->strict_budget, err);
  }
  o->jobs = (size_t)jobs;
  return rc;
}

static int read_options(const sweep_values_t *v, oms_sweep_options_t *o, oms_walk_t *walk,
                        uint64_t *top, oms_error_t *err) {
  const oms_cli_common_t *common = &v->setup.common;
  o->out = common->out;
  o->fresh = v->fresh;
  o->quiet = common->quiet;
  o->progress = !common->quiet && isatty(STDERR_FILENO) == 1;
  if (v->fresh && common->out == NULL) {
    return oms_error_set(err, OMS_ERR_USAGE, "--fresh needs --out DIR: nothing is kept without it");
  }
  int rc = read_counts(v, o, top, err);
  if (rc == OMS_OK) {
    rc = oms_sweep_key_parse(v->sort != NULL ? v->sort : "sharpe", &o->sort, err);
  }
  if (rc == OMS_OK && v->walk != NULL) {
    o->walk = walk;
    rc = oms_walk_parse(v->walk, walk, err);
  }
  return rc;
}

/* The end. */

static int tell_interrupted(const oms_sweep_t *s, const oms_cli_common_t *common) {
  if (common->out != NULL) {
    fprintf(stderr,
            "moondesk: interrupted: %zu of %zu runs are kept in %s; the same command goes on from "
            "there\n",
            s->finished, s->window_n * s->combinations, common->out);
  } else {
    fprintf(stderr, "moondesk: interrupted: %zu of %zu runs were finished\n", s->finished,
            s->window_n * s->combinations);
  }
  return OMS_EXIT_FAILED;
}

/* 1 when nothing came of it, or a process died: what it ran has no result. */
static int verdict(const oms_sweep_t *s) {
  size_t all = s->window_n * s->combinations;
  bool died = false;
  for (size_t i = 0; i < all; i++) {
    died = died || s->rows[i].status == OMS_SWEEP_DIED;
  }
  if (s->failed == all) {
    fprintf(stderr, "moondesk: no combination ran to its end: %s\n",
            s->rows[0].message != NULL ? s->rows[0].message : "see the status of each");
  }
  return died || s->failed == all ? OMS_EXIT_FAILED : OMS_EXIT_DONE;
}

static int tell(const oms_sweep_t *s, const oms_cli_common_t *common, uint64_t top) {
  if (common->json) {
    oms_sweep_json(s, stdout);
  } else if (s->finished > 0) {
    (void)oms_sweep_print(s, top < SIZE_MAX ? (size_t)top : SIZE_MAX, stdout);
    if (common->out != NULL && !s->interrupted) {
      printf("\nThe results lie in %s\n", common->out);
    }
  }
  return s->interrupted ? tell_interrupted(s, common) : verdict(s);
}

static int execute(const sweep_values_t *v, const oms_session_config_t *config,
                   oms_sweep_options_t *o, uint64_t top, int *status, oms_error_t *err) {
  oms_sweep_t *sweep = NULL;
  o->stop = oms_cli_watch_signals();
  int rc = oms_sweep_run(config, o, &sweep, err);
  if (rc == OMS_OK || rc == OMS_ERR_CANCELED) {
    *status = tell(sweep, &v->setup.common, top);
    rc = OMS_OK;
  }
  oms_sweep_free(sweep);
  return rc;
}

static int sweep_session(const sweep_values_t *v, const char *path, oms_sweep_options_t *o,
                         uint64_t top, int *status, oms_error_t *err) {
  oms_session_file_t *file = NULL;
  oms_files_t sources;
  oms_files_init(&sources);
  int rc = refuse_setup(v, err);
  if (rc == OMS_OK) {
    rc = oms_session_file_load_from(path, &sources, &file, err);
  }
  if (rc == OMS_OK) {
    rc = digest_file(path, o->settings, err);
  }
  if (rc == OMS_OK) {
    o->session = path;
    rc = execute(v, oms_session_file_config(file), o, top, status, err);
  }
  oms_session_file_free(file);
  oms_files_free(&sources);
  return rc;
}

static int sweep_strategy(const sweep_values_t *v, const char *path, oms_sweep_options_t *o,
                          uint64_t top, int *status, oms_error_t *err) {
  oms_session_config_t config;
  oms_files_t sources;
  oms_files_init(&sources);
  int rc = oms_session_config_init(&config) == OMS_OK
               ? OMS_OK
               : oms_error_set(err, OMS_ERR_NOMEM, "out of memory for the session");
  if (rc == OMS_OK) {
    config.sources = &sources;
    rc = oms_cli_setup_build(&v->setup, path, &config, err);
  }
  if (rc == OMS_OK) {
    rc = execute(v, &config, o, top, status, err);
  }
  oms_session_config_free(&config);
  oms_files_free(&sources);
  return rc;
}

static int sweep(const sweep_values_t *v, const char *path, int *status, oms_error_t *err) {
  oms_grid_t grid = {.n = 0};
  oms_walk_t walk;
  uint64_t top;
  oms_sweep_options_t o = {.grid = &grid, .strategy = path, .settings = oms_digest_new()};
  int rc = o.settings == NULL ? oms_error_set(err, OMS_ERR_NOMEM, "out of memory for the sweep")
                              : read_grids(v, &grid, err);
  if (rc == OMS_OK) {
    rc = read_options(v, &o, &walk, &top, err);
  }
  if (rc == OMS_OK) {
    digest_settings(v, path, o.settings);
    rc = v->setup.data.n == 0 && is_session(path) ? sweep_session(v, path, &o, top, status, err)
                                                  : sweep_strategy(v, path, &o, top, status, err);
  }
  oms_digest_free(o.settings);
  oms_grid_free(&grid);
  return rc;
}

static int run(const oms_cli_command_t *self, int argc, char **argv) {
  sweep_values_t values;
  memset(&values, 0, sizeof values);
  values.setup.command = self->name;
  oms_array_t arguments;
  oms_error_t err;
  int status = OMS_EXIT_DONE;
  int rc = oms_cli_parse(self, argc, argv, &values, &arguments, &err);
  if (rc == OMS_OK) {
    rc = sweep(&values, oms_cli_item(&arguments, 0), &status, &err);
  }
  if (rc != OMS_OK) {
    err.code = rc;
    status = oms_cli_fail(rc == OMS_ERR_USAGE ? self : NULL, &err);
  }
  oms_cli_free(self, &values, &arguments);
  return status;
}

const oms_cli_command_t oms_cli_sweep = {
    .name = "sweep",
    .arguments = "STRATEGY.lua or SESSION.lua",
    .summary = "Runs every combination of some parameters, on all cores.",
    .example = "moondesk sweep strategies/sma_cross.lua --data SPX=examples/data/sp500_d1.csv "
               "--grid fast=5..20:5 slow=20,50,100 --out out/sweep",
    .options = options,
    .option_n = OMS_COUNT(options),
    .least = 1,
    .most = 1,
    .run = run};
