/* change.c - cancel, replace and claim. What has not left yet is changed in the batch; the rules
 * judge what a replace adds. */
#include <stdio.h>

#include "host/desk.h"

static int cancel_one(oms_desk_host_t *d, uint32_t order, bool on_behalf, oms_reject_t *reject) {
  oms_command_t c = {.type = OMS_COMMAND_CANCEL};
  c.u.cancel.order = order;
  c.u.cancel.canceled_by = on_behalf ? OMS_CANCELED_BY_OMS : OMS_CANCELED_BY_USER;
  bool asked_before = (oms_engine_order(d->engine, order)->flags & OMS_ORDER_CANCEL_REQUESTED) != 0;
  int rc = oms_desk_apply(d, &c);
  if (rc == OMS_ERR_REJECTED) {
    return oms_desk_refusal(d, reject);
  }
  const oms_order_t *o = oms_engine_order(d->engine, order);
  if (rc != OMS_OK || asked_before || !oms_order_is_open(o) || oms_desk_is_head(o)) {
    return rc; /* the head of an oco ends when its exits have ended */
  }
  return oms_desk_push(d, (oms_action_t){.kind = OMS_ACTION_CANCEL,
                                         .on_behalf = on_behalf,
                                         .order = order,
                                         .successor = OMS_NONE});
}

/* The head of an oco stands for its exits: they are cancelled with it. */
int oms_desk_cancel(void *self, uint32_t order, oms_reject_t *reject) {
  oms_desk_host_t *d = self;
  const oms_order_t *o = oms_engine_order(d->engine, order);
  int rc = cancel_one(d, order, false, reject);
  if (rc != OMS_OK || !oms_desk_is_head(o)) {
    return rc;
  }
  uint32_t next;
  for (uint32_t i = o->more->next_in_group; i != OMS_NONE; i = next) {
    oms_reject_t other;
    next = oms_engine_order(d->engine, i)->more->next_in_group;
    if (oms_order_is_open(oms_engine_order(d->engine, i))) {
      (void)cancel_one(d, i, false, &other); /* it may be ending already */
    }
  }
  return OMS_OK;
}

int oms_desk_cancel_all(void *self, uint16_t account, uint16_t owner, uint32_t instrument,
                        uint32_t *n) {
  oms_desk_host_t *d = self;
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

/* The rules' word on what the successor adds. A working order cannot wait for a person.
 * OMS_ERR_REJECTED when they said no. */
static int judge_replace(oms_desk_host_t *d, const oms_order_t *o, uint32_t successor,
                         oms_reject_t *reject) {
  const oms_order_t *s = oms_engine_order(d->engine, successor);
  oms_qty_t more = s->qty - o->qty;
  bool reduces =
      more <= 0 || oms_engine_would_reduce(d->engine, o->account, o->instrument, o->side, more);
  oms_verdict_t verdict = oms_desk_judge(d, s, reduces, reject);
  if (verdict == OMS_VERDICT_APPROVE) {
    char why[sizeof reject->message];
    snprintf(why, sizeof why, "%s", reject->message);
    verdict = OMS_VERDICT_REJECT;
    reject->code = OMS_CODE_RULE_DENIED;
    snprintf(reject->message, sizeof reject->message,
             "a replace cannot wait for approval, cancel and submit anew: %.190s", why);
  }
  int rc = oms_desk_verdict(d, successor, verdict, reject);
  if (rc == OMS_ERR_REJECTED) {
    return oms_desk_refusal(d, reject); /* a rule said yes and ended the order */
  }
  return rc == OMS_OK && verdict == OMS_VERDICT_REJECT ? OMS_ERR_REJECTED : rc;
}

static oms_command_t replace_command(oms_desk_host_t *d, const oms_order_t *o,
                                     const oms_changes_t *changes) {
  bool same_tif = changes->time_in_force == UINT8_MAX;
  oms_terms_t expiry = {.instrument = o->instrument,
                        .time_in_force = same_tif ? o->time_in_force : changes->time_in_force,
                        .session = o->session,
                        .expire_at = changes->expire_at};
  oms_desk_resolve_expiry(d, &expiry, changes->expire_is_date);
  oms_command_t c; /* every field is filled in: clearing the whole union first costs more */
  c.type = OMS_COMMAND_REPLACE;
  c.u.replace.order = o->index;
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
  return c;
}

int oms_desk_replace(void *self, uint32_t order, const oms_changes_t *changes, uint32_t *successor,
                     oms_reject_t *reject) {
  oms_desk_host_t *d = self;
  const oms_order_t *o = oms_engine_order(d->engine, order);
  oms_command_t c = replace_command(d, o, changes);
  int rc = oms_desk_apply(d, &c);
  if (rc == OMS_ERR_REJECTED) {
    return oms_desk_refusal(d, reject);
  }
  *successor = oms_engine_subject(d->engine);
  if (rc == OMS_OK && c.u.replace.needs_verdict) {
    rc = judge_replace(d, o, *successor, reject);
  }
  if (rc != OMS_OK) {
    return rc;
  }
  if (o->status == OMS_STATUS_REPLACED) {
    return replace_in_batch(d, order, *successor);
  }
  return oms_desk_push(
      d, (oms_action_t){.kind = OMS_ACTION_REPLACE, .order = order, .successor = *successor});
}

int oms_desk_claim(void *self, uint16_t owner, uint32_t order, oms_reject_t *reject) {
  oms_desk_host_t *d = self;
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
  return rc == OMS_ERR_REJECTED ? oms_desk_refusal(d, reject) : rc;
}
