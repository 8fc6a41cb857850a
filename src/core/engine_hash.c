/* engine_hash.c - the state hash: what the engine knows of orders, fills, groups, positions,
 * accounts and trading states and decides by, in order of creation, as canonical bytes. Left out:
 * free text (messages), prices of instruments, which come again with the data, positions that
 * nothing has touched, and scopes that are active. */
#include "base/check.h"
#include "base/hash.h"
#include "core/engine_int.h"

static void put_wide(oms_digest_t *d, oms_int128_t v) {
  oms_uint128_t u = (oms_uint128_t)v; /* what a shift does to a negative number is not defined */
  oms_digest_i64(d, (int64_t)(uint64_t)(u >> 64));
  oms_digest_i64(d, (int64_t)(uint64_t)u);
}

#define FLAGS_IN_HASH (~(uint32_t)(OMS_ORDER_LISTED | OMS_ORDER_FOLLOWS | OMS_ORDER_CUT))

static void put_order(oms_digest_t *d, const oms_order_t *o) {
  oms_uint128_t filled = (oms_uint128_t)o->filled_notional;
  const int64_t v[] = {(int64_t)o->index + 1,
                       o->flags & FLAGS_IN_HASH,
                       o->instrument,
                       o->account,
                       o->owner,
                       o->side,
                       o->type,
                       o->time_in_force,
                       o->session,
                       o->trigger_by,
                       o->order_class,
                       o->position_intent,
                       o->role,
                       o->status,
                       o->held_by,
                       o->rejected_by,
                       o->canceled_by,
                       o->code,
                       o->cancel_code,
                       oms_order_asked_qty(o),
                       o->qty,
                       o->more->display_qty,
                       o->filled_qty,
                       oms_order_overfill(o),
                       o->more->notional,
                       o->limit_price,
                       o->more->stop_price,
                       o->more->trail_price,
                       o->more->limit_offset,
                       o->more->trail_percent,
                       o->more->expire_at,
                       o->expire_session,
                       o->created_ns,
                       o->sent_ns,
                       o->ended_ns,
                       o->commission,
                       o->open_qty,
                       o->reserve,
                       o->reserve_price,
                       o->group,
                       o->more->parent,
                       o->more->replaces,
                       o->more->replaced_by,
                       (int64_t)(uint64_t)(filled >> 64),
                       (int64_t)(uint64_t)filled};
  oms_digest_i64s(d, v, OMS_COUNT(v));
  oms_digest_text(d, o->symbol);
  oms_digest_text(d, o->client_order_id);
  oms_digest_text(d, o->origin->tag);
}

static void put_original(oms_digest_t *d, const oms_engine_t *e, const oms_order_t *o) {
  if (o->more->original == OMS_NONE) {
    return;
  }
  const oms_original_t *t = OMS_AT(&e->originals, oms_original_t, o->more->original);
  const int64_t v[] = {t->time_in_force, t->qty, t->limit_price, t->stop_price};
  oms_digest_i64s(d, v, OMS_COUNT(v));
}

static void put_group(oms_digest_t *d, const oms_group_t *g) {
  const int64_t v[] = {g->head,    g->order_class, g->trigger_full, g->unprotected,
                       g->rearmed, g->targets,     g->stops,        g->counted};
  oms_digest_i64s(d, v, OMS_COUNT(v));
}

static void put_state(oms_digest_t *d, int kind, uint32_t index, uint8_t state) {
  const int64_t v[] = {kind, index, state};
  if (state != OMS_TRADING_STATE_ACTIVE) {
    oms_digest_i64s(d, v, OMS_COUNT(v));
  }
}

static void put_states(oms_digest_t *d, const oms_engine_t *e) {
  put_state(d, OMS_SCOPE_ALL, 0, e->state);
  for (uint32_t i = 0; i < e->owners.n; i++) {
    put_state(d, OMS_SCOPE_OWNER, i, engine_owner(e, i)->o.trading_state);
  }
  for (uint32_t i = 0; i < e->instruments.n; i++) {
    put_state(d, OMS_SCOPE_INSTRUMENT, i, engine_instrument(e, i)->i.trading_state);
  }
}

static void put_fill(oms_digest_t *d, const oms_fill_t *f) {
  const int64_t v[] = {
      f->order, f->busts, f->side,       f->busted, f->liquidity,
      f->qty,   f->price, f->commission, f->ts,     (int64_t)oms_fill_execution_no(f)};
  oms_digest_i64s(d, v, OMS_COUNT(v));
  oms_digest_text(d, oms_fill_execution_id(f));
}

static bool touched(const oms_position_t *p) {
  return p->version != 0 || p->working_buy != 0 || p->working_sell != 0;
}

static void put_position(oms_digest_t *d, const oms_engine_t *e, const oms_position_t *p) {
  const int64_t v[] = {p->account,      p->owner,      p->instrument,  p->qty,
                       p->realized_pl,  p->commission, p->working_buy, p->working_sell,
                       p->market_value, p->dividends,  p->in_lieu};
  oms_digest_i64s(d, v, OMS_COUNT(v));
  put_wide(d, p->cost);
  for (uint32_t i = p->first_lot; i != OMS_NONE; i = oms_engine_lot(e, i)->next) {
    const oms_lot_t *lot = oms_engine_lot(e, i);
    const int64_t l[] = {lot->fill, lot->qty, lot->price, lot->rest};
    oms_digest_i64s(d, l, OMS_COUNT(l));
  }
}

static void put_account(oms_digest_t *d, const oms_account_t *a) {
  const int64_t v[] = {a->type,
                       a->trading_state,
                       a->multiplier,
                       a->credit_exits,
                       a->initial_cash,
                       a->cash,
                       a->long_value,
                       a->short_value,
                       a->reserve,
                       a->exit_credit,
                       a->commission,
                       a->realized_pl,
                       a->dividends,
                       a->in_lieu,
                       a->open_orders,
                       a->traded_value,
                       a->day,
                       a->day_start_equity,
                       a->day_peak_equity,
                       a->day_realized_pl,
                       a->day_orders,
                       a->day_replaces,
                       a->day_cancels,
                       a->day_fills,
                       a->losses_in_row};
  oms_digest_text(d, a->id);
  oms_digest_i64s(d, v, OMS_COUNT(v));
}

int oms_engine_state_hash(const oms_engine_t *e, char out[33]) {
  oms_digest_t *d = oms_digest_new();
  if (d == NULL) {
    return OMS_ERR_NOMEM;
  }
  for (uint32_t i = 0; i < e->orders.n; i++) {
    put_order(d, engine_order(e, i));
    put_original(d, e, engine_order(e, i));
  }
  for (uint32_t i = 0; i < e->fills.n; i++) {
    put_fill(d, engine_fill(e, i));
  }
  for (uint32_t i = 0; i < e->groups.n; i++) {
    put_group(d, engine_group(e, i));
  }
  for (uint32_t i = 0; i < e->positions.n; i++) {
    if (touched(engine_position(e, i))) {
      put_position(d, e, engine_position(e, i));
    }
  }
  for (uint32_t i = 0; i < e->accounts.n; i++) {
    put_account(d, &engine_account(e, i)->a);
  }
  put_states(d, e);
  oms_digest_hex(d, out);
  oms_digest_free(d);
  return OMS_OK;
}
