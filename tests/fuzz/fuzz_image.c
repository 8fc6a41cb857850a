/* fuzz_image.c - any bytes as an image of an engine, its mark and digest put right so that what is
 * behind them is reached: it is refused, or it makes an engine that can be looked at, checked and
 * saved. */
#include <stdint.h>
#include <stdlib.h>

#include "base/check.h"
#include "base/err.h"
#include "base/hash.h"
#include "core/image.h"
#include "core/image_int.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int collect(void *self, const void *data, size_t n) {
  oms_pack_raw(self, data, n);
  return OMS_OK;
}

static void look(const oms_engine_t *e) {
  char hash[33];
  oms_error_t err;
  oms_pack_t p = {0};
  OMS_CHECK(oms_engine_state_hash(e, hash) == OMS_OK);
  OMS_CHECK(oms_engine_save(e, collect, &p) == OMS_OK && !p.failed);
  (void)oms_engine_verify(e, &err);
  oms_pack_free(&p);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  oms_engine_config_t config = {.seed = 7, .crosses_zero = true};
  oms_pack_t p = {0};
  oms_engine_t *e;
  char digest[IMAGE_DIGEST_N + 1];
  config.commission.min = config.commission.max = OMS_NO_PRICE;
  (void)oms_engine_load(&config, data, size, &e); /* as it is */
  oms_engine_free(e);
  oms_pack_raw(&p, IMAGE_MAGIC, IMAGE_MAGIC_N);
  oms_pack_raw(&p, data, size);
  oms_hash_hex(p.data, p.n, digest);
  oms_pack_raw(&p, digest, IMAGE_DIGEST_N);
  if (!p.failed && oms_engine_load(&config, p.data, p.n, &e) == OMS_OK) {
    look(e);
    oms_engine_free(e);
  }
  oms_pack_free(&p);
  return 0;
}
