/* readers.c - the queue of tasks and its threads.
 * Invariants:
 *   R1  a task is in the queue at most once ('queued') and at most one thread works at it
 *       ('running'): its pieces are done in order.
 *   R2  what readers.h calls its own changes under the lock; a piece belongs to the thread that
 *       works at it, then to the caller, until it is given back.
 *   R3  threads never allocate: which allocation a test makes fail does not depend on them. */
#include "data/readers.h"

#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include "base/alloc.h"

#define THREADS_MAX 4

struct oms_readers {
  pthread_mutex_t lock;
  pthread_cond_t work, done;
  oms_reader_task_t *first, *last;
  pthread_t threads[THREADS_MAX];
  size_t thread_n, thread_max;
  bool stop;
};

/* One processor is left to the caller. */
static size_t threads_wanted(void) {
  long n = sysconf(_SC_NPROCESSORS_ONLN) - 1;
  return n < 1 ? 1 : n > THREADS_MAX ? THREADS_MAX : (size_t)n;
}

oms_readers_t *oms_readers_new(void) {
  oms_readers_t *r = oms_alloc_zero(1, sizeof *r);
  if (r == NULL || pthread_mutex_init(&r->lock, NULL) != 0) {
    oms_free(r);
    return NULL;
  }
  if (pthread_cond_init(&r->work, NULL) != 0) {
    (void)pthread_mutex_destroy(&r->lock);
    oms_free(r);
    return NULL;
  }
  if (pthread_cond_init(&r->done, NULL) != 0) {
    (void)pthread_cond_destroy(&r->work);
    (void)pthread_mutex_destroy(&r->lock);
    oms_free(r);
    return NULL;
  }
  r->thread_max = threads_wanted();
  return r;
}

static bool has_room(const oms_reader_task_t *t) {
  return !t->ended && !t->running && t->done < t->taken + t->room;
}

static void queue(oms_readers_t *r, oms_reader_task_t *t) {
  if (t->queued || !has_room(t)) {
    return;
  }
  t->queued = true;
  t->next = NULL;
  *(r->first == NULL ? &r->first : &r->last->next) = t;
  r->last = t;
  (void)pthread_cond_signal(&r->work);
}

static oms_reader_task_t *unqueue(oms_readers_t *r) {
  oms_reader_task_t *t = r->first;
  if (t != NULL) {
    r->first = t->next;
    t->queued = false;
  }
  return t;
}

/* The next piece; the lock is held before and after it. */
static void do_piece(oms_readers_t *r, oms_reader_task_t *t) {
  uint64_t i = t->done;
  t->running = true;
  (void)pthread_mutex_unlock(&r->lock);
  bool more = t->work(t->ctx, i);
  (void)pthread_mutex_lock(&r->lock);
  t->running = false;
  t->done = i + 1;
  t->ended = !more;
  queue(r, t);
}

static void *run(void *self) {
  oms_readers_t *r = self;
  (void)pthread_mutex_lock(&r->lock);
  while (!r->stop) {
    oms_reader_task_t *t = unqueue(r);
    if (t == NULL) {
      (void)pthread_cond_wait(&r->work, &r->lock);
    } else if (has_room(t)) { /* else the caller was faster */
      do_piece(r, t);
      (void)pthread_cond_broadcast(&r->done);
    }
  }
  (void)pthread_mutex_unlock(&r->lock);
  return NULL;
}

/* Another thread, with all signals blocked, so that they reach the thread that owns the run. */
static void start_thread(oms_readers_t *r) {
  sigset_t all, before;
  (void)sigfillset(&all);
  (void)pthread_sigmask(SIG_SETMASK, &all, &before);
  int rc = pthread_create(&r->threads[r->thread_n], NULL, run, r);
  (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
  if (rc == 0) {
    r->thread_n++;
  } else {
    r->thread_max = r->thread_n; /* the system has none to give */
  }
}

void oms_readers_add(oms_readers_t *r, oms_reader_task_t *task) {
  (void)pthread_mutex_lock(&r->lock);
  queue(r, task);
  (void)pthread_mutex_unlock(&r->lock);
  if (r->thread_n < r->thread_max) {
    start_thread(r);
  }
}

void oms_readers_take(oms_readers_t *r, oms_reader_task_t *task, bool give_back) {
  (void)pthread_mutex_lock(&r->lock);
  if (give_back) {
    task->taken++;
    queue(r, task);
  }
  while (task->done <= task->taken) {
    if (task->running) {
      (void)pthread_cond_wait(&r->done, &r->lock);
    } else {
      do_piece(r, task);
    }
  }
  (void)pthread_mutex_unlock(&r->lock);
}

static void unlink_task(oms_readers_t *r, oms_reader_task_t *task) {
  oms_reader_task_t *before = NULL;
  for (oms_reader_task_t *t = r->first; t != NULL && t != task; t = t->next) {
    before = t;
  }
  *(before == NULL ? &r->first : &before->next) = task->next;
  r->last = r->last == task ? before : r->last;
  task->queued = false;
}

void oms_readers_remove(oms_readers_t *r, oms_reader_task_t *task) {
  (void)pthread_mutex_lock(&r->lock);
  task->room = 0; /* no further piece */
  task->ended = true;
  while (task->running) {
    (void)pthread_cond_wait(&r->done, &r->lock);
  }
  if (task->queued) {
    unlink_task(r, task);
  }
  (void)pthread_mutex_unlock(&r->lock);
}

void oms_readers_free(oms_readers_t *r) {
  if (r == NULL) {
    return;
  }
  (void)pthread_mutex_lock(&r->lock);
  r->stop = true;
  (void)pthread_cond_broadcast(&r->work);
  (void)pthread_mutex_unlock(&r->lock);
  for (size_t i = 0; i < r->thread_n; i++) {
    (void)pthread_join(r->threads[i], NULL);
  }
  (void)pthread_cond_destroy(&r->done);
  (void)pthread_cond_destroy(&r->work);
  (void)pthread_mutex_destroy(&r->lock);
  oms_free(r);
}
