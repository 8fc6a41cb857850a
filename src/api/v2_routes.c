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
static const char *const checks[] = {"both", "entry", "exit", NULL};
static const char *const multipliers[] = {"1", "2", "4", NULL};
static const char *const mails[] = {"all", "none", NULL};
static const char *const asset_statuses[] = {"active", "inactive", NULL};
static const char *const date_types[] = {"TRADING", "SETTLEMENT", NULL};
static const char *const timeframes[] = {"1Min", "5Min", "15Min", "1H", "1D", NULL};
static const char *const reportings[] = {"market_hours", "extended_hours", "continuous", NULL};
static const char *const resets[] = {"per_day", "no_reset", NULL};
static const char *const categories[] = {"trade_activity", "non_trade_activity", NULL};
static const char *const frames[] = {"text", "binary", NULL};
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

static const oms_field_t position_params[CLOSE_COUNT] = {
    [CLOSE_SYMBOL] = {.name = "symbol_or_asset_id", .type = OMS_FIELD_TEXT, .flags = OMS_FIELD_NEEDED | OMS_FIELD_PATH},
    [CLOSE_QTY] = {"qty", OMS_FIELD_QTY, .about = "how much; all of it without"},
    [CLOSE_PERCENTAGE] = {"percentage", OMS_FIELD_PRICE, .about = "0 to 100, instead of qty"},
};
static const oms_field_t close_all_params[] = {
    {"cancel_orders", OMS_FIELD_BOOL, .fallback = "false", .about = "cancels open orders first"},
};
static const oms_field_t assets_params[ASSETS_COUNT] = {
    [ASSETS_STATUS] = {"status", OMS_FIELD_WORD, .words = asset_statuses},
    [ASSETS_CLASS] = {"asset_class", OMS_FIELD_TEXT, .high = 32},
    [ASSETS_EXCHANGE] = {"exchange", OMS_FIELD_TEXT, .high = 32},
    [ASSETS_ATTRIBUTES] = {.name = "attributes", .type = OMS_FIELD_NAMES},
};
static const oms_field_t asset_params[] = {
    {.name = "symbol_or_asset_id", .type = OMS_FIELD_TEXT, .flags = OMS_FIELD_NEEDED | OMS_FIELD_PATH},
};
static const oms_field_t calendar_params[CALENDAR_COUNT] = {
    [CALENDAR_START] = {"start", OMS_FIELD_DATE, .about = "first date; 1970-01-01 without"},
    [CALENDAR_END] = {"end", OMS_FIELD_DATE, .about = "last date; 2029-12-31 without"},
    [CALENDAR_TYPE] = {"date_type", OMS_FIELD_WORD, .words = date_types, .fallback = "TRADING"},
};
static const oms_field_t history_params[HISTORY_COUNT] = {
    [HISTORY_PERIOD] = {"period", OMS_FIELD_TEXT, .high = 8, .fallback = "1M",
                        .about = "a number and D, W, M or A"},
    [HISTORY_TIMEFRAME] = {"timeframe", OMS_FIELD_WORD, .words = timeframes,
                           .about = "1Min below a week, 15Min below a month, else 1D"},
    [HISTORY_START] = {.name = "start", .type = OMS_FIELD_TIME},
    [HISTORY_END] = {"end", OMS_FIELD_TIME, .about = "now without"},
    [HISTORY_DATE_START] = {"date_start", OMS_FIELD_DATE, .about = "instead of start"},
    [HISTORY_DATE_END] = {"date_end", OMS_FIELD_DATE, .about = "the last date, instead of end"},
    [HISTORY_INTRADAY] = {"intraday_reporting", OMS_FIELD_WORD, .words = reportings,
                          .fallback = "continuous"},
    [HISTORY_EXTENDED] = {"extended_hours", OMS_FIELD_BOOL, .fallback = "false"},
    [HISTORY_RESET] = {"pnl_reset", OMS_FIELD_WORD, .words = resets, .fallback = "no_reset"},
};
static const oms_field_t clock_params[CLOCK_COUNT] = {
    [CLOCK_MARKETS] = {"markets", OMS_FIELD_NAMES, .fallback = "NYSE",
                       .about = "comma-separated: NYSE, NASDAQ"},
    [CLOCK_TIME] = {"time", OMS_FIELD_TIME, .about = "now without"},
};
static const oms_field_t market_params[MARKET_COUNT] = {
    [MARKET_NAME] = {"market", OMS_FIELD_TEXT, OMS_FIELD_NEEDED | OMS_FIELD_PATH,
                     .about = "NYSE or NASDAQ"},
    [MARKET_START] = {"start", OMS_FIELD_DATE, .about = "today without"},
    [MARKET_END] = {"end", OMS_FIELD_DATE, .about = "a week later without"},
    [MARKET_ZONE] = {"timezone", OMS_FIELD_TEXT, .high = 64, .about = "not used: New York"},
};
#define ACTIVITY_FIELDS \
    [ACTIVITY_CATEGORY] = {"category", OMS_FIELD_WORD, .words = categories}, \
    [ACTIVITY_DATE] = {"date", OMS_FIELD_DATE, .about = "of New York"}, \
    [ACTIVITY_UNTIL] = {"until", OMS_FIELD_TIME, .about = "earlier than this"}, \
    [ACTIVITY_AFTER] = {"after", OMS_FIELD_TIME, .about = "later than this"}, \
    [ACTIVITY_DIRECTION] = {"direction", OMS_FIELD_WORD, .words = directions, \
                            .fallback = "desc"}, \
    [ACTIVITY_SIZE] = {"page_size", OMS_FIELD_INT, .low = 1, .high = 100, .fallback = "100"}, \
    [ACTIVITY_TOKEN] = {"page_token", OMS_FIELD_TEXT, .about = "id of the last row received"}
static const oms_field_t activities_params[ACTIVITY_COUNT] = {
    [ACTIVITY_TYPES] = {"activity_types", OMS_FIELD_NAMES, .about = "comma-separated"},
    ACTIVITY_FIELDS,
};
static const oms_field_t activity_params[ACTIVITY_COUNT] = {
    [ACTIVITY_TYPES] = {.name = "activity_type", .type = OMS_FIELD_NAMES, .flags = OMS_FIELD_NEEDED | OMS_FIELD_PATH},
    ACTIVITY_FIELDS,
};
static const oms_field_t stream_params[] = {
    {"frames", OMS_FIELD_WORD, .words = frames, .fallback = "text",
     .about = "binary: frames of that kind, also when the client's first one is"},
};

/* Bodies. */

static const oms_field_t new_order[NEW_COUNT] = {
    [NEW_SYMBOL] = {"symbol", OMS_FIELD_TEXT, .high = 128, .about = "symbol or asset id"},
    [NEW_QTY] = {"qty", OMS_FIELD_QTY, .about = "or notional"},
    [NEW_NOTIONAL] = {"notional", OMS_FIELD_MONEY, .about = "of market day orders"},
    [NEW_SIDE] = {"side", OMS_FIELD_WORD, .words = sides},
    [NEW_TYPE] = {"type", OMS_FIELD_WORD, OMS_FIELD_NEEDED, .words = oms_v2_types},
    [NEW_TIF] = {"time_in_force", OMS_FIELD_WORD, OMS_FIELD_NEEDED, .words = oms_v2_tifs},
    [NEW_LIMIT] = {.name = "limit_price", .type = OMS_FIELD_PRICE},
    [NEW_STOP] = {.name = "stop_price", .type = OMS_FIELD_PRICE},
    [NEW_TRAIL] = {.name = "trail_price", .type = OMS_FIELD_PRICE},
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

static const oms_field_t replace_order[PATCH_COUNT] = {
    [PATCH_QTY] = {"qty", OMS_FIELD_QTY, .about = "the new total, what has filled included"},
    [PATCH_TIF] = {"time_in_force", OMS_FIELD_WORD, .words = oms_v2_tifs},
    [PATCH_LIMIT] = {.name = "limit_price", .type = OMS_FIELD_PRICE},
    [PATCH_STOP] = {.name = "stop_price", .type = OMS_FIELD_PRICE},
    [PATCH_TRAIL] = {"trail", OMS_FIELD_PRICE, .about = "trail_price or trail_percent"},
    [PATCH_CLIENT_ID] = {"client_order_id", OMS_FIELD_TEXT, .high = 128},
    [PATCH_NOTIONAL] = {"notional", OMS_FIELD_MONEY, .about = "refused"},
};
static const oms_field_t configurations[CONFIG_COUNT] = {
    {"dtbp_check", OMS_FIELD_WORD, .words = checks, .fallback = "entry"},
    {"pdt_check", OMS_FIELD_WORD, .words = checks, .fallback = "entry"},
    {"trade_confirm_email", OMS_FIELD_WORD, .words = mails, .fallback = "none"},
    {"suspend_trade", OMS_FIELD_BOOL, .fallback = "false", .about = "new orders are refused"},
    {"no_shorting", OMS_FIELD_BOOL, .fallback = "false", .about = "short sales are refused"},
    {"fractional_trading", OMS_FIELD_BOOL, .fallback = "true",
     .about = "false: parts of shares are refused"},
    {"max_margin_multiplier", OMS_FIELD_WORD, .words = multipliers, .fallback = "4",
     .about = "kept, not used: the session says"},
    {"max_options_trading_level", OMS_FIELD_INT, .low = 0, .high = 3, .fallback = "0",
     .about = "kept, not used"},
    {"ptp_no_exception_entry", OMS_FIELD_BOOL, .fallback = "false", .about = "kept, not used"},
    {"disable_overnight_trading", OMS_FIELD_BOOL, .fallback = "false", .about = "kept, not used"},
    {"fractional_eh_enabled", OMS_FIELD_BOOL, .fallback = "false", .about = "kept, not used"},
};

/* Answers. */

#define T(n) {.name = n, .type = OMS_FIELD_TEXT}
#define TN(n) {.name = n, .type = OMS_FIELD_TEXT, .flags = OMS_FIELD_NULL}
#define D(n) {.name = n, .type = OMS_FIELD_DECIMAL}
#define DN(n) {.name = n, .type = OMS_FIELD_DECIMAL, .flags = OMS_FIELD_NULL}
#define B(n) {.name = n, .type = OMS_FIELD_BOOL}
#define I(n) {.name = n, .type = OMS_FIELD_INT}
#define W(n) {.name = n, .type = OMS_FIELD_TIME}
#define WN(n) {.name = n, .type = OMS_FIELD_TIME, .flags = OMS_FIELD_NULL}

static const oms_field_t account[] = {
    T("id"), T("account_number"), T("status"), T("crypto_status"), T("currency"), D("cash"),
    D("equity"), D("last_equity"), D("portfolio_value"), D("buying_power"),
    D("effective_buying_power"), D("regt_buying_power"), D("daytrading_buying_power"),
    D("non_marginable_buying_power"), D("options_buying_power"), D("long_market_value"),
    D("short_market_value"), D("position_market_value"), D("initial_margin"),
    D("maintenance_margin"), D("last_maintenance_margin"), D("sma"), D("accrued_fees"),
    D("pending_transfer_in"), D("pending_transfer_out"), D("pending_reg_taf_fees"),
    D("intraday_adjustments"), D("bod_dtbp"), D("multiplier"), I("daytrade_count"),
    B("pattern_day_trader"), B("trading_blocked"), B("transfers_blocked"), B("account_blocked"),
    B("trade_suspended_by_user"), B("shorting_enabled"), I("options_approved_level"),
    I("options_trading_level"), I("crypto_tier"), T("balance_asof"), W("created_at"),
    {.name = "admin_configurations", .type = OMS_FIELD_ANY}, {.name = "user_configurations", .type = OMS_FIELD_ANY, .flags = OMS_FIELD_NULL},
};
static const oms_field_t order[] = {
    T("id"), T("client_order_id"), W("created_at"), W("updated_at"), W("submitted_at"),
    WN("filled_at"), WN("expired_at"), WN("expires_at"), WN("canceled_at"), WN("failed_at"),
    WN("replaced_at"), TN("replaced_by"), TN("replaces"), T("asset_id"), T("symbol"),
    T("asset_class"), DN("notional"), DN("qty"), D("filled_qty"), DN("filled_avg_price"),
    T("order_class"), T("order_type"), T("type"), T("side"), TN("position_intent"),
    T("time_in_force"), DN("limit_price"), DN("stop_price"), T("status"), B("extended_hours"),
    DN("trail_percent"), DN("trail_price"), DN("hwm"), TN("subtag"), TN("source"),
    {"legs", OMS_FIELD_LIST, OMS_FIELD_NULL, .ref = "Order"},
};
static const oms_field_t cancel_status[] = {
    T("id"), I("status"), {"body", OMS_FIELD_OBJECT, OMS_FIELD_OPTIONAL, .ref = "Error"},
};
static const oms_field_t close_status[] = {
    T("symbol"), I("status"), {"body", OMS_FIELD_ANY, .about = "the order, or an error"},
};
static const oms_field_t position[] = {
    T("asset_id"), T("symbol"), T("exchange"), T("asset_class"), B("asset_marginable"),
    D("avg_entry_price"), D("qty"), D("qty_available"), T("side"), D("market_value"),
    D("cost_basis"), D("unrealized_pl"), D("unrealized_plpc"), D("unrealized_intraday_pl"),
    D("unrealized_intraday_plpc"), D("current_price"), D("lastday_price"), D("change_today"),
};
static const oms_field_t asset[] = {
    T("id"), T("class"), T("exchange"), T("symbol"), T("name"), T("status"), B("tradable"),
    B("marginable"), B("shortable"), B("easy_to_borrow"), T("borrow_status"), B("fractionable"),
    {.name = "attributes", .type = OMS_FIELD_LIST},
    {.name = "min_order_size", .type = OMS_FIELD_DECIMAL, .flags = OMS_FIELD_OPTIONAL},
    {.name = "min_trade_increment", .type = OMS_FIELD_DECIMAL, .flags = OMS_FIELD_OPTIONAL},
    {.name = "price_increment", .type = OMS_FIELD_DECIMAL, .flags = OMS_FIELD_OPTIONAL},
};
static const oms_field_t clock_fields[] = {W("timestamp"), B("is_open"), W("next_open"),
                                           W("next_close")};
static const oms_field_t clocks_fields[] = {
    {.name = "clocks", .type = OMS_FIELD_LIST, .ref = "MarketClock"}};
static const oms_field_t market_fields[] = {T("acronym"), T("mic"), TN("bic"), T("name"),
                                            T("timezone")};
static const oms_field_t market_clock[] = {
    {.name = "market", .type = OMS_FIELD_OBJECT, .ref = "Market"}, W("timestamp"),
    B("is_market_day"), W("next_market_open"), W("next_market_close"), T("phase"),
    W("phase_until"),
};
static const oms_field_t market_calendar[] = {
    {.name = "market", .type = OMS_FIELD_OBJECT, .ref = "Market"},
    {.name = "calendar", .type = OMS_FIELD_LIST, .ref = "MarketDay"},
};
static const oms_field_t market_day[] = {
    T("date"), W("pre_start"), W("pre_end"), W("core_start"), W("core_end"), W("post_start"),
    W("post_end"), T("settlement_date"),
};
static const oms_field_t watchlist[] = {T("id"), T("name")};
static const oms_field_t calendar_day[] = {
    T("date"), T("open"), T("close"), T("session_open"), T("session_close"), T("settlement_date"),
};
static const oms_field_t history[] = {
    {"timestamp", OMS_FIELD_LIST, .about = "epoch seconds"}, {.name = "equity", .type = OMS_FIELD_LIST},
    {.name = "profit_loss", .type = OMS_FIELD_LIST}, {.name = "profit_loss_pct", .type = OMS_FIELD_LIST},
    {.name = "base_value", .type = OMS_FIELD_NUMBER}, T("timeframe"),
};
static const oms_field_t activity[] = {
    T("id"), T("activity_type"), W("transaction_time"), T("type"), D("price"), D("qty"), T("side"),
    T("symbol"), D("leaves_qty"), D("cum_qty"), T("order_id"), T("order_status"),
};
static const oms_field_t error[] = {
    {"code", OMS_FIELD_INT, .about = "its first digits are the status, mostly"}, T("message"),
    {"reject_code", OMS_FIELD_TEXT, OMS_FIELD_OPTIONAL, .about = "why an order was refused"},
};

#define SCHEMA(name, fields, about) {name, fields, OMS_COUNT(fields), about}
static const oms_schema_t schemas[] = {
    SCHEMA("NewOrder", new_order, "a new order"),
    SCHEMA("TakeProfit", oms_v2_profit_fields, NULL),
    SCHEMA("StopLoss", oms_v2_loss_fields, NULL),
    SCHEMA("ReplaceOrder", replace_order, "new terms of an order"),
    SCHEMA("AccountConfigurations", configurations, "settings of the account"),
    SCHEMA("Account", account, "an account; what its margin model does not know is 0"),
    SCHEMA("Order", order, "an order"),
    SCHEMA("CancelStatus", cancel_status, "what came of a cancel"),
    SCHEMA("CloseStatus", close_status, "what came of closing a position"),
    SCHEMA("Position", position, "the account's net in a symbol"),
    SCHEMA("Asset", asset, "what can be traded"),
    SCHEMA("Clock", clock_fields, "the session's time and the regular session of US equities"),
    SCHEMA("CalendarDay", calendar_day, "a trading day, hours of New York"),
    SCHEMA("MarketClocks", clocks_fields, NULL),
    SCHEMA("Market", market_fields, NULL),
    SCHEMA("MarketClock", market_clock, "where a market's day stands"),
    SCHEMA("MarketCalendar", market_calendar, NULL),
    SCHEMA("MarketDay", market_day, "a trading day with its phases"),
    SCHEMA("Watchlist", watchlist, NULL),
    SCHEMA("PortfolioHistory", history, "the equity curve, as parallel lists"),
    SCHEMA("Activity", activity, "an execution"),
    SCHEMA("Error", error, "a refusal"),
    {"Document", NULL, 0, "an OpenAPI document"},
};

#define READ         (OMS_MAY_READ | OMS_MAY_TRADE)
#define TRADE        OMS_MAY_TRADE
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
    {"PATCH", "/v2/orders/{order_id}", TRADE, 0, oms_v2_replace, .params = order_params,
     .param_n = 1, .request = "ReplaceOrder", .response = "Order", .status = 200,
     .summary = "Replaces an order: a new one with other terms."},
    {"DELETE", "/v2/orders/{order_id}", TRADE, 0, oms_v2_cancel, .params = order_params,
     .param_n = 1, .status = 204, .summary = "Asks for the cancel of an order."},
    {"GET", "/v2/positions", READ, OMS_ROUTE_LIST, oms_v2_list_positions, .response = "Position",
     .status = 200, .summary = "Open positions."},
    {"DELETE", "/v2/positions", TRADE, OMS_ROUTE_LIST, oms_v2_close_positions,
     PARAMS(close_all_params), .response = "CloseStatus", .status = 207,
     .summary = "Closes all positions by market orders."},
    {"GET", "/v2/positions/{symbol_or_asset_id}", READ, 0, oms_v2_get_position,
     .params = position_params, .param_n = 1, .response = "Position", .status = 200,
     .summary = "The position in a symbol."},
    {"DELETE", "/v2/positions/{symbol_or_asset_id}", TRADE, 0, oms_v2_close_position,
     PARAMS(position_params), .response = "Order", .status = 200,
     .summary = "Closes a position, or a part of it, by a market order."},
    {"GET", "/v2/account", READ, 0, oms_v2_get_account, .response = "Account", .status = 200,
     .summary = "The account of the key."},
    {"GET", "/v2/account/configurations", READ, 0, oms_v2_get_configurations,
     .response = "AccountConfigurations", .status = 200, .summary = "Settings of the account."},
    {"PATCH", "/v2/account/configurations", TRADE, 0, oms_v2_patch_configurations,
     .request = "AccountConfigurations", .response = "AccountConfigurations", .status = 200,
     .summary = "Sets some of the account's settings."},
    {"GET", "/v2/account/portfolio/history", READ, 0, oms_v2_get_history, PARAMS(history_params),
     .response = "PortfolioHistory", .status = 200, .summary = "The equity curve."},
    {"GET", "/v2/account/activities", READ, OMS_ROUTE_LIST, oms_v2_get_activities,
     PARAMS(activities_params), .response = "Activity", .status = 200, .summary = "Executions."},
    {"GET", "/v2/account/activities/{activity_type}", READ, OMS_ROUTE_LIST,
     oms_v2_get_activities_of, PARAMS(activity_params), .response = "Activity", .status = 200,
     .summary = "Executions, by the type of activity: FILL has rows."},
    {"GET", "/v2/assets", READ, OMS_ROUTE_LIST, oms_v2_list_assets, PARAMS(assets_params),
     .response = "Asset", .status = 200, .summary = "What can be traded."},
    {"GET", "/v2/assets/{symbol_or_asset_id}", READ, 0, oms_v2_get_asset, PARAMS(asset_params),
     .response = "Asset", .status = 200, .summary = "What is known of a symbol."},
    {"GET", "/v2/clock", READ, 0, oms_v2_get_clock, .response = "Clock", .status = 200,
     .summary = "The session's time."},
    {"GET", "/v2/calendar", READ, OMS_ROUTE_LIST, oms_v2_get_calendar, PARAMS(calendar_params),
     .response = "CalendarDay", .status = 200, .summary = "Trading days."},
    {"GET", "/v3/clock", READ, 0, oms_v3_get_clock, PARAMS(clock_params),
     .response = "MarketClocks", .status = 200, .summary = "Where the markets' days stand."},
    {"GET", "/v3/calendar/{market}", READ, 0, oms_v3_get_calendar, PARAMS(market_params),
     .response = "MarketCalendar", .status = 200, .summary = "Trading days of a market."},
    {"GET", "/v2/watchlists", READ, OMS_ROUTE_LIST, oms_v2_list_watchlists,
     .response = "Watchlist", .status = 200, .summary = "Empty: lists of symbols are not kept."},
    {"GET", "/stream", 0, OMS_ROUTE_SOCKET, oms_v2_stream, PARAMS(stream_params), .status = 101,
     .summary = "WebSocket: authenticate, listen, trade_updates."},
    {"GET", "/openapi.json", 0, 0, oms_v2_get_document, .response = "Document", .status = 200,
     .summary = "This document."},
};

/* clang-format on */

const oms_route_table_t oms_v2_table = {routes, OMS_COUNT(routes), schemas, OMS_COUNT(schemas)};
