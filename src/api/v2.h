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

/* Settings of an account that clients keep; the default where none is set. */
bool oms_v2_setting_on(const oms_live_t *live, uint16_t account, const char *key);

/* Prints the frames of trade_updates (v2_stream.c). */
void oms_v2_tell(oms_api_t *api, const char *event, uint32_t order);

void oms_v2_get_account(oms_call_t *c);
void oms_v2_submit(oms_call_t *c);
void oms_v2_list_orders(oms_call_t *c);
void oms_v2_get_order(oms_call_t *c);
void oms_v2_get_by_client_id(oms_call_t *c);
void oms_v2_replace(oms_call_t *c);
void oms_v2_cancel(oms_call_t *c);
void oms_v2_cancel_all(oms_call_t *c);

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
enum { EXIT_LIMIT_PRICE, PROFIT_COUNT };
enum { LOSS_STOP_PRICE, LOSS_LIMIT_PRICE, LOSS_COUNT };

/* Words in the order of the tables (v2_routes.c). */
extern const char *const oms_v2_types[], *const oms_v2_tifs[], *const oms_v2_classes[],
                                                                   *const oms_v2_intents[];
extern const oms_field_t oms_v2_profit_fields[PROFIT_COUNT], oms_v2_loss_fields[LOSS_COUNT];

#endif
