/* oms_risk.c - the risk socket, WebSocket /oms/v1/risk: the external risk system as the last rule.
 * Orders that the Lua rules have passed are held and offered to it; it says yes or no, in time, or
 * the host treats the order as one that a failing rule has judged (orders.md, section 6). It may
 * also reduce positions and pull the kill switch. Messages are JSON:
 *   out  hello; offer {id, deadline_ms, order}; withdraw {id}; event {...};
 *        result {re, ok, message}
 *   in   verdict {id, verdict: accept|reject, code, message}; reduce {account, symbol, qty, why};
 *        kill {scope, flatten, why}
 * One system at a time: a second one takes the place of the first, which may be a dead connection.
 */
#include <stdio.h>
#include <string.h>

#include "api/oms_int.h"
#include "base/alloc.h"
#include "base/containers.h"

#define DEADLINE_DEFAULT (INT64_C(50) * 1000000)
enum { CLOSE_REPLACED = 4409, CLOSE_POLICY = 1008 };

typedef struct offer {
  uint32_t order;
  bool sent;
  int64_t until; /* monotonic ns */
} offer_t;

typedef struct risk {
  oms_socket_t *socket; /* NULL: no system is there */
  bool told;            /* the host knows that it is there */
  oms_array_t offers;   /* offer_t, the oldest first */
  oms_json_room_t json;
  oms_writer_t out;
} risk_t;

static risk_t *risk_of(const oms_api_t *api) {
  return oms_part_state(api, &oms_risk_part);
}

static offer_t *offer_at(const risk_t *r, size_t i) {
  return OMS_AT(&r->offers, offer_t, i);
}

static int64_t deadline_of(const oms_api_t *api) {
  int64_t ns = oms_api_options(api)->risk_deadline_ns;
  return ns > 0 ? ns : DEADLINE_DEFAULT;
}

static const oms_engine_t *engine_of(const oms_api_t *api) {
  return oms_api_live(api)->desk->engine;
}

static bool waits(const oms_engine_t *e, uint32_t order) {
  const oms_order_t *o = oms_engine_order(e, order);
  return o->status == OMS_STATUS_HELD && o->held_by == OMS_HELD_BY_APPROVAL &&
         o->code == OMS_CODE_AWAITS_RISK;
}

/* Out. */

static oms_writer_t *begin(risk_t *r, const char *type) {
  oms_writer_reset(&r->out);
  oms_write_object(&r->out, NULL);
  oms_write_text(&r->out, "type", type);
  return &r->out;
}

static void send(risk_t *r) {
  oms_write_object_end(&r->out);
  if (r->socket != NULL && !r->out.failed) {
    oms_socket_send(r->socket, OMS_WS_TEXT, r->out.data, r->out.n);
  }
}

static void write_id(oms_writer_t *w, const oms_engine_t *e, uint32_t order) {
  char id[37];
  oms_order_id_text(e, oms_engine_order(e, order), id);
  oms_write_text(w, "id", id);
}

static void send_offer(oms_api_t *api, offer_t *o) {
  risk_t *r = risk_of(api);
  oms_writer_t *w = begin(r, "offer");
  const oms_desk_t *desk = oms_api_live(api)->desk;
  write_id(w, desk->engine, o->order);
  oms_write_int(w, "deadline_ms", deadline_of(api) / 1000000);
  oms_own_write_offer(w, desk, oms_engine_order(desk->engine, o->order));
  send(r);
  o->sent = true;
}

/* The host holds an order for the system. */
static void on_risk(oms_api_t *api, uint32_t order) {
  risk_t *r = risk_of(api);
  const offer_t o = {.order = order, .until = oms_api_now(api) + deadline_of(api)};
  if (oms_array_push(&r->offers, &o) != OMS_OK) {
    return; /* no memory: it stays held */
  }
  if (r->socket != NULL) {
    send_offer(api, offer_at(r, r->offers.n - 1));
  }
  oms_api_due_within(api, deadline_of(api));
}

/* Verdicts. */

static void remove_offer(risk_t *r, size_t i) {
  r->offers.n--;
  memmove(offer_at(r, i), offer_at(r, i + 1), (r->offers.n - i) * sizeof(offer_t));
}

/* RULE_FAILED: the host passes what reduces, with an alert, and refuses the rest. */
static void expire(oms_api_t *api, uint32_t order, const char *why) {
  oms_op_result_t result;
  const oms_live_t *live = oms_api_live(api);
  oms_op_t op = {.kind = OMS_OP_APPROVE, .by = "risk", .why = why};
  op.u.approve.order = order;
  op.u.approve.yes = false;
  op.u.approve.code = OMS_CODE_RULE_FAILED;
  op.u.approve.message = why;
  live->apply(live->self, &op, &result);
}

/* Whose time is over, or all. The list is taken first: an answer may make new offers. */
static void expire_due(oms_api_t *api, bool all, const char *why) {
  risk_t *r = risk_of(api);
  int64_t now = oms_api_now(api);
  while (r->offers.n > 0 && (all || offer_at(r, 0)->until <= now)) {
    offer_t o = *offer_at(r, 0);
    remove_offer(r, 0);
    if (waits(engine_of(api), o.order)) {
      expire(api, o.order, why);
    }
  }
}

static void tell_presence(oms_api_t *api, bool present) {
  oms_op_result_t result;
  const oms_live_t *live = oms_api_live(api);
  oms_op_t op = {.kind = OMS_OP_RISK, .by = "risk"};
  op.u.risk.present = present;
  live->apply(live->self, &op, &result);
  risk_of(api)->told = present;
}

/* In drain: what the connection's loss and the clock bring. */
static void on_due(oms_api_t *api) {
  risk_t *r = risk_of(api);
  if (r->socket != NULL &&
      oms_api_live(api)->key(oms_api_live(api)->self, r->socket->key) == NULL) {
    oms_socket_end(r->socket, CLOSE_POLICY, "the key was revoked");
    r->socket = NULL;
  }
  if (r->told && r->socket == NULL) {
    tell_presence(api, false);
  }
  if (r->socket == NULL) {
    expire_due(api, true, "no risk system is connected");
    return;
  }
  char why[80];
  snprintf(why, sizeof why, "the risk system did not answer within %lld ms",
           (long long)(deadline_of(api) / 1000000));
  expire_due(api, false, why);
  if (r->offers.n > 0) {
    int64_t left = offer_at(r, 0)->until - oms_api_now(api);
    oms_api_due_within(api, left > 0 ? left : 0);
  }
}

/* In. */

static void answer(oms_api_t *api, const char *re, bool ok, const char *text) {
  oms_writer_t *w = begin(risk_of(api), "result");
  oms_write_text(w, "re", re);
  oms_write_bool(w, "ok", ok);
  oms_write_text(w, "message", text);
  send(risk_of(api));
}

static const char *sentence(const oms_op_result_t *result) {
  if (result->rc == OMS_ERR_REJECTED) {
    return result->reject.message;
  }
  return result->error.message[0] != '\0' ? result->error.message : oms_err_text(result->rc);
}

static void apply(oms_api_t *api, const char *re, const oms_op_t *op) {
  oms_op_result_t result = {.rc = OMS_OK};
  const oms_live_t *live = oms_api_live(api);
  live->apply(live->self, op, &result);
  answer(api, re, result.rc == OMS_OK, result.rc == OMS_OK ? NULL : sentence(&result));
}

static uint32_t find_offer(const oms_api_t *api, const char *id, size_t *at) {
  const risk_t *r = risk_of(api);
  for (*at = 0; id != NULL && *at < r->offers.n; ++*at) {
    char text[37];
    uint32_t order = offer_at(r, *at)->order;
    oms_order_id_text(engine_of(api), oms_engine_order(engine_of(api), order), text);
    if (strcmp(text, id) == 0) {
      return order;
    }
  }
  return OMS_NONE;
}

static void on_verdict(oms_api_t *api, const char *by, const oms_json_t *m) {
  size_t at;
  const char *id = oms_json_get_text(m, "id"), *word = oms_json_get_text(m, "verdict"),
             *code = oms_json_get_text(m, "code");
  uint32_t order = find_offer(api, id, &at);
  bool yes = word != NULL && strcmp(word, "accept") == 0;
  if (!yes && (word == NULL || strcmp(word, "reject") != 0)) {
    answer(api, "verdict", false, "verdict must be accept or reject");
    return;
  }
  if (order == OMS_NONE || !waits(engine_of(api), order)) {
    answer(api, "verdict", false, "no such order waits: it was withdrawn, or the deadline is over");
    return;
  }
  remove_offer(risk_of(api), at);
  oms_op_t op = {.kind = OMS_OP_APPROVE, .by = by, .why = oms_json_get_text(m, "message")};
  op.u.approve.order = order;
  op.u.approve.yes = yes;
  op.u.approve.message = yes ? NULL : op.why != NULL ? op.why : "the risk system refused it";
  int known = code == NULL ? -1 : oms_enum_parse(OMS_ENUM_CODE, code, strlen(code));
  uint16_t own = code == NULL || known >= 0 ? (uint16_t)0 : oms_code_own(code, strlen(code));
  op.u.approve.code = yes ? OMS_CODE_NONE : known > 0 ? (uint16_t)known : own;
  if (!yes && op.u.approve.code == OMS_CODE_NONE) {
    op.u.approve.code = OMS_CODE_RULE_DENIED;
  }
  apply(api, "verdict", &op);
}

static void on_reduce(oms_api_t *api, const oms_socket_t *s, const char *by, const oms_json_t *m) {
  const oms_engine_t *e = engine_of(api);
  const char *symbol = oms_json_get_text(m, "symbol"), *name = oms_json_get_text(m, "account");
  const oms_json_t *qty = oms_json_get(m, "qty");
  uint32_t instrument = symbol == NULL ? OMS_NONE : oms_engine_find_instrument(e, symbol);
  uint32_t account = name == NULL ? s->account : oms_engine_find_account(e, name);
  oms_op_t op = {.kind = OMS_OP_REDUCE, .by = by, .why = oms_json_get_text(m, "why")};
  op.u.reduce.qty = OMS_NO_PRICE;
  if (instrument == OMS_NONE || account >= oms_engine_account_count(e)) {
    answer(api, "reduce", false,
           instrument == OMS_NONE ? "there is no such symbol" : "there is no such account");
    return;
  }
  bool all = qty == NULL || qty->type == OMS_JSON_NULL;
  if (!all && (oms_json_decimal(qty, OMS_QTY_DECIMALS, &op.u.reduce.qty) != OMS_OK ||
               op.u.reduce.qty <= 0)) {
    answer(api, "reduce", false, "qty must be a number above 0, or absent for all of it");
    return;
  }
  op.u.reduce.account = (uint16_t)account;
  op.u.reduce.instrument = instrument;
  apply(api, "reduce", &op);
}

static void on_kill(oms_api_t *api, const char *by, const oms_json_t *m) {
  oms_error_t err;
  const oms_json_t *flatten = oms_json_get(m, "flatten");
  oms_op_t op = {.kind = OMS_OP_KILL, .by = by, .why = oms_json_get_text(m, "why")};
  if (op.why == NULL || op.why[0] == '\0') {
    answer(api, "kill", false, "why must say the reason: it is kept in the journal");
    return;
  }
  if (oms_own_scope_json(engine_of(api), oms_json_get(m, "scope"), &op.u.kill.scope, &err) !=
      OMS_OK) {
    answer(api, "kill", false, err.message);
    return;
  }
  op.u.kill.flatten = flatten != NULL && flatten->type == OMS_JSON_TRUE;
  apply(api, "kill", &op);
}

static void on_message(oms_socket_t *s, oms_ws_opcode_t opcode, char *data, size_t n) {
  static const char *const types[] = {"verdict", "reduce", "kill"};
  oms_api_t *api = s->api;
  oms_error_t err;
  char by[48], why[200], near[OMS_NEAR_TEXT];
  const oms_json_t *root;
  (void)opcode;
  if (risk_of(api)->socket != s) {
    return; /* another one has its place */
  }
  if (oms_json_read(&risk_of(api)->json, data, n, &root, &err) != OMS_OK) {
    answer(api, NULL, false, err.message);
    return;
  }
  const char *type = oms_json_get_text(root, "type");
  snprintf(by, sizeof by, "risk:%s", s->key);
  if (type != NULL && strcmp(type, "verdict") == 0) {
    on_verdict(api, by, root);
  } else if (type != NULL && strcmp(type, "reduce") == 0) {
    on_reduce(api, s, by, root);
  } else if (type != NULL && strcmp(type, "kill") == 0) {
    on_kill(api, by, root);
  } else {
    const char *word = type == NULL ? "" : type;
    snprintf(why, sizeof why, "type '%.40s' is not known%s: it is one of verdict, reduce, kill",
             word, oms_near_text(oms_nearest_word(word, types, OMS_COUNT(types)), near));
    answer(api, type, false, why);
  }
}

static void on_socket_closed(oms_socket_t *s) {
  risk_t *r = risk_of(s->api);
  if (r != NULL && r->socket == s) {
    r->socket = NULL;
    oms_api_due_within(s->api, 0);
  }
}

static const oms_socket_class_t risk_class = {"risk", on_message, on_socket_closed};

void oms_own_risk_socket(oms_call_t *c) {
  risk_t *r = risk_of(c->api);
  if ((c->scopes & OMS_MAY_ADMIN) == 0) {
    oms_call_error(c, 403, OMS_API_FORBIDDEN, "the risk socket needs a key with scope admin");
    return;
  }
  oms_socket_t *s = oms_call_accept(c, &risk_class);
  if (s == NULL) {
    return;
  }
  if (r->socket != NULL) {
    oms_socket_end(r->socket, CLOSE_REPLACED, "another risk system has connected");
  }
  r->socket = s;
  tell_presence(c->api, true);
  oms_writer_t *w = begin(r, "hello");
  oms_write_int(w, "deadline_ms", deadline_of(c->api) / 1000000);
  send(r);
  for (size_t i = 0; i < r->offers.n; i++) {
    if (waits(c->engine, offer_at(r, i)->order)) {
      send_offer(c->api, offer_at(r, i));
    }
  }
}

/* Fills and ends go out; what ends while it is offered is withdrawn. */
static void on_event(oms_api_t *api, const oms_event_t *e) {
  risk_t *r = risk_of(api);
  size_t i = 0;
  if (r->socket == NULL || e->order == OMS_NONE) {
    return;
  }
  const oms_desk_t *desk = oms_api_live(api)->desk;
  const oms_order_t *o = oms_engine_order(desk->engine, e->order);
  if (oms_status_is_final(e->status)) {
    while (i < r->offers.n && offer_at(r, i)->order != e->order) {
      i++;
    }
    if (i < r->offers.n) {
      remove_offer(r, i);
      oms_writer_t *w = begin(r, "withdraw");
      write_id(w, desk->engine, e->order);
      send(r);
    }
  }
  oms_writer_t *w = begin(r, "event");
  w->comma = true;
  oms_writer_t one = {.data = NULL};
  oms_own_write_event(&one, desk, e, o->qty, o->filled_qty);
  if (!one.failed) {
    oms_write_json(w, "event", one.data, one.n);
  }
  oms_writer_free(&one);
  send(r);
}

/* Orders that an earlier host held for the system. */
static int open_part(oms_api_t *api) {
  risk_t *r = oms_alloc_zero(1, sizeof *r);
  int rc = r == NULL ? OMS_ERR_NOMEM : OMS_OK;
  oms_part_set_state(api, &oms_risk_part, r);
  if (r == NULL) {
    return rc;
  }
  oms_array_init(&r->offers, sizeof(offer_t));
  const oms_engine_t *e = engine_of(api);
  for (uint32_t i = oms_engine_first_open(e); i != OMS_NONE && rc == OMS_OK;
       i = oms_engine_order(e, i)->next_open) {
    const offer_t o = {.order = i, .until = oms_api_now(api) + deadline_of(api)};
    rc = waits(e, i) ? oms_array_push(&r->offers, &o) : OMS_OK;
  }
  return rc;
}

static void free_part(oms_api_t *api) {
  risk_t *r = risk_of(api);
  if (r != NULL) {
    oms_array_free(&r->offers);
    oms_json_free(&r->json);
    oms_writer_free(&r->out);
    oms_free(r);
    oms_part_set_state(api, &oms_risk_part, NULL);
  }
}

const oms_part_t oms_risk_part = {.name = "risk",
                                  .open = open_part,
                                  .free = free_part,
                                  .event = on_event,
                                  .risk = on_risk,
                                  .due = on_due};
