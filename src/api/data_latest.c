/* data_latest.c - the last quote, trade and bar of symbols, and all of them in one. What the host
 * does not know of a print or quote (exchange, conditions, sizes of bars' closes) is empty or 0. */
#include <stdio.h>
#include <string.h>

#include "api/data.h"

enum { DAY_BARS = 2 };

/* False: there is none yet. */
static bool write_quote(oms_call_t *c, const char *key, uint32_t instrument) {
  const oms_instrument_t *i = oms_engine_instrument(c->engine, instrument);
  oms_quote_t q = {i->bid, i->ask, i->bid_size, i->ask_size};
  oms_time_t ts = c->desk->now;
  bool there = c->desk->quote != NULL ? c->desk->quote(c->desk->self, instrument, &q, &ts)
                                      : q.bid != OMS_NO_PRICE || q.ask != OMS_NO_PRICE;
  if (!there) {
    return false;
  }
  oms_write_object(c->out, key);
  oms_write_time(c->out, "t", ts);
  oms_write_text(c->out, "ax", "");
  oms_write_number(c->out, "ap", q.ask == OMS_NO_PRICE ? 0 : q.ask, OMS_PRICE_DECIMALS);
  oms_write_number(c->out, "as", q.ask_size == INT64_MAX ? 0 : q.ask_size, OMS_QTY_DECIMALS);
  oms_write_text(c->out, "bx", "");
  oms_write_number(c->out, "bp", q.bid == OMS_NO_PRICE ? 0 : q.bid, OMS_PRICE_DECIMALS);
  oms_write_number(c->out, "bs", q.bid_size == INT64_MAX ? 0 : q.bid_size, OMS_QTY_DECIMALS);
  oms_write_list(c->out, "c");
  oms_write_list_end(c->out);
  oms_write_text(c->out, "z", "");
  oms_write_object_end(c->out);
  return true;
}

static bool write_trade(oms_call_t *c, const char *key, uint32_t instrument) {
  const oms_instrument_t *i = oms_engine_instrument(c->engine, instrument);
  if (i->last == OMS_NO_PRICE) {
    return false;
  }
  oms_print_t print = {0};
  bool known = c->desk->trade != NULL && c->desk->trade(c->desk->self, instrument, &print) &&
               print.price == i->last; /* else it is the close of a bar */
  oms_write_object(c->out, key);
  oms_write_time(c->out, "t", i->last_ns);
  oms_write_text(c->out, "x", "");
  oms_write_number(c->out, "p", i->last, OMS_PRICE_DECIMALS);
  oms_write_number(c->out, "s", known ? print.size : 0, OMS_QTY_DECIMALS);
  oms_write_list(c->out, "c");
  oms_write_list_end(c->out);
  oms_write_int(c->out, "i", 0);
  oms_write_text(c->out, "z", "");
  oms_write_object_end(c->out);
  return true;
}

/* The last bar of a timeframe (0: the finest), 'back' bars before the last. */
static bool write_last_bar(oms_call_t *c, const char *key, uint32_t instrument, int64_t timeframe,
                           size_t back) {
  oms_array_t bars;
  int rc = oms_data_bars(c->desk, instrument, timeframe, DAY_BARS, &bars);
  bool there = rc == OMS_OK && bars.n > back;
  c->out->failed = c->out->failed || rc != OMS_OK;
  if (there) {
    oms_data_write_bar(c->out, key, OMS_AT(&bars, oms_bar_t, bars.n - 1 - back));
  }
  oms_array_free(&bars);
  return there;
}

static bool write_bar(oms_call_t *c, const char *key, uint32_t instrument) {
  return write_last_bar(c, key, instrument, 0, 0);
}

typedef bool (*write_fn_t)(oms_call_t *c, const char *key, uint32_t instrument);

static bool write_snapshot(oms_call_t *c, const char *key, uint32_t instrument) {
  const int64_t minute = 60 * OMS_NS_PER_SECOND, day = 86400 * OMS_NS_PER_SECOND;
  oms_write_object(c->out, key);
  if (!write_trade(c, "latestTrade", instrument)) {
    oms_write_null(c->out, "latestTrade");
  }
  if (!write_quote(c, "latestQuote", instrument)) {
    oms_write_null(c->out, "latestQuote");
  }
  if (!write_last_bar(c, "minuteBar", instrument, minute, 0)) {
    oms_write_null(c->out, "minuteBar");
  }
  if (!write_last_bar(c, "dailyBar", instrument, day, 0)) {
    oms_write_null(c->out, "dailyBar");
  }
  if (!write_last_bar(c, "prevDailyBar", instrument, day, 1)) {
    oms_write_null(c->out, "prevDailyBar");
  }
  if (key == NULL) {
    oms_write_text(c->out, "symbol", oms_engine_instrument(c->engine, instrument)->symbol);
  }
  oms_write_object_end(c->out);
  return true;
}

/* Symbols that are not known, or of which nothing is known, are left out. */
static void write_all(oms_call_t *c, const char *key, write_fn_t write) {
  oms_write_object(c->out, NULL);
  if (key != NULL) {
    oms_write_object(c->out, key);
  }
  for (const char *at = c->args[0].text; *at != '\0';) {
    char symbol[130];
    size_t n = strcspn(at, ",");
    snprintf(symbol, sizeof symbol, "%.*s", (int)(n < 128 ? n : 128), at);
    at += n + (at[n] == ',');
    uint32_t instrument = oms_engine_find_instrument(c->engine, symbol);
    if (instrument != OMS_NONE) {
      (void)write(c, symbol, instrument);
    }
  }
  if (key != NULL) {
    oms_write_object_end(c->out);
  }
  oms_write_object_end(c->out);
}

static uint32_t symbol_arg(oms_call_t *c) {
  uint32_t instrument = oms_engine_find_instrument(c->engine, c->args[0].text);
  if (instrument == OMS_NONE) {
    oms_call_error(c, 404, OMS_API_NOT_FOUND, "symbol not found: %s", c->args[0].text);
  }
  return instrument;
}

static void write_one(oms_call_t *c, const char *key, write_fn_t write) {
  uint32_t instrument = symbol_arg(c);
  if (instrument == OMS_NONE) {
    return;
  }
  oms_write_object(c->out, NULL);
  oms_write_text(c->out, "symbol", c->args[0].text);
  bool there = write(c, key, instrument);
  oms_write_object_end(c->out);
  if (!there) {
    oms_call_error(c, 404, OMS_API_NOT_FOUND, "no %s is known of %s", key, c->args[0].text);
  }
}

void oms_data_get_latest_bars(oms_call_t *c) {
  write_all(c, "bars", write_bar);
}
void oms_data_get_latest_bar(oms_call_t *c) {
  write_one(c, "bar", write_bar);
}
void oms_data_get_latest_quotes(oms_call_t *c) {
  write_all(c, "quotes", write_quote);
}
void oms_data_get_latest_quote(oms_call_t *c) {
  write_one(c, "quote", write_quote);
}
void oms_data_get_latest_trades(oms_call_t *c) {
  write_all(c, "trades", write_trade);
}
void oms_data_get_latest_trade(oms_call_t *c) {
  write_one(c, "trade", write_trade);
}
void oms_data_get_snapshots(oms_call_t *c) {
  write_all(c, NULL, write_snapshot);
}
void oms_data_get_snapshot(oms_call_t *c) {
  uint32_t instrument = symbol_arg(c);
  if (instrument != OMS_NONE) {
    (void)write_snapshot(c, NULL, instrument);
  }
}
