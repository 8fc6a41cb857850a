/* data_help.h - what the tests of market data share: files in a temporary place, and rows out of
 * text. */
#ifndef OMS_TEST_DATA_HELP_H
#define OMS_TEST_DATA_HELP_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/time.h"
#include "data/csv.h"

#define PX(x)     ((int64_t)(x)*OMS_PRICE_SCALE)
#define HEADER    "ts,open,high,low,close,volume\n"
#define ROW(date) date ",10,12,9,11,100\n"

/* Writes 'n' bytes to a new temporary file whose name goes to 'path' (64 bytes). The caller unlinks
 * it. */
static inline void write_file(char *path, const void *data, size_t n) {
  (void)snprintf(path, 64, "/tmp/moondesk_test_XXXXXX");
  int fd = mkstemp(path);
  assert_true(fd >= 0);
  FILE *f = fdopen(fd, "wb");
  assert_non_null(f);
  assert_int_equal(fwrite(data, 1, n, f), n);
  assert_int_equal(fclose(f), 0);
}

static inline void write_text(char *path, const char *text) {
  write_file(path, text, strlen(text));
}

/* 'rows' bars, a minute apart from 2014-01-02, as text; the caller frees it by free. */
static inline char *minute_text(size_t rows, size_t *n) {
  char *text = malloc(64 + rows * 64);
  assert_non_null(text);
  size_t used = (size_t)sprintf(text, "%s", HEADER);
  for (size_t i = 0; i < rows; i++) {
    char ts[32];
    (void)oms_time_iso(INT64_C(1388620800000000000) + (int64_t)i * INT64_C(60000000000), ts);
    int px = 1000 + (int)(i * 7 % 500);
    used += (size_t)sprintf(text + used, "%s,%d.%02d,%d.5,%d.25,%d.%02d,%d\n", ts, px,
                            (int)(i % 50), px + 1, px - 1, px, (int)(i % 40), (int)(i % 977));
  }
  *n = used;
  return text;
}

static inline oms_time_t at(const char *text) {
  oms_time_t t = 0;
  assert_int_equal(oms_time_parse(text, strlen(text), OMS_ZONE_UTC, &t, NULL), OMS_OK);
  return t;
}

#define assert_message(err, part)                                                                  \
  do {                                                                                             \
    if (strstr((err)->message, part) == NULL) {                                                    \
      fail_msg("\"%s\" is not in the message: %s", part, (err)->message);                          \
    }                                                                                              \
  } while (0)

#endif
