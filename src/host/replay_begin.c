/* replay_begin.c - the first record of a replay. A host can be run anew only from its start, since
 * what its scripts held in between stands nowhere: where the journal lacks market data, as
 * retention removes them, that is the first start behind a snapshot that covers what is missing. */
#include "host/recover.h"
#include "host/replay_int.h"

static int nothing_to_begin_at(const oms_replay_t *r, uint64_t snapshot, oms_error_t *err) {
  unsigned long long missing = r->behind_missing - 1;
  if (snapshot == 0) {
    return oms_error_set(
        err, OMS_ERR_DATA,
        "%s: market data up to record %llu are not there any more, and no snapshot "
        "covers them; take the files out of a backup",
        r->options->db, missing);
  }
  return oms_error_set(
      err, OMS_ERR_DATA,
      "%s: market data up to record %llu are not there any more, and no host has started behind "
      "the "
      "snapshot of record %llu%s: a replay begins with a start; take the files out of a backup",
      r->options->db, missing, (unsigned long long)snapshot,
      r->options->until == UINT64_MAX ? "" : " up to the record that was asked for");
}

/* Records up to the next start are outcomes: the core takes them as they stand. */
static int go_to_start(oms_replay_t *r) {
  while (r->failed == OMS_OK && r->next.seq != 0 && r->next.kind != OMS_RECORD_BOOT) {
    r->failed = oms_past_take(r->past, &r->next, true, r->err);
    if (r->failed == OMS_OK) {
      oms_tape_advance(r);
    }
  }
  return r->failed;
}

static int open_at(oms_replay_t *r, uint64_t seq, oms_error_t *err) {
  int rc = oms_reader_open(r->options->db, seq, false, &r->reader, err);
  if (rc != OMS_OK) {
    return rc;
  }
  oms_tape_advance(r);
  if (r->failed != OMS_OK) {
    *err = *r->err;
  }
  return r->failed;
}

int oms_replay_begin(oms_replay_t *r, oms_error_t *err) {
  if (r->behind_missing == 0) {
    return open_at(r, 1, err);
  }
  oms_past_t *p;
  int rc = oms_recover_oldest(r->options->db, r->behind_missing - 1, &p, err);
  if (rc != OMS_OK || p == NULL) {
    return rc != OMS_OK ? rc : nothing_to_begin_at(r, 0, err);
  }
  oms_past_free(r->past);
  r->past = p;
  r->result->snapshot = p->seq;
  rc = open_at(r, p->seq + 1, err);
  if (rc == OMS_OK && (rc = go_to_start(r)) != OMS_OK) {
    *err = *r->err;
  }
  if (rc == OMS_OK && r->next.seq == 0) {
    return nothing_to_begin_at(r, r->result->snapshot, err);
  }
  r->result->begun = r->next.seq;
  return rc;
}
