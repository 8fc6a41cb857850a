/* sweep_int.h - what the files of the sweep share: sweep.c (the course of it), sweep_check.c
 * (before anything runs), sweep_one.c (one run, in a worker), sweep_walk.c (windows and their
 * chain), sweep_files.c (CSV), sweep_page.c (the page). */
#ifndef OMS_HOST_SWEEP_INT_H
#define OMS_HOST_SWEEP_INT_H

#include "host/sweep.h"
#include "host/sweep_journal.h"
#include "host/workers.h"

/* Where an axis goes. */
typedef struct oms_sweep_target {
  size_t strategy;       /* index in the config */
  const char *parameter; /* borrowed from the axis */
} oms_sweep_target_t;

typedef struct oms_sweep_run {
  oms_sweep_t *sweep;
  const oms_session_config_t *config;
  const oms_sweep_options_t *options;
  char library[4096];
  oms_dataset_t *dataset;
  oms_sweep_target_t *targets; /* by axis */
  oms_sweep_journal_t *journal;
  int lock; /* of the folder; -1: none */
  /* The workers' tasks: rows, or the tests of the windows. */
  bool testing;
  size_t first_task;      /* whose failure to run is that of all */
  oms_array_t *test_ends; /* oms_day_end_t, by window */
  size_t task_n, task_done;
  double started_at, progress_at;
} oms_sweep_run_t;

/* sweep_check.c: which strategy each axis is of, and whether the scripts take the values: the
 * strategies are loaded with the first combination and with every value that is no number. Puts the
 * hashes of all scripts into 'digest'. OMS_ERR_USAGE, OMS_ERR_SCRIPT, OMS_ERR_IO, OMS_ERR_NOMEM. */
int oms_sweep_check(oms_sweep_run_t *r, oms_digest_t *digest, oms_error_t *err);
/* Texts "parameter=value" of a combination for strategy 'k' behind those of its entry, in the arena
 * of 'c'; '*n' of them. NULL when out of memory. */
const char **oms_sweep_sets(const oms_sweep_run_t *r, oms_session_config_t *c, size_t k,
                            const oms_script_entry_t *entry, size_t combination, size_t *n);

/* sweep_one.c: the session with that combination, over (from, to]. 'ends' gets the day ends unless
 * NULL. OMS_ERR_NOMEM: there is no row. */
int oms_sweep_one(const oms_sweep_run_t *r, size_t combination, oms_time_t from, oms_time_t to,
                  oms_array_t *ends, oms_sweep_row_t *row);

/* sweep_walk.c */
int oms_sweep_windows(oms_sweep_run_t *r, oms_error_t *err);
/* Picks the best combination of each window. */
int oms_sweep_choose(oms_sweep_t *s, oms_error_t *err);
/* The tests in a row: equity and figures. 'ends': oms_array_t of oms_day_end_t by window. */
int oms_sweep_chain(oms_sweep_t *s, const oms_array_t *ends, oms_error_t *err);

/* sweep_files.c */
int oms_sweep_remove_files(const char *folder, oms_error_t *err);
int oms_sweep_write_files(const oms_sweep_t *s, oms_error_t *err);
/* sweep_page.c: folder/sweep.html.part. OMS_ERR_IO with path and reason, OMS_ERR_NOMEM. */
int oms_sweep_write_page(const oms_sweep_t *s, oms_error_t *err);

#endif
