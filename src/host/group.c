/* group.c - what the trigger script does to orders of groups: it acts at the venue at once, with
 * its parent's fill, and never waits for a batch. */
#include "host/desk.h"

static int send_now(oms_desk_host_t *d, uint32_t order) {
  oms_command_t c = {.type = OMS_COMMAND_SEND};
  c.u.send.order = order;
  int rc = oms_desk_apply(d, &c);
  return rc == OMS_OK ? d->venue.release(d->venue.self, order, d->port.now) : rc;
}

int oms_desk_release(void *self, uint32_t order, oms_qty_t qty) {
  oms_desk_host_t *d = self;
  oms_command_t c = {.type = OMS_COMMAND_RELEASE};
  c.u.release.order = order;
  c.u.release.qty = qty;
  int rc = oms_desk_apply(d, &c);
  return rc == OMS_OK ? send_now(d, order) : rc;
}

int oms_desk_resize(void *self, uint32_t order, oms_qty_t qty) {
  oms_desk_host_t *d = self;
  oms_command_t c = {.type = OMS_COMMAND_RESIZE};
  c.u.resize.order = order;
  c.u.resize.qty = qty;
  int rc = oms_desk_apply(d, &c);
  bool there = (oms_engine_order(d->engine, order)->flags & OMS_ORDER_SENT) != 0;
  return rc == OMS_OK && there ? d->venue.resize(d->venue.self, order, d->port.now) : rc;
}

int oms_desk_finish(void *self, uint32_t order, oms_code_t code, const char *message) {
  oms_desk_host_t *d = self;
  oms_command_t c = {.type = OMS_COMMAND_CANCEL};
  c.u.cancel.order = order;
  c.u.cancel.canceled_by = OMS_CANCELED_BY_OMS;
  c.u.cancel.code = (uint16_t)code;
  c.u.cancel.message = message;
  int rc = oms_desk_apply(d, &c);
  if (rc != OMS_OK || !oms_order_is_open(oms_engine_order(d->engine, order))) {
    return rc;
  }
  return d->venue.cancel_now(d->venue.self, order, d->port.now);
}

static oms_terms_t terms_of(const oms_order_t *o, oms_qty_t qty) {
  return (oms_terms_t){.instrument = o->instrument,
                       .account = o->account,
                       .owner = o->owner,
                       .side = o->side,
                       .type = o->type,
                       .time_in_force = o->time_in_force,
                       .session = o->session,
                       .trigger_by = o->trigger_by,
                       .order_class = o->order_class,
                       .position_intent = o->position_intent,
                       .role = o->role,
                       .flags = o->flags & (OMS_ORDER_REDUCE_ONLY | OMS_ORDER_DO_NOT_REDUCE),
                       .qty = qty,
                       .display_qty = OMS_NO_PRICE,
                       .notional = OMS_NO_PRICE,
                       .limit_price = o->limit_price,
                       .stop_price = o->stop_price,
                       .trail_price = o->trail_price,
                       .limit_offset = o->limit_offset,
                       .trail_percent = o->trail_percent,
                       .expire_at = o->expire_at,
                       .expire_session = OMS_NO_TIME,
                       .symbol = o->symbol,
                       .tag = o->tag,
                       .entered_by = o->entered_by,
                       .script_hash = o->script_hash,
                       .route = o->route,
                       .group = o->group,
                       .parent = o->parent};
}

static int note_group(oms_desk_host_t *d, uint32_t group, bool rearmed, bool unprotected) {
  oms_command_t c = {.type = OMS_COMMAND_GROUP_STATE};
  c.u.group_state.group = group;
  c.u.group_state.rearmed = rearmed;
  c.u.group_state.unprotected = unprotected;
  return oms_desk_apply(d, &c);
}

int oms_desk_rearm(void *self, uint32_t order, oms_qty_t qty, bool lost, uint32_t *again) {
  oms_desk_host_t *d = self;
  oms_terms_t terms = terms_of(oms_engine_order(d->engine, order), qty);
  terms.expire_session = oms_desk_session_end(d, &terms);
  oms_command_t c = {.type = OMS_COMMAND_SUBMIT};
  c.u.submit.terms = &terms;
  c.u.submit.held_by = OMS_HELD_BY_PARENT;
  int rc = oms_desk_apply(d, &c);
  *again = oms_engine_subject(d->engine);
  if (rc == OMS_OK && lost) {
    const oms_group_t *g = oms_engine_group(d->engine, terms.group);
    rc = note_group(d, terms.group, true, g->unprotected != 0);
  }
  return rc == OMS_OK ? oms_desk_release(d, *again, qty) : rc;
}

int oms_desk_unprotected(void *self, uint32_t group, bool is) {
  return note_group(self, group, false, is);
}
