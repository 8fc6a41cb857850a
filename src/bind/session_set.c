/* session_set.c - checks single values and puts them where their key says. Knows no Lua: a value
 * comes as an oms_setting_t from a file or from the command line, and both are told the same.
 * Invariant: nothing is stored unless the whole value is right. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "bind/session_int.h"

/* Single values. */

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
  int64_t scale = decimals == 0                    ? 1
                  : decimals == OMS_MONEY_DECIMALS ? OMS_MONEY_SCALE
                                                   : OMS_QTY_SCALE;
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

static int read_pace(const oms_key_t *key, const oms_setting_t *value, const char *place,
                     int64_t *out, oms_error_t *err) {
  if (value->type == OMS_SET_TEXT && strcmp(value->text, "fast") == 0) {
    *out = OMS_PACE_FAST;
    return OMS_OK;
  }
  return read_fixed(key, value, OMS_PRICE_DECIMALS, place, out, err);
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
  case OMS_KEY_PACE:
    return read_pace(key, value, place, at, err);
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

/* Times. */

/* The first instant after the date that begins at 't'. */
static oms_time_t end_of_date(oms_time_t t, oms_zone_t zone) {
  int64_t local = oms_time_to_local(t, zone);
  int64_t next;
  return oms_add(local, OMS_NS_PER_DAY, &next) == OMS_OK ? oms_time_from_local(next, zone) : t;
}

/* Nobody means the first minutes of 1970 by four digits. */
static bool is_year(const oms_setting_t *value) {
  if (value->type == OMS_SET_INTEGER) {
    return value->integer >= 1900 && value->integer < 3000;
  }
  return value->type == OMS_SET_TEXT && value->n == 4 && strspn(value->text, "0123456789") >= 4;
}

int oms_key_time(const oms_setting_t *value, oms_zone_t zone, bool end, const char *place,
                 oms_time_t *out, oms_error_t *err) {
  static const char must[] = "must be a date, an ISO 8601 time or integer nanoseconds";
  oms_time_t t = OMS_NO_TIME;
  bool date_only = false;
  if (is_year(value)) {
    return wrong(value, "must be a date with month and day such as 2010-01-01", place, err);
  }
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
