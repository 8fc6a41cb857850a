/* Containers against plain twins, and each of their allocations failing in turn. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/containers.h"
#include "base/random.h"

static void array_grows_and_keeps_its_elements(void **state) {
  (void)state;
  oms_array_t a;
  oms_array_init(&a, sizeof(int));
  for (int i = 0; i < 1000; i++) {
    assert_int_equal(oms_array_push(&a, &i), OMS_OK);
  }
  assert_int_equal(oms_array_push(&a, NULL), OMS_OK);
  for (size_t i = 0; i < 1000; i++) {
    assert_int_equal(*OMS_AT(&a, int, i), (int)i);
  }
  assert_int_equal(*OMS_AT(&a, int, 1000), 0);
  assert_int_equal(oms_array_reserve(&a, SIZE_MAX / 2), OMS_ERR_NOMEM);
  assert_int_equal(a.n, 1001);
  oms_array_free(&a);
  assert_int_equal(a.n, 0);
}

static void ring_is_first_in_first_out(void **state) {
  (void)state;
  oms_ring_t ring;
  assert_int_equal(oms_ring_init(&ring, sizeof(uint32_t), 3), OMS_OK);
  assert_int_equal(ring.cap, 4);
  oms_random_t r;
  oms_random_seed(&r, 7);
  uint32_t in = 0, out = 0, got = 0;
  for (int i = 0; i < 20000; i++) {
    if (oms_random_below(&r, 100) < (i < 10000 ? 60u : 40u)) {
      assert_int_equal(oms_ring_push(&ring, &in), OMS_OK);
      in++;
    } else if (oms_ring_pop(&ring, &got)) {
      assert_int_equal(got, out);
      out++;
    } else {
      assert_int_equal(in, out);
    }
    assert_int_equal(ring.n, in - out);
  }
  oms_ring_free(&ring);
}

static void pool_elements_stay_and_start_zeroed(void **state) {
  (void)state;
  oms_pool_t p;
  assert_int_equal(oms_pool_init(&p, 24, 4, 33), OMS_OK);
  assert_int_equal(p.chunk_n, 3);
  long made = oms_alloc_count();
  void *first = NULL;
  for (uint32_t i = 0; i < 200; i++) {
    uint32_t index = 0;
    assert_int_equal(oms_pool_new(&p, &index), OMS_OK);
    assert_int_equal(index, i);
    unsigned char *e = oms_pool_at(&p, i);
    for (int k = 0; k < 24; k++) {
      assert_int_equal(e[k], 0);
    }
    memset(e, 0xff, 24);
    first = i == 0 ? e : first;
    if (i == 47) {
      assert_int_equal(oms_alloc_count(), made); /* taken beforehand */
    }
  }
  assert_ptr_equal(oms_pool_at(&p, 0), first);
  oms_pool_free(&p);
}

static void map_keeps_all_entries_of_a_key_in_order(void **state) {
  (void)state;
  oms_map_t m;
  assert_int_equal(oms_map_init(&m, 0), OMS_OK);
  for (uint32_t i = 0; i < 5000; i++) {
    assert_int_equal(oms_map_put(&m, i % 700, i), OMS_OK);
  }
  for (uint64_t key = 0; key < 700; key++) {
    size_t at = SIZE_MAX;
    uint32_t value = 0;
    for (uint32_t expected = (uint32_t)key; expected < 5000; expected += 700) {
      assert_true(oms_map_next(&m, key, &at, &value));
      assert_int_equal(value, expected);
    }
    assert_false(oms_map_next(&m, key, &at, &value));
  }
  size_t at = SIZE_MAX;
  uint32_t value = 0;
  assert_false(oms_map_next(&m, 700, &at, &value));
  assert_false(oms_map_next(&m, UINT64_MAX, &at, &value));
  oms_map_free(&m);
  at = SIZE_MAX;
  assert_false(oms_map_next(&m, 1, &at, &value));
}

static void index_keeps_all_entries_of_a_hash_in_order(void **state) {
  (void)state;
  oms_index_t m = {0};
  size_t at = SIZE_MAX;
  uint32_t value = 0;
  assert_false(oms_index_next(&m, 1, &at, &value));
  for (uint32_t i = 0; i < 5000; i++) {
    assert_int_equal(oms_index_put(&m, (uint64_t)(i % 700) << 20, i), OMS_OK);
    oms_index_fetch(&m, (uint64_t)i << 20);
  }
  for (uint64_t key = 0; key < 700; key++) {
    at = SIZE_MAX;
    for (uint32_t expected = (uint32_t)key; expected < 5000; expected += 700) {
      do { /* entries of another hash may be met in between */
        assert_true(oms_index_next(&m, key << 20, &at, &value));
      } while (value % 700 != key);
      assert_int_equal(value, expected);
    }
  }
  oms_index_free(&m);
  assert_int_equal(sizeof(oms_index_slot_t), 8);
}

static void index_keeps_room(void **state) {
  (void)state;
  oms_index_t m = {0};
  assert_int_equal(oms_index_reserve(&m, 1000), OMS_OK);
  oms_alloc_fail_after(1);
  for (uint32_t i = 0; i < 1000; i++) {
    assert_int_equal(oms_index_put(&m, i, i), OMS_OK);
  }
  assert_int_equal(oms_index_reserve(&m, 1000), OMS_ERR_NOMEM);
  oms_alloc_fail_after(0);
  size_t at = SIZE_MAX;
  uint32_t value = 0;
  assert_true(oms_index_next(&m, 999, &at, &value));
  assert_int_equal(value, 999);
  oms_index_free(&m);
}

/* What there is room for needs no memory. */
static void map_keeps_room(void **state) {
  (void)state;
  oms_map_t m;
  assert_int_equal(oms_map_init(&m, 0), OMS_OK);
  assert_int_equal(oms_map_put(&m, 1, 1), OMS_OK);
  assert_int_equal(oms_map_reserve(&m, 1000), OMS_OK);
  oms_alloc_fail_after(1);
  for (uint32_t i = 0; i < 1000; i++) {
    assert_int_equal(oms_map_put(&m, i, i), OMS_OK);
  }
  assert_int_equal(oms_map_reserve(&m, 1000), OMS_ERR_NOMEM);
  oms_alloc_fail_after(0);
  size_t at = SIZE_MAX;
  uint32_t value = 0;
  assert_true(oms_map_next(&m, 999, &at, &value));
  assert_int_equal(value, 999);
  oms_map_free(&m);
}

static void heap_pops_by_time_then_seq(void **state) {
  (void)state;
  oms_heap_t h = {0};
  oms_random_t r;
  oms_random_seed(&r, 8);
  assert_null(oms_heap_top(&h));
  for (uint64_t i = 0; i < 3000; i++) {
    oms_heap_item_t item = {(int64_t)oms_random_below(&r, 50) - 25, i, i * 2};
    assert_int_equal(oms_heap_push(&h, item), OMS_OK);
  }
  oms_heap_item_t last = {INT64_MIN, 0, 0}, item;
  for (int i = 0; i < 3000; i++) {
    oms_heap_item_t top = *oms_heap_top(&h);
    assert_true(oms_heap_pop(&h, &item));
    assert_true(item.seq == top.seq && item.value == item.seq * 2);
    assert_true(item.time > last.time || (item.time == last.time && item.seq > last.seq));
    last = item;
  }
  assert_false(oms_heap_pop(&h, &item));
  oms_heap_free(&h);
}

static void arena_arrays_are_aligned_and_zero(void **state) {
  (void)state;
  oms_arena_t a = {0};
  for (size_t n = 0; n < 300; n++) {
    assert_non_null(oms_arena_text(&a, "x", n % 2)); /* texts between them, of odd lengths */
    unsigned char *at = oms_arena_zero(&a, n, 24);
    assert_non_null(at);
    assert_int_equal((uintptr_t)at % _Alignof(max_align_t), 0);
    for (size_t i = 0; i < n * 24; i++) {
      assert_int_equal(at[i], 0);
      at[i] = 255; /* a later one must not lie over it */
    }
  }
  assert_null(oms_arena_zero(&a, SIZE_MAX / 2, 3));
  assert_null(oms_arena_zero(&a, SIZE_MAX, 1));
  oms_arena_free(&a);
}

static void arena_texts_stay(void **state) {
  (void)state;
  oms_arena_t a = {0};
  const char *texts[300];
  char buffer[3000];
  for (size_t i = 0; i < 300; i++) {
    memset(buffer, 'a' + (int)(i % 26), sizeof buffer);
    texts[i] = oms_arena_text(&a, buffer, i * 10);
    assert_non_null(texts[i]);
  }
  for (size_t i = 0; i < 300; i++) {
    assert_int_equal(strlen(texts[i]), i * 10);
    assert_true(i == 0 || texts[i][i * 10 - 1] == 'a' + (int)(i % 26));
  }
  assert_string_equal(oms_arena_text(&a, NULL, 0), "");
  oms_arena_free(&a);
}

static void nearest_word_is_the_likely_one(void **state) {
  (void)state;
  static const char *const words[] = {"qty", "limit_price", "stop_price", "side", "symbol"};
  assert_string_equal(oms_nearest_word("qyt", words, 5), "qty");
  assert_string_equal(oms_nearest_word("limitprice", words, 5), "limit_price");
  assert_string_equal(oms_nearest_word("limit_price", words, 5), "limit_price");
  assert_string_equal(oms_nearest_word("Symbols", words, 5), "symbol");
  assert_null(oms_nearest_word("frobnicate", words, 5));
  assert_null(oms_nearest_word("qty", words, 0));
  char longest[200];
  memset(longest, 'x', sizeof longest);
  longest[199] = '\0';
  assert_null(oms_nearest_word(longest, words, 5));
}

/* Fills every container a little; the first failure is returned and all memory is given back. */
static int use_all(void) {
  oms_array_t a;
  oms_ring_t ring = {0};
  oms_pool_t pool = {0};
  oms_map_t map = {0};
  oms_heap_t heap = {0};
  oms_arena_t arena = {0};
  uint32_t index = 0;
  oms_array_init(&a, 8);
  int rc = oms_ring_init(&ring, 4, 2);
  rc = rc == OMS_OK ? oms_pool_init(&pool, 8, 2, 4) : rc;
  rc = rc == OMS_OK ? oms_map_init(&map, 4) : rc;
  for (uint32_t i = 0; i < 40 && rc == OMS_OK; i++) {
    size_t before = a.n + ring.n + map.n + heap.n + pool.n;
    rc = oms_array_push(&a, NULL);
    rc = rc == OMS_OK ? oms_ring_push(&ring, &i) : rc;
    rc = rc == OMS_OK ? oms_pool_new(&pool, &index) : rc;
    rc = rc == OMS_OK ? oms_map_put(&map, i, i) : rc;
    rc = rc == OMS_OK ? oms_heap_push(&heap, (oms_heap_item_t){i, i, i}) : rc;
    assert_true(rc == OMS_OK || a.n + ring.n + map.n + heap.n + pool.n < before + 5);
    if (rc == OMS_OK && oms_arena_text(&arena, "text", 4) == NULL) {
      rc = OMS_ERR_NOMEM;
    }
  }
  oms_array_free(&a);
  oms_ring_free(&ring);
  oms_pool_free(&pool);
  oms_map_free(&map);
  oms_heap_free(&heap);
  oms_arena_free(&arena);
  return rc;
}

static void each_allocation_may_fail(void **state) {
  (void)state;
  long live = oms_alloc_live();
  long made = oms_alloc_count();
  assert_int_equal(use_all(), OMS_OK);
  long needed = oms_alloc_count() - made;
  assert_true(needed > 10);
  for (long n = 1; n <= needed; n++) {
    oms_alloc_fail_after(n);
    int rc = use_all();
    oms_alloc_fail_after(0);
    assert_int_equal(rc, OMS_ERR_NOMEM);
    assert_int_equal(oms_alloc_live(), live);
  }
}

static void allocation_counts_and_sizes(void **state) {
  (void)state;
  long live = oms_alloc_live();
  void *empty = oms_alloc(0);
  void *none = oms_alloc_zero(0, 8);
  assert_non_null(empty);
  assert_non_null(none);
  assert_int_equal(oms_alloc_live(), live + 2);
  volatile size_t huge = SIZE_MAX / 2;
  assert_null(oms_alloc_zero(huge, 4));
  empty = oms_realloc(empty, 100);
  assert_non_null(empty);
  oms_free(empty);
  oms_free(none);
  oms_free(NULL);
  assert_int_equal(oms_alloc_live(), live);
  oms_alloc_fail_after(2);
  void *last = oms_alloc(1);
  assert_non_null(last);
  assert_null(oms_alloc(1));
  assert_null(oms_realloc(last, 50));
  assert_null(oms_alloc(1));
  oms_alloc_fail_after(0);
  oms_free(last);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(array_grows_and_keeps_its_elements),
      cmocka_unit_test(ring_is_first_in_first_out),
      cmocka_unit_test(pool_elements_stay_and_start_zeroed),
      cmocka_unit_test(map_keeps_all_entries_of_a_key_in_order),
      cmocka_unit_test(map_keeps_room),
      cmocka_unit_test(index_keeps_all_entries_of_a_hash_in_order),
      cmocka_unit_test(index_keeps_room),
      cmocka_unit_test(heap_pops_by_time_then_seq),
      cmocka_unit_test(arena_arrays_are_aligned_and_zero),
      cmocka_unit_test(arena_texts_stay),
      cmocka_unit_test(nearest_word_is_the_likely_one),
      cmocka_unit_test(each_allocation_may_fail),
      cmocka_unit_test(allocation_counts_and_sizes),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
