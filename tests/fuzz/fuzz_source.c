/* fuzz_source.c - any bytes as a plain, gzip or zip file: the reader ends, hands out no more than
 * it may and says why it stopped. Input that unpacks to more than 8 MB is left there.
 * build: clang -fsanitize=fuzzer,address,undefined with src/data and src/base; run over
 * tests/fuzz/corpus/source. */
#include <stdint.h>

#include "base/check.h"
#include "data/source.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static uint8_t out[4096];
  oms_error_t err = {0};
  size_t got = 1, total = 0;
  oms_source_t *s = oms_source_new();
  OMS_CHECK(s != NULL);
  int rc = oms_source_open_memory(s, "fuzz", data, size, &err);
  while (rc == OMS_OK && got > 0 && total < (8u << 20)) {
    rc = oms_source_read(s, out, sizeof out, &got, &err);
    OMS_CHECK(got <= sizeof out && oms_source_consumed(s) <= (int64_t)size);
    total += got;
  }
  OMS_CHECK((rc == OMS_OK) == (err.message[0] == '\0'));
  oms_source_free(s);
  return 0;
}
