/* v2_routes.c - the routes of the Alpaca Trading API v2: what they take and what they answer. */
#include "api/v2.h"
#include "base/check.h"

/* clang-format off */

const char *const oms_v2_types[] = {"market", "limit", "stop", "stop_limit", "trailing_stop", NULL};
const char *const oms_v2_tifs[] = {"day", "gtc", "opg", "cls", "ioc", "fok", NULL};
const char *const oms_v2_classes[] = {"simple", "", "bracket", "oco", "oto", "mleg", NULL};
const char *const oms_v2_intents[] = {"buy_to_open", "buy_to_close", "sell_to_open",
                                      "sell_to_close", NULL};
static const char *const sides[] = {"buy", "sell", NULL};
static const char *const statuses[] = {"open", "closed", "all", NULL};
static const char *const directions[] = {"asc", "desc", NULL};
static const char *const asset_classes[] = {"us_equity", "us_option", "crypto", "all", NULL};

/* Parameters. */

static const oms_field_t order_params[] = {
    {"order_id", OMS_FIELD_TEXT, OMS_FIELD_NEEDED | OMS_FIELD_PATH, .about = "id of the order"},
    {"nested", OMS_FIELD_BOOL, .fallback = "false", .about = "legs below their order"},
};
static const oms_field_t client_id_params[] = {
    {"client_order_id", OMS_FIELD_TEXT, OMS_FIELD_NEEDED, .high = 128,
     .about = "key that the client gave"},
    {"nested", OMS_FIELD_BOOL, .fallback = "false", .about = "legs below their order"},
};
static const oms_field_t list_params[LIST_COUNT] = {
    [LIST_STATUS] = {"status", OMS_FIELD_WORD, .words = statuses, .fallback = "open"},
    [LIST_LIMIT] = {"limit", OMS_FIELD_INT, .low = 1, .high = 500, .fallback = "50"},
    [LIST_AFTER] = {"after", OMS_FIELD_TIME, .about = "submitted later than this"},
    [LIST_UNTIL] = {"until", OMS_FIELD_TIME, .about = "submitted earlier than this"},
    [LIST_DIRECTION] = {"direction", OMS_FIELD_WORD, .words = directions, .fallback = "desc"},
    [LIST_NESTED] = {"nested", OMS_FIELD_BOOL, .fallback = "false",
                     .about = "legs below their order"},
    [LIST_SYMBOLS] = {"symbols", OMS_FIELD_NAMES, .about = "comma-separated"},
    [LIST_SIDE] = {"side", OMS_FIELD_WORD, .words = sides},
    [LIST_CLASS] = {"asset_class", OMS_FIELD_WORDS, .words = asset_classes},
    [LIST_BEFORE_ID] = {"before_order_id", OMS_FIELD_TEXT, .about = "created before that order"},
    [LIST_AFTER_ID] = {"after_order_id", OMS_FIELD_TEXT, .about = "created after that order"},
};

/* Bodies. */

static const oms_field_t new_order[NEW_COUNT] = {
    [NEW_SYMBOL] = {"symbol", OMS_FIELD_TEXT, .high = 128, .about = "symbol or asset id"},
    [NEW_QTY] = {"qty", OMS_FIELD_QTY, .about = "or notional"},
    [NEW_NOTIONAL] = {"notional", OMS_FIELD_MONEY, .about = "of market day orders"},
    [NEW_SIDE] = {"side", OMS_FIELD_WORD, .words = sides},
    [NEW_TYPE] = {"type", OMS_FIELD_WORD, OMS_FIELD_NEEDED, .words = oms_v2_types},
    [NEW_TIF] = {"time_in_force", OMS_FIELD_WORD, OMS_FIELD_NEEDED, .words = oms_v2_tifs},
    [NEW_LIMIT] = {"limit_price", OMS_FIELD_PRICE},
    [NEW_STOP] = {"stop_price", OMS_FIELD_PRICE},
    [NEW_TRAIL] = {"trail_price", OMS_FIELD_PRICE},
    [NEW_PERCENT] = {"trail_percent", OMS_FIELD_PRICE, .about = "1.0 is one percent"},
    [NEW_EXTENDED] = {"extended_hours", OMS_FIELD_BOOL, .fallback = "false"},
    [NEW_CLIENT_ID] = {"client_order_id", OMS_FIELD_TEXT, .high = 128,
                       .about = "the same again with equal content gives the same answer"},
    [NEW_CLASS] = {"order_class", OMS_FIELD_WORD, .words = oms_v2_classes, .fallback = "simple"},
    [NEW_PROFIT] = {"take_profit", OMS_FIELD_OBJECT, .ref = "TakeProfit"},
    [NEW_LOSS] = {"stop_loss", OMS_FIELD_OBJECT, .ref = "StopLoss"},
    [NEW_INTENT] = {"position_intent", OMS_FIELD_WORD, .words = oms_v2_intents},
    [NEW_LEGS] = {"legs", OMS_FIELD_LIST, .about = "not supported: multi-leg orders are refused"},
};
const oms_field_t oms_v2_profit_fields[PROFIT_COUNT] = {
    [EXIT_LIMIT_PRICE] = {"limit_price", OMS_FIELD_PRICE, .about = "needed"},
};
const oms_field_t oms_v2_loss_fields[LOSS_COUNT] = {
    [LOSS_STOP_PRICE] = {"stop_price", OMS_FIELD_PRICE, .about = "needed"},
    [LOSS_LIMIT_PRICE] = {"limit_price", OMS_FIELD_PRICE, .about = "makes it a stop_limit"},
};

static const oms_schema_t schemas[] = {
    {"NewOrder", new_order, OMS_COUNT(new_order), "a new order"},
    {"TakeProfit", oms_v2_profit_fields, PROFIT_COUNT, NULL},
    {"StopLoss", oms_v2_loss_fields, LOSS_COUNT, NULL},
};

#define READ  (OMS_MAY_READ | OMS_MAY_TRADE)
#define TRADE OMS_MAY_TRADE
#define PARAMS(list) .params = (list), .param_n = OMS_COUNT(list)

static const oms_route_t routes[] = {
    {"POST", "/v2/orders", TRADE, 0, oms_v2_submit, .request = "NewOrder", .response = "Order",
     .status = 200, .summary = "A new order, or a group of orders."},
    {"GET", "/v2/orders", READ, OMS_ROUTE_LIST, oms_v2_list_orders, PARAMS(list_params),
     .response = "Order", .status = 200, .summary = "Orders of the account."},
    {"DELETE", "/v2/orders", TRADE, OMS_ROUTE_LIST, oms_v2_cancel_all, .response = "CancelStatus",
     .status = 207, .summary = "Cancels all open orders."},
    {"GET", "/v2/orders:by_client_order_id", READ, 0, oms_v2_get_by_client_id,
     PARAMS(client_id_params), .response = "Order", .status = 200,
     .summary = "An order by the client's key."},
    {"GET", "/v2/orders/{order_id}", READ, 0, oms_v2_get_order, PARAMS(order_params),
     .response = "Order", .status = 200, .summary = "An order."},
    {"DELETE", "/v2/orders/{order_id}", TRADE, 0, oms_v2_cancel, .params = order_params,
     .param_n = 1, .status = 204, .summary = "Asks for the cancel of an order."},
    {"GET", "/v2/account", READ, 0, oms_v2_get_account, .response = "Account", .status = 200,
     .summary = "The account of the key."},
};

/* clang-format on */

const oms_route_table_t oms_v2_table = {routes, OMS_COUNT(routes), schemas, OMS_COUNT(schemas)};
