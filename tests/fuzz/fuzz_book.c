/* fuzz_book.c - any bytes as operations on an order book: it does what the naive book does, and its
 * invariants hold. The first byte picks how prices are spread. */
#include <stddef.h>
#include <stdint.h>

#include "../unit/sim/lob_naive.h"
#include "base/check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define OPERATION 4

static oms_price_t price_of(uint8_t spread, uint8_t b, uint8_t c) {
  switch (spread % 4) {
  case 0:
    return b % 16;
  case 1:
    return b * INT64_C(10000000) - INT64_C(1000000000);
  case 2: /* far apart, on both sides of 0; OMS_NO_PRICE is one of them */
    return (oms_price_t)((uint64_t)b << 56);
  default:
    return (oms_price_t)(((uint64_t)b << (c % 57)) - c);
  }
}

/* An operation and a small id, a price, a quantity. */
static bool apply(naive_pair_t *p, uint8_t spread, const uint8_t *op) {
  uint64_t id = 1 + (op[1] & 63u) * (spread & 128 ? UINT64_C(0x1000000000000) : 1);
  oms_qty_t qty = op[3] == 255 ? INT64_MAX : (oms_qty_t)op[3] - 1;
  switch (op[0] % 4) {
  case 0:
  case 1: {
    oms_lob_new_t o = {id, op[0], op[0] % 4 == 0, price_of(spread, op[2], op[1]), qty};
    return naive_pair_add(p, &o);
  }
  case 2:
    return naive_pair_cancel(p, id);
  default:
    return naive_pair_reduce(p, id, qty);
  }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static naive_pair_t p;
  if (size < 1) {
    return 0;
  }
  p.naive.n = 0;
  p.book = oms_lob_new();
  OMS_CHECK(p.book != NULL);
  for (size_t i = 1; i + OPERATION <= size; i += OPERATION) {
    OMS_CHECK(apply(&p, data[0], data + i));
  }
  OMS_CHECK(oms_lob_verify(p.book));
  oms_lob_free(p.book);
  return 0;
}
