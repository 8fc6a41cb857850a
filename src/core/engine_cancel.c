/* engine_cancel.c - requests that end orders: cancel, and the drop of what a failed callback gave.
 * An order that has not left ends at once; one at the venue waits for the venue's word. */
#include "core/engine_int.h"

static bool has_left(const oms_order_t *o) {
  return (o->flags & OMS_ORDER_SENT) != 0 || o->held_by == OMS_HELD_BY_BROKER;
}

/* Ends an order as canceled, in the sums and in the list; the successor of a replace ends with
 * it. */
void engine_end_canceled(oms_engine_t *e, oms_order_t *o, int by, int code, const char *message) {
  uint32_t successor = engine_successor(e, o) != NULL ? o->more->replaced_by : OMS_NONE;
  engine_take_out(e, o);
  engine_end(e, o, OMS_STATUS_CANCELED);
  o->canceled_by = (uint8_t)by;
  o->code = (uint16_t)code;
  o->message = message;
  engine_tell(e, OMS_EVENT_CANCELED, o);
  engine_orphan(e, o, successor);
}

static void request(oms_order_t *o, const oms_command_t *c, const char *message) {
  int to = oms_order_transition(o->status, OMS_HAPPENING_CANCEL_REQUEST, o->filled_qty, o->qty);
  o->status = (uint8_t)to;
  o->flags |= OMS_ORDER_CANCEL_REQUESTED;
  o->cancel_code = c->u.cancel.code;
  o->canceled_by = c->u.cancel.canceled_by;
  o->message = message;
}

int engine_cancel(oms_engine_t *e, const oms_command_t *c) {
  oms_order_t *o = engine_order(e, c->u.cancel.order);
  if (o->status == OMS_STATUS_HELD && o->more->replaces != OMS_NONE &&
      engine_order(e, o->more->replaces)->more->replaced_by == o->index &&
      !oms_status_is_final(engine_order(e, o->more->replaces)->status)) {
    o = engine_order(e, o->more->replaces);
  }
  e->subject = o->index;
  if (oms_status_is_final(o->status)) {
    return engine_refuse(e, OMS_CODE_TOO_LATE, "the order for %s is %s already", o->symbol,
                         oms_enum_text(OMS_ENUM_STATUS, o->status));
  }
  if ((o->flags & OMS_ORDER_CANCEL_REQUESTED) != 0) {
    return OMS_OK;
  }
  const char *message;
  int rc = engine_text(e, c->u.cancel.message, &message);
  if (rc != OMS_OK) {
    return rc;
  }
  engine_account(e, o->account)->a.day_cancels++;
  if (has_left(o)) {
    request(o, c, message);
  } else {
    o->flags |= OMS_ORDER_CANCEL_REQUESTED;
    engine_end_canceled(e, o, c->u.cancel.canceled_by, c->u.cancel.code, message);
  }
  return OMS_OK;
}

/* What is dropped with a code of its own was refused while it was given: its caller knows. */
int engine_drop(oms_engine_t *e, const oms_command_t *c) {
  oms_order_t *o = engine_order(e, c->u.drop.order);
  if (oms_status_is_final(o->status) || (o->flags & OMS_ORDER_SENT) != 0 ||
      o->held_by == OMS_HELD_BY_BROKER) {
    return OMS_ERR_BAD_TRANSITION;
  }
  bool failed = c->u.drop.code == OMS_CODE_NONE;
  const char *message;
  int rc =
      engine_text(e, failed ? "the callback that gave it failed" : c->u.drop.message, &message);
  if (rc != OMS_OK) {
    return rc;
  }
  int code = failed ? OMS_CODE_SCRIPT_ERROR : c->u.drop.code;
  o->flags &= failed ? ~UINT32_C(0) : ~(uint32_t)OMS_ORDER_CHECKED;
  oms_order_t *old = o->more->replaces == OMS_NONE ? NULL : engine_order(e, o->more->replaces);
  if (old != NULL && engine_successor(e, old) == o) {
    engine_refuse_successor(e, old, OMS_REJECTED_BY_OMS, code, message);
  } else {
    engine_reject(e, o, OMS_REJECTED_BY_OMS, code, message);
  }
  return OMS_OK;
}
