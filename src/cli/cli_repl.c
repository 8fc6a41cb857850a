/* cli_repl.c - moondesk repl OUT: Lua over the results of a run. Where its bundle allows, the run
 * is made again first and lives while one types; else only its files are there. */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/check.h"
#include "cli/cli.h"
#include "cli/repl_edit.h"
#include "cli/repl_lists.h"
#include "host/bundle.h"

#define BUDGET_NS  (INT64_C(5) * OMS_NS_PER_SECOND) /* of one input */
#define MEMORY_CAP ((size_t)4 << 30)                /* lists of a long run are large */

typedef struct values {
  const char *data_dir;
} values_t;

static const oms_cli_option_t options[] = {
    {"--data-dir", "DIR", OMS_OPTION_TEXT, offsetof(values_t, data_dir),
     "where the data files of the run lie now"},
};

typedef struct session {
  const char *folder;
  oms_bundle_t *bundle;
  oms_repl_t *repl;
  oms_array_t input; /* char: what has been typed of an input */
  bool failed, ran;
} session_t;

static volatile sig_atomic_t was_interrupted;

static void on_interrupt(int number) {
  (void)number;
  was_interrupted = 1;
  (void)oms_cell_interrupt();
}

/* A call of the system is not begun anew: at the prompt the line is given up. */
static void watch_interrupt(void) {
  struct sigaction action = {.sa_handler = on_interrupt};
  (void)sigemptyset(&action.sa_mask);
  (void)sigaction(SIGINT, &action, NULL);
}

/* Inputs. */

static void tell_error(session_t *s, const char *text) {
  (void)fflush(stdout);
  fprintf(stderr, "%s\n", text);
  s->failed = true;
}

/* Runs what has been typed. True: it is complete, and over. */
static bool evaluate(session_t *s, bool at_end) {
  was_interrupted = 0;
  oms_repl_status_t status = oms_repl_eval(s->repl, s->input.data, s->input.n);
  if (status == OMS_REPL_MORE && !at_end) {
    return false;
  }
  (void)fputs(oms_repl_text(s->repl), stdout);
  (void)fflush(stdout);
  if (status == OMS_REPL_MORE) {
    tell_error(s, "repl: the input ends in the middle of a statement");
  } else if (status == OMS_REPL_FAILED) {
    tell_error(s, was_interrupted != 0 ? "repl: interrupted" : oms_repl_error(s->repl));
  }
  return true;
}

static bool add_line(session_t *s, const char *line, size_t n) {
  if (oms_array_reserve(&s->input, s->input.n + n + 1) != OMS_OK) {
    tell_error(s, "repl: out of memory for the input");
    s->input.n = 0;
    return false;
  }
  memcpy((char *)s->input.data + s->input.n, line, n);
  s->input.n += n;
  ((char *)s->input.data)[s->input.n] = '\0';
  return true;
}

static bool is_blank(const session_t *s) {
  return s->input.n == 0 || strspn(s->input.data, " \t\r\n") == s->input.n;
}

static void read_lines(session_t *s) {
  char *line = NULL;
  size_t cap = 0;
  ssize_t n;
  while ((n = getline(&line, &cap, stdin)) >= 0 || (errno == EINTR && !feof(stdin))) {
    if (n < 0) {
      clearerr(stdin);
    } else if (add_line(s, line, (size_t)n) && (is_blank(s) || evaluate(s, false))) {
      s->input.n = 0;
    }
  }
  free(line); /* getline's own */
  if (!is_blank(s)) {
    (void)evaluate(s, true);
  }
}

/* An interrupt at the prompt gives up what has been typed; the end of the input ends all. */
static bool edit_line(session_t *s, oms_repl_edit_t *e) {
  size_t n;
  was_interrupted = 0;
  const char *line = oms_repl_edit_line(e, s->input.n > 0, &n);
  if (line == NULL || was_interrupted != 0) {
    s->input.n = 0;
    (void)putchar('\n');
    return was_interrupted != 0;
  }
  if (add_line(s, line, n) && (is_blank(s) || evaluate(s, false))) {
    if (!is_blank(s)) {
      oms_repl_edit_keep(e, s->input.data);
    }
    s->input.n = 0;
  }
  return true;
}

static int edit_lines(session_t *s, oms_error_t *err) {
  oms_repl_edit_t *e = oms_repl_edit_new(s->repl);
  if (e == NULL) {
    return oms_error_set(err, OMS_ERR_NOMEM, "the terminal cannot be used for editing");
  }
  const char *lists = s->folder != NULL ? "orders, fills, trades, equity, events, summary, " : "";
  printf("moondesk %s: %s. Globals: %soms. Ctrl-D ends.\n", MOONDESK_VERSION,
         s->folder != NULL ? s->folder : "a journal", lists);
  while (edit_line(s, e)) {
  }
  oms_repl_edit_free(e);
  s->failed = false; /* a person has seen it */
  return OMS_OK;
}

static oms_repl_t *logging; /* of the log's lines; one repl a process */

static void log_line(void *self, int script, oms_log_level_t level, const char *text) {
  (void)self, (void)script, (void)level;
  oms_repl_print(logging, text);
}

static void alert_line(void *self, int script, const char *text) {
  log_line(self, script, OMS_LOG_WARN, text);
}

/* 'desk' NULL: of the files alone. */
static int talk(session_t *s, const oms_desk_t *desk, oms_error_t *err) {
  char library[4096];
  oms_desk_t door;
  oms_repl_lists_t lists;
  oms_repl_lists_init(&lists, s->folder);
  oms_repl_source_t source = oms_repl_lists_source(&lists);
  source.name_n = s->folder != NULL ? source.name_n : 0;
  oms_repl_config_t config = {.source = &source,
                              .library =
                                  oms_library_folder(library, sizeof library) ? library : NULL,
                              .budget_ns = BUDGET_NS,
                              .memory_cap = MEMORY_CAP};
  if (desk != NULL) {
    door = *desk;
    door.log = log_line;
    door.alert = alert_line;
    config.desk = &door;
  }
  s->ran = true;
  int rc = oms_repl_new(&config, &s->repl, err);
  if (rc == OMS_OK) {
    logging = s->repl;
    watch_interrupt();
    if (isatty(STDIN_FILENO) == 1) {
      rc = edit_lines(s, err);
    } else {
      read_lines(s);
    }
  }
  oms_repl_free(s->repl);
  oms_repl_lists_free(&lists);
  return rc;
}

/* The run. */

static int at_end(void *self, const oms_desk_t *desk, const oms_summary_t *summary,
                  oms_error_t *err) {
  session_t *s = self;
  const char *then = oms_bundle_get(&s->bundle->results, "state_hash");
  if (then == NULL || strcmp(then, summary->state_hash) != 0) {
    return oms_error_set(err, OMS_ERR_USAGE, "made again, it came to another result");
  }
  return talk(s, desk, err);
}

static int rerun(session_t *s, const char *data_dir, oms_error_t *err) {
  oms_cli_job_t job = {.file = NULL};
  oms_run_options_t run;
  oms_run_result_t result;
  int rc = oms_bundle_read(s->bundle, s->folder, err);
  if (rc == OMS_OK) {
    rc = oms_bundle_find_data(s->bundle, data_dir, err);
  }
  if (rc == OMS_OK) {
    rc = oms_cli_prepare_bundle(s->bundle, &job, err);
  }
  if (rc == OMS_OK) {
    rc = oms_cli_rerun_options(s->bundle, &job, &run, err);
  }
  if (rc == OMS_OK) {
    run.at_end = at_end;
    run.end_self = s;
    rc = oms_run_session(job.config, job.file, &run, &result, err);
  }
  oms_cli_job_free(&job);
  return rc;
}

int oms_cli_talk(const char *folder, const oms_desk_t *desk, bool *failed, oms_error_t *err) {
  session_t s = {.folder = folder};
  oms_array_init(&s.input, 1);
  int rc = talk(&s, desk, err);
  *failed = s.failed;
  oms_array_free(&s.input);
  return rc;
}

/* Without its run only what needs no session works: said, and why. */
static int talk_over(session_t *s, const char *data_dir, oms_error_t *err) {
  oms_error_t why;
  int rc = rerun(s, data_dir, &why);
  if (s->ran || oms_cli_interrupted()) {
    return rc == OMS_OK ? OMS_OK : oms_error_set(err, rc, "%s", why.message);
  }
  fprintf(stderr,
          "moondesk: the run is not there, only its files: oms.position and other calls that ask "
          "it do not work (%s)\n",
          why.message);
  return talk(s, NULL, err);
}

/* A folder without results is wrong use, not an empty run. */
static int check_folder(const char *folder, oms_error_t *err) {
  oms_arena_t arena = {NULL};
  oms_array_t fields;
  oms_array_init(&fields, sizeof(oms_json_field_t));
  int rc = oms_summary_read(folder, &arena, &fields, err);
  oms_array_free(&fields);
  oms_arena_free(&arena);
  return rc;
}

static int run(const oms_cli_command_t *self, int argc, char **argv) {
  values_t values = {.data_dir = NULL};
  oms_array_t arguments;
  oms_bundle_t bundle;
  oms_error_t err;
  session_t s = {.bundle = &bundle};
  oms_bundle_init(&bundle);
  oms_array_init(&s.input, 1);
  int rc = oms_cli_parse(self, argc, argv, &values, &arguments, &err);
  const oms_cli_command_t *hint = rc != OMS_OK ? self : NULL;
  if (rc == OMS_OK) {
    s.folder = oms_cli_item(&arguments, 0);
    rc = check_folder(s.folder, &err);
  }
  if (rc == OMS_OK) {
    rc = talk_over(&s, values.data_dir, &err);
  }
  int status = s.failed ? OMS_EXIT_FAILED : OMS_EXIT_DONE;
  if (rc != OMS_OK) {
    err.code = rc;
    status = oms_cli_fail(hint, &err);
  }
  oms_array_free(&s.input);
  oms_bundle_free(&bundle);
  oms_cli_free(self, &values, &arguments);
  return status;
}

const oms_cli_command_t oms_cli_repl = {
    .name = "repl",
    .arguments = "OUT",
    .summary = "Evaluates Lua over the results in OUT (a folder of --out): the lists orders, "
               "fills, trades, equity, events, the table summary, and oms at the end of the run.",
    .example = "moondesk repl out/sma",
    .options = options,
    .option_n = OMS_COUNT(options),
    .least = 1,
    .most = 1,
    .run = run};
