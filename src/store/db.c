/* db.c - the SQLite file: opened with the settings that durability needs, checked, brought up to
 * date; the sentences for what goes wrong. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/store_int.h"

#define APPLICATION_ID "1297359979" /* "MTdk" */

int oms_db_fail(sqlite3 *db, const char *path, const char *doing, oms_error_t *err) {
  int code = db == NULL ? SQLITE_NOMEM : sqlite3_extended_errcode(db);
  const char *text = db == NULL ? "out of memory" : sqlite3_errmsg(db);
  switch (code & 255) {
  case SQLITE_NOMEM:
    return oms_error_set(err, OMS_ERR_NOMEM, "out of memory while %s '%.300s'", doing, path);
  case SQLITE_CORRUPT:
  case SQLITE_NOTADB:
    return oms_error_set(err, OMS_ERR_DATA,
                         "'%.300s' is damaged, or no database (%s, while %s): restore it from a "
                         "backup; `moondesk db verify` looks for the defect",
                         path, text, doing);
  case SQLITE_FULL:
    return oms_error_set(err, OMS_ERR_IO, "the disk is full (%s '%.300s'): make room", doing, path);
  case SQLITE_READONLY:
    return oms_error_set(err, OMS_ERR_IO,
                         "'%.300s' cannot be written (%s, while %s): make file, folder and file "
                         "system writable",
                         path, text, doing);
  case SQLITE_BUSY:
    return oms_error_set(err, OMS_ERR_IO, "'%.300s' is busy (while %s): another program holds it",
                         path, doing);
  default:
    return oms_error_set(err, OMS_ERR_IO, "cannot go on with '%.300s': %s (%d, while %s)", path,
                         text, code, doing);
  }
}

int oms_db_run(sqlite3 *db, const char *path, const char *sql, oms_error_t *err) {
  return sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK
             ? OMS_OK
             : oms_db_fail(db, path, "changing", err);
}

int oms_db_prepare(sqlite3 *db, const char *path, const char *sql, sqlite3_stmt **out,
                   oms_error_t *err) {
  return sqlite3_prepare_v2(db, sql, -1, out, NULL) == SQLITE_OK
             ? OMS_OK
             : oms_db_fail(db, path, "reading", err);
}

int oms_db_number(sqlite3 *db, const char *path, const char *sql, int64_t *out, oms_error_t *err) {
  sqlite3_stmt *st = NULL;
  int rc = oms_db_prepare(db, path, sql, &st, err);
  if (rc != OMS_OK) {
    return rc;
  }
  int step = sqlite3_step(st);
  *out = step == SQLITE_ROW ? sqlite3_column_int64(st, 0) : 0;
  rc = step == SQLITE_ROW || step == SQLITE_DONE ? OMS_OK : oms_db_fail(db, path, "reading", err);
  (void)sqlite3_finalize(st);
  return rc;
}

int oms_db_block(sqlite3 *db, const char *path, const char *key, void *out, size_t n, bool *found,
                 oms_error_t *err) {
  sqlite3_stmt *st = NULL;
  int rc = oms_db_prepare(db, path, "SELECT value FROM meta WHERE key = ?", &st, err);
  if (rc != OMS_OK) {
    return rc;
  }
  (void)sqlite3_bind_text(st, 1, key, -1, SQLITE_STATIC);
  int step = sqlite3_step(st);
  *found = step == SQLITE_ROW;
  if (step == SQLITE_ROW && sqlite3_column_bytes(st, 0) == (int)n) {
    memcpy(out, sqlite3_column_blob(st, 0), n);
  } else if (step == SQLITE_ROW) {
    rc = oms_error_set(err, OMS_ERR_DATA,
                       "'%.300s' is damaged: '%s' of its table meta is of the wrong size; restore "
                       "it from a backup",
                       path, key);
  } else if (step != SQLITE_DONE) {
    rc = oms_db_fail(db, path, "reading", err);
  }
  (void)sqlite3_finalize(st);
  return rc;
}

/* Each step brings the schema from the version of its index to the next. */
static const char *const steps[] = {
    "PRAGMA application_id = " APPLICATION_ID ";"
    "CREATE TABLE meta(key TEXT PRIMARY KEY, value) WITHOUT ROWID;"
    "CREATE TABLE events(first_seq INTEGER PRIMARY KEY, n INTEGER NOT NULL, data BLOB NOT NULL,"
    " hash BLOB NOT NULL);"
    "CREATE TABLE blobs(hash BLOB PRIMARY KEY, data BLOB NOT NULL);"
    "INSERT INTO meta VALUES('version', 0), ('id', randomblob(16));",
    "CREATE TABLE keys(id TEXT PRIMARY KEY, name TEXT NOT NULL, account TEXT NOT NULL,"
    " scopes INTEGER NOT NULL, salt BLOB NOT NULL, digest BLOB NOT NULL,"
    " created INTEGER NOT NULL, revoked INTEGER);"
    "INSERT INTO meta VALUES('keys_version', 0);",
};
_Static_assert(OMS_COUNT(steps) == OMS_DB_VERSION, "a step a version");

static int step_up(sqlite3 *db, const char *path, int64_t version, oms_error_t *err) {
  char set[80];
  (void)snprintf(set, sizeof set, "UPDATE meta SET value = %" PRId64 " WHERE key = 'version'",
                 version + 1);
  int rc = oms_db_run(db, path, "BEGIN IMMEDIATE", err);
  if (rc != OMS_OK) {
    return rc;
  }
  rc = oms_db_run(db, path, steps[version], err);
  rc = rc == OMS_OK ? oms_db_run(db, path, set, err) : rc;
  rc = rc == OMS_OK ? oms_db_run(db, path, "COMMIT", err) : rc;
  if (rc != OMS_OK) {
    (void)sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL);
  }
  return rc;
}

static int version_of(sqlite3 *db, const char *path, int64_t *version, oms_error_t *err) {
  int64_t application = 0, tables = 0;
  int rc = oms_db_number(db, path, "PRAGMA application_id", &application, err);
  rc = rc == OMS_OK ? oms_db_number(db, path, "SELECT count(*) FROM sqlite_schema", &tables, err)
                    : rc;
  if (rc != OMS_OK) {
    return rc;
  }
  *version = 0;
  if (tables == 0) {
    return OMS_OK;
  }
  if (application != strtoll(APPLICATION_ID, NULL, 10)) {
    return oms_error_set(err, OMS_ERR_DATA,
                         "'%.300s' is a database of another program: name another file", path);
  }
  return oms_db_number(db, path, "SELECT value FROM meta WHERE key = 'version'", version, err);
}

static int up_to_date(sqlite3 *db, const char *path, oms_db_mode_t mode, oms_error_t *err) {
  int64_t version = 0;
  int rc = version_of(db, path, &version, err);
  if (rc != OMS_OK) {
    return rc;
  }
  if (version > OMS_DB_VERSION || version < 0) {
    return oms_error_set(err, OMS_ERR_DATA,
                         "'%.300s' has schema version %" PRId64
                         ", this program knows %d: use the newer moondesk that made it",
                         path, version, OMS_DB_VERSION);
  }
  if (mode == OMS_DB_READ && version == 0) {
    return oms_error_set(err, OMS_ERR_DATA, "'%.300s' holds no journal: no host has written to it",
                         path);
  }
  for (; mode != OMS_DB_READ && version < OMS_DB_VERSION && rc == OMS_OK; version++) {
    rc = step_up(db, path, version, err);
  }
  return rc;
}

/* SQLite would make the file readable for all. A file that is there is not opened here: to close
 * any descriptor of it would take the locks away that connections of this process have on it, and
 * another process would then throw the log away under them. */
static int make_file(const char *path, oms_db_mode_t mode, oms_error_t *err) {
  struct stat st;
  bool there = stat(path, &st) == 0;
  if (!there && errno == ENOENT && mode == OMS_DB_CREATE) {
    int fd = open(path, O_RDWR | O_CLOEXEC | O_CREAT | O_EXCL, 0600);
    there = fd >= 0 || errno == EEXIST;
    if (fd >= 0) {
      (void)close(fd);
    }
  } else if (there && S_ISDIR(st.st_mode)) {
    errno = EISDIR;
    there = false;
  }
  if (!there || access(path, mode == OMS_DB_READ ? R_OK : R_OK | W_OK) != 0) {
    return oms_error_set(err, errno == ENOENT ? OMS_ERR_NOT_FOUND : OMS_ERR_IO,
                         "cannot open the database '%.300s': %s", path, strerror(errno));
  }
  return OMS_OK;
}

static int settings(sqlite3 *db, const char *path, oms_db_mode_t mode, oms_error_t *err) {
  (void)sqlite3_busy_timeout(db, 5000);
  (void)sqlite3_extended_result_codes(db, 1);
  if (mode == OMS_DB_READ) {
    return oms_db_run(db, path, "PRAGMA query_only = 1; PRAGMA cache_size = -8192", err);
  }
  return oms_db_run(db, path,
                    "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
                    "PRAGMA wal_autocheckpoint = 0; PRAGMA journal_size_limit = 67108864;"
                    "PRAGMA cache_size = -8192",
                    err);
}

int oms_db_open(const char *path, oms_db_mode_t mode, sqlite3 **out, oms_error_t *err) {
  *out = NULL;
  int rc = make_file(path, mode, err);
  if (rc != OMS_OK) {
    return rc;
  }
  int flags = (mode == OMS_DB_READ ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE);
  if (sqlite3_open_v2(path, out, flags | SQLITE_OPEN_NOMUTEX, NULL) != SQLITE_OK) {
    rc = oms_db_fail(*out, path, "opening", err);
  }
  rc = rc == OMS_OK ? settings(*out, path, mode, err) : rc;
  rc = rc == OMS_OK ? up_to_date(*out, path, mode, err) : rc;
  if (rc != OMS_OK) {
    (void)sqlite3_close(*out);
    *out = NULL;
  }
  return rc;
}

int oms_db_genesis(sqlite3 *db, const char *path, oms_sha_t *sha, unsigned char id[OMS_ID_SIZE],
                   unsigned char out[OMS_HASH_SIZE], oms_error_t *err) {
  bool found = false;
  int rc = oms_db_block(db, path, "id", id, OMS_ID_SIZE, &found, err);
  if (rc == OMS_OK && !found) {
    rc = oms_error_set(err, OMS_ERR_DATA,
                       "'%.300s' is damaged: its table meta has no 'id'; restore it from a backup",
                       path);
  }
  oms_sha_begin(sha);
  oms_sha_add(sha, id, OMS_ID_SIZE);
  oms_sha_end(sha, out);
  return rc;
}
