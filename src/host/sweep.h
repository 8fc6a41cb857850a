/* sweep.h - one session run with every combination of some parameters, by worker processes: the
 * table of the results, their order, walk-forward windows, the warning against overfitting. Results
 * stand by combination, so that they do not depend on how many workers there were. */
#ifndef OMS_HOST_SWEEP_H
#define OMS_HOST_SWEEP_H

#include "host/grid.h"
#include "host/run.h"

/* sweep_row.c: the result of one run. */

#define OMS_SWEEP_STATS 25

typedef enum oms_sweep_status {
  OMS_SWEEP_WAITING, /* has not run */
  OMS_SWEEP_DONE,
  OMS_SWEEP_STOPPED, /* a strategy was stopped by an error */
  OMS_SWEEP_CHECK,   /* the session's check failed */
  OMS_SWEEP_FAILED,  /* did not run to its end */
  OMS_SWEEP_DIED     /* its process ended */
} oms_sweep_status_t;

typedef struct oms_sweep_row {
  uint8_t status; /* oms_sweep_status_t; only a row that is done has statistics */
  bool all_week;
  uint8_t kinds[OMS_SWEEP_STATS]; /* oms_field_kind_t */
  union {
    int64_t integer;
    double number;
  } values[OMS_SWEEP_STATS];
  char start[32], end[32], state_hash[33];
  oms_moments_t returns;
  char *message; /* owned; NULL: none */
} oms_sweep_row_t;

/* Name of the i-th statistic: the keys of summary.json in their order, without those that hang on
 * the clock of the machine (seconds, events_per_second). */
const char *oms_sweep_stat_name(size_t i);
/* The place of that name, OMS_SWEEP_STATS where there is none. */
size_t oms_sweep_stat(const char *name);
const char *oms_sweep_status_name(unsigned status);
/* The statistic as a field; a NULL one where the row has none. Texts are borrowed. */
void oms_sweep_field(const oms_sweep_row_t *row, size_t i, oms_summary_field_t *out);
/* The row of a run that came back with 'rc' and 'message' (an error's, its first line is taken;
 * NULL or empty: none). OMS_ERR_NOMEM. */
int oms_sweep_row_make(const oms_run_result_t *result, int rc, const char *message,
                       oms_sweep_row_t *out);
void oms_sweep_row_free(oms_sweep_row_t *row);
int oms_sweep_row_message(oms_sweep_row_t *row, const char *message);

/* A row as one line of text (no end of line), with a checksum, for pipes and the journal; and back.
 * The length of the line, at most OMS_SWEEP_LINE - 1. Decoding: false for anything else than such a
 * line; 'out' is to be freed only after true. */
#define OMS_SWEEP_LINE 3000
size_t oms_sweep_encode(const oms_sweep_row_t *row, size_t task, char out[OMS_SWEEP_LINE]);
bool oms_sweep_decode(const char *line, size_t n, size_t *task, oms_sweep_row_t *out);

/* sweep_order.c: which run is better. */

typedef struct oms_sweep_key {
  size_t stat;
  bool largest; /* comes first */
} oms_sweep_key_t;
/* Whether the smallest value of the statistic is the best. */
bool oms_sweep_less_is_better(size_t stat);
/* NAME, best first: the smallest for rejected, volatility_pct, max_drawdown_pct, max_drawdown_days,
 * exposure_pct, commission and turnover, the largest for all others; -NAME the other way round.
 * OMS_ERR_USAGE with the nearest name. */
int oms_sweep_key_parse(const char *text, oms_sweep_key_t *out, oms_error_t *err);
/* Below 0 when 'a' is better; 0 when equal. Rows without the statistic come last. */
int oms_sweep_compare(const oms_sweep_key_t *key, const oms_sweep_row_t *a,
                      const oms_sweep_row_t *b);
/* The indices of 'n' rows, best first, equal ones by index, into 'order' (n of them).
 * OMS_ERR_NOMEM. */
int oms_sweep_rank(const oms_sweep_key_t *key, const oms_sweep_row_t *rows, size_t n,
                   uint32_t *order);

/* sweep_window.c: walk-forward. */

typedef struct oms_span {
  int n;
  char unit; /* d, w, m (months), y */
} oms_span_t;
typedef struct oms_walk {
  oms_span_t train, test;
} oms_walk_t;
/* Bars that complete in (train_from, train_to] choose, those in (train_to, test_to] judge. */
typedef struct oms_window {
  oms_time_t train_from, train_to, test_to;
} oms_window_t;
/* "3y:1y". OMS_ERR_USAGE. */
int oms_walk_parse(const char *text, oms_walk_t *out, oms_error_t *err);
/* Windows from 'from' on, each a test span later than the one before, by the calendar of 'zone', as
 * long as a test begins at or before 'last'; no test goes beyond 'end'. Pushes oms_window_t.
 * OMS_ERR_USAGE when there is none, OMS_ERR_NOMEM. */
int oms_walk_windows(const oms_walk_t *walk, oms_zone_t zone, oms_time_t from, oms_time_t last,
                     oms_time_t end, oms_array_t *windows, oms_error_t *err);

/* sweep.c */

typedef struct oms_sweep_options {
  const oms_grid_t *grid;
  /* Path of a session file, read anew for each run over the config's table of files; NULL: there
   * is none. */
  const char *session;
  const char *strategy; /* as the user named it, for the outputs */
  size_t jobs;          /* > 0 */
  oms_sweep_key_t sort;
  const oms_walk_t *walk; /* NULL: one run a combination over all data */
  const char *out;        /* folder; NULL: none */
  bool fresh;             /* what an interrupted sweep left in the folder is thrown away */
  bool progress, quiet;
  uint64_t strict_budget;
  /* What else decides the results: has the settings of the command line put in by the caller. */
  oms_digest_t *settings;
  const volatile sig_atomic_t *stop;
} oms_sweep_options_t;

/* A deflated Sharpe ratio from here on is usually believed. */
#define OMS_SWEEP_BELIEVED 0.95

/* What the best of many trials is worth: deflate.h. */
typedef struct oms_sweep_luck {
  size_t trials;   /* combinations with a Sharpe ratio */
  double sharpe;   /* annualised, of the best by the sort */
  double expected; /* annualised: what the best of so many would show by chance */
  double deflated; /* probability; NaN: not defined */
} oms_sweep_luck_t;

/* All test windows in a row. */
typedef struct oms_sweep_chain {
  size_t days, trades;
  double return_pct, annual_return_pct, sharpe, max_drawdown_pct;
} oms_sweep_chain_t;

typedef struct oms_sweep {
  const oms_session_config_t *config;
  oms_sweep_options_t options;
  size_t combinations;
  oms_window_t *windows; /* of the walk-forward, or one without bounds */
  size_t window_n;
  oms_sweep_row_t *rows;     /* by window, then by combination */
  oms_sweep_row_t *tests;    /* by window, of a walk-forward */
  uint32_t *chosen;          /* by window: the combination; UINT32_MAX: none was done */
  uint32_t *order;           /* combinations, best first, without a walk-forward */
  oms_array_t chain_ends;    /* oms_day_end_t: equity of the test windows in a row */
  oms_array_t chain_windows; /* uint32_t: the window of each */
  oms_sweep_chain_t chain;
  oms_sweep_luck_t luck;
  size_t finished, resumed, failed; /* of rows; resumed: taken over from an interrupted sweep */
  bool interrupted;
  bool cold; /* a strategy has no `warmup`: each window begins without what came before it */
} oms_sweep_t;

/* Runs the sweep and, with a folder, writes sweep.csv, sweep.html, sweep.json and, of a
 * walk-forward, walk_forward.csv and walk_forward_equity.csv. '*out' is to be freed by
 * oms_sweep_free; it is there with OMS_OK and with OMS_ERR_CANCELED (interrupted: what is finished
 * is in it). OMS_ERR_USAGE, OMS_ERR_SCRIPT, OMS_ERR_IO, OMS_ERR_NOMEM: nothing ran, or no run
 * could. */
int oms_sweep_run(const oms_session_config_t *config, const oms_sweep_options_t *options,
                  oms_sweep_t **out, oms_error_t *err);
void oms_sweep_free(oms_sweep_t *s); /* NULL is allowed */

/* sweep_json.c, sweep_print.c */

/* The whole sweep as one JSON object, for sweep.json, --json and a page that draws it: axes with
 * their values, each statistic as a list by combination, the order, the luck, the windows. The
 * caller asks the file for errors. */
void oms_sweep_json(const oms_sweep_t *s, FILE *to);
/* For a person: the 'top' best combinations or the windows, then what the best is worth. */
int oms_sweep_print(const oms_sweep_t *s, size_t top, FILE *to);

#endif
