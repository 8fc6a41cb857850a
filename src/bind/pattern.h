/* pattern.h - the matcher of Lua patterns, for lib_pattern.c. */
#ifndef OMS_BIND_PATTERN_H
#define OMS_BIND_PATTERN_H

#include "bind/bind.h"

#define OMS_CAPTURES_MAX 32

typedef struct oms_matcher {
  lua_State *L;
  const char *subject, *subject_end, *pattern_end;
  int64_t steps, bound, next_poll;
  int depth;
  int level; /* captures so far, finished or not */
  struct {
    const char *start;
    ptrdiff_t length; /* or open, or a position: see pattern.c */
  } capture[OMS_CAPTURES_MAX];
} oms_matcher_t;

/* A matcher for the subject [s, s + n) and a pattern that ends at 'pattern_end'. */
void oms_matcher_init(oms_matcher_t *m, lua_State *L, const char *s, size_t n,
                      const char *pattern_end);
/* Matches the pattern from 'p' on exactly at 's': the end of the match, or NULL. Raises on a
 * malformed pattern and when the bound of steps is reached, which counts all attempts of one
 * matcher. */
const char *oms_matcher_at(oms_matcher_t *m, const char *s, const char *p);
/* Pushes capture i (from 0) of the match [s, e); without captures, the whole match is the first. */
void oms_matcher_push(oms_matcher_t *m, int i, const char *s, const char *e);
/* Pushes all captures and returns their number; the whole match where there are none and 's' is
 * given. */
int oms_matcher_push_all(oms_matcher_t *m, const char *s, const char *e);

/* Counts work; now and then polls the kill flag and looks at the bound. */
void oms_matcher_check(oms_matcher_t *m);
static inline void oms_matcher_step(oms_matcher_t *m, int64_t n) {
  m->steps += n;
  if (__builtin_expect(m->steps >= m->next_poll, 0)) {
    oms_matcher_check(m);
  }
}

#endif
