/* lob_ids.c - ids of resting orders to their places. Invariants in lob_int.h; an entry stands
 * nowhere before its home, and between the two nothing is empty. */
#include "base/alloc.h"
#include "base/check.h"
#include "sim/lob_int.h"

void lob_ids_free(lob_ids_t *t) {
  oms_free(t->entries);
  *t = (lob_ids_t){0};
}

static void place_entry(uint64_t *entries, size_t cap, uint64_t entry) {
  size_t at = (size_t)(entry >> 32) & (cap - 1);
  while (entries[at] != 0) {
    at = (at + 1) & (cap - 1);
  }
  entries[at] = entry;
}

int lob_ids_reserve(lob_ids_t *t) {
  if (OMS_LIKELY(t->n < t->cap / 2)) {
    return OMS_OK;
  }
  size_t cap = t->cap == 0 ? 16 : t->cap * 2;
  uint64_t *entries = oms_alloc_zero(cap, sizeof *entries);
  if (entries == NULL) {
    return OMS_ERR_NOMEM;
  }
  for (size_t i = 0; i < t->cap; i++) {
    if (t->entries[i] != 0) {
      place_entry(entries, cap, t->entries[i]);
    }
  }
  oms_free(t->entries);
  t->entries = entries;
  t->cap = cap;
  return OMS_OK;
}

void lob_ids_put(lob_ids_t *t, uint64_t id, uint32_t place) {
  place_entry(t->entries, t->cap, (uint64_t)lob_ids_hash(id) << 32 | ((uint64_t)place + 1));
  t->n++;
}

/* What stands behind moves forward into the gap, unless that would be before its home. */
void lob_ids_remove(lob_ids_t *t, uint64_t id, uint32_t place) {
  size_t mask = t->cap - 1, gap = lob_ids_hash(id) & mask;
  uint64_t entry = (uint64_t)lob_ids_hash(id) << 32 | ((uint64_t)place + 1);
  while (t->entries[gap] != entry) {
    OMS_CHECK(t->entries[gap] != 0);
    gap = (gap + 1) & mask;
  }
  for (size_t i = (gap + 1) & mask; t->entries[i] != 0; i = (i + 1) & mask) {
    size_t home = (size_t)(t->entries[i] >> 32) & mask;
    if (((i - home) & mask) >= ((i - gap) & mask)) {
      t->entries[gap] = t->entries[i];
      gap = i;
    }
  }
  t->entries[gap] = 0;
  t->n--;
}
