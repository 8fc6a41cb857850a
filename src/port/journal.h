/* journal.h - what a live host writes down, and the door through which it does. Records are
 * numbered 1, 2, 3 ... in the order in which they happen. Inputs are what comes from outside;
 * outcomes are what the host makes of them: recovery applies the outcomes, a replay feeds the
 * inputs in again and compares the outcomes. Payloads are canonical bytes (base/pack.h). */
#ifndef OMS_PORT_JOURNAL_H
#define OMS_PORT_JOURNAL_H

#include "base/err.h"
#include "base/time.h"

/* X(NAME, number, is an input, text); numbers are never reused. */
#define OMS_RECORD_MAP(X)                                                                          \
  X(BOOT, 1, true, "boot")              /* a host has started: session, files, settings */         \
  X(END, 2, true, "end")                /* it ended in good order: the state hash */               \
  X(INSTRUMENT, 3, false, "instrument") /* set-up of the core (core/codec.h) */                    \
  X(ACCOUNT, 4, false, "account")                                                                  \
  X(OWNER, 5, false, "owner")           /* id, script hash */                                      \
  X(OWNER_HASH, 6, false, "owner_hash") /* owner, script hash */                                   \
  X(LIMITS, 7, false, "limits")         /* account, limits */                                      \
  X(STEP, 16, true, "step")             /* the clock alone: timers, sessions, arrivals */          \
  X(ROW, 17, true, "row")               /* a row of market data: stream and row */                 \
  X(OP, 18, true, "op")                 /* what a client or person asks for (port/live.h) */       \
  X(REPORT, 19, true, "report")         /* what a venue outside of this process says */            \
  X(RELOAD, 20, true, "reload")         /* a script was exchanged: hashes, files */                \
  X(LINK, 21, true, "link")             /* a connection to a venue or risk system: up, down */     \
  X(FILE, 22, true, "file")             /* a script file that was read in a call: path, digest */  \
  X(COMMAND, 32, false, "command")      /* a command that the core was given (core/codec.h) */     \
  X(SAVE, 33, false, "save")            /* a script's saved state, and up to which event */        \
  X(TIMER, 34, false, "timer")          /* armed or canceled */                                    \
  X(TICKET, 35, false, "ticket")        /* oms.close, oms.target: waiting, or done */              \
  X(STOP, 36, false, "stop")            /* a trailing stop's new price at our own venue */         \
  X(ENDED, 37, false, "ended")          /* a callback was ended by budget or memory */             \
  X(EQUITY, 38, false, "equity")        /* a point of the equity curve */                          \
  X(SCRIPT, 39, false, "script")        /* started, stopped, failed: id, state, errors */          \
  X(NOTE, 40, false, "note")            /* an audit line: who, what, why */

typedef enum oms_record_kind {
#define X(name, number, input, text) OMS_RECORD_##name = number,
  OMS_RECORD_MAP(X)
#undef X
} oms_record_kind_t;

typedef struct oms_record {
  uint64_t seq;
  uint8_t kind;
  bool market; /* of the market data stream, which is kept in files of its own */
  oms_time_t now;
  const unsigned char *data; /* borrowed */
  size_t n;
} oms_record_t;

/* The host puts records; a store takes them down, a replay compares them with what it has. */
typedef struct oms_journal {
  void *self;
  /* Takes the record (its seq is given by the journal: '*seq', may be NULL). OMS_ERR_NOMEM;
   * OMS_ERR_CHECK: a replay comes to something else than what is recorded. */
  int (*put)(void *self, const oms_record_t *r, uint64_t *seq);
  /* The number that the next record gets. */
  uint64_t (*next)(void *self);
  /* Keeps a block (a script, a session file) once, by its SHA-256 (64 hex digits). */
  int (*keep)(void *self, const void *data, size_t n, char digest[65]);
} oms_journal_t;

#endif
