/* engine_report.c - what a venue or broker says of an order, one function a report: orders.md,
 * section 2. The status always comes from the transition table; this file moves what hangs on
 * it. Fills and commissions are in engine_fill.c, busts in engine_bust.c, answers to replaces in
 * engine_replace.c. */
#include "base/check.h"
#include "core/engine_int.h"

static int next_status(const oms_order_t *o, oms_happening_t what) {
  return oms_order_transition(o->status, (int)what, o->filled_qty, o->qty);
}

static int keep_broker_id(oms_engine_t *e, const oms_report_t *r, oms_order_t *o) {
  return r->broker_order_id == NULL ? OMS_OK
                                    : engine_text(e, r->broker_order_id, &o->broker_order_id);
}

/* Accepted by the broker, or working at the venue, which implies the first. */
static int report_accepted(oms_engine_t *e, const oms_report_t *r, oms_order_t *o) {
  int to = next_status(o, OMS_HAPPENING_ACCEPT);
  bool ours = o->status == OMS_STATUS_HELD && o->held_by != OMS_HELD_BY_BROKER;
  bool final = oms_status_is_final(o->status);
  if (to < 0 || ours || (!final && (o->flags & OMS_ORDER_COUNTED) == 0)) {
    return OMS_ERR_BAD_TRANSITION;
  }
  int rc = keep_broker_id(e, r, o);
  if (rc != OMS_OK || final) {
    return rc;
  }
  bool fresh = o->status != to;
  o->status = (uint8_t)to;
  o->held_by = OMS_HELD_BY_NONE;
  o->flags |= OMS_ORDER_SENT | (r->type == OMS_REPORT_WORKING ? OMS_ORDER_AT_VENUE : 0);
  o->flags &= ~(uint32_t)OMS_ORDER_DONE_FOR_DAY; /* it works: another session has begun */
  if (fresh) {
    engine_tell(e, OMS_EVENT_NEW, o);
  }
  return OMS_OK;
}

static int report_triggered(oms_engine_t *e, oms_order_t *o) {
  int to = next_status(o, OMS_HAPPENING_TRIGGER);
  if (to < 0) {
    return OMS_ERR_BAD_TRANSITION;
  }
  o->status = (uint8_t)to;
  if ((o->flags & OMS_ORDER_TRIGGERED) == 0) {
    o->flags |= OMS_ORDER_TRIGGERED;
    engine_tell(e, OMS_EVENT_TRIGGERED, o);
  }
  return OMS_OK;
}

static int report_canceled(oms_engine_t *e, const oms_report_t *r, oms_order_t *o) {
  if (next_status(o, OMS_HAPPENING_CANCEL) < 0) {
    return OMS_ERR_BAD_TRANSITION;
  }
  if ((o->flags & OMS_ORDER_CANCEL_REQUESTED) != 0) {
    engine_end_canceled(e, o, o->canceled_by, o->cancel_code, o->message);
    return OMS_OK;
  }
  const char *text;
  int rc = engine_text(e, r->text, &text);
  if (rc == OMS_OK && r->code != OMS_CODE_NONE) {
    engine_end_canceled(e, o, OMS_CANCELED_BY_VENUE, r->code, text);
  } else if (rc == OMS_OK) {
    engine_end_canceled(e, o, OMS_CANCELED_BY_BROKER, OMS_CODE_UNSOLICITED_CANCEL, text);
  }
  return rc;
}

static int report_expired(oms_engine_t *e, const oms_report_t *r, oms_order_t *o) {
  int to = next_status(o, OMS_HAPPENING_EXPIRE);
  if (to < 0) {
    return OMS_ERR_BAD_TRANSITION;
  }
  const char *text;
  int rc = engine_text(e, r->text, &text);
  if (rc != OMS_OK) {
    return rc;
  }
  uint32_t successor = engine_successor(e, o) != NULL ? o->more->replaced_by : OMS_NONE;
  engine_take_out(e, o);
  engine_end(e, o, to);
  o->canceled_by = OMS_CANCELED_BY_NONE;
  o->code = r->code;
  o->message = text;
  engine_tell(e, OMS_EVENT_EXPIRED, o);
  engine_orphan(e, o, successor);
  return OMS_OK;
}

static int report_rejected(oms_engine_t *e, const oms_report_t *r, oms_order_t *o) {
  if (next_status(o, OMS_HAPPENING_REJECT) < 0) {
    return OMS_ERR_BAD_TRANSITION;
  }
  const char *text;
  int rc = engine_text(e, r->text, &text);
  if (rc == OMS_OK) {
    engine_reject(e, o, OMS_REJECTED_BY_VENUE, r->code, text);
  }
  return rc;
}

/* The cancel is off; a replace that is out stays out. */
static int report_cancel_rejected(oms_engine_t *e, const oms_report_t *r, oms_order_t *o) {
  int to = next_status(o, OMS_HAPPENING_CANCEL_REJECT);
  const char *text;
  if (to < 0) {
    return OMS_ERR_BAD_TRANSITION;
  }
  if (oms_status_is_final(o->status)) {
    return OMS_OK;
  }
  int rc = engine_text(e, r->text, &text);
  if (rc != OMS_OK) {
    return rc;
  }
  const oms_order_t *s = engine_successor(e, o);
  bool replacing = s != NULL && s->held_by == OMS_HELD_BY_REPLACE;
  o->status = (uint8_t)(replacing ? OMS_STATUS_PENDING_REPLACE : to);
  o->flags &= ~(uint32_t)OMS_ORDER_CANCEL_REQUESTED;
  o->canceled_by = OMS_CANCELED_BY_NONE;
  o->cancel_code = 0;
  o->message = NULL;
  engine_emit(e, &(engine_news_t){.type = OMS_EVENT_CANCEL_REJECTED,
                                  .o = o,
                                  .fill = OMS_NONE,
                                  .code = r->code,
                                  .ts = e->now,
                                  .message = text});
  return OMS_OK;
}

/* Changes terms in place. A larger total adds to what may open; 'now' is a copy that was
 * checked. */
static int restated_terms(const oms_engine_t *e, const oms_order_t *o, const oms_report_t *r,
                          oms_order_t *now, oms_price_t *stop) {
  *now = *o;
  *stop = r->stop_price == OMS_NO_PRICE ? o->more->stop_price : r->stop_price;
  now->qty = r->qty == OMS_NO_PRICE ? o->qty : r->qty;
  now->limit_price = r->price == OMS_NO_PRICE ? o->limit_price : r->price;
  if (now->limit_price != OMS_NO_PRICE) {
    now->reserve_price = now->limit_price;
  } else if (*stop != OMS_NO_PRICE) {
    now->reserve_price = *stop;
  }
  bool reduces = (o->flags & OMS_ORDER_REDUCES) != 0;
  oms_qty_t more = now->qty > o->qty ? now->qty - o->qty : 0, leaves, sum;
  oms_money_t reserve;
  if (oms_add(o->open_qty, reduces ? 0 : more, &now->open_qty) != OMS_OK ||
      oms_sub(now->qty, o->filled_qty, &leaves) != OMS_OK) {
    return OMS_ERR_OVERFLOW;
  }
  if (o->net != OMS_NONE) {
    const oms_position_t *net = engine_position(e, o->net);
    oms_qty_t working = oms_side_is_buy(o->side) ? net->working_buy : net->working_sell;
    if (oms_add(working, more, &sum) != OMS_OK) {
      return OMS_ERR_OVERFLOW;
    }
  }
  /* The whole quantity must have a value: exits are credited with it. */
  int rc = engine_reserve(e, now, now->qty > 0 ? now->qty : 0, &reserve);
  return rc;
}

int engine_restate(oms_engine_t *e, oms_order_t *o, const oms_report_t *r) {
  oms_order_t now;
  oms_price_t stop;
  if (engine_is_successor(e, o)) {
    return OMS_ERR_BAD_TRANSITION; /* it is what was asked for; the original is what changes */
  }
  int rc = restated_terms(e, o, r, &now, &stop);
  if (rc == OMS_OK) {
    rc = oms_array_reserve(&e->originals, e->originals.n + 1);
  }
  if (rc == OMS_OK) {
    rc = engine_need_more(e, o);
  }
  if (rc != OMS_OK) {
    return rc;
  }
  oms_order_t before = *o;
  const oms_order_more_t more_before = *o->more;
  before.more = &more_before;
  engine_remember_terms(e, o);
  engine_take_out(e, o);
  o->qty = now.qty;
  o->flags |= o->qty < o->filled_qty ? OMS_ORDER_CUT : 0;
  o->limit_price = now.limit_price;
  engine_more(o)->stop_price = stop;
  o->open_qty = now.open_qty;
  o->reserve_price = now.reserve_price;
  engine_put_in(e, o);
  engine_emit(e, &(engine_news_t){.type = OMS_EVENT_RESTATED,
                                  .o = o,
                                  .fill = OMS_NONE,
                                  .code = r->code,
                                  .ts = e->now,
                                  .old = &before});
  return OMS_OK;
}

static int report_restated(oms_engine_t *e, const oms_report_t *r, oms_order_t *o) {
  if (oms_status_is_final(o->status) || next_status(o, OMS_HAPPENING_RESTATE) < 0 ||
      (r->qty != OMS_NO_PRICE && r->qty < 0)) {
    return OMS_ERR_BAD_TRANSITION;
  }
  const char *text;
  int rc = engine_text(e, r->text, &text);
  if (rc == OMS_OK) {
    rc = engine_restate(e, o, r);
  }
  if (rc == OMS_OK && oms_order_leaves(o) == 0) {
    engine_end_canceled(e, o, OMS_CANCELED_BY_BROKER, r->code, text);
  }
  return rc;
}

static int report_suspension(oms_engine_t *e, oms_order_t *o, bool suspended) {
  int to = next_status(o, suspended ? OMS_HAPPENING_SUSPEND : OMS_HAPPENING_RESUME);
  if (to < 0) {
    return OMS_ERR_BAD_TRANSITION;
  }
  if (to != o->status) {
    o->status = (uint8_t)to;
    engine_tell(e, suspended ? OMS_EVENT_SUSPENDED : OMS_EVENT_RESUMED, o);
  }
  return OMS_OK;
}

static int report_flag(oms_engine_t *e, oms_order_t *o, uint32_t flag, int event) {
  if (oms_status_is_final(o->status)) {
    return OMS_ERR_BAD_TRANSITION;
  }
  if ((o->flags & flag) == 0) {
    o->flags |= flag;
    if (event >= 0) {
      engine_tell(e, event, o);
    }
  }
  return OMS_OK;
}

static int report_in_doubt(oms_engine_t *e, oms_order_t *o) {
  if (oms_status_is_final(o->status)) {
    return OMS_ERR_BAD_TRANSITION;
  }
  if ((o->flags & OMS_ORDER_IN_DOUBT) == 0) {
    engine_set_doubt(e, o, true);
    engine_tell(e, OMS_EVENT_IN_DOUBT, o);
  }
  return OMS_OK;
}

/* The broker has it, or has proved that it never came. */
static int report_resolved(oms_engine_t *e, const oms_report_t *r, oms_order_t *o) {
  const char *text;
  if ((o->flags & OMS_ORDER_IN_DOUBT) == 0) {
    return OMS_ERR_BAD_TRANSITION;
  }
  int rc = engine_text(e, r->text, &text);
  if (rc != OMS_OK) {
    return rc;
  }
  engine_set_doubt(e, o, false);
  engine_tell(e, OMS_EVENT_RESOLVED, o);
  if (r->code == OMS_CODE_NEVER_ARRIVED && next_status(o, OMS_HAPPENING_REJECT) >= 0) {
    engine_reject(e, o, OMS_REJECTED_BY_OMS, r->code, text);
  }
  return OMS_OK;
}

static int dispatch(oms_engine_t *e, const oms_report_t *r, oms_order_t *o) {
  switch ((oms_report_type_t)r->type) {
  case OMS_REPORT_ACCEPTED:
  case OMS_REPORT_WORKING:
    return report_accepted(e, r, o);
  case OMS_REPORT_TRIGGERED:
    return report_triggered(e, o);
  case OMS_REPORT_FILL:
    return engine_fill_report(e, r, o);
  case OMS_REPORT_CANCELED:
    return report_canceled(e, r, o);
  case OMS_REPORT_EXPIRED:
    return report_expired(e, r, o);
  case OMS_REPORT_REJECTED:
    return report_rejected(e, r, o);
  case OMS_REPORT_CANCEL_REJECTED:
    return report_cancel_rejected(e, r, o);
  case OMS_REPORT_REPLACED:
    return engine_report_replaced(e, r, o);
  case OMS_REPORT_REPLACE_REJECTED:
    return engine_report_replace_rejected(e, r, o);
  case OMS_REPORT_RESTATED:
    return report_restated(e, r, o);
  case OMS_REPORT_SUSPENDED:
    return report_suspension(e, o, true);
  case OMS_REPORT_RESUMED:
    return report_suspension(e, o, false);
  case OMS_REPORT_DONE_FOR_DAY:
    return report_flag(e, o, OMS_ORDER_DONE_FOR_DAY, OMS_EVENT_DONE_FOR_DAY);
  case OMS_REPORT_STOPPED:
    return report_flag(e, o, OMS_ORDER_STOPPED, -1);
  case OMS_REPORT_CALCULATED:
    return OMS_OK;
  case OMS_REPORT_BUST:
  case OMS_REPORT_CORRECT:
    return engine_bust_report(e, r, o);
  case OMS_REPORT_COMMISSION:
    return engine_commission_report(e, r, o);
  case OMS_REPORT_IN_DOUBT:
    return report_in_doubt(e, o);
  case OMS_REPORT_RESOLVED:
    return report_resolved(e, r, o);
  case OMS_REPORT_COUNT:
    break;
  }
  return OMS_ERR_USAGE;
}

/* A report about a successor whose replace is still out means its original, except in name. */
static oms_order_t *addressed(const oms_engine_t *e, const oms_report_t *r) {
  oms_order_t *o = engine_order(e, r->order);
  if (o->more->replaces == OMS_NONE || o->status != OMS_STATUS_HELD) {
    return o;
  }
  oms_order_t *old = engine_order(e, o->more->replaces);
  bool answer = r->type == OMS_REPORT_REPLACED || r->type == OMS_REPORT_REPLACE_REJECTED;
  return answer && old->more->replaced_by == o->index ? old : o;
}

int engine_report(oms_engine_t *e, const oms_command_t *c) {
  const oms_report_t *r = &c->u.report;
  oms_order_t *o = addressed(e, r);
  bool doubt = (o->flags & OMS_ORDER_IN_DOUBT) != 0 && r->type != OMS_REPORT_IN_DOUBT &&
               r->type != OMS_REPORT_RESOLVED;
  e->subject = o->index;
  int rc = dispatch(e, r, o);
  if (OMS_UNLIKELY(doubt) && rc == OMS_OK) {
    engine_set_doubt(e, o, false); /* a report that carries our key says that it arrived */
    engine_tell(e, OMS_EVENT_RESOLVED, o);
  }
  return rc;
}
