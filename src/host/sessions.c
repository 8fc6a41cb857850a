/* sessions.c - when orders end with the calendar: the session that a day, opg or cls order belongs
 * to, and what a gtd date means. */
#include "host/desk.h"

static bool has_sessions(const oms_desk_host_t *d, uint32_t instrument) {
  return instrument != OMS_NONE &&
         oms_engine_instrument(d->engine, instrument)->calendar == OMS_CALENDAR_US_EQUITY;
}

static bool is_extended(const oms_terms_t *terms) {
  return terms->session != OMS_SESSION_REGULAR;
}

/* What is submitted at or after the close belongs to the next session; opg to the next one that has
 * not opened. */
oms_time_t oms_desk_session_end(oms_desk_host_t *d, const oms_terms_t *terms) {
  bool by_session = terms->time_in_force == OMS_TIF_DAY || terms->time_in_force == OMS_TIF_OPG ||
                    terms->time_in_force == OMS_TIF_CLS;
  if (!has_sessions(d, terms->instrument)) {
    return OMS_NO_TIME;
  }
  if (!by_session) {
    return terms->expire_session; /* a gtd date has been resolved to its session's end */
  }
  oms_session_times_t times;
  bool extended = is_extended(terms);
  int64_t day = oms_calendar_trading_day(&d->calendar, d->port.now, extended);
  if (!oms_calendar_session_of_day(&d->calendar, day, &times)) {
    return OMS_NO_TIME;
  }
  if (terms->time_in_force == OMS_TIF_OPG && d->port.now > times.open) {
    day = oms_calendar_next_day(&d->calendar, day);
    if (!oms_calendar_session_of_day(&d->calendar, day, &times)) {
      return OMS_NO_TIME;
    }
  }
  return extended ? times.post_close : times.close;
}

/* A date lives to the end of that day's session; where there is none, to 24:00 of the data's zone
 * (its last nanosecond: an order is good for bars that start before that). */
void oms_desk_resolve_expiry(oms_desk_host_t *d, oms_terms_t *terms, bool expire_is_date) {
  terms->expire_session = OMS_NO_TIME;
  if (terms->time_in_force != OMS_TIF_GTD || terms->expire_at == OMS_NO_TIME || !expire_is_date) {
    return;
  }
  int64_t day = terms->expire_at / OMS_NS_PER_DAY;
  oms_session_times_t times;
  if (has_sessions(d, terms->instrument) &&
      oms_calendar_session_of_day(&d->calendar, day, &times)) {
    terms->expire_at = is_extended(terms) ? times.post_close : times.close;
    terms->expire_session = terms->expire_at;
    return;
  }
  oms_zone_t zone = has_sessions(d, terms->instrument) ? oms_zone_new_york : OMS_ZONE_UTC;
  if (!has_sessions(d, terms->instrument) && d->zones != NULL && terms->instrument != OMS_NONE) {
    zone = d->zones[terms->instrument];
  }
  terms->expire_at = oms_time_from_local((day + 1) * OMS_NS_PER_DAY, zone) - 1;
}
