/* clock.c - see clock.h. */
#include "host/clock.h"

#include "base/fixed.h"

#define PACE_ONE INT64_C(1000000000)
#define JUMP_NS  OMS_NS_PER_SECOND

static oms_time_t saturated(oms_int128_t t) {
  return t > INT64_MAX ? INT64_MAX : t < -INT64_MAX ? -INT64_MAX : (oms_time_t)t;
}

void oms_clock_start_paced(oms_clock_t *c, int64_t mono, oms_time_t now, int64_t pace) {
  *c = (oms_clock_t){.pace = pace, .mono = mono, .now = now, .told = now};
}

void oms_clock_start_wall(oms_clock_t *c, int64_t mono, oms_time_t wall, oms_time_t least) {
  oms_time_t now = least != OMS_NO_TIME && least > wall ? least : wall;
  *c = (oms_clock_t){
      .wall = true, .pace = PACE_ONE, .mono = mono, .now = now, .told = now, .behind = now > wall};
}

/* By the system's clock alone. */
static oms_time_t by_mono(const oms_clock_t *c, int64_t mono) {
  oms_int128_t passed = (oms_int128_t)mono - c->mono;
  return saturated(c->now + passed * c->pace / PACE_ONE);
}

/* The wall is ahead: the clock goes with it. It is behind: the clock goes on by itself, and hears
 * of further jumps when it has been caught up. */
static oms_time_t by_wall(oms_clock_t *c, int64_t mono, oms_time_t wall, int64_t *jump) {
  oms_time_t here = by_mono(c, mono);
  oms_int128_t ahead = (oms_int128_t)wall - here;
  if (ahead >= 0) {
    *jump = ahead > JUMP_NS ? saturated(ahead) : 0;
    c->behind = false;
    c->mono = mono;
    c->now = wall;
    return wall;
  }
  *jump = ahead < -JUMP_NS && !c->behind ? saturated(ahead) : 0;
  c->behind = c->behind || ahead < -JUMP_NS;
  return here;
}

oms_time_t oms_clock_now(oms_clock_t *c, int64_t mono, oms_time_t wall, int64_t *jump) {
  int64_t by = 0;
  oms_time_t now = c->wall ? by_wall(c, mono, wall, &by) : by_mono(c, mono);
  if (jump != NULL) {
    *jump = by;
  }
  c->told = now > c->told ? now : c->told;
  return c->told;
}

int64_t oms_clock_until(const oms_clock_t *c, oms_time_t now, oms_time_t at) {
  if (at <= now) {
    return 0;
  }
  oms_int128_t wait = ((oms_int128_t)at - now) * PACE_ONE;
  return saturated((wait + c->pace - 1) / c->pace);
}
