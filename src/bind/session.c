/* session.c - life of a session file: text in a cell of its own, the module `oms` as a global
 * there, the table it returns read into a config; and the defaults of a config. Reading is
 * session_read.c. The cell is the sandbox of every script (text only, allow-list, memory cap,
 * budget): a session file is no more trusted than a strategy. */
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "bind/session_int.h"

#define LOAD_BUDGET_NS INT64_C(1000000000) /* a file may work its rows out */
#define READ_BUDGET_NS INT64_C(10000000000)
#define FILE_MAX       ((size_t)64 << 20)

/* Defaults. */

void *oms_session_array(oms_session_config_t *c, size_t n, size_t size) {
  return oms_arena_zero(&c->arena, n, size);
}

/* The pessimistic venue of simulator.md; twin of oms_sim_config_default, which this room does
 * not see. */
static void venue_init(oms_sim_config_t *v) {
  *v = (oms_sim_config_t){
      .fill = OMS_FILL_NEXT_OPEN,
      .bar_path = OMS_BAR_PATH_WORST,
      .child_fill = OMS_CHILD_SAME_BAR,
      .trail_on = OMS_TRAIL_CLOSE,
      .max_participation = OMS_NO_PRICE,
      .commission = {.min = OMS_NO_PRICE, .max = OMS_NO_PRICE}
  };
}

void oms_session_account_init(oms_account_t *a) {
  *a = (oms_account_t){.id = "main",
                       .type = OMS_ACCOUNT_TYPE_MARGIN,
                       .trading_state = OMS_TRADING_STATE_ACTIVE,
                       .initial_cash = 100000 * OMS_MONEY_SCALE};
  oms_limits_none(&a->limits);
}

void oms_session_account_settle(oms_account_t *a) {
  a->cash = a->initial_cash;
  if (a->multiplier == 0) {
    a->multiplier = (a->type == OMS_ACCOUNT_TYPE_MARGIN ? 2 : 1) * OMS_QTY_SCALE;
  }
}

void oms_session_instrument_init(oms_instrument_t *i) {
  *i = (oms_instrument_t){.currency = "USD",
                          .declared = true,
                          .multiplier = OMS_QTY_SCALE,
                          .previous_close = OMS_NO_PRICE,
                          .margin_per_contract = OMS_NO_PRICE,
                          .last = OMS_NO_PRICE,
                          .last_ns = OMS_NO_TIME,
                          .bid = OMS_NO_PRICE,
                          .ask = OMS_NO_PRICE,
                          .trading_state = OMS_TRADING_STATE_ACTIVE};
}

int oms_session_config_init(oms_session_config_t *c) {
  *c = (oms_session_config_t){.name = "session",
                              .from = OMS_NO_TIME,
                              .to = OMS_NO_TIME,
                              .seed = 1,
                              .equity_every_ns = 60 * OMS_NS_PER_SECOND};
  venue_init(&c->venue);
  c->accounts = oms_session_array(c, 1, sizeof(*c->accounts));
  if (c->accounts == NULL) {
    return OMS_ERR_NOMEM;
  }
  c->account_n = 1;
  oms_session_account_init(&c->accounts[0]);
  oms_session_account_settle(&c->accounts[0]);
  return OMS_OK;
}

void oms_session_config_free(oms_session_config_t *c) {
  oms_arena_free(&c->arena);
  *c = (oms_session_config_t){.name = NULL};
}

/* Opening. */

static int init_file(oms_session_file_t *f, const char *path) {
  size_t n = strlen(path);
  f->ref_timeline = LUA_NOREF;
  f->ref_check = LUA_NOREF;
  oms_array_init(&f->entries, sizeof(oms_timeline_entry_t));
  f->name = oms_alloc(n + 1);
  if (oms_session_config_init(&f->config) != OMS_OK || f->name == NULL) {
    return OMS_ERR_NOMEM;
  }
  memcpy(f->name, path, n + 1);
  const char *slash = strrchr(path, '/');
  const char *stem = slash != NULL ? slash + 1 : path;
  size_t stem_n = strlen(stem);
  if (stem_n > 4 && strcmp(stem + stem_n - 4, ".lua") == 0) {
    stem_n -= 4;
  }
  f->config.path = oms_arena_text(&f->config.arena, path, n);
  f->config.name = oms_arena_text(&f->config.arena, stem, stem_n);
  return f->config.path == NULL || f->config.name == NULL ? OMS_ERR_NOMEM : OMS_OK;
}

static int open_cell(oms_session_file_t *f, const oms_session_source_t *source, oms_error_t *err) {
  const char *slash = strrchr(source->path, '/');
  size_t n = slash != NULL ? (size_t)(slash - source->path) + (slash == source->path) : 0;
  const char *folder = oms_arena_text(&f->config.arena, source->path, n);
  if (folder == NULL) {
    return oms_key_nomem(err);
  }
  oms_cell_config_t config = {.name = source->path,
                              .budget_ns =
                                  source->budget_ns > 0 ? source->budget_ns : LOAD_BUDGET_NS,
                              .seed = 1,
                              .roots = &folder,
                              .root_n = 1,
                              .fail_after = source->fail_after,
                              .sources = source->sources};
  return oms_cell_create(&config, &f->cell, err);
}

static int open_module(lua_State *L) {
  oms_session_file_t *f = lua_touserdata(L, 1);
  oms_lua_open(L, &f->api);
  lua_pushcfunction(L, oms_lib_require);
  lua_pushliteral(L, "oms");
  lua_call(L, 1, 1);
  oms_open_timeline(L);
  return 0;
}

static int read_table(lua_State *L) {
  oms_reader_t *r = lua_touserdata(L, 1);
  r->L = L;
  oms_bind_push_script(L);
  oms_read_session(r);
  return 0;
}

static int read_config(oms_session_file_t *f, oms_error_t *err) {
  static const oms_call_t call = {
      .name = "session", .phase = OMS_PHASE_LOAD, .budget_ns = READ_BUDGET_NS};
  oms_reader_t r = {.file = f, .config = &f->config, .rc = OMS_OK};
  int rc = oms_bind_protect(f->cell, read_table, &r, &call);
  if (rc == OMS_OK) {
    rc = r.rc = oms_session_config_check(&f->config, &r.error);
  }
  if (r.rc != OMS_OK) {
    return oms_error_set(err, r.rc, "%s: %s", f->name, r.error.message);
  }
  if (rc != OMS_OK) {
    return oms_bind_error(f->cell, rc, err);
  }
  oms_random_seed(&f->cell->random, f->config.seed); /* known only now: of timeline and check */
  return OMS_OK;
}

static int load_file(oms_session_file_t *f, const oms_session_source_t *source, oms_error_t *err) {
  static const oms_call_t call = {.name = "load", .phase = OMS_PHASE_LOAD};
  f->api.cell = f->cell;
  f->api.script = -1;
  f->api.kind = OMS_KIND_SESSION;
  f->api.owner = UINT16_MAX; /* it has no book of its own: it reads the account's positions */
  int rc = oms_bind_protect(f->cell, open_module, f, &call);
  if (rc != OMS_OK) {
    return oms_bind_error(f->cell, rc, err);
  }
  if (source->n > 0 &&
      source->text[0] == LUA_SIGNATURE[0]) { /* Lua's own refusal does not name the file */
    return oms_error_set(err, OMS_ERR_SCRIPT, "%s: is a binary chunk; a session is Lua text",
                         f->name);
  }
  rc = oms_cell_load_text(f->cell, source->path, source->text, source->n, err);
  if (rc == OMS_ERR_KILLED) { /* to the caller it is one more file that does not load */
    return oms_bind_error(f->cell, OMS_ERR_SCRIPT, err);
  }
  return rc == OMS_OK ? read_config(f, err) : rc;
}

int oms_session_file_open(const oms_session_source_t *source, oms_session_file_t **file,
                          oms_error_t *err) {
  *file = NULL;
  oms_session_file_t *f = oms_alloc_zero(1, sizeof(*f));
  if (f == NULL) {
    return oms_key_nomem(err);
  }
  int rc = init_file(f, source->path);
  f->config.sources = source->sources;
  if (rc != OMS_OK) {
    oms_key_nomem(err);
  } else {
    rc = open_cell(f, source, err);
  }
  if (rc == OMS_OK) {
    rc = load_file(f, source, err);
  }
  if (rc != OMS_OK) {
    oms_session_file_free(f);
    return rc;
  }
  *file = f;
  return OMS_OK;
}

int oms_session_file_load_text(const char *path, const char *text, size_t n,
                               oms_session_file_t **file, oms_error_t *err) {
  const oms_session_source_t source = {.path = path, .text = text, .n = n};
  return oms_session_file_open(&source, file, err);
}

/* Files. */

/* Reads all of 'in', whose size is not asked for: it may be a pipe. */
static int read_all(FILE *in, char **text, size_t *n) {
  size_t cap = 0;
  do {
    size_t more = cap == 0 ? 16384 : cap * 2;
    char *grown = more > FILE_MAX ? NULL : oms_realloc(*text, more);
    if (grown == NULL) {
      return more > FILE_MAX ? OMS_ERR_FULL : OMS_ERR_NOMEM;
    }
    *text = grown;
    *n += fread(*text + *n, 1, more - *n, in);
    cap = more;
  } while (*n == cap);
  return ferror(in) ? OMS_ERR_IO : OMS_OK;
}

/* A file of the disk; what it holds is taken down where there is a table for it. */
static int load_disk(const char *path, oms_files_t *sources, oms_session_file_t **file,
                     oms_error_t *err) {
  FILE *in = fopen(path, "rb");
  if (in == NULL) {
    return oms_error_set(err, OMS_ERR_IO, "%s: no such session file", path);
  }
  char *text = NULL;
  size_t n = 0;
  int rc = read_all(in, &text, &n);
  fclose(in);
  if (rc == OMS_OK && sources != NULL) {
    rc = oms_files_add(sources, path, text, n);
  }
  if (rc == OMS_OK) {
    const oms_session_source_t source = {.path = path, .text = text, .n = n, .sources = sources};
    rc = oms_session_file_open(&source, file, err);
  } else if (rc == OMS_ERR_IO) {
    oms_error_set(err, rc, "%s: cannot be read", path);
  } else {
    oms_error_set(err, rc, "%s: %s", path, rc == OMS_ERR_FULL ? "is too large" : oms_err_text(rc));
  }
  oms_free(text);
  return rc;
}

int oms_session_file_load_from(const char *path, oms_files_t *sources, oms_session_file_t **file,
                               oms_error_t *err) {
  *file = NULL;
  if (sources == NULL || !sources->sealed) {
    return load_disk(path, sources, file, err);
  }
  const oms_file_t *taken = oms_files_find(sources, path);
  if (taken == NULL || taken->text == NULL) {
    return oms_error_set(err, OMS_ERR_IO, "%s: no such session file", path);
  }
  const oms_session_source_t source = {
      .path = path, .text = taken->text, .n = taken->n, .sources = sources};
  return oms_session_file_open(&source, file, err);
}

int oms_session_file_load(const char *path, oms_session_file_t **file, oms_error_t *err) {
  return oms_session_file_load_from(path, NULL, file, err);
}

void oms_session_file_free(oms_session_file_t *f) {
  if (f == NULL) {
    return;
  }
  OMS_CHECK(oms_cell_close(f->cell) == 0);
  oms_array_free(&f->entries);
  oms_session_config_free(&f->config);
  oms_free(f->name);
  oms_free(f);
}

oms_session_config_t *oms_session_file_settings(oms_session_file_t *f) {
  return &f->config;
}

const oms_session_config_t *oms_session_file_config(const oms_session_file_t *f) {
  return &f->config;
}

void oms_session_file_attach(oms_session_file_t *f, const oms_desk_t *desk) {
  f->api.desk = desk;
}
