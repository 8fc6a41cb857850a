/* pattern.c - Lua patterns with a bound on the work: what lib_pattern.c searches with.
 * A backtracking matcher with the full pattern language of Lua 5.4 (classes, sets, %b, %f, back
 * references, captures, position captures). It counts steps: a pattern that needs more than the
 * bound raises "pattern too complex" after some milliseconds, the same in every run, and the kill
 * flag is polled on the way. */
#include <ctype.h>
#include <string.h>

#include "base/check.h"
#include "bind/pattern.h"

/* The bound of one call is STEPS_MIN plus STEPS_PER_BYTE for each byte of the subject. */
#define STEPS_MIN        1000000
#define STEPS_PER_BYTE   64
#define POLL_STEPS       16384
#define DEPTH_MAX        200 /* matches inside each other on the C stack */

#define CAPTURE_OPEN     (-1)
#define CAPTURE_POSITION (-2)

static const char *match(oms_matcher_t *m, const char *s, const char *p);

void oms_matcher_check(oms_matcher_t *m) {
  oms_bind_charge(m->L, m->steps - m->next_poll + POLL_STEPS);
  m->next_poll = m->steps + POLL_STEPS;
  if (m->steps > m->bound) {
    luaL_error(m->L, "pattern too complex (more than %I steps)", (LUAI_UACINT)m->bound);
  }
}

/* One character. */

/* The place behind the single-character item at 'p'. */
static const char *item_end(oms_matcher_t *m, const char *p) {
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
static bool single(const oms_matcher_t *m, const char *s, const char *p, const char *end) {
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

/* Items of more than one character. */

static const char *match_balance(oms_matcher_t *m, const char *s, const char *p) {
  if (p + 1 >= m->pattern_end) {
    luaL_error(m->L, "malformed pattern (missing arguments to '%%b')");
  }
  if (s >= m->subject_end || *s != p[0]) {
    return NULL;
  }
  size_t open = 1;
  for (s++; s < m->subject_end; s++) {
    oms_matcher_step(m, 1);
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
static const char *match_most(oms_matcher_t *m, const char *s, const char *p, const char *end) {
  ptrdiff_t n = 0;
  while (single(m, s + n, p, end)) {
    n++;
    oms_matcher_step(m, 1);
  }
  for (; n >= 0; n--) {
    oms_matcher_step(m, 1);
    const char *rest = match(m, s + n, end + 1);
    if (rest != NULL) {
      return rest;
    }
  }
  return NULL;
}

/* As few as possible, then more until the rest matches. */
static const char *match_least(oms_matcher_t *m, const char *s, const char *p, const char *end) {
  for (;; s++) {
    oms_matcher_step(m, 1);
    const char *rest = match(m, s, end + 1);
    if (rest != NULL) {
      return rest;
    }
    if (!single(m, s, p, end)) {
      return NULL;
    }
  }
}

static const char *start_capture(oms_matcher_t *m, const char *s, const char *p, ptrdiff_t kind) {
  if (m->level >= OMS_CAPTURES_MAX) {
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

static const char *end_capture(oms_matcher_t *m, const char *s, const char *p) {
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
static const char *match_back(oms_matcher_t *m, const char *s, int digit) {
  int l = digit - '1';
  if (l < 0 || l >= m->level || m->capture[l].length == CAPTURE_OPEN) {
    luaL_error(m->L, "invalid capture index %%%d", l + 1);
  }
  ptrdiff_t n = m->capture[l].length;
  if (n == CAPTURE_POSITION) {
    return NULL; /* a position has no text; the stock matcher fails there too */
  }
  oms_matcher_step(m, n / 16 + 1);
  if (m->subject_end - s >= n && memcmp(m->capture[l].start, s, (size_t)n) == 0) {
    return s + n;
  }
  return NULL;
}

/* %f[set] at 'p' (behind the f): the character before 's' is not in the set, the one at 's' is; the
 * ends of the subject count as '\0'. */
static bool at_frontier(oms_matcher_t *m, const char *s, const char *p, const char **behind) {
  if (p >= m->pattern_end || *p != '[') {
    luaL_error(m->L, "missing '[' after '%%f' in pattern");
  }
  const char *end = item_end(m, p);
  *behind = end;
  int before = s == m->subject ? 0 : byte_at(s - 1);
  int here = s < m->subject_end ? byte_at(s) : 0;
  return !in_set(before, p, end - 1) && in_set(here, p, end - 1);
}

/* The matcher. */

/* The item at 'p' that begins with '%' and is more than a class. True: handled, '*s' (NULL when it
 * does not match) and '*p' are behind it. */
static bool match_special(oms_matcher_t *m, const char **s, const char **p) {
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

/* A single-character item with its suffix. True: '*result' is the answer of the whole rest; false:
 * go on at
 * '*s', '*p'. */
static bool match_item(oms_matcher_t *m, const char **s, const char **p, const char **result) {
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
static const char *match(oms_matcher_t *m, const char *s, const char *p) {
  if (m->depth >= DEPTH_MAX) {
    luaL_error(m->L, "pattern too complex (more than %d items inside each other)", DEPTH_MAX);
  }
  m->depth++;
  while (s != NULL && p < m->pattern_end) {
    oms_matcher_step(m, 1);
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

void oms_matcher_init(oms_matcher_t *m, lua_State *L, const char *s, size_t n,
                      const char *pattern_end) {
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

const char *oms_matcher_at(oms_matcher_t *m, const char *s, const char *p) {
  m->level = 0;
  m->depth = 0;
  return match(m, s, p);
}

void oms_matcher_push(oms_matcher_t *m, int i, const char *s, const char *e) {
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

int oms_matcher_push_all(oms_matcher_t *m, const char *s, const char *e) {
  int n = m->level == 0 && s != NULL ? 1 : m->level;
  luaL_checkstack(m->L, n, "too many captures");
  for (int i = 0; i < n; i++) {
    oms_matcher_push(m, i, s, e);
  }
  return n;
}
