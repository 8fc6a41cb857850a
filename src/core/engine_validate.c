/* engine_validate.c - what is asked for, before anybody looks at risk: quantity, lot, tick, time
 * in force. orders.md, section 7. */
#include <stdio.h>
#include <string.h>

#include "base/check.h"
#include "core/engine_int.h"

static oms_code_t off(oms_engine_t *e, const oms_order_t *o, oms_code_t code, const char *what,
                      int64_t v, int64_t step) {
  char n[4][24];
  oms_int128_t floor = oms_div_floor(v, step) * step;
  int64_t below = 0, above = 0;
  bool has_below = oms_narrow(floor, &below) == OMS_OK;
  bool has_above = oms_narrow(floor + step, &above) == OMS_OK;
  below = has_below ? below : above; /* beyond the edge of the range only one is near */
  above = has_above ? above : below;
  (void)engine_refuse(e, code, "%s %s of %s is not a multiple of %s: the nearest are %s and %s",
                      what, engine_number(v, OMS_PRICE_DECIMALS, n[0]), o->symbol,
                      engine_number(step, OMS_PRICE_DECIMALS, n[1]),
                      engine_number(below, OMS_PRICE_DECIMALS, n[2]),
                      engine_number(above, OMS_PRICE_DECIMALS, n[3]));
  return code;
}

/* Futures may trade at and below zero, nothing else does. */
static oms_code_t check_price(oms_engine_t *e, const oms_order_t *o, const char *what,
                              oms_price_t price) {
  const oms_instrument_t *i = &engine_instrument(e, o->instrument)->i;
  if (price == OMS_NO_PRICE) {
    return OMS_CODE_NONE;
  }
  if (OMS_UNLIKELY(price <= 0 && i->asset_class != OMS_ASSET_CLASS_FUTURE)) {
    char n[24];
    (void)engine_refuse(e, OMS_CODE_OFF_TICK, "%s %s of %s is not above zero", what,
                        engine_number(price, OMS_PRICE_DECIMALS, n), o->symbol);
    return OMS_CODE_OFF_TICK;
  }
  if (i->tick > 0 && price % i->tick != 0) {
    return off(e, o, OMS_CODE_OFF_TICK, what, price, i->tick);
  }
  return OMS_CODE_NONE;
}

static oms_code_t check_trail(oms_engine_t *e, const oms_order_t *o) {
  bool bad_price = o->more->trail_price != OMS_NO_PRICE && o->more->trail_price <= 0;
  bool bad_percent = o->more->trail_percent != OMS_NO_PRICE && o->more->trail_percent <= 0;
  if (!bad_price && !bad_percent) {
    return OMS_CODE_NONE;
  }
  char n[24];
  (void)engine_refuse(e, OMS_CODE_OFF_TICK, "a trail of %s for %s is not above zero",
                      engine_number(bad_price ? o->more->trail_price : o->more->trail_percent,
                                    OMS_PRICE_DECIMALS, n),
                      o->symbol);
  return OMS_CODE_OFF_TICK;
}

static bool is_trigger_type(int type) {
  return type == OMS_TYPE_STOP || type == OMS_TYPE_STOP_LIMIT || type == OMS_TYPE_TRAILING_STOP ||
         type == OMS_TYPE_TRAILING_STOP_LIMIT;
}

oms_code_t engine_validate(oms_engine_t *e, const oms_order_t *o) {
  const oms_instrument_t *i = &engine_instrument(e, o->instrument)->i;
  char n[24];
  if (o->qty <= 0) {
    (void)engine_refuse(e, OMS_CODE_INVALID_QTY, "a quantity of %s for %s is not above zero",
                        engine_number(o->qty, OMS_QTY_DECIMALS, n), o->symbol);
    return OMS_CODE_INVALID_QTY;
  }
  if (i->lot > 0 && o->qty % i->lot != 0) {
    return off(e, o, OMS_CODE_OFF_LOT, "quantity", o->qty, i->lot);
  }
  oms_code_t code = check_price(e, o, "limit price", o->limit_price);
  if (code == OMS_CODE_NONE) {
    code = check_price(e, o, "stop price", o->more->stop_price);
  }
  if (code == OMS_CODE_NONE) {
    code = check_trail(e, o);
  }
  bool now_or_never = o->time_in_force == OMS_TIF_IOC || o->time_in_force == OMS_TIF_FOK;
  if (code == OMS_CODE_NONE && now_or_never && is_trigger_type(o->type)) {
    (void)engine_refuse(e, OMS_CODE_INVALID_TIME_IN_FORCE, "%s does not go with a %s order for %s",
                        oms_enum_text(OMS_ENUM_TIF, o->time_in_force),
                        oms_enum_text(OMS_ENUM_TYPE, o->type), o->symbol);
    code = OMS_CODE_INVALID_TIME_IN_FORCE;
  }
  return code;
}

/* A notional becomes a quantity at the reference price, down to the lot. */
static oms_code_t convert_notional(oms_engine_t *e, oms_order_t *o) {
  const oms_instrument_t *i = &engine_instrument(e, o->instrument)->i;
  oms_price_t unit, reference = oms_engine_reference(e, o->instrument);
  char n[2][24];
  if (reference == OMS_NO_PRICE) {
    (void)engine_refuse(e, OMS_CODE_NO_REFERENCE_PRICE,
                        "%s has no reference price yet, so a notional of %s is no quantity",
                        o->symbol, engine_number(o->more->notional, OMS_MONEY_DECIMALS, n[0]));
    return OMS_CODE_NO_REFERENCE_PRICE;
  }
  o->qty = 0;
  bool fits = oms_mul_div_trunc(reference, i->multiplier, OMS_QTY_SCALE, &unit) == OMS_OK &&
              unit > 0 && o->more->notional > 0 &&
              oms_mul_div_floor(o->more->notional, INT64_C(1000000000000), unit, &o->qty) == OMS_OK;
  if (fits && i->lot > 0) {
    o->qty -= o->qty % i->lot;
  }
  if (!fits || o->qty <= 0) {
    (void)engine_refuse(e, OMS_CODE_INVALID_QTY, "a notional of %s buys no %s at %s",
                        engine_number(o->more->notional, OMS_MONEY_DECIMALS, n[0]), o->symbol,
                        engine_number(reference, OMS_PRICE_DECIMALS, n[1]));
    return OMS_CODE_INVALID_QTY;
  }
  return OMS_CODE_NONE;
}

oms_code_t engine_validate_terms(oms_engine_t *e, oms_order_t *o) {
  if (o->instrument == OMS_NONE) {
    (void)engine_refuse(e, OMS_CODE_UNKNOWN_SYMBOL, "there is no symbol %s in this session",
                        o->symbol == NULL ? "?" : o->symbol);
    return OMS_CODE_UNKNOWN_SYMBOL;
  }
  if (o->more->notional != OMS_NO_PRICE) {
    oms_code_t code = convert_notional(e, o);
    if (code != OMS_CODE_NONE) {
      return code;
    }
  }
  return engine_validate(e, o);
}

/* A group is of one account and symbol. */
static bool fits_group(const oms_engine_t *e, const oms_terms_t *t) {
  uint32_t head = t->group == OMS_NONE ? OMS_NONE : engine_group(e, t->group)->head;
  const oms_order_t *o = head == OMS_NONE ? NULL : engine_order(e, head);
  return o == NULL || (o->account == t->account && o->instrument == t->instrument);
}

/* Terms that no caller of this room may hand over: the checks below would read what is not
 * there. */
bool engine_usable(const oms_engine_t *e, const oms_terms_t *t) {
  if (t->account >= e->accounts.n || t->owner >= e->owners.n || t->side >= OMS_SIDE_COUNT ||
      t->type >= OMS_TYPE_COUNT || t->time_in_force >= OMS_TIF_COUNT ||
      (t->instrument != OMS_NONE && t->instrument >= e->instruments.n) ||
      (t->group != OMS_NONE && t->group >= e->groups.n) ||
      (t->parent != OMS_NONE && t->parent >= e->orders.n) ||
      ((t->role == OMS_ROLE_TAKE_PROFIT || t->role == OMS_ROLE_STOP_LOSS) &&
       t->group == OMS_NONE) ||
      !fits_group(e, t)) {
    return false;
  }
  if ((t->flags & OMS_ORDER_GROUP_HEAD) != 0) {
    return true;
  }
  oms_type_needs_t needs = oms_type_needs(t->type);
  return (!needs.limit || t->limit_price != OMS_NO_PRICE) &&
         (!needs.stop || t->stop_price != OMS_NO_PRICE) &&
         (!needs.trail || t->trail_price != OMS_NO_PRICE || t->trail_percent != OMS_NO_PRICE);
}

static oms_original_t terms_of(const oms_order_t *o) {
  return (oms_original_t){o->time_in_force,       o->qty,
                          oms_order_asked_qty(o), o->more->display_qty,
                          o->limit_price,         o->more->stop_price,
                          o->more->trail_price,   o->more->limit_offset};
}

/* Keeps the terms as asked, once, before an order is changed in place; room was made by the
 * caller. */
void engine_remember_terms(oms_engine_t *e, oms_order_t *o) {
  if (o->more->original != OMS_NONE) {
    return;
  }
  oms_original_t original = terms_of(o);
  engine_more(o)->original = (uint32_t)e->originals.n;
  int rc = oms_array_push(&e->originals, &original);
  OMS_CHECK(rc == OMS_OK);
}

oms_original_t engine_original_terms(const oms_engine_t *e, const oms_order_t *o) {
  return o->more->original == OMS_NONE ? terms_of(o)
                                       : *OMS_AT(&e->originals, oms_original_t, o->more->original);
}
