/* Every cell of the transition table against a grid that was written from orders.md, section 2, on
 * its own; then the rows of that section as short stories, and the figures an order gives. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "core/order.h"

#define QTY (10 * OMS_QTY_SCALE)

/* HE held, PN pending_new, NW new, PF partially_filled, FI filled, PC pending_cancel, CA canceled,
 * PR pending_replace, RE replaced, EX expired, RJ rejected, SU suspended; -- none, BK back by
 * filled_qty, EN canceled unless still filled whole. Columns in the order of OMS_HAPPENING_MAP. */
static const char *const grid[OMS_STATUS_COUNT] = {
    /* SUBMIT HOLD RELEASE ACCEPT TRIGGER FILL_PART FILL_FULL CANCEL_REQUEST CANCEL CANCEL_REJECT
     * REPLACE_REQUEST REPLACE REPLACE_REJECT RESTATE RESTATE_DONE SUSPEND RESUME EXPIRE REJECT
     * BUST_NONE_LEFT BUST_WORKING BUST_ENDED */
    [OMS_STATUS_HELD] = "-- HE PN BK HE PF FI PC CA -- -- RE -- HE CA -- -- EX RJ -- -- --",
    [OMS_STATUS_PENDING_NEW] = "PN HE -- NW PN PF FI PC CA -- PR -- -- PN CA SU -- EX RJ -- -- --",
    [OMS_STATUS_NEW] = "-- -- -- NW NW PF FI PC CA BK PR RE BK NW CA SU BK EX RJ -- -- --",
    [OMS_STATUS_PARTIALLY_FILLED] =
        "-- -- -- PF PF PF FI PC CA BK PR RE BK PF CA SU BK EX -- NW BK --",
    [OMS_STATUS_FILLED] = "-- -- -- FI -- FI FI -- -- FI -- -- FI -- -- -- -- -- -- CA BK EN",
    [OMS_STATUS_PENDING_CANCEL] =
        "-- -- -- PC PC PC FI PC CA BK -- RE PC PC CA PC PC EX RJ PC PC --",
    [OMS_STATUS_CANCELED] = "-- -- -- CA -- CA CA -- -- CA -- -- CA -- -- -- -- -- -- CA CA CA",
    [OMS_STATUS_PENDING_REPLACE] =
        "-- -- -- PR PR PR FI PC CA PR -- RE BK PR CA PR PR EX RJ PR PR --",
    [OMS_STATUS_REPLACED] = "-- -- -- RE -- RE RE -- -- RE -- -- -- -- -- -- -- -- -- RE RE RE",
    [OMS_STATUS_EXPIRED] = "-- -- -- EX -- EX EX -- -- EX -- -- EX -- -- -- -- -- -- EX EX EX",
    [OMS_STATUS_REJECTED] = "-- -- -- -- -- RJ RJ -- -- RJ -- -- RJ -- -- -- -- -- -- RJ RJ RJ",
    [OMS_STATUS_SUSPENDED] = "-- -- -- SU SU SU FI PC CA SU -- RE SU SU CA SU BK EX RJ SU SU --",
};

static const char *const happening_names[OMS_HAPPENING_COUNT] = {
#define X(name) #name,
    OMS_HAPPENING_MAP(X)
#undef X
};

static int by_fill(oms_qty_t filled) {
  if (filled == 0) {
    return OMS_STATUS_NEW;
  }
  return filled < QTY ? OMS_STATUS_PARTIALLY_FILLED : OMS_STATUS_FILLED;
}

/* What the two letters 'cell' mean for an order of QTY that has filled 'filled'. */
static int meaning(const char *cell, oms_qty_t filled) {
  static const char letters[] = "HEPNNWPFFIPCCAPRREEXRJSU";
  if (memcmp(cell, "--", 2) == 0) {
    return -1;
  }
  if (memcmp(cell, "BK", 2) == 0) {
    return by_fill(filled);
  }
  if (memcmp(cell, "EN", 2) == 0) {
    return filled >= QTY ? OMS_STATUS_FILLED : OMS_STATUS_CANCELED;
  }
  for (int i = 0; i < OMS_STATUS_COUNT; i++) {
    if (memcmp(cell, letters + (size_t)i * 2, 2) == 0) {
      return i;
    }
  }
  fail_msg("the grid holds an unknown cell %.2s", cell);
  return -1;
}

static void every_cell_is_as_the_grid_says(void **state) {
  (void)state;
  static const oms_qty_t fills[] = {0, QTY / 2, QTY - 1, QTY, QTY + 1};
  int bad = 0;
  int cells = 0;
  for (int s = 0; s < OMS_STATUS_COUNT; s++) {
    assert_int_equal(strlen(grid[s]), OMS_HAPPENING_COUNT * 3 - 1);
    for (int h = 0; h < OMS_HAPPENING_COUNT; h++, cells++) {
      for (size_t f = 0; f < sizeof fills / sizeof *fills; f++) {
        int want = meaning(grid[s] + (size_t)h * 3, fills[f]);
        int got = oms_order_transition(s, h, fills[f], QTY);
        if (got != want) {
          bad++;
          print_error("%s + %s with %lld filled gives %s, not %s\n",
                      oms_enum_text(OMS_ENUM_STATUS, s), happening_names[h], (long long)fills[f],
                      oms_enum_text(OMS_ENUM_STATUS, got), oms_enum_text(OMS_ENUM_STATUS, want));
        }
      }
    }
  }
  assert_int_equal(cells, 12 * 22);
  assert_int_equal(bad, 0);
}

static void nonsense_is_no_transition(void **state) {
  (void)state;
  assert_int_equal(oms_order_transition(-1, OMS_HAPPENING_ACCEPT, 0, QTY), -1);
  assert_int_equal(oms_order_transition(OMS_STATUS_COUNT, OMS_HAPPENING_ACCEPT, 0, QTY), -1);
  assert_int_equal(oms_order_transition(OMS_STATUS_NEW, -1, 0, QTY), -1);
  assert_int_equal(oms_order_transition(OMS_STATUS_NEW, OMS_HAPPENING_COUNT, 0, QTY), -1);
}

/* Applies happenings in turn; 'filled' is what the order has filled all along. */
static int story(int status, oms_qty_t filled, const int *what, size_t n) {
  for (size_t i = 0; i < n; i++) {
    status = oms_order_transition(status, what[i], filled, QTY);
    assert_true(status >= 0);
  }
  return status;
}
#define H(name) OMS_HAPPENING_##name
#define STORY(from, filled, ...)                                                                   \
  story(OMS_STATUS_##from, filled, (const int[]){__VA_ARGS__},                                     \
        sizeof((const int[]){__VA_ARGS__}) / sizeof(int))

static void a_fill_implies_the_acknowledgement(void **state) {
  (void)state;
  assert_int_equal(STORY(PENDING_NEW, 1, H(FILL_PART), H(ACCEPT)), OMS_STATUS_PARTIALLY_FILLED);
  assert_int_equal(STORY(PENDING_NEW, QTY, H(FILL_FULL), H(ACCEPT)), OMS_STATUS_FILLED);
}

static void a_cancel_survives_a_late_acknowledgement(void **state) {
  (void)state;
  assert_int_equal(STORY(PENDING_NEW, 0, H(CANCEL_REQUEST), H(ACCEPT)), OMS_STATUS_PENDING_CANCEL);
  assert_int_equal(STORY(PENDING_NEW, 0, H(CANCEL_REQUEST), H(ACCEPT), H(CANCEL)),
                   OMS_STATUS_CANCELED);
  assert_int_equal(STORY(PENDING_NEW, 0, H(CANCEL_REQUEST), H(REJECT)), OMS_STATUS_REJECTED);
}

static void a_full_fill_beats_the_cancel(void **state) {
  (void)state;
  assert_int_equal(STORY(NEW, QTY, H(CANCEL_REQUEST), H(FILL_FULL), H(CANCEL_REJECT)),
                   OMS_STATUS_FILLED);
  assert_int_equal(STORY(NEW, 1, H(CANCEL_REQUEST), H(FILL_PART), H(CANCEL_REJECT)),
                   OMS_STATUS_PARTIALLY_FILLED);
}

static void a_refused_replace_goes_back_by_what_has_filled(void **state) {
  (void)state;
  assert_int_equal(STORY(PENDING_NEW, 0, H(REPLACE_REQUEST), H(ACCEPT), H(REPLACE_REJECT)),
                   OMS_STATUS_NEW);
  assert_int_equal(STORY(NEW, 1, H(REPLACE_REQUEST), H(FILL_PART), H(REPLACE_REJECT)),
                   OMS_STATUS_PARTIALLY_FILLED);
  assert_int_equal(STORY(NEW, QTY, H(REPLACE_REQUEST), H(FILL_FULL), H(REPLACE_REJECT)),
                   OMS_STATUS_FILLED);
}

static void the_successor_of_a_replace_starts_by_what_has_filled(void **state) {
  (void)state;
  assert_int_equal(STORY(HELD, 0, H(ACCEPT)), OMS_STATUS_NEW);
  assert_int_equal(STORY(HELD, 1, H(ACCEPT)), OMS_STATUS_PARTIALLY_FILLED);
  assert_int_equal(STORY(HELD, QTY, H(ACCEPT)), OMS_STATUS_FILLED);
  assert_int_equal(STORY(HELD, 0, H(REJECT)), OMS_STATUS_REJECTED);
}

static void a_corrected_fill_leaves_a_filled_order_filled(void **state) {
  (void)state;
  int s = oms_order_transition(OMS_STATUS_FILLED, OMS_HAPPENING_BUST_WORKING, QTY - 1, QTY);
  assert_int_equal(s, OMS_STATUS_PARTIALLY_FILLED);
  assert_int_equal(oms_order_transition(s, OMS_HAPPENING_FILL_FULL, QTY, QTY), OMS_STATUS_FILLED);
}

static void only_a_bust_leaves_a_final_status(void **state) {
  (void)state;
  for (int s = 0; s < OMS_STATUS_COUNT; s++) {
    for (int h = 0; h < OMS_HAPPENING_BUST_NONE_LEFT && oms_status_is_final(s); h++) {
      int to = oms_order_transition(s, h, 1, QTY);
      assert_true(to == -1 || to == s);
    }
  }
}

static void the_average_price_is_the_notional_over_the_quantity(void **state) {
  (void)state;
  oms_order_t o = {.filled_qty = 0};
  assert_true(oms_order_avg_price(&o) == OMS_NO_PRICE);
  o.filled_qty = 3; /* 1e-9 each: at prices 1, 1 and 2 the average is 1.33... */
  o.filled_notional = (oms_int128_t)4 * OMS_PRICE_SCALE;
  assert_true(oms_order_avg_price(&o) == INT64_C(1333333333));
  o.filled_notional = 5; /* 1.67 of the smallest unit */
  assert_true(oms_order_avg_price(&o) == 2);
  o.filled_qty = 2;
  assert_true(oms_order_avg_price(&o) == 3);
  o.filled_notional = -5;
  assert_true(oms_order_avg_price(&o) == -3);
  o.filled_qty = INT64_MAX;
  o.filled_notional = (oms_int128_t)INT64_MAX * INT64_MAX;
  assert_true(oms_order_avg_price(&o) == INT64_MAX);
}

static void each_type_needs_its_prices(void **state) {
  (void)state;
  static const struct {
    int type;
    const char *needs; /* l limit, s stop, t trail, o limit offset */
  } expected[] = {
      {OMS_TYPE_MARKET,              ""  },
      {OMS_TYPE_LIMIT,               "l" },
      {OMS_TYPE_STOP,                "s" },
      {OMS_TYPE_STOP_LIMIT,          "ls"},
      {OMS_TYPE_TRAILING_STOP,       "t" },
      {OMS_TYPE_TRAILING_STOP_LIMIT, "to"},
      {OMS_TYPE_MARKET_IF_TOUCHED,   "s" },
      {OMS_TYPE_LIMIT_IF_TOUCHED,    "ls"},
      {OMS_TYPE_COUNT,               ""  },
      {-1,                           ""  }
  };
  for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
    oms_type_needs_t n = oms_type_needs(expected[i].type);
    char got[8];
    snprintf(got, sizeof got, "%s%s%s%s", n.limit ? "l" : "", n.stop ? "s" : "", n.trail ? "t" : "",
             n.limit_offset ? "o" : "");
    assert_string_equal(got, expected[i].needs);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_cell_is_as_the_grid_says),
      cmocka_unit_test(nonsense_is_no_transition),
      cmocka_unit_test(a_fill_implies_the_acknowledgement),
      cmocka_unit_test(a_cancel_survives_a_late_acknowledgement),
      cmocka_unit_test(a_full_fill_beats_the_cancel),
      cmocka_unit_test(a_refused_replace_goes_back_by_what_has_filled),
      cmocka_unit_test(the_successor_of_a_replace_starts_by_what_has_filled),
      cmocka_unit_test(a_corrected_fill_leaves_a_filled_order_filled),
      cmocka_unit_test(only_a_bust_leaves_a_final_status),
      cmocka_unit_test(the_average_price_is_the_notional_over_the_quantity),
      cmocka_unit_test(each_type_needs_its_prices),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
