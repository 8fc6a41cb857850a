/* script.h - a user script (strategy, rule, trigger) as the host sees it: load, call, reload. No
 * lua.h here. Every script lives in a cell of its own. All calls into a script go through the one
 * protected call; a failure comes back as OMS_ERR_SCRIPT or OMS_ERR_KILLED with message, traceback
 * and locals in 'err', never as a jump. */
#ifndef OMS_BIND_SCRIPT_H
#define OMS_BIND_SCRIPT_H

#include "base/containers.h"
#include "base/files.h"
#include "bind/cell.h"
#include "port/desk.h"
#include "port/session.h"

typedef struct oms_script oms_script_t;

typedef enum oms_script_kind {
  OMS_SCRIPT_STRATEGY,
  OMS_SCRIPT_RULE,
  OMS_SCRIPT_TRIGGER
} oms_script_kind_t;

typedef enum oms_callback {
  OMS_CALLBACK_START,
  OMS_CALLBACK_BAR,
  OMS_CALLBACK_BARS,
  OMS_CALLBACK_QUOTE,
  OMS_CALLBACK_TRADE,
  OMS_CALLBACK_FILL,
  OMS_CALLBACK_ORDER,
  OMS_CALLBACK_ACTION,
  OMS_CALLBACK_TIMER,
  OMS_CALLBACK_SESSION,
  OMS_CALLBACK_WARMUP,
  OMS_CALLBACK_STOP,
  OMS_CALLBACK_SAVE,
  OMS_CALLBACK_LOAD,
  OMS_CALLBACK_CHECK,
  OMS_CALLBACK_COUNT
} oms_callback_t;

typedef struct oms_script_config {
  oms_script_kind_t kind;
  int index;        /* by which the desk knows the script */
  const char *path; /* file to read; also the chunk's name */
  const char *id;
  uint16_t account, owner;
  const oms_desk_t *desk;
  size_t memory_cap;           /* bytes; 0: 64 MiB */
  int64_t budget_ns;           /* CPU of an outermost callback; 0: 50 ms */
  uint64_t strict_budget;      /* VM instructions instead; 0: off */
  uint64_t seed;               /* of oms.random */
  const char *library;         /* folder that holds lua/oms for require; NULL: none */
  const unsigned char *params; /* canonical overlay table, or NULL */
  size_t param_n;
  const char *const *sets; /* "name=value" */
  size_t set_n;
  oms_files_t *sources; /* see oms_cell_config_t; NULL: the disk, nothing is taken down */
} oms_script_config_t;

/* Opens a cell, runs the file, checks that it returns a table without unknown on_ fields, overlays
 * params. OMS_ERR_SCRIPT (does not load), OMS_ERR_USAGE (a wrong parameter), OMS_ERR_NOMEM,
 * OMS_ERR_IO. */
int oms_script_load(const oms_script_config_t *config, oms_script_t **script, oms_error_t *err);
/* The same; on failure 'files' (oms_cell_file_t, may be NULL) gets copies of what the script had
 * loaded or looked for. Their paths belong to the caller. */
int oms_script_try(const oms_script_config_t *config, oms_script_t **script, oms_array_t *files,
                   oms_error_t *err);
void oms_script_free(oms_script_t *s);

const char *oms_script_id(const oms_script_t *s);
const char *oms_script_path(const oms_script_t *s);
/* The file and all that it required so far, or looked for (digest ""). Borrowed until its next
 * callback. */
const oms_cell_file_t *oms_script_files(const oms_script_t *s, size_t *n);
/* Appends copies (oms_cell_file_t) whose paths belong to the caller; as many as memory allows. */
void oms_script_copy_files(const oms_script_t *s, oms_array_t *files);
/* 32 hex digits over the file and all that it required while it was loaded. */
const char *oms_script_hash(const oms_script_t *s);
/* The parameters that it was loaded with, a line "name = value" each, in the order of names; ""
 * when it has none. */
const char *oms_script_params(const oms_script_t *s);
/* Whether the script's table has a field of that name, a callback or not. */
bool oms_script_has_field(const oms_script_t *s, const char *name);
/* Whether the table that the file returns is a session's: it has data, accounts or strategies. */
bool oms_script_is_session(const oms_script_t *s);
bool oms_script_has(const oms_script_t *s, oms_callback_t callback);
/* Whether it has any callback. */
bool oms_script_has_callback(const oms_script_t *s);
/* Fields of the script's table: warmup (0), strict (false), `every` seconds of a rule in ns (0),
 * version (0). */
int64_t oms_script_warmup(const oms_script_t *s);
bool oms_script_strict(const oms_script_t *s);
int64_t oms_script_every(const oms_script_t *s);
/* `symbols` and `timeframes` fields: count, and the i-th text (lives as long as the script); 0: not
 * given. */
size_t oms_script_symbol_count(const oms_script_t *s);
const char *oms_script_symbol(const oms_script_t *s, size_t i);
size_t oms_script_timeframe_count(const oms_script_t *s);
const char *oms_script_timeframe(const oms_script_t *s, size_t i);

/* Callbacks. Those that the script does not have return OMS_OK at once. */
int oms_script_start(oms_script_t *s, oms_error_t *err);
int oms_script_stop(oms_script_t *s, oms_error_t *err);
/* 'warmup': on_warmup instead of on_bar (orders refused). The symbol and timeframe are the
 * stream's. */
int oms_script_bar(oms_script_t *s, const oms_bar_t *bar, uint32_t instrument, int64_t timeframe,
                   bool warmup, oms_error_t *err);
/* All bars that completed at 'ts': instruments[i] and timeframes[i] belong to bars[i]. */
int oms_script_bars(oms_script_t *s, const oms_bar_t *const *bars, const uint32_t *instruments,
                    const int64_t *timeframes, size_t n, oms_time_t ts, oms_error_t *err);
/* A quote as the script may use it, a trade, a corporate action of the instrument. */
int oms_script_quote(oms_script_t *s, const oms_quote_t *quote, uint32_t instrument, oms_time_t ts,
                     oms_error_t *err);
int oms_script_trade(oms_script_t *s, const oms_print_t *trade, uint32_t instrument, oms_time_t ts,
                     oms_error_t *err);
int oms_script_action(oms_script_t *s, const oms_corporate_t *action, uint32_t instrument,
                      oms_time_t ts, oms_error_t *err);
/* Earlier prices and volumes of the instrument have come to other terms: its indicators follow. */
void oms_script_rescale(oms_script_t *s, uint32_t instrument, const oms_scale_t *scale);
int oms_script_fill(oms_script_t *s, const oms_event_t *event, oms_error_t *err);
int oms_script_order(oms_script_t *s, const oms_event_t *event, oms_error_t *err);
int oms_script_timer(oms_script_t *s, const char *name, oms_error_t *err);
/* 'what': "pre_market", "open", "close", "post_market_close"; times of the session in UTC ns. */
int oms_script_session(oms_script_t *s, const char *what, const char *calendar, int64_t day,
                       oms_time_t open, oms_time_t close, oms_error_t *err);

/* A rule's judgement of an order (in the core as pending_new, or a successor). OMS_OK with the
 * verdict; a denial fills 'reject'. OMS_ERR_SCRIPT, OMS_ERR_KILLED: the rule failed, the desk
 * applies orders.md section 6. Runs inside the caller's budget with a quarter of it. */
int oms_script_check(oms_script_t *s, uint32_t order, bool reduces, oms_verdict_t *verdict,
                     oms_reject_t *reject, oms_error_t *err);
/* An event for the trigger scripts: orders of groups, reduce-only orders, books that shrink. */
int oms_script_trigger(oms_script_t *s, const oms_event_t *event, oms_error_t *err);

/* Reload, in steps: each may be done between two events of its own but the last, which is the
 * change. Whatever fails leaves the old script as it was. */

/* What a new script has that the old one has not; NULL: as it was. */
typedef struct oms_script_anew {
  const char *path;
  oms_files_t *sources; /* must outlive it */
  /* Canonical overlay table in place of all that was given before. */
  const unsigned char *params;
  size_t param_n;
} oms_script_anew_t;
/* A script beside the old one, with the same configuration but for 'anew'. 'files' as in
 * oms_script_try. */
int oms_script_beside(const oms_script_t *old, const oms_script_anew_t *anew, oms_script_t **fresh,
                      oms_array_t *files, oms_error_t *err);
/* Runs its `test(self)`, if it has one. */
int oms_script_test(oms_script_t *s, oms_error_t *err);
/* The old one's on_save (OMS_RELOAD_STATE_MAX bytes), the fresh one's on_load; then the fresh one
 * may take its place (the caller swaps and frees the old). Named timers and handles go by name and
 * id; what on_load armed is for the caller to take back when it fails. 'warning' (may be NULL, 256
 * bytes) says which fields of self were not carried. */
#define OMS_RELOAD_STATE_MAX ((size_t)1 << 20)
int oms_script_carry(oms_script_t *old, oms_script_t *fresh, char warning[256], oms_error_t *err);

/* on_load with what an earlier life of the script had saved. */
int oms_script_resume(oms_script_t *s, const unsigned char *bytes, size_t n, int64_t from_version,
                      oms_error_t *err);
int64_t oms_script_version(const oms_script_t *s);

/* script_view.c: for a live host that is looked at. */
/* self.params as canonical bytes, at most 'cap' of them; owned by the script until the next call.
 * OMS_ERR_SCRIPT where there are more. */
int oms_script_params_bytes(oms_script_t *s, size_t cap, const unsigned char **bytes, size_t *n,
                            oms_error_t *err);
/* Bytes of its heap. */
size_t oms_script_memory(const oms_script_t *s);
/* A step of collecting its garbage. */
void oms_script_collect(oms_script_t *s);

/* on_save's answer as canonical bytes, at most 'cap' of them; owned by the script until the next
 * call. OMS_ERR_SCRIPT where there are more, and as any call. */
int oms_script_save(oms_script_t *s, size_t cap, const unsigned char **bytes, size_t *n,
                    oms_error_t *err);

#endif
