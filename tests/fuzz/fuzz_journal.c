/* Any bytes as a batch of the journal (first byte 'b') or as blocks of market data: no crash, no
 * leak; records that are read are written as they were and read again. */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "store/store_int.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Reads all records into a piece; OMS_OK: there were no others. */
static int take_all(oms_records_t it, oms_piece_t *piece) {
  oms_record_t r;
  int rc;
  while ((rc = oms_records_next(&it, &r)) == 1) {
    OMS_CHECK(r.seq > piece->last && r.kind > 0 && r.kind < 128);
    OMS_CHECK(oms_piece_put(piece, r.seq, &r) == OMS_OK);
  }
  return rc;
}

static void again(oms_piece_t *piece) {
  if (piece->n == 0) {
    return;
  }
  oms_piece_t copy = {.n = 0};
  const unsigned char *bytes = piece->bytes.data + OMS_BATCH_ROOM;
  size_t size = oms_piece_size(piece);
  OMS_CHECK(take_all(oms_records_of(bytes, size, piece->n, false), &copy) == OMS_OK);
  OMS_CHECK(copy.n == piece->n && copy.last == piece->last && oms_piece_size(&copy) == size);
  OMS_CHECK(memcmp(copy.bytes.data + OMS_BATCH_ROOM, bytes, size) == 0);
  oms_piece_free(&copy);
}

static void batch(const uint8_t *data, size_t size, uint64_t n) {
  oms_batch_head_t head, second;
  oms_records_t records;
  oms_piece_t piece = {.n = 0};
  if (oms_batch_read(data, size, n, &head, &records) != OMS_OK) {
    return;
  }
  if (take_all(records, &piece) == OMS_OK && piece.n > 0) {
    size_t length;
    const unsigned char *start = oms_piece_head(&piece, &head, &length);
    OMS_CHECK(oms_batch_read(start, length, piece.n, &second, &records) == OMS_OK);
    OMS_CHECK(second.market_seq == head.market_seq && second.has_hash == head.has_hash);
  }
  again(&piece);
  oms_piece_free(&piece);
}

static void blocks(const uint8_t *data, size_t size) {
  oms_sha_t sha;
  oms_block_head_t h;
  oms_records_t records;
  oms_error_t err;
  OMS_CHECK(oms_sha_init(&sha) == OMS_OK);
  oms_market_in_t in;
  const unsigned char id[OMS_ID_SIZE] = {0};
  OMS_CHECK(oms_market_in_init(&in, "/nowhere/desk.db", id, 1, false, &sha, &err) == OMS_OK);
  in.data = oms_alloc(size + 1);
  OMS_CHECK(in.data != NULL);
  if (size > 0) {
    memcpy(in.data, data, size);
  }
  in.size = size;
  while (oms_market_in_next(&in, &h, &records, &err) == 1) {
    oms_piece_t piece = {.n = 0};
    (void)take_all(records, &piece);
    again(&piece);
    oms_piece_free(&piece);
  }
  oms_market_in_free(&in);
  oms_sha_free(&sha);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  long live = oms_alloc_live();
  if (size > 1 && data[0] == 'b') {
    batch(data + 2, size - 2, data[1]);
  } else if (size > 0) {
    blocks(data + 1, size - 1);
  }
  OMS_CHECK(oms_alloc_live() == live);
  return 0;
}
