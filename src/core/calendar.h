/* calendar.h - trading days and sessions of a market. All answers are UTC instants; wall time stays
 * inside. A calendar is owned by its caller and keeps a small cache in itself, so it is not const
 * and belongs to one thread. Overnight sessions (20:00-04:00) are not modelled.
 *
 * US equity: pre-market from 04:00, regular 09:30-16:00, post-market to 20:00 Eastern; where the
 * regular session ends early the post-market ends four hours later. Rules and extra closings are
 * those of 1990-2030; other years follow the same rules without extra closings.
 *
 * None: an instrument without sessions, for which each UTC day is a trading day:
 * oms_calendar_trading_day gives the UTC date, oms_calendar_is_last_of the last UTC day of the
 * period, and there is no open, no close and no phase. */
#ifndef OMS_CORE_CALENDAR_H
#define OMS_CORE_CALENDAR_H

#include <stdbool.h>

#include "base/fixed.h"

typedef enum oms_calendar_kind { OMS_CALENDAR_NONE, OMS_CALENDAR_US_EQUITY } oms_calendar_kind_t;

typedef enum oms_calendar_period {
  OMS_PERIOD_WEEK,
  OMS_PERIOD_MONTH,
  OMS_PERIOD_QUARTER,
  OMS_PERIOD_YEAR
} oms_calendar_period_t;

typedef enum oms_calendar_phase {
  OMS_PHASE_NONE,
  OMS_PHASE_PRE,
  OMS_PHASE_REGULAR,
  OMS_PHASE_POST
} oms_calendar_phase_t;

/* The session of a trading date. Each phase holds its first instant and not its last. */
typedef struct oms_session_times {
  int64_t days; /* the date, days since 1970-01-01 */
  oms_time_t pre_open, open, close, post_close;
} oms_session_times_t;

#define OMS_CALENDAR_SLOTS 16 /* days remembered; a power of two */

typedef struct oms_calendar {
  oms_calendar_kind_t kind;
  struct oms_calendar_slot {
    oms_session_times_t times;
    bool known, trades;
  } slots[OMS_CALENDAR_SLOTS];
  struct oms_calendar_span { /* instants known to belong to one trading day */
    oms_time_t from, until;
    int64_t days;
  } spans[2]; /* regular, extended */
} oms_calendar_t;

/* Allocates nothing, so nothing is to be freed. */
void oms_calendar_init(oms_calendar_t *cal, oms_calendar_kind_t kind);

/* Date of the market's wall time at 't' (UTC without sessions), whether it trades or not. */
int64_t oms_calendar_date(const oms_calendar_t *cal, oms_time_t t);

/* False when 'days' is no trading date; *out is then untouched. */
bool oms_calendar_session_of_day(oms_calendar_t *cal, int64_t days, oms_session_times_t *out);

/* Date of the session that holds or follows 't': the first whose regular close lies after 't'; with
 * 'extended' the first whose post-market ends after 't'. */
int64_t oms_calendar_trading_day(oms_calendar_t *cal, oms_time_t t, bool extended);

/* The first trading date after the date 'days'. */
int64_t oms_calendar_next_day(oms_calendar_t *cal, int64_t days);

/* In the regular session? */
bool oms_calendar_is_open(oms_calendar_t *cal, oms_time_t t);
/* Phase of the market's day at 't'. */
oms_calendar_phase_t oms_calendar_phase_at(oms_calendar_t *cal, oms_time_t t);

/* First regular open or close after 't' (> t); OMS_NO_TIME without sessions. */
oms_time_t oms_calendar_next_open(oms_calendar_t *cal, oms_time_t t);
oms_time_t oms_calendar_next_close(oms_calendar_t *cal, oms_time_t t);

/* Is the (regular) trading day of 't' the last of its week (Monday to Sunday), month, quarter or
 * year? */
bool oms_calendar_is_last_of(oms_calendar_t *cal, oms_calendar_period_t period, oms_time_t t);

#endif
