/* test_sweep.c - the parts of a sweep: rows as lines, order, windows, the journal, worker processes
 * that die. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/check.h"
#include "host/sweep_journal.h"
#include "host/workers.h"

static size_t stat_of(const char *name) {
  for (size_t i = 0; i < OMS_SWEEP_STATS; i++) {
    if (strcmp(oms_sweep_stat_name(i), name) == 0) {
      return i;
    }
  }
  fail_msg("there is no statistic %s", name);
  return 0;
}

/* The summary of a run that did nothing, by the function that makes all of them. */
static void run_of_nothing(oms_run_result_t *out) {
  oms_engine_config_t config = {.seed = 1, .orders = 8, .fills = 8};
  oms_engine_t *e = oms_engine_new(&config);
  oms_stats_t *s = oms_stats_new(1000000);
  const oms_run_facts_t facts = {.start = 0, .end = OMS_NS_PER_DAY, .bars = 7, .seconds = 1};
  assert_int_equal(OMS_OK, oms_stats_step(s, 0, 0, 1000000, true, false));
  memset(out, 0, sizeof *out);
  assert_int_equal(OMS_OK, oms_summary_make(e, s, &facts, &out->summary));
  oms_stats_moments(s, &out->returns);
  oms_stats_free(s);
  oms_engine_free(e);
}

/* Rows. */

/* The statistics are the keys of the summary, in their order, but for the clock's. */
static void stats_are_those_of_the_summary(void **state) {
  (void)state;
  static oms_run_result_t result;
  run_of_nothing(&result);
  size_t at = 0;
  for (size_t i = 0; i < result.summary.n; i++) {
    const char *name = result.summary.fields[i].name;
    if (strcmp(name, "seconds") != 0 && strcmp(name, "events_per_second") != 0) {
      assert_true(at < OMS_SWEEP_STATS);
      assert_string_equal(name, oms_sweep_stat_name(at++));
    }
  }
  assert_int_equal(OMS_SWEEP_STATS, at);
}

static void make_row(oms_sweep_row_t *row) {
  static oms_run_result_t result;
  run_of_nothing(&result);
  result.all_week = true;
  assert_int_equal(OMS_OK, oms_sweep_row_make(&result, OMS_OK, "", row));
}

static void same_field(const oms_sweep_row_t *a, const oms_sweep_row_t *b, size_t i) {
  oms_summary_field_t x, y;
  oms_sweep_field(a, i, &x);
  oms_sweep_field(b, i, &y);
  assert_int_equal(x.kind, y.kind);
  assert_int_equal(x.integer, y.integer);
  assert_true(x.number == y.number);
  assert_string_equal(x.text != NULL ? x.text : "", y.text != NULL ? y.text : "");
}

static void rows_go_and_come_back(void **state) {
  (void)state;
  char line[OMS_SWEEP_LINE];
  oms_sweep_row_t row, back;
  size_t task;
  make_row(&row);
  row.values[stat_of("return_pct")].number = -1.0 / 3;
  size_t n = oms_sweep_encode(&row, 123456, line);
  assert_true(oms_sweep_decode(line, n, &task, &back));
  assert_int_equal(123456, task);
  assert_int_equal(OMS_SWEEP_DONE, back.status);
  assert_true(back.all_week);
  assert_int_equal(1, back.returns.n);
  for (size_t i = 0; i < OMS_SWEEP_STATS; i++) {
    same_field(&row, &back, i);
  }
  for (size_t i = 0; i < n; i++) { /* cut, or a bit of it turned */
    assert_false(oms_sweep_decode(line, i, &task, &back));
    line[i] ^= 1;
    assert_false(oms_sweep_decode(line, n, &task, &back));
    line[i] ^= 1;
  }
}

static void rows_tell_what_failed(void **state) {
  (void)state;
  static oms_run_result_t result;
  char line[OMS_SWEEP_LINE], large[5000];
  oms_sweep_row_t row, back;
  size_t task;
  run_of_nothing(&result);
  result.strategy_failed = true;
  assert_int_equal(OMS_OK, oms_sweep_row_make(&result, OMS_OK, "a\tb\nsecond", &row));
  assert_int_equal(OMS_SWEEP_STOPPED, row.status);
  assert_string_equal("a b", row.message);
  assert_true(oms_sweep_decode(line, oms_sweep_encode(&row, 0, line), &task, &back));
  assert_string_equal("a b", back.message);
  oms_sweep_row_free(&row);
  oms_sweep_row_free(&back);
  result.checked = true; /* the check's verdict decides */
  assert_int_equal(OMS_OK, oms_sweep_row_make(&result, OMS_OK, "x", &row));
  assert_int_equal(OMS_SWEEP_DONE, row.status);
  memset(large, 'x', sizeof large);
  memcpy(large + 599, "\303\244", 2); /* no half of a character */
  large[sizeof large - 1] = '\0';
  assert_int_equal(OMS_OK, oms_sweep_row_make(&result, OMS_ERR_DATA, large, &row));
  assert_int_equal(OMS_SWEEP_FAILED, row.status);
  assert_int_equal(599, strlen(row.message));
  assert_true(oms_sweep_decode(line, oms_sweep_encode(&row, 0, line), &task, &back));
  assert_string_equal(row.message, back.message);
  oms_sweep_row_free(&row);
  oms_sweep_row_free(&back);
}

/* Order. */

static void key(const char *text, const char *name, bool largest) {
  oms_sweep_key_t k;
  oms_error_t err;
  assert_int_equal(OMS_OK, oms_sweep_key_parse(text, &k, &err));
  assert_int_equal(stat_of(name), k.stat);
  assert_int_equal(largest, k.largest);
}

static void keys(void **state) {
  (void)state;
  oms_sweep_key_t k;
  oms_error_t err;
  key("sharpe", "sharpe", true);
  key("-sharpe", "sharpe", false);
  key("max_drawdown_pct", "max_drawdown_pct", false);
  key("-max_drawdown_pct", "max_drawdown_pct", true);
  key("turnover", "turnover", false);
  assert_int_equal(OMS_ERR_USAGE, oms_sweep_key_parse("shrpe", &k, &err));
  assert_non_null(strstr(err.message, "did you mean 'sharpe'"));
  assert_int_equal(OMS_ERR_USAGE, oms_sweep_key_parse("seconds", &k, &err));
  assert_int_equal(OMS_ERR_USAGE, oms_sweep_key_parse("", &k, &err));
}

/* 1, none, 3, failed, 3, 2: nulls behind numbers, what failed last, equal ones by their index. */
static void ranks(void **state) {
  (void)state;
  const double sharpes[] = {1, NAN, 3, 9, 3, 2};
  const uint32_t best[] = {2, 4, 5, 0, 1, 3}, worst[] = {0, 5, 2, 4, 1, 3};
  oms_sweep_row_t rows[6];
  uint32_t order[6];
  oms_error_t err;
  oms_sweep_key_t k;
  memset(rows, 0, sizeof rows);
  assert_int_equal(OMS_OK, oms_sweep_key_parse("sharpe", &k, &err));
  for (size_t i = 0; i < 6; i++) {
    rows[i].status = i == 3 ? OMS_SWEEP_STOPPED : OMS_SWEEP_DONE;
    rows[i].kinds[k.stat] = isnan(sharpes[i]) ? 0 : 2;
    rows[i].values[k.stat].number = sharpes[i];
  }
  assert_int_equal(OMS_OK, oms_sweep_rank(&k, rows, 6, order));
  assert_memory_equal(best, order, sizeof best);
  k.largest = false;
  assert_int_equal(OMS_OK, oms_sweep_rank(&k, rows, 6, order));
  assert_memory_equal(worst, order, sizeof worst);
}

/* Windows. */

static oms_time_t at(const char *text) {
  oms_time_t t = 0;
  assert_int_equal(OMS_OK, oms_time_parse(text, strlen(text), OMS_ZONE_UTC, &t, NULL));
  return t;
}

static void window(const oms_array_t *list, size_t i, const char *train, const char *test,
                   const char *end) {
  const oms_window_t *w = OMS_AT(list, oms_window_t, i);
  assert_int_equal(at(train), w->train_from);
  assert_int_equal(at(test), w->train_to);
  assert_int_equal(at(end), w->test_to);
}

static void roll(const char *spans, const char *from, const char *last, const char *end,
                 oms_array_t *list) {
  oms_walk_t walk;
  oms_error_t err;
  assert_int_equal(OMS_OK, oms_walk_parse(spans, &walk, &err));
  oms_array_init(list, sizeof(oms_window_t));
  assert_int_equal(OMS_OK,
                   oms_walk_windows(&walk, OMS_ZONE_UTC, at(from), at(last), at(end), list, &err));
}

static void windows_roll_by_the_calendar(void **state) {
  (void)state;
  oms_array_t list;
  roll("2y:1y", "2000-01-03", "2003-06-30", "2003-07-01", &list);
  assert_int_equal(2, list.n);
  window(&list, 0, "2000-01-03", "2002-01-03", "2003-01-03");
  window(&list, 1, "2001-01-03", "2003-01-03", "2003-07-01"); /* the data ends */
  oms_array_free(&list);
  roll("1m:1m", "2024-01-31", "2024-05-15", "2024-05-16", &list);
  assert_int_equal(3, list.n);
  window(&list, 0, "2024-01-31", "2024-02-29", "2024-03-29");
  window(&list, 1, "2024-02-29", "2024-03-29", "2024-04-30");
  window(&list, 2, "2024-03-31", "2024-04-30", "2024-05-16");
  oms_array_free(&list);
  roll("10d:1w", "2024-01-01T12:00:00", "2024-01-20", "2024-01-21", &list);
  assert_int_equal(2, list.n);
  window(&list, 0, "2024-01-01T12:00:00", "2024-01-11T12:00:00", "2024-01-18T12:00:00");
  oms_array_free(&list);
}

static void walks_that_are_none(void **state) {
  (void)state;
  static const char *const wrong[] = {"",       "3y",     "3y:",   "3:1", "0y:1y", "3y:1y:1y",
                                      "3y:1y ", "-3y:1y", "3h:1h", "y:y", "3y,1y", "99999d:1d"};
  oms_walk_t walk;
  oms_error_t err;
  for (size_t i = 0; i < OMS_COUNT(wrong); i++) {
    assert_int_equal(OMS_ERR_USAGE, oms_walk_parse(wrong[i], &walk, &err));
  }
  assert_int_equal(OMS_OK, oms_walk_parse("36600y:36600y", &walk, &err));
  oms_array_t list;
  oms_array_init(&list, sizeof(oms_window_t));
  assert_int_equal(OMS_ERR_USAGE, oms_walk_windows(&walk, OMS_ZONE_UTC, at("2000-01-03"),
                                                   at("2020-01-03"), INT64_MAX, &list, &err));
  oms_array_free(&list);
}

/* The journal. */

#define TASKS 5

static char folder[64];

static void journal(const char *digest, bool fresh, size_t taken, int rc) {
  oms_sweep_row_t rows[TASKS];
  oms_sweep_journal_t *j = NULL;
  oms_error_t err;
  size_t got;
  memset(rows, 0, sizeof rows);
  assert_int_equal(rc, oms_sweep_journal_open(folder, digest, fresh, rows, TASKS, &got, &j, &err));
  assert_int_equal(taken, got);
  oms_sweep_journal_close(j);
  for (size_t i = 0; i < TASKS; i++) {
    oms_sweep_row_free(&rows[i]);
  }
}

static void add(const char *digest, size_t task) {
  oms_sweep_row_t rows[TASKS], row;
  char line[OMS_SWEEP_LINE];
  oms_sweep_journal_t *j = NULL;
  oms_error_t err;
  size_t got;
  memset(rows, 0, sizeof rows);
  assert_int_equal(OMS_OK,
                   oms_sweep_journal_open(folder, digest, false, rows, TASKS, &got, &j, &err));
  make_row(&row);
  assert_int_equal(OMS_OK,
                   oms_sweep_journal_add(j, line, oms_sweep_encode(&row, task, line), &err));
  oms_sweep_journal_close(j);
}

static void append(const char *text) {
  char path[100];
  snprintf(path, sizeof path, "%s/%s", folder, OMS_SWEEP_JOURNAL);
  FILE *to = fopen(path, "a");
  assert_non_null(to);
  fputs(text, to);
  fclose(to);
}

static void journal_keeps_whole_rows(void **state) {
  (void)state;
  char path[100];
  strcpy(folder, "/tmp/sweep_XXXXXX");
  assert_non_null(mkdtemp(folder));
  journal("one", false, 0, OMS_OK);
  add("one", 3);
  add("one", 1);
  journal("one", false, 2, OMS_OK);
  append("R\t2\t1"); /* torn: cut off, and rows behind it are good again */
  journal("one", false, 2, OMS_OK);
  add("one", 4);
  journal("one", false, 3, OMS_OK);
  add("one", 3); /* twice: not taken */
  journal("one", false, 3, OMS_OK);
  append("nonsense\n");
  journal("one", false, 3, OMS_OK);
  journal("two", false, 0, OMS_ERR_USAGE);
  journal("one", false, 3, OMS_OK); /* nothing was lost */
  journal("two", true, 0, OMS_OK);
  journal("one", false, 0, OMS_ERR_USAGE);
  snprintf(path, sizeof path, "%s/%s", folder, OMS_SWEEP_JOURNAL);
  assert_int_equal(0, truncate(path, 10)); /* not even the head is whole */
  journal("one", false, 0, OMS_OK);
  assert_int_equal(0, unlink(path));
  assert_int_equal(0, rmdir(folder));
}

/* Workers. */

typedef struct seen {
  size_t lines[20], done[20], died[20];
  char how[200];
} seen_t;

static volatile sig_atomic_t stop_now;

static void work(void *self, size_t task, oms_worker_out_t *out) {
  char line[32];
  (void)self;
  if (task == 3) {
    (void)raise(SIGKILL);
  }
  if (task == 5) {
    _exit(7);
  }
  if (task == 19) {
    (void)pause();
  }
  int n = snprintf(line, sizeof line, "task %zu", task);
  oms_worker_line(out, line, (size_t)n);
  oms_worker_line(out, line, (size_t)n);
}

static int take_line(void *self, size_t task, const char *line, size_t n, oms_error_t *err) {
  seen_t *s = self;
  char want[32];
  (void)err;
  assert_int_equal(n, snprintf(want, sizeof want, "task %zu", task));
  assert_string_equal(want, line);
  s->lines[task]++;
  return OMS_OK;
}

static int take_done(void *self, size_t task, oms_error_t *err) {
  (void)err;
  ((seen_t *)self)->done[task]++;
  return OMS_OK;
}

static int take_death(void *self, size_t task, const char *how, oms_error_t *err) {
  seen_t *s = self;
  (void)err;
  s->died[task]++;
  snprintf(s->how + strlen(s->how), sizeof s->how - strlen(s->how), "%zu: %s\n", task, how);
  return OMS_OK;
}

static void stop_in_time(void *self) {
  (void)self;
  stop_now = 1;
}

static int run_workers(seen_t *s, size_t jobs, size_t first, size_t n, void (*tick)(void *self)) {
  size_t tasks[20];
  oms_error_t err;
  memset(s, 0, sizeof *s);
  for (size_t i = 0; i < n; i++) {
    tasks[i] = first + i;
  }
  stop_now = 0;
  const oms_workers_config_t config = {.self = s,
                                       .jobs = jobs,
                                       .tasks = tasks,
                                       .task_n = n,
                                       .work = work,
                                       .line = take_line,
                                       .done = take_done,
                                       .died = take_death,
                                       .tick = tick,
                                       .stop = &stop_now};
  return oms_workers_run(&config, &err);
}

static void workers_that_die_are_replaced(void **state) {
  (void)state;
  seen_t s;
  for (size_t jobs = 1; jobs <= 4; jobs++) {
    assert_int_equal(OMS_OK, run_workers(&s, jobs, 0, 12, NULL));
    for (size_t i = 0; i < 12; i++) {
      bool dies = i == 3 || i == 5;
      assert_int_equal(dies ? 0 : 2, s.lines[i]);
      assert_int_equal(dies ? 0 : 1, s.done[i]);
      assert_int_equal(dies ? 1 : 0, s.died[i]);
    }
    assert_non_null(strstr(s.how, "3: its process was ended by signal 9 (killed"));
    assert_non_null(strstr(s.how, "5: its process ended with status 7"));
  }
}

static void workers_end_when_asked(void **state) {
  (void)state;
  seen_t s;
  assert_int_equal(OMS_ERR_CANCELED, run_workers(&s, 2, 18, 2, stop_in_time));
  assert_int_equal(0, s.done[19] + s.died[19]);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(stats_are_those_of_the_summary),
      cmocka_unit_test(rows_go_and_come_back),
      cmocka_unit_test(rows_tell_what_failed),
      cmocka_unit_test(keys),
      cmocka_unit_test(ranks),
      cmocka_unit_test(windows_roll_by_the_calendar),
      cmocka_unit_test(walks_that_are_none),
      cmocka_unit_test(journal_keeps_whole_rows),
      cmocka_unit_test(workers_that_die_are_replaced),
      cmocka_unit_test(workers_end_when_asked),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
