/* records.h - payloads of the journal's records that tell of scripts, timers, tickets and stops.
 * They are canonical bytes (base/pack.h), field by field as below; what is unpacked borrows its
 * texts and bytes from the record. Unpacking returns false for bytes that are no such record. */
#ifndef OMS_HOST_RECORDS_H
#define OMS_HOST_RECORDS_H

#include "base/pack.h"
#include "host/desk.h"
#include "port/journal.h"

/* The word of an oms_record_kind_t; "unknown" for other numbers. Static. */
const char *oms_record_kind_text(int kind);

/* A script is named by its kind and id; owners of the core have the ids of strategies. */
typedef struct oms_script_name {
  bool rule;
  const char *id;
} oms_script_name_t;

/* A file that the host has read: scripts, the session. */
typedef struct oms_file_ref {
  const char *path;
  const char *digest; /* of the kept block (oms_journal_t.keep); NULL: data, by its name alone */
} oms_file_ref_t;

/* RELOAD: a script's place was taken by a new one, or that was refused. */
typedef struct oms_reload_note {
  oms_script_name_t script; /* id "triggers" of no rule: the library's */
  const char *path, *old_hash, *new_hash;
  const char *message;         /* why it was refused; NULL: it was done */
  const unsigned char *params; /* canonical overlay table it was given; NULL: as before */
  size_t param_n;
  const oms_file_ref_t
      *files; /* those of the new script; when unpacked: an array of the caller's */
  size_t file_n;
} oms_reload_note_t;
void oms_reload_pack(oms_pack_t *p, const oms_reload_note_t *r);
/* 'files' (oms_file_ref_t) gets the files. */
bool oms_reload_unpack(oms_unpack_t *u, oms_reload_note_t *r, oms_array_t *files);

/* FILE: a script was read while its host ran; no digest: it was gone. */
void oms_file_pack(oms_pack_t *p, const oms_file_ref_t *f);
bool oms_file_unpack(oms_unpack_t *u, oms_file_ref_t *f);

/* OWNER_HASH: of orders to come. */
typedef struct oms_owner_hash_note {
  uint32_t owner;
  const char *hash;
} oms_owner_hash_note_t;
void oms_owner_hash_pack(oms_pack_t *p, const oms_owner_hash_note_t *o);
bool oms_owner_hash_unpack(oms_unpack_t *u, oms_owner_hash_note_t *o);

/* SAVE: what on_save answered, and the last event (oms_event_t.seq) that the script had seen. */
typedef struct oms_save_note {
  oms_script_name_t script;
  uint64_t cursor;
  int64_t version; /* of the script */
  bool empty;      /* it has no on_save, or has not been asked: only the cursor counts */
  const unsigned char *bytes;
  size_t n;
} oms_save_note_t;
void oms_save_pack(oms_pack_t *p, const oms_save_note_t *s);
bool oms_save_unpack(oms_unpack_t *u, oms_save_note_t *s);

/* TIMER */
typedef struct oms_timer_note {
  oms_script_name_t script;
  bool armed; /* false: cancelled, or its last firing */
  oms_timer_spec_t spec;
  oms_time_t next;
} oms_timer_note_t;
void oms_timer_pack(oms_pack_t *p, const oms_timer_note_t *t);
bool oms_timer_unpack(oms_unpack_t *u, oms_timer_note_t *t);

/* TICKET: waits from now on, or no longer. */
typedef struct oms_ticket_note {
  bool waits;
  oms_ticket_t ticket;
} oms_ticket_note_t;
void oms_ticket_pack(oms_pack_t *p, const oms_ticket_note_t *t);
bool oms_ticket_unpack(oms_unpack_t *u, oms_ticket_note_t *t);

/* STOP: order, price. */
typedef struct oms_stop_note {
  uint32_t order;
  oms_price_t stop;
} oms_stop_note_t;
void oms_stop_pack(oms_pack_t *p, const oms_stop_note_t *s);
bool oms_stop_unpack(oms_unpack_t *u, oms_stop_note_t *s);

/* ENDED: the call of that number since the host began (a rule's check inside another's call and
 * on_save are calls of their own) was ended by its budget or for want of memory. */
typedef struct oms_ended_note {
  oms_script_name_t script;
  uint64_t call, after; /* its number, and that of the last call within it */
  uint64_t began;       /* the number that the next record had when it began */
  const char *callback;
  int code; /* OMS_ERR_KILLED, OMS_ERR_NOMEM */
  const char *message;
} oms_ended_note_t;
void oms_ended_pack(oms_pack_t *p, const oms_ended_note_t *e);
bool oms_ended_unpack(oms_unpack_t *u, oms_ended_note_t *e);

/* SCRIPT */
typedef enum oms_script_run {
  OMS_RUN_STARTED,
  OMS_RUN_FAILED, /* stopped by its errors */
  OMS_RUN_STOPPED /* by a person */
} oms_script_run_t;
typedef struct oms_script_note {
  oms_script_name_t script;
  oms_script_run_t run;
  int errors;
  const char *by, *why; /* NULL: nobody, nothing */
} oms_script_note_t;
void oms_script_note_pack(oms_pack_t *p, const oms_script_note_t *s);
bool oms_script_note_unpack(oms_unpack_t *u, oms_script_note_t *s);

#endif
