/* data_feed.c - POST /oms/v1/feed: rows of market data from outside, by kind and symbol. All
 * rows of a request are looked at before the first one is taken; then they are taken in their
 * order: quotes, trades, bars, each symbol by symbol as they stand. */
#include <string.h>

#include "api/data.h"
#include "api/oms_int.h"

enum { ROWS_MAX = 10000 };

typedef struct feed {
  oms_call_t *c;
  oms_array_t ops; /* oms_op_t */
} feed_t;

static bool invalid(const feed_t *f, const char *symbol, const char *what) {
  oms_call_error(f->c, 422, OMS_API_INVALID, "row %zu, of %.60s: %s", f->ops.n + 1, symbol, what);
  return false;
}

static bool is_price(const oms_value_t *v) {
  return v->given && v->number > 0;
}

static oms_time_t time_of(const oms_value_t *v) {
  return v->given ? v->number : OMS_NO_TIME;
}

/* 0 and nothing: unlimited. */
static oms_qty_t size_of(const oms_value_t *v) {
  return v->given && v->number != 0 ? v->number : INT64_MAX;
}

static bool read_quote(feed_t *f, const char *symbol, const oms_json_t *row, oms_op_t *op) {
  oms_value_t v[QUOTE_COUNT];
  if (!oms_call_fields(f->c, row, oms_data_quote_fields, QUOTE_COUNT, v)) {
    return false;
  }
  bool bid = v[QUOTE_BID].given && v[QUOTE_BID].number != 0;
  bool ask = v[QUOTE_ASK].given && v[QUOTE_ASK].number != 0;
  oms_quote_t q = {bid ? v[QUOTE_BID].number : OMS_NO_PRICE,
                   ask ? v[QUOTE_ASK].number : OMS_NO_PRICE, size_of(&v[QUOTE_BID_SIZE]),
                   size_of(&v[QUOTE_ASK_SIZE])};
  if ((bid && q.bid < 0) || (ask && q.ask < 0) || q.bid_size < 0 || q.ask_size < 0) {
    return invalid(f, symbol, "prices and sizes of a quote are not below 0");
  }
  op->u.row.tick = (oms_tick_t){.ts = time_of(&v[QUOTE_TIME]), .kind = OMS_DATA_QUOTES};
  op->u.row.tick.u.quote = q;
  return true;
}

static bool read_trade(feed_t *f, const char *symbol, const oms_json_t *row, oms_op_t *op) {
  oms_value_t v[TRADE_COUNT];
  if (!oms_call_fields(f->c, row, oms_data_trade_fields, TRADE_COUNT, v)) {
    return false;
  }
  oms_print_t p = {v[TRADE_PRICE].number, v[TRADE_SIZE].given ? v[TRADE_SIZE].number : 0};
  if (!is_price(&v[TRADE_PRICE]) || p.size < 0) {
    return invalid(f, symbol, "a trade has a price above 0 and a size of at least 0");
  }
  op->u.row.tick = (oms_tick_t){.ts = time_of(&v[TRADE_TIME]), .kind = OMS_DATA_TRADES};
  op->u.row.tick.u.trade = p;
  return true;
}

static bool read_bar(feed_t *f, const char *symbol, const oms_json_t *row, oms_op_t *op) {
  oms_value_t v[BAR_COUNT];
  if (!oms_call_fields(f->c, row, oms_data_bar_fields, BAR_COUNT, v)) {
    return false;
  }
  oms_price_t open = v[BAR_OPEN].number, high = v[BAR_HIGH].number, low = v[BAR_LOW].number,
              close = v[BAR_CLOSE].number;
  bool there = is_price(&v[BAR_OPEN]) && is_price(&v[BAR_HIGH]) && is_price(&v[BAR_LOW]) &&
               is_price(&v[BAR_CLOSE]) && v[BAR_TIME].given;
  bool volume = !v[BAR_VOLUME].given || v[BAR_VOLUME].number >= 0;
  if (!there || !volume || high < open || high < close || high < low || low > open || low > close) {
    return invalid(f, symbol,
                   "a bar has t, o, h, l and c above 0, h the highest, l the lowest, v at least 0");
  }
  op->u.row.bar = (oms_bar_row_t){
      .ts = v[BAR_TIME].number,
      .open = open,
      .high = high,
      .low = low,
      .close = close,
      .volume =
          v[BAR_VOLUME].given ? oms_fixed_to_double(v[BAR_VOLUME].number, OMS_QTY_DECIMALS) : 0};
  if (v[BAR_TIMEFRAME].given) {
    int64_t timeframe = oms_data_timeframe(v[BAR_TIMEFRAME].text);
    op->u.row.stream = f->c->live->stream(f->c->live->self, symbol, OMS_DATA_BARS,
                                          timeframe == 0 ? -1 : timeframe);
  }
  return true;
}

static bool read_row(feed_t *f, int kind, const char *symbol, const oms_json_t *row) {
  static const oms_data_kind_t kinds[] = {OMS_DATA_QUOTES, OMS_DATA_TRADES, OMS_DATA_BARS};
  static const char *const names[] = {"quotes", "trades", "bars"};
  oms_op_t op = {.kind = OMS_OP_ROW, .by = f->c->by};
  op.u.row.kind = kinds[kind];
  op.u.row.stream = f->c->live->stream(f->c->live->self, symbol, kinds[kind], 0);
  if (f->ops.n == ROWS_MAX) {
    oms_call_error(f->c, 413, OMS_API_INVALID, "a request may hold %d rows", ROWS_MAX);
    return false;
  }
  bool good = kind == FEED_QUOTES   ? read_quote(f, symbol, row, &op)
              : kind == FEED_TRADES ? read_trade(f, symbol, row, &op)
                                    : read_bar(f, symbol, row, &op);
  if (good && op.u.row.stream == OMS_NONE) {
    oms_call_error(
        f->c, 422, OMS_API_UNPROCESSABLE,
        "no %s of %.60s come from outside: write { symbol = \"%.60s\", %s = true } in the "
        "session's data",
        names[kind], symbol, symbol, names[kind]);
    return false;
  }
  if (good && oms_array_push(&f->ops, &op) != OMS_OK) {
    oms_call_error(f->c, 503, OMS_API_UNAVAILABLE, "out of memory");
    return false;
  }
  return good;
}

/* A list of rows, or one row. */
static bool read_symbol(feed_t *f, int kind, const oms_json_t *rows) {
  if (rows->type != OMS_JSON_LIST) {
    return read_row(f, kind, rows->key, rows);
  }
  for (const oms_json_t *row = oms_json_first(rows); row != NULL; row = oms_json_next(rows, row)) {
    if (!read_row(f, kind, rows->key, row)) {
      return false;
    }
  }
  return true;
}

static bool read_all(feed_t *f, const oms_value_t *v) {
  for (int kind = 0; kind < FEED_COUNT; kind++) {
    const oms_json_t *of = v[kind].json;
    for (const oms_json_t *s = of == NULL ? NULL : oms_json_first(of); s != NULL;
         s = oms_json_next(of, s)) {
      if (!read_symbol(f, kind, s)) {
        return false;
      }
    }
  }
  return true;
}

void oms_data_feed(oms_call_t *c) {
  oms_value_t v[FEED_COUNT];
  oms_op_result_t result;
  feed_t f = {.c = c};
  if (!oms_own_body(c, v)) { /* rows of a misspelled kind would go nowhere */
    return;
  }
  oms_array_init(&f.ops, sizeof(oms_op_t));
  bool good = read_all(&f, v);
  for (size_t i = 0; i < f.ops.n && good; i++) {
    good = oms_call_apply(c, OMS_AT(&f.ops, oms_op_t, i), &result);
  }
  if (good) {
    oms_write_object(c->out, NULL);
    oms_write_int(c->out, "rows", (int64_t)f.ops.n);
    oms_write_object_end(c->out);
  }
  oms_array_free(&f.ops);
}
