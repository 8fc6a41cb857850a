/* text.c - error texts: values, places, tracebacks and locals of a script in words.
 * Writes into fixed buffers and never into the Lua heap, calls no metamethod and raises nothing, so
 * that it works when memory is exhausted and for killed scripts. Shows no addresses. */
#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "bind/bind.h"

#define STRING_SHOWN 60
#define KEYS_SHOWN   12
#define LEVELS_SHOWN 14
#define LOCALS_SHOWN 16
#define WHERE_LEVELS 40

void oms_text_init(oms_text_t *t, char *buffer, size_t cap) {
  *t = (oms_text_t){buffer, 0, cap};
  buffer[0] = '\0';
}

void oms_text_add(oms_text_t *t, const char *format, ...) {
  if (t->n + 1 >= t->cap) {
    return;
  }
  va_list args;
  va_start(args, format);
  int n = vsnprintf(t->at + t->n, t->cap - t->n, format, args);
  va_end(args);
  if (n > 0) {
    size_t room = t->cap - t->n - 1;
    t->n += (size_t)n < room ? (size_t)n : room;
  }
}

static void add_string(oms_text_t *t, const char *s, size_t n) {
  oms_text_add(t, "\"");
  for (size_t i = 0; i < n && i < STRING_SHOWN; i++) {
    unsigned char c = (unsigned char)s[i];
    if (c == '\n') {
      oms_text_add(t, "\\n");
    } else if (c == '"' || c == '\\') {
      oms_text_add(t, "\\%c", c);
    } else if (c < 32 || c == 127) {
      oms_text_add(t, "\\%d", c);
    } else {
      oms_text_add(t, "%c", c);
    }
  }
  oms_text_add(t, n > STRING_SHOWN ? "\"..." : "\"");
}

static void add_number(oms_text_t *t, lua_State *L, int index) {
  if (lua_isinteger(L, index)) {
    oms_text_add(t, "%" PRId64, (int64_t)lua_tointeger(L, index));
    return;
  }
  double v = lua_tonumber(L, index);
  if (isnan(v)) {
    oms_text_add(t, "nan");
  } else {
    bool whole = floor(v) == v && fabs(v) < 1e15;
    oms_text_add(t, whole ? "%.1f" : "%.14g", v);
  }
}

/* Everything but tables; a table or handle by its type's name. */
static void add_plain(oms_text_t *t, lua_State *L, int index) {
  int type = lua_type(L, index);
  if (type == LUA_TSTRING) {
    size_t n;
    const char *s = lua_tolstring(L, index, &n);
    add_string(t, s, n);
  } else if (type == LUA_TNUMBER) {
    add_number(t, L, index);
  } else if (type == LUA_TBOOLEAN) {
    oms_text_add(t, lua_toboolean(L, index) ? "true" : "false");
  } else {
    oms_text_add(t, "%s", lua_typename(L, type));
  }
}

/* The string keys of the table at 'index' in byte order, as far as there is room. */
static size_t collect_keys(lua_State *L, int index, const char *keys[KEYS_SHOWN], bool *more) {
  size_t n = 0;
  *more = false;
  lua_pushnil(L);
  while (lua_next(L, index)) {
    lua_pop(L, 1);
    if (lua_type(L, -1) != LUA_TSTRING || n == KEYS_SHOWN) {
      *more = true;
      continue;
    }
    const char *key = lua_tostring(L, -1);
    size_t at = n++;
    for (; at > 0 && strcmp(keys[at - 1], key) > 0; at--) {
      keys[at] = keys[at - 1];
    }
    keys[at] = key;
  }
  return n;
}

/* Finds the value by walking once more: pushing a key could need memory. */
static void add_field(oms_text_t *t, lua_State *L, int index, const char *key) {
  lua_pushnil(L);
  while (lua_next(L, index)) {
    if (lua_type(L, -2) == LUA_TSTRING && lua_tostring(L, -2) == key) {
      oms_text_add(t, "%s = ", key);
      add_plain(t, L, -1);
      lua_pop(L, 2);
      return;
    }
    lua_pop(L, 1);
  }
}

static void add_table(oms_text_t *t, lua_State *L, int index) {
  const char *keys[KEYS_SHOWN];
  bool more;
  size_t n = collect_keys(L, index, keys, &more);
  size_t length = lua_rawlen(L, index);
  if (n == 0) {
    oms_text_add(t, length > 0 ? "table of %zu" : "table", length);
    return;
  }
  oms_text_add(t, "{");
  for (size_t i = 0; i < n; i++) {
    oms_text_add(t, i > 0 ? ", " : "");
    add_field(t, L, index, keys[i]);
  }
  oms_text_add(t, more ? ", ...}" : "}");
}

void oms_text_value(oms_text_t *t, lua_State *L, int index) {
  index = lua_absindex(L, index);
  if (lua_type(L, index) == LUA_TTABLE && lua_checkstack(L, 4)) {
    add_table(t, L, index);
  } else {
    add_plain(t, L, index);
  }
}

bool oms_text_where(lua_State *L, char *out, size_t cap) {
  lua_Debug ar;
  for (int level = 0; level < WHERE_LEVELS && lua_getstack(L, level, &ar); level++) {
    lua_getinfo(L, "Sl", &ar);
    if (ar.currentline > 0) {
      snprintf(out, cap, "%s:%d", ar.short_src, ar.currentline);
      return true;
    }
  }
  out[0] = '\0';
  return false;
}

/* Functions of the host are shown only when the script has a name for them. */
static bool add_level(oms_text_t *t, lua_State *L, lua_Debug *ar, bool first) {
  lua_getinfo(L, "Sln", ar);
  if (first && (ar->currentline > 0 || ar->name != NULL)) {
    oms_text_add(t, "\n  traceback:");
  }
  if (ar->currentline > 0) {
    oms_text_add(t, "\n    %s:%d: in ", ar->short_src, ar->currentline);
  } else if (ar->name != NULL) {
    oms_text_add(t, "\n    [C]: in ");
  } else {
    return false;
  }
  if (ar->name != NULL) {
    oms_text_add(t, "%s '%s'", ar->namewhat[0] != '\0' ? ar->namewhat : "function", ar->name);
  } else if (ar->what[0] == 'm') {
    oms_text_add(t, "the main chunk");
  } else {
    oms_text_add(t, "the function of line %d", ar->linedefined);
  }
  return true;
}

static void add_locals(oms_text_t *t, lua_State *L, const lua_Debug *ar) {
  const char *name;
  int shown = 0;
  for (int i = 1; shown < LOCALS_SHOWN && (name = lua_getlocal(L, ar, i)) != NULL; i++) {
    if (name[0] != '(') {
      oms_text_add(t, shown++ == 0 ? "\n  locals:\n    %s = " : "\n    %s = ", name);
      oms_text_value(t, L, -1);
    }
    lua_pop(L, 1);
  }
}

void oms_text_traceback(oms_text_t *t, lua_State *L, int level) {
  if (!lua_checkstack(L, 8)) {
    return; /* no room to look: the sentence has to do */
  }
  lua_Debug ar;
  lua_Debug top;
  bool found = false;
  int shown = 0;
  for (; lua_getstack(L, level, &ar); level++) {
    if (shown == LEVELS_SHOWN) {
      oms_text_add(t, "\n    ...");
      break;
    }
    shown += add_level(t, L, &ar, shown == 0);
    if (!found && ar.currentline > 0) {
      top = ar;
      found = true;
    }
  }
  if (found) {
    add_locals(t, L, &top);
  }
}
