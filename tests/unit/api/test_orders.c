/* Orders through the API v2: every kind, what is refused, and the same request again. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "api/fake_live.h"

static fake_t fake;

static int set_up(void **state) {
  oms_api_options_t o = {.server.address = "127.0.0.1:0"};
  (void)state;
  fake_open(&fake, &o);
  fake_mark(&fake, 0, INT64_C(200) * OMS_PRICE_SCALE);
  fake_mark(&fake, 1, INT64_C(50) * OMS_PRICE_SCALE);
  return 0;
}

static int tear_down(void **state) {
  (void)state;
  fake_close(&fake);
  return 0;
}

static const fake_sent_t *post(const char *body) {
  return fake_trade(&fake, "POST", "/v2/orders", body);
}

static void has(const fake_sent_t *s, const char *text) {
  if (strstr(s->body, text) == NULL) {
    fail_msg("'%s' is not in: %s", text, s->body);
  }
}

static void answers(const fake_sent_t *s, int status, const char *text) {
  if (s->status != status) {
    fail_msg("status %d instead of %d: %s", s->status, status, s->body);
  }
  has(s, text);
}

#define BUY "\"symbol\":\"SPY\",\"side\":\"buy\""

static void test_kinds(void **state) {
  (void)state;
  answers(post("{" BUY ",\"qty\":\"10\",\"type\":\"market\",\"time_in_force\":\"day\"}"), 200,
          "\"status\":\"accepted\"");
  answers(post("{" BUY ",\"qty\":10,\"type\":\"limit\",\"limit_price\":199.5,"
               "\"time_in_force\":\"gtc\"}"),
          200, "\"limit_price\":\"199.5\"");
  answers(post("{" BUY ",\"qty\":\"1\",\"type\":\"stop\",\"stop_price\":\"210\","
               "\"time_in_force\":\"day\"}"),
          200, "\"stop_price\":\"210\"");
  answers(post("{" BUY ",\"qty\":\"1\",\"type\":\"stop_limit\",\"stop_price\":\"210\","
               "\"limit_price\":\"211\",\"time_in_force\":\"day\"}"),
          200, "\"type\":\"stop_limit\"");
  answers(post("{" BUY ",\"qty\":\"1\",\"type\":\"trailing_stop\",\"trail_percent\":\"1.5\","
               "\"time_in_force\":\"gtc\"}"),
          200, "\"trail_percent\":\"1.5\"");
  answers(post("{" BUY ",\"notional\":\"1000.50\",\"type\":\"market\",\"time_in_force\":\"day\"}"),
          200, "\"notional\":\"1000.5\",\"qty\":null");
  answers(post("{" BUY ",\"qty\":\"2\",\"type\":\"limit\",\"limit_price\":\"201\","
               "\"time_in_force\":\"day\",\"extended_hours\":true}"),
          200, "\"extended_hours\":true");
  answers(post("{" BUY ",\"qty\":1e1,\"type\":\"market\",\"time_in_force\":\"day\"}"), 200,
          "\"qty\":\"10\"");
  answers(post("{\"symbol\":\"QQQ\",\"side\":\"buy\",\"qty\":\"0.123456789\",\"type\":\"market\","
               "\"time_in_force\":\"day\"}"),
          200, "\"qty\":\"0.123456789\"");
}

static void test_groups(void **state) {
  (void)state;
  const fake_sent_t *s =
      post("{" BUY ",\"qty\":\"10\",\"type\":\"limit\",\"limit_price\":\"200\","
           "\"time_in_force\":\"gtc\",\"order_class\":\"bracket\",\"take_profit\":{\"limit_price\":"
           "\"215\"},\"stop_loss\":{\"stop_price\":\"195\",\"limit_price\":\"194.5\"}}");
  answers(s, 200, "\"order_class\":\"bracket\"");
  has(s, "\"legs\":[{");
  has(s, "\"status\":\"held\"");
  has(s, "\"type\":\"stop_limit\"");
  fake_report(&fake, 0, OMS_REPORT_FILL, INT64_C(10) * OMS_QTY_SCALE,
              INT64_C(200) * OMS_PRICE_SCALE);
  answers(post("{\"symbol\":\"SPY\",\"side\":\"sell\",\"qty\":\"5\",\"type\":\"limit\","
               "\"time_in_force\":\"gtc\",\"order_class\":\"oco\",\"take_profit\":{\"limit_price\":"
               "\"215\"},\"stop_loss\":{\"stop_price\":\"195\"}}"),
          200, "\"order_class\":\"oco\"");
  answers(post("{" BUY ",\"qty\":\"10\",\"type\":\"market\",\"time_in_force\":\"day\","
               "\"order_class\":\"oto\",\"stop_loss\":{\"stop_price\":\"190\"}}"),
          200, "\"order_class\":\"oto\"");
  answers(post("{\"order_class\":\"mleg\",\"qty\":\"1\",\"type\":\"market\",\"time_in_force\":"
               "\"day\",\"legs\":[]}"),
          422, "multi-leg orders are not supported by this host");
}

/* Each body, its status and what its message holds. */
static void test_refused(void **state) {
  /* clang-format off */
  static const struct {
    const char *body;
    int status;
    const char *message;
  } cases[] = {
      {"",                                                                                                 422, "type is missing"        },
      {"{",                                                                                                400, "not usable"             },
      {"[]",                                                                                               422, "an object is expected"  },
      {"{\"type\":\"market\",\"type\":\"limit\"}",                                                         400, "stands twice"           },
      {"{" BUY ",\"qty\":\"1\",\"type\":\"markt\",\"time_in_force\":\"day\"}",                             422,
       "did you mean 'market'"                                                                                                           },
      {"{" BUY ",\"qty\":\"1\",\"type\":1,\"time_in_force\":\"day\"}",                                     422, "type must be a text"    },
      {"{" BUY ",\"qty\":\"nan\",\"type\":\"market\",\"time_in_force\":\"day\"}",                          422,
       "qty 'nan' is no number"                                                                                                          },
      {"{" BUY ",\"qty\":\"inf\",\"type\":\"market\",\"time_in_force\":\"day\"}",                          422,
       "qty 'inf' is no number"                                                                                                          },
      {"{" BUY ",\"qty\":1e30,\"type\":\"market\",\"time_in_force\":\"day\"}",                             422, "too large"              },
      {"{" BUY ",\"qty\":\"0.1234567891\",\"type\":\"market\",\"time_in_force\":\"day\"}",                 422,
       "finer than 9 decimals"                                                                                                           },
      {"{" BUY ",\"qty\":\"0\",\"type\":\"market\",\"time_in_force\":\"day\"}",                            422,
       "qty must be > 0"                                                                                                                 },
      {"{" BUY ",\"qty\":\"-1\",\"type\":\"market\",\"time_in_force\":\"day\"}",                           422,
       "qty must be > 0"                                                                                                                 },
      {"{" BUY ",\"type\":\"market\",\"time_in_force\":\"day\"}",                                          422, "qty or notional"        },
      {"{" BUY ",\"qty\":\"1\",\"notional\":\"1\",\"type\":\"market\",\"time_in_force\":\"day\"}",
       422,                                                                                                     "only one of"            },
      {"{" BUY ",\"qty\":\"1\",\"type\":\"limit\",\"time_in_force\":\"day\"}",                             422,
       "limit orders require limit_price"                                                                                                },
      {"{" BUY
       ",\"qty\":\"1\",\"type\":\"market\",\"limit_price\":\"1\",\"time_in_force\":\"day\"}",       422, "take no limit_price"    },
      {"{" BUY ",\"qty\":\"1\",\"type\":\"limit\",\"limit_price\":\"201.123\","
       "\"time_in_force\":\"day\"}",                                                                422, "sub-penny increment"    },
      {"{\"symbol\":\"NOPE\",\"side\":\"buy\",\"qty\":\"1\",\"type\":\"market\","
       "\"time_in_force\":\"day\"}",                                                                422, "NOPE"                   },
      {"{" BUY ",\"qty\":\"4000\",\"type\":\"market\",\"time_in_force\":\"day\"}",                         403,
       "insufficient buying power"                                                                                                       },
      {"{" BUY ",\"qty\":\"6000\",\"type\":\"market\",\"time_in_force\":\"day\"}",                         403,
       "MAX_ORDER_QTY"                                                                                                                   },
      {"{" BUY
       ",\"qty\":\"1\",\"type\":\"market\",\"time_in_force\":\"day\",\"extended_hours\":true}",     422, "extended hours"         },
      {"{" BUY ",\"qty\":\"1\",\"type\":\"market\",\"time_in_force\":\"day\","
       "\"take_profit\":{\"limit_price\":\"1\"}}",                                                  422, "order_class"            },
      {"{" BUY
       ",\"qty\":\"1\",\"type\":\"limit\",\"limit_price\":\"200\",\"time_in_force\":\"day\","
       "\"order_class\":\"bracket\",\"take_profit\":{\"limit_price\":\"190\"},"
       "\"stop_loss\":{\"stop_price\":\"195\"}}",                                                   422, "take_profit.limit_price"},
      {"{" BUY
       ",\"qty\":\"1\",\"type\":\"limit\",\"limit_price\":\"200\",\"time_in_force\":\"day\","
       "\"order_class\":\"bracket\",\"take_profit\":{\"limit_price\":\"220\"},"
       "\"stop_loss\":{\"stop_price\":\"200\"}}",                                                   422, "base_price - 0.01"      },
      {"{" BUY
       ",\"qty\":\"1\",\"type\":\"market\",\"time_in_force\":\"day\",\"client_order_id\":\"\\n\"}", 422, "printable"              },
  };
  /* clang-format on */
  (void)state;
  for (size_t i = 0; i < OMS_COUNT(cases); i++) {
    answers(post(cases[i].body), cases[i].status, cases[i].message);
    has(fake_last(&fake), "\"code\":4");
  }
}

static void test_buying_power_fields(void **state) {
  (void)state;
  answers(post("{" BUY ",\"qty\":\"4000\",\"type\":\"market\",\"time_in_force\":\"day\"}"), 403,
          "\"code\":40310000");
  has(fake_last(&fake), "\"buying_power\":\"200000\"");
}

#define KEYED                                                                                      \
  "{" BUY                                                                                          \
  ",\"qty\":\"10\",\"type\":\"market\",\"time_in_force\":\"day\",\"client_order_id\":\"k1\"}"

/* The same bytes again, whatever became of the order since. */
static void test_repeated(void **state) {
  static char first[FAKE_BYTES];
  (void)state;
  answers(post(KEYED), 200, "\"client_order_id\":\"k1\"");
  snprintf(first, sizeof first, "%s", fake_last(&fake)->body);
  fake_report(&fake, 0, OMS_REPORT_FILL, INT64_C(10) * OMS_QTY_SCALE,
              INT64_C(200) * OMS_PRICE_SCALE);
  assert_int_equal(oms_engine_order(fake.e, 0)->status, OMS_STATUS_FILLED);
  answers(post(KEYED), 200, first);
  assert_int_equal(oms_engine_order_count(fake.e), 1);
  answers(post("{" BUY ",\"qty\":\"11\",\"type\":\"market\",\"time_in_force\":\"day\","
               "\"client_order_id\":\"k1\"}"),
          422, "\"code\":40010001");
  has(fake_last(&fake), "client_order_id k1");
  has(fake_last(&fake), "qty");
}

static void test_repeated_group(void **state) {
  static const char body[] =
      "{" BUY ",\"qty\":\"10\",\"type\":\"limit\",\"limit_price\":\"200\",\"time_in_force\":"
      "\"gtc\",\"order_class\":\"bracket\",\"take_profit\":{\"limit_price\":\"215\"},"
      "\"stop_loss\":{\"stop_price\":\"195\"},\"client_order_id\":\"g\"}";
  static char first[FAKE_BYTES];
  (void)state;
  answers(post(body), 200, "\"legs\":[");
  snprintf(first, sizeof first, "%s", fake_last(&fake)->body);
  fake_trade(&fake, "DELETE", "/v2/orders", "");
  answers(post(body), 200, first);
}

static void test_repeated_refusal(void **state) {
  static const char body[] = "{" BUY ",\"qty\":\"6000\",\"type\":\"market\",\"time_in_force\":"
                             "\"day\",\"client_order_id\":\"r1\"}";
  static char first[FAKE_BYTES];
  (void)state;
  answers(post(body), 403, "MAX_ORDER_QTY");
  snprintf(first, sizeof first, "%s", fake_last(&fake)->body);
  answers(post(body), 403, first);
}

/* A key that was used for nothing does not bar what comes later with it. */
static void test_suspended(void **state) {
  oms_op_t op = {.kind = OMS_OP_SETTING};
  (void)state;
  answers(post(KEYED), 200, "accepted");
  op.u.setting.key = "suspend_trade";
  op.u.setting.value = "true";
  fake_setting(&fake, &op);
  answers(post("{" BUY ",\"qty\":\"1\",\"type\":\"market\",\"time_in_force\":\"day\"}"), 403,
          "suspend_trade");
  answers(post(KEYED), 200, "accepted");
}

static void test_trouble(void **state) {
  (void)state;
  fake.broken = true;
  answers(post(KEYED), 503, "the disk is full");
  assert_int_equal(oms_engine_order_count(fake.e), 0);
}

static void test_lists(void **state) {
  char path[128], id[37];
  (void)state;
  for (int i = 0; i < 5; i++) {
    post("{" BUY ",\"qty\":\"1\",\"type\":\"limit\",\"limit_price\":\"150\",\"time_in_force\":"
         "\"day\"}");
  }
  oms_order_id_text(fake.e, oms_engine_order(fake.e, 2), id);
  snprintf(path, sizeof path, "/v2/orders/%s", id);
  answers(fake_trade(&fake, "GET", path, ""), 200, id);
  answers(fake_trade(&fake, "DELETE", path, ""), 204, "");
  answers(fake_trade(&fake, "DELETE", path, ""), 422, "order is already in \\\"canceled\\\" state");
  answers(fake_trade(&fake, "GET", "/v2/orders?status=closed", ""), 200, id);
  const fake_sent_t *s = fake_trade(&fake, "GET", "/v2/orders", "");
  assert_null(strstr(s->body, id));
  s = fake_trade(&fake, "GET", "/v2/orders?status=all&limit=2&direction=asc", "");
  assert_null(strstr(s->body, id));
  snprintf(path, sizeof path, "/v2/orders?status=all&after_order_id=%s&direction=asc&limit=1", id);
  s = fake_trade(&fake, "GET", path, "");
  oms_order_id_text(fake.e, oms_engine_order(fake.e, 3), id);
  has(s, id);
  answers(fake_trade(&fake, "GET", "/v2/orders?symbols=QQQ,IWM", ""), 200, "[]");
  answers(fake_trade(&fake, "GET", "/v2/orders?side=sell", ""), 200, "[]");
  answers(fake_trade(&fake, "GET", "/v2/orders?asset_class=crypto", ""), 200, "[]");
  answers(fake_trade(&fake, "GET", "/v2/orders?until=2013-10-08", ""), 200, "[]");
  answers(fake_trade(&fake, "GET", "/v2/orders?after=2013-10-08T14:00:01Z", ""), 200, "[]");
  answers(fake_trade(&fake, "GET", "/v2/orders?status=opne", ""), 422, "did you mean 'open'");
  answers(fake_trade(&fake, "GET", "/v2/orders?limit=501", ""), 422, "between 1 and 500");
  answers(fake_trade(&fake, "GET", "/v2/orders/x", ""), 404, "order not found for x");
  answers(fake_trade(&fake, "GET", "/v2/orders:by_client_order_id?client_order_id=none", ""), 404,
          "\"code\":40410000");
  answers(fake_trade(&fake, "GET", "/v2/orders:by_client_order_id", ""), 422,
          "client_order_id is missing");
  answers(fake_trade(&fake, "DELETE", "/v2/orders", ""), 207, "\"status\":200");
}

/* A group is one row, open as long as one of its orders is. */
static void test_nested(void **state) {
  (void)state;
  post("{" BUY ",\"qty\":\"10\",\"type\":\"limit\",\"limit_price\":\"200\",\"time_in_force\":"
       "\"gtc\",\"order_class\":\"bracket\",\"take_profit\":{\"limit_price\":\"215\"},"
       "\"stop_loss\":{\"stop_price\":\"195\"},\"client_order_id\":\"head\"}");
  fake_report(&fake, 0, OMS_REPORT_FILL, INT64_C(10) * OMS_QTY_SCALE,
              INT64_C(200) * OMS_PRICE_SCALE);
  const fake_sent_t *s = fake_trade(&fake, "GET", "/v2/orders?nested=true", "");
  answers(s, 200, "[{\"id\":");
  has(s, "\"client_order_id\":\"head\"");
  has(s, "\"legs\":[{\"id\":");
  s = fake_trade(&fake, "GET", "/v2/orders", "");
  assert_null(strstr(s->body, "\"client_order_id\":\"head\""));
  assert_null(strstr(s->body, "\"legs\":["));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(test_kinds, set_up, tear_down),
      cmocka_unit_test_setup_teardown(test_groups, set_up, tear_down),
      cmocka_unit_test_setup_teardown(test_refused, set_up, tear_down),
      cmocka_unit_test_setup_teardown(test_buying_power_fields, set_up, tear_down),
      cmocka_unit_test_setup_teardown(test_repeated, set_up, tear_down),
      cmocka_unit_test_setup_teardown(test_repeated_group, set_up, tear_down),
      cmocka_unit_test_setup_teardown(test_repeated_refusal, set_up, tear_down),
      cmocka_unit_test_setup_teardown(test_suspended, set_up, tear_down),
      cmocka_unit_test_setup_teardown(test_trouble, set_up, tear_down),
      cmocka_unit_test_setup_teardown(test_lists, set_up, tear_down),
      cmocka_unit_test_setup_teardown(test_nested, set_up, tear_down),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
