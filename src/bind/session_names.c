/* session_names.c - checks across the parts of a session: each id once, each name that is used
 * is the name of something, bounds and settings that need each other. Single values have been
 * checked when they were set. */
#include <stdio.h>
#include <string.h>

#include "bind/session_int.h"

#define MOST_NAMES 64 /* that a message chooses from */

/* Names that may be used, as far as they are looked for. */
typedef struct names {
  const oms_session_config_t *c;
  oms_error_t *err;
} names_t;

const char *oms_entry_id(const oms_script_entry_t *e, char *out, size_t cap) {
  if (e->id != NULL) {
    return e->id;
  }
  const char *slash = strrchr(e->path, '/');
  const char *stem = slash != NULL ? slash + 1 : e->path;
  size_t n = strlen(stem);
  if (n > 4 && strcmp(stem + n - 4, ".lua") == 0) {
    n -= 4;
  }
  snprintf(out, cap, "%.*s", n < cap ? (int)n : (int)cap - 1, stem);
  return out;
}

/* What is known. */

#define ID_MAX 256

typedef struct known {
  const char *words[MOST_NAMES];
  size_t n;
  bool found;
} known_t;

static void offer(known_t *known, const char *name, const char *wanted) {
  if (strcmp(name, wanted) == 0) {
    known->found = true;
  }
  for (size_t i = 0; i < known->n; i++) {
    if (strcmp(known->words[i], name) == 0) {
      return;
    }
  }
  if (known->n < MOST_NAMES) {
    known->words[known->n++] = name;
  }
}

static int missing(const known_t *known, const char *what, const char *wanted, const char *place,
                   oms_error_t *err) {
  if (known->found) {
    return OMS_OK;
  }
  char hint[400];
  oms_word_hint(wanted, known->words, known->n, hint, sizeof(hint));
  return oms_error_set(err, OMS_ERR_USAGE, "%s: there is no %s '%.60s'%s", place, what, wanted,
                       hint);
}

static int need_account(const names_t *s, const char *id, const char *place) {
  known_t known = {.n = 0};
  for (size_t i = 0; id != NULL && i < s->c->account_n; i++) {
    offer(&known, s->c->accounts[i].id, id);
  }
  return id == NULL ? OMS_OK : missing(&known, "account", id, place, s->err);
}

static int need_strategy(const names_t *s, const char *id, const char *place) {
  char stems[MOST_NAMES][ID_MAX]; /* known keeps their addresses */
  known_t known = {.n = 0};
  for (size_t i = 0; id != NULL && i < s->c->strategy_n; i++) {
    char stem[ID_MAX];
    const char *name = oms_entry_id(&s->c->strategies[i], i < MOST_NAMES ? stems[i] : stem, ID_MAX);
    if (i < MOST_NAMES) {
      offer(&known, name, id);
    } else {
      known.found = known.found || strcmp(name, id) == 0;
    }
  }
  return id == NULL ? OMS_OK : missing(&known, "strategy", id, place, s->err);
}

/* Symbols of the data, and with 'declared' those of the instruments. */
static int need_symbols(const names_t *s, const char *const *symbols, size_t n, bool declared,
                        const char *place) {
  const oms_session_config_t *c = s->c;
  int rc = OMS_OK;
  for (size_t i = 0; rc == OMS_OK && i < n; i++) {
    char at[OMS_PLACE_MAX];
    known_t known = {.n = 0};
    for (size_t k = 0; k < c->data_n; k++) {
      offer(&known, c->data[k].symbol, symbols[i]);
    }
    for (size_t k = 0; declared && k < c->instrument_n; k++) {
      offer(&known, c->instruments[k].symbol, symbols[i]);
    }
    snprintf(at, sizeof(at), "%s[%zu]", place, i + 1);
    rc = missing(&known, declared ? "symbol" : "data of the symbol", symbols[i], at, s->err);
  }
  return rc;
}

/* Entries. */

static int check_id(const names_t *s, const oms_script_entry_t *entries, size_t i,
                    const char *list) {
  char own[ID_MAX];
  char other[ID_MAX];
  const char *id = oms_entry_id(&entries[i], own, sizeof(own));
  if (id[0] == '\0' || strcmp(id, "external") == 0) {
    return oms_error_set(s->err, OMS_ERR_USAGE,
                         "%s[%zu]: '%s' cannot be an id; give it an id = NAME", list, i + 1, id);
  }
  for (size_t k = 0; k < i; k++) {
    if (strcmp(id, oms_entry_id(&entries[k], other, sizeof(other))) == 0) {
      return oms_error_set(
          s->err, OMS_ERR_USAGE,
          "%s[%zu]: the id '%.60s' is that of %s[%zu]; give one of them an id = NAME", list, i + 1,
          id, list, k + 1);
    }
  }
  return OMS_OK;
}

static int check_entry(const names_t *s, const oms_script_entry_t *e, const char *list, size_t i) {
  char at[OMS_PLACE_MAX];
  int rc;
#define PLACE(key) (snprintf(at, sizeof(at), "%s[%zu].%s", list, i + 1, key), at)
  rc = need_account(s, e->account, PLACE("account"));
  if (rc == OMS_OK) {
    rc = need_symbols(s, e->symbols, e->symbol_n, false, PLACE("symbols"));
  }
  if (rc == OMS_OK) {
    rc = need_symbols(s, e->claim, e->claim_n, true, PLACE("claim"));
  }
  if (rc == OMS_OK) {
    rc = need_account(s, e->scope_account, PLACE("scope.account"));
  }
  if (rc == OMS_OK) {
    rc = need_strategy(s, e->scope_strategy, PLACE("scope.strategy"));
  }
  if (rc == OMS_OK) {
    rc = need_symbols(s, e->scope_symbols, e->scope_symbol_n, true, PLACE("scope.symbols"));
  }
#undef PLACE
  return rc;
}

static void check_entries(const names_t *s, const oms_script_entry_t *entries, size_t n,
                          const char *list, oms_mistakes_t *m) {
  for (size_t i = 0; i < n; i++) {
    int rc = check_id(s, entries, i, list);
    if (rc == OMS_OK) {
      rc = check_entry(s, &entries[i], list, i);
    }
    if (rc != OMS_OK) {
      oms_mistakes_add(m, s->err);
    }
  }
}

/* The other parts. */

static int check_accounts(const names_t *s) {
  const oms_account_t *a = s->c->accounts;
  oms_money_t cash = 0;
  if (s->c->account_n == 0) {
    return oms_error_set(s->err, OMS_ERR_USAGE, "accounts: there is none");
  }
  for (size_t i = 0; i < s->c->account_n; i++) {
    if (oms_add(cash, a[i].initial_cash, &cash) != OMS_OK) {
      return oms_error_set(s->err, OMS_ERR_USAGE,
                           "accounts[%zu].cash: with it the accounts have more than "
                           "9,223,372,036,854 together; give them less",
                           i + 1);
    }
    for (size_t k = 0; k < i; k++) {
      if (strcmp(a[i].id, a[k].id) == 0) {
        return oms_error_set(
            s->err, OMS_ERR_USAGE,
            "accounts[%zu].id: '%.60s' is the id of accounts[%zu]; give it another", i + 1, a[i].id,
            k + 1);
      }
    }
  }
  return OMS_OK;
}

int oms_data_twice(size_t first, size_t second, const char *symbol, int64_t timeframe,
                   oms_error_t *err) {
  char text[24];
  oms_timeframe_format(timeframe, text);
  return oms_error_set(err, OMS_ERR_USAGE,
                       "data[%zu]: %.60s has %s bars in data[%zu] already; give one list of files, "
                       "bars = { FILE, FILE }",
                       second + 1, symbol, text, first + 1);
}

static const char *const kind_names[] = {"bars", "quotes", "trades", "orders", "actions"};

/* Two entries of one symbol that cannot both be its market. */
static int check_pair(const oms_session_config_t *c, size_t k, size_t i, oms_error_t *err) {
  const oms_data_config_t *a = &c->data[k], *b = &c->data[i];
  if (a->kind == OMS_DATA_BARS && b->kind == OMS_DATA_BARS) {
    return b->timeframe != 0 && b->timeframe == a->timeframe
               ? oms_data_twice(k, i, b->symbol, b->timeframe, err)
               : OMS_OK;
  }
  if (a->kind == b->kind && b->kind != OMS_DATA_ACTIONS) {
    const char *name = kind_names[b->kind];
    return oms_error_set(err, OMS_ERR_USAGE,
                         "data[%zu]: %.60s has %s in data[%zu] already; give one list of files, %s "
                         "= { FILE, FILE }",
                         i + 1, b->symbol, name, k + 1, name);
  }
  if ((a->kind == OMS_DATA_ORDERS && b->kind == OMS_DATA_ACTIONS) ||
      (a->kind == OMS_DATA_ACTIONS && b->kind == OMS_DATA_ORDERS)) {
    return oms_error_set(
        err, OMS_ERR_USAGE,
        "data[%zu]: %.60s has orders, whose book cannot be split; corporate actions "
        "go with bars, quotes and trades",
        i + 1, b->symbol);
  }
  bool book = a->kind == OMS_DATA_ORDERS || b->kind == OMS_DATA_ORDERS;
  oms_data_kind_t other = a->kind == OMS_DATA_ORDERS ? b->kind : a->kind;
  if (book && (other == OMS_DATA_QUOTES || other == OMS_DATA_TRADES)) {
    return oms_error_set(err, OMS_ERR_USAGE,
                         "data[%zu]: %.60s has orders, from which its quotes and trades are made; "
                         "leave its %s out",
                         i + 1, b->symbol, kind_names[other]);
  }
  return OMS_OK;
}

static int check_data_once(const oms_session_config_t *c, oms_error_t *err) {
  for (size_t i = 0; i < c->data_n; i++) {
    for (size_t k = 0; k < i; k++) {
      if (strcmp(c->data[i].symbol, c->data[k].symbol) == 0) {
        int rc = check_pair(c, k, i, err);
        if (rc != OMS_OK) {
          return rc;
        }
      }
    }
  }
  return OMS_OK;
}

static bool has_prices(const oms_session_config_t *c, const char *symbol) {
  for (size_t i = 0; i < c->data_n; i++) {
    if (c->data[i].kind != OMS_DATA_ACTIONS && strcmp(c->data[i].symbol, symbol) == 0) {
      return true;
    }
  }
  return false;
}

/* What belongs to bars alone, and what an action needs. */
static int check_kind(const names_t *s, size_t i) {
  const oms_data_config_t *d = &s->c->data[i];
  if (d->kind != OMS_DATA_BARS && (d->timeframe != 0 || d->label_end)) {
    return oms_error_set(s->err, OMS_ERR_USAGE, "data[%zu].%s: belongs to bars, not to %s", i + 1,
                         d->timeframe != 0 ? "timeframe" : "label", kind_names[d->kind]);
  }
  if (d->pushed && (d->build_n > 0 || (d->kind == OMS_DATA_BARS && d->timeframe == 0))) {
    return oms_error_set(s->err, OMS_ERR_USAGE,
                         d->build_n > 0 ? "data[%zu].build: bars are not built of rows that are "
                                          "pushed; push them, too, in an entry of their own"
                                        : "data[%zu].timeframe: is needed for bars that are pushed",
                         i + 1);
  }
  if (d->pushed && s->c->live.mode == OMS_MODE_BACKTEST) {
    return oms_error_set(s->err, OMS_ERR_USAGE,
                         "data[%zu]: rows are pushed to a live host alone; write mode = \"paper\", "
                         "or give a file",
                         i + 1);
  }
  if (d->build_n > 0 && d->kind != OMS_DATA_BARS && d->kind != OMS_DATA_TRADES) {
    return oms_error_set(s->err, OMS_ERR_USAGE,
                         "data[%zu].build: bars are built of bars or trades, not of %s", i + 1,
                         kind_names[d->kind]);
  }
  if (d->kind == OMS_DATA_ACTIONS && !has_prices(s->c, d->symbol)) {
    return oms_error_set(s->err, OMS_ERR_USAGE,
                         "data[%zu]: %.60s has actions and no prices; give its bars, quotes or "
                         "trades in an entry of their own",
                         i + 1, d->symbol);
  }
  return OMS_OK;
}

static int check_data(const names_t *s) {
  if (s->c->data_n == 0) {
    return oms_error_set(s->err, OMS_ERR_USAGE,
                         "data: is empty; write data = { { symbol = NAME, bars = FILE } }");
  }
  for (size_t i = 0; i < s->c->data_n; i++) {
    const oms_data_config_t *d = &s->c->data[i];
    if (d->symbol == NULL) {
      return oms_error_set(s->err, OMS_ERR_USAGE, "data[%zu].symbol: is missing", i + 1);
    }
    if (d->path_n == 0 && d->row_n == 0 && !d->pushed) {
      return oms_error_set(s->err, OMS_ERR_USAGE,
                           "data[%zu].bars: is missing; give a file, a list of files or rows (or "
                           "quotes, trades, orders, actions)",
                           i + 1);
    }
  }
  for (size_t i = 0; i < s->c->data_n; i++) {
    int rc = check_kind(s, i);
    if (rc != OMS_OK) {
      return rc;
    }
  }
  return check_data_once(s->c, s->err);
}

static oms_price_t tick_of(const oms_session_config_t *c, const char *symbol) {
  for (size_t i = 0; i < c->instrument_n; i++) {
    if (strcmp(c->instruments[i].symbol, symbol) == 0) {
      return c->instruments[i].tick;
    }
  }
  return 0;
}

static int check_venue(const names_t *s) {
  const oms_sim_config_t *v = &s->c->venue;
  if (v->commission.min != OMS_NO_PRICE && v->commission.max != OMS_NO_PRICE &&
      v->commission.min > v->commission.max) {
    return oms_error_set(s->err, OMS_ERR_USAGE,
                         "venue.commission.min: is above venue.commission.max");
  }
  if (s->c->latency_file != NULL && (v->latency_ns > 0 || v->response_latency_ns > 0)) {
    return oms_error_set(s->err, OMS_ERR_USAGE,
                         "venue.latency: a file of latencies takes the place of latency_ms and "
                         "response_latency_ms; give one or the other");
  }
  for (size_t i = 0; v->slippage_ticks > 0 && i < s->c->data_n; i++) {
    const char *symbol = s->c->data[i].symbol;
    if (tick_of(s->c, symbol) == 0) {
      return oms_error_set(s->err, OMS_ERR_USAGE,
                           "venue.slippage.ticks: '%.60s' has no tick; write instruments = { %.60s "
                           "= { tick = 0.01 } }, "
                           "or give slippage in percent",
                           symbol, symbol);
    }
  }
  return OMS_OK;
}

static int check_limits(const names_t *s) {
  int rc = OMS_OK;
  for (size_t i = 0; rc == OMS_OK && i < s->c->limit_n; i++) {
    rc = need_account(s, s->c->limits[i].account, "limits.accounts");
  }
  return rc;
}

int oms_session_config_check(const oms_session_config_t *c, oms_error_t *err) {
  oms_error_t one;
  oms_mistakes_t m = {.n = 0};
  const names_t s = {c, &one};
  int (*const parts[])(const names_t *) = {check_accounts, check_data, check_venue, check_limits};
  for (size_t i = 0; i < OMS_COUNT(parts); i++) {
    if (parts[i](&s) != OMS_OK) {
      oms_mistakes_add(&m, &one);
      if (parts[i] == check_data) { /* the rest goes by its symbols */
        return oms_mistakes_tell(&m, "settings", err);
      }
    }
  }
  check_entries(&s, c->strategies, c->strategy_n, "strategies", &m);
  check_entries(&s, c->rules, c->rule_n, "rules", &m);
  if (c->from != OMS_NO_TIME && c->to != OMS_NO_TIME && c->to <= c->from) {
    oms_error_set(&one, OMS_ERR_USAGE, "to: must be after from");
    oms_mistakes_add(&m, &one);
  }
  return oms_mistakes_tell(&m, "settings", err);
}
