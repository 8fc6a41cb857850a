/* results.h - what a run leaves: statistics, CSV files, summary. simulator.md, section 4 ("Statistics") and
 * design.md, section 9. Doubles are for display here: nothing flows back into the core. */
#ifndef OMS_HOST_RESULTS_H
#define OMS_HOST_RESULTS_H

#include <stdio.h>

#include "bind/session.h"
#include "core/engine.h"

/* Statistics over the equity of all accounts together, fed once a step. */
typedef struct oms_stats oms_stats_t;
/* NULL when out of memory. The caller frees it. */
oms_stats_t *oms_stats_new(oms_money_t initial_equity);
void oms_stats_free(oms_stats_t *s);
/* After a completion time: 'day' is the trading day (days since 1970) it belongs to, rising; 'venue_bar' whether a
 * venue bar completed; 'in_position' whether some position is not zero. Cheap: called once a bar.
 * OMS_ERR_NOMEM. */
int oms_stats_step(oms_stats_t *s, oms_time_t ts, int64_t day, oms_money_t equity, bool venue_bar,
                   bool in_position);
/* Drawdown now, as a fraction below the peak so far (0 .. 1). */
double oms_stats_drawdown(const oms_stats_t *s);

/* The files of --out. All functions give OMS_ERR_IO with path and reason in 'err'. */
typedef struct oms_output oms_output_t;
/* Makes the folder where it is missing and opens equity.csv; a folder that cannot be written fails here, before
 * the run. The caller closes it. */
int oms_output_open(const char *folder, oms_output_t **out, oms_error_t *err);
/* One row of equity.csv. */
int oms_output_equity(oms_output_t *o, oms_time_t ts, oms_money_t equity, oms_money_t cash,
                      oms_money_t position_value, double drawdown, oms_error_t *err);
/* orders.csv, fills.csv, trades.csv from the engine, summary.json from the fields; closes equity.csv. */
int oms_output_finish(oms_output_t *o, const oms_engine_t *e, const oms_summary_field_t *fields,
                      size_t n, oms_error_t *err);
void oms_output_close(oms_output_t *o);

/* What the summary needs besides statistics and engine. */
typedef struct oms_run_facts {
  oms_time_t start, end; /* first and last label; OMS_NO_TIME: no bars */
  uint64_t bars, events;
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
/* All keys of design.md section 9 in its order (and `partial` = 1 at the end where the run was cut short).
 * OMS_ERR_NOMEM. */
int oms_summary_make(const oms_engine_t *e, const oms_stats_t *s, const oms_run_facts_t *facts,
                     oms_summary_t *out);
/* One JSON object with a newline; null for what is not defined (never NaN or Infinity). */
int oms_summary_json(const oms_summary_field_t *fields, size_t n, FILE *to);
/* The same for a person: aligned lines. */
void oms_summary_print(const oms_summary_field_t *fields, size_t n, FILE *to);

#endif
