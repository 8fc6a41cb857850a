/* data_files.c - the files that a path of the data list means: itself, the files of a folder, or
 * those that fit a pattern, in order of their names. */
#include <dirent.h>
#include <fnmatch.h>
#include <glob.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#include "base/containers.h"
#include "host/run.h"

typedef struct finder {
  const oms_session_config_t *c;
  oms_array_t *out; /* const char * */
  oms_error_t *err;
} finder_t;

static int nomem(oms_error_t *err) {
  return oms_error_set(err, OMS_ERR_NOMEM, "out of memory for the data list");
}

static bool is_folder(const char *path) {
  struct stat st;
  return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

/* Folders, pipes and devices that lie among the files are passed by; a link that leads nowhere is
 * missed in its turn. */
static bool is_meant(const char *path) {
  struct stat st;
  return stat(path, &st) != 0 || S_ISREG(st.st_mode);
}

static int take(const finder_t *f, const char *path) {
  const char *copy = oms_arena_text((oms_arena_t *)&f->c->arena, path, strlen(path));
  bool taken = copy != NULL && oms_array_push(f->out, &copy) == OMS_OK;
  return taken ? OMS_OK : nomem(f->err);
}

static int compare(const void *a, const void *b) {
  return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* In order of bytes, whatever the locale. */
static void sort_from(const finder_t *f, size_t first) {
  if (f->out->n - first > 1) {
    qsort(OMS_AT(f->out, const char *, first), f->out->n - first, sizeof(const char *), compare);
  }
}

static bool ends_in(const char *name, const char *ending) {
  size_t n = strlen(name), m = strlen(ending);
  return n > m && strcasecmp(name + n - m, ending) == 0;
}

static bool is_data(const char *name) {
  return name[0] != '.' &&
         (ends_in(name, ".csv") || ends_in(name, ".csv.gz") || ends_in(name, ".zip"));
}

static int take_folder(const finder_t *f, const char *folder) {
  char path[PATH_MAX];
  size_t first = f->out->n, n = strlen(folder);
  int rc = OMS_OK;
  DIR *dir = opendir(folder);
  const struct dirent *entry;
  while (rc == OMS_OK && dir != NULL && (entry = readdir(dir)) != NULL) {
    int length = snprintf(path, sizeof path, "%s%s%s", folder,
                          n > 0 && folder[n - 1] == '/' ? "" : "/", entry->d_name);
    if (is_data(entry->d_name) && length < (int)sizeof path && is_meant(path)) {
      rc = take(f, path);
    }
  }
  if (dir == NULL) {
    return oms_error_set(f->err, OMS_ERR_IO, "%s: the folder cannot be read", folder);
  }
  (void)closedir(dir);
  if (rc == OMS_OK && f->out->n == first) {
    rc = oms_error_set(f->err, OMS_ERR_IO,
                       "%s: the folder holds no file that ends in .csv, .csv.gz or .zip", folder);
  }
  sort_from(f, first);
  return rc;
}

bool oms_is_pattern(const char *path) {
  return strpbrk(path, "*?[") != NULL;
}

/* "FOLDER/PATTERN", the folder taken as it is. */
static bool join(const char *folder, const char *pattern, char *out, size_t n) {
  size_t k = 0;
  for (const char *p = folder; *p != '\0' && k + 2 < n; p++) {
    if (strchr("*?[]\\", *p) != NULL) {
      out[k++] = '\\';
    }
    out[k++] = *p;
  }
  int length = snprintf(out + k, n - k, "%s%s", k > 0 ? "/" : "", pattern);
  return length >= 0 && (size_t)length < n - k;
}

static int take_matches(const finder_t *f, const char *folder, const char *pattern) {
  char path[PATH_MAX];
  glob_t found;
  int rc = OMS_OK;
  size_t first = f->out->n;
  if (!join(folder, pattern, path, sizeof path) || glob(path, GLOB_NOSORT, NULL, &found) != 0) {
    return OMS_OK;
  }
  for (size_t i = 0; rc == OMS_OK && i < found.gl_pathc; i++) {
    rc = is_meant(found.gl_pathv[i]) ? take(f, found.gl_pathv[i]) : OMS_OK;
  }
  globfree(&found);
  sort_from(f, first);
  return rc;
}

/* Of a sealed table the files that the pattern, or one for all files of the folder, names. */
static int take_sealed(const finder_t *f, const char *folder, const char *path, bool pattern) {
  char whole[PATH_MAX], wanted[PATH_MAX];
  size_t first = f->out->n, n = strlen(path);
  int length = snprintf(whole, sizeof whole, "%s%s%.*s", folder, folder[0] != '\0' ? "/" : "",
                        (int)(n > 0 && path[n - 1] == '/' ? n - 1 : n), path);
  bool joined = length < (int)sizeof whole && (pattern ? join(folder, path, wanted, sizeof wanted)
                                                       : join(whole, "*", wanted, sizeof wanted));
  int rc = OMS_OK;
  for (size_t i = 0; joined && rc == OMS_OK && i < f->c->sources->list.n; i++) {
    const oms_file_t *file = OMS_AT(&f->c->sources->list, oms_file_t, i);
    const char *slash = strrchr(file->path, '/');
    bool fits = file->text == NULL && fnmatch(wanted, file->path, FNM_PATHNAME | FNM_PERIOD) == 0;
    if (fits && (pattern || is_data(slash != NULL ? slash + 1 : file->path))) {
      rc = take(f, file->path);
    }
  }
  sort_from(f, first);
  return rc;
}

static bool is_sealed(const oms_session_config_t *c) {
  return c->sources != NULL && c->sources->sealed;
}

static int take_in(const finder_t *f, const char *folder, const char *path) {
  return is_sealed(f->c) ? take_sealed(f, folder, path, oms_is_pattern(path))
                         : take_matches(f, folder, path);
}

/* Beside the session, in the working folder, in the library: the first that has a match. */
static int take_pattern(const finder_t *f, const char *pattern, const char *library) {
  char beside[PATH_MAX] = "";
  const char *slash = f->c->path == NULL ? NULL : strrchr(f->c->path, '/');
  size_t first = f->out->n;
  int rc = OMS_OK;
  if (slash != NULL && pattern[0] != '/' &&
      snprintf(beside, sizeof beside, "%.*s", slash == f->c->path ? 1 : (int)(slash - f->c->path),
               f->c->path) < (int)sizeof beside) {
    rc = take_in(f, beside, pattern);
  }
  if (rc == OMS_OK && f->out->n == first) {
    rc = take_in(f, "", pattern);
  }
  if (rc == OMS_OK && f->out->n == first && library != NULL && pattern[0] != '/') {
    rc = take_in(f, library, pattern);
  }
  if (rc == OMS_OK && f->out->n == first) {
    rc =
        oms_error_set(f->err, OMS_ERR_NOT_FOUND, "%s: no file has a name of this pattern", pattern);
  }
  return rc;
}

int oms_session_data_files(const oms_session_config_t *c, const char *path, const char *library,
                           oms_array_t *out, oms_error_t *err) {
  char found[PATH_MAX];
  oms_error_t missing;
  const finder_t f = {c, out, err};
  bool sealed = is_sealed(c);
  int rc = oms_session_path(c, path, library, found, sizeof found, &missing);
  if (rc == OMS_OK) {
    return !sealed && is_folder(found) ? take_folder(&f, found) : take(&f, found);
  }
  if (oms_is_pattern(path)) {
    return take_pattern(&f, path, sealed ? c->sources->library : library);
  }
  if (sealed && take_pattern(&f, path, c->sources->library) == OMS_OK) {
    return OMS_OK;
  }
  return oms_error_set(err, rc, "%s", missing.message);
}

int oms_session_open_data(const oms_session_config_t *c, const char *const *paths, size_t n,
                          const char *library, oms_array_t *out, oms_error_t *err) {
  char path[PATH_MAX];
  int rc = OMS_OK;
  for (size_t i = 0; i < n && rc == OMS_OK; i++) {
    rc = oms_session_data_files(c, paths[i], library, out, err);
  }
  for (size_t i = 0; i < out->n && rc == OMS_OK; i++) {
    const char **file = OMS_AT(out, const char *, i);
    (void)snprintf(path, sizeof path, "%s", *file);
    rc = oms_session_take_data(c, path, sizeof path, err);
    *file = rc == OMS_OK ? oms_arena_text((oms_arena_t *)&c->arena, path, strlen(path)) : *file;
    rc = *file == NULL ? nomem(err) : rc;
  }
  return rc;
}
