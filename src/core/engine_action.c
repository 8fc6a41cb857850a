/* engine_action.c - a corporate action: what is held, cash, prices of the instrument, then the
 * orders (engine_terms.c). All that can fail is done, or is undone from a copy, before the first
 * price or order changes. Rules where the practice leaves
 * room:
 *   - Each book is split by itself and the account's net is their sum; what a reverse split leaves
 *     below the declared lot is sold out of the oldest lots, book by book, at the last price in new
 *     terms, without a fill. All other fractions are kept to 1e-9.
 *   - A dividend goes to who holds the position when the ex-date begins, and is no part of the
 *     profit of a trade: books, nets and accounts count it apart. Shorts pay it.
 *   - Equity peaks and limits of an account stay: nothing is won or lost by a split. */
#include "base/check.h"
#include "core/engine_int.h"

bool engine_has_actions(const oms_engine_t *e, uint32_t instrument) {
  for (size_t i = 0; i < e->actions.n; i++) {
    if (engine_action(e, i)->instrument == instrument) {
      return true;
    }
  }
  return false;
}

int engine_split_book(const engine_action_t *a, oms_qty_t qty, oms_qty_t *after,
                      oms_qty_t *fraction) {
  oms_qty_t whole;
  int rc = oms_split_qty(&a->split, qty, &whole);
  if (rc == OMS_OK) {
    *fraction = a->lot > 0 ? whole % a->lot : 0;
    *after = whole - *fraction;
  }
  return rc;
}

/* Sells 'fraction' (signed as what is held) without a fill; where no price is known, for what it
 * cost. */
static int pay_in_lieu(oms_engine_t *e, oms_position_t *p, oms_qty_t fraction, oms_price_t price,
                       int64_t multiplier) {
  oms_money_t cash, realized, sum;
  oms_qty_t closed;
  if (fraction == 0) {
    return OMS_OK;
  }
  price = price != OMS_NO_PRICE ? price : oms_position_avg_price(p);
  price = price != OMS_NO_PRICE ? price : 0;
  if (oms_notional(price, fraction, multiplier, &cash) != OMS_OK ||
      oms_add(p->in_lieu, cash, &sum) != OMS_OK) {
    return OMS_ERR_OVERFLOW;
  }
  p->in_lieu = sum;
  return oms_position_apply(p, &e->lots, OMS_NONE, -fraction, price, multiplier, &realized,
                            &closed);
}

static int split_book(oms_engine_t *e, oms_position_t *p, const engine_action_t *a,
                      int64_t multiplier) {
  oms_qty_t after, fraction;
  int rc = engine_split_book(a, p->qty, &after, &fraction);
  rc = rc == OMS_OK ? oms_position_split(p, &e->lots, &a->split, multiplier) : rc;
  return rc == OMS_OK ? pay_in_lieu(e, p, fraction, a->price, multiplier) : rc;
}

static int pay_dividend(oms_position_t *p, const engine_action_t *a, int64_t multiplier) {
  oms_money_t paid;
  int rc = oms_notional(a->cash, p->qty, multiplier, &paid);
  p->version++;
  return rc == OMS_OK ? oms_add(p->dividends, paid, &p->dividends) : rc;
}

/* The net becomes the sum of the books, whatever their roundings come to. */
static int split_net(oms_engine_t *e, oms_position_t *net, oms_int128_t books,
                     const engine_action_t *a, int64_t multiplier) {
  oms_qty_t fraction;
  int rc = oms_position_split(net, &e->lots, &a->split, multiplier);
  rc = rc == OMS_OK ? oms_narrow(net->qty - books, &fraction) : rc;
  return rc == OMS_OK ? pay_in_lieu(e, net, fraction, a->price, multiplier) : rc;
}

int engine_act_on_positions(oms_engine_t *e, uint16_t account, const engine_action_t *a) {
  int64_t multiplier = engine_instrument(e, a->instrument)->i.multiplier;
  oms_position_t *net = NULL;
  oms_int128_t books = 0;
  int rc = OMS_OK;
  for (uint32_t i = 0; i < e->positions.n && rc == OMS_OK; i++) {
    oms_position_t *p = engine_position(e, i);
    if (p->account != account || p->instrument != a->instrument) {
      continue;
    }
    if (p->owner == ENGINE_NET) {
      net = p;
    } else if (p->qty != 0) {
      rc = engine_is_split(a) ? split_book(e, p, a, multiplier) : pay_dividend(p, a, multiplier);
      books += p->qty;
    }
  }
  if (rc == OMS_OK && net != NULL && engine_is_split(a)) {
    return split_net(e, net, books, a, multiplier);
  }
  return rc == OMS_OK && net != NULL && net->qty != 0 ? pay_dividend(net, a, multiplier) : rc;
}

int engine_settle_net(const oms_position_t *before, const oms_position_t *net, oms_account_t *a) {
  oms_money_t dividends, in_lieu, realized;
  bool fits = oms_sub(net->dividends, before->dividends, &dividends) == OMS_OK &&
              oms_sub(net->in_lieu, before->in_lieu, &in_lieu) == OMS_OK &&
              oms_sub(net->realized_pl, before->realized_pl, &realized) == OMS_OK &&
              oms_add(a->dividends, dividends, &a->dividends) == OMS_OK &&
              oms_add(a->in_lieu, in_lieu, &a->in_lieu) == OMS_OK &&
              oms_add(a->cash, dividends, &a->cash) == OMS_OK &&
              oms_add(a->cash, in_lieu, &a->cash) == OMS_OK &&
              oms_add(a->realized_pl, realized, &a->realized_pl) == OMS_OK;
  return fits ? OMS_OK : OMS_ERR_OVERFLOW;
}

/* An account and the value of its net, as they will be. */
typedef struct outcome {
  oms_account_t account;
  uint32_t net; /* OMS_NONE: it has never held the instrument */
  oms_money_t value;
} outcome_t;

static int act_on_account(oms_engine_t *e, uint16_t account, const engine_action_t *a,
                          outcome_t *x) {
  x->account = engine_account(e, account)->a;
  x->net = engine_find_position(e, account, ENGINE_NET, a->instrument);
  if (x->net == OMS_NONE) {
    return OMS_OK;
  }
  oms_position_t *net = engine_position(e, x->net);
  const oms_position_t before = *net;
  int rc = engine_act_on_positions(e, account, a);
  rc = rc == OMS_OK ? engine_settle_net(&before, net, &x->account) : rc;
  if (rc == OMS_OK) {
    rc = oms_add(x->account.day_realized_pl, net->realized_pl - before.realized_pl,
                 &x->account.day_realized_pl);
  }
  x->value = before.market_value;
  bool revalued = engine_is_split(a) && a->price != OMS_NO_PRICE;
  return rc == OMS_OK && revalued ? engine_value_at(e, net, net->qty, a->price, &x->value) : rc;
}

/* The positions of the instrument as they were. */
typedef struct snapshot {
  oms_array_t positions; /* saved_t */
  oms_array_t lots;      /* oms_lot_t, of one position after the other */
} snapshot_t;
typedef struct saved {
  uint32_t index;
  size_t lots;
  oms_position_t p;
} saved_t;

static int take_snapshot(const oms_engine_t *e, uint32_t instrument, snapshot_t *s) {
  int rc = OMS_OK;
  for (uint32_t i = 0; i < e->positions.n && rc == OMS_OK; i++) {
    saved_t one = {.index = i, .p = *engine_position(e, i)};
    if (one.p.instrument != instrument) {
      continue;
    }
    for (uint32_t k = one.p.first_lot; k != OMS_NONE && rc == OMS_OK;
         k = oms_engine_lot(e, k)->next) {
      rc = oms_array_push(&s->lots, oms_engine_lot(e, k));
      one.lots++;
    }
    rc = rc == OMS_OK ? oms_array_push(&s->positions, &one) : rc;
  }
  return rc;
}

static void restore(oms_engine_t *e, const snapshot_t *s) {
  size_t at = 0;
  for (size_t i = 0; i < s->positions.n; i++) {
    oms_position_reset(engine_position(e, OMS_AT(&s->positions, saved_t, i)->index), &e->lots);
  }
  for (size_t i = 0; i < s->positions.n; i++) {
    const saved_t *one = OMS_AT(&s->positions, saved_t, i);
    oms_position_restore(engine_position(e, one->index), &e->lots, &one->p,
                         one->lots > 0 ? OMS_AT(&s->lots, oms_lot_t, at) : NULL, one->lots);
    at += one->lots;
  }
}

/* All accounts, or none. */
static int act_on_accounts(oms_engine_t *e, const engine_action_t *a, oms_array_t *outcomes) {
  snapshot_t before;
  oms_array_init(&before.positions, sizeof(saved_t));
  oms_array_init(&before.lots, sizeof(oms_lot_t));
  int rc = oms_array_reserve(outcomes, e->accounts.n);
  rc = rc == OMS_OK ? take_snapshot(e, a->instrument, &before) : rc;
  bool begun = rc == OMS_OK;
  for (uint32_t i = 0; i < e->accounts.n && rc == OMS_OK; i++) {
    outcome_t x;
    rc = act_on_account(e, (uint16_t)i, a, &x);
    rc = rc == OMS_OK ? oms_array_push(outcomes, &x) : rc;
  }
  if (begun && rc != OMS_OK) {
    restore(e, &before);
  }
  oms_array_free(&before.positions);
  oms_array_free(&before.lots);
  return rc;
}

static void take_outcomes(oms_engine_t *e, const oms_array_t *outcomes) {
  for (uint32_t i = 0; i < outcomes->n; i++) {
    const outcome_t *x = OMS_AT(outcomes, outcome_t, i);
    oms_account_t *a = &engine_account(e, i)->a;
    *a = x->account;
    if (x->net != OMS_NONE) {
      engine_set_market_value(a, engine_position(e, x->net), x->value);
    }
  }
}

static int new_price(const engine_action_t *a, oms_price_t *price) {
  return *price == OMS_NO_PRICE ? OMS_OK
                                : oms_split_price(&a->split, *price, OMS_ROUND_NEAR, 1, price);
}

static int new_size(const engine_action_t *a, oms_qty_t *size) {
  return *size == INT64_MAX ? OMS_OK : oms_split_qty(&a->split, *size, size); /* unlimited stays */
}

/* The instrument's prices in new terms, into a copy. */
static int new_prices(const engine_action_t *a, oms_instrument_cell_t *cell) {
  oms_instrument_t *i = &cell->i;
  oms_price_t *prices[] = {&i->last, &i->previous_close, &i->bid, &i->ask, &cell->mid};
  int rc = OMS_OK;
  for (size_t k = 0; k < OMS_COUNT(prices) && rc == OMS_OK; k++) {
    rc = new_price(a, prices[k]);
  }
  rc = rc == OMS_OK ? new_size(a, &i->bid_size) : rc;
  return rc == OMS_OK ? new_size(a, &i->ask_size) : rc;
}

static engine_action_t action_of(const oms_engine_t *e, const oms_command_t *c) {
  const oms_corporate_t *action = &c->u.corporate.action;
  const oms_instrument_t *i = &engine_instrument(e, c->u.corporate.instrument)->i;
  engine_action_t a = {
      .instrument = c->u.corporate.instrument,
      .fills = e->fills.n,
      .kind = action->kind,
      .split = {1, 1},
      .price = oms_engine_reference(e, c->u.corporate.instrument),
      .cash = action->cash,
      .ts = e->now
  };
  if (engine_is_split(&a)) {
    a.split = oms_split_of(action->ratio);
    a.lot = a.split.num < a.split.den ? i->lot : 0;
  }
  return a;
}

static bool is_usable(const oms_engine_t *e, const oms_command_t *c) {
  const oms_corporate_t *a = &c->u.corporate.action;
  if (c->u.corporate.instrument >= e->instruments.n || a->kind > OMS_CORPORATE_DIVIDEND) {
    return false;
  }
  return a->kind == OMS_CORPORATE_DIVIDEND ? a->cash >= 0
                                           : a->ratio > 0 && a->ratio <= OMS_SPLIT_MAX;
}

static int apply_action(oms_engine_t *e, engine_action_t *a, oms_array_t *plan,
                        oms_array_t *outcomes) {
  oms_instrument_cell_t *cell = engine_instrument(e, a->instrument), moved = *cell;
  int rc = oms_array_reserve(&e->actions, e->actions.n + 1);
  if (rc == OMS_OK && engine_is_split(a)) {
    rc = new_prices(a, &moved);
    rc = rc == OMS_OK ? new_price(a, &a->price) : rc;
  }
  rc = rc == OMS_OK ? engine_plan_terms(e, a, plan) : rc;
  rc = rc == OMS_OK ? act_on_accounts(e, a, outcomes) : rc;
  if (rc != OMS_OK) {
    return rc;
  }
  rc = oms_array_push(&e->actions, a);
  OMS_CHECK(rc == OMS_OK);
  take_outcomes(e, outcomes);
  cell->i = moved.i;
  cell->mid = moved.mid;
  engine_take_new_terms(e, plan);
  return OMS_OK;
}

int engine_corporate(oms_engine_t *e, const oms_command_t *c) {
  if (!is_usable(e, c)) {
    return OMS_ERR_USAGE;
  }
  engine_action_t a = action_of(e, c);
  oms_array_t plan, outcomes;
  oms_array_init(&plan, sizeof(engine_new_terms_t));
  oms_array_init(&outcomes, sizeof(outcome_t));
  int rc = apply_action(e, &a, &plan, &outcomes);
  oms_array_free(&plan);
  oms_array_free(&outcomes);
  return rc;
}
