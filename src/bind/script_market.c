/* script_market.c - on_quote, on_trade and on_action, from the host's side: learned views, pushed
 * as they are (nothing of it raises), like the bars of script_call.c. */
#include "bind/script_int.h"

/* Calls the script with the view of 'record'. */
static int call_with(oms_script_t *s, oms_callback_t callback, oms_view_t *view, const void *record,
                     uint32_t instrument, oms_error_t *err) {
  lua_State *L = oms_bind_state(s->cell);
  lua_rawgeti(L, LUA_REGISTRYINDEX, s->refs[callback]);
  lua_rawgeti(L, LUA_REGISTRYINDEX, s->cell->ref_script);
  oms_view_refresh(L, view, record);
  oms_script_about(s, instrument);
  int rc = oms_bind_call(s->cell, 2, 0, &s->calls[callback]);
  oms_script_about(s, OMS_SUBJECT_NONE);
  oms_view_end(view);
  return OMS_LIKELY(rc == OMS_OK) ? OMS_OK : oms_bind_error(s->cell, rc, err);
}

static const char *symbol_of(const oms_script_t *s, uint32_t instrument) {
  return oms_engine_instrument(oms_api_engine(&s->api), instrument)->symbol;
}

static bool lacks(const oms_script_t *s, oms_callback_t callback, const oms_view_t *view) {
  return s->refs[callback] == LUA_NOREF || view == NULL;
}

int oms_script_quote(oms_script_t *s, const oms_quote_t *quote, uint32_t instrument, oms_time_t ts,
                     oms_error_t *err) {
  if (lacks(s, OMS_CALLBACK_QUOTE, s->api.quote)) {
    return OMS_OK;
  }
  const oms_quote_record_t record = {symbol_of(s, instrument), ts, quote};
  return call_with(s, OMS_CALLBACK_QUOTE, s->api.quote, &record, instrument, err);
}

int oms_script_trade(oms_script_t *s, const oms_print_t *trade, uint32_t instrument, oms_time_t ts,
                     oms_error_t *err) {
  if (lacks(s, OMS_CALLBACK_TRADE, s->api.trade)) {
    return OMS_OK;
  }
  const oms_trade_record_t record = {symbol_of(s, instrument), ts, trade->price, trade->size};
  return call_with(s, OMS_CALLBACK_TRADE, s->api.trade, &record, instrument, err);
}

int oms_script_action(oms_script_t *s, const oms_corporate_t *action, uint32_t instrument,
                      oms_time_t ts, oms_error_t *err) {
  if (lacks(s, OMS_CALLBACK_ACTION, s->api.action)) {
    return OMS_OK;
  }
  bool is_cash = action->kind == OMS_CORPORATE_DIVIDEND;
  const oms_action_record_t record = {.symbol = symbol_of(s, instrument),
                                      .type = oms_corporate_words[action->kind],
                                      .ts = ts,
                                      .ratio = is_cash ? OMS_NO_PRICE : action->ratio,
                                      .cash = is_cash ? action->cash : OMS_NO_PRICE};
  return call_with(s, OMS_CALLBACK_ACTION, s->api.action, &record, instrument, err);
}
