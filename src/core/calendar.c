/* calendar.c - sessions of a market from the hours of its days. The hours come from us_days.c; this
 * file turns them into instants, walks over days and remembers. Invariants: a remembered day equals
 * what would be computed anew; the phases of a date lie inside that date's wall time. */
#include "core/calendar.h"

#include <string.h>

#include "base/check.h"
#include "base/time.h"
#include "core/us_days.h"

#define MINUTES_PER_DAY 1440
#define NS_PER_MINUTE   (60 * OMS_NS_PER_SECOND)
#define PRE_OPEN_MINUTE 240
#define POST_MINUTES    240
/* No market rests longer: a walk that finds nothing by then has left the range of dates. */
#define LONGEST_REST_DAYS 400

void oms_calendar_init(oms_calendar_t *cal, oms_calendar_kind_t kind) {
  memset(cal, 0, sizeof *cal);
  cal->kind = kind;
}

int64_t oms_calendar_date(const oms_calendar_t *cal, oms_time_t t) {
  bool utc = cal->kind == OMS_CALENDAR_NONE;
  return oms_day_of_local(utc ? t : oms_time_to_local(t, oms_zone_new_york));
}

static oms_time_t instant(int64_t days, int minute) {
  return oms_time_from_local(days * OMS_NS_PER_DAY + minute * NS_PER_MINUTE, oms_zone_new_york);
}

/* A date beyond what int64 nanoseconds hold has no session; two days are left for the zone. */
static bool in_range(int64_t days) {
  const int64_t limit = INT64_MAX / OMS_NS_PER_DAY - 2;
  return days >= -limit && days <= limit;
}

static void fill_slot(int64_t days, struct oms_calendar_slot *slot) {
  int open = 0;
  int close = 0;
  slot->known = true;
  slot->times.days = days;
  slot->trades = in_range(days) && oms_us_day_hours(days, &open, &close);
  if (!slot->trades) {
    return;
  }
  int pre = open < PRE_OPEN_MINUTE ? open : PRE_OPEN_MINUTE;
  int post = close + POST_MINUTES < MINUTES_PER_DAY ? close + POST_MINUTES : MINUTES_PER_DAY;
  slot->times.pre_open = instant(days, pre);
  slot->times.open = instant(days, open);
  slot->times.close = instant(days, close);
  slot->times.post_close = instant(days, post);
}

/* The session of a date, or NULL; valid until the slot is needed for another date. */
static const oms_session_times_t *session_of(oms_calendar_t *cal, int64_t days) {
  if (cal->kind == OMS_CALENDAR_NONE) {
    return NULL;
  }
  struct oms_calendar_slot *slot = &cal->slots[(uint64_t)days & (OMS_CALENDAR_SLOTS - 1)];
  if (!slot->known || slot->times.days != days) {
    fill_slot(days, slot);
  }
  return slot->trades ? &slot->times : NULL;
}

bool oms_calendar_session_of_day(oms_calendar_t *cal, int64_t days, oms_session_times_t *out) {
  const oms_session_times_t *s = session_of(cal, days);
  if (s == NULL) {
    return false;
  }
  *out = *s;
  return true;
}

enum mark { MARK_OPEN, MARK_CLOSE, MARK_POST_CLOSE };

static oms_time_t mark_of(const oms_session_times_t *s, enum mark mark) {
  switch (mark) {
  case MARK_OPEN:
    return s->open;
  case MARK_CLOSE:
    return s->close;
  case MARK_POST_CLOSE:
    return s->post_close;
  }
  return OMS_NO_TIME;
}

/* The first session whose mark lies after 't', or NULL. No phase of an earlier date reaches into
 * the date of 't', so the walk starts there. */
static const oms_session_times_t *session_after(oms_calendar_t *cal, oms_time_t t, enum mark mark) {
  int64_t date = oms_calendar_date(cal, t);
  for (int64_t days = date; days < date + LONGEST_REST_DAYS; days++) {
    const oms_session_times_t *s = session_of(cal, days);
    if (s != NULL && t < mark_of(s, mark)) {
      return s;
    }
  }
  return NULL;
}

/* Time mostly moves forward inside one trading day, so the last answer is kept with the instants
 * for which it holds: from the earliest asked to the mark. */
int64_t oms_calendar_trading_day(oms_calendar_t *cal, oms_time_t t, bool extended) {
  struct oms_calendar_span *span = &cal->spans[extended];
  if (OMS_LIKELY(t >= span->from && t < span->until)) {
    return span->days;
  }
  const oms_session_times_t *s = session_after(cal, t, extended ? MARK_POST_CLOSE : MARK_CLOSE);
  if (s == NULL) {
    return oms_calendar_date(cal, t);
  }
  span->from = t;
  span->until = extended ? s->post_close : s->close;
  span->days = s->days;
  return s->days;
}

int64_t oms_calendar_next_day(oms_calendar_t *cal, int64_t days) {
  if (cal->kind == OMS_CALENDAR_NONE) {
    return days + 1;
  }
  int64_t next = days + 1;
  while (next < days + LONGEST_REST_DAYS && session_of(cal, next) == NULL) {
    next++;
  }
  return next;
}

oms_calendar_phase_t oms_calendar_phase_at(oms_calendar_t *cal, oms_time_t t) {
  const oms_session_times_t *s = session_of(cal, oms_calendar_date(cal, t));
  if (s == NULL || t < s->pre_open || t >= s->post_close) {
    return OMS_PHASE_NONE;
  }
  if (t < s->open) {
    return OMS_PHASE_PRE;
  }
  return t < s->close ? OMS_PHASE_REGULAR : OMS_PHASE_POST;
}

bool oms_calendar_is_open(oms_calendar_t *cal, oms_time_t t) {
  return oms_calendar_phase_at(cal, t) == OMS_PHASE_REGULAR;
}

oms_time_t oms_calendar_next_open(oms_calendar_t *cal, oms_time_t t) {
  const oms_session_times_t *s = session_after(cal, t, MARK_OPEN);
  return s == NULL ? OMS_NO_TIME : s->open;
}

oms_time_t oms_calendar_next_close(oms_calendar_t *cal, oms_time_t t) {
  const oms_session_times_t *s = session_after(cal, t, MARK_CLOSE);
  return s == NULL ? OMS_NO_TIME : s->close;
}

/* A number that two dates share exactly when they lie in the same period. */
static int64_t period_of(int64_t days, oms_calendar_period_t period) {
  int year, month, day;
  oms_civil_from_days(days, &year, &month, &day);
  switch (period) {
  case OMS_PERIOD_WEEK:
    return days - oms_weekday(days); /* the Sunday before */
  case OMS_PERIOD_MONTH:
    return (int64_t)year * 12 + month;
  case OMS_PERIOD_QUARTER:
    return (int64_t)year * 4 + (month - 1) / 3;
  case OMS_PERIOD_YEAR:
    return year;
  }
  return 0;
}

bool oms_calendar_is_last_of(oms_calendar_t *cal, oms_calendar_period_t period, oms_time_t t) {
  int64_t days = oms_calendar_trading_day(cal, t, false);
  int64_t next = oms_calendar_next_day(cal, days);
  return period_of(days, period) != period_of(next, period);
}
