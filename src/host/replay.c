/* replay.c - see replay.h. A host is driven by the records in place of a loop. */
#include "host/replay.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "host/op_codec.h"
#include "host/replay_int.h"
#include "host/row_codec.h"

/* Inputs. */

static int no_input(oms_replay_t *r) {
  oms_tape_differs(r, "nothing");
  return OMS_OK;
}

static int bad_record(oms_replay_t *r) {
  return oms_error_set(r->err, OMS_ERR_DATA, "record %llu of the journal cannot be read",
                       (unsigned long long)r->next.seq);
}

static int feed_op(oms_replay_t *r) {
  oms_op_t op;
  oms_op_room_t room;
  oms_op_result_t result;
  oms_time_t now = r->next.now;
  oms_pack_t copy = {0}; /* the record is gone when it has been taken */
  oms_pack_raw(&copy, r->next.data, r->next.n);
  oms_unpack_t u = oms_unpack_of(copy.data, copy.n);
  int rc = copy.failed || !oms_op_unpack(&u, &op, &room) ? bad_record(r) : OMS_OK;
  if (rc == OMS_OK) {
    rc = oms_host_op(r->host, now, &op, &result, r->err);
    oms_host_reload_forget(r->host); /* its record comes when it was done */
  }
  oms_pack_free(&copy);
  return rc;
}

/* All rows of a step stand one behind the other: bars that complete together, or one other row. */
static int gather(oms_replay_t *r, oms_array_t *rows, int *flags) {
  const oms_record_t *record;
  for (size_t i = 0; (record = oms_tape_ahead(r, i)) != NULL; i++) {
    oms_row_t row;
    int own;
    oms_unpack_t u = oms_unpack_of(record->data, record->n);
    if (record->kind != OMS_RECORD_ROW || record->now != r->next.now) {
      break;
    }
    if (!oms_row_unpack(&u, record->now, &row, &own)) {
      return bad_record(r);
    }
    bool bar = row.kind == OMS_DATA_BARS;
    if (i > 0 && (!bar || own != *flags)) {
      break;
    }
    *flags = own;
    if (oms_array_push(rows, &row) != OMS_OK) {
      return oms_error_set(r->err, OMS_ERR_NOMEM, "out of memory for the rows of a step");
    }
    if (!bar) {
      break;
    }
  }
  return r->failed;
}

static int feed_rows(oms_replay_t *r) {
  oms_array_t rows;
  int flags = 0;
  oms_time_t now = r->next.now;
  oms_array_init(&rows, sizeof(oms_row_t));
  int rc = gather(r, &rows, &flags);
  if (rc == OMS_OK) {
    rc = oms_host_rows(r->host, now, rows.data, rows.n, flags, r->err);
  }
  oms_array_free(&rows);
  return rc;
}

static int script_index(const oms_host_t *h, const oms_script_name_t *name) {
  for (size_t i = 0; i < h->scripts.n; i++) {
    const oms_host_script_t *s = oms_host_script_at(h, i);
    if ((s->kind == OMS_SCRIPT_RULE) == name->rule && strcmp(s->id, name->id) == 0) {
      return (int)i;
    }
  }
  return OMS_TRIGGERS;
}

/* The files of the reload that comes next. */
static int give_sources(void *self, oms_files_t *files) {
  oms_replay_t *r = self;
  oms_reload_note_t note;
  oms_array_t refs;
  oms_array_init(&refs, sizeof(oms_file_ref_t));
  oms_unpack_t u = oms_unpack_of(r->next.data, r->next.n);
  int rc = r->next.kind == OMS_RECORD_RELOAD && oms_reload_unpack(&u, &note, &refs) ? OMS_OK
                                                                                    : OMS_ERR_DATA;
  for (size_t i = 0; i < refs.n && rc == OMS_OK; i++) {
    const oms_file_ref_t *f = OMS_AT(&refs, oms_file_ref_t, i);
    rc = f->digest == NULL ? OMS_OK : oms_replay_add_file(r, files, f->path, f->digest, r->err);
  }
  files->sealed = true;
  files->library = r->boot.library;
  oms_array_free(&refs);
  return rc;
}

/* One that was refused is refused again. */
static int feed_reload(oms_replay_t *r) {
  oms_reload_note_t note;
  oms_array_t refs;
  oms_array_init(&refs, sizeof(oms_file_ref_t));
  oms_pack_t copy = {0};
  oms_pack_raw(&copy, r->next.data, r->next.n);
  oms_unpack_t u = oms_unpack_of(copy.data, copy.n);
  int rc = copy.failed || !oms_reload_unpack(&u, &note, &refs) ? bad_record(r) : OMS_OK;
  if (rc == OMS_OK) {
    const oms_script_anew_t anew = {
        .path = note.path, .params = note.params, .param_n = note.param_n};
    oms_error_t refused;
    r->host->desk.port.now = r->next.now;
    rc = oms_host_reload_one(r->host, script_index(r->host, &note.script), &anew, &refused);
    rc = rc != OMS_OK && note.message != NULL ? OMS_OK : rc;
    if (rc != OMS_OK && r->failed == OMS_OK && !r->cut_off) {
      oms_tape_differs(r, refused.message);
      rc = OMS_OK;
    }
  }
  oms_array_free(&refs);
  oms_pack_free(&copy);
  return rc;
}

static int feed_heard(oms_replay_t *r) {
  oms_time_t now = r->next.now;
  oms_record_kind_t kind = (oms_record_kind_t)r->next.kind;
  oms_pack_t copy = {0};
  oms_pack_raw(&copy, r->next.data, r->next.n);
  int rc =
      copy.failed ? bad_record(r) : oms_host_heard(r->host, now, kind, copy.data, copy.n, r->err);
  oms_pack_free(&copy);
  return rc;
}

/* The end of a host in good order: two records, what follows from it between them. */
static int feed_end(oms_replay_t *r) {
  char hash[33] = "";
  oms_time_t now = r->next.now;
  if (r->next.n == 0) {
    return oms_host_end(r->host, now, r->err);
  }
  int rc = oms_engine_state_hash(r->host->engine, hash);
  r->host->desk.port.now = now;
  rc = rc == OMS_OK ? oms_host_put(r->host, OMS_RECORD_END, false, hash, strlen(hash)) : rc;
  r->result->ends += rc == OMS_OK;
  snprintf(r->result->recorded, sizeof r->result->recorded, "%s", rc == OMS_OK ? hash : "");
  return rc == OMS_OK || r->result->differs ? OMS_OK
                                            : oms_error_set(r->err, rc, "%s", oms_err_text(rc));
}

static int feed(oms_replay_t *r) {
  r->result->inputs++;
  switch (r->next.kind) {
  case OMS_RECORD_STEP:
    return r->next.n == 0 ? oms_host_clock_step(r->host, r->next.now, r->err)
                          : oms_host_late_step(r->host, r->next.now, r->err);
  case OMS_RECORD_ROW:
    return feed_rows(r);
  case OMS_RECORD_OP:
    return feed_op(r);
  case OMS_RECORD_RELOAD:
    return feed_reload(r);
  case OMS_RECORD_REPORT:
  case OMS_RECORD_LINK:
    return feed_heard(r);
  case OMS_RECORD_END:
    return feed_end(r);
  default:
    oms_tape_differs(r, "nothing");
    return OMS_OK;
  }
}

/* A host. */

static bool goes_on(const oms_replay_t *r) {
  bool stopped = r->options->stop != NULL && *r->options->stop != 0;
  return r->failed == OMS_OK && !r->cut_off && !r->result->differs && r->next.seq != 0 &&
         r->next.kind != OMS_RECORD_BOOT && !stopped;
}

static bool is_warm(const oms_record_t *record) {
  oms_row_t row;
  int flags = 0;
  oms_unpack_t u = oms_unpack_of(record->data, record->n);
  return record->kind == OMS_RECORD_ROW && oms_row_unpack(&u, record->now, &row, &flags) &&
         (flags & OMS_ROW_WARM) != 0;
}

static int start(oms_replay_t *r) {
  oms_host_t *h = r->host;
  int rc = oms_host_boot(h, r->next.now, r->err);
  h->warming = h->config->from != OMS_NO_TIME;
  while (rc == OMS_OK && goes_on(r) && is_warm(&r->next)) {
    rc = feed_rows(r);
  }
  return rc == OMS_OK && goes_on(r) ? oms_host_start(h, r->next.now, r->err) : rc;
}

static void on_event(void *self, const oms_event_t *event) {
  oms_replay_t *r = self;
  if (oms_past_event(r->past, event) != OMS_OK) {
    r->failed = oms_error_set(r->err, OMS_ERR_NOMEM, "out of memory for events");
  }
}

/* Volumes that the data had, without the data. */
static void note_volumes(oms_replay_t *r) {
  const oms_bar_t bar = {.volume = 1};
  for (size_t i = 0; i < r->boot.streams.n && i < r->host->streams.n; i++) {
    if ((OMS_AT(&r->boot.streams, oms_boot_stream_t, i)->flags & OMS_BOOT_VOLUME) != 0) {
      oms_host_note_volume(r->host, OMS_AT(&r->host->streams, oms_host_stream_t, i), &bar);
    }
  }
}

static void go_live(oms_replay_t *r) {
  oms_host_t *h = r->host;
  oms_input_journal(h, &r->tape);
  oms_input_go_live(h);
  h->revive.before = oms_replay_before;
  h->revive.after = oms_replay_after;
  h->revive.sources = give_sources;
  h->revive.late = oms_replay_late;
  h->revive.tape = r;
  h->desk.listen = on_event;
  h->desk.listener = r;
  r->past->engine = h->engine;
  note_volumes(r);
}

/* The core is the past's from here on; results are written of it all the same. */
static void take_engine(oms_replay_t *r) {
  r->past->engine = r->host->engine;
  r->past->owns_engine = true;
  r->host->revive.lends_engine = true;
  oms_input_journal_end(r->host);
  r->host->desk.listen = NULL;
}

static int drive(oms_host_t *h, void *ctx, oms_error_t *err) {
  oms_replay_t *r = ctx;
  r->host = h;
  r->cut_off = false;
  go_live(r);
  int rc = start(r);
  while (rc == OMS_OK && goes_on(r)) {
    rc = feed(r);
  }
  bool known = r->cut_off || r->result->differs;
  take_engine(r);
  if (r->failed == OMS_OK && (rc == OMS_OK || known)) {
    r->last = r->next.seq == 0 || r->result->differs;
    h->facts.partial = h->facts.bars == 0 && h->facts.ticks == 0; /* of a host without rows */
    return OMS_OK;
  }
  return oms_error_set(err, r->failed != OMS_OK ? r->failed : rc, "record %llu: %s",
                       (unsigned long long)r->next.seq, r->err->message);
}

static int at_end(void *self, const oms_desk_t *desk, const oms_summary_t *summary,
                  oms_error_t *err) {
  const oms_replay_t *r = self;
  (void)summary;
  return r->last && r->options->look != NULL ? r->options->look(r->options->look_self, desk, err)
                                             : OMS_OK;
}

static void no_log(void *self, oms_log_level_t level, const char *text) {
  (void)self, (void)level, (void)text;
}

/* Without the files the rows of the journal are all the data. */
static void make_pushed(const oms_replay_t *r, oms_session_config_t *c) {
  bool there = true;
  for (size_t i = 0; i < r->boot.files.n; i++) {
    const oms_boot_file_t *f = OMS_AT(&r->boot.files, oms_boot_file_t, i);
    there = there && (!f->data || access(f->path, R_OK) == 0);
  }
  for (size_t i = 0; i < c->data_n && !there; i++) {
    oms_data_config_t *d = &c->data[i];
    d->pushed = true;
    d->paths = NULL;
    d->path_n = d->row_n = 0;
    d->rows = NULL;
    d->ticks = NULL;
    if (i < r->boot.streams.n && d->timeframe == 0) {
      d->timeframe = OMS_AT(&r->boot.streams, oms_boot_stream_t, i)->timeframe;
    }
  }
}

/* A host reads its past while the records that it brings about change what they come to. */
static int copy_past(oms_replay_t *r, oms_error_t *err) {
  oms_pack_t bytes = {0};
  oms_past_free(r->start);
  r->start = oms_past_new();
  oms_past_pack(&bytes, r->past);
  oms_unpack_t u = oms_unpack_of(bytes.data, bytes.n);
  if (r->start != NULL) {
    r->start->engine = r->past->engine;
  }
  bool good = r->start != NULL && !bytes.failed && oms_past_unpack(&u, r->start);
  oms_pack_free(&bytes);
  return good ? OMS_OK : oms_error_set(err, OMS_ERR_NOMEM, "out of memory for a replay");
}

static int run_host(oms_replay_t *r, oms_error_t *err) {
  oms_session_file_t *file = NULL;
  oms_run_result_t result;
  int rc = copy_past(r, err);
  r->result->recorded[0] = '\0';
  rc = rc == OMS_OK ? oms_replay_files(r, err) : rc;
  if (rc == OMS_OK) {
    rc = oms_session_file_load_from(r->boot.path, &r->files, &file, err);
  }
  if (rc == OMS_OK) {
    oms_session_config_t *config = oms_session_file_settings(file);
    config->sources = &r->files;
    config->live.db = NULL;
    config->live.listen = NULL;
    make_pushed(r, config);
    const oms_run_options_t options = {.out = r->options->out,
                                       .library = r->boot.library,
                                       .version = r->options->version,
                                       .budget_ns = INT64_C(60) * OMS_NS_PER_SECOND,
                                       .strict_budget = r->boot.core.strict_budget,
                                       .rerun = true,
                                       .at_end = at_end,
                                       .end_self = r,
                                       .drive = drive,
                                       .drive_ctx = r,
                                       .past = r->start,
                                       .log = no_log};
    r->past->owns_engine = false; /* the host has it until it lends it again */
    rc = oms_run_session(config, file, &options, &result, err);
  }
  oms_session_file_free(file);
  r->result->boots++;
  return rc;
}

/* All. */

static int open_all(oms_replay_t *r, oms_error_t *err) {
  r->tape = oms_tape(r);
  oms_files_init(&r->files);
  oms_boot_init(&r->boot);
  oms_array_init(&r->queue, sizeof(oms_queued_t));
  r->past = oms_past_new();
  int rc = r->past == NULL ? oms_error_set(err, OMS_ERR_NOMEM, "out of memory for a replay")
                           : oms_replay_find_ended(r, err);
  return rc == OMS_OK ? oms_replay_begin(r, err) : rc;
}

static int run_all(oms_replay_t *r, oms_error_t *err) {
  int rc = OMS_OK;
  while (rc == OMS_OK && r->next.seq != 0 && !r->result->differs) {
    if (r->next.kind != OMS_RECORD_BOOT) {
      return no_input(r);
    }
    rc = oms_past_end(r->past);
    rc = rc == OMS_OK ? run_host(r, err) : rc;
    if (r->options->stop != NULL && *r->options->stop != 0) {
      return rc == OMS_OK ? oms_error_set(err, OMS_ERR_CANCELED, "interrupted") : rc;
    }
  }
  if (rc == OMS_OK && r->past->engine != NULL) {
    rc = oms_engine_state_hash(r->past->engine, r->result->state_hash);
  }
  return rc;
}

int oms_replay(const oms_replay_options_t *options, oms_replay_result_t *result, oms_error_t *err) {
  oms_error_t own;
  oms_replay_t *r = oms_alloc_zero(1, sizeof *r);
  memset(result, 0, sizeof *result);
  if (r == NULL) {
    return oms_error_set(err, OMS_ERR_NOMEM, "out of memory for a replay");
  }
  r->options = options;
  r->result = result;
  r->err = &own;
  int rc = open_all(r, err);
  rc = rc == OMS_OK ? run_all(r, err) : rc;
  oms_tape_free(r);
  oms_reader_close(r->reader);
  oms_replay_free_ended(r);
  oms_past_free(r->start);
  oms_past_free(r->past);
  oms_boot_free(&r->boot);
  oms_pack_free(&r->boot_bytes);
  oms_files_free(&r->files);
  oms_free(r);
  return rc;
}
