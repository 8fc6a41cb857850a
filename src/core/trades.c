/* trades.c - round trips: what was bought meets what was sold, oldest lot first, book by book.
 * Leaves out positions: those are kept by book.c as fills come; this derives lines for reports
 * afterwards. Invariants:
 *   1. The quantities of the lines of a fill sum to the fill, likewise its commission, to the last
 *      unit.
 *   2. A book has lots of one sign at a time. */
#include "core/trades.h"

#define BOOKS 64

/* A fill, or what is left of it, on its way into lines. */
typedef struct part {
  uint32_t at;            /* index in the list of fills */
  uint32_t next;          /* younger lot of the book, or OMS_NONE */
  oms_qty_t left;         /* > 0, not in a line yet */
  oms_money_t commission; /* not in a line yet */
} part_t;

typedef struct lots_of_book {
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
static oms_money_t take(const matching_t *m, part_t *p, oms_qty_t qty) {
  const oms_trade_fill_t *f = &m->fills[p->at];
  oms_money_t share = p->commission;
  if (qty != p->left) {
    share = (oms_money_t)((oms_int128_t)f->commission * qty / size_of(f));
  }
  p->left -= qty;
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
    lots_of_book_t flat = {OMS_NONE, OMS_NONE};
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

static oms_trade_t new_line(const oms_trade_fill_t *entry, oms_qty_t qty) {
  return (oms_trade_t){
      .instrument = entry->instrument,
      .account = entry->account,
      .owner = entry->owner,
      .entry_fill = entry->fill,
      .exit_fill = OMS_NONE,
      .is_long = entry->qty > 0,
      .qty = qty,
      .entry_price = entry->price,
      .exit_price = OMS_NO_PRICE,
  };
}

/* Gain of the line before commission. */
static int gain_of(const oms_trade_t *t, int64_t multiplier, oms_money_t *out) {
  oms_price_t move;
  int rc = oms_sub(t->exit_price, t->entry_price, &move);
  return rc == OMS_OK ? oms_notional(move, t->is_long ? t->qty : -t->qty, multiplier, out) : rc;
}

static int close_line(matching_t *m, part_t *lot, part_t *closing, oms_qty_t qty) {
  const oms_trade_fill_t *exit = &m->fills[closing->at];
  oms_trade_t t = new_line(&m->fills[lot->at], qty);
  t.exit_fill = exit->fill;
  t.exit_price = exit->price;
  oms_money_t gain;
  if (oms_add(take(m, lot, qty), take(m, closing, qty), &t.commission) != OMS_OK ||
      gain_of(&t, exit->multiplier, &gain) != OMS_OK ||
      oms_sub(gain, t.commission, &t.pnl) != OMS_OK) {
    return OMS_ERR_OVERFLOW;
  }
  return m->each(m->self, &t);
}

static int close_lots(matching_t *m, lots_of_book_t *book, part_t *closing) {
  while (closing->left > 0 && book->first != OMS_NONE) {
    part_t *lot = OMS_AT(&m->lots, part_t, book->first);
    int rc = close_line(m, lot, closing, lot->left < closing->left ? lot->left : closing->left);
    if (rc != OMS_OK) {
      return rc;
    }
    if (lot->left == 0) {
      book->first = lot->next;
    }
  }
  return OMS_OK;
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
  part_t part = {.at = at, .next = OMS_NONE, .left = size_of(f), .commission = f->commission};
  int rc = book_of(m, f, &book);
  if (rc == OMS_OK && book->first != OMS_NONE) {
    const part_t *oldest = OMS_AT(&m->lots, part_t, book->first);
    bool same_side = (m->fills[oldest->at].qty > 0) == (f->qty > 0);
    rc = same_side ? OMS_OK : close_lots(m, book, &part);
  }
  return rc == OMS_OK && part.left > 0 ? open_lot(m, book, &part) : rc;
}

static int open_lines(matching_t *m) {
  for (size_t i = 0; i < m->lots.n; i++) {
    const part_t *lot = OMS_AT(&m->lots, part_t, i);
    if (lot->left == 0) {
      continue;
    }
    oms_trade_t t = new_line(&m->fills[lot->at], lot->left);
    t.commission = lot->commission;
    int rc = m->each(m->self, &t);
    if (rc != OMS_OK) {
      return rc;
    }
  }
  return OMS_OK;
}

int oms_trades_match(const oms_trade_fill_t *fills, size_t n,
                     int (*each)(void *self, const oms_trade_t *t), void *self) {
  matching_t m = {.fills = fills, .each = each, .self = self};
  oms_array_init(&m.books, sizeof(lots_of_book_t));
  oms_array_init(&m.lots, sizeof(part_t));
  int rc = oms_map_init(&m.books_by_key, BOOKS);
  for (size_t i = 0; i < n && rc == OMS_OK; i++) {
    rc = add_fill(&m, (uint32_t)i);
  }
  if (rc == OMS_OK) {
    rc = open_lines(&m);
  }
  oms_array_free(&m.lots);
  oms_array_free(&m.books);
  oms_map_free(&m.books_by_key);
  return rc;
}
