/* reload_find.c - which scripts a reload means, and whose files have changed. Leaves out what
 * becomes of them (reload.c). What counts is the content: a file that was only touched is as it
 * was. */

#define _XOPEN_SOURCE 700 /* realpath */
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "host/file_hash.h"
#include "host/host.h"

oms_script_t *oms_host_script(const oms_host_t *h, int script) {
  return script == OMS_TRIGGERS ? h->trigger : oms_host_script_at(h, (size_t)script)->script;
}

/* Names. */

/* The same path, or its last parts. */
static bool is_path(const char *path, const char *name) {
  size_t n = strlen(path), m = strlen(name);
  bool tail = m > 0 && m < n && strcmp(path + n - m, name) == 0 && path[n - m - 1] == '/';
  return strcmp(path, name) == 0 || tail;
}

/* Two paths that lead to one file. */
static bool is_file(const char *path, const char *name) {
  char a[PATH_MAX], b[PATH_MAX];
  if (is_path(path, name)) {
    return true;
  }
  return name[0] == '/' && realpath(path, a) != NULL && realpath(name, b) != NULL &&
         strcmp(a, b) == 0;
}

static bool has_file(const oms_script_t *s, const char *name) {
  size_t n;
  const oms_cell_file_t *files = oms_script_files(s, &n);
  for (size_t i = 0; i < n; i++) {
    if (files[i].digest[0] != '\0' && is_file(files[i].path, name)) {
      return true;
    }
  }
  return false;
}

static bool is_named(const oms_host_t *h, int i, const char *name, bool required) {
  const oms_script_t *s = oms_host_script(h, i);
  if (required) {
    return has_file(s, name);
  }
  if (i == OMS_TRIGGERS) {
    return strcmp(name, "triggers") == 0 || is_file(h->trigger_path, name);
  }
  const oms_host_script_t *script = oms_host_script_at(h, (size_t)i);
  if (script->shadow) {
    return false; /* the run's rule is meant */
  }
  return strcmp(script->id, name) == 0 || is_file(script->path, name) ||
         is_file(oms_script_path(s), name);
}

int oms_reload_find(oms_host_t *h, const char *path_or_id, bool required, oms_array_t *found) {
  int rc = OMS_OK;
  for (int i = 0; i < (int)h->scripts.n && rc == OMS_OK; i++) {
    rc = is_named(h, i, path_or_id, required) ? oms_array_push(found, &i) : OMS_OK;
  }
  const int triggers = OMS_TRIGGERS;
  if (rc == OMS_OK && (found->n == 0 || required) && is_named(h, triggers, path_or_id, required)) {
    rc = oms_array_push(found, &triggers);
  }
  return rc;
}

/* Files. */

bool oms_reload_files_differ(const oms_cell_file_t *files, size_t n) {
  char now[33];
  int64_t size;
  for (size_t i = 0; i < n; i++) {
    bool there = oms_file_hash(files[i].path, &size, now, NULL) == OMS_OK && size >= 0;
    if (strcmp(there ? now : "", files[i].digest) != 0) { /* "" when it could not be read */
      return true;
    }
  }
  return false;
}

void oms_reload_free_files(oms_array_t *files) {
  for (size_t i = 0; i < files->n; i++) {
    oms_free(OMS_AT(files, oms_cell_file_t, i)->path);
  }
  oms_array_free(files);
}
