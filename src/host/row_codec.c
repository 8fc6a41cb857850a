/* row_codec.c - see row_codec.h. */
#include "host/row_codec.h"

/* Differences wrap: what is read back is what was written, whatever the two times are. */
static void pack_time(oms_pack_t *p, oms_time_t t, oms_time_t now) {
  oms_pack_i64(p, (int64_t)((uint64_t)t - (uint64_t)now));
}

static oms_time_t unpack_time(oms_unpack_t *u, oms_time_t now) {
  return (int64_t)((uint64_t)oms_unpack_i64(u) + (uint64_t)now);
}

static void pack_bar(oms_pack_t *p, const oms_bar_t *b, oms_time_t now) {
  pack_time(p, b->ts, now);
  pack_time(p, b->start, now);
  pack_time(p, b->end, now);
  oms_pack_maybe(p, b->open);
  oms_pack_maybe(p, b->high);
  oms_pack_maybe(p, b->low);
  oms_pack_maybe(p, b->close);
  oms_pack_raw(p, &b->volume, sizeof b->volume);
}

static double unpack_double(oms_unpack_t *u) {
  unsigned char bytes[sizeof(double)];
  double v;
  for (size_t i = 0; i < sizeof bytes; i++) {
    bytes[i] = oms_unpack_u8(u);
  }
  memcpy(&v, bytes, sizeof v);
  return v;
}

static void unpack_bar(oms_unpack_t *u, oms_bar_t *b, oms_time_t now) {
  b->ts = unpack_time(u, now);
  b->start = unpack_time(u, now);
  b->end = unpack_time(u, now);
  b->open = oms_unpack_maybe(u);
  b->high = oms_unpack_maybe(u);
  b->low = oms_unpack_maybe(u);
  b->close = oms_unpack_maybe(u);
  b->volume = unpack_double(u);
}

static void pack_tick(oms_pack_t *p, const oms_tick_t *t, oms_time_t now) {
  pack_time(p, t->ts, now);
  switch ((oms_data_kind_t)t->kind) {
  case OMS_DATA_QUOTES:
    oms_pack_maybe(p, t->u.quote.bid);
    oms_pack_maybe(p, t->u.quote.ask);
    oms_pack_i64(p, t->u.quote.bid_size);
    oms_pack_i64(p, t->u.quote.ask_size);
    return;
  case OMS_DATA_TRADES:
    oms_pack_maybe(p, t->u.trade.price);
    oms_pack_i64(p, t->u.trade.size);
    return;
  case OMS_DATA_ORDERS:
    oms_pack_u8(p, (uint8_t)t->u.flow.op);
    oms_pack_u8(p, t->u.flow.side);
    oms_pack_u64(p, t->u.flow.id);
    oms_pack_maybe(p, t->u.flow.price);
    oms_pack_i64(p, t->u.flow.qty);
    return;
  case OMS_DATA_ACTIONS:
    oms_pack_u8(p, t->u.action.kind);
    oms_pack_i64(p, t->u.action.ratio);
    oms_pack_i64(p, t->u.action.cash);
    return;
  case OMS_DATA_BARS:
    return;
  }
}

static bool unpack_flow(oms_unpack_t *u, oms_flow_t *f) {
  f->op = (char)oms_unpack_u8(u);
  f->side = oms_unpack_u8(u);
  f->id = oms_unpack_u64(u);
  f->price = oms_unpack_maybe(u);
  f->qty = oms_unpack_i64(u);
  return (f->op == 'A' || f->op == 'C' || f->op == 'R') && f->side <= OMS_SIDE_SELL;
}

static bool unpack_tick(oms_unpack_t *u, oms_tick_t *t, oms_time_t now) {
  t->ts = unpack_time(u, now);
  switch ((oms_data_kind_t)t->kind) {
  case OMS_DATA_QUOTES:
    t->u.quote.bid = oms_unpack_maybe(u);
    t->u.quote.ask = oms_unpack_maybe(u);
    t->u.quote.bid_size = oms_unpack_i64(u);
    t->u.quote.ask_size = oms_unpack_i64(u);
    return true;
  case OMS_DATA_TRADES:
    t->u.trade.price = oms_unpack_maybe(u);
    t->u.trade.size = oms_unpack_i64(u);
    return true;
  case OMS_DATA_ORDERS:
    return unpack_flow(u, &t->u.flow);
  case OMS_DATA_ACTIONS:
    t->u.action.kind = oms_unpack_u8(u);
    t->u.action.ratio = oms_unpack_i64(u);
    t->u.action.cash = oms_unpack_i64(u);
    return t->u.action.kind < OMS_CORPORATE_KINDS;
  case OMS_DATA_BARS:
    break;
  }
  return false;
}

void oms_row_pack(oms_pack_t *p, const oms_row_t *row, int flags, oms_time_t now) {
  bool bar = row->kind == OMS_DATA_BARS;
  oms_pack_u8(p, row->kind);
  oms_pack_u8(p, (uint8_t)flags);
  oms_pack_u64(p, bar ? row->u.bar.stream : row->u.tick.stream);
  if (bar) {
    pack_bar(p, &row->u.bar, now);
  } else {
    pack_tick(p, &row->u.tick, now);
  }
}

bool oms_row_unpack(oms_unpack_t *u, oms_time_t now, oms_row_t *row, int *flags) {
  memset(row, 0, sizeof *row);
  row->kind = oms_unpack_u8(u);
  *flags = oms_unpack_u8(u);
  uint64_t stream = oms_unpack_u64(u);
  if (u->failed || row->kind > OMS_DATA_ACTIONS || stream > UINT32_MAX ||
      (*flags & ~(OMS_ROW_MORE | OMS_ROW_WARM)) != 0) {
    return false;
  }
  bool good = true;
  if (row->kind == OMS_DATA_BARS) {
    row->u.bar.stream = (uint32_t)stream;
    unpack_bar(u, &row->u.bar, now);
  } else {
    row->u.tick.kind = row->kind;
    row->u.tick.stream = (uint32_t)stream;
    good = unpack_tick(u, &row->u.tick, now);
  }
  return good && !u->failed;
}
