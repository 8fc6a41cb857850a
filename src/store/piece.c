/* piece.c - records packed one behind the other, and the head of a batch; see store_int.h. */
#include <string.h>

#include "store/store_int.h"

enum { FULL = 128, FORMAT = 1 };

static int64_t minus(int64_t a, int64_t b) {
  return (int64_t)((uint64_t)a - (uint64_t)b);
}

static int64_t plus(int64_t a, int64_t b) {
  return (int64_t)((uint64_t)a + (uint64_t)b);
}

int oms_piece_put(oms_piece_t *p, uint64_t seq, const oms_record_t *r) {
  oms_pack_t *to = &p->bytes;
  if (!oms_pack_room(to, OMS_BATCH_ROOM + 32 + r->n)) {
    to->failed = false; /* what is there is whole */
    return OMS_ERR_NOMEM;
  }
  if (p->n == 0) {
    to->n = OMS_BATCH_ROOM;
    p->first = seq;
  }
  bool full = !p->open;
  oms_pack_u8(to, (uint8_t)(r->kind | (full ? FULL : 0)));
  oms_pack_u64(to, full ? seq : seq - p->last - 1);
  oms_pack_i64(to, full ? r->now : minus(r->now, p->now));
  oms_pack_bytes(to, r->data, r->n);
  p->open = true;
  p->n++;
  p->last = seq;
  p->now = r->now;
  return OMS_OK;
}

void oms_piece_clear(oms_piece_t *p) {
  p->bytes.n = 0;
  p->n = 0;
  p->open = false;
}

void oms_piece_free(oms_piece_t *p) {
  oms_pack_free(&p->bytes);
  *p = (oms_piece_t){.n = 0};
}

int oms_piece_move(oms_piece_t *to, oms_piece_t *from) {
  if (from->n == 0) {
    return OMS_OK;
  }
  if (to->n == 0) {
    oms_piece_t empty = *to;
    *to = *from;
    *from = empty;
    oms_piece_clear(from);
    return OMS_OK;
  }
  if (!oms_pack_room(&to->bytes, oms_piece_size(from))) {
    to->bytes.failed = false;
    return OMS_ERR_NOMEM;
  }
  oms_pack_raw(&to->bytes, from->bytes.data + OMS_BATCH_ROOM, oms_piece_size(from));
  to->n += from->n;
  to->last = from->last;
  to->now = from->now;
  oms_piece_clear(from);
  return OMS_OK;
}

oms_records_t oms_records_of(const void *data, size_t size, uint64_t n, bool market) {
  return (oms_records_t){.from = oms_unpack_of(data, size), .left = n, .market = market};
}

int oms_records_next(oms_records_t *it, oms_record_t *r) {
  if (it->left == 0) {
    return it->from.at == it->from.end ? 0 : OMS_ERR_DATA;
  }
  uint8_t kind = oms_unpack_u8(&it->from);
  uint64_t seq = oms_unpack_u64(&it->from);
  int64_t now = oms_unpack_i64(&it->from);
  bool full = (kind & FULL) != 0;
  if (it->begun && !full) {
    if (seq >= UINT64_MAX - it->seq) {
      return OMS_ERR_DATA;
    }
    seq += it->seq + 1;
    now = plus(now, it->now);
  }
  r->data = oms_unpack_bytes(&it->from, &r->n);
  bool ahead = it->begun ? seq > it->seq : full && seq > 0;
  if (it->from.failed || !ahead || (kind & ~FULL) == 0) {
    return OMS_ERR_DATA;
  }
  r->kind = (uint8_t)(kind & ~FULL);
  r->seq = it->seq = seq;
  r->now = it->now = now;
  r->market = it->market;
  it->begun = true;
  it->left--;
  return 1;
}

unsigned char *oms_piece_head(oms_piece_t *p, const oms_batch_head_t *head, size_t *size) {
  unsigned char text[OMS_BATCH_ROOM];
  oms_pack_t to = {.data = text, .cap = sizeof text};
  oms_pack_u8(&to, FORMAT);
  oms_pack_u64(&to, head->market_seq);
  oms_pack_u8(&to, head->has_hash ? 1 : 0);
  if (head->has_hash) {
    oms_pack_raw(&to, head->market_hash, OMS_HASH_SIZE);
  }
  unsigned char *start = p->bytes.data + OMS_BATCH_ROOM - to.n;
  memcpy(start, text, to.n);
  *size = oms_piece_size(p) + to.n;
  return start;
}

int oms_batch_read(const void *data, size_t size, uint64_t n, oms_batch_head_t *head,
                   oms_records_t *records) {
  oms_unpack_t from = oms_unpack_of(data, size);
  if (oms_unpack_u8(&from) != FORMAT) {
    return OMS_ERR_DATA;
  }
  head->market_seq = oms_unpack_u64(&from);
  uint8_t has = oms_unpack_u8(&from);
  head->has_hash = has == 1;
  if (from.failed || has > 1) {
    return OMS_ERR_DATA;
  }
  if (head->has_hash) {
    if (from.end - from.at < OMS_HASH_SIZE) {
      return OMS_ERR_DATA;
    }
    memcpy(head->market_hash, from.at, OMS_HASH_SIZE);
    from.at += OMS_HASH_SIZE;
  }
  *records = oms_records_of(from.at, (size_t)(from.end - from.at), n, false);
  return OMS_OK;
}
