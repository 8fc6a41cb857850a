/* session_timeline.c - the timeline of a session: timeline(t) runs once and hands over its
 * entries by t:at(time, function); the host runs each when its time has come. What an entry may
 * call is b_timeline.c. Invariant: entries are in order of time, equal times in the order in
 * which they were given. */
#include <stdlib.h>

#include "bind/session_int.h"

#define RUN_BUDGET_NS INT64_C(1000000000)

static const oms_call_t collect_call = {
    .name = "timeline", .phase = OMS_PHASE_SESSION, .budget_ns = RUN_BUDGET_NS};
const oms_call_t oms_timeline_call = {
    .name = "timeline", .phase = OMS_PHASE_SESSION, .budget_ns = RUN_BUDGET_NS};

/* Collecting. */

/* t:at(time, function); the file is an upvalue. */
static int timeline_at(lua_State *L) {
  oms_session_file_t *f = lua_touserdata(L, lua_upvalueindex(1));
  if (oms_budget.top->call != &collect_call) {
    return luaL_error(L, "t:at can be called only while timeline(t) runs");
  }
  if (lua_type(L, 1) != LUA_TTABLE) {
    return luaL_error(L, "write t:at(time, function) with a colon");
  }
  oms_timeline_entry_t entry = {.time = oms_arg_time(L, 2, "t:at", "the time", NULL),
                                .order = f->entries.n,
                                .ref = LUA_NOREF};
  if (lua_type(L, 3) != LUA_TFUNCTION) {
    return luaL_error(L, "t:at: argument 2 must be a function, got %s", oms_arg_type(L, 3));
  }
  lua_settop(L, 3);
  entry.ref = luaL_ref(L, LUA_REGISTRYINDEX);
  if (oms_array_push(&f->entries, &entry) != OMS_OK) {
    return luaL_error(L, "not enough memory for the timeline");
  }
  return 0;
}

static int timeline_unknown(lua_State *L) {
  return luaL_error(L, "timeline: there is no t.%s; write t:at(time, function)",
                    lua_type(L, 2) == LUA_TSTRING ? lua_tostring(L, 2) : "?");
}

static int collect(lua_State *L) {
  oms_session_file_t *f = lua_touserdata(L, 1);
  lua_rawgeti(L, LUA_REGISTRYINDEX, f->ref_timeline);
  lua_createtable(L, 0, 1);
  lua_pushlightuserdata(L, f);
  lua_pushcclosure(L, timeline_at, 1);
  lua_setfield(L, -2, "at");
  lua_createtable(L, 0, 1);
  lua_pushcfunction(L, timeline_unknown);
  lua_setfield(L, -2, "__index");
  lua_setmetatable(L, -2);
  lua_call(L, 1, 0);
  return 0;
}

static int by_time(const void *left, const void *right) {
  const oms_timeline_entry_t *a = left;
  const oms_timeline_entry_t *b = right;
  if (a->time != b->time) {
    return a->time < b->time ? -1 : 1;
  }
  return (a->order > b->order) - (a->order < b->order);
}

int oms_session_file_timeline(oms_session_file_t *f, const oms_desk_t *desk, size_t *n,
                              oms_error_t *err) {
  *n = 0;
  oms_session_file_attach(f, desk);
  f->entries.n = 0;
  if (f->ref_timeline == LUA_NOREF) {
    return OMS_OK;
  }
  int rc = oms_bind_protect(f->cell, collect, f, &collect_call);
  if (rc != OMS_OK) {
    f->entries.n = 0;
    return oms_bind_error(f->cell, rc, err);
  }
  if (f->entries.n > 0) {
    qsort(f->entries.data, f->entries.n, sizeof(oms_timeline_entry_t), by_time);
  }
  *n = f->entries.n;
  return OMS_OK;
}

/* Running. */

oms_time_t oms_session_file_entry_time(const oms_session_file_t *f, size_t i) {
  OMS_CHECK(i < f->entries.n);
  return OMS_AT(&f->entries, oms_timeline_entry_t, i)->time;
}

int oms_session_file_run_entry(oms_session_file_t *f, size_t i, oms_error_t *err) {
  OMS_CHECK(i < f->entries.n);
  lua_State *L = oms_bind_state(f->cell);
  lua_rawgeti(L, LUA_REGISTRYINDEX, OMS_AT(&f->entries, oms_timeline_entry_t, i)->ref);
  int rc = oms_bind_call(f->cell, 0, 0, &oms_timeline_call);
  return rc == OMS_OK ? OMS_OK : oms_bind_error(f->cell, rc, err);
}
