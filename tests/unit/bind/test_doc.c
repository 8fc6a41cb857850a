/* test_doc.c - the documentation against the bindings: every function of every kind of cell has an
 * entry, every entry is there, and is refused in exactly the callbacks that it does not name. */
#include "bind/api_fixture.h"

#include "bind/doc.h"
#include "bind/script_int.h"
#include "bind/session_int.h"

typedef struct cells {
  oms_cell_t *of[4]; /* by oms_script_kind_t; 3: session */
} cells_t;

static const char *const names[] = {"strategy", "rule", "trigger", "session"};

/* Names of all functions under `oms`, as the cell sees them: the walk calls 'each'. */
typedef struct walk {
  uint32_t kind;
  size_t functions;
  char missing[256]; /* told outside of the cell: a failing test does not return */
} walk_t;

/* Names of a later version, which say so when they are called. */
static bool is_later(const char *name) {
  return strcmp(name, "oms.chain") == 0 || strcmp(name, "oms.contracts") == 0 ||
         strcmp(name, "oms.front") == 0;
}

static void expect_entry(walk_t *w, const char *name) {
  if (oms_doc_find(name) == NULL && !is_later(name)) {
    snprintf(w->missing, sizeof w->missing, "%s has no entry in the documentation", name);
  }
}

static void walk_table(lua_State *L, walk_t *w, const char *prefix) {
  char name[128];
  for (lua_pushnil(L); lua_next(L, -2); lua_pop(L, 1)) {
    snprintf(name, sizeof name, "%s%s", prefix, lua_tostring(L, -2));
    if (lua_type(L, -1) == LUA_TFUNCTION) {
      expect_entry(w, name);
      w->functions++;
    } else if (lua_type(L, -1) == LUA_TTABLE) {
      strcat(name, ".");
      walk_table(L, w, name);
    }
  }
}

static int walk_module(lua_State *L) {
  walk_t *w = lua_touserdata(L, 1);
  lua_rawgeti(L, LUA_REGISTRYINDEX, oms_api_of(L)->ref_module);
  walk_table(L, w, "oms.");
  if (w->kind == OMS_KIND_RULE) {
    lua_rawgeti(L, LUA_REGISTRYINDEX, oms_api_of(L)->ref_ctx);
    walk_table(L, w, "ctx.");
  }
  return 0;
}

static void every_function_has_an_entry(void **state) {
  const cells_t *c = *state;
  for (unsigned k = 0; k < 4; k++) {
    walk_t w = {.kind = 1u << k};
    const oms_call_t call = {.name = names[k], .phase = OMS_PHASE_EVENT};
    assert_int_equal(oms_bind_protect(c->of[k], walk_module, &w, &call), OMS_OK);
    assert_string_equal(w.missing, "");
    assert_true(w.functions > 30);
  }
}

/* Pushes what a name of "oms." or "ctx." stands for; nil where it is nothing. */
static void push_named(lua_State *L, const char *name) {
  char part[64];
  bool ctx = strncmp(name, "ctx.", 4) == 0;
  lua_rawgeti(L, LUA_REGISTRYINDEX, ctx ? oms_api_of(L)->ref_ctx : oms_api_of(L)->ref_module);
  for (const char *at = name + 4; lua_type(L, -1) == LUA_TTABLE; at += strlen(part) + 1) {
    snprintf(part, sizeof part, "%.*s", (int)strcspn(at, "."), at);
    lua_pushstring(L, part);
    lua_rawget(L, -2);
    if (at[strlen(part)] == '\0') {
      return;
    }
  }
}

typedef struct probe {
  const oms_doc_t *doc;
  bool found, refused;
} probe_t;

static int probe_call(lua_State *L) {
  probe_t *p = lua_touserdata(L, 1);
  push_named(L, p->doc->name);
  p->found = lua_type(L, -1) == LUA_TFUNCTION;
  if (p->found && lua_pcall(L, 0, 0, 0) != LUA_OK) {
    const char *message = lua_tostring(L, -1);
    p->refused = message != NULL && (strstr(message, "cannot be called in") != NULL ||
                                     strstr(message, "can be called only in") != NULL ||
                                     strstr(message, "is not for a") != NULL);
  }
  return 0;
}

/* What the entry names is accepted or refused for its arguments; all else for the callback. The
 * calls of a timeline are known by the function that is running: they have a test of their own. */
static void probe_phases(const cells_t *c, const oms_doc_t *d, unsigned k) {
  for (uint32_t phase = 1; phase < (uint32_t)OMS_PHASE_ANY; phase <<= 1) {
    probe_t p = {d, false, false};
    const oms_call_t call = {.name = "probe", .phase = phase};
    assert_int_equal(oms_bind_protect(c->of[k], probe_call, &p, &call), OMS_OK);
    if (!p.found) {
      fail_msg("%s is documented for a %s and is not there", d->name, names[k]);
    }
    if (d->where != OMS_DOC_TIMELINE && p.refused != ((d->phases & phase) == 0)) {
      fail_msg("%s in phase %x of a %s: refused %d, its entry says %x", d->name, phase, names[k],
               p.refused, d->phases);
    }
  }
}

/* For a kind that the entry does not name it is not there, or refused in every callback. */
static void probe_other_kind(const cells_t *c, const oms_doc_t *d, unsigned k) {
  probe_t p = {d, false, false};
  const oms_call_t call = {.name = "probe", .phase = OMS_PHASE_EVENT};
  assert_int_equal(oms_bind_protect(c->of[k], probe_call, &p, &call), OMS_OK);
  if (p.found && !p.refused) {
    fail_msg("%s can be called by a %s, which its entry does not say", d->name, names[k]);
  }
}

static void every_entry_is_a_binding(void **state) {
  const cells_t *c = *state;
  size_t n = 0;
  for (size_t i = 0; i < oms_doc_part_count; i++) {
    for (const oms_doc_t *d = oms_doc_parts[i].docs; d->name != NULL; d++) {
      bool named = strncmp(d->name, "oms.", 4) == 0 || strncmp(d->name, "ctx.", 4) == 0;
      for (unsigned k = 0; named && d->arguments != NULL && k < 4; k++) {
        if ((d->kinds & 1u << k) != 0) {
          probe_phases(c, d, k);
          n++;
        } else if (strncmp(d->name, "oms.", 4) == 0 || k == OMS_SCRIPT_RULE) {
          probe_other_kind(c, d, k);
        }
      }
    }
  }
  assert_true(n > 100);
}

static void every_callback_has_an_entry(void **state) {
  (void)state;
  for (int i = 0; i < OMS_CALLBACK_COUNT; i++) {
    const oms_callback_info_t *info = &oms_callback_infos[i];
    const oms_doc_t *d = oms_doc_find(info->name);
    if (d == NULL) {
      fail_msg("%s has no entry", info->name);
    }
    uint32_t kinds = info->kinds & ~(uint32_t)OMS_KIND_TRIGGER;
    assert_int_equal(d->kinds, kinds);
    assert_int_equal(d->phases, info->phase);
  }
}

static void expect_fields(const char *name, const oms_view_field_t *fields, size_t n) {
  const oms_doc_class_t *c = oms_doc_find_class(name);
  assert_non_null(c);
  for (size_t i = 0; i < n; i++) {
    bool found = false;
    for (size_t k = 0; k < c->n; k++) {
      found = found || strcmp(c->fields[k].name, fields[i].name) == 0;
    }
    if (!found) {
      fail_msg("%s.%s has no entry", name, fields[i].name);
    }
  }
}

static void every_field_has_an_entry(void **state) {
  (void)state;
  size_t n;
  const oms_view_field_t *order = oms_order_fields(&n);
  expect_fields("Order", order, n);
  expect_fields("Bar", oms_bar_desc.fields, oms_bar_desc.n);
  expect_fields("Fill", oms_fill_desc.fields, oms_fill_desc.n);
  expect_fields("Quote", oms_quote_desc.fields, oms_quote_desc.n);
  expect_fields("Trade", oms_trade_desc.fields, oms_trade_desc.n);
  expect_fields("Action", oms_action_desc.fields, oms_action_desc.n);
  expect_fields("Event", oms_event_desc.fields, oms_event_desc.n);
}

/* Reading a field that a thing does not have raises. */
static const char read_fields[] =
    "local name, thing = ...\n"
    "for _, field in ipairs(fields) do local ok, why = pcall(function() return thing[field] end)\n"
    "if not ok then error(name .. ': ' .. why, 0) end end";

static int read_class(lua_State *L) {
  const oms_doc_class_t *c = lua_touserdata(L, 1);
  static const struct {
    const char *class_name, *source;
  } things[] = {
      {"Account",    "return oms.account()"        },
      {"Instrument", "return oms.instrument('SPY')"},
      {"Position",   "return oms.position('SPY')"  }
  };
  for (size_t i = 0; i < OMS_COUNT(things); i++) {
    if (strcmp(things[i].class_name, c->name) != 0) {
      continue;
    }
    lua_newtable(L); /* globals of the two chunks */
    lua_rawgeti(L, LUA_REGISTRYINDEX, oms_api_of(L)->ref_module);
    lua_setfield(L, -2, "oms");
    lua_newtable(L);
    for (size_t k = 0; k < c->n; k++) {
      lua_pushstring(L, c->fields[k].name);
      lua_rawseti(L, -2, (lua_Integer)k + 1);
    }
    lua_setfield(L, -2, "fields");
    lua_rawgeti(L, LUA_REGISTRYINDEX, oms_bind_cell(L)->ref_globals);
    for (const char *const *g = (const char *const[]){"ipairs", "pcall", "error", NULL}; *g != NULL;
         g++) {
      lua_getfield(L, -1, *g);
      lua_setfield(L, -3, *g);
    }
    lua_pop(L, 1);
    int globals = lua_gettop(L);
    luaL_loadstring(L, things[i].source);
    lua_pushvalue(L, globals);
    lua_setupvalue(L, -2, 1);
    lua_call(L, 0, 1);
    luaL_loadstring(L, read_fields);
    lua_pushvalue(L, globals);
    lua_setupvalue(L, -2, 1);
    lua_pushstring(L, c->name);
    lua_pushvalue(L, -3);
    lua_call(L, 2, 0);
  }
  return 0;
}

static void every_documented_field_is_there(void **state) {
  const cells_t *c = *state;
  const oms_call_t call = {.name = "read", .phase = OMS_PHASE_EVENT};
  static const char *const classes[] = {"Account", "Instrument", "Position"};
  for (size_t i = 0; i < OMS_COUNT(classes); i++) {
    const oms_doc_class_t *class = oms_doc_find_class(classes[i]);
    assert_non_null(class);
    oms_error_t err;
    int rc = oms_bind_protect(c->of[0], read_class, (void *)(uintptr_t) class, &call);
    if (rc != OMS_OK) {
      oms_bind_error(c->of[0], rc, &err);
      fail_msg("%s", err.message);
    }
  }
}

static void entries_are_whole(void **state) {
  (void)state;
  for (size_t i = 0; i < oms_doc_part_count; i++) {
    for (const oms_doc_t *d = oms_doc_parts[i].docs; d->name != NULL; d++) {
      if (d->text[0] == '\0' || d->example[0] == '\0' || d->kinds == 0 || d->phases == 0 ||
          oms_doc_find(d->name) != d) {
        fail_msg("the entry of %s is not whole, or stands twice", d->name);
      }
    }
  }
  assert_string_equal(oms_doc_nearest("oms.sumbit"), "oms.submit");
  assert_null(oms_doc_find("oms.nothing"));
}

int main(void) {
  world_t w;
  world_open(&w);
  oms_script_t *scripts[3];
  static const char *const sources[] = {"return {}", "return {check = function() end}",
                                        "return {on_event = function() end}"};
  cells_t cells;
  for (int k = 0; k < 3; k++) {
    scripts[k] = load_kind(&w, (oms_script_kind_t)k, sources[k]);
    cells.of[k] = scripts[k]->cell;
  }
  oms_session_file_t *file = NULL;
  const char session[] =
      "return { data = { { symbol = 'SPY', bars = { { '2024-01-02', 1, 1, 1, 1 } } } },"
      " timeline = function() end }";
  size_t entries;
  if (oms_session_file_load_text("doc.lua", session, sizeof session - 1, &file, NULL) != OMS_OK ||
      oms_session_file_timeline(file, &w.desk, &entries, NULL) != OMS_OK) {
    return 1;
  }
  cells.of[3] = file->cell;
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_prestate(every_function_has_an_entry, &cells),
      cmocka_unit_test_prestate(every_entry_is_a_binding, &cells),
      cmocka_unit_test(every_callback_has_an_entry),
      cmocka_unit_test(every_field_has_an_entry),
      cmocka_unit_test_prestate(every_documented_field_is_there, &cells),
      cmocka_unit_test(entries_are_whole),
  };
  int failed = cmocka_run_group_tests(tests, NULL, NULL);
  oms_session_file_free(file);
  for (int k = 0; k < 3; k++) {
    oms_script_free(scripts[k]);
  }
  world_close(&w);
  return failed;
}
