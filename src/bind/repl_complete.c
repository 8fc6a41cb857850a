/* repl_complete.c - what may go on behind a piece of input: globals, fields of tables by raw reads
 * (no metamethod, no script runs), "a.b[1].c". */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "bind/repl_int.h"

#define NAMES_MAX 200

struct completion {
  oms_repl_t *r;
  const char *path; /* "a.b[1]." or "" */
  size_t path_n;
  const char *typed;
  size_t typed_n;
  const char *names[NAMES_MAX];
  size_t n;
  void *self;
  void (*each)(void *self, const char *name);
};

static bool is_word(char c) {
  return isalnum((unsigned char)c) || c == '_';
}

static bool is_known(const struct completion *c, const char *name) {
  for (size_t i = 0; i < c->n; i++) {
    if (strcmp(c->names[i], name) == 0) {
      return true;
    }
  }
  return false;
}

/* Kept in byte order. The strings belong to tables that stay. */
static void take_name(struct completion *c, const char *name) {
  if (c->n == NAMES_MAX || strncmp(name, c->typed, c->typed_n) != 0 || is_known(c, name)) {
    return;
  }
  size_t at = c->n++;
  for (; at > 0 && strcmp(c->names[at - 1], name) > 0; at--) {
    c->names[at] = c->names[at - 1];
  }
  c->names[at] = name;
}

static void take_keys(struct completion *c, lua_State *L) {
  if (lua_type(L, -1) != LUA_TTABLE) {
    return;
  }
  for (lua_pushnil(L); lua_next(L, -2); lua_pop(L, 1)) {
    size_t n;
    if (lua_type(L, -2) == LUA_TSTRING) {
      const char *name = lua_tolstring(L, -2, &n);
      bool plain = n > 0;
      for (size_t i = 0; i < n; i++) {
        plain = plain && is_word(name[i]);
      }
      if (plain) {
        take_name(c, name);
      }
    }
  }
}

/* Pushes the global of that name, or nil. */
static void push_global(const struct completion *c, lua_State *L, const char *name, size_t n) {
  const int tables[] = {c->r->ref_env, c->r->cell->ref_globals};
  for (int i = 0; i < 2; i++) {
    lua_rawgeti(L, LUA_REGISTRYINDEX, tables[i]);
    lua_pushlstring(L, name, n);
    lua_rawget(L, -2);
    lua_remove(L, -2);
    if (!lua_isnil(L, -1) || i == 1) {
      return;
    }
    lua_pop(L, 1);
  }
}

/* Pushes what the path names, or nil. */
static void push_path(const struct completion *c, lua_State *L) {
  const char *p = c->path, *end = c->path + c->path_n;
  const char *name = p;
  while (p < end && is_word(*p)) {
    p++;
  }
  push_global(c, L, name, (size_t)(p - name));
  while (p + 1 < end && lua_type(L, -1) == LUA_TTABLE) {
    if (*p == '[') {
      char *close;
      long long i = strtoll(p + 1, &close, 10);
      lua_rawgeti(L, -1, (lua_Integer)i);
      p = close < end && *close == ']' ? close + 1 : end;
    } else {
      name = ++p;
      while (p < end && is_word(*p)) {
        p++;
      }
      lua_pushlstring(L, name, (size_t)(p - name));
      lua_rawget(L, -2);
    }
    lua_remove(L, -2);
  }
}

static int collect(lua_State *L) {
  struct completion *c = lua_touserdata(L, 1);
  if (c->path_n > 0) {
    push_path(c, L);
    take_keys(c, L);
  } else {
    const oms_repl_source_t *source = c->r->config.source;
    for (size_t i = 0; i < source->name_n; i++) {
      take_name(c, source->names[i]);
    }
    lua_rawgeti(L, LUA_REGISTRYINDEX, c->r->ref_env);
    take_keys(c, L);
    lua_pop(L, 1);
    lua_rawgeti(L, LUA_REGISTRYINDEX, c->r->cell->ref_globals);
    take_keys(c, L);
  }
  for (size_t i = 0; i < c->n; i++) {
    c->each(c->self, c->names[i]);
  }
  return 0;
}

size_t oms_repl_complete(oms_repl_t *r, const char *line, size_t n, void *self,
                         void (*each)(void *self, const char *name)) {
  static const oms_call_t call = {.name = "completion", .phase = OMS_PHASE_SESSION};
  size_t word = n;
  while (word > 0 && is_word(line[word - 1])) {
    word--;
  }
  size_t path = word;
  bool field = word > 0 && (line[word - 1] == '.' || line[word - 1] == ':');
  while (field && path > 0 && (is_word(line[path - 1]) || strchr(".:[]", line[path - 1]) != NULL)) {
    path--;
  }
  struct completion c = {.r = r,
                         .path = line + path,
                         .path_n = word - path,
                         .typed = line + word,
                         .typed_n = n - word,
                         .self = self,
                         .each = each};
  (void)oms_bind_protect(r->cell, collect, &c, &call);
  return c.typed_n;
}
