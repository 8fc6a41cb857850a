/* source_zip.c - the directory of a zip archive of one file: where its bytes are and what they must
 * add up to. Leaves out zip64, encryption and every method but "stored" and "deflate": such a file
 * is refused with the remedy. The directory at the end counts, not the local heads: those may lack
 * the sizes. */
#include <inttypes.h>
#include <string.h>

#include "data/source_internal.h"

#define ZIP_END     22 /* bytes of the end record of an archive */
#define ZIP_CENTRAL 46
#define ZIP_LOCAL   30

static uint32_t le16(const unsigned char *p) {
  return (uint32_t)p[0] | (uint32_t)p[1] << 8;
}

static uint32_t le32(const unsigned char *p) {
  return le16(p) | le16(p + 2) << 16;
}

/* Finds the end record: 22 bytes and a comment, searched from the end. */
static int find_zip_end(oms_source_t *s, unsigned char end[ZIP_END], oms_error_t *err) {
  size_t n = s->size < (int64_t)INPUT_SIZE ? (size_t)s->size : INPUT_SIZE;
  int rc = oms_source_raw_at(s, s->size - (int64_t)n, s->in, n, err);
  if (rc != OMS_OK) {
    return rc;
  }
  for (size_t i = n >= ZIP_END ? n - ZIP_END + 1 : 0; i-- > 0;) {
    if (le32(s->in + i) == 0x06054b50u && le16(s->in + i + 20) <= n - i - ZIP_END) {
      memcpy(end, s->in + i, ZIP_END);
      return OMS_OK;
    }
  }
  return oms_error_set(
      err, OMS_ERR_DATA,
      "%s: the zip archive has no directory at its end: it is truncated at byte %" PRId64
      "; fetch the file again",
      s->name, s->size);
}

static int refuse_zip(const oms_source_t *s, const char *why, oms_error_t *err) {
  return oms_error_set(err, OMS_ERR_DATA,
                       "%s: the zip archive %s; unpack it, or pack the file with gzip", s->name,
                       why);
}

/* Reads the directory's only entry and positions the file at its data. */
static int open_zip_entry(oms_source_t *s, const unsigned char *end, oms_error_t *err) {
  unsigned char c[ZIP_CENTRAL] = {0}, local[ZIP_LOCAL] = {0};
  int rc = oms_source_raw_at(s, le32(end + 16), c, sizeof c, err);
  if (rc != OMS_OK) {
    return rc;
  }
  uint32_t method = le16(c + 10), packed = le32(c + 20), plain = le32(c + 24), at = le32(c + 42);
  if (le32(c) != 0x02014b50u) {
    return refuse_zip(s, "has a damaged directory", err);
  }
  if (packed == UINT32_MAX || plain == UINT32_MAX || at == UINT32_MAX) {
    return refuse_zip(s, "is of the zip64 kind, which is not read", err);
  }
  if ((le16(c + 8) & 1u) != 0) {
    return refuse_zip(s, "is encrypted", err);
  }
  if (method != 0 && method != 8) {
    return refuse_zip(s, "uses a method other than stored and deflate", err);
  }
  if ((rc = oms_source_raw_at(s, at, local, sizeof local, err)) != OMS_OK) {
    return rc;
  }
  if (le32(local) != 0x04034b50u || (method == 0 && packed != plain)) {
    return refuse_zip(s, "has a damaged entry", err);
  }
  int64_t data = (int64_t)at + ZIP_LOCAL + le16(local + 26) + le16(local + 28);
  if ((rc = oms_source_raw_at(s, data, s->in, 0, err)) != OMS_OK) {
    return rc;
  }
  s->kind = method == 0 ? KIND_ZIP_STORED : KIND_ZIP_DEFLATE;
  s->packed_left = packed;
  s->plain_size = plain;
  s->crc_expected = le32(c + 16);
  return OMS_OK;
}

int oms_source_zip_find(oms_source_t *s, oms_error_t *err) {
  unsigned char end[ZIP_END] = {0};
  if (!s->regular) {
    return refuse_zip(s, "comes through a pipe, where its directory cannot be found", err);
  }
  int rc = find_zip_end(s, end, err);
  if (rc != OMS_OK) {
    return rc;
  }
  if (le16(end + 10) == 0xffffu) {
    return refuse_zip(s, "is of the zip64 kind, which is not read", err);
  }
  if (le16(end + 10) != 1) {
    return oms_error_set(
        err, OMS_ERR_DATA,
        "%s: the zip archive holds %u files where one is read; unpack it and name the "
        "file that is meant",
        s->name, (unsigned)le16(end + 10));
  }
  return open_zip_entry(s, end, err);
}
