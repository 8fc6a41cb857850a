/* index.c - hashes to 32-bit values, linear probing in a table whose length is a power of two; half
 * of the hash is kept, so that a slot is eight bytes and a million keys take sixteen million of
 * them. Invariants: at least a quarter of the slots is empty, so every probe ends; entries of one
 * hash are met in the order in which they were put, also after growth. */
#include "base/alloc.h"
#include "base/check.h"
#include "base/containers.h"

static uint32_t half_of(uint64_t hash) {
  return (uint32_t)((hash * UINT64_C(0x9e3779b97f4a7c15)) >> 32);
}

static int take_slots(oms_index_t *m, size_t cap) {
  oms_index_slot_t *slots = oms_alloc_zero(cap, sizeof *slots);
  if (slots == NULL) {
    return OMS_ERR_NOMEM;
  }
  *m = (oms_index_t){.slots = slots, .cap = cap};
  return OMS_OK;
}

static void place(oms_index_t *m, oms_index_slot_t slot) {
  size_t at = slot.half & (m->cap - 1);
  while (m->slots[at].value != 0) {
    at = (at + 1) & (m->cap - 1);
  }
  m->slots[at] = slot;
  m->n++;
}

/* The walk starts behind an empty slot: no run of entries is cut by the end of the table, so those
 * of one hash keep their order. */
static int rehash(oms_index_t *m, size_t cap) {
  oms_index_t larger;
  int rc = take_slots(&larger, cap);
  if (rc != OMS_OK) {
    return rc;
  }
  size_t start = 0;
  while (start < m->cap && m->slots[start].value != 0) {
    start++;
  }
  for (size_t i = 0; i < m->cap; i++) {
    size_t at = (start + i) & (m->cap - 1);
    if (m->slots[at].value != 0) {
      place(&larger, m->slots[at]);
    }
  }
  oms_index_free(m);
  *m = larger;
  return OMS_OK;
}

void oms_index_free(oms_index_t *m) {
  oms_free(m->slots);
  *m = (oms_index_t){0};
}

int oms_index_reserve(oms_index_t *m, size_t n) {
  size_t cap = m->cap == 0 ? 16 : m->cap;
  while (m->n + n > cap / 4 * 3) {
    cap *= 2;
  }
  return cap > m->cap ? rehash(m, cap) : OMS_OK;
}

int oms_index_put(oms_index_t *m, uint64_t hash, uint32_t value) {
  OMS_CHECK(value < UINT32_MAX);
  int rc = oms_index_reserve(m, 1);
  if (rc == OMS_OK) {
    place(m, (oms_index_slot_t){half_of(hash), value + 1});
  }
  return rc;
}

void oms_index_fetch(const oms_index_t *m, uint64_t hash) {
  if (m->cap > 0) {
    __builtin_prefetch(&m->slots[half_of(hash) & (m->cap - 1)], 1);
  }
}

bool oms_index_next(const oms_index_t *m, uint64_t hash, size_t *at, uint32_t *value) {
  if (m->cap == 0) {
    return false;
  }
  uint32_t half = half_of(hash);
  size_t i = *at == SIZE_MAX ? half & (m->cap - 1) : (*at + 1) & (m->cap - 1);
  for (; m->slots[i].value != 0; i = (i + 1) & (m->cap - 1)) {
    if (m->slots[i].half == half) {
      *at = i;
      *value = m->slots[i].value - 1;
      return true;
    }
  }
  return false;
}
