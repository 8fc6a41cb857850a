/* test_session_text.c - settings of the command line: the names, checks and messages of the
 * file. */
#include "base/check.h"
#include "session_fixture.h"

static oms_session_config_t config;
static oms_error_t err;

static int begin(void **state) {
  (void)state;
  return oms_session_config_init(&config);
}

static int end(void **state) {
  (void)state;
  oms_session_config_free(&config);
  return 0;
}

static void expect(int rc, int want, const char *message) {
  if (rc != want || (want != OMS_OK && strcmp(err.message, message) != 0)) {
    fail_msg("wanted %d \"%s\", got %d \"%s\"", want, message, rc, err.message);
  }
}

static void venue_by_text(void **state) {
  (void)state;
  static const char *const pairs[][2] = {
      {"fill",              "this_close"         },
      {"bar_path",          "ohlc"               },
      {"max_participation", "0.25"               },
      {"slippage",          "ticks:2,percent:0.1"},
      {"latency_ms",        "250"                },
      {"credit_exits",      "true"               },
      {"commission",        "per_order:1"        },
  };
  for (size_t i = 0; i < OMS_COUNT(pairs); i++) {
    expect(oms_session_set_venue(&config, pairs[i][0], pairs[i][1], &err), OMS_OK, "");
  }
  assert_int_equal(config.venue.fill, OMS_FILL_THIS_CLOSE);
  assert_int_equal(config.venue.bar_path, OMS_BAR_PATH_OHLC);
  assert_int_equal(config.venue.max_participation, 250000000);
  assert_int_equal(config.venue.slippage_ticks, 2);
  assert_int_equal(config.venue.slippage_percent, 100000000);
  assert_int_equal(config.venue.latency_ns, 250000000);
  assert_int_equal(config.venue.commission.per_order, OMS_MONEY_SCALE);
  assert_true(config.accounts[0].credit_exits);
}

static void venue_refused(void **state) {
  (void)state;
  expect(oms_session_set_venue(&config, "fil", "x", &err), OMS_ERR_USAGE,
         "venue.fil: unknown key (did you mean 'fill'?)");
  expect(oms_session_set_venue(&config, "fill", "nxt_open", &err), OMS_ERR_USAGE,
         "venue.fill: unknown word 'nxt_open' (did you mean 'next_open'?)");
  expect(oms_session_set_venue(&config, "latency_ms", "-1", &err), OMS_ERR_USAGE,
         "venue.latency_ms: must be at least 0, got '-1'");
  expect(oms_session_set_venue(&config, "credit_exits", "yes", &err), OMS_ERR_USAGE,
         "venue.credit_exits: must be true or false, got 'yes'");
  expect(oms_session_set_venue(&config, "slippage", "1", &err), OMS_ERR_USAGE,
         "venue.slippage: must be NAME:VALUE with commas between, got '1'");
  expect(oms_session_set_venue(&config, "queue", "last", &err), OMS_ERR_USAGE,
         "venue.queue: unknown word 'last'; known: through, front, volume");
  assert_int_equal(config.venue.latency_ns, 0);
}

static void commission_by_text(void **state) {
  (void)state;
  expect(oms_session_set_commission(&config, "percent:0.2,per_share:0.005,regulatory:true", &err),
         OMS_OK, "");
  assert_int_equal(config.venue.commission.percent, 200000000);
  assert_int_equal(config.venue.commission.per_share, 5000000);
  assert_true(config.venue.commission.regulatory);
  expect(oms_session_set_commission(&config, "pct:1", &err), OMS_ERR_USAGE,
         "venue.commission.pct: unknown key; known: per_share, per_contract, percent, per_order, "
         "min, max, regulatory");
  expect(oms_session_set_commission(&config, "percent:x", &err), OMS_ERR_USAGE,
         "venue.commission.percent: must be a number or a decimal text, got 'x'");
  expect(oms_session_set_commission(&config, "percent:1,", &err), OMS_ERR_USAGE,
         "venue.commission: must be NAME:VALUE with commas between, got 'percent:1,'");
  expect(oms_session_set_commission(&config, "", &err), OMS_ERR_USAGE,
         "venue.commission: must be NAME:VALUE with commas between, got ''");
}

static void limits_by_text(void **state) {
  (void)state;
  assert_int_equal(config.limit_n, 0);
  expect(oms_session_set_limit(&config, "max_order_qty", "1000", &err), OMS_OK, "");
  expect(oms_session_set_limit(&config, "max_open_orders", "5", &err), OMS_OK, "");
  expect(oms_session_set_limit(&config, "restricted", "TSLA,GME", &err), OMS_OK, "");
  expect(oms_session_set_limit(&config, "duplicate_window_s", "1.5", &err), OMS_OK, "");
  assert_int_equal(config.limit_n, 1);
  const oms_limits_config_t *l = config.limits;
  assert_null(l->account);
  assert_int_equal(l->limits.max_order_qty, 1000 * OMS_QTY_SCALE);
  assert_int_equal(l->limits.max_open_orders, 5);
  assert_int_equal(l->limits.max_position, OMS_NO_PRICE);
  assert_int_equal(l->limits.duplicate_window_ns, 1500000000);
  assert_int_equal(l->restricted_n, 2);
  assert_string_equal(l->restricted[0], "TSLA");
  expect(oms_session_set_limit(&config, "restricted", "A,,B", &err), OMS_ERR_USAGE,
         "limits.restricted: must be texts with a comma between, got 'A,,B'");
  expect(oms_session_set_limit(&config, "max_open_orders", "5.5", &err), OMS_ERR_USAGE,
         "limits.max_open_orders: must be a whole number, got '5.5'");
  expect(oms_session_set_limit(&config, "max_open_orders", "1e2", &err), OMS_ERR_USAGE,
         "limits.max_open_orders: must be a whole number, got '1e2'");
  expect(oms_session_set_limit(&config, "accounts", "x", &err), OMS_ERR_USAGE,
         "limits.accounts: can be given in a session file only");
  expect(
      oms_session_set_limit(&config, "max_qty", "1", &err), OMS_ERR_USAGE,
      "limits.max_qty: unknown key; known: max_order_qty, max_order_notional, price_collar_pct, "
      "max_position, max_open_orders, max_orders_per_second, max_gross_exposure, max_daily_loss, "
      "restricted, duplicate_window_s, accounts");
}

static void settings_are_shown_as_they_are_written(void **state) {
  (void)state;
  static const char *const want[][2] = {
      {"fill",                    "this_close"},
      {"bar_path",                "worst"     },
      {"child_fill",              "same_bar"  },
      {"trail_on",                "close"     },
      {"max_participation",       "none"      },
      {"slippage.ticks",          "0"         },
      {"slippage.percent",        "0.25"      },
      {"commission.per_share",    "0"         },
      {"commission.per_contract", "0"         },
      {"commission.percent",      "0"         },
      {"commission.per_order",    "0"         },
      {"commission.min",          "1.5"       },
      {"commission.max",          "none"      },
      {"commission.regulatory",   "true"      },
      {"latency_ms",              "0.25"      },
      {"response_latency_ms",     "0"         },
      {"latency",                 "none"      },
      {"credit_exits",            "true"      },
      {"partial",                 "true"      },
      {"queue",                   "volume"    },
      {"equity_every",            "1.5"       },
  };
  char name[64], value[64], narrow[8];
  size_t i = 0;
  expect(oms_session_set_venue(&config, "fill", "this_close", &err), OMS_OK, "");
  expect(oms_session_set_venue(&config, "slippage", "percent:0.25", &err), OMS_OK, "");
  expect(oms_session_set_venue(&config, "latency_ms", "0.25", &err), OMS_OK, "");
  expect(oms_session_set_venue(&config, "credit_exits", "true", &err), OMS_OK, "");
  expect(oms_session_set_venue(&config, "partial", "true", &err), OMS_OK, "");
  expect(oms_session_set_venue(&config, "queue", "volume", &err), OMS_OK, "");
  expect(oms_session_set_venue(&config, "equity_every", "1.5", &err), OMS_OK, "");
  expect(oms_session_set_commission(&config, "min:1.5,regulatory:true", &err), OMS_OK, "");
  for (; oms_session_venue_text(&config, i, name, value, sizeof value); i++) {
    assert_true(i < sizeof want / sizeof want[0]);
    assert_string_equal(name, want[i][0]);
    assert_string_equal(value, want[i][1]);
  }
  assert_int_equal(i, sizeof want / sizeof want[0]);
  expect(oms_session_set_limit(&config, "max_open_orders", "5", &err), OMS_OK, "");
  expect(oms_session_set_limit(&config, "restricted", "TSLA,GME", &err), OMS_OK, "");
  assert_true(oms_session_limit_text(config.limits, 0, name, value, sizeof value));
  assert_string_equal(name, "max_order_qty");
  assert_string_equal(value, "none");
  assert_true(oms_session_limit_text(config.limits, 4, name, value, sizeof value));
  assert_string_equal(value, "5");
  assert_true(oms_session_limit_text(config.limits, 8, name, value, sizeof value));
  assert_string_equal(value, "TSLA, GME");
  assert_true(oms_session_limit_text(config.limits, 8, name, narrow, sizeof narrow));
  assert_string_equal(narrow, "TSLA...");
  assert_true(oms_session_limit_text(config.limits, 9, name, value, sizeof value));
  assert_string_equal(name, "duplicate_window_s");
  assert_false(oms_session_limit_text(config.limits, 10, name, value, sizeof value));
}

static void times_by_text(void **state) {
  (void)state;
  expect(oms_session_set_time(&config, "from", "2024-01-02", &err), OMS_OK, "");
  expect(oms_session_set_time(&config, "to", "2024-01-02", &err), OMS_OK, "");
  assert_int_equal(config.to - config.from, OMS_NS_PER_DAY);
  expect(oms_session_set_time(&config, "to", "soon", &err), OMS_ERR_USAGE,
         "to: must be a date, an ISO 8601 time or integer nanoseconds, got 'soon'");
}

static void a_config_of_the_command_line_is_checked(void **state) {
  (void)state;
  expect(oms_session_config_check(&config, &err), OMS_ERR_USAGE,
         "data: is empty; write data = { { symbol = NAME, bars = FILE } }");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(venue_by_text, begin, end),
      cmocka_unit_test_setup_teardown(venue_refused, begin, end),
      cmocka_unit_test_setup_teardown(commission_by_text, begin, end),
      cmocka_unit_test_setup_teardown(limits_by_text, begin, end),
      cmocka_unit_test_setup_teardown(settings_are_shown_as_they_are_written, begin, end),
      cmocka_unit_test_setup_teardown(times_by_text, begin, end),
      cmocka_unit_test_setup_teardown(a_config_of_the_command_line_is_checked, begin, end),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
