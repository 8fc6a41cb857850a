/* run.h - a session run in backtest mode: from a config to results. The host owns everything that
 * lives for the run: engine, desk, simulated venue, feed, scripts, timers. */
#ifndef OMS_HOST_RUN_H
#define OMS_HOST_RUN_H

#include <signal.h>

#include "bind/session.h"
#include "host/results.h"

typedef struct oms_run_options {
  const char *out; /* folder of the results; NULL: none */
  const char
      *library; /* folder that holds lua/, rules/, strategies/; NULL: found by oms_library_folder */
  bool quiet;   /* no log, no progress, no warnings */
  bool progress;     /* a line with ETA on stderr */
  int64_t budget_ns; /* 0: the default */
  uint64_t strict_budget;
  const char *cache;                 /* folder that keeps parsed data (data/cache.h); NULL: none */
  const volatile sig_atomic_t *stop; /* non-zero: end cleanly at the next step; may be NULL */
} oms_run_options_t;

typedef struct oms_run_result {
  oms_summary_t summary;
  bool partial;
  bool strategy_failed; /* a strategy was stopped by an error */
  bool check_failed, checked;
} oms_run_result_t;

/* Runs the session; 'file' (NULL for the command line's) has the timeline and the check. OMS_OK
 * also when a strategy was stopped (result says so). OMS_ERR_USAGE, OMS_ERR_SCRIPT (does not load),
 * OMS_ERR_DATA, OMS_ERR_IO: nothing ran, or what ran has been written and marked partial; the
 * sentence is in 'err'. */
int oms_run_session(const oms_session_config_t *config, oms_session_file_t *file,
                    const oms_run_options_t *options, oms_run_result_t *result, oms_error_t *err);

/* The folder that keeps parsed data: MOONDESK_CACHE, else moondesk in XDG_CACHE_HOME, else in
 * .cache of HOME. False when none of them is set, or it is too long. */
bool oms_cache_folder(char *out, size_t n);

/* The folder with lua/oms, rules and strategies: MOONDESK_HOME, or ../share/moondesk beside the
 * program, or the source tree it was built from. False when none is there. */
bool oms_library_folder(char *out, size_t n);

/* Resolves a path of a session: as it is when absolute, else against the session's folder, the
 * working folder, the library. OMS_ERR_NOT_FOUND lists where it was looked for. */
int oms_resolve_path(const char *path, const char *session_folder, const char *library, char *out,
                     size_t n, oms_error_t *err);
/* The same for a path that stands in the session (or on its command line). */
int oms_session_path(const oms_session_config_t *c, const char *path, const char *library,
                     char *out, size_t n, oms_error_t *err);

/* The files that a path of the data list means: a file, those of a folder that end in .csv, .csv.gz
 * or .zip, or those that fit a pattern (*, ?, [...]), in order of the bytes of their names. They are
 * added to 'out' (const char *, of the config's arena). OMS_ERR_NOT_FOUND, OMS_ERR_IO (a folder
 * without such a file), OMS_ERR_NOMEM. */
int oms_session_data_files(const oms_session_config_t *c, const char *path, const char *library,
                           oms_array_t *out, oms_error_t *err);
bool oms_is_pattern(const char *path);

#endif
