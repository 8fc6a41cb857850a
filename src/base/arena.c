/* arena.c - texts packed into chunks that never move. A text that would waste the rest of a chunk,
 * being longer than a quarter of one, gets a chunk of its own behind the open one. */
#include <string.h>

#include "base/alloc.h"
#include "base/containers.h"

#define CHUNK_BYTES 4096u

struct oms_arena_chunk {
  struct oms_arena_chunk *next;
  size_t used, cap;
  char text[];
};

void oms_arena_free(oms_arena_t *a) {
  struct oms_arena_chunk *chunk = a->chunks;
  while (chunk != NULL) {
    struct oms_arena_chunk *next = chunk->next;
    oms_free(chunk);
    chunk = next;
  }
  a->chunks = NULL;
}

static struct oms_arena_chunk *new_chunk(size_t cap) {
  if (cap > SIZE_MAX - sizeof(struct oms_arena_chunk)) {
    return NULL;
  }
  struct oms_arena_chunk *chunk = oms_alloc(sizeof *chunk + cap);
  if (chunk != NULL) {
    *chunk = (struct oms_arena_chunk){.cap = cap};
  }
  return chunk;
}

static struct oms_arena_chunk *chunk_for(oms_arena_t *a, size_t need) {
  struct oms_arena_chunk *open = a->chunks;
  if (open != NULL && open->cap - open->used >= need) {
    return open;
  }
  bool own = need > CHUNK_BYTES / 4;
  struct oms_arena_chunk *chunk = new_chunk(own ? need : CHUNK_BYTES);
  if (chunk == NULL) {
    return NULL;
  }
  if (own && open != NULL) {
    chunk->next = open->next;
    open->next = chunk;
  } else {
    chunk->next = open;
    a->chunks = chunk;
  }
  return chunk;
}

const char *oms_arena_text(oms_arena_t *a, const char *s, size_t n) {
  struct oms_arena_chunk *chunk = n == SIZE_MAX ? NULL : chunk_for(a, n + 1);
  if (chunk == NULL) {
    return NULL;
  }
  char *at = chunk->text + chunk->used;
  if (n > 0) {
    memcpy(at, s, n);
  }
  at[n] = '\0';
  chunk->used += n + 1;
  return at;
}

/* Takes up to an alignment more than needed: chunks are packed with texts of any length. */
void *oms_arena_zero(oms_arena_t *a, size_t n, size_t size) {
  const size_t align = _Alignof(max_align_t);
  size_t bytes;
  if (__builtin_mul_overflow(n, size, &bytes) || bytes > SIZE_MAX - align) {
    return NULL;
  }
  struct oms_arena_chunk *chunk = chunk_for(a, bytes + align);
  if (chunk == NULL) {
    return NULL;
  }
  size_t skip = (align - (uintptr_t)(chunk->text + chunk->used) % align) % align;
  void *at = chunk->text + chunk->used + skip;
  chunk->used += skip + bytes;
  return memset(at, 0, bytes);
}
