/* What a client may hold, send and leave unread; what closes and stops a server. */
#include "net_test.h"

#include <sys/resource.h>
#include <sys/time.h>

static void a_long_head_and_a_large_body_are_refused(void **state) {
  (void)state;
  rig_t g;
  oms_server_options_t o = {.max_header = 1000, .max_headers = 4, .max_body = 100};
  rig_open(&g, &o);
  char text[4000] = "GET /";
  memset(text + 5, 'a', 2000);
  assert_int_equal(ask_last(&g, text), 431);
  assert_non_null(strstr(reply, "{\"code\":43110000,\"message\":\""));
  assert_int_equal(ask_last(&g, "GET / HTTP/1.1\r\nHost: h\r\na: \r\nb: \r\nc: \r\nd: \r\n\r\n"),
                   431);
  assert_int_equal(ask_last(&g, "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 101\r\n\r\n"), 413);
  assert_non_null(strstr(reply, "{\"code\":41310000,\"message\":\""));
  assert_int_equal(
      ask_last(&g, "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n65\r\n"), 413);
  assert_int_equal(g.requests, 0);
  rig_close(&g);
}

/* The answer reaches a client that is still sending its body. */
static void a_client_in_the_midst_of_its_body_reads_why_it_is_refused(void **state) {
  (void)state;
  rig_t g;
  rig_open(&g, NULL);
  int fd = dial(&g);
  char *body = calloc(1, 1500000);
  put(&g, fd, "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1500000\r\n\r\n");
  put_n(&g, fd, body, 1500000);
  shutdown(fd, SHUT_WR);
  bool ended;
  get_until(&g, fd, reply, sizeof reply, NULL, &ended);
  assert_true(ended);
  assert_non_null(strstr(reply, "HTTP/1.1 413 "));
  free(body);
  close(fd);
  rig_close(&g);
}

static void a_slow_request_ends_with_408_and_an_idle_connection_silently(void **state) {
  (void)state;
  rig_t g;
  oms_server_options_t o = {.head_ms = 60, .idle_ms = 150};
  rig_open(&g, &o);
  uint64_t begin = uv_hrtime();
  bool ended;
  int slow = dial(&g);
  for (int i = 0; i < 8; i++) { /* a byte now and then does not help */
    put_n(&g, slow, "GET / HTTP/1.1" + i, 1);
    turn_ms(&g, 15);
  }
  get_until(&g, slow, reply, sizeof reply, NULL, &ended);
  assert_true(ended);
  assert_non_null(strstr(reply, "HTTP/1.1 408 Request Timeout\r\n"));
  close(slow);
  int idle = dial(&g);
  assert_int_equal(ask(&g, idle, GET("/")), 200);
  begin = uv_hrtime();
  assert_int_equal(get_until(&g, idle, reply, sizeof reply, NULL, &ended), 0);
  assert_true(ended);
  assert_in_range((uv_hrtime() - begin) / 1000000, 20, 4000);
  close(idle);
  int fresh = dial(&g); /* says nothing at all */
  assert_int_equal(get_until(&g, fresh, reply, sizeof reply, NULL, &ended), 0);
  assert_true(ended);
  close(fresh);
  rig_close(&g);
}

static void a_request_that_waits_for_its_answer_is_not_idle(void **state) {
  (void)state;
  rig_t g;
  oms_server_options_t o = {.head_ms = 40, .idle_ms = 40};
  rig_open(&g, &o);
  int a = dial(&g), b = dial(&g);
  put(&g, a, GET("/later"));
  put(&g, b, GET("/gate/1"));
  turn_ms(&g, 200);
  answer_text(&g, g.waiting[0], 200, "at last", 0);
  oms_server_release(g.server, 1);
  get_until(&g, a, reply, sizeof reply, whole_answer, NULL);
  assert_non_null(strstr(reply, "at last"));
  get_until(&g, b, reply, sizeof reply, whole_answer, NULL);
  assert_non_null(strstr(reply, "/gate/1"));
  close(a);
  close(b);
  rig_close(&g);
}

static void connections_beyond_the_limit_get_503(void **state) {
  (void)state;
  rig_t g;
  oms_server_options_t o = {.max_connections = 3};
  rig_open(&g, &o);
  int in[3];
  for (int i = 0; i < 3; i++) {
    in[i] = dial(&g);
    assert_int_equal(ask(&g, in[i], GET("/")), 200);
  }
  for (int i = 0; i < 200; i++) {
    assert_int_equal(ask_last(&g, GET("/")), 503);
  }
  assert_non_null(strstr(reply, "{\"code\":50310000,\"message\":\""));
  oms_server_figures_t f;
  oms_server_figures(g.server, &f);
  assert_int_equal(f.connections, 3);
  assert_int_equal(f.refused, 200);
  assert_int_equal(ask(&g, in[2], GET("/")), 200);
  close(in[0]);
  turn_ms(&g, 10);
  int fd = dial(&g);
  assert_int_equal(ask(&g, fd, GET("/")), 200);
  close(fd);
  close(in[1]);
  close(in[2]);
  rig_close(&g);
}

static void a_peer_has_a_limit_of_its_own(void **state) {
  (void)state;
  rig_t g;
  oms_server_options_t o = {.max_per_peer = 2};
  rig_open(&g, &o);
  int a = dial(&g), b = dial(&g);
  assert_int_equal(ask(&g, a, GET("/")), 200);
  assert_int_equal(ask(&g, b, GET("/")), 200);
  assert_int_equal(ask_last(&g, GET("/")), 503);
  close(a);
  turn_ms(&g, 10);
  a = dial(&g);
  assert_int_equal(ask(&g, a, GET("/")), 200);
  close(a);
  close(b);
  rig_close(&g);
}

/* The receive buffer is small, so that what is unread stays with the server. */
static int dial_narrow(const rig_t *g) {
  struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons((uint16_t)g->port)};
  a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  int fd = socket(AF_INET, SOCK_STREAM, 0), room = 4096;
  setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &room, sizeof room);
  assert_int_equal(connect(fd, (struct sockaddr *)&a, sizeof a), 0);
  return fd;
}

static void a_large_answer_reaches_a_slow_reader_whole(void **state) {
  (void)state;
  enum { N = 9000000 };
  rig_t g;
  oms_server_options_t o = {.max_unsent = 100000};
  rig_open(&g, &o);
  int fd = dial_narrow(&g);
  put(&g, fd, GET("/big/9000000") GET("/after"));
  size_t got = 0;
  bool after = false;
  for (int i = 0; i < 2000000 && !after; i++) {
    turn(&g);
    ssize_t n = recv(fd, reply, sizeof reply - 1, MSG_DONTWAIT);
    got += n > 0 ? (size_t)n : 0;
    reply[n > 0 ? n : 0] = '\0';
    after = n > 0 && strstr(reply, "/after") != NULL;
  }
  assert_true(after && got > N);
  close(fd);
  rig_close(&g);
}

static void who_leaves_too_much_unread_is_cut_off(void **state) {
  (void)state;
  rig_t g;
  oms_server_options_t o = {.max_unsent = 200000};
  char block[10000];
  memset(block, 'x', sizeof block);
  rig_open(&g, &o);
  int fd = dial_narrow(&g);
  put(&g, fd, GET("/stream"));
  turn_ms(&g, 10);
  int sent = 0;
  while (g.closed == 0 && sent < 2000) {
    oms_server_stream(g.server, g.last, block, sizeof block, 0);
    assert_true(oms_server_unsent(g.server, g.last) < 300000);
    turn(&g);
    sent++;
  }
  assert_int_equal(g.closed, 1);
  oms_server_figures_t f;
  oms_server_figures(g.server, &f);
  assert_int_equal(f.cut_off, 1);
  close(fd);
  rig_close(&g);
}

static void a_socket_that_takes_nothing_is_cut_off(void **state) {
  (void)state;
  rig_t g;
  oms_server_options_t o = {.stall_ms = 100};
  rig_open(&g, &o);
  int fd = dial_narrow(&g);
  put(&g, fd, GET("/big/20000000"));
  uint64_t begin = uv_hrtime();
  while (g.closed == 0 && uv_hrtime() - begin < UINT64_C(5000000000)) {
    turn_ms(&g, 5);
  }
  assert_in_range((uv_hrtime() - begin) / 1000000, 50, 4000);
  close(fd);
  rig_close(&g);
}

static void when_files_run_out_the_server_neither_spins_nor_ends(void **state) {
  (void)state;
  rig_t g;
  struct rlimit old, few;
  rig_open(&g, NULL);
  int held = dial(&g);
  assert_int_equal(ask(&g, held, GET("/")), 200);
  getrlimit(RLIMIT_NOFILE, &old);
  int fds[8];
  for (int i = 0; i < 8; i++) { /* in the queue of the kernel, before files run out */
    fds[i] = dial(&g);
  }
  few = old;
  few.rlim_cur = (rlim_t)fds[7] + 1;
  assert_int_equal(setrlimit(RLIMIT_NOFILE, &few), 0);
  struct timespec a, b;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &a);
  for (int i = 0; i < 20; i++) {
    uv_run(&g.loop, UV_RUN_NOWAIT);
    poll(NULL, 0, 10);
  }
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &b);
  assert_true((b.tv_sec - a.tv_sec) * 1000 + (b.tv_nsec - a.tv_nsec) / 1000000 < 100);
  assert_int_equal(ask(&g, held, GET("/")), 200);
  setrlimit(RLIMIT_NOFILE, &old);
  for (int i = 0; i < 8; i++) {
    close(fds[i]);
  }
  int fd = dial(&g);
  assert_int_equal(ask(&g, fd, GET("/")), 200);
  close(fd);
  close(held);
  rig_close(&g);
}

static void two_thousand_connections_are_served(void **state) {
  (void)state;
  enum { N = 2000 };
  static int fds[N];
  struct rlimit r;
  rig_t g;
  oms_server_options_t o = {.max_connections = N};
  rig_open(&g, &o);
  getrlimit(RLIMIT_NOFILE, &r);
  r.rlim_cur = r.rlim_max;
  setrlimit(RLIMIT_NOFILE, &r);
  if (r.rlim_cur < 2 * N + 100) {
    print_message("SKIPPED: only %lu files may be open\n", (unsigned long)r.rlim_cur);
    rig_close(&g);
    return;
  }
  for (int i = 0; i < N; i++) {
    fds[i] = dial(&g);
    turn(&g);
  }
  for (int i = 0; i < N; i += 3) {
    assert_int_equal(ask(&g, fds[i], GET("/")), 200);
  }
  oms_server_figures_t f;
  oms_server_figures(g.server, &f);
  assert_int_equal(f.connections, N);
  assert_int_equal(ask_last(&g, GET("/")), 503);
  for (int i = 0; i < N; i++) {
    close(fds[i]);
  }
  turn_ms(&g, 50);
  oms_server_figures(g.server, &f);
  assert_int_equal(f.connections, 0);
  rig_close(&g);
}

static void a_stop_lets_answers_leave(void **state) {
  (void)state;
  rig_t g;
  rig_open(&g, NULL);
  bool ended;
  int idle = dial(&g), asks = dial(&g), waits = dial(&g), streams = dial(&g);
  assert_int_equal(ask(&g, idle, GET("/")), 200);
  put(&g, asks, GET("/later"));
  put(&g, waits, GET("/gate/4"));
  put(&g, streams, GET("/stream"));
  turn_ms(&g, 10);
  oms_server_stop(g.server);
  oms_server_stop(g.server);
  assert_int_equal(get_until(&g, idle, reply, sizeof reply, NULL, &ended), 0);
  assert_true(ended);
  answer_text(&g, g.waiting[0], 200, "last words", 0);
  get_until(&g, asks, reply, sizeof reply, NULL, &ended);
  assert_true(ended);
  assert_non_null(strstr(reply, "last words"));
  assert_non_null(strstr(reply, "Connection: close"));
  assert_int_equal(recv(waits, reply, 1, MSG_DONTWAIT), -1);
  oms_server_release(g.server, 4);
  get_until(&g, waits, reply, sizeof reply, NULL, &ended);
  assert_true(ended);
  assert_non_null(strstr(reply, "/gate/4"));
  get_until(&g, streams, reply, sizeof reply, NULL, &ended);
  assert_true(ended);
  assert_non_null(strstr(reply, "\r\n0\r\n\r\n"));
  struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons((uint16_t)g.port)};
  a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  int late = socket(AF_INET, SOCK_STREAM, 0);
  assert_int_equal(connect(late, (struct sockaddr *)&a, sizeof a), -1);
  int all[] = {idle, asks, waits, streams, late};
  for (int i = 0; i < 5; i++) {
    close(all[i]);
  }
  turn_ms(&g, 20);
  oms_server_figures_t f;
  oms_server_figures(g.server, &f);
  assert_int_equal(f.connections, 0);
  rig_close(&g);
}

/* What a callback may do to its own connection and to the server. */
typedef struct rude {
  oms_server_t *server;
  int mode, closed;
} rude_t;

static void rude_request(void *self, const oms_http_request_t *r) {
  rude_t *rude = self;
  oms_http_answer_t a = {.status = 200, .type = "text/plain", .body = "x", .body_n = 1};
  if (rude->mode == 0) {
    oms_server_end(rude->server, r->conn, 0, NULL);
    oms_server_answer(rude->server, r->conn, &a);
  } else if (rude->mode == 1) {
    oms_server_answer(rude->server, r->conn, &a);
    oms_server_end(rude->server, r->conn, 0, NULL);
  } else if (rude->mode == 2) {
    oms_server_close(rude->server);
    oms_server_answer(rude->server, r->conn, &a);
  } else {
    oms_server_stop(rude->server);
    oms_server_answer(rude->server, r->conn, &a);
  }
}

static void rude_closed(void *self, oms_conn_t conn) {
  rude_t *rude = self;
  oms_http_answer_t a = {.status = 200};
  rude->closed++;
  oms_server_answer(rude->server, conn, &a);
}

static void callbacks_may_end_and_close(void **state) {
  (void)state;
  for (int mode = 0; mode < 4; mode++) {
    rig_t g;
    rude_t rude = {.mode = mode};
    oms_server_handler_t h = {.self = &rude, .request = rude_request, .closed = rude_closed};
    oms_server_options_t o = {.address = "127.0.0.1:0"};
    memset(&g, 0, sizeof g);
    uv_loop_init(&g.loop);
    assert_int_equal(oms_server_open(&g.loop, &o, &h, &rude.server, NULL), OMS_OK);
    g.server = rude.server;
    g.port = oms_server_port(g.server);
    int fd = dial(&g);
    bool ended;
    put(&g, fd, GET("/") GET("/"));
    get_until(&g, fd, reply, sizeof reply, NULL, &ended);
    assert_true(ended);
    assert_int_equal(strstr(reply, "200 OK") != NULL, mode == 1 || mode == 3);
    close(fd);
    turn_ms(&g, 5);
    assert_int_equal(rude.closed, 1);
    if (mode != 2) {
      oms_server_close(rude.server);
    }
    for (int i = 0; i < 100 && uv_loop_alive(&g.loop); i++) {
      turn(&g);
    }
    assert_int_equal(uv_loop_close(&g.loop), 0);
  }
}

static void a_server_closes_over_whatever_is_open(void **state) {
  (void)state;
  long before = oms_alloc_live();
  rig_t g;
  rig_open(&g, NULL);
  int fds[6];
  const char *const texts[] = {
      "", "GET /", GET("/later") GET("/"), GET("/gate/9"), GET("/stream"), GET("/big/9000000")};
  for (int i = 0; i < 6; i++) {
    fds[i] = dial(&g);
    put(&g, fds[i], texts[i]);
  }
  turn_ms(&g, 10);
  rig_close(&g);
  assert_int_equal(g.closed, 4);
  assert_int_equal(oms_alloc_live(), before);
  for (int i = 0; i < 6; i++) {
    close(fds[i]);
  }
}

static void memory_that_ends_ends_connections_only(void **state) {
  (void)state;
  long before = oms_alloc_live();
  rig_t g;
  rig_open(&g, NULL);
  for (long n = 1; n < 12; n++) {
    int fd = dial(&g);
    oms_alloc_fail_after(n);
    put(&g, fd, GET("/") GET("/later"));
    turn_ms(&g, 2);
    oms_alloc_fail_after(0);
    close(fd);
    turn_ms(&g, 2);
  }
  int fd = dial(&g);
  assert_int_equal(ask(&g, fd, GET("/")), 200);
  close(fd);
  rig_close(&g);
  assert_int_equal(oms_alloc_live(), before);
}

static void addresses_that_cannot_be_had_are_named(void **state) {
  (void)state;
  static const char *const bad[] = {"",
                                    "8080",
                                    ":8080",
                                    "127.0.0.1",
                                    "1.2.3.4.5:1",
                                    "127.0.0.1:x",
                                    "127.0.0.1:-1",
                                    "127.0.0.1:70000",
                                    "[::1",
                                    "host.example:80"};
  uv_loop_t loop;
  oms_error_t err;
  oms_server_t *s;
  oms_server_handler_t h = {.request = on_request};
  uv_loop_init(&loop);
  for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
    oms_server_options_t o = {.address = bad[i]};
    assert_int_equal(oms_server_open(&loop, &o, &h, &s, &err), OMS_ERR_USAGE);
    assert_non_null(strstr(err.message, bad[i]));
  }
  rig_t g;
  char taken[32];
  rig_open(&g, NULL);
  snprintf(taken, sizeof taken, "127.0.0.1:%d", g.port);
  oms_server_options_t o = {.address = taken};
  assert_int_equal(oms_server_open(&loop, &o, &h, &s, &err), OMS_ERR_IO);
  assert_non_null(strstr(err.message, taken));
  rig_close(&g);
  uv_run(&loop, UV_RUN_DEFAULT);
  assert_int_equal(uv_loop_close(&loop), 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_long_head_and_a_large_body_are_refused),
      cmocka_unit_test(a_client_in_the_midst_of_its_body_reads_why_it_is_refused),
      cmocka_unit_test(a_slow_request_ends_with_408_and_an_idle_connection_silently),
      cmocka_unit_test(a_request_that_waits_for_its_answer_is_not_idle),
      cmocka_unit_test(connections_beyond_the_limit_get_503),
      cmocka_unit_test(a_peer_has_a_limit_of_its_own),
      cmocka_unit_test(a_large_answer_reaches_a_slow_reader_whole),
      cmocka_unit_test(who_leaves_too_much_unread_is_cut_off),
      cmocka_unit_test(a_socket_that_takes_nothing_is_cut_off),
      cmocka_unit_test(when_files_run_out_the_server_neither_spins_nor_ends),
      cmocka_unit_test(two_thousand_connections_are_served),
      cmocka_unit_test(a_stop_lets_answers_leave),
      cmocka_unit_test(callbacks_may_end_and_close),
      cmocka_unit_test(a_server_closes_over_whatever_is_open),
      cmocka_unit_test(memory_that_ends_ends_connections_only),
      cmocka_unit_test(addresses_that_cannot_be_had_are_named),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
