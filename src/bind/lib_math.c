/* lib_math.c - math without chance: math.random draws from the cell's seeded generator, which the
 * session seeds, so that two runs draw the same; exp, log and the circular functions have the same
 * bits on every processor (real.h), as has the operator ^. */
#include "bind/bind.h"
#include "bind/real.h"

/* math.random(), (n), (m, n), (0), as in the manual. */
static int lib_random(lua_State *L) {
  oms_cell_t *cell = oms_bind_cell(L);
  int args = lua_gettop(L);
  if (args == 0) {
    lua_pushnumber(L, oms_random_double(&cell->random));
    return 1;
  }
  luaL_argcheck(L, args <= 2, 3, "no more than two numbers");
  lua_Integer low = args == 1 ? 1 : luaL_checkinteger(L, 1);
  lua_Integer high = luaL_checkinteger(L, args);
  if (args == 1 && high == 0) {
    lua_pushinteger(L, (lua_Integer)oms_random_next(&cell->random));
    return 1;
  }
  luaL_argcheck(L, low <= high, args, "interval is empty");
  uint64_t span = (uint64_t)high - (uint64_t)low + 1; /* 0: all integers */
  uint64_t r = span == 0 ? oms_random_next(&cell->random) : oms_random_below(&cell->random, span);
  lua_pushinteger(L, (lua_Integer)((uint64_t)low + r));
  return 1;
}

static int lib_randomseed(lua_State *L) {
  return luaL_error(L,
                    "math.randomseed is not available in scripts (the session's seed is used; see "
                    "oms.random)");
}

static int lib_exp(lua_State *L) {
  lua_pushnumber(L, oms_real_exp(luaL_checknumber(L, 1)));
  return 1;
}

static int lib_log(lua_State *L) {
  double x = luaL_checknumber(L, 1);
  double v = lua_isnoneornil(L, 2) ? oms_real_log(x) : oms_real_log_base(x, luaL_checknumber(L, 2));
  lua_pushnumber(L, v);
  return 1;
}

static int lib_sin(lua_State *L) {
  lua_pushnumber(L, oms_real_sin(luaL_checknumber(L, 1)));
  return 1;
}

static int lib_cos(lua_State *L) {
  lua_pushnumber(L, oms_real_cos(luaL_checknumber(L, 1)));
  return 1;
}

static int lib_tan(lua_State *L) {
  lua_pushnumber(L, oms_real_tan(luaL_checknumber(L, 1)));
  return 1;
}

static int lib_asin(lua_State *L) {
  lua_pushnumber(L, oms_real_asin(luaL_checknumber(L, 1)));
  return 1;
}

static int lib_acos(lua_State *L) {
  lua_pushnumber(L, oms_real_acos(luaL_checknumber(L, 1)));
  return 1;
}

static int lib_atan(lua_State *L) {
  double y = luaL_checknumber(L, 1);
  lua_pushnumber(L, oms_real_atan2(y, luaL_optnumber(L, 2, 1)));
  return 1;
}

void oms_lib_math(lua_State *L) {
  static const luaL_Reg functions[] = {
      {"acos",       lib_acos      },
      {"asin",       lib_asin      },
      {"atan",       lib_atan      },
      {"cos",        lib_cos       },
      {"exp",        lib_exp       },
      {"log",        lib_log       },
      {"random",     lib_random    },
      {"randomseed", lib_randomseed},
      {"sin",        lib_sin       },
      {"tan",        lib_tan       },
      {NULL,         NULL          },
  };
  luaL_setfuncs(L, functions, 0);
}
