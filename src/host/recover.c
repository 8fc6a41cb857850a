/* recover.c - see recover.h. A snapshot is the length of the past's bytes (8 bytes, low first),
 * these, and the image of the core. */
#include "host/recover.h"

#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "core/image.h"
#include "host/boot.h"
#include "store/store.h"

#define HEAD 8

static int bad_snapshot(uint64_t seq, oms_error_t *err) {
  return oms_error_set(err, OMS_ERR_DATA,
                       "the snapshot of record %llu is none of this program's; delete it: what it "
                       "holds is worked out from the journal then",
                       (unsigned long long)seq);
}

static int load_engine(oms_past_t *p, const unsigned char *image, size_t n) {
  oms_boot_t boot;
  oms_boot_init(&boot);
  oms_unpack_t u = oms_unpack_of(p->boot.data, p->boot.n);
  int rc = oms_boot_unpack(&u, &boot) ? OMS_OK : OMS_ERR_DATA;
  if (rc == OMS_OK) {
    oms_engine_config_t config = boot.core.engine;
    config.orders = config.fills = 1024;
    config.seed = p->seed;
    rc = oms_engine_load(&config, image, n, &p->engine);
    p->owns_engine = rc == OMS_OK;
  }
  oms_boot_free(&boot);
  return rc;
}

static int load_snapshot(oms_past_t *p, uint64_t seq, const unsigned char *data, size_t n,
                         oms_error_t *err) {
  uint64_t length = n < HEAD ? 0 : oms_get_low_first(data, HEAD);
  if (n < HEAD || length > n - HEAD) {
    return bad_snapshot(seq, err);
  }
  oms_unpack_t u = oms_unpack_of(data + HEAD, (size_t)length);
  if (!oms_past_unpack(&u, p) || p->seq != seq) {
    return bad_snapshot(seq, err);
  }
  int rc = load_engine(p, data + HEAD + length, n - HEAD - (size_t)length);
  return rc == OMS_ERR_DATA ? bad_snapshot(seq, err)
         : rc == OMS_OK     ? OMS_OK
                            : oms_error_set(err, rc, "out of memory for a snapshot");
}

static int read_records(oms_past_t *p, const char *db, uint64_t until, oms_error_t *err) {
  oms_store_reader_t *reader;
  oms_record_t r;
  int rc = oms_reader_open(db, p->seq + 1, false, &reader, err);
  if (rc != OMS_OK) {
    return rc;
  }
  while ((rc = oms_reader_next(reader, &r, err)) == OMS_OK && r.seq != 0 && r.seq <= until) {
    rc = oms_past_take(p, &r, true, err);
    if (rc != OMS_OK) {
      break;
    }
  }
  oms_reader_close(reader);
  return rc;
}

int oms_recover(const char *db, uint64_t until, oms_past_t **out, char *note, oms_error_t *err) {
  char passed[512] = "";
  uint64_t seq = 0;
  unsigned char *data = NULL;
  size_t n = 0;
  *out = NULL;
  oms_past_t *p = oms_past_new();
  int rc = p == NULL ? oms_error_set(err, OMS_ERR_NOMEM, "out of memory for what has been")
                     : oms_snapshot_read(db, until, &seq, &data, &n, passed, err);
  if (rc == OMS_OK && seq > 0) {
    rc = load_snapshot(p, seq, data, n, err);
  }
  oms_free(data);
  if (rc == OMS_OK) {
    rc = read_records(p, db, until, err);
  }
  if (note != NULL) {
    snprintf(note, 512, "%s", passed);
  }
  if (rc != OMS_OK) {
    oms_past_free(p);
    return rc;
  }
  *out = p;
  return OMS_OK;
}

/* The oldest snapshot from 'least' on; '*seq' 0: there is none. */
static int oldest(const char *db, uint64_t least, uint64_t *seq, unsigned char **data, size_t *n,
                  oms_error_t *err) {
  uint64_t until = UINT64_MAX, found;
  int rc = OMS_OK;
  *seq = 0;
  *data = NULL;
  while (rc == OMS_OK) {
    unsigned char *one;
    size_t size;
    rc = oms_snapshot_read(db, until, &found, &one, &size, NULL, err);
    if (rc != OMS_OK || found == 0 || found < least) {
      oms_free(one);
      return rc;
    }
    oms_free(*data);
    *data = one;
    *n = size;
    *seq = found;
    until = found - 1;
  }
  oms_free(*data);
  return rc;
}

int oms_recover_oldest(const char *db, uint64_t least, oms_past_t **out, oms_error_t *err) {
  uint64_t seq;
  unsigned char *data;
  size_t n = 0;
  *out = NULL;
  int rc = oldest(db, least, &seq, &data, &n, err);
  if (rc != OMS_OK || seq == 0) {
    return rc;
  }
  oms_past_t *p = oms_past_new();
  rc = p == NULL ? oms_error_set(err, OMS_ERR_NOMEM, "out of memory for what has been")
                 : load_snapshot(p, seq, data, n, err);
  oms_free(data);
  if (rc != OMS_OK) {
    oms_past_free(p);
    return rc;
  }
  *out = p;
  return OMS_OK;
}

/* Snapshots. */

static int write_all(const oms_past_t *p, oms_snapshot_writer_t *w) {
  oms_pack_t bytes = {0};
  oms_past_pack(&bytes, p);
  unsigned char head[HEAD];
  oms_put_low_first(head, bytes.n, HEAD);
  int rc = bytes.failed ? OMS_ERR_NOMEM : oms_snapshot_write(w, head, sizeof head);
  rc = rc == OMS_OK ? oms_snapshot_write(w, bytes.data, bytes.n) : rc;
  oms_pack_free(&bytes);
  return rc == OMS_OK ? oms_engine_save(p->engine, oms_snapshot_write, w) : rc;
}

int oms_recover_snapshot(const char *db, uint64_t *seq, oms_error_t *err) {
  oms_past_t *p;
  oms_snapshot_writer_t *w;
  if (seq != NULL) {
    *seq = 0;
  }
  int rc = oms_recover(db, UINT64_MAX, &p, NULL, err);
  if (rc != OMS_OK || p->engine == NULL) {
    oms_past_free(p);
    return rc;
  }
  rc = oms_snapshot_begin(db, p->seq, &w, err);
  if (rc == OMS_OK) {
    int written = write_all(p, w);
    rc = oms_snapshot_end(w, written == OMS_OK, err);
    if (written != OMS_OK) {
      rc = oms_error_set(err, written, "the snapshot could not be written: %s",
                         oms_err_text(written));
    }
  }
  if (rc == OMS_OK && seq != NULL) {
    *seq = p->seq;
  }
  oms_past_free(p);
  return rc;
}
