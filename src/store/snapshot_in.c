/* snapshot_in.c - reads the newest snapshot that is whole and of this journal. */
#include <string.h>
#include <zstd.h>

#include "store/store_int.h"

/* NULL: the file is good; else what is wrong. */
static const char *judge(const unsigned char *data, size_t n, const char *db, uint64_t seq,
                         uint64_t last, sqlite3 *handle, oms_sha_t *sha) {
  unsigned char hash[OMS_HASH_SIZE], head[OMS_SNAPSHOT_BASED - 8];
  if (n < OMS_SNAPSHOT_HEAD) {
    return "it is too short";
  }
  oms_sha_begin(sha);
  oms_sha_add(sha, data + OMS_SNAPSHOT_HEAD, n - OMS_SNAPSHOT_HEAD);
  oms_sha_add(sha, data, OMS_SNAPSHOT_BASED);
  oms_sha_end(sha, hash);
  if (memcmp(hash, data + OMS_SNAPSHOT_BASED, OMS_HASH_SIZE) != 0) {
    return "it does not have the hash that stands in it";
  }
  if (seq > last || oms_snapshot_base(handle, db, seq, head, NULL) != OMS_OK ||
      memcmp(head, data, OMS_SNAPSHOT_BASED - 8) != 0) {
    return "it is not of this journal";
  }
  return NULL;
}

static int unpack(const unsigned char *data, size_t size, unsigned char **out, size_t *n) {
  uint64_t raw = oms_get_low_first(data + OMS_SNAPSHOT_BASED - 8, 8);
  *out = raw < (UINT64_C(1) << 40) ? oms_alloc(raw + 1) : NULL;
  if (*out == NULL) {
    return OMS_ERR_NOMEM;
  }
  *n = ZSTD_decompress(*out, raw, data + OMS_SNAPSHOT_HEAD, size - OMS_SNAPSHOT_HEAD);
  if (ZSTD_isError(*n) != 0 || *n != raw) {
    oms_free(*out);
    *out = NULL;
    return OMS_ERR_DATA;
  }
  return OMS_OK;
}

typedef struct look {
  sqlite3 *db;
  const char *path;
  char *folder;
  uint64_t last;
  oms_sha_t sha;
} look_t;

static int try_one(look_t *l, uint64_t seq, unsigned char **data, size_t *n, char note[512]) {
  char *path = oms_path_at(l->folder, seq, ".snap");
  unsigned char *file = NULL;
  size_t size = 0;
  int rc = path == NULL ? OMS_ERR_NOMEM : oms_path_read(path, &file, &size);
  const char *wrong = NULL;
  if (rc == OMS_ERR_IO) {
    wrong = "it cannot be read";
  } else if (rc == OMS_OK) {
    wrong = judge(file, size, l->path, seq, l->last, l->db, &l->sha);
    rc = wrong == NULL ? unpack(file, size, data, n) : OMS_ERR_DATA;
  }
  rc = rc == OMS_ERR_IO ? OMS_ERR_DATA : rc;
  if (rc == OMS_ERR_DATA && note != NULL) {
    (void)snprintf(note, 512, "the snapshot '%.400s' is left out: %s", path,
                   wrong == NULL ? "it cannot be unpacked" : wrong);
  }
  oms_free(file);
  oms_free(path);
  return rc;
}

static int newest(look_t *l, uint64_t until, uint64_t *seq, unsigned char **data, size_t *n,
                  char note[512], oms_error_t *err) {
  oms_array_t list;
  int rc = oms_path_numbers(l->folder, ".snap", &list, err);
  if (rc != OMS_OK) {
    return rc;
  }
  for (size_t i = list.n; i > 0 && *seq == 0 && rc == OMS_OK; i--) {
    uint64_t at = *OMS_AT(&list, uint64_t, i - 1);
    int one = at > until ? OMS_ERR_DATA : try_one(l, at, data, n, note);
    *seq = one == OMS_OK ? at : 0;
    rc = one == OMS_ERR_NOMEM ? oms_error_set(err, one, "out of memory for a snapshot") : OMS_OK;
  }
  oms_array_free(&list);
  return rc;
}

int oms_snapshot_read(const char *db, uint64_t until, uint64_t *seq, unsigned char **data,
                      size_t *n, char note[512], oms_error_t *err) {
  look_t l = {.path = db, .folder = oms_path_of(db, "snapshots")};
  unsigned char id[OMS_ID_SIZE];
  *seq = 0;
  *data = NULL;
  *n = 0;
  if (note != NULL) {
    note[0] = '\0';
  }
  int rc = l.folder == NULL || oms_sha_init(&l.sha) != OMS_OK
               ? oms_error_set(err, OMS_ERR_NOMEM, "out of memory")
               : oms_db_open(db, OMS_DB_READ, &l.db, err);
  rc = rc == OMS_OK ? oms_store_last(l.db, db, id, &l.last, err) : rc;
  rc = rc == OMS_OK ? newest(&l, until, seq, data, n, note, err) : rc;
  (void)sqlite3_close(l.db);
  oms_sha_free(&l.sha);
  oms_free(l.folder);
  return rc;
}

static int each(look_t *l, const oms_array_t *list, oms_error_t *err) {
  for (size_t i = 0; i < list->n; i++) {
    unsigned char *data = NULL;
    size_t n;
    char note[512];
    int rc = try_one(l, *OMS_AT(list, uint64_t, i), &data, &n, note);
    oms_free(data);
    if (rc != OMS_OK) {
      return rc == OMS_ERR_NOMEM
                 ? oms_error_set(err, rc, "out of memory for a snapshot")
                 : oms_error_set(err, rc, "%s; remove the file: the start takes an older one",
                                 note);
    }
  }
  return OMS_OK;
}

int oms_snapshots_check(const char *path, sqlite3 *db, oms_error_t *err) {
  look_t l = {.db = db, .path = path, .folder = oms_path_of(path, "snapshots")};
  unsigned char id[OMS_ID_SIZE];
  oms_array_t list = {.n = 0};
  int rc = l.folder == NULL || oms_sha_init(&l.sha) != OMS_OK
               ? oms_error_set(err, OMS_ERR_NOMEM, "out of memory")
               : oms_store_last(db, path, id, &l.last, err);
  rc = rc == OMS_OK ? oms_path_numbers(l.folder, ".snap", &list, err) : rc;
  rc = rc == OMS_OK ? each(&l, &list, err) : rc;
  oms_array_free(&list);
  oms_sha_free(&l.sha);
  oms_free(l.folder);
  return rc;
}
