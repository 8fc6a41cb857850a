/* report.h - report.html: one page for a browser, charts included, without anything from
 * elsewhere. The program writes facts as JSON into a page that it carries (web/pages.h); the
 * scripts of that page (src/web) draw them. */
#ifndef OMS_HOST_REPORT_H
#define OMS_HOST_REPORT_H

#include "host/host.h"
#include "host/page_out.h"

/* Round trips that the page holds; trades.csv has all. Rows of stops likewise. */
#define OMS_REPORT_TRADES 20000
#define OMS_REPORT_STOPS  20000

/* Writes folder/report.html.part from what the run holds; the fields are those of its summary. The
 * same run gives the same bytes but for `seconds` and `events_per_second`. OMS_ERR_IO with path and
 * reason, OMS_ERR_NOMEM. */
int oms_report_write(const char *folder, const oms_host_t *h, const oms_summary_field_t *fields,
                     size_t n, oms_error_t *err);

/* The parts of a run's data, by file: each writes keys into the open object. Failures of the file
 * are kept in 'to'; those that return give OMS_ERR_NOMEM. */
/* report_series.c: equity, drawdown, exposure, working stops. */
int oms_report_series(oms_page_t *to, const oms_host_t *h);
/* report_prices.c: candles, and the entries and exits in each. */
int oms_report_prices(oms_page_t *to, const oms_host_t *h);
/* report_days.c: monthly returns, rolling Sharpe ratio. */
void oms_report_days(oms_page_t *to, const oms_stats_t *stats, bool all_week);
/* report_trades.c: round trips and the distribution of their P&L. */
int oms_report_trades(oms_page_t *to, const oms_engine_t *e);
/* Tables in order: report_execution.c, report_orders.c (rejected orders by code), report_setup.c
 * (data, scripts, venue, accounts, limits). */
void oms_report_execution(oms_page_t *to, const oms_host_t *h);
int oms_report_orders(oms_page_t *to, const oms_engine_t *e);
int oms_report_setup(oms_page_t *to, const oms_host_t *h);

/* report_execution.c: since when the order worked at the venue: sent, or put in the place of the
 * one that it replaces. OMS_NO_TIME: never. */
oms_time_t oms_report_worked_from(const oms_engine_t *e, const oms_order_t *o);

/* A table: its name for links, title, a line below it (NULL: none), columns between bars, with a
 * sign before those that are not text: # number, $ money, % percentage, @ time, ~ seconds; and what
 * the page says where it has no row. Each row is an array of JSON values. */
void oms_report_table(oms_page_t *to, const char *id, const char *title, const char *line,
                      const char *columns, const char *none);
void oms_report_table_end(oms_page_t *to);

#endif
