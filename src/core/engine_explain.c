/* engine_explain.c - the sentences of refusals, with the numbers in them. Apart from the checks,
 * because an order that passes never comes here. */
#include <stdarg.h>
#include <stdio.h>

#include "core/engine_int.h"

typedef struct words {
  char qty[24], price[24], limit[24], value[24], reference[24];
  const char *symbol, *account;
} words_t;

static int64_t clipped(oms_int128_t v) {
  return v > INT64_MAX ? INT64_MAX : v < -INT64_MAX ? -INT64_MAX : (int64_t)v;
}

static void say(char out[256], const char *format, ...) __attribute__((format(printf, 2, 3)));
static void say(char out[256], const char *format, ...) {
  va_list args;
  va_start(args, format);
  (void)vsnprintf(out, 256, format, args);
  va_end(args);
}

static void explain_quantity(const oms_engine_t *e, const engine_ask_t *ask, words_t *w,
                             char out[256]) {
  if (engine_bound_to_book(ask) && ask->leaves > engine_closable(e, ask)) {
    engine_number(engine_closable(e, ask), OMS_QTY_DECIMALS, w->limit);
    say(out, "%s of %s is more than the %s that a reduce-only order could close", w->qty, w->symbol,
        w->limit);
    return;
  }
  engine_number(engine_opposite(ask->side, ask->net->qty) - ask->working, OMS_QTY_DECIMALS,
                w->limit);
  say(out, "%s of %s goes through zero, the venue takes at most the %s that close", w->qty,
      w->symbol, w->limit);
}

static void explain_size(const oms_engine_t *e, const engine_ask_t *ask, oms_code_t code,
                         words_t *w, char out[256]) {
  const oms_limits_t *l = &engine_account(e, ask->account)->a.limits;
  if (code == OMS_CODE_MAX_ORDER_QTY) {
    engine_number(l->max_order_qty, OMS_QTY_DECIMALS, w->limit);
    say(out, "%s shares of %s is above the limit of %s", w->qty, w->symbol, w->limit);
  } else if (code == OMS_CODE_MAX_ORDER_NOTIONAL) {
    engine_number(engine_whole_notional(e, ask), OMS_MONEY_DECIMALS, w->value);
    engine_number(l->max_order_notional, OMS_MONEY_DECIMALS, w->limit);
    say(out, "%s of %s at %s is a notional of %s, above the limit of %s", w->qty, w->symbol,
        w->price, w->value, w->limit);
  } else {
    engine_number(l->price_collar_pct, OMS_PRICE_DECIMALS, w->limit);
    engine_number(engine_collar_from(ask), OMS_PRICE_DECIMALS, w->reference);
    engine_number(ask->limit_price, OMS_PRICE_DECIMALS, w->price);
    say(out, "limit price %s of %s is more than %s percent %s %s", w->price, w->symbol, w->limit,
        oms_side_is_buy(ask->side) ? "above" : "below", w->reference);
  }
}

static void explain_counts(const oms_engine_t *e, const engine_ask_t *ask, oms_code_t code,
                           words_t *w, char out[256]) {
  const oms_account_t *a = &engine_account(e, ask->account)->a;
  const oms_limits_t *l = &a->limits;
  if (code == OMS_CODE_MAX_POSITION) {
    engine_number(clipped(engine_position_after(ask)), OMS_QTY_DECIMALS, w->value);
    engine_number(l->max_position, OMS_QTY_DECIMALS, w->limit);
    say(out, "%s of %s would make a position of %s, above the limit of %s", w->qty, w->symbol,
        w->value, w->limit);
  } else if (code == OMS_CODE_MAX_OPEN_ORDERS) {
    say(out, "account %s has %u open orders, the limit is %lld", w->account, a->open_orders,
        (long long)l->max_open_orders);
  } else if (code == OMS_CODE_MAX_ORDER_RATE) {
    say(out, "account %s has given %lld orders within a second, the limit is %lld", w->account,
        (long long)l->max_orders_per_second, (long long)l->max_orders_per_second);
  } else if (code == OMS_CODE_MAX_GROSS_EXPOSURE) {
    engine_number(clipped(engine_exposure_after(e, ask)), OMS_MONEY_DECIMALS, w->value);
    engine_number(l->max_gross_exposure, OMS_MONEY_DECIMALS, w->limit);
    say(out, "%s of %s would make a gross exposure of %s, above the limit of %s", w->qty, w->symbol,
        w->value, w->limit);
  } else if (code == OMS_CODE_DAILY_LOSS) {
    engine_number(clipped(engine_loss_of_day(a)), OMS_MONEY_DECIMALS, w->value);
    engine_number(l->max_daily_loss, OMS_MONEY_DECIMALS, w->limit);
    say(out, "account %s has lost %s today, the limit is %s", w->account, w->value, w->limit);
  } else if (code == OMS_CODE_RESTRICTED_SYMBOL) {
    say(out, "%s is on the restricted list of account %s", w->symbol, w->account);
  } else {
    engine_number(l->duplicate_window_ns, OMS_PRICE_DECIMALS, w->limit);
    say(out, "the same order for %s of %s was given less than %s s ago", w->qty, w->symbol,
        w->limit);
  }
}

static void explain_money(const oms_engine_t *e, const engine_ask_t *ask, oms_code_t code,
                          words_t *w, char out[256]) {
  const oms_account_t *a = &engine_account(e, ask->account)->a;
  if (code == OMS_CODE_SHORT_NOT_ALLOWED) {
    engine_number(ask->net->qty, OMS_QTY_DECIMALS, w->value);
    say(out,
        "selling %s of %s with a position of %s would be a short sale, account %s is a cash "
        "account",
        w->qty, w->symbol, w->value, w->account);
    return;
  }
  engine_number(ask->reserve, OMS_MONEY_DECIMALS, w->value);
  engine_number(oms_account_buying_power(a), OMS_MONEY_DECIMALS, w->limit);
  say(out, "%s of %s at %s needs %s, the buying power of account %s is %s", w->qty, w->symbol,
      w->price, w->value, w->account, w->limit);
}

void engine_explain(const oms_engine_t *e, const engine_ask_t *ask, oms_code_t code,
                    char out[256]) {
  words_t w = {.symbol = engine_instrument(e, ask->instrument)->i.symbol,
               .account = engine_account(e, ask->account)->a.id};
  engine_number(ask->qty, OMS_QTY_DECIMALS, w.qty);
  engine_number(ask->price == OMS_NO_PRICE ? 0 : ask->price, OMS_PRICE_DECIMALS, w.price);
  if (code == OMS_CODE_STATE_HALTED || code == OMS_CODE_KILLED) {
    say(out, "%s: trading of %s in account %s is halted", oms_code_text(code), w.symbol, w.account);
  } else if (code == OMS_CODE_STATE_REDUCING) {
    say(out, "%s of %s would not reduce the position, only reductions are admitted%s", w.qty,
        w.symbol,
        ((const oms_position_cell_t *)ask->net)->in_doubt != 0 ? " while an order is in doubt"
                                                               : "");
  } else if (code == OMS_CODE_POSITION_CLOSED) {
    say(out, "there is no position in %s that a reduce-only order for %s could close", w.symbol,
        w.qty);
  } else if (code == OMS_CODE_NO_REFERENCE_PRICE) {
    say(out, "%s has no reference price yet, and a check of this order needs one", w.symbol);
  } else if (code == OMS_CODE_INVALID_QTY) {
    explain_quantity(e, ask, &w, out);
  } else if (code >= OMS_CODE_MAX_ORDER_QTY && code <= OMS_CODE_PRICE_COLLAR) {
    explain_size(e, ask, code, &w, out);
  } else if (code >= OMS_CODE_MAX_POSITION && code <= OMS_CODE_DUPLICATE_ORDER) {
    explain_counts(e, ask, code, &w, out);
  } else {
    explain_money(e, ask, code, &w, out);
  }
}
