/* live_int.h - what the files of the live host share: live.c (the loop and its turn), live_rows.c
 * (recorded rows), live_door.c (what its ways in see), live_signals.c (signals, the file of the
 * kill switch), live_end.c (parts opened and closed). */
#ifndef OMS_HOST_LIVE_INT_H
#define OMS_HOST_LIVE_INT_H

#include <signal.h>

#include "api/api.h"
#include "host/clock.h"
#include "host/live.h"
#include "host/pace.h"
#include "store/store.h"

/* Recorded rows, one step ahead: what the feed has next. */
typedef struct oms_recorded {
  oms_time_t at; /* OMS_NO_TIME: there are no more */
  oms_data_kind_t kind;
  oms_array_t rows; /* oms_row_t: of the step that is taken */
  uint64_t skip;    /* rows that an earlier life has consumed */
} oms_recorded_t;

typedef struct oms_live_host {
  oms_host_t *h;
  oms_error_t *err;
  int rc;
  bool ended; /* the loop has been told to end */

  uv_loop_t loop;
  uv_check_t check;  /* the turn: after everything that a poll brought */
  uv_idle_t busy;    /* while there is more to do than to wait */
  uv_timer_t sleep;  /* until the next thing is due */
  uv_timer_t second; /* the watchdog, the file of the kill switch, keys */
  uv_async_t wake;   /* the writer, and the signals that stop */
  uv_signal_t hangup, user;
  bool looping; /* the handles are there */

  oms_clock_t clock;
  bool fast; /* recorded rows are due at once */
  oms_recorded_t recorded;
  oms_watch_t *watch;
  oms_channel_t *channel;
  oms_reload_told_t channel_told;
  oms_store_t *store;
  oms_journal_t journal;
  oms_api_t *api;
  oms_way_in_t way_in;
  oms_live_t door;
  oms_live_metrics_t metrics;
  oms_array_t keys;  /* oms_key_record_t */
  oms_array_t early; /* oms_event_t: what the journal came to and what the start brought */
  bool opened;       /* the ways in are open: what happens now is theirs alone */
  uint64_t keys_version;
  uint64_t durable;  /* the gate that was released last */
  uint64_t stood;    /* the number of the next record at the end of the last turn */
  size_t collecting; /* the script whose garbage was collected last */
  size_t trigger_floor;
  bool kill_wanted; /* by a signal */
  bool kill_file_seen;
  int64_t kill_file_since; /* mono: when it was seen first, with nothing in it; 0: it was not */
  bool stopping, ready;
  oms_time_t started;
  int64_t farewell; /* mono: when the loop may end; 0: something is not written yet */
  int64_t planned;  /* mono: when the sleeping turn was to begin; 0: it was not planned */
  int notify;       /* socket of the service manager, -1: none */
  uint64_t watchdog_ns;
  uv_process_t snapshot; /* the child that makes one */
  bool snapshotting;
  uint64_t snapshot_seq; /* when one was asked for last */
  uv_fs_event_t kill_folder;
  char trouble[512];
} oms_live_host_t;

static inline int64_t oms_live_mono(void) {
  return (int64_t)uv_hrtime();
}
oms_time_t oms_live_wall(void);

/* live.c */
/* Somebody has something for the next turn. */
void oms_live_wake(void *live);
/* The host's time now, not behind what is still to be done before. */
oms_time_t oms_live_now(oms_live_host_t *l);
/* Runs until it is told to stop; what it ends with. */
int oms_live_loop(oms_live_host_t *l, oms_error_t *err);
/* The loop ends behind this turn. */
void oms_live_end(oms_live_host_t *l, int rc);
/* END, with the hash of the state. */
int oms_live_put_end(oms_live_host_t *l);
/* Applies an operation of the host's own. */
void oms_live_own_op(oms_live_host_t *l, const oms_op_t *op);

/* live_end.c */
int oms_live_open_store(oms_live_host_t *l, oms_error_t *err);
/* Waits until all is written; 'rc' is what the run came to: it stands before what this does. */
int oms_live_close_store(oms_live_host_t *l, int rc, oms_error_t *err);
/* The clock, BOOT, the warm-up, on_start. */
int oms_live_begin(oms_live_host_t *l, oms_error_t *err);

/* live_api.c */
int oms_live_open_api(oms_live_host_t *l, oms_error_t *err);
void oms_live_close_api(oms_live_host_t *l);
void oms_live_free_api(oms_live_host_t *l);

/* live_link.c: without a venue in another process they do nothing. */
int oms_live_open_link(oms_live_host_t *l, oms_error_t *err);
void oms_live_drain_link(oms_live_host_t *l);
void oms_live_release_link(oms_live_host_t *l, uint64_t durable);
void oms_live_close_link(oms_live_host_t *l);

/* live_rows.c */
int oms_recorded_open(oms_live_host_t *l, oms_error_t *err);
void oms_recorded_close(oms_live_host_t *l);
/* Takes the rows of the next step and runs it; '*now' is its time. */
int oms_recorded_step(oms_live_host_t *l, oms_error_t *err);
/* Rows before the session's `from`. */
int oms_recorded_warm(oms_live_host_t *l, oms_error_t *err);

/* live_door.c */
void oms_live_door(oms_live_host_t *l);
/* Keys of the API, read again when somebody has changed them. */
void oms_live_keys(oms_live_host_t *l);

/* live_measure.c */
/* From now on callbacks and checks of rules are measured. OMS_ERR_NOMEM. */
int oms_live_measure(oms_live_host_t *l);
/* A step of collecting garbage, of one script that has made some; false: there is nothing to do. */
bool oms_live_collect(oms_live_host_t *l);

/* live_snapshot.c */
/* Looks whether so much lies behind the last snapshot that another is to be made. */
void oms_live_snapshot(oms_live_host_t *l);
void oms_live_snapshot_end(oms_live_host_t *l);

/* live_signals.c */
int oms_live_signals(oms_live_host_t *l, oms_error_t *err);
void oms_live_signals_end(oms_live_host_t *l);
bool oms_live_stop_wanted(void);
/* Looks whether the file of the kill switch is there: kills all. */
void oms_live_kill_file(oms_live_host_t *l);
void oms_live_kill_all(oms_live_host_t *l, const char *by, const char *why);

/* notify.c: tells the service manager ("READY=1"); without one nothing. */
void oms_notify_open(oms_live_host_t *l);
void oms_notify(const oms_live_host_t *l, const char *text);
void oms_notify_close(oms_live_host_t *l);

#endif
