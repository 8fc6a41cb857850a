/* run.h - a session run in backtest mode, as fast as it goes or by the clock: from a config to
 * results. The host owns everything that
 * lives for the run: engine, desk, simulated venue, feed, scripts, timers. */
#ifndef OMS_HOST_RUN_H
#define OMS_HOST_RUN_H

#include <signal.h>

#include "bind/session.h"
#include "host/dataset.h"
#include "host/results.h"
#include "port/live.h"

struct oms_host;
struct oms_past;

typedef struct oms_run_options {
  const char *out; /* folder of the results; NULL: none */
  const char
      *library; /* folder that holds lua/, rules/, strategies/; NULL: found by oms_library_folder */
  bool summary; /* also of a host that is served, which has one without it only with 'out' */
  bool quiet;   /* no log, no progress, no warnings */
  oms_log_level_t log_level; /* of a live host: the least that it tells */
  bool progress;             /* a line with ETA on stderr */
  int64_t budget_ns;         /* 0: the default */
  uint64_t strict_budget;
  const char *cache; /* folder that keeps parsed data (data/cache.h); NULL: none */
  /* How the run was asked for, for its bundle: the command and what followed it, without what names
   * outputs; and the program's version. None: no bundle is made. The config has a table of files
   * then. */
  const char *const *arguments;
  size_t argument_n;
  const char *version;
  const char *bundle; /* file to write it to, beside that of 'out'; NULL: none */
  bool digests;       /* wanted in the result */
  const struct oms_shadow_options *shadow; /* a changed rule to judge beside it; NULL: none */
  bool rerun; /* an earlier run is made again: the session's check is not asked */
  /* Told at the end of a complete run, while all of it still lives; OMS_OK or what the run is to
   * fail with. NULL: nobody. */
  int (*at_end)(void *self, const oms_desk_t *desk, const oms_summary_t *summary, oms_error_t *err);
  void *end_self;
  const volatile sig_atomic_t *stop; /* non-zero: end cleanly at the next step; may be NULL */
  int64_t pace; /* seconds of the market in one of the wall clock, 1e-9; 0: as fast as it goes */
  const char *control; /* of a paced run: its control socket; NULL: oms_control_path */
  /* Steps the run in place of the two ways above (host.h); for tests and benchmarks. */
  int (*drive)(struct oms_host *h, void *ctx, oms_error_t *err);
  void *drive_ctx;
  struct oms_past *past; /* what it goes on from (past.h), borrowed; NULL: what its database has */
  /* The way into a live host in place of its server: it is given the door and whom to wake; for
   * tests. */
  int (*way_in)(void *ctx, const oms_live_t *door, void (*wake)(void *live), void *live,
                oms_way_in_t *out, oms_error_t *err);
  void *way_in_ctx;
  /* The data of a config with the same data list, read before; NULL: the files are read. */
  const oms_dataset_t *dataset;
  oms_array_t *day_ends; /* oms_day_end_t, filled at the end of the run; NULL: not wanted */
  /* Takes the lines of the log instead of stderr, of all levels; NULL: stderr. */
  void (*log)(void *self, oms_log_level_t level, const char *text);
  void *log_self;
} oms_run_options_t;

typedef struct oms_run_result {
  oms_summary_t summary;
  oms_digests_t digests; /* where they were asked for, or a bundle was made */
  oms_moments_t returns; /* of the days, as fractions */
  bool all_week;         /* a year has 365 trading days, not 252 */
  bool partial;
  bool served;          /* by a live host, which was told to stop */
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
/* The same for a file of data, which is taken down in the config's table of files; of a sealed
 * table 'out' is where the file lies now. */
int oms_session_data_path(const oms_session_config_t *c, const char *path, const char *library,
                          char *out, size_t n, oms_error_t *err);

/* The second half of it, of a path that has been found: 'out' of 'n' bytes is that path. */
int oms_session_take_data(const oms_session_config_t *c, char *out, size_t n, oms_error_t *err);

/* The files that a path of the data list means: a file, those of a folder that end in .csv, .csv.gz
 * or .zip, or those that fit a pattern (*, ?, [...]), in order of the bytes of their names. They
 * are added to 'out' (const char *, of the config's arena) by the names that a table of files has.
 * With a sealed table its files of data are looked through, not the disk. OMS_ERR_NOT_FOUND,
 * OMS_ERR_IO (a folder without such a file), OMS_ERR_NOMEM. */
int oms_session_data_files(const oms_session_config_t *c, const char *path, const char *library,
                           oms_array_t *out, oms_error_t *err);
bool oms_is_pattern(const char *path);
/* The files of several paths in one list ('out' is empty), taken down or looked up in the config's
 * table as by oms_session_data_path: what is to be opened. */
int oms_session_open_data(const oms_session_config_t *c, const char *const *paths, size_t n,
                          const char *library, oms_array_t *out, oms_error_t *err);

#endif
