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

int oms_engine_trades(const oms_engine_t *e, int (*each)(void *self, const oms_trade_t *t),
                      void *self) {
  oms_trade_fill_t *list = oms_alloc((size_t)e->fills.n * sizeof *list);
  size_t n = 0;
  if (list == NULL) {
    return OMS_ERR_NOMEM;
  }
  for (uint32_t i = 0; i < e->fills.n; i++) {
    const oms_fill_t *f = engine_fill(e, i);
    if (!f->busted && f->busts == OMS_NONE) {
      list[n++] = as_listed(e, f);
    }
  }
  int rc = oms_trades_match(list, n, each, self);
  oms_free(list);
  return rc;
}
