/* lock.c - one host a database. The lock belongs to the open file (flock), so that nothing else
 * that the process does with the database lets go of it, and ends with the process. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
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
