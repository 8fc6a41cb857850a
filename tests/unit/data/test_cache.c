/* test_cache.c - what is read back from the cache equals what was parsed; what is stale, damaged,
 * foreign or cannot be written costs nothing but time. */
#define _XOPEN_SOURCE 700 /* mkdtemp, utimensat */
#include "data/data_help.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "base/check.h"
#include "data/cache_internal.h"
#include "data/loader.h"

#define ROWS 30000

static char folder[64];
static oms_bar_row_t expected[ROWS * 2], got[ROWS * 2];

static int make_folder(void **state) {
  (void)state;
  (void)snprintf(folder, sizeof folder, "/tmp/moondesk_cache_XXXXXX");
  return mkdtemp(folder) == NULL;
}

static void each_name(const char *path, void (*act)(const char *path)) {
  DIR *dir = opendir(path);
  const struct dirent *entry;
  while (dir != NULL && (entry = readdir(dir)) != NULL) {
    char name[512];
    (void)snprintf(name, sizeof name, "%s/%s", path, entry->d_name);
    if (entry->d_name[0] != '.') {
      act(name);
    }
  }
  if (dir != NULL) {
    (void)closedir(dir);
  }
}

static void remove_one(const char *path) {
  (void)unlink(path);
}

static int remove_folder(void **state) {
  (void)state;
  each_name(folder, remove_one);
  return rmdir(folder);
}

static int counted;
static char seen[512];
static void count_one(const char *path) {
  counted++;
  (void)snprintf(seen, sizeof seen, "%s", path);
}

/* Names in the folder; the last of them stays in 'seen'. */
static int files_there(void) {
  counted = 0;
  each_name(folder, count_one);
  return counted;
}

static oms_cache_t the_cache(void) {
  return (oms_cache_t){.folder = folder};
}

/* All rows of the files, with the given cache; '*mapped': they came from it. */
static size_t read_all(const oms_loader_config_t *from, const oms_cache_t *cache,
                       oms_loader_mode_t mode, oms_bar_row_t *out, bool *mapped) {
  oms_loader_config_t config = *from;
  oms_loader_t *l;
  oms_error_t err = {0};
  const oms_block_t *block;
  size_t n = 0;
  config.cache = cache;
  config.mode = mode;
  const oms_cache_key_t key = {config.paths[0], config.kind, config.zone, config.symbol};
  oms_cached_t cached;
  bool wanted;
  *mapped = oms_cache_open(cache, &key, &cached, &wanted);
  oms_cached_close(&cached);
  if (oms_loader_open(&config, &l, &err) != OMS_OK) {
    fail_msg("%s", err.message);
  }
  int rc;
  while ((rc = oms_loader_next(l, &block, &err)) == OMS_OK && block != NULL) {
    memcpy(out + n, block->rows, block->n * sizeof *out);
    n += block->n;
    assert_true(block->any_volume && block->has_volume && !block->date_only);
  }
  assert_int_equal(rc, OMS_OK);
  assert_int_equal(oms_loader_consumed(l), oms_loader_bytes(l));
  oms_loader_close(l);
  return n;
}

static oms_loader_config_t config_of(const char *const *paths, size_t n) {
  return (oms_loader_config_t){
      .kind = OMS_CSV_BARS, .zone = OMS_ZONE_UTC, .paths = paths, .path_n = n};
}

/* One file of ROWS minutes; the caller unlinks it. */
static void write_minutes(char *path) {
  size_t n;
  char *text = minute_text(ROWS, &n);
  write_file(path, text, n);
  free(text);
}

static void must_read(const oms_loader_config_t *config, size_t rows, bool from_cache) {
  const oms_cache_t cache = the_cache();
  bool mapped;
  memset(got, 0, sizeof got);
  assert_int_equal(read_all(config, &cache, OMS_LOADER_AUTO, got, &mapped), rows);
  assert_int_equal(mapped, from_cache);
  assert_memory_equal(got, expected, rows * sizeof *got);
}

static void test_second_reading_is_the_first(void **state) {
  (void)state;
  static const oms_loader_mode_t modes[] = {OMS_LOADER_INLINE, OMS_LOADER_THREADED};
  char path[64];
  bool mapped;
  write_minutes(path);
  const char *paths[] = {path};
  const oms_loader_config_t config = config_of(paths, 1);
  long live = oms_alloc_live();
  assert_int_equal(read_all(&config, NULL, OMS_LOADER_INLINE, expected, &mapped), ROWS);
  assert_int_equal(files_there(), 0);
  for (size_t i = 0; i < 2; i++) {
    const oms_cache_t cache = the_cache();
    assert_int_equal(read_all(&config, &cache, modes[i], got, &mapped), ROWS);
    assert_false(mapped);
    assert_int_equal(files_there(), 1);
    must_read(&config, ROWS, true);
    assert_int_equal(read_all(&config, &cache, OMS_LOADER_THREADED, got, &mapped), ROWS);
    each_name(folder, remove_one);
  }
  assert_int_equal(oms_alloc_live(), live);
  (void)unlink(path);
}

/* Same size, same times, one digit another one. */
static void test_changed_content_is_seen(void **state) {
  (void)state;
  char path[64];
  bool mapped;
  struct stat st;
  write_minutes(path);
  const char *paths[] = {path};
  const oms_loader_config_t config = config_of(paths, 1);
  (void)read_all(&config, NULL, OMS_LOADER_INLINE, expected, &mapped);
  must_read(&config, ROWS, false);
  must_read(&config, ROWS, true);
  assert_int_equal(stat(path, &st), 0);
  int fd = open(path, O_RDWR);
  char digit;
  const off_t at = (off_t)st.st_size - 3; /* in the last volume */
  assert_int_equal(pread(fd, &digit, 1, at), 1);
  digit = digit == '1' ? '2' : '1';
  assert_int_equal(pwrite(fd, &digit, 1, at), 1);
  assert_int_equal(close(fd), 0);
  const struct timespec times[2] = {st.st_atim, st.st_mtim};
  assert_int_equal(utimensat(AT_FDCWD, path, times, 0), 0);
  (void)read_all(&config, NULL, OMS_LOADER_INLINE, expected, &mapped);
  must_read(&config, ROWS, false);
  must_read(&config, ROWS, true);
  const struct timespec later[2] = {
      st.st_atim, {st.st_mtim.tv_sec, st.st_mtim.tv_nsec ^ 1}
  };
  assert_int_equal(utimensat(AT_FDCWD, path, later, 0), 0);
  must_read(&config, ROWS, false); /* another time of change is another file */
  must_read(&config, ROWS, true);
  each_name(folder, remove_one);
  (void)unlink(path);
}

static void flip(const char *path, off_t at) {
  int fd = open(path, O_RDWR);
  unsigned char byte;
  assert_int_equal(pread(fd, &byte, 1, at), 1);
  byte ^= 0x40;
  assert_int_equal(pwrite(fd, &byte, 1, at), 1);
  assert_int_equal(close(fd), 0);
}

/* A bit anywhere, a lost end, an empty file: the source is read, and the file written anew. */
static void test_damage_is_seen(void **state) {
  (void)state;
  char path[64], file[512];
  bool mapped;
  write_minutes(path);
  const char *paths[] = {path};
  const oms_loader_config_t config = config_of(paths, 1);
  (void)read_all(&config, NULL, OMS_LOADER_INLINE, expected, &mapped);
  must_read(&config, ROWS, false);
  assert_int_equal(files_there(), 1);
  memcpy(file, seen, sizeof file);
  const off_t places[] = {0,
                          8,
                          12,
                          20,
                          offsetof(struct cache_header, n),
                          offsetof(struct cache_header, source_hash),
                          offsetof(struct cache_header, rows_hash),
                          offsetof(struct cache_header, path),
                          offsetof(struct cache_header, self),
                          CACHE_ROWS_AT,
                          CACHE_ROWS_AT + ROWS * 24,
                          CACHE_ROWS_AT + ROWS * 48 - 1};
  for (size_t i = 0; i < OMS_COUNT(places); i++) {
    must_read(&config, ROWS, true);
    flip(file, places[i]);
    must_read(&config, ROWS, false);
  }
  const off_t sizes[] = {0, 1, CACHE_ROWS_AT, CACHE_ROWS_AT + 47, CACHE_ROWS_AT + ROWS * 48 - 48};
  for (size_t i = 0; i < OMS_COUNT(sizes); i++) {
    must_read(&config, ROWS, true);
    assert_int_equal(truncate(file, sizes[i]), 0);
    must_read(&config, ROWS, false);
  }
  assert_int_equal(files_there(), 1);
  each_name(folder, remove_one);
  (void)unlink(path);
}

/* Times without a zone mean something else in another one. */
static void test_zone_belongs_to_the_key(void **state) {
  (void)state;
  static char text[ROWS * 48 + 64];
  char path[64];
  bool mapped;
  size_t n = (size_t)sprintf(text, HEADER);
  for (size_t i = 0; i < ROWS; i++) {
    char ts[32];
    (void)oms_time_iso(INT64_C(1388620800000000000) + (int64_t)i * INT64_C(60000000000), ts);
    ts[19] = '\0';
    n += (size_t)sprintf(text + n, "%s,10.25,12,9,11,7\n", ts);
  }
  write_file(path, text, n);
  const char *paths[] = {path};
  oms_loader_config_t config = config_of(paths, 1);
  for (int round = 0; round < 2; round++) {
    config.zone = OMS_ZONE_UTC;
    (void)read_all(&config, NULL, OMS_LOADER_INLINE, expected, &mapped);
    must_read(&config, ROWS, round == 1);
    config.zone = oms_zone_new_york;
    (void)read_all(&config, NULL, OMS_LOADER_INLINE, expected, &mapped);
    must_read(&config, ROWS, round == 1);
  }
  assert_int_equal(files_there(), 2);
  each_name(folder, remove_one);
  (void)unlink(path);
}

/* Of two parts one may be known and the other not; in the wrong order the message is the
 * parser's. */
static void test_parts(void **state) {
  (void)state;
  char first[64], second[64];
  bool mapped;
  size_t n;
  char *text = minute_text(ROWS * 2, &n);
  size_t half = n / 2;
  while (text[half - 1] != '\n') {
    half++;
  }
  write_file(first, text, half);
  char *rest = malloc(n + 64);
  assert_non_null(rest);
  size_t rest_n = (size_t)sprintf(rest, "%s%.*s", HEADER, (int)(n - half), text + half);
  write_file(second, rest, rest_n);
  const char *paths[] = {first, second}, *backward[] = {second, first};
  const oms_loader_config_t both = config_of(paths, 2), one = config_of(paths, 1),
                            other = config_of(backward, 1);
  (void)read_all(&one, &(oms_cache_t){.folder = folder}, OMS_LOADER_AUTO, got, &mapped);
  assert_int_equal(read_all(&both, NULL, OMS_LOADER_INLINE, expected, &mapped), ROWS * 2);
  must_read(&both, ROWS * 2, true); /* mapped, then parsed */
  must_read(&both, ROWS * 2, true);
  remove_one(seen);
  each_name(folder, remove_one);
  (void)read_all(&other, &(oms_cache_t){.folder = folder}, OMS_LOADER_AUTO, got, &mapped);
  must_read(&both, ROWS * 2, false); /* parsed, then mapped */
  const oms_cache_t cache = the_cache();
  oms_loader_config_t wrong = config_of(backward, 2);
  wrong.cache = &cache;
  for (int i = 0; i < 2; i++) {
    oms_loader_t *l;
    const oms_block_t *block;
    oms_error_t err = {0};
    int rc;
    assert_int_equal(oms_loader_open(&wrong, &l, &err), OMS_OK);
    while ((rc = oms_loader_next(l, &block, &err)) == OMS_OK && block != NULL) {
    }
    assert_int_equal(rc, OMS_ERR_DATA);
    assert_message(&err, first);
    assert_message(&err, ":2: column \"ts\": 2014-01-02T00:00:00Z is before the row above");
    oms_loader_close(l);
  }
  each_name(folder, remove_one);
  (void)unlink(first);
  (void)unlink(second);
  free(text);
  free(rest);
}

/* Order flow without times goes on where the file before it ended: its rows are kept of one file
 * alone, and never taken for another place. */
static void test_flow_without_times(void **state) {
  (void)state;
  static const size_t rows = 60000;
  char path[64];
  char *text = malloc(rows * 32 + 64);
  assert_non_null(text);
  size_t n = (size_t)sprintf(text, "op,id,side,price,qty\n");
  for (size_t i = 0; i < rows; i++) {
    n += (size_t)sprintf(text + n, "A,%zu,B,%zu.25,100\n", i + 1, 100 + i % 7);
  }
  write_file(path, text, n);
  const char *paths[] = {path, path};
  const oms_cache_t cache = the_cache();
  oms_loader_config_t config = {
      .kind = OMS_CSV_ORDERS, .zone = OMS_ZONE_UTC, .paths = paths, .cache = &cache};
  for (int round = 0; round < 3; round++) {
    config.path_n = round == 1 ? 2 : 1;
    oms_loader_t *l;
    const oms_block_t *block;
    oms_time_t last = -1;
    size_t count = 0;
    assert_int_equal(oms_loader_open(&config, &l, NULL), OMS_OK);
    while (oms_loader_next(l, &block, NULL) == OMS_OK && block != NULL) {
      const oms_flow_row_t *flow = block->rows;
      for (size_t i = 0; i < block->n; i++) {
        assert_int_equal(flow[i].ts, (oms_time_t)(count + i) * 1000000);
        assert_true(flow[i].ts > last);
        last = flow[i].ts;
      }
      count += block->n;
    }
    assert_int_equal(count, rows * config.path_n);
    oms_loader_close(l);
    assert_int_equal(files_there(), 1);
  }
  each_name(folder, remove_one);
  (void)unlink(path);
  free(text);
}

static void test_small_files_are_left_alone(void **state) {
  (void)state;
  char path[64];
  size_t n;
  bool mapped;
  char *text = minute_text(1000, &n);
  write_file(path, text, n);
  const char *paths[] = {path};
  const oms_loader_config_t config = config_of(paths, 1);
  const oms_cache_t cache = the_cache();
  assert_int_equal(read_all(&config, &cache, OMS_LOADER_AUTO, got, &mapped), 1000);
  assert_int_equal(files_there(), 0);
  (void)unlink(path);
  free(text);
}

/* A folder that cannot be made, and a reading that ends early: rows come, nothing is left
 * behind. */
static void test_what_cannot_be_written(void **state) {
  (void)state;
  char path[64], nowhere[128];
  oms_loader_t *l;
  const oms_block_t *block;
  write_minutes(path);
  const char *paths[] = {path};
  (void)snprintf(nowhere, sizeof nowhere, "%s/below/a/file", path);
  const oms_cache_t none = {.folder = nowhere}, cache = the_cache();
  oms_loader_config_t config = config_of(paths, 1);
  config.cache = &none;
  size_t n = 0;
  assert_int_equal(oms_loader_open(&config, &l, NULL), OMS_OK);
  while (oms_loader_next(l, &block, NULL) == OMS_OK && block != NULL) {
    n += block->n;
  }
  assert_int_equal(n, ROWS);
  assert_non_null(strstr(oms_loader_note(l), "was not written"));
  oms_loader_close(l);
  config.cache = &cache;
  assert_int_equal(oms_loader_open(&config, &l, NULL), OMS_OK);
  assert_int_equal(oms_loader_next(l, &block, NULL), OMS_OK);
  oms_loader_close(l);
  assert_int_equal(files_there(), 0);
  (void)unlink(path);
}

static void note_file(void *ctx, const oms_cache_file_t *file) {
  char *text = ctx;
  assert_true(file->size > 0 && file->path[0] != '\0');
  (void)snprintf(text + strlen(text), 512 - strlen(text), "%s;", file->source);
}

/* Lists, keeps within a size with the oldest use going first, and clears what is its own. */
static void test_folder(void **state) {
  (void)state;
  char path[3][64], other[128], part[160], list[512] = "", want[512];
  bool mapped;
  for (int i = 0; i < 3; i++) {
    write_minutes(path[i]);
    const char *paths[] = {path[i]};
    const oms_loader_config_t config = config_of(paths, 1);
    const oms_cache_t cache = {.folder = folder, .most = 2 * (ROWS * 48 + CACHE_ROWS_AT)};
    (void)read_all(&config, &cache, OMS_LOADER_INLINE, got, &mapped);
    if (i == 1) { /* the first one is used: the second is older now */
      const char *first[] = {path[0]};
      const oms_loader_config_t again = config_of(first, 1);
      (void)read_all(&again, &cache, OMS_LOADER_INLINE, got, &mapped);
      assert_true(mapped);
    }
  }
  assert_int_equal(oms_cache_list(folder, note_file, list, NULL), OMS_OK);
  (void)snprintf(want, sizeof want, "%s;%s;", path[0], path[2]);
  assert_string_equal(list, want);
  (void)snprintf(other, sizeof other, "%s/notes.rows", folder);
  (void)snprintf(part, sizeof part, "%s/%s.rows.12.3", folder, "0123456789abcdef0123456789abcdef");
  FILE *f = fopen(other, "w");
  assert_non_null(f);
  assert_int_equal(fclose(f), 0);
  f = fopen(part, "w");
  assert_non_null(f);
  assert_int_equal(fclose(f), 0);
  size_t n;
  int64_t bytes;
  assert_int_equal(oms_cache_clear(folder, &n, &bytes, NULL), OMS_OK);
  assert_int_equal(n, 2);
  assert_int_equal(bytes, 2 * (ROWS * 48 + CACHE_ROWS_AT));
  assert_int_equal(files_there(), 1);
  assert_string_equal(seen, other);
  assert_int_equal(oms_cache_clear("/tmp/moondesk/no/such", &n, &bytes, NULL), OMS_OK);
  assert_int_equal(n, 0);
  each_name(folder, remove_one);
  for (int i = 0; i < 3; i++) {
    (void)unlink(path[i]);
  }
}

static void test_each_allocation_fails_in_turn(void **state) {
  (void)state;
  char path[64];
  write_minutes(path);
  const char *paths[] = {path};
  const oms_cache_t cache = the_cache();
  oms_loader_config_t config = config_of(paths, 1);
  bool mapped;
  (void)read_all(&config, &cache, OMS_LOADER_INLINE, got, &mapped);
  config.cache = &cache;
  for (int known = 1; known >= 0; known--) {
    int rc = OMS_ERR_NOMEM;
    long live = oms_alloc_live();
    for (long n = 1; rc != OMS_OK; n++) {
      oms_loader_t *l;
      oms_alloc_fail_after(n);
      rc = oms_loader_open(&config, &l, NULL);
      oms_alloc_fail_after(0);
      assert_true(rc == OMS_OK || rc == OMS_ERR_NOMEM);
      if (rc == OMS_OK) {
        oms_loader_close(l);
      }
      assert_int_equal(oms_alloc_live(), live);
    }
    each_name(folder, remove_one);
  }
  (void)unlink(path);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_second_reading_is_the_first),
      cmocka_unit_test(test_changed_content_is_seen),
      cmocka_unit_test(test_damage_is_seen),
      cmocka_unit_test(test_zone_belongs_to_the_key),
      cmocka_unit_test(test_parts),
      cmocka_unit_test(test_flow_without_times),
      cmocka_unit_test(test_small_files_are_left_alone),
      cmocka_unit_test(test_what_cannot_be_written),
      cmocka_unit_test(test_folder),
      cmocka_unit_test(test_each_allocation_fails_in_turn),
  };
  return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
