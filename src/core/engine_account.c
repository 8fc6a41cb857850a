/* engine_account.c - prices and days: marks, quotes, market values, equity, buying power, the
 * roll of the account's day, trading states. Invariant: an account's long and short value are
 * the sums of its nets' market values by sign. */
#include "base/check.h"
#include "base/time.h"
#include "core/engine_int.h"

static int64_t saturate(oms_int128_t v) {
  return v > INT64_MAX ? INT64_MAX : v < -INT64_MAX ? -INT64_MAX : (int64_t)v;
}

/* Nearly always the sums fit, and then cost two additions. */
oms_money_t oms_account_equity(const oms_account_t *a) {
  int64_t sum;
  if (OMS_LIKELY(oms_add(a->cash, a->long_value, &sum) == OMS_OK &&
                 oms_add(sum, a->short_value, &sum) == OMS_OK)) {
    return sum;
  }
  return saturate((oms_int128_t)a->cash + a->long_value + a->short_value);
}

oms_money_t oms_account_buying_power(const oms_account_t *a) {
  oms_int128_t equity = oms_account_equity(a);
  oms_int128_t gross = (oms_int128_t)a->long_value - a->short_value;
  oms_int128_t levered = equity;
  if (a->multiplier == OMS_PRICE_SCALE * 2) {
    levered = equity * 2;
  } else if (a->multiplier != OMS_PRICE_SCALE) {
    levered = oms_div_floor(equity * a->multiplier, OMS_PRICE_SCALE);
  }
  return saturate(levered - gross - a->reserve + a->exit_credit);
}

void engine_set_market_value(oms_account_t *a, oms_position_t *net, oms_money_t value) {
  *(net->market_value < 0 ? &a->short_value : &a->long_value) -= net->market_value;
  *(value < 0 ? &a->short_value : &a->long_value) += value;
  net->market_value = value;
}

oms_price_t engine_value_price(const oms_engine_t *e, uint32_t instrument, oms_price_t otherwise) {
  oms_price_t reference = oms_engine_reference(e, instrument);
  return reference != OMS_NO_PRICE ? reference : otherwise;
}

int engine_value_at(const oms_engine_t *e, const oms_position_t *net, oms_qty_t qty,
                    oms_price_t price, oms_money_t *value) {
  const oms_account_t *a = &engine_account(e, net->account)->a;
  int rc = oms_notional(price, qty, engine_instrument(e, net->instrument)->i.multiplier, value);
  if (rc != OMS_OK) {
    return rc;
  }
  bool is_short = *value < 0;
  oms_int128_t sum = (oms_int128_t)(is_short ? a->short_value : a->long_value) + *value;
  sum -= (net->market_value < 0) == is_short ? net->market_value : 0;
  return sum > INT64_MAX || sum < -INT64_MAX ? OMS_ERR_OVERFLOW : OMS_OK;
}

static inline void mark_net(oms_engine_t *e, oms_position_t *net, oms_money_t value) {
  oms_account_t *a = &engine_account(e, net->account)->a;
  engine_set_market_value(a, net, value);
  oms_money_t equity = oms_account_equity(a);
  if (equity > a->day_peak_equity) {
    a->day_peak_equity = equity;
  }
}

/* Values all nets of an instrument at 'price': all or, on overflow, none. */
static OMS_NOINLINE int revalue_all(oms_engine_t *e, const oms_instrument_cell_t *cell,
                                    oms_price_t price) {
  oms_position_cell_t *p = NULL;
  oms_money_t value = 0;
  for (uint32_t i = cell->first_net; i != OMS_NONE; i = p->next_net) {
    p = oms_pool_at(&e->positions, i);
    int rc = p->p.qty == 0 ? OMS_OK : engine_value_at(e, &p->p, p->p.qty, price, &value);
    if (rc != OMS_OK) {
      return rc;
    }
  }
  for (uint32_t i = cell->first_net; i != OMS_NONE; i = p->next_net) {
    p = oms_pool_at(&e->positions, i);
    if (p->p.qty == 0) {
      continue;
    }
    int rc = engine_value_at(e, &p->p, p->p.qty, price, &value);
    OMS_CHECK(rc == OMS_OK);
    mark_net(e, &p->p, value);
  }
  return OMS_OK;
}

/* Nearly always there is one: then one look is enough. */
static inline int revalue(oms_engine_t *e, const oms_instrument_cell_t *cell, oms_price_t price) {
  oms_position_cell_t *first = oms_pool_at(&e->positions, cell->first_net);
  if (OMS_UNLIKELY(first->next_net != OMS_NONE)) {
    return revalue_all(e, cell, price);
  }
  if (first->p.qty == 0) {
    return OMS_OK;
  }
  oms_money_t value;
  int rc = engine_value_at(e, &first->p, first->p.qty, price, &value);
  if (rc == OMS_OK) {
    mark_net(e, &first->p, value);
  }
  return rc;
}

int engine_mark(oms_engine_t *e, const oms_command_t *c) {
  if (c->u.mark.instrument >= e->instruments.n || c->u.mark.price == OMS_NO_PRICE) {
    return OMS_ERR_USAGE;
  }
  oms_instrument_cell_t *cell = engine_instrument(e, c->u.mark.instrument);
  if (cell->first_net != OMS_NONE) {
    int rc = revalue(e, cell, c->u.mark.price);
    if (rc != OMS_OK) {
      return rc;
    }
  }
  cell->i.last = c->u.mark.price;
  cell->i.last_ns = e->now;
  return OMS_OK;
}

int engine_quote(oms_engine_t *e, const oms_command_t *c) {
  if (c->u.quote.instrument >= e->instruments.n) {
    return OMS_ERR_USAGE;
  }
  oms_instrument_cell_t *cell = engine_instrument(e, c->u.quote.instrument);
  bool book = c->u.quote.bid != OMS_NO_PRICE && c->u.quote.ask != OMS_NO_PRICE &&
              c->u.quote.bid <= c->u.quote.ask;
  if (book) {
    oms_int128_t mid = ((oms_int128_t)c->u.quote.bid + c->u.quote.ask) / 2;
    bool marks = cell->i.last == OMS_NO_PRICE && cell->first_net != OMS_NONE;
    int rc = marks ? revalue(e, cell, (oms_price_t)mid) : OMS_OK;
    if (rc != OMS_OK) {
      return rc;
    }
    cell->mid = (oms_price_t)mid;
  }
  cell->i.bid = c->u.quote.bid;
  cell->i.ask = c->u.quote.ask;
  cell->i.bid_size = c->u.quote.bid_size;
  cell->i.ask_size = c->u.quote.ask_size;
  return OMS_OK;
}

/* Time passes whether a command succeeds or not, so this is no part of what a failed one takes
 * back. */
void engine_roll_days(oms_engine_t *e) {
  int64_t day = oms_day_of_local(oms_time_to_local(e->now, oms_zone_new_york));
  e->day_start = oms_time_from_local(day * OMS_NS_PER_DAY, oms_zone_new_york);
  e->next_roll = oms_time_from_local((day + 1) * OMS_NS_PER_DAY, oms_zone_new_york);
  for (uint32_t i = 0; i < e->accounts.n; i++) {
    oms_account_t *a = &engine_account(e, i)->a;
    if (a->day == day) {
      continue; /* only an account that was added since has not begun this day */
    }
    a->day = day;
    a->day_start_equity = a->day_peak_equity = oms_account_equity(a);
    a->day_realized_pl = 0;
    a->day_orders = a->day_replaces = a->day_cancels = a->day_fills = a->losses_in_row = 0;
  }
}

int engine_set_state(oms_engine_t *e, const oms_command_t *c) {
  uint32_t i = c->u.state.scope.index;
  uint8_t *state = NULL;
  if (c->u.state.scope.kind == OMS_SCOPE_ALL) {
    state = &e->state;
  } else if (c->u.state.scope.kind == OMS_SCOPE_ACCOUNT && i < e->accounts.n) {
    state = &engine_account(e, i)->a.trading_state;
  } else if (c->u.state.scope.kind == OMS_SCOPE_OWNER && i < e->owners.n) {
    state = &engine_owner(e, i)->o.trading_state;
  } else if (c->u.state.scope.kind == OMS_SCOPE_INSTRUMENT && i < e->instruments.n) {
    state = &engine_instrument(e, i)->i.trading_state;
  }
  if (state == NULL || c->u.state.state >= OMS_TRADING_STATE_COUNT) {
    return OMS_ERR_USAGE;
  }
  e->restricted_scopes -= *state != OMS_TRADING_STATE_ACTIVE ? 1 : 0;
  *state = c->u.state.state;
  e->restricted_scopes += *state != OMS_TRADING_STATE_ACTIVE ? 1 : 0;
  return OMS_OK;
}
