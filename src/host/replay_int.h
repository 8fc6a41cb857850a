/* replay_int.h - what the files of a replay share: replay.c (hosts, inputs), replay_session.c (the
 * session of then), replay_tape.c (the journal that compares), replay_text.c (records for people),
 * replay_ended.c (calls that were ended). */
#ifndef OMS_HOST_REPLAY_INT_H
#define OMS_HOST_REPLAY_INT_H

#include "host/boot.h"
#include "host/host.h"
#include "host/replay.h"
#include "store/store.h"

/* A call that was ended, by host and number. Texts are owned. */
typedef struct oms_replay_ended {
  uint64_t boot, call, after;
  int code;
  char *message;
} oms_replay_ended_t;

/* A record that has been read ahead. */
typedef struct oms_queued {
  oms_record_t record;
  oms_pack_t bytes;
} oms_queued_t;

typedef struct oms_replay {
  const oms_replay_options_t *options;
  oms_replay_result_t *result;
  oms_error_t *err;
  oms_store_reader_t *reader;
  oms_record_t next; /* the recorded one that is to come; seq 0: none, or beyond 'until' */
  oms_array_t queue; /* oms_queued_t: records that have been read, 'next' at 'queue_at' */
  size_t queue_at, queue_n;
  oms_past_t *past;  /* what the records so far come to */
  oms_past_t *start; /* what the running host began with */
  oms_host_t *host;  /* the one that runs */
  oms_journal_t tape;
  bool cut_off; /* the records of the running host are at their end: nothing more is done */
  uint64_t behind_missing; /* the first record behind market data that are gone; 0: all is there */
  int failed;              /* the journal could not be read */
  oms_array_t ended;       /* oms_replay_ended_t, in order */
  oms_array_t ending;      /* const oms_replay_ended_t *: those that run now, the innermost last */
  oms_boot_t boot;         /* of the running host; its bytes are 'boot_bytes' */
  oms_pack_t boot_bytes;
  oms_files_t files;
  bool last; /* no host comes behind this one */
} oms_replay_t;

/* replay_tape.c */
oms_journal_t oms_tape(oms_replay_t *r);
/* Sets 'next' to the record behind it (or the first). What fails is kept in 'failed'. */
void oms_tape_advance(oms_replay_t *r);
/* The i-th record from 'next' on, valid until the next call of either; NULL: there is none. */
const oms_record_t *oms_tape_ahead(oms_replay_t *r, size_t i);
void oms_tape_free(oms_replay_t *r);
/* Something else than the next record came: noted once. */
void oms_tape_differs(oms_replay_t *r, const char *came);

/* replay_text.c: what a record says, one line. */
void oms_record_text(const oms_record_t *r, char *out, size_t n);

/* replay_session.c: the table of files of the next record, a BOOT, sealed. */
int oms_replay_files(oms_replay_t *r, oms_error_t *err);
/* The content of files by their digests, added to the table. */
int oms_replay_add_file(oms_replay_t *r, oms_files_t *to, const char *path, const char *digest,
                        oms_error_t *err);

/* replay_begin.c: where market data are gone the replay begins at the first start of a host behind a
 * snapshot that covers them. Opens the reader; 'next' is the first record that is done. */
int oms_replay_begin(oms_replay_t *r, oms_error_t *err);

/* A script is looked for while its host runs: where one was read then, the table gets its
 * content. */
int oms_replay_late(void *self, oms_files_t *files, const char *path);

/* replay_ended.c: also finds what is missing. */
int oms_replay_find_ended(oms_replay_t *r, oms_error_t *err);
void oms_replay_free_ended(oms_replay_t *r);
void oms_replay_before(void *self, const oms_ended_note_t *call);
void oms_replay_after(void *self, const oms_ended_note_t *call, int *rc, oms_error_t *err);
/* The call that runs had come to its end when it was recorded. */
bool oms_replay_is_over(const oms_replay_t *r, const oms_record_t *came);

#endif
