/* output_rows.h - the rows of orders.csv, fills.csv and trades.csv; between output.c and
 * output_rows.c. */
#ifndef OMS_HOST_OUTPUT_ROWS_H
#define OMS_HOST_OUTPUT_ROWS_H

#include "host/csv_out.h"
#include "port/desk.h"

/* Columns of each file: design.md, section 9. */
extern const char oms_orders_header[], oms_fills_header[], oms_trades_header[];
extern const char oms_reloads_header[];

/* All rows of the engine; orders.csv shows the stop of a trailing order as it stands at the venue,
 * and none of one that has ended. OMS_ERR_IO, OMS_ERR_NOMEM. */
int oms_output_orders(oms_csv_out_t *c, const oms_desk_t *desk, oms_error_t *err);
int oms_output_fills(oms_csv_out_t *c, const oms_desk_t *desk, oms_error_t *err);
int oms_output_trades(oms_csv_out_t *c, const oms_desk_t *desk, oms_error_t *err);

/* reload_rows.c */
struct oms_host;
int oms_output_reload_rows(oms_csv_out_t *c, const struct oms_host *h, oms_error_t *err);

#endif
