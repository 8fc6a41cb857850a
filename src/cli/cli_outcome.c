/* cli_outcome.c - a run as the command line starts it, and how its end is told.
 * Invariant: with --json stdout carries the one object and nothing else, and only when something
 * ran. */
#include <signal.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "cli/cli.h"
#include "host/bundle.h"

#define SAME_REQUEST_MS 200

static volatile sig_atomic_t stop_wanted;

static struct timespec asked_at; /* written before stop_wanted, by the handler alone */

static int64_t ms_since(const struct timespec *t) {
  struct timespec now;
  (void)clock_gettime(CLOCK_MONOTONIC, &now);
  return (now.tv_sec - t->tv_sec) * 1000 + (now.tv_nsec - t->tv_nsec) / 1000000;
}

/* The first signal asks for a clean end, one that comes later ends the program at once. What comes
 * right behind the first is the same request: timeout(1) signals its child, then its whole
 * group. */
static void on_signal(int number) {
  if (stop_wanted == 0) {
    (void)clock_gettime(CLOCK_MONOTONIC, &asked_at);
    stop_wanted = 1;
  } else if (ms_since(&asked_at) > SAME_REQUEST_MS) {
    (void)signal(number, SIG_DFL);
    (void)raise(number);
  }
}

const volatile sig_atomic_t *oms_cli_watch_signals(void) {
  struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_RESTART};
  (void)sigemptyset(&action.sa_mask);
  (void)sigaddset(&action.sa_mask, SIGINT);
  (void)sigaddset(&action.sa_mask, SIGTERM);
  (void)sigaction(SIGINT, &action, NULL);
  (void)sigaction(SIGTERM, &action, NULL);
  return &stop_wanted;
}

bool oms_cli_interrupted(void) {
  return stop_wanted != 0;
}

static void print_summary(const oms_cli_common_t *common, const oms_run_result_t *result) {
  const oms_summary_t *s = &result->summary;
  if (common->json) {
    (void)oms_summary_json(s->fields, s->n, stdout);
    return;
  }
  oms_summary_print(s->fields, s->n, stdout);
  if (common->out != NULL) {
    printf("\nThe %sresults lie in %s\n", result->partial ? "partial " : "", common->out);
  }
  if (common->bundle != NULL) {
    printf("%sThe bundle of the run is %s\n", common->out == NULL ? "\n" : "", common->bundle);
  }
}

static int tell_interrupted(const oms_cli_common_t *common) {
  if (common->out != NULL) {
    fprintf(stderr, "moondesk: interrupted: the results up to here lie in %s\n", common->out);
  } else {
    fprintf(stderr, "moondesk: interrupted: the summary is that of a part\n");
  }
  return OMS_EXIT_FAILED;
}

/* What a complete run comes to: with a check its verdict decides. */
static int verdict(const oms_run_result_t *result, const oms_error_t *err) {
  if (result->check_failed) {
    fprintf(stderr, "moondesk: the check failed: %s\n", err->message);
    return OMS_EXIT_FAILED;
  }
  if (result->strategy_failed && !result->checked) {
    fprintf(stderr, "moondesk: a strategy was stopped by an error\n");
    return OMS_EXIT_FAILED;
  }
  return OMS_EXIT_DONE;
}

static int read_level(const char *text, bool served, oms_log_level_t *level, oms_error_t *err) {
  static const char *const words[] = {"debug", "info", "warn", "error"};
  for (int i = 0; i < 4; i++) {
    if (strcmp(text, words[i]) == 0 && served) {
      *level = (oms_log_level_t)i;
      return OMS_OK;
    }
  }
  if (!served) {
    return oms_error_set(err, OMS_ERR_USAGE,
                         "--log belongs to a host that is served: give --db "
                         "and --listen, too");
  }
  const char *near = oms_nearest_word(text, words, 4);
  return oms_error_set(err, OMS_ERR_USAGE, "--log: unknown level '%.40s'%s%s%s", text,
                       near != NULL ? " (did you mean '" : "; known: debug, info, warn, error",
                       near != NULL ? near : "", near != NULL ? "'?)" : "");
}

static int read_options(const oms_cli_common_t *common, bool served, oms_run_options_t *options,
                        oms_error_t *err) {
  int rc = OMS_OK;
  options->summary = common->json;
  if (common->strict_budget != NULL) {
    rc = oms_cli_count("--strict-budget", common->strict_budget, 1, &options->strict_budget, err);
  }
  bool fast = common->pace != NULL && strcmp(common->pace, "fast") == 0;
  if (rc == OMS_OK && common->pace != NULL && !fast) {
    rc = oms_cli_decimal("--pace", common->pace, 9, 1, &options->pace, err);
  }
  if (rc == OMS_OK && common->log != NULL) {
    rc = read_level(common->log, served, &options->log_level, err);
  }
  options->control = common->control;
  if (rc == OMS_OK && common->control != NULL && common->pace == NULL && !served) {
    rc = oms_error_set(err, OMS_ERR_USAGE,
                       "--control is the socket of a run by the clock: give --pace N, too");
  }
  return rc;
}

/* The folder that keeps parsed data; NULL: none. */
static const char *cache_of(const oms_cli_common_t *common, char *folder, size_t n) {
  if (common->no_cache || common->cache != NULL) {
    return common->no_cache ? NULL : common->cache;
  }
  return oms_cache_folder(folder, n) ? folder : NULL;
}

int oms_cli_execute(const oms_cli_common_t *common, const oms_session_config_t *config,
                    oms_session_file_t *file, const oms_array_t *arguments) {
  oms_run_options_t options = {.out = common->out,
                               .log_level = OMS_LOG_INFO,
                               .bundle = common->bundle,
                               .version = MOONDESK_VERSION,
                               .quiet = common->quiet,
                               .progress = !common->quiet && isatty(STDERR_FILENO) == 1};
  oms_run_result_t result = {.partial = false};
  oms_error_t err = {.code = OMS_OK};
  if (arguments != NULL) {
    options.arguments = arguments->data;
    options.argument_n = arguments->n;
  }
  bool served = config->live.mode != OMS_MODE_BACKTEST && config->live.db != NULL;
  if (read_options(common, served, &options, &err) != OMS_OK) {
    return oms_cli_fail(NULL, &err);
  }
  char cache[4096];
  options.cache = cache_of(common, cache, sizeof cache);
  options.stop = oms_cli_watch_signals();
  int rc = oms_run_session(config, file, &options, &result, &err);
  if (rc == OMS_OK && result.served) {
    if (common->json && result.summary.n > 0) {
      print_summary(common, &result);
    }
    return OMS_EXIT_DONE;
  }
  bool interrupted = stop_wanted != 0 && (rc == OMS_OK || rc == OMS_ERR_CANCELED);
  int status = OMS_EXIT_DONE;
  if (!interrupted && rc != OMS_OK) {
    err.code = rc;
    status = oms_cli_fail(NULL, &err);
  }
  if (result.summary.n > 0) {
    print_summary(common, &result);
  }
  if (interrupted && result.partial) {
    return tell_interrupted(common);
  }
  return status != OMS_EXIT_DONE ? status : verdict(&result, &err);
}

int oms_cli_rerun_options(const struct oms_bundle *b, const oms_cli_job_t *job,
                          oms_run_options_t *options, oms_error_t *err) {
  *options = (oms_run_options_t){
      .library = b->sources.library, .quiet = true, .rerun = true, .stop = oms_cli_watch_signals()};
  return job->common.strict_budget == NULL
             ? OMS_OK
             : oms_cli_count("--strict-budget", job->common.strict_budget, 1,
                             &options->strict_budget, err);
}
