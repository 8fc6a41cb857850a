/* engine_replace.c - a replace makes a successor: the request, the verdict on it, the venue's
 * answers, and what becomes of a successor whose original ends first. orders.md, section 3.
 * Invariants: old->replaced_by names the successor from the request to the answer, and after an
 * acceptance for good; the filled figures of a successor are those of its whole chain; fills
 * stay with the link that the venue filled. */
#include <stdio.h>
#include <string.h>

#include "base/check.h"
#include "core/engine_int.h"

typedef struct changes {
  oms_qty_t qty;
  oms_price_t limit_price, stop_price, trail_price, limit_offset;
  oms_ratio_t trail_percent;
  oms_time_t expire_at, expire_session;
  bool moves_end;
  uint8_t time_in_force;
} changes_t;

static changes_t changes_of(const oms_command_t *c) {
  return (changes_t){.qty = c->u.replace.qty,
                     .limit_price = c->u.replace.limit_price,
                     .stop_price = c->u.replace.stop_price,
                     .trail_price = c->u.replace.trail_price,
                     .limit_offset = c->u.replace.limit_offset,
                     .trail_percent = c->u.replace.trail_percent,
                     .expire_at = c->u.replace.expire_at,
                     .expire_session = c->u.replace.expire_session,
                     .moves_end = c->u.replace.moves_end,
                     .time_in_force = c->u.replace.time_in_force};
}

static int no_such_term(oms_engine_t *e, const oms_order_t *o, const char *term) {
  return engine_refuse(e, OMS_CODE_HAS_NO_SUCH_TERM, "a %s order for %s has no %s",
                       oms_enum_text(OMS_ENUM_TYPE, o->type), o->symbol, term);
}

static int check_terms(oms_engine_t *e, const oms_order_t *o, const changes_t *ch) {
  oms_type_needs_t has = oms_type_needs(o->type);
  uint8_t tif = ch->time_in_force == UINT8_MAX ? o->time_in_force : ch->time_in_force;
  if (ch->limit_price != OMS_NO_PRICE && !has.limit) {
    return no_such_term(e, o, "limit_price");
  }
  if (ch->stop_price != OMS_NO_PRICE && !has.stop) {
    return no_such_term(e, o, "stop_price");
  }
  if (ch->stop_price != OMS_NO_PRICE && (o->flags & OMS_ORDER_TRIGGERED) != 0) {
    return engine_refuse(e, OMS_CODE_HAS_NO_SUCH_TERM,
                         "the stop of the order for %s has been triggered", o->symbol);
  }
  if (ch->trail_price != OMS_NO_PRICE && !has.trail) {
    return no_such_term(e, o, "trail_price");
  }
  if (ch->trail_percent != OMS_NO_PRICE && !has.trail) {
    return no_such_term(e, o, "trail_percent");
  }
  if (ch->limit_offset != OMS_NO_PRICE && !has.limit_offset) {
    return no_such_term(e, o, "limit_offset");
  }
  if (ch->expire_at != OMS_NO_TIME && tif != OMS_TIF_GTD) {
    return no_such_term(e, o, "expire_at");
  }
  return OMS_OK;
}

static bool replaceable(const oms_order_t *o) {
  return o->status == OMS_STATUS_HELD || o->status == OMS_STATUS_PENDING_NEW ||
         o->status == OMS_STATUS_NEW || o->status == OMS_STATUS_PARTIALLY_FILLED;
}

static int check_open(oms_engine_t *e, const oms_order_t *o) {
  if (o->more->replaced_by != OMS_NONE && !oms_status_is_final(o->status)) {
    return engine_refuse(e, OMS_CODE_REPLACE_PENDING, "a replace of the order for %s is out",
                         o->symbol);
  }
  if (engine_is_successor(e, o)) {
    return engine_refuse(e, OMS_CODE_REPLACE_PENDING,
                         "the order for %s is itself a replace that is out", o->symbol);
  }
  if ((o->flags & OMS_ORDER_GROUP_HEAD) != 0) {
    return engine_refuse(e, OMS_CODE_HAS_NO_SUCH_TERM,
                         "the head of a group in %s has no terms of its own, its exits have",
                         o->symbol);
  }
  bool waits = o->status == OMS_STATUS_PENDING_NEW && (o->flags & OMS_ORDER_COUNTED) == 0;
  if (!replaceable(o) || waits) {
    return engine_refuse(e, OMS_CODE_TOO_LATE, "the order for %s is %s, it cannot be replaced",
                         o->symbol, oms_enum_text(OMS_ENUM_STATUS, o->status));
  }
  return OMS_OK;
}

#define KEPT_FLAGS                                                                                 \
  (OMS_ORDER_POST_ONLY | OMS_ORDER_REDUCE_ONLY | OMS_ORDER_DO_NOT_REDUCE | OMS_ORDER_MANUAL |      \
   OMS_ORDER_FROM_CLOSE | OMS_ORDER_FROM_TARGET | OMS_ORDER_FLATTEN | OMS_ORDER_TRIGGERED |        \
   OMS_ORDER_GUARDED_BY_HOST | OMS_ORDER_GROUP_HEAD | OMS_ORDER_UNPROTECTED)

/* The draft is the old order's terms with the changes; its own life starts at nothing. */
static void draft_links(oms_order_more_t *m, const oms_order_t *old) {
  m->root = oms_order_root(old);
  m->replaces = old->index;
  m->replaced_by = m->next_in_group = m->original = OMS_NONE;
  m->wire_attempt = 0;
}

static void draft_more(oms_order_more_t *m, const oms_order_t *old, const changes_t *ch) {
  *m = *old->more;
  draft_links(m, old);
  if (ch->qty != OMS_NO_PRICE) {
    m->notional = OMS_NO_PRICE;
  }
  if (ch->stop_price != OMS_NO_PRICE) {
    m->stop_price = ch->stop_price;
  }
  if (ch->limit_offset != OMS_NO_PRICE) {
    m->limit_offset = ch->limit_offset;
  }
  if (ch->trail_price != OMS_NO_PRICE || ch->trail_percent != OMS_NO_PRICE) {
    m->trail_price = ch->trail_price;
    m->trail_percent = ch->trail_percent;
  }
  if (ch->expire_at != OMS_NO_TIME) {
    m->expire_at = ch->expire_at;
  }
}

static void draft_successor(oms_order_t *s, oms_order_more_t *more, const oms_order_t *old,
                            const changes_t *ch) {
  oms_order_t fresh = *s;
  *s = *old;
  draft_more(more, old, ch);
  s->more = more;
  s->index = fresh.index;
  s->flags = old->flags & KEPT_FLAGS;
  s->created_ns = fresh.created_ns;
  s->sent_ns = s->ended_ns = OMS_NO_TIME;
  s->status = OMS_STATUS_HELD;
  s->held_by = OMS_HELD_BY_REPLACE;
  s->filled_qty = 0;
  s->filled_notional = 0;
  s->commission = s->reserve = 0;
  s->next_open = s->prev_open = s->last_fill = OMS_NONE;
  s->code = s->cancel_code = 0;
  s->message = s->client_order_id = s->broker_order_id = NULL;
  s->qty = ch->qty == OMS_NO_PRICE ? old->qty : ch->qty;
  more->asked_qty = s->qty;
  s->limit_price = ch->limit_price == OMS_NO_PRICE ? old->limit_price : ch->limit_price;
  s->expire_session = ch->moves_end ? ch->expire_session : old->expire_session;
  s->time_in_force = ch->time_in_force == UINT8_MAX ? old->time_in_force : ch->time_in_force;
}

/* The number behind ".r" in a key of this chain; 0: a key of another make. */
static long number_of(const char *key, const char *base) {
  size_t n = strlen(base);
  if (key == NULL || strncmp(key, base, n) != 0 || strncmp(key + n, ".r", 2) != 0) {
    return 0;
  }
  long number = 0;
  size_t digits = 0;
  for (key += n + 2; *key >= '0' && *key <= '9' && digits < 9; key++, digits++) {
    number = number * 10 + (*key - '0');
  }
  return *key == '\0' ? number : 0;
}

static void write_number(long number, char *out) {
  char digits[24];
  size_t n = 0;
  for (; number > 0; number /= 10) {
    digits[n++] = (char)('0' + number % 10);
  }
  while (n > 0) {
    *out++ = digits[--n];
  }
  *out = '\0';
}

#define ROOT_MAX 160 /* letters of a root's key that its successors' keys begin with */

/* The root's key, ".r" and the first number after the old one's that is free. A market maker asks
 * for it with every other quote. Returns engine_key of it. */
static uint64_t next_key(oms_engine_t *e, const oms_order_t *old, char out[192]) {
  char id[37];
  const oms_order_t *root = engine_order(e, oms_order_root(old));
  const char *base = oms_client_order_id_text(e, root, id);
  long number = old == root ? 0 : number_of(old->client_order_id, base);
  size_t n = strnlen(base, ROOT_MAX);
  memcpy(out, base, n);
  memcpy(out + n, ".r", 2);
  uint64_t hash;
  do {
    write_number(++number, out + n + 2);
    hash = engine_key(old->account, out);
  } while (engine_find_hashed(e, hash, old->account, out) != OMS_NONE);
  return hash;
}

static int keep_key(oms_engine_t *e, oms_order_t *s, const oms_order_t *old, const char *given) {
  char made[192];
  uint64_t hash = given == NULL ? next_key(e, old, made) : engine_key(s->account, given);
  int rc = engine_text(e, given == NULL ? made : given, &s->client_order_id);
  return rc == OMS_OK ? oms_index_put(&e->keys, hash, s->index) : rc;
}

/* An order that nobody else has seen is replaced at once: the successor takes its place and its
 * state. */
static void replace_unsent(oms_engine_t *e, oms_order_t *old, oms_order_t *s) {
  bool counted = (old->flags & OMS_ORDER_COUNTED) != 0;
  s->status = old->status;
  s->held_by = old->held_by;
  s->flags |= old->flags & OMS_ORDER_CHECKED;
  engine_take_out(e, old);
  engine_more(old)->replaced_by = s->index;
  engine_end(e, old, OMS_STATUS_REPLACED);
  if (counted) {
    engine_count(e, s);
  } else {
    s->reserve = 0;
  }
  engine_link(e, s);
  engine_tell(e, OMS_EVENT_REPLACED, s);
}

static void request(oms_engine_t *e, oms_order_t *old, oms_order_t *s) {
  engine_account(e, old->account)->a.day_replaces++;
  s->flags |= OMS_ORDER_CHECKED;
  bool unsent = (old->flags & OMS_ORDER_SENT) == 0 && old->held_by != OMS_HELD_BY_BROKER;
  if (unsent) {
    replace_unsent(e, old, s);
    return;
  }
  engine_take_out(e, old);
  engine_more(old)->replaced_by = s->index;
  old->status = OMS_STATUS_PENDING_REPLACE;
  s->reserve = 0;
  engine_put_in(e, old);
  if ((s->flags & OMS_ORDER_LISTED) == 0) {
    engine_link(e, s);
  }
}

static int check_qty(oms_engine_t *e, const oms_order_t *s, const oms_order_t *old) {
  if (s->qty >= old->filled_qty) {
    return OMS_OK;
  }
  char n[2][24];
  return engine_refuse(e, OMS_CODE_INVALID_QTY, "a total of %s of %s is below the %s filled",
                       engine_number(s->qty, OMS_QTY_DECIMALS, n[0]), s->symbol,
                       engine_number(old->filled_qty, OMS_QTY_DECIMALS, n[1]));
}

/* Limits, rules and buying power bind what the replace adds. Children that wait are not checked
 * again. */
static int check_risk(oms_engine_t *e, oms_order_t *s, const oms_order_t *old) {
  engine_ask_t ask = engine_ask_of(s, s->qty, old);
  int rc = engine_measure(e, &ask);
  if (rc != OMS_OK) {
    return rc;
  }
  if ((old->flags & OMS_ORDER_COUNTED) != 0) {
    oms_code_t code = engine_judge(e, &ask, e->now);
    if (code != OMS_CODE_NONE) {
      engine_explain(e, &ask, code, e->refusal_message);
      e->refusal = code;
      return OMS_ERR_REJECTED;
    }
  }
  engine_take_measure(s, &ask);
  return OMS_OK;
}

static int check_replace(oms_engine_t *e, oms_order_t *old, oms_order_t *s, oms_order_more_t *more,
                         const oms_command_t *c) {
  changes_t ch = changes_of(c);
  int rc = check_terms(e, old, &ch);
  if (rc != OMS_OK) {
    return rc;
  }
  const char *key = c->u.replace.client_order_id;
  if (key != NULL && engine_find_key(e, old->account, key) != OMS_NONE) {
    return engine_refuse(e, OMS_CODE_DUPLICATE_CLIENT_ORDER_ID,
                         "client_order_id %.60s is taken by another order", key);
  }
  draft_successor(s, more, old, &ch);
  if (engine_validate(e, s) != OMS_CODE_NONE) {
    return OMS_ERR_REJECTED;
  }
  rc = check_qty(e, s, old);
  return rc == OMS_OK ? check_risk(e, s, old) : rc;
}

int engine_replace(oms_engine_t *e, const oms_command_t *c) {
  oms_order_t *old = engine_order(e, c->u.replace.order), *s;
  oms_order_more_t more;
  e->subject = OMS_NONE;
  int rc = check_open(e, old);
  if (rc == OMS_OK) {
    rc = engine_draft(e, &s);
  }
  if (rc == OMS_OK) {
    rc = check_replace(e, old, s, &more, c);
  }
  if (rc == OMS_OK) {
    rc = engine_need_more(e, old); /* it will name its successor */
  }
  if (rc == OMS_OK) {
    rc = engine_keep_more(e, s);
  }
  if (rc == OMS_OK) {
    rc = keep_key(e, s, old, c->u.replace.client_order_id);
  }
  if (rc != OMS_OK) {
    return rc;
  }
  engine_commit(e, s);
  if (!c->u.replace.needs_verdict) {
    engine_join_group(e, s);
    request(e, old, s);
  }
  return OMS_OK;
}

static void end_successor(oms_engine_t *e, oms_order_t *s, int status, int code,
                          const char *message) {
  engine_end(e, s, status);
  s->code = (uint16_t)code;
  s->message = message;
}

/* A refused replace makes no row: the draft goes if it is still the newest, else it stays as
 * rejected. */
static void refuse_draft(oms_engine_t *e, oms_order_t *s, int code, const char *message) {
  e->refusal = (oms_code_t)code;
  (void)snprintf(e->refusal_message, sizeof e->refusal_message, "%s",
                 message == NULL ? "" : message);
  if (s->index + 1 == e->orders.n) {
    e->orders.n--;
    engine_drop_more(e, s);
    e->subject = OMS_NONE;
    return;
  }
  s->group = OMS_NONE; /* it never was a member */
  end_successor(e, s, OMS_STATUS_REJECTED, code, message);
  s->rejected_by = OMS_REJECTED_BY_OMS;
}

static void accept_successor(oms_engine_t *e, oms_order_t *old, oms_order_t *s) {
  bool person = s->held_by == OMS_HELD_BY_APPROVAL;
  s->held_by = OMS_HELD_BY_REPLACE;
  s->code = OMS_CODE_NONE;
  s->message = NULL;
  if (person) {
    engine_unlink(e, s);
    engine_take_out(e, old);
    engine_more(old)->replaced_by = OMS_NONE;
    engine_put_in(e, old);
    engine_tell(e, OMS_EVENT_RELEASED, s);
  }
  request(e, old, s);
}

static void hold_for_person(oms_engine_t *e, oms_order_t *old, oms_order_t *s, uint16_t code,
                            const char *message) {
  engine_take_out(e, old);
  engine_more(old)->replaced_by = s->index;
  engine_put_in(e, old);
  s->held_by = OMS_HELD_BY_APPROVAL;
  s->reserve = 0;
  s->code = code;
  s->message = message;
  engine_link(e, s);
  engine_tell(e, OMS_EVENT_HELD, s);
}

/* The rules' word on a draft. Meanwhile the original may have ended or be on its way to: a rule may
 * have pulled the kill switch. */
static int judge_draft(oms_engine_t *e, oms_order_t *s, const oms_command_t *c,
                       const char *message) {
  oms_order_t *old = engine_order(e, s->more->replaces);
  int code = c->u.verdict.code;
  if (c->u.verdict.verdict == OMS_VERDICT_REJECT) {
    refuse_draft(e, s, code != OMS_CODE_NONE ? code : OMS_CODE_RULE_DENIED, message);
  } else if (!replaceable(old) || old->more->replaced_by != OMS_NONE) {
    refuse_draft(e, s, OMS_CODE_TOO_LATE, oms_code_text(OMS_CODE_TOO_LATE));
    return OMS_ERR_REJECTED;
  } else if (c->u.verdict.verdict == OMS_VERDICT_ACCEPT) {
    engine_join_group(e, s);
    accept_successor(e, old, s);
  } else {
    engine_join_group(e, s);
    hold_for_person(e, old, s, c->u.verdict.code, message);
  }
  return OMS_OK;
}

int engine_replace_verdict(oms_engine_t *e, oms_order_t *s, const oms_command_t *c) {
  oms_order_t *old = engine_order(e, s->more->replaces);
  const char *message;
  int rc = engine_text(e, c->u.verdict.message, &message);
  if (rc != OMS_OK) {
    return rc;
  }
  if (s->held_by != OMS_HELD_BY_APPROVAL) {
    return old->more->replaced_by == s->index ? OMS_ERR_BAD_TRANSITION
                                              : judge_draft(e, s, c, message);
  }
  int code = c->u.verdict.code;
  if (c->u.verdict.verdict == OMS_VERDICT_REJECT) {
    code = code != OMS_CODE_NONE ? code : OMS_CODE_APPROVAL_DENIED;
    engine_refuse_successor(e, old, OMS_REJECTED_BY_OMS, code, message);
  } else if (c->u.verdict.verdict == OMS_VERDICT_ACCEPT && !replaceable(old)) {
    engine_refuse_successor(e, old, OMS_REJECTED_BY_OMS, OMS_CODE_TOO_LATE, message);
  } else if (c->u.verdict.verdict == OMS_VERDICT_ACCEPT) {
    accept_successor(e, old, s);
  }
  return OMS_OK;
}

/* The status of an order whose replace came to nothing. */
static int status_without_replace(const oms_order_t *old) {
  if (oms_status_is_final(old->status)) {
    return old->status;
  }
  return oms_order_transition(old->status, OMS_HAPPENING_REPLACE_REJECT, old->filled_qty, old->qty);
}

void engine_refuse_successor(oms_engine_t *e, oms_order_t *old, int by, int code,
                             const char *message) {
  oms_order_t *s = engine_successor(e, old);
  bool out = s->held_by == OMS_HELD_BY_REPLACE;
  engine_take_out(e, old);
  engine_more(old)->replaced_by = OMS_NONE;
  if (out) {
    old->status = (uint8_t)status_without_replace(old);
  }
  engine_put_in(e, old);
  end_successor(e, s, OMS_STATUS_REJECTED, code, message);
  s->rejected_by = (uint8_t)by;
  engine_emit(e, &(engine_news_t){.type = OMS_EVENT_REPLACE_REJECTED,
                                  .o = old,
                                  .fill = OMS_NONE,
                                  .code = code,
                                  .ts = e->now,
                                  .message = message});
}

void engine_orphan(oms_engine_t *e, oms_order_t *old, uint32_t successor) {
  if (successor == OMS_NONE) {
    return;
  }
  oms_order_t *s = engine_order(e, successor);
  engine_more(old)->replaced_by = OMS_NONE;
  bool asked = old->status == OMS_STATUS_CANCELED && (old->flags & OMS_ORDER_CANCEL_REQUESTED) != 0;
  if (asked) {
    end_successor(e, s, OMS_STATUS_CANCELED, old->code, old->message);
    s->canceled_by = old->canceled_by;
    return;
  }
  int code = old->status == OMS_STATUS_FILLED ? OMS_CODE_TOO_LATE : OMS_CODE_ORIGINAL_GONE;
  end_successor(e, s, OMS_STATUS_REJECTED, code, oms_code_text((oms_code_t)code));
  s->rejected_by = OMS_REJECTED_BY_OMS;
  engine_emit(e, &(engine_news_t){.type = OMS_EVENT_REPLACE_REJECTED,
                                  .o = old,
                                  .fill = OMS_NONE,
                                  .code = code,
                                  .ts = e->now,
                                  .message = s->message});
}

/* The successor takes the chain's figures and its place in the sums. */
static void take_over(oms_engine_t *e, oms_order_t *old, oms_order_t *s) {
  s->filled_qty = old->filled_qty;
  s->filled_notional = old->filled_notional;
  s->commission = old->commission;
  s->held_by = OMS_HELD_BY_NONE;
  s->flags |= OMS_ORDER_SENT | (old->flags & (OMS_ORDER_AT_VENUE | OMS_ORDER_TRIGGERED));
  if (s->filled_qty >= s->qty) {
    s->flags |= OMS_ORDER_CUT;
    engine_end(e, s, OMS_STATUS_FILLED);
    return;
  }
  int to = oms_order_transition(OMS_STATUS_HELD, OMS_HAPPENING_ACCEPT, s->filled_qty, s->qty);
  s->status = (uint8_t)to;
  if ((old->flags & OMS_ORDER_CANCEL_REQUESTED) != 0) {
    s->status = OMS_STATUS_PENDING_CANCEL;
    s->flags |= OMS_ORDER_CANCEL_REQUESTED;
    s->cancel_code = old->cancel_code;
    s->canceled_by = old->canceled_by;
    s->message = old->message;
  }
  oms_qty_t leaves = oms_order_leaves(s);
  int rc = engine_reserve(e, s, leaves < s->open_qty ? leaves : s->open_qty, &s->reserve);
  OMS_CHECK(rc == OMS_OK);
  engine_count(e, s);
}

int engine_report_replaced(oms_engine_t *e, const oms_report_t *r, oms_order_t *old) {
  oms_order_t *s = engine_successor(e, old);
  int to = oms_order_transition(old->status, OMS_HAPPENING_REPLACE, old->filled_qty, old->qty);
  if (s == NULL || s->held_by != OMS_HELD_BY_REPLACE || to < 0) {
    return OMS_ERR_BAD_TRANSITION;
  }
  const char *broker_id = old->broker_order_id;
  if (r->broker_order_id != NULL) {
    int rc = engine_text(e, r->broker_order_id, &broker_id);
    if (rc != OMS_OK) {
      return rc;
    }
  }
  engine_take_out(e, old);
  engine_end(e, old, to);
  s->broker_order_id = broker_id;
  take_over(e, old, s);
  if ((old->flags & OMS_ORDER_CANCEL_REQUESTED) != 0) {
    old->canceled_by = OMS_CANCELED_BY_NONE;
    old->message = NULL;
  }
  e->subject = s->index;
  engine_tell(e, OMS_EVENT_REPLACED, s);
  return OMS_OK;
}

int engine_report_replace_rejected(oms_engine_t *e, const oms_report_t *r, oms_order_t *old) {
  oms_order_t *s = engine_successor(e, old);
  if (s == NULL || s->held_by != OMS_HELD_BY_REPLACE) {
    bool known = oms_order_transition(old->status, OMS_HAPPENING_REPLACE_REJECT, old->filled_qty,
                                      old->qty) >= 0;
    return known ? OMS_OK : OMS_ERR_BAD_TRANSITION;
  }
  const char *text;
  int rc = engine_text(e, r->text, &text);
  if (rc == OMS_OK) {
    engine_refuse_successor(e, old, OMS_REJECTED_BY_VENUE, r->code, text);
  }
  return rc;
}
