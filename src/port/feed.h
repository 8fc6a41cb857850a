/* feed.h - market data as it enters the core: bars in order of completion, quotes, trades, order
 * flow and corporate actions at their time, merged into one stream. */
#ifndef OMS_PORT_FEED_H
#define OMS_PORT_FEED_H

#include "base/fixed.h"
#include "core/corporate.h"

/* One bar. Prices 1e-9. 'volume' is a double on purpose: index volumes exceed the range of
 * oms_qty_t, and nothing but scripts and max_participation reads it. */
typedef struct oms_bar {
  oms_time_t ts; /* label, as in the file */
  /* First instant the bar covers: orders that arrived at or before it may match. */
  oms_time_t start;
  oms_time_t end; /* completion: the bar is one event at this time */
  oms_price_t open, high, low, close;
  double volume;   /* 0 where the source has none */
  uint32_t stream; /* index in the data list */
} oms_bar_t;

/* A bar as it stands in a file or in place, before it has a start and an end. All fields are 8
 * bytes wide; the reader of files fills them by position. */
typedef struct oms_bar_row {
  oms_time_t ts; /* label as in the file */
  oms_price_t open, high, low, close;
  double volume; /* 0 without the column */
} oms_bar_row_t;

/* What a data entry holds. */
typedef enum oms_data_kind {
  OMS_DATA_BARS,
  OMS_DATA_QUOTES,
  OMS_DATA_TRADES,
  OMS_DATA_ORDERS, /* order flow of a price-time book */
  OMS_DATA_ACTIONS /* splits and dividends */
} oms_data_kind_t;

/* A quote replaces its symbol's book (simulator.md, section 3). OMS_NO_PRICE: that side is absent.
 * INT64_MAX as a size: unlimited (0 in the file, or no column). */
typedef struct oms_quote {
  oms_price_t bid, ask;
  oms_qty_t bid_size, ask_size;
} oms_quote_t;

static inline bool oms_quote_same(const oms_quote_t *a, const oms_quote_t *b) {
  return a->bid == b->bid && a->ask == b->ask && a->bid_size == b->bid_size &&
         a->ask_size == b->ask_size;
}

/* A print of the market. Size 0: not known. */
typedef struct oms_print {
  oms_price_t price;
  oms_qty_t size;
} oms_print_t;

/* One row of order flow: 'A' adds a limit order (price and qty), 'C' cancels what is left of it,
 * 'R' reduces it to 'qty' in place. 'id' is the row's own numbering, > 0. */
typedef struct oms_flow {
  char op;
  uint8_t side; /* oms_side_t: buy or sell; of 'A' only */
  uint64_t id;
  oms_price_t price;
  oms_qty_t qty;
} oms_flow_t;

/* One row that is no bar. */
typedef struct oms_tick {
  oms_time_t ts;
  uint32_t stream; /* index in the data list */
  uint8_t kind;    /* oms_data_kind_t; never OMS_DATA_BARS */
  union {
    oms_quote_t quote;
    oms_print_t trade;
    oms_flow_t flow;
    oms_corporate_t action;
  } u;
} oms_tick_t;

/* The source of a session's data; implemented in src/data (files, rows in place). */
typedef struct oms_feed {
  void *self;
  /* Time of the next event (of a bar its completion) and what it is; OMS_NO_TIME at the end of all
   * data. On failure OMS_ERR_X with a message naming file, line, column. */
  int (*peek)(void *self, oms_time_t *at, oms_data_kind_t *kind, oms_error_t *err);
  /* The next bar in (completion, finer timeframe first, order of the data list) order; *bar is
   * valid until the next call. Call only after a peek that gave the time of a bar. */
  int (*next)(void *self, const oms_bar_t **bar, oms_error_t *err);
  /* The next row that is no bar, likewise after a peek that told one. */
  int (*next_tick)(void *self, const oms_tick_t **tick, oms_error_t *err);
  void (*close)(void *self);
} oms_feed_t;

#endif
