/* engine_verify.c - the second opinion: every figure that the engine keeps as it goes is worked
 * out again from orders and fills. For tests and for the recovery of a journal; walks everything.
 * The invariants are numbered in the messages:
 *   V1 an order's filled figures are its fills plus what the links before it filled;
 *   V2 filled + leaves = qty + overfill while open; a final order stands in no sum and in no list;
 *   V3 the list of open orders is complete and in order of creation;
 *   V4 a position is the sum of its fills, its lots, and of its working orders;
 *   V5 cash = start - cost - commissions + dividends + cash in lieu; reserves, credits, counts and
 *      market values are sums;
 *   V6 a group stands once in the working quantity, and its exits never fill beyond what they
 *      protect;
 *   V7 a net counts the listed orders whose size follows a book. */
#include "base/alloc.h"
#include "core/engine_int.h"

typedef struct position_sums {
  oms_int128_t qty, working_buy, working_sell, dividends;
  uint32_t following;
} position_sums_t;

typedef struct account_sums {
  oms_int128_t paid, commission, traded, reserve, credit, long_value, short_value, realized,
      dividends, in_lieu;
  uint32_t open_orders;
} account_sums_t;

typedef struct verify {
  const oms_engine_t *e;
  oms_error_t *err;
  position_sums_t *positions;
  account_sums_t *accounts;
  uint32_t listed;
} verify_t;

static int wrong(const verify_t *v, const char *what, const char *thing, uint32_t index) {
  return oms_error_set(v->err, OMS_ERR_CHECK, "%s (%s %u)", what, thing, index);
}

/* The head of an oco shows the figures of its exits; of a replace chain the last link has them
 * all. */
static int check_head(const verify_t *v, const oms_order_t *head) {
  oms_int128_t qty = 0, notional = 0, commission = 0;
  for (uint32_t i = head->more->next_in_group; i != OMS_NONE;
       i = engine_order(v->e, i)->more->next_in_group) {
    const oms_order_t *o = engine_order(v->e, i);
    if (engine_is_exit(o) && engine_next_link(v->e, o) == NULL) {
      qty += o->filled_qty;
      notional += o->filled_notional;
      commission += o->commission;
    }
  }
  return qty == head->filled_qty && notional == head->filled_notional &&
                 commission == head->commission
             ? OMS_OK
             : wrong(v, "V1: the head of a group does not show what its exits filled", "order",
                     head->index);
}

static int check_figures(const verify_t *v, const oms_order_t *o) {
  oms_int128_t qty = 0, notional = 0, commission = 0;
  if ((o->flags & OMS_ORDER_GROUP_HEAD) != 0) {
    return check_head(v, o);
  }
  for (uint32_t i = o->last_fill; i != OMS_NONE; i = engine_fill(v->e, i)->prev) {
    const oms_fill_t *f = engine_fill(v->e, i);
    if (!f->busted && f->busts == OMS_NONE) {
      qty += f->qty;
      notional += (oms_int128_t)f->price * f->qty;
      commission += f->commission;
    }
  }
  if (o->more->replaces != OMS_NONE) {
    const oms_order_t *old = engine_order(v->e, o->more->replaces);
    if (old->status == OMS_STATUS_REPLACED && old->more->replaced_by == o->index) {
      qty += old->filled_qty;
      notional += old->filled_notional;
      commission += old->commission;
    }
  }
  if (o->more->actions != 0) {
    qty = engine_filled_again(v->e, o);
  }
  return qty == o->filled_qty && notional == o->filled_notional && commission == o->commission
             ? OMS_OK
             : wrong(v, "V1: an order's filled figures are not those of its fills", "order",
                     o->index);
}

static int check_state(const verify_t *v, const oms_order_t *o) {
  if (oms_status_is_final(o->status)) {
    uint32_t standing =
        OMS_ORDER_COUNTED | OMS_ORDER_LISTED | OMS_ORDER_IN_DOUBT | OMS_ORDER_FOLLOWS;
    bool clean = (o->flags & standing) == 0 && o->reserve == 0;
    return clean ? OMS_OK
                 : wrong(v, "V2: a final order stands in sums or lists", "order", o->index);
  }
  oms_int128_t sum = (oms_int128_t)o->filled_qty + oms_order_leaves(o);
  if (sum != (oms_int128_t)o->qty + oms_order_overfill(o)) {
    return wrong(v, "V2: filled + leaves is not qty + overfill", "order", o->index);
  }
  if ((o->flags & OMS_ORDER_COUNTED) != 0 && (o->flags & OMS_ORDER_LISTED) == 0) {
    return wrong(v, "V3: an order counts and is not listed", "order", o->index);
  }
  return OMS_OK;
}

static void add_order(verify_t *v, const oms_order_t *o) {
  account_sums_t *a = &v->accounts[o->account];
  v->listed += (o->flags & OMS_ORDER_LISTED) != 0 ? 1 : 0;
  if ((o->flags & OMS_ORDER_FOLLOWS) != 0) {
    v->positions[o->net].following++;
  }
  if ((o->flags & OMS_ORDER_COUNTED) == 0) {
    return;
  }
  a->open_orders++;
  a->reserve += o->reserve;
  a->credit += engine_exit_credit(v->e, o);
  if (!engine_is_exit(o)) {
    position_sums_t *p = &v->positions[o->net];
    *(oms_side_is_buy(o->side) ? &p->working_buy : &p->working_sell) += engine_working(v->e, o);
  }
}

static int check_orders(verify_t *v) {
  for (uint32_t i = 0; i < v->e->orders.n; i++) {
    const oms_order_t *o = engine_order(v->e, i);
    int rc = check_figures(v, o);
    rc = rc == OMS_OK ? check_state(v, o) : rc;
    if (rc != OMS_OK) {
      return rc;
    }
    add_order(v, o);
  }
  return OMS_OK;
}

static int check_list(const verify_t *v) {
  uint32_t n = 0, prev = OMS_NONE;
  for (uint32_t i = v->e->first_open; i != OMS_NONE; i = engine_order(v->e, i)->next_open) {
    const oms_order_t *o = engine_order(v->e, i);
    if (o->prev_open != prev || (prev != OMS_NONE && prev >= i) ||
        (o->flags & OMS_ORDER_LISTED) == 0) {
      return wrong(v, "V3: the list of open orders is broken", "order", i);
    }
    prev = i;
    n++;
  }
  return n == v->listed && prev == v->e->last_open
             ? OMS_OK
             : wrong(v, "V3: the list of open orders is not complete", "last order", prev);
}

/* Brings the sums of all books of the instrument to the terms after an action, nets to those of
 * their books. */
static int act_on_sums(verify_t *v, const engine_action_t *a) {
  int64_t multiplier = engine_instrument(v->e, a->instrument)->i.multiplier;
  for (uint32_t i = 0; i < v->e->positions.n; i++) {
    const oms_position_t *p = engine_position(v->e, i);
    position_sums_t *s = &v->positions[i];
    oms_money_t paid;
    if (p->instrument != a->instrument || s->qty == 0) {
      continue;
    }
    if (!engine_is_split(a)) {
      if (oms_notional(a->cash, (oms_qty_t)s->qty, multiplier, &paid) != OMS_OK) {
        return wrong(v, "V5: a dividend has no value", "position", i);
      }
      s->dividends += paid;
    } else if (p->owner != ENGINE_NET) {
      uint32_t net = engine_find_position(v->e, p->account, ENGINE_NET, p->instrument);
      oms_qty_t after, fraction;
      if (engine_split_book(a, (oms_qty_t)s->qty, &after, &fraction) != OMS_OK) {
        return wrong(v, "V4: a split does not fit", "position", i);
      }
      v->positions[net].qty += after - s->qty;
      s->qty = after;
    }
  }
  return OMS_OK;
}

static int act_until(verify_t *v, uint32_t fill, size_t *next) {
  int rc = OMS_OK;
  for (; *next < v->e->actions.n && engine_action(v->e, *next)->fills <= fill && rc == OMS_OK;
       ++*next) {
    rc = act_on_sums(v, engine_action(v->e, *next));
  }
  return rc;
}

static int add_fills(verify_t *v) {
  size_t next = 0;
  for (uint32_t i = 0; i < v->e->fills.n; i++) {
    int rc = act_until(v, i, &next);
    if (rc != OMS_OK) {
      return rc;
    }
    const oms_fill_t *f = engine_fill(v->e, i);
    const oms_order_t *o = engine_order(v->e, f->order);
    account_sums_t *a = &v->accounts[o->account];
    oms_qty_t qty = oms_side_is_buy(f->side) ? f->qty : -f->qty;
    oms_money_t value;
    if (oms_notional(f->price, qty, engine_instrument(v->e, o->instrument)->i.multiplier, &value) !=
        OMS_OK) {
      return wrong(v, "V5: a fill has no value", "fill", i);
    }
    if (!f->busted && f->busts == OMS_NONE) {
      v->positions[o->book].qty += qty;
      v->positions[o->net].qty += qty;
    }
    a->paid += (oms_int128_t)value + f->commission;
    a->commission += f->commission;
    if (!f->busted && f->busts == OMS_NONE) {
      a->traded += value < 0 ? -value : value;
    }
  }
  return act_until(v, UINT32_MAX, &next);
}

static int check_group(verify_t *v, uint32_t index) {
  const oms_group_t *g = engine_group(v->e, index);
  oms_int128_t filled = 0, targets = 0, stops = 0;
  const oms_order_t *side = NULL;
  for (uint32_t i = g->first; i != OMS_NONE; i = engine_order(v->e, i)->more->next_in_group) {
    const oms_order_t *o = engine_order(v->e, i);
    if (engine_is_exit(o)) {
      side = o;
      *(o->role == OMS_ROLE_TAKE_PROFIT ? &targets : &stops) += engine_working(v->e, o);
      bool last_link = o->status != OMS_STATUS_REPLACED;
      filled += last_link ? o->filled_qty - oms_order_overfill(o) : 0;
    }
  }
  if (g->targets != targets || g->stops != stops ||
      g->counted != (targets > stops ? targets : stops)) {
    return wrong(v, "V6: a group's working quantity is not that of its exits", "group", index);
  }
  if (side == NULL || side->net == OMS_NONE) {
    return OMS_OK;
  }
  position_sums_t *p = &v->positions[side->net];
  *(oms_side_is_buy(side->side) ? &p->working_buy : &p->working_sell) += g->counted;
  const oms_order_t *head = engine_order(v->e, g->head);
  while (engine_next_link(v->e, head) != NULL) {
    head = engine_next_link(v->e, head);
  }
  if (head->role == OMS_ROLE_PARENT && filled > head->filled_qty) {
    return wrong(v, "V6: a group's exits have filled beyond their parent", "group", index);
  }
  return OMS_OK;
}

static int check_lots(const verify_t *v, const oms_position_t *p, uint32_t index) {
  oms_int128_t qty = 0, cost = 0;
  for (uint32_t i = p->first_lot; i != OMS_NONE; i = oms_engine_lot(v->e, i)->next) {
    const oms_lot_t *lot = oms_engine_lot(v->e, i);
    qty += lot->qty;
    cost += (oms_int128_t)lot->price * lot->qty + lot->rest;
  }
  return qty == p->qty && cost == p->cost
             ? OMS_OK
             : wrong(v, "V4: a position is not the sum of its lots", "position", index);
}

static int check_net(verify_t *v, const oms_position_t *p, uint32_t index) {
  account_sums_t *a = &v->accounts[p->account];
  const position_sums_t *s = &v->positions[index];
  const oms_instrument_t *i = &engine_instrument(v->e, p->instrument)->i;
  oms_money_t value;
  if (p->working_buy != s->working_buy || p->working_sell != s->working_sell) {
    return wrong(v, "V4: working quantities are not those of the orders", "position", index);
  }
  const oms_position_cell_t *cell = oms_pool_at(&v->e->positions, index);
  if (cell->following != s->following) {
    return wrong(v, "V7: orders that follow the book are not counted", "position", index);
  }
  if (i->last != OMS_NO_PRICE && oms_notional(i->last, p->qty, i->multiplier, &value) == OMS_OK &&
      value != p->market_value) {
    return wrong(v, "V5: a market value is not that at the last price", "position", index);
  }
  *(p->market_value < 0 ? &a->short_value : &a->long_value) += p->market_value;
  a->realized += p->realized_pl;
  a->dividends += p->dividends;
  a->in_lieu += p->in_lieu;
  return OMS_OK;
}

static int check_positions(verify_t *v) {
  for (uint32_t i = 0; i < v->e->positions.n; i++) {
    const oms_position_t *p = engine_position(v->e, i);
    int rc = check_lots(v, p, i);
    if (rc == OMS_OK && p->qty != v->positions[i].qty) {
      rc = wrong(v, "V4: a position is not the sum of its fills", "position", i);
    }
    if (rc == OMS_OK && p->dividends != v->positions[i].dividends) {
      rc = wrong(v, "V5: a position's dividends are not those of what it held", "position", i);
    }
    if (rc == OMS_OK && p->owner == ENGINE_NET) {
      rc = check_net(v, p, i);
    }
    if (rc != OMS_OK) {
      return rc;
    }
  }
  return OMS_OK;
}

static int check_account(const verify_t *v, uint32_t index) {
  const oms_account_t *a = &engine_account(v->e, index)->a;
  const account_sums_t *s = &v->accounts[index];
  if (a->dividends != s->dividends || a->in_lieu != s->in_lieu) {
    return wrong(v, "V5: dividends or cash in lieu are not the sum over the nets", "account",
                 index);
  }
  if (a->cash != a->initial_cash - s->paid + s->dividends + s->in_lieu) {
    return wrong(v, "V5: cash is not start - cost - commissions + dividends + cash in lieu",
                 "account", index);
  }
  if (a->commission != s->commission || a->traded_value != s->traded ||
      a->realized_pl != s->realized) {
    return wrong(v, "V5: commission, traded value or profit is not the sum", "account", index);
  }
  if (a->reserve != s->reserve || a->exit_credit != s->credit) {
    return wrong(v, "V5: reserve or exit credit is not the sum over open orders", "account", index);
  }
  if (a->open_orders != s->open_orders) {
    return wrong(v, "V5: the count of open orders is wrong", "account", index);
  }
  return a->long_value == s->long_value && a->short_value == s->short_value
             ? OMS_OK
             : wrong(v, "V5: market values are not the sum over the nets", "account", index);
}

static int check_all(verify_t *v) {
  int rc = check_orders(v);
  rc = rc == OMS_OK ? check_list(v) : rc;
  rc = rc == OMS_OK ? add_fills(v) : rc;
  for (uint32_t i = 0; i < v->e->groups.n && rc == OMS_OK; i++) {
    rc = check_group(v, i);
  }
  rc = rc == OMS_OK ? check_positions(v) : rc;
  for (uint32_t i = 0; i < v->e->accounts.n && rc == OMS_OK; i++) {
    rc = check_account(v, i);
  }
  return rc;
}

int oms_engine_verify(const oms_engine_t *e, oms_error_t *err) {
  verify_t v = {.e = e,
                .err = err,
                .positions = oms_alloc_zero(e->positions.n + 1u, sizeof *v.positions),
                .accounts = oms_alloc_zero(e->accounts.n + 1u, sizeof *v.accounts)};
  int rc = v.positions == NULL || v.accounts == NULL
               ? oms_error_set(err, OMS_ERR_NOMEM, "no memory to verify the engine")
               : check_all(&v);
  oms_free(v.positions);
  oms_free(v.accounts);
  return rc;
}
