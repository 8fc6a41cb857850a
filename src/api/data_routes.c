/* data_routes.c - the routes of market data: what the Alpaca API has of stocks, and rows that come
 * from outside. */
#include "api/data.h"
#include "base/check.h"

/* clang-format off */

static const char *const sorts[] = {"asc", "desc", NULL};
static const char *const adjustments[] = {"raw", "split", "dividend", "spin-off", "all", NULL};

#define COMMON \
    {.name = "feed", .type = OMS_FIELD_TEXT, .high = 32, .about = "there is one feed: not used"}, \
    {.name = "currency", .type = OMS_FIELD_TEXT, .high = 8, .about = "not used"}

static const oms_field_t symbols_params[] = {
    {.name = "symbols", .type = OMS_FIELD_NAMES, .flags = OMS_FIELD_NEEDED,
     .about = "comma-separated"},
    COMMON,
};
static const oms_field_t symbol_params[] = {
    {.name = "symbol", .type = OMS_FIELD_TEXT, .flags = OMS_FIELD_NEEDED | OMS_FIELD_PATH},
    COMMON,
};

#define BARS_FIELDS \
    [BARS_TIMEFRAME] = {.name = "timeframe", .type = OMS_FIELD_TEXT, .high = 8, \
                        .fallback = "1Min", \
                        .about = "1Min to 59Min, 1Hour to 23Hour, 1Day, 1Week"}, \
    [BARS_START] = {.name = "start", .type = OMS_FIELD_TIME, .about = "all that is known without"}, \
    [BARS_END] = {.name = "end", .type = OMS_FIELD_TIME}, \
    [BARS_LIMIT] = {.name = "limit", .type = OMS_FIELD_INT, .low = 1, .high = 10000, \
                    .fallback = "1000", .about = "bars a page, over all symbols"}, \
    [BARS_SORT] = {.name = "sort", .type = OMS_FIELD_WORD, .words = sorts, .fallback = "asc"}, \
    [BARS_TOKEN] = {.name = "page_token", .type = OMS_FIELD_TEXT, \
                    .about = "next_page_token of the page before"}, \
    [BARS_ADJUSTMENT] = {.name = "adjustment", .type = OMS_FIELD_WORD, .words = adjustments, \
                         .about = "bars are as the session's data have them: not used"}, \
    [BARS_FEED] = {.name = "feed", .type = OMS_FIELD_TEXT, .high = 32, .about = "not used"}, \
    [BARS_ASOF] = {.name = "asof", .type = OMS_FIELD_TEXT, .high = 32, .about = "not used"}, \
    [BARS_CURRENCY] = {.name = "currency", .type = OMS_FIELD_TEXT, .high = 8, .about = "not used"}
static const oms_field_t bars_params[BARS_COUNT] = {
    [BARS_SYMBOLS] = {.name = "symbols", .type = OMS_FIELD_NAMES, .flags = OMS_FIELD_NEEDED,
                      .about = "comma-separated"},
    BARS_FIELDS,
};
static const oms_field_t bars_of_params[BARS_COUNT] = {
    [BARS_SYMBOLS] = {.name = "symbol", .type = OMS_FIELD_TEXT,
                      .flags = OMS_FIELD_NEEDED | OMS_FIELD_PATH},
    BARS_FIELDS,
};

#define N(n) {.name = n, .type = OMS_FIELD_NUMBER}
#define NN(n) {.name = n, .type = OMS_FIELD_NUMBER, .flags = OMS_FIELD_NULL}
#define T(n) {.name = n, .type = OMS_FIELD_TEXT}
#define W(n) {.name = n, .type = OMS_FIELD_TIME}
#define L(n) {.name = n, .type = OMS_FIELD_LIST}

static const oms_field_t bar[] = {W("t"), N("o"), N("h"), N("l"), N("c"), N("v"), NN("n"),
                                  NN("vw")};
static const oms_field_t quote[] = {W("t"), T("ax"), N("ap"), N("as"), T("bx"), N("bp"), N("bs"),
                                    L("c"), T("z")};
static const oms_field_t trade[] = {W("t"), T("x"), N("p"), N("s"), L("c"), N("i"), T("z")};
#define LATEST(what, schema) \
  static const oms_field_t latest_##what##s[] = { \
      {.name = #what "s", .type = OMS_FIELD_MAP, .ref = schema}}; \
  static const oms_field_t latest_##what[] = { \
      T("symbol"), {.name = #what, .type = OMS_FIELD_OBJECT, .ref = schema}}
LATEST(bar, "Bar");
LATEST(quote, "Quote");
LATEST(trade, "Trade");
static const oms_field_t bars_page[] = {
    {.name = "bars", .type = OMS_FIELD_MAP, .about = "lists of bars by symbol"},
    {.name = "next_page_token", .type = OMS_FIELD_TEXT, .flags = OMS_FIELD_NULL},
};
static const oms_field_t bars_of_page[] = {
    {.name = "bars", .type = OMS_FIELD_LIST, .ref = "Bar"}, T("symbol"),
    {.name = "next_page_token", .type = OMS_FIELD_TEXT, .flags = OMS_FIELD_NULL},
};
#define PART(n, r) {.name = n, .type = OMS_FIELD_OBJECT, .flags = OMS_FIELD_NULL, .ref = r}
static const oms_field_t snapshot[] = {
    PART("latestTrade", "Trade"), PART("latestQuote", "Quote"), PART("minuteBar", "Bar"),
    PART("dailyBar", "Bar"), PART("prevDailyBar", "Bar"),
    {.name = "symbol", .type = OMS_FIELD_TEXT, .flags = OMS_FIELD_OPTIONAL},
};

static const oms_field_t feed[FEED_COUNT] = {
    [FEED_QUOTES] = {.name = "quotes", .type = OMS_FIELD_MAP,
                     .about = "by symbol: a FeedQuote or a list of them"},
    [FEED_TRADES] = {.name = "trades", .type = OMS_FIELD_MAP,
                     .about = "by symbol: a FeedTrade or a list of them"},
    [FEED_BARS] = {.name = "bars", .type = OMS_FIELD_MAP,
                   .about = "by symbol: a FeedBar or a list of them"},
};
const oms_field_t oms_data_quote_fields[QUOTE_COUNT] = {
    [QUOTE_TIME] = {.name = "t", .type = OMS_FIELD_TIME, .about = "now without"},
    [QUOTE_BID] = {.name = "bp", .type = OMS_FIELD_PRICE, .about = "0 or nothing: no such side"},
    [QUOTE_BID_SIZE] = {.name = "bs", .type = OMS_FIELD_QTY, .about = "0 or nothing: unlimited"},
    [QUOTE_ASK] = {.name = "ap", .type = OMS_FIELD_PRICE, .about = "0 or nothing: no such side"},
    [QUOTE_ASK_SIZE] = {.name = "as", .type = OMS_FIELD_QTY, .about = "0 or nothing: unlimited"},
};
const oms_field_t oms_data_trade_fields[TRADE_COUNT] = {
    [TRADE_TIME] = {.name = "t", .type = OMS_FIELD_TIME, .about = "now without"},
    [TRADE_PRICE] = {.name = "p", .type = OMS_FIELD_PRICE, .flags = OMS_FIELD_NEEDED},
    [TRADE_SIZE] = {.name = "s", .type = OMS_FIELD_QTY, .about = "0 or nothing: not known"},
};
const oms_field_t oms_data_bar_fields[BAR_COUNT] = {
    [BAR_TIME] = {.name = "t", .type = OMS_FIELD_TIME, .flags = OMS_FIELD_NEEDED,
                  .about = "the bar's label"},
    [BAR_OPEN] = {.name = "o", .type = OMS_FIELD_PRICE, .flags = OMS_FIELD_NEEDED},
    [BAR_HIGH] = {.name = "h", .type = OMS_FIELD_PRICE, .flags = OMS_FIELD_NEEDED},
    [BAR_LOW] = {.name = "l", .type = OMS_FIELD_PRICE, .flags = OMS_FIELD_NEEDED},
    [BAR_CLOSE] = {.name = "c", .type = OMS_FIELD_PRICE, .flags = OMS_FIELD_NEEDED},
    [BAR_VOLUME] = {.name = "v", .type = OMS_FIELD_QTY},
    [BAR_TIMEFRAME] = {.name = "timeframe", .type = OMS_FIELD_TEXT, .high = 8,
                       .about = "where the symbol has more than one, as 1Min"},
};
static const oms_field_t fed[] = {{.name = "rows", .type = OMS_FIELD_INT,
                                   .about = "how many were taken"}};

#define SCHEMA(name, fields, about) {name, fields, OMS_COUNT(fields), about}
static const oms_schema_t schemas[] = {
    SCHEMA("Bar", bar, "a complete bar"),
    SCHEMA("Quote", quote, "the best bid and offer"),
    SCHEMA("Trade", trade, "a print; of bars their close"),
    SCHEMA("LatestBars", latest_bars, NULL),
    SCHEMA("LatestBar", latest_bar, NULL),
    SCHEMA("LatestQuotes", latest_quotes, NULL),
    SCHEMA("LatestQuote", latest_quote, NULL),
    SCHEMA("LatestTrades", latest_trades, NULL),
    SCHEMA("LatestTrade", latest_trade, NULL),
    SCHEMA("BarsPage", bars_page, "a page of bars of some symbols"),
    SCHEMA("SymbolBarsPage", bars_of_page, "a page of bars of a symbol"),
    SCHEMA("Snapshot", snapshot, "all that is last of a symbol"),
    SCHEMA("Feed", feed, "rows of market data"),
    SCHEMA("FeedQuote", oms_data_quote_fields, NULL),
    SCHEMA("FeedTrade", oms_data_trade_fields, NULL),
    SCHEMA("FeedBar", oms_data_bar_fields, NULL),
    SCHEMA("Fed", fed, NULL),
};

#define READ         (OMS_MAY_READ | OMS_MAY_TRADE | OMS_MAY_FEED)
#define PARAMS(list) .params = (list), .param_n = OMS_COUNT(list)
#define MANY(path, name, schema, about) \
  {"GET", path, READ, 0, name, PARAMS(symbols_params), .response = schema, .status = 200, \
   .summary = about}
#define ONE(path, name, schema, about) \
  {"GET", path, READ, 0, name, PARAMS(symbol_params), .response = schema, .status = 200, \
   .summary = about}

static const oms_route_t routes[] = {
    {"POST", "/oms/v1/feed", OMS_MAY_FEED, 0, oms_data_feed, .request = "Feed", .response = "Fed",
     .status = 200, .summary = "Rows of market data from outside."},
    {"GET", "/v2/stocks/bars", READ, 0, oms_data_get_bars, PARAMS(bars_params),
     .response = "BarsPage", .status = 200, .summary = "Historical bars of symbols."},
    MANY("/v2/stocks/bars/latest", oms_data_get_latest_bars, "LatestBars", "The last bars."),
    MANY("/v2/stocks/quotes/latest", oms_data_get_latest_quotes, "LatestQuotes",
         "The last quotes."),
    MANY("/v2/stocks/trades/latest", oms_data_get_latest_trades, "LatestTrades",
         "The last trades."),
    {"GET", "/v2/stocks/snapshots", READ, OMS_ROUTE_MAP, oms_data_get_snapshots,
     PARAMS(symbols_params), .response = "Snapshot", .status = 200,
     .summary = "All that is last of symbols."},
    {"GET", "/v2/stocks/{symbol}/bars", READ, 0, oms_data_get_bars_of, PARAMS(bars_of_params),
     .response = "SymbolBarsPage", .status = 200, .summary = "Historical bars of a symbol."},
    ONE("/v2/stocks/{symbol}/bars/latest", oms_data_get_latest_bar, "LatestBar", "The last bar."),
    ONE("/v2/stocks/{symbol}/quotes/latest", oms_data_get_latest_quote, "LatestQuote",
        "The last quote."),
    ONE("/v2/stocks/{symbol}/trades/latest", oms_data_get_latest_trade, "LatestTrade",
        "The last trade."),
    ONE("/v2/stocks/{symbol}/snapshot", oms_data_get_snapshot, "Snapshot",
        "All that is last of a symbol."),
};

/* clang-format on */

const oms_route_table_t oms_data_table = {routes, OMS_COUNT(routes), schemas, OMS_COUNT(schemas)};
