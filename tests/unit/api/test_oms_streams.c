/* /oms/v1/events, the risk socket, metrics and health: what is sent to whom, from where on, and
 * what happens when nobody answers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "api/fake_control.h"

static fake_t fake;

static int set_up(void **state) {
  const oms_api_options_t o = {.server.address = "127.0.0.1:0", .events = 4, .streams = 3};
  (void)state;
  control_open(&fake, &o);
  return 0;
}

static int tear_down(void **state) {
  (void)state;
  fake_close(&fake);
  return 0;
}

static void order(const char *id) {
  char body[300];
  snprintf(body, sizeof body,
           "{\"symbol\":\"SPY\",\"side\":\"buy\",\"qty\":\"3\",\"type\":\"limit\",\"limit_price\":"
           "\"199\",\"time_in_force\":\"gtc\",\"client_order_id\":\"%s\"}",
           id);
  assert_int_equal(control_ask(&fake, "POST", "/v2/orders", body)->status, 200);
}

/* Asks on a connection of its own; with 'upgrade' for a WebSocket, with 'last' as one that comes
 * again. */
static const fake_sent_t *open_stream(const char *key, const char *secret, const char *path,
                                      const char *query, bool upgrade, const char *last) {
  oms_http_header_t headers[] = {
      {"host",                "127.0.0.1:8080"},
      {"apca-api-key-id",     key             },
      {"apca-api-secret-key", secret          },
      {"last-event-id",       last            }
  };
  oms_http_request_t r = {.conn = ++fake.conn,
                          .method = "GET",
                          .path = path,
                          .raw_path = path,
                          .query = query,
                          .headers = headers,
                          .header_n = last == NULL ? 3 : 4,
                          .body = "",
                          .peer = "127.0.0.1",
                          .upgrade = upgrade,
                          .received = 1};
  size_t before = fake.sent_n;
  fake.handler.request(fake.handler.self, &r);
  fake.in.drain(fake.in.self);
  fake.in.turn(fake.in.self);
  return &fake.sent[before % FAKE_SENT_MAX];
}

static const fake_sent_t *stream(const char *query, const char *last) {
  return open_stream("MDADMIN", "secret-admin", "/oms/v1/events", query, false, last);
}

static void has(const fake_sent_t *s, const char *text) {
  if (strstr(s->body, text) == NULL) {
    fail_msg("'%s' is not in: %s", text, s->body);
  }
}

/* How many things have left for the connection, and the last of them. */
static size_t left_for(oms_conn_t conn, const fake_sent_t **last) {
  size_t n = 0;
  for (size_t i = fake.sent_n > FAKE_SENT_MAX ? fake.sent_n - FAKE_SENT_MAX : 0; i < fake.sent_n;
       i++) {
    if (fake.sent[i % FAKE_SENT_MAX].conn == conn) {
      *last = &fake.sent[i % FAKE_SENT_MAX];
      n++;
    }
  }
  return n;
}

/* Events. */

static void events_come_in_order_from_a_number_on(void **state) {
  (void)state;
  const fake_sent_t *last = NULL;
  order("one");
  order("two");
  assert_int_equal(stream("since=0", NULL)->status, 200);
  oms_conn_t first = fake.conn;
  assert_int_equal(left_for(first, &last), 3);
  has(last, "id: 2\nevent: new\ndata: {\"seq\":2,");
  has(last, "\"client_order_id\":\"two\"");
  assert_int_equal(stream("", NULL)->status, 200);
  oms_conn_t second = fake.conn;
  assert_int_equal(stream("since=0", "1")->status, 200); /* the header is stronger */
  oms_conn_t third = fake.conn;
  assert_int_equal(left_for(second, &last), 1);
  assert_int_equal(left_for(third, &last), 2);
  has(last, "id: 2\n");
  assert_int_equal(stream("", NULL)->status, 429); /* three of a key */
  order("three");
  assert_int_equal(left_for(first, &last), 4);
  assert_int_equal(left_for(second, &last), 2);
  has(last, "id: 3\n");
  assert_int_equal(strcmp(last->body + last->n - 2, "\n\n"), 0);
  fake.handler.closed(fake.handler.self, first);
  order("four");
  assert_int_equal(left_for(first, &last), 4);
  assert_int_equal(left_for(third, &last), 4);
}

static void events_that_are_gone_are_told(void **state) {
  (void)state;
  for (int i = 0; i < 6; i++) {
    char id[8];
    snprintf(id, sizeof id, "n%d", i);
    order(id);
  }
  const fake_sent_t *s = stream("since=1", NULL);
  assert_int_equal(s->status, 410);
  has(s, "\"oldest\":3,");
  assert_int_equal(stream("since=2", NULL)->status, 200);
  assert_int_equal(stream("since=x", NULL)->status, 422);
  assert_int_equal(stream("", "-2")->status, 400);
  assert_int_equal(stream("since=99", NULL)->status, 200);
}

static void a_websocket_gets_the_same(void **state) {
  (void)state;
  const fake_sent_t *last = NULL;
  order("one");
  const fake_sent_t *s =
      open_stream("MDREADONLY", "secret-read", "/oms/v1/events", "since=0", true, NULL);
  assert_int_equal(s->status, 101);
  assert_int_equal(left_for(fake.conn, &last), 2);
  assert_int_equal(last->opcode, OMS_WS_TEXT);
  assert_int_equal(strncmp(last->body, "{\"seq\":1,", 9), 0);
  assert_int_equal(last->body[last->n - 1], '}');
  fake.handler.message(fake.handler.self, fake.conn, OMS_WS_TEXT, "hello", 5);
  fake.in.drain(fake.in.self);
  (void)left_for(fake.conn, &last);
  assert_int_equal(last->opcode, 1008);
  assert_int_equal(open_stream("MDFEED", "secret-feed", "/oms/v1/events", "", true, NULL)->status,
                   403);
}

static void a_revoked_key_loses_its_streams(void **state) {
  (void)state;
  const fake_sent_t *last = NULL;
  assert_int_equal(stream("", NULL)->status, 200);
  oms_conn_t conn = fake.conn;
  fake.keys[3].revoked = FAKE_NOW;
  control_due(&fake);
  (void)left_for(conn, &last);
  assert_int_equal(last->status, -2);
  has(last, "revoked");
}

/* The risk socket. */

static oms_conn_t connect_risk(void) {
  const fake_sent_t *s = open_stream("MDADMIN", "secret-admin", "/oms/v1/risk", "", true, NULL);
  assert_int_equal(s->status, 101);
  return fake.conn;
}

static void say(oms_conn_t conn, const char *text) {
  fake.handler.message(fake.handler.self, conn, OMS_WS_TEXT, text, strlen(text));
  fake.in.drain(fake.in.self);
  fake.in.turn(fake.in.self);
}

static const oms_order_t *last_order(void) {
  return oms_engine_order(fake.e, oms_engine_order_count(fake.e) - 1);
}

static void verdict(oms_conn_t conn, const char *rest) {
  char id[37], text[200];
  oms_order_id_text(fake.e, last_order(), id);
  snprintf(text, sizeof text, "{\"type\":\"verdict\",\"id\":\"%s\",%s}", id, rest);
  say(conn, text);
}

static void orders_are_offered_and_judged(void **state) {
  (void)state;
  const fake_sent_t *last = NULL;
  oms_conn_t conn = connect_risk();
  assert_true(control.present);
  (void)left_for(conn, &last);
  assert_string_equal(last->body, "{\"type\":\"hello\",\"deadline_ms\":50}");
  control.risk = true;
  order("one");
  bool offered = false;
  for (size_t i = 0; i < fake.sent_n; i++) {
    offered = offered || (fake.sent[i].conn == conn &&
                          strncmp(fake.sent[i].body, "{\"type\":\"offer\",\"id\":\"", 22) == 0 &&
                          strstr(fake.sent[i].body, "\"deadline_ms\":50,\"order\":{") != NULL &&
                          strstr(fake.sent[i].body, "\"client_order_id\":\"one\"") != NULL);
  }
  assert_true(offered);
  verdict(conn, "\"verdict\":\"maybe\"");
  assert_int_equal(last_order()->status, OMS_STATUS_HELD);
  verdict(conn, "\"verdict\":\"accept\"");
  assert_true(control.last.u.approve.yes);
  assert_string_equal(control.by, "risk:MDADMIN");
  assert_int_equal(last_order()->status, OMS_STATUS_PENDING_NEW);
  order("two");
  verdict(conn, "\"verdict\":\"reject\",\"code\":\"TOO_HOT\",\"message\":\"42 is too hot\"");
  assert_int_equal(last_order()->status, OMS_STATUS_REJECTED);
  assert_string_equal(oms_enum_text(OMS_ENUM_CODE, last_order()->code), "TOO_HOT");
  assert_string_equal(last_order()->message, "42 is too hot");
  verdict(conn, "\"verdict\":\"accept\"");
  (void)left_for(conn, &last);
  has(last, "\"ok\":false,\"message\":\"no such order waits");
}

static void nobody_answers(void **state) {
  (void)state;
  control.risk = true;
  oms_conn_t conn = connect_risk();
  order("late");
  const struct timespec wait = {.tv_nsec = 60 * 1000000};
  control_due(&fake);
  assert_int_equal(last_order()->status, OMS_STATUS_HELD);
  (void)nanosleep(&wait, NULL);
  control_due(&fake);
  assert_int_equal(last_order()->status, OMS_STATUS_REJECTED);
  assert_int_equal(control.last.u.approve.code, OMS_CODE_RULE_FAILED);
  assert_string_equal(last_order()->message, "the risk system did not answer within 50 ms");
  order("gone");
  fake.handler.closed(fake.handler.self, conn);
  control_due(&fake);
  assert_false(control.present);
  assert_string_equal(last_order()->message, "no risk system is connected");
  assert_string_equal(control.by, "risk");
}

static void the_risk_system_reduces_and_kills(void **state) {
  (void)state;
  const fake_sent_t *last = NULL;
  oms_conn_t conn = connect_risk();
  say(conn, "{\"type\":\"kill\",\"scope\":{\"symbol\":\"SPY\"},\"flatten\":true,\"why\":\"var\"}");
  assert_int_equal(control.last.kind, OMS_OP_KILL);
  assert_int_equal(control.last.u.kill.scope.index, 0);
  assert_true(control.last.u.kill.flatten);
  assert_string_equal(control.why, "var");
  size_t n = control.n;
  static const char *const bad[] = {"{\"type\":\"kill\"}",
                                    "{\"type\":\"kill\",\"why\":\"x\",\"scope\":1}",
                                    "{\"type\":\"kil\"}",
                                    "{}",
                                    "[]",
                                    "{",
                                    "",
                                    "{\"type\":\"reduce\",\"symbol\":\"NOPE\"}",
                                    "{\"type\":\"reduce\"}",
                                    "{\"type\":\"reduce\",\"symbol\":\"SPY\",\"account\":\"x\"}",
                                    "{\"type\":\"verdict\"}",
                                    "{\"type\":\"reduce\",\"symbol\":\"SPY\",\"qty\":0}"};
  for (size_t i = 0; i < OMS_COUNT(bad); i++) {
    say(conn, bad[i]);
    (void)left_for(conn, &last);
    has(last, "\"ok\":false");
  }
  assert_int_equal(control.n, n);
  say(conn, "{\"type\":\"reduce\",\"symbol\":\"SPY\",\"qty\":\"1.5\"}");
  (void)left_for(conn, &last);
  has(last, "\"re\":\"reduce\"");
  assert_int_equal(control.last.kind, OMS_OP_REDUCE);
  assert_int_equal(control.last.u.reduce.qty, 1500000000);
}

static void a_second_system_takes_the_place(void **state) {
  (void)state;
  const fake_sent_t *last = NULL;
  oms_conn_t first = connect_risk();
  control.risk = true;
  order("one");
  oms_conn_t second = connect_risk();
  (void)left_for(first, &last);
  assert_int_equal(last->opcode, 4409);
  (void)left_for(second, &last);
  has(last, "\"type\":\"offer\"");
  verdict(first, "\"verdict\":\"accept\"");
  assert_int_equal(last_order()->status, OMS_STATUS_HELD);
  fake.handler.closed(fake.handler.self, first);
  control_due(&fake);
  assert_true(control.present);
  assert_int_equal(open_stream("MDTRADER", "secret-trade", "/oms/v1/risk", "", true, NULL)->status,
                   403);
}

/* Metrics and health. */

/* Every line is a comment of the two kinds or a sample whose name had its TYPE; samples of a name
 * stand together. */
static void check_format(char *text) {
  char name[100] = "";
  for (char *line = strtok(text, "\n"); line != NULL; line = strtok(NULL, "\n")) {
    char kind[20], sample[200];
    double value;
    if (strncmp(line, "# HELP ", 7) == 0) {
      continue;
    }
    if (strncmp(line, "# TYPE ", 7) == 0) {
      assert_int_equal(sscanf(line + 7, "%99s %19s", name, kind), 2);
      continue;
    }
    size_t n = strcspn(line, "{ ");
    snprintf(sample, sizeof sample, "%.*s", (int)n, line);
    if (strncmp(sample, name, strlen(name)) != 0) {
      fail_msg("%s stands below the TYPE of %s", line, name);
    }
    const char *space = strrchr(line, ' ');
    assert_non_null(space);
    assert_int_equal(sscanf(space, "%lf", &value), 1);
  }
}

static void metrics_are_well_formed_and_keep_secrets(void **state) {
  (void)state;
  oms_histogram_add(&fake.metrics.request_to_durable, 3000000);
  oms_histogram_add(&control.time, 700);
  order("one");
  const fake_sent_t *s = fake_ask(&fake, "", "", "GET", "/metrics", "");
  assert_int_equal(s->status, 200);
  has(s, "moondesk_request_to_durable_seconds_bucket{le=\"+Inf\"} 1\n");
  has(s, "moondesk_request_to_durable_seconds_sum 0.003000000\n");
  has(s, "moondesk_cell_seconds_bucket{id=\"sma\",le=\"0.000001\"} 1\n");
  has(s, "moondesk_cell_seconds_count{id=\"sma\"} 1\n");
  has(s, "moondesk_open_orders{status=\"new\"} 1\n");
  has(s, "moondesk_order_events_total{type=\"new\"} 1\n");
  has(s, "moondesk_journal_commit_seconds_sum 1.500000000\n");
  has(s, "moondesk_trading_state{scope=\"account\",account=\"main\"} 0\n");
  assert_null(strstr(s->body, "secret"));
  assert_null(strstr(s->body, "MDADMIN"));
  static char text[FAKE_BYTES];
  memcpy(text, s->body, s->n + 1);
  check_format(text);
}

static void health(void **state) {
  (void)state;
  assert_int_equal(fake_ask(&fake, "", "", "GET", "/healthz", "")->status, 200);
  assert_int_equal(fake_ask(&fake, "", "", "GET", "/readyz", "")->status, 200);
  fake.broken = true;
  const fake_sent_t *s = fake_ask(&fake, "", "", "GET", "/readyz", "");
  assert_int_equal(s->status, 503);
  has(s, "\"reason\":\"the disk is full\"");
  assert_int_equal(fake_ask(&fake, "", "", "GET", "/healthz", "")->status, 200);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(events_come_in_order_from_a_number_on, set_up, tear_down),
      cmocka_unit_test_setup_teardown(events_that_are_gone_are_told, set_up, tear_down),
      cmocka_unit_test_setup_teardown(a_websocket_gets_the_same, set_up, tear_down),
      cmocka_unit_test_setup_teardown(a_revoked_key_loses_its_streams, set_up, tear_down),
      cmocka_unit_test_setup_teardown(orders_are_offered_and_judged, set_up, tear_down),
      cmocka_unit_test_setup_teardown(nobody_answers, set_up, tear_down),
      cmocka_unit_test_setup_teardown(the_risk_system_reduces_and_kills, set_up, tear_down),
      cmocka_unit_test_setup_teardown(a_second_system_takes_the_place, set_up, tear_down),
      cmocka_unit_test_setup_teardown(metrics_are_well_formed_and_keep_secrets, set_up, tear_down),
      cmocka_unit_test_setup_teardown(health, set_up, tear_down),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
