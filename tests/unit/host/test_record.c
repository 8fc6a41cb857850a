/* What a run keeps for its page: bounded, and no extreme is lost by it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/alloc.h"
#include "host/record.h"

static const oms_equity_stretch_t *stretch(const oms_page_record_t *r, size_t i) {
  return OMS_AT(&r->equity.list, oms_equity_stretch_t, i);
}

static void equity_keeps_its_extremes_and_its_end(void **state) {
  (void)state;
  enum { STEPS = 100001 };
  oms_page_record_t *r = oms_record_new(1);
  assert_non_null(r);
  for (int64_t i = 0; i < STEPS; i++) {
    oms_money_t equity = i == 777 ? 1 : i == 50003 ? 9000 : 1000 + i % 7;
    oms_money_t shorts = i == 90001 ? -5000 : 0;
    assert_int_equal(OMS_OK, oms_record_equity(r, i, equity, 100, shorts, i == 777 ? 0.75 : 0.125));
  }
  assert_in_range(r->equity.list.n, OMS_PAGE_EQUITY / 2, OMS_PAGE_EQUITY);
  assert_int_equal((STEPS + r->equity.each - 1) / r->equity.each, r->equity.list.n);
  const oms_equity_stretch_t *low = stretch(r, 777 / r->equity.each);
  const oms_equity_stretch_t *high = stretch(r, 50003 / r->equity.each);
  const oms_equity_stretch_t *shorted = stretch(r, 90001 / r->equity.each);
  const oms_equity_stretch_t *last = stretch(r, r->equity.list.n - 1);
  assert_true(low->low == 1 && low->low_ts == 777 && low->deep_ts == 777 && low->depth == 0.75);
  assert_true(high->high == 9000 && high->high_ts == 50003);
  assert_true(shorted->gross > 5 && shorted->net < -4);
  assert_true(last->ts == STEPS - 1 && last->last == 1000 + (STEPS - 1) % 7);
  oms_record_free(r);
}

static void candles_are_joined_as_bars_are(void **state) {
  (void)state;
  oms_page_record_t *r = oms_record_new(2000);
  assert_non_null(r);
  size_t most = r->prices[3].candles.max;
  assert_int_equal(64, most);
  for (size_t i = 0; i <= most; i++) {
    int64_t p = (int64_t)i;
    const oms_bar_t bar = {.ts = p, .open = p, .high = p + 5, .low = p - 5, .close = p + 1};
    assert_int_equal(OMS_OK, oms_record_bar(r, 3, &bar));
  }
  assert_int_equal(2, r->prices[3].candles.each);
  assert_int_equal(most / 2 + 1, r->prices[3].candles.list.n);
  const oms_candle_t *c = OMS_AT(&r->prices[3].candles.list, oms_candle_t, 1);
  assert_true(c->ts == 2 && c->open == 2 && c->high == 8 && c->low == -3 && c->close == 4);
  assert_int_equal(0, r->prices[2].candles.list.n);
  oms_record_free(r);
}

static void ticks_make_a_candle_a_second(void **state) {
  (void)state;
  const int64_t s = OMS_NS_PER_SECOND;
  static const int64_t ticks[][2] = {
      {-1500, 7},
      {-1200, 9},
      {-1000, 5},
      {-1,    6},
      {2000,  8},
      {2999,  3}
  };
  static const int64_t wanted[][5] = {
      {-2, 7, 9, 7, 9},
      {-1, 5, 6, 5, 6},
      {2,  8, 8, 3, 3}
  };
  oms_page_record_t *r = oms_record_new(1);
  assert_non_null(r);
  for (size_t i = 0; i < 6; i++) {
    assert_int_equal(OMS_OK, oms_record_tick(r, 0, ticks[i][0] * (s / 1000), ticks[i][1]));
  }
  assert_int_equal(OMS_OK, oms_record_end(r));
  assert_int_equal(OMS_OK, oms_record_end(r));
  assert_int_equal(3, r->prices[0].candles.list.n);
  for (size_t i = 0; i < 3; i++) {
    const oms_candle_t *c = OMS_AT(&r->prices[0].candles.list, oms_candle_t, i);
    const int64_t got[] = {c->ts / s, c->open, c->high, c->low, c->close};
    assert_memory_equal(wanted[i], got, sizeof got);
  }
  oms_record_free(r);
}

static void without_memory_it_says_so(void **state) {
  (void)state;
  const oms_bar_t bar = {.ts = 1};
  oms_page_record_t *r = oms_record_new(1);
  assert_non_null(r);
  oms_alloc_fail_after(1);
  assert_null(oms_record_new(1));
  assert_int_equal(OMS_ERR_NOMEM, oms_record_bar(r, 0, &bar));
  assert_int_equal(OMS_ERR_NOMEM, oms_record_equity(r, 1, 1, 0, 0, 0));
  oms_alloc_fail_after(0);
  oms_record_free(r);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(equity_keeps_its_extremes_and_its_end),
      cmocka_unit_test(candles_are_joined_as_bars_are),
      cmocka_unit_test(ticks_make_a_candle_a_second),
      cmocka_unit_test(without_memory_it_says_so),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
