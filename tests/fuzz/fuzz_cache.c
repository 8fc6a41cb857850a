/* fuzz_cache.c - any bytes as a file of the cache: the check ends, and what it lets through lies
 * within the file. A byte of flags says what of the header is put right first, so that the checks
 * behind its hashes are reached; then come the first fields of the header, then rows.
 * build: clang -fsanitize=fuzzer,address,undefined with src/data and src/base; run over
 * tests/fuzz/corpus/cache. */
#include <stdint.h>
#include <string.h>

#include "base/check.h"
#include "data/cache_internal.h"

#define FIELDS   216 /* of the header, from its start */
#define ROWS_MAX 4096

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { SEALED = 1, HASHED = 2, OURS = 4, WANTED = 8, COUNTED = 16, CUT = 32 };

static size_t make(const uint8_t *data, size_t size, unsigned char *file,
                   struct cache_header *want) {
  struct cache_header h;
  uint8_t flags = data[0];
  size_t fields = size - 1 < FIELDS ? size - 1 : FIELDS;
  size_t rows = size - 1 - fields < ROWS_MAX ? size - 1 - fields : ROWS_MAX;
  memset(file, 0, CACHE_ROWS_AT);
  memset(&h, 0, sizeof h);
  memcpy(&h, data + 1, fields);
  memcpy(file + CACHE_ROWS_AT, data + 1 + fields, rows);
  if ((flags & OURS) != 0) {
    memcpy(h.magic, CACHE_MAGIC, sizeof h.magic);
    h.version = CACHE_VERSION;
    h.order = CACHE_ORDER;
    h.kind %= OMS_CSV_KINDS;
    h.row_size = (uint32_t)oms_csv_kind_row_size((oms_csv_kind_t)h.kind);
    rows -= (flags & COUNTED) != 0 ? rows % h.row_size : 0;
    h.n = (flags & COUNTED) != 0 ? rows / h.row_size : h.n;
  }
  if ((flags & HASHED) != 0) {
    char hex[33];
    oms_hash_hex(file + CACHE_ROWS_AT, rows, hex);
    memcpy(h.rows_hash, hex, 32);
  }
  if ((flags & SEALED) != 0) {
    oms_cache_header_seal(&h);
  }
  memcpy(file, &h, sizeof h);
  *want = h;
  if ((flags & WANTED) == 0) {
    memcpy(want->magic, CACHE_MAGIC, sizeof want->magic);
    want->version = CACHE_VERSION;
    want->order = CACHE_ORDER;
    want->kind = OMS_CSV_BARS;
    want->row_size = sizeof(oms_bar_row_t);
  }
  return (flags & CUT) != 0 ? rows : CACHE_ROWS_AT + rows;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static unsigned char file[CACHE_ROWS_AT + ROWS_MAX];
  struct cache_header want;
  oms_cache_rows_t rows;
  if (size < 1) {
    return 0;
  }
  size_t n = make(data, size, file, &want);
  if (want.row_size == 0 || (want.row_size % sizeof(int64_t)) != 0) {
    return 0; /* nobody asks for such rows */
  }
  if (oms_cache_check(file, n, &want, &rows)) {
    OMS_CHECK(rows.n > 0 && rows.first_volume <= rows.n);
    OMS_CHECK(rows.rows == file + CACHE_ROWS_AT);
    OMS_CHECK(CACHE_ROWS_AT + rows.n * want.row_size == n);
  }
  return 0;
}
