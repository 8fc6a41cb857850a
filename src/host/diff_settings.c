/* diff_settings.c - see diff.h. */
#include <inttypes.h>
#include <string.h>

#include "base/check.h"
#include "host/diff.h"

static void put_arguments(const oms_bundle_t *b, FILE *to) {
  for (size_t i = 0; i < b->arguments.n; i++) {
    fprintf(to, " %s", *OMS_AT(&b->arguments, const char *, i));
  }
  fputc('\n', to);
}

static bool arguments(const oms_bundle_t *a, const oms_bundle_t *b, FILE *to) {
  bool same = a->arguments.n == b->arguments.n;
  for (size_t i = 0; same && i < a->arguments.n; i++) {
    same = strcmp(*OMS_AT(&a->arguments, const char *, i),
                  *OMS_AT(&b->arguments, const char *, i)) == 0;
  }
  if (!same) {
    fputs("  command, A:", to);
    put_arguments(a, to);
    fputs("  command, B:", to);
    put_arguments(b, to);
  }
  return !same;
}

static void put_pair(const char *name, const char *a, const char *b, FILE *to) {
  fprintf(to, "  %s: A %s, B %s\n", name, a != NULL ? a : "not set", b != NULL ? b : "not set");
}

/* In the order of A, then what only B has. */
static bool pairs(const oms_array_t *a, const oms_array_t *b, FILE *to) {
  bool differ = false;
  for (size_t i = 0; i < a->n; i++) {
    const oms_bundle_pair_t *pair = OMS_AT(a, oms_bundle_pair_t, i);
    const char *other = oms_bundle_get(b, pair->name);
    if (other == NULL || strcmp(pair->value, other) != 0) {
      put_pair(pair->name, pair->value, other, to);
      differ = true;
    }
  }
  for (size_t i = 0; i < b->n; i++) {
    const oms_bundle_pair_t *pair = OMS_AT(b, oms_bundle_pair_t, i);
    if (oms_bundle_get(a, pair->name) == NULL) {
      put_pair(pair->name, NULL, pair->value, to);
      differ = true;
    }
  }
  return differ;
}

/* The first line in which two texts differ. */
static size_t first_line(const oms_file_t *a, const oms_file_t *b) {
  size_t line = 1;
  for (size_t i = 0; i < a->n && i < b->n && a->text[i] == b->text[i]; i++) {
    line += a->text[i] == '\n';
  }
  return line;
}

static bool scripts(const oms_bundle_t *a, const oms_bundle_t *b, FILE *to) {
  bool differ = false;
  for (size_t i = 0; i < a->sources.list.n; i++) {
    const oms_file_t *file = OMS_AT(&a->sources.list, oms_file_t, i);
    const oms_file_t *other = oms_files_find(&b->sources, file->path);
    if (other == NULL) {
      fprintf(to, "  script %s: only in A\n", file->path);
    } else if (other->n != file->n || memcmp(other->text, file->text, file->n) != 0) {
      fprintf(to, "  script %s: differs from line %zu on\n", file->path, first_line(file, other));
    } else {
      continue;
    }
    differ = true;
  }
  for (size_t i = 0; i < b->sources.list.n; i++) {
    const oms_file_t *file = OMS_AT(&b->sources.list, oms_file_t, i);
    if (oms_files_find(&a->sources, file->path) == NULL) {
      fprintf(to, "  script %s: only in B\n", file->path);
      differ = true;
    }
  }
  return differ;
}

static const oms_bundle_data_t *find_data(const oms_bundle_t *b, const char *path) {
  for (size_t i = 0; i < b->data.n; i++) {
    const oms_bundle_data_t *d = OMS_AT(&b->data, oms_bundle_data_t, i);
    if (strcmp(d->path, path) == 0) {
      return d;
    }
  }
  return NULL;
}

static bool data(const oms_bundle_t *a, const oms_bundle_t *b, FILE *to) {
  bool differ = false;
  for (size_t i = 0; i < a->data.n; i++) {
    const oms_bundle_data_t *d = OMS_AT(&a->data, oms_bundle_data_t, i);
    const oms_bundle_data_t *other = find_data(b, d->path);
    if (other == NULL) {
      fprintf(to, "  data %s: only in A\n", d->path);
    } else if (strcmp(d->digest, other->digest) != 0 || d->size != other->size) {
      fprintf(to, "  data %s: A %s (%" PRId64 " bytes), B %s (%" PRId64 " bytes)\n", d->path,
              d->digest, d->size, other->digest, other->size);
    } else {
      continue;
    }
    differ = true;
  }
  for (size_t i = 0; i < b->data.n; i++) {
    const oms_bundle_data_t *d = OMS_AT(&b->data, oms_bundle_data_t, i);
    if (find_data(a, d->path) == NULL) {
      fprintf(to, "  data %s: only in B\n", d->path);
      differ = true;
    }
  }
  return differ;
}

bool oms_diff_settings(const oms_bundle_t *a, const oms_bundle_t *b, FILE *to) {
  const bool found[] = {arguments(a, b, to), pairs(&a->facts, &b->facts, to),
                        pairs(&a->settings, &b->settings, to), scripts(a, b, to), data(a, b, to)};
  bool differ = false;
  for (size_t i = 0; i < OMS_COUNT(found); i++) {
    differ = differ || found[i];
  }
  return differ;
}
