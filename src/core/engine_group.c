/* engine_group.c - groups and what their orders need: making one, membership, release of a held
 * order, another quantity in place, and the claim of external orders. When a child is released,
 * resized or cancelled is decided above; this file keeps the sums right. */
#include "base/check.h"
#include "core/engine_int.h"

int engine_make_group(oms_engine_t *e, const oms_command_t *c) {
  uint32_t index;
  int rc = oms_pool_new(&e->groups, &index);
  if (rc != OMS_OK) {
    return rc;
  }
  *engine_group(e, index) = (oms_group_t){.head = OMS_NONE,
                                          .first = OMS_NONE,
                                          .last = OMS_NONE,
                                          .order_class = c->u.group.order_class,
                                          .trigger_full = c->u.group.trigger_full};
  e->new_group = index;
  return OMS_OK;
}

int engine_note_group(oms_engine_t *e, const oms_command_t *c) {
  uint32_t group = c->u.group_state.group;
  if (group >= e->groups.n || engine_group(e, group)->head == OMS_NONE) {
    return OMS_ERR_STALE;
  }
  oms_group_t *g = engine_group(e, group);
  oms_order_t *head = engine_order(e, g->head);
  bool news = c->u.group_state.unprotected && g->unprotected == 0;
  g->rearmed += c->u.group_state.rearmed ? 1 : 0;
  g->unprotected = c->u.group_state.unprotected ? 1 : 0;
  head->flags = g->unprotected != 0 ? head->flags | OMS_ORDER_UNPROTECTED
                                    : head->flags & ~(uint32_t)OMS_ORDER_UNPROTECTED;
  if (news) {
    engine_emit(e, &(engine_news_t){.type = OMS_EVENT_ALERT,
                                    .o = head,
                                    .fill = OMS_NONE,
                                    .code = OMS_CODE_UNPROTECTED,
                                    .ts = e->now,
                                    .message = oms_code_text(OMS_CODE_UNPROTECTED)});
  }
  return OMS_OK;
}

void engine_join_group(oms_engine_t *e, oms_order_t *o) {
  if (o->group == OMS_NONE) {
    return;
  }
  oms_group_t *g = engine_group(e, o->group);
  if (g->first == OMS_NONE) {
    g->first = g->head = o->index;
  } else {
    engine_more(engine_order(e, g->last))->next_in_group = o->index;
  }
  g->last = o->index;
}

int engine_release(oms_engine_t *e, const oms_command_t *c) {
  oms_order_t *o = engine_order(e, c->u.release.order);
  bool held = o->status == OMS_STATUS_HELD && o->held_by != OMS_HELD_BY_REPLACE &&
              o->held_by != OMS_HELD_BY_APPROVAL && (o->flags & OMS_ORDER_COUNTED) == 0;
  oms_qty_t qty = c->u.release.qty == OMS_NO_PRICE ? o->qty : c->u.release.qty;
  int to = oms_order_transition(o->status, OMS_HAPPENING_RELEASE, o->filled_qty, qty);
  if (!held || to < 0 || qty <= o->filled_qty) {
    return OMS_ERR_BAD_TRANSITION;
  }
  engine_ask_t ask = engine_ask_of(o, qty, NULL);
  int rc = engine_measure(e, &ask);
  if (rc == OMS_OK && qty != o->qty) {
    rc = engine_need_more(e, o); /* another quantity than was asked for */
  }
  if (rc != OMS_OK) {
    return rc;
  }
  o->qty = qty;
  o->status = (uint8_t)to;
  o->held_by = OMS_HELD_BY_NONE;
  o->flags |= OMS_ORDER_CHECKED;
  engine_take_measure(o, &ask);
  engine_count(e, o);
  engine_account(e, o->account)->a.day_orders++;
  engine_tell(e, OMS_EVENT_RELEASED, o);
  return OMS_OK;
}

int engine_resize(oms_engine_t *e, const oms_command_t *c) {
  oms_order_t *o = engine_order(e, c->u.resize.order);
  oms_report_t r = {
      .qty = c->u.resize.qty, .price = OMS_NO_PRICE, .stop_price = OMS_NO_PRICE, .ts = e->now};
  if (oms_status_is_final(o->status) || c->u.resize.qty < 0) {
    return OMS_ERR_BAD_TRANSITION;
  }
  if (r.qty < o->filled_qty) {
    r.qty = o->filled_qty;
  }
  if (r.qty == o->qty) {
    return OMS_OK;
  }
  int rc = engine_restate(e, o, &r);
  if (rc == OMS_OK && oms_order_leaves(o) == 0) {
    engine_end_canceled(e, o, OMS_CANCELED_BY_OMS, OMS_CODE_POSITION_CLOSED,
                        oms_code_text(OMS_CODE_POSITION_CLOSED));
  }
  return rc;
}

static bool in_claim(const oms_order_t *o, const oms_command_t *c) {
  return o->owner == 0 && o->account == c->u.claim.account &&
         o->instrument == c->u.claim.instrument &&
         (c->u.claim.order == OMS_NONE || c->u.claim.order == o->index);
}

/* Bounds of quantity and value once the action has happened. */
static bool act_on_bounds(const oms_engine_t *e, const engine_action_t *a, uint32_t instrument,
                          oms_int128_t *qty, oms_int128_t *value) {
  oms_money_t paid = 0;
  if (a->instrument != instrument) {
    return true;
  }
  if (engine_is_split(a)) {
    *qty = a->split.num > a->split.den ? *qty * a->split.num / a->split.den + 1 : *qty;
  } else if (*qty > INT64_MAX ||
             oms_notional(a->cash, (oms_qty_t)*qty, engine_instrument(e, instrument)->i.multiplier,
                          &paid) != OMS_OK) {
    return false;
  }
  *value += paid;
  return *qty <= INT64_MAX && *value * 2 <= INT64_MAX;
}

/* Whatever the order in which the fills meet in the new book, no sum over them can leave its
 * range. */
static bool fits(const oms_engine_t *e, uint32_t instrument) {
  int64_t multiplier = engine_instrument(e, instrument)->i.multiplier;
  oms_int128_t qty = 0, value = 0;
  size_t next = 0;
  for (uint32_t i = 0; i < e->fills.n; i++) {
    for (; next < e->actions.n && engine_action(e, next)->fills <= i; next++) {
      if (!act_on_bounds(e, engine_action(e, next), instrument, &qty, &value)) {
        return false;
      }
    }
    const oms_fill_t *f = engine_fill(e, i);
    oms_money_t v;
    if (engine_order(e, f->order)->instrument != instrument) {
      continue;
    }
    if (oms_notional(f->price, f->qty, multiplier, &v) != OMS_OK) {
      return false;
    }
    qty += f->qty;
    value += (oms_int128_t)(v < 0 ? -v : v) + (f->commission < 0 ? -f->commission : f->commission);
  }
  for (; next < e->actions.n; next++) {
    if (!act_on_bounds(e, engine_action(e, next), instrument, &qty, &value)) {
      return false;
    }
  }
  return qty <= INT64_MAX && value * 2 <= INT64_MAX;
}

static void hand_over(oms_engine_t *e, const oms_command_t *c, uint32_t book) {
  for (uint32_t i = 0; i < e->orders.n; i++) {
    oms_order_t *o = engine_order(e, i);
    if (in_claim(o, c)) {
      o->owner = c->u.claim.owner;
      o->book = o->book == OMS_NONE ? OMS_NONE : book;
    }
  }
}

/* Where the claim names an order, account and instrument are the order's. */
static int complete_claim(const oms_engine_t *e, oms_command_t *c) {
  if (c->u.claim.order != OMS_NONE) {
    if (c->u.claim.order >= e->orders.n) {
      return OMS_ERR_STALE;
    }
    const oms_order_t *o = engine_order(e, c->u.claim.order);
    c->u.claim.account = o->account;
    c->u.claim.instrument = o->instrument;
    if (!in_claim(o, c)) {
      return OMS_ERR_NOT_FOUND;
    }
  }
  bool known = c->u.claim.account < e->accounts.n && c->u.claim.instrument < e->instruments.n &&
               c->u.claim.owner != 0 && c->u.claim.owner < e->owners.n;
  return known ? OMS_OK : OMS_ERR_USAGE;
}

/* The books are booked again through the actions: fractions that were paid in cash book by book may
 * come to another sum, which the account's cash follows. */
static int claim_again(oms_engine_t *e, const oms_command_t *c, uint32_t to) {
  uint32_t at = engine_find_position(e, c->u.claim.account, ENGINE_NET, c->u.claim.instrument);
  oms_account_t *a = &engine_account(e, c->u.claim.account)->a, account = *a;
  hand_over(e, c, to);
  if (at == OMS_NONE) {
    return OMS_OK;
  }
  oms_position_t *net = engine_position(e, at);
  const oms_position_t before = *net;
  oms_money_t value;
  int rc = engine_replay(e, c->u.claim.account, c->u.claim.instrument);
  rc = rc == OMS_OK ? engine_settle_net(&before, net, &account) : rc;
  OMS_CHECK(rc == OMS_OK);
  *a = account;
  oms_price_t price = engine_value_price(e, c->u.claim.instrument, OMS_NO_PRICE);
  if (price != OMS_NO_PRICE && engine_value_at(e, net, net->qty, price, &value) == OMS_OK) {
    engine_set_market_value(a, net, value);
  }
  return OMS_OK;
}

/* Orders of "external", with their fills, become the claimer's: one order, or all of an
 * instrument. */
int engine_claim(oms_engine_t *e, const oms_command_t *command) {
  oms_command_t c = *command;
  int rc = complete_claim(e, &c);
  if (rc != OMS_OK) {
    return rc;
  }
  if (!fits(e, c.u.claim.instrument)) {
    return OMS_ERR_OVERFLOW;
  }
  uint32_t from = engine_find_position(e, c.u.claim.account, 0, c.u.claim.instrument), to;
  rc = engine_make_position(e, c.u.claim.account, c.u.claim.owner, c.u.claim.instrument, &to);
  if (rc == OMS_OK) {
    rc = engine_replay_room(e, c.u.claim.account, c.u.claim.instrument);
  }
  if (rc != OMS_OK) {
    return rc;
  }
  if (engine_has_actions(e, c.u.claim.instrument)) {
    return claim_again(e, &c, to);
  }
  hand_over(e, &c, to);
  rc = from == OMS_NONE ? OMS_OK : engine_rebuild(e, from);
  rc = rc == OMS_OK ? engine_rebuild(e, to) : rc;
  OMS_CHECK(rc == OMS_OK);
  return OMS_OK;
}
