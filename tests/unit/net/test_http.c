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

static void a_head_is_answered_without_body(void **state) {
  (void)state;
  rig_t g;
  rig_open(&g, NULL);
  int fd = dial(&g);
  put(&g, fd, "HEAD /x HTTP/1.1\r\nHost: h\r\n\r\n" GET("/none") GET("/y"));
  turn_ms(&g, 20);
  ssize_t n = recv(fd, reply, sizeof reply - 1, MSG_DONTWAIT);
  assert_true(n > 0);
  reply[n] = '\0';
  assert_non_null(strstr(reply, "Content-Length: 9\r\n"));
  assert_null(strstr(reply, "HEAD /x"));
  char *none = strstr(reply, "HTTP/1.1 204 No Content\r\n");
  char *last = strstr(reply, "GET /y");
  assert_true(none != NULL && last != NULL && none < last);
  assert_ptr_equal(strstr(none, "Content-Length"), strstr(last - 200, "Content-Length"));
  close(fd);
  rig_close(&g);
}

static void keep_alive_is_as_the_client_asks(void **state) {
  (void)state;
  rig_t g;
  rig_open(&g, NULL);
  assert_int_equal(ask_last(&g, "GET / HTTP/1.0\r\n\r\n"), 200);
  assert_non_null(strstr(reply, "\r\nConnection: close\r\n"));
  assert_int_equal(ask_last(&g, "GET / HTTP/1.1\r\nHost: h\r\nConnection: x, Close\r\n\r\n"), 200);
  assert_int_equal(ask_last(&g, GET("/bye") GET("/never")), 200);
  assert_string_not_equal(g.path, "/never");
  int fd = dial(&g);
  assert_int_equal(ask(&g, fd, "GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"), 200);
  assert_non_null(strstr(reply, "\r\nConnection: keep-alive\r\n"));
  assert_int_equal(ask(&g, fd, GET("/")), 200);
  close(fd);
  rig_close(&g);
}

static void a_client_that_waits_is_told_to_go_on(void **state) {
  (void)state;
  rig_t g;
  rig_open(&g, NULL);
  int fd = dial(&g);
  assert_int_equal(ask(&g, fd,
                       "POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\n"
                       "Content-Length: 2\r\n\r\n"),
                   100);
  assert_string_equal(reply, "HTTP/1.1 100 Continue\r\n\r\n");
  assert_int_equal(ask(&g, fd, "ok"), 200);
  assert_string_equal(g.body, "ok");
  assert_int_equal(ask_last(&g, "POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\n"
                                "Content-Length: 2000000\r\n\r\n"),
                   413);
  close(fd);
  rig_close(&g);
}

static void pipelined_requests_wait_for_each_other(void **state) {
  (void)state;
  rig_t g;
  rig_open(&g, NULL);
  int fd = dial(&g);
  put(&g, fd, GET("/later") GET("/later") GET("/third"));
  turn_ms(&g, 20);
  assert_int_equal(g.requests, 1);
  answer_text(&g, g.waiting[0], 200, "first", 0);
  turn_ms(&g, 10);
  assert_int_equal(g.requests, 2);
  answer_text(&g, g.waiting[1], 200, "second", 0);
  answer_text(&g, g.waiting[1], 200, "twice", 0);
  turn_ms(&g, 10);
  assert_int_equal(g.requests, 3);
  ssize_t n = recv(fd, reply, sizeof reply - 1, MSG_DONTWAIT);
  reply[n > 0 ? n : 0] = '\0';
  char *a = strstr(reply, "first"), *b = strstr(reply, "second"), *c = strstr(reply, "/third");
  assert_true(a != NULL && b != NULL && c != NULL && a < b && b < c);
  assert_null(strstr(reply, "twice"));
  close(fd);
  rig_close(&g);
}

static void many_pipelined_requests_are_all_answered_in_order(void **state) {
  (void)state;
  enum { N = 3000 };
  rig_t g;
  rig_open(&g, NULL);
  int fd = dial(&g);
  char *all = malloc(N * 64), text[64];
  size_t n = 0, at = 0, got = 0;
  for (int i = 0; i < N; i++) {
    n += (size_t)snprintf(all + n, 64, "GET /n%d HTTP/1.1\r\nHost: h\r\n\r\n", i);
  }
  int next = 0;
  for (int round = 0; round < 20000 && next < N; round++) {
    ssize_t put_now = at < n ? send(fd, all + at, n - at, MSG_DONTWAIT | MSG_NOSIGNAL) : 0;
    at += put_now > 0 ? (size_t)put_now : 0;
    turn(&g);
    ssize_t in = recv(fd, reply + got, sizeof reply - 1 - got, MSG_DONTWAIT);
    got += in > 0 ? (size_t)in : 0;
    reply[got] = '\0';
    char *from = reply, *hit;
    while (snprintf(text, sizeof text, "GET /n%d  ", next), (hit = strstr(from, text)) != NULL) {
      from = hit + strlen(text);
      next++;
    }
    got -= (size_t)(from - reply);
    memmove(reply, from, got + 1);
  }
  assert_int_equal(next, N);
  free(all);
  close(fd);
  rig_close(&g);
}

static bool last_chunk(const char *text, size_t n) {
  return n > 5 && strcmp(text + n - 5, "0\r\n\r\n") == 0;
}

static void a_stream_goes_out_in_chunks_and_ends(void **state) {
  (void)state;
  rig_t g;
  rig_open(&g, NULL);
  int fd = dial(&g);
  put(&g, fd, GET("/stream"));
  turn_ms(&g, 10);
  oms_server_stream(g.server, g.last, "data: 1\n\n", 9, 0);
  oms_server_stream(g.server, g.last, "held\n", 5, 3);
  turn_ms(&g, 10);
  ssize_t n = recv(fd, reply, sizeof reply - 1, MSG_DONTWAIT);
  reply[n > 0 ? n : 0] = '\0';
  assert_non_null(strstr(reply, "Transfer-Encoding: chunked\r\n"));
  assert_non_null(strstr(reply, "\r\n9\r\ndata: 1\n\n\r\n"));
  assert_null(strstr(reply, "held"));
  oms_server_end(g.server, g.last, 0, NULL);
  oms_server_release(g.server, 3);
  bool ended;
  get_until(&g, fd, reply, sizeof reply, last_chunk, NULL);
  assert_string_equal(reply, "5\r\nheld\n\r\n0\r\n\r\n");
  get_until(&g, fd, reply, sizeof reply, NULL, &ended);
  assert_true(ended);
  close(fd);
  assert_int_equal(ask_last(&g, "HEAD /stream HTTP/1.1\r\nHost: h\r\n\r\n"), 200);
  rig_close(&g);
}

static void a_stream_to_an_old_client_ends_with_the_connection(void **state) {
  (void)state;
  rig_t g;
  rig_open(&g, NULL);
  int fd = dial(&g);
  put(&g, fd, "GET /stream HTTP/1.0\r\n\r\n");
  turn_ms(&g, 10);
  oms_server_stream(g.server, g.last, "data", 4, 0);
  oms_server_end(g.server, g.last, 0, NULL);
  bool ended;
  size_t n = get_until(&g, fd, reply, sizeof reply, NULL, &ended);
  assert_true(ended);
  assert_string_equal(reply + n - 8, "\r\n\r\ndata");
  close(fd);
  rig_close(&g);
}

static void a_client_that_closed_its_half_gets_its_answers(void **state) {
  (void)state;
  rig_t g;
  rig_open(&g, NULL);
  int fd = dial(&g);
  put(&g, fd, GET("/later") GET("/gate/2"));
  shutdown(fd, SHUT_WR);
  turn_ms(&g, 10);
  answer_text(&g, g.waiting[0], 200, "first", 0);
  turn_ms(&g, 10);
  oms_server_release(g.server, 2);
  bool ended;
  get_until(&g, fd, reply, sizeof reply, NULL, &ended);
  assert_true(ended);
  assert_non_null(strstr(reply, "first"));
  assert_non_null(strstr(reply, "/gate/2"));
  close(fd);
  rig_close(&g);
}

static void answers_to_gone_clients_go_nowhere(void **state) {
  (void)state;
  rig_t g;
  rig_open(&g, NULL);
  int fd = dial(&g);
  put(&g, fd, GET("/later"));
  turn_ms(&g, 10);
  oms_conn_t lost = g.waiting[0];
  struct linger reset = {1, 0};
  setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
  close(fd);
  turn_ms(&g, 10);
  assert_int_equal(g.closed, 1);
  int other = dial(&g);
  put(&g, other, GET("/later"));
  turn_ms(&g, 10);
  assert_true(g.waiting[1] != lost);
  answer_text(&g, lost, 200, "late", 0);
  oms_server_stream(g.server, lost, "x", 1, 0);
  oms_server_send(g.server, lost, OMS_WS_TEXT, "x", 1, 0);
  oms_server_end(g.server, lost, 1000, NULL);
  assert_int_equal(oms_server_unsent(g.server, lost), 0);
  turn_ms(&g, 10);
  assert_int_equal(recv(other, reply, 1, MSG_DONTWAIT), -1);
  answer_text(&g, g.waiting[1], 200, "mine", 0);
  get_until(&g, other, reply, sizeof reply, whole_answer, NULL);
  assert_non_null(strstr(reply, "mine"));
  close(other);
  rig_close(&g);
}

/* A client that sends a part and vanishes, by closing and by a reset, after each byte. */
static void a_request_cut_off_at_every_byte_does_no_harm(void **state) {
  (void)state;
  static const char text[] = "POST /p HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
                             "3\r\nabc\r\n0\r\n\r\n";
  rig_t g;
  rig_open(&g, NULL);
  for (size_t n = 0; n < sizeof text; n++) {
    for (int reset = 0; reset < 2; reset++) {
      int fd = dial(&g);
      put_n(&g, fd, text, n);
      struct linger l = {reset, 0};
      setsockopt(fd, SOL_SOCKET, SO_LINGER, &l, sizeof l);
      close(fd);
      turn(&g);
    }
  }
  turn_ms(&g, 20);
  oms_server_figures_t f;
  oms_server_figures(g.server, &f);
  assert_int_equal(f.connections, 0);
  assert_int_equal(g.requests, 2); /* the whole one, twice */
  rig_close(&g);
}

static void a_request_sent_in_two_parts_is_whole(void **state) {
  (void)state;
  static const char text[] = "PUT /p HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\n\r\nabcd";
  rig_t g;
  rig_open(&g, NULL);
  int fd = dial(&g);
  for (size_t at = 1; at < sizeof text - 1; at++) {
    put_n(&g, fd, text, at);
    for (int i = 0; i < 3; i++) {
      turn(&g);
    }
    assert_int_equal(ask(&g, fd, text + at), 200);
    assert_string_equal(g.body, "abcd");
  }
  assert_int_equal(g.requests, (int)sizeof text - 2);
  close(fd);
  rig_close(&g);
}

static void bad_requests_are_told_so_and_the_server_goes_on(void **state) {
  (void)state;
  static const char *const bad[] = {
      "GET / HTTP/1.1\r\n\r\n",
      "garbage\r\n\r\n",
      "\x16\x03\x01\x02\x00\x01\r\n\r\n",
      "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
      "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nTransfer-Encoding: "
      "chunked\r\n\r\n0\r\n\r\n",
  };
  rig_t g;
  rig_open(&g, NULL);
  for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
    assert_int_equal(ask_last(&g, bad[i]), 400);
    assert_non_null(strstr(reply, "\r\nContent-Type: application/json\r\n"));
    assert_non_null(strstr(reply, "{\"code\":40010000,\"message\":\""));
  }
  assert_int_equal(g.requests, 0);
  int fd = dial(&g);
  assert_int_equal(ask(&g, fd, GET("/")), 200);
  assert_int_equal(g.sent, 1);
  assert_int_equal(ask(&g, fd, "garbage\r\n\r\n"), 400);
  assert_int_equal(g.sent, 1); /* only answers of the handler are told */
  close(fd);
  rig_close(&g);
}

static void no_header_can_end_its_line(void **state) {
  (void)state;
  rig_t g;
  rig_open(&g, NULL);
  int fd = dial(&g);
  assert_int_equal(ask(&g, fd, GET("/inject")), 299);
  assert_null(strstr(reply, "\nX-Evil"));
  assert_non_null(strstr(reply, "\r\nContent-Length: 0\r\n"));
  assert_int_equal(ask(&g, fd, GET("/")), 200);
  close(fd);
  rig_close(&g);
}

/* The answer meets a connection that the client has reset: an error of the write, no signal. */
static void an_answer_after_a_reset_ends_the_connection_only(void **state) {
  (void)state;
  rig_t g;
  rig_open(&g, NULL);
  int fd = dial(&g);
  put(&g, fd, GET("/later"));
  turn_ms(&g, 5);
  struct linger reset = {1, 0};
  setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
  close(fd);
  answer_text(&g, g.waiting[0], 200, "into the void", 0);
  turn_ms(&g, 5);
  assert_int_equal(g.closed, 1);
  rig_close(&g);
}

static void the_address_may_be_one_of_ipv6(void **state) {
  (void)state;
  uv_loop_t loop;
  oms_server_t *s;
  oms_server_options_t o = {.address = "[::1]:0"};
  oms_server_handler_t h = {.request = on_request};
  uv_loop_init(&loop);
  int rc = oms_server_open(&loop, &o, &h, &s, NULL);
  if (rc == OMS_OK) {
    struct sockaddr_in6 a = {.sin6_family = AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT};
    a.sin6_port = htons((uint16_t)oms_server_port(s));
    int fd = socket(AF_INET6, SOCK_STREAM, 0);
    assert_int_equal(connect(fd, (struct sockaddr *)&a, sizeof a), 0);
    close(fd);
    oms_server_close(s);
  } else {
    print_message("SKIPPED: no IPv6 here\n");
  }
  uv_run(&loop, UV_RUN_DEFAULT);
  assert_int_equal(uv_loop_close(&loop), 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_request_is_answered_and_the_connection_stays),
      cmocka_unit_test(bodies_come_with_a_length_or_in_chunks),
      cmocka_unit_test(gates_hold_answers_and_nothing_overtakes),
      cmocka_unit_test(a_head_is_answered_without_body),
      cmocka_unit_test(keep_alive_is_as_the_client_asks),
      cmocka_unit_test(a_client_that_waits_is_told_to_go_on),
      cmocka_unit_test(pipelined_requests_wait_for_each_other),
      cmocka_unit_test(many_pipelined_requests_are_all_answered_in_order),
      cmocka_unit_test(a_stream_goes_out_in_chunks_and_ends),
      cmocka_unit_test(a_stream_to_an_old_client_ends_with_the_connection),
      cmocka_unit_test(a_client_that_closed_its_half_gets_its_answers),
      cmocka_unit_test(answers_to_gone_clients_go_nowhere),
      cmocka_unit_test(a_request_cut_off_at_every_byte_does_no_harm),
      cmocka_unit_test(a_request_sent_in_two_parts_is_whole),
      cmocka_unit_test(bad_requests_are_told_so_and_the_server_goes_on),
      cmocka_unit_test(no_header_can_end_its_line),
      cmocka_unit_test(an_answer_after_a_reset_ends_the_connection_only),
      cmocka_unit_test(the_address_may_be_one_of_ipv6),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
