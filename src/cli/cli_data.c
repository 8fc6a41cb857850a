/* cli_data.c - --data of the command line as the data list of a session: files, folders and
 * patterns, sorted by symbol and by the kind that their header lines tell. */
#include <string.h>
#include <sys/stat.h>

#include "cli/cli_data.h"
#include "data/csv.h"

/* One file of a --data. */
typedef struct found {
  const char *symbol, *path;
  oms_data_kind_t kind;
} found_t;

typedef struct maker {
  oms_session_config_t *c;
  const oms_cli_data_t *options;
  char library[4096];
  bool has_library;
  oms_array_t files;   /* found_t of the --data that is read */
  oms_array_t entries; /* oms_data_config_t */
  oms_error_t *err;
} maker_t;

static int nomem(oms_error_t *err) {
  return oms_error_set(err, OMS_ERR_NOMEM, "out of memory for the data list");
}

static const char *text_of(const maker_t *m, const char *s, size_t n) {
  return oms_arena_text(&m->c->arena, s, n);
}

/* What the file's header says that it holds. What cannot be looked at beforehand (a pipe, a file
 * that is not there) counts as bars, and is opened or missed in its turn. */
static int kind_of(const maker_t *m, const char *path, oms_data_kind_t *kind) {
  char found[4096];
  struct stat st;
  oms_csv_kind_t csv_kind;
  *kind = OMS_DATA_BARS;
  if (oms_session_data_path(m->c, path, m->has_library ? m->library : NULL, found, sizeof found,
                            NULL) != OMS_OK ||
      stat(found, &st) != 0 || !S_ISREG(st.st_mode)) {
    return OMS_OK;
  }
  int rc = oms_csv_find_kind(found, &csv_kind, m->err);
  if (rc == OMS_OK) {
    *kind = (oms_data_kind_t)csv_kind;
  }
  return rc;
}

/* The name without its folder, up to its first dot. */
static const char *stem_of(const maker_t *m, const char *path) {
  const char *slash = strrchr(path, '/');
  const char *name = slash != NULL ? slash + 1 : path;
  return text_of(m, name, strcspn(name, "."));
}

static int add_file(maker_t *m, const char *symbol, const char *path) {
  found_t f = {.symbol = symbol != NULL ? symbol : stem_of(m, path), .path = path};
  int rc = f.symbol == NULL ? nomem(m->err) : kind_of(m, path, &f.kind);
  if (rc == OMS_OK && f.symbol[0] == '\0') {
    return oms_error_set(m->err, OMS_ERR_USAGE,
                         "--data: %s: a name that begins with a dot names no symbol; write "
                         "SYMBOL=FILE",
                         path);
  }
  return rc == OMS_OK && oms_array_push(&m->files, &f) != OMS_OK ? nomem(m->err) : rc;
}

/* The files that 'path' means; a file that is not there stays as it was given, for its turn. */
static int add_path(maker_t *m, const char *symbol, const char *path) {
  oms_array_t list; /* const char * */
  oms_error_t missing;
  oms_array_init(&list, sizeof(const char *));
  int rc = oms_session_data_files(m->c, path, m->has_library ? m->library : NULL, &list, &missing);
  if (rc == OMS_ERR_NOT_FOUND && symbol != NULL && !oms_is_pattern(path)) {
    rc = add_file(m, symbol, path);
  } else if (rc != OMS_OK) {
    rc = oms_error_set(m->err, rc == OMS_ERR_NOT_FOUND ? OMS_ERR_USAGE : rc, "--data: %s",
                       missing.message);
  }
  for (size_t i = 0; rc == OMS_OK && i < list.n; i++) {
    rc = add_file(m, symbol, oms_cli_item(&list, i));
  }
  oms_array_free(&list);
  return rc;
}

/* SYMBOL=PATH,PATH. */
static int add_named(maker_t *m, const char *text, size_t n) {
  const char *symbol = text_of(m, text, n), *s = text + n + 1;
  int rc = symbol == NULL ? nomem(m->err) : OMS_OK;
  for (const char *end; rc == OMS_OK && *s != '\0'; s = *end == ',' ? end + 1 : end) {
    end = s + strcspn(s, ",");
    const char *path = text_of(m, s, (size_t)(end - s));
    if (path != NULL && path[0] == '\0') {
      return oms_error_set(m->err, OMS_ERR_USAGE,
                           "--data: there is no file between two commas of '%.200s'", text);
    }
    rc = path == NULL ? nomem(m->err) : add_path(m, symbol, path);
  }
  return rc;
}

/* A folder or a pattern alone: each file names its symbol. */
static int add_many(maker_t *m, const char *text) {
  char found[4096];
  struct stat st;
  const char *library = m->has_library ? m->library : NULL;
  bool there = oms_session_path(m->c, text, library, found, sizeof found, NULL) == OMS_OK;
  if (there && stat(found, &st) == 0 && S_ISREG(st.st_mode)) {
    return oms_error_set(m->err, OMS_ERR_USAGE, "--data: must be SYMBOL=FILE, got '%.200s'", text);
  }
  bool sealed = m->c->sources != NULL && m->c->sources->sealed; /* its folders are in no list */
  if (!there && !sealed && !oms_is_pattern(text)) {
    return oms_error_set(m->err, OMS_ERR_USAGE,
                         "--data: must be SYMBOL=FILE, a folder or a pattern, got '%.200s', which "
                         "is not there",
                         text);
  }
  return add_path(m, NULL, text);
}

/* Zone and, of bars, timeframe of an entry; what is built of it. */
static int settle(const maker_t *m, oms_data_config_t *d) {
  const oms_cli_data_t *o = m->options;
  d->zone = OMS_ZONE_UTC;
  if (o->tz != NULL && oms_zone_parse(o->tz, strlen(o->tz), &d->zone) != OMS_OK) {
    return oms_error_set(m->err, OMS_ERR_USAGE, "--tz: unknown time zone '%.60s'; known: %s", o->tz,
                         oms_zone_names());
  }
  if (o->timeframe != NULL && d->kind == OMS_DATA_BARS &&
      oms_timeframe_parse(o->timeframe, strlen(o->timeframe), &d->timeframe) != OMS_OK) {
    return oms_error_set(m->err, OMS_ERR_USAGE,
                         "--timeframe: must be like 30s, 1m, 4h or 1d, got '%.60s'", o->timeframe);
  }
  return OMS_OK;
}

/* The entry of the file's symbol and kind, from 'first' on; made when it is new. */
static oms_data_config_t *entry_of(maker_t *m, size_t first, const found_t *f) {
  for (size_t i = first; i < m->entries.n; i++) {
    oms_data_config_t *d = OMS_AT(&m->entries, oms_data_config_t, i);
    if (d->kind == f->kind && strcmp(d->symbol, f->symbol) == 0) {
      return d;
    }
  }
  const oms_data_config_t d = {.symbol = f->symbol, .kind = f->kind};
  return oms_array_push(&m->entries, &d) == OMS_OK
             ? OMS_AT(&m->entries, oms_data_config_t, m->entries.n - 1)
             : NULL;
}

/* Entries of the files in order; their paths are counted first, then taken. */
static int make_entries(maker_t *m) {
  size_t first = m->entries.n;
  for (size_t i = 0; i < m->files.n; i++) {
    oms_data_config_t *d = entry_of(m, first, OMS_AT(&m->files, found_t, i));
    if (d == NULL) {
      return nomem(m->err);
    }
    d->path_n++;
  }
  for (size_t i = first; i < m->entries.n; i++) {
    oms_data_config_t *d = OMS_AT(&m->entries, oms_data_config_t, i);
    d->paths = oms_session_array(m->c, d->path_n, sizeof *d->paths);
    d->path_n = 0;
    int rc = d->paths == NULL ? nomem(m->err) : settle(m, d);
    if (rc != OMS_OK) {
      return rc;
    }
  }
  for (size_t i = 0; i < m->files.n; i++) {
    const found_t *f = OMS_AT(&m->files, found_t, i);
    oms_data_config_t *d = entry_of(m, first, f);
    ((const char **)d->paths)[d->path_n++] = f->path;
  }
  m->files.n = 0;
  return OMS_OK;
}

static int add_data(maker_t *m, const char *text) {
  size_t n = strcspn(text, "=");
  int rc;
  if (text[n] == '\0' && n > 0) {
    rc = add_many(m, text);
  } else if (n == 0 || text[n + 1] == '\0' || text[n + 1] == ',') {
    rc = oms_error_set(m->err, OMS_ERR_USAGE, "--data: must be SYMBOL=FILE, got '%.200s'", text);
  } else {
    rc = add_named(m, text, n);
  }
  return rc == OMS_OK ? make_entries(m) : rc;
}

static bool has_bars(const oms_session_config_t *c, const char *symbol) {
  for (size_t i = 0; i < c->data_n; i++) {
    if (c->data[i].kind == OMS_DATA_BARS && strcmp(c->data[i].symbol, symbol) == 0) {
      return true;
    }
  }
  return false;
}

/* 5m,1h,1d for each symbol's bars, without them its trades. */
static int set_build(maker_t *m) {
  const char *s = m->options->build;
  size_t n = 0, most = strlen(s) / 2 + 1;
  int64_t *list = oms_session_array(m->c, most, sizeof *list);
  if (list == NULL) {
    return nomem(m->err);
  }
  for (const char *end; *s != '\0'; s = *end == ',' ? end + 1 : end) {
    end = s + strcspn(s, ",");
    if (oms_timeframe_parse(s, (size_t)(end - s), &list[n]) != OMS_OK) {
      return oms_error_set(m->err, OMS_ERR_USAGE,
                           "--build: must be a list like 5m,1h,1d, got '%.60s'", m->options->build);
    }
    n++;
  }
  for (size_t i = 0; i < m->c->data_n; i++) {
    oms_data_config_t *d = &m->c->data[i];
    if (d->kind == OMS_DATA_BARS || (d->kind == OMS_DATA_TRADES && !has_bars(m->c, d->symbol))) {
      d->build = list;
      d->build_n = n;
    }
  }
  return OMS_OK;
}

/* The entries become the config's. */
static int take_entries(maker_t *m) {
  m->c->data = oms_session_array(m->c, m->entries.n, sizeof *m->c->data);
  if (m->c->data == NULL) {
    return nomem(m->err);
  }
  memcpy(m->c->data, m->entries.data, m->entries.n * sizeof *m->c->data);
  m->c->data_n = m->entries.n;
  return m->options->build != NULL ? set_build(m) : OMS_OK;
}

int oms_cli_set_data(oms_session_config_t *c, const oms_cli_data_t *options, oms_error_t *err) {
  maker_t m = {.c = c, .options = options, .err = err};
  int rc = OMS_OK;
  if (options->data->n == 0) {
    return oms_error_set(err, OMS_ERR_USAGE, "%s needs --data SYMBOL=FILE", options->command);
  }
  oms_array_init(&m.files, sizeof(found_t));
  oms_array_init(&m.entries, sizeof(oms_data_config_t));
  m.has_library = oms_library_folder(m.library, sizeof m.library);
  for (size_t i = 0; i < options->data->n && rc == OMS_OK; i++) {
    rc = add_data(&m, oms_cli_item(options->data, i));
  }
  if (rc == OMS_OK) {
    rc = take_entries(&m);
  }
  oms_array_free(&m.files);
  oms_array_free(&m.entries);
  return rc;
}
