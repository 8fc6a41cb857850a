/* readers.h - a few threads that read ahead for many loaders. Each loader is a task whose pieces
 * are done in order, one at a time, by whichever thread is free; the caller of oms_readers_take
 * does a piece itself rather than wait for one that nobody has begun. So it works without any
 * thread, too, and what comes out depends on no thread. */
#ifndef OMS_DATA_READERS_H
#define OMS_DATA_READERS_H

#include <stdbool.h>
#include <stdint.h>

typedef struct oms_readers oms_readers_t;

typedef struct oms_reader_task {
  /* Does piece 'i', in some thread, without allocating; false: it was the last one. */
  bool (*work)(void *ctx, uint64_t i);
  void *ctx;
  uint64_t room; /* pieces that may be done and not yet given back */
  /* Of readers.c alone, under its lock. */
  uint64_t done, taken;
  bool ended, queued, running;
  struct oms_reader_task *next;
} oms_reader_task_t;

/* No thread runs yet. The caller frees it, behind its tasks; NULL when out of memory. */
oms_readers_t *oms_readers_new(void);
void oms_readers_free(oms_readers_t *r); /* NULL is allowed */

/* Begins to work at the task, of which work, ctx and room are set and the rest is 0. The task stays
 * where it is until oms_readers_remove. */
void oms_readers_add(oms_readers_t *r, oms_reader_task_t *task);
/* Gives the piece back that was taken last ('give_back') and waits for the next, which is the
 * caller's until then. Not behind the last one. */
void oms_readers_take(oms_readers_t *r, oms_reader_task_t *task, bool give_back);
/* Ends the work at the task, at any time. */
void oms_readers_remove(oms_readers_t *r, oms_reader_task_t *task);

#endif
