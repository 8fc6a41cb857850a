/* engine_check.c - what an order or a replace may do: trading state, reduce-only, the hard
 * limits, short sales, buying power. Reads the engine, changes nothing, allocates nothing; the
 * sentence of a refusal is written apart, so that an order that passes pays for comparisons
 * only. orders.md, sections 6, 7 and 9. Invariant: the order of the checks is the order of the
 * codes. */
#include <stdio.h>

#include "base/check.h"
#include "core/engine_int.h"

#define HUNDRED_PERCENT ((oms_int128_t)100 * OMS_PRICE_SCALE)

static void stricter(oms_trading_state_t *s, uint8_t state) {
  if (state > *s) {
    *s = state;
  }
}

oms_trading_state_t oms_engine_state(const oms_engine_t *e, uint16_t account, uint16_t owner,
                                     uint32_t instrument) {
  oms_trading_state_t s = OMS_TRADING_STATE_ACTIVE;
  if (e->restricted_scopes == 0) {
    return s;
  }
  stricter(&s, e->state);
  stricter(&s, engine_account(e, account)->a.trading_state);
  stricter(&s, engine_owner(e, owner)->o.trading_state);
  if (instrument != OMS_NONE) {
    stricter(&s, engine_instrument(e, instrument)->i.trading_state);
  }
  return s;
}

oms_trading_state_t oms_engine_scope_state(const oms_engine_t *e, oms_scope_t scope) {
  switch (scope.kind) {
  case OMS_SCOPE_ACCOUNT:
    return (oms_trading_state_t)engine_account(e, (uint16_t)scope.index)->a.trading_state;
  case OMS_SCOPE_OWNER:
    return (oms_trading_state_t)engine_owner(e, (uint16_t)scope.index)->o.trading_state;
  case OMS_SCOPE_INSTRUMENT:
    return (oms_trading_state_t)engine_instrument(e, scope.index)->i.trading_state;
  default:
    return (oms_trading_state_t)e->state;
  }
}

uint64_t oms_engine_last_event(const oms_engine_t *e) {
  return e->event_seq;
}

/* Passes a halt, but no limit. */
static bool explicit_flatten(const engine_ask_t *ask) {
  return (ask->flags & OMS_ORDER_FLATTEN) != 0 && ask->reduces;
}

/* A replace that asks for less, on unchanged prices, is a cancel in part. */
static bool only_less(const engine_ask_t *ask) {
  return ask->old != NULL && ask->qty <= ask->old->qty &&
         ask->limit_price == ask->old->limit_price &&
         ask->stop_price == ask->old->more->stop_price &&
         ask->trail_price == ask->old->more->trail_price &&
         ask->trail_percent == ask->old->more->trail_percent;
}

/* An order whose fate is not known blocks new risk in its account and symbol (orders.md, section
 * 4). */
static bool in_doubt(const engine_ask_t *ask) {
  return ((const oms_position_cell_t *)ask->net)->in_doubt != 0;
}

oms_code_t engine_state_code(const oms_engine_t *e, const engine_ask_t *ask) {
  oms_trading_state_t s = oms_engine_state(e, ask->account, ask->owner, ask->instrument);
  if (OMS_UNLIKELY(in_doubt(ask)) && s == OMS_TRADING_STATE_ACTIVE) {
    s = OMS_TRADING_STATE_REDUCING;
  }
  if (s == OMS_TRADING_STATE_ACTIVE || only_less(ask) || explicit_flatten(ask)) {
    return OMS_CODE_NONE;
  }
  if (s == OMS_TRADING_STATE_REDUCING) {
    bool no_more = ask->old != NULL && ask->qty <= ask->old->qty;
    return ask->reduces || no_more ? OMS_CODE_NONE : OMS_CODE_STATE_REDUCING;
  }
  return OMS_CODE_STATE_HALTED;
}

/* A cell, as all positions of the engine are: its first member is the position. */
static const oms_position_cell_t flat = {
    .p = {.first_lot = OMS_NONE, .last_lot = OMS_NONE},
      .next_net = OMS_NONE
};

static const oms_position_t *position_or_flat(const oms_engine_t *e, uint16_t account,
                                              uint16_t owner, uint32_t instrument) {
  uint32_t i = engine_find_position(e, account, owner, instrument);
  return i == OMS_NONE ? &flat.p : engine_position(e, i);
}

const oms_position_t *oms_engine_book(const oms_engine_t *e, uint16_t account, uint16_t owner,
                                      uint32_t instrument) {
  return position_or_flat(e, account, owner, instrument);
}

const oms_position_t *oms_engine_net(const oms_engine_t *e, uint16_t account, uint32_t instrument) {
  return position_or_flat(e, account, ENGINE_NET, instrument);
}

/* What a side can close of a position of 'qty'. */
oms_qty_t engine_opposite(int side, oms_qty_t qty) {
  oms_qty_t against = oms_side_is_buy(side) ? -qty : qty;
  return against > 0 ? against : 0;
}

static bool reduces_by_construction(const engine_ask_t *ask) {
  return ask->role == OMS_ROLE_TAKE_PROFIT || ask->role == OMS_ROLE_STOP_LOSS ||
         (ask->flags & OMS_ORDER_REDUCE_ONLY) != 0;
}

bool oms_engine_would_reduce(const oms_engine_t *e, uint16_t account, uint32_t instrument, int side,
                             oms_qty_t qty) {
  const oms_position_t *net = oms_engine_net(e, account, instrument);
  oms_int128_t wanted =
      (oms_int128_t)qty + (oms_side_is_buy(side) ? net->working_buy : net->working_sell);
  return wanted <= engine_opposite(side, net->qty);
}

oms_price_t oms_engine_last(const oms_engine_t *e, uint32_t instrument) {
  const oms_instrument_cell_t *cell = engine_instrument(e, instrument);
  return OMS_LIKELY(cell->i.last != OMS_NO_PRICE) ? cell->i.last : cell->mid;
}

oms_price_t oms_engine_reference(const oms_engine_t *e, uint32_t instrument) {
  oms_price_t last = oms_engine_last(e, instrument);
  return OMS_LIKELY(last != OMS_NO_PRICE) ? last
                                          : engine_instrument(e, instrument)->i.previous_close;
}

engine_ask_t engine_ask_of(const oms_order_t *o, oms_qty_t qty, const oms_order_t *old) {
  return (engine_ask_t){.instrument = o->instrument,
                        .flags = o->flags,
                        .account = o->account,
                        .owner = o->owner,
                        .side = o->side,
                        .type = o->type,
                        .role = o->role,
                        .qty = qty,
                        .leaves = qty - (old == NULL ? o : old)->filled_qty,
                        .limit_price = o->limit_price,
                        .stop_price = o->more->stop_price,
                        .trail_price = o->more->trail_price,
                        .trail_percent = o->more->trail_percent,
                        .old = old};
}

static int measure_open(engine_ask_t *ask) {
  const oms_position_t *net = ask->net;
  oms_qty_t working = oms_side_is_buy(ask->side) ? net->working_buy : net->working_sell;
  bool listed = ask->old != NULL && ask->old->role != OMS_ROLE_TAKE_PROFIT &&
                ask->old->role != OMS_ROLE_STOP_LOSS;
  ask->working = working - (listed ? oms_order_leaves(ask->old) : 0);
  oms_qty_t wanted, after;
  if (oms_add(ask->working, ask->leaves, &wanted) != OMS_OK ||
      oms_add(net->qty, oms_side_is_buy(ask->side) ? wanted : -wanted, &after) != OMS_OK) {
    return OMS_ERR_OVERFLOW;
  }
  oms_qty_t over = wanted - engine_opposite(ask->side, net->qty);
  ask->reduces = reduces_by_construction(ask) || over <= 0;
  ask->open_qty = ask->reduces ? 0 : over < ask->leaves ? over : ask->leaves;
  return OMS_OK;
}

static oms_price_t price_of(const engine_ask_t *ask) {
  if (ask->limit_price != OMS_NO_PRICE) {
    return ask->limit_price;
  }
  return ask->stop_price != OMS_NO_PRICE ? ask->stop_price : ask->reference;
}

/* What it would take of buying power; the sums over all orders must fit as well. */
static int measure_money(const oms_engine_t *e, engine_ask_t *ask) {
  const oms_account_t *a = &engine_account(e, ask->account)->a;
  int64_t multiplier = engine_instrument(e, ask->instrument)->i.multiplier, sum;
  int rc = oms_notional(ask->price, ask->leaves, multiplier, &ask->notional);
  if (rc != OMS_OK) {
    return rc;
  }
  ask->notional = ask->notional < 0 ? -ask->notional : ask->notional;
  if (ask->open_qty == ask->leaves && !e->has_commission) {
    ask->reserve = ask->notional;
  } else if (ask->open_qty > 0) {
    const oms_order_t like = {.instrument = ask->instrument, .reserve_price = ask->price};
    rc = engine_reserve(e, &like, ask->open_qty, &ask->reserve);
  }
  if (rc == OMS_OK && (oms_add(a->reserve, ask->reserve, &sum) != OMS_OK ||
                       oms_add(a->exit_credit, ask->notional, &sum) != OMS_OK)) {
    rc = OMS_ERR_OVERFLOW;
  }
  return rc;
}

int engine_measure(const oms_engine_t *e, engine_ask_t *ask) {
  ask->net = oms_engine_net(e, ask->account, ask->instrument);
  int rc = measure_open(ask);
  if (rc != OMS_OK) {
    return rc;
  }
  ask->reference = oms_engine_reference(e, ask->instrument);
  ask->price = price_of(ask);
  ask->notional = 0;
  ask->reserve = 0;
  return ask->price == OMS_NO_PRICE ? OMS_OK : measure_money(e, ask);
}

static bool over(int64_t value, int64_t limit) {
  return limit != OMS_NO_PRICE && value > limit;
}

/* The notional is that of the whole order; of a replace, of the new total. */
oms_money_t engine_whole_notional(const oms_engine_t *e, const engine_ask_t *ask) {
  if (OMS_LIKELY(ask->leaves == ask->qty)) {
    return ask->notional;
  }
  oms_money_t value;
  int64_t multiplier = engine_instrument(e, ask->instrument)->i.multiplier;
  if (oms_notional(ask->price, ask->qty, multiplier, &value) != OMS_OK) {
    return INT64_MAX;
  }
  return value < 0 ? -value : value;
}

/* Distance is measured from the reference, of a stop-limit from its own stop. */
static bool outside_collar(const oms_limits_t *l, const engine_ask_t *ask, oms_price_t from) {
  oms_int128_t scaled = ask->limit_price * HUNDRED_PERCENT;
  if (oms_side_is_buy(ask->side)) {
    return scaled > (oms_int128_t)from * (HUNDRED_PERCENT + l->price_collar_pct);
  }
  return scaled < (oms_int128_t)from * (HUNDRED_PERCENT - l->price_collar_pct);
}

oms_price_t engine_collar_from(const engine_ask_t *ask) {
  return ask->stop_price != OMS_NO_PRICE ? ask->stop_price : ask->reference;
}

static oms_code_t size_code(const oms_engine_t *e, const oms_limits_t *l, const engine_ask_t *ask) {
  bool more = ask->old == NULL || ask->qty > ask->old->qty;
  if (more && over(ask->qty, l->max_order_qty)) {
    return OMS_CODE_MAX_ORDER_QTY;
  }
  bool dearer = more || ask->limit_price != ask->old->limit_price ||
                ask->stop_price != ask->old->more->stop_price;
  if (l->max_order_notional != OMS_NO_PRICE && dearer) {
    if (ask->price == OMS_NO_PRICE) {
      return ask->reduces ? OMS_CODE_NONE : OMS_CODE_NO_REFERENCE_PRICE;
    }
    if (engine_whole_notional(e, ask) > l->max_order_notional) {
      return OMS_CODE_MAX_ORDER_NOTIONAL;
    }
  }
  if (l->price_collar_pct != OMS_NO_PRICE && ask->limit_price != OMS_NO_PRICE && dearer) {
    oms_price_t from = engine_collar_from(ask);
    if (from == OMS_NO_PRICE) {
      return ask->reduces ? OMS_CODE_NONE : OMS_CODE_NO_REFERENCE_PRICE;
    }
    if (outside_collar(l, ask, from)) {
      return OMS_CODE_PRICE_COLLAR;
    }
  }
  return OMS_CODE_NONE;
}

oms_int128_t engine_position_after(const engine_ask_t *ask) {
  oms_int128_t wanted = (oms_int128_t)ask->working + ask->leaves;
  return oms_side_is_buy(ask->side) ? ask->net->qty + wanted : -(ask->net->qty - wanted);
}

/* Gross value now, of what works already, and of what this order opens; what it closes goes off. */
oms_int128_t engine_exposure_after(const oms_engine_t *e, const engine_ask_t *ask) {
  const oms_account_t *a = &engine_account(e, ask->account)->a;
  int64_t multiplier = engine_instrument(e, ask->instrument)->i.multiplier;
  oms_money_t opened = ask->notional, closed = 0;
  bool known = ask->open_qty == ask->leaves ||
               oms_notional(ask->price, ask->open_qty, multiplier, &opened) == OMS_OK;
  if (ask->reference != OMS_NO_PRICE && ask->open_qty < ask->leaves) {
    known = known && oms_notional(ask->reference, ask->leaves - ask->open_qty, multiplier,
                                  &closed) == OMS_OK;
  }
  oms_int128_t others = (oms_int128_t)a->reserve - (ask->old == NULL ? 0 : ask->old->reserve);
  oms_int128_t gross = (oms_int128_t)a->long_value - a->short_value + others;
  return known ? gross + (opened < 0 ? -opened : opened) - (closed < 0 ? -closed : closed)
               : INT64_MAX;
}

oms_int128_t engine_loss_of_day(const oms_account_t *a) {
  return (oms_int128_t)a->day_start_equity - oms_account_equity(a);
}

static bool restricted(const oms_limits_t *l, uint32_t instrument) {
  return instrument < l->restricted_n && l->restricted != NULL && l->restricted[instrument] != 0;
}

/* None of these refuses what reduces, nor a replace that asks for no more. */
static oms_code_t risk_code(const oms_engine_t *e, const oms_account_cell_t *cell,
                            const engine_ask_t *ask, oms_time_t now) {
  const oms_limits_t *l = &cell->a.limits;
  bool new_order = ask->old == NULL;
  if (l->max_position != OMS_NO_PRICE && engine_position_after(ask) > l->max_position) {
    return OMS_CODE_MAX_POSITION;
  }
  if (new_order && over((int64_t)cell->a.open_orders + 1, l->max_open_orders)) {
    return OMS_CODE_MAX_OPEN_ORDERS;
  }
  if (new_order && engine_rate_full(cell, now)) {
    return OMS_CODE_MAX_ORDER_RATE;
  }
  if (l->max_gross_exposure != OMS_NO_PRICE) {
    if (ask->price == OMS_NO_PRICE) {
      return OMS_CODE_NO_REFERENCE_PRICE;
    }
    if (engine_exposure_after(e, ask) > l->max_gross_exposure) {
      return OMS_CODE_MAX_GROSS_EXPOSURE;
    }
  }
  if (l->max_daily_loss != OMS_NO_PRICE && engine_loss_of_day(&cell->a) > l->max_daily_loss) {
    return OMS_CODE_DAILY_LOSS;
  }
  if (restricted(l, ask->instrument)) {
    return OMS_CODE_RESTRICTED_SYMBOL;
  }
  /* slices of one oms.close or oms.target are alike and no repetition */
  bool sliced = (ask->flags & (OMS_ORDER_FROM_CLOSE | OMS_ORDER_FROM_TARGET)) != 0;
  return new_order && !sliced && engine_recent_has(e, ask, now) ? OMS_CODE_DUPLICATE_ORDER
                                                                : OMS_CODE_NONE;
}

static bool asks_for_more(const engine_ask_t *ask) {
  return ask->old == NULL || ask->leaves > oms_order_leaves(ask->old) ||
         ask->reserve > ask->old->reserve;
}

static oms_code_t limits_code(const oms_engine_t *e, const engine_ask_t *ask, oms_time_t now) {
  const oms_account_cell_t *cell = engine_account(e, ask->account);
  if (!cell->limited) {
    return OMS_CODE_NONE;
  }
  oms_code_t code = size_code(e, &cell->a.limits, ask);
  if (code == OMS_CODE_NONE && !ask->reduces && asks_for_more(ask)) {
    code = risk_code(e, cell, ask, now);
  }
  return code;
}

bool engine_bound_to_book(const engine_ask_t *ask) {
  return (ask->flags & OMS_ORDER_REDUCE_ONLY) != 0 && ask->role != OMS_ROLE_TAKE_PROFIT &&
         ask->role != OMS_ROLE_STOP_LOSS;
}

oms_qty_t engine_closable(const oms_engine_t *e, const engine_ask_t *ask) {
  const oms_position_t *book = oms_engine_book(e, ask->account, ask->owner, ask->instrument);
  return engine_opposite(ask->side, book->qty);
}

static oms_code_t reduce_only_code(const oms_engine_t *e, const engine_ask_t *ask) {
  if (!engine_bound_to_book(ask)) {
    return OMS_CODE_NONE;
  }
  oms_qty_t there = engine_closable(e, ask);
  return there == 0            ? OMS_CODE_POSITION_CLOSED
         : ask->leaves > there ? OMS_CODE_INVALID_QTY
                               : OMS_CODE_NONE;
}

/* A venue that does not take orders through zero gets the closing part and the opening part
 * apart. */
static bool crosses_zero(const oms_engine_t *e, const engine_ask_t *ask) {
  return !e->config.crosses_zero && ask->open_qty > 0 &&
         engine_opposite(ask->side, ask->net->qty) > ask->working;
}

static oms_code_t money_code(const oms_engine_t *e, const engine_ask_t *ask) {
  const oms_account_t *a = &engine_account(e, ask->account)->a;
  if (a->type == OMS_ACCOUNT_TYPE_CASH &&
      ((!oms_side_is_buy(ask->side) && ask->open_qty > 0) || ask->side == OMS_SIDE_SELL_SHORT)) {
    return OMS_CODE_SHORT_NOT_ALLOWED;
  }
  if (ask->open_qty == 0) {
    return OMS_CODE_NONE;
  }
  if (ask->price == OMS_NO_PRICE) {
    return OMS_CODE_NO_REFERENCE_PRICE;
  }
  oms_money_t kept = ask->old == NULL ? 0 : ask->old->reserve;
  bool fits = ask->reserve <= kept || ask->reserve - kept <= oms_account_buying_power(a);
  return fits ? OMS_CODE_NONE : OMS_CODE_INSUFFICIENT_BUYING_POWER;
}

oms_code_t engine_judge(const oms_engine_t *e, const engine_ask_t *ask, oms_time_t now) {
  oms_code_t code = engine_state_code(e, ask);
  if (code == OMS_CODE_NONE) {
    code = reduce_only_code(e, ask);
  }
  if (code == OMS_CODE_NONE && crosses_zero(e, ask)) {
    code = OMS_CODE_INVALID_QTY;
  }
  if (code == OMS_CODE_NONE) {
    code = limits_code(e, ask, now);
  }
  return code == OMS_CODE_NONE ? money_code(e, ask) : code;
}

oms_code_t oms_engine_check_limits(const oms_engine_t *e, const oms_terms_t *t, oms_time_t now) {
  if (t->instrument >= e->instruments.n) {
    return OMS_CODE_UNKNOWN_SYMBOL;
  }
  /* Field by field: clearing an order, or the measured half of the ask, would count in the time. */
  engine_ask_t ask;
  ask.instrument = t->instrument;
  ask.flags = t->flags;
  ask.account = t->account;
  ask.owner = t->owner;
  ask.side = t->side;
  ask.type = t->type;
  ask.role = t->role;
  ask.qty = ask.leaves = t->qty;
  ask.limit_price = t->limit_price;
  ask.stop_price = t->stop_price;
  ask.trail_price = t->trail_price;
  ask.trail_percent = t->trail_percent;
  ask.old = NULL;
  if (t->qty <= 0 || engine_measure(e, &ask) != OMS_OK) {
    return OMS_CODE_INVALID_QTY;
  }
  return engine_judge(e, &ask, now);
}

/* What the closing part sets free: its gross value leaves, its gain joins the equity. */
static oms_int128_t freed_by_closing(const oms_engine_t *e, const oms_order_t *o, oms_qty_t closing,
                                     oms_price_t price) {
  const oms_instrument_t *i = &engine_instrument(e, o->instrument)->i;
  oms_price_t last = i->last == OMS_NO_PRICE ? price : i->last;
  oms_money_t at_last, at_price;
  if (oms_notional(last, closing, i->multiplier, &at_last) != OMS_OK ||
      oms_notional(price, closing, i->multiplier, &at_price) != OMS_OK) {
    return 0;
  }
  oms_int128_t gain = (oms_int128_t)at_price - at_last;
  oms_int128_t leverage = engine_account(e, o->account)->a.multiplier;
  return at_last + leverage * (oms_side_is_buy(o->side) ? -gain : gain) / OMS_PRICE_SCALE;
}

bool oms_engine_can_pay(const oms_engine_t *e, uint32_t order, oms_qty_t qty, oms_price_t price,
                        oms_money_t commission, char message[256]) {
  const oms_order_t *o = engine_order(e, order);
  const oms_account_t *a = &engine_account(e, o->account)->a;
  const oms_position_t *net = oms_engine_net(e, o->account, o->instrument);
  oms_qty_t against = engine_opposite(o->side, net->qty);
  int64_t multiplier = engine_instrument(e, o->instrument)->i.multiplier;
  bool exit = engine_is_exit(o) || (o->flags & OMS_ORDER_REDUCE_ONLY) != 0;
  if (exit || qty <= against) {
    return true;
  }
  if (a->type == OMS_ACCOUNT_TYPE_CASH && !oms_side_is_buy(o->side)) {
    if (message != NULL) {
      (void)snprintf(message, 256,
                     "the fill of %s would be a short sale, account %s is a cash account",
                     o->symbol, a->id);
    }
    return false;
  }
  oms_int128_t power = (oms_int128_t)oms_account_buying_power(a) + o->reserve;
  if (against > 0) {
    power += freed_by_closing(e, o, against, price);
  }
  oms_money_t value, needed;
  bool known = oms_notional(price, qty - against, multiplier, &value) == OMS_OK &&
               oms_add(value < 0 ? -value : value, commission, &needed) == OMS_OK;
  if (known && needed <= power) {
    return true;
  }
  if (message != NULL) {
    char n[3][24];
    (void)snprintf(message, 256, "the fill of %s %s needs %s, the buying power is %s",
                   engine_number(qty, OMS_QTY_DECIMALS, n[0]), o->symbol,
                   known ? engine_number(needed, OMS_MONEY_DECIMALS, n[1]) : "too much",
                   engine_number(oms_account_buying_power(a), OMS_MONEY_DECIMALS, n[2]));
  }
  return false;
}
