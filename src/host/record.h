/* record.h - what a run keeps for its page beside what the core keeps: equity, prices, stops that
 * moved, the price when an order was made. Bounded: a series that grows beyond its room is thinned
 * in place, by joining neighbours, so that no extreme is lost; equal runs keep the same. Only a run
 * with --out has one. */
#ifndef OMS_HOST_RECORD_H
#define OMS_HOST_RECORD_H

#include "base/containers.h"
#include "port/desk.h"

/* A list of at most 'max' elements, each of which stands for 'each' points; the last one holds
 * 'in' of them. */
typedef struct oms_thinned {
  oms_array_t list;
  size_t max;
  uint64_t each, in;
} oms_thinned_t;

/* A stretch of steps. */
typedef struct oms_equity_stretch {
  oms_time_t ts; /* of its last step */
  oms_time_t low_ts, high_ts, deep_ts;
  oms_money_t low, high, last;
  double depth; /* deepest drawdown, a fraction of the peak before it */
  double gross; /* largest value of all positions, a fraction of equity; 0 without equity */
  double net;   /* at the largest, shorts negative */
} oms_equity_stretch_t;

typedef struct oms_candle {
  oms_time_t ts; /* label of the first bar */
  oms_price_t open, high, low, close;
} oms_candle_t;

/* From 'ts' on the trailing order worked with this stop. */
typedef struct oms_stop_step {
  uint32_t order;
  oms_time_t ts;
  oms_price_t stop;
} oms_stop_step_t;

/* By order index. */
typedef struct oms_arrival {
  oms_price_t price; /* middle of the quote, else the last price; OMS_NO_PRICE: none yet */
  oms_price_t stop;  /* the last step of a trailing order */
} oms_arrival_t;

#define OMS_PAGE_EQUITY  8192
#define OMS_PAGE_CANDLES 65536 /* of all symbols together, but 64 of each at least */
#define OMS_PAGE_STEPS   20000

/* Of an instrument. Ticks make a candle of each second in which there was one. */
typedef struct oms_record_prices {
  oms_thinned_t candles; /* oms_candle_t */
  bool has_bars;         /* the candles are the bars of its data; else they are made of ticks */
  oms_candle_t second;   /* of the ticks that are not in the list yet; ts OMS_NO_TIME: none */
} oms_record_prices_t;

typedef struct oms_page_record {
  oms_thinned_t equity;        /* oms_equity_stretch_t */
  oms_record_prices_t *prices; /* by instrument; owned */
  size_t price_n;
  oms_array_t arrivals; /* oms_arrival_t, by order index */
  oms_array_t steps;    /* oms_stop_step_t, at most OMS_PAGE_STEPS */
  bool trails;          /* an order with a trailing stop was made */
} oms_page_record_t;

/* For that many instruments. NULL when out of memory. The caller frees it. */
oms_page_record_t *oms_record_new(size_t instruments);
void oms_record_free(oms_page_record_t *r);

/* All return OMS_ERR_NOMEM or OMS_OK. */
int oms_record_bar(oms_page_record_t *r, uint32_t instrument, const oms_bar_t *bar);
/* Ticks in order of time. */
int oms_record_tick(oms_page_record_t *r, uint32_t instrument, oms_time_t ts, oms_price_t price);
/* The last second of ticks enters the list; before the candles are read. */
int oms_record_end(oms_page_record_t *r);
/* Middle of the quote, else the last price; OMS_NO_PRICE: none. */
oms_price_t oms_record_price(const oms_instrument_t *i);
/* The books after a step; 'drawdown' as in equity.csv. */
int oms_record_equity(oms_page_record_t *r, oms_time_t ts, oms_money_t equity,
                      oms_money_t long_value, oms_money_t short_value, double drawdown);
/* Takes in the orders made since the last call: to be called before prices move. */
int oms_record_orders(oms_page_record_t *r, const oms_engine_t *e);
/* Takes in the trailing stops that stand elsewhere than at the last call. */
int oms_record_stops(oms_page_record_t *r, const oms_desk_t *desk);

#endif
