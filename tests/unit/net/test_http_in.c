/* Bytes to a request without sockets: however they are cut up the same comes of them, and what two
 * readers could read in two ways is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "net/http_in.h"

static const oms_http_limits_t limits = {512, 8, 64};

static const char *const good[] = {
    "GET / HTTP/1.1\r\nHost: h\r\n\r\n",
    "\r\n\r\nGET /a%2Fb?q=%20 HTTP/1.1\r\nHost: h\r\nA:\r\nB:  x\t y \t\r\n\r\n",
    "GET / HTTP/1.0\r\n\r\n",
    "POST /p HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\n0123456789",
    "POST /p HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: Chunked\r\n\r\n"
    "4;x=\"y\"\r\nabcd\r\nA\r\n0123456789\r\n00\r\nT: 1\r\nU: 2\r\n\r\n",
    "PATCH /p HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\nExpect: 100-continue\r\n\r\n",
    "DELETE /v2/orders HTTP/1.1\r\nhost: h\r\ncontent-type: \r\n\r\n",
};

static void assert_same(const oms_http_in_t *a, const oms_http_in_t *b) {
  assert_int_equal(a->phase, OMS_HTTP_WHOLE);
  assert_int_equal(b->phase, OMS_HTTP_WHOLE);
  assert_string_equal(a->request.method, b->request.method);
  assert_string_equal(a->request.path, b->request.path);
  assert_string_equal(a->request.raw_path, b->request.raw_path);
  assert_string_equal(a->request.query, b->request.query);
  assert_int_equal(a->request.body_n, b->request.body_n);
  assert_string_equal(a->request.body, b->request.body);
  assert_int_equal(a->request.header_n, b->request.header_n);
  for (size_t i = 0; i < a->request.header_n; i++) {
    assert_string_equal(a->request.headers[i].name, b->request.headers[i].name);
    assert_string_equal(a->request.headers[i].value, b->request.headers[i].value);
  }
}

/* Feeds 'n' bytes, wherever the reader stops in between. */
static size_t feed(oms_http_in_t *in, const char *data, size_t n) {
  size_t used = 0;
  while (used < n && (in->phase == OMS_HTTP_HEAD || in->phase == OMS_HTTP_BODY)) {
    size_t took = oms_http_in_feed(in, data + used, n - used);
    assert_true(took > 0 && took <= n - used);
    used += took;
  }
  return used;
}

static void a_request_cut_in_two_anywhere_is_the_same(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
    size_t n = strlen(good[i]);
    oms_http_in_t *whole = oms_http_in_new(&limits), *cut = oms_http_in_new(&limits);
    assert_int_equal(feed(whole, good[i], n), n);
    for (size_t at = 1; at < n; at++) {
      oms_http_in_reset(cut);
      assert_int_equal(feed(cut, good[i], at), at);
      assert_true(cut->phase == OMS_HTTP_HEAD || cut->phase == OMS_HTTP_BODY);
      assert_int_equal(feed(cut, good[i] + at, n - at), n - at);
      assert_same(whole, cut);
    }
    oms_http_in_reset(cut);
    for (size_t at = 0; at < n; at++) {
      assert_int_equal(feed(cut, good[i] + at, 1), 1);
    }
    assert_same(whole, cut);
    oms_http_in_free(whole);
    oms_http_in_free(cut);
  }
}

static void nothing_behind_a_request_is_taken(void **state) {
  (void)state;
  char text[1024];
  for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
    oms_http_in_t *in = oms_http_in_new(&limits);
    snprintf(text, sizeof text, "%sGET /next", good[i]);
    assert_int_equal(feed(in, text, strlen(text)), strlen(good[i]));
    assert_int_equal(in->phase, OMS_HTTP_WHOLE);
    oms_http_in_free(in);
  }
}

static void the_parts_of_a_request_are_told_apart(void **state) {
  (void)state;
  oms_http_in_t *in = oms_http_in_new(&limits);
  feed(in, good[1], strlen(good[1]));
  assert_string_equal(in->request.path, "/a/b");
  assert_string_equal(in->request.raw_path, "/a%2Fb");
  assert_string_equal(in->request.query, "q=%20");
  assert_string_equal(oms_http_header(&in->request, "a"), "");
  assert_string_equal(oms_http_header(&in->request, "b"), "x\t y");
  assert_null(oms_http_header(&in->request, "c"));
  assert_true(in->keep_alive);
  oms_http_in_reset(in);
  feed(in, good[2], strlen(good[2]));
  assert_false(in->keep_alive);
  oms_http_in_free(in);
}

typedef struct bad {
  int status;
  const char *text;
  size_t n; /* where a NUL is in it */
} bad_t;

#define GET     "GET / HTTP/1.1\r\nHost: h\r\n"
#define CHUNKED "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
// clang-format off
static const bad_t bad[] = {
    {400, "GET / HTTP/1.1\r\n\r\n", 0}, /* no Host */
    {400, "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 0},
    {400, "GET / HTTP/1.1\nHost: h\n\n", 0},
    {400, "GET / HTTP/1.1\r\nHost: h\nA: b\r\n\r\n", 0},
    {400, GET "A: b\r\n c\r\n\r\n", 0}, /* folded */
    {400, GET "A: b\r\n\tc\r\n\r\n", 0},
    {400, "GET / HTTP/1.1\r\n Host: h\r\n\r\n", 0},
    {400, GET "A : b\r\n\r\n", 0},
    {400, GET ": b\r\n\r\n", 0},
    {400, GET "no colon\r\n\r\n", 0},
    {400, GET "A: \x01\r\n\r\n", 0},
    {400, GET "A: \x7f\r\n\r\n", 0},
    {400, GET "A: x\ry\r\n\r\n", 0},
    {400, GET "A: x\0y\r\n\r\n", sizeof(GET "A: x\0y\r\n\r\n") - 1},
    {400, GET "A\0: y\r\n\r\n", sizeof(GET "A\0: y\r\n\r\n") - 1},
    {400, "GET /\0 HTTP/1.1\r\nHost: h\r\n\r\n", sizeof("GET /\0 HTTP/1.1\r\nHost: h\r\n\r\n") - 1},
    {400, "GET  / HTTP/1.1\r\nHost: h\r\n\r\n", 0},
    {400, "GET /  HTTP/1.1\r\nHost: h\r\n\r\n", 0},
    {400, "GET / HTTP/1.1 \r\nHost: h\r\n\r\n", 0},
    {400, "GET / HTTP/01.1\r\nHost: h\r\n\r\n", 0},
    {400, "GET / HTTQ/1.1\r\nHost: h\r\n\r\n", 0},
    {400, "GET /\r\nHost: h\r\n\r\n", 0}, /* 0.9 */
    {400, "GET\r\nHost: h\r\n\r\n", 0},
    {505, "GET / HTTP/2.0\r\nHost: h\r\n\r\n", 0},
    {505, "GET / HTTP/1.2\r\nHost: h\r\n\r\n", 0},
    {400, "FOO / HTTP/1.1\r\nHost: h\r\n\r\n", 0},
    {400, "get / HTTP/1.1\r\nHost: h\r\n\r\n", 0},
    {400, "GET http://h/ HTTP/1.1\r\nHost: h\r\n\r\n", 0},
    {400, "GET h/ HTTP/1.1\r\nHost: h\r\n\r\n", 0},
    {400, "OPTIONS * HTTP/1.1\r\nHost: h\r\n\r\n", 0},
    {400, "CONNECT h:80 HTTP/1.1\r\nHost: h\r\n\r\n", 0},
    {400, "GET /% HTTP/1.1\r\nHost: h\r\n\r\n", 0},
    {400, "GET /%4 HTTP/1.1\r\nHost: h\r\n\r\n", 0},
    {400, "GET /%zz HTTP/1.1\r\nHost: h\r\n\r\n", 0},
    {400, "GET /?%zz HTTP/1.1\r\nHost: h\r\n\r\n", 0},
    {400, "GET /%00 HTTP/1.1\r\nHost: h\r\n\r\n", 0},
    {400, "GET /%0a HTTP/1.1\r\nHost: h\r\n\r\n", 0},
    {400, "GET /#a HTTP/1.1\r\nHost: h\r\n\r\n", 0},
    {400, "GET /\xc3\xa4 HTTP/1.1\r\nHost: h\r\n\r\n", 0},
    {400, "GET /\t HTTP/1.1\r\nHost: h\r\n\r\n", 0},
    {400, GET "Content-Length: 1\r\nContent-Length: 1\r\n\r\n", 0},
    {400, GET "Content-Length: 1\r\nContent-Length: 2\r\n\r\n", 0},
    {400, GET "Content-Length: 1, 1\r\n\r\n", 0},
    {400, GET "Content-Length: +1\r\n\r\n", 0},
    {400, GET "Content-Length: -1\r\n\r\n", 0},
    {400, GET "Content-Length: 1 2\r\n\r\n", 0},
    {400, GET "Content-Length: 0x1\r\n\r\n", 0},
    {400, GET "Content-Length:\r\n\r\n", 0},
    {400, GET "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", 0},
    {400, GET "Transfer-Encoding: chunked\r\nContent-Length: 1\r\n\r\n", 0},
    {400, GET "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n", 0},
    {400, "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n", 0},
    {501, GET "Transfer-Encoding: gzip, chunked\r\n\r\n", 0},
    {501, GET "Transfer-Encoding: chunked, identity\r\n\r\n", 0},
    {501, GET "Transfer-Encoding: xchunked\r\n\r\n", 0},
    {417, GET "Expect: coffee\r\n\r\n", 0},
    {413, GET "Content-Length: 65\r\n\r\n", 0},
    {431, GET "A: 1\r\nA: 2\r\nA: 3\r\nA: 4\r\nA: 5\r\nA: 6\r\nA: 7\r\nA: 8\r\n\r\n", 0},
    {400, CHUNKED "\r\n", 0},
    {400, CHUNKED "x\r\n", 0},
    {400, CHUNKED "-1\r\n", 0},
    {400, CHUNKED "0x1\r\n", 0},
    {400, CHUNKED " 1\r\n", 0},
    {400, CHUNKED "1 \r\n", 0},
    {400, CHUNKED "1\n", 0},
    {400, CHUNKED "1\r\naX", 0},
    {400, CHUNKED "1\r\na\rX", 0},
    {400, CHUNKED "1\r\na\n", 0},
    {400, CHUNKED "1;\x01\r\n", 0},
    {400, CHUNKED "0\r\nT: 1\n\r\n", 0},
    {400, CHUNKED "0\r\nT: 1\r\n folded\r\n\r\n", 0},
    {400, CHUNKED "0\r\n\rX", 0},
    {413, CHUNKED "41\r\n", 0},
    {413, CHUNKED "ffffffffffffffff1\r\n", 0},
    {413, CHUNKED "20\r\n01234567890123456789012345678901\r\n21\r\n", 0},
};
// clang-format on

static void what_is_not_well_formed_is_refused(void **state) {
  (void)state;
  oms_http_in_t *in = oms_http_in_new(&limits);
  for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
    size_t n = bad[i].n != 0 ? bad[i].n : strlen(bad[i].text);
    for (int cut = 0; cut < 2; cut++) { /* in one piece, and byte by byte */
      oms_http_in_reset(in);
      for (size_t at = 0; at < n; at += cut == 0 ? n : 1) {
        feed(in, bad[i].text + at, cut == 0 ? n : 1);
      }
      if (in->phase != OMS_HTTP_REFUSED || in->status != bad[i].status || in->why == NULL) {
        fail_msg("case %zu '%s': phase %d status %d", i, bad[i].text, (int)in->phase, in->status);
      }
    }
  }
  oms_http_in_free(in);
}

/* Feeds the same again and again until something comes of it; the bytes that it took. */
static size_t flood(oms_http_in_t *in, const char *start, const char *again) {
  size_t n = feed(in, start, strlen(start));
  while (in->phase != OMS_HTTP_REFUSED && n < 100000) {
    n += feed(in, again, strlen(again));
  }
  return n;
}

static void floods_end_at_the_limit(void **state) {
  (void)state;
  static const char *const floods[][2] = {
      {"GET /",                 "aaaaaaa"       },
      {"GET / HTTP/1.1\r\nA: ", "aaaaaaa"       },
      {"GET / HTTP/1.1\r\nA",   "aaaaaaa"       },
      {CHUNKED "1;",            "eeeeeee"       },
      {CHUNKED "0\r\n",         "T: trailer\r\n"},
      {CHUNKED,                 "0000000"       },
  };
  for (size_t i = 0; i < sizeof floods / sizeof floods[0]; i++) {
    oms_http_in_t *in = oms_http_in_new(&limits);
    assert_true(flood(in, floods[i][0], floods[i][1]) < 2048);
    assert_int_equal(in->status, 431);
    oms_http_in_free(in);
  }
}

static void an_upgrade_is_told_only_when_correct(void **state) {
  (void)state;
#define ASKS "Upgrade: WebSocket\r\nConnection: keep-alive, upgrade\r\n"
#define KEY  "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
#define V13  "Sec-WebSocket-Version: 13\r\n"
  static const bad_t cases[] = {
      {0,   GET ASKS KEY V13 "\r\n",                                               1},
      {0,   "POST / HTTP/1.1\r\nHost: h\r\n" ASKS KEY V13 "\r\n",                  0},
      {0,   GET "Upgrade: h2c\r\nConnection: upgrade\r\n\r\n",                     0},
      {426, GET ASKS KEY "\r\n",                                                   0},
      {426, GET ASKS KEY "Sec-WebSocket-Version: 12\r\n\r\n",                      0},
      {400, GET ASKS V13 "\r\n",                                                   0},
      {400, GET ASKS "Sec-WebSocket-Key: short\r\n" V13 "\r\n",                    0},
      {400, GET ASKS "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=A\r\n" V13 "\r\n", 0},
      {400, GET "Upgrade: websocket\r\n" KEY V13 "\r\n",                           0},
      {400, GET ASKS KEY V13 "Content-Length: 1\r\n\r\nx",                         0},
  };
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    oms_http_in_t *in = oms_http_in_new(&limits);
    feed(in, cases[i].text, strlen(cases[i].text));
    assert_int_equal(in->status, cases[i].status);
    if (cases[i].status == 0) {
      assert_int_equal(in->phase, OMS_HTTP_WHOLE);
      assert_int_equal(in->request.upgrade, cases[i].n == 1);
    }
    oms_http_in_free(in);
  }
}

static void memory_that_ends_refuses_and_leaks_nothing(void **state) {
  (void)state;
  long before = oms_alloc_live();
  for (long fail = 1; fail < 12; fail++) {
    oms_alloc_fail_after(fail);
    oms_http_in_t *in = oms_http_in_new(&limits);
    if (in != NULL) {
      feed(in, good[4], strlen(good[4]));
      assert_true(in->phase == OMS_HTTP_WHOLE || in->status == 503);
    }
    oms_alloc_fail_after(0);
    oms_http_in_free(in);
    assert_int_equal(oms_alloc_live(), before);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_request_cut_in_two_anywhere_is_the_same),
      cmocka_unit_test(nothing_behind_a_request_is_taken),
      cmocka_unit_test(the_parts_of_a_request_are_told_apart),
      cmocka_unit_test(what_is_not_well_formed_is_refused),
      cmocka_unit_test(floods_end_at_the_limit),
      cmocka_unit_test(an_upgrade_is_told_only_when_correct),
      cmocka_unit_test(memory_that_ends_refuses_and_leaks_nothing),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
