/* state.c - making and closing a cell: its counting allocator, its Lua state, its globals.
 * Leaves out running scripts (load.c, call.c). The state opens the stock libraries once and keeps
 * from them what cannot loop by a script's number; the rest is replaced (lib_*.c) or dropped. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/check.h"
#include "bind/bind.h"

/* The counting allocator. Growth beyond the cap fails, so that Lua raises "not enough memory"
 * inside of the script after it has tried a full collection. */
static void *allocate(void *data, void *block, size_t old, size_t size) {
  oms_cell_t *cell = data;
  old = block == NULL ? 0 : old; /* for a new block it is a type, not a size */
  if (size == 0) {
    free(block);
    cell->memory -= old;
    return NULL;
  }
  if (size > old && !cell->grace) {
    if (cell->memory - old + size > cell->memory_cap || cell->fail_after == 1) {
      if (cell->depth >
          0) { /* the last refusal is where the script ends; looking changes nothing */
        oms_text_where(cell->running, cell->refused_at, sizeof(cell->refused_at));
      }
      return NULL;
    }
    cell->fail_after -= cell->fail_after > 1;
  }
  void *moved = realloc(block, size);
  if (moved == NULL) {
    return size <= old ? block : NULL; /* Lua relies on shrinking */
  }
  cell->memory = cell->memory - old + size;
  cell->memory_peak = cell->memory > cell->memory_peak ? cell->memory : cell->memory_peak;
  return moved;
}

/* Only a bug of ours raises outside of a protected call. */
static int on_panic(lua_State *L) {
  const char *text = lua_type(L, -1) == LUA_TSTRING ? lua_tostring(L, -1) : "no text";
  fprintf(stderr, "moondesk: Lua error outside of a protected call: %s\n", text);
  oms_check_failed("no Lua error outside of a protected call", __FILE__, __LINE__);
}

/* Replaces the table on top by a copy of its fields 'names', or keeps it whole when NULL. */
static void keep(lua_State *L, const char *const *names) {
  lua_newtable(L);
  for (; *names != NULL; names++) {
    lua_getfield(L, -2, *names);
    lua_setfield(L, -2, *names);
  }
  lua_remove(L, -2);
}

static void open_stock(lua_State *L, lua_CFunction open) {
  lua_pushcfunction(L, open);
  lua_call(L, 0, 1);
}

static void open_string(lua_State *L) {
  static const char *const stock[] = {"byte",    "char", "len",   "lower",
                                      "reverse", "sub",  "upper", NULL};
  open_stock(L, luaopen_string);
  keep(L, stock);
  oms_lib_string(L);
  oms_lib_format(L);
  oms_lib_pattern(L);
  lua_pushliteral(L, "");
  lua_getmetatable(L, -1); /* the library made it, with the arithmetic of strings */
  lua_pushvalue(L, -3);
  lua_setfield(L, -2, "__index");
  lua_pushboolean(L, 0);
  lua_setfield(L, -2, "__metatable");
  lua_pop(L, 2);
}

/* Pushes the table of globals. */
static void push_globals(lua_State *L) {
  static const char *const stock[] = {"assert",   "error",        "ipairs",   "select",
                                      "tonumber", "type",         "rawequal", "rawget",
                                      "rawlen",   "getmetatable", NULL};
  static const char *const coroutines[] = {"create", "isyieldable", "running",
                                           "status", "yield",       NULL};
  open_stock(L, luaopen_base);
  keep(L, stock);
  oms_lib_base(L);
  open_string(L);
  lua_setfield(L, -2, "string");
  lua_newtable(L);
  oms_lib_table(L);
  lua_setfield(L, -2, "table");
  open_stock(L, luaopen_math);
  oms_lib_math(L);
  lua_setfield(L, -2, "math");
  open_stock(L, luaopen_utf8);
  lua_setfield(L, -2, "utf8");
  open_stock(L, luaopen_coroutine);
  keep(L, coroutines);
  oms_lib_coroutine(L);
  lua_setfield(L, -2, "coroutine");
}

/* Runs protected on the new state. */
static int setup(lua_State *L) {
  oms_cell_t *cell = oms_bind_cell(L);
  push_globals(L);
  lua_pushvalue(L, -1);
  cell->ref_globals = luaL_ref(L, LUA_REGISTRYINDEX);
  oms_lib_globals(L); /* replaces it by the environment of scripts */
  lua_pushvalue(L, -1);
  lua_rawseti(L, LUA_REGISTRYINDEX, LUA_RIDX_GLOBALS);
  cell->ref_env = luaL_ref(L, LUA_REGISTRYINDEX);
  lua_newtable(L);
  cell->ref_loaded = luaL_ref(L, LUA_REGISTRYINDEX);
  lua_newtable(L);
  cell->ref_modules = luaL_ref(L, LUA_REGISTRYINDEX);
  lua_pushboolean(L, 0);
  cell->ref_script = luaL_ref(L, LUA_REGISTRYINDEX);
  return 0;
}

static int copy_config(oms_cell_t *cell, const oms_cell_config_t *config) {
  cell->memory_cap = config->memory_cap > 0 ? config->memory_cap : OMS_CELL_MEMORY_CAP;
  cell->budget_ns = config->budget_ns > 0 ? config->budget_ns : OMS_CELL_BUDGET_NS;
  cell->budget_ticks = oms_budget_ticks(cell->budget_ns);
  cell->strict = config->strict_budget;
  cell->fail_after = config->fail_after;
  cell->user = config->user;
  cell->sources = config->sources;
  oms_random_seed(&cell->random, config->seed);
  for (size_t i = 0; i < OMS_UD_TYPES; i++) {
    cell->ref_ud[i] = LUA_NOREF;
  }
  cell->name = oms_alloc_text(config->name != NULL ? config->name : "script");
  cell->roots = oms_alloc_zero(config->root_n + 1, sizeof(char *));
  if (cell->name == NULL || cell->roots == NULL) {
    return OMS_ERR_NOMEM;
  }
  for (; cell->root_n < config->root_n; cell->root_n++) {
    cell->roots[cell->root_n] = oms_alloc_text(config->roots[cell->root_n]);
    if (cell->roots[cell->root_n] == NULL) {
      return OMS_ERR_NOMEM;
    }
  }
  return OMS_OK;
}

static int open_state(oms_cell_t *cell) {
  cell->L = lua_newstate(allocate, cell);
  if (cell->L == NULL) {
    return OMS_ERR_NOMEM;
  }
  cell->running = cell->L;
  lua_atpanic(cell->L, on_panic);
  *(oms_cell_t **)lua_getextraspace(cell->L) = cell;
  lua_pushcfunction(cell->L, oms_call_handler); /* invariant K3 of call.c */
  static const oms_call_t call = {.name = "create", .phase = OMS_PHASE_LOAD};
  return oms_bind_protect(cell, setup, NULL, &call);
}

int oms_cell_create(const oms_cell_config_t *config, oms_cell_t **out, oms_error_t *err) {
  *out = NULL;
  oms_cell_t *cell = oms_alloc_zero(1, sizeof(*cell));
  if (cell == NULL) {
    return oms_error_set(err, OMS_ERR_NOMEM, "no memory for a new script");
  }
  int rc = oms_budget_open();
  if (rc != OMS_OK) {
    oms_free(cell);
    return oms_error_set(err, rc, "no CPU clock timer for the budget of scripts");
  }
  rc = copy_config(cell, config);
  if (rc == OMS_OK) {
    rc = open_state(cell);
  }
  if (rc != OMS_OK) {
    oms_error_set(err, rc, "%s: no memory for a new script (cap %zu KiB)",
                  config->name != NULL ? config->name : "script", cell->memory_cap / 1024);
    oms_cell_close(cell);
    return rc;
  }
  *out = cell;
  return OMS_OK;
}

size_t oms_cell_close(oms_cell_t *cell) {
  if (cell == NULL) {
    return 0;
  }
  OMS_CHECK(cell->depth == 0);
  if (cell->L != NULL) {
    lua_close(cell->L);
  }
  for (size_t i = 0; i < cell->root_n; i++) {
    oms_free(cell->roots[i]);
  }
  for (size_t i = 0; i < cell->file_n; i++) {
    oms_free(cell->files[i].path);
  }
  oms_free(cell->roots);
  oms_free(cell->files);
  oms_free(cell->name);
  size_t left = cell->memory;
  oms_free(cell);
  oms_budget_close();
  return left;
}

const char *oms_cell_error(const oms_cell_t *cell) {
  return cell->text;
}

const oms_cell_file_t *oms_cell_files(const oms_cell_t *cell, size_t *n) {
  *n = cell->file_n;
  return cell->files;
}

size_t oms_cell_memory(const oms_cell_t *cell) {
  return cell->memory;
}

size_t oms_cell_memory_peak(const oms_cell_t *cell) {
  return cell->memory_peak;
}

void oms_cell_set_user(oms_cell_t *cell, void *user) {
  cell->user = user;
}
