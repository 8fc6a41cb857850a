/* repl.c - see repl.h. A list is read before the input that names it runs, under a budget of its
 * own: reading is no fault of the input. */
#include "bind/repl.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "bind/repl_int.h"

#define LOAD_BUDGET_NS INT64_C(600000000000)
#define EOF_MARK       "<eof>"

/* Text. */

void oms_repl_add(oms_repl_t *r, const char *text, size_t n) {
  if (n > 0 && oms_array_reserve(&r->text, r->text.n + n + 1) == OMS_OK) {
    memcpy((char *)r->text.data + r->text.n, text, n);
    r->text.n += n; /* what memory lacks for is left out */
  }
}

void oms_repl_print(oms_repl_t *r, const char *text) {
  oms_repl_add(r, text, strlen(text));
  oms_repl_add(r, "\n", 1);
}

const char *oms_repl_text(const oms_repl_t *r) {
  if (r->text.n == 0) {
    return "";
  }
  ((char *)r->text.data)[r->text.n] = '\0'; /* there is room: see oms_repl_add */
  return r->text.data;
}

const char *oms_repl_error(const oms_repl_t *r) {
  return r->failed.code != OMS_OK ? r->failed.message : oms_cell_error(r->cell);
}

/* print(…): as in stock Lua, into the text. */
static int print(lua_State *L) {
  oms_repl_t *r = lua_touserdata(L, lua_upvalueindex(1));
  int n = lua_gettop(L);
  for (int i = 1; i <= n; i++) {
    size_t length;
    const char *text = oms_lib_tostring(L, i, &length);
    oms_repl_add(r, i > 1 ? "\t" : "", i > 1);
    oms_repl_add(r, text, length);
    lua_pop(L, 1);
  }
  oms_repl_add(r, "\n", 1);
  return 0;
}

/* Life. */

/* The environment: a plain table that falls back to the globals of scripts. */
static int open_all(lua_State *L) {
  oms_repl_t *r = lua_touserdata(L, 1);
  oms_lua_open(L, &r->api);
  lua_newtable(L);
  lua_pushlightuserdata(L, r);
  lua_pushcclosure(L, print, 1);
  lua_setfield(L, -2, "print");
  lua_createtable(L, 0, 1);
  lua_rawgeti(L, LUA_REGISTRYINDEX, r->cell->ref_env);
  lua_setfield(L, -2, "__index");
  lua_setmetatable(L, -2);
  r->ref_env = luaL_ref(L, LUA_REGISTRYINDEX);
  return 0;
}

static int open_cell(oms_repl_t *r, oms_error_t *err) {
  char folder[4200];
  const oms_repl_config_t *c = &r->config;
  snprintf(folder, sizeof folder, "%s/lua", c->library != NULL ? c->library : "");
  const char *const roots[] = {"", folder};
  const oms_cell_config_t config = {.name = "repl",
                                    .memory_cap = c->memory_cap,
                                    .budget_ns = c->budget_ns,
                                    .seed = 1,
                                    .roots = roots,
                                    .root_n = c->library != NULL ? 2 : 1};
  static const oms_call_t call = {.name = "repl", .phase = OMS_PHASE_LOAD};
  int rc = oms_cell_create(&config, &r->cell, err);
  if (rc != OMS_OK) {
    return rc;
  }
  r->cell->typed = true;
  r->api.desk = c->desk;
  r->api.script = -1;
  r->api.kind = OMS_KIND_SESSION;
  r->api.owner = UINT16_MAX; /* it has no book: it reads the account's positions */
  rc = oms_bind_protect(r->cell, open_all, r, &call);
  return rc == OMS_OK ? OMS_OK : oms_bind_error(r->cell, rc, err);
}

int oms_repl_new(const oms_repl_config_t *config, oms_repl_t **out, oms_error_t *err) {
  oms_repl_t *r = oms_alloc_zero(1, sizeof *r);
  if (r == NULL) {
    return oms_error_set(err, OMS_ERR_NOMEM, "out of memory");
  }
  r->config = *config;
  oms_array_init(&r->text, 1);
  r->loaded = oms_alloc_zero(config->source->name_n + 1, sizeof *r->loaded);
  int rc =
      r->loaded == NULL ? oms_error_set(err, OMS_ERR_NOMEM, "out of memory") : open_cell(r, err);
  if (rc != OMS_OK) {
    oms_repl_free(r);
    return rc;
  }
  *out = r;
  return OMS_OK;
}

void oms_repl_free(oms_repl_t *r) {
  if (r != NULL) {
    oms_cell_close(r->cell);
    oms_array_free(&r->text);
    oms_free(r->loaded);
    oms_free(r);
  }
}

/* Lists. */

static void push_field(lua_State *L, const oms_repl_field_t *f) {
  if (f->kind == OMS_REPL_INTEGER) {
    lua_pushinteger(L, f->integer);
  } else if (f->kind == OMS_REPL_NUMBER) {
    lua_pushnumber(L, f->number);
  } else {
    lua_pushstring(L, f->text);
  }
}

struct list {
  oms_repl_t *r;
  const char *name;
};

static int push_rows(lua_State *L, const oms_repl_source_t *source, bool record, oms_error_t *err) {
  const oms_repl_field_t *fields;
  size_t n = 0;
  lua_Integer row = 0;
  for (;;) {
    int rc = source->next(source->self, &fields, &n, err);
    if (rc != OMS_OK || n == 0) {
      return rc;
    }
    lua_createtable(L, 0, (int)n);
    for (size_t i = 0; i < n; i++) {
      if (fields[i].kind != OMS_REPL_NONE) {
        push_field(L, &fields[i]);
        lua_setfield(L, -2, fields[i].name);
      }
    }
    if (record) {
      lua_replace(L, -2);
    } else {
      lua_rawseti(L, -2, ++row);
    }
    if (row % 1024 == 0) {
      oms_bind_poll(L);
    }
  }
}

static int load_list(lua_State *L) {
  const struct list *list = lua_touserdata(L, 1);
  oms_repl_t *r = list->r;
  const oms_repl_source_t *source = r->config.source;
  lua_rawgeti(L, LUA_REGISTRYINDEX, r->ref_env);
  lua_newtable(L);
  int rc = source->open(source->self, list->name, &r->failed);
  if (rc == OMS_OK) {
    rc = push_rows(L, source, source->is_record(list->name), &r->failed);
  }
  if (rc != OMS_OK) {
    return luaL_error(L, "%s", list->name);
  }
  r->failed.code = OMS_OK;
  lua_setfield(L, -2, list->name);
  return 0;
}

/* The word stands in the text, not as a part of another. */
static bool has_word(const char *text, size_t n, const char *word) {
  size_t m = strlen(word);
  for (size_t i = 0; i + m <= n; i++) {
    bool starts = i == 0 || !(isalnum((unsigned char)text[i - 1]) || text[i - 1] == '_');
    bool ends = i + m == n || !(isalnum((unsigned char)text[i + m]) || text[i + m] == '_');
    if (starts && ends && memcmp(text + i, word, m) == 0) {
      return true;
    }
  }
  return false;
}

static int load_named(oms_repl_t *r, const char *text, size_t n) {
  static const oms_call_t call = {
      .name = "repl", .phase = OMS_PHASE_SESSION, .budget_ns = LOAD_BUDGET_NS};
  int rc = OMS_OK;
  for (size_t i = 0; rc == OMS_OK && i < r->config.source->name_n; i++) {
    struct list list = {r, r->config.source->names[i]};
    if (!r->loaded[i] && has_word(text, n, list.name)) {
      rc = oms_bind_protect(r->cell, load_list, &list, &call);
      r->loaded[i] = rc == OMS_OK;
    }
  }
  return rc;
}

/* Running. */

struct eval {
  oms_repl_t *r;
  const char *text;
  size_t n;
  bool more;
};

static bool is_incomplete(lua_State *L) {
  size_t n, m = sizeof EOF_MARK - 1;
  const char *message = lua_tolstring(L, -1, &n);
  return message != NULL && n >= m && memcmp(message + n - m, EOF_MARK, m) == 0;
}

/* Pushes the function of the text: as an expression, else as statements. False: it is a beginning.
 */
static bool compile(lua_State *L, struct eval *e) {
  static const char name[] = "@repl";
  if (e->n > 0 && e->text[0] == LUA_SIGNATURE[0]) {
    luaL_error(L, "repl: this is compiled Lua; text is wanted");
  }
  lua_pushliteral(L, "return ");
  lua_pushlstring(L, e->text, e->n);
  lua_concat(L, 2);
  size_t n;
  const char *expression = lua_tolstring(L, -1, &n);
  if (luaL_loadbufferx(L, expression, n, name, "t") == LUA_OK) {
    return true;
  }
  lua_settop(L, 1);
  if (luaL_loadbufferx(L, e->text, e->n, name, "t") != LUA_OK) {
    e->more = is_incomplete(L);
    if (!e->more) {
      lua_error(L);
    }
  }
  return !e->more;
}

static int run(lua_State *L) {
  struct eval *e = lua_touserdata(L, 1);
  if (!compile(L, e)) {
    return 0;
  }
  lua_rawgeti(L, LUA_REGISTRYINDEX, e->r->ref_env);
  lua_setupvalue(L, -2, 1);
  int base = lua_gettop(L) - 1;
  lua_call(L, 0, LUA_MULTRET);
  int n = lua_gettop(L) - base;
  for (int i = 1; i <= n; i++) {
    oms_repl_add(e->r, i > 1 ? "\t" : "", i > 1);
    oms_repl_show(e->r, L, base + i);
  }
  oms_repl_add(e->r, "\n", n > 0);
  return 0;
}

oms_repl_status_t oms_repl_eval(oms_repl_t *r, const char *input, size_t n) {
  static const oms_call_t call = {.name = "repl", .phase = OMS_PHASE_SESSION};
  struct eval e = {.r = r, .text = input, .n = n};
  r->text.n = 0;
  r->failed.code = OMS_OK;
  int rc = load_named(r, input, n);
  if (rc == OMS_OK) {
    rc = oms_bind_protect(r->cell, run, &e, &call);
  }
  if (rc != OMS_OK) {
    return OMS_REPL_FAILED;
  }
  return e.more ? OMS_REPL_MORE : OMS_REPL_DONE;
}
