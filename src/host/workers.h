/* workers.h - child processes that are given numbered tasks and answer in lines. They are forked
 * from the caller and share its memory as it is at that moment; each takes the next task when it is
 * done with the one before. Knows nothing of what a task is. */
#ifndef OMS_HOST_WORKERS_H
#define OMS_HOST_WORKERS_H

#include <signal.h>

#include "base/containers.h"

#define OMS_WORKERS_LINE 4096 /* bytes of a line at most, with its end */
#define OMS_WORKERS_MOST 1024

/* Sends a line (its end left out, below OMS_WORKERS_LINE bytes) from a worker to the parent. */
typedef struct oms_worker_out oms_worker_out_t;
void oms_worker_line(oms_worker_out_t *out, const char *line, size_t n);

typedef struct oms_workers_config {
  void *self; /* for the functions below */
  size_t jobs;
  const size_t *tasks; /* handed out in this order */
  size_t task_n;
  /* In the worker: does the task; what it writes comes to 'line' in the parent. */
  void (*work)(void *self, size_t task, oms_worker_out_t *out);
  /* In the parent. An error of 'line' or 'done' ends it all and is returned. */
  int (*line)(void *self, size_t task, const char *line, size_t n, oms_error_t *err);
  int (*done)(void *self, size_t task, oms_error_t *err);
  /* The worker ended in the middle of the task; 'how' says so, such as "ended by signal 9". Another
   * worker takes its place, and the task counts as handled. */
  int (*died)(void *self, size_t task, const char *how, oms_error_t *err);
  void (*tick)(void *self); /* a few times a second; may be NULL */
  const volatile sig_atomic_t *stop;
} oms_workers_config_t;

/* Runs all tasks, at most 'jobs' at a time; the caller must not have other threads. When '*stop'
 * becomes non-zero, or on an error, the workers are ended at once: OMS_ERR_CANCELED for the former.
 * OMS_ERR_IO when no worker can be started. */
int oms_workers_run(const oms_workers_config_t *config, oms_error_t *err);

#endif
