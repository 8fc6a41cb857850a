/* lob_index.c - the prices of one side in order: a B+ tree of int64 keys. Invariants in
 * lob_int.h. */
#include <string.h>

#include "base/alloc.h"
#include "base/check.h"
#include "sim/lob_int.h"

int lob_index_init(lob_index_t *x) {
  *x = (lob_index_t){.free = OMS_LOB_NONE};
  x->nodes = oms_alloc(8 * sizeof *x->nodes);
  if (x->nodes == NULL) {
    return OMS_ERR_NOMEM;
  }
  x->cap = 8;
  x->used = 1;
  x->nodes[0].n = 0;
  return OMS_OK;
}

void lob_index_free(lob_index_t *x) {
  oms_free(x->nodes);
  *x = (lob_index_t){.free = OMS_LOB_NONE};
}

/* One key may split every node on its way, and the root makes one more. */
int lob_index_reserve(lob_index_t *x) {
  uint32_t need = x->height + 2;
  if (OMS_LIKELY(x->left + (x->cap - x->used) >= need)) {
    return OMS_OK;
  }
  uint64_t cap = (uint64_t)x->cap * 2;
  while (cap - x->used + x->left < need) {
    cap *= 2;
  }
  if (cap >= UINT32_MAX) {
    return OMS_ERR_NOMEM;
  }
  lob_node_t *nodes = oms_realloc(x->nodes, (size_t)cap * sizeof *nodes);
  if (nodes == NULL) {
    return OMS_ERR_NOMEM;
  }
  x->nodes = nodes;
  x->cap = (uint32_t)cap;
  return OMS_OK;
}

static uint32_t take_node(lob_index_t *x) {
  uint32_t at = x->free;
  if (at != OMS_LOB_NONE) {
    x->free = x->nodes[at].value[0];
    x->left--;
  } else {
    OMS_CHECK(x->used < x->cap);
    at = x->used++;
  }
  x->nodes[at].n = 0;
  return at;
}

static void give_node(lob_index_t *x, uint32_t at) {
  x->nodes[at].value[0] = x->free;
  x->free = at;
  x->left++;
}

/* How many of the keys are below 'key'. */
static uint32_t rank(const int64_t *keys, uint32_t n, int64_t key) {
  uint32_t low = 0;
  while (n > 1) {
    uint32_t half = n / 2;
    low += keys[low + half - 1] < key ? half : 0;
    n -= half;
  }
  return low + (n == 1 && keys[low] < key);
}

/* The child in which the key belongs: the last one whose bound is not above it. */
static uint32_t child_of(const lob_node_t *node, int64_t key) {
  if (key == INT64_MAX) {
    return node->n - 1;
  }
  return rank(node->key + 1, node->n - 1, key + 1);
}

bool lob_index_find(const lob_index_t *x, int64_t key, lob_way_t *way, uint32_t *value) {
  uint32_t at = x->root;
  for (uint32_t h = 0; h < x->height; h++) {
    const lob_node_t *node = &x->nodes[at];
    way->node[h] = at;
    way->at[h] = child_of(node, key);
    at = node->value[way->at[h]];
  }
  const lob_node_t *leaf = &x->nodes[at];
  uint32_t i = rank(leaf->key, leaf->n, key);
  way->node[x->height] = at;
  way->at[x->height] = i;
  if (i == leaf->n || leaf->key[i] != key) {
    return false;
  }
  *value = leaf->value[i];
  return true;
}

/* An only leaf may be empty, others never are. */
bool lob_index_beside(const lob_index_t *x, const lob_way_t *way, uint32_t *value, bool *is_above) {
  const lob_node_t *leaf = &x->nodes[way->node[x->height]];
  uint32_t i = way->at[x->height];
  if (leaf->n == 0) {
    return false;
  }
  *is_above = i < leaf->n;
  *value = leaf->value[*is_above ? i : i - 1];
  return true;
}

static void put_at(lob_node_t *node, uint32_t i, int64_t key, uint32_t value) {
  memmove(&node->key[i + 1], &node->key[i], (node->n - i) * sizeof node->key[0]);
  memmove(&node->value[i + 1], &node->value[i], (node->n - i) * sizeof node->value[0]);
  node->key[i] = key;
  node->value[i] = value;
  node->n++;
}

static void drop_at(lob_node_t *node, uint32_t i) {
  node->n--;
  memmove(&node->key[i], &node->key[i + 1], (node->n - i) * sizeof node->key[0]);
  memmove(&node->value[i], &node->value[i + 1], (node->n - i) * sizeof node->value[0]);
}

/* Moves the upper half of a full node into a new one. */
static uint32_t split(lob_index_t *x, uint32_t at) {
  uint32_t upper = take_node(x), half = LOB_FAN / 2;
  lob_node_t *from = &x->nodes[at], *to = &x->nodes[upper];
  memcpy(to->key, from->key + half, half * sizeof to->key[0]);
  memcpy(to->value, from->value + half, half * sizeof to->value[0]);
  to->n = from->n = half;
  return upper;
}

static void grow_root(lob_index_t *x, int64_t bound, uint32_t upper) {
  uint32_t at = take_node(x);
  lob_node_t *root = &x->nodes[at];
  root->key[0] = INT64_MIN;
  root->value[0] = x->root;
  root->key[1] = bound;
  root->value[1] = upper;
  root->n = 2;
  x->root = at;
  x->height++;
  OMS_CHECK(x->height < LOB_HEIGHT);
}

void lob_index_insert(lob_index_t *x, const lob_way_t *way, int64_t key, uint32_t value) {
  uint32_t h = x->height, i = way->at[h];
  for (;;) {
    uint32_t at = way->node[h];
    if (x->nodes[at].n < LOB_FAN) {
      put_at(&x->nodes[at], i, key, value);
      return;
    }
    uint32_t upper = split(x, at);
    int64_t bound = x->nodes[upper].key[0];
    bool below = i <= LOB_FAN / 2;
    put_at(&x->nodes[below ? at : upper], below ? i : i - LOB_FAN / 2, key, value);
    key = bound;
    value = upper;
    if (h == 0) {
      grow_root(x, key, value);
      return;
    }
    h--;
    i = way->at[h] + 1;
  }
}

void lob_index_remove(lob_index_t *x, int64_t key) {
  lob_way_t way;
  uint32_t value, h = x->height;
  OMS_CHECK(lob_index_find(x, key, &way, &value));
  drop_at(&x->nodes[way.node[h]], way.at[h]);
  while (h > 0 && x->nodes[way.node[h]].n == 0) {
    give_node(x, way.node[h]);
    h--;
    drop_at(&x->nodes[way.node[h]], way.at[h]);
  }
  while (x->height > 0 && x->nodes[x->root].n == 1) {
    uint32_t child = x->nodes[x->root].value[0];
    give_node(x, x->root);
    x->root = child;
    x->height--;
  }
}
