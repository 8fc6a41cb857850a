/* revive.h - how a host goes on where an earlier one ended, and what it writes down for that: saved
 * state of scripts, their timers, tickets, trailing stops, and calls that were ended. */
#ifndef OMS_HOST_REVIVE_H
#define OMS_HOST_REVIVE_H

#include "bind/script.h"
#include "host/past.h"
#include "host/records.h"

struct oms_host;
struct oms_host_script;

typedef struct oms_account_limits {
  uint16_t account;
  oms_limits_t limits;
} oms_account_limits_t;

/* What a host holds for it; zeroed: it begins, and nothing is written down. */
typedef struct oms_revive {
  oms_past_t *past; /* what it goes on from; NULL: it begins */
  bool owns_past;
  /* The database, locked before it is read; the live host takes it over. NULL: it has. */
  struct oms_store *store;
  bool lends_engine;     /* it is another's, who goes on with it */
  uint64_t seen;         /* seq of the last event that was given to scripts */
  uint64_t inherited;    /* the last event of the lives before */
  uint64_t calls;        /* of scripts, since the host began; counted with a journal alone */
  oms_array_t limits;    /* oms_account_limits_t: as the session has them */
  oms_time_t skip_until; /* of recorded rows; OMS_NO_TIME: by their number */
  /* A replay: told of each call before and after it is made; of one that was ended when it was
   * recorded '*rc' and 'err' are made to what it came to then. NULL: nobody. */
  void (*before)(void *self, const oms_ended_note_t *call);
  void (*after)(void *self, const oms_ended_note_t *call, int *rc, oms_error_t *err);
  void *tape;
  /* A replay: the files of the next reload, sealed; NULL: they are read from the disk. */
  int (*sources)(void *self, oms_files_t *files);
  /* A replay: a script is looked for in a call; the table gets what was read then. NULL: as
   * above. */
  int (*late)(void *self, oms_files_t *files, const char *path);
} oms_revive_t;

/* A call into a script, for the journal. */
typedef struct oms_call_mark {
  uint64_t call, began, commands;
} oms_call_mark_t;

/* Before a call. */
void oms_call_open(struct oms_host *h, oms_script_name_t script, const char *callback,
                   oms_call_mark_t *mark);
/* After it: one that was ended is written down. What it came to, which is 'rc' but for a replay. */
int oms_call_close(struct oms_host *h, oms_script_name_t script, const char *callback,
                   const oms_call_mark_t *mark, int rc, oms_error_t *err);

/* saves.c: on_save's answer into the journal. OMS_OK, or what the script came to. */
#define OMS_SAVE_MAX ((size_t)64 << 10)
int oms_host_save(struct oms_host *h, struct oms_host_script *s, oms_error_t *err);
oms_script_name_t oms_host_name_of(const struct oms_host_script *s);

/* What the host goes on from, if there is something. OMS_ERR_USAGE: a run that is over. */
int oms_host_find_past(struct oms_host *h, oms_error_t *err);
/* The session's database, as it was locked for that, or opened now. Errors of oms_store_open. */
int oms_host_open_store(struct oms_host *h, struct oms_store **out, oms_error_t *err);
void oms_host_end_past(struct oms_host *h);
/* The engine of the past, before anything is set up: in place of a new one. */
void oms_host_take_past(struct oms_host *h);
/* What the past knows of a script; NULL: nothing, or there is no past. */
const oms_past_script_t *oms_host_past_of(const struct oms_host *h, bool rule, const char *id);
/* When all is set up and nothing has run: bars and quotes so far, settings, curves, the clock. */
int oms_host_restore(struct oms_host *h, oms_error_t *err);
/* The session's own limits, for the record of the start. */
void oms_host_pack_limits(struct oms_host *h, oms_pack_t *p);
/* In place of the first start of the scripts: limits and hashes, the venue, tickets, timers;
 * on_start, on_load, what they have not seen. */
int oms_host_revive(struct oms_host *h, oms_error_t *err);

#endif
