/* test_lob.c - the order book: cases worked by hand, every allocation failing, seeded flows against
 * the naive book, and a flow of 5,000 rows whose fills another matching engine gave. The last
 * stands beside the repository; without it the test is skipped, visibly. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka needs the four above */
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/random.h"
#include "sim/lob_naive.h"

#define BUY  true
#define SELL false

static naive_matches_t seen;

static int add(oms_lob_t *b, uint64_t id, bool is_buy, oms_price_t price, oms_qty_t qty) {
  oms_lob_new_t o = {id, (uint32_t)id, is_buy, price, qty};
  seen.n = 0;
  return oms_lob_add(b, &o, naive_match, &seen);
}

static void assert_match(size_t i, uint64_t taker, uint64_t maker, oms_qty_t qty,
                         oms_price_t price) {
  assert_true(i < seen.n);
  assert_int_equal(seen.m[i].taker, taker);
  assert_int_equal(seen.m[i].maker, maker);
  assert_int_equal(seen.m[i].qty, qty);
  assert_int_equal(seen.m[i].price, price);
}

static void assert_touch(const oms_lob_t *b, oms_price_t bid, oms_qty_t bid_qty, oms_price_t ask,
                         oms_qty_t ask_qty) {
  oms_price_t price = OMS_NO_PRICE;
  oms_qty_t qty = 0;
  assert_int_equal(oms_lob_best(b, BUY, &price, &qty), bid != OMS_NO_PRICE);
  assert_int_equal(price, bid);
  assert_int_equal(qty, bid_qty);
  price = OMS_NO_PRICE;
  qty = 0;
  assert_int_equal(oms_lob_best(b, SELL, &price, &qty), ask != OMS_NO_PRICE);
  assert_int_equal(price, ask);
  assert_int_equal(qty, ask_qty);
  assert_true(oms_lob_verify(b));
}

static void best_price_first_then_arrival(void **state) {
  (void)state;
  oms_lob_t *b = oms_lob_new();
  add(b, 1, SELL, 102, 10);
  add(b, 2, SELL, 101, 5);
  add(b, 3, SELL, 101, 7);
  add(b, 4, SELL, 103, 10);
  assert_touch(b, OMS_NO_PRICE, 0, 101, 12);
  add(b, 5, BUY, 102, 20);
  assert_int_equal(seen.n, 3);
  assert_match(0, 5, 2, 5, 101);
  assert_match(1, 5, 3, 7, 101);
  assert_match(2, 5, 1, 8, 102);
  assert_touch(b, OMS_NO_PRICE, 0, 102, 2);
  add(b, 6, BUY, 102, 9); /* takes two, the rest rests */
  assert_match(0, 6, 1, 2, 102);
  assert_touch(b, 102, 7, 103, 10);
  add(b, 7, SELL, 90, 3); /* at the resting price */
  assert_match(0, 7, 6, 3, 102);
  assert_touch(b, 102, 4, 103, 10);
  oms_lob_free(b);
}

static void what_is_gone_is_not_canceled(void **state) {
  (void)state;
  oms_lob_t *b = oms_lob_new();
  assert_false(oms_lob_cancel(b, 1));
  add(b, 1, BUY, 100, 5);
  add(b, 2, BUY, 100, 6);
  assert_true(oms_lob_cancel(b, 1));
  assert_false(oms_lob_cancel(b, 1));
  assert_touch(b, 100, 6, OMS_NO_PRICE, 0);
  add(b, 3, SELL, 100, 6);
  assert_match(0, 3, 2, 6, 100);
  assert_false(oms_lob_cancel(b, 2)); /* filled */
  assert_false(oms_lob_cancel(b, 3)); /* never rested */
  assert_int_equal(oms_lob_count(b), 0);
  oms_lob_free(b);
}

static void reducing_keeps_the_place(void **state) {
  (void)state;
  oms_lob_t *b = oms_lob_new();
  add(b, 1, BUY, 100, 5);
  add(b, 2, BUY, 100, 6);
  assert_true(oms_lob_reduce(b, 1, 3));
  assert_false(oms_lob_reduce(b, 1, 3)); /* not smaller */
  assert_false(oms_lob_reduce(b, 1, 9));
  assert_false(oms_lob_reduce(b, 9, 1));
  assert_touch(b, 100, 9, OMS_NO_PRICE, 0);
  add(b, 3, SELL, 100, 4);
  assert_match(0, 3, 1, 3, 100);
  assert_match(1, 3, 2, 1, 100);
  assert_true(oms_lob_reduce(b, 2, 0)); /* nothing is left */
  assert_touch(b, OMS_NO_PRICE, 0, OMS_NO_PRICE, 0);
  oms_lob_free(b);
}

static void an_id_may_come_again(void **state) {
  (void)state;
  oms_lob_t *b = oms_lob_new();
  assert_int_equal(add(b, 1, BUY, 100, 5), OMS_OK);
  assert_int_equal(add(b, 1, SELL, 100, 5), OMS_ERR_EXISTS);
  assert_int_equal(seen.n, 0);
  assert_touch(b, 100, 5, OMS_NO_PRICE, 0);
  assert_int_equal(add(b, 2, SELL, 100, 5), OMS_OK);
  assert_int_equal(add(b, 1, SELL, 100, 5), OMS_OK);
  assert_touch(b, OMS_NO_PRICE, 0, 100, 5);
  assert_int_equal(add(b, 3, BUY, 99, 0), OMS_ERR_RANGE);
  assert_int_equal(add(b, 3, BUY, 99, -1), OMS_ERR_RANGE);
  assert_int_equal(add(b, 3, BUY, OMS_NO_PRICE, 1), OMS_ERR_RANGE);
  oms_lob_free(b);
}

static void any_price_and_any_quantity(void **state) {
  (void)state;
  oms_lob_t *b = oms_lob_new();
  add(b, 1, SELL, INT64_MAX, INT64_MAX);
  add(b, 2, SELL, INT64_MAX, INT64_MAX);
  add(b, 3, BUY, INT64_MIN + 1, INT64_MAX);
  add(b, 4, BUY, -5, 1);
  assert_touch(b, -5, 1, INT64_MAX, INT64_MAX); /* the sum is more: as much as can be said */
  assert_int_equal(oms_lob_depth(b, SELL, OMS_NO_PRICE, INT64_MAX), INT64_MAX);
  assert_int_equal(oms_lob_depth(b, BUY, -5, 10), 1);
  add(b, 5, BUY, INT64_MAX, INT64_MAX);
  assert_match(0, 5, 1, INT64_MAX, INT64_MAX);
  add(b, 6, SELL, INT64_MIN + 1, 2);
  assert_match(0, 6, 4, 1, -5);
  assert_match(1, 6, 3, 1, INT64_MIN + 1);
  assert_true(oms_lob_verify(b));
  oms_lob_free(b);
}

/* The same in steps, as the venue takes them. */
static void a_book_in_steps(void **state) {
  (void)state;
  oms_lob_t *b = oms_lob_new();
  uint32_t ours, other;
  oms_lob_new_t o = {0, 77, BUY, 100, 5};
  assert_int_equal(oms_lob_rest(b, &o, &ours), OMS_OK);
  o.tag = 78; /* no name either: only places tell them apart */
  assert_int_equal(oms_lob_rest(b, &o, &other), OMS_OK);
  assert_int_equal(oms_lob_first(b, BUY), ours);
  assert_int_equal(oms_lob_order(b, ours).tag, 77);
  assert_false(oms_lob_take(b, ours, 2));
  oms_lob_resize(b, other, 9);
  assert_touch(b, 100, 12, OMS_NO_PRICE, 0);
  assert_true(oms_lob_take(b, ours, 3));
  assert_int_equal(oms_lob_first(b, BUY), other);
  oms_lob_remove(b, other);
  assert_int_equal(oms_lob_first(b, BUY), OMS_LOB_NONE);
  assert_true(oms_lob_verify(b));
  oms_lob_free(b);
}

/* Adds that run out of memory leave the book as it was, and work when there is some again. */
static void without_memory_nothing_happens(void **state) {
  (void)state;
  long live = oms_alloc_live();
  for (long n = 1; n < 40; n++) {
    oms_alloc_fail_after(n);
    oms_lob_t *b = oms_lob_new();
    for (uint64_t id = 1; b != NULL && id <= 600; id++) {
      bool is_buy = id % 2 == 0;
      size_t before = oms_lob_count(b);
      int rc = add(b, id, is_buy, is_buy ? -(oms_price_t)id : (oms_price_t)id, 1);
      if (rc == OMS_ERR_NOMEM) {
        assert_int_equal(oms_lob_count(b), before);
        oms_alloc_fail_after(0);
        rc = add(b, id, is_buy, is_buy ? -(oms_price_t)id : (oms_price_t)id, 1);
      }
      assert_int_equal(rc, OMS_OK);
    }
    oms_alloc_fail_after(0);
    assert_true(b == NULL || (oms_lob_count(b) == 600 && oms_lob_verify(b)));
    oms_lob_free(b);
  }
  assert_int_equal(oms_alloc_live(), live);
}

/* Once it has been as large as it gets, the book asks for no memory. */
static void steady_flow_allocates_nothing(void **state) {
  (void)state;
  oms_lob_t *b = oms_lob_new();
  oms_random_t random;
  oms_random_seed(&random, 3);
  for (uint64_t id = 1; id <= 2000; id++) {
    assert_int_equal(add(b, id, SELL, (oms_price_t)id * 1000000007, 10), OMS_OK);
  }
  long before = oms_alloc_count();
  for (uint64_t id = 2001; id < 100000; id++) {
    assert_true(oms_lob_cancel(b, id - 2000));
    oms_price_t price = (oms_price_t)oms_random_below(&random, 1000) * 1000000007 + 1;
    assert_int_equal(add(b, id, SELL, price, 10), OMS_OK);
  }
  assert_int_equal(oms_alloc_count(), before);
  oms_lob_free(b);
}

/* A shape of prices for a seeded flow. */
typedef struct shape {
  const char *name;
  oms_price_t (*price)(oms_random_t *r, uint64_t i);
} shape_t;

static oms_price_t tight(oms_random_t *r, uint64_t i) {
  (void)i;
  return 100 + (oms_price_t)oms_random_below(r, 8);
}
static oms_price_t drifting(oms_random_t *r, uint64_t i) {
  return (oms_price_t)(i / 50) * 10000000 + (oms_price_t)oms_random_below(r, 60) * 10000000;
}
static oms_price_t anywhere(oms_random_t *r, uint64_t i) {
  (void)i;
  return (oms_price_t)(oms_random_next(r) | 1);
}
static oms_price_t wide(oms_random_t *r, uint64_t i) {
  (void)i;
  return (oms_price_t)oms_random_below(r, 500) * INT64_C(18000000000000000) -
         INT64_C(4500000000000000000);
}

/* Half adds, a third cancels, the rest reduces; ids come again. A few hundred orders are kept. */
static bool step(naive_pair_t *p, oms_random_t *r, const shape_t *shape, uint64_t i) {
  uint64_t id = 1 + oms_random_below(r, 700), what = oms_random_below(r, 6);
  if (what < 3) {
    oms_lob_new_t o = {id, (uint32_t)i, oms_random_below(r, 2) == 0, shape->price(r, i),
                       1 + (oms_qty_t)oms_random_below(r, 100)};
    return naive_pair_add(p, &o);
  }
  return what < 5 ? naive_pair_cancel(p, id)
                  : naive_pair_reduce(p, id, (oms_qty_t)oms_random_below(r, 100));
}

static void random_flows_equal_the_naive_book(void **state) {
  (void)state;
  static const shape_t shapes[] = {
      {"tight",    tight   },
      {"drifting", drifting},
      {"anywhere", anywhere},
      {"wide",     wide    }
  };
  static naive_pair_t p;
  const char *asked = getenv("MOONDESK_SEED");
  uint64_t seed = asked == NULL ? 20240101 : strtoull(asked, NULL, 10);
  for (size_t k = 0; k < OMS_COUNT(shapes); k++) {
    oms_random_t r;
    oms_random_seed(&r, seed + k);
    print_message("prices %s, seed %llu\n", shapes[k].name, (unsigned long long)(seed + k));
    p.naive.n = 0;
    p.book = oms_lob_new();
    for (uint64_t i = 0; i < 250000; i++) {
      if (!step(&p, &r, &shapes[k], i) || (i % 5000 == 0 && !oms_lob_verify(p.book))) {
        fail_msg("operation %llu differs", (unsigned long long)i);
      }
    }
    assert_true(oms_lob_verify(p.book));
    oms_lob_free(p.book);
  }
}

/* Many prices: the index splits, empties and shrinks. */
static void many_prices_come_and_go(void **state) {
  (void)state;
  oms_lob_t *b = oms_lob_new();
  enum { MANY = 60000 };
  for (uint64_t i = 0; i < MANY; i++) {
    uint64_t id = 1 + i * 7919 % MANY;
    assert_int_equal(add(b, id, SELL, (oms_price_t)(id * 1000), 1), OMS_OK);
  }
  assert_true(oms_lob_verify(b));
  for (uint64_t i = 0; i < MANY - 10; i++) {
    assert_true(oms_lob_cancel(b, 1 + (i * 104729 + 5) % MANY));
  }
  assert_true(oms_lob_verify(b));
  add(b, MANY + 1, BUY, INT64_MAX, 100);
  assert_int_equal(seen.n, 10);
  assert_touch(b, INT64_MAX, 90, OMS_NO_PRICE, 0);
  oms_lob_free(b);
}

static void write_match(void *ctx, const oms_lob_match_t *m) {
  (void)fprintf(ctx, "%llu,%llu,%lld,%lld\n", (unsigned long long)m->taker,
                (unsigned long long)m->maker, (long long)m->qty, (long long)m->price);
}

static char *whole_file(FILE *f) {
  char *text = malloc(1 << 20);
  assert_non_null(text);
  size_t n = fread(text, 1, (1 << 20) - 1, f);
  text[n] = 0;
  (void)fclose(f);
  return text;
}

/* Rows as "A,12,B,9952,65" and "C,12,,,": prices and quantities are whole numbers here. */
static void flow_row(oms_lob_t *b, const char *line, FILE *out) {
  char op, side;
  unsigned long long id;
  long long price, qty;
  if (sscanf(line, "%c,%llu,%c,%lld,%lld", &op, &id, &side, &price, &qty) == 5) {
    oms_lob_new_t o = {id, 0, side == 'B', price, qty};
    assert_int_equal(op, 'A');
    assert_int_equal(oms_lob_add(b, &o, write_match, out), OMS_OK);
  } else if (sscanf(line, "C,%llu", &id) == 1) {
    (void)oms_lob_cancel(b, id);
  }
}

static void fills_equal_those_of_another_engine(void **state) {
  (void)state;
  char line[128];
  FILE *flow = fopen(SOURCE_DIR "/../shared/expected/book_flow_5k.csv", "r");
  if (flow == NULL) {
    print_message("SKIPPED: ../shared is absent\n");
    return;
  }
  FILE *out = tmpfile();
  oms_lob_t *b = oms_lob_new();
  assert_true(out != NULL && b != NULL);
  (void)fprintf(out, "taker,maker,qty,price\n");
  while (fgets(line, sizeof line, flow) != NULL) {
    flow_row(b, line, out);
  }
  (void)fclose(flow);
  oms_lob_free(b);
  rewind(out);
  FILE *file = fopen(SOURCE_DIR "/../shared/expected/book_fills_5k__liquibook.csv", "r");
  assert_non_null(file);
  char *ours = whole_file(out), *expected = whole_file(file);
  assert_string_equal(ours, expected);
  free(ours);
  free(expected);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(best_price_first_then_arrival),
      cmocka_unit_test(what_is_gone_is_not_canceled),
      cmocka_unit_test(reducing_keeps_the_place),
      cmocka_unit_test(an_id_may_come_again),
      cmocka_unit_test(any_price_and_any_quantity),
      cmocka_unit_test(a_book_in_steps),
      cmocka_unit_test(without_memory_nothing_happens),
      cmocka_unit_test(steady_flow_allocates_nothing),
      cmocka_unit_test(random_flows_equal_the_naive_book),
      cmocka_unit_test(many_prices_come_and_go),
      cmocka_unit_test(fills_equal_those_of_another_engine),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
