/* command.c - the control socket's requests, but for reloads: what they name is looked up, the
 * operation done, a sentence answered. */
#include "host/command.h"

#include <pwd.h>
#include <string.h>
#include <unistd.h>

#include "core/scope.h"
#include "host/input.h"

void oms_host_person(char out[OMS_PERSON_TEXT]) {
  const struct passwd *p = getpwuid(geteuid());
  if (p != NULL) {
    snprintf(out, OMS_PERSON_TEXT, "person:%s", p->pw_name);
  } else {
    snprintf(out, OMS_PERSON_TEXT, "person:%lu", (unsigned long)geteuid());
  }
}

/* Scopes. */

static int scope_of(const oms_engine_t *e, const oms_request_t *r, oms_scope_t *scope,
                    oms_error_t *err) {
  *scope = (oms_scope_t){OMS_SCOPE_ALL, 0};
  if (r->account != NULL) {
    return oms_scope_find(e, OMS_SCOPE_ACCOUNT, r->account, scope, err);
  }
  if (r->strategy != NULL) {
    return oms_scope_find(e, OMS_SCOPE_OWNER, r->strategy, scope, err);
  }
  return r->symbol != NULL ? oms_scope_find(e, OMS_SCOPE_INSTRUMENT, r->symbol, scope, err)
                           : OMS_OK;
}

/* Control. */

static oms_op_t op_of(const oms_request_t *r, oms_scope_t scope, const char *by) {
  oms_op_t op = {
      .kind = r->verb == OMS_VERB_KILL ? OMS_OP_KILL : OMS_OP_STATE, .by = by, .why = r->why};
  if (r->verb == OMS_VERB_KILL) {
    op.u.kill.scope = scope;
    op.u.kill.flatten = r->flatten;
  } else {
    op.u.state.scope = scope;
    op.u.state.state = r->verb == OMS_VERB_RESUME ? OMS_TRADING_STATE_ACTIVE : r->state;
  }
  return op;
}

static uint32_t open_orders(const oms_engine_t *e) {
  uint32_t n = 0;
  for (uint32_t i = oms_engine_first_open(e); i != OMS_NONE;
       i = oms_engine_order(e, i)->next_open) {
    n++;
  }
  return n;
}

static void tell(const oms_host_t *h, const oms_op_t *op, uint32_t before, FILE *to) {
  uint32_t now = open_orders(h->engine);
  if (op->kind == OMS_OP_STATE) {
    fprintf(to, "trading is %s", oms_enum_text(OMS_ENUM_TRADING_STATE, (int)op->u.state.state));
  } else {
    fprintf(to,
            "trading is halted: %u open order%s before, %u now%s; `moondesk resume --why TEXT` "
            "ends it",
            before, before == 1 ? "" : "s", now,
            op->u.kill.flatten ? ", positions are closed" : "");
  }
}

static int apply(oms_host_t *h, const oms_live_t *live, const oms_op_t *op, oms_op_result_t *result,
                 oms_error_t *err) {
  if (live == NULL) {
    return oms_host_op(h, h->desk.port.now, op, result, err);
  }
  live->apply(live->self, op, result);
  return OMS_OK;
}

static int control(oms_host_t *h, const oms_live_t *live, const oms_request_t *r, oms_scope_t scope,
                   FILE *to, oms_error_t *err) {
  char by[OMS_PERSON_TEXT];
  oms_op_result_t result = {.rc = OMS_OK};
  oms_host_person(by);
  const oms_op_t op = op_of(r, scope, by);
  uint32_t before = open_orders(h->engine);
  int rc = apply(h, live, &op, &result, err);
  if (rc != OMS_OK) {
    return rc;
  }
  if (result.rc != OMS_OK) {
    bool refused = result.rc == OMS_ERR_REJECTED;
    return oms_error_set(err, result.rc, "%s",
                         refused ? result.reject.message : result.error.message);
  }
  tell(h, &op, before, to);
  return OMS_OK;
}

int oms_host_command(oms_host_t *h, const oms_live_t *live, const oms_request_t *r, FILE *to,
                     oms_error_t *err) {
  oms_scope_t scope;
  int rc = scope_of(h->engine, r, &scope, err);
  if (rc != OMS_OK) {
    return rc;
  }
  switch (r->verb) {
  case OMS_VERB_ORDERS:
    rc = oms_host_list_orders(h, r, scope, to);
    break;
  case OMS_VERB_POSITIONS:
    rc = oms_host_list_positions(h, r, scope, to);
    break;
  case OMS_VERB_KILL:
  case OMS_VERB_RESUME:
  case OMS_VERB_STATE:
    return control(h, live, r, scope, to, err);
  case OMS_VERB_RELOAD:
  case OMS_VERB_COUNT:
    return oms_error_set(err, OMS_ERR_USAGE, "a reload has answers of its own");
  }
  return rc == OMS_OK ? OMS_OK : oms_error_set(err, rc, "%s", oms_err_text(rc));
}
