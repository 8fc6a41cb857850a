/* WebSockets over real sockets. */
#include "net_test.h"

#define UPGRADE                                                                                    \
  "GET /ws HTTP/1.1\r\nHost: h\r\nConnection: keep-alive, Upgrade\r\nUpgrade: websocket\r\n"       \
  "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"

static int dial_socket(rig_t *g) {
  int fd = dial(g);
  assert_int_equal(ask(g, fd, UPGRADE), 101);
  return fd;
}

/* A frame as a client sends it. */
static void frame(rig_t *g, int fd, int first, const char *data, size_t n) {
  static char out[80000];
  size_t at = 0;
  out[at++] = (char)first;
  if (n < 126) {
    out[at++] = (char)(0x80 | n);
  } else {
    out[at++] = (char)(0x80 | 126);
    out[at++] = (char)(n >> 8);
    out[at++] = (char)(n & 0xff);
  }
  const char mask[4] = {1, 2, 3, 4};
  memcpy(out + at, mask, 4);
  at += 4;
  for (size_t i = 0; i < n; i++) {
    out[at++] = (char)(data[i] ^ mask[i % 4]);
  }
  put_n(g, fd, out, at);
}

static bool two_bytes(const char *text, size_t n) {
  return n >= 2 && n >= 2 + (size_t)(text[1] & 0x7f);
}

static void a_message_goes_in_and_one_comes_back(void **state) {
  (void)state;
  rig_t g;
  rig_open(&g, NULL);
  int fd = dial_socket(&g);
  assert_non_null(strstr(reply, "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"));
  frame(&g, fd, 0x81, "hello", 5);
  assert_int_equal(get_until(&g, fd, reply, sizeof reply, two_bytes, NULL), 7);
  assert_memory_equal(reply, "\x81\x05hello", 7);
  assert_string_equal(g.said, "hello");
  close(fd);
  turn_ms(&g, 20);
  assert_int_equal(g.closed, 1);
  rig_close(&g);
}

/* The close code that comes, when nothing else does before the connection ends. */
static int close_code(rig_t *g, int fd) {
  bool ended;
  size_t n = get_until(g, fd, reply, sizeof reply, two_bytes, &ended);
  if (n < 4 || (unsigned char)reply[0] != 0x88) {
    return -1;
  }
  return (unsigned char)reply[2] << 8 | (unsigned char)reply[3];
}

static void fragments_and_control_frames_in_between(void **state) {
  (void)state;
  rig_t g;
  rig_open(&g, NULL);
  int fd = dial_socket(&g);
  frame(&g, fd, 0x01, "a\xc3", 2); /* a character over two fragments */
  frame(&g, fd, 0x89, "ping", 4);
  frame(&g, fd, 0x00, "", 0);
  frame(&g, fd, 0x8a, "unasked pong", 12);
  frame(&g, fd, 0x80, "\xa4z", 2);
  turn_ms(&g, 5);
  assert_int_equal(recv(fd, reply, sizeof reply, MSG_DONTWAIT), 12);
  assert_memory_equal(reply,
                      "\x8a\x04ping\x81\x04"
                      "a\xc3\xa4z",
                      12);
  assert_int_equal(g.messages, 1);
  close(fd);
  rig_close(&g);
}

static void sizes_of_all_kinds(void **state) {
  (void)state;
  static const size_t sizes[] = {0, 1, 125, 126, 127, 4095, 4096, 4097, 65535};
  static char data[70000];
  rig_t g;
  rig_open(&g, NULL);
  int fd = dial_socket(&g);
  for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
    size_t n = sizes[i], got = 0, want = n + (n < 126 ? 2 : 4);
    memset(data, (int)('a' + i), n);
    frame(&g, fd, 0x82, data, n);
    for (int round = 0; round < 5000 && got < want; round++) {
      turn(&g);
      ssize_t in = recv(fd, reply + got, sizeof reply - got, MSG_DONTWAIT);
      got += in > 0 ? (size_t)in : 0;
    }
    assert_int_equal(got, want);
    assert_memory_equal(reply + want - n, data, n);
    assert_int_equal(g.opcode, OMS_WS_BINARY);
    assert_int_equal(g.said_n, n);
  }
  close(fd);
  rig_close(&g);
}

typedef struct breach {
  int code, first;
  const char *data;
  size_t n;
} breach_t;

static void breaches_end_with_their_codes(void **state) {
  (void)state;
  static char big[70000];
  const breach_t all[] = {
      {1002, 0xc1, "x",                1   }, /* a reserved bit */
      {1002, 0x83, "x",                1   }, /* an unknown opcode */
      {1002, 0x8b, "x",                1   },
      {1002, 0x80, "x",                1   }, /* goes on with nothing */
      {1002, 0x09, "x",                1   }, /* a ping in fragments */
      {1002, 0x89, big,                126 }, /* and a long one */
      {1002, 0x88, "x",                1   }, /* half a code */
      {1002, 0x88, "\x03\xed",         2   }, /* 1005 */
      {1002, 0x88, "\x03\xee",         2   }, /* 1006 */
      {1002, 0x88, "\x00\x01",         2   },
      {1007, 0x88, "\x03\xe8\xff",     3   },
      {1007, 0x81, "\xff",             1   },
      {1007, 0x81, "\xc0\xaf",         2   }, /* overlong */
      {1007, 0x81, "\xed\xa0\x80",     3   }, /* a surrogate */
      {1007, 0x81, "\xf4\x90\x80\x80", 4   }, /* above U+10FFFF */
      {1007, 0x81, "\xe2\x82",         2   }, /* cut off */
      {1009, 0x82, big,                1001},
      {1000, 0x88, "\x03\xe8",         2   },
      {1001, 0x88, "\x03\xe9going",    7   },
      {3000, 0x88, "\x0b\xb8",         2   },
  };
  rig_t g;
  oms_server_options_t o = {.max_message = 1000};
  rig_open(&g, &o);
  for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
    int fd = dial_socket(&g);
    frame(&g, fd, all[i].first, all[i].data, all[i].n);
    int code = close_code(&g, fd);
    if (code != all[i].code) {
      fail_msg("case %zu: %d, not %d", i, code, all[i].code);
    }
    bool ended;
    get_until(&g, fd, reply, sizeof reply, NULL, &ended);
    assert_true(ended);
    close(fd);
  }
  assert_int_equal(g.messages, 0);
  int fd = dial_socket(&g);
  put_n(&g, fd, "\x81\x01x", 3); /* without a mask */
  assert_int_equal(close_code(&g, fd), 1002);
  close(fd);
  fd = dial_socket(&g);
  frame(&g, fd, 0x88, "", 0); /* without a code: the same comes back */
  get_until(&g, fd, reply, sizeof reply, two_bytes, NULL);
  assert_memory_equal(reply, "\x88\x00", 2);
  close(fd);
  rig_close(&g);
}

static void a_new_message_within_another_is_a_breach(void **state) {
  (void)state;
  rig_t g;
  oms_server_options_t o = {.max_message = 10};
  rig_open(&g, &o);
  int fd = dial_socket(&g);
  frame(&g, fd, 0x01, "x", 1);
  frame(&g, fd, 0x81, "x", 1);
  assert_int_equal(close_code(&g, fd), 1002);
  close(fd);
  fd = dial_socket(&g);
  frame(&g, fd, 0x01, "123456", 6);
  frame(&g, fd, 0x80, "123456", 6); /* together too long */
  assert_int_equal(close_code(&g, fd), 1009);
  close(fd);
  fd = dial_socket(&g);
  frame(&g, fd, 0x88, "\x03\xe8", 2);
  frame(&g, fd, 0x81, "late", 4); /* behind a close nothing counts */
  assert_int_equal(close_code(&g, fd), 1000);
  turn_ms(&g, 5);
  assert_int_equal(g.messages, 0);
  close(fd);
  rig_close(&g);
}

static void the_handshake_is_refused_unless_correct(void **state) {
  (void)state;
  rig_t g;
  rig_open(&g, NULL);
  assert_int_equal(ask_last(&g, "GET /ws HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\n"
                                "Upgrade: websocket\r\nSec-WebSocket-Version: 8\r\n"
                                "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"),
                   426);
  assert_non_null(strstr(reply, "Sec-WebSocket-Version: 13\r\n"));
  assert_int_equal(ask_last(&g, "GET /ws HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\n"
                                "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\r\n"),
                   400);
  /* Answered otherwise, the connection stays one of HTTP and cannot be accepted later. */
  int fd = dial(&g);
  put(&g, fd,
      "GET /later HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
      "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
  turn_ms(&g, 5);
  assert_true(g.upgrade);
  answer_text(&g, g.waiting[0], 401, "no", 0);
  assert_int_equal(ask(&g, fd, GET("/later")), 401);
  oms_server_accept(g.server, g.waiting[1]);
  answer_text(&g, g.waiting[1], 200, "plain", 0);
  get_until(&g, fd, reply, sizeof reply, whole_answer, NULL);
  assert_non_null(strstr(reply, "plain"));
  close(fd);
  rig_close(&g);
}

/* Frames right behind the request, before it is answered. */
static void frames_before_the_answer_are_kept(void **state) {
  (void)state;
  rig_t g;
  rig_open(&g, NULL);
  int fd = dial(&g);
  char text[512];
  int n = snprintf(text, sizeof text, "GET /later%s", strstr(UPGRADE, " HTTP"));
  memcpy(text + n, "\x81\x82\0\0\0\0hi", 8);
  put_n(&g, fd, text, (size_t)n + 8);
  turn_ms(&g, 5);
  assert_int_equal(g.messages, 0);
  oms_server_accept(g.server, g.waiting[0]);
  turn_ms(&g, 5);
  assert_int_equal(g.messages, 1);
  assert_string_equal(g.said, "hi");
  close(fd);
  rig_close(&g);
}

static void a_message_split_and_cut_off_at_every_byte(void **state) {
  (void)state;
  static const char bytes[] = "\x01\x83\1\2\3\4\x60\x60\x60\x89\x80\0\0\0\0\x80\x81\0\0\0\0z";
  size_t n = sizeof bytes - 1;
  rig_t g;
  rig_open(&g, NULL);
  for (size_t at = 1; at < n; at++) {
    int fd = dial_socket(&g);
    put_n(&g, fd, bytes, at);
    turn(&g);
    turn(&g);
    assert_int_equal(g.messages, (int)at - 1);
    put_n(&g, fd, bytes + at, n - at);
    turn_ms(&g, 2);
    assert_int_equal(g.messages, (int)at);
    assert_string_equal(g.said, "abcz");
    int cut = dial_socket(&g);
    put_n(&g, cut, bytes, at);
    close(cut);
    close(fd);
  }
  turn_ms(&g, 20);
  oms_server_figures_t f;
  oms_server_figures(g.server, &f);
  assert_int_equal(f.connections, 0);
  assert_int_equal(f.websockets, 0);
  rig_close(&g);
}

static void gates_hold_messages_in_order(void **state) {
  (void)state;
  rig_t g;
  rig_open(&g, NULL);
  int fd = dial_socket(&g);
  oms_server_send(g.server, g.last, OMS_WS_TEXT, "a", 1, 2);
  oms_server_send(g.server, g.last, OMS_WS_TEXT, "b", 1, 0);
  oms_server_send(g.server, g.last, OMS_WS_BINARY, "c", 1, 3);
  turn_ms(&g, 5);
  assert_int_equal(recv(fd, reply, 1, MSG_DONTWAIT), -1);
  oms_server_release(g.server, 2);
  assert_int_equal(recv(fd, reply, sizeof reply, MSG_DONTWAIT), 6);
  assert_memory_equal(reply,
                      "\x81\x01"
                      "a\x81\x01"
                      "b",
                      6);
  oms_server_release(g.server, 3);
  assert_int_equal(recv(fd, reply, sizeof reply, MSG_DONTWAIT), 3);
  assert_memory_equal(reply,
                      "\x82\x01"
                      "c",
                      3);
  close(fd);
  rig_close(&g);
}

static void pings_pass_what_waits_for_its_gate(void **state) {
  (void)state;
  rig_t g;
  oms_server_options_t o = {.ping_ms = 100};
  rig_open(&g, &o);
  int fd = dial_socket(&g);
  oms_server_send(g.server, g.last, OMS_WS_TEXT, "now", 3, 0);
  oms_server_send(g.server, g.last, OMS_WS_TEXT, "held", 4, 2);
  oms_server_send(g.server, g.last, OMS_WS_TEXT, "more", 4, 0);
  frame(&g, fd, 0x89, "1", 1);
  frame(&g, fd, 0x89, "2", 1);
  turn_ms(&g, 5);
  assert_int_equal(recv(fd, reply, sizeof reply, MSG_DONTWAIT), 11);
  assert_memory_equal(reply,
                      "\x81\x03now\x8a\x01"
                      "1\x8a\x01"
                      "2",
                      11);
  get_until(&g, fd, reply, sizeof reply, two_bytes, NULL);
  assert_memory_equal(reply, "\x89\x00", 2);
  oms_server_release(g.server, 2);
  turn_ms(&g, 5);
  assert_true(recv(fd, reply, sizeof reply, MSG_DONTWAIT) >= 12);
  assert_memory_equal(reply, "\x81\x04held\x81\x04more", 12);
  close(fd);
  rig_close(&g);
}

static void who_is_silent_is_asked_and_then_cut_off(void **state) {
  (void)state;
  rig_t g;
  oms_server_options_t o = {.ping_ms = 200};
  rig_open(&g, &o);
  int fd = dial_socket(&g);
  for (int i = 0; i < 3; i++) {
    get_until(&g, fd, reply, sizeof reply, two_bytes, NULL);
    assert_memory_equal(reply, "\x89\x00", 2);
    frame(&g, fd, 0x8a, "", 0);
  }
  get_until(&g, fd, reply, sizeof reply, two_bytes, NULL);
  bool ended;
  uint64_t begin = uv_hrtime();
  get_until(&g, fd, reply, sizeof reply, NULL, &ended); /* no pong this time */
  assert_true(ended);
  assert_in_range((uv_hrtime() - begin) / 1000000, 50, 4000);
  oms_server_figures_t f;
  oms_server_figures(g.server, &f);
  assert_int_equal(f.cut_off, 1);
  close(fd);
  rig_close(&g);
}

static void the_server_ends_a_socket_behind_what_waits(void **state) {
  (void)state;
  rig_t g;
  rig_open(&g, NULL);
  int fd = dial_socket(&g);
  oms_server_send(g.server, g.last, OMS_WS_TEXT, "a", 1, 2);
  oms_server_end(g.server, g.last, 1011, "too bad");
  oms_server_end(g.server, g.last, 1000, "once only");
  oms_server_send(g.server, g.last, OMS_WS_TEXT, "b", 1, 0);
  turn_ms(&g, 5);
  assert_int_equal(recv(fd, reply, 1, MSG_DONTWAIT), -1);
  oms_server_release(g.server, 2);
  get_until(&g, fd, reply, sizeof reply, two_bytes, NULL);
  turn_ms(&g, 5);
  assert_memory_equal(reply,
                      "\x81\x01"
                      "a\x88\x09\x03\xf3too bad",
                      14);
  frame(&g, fd, 0x81, "ignored", 7);
  frame(&g, fd, 0x88, "\x03\xf3", 2);
  bool ended;
  assert_int_equal(get_until(&g, fd, reply, sizeof reply, NULL, &ended), 0);
  assert_true(ended);
  assert_int_equal(g.messages, 0);
  close(fd);
  turn_ms(&g, 5);
  assert_int_equal(g.closed, 1);
  /* One that never says goodbye is closed all the same. */
  fd = dial_socket(&g);
  oms_server_stop(g.server);
  assert_int_equal(close_code(&g, fd), 1001);
  get_until(&g, fd, reply, sizeof reply, NULL, &ended);
  assert_true(ended);
  close(fd);
  rig_close(&g);
}

/* A hundred clients get each message within a turn or two, whatever one that never reads does. */
static void a_client_that_never_reads_delays_nobody(void **state) {
  (void)state;
  enum { N = 100, MESSAGES = 400, SIZE = 4000 };
  static char data[SIZE];
  int fds[N];
  oms_conn_t conns[N];
  rig_t g;
  oms_server_options_t o = {.max_unsent = 256 * 1024};
  rig_open(&g, &o);
  int deaf = dial(&g), room = 4096;
  setsockopt(deaf, SOL_SOCKET, SO_RCVBUF, &room, sizeof room);
  assert_int_equal(ask(&g, deaf, UPGRADE), 101);
  oms_conn_t deaf_conn = g.last;
  for (int i = 0; i < N; i++) {
    fds[i] = dial_socket(&g);
    conns[i] = g.last;
  }
  uint64_t worst = 0;
  for (int m = 0; m < MESSAGES; m++) {
    uint64_t begin = uv_hrtime();
    oms_server_send(g.server, deaf_conn, OMS_WS_TEXT, data, SIZE, 0);
    for (int k = 0; k < 8; k++) {
      oms_server_send(g.server, deaf_conn, OMS_WS_TEXT, data, SIZE, 0);
    }
    for (int i = 0; i < N; i++) {
      oms_server_send(g.server, conns[i], OMS_WS_TEXT, data, SIZE, 0);
    }
    turn(&g);
    turn(&g);
    for (int i = 0; i < N; i++) {
      assert_int_equal(recv(fds[i], reply, sizeof reply, MSG_DONTWAIT), SIZE + 4);
    }
    uint64_t took = uv_hrtime() - begin;
    worst = took > worst ? took : worst;
  }
  assert_int_equal(g.closed, 1); /* the deaf one, which is gone since */
  assert_true(worst < UINT64_C(1000000000));
  close(deaf);
  for (int i = 0; i < N; i++) {
    close(fds[i]);
  }
  rig_close(&g);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_message_goes_in_and_one_comes_back),
      cmocka_unit_test(fragments_and_control_frames_in_between),
      cmocka_unit_test(sizes_of_all_kinds),
      cmocka_unit_test(breaches_end_with_their_codes),
      cmocka_unit_test(a_new_message_within_another_is_a_breach),
      cmocka_unit_test(the_handshake_is_refused_unless_correct),
      cmocka_unit_test(frames_before_the_answer_are_kept),
      cmocka_unit_test(a_message_split_and_cut_off_at_every_byte),
      cmocka_unit_test(gates_hold_messages_in_order),
      cmocka_unit_test(pings_pass_what_waits_for_its_gate),
      cmocka_unit_test(who_is_silent_is_asked_and_then_cut_off),
      cmocka_unit_test(the_server_ends_a_socket_behind_what_waits),
      cmocka_unit_test(a_client_that_never_reads_delays_nobody),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
