/* b_words.c - lists of known words: finding one by the address of its interned string, and naming
 * the nearest one to a word that is not known. */
#include <stdio.h>
#include <string.h>

#include "base/containers.h"
#include "bind/api.h"

#define MOST_WORDS 100 /* of a list */

static const char *word_at(const void *list, size_t stride, size_t i) {
  return *(const char *const *)((const char *)list + i * stride);
}

/* Strings of up to 40 characters are interned by Lua: two equal ones have one address, as long as
 * one of them is kept, which is what the anchor table is for. */
void oms_words_init(lua_State *L, oms_words_t *w, const void *list, size_t stride, size_t n) {
  OMS_CHECK(n <= MOST_WORDS);
  memset(w, 0, sizeof(*w));
  w->list = list;
  w->stride = stride;
  w->n = n;
  lua_rawgeti(L, LUA_REGISTRYINDEX, oms_api_of(L)->ref_anchor);
  for (size_t i = 0; i < n; i++) {
    const char *s = lua_pushstring(L, word_at(list, stride, i));
    lua_pushboolean(L, 1);
    lua_rawset(L, -3);
    size_t slot = oms_word_slot(s);
    while (w->at[slot] != NULL) {
      slot = (slot + 1) & (OMS_WORD_SLOTS - 1);
    }
    w->at[slot] = s;
    w->id[slot] = (uint8_t)i;
  }
  lua_pop(L, 1);
}

/* Words that people write for ours and that are too far from them to be found by their letters. */
static const char *synonym(const char *word) {
  static const char *const pairs[][2] = {
      {"quantity",      "qty"             },
      {"size",          "qty"             },
      {"amount",        "qty"             },
      {"tif",           "time_in_force"   },
      {"price",         "limit_price"     },
      {"limit",         "limit_price"     },
      {"stop",          "stop_price"      },
      {"trail",         "trail_price"     },
      {"ticker",        "symbol"          },
      {"instrument",    "symbol"          },
      {"id",            "order_id"        },
      {"state",         "status"          },
      {"remaining",     "leaves_qty"      },
      {"average_price", "filled_avg_price"},
      {"avg_price",     "filled_avg_price"},
      {"stoploss",      "stop_loss"       },
      {"takeprofit",    "take_profit"     },
      {"class",         "order_class"     },
      {"balance",       "cash"            },
      {"nav",           "equity"          },
  };
  for (size_t i = 0; i < OMS_COUNT(pairs); i++) {
    if (strcmp(pairs[i][0], word) == 0) {
      return pairs[i][1];
    }
  }
  return NULL;
}

static const char *nearest(const char *word, const void *list, size_t stride, size_t n) {
  const char *words[MOST_WORDS];
  const char *same = synonym(word);
  n = n < MOST_WORDS ? n : MOST_WORDS;
  for (size_t i = 0; i < n; i++) {
    words[i] = word_at(list, stride, i);
    if (same != NULL && strcmp(words[i], same) == 0) {
      return words[i];
    }
  }
  return oms_nearest_word(word, words, n);
}

void oms_suggest(const char *word, const void *list, size_t stride, size_t n,
                 char out[OMS_NEAR_TEXT]) {
  (void)oms_near_text(nearest(word, list, stride, n), out);
}

_Noreturn void oms_raise_unknown(lua_State *L, const char *where, const char *what,
                                 const char *word, const void *list, size_t stride, size_t n) {
  char hint[OMS_NEAR_TEXT];
  char all[400];
  oms_text_t t; /* words of a session may be of any length: what does not fit is left out */
  oms_suggest(word, list, stride, n, hint);
  oms_text_init(&t, all, sizeof(all));
  for (size_t i = 0; hint[0] == '\0' && i < n; i++) {
    const char *one = word_at(list, stride, i);
    bool fits = t.n + strlen(one) + sizeof(", , ...)") <= sizeof(all);
    oms_text_add(&t, "%s%s", i == 0 ? " (known: " : ", ", fits ? one : "...");
    if (!fits || i + 1 == n) {
      oms_text_add(&t, ")");
      break;
    }
  }
  luaL_error(L, "%s: unknown %s '%s'%s%s", where, what, word, hint, all);
  __builtin_unreachable();
}

_Noreturn void oms_raise_unknown_enum(lua_State *L, const char *where, const char *key,
                                      const char *word, oms_enum_kind_t kind) {
  size_t n;
  const char *const *texts = oms_enum_texts(kind, &n);
  oms_raise_unknown(L, where, key, word, texts, sizeof(*texts), n);
}
