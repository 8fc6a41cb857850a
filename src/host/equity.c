/* equity.c - what all accounts together are worth after a step: for the statistics, and as rows of
 * equity.csv: one for each completion time of bars, and on ticks one for each piece of time
 * (venue.equity_every) in which something happened, at its end. */
#include "base/check.h"
#include "host/host.h"

/* Without sessions the day is that of UTC, kept until it is over. */
static int64_t trading_day(oms_host_t *h, oms_time_t now) {
  if (h->sessions) {
    return oms_calendar_trading_day(&h->desk.calendar, now - 1, true);
  }
  int64_t into = now - 1 - h->day_start;
  if (OMS_UNLIKELY(into < 0 || into >= OMS_NS_PER_DAY)) {
    int64_t t = now - 1;
    h->day = t / OMS_NS_PER_DAY - (t % OMS_NS_PER_DAY < 0 ? 1 : 0);
    h->day_start = h->day * OMS_NS_PER_DAY;
  }
  return h->day;
}

/* Data of both days of a weekend trades all week. */
static OMS_NOINLINE void note_weekend(oms_host_t *h, int64_t day) {
  int weekday = oms_weekday(day);
  if (weekday >= 6) {
    h->weekend |= weekday == 6 ? 1 : 2;
    h->facts.all_week = h->weekend == 3;
  }
}

static OMS_NOINLINE int write_row(oms_host_t *h, const oms_host_equity_t *r, oms_error_t *err) {
  if (h->record != NULL &&
      oms_record_equity(h->record, r->ts, r->equity, r->longs, r->shorts, r->drawdown) != OMS_OK) {
    return oms_error_set(err, OMS_ERR_NOMEM, "out of memory for the report");
  }
  return oms_output_equity(h->output, r->ts, r->equity, r->cash, r->longs + r->shorts, r->drawdown,
                           err);
}

/* The row that waits is written, unless 'next' is of the same time and stands in its place. */
static int change_row(oms_host_t *h, const oms_host_equity_t *next, oms_error_t *err) {
  oms_host_equity_t *r = &h->ticks.equity_row;
  int rc = r->ts != OMS_NO_TIME && r->ts != next->ts ? write_row(h, r, err) : OMS_OK;
  *r = *next;
  return rc;
}

/* All accounts together. */
typedef struct worth {
  oms_money_t equity, cash, longs, shorts;
  bool in_position;
} worth_t;

static int add_worth(const oms_account_t *a, worth_t *w) {
  w->in_position = w->in_position || a->long_value != 0 || a->short_value != 0;
  bool fits = oms_add(w->equity, oms_account_equity(a), &w->equity) == OMS_OK &&
              oms_add(w->cash, a->cash, &w->cash) == OMS_OK &&
              oms_add(w->longs, a->long_value, &w->longs) == OMS_OK &&
              oms_add(w->shorts, a->short_value, &w->shorts) == OMS_OK;
  return fits ? OMS_OK : OMS_ERR_OVERFLOW;
}

static OMS_SELDOM int beyond_money(oms_time_t now, oms_error_t *err) {
  char ts[32];
  oms_time_iso(now, ts);
  return oms_error_set(err, OMS_ERR_OVERFLOW,
                       "at %s the accounts together are worth more than 9,223,372,036,854, "
                       "which cannot be reckoned with; give them less cash or smaller orders",
                       ts);
}

static int worth_of(const oms_host_t *h, oms_time_t now, worth_t *w, oms_error_t *err) {
  uint32_t n = oms_engine_account_count(h->engine);
  if (OMS_LIKELY(n == 1)) { /* what one account is worth has been checked where it came about */
    const oms_account_t *a = oms_engine_account(h->engine, 0);
    *w = (worth_t){oms_account_equity(a), a->cash, a->long_value, a->short_value,
                   (a->long_value | a->short_value) != 0};
    return OMS_OK;
  }
  *w = (worth_t){0};
  for (uint32_t i = 0; i < n; i++) {
    if (OMS_UNLIKELY(add_worth(oms_engine_account(h->engine, i), w) != OMS_OK)) {
      return h->desk.lasting ? OMS_OK : beyond_money(now, err);
    }
  }
  return OMS_OK;
}

int oms_host_note_equity(oms_host_t *h, oms_time_t now, bool venue_step, bool row,
                         oms_error_t *err) {
  worth_t w;
  int rc = worth_of(h, now, &w, err);
  if (OMS_UNLIKELY(rc != OMS_OK)) {
    return rc;
  }
  int64_t day = trading_day(h, now);
  if (row && !h->facts.all_week) {
    note_weekend(h, day);
  }
  rc = oms_stats_step(h->stats, now, day, w.equity, venue_step, w.in_position);
  if (rc != OMS_OK) {
    return oms_error_set(err, rc, "the statistics ran out of memory");
  }
  if (h->output == NULL || !row) {
    return OMS_OK;
  }
  oms_host_equity_t r = {now, w.equity, w.cash, w.longs, w.shorts, oms_stats_drawdown(h->stats)};
  return h->ticks.any ? change_row(h, &r, err) : write_row(h, &r, err);
}

static int end_piece(oms_host_t *h, oms_error_t *err) {
  oms_time_t at = h->ticks.equity_at;
  if (at == OMS_NO_TIME) {
    return OMS_OK;
  }
  h->ticks.equity_at = OMS_NO_TIME;
  return oms_host_note_equity(h, at, true, true, err);
}

int oms_host_equity_end(oms_host_t *h, oms_error_t *err) {
  const oms_host_equity_t none = {.ts = OMS_NO_TIME};
  int rc = end_piece(h, err);
  return rc == OMS_OK ? change_row(h, &none, err) : rc;
}

int oms_host_equity_before(oms_host_t *h, oms_time_t now, bool tick, oms_error_t *err) {
  oms_time_t at = h->ticks.equity_at;
  return at != OMS_NO_TIME && (now > at || (now == at && tick)) ? end_piece(h, err) : OMS_OK;
}

void oms_host_equity_open(oms_host_t *h, oms_time_t now) {
  if (OMS_LIKELY(h->ticks.equity_at != OMS_NO_TIME)) {
    return;
  }
  int64_t every = h->config->equity_every_ns, into = now % every;
  into += into < 0 ? every : 0;
  if (oms_add(now, every - into, &h->ticks.equity_at) != OMS_OK) {
    h->ticks.equity_at = INT64_MAX;
  }
}
