/* v2_positions.c - positions: the account's net in a symbol, whoever holds it, and closing them by
 * market orders. */
#include <stdio.h>
#include <string.h>

#include "api/v2.h"

/* What a position comes to. */
typedef struct worth {
  oms_price_t average, price, yesterday;
  oms_money_t value, cost, gain, gain_today;
} worth_t;

static oms_money_t cut(oms_int128_t v) {
  int64_t out;
  return oms_narrow(v, &out) == OMS_OK ? out : v > 0 ? INT64_MAX : -INT64_MAX;
}

static worth_t worth_of(const oms_engine_t *e, const oms_position_t *p) {
  const oms_instrument_t *i = oms_engine_instrument(e, p->instrument);
  worth_t w = {.average = oms_position_avg_price(p),
               .price = oms_engine_last(e, p->instrument),
               .yesterday = i->previous_close};
  oms_money_t before = 0;
  w.price = w.price == OMS_NO_PRICE ? w.average : w.price;
  (void)oms_value_money(p->cost, i->multiplier, &w.cost);
  (void)oms_notional(w.price, p->qty, i->multiplier, &w.value);
  w.gain = cut((oms_int128_t)w.value - w.cost);
  w.gain_today = w.gain;
  if (w.yesterday != OMS_NO_PRICE &&
      oms_notional(w.yesterday, p->qty, i->multiplier, &before) == OMS_OK) {
    w.gain_today = cut((oms_int128_t)w.value - before);
  }
  return w;
}

/* a / b as a ratio of 1e-9; 0 without b. */
static oms_ratio_t ratio(int64_t a, int64_t b) {
  int64_t out = 0;
  if (b == 0) {
    return 0;
  }
  (void)oms_mul_div_half_away(b > 0 ? a : -a, OMS_PRICE_SCALE, b > 0 ? b : -b, &out);
  return out;
}

static oms_qty_t absolute(oms_qty_t q) {
  return q < 0 ? -q : q;
}

/* What no open order would close. */
static oms_qty_t available(const oms_position_t *p) {
  oms_qty_t held = p->qty > 0 ? p->working_sell : p->working_buy, all = absolute(p->qty);
  return held >= all ? 0 : all - held;
}

static void write_position(oms_writer_t *w, const oms_engine_t *e, const oms_position_t *p) {
  const oms_instrument_t *i = oms_engine_instrument(e, p->instrument);
  worth_t v = worth_of(e, p);
  char id[37];
  oms_v2_asset_id(e, p->instrument, NULL, id);
  oms_price_t yesterday = v.yesterday != OMS_NO_PRICE ? v.yesterday : v.price;
  oms_write_object(w, NULL);
  oms_write_text(w, "asset_id", id);
  oms_write_text(w, "symbol", i->symbol);
  oms_write_text(w, "exchange", "");
  oms_write_text(w, "asset_class", oms_v2_asset_class(i->asset_class));
  oms_write_bool(w, "asset_marginable",
                 oms_engine_account(e, p->account)->type == OMS_ACCOUNT_TYPE_MARGIN);
  oms_write_decimal(w, "avg_entry_price", v.average, OMS_PRICE_DECIMALS);
  oms_write_decimal(w, "qty", p->qty, OMS_QTY_DECIMALS);
  oms_write_decimal(w, "qty_available", p->qty < 0 ? -available(p) : available(p),
                    OMS_QTY_DECIMALS);
  oms_write_text(w, "side", p->qty > 0 ? "long" : "short");
  oms_write_decimal(w, "market_value", v.value, OMS_MONEY_DECIMALS);
  oms_write_decimal(w, "cost_basis", v.cost, OMS_MONEY_DECIMALS);
  oms_write_decimal(w, "unrealized_pl", v.gain, OMS_MONEY_DECIMALS);
  oms_write_decimal(w, "unrealized_plpc", ratio(v.gain, absolute(v.cost)), OMS_PRICE_DECIMALS);
  oms_write_decimal(w, "unrealized_intraday_pl", v.gain_today, OMS_MONEY_DECIMALS);
  oms_write_decimal(w, "unrealized_intraday_plpc",
                    ratio(v.gain_today, absolute(cut((oms_int128_t)v.value - v.gain_today))),
                    OMS_PRICE_DECIMALS);
  oms_write_decimal(w, "current_price", v.price, OMS_PRICE_DECIMALS);
  oms_write_decimal(w, "lastday_price", yesterday, OMS_PRICE_DECIMALS);
  oms_write_decimal(w, "change_today", ratio(cut((oms_int128_t)v.price - yesterday), yesterday),
                    OMS_PRICE_DECIMALS);
  oms_write_object_end(w);
}

static bool is_held(const oms_call_t *c, const oms_position_t *p) {
  return p->owner == UINT16_MAX && p->account == c->account && p->qty != 0;
}

void oms_v2_list_positions(oms_call_t *c) {
  if (!oms_v2_has_account(c)) {
    return;
  }
  oms_write_list(c->out, NULL);
  for (uint32_t i = 0; i < oms_engine_position_count(c->engine); i++) {
    const oms_position_t *p = oms_engine_position(c->engine, i);
    if (is_held(c, p)) {
      write_position(c->out, c->engine, p);
    }
  }
  oms_write_list_end(c->out);
}

/* The position that the path names; NULL: answered. */
static const oms_position_t *position_arg(oms_call_t *c) {
  const char *name = c->args[0].text;
  if (!oms_v2_has_account(c)) {
    return NULL;
  }
  uint32_t i = oms_v2_instrument(c->engine, name);
  if (i == OMS_NONE) {
    oms_call_error(c, 404, OMS_API_NOT_FOUND, "symbol not found: %s", name);
    return NULL;
  }
  const oms_position_t *p = oms_engine_net(c->engine, c->account, i);
  if (p->qty == 0) {
    oms_call_error(c, 404, OMS_API_NOT_FOUND, "position does not exist");
    return NULL;
  }
  return p;
}

void oms_v2_get_position(oms_call_t *c) {
  const oms_position_t *p = position_arg(c);
  if (p != NULL) {
    write_position(c->out, c->engine, p);
  }
}

/* Closing. */

/* The orders that hold a part of the position, in order of creation. */
static void write_holders(const oms_call_t *c, const oms_position_t *p, oms_writer_t *w) {
  char id[37];
  const oms_engine_t *e = c->engine;
  oms_write_list(w, "related_orders");
  for (uint32_t i = oms_engine_first_open(e); i != OMS_NONE;
       i = oms_engine_order(e, i)->next_open) {
    const oms_order_t *o = oms_engine_order(e, i);
    if (o->account == p->account && o->instrument == p->instrument &&
        oms_side_is_buy(o->side) == (p->qty < 0) && o->status != OMS_STATUS_HELD) {
      oms_order_id_text(e, o, id);
      oms_write_text(w, NULL, id);
    }
  }
  oms_write_list_end(w);
}

static void refuse_qty(oms_call_t *c, const oms_position_t *p, oms_qty_t qty) {
  char message[200], n[3][24];
  oms_writer_t extra = {0};
  oms_decimal_format(available(p), OMS_QTY_DECIMALS, n[0]);
  oms_decimal_format(absolute(p->qty), OMS_QTY_DECIMALS, n[1]);
  oms_decimal_format(absolute(p->qty) - available(p), OMS_QTY_DECIMALS, n[2]);
  oms_write_text(&extra, "available", n[0]);
  oms_write_text(&extra, "existing_qty", n[1]);
  oms_write_text(&extra, "held_for_orders", n[2]);
  oms_write_text(&extra, "symbol", oms_engine_instrument(c->engine, p->instrument)->symbol);
  write_holders(c, p, &extra);
  oms_write_raw(&extra, ",", 2);
  oms_decimal_format(qty, OMS_QTY_DECIMALS, n[1]);
  snprintf(message, sizeof message,
           "insufficient qty available for order (requested: %s, available: %s)", n[1], n[0]);
  oms_call_error_with(c, 403, OMS_API_FORBIDDEN, extra.failed ? NULL : extra.data, message);
  oms_writer_free(&extra);
}

static void close_position(oms_call_t *c, const oms_position_t *p, oms_qty_t qty) {
  const oms_instrument_t *i = oms_engine_instrument(c->engine, p->instrument);
  oms_terms_t t = oms_terms_none;
  oms_op_t op = {.kind = OMS_OP_SUBMIT, .by = c->by};
  oms_op_result_t result;
  if (qty > available(p)) {
    refuse_qty(c, p, qty);
    return;
  }
  t.instrument = p->instrument;
  t.account = c->account;
  t.side = p->qty > 0 ? OMS_SIDE_SELL : OMS_SIDE_BUY;
  t.position_intent = p->qty > 0 ? OMS_INTENT_SELL_TO_CLOSE : OMS_INTENT_BUY_TO_CLOSE;
  t.qty = qty;
  t.symbol = i->symbol;
  t.entered_by = c->by;
  op.u.submit.terms = &t;
  if (oms_call_apply(c, &op, &result)) {
    oms_v2_write_order(c->out, NULL, c->desk, oms_engine_order(c->engine, result.order), false);
  }
}

/* How much of it is meant; 0: answered. */
static oms_qty_t qty_arg(oms_call_t *c, const oms_position_t *p) {
  const oms_value_t *qty = &c->args[CLOSE_QTY], *share = &c->args[CLOSE_PERCENTAGE];
  oms_qty_t out = absolute(p->qty);
  if (qty->given && share->given) {
    oms_call_error(c, 422, OMS_API_INVALID, "only one of qty or percentage is accepted");
    return 0;
  }
  if (share->given) {
    int64_t all = INT64_C(100) * OMS_PRICE_SCALE, lot;
    if (share->number <= 0 || share->number > all) {
      oms_call_error(c, 422, OMS_API_INVALID, "percentage must be above 0 and at most 100");
      return 0;
    }
    (void)oms_mul_div_floor(out, share->number, all, &out);
    lot = oms_engine_instrument(c->engine, p->instrument)->lot;
    out -= lot > 0 ? out % lot : 0;
  } else if (qty->given) {
    out = qty->number;
  }
  if (out <= 0) {
    oms_call_error(c, 422, OMS_API_INVALID,
                   qty->given ? "qty must be > 0" : "the percentage is less than a lot");
    return 0;
  }
  return out;
}

void oms_v2_close_position(oms_call_t *c) {
  const oms_position_t *p = position_arg(c);
  oms_qty_t qty = p == NULL ? 0 : qty_arg(c, p);
  if (qty > 0) {
    close_position(c, p, qty);
  }
}

static void cancel_orders(oms_call_t *c) {
  oms_writer_t nowhere = {0};
  oms_v2_cancel_each(c, &nowhere);
  oms_writer_free(&nowhere);
}

static void close_one(oms_call_t *c, const oms_position_t *p, oms_writer_t *lines) {
  c->status = 200;
  oms_writer_reset(c->out);
  close_position(c, p, absolute(p->qty));
  oms_write_object(lines, NULL);
  oms_write_text(lines, "symbol", oms_engine_instrument(c->engine, p->instrument)->symbol);
  oms_write_int(lines, "status", c->status);
  oms_write_json(lines, "body", c->out->data, c->out->n);
  oms_write_object_end(lines);
}

void oms_v2_close_positions(oms_call_t *c) {
  oms_writer_t lines = {0};
  if (!oms_v2_has_account(c)) {
    return;
  }
  if (c->args[0].number == 1) {
    cancel_orders(c);
  }
  oms_write_list(&lines, NULL);
  uint32_t n = oms_engine_position_count(c->engine);
  for (uint32_t i = 0; i < n; i++) {
    const oms_position_t *p = oms_engine_position(c->engine, i);
    if (is_held(c, p)) {
      close_one(c, p, &lines);
    }
  }
  oms_write_list_end(&lines);
  oms_v2_answer_lines(c, &lines);
}
