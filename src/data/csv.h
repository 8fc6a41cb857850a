/* csv.h - market data text to rows: bars, quotes, trades, order flow, corporate actions, latencies.
 * One reader reads files one after another, as parts of one stream: times may not go back from one
 * file to the next. */
#ifndef OMS_DATA_CSV_H
#define OMS_DATA_CSV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/fixed.h"
#include "base/time.h"
#include "port/feed.h"

typedef enum oms_csv_kind {
  OMS_CSV_BARS, /* the first five as oms_data_kind_t */
  OMS_CSV_QUOTES,
  OMS_CSV_TRADES,
  OMS_CSV_ORDERS,
  OMS_CSV_ACTIONS,
  OMS_CSV_LATENCY
} oms_csv_kind_t;
#define OMS_CSV_KINDS 6

/* Rows as they leave the reader. All fields are 8 bytes wide; csv.c fills them by position. */
typedef struct oms_quote_row {
  oms_time_t ts;
  oms_price_t bid; /* 0: this side is absent */
  oms_qty_t bid_size;
  oms_price_t ask;
  oms_qty_t ask_size;
} oms_quote_row_t;
typedef struct oms_trade_row {
  oms_time_t ts;
  oms_price_t price;
  oms_qty_t size;
} oms_trade_row_t;
typedef struct oms_flow_row {
  oms_time_t ts; /* without the column: 1 ms a row from 1970 on */
  int64_t op;    /* 'A', 'C', 'R' */
  int64_t id;    /* > 0 */
  int64_t side;  /* 'B', 'S'; 0: empty, as the rest of a C row may be */
  oms_price_t price;
  oms_qty_t qty;
} oms_flow_row_t;
typedef struct oms_action_row {
  oms_time_t ts;
  int64_t kind;  /* oms_corporate_kind_t */
  int64_t value; /* 1e-9: new shares for one old, or cash a share; from whichever column */
  int64_t split_ratio, dividend; /* as in the file */
  int64_t mine;                  /* 0: of another symbol, left out */
} oms_action_row_t;
typedef struct oms_latency_row {
  int64_t entry, response; /* ms, 1e-9 */
} oms_latency_row_t;

/* A line above this many bytes is an error: memory stays bounded whatever the file holds. */
#define OMS_CSV_LINE_MAX ((size_t)64 << 10)

typedef struct oms_csv oms_csv_t;

/* What a row must keep: positive prices, low <= open, close <= high, a finite volume >= 0, ts >=
 * 'prev_ts'. OMS_OK, or OMS_ERR_DATA with the name of the column and what is wrong with it ('n'
 * bytes of room). */
int oms_bar_row_check(const oms_bar_row_t *row, oms_time_t prev_ts, const char **column, char *what,
                      size_t n);

/* What a row of order flow lacks: NULL, or the name of the column and '*what' is wrong with it. */
const char *oms_flow_fault(const oms_flow_row_t *row, const char **what);
/* The same for a corporate action (oms_corporate_kind_t) and its value, of which a stock dividend
 * below 1 becomes the whole ratio (0.05 is 1.05). NULL, or the name of the column and '*what' is
 * wrong. */
const char *oms_action_fault(int64_t kind, int64_t *value, const char **what);
/* The same for a time after 'prev_ts'. */
int oms_row_time_check(oms_time_t ts, oms_time_t prev_ts, const char **column, char *what,
                       size_t n);

/* A reader of rows of 'kind' whose times without a zone are wall time of 'zone'. It allocates here
 * and nowhere else. The caller frees it. OMS_ERR_NOMEM. */
int oms_csv_new(oms_csv_kind_t kind, oms_zone_t zone, oms_csv_t **out);
void oms_csv_free(oms_csv_t *csv); /* NULL is allowed */
/* Of a file of actions with a column "symbol" only the rows of 'symbol' are read (borrowed; NULL:
 * all). Before the first file. */
void oms_csv_set_symbol(oms_csv_t *csv, const char *symbol);

/* Before a file is opened: 'rows' rows up to the time 'last_ts' (INT64_MIN: none) stand before it
 * in the stream, wherever they came from; what oms_csv_date_only and oms_csv_any_volume tell begins
 * anew. */
void oms_csv_begin(oms_csv_t *csv, uint64_t rows, oms_time_t last_ts);

/* What the header line of the file says that it holds; a header that fits nothing counts as bars,
 * whose reader tells what is missing. OMS_ERR_IO, OMS_ERR_DATA, OMS_ERR_NOMEM. */
int oms_csv_find_kind(const char *path, oms_csv_kind_t *kind, oms_error_t *err);

/* The next file of the stream: opens it and reads its header line. 'path' is borrowed while it is
 * read. OMS_ERR_IO and OMS_ERR_DATA with a message that names the file and what to do. */
int oms_csv_open(oms_csv_t *csv, const char *path, oms_error_t *err);
/* The same over bytes in memory, which are borrowed. */
int oms_csv_open_memory(oms_csv_t *csv, const char *name, const void *data, size_t n,
                        oms_error_t *err);

/* Up to 'cap' rows into 'rows' (an array of the kind's row type). '*n' below 'cap' with OMS_OK is
 * the end of the file. On failure '*n' rows before the bad line are good, and the message names
 * file, line and column; the reader is then only good for oms_csv_free. */
int oms_csv_read(oms_csv_t *csv, void *rows, size_t cap, size_t *n, oms_error_t *err);

/* Bytes of a row of the reader's kind, of any kind. */
size_t oms_csv_row_size(const oms_csv_t *csv);
size_t oms_csv_kind_row_size(oms_csv_kind_t kind);
/* Whether the open file has a column of times. */
bool oms_csv_has_time(const oms_csv_t *csv);
/* Whether all times so far were dates without a time of day (true before the first row). */
bool oms_csv_date_only(const oms_csv_t *csv);
/* Whether the open file has a volume (bars) or a size column, and whether any row of the stream so
 * far had one above 0: a column that is 0 throughout counts as absent. */
bool oms_csv_has_volume(const oms_csv_t *csv);
bool oms_csv_any_volume(const oms_csv_t *csv);
/* Stored bytes of the open file, and how many of them have been read. Not for another thread. */
int64_t oms_csv_size(const oms_csv_t *csv);
int64_t oms_csv_consumed(const oms_csv_t *csv);

#endif
