/* codec.c - see codec.h. A command is its type and the fields of its part of the union; of a SUBMIT
 * the terms come behind. Indices are not looked at: the engine refuses those that it does not
 * have. */
#include "core/codec.h"

#include "core/fields.h"

#define U(part, member, kind, limit) FIELD(oms_command_t, u.part.member, kind, limit)

static const field_t submit_fields[] = {U(submit, needs_verdict, BOOL, 0),
                                        U(submit, held_by, U8, OMS_HELD_BY_COUNT)};

#define T(member, kind, limit) FIELD(oms_terms_t, member, kind, limit)
static const field_t terms_fields[] = {
    T(instrument, INDEX, 0),
    T(qty, MAYBE, 0),
    T(owner, U16, 0),
    T(type, U8, OMS_TYPE_COUNT),
    T(limit_price, MAYBE, 0),
    T(client_order_id, TEXT, 0),
    T(side, U8, OMS_SIDE_COUNT),
    T(expire_session, MAYBE, 0),
    T(entered_by, TEXT, 0),
    T(time_in_force, U8, OMS_TIF_COUNT),
    T(account, U16, 0),
    T(flags, U32, 0),
    T(stop_price, MAYBE, 0),
    T(tag, TEXT, 0),
    T(script_hash, TEXT, 0),
    T(order_class, U8, OMS_ORDER_CLASS_COUNT),
    T(role, U8, OMS_ROLE_COUNT),
    T(group, INDEX, 0),
    T(parent, INDEX, 0),
    T(position_intent, U8, OMS_INTENT_COUNT),
    T(session, U8, OMS_SESSION_COUNT),
    T(trigger_by, U8, OMS_TRIGGER_BY_COUNT),
    T(symbol, TEXT, 0),
    T(route, TEXT, 0),
    T(display_qty, MAYBE, 0),
    T(notional, MAYBE, 0),
    T(trail_price, MAYBE, 0),
    T(trail_percent, MAYBE, 0),
    T(limit_offset, MAYBE, 0),
    T(expire_at, MAYBE, 0),
};
static const field_table_t terms_table = FIELD_TABLE(terms_fields);

static const field_t verdict_fields[] = {U(verdict, order, INDEX, 0),
                                         U(verdict, verdict, U8, OMS_VERDICT_APPROVE + 1),
                                         U(verdict, code, CODE, 0), U(verdict, message, TEXT, 0)};
static const field_t send_fields[] = {U(send, order, INDEX, 0)};
static const field_t cancel_fields[] = {U(cancel, order, INDEX, 0),
                                        U(cancel, canceled_by, U8, OMS_CANCELED_BY_COUNT),
                                        U(cancel, code, CODE, 0), U(cancel, message, TEXT, 0)};
static const field_t replace_fields[] = {
    U(replace, order, INDEX, 0),
    U(replace, limit_price, MAYBE, 0),
    U(replace, qty, MAYBE, 0),
    U(replace, needs_verdict, BOOL, 0),
    U(replace, client_order_id, TEXT, 0),
    U(replace, stop_price, MAYBE, 0),
    U(replace, time_in_force, TIF, OMS_TIF_COUNT),
    U(replace, trail_price, MAYBE, 0),
    U(replace, trail_percent, MAYBE, 0),
    U(replace, limit_offset, MAYBE, 0),
    U(replace, expire_at, MAYBE, 0),
    U(replace, expire_session, MAYBE, 0),
    U(replace, moves_end, BOOL, 0),
};
static const field_t drop_fields[] = {U(drop, order, INDEX, 0), U(drop, code, CODE, 0),
                                      U(drop, message, TEXT, 0)};
static const field_t report_fields[] = {
    U(report, order, INDEX, 0),
    U(report, ts, MAYBE, 0),
    U(report, type, U8, OMS_REPORT_COUNT),
    U(report, qty, MAYBE, 0),
    U(report, price, MAYBE, 0),
    U(report, execution_no, U64, 0),
    U(report, has_commission, BOOL, 0),
    U(report, commission, NUMBER, 0),
    U(report, execution_id, TEXT, 0),
    U(report, broker_order_id, TEXT, 0),
    U(report, code, CODE, 0),
    U(report, text, TEXT, 0),
    U(report, liquidity, U8, 0),
    U(report, stop_price, MAYBE, 0),
    U(report, busts, TEXT, 0),
    U(report, works_again, BOOL, 0),
};
static const field_t release_fields[] = {U(release, order, INDEX, 0), U(release, qty, MAYBE, 0)};
static const field_t resize_fields[] = {U(resize, order, INDEX, 0), U(resize, qty, MAYBE, 0)};
static const field_t group_fields[] = {U(group, order_class, U8, OMS_ORDER_CLASS_COUNT),
                                       U(group, trigger_full, U8, 2)};
static const field_t group_state_fields[] = {U(group_state, group, INDEX, 0),
                                             U(group_state, rearmed, BOOL, 0),
                                             U(group_state, unprotected, BOOL, 0)};
static const field_t claim_fields[] = {U(claim, order, INDEX, 0), U(claim, account, U16, 0),
                                       U(claim, owner, U16, 0), U(claim, instrument, INDEX, 0)};
static const field_t mark_fields[] = {U(mark, instrument, INDEX, 0), U(mark, price, MAYBE, 0)};
static const field_t quote_fields[] = {U(quote, instrument, INDEX, 0), U(quote, bid, MAYBE, 0),
                                       U(quote, ask, MAYBE, 0), U(quote, bid_size, NUMBER, 0),
                                       U(quote, ask_size, NUMBER, 0)};
static const field_t corporate_fields[] = {
    U(corporate, instrument, INDEX, 0), U(corporate, action.kind, U8, OMS_CORPORATE_KINDS),
    U(corporate, action.ratio, NUMBER, 0), U(corporate, action.cash, NUMBER, 0)};
static const field_t state_fields[] = {U(state, scope.kind, KIND, OMS_SCOPE_INSTRUMENT + 1),
                                       U(state, scope.index, U32, 0),
                                       U(state, state, U8, OMS_TRADING_STATE_COUNT)};
static const field_t alert_fields[] = {U(alert, order, INDEX, 0), U(alert, code, CODE, 0),
                                       U(alert, text, TEXT, 0)};

#define COMMANDS (OMS_COMMAND_TIME + 1)
static const field_table_t tables[COMMANDS] = {
    [OMS_COMMAND_SUBMIT] = FIELD_TABLE(submit_fields),
    [OMS_COMMAND_VERDICT] = FIELD_TABLE(verdict_fields),
    [OMS_COMMAND_SEND] = FIELD_TABLE(send_fields),
    [OMS_COMMAND_CANCEL] = FIELD_TABLE(cancel_fields),
    [OMS_COMMAND_REPLACE] = FIELD_TABLE(replace_fields),
    [OMS_COMMAND_DROP] = FIELD_TABLE(drop_fields),
    [OMS_COMMAND_REPORT] = FIELD_TABLE(report_fields),
    [OMS_COMMAND_RELEASE] = FIELD_TABLE(release_fields),
    [OMS_COMMAND_RESIZE] = FIELD_TABLE(resize_fields),
    [OMS_COMMAND_GROUP] = FIELD_TABLE(group_fields),
    [OMS_COMMAND_GROUP_STATE] = FIELD_TABLE(group_state_fields),
    [OMS_COMMAND_CLAIM] = FIELD_TABLE(claim_fields),
    [OMS_COMMAND_MARK] = FIELD_TABLE(mark_fields),
    [OMS_COMMAND_QUOTE] = FIELD_TABLE(quote_fields),
    [OMS_COMMAND_CORPORATE] = FIELD_TABLE(corporate_fields),
    [OMS_COMMAND_STATE] = FIELD_TABLE(state_fields),
    [OMS_COMMAND_ALERT] = FIELD_TABLE(alert_fields),
    [OMS_COMMAND_TIME] = {NULL, 0},
};

void oms_command_pack(oms_pack_t *p, const oms_command_t *c) {
  oms_pack_u8(p, (uint8_t)c->type);
  if (c->type != OMS_COMMAND_TIME) {
    fields_pack(p, c, &tables[c->type]);
  }
  if (c->type == OMS_COMMAND_SUBMIT) {
    fields_pack(p, c->u.submit.terms, &terms_table);
  }
}

bool oms_command_unpack(oms_unpack_t *u, oms_command_t *c, oms_terms_t *terms) {
  uint8_t type = oms_unpack_u8(u);
  if (u->failed || type >= COMMANDS) {
    u->failed = true;
    return false;
  }
  memset(c, 0, sizeof *c);
  c->type = (oms_command_type_t)type;
  if (c->type != OMS_COMMAND_TIME && !fields_unpack(u, c, &tables[type])) {
    return false;
  }
  if (c->type == OMS_COMMAND_SUBMIT) {
    c->u.submit.terms = terms;
    return fields_unpack(u, terms, &terms_table);
  }
  return true;
}

#define I(member, kind, limit) FIELD(oms_instrument_t, member, kind, limit)
static const field_t instrument_fields[] = {
    I(symbol, TEXT, 0),
    I(currency, TEXT, 0),
    I(asset_class, U8, OMS_ASSET_CLASS_COUNT),
    I(calendar, U8, OMS_CALENDAR_US_EQUITY + 1),
    I(declared, BOOL, 0),
    I(multiplier, NUMBER, 0),
    I(tick, NUMBER, 0),
    I(lot, NUMBER, 0),
    I(previous_close, MAYBE, 0),
    I(margin_per_contract, MAYBE, 0),
    I(last, MAYBE, 0),
    I(last_ns, MAYBE, 0),
    I(bid, MAYBE, 0),
    I(ask, MAYBE, 0),
    I(bid_size, NUMBER, 0),
    I(ask_size, NUMBER, 0),
    I(trading_state, U8, OMS_TRADING_STATE_COUNT),
};
static const field_table_t instrument_table = FIELD_TABLE(instrument_fields);

void oms_instrument_pack(oms_pack_t *p, const oms_instrument_t *i) {
  fields_pack(p, i, &instrument_table);
}

bool oms_instrument_unpack(oms_unpack_t *u, oms_instrument_t *i) {
  memset(i, 0, sizeof *i);
  return fields_unpack(u, i, &instrument_table);
}

#define L(member) FIELD(oms_limits_t, member, MAYBE, 0)
static const field_t limits_fields[] = {
    L(max_order_qty),      L(max_order_notional), L(price_collar_pct),
    L(max_position),       L(max_open_orders),    L(max_orders_per_second),
    L(max_gross_exposure), L(max_daily_loss),     L(duplicate_window_ns),
};
static const field_table_t limits_table = FIELD_TABLE(limits_fields);

void oms_limits_pack(oms_pack_t *p, const oms_limits_t *l) {
  uint32_t n = l->restricted == NULL ? 0 : l->restricted_n;
  fields_pack(p, l, &limits_table);
  oms_pack_u64(p, n);
  for (uint32_t i = 0; i < n; i++) {
    oms_pack_u8(p, l->restricted[i] != 0 ? 1 : 0);
  }
}

bool oms_limits_unpack(oms_unpack_t *u, oms_limits_t *l) {
  size_t n;
  memset(l, 0, sizeof *l);
  (void)fields_unpack(u, l, &limits_table);
  const unsigned char *list = oms_unpack_bytes(u, &n);
  for (size_t i = 0; i < n && !u->failed; i++) {
    u->failed = list[i] > 1;
  }
  u->failed |= n > UINT32_MAX;
  l->restricted = n > 0 ? list : NULL;
  l->restricted_n = (uint32_t)n;
  return !u->failed;
}

#define A(member, kind, limit) FIELD(oms_account_t, member, kind, limit)
static const field_t account_fields[] = {
    A(id, TEXT, 0),
    A(initial_cash, NUMBER, 0),
    A(type, U8, OMS_ACCOUNT_TYPE_COUNT),
    A(multiplier, NUMBER, 0),
    A(credit_exits, BOOL, 0),
    A(trading_state, U8, OMS_TRADING_STATE_COUNT),
    A(fdid, TEXT, 0),
    A(customer_id, TEXT, 0),
    A(mpid, TEXT, 0),
    A(dept, TEXT, 0),
};
static const field_table_t account_table = FIELD_TABLE(account_fields);

void oms_account_pack(oms_pack_t *p, const oms_account_t *a) {
  fields_pack(p, a, &account_table);
  oms_limits_pack(p, &a->limits);
}

bool oms_account_unpack(oms_unpack_t *u, oms_account_t *a) {
  memset(a, 0, sizeof *a);
  return fields_unpack(u, a, &account_table) && oms_limits_unpack(u, &a->limits);
}
