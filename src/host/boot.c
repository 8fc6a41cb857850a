/* boot.c - what a live host writes down when it begins: the session and all its files, so that a
 * replay runs the scripts of then, and the set-up of the core, so that recovery needs no session.
 * Payload of BOOT: format, version, path and name of the session, folder of the library, pace;
 * files (path, 1 for data, digest or ""); streams (symbol, kind, timeframe, flags); what the core
 * and the cells are made with; the session's limits. */
#include <string.h>

#include "base/alloc.h"
#include "core/codec.h"
#include "host/boot.h"
#include "host/host.h"

static int pack_files(oms_host_t *h, oms_pack_t *p) {
  const oms_files_t *files = h->config->sources;
  size_t n = files == NULL ? 0 : files->list.n;
  oms_pack_u64(p, n);
  int rc = OMS_OK;
  for (size_t i = 0; i < n && rc == OMS_OK; i++) {
    const oms_file_t *f = OMS_AT(&files->list, oms_file_t, i);
    char digest[65] = "";
    if (f->text != NULL && h->input.journal.keep != NULL) {
      rc = h->input.journal.keep(h->input.journal.self, f->text, f->n, digest);
    }
    oms_pack_text(p, f->path);
    oms_pack_u8(p, f->text == NULL);
    oms_pack_text(p, digest);
  }
  return rc;
}

/* Scripts that were loaded later. */

oms_files_t *oms_input_sources(oms_host_t *h) {
  oms_files_t *files = oms_alloc(sizeof *files);
  if (files == NULL) {
    return NULL;
  }
  oms_files_init(files);
  if (oms_array_push(&h->input.sources, &files) != OMS_OK) {
    oms_free(files);
    return NULL;
  }
  bool good = h->revive.sources == NULL || h->revive.sources(h->revive.tape, files) == OMS_OK;
  return good ? files : NULL;
}

static int on_late(void *self, oms_files_t *files, const char *path, const char *text, size_t n) {
  oms_host_t *h = self;
  oms_journal_t *j = &h->input.journal;
  char digest[65];
  if (j->put == NULL || j->keep == NULL) {
    return OMS_OK;
  }
  if (h->revive.late != NULL) {
    return h->revive.late(h->revive.tape, files, path);
  }
  int rc = text == NULL ? OMS_OK : j->keep(j->self, text, n, digest);
  if (rc != OMS_OK) {
    return rc;
  }
  oms_pack_t *p = &h->input.pack;
  oms_file_pack(p, &(oms_file_ref_t){path, text == NULL ? NULL : digest});
  return oms_host_put_pack(h, OMS_RECORD_FILE, false);
}

/* The table has been written down: what is read later is a record of its own. */
static void watch_late(oms_host_t *h, oms_files_t *files) {
  if (files != NULL) {
    files->late = on_late;
    files->late_self = h;
  }
}

static int list_files(oms_host_t *h, const oms_files_t *sources, oms_array_t *list,
                      oms_array_t *digests) {
  int rc = OMS_OK;
  size_t n = sources == NULL ? 0 : sources->list.n;
  for (size_t i = 0; i < n && rc == OMS_OK; i++) {
    char(*digest)[65] = oms_array_add(digests);
    rc = digest == NULL ? OMS_ERR_NOMEM : OMS_OK;
    const oms_file_t *f = OMS_AT(&sources->list, oms_file_t, i);
    if (rc == OMS_OK && f->text != NULL) {
      rc = h->input.journal.keep(h->input.journal.self, f->text, f->n, *digest);
    }
  }
  for (size_t i = 0; i < n && rc == OMS_OK; i++) { /* the digests move no more */
    const oms_file_t *f = OMS_AT(&sources->list, oms_file_t, i);
    const char *digest = (const char *)digests->data + i * 65;
    const oms_file_ref_t ref = {f->path, f->text == NULL ? NULL : digest};
    rc = oms_array_push(list, &ref);
  }
  return rc;
}

int oms_host_put_reload(oms_host_t *h, const oms_reload_note_t *note, oms_files_t *sources) {
  if (h->input.journal.put == NULL) {
    return OMS_OK;
  }
  oms_array_t list, digests;
  oms_array_init(&list, sizeof(oms_file_ref_t));
  oms_array_init(&digests, 65);
  oms_reload_note_t whole = *note;
  int rc = h->input.journal.keep == NULL ? OMS_OK : list_files(h, sources, &list, &digests);
  if (rc == OMS_OK) {
    whole.files = list.data;
    whole.file_n = list.n;
    oms_reload_pack(&h->input.pack, &whole);
    rc = oms_host_put_pack(h, OMS_RECORD_RELOAD, false);
    watch_late(h, sources);
  }
  oms_array_free(&list);
  oms_array_free(&digests);
  return rc;
}

void oms_host_put_owner_hash(oms_host_t *h, uint16_t owner) {
  const oms_owner_hash_note_t note = {owner, oms_engine_owner(h->engine, owner)->script_hash};
  oms_owner_hash_pack(&h->input.pack, &note);
  if (oms_host_put_pack(h, OMS_RECORD_OWNER_HASH, false) != OMS_OK) {
    oms_desk_fail(&h->desk, OMS_ERR_NOMEM, "a script's hash could not be written down");
  }
}

/* The start. */

static void pack_streams(const oms_host_t *h, oms_pack_t *p) {
  oms_pack_u64(p, h->streams.n);
  for (size_t i = 0; i < h->streams.n; i++) {
    const oms_host_stream_t *s = OMS_AT(&h->streams, oms_host_stream_t, i);
    bool pushed = i < h->config->data_n && h->config->data[i].pushed;
    oms_pack_text(p, oms_engine_instrument(h->engine, s->instrument)->symbol);
    oms_pack_u8(p, (uint8_t)s->kind);
    oms_pack_i64(p, s->timeframe);
    oms_pack_u8(p, (uint8_t)((pushed ? OMS_BOOT_PUSHED : 0) | (s->built ? OMS_BOOT_BUILT : 0) |
                             (s->seen_volume ? OMS_BOOT_VOLUME : 0)));
  }
}

static int put_boot(oms_host_t *h) {
  oms_pack_t *p = &h->input.pack;
  oms_pack_u8(p, OMS_BOOT_FORMAT);
  oms_pack_text(p, h->options->version);
  oms_pack_text(p, h->config->path);
  oms_pack_text(p, h->config->name);
  oms_pack_text(p, h->library);
  oms_pack_i64(p, h->config->live.pace);
  int rc = pack_files(h, p);
  pack_streams(h, p);
  const oms_boot_core_t core = {.engine = oms_host_engine_config(h),
                                .budget_ns = h->options->budget_ns,
                                .strict_budget = h->options->strict_budget};
  oms_boot_pack_core(p, &core);
  oms_pack_t limits = {0};
  oms_host_pack_limits(h, &limits);
  oms_pack_bytes(p, limits.data, limits.n);
  p->failed = p->failed || limits.failed;
  oms_pack_free(&limits);
  if (rc != OMS_OK) {
    p->n = 0;
    return rc;
  }
  return oms_host_put_pack(h, OMS_RECORD_BOOT, false);
}

int oms_host_put_set_up(oms_host_t *h) {
  oms_pack_t *p = &h->input.pack;
  uint32_t *known = h->input.set_up;
  int rc = OMS_OK;
  if (h->input.journal.put == NULL) {
    return OMS_OK;
  }
  for (; rc == OMS_OK && known[0] < oms_engine_instrument_count(h->engine); known[0]++) {
    oms_instrument_pack(p, oms_engine_instrument(h->engine, known[0]));
    rc = oms_host_put_pack(h, OMS_RECORD_INSTRUMENT, false);
  }
  for (; rc == OMS_OK && known[1] < oms_engine_account_count(h->engine); known[1]++) {
    oms_account_pack(p, oms_engine_account(h->engine, known[1]));
    rc = oms_host_put_pack(h, OMS_RECORD_ACCOUNT, false);
  }
  /* owner 0 exists from the start */
  for (known[2] = known[2] == 0 ? 1 : known[2];
       rc == OMS_OK && known[2] < oms_engine_owner_count(h->engine); known[2]++) {
    const oms_owner_t *o = oms_engine_owner(h->engine, known[2]);
    oms_pack_text(p, o->id);
    oms_pack_text(p, o->script_hash);
    rc = oms_host_put_pack(h, OMS_RECORD_OWNER, false);
  }
  return rc;
}

int oms_host_boot(oms_host_t *h, oms_time_t now, oms_error_t *err) {
  h->desk.port.now = now;
  int rc = put_boot(h);
  watch_late(h, h->config->sources);
  if (rc == OMS_OK) {
    rc = oms_host_put_set_up(h);
  }
  return rc == OMS_OK
             ? OMS_OK
             : oms_error_set(err, rc, "the start could not be written down: %s", oms_err_text(rc));
}
