/* cli_backtest.c - moondesk backtest STRATEGY.lua: a session of one strategy, made from options.
 * Everything goes through the same setters as a session file, so that names, bounds and messages
 * are the same. */
#include <string.h>

#include "base/check.h"
#include "cli/cli_data.h"

typedef struct backtest {
  oms_cli_common_t common; /* first: its options have offsets of their own */
  oms_array_t data, sets, venue, rules, limits;
  const char *cash, *from, *to, *timeframe, *build, *tz, *fill, *bar_path, *commission,
      *asset_class, *account_type, *multiplier, *seed;
} backtest_t;

#define TEXT(option, value, member, help)                                                          \
  { option, value, OMS_OPTION_TEXT, offsetof(backtest_t, member), help }
#define LIST(option, value, member, help)                                                          \
  { option, value, OMS_OPTION_LIST, offsetof(backtest_t, member), help }
#define SETTINGS(option, value, member, help)                                                      \
  { option, value, OMS_OPTION_SETTINGS, offsetof(backtest_t, member), help }

static const oms_cli_option_t options[] = {
    LIST("--data", "SYMBOL=FILE[,FILE...]", data,
         "bars, quotes, trades, order flow, actions of a symbol: CSV, plain, .gz or one-file .zip; "
         "also SYMBOL=FOLDER, SYMBOL='PATTERN', and a folder or pattern alone: a file a symbol"),
    SETTINGS("--set", "NAME=VALUE", sets, "a parameter of the strategy"),
    TEXT("--cash", "N", cash, "what the account starts with (100000)"),
    TEXT("--from", "TIME", from, "first date or time; earlier bars warm up"),
    TEXT("--to", "TIME", to, "last date or time"),
    TEXT("--timeframe", "1d", timeframe, "of all data; read off the data where it is not given"),
    TEXT("--build", "5m,1d", build, "coarser bars to be built of the data's bars or trades"),
    TEXT("--tz", "ZONE", tz, "zone of times that have none (UTC)"),
    TEXT("--fill", "next_open|this_close", fill, "where market orders fill (next_open)"),
    TEXT("--bar-path", "P", bar_path, "inside a bar: worst, adaptive, ohlc, olhc (worst)"),
    SETTINGS("--venue", "NAME=VALUE", venue,
             "a setting of the simulated venue: latency_ms=100, slippage=percent:0.01"),
    TEXT("--commission", "NAME:N,...", commission,
         "per_share:0.005,min:1; also per_contract, percent, per_order, max, regulatory:true"),
    TEXT("--asset-class", "CLASS", asset_class, "of all symbols, us_equity has sessions (none)"),
    LIST("--rule", "FILE[,NAME=VALUE...]", rules, "a risk rule with its parameters"),
    SETTINGS("--limit", "NAME=VALUE", limits,
             "a hard limit of the order core: max_order_qty=1000, restricted=GME,AMC"),
    TEXT("--account-type", "cash|margin", account_type, "(margin)"),
    TEXT("--multiplier", "N", multiplier, "equity x N of buying power (margin 2, cash 1)"),
    TEXT("--seed", "N", seed, "of order ids and oms.random"),
    OMS_CLI_COMMON_OPTIONS,
};

static int nomem(oms_error_t *err) {
  return oms_error_set(err, OMS_ERR_NOMEM, "out of memory for the session");
}

/* Lists. */

/* Splits [s, ...) at commas into texts of the config. With 'settings' a part without '=' belongs to
 * the part before it: a value may be a list. */
static int split(oms_session_config_t *c, const char *s, bool settings, const char *const **out,
                 size_t *n, oms_error_t *err) {
  size_t most = 1;
  for (const char *p = s; *p != '\0'; p++) {
    most += *p == ',';
  }
  const char **list = oms_session_array(c, most, sizeof *list);
  if (list == NULL) {
    return nomem(err);
  }
  *n = 0;
  for (const char *end; *s != '\0'; s = *end == ',' ? end + 1 : end) {
    end = s + strcspn(s, ",");
    while (settings && *end == ',' && strcspn(end + 1, "=") >= strcspn(end + 1, ",")) {
      end += 1 + strcspn(end + 1, ",");
    }
    list[*n] = oms_arena_text(&c->arena, s, (size_t)(end - s));
    if (list[(*n)++] == NULL) {
      return nomem(err);
    }
  }
  *out = list;
  return OMS_OK;
}

static int set_data(const backtest_t *v, oms_session_config_t *c, oms_error_t *err) {
  const oms_cli_data_t data = {
      .data = &v->data, .tz = v->tz, .timeframe = v->timeframe, .build = v->build};
  return oms_cli_set_data(c, &data, err);
}

/* FILE,NAME=VALUE,... */
static int set_rules(const backtest_t *v, oms_session_config_t *c, oms_error_t *err) {
  int rc = OMS_OK;
  c->rules = oms_session_array(c, v->rules.n, sizeof *c->rules);
  if (c->rules == NULL) {
    return nomem(err);
  }
  for (size_t i = 0; i < v->rules.n && rc == OMS_OK; i++) {
    const char *text = oms_cli_item(&v->rules, i);
    size_t n = strcspn(text, ",");
    if (n == 0 || memchr(text, '=', n) != NULL) {
      return oms_error_set(err, OMS_ERR_USAGE, "--rule: must be FILE[,NAME=VALUE...], got '%.200s'",
                           text);
    }
    oms_script_entry_t *r = &c->rules[i];
    r->path = oms_arena_text(&c->arena, text, n);
    if (r->path == NULL) {
      return nomem(err);
    }
    rc = text[n] == ',' ? split(c, text + n + 1, true, &r->sets, &r->set_n, err) : OMS_OK;
    c->rule_n = i + 1;
  }
  return rc;
}

static int set_strategy(const backtest_t *v, oms_session_config_t *c, const char *path,
                        oms_error_t *err) {
  oms_script_entry_t *s = oms_session_array(c, 1, sizeof *s);
  const char **sets = oms_session_array(c, v->sets.n, sizeof *sets);
  if (s == NULL || sets == NULL) {
    return nomem(err);
  }
  for (size_t i = 0; i < v->sets.n; i++) {
    sets[i] = oms_cli_item(&v->sets, i); /* argv lives as long as the program */
    if (strchr(sets[i], '=') == NULL || sets[i][0] == '=') {
      return oms_error_set(err, OMS_ERR_USAGE, "--set: must be NAME=VALUE, got '%.200s'", sets[i]);
    }
  }
  s->path = path;
  s->sets = sets;
  s->set_n = v->sets.n;
  c->strategies = s;
  c->strategy_n = 1;
  return OMS_OK;
}

/* Account and instruments. */

/* "cash, margin" for messages. */
static int unknown_word(const char *option, oms_enum_kind_t kind, const char *got,
                        oms_error_t *err) {
  char known[200] = "";
  size_t n;
  const char *const *words = oms_enum_texts(kind, &n);
  for (size_t i = 0; i < n; i++) {
    size_t at = strlen(known);
    snprintf(known + at, sizeof known - at, "%s%s", at > 0 ? ", " : "", words[i]);
  }
  const char *near = oms_nearest_word(got, words, n);
  return oms_error_set(err, OMS_ERR_USAGE, "%s: unknown word '%.60s'%s%s%s; known: %s", option, got,
                       near != NULL ? " (did you mean '" : "", near != NULL ? near : "",
                       near != NULL ? "'?)" : "", known);
}

static int set_account(const backtest_t *v, oms_session_config_t *c, oms_error_t *err) {
  oms_account_t *a = &c->accounts[0];
  int rc = OMS_OK;
  if (v->account_type != NULL) {
    int type = oms_enum_parse(OMS_ENUM_ACCOUNT_TYPE, v->account_type, strlen(v->account_type));
    if (type < 0) {
      return unknown_word("--account-type", OMS_ENUM_ACCOUNT_TYPE, v->account_type, err);
    }
    a->type = (uint8_t)type;
    a->multiplier = 0; /* that of the type */
  }
  if (v->cash != NULL) {
    rc = oms_cli_decimal("--cash", v->cash, OMS_MONEY_DECIMALS, 0, &a->initial_cash, err);
  }
  oms_session_account_settle(a);
  if (rc == OMS_OK && v->multiplier != NULL) {
    rc = oms_cli_decimal("--multiplier", v->multiplier, OMS_QTY_DECIMALS, 1, &a->multiplier, err);
  }
  return rc;
}

static bool is_declared(const oms_session_config_t *c, const char *symbol) {
  for (size_t i = 0; i < c->instrument_n; i++) {
    if (strcmp(c->instruments[i].symbol, symbol) == 0) {
      return true;
    }
  }
  return false;
}

/* With an asset class every symbol of the data is declared: no tick, no lot, one unit a share. */
static int set_instruments(const backtest_t *v, oms_session_config_t *c, oms_error_t *err) {
  if (v->asset_class == NULL) {
    return OMS_OK;
  }
  int class = oms_enum_parse(OMS_ENUM_ASSET_CLASS, v->asset_class, strlen(v->asset_class));
  if (class < 0) {
    return unknown_word("--asset-class", OMS_ENUM_ASSET_CLASS, v->asset_class, err);
  }
  bool sessions = class == OMS_ASSET_CLASS_US_EQUITY || class == OMS_ASSET_CLASS_US_OPTION;
  c->instruments = oms_session_array(c, c->data_n, sizeof *c->instruments);
  if (c->instruments == NULL) {
    return nomem(err);
  }
  for (size_t i = 0; i < c->data_n; i++) {
    oms_instrument_t *one = &c->instruments[c->instrument_n];
    if (!is_declared(c, c->data[i].symbol)) {
      oms_session_instrument_init(one);
      one->symbol = c->data[i].symbol;
      one->asset_class = (uint8_t) class;
      one->calendar = sessions ? OMS_CALENDAR_US_EQUITY : OMS_CALENDAR_NONE;
      c->instrument_n++;
    }
  }
  return OMS_OK;
}

/* Settings. */

/* NAME=VALUE through a setter of the session. */
static int set_each(oms_session_config_t *c, const char *option, const oms_array_t *list,
                    int (*set)(oms_session_config_t *c, const char *key, const char *value,
                               oms_error_t *err),
                    oms_error_t *err) {
  char name[64];
  int rc = OMS_OK;
  for (size_t i = 0; i < list->n && rc == OMS_OK; i++) {
    const char *text = oms_cli_item(list, i);
    size_t n = strcspn(text, "=");
    if (n == 0 || n >= sizeof name || text[n] == '\0') {
      return oms_error_set(err, OMS_ERR_USAGE, "%s: must be NAME=VALUE, got '%.200s'", option,
                           text);
    }
    memcpy(name, text, n);
    name[n] = '\0';
    rc = set(c, name, text + n + 1, err);
  }
  return rc;
}

static int set_venue(const backtest_t *v, oms_session_config_t *c, oms_error_t *err) {
  int rc = set_each(c, "--venue", &v->venue, oms_session_set_venue, err);
  if (rc == OMS_OK && v->fill != NULL) {
    rc = oms_session_set_venue(c, "fill", v->fill, err);
  }
  if (rc == OMS_OK && v->bar_path != NULL) {
    rc = oms_session_set_venue(c, "bar_path", v->bar_path, err);
  }
  if (rc == OMS_OK && v->commission != NULL) {
    rc = oms_session_set_commission(c, v->commission, err);
  }
  return rc;
}

static int set_times(const backtest_t *v, oms_session_config_t *c, oms_error_t *err) {
  int rc = v->from != NULL ? oms_session_set_time(c, "from", v->from, err) : OMS_OK;
  if (rc == OMS_OK && v->to != NULL) {
    rc = oms_session_set_time(c, "to", v->to, err);
  }
  if (rc == OMS_OK && v->seed != NULL) {
    rc = oms_cli_count("--seed", v->seed, 0, &c->seed, err);
  }
  return rc;
}

static int build(const backtest_t *v, const char *strategy, oms_session_config_t *c,
                 oms_error_t *err) {
  int rc = set_data(v, c, err);
  if (rc == OMS_OK) {
    rc = set_strategy(v, c, strategy, err);
  }
  if (rc == OMS_OK) {
    rc = set_rules(v, c, err);
  }
  if (rc == OMS_OK) {
    rc = set_account(v, c, err);
  }
  if (rc == OMS_OK) {
    rc = set_instruments(v, c, err);
  }
  if (rc == OMS_OK) {
    rc = set_venue(v, c, err);
  }
  if (rc == OMS_OK) {
    rc = set_each(c, "--limit", &v->limits, oms_session_set_limit, err);
  }
  if (rc == OMS_OK) {
    rc = set_times(v, c, err);
  }
  return rc == OMS_OK ? oms_session_config_check(c, err) : rc;
}

static int run(const oms_cli_command_t *self, int argc, char **argv) {
  backtest_t values;
  memset(&values, 0, sizeof values);
  oms_session_config_t config;
  oms_array_t arguments;
  oms_error_t err;
  bool made = false;
  int rc = oms_cli_parse(self, argc, argv, &values, &arguments, &err);
  if (rc == OMS_OK) {
    made = true;
    rc = oms_session_config_init(&config) == OMS_OK
             ? build(&values, oms_cli_item(&arguments, 0), &config, &err)
             : nomem(&err);
  }
  int status = rc == OMS_OK ? oms_cli_execute(&values.common, &config, NULL)
                            : oms_cli_fail(rc == OMS_ERR_USAGE ? self : NULL, &err);
  if (made) {
    oms_session_config_free(&config);
  }
  oms_cli_free(self, &values, &arguments);
  return status;
}

const oms_cli_command_t oms_cli_backtest = {
    .name = "backtest",
    .arguments = "STRATEGY.lua",
    .summary = "Runs one strategy over historical bars.",
    .example = "moondesk backtest strategies/sma_cross.lua --data SPX=examples/data/sp500_d1.csv "
               "--set fast=10 slow=20 --out out/sma",
    .options = options,
    .option_n = OMS_COUNT(options),
    .least = 1,
    .most = 1,
    .run = run};
