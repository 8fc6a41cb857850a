/* lib_string.c - string.rep and the bound of results. The other functions of the string library are
 * in lib_format.c and pattern.c; byte, char, len, lower, reverse, sub and upper are the stock ones,
 * which only walk strings that exist already. dump, pack, unpack and packsize are left out. */
#include <string.h>

#include "bind/bind.h"

void oms_lib_check_size(lua_State *L, size_t n) {
  const oms_cell_t *cell = oms_bind_cell(L);
  if (n >= cell->memory_cap) {
    luaL_error(L, "not enough memory: a result of %I bytes is above the %I bytes of the script",
               (LUAI_UACINT)n, (LUAI_UACINT)cell->memory_cap);
  }
}

/* Fills [unit, n) of a block whose first 'unit' bytes are set, by doubling. */
static void fill(char *block, size_t unit, size_t n) {
  for (size_t done = unit; done < n;) {
    size_t part = done < n - done ? done : n - done;
    memcpy(block + done, block, part);
    done += part;
  }
}

static int lib_rep(lua_State *L) {
  size_t length;
  size_t separator_length;
  const char *s = luaL_checklstring(L, 1, &length);
  lua_Integer n = luaL_checkinteger(L, 2);
  const char *separator = luaL_optlstring(L, 3, "", &separator_length);
  size_t unit = length + separator_length;
  if (n <= 0 || unit == 0) {
    lua_pushliteral(L, "");
    return 1;
  }
  size_t total;
  if (__builtin_mul_overflow(unit, (size_t)n, &total)) {
    total = SIZE_MAX;
  }
  oms_lib_check_size(L, total);
  luaL_Buffer b;
  char *block = luaL_buffinitsize(L, &b, total);
  memcpy(block, s, length);
  memcpy(block + length, separator, separator_length);
  fill(block, unit, total);
  luaL_pushresultsize(&b, total - separator_length);
  return 1;
}

void oms_lib_string(lua_State *L) {
  lua_pushcfunction(L, lib_rep);
  lua_setfield(L, -2, "rep");
}
