/* fields.c - values by the table of fields: from the text of a path or query, or from JSON. What is
 * told when one does not fit names the field, what was given and what it may be. */
#include <stdio.h>
#include <string.h>

#include "api/api_int.h"
#include "base/containers.h"
#include "base/time.h"

enum { TEXT_MAX = 1024 };

static int bad(oms_error_t *err, const oms_field_t *f, const char *what, const char *text,
               size_t n) {
  return oms_error_set(err, OMS_ERR_USAGE, "%s '%.*s' is %s", f->name, (int)(n > 60 ? 60 : n), text,
                       what);
}

static size_t word_count(const oms_field_t *f) {
  size_t n = 0;
  while (f->words[n] != NULL) {
    n++;
  }
  return n;
}

static int unknown_word(oms_error_t *err, const oms_field_t *f, const char *text, size_t n) {
  char word[64], near[OMS_NEAR_TEXT], list[256] = "";
  size_t words = word_count(f);
  snprintf(word, sizeof word, "%.*s", (int)(n < 60 ? n : 60), text);
  for (size_t i = 0, at = 0; i < words && at < sizeof list - 40; i++) {
    at += (size_t)snprintf(list + at, sizeof list - at, "%s%s", i == 0 ? "" : ", ", f->words[i]);
  }
  return oms_error_set(err, OMS_ERR_USAGE, "%s '%s' is not known%s; it is one of: %s", f->name,
                       word, oms_near_text(oms_nearest_word(word, f->words, words), near), list);
}

static int find_word(const oms_field_t *f, const char *text, size_t n) {
  for (int i = 0; f->words[i] != NULL; i++) {
    if (strlen(f->words[i]) == n && memcmp(f->words[i], text, n) == 0) {
      return i;
    }
  }
  return -1;
}

static int read_words(const oms_field_t *f, const char *text, size_t n, oms_value_t *out,
                      oms_error_t *err) {
  out->number = 0;
  for (size_t at = 0; at <= n;) {
    const char *comma = memchr(text + at, ',', n - at);
    size_t end = comma == NULL ? n : (size_t)(comma - text);
    int i = find_word(f, text + at, end - at);
    if (i < 0) {
      return unknown_word(err, f, text + at, end - at);
    }
    out->number |= INT64_C(1) << i;
    at = end + 1;
  }
  return OMS_OK;
}

static int read_bool(const oms_field_t *f, const char *text, size_t n, oms_value_t *out,
                     oms_error_t *err) {
  bool yes = n == 4 && memcmp(text, "true", 4) == 0;
  if (!yes && !(n == 5 && memcmp(text, "false", 5) == 0)) {
    return bad(err, f, "neither true nor false", text, n);
  }
  out->number = yes;
  return OMS_OK;
}

static int decimals_of(const oms_field_t *f) {
  return f->type == OMS_FIELD_INT     ? 0
         : f->type == OMS_FIELD_MONEY ? OMS_MONEY_DECIMALS
                                      : OMS_PRICE_DECIMALS;
}

static int read_decimal(const oms_field_t *f, const char *text, size_t n, oms_value_t *out,
                        oms_error_t *err) {
  oms_json_t v = {.type = OMS_JSON_NUMBER, .n = (uint32_t)n, .text = text};
  int rc = n == 0 ? OMS_ERR_PARSE : oms_json_decimal(&v, decimals_of(f), &out->number);
  char places[64];
  switch (rc) {
  case OMS_OK:
    break;
  case OMS_ERR_RANGE:
    if (f->type == OMS_FIELD_INT) {
      return bad(err, f, "no whole number", text, n);
    }
    snprintf(places, sizeof places, "finer than %d decimals", decimals_of(f));
    return bad(err, f, places, text, n);
  case OMS_ERR_OVERFLOW:
    return bad(err, f, "too large", text, n);
  default:
    return bad(err, f, "no number", text, n);
  }
  if (f->type == OMS_FIELD_INT && (f->low != 0 || f->high != 0) &&
      (out->number < f->low || out->number > f->high)) {
    return oms_error_set(err, OMS_ERR_USAGE, "%s '%.*s' is not between %lld and %lld", f->name,
                         (int)n, text, (long long)f->low, (long long)f->high);
  }
  return OMS_OK;
}

static int read_time(const oms_field_t *f, const char *text, size_t n, oms_value_t *out,
                     oms_error_t *err) {
  bool date_only;
  oms_time_t t;
  if (n == 0 || oms_time_parse(text, n, OMS_ZONE_UTC, &t, &date_only) != OMS_OK) {
    return bad(err, f,
               f->type == OMS_FIELD_DATE ? "no date as 2026-03-02"
                                         : "no time as 2026-03-02T14:30:00Z",
               text, n);
  }
  out->number = f->type == OMS_FIELD_DATE ? oms_day_of_local(t) : t;
  return OMS_OK;
}

static int read_text(const oms_field_t *f, const char *text, size_t n, oms_error_t *err) {
  size_t most = f->high > 0 ? (size_t)f->high : TEXT_MAX;
  if (n > most) {
    return oms_error_set(err, OMS_ERR_USAGE, "%s is longer than %zu characters", f->name, most);
  }
  (void)text;
  return OMS_OK;
}

int oms_field_text(const oms_field_t *f, const char *text, size_t n, oms_value_t *out,
                   oms_error_t *err) {
  *out = (oms_value_t){.given = true, .text = text, .n = n};
  switch ((oms_field_type_t)f->type) {
  case OMS_FIELD_WORD:
    out->number = find_word(f, text, n);
    return out->number < 0 ? unknown_word(err, f, text, n) : OMS_OK;
  case OMS_FIELD_WORDS:
    return read_words(f, text, n, out, err);
  case OMS_FIELD_BOOL:
    return read_bool(f, text, n, out, err);
  case OMS_FIELD_INT:
  case OMS_FIELD_PRICE:
  case OMS_FIELD_QTY:
  case OMS_FIELD_MONEY:
    return read_decimal(f, text, n, out, err);
  case OMS_FIELD_TIME:
  case OMS_FIELD_DATE:
    return read_time(f, text, n, out, err);
  case OMS_FIELD_TEXT:
  case OMS_FIELD_NAMES:
    return read_text(f, text, n, err);
  case OMS_FIELD_OBJECT:
  case OMS_FIELD_LIST:
  case OMS_FIELD_ANY:
  case OMS_FIELD_DECIMAL:
  case OMS_FIELD_NUMBER:
  case OMS_FIELD_MAP:
    break;
  }
  return bad(err, f, "not a text here", text, n);
}

static const char *wanted(const oms_field_t *f) {
  switch ((oms_field_type_t)f->type) {
  case OMS_FIELD_BOOL:
    return "true or false";
  case OMS_FIELD_INT:
  case OMS_FIELD_PRICE:
  case OMS_FIELD_QTY:
  case OMS_FIELD_MONEY:
    return "a number";
  case OMS_FIELD_OBJECT:
  case OMS_FIELD_MAP:
    return "an object";
  case OMS_FIELD_LIST:
    return "a list";
  case OMS_FIELD_TEXT:
  case OMS_FIELD_WORD:
  case OMS_FIELD_WORDS:
  case OMS_FIELD_NAMES:
  case OMS_FIELD_TIME:
  case OMS_FIELD_DATE:
  case OMS_FIELD_ANY:
  case OMS_FIELD_DECIMAL:
  case OMS_FIELD_NUMBER:
    break;
  }
  return "a text";
}

static bool takes_number(const oms_field_t *f) {
  return f->type == OMS_FIELD_INT || f->type == OMS_FIELD_PRICE || f->type == OMS_FIELD_QTY ||
         f->type == OMS_FIELD_MONEY || f->type == OMS_FIELD_TIME;
}

int oms_field_json(const oms_field_t *f, const oms_json_t *v, oms_value_t *out, oms_error_t *err) {
  bool fits = v->type == OMS_JSON_TEXT || (v->type == OMS_JSON_NUMBER && takes_number(f));
  bool is_list = f->type == OMS_FIELD_LIST && v->type == OMS_JSON_LIST;
  bool is_object =
      (f->type == OMS_FIELD_OBJECT || f->type == OMS_FIELD_MAP) && v->type == OMS_JSON_OBJECT;
  if (is_list || is_object || f->type == OMS_FIELD_ANY) {
    *out = (oms_value_t){.given = true, .json = v};
    return OMS_OK;
  }
  if (f->type == OMS_FIELD_BOOL && (v->type == OMS_JSON_TRUE || v->type == OMS_JSON_FALSE)) {
    *out = (oms_value_t){.given = true, .json = v, .number = v->type == OMS_JSON_TRUE};
    return OMS_OK;
  }
  if (!fits || f->type == OMS_FIELD_LIST || f->type == OMS_FIELD_OBJECT ||
      f->type == OMS_FIELD_MAP) {
    return oms_error_set(err, OMS_ERR_USAGE, "%s must be %s, got %s", f->name, wanted(f),
                         oms_json_what(v));
  }
  int rc = oms_field_text(f, v->text, v->n, out, err);
  out->json = v;
  return rc;
}

/* The value where nothing was given. */
static void fall_back(const oms_field_t *f, oms_value_t *v) {
  oms_error_t ignored;
  *v = (oms_value_t){.number = OMS_NO_PRICE};
  if (f->fallback != NULL) {
    (void)oms_field_text(f, f->fallback, strlen(f->fallback), v, &ignored);
  }
  v->given = false;
}

/* Query. */

static int hex_digit(char c) {
  return c >= '0' && c <= '9'                 ? c - '0'
         : (c | 32) >= 'a' && (c | 32) <= 'f' ? (c | 32) - 'a' + 10
                                              : -1;
}

/* Decodes [s, s + n) into 'to' with a NUL. SIZE_MAX: a broken percent sign, or a NUL inside. */
size_t oms_url_decode(const char *s, size_t n, bool plus, char *to) {
  size_t length = 0;
  for (size_t i = 0; i < n; i++) {
    char c = s[i] == '+' && plus ? ' ' : s[i];
    if (s[i] == '%') {
      int high = i + 2 < n ? hex_digit(s[i + 1]) : -1;
      int low = high >= 0 ? hex_digit(s[i + 2]) : -1;
      if (low < 0 || (high == 0 && low == 0)) {
        return SIZE_MAX;
      }
      c = (char)(high * 16 + low);
      i += 2;
    }
    to[length++] = c;
  }
  to[length] = '\0';
  return length;
}

static int take_parameter(const oms_route_t *route, const char *name, size_t name_n,
                          const char *text, size_t n, oms_value_t *args, oms_error_t *err) {
  for (size_t i = 0; i < route->param_n; i++) {
    const oms_field_t *f = &route->params[i];
    if ((f->flags & OMS_FIELD_PATH) != 0 || strlen(f->name) != name_n ||
        memcmp(f->name, name, name_n) != 0) {
      continue;
    }
    if (args[i].given) {
      return oms_error_set(err, OMS_ERR_USAGE, "%s is given twice", f->name);
    }
    if (n == 0 && f->type != OMS_FIELD_TEXT) {
      return OMS_OK; /* "?until=": as if it were not there */
    }
    return oms_field_text(f, text, n, &args[i], err);
  }
  return OMS_OK; /* what is not known is passed over */
}

int oms_query_read(const oms_route_t *route, const char *query, char *scratch, oms_value_t *args,
                   oms_error_t *err) {
  int rc = OMS_OK;
  for (size_t i = 0; i < route->param_n; i++) {
    if ((route->params[i].flags & OMS_FIELD_PATH) == 0) {
      fall_back(&route->params[i], &args[i]);
    }
  }
  for (const char *at = query; *at != '\0' && rc == OMS_OK;) {
    size_t n = strcspn(at, "&");
    const char *equals = memchr(at, '=', n);
    size_t name_n = equals == NULL ? n : (size_t)(equals - at);
    size_t name_length = oms_url_decode(at, name_n, true, scratch);
    char *value = scratch + (name_length == SIZE_MAX ? 0 : name_length + 1);
    size_t length = equals == NULL ? 0 : oms_url_decode(equals + 1, n - name_n - 1, true, value);
    if (name_length == SIZE_MAX || length == SIZE_MAX) {
      return oms_error_set(err, OMS_ERR_USAGE, "the query holds a broken percent sign");
    }
    if (equals == NULL) {
      value[0] = '\0';
    }
    rc = take_parameter(route, scratch, name_length, value, length, args, err);
    scratch = value + length + 1;
    at += n + (at[n] == '&');
  }
  for (size_t i = 0; i < route->param_n && rc == OMS_OK; i++) {
    if ((route->params[i].flags & OMS_FIELD_NEEDED) != 0 && !args[i].given) {
      rc = oms_error_set(err, OMS_ERR_USAGE, "%s is missing", route->params[i].name);
    }
  }
  return rc;
}

int oms_object_read(const oms_json_t *object, const oms_field_t *fields, size_t n,
                    oms_value_t *values, oms_error_t *err) {
  if (object != NULL && object->type != OMS_JSON_OBJECT) {
    return oms_error_set(err, OMS_ERR_USAGE, "an object is expected, got %s",
                         oms_json_what(object));
  }
  for (size_t i = 0; i < n; i++) {
    const oms_json_t *m = oms_json_get(object, fields[i].name);
    fall_back(&fields[i], &values[i]);
    int rc = OMS_OK;
    if (m != NULL && m->type != OMS_JSON_NULL) {
      rc = oms_field_json(&fields[i], m, &values[i], err);
    } else if ((fields[i].flags & OMS_FIELD_NEEDED) != 0) {
      rc = oms_error_set(err, OMS_ERR_USAGE, "%s is missing", fields[i].name);
    }
    if (rc != OMS_OK) {
      return rc;
    }
  }
  return OMS_OK;
}
