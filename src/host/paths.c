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
    snprintf(out, n, "%s", home);
    return is_library(home);
  }
  return beside_program(out, n, "../share/moondesk") || /* installed */
         beside_program(out, n, "../..") ||             /* build/release in the source tree */
         (snprintf(out, n, "%s", MOONDESK_SOURCE_DIR) > 0 && is_library(MOONDESK_SOURCE_DIR));
}

static bool try_path(const char *folder, const char *path, char *out, size_t n) {
  int len = folder == NULL ? snprintf(out, n, "%s", path) : snprintf(out, n, "%s/%s", folder, path);
  return len > 0 && (size_t)len < n && access(out, F_OK) == 0;
}

int oms_resolve_path(const char *path, const char *session_folder, const char *library, char *out,
                     size_t n, oms_error_t *err) {
  if (path[0] == '/') {
    return try_path(NULL, path, out, n)
               ? OMS_OK
               : oms_error_set(err, OMS_ERR_NOT_FOUND, "%s: there is no such file", path);
  }
  if ((session_folder != NULL && try_path(session_folder, path, out, n)) ||
      try_path(NULL, path, out, n) ||
      (library != NULL && library[0] != '\0' && try_path(library, path, out, n))) {
    return OMS_OK;
  }
  return oms_error_set(err, OMS_ERR_NOT_FOUND,
                       "%s: there is no such file in the %sworking folder or the library (%s)",
                       path, session_folder != NULL ? "session's folder, the " : "",
                       library != NULL && library[0] != '\0' ? library : "not found");
}
