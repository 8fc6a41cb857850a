/* session_keys.c - every key of a session, one table a level, and the checks of single values. Knows no Lua: a
 * value comes as an oms_setting_t from a file (session_read.c) or from the command line (session_text.c), so
 * that both know the same names, the same bounds and say the same.
 * Invariant: nothing is stored unless the whole value is right. */
#include <inttypes.h>
#include <limits.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "bind/session_int.h"

/* --- the tables --- */

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
#define TICK_DATA                                                                                  \
  .kind = OMS_KEY_LATER, .note = "belongs to quotes and trades, and this version reads bars"
#define BARS_ONLY .kind = OMS_KEY_LATER, .note = "this version reads bars; give bars = FILE or rows"

/* In the order of the enums of port/venue_config.h. */
static const char *const fills[] = {"next_open", "this_close"};
static const char *const bar_paths[] = {"worst", "adaptive", "ohlc", "olhc"};
static const char *const child_fills[] = {"same_bar", "next_bar"};
static const char *const trails[] = {"close", "high_low"};
static const char *const labels[] = {"start", "end"};
static const char *const policies[] = {"cancel", "leave"};
static const char *const modes[] = {"backtest"};

_Static_assert(sizeof(oms_fill_at_t) == sizeof(int), "OMS_KEY_WORD stores an enum as an int");

/* clang-format off */
static const oms_key_t session_keys[] = {
    {.name = "name", .kind = OMS_KEY_TEXT, .offset = AT(name)},
    {.name = "mode", .kind = OMS_KEY_ONLY_WORD, WORDS(modes), .refused = {"paper", "live"},
     .note = "this version runs backtests; write mode = \"backtest\""},
    {.name = "seed", .kind = OMS_KEY_COUNT, .offset = AT(seed), NOT_NEGATIVE},
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
     .refused = {"day_trade", "portfolio"}, .note = "this version knows accounts of type cash and margin"},
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
    {.name = "previous_close", .kind = OMS_KEY_DECIMAL, .offset = INSTRUMENT(previous_close), POSITIVE},
};

static const oms_key_t data_keys[] = {
    {.name = "symbol", .kind = OMS_KEY_TEXT, .offset = DATA(symbol)},
    {.name = "timeframe", .kind = OMS_KEY_TIMEFRAME, .offset = DATA(timeframe)},
    {.name = "tz", .kind = OMS_KEY_ZONE, .offset = DATA(zone)},
    {.name = "label", .kind = OMS_KEY_LABEL, .offset = DATA(label_end), WORDS(labels)},
    {.name = "bars", PART(BARS)}, /* after tz, which rows in place need */
    {.name = "quotes", BARS_ONLY},
    {.name = "trades", BARS_ONLY},
    {.name = "orders", BARS_ONLY},
    {.name = "actions", BARS_ONLY},
};

static const oms_key_t slippage_keys[] = {
    {.name = "ticks", .kind = OMS_KEY_COUNT, .offset = AT(venue.slippage_ticks), NOT_NEGATIVE},
    {.name = "percent", .kind = OMS_KEY_DECIMAL, .offset = AT(venue.slippage_percent), PERCENT},
};
static const oms_key_table_t slippage_table = TABLE(slippage_keys);

static const oms_key_t commission_keys[] = {
    {.name = "per_share", .kind = OMS_KEY_DECIMAL, .offset = AT(venue.commission.per_share), NOT_NEGATIVE},
    {.name = "per_contract", .kind = OMS_KEY_DECIMAL, .offset = AT(venue.commission.per_contract),
     NOT_NEGATIVE},
    {.name = "percent", .kind = OMS_KEY_DECIMAL, .offset = AT(venue.commission.percent), PERCENT},
    {.name = "per_order", .kind = OMS_KEY_MONEY, .offset = AT(venue.commission.per_order), NOT_NEGATIVE},
    {.name = "min", .kind = OMS_KEY_MONEY, .offset = AT(venue.commission.min), NOT_NEGATIVE},
    {.name = "max", .kind = OMS_KEY_MONEY, .offset = AT(venue.commission.max), NOT_NEGATIVE},
    {.name = "regulatory", .kind = OMS_KEY_BOOL, .offset = AT(venue.commission.regulatory)},
};

/* The base is the config: credit_exits is a word of the venue that the accounts keep. */
static const oms_key_t venue_keys[] = {
    {.name = "fill", .kind = OMS_KEY_WORD, .offset = AT(venue.fill), WORDS(fills)},
    {.name = "bar_path", .kind = OMS_KEY_WORD, .offset = AT(venue.bar_path), WORDS(bar_paths)},
    {.name = "child_fill", .kind = OMS_KEY_WORD, .offset = AT(venue.child_fill), WORDS(child_fills)},
    {.name = "trail_on", .kind = OMS_KEY_WORD, .offset = AT(venue.trail_on), WORDS(trails)},
    {.name = "max_participation", .kind = OMS_KEY_DECIMAL, .offset = AT(venue.max_participation),
     .min = 1, .max = ONE, .note = "is a fraction of the bar's volume: above 0, at most 1"},
    {.name = "slippage", .kind = OMS_KEY_TABLE, .table = &slippage_table},
    {.name = "commission", .kind = OMS_KEY_TABLE, .table = &oms_commission_keys},
    /* Milliseconds of six decimals are nanoseconds. */
    {.name = "latency_ms", .kind = OMS_KEY_MONEY, .offset = AT(venue.latency_ns), NOT_NEGATIVE},
    {.name = "credit_exits", .kind = OMS_KEY_EXITS},
    {.name = "partial", TICK_DATA},
    {.name = "queue", TICK_DATA},
    {.name = "equity_every", TICK_DATA},
};

static const oms_key_t limit_keys[] = {
    {.name = "max_order_qty", .kind = OMS_KEY_DECIMAL, .offset = LIMIT(limits.max_order_qty), NOT_NEGATIVE},
    {.name = "max_order_notional", .kind = OMS_KEY_MONEY, .offset = LIMIT(limits.max_order_notional),
     NOT_NEGATIVE},
    {.name = "price_collar_pct", .kind = OMS_KEY_DECIMAL, .offset = LIMIT(limits.price_collar_pct),
     POSITIVE},
    {.name = "max_position", .kind = OMS_KEY_DECIMAL, .offset = LIMIT(limits.max_position), NOT_NEGATIVE},
    {.name = "max_open_orders", .kind = OMS_KEY_COUNT, .offset = LIMIT(limits.max_open_orders),
     NOT_NEGATIVE},
    {.name = "max_orders_per_second", .kind = OMS_KEY_COUNT, .offset = LIMIT(limits.max_orders_per_second),
     NOT_NEGATIVE},
    {.name = "max_gross_exposure", .kind = OMS_KEY_MONEY, .offset = LIMIT(limits.max_gross_exposure),
     NOT_NEGATIVE},
    {.name = "max_daily_loss", .kind = OMS_KEY_MONEY, .offset = LIMIT(limits.max_daily_loss), NOT_NEGATIVE},
    {.name = "restricted", .kind = OMS_KEY_TEXTS, .offset = LIMIT(restricted),
     .count_offset = LIMIT(restricted_n)},
    /* Seconds of nine decimals are nanoseconds. */
    {.name = "duplicate_window_s", .kind = OMS_KEY_DECIMAL, .offset = LIMIT(limits.duplicate_window_ns),
     POSITIVE},
    {.name = "accounts", PART(ACCOUNT_LIMITS)}, /* last: its entries begin with what holds for all */
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
    {.name = "claim", .kind = OMS_KEY_TEXTS, .offset = ENTRY(claim), .count_offset = ENTRY(claim_n)},
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
const oms_key_table_t oms_instrument_keys = TABLE(instrument_keys);
const oms_key_table_t oms_data_keys = TABLE(data_keys);
const oms_key_table_t oms_venue_keys = TABLE(venue_keys);
const oms_key_table_t oms_commission_keys = TABLE(commission_keys);
const oms_key_table_t oms_limit_keys = TABLE(limit_keys);
const oms_key_table_t oms_strategy_keys = TABLE(strategy_keys);
const oms_key_table_t oms_rule_keys = TABLE(rule_keys);
const oms_key_table_t oms_scope_keys = TABLE(scope_keys);

/* --- unknown words --- */

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

/* --- single values --- */

void oms_setting_show(const oms_setting_t *value, char *out, size_t cap) {
  switch (value->type) {
  case OMS_SET_TEXT:
    snprintf(out, cap, "'%.60s'", value->text);
    return;
  case OMS_SET_INTEGER:
    snprintf(out, cap, "%" PRId64, value->integer);
    return;
  case OMS_SET_NUMBER:
    snprintf(out, cap, "%.14g", value->number);
    return;
  case OMS_SET_BOOL:
    snprintf(out, cap, "%s", value->integer != 0 ? "true" : "false");
    return;
  case OMS_SET_OTHER:
    snprintf(out, cap, "%s", value->other);
    return;
  }
}

static int wrong(const oms_setting_t *value, const char *must, const char *place,
                 oms_error_t *err) {
  char shown[80];
  oms_setting_show(value, shown, sizeof(shown));
  return oms_error_set(err, OMS_ERR_USAGE, "%s: %s, got %s", place, must, shown);
}

static int copy_text(const oms_setting_t *value, oms_arena_t *arena, const char *place,
                     const char **out, oms_error_t *err) {
  if (value->type != OMS_SET_TEXT || value->n == 0 || strlen(value->text) != value->n) {
    return wrong(value, "must be a text", place, err);
  }
  const char *copy = oms_arena_text(arena, value->text, value->n);
  if (copy == NULL) {
    return oms_key_nomem(err);
  }
  *out = copy;
  return OMS_OK;
}

static int read_word(const oms_key_t *key, const oms_setting_t *value, const char *place, int *out,
                     oms_error_t *err) {
  const char *const *words = key->words;
  size_t n = key->word_n;
  if (key->words_of != 0) {
    words = oms_enum_texts((oms_enum_kind_t)(key->words_of - 1), &n);
  }
  if (value->type != OMS_SET_TEXT) {
    return wrong(value, "must be a word", place, err);
  }
  for (size_t i = 0; i < n; i++) {
    if (strcmp(words[i], value->text) == 0) {
      *out = (int)i;
      return OMS_OK;
    }
  }
  for (size_t i = 0; i < OMS_COUNT(key->refused) && key->refused[i] != NULL; i++) {
    if (strcmp(key->refused[i], value->text) == 0) {
      return wrong(value, key->note, place, err);
    }
  }
  char hint[300];
  oms_word_hint(value->text, words, n, hint, sizeof(hint));
  return oms_error_set(err, OMS_ERR_USAGE, "%s: unknown word '%.60s'%s", place, value->text, hint);
}

static int read_bool(const oms_setting_t *value, const char *place, bool *out, oms_error_t *err) {
  if (value->type == OMS_SET_BOOL) {
    *out = value->integer != 0;
    return OMS_OK;
  }
  bool yes = value->typed && strcmp(value->text, "true") == 0;
  if (!yes && !(value->typed && strcmp(value->text, "false") == 0)) {
    return wrong(value, "must be true or false", place, err);
  }
  *out = yes;
  return OMS_OK;
}

/* A number as an integer of 'decimals' places. */
static int fixed(const oms_setting_t *value, int decimals, int64_t *out) {
  int64_t scale = decimals == 0 ? 1 : decimals == OMS_MONEY_DECIMALS ? OMS_MONEY_SCALE : ONE;
  switch (value->type) {
  case OMS_SET_INTEGER:
    return __builtin_mul_overflow(value->integer, scale, out) ? OMS_ERR_OVERFLOW : OMS_OK;
  case OMS_SET_NUMBER:
    return oms_fixed_from_double(value->number, decimals, out);
  case OMS_SET_TEXT:
    return oms_decimal_parse(value->text, value->n, decimals, out);
  case OMS_SET_BOOL:
  case OMS_SET_OTHER:
    return OMS_ERR_PARSE;
  }
  return OMS_ERR_PARSE;
}

static int in_range(const oms_key_t *key, const oms_setting_t *value, const char *place, int64_t v,
                    oms_error_t *err) {
  if (v == OMS_NO_PRICE) { /* the mark of an absent number */
    return wrong(value, "is too large", place, err);
  }
  if ((key->min != 0 || key->max != 0) && (v < key->min || v > key->max)) {
    return wrong(value, key->note, place, err);
  }
  return OMS_OK;
}

static int read_fixed(const oms_key_t *key, const oms_setting_t *value, int decimals,
                      const char *place, int64_t *out, oms_error_t *err) {
  int64_t v = 0;
  int rc = fixed(value, decimals, &v);
  if (rc == OMS_ERR_OVERFLOW) {
    return wrong(value, "is too large", place, err);
  }
  if (rc != OMS_OK) {
    return wrong(value, "must be a number or a decimal text", place, err);
  }
  rc = in_range(key, value, place, v, err);
  if (rc == OMS_OK) {
    *out = v;
  }
  return rc;
}

/* A whole number: 1e3 is one, 2.5 is not. */
static int read_count(const oms_key_t *key, const oms_setting_t *value, const char *place,
                      int64_t *out, oms_error_t *err) {
  int64_t v = 0;
  bool typed = value->type == OMS_SET_TEXT && value->typed;
  int rc = value->type == OMS_SET_TEXT && !typed ? OMS_ERR_PARSE : fixed(value, 0, &v);
  if (rc == OMS_OK && value->type == OMS_SET_NUMBER && (double)v != value->number) {
    rc = OMS_ERR_PARSE;
  }
  if (rc == OMS_OK && typed && strspn(value->text, "+-0123456789") != value->n) {
    rc = OMS_ERR_PARSE;
  }
  if (rc != OMS_OK) {
    return wrong(value, rc == OMS_ERR_OVERFLOW ? "is too large" : "must be a whole number", place,
                 err);
  }
  rc = in_range(key, value, place, v, err);
  if (rc == OMS_OK) {
    *out = v;
  }
  return rc;
}

static int read_timeframe(const oms_setting_t *value, const char *place, int64_t *out,
                          oms_error_t *err) {
  if (value->type != OMS_SET_TEXT || oms_timeframe_parse(value->text, value->n, out) != OMS_OK) {
    return wrong(value, "must be a timeframe such as \"30s\", \"1m\", \"4h\" or \"1d\"", place,
                 err);
  }
  return OMS_OK;
}

static int read_zone(const oms_setting_t *value, const char *place, oms_zone_t *out,
                     oms_error_t *err) {
  if (value->type != OMS_SET_TEXT) {
    return wrong(value, "must be the name of a time zone", place, err);
  }
  if (oms_zone_parse(value->text, value->n, out) != OMS_OK) {
    return oms_error_set(err, OMS_ERR_USAGE, "%s: unknown time zone '%.60s'; known: %s", place,
                         value->text, oms_zone_names());
  }
  return OMS_OK;
}

/* Numbers go to places that the compiler knows by type; the table knows them by offset. */
static int set_number(const oms_key_t *key, void *at, const oms_setting_t *value, const char *place,
                      oms_error_t *err) {
  int64_t v = 0;
  int rc;
  switch ((int)key->kind) {
  case OMS_KEY_COUNT:
    return read_count(key, value, place, at, err);
  case OMS_KEY_MONEY:
    return read_fixed(key, value, OMS_MONEY_DECIMALS, place, at, err);
  case OMS_KEY_DECIMAL:
    return read_fixed(key, value, OMS_PRICE_DECIMALS, place, at, err);
  default:
    rc = read_count(key, value, place, &v, err);
    if (rc == OMS_OK) {
      *(int *)at = (int)v;
    }
    return rc;
  }
}

static int set_word(const oms_key_t *key, void *at, const oms_setting_t *value, const char *place,
                    oms_error_t *err) {
  int word = 0;
  int rc = read_word(key, value, place, &word, err);
  if (rc != OMS_OK || key->kind == OMS_KEY_ONLY_WORD) {
    return rc;
  }
  if (key->kind == OMS_KEY_WORD8) {
    *(uint8_t *)at = (uint8_t)word;
  } else if (key->kind == OMS_KEY_LABEL) {
    *(bool *)at = word == 1;
  } else {
    *(int *)at = word;
  }
  return OMS_OK;
}

static int set_exits(oms_session_config_t *c, const oms_setting_t *value, const char *place,
                     oms_error_t *err) {
  bool credit = false;
  int rc = read_bool(value, place, &credit, err);
  for (size_t i = 0; rc == OMS_OK && i < c->account_n; i++) {
    c->accounts[i].credit_exits = credit;
  }
  return rc;
}

int oms_key_set(const oms_key_t *key, void *base, oms_arena_t *arena, const oms_setting_t *value,
                const char *place, oms_error_t *err) {
  void *at = (char *)base + key->offset;
  switch (key->kind) {
  case OMS_KEY_TEXT:
    return copy_text(value, arena, place, at, err);
  case OMS_KEY_WORD:
  case OMS_KEY_WORD8:
  case OMS_KEY_ONLY_WORD:
  case OMS_KEY_LABEL:
    return set_word(key, at, value, place, err);
  case OMS_KEY_BOOL:
    return read_bool(value, place, at, err);
  case OMS_KEY_EXITS:
    return set_exits(base, value, place, err);
  case OMS_KEY_INT:
  case OMS_KEY_COUNT:
  case OMS_KEY_DECIMAL:
  case OMS_KEY_MONEY:
    return set_number(key, at, value, place, err);
  case OMS_KEY_TIMEFRAME:
    return read_timeframe(value, place, at, err);
  case OMS_KEY_ZONE:
    return read_zone(value, place, at, err);
  case OMS_KEY_TEXTS:
  case OMS_KEY_TIMES:
    return wrong(value, "must be a list of texts", place, err);
  case OMS_KEY_TABLE:
    return wrong(value, "must be a table", place, err);
  case OMS_KEY_FILE:
    return oms_error_set(err, OMS_ERR_USAGE, "%s: can be given in a session file only", place);
  case OMS_KEY_LATER:
    return oms_error_set(err, OMS_ERR_USAGE, "%s: %s", place, key->note);
  }
  return OMS_ERR_USAGE;
}

/* --- times --- */

/* The first instant after the date that begins at 't'. */
static oms_time_t end_of_date(oms_time_t t, oms_zone_t zone) {
  int64_t local = oms_time_to_local(t, zone);
  int64_t next;
  return oms_add(local, OMS_NS_PER_DAY, &next) == OMS_OK ? oms_time_from_local(next, zone) : t;
}

int oms_key_time(const oms_setting_t *value, oms_zone_t zone, bool end, const char *place,
                 oms_time_t *out, oms_error_t *err) {
  static const char must[] = "must be a date, an ISO 8601 time or integer nanoseconds";
  oms_time_t t = OMS_NO_TIME;
  bool date_only = false;
  if (value->type == OMS_SET_INTEGER) {
    t = value->integer;
  } else if (value->type != OMS_SET_TEXT ||
             oms_time_parse(value->text, value->n, zone, &t, &date_only) != OMS_OK) {
    return wrong(value, must, place, err);
  }
  if (t == OMS_NO_TIME) {
    return wrong(value, must, place, err);
  }
  *out = date_only && end ? end_of_date(t, zone) : t;
  return OMS_OK;
}
