/* /oms/v1: what stands above the orders - kill, states, limits, scripts, words on held orders - and
 * who may do it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "api/fake_control.h"

static fake_t fake;

static int set_up(void **state) {
  const oms_api_options_t o = {.server.address = "127.0.0.1:0"};
  (void)state;
  control_open(&fake, &o);
  return 0;
}

static int tear_down(void **state) {
  (void)state;
  fake_close(&fake);
  return 0;
}

static void answers(const char *method, const char *path, const char *body, int status,
                    const char *text) {
  const fake_sent_t *s = control_ask(&fake, method, path, body);
  if (s->status != status || strstr(s->body, text) == NULL) {
    fail_msg("%s %s %s: %d %s, not %d with %s", method, path, body, s->status, s->body, status,
             text);
  }
}

static void kill_needs_a_reason_and_a_scope_that_is_there(void **state) {
  (void)state;
  static const char *const bad[][2] = {
      {"",                                                             "why is missing"      },
      {"{}",                                                           "why is missing"      },
      {"{\"why\":\"\"}",                                               "why must say"        },
      {"{\"why\":\"x\",\"scop\":{\"symbol\":\"SPY\"}}",                "mean 'scope'?"       },
      {"{\"why\":\"x\",\"scope\":{\"symbol\":\"SPX\"}}",               "no symbol 'SPX' (did"},
      {"{\"why\":\"x\",\"scope\":{\"symbl\":\"SPY\"}}",                "scope must be"       },
      {"{\"why\":\"x\",\"scope\":{\"symbol\":\"SPY\",\"account\":1}}", "scope must be"       },
      {"{\"why\":\"x\",\"scope\":\"SPY\"}",                            "scope must be"       },
      {"{\"why\":\"x\",\"scope\":{}}",                                 "scope must be"       },
      {"{\"why\":\"x\",\"scope\":[\"SPY\"]}",                          "scope must be"       },
      {"{\"why\":\"x\",\"flatten\":\"yes\"}",                          "flatten"             },
  };
  for (size_t i = 0; i < OMS_COUNT(bad); i++) {
    answers("POST", "/oms/v1/kill", bad[i][0], 422, bad[i][1]);
  }
  answers("POST", "/oms/v1/kill", "{", 400, "message");
  assert_int_equal(control.n, 0);
}

static void kill_resume_and_states_reach_the_host(void **state) {
  (void)state;
  answers("POST", "/oms/v1/kill", "{\"why\":\"bad prices\",\"flatten\":true}", 200,
          "\"state\":\"halted\",\"scope\":\"all\",\"why\":\"bad prices\",\"by\":\"api:MDADMIN\"");
  assert_int_equal(control.last.kind, OMS_OP_KILL);
  assert_int_equal(control.last.u.kill.scope.kind, OMS_SCOPE_ALL);
  assert_true(control.last.u.kill.flatten);
  assert_string_equal(control.by, "api:MDADMIN");
  assert_string_equal(control.why, "bad prices");
  answers("POST", "/oms/v1/kill", "{\"why\":\"x\",\"scope\":{\"symbol\":\"QQQ\"}}", 200,
          "\"scope\":{\"symbol\":\"QQQ\"}");
  assert_int_equal(control.last.u.kill.scope.kind, OMS_SCOPE_INSTRUMENT);
  assert_int_equal(control.last.u.kill.scope.index, 1);
  assert_false(control.last.u.kill.flatten);
  answers("POST", "/oms/v1/resume", "{\"scope\":{\"account\":\"main\"},\"why\":\"good\"}", 200,
          "\"state\":\"active\",\"scope\":{\"account\":\"main\"}");
  assert_int_equal(control.last.kind, OMS_OP_STATE);
  assert_int_equal(control.last.u.state.state, OMS_TRADING_STATE_ACTIVE);
  answers("POST", "/oms/v1/resume", "{}", 422, "why is missing");
  answers("POST", "/oms/v1/state", "{\"state\":\"reducing\",\"why\":\"y\"}", 200, "reducing");
  assert_int_equal(control.last.u.state.state, OMS_TRADING_STATE_REDUCING);
  answers("POST", "/oms/v1/state", "{\"state\":\"haltd\",\"why\":\"y\"}", 422, "halted");
}

static void scopes_of_keys_hold(void **state) {
  (void)state;
  const fake_sent_t *s =
      fake_ask(&fake, "MDTRADER", "secret-trade", "POST", "/oms/v1/kill", "{\"why\":\"x\"}");
  assert_int_equal(s->status, 403);
  s = fake_ask(&fake, "MDFEED", "secret-feed", "GET", "/oms/v1/status", "");
  assert_int_equal(s->status, 403);
  s = fake_ask(&fake, "", "", "GET", "/oms/v1/status", "");
  assert_int_equal(s->status, 401);
  assert_non_null(strstr(s->body, "moondesk key create"));
  s = fake_ask(&fake, "MDREADONLY", "secret-read", "GET", "/oms/v1/status?state_hash=true", "");
  assert_int_equal(s->status, 200);
  assert_non_null(strstr(s->body, "\"state_hash\":\""));
  s = fake_ask(&fake, "MDREADONLY", "secret-read", "PATCH", "/oms/v1/limits/main", "{}");
  assert_int_equal(s->status, 403);
}

static void limits_are_read_and_set(void **state) {
  (void)state;
  answers("GET", "/oms/v1/limits", "", 200,
          "[{\"account\":\"main\",\"limits\":{\"max_order_qty\":");
  answers("GET", "/oms/v1/limits/nain", "", 404, "there is no account 'nain'");
  static const char *const bad[][2] = {
      {"[]",                                          "must be an object of limits"  },
      {"{}",                                          "must be an object of limits"  },
      {"{\"max_order_qy\":1}",                        "did you mean 'max_order_qty'?"},
      {"{\"max_order_qty\":-1}",                      "at least 0"                   },
      {"{\"max_order_qty\":\"x\"}",                   "at least 0"                   },
      {"{\"max_open_orders\":1.5}",                   "at most 0 decimals"           },
      {"{\"restricted\":\"SPY\"}",                    "must be a list of symbols"    },
      {"{\"restricted\":[\"NOPE\"]}",                 "there is no symbol 'NOPE'"    },
      {"{\"max_order_qty\":5,\"max_position\":\"\"}", "max_position must be"         },
  };
  for (size_t i = 0; i < OMS_COUNT(bad); i++) {
    answers("PATCH", "/oms/v1/limits/main", bad[i][0], 422, bad[i][1]);
  }
  assert_int_equal(control.n, 0); /* nothing half done */
  answers("PATCH", "/oms/v1/limits/main", "{\"max_order_qty\":12.50}", 200, "\"account\":\"main\"");
  assert_string_equal(control.last.u.limit.key, "max_order_qty");
  assert_string_equal(control.last.u.limit.value, "12.5");
  answers("PATCH", "/oms/v1/limits/main", "{\"max_daily_loss\":null}", 200, "main");
  assert_string_equal(control.last.u.limit.value, "none");
  answers("PATCH", "/oms/v1/limits/main", "{\"restricted\":[\"SPY\",\"QQQ\"]}", 200, "main");
  assert_string_equal(control.last.u.limit.value, "SPY,QQQ");
  answers("GET", "/oms/v1/risk", "", 200, "\"used\":{\"max_open_orders\":0,");
}

static void scripts_are_listed_and_changed(void **state) {
  (void)state;
  answers("GET", "/oms/v1/rules", "", 200, "[{\"id\":\"max_order\",");
  answers("GET", "/oms/v1/strategies", "", 200,
          "\"params\":{\"deep\":[1,2],\"fast\":10,\"name\":\"x\"}");
  answers("GET", "/oms/v1/strategies/sma", "", 200, "\"memory_bytes\":12345");
  answers("GET", "/oms/v1/strategies/sna", "", 404, "did you mean 'sma'?");
  answers("GET", "/oms/v1/rules/sma", "", 404, "there is no rule 'sma'");
  answers("POST", "/oms/v1/strategies/sma/stop", "{\"why\":\"w\"}", 200, "\"id\":\"sma\"");
  assert_int_equal(control.last.kind, OMS_OP_SCRIPT);
  assert_false(control.last.u.script.start);
  assert_string_equal(control.why, "w");
  answers("POST", "/oms/v1/strategies/sma/start", "", 200, "sma");
  assert_true(control.last.u.script.start);
  answers("PATCH", "/oms/v1/strategies/sma/params", "{}", 422, "an object of parameters");
  answers("PATCH", "/oms/v1/strategies/sma/params",
          "{\"name\":null,\"fast\":1.5,\"a\":[true,\"\"]}", 200, "sma");
  static const unsigned char want[] = {'M', 3,   0, 0,   0, 'S', 1,   0,   0,   0,   'a', 'M', 2,
                                       0,   0,   0, 'I', 1, 0,   0,   0,   0,   0,   0,   0,   'T',
                                       'I', 2,   0, 0,   0, 0,   0,   0,   0,   'S', 0,   0,   0,
                                       0,   'S', 4, 0,   0, 0,   'd', 'e', 'e', 'p'};
  assert_true(control.param_n > sizeof want);
  assert_memory_equal(control.params, want, sizeof want);
  static const unsigned char fast[] = {'S', 4, 0, 0, 0, 'f', 'a', 's',  't',
                                       'D', 0, 0, 0, 0, 0,   0,   0xf8, 0x3f};
  assert_memory_equal(control.params + control.param_n - sizeof fast, fast, sizeof fast);
}

static void a_reload_is_answered_when_it_is_over(void **state) {
  (void)state;
  control.ticket = 5;
  size_t before = fake.sent_n;
  (void)control_ask(&fake, "POST", "/oms/v1/rules/max_order/reload", "{\"with\":\"b.lua\"}");
  assert_int_equal(fake.sent_n, before);
  assert_string_equal(control.last.u.reload.with, "b.lua");
  fake.in.reloaded(fake.in.self, 4, "max_order", NULL);
  assert_int_equal(fake.sent_n, before);
  fake.in.reloaded(fake.in.self, 5, "max_order", NULL);
  assert_int_equal(fake_last(&fake)->status, 200);
  assert_string_equal(fake_last(&fake)->body, "{\"id\":\"max_order\",\"result\":\"reloaded\"}");
  control.ticket = 6;
  (void)control_ask(&fake, "POST", "/oms/v1/strategies/sma/reload", "");
  fake.in.reloaded(fake.in.self, 6, "sma", "sma.lua:3: \"no\"");
  assert_int_equal(fake_last(&fake)->status, 422);
  assert_non_null(strstr(fake_last(&fake)->body, "sma.lua:3: \\\"no\\\""));
}

#define LIMIT                                                                                      \
  "{\"symbol\":\"SPY\",\"side\":\"buy\",\"qty\":\"3\",\"type\":\"limit\",\"limit_price\":\"199\"," \
  "\"time_in_force\":\"gtc\",\"client_order_id\":"

static void orders_are_shown_and_judged(void **state) {
  (void)state;
  answers("POST", "/v2/orders", LIMIT "\"one\"}", 200, "accepted");
  control.risk = true;
  answers("POST", "/v2/orders", LIMIT "\"two\"}", 200, "\"client_order_id\":\"two\"");
  answers("POST", "/v2/orders", LIMIT "\"three\"}", 200, "\"client_order_id\":\"three\"");
  answers("GET", "/oms/v1/orders/one", "", 200, "\"wire_id\":\"");
  answers("GET", "/oms/v1/orders/none", "", 404, "there is no order 'none'");
  answers("GET", "/oms/v1/orders?limit=1", "", 200, "[{\"order_id\"");
  assert_null(strstr(fake_last(&fake)->body, "\"two\""));
  answers("GET", "/oms/v1/orders?before=three&limit=1", "", 200, "\"two\"");
  answers("GET", "/oms/v1/orders?symbol=QQQ", "", 200, "[]");
  answers("GET", "/oms/v1/orders?symbol=NOPE&status=all", "", 200, "[]");
  answers("GET", "/oms/v1/orders/held", "", 200, "\"held_by\":\"approval\"");
  answers("GET", "/oms/v1/orders/held?held_by=parent", "", 200, "[]");
  answers("GET", "/oms/v1/orders/conditional", "", 200, "[]");
  answers("POST", "/oms/v1/orders/one/approve", "", 422, "does not wait for approval");
  answers("POST", "/oms/v1/orders/two/approve", "{\"why\":\"ok\"}", 200, "\"order_id\"");
  assert_true(control.last.u.approve.yes);
  answers("POST", "/oms/v1/orders/three/deny", "{\"why\":\"too large\"}", 200,
          "\"status\":\"rejected\"");
  answers("GET", "/oms/v1/orders/three", "", 200,
          "\"code\":\"APPROVAL_DENIED\",\"message\":\"too large\"");
  answers("POST", "/oms/v1/orders/one/resolve", "{\"outcome\":\"absent\",\"why\":\"x\"}", 422,
          "is not in doubt");
  answers("POST", "/oms/v1/orders/one/resolve", "{\"outcome\":\"gone\",\"why\":\"x\"}", 422,
          "arrived, absent");
  fake_report(&fake, 0, OMS_REPORT_IN_DOUBT, OMS_NO_PRICE, OMS_NO_PRICE);
  answers("GET", "/oms/v1/orders/in_doubt", "", 200, "\"client_order_id\":\"one\"");
  answers("POST", "/oms/v1/orders/one/resolve", "{\"outcome\":\"absent\",\"why\":\"asked them\"}",
          200, "\"client_order_id\":\"one\"");
  assert_int_equal(control.last.kind, OMS_OP_RESOLVE);
  assert_false(control.last.u.resolve.arrived);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(kill_needs_a_reason_and_a_scope_that_is_there, set_up,
                                      tear_down),
      cmocka_unit_test_setup_teardown(kill_resume_and_states_reach_the_host, set_up, tear_down),
      cmocka_unit_test_setup_teardown(scopes_of_keys_hold, set_up, tear_down),
      cmocka_unit_test_setup_teardown(limits_are_read_and_set, set_up, tear_down),
      cmocka_unit_test_setup_teardown(scripts_are_listed_and_changed, set_up, tear_down),
      cmocka_unit_test_setup_teardown(a_reload_is_answered_when_it_is_over, set_up, tear_down),
      cmocka_unit_test_setup_teardown(orders_are_shown_and_judged, set_up, tear_down),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
