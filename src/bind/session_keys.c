/* session_keys.c - every key of a session, one table a level: name, kind, place, bounds. The same
 * tables serve the file (session_read.c) and the command line (session_text.c), so that both know
 * the same names and the same bounds. Values are checked in session_set.c. */
#include <inttypes.h>
#include <limits.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "bind/session_int.h"

/* The tables. */

#define AT(member)         offsetof(oms_session_config_t, member)
#define ACCOUNT(member)    offsetof(oms_account_t, member)
#define INSTRUMENT(member) offsetof(oms_instrument_t, member)
#define DATA(member)       offsetof(oms_data_config_t, member)
#define LIMIT(member)      offsetof(oms_limits_config_t, member)
#define ENTRY(member)      offsetof(oms_script_entry_t, member)
#define WORDS(list)        .words = (list), .word_n = OMS_COUNT(list)
#define PART(name)         .kind = OMS_KEY_FILE, .part = OMS_PART_##name
#define ENUM(kind)         .words_of = (kind) + 1
#define TABLE(keys)                                                                                \
  { (keys), OMS_COUNT(keys) }

#define ONE          OMS_QTY_SCALE
#define NOT_NEGATIVE .min = 0, .max = INT64_MAX, .note = "must be at least 0"
#define POSITIVE     .min = 1, .max = INT64_MAX, .note = "must be above 0"
#define PERCENT      .min = 0, .max = 100 * ONE, .note = "is a percentage: 0 to 100"

/* In the order of the enums of port/venue_config.h. */
static const char *const fills[] = {"next_open", "this_close"};
static const char *const bar_paths[] = {"worst", "adaptive", "ohlc", "olhc"};
static const char *const child_fills[] = {"same_bar", "next_bar"};
static const char *const queues[] = {"through", "front", "volume"};
static const char *const trails[] = {"close", "high_low"};
static const char *const labels[] = {"start", "end"};
static const char *const adjusts[] = {"splits", "all", "none"}; /* of port/session.h */
static const char *const policies[] = {"cancel", "leave"};
static const char *const modes[] = {"backtest", "paper", "live"}; /* of port/session.h */

_Static_assert(sizeof(oms_fill_at_t) == sizeof(int), "OMS_KEY_WORD stores an enum as an int");

/* clang-format off */
static const oms_key_t api_keys[] = {
    {.name = "rate", .kind = OMS_KEY_COUNT, .offset = AT(live.rate), POSITIVE},
    {.name = "connections", .kind = OMS_KEY_COUNT, .offset = AT(live.connections), .min = 1,
     .max = 1000000, .note = "must be 1 to 1000000"},
    {.name = "streams", .kind = OMS_KEY_COUNT, .offset = AT(live.streams), .min = 1,
     .max = 1000000, .note = "must be 1 to 1000000"},
    {.name = "certificate", .kind = OMS_KEY_TEXT, .offset = AT(live.certificate)},
    {.name = "key", .kind = OMS_KEY_TEXT, .offset = AT(live.key)},
};
static const oms_key_table_t api_table = TABLE(api_keys);

/* Days and gigabytes are scaled when all has been read (session_read.c). */
static const oms_key_t journal_keys[] = {
    {.name = "market_keep_days", .kind = OMS_KEY_COUNT, .offset = AT(live.market_keep_ns),
     .min = 1, .max = 36500, .note = "must be 1 to 36500"},
    {.name = "market_keep_gb", .kind = OMS_KEY_COUNT, .offset = AT(live.market_keep_bytes),
     .min = 1, .max = 1000000, .note = "must be 1 to 1000000"},
    {.name = "snapshot_records", .kind = OMS_KEY_COUNT, .offset = AT(live.snapshot_records),
     .min = 1000, .max = INT64_MAX, .note = "must be at least 1000"},
};
static const oms_key_table_t journal_table = TABLE(journal_keys);

static const oms_key_t risk_keys[] = {
    /* Milliseconds of six decimals are nanoseconds. */
    {.name = "deadline_ms", .kind = OMS_KEY_MONEY, .offset = AT(live.risk_deadline_ns), .min = 1,
     .max = INT64_C(60000) * OMS_NS_PER_SECOND / 1000, .note = "must be above 0, at most 60000"},
};

static const oms_key_t session_keys[] = {
    {.name = "name", .kind = OMS_KEY_TEXT, .offset = AT(name)},
    {.name = "mode", .kind = OMS_KEY_WORD, .offset = AT(live.mode), WORDS(modes)},
    {.name = "pace", .kind = OMS_KEY_PACE, .offset = AT(live.pace), .min = 1, .max = INT64_MAX,
     .note = "is a number above 0, or \"fast\""},
    {.name = "db", .kind = OMS_KEY_TEXT, .offset = AT(live.db)},
    {.name = "listen", .kind = OMS_KEY_TEXT, .offset = AT(live.listen)},
    {.name = "kill_file", .kind = OMS_KEY_TEXT, .offset = AT(live.kill_file)},
    {.name = "api", .kind = OMS_KEY_TABLE, .table = &api_table},
    {.name = "journal", .kind = OMS_KEY_TABLE, .table = &journal_table},
    {.name = "risk", PART(RISK)},
    {.name = "seed", .kind = OMS_KEY_COUNT, .offset = AT(seed), NOT_NEGATIVE},
    {.name = "adjust", .kind = OMS_KEY_WORD, .offset = AT(adjust), WORDS(adjusts)},
    {.name = "accounts", PART(ACCOUNTS)},
    {.name = "instruments", PART(INSTRUMENTS)},
    {.name = "data", PART(DATA)},
    {.name = "venue", .kind = OMS_KEY_TABLE, .table = &oms_venue_keys},
    {.name = "limits", PART(LIMITS)},
    {.name = "rules", PART(RULES)},
    {.name = "strategies", PART(STRATEGIES)},
    {.name = "timeline", PART(TIMELINE)},
    {.name = "check", PART(CHECK)},
    {.name = "from", PART(FROM)}, /* after data, whose zone they are in */
    {.name = "to", PART(TO)},
};

static const oms_key_t account_keys[] = {
    {.name = "id", .kind = OMS_KEY_TEXT, .offset = ACCOUNT(id)},
    {.name = "type", .kind = OMS_KEY_WORD8, .offset = ACCOUNT(type), ENUM(OMS_ENUM_ACCOUNT_TYPE),
     .refused = {"day_trade", "portfolio"},
     .note = "this version knows accounts of type cash and margin"},
    {.name = "cash", .kind = OMS_KEY_MONEY, .offset = ACCOUNT(initial_cash), NOT_NEGATIVE},
    {.name = "multiplier", .kind = OMS_KEY_DECIMAL, .offset = ACCOUNT(multiplier), POSITIVE},
    {.name = "fdid", .kind = OMS_KEY_TEXT, .offset = ACCOUNT(fdid)},
    {.name = "customer_id", .kind = OMS_KEY_TEXT, .offset = ACCOUNT(customer_id)},
    {.name = "mpid", .kind = OMS_KEY_TEXT, .offset = ACCOUNT(mpid)},
    {.name = "dept", .kind = OMS_KEY_TEXT, .offset = ACCOUNT(dept)},
};

static const oms_key_t instrument_keys[] = {
    {.name = "asset_class", .kind = OMS_KEY_WORD8, .offset = INSTRUMENT(asset_class),
     ENUM(OMS_ENUM_ASSET_CLASS)},
    {.name = "tick", .kind = OMS_KEY_DECIMAL, .offset = INSTRUMENT(tick), NOT_NEGATIVE},
    {.name = "lot", .kind = OMS_KEY_DECIMAL, .offset = INSTRUMENT(lot), NOT_NEGATIVE},
    {.name = "multiplier", .kind = OMS_KEY_DECIMAL, .offset = INSTRUMENT(multiplier), POSITIVE},
    {.name = "currency", .kind = OMS_KEY_TEXT, .offset = INSTRUMENT(currency)},
    {.name = "previous_close", .kind = OMS_KEY_DECIMAL, .offset = INSTRUMENT(previous_close),
     POSITIVE},
};

static const oms_key_t data_keys[] = {
    {.name = "symbol", .kind = OMS_KEY_TEXT, .offset = DATA(symbol)},
    {.name = "timeframe", .kind = OMS_KEY_TIMEFRAME, .offset = DATA(timeframe)},
    {.name = "tz", .kind = OMS_KEY_ZONE, .offset = DATA(zone)},
    {.name = "label", .kind = OMS_KEY_LABEL, .offset = DATA(label_end), WORDS(labels)},
    {.name = "bars", PART(BARS)}, /* after tz, which rows in place need */
    {.name = "quotes", PART(QUOTES)},
    {.name = "trades", PART(TRADES)},
    {.name = "orders", PART(ORDERS)},
    {.name = "actions", PART(ACTIONS)},
    {.name = "build", PART(BUILD)},
};

static const oms_key_t slippage_keys[] = {
    {.name = "ticks", .kind = OMS_KEY_COUNT, .offset = AT(venue.slippage_ticks), NOT_NEGATIVE},
    {.name = "percent", .kind = OMS_KEY_DECIMAL, .offset = AT(venue.slippage_percent), PERCENT},
};
static const oms_key_table_t slippage_table = TABLE(slippage_keys);

static const oms_key_t commission_keys[] = {
    {.name = "per_share", .kind = OMS_KEY_DECIMAL, .offset = AT(venue.commission.per_share),
     NOT_NEGATIVE},
    {.name = "per_contract", .kind = OMS_KEY_DECIMAL, .offset = AT(venue.commission.per_contract),
     NOT_NEGATIVE},
    {.name = "percent", .kind = OMS_KEY_DECIMAL, .offset = AT(venue.commission.percent), PERCENT},
    {.name = "per_order", .kind = OMS_KEY_MONEY, .offset = AT(venue.commission.per_order),
     NOT_NEGATIVE},
    {.name = "min", .kind = OMS_KEY_MONEY, .offset = AT(venue.commission.min), NOT_NEGATIVE},
    {.name = "max", .kind = OMS_KEY_MONEY, .offset = AT(venue.commission.max), NOT_NEGATIVE},
    {.name = "regulatory", .kind = OMS_KEY_BOOL, .offset = AT(venue.commission.regulatory)},
};

/* The base is the config: credit_exits is a word of the venue that the accounts keep. */
static const oms_key_t venue_keys[] = {
    {.name = "fill", .kind = OMS_KEY_WORD, .offset = AT(venue.fill), WORDS(fills)},
    {.name = "bar_path", .kind = OMS_KEY_WORD, .offset = AT(venue.bar_path), WORDS(bar_paths)},
    {.name = "child_fill", .kind = OMS_KEY_WORD, .offset = AT(venue.child_fill),
     WORDS(child_fills)},
    {.name = "trail_on", .kind = OMS_KEY_WORD, .offset = AT(venue.trail_on), WORDS(trails)},
    {.name = "max_participation", .kind = OMS_KEY_DECIMAL, .offset = AT(venue.max_participation),
     .min = 1, .max = ONE, .note = "is a fraction of the bar's volume: above 0, at most 1"},
    {.name = "slippage", .kind = OMS_KEY_TABLE, .table = &slippage_table},
    {.name = "commission", .kind = OMS_KEY_TABLE, .table = &oms_commission_keys},
    /* Milliseconds of six decimals are nanoseconds. */
    {.name = "latency_ms", .kind = OMS_KEY_MONEY, .offset = AT(venue.latency_ns), NOT_NEGATIVE},
    {.name = "response_latency_ms", .kind = OMS_KEY_MONEY, .offset = AT(venue.response_latency_ns),
     NOT_NEGATIVE},
    {.name = "latency", .kind = OMS_KEY_TEXT, .offset = AT(latency_file)},
    {.name = "credit_exits", .kind = OMS_KEY_EXITS},
    {.name = "partial", .kind = OMS_KEY_BOOL, .offset = AT(venue.partial)},
    {.name = "queue", .kind = OMS_KEY_WORD, .offset = AT(venue.queue), WORDS(queues)},
    {.name = "connect", .kind = OMS_KEY_TEXT, .offset = AT(live.connect), .unlisted = true},
    /* Seconds of nine decimals are nanoseconds. */
    {.name = "equity_every", .kind = OMS_KEY_DECIMAL, .offset = AT(equity_every_ns), .min = 1,
     .max = INT64_C(86400) * OMS_NS_PER_SECOND, .note = "is in seconds: above 0, at most 86400"},
};

static const oms_key_t limit_keys[] = {
    {.name = "max_order_qty", .kind = OMS_KEY_DECIMAL, .offset = LIMIT(limits.max_order_qty),
     NOT_NEGATIVE},
    {.name = "max_order_notional", .kind = OMS_KEY_MONEY,
     .offset = LIMIT(limits.max_order_notional), NOT_NEGATIVE},
    {.name = "price_collar_pct", .kind = OMS_KEY_DECIMAL, .offset = LIMIT(limits.price_collar_pct),
     POSITIVE},
    {.name = "max_position", .kind = OMS_KEY_DECIMAL, .offset = LIMIT(limits.max_position),
     NOT_NEGATIVE},
    {.name = "max_open_orders", .kind = OMS_KEY_COUNT, .offset = LIMIT(limits.max_open_orders),
     NOT_NEGATIVE},
    {.name = "max_orders_per_second", .kind = OMS_KEY_COUNT,
     .offset = LIMIT(limits.max_orders_per_second), NOT_NEGATIVE},
    {.name = "max_gross_exposure", .kind = OMS_KEY_MONEY,
     .offset = LIMIT(limits.max_gross_exposure), NOT_NEGATIVE},
    {.name = "max_daily_loss", .kind = OMS_KEY_MONEY, .offset = LIMIT(limits.max_daily_loss),
     NOT_NEGATIVE},
    {.name = "restricted", .kind = OMS_KEY_TEXTS, .offset = LIMIT(restricted),
     .count_offset = LIMIT(restricted_n)},
    /* Seconds of nine decimals are nanoseconds. */
    {.name = "duplicate_window_s", .kind = OMS_KEY_DECIMAL,
     .offset = LIMIT(limits.duplicate_window_ns), POSITIVE},
    /* Last: its entries begin with what holds for all. */
    {.name = "accounts", PART(ACCOUNT_LIMITS)},
};

static const oms_key_t scope_keys[] = {
    {.name = "account", .kind = OMS_KEY_TEXT, .offset = ENTRY(scope_account)},
    {.name = "strategy", .kind = OMS_KEY_TEXT, .offset = ENTRY(scope_strategy)},
    {.name = "symbols", .kind = OMS_KEY_TEXTS, .offset = ENTRY(scope_symbols),
     .count_offset = ENTRY(scope_symbol_n)},
};

#define ENTRY_KEYS                                                                                 \
    {.name = "id", .kind = OMS_KEY_TEXT, .offset = ENTRY(id)},                                     \
    {.name = "account", .kind = OMS_KEY_TEXT, .offset = ENTRY(account)},                           \
    {.name = "symbols", .kind = OMS_KEY_TEXTS, .offset = ENTRY(symbols),                           \
     .count_offset = ENTRY(symbol_n)},                                                             \
    {.name = "timeframes", .kind = OMS_KEY_TIMES, .offset = ENTRY(timeframes),                     \
     .count_offset = ENTRY(timeframe_n)},                                                          \
    {.name = "max_errors", .kind = OMS_KEY_INT, .offset = ENTRY(max_errors), .min = 1,             \
     .max = INT_MAX, .note = "must be at least 1"}
#define OF_RULES .kind = OMS_KEY_LATER, .note = "belongs to the entry of a rule"
#define OF_STRATEGIES .kind = OMS_KEY_LATER, .note = "belongs to the entry of a strategy"

static const oms_key_t strategy_keys[] = {
    ENTRY_KEYS,
    {.name = "on_error", .kind = OMS_KEY_LABEL, .offset = ENTRY(leave_orders), WORDS(policies)},
    {.name = "claim", .kind = OMS_KEY_TEXTS, .offset = ENTRY(claim),
     .count_offset = ENTRY(claim_n)},
    {.name = "scope", OF_RULES},
};

static const oms_key_t rule_keys[] = {
    ENTRY_KEYS,
    {.name = "on_error", OF_STRATEGIES},
    {.name = "claim", OF_STRATEGIES},
    {.name = "scope", .kind = OMS_KEY_TABLE, .table = &oms_scope_keys},
};
/* clang-format on */

const oms_key_table_t oms_session_keys = TABLE(session_keys);
const oms_key_table_t oms_account_keys = TABLE(account_keys);
const oms_key_table_t oms_risk_keys = TABLE(risk_keys);
const oms_key_table_t oms_instrument_keys = TABLE(instrument_keys);
const oms_key_table_t oms_data_keys = TABLE(data_keys);
const oms_key_table_t oms_venue_keys = TABLE(venue_keys);
const oms_key_table_t oms_commission_keys = TABLE(commission_keys);
const oms_key_table_t oms_limit_keys = TABLE(limit_keys);
const oms_key_table_t oms_strategy_keys = TABLE(strategy_keys);
const oms_key_table_t oms_rule_keys = TABLE(rule_keys);
const oms_key_table_t oms_scope_keys = TABLE(scope_keys);

/* Unknown words. */

#define MOST_WORDS 64

const oms_key_t *oms_key_find(const oms_key_table_t *table, const char *name) {
  for (size_t i = 0; i < table->n; i++) {
    if (strcmp(table->keys[i].name, name) == 0) {
      return &table->keys[i];
    }
  }
  return NULL;
}

void oms_word_hint(const char *word, const char *const *words, size_t n, char *out, size_t cap) {
  oms_text_t t;
  oms_text_init(&t, out, cap);
  const char *near = oms_nearest_word(word, words, n);
  if (near != NULL) {
    oms_text_add(&t, " (did you mean '%s'?)", near);
    return;
  }
  for (size_t i = 0; i < n; i++) {
    oms_text_add(&t, "%s%s", i == 0 ? "; known: " : ", ", words[i]);
  }
}

int oms_key_unknown(const oms_key_table_t *table, const char *name, const char *place,
                    oms_error_t *err) {
  const char *words[MOST_WORDS];
  char hint[400];
  size_t n = 0;
  for (; n < table->n && n < MOST_WORDS; n++) {
    words[n] = table->keys[n].name;
  }
  oms_word_hint(name, words, n, hint, sizeof(hint));
  return oms_error_set(err, OMS_ERR_USAGE, "%s: unknown key%s", place, hint);
}

int oms_key_nomem(oms_error_t *err) {
  return oms_error_set(err, OMS_ERR_NOMEM, "not enough memory for the session");
}
