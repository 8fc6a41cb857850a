/* dataset.c - reads the data list of a session into memory. Invariant: nothing of it changes once
 * it is read. */
#include "host/dataset.h"

#include <string.h>
#include <sys/stat.h>

#include "base/alloc.h"
#include "host/run.h"

typedef struct file_fact {
  const char *path; /* resolved */
  int64_t size, seconds, ns;
} file_fact_t;

struct oms_dataset {
  oms_kept_t **kept; /* by index in the data list; NULL: rows in place */
  size_t n;
  oms_array_t files; /* file_fact_t */
  oms_arena_t arena;
  oms_time_t first, last;
};

void oms_dataset_free(oms_dataset_t *d) {
  if (d == NULL) {
    return;
  }
  for (size_t i = 0; i < d->n; i++) {
    oms_kept_free(d->kept[i]);
  }
  oms_free(d->kept);
  oms_array_free(&d->files);
  oms_arena_free(&d->arena);
  oms_free(d);
}

static void widen(oms_dataset_t *d, oms_time_t first, oms_time_t last) {
  if (first == OMS_NO_TIME) {
    return;
  }
  d->first = d->first == OMS_NO_TIME || first < d->first ? first : d->first;
  d->last = last > d->last ? last : d->last; /* OMS_NO_TIME is the smallest time */
}

/* A file that cannot be looked at is told by its reader. */
static int note_file(oms_dataset_t *d, const char *path) {
  struct stat st;
  file_fact_t fact = {.path = path};
  if (stat(path, &st) == 0) {
    fact.size = st.st_size;
    fact.seconds = st.st_mtim.tv_sec;
    fact.ns = st.st_mtim.tv_nsec;
  }
  return oms_array_push(&d->files, &fact);
}

static int resolve(oms_dataset_t *d, const oms_session_config_t *config, const char *library,
                   const oms_data_config_t *entry, oms_array_t *paths, oms_error_t *err) {
  int rc = oms_session_open_data(config, entry->paths, entry->path_n, library, paths, err);
  for (size_t i = 0; rc == OMS_OK && i < paths->n; i++) {
    const char **path = OMS_AT(paths, const char *, i);
    *path = oms_arena_text(&d->arena, *path, strlen(*path)); /* the config may go before */
    if (*path == NULL || note_file(d, *path) != OMS_OK) {
      rc = oms_error_set(err, OMS_ERR_NOMEM, "out of memory for the data list");
    }
  }
  return rc;
}

static int read_files(oms_dataset_t *d, const oms_session_config_t *config, const char *library,
                      size_t i, int64_t *room, oms_error_t *err) {
  const oms_data_config_t *entry = &config->data[i];
  oms_array_t paths; /* const char * */
  oms_array_init(&paths, sizeof(const char *));
  int rc = resolve(d, config, library, entry, &paths, err);
  if (rc != OMS_OK) {
    oms_array_free(&paths);
    return rc;
  }
  const oms_loader_config_t loader = {.kind = (oms_csv_kind_t)entry->kind,
                                      .zone = entry->zone,
                                      .symbol = entry->symbol,
                                      .paths = paths.data,
                                      .path_n = paths.n,
                                      .mode = OMS_LOADER_AUTO};
  rc = oms_kept_read(&loader, room, &d->kept[i], err);
  oms_array_free(&paths);
  if (rc == OMS_OK && entry->kind != OMS_DATA_ACTIONS) {
    oms_time_t first, last;
    oms_kept_span(d->kept[i], &first, &last);
    widen(d, first, last);
  }
  return rc;
}

int oms_dataset_read(const oms_session_config_t *config, const char *library, int64_t room,
                     oms_dataset_t **out, oms_error_t *err) {
  size_t n = config->data_n;
  oms_dataset_t *d = oms_alloc_zero(1, sizeof *d);
  oms_kept_t **kept = oms_alloc_zero(n > 0 ? n : 1, sizeof *kept);
  if (d == NULL || kept == NULL) {
    oms_free(d);
    oms_free(kept);
    return oms_error_set(err, OMS_ERR_NOMEM, "out of memory for market data");
  }
  d->kept = kept;
  d->n = n;
  d->first = d->last = OMS_NO_TIME;
  oms_array_init(&d->files, sizeof(file_fact_t));
  int rc = OMS_OK;
  for (size_t i = 0; i < n && rc == OMS_OK; i++) {
    const oms_data_config_t *entry = &config->data[i];
    if (entry->paths != NULL) {
      rc = read_files(d, config, library, i, &room, err);
    } else if (entry->row_n > 0 && entry->rows != NULL) {
      widen(d, entry->rows[0].ts, entry->rows[entry->row_n - 1].ts);
    } else if (entry->row_n > 0 && entry->ticks != NULL && entry->kind != OMS_DATA_ACTIONS) {
      widen(d, entry->ticks[0].ts, entry->ticks[entry->row_n - 1].ts);
    }
  }
  if (rc != OMS_OK) {
    oms_dataset_free(d);
    return rc;
  }
  *out = d;
  return OMS_OK;
}

const oms_kept_t *oms_dataset_kept(const oms_dataset_t *d, size_t i) {
  const oms_kept_t *kept = d == NULL || i >= d->n ? NULL : d->kept[i];
  return kept != NULL && oms_kept_whole(kept) ? kept : NULL;
}

void oms_dataset_span(const oms_dataset_t *d, oms_time_t *first, oms_time_t *last) {
  *first = d->first;
  *last = d->last;
}

void oms_dataset_digest(const oms_dataset_t *d, oms_digest_t *digest) {
  oms_digest_i64(digest, (int64_t)d->files.n);
  for (size_t i = 0; i < d->files.n; i++) {
    const file_fact_t *fact = OMS_AT(&d->files, file_fact_t, i);
    oms_digest_text(digest, fact->path);
    oms_digest_i64(digest, fact->size);
    oms_digest_i64(digest, fact->seconds);
    oms_digest_i64(digest, fact->ns);
  }
}
