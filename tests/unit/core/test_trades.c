/* Round trips: worked cases, then fills at random against a model that matches share by share, and
 * the invariant that quantities and commissions of the lines sum to those of the fills. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <string.h>

#include "base/alloc.h"
#include "base/random.h"
#include "core/trades.h"

#define SHARES(n)  ((n)*OMS_QTY_SCALE)
#define PRICE(n)   ((n) * (OMS_PRICE_SCALE / 100)) /* in cents */
#define DOLLARS(n) ((n)*OMS_MONEY_SCALE)
#define MAX_LINES  4000

typedef struct lines {
  oms_trade_t line[MAX_LINES];
  size_t n, stop_at;
} lines_t;

static int keep(void *self, const oms_trade_t *t) {
  lines_t *l = self;
  assert_true(l->n < MAX_LINES);
  l->line[l->n++] = *t;
  return l->n == l->stop_at ? 17 : 0;
}

static oms_trade_fill_t fill(uint32_t index, int64_t shares, int64_t cents,
                             oms_money_t commission) {
  return (oms_trade_fill_t){.fill = index,
                            .qty = SHARES(shares),
                            .price = PRICE(cents),
                            .multiplier = OMS_QTY_SCALE,
                            .commission = commission};
}

static lines_t *match(const oms_trade_fill_t *fills, size_t n) {
  static lines_t lines;
  memset(&lines, 0, sizeof lines);
  assert_int_equal(oms_trades_match(fills, n, NULL, 0, keep, &lines), OMS_OK);
  return &lines;
}

static void check_line(const oms_trade_t *t, uint32_t entry, uint32_t leave, int64_t shares,
                       oms_money_t commission, oms_money_t pnl) {
  assert_int_equal(t->entry_fill, entry);
  assert_int_equal(t->exit_fill, leave);
  assert_int_equal(t->qty, SHARES(shares));
  assert_int_equal(t->commission, commission);
  assert_int_equal(t->pnl, pnl);
}

static void nothing_gives_no_line(void **state) {
  (void)state;
  assert_int_equal(match(NULL, 0)->n, 0);
}

static void the_oldest_lot_is_closed_first(void **state) {
  (void)state;
  const oms_trade_fill_t fills[] = {fill(0, 100, 1000, DOLLARS(1)), fill(1, 50, 1100, DOLLARS(2)),
                                    fill(2, -120, 1200, DOLLARS(6)), fill(3, 10, 1300, 5)};
  lines_t *l = match(fills, 4);
  assert_int_equal(l->n, 4);
  /* 100 x 2.00 - 1 - 100/120 of 6. */
  check_line(&l->line[0], 0, 2, 100, DOLLARS(6), DOLLARS(194));
  /* 20 x 1.00 - 20/50 of 2 - the rest of 6. */
  check_line(&l->line[1], 1, 2, 20, 1800000, 18200000);
  check_line(&l->line[2], 1, OMS_NONE, 30, 1200000, 0);
  check_line(&l->line[3], 3, OMS_NONE, 10, 5, 0);
  assert_true(l->line[0].is_long);
  assert_int_equal(l->line[0].entry_price, PRICE(1000));
  assert_int_equal(l->line[0].exit_price, PRICE(1200));
  assert_true(l->line[2].exit_price == OMS_NO_PRICE);
}

static void shorts_gain_when_the_price_falls(void **state) {
  (void)state;
  const oms_trade_fill_t fills[] = {fill(4, -10, 5000, 0), fill(5, 10, 4500, 100)};
  lines_t *l = match(fills, 2);
  assert_int_equal(l->n, 1);
  assert_false(l->line[0].is_long);
  check_line(&l->line[0], 4, 5, 10, 100, DOLLARS(50) - 100);
}

static void a_fill_through_zero_closes_then_opens(void **state) {
  (void)state;
  const oms_trade_fill_t fills[] = {fill(0, 10, 1000, 10), fill(1, -25, 900, 25),
                                    fill(2, 15, 800, 0)};
  lines_t *l = match(fills, 3);
  assert_int_equal(l->n, 2);
  check_line(&l->line[0], 0, 1, 10, 20, -DOLLARS(10) - 20);
  check_line(&l->line[1], 1, 2, 15, 15, DOLLARS(15) - 15);
  assert_int_equal(l->line[1].entry_price, PRICE(900));
}

static void the_remainder_of_a_commission_falls_on_the_last_line(void **state) {
  (void)state;
  /* 100 over 3 + 3 + 1: 42, 42 and the remaining 16; of the opening fill 10 over 3, 3 and 1. */
  const oms_trade_fill_t fills[] = {fill(0, 3, 100, 0), fill(1, 3, 100, 0), fill(2, 1, 100, 0),
                                    fill(3, -7, 100, 100)};
  lines_t *l = match(fills, 4);
  assert_int_equal(l->n, 3);
  check_line(&l->line[0], 0, 3, 3, 42, -42);
  check_line(&l->line[1], 1, 3, 3, 42, -42);
  check_line(&l->line[2], 2, 3, 1, 16, -16);
  const oms_trade_fill_t back[] = {fill(0, 7, 100, 100), fill(1, -3, 100, 0), fill(2, -3, 100, 0)};
  l = match(back, 3);
  assert_int_equal(l->n, 3);
  check_line(&l->line[0], 0, 1, 3, 42, -42);
  check_line(&l->line[1], 0, 2, 3, 42, -42);
  check_line(&l->line[2], 0, OMS_NONE, 1, 16, 0);
  /* A rebate is split towards zero, too. */
  const oms_trade_fill_t rebate[] = {fill(0, 7, 100, -100), fill(1, -3, 100, 0),
                                     fill(2, -4, 100, 0)};
  l = match(rebate, 3);
  check_line(&l->line[0], 0, 1, 3, -42, 42);
  check_line(&l->line[1], 0, 2, 4, -58, 58);
}

static void books_of_others_are_not_mixed(void **state) {
  (void)state;
  oms_trade_fill_t fills[8];
  for (uint32_t i = 0; i < 8; i++) {
    fills[i] = fill(i, i < 4 ? 1 : -1, 100 + i, 0);
    uint32_t who = i % 4;
    fills[i].account = who == 1;
    fills[i].owner = who == 2;
    fills[i].instrument = who == 3;
  }
  lines_t *l = match(fills, 8);
  assert_int_equal(l->n, 4);
  for (uint32_t i = 0; i < 4; i++) {
    check_line(&l->line[i], i, i + 4, 1, 0, 40000);
    assert_int_equal(l->line[i].account, i == 1);
    assert_int_equal(l->line[i].owner, i == 2);
    assert_int_equal(l->line[i].instrument, i == 3);
  }
}

static void gains_count_the_multiplier_and_round_half_away(void **state) {
  (void)state;
  oms_trade_fill_t fills[] = {fill(0, 2, 500000, 0), fill(1, -2, 500125, 0)};
  fills[0].multiplier = fills[1].multiplier = 50 * OMS_QTY_SCALE;
  check_line(&match(fills, 2)->line[0], 0, 1, 2, 0, DOLLARS(125));
  oms_trade_fill_t tiny[] = {fill(0, 1, 100, 0), fill(1, -1, 100, 0)};
  tiny[1].price += 500;
  check_line(&match(tiny, 2)->line[0], 0, 1, 1, 0, 1);
  tiny[1].price -= 1000;
  check_line(&match(tiny, 2)->line[0], 0, 1, 1, 0, -1);
}

/* Matches every share on its own: the entry and exit fill of each. */
typedef struct share {
  uint32_t entry, leave;
} share_t;

static size_t match_shares(const oms_trade_fill_t *fills, size_t n, share_t *shares) {
  size_t made = 0;
  size_t oldest = 0;
  for (uint32_t i = 0; i < n; i++) {
    int64_t count = fills[i].qty / OMS_QTY_SCALE;
    for (int64_t k = 0; k < (count < 0 ? -count : count); k++) {
      bool closes = oldest < made && (fills[shares[oldest].entry].qty > 0) != (count > 0);
      if (closes) {
        shares[oldest++].leave = i;
      } else {
        shares[made++] = (share_t){i, OMS_NONE};
      }
    }
  }
  return made;
}

/* The lines, share by share, are the model's; sums over the lines are those of the fills. */
static void compare(const oms_trade_fill_t *fills, size_t n, const lines_t *l) {
  static share_t shares[4000];
  size_t made = match_shares(fills, n, shares);
  oms_money_t commission = 0;
  oms_money_t wanted = 0;
  size_t at = 0;
  for (size_t i = 0; i < l->n; i++) {
    const oms_trade_t *t = &l->line[i];
    commission += t->commission;
    for (oms_qty_t k = 0; k < t->qty / OMS_QTY_SCALE; k++, at++) {
      assert_true(at < made);
      assert_int_equal(shares[at].entry, t->entry_fill);
      assert_int_equal(shares[at].leave, t->exit_fill);
    }
    if (i > 0 && t->exit_fill != OMS_NONE) {
      assert_true(l->line[i - 1].exit_fill <= t->exit_fill);
    }
  }
  for (size_t i = 0; i < n; i++) {
    wanted += fills[i].commission;
  }
  assert_int_equal(at, made);
  assert_int_equal(commission, wanted);
}

static void fills_at_random_match_the_model(void **state) {
  (void)state;
  oms_random_t r;
  oms_trade_fill_t fills[80];
  for (uint64_t seed = 1; seed <= 300; seed++) {
    oms_random_seed(&r, seed);
    for (uint32_t i = 0; i < 80; i++) {
      int64_t shares = (int64_t)oms_random_below(&r, 40) - 20;
      fills[i] =
          fill(i, shares >= 0 ? shares + 1 : shares, (int64_t)oms_random_below(&r, 500) + 1000,
               (oms_money_t)oms_random_below(&r, 100000));
    }
    compare(fills, 80, match(fills, 80));
  }
}

static void the_caller_may_stop(void **state) {
  (void)state;
  const oms_trade_fill_t fills[] = {fill(0, 1, 100, 0), fill(1, -1, 100, 0), fill(2, 1, 100, 0)};
  long live = oms_alloc_live();
  for (size_t at = 1; at <= 2; at++) {
    static lines_t lines;
    memset(&lines, 0, sizeof lines);
    lines.stop_at = at;
    assert_int_equal(oms_trades_match(fills, 3, NULL, 0, keep, &lines), 17);
    assert_int_equal(lines.n, at);
  }
  assert_int_equal(oms_alloc_live(), live);
}

static void what_does_not_fit_is_refused(void **state) {
  (void)state;
  oms_trade_fill_t fills[] = {fill(0, 1, 100, 0), fill(1, -1, 100, 0)};
  static lines_t lines;
  fills[1].multiplier = INT64_MAX;
  fills[1].price = INT64_MAX;
  assert_int_equal(oms_trades_match(fills, 2, NULL, 0, keep, &lines), OMS_ERR_OVERFLOW);
  fills[0].price = -INT64_MAX;
  assert_int_equal(oms_trades_match(fills, 2, NULL, 0, keep, &lines), OMS_ERR_OVERFLOW);
  fills[1] = fill(1, -1, 100, INT64_MAX);
  fills[0] = fill(0, 1, 100, 1);
  assert_int_equal(oms_trades_match(fills, 2, NULL, 0, keep, &lines), OMS_ERR_OVERFLOW);
  fills[0].qty = INT64_MIN;
  assert_int_equal(oms_trades_match(fills, 2, NULL, 0, keep, &lines), OMS_ERR_OVERFLOW);
  assert_int_equal(lines.n, 0);
}

/* 9,000,000 of 9,000,001 shares are sold again, the last one becomes a million: as many of the
 * whole fill could not be told, but nobody asks for them. */
static void what_a_split_leaves_of_a_fill_is_what_has_to_fit(void **state) {
  (void)state;
  const oms_trade_fill_t fills[] = {fill(0, 9000001, 100, 9000001), fill(1, -9000000, 100, 0),
                                    fill(2, -400000, 100, 0)};
  const oms_trade_split_t split = {
      .before = 2, .split = {1000000, 1},
           .price = OMS_NO_PRICE, .multiplier = OMS_QTY_SCALE
  };
  static lines_t lines;
  memset(&lines, 0, sizeof lines);
  assert_int_equal(oms_trades_match(fills, 3, &split, 1, keep, &lines), OMS_OK);
  assert_int_equal(lines.n, 3);
  check_line(&lines.line[0], 0, 1, 9000000, 9000000, -9000000);
  assert_int_equal(lines.line[1].qty, SHARES(400000));
  assert_int_equal(lines.line[1].commission, 0); /* 0.4 of a millionth */
  assert_int_equal(lines.line[2].qty, SHARES(600000));
  assert_int_equal(lines.line[2].commission, 1);
}

static void each_allocation_may_fail(void **state) {
  (void)state;
  oms_random_t r;
  oms_trade_fill_t fills[400];
  oms_random_seed(&r, 5);
  for (uint32_t i = 0; i < 400; i++) {
    fills[i] = fill(i, oms_random_below(&r, 3) == 0 ? -1 : 1, 100, 1);
    fills[i].instrument = i % 150;
  }
  long live = oms_alloc_live();
  int refusals = 0;
  for (long n = 1;; n++) {
    static lines_t lines;
    memset(&lines, 0, sizeof lines);
    oms_alloc_fail_after(n);
    int rc = oms_trades_match(fills, 400, NULL, 0, keep, &lines);
    oms_alloc_fail_after(0);
    assert_int_equal(oms_alloc_live(), live);
    if (rc == OMS_OK) {
      break;
    }
    assert_int_equal(rc, OMS_ERR_NOMEM);
    refusals++;
  }
  assert_true(refusals > 6);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(nothing_gives_no_line),
      cmocka_unit_test(the_oldest_lot_is_closed_first),
      cmocka_unit_test(shorts_gain_when_the_price_falls),
      cmocka_unit_test(a_fill_through_zero_closes_then_opens),
      cmocka_unit_test(the_remainder_of_a_commission_falls_on_the_last_line),
      cmocka_unit_test(books_of_others_are_not_mixed),
      cmocka_unit_test(gains_count_the_multiplier_and_round_half_away),
      cmocka_unit_test(fills_at_random_match_the_model),
      cmocka_unit_test(the_caller_may_stop),
      cmocka_unit_test(what_does_not_fit_is_refused),
      cmocka_unit_test(what_a_split_leaves_of_a_fill_is_what_has_to_fit),
      cmocka_unit_test(each_allocation_may_fail),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
