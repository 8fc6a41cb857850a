/* repl_show.c - a value as a person reads it: keys in order, lists and depth bounded, long tables
 * over several lines. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "bind/repl_int.h"

#define DEPTH_MAX   4
#define ENTRIES_TOP 40  /* of the outermost table, where it is no list */
#define ENTRIES     20  /* of lists, and of tables in it */
#define LINE_MAX_N  100 /* a value that is longer has a line for each entry */
#define TEXT_MAX_N  400

static void add(oms_repl_t *r, const char *text) {
  oms_repl_add(r, text, strlen(text));
}

static void show_string(oms_repl_t *r, const char *s, size_t n) {
  char code[8];
  add(r, "\"");
  for (size_t i = 0; i < n && i < TEXT_MAX_N; i++) {
    unsigned char c = (unsigned char)s[i];
    if (c == '"' || c == '\\') {
      snprintf(code, sizeof code, "\\%c", c);
    } else if (c == '\n') {
      snprintf(code, sizeof code, "\\n");
    } else if (c < 0x20 || c == 0x7f) {
      snprintf(code, sizeof code, "\\%d", c);
    } else {
      snprintf(code, sizeof code, "%c", c);
    }
    add(r, code);
  }
  add(r, n > TEXT_MAX_N ? "\"..." : "\"");
}

static void show_plain(oms_repl_t *r, lua_State *L, int index) {
  size_t n;
  if (lua_type(L, index) == LUA_TSTRING) {
    const char *s = lua_tolstring(L, index, &n);
    show_string(r, s, n);
    return;
  }
  const char *text = oms_lib_tostring(L, index, &n);
  oms_repl_add(r, text, n);
  lua_pop(L, 1);
}

static bool is_name(const char *s, size_t n) {
  bool good = n > 0 && !(s[0] >= '0' && s[0] <= '9');
  for (size_t i = 0; good && i < n; i++) {
    good = (s[i] >= 'a' && s[i] <= 'z') || (s[i] >= 'A' && s[i] <= 'Z') ||
           (s[i] >= '0' && s[i] <= '9') || s[i] == '_';
  }
  return good;
}

/* Keys of these types have an order. */
static bool has_order(lua_State *L, int index) {
  bool all = true;
  for (lua_pushnil(L); lua_next(L, index); lua_pop(L, 1)) {
    int type = lua_type(L, -2);
    all = all && (type == LUA_TNUMBER || type == LUA_TSTRING);
  }
  return all;
}

static void show(oms_repl_t *r, lua_State *L, int index, int depth);

static void new_line(oms_repl_t *r, bool lines, int depth) {
  if (!lines) {
    add(r, " ");
    return;
  }
  add(r, "\n");
  for (int i = 0; i < depth; i++) {
    add(r, "  ");
  }
}

/* The key on top. */
static void show_key(oms_repl_t *r, lua_State *L) {
  size_t n = 0;
  const char *s = lua_type(L, -1) == LUA_TSTRING ? lua_tolstring(L, -1, &n) : NULL;
  if (s != NULL && is_name(s, n)) {
    oms_repl_add(r, s, n);
  } else {
    add(r, "[");
    show_plain(r, L, -1);
    add(r, "]");
  }
  add(r, " = ");
}

static void show_entries(oms_repl_t *r, lua_State *L, int index, int depth, bool lines) {
  char more[64];
  size_t length = lua_rawlen(L, index), n = oms_keys_push(L, index);
  size_t most = depth == 0 && length == 0 ? ENTRIES_TOP : ENTRIES;
  int keys = lua_gettop(L) - 1;
  for (size_t i = 0; i < n && i < most; i++) {
    if (i > 0) {
      add(r, ",");
      new_line(r, lines, depth + 1);
    }
    lua_rawgeti(L, keys, (lua_Integer)oms_keys_at(lua_touserdata(L, keys + 1), i));
    bool listed =
        lua_isinteger(L, -1) && lua_tointeger(L, -1) >= 1 && (size_t)lua_tointeger(L, -1) <= length;
    if (!listed) {
      show_key(r, L);
    }
    lua_rawget(L, index);
    show(r, L, lua_gettop(L), depth + 1);
    lua_pop(L, 1);
  }
  if (n > most) {
    add(r, ",");
    new_line(r, lines, depth + 1);
    snprintf(more, sizeof more, "... and %zu more", n - most);
    add(r, more);
  }
  lua_settop(L, keys - 1);
}

/* On one line where it is short. */
static void show_table(oms_repl_t *r, lua_State *L, int index, int depth) {
  size_t before = r->text.n;
  add(r, "{");
  show_entries(r, L, index, depth, false);
  add(r, "}");
  if (r->text.n - before > LINE_MAX_N && depth == 0) {
    r->text.n = before;
    add(r, "{");
    new_line(r, true, depth + 1);
    show_entries(r, L, index, depth, true);
    new_line(r, true, depth);
    add(r, "}");
  }
}

static void show(oms_repl_t *r, lua_State *L, int index, int depth) {
  luaL_checkstack(L, 20, "a value");
  if (lua_type(L, index) != LUA_TTABLE) {
    show_plain(r, L, index);
  } else if (lua_rawlen(L, index) == 0 && (lua_pushnil(L), lua_next(L, index) == 0)) {
    add(r, "{}");
  } else if (depth >= DEPTH_MAX) {
    lua_settop(L, index);
    add(r, "{...}");
  } else {
    lua_settop(L, index);
    if (has_order(L, index)) {
      show_table(r, L, index, depth);
    } else {
      add(r, "{table with keys that have no order}");
    }
  }
}

void oms_repl_show(oms_repl_t *r, lua_State *L, int index) {
  lua_pushvalue(L, index); /* on top: the walk cuts the stack back to it */
  show(r, L, lua_gettop(L), 0);
  lua_pop(L, 1);
}
