/* sweep.c - the course of a sweep: checks, data, journal, workers, order, files.
 * Invariants:
 *   S1  rows stand by window and combination, whoever ran them and when.
 *   S2  data is read before the first worker starts; a worker takes it from the memory that it
 *       shares with its parent. Scripts are read anew, and must be what they were in the parent. */
#include "host/sweep.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "host/deflate.h"
#include "host/folder.h"
#include "host/host.h"
#include "host/sweep_int.h"

#define DATA_MOST (INT64_C(1) << 30) /* bytes of rows that are kept in memory */

static int nomem(oms_error_t *err) {
  return oms_error_set(err, OMS_ERR_NOMEM, "out of memory for the sweep");
}

/* In the worker. */

/* "D <day> <equity>" lines before the row: the day ends of a test. */
static void send_ends(const oms_array_t *ends, oms_worker_out_t *out) {
  char line[64];
  for (size_t i = 0; i < ends->n; i++) {
    const oms_day_end_t *end = OMS_AT(ends, oms_day_end_t, i);
    int n = snprintf(line, sizeof line, "D %lld %lld", (long long)end->day, (long long)end->equity);
    oms_worker_line(out, line, (size_t)n);
  }
}

/* The first script that was read with other content than in the parent; NULL: none. */
static const char *changed_script(const oms_sweep_run_t *r) {
  return r->config->sources != NULL ? r->config->sources->changed : NULL;
}

static void send_row(const oms_sweep_run_t *r, const oms_sweep_row_t *row, size_t task,
                     oms_worker_out_t *out) {
  char line[OMS_WORKERS_LINE];
  const char *changed = changed_script(r);
  size_t n;
  if (changed != NULL) {
    int length = snprintf(line, sizeof line, "C %s", changed);
    n = (size_t)length < sizeof line ? (size_t)length : sizeof line - 1;
  } else {
    n = oms_sweep_encode(row, task, line);
  }
  oms_worker_line(out, line, n);
}

static void work(void *self, size_t task, oms_worker_out_t *out) {
  const oms_sweep_run_t *r = self;
  const oms_sweep_t *s = r->sweep;
  oms_sweep_row_t row;
  oms_array_t ends;
  size_t w = r->testing ? task : task / s->combinations;
  size_t combination = r->testing ? s->chosen[task] : task % s->combinations;
  const oms_window_t *window = &s->windows[w];
  oms_array_init(&ends, sizeof(oms_day_end_t));
  int rc = r->testing
               ? oms_sweep_one(r, combination, window->train_to, window->test_to, &ends, &row)
               : oms_sweep_one(r, combination, window->train_from, window->train_to, NULL, &row);
  if (rc != OMS_OK) {
    _exit(3); /* out of memory: told as a worker that died */
  }
  send_ends(&ends, out);
  send_row(r, &row, task, out);
  oms_sweep_row_free(&row);
  oms_array_free(&ends);
}

/* In the parent. */

static int take_end(oms_sweep_run_t *r, size_t task, const char *line, oms_error_t *err) {
  oms_day_end_t end;
  char *rest;
  end.day = strtoll(line + 2, &rest, 10);
  end.equity = strtoll(rest, NULL, 10);
  return oms_array_push(&r->test_ends[task], &end) == OMS_OK ? OMS_OK : nomem(err);
}

/* Rows of one table come from the same scripts. */
static int tell_changed(const char *path, oms_error_t *err) {
  return oms_error_set(err, OMS_ERR_USAGE,
                       "%s was changed while the sweep was going on; as it was before the same "
                       "command goes on, else run it with --fresh",
                       path);
}

/* What concerns the first run alike concerns all: a script that is none, data that is broken. */
static int fails_all(const oms_sweep_run_t *r, size_t task, const oms_sweep_row_t *row,
                     oms_error_t *err) {
  if (r->testing || task != r->first_task || row->status != OMS_SWEEP_FAILED) {
    return OMS_OK;
  }
  return oms_error_set(err, OMS_ERR_USAGE, "%s",
                       row->message != NULL ? row->message : "the first combination did not run");
}

static int take_line(void *self, size_t task, const char *line, size_t n, oms_error_t *err) {
  oms_sweep_run_t *r = self;
  oms_sweep_t *s = r->sweep;
  oms_sweep_row_t row;
  size_t number;
  if (r->testing && line[0] == 'D') {
    return take_end(r, task, line, err);
  }
  if (line[0] == 'C') {
    return tell_changed(line + 2, err);
  }
  if (!oms_sweep_decode(line, n, &number, &row) || number != task) {
    return oms_error_set(err, OMS_ERR_IO, "a worker answered what is no result");
  }
  int rc = fails_all(r, task, &row, err);
  if (rc == OMS_OK && !r->testing && r->journal != NULL) {
    rc = oms_sweep_journal_add(r->journal, line, n, err);
  }
  oms_sweep_row_t *to = r->testing ? &s->tests[task] : &s->rows[task];
  oms_sweep_row_free(to);
  *to = row;
  return rc;
}

static int take_done(void *self, size_t task, oms_error_t *err) {
  oms_sweep_run_t *r = self;
  (void)task;
  (void)err;
  r->task_done++;
  return OMS_OK;
}

/* "fast=5 slow=20" */
static void name_combination(const oms_sweep_t *s, size_t combination, char *out, size_t cap) {
  const oms_grid_t *g = s->options.grid;
  size_t n = 0;
  out[0] = '\0';
  for (size_t i = 0; i < g->n && n + 1 < cap; i++) {
    n += (size_t)snprintf(out + n, cap - n, "%s%s=%s", i > 0 ? " " : "", g->axes[i].name,
                          oms_grid_value(g, combination, i));
  }
}

static int take_death(void *self, size_t task, const char *how, oms_error_t *err) {
  oms_sweep_run_t *r = self;
  oms_sweep_t *s = r->sweep;
  char name[400];
  oms_sweep_row_t *row = r->testing ? &s->tests[task] : &s->rows[task];
  row->status = OMS_SWEEP_DIED;
  r->task_done++;
  name_combination(s, r->testing ? s->chosen[task] : task % s->combinations, name, sizeof name);
  fprintf(stderr, "%smoondesk: %s: %s; the others go on\n", r->options->progress ? "\r" : "", name,
          how);
  return oms_sweep_row_message(row, how) == OMS_OK ? OMS_OK : nomem(err);
}

/* A line on a terminal, as that of a single run. */
static void show_progress(void *self) {
  oms_sweep_run_t *r = self;
  double now = oms_host_wall_seconds(), took = now - r->started_at;
  if (!r->options->progress || now - r->progress_at < 0.25) {
    return;
  }
  r->progress_at = now;
  fprintf(stderr, "\r%s%zu of %zu  ", r->testing ? "tests: " : "", r->task_done, r->task_n);
  if (r->task_done > 0) {
    double each = took / (double)r->task_done;
    fprintf(stderr, "%.1f runs/s  %.0f s left  ", 1 / each,
            each * (double)(r->task_n - r->task_done));
  }
  fflush(stderr);
}

static int run_tasks(oms_sweep_run_t *r, const size_t *tasks, size_t n, oms_error_t *err) {
  const oms_workers_config_t config = {.self = r,
                                       .jobs = r->options->jobs,
                                       .tasks = tasks,
                                       .task_n = n,
                                       .work = work,
                                       .line = take_line,
                                       .done = take_done,
                                       .died = take_death,
                                       .tick = show_progress,
                                       .stop = r->options->stop};
  r->task_n = n;
  r->task_done = 0;
  r->started_at = oms_host_wall_seconds();
  int rc = n > 0 ? oms_workers_run(&config, err) : OMS_OK;
  if (r->progress_at > 0) {
    fprintf(stderr, "\r%60s\r", "");
  }
  return rc;
}

/* The rows that an interrupted sweep has not left. */
static int run_rows(oms_sweep_run_t *r, oms_error_t *err) {
  const oms_sweep_t *s = r->sweep;
  size_t all = s->window_n * s->combinations, n = 0;
  size_t *tasks = oms_alloc_zero(all, sizeof *tasks);
  if (tasks == NULL) {
    return nomem(err);
  }
  for (size_t i = 0; i < all; i++) {
    if (s->rows[i].status == OMS_SWEEP_WAITING) {
      tasks[n++] = i;
    }
  }
  r->first_task = s->resumed == 0 ? 0 : SIZE_MAX;
  int rc = run_tasks(r, tasks, n, err);
  oms_free(tasks);
  return rc;
}

static int run_tests(oms_sweep_run_t *r, oms_error_t *err) {
  oms_sweep_t *s = r->sweep;
  size_t n = 0, *tasks = oms_alloc_zero(s->window_n, sizeof *tasks);
  r->test_ends = oms_alloc_zero(s->window_n, sizeof *r->test_ends);
  if (tasks == NULL || r->test_ends == NULL) {
    oms_free(tasks);
    return nomem(err);
  }
  for (size_t i = 0; i < s->window_n; i++) {
    oms_array_init(&r->test_ends[i], sizeof(oms_day_end_t));
    if (s->chosen[i] != UINT32_MAX) {
      tasks[n++] = i;
    }
  }
  r->testing = true;
  int rc = run_tasks(r, tasks, n, err);
  if (rc == OMS_OK) {
    rc = oms_sweep_chain(s, r->test_ends, err);
  }
  for (size_t i = 0; i < s->window_n; i++) {
    oms_array_free(&r->test_ends[i]);
  }
  oms_free(r->test_ends);
  r->test_ends = NULL;
  oms_free(tasks);
  return rc;
}

/* What the best is worth. */

/* Mean and variance of the Sharpe ratios of the days over all trials. */
static size_t sharpes(const oms_sweep_t *s, double *variance) {
  double sum = 0, squares = 0;
  size_t n = 0;
  for (int pass = 0; pass < 2; pass++) {
    double mean = n > 0 ? sum / (double)n : 0;
    n = 0;
    for (size_t i = 0; i < s->combinations; i++) {
      const oms_moments_t *m = &s->rows[i].returns;
      double sharpe = m->mean / m->deviation;
      if (s->rows[i].status == OMS_SWEEP_DONE && m->deviation > 0 && isfinite(sharpe)) {
        n++;
        sum += pass == 0 ? sharpe : 0;
        squares += pass == 1 ? (sharpe - mean) * (sharpe - mean) : 0;
      }
    }
  }
  *variance = n > 1 ? squares / (double)(n - 1) : 0;
  return n;
}

static void weigh(oms_sweep_t *s) {
  const oms_sweep_row_t *best = &s->rows[s->order[0]];
  const oms_moments_t *m = &best->returns;
  double variance, root = sqrt(oms_days_a_year(best->all_week));
  s->luck = (oms_sweep_luck_t){.trials = sharpes(s, &variance), .sharpe = NAN, .deflated = NAN};
  double expected = oms_expected_sharpe(s->luck.trials, variance);
  s->luck.expected = expected * root;
  if (best->status == OMS_SWEEP_DONE && m->deviation > 0) {
    s->luck.sharpe = m->mean / m->deviation * root;
    s->luck.deflated =
        oms_deflated_sharpe(m->mean / m->deviation, expected, m->n, m->skew, m->kurtosis);
  }
}

static int rank(oms_sweep_t *s, oms_error_t *err) {
  s->order = oms_alloc_zero(s->combinations, sizeof *s->order);
  if (s->order == NULL ||
      oms_sweep_rank(&s->options.sort, s->rows, s->combinations, s->order) != OMS_OK) {
    return nomem(err);
  }
  weigh(s);
  return OMS_OK;
}

static void count(oms_sweep_t *s) {
  s->finished = s->failed = 0;
  for (size_t i = 0; i < s->window_n * s->combinations; i++) {
    s->finished += s->rows[i].status != OMS_SWEEP_WAITING;
    s->failed += s->rows[i].status > OMS_SWEEP_DONE;
  }
}

/* Set-up and end. */

static int open_folder(oms_sweep_run_t *r, const char *digest, oms_error_t *err) {
  oms_sweep_t *s = r->sweep;
  const char *out = r->options->out;
  int rc = oms_folder_make(out, err);
  if (rc == OMS_OK) {
    rc = oms_folder_lock(out, &r->lock, err);
  }
  if (rc == OMS_OK) {
    rc = oms_sweep_journal_open(out, digest, r->options->fresh, s->rows,
                                s->window_n * s->combinations, &s->resumed, &r->journal, err);
  }
  return rc == OMS_OK ? oms_sweep_remove_files(out, err) : rc;
}

/* The windows and the sort belong to the settings only where they decide what is run. */
static void digest_windows(const oms_sweep_t *s, oms_digest_t *digest) {
  oms_digest_i64(digest, (int64_t)s->window_n);
  for (size_t i = 0; i < s->window_n; i++) {
    oms_digest_i64(digest, s->windows[i].train_from);
    oms_digest_i64(digest, s->windows[i].train_to);
  }
  for (size_t i = 0; i < s->options.grid->n; i++) {
    const oms_axis_t *axis = &s->options.grid->axes[i];
    oms_digest_text(digest, axis->name);
    oms_digest_i64(digest, (int64_t)axis->n);
    for (size_t k = 0; k < axis->n; k++) {
      oms_digest_text(digest, axis->values[k]);
    }
  }
}

static int prepare(oms_sweep_run_t *r, oms_error_t *err) {
  oms_sweep_t *s = r->sweep;
  oms_digest_t *digest = r->options->settings;
  char hex[33];
  if (!oms_library_folder(r->library, sizeof r->library)) {
    r->library[0] = '\0'; /* the first run says what is missing */
  }
  int rc = oms_sweep_check(r, digest, err);
  if (rc == OMS_OK) {
    rc = oms_dataset_read(r->config, r->library, DATA_MOST, &r->dataset, err);
  }
  if (rc == OMS_OK) {
    oms_dataset_digest(r->dataset, digest);
    rc = oms_sweep_windows(r, err);
  }
  if (rc == OMS_OK) {
    digest_windows(s, digest);
    oms_digest_hex(digest, hex);
    s->rows = oms_alloc_zero(s->window_n * s->combinations, sizeof *s->rows);
    rc = s->rows == NULL ? nomem(err) : OMS_OK;
  }
  return rc == OMS_OK && r->options->out != NULL ? open_folder(r, hex, err) : rc;
}

static int finish(oms_sweep_run_t *r, oms_error_t *err) {
  oms_sweep_t *s = r->sweep;
  int rc;
  if (r->options->walk != NULL) {
    rc = oms_sweep_choose(s, err);
    rc = rc == OMS_OK ? run_tests(r, err) : rc;
  } else {
    rc = rank(s, err);
  }
  if (rc == OMS_OK && r->options->out != NULL) {
    rc = oms_sweep_write_files(s, err);
    rc = rc == OMS_OK ? oms_folder_remove(r->options->out, OMS_SWEEP_JOURNAL, err) : rc;
  }
  return rc;
}

static int run(oms_sweep_run_t *r, oms_error_t *err) {
  oms_sweep_t *s = r->sweep;
  int rc = prepare(r, err);
  if (rc == OMS_OK && s->resumed > 0 && !r->options->quiet) {
    fprintf(stderr, "moondesk: %zu of %zu runs are taken over from %s/%s\n", s->resumed,
            s->window_n * s->combinations, r->options->out, OMS_SWEEP_JOURNAL);
  }
  if (rc == OMS_OK) {
    rc = run_rows(r, err);
    count(s);
  }
  if (rc == OMS_OK) {
    rc = finish(r, err);
  }
  s->interrupted = rc == OMS_ERR_CANCELED;
  if (s->interrupted && r->options->walk == NULL && rank(s, err) != OMS_OK) {
    rc = OMS_ERR_NOMEM;
  }
  return rc;
}

int oms_sweep_run(const oms_session_config_t *config, const oms_sweep_options_t *options,
                  oms_sweep_t **out, oms_error_t *err) {
  oms_sweep_t *s = oms_alloc_zero(1, sizeof *s);
  oms_sweep_run_t *r = oms_alloc_zero(1, sizeof *r);
  if (s == NULL || r == NULL) {
    oms_free(s);
    oms_free(r);
    return nomem(err);
  }
  s->config = config;
  s->options = *options;
  s->combinations = oms_grid_count(options->grid);
  oms_array_init(&s->chain_ends, sizeof(oms_day_end_t));
  oms_array_init(&s->chain_windows, sizeof(uint32_t));
  *r = (oms_sweep_run_t){.sweep = s, .config = config, .options = options, .lock = -1};
  int rc = run(r, err);
  oms_sweep_journal_close(r->journal);
  oms_dataset_free(r->dataset);
  oms_free(r->targets);
  if (r->lock >= 0) {
    (void)close(r->lock);
  }
  oms_free(r);
  *out = s;
  if (rc != OMS_OK && rc != OMS_ERR_CANCELED) {
    oms_sweep_free(s);
    *out = NULL;
  }
  return rc;
}

void oms_sweep_free(oms_sweep_t *s) {
  if (s == NULL) {
    return;
  }
  for (size_t i = 0; s->rows != NULL && i < s->window_n * s->combinations; i++) {
    oms_sweep_row_free(&s->rows[i]);
  }
  for (size_t i = 0; s->tests != NULL && i < s->window_n; i++) {
    oms_sweep_row_free(&s->tests[i]);
  }
  oms_free(s->rows);
  oms_free(s->tests);
  oms_free(s->chosen);
  oms_free(s->order);
  oms_free(s->windows);
  oms_array_free(&s->chain_ends);
  oms_array_free(&s->chain_windows);
  oms_free(s);
}
