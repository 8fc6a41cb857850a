/* fuzz_past.c - any bytes as records of a journal behind the first ones of a host: recovery takes
 * them or says that it cannot, and what it has come to can be written into a snapshot and read
 * again. A record is its kind (with bit 7: of the market stream), two bytes of length, its payload.
 */
#include <stddef.h>
#include <stdint.h>

#include "base/check.h"
#include "bind/session.h"
#include "core/codec.h"
#include "host/boot.h"
#include "host/past.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define MARKET 0x80

static int give(oms_past_t *p, int kind, bool market, const void *data, size_t n) {
  const oms_record_t r = {.seq = p->seq + 1,
                          .kind = (uint8_t)kind,
                          .market = market,
                          .now = p->now == OMS_NO_TIME ? 1 : p->now + 1,
                          .data = data,
                          .n = n};
  oms_error_t err;
  return oms_past_take(p, &r, true, &err);
}

static void put(oms_past_t *p, int kind, oms_pack_t *bytes) {
  OMS_CHECK(!bytes->failed && give(p, kind, false, bytes->data, bytes->n) == OMS_OK);
  bytes->n = 0;
}

/* A start with one stream of bars and one of quotes. */
static void boot(oms_past_t *p, oms_pack_t *b) {
  oms_boot_core_t core = {
      .engine = {.seed = 7, .crosses_zero = true}
  };
  core.engine.commission.min = core.engine.commission.max = OMS_NO_PRICE;
  oms_pack_u8(b, OMS_BOOT_FORMAT);
  for (int i = 0; i < 4; i++) {
    oms_pack_text(b, "s.lua");
  }
  oms_pack_i64(b, 1);
  oms_pack_u64(b, 0);
  oms_pack_u64(b, 2);
  for (int i = 0; i < 2; i++) {
    oms_pack_text(b, "X");
    oms_pack_u8(b, i == 0 ? OMS_DATA_BARS : OMS_DATA_QUOTES);
    oms_pack_i64(b, i == 0 ? 60 * OMS_NS_PER_SECOND : 0);
    oms_pack_u8(b, i == 0 ? 0 : OMS_BOOT_PUSHED);
  }
  oms_boot_pack_core(b, &core);
  oms_pack_bytes(b, "", 0);
  put(p, OMS_RECORD_BOOT, b);
}

static void set_up(oms_past_t *p, oms_pack_t *b) {
  const oms_instrument_t i = {.symbol = "X",
                              .currency = "USD",
                              .multiplier = OMS_QTY_SCALE,
                              .previous_close = 100 * OMS_PRICE_SCALE,
                              .margin_per_contract = OMS_NO_PRICE,
                              .last = 100 * OMS_PRICE_SCALE,
                              .bid = OMS_NO_PRICE,
                              .ask = OMS_NO_PRICE};
  oms_account_t a;
  oms_session_account_init(&a);
  a.initial_cash = a.cash = INT64_C(1000000000000);
  a.multiplier = OMS_QTY_SCALE;
  oms_instrument_pack(b, &i);
  put(p, OMS_RECORD_INSTRUMENT, b);
  oms_account_pack(b, &a);
  put(p, OMS_RECORD_ACCOUNT, b);
  oms_pack_text(b, "s");
  oms_pack_text(b, "0123");
  put(p, OMS_RECORD_OWNER, b);
}

static void order(oms_past_t *p, oms_pack_t *b) {
  oms_terms_t t = {.owner = 1,
                   .type = OMS_TYPE_LIMIT,
                   .time_in_force = OMS_TIF_GTC,
                   .qty = 10 * OMS_QTY_SCALE,
                   .limit_price = 100 * OMS_PRICE_SCALE,
                   .group = OMS_NONE,
                   .parent = OMS_NONE};
  t.display_qty = t.notional = t.stop_price = t.trail_price = t.limit_offset = OMS_NO_PRICE;
  t.trail_percent = OMS_NO_PRICE;
  t.expire_at = t.expire_session = OMS_NO_TIME;
  oms_command_t c = {.type = OMS_COMMAND_SUBMIT};
  c.u.submit.terms = &t;
  oms_command_pack(b, &c);
  put(p, OMS_RECORD_COMMAND, b);
  c = (oms_command_t){.type = OMS_COMMAND_SEND};
  oms_command_pack(b, &c);
  put(p, OMS_RECORD_COMMAND, b);
}

static void once_more(const oms_past_t *p) {
  oms_pack_t bytes = {0}, again = {0};
  oms_past_t *back = oms_past_new();
  oms_past_pack(&bytes, p);
  oms_unpack_t u = oms_unpack_of(bytes.data, bytes.n);
  OMS_CHECK(back != NULL && !bytes.failed);
  back->engine = p->engine;
  OMS_CHECK(oms_past_unpack(&u, back));
  oms_past_pack(&again, back);
  OMS_CHECK(bytes.n == again.n && memcmp(bytes.data, again.data, bytes.n) == 0);
  oms_past_free(back);
  oms_pack_free(&bytes);
  oms_pack_free(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  oms_pack_t b = {0};
  oms_past_t *p = oms_past_new();
  OMS_CHECK(p != NULL);
  boot(p, &b);
  set_up(p, &b);
  order(p, &b);
  int rc = OMS_OK;
  for (size_t at = 0; size - at >= 3 && rc == OMS_OK;) {
    size_t n = data[at + 1] | (size_t)data[at + 2] << 8;
    n = n < size - at - 3 ? n : size - at - 3;
    rc = give(p, data[at] & ~MARKET, (data[at] & MARKET) != 0, data + at + 3, n);
    at += 3 + n;
  }
  if (rc == OMS_OK && oms_past_end(p) == OMS_OK) {
    once_more(p);
  }
  oms_past_free(p);
  oms_pack_free(&b);
  return 0;
}
