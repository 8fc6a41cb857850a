/* Any bytes as a bundle: no crash, no leak, an error has a text, and what is read is written as it
 * was. The first byte '!' gives the rest a true checksum, so that mutation gets behind it. */
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/check.h"
#include "base/hash.h"
#include "host/bundle.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void one(const char *bytes, size_t n) {
  oms_bundle_t b, again;
  oms_error_t err = {.code = OMS_OK};
  oms_bundle_init(&b);
  int rc = oms_bundle_decode(&b, bytes, n, &err);
  OMS_CHECK(rc == OMS_OK || (err.code == rc && err.message[0] != '\0'));
  if (rc == OMS_OK) {
    char *out;
    size_t out_n;
    OMS_CHECK(b.arguments.n > 0);
    OMS_CHECK(oms_bundle_encode(&b, &out, &out_n) == OMS_OK);
    oms_bundle_init(&again);
    OMS_CHECK(oms_bundle_decode(&again, out, out_n, &err) == OMS_OK);
    OMS_CHECK(again.sources.list.n == b.sources.list.n && again.data.n == b.data.n);
    oms_bundle_free(&again);
    oms_free(out);
  }
  oms_bundle_free(&b);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  long live = oms_alloc_live();
  if (size > 0 && data[0] == '!') {
    char digest[33];
    char *bytes = oms_alloc(size + 64);
    OMS_CHECK(bytes != NULL);
    memcpy(bytes, data + 1, size - 1);
    oms_hash_hex(bytes, size - 1, digest);
    int n = snprintf(bytes + size - 1, 64, "end 32\n%s\n", digest);
    one(bytes, size - 1 + (size_t)n);
    oms_free(bytes);
  } else {
    one((const char *)data, size);
  }
  OMS_CHECK(oms_alloc_live() == live);
  return 0;
}
