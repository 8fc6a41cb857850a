/* file_hash.c - see file_hash.h. */
#include "host/file_hash.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/hash.h"

#define BUFFER_SIZE ((size_t)256 << 10) /* stays in the cache between the read and the hash */

static int failed(const char *path, oms_error_t *err) {
  return oms_error_set(err, OMS_ERR_IO, "cannot read %s: %s", path, strerror(errno));
}

static int read_all(int fd, const char *path, oms_digest_t *digest, char *buffer, int64_t *size,
                    oms_error_t *err) {
  int64_t sum = 0;
  for (;;) {
    ssize_t n = read(fd, buffer, BUFFER_SIZE);
    if (n == 0) {
      *size = sum;
      return OMS_OK;
    }
    if (n < 0 && errno != EINTR) {
      return failed(path, err);
    }
    if (n > 0) {
      oms_digest_bytes(digest, buffer, (size_t)n);
      sum += n;
    }
  }
}

static int hash_open_file(int fd, const char *path, int64_t *size, char digest[33],
                          oms_error_t *err) {
  oms_digest_t *d = oms_digest_new();
  char *buffer = oms_alloc(BUFFER_SIZE);
  int rc = d == NULL || buffer == NULL
               ? oms_error_set(err, OMS_ERR_NOMEM, "%s: out of memory", path)
               : read_all(fd, path, d, buffer, size, err);
  if (rc == OMS_OK) {
    oms_digest_hex(d, digest);
  }
  oms_digest_free(d);
  oms_free(buffer);
  return rc;
}

int oms_file_hash(const char *path, int64_t *size, char digest[33], oms_error_t *err) {
  struct stat st;
  *size = -1;
  memset(digest, '0', 32);
  digest[32] = '\0';
  if (stat(path, &st) == 0 && !S_ISREG(st.st_mode)) {
    return OMS_OK;
  }
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) {
    return failed(path, err);
  }
  int rc = hash_open_file(fd, path, size, digest, err);
  (void)close(fd);
  return rc;
}
