/* ops_control.c - operations that stand above the orders: kill switch, trading state, approvals,
 * orders in doubt, strategies, the external risk system. None passes through Lua but the start of a
 * strategy. */
#include <stdio.h>
#include <string.h>

#include "core/scope.h"
#include "host/host.h"
#include "host/link.h"
#include "host/records.h"

static bool good_scope(const oms_host_t *h, const oms_scope_t *s, const char *why,
                       oms_op_result_t *r) {
  if (why == NULL || why[strspn(why, " \t\r\n")] == '\0') {
    r->rc = oms_error_set(&r->error, OMS_ERR_USAGE, "a reason is needed; say why");
    return false;
  }
  if (s->kind < OMS_SCOPE_ALL || s->kind > OMS_SCOPE_INSTRUMENT ||
      (s->kind != OMS_SCOPE_ALL && s->index >= oms_scope_count(h->engine, s->kind))) {
    r->rc =
        oms_error_set(&r->error, OMS_ERR_NOT_FOUND, "there is no such account, strategy or symbol");
    return false;
  }
  return true;
}

/* Kill. */

/* The order leaves past rules and halted trading: it can only reduce. */
static int flatten_one(oms_host_t *h, const oms_position_t *p, uint16_t owner, const char *by) {
  oms_terms_t terms =
      oms_op_market(h, p->account, p->instrument, p->qty > 0 ? OMS_SIDE_SELL : OMS_SIDE_BUY,
                    p->qty > 0 ? p->qty : -p->qty);
  terms.owner = owner;
  terms.entered_by = by;
  terms.tag = "flatten";
  terms.flags |= OMS_ORDER_FLATTEN;
  terms.expire_session = oms_desk_session_end(&h->desk, &terms);
  oms_command_t c = {.type = OMS_COMMAND_SUBMIT};
  c.u.submit.terms = &terms;
  c.u.submit.needs_verdict = false;
  c.u.submit.held_by = OMS_HELD_BY_NONE;
  int rc = oms_desk_apply(&h->desk, &c);
  if (rc != OMS_OK) {
    return rc == OMS_ERR_REJECTED ? OMS_OK : rc; /* its row says why, and an event */
  }
  const oms_action_t a = {
      .kind = OMS_ACTION_SEND, .order = oms_engine_subject(h->engine), .successor = OMS_NONE};
  return oms_desk_push(&h->desk, a);
}

/* Each owner's book in the scope is closed by an order of that owner, so that books and nets end
 * flat. */
static int flatten(oms_host_t *h, const oms_scope_t *s, const char *by) {
  uint32_t n = oms_engine_position_count(h->engine);
  int rc = OMS_OK;
  for (uint32_t i = 0; i < n && rc == OMS_OK; i++) {
    const oms_position_t *p = oms_engine_position(h->engine, i);
    bool book = p->owner != UINT16_MAX && p->qty != 0;
    if (book && oms_scope_holds(*s, p->account, p->owner, p->instrument)) {
      rc = flatten_one(h, p, p->owner, by);
    }
  }
  return rc;
}

/* Trading is halted first: the orders that flatten pass it. */
void oms_op_kill(oms_host_t *h, const oms_op_t *op, oms_op_result_t *r) {
  const oms_scope_t *s = &op->u.kill.scope;
  if (!good_scope(h, s, op->why, r)) {
    return;
  }
  bool flat = op->u.kill.flatten;
  int rc = oms_desk_kill(&h->desk, *s, op->why);
  if (rc == OMS_OK && flat) {
    rc = flatten(h, s, op->by);
  }
  if (rc == OMS_OK) {
    rc = oms_host_note(h, "kill %s%s by %s: %s", oms_scope_name(h->engine, *s),
                       flat ? " flatten" : "", op->by, op->why);
  }
  char line[700];
  snprintf(line, sizeof line, "kill switch: %.100s%s, by %.100s: %.400s",
           oms_scope_name(h->engine, *s), flat ? ", flatten" : "", op->by, op->why);
  oms_host_log(h, -1, OMS_LOG_WARN, line);
  oms_op_fail(r, rc);
}

void oms_op_state(oms_host_t *h, const oms_op_t *op, oms_op_result_t *r) {
  const oms_scope_t *s = &op->u.state.scope;
  if (!good_scope(h, s, op->why, r)) {
    return;
  }
  const char *state = oms_enum_text(OMS_ENUM_TRADING_STATE, op->u.state.state);
  int rc = oms_desk_state(&h->desk, op->u.state.state, *s);
  if (rc == OMS_OK) {
    rc = oms_host_note(h, "state %s %s by %s: %s", state, oms_scope_name(h->engine, *s), op->by,
                       op->why);
  }
  char line[700];
  snprintf(line, sizeof line, "trading state: %.100s is %s, by %.100s: %.400s",
           oms_scope_name(h->engine, *s), state, op->by, op->why);
  oms_host_log(h, -1, OMS_LOG_WARN, line);
  oms_op_fail(r, rc);
}

/* Single orders. */

static bool is_risk_system(const char *by) {
  return strcmp(by, "risk") == 0 || strncmp(by, "risk:", 5) == 0;
}

static bool known_order(oms_host_t *h, uint32_t order, oms_op_result_t *r) {
  if (order < oms_engine_order_count(h->engine)) {
    r->order = order;
    return true;
  }
  r->rc = oms_error_set(&r->error, OMS_ERR_NOT_FOUND, "there is no such order");
  return false;
}

/* Whether he who asks may judge the order: what waits for the risk system a person may refuse, not
 * let go. */
static bool may_judge(const oms_order_t *o, const oms_op_t *op, oms_op_result_t *r) {
  if (o->status != OMS_STATUS_HELD || o->held_by != OMS_HELD_BY_APPROVAL) {
    r->rc = oms_error_set(&r->error, OMS_ERR_NOT_FOUND, "the order does not wait for approval");
  } else if (op->u.approve.yes && oms_desk_awaits_risk(o) && !is_risk_system(op->by)) {
    r->rc = oms_error_set(&r->error, OMS_ERR_USAGE,
                          "the order waits for the risk system: a person may only refuse it");
  }
  return r->rc == OMS_OK;
}

/* Trading may have been halted while the order waited: a yes does not outrank that. */
static bool still_admitted(const oms_host_t *h, const oms_order_t *o, oms_reject_t *reject) {
  oms_trading_state_t s = oms_engine_state(h->engine, o->account, o->owner, o->instrument);
  bool reduces = (o->flags & OMS_ORDER_REDUCES) != 0;
  if (s == OMS_TRADING_STATE_ACTIVE || (s == OMS_TRADING_STATE_REDUCING && reduces)) {
    return true;
  }
  bool halted = s == OMS_TRADING_STATE_HALTED;
  reject->code = halted ? OMS_CODE_STATE_HALTED : OMS_CODE_STATE_REDUCING;
  snprintf(reject->message, sizeof reject->message, "trading of %s is %s", o->symbol,
           oms_enum_text(OMS_ENUM_TRADING_STATE, (int)s));
  return false;
}

/* The word as it counts in the end: false, 'reject' says why not. */
static bool is_yes(oms_host_t *h, const oms_order_t *o, const oms_op_t *op, oms_reject_t *reject) {
  const char *why = op->u.approve.message != NULL ? op->u.approve.message : "a person refused it";
  if (op->u.approve.yes) {
    return still_admitted(h, o, reject);
  }
  if (op->u.approve.code == OMS_CODE_RULE_FAILED && oms_desk_awaits_risk(o)) {
    return oms_desk_risk_failed(&h->desk, o, why, reject) && still_admitted(h, o, reject);
  }
  reject->code =
      op->u.approve.code != OMS_CODE_NONE ? op->u.approve.code : (uint16_t)OMS_CODE_APPROVAL_DENIED;
  snprintf(reject->message, sizeof reject->message, "%.250s", why);
  return false;
}

static int release(oms_host_t *h, const oms_order_t *o) {
  const oms_action_t send = {.kind = OMS_ACTION_SEND, .order = o->index, .successor = OMS_NONE};
  int rc = oms_desk_verdict(&h->desk, o->index, OMS_VERDICT_ACCEPT, NULL);
  return rc == OMS_OK ? oms_desk_push(&h->desk, send) : rc;
}

static int note_word(oms_host_t *h, const oms_order_t *o, const oms_op_t *op) {
  char id[37];
  oms_order_id_text(h->engine, o, id);
  return oms_host_note(h, "order %s %s by %s: %s", id, op->u.approve.yes ? "approved" : "denied",
                       op->by, op->why != NULL ? op->why : "no reason given");
}

void oms_op_approve(oms_host_t *h, const oms_op_t *op, oms_op_result_t *r) {
  oms_reject_t reject = {0};
  if (!known_order(h, op->u.approve.order, r)) {
    return;
  }
  const oms_order_t *o = oms_engine_order(h->engine, op->u.approve.order);
  if (!may_judge(o, op, r)) {
    return;
  }
  int rc = OMS_ERR_NOT_FOUND;
  if (!is_yes(h, o, op, &reject)) {
    rc = oms_desk_verdict(&h->desk, o->index, OMS_VERDICT_REJECT, &reject);
  } else if (!oms_desk_awaits_risk(o)) {
    rc = oms_desk_hold_for_risk(&h->desk, o);
  }
  rc = rc == OMS_ERR_NOT_FOUND ? release(h, o) : rc;
  oms_desk_drain(&h->desk);
  if (rc == OMS_OK && !is_risk_system(op->by)) {
    rc = note_word(h, o, op);
  }
  if (rc == OMS_ERR_REJECTED ||
      (rc == OMS_OK && op->u.approve.yes && o->status == OMS_STATUS_REJECTED)) {
    r->reject.code = o->code;
    snprintf(r->reject.message, sizeof r->reject.message, "%s",
             o->message != NULL ? o->message : "");
    rc = OMS_ERR_REJECTED;
  }
  oms_op_fail(r, rc);
}

void oms_op_resolve(oms_host_t *h, const oms_op_t *op, oms_op_result_t *r) {
  if (!known_order(h, op->u.resolve.order, r)) {
    return;
  }
  if ((oms_engine_order(h->engine, op->u.resolve.order)->flags & OMS_ORDER_IN_DOUBT) == 0) {
    r->rc = oms_error_set(&r->error, OMS_ERR_NOT_FOUND, "the order is not in doubt");
    return;
  }
  oms_command_t c = {.type = OMS_COMMAND_REPORT};
  c.u.report =
      (oms_report_t){.type = OMS_REPORT_RESOLVED,
                     .order = op->u.resolve.order,
                     .code = op->u.resolve.arrived ? OMS_CODE_NONE : OMS_CODE_NEVER_ARRIVED,
                     .ts = h->desk.port.now,
                     .qty = OMS_NO_PRICE,
                     .price = OMS_NO_PRICE,
                     .stop_price = OMS_NO_PRICE,
                     .text = op->why};
  int rc = oms_desk_apply(&h->desk, &c);
  oms_desk_drain(&h->desk);
  if (rc == OMS_OK && h->link != NULL) {
    oms_link_resolved(h->link, op->u.resolve.order);
  }
  oms_op_fail(r, rc);
}

/* Strategies. */

static int find_script(oms_host_t *h, const char *name, oms_error_t *err) {
  oms_array_t found;
  oms_array_init(&found, sizeof(int));
  int rc = oms_reload_find(h, name == NULL ? "" : name, false, &found), script = -1;
  if (rc == OMS_OK && found.n == 1) {
    script = *OMS_AT(&found, int, 0);
  }
  oms_array_free(&found);
  if (script < (int)h->rule_n) {
    oms_error_set(err, OMS_ERR_NOT_FOUND, "no strategy is called '%.100s'; rules always run",
                  name == NULL ? "" : name);
    return -1;
  }
  return script;
}

int oms_host_put_script(oms_host_t *h, size_t i, oms_script_run_t run, const char *by,
                        const char *why) {
  const oms_host_script_t *s = oms_host_script_at(h, i);
  const oms_script_note_t note = {
      .script = {s->kind == OMS_SCRIPT_RULE, s->id},
      .run = run,
      .errors = s->errors,
      .by = by,
      .why = why
  };
  oms_script_note_pack(&h->input.pack, &note);
  return oms_host_put_pack(h, OMS_RECORD_SCRIPT, false);
}

void oms_op_script(oms_host_t *h, const oms_op_t *op, oms_op_result_t *r) {
  int script = find_script(h, op->u.script.script, &r->error);
  if (script < 0) {
    r->rc = OMS_ERR_NOT_FOUND;
    return;
  }
  oms_host_script_t *s = oms_host_script_at(h, (size_t)script);
  bool start = op->u.script.start;
  if (s->stopped != start) {
    return; /* it is as it is asked for */
  }
  if (start) {
    s->stopped = false;
    s->errors = 0;
    oms_host_start_script(h, s);
  } else {
    oms_host_end_script(h, s);
  }
  int rc = oms_host_put_script(h, (size_t)script, start ? OMS_RUN_STARTED : OMS_RUN_STOPPED, op->by,
                               op->why);
  oms_host_log(h, script, OMS_LOG_WARN, start ? "started by request" : "stopped by request");
  oms_op_fail(r, rc);
}

/* The external risk system. */

void oms_op_risk(oms_host_t *h, const oms_op_t *op, oms_op_result_t *r) {
  (void)r;
  if (h->input.risk_present != op->u.risk.present) {
    h->input.risk_present = op->u.risk.present;
    oms_host_log(h, -1, OMS_LOG_WARN,
                 op->u.risk.present ? "the external risk system is there"
                                    : "the external risk system is gone: what is not a reduction "
                                      "is refused");
  }
}
