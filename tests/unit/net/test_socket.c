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

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_message_goes_in_and_one_comes_back),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
