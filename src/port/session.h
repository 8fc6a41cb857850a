/* session.h - a session as plain data: what a session file or the command line asks for, and the
 * host runs. All texts and arrays belong to the config's arena and live until
 * oms_session_config_free. */
#ifndef OMS_PORT_SESSION_H
#define OMS_PORT_SESSION_H

#include "base/files.h"
#include "base/time.h"
#include "core/engine.h"
#include "port/feed.h"
#include "port/venue_config.h"

/* What of earlier prices a corporate action changes for scripts (oms.bars, indicators). */
typedef enum oms_adjust { OMS_ADJUST_SPLITS, OMS_ADJUST_ALL, OMS_ADJUST_NONE } oms_adjust_t;

typedef struct oms_data_config {
  const char *symbol;
  oms_data_kind_t kind;
  bool pushed; /* of a live host: rows come from outside, one at a time; there are no others */
  /* As given, resolved against the session's folder by the host; NULL with rows. */
  const char *const *paths;
  size_t path_n;
  const oms_bar_row_t *rows; /* in place */
  size_t row_n;
  bool rows_have_volume, rows_date_only;
  const oms_tick_t *ticks; /* in-place rows of the other kinds, 'row_n' of them */
  const int64_t *build;    /* ns: coarser bars to be built from this entry's bars or trades */
  size_t build_n;
  int64_t timeframe; /* ns; 0: inferred */
  oms_zone_t zone;
  bool label_end;
} oms_data_config_t;

typedef struct oms_limits_config {
  const char *account;           /* NULL: all */
  oms_limits_t limits;           /* 'restricted' unused */
  const char *const *restricted; /* symbols */
  size_t restricted_n;
} oms_limits_config_t;

/* A strategy or rule entry. */
typedef struct oms_script_entry {
  const char *path, *id, *account; /* id NULL: the file's stem; account NULL: the first */
  const char *const *symbols;      /* NULL: all of data */
  size_t symbol_n;
  const char *const *timeframes; /* texts like "1d"; NULL: all of data */
  size_t timeframe_n;
  const char *const *claim;
  size_t claim_n;
  bool leave_orders;                          /* on_error = "leave" */
  int max_errors;                             /* 0: the mode's default */
  const char *scope_account, *scope_strategy; /* of a rule; NULL: any */
  const char *const *scope_symbols;
  size_t scope_symbol_n;
  const unsigned char *params; /* canonical bytes of the overlay table (bind/value.c), or NULL */
  size_t param_n;
  const char *const *sets; /* "name=value" texts of the command line */
  size_t set_n;
} oms_script_entry_t;

/* How a session runs. */
typedef enum oms_mode { OMS_MODE_BACKTEST, OMS_MODE_PAPER, OMS_MODE_LIVE } oms_mode_t;
#define OMS_PACE_FAST (-1)

/* What a live host is told beside the rest. Texts are NULL, numbers 0 where nothing is given. */
typedef struct oms_live_config {
  oms_mode_t mode;
  int64_t pace;       /* seconds of the market in one of the wall, 1e-9; or OMS_PACE_FAST */
  const char *db;     /* file of the journal */
  const char *listen; /* address of the server */
  const char *certificate, *key; /* PEM files of TLS */
  const char *kill_file;
  const char *connect;                /* address of a venue in another process */
  int64_t rate, connections, streams; /* bounds of clients */
  bool risk;                          /* an external risk system has its say */
  int64_t risk_deadline_ns;
  int64_t market_keep_ns, market_keep_bytes; /* of the journal's market data */
  int64_t
      snapshot_records; /* a snapshot is made when so many lie behind the last one; 0: 2,000,000 */
} oms_live_config_t;

typedef struct oms_session_config {
  oms_arena_t arena;
  const char *name, *path; /* path NULL: made from the command line */
  oms_account_t *accounts;
  size_t account_n;
  oms_instrument_t *instruments; /* the declared ones */
  size_t instrument_n;
  oms_data_config_t *data;
  size_t data_n;
  oms_sim_config_t venue;
  oms_limits_config_t *limits;
  size_t limit_n;
  oms_script_entry_t *rules, *strategies;
  size_t rule_n, strategy_n;
  oms_time_t from, to; /* OMS_NO_TIME: all; to is exclusive of later completions */
  uint64_t seed;
  const char *latency_file; /* measured latencies, in place of the two of the venue; NULL: none */
  oms_adjust_t adjust;
  /* The files of the run: taken down as they are read, or read from there when it is sealed; NULL:
   * the disk, nothing is taken down. Not of the arena. */
  oms_files_t *sources;
  oms_live_config_t live;
  int64_t equity_every_ns; /* venue.equity_every: how often equity.csv has a row on ticks */
} oms_session_config_t;

#endif
