/* keys.c - the table of API keys. Each change counts meta's keys_version up in its transaction, by
 * which a running host sees it. */
#include <inttypes.h>
#include <string.h>

#include "store/store_int.h"

/* Runs 'st' and the count in one transaction; '*changed': rows that 'st' changed. */
static int change(sqlite3 *db, const char *path, sqlite3_stmt *st, int *changed, oms_error_t *err) {
  int rc = oms_db_run(db, path, "BEGIN IMMEDIATE", err);
  if (rc != OMS_OK) {
    return rc;
  }
  if (sqlite3_step(st) != SQLITE_DONE) {
    rc = (sqlite3_errcode(db) & 255) == SQLITE_CONSTRAINT
             ? OMS_ERR_EXISTS
             : oms_db_fail(db, path, "writing to", err);
  }
  *changed = sqlite3_changes(db);
  rc = rc == OMS_OK ? oms_db_run(db, path,
                                 "UPDATE meta SET value = value + 1 WHERE key = 'keys_version';"
                                 "COMMIT",
                                 err)
                    : rc;
  if (sqlite3_get_autocommit(db) == 0) {
    (void)sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL);
  }
  return rc;
}

int oms_store_key_add(const char *path, const oms_key_record_t *key, oms_error_t *err) {
  sqlite3 *db = NULL;
  sqlite3_stmt *st = NULL;
  int changed = 0;
  int rc = oms_db_open(path, OMS_DB_CREATE, &db, err);
  rc = rc == OMS_OK
           ? oms_db_prepare(db, path, "INSERT INTO keys VALUES(?, ?, ?, ?, ?, ?, ?, ?)", &st, err)
           : rc;
  if (rc == OMS_OK) {
    (void)sqlite3_bind_text(st, 1, key->id, -1, SQLITE_STATIC);
    (void)sqlite3_bind_text(st, 2, key->name, -1, SQLITE_STATIC);
    (void)sqlite3_bind_text(st, 3, key->account, -1, SQLITE_STATIC);
    (void)sqlite3_bind_int64(st, 4, key->scopes);
    (void)sqlite3_bind_blob(st, 5, key->salt, sizeof key->salt, SQLITE_STATIC);
    (void)sqlite3_bind_blob(st, 6, key->digest, sizeof key->digest, SQLITE_STATIC);
    (void)sqlite3_bind_int64(st, 7, key->created);
    if (key->revoked != OMS_NO_TIME) {
      (void)sqlite3_bind_int64(st, 8, key->revoked);
    }
    rc = change(db, path, st, &changed, err);
    if (rc == OMS_ERR_EXISTS) {
      rc =
          oms_error_set(err, rc, "'%.300s' has a key '%s' already: take another id", path, key->id);
    }
  }
  (void)sqlite3_finalize(st);
  (void)sqlite3_close(db);
  return rc;
}

static int is_there(sqlite3 *db, const char *path, const char *id, oms_error_t *err) {
  sqlite3_stmt *st = NULL;
  int rc = oms_db_prepare(db, path, "SELECT 1 FROM keys WHERE id = ?", &st, err);
  if (rc == OMS_OK) {
    (void)sqlite3_bind_text(st, 1, id, -1, SQLITE_STATIC);
    rc = sqlite3_step(st) == SQLITE_ROW
             ? oms_error_set(err, OMS_ERR_EXISTS, "the key '%.60s' is revoked already", id)
             : oms_error_set(err, OMS_ERR_NOT_FOUND,
                             "'%.300s' has no key '%.60s': `moondesk key list` shows them", path,
                             id);
  }
  (void)sqlite3_finalize(st);
  return rc;
}

int oms_store_key_revoke(const char *path, const char *id, oms_time_t now, oms_error_t *err) {
  sqlite3 *db = NULL;
  sqlite3_stmt *st = NULL;
  int changed = 0;
  int rc = oms_db_open(path, OMS_DB_WRITE, &db, err);
  rc = rc == OMS_OK ? oms_db_prepare(db, path,
                                     "UPDATE keys SET revoked = ? WHERE id = ? AND revoked IS NULL",
                                     &st, err)
                    : rc;
  if (rc == OMS_OK) {
    (void)sqlite3_bind_int64(st, 1, now);
    (void)sqlite3_bind_text(st, 2, id, -1, SQLITE_STATIC);
    rc = change(db, path, st, &changed, err);
    rc = rc == OMS_OK && changed == 0 ? is_there(db, path, id, err) : rc;
  }
  (void)sqlite3_finalize(st);
  (void)sqlite3_close(db);
  return rc;
}

static void copy(char *to, size_t size, const unsigned char *from) {
  (void)snprintf(to, size, "%s", from == NULL ? "" : (const char *)from);
}

static int row(sqlite3_stmt *st, const char *path, oms_key_record_t *key, oms_error_t *err) {
  *key = (oms_key_record_t){.revoked = OMS_NO_TIME};
  copy(key->id, sizeof key->id, sqlite3_column_text(st, 0));
  copy(key->name, sizeof key->name, sqlite3_column_text(st, 1));
  copy(key->account, sizeof key->account, sqlite3_column_text(st, 2));
  key->scopes = (uint32_t)sqlite3_column_int64(st, 3);
  if (sqlite3_column_bytes(st, 4) != sizeof key->salt ||
      sqlite3_column_bytes(st, 5) != sizeof key->digest) {
    return oms_error_set(err, OMS_ERR_DATA,
                         "'%.300s' is damaged: key '%s' has no digest; restore the database from "
                         "a backup",
                         path, key->id);
  }
  memcpy(key->salt, sqlite3_column_blob(st, 4), sizeof key->salt);
  memcpy(key->digest, sqlite3_column_blob(st, 5), sizeof key->digest);
  key->created = sqlite3_column_int64(st, 6);
  if (sqlite3_column_type(st, 7) != SQLITE_NULL) {
    key->revoked = sqlite3_column_int64(st, 7);
  }
  return OMS_OK;
}

static int each_row(sqlite3 *db, const char *path,
                    void (*each)(void *ctx, const oms_key_record_t *key), void *ctx,
                    oms_error_t *err) {
  sqlite3_stmt *st = NULL;
  int rc = oms_db_prepare(db, path,
                          "SELECT id, name, account, scopes, salt, digest, created, revoked FROM "
                          "keys ORDER BY created, rowid",
                          &st, err);
  int step = SQLITE_DONE;
  while (rc == OMS_OK && (step = sqlite3_step(st)) == SQLITE_ROW) {
    oms_key_record_t key;
    rc = row(st, path, &key, err);
    if (rc == OMS_OK) {
      each(ctx, &key);
    }
  }
  if (rc == OMS_OK && step != SQLITE_DONE) {
    rc = oms_db_fail(db, path, "reading", err);
  }
  (void)sqlite3_finalize(st);
  return rc;
}

int oms_store_keys(const char *path, void (*each)(void *ctx, const oms_key_record_t *key),
                   void *ctx, oms_error_t *err) {
  sqlite3 *db = NULL;
  int rc = oms_db_open(path, OMS_DB_READ, &db, err);
  if (rc == OMS_ERR_NOT_FOUND) {
    return OMS_OK;
  }
  rc = rc == OMS_OK ? each_row(db, path, each, ctx, err) : rc;
  (void)sqlite3_close(db);
  return rc;
}
