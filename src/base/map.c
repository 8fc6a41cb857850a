/* map.c - 64-bit keys to 32-bit values, linear probing in a table whose length is a power of two.
 * Invariants: at least a quarter of the slots is empty, so every probe ends; entries of one key are
 * met in the order in which they were put, also after growth. */
#include "base/alloc.h"
#include "base/check.h"
#include "base/containers.h"

/* Keys may be small numbers in sequence, so they are spread; the high bits of the product count. */
static size_t home(const oms_map_t *m, uint64_t key) {
  uint64_t h = key * UINT64_C(0x9e3779b97f4a7c15);
  return (size_t)(h ^ (h >> 32)) & (m->cap - 1);
}

static int take_slots(oms_map_t *m, size_t cap) {
  oms_map_slot_t *slots = oms_alloc_zero(cap, sizeof *slots);
  if (slots == NULL) {
    return OMS_ERR_NOMEM;
  }
  *m = (oms_map_t){.slots = slots, .cap = cap};
  return OMS_OK;
}

static void place(oms_map_t *m, uint64_t key, uint32_t stored) {
  size_t at = home(m, key);
  while (m->slots[at].value != 0) {
    at = (at + 1) & (m->cap - 1);
  }
  m->slots[at] = (oms_map_slot_t){key, stored};
  m->n++;
}

/* The walk starts behind an empty slot: no run of entries is cut by the end of the table, so those
 * of one key keep their order. */
static int rehash(oms_map_t *m, size_t cap) {
  oms_map_t larger;
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
      place(&larger, m->slots[at].key, m->slots[at].value);
    }
  }
  oms_map_free(m);
  *m = larger;
  return OMS_OK;
}

int oms_map_init(oms_map_t *m, size_t cap) {
  *m = (oms_map_t){0};
  size_t slots = 16;
  while (slots / 4 * 3 < cap) {
    if (slots > SIZE_MAX / 2) {
      return OMS_ERR_NOMEM;
    }
    slots *= 2;
  }
  return take_slots(m, slots);
}

void oms_map_free(oms_map_t *m) {
  oms_free(m->slots);
  *m = (oms_map_t){0};
}

int oms_map_put(oms_map_t *m, uint64_t key, uint32_t value) {
  OMS_CHECK(value < UINT32_MAX);
  if (m->n >= m->cap / 4 * 3) {
    int rc = rehash(m, m->cap == 0 ? 16 : m->cap * 2);
    if (rc != OMS_OK) {
      return rc;
    }
  }
  place(m, key, value + 1);
  return OMS_OK;
}

int oms_map_reserve(oms_map_t *m, size_t n) {
  while (m->n + n > m->cap / 4 * 3) {
    int rc = rehash(m, m->cap == 0 ? 16 : m->cap * 2);
    if (rc != OMS_OK) {
      return rc;
    }
  }
  return OMS_OK;
}

bool oms_map_next(const oms_map_t *m, uint64_t key, size_t *at, uint32_t *value) {
  if (m->cap == 0) {
    return false;
  }
  size_t i = *at == SIZE_MAX ? home(m, key) : (*at + 1) & (m->cap - 1);
  for (; m->slots[i].value != 0; i = (i + 1) & (m->cap - 1)) {
    if (m->slots[i].key == key) {
      *at = i;
      *value = m->slots[i].value - 1;
      return true;
    }
  }
  return false;
}
