/* workers.c - forks, pipes and the loop that hands tasks out.
 * Invariants:
 *   W1  a worker has at most one task; it is idle when 'busy' is false.
 *   W2  a worker holds no end of another worker's pipes: when the parent is gone, its pipe ends and
 *       so does it (and on Linux it is told so by a signal, in the middle of a task, too).
 *   W3  every child is waited for before oms_workers_run returns. */
#include "host/workers.h"

#include <errno.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif

#include "base/alloc.h"

#define TICK_MS 200
#define DONE    "." /* a line of its own: the task is over */

struct oms_worker_out {
  int fd;
};

typedef struct worker {
  pid_t pid; /* 0: there is none */
  int to, from;
  bool busy;
  size_t task, n;
  char buffer[2 * OMS_WORKERS_LINE];
} worker_t;

typedef struct pool {
  const oms_workers_config_t *config;
  worker_t *workers;
  struct pollfd *polls;
  size_t n, next, running;
} pool_t;

/* In the worker. */

static bool write_all(int fd, const void *data, size_t n) {
  const char *at = data;
  while (n > 0) {
    ssize_t wrote = write(fd, at, n);
    if (wrote < 0 && errno != EINTR) {
      return false;
    }
    at += wrote > 0 ? wrote : 0;
    n -= wrote > 0 ? (size_t)wrote : 0;
  }
  return true;
}

static bool read_all(int fd, void *data, size_t n) {
  char *at = data;
  while (n > 0) {
    ssize_t got = read(fd, at, n);
    if (got == 0 || (got < 0 && errno != EINTR)) {
      return false;
    }
    at += got > 0 ? got : 0;
    n -= got > 0 ? (size_t)got : 0;
  }
  return true;
}

void oms_worker_line(oms_worker_out_t *out, const char *line, size_t n) {
  char text[OMS_WORKERS_LINE];
  n = n < sizeof text - 1 ? n : sizeof text - 1;
  memcpy(text, line, n);
  text[n] = '\n';
  if (!write_all(out->fd, text, n + 1)) {
    _exit(1); /* nobody listens any more */
  }
}

static _Noreturn void work(const pool_t *p, int tasks, int answers, pid_t parent) {
  oms_worker_out_t out = {answers};
  size_t task;
  (void)signal(SIGINT, SIG_IGN); /* the parent is told, too, and ends its workers */
  (void)signal(SIGTERM, SIG_IGN);
#ifdef __linux__
  (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
#endif
  if (getppid() != parent) {
    _exit(1);
  }
  while (read_all(tasks, &task, sizeof task)) {
    p->config->work(p->config->self, task, &out);
    oms_worker_line(&out, DONE, strlen(DONE));
  }
  _exit(0);
}

/* In the parent. */

static void close_ends(const worker_t *w) {
  if (w->pid != 0) {
    (void)close(w->to);
    (void)close(w->from);
  }
}

static int start(pool_t *p, worker_t *w, oms_error_t *err) {
  int down[2], up[2];
  if (pipe(down) != 0) {
    return oms_error_set(err, OMS_ERR_IO, "cannot start a worker: %s", strerror(errno));
  }
  if (pipe(up) != 0) {
    int rc = oms_error_set(err, OMS_ERR_IO, "cannot start a worker: %s", strerror(errno));
    (void)close(down[0]);
    (void)close(down[1]);
    return rc;
  }
  (void)fflush(NULL); /* what is buffered is the parent's to write */
  pid_t parent = getpid(), pid = fork();
  if (pid == 0) {
    for (size_t i = 0; i < p->n; i++) {
      close_ends(&p->workers[i]);
    }
    (void)close(down[1]);
    (void)close(up[0]);
    work(p, down[0], up[1], parent);
  }
  int why = errno;
  (void)close(down[0]);
  (void)close(up[1]);
  if (pid < 0) {
    (void)close(down[1]);
    (void)close(up[0]);
    return oms_error_set(err, OMS_ERR_IO, "cannot start a worker: %s", strerror(why));
  }
  w->pid = pid;
  w->to = down[1];
  w->from = up[0];
  w->n = 0;
  w->busy = false;
  return OMS_OK;
}

/* The next task, if there is one; else the worker waits for its end. */
static void hand_out(pool_t *p, worker_t *w) {
  if (p->next < p->config->task_n) {
    w->task = p->config->tasks[p->next++];
    w->busy = true;
    p->running++;
    /* A worker that is gone shows when its answers end. */
    (void)write_all(w->to, &w->task, sizeof w->task);
  }
}

static void describe(int status, char *how, size_t n) {
  if (WIFSIGNALED(status)) {
    int number = WTERMSIG(status);
    snprintf(how, n, "its process was ended by signal %d%s", number,
             number == SIGKILL ? " (killed; was the memory used up?)" : "");
  } else {
    snprintf(how, n, "its process ended with status %d", WEXITSTATUS(status));
  }
}

static void reap(worker_t *w, char *how, size_t n) {
  int status = 0;
  while (waitpid(w->pid, &status, 0) < 0 && errno == EINTR) {
  }
  close_ends(w);
  w->pid = 0;
  describe(status, how, n);
}

/* The answers of a worker have ended: it is gone, in the middle of a task or not. */
static int lost(pool_t *p, worker_t *w, oms_error_t *err) {
  char how[100];
  bool busy = w->busy;
  reap(w, how, sizeof how);
  w->busy = false;
  int rc = OMS_OK;
  if (busy) {
    p->running--;
    rc = p->config->died(p->config->self, w->task, how, err);
  }
  if (rc == OMS_OK && p->next < p->config->task_n) {
    rc = start(p, w, err);
    if (rc == OMS_OK) {
      hand_out(p, w);
    }
  }
  return rc;
}

static int take_line(pool_t *p, worker_t *w, char *line, size_t n, oms_error_t *err) {
  const oms_workers_config_t *c = p->config;
  if (!w->busy) {
    return OMS_OK; /* it said more than was asked */
  }
  if (n != strlen(DONE) || memcmp(line, DONE, n) != 0) {
    line[n] = '\0';
    return c->line(c->self, w->task, line, n, err);
  }
  size_t task = w->task;
  w->busy = false;
  p->running--;
  hand_out(p, w); /* first: it works while the parent keeps the answer */
  return c->done(c->self, task, err);
}

/* What has come from a worker: whole lines are taken, the rest stays. */
static int take(pool_t *p, worker_t *w, oms_error_t *err) {
  ssize_t got = read(w->from, w->buffer + w->n, sizeof w->buffer - w->n);
  if (got < 0 && (errno == EINTR || errno == EAGAIN)) {
    return OMS_OK;
  }
  if (got <= 0 || w->n + (size_t)got > sizeof w->buffer) {
    return lost(p, w, err);
  }
  w->n += (size_t)got;
  char *at = w->buffer, *end = w->buffer + w->n, *stop;
  int rc = OMS_OK;
  while (rc == OMS_OK && (stop = memchr(at, '\n', (size_t)(end - at))) != NULL) {
    rc = take_line(p, w, at, (size_t)(stop - at), err);
    at = stop + 1;
  }
  w->n = (size_t)(end - at);
  memmove(w->buffer, at, w->n);
  if (rc == OMS_OK && w->n == sizeof w->buffer) { /* no line is so long: it writes nonsense */
    (void)kill(w->pid, SIGKILL);
    rc = lost(p, w, err);
  }
  return rc;
}

static bool stopped(const pool_t *p) {
  return p->config->stop != NULL && *p->config->stop != 0;
}

static int wait_for_answers(pool_t *p, oms_error_t *err) {
  for (size_t i = 0; i < p->n; i++) {
    const worker_t *w = &p->workers[i];
    p->polls[i] = (struct pollfd){.fd = w->pid != 0 ? w->from : -1, .events = POLLIN};
  }
  int ready = poll(p->polls, (nfds_t)p->n, TICK_MS);
  if (ready < 0 && errno != EINTR) {
    return oms_error_set(err, OMS_ERR_IO, "cannot wait for the workers: %s", strerror(errno));
  }
  int rc = OMS_OK;
  for (size_t i = 0; ready > 0 && i < p->n && rc == OMS_OK && !stopped(p); i++) {
    if (p->polls[i].revents != 0) {
      rc = take(p, &p->workers[i], err);
    }
  }
  if (rc == OMS_OK && p->config->tick != NULL) {
    p->config->tick(p->config->self);
  }
  return rc;
}

static int run(pool_t *p, oms_error_t *err) {
  int rc = OMS_OK;
  for (size_t i = 0; i < p->n && rc == OMS_OK && p->next < p->config->task_n; i++) {
    rc = start(p, &p->workers[i], err);
    if (rc == OMS_OK) {
      hand_out(p, &p->workers[i]);
    } else if (i > 0) {
      rc = OMS_OK; /* fewer do the work, too */
      break;
    }
  }
  while (rc == OMS_OK && p->running > 0) {
    if (stopped(p)) {
      return oms_error_set(err, OMS_ERR_CANCELED, "interrupted");
    }
    rc = wait_for_answers(p, err);
  }
  return rc;
}

/* Idle workers end when their pipe does; all are signalled all the same: nothing is lost. */
static void end_all(pool_t *p) {
  char how[100];
  for (size_t i = 0; i < p->n; i++) {
    if (p->workers[i].pid != 0) {
      (void)kill(p->workers[i].pid, SIGKILL);
    }
  }
  for (size_t i = 0; i < p->n; i++) {
    if (p->workers[i].pid != 0) {
      reap(&p->workers[i], how, sizeof how);
    }
  }
}

int oms_workers_run(const oms_workers_config_t *config, oms_error_t *err) {
  size_t n = config->jobs < config->task_n ? config->jobs : config->task_n;
  n = n < 1 ? 1 : n > OMS_WORKERS_MOST ? OMS_WORKERS_MOST : n;
  pool_t p = {.config = config, .n = n};
  p.workers = oms_alloc_zero(n, sizeof *p.workers);
  p.polls = oms_alloc_zero(n, sizeof *p.polls);
  int rc = p.workers == NULL || p.polls == NULL
               ? oms_error_set(err, OMS_ERR_NOMEM, "out of memory for the workers")
               : run(&p, err);
  if (p.workers != NULL) {
    end_all(&p);
  }
  oms_free(p.workers);
  oms_free(p.polls);
  return rc;
}
