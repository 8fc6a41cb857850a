/* cli_setup.c - a session of one strategy, made from options. Everything goes through the same
 * setters as a session file, so that names, bounds and messages are the same. */
#include "cli/cli_setup.h"

#include <string.h>

#include "cli/cli_data.h"

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

static int set_data(const oms_cli_setup_t *v, oms_session_config_t *c, oms_error_t *err) {
  const oms_cli_data_t data = {.command = v->command,
                               .data = &v->data,
                               .tz = v->tz,
                               .timeframe = v->timeframe,
                               .build = v->build};
  return oms_cli_set_data(c, &data, err);
}

/* Of two values of one name the user can mean only one. */
static int check_twice(const char *option, const oms_array_t *list, oms_error_t *err) {
  for (size_t i = 1; i < list->n; i++) {
    const char *text = oms_cli_item(list, i);
    size_t n = strcspn(text, "=");
    for (size_t k = 0; k < i; k++) {
      const char *other = oms_cli_item(list, k);
      if (strcspn(other, "=") == n && memcmp(text, other, n) == 0) {
        return oms_error_set(err, OMS_ERR_USAGE, "%s: %.*s is given twice", option,
                             n > 60 ? 60 : (int)n, text);
      }
    }
  }
  return OMS_OK;
}

/* FILE,NAME=VALUE,... */
static int set_rules(const oms_cli_setup_t *v, oms_session_config_t *c, oms_error_t *err) {
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

static int set_strategy(const oms_cli_setup_t *v, oms_session_config_t *c, const char *path,
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
  return check_twice("--set", &v->sets, err);
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
  char hint[OMS_NEAR_TEXT];
  return oms_error_set(err, OMS_ERR_USAGE, "%s: unknown word '%.60s'%s; known: %s", option, got,
                       oms_near_text(oms_nearest_word(got, words, n), hint), known);
}

static int set_account(const oms_cli_setup_t *v, oms_session_config_t *c, oms_error_t *err) {
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
static int set_instruments(const oms_cli_setup_t *v, oms_session_config_t *c, oms_error_t *err) {
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
  int rc = check_twice(option, list, err);
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

static int set_venue(const oms_cli_setup_t *v, oms_session_config_t *c, oms_error_t *err) {
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

static int set_times(const oms_cli_setup_t *v, oms_session_config_t *c, oms_error_t *err) {
  int rc = v->from != NULL ? oms_session_set_time(c, "from", v->from, err) : OMS_OK;
  if (rc == OMS_OK && v->to != NULL) {
    rc = oms_session_set_time(c, "to", v->to, err);
  }
  if (rc == OMS_OK && v->seed != NULL) {
    rc = oms_cli_count("--seed", v->seed, 0, &c->seed, err);
  }
  if (rc == OMS_OK && v->adjust != NULL) {
    rc = oms_session_set_adjust(c, v->adjust, err);
  }
  return rc;
}

int oms_cli_setup_build(const oms_cli_setup_t *v, const char *strategy, oms_session_config_t *c,
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
