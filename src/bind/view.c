/* view.c - learned views: one reused table for the argument of a callback. A field that the script
 * reads for the first time is answered by __index in C; one that it reads again within a few events
 * is marked, and from the next event on exactly the marked fields are set in the table before the
 * call, so that a script pays for what it reads often. All marks are taken back from time to time,
 * because a read of a field that is set is not seen. What a script writes into the table is gone at
 * the next event. Texts, numbers and booleans of a learned field stay in the table after the
 * callback (they are those of the last event); a field that was not learned raises then.
 * Invariants:
 *   V1  A view owns a Lua thread that is never resumed: its stack holds the table at 1, the names
 *       of the fields behind it, behind those the value that a field of kind NAME had last, and at
 *       the end a list of values that such fields had, each in the place of its text's address: a
 *       refresh pushes no name, seldom makes a string twice, and works at any depth of calls.
 *   V2  Names are interned by Lua: a field is found by the address of its name. */
#include <string.h>

#include "base/check.h"
#include "base/containers.h"
#include "base/fixed.h"
#include "bind/bind.h"

#define PLACES ((size_t)256) /* four times the fields: a probe is short */
#define SOON   8u            /* events between two reads of a field that is worth setting */
#define TEXTS  256           /* values of NAMEs that are kept; a power of two */
#define EPOCH  1024u         /* events until the marks are taken back; a power of two */

struct oms_view {
  const oms_view_desc_t *desc;
  oms_cell_t *cell;
  lua_State *stack;   /* invariant V1 */
  const void *record; /* NULL between callbacks */
  uint64_t learned;   /* bit i: field i is set before each call */
  const char *names[OMS_VIEW_FIELDS];
  /* Of fields of kind NAME: the text whose value lies on the stack. */
  const char *last[OMS_VIEW_FIELDS];
  const char *texts[TEXTS];          /* whose value stands in the list; NULL: none */
  uint8_t places[PLACES];            /* by address of the name: field + 1, 0 is empty */
  uint32_t event;                    /* number of the refresh, from 1 */
  uint32_t read_at[OMS_VIEW_FIELDS]; /* event in which __index answered last */
};

/* The view is the first upvalue of its metamethods. */
static oms_view_t *self_of(lua_State *L) {
  return lua_touserdata(L, lua_upvalueindex(1));
}

static void push_fixed(lua_State *L, int64_t v, double scale) {
  if (v == OMS_NO_PRICE) {
    lua_pushnil(L);
  } else {
    lua_pushnumber(L, oms_bind_double(v, scale));
  }
}

static void push_int64(lua_State *L, const void *at, bool may_lack) {
  int64_t v = *(const int64_t *)at;
  if (may_lack && v == OMS_NO_TIME) {
    lua_pushnil(L);
  } else {
    lua_pushinteger(L, v);
  }
}

static void push_field(lua_State *L, const oms_view_field_t *field, const void *record) {
  const void *at = (const char *)record + field->offset;
  switch (field->kind) {
  case OMS_VIEW_PRICE:
  case OMS_VIEW_QTY:
    push_fixed(L, *(const int64_t *)at, 1e9);
    break;
  case OMS_VIEW_MONEY:
    push_fixed(L, *(const int64_t *)at, 1e6);
    break;
  case OMS_VIEW_TIME:
    push_int64(L, at, true);
    break;
  case OMS_VIEW_INT:
    push_int64(L, at, false);
    break;
  case OMS_VIEW_DOUBLE:
    lua_pushnumber(L, *(const double *)at);
    break;
  case OMS_VIEW_TEXT:
  case OMS_VIEW_NAME:
    lua_pushstring(L, *(const char *const *)at);
    break;
  case OMS_VIEW_BOOL:
    lua_pushboolean(L, *(const bool *)at);
    break;
  case OMS_VIEW_CUSTOM:
    field->push(L, record);
    break;
  }
}

static size_t place_of(const char *name) {
  uint64_t h = (uint64_t)(uintptr_t)name * UINT64_C(0x9e3779b97f4a7c15);
  return (size_t)(h >> 56) % PLACES;
}

static void place_name(oms_view_t *view, size_t field) {
  size_t at = place_of(view->names[field]);
  while (view->places[at] != 0) {
    at = (at + 1) % PLACES;
  }
  view->places[at] = (uint8_t)(field + 1);
}

/* The number of the field whose name is at stack index 2, or -1. A field that is nil is asked for
 * each time that a script reads it, so the look-up is by address. */
static int find_field(lua_State *L, const oms_view_t *view) {
  if (lua_type(L, 2) != LUA_TSTRING) {
    return -1;
  }
  const char *name = lua_tostring(L, 2);
  for (size_t at = place_of(name); view->places[at] != 0; at = (at + 1) % PLACES) {
    if (view->names[view->places[at] - 1] == name) {
      return view->places[at] - 1;
    }
  }
  return -1;
}

static int unknown_field(lua_State *L, const oms_view_t *view) {
  if (lua_type(L, 2) != LUA_TSTRING) {
    return luaL_error(L, "%s has no field of type %s", view->desc->name, luaL_typename(L, 2));
  }
  const char *name = lua_tostring(L, 2);
  const char *near = oms_nearest_word(name, view->names, view->desc->n);
  if (near != NULL) {
    return luaL_error(L, "%s has no field '%s' (did you mean '%s'?)", view->desc->name, name, near);
  }
  return luaL_error(L, "%s has no field '%s'", view->desc->name, name);
}

static int view_index(lua_State *L) {
  oms_view_t *view = self_of(L);
  int i = find_field(L, view);
  if (i < 0) {
    return unknown_field(L, view);
  }
  if (view->record == NULL) {
    return luaL_error(L,
                      "%s is valid only during the callback; copy the fields that you need later",
                      view->desc->name);
  }
  if (view->event - view->read_at[i] - 1 < SOON) {
    view->learned |= UINT64_C(1) << i;
  }
  view->read_at[i] = view->event;
  push_field(L, &view->desc->fields[i], view->record);
  return 1;
}

static int view_newindex(lua_State *L) {
  oms_view_t *view = self_of(L);
  int i = find_field(L, view);
  if (i < 0) {
    return unknown_field(L, view);
  }
  view->learned |= UINT64_C(1) << i; /* so that the next event takes the value away */
  lua_settop(L, 3);
  lua_rawset(L, 1);
  return 0;
}

/* All fields in the order of the description; those that are nil are left out. */
static int view_step(lua_State *L) {
  const oms_view_t *view = self_of(L);
  lua_Integer i = lua_tointeger(L, lua_upvalueindex(2));
  for (; (size_t)i < view->desc->n; i++) {
    lua_settop(L, 1);
    lua_pushstring(L, view->desc->fields[i].name);
    lua_pushvalue(L, 2);
    if (lua_gettable(L, 1) != LUA_TNIL) {
      lua_pushinteger(L, i + 1);
      lua_replace(L, lua_upvalueindex(2));
      return 2;
    }
  }
  return 0;
}

static int view_pairs(lua_State *L) {
  lua_pushvalue(L, lua_upvalueindex(1));
  lua_pushinteger(L, 0);
  lua_pushcclosure(L, view_step, 2);
  lua_pushvalue(L, 1);
  lua_pushnil(L);
  return 3;
}

/* Pushes the metatable of the view whose userdata is at 'index'. */
static void push_metatable(lua_State *L, const oms_view_t *view, int index) {
  static const luaL_Reg functions[] = {
      {"__index",    view_index   },
      {"__newindex", view_newindex},
      {"__pairs",    view_pairs   },
      {NULL,         NULL         },
  };
  lua_newtable(L);
  lua_pushvalue(L, index);
  luaL_setfuncs(L, functions, 1);
  lua_pushstring(L, view->desc->name);
  lua_setfield(L, -2, "__name");
  lua_pushboolean(L, 0);
  lua_setfield(L, -2, "__metatable");
  lua_pushvalue(L, index);
  lua_rawseti(L, -2, 1); /* for oms_view_record */
}

static bool has_names(const oms_view_desc_t *desc) {
  bool any = false;
  for (size_t i = 0; i < desc->n; i++) {
    any = any || desc->fields[i].kind == OMS_VIEW_NAME;
  }
  return any;
}

oms_view_t *oms_view_new(lua_State *L, const oms_view_desc_t *desc) {
  OMS_CHECK(desc->n <= OMS_VIEW_FIELDS);
  oms_view_t *view = lua_newuserdatauv(L, sizeof(*view), 0);
  memset(view, 0, sizeof(*view));
  view->desc = desc;
  view->cell = oms_bind_cell(L);
  int index = lua_gettop(L);
  view->stack = lua_newthread(L);
  luaL_ref(L, LUA_REGISTRYINDEX); /* it lives as long as the cell, and with it table and view */
  luaL_checkstack(view->stack, 2 * (int)desc->n + 12, NULL);
  lua_createtable(L, 0, (int)desc->n);
  push_metatable(L, view, index);
  lua_setmetatable(L, -2);
  lua_xmove(L, view->stack, 1);
  for (size_t i = 0; i < desc->n; i++) {
    lua_pushstring(L, desc->fields[i].name);
    view->names[i] = lua_tostring(L, -1);
    place_name(view, i);
    lua_xmove(L, view->stack, 1);
  }
  lua_settop(view->stack, 1 + 2 * (int)desc->n);
  lua_createtable(view->stack, has_names(desc) ? TEXTS : 0, 0);
  lua_settop(L, index - 1);
  return view;
}

/* The Lua string of the text of a NAME: many symbols take turns, and there are few of them. */
static void push_string(oms_view_t *view, int list, const char *text) {
  lua_State *V = view->stack;
  unsigned place = (unsigned)((uintptr_t)text * UINT64_C(0x9e3779b97f4a7c15) >> 56) % TEXTS;
  if (OMS_LIKELY(view->texts[place] == text)) {
    lua_rawgeti(V, list, (lua_Integer)place + 1);
    return;
  }
  lua_pushstring(V, text);
  lua_pushvalue(V, -1);
  lua_rawseti(V, list, (lua_Integer)place + 1);
  view->texts[place] = text;
}

/* The text of a NAME is looked for when it is another one than last time. */
static void push_name(oms_view_t *view, int i) {
  lua_State *V = view->stack;
  int at = 2 + (int)view->desc->n + i;
  const char *text =
      *(const char *const *)((const char *)view->record + view->desc->fields[i].offset);
  if (OMS_UNLIKELY(text != view->last[i])) {
    push_string(view, 2 + 2 * (int)view->desc->n, text);
    lua_replace(V, at);
    view->last[i] = text;
  }
  lua_pushvalue(V, at);
}

static void forget(oms_view_t *view) {
  for (uint64_t rest = view->learned; rest != 0; rest &= rest - 1) {
    lua_pushvalue(view->stack, __builtin_ctzll(rest) + 2);
    lua_pushnil(view->stack);
    lua_rawset(view->stack, 1);
  }
  view->learned = 0;
}

void oms_view_refresh(lua_State *L, oms_view_t *view, const void *record) {
  lua_State *V = view->stack;
  view->record = record;
  if (OMS_UNLIKELY(++view->event % EPOCH == 0)) {
    forget(view);
  }
  view->cell->grace =
      true; /* setting a field that was nil may grow the table: not the script's doing */
  for (uint64_t rest = view->learned; rest != 0; rest &= rest - 1) {
    int i = __builtin_ctzll(rest);
    lua_pushvalue(V, i + 2);
    if (view->desc->fields[i].kind == OMS_VIEW_NAME) {
      push_name(view, i);
    } else {
      push_field(V, &view->desc->fields[i], record);
    }
    lua_rawset(V, 1);
  }
  view->cell->grace = false;
  lua_pushvalue(V, 1);
  lua_xmove(V, L, 1);
}

void oms_view_end(oms_view_t *view) {
  view->record = NULL;
}

const void *oms_view_record(lua_State *L, int index, const oms_view_desc_t *desc) {
  const void *record = NULL;
  if (lua_type(L, index) == LUA_TTABLE && lua_getmetatable(L, index)) {
    lua_rawgeti(L, -1, 1);
    const oms_view_t *view = lua_touserdata(L, -1);
    /* A metatable of the script's own may hold a handle there; ours are protected. */
    bool ours = view != NULL && lua_rawlen(L, -1) == sizeof(*view) && view->desc == desc;
    record = ours ? view->record : NULL;
    lua_pop(L, 2);
  }
  return record;
}
