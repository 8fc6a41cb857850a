/* script.c - the life of a user script: opening its cell, loading, the facts that the host asks
 * for, the end. Leaves out what its table may hold (script_inspect.c), parameters
 * (script_params.c), calls (script_call.c) and reload (script_reload.c). */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/hash.h"
#include "bind/script_int.h"

#define ROOT_MAX 1024

_Noreturn void oms_loading_fail(lua_State *L, oms_loading_t *loading, const char *format, ...) {
  va_list args;
  va_start(args, format);
  vsnprintf(loading->message, sizeof(loading->message), format, args);
  va_end(args);
  lua_pushliteral(L, "refused");
  lua_error(L);
  __builtin_unreachable();
}

/* Copies of the configuration. */

static char *copy_bytes(const void *data, size_t n) {
  char *copy = oms_alloc(n + 1);
  if (copy != NULL) {
    memcpy(copy, data, n);
    copy[n] = '\0';
  }
  return copy;
}

static bool copy_text(const char **text) {
  if (*text == NULL) {
    return true;
  }
  *text = copy_bytes(*text, strlen(*text));
  return *text != NULL;
}

static const char **copy_texts(const char *const *texts, size_t n) {
  const char **copy = oms_alloc_zero(n + 1, sizeof(*copy));
  for (size_t i = 0; copy != NULL && i < n; i++) {
    copy[i] = copy_bytes(texts[i], strlen(texts[i]));
    if (copy[i] == NULL) {
      while (i-- > 0) {
        oms_free((void *)copy[i]);
      }
      oms_free((void *)copy);
      return NULL;
    }
  }
  return copy;
}

/* Replaces each pointer of the configuration by a copy; pointers not reached yet are cleared first,
 * so that what is freed is always ours. */
static int copy_config(oms_script_t *s, const oms_script_config_t *from) {
  oms_script_config_t *c = &s->config;
  *c = *from;
  c->path = c->id = c->library = NULL;
  c->params = NULL;
  c->sets = NULL;
  c->path = from->path;
  if (!copy_text(&c->path)) {
    return OMS_ERR_NOMEM;
  }
  c->id = from->id;
  if (!copy_text(&c->id)) {
    return OMS_ERR_NOMEM;
  }
  c->library = from->library;
  if (!copy_text(&c->library)) {
    return OMS_ERR_NOMEM;
  }
  if (from->params != NULL) {
    c->params = (const unsigned char *)copy_bytes(from->params, from->param_n);
  }
  c->sets = copy_texts(from->sets, from->set_n);
  bool all = (from->params == NULL || c->params != NULL) && c->sets != NULL;
  return all ? OMS_OK : OMS_ERR_NOMEM;
}

static void free_texts(char **texts, size_t n) {
  for (size_t i = 0; texts != NULL && i < n; i++) {
    oms_free(texts[i]);
  }
  oms_free(texts);
}

static void free_config(oms_script_config_t *c) {
  oms_free((void *)c->path);
  oms_free((void *)c->id);
  oms_free((void *)c->library);
  oms_free((void *)c->params);
  free_texts((char **)(void *)c->sets, c->set_n);
}

/* The cell. */

/* "dir/of/script" of "dir/of/script/x.lua". */
static void folder_of(const char *path, char *out, size_t cap) {
  const char *slash = strrchr(path, '/');
  size_t n = slash == NULL ? 0 : (size_t)(slash - path) + (slash == path);
  snprintf(out, cap, "%.*s", (int)(n < cap ? n : cap - 1), path);
}

static int create_cell(oms_script_t *s, oms_error_t *err) {
  char folder[ROOT_MAX], library[ROOT_MAX];
  const oms_script_config_t *c = &s->config;
  folder_of(c->path, folder, sizeof(folder));
  snprintf(library, sizeof(library), "%s/lua", c->library != NULL ? c->library : "");
  const char *const roots[] = {folder, library};
  const oms_cell_config_t cell = {.name = c->id,
                                  .memory_cap = c->memory_cap,
                                  .budget_ns = c->budget_ns,
                                  .strict_budget = (int64_t)c->strict_budget,
                                  .seed = c->seed,
                                  .roots = roots,
                                  .root_n = c->library != NULL ? 2 : 1,
                                  .sources = c->sources,
                                  .user = &s->api};
  return oms_cell_create(&cell, &s->cell, err);
}

static int open_api(lua_State *L) {
  oms_script_t *s = ((oms_loading_t *)lua_touserdata(L, 1))->script;
  lua_newtable(L);
  s->ref_bars = luaL_ref(L, LUA_REGISTRYINDEX);
  oms_lua_open(L, &s->api);
  return 0;
}

/* Runs a step of loading; its own message, where it has one, is the whole text. */
static int step(oms_script_t *s, lua_CFunction fn, int code, oms_error_t *err) {
  const oms_call_t call = {.name = "load", .phase = OMS_PHASE_LOAD};
  oms_loading_t loading = {.script = s};
  int rc = oms_bind_protect(s->cell, fn, &loading, &call);
  if (rc == OMS_ERR_SCRIPT && loading.message[0] != '\0') {
    char line[16] = "";
    if (loading.line > 0) {
      snprintf(line, sizeof(line), ":%d", loading.line);
    }
    return oms_error_set(err, code, "%s%s: %s", s->config.path, line, loading.message);
  }
  return rc == OMS_OK ? OMS_OK : oms_bind_error(s->cell, rc, err);
}

static int hash_files(oms_script_t *s) {
  size_t n;
  const oms_cell_file_t *files = oms_cell_files(s->cell, &n);
  oms_digest_t *digest = oms_digest_new();
  if (digest == NULL) {
    return OMS_ERR_NOMEM;
  }
  for (size_t i = 0; i < n; i++) {
    if (files[i].digest[0] != '\0') {
      oms_digest_text(digest, files[i].digest);
    }
  }
  oms_digest_hex(digest, s->hash);
  oms_digest_free(digest);
  s->api.hash = s->hash;
  return OMS_OK;
}

static int load(oms_script_t *s, oms_error_t *err) {
  int rc = create_cell(s, err);
  if (rc == OMS_OK) {
    rc = step(s, open_api, OMS_ERR_SCRIPT, err);
  }
  if (rc == OMS_OK) {
    rc = oms_cell_load(s->cell, s->config.path, 0, err);
  }
  if (rc == OMS_OK) {
    rc = step(s, oms_script_inspect, OMS_ERR_SCRIPT, err);
  }
  if (rc == OMS_OK) {
    rc = step(s, oms_script_overlay, OMS_ERR_USAGE, err);
  }
  if (rc == OMS_OK && hash_files(s) != OMS_OK) {
    rc = oms_error_set(err, OMS_ERR_NOMEM, "%s: out of memory", s->config.path);
  }
  return rc;
}

int oms_script_load(const oms_script_config_t *config, oms_script_t **script, oms_error_t *err) {
  return oms_script_try(config, script, NULL, err);
}

int oms_script_try(const oms_script_config_t *config, oms_script_t **script, oms_array_t *files,
                   oms_error_t *err) {
  *script = NULL;
  oms_script_t *s = oms_alloc_zero(1, sizeof(*s));
  if (s == NULL || copy_config(s, config) != OMS_OK) {
    oms_script_free(s);
    return oms_error_set(err, OMS_ERR_NOMEM, "%s: out of memory", config->path);
  }
  s->api.desk = config->desk;
  s->api.script = config->index;
  s->api.kind = 1u << config->kind;
  s->api.account = config->account;
  s->api.owner = config->owner;
  for (int i = 0; i < OMS_CALLBACK_COUNT; i++) {
    s->refs[i] = LUA_NOREF;
    s->calls[i] = (oms_call_t){.name = oms_callback_name(s, (oms_callback_t)i),
                               .phase = oms_callback_infos[i].phase};
  }
  s->ref_test = LUA_NOREF;
  int rc = load(s, err);
  if (rc != OMS_OK) {
    if (files != NULL && s->cell != NULL) {
      oms_script_copy_files(s, files);
    }
    oms_script_free(s);
    return rc;
  }
  *script = s;
  return OMS_OK;
}

void oms_script_free(oms_script_t *s) {
  if (s == NULL) {
    return;
  }
  oms_cell_close(s->cell);
  free_texts(s->symbols, s->symbol_n);
  free_texts(s->timeframes, s->timeframe_n);
  oms_free((void *)s->bar_views);
  oms_free(s->bar_records);
  oms_free(s->saved);
  oms_free(s->shown);
  oms_free(s->params_text);
  free_config(&s->config);
  oms_free(s);
}

/* Facts. */

const char *oms_script_id(const oms_script_t *s) {
  return s->config.id;
}
const char *oms_script_path(const oms_script_t *s) {
  return s->config.path;
}
const oms_cell_file_t *oms_script_files(const oms_script_t *s, size_t *n) {
  return oms_cell_files(s->cell, n);
}
void oms_script_copy_files(const oms_script_t *s, oms_array_t *files) {
  size_t n;
  const oms_cell_file_t *from = oms_script_files(s, &n);
  for (size_t i = 0; i < n; i++) {
    oms_cell_file_t copy = from[i];
    copy.path = copy_bytes(copy.path, strlen(copy.path));
    if (copy.path == NULL || oms_array_push(files, &copy) != OMS_OK) {
      oms_free(copy.path);
      return;
    }
  }
}
const char *oms_script_hash(const oms_script_t *s) {
  return s->hash;
}
bool oms_script_has(const oms_script_t *s, oms_callback_t callback) {
  return s->refs[callback] != LUA_NOREF;
}
bool oms_script_has_callback(const oms_script_t *s) {
  for (int i = 0; i < OMS_CALLBACK_COUNT; i++) {
    if (oms_script_has(s, (oms_callback_t)i)) {
      return true;
    }
  }
  return false;
}
int64_t oms_script_warmup(const oms_script_t *s) {
  return s->warmup;
}
bool oms_script_strict(const oms_script_t *s) {
  return s->strict;
}
int64_t oms_script_every(const oms_script_t *s) {
  return s->every;
}
size_t oms_script_symbol_count(const oms_script_t *s) {
  return s->symbol_n;
}
const char *oms_script_symbol(const oms_script_t *s, size_t i) {
  return s->symbols[i];
}
size_t oms_script_timeframe_count(const oms_script_t *s) {
  return s->timeframe_n;
}
const char *oms_script_timeframe(const oms_script_t *s, size_t i) {
  return s->timeframes[i];
}
