/* op_codec.c - see op_codec.h. The fields of each kind stand in the order of port/live.h. */
#include "host/op_codec.h"

#include "host/row_codec.h"

/* Terms of an order, as a client gives them: what the host adds is not among them. */

static void pack_terms(oms_pack_t *p, const oms_terms_t *t) {
  oms_pack_u64(p, t->instrument);
  oms_pack_u64(p, t->account);
  const uint8_t words[] = {t->side,       t->type,        t->time_in_force,   t->session,
                           t->trigger_by, t->order_class, t->position_intent, t->role};
  oms_pack_raw(p, words, sizeof words);
  oms_pack_u64(p, t->flags);
  oms_pack_maybe(p, t->qty);
  oms_pack_maybe(p, t->display_qty);
  oms_pack_maybe(p, t->notional);
  oms_pack_maybe(p, t->limit_price);
  oms_pack_maybe(p, t->stop_price);
  oms_pack_maybe(p, t->trail_price);
  oms_pack_maybe(p, t->limit_offset);
  oms_pack_maybe(p, t->trail_percent);
  oms_pack_maybe(p, t->expire_at);
  oms_pack_text(p, t->symbol);
  oms_pack_text(p, t->client_order_id);
  oms_pack_text(p, t->tag);
  oms_pack_text(p, t->entered_by);
  oms_pack_text(p, t->route);
}

static bool good_words(const oms_terms_t *t) {
  size_t n[8];
  (void)oms_enum_texts(OMS_ENUM_SIDE, &n[0]);
  (void)oms_enum_texts(OMS_ENUM_TYPE, &n[1]);
  (void)oms_enum_texts(OMS_ENUM_TIF, &n[2]);
  (void)oms_enum_texts(OMS_ENUM_SESSION, &n[3]);
  (void)oms_enum_texts(OMS_ENUM_TRIGGER_BY, &n[4]);
  (void)oms_enum_texts(OMS_ENUM_ORDER_CLASS, &n[5]);
  (void)oms_enum_texts(OMS_ENUM_INTENT, &n[6]);
  (void)oms_enum_texts(OMS_ENUM_ROLE, &n[7]);
  return t->side < n[0] && t->type < n[1] && t->time_in_force < n[2] && t->session < n[3] &&
         t->trigger_by < n[4] && t->order_class < n[5] && t->position_intent < n[6] &&
         t->role < n[7];
}

static void unpack_terms(oms_unpack_t *u, oms_terms_t *t) {
  memset(t, 0, sizeof *t);
  t->expire_session = OMS_NO_TIME;
  t->group = t->parent = OMS_NONE;
  t->instrument = oms_unpack_u32(u);
  t->account = oms_unpack_u16(u);
  uint8_t *const words[] = {&t->side,       &t->type,        &t->time_in_force,   &t->session,
                            &t->trigger_by, &t->order_class, &t->position_intent, &t->role};
  for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
    *words[i] = oms_unpack_u8(u);
  }
  t->flags = oms_unpack_u32(u);
  t->qty = oms_unpack_maybe(u);
  t->display_qty = oms_unpack_maybe(u);
  t->notional = oms_unpack_maybe(u);
  t->limit_price = oms_unpack_maybe(u);
  t->stop_price = oms_unpack_maybe(u);
  t->trail_price = oms_unpack_maybe(u);
  t->limit_offset = oms_unpack_maybe(u);
  t->trail_percent = oms_unpack_maybe(u);
  t->expire_at = oms_unpack_maybe(u);
  t->symbol = oms_unpack_text(u);
  t->client_order_id = oms_unpack_text(u);
  t->tag = oms_unpack_text(u);
  t->entered_by = oms_unpack_text(u);
  t->route = oms_unpack_text(u);
  u->failed = u->failed || !good_words(t);
}

static void pack_submit(oms_pack_t *p, const oms_op_t *op) {
  pack_terms(p, op->u.submit.terms);
  oms_pack_u8(p, op->u.submit.expire_is_date);
  oms_pack_u8(p, op->u.submit.trigger_full);
  oms_pack_u64(p, op->u.submit.child_n);
  for (size_t i = 0; i < op->u.submit.child_n; i++) {
    pack_terms(p, &op->u.submit.children[i]);
  }
}

static void unpack_submit(oms_unpack_t *u, oms_op_t *op, oms_op_room_t *room) {
  unpack_terms(u, &room->terms);
  op->u.submit.terms = &room->terms;
  op->u.submit.expire_is_date = oms_unpack_bool(u);
  op->u.submit.trigger_full = oms_unpack_bool(u);
  uint64_t n = oms_unpack_u64(u);
  u->failed = u->failed || n > OMS_OP_CHILDREN_MAX;
  for (uint64_t i = 0; i < n && !u->failed; i++) {
    unpack_terms(u, &room->children[i]);
  }
  op->u.submit.children = room->children;
  op->u.submit.child_n = (size_t)n;
}

/* Changes of an order. */

static void pack_changes(oms_pack_t *p, const oms_changes_t *c) {
  oms_pack_maybe(p, c->qty);
  oms_pack_maybe(p, c->limit_price);
  oms_pack_maybe(p, c->stop_price);
  oms_pack_maybe(p, c->trail_price);
  oms_pack_maybe(p, c->limit_offset);
  oms_pack_maybe(p, c->trail_percent);
  oms_pack_maybe(p, c->expire_at);
  oms_pack_u8(p, c->expire_is_date);
  oms_pack_u8(p, c->time_in_force);
  oms_pack_text(p, c->client_order_id);
}

static void unpack_changes(oms_unpack_t *u, oms_changes_t *c) {
  size_t n;
  (void)oms_enum_texts(OMS_ENUM_TIF, &n);
  c->qty = oms_unpack_maybe(u);
  c->limit_price = oms_unpack_maybe(u);
  c->stop_price = oms_unpack_maybe(u);
  c->trail_price = oms_unpack_maybe(u);
  c->limit_offset = oms_unpack_maybe(u);
  c->trail_percent = oms_unpack_maybe(u);
  c->expire_at = oms_unpack_maybe(u);
  c->expire_is_date = oms_unpack_bool(u);
  c->time_in_force = oms_unpack_u8(u);
  c->client_order_id = oms_unpack_text(u);
  u->failed = u->failed || (c->time_in_force >= n && c->time_in_force != UINT8_MAX);
}

/* The others. */

static void pack_scope(oms_pack_t *p, const oms_scope_t *s) {
  oms_pack_u8(p, (uint8_t)s->kind);
  oms_pack_u64(p, s->index);
}

static void unpack_scope(oms_unpack_t *u, oms_scope_t *s) {
  s->kind = oms_unpack_u8(u);
  s->index = oms_unpack_u32(u);
  u->failed = u->failed || s->kind > OMS_SCOPE_INSTRUMENT;
}

static void pack_bar_row(oms_pack_t *p, const oms_bar_row_t *b) {
  oms_pack_i64(p, b->ts);
  oms_pack_maybe(p, b->open);
  oms_pack_maybe(p, b->high);
  oms_pack_maybe(p, b->low);
  oms_pack_maybe(p, b->close);
  oms_pack_raw(p, &b->volume, sizeof b->volume);
}

static void unpack_bar_row(oms_unpack_t *u, oms_bar_row_t *b) {
  unsigned char volume[sizeof b->volume];
  b->ts = oms_unpack_i64(u);
  b->open = oms_unpack_maybe(u);
  b->high = oms_unpack_maybe(u);
  b->low = oms_unpack_maybe(u);
  b->close = oms_unpack_maybe(u);
  for (size_t i = 0; i < sizeof volume; i++) {
    volume[i] = oms_unpack_u8(u);
  }
  memcpy(&b->volume, volume, sizeof volume);
}

static void pack_row(oms_pack_t *p, const oms_op_t *op) {
  oms_pack_u64(p, op->u.row.stream);
  oms_pack_u8(p, (uint8_t)op->u.row.kind);
  if (op->u.row.kind == OMS_DATA_BARS) {
    pack_bar_row(p, &op->u.row.bar);
    return;
  }
  oms_row_t row = {.kind = (uint8_t)op->u.row.kind, .u.tick = op->u.row.tick};
  row.u.tick.kind = row.kind;
  oms_row_pack(p, &row, 0, 0);
}

static void unpack_row(oms_unpack_t *u, oms_op_t *op) {
  op->u.row.stream = oms_unpack_u32(u);
  uint8_t kind = oms_unpack_u8(u);
  if (u->failed || kind > OMS_DATA_ACTIONS) {
    u->failed = true;
    return;
  }
  op->u.row.kind = (oms_data_kind_t)kind;
  if (kind == OMS_DATA_BARS) {
    unpack_bar_row(u, &op->u.row.bar);
    return;
  }
  oms_row_t row;
  int flags;
  u->failed = !oms_row_unpack(u, 0, &row, &flags) || row.kind != kind || flags != 0;
  op->u.row.tick = row.u.tick;
}

static void pack_rest(oms_pack_t *p, const oms_op_t *op) {
  switch (op->kind) {
  case OMS_OP_RELOAD:
    oms_pack_text(p, op->u.reload.script);
    oms_pack_text(p, op->u.reload.with);
    oms_pack_u8(p, op->u.reload.params != NULL);
    oms_pack_bytes(p, op->u.reload.params, op->u.reload.params == NULL ? 0 : op->u.reload.param_n);
    return;
  case OMS_OP_SCRIPT:
    oms_pack_text(p, op->u.script.script);
    oms_pack_u8(p, op->u.script.start);
    return;
  case OMS_OP_LIMIT:
  case OMS_OP_SETTING: /* the two have the same fields */
    oms_pack_u64(p, op->u.limit.account);
    oms_pack_text(p, op->u.limit.key);
    oms_pack_text(p, op->u.limit.value);
    return;
  case OMS_OP_ROW:
    pack_row(p, op);
    return;
  case OMS_OP_RISK:
    oms_pack_u8(p, op->u.risk.present);
    return;
  case OMS_OP_SUBMIT:
  case OMS_OP_CANCEL:
  case OMS_OP_REPLACE:
  case OMS_OP_KILL:
  case OMS_OP_STATE:
  case OMS_OP_APPROVE:
  case OMS_OP_RESOLVE:
  case OMS_OP_REDUCE:
  case OMS_OP_COUNT:
    return;
  }
}

/* The number of a code of somebody's own means something in one process only: its word goes along.
 */
static void pack_code(oms_pack_t *p, uint16_t code) {
  oms_pack_u64(p, code);
  if (code >= OMS_CODE_OWN) {
    oms_pack_text(p, oms_code_own_word(code));
  }
}

static uint16_t unpack_code(oms_unpack_t *u) {
  uint16_t code = oms_unpack_u16(u);
  const char *word = code >= OMS_CODE_OWN ? oms_unpack_text(u) : "";
  u->failed |=
      word == NULL || (code >= OMS_CODE_OWN && !oms_code_own_again(code, word, strlen(word)));
  return code;
}

void oms_op_pack(oms_pack_t *p, const oms_op_t *op) {
  oms_pack_u8(p, (uint8_t)op->kind);
  oms_pack_text(p, op->by);
  oms_pack_text(p, op->why);
  if (op->kind == OMS_OP_SUBMIT) {
    pack_submit(p, op);
  } else if (op->kind == OMS_OP_CANCEL) {
    oms_pack_u64(p, op->u.cancel.order);
  } else if (op->kind == OMS_OP_REPLACE) {
    oms_pack_u64(p, op->u.replace.order);
    pack_changes(p, &op->u.replace.changes);
  } else if (op->kind == OMS_OP_KILL) {
    pack_scope(p, &op->u.kill.scope);
    oms_pack_u8(p, op->u.kill.flatten);
  } else if (op->kind == OMS_OP_STATE) {
    pack_scope(p, &op->u.state.scope);
    oms_pack_u8(p, (uint8_t)op->u.state.state);
  } else if (op->kind == OMS_OP_APPROVE) {
    oms_pack_u64(p, op->u.approve.order);
    oms_pack_u8(p, op->u.approve.yes);
    pack_code(p, op->u.approve.code);
    oms_pack_text(p, op->u.approve.message);
  } else if (op->kind == OMS_OP_RESOLVE) {
    oms_pack_u64(p, op->u.resolve.order);
    oms_pack_u8(p, op->u.resolve.arrived);
  } else if (op->kind == OMS_OP_REDUCE) {
    oms_pack_u64(p, op->u.reduce.account);
    oms_pack_u64(p, op->u.reduce.instrument);
    oms_pack_maybe(p, op->u.reduce.qty);
  } else {
    pack_rest(p, op);
  }
}

static void unpack_rest(oms_unpack_t *u, oms_op_t *op) {
  switch (op->kind) {
  case OMS_OP_RELOAD: {
    op->u.reload.script = oms_unpack_text(u);
    op->u.reload.with = oms_unpack_text(u);
    bool has = oms_unpack_bool(u);
    const unsigned char *params = oms_unpack_bytes(u, &op->u.reload.param_n);
    op->u.reload.params = has ? params : NULL;
    u->failed = u->failed || (!has && op->u.reload.param_n > 0);
    return;
  }
  case OMS_OP_SCRIPT:
    op->u.script.script = oms_unpack_text(u);
    op->u.script.start = oms_unpack_bool(u);
    return;
  case OMS_OP_LIMIT:
  case OMS_OP_SETTING:
    op->u.limit.account = oms_unpack_u16(u);
    op->u.limit.key = oms_unpack_text(u);
    op->u.limit.value = oms_unpack_text(u);
    return;
  case OMS_OP_ROW:
    unpack_row(u, op);
    return;
  case OMS_OP_RISK:
    op->u.risk.present = oms_unpack_bool(u);
    return;
  case OMS_OP_SUBMIT:
  case OMS_OP_CANCEL:
  case OMS_OP_REPLACE:
  case OMS_OP_KILL:
  case OMS_OP_STATE:
  case OMS_OP_APPROVE:
  case OMS_OP_RESOLVE:
  case OMS_OP_REDUCE:
  case OMS_OP_COUNT:
    u->failed = true;
    return;
  }
}

static void unpack_state(oms_unpack_t *u, oms_op_t *op) {
  unpack_scope(u, &op->u.state.scope);
  uint8_t state = oms_unpack_u8(u);
  u->failed = u->failed || state > OMS_TRADING_STATE_HALTED;
  op->u.state.state = (oms_trading_state_t)(u->failed ? 0 : state);
}

bool oms_op_unpack(oms_unpack_t *u, oms_op_t *op, oms_op_room_t *room) {
  memset(op, 0, sizeof *op);
  uint8_t kind = oms_unpack_u8(u);
  op->by = oms_unpack_text(u);
  op->why = oms_unpack_text(u);
  if (u->failed || kind >= OMS_OP_COUNT) {
    return false;
  }
  op->kind = (oms_op_kind_t)kind;
  if (op->kind == OMS_OP_SUBMIT) {
    unpack_submit(u, op, room);
  } else if (op->kind == OMS_OP_CANCEL) {
    op->u.cancel.order = oms_unpack_u32(u);
  } else if (op->kind == OMS_OP_REPLACE) {
    op->u.replace.order = oms_unpack_u32(u);
    unpack_changes(u, &op->u.replace.changes);
  } else if (op->kind == OMS_OP_KILL) {
    unpack_scope(u, &op->u.kill.scope);
    op->u.kill.flatten = oms_unpack_bool(u);
  } else if (op->kind == OMS_OP_STATE) {
    unpack_state(u, op);
  } else if (op->kind == OMS_OP_APPROVE) {
    op->u.approve.order = oms_unpack_u32(u);
    op->u.approve.yes = oms_unpack_bool(u);
    op->u.approve.code = unpack_code(u);
    op->u.approve.message = oms_unpack_text(u);
  } else if (op->kind == OMS_OP_RESOLVE) {
    op->u.resolve.order = oms_unpack_u32(u);
    op->u.resolve.arrived = oms_unpack_bool(u);
  } else if (op->kind == OMS_OP_REDUCE) {
    op->u.reduce.account = oms_unpack_u16(u);
    op->u.reduce.instrument = oms_unpack_u32(u);
    op->u.reduce.qty = oms_unpack_maybe(u);
  } else {
    unpack_rest(u, op);
  }
  return !u->failed;
}
