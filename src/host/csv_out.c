/* csv_out.c - see csv_out.h. Own buffer instead of stdio's: a row is a few hundred bytes of
 * formatted integers, and the reason of a failure is kept from the write that failed. */
#include "host/csv_out.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"

#define BUFFER_SIZE ((size_t)1 << 16)

char *oms_csv_out_path(const char *folder, const char *name, const char *suffix) {
  size_t a = strlen(folder), b = strlen(name), c = strlen(suffix);
  char *path = oms_alloc(a + b + c + 2);
  if (path != NULL) {
    memcpy(path, folder, a);
    path[a] = '/';
    memcpy(path + a + 1, name, b);
    memcpy(path + a + 1 + b, suffix, c + 1);
  }
  return path;
}

static void flush(oms_csv_out_t *c) {
  size_t done = 0;
  if (c->digest != NULL) {
    oms_digest_bytes(c->digest, c->buffer, c->n);
  }
  while (!c->dry && done < c->n && c->failed == 0) {
    ssize_t k = write(c->fd, c->buffer + done, c->n - done);
    if (k > 0) {
      done += (size_t)k;
    } else if (k == 0 || errno != EINTR) {
      c->failed = k == 0 ? EIO : errno;
    }
  }
  c->n = 0;
}

static void put(oms_csv_out_t *c, const char *s, size_t n) {
  while (n > 0) {
    size_t room = BUFFER_SIZE - c->n;
    size_t k = n < room ? n : room;
    memcpy(c->buffer + c->n, s, k);
    c->n += k;
    s += k;
    n -= k;
    if (c->n == BUFFER_SIZE) {
      flush(c);
    }
  }
}

static int outcome(const oms_csv_out_t *c, oms_error_t *err) {
  if (c->failed == 0) {
    return OMS_OK;
  }
  return oms_error_set(err, OMS_ERR_IO, "cannot write %s: %s", c->part, strerror(c->failed));
}

int oms_csv_out_open(oms_csv_out_t *c, const char *folder, const char *name, const char *header,
                     oms_error_t *err) {
  *c = (oms_csv_out_t){.fd = -1, .dry = folder == NULL};
  c->part = oms_csv_out_path(folder != NULL ? folder : "", name, ".part");
  c->buffer = oms_alloc(BUFFER_SIZE);
  if (c->part == NULL || c->buffer == NULL) {
    oms_csv_out_free(c);
    return oms_error_set(err, OMS_ERR_NOMEM, "out of memory for %s", name);
  }
  c->fd = c->dry ? -1 : open(c->part, O_WRONLY | O_CREAT | O_TRUNC, 0666);
  if (c->fd < 0 && !c->dry) {
    int rc = oms_error_set(err, OMS_ERR_IO, "cannot write %s: %s", c->part, strerror(errno));
    oms_csv_out_free(c);
    return rc;
  }
  put(c, header, strlen(header));
  put(c, "\n", 1);
  return OMS_OK;
}

int oms_csv_out_want_digest(oms_csv_out_t *c) {
  c->digest = oms_digest_new();
  return c->digest != NULL ? OMS_OK : OMS_ERR_NOMEM;
}

static void next_field(oms_csv_out_t *c) {
  if (c->begun) {
    put(c, ",", 1);
  }
  c->begun = true;
}

void oms_csv_out_text(oms_csv_out_t *c, const char *text) {
  next_field(c);
  if (text == NULL) {
    return;
  }
  if (strpbrk(text, ",\"\r\n") == NULL) {
    put(c, text, strlen(text));
    return;
  }
  put(c, "\"", 1);
  for (const char *p = text; *p != '\0'; p++) {
    put(c, p, 1);
    if (*p == '"') {
      put(c, p, 1);
    }
  }
  put(c, "\"", 1);
}

void oms_csv_out_decimal(oms_csv_out_t *c, int64_t v, int decimals) {
  char text[24];
  next_field(c);
  if (v != OMS_NO_PRICE) {
    put(c, text, oms_decimal_format(v, decimals, text));
  }
}

void oms_csv_out_time(oms_csv_out_t *c, oms_time_t t) {
  char text[32];
  next_field(c);
  if (t != OMS_NO_TIME) {
    put(c, text, oms_time_iso(t, text));
  }
}

int oms_csv_out_row(oms_csv_out_t *c, oms_error_t *err) {
  put(c, "\n", 1);
  c->begun = false;
  return outcome(c, err);
}

int oms_csv_out_close(oms_csv_out_t *c, oms_error_t *err) {
  if (c->dry) {
    flush(c);
  }
  if (c->fd >= 0) {
    flush(c);
    if (close(c->fd) != 0 && c->failed == 0) {
      c->failed = errno;
    }
    c->fd = -1;
  }
  return outcome(c, err);
}

void oms_csv_out_digest(const oms_csv_out_t *c, char out[33]) {
  oms_digest_hex(c->digest, out);
}

void oms_csv_out_free(oms_csv_out_t *c) {
  if (c->fd >= 0) {
    (void)close(c->fd);
  }
  oms_free(c->part);
  oms_free(c->buffer);
  oms_digest_free(c->digest);
  *c = (oms_csv_out_t){.fd = -1};
}
