/* order.c - the order in which tables are walked: the same in every run, on every machine.
 * First the sequence 1, 2, ... up to the first hole, then the other keys: numbers by value, strings
 * by bytes, false, true, then handles by type and id. The keys are those at the start of the walk:
 * deleting while walking works, added keys are not visited. Tables, functions and coroutines as
 * keys have no such order and are refused. The stock order depends on a hash seed that differs from
 * run to run. */
#include <math.h>
#include <string.h>

#include "base/check.h"
#include "bind/bind.h"

#define POLL_STEPS    8192
#define INSERTION_MAX 12

enum key_class { KEY_SEQUENCE, KEY_NUMBER, KEY_STRING, KEY_BOOLEAN, KEY_HANDLE };

struct key {
  union {
    lua_Integer i;
    double d;
    const char *s;
    uint64_t id;
  } u;
  uint32_t n;  /* length of a string; type of a handle; 1 when the number is a float */
  uint32_t at; /* place in the list of keys */
  int class;
};

/* What pairs keeps in a userdata while it walks. */
struct walk {
  size_t n, position;
  struct key keys[];
};

/* Compares an integer with a float that is no integer (or too large to be one). */
static int compare_mixed(lua_Integer i, double d) {
  if (d >= 9223372036854775808.0) {
    return -1;
  }
  if (d < -9223372036854775808.0) {
    return 1;
  }
  return i <= (lua_Integer)floor(d) ? -1 : 1;
}

static int compare_numbers(const struct key *a, const struct key *b) {
  if (a->n == 0 && b->n == 0) {
    return (a->u.i > b->u.i) - (a->u.i < b->u.i);
  }
  if (a->n == 0) {
    return compare_mixed(a->u.i, b->u.d);
  }
  if (b->n == 0) {
    return -compare_mixed(b->u.i, a->u.d);
  }
  return (a->u.d > b->u.d) - (a->u.d < b->u.d);
}

static int compare_strings(const struct key *a, const struct key *b) {
  int c = memcmp(a->u.s, b->u.s, a->n < b->n ? a->n : b->n);
  return c != 0 ? c : (a->n > b->n) - (a->n < b->n);
}

static int compare(const struct key *a, const struct key *b) {
  if (a->class != b->class) {
    return a->class - b->class;
  }
  switch (a->class) {
  case KEY_STRING:
    return compare_strings(a, b);
  case KEY_BOOLEAN:
    return (int)a->u.i - (int)b->u.i;
  case KEY_HANDLE:
    if (a->n != b->n) {
      return a->n < b->n ? -1 : 1;
    }
    return (a->u.id > b->u.id) - (a->u.id < b->u.id);
  default:
    return compare_numbers(a, b);
  }
}

static void insertion_sort(struct key *keys, size_t n) {
  for (size_t i = 1; i < n; i++) {
    struct key key = keys[i];
    size_t at = i;
    for (; at > 0 && compare(&key, &keys[at - 1]) < 0; at--) {
      keys[at] = keys[at - 1];
    }
    keys[at] = key;
  }
}

/* Merge sort with room for n / 2 keys at 'spare'. */
static void sort_keys(struct key *keys, size_t n, struct key *spare) {
  if (n <= INSERTION_MAX) {
    insertion_sort(keys, n);
    return;
  }
  size_t half = n / 2;
  sort_keys(keys, half, spare);
  sort_keys(keys + half, n - half, spare);
  if (compare(&keys[half - 1], &keys[half]) <= 0) {
    return;
  }
  memcpy(spare, keys, half * sizeof(*keys));
  size_t left = 0;
  size_t right = half;
  for (size_t to = 0; left < half; to++) {
    bool take_right = right < n && compare(&keys[right], &spare[left]) < 0;
    keys[to] = take_right ? keys[right++] : spare[left++];
  }
}

/* Describes the key at the top of L; raises when it has no order. */
static void describe(lua_State *L, struct key *key, lua_Integer sequence) {
  int type = lua_type(L, -1);
  if (lua_isinteger(L, -1)) {
    key->u.i = lua_tointeger(L, -1);
    key->n = 0;
    key->class = key->u.i >= 1 && key->u.i <= sequence ? KEY_SEQUENCE : KEY_NUMBER;
  } else if (type == LUA_TNUMBER) {
    key->u.d = lua_tonumber(L, -1);
    key->n = 1;
    key->class = KEY_NUMBER;
  } else if (type == LUA_TSTRING) {
    size_t n;
    key->u.s = lua_tolstring(L, -1, &n);
    key->n = (uint32_t)n;
    key->class = KEY_STRING;
  } else if (type == LUA_TBOOLEAN) {
    key->u.i = lua_toboolean(L, -1);
    key->class = KEY_BOOLEAN;
  } else {
    const oms_ud_t *ud = type == LUA_TUSERDATA ? lua_touserdata(L, -1) : NULL;
    if (ud == NULL || ud->sort_id == 0) {
      luaL_error(L,
                 "pairs: a %s as key has no order that is the same in every run; use a list, or "
                 "a string or number as key",
                 lua_typename(L, type));
      return;
    }
    key->u.id = ud->sort_id;
    key->n = ud->tag;
    key->class = KEY_HANDLE;
  }
}

/* The last of 1, 2, ... without a hole. */
static lua_Integer sequence_length(lua_State *L, int index) {
  lua_Integer n = 0;
  while (lua_rawgeti(L, index, n + 1) != LUA_TNIL) {
    lua_pop(L, 1);
    n++;
    if (n % POLL_STEPS == 0) {
      oms_bind_charge(L, POLL_STEPS);
    }
  }
  lua_pop(L, 1);
  return n;
}

/* The number of keys, and of those at the start of the stock walk that are 1, 2, ... in turn. */
static size_t count_keys(lua_State *L, int index, size_t *in_turn) {
  size_t n = 0;
  *in_turn = 0;
  lua_pushnil(L);
  while (lua_next(L, index)) {
    lua_pop(L, 1);
    if (*in_turn == n && lua_isinteger(L, -1) && (size_t)lua_tointeger(L, -1) == n + 1) {
      *in_turn = n + 1;
    }
    n++;
    if (n % POLL_STEPS == 0) {
      oms_bind_charge(L, POLL_STEPS);
    }
  }
  return n;
}

/* Pushes the list of the 'n' keys of the table, and the walk block with their order. */
static struct walk *push_walk(lua_State *L, int index, size_t n) {
  lua_Integer sequence = sequence_length(L, index);
  lua_createtable(L, (int)n, 0);
  size_t room = n + n / 2 + 1; /* the sort's spare keys behind the keys */
  struct walk *walk = lua_newuserdatauv(L, sizeof(*walk) + room * sizeof(struct key), 0);
  walk->n = 0;
  walk->position = 0;
  lua_pushnil(L);
  while (lua_next(L, index)) {
    lua_pop(L, 1);
    struct key *key = &walk->keys[walk->n];
    describe(L, key, sequence);
    key->at = (uint32_t)++walk->n;
    lua_pushvalue(L, -1);
    lua_rawseti(L, -4, key->at);
    if (walk->n % POLL_STEPS == 0) {
      oms_bind_charge(L, POLL_STEPS);
    }
  }
  sort_keys(walk->keys, walk->n, walk->keys + walk->n);
  return walk;
}

size_t oms_keys_push(lua_State *L, int index) {
  size_t in_turn;
  index = lua_absindex(L, index);
  luaL_checkstack(L, 8, NULL);
  return push_walk(L, index, count_keys(L, index, &in_turn))->n;
}

bool oms_keys_in_turn(lua_State *L, int index, size_t *n) {
  size_t in_turn;
  index = lua_absindex(L, index);
  luaL_checkstack(L, 8, NULL);
  *n = count_keys(L, index, &in_turn);
  return in_turn == *n;
}

/* The class of the keys 1, 2, ... without a hole, of few keys. */
static void note_sequence(struct key *keys, size_t n) {
  lua_Integer next = 1;
  for (size_t i = 0; i < n; i++) {
    if (keys[i].class == KEY_NUMBER && keys[i].n == 0 && keys[i].u.i == next) {
      keys[i].class = KEY_SEQUENCE;
      next++;
      i = SIZE_MAX; /* look again from the start */
    }
  }
}

bool oms_keys_small(lua_State *L, int index, size_t n, uint8_t order[OMS_KEYS_SMALL]) {
  struct key keys[OMS_KEYS_SMALL];
  int top = lua_gettop(L);
  index = lua_absindex(L, index);
  luaL_checkstack(L, OMS_KEYS_SMALL + 8, NULL);
  lua_pushnil(L);
  for (size_t i = 0; i < n && lua_next(L, index); i++) {
    lua_pop(L, 1);
    int type = lua_type(L, -1);
    if (type != LUA_TNUMBER && type != LUA_TSTRING && type != LUA_TBOOLEAN) {
      lua_settop(L, top);
      return false;
    }
    describe(L, &keys[i], 0);
    keys[i].at = (uint32_t)i;
    lua_pushvalue(L, -1); /* stays, while the walk takes the other */
  }
  lua_settop(L, top + (int)n);
  note_sequence(keys, n);
  insertion_sort(keys, n);
  for (size_t i = 0; i < n; i++) {
    order[i] = (uint8_t)keys[i].at;
  }
  return true;
}

uint32_t oms_keys_at(const void *block, size_t i) {
  return ((const struct walk *)block)->keys[i].at;
}

/* One step through a pure sequence: (t, i) -> i + 1, t[i + 1] up to the length at the start. */
static int sequence_step(lua_State *L) {
  lua_Integer i = lua_tointeger(L, 2);
  lua_Integer n = lua_tointeger(L, lua_upvalueindex(1));
  while (i < n) {
    if (lua_rawgeti(L, 1, ++i) != LUA_TNIL) {
      lua_pushinteger(L, i);
      lua_insert(L, -2);
      return 2;
    }
    lua_pop(L, 1);
  }
  return 0;
}

/* One step through a snapshot: upvalues are the walk and the list of keys. */
static int snapshot_step(lua_State *L) {
  struct walk *walk = lua_touserdata(L, lua_upvalueindex(1));
  lua_settop(L, 1);
  while (walk->position < walk->n) {
    lua_rawgeti(L, lua_upvalueindex(2), walk->keys[walk->position++].at);
    lua_pushvalue(L, -1);
    if (lua_rawget(L, 1) != LUA_TNIL) {
      return 2;
    }
    lua_pop(L, 2); /* deleted since the start */
  }
  return 0;
}

int oms_lib_pairs(lua_State *L) {
  luaL_checkany(L, 1);
  if (luaL_getmetafield(L, 1, "__pairs") != LUA_TNIL) {
    lua_pushvalue(L, 1);
    lua_call(L, 1, 3);
    oms_bind_poll(L);
    return 3;
  }
  luaL_checktype(L, 1, LUA_TTABLE);
  size_t in_turn;
  size_t n = count_keys(L, 1, &in_turn);
  if (in_turn == n) {
    lua_pushinteger(L, (lua_Integer)n);
    lua_pushcclosure(L, sequence_step, 1);
  } else {
    push_walk(L, 1, n);
    lua_insert(L, -2);
    lua_pushcclosure(L, snapshot_step, 2);
  }
  lua_pushvalue(L, 1);
  if (in_turn == n) {
    lua_pushinteger(L, 0);
  } else {
    lua_pushnil(L);
  }
  return 3;
}

/* next(t): the first key of pairs and its value, or nil for an empty table. */
int oms_lib_next(lua_State *L) {
  luaL_checktype(L, 1, LUA_TTABLE);
  if (!lua_isnoneornil(L, 2)) {
    return luaL_error(L, "next(t, key) is not available in scripts; use pairs");
  }
  lua_settop(L, 1);
  if (lua_rawgeti(L, 1, 1) != LUA_TNIL) {
    lua_pushinteger(L, 1);
    lua_insert(L, -2);
    return 2;
  }
  lua_settop(L, 1);
  struct key best = {.class = -1};
  lua_pushnil(L); /* 2: the best key so far */
  lua_pushnil(L);
  for (size_t n = 1; lua_next(L, 1); n++) {
    struct key key;
    lua_pop(L, 1);
    describe(L, &key, 0);
    if (best.class < 0 || compare(&key, &best) < 0) {
      best = key;
      lua_pushvalue(L, -1);
      lua_replace(L, 2);
    }
    if (n % POLL_STEPS == 0) {
      oms_bind_charge(L, POLL_STEPS);
    }
  }
  if (best.class < 0) {
    lua_pushnil(L);
    return 1;
  }
  lua_pushvalue(L, 2);
  lua_rawget(L, 1);
  return 2;
}
