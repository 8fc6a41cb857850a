/* engine_submit.c - an order comes in: the row, the verdict of the rules, the departure. What
 * parsed becomes a row in every case, refused ones with the code and the sentence; only a
 * repeated key makes none. Validation and repeated keys are in engine_validate.c, limits in
 * engine_check.c. Invariant: an order stands in the sums from the moment that nobody can refuse
 * it any more on our side. */
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

int engine_draft(oms_engine_t *e, oms_order_t **out) {
  int rc = engine_room(&e->orders, 1);
  if (rc != OMS_OK) {
    return rc;
  }
  uint32_t n = e->orders.n;
  oms_order_t *o = *out = engine_order(e, n);
  memset(o, 0, sizeof *o); /* in place: a literal would be built elsewhere and copied */
  o->index = n;
  o->created_ns = e->now;
  o->sent_ns = o->ended_ns = OMS_NO_TIME;
  o->reserve_price = OMS_NO_PRICE;
  o->group = o->book = o->net = OMS_NONE;
  o->next_open = o->prev_open = o->last_fill = OMS_NONE;
  engine_start_more(o);
  return OMS_OK;
}

void engine_commit(oms_engine_t *e, oms_order_t *o) {
  uint32_t index;
  int rc = oms_pool_new(&e->orders, &index);
  OMS_CHECK(rc == OMS_OK && index == o->index);
  e->subject = index;
}

#define ASKED_FLAGS                                                                                \
  (OMS_ORDER_POST_ONLY | OMS_ORDER_REDUCE_ONLY | OMS_ORDER_DO_NOT_REDUCE | OMS_ORDER_MANUAL |      \
   OMS_ORDER_FROM_CLOSE | OMS_ORDER_FROM_TARGET | OMS_ORDER_FLATTEN | OMS_ORDER_GUARDED_BY_HOST |  \
   OMS_ORDER_GROUP_HEAD)

void engine_take_terms(const oms_engine_t *e, oms_order_t *o, oms_order_more_t *more,
                       const oms_terms_t *t) {
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
  o->qty = t->qty;
  o->limit_price = t->limit_price;
  o->expire_session = t->expire_session;
  o->group = t->group;
  engine_draft_more(o, more, t);
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
  const oms_order_origin_t origin = {t->tag, t->entered_by, hash, t->route};
  if (rc == OMS_OK) {
    rc = engine_origin(e, &origin, &o->origin);
  }
  if (rc == OMS_OK) {
    rc = engine_keep_more(e, o);
  }
  if (rc == OMS_OK && t->client_order_id != NULL) {
    rc = engine_text(e, t->client_order_id, &o->client_order_id);
    if (rc == OMS_OK) {
      rc = oms_index_put(&e->keys, engine_key(o->account, t->client_order_id), o->index);
    }
  }
  return rc;
}

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
  engine_join_group(e, o);
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
  oms_order_more_t more;
  uint8_t held_by = c->u.submit.held_by;
  bool ours = held_by < OMS_HELD_BY_COUNT && held_by != OMS_HELD_BY_REPLACE &&
              held_by != OMS_HELD_BY_APPROVAL; /* those two come of other commands */
  if (!ours || !engine_usable(e, t)) {
    return OMS_ERR_USAGE;
  }
  int rc = engine_draft(e, &o);
  if (rc != OMS_OK) {
    return rc;
  }
  engine_take_terms(e, o, &more, t);
  oms_code_t code = engine_validate_terms(e, o);
  if (t->client_order_id != NULL) {
    uint32_t first = engine_find_key(e, t->account, t->client_order_id);
    if (first != OMS_NONE) {
      return engine_answer_repeated(e, o, t, first);
    }
  }
  if (code != OMS_CODE_NONE) {
    return refuse_row(e, o, t, code);
  }
  engine_ask_t ask = engine_ask_of(o, o->qty, NULL);
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
  uint32_t successor = engine_successor(e, o) != NULL ? o->more->replaced_by : OMS_NONE;
  engine_take_out(e, o);
  engine_end(e, o, OMS_STATUS_REJECTED);
  o->rejected_by = (uint8_t)by;
  o->canceled_by = OMS_CANCELED_BY_NONE;
  o->code = (uint16_t)code;
  o->message = message;
  engine_tell(e, OMS_EVENT_REJECTED, o);
  engine_orphan(e, o, successor);
}

/* While the rules were asked one of them may have halted trading: their yes does not outrank that.
 */
static int check_state_again(oms_engine_t *e, const oms_order_t *o, oms_code_t *code) {
  *code = OMS_CODE_NONE;
  if (OMS_LIKELY(e->restricted_scopes == 0)) {
    return OMS_OK;
  }
  engine_ask_t ask = engine_ask_of(o, o->qty, NULL);
  int rc = engine_measure(e, &ask);
  *code = rc == OMS_OK ? engine_state_code(e, &ask) : OMS_CODE_NONE;
  if (*code != OMS_CODE_NONE) {
    engine_explain(e, &ask, *code, e->refusal_message);
  }
  return rc;
}

static int accept_awaited(oms_engine_t *e, oms_order_t *o) {
  oms_code_t code;
  const char *message;
  int rc = check_state_again(e, o, &code);
  if (rc != OMS_OK) {
    return rc;
  }
  if (code == OMS_CODE_NONE) {
    verdict_accept(e, o);
    return OMS_OK;
  }
  rc = engine_text(e, e->refusal_message, &message);
  if (rc != OMS_OK) {
    return rc;
  }
  engine_reject(e, o, OMS_REJECTED_BY_OMS, (int)code, message);
  return OMS_ERR_REJECTED;
}

int engine_verdict(oms_engine_t *e, const oms_command_t *c) {
  oms_order_t *o = engine_order(e, c->u.verdict.order);
  if (o->more->replaces != OMS_NONE && !oms_status_is_final(o->status) &&
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
  if (c->u.verdict.verdict == OMS_VERDICT_ACCEPT && awaits_verdict(o)) {
    return accept_awaited(e, o);
  }
  if (c->u.verdict.verdict == OMS_VERDICT_ACCEPT) {
    verdict_accept(e, o);
  } else if (c->u.verdict.verdict == OMS_VERDICT_REJECT) {
    int code = c->u.verdict.code != OMS_CODE_NONE ? c->u.verdict.code
               : awaits_person(o)                 ? OMS_CODE_APPROVAL_DENIED
                                                  : OMS_CODE_RULE_DENIED;
    engine_reject(e, o, OMS_REJECTED_BY_OMS, code, message);
  } else {
    if (awaits_verdict(o)) {
      engine_admit(e, o);
      o->status = OMS_STATUS_HELD;
      o->held_by = OMS_HELD_BY_APPROVAL;
    }
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
                 engine_order(e, o->more->replaces)->more->replaced_by == o->index);
  if (!leaves || (o->flags & OMS_ORDER_SENT) != 0) {
    return OMS_ERR_BAD_TRANSITION;
  }
  o->flags |= OMS_ORDER_SENT;
  o->sent_ns = e->now;
  return OMS_OK;
}
