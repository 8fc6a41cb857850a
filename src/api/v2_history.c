/* v2_history.c - what was: the equity curve of the account, and its executions. */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/v2.h"
#include "base/time.h"

/* Equity. */

typedef struct curve {
  const oms_equity_point_t *points;
  size_t n, from; /* the first point that is meant */
  oms_time_t start, end;
  int64_t step;
  bool per_day;
  oms_money_t base;
  size_t hours; /* HOURS_... */
} curve_t;

enum { HOURS_MARKET, HOURS_EXTENDED, HOURS_ALL };

static const int64_t minute = 60 * OMS_NS_PER_SECOND;

/* "1D", "2W", "1M", "1A" as days; 0: no such period. */
static int64_t days_of(const char *text, size_t n) {
  static const char units[] = "DWMA";
  static const int64_t lengths[] = {1, 7, 31, 366};
  char *end;
  long count = n < 2 || n > 5 ? 0 : strtol(text, &end, 10);
  const char *unit = count > 0 && end == text + n - 1 ? strchr(units, *end) : NULL;
  return unit == NULL || text[0] < '0' || text[0] > '9' ? 0 : count * lengths[unit - units];
}

static bool read_curve(oms_call_t *c, curve_t *k) {
  static const int64_t steps[] = {1, 5, 15, 60, 24 * 60};
  const oms_value_t *a = c->args;
  int64_t days = days_of(a[HISTORY_PERIOD].text, a[HISTORY_PERIOD].n);
  if (days == 0) {
    oms_call_error(c, 422, OMS_API_INVALID, "period '%s' is none: a number and D, W, M or A, as 1M",
                   a[HISTORY_PERIOD].text);
    return false;
  }
  bool last_day = a[HISTORY_DATE_END].given;
  k->end = a[HISTORY_END].given ? a[HISTORY_END].number
           : last_day ? oms_time_from_local((a[HISTORY_DATE_END].number + 1) * OMS_NS_PER_DAY,
                                            oms_zone_new_york)
                      : c->desk->now;
  k->start =
      a[HISTORY_START].given ? a[HISTORY_START].number
      : a[HISTORY_DATE_START].given
          ? oms_time_from_local(a[HISTORY_DATE_START].number * OMS_NS_PER_DAY, oms_zone_new_york)
          : k->end - days * OMS_NS_PER_DAY;
  int64_t shown = (k->end - k->start) / OMS_NS_PER_DAY;
  k->step = a[HISTORY_TIMEFRAME].given ? steps[a[HISTORY_TIMEFRAME].number] * minute
            : shown < 7                ? minute
            : shown < 30               ? 15 * minute
                                       : 24 * 60 * minute;
  k->per_day = a[HISTORY_RESET].number == 0 && k->step < 24 * 60 * minute;
  k->hours = a[HISTORY_EXTENDED].number == 1 ? HOURS_EXTENDED : (size_t)a[HISTORY_INTRADAY].number;
  return true;
}

/* The beginning of the stretch that holds 't'. */
static oms_time_t stretch_of(const curve_t *k, oms_time_t t) {
  if (k->step < 24 * 60 * minute) {
    return t - ((t % k->step) + k->step) % k->step;
  }
  int64_t day = oms_day_of_local(oms_time_to_local(t, oms_zone_new_york));
  return oms_time_from_local(day * OMS_NS_PER_DAY, oms_zone_new_york);
}

static bool in_hours(const curve_t *k, oms_calendar_t *calendar, oms_time_t t) {
  if (k->hours == HOURS_ALL || k->step >= 24 * 60 * minute) {
    return true;
  }
  oms_calendar_phase_t phase = oms_calendar_phase_at(calendar, t - 1);
  return phase == OMS_PHASE_REGULAR || (k->hours == HOURS_EXTENDED && phase != OMS_PHASE_NONE);
}

typedef struct lists {
  oms_writer_t at, equity, gain, share;
} lists_t;

static void write_point(lists_t *l, oms_time_t at, oms_money_t equity, oms_money_t base) {
  int64_t gain = 0, share = 0;
  (void)oms_sub(equity, base, &gain);
  if (base > 0) {
    (void)oms_mul_div_half_away(gain, OMS_PRICE_SCALE, base, &share);
  }
  oms_write_int(&l->at, NULL, at / OMS_NS_PER_SECOND);
  oms_write_number(&l->equity, NULL, equity, OMS_MONEY_DECIMALS);
  oms_write_number(&l->gain, NULL, gain, OMS_MONEY_DECIMALS);
  oms_write_number(&l->share, NULL, share, OMS_PRICE_DECIMALS);
}

/* The last point of each stretch. */
static void write_curve(curve_t *k, lists_t *l) {
  oms_calendar_t calendar;
  oms_money_t base = k->base;
  int64_t day = INT64_MIN;
  oms_calendar_init(&calendar, OMS_CALENDAR_US_EQUITY);
  for (size_t i = k->from; i < k->n && k->points[i].ts <= k->end; i++) {
    oms_time_t t = k->points[i].ts, at = stretch_of(k, t);
    int64_t today = oms_day_of_local(oms_time_to_local(t, oms_zone_new_york));
    if (k->per_day && day != INT64_MIN && today != day) {
      base = k->points[i - 1].equity;
    }
    day = today;
    bool last =
        i + 1 == k->n || k->points[i + 1].ts > k->end || stretch_of(k, k->points[i + 1].ts) != at;
    if (last && in_hours(k, &calendar, t)) {
      write_point(l, at, k->points[i].equity, base);
    }
  }
}

static void write_lists(oms_call_t *c, const curve_t *k, lists_t *l) {
  static const char *const names[] = {"timestamp", "equity", "profit_loss", "profit_loss_pct"};
  oms_writer_t *const all[] = {&l->at, &l->equity, &l->gain, &l->share};
  static const char *const words[] = {"1Min", "5Min", "15Min", "1H", "1D"};
  static const int64_t steps[] = {1, 5, 15, 60, 24 * 60};
  oms_write_object(c->out, NULL);
  for (size_t i = 0; i < 4; i++) {
    oms_write_list(c->out, names[i]);
    oms_write_raw(c->out, all[i]->data, all[i]->n);
    oms_write_list_end(c->out);
    c->out->failed = c->out->failed || all[i]->failed;
    oms_writer_free(all[i]);
  }
  oms_write_number(c->out, "base_value", k->base, OMS_MONEY_DECIMALS);
  for (size_t i = 0; i < 5; i++) {
    if (steps[i] * minute == k->step) {
      oms_write_text(c->out, "timeframe", words[i]);
    }
  }
  oms_write_object_end(c->out);
}

void oms_v2_get_history(oms_call_t *c) {
  curve_t k = {0};
  lists_t l = {0};
  if (!oms_v2_has_account(c) || !read_curve(c, &k)) {
    return;
  }
  k.n = c->live->equity(c->live->self, c->account, &k.points);
  while (k.from < k.n && k.points[k.from].ts < k.start) {
    k.from++;
  }
  k.base = k.from > 0 ? k.points[k.from - 1].equity
                      : oms_engine_account(c->engine, c->account)->initial_cash;
  write_curve(&k, &l);
  write_lists(c, &k, &l);
}

/* Executions. */

void oms_v2_execution_id(const oms_fill_t *f, char out[37]) {
  char name[64], text[24];
  snprintf(name, sizeof name, "%u:%s", f->order, oms_execution_id_text(f, text));
  oms_uuid_of("execution", name, out);
  snprintf(out + 28, 9, "%08x", f->index); /* so that it can be found again */
}

/* "20130413093000123::" and an id that begins with the place of the execution: in order of time,
 * also within a millisecond. */
static void activity_id(const oms_fill_t *f, char out[64]) {
  oms_civil_t p;
  char id[37];
  oms_time_parts(f->ts, OMS_ZONE_UTC, &p);
  oms_v2_execution_id(f, id);
  snprintf(out, 64, "%04d%02d%02d%02d%02d%02d%03d::%08x%s", p.year % 10000, p.month % 100,
           p.day % 100, p.hour % 100, p.minute % 100, p.second % 100, p.ns / 1000000 % 1000,
           f->index, id + 8);
}

/* The fill of an id that was given out; OMS_NONE. */
static uint32_t fill_of(const oms_engine_t *e, const char *id) {
  char own[64];
  const char *mark = strstr(id, "::");
  unsigned index = UINT_MAX;
  if (mark == NULL || sscanf(mark + 2, "%8x", &index) != 1 || index >= oms_engine_fill_count(e)) {
    return OMS_NONE;
  }
  activity_id(oms_engine_fill(e, index), own);
  return strcmp(own, id) == 0 ? index : OMS_NONE;
}

/* What the order had filled with it, busts aside. */
static oms_qty_t filled_with(const oms_engine_t *e, const oms_fill_t *f) {
  oms_qty_t sum = 0;
  for (uint32_t i = f->index; i != OMS_NONE; i = oms_engine_fill(e, i)->prev) {
    const oms_fill_t *earlier = oms_engine_fill(e, i);
    sum += earlier->busted || earlier->busts != OMS_NONE ? 0 : earlier->qty;
  }
  return sum;
}

static void write_fill(oms_writer_t *w, const oms_engine_t *e, const oms_fill_t *f) {
  const oms_order_t *o = oms_engine_order(e, f->order);
  oms_qty_t filled = filled_with(e, f), left = o->qty > filled ? o->qty - filled : 0;
  bool opens = !oms_side_is_buy(o->side) && o->position_intent == OMS_INTENT_SELL_TO_OPEN;
  char id[64];
  activity_id(f, id);
  oms_write_object(w, NULL);
  oms_write_text(w, "id", id);
  oms_write_text(w, "activity_type", "FILL");
  oms_write_time(w, "transaction_time", f->ts);
  oms_write_text(w, "type", left == 0 ? "fill" : "partial_fill");
  oms_write_decimal(w, "price", f->price, OMS_PRICE_DECIMALS);
  oms_write_decimal(w, "qty", f->qty, OMS_QTY_DECIMALS);
  oms_write_text(w, "side", opens ? "sell_short" : oms_v2_side(o->side));
  oms_write_text(w, "symbol", o->symbol);
  oms_write_decimal(w, "leaves_qty", left, OMS_QTY_DECIMALS);
  oms_write_decimal(w, "cum_qty", filled, OMS_QTY_DECIMALS);
  oms_order_id_text(e, o, id);
  oms_write_text(w, "order_id", id);
  oms_write_text(w, "order_status", left == 0 ? "filled" : "partially_filled");
  oms_write_object_end(w);
}

static bool fits(const oms_call_t *c, const oms_fill_t *f) {
  const oms_value_t *a = c->args;
  if (oms_engine_order(c->engine, f->order)->account != c->account || f->busted ||
      f->busts != OMS_NONE) {
    return false;
  }
  if (a[ACTIVITY_DATE].given &&
      oms_day_of_local(oms_time_to_local(f->ts, oms_zone_new_york)) != a[ACTIVITY_DATE].number) {
    return false;
  }
  return (!a[ACTIVITY_AFTER].given || f->ts > a[ACTIVITY_AFTER].number) &&
         (!a[ACTIVITY_UNTIL].given || f->ts < a[ACTIVITY_UNTIL].number);
}

static bool names_fills(const char *types) {
  for (const char *at = types; at != NULL; at = strchr(at, ',')) {
    at += *at == ',';
    if (strncmp(at, "FILL", 4) == 0 && (at[4] == '\0' || at[4] == ',')) {
      return true;
    }
  }
  return false;
}

static void write_activities(oms_call_t *c, bool fills) {
  const oms_value_t *a = c->args;
  bool up = a[ACTIVITY_DIRECTION].number == DIRECTION_ASC;
  uint32_t n = oms_engine_fill_count(c->engine), at = up ? 0 : n;
  int64_t left = a[ACTIVITY_SIZE].number;
  if (a[ACTIVITY_TOKEN].given) {
    uint32_t last = fill_of(c->engine, a[ACTIVITY_TOKEN].text);
    if (last == OMS_NONE) {
      oms_call_error(c, 422, OMS_API_INVALID, "page_token '%s' is the id of no activity",
                     a[ACTIVITY_TOKEN].text);
      return;
    }
    at = up ? last + 1 : last;
  }
  oms_write_list(c->out, NULL);
  for (; fills && left > 0 && (up ? at < n : at > 0); at = up ? at + 1 : at - 1) {
    const oms_fill_t *f = oms_engine_fill(c->engine, up ? at : at - 1);
    if (fits(c, f)) {
      write_fill(c->out, c->engine, f);
      left--;
    }
  }
  oms_write_list_end(c->out);
}

void oms_v2_get_activities(oms_call_t *c) {
  const oms_value_t *a = c->args;
  if (!oms_v2_has_account(c)) {
    return;
  }
  if (a[ACTIVITY_TYPES].given && a[ACTIVITY_CATEGORY].given) {
    oms_call_error(c, 422, OMS_API_INVALID, "only one of activity_types or category is accepted");
    return;
  }
  write_activities(c, a[ACTIVITY_TYPES].given      ? names_fills(a[ACTIVITY_TYPES].text)
                      : a[ACTIVITY_CATEGORY].given ? a[ACTIVITY_CATEGORY].number == 0
                                                   : true);
}

void oms_v2_get_activities_of(oms_call_t *c) {
  if (oms_v2_has_account(c)) {
    write_activities(c, names_fills(c->args[ACTIVITY_TYPES].text));
  }
}
