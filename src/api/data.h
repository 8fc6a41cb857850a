/* data.h - market data of the API v2, and rows that are pushed: what its files share. */
#ifndef OMS_API_DATA_H
#define OMS_API_DATA_H

#include "api/v2.h"
#include "base/containers.h"

/* Bars (data_bars.c). */

/* The complete bars of a symbol in a timeframe, made of finer ones where the host has none such;
 * with 'most' > 0 the last ones alone. OMS_ERR_NOMEM; the list (oms_bar_t) is the caller's to
 * free. */
int oms_data_bars(const oms_desk_t *desk, uint32_t instrument, int64_t timeframe, size_t most,
                  oms_array_t *bars);
void oms_data_write_bar(oms_writer_t *w, const char *key, const oms_bar_t *bar);
/* "1Min", "5Min", "1Hour", "1Day", "1Week" to ns; 0: none such. */
int64_t oms_data_timeframe(const char *text);

void oms_data_get_bars(oms_call_t *c);
void oms_data_get_bars_of(oms_call_t *c);
void oms_data_get_latest_bars(oms_call_t *c);
void oms_data_get_latest_bar(oms_call_t *c);
void oms_data_get_latest_quotes(oms_call_t *c);
void oms_data_get_latest_quote(oms_call_t *c);
void oms_data_get_latest_trades(oms_call_t *c);
void oms_data_get_latest_trade(oms_call_t *c);
void oms_data_get_snapshots(oms_call_t *c);
void oms_data_get_snapshot(oms_call_t *c);
void oms_data_feed(oms_call_t *c);

/* Of both spellings: the symbols stand first. */
enum {
  BARS_SYMBOLS,
  BARS_TIMEFRAME,
  BARS_START,
  BARS_END,
  BARS_LIMIT,
  BARS_SORT,
  BARS_TOKEN,
  BARS_ADJUSTMENT,
  BARS_FEED,
  BARS_ASOF,
  BARS_CURRENCY,
  BARS_COUNT
};

/* Rows that are pushed. */
enum { FEED_QUOTES, FEED_TRADES, FEED_BARS, FEED_COUNT };
enum { QUOTE_TIME, QUOTE_BID, QUOTE_BID_SIZE, QUOTE_ASK, QUOTE_ASK_SIZE, QUOTE_COUNT };
enum { TRADE_TIME, TRADE_PRICE, TRADE_SIZE, TRADE_COUNT };
enum { BAR_TIME, BAR_OPEN, BAR_HIGH, BAR_LOW, BAR_CLOSE, BAR_VOLUME, BAR_TIMEFRAME, BAR_COUNT };
extern const oms_field_t oms_data_quote_fields[QUOTE_COUNT], oms_data_trade_fields[TRADE_COUNT],
    oms_data_bar_fields[BAR_COUNT];

#endif
