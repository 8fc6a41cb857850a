/* alloc.c - malloc and friends with a count and a switch that makes them fail.
 * The counters are atomic, so a loader thread may allocate; the fail switch is meant for
 * single-threaded tests. Invariant: live is the number of blocks handed out and not freed. */
#include "base/alloc.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static atomic_long made;       /* allocations since the start */
static atomic_long live;       /* blocks not freed yet */
static atomic_long fail_after; /* 0 off, n > 1 counts down, 1 fails */

/* The countdown stops at 1 and stays there: after the first failure every later one fails too. */
static bool must_fail(void) {
  long left = atomic_load_explicit(&fail_after, memory_order_relaxed);
  if (__builtin_expect(left == 0, 1)) {
    return false;
  }
  if (left == 1) {
    return true;
  }
  atomic_store_explicit(&fail_after, left - 1, memory_order_relaxed);
  return false;
}

static void *counted(void *block) {
  if (block != NULL) {
    atomic_fetch_add_explicit(&made, 1, memory_order_relaxed);
    atomic_fetch_add_explicit(&live, 1, memory_order_relaxed);
  }
  return block;
}

/* A size of 0 becomes 1, so that NULL always means failure. */
void *oms_alloc(size_t size) {
  return must_fail() ? NULL : counted(malloc(size == 0 ? 1 : size));
}

void *oms_alloc_zero(size_t n, size_t size) {
  if (must_fail() || (size != 0 && n > SIZE_MAX / size)) {
    return NULL;
  }
  return counted(n == 0 || size == 0 ? calloc(1, 1) : calloc(n, size));
}

void *oms_realloc(void *block, size_t size) {
  if (block == NULL) {
    return oms_alloc(size);
  }
  if (must_fail()) {
    return NULL;
  }
  void *moved = realloc(block, size == 0 ? 1 : size);
  if (moved != NULL) {
    atomic_fetch_add_explicit(&made, 1, memory_order_relaxed);
  }
  return moved;
}

void oms_free(void *block) {
  if (block != NULL) {
    atomic_fetch_sub_explicit(&live, 1, memory_order_relaxed);
    free(block);
  }
}

char *oms_alloc_text(const char *text) {
  size_t n = strlen(text) + 1;
  char *copy = oms_alloc(n);
  return copy == NULL ? NULL : memcpy(copy, text, n);
}

void oms_alloc_fail_after(long n) {
  atomic_store_explicit(&fail_after, n, memory_order_relaxed);
}

long oms_alloc_count(void) {
  return atomic_load_explicit(&made, memory_order_relaxed);
}

long oms_alloc_live(void) {
  return atomic_load_explicit(&live, memory_order_relaxed);
}
