/* files.c - see files.h. The list is walked: a run reads a handful of scripts. */
#include "base/files.h"

#include <string.h>

void oms_files_init(oms_files_t *f) {
  *f = (oms_files_t){.sealed = false};
  oms_array_init(&f->list, sizeof(oms_file_t));
}

void oms_files_free(oms_files_t *f) {
  oms_array_free(&f->list);
  oms_arena_free(&f->arena);
}

const oms_file_t *oms_files_find(const oms_files_t *f, const char *path) {
  for (size_t i = 0; i < f->list.n; i++) {
    const oms_file_t *file = OMS_AT(&f->list, oms_file_t, i);
    if (strcmp(file->path, path) == 0) {
      return file;
    }
  }
  return NULL;
}

static int push(oms_files_t *f, const oms_file_t *file) {
  return file->path == NULL ? OMS_ERR_NOMEM : oms_array_push(&f->list, file);
}

bool oms_files_same(const oms_files_t *f, const char *path, const char *text, size_t n) {
  const oms_file_t *known = oms_files_find(f, path);
  if (known == NULL || known->text == NULL || text == NULL) {
    return text == NULL && (known == NULL || known->text == NULL);
  }
  return known->n == n && memcmp(known->text, text, n) == 0;
}

int oms_files_add(oms_files_t *f, const char *path, const char *text, size_t n) {
  const oms_file_t *known = oms_files_find(f, path);
  if (known != NULL) {
    bool same = oms_files_same(f, path, text, n);
    f->changed = f->changed != NULL || same ? f->changed : known->path;
    return OMS_OK;
  }
  oms_file_t file = {.path = oms_arena_text(&f->arena, path, strlen(path)),
                     .text = oms_arena_text(&f->arena, text, n),
                     .n = n};
  return file.text == NULL ? OMS_ERR_NOMEM : push(f, &file);
}

int oms_files_change(oms_files_t *f, const char *path, const char *text, size_t n) {
  for (size_t i = 0; i < f->list.n; i++) {
    oms_file_t *file = OMS_AT(&f->list, oms_file_t, i);
    if (strcmp(file->path, path) == 0) {
      const char *copy = text == NULL ? NULL : oms_arena_text(&f->arena, text, n);
      file->text = copy;
      file->n = copy == NULL ? 0 : n;
      return (copy == NULL) == (text == NULL) ? OMS_OK : OMS_ERR_NOMEM;
    }
  }
  return text == NULL ? OMS_OK : oms_files_add(f, path, text, n);
}

int oms_files_add_data(oms_files_t *f, const char *path, const char *actual) {
  if (oms_files_find(f, path) != NULL) {
    return OMS_OK;
  }
  oms_file_t file = {.path = oms_arena_text(&f->arena, path, strlen(path))};
  if (actual != NULL) {
    file.actual = oms_arena_text(&f->arena, actual, strlen(actual));
    if (file.actual == NULL) {
      return OMS_ERR_NOMEM;
    }
  }
  return push(f, &file);
}
