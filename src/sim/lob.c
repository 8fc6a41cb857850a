/* lob.c - the order book: a slab of orders, chained at their price; a slab of prices, chained from
 * the best one of their side; the index finds a price's place in that chain. Invariants: a level
 * has at least one order, and stands in its side's chain, in order, and index; an order with an id
 * stands in the table of ids. */
#include "sim/lob.h"

#include "base/alloc.h"
#include "base/check.h"
#include "sim/lob_int.h"

/* The larger the better. */
static int64_t key_of(bool is_buy, oms_price_t price) {
  return is_buy ? price : ~price;
}

oms_lob_t *oms_lob_new(void) {
  oms_lob_t *b = oms_alloc_zero(1, sizeof *b);
  if (b == NULL) {
    return NULL;
  }
  b->order_free = b->level_free = OMS_LOB_NONE;
  b->best[0] = b->best[1] = OMS_LOB_NONE;
  if (lob_index_init(&b->index[0]) != OMS_OK || lob_index_init(&b->index[1]) != OMS_OK) {
    oms_lob_free(b);
    return NULL;
  }
  return b;
}

void oms_lob_free(oms_lob_t *b) {
  if (b == NULL) {
    return;
  }
  oms_free(b->orders);
  oms_free(b->levels);
  lob_index_free(&b->index[0]);
  lob_index_free(&b->index[1]);
  lob_ids_free(&b->ids);
  oms_free(b);
}

/* A slab twice as large; NULL when out of memory, the old one stays. */
static void *grown(void *slab, uint32_t *cap, size_t size) {
  uint32_t more = *cap == 0 ? 16 : *cap * 2;
  void *data = more < *cap ? NULL : oms_realloc(slab, more * size);
  *cap = data == NULL ? *cap : more;
  return data;
}

static int grow_orders(oms_lob_t *b) {
  lob_order_t *orders = grown(b->orders, &b->order_cap, sizeof *orders);
  b->orders = orders == NULL ? b->orders : orders;
  return orders == NULL ? OMS_ERR_NOMEM : OMS_OK;
}

static int grow_levels(oms_lob_t *b) {
  lob_level_t *levels = grown(b->levels, &b->level_cap, sizeof *levels);
  b->levels = levels == NULL ? b->levels : levels;
  return levels == NULL ? OMS_ERR_NOMEM : OMS_OK;
}

/* Room for one more order, whatever its price is. */
static int reserve(oms_lob_t *b, bool is_buy) {
  int rc = OMS_OK;
  if (b->order_free == OMS_LOB_NONE && b->order_used == b->order_cap) {
    rc = grow_orders(b);
  }
  if (rc == OMS_OK && b->level_free == OMS_LOB_NONE && b->level_used == b->level_cap) {
    rc = grow_levels(b);
  }
  rc = rc != OMS_OK ? rc : lob_index_reserve(&b->index[is_buy]);
  return rc != OMS_OK ? rc : lob_ids_reserve(&b->ids);
}

uint32_t oms_lob_find(const oms_lob_t *b, uint64_t id) {
  if (b->ids.n == 0) {
    return OMS_LOB_NONE;
  }
  uint32_t hash = lob_ids_hash(id);
  size_t mask = b->ids.cap - 1;
  for (size_t at = hash & mask; b->ids.entries[at] != 0; at = (at + 1) & mask) {
    uint64_t entry = b->ids.entries[at];
    uint32_t place = (uint32_t)entry - 1;
    if (entry >> 32 == hash && b->orders[place].id == id) {
      return place;
    }
  }
  return OMS_LOB_NONE;
}

/* Stands the level in its side's chain: right of 'better', which may be none. */
static void chain_level(oms_lob_t *b, uint32_t at, uint32_t better) {
  lob_level_t *l = &b->levels[at];
  uint32_t *from = better == OMS_LOB_NONE ? &b->best[l->is_buy] : &b->levels[better].worse;
  l->better = better;
  l->worse = *from;
  *from = at;
  if (l->worse != OMS_LOB_NONE) {
    b->levels[l->worse].better = at;
  }
}

static uint32_t new_level(oms_lob_t *b, const oms_lob_new_t *o, const lob_way_t *way) {
  lob_index_t *x = &b->index[o->is_buy];
  uint32_t at = b->level_free, beside;
  if (at != OMS_LOB_NONE) {
    b->level_free = b->levels[at].worse;
  } else {
    at = b->level_used++;
  }
  b->levels[at] = (lob_level_t){
      .price = o->price, .first = OMS_LOB_NONE, .last = OMS_LOB_NONE, .is_buy = o->is_buy};
  bool is_above, any = lob_index_beside(x, way, &beside, &is_above);
  chain_level(b, at, !any ? OMS_LOB_NONE : is_above ? beside : b->levels[beside].better);
  lob_index_insert(x, way, key_of(o->is_buy, o->price), at);
  return at;
}

/* The level of the order's price, made when nothing rests there; room has been reserved. */
static uint32_t level_of(oms_lob_t *b, const oms_lob_new_t *o) {
  uint32_t best = b->best[o->is_buy], at;
  if (best != OMS_LOB_NONE && b->levels[best].price == o->price) {
    return best;
  }
  lob_way_t way;
  return lob_index_find(&b->index[o->is_buy], key_of(o->is_buy, o->price), &way, &at)
             ? at
             : new_level(b, o, &way);
}

static void drop_level(oms_lob_t *b, uint32_t at) {
  lob_level_t *l = &b->levels[at];
  lob_index_remove(&b->index[l->is_buy], key_of(l->is_buy, l->price));
  *(l->better == OMS_LOB_NONE ? &b->best[l->is_buy] : &b->levels[l->better].worse) = l->worse;
  if (l->worse != OMS_LOB_NONE) {
    b->levels[l->worse].better = l->better;
  }
  l->worse = b->level_free;
  b->level_free = at;
}

/* Behind all others at its price; room has been reserved. */
static uint32_t append(oms_lob_t *b, const oms_lob_new_t *o) {
  uint32_t level = level_of(b, o), at = b->order_free;
  if (at != OMS_LOB_NONE) {
    b->order_free = b->orders[at].next;
  } else {
    at = b->order_used++;
  }
  lob_level_t *l = &b->levels[level];
  b->orders[at] = (lob_order_t){o->id, o->qty, OMS_LOB_NONE, l->last, level, o->tag};
  *(l->last == OMS_LOB_NONE ? &l->first : &b->orders[l->last].next) = at;
  l->last = at;
  l->qty += o->qty;
  if (o->id != 0) {
    lob_ids_put(&b->ids, o->id, at);
  }
  b->n++;
  return at;
}

void oms_lob_remove(oms_lob_t *b, uint32_t place) {
  lob_order_t *o = &b->orders[place];
  lob_level_t *l = &b->levels[o->level];
  *(o->prev == OMS_LOB_NONE ? &l->first : &b->orders[o->prev].next) = o->next;
  *(o->next == OMS_LOB_NONE ? &l->last : &b->orders[o->next].prev) = o->prev;
  l->qty -= o->qty;
  if (l->first == OMS_LOB_NONE) {
    drop_level(b, o->level);
  }
  if (o->id != 0) {
    lob_ids_remove(&b->ids, o->id, place);
  }
  o->next = b->order_free;
  b->order_free = place;
  b->n--;
}

void oms_lob_resize(oms_lob_t *b, uint32_t place, oms_qty_t qty) {
  lob_order_t *o = &b->orders[place];
  OMS_CHECK(qty > 0);
  b->levels[o->level].qty += (oms_int128_t)qty - o->qty;
  o->qty = qty;
}

bool oms_lob_take(oms_lob_t *b, uint32_t place, oms_qty_t qty) {
  lob_order_t *o = &b->orders[place];
  OMS_CHECK(qty > 0 && qty <= o->qty);
  if (qty == o->qty) {
    oms_lob_remove(b, place);
    return true;
  }
  o->qty -= qty;
  b->levels[o->level].qty -= qty;
  return false;
}

uint32_t oms_lob_first(const oms_lob_t *b, bool is_buy) {
  uint32_t best = b->best[is_buy];
  return best == OMS_LOB_NONE ? OMS_LOB_NONE : b->levels[best].first;
}

/* What the order leaves after it has met the other side. */
static oms_qty_t match(oms_lob_t *b, const oms_lob_new_t *o, oms_lob_match_fn *fn, void *ctx) {
  oms_qty_t left = o->qty;
  uint32_t best;
  while (left > 0 && (best = b->best[!o->is_buy]) != OMS_LOB_NONE) {
    oms_price_t price = b->levels[best].price;
    if (o->is_buy ? price > o->price : price < o->price) {
      break;
    }
    uint32_t maker = b->levels[best].first;
    oms_qty_t qty = b->orders[maker].qty < left ? b->orders[maker].qty : left;
    oms_lob_match_t m = {o->id, b->orders[maker].id, qty, price};
    oms_lob_take(b, maker, qty);
    left -= qty;
    if (fn != NULL) {
      fn(ctx, &m);
    }
  }
  return left;
}

static int admit(oms_lob_t *b, const oms_lob_new_t *o) {
  if (o->qty <= 0 || o->price == OMS_NO_PRICE) {
    return OMS_ERR_RANGE;
  }
  if (o->id != 0 && oms_lob_find(b, o->id) != OMS_LOB_NONE) {
    return OMS_ERR_EXISTS;
  }
  return reserve(b, o->is_buy);
}

int oms_lob_add(oms_lob_t *b, const oms_lob_new_t *o, oms_lob_match_fn *fn, void *ctx) {
  int rc = admit(b, o);
  if (rc != OMS_OK) {
    return rc;
  }
  oms_lob_new_t rest = *o;
  rest.qty = match(b, o, fn, ctx);
  if (rest.qty > 0) {
    append(b, &rest);
  }
  return OMS_OK;
}

int oms_lob_rest(oms_lob_t *b, const oms_lob_new_t *o, uint32_t *place) {
  int rc = admit(b, o);
  if (rc == OMS_OK) {
    *place = append(b, o);
  }
  return rc;
}

bool oms_lob_cancel(oms_lob_t *b, uint64_t id) {
  uint32_t place = oms_lob_find(b, id);
  if (place == OMS_LOB_NONE) {
    return false;
  }
  oms_lob_remove(b, place);
  return true;
}

bool oms_lob_reduce(oms_lob_t *b, uint64_t id, oms_qty_t qty) {
  uint32_t place = oms_lob_find(b, id);
  if (place == OMS_LOB_NONE || qty >= b->orders[place].qty) {
    return false;
  }
  if (qty <= 0) {
    oms_lob_remove(b, place);
  } else {
    oms_lob_resize(b, place, qty);
  }
  return true;
}

oms_lob_new_t oms_lob_order(const oms_lob_t *b, uint32_t place) {
  const lob_order_t *o = &b->orders[place];
  const lob_level_t *l = &b->levels[o->level];
  return (oms_lob_new_t){o->id, o->tag, l->is_buy, l->price, o->qty};
}

static oms_qty_t saturated(oms_int128_t qty) {
  return qty > INT64_MAX ? INT64_MAX : (oms_qty_t)qty;
}

bool oms_lob_best(const oms_lob_t *b, bool is_buy, oms_price_t *price, oms_qty_t *qty) {
  uint32_t best = b->best[is_buy];
  if (best == OMS_LOB_NONE) {
    return false;
  }
  *price = b->levels[best].price;
  *qty = saturated(b->levels[best].qty);
  return true;
}

oms_qty_t oms_lob_depth(const oms_lob_t *b, bool is_buy, oms_price_t worst, oms_qty_t enough) {
  oms_int128_t sum = 0;
  for (uint32_t at = b->best[is_buy]; at != OMS_LOB_NONE && sum < enough;
       at = b->levels[at].worse) {
    oms_price_t price = b->levels[at].price;
    if (worst != OMS_NO_PRICE && key_of(is_buy, price) < key_of(is_buy, worst)) {
      break;
    }
    sum += b->levels[at].qty;
  }
  return saturated(sum);
}

size_t oms_lob_count(const oms_lob_t *b) {
  return b->n;
}
