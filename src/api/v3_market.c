/* v3_market.c - clock and calendar of version 3: by market, with the phases of its day. The markets
 * are the exchanges of US equities, which keep the same hours. */
#include <stdio.h>
#include <string.h>

#include "api/v2.h"
#include "base/time.h"

typedef struct market {
  const char *word, *mic, *name;
} market_t;

static const market_t markets[] = {
    {"NYSE",   "XNYS", "New York Stock Exchange"},
    {"NASDAQ", "XNAS", "Nasdaq"                 },
};

static const market_t *market_of(const char *text, size_t n) {
  for (size_t i = 0; i < sizeof markets / sizeof markets[0]; i++) {
    const market_t *m = &markets[i];
    bool word = strlen(m->word) == n && memcmp(m->word, text, n) == 0;
    if (word || (strlen(m->mic) == n && memcmp(m->mic, text, n) == 0)) {
      return m;
    }
  }
  return NULL;
}

static void write_market(oms_writer_t *w, const market_t *m) {
  oms_write_object(w, "market");
  oms_write_text(w, "acronym", m->word);
  oms_write_text(w, "mic", m->mic);
  oms_write_null(w, "bic");
  oms_write_text(w, "name", m->name);
  oms_write_text(w, "timezone", "America/New_York");
  oms_write_object_end(w);
}

static const char *phase_word(oms_calendar_phase_t phase) {
  switch (phase) {
  case OMS_PHASE_PRE:
    return "pre";
  case OMS_PHASE_REGULAR:
    return "core";
  case OMS_PHASE_POST:
    return "post";
  case OMS_PHASE_NONE:
    break;
  }
  return "closed";
}

/* The end of the phase that holds 't'. */
static oms_time_t phase_end(oms_calendar_t *calendar, oms_time_t t) {
  oms_session_times_t s;
  int64_t day = oms_calendar_trading_day(calendar, t, true);
  if (!oms_calendar_session_of_day(calendar, day, &s)) {
    return OMS_NO_TIME;
  }
  return t < s.pre_open ? s.pre_open : t < s.open ? s.open : t < s.close ? s.close : s.post_close;
}

static void write_clock(oms_writer_t *w, const market_t *m, oms_time_t t) {
  oms_session_times_t s;
  oms_calendar_t calendar;
  oms_calendar_init(&calendar, OMS_CALENDAR_US_EQUITY);
  oms_write_object(w, NULL);
  write_market(w, m);
  oms_v2_write_local(w, "timestamp", t);
  oms_write_bool(w, "is_market_day",
                 oms_calendar_session_of_day(&calendar, oms_calendar_date(&calendar, t), &s));
  oms_v2_write_local(w, "next_market_open", oms_calendar_next_open(&calendar, t));
  oms_v2_write_local(w, "next_market_close", oms_calendar_next_close(&calendar, t));
  oms_write_text(w, "phase", phase_word(oms_calendar_phase_at(&calendar, t)));
  oms_v2_write_local(w, "phase_until", phase_end(&calendar, t));
  oms_write_object_end(w);
}

void oms_v3_get_clock(oms_call_t *c) {
  const char *list = c->args[CLOCK_MARKETS].text != NULL ? c->args[CLOCK_MARKETS].text : "NYSE";
  oms_time_t t = c->args[CLOCK_TIME].given ? c->args[CLOCK_TIME].number : c->desk->now;
  oms_write_object(c->out, NULL);
  oms_write_list(c->out, "clocks");
  for (const char *at = list; *at != '\0';) {
    size_t n = strcspn(at, ",");
    const market_t *m = market_of(at, n);
    if (m == NULL) {
      oms_call_error(c, 422, OMS_API_INVALID, "market '%.*s' is not known: NYSE or NASDAQ",
                     (int)(n < 32 ? n : 32), at);
      return;
    }
    write_clock(c->out, m, t);
    at += n + (at[n] == ',');
  }
  oms_write_list_end(c->out);
  oms_write_object_end(c->out);
}

static void write_day(oms_writer_t *w, oms_calendar_t *calendar, const oms_session_times_t *s) {
  char date[32];
  oms_write_object(w, NULL);
  oms_date_iso(s->days * OMS_NS_PER_DAY, OMS_ZONE_UTC, date);
  oms_write_text(w, "date", date);
  oms_v2_write_local(w, "pre_start", s->pre_open);
  oms_v2_write_local(w, "pre_end", s->open);
  oms_v2_write_local(w, "core_start", s->open);
  oms_v2_write_local(w, "core_end", s->close);
  oms_v2_write_local(w, "post_start", s->close);
  oms_v2_write_local(w, "post_end", s->post_close);
  oms_date_iso(oms_calendar_next_day(calendar, s->days) * OMS_NS_PER_DAY, OMS_ZONE_UTC, date);
  oms_write_text(w, "settlement_date", date);
  oms_write_object_end(w);
}

void oms_v3_get_calendar(oms_call_t *c) {
  enum { WEEK = 7, SPAN_MAX = 3660 };
  const oms_value_t *a = c->args;
  const market_t *m = market_of(a[MARKET_NAME].text, a[MARKET_NAME].n);
  oms_session_times_t s;
  oms_calendar_t calendar;
  oms_calendar_init(&calendar, OMS_CALENDAR_US_EQUITY);
  int64_t today = oms_calendar_date(&calendar, c->desk->now);
  int64_t day = a[MARKET_START].given ? a[MARKET_START].number : today;
  int64_t end = a[MARKET_END].given ? a[MARKET_END].number : day + WEEK;
  if (m == NULL) {
    oms_call_error(c, 404, OMS_API_NOT_FOUND, "market '%s' is not known: NYSE or NASDAQ",
                   a[MARKET_NAME].text);
    return;
  }
  if (end - day > SPAN_MAX) {
    oms_call_error(c, 422, OMS_API_INVALID, "start and end are more than ten years apart");
    return;
  }
  oms_write_object(c->out, NULL);
  write_market(c->out, m);
  oms_write_list(c->out, "calendar");
  for (; day <= end; day++) {
    if (oms_calendar_session_of_day(&calendar, day, &s)) {
      write_day(c->out, &calendar, &s);
    }
  }
  oms_write_list_end(c->out);
  oms_write_object_end(c->out);
}
