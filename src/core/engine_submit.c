/* engine_submit.c - an order comes in: validation, repeated keys, the row, the verdict of the rules.
 * What parsed becomes a row in every case, refused ones with the code and the sentence; only a repeated key
 * makes none. orders.md, sections 7 to 9.
 * Invariant: an order stands in the sums from the moment that nobody can refuse it any more on our side. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/check.h"
#include "core/engine_int.h"

const char *engine_number(int64_t v, int decimals, char out[24]) {
  (void)oms_decimal_format(v, decimals, out);
  return out;
}

int engine_refuse(oms_engine_t *e, oms_code_t code, const char *format, ...) {
  va_list args;
  va_start(args, format);
  (void)vsnprintf(e->refusal_message, sizeof e->refusal_message, format, args);
  va_end(args);
  e->refusal = code;
  return OMS_ERR_REJECTED;
}

/* --- rows ------------------------------------------------------------------------------------------- */

int engine_draft(oms_engine_t *e, oms_order_t **out) {
  int rc = engine_room(&e->orders, 1);
  if (rc != OMS_OK) {
    return rc;
  }
  uint32_t n = e->orders.n;
  *out = engine_order(e, n);
  **out = (oms_order_t){.index = n,
                        .generation = 1,
                        .seq = n + 1,
                        .created_ns = e->now,
                        .received_ns = e->now,
                        .sent_ns = OMS_NO_TIME,
                        .ended_ns = OMS_NO_TIME,
                        .reserve_price = OMS_NO_PRICE,
                        .group = OMS_NONE,
                        .next_in_group = OMS_NONE,
                        .parent = OMS_NONE,
                        .replaces = OMS_NONE,
                        .replaced_by = OMS_NONE,
                        .root = n,
                        .book = OMS_NONE,
                        .net = OMS_NONE,
                        .next_open = OMS_NONE,
                        .prev_open = OMS_NONE,
                        .last_fill = OMS_NONE};
  return OMS_OK;
}

void engine_commit(oms_engine_t *e, oms_order_t *o) {
  uint32_t index;
  int rc = oms_pool_new(&e->orders, &index);
  OMS_CHECK(rc == OMS_OK && index == o->index);
  e->subject = index;
  if (o->group != OMS_NONE) {
    engine_join_group(e, o);
  }
}

#define ASKED_FLAGS                                                                                \
  (OMS_ORDER_POST_ONLY | OMS_ORDER_REDUCE_ONLY | OMS_ORDER_DO_NOT_REDUCE | OMS_ORDER_MANUAL |      \
   OMS_ORDER_FROM_CLOSE | OMS_ORDER_FROM_TARGET | OMS_ORDER_GUARDED_BY_HOST |                      \
   OMS_ORDER_GROUP_HEAD)

static void take_terms(const oms_engine_t *e, oms_order_t *o, const oms_terms_t *t) {
  o->flags = t->flags & ASKED_FLAGS;
  o->instrument = t->instrument;
  o->account = t->account;
  o->owner = t->owner;
  o->side = t->side;
  o->type = t->type;
  o->time_in_force = t->time_in_force;
  o->session = t->session;
  o->trigger_by = t->trigger_by;
  o->order_class = t->order_class;
  o->position_intent = t->position_intent;
  o->role = t->role;
  o->qty = o->asked_qty = t->qty;
  o->display_qty = t->display_qty;
  o->notional = t->notional;
  o->limit_price = t->limit_price;
  o->stop_price = t->stop_price;
  o->trail_price = t->trail_price;
  o->limit_offset = t->limit_offset;
  o->trail_percent = t->trail_percent;
  o->expire_at = t->expire_at;
  o->expire_session = t->expire_session;
  o->group = t->group;
  o->parent = t->parent;
  o->symbol = t->instrument == OMS_NONE ? t->symbol : engine_instrument(e, t->instrument)->i.symbol;
}

/* Copies the texts of a draft and books its key; the last thing that may fail before a commit. */
static int keep_texts(oms_engine_t *e, oms_order_t *o, const oms_terms_t *t) {
  int rc = OMS_OK;
  if (o->instrument == OMS_NONE) {
    rc = engine_text(e, t->symbol == NULL ? "?" : t->symbol, &o->symbol);
  }
  const char *hash =
      t->script_hash != NULL ? t->script_hash : engine_owner(e, t->owner)->o.script_hash;
  if (rc == OMS_OK) {
    rc = engine_shared_text(e, &e->last_tag, t->tag, &o->tag);
  }
  if (rc == OMS_OK) {
    rc = engine_shared_text(e, &e->last_entered_by, t->entered_by, &o->entered_by);
  }
  if (rc == OMS_OK) {
    rc = engine_shared_text(e, &e->last_script_hash, hash, &o->script_hash);
  }
  if (rc == OMS_OK) {
    rc = engine_shared_text(e, &e->last_route, t->route, &o->route);
  }
  if (rc == OMS_OK && t->client_order_id != NULL) {
    rc = engine_text(e, t->client_order_id, &o->client_order_id);
    if (rc == OMS_OK) {
      rc = oms_map_put(&e->keys, engine_key(o->account, t->client_order_id), o->index);
    }
  }
  return rc;
}

/* --- validation ------------------------------------------------------------------------------------- */

static oms_code_t off(oms_engine_t *e, const oms_order_t *o, oms_code_t code, const char *what,
                      int64_t v, int64_t step) {
  char n[4][24];
  int64_t below = (int64_t)(oms_div_floor(v, step) * step);
  int64_t above;
  if (oms_add(below, step, &above) != OMS_OK) {
    above = below;
  }
  (void)engine_refuse(e, code, "%s %s of %s is not a multiple of %s: the nearest are %s and %s",
                      what, engine_number(v, OMS_PRICE_DECIMALS, n[0]), o->symbol,
                      engine_number(step, OMS_PRICE_DECIMALS, n[1]),
                      engine_number(below, OMS_PRICE_DECIMALS, n[2]),
                      engine_number(above, OMS_PRICE_DECIMALS, n[3]));
  return code;
}

static oms_code_t check_price(oms_engine_t *e, const oms_order_t *o, const char *what,
                              oms_price_t price, oms_price_t tick) {
  if (OMS_LIKELY(price == OMS_NO_PRICE || tick <= 0 || price % tick == 0)) {
    return OMS_CODE_NONE;
  }
  return off(e, o, OMS_CODE_OFF_TICK, what, price, tick);
}

static bool is_trigger_type(int type) {
  return type == OMS_TYPE_STOP || type == OMS_TYPE_STOP_LIMIT || type == OMS_TYPE_TRAILING_STOP ||
         type == OMS_TYPE_TRAILING_STOP_LIMIT;
}

oms_code_t engine_validate(oms_engine_t *e, const oms_order_t *o) {
  const oms_instrument_t *i = &engine_instrument(e, o->instrument)->i;
  char n[24];
  if (o->qty <= 0) {
    (void)engine_refuse(e, OMS_CODE_INVALID_QTY, "a quantity of %s for %s is not above zero",
                        engine_number(o->qty, OMS_QTY_DECIMALS, n), o->symbol);
    return OMS_CODE_INVALID_QTY;
  }
  if (i->lot > 0 && o->qty % i->lot != 0) {
    return off(e, o, OMS_CODE_OFF_LOT, "quantity", o->qty, i->lot);
  }
  oms_code_t code = check_price(e, o, "limit price", o->limit_price, i->tick);
  if (code == OMS_CODE_NONE) {
    code = check_price(e, o, "stop price", o->stop_price, i->tick);
  }
  bool now_or_never = o->time_in_force == OMS_TIF_IOC || o->time_in_force == OMS_TIF_FOK;
  if (code == OMS_CODE_NONE && now_or_never && is_trigger_type(o->type)) {
    (void)engine_refuse(e, OMS_CODE_INVALID_TIME_IN_FORCE, "%s does not go with a %s order for %s",
                        oms_enum_text(OMS_ENUM_TIF, o->time_in_force),
                        oms_enum_text(OMS_ENUM_TYPE, o->type), o->symbol);
    code = OMS_CODE_INVALID_TIME_IN_FORCE;
  }
  return code;
}

/* A notional becomes a quantity at the reference price, down to the lot. */
static oms_code_t convert_notional(oms_engine_t *e, oms_order_t *o) {
  const oms_instrument_t *i = &engine_instrument(e, o->instrument)->i;
  oms_price_t unit, reference = oms_engine_reference(e, o->instrument);
  char n[2][24];
  if (reference == OMS_NO_PRICE) {
    (void)engine_refuse(e, OMS_CODE_NO_REFERENCE_PRICE,
                        "%s has no reference price yet, so a notional of %s is no quantity",
                        o->symbol, engine_number(o->notional, OMS_MONEY_DECIMALS, n[0]));
    return OMS_CODE_NO_REFERENCE_PRICE;
  }
  o->qty = 0;
  bool fits = oms_mul_div_trunc(reference, i->multiplier, OMS_QTY_SCALE, &unit) == OMS_OK &&
              unit > 0 && o->notional > 0 &&
              oms_mul_div_floor(o->notional, INT64_C(1000000000000), unit, &o->qty) == OMS_OK;
  if (fits && i->lot > 0) {
    o->qty -= o->qty % i->lot;
  }
  if (!fits || o->qty <= 0) {
    (void)engine_refuse(e, OMS_CODE_INVALID_QTY, "a notional of %s buys no %s at %s",
                        engine_number(o->notional, OMS_MONEY_DECIMALS, n[0]), o->symbol,
                        engine_number(reference, OMS_PRICE_DECIMALS, n[1]));
    return OMS_CODE_INVALID_QTY;
  }
  return OMS_CODE_NONE;
}

static oms_code_t validate_terms(oms_engine_t *e, oms_order_t *o) {
  if (o->instrument == OMS_NONE) {
    (void)engine_refuse(e, OMS_CODE_UNKNOWN_SYMBOL, "there is no symbol %s in this session",
                        o->symbol == NULL ? "?" : o->symbol);
    return OMS_CODE_UNKNOWN_SYMBOL;
  }
  if (o->notional != OMS_NO_PRICE) {
    oms_code_t code = convert_notional(e, o);
    if (code != OMS_CODE_NONE) {
      return code;
    }
  }
  return engine_validate(e, o);
}

/* Terms that no caller of this room may hand over: the checks below would read what is not there. */
static bool usable(const oms_engine_t *e, const oms_terms_t *t) {
  if (t->account >= e->accounts.n || t->owner >= e->owners.n || t->side >= OMS_SIDE_COUNT ||
      t->type >= OMS_TYPE_COUNT || t->time_in_force >= OMS_TIF_COUNT ||
      (t->instrument != OMS_NONE && t->instrument >= e->instruments.n) ||
      (t->group != OMS_NONE && t->group >= e->groups.n) ||
      (t->parent != OMS_NONE && t->parent >= e->orders.n) ||
      ((t->role == OMS_ROLE_TAKE_PROFIT || t->role == OMS_ROLE_STOP_LOSS) &&
       t->group == OMS_NONE)) {
    return false;
  }
  if ((t->flags & OMS_ORDER_GROUP_HEAD) != 0) {
    return true;
  }
  oms_type_needs_t needs = oms_type_needs(t->type);
  return (!needs.limit || t->limit_price != OMS_NO_PRICE) &&
         (!needs.stop || t->stop_price != OMS_NO_PRICE) &&
         (!needs.trail || t->trail_price != OMS_NO_PRICE || t->trail_percent != OMS_NO_PRICE);
}

/* --- repeated keys ---------------------------------------------------------------------------------- */

/* Keeps the terms as asked, once, before an order is changed in place; room was made by the caller. */
void engine_remember_terms(oms_engine_t *e, const oms_order_t *o) {
  for (size_t i = e->originals.n; i > 0; i--) {
    if (OMS_AT(&e->originals, oms_original_t, i - 1)->order == o->index) {
      return;
    }
  }
  oms_original_t original = {o->index, o->time_in_force, o->qty, o->limit_price, o->stop_price};
  int rc = oms_array_push(&e->originals, &original);
  OMS_CHECK(rc == OMS_OK);
}

static oms_original_t original_terms(const oms_engine_t *e, const oms_order_t *o) {
  for (size_t i = 0; i < e->originals.n; i++) {
    const oms_original_t *known = OMS_AT(&e->originals, oms_original_t, i);
    if (known->order == o->index) {
      return *known;
    }
  }
  return (oms_original_t){o->index, o->time_in_force, o->qty, o->limit_price, o->stop_price};
}

static bool same_text(const char *a, const char *b) {
  return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

static void add_difference(char list[160], bool same, const char *name) {
  size_t n = strlen(list);
  if (!same && n + strlen(name) + 3 < 160) {
    (void)snprintf(list + n, 160 - n, "%s%s", n == 0 ? "" : ", ", name);
  }
}

/* The names of the fields in which the draft 'o' differs from the first order; "" when in none. */
static void differences(const oms_engine_t *e, const oms_order_t *first, const oms_order_t *o,
                        const oms_terms_t *t, char list[160]) {
  oms_original_t was = original_terms(e, first);
  bool by_notional = first->notional != OMS_NO_PRICE && o->notional != OMS_NO_PRICE;
  list[0] = '\0';
  add_difference(list,
                 first->instrument == o->instrument &&
                     (o->instrument != OMS_NONE || same_text(first->symbol, t->symbol)),
                 "symbol");
  add_difference(list, first->side == o->side, "side");
  add_difference(list, first->type == o->type, "type");
  add_difference(list, was.time_in_force == o->time_in_force, "time_in_force");
  add_difference(list, by_notional || was.qty == o->qty, "qty");
  add_difference(list, first->notional == o->notional, "notional");
  add_difference(list, was.limit_price == o->limit_price, "limit_price");
  add_difference(list, was.stop_price == o->stop_price, "stop_price");
  add_difference(list, first->trail_price == o->trail_price, "trail_price");
  add_difference(list, first->trail_percent == o->trail_percent, "trail_percent");
  add_difference(list, first->limit_offset == o->limit_offset, "limit_offset");
  add_difference(list, first->display_qty == o->display_qty, "display_qty");
  add_difference(list, first->expire_at == o->expire_at, "expire_at");
  add_difference(list, first->session == o->session, "session");
  add_difference(list, first->trigger_by == o->trigger_by, "trigger_by");
  add_difference(list, first->order_class == o->order_class, "order_class");
  uint32_t asked = OMS_ORDER_POST_ONLY | OMS_ORDER_REDUCE_ONLY | OMS_ORDER_DO_NOT_REDUCE;
  add_difference(list, ((first->flags ^ o->flags) & asked) == 0,
                 "post_only, reduce_only or do_not_reduce");
  add_difference(list, same_text(first->tag, t->tag), "tag");
  add_difference(list, same_text(first->route, t->route), "route");
}

bool oms_engine_same_content(const oms_engine_t *e, uint32_t order, const oms_terms_t *t) {
  const oms_order_t *first = engine_order(e, order);
  oms_order_t o = {0};
  char list[160];
  take_terms(e, &o, t);
  o.qty = o.asked_qty == first->asked_qty ? original_terms(e, first).qty : OMS_NO_PRICE;
  differences(e, first, &o, t, list);
  return list[0] == '\0';
}

static int answer_repeated(oms_engine_t *e, const oms_order_t *o, const oms_terms_t *t,
                           uint32_t first) {
  char list[160];
  e->subject = first;
  differences(e, engine_order(e, first), o, t, list);
  if (list[0] == '\0') {
    return OMS_ERR_DUPLICATE;
  }
  return engine_refuse(e, OMS_CODE_DUPLICATE_CLIENT_ORDER_ID,
                       "client_order_id %.60s is taken by an order with another %s",
                       t->client_order_id, list);
}

/* --- submit ----------------------------------------------------------------------------------------- */

static int refuse_row(oms_engine_t *e, oms_order_t *o, const oms_terms_t *t, oms_code_t code) {
  int rc = engine_text(e, e->refusal_message, &o->message);
  if (rc == OMS_OK) {
    rc = keep_texts(e, o, t);
  }
  if (rc != OMS_OK) {
    return rc;
  }
  o->status = OMS_STATUS_REJECTED;
  o->rejected_by = OMS_REJECTED_BY_OMS;
  o->code = (uint16_t)code;
  o->ended_ns = e->now;
  o->group = OMS_NONE;
  e->refusal = code;
  engine_commit(e, o);
  engine_tell(e, OMS_EVENT_REJECTED, o);
  return OMS_ERR_REJECTED;
}

static engine_ask_t ask_of(const oms_order_t *o) {
  return (engine_ask_t){.instrument = o->instrument,
                        .flags = o->flags,
                        .account = o->account,
                        .owner = o->owner,
                        .side = o->side,
                        .type = o->type,
                        .role = o->role,
                        .qty = o->qty,
                        .leaves = o->qty - o->filled_qty,
                        .limit_price = o->limit_price,
                        .stop_price = o->stop_price,
                        .trail_price = o->trail_price,
                        .trail_percent = o->trail_percent};
}

static uint8_t intent_of(const oms_order_t *o) {
  bool opens = (o->flags & OMS_ORDER_REDUCES) == 0;
  if (o->side == OMS_SIDE_SELL_SHORT) {
    return OMS_INTENT_SELL_TO_OPEN;
  }
  if (o->side == OMS_SIDE_BUY_TO_COVER) {
    return OMS_INTENT_BUY_TO_CLOSE;
  }
  if (o->side == OMS_SIDE_BUY) {
    return opens ? OMS_INTENT_BUY_TO_OPEN : OMS_INTENT_BUY_TO_CLOSE;
  }
  return opens ? OMS_INTENT_SELL_TO_OPEN : OMS_INTENT_SELL_TO_CLOSE;
}

void engine_take_measure(oms_order_t *o, const engine_ask_t *ask) {
  o->open_qty = ask->open_qty;
  o->reserve = ask->reserve;
  o->reserve_price = ask->price;
  if (ask->reduces) {
    o->flags |= OMS_ORDER_REDUCES;
  } else {
    o->flags &= ~(uint32_t)OMS_ORDER_REDUCES;
  }
  if (o->position_intent == OMS_INTENT_NONE) {
    o->position_intent = intent_of(o);
  }
}

int engine_places(oms_engine_t *e, oms_order_t *o) {
  int rc = engine_make_position(e, o->account, o->owner, o->instrument, &o->book);
  return rc == OMS_OK ? engine_make_position(e, o->account, ENGINE_NET, o->instrument, &o->net)
                      : rc;
}

/* From here on nobody on our side can refuse it: it counts and is listed. */
void engine_admit(oms_engine_t *e, oms_order_t *o) {
  engine_count(e, o);
  engine_link(e, o);
  engine_window_note(e, o);
  engine_account(e, o->account)->a.day_orders++;
}

static void admit_held(oms_engine_t *e, oms_order_t *o, uint8_t held_by) {
  o->status = OMS_STATUS_HELD;
  o->held_by = held_by;
  o->reserve = 0;
  engine_link(e, o);
  engine_tell(e, OMS_EVENT_HELD, o);
}

static int admit_row(oms_engine_t *e, oms_order_t *o, const oms_command_t *c) {
  int rc = engine_places(e, o);
  if (rc == OMS_OK) {
    rc = engine_window_room(e, o);
  }
  if (rc == OMS_OK) {
    rc = keep_texts(e, o, c->u.submit.terms);
  }
  if (rc != OMS_OK) {
    return rc;
  }
  o->status = OMS_STATUS_PENDING_NEW;
  engine_commit(e, o);
  if (c->u.submit.held_by != OMS_HELD_BY_NONE) {
    admit_held(e, o, c->u.submit.held_by);
  } else if (!c->u.submit.needs_verdict) {
    o->flags |= OMS_ORDER_CHECKED;
    engine_admit(e, o);
  }
  return OMS_OK;
}

int engine_submit(oms_engine_t *e, const oms_command_t *c) {
  const oms_terms_t *t = c->u.submit.terms;
  oms_order_t *o;
  if (!usable(e, t)) {
    return OMS_ERR_USAGE;
  }
  int rc = engine_draft(e, &o);
  if (rc != OMS_OK) {
    return rc;
  }
  take_terms(e, o, t);
  oms_code_t code = validate_terms(e, o);
  if (t->client_order_id != NULL) {
    uint32_t first = engine_find_key(e, t->account, t->client_order_id);
    if (first != OMS_NONE) {
      return answer_repeated(e, o, t, first);
    }
  }
  if (code != OMS_CODE_NONE) {
    return refuse_row(e, o, t, code);
  }
  engine_ask_t ask = ask_of(o);
  rc = engine_measure(e, &ask);
  if (rc != OMS_OK) {
    return rc;
  }
  if (c->u.submit.held_by == OMS_HELD_BY_NONE) {
    code = engine_judge(e, &ask, e->now);
    if (code != OMS_CODE_NONE) {
      engine_explain(e, &ask, code, e->refusal_message);
      return refuse_row(e, o, t, code);
    }
  }
  engine_take_measure(o, &ask);
  return admit_row(e, o, c);
}

/* --- verdict, send ---------------------------------------------------------------------------------- */

static bool awaits_verdict(const oms_order_t *o) {
  return o->status == OMS_STATUS_PENDING_NEW && (o->flags & OMS_ORDER_COUNTED) == 0;
}

static bool awaits_person(const oms_order_t *o) {
  return o->status == OMS_STATUS_HELD && o->held_by == OMS_HELD_BY_APPROVAL;
}

static void verdict_accept(oms_engine_t *e, oms_order_t *o) {
  o->flags |= OMS_ORDER_CHECKED;
  if (!awaits_person(o)) {
    engine_admit(e, o);
    return;
  }
  o->status = OMS_STATUS_PENDING_NEW;
  o->held_by = OMS_HELD_BY_NONE;
  o->code = OMS_CODE_NONE;
  o->message = NULL;
  engine_tell(e, OMS_EVENT_RELEASED, o);
}

/* Ends an order of ours as rejected; 'message' lives in the arena. */
void engine_reject(oms_engine_t *e, oms_order_t *o, int by, int code, const char *message) {
  uint32_t successor = engine_successor(e, o) != NULL ? o->replaced_by : OMS_NONE;
  engine_take_out(e, o);
  engine_end(e, o, OMS_STATUS_REJECTED);
  o->rejected_by = (uint8_t)by;
  o->canceled_by = OMS_CANCELED_BY_NONE;
  o->code = (uint16_t)code;
  o->message = message;
  engine_tell(e, OMS_EVENT_REJECTED, o);
  engine_orphan(e, o, successor);
}

int engine_verdict(oms_engine_t *e, const oms_command_t *c) {
  oms_order_t *o = engine_order(e, c->u.verdict.order);
  if (o->replaces != OMS_NONE && !oms_status_is_final(o->status) &&
      (o->flags & OMS_ORDER_COUNTED) == 0 && o->status == OMS_STATUS_HELD) {
    return engine_replace_verdict(e, o, c);
  }
  if (!awaits_verdict(o) && !awaits_person(o)) {
    return OMS_ERR_BAD_TRANSITION;
  }
  const char *message;
  int rc = engine_text(e, c->u.verdict.message, &message);
  if (rc == OMS_OK) {
    rc = engine_window_room(e, o);
  }
  if (rc != OMS_OK) {
    return rc;
  }
  if (c->u.verdict.verdict == OMS_VERDICT_ACCEPT) {
    verdict_accept(e, o);
  } else if (c->u.verdict.verdict == OMS_VERDICT_REJECT) {
    int code = c->u.verdict.code != OMS_CODE_NONE ? c->u.verdict.code
               : awaits_person(o)                 ? OMS_CODE_APPROVAL_DENIED
                                                  : OMS_CODE_RULE_DENIED;
    engine_reject(e, o, OMS_REJECTED_BY_OMS, code, message);
  } else if (awaits_verdict(o)) {
    engine_admit(e, o);
    o->status = OMS_STATUS_HELD;
    o->held_by = OMS_HELD_BY_APPROVAL;
    o->code = c->u.verdict.code;
    o->message = message;
    engine_tell(e, OMS_EVENT_HELD, o);
  }
  return OMS_OK;
}

int engine_send(oms_engine_t *e, const oms_command_t *c) {
  oms_order_t *o = engine_order(e, c->u.send.order);
  bool leaves = (o->status == OMS_STATUS_PENDING_NEW && (o->flags & OMS_ORDER_COUNTED) != 0) ||
                (o->status == OMS_STATUS_HELD && o->held_by == OMS_HELD_BY_REPLACE &&
                 engine_order(e, o->replaces)->replaced_by == o->index);
  if (!leaves || (o->flags & OMS_ORDER_SENT) != 0) {
    return OMS_ERR_BAD_TRANSITION;
  }
  o->flags |= OMS_ORDER_SENT;
  o->sent_ns = e->now;
  return OMS_OK;
}
