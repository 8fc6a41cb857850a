/* boot.c - what a live host writes down when it begins: the session and all its files, so that a
 * replay runs the scripts of then, and the set-up of the core, so that recovery needs no session.
 * Payload of BOOT: format, version, path and name of the session, folder of the library, pace;
 * files (path, 1 for data, digest or ""); streams (symbol, kind, timeframe, flags); what the core
 * and the cells are made with. */
#include <string.h>

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
  if (rc == OMS_OK) {
    rc = oms_host_put_set_up(h);
  }
  return rc == OMS_OK
             ? OMS_OK
             : oms_error_set(err, rc, "the start could not be written down: %s", oms_err_text(rc));
}
