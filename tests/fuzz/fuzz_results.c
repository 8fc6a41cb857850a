/* Any bytes as a CSV file of results, or (first byte '{') as a summary: no crash, no leak, an error
 * has a text, every row has as many fields as the header. */
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/check.h"
#include "host/rows_in.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void as_rows(const uint8_t *data, size_t size) {
  oms_rows_in_t *r = NULL;
  oms_error_t err = {.code = OMS_OK};
  bool more = true;
  FILE *file = fmemopen((void *)(uintptr_t)data, size, "rb");
  OMS_CHECK(file != NULL);
  int rc = oms_rows_open_stream("f.csv", file, &r, &err);
  while (rc == OMS_OK && more) {
    rc = oms_rows_next(r, &more, &err);
    for (size_t i = 0; rc == OMS_OK && more && i < oms_rows_columns(r); i++) {
      OMS_CHECK(oms_rows_field(r, i) != NULL && oms_rows_column(r, i) != NULL);
    }
  }
  OMS_CHECK(rc == OMS_OK || (err.code == rc && err.message[0] != '\0'));
  oms_rows_close(r);
}

static void as_summary(const uint8_t *data, size_t size) {
  oms_arena_t arena = {NULL};
  oms_array_t fields;
  oms_error_t err = {.code = OMS_OK};
  oms_array_init(&fields, sizeof(oms_json_field_t));
  char *text = oms_alloc(size + 1);
  OMS_CHECK(text != NULL);
  memcpy(text, data, size);
  text[size] = '\0';
  int rc = oms_summary_parse("f.json", text, &arena, &fields, &err);
  OMS_CHECK(rc == OMS_OK || (err.code == rc && err.message[0] != '\0'));
  oms_free(text);
  oms_array_free(&fields);
  oms_arena_free(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  long live = oms_alloc_live();
  if (size > 0 && data[0] == '{') {
    as_summary(data, size);
  } else if (size > 0) {
    as_rows(data, size);
  }
  OMS_CHECK(oms_alloc_live() == live);
  return 0;
}
