/* ring.c - first in, first out over a buffer whose length is a power of two.
 * Invariant: element i of n lies at (head + i) & (cap - 1). */
#include <string.h>

#include "base/alloc.h"
#include "base/check.h"
#include "base/containers.h"

int oms_ring_init(oms_ring_t *r, size_t element_size, size_t cap) {
  OMS_CHECK(element_size > 0);
  *r = (oms_ring_t){.size = element_size};
  size_t room = 1;
  while (room < cap) {
    if (room > SIZE_MAX / 2) {
      return OMS_ERR_NOMEM;
    }
    room *= 2;
  }
  r->data = room > SIZE_MAX / element_size ? NULL : oms_alloc(room * element_size);
  if (r->data == NULL) {
    return OMS_ERR_NOMEM;
  }
  r->cap = room;
  return OMS_OK;
}

void oms_ring_free(oms_ring_t *r) {
  oms_free(r->data);
  *r = (oms_ring_t){.size = r->size};
}

/* The old content is laid out from index 0 in the larger buffer, so a wrapped ring becomes
 * straight. */
static int grow(oms_ring_t *r) {
  size_t room = r->cap == 0 ? 8 : r->cap * 2;
  if (room < r->cap || room > SIZE_MAX / r->size) {
    return OMS_ERR_NOMEM;
  }
  unsigned char *data = oms_alloc(room * r->size);
  if (data == NULL) {
    return OMS_ERR_NOMEM;
  }
  size_t first = r->cap - r->head < r->n ? r->cap - r->head : r->n;
  if (r->n > 0) {
    memcpy(data, r->data + r->head * r->size, first * r->size);
    memcpy(data + first * r->size, r->data, (r->n - first) * r->size);
  }
  oms_free(r->data);
  r->data = data;
  r->head = 0;
  r->cap = room;
  return OMS_OK;
}

int oms_ring_push(oms_ring_t *r, const void *element) {
  if (r->n == r->cap) {
    int rc = grow(r);
    if (rc != OMS_OK) {
      return rc;
    }
  }
  size_t at = (r->head + r->n) & (r->cap - 1);
  memcpy(r->data + at * r->size, element, r->size);
  r->n++;
  return OMS_OK;
}

bool oms_ring_pop(oms_ring_t *r, void *element) {
  if (r->n == 0) {
    return false;
  }
  memcpy(element, r->data + r->head * r->size, r->size);
  r->head = (r->head + 1) & (r->cap - 1);
  r->n--;
  return true;
}
