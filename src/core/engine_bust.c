/* engine_bust.c - a fill taken back, or put right: a reverse fill joins the fills, book and net
 * are booked again from what still counts, cash and commission move back, the order's status
 * follows the table. Invariant: a fill that was taken back and its reverse cancel out in every
 * sum over fills. The count of losses in a row is left as it is: which outcome came after which
 * cannot be told again. */
#include "base/check.h"
#include "core/engine_int.h"

static bool counts_in(const oms_engine_t *e, const oms_fill_t *f, uint32_t position) {
  const oms_order_t *o = engine_order(e, f->order);
  return !f->busted && f->busts == OMS_NONE && (o->book == position || o->net == position);
}

int engine_rebuild(oms_engine_t *e, uint32_t position) {
  oms_position_t *p = engine_position(e, position);
  int64_t multiplier = engine_instrument(e, p->instrument)->i.multiplier;
  uint32_t n = 0;
  for (uint32_t i = 0; i < e->fills.n; i++) {
    n += counts_in(e, engine_fill(e, i), position) ? 1 : 0;
  }
  int rc = engine_room(&e->lots.pool, n);
  if (rc != OMS_OK) {
    return rc;
  }
  oms_position_t kept = *p;
  oms_position_reset(p, &e->lots);
  p->commission = 0;
  for (uint32_t i = 0; i < e->fills.n && rc == OMS_OK; i++) {
    const oms_fill_t *f = engine_fill(e, i);
    oms_money_t realized;
    oms_qty_t closed;
    if (counts_in(e, f, position)) {
      rc = oms_position_apply(p, &e->lots, i, oms_side_is_buy(f->side) ? f->qty : -f->qty, f->price,
                              multiplier, &realized, &closed);
      rc = rc == OMS_OK ? oms_add(p->commission, f->commission, &p->commission) : rc;
    }
  }
  p->working_buy = kept.working_buy;
  p->working_sell = kept.working_sell;
  p->market_value = kept.market_value;
  p->version = kept.version + 1;
  return rc;
}

/* Adds 'sign' times a fill to the account's money. '*a' is a copy: an overflow may leave it half
 * changed. */
static int move_money(const oms_engine_t *e, oms_account_t *a, const oms_fill_t *f,
                      uint32_t instrument, int sign) {
  oms_qty_t qty = oms_side_is_buy(f->side) ? f->qty : -f->qty;
  oms_money_t value, paid;
  int rc = oms_notional(f->price, qty, engine_instrument(e, instrument)->i.multiplier, &value);
  if (rc != OMS_OK || oms_add(value, f->commission, &paid) != OMS_OK) {
    return OMS_ERR_OVERFLOW;
  }
  oms_money_t traded = value < 0 ? -value : value;
  bool fits = oms_sub(a->cash, sign * paid, &a->cash) == OMS_OK &&
              oms_add(a->commission, sign * f->commission, &a->commission) == OMS_OK &&
              oms_add(a->traded_value, sign * traded, &a->traded_value) == OMS_OK;
  return fits ? OMS_OK : OMS_ERR_OVERFLOW;
}

typedef struct bust {
  oms_order_t *o;
  oms_fill_t *busted, *reverse, *fresh; /* fresh: the right fill of a correct; NULL: a bust */
  oms_account_t account;                /* as it will be */
  oms_money_t market_value;             /* of the net, likewise */
  bool works_again;
} bust_t;

static int check_links(const oms_engine_t *e, const bust_t *b) {
  for (const oms_order_t *l = b->o; l != NULL; l = engine_next_link(e, l)) {
    oms_qty_t qty = l->filled_qty - b->busted->qty;
    oms_money_t commission;
    if (oms_sub(l->commission, b->busted->commission, &commission) != OMS_OK ||
        (b->fresh != NULL && (oms_add(qty, b->fresh->qty, &qty) != OMS_OK ||
                              oms_add(commission, b->fresh->commission, &commission) != OMS_OK))) {
      return OMS_ERR_OVERFLOW;
    }
  }
  return OMS_OK;
}

static void reopen(oms_engine_t *e, oms_order_t *o, int status) {
  o->status = (uint8_t)status;
  o->ended_ns = OMS_NO_TIME;
  o->code = OMS_CODE_NONE;
  o->message = NULL;
  oms_qty_t leaves = oms_order_leaves(o);
  int rc = engine_reserve(e, o, leaves < o->open_qty ? leaves : o->open_qty, &o->reserve);
  OMS_CHECK(rc == OMS_OK);
  engine_count(e, o);
  engine_link(e, o);
}

static int status_after(const oms_order_t *o, bool works_again) {
  bool final = oms_status_is_final(o->status);
  oms_happening_t what = !final || works_again ? OMS_HAPPENING_BUST_WORKING
                         : o->filled_qty == 0  ? OMS_HAPPENING_BUST_NONE_LEFT
                                               : OMS_HAPPENING_BUST_ENDED;
  int to = oms_order_transition(o->status, (int)what, o->filled_qty, o->qty);
  return to < 0 ? o->status : to;
}

static void change_link(oms_engine_t *e, oms_order_t *o, const bust_t *b) {
  int was = o->status;
  engine_take_out(e, o);
  o->flags &= ~(uint32_t)OMS_ORDER_CUT;
  o->filled_qty -= b->busted->qty;
  o->filled_notional -= (oms_int128_t)b->busted->price * b->busted->qty;
  o->commission -= b->busted->commission;
  if (b->fresh != NULL) {
    o->filled_qty += b->fresh->qty;
    o->filled_notional += (oms_int128_t)b->fresh->price * b->fresh->qty;
    o->commission += b->fresh->commission;
  }
  if (o->more->actions != 0) {
    o->filled_qty = engine_filled_again(e, o);
  }
  bool full = b->fresh != NULL && !oms_status_is_final(was) && o->filled_qty >= o->qty;
  int to = full ? OMS_STATUS_FILLED : status_after(o, b->works_again);
  if (oms_status_is_final(was) && !oms_status_is_final(to)) {
    reopen(e, o, to);
  } else if (!oms_status_is_final(was) && oms_status_is_final(to)) {
    uint32_t successor = engine_successor(e, o) != NULL ? o->more->replaced_by : OMS_NONE;
    engine_end(e, o, to);
    engine_orphan(e, o, successor);
  } else {
    o->status = (uint8_t)to;
    engine_put_in(e, o);
  }
  if (was == OMS_STATUS_FILLED && to == OMS_STATUS_CANCELED) {
    o->code = OMS_CODE_TRADE_BUST;
    o->canceled_by = OMS_CANCELED_BY_VENUE;
  }
}

static int rebuild_both(oms_engine_t *e, const oms_order_t *o) {
  if (engine_has_actions(e, o->instrument)) {
    return engine_replay(e, o->account, o->instrument);
  }
  int rc = engine_rebuild(e, o->book);
  return rc == OMS_OK ? engine_rebuild(e, o->net) : rc;
}

/* What booking again has changed, into the account as it will be. */
static int count_change(const oms_engine_t *e, bust_t *b, const oms_position_t *before) {
  const oms_position_t *net = engine_position(e, b->o->net);
  oms_account_t *a = &b->account;
  bool today = b->busted->ts >= e->day_start;
  oms_money_t change;
  if (engine_settle_net(before, net, a) != OMS_OK ||
      oms_sub(net->realized_pl, before->realized_pl, &change) != OMS_OK ||
      oms_add(a->day_realized_pl, today ? change : 0, &a->day_realized_pl) != OMS_OK) {
    return OMS_ERR_OVERFLOW;
  }
  oms_price_t price = engine_value_price(e, net->instrument, b->busted->price);
  a->day_fills -= today && b->fresh == NULL && a->day_fills > 0 ? 1 : 0;
  return engine_value_at(e, net, net->qty, price, &b->market_value);
}

/* Takes the new fills in and books both positions again; undone as a whole when that fails. */
static int rebook(oms_engine_t *e, bust_t *b) {
  uint32_t newest = b->o->last_fill, n = e->fills.n;
  const oms_position_t before = *engine_position(e, b->o->net);
  if (engine_has_actions(e, b->o->instrument)) {
    int rc = engine_replay_room(e, b->o->account, b->o->instrument);
    if (rc != OMS_OK) {
      return rc;
    }
  }
  b->busted->busted = 1;
  engine_add_fill(e, b->o, b->reverse);
  if (b->fresh != NULL) {
    engine_add_fill(e, b->o, b->fresh);
  }
  int rc = rebuild_both(e, b->o);
  if (rc == OMS_OK) {
    rc = count_change(e, b, &before);
  }
  if (rc != OMS_OK) {
    b->busted->busted = 0;
    b->o->last_fill = newest;
    e->fills.n = n;
    int back = rebuild_both(e, b->o);
    OMS_CHECK(back == OMS_OK);
  }
  return rc;
}

static void take_account(oms_engine_t *e, const bust_t *b) {
  oms_account_t *a = &engine_account(e, b->o->account)->a;
  *a = b->account;
  engine_set_market_value(a, engine_position(e, b->o->net), b->market_value);
}

static int draft_reverse(oms_engine_t *e, const oms_report_t *r, bust_t *b) {
  const oms_fill_t *f = b->busted;
  oms_report_t back = {.qty = f->qty,
                       .price = f->price,
                       .commission = -f->commission,
                       .has_commission = f->has_commission,
                       .ts = r->ts};
  if (r->type == OMS_REPORT_BUST) {
    back.execution_id = r->execution_id;
    back.execution_no = r->execution_no;
  }
  int rc = engine_draft_fill(e, &back, b->o, 0, &b->reverse);
  if (rc == OMS_OK) {
    b->reverse->busts = f->index;
    b->reverse->side = oms_side_is_buy(f->side) ? OMS_SIDE_SELL : OMS_SIDE_BUY;
  }
  return rc;
}

static int prepare(oms_engine_t *e, const oms_report_t *r, bust_t *b) {
  b->account = engine_account(e, b->o->account)->a;
  int rc = draft_reverse(e, r, b);
  if (rc == OMS_OK && r->type == OMS_REPORT_CORRECT) {
    rc = engine_draft_fill(e, r, b->o, 1, &b->fresh);
  }
  if (rc == OMS_OK) {
    rc = move_money(e, &b->account, b->busted, b->o->instrument, -1);
  }
  if (rc == OMS_OK && b->fresh != NULL) {
    rc = move_money(e, &b->account, b->fresh, b->o->instrument, 1);
  }
  return rc == OMS_OK ? check_links(e, b) : rc;
}

/* Its symbol was split after it had ended: no venue works such an order again. */
static bool is_of_old_terms(const oms_engine_t *e, const oms_order_t *o) {
  for (size_t k = o->more->actions; k < e->actions.n; k++) {
    const engine_action_t *a = engine_action(e, k);
    if (a->instrument == o->instrument && engine_is_split(a) && a->ts >= o->ended_ns) {
      return true;
    }
  }
  return false;
}

int engine_bust_report(oms_engine_t *e, const oms_report_t *r, oms_order_t *o) {
  bool correct = r->type == OMS_REPORT_CORRECT;
  if (r->busts == NULL || (correct && (r->qty <= 0 || r->price == OMS_NO_PRICE))) {
    return OMS_ERR_USAGE;
  }
  uint32_t known = engine_find_execution(e, o->account, 0, r->busts);
  if (known == OMS_NONE || engine_fill(e, known)->busts != OMS_NONE) {
    return OMS_ERR_NOT_FOUND;
  }
  if (engine_fill(e, known)->busted) {
    return OMS_ERR_DUPLICATE;
  }
  uint32_t again = engine_find_execution(e, o->account, r->execution_no, r->execution_id);
  if (again != OMS_NONE) {
    return OMS_ERR_DUPLICATE;
  }
  bust_t b = {.busted = engine_fill(e, known), .works_again = r->works_again};
  b.o = engine_order(e, b.busted->order);
  if (b.works_again && oms_status_is_final(b.o->status) && is_of_old_terms(e, b.o)) {
    b.works_again = false;
  }
  int rc = prepare(e, r, &b);
  if (rc == OMS_OK) {
    rc = rebook(e, &b);
  }
  if (rc != OMS_OK) {
    return rc;
  }
  take_account(e, &b);
  engine_show_on_head(e, b.o, b.busted, -1);
  if (b.fresh != NULL) {
    engine_show_on_head(e, b.o, b.fresh, 1);
  }
  for (oms_order_t *l = b.o; l != NULL; l = engine_next_link(e, l)) {
    change_link(e, l, &b);
  }
  engine_emit(e, &(engine_news_t){.type = correct ? OMS_EVENT_CORRECT : OMS_EVENT_BUST,
                                  .o = b.o,
                                  .fill = correct ? b.fresh->index : b.reverse->index,
                                  .code = correct ? OMS_CODE_NONE : OMS_CODE_TRADE_BUST,
                                  .ts = r->ts});
  return OMS_OK;
}
