/* lock.c - one host a database. The lock belongs to the open file (flock), so that nothing else
 * that the process does with the database lets go of it, and ends with the process. Beside the file
 * with the process id the database itself is locked: it may have other names, and the lock's file
 * may be removed. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/store_int.h"

static int taken(const char *path, int fd, oms_error_t *err) {
  char text[32] = "";
  ssize_t n = pread(fd, text, sizeof text - 1, 0);
  long pid = n > 0 ? strtol(text, NULL, 10) : 0;
  return oms_error_set(err, OMS_ERR_EXISTS,
                       "'%.300s' is in use by another host, process %ld: stop that one first, or "
                       "name another database",
                       path, pid);
}

static int write_pid(int fd) {
  char text[32];
  int n = snprintf(text, sizeof text, "%ld\n", (long)getpid());
  return ftruncate(fd, 0) == 0 && pwrite(fd, text, (size_t)n, 0) == n ? OMS_OK : OMS_ERR_IO;
}

int oms_lock_take(const char *path, int *fd, oms_error_t *err) {
  char *name = oms_path_of(path, "lock");
  if (name == NULL) {
    return oms_error_set(err, OMS_ERR_NOMEM, "out of memory");
  }
  int rc = OMS_OK;
  *fd = open(name, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (*fd < 0) {
    rc = oms_error_set(err, OMS_ERR_IO,
                       "cannot open the lock '%.300s': %s; the folder must exist and be writable",
                       name, strerror(errno));
  } else if (flock(*fd, LOCK_EX | LOCK_NB) != 0) {
    rc = errno == EWOULDBLOCK
             ? taken(path, *fd, err)
             : oms_error_set(err, OMS_ERR_IO, "cannot lock '%.300s': %s", name, strerror(errno));
  } else {
    (void)write_pid(*fd); /* the number is for people; a full disk does not undo the lock */
  }
  if (rc != OMS_OK && *fd >= 0) {
    (void)close(*fd);
    *fd = -1;
  }
  oms_free(name);
  return rc;
}

void oms_lock_drop(int fd) {
  if (fd >= 0) {
    (void)close(fd);
  }
}

static bool is_held(const char *path, const oms_held_t *h) {
  struct stat st;
  return h->fd >= 0 && stat(path, &st) == 0 && st.st_dev == h->dev && st.st_ino == h->ino;
}

int oms_hold(const char *path, oms_held_t *h, oms_error_t *err) {
  struct stat st;
  if (is_held(path, h)) {
    return OMS_OK;
  }
  int fd = open(path, O_RDONLY | O_CLOEXEC), rc = OMS_OK;
  if (fd < 0 || fstat(fd, &st) != 0) {
    rc = oms_error_set(err, OMS_ERR_IO, "cannot open '%.300s': %s", path, strerror(errno));
  } else if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
    rc = errno == EWOULDBLOCK
             ? oms_error_set(err, OMS_ERR_EXISTS,
                             "'%.300s' is in use by another host, perhaps under another name: stop "
                             "that one first, or name another database",
                             path)
             : oms_error_set(err, OMS_ERR_IO, "cannot lock '%.300s': %s", path, strerror(errno));
  }
  if (rc != OMS_OK) {
    oms_lock_drop(fd);
    return rc;
  }
  oms_lock_drop(h->fd);
  *h = (oms_held_t){fd, st.st_dev, st.st_ino};
  return OMS_OK;
}

int oms_held_check(const char *path, const oms_held_t *h, bool log, oms_error_t *err) {
  char *wal = log ? oms_path_of(path, "wal") : NULL;
  bool good = is_held(path, h) && (wal == NULL || access(wal, F_OK) == 0);
  oms_free(wal);
  return good ? OMS_OK
              : oms_error_set(err, OMS_ERR_IO,
                              "'%.300s', or its write-ahead log, was removed or replaced while the "
                              "host had it: put it back, or stop the host and restore a backup",
                              path);
}
