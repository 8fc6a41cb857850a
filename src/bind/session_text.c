/* session_text.c - settings given as text on the command line, by the tables of session_keys.c.
 * A table is written NAME:VALUE,NAME:VALUE, a list A,B. */
#include <stdio.h>
#include <string.h>

#include "bind/session_int.h"

/* The place of a key in messages, as a session file would have it. */
typedef struct place {
  char text[OMS_PLACE_MAX];
} place_t;

static place_t place_of(const char *table, const char *key, size_t n) {
  place_t p;
  snprintf(p.text, sizeof(p.text), "%s.%.*s", table, n < 80 ? (int)n : 80, key);
  return p;
}

/* Splits the list at commas into texts of the arena. */
static int set_texts(const oms_key_t *key, void *base, oms_session_config_t *c, const char *value,
                     const char *place, oms_error_t *err) {
  size_t n = 1;
  for (const char *s = value; *s != '\0'; s++) {
    n += *s == ',';
  }
  const char **list = oms_session_array(c, n, sizeof(*list));
  if (list == NULL) {
    return oms_key_nomem(err);
  }
  const char *s = value;
  for (size_t i = 0; i < n; i++) {
    size_t length = strcspn(s, ",");
    if (length == 0) {
      return oms_error_set(err, OMS_ERR_USAGE,
                           "%s: must be texts with a comma between, got '%.60s'", place, value);
    }
    list[i] = oms_arena_text(&c->arena, s, length);
    if (list[i] == NULL) {
      return oms_key_nomem(err);
    }
    s += length + 1;
  }
  memcpy((char *)base + key->offset, &list, sizeof(list));
  *(size_t *)((char *)base + key->count_offset) = n;
  return OMS_OK;
}

static int set_key(const oms_key_table_t *table, const char *where, void *base,
                   oms_session_config_t *c, const char *name, const char *value, oms_error_t *err);

/* NAME:VALUE,NAME:VALUE */
static int set_table(const oms_key_table_t *table, const char *where, void *base,
                     oms_session_config_t *c, const char *text, oms_error_t *err) {
  char name[64];
  char value[128];
  for (const char *s = text;; s++) {
    size_t n = strcspn(s, ",");
    const char *colon = memchr(s, ':', n);
    size_t name_n = colon == NULL ? 0 : (size_t)(colon - s);
    size_t value_n = colon == NULL ? 0 : n - name_n - 1;
    if (name_n == 0 || value_n == 0 || name_n >= sizeof(name) || value_n >= sizeof(value)) {
      return oms_error_set(err, OMS_ERR_USAGE,
                           "%s: must be NAME:VALUE with commas between, got '%.80s'", where, text);
    }
    snprintf(name, sizeof(name), "%.*s", (int)name_n, s);
    snprintf(value, sizeof(value), "%.*s", (int)value_n, colon + 1);
    int rc = set_key(table, where, base, c, name, value, err);
    s += n;
    if (rc != OMS_OK || *s == '\0') {
      return rc;
    }
  }
}

static int set_key(const oms_key_table_t *table, const char *where, void *base,
                   oms_session_config_t *c, const char *name, const char *value, oms_error_t *err) {
  place_t place = place_of(where, name, strlen(name));
  const oms_key_t *key = oms_key_find(table, name);
  if (key == NULL) {
    return oms_key_unknown(table, name, place.text, err);
  }
  if (key->kind == OMS_KEY_TABLE) {
    return set_table(key->table, place.text, base, c, value, err);
  }
  if (key->kind == OMS_KEY_TEXTS) {
    return set_texts(key, base, c, value, place.text, err);
  }
  oms_setting_t setting = {.type = OMS_SET_TEXT, .typed = true, .text = value, .n = strlen(value)};
  return oms_key_set(key, base, &c->arena, &setting, place.text, err);
}

int oms_session_set_venue(oms_session_config_t *c, const char *key, const char *value,
                          oms_error_t *err) {
  return set_key(&oms_venue_keys, "venue", c, c, key, value, err);
}

int oms_session_set_live(oms_session_config_t *c, const char *option, const char *key,
                         const char *value, oms_error_t *err) {
  const oms_key_table_t *table = &oms_session_keys;
  const char *dot = strchr(key, '.');
  if (dot != NULL) {
    char name[40];
    snprintf(name, sizeof(name), "%.*s", (int)(dot - key), key);
    table = oms_key_find(table, name)->table;
  }
  oms_setting_t setting = {.type = OMS_SET_TEXT, .typed = true, .text = value, .n = strlen(value)};
  return oms_key_set(oms_key_find(table, dot == NULL ? key : dot + 1), c, &c->arena, &setting,
                     option, err);
}

int oms_session_set_commission(oms_session_config_t *c, const char *text, oms_error_t *err) {
  return set_table(&oms_commission_keys, "venue.commission", c, c, text, err);
}

int oms_session_set_adjust(oms_session_config_t *c, const char *text, oms_error_t *err) {
  const oms_key_t *key = oms_key_find(&oms_session_keys, "adjust");
  oms_setting_t setting = {.type = OMS_SET_TEXT, .typed = true, .text = text, .n = strlen(text)};
  return oms_key_set(key, c, &c->arena, &setting, "--adjust", err);
}

const char *oms_session_adjust_text(const oms_session_config_t *c) {
  return oms_key_find(&oms_session_keys, "adjust")->words[c->adjust];
}

/* The settings that hold for all accounts; made where there are none. */
static oms_limits_config_t *limits_of_all(oms_session_config_t *c) {
  for (size_t i = 0; i < c->limit_n; i++) {
    if (c->limits[i].account == NULL) {
      return &c->limits[i];
    }
  }
  oms_limits_config_t *limits = oms_session_array(c, c->limit_n + 1, sizeof(*limits));
  if (limits == NULL) {
    return NULL;
  }
  oms_limits_none(&limits[0].limits);
  if (c->limit_n > 0) {
    memcpy(limits + 1, c->limits, c->limit_n * sizeof(*limits));
  }
  c->limits = limits;
  c->limit_n++;
  return limits;
}

int oms_session_set_limit(oms_session_config_t *c, const char *key, const char *value,
                          oms_error_t *err) {
  oms_limits_config_t *limits = limits_of_all(c);
  return limits == NULL ? oms_key_nomem(err)
                        : set_key(&oms_limit_keys, "limits", limits, c, key, value, err);
}

int oms_session_set_time(oms_session_config_t *c, const char *key, const char *value,
                         oms_error_t *err) {
  oms_zone_t zone = c->data_n > 0 ? c->data[0].zone : OMS_ZONE_UTC;
  bool end = strcmp(key, "to") == 0;
  OMS_CHECK(end || strcmp(key, "from") == 0);
  oms_setting_t setting = {.type = OMS_SET_TEXT, .typed = true, .text = value, .n = strlen(value)};
  return oms_key_time(&setting, zone, end, key, end ? &c->to : &c->from, err);
}
