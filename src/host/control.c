/* control.c - what stands above the scripts: trading state, kill switch, reports by hand,
 * approvals. Never passes through Lua. */
#include <string.h>

#include "core/scope.h"
#include "host/desk.h"
#include "host/host.h"

int oms_desk_state(void *self, oms_trading_state_t state, oms_scope_t scope) {
  oms_command_t c = {.type = OMS_COMMAND_STATE};
  c.u.state.scope = scope;
  c.u.state.state = (uint8_t)state;
  return oms_desk_apply(self, &c);
}

static void end_one(oms_desk_host_t *d, uint32_t order, oms_code_t code, const char *why) {
  oms_command_t c = {.type = OMS_COMMAND_CANCEL};
  c.u.cancel.order = order;
  c.u.cancel.canceled_by = OMS_CANCELED_BY_OMS;
  c.u.cancel.code = (uint16_t)code;
  c.u.cancel.message = why;
  if (oms_desk_apply(d, &c) == OMS_OK && oms_order_is_open(oms_engine_order(d->engine, order))) {
    (void)d->venue.cancel_now(d->venue.self, order, d->port.now);
  }
}

/* An end may end others (a parent its children): the list is walked by rising index, each order
 * looked at anew. */
void oms_desk_end_all(oms_desk_host_t *d, oms_scope_t scope, oms_code_t code, const char *why) {
  uint32_t n = oms_engine_order_count(d->engine);
  for (uint32_t i = oms_engine_first_open(d->engine); i != OMS_NONE && i < n;) {
    const oms_order_t *o = oms_engine_order(d->engine, i);
    uint32_t next = o->next_open;
    if (oms_order_is_open(o) && oms_scope_holds(scope, o->account, o->owner, o->instrument)) {
      end_one(d, i, code, why);
    }
    if (next != OMS_NONE && !oms_order_is_open(oms_engine_order(d->engine, next))) {
      next = oms_engine_first_open(d->engine); /* it left the list meanwhile */
      while (next != OMS_NONE && next <= i) {
        next = oms_engine_order(d->engine, next)->next_open;
      }
    }
    i = next;
  }
}

/* What works ends KILLED; what comes later is refused STATE_HALTED until it is resumed. */
int oms_desk_kill(void *self, oms_scope_t scope, const char *why) {
  oms_desk_host_t *d = self;
  int rc = oms_desk_state(self, OMS_TRADING_STATE_HALTED, scope);
  if (rc == OMS_OK) {
    oms_desk_end_all(d, scope, OMS_CODE_KILLED, why);
    oms_desk_drain(d);
  }
  return rc;
}

int oms_desk_kill_asked(void *self, oms_scope_t scope, const char *why) {
  oms_desk_host_t *d = self;
  int rc = oms_desk_kill(self, scope, why);
  if (rc == OMS_OK && d->host != NULL && d->host->input.live) {
    oms_host_warn(d->host, "kill switch: %s, by script: %s", oms_scope_name(d->engine, scope),
                  why != NULL ? why : "no reason given");
  }
  if (rc == OMS_OK && d->host != NULL) {
    rc = oms_host_note(d->host, "kill %s by script: %s", oms_scope_name(d->engine, scope),
                       why != NULL ? why : "no reason given");
  }
  return rc;
}

int oms_desk_resume(void *self, oms_scope_t scope) {
  return oms_desk_state(self, OMS_TRADING_STATE_ACTIVE, scope);
}

static uint32_t find_order(const oms_desk_host_t *d, const char *account, const char *id) {
  uint32_t n = oms_engine_account_count(d->engine);
  for (uint32_t a = 0; a < n; a++) {
    if (account == NULL || strcmp(account, oms_engine_account(d->engine, a)->id) == 0) {
      uint32_t order = oms_engine_find_order(d->engine, (uint16_t)a, id);
      if (order != OMS_NONE) {
        return order;
      }
    }
  }
  return OMS_NONE;
}

int oms_desk_inject(void *self, const oms_injection_t *injection, oms_error_t *err) {
  oms_desk_host_t *d = self;
  uint32_t order = find_order(d, injection->account, injection->client_order_id);
  if (order == OMS_NONE) {
    return oms_error_set(
        err, OMS_ERR_NOT_FOUND,
        "oms.inject: there is no order '%s'; give the client_order_id or order_id of one",
        injection->client_order_id);
  }
  oms_command_t c = {.type = OMS_COMMAND_REPORT};
  c.u.report = injection->report;
  c.u.report.order = order;
  int rc = oms_desk_apply(d, &c);
  if (rc != OMS_OK && rc != OMS_ERR_DUPLICATE) {
    return oms_error_set(err, rc, "oms.inject: a report '%s' for order '%s' (%s) was not taken: %s",
                         oms_enum_text(OMS_ENUM_REPORT, injection->report.type),
                         injection->client_order_id,
                         oms_enum_text(OMS_ENUM_STATUS, oms_engine_order(d->engine, order)->status),
                         oms_err_text(rc));
  }
  if (injection->report.type == OMS_REPORT_BUST && injection->report.works_again) {
    rc = d->venue.release(d->venue.self, order, d->port.now);
  }
  oms_desk_drain(d);
  return rc == OMS_ERR_DUPLICATE ? OMS_OK : rc;
}

int oms_desk_approve(void *self, const char *id, bool yes, oms_error_t *err) {
  oms_desk_host_t *d = self;
  const char *call = yes ? "oms.approve" : "oms.deny";
  uint32_t order = find_order(d, NULL, id);
  const oms_order_t *o = order == OMS_NONE ? NULL : oms_engine_order(d->engine, order);
  if (o == NULL || o->status != OMS_STATUS_HELD || o->held_by != OMS_HELD_BY_APPROVAL) {
    return oms_error_set(err, OMS_ERR_NOT_FOUND, "%s: no order '%s' waits for approval", call, id);
  }
  oms_command_t c = {.type = OMS_COMMAND_VERDICT};
  c.u.verdict.order = order;
  c.u.verdict.verdict = yes ? OMS_VERDICT_ACCEPT : OMS_VERDICT_REJECT;
  c.u.verdict.code = OMS_CODE_APPROVAL_DENIED;
  c.u.verdict.message = "a person refused it";
  int rc = oms_desk_apply(d, &c);
  if (rc == OMS_OK && yes) {
    oms_action_t a = {.kind = OMS_ACTION_SEND, .order = order, .successor = OMS_NONE};
    rc = oms_desk_push(d, a);
  }
  oms_desk_drain(d);
  return rc == OMS_OK ? OMS_OK : oms_error_set(err, rc, "%s: '%s': %s", call, id, oms_err_text(rc));
}
