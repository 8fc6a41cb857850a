/* store_help.h - a folder a test, stores that are opened and filled in it, what is read back. */
#ifndef OMS_TESTS_STORE_HELP_H
#define OMS_TESTS_STORE_HELP_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/alloc.h"
#include "base/check.h"
#include "base/containers.h"
#include "store/store.h"

static char folder[64], db[96];

static int make_folder(void **state) {
  (void)state;
  (void)snprintf(folder, sizeof folder, "/tmp/moondesk_store_XXXXXX");
  if (mkdtemp(folder) == NULL) {
    return 1;
  }
  (void)snprintf(db, sizeof db, "%s/desk.db", folder);
  return 0;
}

static int remove_folder(void **state) {
  (void)state;
  char command[128];
  (void)snprintf(command, sizeof command, "rm -rf '%s'", folder);
  return system(command) == 0 ? 0 : 1;
}

static inline void shell(const char *format, ...) {
  char command[1024];
  va_list args;
  va_start(args, format);
  (void)vsnprintf(command, sizeof command, format, args);
  va_end(args);
  assert_int_equal(system(command), 0);
}

static inline oms_store_t *open_store(void) {
  oms_store_options_t o = {.path = db, .create = true};
  oms_store_t *s;
  oms_error_t err;
  if (oms_store_open(&o, &s, &err) != OMS_OK) {
    fail_msg("%s", err.message);
  }
  return s;
}

static inline void close_store(oms_store_t *s) {
  oms_error_t err;
  if (oms_store_close(s, &err) != OMS_OK) {
    fail_msg("%s", err.message);
  }
}

/* A record whose bytes, kind and time follow from its number. */
static inline uint64_t put_one(oms_store_t *s, bool market, size_t n) {
  unsigned char bytes[4096];
  oms_journal_t j = oms_store_journal(s);
  uint64_t seq = j.next(j.self), got = 0;
  for (size_t i = 0; i < n; i++) {
    bytes[i] = (unsigned char)(seq * 31 + i);
  }
  oms_record_t r = {.kind = (uint8_t)(1 + seq % 40),
                    .market = market,
                    .now = (oms_time_t)seq * 1000,
                    .data = bytes,
                    .n = n};
  assert_int_equal(j.put(j.self, &r, &got), OMS_OK);
  assert_int_equal(got, seq);
  return seq;
}

static inline void sync_store(oms_store_t *s) {
  oms_error_t err;
  if (oms_store_sync(s, INT64_C(10000000000), &err) != OMS_OK) {
    fail_msg("%s", err.message);
  }
}

/* Turns with a record of the main stream each, and two of market data before it. */
static inline void fill(oms_store_t *s, int turns) {
  for (int i = 0; i < turns; i++) {
    put_one(s, true, 40);
    put_one(s, true, 20);
    put_one(s, false, 100 + (size_t)i % 50);
    oms_store_turn(s);
  }
  sync_store(s);
}

/* Reads from 'seq' on to the end: how many there were; what a record says is checked. The code in
 * '*rc', the sentence in 'err'. */
static inline uint64_t read_all(uint64_t seq, bool verify, int *rc, oms_error_t *err) {
  oms_store_reader_t *r;
  *rc = oms_reader_open(db, seq, verify, &r, err);
  if (*rc != OMS_OK) {
    return 0;
  }
  oms_record_t record;
  uint64_t n = 0;
  while ((*rc = oms_reader_next(r, &record, err)) == OMS_OK && record.seq != 0) {
    assert_int_equal(record.seq, seq + n);
    assert_int_equal(record.kind, 1 + record.seq % 40);
    assert_int_equal(record.now, (oms_time_t)record.seq * 1000);
    for (size_t i = 0; i < record.n; i++) {
      assert_int_equal(record.data[i], (unsigned char)(record.seq * 31 + i));
    }
    n++;
  }
  oms_reader_close(r);
  return n;
}

static inline uint64_t read_good(uint64_t seq) {
  oms_error_t err;
  int rc;
  uint64_t n = read_all(seq, true, &rc, &err);
  if (rc != OMS_OK) {
    fail_msg("%s", err.message);
  }
  return n;
}

#endif
