/* replay_ended.c - calls that were ended by their budget: found beforehand, and when one comes it
 * is made and ended again: when it asks for more than it had come to, or when it has run for longer
 * than it could then. Either way it has failed as it had then. */
#include <string.h>

#include "base/alloc.h"
#include "host/replay_int.h"

#define LONGER 4 /* times its budget: this machine may be slower */

static int note(oms_replay_t *r, uint64_t boot, const oms_record_t *record) {
  oms_ended_note_t n;
  oms_unpack_t u = oms_unpack_of(record->data, record->n);
  if (!oms_ended_unpack(&u, &n)) {
    return oms_error_set(r->err, OMS_ERR_DATA, "record %llu of the journal is no end of a call",
                         (unsigned long long)record->seq);
  }
  size_t size = strlen(n.message) + 1;
  oms_replay_ended_t e = {boot, n.call, n.after, n.code, oms_alloc(size)};
  if (e.message == NULL || oms_array_push(&r->ended, &e) != OMS_OK) {
    oms_free(e.message);
    return oms_error_set(r->err, OMS_ERR_NOMEM, "out of memory for calls that were ended");
  }
  memcpy(e.message, n.message, size);
  return OMS_OK;
}

int oms_replay_find_ended(oms_replay_t *r, oms_error_t *err) {
  oms_store_reader_t *reader;
  oms_record_t record;
  uint64_t boot = 0;
  oms_array_init(&r->ended, sizeof(oms_replay_ended_t));
  oms_array_init(&r->ending, sizeof(const oms_replay_ended_t *));
  int rc = oms_reader_open(r->options->db, 1, false, &reader, err);
  if (rc != OMS_OK) {
    return rc;
  }
  oms_reader_skip_missing(reader); /* of market data: calls stand in the other stream */
  while ((rc = oms_reader_next(reader, &record, err)) == OMS_OK && record.seq != 0) {
    boot += record.kind == OMS_RECORD_BOOT;
    if (record.kind == OMS_RECORD_ENDED && (rc = note(r, boot, &record)) != OMS_OK) {
      break;
    }
  }
  r->behind_missing = oms_reader_behind_missing(reader);
  oms_reader_close(reader);
  return rc;
}

void oms_replay_free_ended(oms_replay_t *r) {
  for (size_t i = 0; i < r->ended.n; i++) {
    oms_free(OMS_AT(&r->ended, oms_replay_ended_t, i)->message);
  }
  oms_array_free(&r->ended);
  oms_array_free(&r->ending);
}

static const oms_replay_ended_t *find(const oms_replay_t *r, uint64_t call) {
  for (size_t i = 0; i < r->ended.n; i++) {
    const oms_replay_ended_t *e = OMS_AT(&r->ended, oms_replay_ended_t, i);
    if (e->boot == r->past->boots && e->call == call) {
      return e;
    }
  }
  return NULL;
}

static const oms_replay_ended_t *innermost(const oms_replay_t *r) {
  return r->ending.n == 0 ? NULL : *OMS_AT(&r->ending, const oms_replay_ended_t *, r->ending.n - 1);
}

/* What is counted in instructions or bytes ends by itself where it ended then. */
static bool ends_by_the_clock(const oms_replay_t *r, const oms_replay_ended_t *e) {
  return e != NULL && e->code == OMS_ERR_KILLED && r->boot.core.strict_budget == 0;
}

void oms_replay_before(void *self, const oms_ended_note_t *call) {
  oms_replay_t *r = self;
  const oms_replay_ended_t *e = r->ended.n == 0 ? NULL : find(r, call->call);
  if (!ends_by_the_clock(r, e)) {
    return;
  }
  int64_t budget = r->boot.core.budget_ns > 0 ? r->boot.core.budget_ns : OMS_CELL_BUDGET_NS;
  if (oms_array_push(&r->ending, &e) == OMS_OK) {
    oms_cell_next_budget(budget * LONGER);
  }
}

void oms_replay_after(void *self, const oms_ended_note_t *call, int *rc, oms_error_t *err) {
  oms_replay_t *r = self;
  const oms_replay_ended_t *e = innermost(r);
  if (e != NULL && e->call == call->call) {
    r->ending.n--;
    r->host->revive.calls = e->after;
    *rc = oms_error_set(err, e->code, "%s", e->message);
  }
}

bool oms_replay_is_over(const oms_replay_t *r, const oms_record_t *came) {
  const oms_replay_ended_t *e = innermost(r);
  oms_ended_note_t n;
  oms_unpack_t u = oms_unpack_of(r->next.data, r->next.n);
  return e != NULL && came->kind != OMS_RECORD_ENDED && r->next.kind == OMS_RECORD_ENDED &&
         oms_ended_unpack(&u, &n) && n.call == e->call;
}
