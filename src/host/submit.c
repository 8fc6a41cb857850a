/* submit.c - new orders and groups: through the core and the rules into the batch. */
#include <stdio.h>

#include "host/desk.h"

static int refused(const oms_desk_host_t *d, uint32_t order, oms_reject_t *reject) {
  const oms_order_t *o = oms_engine_order(d->engine, order);
  reject->code = o->code;
  snprintf(reject->message, sizeof reject->message, "%s", o->message != NULL ? o->message : "");
  return OMS_ERR_REJECTED;
}

static bool adds_no_risk(const oms_desk_host_t *d, const oms_order_t *o) {
  if ((o->flags & OMS_ORDER_REDUCE_ONLY) != 0 || o->role == OMS_ROLE_TAKE_PROFIT ||
      o->role == OMS_ROLE_STOP_LOSS) {
    return true;
  }
  return oms_engine_would_reduce(d->engine, o->account, o->instrument, o->side, o->qty);
}

/* The rules' word on a row that waits for it. OMS_ERR_REJECTED when they said no. */
static int judge(oms_desk_host_t *d, uint32_t order, oms_reject_t *reject) {
  const oms_order_t *o = oms_engine_order(d->engine, order);
  oms_verdict_t verdict;
  if (d->callback_orders > d->max_callback_orders) {
    verdict = OMS_VERDICT_REJECT;
    reject->code = OMS_CODE_TOO_MANY_ORDERS;
    snprintf(reject->message, sizeof reject->message,
             "a callback may give at most %u orders; this one gave more", d->max_callback_orders);
  } else {
    verdict = oms_desk_judge(d, o, adds_no_risk(d, o), reject);
  }
  int rc = oms_desk_verdict(d, order, verdict, reject);
  if (rc == OMS_ERR_REJECTED) {
    return refused(d, order, reject); /* a rule said yes and halted trading */
  }
  if (rc == OMS_OK && verdict == OMS_VERDICT_REJECT) {
    return OMS_ERR_REJECTED;
  }
  if (rc == OMS_OK && verdict == OMS_VERDICT_APPROVE) {
    oms_desk_offer(d, order);
  }
  return rc;
}

static int submit_one(oms_desk_host_t *d, const oms_terms_t *terms, uint8_t held_by,
                      uint32_t *order, oms_reject_t *reject) {
  bool asks = held_by == OMS_HELD_BY_NONE &&
              (d->callback_orders > d->max_callback_orders ||
               ((d->rules.n > 0 || d->judge_all || oms_desk_risk_wanted(d)) &&
                oms_desk_terms_have_rules(d, terms->account, terms->owner, terms->instrument)));
  oms_command_t c;
  c.type = OMS_COMMAND_SUBMIT;
  c.u.submit.terms = terms;
  c.u.submit.needs_verdict = asks;
  c.u.submit.held_by = held_by;
  uint32_t rows = oms_engine_order_count(d->engine);
  int rc = oms_desk_apply(d, &c);
  *order = oms_engine_subject(d->engine);
  if (rc == OMS_ERR_REJECTED) { /* a key taken by other content makes no row */
    return oms_engine_order_count(d->engine) == rows ? oms_desk_refusal(d, reject)
                                                     : refused(d, *order, reject);
  }
  if (rc == OMS_OK && asks) {
    rc = judge(d, *order, reject);
  }
  return rc;
}

static int make_group(oms_desk_host_t *d, int order_class, bool trigger_full, uint32_t *group) {
  oms_command_t c = {.type = OMS_COMMAND_GROUP};
  c.u.group.order_class = (uint8_t)order_class;
  c.u.group.trigger_full = trigger_full;
  int rc = oms_desk_apply(d, &c);
  *group = oms_engine_new_group(d->engine);
  return rc;
}

static int send_later(oms_desk_host_t *d, uint32_t order) {
  if (oms_engine_order(d->engine, order)->status != OMS_STATUS_PENDING_NEW) {
    return OMS_OK; /* held for approval: it leaves when a person has said yes */
  }
  return oms_desk_push(
      d, (oms_action_t){.kind = OMS_ACTION_SEND, .order = order, .successor = OMS_NONE});
}

/* Children of a bracket or oto wait for the parent; the exits of an oco work at once. */
static int submit_children(oms_desk_host_t *d, const oms_terms_t *children, size_t n, uint32_t head,
                           bool at_once, oms_reject_t *reject) {
  const oms_order_t *h = oms_engine_order(d->engine, head);
  for (size_t i = 0; i < n; i++) {
    oms_terms_t t = children[i];
    uint32_t child;
    t.group = h->group;
    t.parent = head;
    if (t.qty == OMS_NO_PRICE) {
      t.qty = h->qty; /* the parent was asked for by its notional */
    }
    t.expire_session = oms_desk_session_end(d, &t);
    int rc = submit_one(d, &t, OMS_HELD_BY_PARENT, &child, reject);
    if (rc == OMS_OK && at_once) {
      oms_command_t c = {.type = OMS_COMMAND_RELEASE};
      c.u.release.order = child;
      c.u.release.qty = t.qty;
      rc = oms_desk_apply(d, &c);
      if (rc == OMS_OK) {
        rc = send_later(d, child);
      }
    }
    if (rc != OMS_OK) {
      return rc;
    }
  }
  return OMS_OK;
}

/* The answer to content that was given before: the order, or why it was refused then. */
static int repeated(const oms_desk_host_t *d, uint32_t order, oms_reject_t *reject) {
  const oms_order_t *o = oms_engine_order(d->engine, order);
  bool was_refused = o->status == OMS_STATUS_REJECTED && o->rejected_by == OMS_REJECTED_BY_OMS;
  return was_refused ? refused(d, order, reject) : OMS_OK;
}

static int other_exits(const oms_order_t *head, const char *what, oms_reject_t *reject) {
  reject->code = OMS_CODE_DUPLICATE_CLIENT_ORDER_ID;
  snprintf(reject->message, sizeof reject->message,
           "client_order_id %.60s is taken by a group with %s", head->client_order_id, what);
  return OMS_ERR_REJECTED;
}

/* The exits of a group are its content too. Those that came with it stand behind its head; of one
 * that was refused they may be fewer. */
static int repeated_group(const oms_desk_host_t *d, uint32_t head, const oms_terms_t *children,
                          size_t n, oms_reject_t *reject) {
  const oms_order_t *h = oms_engine_order(d->engine, head);
  uint32_t rows = oms_engine_order_count(d->engine), i = head + 1;
  char list[OMS_DIFFERENCE_MAX], what[OMS_DIFFERENCE_MAX + 40];
  if (h->group == OMS_NONE) {
    return repeated(d, head, reject);
  }
  for (; i < rows && oms_engine_order(d->engine, i)->more->parent == head &&
         oms_engine_order(d->engine, i)->created_ns == h->created_ns;
       i++) {
    if (i - head <= n && !oms_engine_same_content(d->engine, i, &children[i - head - 1], list)) {
      int role = oms_engine_order(d->engine, i)->role;
      snprintf(what, sizeof what, "another %s: %s", oms_enum_text(OMS_ENUM_ROLE, role), list);
      return other_exits(h, what, reject);
    }
  }
  bool was_refused = h->status == OMS_STATUS_REJECTED && h->rejected_by == OMS_REJECTED_BY_OMS;
  if (i - head == n + 1 || (was_refused && i - head <= n)) {
    return repeated(d, head, reject);
  }
  snprintf(what, sizeof what, "%u exits, not %zu", i - head - 1, n);
  return other_exits(h, what, reject);
}

/* The head of an oco stands for its exits and never goes to the venue itself. */
static oms_terms_t head_terms(const oms_terms_t *terms, uint32_t group) {
  oms_terms_t head = *terms;
  head.group = group;
  head.parent = OMS_NONE;
  if (terms->order_class == OMS_ORDER_CLASS_OCO) {
    head.flags |= OMS_ORDER_REDUCE_ONLY | OMS_ORDER_GROUP_HEAD;
  } else {
    head.role = OMS_ROLE_PARENT;
  }
  return head;
}

static int submit_group(oms_desk_host_t *d, const oms_terms_t *terms, const oms_terms_t *children,
                        size_t n, bool trigger_full, uint32_t *order, oms_reject_t *reject) {
  uint32_t group;
  int rc = make_group(d, terms->order_class, trigger_full, &group);
  if (rc != OMS_OK) {
    return rc;
  }
  oms_terms_t head = head_terms(terms, group);
  head.expire_session = oms_desk_session_end(d, &head);
  rc = submit_one(d, &head, OMS_HELD_BY_NONE, order, reject);
  if (rc == OMS_OK) {
    rc = send_later(d, *order);
  }
  bool head_is_in = rc == OMS_OK;
  if (head_is_in) {
    bool at_once = terms->order_class == OMS_ORDER_CLASS_OCO;
    rc = submit_children(d, children, n, *order, at_once, reject);
  }
  if (rc == OMS_ERR_DUPLICATE) {
    return repeated_group(d, *order, children, n, reject);
  }
  if (rc == OMS_ERR_OVERFLOW && head_is_in) { /* the head has a row, and with it an answer */
    *reject =
        (oms_reject_t){OMS_CODE_INVALID_QTY, "an exit comes to more than can be reckoned with"};
    rc = OMS_ERR_REJECTED;
  }
  if (rc != OMS_OK && head_is_in) {
    oms_desk_drop_group(d, *order, rc == OMS_ERR_REJECTED ? reject : NULL);
  }
  return rc;
}

int oms_desk_submit(void *self, const oms_terms_t *asked, bool expire_is_date,
                    const oms_terms_t *children, size_t child_n, bool trigger_full, uint32_t *order,
                    oms_reject_t *reject) {
  oms_desk_host_t *d = self;
  oms_terms_t terms = *asked;
  *order = OMS_NONE;
  d->callback_orders++;
  oms_desk_resolve_expiry(d, &terms, expire_is_date);
  if (child_n > 0) {
    return submit_group(d, &terms, children, child_n, trigger_full, order, reject);
  }
  terms.expire_session = oms_desk_session_end(d, &terms);
  int rc = submit_one(d, &terms, OMS_HELD_BY_NONE, order, reject);
  if (rc == OMS_ERR_DUPLICATE) {
    return repeated(d, *order, reject);
  }
  return rc == OMS_OK ? send_later(d, *order) : rc;
}

oms_terms_t oms_desk_terms_like(const oms_order_t *o) {
  return (oms_terms_t){.instrument = o->instrument,
                       .account = o->account,
                       .owner = o->owner,
                       .side = o->side,
                       .type = o->type,
                       .time_in_force = o->time_in_force,
                       .session = o->session,
                       .trigger_by = o->trigger_by,
                       .display_qty = OMS_NO_PRICE,
                       .notional = OMS_NO_PRICE,
                       .limit_price = o->limit_price,
                       .stop_price = o->more->stop_price,
                       .trail_price = o->more->trail_price,
                       .limit_offset = o->more->limit_offset,
                       .trail_percent = o->more->trail_percent,
                       .expire_at = o->more->expire_at,
                       .expire_session = OMS_NO_TIME,
                       .symbol = o->symbol,
                       .tag = o->origin->tag,
                       .entered_by = o->origin->entered_by,
                       .script_hash = o->origin->script_hash,
                       .route = o->origin->route,
                       .group = o->group,
                       .parent = o->more->parent};
}
