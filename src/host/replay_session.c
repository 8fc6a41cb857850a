/* replay_session.c - the session of then: the table of files that a BOOT names, with the content
 * that was kept. Data are not needed, since the rows stand in the journal; where a file of them is
 * gone, the streams are made as the record says. */
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "host/replay_int.h"

int oms_replay_add_file(oms_replay_t *r, oms_files_t *to, const char *path, const char *digest,
                        oms_error_t *err) {
  unsigned char *data;
  size_t n;
  int rc = oms_reader_block(r->reader, digest, &data, &n, err);
  if (rc != OMS_OK) {
    return rc == OMS_ERR_NOT_FOUND
               ? oms_error_set(err, OMS_ERR_DATA, "%s: its content is not in the database", path)
               : rc;
  }
  rc = oms_files_add(to, path, (const char *)data, n);
  oms_free(data);
  return rc == OMS_OK ? OMS_OK : oms_error_set(err, rc, "%s: out of memory", path);
}

int oms_replay_files(oms_replay_t *r, oms_error_t *err) {
  oms_boot_free(&r->boot);
  oms_boot_init(&r->boot);
  r->boot_bytes.n = 0;
  oms_pack_raw(&r->boot_bytes, r->next.data, r->next.n);
  oms_unpack_t u = oms_unpack_of(r->boot_bytes.data, r->boot_bytes.n);
  if (r->boot_bytes.failed || !oms_boot_unpack(&u, &r->boot)) {
    return oms_error_set(err, OMS_ERR_DATA,
                         "record %llu of the journal is no start that this program knows",
                         (unsigned long long)r->next.seq);
  }
  if (r->boot.path == NULL) {
    return oms_error_set(err, OMS_ERR_DATA,
                         "the host of record %llu had no session file; it cannot be run again",
                         (unsigned long long)r->next.seq);
  }
  oms_files_free(&r->files);
  oms_files_init(&r->files);
  int rc = OMS_OK;
  for (size_t i = 0; i < r->boot.files.n && rc == OMS_OK; i++) {
    const oms_boot_file_t *f = OMS_AT(&r->boot.files, oms_boot_file_t, i);
    rc = f->data ? oms_files_add_data(&r->files, f->path, NULL)
                 : oms_replay_add_file(r, &r->files, f->path, f->digest, err);
  }
  r->files.sealed = true;
  r->files.library = r->boot.library;
  return rc;
}

static int change(oms_replay_t *r, oms_files_t *files, const oms_file_ref_t *f) {
  unsigned char *data = NULL;
  size_t n = 0;
  int rc = f->digest == NULL ? OMS_OK : oms_reader_block(r->reader, f->digest, &data, &n, r->err);
  if (rc != OMS_OK) {
    return rc;
  }
  rc = oms_files_change(files, f->path, (const char *)data, n);
  oms_free(data);
  return rc == OMS_OK ? OMS_OK : oms_error_set(r->err, rc, "%s: out of memory", f->path);
}

int oms_replay_late(void *self, oms_files_t *files, const char *path) {
  oms_replay_t *r = self;
  oms_file_ref_t f;
  oms_unpack_t u = oms_unpack_of(r->next.data, r->next.n);
  if (r->next.seq == 0 || r->next.kind != OMS_RECORD_FILE || !oms_file_unpack(&u, &f) ||
      strcmp(f.path, path) != 0) {
    return OMS_OK;
  }
  int rc = change(r, files, &f);
  if (rc != OMS_OK) {
    r->failed = rc;
    return rc;
  }
  const oms_record_t came = {
      .kind = r->next.kind, .now = r->host->desk.port.now, .data = r->next.data, .n = r->next.n};
  return r->tape.put(r->tape.self, &came, NULL);
}
