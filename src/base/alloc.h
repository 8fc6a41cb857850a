/* alloc.h - the one door to the heap for rooms base, core, sim, data and host, so that a test can
 * make each allocation fail in turn. Any thread may allocate; the switch is for tests of one thread
 * only. */
#ifndef OMS_BASE_ALLOC_H
#define OMS_BASE_ALLOC_H

#include <stddef.h>

/* malloc, zeroed malloc (n * size checked), realloc, free: NULL when out of memory or made to
 * fail. */
void *oms_alloc(size_t size);
void *oms_alloc_zero(size_t n, size_t size);
void *oms_realloc(void *block, size_t size);
void oms_free(void *block);
/* A copy of a text; NULL when out of memory. */
char *oms_alloc_text(const char *text);

/* Tests: the n-th allocation from now (1 = the next) and every later one fails; 0 switches it
 * off. */
void oms_alloc_fail_after(long n);
/* Tests: allocations made since the start of the program, and blocks not freed yet. */
long oms_alloc_count(void);
long oms_alloc_live(void);

#endif
