/* pool.c - elements in chunks that never move, handed out by rising index and never taken back.
 * Invariants: an element is zero until it is handed out; n <= chunk_n << shift. */
#include "base/alloc.h"
#include "base/check.h"
#include "base/containers.h"

#define PAGE 4096u

static int grow_index(oms_pool_t *p) {
  size_t cap = p->chunk_cap == 0 ? 8 : p->chunk_cap * 2;
  void **chunks = oms_realloc(p->chunks, cap * sizeof *chunks);
  if (chunks == NULL) {
    return OMS_ERR_NOMEM;
  }
  p->chunks = chunks;
  p->chunk_cap = cap;
  return OMS_OK;
}

/* Each page is written once, so that no page fault waits for the first order that lands in it. */
static void touch(void *block, size_t bytes) {
  volatile unsigned char *at = block;
  for (size_t i = 0; i < bytes; i += PAGE) {
    at[i] = 0;
  }
}

static int add_chunk(oms_pool_t *p) {
  if (p->chunk_n == p->chunk_cap) {
    int rc = grow_index(p);
    if (rc != OMS_OK) {
      return rc;
    }
  }
  size_t n = (size_t)1 << p->shift;
  void *chunk = oms_alloc_zero(n, p->size);
  if (chunk == NULL) {
    return OMS_ERR_NOMEM;
  }
  touch(chunk, n * p->size);
  p->chunks[p->chunk_n++] = chunk;
  return OMS_OK;
}

int oms_pool_init(oms_pool_t *p, size_t element_size, uint32_t shift, uint32_t cap) {
  OMS_CHECK(element_size > 0 && shift < 32);
  *p = (oms_pool_t){.size = element_size, .shift = shift};
  while (((uint64_t)p->chunk_n << shift) < cap) {
    int rc = add_chunk(p);
    if (rc != OMS_OK) {
      oms_pool_free(p);
      return rc;
    }
  }
  return OMS_OK;
}

void oms_pool_free(oms_pool_t *p) {
  for (size_t i = 0; i < p->chunk_n; i++) {
    oms_free(p->chunks[i]);
  }
  oms_free(p->chunks);
  *p = (oms_pool_t){.size = p->size, .shift = p->shift};
}

int oms_pool_new(oms_pool_t *p, uint32_t *index) {
  if (p->n == UINT32_MAX) {
    return OMS_ERR_FULL;
  }
  if (((uint64_t)p->chunk_n << p->shift) == p->n) {
    int rc = add_chunk(p);
    if (rc != OMS_OK) {
      return rc;
    }
  }
  *index = p->n++;
  return OMS_OK;
}
