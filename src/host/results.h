/* results.h - what a run leaves: statistics, CSV files, summary. simulator.md, section 4
 * ("Statistics") and design.md, section 9. Doubles are for display here: nothing flows back into
 * the core. */
#ifndef OMS_HOST_RESULTS_H
#define OMS_HOST_RESULTS_H

#include <stdio.h>

#include "bind/session.h"
#include "core/engine.h"
#include "port/desk.h"

/* Statistics over the equity of all accounts together, fed once a step. All of them, the drawdown
 * figures included, are made from the equity at the end of each trading day, with the initial
 * equity as the end of day 0; only oms_stats_drawdown looks at every step. */
typedef struct oms_stats oms_stats_t;
/* NULL when out of memory. The caller frees it. */
oms_stats_t *oms_stats_new(oms_money_t initial_equity);
void oms_stats_free(oms_stats_t *s);
/* After the completion time 'ts': 'day' is the trading day (days since 1970) it belongs to, rising
 * (a lower one counts as the day before it); 'venue_bar' whether a venue bar completed;
 * 'in_position' whether some position is not zero. Cheap: called once a bar. OMS_ERR_NOMEM. */
int oms_stats_step(oms_stats_t *s, oms_time_t ts, int64_t day, oms_money_t equity, bool venue_bar,
                   bool in_position);
/* Drawdown now, as a fraction below the peak of all steps so far: 0 .. 1, above 1 where equity is
 * negative. */
double oms_stats_drawdown(const oms_stats_t *s);
/* The series that all figures are made from: how many trading days there were, and the equity at
 * the end of the i-th, 1 <= i <= days, with its date in '*day' (days since 1970). 0 is the start:
 * the initial equity, at the end of the day before the first. */
size_t oms_stats_days(const oms_stats_t *s);
oms_money_t oms_stats_day_end(const oms_stats_t *s, size_t i, int64_t *day);

/* What the day ends say; NaN for what is not defined (a deviation of fewer than two days, a
 * division by zero, a return on equity that was not positive). Percentages per hundred. */
typedef struct oms_stats_figures {
  oms_money_t initial_equity, final_equity;
  size_t days;
  double return_pct;        /* final / initial - 1 */
  double annual_return_pct; /* (final / initial)^(N / days) - 1 */
  double volatility_pct;    /* sample deviation of day returns x root N */
  double sharpe;            /* mean / sample deviation x root N, rate 0 */
  double sortino; /* mean / root of the mean over all days of squared negative returns, x root N */
  double calmar;  /* annual return / max drawdown */
  double max_drawdown_pct;   /* positive */
  int64_t max_drawdown_days; /* the most day ends in a row below the peak before them */
  double exposure_pct;       /* completion times of venue bars with some position */
  double mean_equity;        /* of the day ends, in currency units, for the turnover */
} oms_stats_figures_t;
/* N: the trading days of a year; 'all_week': of data that trades on weekends, too. */
static inline double oms_days_a_year(bool all_week) {
  return all_week ? 365 : 252;
}
void oms_stats_figures(const oms_stats_t *s, bool all_week, oms_stats_figures_t *out);

/* The equity at the end of a trading day. */
typedef struct oms_day_end {
  int64_t day; /* days since 1970 */
  oms_money_t equity;
} oms_day_end_t;

/* The shape of a series of returns: mean, sample deviation (n - 1), skew and kurtosis of the
 * population (a normal one has 0 and 3). NaN for what is not defined. */
typedef struct oms_moments {
  size_t n;
  double mean, deviation, skew, kurtosis;
} oms_moments_t;
void oms_moments(const double *values, size_t n, oms_moments_t *out);
/* The same of the day returns, as fractions. */
void oms_stats_moments(const oms_stats_t *s, oms_moments_t *out);

/* The files of --out. Rows go to NAME.part; oms_output_name gives the files their names,
 * summary.json last, and results of an earlier run are removed at the start: where summary.json
 * stands, all files are whole and of one run; a run that died leaves .part files and no summary.
 * All functions give OMS_ERR_IO with path and reason in 'err'. */
typedef struct oms_output oms_output_t;
/* Makes the folder (and its parents) where it is missing and opens equity.csv; a folder that cannot
 * be written fails here, before the run. The caller closes it. With 'folder' NULL nothing is
 * written: only the digests are reckoned. */
int oms_output_open(const char *folder, oms_output_t **out, oms_error_t *err);
/* One row of equity.csv. */
int oms_output_equity(oms_output_t *o, oms_time_t ts, oms_money_t equity, oms_money_t cash,
                      oms_money_t position_value, double drawdown, oms_error_t *err);
/* Streams the events of the desk to events.csv from now on; the desk must live as long. */
struct oms_desk_host;
int oms_output_watch(oms_output_t *o, struct oms_desk_host *desk, oms_error_t *err);
/* For rows that are no events of the core; NULL: not watched. */
struct oms_events_out *oms_output_events(oms_output_t *o);
/* orders.csv, fills.csv, trades.csv from the desk's engine, summary.json from the fields; ends
 * equity.csv. To be called once. Rows stand in order of creation, trades as oms_engine_trades gives
 * them: an open lot has no exit time, exit price and pnl. A fill that was busted keeps its row, and
 * the row that takes it back has the other side and the same quantity, so that signed quantities
 * add up to the position. All files keep their .part names: afterwards the digests are known, and
 * the bundle may be written. */
int oms_output_write(oms_output_t *o, const oms_desk_t *desk, const oms_summary_field_t *fields,
                     size_t n, oms_error_t *err);
/* Gives what is whole its name. */
int oms_output_name(oms_output_t *o, oms_error_t *err);
/* What a run came to, 32 hex digits and NUL each: the core's events (texts left out) and the bytes
 * of fills.csv and trades.csv, the numbers of equity.csv; "" where it was not asked for. */
typedef struct oms_digests {
  char events[33], fills[33], trades[33], equity[33];
} oms_digests_t;
void oms_output_digests(const oms_output_t *o, oms_digests_t *out);
/* run.bundle; not without a folder. */
struct oms_bundle;
int oms_output_bundle(oms_output_t *o, const struct oms_bundle *bundle, oms_error_t *err);
/* report.html of the run 'h' (host.h), whose summary is 'fields'. Before oms_output_name; without
 * it there is no report. OMS_ERR_NOMEM, too. */
struct oms_host;
int oms_output_report(oms_output_t *o, const struct oms_host *h, const oms_summary_field_t *fields,
                      size_t n, oms_error_t *err);
/* reloads.csv, when there were any: ts, id, path, hash before and after (of a refused one: of the
 * file that was not taken, empty when it did not load), ok, message. Before oms_output_name. */
int oms_output_reloads(oms_output_t *o, const struct oms_host *h, oms_error_t *err);
/* Closes what is open; what has got no name before stays under its .part name. NULL allowed. */
void oms_output_close(oms_output_t *o);

/* What the summary needs besides statistics and engine. */
typedef struct oms_run_facts {
  oms_time_t start, end; /* first and last label or time of a row; OMS_NO_TIME: no data */
  uint64_t bars, events;
  uint64_t ticks; /* rows of quotes, trades, order flow and actions */
  double seconds;
  bool all_week; /* the data trades on Saturdays and Sundays too: N = 365 instead of 252 */
  bool partial;  /* ended before the end of the data */
} oms_run_facts_t;

#define OMS_SUMMARY_MAX 40
typedef struct oms_summary {
  oms_summary_field_t fields[OMS_SUMMARY_MAX];
  size_t n;
  char start[32], end[32], state_hash[33];
} oms_summary_t;
/* All keys of design.md section 9 in its order (and `partial` = 1 at the end where the run was cut
 * short). Money is in currency units. The texts of start, end and state_hash lie in '*out': it must
 * not be copied. OMS_ERR_NOMEM, OMS_ERR_OVERFLOW. */
int oms_summary_make(const oms_engine_t *e, const oms_stats_t *s, const oms_run_facts_t *facts,
                     oms_summary_t *out);
/* One JSON object with a newline; null for what is not defined (never NaN or Infinity); doubles as
 * the shortest text that reads back the same. OMS_ERR_IO when a write failed. */
int oms_summary_json(const oms_summary_field_t *fields, size_t n, FILE *to);
/* The value of one of them. The caller asks the file for errors. */
void oms_summary_json_value(const oms_summary_field_t *field, FILE *to);
/* Whether the field is what the clock of the machine measured: another one in each run. */
bool oms_summary_is_measured(const char *name);
/* One value as a person reads it: two decimals, percent signs; "-" for what is not defined. */
#define OMS_SUMMARY_TEXT 340
void oms_summary_text(const oms_summary_field_t *field, char out[OMS_SUMMARY_TEXT]);
/* The same for a person: aligned lines. */
void oms_summary_print(const oms_summary_field_t *fields, size_t n, FILE *to);

#endif
