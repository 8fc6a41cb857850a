/* engine_fill.c - a fill: the order's figures, book, net, cash, commission, counters. A fill is
 * a fact: it counts in every status. What can fail is done before anything changes. Invariants:
 * an execution id counts once in an account; positions sum fills, never orders; the filled
 * figures of every link of a replace chain hold what the links before it filled. */
#include <string.h>

#include "base/check.h"
#include "base/hash.h"
#include "core/engine_int.h"

/* Venues number their executions from 1 without large gaps: then the number is a place in
 * 'numbered'. A number far ahead, or one that another account has taken, goes into the map like
 * a text. */
#define LARGEST_GAP 4096u

static uint64_t execution_key(uint16_t account, uint64_t number, const char *id) {
  return id != NULL ? oms_hash64(id, strlen(id), account) : number ^ (uint64_t)account << 48;
}

static bool is_execution(const oms_engine_t *e, uint32_t fill, uint16_t account, uint64_t number,
                         const char *id) {
  if (fill >= e->fills.n) {
    return false;
  }
  const oms_fill_t *f = engine_fill(e, fill);
  if (engine_order(e, f->order)->account != account) {
    return false;
  }
  const char *text = oms_fill_execution_id(f);
  return id == NULL ? text == NULL && oms_fill_execution_no(f) == number
                    : text != NULL && strcmp(text, id) == 0;
}

static uint32_t *number_place(const oms_engine_t *e, uint64_t number) {
  return number < e->numbered.n ? oms_pool_at(&e->numbered, (uint32_t)number) : NULL;
}

uint32_t engine_find_execution(const oms_engine_t *e, uint16_t account, uint64_t number,
                               const char *id) {
  if (id != NULL && oms_execution_id_parse(id, &number)) {
    id = NULL;
  }
  if (id == NULL && number == 0) {
    return OMS_NONE;
  }
  if (id == NULL) {
    const uint32_t *place = number_place(e, number);
    if (place != NULL && *place != 0 && is_execution(e, *place - 1, account, number, NULL)) {
      return *place - 1;
    }
    if (!e->numbers_in_map) {
      return OMS_NONE;
    }
  }
  size_t at = SIZE_MAX;
  uint32_t i;
  while (oms_index_next(&e->executions, execution_key(account, number, id), &at, &i)) {
    if (is_execution(e, i, account, number, id)) {
      return i;
    }
  }
  return OMS_NONE;
}

/* Makes the place of a number, or its entry in the map. */
static int book_number(oms_engine_t *e, uint16_t account, uint64_t number, uint32_t fill) {
  uint32_t n = e->numbered.n;
  if (number >= n && number - n < LARGEST_GAP && number < UINT32_MAX) {
    int rc = engine_room(&e->numbered, (uint32_t)number + 1 - n);
    if (rc != OMS_OK) {
      return rc;
    }
    e->numbered.n = (uint32_t)number + 1; /* fresh places are zero */
  }
  const uint32_t *place = number_place(e, number);
  if (place != NULL && *place == 0) {
    return OMS_OK;
  }
  e->numbers_in_map = true;
  return oms_index_put(&e->executions, execution_key(account, number, NULL), fill);
}

int engine_book_execution(oms_engine_t *e, uint16_t account, const oms_fill_t *f) {
  const char *id = oms_fill_execution_id(f);
  uint64_t number = oms_fill_execution_no(f);
  if (id == NULL) {
    return number == 0 ? OMS_OK : book_number(e, account, number, f->index);
  }
  return oms_index_put(&e->executions, execution_key(account, 0, id), f->index);
}

int engine_draft_fill(oms_engine_t *e, const oms_report_t *r, const oms_order_t *o, uint32_t place,
                      oms_fill_t **out) {
  int rc = engine_room(&e->fills, place + 1);
  if (rc != OMS_OK) {
    return rc;
  }
  uint32_t n = e->fills.n + place;
  oms_fill_t *f = engine_fill(e, n);
  *f = (oms_fill_t){.index = n,
                    .order = o->index,
                    .prev = o->last_fill,
                    .busts = OMS_NONE,
                    .side = o->side,
                    .liquidity = r->liquidity,
                    .has_commission = r->has_commission,
                    .qty = r->qty,
                    .price = r->price,
                    .commission = r->has_commission ? r->commission : 0,
                    .ts = r->ts};
  uint64_t number = r->execution_no;
  if (r->execution_id != NULL && !oms_execution_id_parse(r->execution_id, &number)) {
    f->is_named = 1;
    rc = engine_text(e, r->execution_id, &f->execution.text);
  } else {
    f->execution.number = number;
  }
  *out = f;
  return rc == OMS_OK ? engine_book_execution(e, o->account, f) : rc;
}

/* The figures after a fill, worked out before anything changes. */
typedef struct effect {
  oms_money_t cash, commission, realized_pl, traded_value, day_realized_pl; /* the account's */
  oms_money_t book_commission, net_commission;
  oms_money_t market_value; /* the net's */
} effect_t;

static oms_qty_t signed_qty(const oms_fill_t *f) {
  return oms_side_is_buy(f->side) ? f->qty : -f->qty;
}

static int plan_money(const oms_account_t *a, const oms_instrument_t *i, const oms_fill_t *f,
                      effect_t *x) {
  oms_money_t value, paid;
  int rc = oms_notional(f->price, signed_qty(f), i->multiplier, &value);
  if (rc != OMS_OK || oms_add(value, f->commission, &paid) != OMS_OK ||
      oms_sub(a->cash, paid, &x->cash) != OMS_OK ||
      oms_add(a->commission, f->commission, &x->commission) != OMS_OK ||
      oms_add(a->traded_value, value < 0 ? -value : value, &x->traded_value) != OMS_OK) {
    return OMS_ERR_OVERFLOW;
  }
  return OMS_OK;
}

static int plan_positions(const oms_engine_t *e, const oms_order_t *o, const oms_fill_t *f,
                          effect_t *x) {
  const oms_account_t *a = &engine_account(e, o->account)->a;
  const oms_position_t *book = engine_position(e, o->book), *net = engine_position(e, o->net);
  int64_t multiplier = engine_instrument(e, o->instrument)->i.multiplier;
  oms_money_t gain;
  int rc = oms_position_foresee(net, &e->lots, signed_qty(f), f->price, multiplier, &gain);
  if (rc != OMS_OK || oms_add(a->realized_pl, gain, &x->realized_pl) != OMS_OK ||
      oms_add(a->day_realized_pl, gain, &x->day_realized_pl) != OMS_OK ||
      oms_add(book->commission, f->commission, &x->book_commission) != OMS_OK ||
      oms_add(net->commission, f->commission, &x->net_commission) != OMS_OK) {
    return OMS_ERR_OVERFLOW;
  }
  oms_price_t price = engine_value_price(e, o->instrument, f->price);
  return engine_value_at(e, net, net->qty + signed_qty(f), price, &x->market_value);
}

/* Books the fill in the owner's book and in the net: both or none, as the second was foreseen. */
static int book_fill(oms_engine_t *e, const oms_order_t *o, const oms_fill_t *f,
                     oms_money_t *realized, oms_qty_t *closed) {
  int64_t multiplier = engine_instrument(e, o->instrument)->i.multiplier;
  oms_money_t of_book;
  oms_qty_t closed_book;
  int rc = oms_position_apply(engine_position(e, o->book), &e->lots, f->index, signed_qty(f),
                              f->price, multiplier, &of_book, &closed_book);
  if (rc != OMS_OK) {
    return rc;
  }
  rc = oms_position_apply(engine_position(e, o->net), &e->lots, f->index, signed_qty(f), f->price,
                          multiplier, realized, closed);
  OMS_CHECK(rc == OMS_OK);
  return OMS_OK;
}

static void count_outcome(oms_account_t *a, oms_qty_t closed, oms_int128_t gain) {
  a->day_fills++;
  if (closed > 0 && gain < 0) {
    a->losses_in_row++;
  } else if (closed > 0 && gain > 0) {
    a->losses_in_row = 0;
  }
}

static void take_effect(oms_engine_t *e, const oms_order_t *o, const effect_t *x) {
  oms_account_t *a = &engine_account(e, o->account)->a;
  oms_position_t *net = engine_position(e, o->net);
  engine_position(e, o->book)->commission = x->book_commission;
  net->commission = x->net_commission;
  a->cash = x->cash;
  a->commission = x->commission;
  a->traded_value = x->traded_value;
  a->realized_pl = x->realized_pl;
  a->day_realized_pl = x->day_realized_pl;
  engine_set_market_value(a, net, x->market_value);
  oms_money_t equity = oms_account_equity(a);
  if (equity > a->day_peak_equity) {
    a->day_peak_equity = equity;
  }
}

/* Room for the lots of both positions, money, positions; the last step before the order changes. */
static int settle(oms_engine_t *e, const oms_order_t *o, const oms_fill_t *f) {
  oms_account_t *a = &engine_account(e, o->account)->a;
  effect_t x;
  oms_money_t realized;
  oms_qty_t closed;
  int rc = plan_money(a, &engine_instrument(e, o->instrument)->i, f, &x);
  if (rc == OMS_OK) {
    rc = plan_positions(e, o, f, &x);
  }
  if (rc == OMS_OK) {
    rc = engine_room(&e->lots.pool, 2);
  }
  if (rc == OMS_OK) {
    rc = book_fill(e, o, f, &realized, &closed);
  }
  if (rc != OMS_OK) {
    return rc;
  }
  take_effect(e, o, &x);
  count_outcome(a, closed, (oms_int128_t)realized - f->commission);
  return OMS_OK;
}

/* The order itself, then every later link of its chain. NULL at the end. */
oms_order_t *engine_next_link(const oms_engine_t *e, const oms_order_t *o) {
  bool replaced = o->status == OMS_STATUS_REPLACED && o->more->replaced_by != OMS_NONE;
  return replaced ? engine_order(e, o->more->replaced_by) : NULL;
}

/* The head of an oco has no fills of its own: its figures are those of its exits. */
bool engine_is_shown(const oms_engine_t *e, const oms_order_t *exit) {
  return engine_is_exit(exit) &&
         (engine_order(e, engine_group(e, exit->group)->head)->flags & OMS_ORDER_GROUP_HEAD) != 0;
}

void engine_show_on_head(oms_engine_t *e, const oms_order_t *exit, const oms_fill_t *f, int sign) {
  if (OMS_LIKELY(!engine_is_shown(e, exit))) {
    return;
  }
  oms_order_t *head = engine_order(e, engine_group(e, exit->group)->head);
  head->flags &= ~(uint32_t)OMS_ORDER_CUT;
  head->filled_qty += sign * engine_fill_now(e, head, f);
  head->filled_notional += sign * ((oms_int128_t)f->price * f->qty);
  head->commission += sign * f->commission;
  bool full = head->filled_qty >= head->qty;
  oms_happening_t what = sign < 0 ? OMS_HAPPENING_BUST_WORKING
                         : full   ? OMS_HAPPENING_FILL_FULL
                                  : OMS_HAPPENING_FILL_PART;
  int to = oms_order_transition(head->status, (int)what, head->filled_qty, head->qty);
  if (to < 0 || oms_status_is_final(head->status)) {
    return;
  }
  if (full && sign > 0) {
    engine_end(e, head, to);
  } else {
    head->status = (uint8_t)to;
  }
}

static bool fits(const oms_order_t *o, const oms_fill_t *f) {
  oms_qty_t filled;
  oms_int128_t notional;
  oms_money_t commission;
  return oms_add(o->filled_qty, f->qty, &filled) == OMS_OK &&
         oms_add(o->commission, f->commission, &commission) == OMS_OK &&
         !__builtin_add_overflow(o->filled_notional, (oms_int128_t)f->price * f->qty, &notional);
}

static int check_links(const oms_engine_t *e, const oms_order_t *o, const oms_fill_t *f) {
  if (engine_is_shown(e, o) && !fits(engine_order(e, engine_group(e, o->group)->head), f)) {
    return OMS_ERR_OVERFLOW;
  }
  for (; o != NULL; o = engine_next_link(e, o)) {
    if (!fits(o, f)) {
      return OMS_ERR_OVERFLOW;
    }
  }
  return OMS_OK;
}

int oms_engine_can_book(const oms_engine_t *e, uint32_t order, oms_qty_t qty, oms_price_t price,
                        oms_money_t commission) {
  const oms_order_t *o = engine_order(e, order);
  const oms_fill_t f = {.side = o->side, .qty = qty, .price = price, .commission = commission};
  const oms_account_t *a = &engine_account(e, o->account)->a;
  const oms_instrument_t *i = &engine_instrument(e, o->instrument)->i;
  effect_t x;
  oms_money_t gain;
  int rc = plan_money(a, i, &f, &x);
  if (rc == OMS_OK && o->book != OMS_NONE) {
    rc = plan_positions(e, o, &f, &x);
  }
  if (rc == OMS_OK && o->book != OMS_NONE) {
    rc = oms_position_foresee(engine_position(e, o->book), &e->lots, signed_qty(&f), price,
                              i->multiplier, &gain);
  }
  return rc == OMS_OK ? check_links(e, o, &f) : rc;
}

static void forget_cancel(oms_order_t *o) {
  o->flags &= ~(uint32_t)OMS_ORDER_CANCEL_REQUESTED;
  o->canceled_by = OMS_CANCELED_BY_NONE;
  o->cancel_code = 0;
  o->message = NULL;
}

/* One link takes the fill. Ends it where the fill is the last; '*successor' is then left without
 * it. */
static void fill_link(oms_engine_t *e, oms_order_t *o, const oms_fill_t *f, uint32_t *successor) {
  *successor = engine_successor(e, o) != NULL ? o->more->replaced_by : OMS_NONE;
  engine_take_out(e, o);
  o->flags &= ~(uint32_t)OMS_ORDER_CUT;
  o->flags |= OMS_ORDER_SENT; /* what fills is at a venue, whoever brought it there */
  o->filled_qty += f->qty;
  o->filled_notional += (oms_int128_t)f->price * f->qty;
  o->commission += f->commission;
  bool full = o->filled_qty >= o->qty;
  int to = oms_order_transition(o->status, full ? OMS_HAPPENING_FILL_FULL : OMS_HAPPENING_FILL_PART,
                                o->filled_qty, o->qty);
  OMS_CHECK(to >= 0);
  if (full && !oms_status_is_final(o->status)) {
    forget_cancel(o);
    engine_end(e, o, to);
    return;
  }
  *successor = OMS_NONE;
  o->status = (uint8_t)to;
  engine_put_in(e, o);
}

static void alert(oms_engine_t *e, const oms_order_t *o, oms_code_t code, uint32_t fill) {
  engine_emit(e, &(engine_news_t){.type = OMS_EVENT_ALERT,
                                  .o = o,
                                  .fill = fill,
                                  .code = (int)code,
                                  .ts = e->now,
                                  .message = oms_code_text(code)});
}

/* A fill reported a second time: nothing, but an alert where it says something else. */
static int repeated(oms_engine_t *e, const oms_report_t *r, const oms_order_t *o, uint32_t known) {
  const oms_fill_t *f = engine_fill(e, known);
  if (f->order != o->index || f->qty != r->qty || f->price != r->price) {
    alert(e, o, OMS_CODE_DUPLICATE_EXECUTION, known);
  }
  return OMS_ERR_DUPLICATE;
}

static bool may_fill(const oms_order_t *o) {
  bool counted = (o->flags & OMS_ORDER_COUNTED) != 0 || oms_status_is_final(o->status);
  bool ours = o->status == OMS_STATUS_HELD && o->held_by != OMS_HELD_BY_BROKER;
  bool head = (o->flags & OMS_ORDER_GROUP_HEAD) != 0;
  return o->instrument != OMS_NONE && counted && !ours && !head;
}

/* Takes the drafted fill into the pool and chains it to its order. */
void engine_add_fill(oms_engine_t *e, oms_order_t *o, oms_fill_t *f) {
  uint32_t index;
  int rc = oms_pool_new(&e->fills, &index);
  OMS_CHECK(rc == OMS_OK && index == f->index);
  f->prev = o->last_fill;
  o->last_fill = index;
  uint64_t number = oms_fill_execution_no(f);
  uint32_t *place = number != 0 ? number_place(e, number) : NULL;
  if (place != NULL && *place == 0) {
    *place = index + 1;
  }
}

static void tell_fill(oms_engine_t *e, oms_order_t *o, const oms_fill_t *f, bool was_final) {
  engine_emit(e,
              &(engine_news_t){
                  .type = OMS_EVENT_FILL, .o = o, .fill = f->index, .code = o->code, .ts = f->ts});
  if (OMS_UNLIKELY(was_final)) {
    alert(e, o, OMS_CODE_LATE_FILL, f->index);
  }
  if (OMS_UNLIKELY(oms_order_overfill(o) > 0)) {
    alert(e, o, OMS_CODE_OVERFILL, f->index);
  }
}

int engine_fill_report(oms_engine_t *e, const oms_report_t *r, oms_order_t *o) {
  if (r->qty <= 0 || r->price == OMS_NO_PRICE) {
    return OMS_ERR_USAGE;
  }
  if (!may_fill(o)) {
    return OMS_ERR_BAD_TRANSITION;
  }
  uint32_t known = engine_find_execution(e, o->account, r->execution_no, r->execution_id);
  if (known != OMS_NONE) {
    return repeated(e, r, o, known);
  }
  oms_fill_t *f;
  int rc = o->book == OMS_NONE ? engine_places(e, o) : OMS_OK;
  if (rc == OMS_OK) {
    rc = engine_draft_fill(e, r, o, 0, &f);
  }
  if (rc == OMS_OK) {
    rc = check_links(e, o, f);
  }
  if (rc == OMS_OK) {
    rc = settle(e, o, f);
  }
  if (rc != OMS_OK) {
    return rc;
  }
  bool was_final = oms_status_is_final(o->status);
  uint32_t successor, later;
  engine_add_fill(e, o, f);
  fill_link(e, o, f, &successor);
  engine_show_on_head(e, o, f, 1);
  for (oms_order_t *l = engine_next_link(e, o); l != NULL; l = engine_next_link(e, l)) {
    fill_link(e, l, f, &later);
    engine_orphan(e, l, later);
  }
  tell_fill(e, o, f, was_final);
  engine_orphan(e, o, successor);
  return OMS_OK;
}

static int add_everywhere(oms_engine_t *e, oms_order_t *o, oms_money_t more) {
  oms_account_t *a = &engine_account(e, o->account)->a;
  oms_position_t *book = engine_position(e, o->book), *net = engine_position(e, o->net);
  int64_t v[5];
  bool shown = engine_is_shown(e, o);
  oms_order_t *head = shown ? engine_order(e, engine_group(e, o->group)->head) : NULL;
  if (shown && oms_add(head->commission, more, &v[4]) != OMS_OK) {
    return OMS_ERR_OVERFLOW;
  }
  if (oms_sub(a->cash, more, &v[0]) != OMS_OK || oms_add(a->commission, more, &v[1]) != OMS_OK ||
      oms_add(book->commission, more, &v[2]) != OMS_OK ||
      oms_add(net->commission, more, &v[3]) != OMS_OK) {
    return OMS_ERR_OVERFLOW;
  }
  for (const oms_order_t *l = o; l != NULL; l = engine_next_link(e, l)) {
    if (oms_add(l->commission, more, &v[4]) != OMS_OK) {
      return OMS_ERR_OVERFLOW;
    }
  }
  a->cash = v[0];
  a->commission = v[1];
  book->commission = v[2];
  net->commission = v[3];
  for (oms_order_t *l = o; l != NULL; l = engine_next_link(e, l)) {
    l->commission += more;
  }
  if (shown) {
    head->commission += more;
  }
  return OMS_OK;
}

/* A commission that was not known at the fill, or another one: the difference moves now. */
int engine_commission_report(oms_engine_t *e, const oms_report_t *r, oms_order_t *o) {
  uint32_t known = engine_find_execution(e, o->account, r->execution_no, r->execution_id);
  if (known == OMS_NONE || !r->has_commission || engine_fill(e, known)->busted ||
      engine_fill(e, known)->busts != OMS_NONE) {
    return OMS_ERR_NOT_FOUND;
  }
  oms_fill_t *f = engine_fill(e, known);
  oms_order_t *filled = engine_order(e, f->order);
  oms_money_t more;
  int rc = oms_sub(r->commission, f->commission, &more);
  if (rc == OMS_OK) {
    rc = add_everywhere(e, filled, more);
  }
  if (rc != OMS_OK) {
    return rc;
  }
  f->commission = r->commission;
  f->has_commission = true;
  engine_emit(e, &(engine_news_t){.type = OMS_EVENT_COMMISSION,
                                  .o = filled,
                                  .fill = known,
                                  .code = OMS_CODE_NONE,
                                  .ts = r->ts});
  return OMS_OK;
}
