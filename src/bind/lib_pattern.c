/* lib_pattern.c - find, match, gmatch and gsub on the bounded matcher of pattern.c. */
#include <ctype.h>
#include <string.h>

#include "bind/pattern.h"

#define POLL_STEPS 16384
#define SPECIALS   "^$*+?.([%-"

/* Find, match. */

/* Plain search, polling: long texts of one letter make it quadratic. */
static const char *find_plain(lua_State *L, const char *s, size_t n, const char *what,
                              size_t length) {
  int64_t work = 0;
  if (length == 0) {
    return s;
  }
  const char *last = length <= n ? s + (n - length) : s - 1;
  while (s <= last) {
    s = memchr(s, what[0], (size_t)(last - s) + 1);
    if (s == NULL) {
      return NULL;
    }
    if (memcmp(s, what, length) == 0) {
      return s;
    }
    s++;
    work += 1 + (int64_t)(length / 64);
    if (work > POLL_STEPS) {
      oms_bind_charge(L, work);
      work = 0;
    }
  }
  return NULL;
}

/* Argument 'arg' as a start, counted from the end when negative: an offset from 0 that may be above
 * 'n'. */
static size_t start_offset(lua_State *L, int arg, size_t n) {
  lua_Integer i = luaL_optinteger(L, arg, 1);
  if (i > 0) {
    return (size_t)i - 1;
  }
  if (i == 0 || i < -(lua_Integer)n) {
    return 0;
  }
  return n - (size_t)(-i);
}

static bool is_plain(const char *p, size_t n) {
  for (size_t i = 0; i < n; i++) {
    if (memchr(SPECIALS, p[i], sizeof(SPECIALS) - 1) != NULL) {
      return false;
    }
  }
  return true;
}

static int push_found(lua_State *L, const char *subject, const char *s, const char *e) {
  lua_pushinteger(L, s - subject + 1);
  lua_pushinteger(L, e - subject);
  return 2;
}

static int search(lua_State *L, bool find) {
  size_t n;
  size_t length;
  const char *subject = luaL_checklstring(L, 1, &n);
  const char *p = luaL_checklstring(L, 2, &length);
  size_t from = start_offset(L, 3, n);
  if (from > n) {
    lua_pushnil(L);
    return 1;
  }
  if (find && (lua_toboolean(L, 4) || is_plain(p, length))) {
    const char *s = find_plain(L, subject + from, n - from, p, length);
    if (s != NULL) {
      return push_found(L, subject, s, s + length);
    }
    lua_pushnil(L);
    return 1;
  }
  oms_matcher_t m;
  oms_matcher_init(&m, L, subject, n, p + length);
  bool anchored = length > 0 && *p == '^';
  p += anchored;
  const char *s = subject + from;
  do {
    const char *e = oms_matcher_at(&m, s, p);
    if (e != NULL) {
      return find ? push_found(L, subject, s, e) + oms_matcher_push_all(&m, NULL, NULL)
                  : oms_matcher_push_all(&m, s, e);
    }
    oms_matcher_step(&m, 1);
  } while (s++ < m.subject_end && !anchored);
  lua_pushnil(L);
  return 1;
}

static int lib_find(lua_State *L) {
  return search(L, true);
}

static int lib_match(lua_State *L) {
  return search(L, false);
}

/* Gmatch: upvalues are subject, pattern and the place in a userdata. */

struct place {
  const char *next, *last; /* where to try next; end of the last match */
};

static int gmatch_step(lua_State *L) {
  size_t n;
  size_t length;
  const char *subject = lua_tolstring(L, lua_upvalueindex(1), &n);
  const char *p = lua_tolstring(L, lua_upvalueindex(2), &length);
  struct place *place = lua_touserdata(L, lua_upvalueindex(3));
  oms_matcher_t m;
  oms_matcher_init(&m, L, subject, n, p + length);
  for (const char *s = place->next; s <= m.subject_end; s++) {
    const char *e = oms_matcher_at(&m, s, p);
    if (e != NULL && e != place->last) {
      place->next = e;
      place->last = e;
      return oms_matcher_push_all(&m, s, e);
    }
    oms_matcher_step(&m, 1);
  }
  place->next = m.subject_end + 1;
  return 0;
}

static int lib_gmatch(lua_State *L) {
  size_t n;
  const char *subject = luaL_checklstring(L, 1, &n);
  luaL_checkstring(L, 2);
  size_t from = start_offset(L, 3, n);
  lua_settop(L, 2);
  struct place *place = lua_newuserdatauv(L, sizeof(*place), 0);
  place->next = subject + (from > n ? n + 1 : from);
  place->last = NULL;
  lua_pushcclosure(L, gmatch_step, 3);
  return 1;
}

/* Gsub. */

/* Appends the replacement string with its %0 to %9 and %%. */
static void add_template(oms_matcher_t *m, luaL_Buffer *b, const char *s, const char *e) {
  size_t n;
  const char *r = lua_tolstring(m->L, 3, &n);
  const char *end = r + n;
  while (r < end) {
    const char *percent = memchr(r, '%', (size_t)(end - r));
    if (percent == NULL) {
      luaL_addlstring(b, r, (size_t)(end - r));
      return;
    }
    luaL_addlstring(b, r, (size_t)(percent - r));
    char c = percent + 1 < end ? percent[1] : '\0';
    r = percent + 2;
    if (c == '%') {
      luaL_addchar(b, '%');
    } else if (c == '0') {
      luaL_addlstring(b, s, (size_t)(e - s));
    } else if (isdigit((unsigned char)c)) {
      oms_matcher_push(m, c - '1', s, e);
      luaL_tolstring(m->L, -1, NULL); /* a position capture is a number */
      lua_remove(m->L, -2);
      luaL_addvalue(b);
    } else {
      luaL_error(m->L, "invalid use of '%%' in replacement string");
    }
  }
}

/* Appends what the table or function at index 3 gives for the match; nil and false keep it. */
static void add_answer(oms_matcher_t *m, luaL_Buffer *b, const char *s, const char *e, int type) {
  lua_State *L = m->L;
  if (type == LUA_TFUNCTION) {
    lua_pushvalue(L, 3);
    lua_call(L, oms_matcher_push_all(m, s, e), 1);
    oms_bind_poll(L);
  } else {
    oms_matcher_push(m, 0, s, e);
    lua_gettable(L, 3);
  }
  if (!lua_toboolean(L, -1)) {
    lua_pop(L, 1);
    luaL_addlstring(b, s, (size_t)(e - s));
    return;
  }
  if (!lua_isstring(L, -1)) {
    luaL_error(L, "invalid replacement value (a %s)", luaL_typename(L, -1));
  }
  luaL_addvalue(b);
}

static int lib_gsub(lua_State *L) {
  size_t n;
  size_t length;
  const char *s = luaL_checklstring(L, 1, &n);
  const char *p = luaL_checklstring(L, 2, &length);
  int type = lua_type(L, 3);
  luaL_argexpected(
      L, type == LUA_TNUMBER || type == LUA_TSTRING || type == LUA_TFUNCTION || type == LUA_TTABLE,
      3, "string/function/table");
  lua_Integer most = luaL_optinteger(L, 4, (lua_Integer)n + 1);
  if (type == LUA_TNUMBER) {
    lua_tostring(L, 3); /* in place, before the buffer needs the top */
  }
  oms_matcher_t m;
  oms_matcher_init(&m, L, s, n, p + length);
  bool anchored = length > 0 && *p == '^';
  p += anchored;
  const char *last = NULL;
  lua_Integer count = 0;
  luaL_Buffer b;
  luaL_buffinit(L, &b);
  while (count < most) {
    const char *e = oms_matcher_at(&m, s, p);
    oms_matcher_step(&m, 1);
    if (e != NULL && e != last) {
      count++;
      if (type == LUA_TFUNCTION || type == LUA_TTABLE) {
        add_answer(&m, &b, s, e, type);
      } else {
        add_template(&m, &b, s, e);
      }
      s = last = e;
    } else if (s < m.subject_end) {
      luaL_addchar(&b, *s++);
    } else {
      break;
    }
    if (anchored) {
      break;
    }
  }
  luaL_addlstring(&b, s, (size_t)(m.subject_end - s));
  luaL_pushresult(&b);
  lua_pushinteger(L, count);
  return 2;
}

void oms_lib_pattern(lua_State *L) {
  static const luaL_Reg functions[] = {
      {"find",   lib_find  },
      {"gmatch", lib_gmatch},
      {"gsub",   lib_gsub  },
      {"match",  lib_match },
      {NULL,     NULL      },
  };
  luaL_setfuncs(L, functions, 0);
}
