/* kept.c - blocks of a loader, copied to their size. Nothing changes after the reading: processes
 * that are forked then share the memory. */
#include "data/kept.h"

#include <string.h>

#include "base/alloc.h"
#include "base/containers.h"

struct oms_kept {
  oms_array_t blocks; /* oms_block_t; their rows are owned */
  oms_time_t first, last;
  bool whole;
  int rc; /* what ended the files */
  oms_error_t error;
};

static void drop_blocks(oms_kept_t *k) {
  for (size_t i = 0; i < k->blocks.n; i++) {
    oms_free(OMS_AT(&k->blocks, oms_block_t, i)->rows);
  }
  k->blocks.n = 0;
}

void oms_kept_free(oms_kept_t *k) {
  if (k != NULL) {
    drop_blocks(k);
    oms_array_free(&k->blocks);
    oms_free(k);
  }
}

/* Where memory ends the rows are dropped: they can be read again. */
static void keep(oms_kept_t *k, const oms_block_t *block, size_t row_size, const int64_t *room,
                 int64_t *taken) {
  int64_t size = (int64_t)(block->n * row_size);
  oms_block_t copy = *block;
  k->whole = k->whole && size <= *room - *taken;
  copy.rows = k->whole ? oms_alloc((size_t)size) : NULL;
  k->whole = copy.rows != NULL && oms_array_push(&k->blocks, &copy) == OMS_OK;
  if (k->whole) {
    memcpy(copy.rows, block->rows, (size_t)size);
    *taken += size;
  } else {
    oms_free(copy.rows);
    drop_blocks(k);
    *taken = 0;
  }
}

/* The time of a row, its first field. */
static oms_time_t time_of(const oms_block_t *block, size_t row_size, size_t i) {
  oms_time_t ts;
  memcpy(&ts, (const unsigned char *)block->rows + i * row_size, sizeof ts);
  return ts;
}

static void note_times(oms_kept_t *k, const oms_block_t *block, size_t row_size) {
  k->first = k->first == OMS_NO_TIME ? time_of(block, row_size, 0) : k->first;
  k->last = time_of(block, row_size, block->n - 1);
}

int oms_kept_read(const oms_loader_config_t *config, int64_t *room, oms_kept_t **out,
                  oms_error_t *err) {
  oms_loader_t *loader = NULL;
  oms_kept_t *k = oms_alloc_zero(1, sizeof *k);
  if (k == NULL) {
    return oms_error_set(err, OMS_ERR_NOMEM, "out of memory for market data");
  }
  oms_array_init(&k->blocks, sizeof(oms_block_t));
  k->first = k->last = OMS_NO_TIME;
  k->whole = true;
  int rc = oms_loader_open(config, &loader, err);
  if (rc != OMS_OK) {
    oms_kept_free(k);
    return rc;
  }
  const oms_block_t *block;
  size_t row_size = oms_loader_row_size(loader);
  int64_t taken = 0;
  while ((k->rc = oms_loader_next(loader, &block, &k->error)) == OMS_OK && block != NULL) {
    keep(k, block, row_size, room, &taken);
    note_times(k, block, row_size);
  }
  oms_loader_close(loader);
  *room -= taken;
  *out = k;
  return OMS_OK;
}

bool oms_kept_whole(const oms_kept_t *k) {
  return k->whole;
}

void oms_kept_span(const oms_kept_t *k, oms_time_t *first, oms_time_t *last) {
  *first = k->first;
  *last = k->last;
}

int oms_kept_block(const oms_kept_t *k, size_t i, const oms_block_t **block, oms_error_t *err) {
  *block = i < k->blocks.n ? OMS_AT(&k->blocks, oms_block_t, i) : NULL;
  if (*block != NULL || k->rc == OMS_OK) {
    return OMS_OK;
  }
  return oms_error_set(err, k->rc, "%s", k->error.message);
}
