/* source.c - plain, gzip and one-file zip bytes behind one read function.
 * The directory of zip archives is the business of source_zip.c. Invariants:
 *   S1  after oms_source_new nothing allocates: zlib takes its memory from 'arena'.
 *   S2  bytes that were unpacked before a defect are handed out before the defect is reported. */
#include "data/source.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "data/source_internal.h"

static int fail_errno(const oms_source_t *s, const char *what, int number, oms_error_t *err) {
  char text[128];
  if (strerror_r(number, text, sizeof text) != 0) {
    text[0] = '\0';
  }
  return oms_error_set(err, OMS_ERR_IO, "%s: cannot %s: %s", s->name, what, text);
}

static int raw_read(oms_source_t *s, void *buffer, size_t cap, size_t *got, oms_error_t *err) {
  *got = 0;
  if (s->memory != NULL) {
    size_t left = (size_t)(s->size - s->at);
    *got = left < cap ? left : cap;
    if (*got > 0) {
      memcpy(buffer, s->memory + s->at, *got);
    }
  } else {
    ssize_t n;
    do {
      n = read(s->fd, buffer, cap);
    } while (n < 0 && errno == EINTR);
    if (n < 0) {
      return fail_errno(s, "read", errno, err);
    }
    *got = (size_t)n;
  }
  s->at += (int64_t)*got;
  return OMS_OK;
}

int oms_source_raw_at(oms_source_t *s, int64_t at, unsigned char *buffer, size_t n,
                      oms_error_t *err) {
  if (at < 0 || at > s->size || (int64_t)n > s->size - at) {
    return oms_error_set(err, OMS_ERR_DATA,
                         "%s: the zip archive is truncated or damaged (it points to byte %" PRId64
                         " of %" PRId64 "); fetch it again",
                         s->name, at + (int64_t)n, s->size);
  }
  if (s->memory == NULL && lseek(s->fd, (off_t)at, SEEK_SET) < 0) {
    return fail_errno(s, "seek", errno, err);
  }
  s->at = at;
  while (n > 0) {
    size_t got;
    int rc = raw_read(s, buffer, n, &got, err);
    if (rc != OMS_OK) {
      return rc;
    }
    if (got == 0) {
      return oms_error_set(
          err, OMS_ERR_IO,
          "%s: the file shrank while it was read; read it when nobody writes to it", s->name);
    }
    buffer += got;
    n -= got;
  }
  return OMS_OK;
}

/* Refills the input buffer when it is empty; '*more' is false at the end of what may be read. */
static int fill_input(oms_source_t *s, bool *more, oms_error_t *err) {
  if (s->in_at == s->in_n) {
    size_t cap = INPUT_SIZE;
    if (s->kind != KIND_GZIP && s->packed_left < (int64_t)cap) {
      cap = (size_t)s->packed_left;
    }
    s->in_at = 0;
    s->in_n = 0;
    if (cap > 0) {
      int rc = raw_read(s, s->in, cap, &s->in_n, err);
      if (rc != OMS_OK) {
        return rc;
      }
    }
    s->packed_left -= (int64_t)s->in_n;
  }
  *more = s->in_at < s->in_n;
  return OMS_OK;
}

static voidpf arena_alloc(voidpf opaque, uInt items, uInt size) {
  oms_source_t *s = opaque;
  size_t need = ((size_t)items * size + 15) & ~(size_t)15;
  if (need > ARENA_SIZE - s->arena_used) {
    return Z_NULL;
  }
  void *block = s->arena + s->arena_used;
  s->arena_used += need;
  return block;
}

/* The arena is emptied as a whole when the next file is opened. */
static void arena_free(voidpf opaque, voidpf block) {
  (void)opaque;
  (void)block;
}

/* 'window_bits': 31 reads gzip members, -15 a bare deflate stream. */
static int inflate_start(oms_source_t *s, int window_bits, oms_error_t *err) {
  memset(&s->z, 0, sizeof s->z);
  s->arena_used = 0;
  s->z.zalloc = arena_alloc;
  s->z.zfree = arena_free;
  s->z.opaque = s;
  if (inflateInit2(&s->z, window_bits) != Z_OK) {
    return oms_error_set(err, OMS_ERR_NOMEM,
                         "%s: out of memory while unpacking; unpack the file before the run",
                         s->name);
  }
  s->z_live = true;
  return OMS_OK;
}

static const char *format_name(const oms_source_t *s) {
  return s->kind == KIND_GZIP ? "gzip" : "zip";
}

static int fail_truncated(const oms_source_t *s, oms_error_t *err) {
  return oms_error_set(err, OMS_ERR_DATA,
                       "%s: the %s data is truncated: it ends at byte %" PRId64
                       " before its end mark; fetch the file again",
                       s->name, format_name(s), s->at);
}

static int fail_damaged(const oms_source_t *s, const char *why, oms_error_t *err) {
  return oms_error_set(err, OMS_ERR_DATA,
                       "%s: the %s data is damaged near byte %" PRId64
                       " (%s); fetch the file again",
                       s->name, format_name(s), s->at - (int64_t)(s->in_n - s->in_at), why);
}

/* After a gzip member: another one, the end, or zero padding up to the end; anything else is a
 * defect. */
static int next_member(oms_source_t *s, oms_error_t *err) {
  for (;;) {
    bool more;
    int rc = fill_input(s, &more, err);
    if (rc != OMS_OK) {
      return rc;
    }
    if (!more) {
      s->ended = true;
      return OMS_OK;
    }
    if (s->in[s->in_at] == 0x1f) {
      return inflateReset(&s->z) == Z_OK ? OMS_OK : fail_damaged(s, "next member", err);
    }
    if (s->in[s->in_at] != 0) {
      return fail_damaged(s, "bytes after the end that are no gzip member", err);
    }
    s->in_at++;
  }
}

static int finish_zip(oms_source_t *s, oms_error_t *err) {
  s->ended = true;
  if (s->plain_done != s->plain_size) {
    return fail_damaged(s, "its length differs from the directory's", err);
  }
  if (s->crc != s->crc_expected) {
    return fail_damaged(s, "checksum", err);
  }
  return OMS_OK;
}

/* Unpacks into [out, out + cap) until it is full, the data ends or a defect shows. */
static int inflate_some(oms_source_t *s, unsigned char *out, size_t cap, size_t *got,
                        oms_error_t *err) {
  while (*got < cap && !s->ended) {
    bool more;
    int rc = fill_input(s, &more, err);
    if (rc != OMS_OK) {
      return rc;
    }
    if (!more) {
      return fail_truncated(s, err);
    }
    uInt room = (uInt)(cap - *got);
    s->z.next_in = s->in + s->in_at;
    s->z.avail_in = (uInt)(s->in_n - s->in_at);
    s->z.next_out = out + *got;
    s->z.avail_out = room;
    int z = inflate(&s->z, Z_NO_FLUSH);
    s->in_at = s->in_n - s->z.avail_in;
    size_t made = room - s->z.avail_out;
    if (s->kind == KIND_ZIP_DEFLATE) {
      s->crc = (uint32_t)crc32(s->crc, out + *got, (uInt)made);
    }
    *got += made;
    s->plain_done += made;
    if (z == Z_STREAM_END) {
      rc = s->kind == KIND_GZIP ? next_member(s, err) : finish_zip(s, err);
      if (rc != OMS_OK) {
        return rc;
      }
    } else if (z != Z_OK && z != Z_BUF_ERROR) {
      return fail_damaged(s, s->z.msg != NULL ? s->z.msg : "no such stream", err);
    }
  }
  return OMS_OK;
}

static int open_zip(oms_source_t *s, oms_error_t *err) {
  int rc = oms_source_zip_find(s, err);
  if (rc != OMS_OK) {
    return rc;
  }
  s->in_at = s->in_n = 0;
  s->crc = (uint32_t)crc32(0, NULL, 0);
  return s->kind == KIND_ZIP_DEFLATE ? inflate_start(s, -15, err) : OMS_OK;
}

static int read_stored(oms_source_t *s, unsigned char *out, size_t cap, size_t *got,
                       oms_error_t *err) {
  if ((int64_t)cap > s->packed_left) {
    cap = (size_t)s->packed_left;
  }
  if (cap == 0) {
    return finish_zip(s, err);
  }
  int rc = raw_read(s, out, cap, got, err);
  if (rc != OMS_OK) {
    return rc;
  }
  if (*got == 0) {
    return fail_truncated(s, err);
  }
  s->packed_left -= (int64_t)*got;
  s->plain_done += *got;
  s->crc = (uint32_t)crc32(s->crc, out, (uInt)*got);
  return OMS_OK;
}

static void shut(oms_source_t *s) {
  if (s->z_live) {
    (void)inflateEnd(&s->z);
    s->z_live = false;
  }
  if (s->fd >= 0) {
    (void)close(s->fd);
  }
  s->fd = -1;
  s->memory = NULL;
}

static void reset(oms_source_t *s, const char *name) {
  shut(s);
  s->name = name;
  s->regular = false;
  s->size = s->at = 0;
  s->kind = KIND_PLAIN;
  s->ended = false;
  s->packed_left = 0;
  s->plain_size = s->plain_done = 0;
  s->crc = s->crc_expected = 0;
  s->failed.code = OMS_OK;
  s->in_at = s->in_n = 0;
}

/* Reads the first bytes and sets up what they ask for. */
static int detect(oms_source_t *s, oms_error_t *err) {
  while (s->in_n < 4) {
    size_t got;
    int rc = raw_read(s, s->in + s->in_n, INPUT_SIZE - s->in_n, &got, err);
    if (rc != OMS_OK) {
      return rc;
    }
    if (got == 0) {
      break;
    }
    s->in_n += got;
  }
  if (s->in_n >= 2 && s->in[0] == 0x1f && s->in[1] == 0x8b) {
    s->kind = KIND_GZIP;
    return inflate_start(s, 31, err);
  }
  if (s->in_n >= 4 && memcmp(s->in, "PK", 2) == 0 &&
      (memcmp(s->in + 2, "\3\4", 2) == 0 || memcmp(s->in + 2, "\5\6", 2) == 0)) {
    return open_zip(s, err);
  }
  return OMS_OK;
}

oms_source_t *oms_source_new(void) {
  oms_source_t *s = oms_alloc(sizeof *s);
  if (s != NULL) {
    s->z_live = false;
    s->fd = -1;
    reset(s, "");
  }
  return s;
}

void oms_source_free(oms_source_t *s) {
  if (s != NULL) {
    shut(s);
    oms_free(s);
  }
}

int oms_source_open(oms_source_t *s, const char *path, oms_error_t *err) {
  struct stat st;
  reset(s, path);
  s->fd = open(path, O_RDONLY | O_CLOEXEC);
  if (s->fd < 0 || fstat(s->fd, &st) != 0) {
    return fail_errno(s, "open", errno, err);
  }
  if (S_ISDIR(st.st_mode)) {
    return fail_errno(s, "read", EISDIR, err);
  }
  s->regular = S_ISREG(st.st_mode);
  s->size = s->regular ? (int64_t)st.st_size : 0;
  return detect(s, err);
}

int oms_source_open_memory(oms_source_t *s, const char *name, const void *data, size_t n,
                           oms_error_t *err) {
  reset(s, name);
  s->memory = n > 0 ? data : (const void *)"";
  s->regular = true;
  s->size = (int64_t)n;
  return detect(s, err);
}

static int read_plain(oms_source_t *s, void *buffer, size_t cap, size_t *got, oms_error_t *err) {
  if (s->in_at == s->in_n) {
    return raw_read(s, buffer, cap, got, err);
  }
  size_t left = s->in_n - s->in_at;
  *got = left < cap ? left : cap;
  memcpy(buffer, s->in + s->in_at, *got);
  s->in_at += *got;
  return OMS_OK;
}

static int read_packed(oms_source_t *s, void *buffer, size_t cap, size_t *got, oms_error_t *err) {
  if (s->failed.code != OMS_OK) {
    return oms_error_set(err, s->failed.code, "%s", s->failed.message);
  }
  if (s->ended) {
    return OMS_OK;
  }
  int rc = s->kind == KIND_ZIP_STORED ? read_stored(s, buffer, cap, got, &s->failed)
                                      : inflate_some(s, buffer, cap, got, &s->failed);
  if (rc != OMS_OK && *got == 0) {
    return oms_error_set(err, rc, "%s", s->failed.message);
  }
  return OMS_OK;
}

int oms_source_read(oms_source_t *s, void *buffer, size_t cap, size_t *got, oms_error_t *err) {
  *got = 0;
  return s->kind == KIND_PLAIN ? read_plain(s, buffer, cap, got, err)
                               : read_packed(s, buffer, cap, got, err);
}

int64_t oms_source_size(const oms_source_t *s) {
  return s->size;
}

int64_t oms_source_consumed(const oms_source_t *s) {
  return s->at;
}
