/* saves.c - calls into scripts as the journal knows them: counted, so that a replay finds the one
 * that was ended by its budget or for want of memory and does not make it again; and what scripts
 * keep, asked for by on_save. */
#include "base/check.h"
#include "host/host.h"

oms_script_name_t oms_host_name_of(const oms_host_script_t *s) {
  return (oms_script_name_t){s->kind == OMS_SCRIPT_RULE, s->id};
}

static uint64_t next_record(const oms_host_t *h) {
  const oms_journal_t *j = &h->input.journal;
  return j->next == NULL ? 0 : j->next(j->self);
}

void oms_call_open(oms_host_t *h, oms_script_name_t script, const char *callback,
                   oms_call_mark_t *mark) {
  *mark = (oms_call_mark_t){++h->revive.calls, next_record(h), h->desk.command_seq};
  if (OMS_UNLIKELY(h->revive.before != NULL)) {
    const oms_ended_note_t call = {
        .script = script, .call = mark->call, .began = mark->began, .callback = callback};
    h->revive.before(h->revive.tape, &call);
  }
}

int oms_call_close(oms_host_t *h, oms_script_name_t script, const char *callback,
                   const oms_call_mark_t *mark, int rc, oms_error_t *err) {
  oms_ended_note_t note = {
      .script = script, .call = mark->call, .began = mark->began, .callback = callback};
  if (OMS_UNLIKELY(h->revive.after != NULL)) {
    h->revive.after(h->revive.tape, &note, &rc, err);
  }
  if (OMS_LIKELY(rc != OMS_ERR_KILLED && rc != OMS_ERR_NOMEM)) {
    return rc;
  }
  note.after = h->revive.calls;
  note.code = rc;
  note.message = err->message;
  oms_ended_pack(&h->input.pack, &note);
  int put = oms_host_put_pack(h, OMS_RECORD_ENDED, false);
  if (put != OMS_OK) {
    oms_desk_fail(&h->desk, put, "the end of a call could not be written down");
  }
  return rc;
}

static int put_save(oms_host_t *h, const oms_host_script_t *s, const unsigned char *bytes,
                    size_t n) {
  const oms_save_note_t note = {.script = oms_host_name_of(s),
                                .cursor = h->revive.seen,
                                .version = oms_script_version(s->script),
                                .empty = bytes == NULL,
                                .bytes = bytes,
                                .n = n};
  oms_save_pack(&h->input.pack, &note);
  int rc = oms_host_put_pack(h, OMS_RECORD_SAVE, false);
  if (rc != OMS_OK) {
    oms_desk_fail(&h->desk, rc, "what a script keeps could not be written down");
  }
  return OMS_OK; /* the host is at its end; the script has done nothing wrong */
}

int oms_host_save(oms_host_t *h, oms_host_script_t *s, oms_error_t *err) {
  const unsigned char *bytes = NULL;
  size_t n = 0;
  oms_call_mark_t mark;
  oms_call_open(h, oms_host_name_of(s), "on_save", &mark);
  int rc = oms_script_save(s->script, OMS_SAVE_MAX, &bytes, &n, err);
  rc = oms_call_close(h, oms_host_name_of(s), "on_save", &mark, rc, err);
  return rc == OMS_OK ? put_save(h, s, bytes, n) : rc;
}
