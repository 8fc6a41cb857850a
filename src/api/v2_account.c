/* v2_account.c - GET /v2/account: the account as the margin model of the host has it. What the
 * model does not know is told as the API's own nothing ("0", false). */
#include <stdio.h>
#include <string.h>

#include "api/v2.h"
#include "base/time.h"

static void money(oms_writer_t *w, const char *key, oms_money_t v) {
  oms_write_decimal(w, key, v, OMS_MONEY_DECIMALS);
}

static bool is_blocked(const oms_engine_t *e, uint16_t account) {
  return oms_engine_state(e, account, 0, OMS_NONE) == OMS_TRADING_STATE_HALTED;
}

static oms_money_t less(oms_money_t a, oms_money_t b) {
  int64_t out = 0;
  return oms_sub(a, b, &out) == OMS_OK ? out : INT64_MAX;
}

static void write_money(oms_writer_t *w, const oms_account_t *a) {
  oms_money_t power = oms_account_buying_power(a), equity = oms_account_equity(a);
  oms_money_t gross = less(a->long_value, a->short_value), margin = gross;
  power = power > 0 ? power : 0;
  if (a->multiplier > 0) {
    (void)oms_mul_div_half_away(gross, OMS_QTY_SCALE, a->multiplier, &margin);
  }
  money(w, "cash", a->cash);
  money(w, "equity", equity);
  money(w, "last_equity", a->day_start_equity);
  money(w, "portfolio_value", equity);
  money(w, "buying_power", power);
  money(w, "effective_buying_power", power);
  money(w, "regt_buying_power", power);
  money(w, "daytrading_buying_power", 0);
  money(w, "non_marginable_buying_power", a->cash > 0 && a->cash < power ? a->cash : power);
  money(w, "options_buying_power", 0);
  money(w, "long_market_value", a->long_value);
  money(w, "short_market_value", a->short_value);
  money(w, "position_market_value", gross);
  money(w, "initial_margin", margin);
  money(w, "maintenance_margin", margin);
  money(w, "last_maintenance_margin", 0);
  money(w, "sma", 0);
  money(w, "accrued_fees", 0);
  money(w, "pending_transfer_in", 0);
  money(w, "pending_transfer_out", 0);
  money(w, "pending_reg_taf_fees", 0);
  money(w, "intraday_adjustments", 0);
  money(w, "bod_dtbp", 0);
}

/* Leverage as a text: "1", "2", "4". */
static void write_multiplier(oms_writer_t *w, const oms_account_t *a) {
  oms_write_decimal(w, "multiplier", a->multiplier > 0 ? a->multiplier : OMS_QTY_SCALE,
                    OMS_QTY_DECIMALS);
}

static void write_flags(oms_call_t *c, const oms_account_t *a) {
  oms_writer_t *w = c->out;
  oms_write_int(w, "daytrade_count", 0);
  oms_write_bool(w, "pattern_day_trader", false);
  oms_write_bool(w, "trading_blocked", is_blocked(c->engine, c->account));
  oms_write_bool(w, "transfers_blocked", false);
  oms_write_bool(w, "account_blocked", false);
  oms_write_bool(w, "trade_suspended_by_user",
                 oms_v2_setting_on(c->live, c->account, "suspend_trade"));
  oms_write_bool(w, "shorting_enabled",
                 a->type == OMS_ACCOUNT_TYPE_MARGIN &&
                     !oms_v2_setting_on(c->live, c->account, "no_shorting"));
  oms_write_int(w, "options_approved_level", 0);
  oms_write_int(w, "options_trading_level", 0);
  oms_write_int(w, "crypto_tier", 0);
}

void oms_v2_get_account(oms_call_t *c) {
  char id[37], date[32];
  oms_live_state_t state;
  if (!oms_v2_has_account(c)) {
    return;
  }
  const oms_account_t *a = oms_engine_account(c->engine, c->account);
  oms_writer_t *w = c->out;
  c->live->state(c->live->self, &state);
  oms_uuid_of("account", a->id, id);
  oms_write_object(w, NULL);
  oms_write_text(w, "id", id);
  oms_write_text(w, "account_number", a->id);
  oms_write_text(w, "status", "ACTIVE");
  oms_write_text(w, "crypto_status", "INACTIVE");
  oms_write_text(w, "currency", "USD");
  write_money(w, a);
  write_multiplier(w, a);
  write_flags(c, a);
  oms_date_iso(c->desk->now, oms_zone_new_york, date);
  oms_write_text(w, "balance_asof", date);
  oms_write_time(w, "created_at", state.started);
  oms_write_object(w, "admin_configurations");
  oms_write_object_end(w);
  oms_write_null(w, "user_configurations");
  oms_write_object_end(w);
}

bool oms_v2_setting_on(const oms_live_t *live, uint16_t account, const char *key) {
  const char *value = live->setting(live->self, account, key);
  return value != NULL && strcmp(value, "true") == 0;
}

bool oms_v2_is_off(const oms_live_t *live, uint16_t account, const char *key) {
  const char *value = live->setting(live->self, account, key);
  return value != NULL && strcmp(value, "false") == 0;
}
