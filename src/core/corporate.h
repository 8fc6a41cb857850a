/* corporate.h - what a corporate action is, and the arithmetic of a split: quantities times the
 * ratio, prices divided by it, what was paid kept to the last unit. Pure numbers: who holds what is
 * the engine's (engine_action.c). */
#ifndef OMS_CORE_CORPORATE_H
#define OMS_CORE_CORPORATE_H

#include "base/fixed.h"

/* A corporate action, effective at the start of its ex-date. */
typedef enum oms_corporate_kind {
  OMS_CORPORATE_SPLIT,          /* numerator new shares for each denominator old ones */
  OMS_CORPORATE_STOCK_DIVIDEND, /* the same; value 1.05 means 5 % more shares */
  OMS_CORPORATE_DIVIDEND        /* cash a share, 1e-9 of the currency unit */
} oms_corporate_kind_t;
#define OMS_CORPORATE_KINDS 3
/* The word of each, as in files and scripts; by kind. */
extern const char *const oms_corporate_words[OMS_CORPORATE_KINDS];
typedef struct oms_corporate {
  uint8_t kind;     /* oms_corporate_kind_t */
  int64_t ratio;    /* split, stock dividend: new shares for one old share, 1e-9; > 0 */
  oms_price_t cash; /* dividend */
} oms_corporate_t;

/* The largest ratio that is taken: a million new shares for one. */
#define OMS_SPLIT_MAX (OMS_PRICE_SCALE * 1000000)

/* A ratio in lowest terms: num new shares for den old ones, both > 0. */
typedef struct oms_split {
  int64_t num, den;
} oms_split_t;

/* The fraction that the ratio means (0 < ratio <= OMS_SPLIT_MAX). A ratio of six decimals or more
 * is taken for a rounded one where a fraction of terms up to 1,000 rounds or is cut to it:
 * 0.333333333 is one for three. All others are what they say: 0.3333 is 3,333 for 10,000. */
oms_split_t oms_split_of(int64_t ratio);

/* Where a quotient that is no multiple of the unit goes. */
typedef enum oms_rounding { OMS_ROUND_NEAR, OMS_ROUND_DOWN, OMS_ROUND_UP } oms_rounding_t;

/* The quantity in new shares, towards zero. OMS_ERR_OVERFLOW. */
int oms_split_qty(const oms_split_t *s, oms_qty_t qty, oms_qty_t *out);
/* The price of a new share, a multiple of 'unit' (1e-9; a tick, or 1). OMS_ERR_OVERFLOW, also
 * where the price would be OMS_NO_PRICE. */
int oms_split_price(const oms_split_t *s, oms_price_t price, oms_rounding_t rounding, int64_t unit,
                    oms_price_t *out);

/* What is held of one fill: it cost price * qty + rest (1e-18), |rest| at most half of |qty|. Where
 * nothing was split rest is 0. */
typedef struct oms_stake {
  oms_qty_t qty;
  oms_price_t price;
  int64_t rest;
} oms_stake_t;

/* What 'part' of the stake (same sign, at most all of it) takes of its rest. */
static inline int64_t oms_stake_rest(const oms_stake_t *k, oms_qty_t part) {
  if (__builtin_expect(k->rest == 0 || part == k->qty, 1)) {
    return k->rest;
  }
  return (int64_t)((oms_int128_t)k->rest * part / k->qty);
}

/* The walk of a split over stakes of one sign, oldest first: rounding the sum anew after each, so
 * that together they are the split of their sum. A stake of which nothing is left hands its cost to
 * the next one. */
typedef struct oms_split_walk {
  oms_split_t split;
  oms_int128_t old_sum; /* of the quantities so far, before */
  oms_qty_t sum;        /* and after the split */
  oms_int128_t carry;   /* cost of stakes that vanished, not handed on yet */
} oms_split_walk_t;
/* Splits the next stake in place; quantity 0: it has vanished. OMS_ERR_OVERFLOW. */
int oms_split_next(oms_split_walk_t *w, oms_stake_t *k);
/* Adds 'cost' (1e-18) to what the stake cost. OMS_ERR_OVERFLOW. */
int oms_stake_add(oms_stake_t *k, oms_int128_t cost);

/* What an action makes of earlier prices and volumes: times num / den. */
typedef struct oms_scale {
  int64_t price_num, price_den, volume_num, volume_den; /* all > 0 */
} oms_scale_t;
static inline oms_scale_t oms_split_scale(const oms_split_t *s) {
  return (oms_scale_t){s->den, s->num, s->num, s->den};
}

#endif
