/* load.c - script files: loading text chunks, require from a list of folders, the list of what was
 * loaded. Binary chunks are refused. Leaves out watching and reloading, which are the host's. */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/alloc.h"
#include "base/hash.h"
#include "bind/bind.h"

#define PATH_MAX_SHOWN 512

/* The list's place of 'path'; a new one when it has none, NULL when out of memory. */
static oms_cell_file_t *file_place(oms_cell_t *cell, const char *path) {
  for (size_t i = 0; i < cell->file_n; i++) {
    if (strcmp(cell->files[i].path, path) == 0) {
      return &cell->files[i];
    }
  }
  if (cell->file_n == cell->file_cap) {
    size_t cap = cell->file_cap * 2 + 4;
    oms_cell_file_t *files = oms_realloc(cell->files, cap * sizeof(*files));
    if (files == NULL) {
      return NULL;
    }
    cell->files = files;
    cell->file_cap = cap;
  }
  oms_cell_file_t *file = &cell->files[cell->file_n];
  size_t length = strlen(path) + 1;
  file->path = oms_alloc(length);
  if (file->path == NULL) {
    return NULL;
  }
  memcpy(file->path, path, length);
  file->digest[0] = '\0';
  cell->file_n++;
  return file;
}

/* Remembers a loaded file, or one that was looked for and is not there ('text' NULL); false when
 * out of memory. */
static bool note_file(oms_cell_t *cell, const char *path, const char *text, size_t n) {
  oms_cell_file_t *file = file_place(cell, path);
  if (file != NULL && text != NULL) {
    oms_hash_hex(text, n, file->digest);
  }
  return file != NULL;
}

/* Raises what loading said (on top). Messages of the parser begin with file and line, the others
 * get the file; those have been told without it, by the handler that the parser runs under. */
static void raise_load_error(lua_State *L, const char *path, int status) {
  const char *message = status != LUA_ERRMEM ? lua_tostring(L, -1) : NULL;
  if (message != NULL && strncmp(message, path, strlen(path)) != 0) {
    lua_pushfstring(L, "%s: %s", path, message);
    oms_budget.top->told = false;
  }
  lua_error(L);
}

/* Pushes the function of Lua text; raises its syntax error. Editors may have put a byte order mark
 * before it. */
static void load_text(lua_State *L, const char *path, const char *text, size_t n) {
  if (n > 0 && text[0] == LUA_SIGNATURE[0]) {
    luaL_error(L, "%s: this is compiled Lua; scripts are loaded from their text", path);
  }
  if (n >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0) {
    text += 3;
    n -= 3;
  }
  lua_pushfstring(L, "@%s", path);
  int status = luaL_loadbufferx(L, text, n, lua_tostring(L, -1), "t");
  if (status != LUA_OK) {
    raise_load_error(L, path, status);
  }
  lua_remove(L, -2);
}

/* A table that has been written down hears of what is read of the disk later; sealed, it is asked
 * first. False: nobody could take it down. */
static bool tell_late(oms_cell_t *cell, const char *path, const char *text, size_t n) {
  oms_files_t *f = cell->sources;
  if (f == NULL || f->late == NULL || (!f->sealed && oms_files_same(f, path, text, n))) {
    return true;
  }
  bool good = f->late(f->late_self, f, path, text, n) == OMS_OK;
  return good && (f->sealed || oms_files_change(f, path, text, n) == OMS_OK);
}

/* Whether there is such a script: in the sealed table of the cell's sources, else on the disk. */
static bool is_there(oms_cell_t *cell, const char *path, struct stat *st) {
  if (cell->sources != NULL && cell->sources->sealed) {
    bool good = tell_late(cell, path, NULL, 0);
    const oms_file_t *file = good ? oms_files_find(cell->sources, path) : NULL;
    return file != NULL && file->text != NULL;
  }
  if (stat(path, st) == 0 && S_ISREG(st->st_mode)) {
    return true;
  }
  (void)tell_late(cell, path, NULL, 0);
  return false;
}

/* Pushes nothing: the table outlives the cell. */
static const char *recorded(const oms_cell_t *cell, const char *path, size_t *n) {
  const oms_file_t *file = oms_files_find(cell->sources, path);
  *n = file->n;
  return file->text;
}

/* Reads 'path' into a userdata that is pushed, so that nothing is lost when something raises. */
static const char *read_file(lua_State *L, const char *path, size_t *n) {
  struct stat st = {.st_size = 0};
  oms_cell_t *cell = oms_bind_cell(L);
  if (!is_there(cell, path, &st)) {
    luaL_error(L, "%s: no such file", path);
  }
  if (cell->sources != NULL && cell->sources->sealed) {
    lua_pushnil(L);
    return recorded(cell, path, n);
  }
  *n = (size_t)st.st_size;
  oms_lib_check_size(L, *n);
  char *text = lua_newuserdatauv(L, *n + 1, 0);
  FILE *file = fopen(path, "rb");
  size_t got = file != NULL ? fread(text, 1, *n, file) : 0;
  if (file != NULL) {
    fclose(file);
  }
  if (file == NULL || got != *n) {
    luaL_error(L, "%s: cannot be read", path);
  }
  if (!tell_late(cell, path, text, *n)) {
    luaL_error(L, "%s: it could not be written down", path);
  }
  if (cell->sources != NULL && oms_files_add(cell->sources, path, text, *n) != OMS_OK) {
    luaL_error(L, "%s: not enough memory", path);
  }
  return text;
}

void oms_load_file(lua_State *L, const char *path) {
  size_t n;
  const char *text = read_file(L, path, &n);
  if (!note_file(oms_bind_cell(L), path, text, n)) {
    luaL_error(L, "%s: not enough memory", path);
  }
  load_text(L, path, text, n);
  lua_remove(L, -2);
}

/* Keeps the value on top as the cell's script and pops it. */
static void keep_script(lua_State *L) {
  lua_rawseti(L, LUA_REGISTRYINDEX, oms_bind_cell(L)->ref_script);
}

struct load {
  const char *path, *text;
  size_t n;
};

static int run_load(lua_State *L) {
  const struct load *load = lua_touserdata(L, 1);
  if (load->text == NULL) {
    oms_load_file(L, load->path);
  } else {
    load_text(L, load->path, load->text, load->n);
  }
  lua_call(L, 0, 1);
  keep_script(L);
  return 0;
}

static int load_script(oms_cell_t *cell, struct load load, int64_t budget_ns, oms_error_t *err) {
  const oms_call_t call = {.name = "load", .phase = OMS_PHASE_LOAD, .budget_ns = budget_ns};
  int rc = oms_bind_protect(cell, run_load, &load, &call);
  return rc == OMS_OK ? OMS_OK : oms_bind_error(cell, rc, err);
}

int oms_cell_load(oms_cell_t *cell, const char *path, int64_t budget_ns, oms_error_t *err) {
  struct stat st = {.st_mode = 0};
  if (!is_there(cell, path, &st)) {
    (void)note_file(cell, path, NULL, 0);
    if (S_ISDIR(st.st_mode)) {
      return oms_error_set(err, OMS_ERR_IO, "%s: no such script file: it is a folder", path);
    }
    return oms_error_set(err, OMS_ERR_IO,
                         st.st_mode != 0 ? "%s: is no file; a script is a text file"
                                         : "%s: no such script file",
                         path);
  }
  return load_script(cell, (struct load){path, NULL, 0}, budget_ns, err);
}

int oms_cell_load_text(oms_cell_t *cell, const char *path, const char *text, size_t n,
                       oms_error_t *err) {
  return load_script(cell, (struct load){path, text, n}, 0, err);
}

void oms_bind_module(lua_State *L, const char *name, lua_CFunction open) {
  lua_rawgeti(L, LUA_REGISTRYINDEX, oms_bind_cell(L)->ref_modules);
  lua_pushcfunction(L, open);
  lua_setfield(L, -2, name);
  lua_pop(L, 1);
}

/* Parts of letters, digits, '_' and '-', joined by single dots: no way out of the roots. */
static bool name_is_safe(const char *name, size_t n) {
  bool part = false; /* the last character belongs to a part */
  if (n == 0 || n > 200 || strlen(name) != n) {
    return false;
  }
  for (size_t i = 0; i < n; i++) {
    char c = name[i];
    bool word = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                c == '_' || c == '-';
    if (!word && !(c == '.' && part)) {
      return false;
    }
    part = word;
  }
  return part;
}

/* Pushes the path of module 'name' below the first root that has it, or raises with the places
 * tried. */
static const char *find_module(lua_State *L, const char *name) {
  oms_cell_t *cell = oms_bind_cell(L);
  const char *file = luaL_gsub(L, name, ".", "/");
  for (size_t i = 0; i < cell->root_n; i++) {
    struct stat st;
    const char *root = cell->roots[i];
    const char *slash = root[0] == '\0' || root[strlen(root) - 1] == '/' ? "" : "/";
    const char *path = lua_pushfstring(L, "%s%s%s.lua", root, slash, file);
    if (is_there(cell, path, &st)) {
      lua_remove(L, -2);
      return path;
    }
    (void)note_file(cell, path, NULL, 0);
    lua_pop(L, 1);
  }
  luaL_Buffer b;
  luaL_buffinit(L, &b);
  for (size_t i = 0; i < cell->root_n; i++) {
    luaL_addstring(&b, i > 0 ? ", " : "");
    luaL_addstring(&b, cell->roots[i][0] != '\0' ? cell->roots[i] : ".");
  }
  luaL_pushresult(&b);
  luaL_error(L, "module '%s' is not found in: %s", name, lua_tostring(L, -1));
  return NULL;
}

/* Runs protected: pushes the value of module 'name' (argument 1), which is not loaded yet. */
static int load_module(lua_State *L) {
  const char *name = lua_tostring(L, 1);
  lua_rawgeti(L, LUA_REGISTRYINDEX, oms_bind_cell(L)->ref_modules);
  if (lua_getfield(L, -1, name) != LUA_TFUNCTION) {
    if (!name_is_safe(name, lua_rawlen(L, 1))) {
      luaL_error(
          L, "module name '%s' is not allowed: names of letters, digits, _ and -, joined by dots",
          name);
    }
    oms_load_file(L, find_module(L, name));
  }
  lua_pushvalue(L, 1);
  lua_call(L, 1, 1);
  if (lua_isnil(L, -1)) {
    lua_pushboolean(L, 1);
  }
  return 1;
}

/* require(name): a light userdata in the table of loaded modules marks one that is being loaded.
 * The mark is taken away when loading fails, so that a later require tells the same error again. */
int oms_lib_require(lua_State *L) {
  const char *name = luaL_checkstring(L, 1);
  lua_settop(L, 1);
  lua_rawgeti(L, LUA_REGISTRYINDEX, oms_bind_cell(L)->ref_loaded);
  int type = lua_getfield(L, 2, name);
  if (type == LUA_TLIGHTUSERDATA) {
    return luaL_error(L, "module '%s' requires itself, directly or through others", name);
  }
  if (type != LUA_TNIL) {
    return 1;
  }
  lua_pushlightuserdata(L, oms_bind_cell(L));
  lua_setfield(L, 2, name);
  lua_pushcfunction(L, load_module);
  lua_pushvalue(L, 1);
  int status = lua_pcall(L, 1, 1, 0);
  lua_pushvalue(L, -1);
  if (status != LUA_OK) {
    lua_pushnil(L);
    lua_replace(L, -2);
  }
  lua_setfield(L, 2, name);
  oms_bind_poll(L);
  return status == LUA_OK ? 1 : lua_error(L);
}
