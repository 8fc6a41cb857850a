/* heap.c - binary heap of timed items. Invariant: no item is due before its parent. */
#include "base/alloc.h"
#include "base/containers.h"

static bool before(const oms_heap_item_t *a, const oms_heap_item_t *b) {
  return a->time != b->time ? a->time < b->time : a->seq < b->seq;
}

void oms_heap_free(oms_heap_t *h) {
  oms_free(h->data);
  *h = (oms_heap_t){0};
}

static int grow(oms_heap_t *h) {
  size_t cap = h->cap == 0 ? 16 : h->cap * 2;
  if (cap > SIZE_MAX / sizeof *h->data) {
    return OMS_ERR_NOMEM;
  }
  oms_heap_item_t *data = oms_realloc(h->data, cap * sizeof *data);
  if (data == NULL) {
    return OMS_ERR_NOMEM;
  }
  h->data = data;
  h->cap = cap;
  return OMS_OK;
}

int oms_heap_push(oms_heap_t *h, oms_heap_item_t item) {
  if (h->n == h->cap) {
    int rc = grow(h);
    if (rc != OMS_OK) {
      return rc;
    }
  }
  size_t i = h->n++;
  while (i > 0 && before(&item, &h->data[(i - 1) / 2])) {
    h->data[i] = h->data[(i - 1) / 2];
    i = (i - 1) / 2;
  }
  h->data[i] = item;
  return OMS_OK;
}

/* Puts 'item' at the root and lets it sink to its place. */
static void sink(oms_heap_t *h, oms_heap_item_t item) {
  size_t i = 0;
  for (;;) {
    size_t child = 2 * i + 1;
    if (child >= h->n) {
      break;
    }
    child += child + 1 < h->n && before(&h->data[child + 1], &h->data[child]);
    if (!before(&h->data[child], &item)) {
      break;
    }
    h->data[i] = h->data[child];
    i = child;
  }
  h->data[i] = item;
}

bool oms_heap_pop(oms_heap_t *h, oms_heap_item_t *item) {
  if (h->n == 0) {
    return false;
  }
  *item = h->data[0];
  h->n--;
  if (h->n > 0) {
    sink(h, h->data[h->n]);
  }
  return true;
}

const oms_heap_item_t *oms_heap_top(const oms_heap_t *h) {
  return h->n == 0 ? NULL : &h->data[0];
}
