/* The venue against results that two other engines gave on public daily bars: brackets that work in
 * their entry bar and from the next one, good till date, a trail of three percent. The data stands
 * beside the repository; without it the tests are skipped, visibly. */
#include <math.h>

#include "sim/venue_desk.h"

#define BARS_MAX        6000
#define ROUND_TRIPS_MAX 2000
#define UNITS           (100 * OMS_QTY_SCALE)
#define LOOKBACK        20

typedef struct round_trip {
  oms_time_t entry, exit;
  oms_price_t entry_price, exit_price;
} round_trip_t;

/* A strategy acts at the close of bar 'i'. */
typedef struct run {
  desk_t desk;
  oms_bar_t bars[BARS_MAX];
  size_t n, trip_n;
  round_trip_t trips[ROUND_TRIPS_MAX];
  bool is_long, working;
  size_t entry_bar, now;
  oms_price_t unit; /* of prices that strategies compute */
  void (*act)(struct run *r, size_t i);
} run_t;
static run_t run;

typedef struct expectation {
  const char *name, *set, *file, *peer;
  int decimals;
  oms_child_fill_t child_fill;
  void (*act)(run_t *r, size_t i);
} expectation_t;

static void take_trip(desk_t *d, const oms_report_t *r) {
  if (r->type == OMS_REPORT_EXPIRED) {
    run.working = false;
  }
  if (r->type != OMS_REPORT_FILL) {
    return;
  }
  if (!oms_side_is_buy(oms_engine_order(d->engine, r->order)->side)) {
    run.trips[run.trip_n - 1].exit = r->ts;
    run.trips[run.trip_n - 1].exit_price = r->price;
    run.is_long = false;
    return;
  }
  assert_true(run.trip_n < ROUND_TRIPS_MAX);
  run.trips[run.trip_n++] = (round_trip_t){r->ts, OMS_NO_TIME, r->price, OMS_NO_PRICE};
  run.is_long = true;
  run.working = false;
  run.entry_bar = run.now;
}

/* Half up, as the peers' strategies round. */
static oms_price_t of_close(const run_t *r, size_t i, int64_t percent) {
  oms_int128_t exact = (oms_int128_t)r->bars[i].close * percent;
  oms_int128_t unit = (oms_int128_t)r->unit * 100;
  return (oms_price_t)(oms_div_floor(exact * 2 + unit, unit * 2) * r->unit);
}

static bool breaks_out(const run_t *r, size_t i) {
  if (i < LOOKBACK + 1) {
    return false;
  }
  for (size_t k = i - LOOKBACK; k < i; k++) {
    if (r->bars[k].high >= r->bars[i].close) {
      return false;
    }
  }
  return true;
}

static void send(run_t *r, const oms_terms_t *t) {
  desk_send(&r->desk, desk_make(&r->desk, "x", t, OMS_HELD_BY_NONE));
}

static void breakout_with_bracket(run_t *r, size_t i) {
  if (r->is_long || !breaks_out(r, i)) {
    return;
  }
  oms_terms_t t = desk_terms(&r->desk, OMS_SIDE_BUY, UNITS, OMS_TYPE_MARKET);
  t.order_class = OMS_ORDER_CLASS_BRACKET;
  t.group = desk_make_group(&r->desk, t.order_class);
  t.role = OMS_ROLE_PARENT;
  uint32_t parent = desk_make(&r->desk, "p", &t, OMS_HELD_BY_NONE);
  desk_exits_t x = {of_close(r, i, 104), of_close(r, i, 98), OMS_NO_PRICE, OMS_NO_PRICE};
  t.side = OMS_SIDE_SELL;
  t.parent = parent;
  desk_make_exits(&r->desk, "x", t, &x, parent);
  desk_send(&r->desk, parent);
}

static void breakout_with_trail(run_t *r, size_t i) {
  if (r->is_long && r->entry_bar == i) {
    oms_terms_t t = desk_terms(&r->desk, OMS_SIDE_SELL, UNITS, OMS_TYPE_TRAILING_STOP);
    t.trail_percent = 3 * OMS_PRICE_SCALE;
    send(r, &t);
  } else if (!r->is_long && breaks_out(r, i)) {
    oms_terms_t t = desk_terms(&r->desk, OMS_SIDE_BUY, UNITS, OMS_TYPE_MARKET);
    send(r, &t);
  }
}

static void dip_till_date(run_t *r, size_t i) {
  if (r->is_long && i == r->entry_bar + 4) {
    oms_terms_t t = desk_terms(&r->desk, OMS_SIDE_SELL, UNITS, OMS_TYPE_MARKET);
    send(r, &t);
  } else if (!r->is_long && !r->working && i >= 1) {
    oms_terms_t t = desk_terms(&r->desk, OMS_SIDE_BUY, UNITS, OMS_TYPE_LIMIT);
    t.limit_price = of_close(r, i, 97);
    t.time_in_force = OMS_TIF_GTD;
    t.expire_at = r->bars[i].ts + 6 * OMS_NS_PER_DAY - 1;
    r->working = true;
    send(r, &t);
  }
}

static oms_price_t field(char **at) {
  char *end = strchr(*at, ',');
  if (end != NULL) {
    *end = 0;
  }
  oms_price_t v = desk_number(*at);
  *at = end == NULL ? *at + strlen(*at) : end + 1;
  return v;
}

static oms_time_t date(const char *s) {
  oms_time_t t = OMS_NO_TIME;
  assert_int_equal(oms_time_parse(s, 10, OMS_ZONE_UTC, &t, NULL), OMS_OK);
  return t;
}

static void load(run_t *r, FILE *f) {
  char line[256];
  assert_non_null(fgets(line, sizeof line, f));
  while (fgets(line, sizeof line, f) != NULL) {
    assert_true(r->n < BARS_MAX);
    oms_bar_t *b = &r->bars[r->n++];
    b->ts = b->start = date(line);
    b->end = b->ts + OMS_NS_PER_DAY;
    char *at = line + 11;
    b->open = field(&at);
    b->high = field(&at);
    b->low = field(&at);
    b->close = field(&at);
  }
}

static void play(run_t *r) {
  for (size_t i = 0; i < r->n; i++) {
    r->now = i;
    r->desk.log[0] = 0;
    desk_step(&r->desk, &r->desk.a, &r->bars[i], 1);
    r->act(r, i);
    assert_int_equal(r->desk.rc, OMS_OK);
  }
}

/* The text of the peer is a double's: equal means equal to the last place that we keep. */
static void assert_price(const char *name, size_t line, double expected, oms_price_t price) {
  if (fabs(expected - oms_fixed_to_double(price, 9)) > 1e-8) {
    fail_msg("%s, round trip %zu: %.10g, expected %.10g", name, line, oms_fixed_to_double(price, 9),
             expected);
  }
}

/* entry_time,exit_time,qty,entry_price,exit_price,...; the last may be open, without an exit. */
static void compare(const expectation_t *x, const run_t *r, FILE *f) {
  char line[256];
  size_t n = 0;
  assert_non_null(fgets(line, sizeof line, f));
  while (fgets(line, sizeof line, f) != NULL) {
    assert_true(n < r->trip_n);
    const round_trip_t *t = &r->trips[n];
    bool is_open = line[11] == ',';
    const char *rest = line + (is_open ? 12 : 22);
    double qty, entry, exit = 0;
    assert_true(sscanf(rest, "%lf,%lf,%lf", &qty, &entry, &exit) >= 2);
    if (t->entry != date(line) || t->exit != (is_open ? OMS_NO_TIME : date(line + 11))) {
      fail_msg("%s, round trip %zu: other days than %.21s", x->name, n + 1, line);
    }
    assert_price(x->name, n + 1, entry, t->entry_price);
    if (!is_open) {
      assert_price(x->name, n + 1, exit, t->exit_price);
    }
    n++;
  }
  assert_int_equal(n, r->trip_n);
}

static void reproduce(void **state) {
  const expectation_t *x = *state;
  char path[256];
  snprintf(path, sizeof path, "../shared/data/%s", x->file);
  FILE *data = fopen(path, "r");
  if (data == NULL) {
    print_message("SKIPPED: ../shared is absent (%s)\n", x->name);
    return;
  }
  memset(&run, 0, sizeof run);
  load(&run, data);
  fclose(data);
  run.act = x->act;
  run.unit = OMS_PRICE_SCALE;
  for (int i = 0; i < x->decimals; i++) {
    run.unit /= 10;
  }
  desk_open(&run.desk, x->child_fill == OMS_CHILD_NEXT_BAR ? "cfg child=next;" : "");
  run.desk.watch = take_trip;
  play(&run);
  desk_close(&run.desk);
  snprintf(path, sizeof path, "../shared/expected/%s__%s.csv", x->set, x->peer);
  FILE *expected = fopen(path, "r");
  assert_non_null(expected);
  compare(x, &run, expected);
  fclose(expected);
}

#define GOOG "goog_d1", "goog_d1_2004_2013.csv"
#define ORCL "orcl_d1", "orcl_d1_1995_2014.csv"
#define AAPL "aapl_d1", "aapl_d1_2012_2014_splitadj.csv"
/* clang-format off */
static const expectation_t TABLE[] = {
  {"goog: brackets in their entry bar", GOOG, "d__backtestingpy", 2, OMS_CHILD_SAME_BAR, breakout_with_bracket},
  {"orcl: brackets in their entry bar", ORCL, "d__backtestingpy", 4, OMS_CHILD_SAME_BAR, breakout_with_bracket},
  {"aapl: brackets in their entry bar", AAPL, "d__backtestingpy", 4, OMS_CHILD_SAME_BAR, breakout_with_bracket},
  {"goog: brackets from the next bar", GOOG, "d__backtrader", 2, OMS_CHILD_NEXT_BAR, breakout_with_bracket},
  {"orcl: brackets from the next bar", ORCL, "d__backtrader", 4, OMS_CHILD_NEXT_BAR, breakout_with_bracket},
  {"aapl: brackets from the next bar", AAPL, "d__backtrader", 4, OMS_CHILD_NEXT_BAR, breakout_with_bracket},
  {"goog: dips good till date", GOOG, "f__backtrader", 2, OMS_CHILD_SAME_BAR, dip_till_date},
  {"orcl: dips good till date", ORCL, "f__backtrader", 4, OMS_CHILD_SAME_BAR, dip_till_date},
  {"aapl: dips good till date", AAPL, "f__backtrader", 4, OMS_CHILD_SAME_BAR, dip_till_date},
  {"goog: a trail of three percent", GOOG, "g__backtrader", 2, OMS_CHILD_SAME_BAR, breakout_with_trail},
  {"orcl: a trail of three percent", ORCL, "g__backtrader", 4, OMS_CHILD_SAME_BAR, breakout_with_trail},
  {"aapl: a trail of three percent", AAPL, "g__backtrader", 4, OMS_CHILD_SAME_BAR, breakout_with_trail},
};
/* clang-format on */

int main(void) {
  struct CMUnitTest tests[OMS_COUNT(TABLE)] = {0};
  for (size_t i = 0; i < OMS_COUNT(TABLE); i++) {
    tests[i].name = TABLE[i].name;
    tests[i].test_func = reproduce;
    tests[i].initial_state = (void *)(uintptr_t)&TABLE[i];
  }
  return _cmocka_run_group_tests("expected", tests, OMS_COUNT(TABLE), NULL, NULL);
}
