/* report.h - report.html: one page on a run for a person, without scripts and without anything from
 * elsewhere. */
#ifndef OMS_HOST_REPORT_H
#define OMS_HOST_REPORT_H

#include "host/host.h"
#include "host/html_out.h"

/* Round trips that the page shows; trades.csv has all. */
#define OMS_REPORT_TRADES 500

/* Writes folder/report.html.part from what the run holds; the fields are those of its summary. The
 * same run gives the same bytes but for `seconds` and `events_per_second`. OMS_ERR_IO with path and
 * reason, OMS_ERR_NOMEM. */
int oms_report_write(const char *folder, const oms_host_t *h, const oms_summary_field_t *fields,
                     size_t n, oms_error_t *err);

/* The parts of the page, by file. They only write; failures are kept in 'to'. */
/* report_chart.c: equity and drawdown over the trading days. */
void oms_report_chart(oms_html_t *to, const oms_stats_t *stats);
/* report_setup.c: data, scripts, venue, accounts, limits. OMS_ERR_NOMEM. */
int oms_report_setup(oms_html_t *to, const oms_host_t *h);
/* report_orders.c: rejected orders by code, round trips. OMS_ERR_NOMEM. */
int oms_report_orders(oms_html_t *to, const oms_engine_t *e);

/* Cells of a table row: text, a number of that many decimals, an instant; what is absent gives an
 * empty cell. */
void oms_report_cell(oms_html_t *to, const char *text);
void oms_report_number(oms_html_t *to, int64_t v, int decimals);
void oms_report_money(oms_html_t *to, oms_money_t v); /* in whole cents */
void oms_report_time(oms_html_t *to, oms_time_t t);
/* A heading, a line below it (markup; NULL: none) and the head of a table, columns between bars:
 * "symbol|side|#qty", a # before one of numbers; and its end. */
void oms_report_table(oms_html_t *to, const char *title, const char *line, const char *columns);
void oms_report_table_end(oms_html_t *to);

#endif
