/* fuzz_csv.c - any bytes as a file of each kind of rows. What is found must hold: rows keep
 * their rules, and the same bytes read in small steps give the same rows and the same error.
 * build: clang -fsanitize=fuzzer,address,undefined with src/data and src/base; run over
 * tests/fuzz/corpus/csv. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "data/csv.h"

#define ROWS_MAX 4096

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct outcome {
  int rc;
  size_t n;
  oms_error_t error;
  int64_t cells[ROWS_MAX * 6];
};

/* Reads up to ROWS_MAX rows, 'step' at a time. */
static void read_rows(oms_csv_kind_t kind, oms_zone_t zone, const uint8_t *data, size_t size,
                      size_t step, struct outcome *out) {
  oms_csv_t *csv;
  out->n = 0;
  out->error.message[0] = '\0';
  OMS_CHECK(oms_csv_new(kind, zone, &csv) == OMS_OK);
  oms_csv_set_symbol(csv, size % 3 == 0 ? "A" : NULL);
  size_t width = oms_csv_row_size(csv) / sizeof(int64_t), got = step;
  out->rc = oms_csv_open_memory(csv, "fuzz", data, size, &out->error);
  while (out->rc == OMS_OK && got == step && out->n + step <= ROWS_MAX) {
    out->rc = oms_csv_read(csv, out->cells + out->n * width, step, &got, &out->error);
    out->n += got;
  }
  OMS_CHECK((out->rc == OMS_OK) == (out->error.message[0] == '\0'));
  oms_csv_free(csv);
}

static void check_bars(const struct outcome *out) {
  oms_time_t prev = INT64_MIN;
  for (size_t i = 0; i < out->n; i++) {
    oms_bar_row_t row;
    const char *column;
    char what[200];
    memcpy(&row, out->cells + i * 6, sizeof row);
    OMS_CHECK(oms_bar_row_check(&row, prev, &column, what, sizeof what) == OMS_OK);
    prev = row.ts;
  }
}

static void check_flow(const struct outcome *out) {
  for (size_t i = 0; i < out->n; i++) {
    oms_flow_row_t row;
    const char *what;
    memcpy(&row, out->cells + i * 6, sizeof row);
    OMS_CHECK(oms_flow_fault(&row, &what) == NULL);
  }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static struct outcome whole, parts;
  for (int kind = 0; kind < OMS_CSV_KINDS; kind++) {
    oms_zone_t zone = size % 2 == 0 ? OMS_ZONE_UTC : oms_zone_new_york;
    read_rows((oms_csv_kind_t)kind, zone, data, size, ROWS_MAX, &whole);
    read_rows((oms_csv_kind_t)kind, zone, data, size, 1, &parts);
    static const size_t widths[OMS_CSV_KINDS] = {6, 5, 3, 6, 6, 2};
    size_t width = widths[kind];
    OMS_CHECK(whole.n == parts.n && whole.rc == parts.rc);
    OMS_CHECK(memcmp(whole.cells, parts.cells, whole.n * width * sizeof(int64_t)) == 0);
    OMS_CHECK(strcmp(whole.error.message, parts.error.message) == 0);
    if (kind == OMS_CSV_BARS) {
      check_bars(&whole);
    } else if (kind == OMS_CSV_ORDERS) {
      check_flow(&whole);
    }
  }
  return 0;
}
