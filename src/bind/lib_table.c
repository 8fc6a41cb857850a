/* lib_table.c - the table library: raw lengths and raw fields (a __len cannot make it loop), ranges
 * that no table could hold are refused, long loops poll. sort is a stable merge sort: the stock one
 * differs from run to run where elements compare equal. */
#include <limits.h>
#include <string.h>

#include "base/check.h"
#include "bind/bind.h"

#define POLL_STEPS 8192

static lua_Integer raw_length(lua_State *L, int index) {
  luaL_checktype(L, index, LUA_TTABLE);
  return (lua_Integer)lua_rawlen(L, index);
}

/* Moves 'n' fields from 'from' to 'to' within or between tables, backwards when 'down'. */
static void shift(lua_State *L, int source, lua_Integer from, int target, lua_Integer to,
                  lua_Integer n, bool down) {
  for (lua_Integer k = 0; k < n; k++) {
    lua_Integer i = down ? n - 1 - k : k;
    lua_rawgeti(L, source, from + i);
    lua_rawseti(L, target, to + i);
    if (k % POLL_STEPS == POLL_STEPS - 1) {
      oms_bind_charge(L, POLL_STEPS);
    }
  }
}

static int lib_insert(lua_State *L) {
  lua_Integer n = raw_length(L, 1) + 1;
  lua_Integer at = n;
  int args = lua_gettop(L);
  if (args == 3) {
    at = luaL_checkinteger(L, 2);
    luaL_argcheck(L, at >= 1 && at <= n, 2, "position out of bounds");
    shift(L, 1, at, 1, at + 1, n - at, true);
  } else if (args != 2) {
    return luaL_error(L, "wrong number of arguments to 'insert'");
  }
  lua_rawseti(L, 1, at);
  return 0;
}

static int lib_remove(lua_State *L) {
  lua_Integer n = raw_length(L, 1);
  lua_Integer at = luaL_optinteger(L, 2, n);
  if (!lua_isnone(L, 2)) {
    luaL_argcheck(L, n + 1 == at || (at >= 1 && at <= n) || (n == 0 && at == 0), 2,
                  "position out of bounds");
  }
  lua_rawgeti(L, 1, at);
  if (at < n) {
    shift(L, 1, at + 1, 1, at, n - at, false);
    at = n;
  }
  lua_pushnil(L);
  lua_rawseti(L, 1, at);
  return 1;
}

static int lib_move(lua_State *L) {
  luaL_checktype(L, 1, LUA_TTABLE);
  lua_Integer from = luaL_checkinteger(L, 2);
  lua_Integer end = luaL_checkinteger(L, 3);
  lua_Integer to = luaL_checkinteger(L, 4);
  int target = lua_isnoneornil(L, 5) ? 1 : 5;
  luaL_checktype(L, target, LUA_TTABLE);
  if (end >= from) {
    lua_Unsigned most = oms_bind_cell(L)->memory_cap / 16; /* of 16-byte fields */
    lua_Unsigned span = (lua_Unsigned)end - (lua_Unsigned)from;
    luaL_argcheck(L, span < most, 3, "too many elements to move");
    lua_Integer n = (lua_Integer)span + 1;
    luaL_argcheck(L, to <= LUA_MAXINTEGER - n + 1, 4, "destination wrap around");
    bool down = to > from && to <= end && target == 1;
    shift(L, 1, from, target, to, n, down);
  }
  lua_pushvalue(L, target);
  return 1;
}

static void add_element(lua_State *L, luaL_Buffer *b, lua_Integer i) {
  int type = lua_rawgeti(L, 1, i);
  if (type == LUA_TNUMBER) {
    oms_lib_tostring(L, -1, NULL);
    lua_remove(L, -2);
  } else if (type != LUA_TSTRING) {
    luaL_error(L, "invalid value (%s) at index %I in table for 'concat'", luaL_typename(L, -1),
               (LUAI_UACINT)i);
  }
  luaL_addvalue(b);
}

static int lib_concat(lua_State *L) {
  lua_Integer last = raw_length(L, 1);
  size_t n;
  const char *separator = luaL_optlstring(L, 2, "", &n);
  lua_Integer i = luaL_optinteger(L, 3, 1);
  last = luaL_optinteger(L, 4, last);
  luaL_Buffer b;
  luaL_buffinit(L, &b);
  for (lua_Integer steps = 0; i < last; i++) {
    add_element(L, &b, i);
    luaL_addlstring(&b, separator, n);
    if (++steps % POLL_STEPS == 0) {
      oms_bind_charge(L, POLL_STEPS);
    }
  }
  if (i == last) {
    add_element(L, &b, i);
  }
  luaL_pushresult(&b);
  return 1;
}

static int lib_pack(lua_State *L) {
  int n = lua_gettop(L);
  lua_createtable(L, n, 1);
  lua_insert(L, 1);
  for (int i = n; i >= 1; i--) {
    lua_rawseti(L, 1, i);
  }
  lua_pushinteger(L, n);
  lua_setfield(L, 1, "n");
  return 1;
}

static int lib_unpack(lua_State *L) {
  lua_Integer last = lua_isnoneornil(L, 3) ? raw_length(L, 1) : luaL_checkinteger(L, 3);
  luaL_checktype(L, 1, LUA_TTABLE);
  lua_Integer i = luaL_optinteger(L, 2, 1);
  if (i > last) {
    return 0;
  }
  lua_Unsigned n = (lua_Unsigned)last - (lua_Unsigned)i;
  if (n >= INT_MAX || !lua_checkstack(L, (int)n + 1)) {
    return luaL_error(L, "too many results to unpack");
  }
  for (; i < last; i++) {
    lua_rawgeti(L, 1, i);
  }
  lua_rawgeti(L, 1, last);
  return (int)n + 1;
}

/* Sort. */

/* True when element b has to stand before element a. Stack: 1 table, 2 function or nil, 3 copy. */
static bool before(lua_State *L, uint32_t b, uint32_t a) {
  bool less;
  if (lua_isnil(L, 2)) {
    lua_rawgeti(L, 3, b);
    lua_rawgeti(L, 3, a);
    less = lua_compare(L, -2, -1, LUA_OPLT) != 0;
    lua_pop(L, 2);
    return less;
  }
  lua_pushvalue(L, 2);
  lua_rawgeti(L, 3, b);
  lua_rawgeti(L, 3, a);
  lua_call(L, 2, 1);
  less = lua_toboolean(L, -1);
  lua_pop(L, 1);
  return less;
}

/* Merges [from, middle) and [middle, end) of 'in' into 'out'; equal elements keep their order. */
static void merge(lua_State *L, const uint32_t *in, uint32_t *out, size_t from, size_t middle,
                  size_t end) {
  size_t left = from;
  size_t right = middle;
  for (size_t to = from; to < end; to++) {
    bool take_right = right < end && (left >= middle || before(L, in[right], in[left]));
    out[to] = take_right ? in[right++] : in[left++];
    if (to % POLL_STEPS == 0) {
      oms_bind_charge(L, POLL_STEPS);
    }
  }
}

/* Sorts the order, not the elements: a comparison that raises leaves the table as it was. */
static int lib_sort(lua_State *L) {
  size_t n = (size_t)raw_length(L, 1);
  if (!lua_isnoneornil(L, 2)) {
    luaL_checktype(L, 2, LUA_TFUNCTION);
  }
  lua_settop(L, 2);
  luaL_argcheck(L, n < INT_MAX / 4, 1, "array too big");
  lua_createtable(L, (int)n, 0);
  shift(L, 1, 1, 3, 1, (lua_Integer)n, false);
  uint32_t *in = lua_newuserdatauv(L, 2 * n * sizeof(uint32_t), 0);
  uint32_t *out = in + n;
  for (size_t i = 0; i < n; i++) {
    in[i] = (uint32_t)i + 1;
  }
  for (size_t width = 1; width < n; width *= 2) {
    for (size_t from = 0; from < n; from += 2 * width) {
      size_t middle = from + width < n ? from + width : n;
      size_t end = from + 2 * width < n ? from + 2 * width : n;
      merge(L, in, out, from, middle, end);
    }
    uint32_t *swap = in;
    in = out;
    out = swap;
  }
  for (size_t i = 0; i < n; i++) {
    lua_rawgeti(L, 3, in[i]);
    lua_rawseti(L, 1, (lua_Integer)i + 1);
  }
  oms_bind_poll(L);
  return 0;
}

void oms_lib_table(lua_State *L) {
  static const luaL_Reg functions[] = {
      {"concat", lib_concat},
      {"insert", lib_insert},
      {"move",   lib_move  },
      {"pack",   lib_pack  },
      {"remove", lib_remove},
      {"sort",   lib_sort  },
      {"unpack", lib_unpack},
      {NULL,     NULL      },
  };
  luaL_setfuncs(L, functions, 0);
}
