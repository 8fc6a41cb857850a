/* past.h - what the records of a journal come to, up to some record: the core, and what a host held
 * beside it. Recovery makes one from a database, a replay keeps one as it goes, a host that comes
 * back starts from it. */
#ifndef OMS_HOST_PAST_H
#define OMS_HOST_PAST_H

#include "host/input.h"
#include "host/records.h"

/* A script, by kind and id. Texts and blocks are owned. */
typedef struct oms_past_script {
  bool rule;
  char *id;
  uint32_t owner; /* of a strategy, once the core knows it; OMS_NONE */
  bool saved;     /* there is a SAVE */
  bool empty;     /* of that: without a state */
  uint64_t cursor;
  int64_t version;
  unsigned char *bytes;
  size_t n;
  bool stopped; /* and stays so until it is started by a person */
  char *path;   /* of the last reload that was done; NULL: none */
  unsigned char *params;
  size_t param_n;
  char
      *path_before; /* as it was before the reload with 'reloading' as its hash; not in snapshots */
  unsigned char *params_before;
  size_t param_n_before;
  char reloading[33];
  oms_array_t unseen; /* oms_event_t: of its orders (a rule's: of all) behind the cursor */
} oms_past_script_t;

typedef struct oms_past_timer {
  uint32_t script; /* index in scripts */
  char *name;      /* owned, as in 'spec' */
  oms_timer_spec_t spec;
  oms_time_t next;
} oms_past_timer_t;

/* The last rows of a stream: bars as many as scripts look back on at least, of others the last. */
#define OMS_PAST_BARS 1024
typedef struct oms_past_stream {
  uint64_t rows; /* how many there have been */
  oms_bar_t *ring;
  size_t ring_n, ring_at;
  oms_tick_t tick; /* with rows, of a stream that is no bars */
  bool pushed;     /* by the last BOOT */
} oms_past_stream_t;

typedef struct oms_past {
  oms_engine_t *engine; /* NULL before the first BOOT */
  bool owns_engine;
  uint64_t seed;     /* of the engine */
  uint64_t seq;      /* of the last record */
  uint64_t commands; /* how many the core has had */
  uint64_t events;   /* seq of the last event of the core */
  uint64_t boots;
  uint64_t since_boot; /* records behind the last BOOT */
  oms_time_t now;      /* of the last record; OMS_NO_TIME before the first */
  bool ended;          /* the last record is an END */
  bool risk_present;
  char state_hash[33];  /* of that */
  oms_array_t scripts;  /* oms_past_script_t, in order of their first mention */
  oms_array_t timers;   /* oms_past_timer_t, in order of arming */
  oms_array_t tickets;  /* oms_ticket_t, also those that are over */
  oms_array_t stops;    /* oms_stop_note_t, an order once */
  oms_array_t settings; /* oms_host_setting_t */
  oms_array_t curves;   /* oms_array_t of oms_equity_point_t, by account */
  oms_array_t streams;  /* oms_past_stream_t */
  /* The step of recorded data that nothing but prices came of yet: when the host ends here it has
   * not been, and its rows come again. oms_row_t, of 'pending_at'. */
  oms_array_t pending;
  oms_time_t pending_at;
  bool pending_more;  /* the next row of that time belongs to it */
  oms_array_t owners; /* uint32_t by owner of the core: index in scripts + 1; 0: none */
  uint32_t owner_n;   /* owners that there have been OWNER records of */
  size_t rules_saved; /* how many rules have a SAVE */
  oms_arena_t texts;  /* of events that came out of a snapshot */
  oms_pack_t boot;    /* payload of the last BOOT */
  /* oms_event_t: the last OMS_PAST_EVENTS at least of those behind the snapshot, for clients that
   * go on where they were. */
  oms_array_t recent;
} oms_past_t;

#define OMS_PAST_EVENTS 65536

/* NULL when out of memory. */
oms_past_t *oms_past_new(void);
void oms_past_free(oms_past_t *p);

/* Takes the next record in. 'apply': set-up and commands go to the engine, which the first BOOT
 * makes; else somebody else does that to 'engine', and tells the events by oms_past_event.
 * OMS_ERR_DATA: it is no such record, or not the next one; OMS_ERR_NOMEM. */
int oms_past_take(oms_past_t *p, const oms_record_t *r, bool apply, oms_error_t *err);
/* The journal ends here: what is pending has not been. OMS_ERR_NOMEM. */
int oms_past_end(oms_past_t *p);
/* How many rows of recorded data have been; pushed ones come once only. */
uint64_t oms_past_recorded(const oms_past_t *p);
/* An event of the core. OMS_ERR_NOMEM. */
int oms_past_event(oms_past_t *p, const oms_event_t *event);
/* NULL: never mentioned. */
oms_past_script_t *oms_past_script(const oms_past_t *p, bool rule, const char *id);

/* The parts that are built up by records and by a snapshot alike. OMS_ERR_NOMEM, NULL. */
int oms_past_note_owner(oms_past_t *p, uint32_t owner, uint32_t script);
int oms_past_arm(oms_past_t *p, uint32_t script, const oms_timer_spec_t *spec, oms_time_t next);
int oms_past_set(oms_past_t *p, uint16_t account, const char *key, const char *value);
int oms_past_point(oms_past_t *p, uint32_t account, const oms_equity_point_t *point);
oms_past_stream_t *oms_past_stream(oms_past_t *p, uint32_t stream);
int oms_past_bar(oms_past_stream_t *s, const oms_bar_t *bar);
int oms_past_row(oms_past_t *p, const oms_record_t *r); /* also OMS_ERR_DATA */
int oms_past_commit_rows(oms_past_t *p);
oms_past_script_t *oms_past_need_script(oms_past_t *p, bool rule, const char *id);

/* Everything but the engine as bytes, and back into a new one. False: no such bytes, or out of
 * memory. */
void oms_past_pack(oms_pack_t *to, const oms_past_t *p);
bool oms_past_unpack(oms_unpack_t *u, oms_past_t *p);

#endif
