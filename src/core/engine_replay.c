/* engine_replay.c - books and orders' figures worked out again from the fills and the corporate
 * actions between them: after a bust or a claim, and as the second opinion. */
#include "core/engine_int.h"

/* Books a fill in its book and its net. */
static int book_again(oms_engine_t *e, const oms_order_t *o, const oms_fill_t *f) {
  int64_t multiplier = engine_instrument(e, o->instrument)->i.multiplier;
  oms_qty_t qty = oms_side_is_buy(f->side) ? f->qty : -f->qty, closed;
  oms_money_t realized;
  const uint32_t places[] = {o->book, o->net};
  int rc = OMS_OK;
  for (size_t i = 0; i < 2 && rc == OMS_OK; i++) {
    oms_position_t *p = engine_position(e, places[i]);
    rc = oms_position_apply(p, &e->lots, f->index, qty, f->price, multiplier, &realized, &closed);
    rc = rc == OMS_OK ? oms_add(p->commission, f->commission, &p->commission) : rc;
  }
  return rc;
}

/* Actions of the instrument from '*next' on that happened before fill 'fill'. */
static int act_until(oms_engine_t *e, uint16_t account, uint32_t instrument, uint32_t fill,
                     size_t *next) {
  int rc = OMS_OK;
  for (; *next < e->actions.n && engine_action(e, *next)->fills <= fill && rc == OMS_OK; ++*next) {
    const engine_action_t *a = engine_action(e, *next);
    rc = a->instrument == instrument ? engine_act_on_positions(e, account, a) : OMS_OK;
  }
  return rc;
}

static void empty_positions(oms_engine_t *e, uint16_t account, uint32_t instrument) {
  for (uint32_t i = 0; i < e->positions.n; i++) {
    oms_position_t *p = engine_position(e, i);
    if (p->account == account && p->instrument == instrument) {
      oms_money_t value = p->market_value; /* comes from prices, not from fills */
      oms_position_reset(p, &e->lots);
      p->market_value = value;
    }
  }
}

static bool is_of(const oms_order_t *o, uint16_t account, uint32_t instrument) {
  return o->account == account && o->instrument == instrument;
}

/* A fill opens a lot in its book and one in the net, an action at most one in each position. */
int engine_replay_room(oms_engine_t *e, uint16_t account, uint32_t instrument) {
  uint32_t n = e->positions.n + 4; /* two fills that are about to come */
  for (uint32_t i = 0; i < e->fills.n; i++) {
    n += is_of(engine_order(e, engine_fill(e, i)->order), account, instrument) ? 2 : 0;
  }
  return engine_room(&e->lots.pool, n);
}

int engine_replay(oms_engine_t *e, uint16_t account, uint32_t instrument) {
  size_t next = 0;
  int rc = OMS_OK;
  empty_positions(e, account, instrument);
  for (uint32_t i = 0; i < e->fills.n && rc == OMS_OK; i++) {
    const oms_fill_t *f = engine_fill(e, i);
    const oms_order_t *o = engine_order(e, f->order);
    rc = act_until(e, account, instrument, i, &next);
    bool counts = !f->busted && f->busts == OMS_NONE && is_of(o, account, instrument);
    rc = rc == OMS_OK && counts ? book_again(e, o, f) : rc;
  }
  return rc == OMS_OK ? act_until(e, account, instrument, UINT32_MAX, &next) : rc;
}

/* Figures of orders. */

/* The link before, whose figures this one has taken over. */
static const oms_order_t *link_before(const oms_engine_t *e, const oms_order_t *o) {
  if (o->more->replaces == OMS_NONE) {
    return NULL;
  }
  const oms_order_t *old = engine_order(e, o->more->replaces);
  return old->status == OMS_STATUS_REPLACED && old->more->replaced_by == o->index ? old : NULL;
}

/* What the links up to this one filled in fills [from, to). */
static oms_qty_t filled_between(const oms_engine_t *e, const oms_order_t *o, uint32_t from,
                                uint32_t to) {
  oms_qty_t qty = 0;
  for (; o != NULL; o = link_before(e, o)) {
    for (uint32_t i = o->last_fill; i != OMS_NONE; i = engine_fill(e, i)->prev) {
      const oms_fill_t *f = engine_fill(e, i);
      qty += i >= from && i < to && !f->busted && f->busts == OMS_NONE ? f->qty : 0;
    }
  }
  return qty;
}

static bool is_split_of(const engine_action_t *a, const oms_order_t *o) {
  return a->instrument == o->instrument && engine_is_split(a);
}

oms_qty_t engine_filled_again(const oms_engine_t *e, const oms_order_t *o) {
  oms_qty_t qty = 0;
  uint32_t from = 0;
  for (size_t k = 0; k < o->more->actions && k < e->actions.n; k++) {
    const engine_action_t *a = engine_action(e, k);
    if (is_split_of(a, o)) {
      qty += filled_between(e, o, from, a->fills);
      from = a->fills;
      (void)oms_split_qty(&a->split, qty, &qty); /* it fitted when it happened */
    }
  }
  return qty + filled_between(e, o, from, UINT32_MAX);
}

oms_qty_t engine_fill_now(const oms_engine_t *e, const oms_order_t *o, const oms_fill_t *f) {
  oms_qty_t qty = f->qty;
  for (size_t k = 0; k < o->more->actions && k < e->actions.n; k++) {
    const engine_action_t *a = engine_action(e, k);
    if (is_split_of(a, o) && a->fills > f->index) {
      (void)oms_split_qty(&a->split, qty, &qty);
    }
  }
  return qty;
}
