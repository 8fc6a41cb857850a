/* What every request passes: route, key, scope, rate, origin, queue; and sockets. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <time.h>

#include "api/api_core.h"
#include "api/fake_live.h"

static fake_t fake;

static int set_up(void **state) {
  oms_api_options_t o = {.server.address = "127.0.0.1:0", .rate = 60, .streams = 2};
  (void)state;
  fake_open(&fake, &o);
  return 0;
}

static int tear_down(void **state) {
  (void)state;
  fake_close(&fake);
  return 0;
}

static void answers(const fake_sent_t *s, int status, const char *text) {
  if (s->status != status || strstr(s->body, text) == NULL) {
    fail_msg("%d instead of %d with '%s': %s", s->status, status, text, s->body);
  }
}

static void test_keys(void **state) {
  (void)state;
  answers(fake_ask(&fake, "", "", "GET", "/v2/account", ""), 401, "moondesk key create");
  answers(fake_ask(&fake, "MDTRADER", "wrong", "GET", "/v2/account", ""), 401, "40110000");
  answers(fake_ask(&fake, "MDREADONLY", "secret-read", "GET", "/v2/account", ""), 200, "\"cash\"");
  answers(fake_ask(&fake, "MDREADONLY", "secret-read", "POST", "/v2/orders", "{}"), 403,
          "no scope trade");
  answers(fake_ask(&fake, "MDTRADER", "secret-trade", "POST", "/oms/v1/feed", "{}"), 403,
          "no scope feed");
}

/* A key that is not known may have been made a moment ago: the request waits half a second. */
static void test_new_key(void **state) {
  struct timespec pause = {0, 550000000};
  (void)state;
  size_t n = fake.sent_n;
  (void)fake_ask(&fake, "MDNEW", "secret-new", "GET", "/v2/account", "");
  (void)fake_ask(&fake, "MDOTHER", "secret-other", "GET", "/v2/clock", "");
  assert_int_equal(fake.sent_n, n);
  fake_add_key(&fake, "MDNEW", "secret-new", OMS_MAY_READ);
  fake.in.drain(fake.in.self);
  assert_int_equal(fake.sent_n, n + 1);
  answers(fake_last(&fake), 200, "\"cash\"");
  nanosleep(&pause, NULL);
  fake.in.drain(fake.in.self);
  assert_int_equal(fake.sent_n, n + 2);
  answers(fake_last(&fake), 401, "40110000");
  fake.keys[1].revoked = FAKE_NOW;
  (void)fake_trade(&fake, "GET", "/v2/clock", "");
  assert_int_equal(fake.sent_n, n + 2);
  nanosleep(&pause, NULL);
  fake.in.drain(fake.in.self);
  answers(fake_last(&fake), 401, "40110000");
}

static void test_routes(void **state) {
  (void)state;
  answers(fake_trade(&fake, "GET", "/v2/nothing", ""), 404, "endpoint not found");
  answers(fake_trade(&fake, "PUT", "/v2/orders", ""), 405, "use POST, GET, DELETE");
  assert_non_null(strstr(fake_last(&fake)->headers, "Allow: POST, GET, DELETE"));
  answers(fake_trade(&fake, "GET", "/v2/orders/", ""), 404, "endpoint not found");
  answers(fake_trade(&fake, "GET", "/v2/assets/BTC%2FUSD", ""), 404, "BTC/USD");
  answers(fake_trade(&fake, "GET", "/v2/assets/%", ""), 404, "");
  answers(fake_trade(&fake, "GET", "/v2/orders?status=%zz", ""), 422, "broken percent");
  answers(fake_trade(&fake, "GET", "/v2/orders?limit=1&limit=2", ""), 422, "given twice");
  answers(fake_trade(&fake, "GET", "/v2/orders?unknown=1&until=", ""), 200, "[]");
  answers(fake_trade(&fake, "GET", "/stream", ""), 426, "WebSocket");
}

static void test_headers(void **state) {
  char first[1024];
  (void)state;
  snprintf(first, sizeof first, "%s", fake_trade(&fake, "GET", "/v2/clock", "")->headers);
  assert_non_null(strstr(first, "X-Request-ID: "));
  assert_non_null(strstr(first, "X-RateLimit-Limit: 60\n"));
  assert_non_null(strstr(first, "X-RateLimit-Remaining: 59\n"));
  assert_non_null(strstr(first, "X-RateLimit-Reset: "));
  assert_string_not_equal(first, fake_trade(&fake, "GET", "/v2/clock", "")->headers);
}

static void test_rate(void **state) {
  (void)state;
  for (int i = 0; i < 60; i++) {
    answers(fake_trade(&fake, "GET", "/v2/clock", ""), 200, "is_open");
  }
  const fake_sent_t *s = fake_trade(&fake, "GET", "/v2/clock", "");
  answers(s, 429, "\"code\":42910000");
  assert_non_null(strstr(s->headers, "Retry-After: 1\n"));
  assert_non_null(strstr(s->headers, "X-RateLimit-Remaining: 0\n"));
  answers(fake_ask(&fake, "MDREADONLY", "secret-read", "GET", "/v2/clock", ""), 200, "is_open");
}

/* One request with headers of a browser. */
static const fake_sent_t *browse(const char *method, const char *host, const char *origin,
                                 bool upgrade) {
  oms_http_header_t headers[] = {
      {"apca-api-key-id",     "MDTRADER"    },
      {"apca-api-secret-key", "secret-trade"},
      {"host",                host          },
      {"origin",              origin        },
  };
  oms_http_request_t r = {.conn = ++fake.conn,
                          .method = method,
                          .path = upgrade ? "/stream" : "/v2/orders",
                          .raw_path = upgrade ? "/stream" : "/v2/orders",
                          .query = "",
                          .headers = headers,
                          .header_n = origin == NULL ? 3 : 4,
                          .body = "",
                          .peer = "127.0.0.1",
                          .upgrade = upgrade,
                          .received = 1};
  fake.handler.request(fake.handler.self, &r);
  fake.in.drain(fake.in.self);
  return fake_last(&fake);
}

static void test_origin(void **state) {
  (void)state;
  answers(browse("GET", "127.0.0.1:8080", NULL, false), 200, "[]");
  answers(browse("GET", "evil.example:8080", NULL, false), 403, "Host header");
  answers(browse("GET", "localhost", NULL, false), 200, "[]");
  answers(browse("GET", "[::1]:8080", NULL, false), 200, "[]");
  answers(browse("DELETE", "127.0.0.1:8080", "http://evil.example", false), 403, "Origin");
  answers(browse("DELETE", "127.0.0.1:8080", "null", false), 403, "Origin");
  answers(browse("DELETE", "127.0.0.1:8080", "http://127.0.0.1:8080", false), 207, "[]");
  answers(browse("GET", "127.0.0.1:8080", "http://evil.example", true), 403, "Origin");
  assert_int_equal(browse("GET", "127.0.0.1:8080", NULL, true)->status, 101);
}

static void test_many_streams(void **state) {
  (void)state;
  assert_int_equal(browse("GET", "127.0.0.1:8080", NULL, true)->status, 101);
  assert_int_equal(browse("GET", "127.0.0.1:8080", NULL, true)->status, 101);
  answers(browse("GET", "127.0.0.1:8080", NULL, true), 429, "2 streams");
  fake.handler.closed(fake.handler.self, fake.conn - 1);
  assert_int_equal(browse("GET", "127.0.0.1:8080", NULL, true)->status, 101);
}

/* A request whose connection went is still run: what it asked for was taken. */
static void test_stopping(void **state) {
  (void)state;
  answers(fake_trade(&fake, "POST", "/v2/orders", "{\"symbol\":\"NOPE\"}"), 422, "type is missing");
  fake.broken = true;
  answers(fake_trade(&fake, "POST", "/v2/orders",
                     "{\"symbol\":\"SPY\",\"qty\":1,\"side\":\"buy\",\"type\":\"market\","
                     "\"time_in_force\":\"day\"}"),
          503, "\"code\":50310000");
  answers(fake_trade(&fake, "GET", "/v2/orders", ""), 200, "[]");
}

/* The stream. */

static void say(const char *text) {
  fake.handler.message(fake.handler.self, fake.conn, OMS_WS_TEXT, text, strlen(text));
  fake.in.drain(fake.in.self);
}

static void open_stream(const char *query) {
  oms_http_header_t host = {"host", "127.0.0.1:8080"};
  oms_http_request_t r = {.conn = ++fake.conn,
                          .method = "GET",
                          .path = "/stream",
                          .raw_path = "/stream",
                          .query = query,
                          .headers = &host,
                          .header_n = 1,
                          .body = "",
                          .peer = "127.0.0.1",
                          .upgrade = true,
                          .received = 1};
  fake.handler.request(fake.handler.self, &r);
  fake.in.drain(fake.in.self);
  assert_int_equal(fake_last(&fake)->status, 101);
}

#define AUTH                                                                                       \
  "{\"action\":\"authenticate\",\"data\":{\"key_id\":\"MDTRADER\",\"secret_key\":\"secret-trade\"" \
  "}}"
#define LISTEN "{\"action\":\"listen\",\"data\":{\"streams\":[\"trade_updates\"]}}"
#define ORDER                                                                                      \
  "{\"symbol\":\"SPY\",\"qty\":1,\"side\":\"buy\",\"type\":\"limit\",\"limit_price\":150,"         \
  "\"time_in_force\":\"day\"}"

static void test_stream(void **state) {
  (void)state;
  open_stream("");
  say(LISTEN);
  answers(fake_last(&fake), -1, "\"status\":\"unauthorized\"");
  say(AUTH);
  assert_string_equal(
      fake_last(&fake)->body,
      "{\"stream\":\"authorization\",\"data\":{\"status\":\"authorized\",\"action\":"
      "\"authenticate\"}}");
  say(LISTEN);
  assert_string_equal(fake_last(&fake)->body,
                      "{\"stream\":\"listening\",\"data\":{\"streams\":[\"trade_updates\"]}}");
  answers(fake_trade(&fake, "POST", "/v2/orders", ORDER), 200, "accepted");
  answers(fake_last(&fake), -1, "\"event\":\"new\"");
  assert_int_equal(fake_last(&fake)->gate, fake.gate);
  fake_report(&fake, 0, OMS_REPORT_FILL, OMS_QTY_SCALE, INT64_C(150) * OMS_PRICE_SCALE);
  fake.in.turn(fake.in.self);
  answers(fake_last(&fake), -1, "\"event\":\"fill\"");
  answers(fake_last(&fake), -1, "\"position_qty\":\"1\"");
  say("{\"action\":\"listen\",\"data\":{\"streams\":[]}}");
  size_t n = fake.sent_n;
  answers(fake_trade(&fake, "POST", "/v2/orders", ORDER), 200, "accepted");
  assert_int_equal(fake.sent_n, n + 1);
  say("nonsense");
  answers(fake_last(&fake), -1, "\"data\":{\"error_message\"");
}

static void test_stream_other_form(void **state) {
  (void)state;
  open_stream("frames=binary");
  say("{\"action\":\"auth\",\"key\":\"MDTRADER\",\"secret\":\"secret-trade\"}");
  answers(fake_last(&fake), -1, "\"authorized\"");
  assert_int_equal(fake_last(&fake)->opcode, OMS_WS_BINARY);
  open_stream("");
  fake.handler.message(fake.handler.self, fake.conn, OMS_WS_BINARY, AUTH, strlen(AUTH));
  fake.in.drain(fake.in.self);
  assert_int_equal(fake_last(&fake)->opcode, OMS_WS_BINARY);
}

static void test_stream_refused(void **state) {
  (void)state;
  open_stream("");
  say("{\"action\":\"auth\",\"key\":\"MDTRADER\",\"secret\":\"no\"}");
  assert_int_equal(fake_last(&fake)->status, -2);
  assert_int_equal(fake_last(&fake)->opcode, 1008);
  open_stream("");
  say("{\"action\":\"auth\",\"key\":\"MDFEED\",\"secret\":\"secret-feed\"}");
  assert_int_equal(fake_last(&fake)->status, -2);
}

/* Who names no key in ten seconds is sent away: these sockets are as old as the machine. */
static void test_stream_silent(void **state) {
  (void)state;
  open_stream("");
  fake.handler.tick(fake.handler.self);
  assert_int_equal(fake_last(&fake)->status, -2);
  size_t n = fake.sent_n;
  fake.handler.tick(fake.handler.self);
  assert_int_equal(fake.sent_n, n);
}

static void test_stream_of_a_revoked_key(void **state) {
  (void)state;
  open_stream("");
  say(AUTH);
  answers(fake_last(&fake), -1, "\"authorized\"");
  fake.keys[1].revoked = FAKE_NOW;
  fake.api->ticked = true;
  fake.in.drain(fake.in.self);
  assert_int_equal(fake_last(&fake)->status, -2);
  assert_int_equal(fake_last(&fake)->opcode, 1008);
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
  const struct CMUnitTest tests[] = {
      TEST(test_keys),
      TEST(test_routes),
      TEST(test_new_key),
      TEST(test_headers),
      TEST(test_rate),
      TEST(test_origin),
      TEST(test_many_streams),
      TEST(test_stopping),
      TEST(test_stream),
      TEST(test_stream_other_form),
      TEST(test_stream_refused),
      TEST(test_stream_silent),
      TEST(test_stream_of_a_revoked_key),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
