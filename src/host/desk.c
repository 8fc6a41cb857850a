/* desk.c - the order path: commands, callbacks, the batch and its leaving. What enters the batch is
 * made in submit.c, change.c and close.c. Invariants: D1 an
 * order is in the batch at most once as SEND; D2 the venue sees an order only after SEND;
 * D3 the trigger script never runs inside another script's callback, so that a kill cannot end it
 *    half-way. */
#include "host/desk.h"

#include <stdio.h>
#include <string.h>

#include "base/check.h"

static void take_event(void *self, const oms_event_t *event) {
  oms_desk_host_t *d = self;
  if (d->watch != NULL) {
    d->watch(d->watcher, event);
  }
  if (d->listen != NULL) {
    d->listen(d->listener, event);
  }
  int rc = oms_ring_push(&d->events, event);
  if (rc == OMS_OK && event->order != OMS_NONE) {
    rc = oms_ring_push(&d->triggers, event);
  }
  if (rc != OMS_OK) {
    oms_desk_fail(d, rc, "an event could not be queued");
  }
}

/* A fill that does not fit is what a session can bring about by its numbers; it says where. */
static void tell_fill(const oms_desk_host_t *d, uint32_t order, oms_qty_t qty_n,
                      oms_price_t price_n, oms_error_t *err) {
  char qty[32], price[32], ts[32];
  oms_decimal_format(qty_n, OMS_QTY_DECIMALS, qty);
  oms_decimal_format(price_n, OMS_PRICE_DECIMALS, price);
  oms_time_iso(d->port.now, ts);
  oms_error_set(err, OMS_ERR_OVERFLOW,
                "the fill of %s %s at %s (%s) cannot be booked: with it the position, its value or "
                "what the account has traded in all is above what can be reckoned with "
                "(9,223,372,036 shares, 9,223,372,036,854 of money); order less",
                qty, oms_engine_order(d->engine, order)->symbol, price, ts);
}

static void fail_report(oms_desk_host_t *d, const oms_report_t *r, int rc) {
  if (rc != OMS_ERR_OVERFLOW || r->type != OMS_REPORT_FILL) {
    oms_desk_fail(d, rc, "a report of the venue could not be booked");
  } else if (d->lasting) { /* a venue elsewhere: ours asks before */
    oms_error_t told;
    tell_fill(d, r->order, r->qty, r->price, &told);
    d->port.alert(d->port.self, -1, told.message);
  } else if (d->failure == OMS_OK) {
    tell_fill(d, r->order, r->qty, r->price, &d->error);
    d->failure = rc;
  }
}

static bool take_report(void *self, const oms_report_t *report) {
  oms_desk_host_t *d = self;
  oms_command_t c;
  c.type = OMS_COMMAND_REPORT;
  c.u.report = *report;
  int rc = oms_desk_apply(d, &c);
  if (rc != OMS_OK && rc != OMS_ERR_DUPLICATE && rc != OMS_ERR_BAD_TRANSITION) {
    fail_report(d, report, rc);
  }
  oms_desk_drain(d);
  return d->failure == OMS_OK;
}

static bool can_pay(void *self, uint32_t order, oms_qty_t qty, oms_price_t price,
                    oms_money_t commission, char message[256]) {
  const oms_desk_host_t *d = self;
  if (d->lasting && oms_engine_can_book(d->engine, order, qty, price, commission) != OMS_OK) {
    oms_error_t told;
    tell_fill(d, order, qty, price, &told);
    snprintf(message, 256, "%.255s", told.message);
    return false;
  }
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
                         .kill = oms_desk_kill_asked,
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
  if (d->failure == OMS_OK && code != OMS_ERR_KILLED) { /* that is a script's end */
    d->failure = code;
    oms_error_set(&d->error, code, "%s: %s", what, oms_err_text(code));
  }
}

/* Commands of the order path are filled in field by field: clearing the whole union first costs
 * more than some of them do. */
int oms_desk_apply(oms_desk_host_t *d, oms_command_t *command) {
  command->seq = ++d->command_seq;
  command->now = d->port.now;
  if (OMS_UNLIKELY(d->journal != NULL)) {
    int rc = d->journal(d->journal_self, command);
    if (rc != OMS_OK) {
      oms_desk_fail(d, rc, "a command could not be written down");
      return rc;
    }
  }
  return oms_engine_apply(d->engine, command, &d->sink);
}

int oms_desk_time(oms_desk_host_t *d, oms_time_t now) {
  d->port.now = now;
  if (d->mirror != NULL) {
    d->mirror->now = now;
  }
  oms_command_t c;
  c.type = OMS_COMMAND_TIME;
  return oms_desk_apply(d, &c);
}

int oms_desk_mark(oms_desk_host_t *d, uint32_t instrument, oms_price_t price) {
  oms_command_t c;
  c.type = OMS_COMMAND_MARK;
  c.u.mark.instrument = instrument;
  c.u.mark.price = price;
  return oms_desk_outlive(d, instrument, oms_desk_apply(d, &c));
}

int oms_desk_outlive(const oms_desk_host_t *d, uint32_t instrument, int rc) {
  char text[200];
  if (OMS_LIKELY(rc != OMS_ERR_OVERFLOW || !d->lasting)) {
    return rc;
  }
  snprintf(text, sizeof text,
           "%s: at its new price the position is worth more than 9,223,372,036,854, which cannot "
           "be reckoned with: the price before it stands",
           oms_engine_instrument(d->engine, instrument)->symbol);
  d->port.log(d->port.self, -1, OMS_LOG_WARN, text);
  return OMS_OK;
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
void oms_desk_drop_group(oms_desk_host_t *d, uint32_t order, const oms_reject_t *why) {
  const oms_order_t *o = oms_engine_order(d->engine, order);
  if (o->group == OMS_NONE || oms_engine_group(d->engine, o->group)->head != order) {
    drop_order(d, order, why);
    return;
  }
  for (uint32_t i = oms_engine_group(d->engine, o->group)->first; i != OMS_NONE;
       i = oms_engine_order(d->engine, i)->more->next_in_group) {
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
      oms_desk_drop_group(d, a.order, NULL);
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
  if (OMS_UNLIKELY(failed)) {
    drop_batch(d);
  }
  if (OMS_UNLIKELY(d->triggers.n > 0)) {
    oms_desk_drain(d);
  }
}

static bool moves_book(uint8_t type) {
  return type == OMS_EVENT_FILL || type == OMS_EVENT_BUST || type == OMS_EVENT_CORRECT;
}

static OMS_NOINLINE void drain(oms_desk_host_t *d) {
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
      oms_desk_tickets(d, event.order);
    }
  }
  d->draining = false;
}

void oms_desk_drain(oms_desk_host_t *d) {
  if (d->depth == 0 && !d->draining && d->triggers.n > 0) {
    drain(d);
  }
}

/* A group's head has nothing for the venue: it works at once. */
static int start_head(oms_desk_host_t *d, const oms_order_t *o) {
  oms_command_t works = {.type = OMS_COMMAND_REPORT};
  works.u.report = (oms_report_t){.type = OMS_REPORT_ACCEPTED,
                                  .order = o->index,
                                  .ts = d->port.now,
                                  .qty = OMS_NO_PRICE,
                                  .price = OMS_NO_PRICE,
                                  .stop_price = OMS_NO_PRICE};
  return oms_desk_apply(d, &works);
}

static int send(oms_desk_host_t *d, const oms_order_t *o) {
  oms_command_t c;
  c.type = OMS_COMMAND_SEND;
  c.u.send.order = o->index;
  int rc = oms_desk_apply(d, &c);
  if (rc != OMS_OK || !oms_desk_is_head(o)) {
    return rc == OMS_OK ? d->venue.submit(d->venue.self, o->index, d->port.now) : rc;
  }
  return start_head(d, o);
}

/* A cancel goes to both when a replace is out: the replace may have left and been answered just
 * before. */
static const oms_order_t *last_link(const oms_desk_host_t *d, const oms_order_t *o) {
  while (o->status == OMS_STATUS_REPLACED && o->more->replaced_by != OMS_NONE) {
    o = oms_engine_order(d->engine, o->more->replaced_by);
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
      (o->flags & OMS_ORDER_SENT) == 0 && !d->venue_down) {
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

#define ROOM_AHEAD 4096 /* orders; a callback may give a thousand */

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
  (void)oms_engine_make_room(d->engine, ROOM_AHEAD); /* without it the next order grows it */
  oms_desk_drain(d);
}

/* What the parts of the order path share. */

int oms_desk_push(oms_desk_host_t *d, oms_action_t a) {
  return oms_array_push(&d->batch, &a);
}

int oms_desk_refusal(const oms_desk_host_t *d, oms_reject_t *reject) {
  const char *message = NULL;
  reject->code = (uint16_t)oms_engine_refusal(d->engine, &message);
  snprintf(reject->message, sizeof reject->message, "%s", message != NULL ? message : "");
  return OMS_ERR_REJECTED;
}

int oms_desk_verdict(oms_desk_host_t *d, uint32_t order, oms_verdict_t verdict,
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
