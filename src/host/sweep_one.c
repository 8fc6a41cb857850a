/* sweep_one.c - one run of a sweep, in a worker. Nothing of it stays for the run after it: what a
 * run needs is taken from an arena of its own, and a session file is read anew. */
#include "host/sweep_int.h"

/* The first error that was logged: why a strategy was stopped. */
typedef struct heard {
  char text[700];
} heard_t;

static void hear(void *self, oms_log_level_t level, const char *text) {
  heard_t *h = self;
  if (level == OMS_LOG_ERROR && h->text[0] == '\0') {
    snprintf(h->text, sizeof h->text, "%s", text);
  }
}

/* 'c' with the parameters of the combination; its own arena. */
static int vary(const oms_sweep_run_t *r, const oms_session_config_t *base, size_t combination,
                oms_time_t from, oms_time_t to, oms_session_config_t *c) {
  *c = *base;
  c->arena = (oms_arena_t){NULL};
  c->live = (oms_live_config_t){.mode = OMS_MODE_BACKTEST}; /* none of many has the journal */
  c->from = from;
  c->to = to;
  c->strategies = oms_session_array(c, base->strategy_n, sizeof *c->strategies);
  if (c->strategies == NULL) {
    return OMS_ERR_NOMEM;
  }
  for (size_t i = 0; i < base->strategy_n; i++) {
    c->strategies[i] = base->strategies[i];
    const char **sets =
        oms_sweep_sets(r, c, i, &base->strategies[i], combination, &c->strategies[i].set_n);
    if (sets == NULL) {
      return OMS_ERR_NOMEM;
    }
    c->strategies[i].sets = sets;
  }
  return OMS_OK;
}

static int run(const oms_sweep_run_t *r, const oms_session_config_t *c, oms_session_file_t *file,
               oms_array_t *ends, oms_sweep_row_t *row) {
  oms_run_result_t result = {.partial = false};
  oms_error_t err = {.code = OMS_OK};
  heard_t heard = {""};
  const oms_run_options_t options = {.quiet = true,
                                     .library = r->library[0] != '\0' ? r->library : NULL,
                                     .strict_budget = r->options->strict_budget,
                                     .dataset = r->dataset,
                                     .day_ends = ends,
                                     .log = hear,
                                     .log_self = &heard};
  int rc = oms_run_session(c, file, &options, &result, &err);
  bool told = rc != OMS_OK || result.check_failed;
  return oms_sweep_row_make(&result, rc, told ? err.message : heard.text, row);
}

int oms_sweep_one(const oms_sweep_run_t *r, size_t combination, oms_time_t from, oms_time_t to,
                  oms_array_t *ends, oms_sweep_row_t *row) {
  oms_session_file_t *file = NULL;
  const oms_session_config_t *base = r->config;
  oms_session_config_t c;
  if (r->options->session != NULL) {
    oms_error_t err;
    int rc = oms_session_file_load_from(r->options->session, r->config->sources, &file, &err);
    if (rc != OMS_OK) {
      oms_run_result_t none = {.partial = true};
      return oms_sweep_row_make(&none, rc, err.message, row);
    }
    base = oms_session_file_config(file);
  }
  int rc = vary(r, base, combination, from, to, &c);
  if (rc == OMS_OK) {
    rc = run(r, &c, file, ends, row);
  }
  oms_arena_free(&c.arena);
  oms_session_file_free(file);
  return rc;
}
