/* backup.c - a copy of database, market files and snapshots. The database is copied as one moment
 * shows it; the market files after it, so that they hold at least what it stands on; a copy that
 * holds more is cut by its first start. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/store_int.h"

static int failed(const char *what, const char *path, oms_error_t *err) {
  int rc = errno == EEXIST ? OMS_ERR_EXISTS : errno == ENOMEM ? OMS_ERR_NOMEM : OMS_ERR_IO;
  return oms_error_set(err, rc, "cannot %s '%.300s': %s%s", what, path, strerror(errno),
                       errno == EEXIST ? ": a backup is not written over another file" : "");
}

static int copy_bytes(int from, int to) {
  static const size_t size = 1 << 18;
  char *buffer = oms_alloc(size);
  ssize_t n = buffer == NULL ? -1 : 1;
  while (n > 0) {
    n = read(from, buffer, size);
    for (ssize_t done = 0; done < n;) {
      ssize_t step = write(to, buffer + done, (size_t)(n - done));
      if (step < 0) {
        n = -1;
        break;
      }
      done += step;
    }
  }
  int code = buffer == NULL ? ENOMEM : errno;
  oms_free(buffer);
  errno = code;
  return n == 0 && fsync(to) == 0 ? OMS_OK : OMS_ERR_IO;
}

static int copy_file(const char *from, const char *to, oms_error_t *err) {
  int in = open(from, O_RDONLY | O_CLOEXEC);
  if (in < 0) {
    return errno == ENOENT ? OMS_OK : failed("read", from, err); /* retired meanwhile */
  }
  int out = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  int rc = out >= 0 && copy_bytes(in, out) == OMS_OK ? OMS_OK : failed("write", to, err);
  if (out >= 0) {
    (void)close(out);
  }
  (void)close(in);
  return rc;
}

static int copy_numbers(const char *from, const char *to, const char *suffix, oms_error_t *err) {
  oms_array_t list;
  int rc = oms_path_numbers(from, suffix, &list, err);
  if (rc == OMS_OK && list.n > 0 && mkdir(to, 0700) != 0) {
    rc = failed("make the folder", to, err);
  }
  for (size_t i = 0; i < list.n && rc == OMS_OK; i++) {
    uint64_t number = *OMS_AT(&list, uint64_t, i);
    char *in = oms_path_at(from, number, suffix), *out = oms_path_at(to, number, suffix);
    rc = in == NULL || out == NULL ? oms_error_set(err, OMS_ERR_NOMEM, "out of memory")
                                   : copy_file(in, out, err);
    oms_free(in);
    oms_free(out);
  }
  oms_array_free(&list);
  return rc;
}

static int copy_folder(const char *db, const char *to, const char *kind, const char *suffix,
                       oms_error_t *err) {
  char *in = oms_path_of(db, kind), *out = oms_path_of(to, kind);
  int rc = in == NULL || out == NULL ? oms_error_set(err, OMS_ERR_NOMEM, "out of memory")
                                     : copy_numbers(in, out, suffix, err);
  oms_free(in);
  oms_free(out);
  return rc;
}

/* All pages in one step: one moment of the database, whatever a host commits meanwhile. */
static int copy_pages(sqlite3 *from, sqlite3 *to, const char *path, oms_error_t *err) {
  sqlite3_backup *b = sqlite3_backup_init(to, "main", from, "main");
  if (b == NULL) {
    return oms_db_fail(to, path, "beginning to write", err);
  }
  (void)sqlite3_backup_step(b, -1);
  return sqlite3_backup_finish(b) == SQLITE_OK ? OMS_OK : oms_db_fail(to, path, "writing", err);
}

static int copy_database(const char *db, const char *to, oms_error_t *err) {
  sqlite3 *from = NULL, *out = NULL;
  int rc = oms_db_open(db, OMS_DB_READ, &from, err);
  int fd = rc == OMS_OK ? open(to, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600) : -1;
  if (rc == OMS_OK && fd < 0) {
    rc = failed("write", to, err);
  }
  if (rc == OMS_OK && sqlite3_open_v2(to, &out, SQLITE_OPEN_READWRITE, NULL) != SQLITE_OK) {
    rc = oms_db_fail(out, to, "opening", err);
  }
  rc = rc == OMS_OK ? copy_pages(from, out, to, err) : rc;
  /* One file, that can be read from where nothing may be written. */
  rc = rc == OMS_OK ? oms_db_run(out, to, "PRAGMA journal_mode = DELETE", err) : rc;
  (void)sqlite3_close(out);
  (void)sqlite3_close(from);
  if (fd >= 0) {
    (void)close(fd);
  }
  return rc;
}

int oms_store_backup(const char *db, const char *to, oms_error_t *err) {
  int rc = copy_database(db, to, err);
  rc = rc == OMS_OK ? copy_folder(db, to, "market", ".zst", err) : rc;
  return rc == OMS_OK ? copy_folder(db, to, "snapshots", ".snap", err) : rc;
}
