/* session_read.c - the table that a session file returns, into the config. Strategies and rules
 * are read in session_scripts.c, single values in session_keys.c. Tables are read raw, known
 * keys in the order of their table, maps in the order of pairs, so that the same file always
 * gives the same config and the same errors. Runs protected: what is wrong is written into the
 * reader and raised; the record that has the key takes it down and goes on, all is told at the
 * end. All that the config keeps lies in its arena, so that nothing is lost on the way out. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "bind/session_int.h"

enum { MISTAKES_MAX = 25 };

/* Failing. */

void oms_read_raise(oms_reader_t *r, int rc) {
  r->rc = rc;
  lua_pushnil(r->L);
  lua_error(r->L);
  __builtin_unreachable();
}

void oms_read_fail(oms_reader_t *r, const char *format, ...) {
  char message[700];
  va_list args;
  va_start(args, format);
  vsnprintf(message, sizeof(message), format, args);
  va_end(args);
  const char *colon = r->place_n > 0 ? ": " : ""; /* the file itself has no place */
  oms_read_raise(r, oms_error_set(&r->error, OMS_ERR_USAGE, "%s%s%s", r->place, colon, message));
}

void *oms_read_array(oms_reader_t *r, size_t n, size_t size) {
  void *array = oms_session_array(r->config, n, size);
  if (array == NULL) {
    oms_read_raise(r, oms_key_nomem(&r->error));
  }
  return array;
}

const char *oms_read_copy(oms_reader_t *r, const char *s, size_t n) {
  const char *copy = oms_arena_text(&r->config->arena, s, n);
  if (copy == NULL) {
    oms_read_raise(r, oms_key_nomem(&r->error));
  }
  return copy;
}

/* The place. */

static size_t add_place(oms_reader_t *r, int n, size_t before) {
  size_t room = sizeof(r->place) - before - 1;
  r->place_n = before + (n < 0 ? 0 : (size_t)n < room ? (size_t)n : room);
  return before;
}

size_t oms_read_enter(oms_reader_t *r, const char *key) {
  size_t at = r->place_n;
  int n = snprintf(r->place + at, sizeof(r->place) - at, "%s%.60s", at > 0 ? "." : "", key);
  return add_place(r, n, at);
}

size_t oms_read_enter_at(oms_reader_t *r, size_t index) {
  size_t at = r->place_n;
  int n = snprintf(r->place + at, sizeof(r->place) - at, "[%zu]", index);
  return add_place(r, n, at);
}

void oms_read_leave(oms_reader_t *r, size_t length) {
  r->place_n = length;
  r->place[length] = '\0';
}

/* Values. */

void oms_read_setting(oms_reader_t *r, oms_setting_t *out) {
  lua_State *L = r->L;
  *out = (oms_setting_t){.type = OMS_SET_OTHER};
  switch (lua_type(L, -1)) {
  case LUA_TSTRING:
    out->type = OMS_SET_TEXT;
    out->text = lua_tolstring(L, -1, &out->n);
    return;
  case LUA_TNUMBER:
    if (lua_isinteger(L, -1)) {
      out->type = OMS_SET_INTEGER;
      out->integer = lua_tointeger(L, -1);
      return;
    }
    out->type = OMS_SET_NUMBER;
    out->number = lua_tonumber(L, -1);
    return;
  case LUA_TBOOLEAN:
    out->type = OMS_SET_BOOL;
    out->integer = lua_toboolean(L, -1);
    return;
  default:
    out->other = oms_arg_type(L, -1);
  }
}

static void need_table(oms_reader_t *r, const char *what) {
  if (lua_type(r->L, -1) != LUA_TTABLE) {
    oms_setting_t value;
    char shown[80];
    oms_read_setting(r, &value);
    oms_setting_show(&value, shown, sizeof(shown));
    oms_read_fail(r, "must be %s, got %s", what, shown);
  }
}

/* The key at 'index' as a step of the place. */
static void enter_value(oms_reader_t *r, int index) {
  char text[80];
  oms_text_t t;
  if (lua_type(r->L, index) == LUA_TSTRING) {
    oms_read_enter(r, lua_tostring(r->L, index));
    return;
  }
  oms_text_init(&t, text, sizeof(text));
  oms_text_value(&t, r->L, index);
  size_t at = r->place_n;
  add_place(r, snprintf(r->place + at, sizeof(r->place) - at, "[%.60s]", text), at);
}

/* The places of the table on top, whose keys are 1 to 'last': how many, and the largest. */
static size_t count_places(oms_reader_t *r, const char *what, lua_Integer last, size_t *largest) {
  lua_State *L = r->L;
  char must[120];
  snprintf(must, sizeof(must), "a list of %s", what);
  need_table(r, must);
  last = last > 0 ? last : (lua_Integer)lua_rawlen(L, -1);
  size_t n = 0;
  *largest = 0;
  for (lua_pushnil(L); lua_next(L, -2); lua_pop(L, 1)) {
    lua_Integer place = lua_isinteger(L, -2) ? lua_tointeger(L, -2) : 0;
    if (place < 1 || place > last) {
      char key[80];
      oms_text_t t;
      oms_text_init(&t, key, sizeof(key));
      oms_text_value(&t, L, -2);
      oms_read_fail(r, "must be a list of %s, but has the key %s%s", what, key,
                    strcmp(what, "tables") == 0 ? "; write { { ... }, { ... } }" : "");
    }
    *largest = (size_t)place > *largest ? (size_t)place : *largest;
    n++;
  }
  return n;
}

size_t oms_read_list(oms_reader_t *r, const char *what) {
  size_t last, n = count_places(r, what, 0, &last);
  if (n != lua_rawlen(r->L, -1)) {
    oms_read_fail(r, "is a list with a hole");
  }
  return n;
}

size_t oms_read_row(oms_reader_t *r, const char *what, size_t most) {
  size_t last;
  (void)count_places(r, what, (lua_Integer)most, &last);
  return last;
}

size_t oms_read_element(oms_reader_t *r, size_t i) {
  lua_rawgeti(r->L, -1, (lua_Integer)i);
  return oms_read_enter_at(r, i);
}

void oms_read_element_end(oms_reader_t *r, size_t length) {
  oms_read_leave(r, length);
  lua_pop(r->L, 1);
}

/* A list of texts, or one text alone. */
static void read_texts(oms_reader_t *r, const oms_key_t *key, void *base) {
  const oms_key_t element = {.kind = key->kind == OMS_KEY_TIMES ? OMS_KEY_TIMEFRAME : OMS_KEY_TEXT};
  bool one = lua_type(r->L, -1) == LUA_TSTRING;
  size_t n = one ? 1 : oms_read_list(r, "texts");
  const char **texts = oms_read_array(r, n, sizeof(*texts));
  for (size_t i = 0; i < n; i++) {
    oms_setting_t value;
    int64_t checked;
    size_t length = one ? r->place_n : oms_read_element(r, i + 1);
    oms_read_setting(r, &value);
    void *to = key->kind == OMS_KEY_TIMES ? (void *)&checked : (void *)&texts[i];
    int rc = oms_key_set(&element, to, &r->config->arena, &value, r->place, &r->error);
    if (rc != OMS_OK) {
      oms_read_raise(r, rc);
    }
    if (key->kind == OMS_KEY_TIMES) {
      texts[i] = oms_read_copy(r, value.text, value.n);
    }
    if (!one) {
      oms_read_element_end(r, length);
    }
  }
  memcpy((char *)base + key->offset, &texts, sizeof(texts));
  *(size_t *)((char *)base + key->count_offset) = n;
}

void oms_read_key(oms_reader_t *r, const oms_key_t *key, void *base) {
  if (key->kind == OMS_KEY_TABLE) {
    oms_read_record(r, key->table, base, NULL);
    return;
  }
  if (key->kind == OMS_KEY_TEXTS || key->kind == OMS_KEY_TIMES) {
    read_texts(r, key, base);
    return;
  }
  oms_setting_t value;
  oms_read_setting(r, &value);
  int rc = oms_key_set(key, base, &r->config->arena, &value, r->place, &r->error);
  if (rc != OMS_OK) {
    oms_read_raise(r, rc);
  }
}

static bool has_field(lua_State *L, const char *name) {
  lua_pushstring(L, name);
  bool has = lua_rawget(L, -2) != LUA_TNIL;
  lua_pop(L, 1);
  return has;
}

/* A strategy or a rule in place of a session would be told as an unknown key. */
static void refuse_script(oms_reader_t *r) {
  if (has_field(r->L, "strategies") || has_field(r->L, "data")) {
    return;
  }
  if (has_field(r->L, "check") && !has_field(r->L, "on_bar")) {
    oms_read_fail(r, "this is a rule, not a session: name it in `rules` of one, or by --rule");
  }
  if (has_field(r->L, "on_bar") || has_field(r->L, "on_start") || has_field(r->L, "on_quote")) {
    oms_read_fail(r, "this is a strategy, not a session: give it to `moondesk backtest`, or name "
                     "it in `strategies` of a session");
  }
}

/* The unknown key that comes behind 'last' (NULL: the first), in the order of bytes. */
static const char *unknown_key(oms_reader_t *r, const oms_key_table_t *table, const char *last) {
  lua_State *L = r->L;
  const char *first = NULL;
  for (lua_pushnil(L); lua_next(L, -2); lua_pop(L, 1)) {
    if (lua_type(L, -2) != LUA_TSTRING) {
      enter_value(r, -2);
      oms_read_fail(r, "has no name; write KEY = VALUE");
    }
    const char *name = lua_tostring(L, -2);
    if (oms_key_find(table, name) == NULL && (last == NULL || strcmp(name, last) > 0) &&
        (first == NULL || strcmp(name, first) < 0)) {
      first = name;
    }
  }
  return first;
}

/* Notes the unknown keys. */
static void check_keys(oms_reader_t *r, const oms_key_table_t *table) {
  const char *name = unknown_key(r, table, NULL);
  if (name != NULL && table == &oms_session_keys) {
    refuse_script(r);
  }
  for (; name != NULL && r->mistakes.n < MISTAKES_MAX; name = unknown_key(r, table, name)) {
    size_t length = oms_read_enter(r, name);
    oms_key_unknown(table, name, r->place, &r->error);
    oms_mistakes_add(&r->mistakes, &r->error);
    oms_read_leave(r, length);
  }
}

typedef struct key_call {
  oms_reader_t *r;
  const oms_key_t *key;
  void *base;
  oms_read_key_t read;
} key_call_t;

static int read_value(lua_State *L) {
  const key_call_t *call = lua_touserdata(L, 1);
  luaL_checkstack(L, 20, "session");
  if (call->key->kind == OMS_KEY_FILE) {
    call->read(call->r, call->key, call->base);
  } else {
    oms_read_key(call->r, call->key, call->base);
  }
  return 0;
}

/* The value on top of the stack. What is wrong with it is noted, so that the other keys are looked
 * at, too. */
static void read_noted(oms_reader_t *r, const key_call_t *call) {
  lua_State *L = r->L;
  size_t length = oms_read_enter(r, call->key->name);
  lua_pushcfunction(L, read_value);
  lua_pushlightuserdata(L, (void *)call);
  lua_pushvalue(L, -3);
  if (lua_pcall(L, 2, 0, 0) != LUA_OK) {
    oms_bind_poll(L);
    if (!oms_is_mistake(r->rc) || r->mistakes.n >= MISTAKES_MAX) {
      lua_error(L);
    }
    lua_pop(L, 1);
    oms_mistakes_add(&r->mistakes, &r->error);
    r->rc = OMS_OK;
  }
  oms_read_leave(r, length);
}

void oms_read_record(oms_reader_t *r, const oms_key_table_t *table, void *base,
                     oms_read_key_t read) {
  lua_State *L = r->L;
  luaL_checkstack(L, 20, "session");
  need_table(r, "a table");
  check_keys(r, table);
  for (size_t i = 0; i < table->n; i++) {
    const oms_key_t *key = &table->keys[i];
    lua_pushstring(L, key->name);
    if (lua_rawget(L, -2) != LUA_TNIL) {
      read_noted(r, &(key_call_t){r, key, base, read});
    }
    lua_pop(L, 1);
  }
}

/* Maps: instruments by symbol, limits by account. */

typedef void (*read_named_t)(oms_reader_t *r, const char *name, size_t i, void *list);

/* Calls 'read' for each value of the map on top (the value on top then), in the order of its
 * names. */
static void read_map(oms_reader_t *r, const char *what, read_named_t read, size_t size, void **list,
                     size_t *n) {
  lua_State *L = r->L;
  luaL_checkstack(L, 20, "session");
  need_table(r, what);
  for (lua_pushnil(L); lua_next(L, -2); lua_pop(L, 1)) {
    size_t length;
    if (lua_type(L, -2) != LUA_TSTRING || lua_tolstring(L, -2, &length)[0] == '\0' ||
        strlen(lua_tostring(L, -2)) != length) {
      enter_value(r, -2);
      oms_read_fail(r, "must be %s", what);
    }
  }
  *n = oms_keys_push(L, -1);
  *list = oms_read_array(r, *n, size);
  for (size_t i = 0; i < *n; i++) {
    lua_rawgeti(L, -2, (lua_Integer)oms_keys_at(lua_touserdata(L, -1), i));
    const char *name = lua_tostring(L, -1);
    lua_pushvalue(L, -1);
    lua_rawget(L, -5);
    size_t length = oms_read_enter(r, name);
    read(r, oms_read_copy(r, name, strlen(name)), i, *list);
    oms_read_leave(r, length);
    lua_pop(L, 2);
  }
  lua_pop(L, 2);
}

static void read_instrument(oms_reader_t *r, const char *name, size_t i, void *list) {
  oms_instrument_t *instrument = (oms_instrument_t *)list + i;
  oms_session_instrument_init(instrument);
  instrument->symbol = name;
  oms_read_record(r, &oms_instrument_keys, instrument, NULL);
  bool us = instrument->asset_class == OMS_ASSET_CLASS_US_EQUITY ||
            instrument->asset_class == OMS_ASSET_CLASS_US_OPTION;
  instrument->calendar = us ? OMS_CALENDAR_US_EQUITY : OMS_CALENDAR_NONE;
}

/* What an account's own entry leaves open is what holds for all. */
static void read_account_limits(oms_reader_t *r, const char *name, size_t i, void *list) {
  oms_limits_config_t *limits = (oms_limits_config_t *)list + i;
  *limits = r->config->limits[0];
  limits->account = name;
  const oms_key_table_t keys = {oms_limit_keys.keys, oms_limit_keys.n - 1}; /* without accounts */
  oms_read_record(r, &keys, limits, NULL);
}

static void read_limit_key(oms_reader_t *r, const oms_key_t *key, void *base) {
  (void)key;
  oms_session_config_t *c = r->config;
  void *list;
  size_t n;
  c->limits = base;
  c->limit_n = 1;
  read_map(r, "a table of accounts by id", read_account_limits, sizeof(oms_limits_config_t), &list,
           &n);
  oms_limits_config_t *all = oms_read_array(r, n + 1, sizeof(*all));
  all[0] = *(oms_limits_config_t *)base;
  memcpy(all + 1, list, n * sizeof(*all));
  c->limits = all;
  c->limit_n = n + 1;
}

static void read_limits(oms_reader_t *r) {
  oms_limits_config_t *all = oms_read_array(r, 1, sizeof(*all));
  oms_limits_none(&all->limits);
  r->config->limits = NULL;
  oms_read_record(r, &oms_limit_keys, all, read_limit_key);
  if (r->config->limits == NULL) {
    r->config->limits = all;
    r->config->limit_n = 1;
  }
}

/* Accounts. */

static void read_accounts(oms_reader_t *r) {
  size_t n = oms_read_list(r, "tables");
  if (n == 0) {
    oms_read_fail(r, "is empty; leave it out to get one account 'main'");
  }
  oms_account_t *accounts = oms_read_array(r, n, sizeof(*accounts));
  for (size_t i = 0; i < n; i++) {
    size_t length = oms_read_element(r, i + 1);
    oms_session_account_init(&accounts[i]);
    oms_read_record(r, &oms_account_keys, &accounts[i], NULL);
    oms_session_account_settle(&accounts[i]);
    oms_read_element_end(r, length);
  }
  r->config->accounts = accounts;
  r->config->account_n = n;
}

/* The session. */

static void keep_function(oms_reader_t *r, int *ref) {
  if (lua_type(r->L, -1) != LUA_TFUNCTION) {
    oms_read_fail(r, "must be a function, got %s", oms_arg_type(r->L, -1));
  }
  lua_pushvalue(r->L, -1);
  *ref = luaL_ref(r->L, LUA_REGISTRYINDEX);
}

static void read_bound(oms_reader_t *r, bool end) {
  oms_session_config_t *c = r->config;
  oms_setting_t value;
  oms_read_setting(r, &value);
  oms_zone_t zone = c->data_n > 0 ? c->data[0].zone : OMS_ZONE_UTC;
  int rc = oms_key_time(&value, zone, end, r->place, end ? &c->to : &c->from, &r->error);
  if (rc != OMS_OK) {
    oms_read_raise(r, rc);
  }
}

static void read_session_key(oms_reader_t *r, const oms_key_t *key, void *base) {
  oms_session_config_t *c = base;
  void *list;
  switch (key->part) {
  case OMS_PART_ACCOUNTS:
    read_accounts(r);
    return;
  case OMS_PART_INSTRUMENTS:
    read_map(r, "a table of instruments by symbol", read_instrument, sizeof(oms_instrument_t),
             &list, &c->instrument_n);
    c->instruments = list;
    return;
  case OMS_PART_DATA:
    oms_read_data(r);
    return;
  case OMS_PART_LIMITS:
    read_limits(r);
    return;
  case OMS_PART_RULES:
    oms_read_scripts(r, &oms_rule_keys, &c->rules, &c->rule_n);
    return;
  case OMS_PART_STRATEGIES:
    oms_read_scripts(r, &oms_strategy_keys, &c->strategies, &c->strategy_n);
    return;
  case OMS_PART_TIMELINE:
    keep_function(r, &r->file->ref_timeline);
    return;
  case OMS_PART_CHECK:
    keep_function(r, &r->file->ref_check);
    return;
  case OMS_PART_FROM:
    read_bound(r, false);
    return;
  case OMS_PART_TO:
    read_bound(r, true);
    return;
  case OMS_PART_RISK:
    c->live.risk = true;
    oms_read_record(r, &oms_risk_keys, c, NULL);
    return;
  case OMS_PART_BARS:
  case OMS_PART_QUOTES:
  case OMS_PART_TRADES:
  case OMS_PART_ORDERS:
  case OMS_PART_ACTIONS:
  case OMS_PART_BUILD:
  case OMS_PART_ACCOUNT_LIMITS:
    break; /* of other levels */
  }
}

void oms_read_session(oms_reader_t *r) {
  if (lua_type(r->L, -1) != LUA_TTABLE) {
    oms_read_fail(r, "the file must return a table, got %s; end it with return { ... }",
                  oms_arg_type(r->L, -1));
  }
  oms_read_record(r, &oms_session_keys, r->config, read_session_key);
  if (r->mistakes.n > 0) {
    oms_read_raise(r, oms_mistakes_tell(&r->mistakes, "settings", &r->error));
  }
  r->config->live.market_keep_ns *= OMS_NS_PER_DAY;
  r->config->live.market_keep_bytes *= INT64_C(1000000000);
}
