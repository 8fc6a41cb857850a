/* lob_int.h - inside of the order book: the ordered index of prices (lob_index.c) and the table of
 * ids (lob_ids.c). */
#ifndef OMS_SIM_LOB_INT_H
#define OMS_SIM_LOB_INT_H

#include "sim/lob.h"

/* Keys in rising order, each with a value: a B+ tree. A node that has become empty is given back;
 * others are not merged, so there are never more nodes of a height than keys. Invariants: all
 * leaves have one depth; no node but an only leaf is empty; of an inner node key[i], i > 0, is a
 * bound between the keys below child i - 1 and those below child i, and key[0] is never looked
 * at. */
#define LOB_FAN    32
#define LOB_HEIGHT 32 /* no tree of 2^32 nodes is higher */

typedef struct lob_node {
  int64_t key[LOB_FAN];
  uint32_t value[LOB_FAN]; /* of an inner node: the child */
  uint32_t n;
} lob_node_t;

typedef struct lob_index {
  lob_node_t *nodes;
  uint32_t cap, used;    /* of 'nodes' */
  uint32_t free, left;   /* chain of nodes given back by value[0], and its length */
  uint32_t root, height; /* inner nodes above a leaf */
} lob_index_t;

/* The way to a key: the nodes from the root, and where in them. */
typedef struct lob_way {
  uint32_t node[LOB_HEIGHT];
  uint32_t at[LOB_HEIGHT];
} lob_way_t;

int lob_index_init(lob_index_t *x);
void lob_index_free(lob_index_t *x);
/* Room for one more key. OMS_ERR_NOMEM. */
int lob_index_reserve(lob_index_t *x);
/* Whether the key is there, with its value; the way leads to it, or to where it would stand. */
bool lob_index_find(const lob_index_t *x, int64_t key, lob_way_t *way, uint32_t *value);
/* Of a key that was not found: the value of a key beside it. False: there is none at all.
 * '*is_above': it is the next larger one, else the next smaller one. */
bool lob_index_beside(const lob_index_t *x, const lob_way_t *way, uint32_t *value, bool *is_above);
/* Inserts where the way leads; room has been reserved. */
void lob_index_insert(lob_index_t *x, const lob_way_t *way, int64_t key, uint32_t value);
/* Removes a key that is there. */
void lob_index_remove(lob_index_t *x, int64_t key);

/* Ids to places, open addressing without tombstones: linear probing, at most half full. An entry is
 * the id's hash and the place + 1; 0 is empty. Ids that follow each other share a line of the
 * cache. */
typedef struct lob_ids {
  uint64_t *entries;
  size_t cap, n;
} lob_ids_t;

void lob_ids_free(lob_ids_t *t);
/* Room for one more. OMS_ERR_NOMEM. */
int lob_ids_reserve(lob_ids_t *t);
void lob_ids_put(lob_ids_t *t, uint64_t id, uint32_t place);
void lob_ids_remove(lob_ids_t *t, uint64_t id, uint32_t place);

static inline uint32_t lob_ids_hash(uint64_t id) {
  uint64_t h = (id >> 3) * UINT64_C(0x9e3779b97f4a7c15);
  return (uint32_t)((h ^ (h >> 29)) >> 32) << 3 | (uint32_t)(id & 7);
}

/* An order that rests. Of a free one 'next' chains the free ones. */
typedef struct lob_order {
  uint64_t id;
  oms_qty_t qty;
  uint32_t next, prev; /* at its price, in order of arrival */
  uint32_t level, tag;
} lob_order_t;

/* A price at which something rests. Of a free one 'worse' chains the free ones. */
typedef struct lob_level {
  oms_int128_t qty; /* of all its orders */
  oms_price_t price;
  uint32_t first, last;
  uint32_t better, worse; /* levels of its side */
  bool is_buy;
} lob_level_t;

struct oms_lob {
  lob_order_t *orders;
  lob_level_t *levels;
  uint32_t order_cap, order_used, order_free;
  uint32_t level_cap, level_used, level_free;
  uint32_t best[2];     /* level by side: 1 is buy */
  lob_index_t index[2]; /* key of a price: the larger the better */
  lob_ids_t ids;
  size_t n;
};

#endif
