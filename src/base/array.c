/* array.c - the growing array. Invariant: n <= cap, and data holds cap * size bytes. */
#include <string.h>

#include "base/alloc.h"
#include "base/check.h"
#include "base/containers.h"

void oms_array_init(oms_array_t *a, size_t element_size) {
  *a = (oms_array_t){.size = element_size};
}

void oms_array_free(oms_array_t *a) {
  oms_free(a->data);
  *a = (oms_array_t){.size = a->size};
}

int oms_array_reserve(oms_array_t *a, size_t n) {
  OMS_CHECK(a->size > 0);
  if (n <= a->cap) {
    return OMS_OK;
  }
  if (n > SIZE_MAX / 2 / a->size) {
    return OMS_ERR_NOMEM;
  }
  size_t cap = a->cap < 8 ? 8 : a->cap * 2;
  cap = cap < n ? n : cap;
  void *data = cap > SIZE_MAX / a->size ? NULL : oms_realloc(a->data, cap * a->size);
  if (data == NULL) {
    return OMS_ERR_NOMEM;
  }
  a->data = data;
  a->cap = cap;
  return OMS_OK;
}

int oms_array_push(oms_array_t *a, const void *element) {
  if (a->n == a->cap) {
    int rc = oms_array_reserve(a, a->n + 1);
    if (rc != OMS_OK) {
      return rc;
    }
  }
  unsigned char *at = (unsigned char *)a->data + a->n * a->size;
  if (element != NULL) {
    memcpy(at, element, a->size);
  } else {
    memset(at, 0, a->size);
  }
  a->n++;
  return OMS_OK;
}
