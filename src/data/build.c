/* build.c - which bucket a row belongs to, and the bar of the bucket.
 * Invariants:
 *   B1  buckets do not overlap, and follow each other in time.
 *   B2  a bar is closed by the first row that starts at or behind the end of its bucket: until then
 *       nobody has seen it, and its end lies at or before that row's start. */
#include "data/build.h"

#include "base/check.h"

#define HOUR      (INT64_C(3600) * OMS_NS_PER_SECOND)
#define WEEK_DAYS 7
#define WEEK      (WEEK_DAYS * OMS_NS_PER_DAY)
#define REST_DAYS 12 /* no market that is modelled rests longer; a gap is looked at again then */
#define DAYS_MAX  (INT64_MAX / OMS_NS_PER_DAY - 2)

bool oms_build_can(int64_t base, int64_t timeframe) {
  if (timeframe <= base || base < 0 || (base > 0 && timeframe % base != 0)) {
    return false;
  }
  return timeframe < OMS_NS_PER_DAY || timeframe == OMS_NS_PER_DAY || timeframe == WEEK;
}

void oms_build_start(oms_build_t *b) {
  b->from = b->until = b->begin = b->end = INT64_MIN;
  b->counts = b->any = false;
}

static int64_t day_of(const oms_build_t *b, oms_time_t t) {
  return oms_day_of_local(oms_time_to_local(t, b->zone));
}

/* 00:00 of a date in the data's zone; dates beyond the range of times give its edge. */
static oms_time_t midnight(const oms_build_t *b, int64_t days) {
  days = days > DAYS_MAX ? DAYS_MAX : days < -DAYS_MAX ? -DAYS_MAX : days;
  return oms_time_from_local(days * OMS_NS_PER_DAY, b->zone);
}

static oms_time_t plus(oms_time_t t, int64_t ns) {
  oms_time_t sum;
  return oms_add(t, ns, &sum) == OMS_OK ? sum : INT64_MAX;
}

static void set_bucket(oms_build_t *b, oms_time_t begin, oms_time_t end) {
  b->from = b->begin = b->label = begin;
  b->until = b->end = end;
  b->counts = true;
}

/* Below a day. 'early' and 'late' are the bounds of the wall time as if the offset of 't' held all
 * along, 'begin' and 'end' as the clocks show them. Up to an hour the nearer ones count, so that an
 * hour that comes twice makes two buckets; longer buckets keep to the clocks. */
static void find_clock(oms_build_t *b, oms_time_t t) {
  int64_t local = oms_time_to_local(t, b->zone), offset = local - t;
  int64_t day = oms_day_of_local(local) * OMS_NS_PER_DAY;
  int64_t first = day + (local - day) / b->timeframe * b->timeframe;
  int64_t last = plus(first, b->timeframe);
  last = last > day + OMS_NS_PER_DAY ? day + OMS_NS_PER_DAY : last;
  oms_time_t begin = oms_time_from_local(first, b->zone), end = oms_time_from_local(last, b->zone);
  oms_time_t early = first - offset, late = last - offset;
  bool is_short = b->timeframe <= HOUR;
  if (end <= t || (is_short && late < end)) {
    end = late;
  }
  if (begin > t || (is_short && early > begin)) {
    begin = early;
  }
  begin = begin < b->end ? b->end : begin;
  set_bucket(b, begin, end > t ? end : plus(t, 1));
}

static bool session_of(const oms_build_t *b, int64_t day, oms_time_t *open, oms_time_t *close) {
  return b->day_span(b->day_ctx, day, open, close) == OMS_OK;
}

static int64_t monday_of(int64_t day) {
  return day - (oms_weekday(day) - 1);
}

/* First open and last close of the week. */
static void span_week(oms_build_t *b, int64_t monday) {
  bool any = false;
  for (int64_t i = 0; i < WEEK_DAYS; i++) {
    oms_time_t open, close;
    if (session_of(b, monday + i, &open, &close)) {
      b->begin = any ? b->begin : open;
      b->end = close;
      any = true;
    }
  }
}

/* The session that holds 't', or the gap up to the next one. A date of the market may be the day
 * before or after that of the data's zone. */
static void find_session(oms_build_t *b, oms_time_t t) {
  int64_t day = day_of(b, t);
  b->from = t;
  b->until = midnight(b, day + REST_DAYS - 1);
  b->counts = false;
  for (int64_t i = day - 1; i < day + REST_DAYS; i++) {
    oms_time_t open, close;
    if (!session_of(b, i, &open, &close) || close <= t) {
      continue;
    }
    if (open > t) {
      b->until = open;
      return;
    }
    set_bucket(b, open, close);
    b->label = midnight(b, b->timeframe == WEEK ? monday_of(i) : i);
    if (b->timeframe == WEEK) {
      span_week(b, monday_of(i));
    }
    return;
  }
}

static void find_days(oms_build_t *b, oms_time_t t) {
  int64_t day = day_of(b, t), n = b->timeframe / OMS_NS_PER_DAY;
  day = n == WEEK_DAYS ? monday_of(day) : day;
  set_bucket(b, midnight(b, day), midnight(b, day + n));
}

static void find_bucket(oms_build_t *b, oms_time_t t) {
  if (b->timeframe < OMS_NS_PER_DAY) {
    find_clock(b, t);
  } else if (b->day_span != NULL) {
    find_session(b, t);
  } else {
    find_days(b, t);
  }
}

bool oms_build_end(oms_build_t *b, oms_bar_t *closed) {
  if (!b->any) {
    return false;
  }
  b->any = false;
  *closed = b->bar;
  closed->end = b->last_end > closed->end ? b->last_end : closed->end;
  if (b->size > 0) {
    int64_t whole;
    closed->volume = oms_narrow(b->size, &whole) == OMS_OK
                         ? oms_fixed_to_double(whole, OMS_QTY_DECIMALS)
                         : (double)b->size / 1e9;
  }
  return true;
}

/* The bucket of a row that starts at 't'; true: the one before it is closed. */
static bool move_to(oms_build_t *b, oms_time_t t, oms_bar_t *closed) {
  bool ended = b->any && t >= b->bar.end && oms_build_end(b, closed);
  find_bucket(b, t);
  return ended;
}

static void open_bar(oms_build_t *b, oms_price_t price) {
  b->any = true;
  b->size = 0;
  b->bar = (oms_bar_t){.ts = b->label,
                       .start = b->begin,
                       .end = b->end,
                       .open = price,
                       .high = price,
                       .low = price,
                       .close = price,
                       .stream = b->stream};
}

static void add(oms_build_t *b, oms_price_t open, oms_price_t high, oms_price_t low,
                oms_price_t close) {
  if (OMS_UNLIKELY(!b->any)) {
    open_bar(b, open);
  }
  b->bar.high = high > b->bar.high ? high : b->bar.high;
  b->bar.low = low < b->bar.low ? low : b->bar.low;
  b->bar.close = close;
}

bool oms_build_bar(oms_build_t *b, const oms_bar_t *row, oms_bar_t *closed) {
  bool ended = OMS_UNLIKELY(row->start >= b->until) && move_to(b, row->start, closed);
  if (b->counts) {
    add(b, row->open, row->high, row->low, row->close);
    b->bar.volume += row->volume;
    b->last_end = row->end;
  }
  return ended;
}

bool oms_build_trade(oms_build_t *b, oms_time_t ts, const oms_print_t *trade, oms_bar_t *closed) {
  bool ended = OMS_UNLIKELY(ts >= b->until) && move_to(b, ts, closed);
  if (b->counts) {
    add(b, trade->price, trade->price, trade->price, trade->price);
    b->size += trade->size;
    b->last_end = ts;
  }
  return ended;
}

bool oms_build_reach(oms_build_t *b, oms_time_t start, oms_bar_t *closed) {
  return b->any && start >= b->bar.end && oms_build_end(b, closed);
}

static oms_price_t scaled(oms_price_t price, const oms_scale_t *scale) {
  oms_price_t now = price;
  (void)oms_mul_div_half_away(price, scale->price_num, scale->price_den, &now);
  return now; /* beyond the range of prices it stays */
}

void oms_bar_scale(oms_bar_t *bar, const oms_scale_t *scale) {
  bar->open = scaled(bar->open, scale);
  bar->high = scaled(bar->high, scale);
  bar->low = scaled(bar->low, scale);
  bar->close = scaled(bar->close, scale);
  bar->volume = bar->volume * (double)scale->volume_num / (double)scale->volume_den;
}

void oms_build_scale(oms_build_t *b, const oms_scale_t *scale) {
  oms_bar_scale(&b->bar, scale);
  b->size = oms_div_half_away(b->size * scale->volume_num, scale->volume_den);
}
