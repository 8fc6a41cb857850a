/* session_result.c - what the check of a session sees of a run: summary, orders, fills and
 * trades as plain tables, and the verdict. Fields are those of the CSV files (src/host writes
 * these), in the same order of rows. The tables are made at once and whole, so that a check may
 * walk and keep them like any list. */
#include <string.h>

#include "bind/session_int.h"
#include "core/rows.h"

#define CHECK_BUDGET_NS INT64_C(10000000000)
#define MAKE_BUDGET_NS  INT64_C(600000000000)
#define ROW_BYTES       2048 /* most that a row takes in Lua, its texts included */

typedef struct result {
  oms_session_file_t *file;
  const oms_engine_t *engine;
  const oms_summary_field_t *summary;
  size_t n;
  oms_array_t trades; /* oms_trade_t */
} result_t;

/* Fields of the table on top; nothing stands for what is empty. */

static void set_text(void *self, const char *name, const char *text) {
  lua_State *L = self;
  if (text != NULL && text[0] != '\0') {
    lua_pushstring(L, text);
    lua_setfield(L, -2, name);
  }
}

static void set_decimal(void *self, const char *name, int64_t v, int decimals) {
  lua_State *L = self;
  if (v != OMS_NO_PRICE) {
    lua_pushnumber(L, oms_fixed_to_double(v, decimals));
    lua_setfield(L, -2, name);
  }
}

static void set_time(void *self, const char *name, oms_time_t t) {
  lua_State *L = self;
  if (t != OMS_NO_TIME) {
    lua_pushinteger(L, t);
    lua_setfield(L, -2, name);
  }
}

static oms_row_taker_t new_row(lua_State *L, int fields) {
  lua_createtable(L, 0, fields);
  return (oms_row_taker_t){L, set_text, set_decimal, set_time};
}

static void push_order(lua_State *L, const oms_engine_t *e, const oms_order_t *o) {
  const oms_row_taker_t row = new_row(L, 16);
  oms_row_order(e, o, oms_desk_stop_of(oms_api_of(L)->desk, o), &row);
}

static void push_fill(lua_State *L, const oms_engine_t *e, const oms_fill_t *f) {
  const oms_row_taker_t row = new_row(L, 11);
  oms_row_fill(e, f, &row);
}

static void push_trade(lua_State *L, const oms_engine_t *e, const oms_trade_t *t) {
  const oms_row_taker_t row = new_row(L, 11);
  oms_row_trade(e, t, &row);
}

/* The result. */

static void push_summary(lua_State *L, const result_t *r) {
  lua_createtable(L, 0, (int)r->n);
  for (size_t i = 0; i < r->n; i++) {
    const oms_summary_field_t *f = &r->summary[i];
    switch (f->kind) {
    case OMS_FIELD_INTEGER:
      lua_pushinteger(L, f->integer);
      break;
    case OMS_FIELD_DOUBLE:
      lua_pushnumber(L, f->number);
      break;
    case OMS_FIELD_TEXT:
      lua_pushstring(L, f->text);
      break;
    case OMS_FIELD_NULL:
    default:
      lua_pushnil(L);
    }
    lua_setfield(L, -2, f->name);
  }
}

/* Leaves the result as the one value kept: the registry's slot of the timeline is not touched. */
static int make_result(lua_State *L) {
  const result_t *r = lua_touserdata(L, 1);
  const oms_engine_t *e = r->engine;
  uint32_t orders = oms_engine_order_count(e);
  uint32_t fills = oms_engine_fill_count(e);
  lua_createtable(L, 0, 4);
  push_summary(L, r);
  lua_setfield(L, -2, "summary");
  lua_createtable(L, (int)orders, 0);
  for (uint32_t i = 0; i < orders; i++) {
    push_order(L, e, oms_engine_order(e, i));
    lua_rawseti(L, -2, (lua_Integer)i + 1);
  }
  lua_setfield(L, -2, "orders");
  lua_createtable(L, (int)fills, 0);
  for (uint32_t i = 0; i < fills; i++) {
    push_fill(L, e, oms_engine_fill(e, i));
    lua_rawseti(L, -2, (lua_Integer)i + 1);
  }
  lua_setfield(L, -2, "fills");
  lua_createtable(L, (int)r->trades.n, 0);
  for (size_t i = 0; i < r->trades.n; i++) {
    push_trade(L, e, OMS_AT(&r->trades, oms_trade_t, i));
    lua_rawseti(L, -2, (lua_Integer)i + 1);
  }
  lua_setfield(L, -2, "trades");
  return 1;
}

/* Called by the engine, which may hold memory: nothing is pushed here. */
static int keep_trade(void *self, const oms_trade_t *t) {
  return oms_array_push(self, t);
}

/* "file:12: check returned false" from the two results on top. */
static int verdict(oms_session_file_t *f, oms_error_t *err) {
  lua_State *L = oms_bind_state(f->cell);
  int rc = OMS_OK;
  if (lua_type(L, -2) == LUA_TBOOLEAN && !lua_toboolean(L, -2)) {
    lua_Debug ar;
    const char *why = lua_type(L, -1) == LUA_TSTRING ? lua_tostring(L, -1) : "";
    lua_rawgeti(L, LUA_REGISTRYINDEX, f->ref_check);
    lua_getinfo(L, ">S", &ar);
    rc = oms_error_set(err, OMS_ERR_CHECK, "%s:%d: check returned false%s%s", ar.short_src,
                       ar.linedefined, why[0] != '\0' ? ": " : "", why);
  }
  lua_pop(L, 2);
  return rc;
}

static int run_check(oms_session_file_t *f, result_t *r, oms_error_t *err) {
  static const oms_call_t make = {
      .name = "check", .phase = OMS_PHASE_SESSION, .budget_ns = MAKE_BUDGET_NS};
  static const oms_call_t check = {
      .name = "check", .phase = OMS_PHASE_SESSION, .budget_ns = CHECK_BUDGET_NS};
  lua_State *L = oms_bind_state(f->cell);
  lua_rawgeti(L, LUA_REGISTRYINDEX, f->ref_check);
  lua_pushcfunction(L, make_result);
  lua_pushlightuserdata(L, r);
  int rc = oms_bind_call(f->cell, 1, 1, &make);
  if (rc != OMS_OK) {
    lua_pop(L, 1);
    return oms_bind_error(f->cell, rc, err);
  }
  rc = oms_bind_call(f->cell, 1, 2, &check);
  if (rc == OMS_OK) {
    return verdict(f, err);
  }
  bool verdict_given = rc == OMS_ERR_SCRIPT || rc == OMS_ERR_KILLED ||
                       rc == OMS_ERR_NOMEM; /* its own failure, too */
  return oms_bind_error(f->cell, verdict_given ? OMS_ERR_CHECK : rc, err);
}

bool oms_session_file_has_check(const oms_session_file_t *f) {
  return f->ref_check != LUA_NOREF;
}

int oms_session_file_check(oms_session_file_t *f, const oms_desk_t *desk,
                           const oms_summary_field_t *summary, size_t n, oms_error_t *err) {
  if (f->ref_check == LUA_NOREF) {
    return OMS_OK;
  }
  oms_session_file_attach(f, desk);
  result_t r = {.file = f, .engine = desk->engine, .summary = summary, .n = n};
  oms_array_init(&r.trades, sizeof(oms_trade_t));
  int rc = oms_engine_trades(desk->engine, keep_trade, &r.trades);
  if (rc == OMS_OK) {
    size_t rows = oms_engine_order_count(r.engine) + oms_engine_fill_count(r.engine) + r.trades.n;
    f->cell->memory_cap = OMS_CELL_MEMORY_CAP + rows * ROW_BYTES;
    rc = run_check(f, &r, err);
  } else {
    oms_error_set(err, rc, "%s: no memory for the result of the run", f->name);
  }
  oms_array_free(&r.trades);
  return rc;
}
