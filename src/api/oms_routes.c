/* oms_routes.c - the routes of /oms/v1, metrics and health: what they take and what they answer. */
#include "api/oms_int.h"
#include "base/check.h"

/* clang-format off */

static const char *const order_statuses[] = {"open", "closed", "all", NULL};
static const char *const holders[] = {"parent", "condition", "approval", "session", "replace",
                                      "broker", NULL};
static const char *const states[] = {"active", "reducing", "halted", NULL};
static const char *const outcomes[] = {"arrived", "absent", NULL};
static const char *const script_states[] = {"running", "stopped", NULL};

/* A field, and one that may be null. */
#define F(field, kind) {.name = field, .type = OMS_FIELD_##kind}
#define N(field, kind) {.name = field, .type = OMS_FIELD_##kind, .flags = OMS_FIELD_NULL}

/* Parameters. */

static const oms_field_t order_params[] = {
    {"order_id", OMS_FIELD_TEXT, OMS_FIELD_NEEDED | OMS_FIELD_PATH,
     .about = "order_id or client_order_id"},
};
static const oms_field_t script_params[] = {
    {"id", OMS_FIELD_TEXT, OMS_FIELD_NEEDED | OMS_FIELD_PATH, .about = "id of the script"},
};
static const oms_field_t account_params[] = {
    {"account", OMS_FIELD_TEXT, OMS_FIELD_NEEDED | OMS_FIELD_PATH, .about = "id of the account"},
};
static const oms_field_t list_params[] = {
    {"status", OMS_FIELD_WORD, .words = order_statuses, .fallback = "open"},
    {"account", OMS_FIELD_TEXT, .about = "of this account alone"},
    {"symbol", OMS_FIELD_TEXT, .about = "in this symbol alone"},
    {"owner", OMS_FIELD_TEXT, .about = "of this strategy, or api:KEY, alone"},
    {"limit", OMS_FIELD_INT, .low = 1, .high = OMS_OWN_ORDERS_MAX, .fallback = "500"},
    {"before", OMS_FIELD_TEXT, .about = "orders before this one; the newest come first"},
};
static const oms_field_t held_params[] = {
    {"held_by", OMS_FIELD_WORD, .words = holders, .about = "held by this alone"},
};
static const oms_field_t status_params[] = {
    {"state_hash", OMS_FIELD_BOOL, .about = "work out the digest of the core's state, too"},
};
static const oms_field_t event_params[] = {
    {"since", OMS_FIELD_INT, .low = 0, .high = INT64_MAX,
     .about = "events behind this number; else those to come. Last-Event-ID is stronger"},
    {"account", OMS_FIELD_TEXT, .about = "of this account alone"},
};

/* Bodies. */

#define WHY {"why", OMS_FIELD_TEXT, OMS_FIELD_NEEDED, .high = 500, .about = "the reason: it is kept in the journal"}
#define MAYBE_WHY {"why", OMS_FIELD_TEXT, .high = 500, .about = "the reason: it is kept in the journal"}
#define SCOPE {"scope", OMS_FIELD_ANY, .about = "\"all\" (the default), or an object with one of account, strategy, symbol"}

static const oms_field_t kill_body[] = {
    SCOPE,
    {"flatten", OMS_FIELD_BOOL, .fallback = "false", .about = "close the positions, too"},
    WHY,
};
static const oms_field_t resume_body[] = {SCOPE, WHY};
static const oms_field_t state_body[] = {
    {"state", OMS_FIELD_WORD, OMS_FIELD_NEEDED, .words = states},
    SCOPE,
    WHY,
};
static const oms_field_t word_body[] = {MAYBE_WHY};
static const oms_field_t resolve_body[] = {
    {"outcome", OMS_FIELD_WORD, OMS_FIELD_NEEDED, .words = outcomes,
     .about = "absent: it never arrived, the order ends"},
    WHY,
};
static const oms_field_t reload_body[] = {
    {"with", OMS_FIELD_TEXT, .about = "a file on the host that takes its place; else its own, read again"},
    MAYBE_WHY,
};
static const oms_field_t limits_body[] = {
    N("max_order_qty", QTY),
    N("max_order_notional", MONEY),
    N("price_collar_pct", PRICE),
    N("max_position", QTY),
    N("max_open_orders", INT),
    N("max_orders_per_second", INT),
    N("max_gross_exposure", MONEY),
    N("max_daily_loss", MONEY),
    N("duplicate_window_s", PRICE),
    {"restricted", OMS_FIELD_LIST, OMS_FIELD_NULL, .about = "symbols"},
};
static const oms_field_t params_body[] = {
    {"NAME", OMS_FIELD_ANY, .about = "a parameter of the script by its name; null: its default"},
};

/* Answers. */

static const oms_field_t own_order[] = {
    F("order_id", TEXT),
    F("client_order_id", TEXT),
    N("wire_id", TEXT),
    N("broker_order_id", TEXT),
    F("account", TEXT),
    {"owner", OMS_FIELD_TEXT, .about = "strategy, api:KEY, person:NAME or external"},
    F("symbol", TEXT),
    F("side", TEXT),
    F("type", TEXT),
    F("time_in_force", TEXT),
    F("qty", DECIMAL),
    N("notional", DECIMAL),
    N("limit_price", DECIMAL),
    N("stop_price", DECIMAL),
    N("trail_price", DECIMAL),
    N("trail_percent", DECIMAL),
    N("limit_offset", DECIMAL),
    F("trigger_by", TEXT),
    F("session", TEXT),
    F("post_only", BOOL),
    F("reduce_only", BOOL),
    F("do_not_reduce", BOOL),
    N("display_qty", DECIMAL),
    N("expire_at", TIME),
    F("order_class", TEXT),
    N("role", TEXT),
    N("position_intent", TEXT),
    F("route", TEXT),
    N("tag", TEXT),
    F("status", TEXT),
    N("held_by", TEXT),
    N("rejected_by", TEXT),
    N("canceled_by", TEXT),
    N("code", TEXT),
    N("message", TEXT),
    F("filled_qty", DECIMAL),
    F("leaves_qty", DECIMAL),
    F("overfill_qty", DECIMAL),
    N("filled_avg_price", DECIMAL),
    F("commission", DECIMAL),
    F("at_venue", BOOL),
    F("triggered", BOOL),
    F("done_for_day", BOOL),
    F("stopped", BOOL),
    F("in_doubt", BOOL),
    F("unprotected", BOOL),
    F("guarded_by", TEXT),
    N("parent_id", TEXT),
    N("replaces", TEXT),
    N("replaced_by", TEXT),
    N("entered_by", TEXT),
    F("manual", BOOL),
    N("script_hash", TEXT),
    F("created_at", TIME),
    N("received_at", TIME),
    N("sent_at", TIME),
    N("ended_at", TIME),
};
static const oms_field_t cell_time[] = {
    F("calls", NUMBER), F("total_ns", NUMBER), F("p50_ns", NUMBER),
    F("p99_ns", NUMBER), F("p999_ns", NUMBER), F("max_ns", NUMBER),
};
static const oms_field_t script_answer[] = {
    F("id", TEXT),
    F("path", TEXT),
    F("account", TEXT),
    {"state", OMS_FIELD_WORD, .words = script_states},
    F("errors", NUMBER),
    F("hash", TEXT),
    F("params", ANY),
    {"time", OMS_FIELD_OBJECT, .ref = "CellTime"},
    F("memory_bytes", NUMBER),
    {"trading_state", OMS_FIELD_WORD, .words = states, .about = "of strategies"},
};
static const oms_field_t reload_answer[] = {F("id", TEXT), F("result", TEXT)};
static const oms_field_t control_answer[] = {
    {"state", OMS_FIELD_WORD, .words = states},
    F("scope", ANY),
    F("why", TEXT),
    F("by", TEXT),
    F("open_orders_before", NUMBER),
    F("open_orders", NUMBER),
};
static const oms_field_t status_answer[] = {
    F("name", TEXT), F("mode", TEXT), F("version", TEXT),
    F("ready", BOOL), N("trouble", TEXT),
    F("clock", TIME), F("started_at", TIME), F("uptime_s", NUMBER),
    F("feed_ended", BOOL), F("seq", NUMBER), F("durable", BOOL),
    F("orders", NUMBER), F("fills", NUMBER), F("open_orders", NUMBER),
    F("connections", NUMBER), F("risk", ANY),
    {"venue", OMS_FIELD_ANY, .about = "outside, in_doubt; of one outside also name, connection, reconciled, since"},
    {"state_hash", OMS_FIELD_TEXT, .about = "where it was asked for"},
};
static const oms_field_t limits_answer[] = {
    F("account", TEXT),
    {"limits", OMS_FIELD_OBJECT, .ref = "Limits"},
};
static const oms_field_t limits_fields[] = {
    N("max_order_qty", DECIMAL),
    N("max_order_notional", DECIMAL),
    N("price_collar_pct", DECIMAL),
    N("max_position", DECIMAL),
    N("max_open_orders", DECIMAL),
    N("max_orders_per_second", DECIMAL),
    N("max_gross_exposure", DECIMAL),
    N("max_daily_loss", DECIMAL),
    N("duplicate_window_s", DECIMAL),
    F("restricted", LIST),
};
static const oms_field_t day_fields[] = {
    F("orders", NUMBER), F("replaces", NUMBER), F("cancels", NUMBER),
    F("fills", NUMBER), F("losses_in_row", NUMBER),
    F("realized_pl", DECIMAL), F("total_pl", DECIMAL),
    F("start_equity", DECIMAL), F("peak_equity", DECIMAL),
};
static const oms_field_t used_fields[] = {
    F("max_open_orders", NUMBER),
    F("max_gross_exposure", DECIMAL),
    F("max_daily_loss", DECIMAL),
};
static const oms_field_t risk_account[] = {
    F("account", TEXT),
    {"trading_state", OMS_FIELD_WORD, .words = states},
    F("equity", DECIMAL),
    F("buying_power", DECIMAL),
    {"day", OMS_FIELD_OBJECT, .ref = "Day"},
    {"used", OMS_FIELD_OBJECT, .ref = "LimitsUsed"},
    {"limits", OMS_FIELD_OBJECT, .ref = "Limits"},
};
static const oms_field_t risk_answer[] = {
    {"trading_state", OMS_FIELD_WORD, .words = states},
    F("risk_system_wanted", BOOL),
    F("risk_system_present", BOOL),
    {"accounts", OMS_FIELD_LIST, .ref = "RiskAccount"},
    {"strategies", OMS_FIELD_MAP, .about = "those that are not active"},
    {"symbols", OMS_FIELD_MAP, .about = "those that are not active"},
};
static const oms_field_t event_answer[] = {
    F("seq", NUMBER), F("ts", TIME), F("type", TEXT),
    F("order_id", TEXT), F("client_order_id", TEXT),
    F("account", TEXT), F("owner", TEXT), F("symbol", TEXT),
    F("side", TEXT), F("status", TEXT), N("qty", DECIMAL),
    N("filled_qty", DECIMAL), F("code", TEXT), F("message", TEXT),
    F("canceled_by", TEXT), F("fill", ANY), F("old_qty", DECIMAL),
    F("old_limit_price", DECIMAL), F("old_stop_price", DECIMAL),
};
static const oms_field_t health_answer[] = {
    F("status", TEXT),
    {"reason", OMS_FIELD_TEXT, .about = "where it is not ready"},
};

#define SCHEMA(name, fields, about) {name, fields, OMS_COUNT(fields), about}
static const oms_schema_t schemas[] = {
    SCHEMA("Kill", kill_body, "cancels what is open in the scope, then halts it"),
    SCHEMA("Resume", resume_body, "the scope is active again"),
    SCHEMA("State", state_body, "a trading state"),
    SCHEMA("Word", word_body, NULL),
    SCHEMA("Resolve", resolve_body, "what has become of an order in doubt"),
    SCHEMA("Reload", reload_body, NULL),
    SCHEMA("LimitsChange", limits_body, "limits to be set; null: no limit"),
    SCHEMA("Params", params_body, "parameters to be changed"),
    SCHEMA("OwnOrder", own_order, "an order with all its fields"),
    SCHEMA("CellTime", cell_time, "CPU time of callbacks"),
    SCHEMA("Script", script_answer, "a strategy or rule"),
    SCHEMA("Reloaded", reload_answer, NULL),
    SCHEMA("Control", control_answer, "what was done"),
    SCHEMA("Status", status_answer, "what the host says of itself"),
    SCHEMA("AccountLimits", limits_answer, NULL),
    SCHEMA("Limits", limits_fields, "hard limits; null: none"),
    SCHEMA("Day", day_fields, "figures of the account's day"),
    SCHEMA("LimitsUsed", used_fields, "how much of the limits is used"),
    SCHEMA("RiskAccount", risk_account, NULL),
    SCHEMA("Risk", risk_answer, "trading states, figures of the day, use of limits"),
    SCHEMA("OrderEvent", event_answer, "what happened to an order"),
    SCHEMA("Health", health_answer, NULL),
};

#define READ  (OMS_MAY_READ | OMS_MAY_TRADE | OMS_MAY_ADMIN)
#define ADMIN OMS_MAY_ADMIN
#define PARAMS(list) list, OMS_COUNT(list)
#define NO_PARAMS NULL, 0

static const oms_route_t routes[] = {
    {"GET", "/oms/v1/status", READ, 0, oms_own_status, PARAMS(status_params), NULL, "Status", 200,
     "What the host says of itself"},
    {"GET", "/oms/v1/strategies", READ, OMS_ROUTE_LIST, oms_own_get_strategies, NO_PARAMS, NULL,
     "Script", 200, "Strategies"},
    {"GET", "/oms/v1/strategies/{id}", READ, 0, oms_own_get_strategy, PARAMS(script_params), NULL,
     "Script", 200, "One strategy"},
    {"POST", "/oms/v1/strategies/{id}/start", ADMIN, 0, oms_own_start, PARAMS(script_params),
     "Word", "Script", 200, "Starts a strategy that was stopped"},
    {"POST", "/oms/v1/strategies/{id}/stop", ADMIN, 0, oms_own_stop, PARAMS(script_params), "Word",
     "Script", 200, "Stops a strategy"},
    {"POST", "/oms/v1/strategies/{id}/reload", ADMIN, 0, oms_own_reload_strategy,
     PARAMS(script_params), "Reload", "Reloaded", 200, "Reads a strategy again"},
    {"PATCH", "/oms/v1/strategies/{id}/params", ADMIN, 0, oms_own_params_strategy,
     PARAMS(script_params), "Params", "Reloaded", 200, "Reloads a strategy with other parameters"},
    {"GET", "/oms/v1/rules", READ, OMS_ROUTE_LIST, oms_own_get_rules, NO_PARAMS, NULL, "Script",
     200, "Risk rules, in the order in which they judge"},
    {"GET", "/oms/v1/rules/{id}", READ, 0, oms_own_get_rule, PARAMS(script_params), NULL, "Script",
     200, "One rule"},
    {"POST", "/oms/v1/rules/{id}/reload", ADMIN, 0, oms_own_reload_rule, PARAMS(script_params),
     "Reload", "Reloaded", 200, "Reads a rule again"},
    {"PATCH", "/oms/v1/rules/{id}/params", ADMIN, 0, oms_own_params_rule, PARAMS(script_params),
     "Params", "Reloaded", 200, "Reloads a rule with other parameters"},
    {"POST", "/oms/v1/kill", ADMIN, 0, oms_own_kill, NO_PARAMS, "Kill", "Control", 200,
     "The kill switch: cancels what is open, takes no new orders, until it is resumed"},
    {"POST", "/oms/v1/resume", ADMIN, 0, oms_own_resume, NO_PARAMS, "Resume", "Control", 200,
     "Takes orders again"},
    {"POST", "/oms/v1/state", ADMIN, 0, oms_own_state, NO_PARAMS, "State", "Control", 200,
     "Sets a trading state and cancels nothing"},
    {"GET", "/oms/v1/limits", READ, OMS_ROUTE_LIST, oms_own_get_limits, NO_PARAMS, NULL,
     "AccountLimits", 200, "The hard limits of the accounts"},
    {"GET", "/oms/v1/limits/{account}", READ, 0, oms_own_get_limit, PARAMS(account_params), NULL,
     "AccountLimits", 200, "The hard limits of an account"},
    {"PATCH", "/oms/v1/limits/{account}", ADMIN, 0, oms_own_patch_limit, PARAMS(account_params),
     "LimitsChange", "AccountLimits", 200, "Sets hard limits of an account"},
    {"GET", "/oms/v1/risk", READ, 0, oms_own_get_risk, NO_PARAMS, NULL, "Risk", 200,
     "Trading states, figures of the day, use of limits; as a WebSocket (scope admin) the risk "
     "socket of an external risk system"},
    {"GET", "/oms/v1/orders", READ, OMS_ROUTE_LIST, oms_own_get_orders, PARAMS(list_params), NULL,
     "OwnOrder", 200, "Orders, the newest first"},
    {"GET", "/oms/v1/orders/held", READ, OMS_ROUTE_LIST, oms_own_get_held, PARAMS(held_params),
     NULL, "OwnOrder", 200, "Held orders, the oldest first"},
    {"GET", "/oms/v1/orders/conditional", READ, OMS_ROUTE_LIST, oms_own_get_conditional, NO_PARAMS,
     NULL, "OwnOrder", 200, "Orders that are held by a condition"},
    {"GET", "/oms/v1/orders/in_doubt", READ, OMS_ROUTE_LIST, oms_own_get_in_doubt, NO_PARAMS, NULL,
     "OwnOrder", 200, "Orders whose fate at the broker is not known"},
    {"GET", "/oms/v1/orders/{order_id}", READ, 0, oms_own_get_order, PARAMS(order_params), NULL,
     "OwnOrder", 200, "One order"},
    {"POST", "/oms/v1/orders/{order_id}/approve", ADMIN, 0, oms_own_approve, PARAMS(order_params),
     "Word", "OwnOrder", 200, "Lets an order go that waits for approval"},
    {"POST", "/oms/v1/orders/{order_id}/deny", ADMIN, 0, oms_own_deny, PARAMS(order_params), "Word",
     "OwnOrder", 200, "Refuses an order that waits for approval"},
    {"POST", "/oms/v1/orders/{order_id}/resolve", ADMIN, 0, oms_own_resolve, PARAMS(order_params),
     "Resolve", "OwnOrder", 200, "Settles an order in doubt"},
    {"GET", "/oms/v1/events", READ, OMS_ROUTE_STREAM, oms_own_get_events, PARAMS(event_params),
     NULL, "OrderEvent", 200,
     "Events of orders as a stream, from a number on; also as a WebSocket. 410 with the oldest "
     "number where events are gone"},
    {"GET", "/metrics", READ, OMS_ROUTE_LOOPBACK | OMS_ROUTE_PLAIN, oms_own_metrics, NO_PARAMS,
     NULL, NULL, 200, "Metrics in the text format of Prometheus"},
    {"GET", "/healthz", 0, 0, oms_own_healthz, NO_PARAMS, NULL, "Health", 200,
     "The process is alive"},
    {"GET", "/readyz", 0, 0, oms_own_readyz, NO_PARAMS, NULL, "Health", 200,
     "Recovered, writing, not stopping; else 503 with the reason"},
};

/* clang-format on */

const oms_route_table_t oms_own_table = {routes, OMS_COUNT(routes), schemas, OMS_COUNT(schemas)};
