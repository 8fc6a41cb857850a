/* script_reload.c - what a script keeps: on_save as canonical bytes, and the change to a new file
 * with it. The new cell stands beside the old one; the old one is only asked to save, so that any
 * failure leaves it as it was. */
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/hash.h"
#include "bind/script_int.h"

#define FIELDS_MAX 64 /* of self that a warning looks at */
#define FIELD_NAME 40

/* Saving. */

struct save {
  oms_script_t *s;
  size_t cap;
};

static int call_save(lua_State *L) {
  const struct save *save = lua_touserdata(L, 1);
  oms_script_t *s = save->s;
  lua_rawgeti(L, LUA_REGISTRYINDEX, s->refs[OMS_CALLBACK_SAVE]);
  oms_script_push_self(L);
  lua_call(L, 1, 1);
  if (!lua_istable(L, -1)) {
    return luaL_error(L, "on_save must return a table, got %s", oms_arg_type(L, -1));
  }
  oms_value_encode(L, -1, "on_save", save->cap);
  size_t n;
  const char *bytes = lua_tolstring(L, -1, &n);
  unsigned char *saved = oms_realloc(s->saved, n + 1);
  if (saved == NULL) {
    return luaL_error(L, "not enough memory");
  }
  memcpy(saved, bytes, n);
  s->saved = saved;
  s->saved_n = n;
  return 0;
}

int oms_script_save(oms_script_t *s, size_t cap, const unsigned char **bytes, size_t *n,
                    oms_error_t *err) {
  *bytes = NULL;
  *n = 0;
  if (s->refs[OMS_CALLBACK_SAVE] == LUA_NOREF) {
    return OMS_OK;
  }
  const oms_call_t call = {.name = "on_save", .phase = OMS_PHASE_SAVE};
  struct save data = {s, cap};
  int rc = oms_bind_protect(s->cell, call_save, &data, &call);
  if (rc != OMS_OK) {
    return oms_bind_error(s->cell, rc, err);
  }
  *bytes = s->saved;
  *n = s->saved_n;
  return OMS_OK;
}

/* Loading into the new cell. */

struct restore {
  oms_script_t *s;
  const unsigned char *bytes;
  size_t n;
  int64_t version;
};

static int call_load(lua_State *L) {
  const struct restore *r = lua_touserdata(L, 1);
  lua_rawgeti(L, LUA_REGISTRYINDEX, r->s->refs[OMS_CALLBACK_LOAD]);
  oms_script_push_self(L);
  if (r->bytes == NULL) {
    lua_newtable(L);
  } else {
    oms_value_decode(L, r->bytes, r->n);
  }
  lua_pushinteger(L, r->version);
  lua_call(L, 3, 0);
  return 0;
}

int oms_script_resume(oms_script_t *s, const unsigned char *bytes, size_t n, int64_t from_version,
                      oms_error_t *err) {
  if (s->refs[OMS_CALLBACK_LOAD] == LUA_NOREF) {
    return OMS_OK;
  }
  struct restore r = {s, bytes, n, from_version};
  const oms_call_t call = {.name = "on_load", .phase = OMS_PHASE_RESTORE};
  int rc = oms_bind_protect(s->cell, call_load, &r, &call);
  return rc == OMS_OK ? OMS_OK : oms_bind_error(s->cell, rc, err);
}

int64_t oms_script_version(const oms_script_t *s) {
  return s->version;
}

static int call_test(lua_State *L) {
  const oms_script_t *s = lua_touserdata(L, 1);
  lua_rawgeti(L, LUA_REGISTRYINDEX, s->ref_test);
  oms_script_push_self(L);
  lua_call(L, 1, 0);
  return 0;
}

int oms_script_test(oms_script_t *s, oms_error_t *err) {
  if (s->ref_test == LUA_NOREF) {
    return OMS_OK;
  }
  const oms_call_t call = {.name = "test", .phase = OMS_PHASE_TEST};
  int rc = oms_bind_protect(s->cell, call_test, s, &call);
  return rc == OMS_OK ? OMS_OK : oms_bind_error(s->cell, rc, err);
}

/* What was lost. */

/* A field of self as it was, to be compared with what the new cell has. */
struct field {
  char name[FIELD_NAME];
  int type;
  double number; /* of numbers and booleans */
  uint64_t text; /* hash of strings */
};

struct lost {
  const unsigned char *bytes; /* what was saved; NULL: nothing */
  size_t n;
  struct field fields[FIELDS_MAX];
  size_t count;
  char *warning;
};

/* Fields that the file gives anew and the host reads. */
static bool is_of_file(const char *name) {
  static const char *const names[] = {"params",  "symbols",    "timeframes", "warmup",
                                      "version", "conditions", "strict",     "every"};
  for (size_t i = 0; i < OMS_COUNT(names); i++) {
    if (strcmp(names[i], name) == 0) {
      return true;
    }
  }
  return false;
}

static void describe(lua_State *L, int index, struct field *f) {
  f->type = lua_type(L, index);
  f->number = 0;
  f->text = 0;
  if (f->type == LUA_TNUMBER) {
    f->number = lua_tonumber(L, index);
  } else if (f->type == LUA_TBOOLEAN) {
    f->number = lua_toboolean(L, index);
  } else if (f->type == LUA_TSTRING) {
    f->text = oms_hash64(lua_tostring(L, index), lua_rawlen(L, index), 0);
  }
}

/* In the old cell: fields of self that are no functions and were not saved under the same name. */
static int collect(lua_State *L) {
  struct lost *lost = lua_touserdata(L, 1);
  oms_script_push_self(L);
  int self = lua_gettop(L);
  size_t n = oms_keys_push(L, self);
  int keys = lua_gettop(L) - 1;
  for (size_t i = 0; i < n && lost->count < FIELDS_MAX; i++) {
    lua_settop(L, keys + 1);
    bool named = lua_rawgeti(L, keys, (lua_Integer)oms_keys_at(lua_touserdata(L, keys + 1), i)) ==
                 LUA_TSTRING;
    if (!named || is_of_file(lua_tostring(L, -1))) {
      continue;
    }
    const char *name = lua_tostring(L, -1);
    lua_pushvalue(L, -1);
    if (lua_rawget(L, self) == LUA_TFUNCTION ||
        oms_value_has_key(lost->bytes, lost->n, name, lua_rawlen(L, -2))) {
      continue;
    }
    struct field *f = &lost->fields[lost->count++];
    snprintf(f->name, sizeof(f->name), "%s", name);
    describe(L, -1, f);
  }
  return 0;
}

/* In the new cell: which of them are not as they were. Tables count as changed: nobody can tell. */
static int compare(lua_State *L) {
  struct lost *lost = lua_touserdata(L, 1);
  size_t used = 0, more = 0;
  oms_script_push_self(L);
  int self = lua_gettop(L);
  for (size_t i = 0; i < lost->count; i++) {
    const struct field *f = &lost->fields[i];
    struct field now;
    lua_pushstring(L, f->name);
    lua_rawget(L, self);
    describe(L, -1, &now);
    lua_pop(L, 1);
    bool same = f->type == now.type && f->number == now.number && f->text == now.text &&
                f->type != LUA_TTABLE && f->type != LUA_TUSERDATA;
    if (same) {
      continue;
    }
    if (used > 180) {
      more++;
      continue;
    }
    used += (size_t)snprintf(
        lost->warning + used, 256 - used, "%s%s",
        used == 0 ? "not carried over, since on_save did not return them: self." : ", self.",
        f->name);
  }
  if (more > 0) {
    snprintf(lost->warning + used, 256 - used, " and %d more", (int)more);
  }
  return 0;
}

/* Only a warning: its own failure is no reason to refuse the new file. */
static void warn(oms_script_t *old, oms_script_t *fresh, const unsigned char *bytes, size_t n,
                 char warning[256]) {
  const oms_call_t call = {.name = "reload", .phase = OMS_PHASE_SAVE};
  struct lost lost = {.bytes = bytes, .n = n, .warning = warning};
  if (warning == NULL) {
    return;
  }
  warning[0] = '\0';
  if (oms_bind_protect(old->cell, collect, &lost, &call) == OMS_OK && lost.count > 0) {
    oms_bind_protect(fresh->cell, compare, &lost, &call);
  }
}

/* The change. */

int oms_script_beside(const oms_script_t *old, const oms_script_anew_t *anew, oms_script_t **fresh,
                      oms_array_t *files, oms_error_t *err) {
  oms_script_config_t config = old->config;
  if (anew->path != NULL) {
    config.path = anew->path;
  }
  if (anew->sources != NULL) {
    config.sources = anew->sources;
  }
  if (anew->params != NULL) {
    config.params = anew->params;
    config.param_n = anew->param_n;
    config.set_n = 0;
  }
  return oms_script_try(&config, fresh, files, err);
}

/* Nobody gets events meanwhile: collecting can wait, unless memory gets short. */
static void collect_garbage(oms_script_t *s, bool on) {
  (void)lua_gc(oms_bind_state(s->cell), on ? LUA_GCRESTART : LUA_GCSTOP);
}

int oms_script_carry(oms_script_t *old, oms_script_t *fresh, char warning[256], oms_error_t *err) {
  const unsigned char *bytes;
  size_t n;
  collect_garbage(old, false);
  collect_garbage(fresh, false);
  fresh->api.function_timers = old->api.function_timers; /* names of its functions stay theirs */
  int rc = oms_script_save(old, OMS_RELOAD_STATE_MAX, &bytes, &n, err);
  if (rc == OMS_OK) {
    warn(old, fresh, bytes, n, warning);
    rc = oms_script_resume(fresh, bytes, n, old->version, err);
  }
  collect_garbage(old, true);
  collect_garbage(fresh, true);
  return rc;
}
