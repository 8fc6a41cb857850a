/* live.h - a live host as its ways in see it (src/api, the control socket): operations that change
 * something, and what can be looked at. All on the host's thread, inside the one place of a turn of
 * the loop where requests are run. */
#ifndef OMS_PORT_LIVE_H
#define OMS_PORT_LIVE_H

#include "base/histogram.h"
#include "port/desk.h"
#include "port/keys.h"

/* Operations: plain data, journaled as they are and done again by a replay. Orders, accounts and
 * instruments are named by their index in the engine. */

/* X(NAME, text) */
#define OMS_OP_MAP(X)                                                                              \
  X(SUBMIT, "submit")                                                                              \
  X(CANCEL, "cancel")                                                                              \
  X(REPLACE, "replace")                                                                            \
  X(KILL, "kill")       /* cancels what is open in the scope, flattens if asked, then halted */    \
  X(STATE, "state")     /* active (a resume), reducing, halted */                                  \
  X(APPROVE, "approve") /* a person's or the risk system's word on a held order */                 \
  X(RESOLVE, "resolve") /* a person settles an order in doubt */                                   \
  X(REDUCE, "reduce")   /* brings a position towards zero by a market order */                     \
  X(RELOAD, "reload")   /* a script anew from its file, or from 'with', or with parameters */      \
  X(SCRIPT, "script")   /* starts or stops a strategy */                                           \
  X(LIMIT, "limit")     /* sets a hard limit of an account */                                      \
  X(SETTING, "setting") /* a setting of an account that clients keep */                            \
  X(ROW, "row")         /* a row of market data from outside */                                    \
  X(RISK, "risk")       /* the external risk system is there, or gone */

typedef enum oms_op_kind {
#define X(name, text) OMS_OP_##name,
  OMS_OP_MAP(X)
#undef X
      OMS_OP_COUNT
} oms_op_kind_t;

enum { OMS_OP_CHILDREN_MAX = 8 };

typedef struct oms_op {
  oms_op_kind_t kind;
  /* Who asks: "api:KEY" and so on; owner of what is ordered, and in the audit trail. */
  const char *by;
  const char *why; /* of KILL and STATE: required; else may be NULL */
  union {
    struct {
      const oms_terms_t *terms; /* owner is set by the host from 'by' */
      bool expire_is_date, trigger_full;
      const oms_terms_t *children;
      size_t child_n;
    } submit;
    struct {
      uint32_t order;
    } cancel;
    struct {
      uint32_t order;
      oms_changes_t changes;
    } replace;
    struct {
      oms_scope_t scope;
      bool flatten;
    } kill;
    struct {
      oms_scope_t scope;
      oms_trading_state_t state;
    } state;
    struct {
      uint32_t order;
      bool yes;
      uint16_t code;       /* of a no: oms_code_t; NONE: APPROVAL_DENIED */
      const char *message; /* of a no; NULL */
    } approve;
    struct {
      uint32_t order;
      bool arrived; /* the broker has it; false: it never arrived, the order ends */
    } resolve;
    struct {
      uint16_t account;
      uint32_t instrument;
      oms_qty_t qty; /* > 0; OMS_NO_PRICE: all of it */
    } reduce;
    struct {
      const char *script; /* id or path */
      const char *with;   /* another file; NULL: its own */
      /* New parameters as canonical bytes of the overlay table (bind/value.c); NULL: as they are */
      const unsigned char *params;
      size_t param_n;
    } reload;
    struct {
      const char *script;
      bool start;
    } script;
    struct {
      uint16_t account;
      const char *key, *value; /* as in `limits` of a session; "none": no limit */
    } limit;
    struct {
      uint16_t account;
      const char *key, *value;
    } setting;
    struct {
      uint32_t stream;      /* index in the data list */
      oms_data_kind_t kind; /* bars, quotes or trades */
      oms_bar_row_t bar;    /* of bars: label as the session's entry says */
      oms_tick_t tick;      /* of quotes and trades; ts OMS_NO_TIME: now */
    } row;
    struct {
      bool present;
    } risk;
  } u;
} oms_op_t;

/* What came of it. */
typedef struct oms_op_result {
  int rc;         /* OMS_OK; OMS_ERR_REJECTED with 'reject'; else 'error' has the sentence */
  uint32_t order; /* the order made or found (SUBMIT), the successor; else OMS_NONE */
  bool repeated;  /* SUBMIT: the key was known with equal content */
  oms_reject_t reject;
  oms_error_t error;
  uint64_t ticket; /* RELOAD: oms_way_in_t.reloaded names it when it is over; 0: it is over */
} oms_op_result_t;
/* Nothing has come of it yet. The room of the sentences stays as it is: it is large. */
static inline void oms_op_result_clear(oms_op_result_t *r) {
  r->rc = OMS_OK;
  r->order = OMS_NONE;
  r->repeated = false;
  r->reject.code = 0;
  r->reject.message[0] = '\0';
  r->error.code = OMS_OK;
  r->error.message[0] = '\0';
  r->ticket = 0;
}

/* What can be looked at beside the engine. */

typedef struct oms_script_view {
  const char *id, *path, *account;
  bool is_rule, stopped;
  int errors;
  const char *hash;            /* of its content */
  const unsigned char *params; /* canonical bytes of self.params; owned by the script */
  size_t param_n;
  const oms_histogram_t *time; /* ns a callback */
  size_t memory;               /* bytes of its heap */
} oms_script_view_t;

typedef struct oms_equity_point {
  oms_time_t ts;
  oms_money_t equity;
} oms_equity_point_t;

/* Histograms and counters of a live host. */
typedef struct oms_live_metrics {
  oms_histogram_t request_to_durable; /* ns: from the request's last byte to the disk */
  oms_histogram_t durable_to_sent;    /* ns: until its answer was handed to the socket */
  oms_histogram_t loop_lag;           /* ns: how late a turn of the loop began */
  oms_histogram_t turn;               /* ns: of work in a turn */
  oms_histogram_t rules;              /* ns: all rules on an order */
  oms_histogram_t gc;                 /* ns: a step of collecting garbage */
  uint64_t ops[OMS_OP_COUNT], refused_ops, rows, reloads, reloads_refused, alerts;
  size_t queue; /* requests that wait for their turn */
} oms_live_metrics_t;

typedef struct oms_live_state {
  const char *name, *mode, *version;
  oms_time_t started; /* wall clock */
  bool ready;         /* recovered, writing works, not stopping */
  bool feed_ended;    /* recorded data: all of it has been */
  bool risk_wanted, risk_present;
  bool outside;           /* the venue is another process; then: */
  bool venue_up;          /* it is connected */
  bool venue_ready;       /* and compared: orders leave */
  oms_time_t venue_since; /* when it was connected or has gone */
  char venue_name[64];    /* "": it has not been there yet */
  uint64_t next_seq, durable_gate;
  char trouble[512]; /* why it is not ready; "" */
} oms_live_state_t;

/* What the journal has done, for metrics. */
typedef struct oms_live_journal {
  uint64_t records, batches, bytes, market_bytes, errors, waiting_bytes;
  uint64_t snapshot_seq, commit_ns_sum, commit_n;
} oms_live_journal_t;

typedef struct oms_live {
  void *self;
  const oms_desk_t
      *desk; /* engine, clock, bars and quotes; its changing calls are not to be used */
  /* Journals the operation and does it. Its answers may leave when gate() is durable. */
  void (*apply)(void *self, const oms_op_t *op, oms_op_result_t *result);
  uint64_t (*gate)(void *self);
  /* The owner that 'by' names, for reading books; OMS_NONE: it has ordered nothing yet. */
  uint32_t (*owner)(void *self, const char *by);
  void (*state)(void *self, oms_live_state_t *out);
  oms_live_metrics_t *(*metrics)(void *self);
  size_t (*scripts)(void *self);
  void (*script)(void *self, size_t i, oms_script_view_t *out);
  /* The curve of an account, oldest first, a point a minute and one at each day's end; borrowed
   * until the next turn. */
  size_t (*equity)(void *self, uint16_t account, const oms_equity_point_t **points);
  /* The value of a SETTING, or NULL. */
  const char *(*setting)(void *self, uint16_t account, const char *key);
  /* Streams of the data list that take rows from outside: index by symbol and kind (and, of bars,
   * timeframe; 0: the only one); OMS_NONE. */
  uint32_t (*stream)(void *self, const char *symbol, oms_data_kind_t kind, int64_t timeframe);
  /* The key record of that id that is good, else NULL; borrowed until the next turn. */
  const oms_key_record_t *(*key)(void *self, const char *id);
  /* 32 hex digits of the core's state now: walks everything. */
  int (*state_hash)(void *self, char out[33]);
  /* The last events of the core before its way in was there, oldest first, without a gap up to its
   * newest; borrowed. NULL: none are kept. */
  size_t (*past_events)(void *self, const oms_event_t **events);
  /* NULL: nothing is written down. */
  void (*journal)(void *self, oms_live_journal_t *out);
} oms_live_t;

/* What a way in is told by the host. */
typedef struct oms_way_in {
  void *self;
  /* Runs all requests that wait, in order of arrival. */
  void (*drain)(void *self);
  /* An event of the core, while its command is applied: looks, takes copies, changes nothing. */
  void (*event)(void *self, const oms_event_t *event);
  /* What a turn brought, after its events: once a turn in which something happened. */
  void (*turn)(void *self);
  /* All that was told up to this gate may leave now. */
  void (*durable)(void *self, uint64_t gate);
  /* The end of a reload that was asked for: NULL text: done. */
  void (*reloaded)(void *self, uint64_t ticket, const char *id, const char *text);
  /* An order waits for the external risk system (held by approval). */
  void (*risk)(void *self, uint32_t order);
  /* No new connections and orders; answers that wait still leave. */
  void (*stop)(void *self);
} oms_way_in_t;

#endif
