/* replay_tape.c - the journal of a replay: takes a record when it is the next one of those that
 * were written down, and the past with it. Behind the last record of a host nothing is taken any
 * more, so that the core stands where it stood when that host was cut off. */
#include <stdio.h>
#include <string.h>

#include "base/check.h"
#include "host/replay_int.h"

static oms_queued_t *queued(const oms_replay_t *r, size_t i) {
  return OMS_AT(&r->queue, oms_queued_t, i);
}

/* One more record at the end of the queue. False at the end of all. */
static bool fill(oms_replay_t *r) {
  oms_record_t record;
  int rc = r->failed != OMS_OK ? r->failed : oms_reader_next(r->reader, &record, r->err);
  if (rc != OMS_OK || record.seq == 0 || record.seq > r->options->until) {
    r->failed = rc;
    return false;
  }
  if (r->queue_n == r->queue.n && oms_array_push(&r->queue, NULL) != OMS_OK) {
    r->failed = oms_error_set(r->err, OMS_ERR_NOMEM, "out of memory for records");
    return false;
  }
  oms_queued_t *q = queued(r, r->queue_n);
  q->bytes.n = 0;
  oms_pack_raw(&q->bytes, record.data, record.n);
  if (q->bytes.failed) {
    r->failed = oms_error_set(r->err, OMS_ERR_NOMEM, "out of memory for records");
    return false;
  }
  q->record = record;
  q->record.data = q->bytes.data;
  r->queue_n++;
  return true;
}

const oms_record_t *oms_tape_ahead(oms_replay_t *r, size_t i) {
  while (r->queue_at + i >= r->queue_n) {
    if (!fill(r)) {
      return NULL;
    }
  }
  return &queued(r, r->queue_at + i)->record;
}

void oms_tape_advance(oms_replay_t *r) {
  r->queue_at += r->next.seq != 0 ? 1 : 0;
  if (r->queue_at == r->queue_n) {
    r->queue_at = r->queue_n = 0; /* the places are used again */
  }
  const oms_record_t *next = oms_tape_ahead(r, 0);
  r->next = next != NULL ? *next : (oms_record_t){0};
}

void oms_tape_free(oms_replay_t *r) {
  for (size_t i = 0; i < r->queue.n; i++) {
    oms_pack_free(&queued(r, i)->bytes);
  }
  oms_array_free(&r->queue);
}

void oms_tape_differs(oms_replay_t *r, const char *came) {
  char recorded[900];
  if (r->result->differs) {
    return;
  }
  r->result->differs = true;
  r->result->at = r->next.seq;
  oms_record_text(&r->next, recorded, sizeof recorded);
  snprintf(r->result->what, sizeof r->result->what, "recorded: %s; came: %s", recorded, came);
}

/* Inputs whose bytes depend on the place and not on what is done: which files a host found. */
static bool is_loose(const oms_record_t *r) {
  return r->kind == OMS_RECORD_BOOT || r->kind == OMS_RECORD_RELOAD;
}

static bool same(const oms_record_t *a, const oms_record_t *b) {
  if (a->kind != b->kind || a->now != b->now) {
    return false;
  }
  return is_loose(a) || (a->market == b->market && a->n == b->n &&
                         (a->n == 0 || memcmp(a->data, b->data, a->n) == 0));
}

static int take(oms_replay_t *r, uint64_t *seq) {
  int rc = oms_past_take(r->past, &r->next, false, r->err);
  if (rc != OMS_OK) {
    r->failed = rc;
    return rc;
  }
  if (seq != NULL) {
    *seq = r->next.seq;
  }
  r->result->seq = r->next.seq;
  oms_tape_advance(r);
  return OMS_OK;
}

static int put(void *self, const oms_record_t *came, uint64_t *seq) {
  oms_replay_t *r = self;
  if (r->cut_off || r->failed != OMS_OK || r->result->differs) {
    return OMS_ERR_CANCELED;
  }
  bool other_host = r->next.kind == OMS_RECORD_BOOT && came->kind != OMS_RECORD_BOOT;
  if (r->next.seq == 0 || other_host) {
    r->cut_off = true;
    return OMS_ERR_CANCELED;
  }
  if (OMS_UNLIKELY(r->ending.n > 0) && oms_replay_is_over(r, came)) {
    (void)oms_cell_interrupt();
    return OMS_ERR_KILLED;
  }
  if (!same(&r->next, came)) {
    char text[900];
    oms_record_text(came, text, sizeof text);
    oms_tape_differs(r, text);
    return OMS_ERR_CHECK;
  }
  return take(r, seq);
}

static uint64_t next(void *self) {
  const oms_replay_t *r = self;
  return r->result->seq + 1;
}

/* What it would be called is compared nowhere. */
static int keep(void *self, const void *data, size_t n, char digest[65]) {
  (void)self, (void)data, (void)n;
  memset(digest, '0', 64);
  digest[64] = '\0';
  return OMS_OK;
}

oms_journal_t oms_tape(oms_replay_t *r) {
  return (oms_journal_t){.self = r, .put = put, .next = next, .keep = keep};
}
