/* Positions: worked cases of lots, shorts, flips and rounding; fills at random against a model that
 * holds one entry a share; overflow and a failing allocator leave the position as it was. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <string.h>

#include "base/alloc.h"
#include "base/random.h"
#include "core/book.h"

#define SHARES(n) ((n)*OMS_QTY_SCALE)
#define CENTS(n)  ((n) * (OMS_PRICE_SCALE / 100))
#define MONEY(n)  ((n)*OMS_MONEY_SCALE)

static oms_position_t flat_position(void) {
  return (oms_position_t){.first_lot = OMS_NONE, .last_lot = OMS_NONE};
}

static int book(oms_position_t *p, oms_lots_t *lots, uint32_t fill, oms_qty_t qty,
                oms_price_t price, oms_money_t *gain) {
  oms_qty_t closed;
  return oms_position_apply(p, lots, fill, qty, price, OMS_QTY_SCALE, gain, &closed);
}

/* Invariant 1 of book.c, and the number of lots. */
static uint32_t check_lots(const oms_position_t *p, const oms_lots_t *lots) {
  oms_int128_t cost = 0;
  oms_int128_t qty = 0;
  uint32_t n = 0;
  uint32_t last = OMS_NONE;
  for (uint32_t i = p->first_lot; i != OMS_NONE; n++) {
    const oms_lot_t *lot = oms_pool_at(&lots->pool, i);
    assert_true(lot->qty != 0 && (lot->qty > 0) == (p->qty > 0));
    qty += lot->qty;
    cost += (oms_int128_t)lot->price * lot->qty;
    last = i;
    i = lot->next;
  }
  assert_true(qty == p->qty);
  assert_true(cost == p->cost);
  assert_int_equal(last, p->last_lot);
  return n;
}

static void lots_close_oldest_first(void **state) {
  (void)state;
  oms_lots_t lots;
  oms_position_t p = flat_position();
  oms_money_t gain = -1;
  oms_qty_t closed = -1;
  assert_int_equal(oms_lots_init(&lots, 4), OMS_OK);
  assert_true(oms_position_avg_price(&p) == OMS_NO_PRICE);
  assert_int_equal(book(&p, &lots, 0, SHARES(100), CENTS(1000), &gain), OMS_OK);
  assert_int_equal(gain, 0);
  assert_int_equal(book(&p, &lots, 1, SHARES(50), CENTS(1100), &gain), OMS_OK);
  assert_int_equal(check_lots(&p, &lots), 2);
  assert_int_equal(oms_position_avg_price(&p), INT64_C(10333333333));
  /* 120 sold at 12: 100 gain 2.00 each, 20 gain 1.00 each. */
  assert_int_equal(
      oms_position_apply(&p, &lots, 2, SHARES(-120), CENTS(1200), OMS_QTY_SCALE, &gain, &closed),
      OMS_OK);
  assert_int_equal(gain, MONEY(220));
  assert_int_equal(closed, SHARES(120));
  assert_int_equal(p.realized_pl, MONEY(220));
  assert_int_equal(check_lots(&p, &lots), 1);
  assert_int_equal(oms_position_avg_price(&p), CENTS(1100));
  assert_int_equal(p.version, 3);
  const oms_lot_t *lot = oms_pool_at(&lots.pool, p.first_lot);
  assert_int_equal(lot->fill, 1);
  assert_int_equal(lot->qty, SHARES(30));
  oms_lots_free(&lots);
}

static void shorts_gain_when_the_price_falls(void **state) {
  (void)state;
  oms_lots_t lots;
  oms_position_t p = flat_position();
  oms_money_t gain;
  assert_int_equal(oms_lots_init(&lots, 4), OMS_OK);
  assert_int_equal(book(&p, &lots, 0, SHARES(-10), CENTS(5000), &gain), OMS_OK);
  assert_int_equal(oms_position_avg_price(&p), CENTS(5000));
  assert_int_equal(book(&p, &lots, 1, SHARES(4), CENTS(4500), &gain), OMS_OK);
  assert_int_equal(gain, MONEY(20));
  assert_int_equal(book(&p, &lots, 2, SHARES(6), CENTS(5100), &gain), OMS_OK);
  assert_int_equal(gain, -MONEY(6));
  assert_int_equal(p.qty, 0);
  assert_true(p.cost == 0);
  assert_int_equal(p.realized_pl, MONEY(14));
  assert_int_equal(check_lots(&p, &lots), 0);
  oms_lots_free(&lots);
}

static void a_fill_through_zero_closes_and_opens(void **state) {
  (void)state;
  oms_lots_t lots;
  oms_position_t p = flat_position();
  oms_money_t gain;
  oms_qty_t closed;
  assert_int_equal(oms_lots_init(&lots, 4), OMS_OK);
  assert_int_equal(book(&p, &lots, 7, SHARES(10), CENTS(1000), &gain), OMS_OK);
  assert_int_equal(
      oms_position_apply(&p, &lots, 8, SHARES(-25), CENTS(900), OMS_QTY_SCALE, &gain, &closed),
      OMS_OK);
  assert_int_equal(gain, -MONEY(10));
  assert_int_equal(closed, SHARES(10));
  assert_int_equal(p.qty, SHARES(-15));
  assert_int_equal(oms_position_avg_price(&p), CENTS(900));
  assert_int_equal(check_lots(&p, &lots), 1);
  assert_int_equal(((oms_lot_t *)oms_pool_at(&lots.pool, p.first_lot))->fill, 8);
  assert_int_equal(
      oms_position_apply(&p, &lots, 9, SHARES(20), CENTS(800), OMS_QTY_SCALE, &gain, &closed),
      OMS_OK);
  assert_int_equal(gain, MONEY(15));
  assert_int_equal(closed, SHARES(15));
  assert_int_equal(p.qty, SHARES(5));
  oms_lots_free(&lots);
}

static void gains_count_the_multiplier_and_round_half_away(void **state) {
  (void)state;
  oms_lots_t lots;
  oms_money_t gain;
  oms_qty_t closed;
  assert_int_equal(oms_lots_init(&lots, 4), OMS_OK);
  static const struct {
    oms_price_t in, out;
    oms_qty_t qty;
    int64_t multiplier;
    oms_money_t gain;
  } cases[] = {
  /* Two E-mini contracts, 50 a point, 1.25 points. */
      {CENTS(500000), CENTS(500125),    SHARES(2),  50 * OMS_QTY_SCALE,   MONEY(125)     },
 /* 0.0000005 of money is half of the smallest unit. */
      {CENTS(100),    CENTS(100) + 500, SHARES(1),  OMS_QTY_SCALE,        1              },
      {CENTS(100),    CENTS(100) - 500, SHARES(1),  OMS_QTY_SCALE,        -1             },
      {CENTS(100),    CENTS(100) + 499, SHARES(1),  OMS_QTY_SCALE,        0              },
 /* An uneven multiplier, 0.123456789: 3 x 1.11 x it = 0.411111107. */
      {CENTS(100),    CENTS(211),       SHARES(3),  INT64_C(123456789),   INT64_C(411111)},
 /* A short at a price below zero. */
      {CENTS(-3700),  CENTS(-3750),     SHARES(-1), 1000 * OMS_QTY_SCALE, MONEY(500)     },
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    oms_position_t p = flat_position();
    assert_int_equal(oms_position_apply(&p, &lots, 0, cases[i].qty, cases[i].in,
                                        cases[i].multiplier, &gain, &closed),
                     OMS_OK);
    assert_int_equal(oms_position_apply(&p, &lots, 1, -cases[i].qty, cases[i].out,
                                        cases[i].multiplier, &gain, &closed),
                     OMS_OK);
    assert_int_equal(gain, cases[i].gain);
  }
  oms_lots_free(&lots);
}

static void value_and_unrealized_gain_follow_the_mark(void **state) {
  (void)state;
  oms_lots_t lots;
  oms_position_t p = flat_position();
  oms_money_t gain;
  oms_money_t value;
  oms_money_t unrealized;
  assert_int_equal(oms_lots_init(&lots, 4), OMS_OK);
  assert_int_equal(oms_position_value(&p, CENTS(1), OMS_QTY_SCALE, &value, &unrealized), OMS_OK);
  assert_int_equal(value, 0);
  assert_int_equal(unrealized, 0);
  assert_int_equal(book(&p, &lots, 0, SHARES(-10), CENTS(5000), &gain), OMS_OK);
  assert_int_equal(oms_position_value(&p, CENTS(5250), 2 * OMS_QTY_SCALE, &value, &unrealized),
                   OMS_OK);
  assert_int_equal(value, -MONEY(1050));
  assert_int_equal(unrealized, -MONEY(50));
  assert_int_equal(oms_position_value(&p, INT64_MAX, INT64_MAX, &value, &unrealized),
                   OMS_ERR_OVERFLOW);
  assert_int_equal(value, -MONEY(1050));
  oms_lots_free(&lots);
}

static void a_reset_forgets_fills_and_keeps_what_works(void **state) {
  (void)state;
  oms_lots_t lots;
  oms_position_t p = flat_position();
  oms_money_t gain;
  assert_int_equal(oms_lots_init(&lots, 4), OMS_OK);
  for (uint32_t i = 0; i < 3; i++) {
    assert_int_equal(book(&p, &lots, i, SHARES(1), CENTS(100 + i), &gain), OMS_OK);
  }
  assert_int_equal(book(&p, &lots, 3, SHARES(-1), CENTS(200), &gain), OMS_OK);
  p.working_buy = SHARES(7);
  p.commission = 5;
  uint32_t version = p.version;
  oms_position_reset(&p, &lots);
  assert_int_equal(p.qty, 0);
  assert_true(p.cost == 0);
  assert_int_equal(p.realized_pl, 0);
  assert_int_equal(p.commission, 0);
  assert_int_equal(p.working_buy, SHARES(7));
  assert_true(p.version > version);
  uint32_t taken = lots.pool.n;
  for (uint32_t i = 0; i < 3; i++) {
    assert_int_equal(book(&p, &lots, i, SHARES(1), CENTS(100), &gain), OMS_OK);
  }
  assert_int_equal(lots.pool.n, taken); /* the lots were given back */
  assert_int_equal(check_lots(&p, &lots), 3);
  oms_position_reset(&p, &lots);
  oms_position_reset(&p, &lots);
  assert_int_equal(check_lots(&p, &lots), 0);
  oms_lots_free(&lots);
}

/* One entry a share, signed by 'side'; nothing of book.c's arithmetic. */
typedef struct model {
  int64_t cents[4000];
  size_t head, n;
  int side;
  int64_t gain_cents;
} model_t;

static void model_fill(model_t *m, int64_t shares, int64_t cents) {
  int side = shares > 0 ? 1 : -1;
  for (int64_t left = shares * side; left > 0; left--) {
    if (m->n == m->head) {
      m->head = m->n = 0;
      m->side = side;
    }
    if (m->side == side) {
      m->cents[m->n++] = cents;
    } else {
      m->gain_cents += (cents - m->cents[m->head++]) * m->side;
    }
  }
}

static void compare(const oms_position_t *p, const model_t *m) {
  int64_t shares = (int64_t)(m->n - m->head) * m->side;
  int64_t cents = 0;
  for (size_t i = m->head; i < m->n; i++) {
    cents += m->cents[i] * m->side;
  }
  assert_int_equal(p->qty, SHARES(shares));
  assert_true(p->cost == (oms_int128_t)cents * (OMS_PRICE_SCALE / 100) * OMS_QTY_SCALE);
  assert_int_equal(p->realized_pl, m->gain_cents * (OMS_MONEY_SCALE / 100));
}

static void fills_at_random_match_the_model(void **state) {
  (void)state;
  oms_random_t r;
  oms_lots_t lots;
  assert_int_equal(oms_lots_init(&lots, 0), OMS_OK);
  for (uint64_t seed = 1; seed <= 200; seed++) {
    oms_random_seed(&r, seed);
    oms_position_t p = flat_position();
    model_t m = {.side = 1};
    for (uint32_t i = 0; i < 60; i++) {
      int64_t shares = (int64_t)oms_random_below(&r, 41) - 20;
      int64_t cents = (int64_t)oms_random_below(&r, 2000) - 500;
      int64_t before = m.gain_cents;
      oms_money_t gain = 0;
      oms_qty_t closed = 0;
      assert_int_equal(oms_position_apply(&p, &lots, i, SHARES(shares), CENTS(cents), OMS_QTY_SCALE,
                                          &gain, &closed),
                       OMS_OK);
      model_fill(&m, shares, cents);
      compare(&p, &m);
      assert_int_equal(gain, (m.gain_cents - before) * (OMS_MONEY_SCALE / 100));
      check_lots(&p, &lots);
    }
    oms_position_reset(&p, &lots);
  }
  oms_lots_free(&lots);
}

/* A fill that must be refused with 'code' and leave position, lots and results alone. */
static void refused(oms_position_t *p, oms_lots_t *lots, oms_qty_t qty, oms_price_t price,
                    int64_t multiplier, int code) {
  oms_position_t before = *p;
  oms_lots_t lots_before = *lots;
  oms_money_t gain = 77;
  oms_qty_t closed = 78;
  assert_int_equal(oms_position_apply(p, lots, 9, qty, price, multiplier, &gain, &closed), code);
  assert_memory_equal(p, &before, sizeof before);
  assert_int_equal(lots->free, lots_before.free);
  assert_int_equal(lots->pool.n, lots_before.pool.n);
  assert_int_equal(gain, 77);
  assert_int_equal(closed, 78);
}

static void overflow_is_refused_before_anything_changes(void **state) {
  (void)state;
  oms_lots_t lots;
  oms_position_t p;
  memset(&p, 0, sizeof p);
  p.first_lot = p.last_lot = OMS_NONE;
  oms_money_t gain;
  assert_int_equal(oms_lots_init(&lots, 8), OMS_OK);
  refused(&p, &lots, INT64_MIN, CENTS(1), OMS_QTY_SCALE, OMS_ERR_OVERFLOW);
  refused(&p, &lots, SHARES(1), INT64_MIN, OMS_QTY_SCALE, OMS_ERR_OVERFLOW);
  assert_int_equal(book(&p, &lots, 0, INT64_MAX, CENTS(100), &gain), OMS_OK);
  refused(&p, &lots, 1, CENTS(1), OMS_QTY_SCALE, OMS_ERR_OVERFLOW);
  /* The gain does not fit in money. */
  refused(&p, &lots, -INT64_MAX, INT64_MAX, 1000 * OMS_QTY_SCALE, OMS_ERR_OVERFLOW);
  check_lots(&p, &lots);
  oms_position_reset(&p, &lots);
  assert_int_equal(book(&p, &lots, 0, SHARES(10), CENTS(100), &gain), OMS_OK);
  p.realized_pl = INT64_MAX - 5;
  refused(&p, &lots, SHARES(-10), CENTS(101), OMS_QTY_SCALE, OMS_ERR_OVERFLOW);
  refused(&p, &lots, SHARES(-11), CENTS(101), OMS_QTY_SCALE, OMS_ERR_OVERFLOW);
  oms_lots_free(&lots);
}

static void lack_of_memory_is_refused_before_anything_changes(void **state) {
  (void)state;
  long live = oms_alloc_live();
  int refusals = 0;
  for (long n = 1;; n++) {
    oms_lots_t lots;
    oms_position_t p;
    memset(&p, 0, sizeof p);
    p.first_lot = p.last_lot = OMS_NONE;
    assert_int_equal(oms_lots_init(&lots, 0), OMS_OK);
    oms_alloc_fail_after(n);
    uint32_t i = 0;
    oms_money_t gain;
    while (i < 3000 && book(&p, &lots, i, SHARES(1), CENTS(100), &gain) == OMS_OK) {
      i++;
    }
    if (i < 3000) {
      refusals++;
      refused(&p, &lots, SHARES(1), CENTS(100), OMS_QTY_SCALE, OMS_ERR_NOMEM);
      /* What only closes needs no memory, and what it frees is enough to open again. */
      if (i > 0) {
        assert_int_equal(book(&p, &lots, i, -SHARES((int64_t)i + 1), CENTS(100), &gain), OMS_OK);
      }
    }
    oms_alloc_fail_after(0);
    check_lots(&p, &lots);
    oms_lots_free(&lots);
    if (i == 3000) {
      break;
    }
  }
  assert_true(refusals >= 4);
  assert_int_equal(oms_alloc_live(), live);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(lots_close_oldest_first),
      cmocka_unit_test(shorts_gain_when_the_price_falls),
      cmocka_unit_test(a_fill_through_zero_closes_and_opens),
      cmocka_unit_test(gains_count_the_multiplier_and_round_half_away),
      cmocka_unit_test(value_and_unrealized_gain_follow_the_mark),
      cmocka_unit_test(a_reset_forgets_fills_and_keeps_what_works),
      cmocka_unit_test(fills_at_random_match_the_model),
      cmocka_unit_test(overflow_is_refused_before_anything_changes),
      cmocka_unit_test(lack_of_memory_is_refused_before_anything_changes),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
