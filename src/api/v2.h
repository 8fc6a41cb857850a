/* v2.h - the Alpaca Trading API v2: what its files share. The handlers stand in v2_routes.c. */
#ifndef OMS_API_V2_H
#define OMS_API_V2_H

#include "api/api_int.h"

/* Orders (v2_order_out.c). */

/* An order as it stands, with its legs below it where 'nested'. */
void oms_v2_write_order(oms_writer_t *w, const char *key, const oms_desk_t *desk,
                        const oms_order_t *o, bool nested);
/* An order as it was accepted: from the terms that were asked for, whatever became of it since, so
 * that a repeated request gets the same bytes. 'children' stand behind it in the engine. */
void oms_v2_write_accepted(oms_writer_t *w, const oms_desk_t *desk, const oms_order_t *o,
                           const oms_terms_t *terms, const oms_terms_t *children, size_t child_n);
/* The word of the sheet, section 8. */
const char *oms_v2_status(const oms_order_t *o);
const char *oms_v2_side(int side);
/* It was not refused when it came; what was refused later had been taken. */
bool oms_v2_was_taken(const oms_order_t *o);
void oms_v2_asset_id(const oms_engine_t *e, uint32_t instrument, const char *symbol, char out[37]);
const char *oms_v2_asset_class(int asset_class);
/* When it last changed. */
oms_time_t oms_v2_updated(const oms_engine_t *e, const oms_order_t *o);

/* By symbol or asset id; OMS_NONE. */
uint32_t oms_v2_instrument(const oms_engine_t *e, const char *name);
/* The order of the key's account by its own id (an order_id alone); OMS_NONE: answered with 404. */
uint32_t oms_v2_order_arg(oms_call_t *c, const char *id);
/* False: the key's account is not one of the host's; answered. */
bool oms_v2_has_account(oms_call_t *c);

/* With the offset of New York: "2026-03-02T09:30:00-05:00". */
void oms_v2_write_local(oms_writer_t *w, const char *key, oms_time_t t);
bool oms_v2_is_printable(const char *s);
/* Cancels all open orders of the key's account: a line of JSON for each into the list. */
void oms_v2_cancel_each(oms_call_t *c, oms_writer_t *lines);
/* Answers 207 with the lines, and frees them. */
void oms_v2_answer_lines(oms_call_t *c, oms_writer_t *lines);

/* Settings of an account that clients keep; the default where none is set. */
bool oms_v2_setting_on(const oms_live_t *live, uint16_t account, const char *key);
bool oms_v2_is_off(const oms_live_t *live, uint16_t account, const char *key);

/* The id of an execution: a UUID that names the fill (v2_history.c). */
void oms_v2_execution_id(const oms_fill_t *f, char out[37]);
/* Tells those who listen to trade_updates what a request has made of an order (v2_stream.c). */
void oms_v2_tell(oms_api_t *api, const char *event, uint32_t order);

void oms_v2_get_account(oms_call_t *c);
void oms_v2_submit(oms_call_t *c);
void oms_v2_list_orders(oms_call_t *c);
void oms_v2_get_order(oms_call_t *c);
void oms_v2_get_by_client_id(oms_call_t *c);
void oms_v2_replace(oms_call_t *c);
void oms_v2_cancel(oms_call_t *c);
void oms_v2_cancel_all(oms_call_t *c);
void oms_v2_list_positions(oms_call_t *c);
void oms_v2_get_position(oms_call_t *c);
void oms_v2_close_position(oms_call_t *c);
void oms_v2_close_positions(oms_call_t *c);
void oms_v2_list_assets(oms_call_t *c);
void oms_v2_get_asset(oms_call_t *c);
void oms_v2_get_clock(oms_call_t *c);
void oms_v2_get_calendar(oms_call_t *c);
void oms_v2_get_configurations(oms_call_t *c);
void oms_v2_patch_configurations(oms_call_t *c);
void oms_v2_get_history(oms_call_t *c);
void oms_v2_get_activities(oms_call_t *c);
void oms_v2_get_activities_of(oms_call_t *c);
void oms_v2_stream(oms_call_t *c);
void oms_v2_get_document(oms_call_t *c);
void oms_v2_list_watchlists(oms_call_t *c);
void oms_v3_get_clock(oms_call_t *c);
void oms_v3_get_calendar(oms_call_t *c);

/* Places of the parameters in the table. */
enum {
  LIST_STATUS,
  LIST_LIMIT,
  LIST_AFTER,
  LIST_UNTIL,
  LIST_DIRECTION,
  LIST_NESTED,
  LIST_SYMBOLS,
  LIST_SIDE,
  LIST_CLASS,
  LIST_BEFORE_ID,
  LIST_AFTER_ID,
  LIST_COUNT
};
enum { STATUS_OPEN, STATUS_CLOSED, STATUS_ALL };
enum { DIRECTION_ASC, DIRECTION_DESC };
enum { CLASS_EQUITY = 1, CLASS_OPTION = 2, CLASS_CRYPTO = 4, CLASS_ALL = 8 };

/* Members of a new order. */
enum {
  NEW_SYMBOL,
  NEW_QTY,
  NEW_NOTIONAL,
  NEW_SIDE,
  NEW_TYPE,
  NEW_TIF,
  NEW_LIMIT,
  NEW_STOP,
  NEW_TRAIL,
  NEW_PERCENT,
  NEW_EXTENDED,
  NEW_CLIENT_ID,
  NEW_CLASS,
  NEW_PROFIT,
  NEW_LOSS,
  NEW_INTENT,
  NEW_LEGS,
  NEW_COUNT
};
enum {
  PATCH_QTY,
  PATCH_TIF,
  PATCH_LIMIT,
  PATCH_STOP,
  PATCH_TRAIL,
  PATCH_CLIENT_ID,
  PATCH_NOTIONAL,
  PATCH_COUNT
};
enum { CLOSE_SYMBOL, CLOSE_QTY, CLOSE_PERCENTAGE, CLOSE_COUNT };
enum { ASSETS_STATUS, ASSETS_CLASS, ASSETS_EXCHANGE, ASSETS_ATTRIBUTES, ASSETS_COUNT };
enum { CALENDAR_START, CALENDAR_END, CALENDAR_TYPE, CALENDAR_COUNT };
enum { CLOCK_MARKETS, CLOCK_TIME, CLOCK_COUNT };
enum { MARKET_NAME, MARKET_START, MARKET_END, MARKET_ZONE, MARKET_COUNT };
enum { CONFIG_COUNT = 11 };
enum {
  HISTORY_PERIOD,
  HISTORY_TIMEFRAME,
  HISTORY_START,
  HISTORY_END,
  HISTORY_DATE_START,
  HISTORY_DATE_END,
  HISTORY_INTRADAY,
  HISTORY_EXTENDED,
  HISTORY_RESET,
  HISTORY_COUNT
};
/* Of both spellings; the path's type stands behind. */
enum {
  ACTIVITY_TYPES,
  ACTIVITY_CATEGORY,
  ACTIVITY_DATE,
  ACTIVITY_UNTIL,
  ACTIVITY_AFTER,
  ACTIVITY_DIRECTION,
  ACTIVITY_SIZE,
  ACTIVITY_TOKEN,
  ACTIVITY_COUNT
};
enum { EXIT_LIMIT_PRICE, PROFIT_COUNT };
enum { LOSS_STOP_PRICE, LOSS_LIMIT_PRICE, LOSS_COUNT };

/* Words in the order of the tables (v2_routes.c). */
extern const char *const oms_v2_types[], *const oms_v2_tifs[], *const oms_v2_classes[],
                                                                   *const oms_v2_intents[];
extern const oms_field_t oms_v2_profit_fields[PROFIT_COUNT], oms_v2_loss_fields[LOSS_COUNT];

#endif
