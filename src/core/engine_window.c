/* engine_window.c - the two limits that look back in time: orders a second, and the same order
 * again. Both cost the same however long the session runs: the first looks at one remembered
 * time, the second at one entry of a table from which what is older than the window falls out.
 * Invariants: times[] holds the newest min(n, cap) order times; a recent entry older than the
 * window may be overwritten in its place, so a probe never meets a hole that an entry behind it
 * needs. */
#include <string.h>

#include "base/alloc.h"
#include "base/check.h"
#include "base/hash.h"
#include "core/engine_int.h"

#define FIRST_CAP 64u

int engine_window_init(oms_account_cell_t *a) {
  if (a->a.limits.max_orders_per_second > 0) {
    a->rate.times = oms_alloc(FIRST_CAP * sizeof *a->rate.times);
    a->rate.cap = FIRST_CAP;
    if (a->rate.times == NULL) {
      return OMS_ERR_NOMEM;
    }
  }
  if (a->a.limits.duplicate_window_ns > 0) {
    a->recent.hashes = oms_alloc_zero(FIRST_CAP, sizeof *a->recent.hashes);
    a->recent.orders = oms_alloc_zero(FIRST_CAP, sizeof *a->recent.orders);
    a->recent.cap = FIRST_CAP;
    if (a->recent.hashes == NULL || a->recent.orders == NULL) {
      engine_window_free(a);
      return OMS_ERR_NOMEM;
    }
  }
  return OMS_OK;
}

void engine_window_free(oms_account_cell_t *a) {
  oms_free(a->rate.times);
  oms_free(a->recent.hashes);
  oms_free(a->recent.orders);
  a->rate = (oms_rate_t){0};
  a->recent = (oms_recent_t){0};
}

static bool within_second(oms_time_t then, oms_time_t now) {
  return now - then < OMS_NS_PER_SECOND;
}

bool engine_rate_full(const oms_account_cell_t *a, oms_time_t now) {
  int64_t limit = a->a.limits.max_orders_per_second;
  if (limit == OMS_NO_PRICE) {
    return false;
  }
  const oms_rate_t *r = &a->rate;
  if (limit <= 0) {
    return true;
  }
  if ((uint64_t)limit > r->n || (uint64_t)limit > r->cap) {
    return false; /* fewer than 'limit' were within the second, else there would be room for them */
  }
  return within_second(r->times[(r->n - (uint64_t)limit) & (r->cap - 1)], now);
}

/* The times are numbered anew, the oldest 0: what is not remembered is not looked for. */
static int rate_grow(oms_rate_t *r) {
  oms_time_t *times = oms_alloc(r->cap * 2 * sizeof *times);
  if (times == NULL) {
    return OMS_ERR_NOMEM;
  }
  for (uint64_t k = 0; k < r->cap; k++) {
    times[k] = r->times[(r->n + k) & (r->cap - 1)];
  }
  oms_free(r->times);
  *r = (oms_rate_t){.times = times, .n = r->cap, .cap = r->cap * 2};
  return OMS_OK;
}

/* Room grows only while all that is remembered lies within one second. */
static int rate_room(oms_account_cell_t *a, oms_time_t now) {
  oms_rate_t *r = &a->rate;
  int64_t limit = a->a.limits.max_orders_per_second;
  if (limit <= 0 || r->n < r->cap || (uint64_t)limit <= r->cap ||
      !within_second(r->times[r->n & (r->cap - 1)], now)) {
    return OMS_OK;
  }
  return rate_grow(r);
}

int engine_rate_again(oms_account_cell_t *a, oms_time_t time) {
  oms_rate_t *r = &a->rate;
  int rc = r->n == r->cap ? rate_grow(r) : OMS_OK;
  if (rc == OMS_OK) {
    r->times[r->n++] = time;
  }
  return rc;
}

static uint64_t content_hash(uint32_t instrument, int side, int type, const int64_t number[5]) {
  static const uint64_t factor[5] = {UINT64_C(0x9e3779b97f4a7c15), UINT64_C(0xc2b2ae3d27d4eb4f),
                                     UINT64_C(0x165667b19e3779f9), UINT64_C(0xd6e8feb86659fd93),
                                     UINT64_C(0xff51afd7ed558ccd)};
  uint64_t h = (uint64_t)instrument << 16 | (uint64_t)(unsigned)side << 8 | (unsigned)type;
  for (int i = 0; i < 5; i++) {
    h += (uint64_t)number[i] * factor[i]; /* products that do not wait for each other */
  }
  h = (h ^ (h >> 32)) * factor[0];
  return (h ^ (h >> 29)) | 1; /* 0 is an empty slot */
}

static uint64_t order_hash(const oms_order_t *o) {
  const int64_t number[5] = {o->qty, o->limit_price, o->more->stop_price, o->more->trail_price,
                             o->more->trail_percent};
  return content_hash(o->instrument, o->side, o->type, number);
}

static bool same_content(const oms_order_t *o, const engine_ask_t *ask) {
  return o->instrument == ask->instrument && o->side == ask->side && o->type == ask->type &&
         o->qty == ask->qty && o->limit_price == ask->limit_price &&
         o->more->stop_price == ask->stop_price && o->more->trail_price == ask->trail_price &&
         o->more->trail_percent == ask->trail_percent;
}

static bool fresh(const oms_engine_t *e, const oms_account_cell_t *a, uint32_t order,
                  oms_time_t now) {
  return now - engine_order(e, order)->created_ns < a->a.limits.duplicate_window_ns;
}

bool engine_recent_has(const oms_engine_t *e, const engine_ask_t *ask, oms_time_t now) {
  const oms_account_cell_t *a = engine_account(e, ask->account);
  const oms_recent_t *r = &a->recent;
  if (r->cap == 0) {
    return false;
  }
  const int64_t number[5] = {ask->qty, ask->limit_price, ask->stop_price, ask->trail_price,
                             ask->trail_percent};
  uint64_t h = content_hash(ask->instrument, ask->side, ask->type, number);
  for (size_t at = h & (r->cap - 1); r->hashes[at] != 0; at = (at + 1) & (r->cap - 1)) {
    if (r->hashes[at] == h && same_content(engine_order(e, r->orders[at]), ask) &&
        fresh(e, a, r->orders[at], now)) {
      return true;
    }
  }
  return false;
}

static void recent_place(const oms_engine_t *e, oms_account_cell_t *a, uint64_t h, uint32_t order) {
  oms_recent_t *r = &a->recent;
  size_t at = h & (r->cap - 1);
  while (r->hashes[at] != 0 && fresh(e, a, r->orders[at], e->now)) {
    at = (at + 1) & (r->cap - 1);
  }
  r->used += r->hashes[at] == 0 ? 1 : 0;
  r->hashes[at] = h;
  r->orders[at] = order;
}

static int recent_room(oms_engine_t *e, oms_account_cell_t *a) {
  oms_recent_t old = a->recent;
  if (old.cap == 0 || old.used * 2 < old.cap) {
    return OMS_OK;
  }
  size_t live = 0;
  for (size_t i = 0; i < old.cap; i++) {
    live += old.hashes[i] != 0 && fresh(e, a, old.orders[i], e->now) ? 1 : 0;
  }
  size_t cap = live * 4 > old.cap ? old.cap * 2 : old.cap;
  oms_recent_t new = {.hashes = oms_alloc_zero(cap, sizeof *new.hashes),
                      .orders = oms_alloc_zero(cap, sizeof *new.orders),
                      .cap = cap};
  if (new.hashes == NULL || new.orders == NULL) {
    oms_free(new.hashes);
    oms_free(new.orders);
    return OMS_ERR_NOMEM;
  }
  a->recent = new;
  for (size_t i = 0; i < old.cap; i++) {
    if (old.hashes[i] != 0 && fresh(e, a, old.orders[i], e->now)) {
      recent_place(e, a, old.hashes[i], old.orders[i]);
    }
  }
  oms_free(old.hashes);
  oms_free(old.orders);
  return OMS_OK;
}

int engine_window_room(oms_engine_t *e, const oms_order_t *o) {
  oms_account_cell_t *a = engine_account(e, o->account);
  if (!a->limited) {
    return OMS_OK;
  }
  int rc = rate_room(a, e->now);
  return rc == OMS_OK ? recent_room(e, a) : rc;
}

void engine_window_note(oms_engine_t *e, const oms_order_t *o) {
  oms_account_cell_t *a = engine_account(e, o->account);
  if (a->rate.cap != 0) {
    a->rate.times[a->rate.n++ & (a->rate.cap - 1)] = e->now;
  }
  if (a->recent.cap != 0) {
    recent_place(e, a, order_hash(o), o->index);
  }
}

bool engine_recent_counts(const oms_engine_t *e, const oms_account_cell_t *a, size_t i) {
  return a->recent.hashes[i] != 0 && fresh(e, a, a->recent.orders[i], e->now);
}

int engine_recent_again(oms_engine_t *e, oms_account_cell_t *a, uint64_t hash, uint32_t order) {
  int rc = recent_room(e, a);
  if (rc == OMS_OK) {
    recent_place(e, a, hash, order);
  }
  return rc;
}
