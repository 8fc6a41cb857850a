/* paths.c - names of what lies beside the database, and durable entries of folders. */
#define _XOPEN_SOURCE 700 /* realpath */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/store_int.h"

static char *joined(const char *a, const char *between, const char *b) {
  size_t n = strlen(a) + strlen(between) + strlen(b) + 1;
  char *out = oms_alloc(n);
  if (out != NULL) {
    (void)snprintf(out, n, "%s%s%s", a, between, b);
  }
  return out;
}

/* Behind a link lies the same database: what belongs to it lies beside the file itself. */
char *oms_path_of(const char *db, const char *suffix) {
  struct stat st;
  char *real = lstat(db, &st) == 0 && S_ISLNK(st.st_mode) ? realpath(db, NULL) : NULL;
  char *out = joined(real == NULL ? db : real, "-", suffix);
  free(real); /* the library's own */
  return out;
}

char *oms_path_in(const char *folder, const char *name) {
  return joined(folder, "/", name);
}

int oms_path_sync(const char *path) {
  const char *slash = strrchr(path, '/');
  char *folder = joined(path, "", "");
  if (folder == NULL) {
    errno = ENOMEM;
    return OMS_ERR_NOMEM;
  }
  folder[slash == NULL ? 0 : slash == path ? 1 : slash - path] = '\0';
  int fd = open(slash == NULL ? "." : folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  oms_free(folder);
  if (fd < 0) {
    return OMS_ERR_IO;
  }
  int rc = fsync(fd);
  (void)close(fd);
  return rc == 0 ? OMS_OK : OMS_ERR_IO;
}

enum { NUMBER_NAME = 40 };

static void number_name(uint64_t number, const char *suffix, char out[NUMBER_NAME]) {
  (void)snprintf(out, NUMBER_NAME, "%020" PRIu64 "%s", number, suffix);
}

char *oms_path_at(const char *folder, uint64_t number, const char *suffix) {
  char name[NUMBER_NAME];
  number_name(number, suffix, name);
  return oms_path_in(folder, name);
}

int64_t oms_path_size(const char *path) {
  struct stat st;
  return stat(path, &st) == 0 ? (int64_t)st.st_size : 0;
}

static int read_all(int fd, unsigned char **data, size_t *n) {
  struct stat st;
  if (fstat(fd, &st) != 0) {
    return OMS_ERR_IO;
  }
  *data = oms_alloc((size_t)st.st_size + 1);
  if (*data == NULL) {
    return OMS_ERR_NOMEM;
  }
  while (*n < (size_t)st.st_size) {
    ssize_t got = pread(fd, *data + *n, (size_t)st.st_size - *n, (off_t)*n);
    if (got < 0 && errno != EINTR) {
      return OMS_ERR_IO;
    }
    if (got == 0) {
      break;
    }
    *n += got > 0 ? (size_t)got : 0;
  }
  return OMS_OK;
}

int oms_path_read(const char *path, unsigned char **data, size_t *n) {
  *data = NULL;
  *n = 0;
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  int rc = fd < 0 ? OMS_ERR_IO : read_all(fd, data, n);
  int code = errno;
  if (fd >= 0) {
    (void)close(fd);
  }
  if (rc != OMS_OK) {
    oms_free(*data);
    *data = NULL;
    errno = code;
  }
  return rc;
}

static int ascending(const void *a, const void *b) {
  uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
  return x < y ? -1 : x > y ? 1 : 0;
}

static int number_of(const char *name, const char *suffix, oms_array_t *out) {
  char again[NUMBER_NAME];
  uint64_t number = strtoull(name, NULL, 10);
  number_name(number, suffix, again);
  return strcmp(name, again) == 0 ? oms_array_push(out, &number) : OMS_OK;
}

int oms_path_numbers(const char *folder, const char *suffix, oms_array_t *out, oms_error_t *err) {
  oms_array_init(out, sizeof(uint64_t));
  DIR *dir = opendir(folder);
  if (dir == NULL) {
    return errno == ENOENT ? OMS_OK
                           : oms_error_set(err, OMS_ERR_IO, "cannot list '%.300s': %s", folder,
                                           strerror(errno));
  }
  int rc = OMS_OK;
  for (struct dirent *e = readdir(dir); e != NULL && rc == OMS_OK; e = readdir(dir)) {
    rc = number_of(e->d_name, suffix, out);
  }
  (void)closedir(dir);
  if (rc != OMS_OK) {
    oms_array_free(out);
    return oms_error_set(err, rc, "out of memory");
  }
  if (out->n > 1) {
    qsort(out->data, out->n, sizeof(uint64_t), ascending);
  }
  return OMS_OK;
}
