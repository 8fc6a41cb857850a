/* engine_terms.c - what a corporate action makes of orders.
 *   - Split, stock dividend: what is left to fill times the ratio, rounded down to the lot (to
 *     1e-9 where none is declared); prices divided by it, to the tick, away from filling: limits
 *     of buys down, of sells up, stops the way that triggers later, trails wider. Every open
 *     order, whatever its time in force.
 *   - Cash dividend (FINRA Rule 5330): gtc and gtd orders that are not do_not_reduce; limits of
 *     buys and stops of sells fall by the dividend, rounded down to the tick, with them both
 *     prices of a stop limit to sell or an if-touched order to buy. Limits of sells and stops of
 *     buys stay.
 *   - Nothing left to fill, or no price above zero left: the order is canceled.
 * An order that has ended keeps the figures of its day, unless a replace chain or group with an
 * open order counts on them. What was paid for what has filled stays, so the average price
 * follows. */
#include "base/check.h"
#include "core/engine_int.h"

/* Which orders. */

static const oms_order_t *last_link(const oms_engine_t *e, const oms_order_t *o) {
  for (const oms_order_t *next = o; next != NULL; next = engine_next_link(e, o)) {
    o = next;
  }
  return o;
}

static bool group_is_open(const oms_engine_t *e, uint32_t group) {
  for (uint32_t i = engine_group(e, group)->first; i != OMS_NONE;
       i = engine_order(e, i)->more->next_in_group) {
    if (oms_order_is_open(engine_order(e, i))) {
      return true;
    }
  }
  return false;
}

static bool is_split_with(const oms_engine_t *e, const oms_order_t *o) {
  return oms_order_is_open(last_link(e, o)) || (o->group != OMS_NONE && group_is_open(e, o->group));
}

static bool touches(int type) {
  return type == OMS_TYPE_MARKET_IF_TOUCHED || type == OMS_TYPE_LIMIT_IF_TOUCHED;
}

static bool falls_with_dividend(const oms_order_t *o) {
  bool lasts = o->time_in_force == OMS_TIF_GTC || o->time_in_force == OMS_TIF_GTD;
  if (!oms_order_is_open(o) || !lasts || (o->flags & OMS_ORDER_DO_NOT_REDUCE) != 0) {
    return false;
  }
  bool buys = oms_side_is_buy(o->side);
  return buys ? o->type == OMS_TYPE_LIMIT || touches(o->type)
              : o->type == OMS_TYPE_STOP || o->type == OMS_TYPE_STOP_LIMIT;
}

/* Or its successor does, which stands in the same sums. */
static bool stands_with_falling(const oms_engine_t *e, const oms_order_t *o) {
  const oms_order_t *s = engine_successor(e, o);
  return falls_with_dividend(o) || (s != NULL && falls_with_dividend(s));
}

/* Prices. */

typedef struct rescaling {
  const engine_action_t *a;
  int64_t unit; /* the tick, or 1e-9 */
  oms_qty_t lot;
} rescaling_t;

static int split_price(const rescaling_t *r, oms_price_t *price, bool up) {
  return *price == OMS_NO_PRICE
             ? OMS_OK
             : oms_split_price(&r->a->split, *price, up ? OMS_ROUND_UP : OMS_ROUND_DOWN, r->unit,
                               price);
}

static int split_prices(const rescaling_t *r, oms_order_t *o) {
  bool buys = oms_side_is_buy(o->side);
  bool reference = o->limit_price == OMS_NO_PRICE && o->more->stop_price == OMS_NO_PRICE &&
                   o->reserve_price != OMS_NO_PRICE;
  int rc = split_price(r, &o->limit_price, !buys);
  rc = rc == OMS_OK ? split_price(r, &engine_more(o)->stop_price, buys != touches(o->type)) : rc;
  rc = rc == OMS_OK ? split_price(r, &engine_more(o)->trail_price, true) : rc;
  rc = rc == OMS_OK ? split_price(r, &engine_more(o)->limit_offset, false) : rc;
  return rc == OMS_OK && reference
             ? oms_split_price(&r->a->split, o->reserve_price, OMS_ROUND_NEAR, 1, &o->reserve_price)
             : rc;
}

static int drop_price(const rescaling_t *r, oms_price_t *price) {
  if (*price == OMS_NO_PRICE) {
    return OMS_OK;
  }
  oms_int128_t units = oms_div_floor((oms_int128_t)*price - r->a->cash, r->unit);
  return oms_narrow(units * r->unit, price);
}

static int drop_prices(const rescaling_t *r, oms_order_t *o) {
  int rc = drop_price(r, &o->limit_price);
  return rc == OMS_OK ? drop_price(r, &engine_more(o)->stop_price) : rc;
}

static bool lost_price(oms_price_t was, oms_price_t now) {
  return was != OMS_NO_PRICE && was > 0 && now <= 0;
}

/* Quantities. */

static oms_qty_t to_lot(oms_qty_t qty, oms_qty_t lot) {
  return lot > 0 ? qty - qty % lot : qty;
}

/* What is over of 'qty' once 'filled' of it has filled. */
static int split_left(const rescaling_t *r, oms_qty_t qty, oms_qty_t filled, oms_qty_t *left) {
  *left = 0;
  return qty > filled ? oms_split_qty(&r->a->split, qty - filled, left) : OMS_OK;
}

static int split_if_given(const rescaling_t *r, oms_qty_t *qty) {
  return *qty == OMS_NO_PRICE ? OMS_OK : oms_split_qty(&r->a->split, *qty, qty);
}

/* 'filled' has filled of the order before, 'o' holds the figures after where they are known. A
 * successor counts from what its original has filled. */
static int split_total(const rescaling_t *r, const oms_order_t *was, oms_qty_t filled_was,
                       oms_qty_t filled, engine_new_terms_t *n) {
  oms_order_t *o = &n->now;
  oms_qty_t left;
  int rc = split_left(r, was->qty, filled_was, &left);
  oms_qty_t whole = to_lot(left, r->lot);
  bool open = oms_order_is_open(was) && (was->flags & OMS_ORDER_GROUP_HEAD) == 0;
  n->ends = open && was->qty > filled_was && whole == 0;
  left = open && !n->ends ? whole : left;
  if (rc != OMS_OK) {
    return rc;
  }
  rc = was->qty > filled_was ? oms_add(filled, left, &o->qty)
                             : oms_split_qty(&r->a->split, was->qty, &o->qty);
  rc = rc == OMS_OK ? split_if_given(r, &engine_more(o)->asked_qty) : rc;
  rc = rc == OMS_OK ? split_if_given(r, &o->open_qty) : rc;
  rc = rc == OMS_OK ? split_if_given(r, &engine_more(o)->display_qty) : rc;
  if (rc == OMS_OK && o->more->display_qty != OMS_NO_PRICE) {
    engine_more(o)->display_qty = to_lot(o->more->display_qty, r->lot);
  }
  o->open_qty = o->open_qty < left ? o->open_qty : left;
  return rc;
}

static int split_terms(const oms_engine_t *e, const rescaling_t *r, engine_new_terms_t *n) {
  const oms_order_t *was = engine_order(e, n->order);
  oms_order_t *o = &n->now;
  int rc = oms_split_qty(&r->a->split, was->filled_qty, &o->filled_qty);
  oms_qty_t filled_was = was->filled_qty, filled = o->filled_qty;
  if (rc == OMS_OK && engine_is_successor(e, was)) {
    filled_was = engine_order(e, was->more->replaces)->filled_qty;
    rc = oms_split_qty(&r->a->split, filled_was, &filled);
  }
  rc = rc == OMS_OK ? split_total(r, was, filled_was, filled, n) : rc;
  engine_more(o)->actions = (uint32_t)e->actions.n + 1;
  return rc == OMS_OK ? split_prices(r, o) : rc;
}

/* The figures of the head of an oco are those of its exits, which come after it in the plan. */
static void sum_heads(const oms_engine_t *e, oms_array_t *plan) {
  for (size_t i = 0; i < plan->n; i++) {
    engine_new_terms_t *head = OMS_AT(plan, engine_new_terms_t, i);
    if ((head->now.flags & OMS_ORDER_GROUP_HEAD) == 0) {
      continue;
    }
    head->now.filled_qty = 0;
    for (size_t k = i + 1; k < plan->n; k++) {
      const oms_order_t *o = &OMS_AT(plan, engine_new_terms_t, k)->now;
      bool counts = o->group == head->now.group && engine_is_exit(o) &&
                    engine_next_link(e, engine_order(e, o->index)) == NULL;
      head->now.filled_qty += counts ? o->filled_qty : 0;
    }
  }
}

/* The plan. */

static int change_terms(const oms_engine_t *e, const rescaling_t *r, engine_new_terms_t *n) {
  const oms_order_t *was = engine_order(e, n->order);
  n->now = *was;
  n->more = *was->more;
  n->now.more = &n->more;
  int rc = OMS_OK;
  if (engine_is_split(r->a)) {
    rc = split_terms(e, r, n);
  } else if (falls_with_dividend(was)) {
    rc = drop_prices(r, &n->now);
  }
  if (rc != OMS_OK) {
    return rc;
  }
  if (oms_order_is_open(was) && (lost_price(was->limit_price, n->now.limit_price) ||
                                 lost_price(was->more->stop_price, n->now.more->stop_price))) {
    n->ends = true;
  }
  if (n->ends) {
    n->now.limit_price = was->limit_price;
    n->more.stop_price = was->more->stop_price;
    n->more.trail_price = was->more->trail_price;
    n->more.limit_offset = was->more->limit_offset;
  }
  if (n->now.limit_price != OMS_NO_PRICE || n->now.more->stop_price != OMS_NO_PRICE) {
    n->now.reserve_price =
        n->now.limit_price != OMS_NO_PRICE ? n->now.limit_price : n->now.more->stop_price;
  }
  return OMS_OK;
}

/* The whole order has a value, and all of them together fit the sums that they will stand in. */
static int check_value(const oms_engine_t *e, const oms_order_t *o, oms_int128_t *sum) {
  oms_money_t reserve;
  int rc = engine_reserve(e, o, o->qty, &reserve);
  if (rc != OMS_OK || oms_status_is_final(o->status)) {
    return oms_status_is_final(o->status) ? OMS_OK : rc;
  }
  *sum += reserve;
  const oms_account_t *a = &engine_account(e, o->account)->a;
  return *sum + a->reserve > INT64_MAX || *sum + a->exit_credit > INT64_MAX ? OMS_ERR_OVERFLOW
                                                                            : OMS_OK;
}

static int check_working(const oms_engine_t *e, const engine_action_t *a) {
  const oms_position_cell_t *net;
  for (uint32_t i = engine_instrument(e, a->instrument)->first_net; i != OMS_NONE;
       i = net->next_net) {
    oms_qty_t sum;
    net = oms_pool_at(&e->positions, i);
    if (oms_split_qty(&a->split, net->p.working_buy, &sum) != OMS_OK ||
        oms_split_qty(&a->split, net->p.working_sell, &sum) != OMS_OK) {
      return OMS_ERR_OVERFLOW;
    }
  }
  return OMS_OK;
}

int engine_plan_terms(oms_engine_t *e, const engine_action_t *a, oms_array_t *plan) {
  const oms_instrument_t *i = &engine_instrument(e, a->instrument)->i;
  const rescaling_t r = {a, i->tick > 0 ? i->tick : 1, i->lot};
  oms_int128_t sum = 0;
  int rc = check_working(e, a);
  for (uint32_t k = 0; k < e->orders.n && rc == OMS_OK; k++) {
    oms_order_t *o = engine_order(e, k);
    bool concerned = o->instrument == a->instrument &&
                     (engine_is_split(a) ? is_split_with(e, o) : stands_with_falling(e, o));
    if (!concerned) {
      continue;
    }
    engine_new_terms_t n = {.order = k};
    rc = engine_need_more(e, o);
    rc = rc == OMS_OK ? change_terms(e, &r, &n) : rc;
    rc = rc == OMS_OK ? check_value(e, &n.now, &sum) : rc;
    rc = rc == OMS_OK ? oms_array_push(plan, &n) : rc;
  }
  if (engine_is_split(a)) {
    sum_heads(e, plan);
  }
  return rc == OMS_OK ? oms_array_reserve(&e->originals, e->originals.n + plan->n) : rc;
}

/* Its doing. */

static void write_terms(oms_order_t *o, const engine_new_terms_t *n) {
  const oms_order_t *now = &n->now;
  oms_order_more_t *m = engine_more(o);
  o->qty = now->qty;
  o->filled_qty = now->filled_qty;
  o->open_qty = now->open_qty;
  o->limit_price = now->limit_price;
  o->reserve_price = now->reserve_price;
  m->asked_qty = n->more.asked_qty;
  m->display_qty = n->more.display_qty;
  m->stop_price = n->more.stop_price;
  m->trail_price = n->more.trail_price;
  m->limit_offset = n->more.limit_offset;
  o->flags &= m->actions == n->more.actions ? ~UINT32_C(0) : ~(uint32_t)OMS_ORDER_CUT;
  m->actions = n->more.actions;
}

static bool is_another(const oms_order_t *a, const oms_order_t *b) {
  return a->qty != b->qty || a->limit_price != b->limit_price ||
         a->more->stop_price != b->more->stop_price || a->more->trail_price != b->more->trail_price;
}

static void end(oms_engine_t *e, oms_order_t *o) {
  const char *message = oms_code_text(OMS_CODE_CORPORATE_ACTION);
  if (engine_is_successor(e, o)) {
    engine_refuse_successor(e, engine_order(e, o->more->replaces), OMS_REJECTED_BY_OMS,
                            OMS_CODE_CORPORATE_ACTION, message);
  } else {
    engine_end_canceled(e, o, OMS_CANCELED_BY_OMS, OMS_CODE_CORPORATE_ACTION, message);
  }
}

/* 'n->now' has become what the order was. */
static void tell(oms_engine_t *e, const engine_new_terms_t *n) {
  oms_order_t *o = engine_order(e, n->order);
  if (!oms_order_is_open(o)) {
    return; /* it had ended before, or with its original just now */
  }
  if (n->ends) {
    end(e, o);
  } else if (!engine_is_successor(e, o) && is_another(o, &n->now)) {
    engine_emit(e, &(engine_news_t){.type = OMS_EVENT_RESTATED,
                                    .o = o,
                                    .fill = OMS_NONE,
                                    .code = OMS_CODE_NONE,
                                    .ts = e->now,
                                    .old = &n->now});
  }
}

/* Sums hold an order by its terms and those of its successor: all are taken out before any
 * changes. */
void engine_take_new_terms(oms_engine_t *e, const oms_array_t *plan) {
  for (size_t i = 0; i < plan->n; i++) {
    engine_take_out(e, engine_order(e, OMS_AT(plan, engine_new_terms_t, i)->order));
  }
  for (size_t i = 0; i < plan->n; i++) {
    engine_new_terms_t *n = OMS_AT(plan, engine_new_terms_t, i);
    oms_order_t *o = engine_order(e, n->order);
    const oms_order_t was = *o;
    const oms_order_more_t more_was = *o->more;
    engine_remember_terms(e, o);
    write_terms(o, n);
    n->now = was;
    n->more = more_was;
    n->now.more = &n->more;
  }
  for (size_t i = 0; i < plan->n; i++) {
    engine_put_in(e, engine_order(e, OMS_AT(plan, engine_new_terms_t, i)->order));
  }
  for (size_t i = 0; i < plan->n; i++) {
    tell(e, OMS_AT(plan, engine_new_terms_t, i));
  }
}
