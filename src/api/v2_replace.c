/* v2_replace.c - PATCH /v2/orders/{id}: a successor with other terms. */
#include <string.h>

#include "api/v2.h"

static bool differs(const oms_value_t *v, int64_t present) {
  return v->given && v->number != present;
}

/* Whether anything given is another thing than it is. */
static bool changes_something(const oms_order_t *o, const oms_changes_t *k, const oms_value_t *v) {
  const oms_value_t *trail = &v[PATCH_TRAIL];
  return differs(&v[PATCH_QTY], o->qty) || differs(&v[PATCH_LIMIT], o->limit_price) ||
         differs(&v[PATCH_STOP], o->more->stop_price) ||
         (trail->given && trail->number != o->more->trail_price &&
          trail->number != o->more->trail_percent) ||
         (k->time_in_force != UINT8_MAX && k->time_in_force != o->time_in_force);
}

static bool read_changes(oms_call_t *c, const oms_order_t *o, const oms_value_t *v,
                         oms_changes_t *k) {
  bool by_percent = o->more->trail_percent != OMS_NO_PRICE;
  const char *tif = v[PATCH_TIF].given ? oms_v2_tifs[v[PATCH_TIF].number] : NULL;
  int64_t trail = v[PATCH_TRAIL].number;
  *k = (oms_changes_t){
      .qty = v[PATCH_QTY].number,
      .limit_price = v[PATCH_LIMIT].number,
      .stop_price = v[PATCH_STOP].number,
      .trail_price = by_percent ? OMS_NO_PRICE : trail,
      .limit_offset = OMS_NO_PRICE,
      .trail_percent = by_percent ? trail : OMS_NO_PRICE,
      .expire_at = OMS_NO_TIME,
      .time_in_force =
          tif == NULL ? UINT8_MAX : (uint8_t)oms_enum_parse(OMS_ENUM_TIF, tif, strlen(tif)),
      .client_order_id = v[PATCH_CLIENT_ID].n > 0 ? v[PATCH_CLIENT_ID].text : NULL};
  if (v[PATCH_TRAIL].given && !oms_type_needs(o->type).trail) {
    oms_call_error(c, 422, OMS_API_INVALID, "trail goes with trailing_stop orders only");
    return false;
  }
  if (v[PATCH_QTY].given && k->qty <= 0) {
    oms_call_error(c, 422, OMS_API_INVALID, "qty must be > 0");
    return false;
  }
  if (k->client_order_id != NULL && !oms_v2_is_printable(k->client_order_id)) {
    oms_call_error(c, 422, OMS_API_INVALID,
                   "client_order_id must be 1 to 128 printable ASCII characters");
    return false;
  }
  return true;
}

static bool may_be_replaced(oms_call_t *c, const oms_order_t *o, const oms_value_t *v) {
  if (oms_status_is_final(o->status)) {
    oms_call_error(c, 422, OMS_API_UNPROCESSABLE, "order is already in \"%s\" state",
                   oms_v2_status(o));
    return false;
  }
  if (o->status == OMS_STATUS_PENDING_CANCEL || o->status == OMS_STATUS_PENDING_REPLACE) {
    oms_call_error(c, 422, OMS_API_UNPROCESSABLE, "cannot replace order in %s status",
                   oms_v2_status(o));
    return false;
  }
  if (o->more->notional != OMS_NO_PRICE || v[PATCH_NOTIONAL].given) {
    oms_call_error(c, 422, OMS_API_UNPROCESSABLE, "notional orders cannot be replaced");
    return false;
  }
  return true;
}

/* A request that was done already: the successor has the key, and the terms. */
static bool is_repeated(const oms_call_t *c, const oms_order_t *o, const oms_changes_t *k,
                        const oms_value_t *v, uint32_t *successor) {
  uint32_t known = k->client_order_id == NULL
                       ? OMS_NONE
                       : oms_engine_find_order(c->engine, c->account, k->client_order_id);
  if (known == OMS_NONE || oms_engine_order(c->engine, known)->more->replaces != o->index) {
    return false;
  }
  *successor = known;
  return !changes_something(oms_engine_order(c->engine, known), k, v);
}

void oms_v2_replace(oms_call_t *c) {
  oms_value_t v[PATCH_COUNT];
  oms_op_t op = {.kind = OMS_OP_REPLACE, .by = c->by};
  oms_op_result_t result;
  uint32_t order = oms_v2_has_account(c) ? oms_v2_order_arg(c, c->args[0].text) : OMS_NONE;
  if (order == OMS_NONE || !oms_call_body(c, v, PATCH_COUNT)) {
    return;
  }
  const oms_order_t *o = oms_engine_order(c->engine, order);
  oms_changes_t *k = &op.u.replace.changes;
  op.u.replace.order = order;
  if (!read_changes(c, o, v, k)) {
    return;
  }
  uint32_t successor = OMS_NONE;
  if (!is_repeated(c, o, k, v, &successor)) {
    if (!may_be_replaced(c, o, v)) {
      return;
    }
    if (!changes_something(o, k, v)) {
      oms_call_error(c, 403, OMS_API_FORBIDDEN, "order parameters are not changed");
      return;
    }
    if (!oms_call_apply(c, &op, &result)) {
      return;
    }
    successor = result.order;
    if (o->status == OMS_STATUS_PENDING_REPLACE) {
      oms_v2_tell(c->api, "pending_replace", order);
    }
  }
  oms_v2_write_order(c->out, NULL, c->desk, oms_engine_order(c->engine, successor), false);
}
