/* fuzz_codec.c - any bytes as commands of the core: each is refused, or is written again byte for
 * byte, and an engine, whose set-up comes first, takes it without harm. */
#include <stddef.h>
#include <stdint.h>

#include "base/check.h"
#include "base/err.h"
#include "core/codec.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_again(const oms_pack_t *again, const unsigned char *from, size_t n) {
  OMS_CHECK(!again->failed && again->n == n && memcmp(again->data, from, n) == 0);
}

static bool set_up(oms_engine_t *e, oms_unpack_t *u, oms_pack_t *again) {
  oms_instrument_t i;
  oms_account_t a;
  uint32_t instrument;
  uint16_t account, owner;
  const unsigned char *from = u->at;
  if (!oms_instrument_unpack(u, &i) || !oms_account_unpack(u, &a)) {
    return false;
  }
  again->n = 0;
  oms_instrument_pack(again, &i);
  oms_account_pack(again, &a);
  check_again(again, from, (size_t)(u->at - from));
  return oms_engine_add_instrument(e, &i, &instrument) == OMS_OK &&
         oms_engine_add_account(e, &a, &account) == OMS_OK &&
         oms_engine_add_owner(e, &(oms_owner_t){.id = "a"}, &owner) == OMS_OK;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  oms_unpack_t u = oms_unpack_of(data, size);
  oms_engine_config_t config = {.seed = 1, .crosses_zero = true};
  config.commission.min = config.commission.max = OMS_NO_PRICE;
  oms_engine_t *e = oms_engine_new(&config);
  oms_pack_t again = {0};
  oms_command_t c;
  oms_terms_t terms;
  OMS_CHECK(e != NULL);
  bool ready = set_up(e, &u, &again);
  u.failed = false;
  while (u.at < u.end) {
    const unsigned char *from = u.at;
    if (!oms_command_unpack(&u, &c, &terms)) {
      break;
    }
    again.n = 0;
    oms_command_pack(&again, &c);
    check_again(&again, from, (size_t)(u.at - from));
    if (ready) {
      c.now = (oms_time_t)(u.at - (const unsigned char *)data) * INT64_C(1000000000);
      (void)oms_engine_apply(e, &c, NULL);
    }
  }
  oms_pack_free(&again);
  oms_engine_free(e);
  return 0;
}
