/* lob_naive.h - the order book as simply as it can be said: a list of resting orders in order of
 * arrival, searched from end to end. What the real one is compared with, by the tests and the
 * fuzzer. */
#ifndef OMS_TEST_LOB_NAIVE_H
#define OMS_TEST_LOB_NAIVE_H

#include <string.h>

#include "base/check.h"
#include "sim/lob.h"

#define NAIVE_ORDERS  4096
#define NAIVE_MATCHES 4096

typedef struct naive_book {
  oms_lob_new_t orders[NAIVE_ORDERS];
  size_t n;
} naive_book_t;

typedef struct naive_matches {
  oms_lob_match_t m[NAIVE_MATCHES];
  size_t n;
} naive_matches_t;

static inline void naive_match(void *ctx, const oms_lob_match_t *m) {
  naive_matches_t *all = ctx;
  OMS_CHECK(all->n < NAIVE_MATCHES);
  all->m[all->n++] = *m;
}

static inline size_t naive_find(const naive_book_t *b, uint64_t id) {
  size_t i = 0;
  while (i < b->n && b->orders[i].id != id) {
    i++;
  }
  return i;
}

static inline void naive_drop(naive_book_t *b, size_t i) {
  memmove(&b->orders[i], &b->orders[i + 1], (b->n - i - 1) * sizeof b->orders[0]);
  b->n--;
}

/* The first order at the best price of a side; n when the side is empty. */
static inline size_t naive_best(const naive_book_t *b, bool is_buy) {
  size_t best = b->n;
  for (size_t i = 0; i < b->n; i++) {
    const oms_lob_new_t *o = &b->orders[i];
    if (o->is_buy == is_buy && (best == b->n || (is_buy ? o->price > b->orders[best].price
                                                        : o->price < b->orders[best].price))) {
      best = i;
    }
  }
  return best;
}

static inline int naive_add(naive_book_t *b, oms_lob_new_t o, naive_matches_t *out) {
  if (o.qty <= 0 || o.price == OMS_NO_PRICE) {
    return OMS_ERR_RANGE;
  }
  if (naive_find(b, o.id) < b->n) {
    return OMS_ERR_EXISTS;
  }
  size_t i;
  while (o.qty > 0 && (i = naive_best(b, !o.is_buy)) < b->n &&
         (o.is_buy ? b->orders[i].price <= o.price : b->orders[i].price >= o.price)) {
    oms_lob_new_t *maker = &b->orders[i];
    oms_qty_t qty = maker->qty < o.qty ? maker->qty : o.qty;
    oms_lob_match_t m = {o.id, maker->id, qty, maker->price};
    naive_match(out, &m);
    o.qty -= qty;
    maker->qty -= qty;
    if (maker->qty == 0) {
      naive_drop(b, i);
    }
  }
  if (o.qty > 0) {
    OMS_CHECK(b->n < NAIVE_ORDERS);
    b->orders[b->n++] = o;
  }
  return OMS_OK;
}

static inline bool naive_cancel(naive_book_t *b, uint64_t id) {
  size_t i = naive_find(b, id);
  if (i == b->n) {
    return false;
  }
  naive_drop(b, i);
  return true;
}

static inline bool naive_reduce(naive_book_t *b, uint64_t id, oms_qty_t qty) {
  size_t i = naive_find(b, id);
  if (i == b->n || qty >= b->orders[i].qty) {
    return false;
  }
  b->orders[i].qty = qty;
  if (qty <= 0) {
    naive_drop(b, i);
  }
  return true;
}

static inline oms_qty_t naive_depth(const naive_book_t *b, bool is_buy, oms_price_t worst) {
  oms_int128_t sum = 0;
  for (size_t i = 0; i < b->n; i++) {
    const oms_lob_new_t *o = &b->orders[i];
    bool counts = worst == OMS_NO_PRICE || (is_buy ? o->price >= worst : o->price <= worst);
    sum += o->is_buy == is_buy && counts ? o->qty : 0;
  }
  return sum > INT64_MAX ? INT64_MAX : (oms_qty_t)sum;
}

/* Both books side by side: one operation on each, and whether both say the same. */
typedef struct naive_pair {
  oms_lob_t *book;
  naive_book_t naive;
  naive_matches_t left, right;
} naive_pair_t;

static inline bool naive_same_side(const naive_pair_t *p, bool is_buy) {
  size_t i = naive_best(&p->naive, is_buy);
  oms_price_t price = 0;
  oms_qty_t qty = 0;
  if (!oms_lob_best(p->book, is_buy, &price, &qty)) {
    return i == p->naive.n && oms_lob_first(p->book, is_buy) == OMS_LOB_NONE;
  }
  if (i == p->naive.n || price != p->naive.orders[i].price ||
      qty != naive_depth(&p->naive, is_buy, price)) {
    return false;
  }
  oms_lob_new_t first = oms_lob_order(p->book, oms_lob_first(p->book, is_buy));
  return first.id == p->naive.orders[i].id && first.qty == p->naive.orders[i].qty &&
         first.tag == p->naive.orders[i].tag;
}

static inline bool naive_same(const naive_pair_t *p) {
  return p->left.n == p->right.n &&
         memcmp(p->left.m, p->right.m, p->left.n * sizeof p->left.m[0]) == 0 &&
         oms_lob_count(p->book) == p->naive.n && naive_same_side(p, false) &&
         naive_same_side(p, true);
}

static inline bool naive_pair_add(naive_pair_t *p, const oms_lob_new_t *o) {
  p->left.n = p->right.n = 0;
  int left = oms_lob_add(p->book, o, naive_match, &p->left);
  return left == naive_add(&p->naive, *o, &p->right) && naive_same(p);
}

static inline bool naive_pair_cancel(naive_pair_t *p, uint64_t id) {
  p->left.n = p->right.n = 0;
  return oms_lob_cancel(p->book, id) == naive_cancel(&p->naive, id) && naive_same(p);
}

static inline bool naive_pair_reduce(naive_pair_t *p, uint64_t id, oms_qty_t qty) {
  p->left.n = p->right.n = 0;
  return oms_lob_reduce(p->book, id, qty) == naive_reduce(&p->naive, id, qty) && naive_same(p);
}

#endif
