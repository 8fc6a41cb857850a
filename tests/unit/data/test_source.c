/* test_source.c - plain, gzip and zip bytes: round trips, and each kind of damage with its
 * words. */
#include "data/data_help.h"

#include <zlib.h>

#include "base/check.h"
#include "data/source.h"

/* Packs 'n' bytes; window 31 makes a gzip member, -15 a bare deflate stream. The caller frees. */
static unsigned char *pack(const void *data, size_t n, int window, size_t *out_n) {
  z_stream z = {0};
  assert_int_equal(deflateInit2(&z, 6, Z_DEFLATED, window, 8, Z_DEFAULT_STRATEGY), Z_OK);
  size_t cap = deflateBound(&z, (uLong)n) + 64;
  unsigned char *out = malloc(cap);
  assert_non_null(out);
  z.next_in = (Bytef *)(uintptr_t)data;
  z.avail_in = (uInt)n;
  z.next_out = out;
  z.avail_out = (uInt)cap;
  assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
  *out_n = z.total_out;
  assert_int_equal(deflateEnd(&z), Z_OK);
  return out;
}

struct bytes {
  unsigned char *p;
  size_t n;
};

static void put(struct bytes *b, uint64_t v, size_t width) {
  for (size_t i = 0; i < width; i++) {
    b->p[b->n++] = (unsigned char)(i < 8 ? v >> (8 * i) : 0);
  }
}

static void put_entry(struct bytes *b, bool central, unsigned method, unsigned flags, uint32_t crc,
                      size_t packed, size_t plain) {
  put(b, central ? 0x02014b50u : 0x04034b50u, 4);
  put(b, 20, central ? 4 : 2);
  put(b, flags, 2);
  put(b, method, 2);
  put(b, 0, 4);
  put(b, crc, 4);
  put(b, packed, 4);
  put(b, plain, 4);
  put(b, 5, 2);
  put(b, central ? 0 : 3, 2);
  if (central) {
    put(b, 0, 14); /* comment, disk, attributes, offset of the local head */
  }
  memcpy(b->p + b->n, "a.csv", 5);
  b->n += 5;
  if (!central) {
    put(b, 0, 3); /* an extra field */
  }
}

/* An archive of one entry (or claiming 'files') with a comment at its end. */
static struct bytes zip(const char *text, size_t n, unsigned method, unsigned flags,
                        unsigned files) {
  struct bytes b = {malloc(n + 4096), 0};
  size_t packed_n = n;
  unsigned char *packed = method == 8 ? pack(text, n, -15, &packed_n) : NULL;
  uint32_t crc = (uint32_t)crc32(0, (const Bytef *)text, (uInt)n);
  assert_non_null(b.p);
  put_entry(&b, false, method, flags, crc, packed_n, n);
  memcpy(b.p + b.n, packed != NULL ? (const void *)packed : text, packed_n);
  b.n += packed_n;
  size_t directory = b.n;
  put_entry(&b, true, method, flags, crc, packed_n, n);
  size_t end = b.n;
  put(&b, 0x06054b50u, 4);
  put(&b, 0, 4);
  put(&b, files, 2);
  put(&b, files, 2);
  put(&b, end - directory, 4);
  put(&b, directory, 4);
  put(&b, 4, 2);
  put(&b, 0x64656e64u, 4);
  free(packed);
  return b;
}

/* Reads all of memory or, when 'path' is given, of a file; the caller frees '*out'. */
static int read_back(const char *path, const void *data, size_t n, unsigned char **out,
                     size_t *out_n, oms_error_t *err) {
  size_t cap = 4u << 20, got;
  oms_source_t *s = oms_source_new();
  assert_non_null(s);
  *out = malloc(cap);
  assert_non_null(*out);
  *out_n = 0;
  int rc = path != NULL ? oms_source_open(s, path, err)
                        : oms_source_open_memory(s, "x.zip", data, n, err);
  while (rc == OMS_OK) {
    rc = oms_source_read(s, *out + *out_n, 1000, &got, err);
    *out_n += got;
    if (rc != OMS_OK || got == 0) {
      break;
    }
    assert_true(*out_n + 1000 <= cap);
  }
  if (rc == OMS_OK) {
    assert_true(oms_source_consumed(s) <= oms_source_size(s));
  }
  oms_source_free(s);
  return rc;
}

static void same(const void *packed, size_t packed_n, const char *text, size_t n) {
  char path[64];
  write_file(path, packed, packed_n);
  for (int file = 0; file < 2; file++) {
    unsigned char *out;
    size_t out_n;
    oms_error_t err = {0};
    if (read_back(file ? path : NULL, packed, packed_n, &out, &out_n, &err) != OMS_OK) {
      fail_msg("%s", err.message);
    }
    assert_int_equal(out_n, n);
    assert_memory_equal(out, text, n);
    free(out);
  }
  (void)unlink(path);
}

static size_t broken(const void *packed, size_t packed_n, const char *what) {
  unsigned char *out;
  size_t out_n;
  oms_error_t err = {0};
  assert_int_equal(read_back(NULL, packed, packed_n, &out, &out_n, &err), OMS_ERR_DATA);
  assert_message(&err, "x.zip");
  assert_message(&err, what);
  free(out);
  return out_n;
}

static void test_plain(void **state) {
  (void)state;
  size_t n;
  char *text = minute_text(4000, &n);
  same(text, n, text, n);
  same("a", 1, "a", 1);
  same("PK", 2, "PK", 2);
  free(text);
}

static void test_gzip(void **state) {
  (void)state;
  size_t n, packed_n;
  char *text = minute_text(40000, &n);
  unsigned char *packed = pack(text, n, 31, &packed_n);
  same(packed, packed_n, text, n);
  free(packed);
  free(text);
}

static void test_gzip_of_several_members_and_padding(void **state) {
  (void)state;
  size_t n, a_n, b_n;
  char *text = minute_text(5000, &n);
  unsigned char *a = pack(text, n / 3, 31, &a_n), *b = pack(text + n / 3, n - n / 3, 31, &b_n);
  unsigned char *joined = malloc(a_n + b_n + 512);
  assert_non_null(joined);
  memcpy(joined, a, a_n);
  memcpy(joined + a_n, b, b_n);
  same(joined, a_n + b_n, text, n);
  memset(joined + a_n + b_n, 0, 512);
  same(joined, a_n + b_n + 512, text, n);
  joined[a_n + b_n + 5] = 'x';
  assert_int_equal(broken(joined, a_n + b_n + 512, "bytes after the end"), n);
  free(a);
  free(b);
  free(joined);
  free(text);
}

static void test_gzip_truncated_and_damaged(void **state) {
  (void)state;
  size_t n, packed_n;
  char *text = minute_text(5000, &n), what[64];
  unsigned char *packed = pack(text, n, 31, &packed_n);
  for (size_t cut = 2; cut < packed_n; cut += cut < 40 ? 1 : 977) {
    (void)snprintf(what, sizeof what, "truncated: it ends at byte %zu ", cut);
    assert_true(broken(packed, cut, what) <= n);
  }
  /* What was unpacked before the cut is handed out. */
  (void)snprintf(what, sizeof what, "byte %zu ", packed_n - 8);
  assert_int_equal(broken(packed, packed_n - 8, what), n);
  packed[packed_n - 6] ^= 1; /* the checksum */
  (void)broken(packed, packed_n, "damaged near byte");
  free(packed);
  free(text);
}

static void test_zip(void **state) {
  (void)state;
  static const unsigned methods[] = {0, 8};
  size_t n;
  char *text = minute_text(5000, &n);
  for (size_t i = 0; i < OMS_COUNT(methods); i++) {
    struct bytes b = zip(text, n, methods[i], 0, 1);
    same(b.p, b.n, text, n);
    b.p[60] ^= 1;
    (void)broken(b.p, b.n, "damaged");
    b.p[60] ^= 1;
    (void)broken(b.p, b.n / 2, "truncated");
    free(b.p);
  }
  free(text);
}

static void test_zip_refused(void **state) {
  (void)state;
  static const struct {
    unsigned method, flags, files;
    const char *what;
  } cases[] = {
      {8, 0, 2,      "holds 2 files where one is read"},
      {8, 0, 0,      "holds 0 files"                  },
      {8, 1, 1,      "is encrypted"                   },
      {0, 0, 0xffff, "zip64"                          }
  };
  for (size_t i = 0; i < OMS_COUNT(cases); i++) {
    struct bytes b = zip(HEADER, strlen(HEADER), cases[i].method, cases[i].flags, cases[i].files);
    (void)broken(b.p, b.n, cases[i].what);
    free(b.p);
  }
  struct bytes b = zip(HEADER, strlen(HEADER), 12, 0, 1);
  (void)broken(b.p, b.n, "a method other than stored and deflate");
  free(b.p);
}

/* No cut and no changed byte of a small archive may crash the reader or make it loop. */
static void test_zip_with_each_byte_changed(void **state) {
  (void)state;
  struct bytes b = zip(HEADER ROW("2014-01-02"), strlen(HEADER ROW("2014-01-02")), 8, 0, 1);
  for (size_t i = 0; i < b.n; i++) {
    for (int bit = 0; bit < 8; bit += 3) {
      unsigned char *out;
      size_t out_n;
      oms_error_t err = {0};
      b.p[i] ^= (unsigned char)(1 << bit);
      (void)read_back(NULL, b.p, b.n, &out, &out_n, &err);
      free(out);
      (void)read_back(NULL, b.p, i, &out, &out_n, &err);
      free(out);
      b.p[i] ^= (unsigned char)(1 << bit);
    }
  }
  free(b.p);
}

static void test_what_cannot_be_opened(void **state) {
  (void)state;
  oms_source_t *s = oms_source_new();
  oms_error_t err = {0};
  assert_non_null(s);
  assert_int_equal(oms_source_open(s, "/tmp/no/such/file.csv", &err), OMS_ERR_IO);
  assert_message(&err, "/tmp/no/such/file.csv: ");
  assert_message(&err, "No such file or directory");
  assert_int_equal(oms_source_open(s, "/tmp", &err), OMS_ERR_IO);
  assert_message(&err, "/tmp: ");
  assert_message(&err, "Is a directory");
  oms_source_free(s);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_plain),
      cmocka_unit_test(test_gzip),
      cmocka_unit_test(test_gzip_of_several_members_and_padding),
      cmocka_unit_test(test_gzip_truncated_and_damaged),
      cmocka_unit_test(test_zip),
      cmocka_unit_test(test_zip_refused),
      cmocka_unit_test(test_zip_with_each_byte_changed),
      cmocka_unit_test(test_what_cannot_be_opened),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
