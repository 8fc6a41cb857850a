/* clock.h - the clock of a live host: what time it is for the session, from a clock of the system
 * that never goes back (mono) and the wall's, which may jump. Reads no clock itself. */
#ifndef OMS_HOST_CLOCK_H
#define OMS_HOST_CLOCK_H

#include "base/time.h"

typedef struct oms_clock {
  bool wall;       /* of the wall; else the market's time times 'pace' */
  int64_t pace;    /* seconds of the market in one of the wall, 1e-9; > 0 */
  int64_t mono;    /* where 'now' was set: */
  oms_time_t now;  /* at that instant */
  oms_time_t told; /* the latest answer: the next one is no earlier */
  bool behind;     /* the wall has been set back and has not caught up yet */
} oms_clock_t;

/* The market's time: 'now' at 'mono', then 'pace' seconds a second. */
void oms_clock_start_paced(oms_clock_t *c, int64_t mono, oms_time_t now, int64_t pace);
/* The wall's time, but not before 'least' (OMS_NO_TIME: any). */
void oms_clock_start_wall(oms_clock_t *c, int64_t mono, oms_time_t wall, oms_time_t least);
/* The time now; never earlier than the time before. '*jump' (may be NULL): by how many ns the wall
 * has jumped since, 0 if by less than a second: forward the clock has followed, back it goes on by
 * 'mono' until the wall has caught up. */
oms_time_t oms_clock_now(oms_clock_t *c, int64_t mono, oms_time_t wall, int64_t *jump);
/* How long from the instant at which it is 'now' until it is 'at': ns of the system's clock,
 * rounded up; 0: it has been. */
int64_t oms_clock_until(const oms_clock_t *c, oms_time_t now, oms_time_t at);

#endif
