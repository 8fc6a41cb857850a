/* oms_orders.c - /oms/v1/orders: orders with all their fields, those that are held or in doubt, and
 * a person's word on them. */
#include <string.h>

#include "api/oms_int.h"

/* In the order of the parameters in oms_routes.c. */
enum { ARG_STATUS, ARG_ACCOUNT, ARG_SYMBOL, ARG_OWNER, ARG_LIMIT, ARG_BEFORE };
enum { STATUS_OPEN, STATUS_CLOSED, STATUS_ALL };
enum { LIMIT_MAX = OMS_OWN_ORDERS_MAX };

typedef struct filter {
  uint32_t account, instrument, owner; /* OMS_NONE: any */
  bool none;                           /* a name that nothing has: no order fits */
} filter_t;

static uint32_t named(filter_t *f, const oms_value_t *v, const oms_engine_t *e,
                      uint32_t (*find)(const oms_engine_t *, const char *)) {
  uint32_t i = v->given ? find(e, v->text) : OMS_NONE;
  f->none = f->none || (v->given && i == OMS_NONE);
  return i;
}

static bool fits(const oms_call_t *c, const filter_t *f, const oms_order_t *o) {
  return !f->none && oms_own_sees(c, o->account) &&
         (f->account == OMS_NONE || f->account == o->account) &&
         (f->instrument == OMS_NONE || f->instrument == o->instrument) &&
         (f->owner == OMS_NONE || f->owner == o->owner);
}

/* The newest first, from behind 'before'. */
static void list_all(oms_call_t *c, const filter_t *f, int status, uint32_t before, int64_t left) {
  for (uint32_t i = before; i-- > 0 && left > 0;) {
    const oms_order_t *o = oms_engine_order(c->engine, i);
    bool wanted = status == STATUS_ALL || !oms_order_is_open(o);
    if (wanted && fits(c, f, o)) {
      oms_own_write_order(c->out, c->desk, o);
      left--;
    }
  }
}

/* Likewise of the open ones alone, whose list begins with the oldest: the last 'left' of those that
 * fit are kept on the way. */
static void list_newest_open(oms_call_t *c, const filter_t *f, uint32_t before, size_t left) {
  uint32_t kept[LIMIT_MAX];
  size_t n = 0;
  for (uint32_t i = oms_engine_first_open(c->engine); i != OMS_NONE;) {
    const oms_order_t *o = oms_engine_order(c->engine, i);
    if (i < before && fits(c, f, o)) {
      kept[n++ % left] = i;
    }
    i = o->next_open;
  }
  for (size_t k = n; k > 0 && n - k < left; k--) {
    oms_own_write_order(c->out, c->desk, oms_engine_order(c->engine, kept[(k - 1) % left]));
  }
}

void oms_own_get_orders(oms_call_t *c) {
  filter_t f = {.none = false};
  uint32_t before = oms_engine_order_count(c->engine);
  f.account = named(&f, &c->args[ARG_ACCOUNT], c->engine, oms_engine_find_account);
  f.instrument = named(&f, &c->args[ARG_SYMBOL], c->engine, oms_engine_find_instrument);
  f.owner = named(&f, &c->args[ARG_OWNER], c->engine, oms_engine_find_owner);
  if (c->args[ARG_BEFORE].given) {
    before = oms_own_order(c, c->args[ARG_BEFORE].text);
    if (before == OMS_NONE) {
      return;
    }
  }
  oms_write_list(c->out, NULL);
  if (c->args[ARG_STATUS].number == STATUS_OPEN) {
    list_newest_open(c, &f, before, (size_t)c->args[ARG_LIMIT].number);
  } else {
    list_all(c, &f, (int)c->args[ARG_STATUS].number, before, c->args[ARG_LIMIT].number);
  }
  oms_write_list_end(c->out);
}

/* Open orders that 'is' picks, the oldest first. */
static void list_open(oms_call_t *c, bool (*is)(const oms_call_t *c, const oms_order_t *o)) {
  oms_write_list(c->out, NULL);
  for (uint32_t i = oms_engine_first_open(c->engine); i != OMS_NONE;) {
    const oms_order_t *o = oms_engine_order(c->engine, i);
    if (oms_own_sees(c, o->account) && is(c, o)) {
      oms_own_write_order(c->out, c->desk, o);
    }
    i = o->next_open;
  }
  oms_write_list_end(c->out);
}

static bool is_held(const oms_call_t *c, const oms_order_t *o) {
  return o->status == OMS_STATUS_HELD &&
         (!c->args[0].given || c->args[0].number + 1 == (int64_t)o->held_by);
}

static bool is_conditional(const oms_call_t *c, const oms_order_t *o) {
  (void)c;
  return o->status == OMS_STATUS_HELD && o->held_by == OMS_HELD_BY_CONDITION;
}

static bool is_in_doubt(const oms_call_t *c, const oms_order_t *o) {
  (void)c;
  return (o->flags & OMS_ORDER_IN_DOUBT) != 0;
}

void oms_own_get_held(oms_call_t *c) {
  list_open(c, is_held);
}

void oms_own_get_conditional(oms_call_t *c) {
  list_open(c, is_conditional);
}

void oms_own_get_in_doubt(oms_call_t *c) {
  list_open(c, is_in_doubt);
}

static void answer_order(oms_call_t *c, uint32_t order) {
  oms_own_write_order(c->out, c->desk, oms_engine_order(c->engine, order));
}

void oms_own_get_order(oms_call_t *c) {
  uint32_t order = oms_own_order(c, c->args[0].text);
  if (order != OMS_NONE) {
    answer_order(c, order);
  }
}

/* A person's word. */

static bool waits_for_word(oms_call_t *c, uint32_t order) {
  const oms_order_t *o = oms_engine_order(c->engine, order);
  if (o->status == OMS_STATUS_HELD && o->held_by == OMS_HELD_BY_APPROVAL) {
    return true;
  }
  oms_call_error(c, 422, OMS_API_UNPROCESSABLE,
                 "the order does not wait for approval: its status is %s",
                 oms_enum_text(OMS_ENUM_STATUS, o->status));
  return false;
}

static void say(oms_call_t *c, bool yes) {
  oms_value_t body[1];
  oms_op_result_t result;
  uint32_t order = oms_own_order(c, c->args[0].text);
  if (order == OMS_NONE || !oms_own_body(c, body) || !waits_for_word(c, order)) {
    return;
  }
  oms_op_t op = {.kind = OMS_OP_APPROVE, .by = c->by, .why = body[0].text};
  op.u.approve.order = order;
  op.u.approve.yes = yes;
  op.u.approve.code = yes ? OMS_CODE_NONE : OMS_CODE_APPROVAL_DENIED;
  op.u.approve.message = yes ? NULL : body[0].text;
  if (oms_call_apply(c, &op, &result)) {
    answer_order(c, order);
  }
}

void oms_own_approve(oms_call_t *c) {
  say(c, true);
}

void oms_own_deny(oms_call_t *c) {
  say(c, false);
}

void oms_own_resolve(oms_call_t *c) {
  enum { OUTCOME, WHY, FIELDS };
  oms_value_t body[FIELDS];
  oms_op_result_t result;
  uint32_t order = oms_own_order(c, c->args[0].text);
  if (order == OMS_NONE || !oms_own_body(c, body)) {
    return;
  }
  const oms_order_t *o = oms_engine_order(c->engine, order);
  if ((o->flags & OMS_ORDER_IN_DOUBT) == 0) {
    oms_call_error(c, 422, OMS_API_UNPROCESSABLE, "the order is not in doubt: its status is %s",
                   oms_enum_text(OMS_ENUM_STATUS, o->status));
    return;
  }
  oms_op_t op = {.kind = OMS_OP_RESOLVE, .by = c->by, .why = body[WHY].text};
  op.u.resolve.order = order;
  op.u.resolve.arrived = body[OUTCOME].number == 0;
  if (oms_call_apply(c, &op, &result)) {
    answer_order(c, order);
  }
}
