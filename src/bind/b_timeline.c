/* b_timeline.c - what the entries of a timeline may do beside reading: halt a symbol, set the
 * trading state, kill and resume, reload a script, send a report by hand, approve and deny. All
 * of it goes through the desk. Each call checks its arguments before the desk is asked; after
 * that nothing raises but what the desk refused. */
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "bind/doc.h"
#include "bind/session_int.h"

static const oms_desk_t *need_entry(lua_State *L, const char *name) {
  const oms_call_t *call = oms_budget.top->call;
  if (call != &oms_timeline_call || oms_api_of(L)->desk == NULL) {
    luaL_error(L, "%s can be called only in a function given to t:at, not in %s", name, call->name);
  }
  return oms_api_of(L)->desk;
}

/* true, or the desk's sentence as an error. */
static int finish(lua_State *L, int rc, const oms_error_t *err, const char *name) {
  oms_bind_poll(L);
  if (rc != OMS_OK) {
    if (err != NULL && err->message[0] != '\0') {
      return luaL_error(L, "%s", err->message);
    }
    return luaL_error(L, "%s: %s", name, oms_err_text(rc));
  }
  lua_pushboolean(L, 1);
  return 1;
}

/* State. */

static int timeline_halt(lua_State *L) {
  const char *where = "oms.halt";
  const oms_desk_t *desk = need_entry(L, where);
  oms_error_t err = {.code = OMS_OK};
  const char *symbol = oms_arg_text(L, 1, where, "the symbol");
  int64_t ns = oms_arg_fixed(L, 2, OMS_PRICE_DECIMALS, where, "seconds"); /* 1e-9 s */
  if (ns <= 0) {
    return luaL_error(L, "%s: seconds must be above 0", where);
  }
  oms_arg_known_symbol(L, desk->engine, symbol, where);
  return finish(L, desk->halt(desk->self, symbol, ns, &err), &err, where);
}

static int timeline_state(lua_State *L) {
  const char *where = "oms.state";
  const oms_desk_t *desk = need_entry(L, where);
  size_t n;
  oms_arg_text(L, 1, where, "the state");
  const char *word = lua_tolstring(L, 1, &n);
  int state = oms_enum_parse(OMS_ENUM_TRADING_STATE, word, n);
  if (state < 0) {
    oms_raise_unknown_enum(L, where, "state", word, OMS_ENUM_TRADING_STATE);
  }
  oms_scope_t scope = oms_arg_scope(L, 2, where);
  return finish(L, desk->state(desk->self, (oms_trading_state_t)state, scope), NULL, where);
}

static int timeline_kill(lua_State *L) {
  const char *where = "oms.kill";
  const oms_desk_t *desk = need_entry(L, where);
  oms_scope_t scope = oms_arg_scope(L, 1, where);
  const char *why = lua_isnoneornil(L, 2) ? "kill switch" : oms_arg_text(L, 2, where, "why");
  return finish(L, desk->kill(desk->self, scope, why), NULL, where);
}

static int timeline_resume(lua_State *L) {
  const char *where = "oms.resume";
  const oms_desk_t *desk = need_entry(L, where);
  oms_scope_t scope = oms_arg_scope(L, 1, where);
  return finish(L, desk->resume(desk->self, scope), NULL, where);
}

/* Reload. */

static const char *reload_with(lua_State *L, const char *where) {
  static const char *const keys[] = {"with"};
  const char *with = NULL;
  if (!oms_arg_table(L, 2, true, where)) {
    return NULL;
  }
  for (lua_pushnil(L); lua_next(L, 2); lua_pop(L, 1)) {
    const char *key = lua_type(L, -2) == LUA_TSTRING ? lua_tostring(L, -2) : "[1]";
    if (strcmp(key, "with") != 0) {
      oms_raise_unknown(L, where, "key", key, keys, sizeof(keys[0]), OMS_COUNT(keys));
    }
    with = oms_arg_text(L, -1, where, "with"); /* the table keeps it */
  }
  return with;
}

/* A script that does not come up, or whose file is not there, is no misuse: nil and the reason, and
 * the old one goes on. A name that no script has is. */
static int timeline_reload(lua_State *L) {
  const char *where = "oms.reload";
  const oms_desk_t *desk = need_entry(L, where);
  oms_error_t err = {.code = OMS_OK};
  const char *name = oms_arg_text(L, 1, where, "path or id");
  const char *with = reload_with(L, where);
  int rc = desk->reload(desk->self, name, with, &err);
  if (rc == OMS_OK || rc == OMS_ERR_NOT_FOUND || rc == OMS_ERR_NOMEM) {
    return finish(L, rc, &err, where);
  }
  oms_bind_poll(L);
  oms_reject_t reject = {.code = OMS_CODE_SCRIPT_ERROR};
  int line = (int)strcspn(err.message, "\n"); /* the traceback is in the log */
  snprintf(reject.message, sizeof(reject.message), "%.*s", line, err.message);
  return oms_push_reject(L, OMS_ERR_REJECTED, &reject, where);
}

/* Reports by hand. */

typedef enum inject_kind { TEXT, PRICE, MONEY, BOOL, TIME, REPORT, CODE, LIQUIDITY } inject_kind_t;

#define INJECTION(member) offsetof(oms_injection_t, member)
typedef struct inject_key {
  const char *name; /* first: oms_raise_unknown reads it */
  inject_kind_t kind;
  size_t offset;
} inject_key_t;
static const inject_key_t inject_keys[] = {
    {"report",          REPORT,    INJECTION(report.type)           },
    {"order",           TEXT,      INJECTION(client_order_id)       },
    {"account",         TEXT,      INJECTION(account)               },
    {"qty",             PRICE,     INJECTION(report.qty)            },
    {"price",           PRICE,     INJECTION(report.price)          },
    {"stop_price",      PRICE,     INJECTION(report.stop_price)     },
    {"commission",      MONEY,     INJECTION(report.commission)     },
    {"execution_id",    TEXT,      INJECTION(report.execution_id)   },
    {"busts",           TEXT,      INJECTION(report.busts)          },
    {"broker_order_id", TEXT,      INJECTION(report.broker_order_id)},
    {"code",            CODE,      INJECTION(report.code)           },
    {"text",            TEXT,      INJECTION(report.text)           },
    {"works_again",     BOOL,      INJECTION(report.works_again)    },
    {"liquidity",       LIQUIDITY, INJECTION(report.liquidity)      },
    {"ts",              TIME,      INJECTION(report.ts)             },
};

static int arg_word(lua_State *L, const char *where, const char *key, oms_enum_kind_t kind) {
  size_t n;
  oms_arg_text(L, -1, where, key);
  const char *word = lua_tolstring(L, -1, &n);
  int value = oms_enum_parse(kind, word, n);
  if (value < 0) {
    oms_raise_unknown_enum(L, where, key, word, kind);
  }
  return value;
}

/* The value is on top; texts stay in the caller's table. */
static void read_inject(lua_State *L, const inject_key_t *key, oms_injection_t *to,
                        const char *where) {
  void *at = (char *)to + key->offset;
  switch (key->kind) {
  case TEXT:
    *(const char **)at = oms_arg_text(L, -1, where, key->name);
    return;
  case PRICE:
    *(int64_t *)at = oms_arg_fixed(L, -1, OMS_PRICE_DECIMALS, where, key->name);
    return;
  case MONEY:
    *(int64_t *)at = oms_arg_fixed(L, -1, OMS_MONEY_DECIMALS, where, key->name);
    to->report.has_commission = true;
    return;
  case BOOL:
    *(bool *)at = oms_arg_bool(L, -1, where, key->name);
    return;
  case TIME:
    *(oms_time_t *)at = oms_arg_time(L, -1, where, key->name, NULL);
    return;
  case REPORT:
    *(uint8_t *)at = (uint8_t)arg_word(L, where, key->name, OMS_ENUM_REPORT);
    return;
  case CODE:
    *(uint16_t *)at = (uint16_t)arg_word(L, where, key->name, OMS_ENUM_CODE);
    return;
  case LIQUIDITY: {
    const char *letter = oms_arg_text(L, -1, where, key->name);
    if (strlen(letter) != 1 || strchr("AROC", letter[0]) == NULL) {
      luaL_error(L, "%s: liquidity is \"A\", \"R\", \"O\" or \"C\", got '%s'", where, letter);
    }
    *(uint8_t *)at = (uint8_t)letter[0];
    return;
  }
  }
}

static void need_inject(lua_State *L, const char *key, bool given, const char *where) {
  if (!given) {
    luaL_error(L, "%s: %s is missing", where, key);
  }
}

/* What a kind of report cannot do without. */
static void check_inject(lua_State *L, const oms_injection_t *to, bool report, const char *where) {
  const oms_report_t *r = &to->report;
  need_inject(L, "report", report, where);
  need_inject(L, "order", to->client_order_id != NULL, where);
  bool fill = r->type == OMS_REPORT_FILL || r->type == OMS_REPORT_CORRECT;
  need_inject(L, "qty", !fill || r->qty != OMS_NO_PRICE, where);
  need_inject(L, "price", !fill || r->price != OMS_NO_PRICE, where);
  bool busts = r->type == OMS_REPORT_BUST || r->type == OMS_REPORT_CORRECT;
  need_inject(L, "busts (the execution_id that is taken back)", !busts || r->busts != NULL, where);
  need_inject(L, "commission", r->type != OMS_REPORT_COMMISSION || r->has_commission, where);
}

static int timeline_inject(lua_State *L) {
  const char *where = "oms.inject";
  const oms_desk_t *desk = need_entry(L, where);
  oms_injection_t to = {
      .report = {.order = OMS_NONE,
                 .ts = desk->now,
                 .qty = OMS_NO_PRICE,
                 .price = OMS_NO_PRICE,
                 .stop_price = OMS_NO_PRICE}
  };
  bool report = false;
  oms_arg_table(L, 1, false, where);
  for (lua_pushnil(L); lua_next(L, 1); lua_pop(L, 1)) {
    const char *name = lua_type(L, -2) == LUA_TSTRING ? lua_tostring(L, -2) : "[1]";
    const inject_key_t *key = NULL;
    for (size_t i = 0; i < OMS_COUNT(inject_keys) && key == NULL; i++) {
      key = strcmp(name, inject_keys[i].name) == 0 ? &inject_keys[i] : NULL;
    }
    if (key == NULL) {
      oms_raise_unknown(L, where, "key", name, inject_keys, sizeof(inject_keys[0]),
                        OMS_COUNT(inject_keys));
    }
    read_inject(L, key, &to, where);
    report = report || key->kind == REPORT;
  }
  check_inject(L, &to, report, where);
  char execution[40];
  if (to.report.execution_id == NULL) { /* counted, so that it is the same in every run */
    snprintf(execution, sizeof(execution), "inject-%u", ++oms_session_of(L)->injected);
    to.report.execution_id = execution;
  }
  oms_error_t err = {.code = OMS_OK};
  return finish(L, desk->inject(desk->self, &to, &err), &err, where);
}

/* Approvals. */

static int answer(lua_State *L, const char *where, bool yes) {
  const oms_desk_t *desk = need_entry(L, where);
  oms_error_t err = {.code = OMS_OK};
  const char *id = oms_arg_text(L, 1, where, "the order's id");
  return finish(L, desk->approve(desk->self, id, yes, &err), &err, where);
}

static int timeline_approve(lua_State *L) {
  return answer(L, "oms.approve", true);
}

static int timeline_deny(lua_State *L) {
  return answer(L, "oms.deny", false);
}

void oms_open_timeline(lua_State *L) {
  static const luaL_Reg calls[] = {
      {"halt",    timeline_halt   },
      {"state",   timeline_state  },
      {"kill",    timeline_kill   },
      {"resume",  timeline_resume },
      {"reload",  timeline_reload },
      {"inject",  timeline_inject },
      {"approve", timeline_approve},
      {"deny",    timeline_deny   },
  };
  for (size_t i = 0; i < OMS_COUNT(calls); i++) {
    lua_pushstring(L, calls[i].name);
    lua_pushcfunction(L, calls[i].func);
    lua_rawset(L, -3); /* the module's table refuses writes */
  }
}

/* What each call is for. */

/* clang-format off */
const oms_doc_t oms_docs_timeline[] = {
    {"oms.halt", "symbol: string, seconds: number",
     "boolean",
     "The market halts a symbol: from now (included) to the end (excluded) bars "
     "that start, quotes and trades match nothing.",
     "seconds above 0, to 1e-9.",
     "Raises on an unknown symbol.",
     "oms.halt(\"SPX\", 300)",
     OMS_KIND_SESSION, OMS_PHASE_SESSION, OMS_DOC_TIMELINE},
    {"oms.state", "state: \"active\"|\"reducing\"|\"halted\", scope?: \"all\"|{account?: string, "
     "strategy?: string, symbol?: string}",
     "boolean",
     "Sets the trading state: reducing admits exits only, halted nothing.",
     "",
     "Raises on an unknown state or scope.",
     "oms.state(\"reducing\", { symbol = \"SPX\" })",
     OMS_KIND_SESSION, OMS_PHASE_SESSION, OMS_DOC_TIMELINE},
    {"oms.kill", "scope?: \"all\"|{account?: string, strategy?: string, symbol?: string}, why?: "
     "string",
     "boolean",
     "The kill switch: cancels what is open in the scope, then halts it.",
     "",
     "Raises on an unknown scope.",
     "oms.kill(\"all\", \"end of the day\")",
     OMS_KIND_SESSION, OMS_PHASE_SESSION, OMS_DOC_TIMELINE},
    {"oms.resume", "scope?: \"all\"|{account?: string, strategy?: string, symbol?: string}",
     "boolean",
     "Back to active, in the scope in which it was stopped.",
     "",
     "Raises on an unknown scope.",
     "oms.state(\"halted\")\n"
     "oms.resume()",
     OMS_KIND_SESSION, OMS_PHASE_SESSION, OMS_DOC_TIMELINE},
    {"oms.reload", "path_or_id: string, opts?: {with?: string}",
     "boolean?, Reject?",
     "Loads a script anew beside the old one, from its file or another, and puts it "
     "in the old one's place between two events. A file that does not come up "
     "leaves the old one. A required file stands for all scripts that required it, "
     "\"triggers\" for those of the library.",
     "",
     "Refused: SCRIPT_ERROR with the first line of the failure. Raises on a name "
     "that no script has.",
     "oms.reload(\"example\")",
     OMS_KIND_SESSION, OMS_PHASE_SESSION, OMS_DOC_TIMELINE},
    {"oms.inject", "report: table",
     "boolean",
     "A report of the venue by hand: report (fill, canceled, bust, correct, ...), "
     "order (a client_order_id), account, qty, price, stop_price, commission, "
     "execution_id, busts, broker_order_id, code, text, works_again, liquidity, ts.",
     "As in fills and orders.",
     "Raises on an unknown key, report or order, and on a report that the order's "
     "state does not allow.",
     "oms.inject({ report = \"canceled\", order = \"example-1\", text = \"by the "
     "exchange\" })",
     OMS_KIND_SESSION, OMS_PHASE_SESSION, OMS_DOC_TIMELINE},
    {"oms.approve", "id: string",
     "boolean",
     "A person says yes to an order that a rule holds.",
     "order_id or client_order_id.",
     "Raises on an order that waits for nobody.",
     "oms.approve(\"example-held\")",
     OMS_KIND_SESSION, OMS_PHASE_SESSION, OMS_DOC_TIMELINE},
    {"oms.deny", "id: string",
     "boolean",
     "A person says no: the order is rejected, APPROVAL_DENIED.",
     "order_id or client_order_id.",
     "Raises on an order that waits for nobody.",
     "oms.deny(\"example-held\")",
     OMS_KIND_SESSION, OMS_PHASE_SESSION, OMS_DOC_TIMELINE},
    {NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0, 0, OMS_DOC_STRATEGY}};
/* clang-format on */
