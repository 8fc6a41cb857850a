/* engine_trades.c - the engine's fills as the list that trades.c matches.
 * A fill goes to the book of the owner that its order has now. Fills that were taken back, and the
 * reverse fills that took them back, are left out, as if the trade had never been. */
#include "base/alloc.h"
#include "core/engine_int.h"
#include "core/trades.h"

static oms_trade_fill_t as_listed(const oms_engine_t *e, const oms_fill_t *f) {
  const oms_order_t *o = engine_order(e, f->order);
  return (oms_trade_fill_t){
      .fill = f->index,
      .instrument = o->instrument,
      .account = o->account,
      .owner = o->owner,
      .qty = oms_side_is_buy(f->side) ? f->qty : -f->qty,
      .price = f->price,
      .multiplier = engine_instrument(e, o->instrument)->i.multiplier,
      .commission = f->commission,
  };
}

oms_time_t oms_trade_exit_time(const oms_engine_t *e, const oms_trade_t *t) {
  return t->exit_fill != OMS_NONE ? engine_fill(e, t->exit_fill)->ts : t->lieu_ns;
}

static oms_trade_split_t as_split(const oms_engine_t *e, const engine_action_t *a, size_t before) {
  return (oms_trade_split_t){.before = before,
                             .instrument = a->instrument,
                             .split = a->split,
                             .lot = a->lot,
                             .price = a->price,
                             .multiplier = engine_instrument(e, a->instrument)->i.multiplier,
                             .ts = a->ts};
}

/* The fills that count and the splits between them. */
typedef struct history {
  oms_trade_fill_t *fills;
  oms_trade_split_t *splits;
  size_t n, split_n;
} history_t;

static void list_splits(const oms_engine_t *e, history_t *h, uint32_t fill, size_t *next) {
  for (; *next < e->actions.n && engine_action(e, *next)->fills <= fill; ++*next) {
    const engine_action_t *a = engine_action(e, *next);
    if (engine_is_split(a)) {
      h->splits[h->split_n++] = as_split(e, a, h->n);
    }
  }
}

static void list_history(const oms_engine_t *e, history_t *h) {
  size_t next = 0;
  for (uint32_t i = 0; i < e->fills.n; i++) {
    const oms_fill_t *f = engine_fill(e, i);
    list_splits(e, h, i, &next);
    if (!f->busted && f->busts == OMS_NONE) {
      h->fills[h->n++] = as_listed(e, f);
    }
  }
  list_splits(e, h, UINT32_MAX, &next);
}

int oms_engine_trades(const oms_engine_t *e, int (*each)(void *self, const oms_trade_t *t),
                      void *self) {
  history_t h = {.fills = oms_alloc((size_t)e->fills.n * sizeof *h.fills),
                 .splits = oms_alloc((e->actions.n + 1) * sizeof *h.splits)};
  int rc = h.fills == NULL || h.splits == NULL ? OMS_ERR_NOMEM : OMS_OK;
  if (rc == OMS_OK) {
    list_history(e, &h);
    rc = oms_trades_match(h.fills, h.n, h.splits, h.split_n, each, self);
  }
  oms_free(h.fills);
  oms_free(h.splits);
  return rc;
}
