/* risk.c - the external risk system as the last rule: orders that the rules have passed are held
 * for it and offered (port/live.h); where it is not there, or does not answer in time, it counts as
 * a rule that failed (orders.md, section 6). Whether it is there is an operation of the journal, so
 * that a replay judges alike. */
#include <stdio.h>
#include <string.h>

#include "host/host.h"

#define RISK_NAME "risk"

bool oms_desk_risk_wanted(const oms_desk_host_t *d) {
  const oms_host_t *h = d->host;
  return h != NULL && h->config->live.risk && h->config->live.mode != OMS_MODE_BACKTEST;
}

/* What the risk system or a flatten itself orders does not wait for it. */
static bool is_exempt(const oms_order_t *o) {
  const char *by = o->origin->entered_by;
  return (o->flags & OMS_ORDER_FLATTEN) != 0 ||
         (by != NULL && strncmp(by, RISK_NAME ":", sizeof RISK_NAME) == 0);
}

oms_verdict_t oms_desk_ask_risk(oms_desk_host_t *d, const oms_order_t *o, bool reduces,
                                oms_reject_t *reject) {
  oms_error_t err;
  bool no_more = o->more->replaces != OMS_NONE && reduces; /* of a replace the increase counts */
  if (!oms_desk_risk_wanted(d) || no_more || is_exempt(o)) {
    return OMS_VERDICT_ACCEPT;
  }
  if (!d->host->input.risk_present) {
    oms_error_set(&err, OMS_ERR_NOT_FOUND, "no risk system is connected");
    return oms_desk_failed_rule(d, RISK_NAME, false, o, reduces, &err, reject) ? OMS_VERDICT_ACCEPT
                                                                               : OMS_VERDICT_REJECT;
  }
  reject->code = OMS_CODE_AWAITS_RISK;
  snprintf(reject->message, sizeof reject->message, "offered to the risk system");
  return OMS_VERDICT_APPROVE;
}

bool oms_desk_awaits_risk(const oms_order_t *o) {
  return o->status == OMS_STATUS_HELD && o->held_by == OMS_HELD_BY_APPROVAL &&
         o->code == OMS_CODE_AWAITS_RISK;
}

void oms_desk_offer(oms_desk_host_t *d, uint32_t order) {
  const oms_way_in_t *w = d->host == NULL ? NULL : &d->host->input.way_in;
  if (w != NULL && w->risk != NULL && oms_desk_awaits_risk(oms_engine_order(d->engine, order))) {
    w->risk(w->self, order);
  }
}

bool oms_desk_risk_failed(oms_desk_host_t *d, const oms_order_t *o, const char *why,
                          oms_reject_t *reject) {
  oms_error_t err;
  bool reduces = (o->flags & (OMS_ORDER_REDUCES | OMS_ORDER_REDUCE_ONLY)) != 0;
  oms_error_set(&err, OMS_ERR_NOT_FOUND, "%.200s", why);
  return oms_desk_failed_rule(d, RISK_NAME, false, o, reduces, &err, reject);
}

int oms_desk_hold_for_risk(oms_desk_host_t *d, const oms_order_t *o) {
  oms_reject_t reject;
  oms_verdict_t verdict = oms_desk_ask_risk(d, o, (o->flags & OMS_ORDER_REDUCES) != 0, &reject);
  if (verdict == OMS_VERDICT_ACCEPT) {
    return OMS_ERR_NOT_FOUND;
  }
  int rc = oms_desk_verdict(d, o->index, verdict, &reject);
  if (rc == OMS_OK && verdict == OMS_VERDICT_APPROVE) {
    oms_desk_offer(d, o->index);
  }
  return rc;
}
