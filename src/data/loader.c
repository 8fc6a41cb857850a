/* loader.c - blocks of rows, filled by a second thread and handed over in order.
 * Invariants:
 *   L1  blocks are used round-robin: slot i % n is filled once slot i - n has been given back.
 *   L2  'filled', 'taken' and 'stop' change under the lock; a slot belongs to the thread from the
 *       moment it is free to the moment it is counted in 'filled', and to the caller afterwards.
 *   L3  the block that carries the end or an error is the last one; the thread ends with it.
 *   L4  all memory is taken before the thread starts: it cannot fail for lack of memory, and which
 *       allocation a test makes fail does not depend on it. */
#include "data/loader.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/stat.h>

#include "base/alloc.h"

#define SLOTS        4
#define THREAD_BYTES (INT64_C(1) << 19) /* below this a thread costs more than it saves */

struct slot {
  oms_block_t block;
  bool last;
  int rc;
  oms_error_t error;
};

struct oms_loader {
  oms_loader_config_t config;
  oms_csv_t *csv;
  size_t path_i; /* the file to open next */
  bool open;     /* a file is being read */
  bool has_volume;
  int64_t bytes, bytes_before;
  _Atomic int64_t consumed;
  size_t slot_n;
  struct slot slots[SLOTS];
  bool threaded;
  pthread_t thread;
  pthread_mutex_t lock;
  pthread_cond_t changed;
  uint64_t filled, taken;
  bool stop;
  struct slot *held;
};

/* Rows into 'slot' from 'at' on, or the end of the current file. */
static int read_part(oms_loader_t *l, struct slot *slot) {
  size_t size = oms_csv_row_size(l->csv), got = 0;
  unsigned char *to = (unsigned char *)slot->block.rows + slot->block.n * size;
  size_t room = OMS_LOADER_ROWS - slot->block.n;
  int rc = oms_csv_read(l->csv, to, room, &got, &slot->error);
  slot->block.n += got;
  l->has_volume = l->has_volume || oms_csv_has_volume(l->csv);
  atomic_store_explicit(&l->consumed, l->bytes_before + oms_csv_consumed(l->csv),
                        memory_order_relaxed);
  if (rc == OMS_OK && got < room) {
    l->bytes_before += oms_csv_size(l->csv);
    l->open = false;
  }
  return rc;
}

/* Fills a slot: full, or short with 'last' set. */
static void fill(oms_loader_t *l, struct slot *slot) {
  slot->block.n = 0;
  slot->last = false;
  slot->rc = OMS_OK;
  while (slot->rc == OMS_OK && slot->block.n < OMS_LOADER_ROWS) {
    if (l->open) {
      slot->rc = read_part(l, slot);
    } else if (l->path_i < l->config.path_n) {
      slot->rc = oms_csv_open(l->csv, l->config.paths[l->path_i++], &slot->error);
      l->open = slot->rc == OMS_OK;
    } else {
      break;
    }
  }
  slot->last = slot->rc != OMS_OK || slot->block.n < OMS_LOADER_ROWS;
  slot->block.has_volume = l->has_volume;
  slot->block.date_only = oms_csv_date_only(l->csv);
  slot->block.any_volume = oms_csv_any_volume(l->csv);
}

static void *run(void *self) {
  oms_loader_t *l = self;
  for (uint64_t i = 0;; i++) {
    (void)pthread_mutex_lock(&l->lock);
    while (!l->stop && i >= l->taken + l->slot_n) {
      (void)pthread_cond_wait(&l->changed, &l->lock);
    }
    bool stop = l->stop;
    (void)pthread_mutex_unlock(&l->lock);
    if (stop) {
      return NULL;
    }
    struct slot *slot = &l->slots[i % l->slot_n];
    fill(l, slot);
    bool last = slot->last;
    (void)pthread_mutex_lock(&l->lock);
    l->filled = i + 1;
    (void)pthread_cond_signal(&l->changed);
    (void)pthread_mutex_unlock(&l->lock);
    if (last) {
      return NULL;
    }
  }
}

/* Starts the thread with all signals blocked, so that they reach the thread that owns the loop. */
static bool start_thread(oms_loader_t *l) {
  sigset_t all, before;
  if (pthread_mutex_init(&l->lock, NULL) != 0) {
    return false;
  }
  if (pthread_cond_init(&l->changed, NULL) != 0) {
    (void)pthread_mutex_destroy(&l->lock);
    return false;
  }
  (void)sigfillset(&all);
  (void)pthread_sigmask(SIG_SETMASK, &all, &before);
  int rc = pthread_create(&l->thread, NULL, run, l);
  (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
  if (rc != 0) {
    (void)pthread_cond_destroy(&l->changed);
    (void)pthread_mutex_destroy(&l->lock);
  }
  return rc == 0;
}

static struct slot *take_threaded(oms_loader_t *l) {
  (void)pthread_mutex_lock(&l->lock);
  if (l->held != NULL) {
    l->taken++;
    (void)pthread_cond_signal(&l->changed);
  }
  while (l->filled <= l->taken) {
    (void)pthread_cond_wait(&l->changed, &l->lock);
  }
  struct slot *slot = &l->slots[l->taken % l->slot_n];
  (void)pthread_mutex_unlock(&l->lock);
  return slot;
}

int oms_loader_next(oms_loader_t *l, const oms_block_t **block, oms_error_t *err) {
  *block = NULL;
  if (l->held == NULL || !l->held->last) {
    if (l->threaded) {
      l->held = take_threaded(l);
    } else {
      l->held = &l->slots[0];
      fill(l, l->held);
    }
    if (l->held->block.n > 0) {
      *block = &l->held->block;
      return OMS_OK;
    }
  }
  /* The rows of the last block have been handed out, or it had none. */
  return l->held->rc == OMS_OK ? OMS_OK
                               : oms_error_set(err, l->held->rc, "%s", l->held->error.message);
}

size_t oms_loader_row_size(const oms_loader_t *l) {
  return oms_csv_row_size(l->csv);
}

int64_t oms_loader_bytes(const oms_loader_t *l) {
  return l->bytes;
}

int64_t oms_loader_consumed(oms_loader_t *l) {
  return atomic_load_explicit(&l->consumed, memory_order_relaxed);
}

/* A missing file is told at the start, not when its turn comes. */
static int check_paths(oms_loader_t *l, oms_error_t *err) {
  for (size_t i = 0; i < l->config.path_n; i++) {
    struct stat st;
    const char *path = l->config.paths[i];
    int number = stat(path, &st) != 0 ? errno : S_ISDIR(st.st_mode) ? EISDIR : 0;
    if (number != 0) {
      char text[128];
      if (strerror_r(number, text, sizeof text) != 0) {
        text[0] = '\0';
      }
      return oms_error_set(err, OMS_ERR_IO, "%s: cannot read: %s", path, text);
    }
    l->bytes += S_ISREG(st.st_mode) ? (int64_t)st.st_size : 0;
  }
  return OMS_OK;
}

static int take_memory(oms_loader_t *l) {
  int rc = oms_csv_new(l->config.kind, l->config.zone, &l->csv);
  if (rc == OMS_OK) {
    oms_csv_set_symbol(l->csv, l->config.symbol);
  }
  for (size_t i = 0; rc == OMS_OK && i < l->slot_n; i++) {
    l->slots[i].block.rows = oms_alloc(OMS_LOADER_ROWS * oms_csv_row_size(l->csv));
    rc = l->slots[i].block.rows == NULL ? OMS_ERR_NOMEM : OMS_OK;
  }
  return rc;
}

int oms_loader_open(const oms_loader_config_t *config, oms_loader_t **out, oms_error_t *err) {
  oms_loader_t *l = oms_alloc_zero(1, sizeof *l);
  if (l == NULL) {
    return oms_error_set(err, OMS_ERR_NOMEM, "out of memory while opening market data");
  }
  l->config = *config;
  int rc = check_paths(l, err);
  if (rc != OMS_OK) {
    oms_loader_close(l);
    return rc;
  }
  bool threaded = config->mode == OMS_LOADER_THREADED ||
                  (config->mode == OMS_LOADER_AUTO && l->bytes > THREAD_BYTES);
  l->slot_n = threaded ? SLOTS : 1;
  rc = take_memory(l);
  if (rc != OMS_OK) {
    oms_loader_close(l);
    return oms_error_set(err, rc, "out of memory while opening market data");
  }
  l->threaded = threaded && start_thread(l);
  *out = l;
  return OMS_OK;
}

void oms_loader_close(oms_loader_t *l) {
  if (l == NULL) {
    return;
  }
  if (l->threaded) {
    (void)pthread_mutex_lock(&l->lock);
    l->stop = true;
    (void)pthread_cond_signal(&l->changed);
    (void)pthread_mutex_unlock(&l->lock);
    (void)pthread_join(l->thread, NULL);
    (void)pthread_cond_destroy(&l->changed);
    (void)pthread_mutex_destroy(&l->lock);
  }
  for (size_t i = 0; i < SLOTS; i++) {
    oms_free(l->slots[i].block.rows);
  }
  oms_csv_free(l->csv);
  oms_free(l);
}
