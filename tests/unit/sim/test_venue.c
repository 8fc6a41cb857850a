/* The venue under stress: what the desk does in the middle of a report, failing allocations, and
 * properties of every fill on random orders and bars. */
#include "base/random.h"
#include "sim/venue_script.h"

static desk_t desk;

static void assert_log(const desk_t *d, const char *expected) {
  if (d->rc != OMS_OK || !is(d->log, expected)) {
    fail_msg("expected: %s\n  log:      %s (%s)", expected, d->log, oms_err_name(d->rc));
  }
}

static oms_report_t seen[16];
static size_t seen_n;

static void keep_report(desk_t *d, const oms_report_t *r) {
  (void)d;
  if (seen_n < OMS_COUNT(seen)) {
    seen[seen_n++] = *r;
  }
}

static void fills_carry_the_label_and_other_reports_the_time(void **state) {
  (void)state;
  const char *rest = desk_open(&desk, "cfg tf=60;");
  desk.watch = keep_report;
  seen_n = 0;
  desk_run(&desk, rest);
  desk_run(&desk, "sell a 1 stop S=9; bar 10 10 9 9; buy b 1 limit L=9.5 until=1; bar 10 10 10 10");
  assert_int_equal(seen_n, 5);
  assert_int_equal(seen[0].type, OMS_REPORT_WORKING);
  assert_int_equal(seen[0].ts, desk.start);
  assert_int_equal(seen[1].type, OMS_REPORT_TRIGGERED);
  assert_int_equal(seen[1].ts, desk.start + 60 * DESK_SECOND);
  assert_int_equal(seen[2].type, OMS_REPORT_FILL);
  assert_int_equal(seen[2].ts, desk.start);
  assert_int_equal(seen[2].execution_no, 1);
  assert_true(seen[2].has_commission);
  assert_int_equal(seen[4].type, OMS_REPORT_EXPIRED);
  assert_int_equal(seen[4].ts, desk.start + 120 * DESK_SECOND);
  desk_close(&desk);
}

static void liquidity_says_who_was_there_first(void **state) {
  (void)state;
  desk_open(&desk, "");
  desk.watch = keep_report;
  desk_run(&desk,
           "buy a 1 market tif=opg; buy b 1 market tif=cls; buy c 1 market; buy e 1 limit L=9");
  seen_n = 0;
  desk_run(&desk, "bar 10 10 9 9");
  assert_int_equal(seen_n, 4);
  const char letters[] = {'O', 'R', 'A', 'C'};
  for (size_t i = 0; i < 4; i++) {
    assert_int_equal(seen[i].liquidity, letters[i]);
  }
  desk_close(&desk);
}

static void cancel_b_and_send_c(desk_t *d, const oms_report_t *r) {
  if (r->type != OMS_REPORT_FILL || !is(d->orders[r->order].name, "a")) {
    return;
  }
  desk_note(d, d->venue.cancel_now(d->venue.self, desk_find(d, "b"), d->now));
  oms_terms_t t = desk_terms(d, OMS_SIDE_BUY, OMS_QTY_SCALE, OMS_TYPE_MARKET);
  desk_send(d, desk_make(d, "c", &t, OMS_HELD_BY_NONE));
}

static void a_report_may_cancel_and_submit(void **state) {
  const char *path = *state;
  char cfg[64];
  snprintf(cfg, sizeof cfg, "cfg path=%s;", path);
  const char *rest = desk_open(&desk, cfg);
  desk.after = cancel_b_and_send_c;
  desk_run(&desk, rest);
  desk_run(&desk, "buy a 1 market; buy b 1 market; buy e 1 market; bar 1 1 1 1; bar 2 2 2 2; held");
  assert_log(&desk, "| a:1@1 b:canceled e:1@1 | c:1@2 held=0");
  desk_close(&desk);
  desk_open(&desk, cfg);
  desk.after = cancel_b_and_send_c;
  desk_run(
      &desk,
      "buy a 1 limit L=3; buy b 1 limit L=3; buy e 1 limit L=3; bar 4 4 3 4; bar 4 4 4 4; held");
  assert_log(&desk, "| a:1@3 b:canceled e:1@3 | c:1@4 held=0");
  desk_close(&desk);
}

static void cancel_itself(desk_t *d, const oms_report_t *r) {
  if (r->type == OMS_REPORT_TRIGGERED ||
      (r->type == OMS_REPORT_FILL && oms_order_is_open(oms_engine_order(d->engine, r->order)))) {
    desk_note(d, d->venue.cancel_now(d->venue.self, r->order, d->now));
  }
}

static void a_report_may_end_its_own_order(void **state) {
  const char *path = *state;
  char cfg[64];
  snprintf(cfg, sizeof cfg, "cfg part=0.1 path=%s;", path);
  desk_open(&desk, cfg);
  desk.after = cancel_itself;
  desk_run(&desk, "sell a 9 stop S=3; buy b 9 limit L=3; bar 4 4 3 4 50; bar 4 4 3 4; held");
  assert_log(&desk, "| a:triggered a:canceled b:5@3 b:canceled | held=0");
  desk_close(&desk);
}

static void kill_all(desk_t *d, const oms_report_t *r) {
  if (r->type == OMS_REPORT_CANCELED) {
    return;
  }
  for (uint32_t i = 0; i < oms_engine_order_count(d->engine); i++) {
    if (i != r->order && oms_order_is_open(oms_engine_order(d->engine, i))) {
      desk_note(d, d->venue.cancel_now(d->venue.self, i, d->now));
    }
  }
}

static void a_report_may_end_everything(void **state) {
  const char *path = *state;
  char cfg[64];
  snprintf(cfg, sizeof cfg, "cfg path=%s;", path);
  desk_open(&desk, cfg);
  desk_run(&desk,
           "sell a 1 limit L=5; sell b 1 limit L=5; buy c 1 limit L=3; buy e 1 market sym=B; "
           "sell f 1 market tif=cls");
  desk.after = kill_all;
  desk_run(&desk, "both 4 5 3 4 9 1 1 1 1 9; held");
  assert_log(&desk, "| e:1@1 a:canceled b:canceled c:canceled f:canceled held=0");
  desk_close(&desk);
}

static void release_late(desk_t *d, const oms_report_t *r) {
  uint32_t other = desk_find(d, "s");
  if (r->type == OMS_REPORT_CANCELED) {
    oms_command_t c = {.type = OMS_COMMAND_RELEASE};
    c.u.release.order = other;
    c.u.release.qty = OMS_QTY_SCALE;
    desk_note(d, desk_apply(d, &c));
    desk_note(d, d->venue.release(d->venue.self, other, d->now));
  }
}

static void what_is_released_without_a_fill_works_from_now(void **state) {
  (void)state;
  desk_open(&desk, "cfg tf=60;");
  desk_run(&desk, "buy a 1 limit L=3");
  oms_terms_t t = desk_terms(&desk, OMS_SIDE_SELL, OMS_QTY_SCALE, OMS_TYPE_LIMIT);
  t.limit_price = 5 * OMS_PRICE_SCALE;
  desk_make(&desk, "s", &t, OMS_HELD_BY_PARENT);
  desk.after = release_late;
  desk_run(&desk, "at 30; cancel a; at 0; bar 4 5 4 4; bar 4 5 4 4");
  assert_log(&desk, "a:canceled | | s:1@5");
  desk_close(&desk);
}

/* The engine's side stands before allocations begin to fail: only the venue is tested. */
static int run_with_failure(long n) {
  desk_open(&desk, "cfg part=0.5 fill=close tf=60 lat=60;");
  desk.venue.close(desk.venue.self);
  desk.sim = NULL;
  uint32_t orders[20];
  oms_terms_t t = desk_terms(&desk, OMS_SIDE_BUY, 9 * OMS_QTY_SCALE, OMS_TYPE_MARKET);
  for (size_t i = 0; i < OMS_COUNT(orders); i++) {
    char name[8];
    snprintf(name, sizeof name, "o%zu", i);
    t.instrument = i % 2 == 0 ? desk.a : desk.b;
    orders[i] = desk_make(&desk, name, &t, OMS_HELD_BY_NONE);
  }
  long live = oms_alloc_live();
  oms_alloc_fail_after(n);
  desk_open_venue(&desk);
  for (size_t i = 0; desk.rc == OMS_OK && i < OMS_COUNT(orders); i++) {
    desk_note(&desk, desk.venue.submit(desk.venue.self, orders[i], desk.now));
  }
  const char *steps[] = {"both 1 1 1 1 90 1 1 1 1 90; arrivals",
                         "halt 60; both 1 1 1 1 90 1 1 1 1 90",
                         "cancel o19; expire; both 1 1 1 1 90 1 1 1 1 90"};
  for (size_t i = 0; desk.rc == OMS_OK && i < OMS_COUNT(steps); i++) {
    desk_run(&desk, steps[i]);
  }
  oms_alloc_fail_after(0);
  int rc = desk.rc;
  if (desk.sim != NULL) {
    desk.venue.close(desk.venue.self);
    desk.sim = NULL;
  }
  if (rc == OMS_ERR_NOMEM) {
    assert_true(oms_alloc_live() >= live);
  }
  desk_close(&desk);
  return rc;
}

static void each_allocation_may_fail(void **state) {
  (void)state;
  long before = oms_alloc_live(), n = 1;
  while (run_with_failure(n) != OMS_OK) {
    assert_int_equal(desk.rc, OMS_ERR_NOMEM);
    assert_int_equal(oms_alloc_live(), before);
    assert_true(n < 1000);
    n++;
  }
  assert_true(n > 8);
}

static void working_orders_come_and_go_without_allocation(void **state) {
  (void)state;
  desk_open(&desk, "");
  oms_terms_t t = desk_terms(&desk, OMS_SIDE_BUY, OMS_QTY_SCALE, OMS_TYPE_LIMIT);
  t.limit_price = OMS_PRICE_SCALE;
  uint32_t orders[1024];
  for (size_t i = 0; i < OMS_COUNT(orders); i++) {
    orders[i] = desk_make(&desk, "x", &t, OMS_HELD_BY_NONE);
  }
  desk.log[sizeof desk.log - 2] = 0;
  long after_half = 0;
  for (size_t i = 0; i < OMS_COUNT(orders); i++) {
    desk_note(&desk, desk.venue.submit(desk.venue.self, orders[i], desk.now));
    desk_note(&desk, desk.venue.cancel_now(desk.venue.self, orders[i], desk.now));
    if (i == 520) { /* the table of places has doubled for the last time */
      after_half = oms_alloc_count();
    }
  }
  long venue_alone = oms_alloc_count() - after_half;
  assert_int_equal(desk.rc, OMS_OK);
  assert_int_equal(oms_sim_working(desk.sim), 0);
  assert_true(venue_alone <= 2); /* the engine may grow once meanwhile, the venue does not */
  desk_close(&desk);
}

typedef struct law {
  oms_time_t accepted[DESK_ORDERS]; /* OMS_NO_TIME: never */
  oms_qty_t taken[2];               /* of the bar in hand */
  const oms_bar_t *bars;            /* in hand, by symbol */
  size_t fills;
} law_t;
static law_t law;

static void check_limit(const oms_order_t *o, const oms_report_t *r) {
  if (o->limit_price != OMS_NO_PRICE) {
    assert_true(oms_side_is_buy(o->side) ? r->price <= o->limit_price : r->price >= o->limit_price);
  }
}

static void check_law(desk_t *d, const oms_report_t *r) {
  const oms_order_t *o = oms_engine_order(d->engine, r->order);
  assert_false(oms_status_is_final(o->status) && r->type == OMS_REPORT_FILL);
  if (r->type == OMS_REPORT_WORKING) {
    law.accepted[r->order] = r->ts;
  }
  if (r->type == OMS_REPORT_REPLACED) {
    law.accepted[o->more->replaced_by] = law.accepted[r->order];
  }
  if (r->type != OMS_REPORT_FILL) {
    return;
  }
  const oms_bar_t *bar = &law.bars[o->instrument == d->a ? 0 : 1];
  law.fills++;
  law.taken[o->instrument == d->a ? 0 : 1] += r->qty;
  assert_int_equal(r->ts, bar->ts);
  assert_true(r->qty > 0 && r->qty <= oms_order_leaves(o));
  assert_true(r->price >= bar->low && r->price <= bar->high);
  check_limit(o, r);
  assert_true(law.accepted[r->order] != OMS_NO_TIME);
  if (d->orders[r->order].child_of == OMS_NONE) {
    assert_true(law.accepted[r->order] <= bar->start || d->config.fill == OMS_FILL_THIS_CLOSE);
  }
}

static oms_price_t walk(oms_random_t *r, oms_price_t from) {
  int64_t step = (int64_t)oms_random_below(r, 9) - 4;
  oms_price_t p = from + step * OMS_PRICE_SCALE / 2;
  return p < 50 * OMS_PRICE_SCALE ? 50 * OMS_PRICE_SCALE : p;
}

static void random_bar(oms_random_t *r, oms_price_t *last, char out[96]) {
  oms_price_t open = walk(r, *last), close = walk(r, open);
  oms_price_t high = open > close ? open : close, low = open < close ? open : close;
  high += (int64_t)oms_random_below(r, 5) * OMS_PRICE_SCALE / 2;
  low -= (int64_t)oms_random_below(r, 5) * OMS_PRICE_SCALE / 2;
  *last = close;
  snprintf(out, 96, "%g %g %g %g %d", oms_fixed_to_double(open, 9), oms_fixed_to_double(high, 9),
           oms_fixed_to_double(low, 9), oms_fixed_to_double(close, 9),
           (int)oms_random_below(r, 200));
}

static double near(oms_random_t *r, oms_price_t last) {
  return oms_fixed_to_double(last, 9) + ((double)oms_random_below(r, 17) - 8) / 2;
}

static void random_order(oms_random_t *r, int i, const oms_price_t last[2], char out[192]) {
  static const char *const types[] = {"market",
                                      "limit",
                                      "stop",
                                      "stop_limit",
                                      "trailing_stop",
                                      "trailing_stop_limit",
                                      "market_if_touched",
                                      "limit_if_touched"};
  static const char *const tifs[] = {"gtc", "gtc", "day", "ioc", "fok", "opg", "cls"};
  int sym = (int)oms_random_below(r, 2), buy = (int)oms_random_below(r, 2);
  const char *type = types[oms_random_below(r, OMS_COUNT(types))];
  const char *tif = tifs[oms_random_below(r, OMS_COUNT(tifs))];
  char prices[96] = "";
  size_t n = 0;
  if (strncmp(type, "trail", 5) == 0) {
    n += (size_t)snprintf(prices + n, sizeof prices - n, "T=2 ");
  } else if (strncmp(type, "stop", 4) == 0 || strstr(type, "touched") != NULL) {
    n += (size_t)snprintf(prices + n, sizeof prices - n, "S=%g ", near(r, last[sym]));
  }
  if (is(type, "limit") || is(type, "stop_limit") || is(type, "limit_if_touched")) {
    n += (size_t)snprintf(prices + n, sizeof prices - n, "L=%g ", near(r, last[sym]));
  } else if (is(type, "trailing_stop_limit")) {
    n += (size_t)snprintf(prices + n, sizeof prices - n, "off=0.5 ");
  }
  double base = oms_fixed_to_double(last[sym], 9);
  if (oms_random_below(r, 3) == 0) {
    snprintf(out, 192, "bracket o%d %s %d %s %ssym=%s tp=%g sl=%g tif=gtc", i, buy ? "buy" : "sell",
             1 + (int)oms_random_below(r, 20), type, prices, sym ? "B" : "A", base + (buy ? 2 : -2),
             base - (buy ? 2 : -2));
  } else {
    snprintf(out, 192, "%s o%d %d %s %ssym=%s tif=%s", buy ? "buy" : "sell", i,
             1 + (int)oms_random_below(r, 20), type, prices, sym ? "B" : "A", tif);
  }
}

/* Both bars of the step, made known to the law before the venue sees them. */
static void law_step(desk_t *d, const char *text_a, const char *text_b) {
  char text[192];
  snprintf(text, sizeof text, "%s %s", text_a, text_b);
  char *w[16];
  size_t n = 0;
  for (char *word = strtok(text, " "); word != NULL; word = strtok(NULL, " ")) {
    w[n++] = word;
  }
  oms_bar_t bars[2] = {desk_bar(w, 5, d->now, d->frame), desk_bar(w + 5, 5, d->now, d->frame)};
  uint32_t both[2] = {d->a, d->b};
  law.bars = bars;
  law.taken[0] = law.taken[1] = 0;
  d->log[0] = 0;
  desk_step(d, both, bars, 2);
  desk_note(d, oms_sim_arrivals(d->sim, d->now));
  for (size_t i = 0; i < 2 && d->config.max_participation != OMS_NO_PRICE; i++) {
    assert_true(law.taken[i] <= (oms_qty_t)bars[i].volume * (d->config.max_participation));
  }
}

static size_t open_at_venue(const desk_t *d) {
  size_t n = 0;
  for (uint32_t i = 0; i < oms_engine_order_count(d->engine); i++) {
    const oms_order_t *o = oms_engine_order(d->engine, i);
    n += oms_order_is_open(o) && o->status != OMS_STATUS_HELD;
  }
  return n;
}

static void obey(const char *cfg, uint64_t seed) {
  oms_random_t r;
  oms_random_seed(&r, seed);
  desk_open(&desk, cfg);
  law = (law_t){0};
  for (size_t i = 0; i < DESK_ORDERS; i++) {
    law.accepted[i] = OMS_NO_TIME;
  }
  desk.watch = check_law;
  oms_price_t last[2] = {100 * OMS_PRICE_SCALE, 100 * OMS_PRICE_SCALE};
  char command[192], bar_a[96], bar_b[96];
  for (int step = 0; step < 150; step++) {
    for (int k = 0; k < 4; k++) {
      random_order(&r, step * 4 + k, last, command);
      desk_run(&desk, command);
    }
    random_bar(&r, &last[0], bar_a);
    random_bar(&r, &last[1], bar_b);
    law_step(&desk, bar_a, bar_b);
    assert_int_equal(desk.rc, OMS_OK);
    assert_null(strchr(desk.log, '!'));
    assert_int_equal(oms_sim_working(desk.sim), open_at_venue(&desk));
    oms_error_t err;
    if (step % 10 == 0 && oms_engine_verify(desk.engine, &err) != OMS_OK) {
      fail_msg("step %d: %s", step, err.message);
    }
  }
  assert_true(law.fills > 200);
  desk_close(&desk);
}

static void every_fill_obeys(void **state) {
  const char *cfg = *state;
  for (uint64_t seed = 1; seed <= 5; seed++) {
    obey(cfg, seed);
  }
}

static void the_same_input_gives_the_same_reports(void **state) {
  (void)state;
  char first[sizeof desk.log];
  const char *script =
      "bracket g buy 9 limit L=98 tp=103 sl=90; buy b 5 market; sell c 9 stop S=97; "
      "bar 100 104 96 100 100; bar 99 104 89 90 100";
  desk_run(&desk, desk_open(&desk, "cfg part=0.1 path=adaptive;"));
  desk_run(&desk, script);
  memcpy(first, desk.log, sizeof first);
  desk_close(&desk);
  desk_open(&desk, "cfg part=0.1 path=adaptive;");
  desk_run(&desk, script);
  assert_string_equal(first, desk.log);
  desk_close(&desk);
}

#define WITH(f, text)                                                                              \
  { #f " " text, f, NULL, NULL, (void *)(uintptr_t)text }

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(fills_carry_the_label_and_other_reports_the_time),
      cmocka_unit_test(liquidity_says_who_was_there_first),
      WITH(a_report_may_cancel_and_submit, "worst"),
      WITH(a_report_may_cancel_and_submit, "ohlc"),
      WITH(a_report_may_end_its_own_order, "worst"),
      WITH(a_report_may_end_its_own_order, "olhc"),
      WITH(a_report_may_end_everything, "worst"),
      WITH(a_report_may_end_everything, "adaptive"),
      cmocka_unit_test(what_is_released_without_a_fill_works_from_now),
      cmocka_unit_test(each_allocation_may_fail),
      cmocka_unit_test(working_orders_come_and_go_without_allocation),
      cmocka_unit_test(the_same_input_gives_the_same_reports),
      WITH(every_fill_obeys, "cfg path=worst;"),
      WITH(every_fill_obeys, "cfg path=worst part=0.1;"),
      WITH(every_fill_obeys, "cfg path=adaptive part=0.2 child=next;"),
      WITH(every_fill_obeys, "cfg path=ohlc part=0.1;"),
      WITH(every_fill_obeys, "cfg path=olhc trail=hl;"),
      WITH(every_fill_obeys, "cfg path=worst fill=close;"),
      WITH(every_fill_obeys, "cfg path=worst lat=86400 part=0.3;"),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
