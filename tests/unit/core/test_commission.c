/* Commissions and regulatory fees against values worked out by hand; the working stands at each
 * case. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "base/time.h"
#include "core/commission.h"

#define SHARES(n)        ((n)*OMS_QTY_SCALE)
#define CENTS(n)         ((oms_money_t)(n) * (OMS_MONEY_SCALE / 100))
#define DOLLARS(n)       ((oms_money_t)(n)*OMS_MONEY_SCALE)
#define RATE(billionths) INT64_C(billionths)

static oms_commission_model_t model(void) {
  return (oms_commission_model_t){.min = OMS_NO_PRICE, .max = OMS_NO_PRICE};
}

static oms_money_t total(const oms_commission_model_t *m, int asset_class, oms_qty_t qty,
                         oms_money_t notional) {
  oms_money_t out = -1;
  assert_int_equal(oms_commission_total(m, asset_class, qty, notional, &out), OMS_OK);
  return out;
}

static void shares_and_contracts_pay_their_own_rate(void **state) {
  (void)state;
  oms_commission_model_t m = model();
  m.per_share = RATE(5000000);      /* half a cent */
  m.per_contract = RATE(650000000); /* 65 cents */
  /* 300 x 0.005 = 1.50; 300 x 0.65 = 195. */
  assert_int_equal(total(&m, OMS_ASSET_CLASS_US_EQUITY, SHARES(300), 0), CENTS(150));
  assert_int_equal(total(&m, OMS_ASSET_CLASS_NONE, SHARES(300), 0), CENTS(150));
  assert_int_equal(total(&m, OMS_ASSET_CLASS_CRYPTO, SHARES(300), 0), CENTS(150));
  assert_int_equal(total(&m, OMS_ASSET_CLASS_FX, SHARES(300), 0), CENTS(150));
  assert_int_equal(total(&m, OMS_ASSET_CLASS_INDEX, SHARES(300), 0), CENTS(150));
  assert_int_equal(total(&m, OMS_ASSET_CLASS_US_OPTION, SHARES(300), 0), DOLLARS(195));
  assert_int_equal(total(&m, OMS_ASSET_CLASS_FUTURE, SHARES(300), 0), DOLLARS(195));
}

static void the_four_rates_add_up(void **state) {
  (void)state;
  oms_commission_model_t m = model();
  m.per_share = RATE(5000000);
  m.percent = RATE(100000000); /* 0.1 % */
  m.per_order = CENTS(35);
  /* 1.50 + 0.1 % of 12,345.67 (12.34567) + 0.35 = 14.19567. */
  assert_int_equal(total(&m, OMS_ASSET_CLASS_US_EQUITY, SHARES(300), CENTS(1234567)), 14195670);
  /* Traded value counts without its sign. */
  assert_int_equal(total(&m, OMS_ASSET_CLASS_US_EQUITY, SHARES(300), -CENTS(1234567)), 14195670);
  assert_int_equal(total(&m, OMS_ASSET_CLASS_US_EQUITY, 0, 0), 0);
}

static void the_sum_is_rounded_once_half_away(void **state) {
  (void)state;
  oms_commission_model_t m = model();
  m.per_share = 400; /* 0.0000004 */
  m.percent = RATE(1000000000);
  /* 0.4 + 0.01 x 10 = 0.5 of the smallest unit; each alone would be 0. */
  assert_int_equal(total(&m, OMS_ASSET_CLASS_NONE, SHARES(1), 10), 1);
  assert_int_equal(total(&m, OMS_ASSET_CLASS_NONE, SHARES(1), 9), 0);
  m.per_share = -500; /* a rebate of half a unit */
  m.percent = 0;
  assert_int_equal(total(&m, OMS_ASSET_CLASS_NONE, SHARES(1), 0), -1);
}

static void min_and_max_bound_the_order(void **state) {
  (void)state;
  oms_commission_model_t m = model();
  m.per_share = RATE(5000000);
  m.min = DOLLARS(1);
  m.max = DOLLARS(3);
  assert_int_equal(total(&m, OMS_ASSET_CLASS_NONE, SHARES(100), 0), DOLLARS(1));
  assert_int_equal(total(&m, OMS_ASSET_CLASS_NONE, SHARES(300), 0), CENTS(150));
  assert_int_equal(total(&m, OMS_ASSET_CLASS_NONE, SHARES(1000), 0), DOLLARS(3));
  assert_int_equal(total(&m, OMS_ASSET_CLASS_NONE, 0, 0), 0);
  m.per_share = 0;
  assert_int_equal(total(&m, OMS_ASSET_CLASS_NONE, 1, 0), DOLLARS(1));
}

static void what_does_not_fit_is_refused(void **state) {
  (void)state;
  oms_commission_model_t m = model();
  oms_money_t out = 7;
  m.per_share = INT64_MAX;
  assert_int_equal(oms_commission_total(&m, OMS_ASSET_CLASS_NONE, INT64_MAX, 0, &out),
                   OMS_ERR_OVERFLOW);
  m = model();
  m.percent = INT64_MAX;
  assert_int_equal(oms_commission_total(&m, OMS_ASSET_CLASS_NONE, 1, INT64_MIN + 1, &out),
                   OMS_ERR_OVERFLOW);
  assert_int_equal(out, 7);
}

static oms_money_t fees(int year, int month, int day, int asset_class, oms_qty_t qty,
                        oms_money_t notional) {
  oms_money_t out = -1;
  assert_int_equal(oms_regulatory_fees(oms_days_from_civil(year, month, day), asset_class, false,
                                       qty, notional, &out),
                   OMS_OK);
  return out;
}

static void each_fee_is_rounded_up_to_the_cent(void **state) {
  (void)state;
  const int equity = OMS_ASSET_CLASS_US_EQUITY;
  /* 2013-10-08: 17.40 a million of 20,000 = 0.348 -> 0.35; 500 x 0.000119 = 0.0595 -> 0.06. */
  assert_int_equal(fees(2013, 10, 8, equity, SHARES(500), DOLLARS(20000)), CENTS(41));
  assert_int_equal(fees(2013, 10, 8, OMS_ASSET_CLASS_NONE, SHARES(500), DOLLARS(20000)), CENTS(41));
  /* One share at a dollar: a cent for each. */
  assert_int_equal(fees(2013, 10, 8, equity, SHARES(1), DOLLARS(1)), CENTS(2));
  /* Exact cents stay: 17.40 a million of a million; 10,000 x 0.000119 = 1.19. */
  assert_int_equal(fees(2013, 10, 8, equity, SHARES(10000), DOLLARS(1000000)), CENTS(1740 + 119));
  /* The cap of FINRA's fee: 5.95 from 50,000 shares on. */
  assert_int_equal(fees(2013, 10, 8, equity, SHARES(50000), DOLLARS(1000000)), CENTS(1740 + 595));
  assert_int_equal(fees(2013, 10, 8, equity, SHARES(90000), DOLLARS(1000000)), CENTS(1740 + 595));
}

static void rates_change_with_the_date(void **state) {
  (void)state;
  const int equity = OMS_ASSET_CLASS_US_EQUITY;
  static const struct {
    int year, month, day, sec, finra;
  } expected[] = {
  /* Cents for a million dollars and 10,000 shares. */
      {2000, 1,  3,  0,    75 },
      {2001, 12, 27, 0,    75 },
      {2001, 12, 28, 1500, 75 },
      {2004, 3,  31, 3900, 75 },
      {2004, 4,  1,  2340, 75 },
      {2008, 3,  31, 3070, 75 }, /* the last known one stands */
      {2008, 4,  1,  560,  75 },
      {2011, 6,  30, 560,  75 },
      {2011, 7,  1,  560,  90 },
      {2011, 12, 31, 560,  90 },
      {2012, 3,  1,  2240, 95 },
      {2012, 6,  30, 2240, 95 },
      {2012, 7,  2,  2240, 119},
      {2013, 3,  31, 2240, 119},
      {2013, 4,  1,  1740, 119},
      {2014, 3,  17, 1740, 119},
      {2014, 3,  18, 2210, 119},
      {2018, 5,  21, 2310, 119},
      {2018, 5,  22, 1300, 119},
      {2020, 2,  17, 2070, 119},
      {2020, 2,  18, 2210, 119},
      {2021, 2,  25, 510,  119},
      {2022, 1,  3,  510,  130},
      {2023, 1,  3,  2290, 145},
      {2023, 2,  27, 800,  145},
      {2024, 1,  2,  800,  166},
      {2025, 5,  13, 2780, 166},
      {2025, 5,  14, 0,    166},
      {2026, 1,  2,  0,    195},
      {2026, 4,  3,  0,    195},
      {2026, 4,  4,  2060, 195},
      {2040, 1,  3,  2060, 195},
  };
  for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
    oms_money_t got = fees(expected[i].year, expected[i].month, expected[i].day, equity,
                           SHARES(10000), DOLLARS(1000000));
    if (got != CENTS(expected[i].sec + expected[i].finra)) {
      fail_msg("%d-%02d-%02d: %lld instead of %d + %d cents", expected[i].year, expected[i].month,
               expected[i].day, (long long)got / 10000, expected[i].sec, expected[i].finra);
    }
  }
}

static void options_pay_by_the_contract_without_a_cap(void **state) {
  (void)state;
  /* 2024-06-03: 27.80 a million of 5,000 = 0.139 -> 0.14; 10 x 0.00279 = 0.0279 -> 0.03. */
  assert_int_equal(fees(2024, 6, 3, OMS_ASSET_CLASS_US_OPTION, SHARES(10), DOLLARS(5000)),
                   CENTS(17));
  /* 5,000 x 0.00279 = 13.95, above the cap of shares. */
  assert_int_equal(fees(2025, 6, 3, OMS_ASSET_CLASS_US_OPTION, SHARES(5000), DOLLARS(5000)),
                   CENTS(1395));
  /* No rate of contracts is known before 2022: 17.40 a million of 5,000 = 0.087 -> 0.09. */
  assert_int_equal(fees(2013, 10, 8, OMS_ASSET_CLASS_US_OPTION, SHARES(10), DOLLARS(5000)),
                   CENTS(9));
}

static void buys_and_other_classes_pay_nothing(void **state) {
  (void)state;
  oms_money_t out = -1;
  int64_t day = oms_days_from_civil(2024, 6, 3);
  assert_int_equal(
      oms_regulatory_fees(day, OMS_ASSET_CLASS_US_EQUITY, true, SHARES(10), DOLLARS(9), &out),
      OMS_OK);
  assert_int_equal(out, 0);
  assert_int_equal(fees(2024, 6, 3, OMS_ASSET_CLASS_FUTURE, SHARES(10), DOLLARS(5000)), 0);
  assert_int_equal(fees(2024, 6, 3, OMS_ASSET_CLASS_CRYPTO, SHARES(10), DOLLARS(5000)), 0);
  assert_int_equal(fees(2024, 6, 3, OMS_ASSET_CLASS_FX, SHARES(10), DOLLARS(5000)), 0);
  assert_int_equal(fees(2024, 6, 3, OMS_ASSET_CLASS_INDEX, SHARES(10), DOLLARS(5000)), 0);
  assert_int_equal(fees(2024, 6, 3, OMS_ASSET_CLASS_US_EQUITY, 0, DOLLARS(5000)), 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(shares_and_contracts_pay_their_own_rate),
      cmocka_unit_test(the_four_rates_add_up),
      cmocka_unit_test(the_sum_is_rounded_once_half_away),
      cmocka_unit_test(min_and_max_bound_the_order),
      cmocka_unit_test(what_does_not_fit_is_refused),
      cmocka_unit_test(each_fee_is_rounded_up_to_the_cent),
      cmocka_unit_test(rates_change_with_the_date),
      cmocka_unit_test(options_pay_by_the_contract_without_a_cap),
      cmocka_unit_test(buys_and_other_classes_pay_nothing),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
