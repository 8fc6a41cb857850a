/* command.c - the control socket's requests, but for reloads: what they name is looked up, the
 * operation done, a sentence answered. */
#include "host/command.h"

#include <pwd.h>
#include <string.h>
#include <unistd.h>

#include "base/check.h"
#include "host/input.h"

#define NAMES_MAX 64
#define TOLD_MAX  5

void oms_host_person(char out[OMS_PERSON_TEXT]) {
  const struct passwd *p = getpwuid(geteuid());
  if (p != NULL) {
    snprintf(out, OMS_PERSON_TEXT, "person:%s", p->pw_name);
  } else {
    snprintf(out, OMS_PERSON_TEXT, "person:%lu", (unsigned long)geteuid());
  }
}

/* Scopes. */

static const char *account_name(const oms_engine_t *e, uint32_t i) {
  return oms_engine_account(e, i)->id;
}
static const char *owner_name(const oms_engine_t *e, uint32_t i) {
  return oms_engine_owner(e, i)->id;
}
static const char *symbol_name(const oms_engine_t *e, uint32_t i) {
  return oms_engine_instrument(e, i)->symbol;
}

typedef struct kind {
  int scope;
  const char *what;
  uint32_t (*find)(const oms_engine_t *e, const char *name);
  uint32_t (*count)(const oms_engine_t *e);
  const char *(*name)(const oms_engine_t *e, uint32_t i);
} kind_t;
static const kind_t accounts = {OMS_SCOPE_ACCOUNT, "account", oms_engine_find_account,
                                oms_engine_account_count, account_name};
static const kind_t strategies = {OMS_SCOPE_OWNER, "strategy", oms_engine_find_owner,
                                  oms_engine_owner_count, owner_name};
static const kind_t symbols = {OMS_SCOPE_INSTRUMENT, "symbol", oms_engine_find_instrument,
                               oms_engine_instrument_count, symbol_name};
static const kind_t *const kinds[] = {&accounts, &strategies, &symbols};

static int find_scope(const oms_engine_t *e, const kind_t *k, const char *name, oms_scope_t *scope,
                      oms_error_t *err) {
  const char *names[NAMES_MAX];
  char near[OMS_NEAR_TEXT];
  uint32_t i = k->find(e, name), n = k->count(e);
  if (i != OMS_NONE) {
    *scope = (oms_scope_t){k->scope, i};
    return OMS_OK;
  }
  n = n < NAMES_MAX ? n : NAMES_MAX;
  for (uint32_t j = 0; j < n; j++) {
    names[j] = k->name(e, j);
  }
  return oms_error_set(err, OMS_ERR_NOT_FOUND, "the run has no %s '%.80s'%s", k->what, name,
                       oms_near_text(oms_nearest_word(name, names, n), near));
}

static int scope_of(const oms_engine_t *e, const oms_request_t *r, oms_scope_t *scope,
                    oms_error_t *err) {
  *scope = (oms_scope_t){OMS_SCOPE_ALL, 0};
  if (r->account != NULL) {
    return find_scope(e, &accounts, r->account, scope, err);
  }
  if (r->strategy != NULL) {
    return find_scope(e, &strategies, r->strategy, scope, err);
  }
  return r->symbol != NULL ? find_scope(e, &symbols, r->symbol, scope, err) : OMS_OK;
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

static void tell_scope(const oms_request_t *r, const char *before, FILE *to) {
  const char *names[] = {r->account, r->strategy, r->symbol};
  for (size_t i = 0; i < OMS_COUNT(names); i++) {
    if (names[i] != NULL) {
      fprintf(to, "%s%s %s", before, kinds[i]->what, names[i]);
    }
  }
}

/* Scopes are resumed one by one: whoever resumes one has to hear what stops orders all the same. */
static void tell_rest(const oms_engine_t *e, FILE *to) {
  uint32_t more = 0, told = 0;
  oms_trading_state_t all = oms_engine_scope_state(e, (oms_scope_t){OMS_SCOPE_ALL, 0});
  if (all != OMS_TRADING_STATE_ACTIVE) {
    fprintf(to, "; all trading is still %s", oms_enum_text(OMS_ENUM_TRADING_STATE, (int)all));
  }
  for (size_t k = 0; k < OMS_COUNT(kinds); k++) {
    for (uint32_t i = 0; i < kinds[k]->count(e); i++) {
      oms_trading_state_t state = oms_engine_scope_state(e, (oms_scope_t){kinds[k]->scope, i});
      if (state != OMS_TRADING_STATE_ACTIVE && told++ < TOLD_MAX) {
        fprintf(to, "; %s %s is still %s", kinds[k]->what, kinds[k]->name(e, i),
                oms_enum_text(OMS_ENUM_TRADING_STATE, (int)state));
      } else if (state != OMS_TRADING_STATE_ACTIVE) {
        more++;
      }
    }
  }
  if (more > 0) {
    fprintf(to, "; and %u more", more);
  }
}

static void tell(const oms_host_t *h, const oms_request_t *r, const oms_op_t *op, uint32_t before,
                 FILE *to) {
  fputs("trading", to);
  tell_scope(r, " of ", to);
  if (op->kind == OMS_OP_STATE) {
    fprintf(to, " is %s", oms_enum_text(OMS_ENUM_TRADING_STATE, (int)op->u.state.state));
    if (op->u.state.state == OMS_TRADING_STATE_ACTIVE) {
      tell_rest(h->engine, to);
    }
    return;
  }
  fprintf(to, " is halted: %u open order%s before, %u now%s; `moondesk resume", before,
          before == 1 ? "" : "s", open_orders(h->engine),
          op->u.kill.flatten ? ", positions are being closed" : "");
  tell_scope(r, " --", to);
  fputs(" --why TEXT` ends it", to);
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
  tell(h, r, &op, before, to);
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
