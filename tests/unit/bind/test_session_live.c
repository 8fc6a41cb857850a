/* test_session_live.c - the keys of a session that a live host is told, from the file and from the
 * command line. */
#include "session_fixture.h"

#include "base/check.h"

static void all_keys(void **state) {
  (void)state;
  oms_session_file_t *f = load_session(
      "return { mode = 'paper', pace = 2.5, db = 'a.db', listen = '127.0.0.1:1',\n"
      "  kill_file = 'k', risk = { deadline_ms = 20 },\n"
      "  api = { rate = 5, connections = 6, streams = 7, certificate = 'c', key = 'd' },\n"
      "  journal = { market_keep_days = 2, market_keep_gb = 3, snapshot_records = 5000 },\n"
      "  venue = { connect = '127.0.0.1:7001' },\n"
      "  data = { { symbol = 'A', bars = 'a', timeframe = '1m' }, { symbol = 'A', quotes = true "
      "},\n"
      "    { symbol = 'B', trades = true }, { symbol = 'C', bars = true, timeframe = '5m' } } }");
  const oms_session_config_t *c = oms_session_file_config(f);
  assert_int_equal(c->live.mode, OMS_MODE_PAPER);
  assert_int_equal(c->live.pace, 2500000000);
  assert_string_equal(c->live.db, "a.db");
  assert_string_equal(c->live.listen, "127.0.0.1:1");
  assert_string_equal(c->live.kill_file, "k");
  assert_true(c->live.risk);
  assert_int_equal(c->live.risk_deadline_ns, 20000000);
  assert_int_equal(c->live.rate, 5);
  assert_int_equal(c->live.connections, 6);
  assert_int_equal(c->live.streams, 7);
  assert_string_equal(c->live.certificate, "c");
  assert_string_equal(c->live.key, "d");
  assert_int_equal(c->live.market_keep_ns, 2 * OMS_NS_PER_DAY);
  assert_int_equal(c->live.market_keep_bytes, INT64_C(3000000000));
  assert_int_equal(c->live.snapshot_records, 5000);
  assert_string_equal(c->live.connect, "127.0.0.1:7001");
  assert_false(c->data[0].pushed);
  assert_true(c->data[1].pushed && c->data[1].kind == OMS_DATA_QUOTES);
  assert_true(c->data[2].pushed && c->data[2].kind == OMS_DATA_TRADES);
  assert_true(c->data[3].pushed && c->data[3].kind == OMS_DATA_BARS);
  oms_session_file_free(f);
}

static void nothing_given(void **state) {
  (void)state;
  oms_session_file_t *f =
      load_session("return { data = { { symbol = 'A', bars = 'a' } }, risk = nil }");
  const oms_live_config_t *l = &oms_session_file_config(f)->live;
  assert_int_equal(l->mode, OMS_MODE_BACKTEST);
  assert_int_equal(l->pace, 0);
  assert_null(l->db);
  assert_false(l->risk);
  oms_session_file_free(f);
  f = load_session("return { mode = 'live', pace = 'fast', risk = {}, journal = {},\n"
                   "  data = { { symbol = 'A', trades = true } } }");
  l = &oms_session_file_config(f)->live;
  assert_int_equal(l->mode, OMS_MODE_LIVE);
  assert_int_equal(l->pace, OMS_PACE_FAST);
  assert_true(l->risk);
  assert_int_equal(l->risk_deadline_ns, 0); /* the default is the API's */
  oms_session_file_free(f);
}

static void what_is_refused(void **state) {
  (void)state;
  /* clang-format off */
  static const struct {
    const char *keys, *message;
  } list[] = {
      {"pace = 0",                                                      "pace: is a number above 0, or \"fast\", got 0"},
      {"pace = 'slow'",                                                 "pace: must be a number"                       },
      {"api = { rate = 0 }",                                            "api.rate: must be above 0"                    },
      {"api = { certificat = 'c' }",                                    "api.certificat: unknown key (did you mean"    },
      {"api = { connections = 2000000 }",                               "api.connections: must be 1 to 1000000"        },
      {"journal = { market_keep_days = 0 }",                            "journal.market_keep_days: must be 1 to 36500" },
      {"journal = { snapshot_records = 1 }",                            "must be at least 1000"                        },
      {"risk = { deadline_ms = 0 }",                                    "risk.deadline_ms: must be above 0"            },
      {"risk = { deadline_ms = 60001 }",                                "risk.deadline_ms: must be above 0"            },
      {"risk = 5",                                                      "risk: must be a table, got 5"                 },
      {"db = ''",                                                       "db: must be a text"                           },
      {"data = { { symbol = 'A', bars = false } }",
       "data[1].bars: must be a file, files, rows, or true"                                                            },
      {"data = { { symbol = 'A', orders = true } }",                    "data[1].orders: cannot be pushed"             },
      {"data = { { symbol = 'A', actions = true } }",                   "data[1].actions: cannot be pushed"            },
      {"data = { { symbol = 'A', bars = true } }",                      "data[1].timeframe: is needed"                 },
      {"data = { { symbol = 'A', trades = true, build = '1m' } }",
       "data[1].build: bars are not built of rows that are pushed"                                                     },
      {"data = { { symbol = 'A', quotes = true, trades = 'a' } }",
       "data[1].trades: the entry holds something else already"                                                        },
      {"mode = 'backtest', data = { { symbol = 'A', quotes = true } }",
       "data[1]: rows are pushed to a live host alone"                                                                 },
  };
  /* clang-format on */
  for (size_t i = 0; i < OMS_COUNT(list); i++) {
    char text[600];
    bool mode = strstr(list[i].keys, "mode") != NULL, data = strstr(list[i].keys, "data") != NULL;
    snprintf(text, sizeof text, "return { %s%s%s }", mode ? "" : "mode = 'paper', ",
             data ? "" : "data = { { symbol = 'A', bars = 'a' } }, ", list[i].keys);
    refuse_session(text, OMS_ERR_USAGE, list[i].message);
  }
}

static void from_the_command_line(void **state) {
  (void)state;
  oms_error_t err;
  oms_session_file_t *f =
      load_session("return { listen = 'a:1', data = { { symbol = 'A', bars = 'a' } } }");
  oms_session_config_t *c = oms_session_file_settings(f);
  assert_int_equal(oms_session_set_live(c, "--listen", "listen", "b:2", &err), OMS_OK);
  assert_string_equal(c->live.listen, "b:2");
  assert_int_equal(oms_session_set_live(c, "--tls-key", "api.key", "k", &err), OMS_OK);
  assert_string_equal(c->live.key, "k");
  assert_int_equal(oms_session_set_live(c, "--pace", "pace", "60", &err), OMS_OK);
  assert_int_equal(c->live.pace, INT64_C(60000000000));
  assert_int_equal(oms_session_set_live(c, "--pace", "pace", "fast", &err), OMS_OK);
  assert_int_equal(c->live.pace, OMS_PACE_FAST);
  assert_int_equal(oms_session_set_live(c, "--pace", "pace", "-1", &err), OMS_ERR_USAGE);
  assert_non_null(strstr(err.message, "--pace: is a number above 0"));
  assert_int_equal(oms_session_set_live(c, "--db", "db", "", &err), OMS_ERR_USAGE);
  assert_int_equal(c->live.pace, OMS_PACE_FAST); /* what is wrong changes nothing */
  oms_session_file_free(f);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(all_keys),
      cmocka_unit_test(nothing_given),
      cmocka_unit_test(what_is_refused),
      cmocka_unit_test(from_the_command_line),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
