/* script_call.c - the callbacks of a script, from the host's side. Views, references and numbers
 * are pushed as they are (nothing of it raises); where an argument has to be made (a handle, a
 * table), the pushing happens inside of the protected call.
 * Invariant: after a call its views are not valid and ctx means what it meant before. */
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "bind/script_int.h"

static oms_call_t call_of(const oms_script_t *s, oms_callback_t callback, uint64_t event) {
  oms_call_t call = s->calls[callback];
  call.event = event;
  return call;
}

static int result(const oms_script_t *s, int rc, oms_error_t *err) {
  return OMS_LIKELY(rc == OMS_OK) ? OMS_OK : oms_bind_error(s->cell, rc, err);
}

/* Pushes the callback and the script's table. Each C frame of Lua has room for twenty values: no
 * need to grow. */
static lua_State *push_callback(oms_script_t *s, oms_callback_t callback) {
  lua_State *L = oms_bind_state(s->cell);
  lua_rawgeti(L, LUA_REGISTRYINDEX, s->refs[callback]);
  lua_rawgeti(L, LUA_REGISTRYINDEX, s->cell->ref_script);
  return L;
}

static int plain_call(oms_script_t *s, oms_callback_t callback, oms_error_t *err) {
  if (s->refs[callback] == LUA_NOREF) {
    return OMS_OK;
  }
  const oms_call_t call = call_of(s, callback, 0);
  push_callback(s, callback);
  return result(s, oms_bind_call(s->cell, 1, 0, &call), err);
}

int oms_script_start(oms_script_t *s, oms_error_t *err) {
  return plain_call(s, OMS_CALLBACK_START, err);
}
int oms_script_stop(oms_script_t *s, oms_error_t *err) {
  return plain_call(s, OMS_CALLBACK_STOP, err);
}

/* Bars. */

int oms_script_bar(oms_script_t *s, const oms_bar_t *bar, uint32_t instrument, int64_t timeframe,
                   bool warmup, oms_error_t *err) {
  oms_callback_t callback = warmup ? OMS_CALLBACK_WARMUP : OMS_CALLBACK_BAR;
  oms_bar_record_t record;
  if (s->refs[callback] == LUA_NOREF || s->api.bar == NULL) {
    return OMS_OK;
  }
  oms_bar_fill_in(&s->api, bar, instrument, timeframe, &record);
  lua_State *L = push_callback(s, callback);
  oms_view_refresh(L, s->api.bar, &record);
  oms_script_about(s, instrument);
  int rc = oms_bind_call(s->cell, 2, 0, &s->calls[callback]);
  oms_script_about(s, OMS_SUBJECT_NONE);
  oms_view_end(s->api.bar);
  return result(s, rc, err);
}

struct bars {
  oms_script_t *s;
  const oms_bar_t *const *bars;
  const uint32_t *instruments;
  const int64_t *timeframes;
  size_t n;
  oms_time_t ts;
};

/* Views for 'n' bars, which stay for the next time. */
static int room_for_bars(lua_State *L, oms_script_t *s, size_t n) {
  if (n <= s->bar_view_n) {
    return OMS_OK;
  }
  oms_view_t **views = oms_realloc((void *)s->bar_views, n * sizeof(oms_view_t *));
  if (views == NULL) {
    return OMS_ERR_NOMEM;
  }
  s->bar_views = views;
  oms_bar_record_t *records = oms_realloc(s->bar_records, n * sizeof(*records));
  if (records == NULL) {
    return OMS_ERR_NOMEM;
  }
  s->bar_records = records;
  for (; s->bar_view_n < n; s->bar_view_n++) {
    s->bar_views[s->bar_view_n] = oms_view_new(L, &oms_bar_desc);
  }
  return OMS_OK;
}

/* The symbol's finest bar has the place of the symbol: finer ones come first, and the first one
 * stays. */
static int call_bars(lua_State *L) {
  const struct bars *b = lua_touserdata(L, 1);
  oms_script_t *s = b->s;
  if (room_for_bars(L, s, b->n) != OMS_OK) {
    return luaL_error(L, "not enough memory");
  }
  lua_rawgeti(L, LUA_REGISTRYINDEX, s->refs[OMS_CALLBACK_BARS]);
  oms_script_push_self(L);
  lua_rawgeti(L, LUA_REGISTRYINDEX, s->ref_bars);
  int table = lua_gettop(L);
  lua_pushnil(L);
  while (lua_next(L, table)) { /* those of the last time */
    lua_pop(L, 1);
    lua_pushvalue(L, -1);
    lua_pushnil(L);
    lua_rawset(L, table);
  }
  for (size_t i = 0; i < b->n; i++) {
    oms_bar_fill_in(&s->api, b->bars[i], b->instruments[i], b->timeframes[i], &s->bar_records[i]);
    lua_pushstring(L, s->bar_records[i].symbol);
    lua_pushvalue(L, -1);
    if (lua_rawget(L, table) != LUA_TNIL) {
      lua_pop(L, 2);
      continue;
    }
    lua_pop(L, 1);
    oms_view_refresh(L, s->bar_views[i], &s->bar_records[i]);
    lua_rawset(L, table);
  }
  lua_pushinteger(L, b->ts);
  lua_call(L, 3, 0);
  return 0;
}

static uint32_t common_subject(const uint32_t *instruments, size_t n) {
  for (size_t i = 1; i < n; i++) {
    if (instruments[i] != instruments[0]) {
      return OMS_SUBJECT_SEVERAL;
    }
  }
  return n > 0 ? instruments[0] : OMS_SUBJECT_NONE;
}

int oms_script_bars(oms_script_t *s, const oms_bar_t *const *bars, const uint32_t *instruments,
                    const int64_t *timeframes, size_t n, oms_time_t ts, oms_error_t *err) {
  if (s->refs[OMS_CALLBACK_BARS] == LUA_NOREF) {
    return OMS_OK;
  }
  struct bars b = {s, bars, instruments, timeframes, n, ts};
  const oms_call_t call = call_of(s, OMS_CALLBACK_BARS, 0);
  oms_script_about(s, common_subject(instruments, n));
  if (s->ta != NULL) {
    s->ta->bars = bars;
    s->ta->instruments = instruments;
    s->ta->n = n;
  }
  int rc = oms_bind_protect(s->cell, call_bars, &b, &call);
  oms_script_about(s, OMS_SUBJECT_NONE);
  for (size_t i = 0; i < s->bar_view_n; i++) {
    oms_view_end(s->bar_views[i]);
  }
  return result(s, rc, err);
}

void oms_script_rescale(oms_script_t *s, uint32_t instrument, const oms_scale_t *scale) {
  oms_bind_rescale_ta(oms_bind_state(s->cell), instrument, scale);
}

/* Fills and order events. */

/* What ctx means during the call of a rule. A rule's ctx.reduce has orders checked by the same
 * rule: its own call goes on afterwards with what it had. */
typedef struct rule_state {
  uint32_t order, judged;
  uint16_t account;
  bool reduces;
} rule_state_t;

static rule_state_t enter_rule(oms_script_t *s, uint32_t order, bool reduces) {
  oms_api_t *api = &s->api;
  rule_state_t before = {api->rule_order, api->judged_order, api->rule_account, api->rule_reduces};
  api->rule_order = order;
  api->judged_order = OMS_NONE;
  api->rule_reduces = reduces;
  api->rule_account =
      order != OMS_NONE ? oms_engine_order(oms_api_engine(api), order)->account : s->config.account;
  return before;
}

static void leave_rule(oms_script_t *s, rule_state_t before) {
  s->api.rule_order = before.order;
  s->api.judged_order = before.judged;
  s->api.rule_account = before.account;
  s->api.rule_reduces = before.reduces;
}

/* A rule's callbacks get ctx as their last argument. Returns how many it pushed. */
static int push_ctx(lua_State *L, const oms_script_t *s) {
  if (s->api.kind != OMS_KIND_RULE) {
    return 0;
  }
  lua_rawgeti(L, LUA_REGISTRYINDEX, s->api.ref_ctx);
  return 1;
}

int oms_script_fill(oms_script_t *s, const oms_event_t *event, oms_error_t *err) {
  if (s->refs[OMS_CALLBACK_FILL] == LUA_NOREF || event->fill == OMS_NONE) {
    return OMS_OK;
  }
  oms_fill_record_t record;
  oms_fill_fill_in(&s->api, event, &record);
  const oms_call_t call = call_of(s, OMS_CALLBACK_FILL, event->seq);
  rule_state_t before = enter_rule(s, record.order->index, false);
  lua_State *L = push_callback(s, OMS_CALLBACK_FILL);
  oms_view_refresh(L, s->api.fill, &record);
  int rc = oms_bind_call(s->cell, 2 + push_ctx(L, s), 0, &call);
  oms_view_end(s->api.fill);
  leave_rule(s, before);
  return result(s, rc, err);
}

struct order_event {
  oms_script_t *s;
  oms_callback_t callback;
  const oms_event_record_t *record;
};

static int call_order(lua_State *L) {
  const struct order_event *o = lua_touserdata(L, 1);
  oms_script_t *s = o->s;
  lua_rawgeti(L, LUA_REGISTRYINDEX, s->refs[o->callback]);
  oms_script_push_self(L);
  oms_order_push(L, o->record->order != NULL ? o->record->order->index : OMS_NONE);
  oms_view_refresh(L, s->api.event, o->record);
  lua_call(L, 3 + push_ctx(L, s), 0);
  return 0;
}

static int order_event(oms_script_t *s, oms_callback_t callback, const oms_event_t *event,
                       oms_error_t *err) {
  if (s->refs[callback] == LUA_NOREF) {
    return OMS_OK;
  }
  oms_event_record_t record;
  oms_event_fill_in(&s->api, event, &record);
  oms_call_t call = call_of(s, callback, event->seq);
  call.phase = OMS_PHASE_EVENT;
  struct order_event o = {s, callback, &record};
  rule_state_t before = enter_rule(s, event->order, false);
  int rc = oms_bind_protect(s->cell, call_order, &o, &call);
  oms_view_end(s->api.event);
  leave_rule(s, before);
  return result(s, rc, err);
}

int oms_script_order(oms_script_t *s, const oms_event_t *event, oms_error_t *err) {
  return order_event(s, OMS_CALLBACK_ORDER, event, err);
}

int oms_script_trigger(oms_script_t *s, const oms_event_t *event, oms_error_t *err) {
  return order_event(s, OMS_CALLBACK_CHECK, event, err);
}

/* Timers and sessions. */

struct timer {
  oms_script_t *s;
  const char *name;
};

static int call_timer(lua_State *L) {
  const struct timer *t = lua_touserdata(L, 1);
  oms_script_t *s = t->s;
  if (oms_timer_function(L, &s->api, t->name) || s->refs[OMS_CALLBACK_TIMER] == LUA_NOREF) {
    return 0;
  }
  lua_rawgeti(L, LUA_REGISTRYINDEX, s->refs[OMS_CALLBACK_TIMER]);
  oms_script_push_self(L);
  lua_pushstring(L, t->name);
  lua_call(L, 2 + push_ctx(L, s), 0);
  return 0;
}

int oms_script_timer(oms_script_t *s, const char *name, oms_error_t *err) {
  struct timer t = {s, name};
  const oms_call_t call = call_of(s, OMS_CALLBACK_TIMER, 0);
  return result(s, oms_bind_protect(s->cell, call_timer, &t, &call), err);
}

struct session {
  oms_script_t *s;
  const char *what, *calendar;
  int64_t day;
  oms_time_t open, close;
};

static int call_session(lua_State *L) {
  const struct session *e = lua_touserdata(L, 1);
  char date[32];
  oms_date_iso(e->day * OMS_NS_PER_DAY, OMS_ZONE_UTC, date);
  lua_rawgeti(L, LUA_REGISTRYINDEX, e->s->refs[OMS_CALLBACK_SESSION]);
  oms_script_push_self(L);
  lua_pushstring(L, e->what);
  lua_createtable(L, 0, 4);
  lua_pushstring(L, e->calendar);
  lua_setfield(L, -2, "calendar");
  lua_pushstring(L, date);
  lua_setfield(L, -2, "date");
  oms_push_time(L, e->open);
  lua_setfield(L, -2, "open");
  oms_push_time(L, e->close);
  lua_setfield(L, -2, "close");
  lua_call(L, 3 + push_ctx(L, e->s), 0);
  return 0;
}

int oms_script_session(oms_script_t *s, const char *what, const char *calendar, int64_t day,
                       oms_time_t open, oms_time_t close, oms_error_t *err) {
  if (s->refs[OMS_CALLBACK_SESSION] == LUA_NOREF) {
    return OMS_OK;
  }
  struct session e = {s, what, calendar, day, open, close};
  const oms_call_t call = call_of(s, OMS_CALLBACK_SESSION, 0);
  return result(s, oms_bind_protect(s->cell, call_session, &e, &call), err);
}

/* Rules. */

static int misjudged(const oms_script_t *s, oms_error_t *err, const char *what) {
  return oms_error_set(err, OMS_ERR_SCRIPT,
                       "%s: check returned %s: it returns true or nothing, false, code, "
                       "message, or \"approve\", reason",
                       s->config.path, what);
}

/* false, code, message. A rule may have codes of its own; what is no code at all is kept in front
 * of the message. */
static int denied(lua_State *L, const oms_script_t *s, oms_reject_t *reject, oms_error_t *err) {
  const char *code_text = NULL, *text = NULL;
  size_t n = 0;
  if (lua_type(L, -2) == LUA_TSTRING) {
    code_text = lua_tolstring(L, -2, &n);
  } else if (!lua_isnil(L, -2)) {
    return misjudged(s, err, "a code that is no string");
  }
  if (lua_type(L, -1) == LUA_TSTRING) {
    text = lua_tostring(L, -1);
  } else if (!lua_isnil(L, -1)) {
    return misjudged(s, err, "a message that is no string");
  }
  int code = code_text != NULL ? oms_enum_parse(OMS_ENUM_CODE, code_text, n) : -1;
  if (code < 0 && code_text != NULL) {
    code = oms_code_own(code_text, n);
  }
  bool known = code > OMS_CODE_NONE;
  reject->code = (uint16_t)(known ? code : OMS_CODE_RULE_DENIED);
  if (text == NULL) {
    text = code >= OMS_CODE_OWN ? "a rule refused it" : oms_code_text((oms_code_t)reject->code);
  }
  if (known || code_text == NULL) {
    snprintf(reject->message, sizeof(reject->message), "%s", text);
  } else {
    snprintf(reject->message, sizeof(reject->message), "%s: %s", code_text, text);
  }
  return OMS_OK;
}

/* The three results are on top. Nothing here allocates in the cell. */
static int read_verdict(lua_State *L, const oms_script_t *s, oms_verdict_t *verdict,
                        oms_reject_t *reject, oms_error_t *err) {
  int type = lua_type(L, -3);
  if (type == LUA_TNIL || (type == LUA_TBOOLEAN && lua_toboolean(L, -3))) {
    *verdict = OMS_VERDICT_ACCEPT;
    return OMS_OK;
  }
  if (type == LUA_TBOOLEAN) {
    *verdict = OMS_VERDICT_REJECT;
    return denied(L, s, reject, err);
  }
  if (type == LUA_TSTRING && strcmp(lua_tostring(L, -3), "approve") == 0) {
    *verdict = OMS_VERDICT_APPROVE;
    reject->code = OMS_CODE_NONE;
    snprintf(reject->message, sizeof(reject->message), "%s",
             lua_type(L, -2) == LUA_TSTRING ? lua_tostring(L, -2) : "a person has to approve it");
    return OMS_OK;
  }
  return misjudged(s, err, oms_arg_type(L, -3));
}

int oms_script_check(oms_script_t *s, uint32_t order, bool reduces, oms_verdict_t *verdict,
                     oms_reject_t *reject, oms_error_t *err) {
  *verdict = OMS_VERDICT_ACCEPT;
  if (s->refs[OMS_CALLBACK_CHECK] == LUA_NOREF || s->api.checked == NULL) {
    return OMS_OK;
  }
  rule_state_t before = enter_rule(s, order, reduces);
  s->api.judged_order = order;
  lua_State *L = push_callback(s, OMS_CALLBACK_CHECK);
  oms_view_refresh(L, s->api.checked, oms_engine_order(oms_api_engine(&s->api), order));
  lua_rawgeti(L, LUA_REGISTRYINDEX, s->api.ref_ctx);
  int rc = oms_bind_call(s->cell, 3, 3, &s->calls[OMS_CALLBACK_CHECK]);
  oms_view_end(s->api.checked);
  leave_rule(s, before);
  if (rc != OMS_OK) {
    return oms_bind_error(s->cell, rc, err);
  }
  rc = read_verdict(L, s, verdict, reject, err);
  lua_pop(L, 3);
  return rc;
}
