/* slots.c - the places of orders that the venue holds, and the lists that name them. Leaves out
 * what the orders mean. Invariants: place[order] names the slot that holds the order; a slot with a
 * rank stands in exactly one alive entry of its symbol's list, which is sorted by rank. */
#include "base/alloc.h"
#include "base/check.h"
#include "sim/flow.h"

sim_symbol_t *sim_symbol_need(oms_sim_t *s, uint32_t instrument) {
  while (s->symbols.n <= instrument) {
    uint32_t at;
    if (oms_pool_new(&s->symbols, &at) != OMS_OK) {
      return NULL;
    }
    sim_symbol_t *sym = sim_symbol(s, at);
    oms_array_init(&sym->list, sizeof(sim_entry_t));
    oms_array_init(&sym->travel, sizeof(sim_request_t));
    oms_array_init(&sym->halts, sizeof(sim_halt_t));
    sym->next_end = INT64_MAX;
  }
  return sim_symbol(s, instrument);
}

sim_slot_t *sim_slot_of(const oms_sim_t *s, uint32_t order) {
  if (order >= s->place.n) {
    return NULL;
  }
  uint32_t place = *OMS_AT(&s->place, uint32_t, order);
  return place == 0 ? NULL : sim_slot(s, place - 1);
}

int sim_place_reserve(oms_sim_t *s, uint32_t order) {
  while (s->place.n <= order) {
    int rc = oms_array_push(&s->place, NULL);
    if (rc != OMS_OK) {
      return rc;
    }
  }
  return OMS_OK;
}

/* A free slot chains the next free one by its order field; the chain ends with OMS_NONE. */
int sim_slot_take(oms_sim_t *s, uint32_t order, sim_slot_t **out) {
  int rc = sim_place_reserve(s, order);
  if (rc != OMS_OK) {
    return rc;
  }
  uint32_t index = s->free_slot;
  if (index != OMS_NONE) {
    s->free_slot = sim_slot(s, index)->order;
    *sim_slot(s, index) = (sim_slot_t){0};
  } else if ((rc = oms_pool_new(&s->slots, &index)) != OMS_OK) {
    return rc;
  }
  sim_slot_t *slot = sim_slot(s, index);
  slot->order = order;
  slot->instrument = oms_engine_order(s->engine, order)->instrument;
  *OMS_AT(&s->place, uint32_t, order) = index + 1;
  s->held++;
  *out = slot;
  return OMS_OK;
}

uint32_t sim_slot_index(const oms_sim_t *s, const sim_slot_t *slot) {
  return *OMS_AT(&s->place, uint32_t, slot->order) - 1;
}

void sim_slot_free(oms_sim_t *s, sim_slot_t *slot) {
  uint32_t index = sim_slot_index(s, slot);
  sim_symbol_t *sym = sim_symbol(s, slot->instrument);
  sim_flow_leave(s, sym, slot);
  if (slot->rank != 0) {
    sym->live--;
    sym->trails -= slot->trails;
  }
  *OMS_AT(&s->place, uint32_t, slot->order) = 0;
  slot->rank = 0;
  slot->order = s->free_slot;
  s->free_slot = index;
  s->held--;
}

void sim_slot_rename(oms_sim_t *s, sim_slot_t *slot, uint32_t order) {
  uint32_t index = sim_slot_index(s, slot);
  *OMS_AT(&s->place, uint32_t, slot->order) = 0;
  *OMS_AT(&s->place, uint32_t, order) = index + 1;
  slot->order = order;
}

void sim_list_compact(const oms_sim_t *s, sim_symbol_t *sym) {
  if (s->walking || sym->list.n == sym->live) {
    return;
  }
  sim_entry_t *e = sym->list.data;
  size_t kept = 0;
  for (size_t i = 0; i < sym->list.n; i++) {
    if (sim_alive(s, e[i]) != NULL) {
      e[kept++] = e[i];
    }
  }
  OMS_CHECK(kept == sym->live);
  sym->list.n = kept;
}

/* Compacting only a list that is half dead keeps the cost of an order constant. */
int sim_list_reserve(oms_sim_t *s, sim_symbol_t *sym) {
  size_t need = sym->list.n + sym->travel.n + 1;
  if (need > sym->list.cap && sym->list.n / 2 >= sym->live) {
    sim_list_compact(s, sym);
    need = sym->list.n + sym->travel.n + 1;
  }
  return oms_array_reserve(&sym->list, need);
}

void sim_list_append(oms_sim_t *s, sim_symbol_t *sym, sim_slot_t *slot) {
  if (slot->rank == 0) {
    sym->live++;
    sym->trails += slot->trails;
  }
  slot->rank = ++s->rank;
  OMS_CHECK(sym->list.n < sym->list.cap);
  *OMS_AT(&sym->list, sim_entry_t, sym->list.n) =
      (sim_entry_t){slot->rank, sim_slot_index(s, slot)};
  sym->list.n++;
}

static void sift(sim_entry_t *e, size_t root, size_t n) {
  for (size_t child = 2 * root + 1; child < n; root = child, child = 2 * root + 1) {
    if (child + 1 < n && e[child + 1].rank > e[child].rank) {
      child++;
    }
    if (e[root].rank >= e[child].rank) {
      return;
    }
    sim_entry_t t = e[root];
    e[root] = e[child];
    e[child] = t;
  }
}

/* Heap sort: in place and, ranks being unique, with one possible result. What is sorted already, as
 * the entries of a single symbol are, costs one pass. */
void sim_entries_sort(sim_entry_t *e, size_t n) {
  size_t sorted = 1;
  while (sorted < n && e[sorted - 1].rank < e[sorted].rank) {
    sorted++;
  }
  if (sorted >= n) {
    return;
  }
  for (size_t i = n / 2; i-- > 0;) {
    sift(e, i, n);
  }
  for (size_t end = n; end-- > 1;) {
    sim_entry_t t = e[0];
    e[0] = e[end];
    e[end] = t;
    sift(e, 0, end);
  }
}
