/* desk.c - the order path: submit, cancel, replace, the batch and its leaving. Invariants: D1 an
 * order is in the batch at most once as SEND; D2 the venue sees an order only after SEND;
 * D3 the trigger script never runs inside another script's callback, so that a kill cannot end it
 *    half-way. */
#include "host/desk.h"

#include <stdio.h>
#include <string.h>

#include "base/check.h"

static void take_event(void *self, const oms_event_t *event) {
  oms_desk_host_t *d = self;
  int rc = oms_ring_push(&d->events, event);
  if (rc == OMS_OK && event->order != OMS_NONE) {
    rc = oms_ring_push(&d->triggers, event);
  }
  if (rc != OMS_OK) {
    oms_desk_fail(d, rc, "an event could not be queued");
  }
}

static void take_report(void *self, const oms_report_t *report) {
  oms_desk_host_t *d = self;
  oms_command_t c;
  c.type = OMS_COMMAND_REPORT;
  c.u.report = *report;
  int rc = oms_desk_apply(d, &c);
  if (rc != OMS_OK && rc != OMS_ERR_DUPLICATE && rc != OMS_ERR_BAD_TRANSITION) {
    oms_desk_fail(d, rc, "a report of the venue could not be booked");
  }
  oms_desk_drain(d);
}

static bool can_pay(void *self, uint32_t order, oms_qty_t qty, oms_price_t price,
                    oms_money_t commission, char message[256]) {
  const oms_desk_host_t *d = self;
  return oms_engine_can_pay(d->engine, order, qty, price, commission, message);
}

/* Without a run around the desk there is no venue of ours to ask, and nobody listens. */
static int no_stop(void *self, uint32_t order, oms_price_t *stop) {
  (void)self, (void)order, (void)stop;
  return OMS_ERR_NOT_FOUND;
}

static void no_log(void *self, int script, oms_log_level_t level, const char *text) {
  (void)self, (void)script, (void)level, (void)text;
}

static void no_alert(void *self, int script, const char *text) {
  (void)self, (void)script, (void)text;
}

int oms_desk_init(oms_desk_host_t *d, oms_engine_t *engine) {
  memset(d, 0, sizeof *d);
  d->engine = engine;
  d->sink = (oms_sink_t){d, take_event};
  d->max_callback_orders = 1000;
  oms_calendar_init(&d->calendar, OMS_CALENDAR_US_EQUITY);
  d->port = (oms_desk_t){.self = d,
                         .engine = engine,
                         .submit = oms_desk_submit,
                         .cancel = oms_desk_cancel,
                         .cancel_all = oms_desk_cancel_all,
                         .replace = oms_desk_replace,
                         .close = oms_desk_close,
                         .target = oms_desk_target,
                         .claim = oms_desk_claim,
                         .state = oms_desk_state,
                         .kill = oms_desk_kill,
                         .resume = oms_desk_resume,
                         .inject = oms_desk_inject,
                         .approve = oms_desk_approve,
                         .release = oms_desk_release,
                         .resize = oms_desk_resize,
                         .end = oms_desk_finish,
                         .rearm = oms_desk_rearm,
                         .unprotected = oms_desk_unprotected,
                         .stop_price = no_stop,
                         .log = no_log,
                         .alert = no_alert};
  oms_array_init(&d->batch, sizeof(oms_action_t));
  oms_array_init(&d->rules, sizeof(oms_rule_t));
  oms_array_init(&d->tickets, sizeof(oms_ticket_t));
  int rc = oms_ring_init(&d->events, sizeof(oms_event_t), 256);
  if (rc == OMS_OK) {
    rc = oms_ring_init(&d->triggers, sizeof(oms_event_t), 256);
  }
  if (rc == OMS_OK) {
    rc = oms_array_reserve(&d->batch, 1024);
  }
  if (rc != OMS_OK) {
    oms_desk_free(d);
  }
  return rc;
}

void oms_desk_free(oms_desk_host_t *d) {
  oms_ring_free(&d->events);
  oms_ring_free(&d->triggers);
  oms_array_free(&d->batch);
  oms_array_free(&d->rules);
  oms_array_free(&d->tickets);
}

oms_venue_sink_t oms_desk_venue_sink(oms_desk_host_t *d) {
  return (oms_venue_sink_t){d, take_report, can_pay};
}

void oms_desk_fail(oms_desk_host_t *d, int code, const char *what) {
  if (d->failure == OMS_OK) {
    d->failure = code;
    oms_error_set(&d->error, code, "%s: %s", what, oms_err_text(code));
  }
}

/* Commands of the order path are filled in field by field: clearing the whole union first costs
 * more than some of them do. */
int oms_desk_apply(oms_desk_host_t *d, oms_command_t *command) {
  command->seq = ++d->command_seq;
  command->now = d->port.now;
  return oms_engine_apply(d->engine, command, &d->sink);
}

int oms_desk_time(oms_desk_host_t *d, oms_time_t now) {
  d->port.now = now;
  oms_command_t c;
  c.type = OMS_COMMAND_TIME;
  return oms_desk_apply(d, &c);
}

int oms_desk_mark(oms_desk_host_t *d, uint32_t instrument, oms_price_t price) {
  oms_command_t c;
  c.type = OMS_COMMAND_MARK;
  c.u.mark.instrument = instrument;
  c.u.mark.price = price;
  return oms_desk_apply(d, &c);
}

/* Callbacks and the batch. */

void oms_desk_begin(oms_desk_host_t *d) {
  if (d->depth++ == 0) {
    d->batch_from = d->batch.n;
    d->tickets_from = d->tickets.n;
    d->callback_orders = 0;
  }
}

/* 'why': NULL when the callback failed. */
static void drop_order(oms_desk_host_t *d, uint32_t order, const oms_reject_t *why) {
  oms_command_t c = {.type = OMS_COMMAND_DROP};
  c.u.drop.order = order;
  c.u.drop.code = why == NULL ? OMS_CODE_NONE : why->code;
  c.u.drop.message = why == NULL ? NULL : why->message;
  (void)oms_desk_apply(d, &c); /* it may have ended meanwhile */
}

/* The held children of a group go with its head. */
static void drop_with_group(oms_desk_host_t *d, uint32_t order, const oms_reject_t *why) {
  const oms_order_t *o = oms_engine_order(d->engine, order);
  if (o->group == OMS_NONE || oms_engine_group(d->engine, o->group)->head != order) {
    drop_order(d, order, why);
    return;
  }
  for (uint32_t i = oms_engine_group(d->engine, o->group)->first; i != OMS_NONE;
       i = oms_engine_order(d->engine, i)->next_in_group) {
    drop_order(d, i, why);
  }
}

/* A cancel that oms.close, oms.target or a replace asked for does not leave: the exit works on. */
static void keep_working(oms_desk_host_t *d, uint32_t order) {
  oms_command_t c = {.type = OMS_COMMAND_REPORT};
  c.u.report = (oms_report_t){.type = OMS_REPORT_CANCEL_REJECTED,
                              .order = order,
                              .code = OMS_CODE_SCRIPT_ERROR,
                              .ts = d->port.now,
                              .qty = OMS_NO_PRICE,
                              .price = OMS_NO_PRICE,
                              .stop_price = OMS_NO_PRICE,
                              .text = "the callback that asked for it failed"};
  (void)oms_desk_apply(d, &c);
}

static void drop_batch(oms_desk_host_t *d) {
  size_t kept = d->batch_from;
  for (size_t i = d->tickets_from; i < d->tickets.n; i++) {
    drop_order(d, OMS_AT(&d->tickets, oms_ticket_t, i)->order, NULL);
  }
  d->tickets.n = d->tickets_from < d->tickets.n ? d->tickets_from : d->tickets.n;
  for (size_t i = d->batch_from; i < d->batch.n; i++) {
    oms_action_t a = *OMS_AT(&d->batch, oms_action_t, i);
    if (a.kind == OMS_ACTION_CANCEL && !a.on_behalf) {
      *OMS_AT(&d->batch, oms_action_t, kept++) = a;
    } else if (a.kind == OMS_ACTION_CANCEL) {
      keep_working(d, a.order);
    } else if (a.kind == OMS_ACTION_SEND) {
      drop_with_group(d, a.order, NULL);
    } else {
      drop_order(d, a.successor, NULL);
    }
  }
  d->batch.n = kept;
}

void oms_desk_end(oms_desk_host_t *d, bool failed) {
  OMS_CHECK(d->depth > 0);
  if (--d->depth > 0) {
    return;
  }
  if (failed) {
    drop_batch(d);
  }
  oms_desk_drain(d);
}

static bool moves_book(uint8_t type) {
  return type == OMS_EVENT_FILL || type == OMS_EVENT_BUST || type == OMS_EVENT_CORRECT;
}

void oms_desk_drain(oms_desk_host_t *d) {
  if (d->depth > 0 || d->draining || d->triggers.n == 0) {
    return;
  }
  d->draining = true;
  oms_event_t event;
  while (oms_ring_pop(&d->triggers, &event)) {
    const oms_order_t *o = oms_engine_order(d->engine, event.order);
    bool concerns = o->group != OMS_NONE ||
                    (moves_book(event.type) && oms_engine_is_followed(d->engine, event.order));
    if (concerns && d->trigger != NULL) {
      oms_error_t err;
      int rc = oms_script_trigger(d->trigger, &event, &err);
      if (rc != OMS_OK && d->failure == OMS_OK) {
        d->failure = rc;
        d->error = err;
      }
    }
    if (d->tickets.n > 0) {
      oms_desk_tickets(d);
    }
  }
  d->draining = false;
}

static bool is_group_head(const oms_order_t *o) {
  return (o->flags & OMS_ORDER_GROUP_HEAD) != 0;
}

static int send(oms_desk_host_t *d, const oms_order_t *o) {
  oms_command_t c = {.type = OMS_COMMAND_SEND};
  c.u.send.order = o->index;
  int rc = oms_desk_apply(d, &c);
  if (rc != OMS_OK || !is_group_head(o)) {
    return rc == OMS_OK ? d->venue.submit(d->venue.self, o->index, d->port.now) : rc;
  }
  oms_command_t works = {.type = OMS_COMMAND_REPORT};
  works.u.report = (oms_report_t){.type = OMS_REPORT_ACCEPTED,
                                  .order = o->index,
                                  .ts = d->port.now,
                                  .qty = OMS_NO_PRICE,
                                  .price = OMS_NO_PRICE,
                                  .stop_price = OMS_NO_PRICE};
  return oms_desk_apply(d, &works);
}

/* A cancel goes to both when a replace is out: the replace may have left and been answered just
 * before. */
static const oms_order_t *last_link(const oms_desk_host_t *d, const oms_order_t *o) {
  while (o->status == OMS_STATUS_REPLACED && o->replaced_by != OMS_NONE) {
    o = oms_engine_order(d->engine, o->replaced_by);
  }
  return o;
}

static void act(oms_desk_host_t *d, const oms_action_t *a) {
  const oms_order_t *o = oms_engine_order(d->engine, a->order);
  if (a->kind == OMS_ACTION_CANCEL) {
    o = last_link(d, o);
  }
  int rc = OMS_OK;
  if (a->kind == OMS_ACTION_SEND && o->status == OMS_STATUS_PENDING_NEW &&
      (o->flags & OMS_ORDER_SENT) == 0) {
    rc = send(d, o);
  } else if (a->kind == OMS_ACTION_CANCEL && oms_order_is_open(o)) {
    rc = d->venue.cancel(d->venue.self, o->index, d->port.now);
  } else if (a->kind == OMS_ACTION_REPLACE && oms_order_is_open(o)) {
    rc = d->venue.replace(d->venue.self, a->order, a->successor, d->port.now);
  }
  if (rc != OMS_OK) {
    oms_desk_fail(d, rc, "an order could not leave for the venue");
  }
}

static bool goes_first(const oms_desk_host_t *d, const oms_action_t *a) {
  const oms_order_t *o = oms_engine_order(d->engine, a->order);
  return a->kind == OMS_ACTION_SEND && (o->flags & OMS_ORDER_FROM_TARGET) != 0 &&
         (o->flags & OMS_ORDER_REDUCES) != 0;
}

/* Reports that come back at once may add actions (a released ticket): the loops read the length
 * anew. */
void oms_desk_flush(oms_desk_host_t *d) {
  if (d->batch.n == 0) {
    return;
  }
  for (size_t i = 0; i < d->batch.n; i++) {
    oms_action_t a = *OMS_AT(&d->batch, oms_action_t, i);
    if (goes_first(d, &a)) {
      act(d, &a);
    }
  }
  for (size_t i = 0; i < d->batch.n; i++) {
    oms_action_t a = *OMS_AT(&d->batch, oms_action_t, i);
    act(d, &a); /* what left above is no longer unsent */
  }
  d->batch.n = 0;
  oms_desk_drain(d);
}

static int push_action(oms_desk_host_t *d, oms_action_t a) {
  return oms_array_push(&d->batch, &a);
}

/* Submit. */

static int refused(const oms_desk_host_t *d, uint32_t order, oms_reject_t *reject) {
  const oms_order_t *o = oms_engine_order(d->engine, order);
  reject->code = o->code;
  snprintf(reject->message, sizeof reject->message, "%s", o->message != NULL ? o->message : "");
  return OMS_ERR_REJECTED;
}

static int refusal(const oms_desk_host_t *d, oms_reject_t *reject) {
  const char *message = NULL;
  reject->code = (uint16_t)oms_engine_refusal(d->engine, &message);
  snprintf(reject->message, sizeof reject->message, "%s", message != NULL ? message : "");
  return OMS_ERR_REJECTED;
}

static int give_verdict(oms_desk_host_t *d, uint32_t order, oms_verdict_t verdict,
                        const oms_reject_t *reject) {
  bool accepts = verdict == OMS_VERDICT_ACCEPT;
  oms_command_t c;
  c.type = OMS_COMMAND_VERDICT;
  c.u.verdict.order = order;
  c.u.verdict.verdict = (uint8_t)verdict;
  c.u.verdict.code = accepts ? OMS_CODE_NONE : reject->code;
  c.u.verdict.message = accepts ? NULL : reject->message;
  return oms_desk_apply(d, &c);
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
  int rc = give_verdict(d, order, verdict, reject);
  if (rc == OMS_ERR_REJECTED) {
    return refused(d, order, reject); /* a rule said yes and halted trading */
  }
  if (rc == OMS_OK && verdict == OMS_VERDICT_REJECT) {
    return OMS_ERR_REJECTED;
  }
  return rc;
}

static int submit_one(oms_desk_host_t *d, const oms_terms_t *terms, uint8_t held_by,
                      uint32_t *order, oms_reject_t *reject) {
  bool asks = held_by == OMS_HELD_BY_NONE &&
              (d->callback_orders > d->max_callback_orders ||
               (d->rules.n > 0 &&
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
    return oms_engine_order_count(d->engine) == rows ? refusal(d, reject)
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
  return push_action(
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

/* The exits of a group are its content too. Those that came with it stand behind its head. */
static int repeated_group(const oms_desk_host_t *d, uint32_t head, const oms_terms_t *children,
                          size_t n, oms_reject_t *reject) {
  const oms_order_t *h = oms_engine_order(d->engine, head);
  uint32_t rows = oms_engine_order_count(d->engine), i = head + 1;
  bool same = true;
  for (; i < rows && oms_engine_order(d->engine, i)->parent == head &&
         oms_engine_order(d->engine, i)->created_ns == h->created_ns;
       i++) {
    same = same && i - head <= n && oms_engine_same_content(d->engine, i, &children[i - head - 1]);
  }
  if (h->group == OMS_NONE || (same && i - head == n + 1)) {
    return repeated(d, head, reject);
  }
  reject->code = OMS_CODE_DUPLICATE_CLIENT_ORDER_ID;
  snprintf(reject->message, sizeof reject->message,
           "client_order_id %.60s is taken by a group with other exits", h->client_order_id);
  return OMS_ERR_REJECTED;
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
  uint32_t group, rows = oms_engine_order_count(d->engine);
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
  if (rc == OMS_OK) {
    bool at_once = terms->order_class == OMS_ORDER_CLASS_OCO;
    rc = submit_children(d, children, n, *order, at_once, reject);
  }
  if (rc == OMS_ERR_DUPLICATE) {
    return repeated_group(d, *order, children, n, reject);
  }
  if (rc != OMS_OK && oms_engine_order_count(d->engine) > rows + 1) { /* the head was in already */
    drop_with_group(d, *order, rc == OMS_ERR_REJECTED ? reject : NULL);
  }
  return rc;
}

int oms_desk_submit(void *self, int script, const oms_terms_t *asked, bool expire_is_date,
                    const oms_terms_t *children, size_t child_n, bool trigger_full, uint32_t *order,
                    oms_reject_t *reject) {
  oms_desk_host_t *d = self;
  (void)script;
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

/* Cancel and replace. */

static int cancel_one(oms_desk_host_t *d, uint32_t order, bool on_behalf, oms_reject_t *reject) {
  oms_command_t c = {.type = OMS_COMMAND_CANCEL};
  c.u.cancel.order = order;
  c.u.cancel.canceled_by = on_behalf ? OMS_CANCELED_BY_OMS : OMS_CANCELED_BY_USER;
  bool asked_before = (oms_engine_order(d->engine, order)->flags & OMS_ORDER_CANCEL_REQUESTED) != 0;
  int rc = oms_desk_apply(d, &c);
  if (rc == OMS_ERR_REJECTED) {
    return refusal(d, reject);
  }
  const oms_order_t *o = oms_engine_order(d->engine, order);
  if (rc != OMS_OK || asked_before || !oms_order_is_open(o) || is_group_head(o)) {
    return rc; /* the head of an oco ends when its exits have ended */
  }
  return push_action(d, (oms_action_t){.kind = OMS_ACTION_CANCEL,
                                       .on_behalf = on_behalf,
                                       .order = order,
                                       .successor = OMS_NONE});
}

/* The head of an oco stands for its exits: they are cancelled with it. */
int oms_desk_cancel(void *self, int script, uint32_t order, oms_reject_t *reject) {
  oms_desk_host_t *d = self;
  (void)script;
  const oms_order_t *o = oms_engine_order(d->engine, order);
  int rc = cancel_one(d, order, false, reject);
  if (rc != OMS_OK || !is_group_head(o)) {
    return rc;
  }
  uint32_t next;
  for (uint32_t i = o->next_in_group; i != OMS_NONE; i = next) {
    oms_reject_t other;
    next = oms_engine_order(d->engine, i)->next_in_group;
    if (oms_order_is_open(oms_engine_order(d->engine, i))) {
      (void)cancel_one(d, i, false, &other); /* it may be ending already */
    }
  }
  return OMS_OK;
}

int oms_desk_cancel_all(void *self, int script, uint16_t account, uint16_t owner,
                        uint32_t instrument, uint32_t *n) {
  oms_desk_host_t *d = self;
  (void)script;
  *n = 0;
  uint32_t next;
  for (uint32_t i = oms_engine_first_open(d->engine); i != OMS_NONE; i = next) {
    const oms_order_t *o = oms_engine_order(d->engine, i);
    oms_reject_t reject;
    next = o->next_open; /* read before: an unsent order leaves the list at once */
    bool mine = (account == UINT16_MAX || o->account == account) && o->owner == owner &&
                (instrument == OMS_NONE || o->instrument == instrument);
    bool waits = o->held_by == OMS_HELD_BY_REPLACE && o->status == OMS_STATUS_HELD;
    if (mine && !waits && cancel_one(d, i, false, &reject) == OMS_OK) {
      ++*n;
    }
  }
  return OMS_OK;
}

/* An order that has not left is replaced in its place in the batch. */
static int replace_in_batch(oms_desk_host_t *d, uint32_t order, uint32_t successor) {
  for (size_t i = d->batch.n; i-- > 0;) { /* it was given lately as a rule */
    oms_action_t *a = OMS_AT(&d->batch, oms_action_t, i);
    if (a->kind == OMS_ACTION_SEND && a->order == order) {
      a->order = successor;
      return OMS_OK;
    }
  }
  return OMS_OK;
}

int oms_desk_replace(void *self, int script, uint32_t order, const oms_changes_t *changes,
                     uint32_t *successor, oms_reject_t *reject) {
  oms_desk_host_t *d = self;
  (void)script;
  const oms_order_t *o = oms_engine_order(d->engine, order);
  bool same_tif = changes->time_in_force == UINT8_MAX;
  oms_terms_t expiry = {.instrument = o->instrument,
                        .time_in_force = same_tif ? o->time_in_force : changes->time_in_force,
                        .session = o->session,
                        .expire_at = changes->expire_at};
  oms_desk_resolve_expiry(d, &expiry, changes->expire_is_date);
  oms_command_t c = {.type = OMS_COMMAND_REPLACE};
  c.u.replace.order = order;
  c.u.replace.qty = changes->qty;
  c.u.replace.limit_price = changes->limit_price;
  c.u.replace.stop_price = changes->stop_price;
  c.u.replace.trail_price = changes->trail_price;
  c.u.replace.limit_offset = changes->limit_offset;
  c.u.replace.trail_percent = changes->trail_percent;
  c.u.replace.expire_at = changes->expire_at == OMS_NO_TIME ? OMS_NO_TIME : expiry.expire_at;
  c.u.replace.moves_end = !same_tif || changes->expire_at != OMS_NO_TIME;
  c.u.replace.expire_session = oms_desk_session_end(d, &expiry);
  c.u.replace.time_in_force = changes->time_in_force;
  c.u.replace.client_order_id = changes->client_order_id;
  c.u.replace.needs_verdict = oms_desk_has_rules(d, o);
  int rc = oms_desk_apply(d, &c);
  if (rc == OMS_ERR_REJECTED) {
    return refusal(d, reject);
  }
  *successor = oms_engine_subject(d->engine);
  if (rc == OMS_OK && c.u.replace.needs_verdict) {
    const oms_order_t *s = oms_engine_order(d->engine, *successor);
    oms_qty_t more = s->qty - o->qty;
    bool reduces =
        more <= 0 || oms_engine_would_reduce(d->engine, o->account, o->instrument, o->side, more);
    oms_verdict_t verdict = oms_desk_judge(d, s, reduces, reject);
    if (verdict == OMS_VERDICT_APPROVE) {
      char why[sizeof reject->message];
      snprintf(why, sizeof why, "%s", reject->message);
      verdict = OMS_VERDICT_REJECT; /* a working order cannot wait for a person */
      reject->code = OMS_CODE_RULE_DENIED;
      snprintf(reject->message, sizeof reject->message,
               "a replace cannot wait for approval, cancel and submit anew: %.190s", why);
    }
    rc = give_verdict(d, *successor, verdict, reject);
    if (rc == OMS_ERR_REJECTED) {
      return refusal(d, reject); /* a rule said yes and ended the order */
    }
    if (rc == OMS_OK && verdict == OMS_VERDICT_REJECT) {
      return OMS_ERR_REJECTED;
    }
  }
  if (rc != OMS_OK) {
    return rc;
  }
  if (o->status == OMS_STATUS_REPLACED) {
    return replace_in_batch(d, order, *successor);
  }
  return push_action(
      d, (oms_action_t){.kind = OMS_ACTION_REPLACE, .order = order, .successor = *successor});
}

int oms_desk_claim(void *self, int script, uint16_t owner, uint32_t order, oms_reject_t *reject) {
  oms_desk_host_t *d = self;
  (void)script;
  if (oms_engine_order(d->engine, order)->owner == owner) {
    return OMS_OK; /* it is the claimer's already */
  }
  oms_command_t c = {.type = OMS_COMMAND_CLAIM};
  c.u.claim.order = order;
  c.u.claim.owner = owner;
  c.u.claim.account = oms_engine_order(d->engine, order)->account;
  c.u.claim.instrument = oms_engine_order(d->engine, order)->instrument;
  int rc = oms_desk_apply(d, &c);
  if (rc == OMS_ERR_NOT_FOUND) {
    reject->code = OMS_CODE_NOT_EXTERNAL;
    snprintf(reject->message, sizeof reject->message,
             "the order for %s belongs to %s: only orders of \"external\" can be claimed",
             oms_engine_order(d->engine, order)->symbol,
             oms_engine_owner(d->engine, oms_engine_order(d->engine, order)->owner)->id);
    return OMS_ERR_REJECTED;
  }
  return rc == OMS_ERR_REJECTED ? refusal(d, reject) : rc;
}
