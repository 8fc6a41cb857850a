/* lob_verify.c - walks the whole order book against its invariants. For tests. */
#include "sim/lob_int.h"

/* Orders at one price: links both ways, names, and the sum. */
static bool level_holds(const oms_lob_t *b, uint32_t at, size_t *n) {
  const lob_level_t *l = &b->levels[at];
  uint32_t prev = OMS_LOB_NONE;
  oms_int128_t sum = 0;
  for (uint32_t i = l->first; i != OMS_LOB_NONE; i = b->orders[i].next) {
    const lob_order_t *o = &b->orders[i];
    if (o->prev != prev || o->level != at || o->qty <= 0 ||
        (o->id != 0 && oms_lob_find(b, o->id) != i)) {
      return false;
    }
    sum += o->qty;
    prev = i;
    ++*n;
  }
  return prev != OMS_LOB_NONE && prev == l->last && sum == l->qty;
}

/* Keys below a node rise, and lie between the bounds above them. */
static bool node_holds(const lob_index_t *x, uint32_t at, uint32_t height, int64_t low,
                       int64_t high, size_t *keys) {
  const lob_node_t *node = &x->nodes[at];
  if (node->n > LOB_FAN || (node->n == 0 && height + x->height > 0)) {
    return false;
  }
  for (uint32_t i = 0; i < node->n; i++) {
    bool bounded = height == 0 || i > 0, follows = height == 0 ? i > 0 : i > 1;
    if ((bounded && (node->key[i] < low || node->key[i] > high)) ||
        (follows && node->key[i] <= node->key[i - 1])) {
      return false;
    }
    int64_t from = i == 0 ? low : node->key[i];
    int64_t to = i + 1 < node->n ? node->key[i + 1] - 1 : high;
    if (height > 0 && !node_holds(x, node->value[i], height - 1, from, to, keys)) {
      return false;
    }
  }
  *keys += height == 0 ? node->n : 0;
  return true;
}

static bool side_holds(const oms_lob_t *b, bool is_buy, size_t *n) {
  const lob_index_t *x = &b->index[is_buy];
  size_t levels = 0, keys = 0;
  uint32_t better = OMS_LOB_NONE, found;
  lob_way_t way;
  for (uint32_t at = b->best[is_buy]; at != OMS_LOB_NONE; at = b->levels[at].worse) {
    const lob_level_t *l = &b->levels[at];
    if (l->better != better || l->is_buy != is_buy || !level_holds(b, at, n)) {
      return false;
    }
    if (better != OMS_LOB_NONE &&
        (is_buy ? l->price >= b->levels[better].price : l->price <= b->levels[better].price)) {
      return false;
    }
    if (!lob_index_find(x, is_buy ? l->price : ~l->price, &way, &found) || found != at) {
      return false;
    }
    better = at;
    levels++;
  }
  return node_holds(x, x->root, x->height, INT64_MIN, INT64_MAX, &keys) && keys == levels;
}

bool oms_lob_verify(const oms_lob_t *b) {
  size_t n = 0;
  return side_holds(b, false, &n) && side_holds(b, true, &n) && n == b->n && b->ids.n <= n;
}
