/* pattern.c - Lua patterns with a bound on the work: find, match, gmatch, gsub.
 * A backtracking matcher with the full pattern language of Lua 5.4 (classes, sets, %b, %f, back references,
 * captures, position captures). It counts steps: a pattern that needs more than the bound raises "pattern too
 * complex" after some milliseconds, the same in every run, and the kill flag is polled on the way. */
#include <ctype.h>
#include <string.h>

#include "base/check.h"
#include "bind/bind.h"

#define STEPS_MIN 1000000 /* bound of one call, plus STEPS_PER_BYTE for each byte of the subject */
#define STEPS_PER_BYTE 64
#define POLL_STEPS 16384
#define DEPTH_MAX 200 /* matches inside each other on the C stack */
#define CAPTURES_MAX 32
#define SPECIALS "^$*+?.([%-"

#define CAPTURE_OPEN (-1)
#define CAPTURE_POSITION (-2)

typedef struct matcher {
  lua_State *L;
  const char *subject, *subject_end, *pattern_end;
  int64_t steps, bound, next_poll;
  int depth;
  int level; /* captures so far, finished or not */
  struct {
    const char *start;
    ptrdiff_t length; /* or CAPTURE_OPEN, CAPTURE_POSITION */
  } capture[CAPTURES_MAX];
} matcher_t;

static const char *match(matcher_t *m, const char *s, const char *p);

static void step(matcher_t *m, int64_t n) {
  m->steps += n;
  if (OMS_LIKELY(m->steps < m->next_poll)) {
    return;
  }
  oms_bind_charge(m->L, m->steps - m->next_poll + POLL_STEPS);
  m->next_poll = m->steps + POLL_STEPS;
  if (m->steps > m->bound) {
    luaL_error(m->L, "pattern too complex (more than %I steps)", (LUAI_UACINT)m->bound);
  }
}

/* --- one character --- */

/* The place behind the single-character item at 'p'. */
static const char *item_end(matcher_t *m, const char *p) {
  if (*p == '%') {
    if (p + 1 >= m->pattern_end) {
      luaL_error(m->L, "malformed pattern (ends with '%%')");
    }
    return p + 2;
  }
  if (*p != '[') {
    return p + 1;
  }
  p += p + 1 < m->pattern_end && p[1] == '^' ? 2 : 1;
  for (bool first = true;; first = false) { /* a ']' at the start belongs to the set */
    if (p >= m->pattern_end) {
      luaL_error(m->L, "malformed pattern (missing ']')");
    }
    if (*p == ']' && !first) {
      return p + 1;
    }
    p += *p == '%' ? 2 : 1;
  }
}

static bool in_class(int c, int class) {
  bool yes;
  switch (tolower(class)) {
  case 'a':
    yes = isalpha(c);
    break;
  case 'c':
    yes = iscntrl(c);
    break;
  case 'd':
    yes = isdigit(c);
    break;
  case 'g':
    yes = isgraph(c);
    break;
  case 'l':
    yes = islower(c);
    break;
  case 'p':
    yes = ispunct(c);
    break;
  case 's':
    yes = isspace(c);
    break;
  case 'u':
    yes = isupper(c);
    break;
  case 'w':
    yes = isalnum(c);
    break;
  case 'x':
    yes = isxdigit(c);
    break;
  case 'z': /* of Lua 5.1, still understood */
    yes = c == 0;
    break;
  default:
    return class == c;
  }
  return isupper(class) ? !yes : yes;
}

static int byte_at(const char *s) {
  return (unsigned char)*s;
}

/* Whether 'c' is in the set from '[' at 'p' to 'last', its ']'. */
static bool in_set(int c, const char *p, const char *last) {
  bool found = true;
  p++;
  if (*p == '^') {
    found = false;
    p++;
  }
  while (p < last) {
    if (*p == '%') {
      if (in_class(c, byte_at(p + 1))) {
        return found;
      }
      p += 2;
    } else if (p + 2 < last && p[1] == '-') {
      if (byte_at(p) <= c && c <= byte_at(p + 2)) {
        return found;
      }
      p += 3;
    } else if (byte_at(p++) == c) {
      return found;
    }
  }
  return !found;
}

/* Whether the item [p, end) matches the character at 's'. */
static bool single(const matcher_t *m, const char *s, const char *p, const char *end) {
  if (s >= m->subject_end) {
    return false;
  }
  switch (*p) {
  case '.':
    return true;
  case '%':
    return in_class(byte_at(s), byte_at(p + 1));
  case '[':
    return in_set(byte_at(s), p, end - 1);
  default:
    return *p == *s;
  }
}

/* --- items of more than one character --- */

static const char *match_balance(matcher_t *m, const char *s, const char *p) {
  if (p + 1 >= m->pattern_end) {
    luaL_error(m->L, "malformed pattern (missing arguments to '%%b')");
  }
  if (s >= m->subject_end || *s != p[0]) {
    return NULL;
  }
  size_t open = 1;
  for (s++; s < m->subject_end; s++) {
    step(m, 1);
    if (*s == p[1]) {
      if (--open == 0) {
        return s + 1;
      }
    } else if (*s == p[0]) {
      open++;
    }
  }
  return NULL;
}

/* As many as possible, then fewer until the rest matches. */
static const char *match_most(matcher_t *m, const char *s, const char *p, const char *end) {
  ptrdiff_t n = 0;
  while (single(m, s + n, p, end)) {
    n++;
    step(m, 1);
  }
  for (; n >= 0; n--) {
    step(m, 1);
    const char *rest = match(m, s + n, end + 1);
    if (rest != NULL) {
      return rest;
    }
  }
  return NULL;
}

/* As few as possible, then more until the rest matches. */
static const char *match_least(matcher_t *m, const char *s, const char *p, const char *end) {
  for (;; s++) {
    step(m, 1);
    const char *rest = match(m, s, end + 1);
    if (rest != NULL) {
      return rest;
    }
    if (!single(m, s, p, end)) {
      return NULL;
    }
  }
}

static const char *start_capture(matcher_t *m, const char *s, const char *p, ptrdiff_t kind) {
  if (m->level >= CAPTURES_MAX) {
    luaL_error(m->L, "too many captures");
  }
  m->capture[m->level].start = s;
  m->capture[m->level].length = kind;
  m->level++;
  const char *rest = match(m, s, p);
  if (rest == NULL) {
    m->level--;
  }
  return rest;
}

static const char *end_capture(matcher_t *m, const char *s, const char *p) {
  int l = m->level - 1;
  while (l >= 0 && m->capture[l].length != CAPTURE_OPEN) {
    l--;
  }
  if (l < 0) {
    luaL_error(m->L, "invalid pattern capture");
  }
  m->capture[l].length = s - m->capture[l].start;
  const char *rest = match(m, s, p);
  if (rest == NULL) {
    m->capture[l].length = CAPTURE_OPEN;
  }
  return rest;
}

/* The place behind the repeated text of capture 'digit' at 's', or NULL. */
static const char *match_back(matcher_t *m, const char *s, int digit) {
  int l = digit - '1';
  if (l < 0 || l >= m->level || m->capture[l].length == CAPTURE_OPEN) {
    luaL_error(m->L, "invalid capture index %%%d", l + 1);
  }
  ptrdiff_t n = m->capture[l].length;
  if (n == CAPTURE_POSITION) {
    return NULL; /* a position has no text; the stock matcher fails there too */
  }
  step(m, n / 16 + 1);
  if (m->subject_end - s >= n && memcmp(m->capture[l].start, s, (size_t)n) == 0) {
    return s + n;
  }
  return NULL;
}

/* %f[set] at 'p' (behind the f): the character before 's' is not in the set, the one at 's' is; the ends of the
 * subject count as '\0'. */
static bool at_frontier(matcher_t *m, const char *s, const char *p, const char **behind) {
  if (p >= m->pattern_end || *p != '[') {
    luaL_error(m->L, "missing '[' after '%%f' in pattern");
  }
  const char *end = item_end(m, p);
  *behind = end;
  int before = s == m->subject ? 0 : byte_at(s - 1);
  int here = s < m->subject_end ? byte_at(s) : 0;
  return !in_set(before, p, end - 1) && in_set(here, p, end - 1);
}

/* --- the matcher --- */

/* The item at 'p' that begins with '%' and is more than a class. True: handled, '*s' (NULL when it does not
 * match) and '*p' are behind it. */
static bool match_special(matcher_t *m, const char **s, const char **p) {
  const char *at = *p;
  if (at + 1 >= m->pattern_end) {
    return false; /* item_end complains */
  }
  if (at[1] == 'b') {
    *s = match_balance(m, *s, at + 2);
    *p = at + 4;
    return true;
  }
  if (at[1] == 'f') {
    const char *behind;
    *s = at_frontier(m, *s, at + 2, &behind) ? *s : NULL;
    *p = behind;
    return true;
  }
  if (isdigit(byte_at(at + 1))) {
    *s = match_back(m, *s, at[1]);
    *p = at + 2;
    return true;
  }
  return false;
}

/* A single-character item with its suffix. True: '*result' is the answer of the whole rest; false: go on at
 * '*s', '*p'. */
static bool match_item(matcher_t *m, const char **s, const char **p, const char **result) {
  const char *end = item_end(m, *p);
  char suffix = end < m->pattern_end ? *end : '\0';
  if (suffix == '*') {
    *result = match_most(m, *s, *p, end);
    return true;
  }
  if (suffix == '-') {
    *result = match_least(m, *s, *p, end);
    return true;
  }
  bool here = single(m, *s, *p, end);
  if (suffix == '+') {
    *result = here ? match_most(m, *s + 1, *p, end) : NULL;
    return true;
  }
  if (suffix == '?') {
    if (here && (*result = match(m, *s + 1, end + 1)) != NULL) {
      return true;
    }
    *p = end + 1;
    return false;
  }
  if (!here) {
    *result = NULL;
    return true;
  }
  *s += 1;
  *p = end;
  return false;
}

/* Matches the pattern from 'p' on at 's': the end of the match, or NULL. */
static const char *match(matcher_t *m, const char *s, const char *p) {
  if (m->depth >= DEPTH_MAX) {
    luaL_error(m->L, "pattern too complex (more than %d items inside each other)", DEPTH_MAX);
  }
  m->depth++;
  while (s != NULL && p < m->pattern_end) {
    step(m, 1);
    if (*p == '(') {
      bool position = p + 1 < m->pattern_end && p[1] == ')';
      s = start_capture(m, s, position ? p + 2 : p + 1, position ? CAPTURE_POSITION : CAPTURE_OPEN);
      break;
    }
    if (*p == ')') {
      s = end_capture(m, s, p + 1);
      break;
    }
    if (*p == '$' && p + 1 == m->pattern_end) {
      s = s == m->subject_end ? s : NULL;
      break;
    }
    if (*p == '%' && match_special(m, &s, &p)) {
      continue;
    }
    const char *result;
    if (match_item(m, &s, &p, &result)) {
      s = result;
      break;
    }
  }
  m->depth--;
  return s;
}

/* --- captures --- */

/* Pushes capture 'i'; without captures, the whole match is the first. */
static void push_capture(matcher_t *m, int i, const char *s, const char *e) {
  if (i >= m->level) {
    if (i != 0) {
      luaL_error(m->L, "invalid capture index %%%d", i + 1);
    }
    lua_pushlstring(m->L, s, (size_t)(e - s));
    return;
  }
  ptrdiff_t n = m->capture[i].length;
  if (n == CAPTURE_OPEN) {
    luaL_error(m->L, "unfinished capture");
  }
  if (n == CAPTURE_POSITION) {
    lua_pushinteger(m->L, m->capture[i].start - m->subject + 1);
  } else {
    lua_pushlstring(m->L, m->capture[i].start, (size_t)n);
  }
}

/* Pushes all captures; the whole match where there are none and 's' is given. */
static int push_captures(matcher_t *m, const char *s, const char *e) {
  int n = m->level == 0 && s != NULL ? 1 : m->level;
  luaL_checkstack(m->L, n, "too many captures");
  for (int i = 0; i < n; i++) {
    push_capture(m, i, s, e);
  }
  return n;
}

static void prepare(matcher_t *m, lua_State *L, const char *s, size_t n, const char *pattern_end) {
  m->L = L;
  m->subject = s;
  m->subject_end = s + n;
  m->pattern_end = pattern_end;
  m->steps = 0;
  m->bound = STEPS_MIN + STEPS_PER_BYTE * (int64_t)n;
  m->next_poll = POLL_STEPS;
  m->level = 0;
  m->depth = 0;
}

static const char *attempt(matcher_t *m, const char *s, const char *p) {
  m->level = 0;
  m->depth = 0;
  return match(m, s, p);
}

/* --- find, match --- */

/* Plain search, polling: long texts of one letter make it quadratic. */
static const char *find_plain(lua_State *L, const char *s, size_t n, const char *what, size_t length) {
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

/* Argument 'arg' as a start, counted from the end when negative: an offset from 0 that may be above 'n'. */
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
  matcher_t m;
  prepare(&m, L, subject, n, p + length);
  bool anchored = length > 0 && *p == '^';
  p += anchored;
  const char *s = subject + from;
  do {
    const char *e = attempt(&m, s, p);
    if (e != NULL) {
      return find ? push_found(L, subject, s, e) + push_captures(&m, NULL, NULL)
                  : push_captures(&m, s, e);
    }
    step(&m, 1);
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

/* --- gmatch: upvalues are subject, pattern and the place in a userdata --- */

struct place {
  const char *next, *last; /* where to try next; end of the last match */
};

static int gmatch_step(lua_State *L) {
  size_t n;
  size_t length;
  const char *subject = lua_tolstring(L, lua_upvalueindex(1), &n);
  const char *p = lua_tolstring(L, lua_upvalueindex(2), &length);
  struct place *place = lua_touserdata(L, lua_upvalueindex(3));
  matcher_t m;
  prepare(&m, L, subject, n, p + length);
  for (const char *s = place->next; s <= m.subject_end; s++) {
    const char *e = attempt(&m, s, p);
    if (e != NULL && e != place->last) {
      place->next = e;
      place->last = e;
      return push_captures(&m, s, e);
    }
    step(&m, 1);
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

/* --- gsub --- */

/* Appends the replacement string with its %0 to %9 and %%. */
static void add_template(matcher_t *m, luaL_Buffer *b, const char *s, const char *e) {
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
      push_capture(m, c - '1', s, e);
      luaL_tolstring(m->L, -1, NULL); /* a position capture is a number */
      lua_remove(m->L, -2);
      luaL_addvalue(b);
    } else {
      luaL_error(m->L, "invalid use of '%%' in replacement string");
    }
  }
}

/* Appends what the table or function at index 3 gives for the match; nil and false keep it. */
static void add_answer(matcher_t *m, luaL_Buffer *b, const char *s, const char *e, int type) {
  lua_State *L = m->L;
  if (type == LUA_TFUNCTION) {
    lua_pushvalue(L, 3);
    lua_call(L, push_captures(m, s, e), 1);
    oms_bind_poll(L);
  } else {
    push_capture(m, 0, s, e);
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
  luaL_argexpected(L, type == LUA_TNUMBER || type == LUA_TSTRING || type == LUA_TFUNCTION ||
                          type == LUA_TTABLE, 3, "string/function/table");
  lua_Integer most = luaL_optinteger(L, 4, (lua_Integer)n + 1);
  if (type == LUA_TNUMBER) {
    lua_tostring(L, 3); /* in place, before the buffer needs the top */
  }
  matcher_t m;
  prepare(&m, L, s, n, p + length);
  bool anchored = length > 0 && *p == '^';
  p += anchored;
  const char *last = NULL;
  lua_Integer count = 0;
  luaL_Buffer b;
  luaL_buffinit(L, &b);
  while (count < most) {
    const char *e = attempt(&m, s, p);
    step(&m, 1);
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
