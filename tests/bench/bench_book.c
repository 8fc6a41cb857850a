/* bench_book.c - the order book: adds, cancels and matches a second of a seeded flow, alone and as
 * the venue, beside the same flow on a bare book that knows 65,536 prices by their number; and a
 * cancel in a deep book beside one in a shallow book. The sums of all matches must agree.
 * usage: bench_book RUNS */
#include <string.h>

#include "base/fixed.h"
#include "bench.h"
#include "sim/lob.h"
#include "sim/sim.h"

#define OPERATIONS 4000000
#define TICK       INT64_C(10000000)
#define PRICES     65536
#define NONE       UINT32_MAX
#define RUNS_MAX   64
#define BATCH      500
#define ROUNDS     400

/* A row of the flow. */
typedef struct operation {
  uint32_t id;    /* numbered from 1 */
  uint16_t price; /* ticks */
  uint8_t qty, kind;
} operation_t;
enum { BUY, SELL, CANCEL };

typedef struct heard {
  uint64_t matches, sum;
} heard_t;

/* The bare book: what it knows of a price stands at the price's number. */

typedef struct bare_order {
  uint32_t next, prev, qty;
  uint16_t price;
  uint8_t is_buy, live;
} bare_order_t;

typedef struct bare_book {
  struct {
    uint32_t first[PRICES], last[PRICES];
    uint64_t words[PRICES / 64], summary[PRICES / 4096];
  } side[2];
  bare_order_t *orders; /* a slab */
  uint32_t used, free;
  uint32_t *keys, *places; /* ids, open addressing; 0 is empty, NONE was taken out */
  uint32_t mask;
} bare_book_t;

static uint32_t bare_slot(const bare_book_t *b, uint32_t id) {
  uint32_t at = (uint32_t)((id * UINT64_C(0x9e3779b97f4a7c15)) >> 32) & b->mask;
  while (b->keys[at] != 0 && b->keys[at] != id) {
    at = (at + 1) & b->mask;
  }
  return at;
}

static bare_book_t *bare_new(void) {
  bare_book_t *b = calloc(1, sizeof *b);
  if (b == NULL) {
    bench_quit("out of memory");
  }
  b->mask = (1u << 23) - 1; /* room for every id of the flow: what dies need not be taken out */
  b->orders = calloc(OPERATIONS, sizeof *b->orders);
  b->keys = calloc((size_t)b->mask + 1, sizeof *b->keys);
  b->places = calloc((size_t)b->mask + 1, sizeof *b->places);
  b->free = NONE;
  if (b->orders == NULL || b->keys == NULL || b->places == NULL) {
    bench_quit("out of memory");
  }
  return b;
}

static void bare_free(bare_book_t *b) {
  free(b->orders);
  free(b->keys);
  free(b->places);
  free(b);
}

static void bare_mark(bare_book_t *b, bool is_buy, uint32_t price) {
  b->side[is_buy].words[price / 64] |= UINT64_C(1) << price % 64;
  b->side[is_buy].summary[price / 4096] |= UINT64_C(1) << price / 64 % 64;
}

static void bare_clear(bare_book_t *b, bool is_buy, uint32_t price) {
  b->side[is_buy].words[price / 64] &= ~(UINT64_C(1) << price % 64);
  if (b->side[is_buy].words[price / 64] == 0) {
    b->side[is_buy].summary[price / 4096] &= ~(UINT64_C(1) << price / 64 % 64);
  }
}

static uint32_t bare_best(const bare_book_t *b, bool is_buy) {
  for (uint32_t k = 0; k < PRICES / 4096; k++) {
    uint32_t i = is_buy ? PRICES / 4096 - 1 - k : k;
    uint64_t s = b->side[is_buy].summary[i];
    if (s != 0) {
      uint32_t w = i * 64 + (uint32_t)(is_buy ? 63 - __builtin_clzll(s) : __builtin_ctzll(s));
      uint64_t bits = b->side[is_buy].words[w];
      return w * 64 + (uint32_t)(is_buy ? 63 - __builtin_clzll(bits) : __builtin_ctzll(bits));
    }
  }
  return NONE;
}

static void bare_unlink(bare_book_t *b, uint32_t at) {
  bare_order_t *o = &b->orders[at];
  uint32_t *first = &b->side[o->is_buy].first[o->price], *last = &b->side[o->is_buy].last[o->price];
  *(o->prev == 0 ? first : &b->orders[o->prev - 1].next) = o->next;
  *(o->next == 0 ? last : &b->orders[o->next - 1].prev) = o->prev;
  if (*first == 0) {
    bare_clear(b, o->is_buy, o->price);
  }
  o->live = 0;
  o->next = b->free;
  b->free = at;
}

static void bare_rest(bare_book_t *b, const operation_t *op, uint32_t qty) {
  uint32_t at = b->free;
  bool is_buy = op->kind == BUY;
  if (at != NONE) {
    b->free = b->orders[at].next;
  } else {
    at = b->used++;
  }
  uint32_t *last = &b->side[is_buy].last[op->price];
  b->orders[at] = (bare_order_t){0, *last, qty, op->price, is_buy, 1};
  *(*last == 0 ? &b->side[is_buy].first[op->price] : &b->orders[*last - 1].next) = at + 1;
  *last = at + 1;
  bare_mark(b, is_buy, op->price);
  uint32_t slot = bare_slot(b, op->id);
  b->keys[slot] = op->id;
  b->places[slot] = at + 1;
}

/* An order's name is not taken out when it goes: a place whose order has another name by then is
 * found out by the slab being told the id in 'ids'. */
static void bare_run(bare_book_t *b, const operation_t *ops, uint32_t *ids, heard_t *h) {
  for (size_t i = 0; i < OPERATIONS; i++) {
    const operation_t *op = &ops[i];
    if (op->kind == CANCEL) {
      uint32_t place = b->places[bare_slot(b, op->id)];
      if (place != 0 && b->orders[place - 1].live && ids[place - 1] == op->id) {
        bare_unlink(b, place - 1);
      }
      continue;
    }
    bool is_buy = op->kind == BUY;
    uint32_t left = op->qty, best;
    while (left > 0 && (best = bare_best(b, !is_buy)) != NONE &&
           (is_buy ? best <= op->price : best >= op->price)) {
      uint32_t maker = b->side[!is_buy].first[best] - 1;
      uint32_t qty = b->orders[maker].qty < left ? b->orders[maker].qty : left;
      left -= qty;
      b->orders[maker].qty -= qty;
      h->matches++;
      h->sum += qty * (uint64_t)best + ids[maker];
      if (b->orders[maker].qty == 0) {
        bare_unlink(b, maker);
      }
    }
    if (left > 0) {
      ids[b->free != NONE ? b->free : b->used] = op->id;
      bare_rest(b, op, left);
    }
  }
}

/* Ours. */

static void hear(void *ctx, const oms_lob_match_t *m) {
  heard_t *h = ctx;
  h->matches++;
  h->sum += (uint64_t)m->qty * (uint64_t)(m->price / TICK) + m->maker;
}

static void ours_run(oms_lob_t *b, const operation_t *ops, heard_t *h) {
  for (size_t i = 0; i < OPERATIONS; i++) {
    const operation_t *op = &ops[i];
    if (op->kind == CANCEL) {
      (void)oms_lob_cancel(b, op->id);
      continue;
    }
    oms_lob_new_t o = {op->id, 0, op->kind == BUY, op->price * TICK, op->qty};
    if (oms_lob_add(b, &o, hear, h) != OMS_OK) {
      bench_quit("the book refuses an order");
    }
  }
}

/* Ours as the venue of order flow, where no order of the desk works. */

static void hear_venue(void *ctx, uint32_t instrument, const oms_book_match_t *m) {
  heard_t *h = ctx;
  (void)instrument;
  h->matches++;
  h->sum += (uint64_t)m->qty * (uint64_t)(m->price / TICK) + m->maker;
}

static void venue_run(oms_sim_t *sim, const operation_t *ops) {
  oms_quote_t touch;
  bool changed;
  for (size_t i = 0; i < OPERATIONS; i++) {
    const operation_t *op = &ops[i];
    oms_flow_t f = {op->kind == CANCEL ? 'C' : 'A', op->kind == BUY ? OMS_SIDE_BUY : OMS_SIDE_SELL,
                    op->id, op->price * TICK, op->qty};
    if (oms_sim_flow(sim, 0, &f, (oms_time_t)i, &touch, &changed) != OMS_OK) {
      bench_quit("the venue refuses a row");
    }
  }
}

static double venue_speed(const operation_t *ops, heard_t *h) {
  const oms_engine_config_t config = {.orders = 16, .fills = 16};
  const oms_instrument_t instrument = {.symbol = "X", .multiplier = OMS_QTY_SCALE};
  const oms_sim_symbol_t symbol = {.flow = true};
  oms_sim_config_t settings;
  oms_venue_t venue;
  uint32_t index = 0;
  oms_sim_config_default(&settings);
  oms_engine_t *engine = oms_engine_new(&config);
  if (engine == NULL || oms_engine_add_instrument(engine, &instrument, &index) != OMS_OK) {
    bench_quit("out of memory");
  }
  oms_sim_t *sim = oms_sim_new(engine, &settings, (oms_venue_sink_t){NULL, NULL, NULL}, &venue);
  if (sim == NULL || oms_sim_set_symbol(sim, index, &symbol) != OMS_OK) {
    bench_quit("out of memory");
  }
  oms_sim_on_match(sim, hear_venue, h);
  double start = bench_cpu();
  venue_run(sim, ops);
  double speed = OPERATIONS / (bench_cpu() - start);
  venue.close(venue.self);
  oms_engine_free(engine);
  return speed;
}

/* The flow: half adds, half cancels; every order is canceled once, at an age that chance decides,
 * whether it has filled or not. Prices lie around a walking middle, nearer ones more often; one add
 * in six goes to the other side. */
static void generate(operation_t *ops, uint32_t *waiting) {
  uint64_t state = 11;
  uint32_t n = 0, id = 0, middle = PRICES / 2;
  for (size_t i = 0; i < OPERATIONS; i++) {
    uint64_t z = bench_random(&state);
    bool is_buy = z & 1;
    if (n > 30000 && (n > 60000 || z >> 1 & 1)) {
      uint32_t at = (uint32_t)((z >> 2) % n);
      ops[i] = (operation_t){waiting[at], 0, 0, CANCEL};
      waiting[at] = waiting[--n];
      continue;
    }
    middle += (z >> 2 & 63) == 0 ? ((z >> 8 & 1) && middle < PRICES - 4096) : 0;
    middle -= (z >> 2 & 63) == 1 ? ((z >> 8 & 1) && middle > 4096) : 0;
    uint32_t reach = 1u << (z >> 9 & 7);
    int32_t away = 1 + (int32_t)((z >> 12 & 0xffff) % (reach * 8));
    away = (z >> 28 & 7) == 0 ? -away / 16 : away;
    uint32_t price = middle - (uint32_t)(is_buy ? away : -away);
    ops[i] =
        (operation_t){++id, (uint16_t)price, (uint8_t)(1 + (z >> 32 & 63)), is_buy ? BUY : SELL};
    waiting[n++] = id;
  }
}

/* Operations a second of one run, and what was heard in it. */
static double ours_speed(const operation_t *ops, heard_t *h) {
  oms_lob_t *book = oms_lob_new();
  double start = bench_cpu();
  ours_run(book, ops, h);
  double speed = OPERATIONS / (bench_cpu() - start);
  oms_lob_free(book);
  return speed;
}

static double bare_speed(const operation_t *ops, heard_t *h) {
  bare_book_t *book = bare_new();
  uint32_t *ids = calloc(OPERATIONS, sizeof *ids);
  if (ids == NULL) {
    bench_quit("out of memory");
  }
  double start = bench_cpu();
  bare_run(book, ops, ids, h);
  double speed = OPERATIONS / (bench_cpu() - start);
  bare_free(book);
  free(ids);
  return speed;
}

static void mixed(const char *row, double (*run)(const operation_t *, heard_t *),
                  const operation_t *ops, size_t runs) {
  double ours[RUNS_MAX], bare[RUNS_MAX], ratio[RUNS_MAX];
  char base[64], figure[64], times[16];
  for (size_t i = 0; i < runs; i++) {
    heard_t a = {0, 0}, b = {0, 0};
    ours[i] = run(ops, &a);
    bare[i] = bare_speed(ops, &b);
    ratio[i] = ours[i] / bare[i];
    if (a.matches != b.matches || a.sum != b.sum || a.matches == 0) {
      bench_quit("the two books disagree");
    }
  }
  double speed = bench_median(ours, runs);
  (void)snprintf(base, sizeof base, "bare book %.1f M/s", bench_median(bare, runs) / 1e6);
  (void)snprintf(figure, sizeof figure, "%.1f M/s", speed / 1e6);
  (void)snprintf(times, sizeof times, "%.2f", bench_median(ratio, runs));
  bench_row(row, base, figure, times, "at least 6 M/s", speed >= 6e6);
}

/* A book of 'prices' prices with 'depth' orders each, numbered from 1. */
static oms_lob_new_t resting(uint64_t id, size_t depth) {
  return (oms_lob_new_t){id, 0, true, (oms_price_t)(1 + (id - 1) / depth) * TICK, 1};
}

static oms_lob_t *filled_book(size_t depth, size_t prices) {
  oms_lob_t *b = oms_lob_new();
  for (uint64_t id = 1; id <= depth * prices; id++) {
    oms_lob_new_t o = resting(id, depth);
    if (oms_lob_add(b, &o, NULL, NULL) != OMS_OK) {
      bench_quit("out of memory");
    }
  }
  return b;
}

/* ns of a cancel of orders that chance picks among the 'latest', a batch at a time; what a batch
 * took out comes back before the next one. */
static double cancel_ns(size_t depth, size_t prices, size_t latest) {
  oms_lob_t *b = filled_book(depth, prices);
  uint64_t state = 5, total = depth * prices, ids[BATCH];
  double seconds = 0;
  for (size_t round = 0; round < ROUNDS; round++) {
    size_t n = 0;
    for (size_t i = 0; i < BATCH; i++) {
      ids[i] = total - bench_random(&state) % latest;
    }
    double start = bench_cpu();
    for (size_t i = 0; i < BATCH; i++) {
      ids[n] = ids[i];
      n += oms_lob_cancel(b, ids[i]); /* false: picked twice */
    }
    seconds += bench_cpu() - start;
    for (size_t i = 0; i < n; i++) {
      oms_lob_new_t o = resting(ids[i], depth);
      (void)oms_lob_add(b, &o, NULL, NULL);
    }
  }
  oms_lob_free(b);
  return seconds * 1e9 / (BATCH * ROUNDS);
}

typedef struct place {
  size_t depth, prices, latest;
} place_t;

static void cancels(const char *row, const char *baseline, place_t deep, place_t shallow,
                    double most, size_t runs) {
  double a[RUNS_MAX], b[RUNS_MAX], ratio[RUNS_MAX];
  char base[64], figure[64], times[16], target[32];
  for (size_t i = 0; i < runs; i++) {
    a[i] = cancel_ns(deep.depth, deep.prices, deep.latest);
    b[i] = cancel_ns(shallow.depth, shallow.prices, shallow.latest);
    ratio[i] = a[i] / b[i];
  }
  double cost = bench_median(ratio, runs);
  (void)snprintf(base, sizeof base, "%s %.0f ns", baseline, bench_median(b, runs));
  (void)snprintf(figure, sizeof figure, "%.0f ns", bench_median(a, runs));
  (void)snprintf(times, sizeof times, "%.2f", cost);
  (void)snprintf(target, sizeof target, "at most %g x", most);
  bench_row(row, base, figure, times, target, cost <= most);
}

int main(int argc, char **argv) {
  size_t runs = argc > 1 ? (size_t)strtoul(argv[1], NULL, 10) : 9;
  runs = runs < 1 ? 1 : runs > RUNS_MAX ? RUNS_MAX : runs;
  operation_t *ops = malloc(OPERATIONS * sizeof *ops);
  uint32_t *waiting = malloc(OPERATIONS * sizeof *waiting);
  if (ops == NULL || waiting == NULL) {
    bench_quit("out of memory");
  }
  generate(ops, waiting);
  free(waiting);
  mixed("order book, add/cancel/match a second", ours_speed, ops, runs);
  mixed("the same as a venue", venue_speed, ops, runs);
  free(ops);
  const size_t million = 1000000;
  cancels("cancel any of 1,000,000 at one price", "1,000 at each of 1,000",
          (place_t){million, 1, million}, (place_t){1000, 1000, million}, 1.3, runs);
  cancels("cancel a late one, 1,000,000 resting", "1,000 resting", (place_t){million, 1, 1000},
          (place_t){1000, 1, 1000}, 2, runs);
  return 0;
}
