/* fuzz_op.c - any bytes as an operation or a row of the journal: each is refused, or is written
 * again byte for byte. The first byte tells which of the two they are to be. */
#include <stddef.h>
#include <stdint.h>

#include "base/check.h"
#include "host/op_codec.h"
#include "host/row_codec.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_again(const oms_pack_t *again, const uint8_t *from, size_t n) {
  OMS_CHECK(!again->failed && again->n == n && memcmp(again->data, from, n) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (size == 0) {
    return 0;
  }
  const uint8_t *from = data + 1;
  oms_unpack_t u = oms_unpack_of(from, size - 1);
  oms_pack_t again = {0};
  oms_op_t op;
  oms_op_room_t room;
  oms_row_t row;
  int flags;
  if (data[0] % 2 == 0 && oms_op_unpack(&u, &op, &room)) {
    oms_op_pack(&again, &op);
    check_again(&again, from, (size_t)(u.at - from));
  } else if (data[0] % 2 == 1 && oms_row_unpack(&u, data[0], &row, &flags)) {
    oms_row_pack(&again, &row, flags, data[0]);
    check_again(&again, from, (size_t)(u.at - from));
  }
  oms_pack_free(&again);
  return 0;
}
