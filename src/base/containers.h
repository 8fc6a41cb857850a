/* containers.h - the few containers that all rooms share: growing array, ring, chunked pool, id
 * map, heap, text arena. Growth happens through base/alloc.h; each function that may grow returns
 * OMS_ERR_NOMEM and leaves the container as it was. */
#ifndef OMS_BASE_CONTAINERS_H
#define OMS_BASE_CONTAINERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

/* Growing array of fixed-size elements; 'data' may move when it grows. Zero-initialised is
 * empty. */
typedef struct oms_array {
  void *data;
  size_t n, cap, size; /* elements, room, bytes of an element */
} oms_array_t;
void oms_array_init(oms_array_t *a, size_t element_size);
void oms_array_free(oms_array_t *a);
int oms_array_reserve(oms_array_t *a, size_t n);
/* Appends a copy of 'element' (a zeroed one when NULL). */
int oms_array_push(oms_array_t *a, const void *element);
/* Appends an element whose bytes are not set yet and returns its place; NULL when out of memory.
 * For elements whose type the caller knows: an assignment costs less than a copy of 'size'
 * bytes. */
static inline void *oms_array_add(oms_array_t *a) {
  if (__builtin_expect(a->n == a->cap, 0) && oms_array_reserve(a, a->n + 1) != OMS_OK) {
    return NULL;
  }
  return (unsigned char *)a->data + a->n++ * a->size;
}
#define OMS_AT(array, type, i) (&((type *)(array)->data)[i])

/* First in, first out; grows by doubling. */
typedef struct oms_ring {
  unsigned char *data;
  size_t head, n, cap, size; /* cap is a power of two */
} oms_ring_t;
int oms_ring_init(oms_ring_t *r, size_t element_size, size_t cap);
void oms_ring_free(oms_ring_t *r);
int oms_ring_push(oms_ring_t *r, const void *element);
bool oms_ring_pop(oms_ring_t *r, void *element); /* false when empty */
/* The one that is popped next, valid until the next push; NULL when empty. */
static inline const void *oms_ring_first(const oms_ring_t *r) {
  return r->n == 0 ? NULL : r->data + (r->head & (r->cap - 1)) * r->size;
}
static inline void oms_ring_clear(oms_ring_t *r) {
  r->n = r->head = 0;
}

/* Chunked pool: element i keeps its address for life, chunks are touched when taken. */
typedef struct oms_pool {
  void **chunks;
  size_t chunk_n, chunk_cap, size;
  uint32_t shift; /* elements a chunk: 1 << shift */
  uint32_t n;     /* elements handed out */
} oms_pool_t;
/* 'cap' elements are taken and touched at once; later growth adds a chunk of 1 << shift at a
 * time. */
int oms_pool_init(oms_pool_t *p, size_t element_size, uint32_t shift, uint32_t cap);
void oms_pool_free(oms_pool_t *p);
/* A zeroed new element and its index (n before the call). OMS_ERR_NOMEM; OMS_ERR_FULL at 2^32 -
 * 1. */
int oms_pool_new(oms_pool_t *p, uint32_t *index);
static inline void *oms_pool_at(const oms_pool_t *p, uint32_t i) {
  return (unsigned char *)p->chunks[i >> p->shift] + (size_t)(i & ((1u << p->shift) - 1)) * p->size;
}

/* 64-bit key to 32-bit value, open addressing, no deletion; several entries of one key allowed: the
 * caller walks them with oms_map_next, in the order of oms_map_put (for hashes of texts that are
 * compared elsewhere). Values are below UINT32_MAX. */
typedef struct oms_map_slot {
  uint64_t key;
  uint32_t value; /* value + 1; 0 is empty */
} oms_map_slot_t;
typedef struct oms_map {
  oms_map_slot_t *slots; /* key and value beside each other: one line of the cache a look-up */
  size_t n, cap;
} oms_map_t;
int oms_map_init(oms_map_t *m, size_t cap);
void oms_map_free(oms_map_t *m);
int oms_map_put(oms_map_t *m, uint64_t key, uint32_t value);
/* Room for 'n' more entries without growth: a large map takes its time to grow, and this says when.
 * OMS_ERR_NOMEM. */
int oms_map_reserve(oms_map_t *m, size_t n);
/* First/next entry of 'key': position for the next call in '*at' (start with SIZE_MAX). False at
 * the end. */
bool oms_map_next(const oms_map_t *m, uint64_t key, size_t *at, uint32_t *value);

/* Hash to 32-bit value in eight bytes a slot, for keys that are compared elsewhere: an entry that
 * is met may be of another hash. No deletion; walked as a map, in the order of oms_index_put.
 * Values are below UINT32_MAX. Zero-initialised is empty. */
typedef struct oms_index_slot {
  uint32_t half;  /* of the hash */
  uint32_t value; /* value + 1; 0 is empty */
} oms_index_slot_t;
typedef struct oms_index {
  oms_index_slot_t *slots;
  size_t n, cap;
} oms_index_t;
void oms_index_free(oms_index_t *m);
int oms_index_put(oms_index_t *m, uint64_t hash, uint32_t value);
int oms_index_reserve(oms_index_t *m, size_t n);
/* Brings the hash's place near before it is needed: in a large table it lies far. */
void oms_index_fetch(const oms_index_t *m, uint64_t hash);
bool oms_index_next(const oms_index_t *m, uint64_t hash, size_t *at, uint32_t *value);

/* Binary heap of (time, seq, value): the smallest time first, equal times by seq. */
typedef struct oms_heap_item {
  int64_t time;
  uint64_t seq;
  uint64_t value;
} oms_heap_item_t;
typedef struct oms_heap {
  oms_heap_item_t *data;
  size_t n, cap;
} oms_heap_t;
void oms_heap_free(oms_heap_t *h);
int oms_heap_push(oms_heap_t *h, oms_heap_item_t item);
bool oms_heap_pop(oms_heap_t *h, oms_heap_item_t *item);  /* false when empty */
const oms_heap_item_t *oms_heap_top(const oms_heap_t *h); /* NULL when empty */

/* Texts and arrays that live as long as the arena; addresses stay. */
typedef struct oms_arena {
  struct oms_arena_chunk *chunks;
} oms_arena_t;
void oms_arena_free(oms_arena_t *a);
/* Copy of [s, s + n) with a NUL; NULL when out of memory. */
const char *oms_arena_text(oms_arena_t *a, const char *s, size_t n);
/* Zeroed room for 'n' elements of 'size' bytes, aligned for any type; NULL when out of memory. */
void *oms_arena_zero(oms_arena_t *a, size_t n, size_t size);

/* The word of 'words' (n of them) nearest to 'word' by edit distance, or NULL when none is near
 * (distance above 1 + length / 3). For "did you mean" messages. */
const char *oms_nearest_word(const char *word, const char *const *words, size_t n);
/* " (did you mean 'NEAR'?)" into 'out', "" for NULL; returns 'out'. */
#define OMS_NEAR_TEXT 96 /* no word that is near to another is longer */
const char *oms_near_text(const char *near, char out[OMS_NEAR_TEXT]);

#endif
