/* oms_control.c - /oms/v1: kill, resume, trading states, and what the host says of itself. */
#include <string.h>
#include <time.h>

#include "api/oms_int.h"
#include "core/scope.h"

static uint32_t count_open(const oms_engine_t *e, oms_scope_t scope) {
  uint32_t n = 0;
  for (uint32_t i = oms_engine_first_open(e); i != OMS_NONE;) {
    const oms_order_t *o = oms_engine_order(e, i);
    n += oms_scope_holds(scope, o->account, o->owner, o->instrument);
    i = o->next_open;
  }
  return n;
}

static void answer(oms_call_t *c, oms_scope_t scope, oms_trading_state_t state, const char *why,
                   uint32_t before) {
  oms_writer_t *w = c->out;
  oms_write_object(w, NULL);
  oms_write_text(w, "state", oms_enum_text(OMS_ENUM_TRADING_STATE, (int)state));
  oms_own_write_scope(w, c->engine, scope);
  oms_write_text(w, "why", why);
  oms_write_text(w, "by", c->by);
  oms_write_int(w, "open_orders_before", before);
  oms_write_int(w, "open_orders", count_open(c->engine, scope));
  oms_write_object_end(w);
}

static bool says_why(oms_call_t *c, const oms_value_t *why) {
  if (why->given && why->text[strspn(why->text, " \t\r\n")] != '\0') {
    return true;
  }
  oms_call_error(c, 422, OMS_API_UNPROCESSABLE,
                 "why must say the reason: it is kept in the journal");
  return false;
}

void oms_own_kill(oms_call_t *c) {
  enum { SCOPE, FLATTEN, WHY, FIELDS };
  oms_value_t body[FIELDS];
  oms_scope_t scope;
  oms_op_result_t result;
  if (!oms_own_body(c, body) || !says_why(c, &body[WHY]) ||
      !oms_own_scope(c, &body[SCOPE], &scope)) {
    return;
  }
  uint32_t before = count_open(c->engine, scope);
  oms_op_t op = {.kind = OMS_OP_KILL, .by = c->by, .why = body[WHY].text};
  op.u.kill.scope = scope;
  op.u.kill.flatten = body[FLATTEN].given && body[FLATTEN].number != 0;
  if (oms_call_apply(c, &op, &result)) {
    answer(c, scope, OMS_TRADING_STATE_HALTED, body[WHY].text, before);
  }
}

static void set_state(oms_call_t *c, const oms_value_t *named, const oms_value_t *why,
                      oms_trading_state_t state) {
  oms_scope_t scope;
  oms_op_result_t result;
  if (!says_why(c, why) || !oms_own_scope(c, named, &scope)) {
    return;
  }
  uint32_t before = count_open(c->engine, scope);
  oms_op_t op = {.kind = OMS_OP_STATE, .by = c->by, .why = why->text};
  op.u.state.scope = scope;
  op.u.state.state = state;
  if (oms_call_apply(c, &op, &result)) {
    answer(c, scope, state, why->text, before);
  }
}

void oms_own_resume(oms_call_t *c) {
  enum { SCOPE, WHY, FIELDS };
  oms_value_t body[FIELDS];
  if (oms_own_body(c, body)) {
    set_state(c, &body[SCOPE], &body[WHY], OMS_TRADING_STATE_ACTIVE);
  }
}

void oms_own_state(oms_call_t *c) {
  enum { STATE, SCOPE, WHY, FIELDS };
  oms_value_t body[FIELDS];
  if (oms_own_body(c, body)) {
    set_state(c, &body[SCOPE], &body[WHY], (oms_trading_state_t)body[STATE].number);
  }
}

/* Status. */

static oms_time_t wall_clock(void) {
  struct timespec t;
  (void)clock_gettime(CLOCK_REALTIME, &t);
  return (oms_time_t)t.tv_sec * OMS_NS_PER_SECOND + t.tv_nsec;
}

static void write_hash(oms_call_t *c) {
  char hash[33];
  if (c->args[0].given && c->args[0].number != 0) {
    bool good = c->live->state_hash(c->live->self, hash) == OMS_OK;
    oms_write_text(c->out, "state_hash", good ? hash : NULL);
  }
}

/* Orders whose fate at the venue is not known. */
static uint32_t count_doubts(const oms_engine_t *e) {
  uint32_t n = 0;
  for (uint32_t i = oms_engine_first_open(e); i != OMS_NONE;
       i = oms_engine_order(e, i)->next_open) {
    n += (oms_engine_order(e, i)->flags & OMS_ORDER_IN_DOUBT) != 0;
  }
  return n;
}

static void write_venue(oms_call_t *c, const oms_live_state_t *s) {
  oms_writer_t *w = c->out;
  oms_write_object(w, "venue");
  oms_write_bool(w, "outside", s->outside);
  if (s->outside) {
    oms_write_text(w, "name", s->venue_name[0] == '\0' ? NULL : s->venue_name);
    oms_write_text(w, "connection", s->venue_up ? "up" : "down");
    oms_write_bool(w, "reconciled", s->venue_ready);
    oms_write_time(w, "since", s->venue_since);
  }
  oms_write_int(w, "in_doubt", count_doubts(c->engine));
  oms_write_object_end(w);
}

void oms_own_status(oms_call_t *c) {
  oms_writer_t *w = c->out;
  oms_live_state_t s;
  oms_server_figures_t f;
  c->live->state(c->live->self, &s);
  oms_own_figures(c->api, &f);
  oms_write_object(w, NULL);
  oms_write_text(w, "name", s.name);
  oms_write_text(w, "mode", s.mode);
  oms_write_text(w, "version", s.version);
  oms_write_bool(w, "ready", s.ready && !oms_api_stopping(c->api));
  oms_write_text(w, "trouble", s.trouble[0] == '\0' ? NULL : s.trouble);
  oms_write_time(w, "clock", c->desk->now);
  oms_write_time(w, "started_at", s.started);
  oms_write_int(w, "uptime_s", (wall_clock() - s.started) / OMS_NS_PER_SECOND);
  oms_write_bool(w, "feed_ended", s.feed_ended);
  oms_write_int(w, "seq", s.next_seq == 0 ? 0 : (int64_t)s.next_seq - 1);
  oms_write_bool(w, "durable", s.durable_gate >= c->live->gate(c->live->self));
  oms_write_int(w, "orders", oms_engine_order_count(c->engine));
  oms_write_int(w, "fills", oms_engine_fill_count(c->engine));
  oms_write_int(w, "open_orders", count_open(c->engine, (oms_scope_t){OMS_SCOPE_ALL, 0}));
  oms_write_int(w, "connections", (int64_t)f.connections);
  oms_write_object(w, "risk");
  oms_write_bool(w, "wanted", s.risk_wanted);
  oms_write_bool(w, "present", s.risk_present);
  oms_write_object_end(w);
  write_venue(c, &s);
  write_hash(c);
  oms_write_object_end(w);
}
