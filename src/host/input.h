/* input.h - how something comes into a live host: operations, rows of market data, the clock. Each
 * of these functions writes its record into the journal first and then does what follows from it;
 * what comes of it (commands of the core, owners, points of the curve) is written down on the way.
 * The loop (live.c) and a replay call the same functions. Without a journal nothing is written. */
#ifndef OMS_HOST_INPUT_H
#define OMS_HOST_INPUT_H

#include "base/containers.h"
#include "base/files.h"
#include "base/pack.h"
#include "host/records.h"
#include "port/feed.h"
#include "port/journal.h"
#include "port/live.h"

struct oms_host;

/* A row as it enters a step: a bar with its start and end, or one of the other kinds. */
typedef struct oms_row {
  uint8_t kind; /* oms_data_kind_t */
  union {
    oms_bar_t bar;
    oms_tick_t tick;
  } u;
} oms_row_t;

/* What a row says of those around it. */
enum {
  OMS_ROW_MORE = 1, /* rows of the same instant follow in another step */
  OMS_ROW_WARM = 2  /* before the session's `from`: it fills the history alone */
};

/* A setting that a client keeps with its account. */
typedef struct oms_host_setting {
  uint16_t account;
  char *key, *value; /* owned */
} oms_host_setting_t;

/* What a live host holds beside a backtest; zeroed it does nothing. */
typedef struct oms_input {
  oms_journal_t journal; /* put NULL: there is none */
  oms_pack_t pack;       /* the payload of the record that is made */
  bool replays;          /* what is asked for has been done: reloads come from their records */
  bool market;           /* market data have caused the step that runs */
  bool live;             /* rows come one step at a time, out of 'rows' */
  oms_array_t rows;      /* oms_row_t: of the step that runs */
  size_t row_at;
  oms_time_t rows_time; /* when they are */
  bool more;
  uint64_t tickets;     /* of reloads */
  uint64_t recorded;    /* rows of recorded data that have been consumed */
  uint32_t set_up[3];   /* instruments, accounts, owners that the journal knows */
  oms_array_t sources;  /* oms_files_t *: of scripts that were loaded later */
  oms_array_t settings; /* oms_host_setting_t */
  oms_array_t *curves;  /* by account: oms_equity_point_t */
  uint32_t curve_n;
  int64_t minute; /* of the last point of the curves */
  bool risk_wanted, risk_present;
  oms_way_in_t way_in;         /* told of what happens; its functions may be NULL */
  oms_live_metrics_t *metrics; /* NULL: nobody counts */
} oms_input_t;

void oms_input_init(struct oms_host *h);
void oms_input_free(struct oms_host *h);

/* From now on all is written into this journal; it is borrowed. */
void oms_input_journal(struct oms_host *h, const oms_journal_t *journal);
/* From now on nothing is. */
void oms_input_journal_end(struct oms_host *h);
/* Puts a record with the host's time; without a journal nothing. OMS_ERR_NOMEM; OMS_ERR_CHECK as
 * oms_journal_t.put. */
int oms_host_put(struct oms_host *h, oms_record_kind_t kind, bool market, const void *data,
                 size_t n);
/* The same with what is in h->input.pack, which is empty then. */
int oms_host_put_pack(struct oms_host *h, oms_record_kind_t kind, bool market);
/* NOTE: a line for people. */
int oms_host_note(struct oms_host *h, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* boot.c. BOOT, with the files of the session kept, then the set-up of the core as far as the
 * journal does not know it yet (input.set_up). To be called when all is loaded and nothing has run.
 */
int oms_host_boot(struct oms_host *h, oms_time_t now, oms_error_t *err);
/* Instruments, accounts and owners behind those that the journal knows. */
int oms_host_put_set_up(struct oms_host *h);

/* A table for the files of a script that is loaded now; lives as long as the host. NULL: out of
 * memory. */
oms_files_t *oms_input_sources(struct oms_host *h);
/* RELOAD; its files are those of 'sources' (may be NULL), which are kept. Right behind one without
 * a message one with a message says that it came to nothing. */
int oms_host_put_reload(struct oms_host *h, const oms_reload_note_t *note, oms_files_t *sources);
/* OWNER_HASH */
void oms_host_put_owner_hash(struct oms_host *h, uint16_t owner);

/* Makes the next step take rows as they are given; to be called once, before the first one. */
void oms_input_go_live(struct oms_host *h);

/* What is done here happens at 'now', which must not be before the host's time. All of them return
 * OMS_OK, or what the run cannot outlive with a sentence in 'err'. */

/* An operation; what it comes to stands in 'result' (also that it was refused). */
int oms_host_op(struct oms_host *h, oms_time_t now, const oms_op_t *op, oms_op_result_t *result,
                oms_error_t *err);
/* One step on all bars that complete now (n of them), or on one row of another kind. 'flags' of
 * OMS_ROW_. */
int oms_host_rows(struct oms_host *h, oms_time_t now, const oms_row_t *rows, size_t n, int flags,
                  oms_error_t *err);
/* One step of the clock alone: timers, sessions, what is under way to or from the venue. */
int oms_host_clock_step(struct oms_host *h, oms_time_t now, oms_error_t *err);
/* The same where the clock has gone on without the host: a timer that has missed several of its
 * instants fires once for all of them. The record (STEP) says so with this byte; without it it has
 * none. */
#define OMS_STEP_LATE 1
int oms_host_late_step(struct oms_host *h, oms_time_t now, oms_error_t *err);

/* The end: END without a payload, and on_stop of all scripts. */
int oms_host_end(struct oms_host *h, oms_time_t now, oms_error_t *err);

/* outside.c: what a venue in another process has said (REPORT), or that its connection has come or
 * gone (LINK): bytes that oms_link_take takes. */
int oms_host_heard(struct oms_host *h, oms_time_t now, oms_record_kind_t kind, const void *data,
                   size_t n, oms_error_t *err);
/* The door to that venue in place of the simulated one, not connected. OMS_ERR_NOMEM. */
int oms_host_make_link(struct oms_host *h, oms_error_t *err);

/* ops.c: does an operation, without its record. */
void oms_op_do(struct oms_host *h, const oms_op_t *op, oms_op_result_t *result);
/* Owner of what 'by' orders, made when it is new. OMS_ERR_NOMEM, OMS_ERR_FULL. */
int oms_op_owner(struct oms_host *h, const char *by, uint16_t *owner);
/* A reduce-only market order of that size; owner and who entered it are the caller's. */
oms_terms_t oms_op_market(const struct oms_host *h, uint16_t account, uint32_t instrument,
                          oms_side_t side, oms_qty_t qty);
/* What an operation comes to; a failure without a sentence gets that of its code. */
void oms_op_fail(oms_op_result_t *r, int rc);
/* ops_control.c: what stands above the orders. */
void oms_op_kill(struct oms_host *h, const oms_op_t *op, oms_op_result_t *result);
void oms_op_state(struct oms_host *h, const oms_op_t *op, oms_op_result_t *result);
void oms_op_approve(struct oms_host *h, const oms_op_t *op, oms_op_result_t *result);
void oms_op_resolve(struct oms_host *h, const oms_op_t *op, oms_op_result_t *result);
void oms_op_script(struct oms_host *h, const oms_op_t *op, oms_op_result_t *result);
void oms_op_limit(struct oms_host *h, const oms_op_t *op, oms_op_result_t *result);
void oms_op_setting(struct oms_host *h, const oms_op_t *op, oms_op_result_t *result);
void oms_op_risk(struct oms_host *h, const oms_op_t *op, oms_op_result_t *result);
/* The value of a setting, or NULL. */
const char *oms_input_setting(const struct oms_host *h, uint16_t account, const char *key);
int oms_input_set(struct oms_host *h, uint16_t account, const char *key, const char *value);
/* Row of an operation as a step takes it at 'now'. OMS_ERR_USAGE with a sentence. */
int oms_op_row(struct oms_host *h, const oms_op_t *op, oms_time_t now, oms_row_t *row,
               oms_error_t *err);

/* curve.c: a point a minute and account, after what has happened. */
int oms_curve_note(struct oms_host *h);
/* A point of an account, also one that is recovered. */
int oms_curve_add(struct oms_host *h, uint32_t account, const oms_equity_point_t *point);
void oms_curve_free(struct oms_host *h);

#endif
