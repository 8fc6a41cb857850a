/* replay.h - a recorded journal run once more: its inputs go into the very functions that a live
 * host uses, and every record that comes of them is compared with the one that was written down. A
 * host that was cut off and came back does so here, too: at each BOOT it is torn down and starts
 * from what the records before come to. */
#ifndef OMS_HOST_REPLAY_H
#define OMS_HOST_REPLAY_H

#include <signal.h>

#include "base/err.h"
#include "port/desk.h"
#include "port/journal.h"

typedef struct oms_replay_options {
  const char *db;
  uint64_t until;  /* the last record that is done; UINT64_MAX: all */
  const char *out; /* folder of the results of the last host; NULL: none */
  const char *version;
  /* At the end, while the core and the scripts still live; OMS_OK or what the replay ends with.
   * NULL: nobody. */
  int (*look)(void *self, const oms_desk_t *desk, oms_error_t *err);
  void *look_self;
  const volatile sig_atomic_t *stop; /* non-zero: it ends; may be NULL */
} oms_replay_options_t;

typedef struct oms_replay_result {
  uint64_t seq;    /* of the last record that was done as it stands */
  uint64_t boots;  /* hosts that have run */
  uint64_t ends;   /* of them in good order */
  uint64_t inputs; /* that were fed in */
  bool differs;    /* something else came than what is recorded: */
  uint64_t at;     /* the record's number */
  char what[2048]; /* what stands there, and what came */
  /* Where market data are gone: the start of a host at which it began, and the record of the
   * snapshot that it went on from; 0: with the first record. */
  uint64_t begun, snapshot;
  char state_hash[33];
  char recorded[33]; /* the hash with which the last host ended in good order; "" */
} oms_replay_result_t;

/* OMS_OK also where something differs. OMS_ERR_DATA, OMS_ERR_IO, OMS_ERR_NOMEM, OMS_ERR_SCRIPT: it
 * could not be replayed; the sentence says why. */
int oms_replay(const oms_replay_options_t *options, oms_replay_result_t *result, oms_error_t *err);

#endif
