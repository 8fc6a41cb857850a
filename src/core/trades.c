/* trades.c - round trips: what was bought meets what was sold, oldest lot first, book by book.
 * Leaves out positions: those are kept by book.c as fills come; this derives lines for reports
 * afterwards. Invariants:
 *   1. The quantities of the lines of a fill sum to the fill, in the terms of its splits, likewise
 *      its commission, to the last unit.
 *   2. A book has lots of one sign at a time. */
#include "core/trades.h"

#define BOOKS 64

/* A fill, or what is left of it, on its way into lines. */
typedef struct part {
  uint32_t at;    /* index in the list of fills */
  uint32_t next;  /* younger lot of the book, or OMS_NONE */
  oms_qty_t size; /* of the fill, in present terms; 'whole' is its commission */
  oms_money_t whole;
  oms_stake_t left;       /* not in a line yet: a quantity > 0 and what it cost */
  oms_money_t commission; /* not in a line yet */
} part_t;

typedef struct lots_of_book {
  uint32_t instrument;
  uint32_t first, last; /* in 'lots'; OMS_NONE when flat */
} lots_of_book_t;

typedef struct matching {
  const oms_trade_fill_t *fills;
  oms_map_t books_by_key;
  oms_array_t books; /* lots_of_book_t */
  oms_array_t lots;  /* part_t, in order of the opening fill */
  int (*each)(void *self, const oms_trade_t *t);
  void *self;
} matching_t;

static oms_qty_t size_of(const oms_trade_fill_t *f) {
  return f->qty < 0 ? -f->qty : f->qty;
}

/* Takes 'qty' and its share of the commission out of a part; the last one takes what is left. */
static oms_money_t take(part_t *p, oms_qty_t qty) {
  oms_money_t share = p->commission;
  if (qty != p->left.qty) {
    share = (oms_money_t)((oms_int128_t)p->whole * qty / p->size);
  }
  p->left.rest -= oms_stake_rest(&p->left, qty);
  p->left.qty -= qty;
  p->commission -= share;
  return share;
}

/* The book of a fill, made when it is the first. The map's key is the whole name: no two books
 * share it. */
static int book_of(matching_t *m, const oms_trade_fill_t *f, lots_of_book_t **out) {
  uint64_t key = (uint64_t)f->account << 48 | (uint64_t)f->owner << 32 | f->instrument;
  size_t at = SIZE_MAX;
  uint32_t i;
  if (!oms_map_next(&m->books_by_key, key, &at, &i)) {
    lots_of_book_t flat = {f->instrument, OMS_NONE, OMS_NONE};
    i = (uint32_t)m->books.n;
    int rc = oms_array_push(&m->books, &flat);
    if (rc == OMS_OK) {
      rc = oms_map_put(&m->books_by_key, key, i);
    }
    if (rc != OMS_OK) {
      return rc;
    }
  }
  *out = OMS_AT(&m->books, lots_of_book_t, i);
  return OMS_OK;
}

static oms_trade_t new_line(const oms_trade_fill_t *entry, const part_t *lot, oms_qty_t qty) {
  return (oms_trade_t){
      .instrument = entry->instrument,
      .account = entry->account,
      .owner = entry->owner,
      .entry_fill = entry->fill,
      .exit_fill = OMS_NONE,
      .is_long = entry->qty > 0,
      .qty = qty,
      .entry_price = lot->left.price,
      .exit_price = OMS_NO_PRICE,
      .lieu_ns = OMS_NO_TIME,
  };
}

/* Gain of the line before commission; 'rest' is its part of what the lot cost beyond its price. */
static int gain_of(const oms_trade_t *t, int64_t rest, int64_t multiplier, oms_money_t *out) {
  oms_price_t move;
  int rc = oms_sub(t->exit_price, t->entry_price, &move);
  if (rc != OMS_OK || rest == 0) {
    return rc == OMS_OK ? oms_notional(move, t->is_long ? t->qty : -t->qty, multiplier, out) : rc;
  }
  oms_int128_t gain = (oms_int128_t)move * t->qty - rest;
  return oms_value_money(t->is_long ? gain : -gain, multiplier, out);
}

/* The line of 'qty' of the lot at 'price', with 'commission' of its exit. */
static int close_part(matching_t *m, part_t *lot, oms_qty_t qty, oms_money_t commission,
                      int64_t multiplier, oms_trade_t *t) {
  int64_t rest = oms_stake_rest(&lot->left, qty);
  oms_money_t gain;
  if (oms_add(take(lot, qty), commission, &t->commission) != OMS_OK ||
      gain_of(t, rest, multiplier, &gain) != OMS_OK ||
      oms_sub(gain, t->commission, &t->pnl) != OMS_OK) {
    return OMS_ERR_OVERFLOW;
  }
  return m->each(m->self, t);
}

static int close_line(matching_t *m, part_t *lot, part_t *closing, oms_qty_t qty) {
  const oms_trade_fill_t *exit = &m->fills[closing->at];
  oms_trade_t t = new_line(&m->fills[lot->at], lot, qty);
  t.exit_fill = exit->fill;
  t.exit_price = exit->price;
  return close_part(m, lot, qty, take(closing, qty), exit->multiplier, &t);
}

static int close_lots(matching_t *m, lots_of_book_t *book, part_t *closing) {
  while (closing->left.qty > 0 && book->first != OMS_NONE) {
    part_t *lot = OMS_AT(&m->lots, part_t, book->first);
    oms_qty_t most = closing->left.qty;
    int rc = close_line(m, lot, closing, lot->left.qty < most ? lot->left.qty : most);
    if (rc != OMS_OK) {
      return rc;
    }
    if (lot->left.qty == 0) {
      book->first = lot->next;
    }
  }
  return OMS_OK;
}

/* Splits. */

static int pay_in_lieu(matching_t *m, lots_of_book_t *book, const oms_trade_split_t *s,
                       oms_qty_t fraction) {
  while (fraction > 0) {
    part_t *lot = OMS_AT(&m->lots, part_t, book->first);
    oms_qty_t qty = lot->left.qty < fraction ? lot->left.qty : fraction;
    oms_trade_t t = new_line(&m->fills[lot->at], lot, qty);
    t.exit_price = s->price != OMS_NO_PRICE ? s->price : lot->left.price;
    t.lieu_ns = s->ts;
    int rc = close_part(m, lot, qty, 0, s->multiplier, &t);
    if (rc != OMS_OK) {
      return rc;
    }
    fraction -= qty;
    book->first = lot->left.qty == 0 ? lot->next : book->first;
  }
  return OMS_OK;
}

/* What the lot was once may not fit where what is left of it does: then that is the whole. */
static void split_size(part_t *lot, const oms_split_t *split) {
  if (oms_split_qty(split, lot->size, &lot->size) != OMS_OK || lot->size < lot->left.qty) {
    lot->size = lot->left.qty;
    lot->whole = lot->commission;
  }
}

/* A lot that vanishes hands its commission on with its cost. */
static int split_lots(matching_t *m, lots_of_book_t *book, const oms_trade_split_t *s) {
  oms_split_walk_t walk = {.split = s->split};
  oms_money_t commission = 0;
  uint32_t *link = &book->first, last = OMS_NONE;
  int rc = OMS_OK;
  for (uint32_t i = book->first; i != OMS_NONE && rc == OMS_OK;) {
    part_t *lot = OMS_AT(&m->lots, part_t, i);
    rc = oms_split_next(&walk, &lot->left);
    rc = rc == OMS_OK ? oms_add(lot->commission, commission, &lot->commission) : rc;
    split_size(lot, &s->split);
    bool kept = lot->left.qty != 0;
    commission = kept ? 0 : lot->commission;
    *link = kept ? i : lot->next;
    link = kept ? &lot->next : link;
    last = kept ? i : last;
    i = lot->next;
  }
  book->last = last;
  if (rc == OMS_OK && last != OMS_NONE && walk.carry != 0) {
    part_t *lot = OMS_AT(&m->lots, part_t, last);
    rc = oms_stake_add(&lot->left, walk.carry);
    rc = rc == OMS_OK ? oms_add(lot->commission, commission, &lot->commission) : rc;
  }
  oms_qty_t fraction = s->lot > 0 ? walk.sum % s->lot : 0;
  return rc == OMS_OK ? pay_in_lieu(m, book, s, fraction) : rc;
}

static int split_books(matching_t *m, const oms_trade_split_t *s) {
  int rc = OMS_OK;
  for (size_t i = 0; i < m->books.n && rc == OMS_OK; i++) {
    lots_of_book_t *book = OMS_AT(&m->books, lots_of_book_t, i);
    rc = book->instrument == s->instrument ? split_lots(m, book, s) : OMS_OK;
  }
  return rc;
}

/* Those from '*next' on that come before fill 'at'. */
static int split_until(matching_t *m, const oms_trade_split_t *splits, size_t n, size_t at,
                       size_t *next) {
  int rc = OMS_OK;
  for (; *next < n && splits[*next].before <= at && rc == OMS_OK; ++*next) {
    rc = split_books(m, &splits[*next]);
  }
  return rc;
}

static int open_lot(matching_t *m, lots_of_book_t *book, const part_t *opening) {
  uint32_t i = (uint32_t)m->lots.n;
  int rc = oms_array_push(&m->lots, opening);
  if (rc != OMS_OK) {
    return rc;
  }
  if (book->first == OMS_NONE) {
    book->first = i;
  } else {
    OMS_AT(&m->lots, part_t, book->last)->next = i;
  }
  book->last = i;
  return OMS_OK;
}

static int add_fill(matching_t *m, uint32_t at) {
  const oms_trade_fill_t *f = &m->fills[at];
  lots_of_book_t *book;
  if (f->qty == INT64_MIN) {
    return OMS_ERR_OVERFLOW;
  }
  part_t part = {
      .at = at,
      .next = OMS_NONE,
      .size = size_of(f),
      .left = {size_of(f), f->price, 0},
      .whole = f->commission,
      .commission = f->commission
  };
  int rc = book_of(m, f, &book);
  if (rc == OMS_OK && book->first != OMS_NONE) {
    const part_t *oldest = OMS_AT(&m->lots, part_t, book->first);
    bool same_side = (m->fills[oldest->at].qty > 0) == (f->qty > 0);
    rc = same_side ? OMS_OK : close_lots(m, book, &part);
  }
  return rc == OMS_OK && part.left.qty > 0 ? open_lot(m, book, &part) : rc;
}

static int open_lines(matching_t *m) {
  for (size_t i = 0; i < m->lots.n; i++) {
    const part_t *lot = OMS_AT(&m->lots, part_t, i);
    if (lot->left.qty == 0) {
      continue;
    }
    oms_trade_t t = new_line(&m->fills[lot->at], lot, lot->left.qty);
    t.commission = lot->commission;
    int rc = m->each(m->self, &t);
    if (rc != OMS_OK) {
      return rc;
    }
  }
  return OMS_OK;
}

int oms_trades_match(const oms_trade_fill_t *fills, size_t n, const oms_trade_split_t *splits,
                     size_t split_n, int (*each)(void *self, const oms_trade_t *t), void *self) {
  size_t next = 0;
  matching_t m = {.fills = fills, .each = each, .self = self};
  oms_array_init(&m.books, sizeof(lots_of_book_t));
  oms_array_init(&m.lots, sizeof(part_t));
  int rc = oms_map_init(&m.books_by_key, BOOKS);
  for (size_t i = 0; i < n && rc == OMS_OK; i++) {
    rc = split_until(&m, splits, split_n, i, &next);
    rc = rc == OMS_OK ? add_fill(&m, (uint32_t)i) : rc;
  }
  rc = rc == OMS_OK ? split_until(&m, splits, split_n, SIZE_MAX, &next) : rc;
  if (rc == OMS_OK) {
    rc = open_lines(&m);
  }
  oms_array_free(&m.lots);
  oms_array_free(&m.books);
  oms_map_free(&m.books_by_key);
  return rc;
}
