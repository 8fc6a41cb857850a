/* engine_store.c - places of the engine: room in pools, shared texts, keys, positions, the list
 * of open orders, and the two functions that keep an open order's part in the sums. Invariant:
 * what the sums hold for an order is what engine_take_out would take out of them now. */
#include <string.h>

#include "base/check.h"
#include "base/hash.h"
#include "core/engine_int.h"

int engine_room(oms_pool_t *pool, uint32_t n) {
  while ((uint64_t)pool->chunk_n << pool->shift < (uint64_t)pool->n + n) {
    uint32_t kept = pool->n, index;
    pool->n = (uint32_t)(pool->chunk_n << pool->shift);
    int rc = oms_pool_new(pool, &index);
    pool->n = kept;
    if (rc != OMS_OK) {
      return rc;
    }
  }
  return OMS_OK;
}

int engine_text(oms_engine_t *e, const char *text, const char **out) {
  const char *copy = NULL;
  if (text != NULL) {
    copy = oms_arena_text(&e->texts, text, strlen(text));
    if (copy == NULL) {
      return OMS_ERR_NOMEM;
    }
  }
  *out = copy;
  return OMS_OK;
}

int engine_shared_text(oms_engine_t *e, const char **last, const char *text, const char **out) {
  if (text == NULL || (*last != NULL && strcmp(*last, text) == 0)) {
    *out = text == NULL ? NULL : *last;
    return OMS_OK;
  }
  int rc = engine_text(e, text, out);
  if (rc == OMS_OK) {
    *last = *out;
  }
  return rc;
}

uint64_t engine_key(uint16_t account, const char *text) {
  return oms_hash64(text, strlen(text), account);
}

uint32_t engine_find_key(const oms_engine_t *e, uint16_t account, const char *key) {
  return engine_find_hashed(e, engine_key(account, key), account, key);
}

uint32_t engine_find_hashed(const oms_engine_t *e, uint64_t hash, uint16_t account,
                            const char *key) {
  size_t at = SIZE_MAX;
  uint32_t i;
  while (oms_index_next(&e->keys, hash, &at, &i)) {
    const oms_order_t *o = i < e->orders.n ? engine_order(e, i) : NULL;
    if (o != NULL && o->account == account && o->client_order_id != NULL &&
        strcmp(o->client_order_id, key) == 0) {
      return i;
    }
  }
  i = oms_order_id_parse(e, key);
  return i != OMS_NONE && engine_order(e, i)->account == account ? i : OMS_NONE;
}

static uint64_t place_key(uint16_t account, uint16_t owner, uint32_t instrument) {
  return (uint64_t)account << 48 | (uint64_t)owner << 32 | instrument;
}

uint32_t engine_find_position(const oms_engine_t *e, uint16_t account, uint16_t owner,
                              uint32_t instrument) {
  size_t at = SIZE_MAX;
  uint32_t i;
  while (oms_map_next(&e->places, place_key(account, owner, instrument), &at, &i)) {
    if (i < e->positions.n) {
      return i;
    }
  }
  return OMS_NONE;
}

int engine_make_position(oms_engine_t *e, uint16_t account, uint16_t owner, uint32_t instrument,
                         uint32_t *index) {
  *index = engine_find_position(e, account, owner, instrument);
  if (*index != OMS_NONE) {
    return OMS_OK;
  }
  int rc = engine_room(&e->positions, 1);
  if (rc == OMS_OK) {
    rc = oms_map_put(&e->places, place_key(account, owner, instrument), e->positions.n);
  }
  if (rc != OMS_OK) {
    return rc;
  }
  rc = oms_pool_new(&e->positions, index);
  OMS_CHECK(rc == OMS_OK);
  oms_position_cell_t *cell = oms_pool_at(&e->positions, *index);
  *cell = (oms_position_cell_t){
      .p = {.account = account,
            .owner = owner,
            .instrument = instrument,
            .first_lot = OMS_NONE,
            .last_lot = OMS_NONE},
      .next_net = OMS_NONE
  };
  if (owner == ENGINE_NET) {
    oms_instrument_cell_t *i = engine_instrument(e, instrument);
    cell->next_net = i->first_net;
    i->first_net = *index;
  }
  return OMS_OK;
}

static bool follows(const oms_order_t *o) {
  return (o->flags & OMS_ORDER_REDUCE_ONLY) != 0 || o->role == OMS_ROLE_TAKE_PROFIT ||
         o->role == OMS_ROLE_STOP_LOSS;
}

/* The list is in order of creation; who joins it late (approved, working again after a bust) is
 * put in its place from the end. */
void engine_link(oms_engine_t *e, oms_order_t *o) {
  uint32_t before = e->last_open;
  while (before != OMS_NONE && before > o->index) {
    before = engine_order(e, before)->prev_open;
  }
  o->prev_open = before;
  o->next_open = before == OMS_NONE ? e->first_open : engine_order(e, before)->next_open;
  *(before == OMS_NONE ? &e->first_open : &engine_order(e, before)->next_open) = o->index;
  *(o->next_open == OMS_NONE ? &e->last_open : &engine_order(e, o->next_open)->prev_open) =
      o->index;
  o->flags |= OMS_ORDER_LISTED;
  if (o->net != OMS_NONE && follows(o)) {
    o->flags |= OMS_ORDER_FOLLOWS;
    ((oms_position_cell_t *)oms_pool_at(&e->positions, o->net))->following++;
  }
}

void engine_unlink(oms_engine_t *e, oms_order_t *o) {
  if ((o->flags & OMS_ORDER_LISTED) == 0) {
    return;
  }
  uint32_t prev = o->prev_open, next = o->next_open;
  *(prev == OMS_NONE ? &e->first_open : &engine_order(e, prev)->next_open) = next;
  *(next == OMS_NONE ? &e->last_open : &engine_order(e, next)->prev_open) = prev;
  o->prev_open = o->next_open = OMS_NONE;
  if ((o->flags & OMS_ORDER_FOLLOWS) != 0) {
    ((oms_position_cell_t *)oms_pool_at(&e->positions, o->net))->following--;
  }
  o->flags &= ~(uint32_t)(OMS_ORDER_LISTED | OMS_ORDER_FOLLOWS);
}

bool oms_engine_is_followed(const oms_engine_t *e, uint32_t order) {
  uint32_t net = engine_order(e, order)->net;
  return net != OMS_NONE &&
         ((const oms_position_cell_t *)oms_pool_at(&e->positions, net))->following > 0;
}

/* The successor of a replace that is out or waits for a person; NULL: none. */
oms_order_t *engine_successor(const oms_engine_t *e, const oms_order_t *o) {
  bool pending = o->more->replaced_by != OMS_NONE && !oms_status_is_final(o->status);
  return pending ? engine_order(e, o->more->replaced_by) : NULL;
}

/* A successor that waits for an answer or a verdict. */
bool engine_is_successor(const oms_engine_t *e, const oms_order_t *o) {
  if (o->more->replaces == OMS_NONE || o->status != OMS_STATUS_HELD) {
    return false;
  }
  return o->held_by == OMS_HELD_BY_REPLACE ||
         engine_successor(e, engine_order(e, o->more->replaces)) == o;
}

/* While a replace is out the larger of both terms counts. */
oms_qty_t engine_working(const oms_engine_t *e, const oms_order_t *o) {
  if ((o->flags & OMS_ORDER_COUNTED) == 0 || (o->flags & OMS_ORDER_GROUP_HEAD) != 0) {
    return 0;
  }
  oms_qty_t leaves = oms_order_leaves(o);
  const oms_order_t *s = engine_successor(e, o);
  if (s != NULL && s->qty - o->filled_qty > leaves) {
    return s->qty - o->filled_qty;
  }
  return leaves;
}

static oms_qty_t *working_of(const oms_engine_t *e, const oms_order_t *o) {
  oms_position_t *net = engine_position(e, o->net);
  return oms_side_is_buy(o->side) ? &net->working_buy : &net->working_sell;
}

/* Of an exit into the sum of its side; count_group then brings the group's to the net. */
static void add_working(oms_engine_t *e, const oms_order_t *o, oms_qty_t qty) {
  if (engine_is_exit(o)) {
    oms_group_t *g = engine_group(e, o->group);
    *(o->role == OMS_ROLE_TAKE_PROFIT ? &g->targets : &g->stops) += qty;
    return;
  }
  *working_of(e, o) += qty;
}

/* Targets exclude stops, so a group stands once, with its larger side. Nothing for other orders. */
static void count_group(oms_engine_t *e, const oms_order_t *o) {
  if (!engine_is_exit(o)) {
    return;
  }
  oms_group_t *g = engine_group(e, o->group);
  oms_qty_t now = g->targets > g->stops ? g->targets : g->stops;
  *working_of(e, o) += now - g->counted;
  g->counted = now;
}

int engine_reserve(const oms_engine_t *e, const oms_order_t *o, oms_qty_t open,
                   oms_money_t *reserve) {
  if (open <= 0 || o->reserve_price == OMS_NO_PRICE) {
    *reserve = 0;
    return OMS_OK;
  }
  const oms_instrument_t *i = &engine_instrument(e, o->instrument)->i;
  oms_money_t value, commission = 0;
  int rc = oms_notional(o->reserve_price, open, i->multiplier, &value);
  if (rc == OMS_OK && value < 0) {
    rc = oms_sub(0, value, &value);
  }
  if (rc == OMS_OK && e->has_commission) {
    rc = oms_commission_total(&e->config.commission, i->asset_class, open, value, &commission);
  }
  return rc == OMS_OK ? oms_add(value, commission, reserve) : rc;
}

/* The reserve of what is left, at most what was checked when the order or its successor was
 * accepted. */
static oms_money_t reserve_now(const oms_engine_t *e, const oms_order_t *o) {
  oms_qty_t leaves = oms_order_leaves(o);
  oms_money_t own = 0, next = 0;
  int rc = engine_reserve(e, o, leaves < o->open_qty ? leaves : o->open_qty, &own);
  OMS_CHECK(rc == OMS_OK);
  const oms_order_t *s = engine_successor(e, o);
  if (s != NULL) {
    oms_qty_t rest = s->qty - o->filled_qty;
    rc = engine_reserve(e, s, rest < s->open_qty ? rest : s->open_qty, &next);
    OMS_CHECK(rc == OMS_OK);
  }
  return own > next ? own : next;
}

/* What a working market exit adds to buying power where exits are credited. */
oms_money_t engine_exit_credit(const oms_engine_t *e, const oms_order_t *o) {
  bool credited = o->type == OMS_TYPE_MARKET && (o->flags & OMS_ORDER_REDUCES) != 0 &&
                  (o->flags & OMS_ORDER_COUNTED) != 0 && o->reserve_price != OMS_NO_PRICE &&
                  engine_account(e, o->account)->a.credit_exits;
  oms_money_t value = 0;
  if (credited) {
    int rc = oms_notional(o->reserve_price, oms_order_leaves(o),
                          engine_instrument(e, o->instrument)->i.multiplier, &value);
    OMS_CHECK(rc == OMS_OK);
  }
  return value < 0 ? 0 : value;
}

void engine_take_out(oms_engine_t *e, oms_order_t *o) {
  if ((o->flags & OMS_ORDER_COUNTED) == 0) {
    return;
  }
  oms_account_t *a = &engine_account(e, o->account)->a;
  add_working(e, o, -engine_working(e, o));
  a->reserve -= o->reserve;
  a->exit_credit -= engine_exit_credit(e, o);
  o->reserve = 0;
}

void engine_put_in(oms_engine_t *e, oms_order_t *o) {
  if ((o->flags & OMS_ORDER_COUNTED) == 0) {
    return;
  }
  oms_account_t *a = &engine_account(e, o->account)->a;
  add_working(e, o, engine_working(e, o));
  count_group(e, o);
  o->reserve = o->open_qty > 0 || engine_successor(e, o) != NULL ? reserve_now(e, o) : 0;
  a->reserve += o->reserve;
  a->exit_credit += engine_exit_credit(e, o);
}

/* An order that has not stood in the sums joins them, its reserve known from the check. */
void engine_count(oms_engine_t *e, oms_order_t *o) {
  oms_account_t *a = &engine_account(e, o->account)->a;
  o->flags |= OMS_ORDER_COUNTED;
  a->open_orders++;
  add_working(e, o, engine_working(e, o));
  count_group(e, o);
  a->reserve += o->reserve;
  a->exit_credit += engine_exit_credit(e, o);
}

void engine_set_doubt(oms_engine_t *e, oms_order_t *o, bool in_doubt) {
  if (OMS_LIKELY(((o->flags & OMS_ORDER_IN_DOUBT) != 0) == in_doubt)) {
    return;
  }
  o->flags ^= OMS_ORDER_IN_DOUBT;
  if (o->net != OMS_NONE) {
    oms_position_cell_t *net = oms_pool_at(&e->positions, o->net);
    net->in_doubt += in_doubt ? 1 : UINT32_MAX;
  }
}

/* Ends an order: 'status' is final. The order must stand outside the sums (engine_take_out)
 * already. */
void engine_end(oms_engine_t *e, oms_order_t *o, int status) {
  bool counted = (o->flags & OMS_ORDER_COUNTED) != 0;
  o->status = (uint8_t)status;
  o->held_by = OMS_HELD_BY_NONE;
  o->ended_ns = e->now;
  o->reserve = 0;
  o->flags &= ~(uint32_t)OMS_ORDER_COUNTED;
  engine_set_doubt(e, o, false);
  if (counted) {
    engine_account(e, o->account)->a.open_orders--;
    count_group(e, o);
  }
  engine_unlink(e, o);
}

void engine_emit(oms_engine_t *e, const engine_news_t *news) {
  oms_event_t event = {.type = (uint8_t)news->type,
                       .status = news->o == NULL ? 0 : news->o->status,
                       .canceled_by = news->o == NULL ? 0 : news->o->canceled_by,
                       .code = (uint16_t)news->code,
                       .owner = news->o == NULL ? 0 : news->o->owner,
                       .order = news->o == NULL ? OMS_NONE : news->o->index,
                       .fill = news->fill,
                       .seq = ++e->event_seq,
                       .ts = news->ts,
                       .old_qty = OMS_NO_PRICE,
                       .old_limit_price = OMS_NO_PRICE,
                       .old_stop_price = OMS_NO_PRICE,
                       .message = news->message};
  if (news->old != NULL) {
    event.old_qty = news->old->qty;
    event.old_limit_price = news->old->limit_price;
    event.old_stop_price = news->old->more->stop_price;
  }
  if (e->sink != NULL && e->sink->event != NULL) {
    e->sink->event(e->sink->self, &event);
  }
}

/* The plain case: an event about an order, with its code and message. */
void engine_tell(oms_engine_t *e, int type, const oms_order_t *o) {
  engine_emit(e, &(engine_news_t){.type = type,
                                  .o = o,
                                  .fill = OMS_NONE,
                                  .code = o->code,
                                  .ts = e->now,
                                  .message = o->message});
}
