/* diff.h - where two runs part: the first event that is not the same, what is known of both sides
 * then, and in what the runs were made differently. */
#ifndef OMS_HOST_DIFF_H
#define OMS_HOST_DIFF_H

#include <stdio.h>

#include "base/err.h"
#include "host/bundle.h"
#include "host/rows_in.h"

/* Compares the results in two folders: events.csv, then equity.csv, orders.csv, fills.csv,
 * trades.csv and the summary without what the clock measured; prints what is found. '*differ' says
 * whether anything is. The files are streamed. OMS_ERR_IO for one that is missing or cannot be
 * read, OMS_ERR_DATA, OMS_ERR_NOMEM. */
int oms_diff_runs(const char *a, const char *b, FILE *to, bool *differ, oms_error_t *err);

/* diff_settings.c: prints in what two bundles were made differently: command line, scripts, data,
 * settings, version, seed. False: in nothing. */
bool oms_diff_settings(const oms_bundle_t *a, const oms_bundle_t *b, FILE *to);

/* diff_state.c: positions and open orders as the rows of events.csv tell them. */
typedef struct oms_diff_state oms_diff_state_t;
oms_diff_state_t *oms_diff_state_new(void); /* NULL when out of memory */
void oms_diff_state_free(oms_diff_state_t *s);
/* Takes a row of events.csv in. OMS_ERR_NOMEM. */
int oms_diff_state_take(oms_diff_state_t *s, const oms_rows_in_t *row);
void oms_diff_state_print(const oms_diff_state_t *s, FILE *to);

#endif
