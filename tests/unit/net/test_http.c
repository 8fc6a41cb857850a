/* HTTP over real sockets: answers, bodies, keep-alive, pipelining, gates, streams. */
#include "net_test.h"

static void a_request_is_answered_and_the_connection_stays(void **state) {
  (void)state;
  rig_t g;
  rig_open(&g, NULL);
  int fd = dial(&g);
  assert_int_equal(ask(&g, fd, GET("/a%20b/c?x=%41&y")), 200);
  assert_non_null(strstr(reply, "GET /a b/c x=%41&y "));
  assert_string_equal(g.raw_path, "/a%20b/c");
  assert_non_null(strstr(reply, "\r\nDate: "));
  assert_non_null(strstr(reply, "\r\nX-Content-Type-Options: nosniff\r\n"));
  assert_non_null(strstr(reply, "\r\nCache-Control: no-store\r\n"));
  assert_null(strstr(reply, "Server:"));
  assert_int_equal(ask(&g, fd, GET("/second")), 200);
  assert_int_equal(g.requests, 2);
  assert_int_equal(g.sent, 2);
  close(fd);
  turn_ms(&g, 20);
  assert_int_equal(g.closed, 1);
  rig_close(&g);
}

static void bodies_come_with_a_length_or_in_chunks(void **state) {
  (void)state;
  rig_t g;
  rig_open(&g, NULL);
  int fd = dial(&g);
  assert_int_equal(
      ask(&g, fd, "POST /p HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\nX-Test:  v \r\n\r\nhello"),
      200);
  assert_string_equal(g.body, "hello");
  assert_string_equal(g.header, "v");
  assert_int_equal(ask(&g, fd,
                       "POST /p HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
                       "3;a=b\r\nabc\r\n0a\r\n0123456789\r\n0\r\nT: v\r\n\r\n"),
                   200);
  assert_string_equal(g.body, "abc0123456789");
  assert_int_equal(ask(&g, fd, "DELETE /p HTTP/1.1\r\nHost: h\r\nContent-Type: \r\n\r\n"), 200);
  assert_string_equal(g.method, "DELETE");
  close(fd);
  rig_close(&g);
}

static void gates_hold_answers_and_nothing_overtakes(void **state) {
  (void)state;
  rig_t g;
  rig_open(&g, NULL);
  int a = dial(&g), b = dial(&g);
  put(&g, a, GET("/gate/5") GET("/gate/0"));
  put(&g, b, GET("/gate/7"));
  turn_ms(&g, 20);
  assert_int_equal(g.requests, 3);
  assert_int_equal(recv(a, reply, 1, MSG_DONTWAIT), -1);
  oms_server_release(g.server, 4);
  turn_ms(&g, 10);
  assert_int_equal(recv(a, reply, 1, MSG_DONTWAIT), -1);
  oms_server_release(g.server, 5);
  turn_ms(&g, 10);
  ssize_t n = recv(a, reply, sizeof reply - 1, MSG_DONTWAIT);
  assert_true(n > 0);
  reply[n] = '\0';
  char *first = strstr(reply, "/gate/5"), *second = strstr(reply, "/gate/0");
  assert_true(first != NULL && second != NULL && first < second);
  assert_int_equal(recv(b, reply, 1, MSG_DONTWAIT), -1);
  oms_server_release(g.server, 100);
  assert_true(recv(b, reply, sizeof reply - 1, MSG_DONTWAIT) > 0);
  close(a);
  close(b);
  rig_close(&g);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_request_is_answered_and_the_connection_stays),
      cmocka_unit_test(bodies_come_with_a_length_or_in_chunks),
      cmocka_unit_test(gates_hold_answers_and_nothing_overtakes),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
