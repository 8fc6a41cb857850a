/* session_show.c - settings of a session as text, key by key in the order of the tables of
 * session_keys.c, for reports. The way back from session_set.c: what it shows, a session may write.
 * Leaves out keys that this version refuses and those that only the walk of a file reads. Knows no
 * Lua. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "bind/session_int.h"

/* Single values. */

static void show_fixed(oms_text_t *t, int64_t v, int decimals) {
  char text[24];
  if (v == OMS_NO_PRICE) {
    oms_text_add(t, "none");
    return;
  }
  oms_decimal_format(v, decimals, text);
  oms_text_add(t, "%s", text);
}

static void show_texts(oms_text_t *t, const oms_key_t *key, const char *base) {
  const char *const *texts = *(const char *const *const *)(const void *)(base + key->offset);
  size_t n = *(const size_t *)(const void *)(base + key->count_offset);
  for (size_t i = 0; i < n; i++) {
    oms_text_add(t, "%s%s", i > 0 ? ", " : "", texts[i]);
  }
  if (n == 0) {
    oms_text_add(t, "none");
  }
}

static bool credits_exits(const oms_session_config_t *c) {
  return c->account_n > 0 && c->accounts[0].credit_exits;
}

static void show_value(oms_text_t *t, const oms_key_t *key, const void *base) {
  const void *at = (const char *)base + key->offset;
  switch ((int)key->kind) {
  case OMS_KEY_WORD:
    oms_text_add(t, "%s", key->words[*(const int *)at]);
    return;
  case OMS_KEY_BOOL:
    oms_text_add(t, "%s", *(const bool *)at ? "true" : "false");
    return;
  case OMS_KEY_EXITS:
    oms_text_add(t, "%s", credits_exits(base) ? "true" : "false");
    return;
  case OMS_KEY_TEXT: {
    const char *text = *(const char *const *)at;
    oms_text_add(t, "%s", text != NULL ? text : "none");
    return;
  }
  case OMS_KEY_COUNT:
    show_fixed(t, *(const int64_t *)at, 0);
    return;
  case OMS_KEY_DECIMAL:
    show_fixed(t, *(const int64_t *)at, OMS_PRICE_DECIMALS);
    return;
  case OMS_KEY_MONEY:
    show_fixed(t, *(const int64_t *)at, OMS_MONEY_DECIMALS);
    return;
  default:
    show_texts(t, key, base);
    return;
  }
}

/* The walk. */

static bool is_shown(const oms_key_t *key) {
  return key->kind != OMS_KEY_LATER && key->kind != OMS_KEY_FILE && !key->unlisted;
}

/* The '*i'-th key of the table and of those below it; '*i' counts down on the way. The name is
 * "table.key". */
static const oms_key_t *find(const oms_key_table_t *table, size_t *i, oms_text_t *name) {
  for (size_t k = 0; k < table->n; k++) {
    const oms_key_t *key = &table->keys[k];
    size_t before = name->n;
    oms_text_add(name, "%s", key->name);
    if (key->kind == OMS_KEY_TABLE) {
      oms_text_add(name, ".");
      const oms_key_t *below = find(key->table, i, name);
      if (below != NULL) {
        return below;
      }
    } else if (is_shown(key) && (*i)-- == 0) {
      return key;
    }
    name->n = before;
    name->at[before] = '\0';
  }
  return NULL;
}

static bool show(const oms_key_table_t *table, const void *base, size_t i, char name[64],
                 char *value, size_t cap) {
  oms_text_t key_text, value_text;
  oms_text_init(&key_text, name, 64);
  oms_text_init(&value_text, value, cap);
  const oms_key_t *key = find(table, &i, &key_text);
  if (key == NULL) {
    return false;
  }
  show_value(&value_text, key, base);
  if (value_text.n + 1 == cap) {
    memcpy(value + cap - 4, "...", 4);
  }
  return true;
}

bool oms_session_venue_text(const oms_session_config_t *c, size_t i, char name[64], char *value,
                            size_t cap) {
  return show(&oms_venue_keys, c, i, name, value, cap);
}

bool oms_session_limit_text(const oms_limits_config_t *l, size_t i, char name[64], char *value,
                            size_t cap) {
  return show(&oms_limit_keys, l, i, name, value, cap);
}
