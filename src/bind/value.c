/* value.c - plain data as canonical bytes, and back: what on_save returns, for the journal and
 * state_hash. Format, integers little-endian: 'N' nil, 'F' false, 'T' true, 'I' int64, 'D' IEEE
 * double (one NaN), 'S' u32 length and bytes, 'M' u32 number of pairs, then key and value of each
 * in the order of pairs (order.c). The same data gives the same bytes whatever the history of its
 * tables. Leaves out functions, coroutines, tables with a metatable and cycles: they raise with the
 * path of the value, as in "state.orders[3]". */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/check.h"
#include "bind/bind.h"

#define PATH_MAX_SHOWN 200
#define POLL_PAIRS     1024

/* One table on the way from the root; on the C stack. */
typedef struct level {
  const struct level *up;
  const void *table;
  int key; /* stack index of the key that is encoded now; 0: none */
} level_t;

typedef struct encoder {
  lua_State *L;
  const char *root;
  unsigned char *bytes; /* a userdata at stack index 'buffer' of the caller's frame */
  size_t n, cap, limit;
  int buffer;
} encoder_t;

static void add_path(oms_text_t *t, const encoder_t *e, const level_t *level) {
  if (level == NULL) {
    oms_text_add(t, "%s", e->root);
    return;
  }
  add_path(t, e, level->up);
  if (level->key == 0) {
    return;
  }
  if (lua_type(e->L, level->key) == LUA_TSTRING) {
    oms_text_add(t, ".%.40s", lua_tostring(e->L, level->key));
  } else {
    oms_text_add(t, "[");
    oms_text_value(t, e->L, level->key);
    oms_text_add(t, "]");
  }
}

static void refuse(const encoder_t *e, const level_t *level, const char *why) {
  char path[PATH_MAX_SHOWN];
  oms_text_t t;
  oms_text_init(&t, path, sizeof(path));
  add_path(&t, e, level);
  luaL_error(e->L, "%s: %s", path, why);
}

/* Room for 'n' more bytes; grows into a new userdata, since a heap block would be lost when
 * something raises. */
static void reserve(encoder_t *e, size_t n) {
  if (n > e->limit - e->n) {
    char why[80];
    snprintf(why, sizeof(why), "the data is larger than %zu bytes", e->limit);
    refuse(e, NULL, why);
  }
  if (e->n + n <= e->cap) {
    return;
  }
  size_t cap = e->cap * 2 > e->n + n ? e->cap * 2 : e->n + n;
  unsigned char *bytes = lua_newuserdatauv(e->L, cap, 0);
  memcpy(bytes, e->bytes, e->n);
  e->bytes = bytes;
  e->cap = cap;
  lua_replace(e->L, e->buffer);
}

static void put(encoder_t *e, const void *data, size_t n) {
  reserve(e, n);
  memcpy(e->bytes + e->n, data, n);
  e->n += n;
}

static void put_number(encoder_t *e, char tag, uint64_t v, size_t n) {
  unsigned char bytes[9];
  bytes[0] = (unsigned char)tag;
  for (size_t i = 0; i < n; i++) {
    bytes[i + 1] = (unsigned char)(v >> (8 * i));
  }
  put(e, bytes, n + 1);
}

static void put_double(encoder_t *e, double d) {
  uint64_t bits = UINT64_C(0x7ff8000000000000);
  if (!isnan(d)) {
    memcpy(&bits, &d, sizeof(bits));
  }
  put_number(e, 'D', bits, 8);
}

static void put_string(encoder_t *e, int index) {
  size_t n;
  const char *s = lua_tolstring(e->L, index, &n);
  if (n > e->limit) {
    reserve(e, n); /* raises */
  }
  put_number(e, 'S', n, 4);
  put(e, s, n);
}

static void encode(encoder_t *e, int index, const level_t *up, int depth);

static void check_table(const encoder_t *e, int index, const level_t *up, int depth) {
  const void *table = lua_topointer(e->L, index);
  for (const level_t *l = up; l != NULL; l = l->up) {
    if (l->table == table) {
      refuse(e, up, "the table contains itself");
    }
  }
  if (lua_getmetatable(e->L, index)) {
    refuse(e, up, "a table with a metatable cannot be saved");
  }
  if (depth >= OMS_VALUE_DEPTH) {
    refuse(e, up, "tables are more than 64 deep");
  }
}

/* Keys without an order are refused here, with the path; handles cannot come back as keys. */
static void check_keys(const encoder_t *e, int index, level_t *level) {
  lua_State *L = e->L;
  for (lua_pushnil(L); lua_next(L, index); lua_pop(L, 1)) {
    int type = lua_type(L, -2);
    if (type != LUA_TNUMBER && type != LUA_TSTRING && type != LUA_TBOOLEAN) {
      level->key = lua_gettop(L) - 1;
      refuse(e, level, "a key that is no number, string or boolean cannot be saved");
    }
  }
}

static void poll_pairs(const encoder_t *e, size_t i) {
  if (i % POLL_PAIRS == POLL_PAIRS - 1) {
    oms_bind_charge(e->L, POLL_PAIRS);
  }
}

/* The pair whose key is on top of the stack; takes it off. */
static void encode_pair(encoder_t *e, int index, level_t *level, int depth) {
  lua_State *L = e->L;
  level->key = lua_gettop(L);
  lua_pushvalue(L, -1);
  lua_rawget(L, index);
  encode(e, level->key, level, depth + 1);
  encode(e, level->key + 1, level, depth + 1);
  lua_settop(L, level->key - 1);
}

/* A list needs no list of its keys, and a small table keeps them on the stack. */
static void encode_list(encoder_t *e, int index, size_t n, level_t *level, int depth) {
  for (size_t i = 0; i < n; i++) {
    lua_pushinteger(e->L, (lua_Integer)i + 1);
    encode_pair(e, index, level, depth);
    poll_pairs(e, i);
  }
}

static void encode_small(encoder_t *e, int index, size_t n, const uint8_t *order, level_t *level,
                         int depth) {
  int keys = lua_gettop(e->L) - (int)n + 1;
  for (size_t i = 0; i < n; i++) {
    lua_pushvalue(e->L, keys + order[i]);
    encode_pair(e, index, level, depth);
  }
}

static void encode_large(encoder_t *e, int index, level_t *level, int depth) {
  lua_State *L = e->L;
  check_keys(e, index, level);
  size_t n = oms_keys_push(L, index);
  int list = lua_gettop(L) - 1;
  const void *order = lua_touserdata(L, -1);
  for (size_t i = 0; i < n; i++) {
    lua_rawgeti(L, list, oms_keys_at(order, i));
    encode_pair(e, index, level, depth);
    poll_pairs(e, i);
  }
}

static void encode_table(encoder_t *e, int index, const level_t *up, int depth) {
  lua_State *L = e->L;
  uint8_t order[OMS_KEYS_SMALL];
  size_t n;
  check_table(e, index, up, depth);
  luaL_checkstack(L, 16, "data too deep");
  level_t level = {up, lua_topointer(L, index), 0};
  int top = lua_gettop(L);
  bool in_turn = oms_keys_in_turn(L, index, &n);
  put_number(e, 'M', n, 4);
  if (in_turn) {
    encode_list(e, index, n, &level, depth);
  } else if (n <= OMS_KEYS_SMALL && oms_keys_small(L, index, n, order)) {
    encode_small(e, index, n, order, &level, depth);
  } else {
    encode_large(e, index, &level, depth);
  }
  lua_settop(L, top);
}

static void encode_userdata(encoder_t *e, int index, const level_t *up, int depth) {
  lua_State *L = e->L;
  oms_value_plain_t plain = oms_bind_cell(L)->plain;
  luaL_checkstack(L, 8, "data too deep");
  if (plain == NULL || !plain(L, index)) {
    refuse(e, up, "this userdata cannot be saved");
  }
  if (lua_type(L, -1) == LUA_TUSERDATA) {
    refuse(e, up, "this userdata cannot be saved");
  }
  encode(e, lua_gettop(L), up, depth);
  lua_pop(L, 1);
}

static void encode(encoder_t *e, int index, const level_t *up, int depth) {
  lua_State *L = e->L;
  int type = lua_type(L, index);
  if (type == LUA_TNIL) {
    put(e, "N", 1);
  } else if (type == LUA_TBOOLEAN) {
    put(e, lua_toboolean(L, index) ? "T" : "F", 1);
  } else if (type == LUA_TSTRING) {
    put_string(e, index);
  } else if (lua_isinteger(L, index)) {
    put_number(e, 'I', (uint64_t)lua_tointeger(L, index), 8);
  } else if (type == LUA_TNUMBER) {
    put_double(e, lua_tonumber(L, index));
  } else if (type == LUA_TTABLE) {
    encode_table(e, index, up, depth);
  } else if (type == LUA_TUSERDATA) {
    encode_userdata(e, index, up, depth);
  } else {
    char why[64];
    snprintf(why, sizeof(why), "a %s cannot be saved", lua_typename(L, type));
    refuse(e, up, why);
  }
}

void oms_value_encode(lua_State *L, int index, const char *root, size_t cap) {
  index = lua_absindex(L, index);
  encoder_t e = {.L = L, .root = root, .cap = 256, .limit = cap > 0 ? cap : OMS_VALUE_MAX};
  luaL_checkstack(L, 8, NULL);
  e.bytes = lua_newuserdatauv(L, e.cap, 0);
  e.buffer = lua_gettop(L);
  encode(&e, index, NULL, 0);
  lua_pushlstring(L, (const char *)e.bytes, e.n);
  lua_remove(L, e.buffer);
}

/* Back. */

typedef struct decoder {
  lua_State *L;
  const unsigned char *at, *end;
} decoder_t;

static void decode(decoder_t *d, int depth);

static _Noreturn void broken(const decoder_t *d) {
  luaL_error(d->L, "saved data is damaged");
  __builtin_unreachable();
}

static uint64_t take(decoder_t *d, size_t n) {
  uint64_t v = 0;
  if ((size_t)(d->end - d->at) < n) {
    broken(d);
  }
  for (size_t i = 0; i < n; i++) {
    v |= (uint64_t)d->at[i] << (8 * i);
  }
  d->at += n;
  return v;
}

static void decode_string(decoder_t *d) {
  size_t n = (size_t)take(d, 4);
  if ((size_t)(d->end - d->at) < n) {
    broken(d);
  }
  lua_pushlstring(d->L, (const char *)d->at, n);
  d->at += n;
}

static void decode_table(decoder_t *d, int depth) {
  lua_State *L = d->L;
  size_t n = (size_t)take(d, 4);
  if (depth >= OMS_VALUE_DEPTH || n > (size_t)(d->end - d->at) / 2) {
    broken(d);
  }
  luaL_checkstack(L, 8, "data too deep");
  lua_newtable(L);
  for (size_t i = 0; i < n; i++) {
    decode(d, depth + 1);
    bool nan = lua_type(L, -1) == LUA_TNUMBER && !lua_rawequal(L, -1, -1);
    if (lua_isnil(L, -1) || lua_istable(L, -1) || nan) {
      broken(d);
    }
    decode(d, depth + 1);
    lua_rawset(L, -3);
  }
}

static void decode(decoder_t *d, int depth) {
  lua_State *L = d->L;
  switch ((char)take(d, 1)) {
  case 'N':
    lua_pushnil(L);
    break;
  case 'F':
    lua_pushboolean(L, 0);
    break;
  case 'T':
    lua_pushboolean(L, 1);
    break;
  case 'I':
    lua_pushinteger(L, (lua_Integer)take(d, 8));
    break;
  case 'D': {
    uint64_t bits = take(d, 8);
    double v;
    memcpy(&v, &bits, sizeof(v));
    lua_pushnumber(L, v);
    break;
  }
  case 'S':
    decode_string(d);
    break;
  case 'M':
    decode_table(d, depth);
    break;
  default:
    broken(d);
  }
}

void oms_value_decode(lua_State *L, const void *data, size_t n) {
  decoder_t d = {L, data, (const unsigned char *)data + n};
  decode(&d, 0);
  if (d.at != d.end) {
    broken(&d);
  }
}

/* Looking. */

typedef struct scan {
  const unsigned char *at, *end;
} scan_t;

static uint64_t scan_number(scan_t *s, size_t n) {
  uint64_t v = 0;
  if ((size_t)(s->end - s->at) < n) {
    s->at = s->end;
    return 0;
  }
  for (size_t i = 0; i < n; i++) {
    v |= (uint64_t)s->at[i] << (8 * i);
  }
  s->at += n;
  return v;
}

/* Past one value. 'open' counts the values that are still to be passed: no recursion. */
static void skip_value(scan_t *s) {
  for (uint64_t open = 1; open > 0 && s->at < s->end; open--) {
    char tag = (char)*s->at++;
    uint64_t n = 0;
    if (tag == 'I' || tag == 'D') {
      (void)scan_number(s, 8);
    } else if (tag == 'S') {
      n = scan_number(s, 4);
      s->at += n < (uint64_t)(s->end - s->at) ? (size_t)n : (size_t)(s->end - s->at);
    } else if (tag == 'M') {
      open += 2 * scan_number(s, 4);
    }
  }
}

bool oms_value_has_key(const void *data, size_t n, const char *key, size_t length) {
  if (data == NULL || n == 0) {
    return false;
  }
  scan_t s = {data, (const unsigned char *)data + n};
  if (*s.at++ != 'M') {
    return false;
  }
  for (uint64_t pairs = scan_number(&s, 4); pairs > 0 && s.at < s.end; pairs--) {
    bool text = *s.at == 'S';
    const unsigned char *from = s.at;
    skip_value(&s);
    if (text && (size_t)(s.at - from) == length + 5 && memcmp(from + 5, key, length) == 0) {
      return true;
    }
    skip_value(&s);
  }
  return false;
}
