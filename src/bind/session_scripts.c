/* session_scripts.c - entries of strategies and rules: a path alone, or a table with the path
 * at [1], reserved keys, and parameters. Whether the script knows a parameter is seen when the
 * script is loaded; here the parameters become canonical bytes, so that they can go to another
 * cell. Runs protected, like session_read.c. */
#include <string.h>

#include "bind/session_int.h"

/* A parameter or [1]: not for the reader of reserved keys. */
static bool is_reserved(lua_State *L, int index, const oms_key_table_t *table) {
  return lua_type(L, index) == LUA_TSTRING && oms_key_find(table, lua_tostring(L, index)) != NULL;
}

/* Pushes two tables made of the entry on top: reserved keys, parameters. Returns the number of
 * the latter. */
static size_t split(oms_reader_t *r, const oms_key_table_t *table) {
  lua_State *L = r->L;
  size_t n = 0;
  lua_newtable(L);
  lua_newtable(L);
  for (lua_pushnil(L); lua_next(L, -4);) {
    bool path = lua_isinteger(L, -2) && lua_tointeger(L, -2) == 1;
    if (!path && lua_type(L, -2) != LUA_TSTRING) {
      oms_read_fail(r, "has more than the path without a name; write PARAMETER = VALUE");
    }
    bool reserved = is_reserved(L, -2, table);
    n += !path && !reserved;
    if (path) {
      lua_pop(L, 1);
      continue;
    }
    lua_pushvalue(L, -2);
    lua_insert(L, -2);
    lua_rawset(L, reserved ? -5 : -4);
  }
  return n;
}

static int encode(lua_State *L) {
  oms_value_encode(L, 1, lua_tostring(L, 2), 0);
  return 1;
}

/* The parameters on top as canonical bytes. */
static void read_params(oms_reader_t *r, oms_script_entry_t *entry) {
  lua_State *L = r->L;
  lua_pushcfunction(L, encode);
  lua_pushvalue(L, -2);
  lua_pushstring(L, r->place);
  if (lua_pcall(L, 2, 1, 0) != LUA_OK) {
    oms_bind_poll(L);
    const char *message = lua_tostring(L, -1); /* names the place itself */
    oms_read_raise(r, oms_error_set(&r->error, OMS_ERR_USAGE, "%s",
                                    message != NULL ? message : "parameters are not plain data"));
  }
  size_t n;
  const char *bytes = lua_tolstring(L, -1, &n);
  entry->params = (const unsigned char *)oms_read_copy(r, bytes, n);
  entry->param_n = n;
  lua_pop(L, 1);
}

static void read_path(oms_reader_t *r, oms_script_entry_t *entry) {
  size_t n;
  lua_State *L = r->L;
  const char *path = lua_type(L, -1) == LUA_TSTRING ? lua_tolstring(L, -1, &n) : NULL;
  if (path == NULL || path[0] == '\0' || strlen(path) != n) {
    oms_read_fail(r, "must be the path of a script, or a table that begins with it, got %s",
                  oms_arg_type(L, -1));
  }
  entry->path = oms_read_copy(r, path, n);
}

static void read_entry(oms_reader_t *r, const oms_key_table_t *table, oms_script_entry_t *entry) {
  lua_State *L = r->L;
  luaL_checkstack(L, 20, "session");
  if (lua_type(L, -1) != LUA_TTABLE) {
    read_path(r, entry);
    return;
  }
  lua_rawgeti(L, -1, 1);
  size_t length = oms_read_enter_at(r, 1);
  read_path(r, entry);
  oms_read_leave(r, length);
  lua_pop(L, 1);
  if (split(r, table) > 0) {
    read_params(r, entry);
  }
  lua_pop(L, 1);
  oms_read_record(r, table, entry, NULL);
  lua_pop(L, 1);
}

void oms_read_scripts(oms_reader_t *r, const oms_key_table_t *table, oms_script_entry_t **out,
                      size_t *n) {
  size_t count = oms_read_list(r, "paths or tables");
  oms_script_entry_t *entries = oms_read_array(r, count, sizeof(*entries));
  for (size_t i = 0; i < count; i++) {
    lua_rawgeti(r->L, -1, (lua_Integer)i + 1);
    size_t length = oms_read_enter_at(r, i + 1);
    read_entry(r, table, &entries[i]);
    oms_read_leave(r, length);
    lua_pop(r->L, 1);
  }
  *out = entries;
  *n = count;
}
