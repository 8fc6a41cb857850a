/* image.c - see image.h and image_int.h: the tables, and the writing. */
#include "core/image.h"

#include "base/check.h"
#include "base/hash.h"
#include "core/image_int.h"

#define PIECE                  65536u

#define H(member, kind, limit) FIELD(image_head_t, member, kind, limit)
static const field_t head_fields[] = {
    H(seed, U64, 0),
    H(event_seq, U64, 0),
    H(instruments, U32, 0),
    H(accounts, U32, 0),
    H(owners, U32, 0),
    H(orders, U32, 0),
    H(groups, U32, 0),
    H(fills, U32, 0),
    H(positions, U32, 0),
    H(originals, U32, 0),
    H(actions, U32, 0),
    H(new_group, INDEX, 0),
    H(state, U8, OMS_TRADING_STATE_COUNT),
    H(now, MAYBE, 0),
    H(day_start, MAYBE, 0),
    H(next_roll, MAYBE, 0),
};

#define A(member, kind) FIELD(oms_account_t, member, kind, 0)
static const field_t account_fields[] = {
    A(cash, NUMBER),
    A(long_value, NUMBER),
    A(short_value, NUMBER),
    A(reserve, NUMBER),
    A(exit_credit, NUMBER),
    A(commission, NUMBER),
    A(realized_pl, NUMBER),
    A(dividends, NUMBER),
    A(in_lieu, NUMBER),
    A(open_orders, U32),
    A(traded_value, NUMBER),
    A(day, MAYBE),
    A(day_start_equity, NUMBER),
    A(day_peak_equity, NUMBER),
    A(day_realized_pl, NUMBER),
    A(day_orders, U32),
    A(day_replaces, U32),
    A(day_cancels, U32),
    A(day_fills, U32),
    A(losses_in_row, U32),
};

static const field_t owner_fields[] = {
    FIELD(oms_owner_t, id, TEXT, 0),
    FIELD(oms_owner_t, script_hash, TEXT, 0),
    FIELD(oms_owner_t, trading_state, U8, OMS_TRADING_STATE_COUNT),
};

#define O(member, kind, limit) FIELD(oms_order_t, member, kind, limit)
static const field_t order_fields[] = {
    O(flags, U32, 0),
    O(instrument, INDEX, 0),
    O(owner, U16, 0),
    O(type, U8, OMS_TYPE_COUNT),
    O(status, U8, OMS_STATUS_COUNT),
    O(position_intent, U8, OMS_INTENT_COUNT),
    O(qty, MAYBE, 0),
    O(filled_qty, NUMBER, 0),
    O(limit_price, MAYBE, 0),
    O(expire_session, MAYBE, 0),
    O(created_ns, MAYBE, 0),
    O(sent_ns, MAYBE, 0),
    O(ended_ns, MAYBE, 0),
    O(open_qty, NUMBER, 0),
    O(reserve_price, MAYBE, 0),
    O(book, INDEX, 0),
    O(net, INDEX, 0),
    O(client_order_id, TEXT, 0),
    O(side, U8, OMS_SIDE_COUNT),
    O(time_in_force, U8, OMS_TIF_COUNT),
    O(account, U16, 0),
    O(commission, NUMBER, 0),
    O(reserve, NUMBER, 0),
    O(broker_order_id, TEXT, 0),
    O(message, TEXT, 0),
    O(code, CODE, 0),
    O(session, U8, OMS_SESSION_COUNT),
    O(trigger_by, U8, OMS_TRIGGER_BY_COUNT),
    O(order_class, U8, OMS_ORDER_CLASS_COUNT),
    O(role, U8, OMS_ROLE_COUNT),
    O(held_by, U8, OMS_HELD_BY_COUNT),
    O(rejected_by, U8, OMS_REJECTED_BY_COUNT),
    O(canceled_by, U8, OMS_CANCELED_BY_COUNT),
    O(cancel_code, CODE, 0),
    O(group, INDEX, 0),
};

#define M(member, kind) FIELD(oms_order_more_t, member, kind, 0)
static const field_t more_fields[] = {
    M(asked_qty, MAYBE),   M(stop_price, MAYBE),    M(parent, INDEX),       M(replaces, INDEX),
    M(replaced_by, INDEX), M(root, INDEX),          M(original, INDEX),     M(notional, MAYBE),
    M(trail_price, MAYBE), M(trail_percent, MAYBE), M(limit_offset, MAYBE), M(display_qty, MAYBE),
    M(expire_at, MAYBE),   M(actions, U32),         M(wire_attempt, U8),
};

#define G(member, kind, limit) FIELD(oms_group_t, member, kind, limit)
static const field_t group_fields[] = {
    G(order_class, U8, OMS_ORDER_CLASS_COUNT),
    G(trigger_full, U8, 2),
    G(unprotected, U8, 2),
    G(rearmed, U32, 0),
    G(targets, NUMBER, 0),
    G(stops, NUMBER, 0),
    G(counted, NUMBER, 0),
};

#define F(member, kind, limit) FIELD(oms_fill_t, member, kind, limit)
static const field_t fill_fields[] = {
    F(order, U32, 0),         F(side, U8, OMS_SIDE_COUNT),
    F(qty, NUMBER, 0),        F(price, NUMBER, 0),
    F(ts, MAYBE, 0),          F(is_named, U8, 2),
    F(has_commission, U8, 2), F(commission, NUMBER, 0),
    F(liquidity, U8, 0),      F(busts, INDEX, 0),
    F(busted, U8, 2),
};

#define P(member, kind) FIELD(oms_position_t, member, kind, 0)
static const field_t position_fields[] = {
    P(account, U16),    P(owner, U16),          P(instrument, U32),      P(version, U32),
    P(qty, NUMBER),     P(realized_pl, NUMBER), P(commission, NUMBER),   P(dividends, NUMBER),
    P(in_lieu, NUMBER), P(working_buy, NUMBER), P(working_sell, NUMBER), P(market_value, NUMBER),
};

#define L(member, kind) FIELD(oms_lot_t, member, kind, 0)
static const field_t lot_fields[] = {L(fill, INDEX), L(qty, NUMBER), L(price, NUMBER),
                                     L(rest, NUMBER)};

#define T(member, kind, limit) FIELD(oms_original_t, member, kind, limit)
static const field_t original_fields[] = {
    T(time_in_force, U8, OMS_TIF_COUNT),
    T(qty, MAYBE, 0),
    T(asked_qty, MAYBE, 0),
    T(display_qty, MAYBE, 0),
    T(limit_price, MAYBE, 0),
    T(stop_price, MAYBE, 0),
    T(trail_price, MAYBE, 0),
    T(limit_offset, MAYBE, 0),
};

#define C(member, kind, limit) FIELD(engine_action_t, member, kind, limit)
static const field_t action_fields[] = {
    C(instrument, U32, 0),   C(fills, U32, 0),        C(kind, U8, OMS_CORPORATE_KINDS),
    C(split.num, NUMBER, 0), C(split.den, NUMBER, 0), C(lot, NUMBER, 0),
    C(price, MAYBE, 0),      C(cash, NUMBER, 0),      C(ts, MAYBE, 0),
};

const field_table_t image_head_table = FIELD_TABLE(head_fields);
const field_table_t image_account_table = FIELD_TABLE(account_fields);
const field_table_t image_owner_table = FIELD_TABLE(owner_fields);
const field_table_t image_order_table = FIELD_TABLE(order_fields);
const field_table_t image_more_table = FIELD_TABLE(more_fields);
const field_table_t image_group_table = FIELD_TABLE(group_fields);
const field_table_t image_fill_table = FIELD_TABLE(fill_fields);
const field_table_t image_position_table = FIELD_TABLE(position_fields);
const field_table_t image_lot_table = FIELD_TABLE(lot_fields);
const field_table_t image_original_table = FIELD_TABLE(original_fields);
const field_table_t image_action_table = FIELD_TABLE(action_fields);

typedef struct writer {
  oms_pack_t p;
  oms_digest_t *digest;
  int (*write)(void *self, const void *data, size_t n);
  void *self;
  int rc; /* of the first write that failed */
} writer_t;

static void hand_over(writer_t *w) {
  if (w->rc == OMS_OK && w->p.failed) {
    w->rc = OMS_ERR_NOMEM;
  }
  if (w->rc == OMS_OK) {
    oms_digest_bytes(w->digest, w->p.data, w->p.n);
    w->rc = w->write(w->self, w->p.data, w->p.n);
  }
  w->p.n = 0;
}

static void hand_over_piece(writer_t *w) {
  if (OMS_UNLIKELY(w->p.n >= PIECE)) {
    hand_over(w);
  }
}

static void put_wide(oms_pack_t *p, oms_int128_t v) {
  oms_uint128_t u = (oms_uint128_t)v;
  oms_pack_i64(p, (int64_t)(uint64_t)(u >> 64));
  oms_pack_u64(p, (uint64_t)u);
}

static void put_shared(oms_pack_t *p, const char **last, const char *text) {
  bool same = text != NULL && *last != NULL && (text == *last || strcmp(text, *last) == 0);
  oms_pack_u8(p, text == NULL ? IMAGE_TEXT_NONE : same ? IMAGE_TEXT_SAME : IMAGE_TEXT_NEW);
  if (text != NULL && !same) {
    oms_pack_text(p, text);
    *last = text;
  }
}

static void put_head(writer_t *w, const oms_engine_t *e) {
  const image_head_t h = {.seed = e->config.seed,
                          .event_seq = e->event_seq,
                          .instruments = e->instruments.n,
                          .accounts = e->accounts.n,
                          .owners = e->owners.n,
                          .orders = e->orders.n,
                          .groups = e->groups.n,
                          .fills = e->fills.n,
                          .positions = e->positions.n,
                          .originals = (uint32_t)e->originals.n,
                          .actions = (uint32_t)e->actions.n,
                          .new_group = e->new_group,
                          .state = e->state,
                          .now = e->now,
                          .day_start = e->day_start,
                          .next_roll = e->next_roll};
  oms_pack_raw(&w->p, IMAGE_MAGIC, IMAGE_MAGIC_N);
  fields_pack(&w->p, &h, &image_head_table);
}

static void put_windows(writer_t *w, const oms_engine_t *e, const oms_account_cell_t *a) {
  const oms_rate_t *r = &a->rate;
  uint64_t n = r->n < r->cap ? r->n : r->cap;
  oms_pack_u64(&w->p, n);
  for (uint64_t k = r->n - n; k < r->n; k++) {
    oms_pack_i64(&w->p, r->times[k & (r->cap - 1)]);
  }
  uint64_t recent = 0;
  for (size_t i = 0; i < a->recent.cap; i++) {
    recent += engine_recent_counts(e, a, i) ? 1 : 0;
  }
  oms_pack_u64(&w->p, recent);
  for (size_t i = 0; i < a->recent.cap; i++) {
    if (engine_recent_counts(e, a, i)) {
      oms_pack_u64(&w->p, a->recent.hashes[i]);
      oms_pack_u64(&w->p, a->recent.orders[i]);
      hand_over_piece(w);
    }
  }
}

static void put_names(writer_t *w, const oms_engine_t *e) {
  for (uint32_t i = 0; i < e->instruments.n; i++) {
    const oms_instrument_cell_t *cell = engine_instrument(e, i);
    oms_instrument_pack(&w->p, &cell->i);
    oms_pack_maybe(&w->p, cell->mid);
    hand_over_piece(w);
  }
  for (uint32_t i = 0; i < e->accounts.n; i++) {
    const oms_account_cell_t *cell = engine_account(e, i);
    oms_account_pack(&w->p, &cell->a);
    fields_pack(&w->p, &cell->a, &image_account_table);
    hand_over_piece(w);
  }
  for (uint32_t i = 0; i < e->owners.n; i++) {
    fields_pack(&w->p, &engine_owner(e, i)->o, &image_owner_table);
    hand_over_piece(w);
  }
}

static void put_origin(oms_pack_t *p, oms_order_origin_t *last, const oms_order_origin_t *o) {
  put_shared(p, &last->tag, o->tag);
  put_shared(p, &last->entered_by, o->entered_by);
  put_shared(p, &last->script_hash, o->script_hash);
  put_shared(p, &last->route, o->route);
}

static void put_orders(writer_t *w, const oms_engine_t *e) {
  oms_order_origin_t last = {0};
  for (uint32_t i = 0; i < e->orders.n; i++) {
    const oms_order_t *o = engine_order(e, i);
    bool more = o->more != &oms_order_no_more;
    fields_pack(&w->p, o, &image_order_table);
    put_wide(&w->p, o->filled_notional);
    oms_pack_u8(&w->p, more ? 1 : 0);
    if (more) {
      fields_pack(&w->p, o->more, &image_more_table);
    }
    if (o->instrument == OMS_NONE) {
      oms_pack_text(&w->p, o->symbol);
    }
    put_origin(&w->p, &last, o->origin);
    hand_over_piece(w);
  }
}

static void put_fill(oms_pack_t *p, const oms_fill_t *f) {
  fields_pack(p, f, &image_fill_table);
  if (f->is_named != 0) {
    oms_pack_text(p, f->execution.text);
  } else {
    oms_pack_u64(p, f->execution.number);
  }
}

static void put_groups(writer_t *w, const oms_engine_t *e) {
  for (uint32_t g = 0; g < e->groups.n; g++) {
    const oms_group_t *group = engine_group(e, g);
    uint64_t n = 0;
    for (uint32_t i = group->first; i != OMS_NONE; i = engine_order(e, i)->more->next_in_group) {
      n++;
    }
    fields_pack(&w->p, group, &image_group_table);
    oms_pack_u64(&w->p, n);
    for (uint32_t i = group->first; i != OMS_NONE; i = engine_order(e, i)->more->next_in_group) {
      oms_pack_u64(&w->p, i);
      hand_over_piece(w);
    }
  }
}

static void put_position(writer_t *w, const oms_engine_t *e, const oms_position_t *p) {
  uint64_t n = 0;
  for (uint32_t i = p->first_lot; i != OMS_NONE; i = oms_engine_lot(e, i)->next) {
    n++;
  }
  fields_pack(&w->p, p, &image_position_table);
  put_wide(&w->p, p->cost);
  oms_pack_u64(&w->p, n);
  for (uint32_t i = p->first_lot; i != OMS_NONE; i = oms_engine_lot(e, i)->next) {
    fields_pack(&w->p, oms_engine_lot(e, i), &image_lot_table);
    hand_over_piece(w);
  }
}

static void put_rest(writer_t *w, const oms_engine_t *e) {
  for (uint32_t i = 0; i < e->fills.n; i++) {
    put_fill(&w->p, engine_fill(e, i));
    hand_over_piece(w);
  }
  for (uint32_t i = 0; i < e->positions.n; i++) {
    put_position(w, e, engine_position(e, i));
    hand_over_piece(w);
  }
  for (size_t i = 0; i < e->originals.n; i++) {
    fields_pack(&w->p, OMS_AT(&e->originals, oms_original_t, i), &image_original_table);
    hand_over_piece(w);
  }
  for (size_t i = 0; i < e->actions.n; i++) {
    fields_pack(&w->p, engine_action(e, i), &image_action_table);
    hand_over_piece(w);
  }
  for (uint32_t i = 0; i < e->accounts.n; i++) {
    put_windows(w, e, engine_account(e, i));
  }
}

int oms_engine_save(const oms_engine_t *e, int (*write)(void *self, const void *data, size_t n),
                    void *self) {
  writer_t w = {.digest = oms_digest_new(), .write = write, .self = self};
  if (w.digest == NULL) {
    return OMS_ERR_NOMEM;
  }
  put_head(&w, e);
  put_names(&w, e);
  put_orders(&w, e);
  put_groups(&w, e);
  put_rest(&w, e);
  hand_over(&w);
  char digest[IMAGE_DIGEST_N + 1];
  oms_digest_hex(w.digest, digest);
  if (w.rc == OMS_OK) {
    w.rc = write(self, digest, IMAGE_DIGEST_N);
  }
  oms_digest_free(w.digest);
  oms_pack_free(&w.p);
  return w.rc;
}
