/* boot_read.c - the payload of a BOOT record read again (boot.c writes it). */
#include <string.h>

#include "host/boot.h"

void oms_boot_init(oms_boot_t *b) {
  memset(b, 0, sizeof *b);
  oms_array_init(&b->files, sizeof(oms_boot_file_t));
  oms_array_init(&b->streams, sizeof(oms_boot_stream_t));
}

void oms_boot_free(oms_boot_t *b) {
  oms_array_free(&b->files);
  oms_array_free(&b->streams);
}

static bool read_files(oms_unpack_t *u, oms_boot_t *b) {
  uint64_t n = oms_unpack_u64(u);
  for (uint64_t i = 0; i < n && !u->failed; i++) {
    oms_boot_file_t f;
    f.path = oms_unpack_text(u);
    f.data = oms_unpack_u8(u) != 0;
    f.digest = oms_unpack_text(u);
    if (f.path == NULL || f.digest == NULL || oms_array_push(&b->files, &f) != OMS_OK) {
      return false;
    }
  }
  return !u->failed;
}

static bool read_streams(oms_unpack_t *u, oms_boot_t *b) {
  uint64_t n = oms_unpack_u64(u);
  for (uint64_t i = 0; i < n && !u->failed; i++) {
    oms_boot_stream_t s;
    s.symbol = oms_unpack_text(u);
    s.kind = oms_unpack_u8(u);
    s.timeframe = oms_unpack_i64(u);
    s.flags = oms_unpack_u8(u);
    if (s.symbol == NULL || oms_array_push(&b->streams, &s) != OMS_OK) {
      return false;
    }
  }
  return !u->failed;
}

void oms_boot_pack_core(oms_pack_t *p, const oms_boot_core_t *c) {
  const oms_commission_model_t *m = &c->engine.commission;
  oms_pack_u64(p, c->engine.seed);
  oms_pack_u8(p, c->engine.crosses_zero);
  oms_pack_i64(p, m->per_share);
  oms_pack_i64(p, m->per_contract);
  oms_pack_i64(p, m->percent);
  oms_pack_i64(p, m->per_order);
  oms_pack_maybe(p, m->min);
  oms_pack_maybe(p, m->max);
  oms_pack_u8(p, m->regulatory);
  oms_pack_i64(p, c->budget_ns);
  oms_pack_u64(p, c->strict_budget);
}

static void read_core(oms_unpack_t *u, oms_boot_core_t *c) {
  oms_commission_model_t *m = &c->engine.commission;
  c->engine.seed = oms_unpack_u64(u);
  c->engine.crosses_zero = oms_unpack_u8(u) != 0;
  m->per_share = oms_unpack_i64(u);
  m->per_contract = oms_unpack_i64(u);
  m->percent = oms_unpack_i64(u);
  m->per_order = oms_unpack_i64(u);
  m->min = oms_unpack_maybe(u);
  m->max = oms_unpack_maybe(u);
  m->regulatory = oms_unpack_u8(u) != 0;
  c->budget_ns = oms_unpack_i64(u);
  c->strict_budget = oms_unpack_u64(u);
}

bool oms_boot_unpack(oms_unpack_t *u, oms_boot_t *b) {
  if (oms_unpack_u8(u) != OMS_BOOT_FORMAT) {
    return false;
  }
  b->version = oms_unpack_text(u);
  b->path = oms_unpack_text(u);
  b->name = oms_unpack_text(u);
  b->library = oms_unpack_text(u);
  b->pace = oms_unpack_i64(u);
  if (!read_files(u, b) || !read_streams(u, b)) {
    return false;
  }
  read_core(u, &b->core);
  b->limits = oms_unpack_bytes(u, &b->limit_n);
  return oms_unpack_done(u);
}
