/* lib_coroutine.c - coroutines whose loops can be ended: resume, wrap and close enter the coroutine
 * in the chain of running states, so that a kill arms it too, and end the caller when a kill ended
 * the coroutine.
 * Invariant: the entry in the chain is taken off before anything is raised
 * (lua_resume and lua_resetthread raise nothing themselves). */
#include <stdatomic.h>

#include "base/check.h"
#include "bind/bind.h"

#define CLOSE_DEPTH 16 /* Lua 5.4.4 does not count the C stack of closes inside closes */

static void enter(oms_running_t *r, oms_cell_t *cell, lua_State *co) {
  r->L = co;
  r->prev = oms_budget.running;
  cell->running = co;
  atomic_signal_fence(memory_order_release);
  oms_budget.running = r;
}

static void leave(const oms_running_t *r, oms_cell_t *cell, lua_State *L) {
  oms_budget.running = r->prev;
  cell->running = L;
}

static lua_State *check_coroutine(lua_State *L) {
  lua_State *co = lua_tothread(L, 1);
  luaL_argexpected(L, co != NULL, 1, "coroutine");
  return co;
}

/* Resumes 'co' with 'n' arguments from the top of L. Results, or the error value, are moved to L:
 * their number, or -1. */
static int resume(lua_State *L, lua_State *co, int n) {
  oms_cell_t *cell = oms_bind_cell(L);
  int results = 0;
  oms_bind_poll(L);
  if (!lua_checkstack(co, n)) {
    lua_pushliteral(L, "too many arguments to resume");
    return -1;
  }
  lua_xmove(L, co, n);
  oms_running_t running;
  enter(&running, cell, co);
  int status = lua_resume(co, L, n, &results);
  leave(&running, cell, L);
  oms_bind_poll(L);
  if (status != LUA_OK && status != LUA_YIELD) {
    lua_xmove(co, L, 1);
    return -1;
  }
  if (!lua_checkstack(L, results + 1)) {
    lua_pop(co, results);
    lua_pushliteral(L, "too many results to resume");
    return -1;
  }
  lua_xmove(co, L, results);
  return results;
}

static int lib_resume(lua_State *L) {
  lua_State *co = check_coroutine(L);
  int n = resume(L, co, lua_gettop(L) - 1);
  bool ok = n >= 0;
  n = ok ? n : 1;
  lua_pushboolean(L, ok);
  lua_insert(L, -(n + 1));
  return n + 1;
}

/* Runs the __close methods of a coroutine that is suspended or failed. True, or false with the
 * error value on L. One that was killed is left alone: its methods would run with hooks off. */
static bool close_coroutine(lua_State *L, lua_State *co) {
  oms_cell_t *cell = oms_bind_cell(L);
  oms_bind_poll(L);
  if (lua_status(co) != LUA_YIELD && oms_budget_armed(co)) {
    lua_pushliteral(L, "the coroutine was ended because its budget was spent");
    return false;
  }
  if (cell->close_depth >= CLOSE_DEPTH) {
    luaL_error(L, "C stack overflow: coroutine.close inside of %d others", CLOSE_DEPTH);
  }
  oms_running_t running;
  enter(&running, cell, co);
  cell->close_depth++;
  int status = lua_resetthread(co);
  cell->close_depth--;
  leave(&running, cell, L);
  oms_bind_poll(L);
  if (status != LUA_OK) {
    lua_xmove(co, L, 1);
    return false;
  }
  return true;
}

static int lib_close(lua_State *L) {
  lua_State *co = check_coroutine(L);
  lua_Debug ar;
  int status = lua_status(co);
  bool normal = status == LUA_OK && lua_getstack(co, 0, &ar); /* runs, or has resumed another */
  if (co == L || normal) {
    return luaL_error(L, "cannot close a %s coroutine", co == L ? "running" : "normal");
  }
  if (close_coroutine(L, co)) {
    lua_pushboolean(L, 1);
    return 1;
  }
  lua_pushboolean(L, 0);
  lua_insert(L, -2);
  return 2;
}

static int step(lua_State *L) {
  lua_State *co = lua_tothread(L, lua_upvalueindex(1));
  int n = resume(L, co, lua_gettop(L));
  if (n >= 0) {
    return n;
  }
  int status = lua_status(co);
  if (status != LUA_OK &&
      status != LUA_YIELD) { /* it failed: close its variables, as wrap promises */
    lua_pushvalue(L, -1);
    lua_xmove(L, co, 1);
    if (!close_coroutine(L, co)) {
      return lua_error(L);
    }
  }
  return lua_error(L);
}

static int lib_wrap(lua_State *L) {
  luaL_checktype(L, 1, LUA_TFUNCTION);
  lua_State *co = lua_newthread(L);
  lua_pushvalue(L, 1);
  lua_xmove(L, co, 1);
  lua_pushcclosure(L, step, 1);
  return 1;
}

void oms_lib_coroutine(lua_State *L) {
  static const luaL_Reg functions[] = {
      {"close",  lib_close },
      {"resume", lib_resume},
      {"wrap",   lib_wrap  },
      {NULL,     NULL      },
  };
  luaL_setfuncs(L, functions, 0);
}
