/* folder.c - what output.c, book_out.c and sweep_files.c share about their folders. */

/* For flock: locks of POSIX need a file that is open for writing, and end when any other handle of
 * it is closed. */
#define _DEFAULT_SOURCE
#include "host/folder.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "host/csv_out.h"

static int make_one(const char *path, oms_error_t *err) {
  if (mkdir(path, 0777) != 0 && errno != EEXIST) {
    return oms_error_set(err, OMS_ERR_IO, "cannot make the folder %s: %s", path, strerror(errno));
  }
  return OMS_OK;
}

/* The folder and its parents; 'path' is cut at each slash for a moment. */
static int make_all(char *path, oms_error_t *err) {
  for (char *p = strchr(path + 1, '/'); p != NULL; p = strchr(p + 1, '/')) {
    *p = '\0';
    int rc = make_one(path, err);
    *p = '/';
    if (rc != OMS_OK) {
      return rc;
    }
  }
  return make_one(path, err);
}

int oms_folder_make(const char *path, oms_error_t *err) {
  if (path[0] == '\0') {
    return oms_error_set(err, OMS_ERR_USAGE, "the output folder has no name");
  }
  size_t n = strlen(path) + 1;
  char *copy = oms_alloc(n);
  if (copy == NULL) {
    return oms_error_set(err, OMS_ERR_NOMEM, "out of memory for the output");
  }
  memcpy(copy, path, n);
  int rc = make_all(copy, err);
  oms_free(copy);
  return rc;
}

int oms_folder_lock(const char *path, int *fd, oms_error_t *err) {
  *fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (*fd < 0) {
    return oms_error_set(err, OMS_ERR_IO, "cannot write into %s: %s", path, strerror(errno));
  }
  if (flock(*fd, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK) {
    return oms_error_set(
        err, OMS_ERR_IO,
        "%s: another run writes its results there; name another folder or wait for its end", path);
  }
  return OMS_OK;
}

int oms_folder_name(const char *folder, const char *name, oms_error_t *err) {
  char *part = oms_csv_out_path(folder, name, ".part");
  char *path = oms_csv_out_path(folder, name, "");
  int rc = OMS_OK;
  if (part == NULL || path == NULL) {
    rc = oms_error_set(err, OMS_ERR_NOMEM, "out of memory for %s", name);
  } else if (rename(part, path) != 0) {
    rc = oms_error_set(err, OMS_ERR_IO, "cannot write %s: %s", path, strerror(errno));
  }
  oms_free(part);
  oms_free(path);
  return rc;
}

int oms_folder_remove(const char *folder, const char *name, oms_error_t *err) {
  char *path = oms_csv_out_path(folder, name, "");
  if (path == NULL) {
    return oms_error_set(err, OMS_ERR_NOMEM, "out of memory for the output");
  }
  int rc = OMS_OK;
  if (unlink(path) != 0 && errno != ENOENT) {
    rc = oms_error_set(err, OMS_ERR_IO, "cannot replace %s: %s", path, strerror(errno));
  }
  oms_free(path);
  return rc;
}
