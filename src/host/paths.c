/* paths.c - where scripts and data are found: the session's folder, the working folder, the
 * installed library. */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "host/run.h"

static bool is_library(const char *folder) {
  char probe[PATH_MAX + 32];
  snprintf(probe, sizeof probe, "%s/lua/oms/triggers/init.lua", folder);
  return access(probe, R_OK) == 0;
}

static bool beside_program(char *out, size_t n, const char *relative) {
  char self[PATH_MAX];
  ssize_t len = readlink("/proc/self/exe", self, sizeof self - 1);
  if (len <= 0) {
    return false;
  }
  self[len] = '\0';
  char *slash = strrchr(self, '/');
  if (slash == NULL) {
    return false;
  }
  *slash = '\0';
  int wrote = snprintf(out, n, "%s/%s", self, relative);
  return wrote > 0 && (size_t)wrote < n && is_library(out);
}

bool oms_library_folder(char *out, size_t n) {
  const char *home = getenv("MOONDESK_HOME");
  if (home != NULL && home[0] != '\0') {
    return snprintf(out, n, "%s", home) < (int)n && is_library(home);
  }
  return beside_program(out, n, "../share/moondesk") || /* installed */
         beside_program(out, n, "../..") ||             /* build/release in the source tree */
         (snprintf(out, n, "%s", MOONDESK_SOURCE_DIR) > 0 && is_library(MOONDESK_SOURCE_DIR));
}

bool oms_cache_folder(char *out, size_t n) {
  const char *own = getenv("MOONDESK_CACHE"), *shared = getenv("XDG_CACHE_HOME");
  const char *home = getenv("HOME");
  int length = 0;
  if (own != NULL && own[0] != '\0') {
    length = snprintf(out, n, "%s", own);
  } else if (shared != NULL && shared[0] == '/') {
    length = snprintf(out, n, "%s/moondesk", shared);
  } else if (home != NULL && home[0] == '/') {
    length = snprintf(out, n, "%s/.cache/moondesk", home);
  }
  return length > 0 && (size_t)length < n;
}

/* Looks into the sealed table of files where there is one, else at the disk. */
static bool try_path(const oms_files_t *sources, const char *folder, const char *path, char *out,
                     size_t n) {
  int len = folder == NULL ? snprintf(out, n, "%s", path) : snprintf(out, n, "%s/%s", folder, path);
  if (len <= 0 || (size_t)len >= n) {
    return false;
  }
  return sources != NULL && sources->sealed ? oms_files_find(sources, out) != NULL
                                            : access(out, F_OK) == 0;
}

static int not_found(const char *path, const char *session_folder, const char *library,
                     oms_error_t *err) {
  char script[PATH_MAX];
  bool bare = snprintf(script, sizeof script, "%s.lua", path) < (int)sizeof script &&
              access(script, F_OK) == 0;
  return oms_error_set(
      err, OMS_ERR_NOT_FOUND,
      "%s: there is no such file in the %sworking folder or the library (%s)%s%s%s", path,
      session_folder != NULL ? "session's folder, the " : "",
      library != NULL && library[0] != '\0' ? library : "not found", bare ? " (did you mean '" : "",
      bare ? script : "", bare ? "'?)" : "");
}

static int resolve(const oms_files_t *sources, const char *path, const char *session_folder,
                   const char *library, char *out, size_t n, oms_error_t *err) {
  if (path[0] == '/') {
    return try_path(sources, NULL, path, out, n)
               ? OMS_OK
               : oms_error_set(err, OMS_ERR_NOT_FOUND, "%s: there is no such file", path);
  }
  if ((session_folder != NULL && try_path(sources, session_folder, path, out, n)) ||
      try_path(sources, NULL, path, out, n) ||
      (library != NULL && library[0] != '\0' && try_path(sources, library, path, out, n))) {
    return OMS_OK;
  }
  return not_found(path, session_folder, library, err);
}

int oms_resolve_path(const char *path, const char *session_folder, const char *library, char *out,
                     size_t n, oms_error_t *err) {
  return resolve(NULL, path, session_folder, library, out, n, err);
}

int oms_session_path(const oms_session_config_t *c, const char *path, const char *library,
                     char *out, size_t n, oms_error_t *err) {
  char folder[PATH_MAX] = ".";
  const char *slash = c->path == NULL ? NULL : strrchr(c->path, '/');
  if (slash != NULL) {
    int length = slash == c->path ? 1 : (int)(slash - c->path); /* the root is its own folder */
    if (snprintf(folder, sizeof folder, "%.*s", length, c->path) >= (int)sizeof folder) {
      return oms_error_set(err, OMS_ERR_USAGE, "%.200s...: the path is too long", c->path);
    }
  }
  const char *where = c->sources != NULL && c->sources->sealed ? c->sources->library : library;
  return resolve(c->sources, path, c->path == NULL ? NULL : folder, where, out, n, err);
}

int oms_session_take_data(const oms_session_config_t *c, char *out, size_t n, oms_error_t *err) {
  if (c->sources == NULL) {
    return OMS_OK;
  }
  if (!c->sources->sealed) {
    return oms_files_add_data(c->sources, out, NULL) == OMS_OK
               ? OMS_OK
               : oms_error_set(err, OMS_ERR_NOMEM, "out of memory for the data list");
  }
  const oms_file_t *file = oms_files_find(c->sources, out);
  if (file != NULL && file->actual != NULL && snprintf(out, n, "%s", file->actual) >= (int)n) {
    return oms_error_set(err, OMS_ERR_USAGE, "%.200s...: the path is too long", file->actual);
  }
  return OMS_OK;
}

int oms_session_data_path(const oms_session_config_t *c, const char *path, const char *library,
                          char *out, size_t n, oms_error_t *err) {
  int rc = oms_session_path(c, path, library, out, n, err);
  return rc == OMS_OK ? oms_session_take_data(c, out, n, err) : rc;
}
