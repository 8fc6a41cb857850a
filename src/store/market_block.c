/* market_block.c - the form of a market file: a head, then blocks of a head and a frame of zstd.
 * The heads are skippable frames, so `zstd -dc FILE` gives the records' bytes. */
#include <string.h>

#include "store/store_int.h"

enum { FILE_MAGIC = 0x184D2A5A, BLOCK_MAGIC = 0x184D2A5B, FORMAT = 0x314D444D /* MDM1 */ };

static unsigned char *put(unsigned char *to, uint64_t v, int bytes) {
  oms_put_low_first(to, v, bytes);
  return to + bytes;
}

static uint64_t get(const unsigned char **from, int bytes) {
  *from += bytes;
  return oms_get_low_first(*from - bytes, bytes);
}

void oms_market_head_write(const oms_market_head_t *h, unsigned char out[OMS_MARKET_HEAD]) {
  unsigned char *at = put(put(out, FILE_MAGIC, 4), OMS_MARKET_HEAD - 8, 4);
  at = put(at, FORMAT, 4);
  memcpy(at, h->id, OMS_ID_SIZE);
  at = put(at + OMS_ID_SIZE, h->first_seq, 8);
  memcpy(at, h->before, OMS_HASH_SIZE);
  put(at + OMS_HASH_SIZE, 0, 4);
}

int oms_market_head_read(const void *data, size_t n, oms_market_head_t *h) {
  const unsigned char *at = data;
  if (n < OMS_MARKET_HEAD || get(&at, 4) != FILE_MAGIC || get(&at, 4) != OMS_MARKET_HEAD - 8 ||
      get(&at, 4) != FORMAT) {
    return OMS_ERR_DATA;
  }
  memcpy(h->id, at, OMS_ID_SIZE);
  at += OMS_ID_SIZE;
  h->first_seq = get(&at, 8);
  memcpy(h->before, at, OMS_HASH_SIZE);
  at += OMS_HASH_SIZE;
  return get(&at, 4) == 0 ? OMS_OK : OMS_ERR_DATA;
}

void oms_block_head_write(const oms_block_head_t *h, unsigned char out[OMS_BLOCK_HEAD]) {
  unsigned char *at = put(put(out, BLOCK_MAGIC, 4), OMS_BLOCK_HEAD - 8, 4);
  at = put(put(put(at, h->first, 8), h->last, 8), (uint64_t)h->now, 8);
  at = put(put(put(at, h->n, 4), h->raw, 4), h->packed, 4);
  memcpy(at, h->hash, OMS_HASH_SIZE);
}

int oms_block_head_read(const void *data, size_t n, oms_block_head_t *h) {
  const unsigned char *at = data;
  if (n < OMS_BLOCK_HEAD || get(&at, 4) != BLOCK_MAGIC || get(&at, 4) != OMS_BLOCK_HEAD - 8) {
    return OMS_ERR_DATA;
  }
  h->first = get(&at, 8);
  h->last = get(&at, 8);
  h->now = (oms_time_t)get(&at, 8);
  h->n = (uint32_t)get(&at, 4);
  h->raw = (uint32_t)get(&at, 4);
  h->packed = (uint32_t)get(&at, 4);
  memcpy(h->hash, at, OMS_HASH_SIZE);
  bool sane = h->first > 0 && h->last >= h->first && h->n > 0 && h->raw > 0 &&
              h->raw <= OMS_BLOCK_MAX && h->packed <= n - OMS_BLOCK_HEAD;
  return sane ? OMS_OK : OMS_ERR_DATA;
}

void oms_block_hash(oms_sha_t *sha, const unsigned char before[OMS_HASH_SIZE],
                    const oms_block_head_t *h, const void *packed,
                    unsigned char out[OMS_HASH_SIZE]) {
  unsigned char head[OMS_BLOCK_HEAD];
  oms_block_head_write(h, head);
  oms_sha_begin(sha);
  oms_sha_add(sha, before, OMS_HASH_SIZE);
  oms_sha_add(sha, head, OMS_BLOCK_HEAD - OMS_HASH_SIZE);
  oms_sha_add(sha, packed, h->packed);
  oms_sha_end(sha, out);
}
