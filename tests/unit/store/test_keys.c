/* test_keys.c - keys are made, added, listed, revoked, and a running host notices. */
#define _XOPEN_SOURCE 700 /* mkdtemp */
#include "store/store_help.h"

#include <time.h>

#include "store/store_int.h"

static oms_key_record_t seen[8];
static size_t seen_n;

static void see(void *ctx, const oms_key_record_t *key) {
  (void)ctx;
  seen[seen_n++] = *key;
}

static size_t list(void) {
  seen_n = 0;
  assert_int_equal(oms_store_keys(db, see, NULL, NULL), OMS_OK);
  return seen_n;
}

static oms_key_record_t make(const char *name, oms_time_t now, char secret[OMS_KEY_SECRET + 1]) {
  oms_key_record_t key;
  oms_error_t err;
  assert_int_equal(
      oms_key_make(&key, "main", OMS_MAY_READ | OMS_MAY_TRADE, name, now, secret, &err), OMS_OK);
  return key;
}

static void a_key_holds_a_digest_of_its_secret(void **state) {
  (void)state;
  char secret[OMS_KEY_SECRET + 1], other[OMS_KEY_SECRET + 1];
  oms_key_record_t key = make("bot", 5, secret), second = make("bot", 5, other);
  assert_int_equal(strlen(secret), OMS_KEY_SECRET);
  assert_int_equal(strlen(key.id), 20);
  assert_memory_equal(key.id, "MD", 2);
  assert_int_equal(strspn(key.id, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"), 20);
  assert_string_not_equal(secret, other);
  assert_string_not_equal(key.id, second.id);
  unsigned char digest[OMS_HASH_SIZE];
  oms_sha_t sha;
  assert_int_equal(oms_sha_init(&sha), OMS_OK);
  oms_sha_begin(&sha);
  oms_sha_add(&sha, key.salt, sizeof key.salt);
  oms_sha_add(&sha, secret, OMS_KEY_SECRET);
  oms_sha_end(&sha, digest);
  oms_sha_free(&sha);
  assert_memory_equal(digest, key.digest, sizeof digest);
}

static void a_name_that_is_too_long_is_refused(void **state) {
  (void)state;
  char secret[OMS_KEY_SECRET + 1], name[100];
  oms_key_record_t key;
  oms_error_t err;
  memset(name, 'a', sizeof name);
  name[99] = '\0';
  assert_int_equal(oms_key_make(&key, "main", 1, name, 0, secret, &err), OMS_ERR_RANGE);
  assert_non_null(strstr(err.message, "64"));
}

static void keys_are_listed_oldest_first(void **state) {
  (void)state;
  char secret[OMS_KEY_SECRET + 1];
  assert_int_equal(list(), 0); /* no database */
  oms_key_record_t young = make("young", 20, secret), old = make("old", 10, secret);
  assert_int_equal(oms_store_key_add(db, &young, NULL), OMS_OK);
  assert_int_equal(oms_store_key_add(db, &old, NULL), OMS_OK);
  oms_error_t err;
  assert_int_equal(oms_store_key_add(db, &old, &err), OMS_ERR_EXISTS);
  assert_int_equal(list(), 2);
  assert_string_equal(seen[0].name, "old");
  assert_string_equal(seen[1].name, "young");
  assert_memory_equal(seen[1].digest, young.digest, 32);
  assert_memory_equal(seen[1].salt, young.salt, 16);
  assert_string_equal(seen[1].account, "main");
  assert_int_equal(seen[1].scopes, OMS_MAY_READ | OMS_MAY_TRADE);
  assert_true(seen[0].revoked == OMS_NO_TIME);
  assert_int_equal(oms_store_key_revoke(db, old.id, 30, &err), OMS_OK);
  assert_int_equal(oms_store_key_revoke(db, old.id, 31, &err), OMS_ERR_EXISTS);
  assert_int_equal(oms_store_key_revoke(db, "MDNOBODY", 31, &err), OMS_ERR_NOT_FOUND);
  assert_int_equal(list(), 2);
  assert_int_equal(seen[0].revoked, 30);
}

static void pause_ms(long ms) {
  struct timespec t = {.tv_nsec = ms * 1000000};
  (void)nanosleep(&t, NULL);
}

static void a_host_sees_that_keys_have_changed(void **state) {
  (void)state;
  char secret[OMS_KEY_SECRET + 1];
  oms_store_t *s = open_store();
  uint64_t before = oms_store_keys_version(s);
  fill(s, 5);
  assert_int_equal(oms_store_keys_version(s), before);
  oms_key_record_t key = make("bot", 10, secret);
  assert_int_equal(oms_store_key_add(db, &key, NULL), OMS_OK);
  for (int i = 0; i < 100 && oms_store_keys_version(s) == before; i++) {
    pause_ms(20);
  }
  assert_true(oms_store_keys_version(s) != before);
  fill(s, 5);
  close_store(s);
  assert_int_equal(read_good(1), 30);
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, make_folder, remove_folder)
  const struct CMUnitTest tests[] = {
      TEST(a_key_holds_a_digest_of_its_secret), TEST(a_name_that_is_too_long_is_refused),
      TEST(keys_are_listed_oldest_first), TEST(a_host_sees_that_keys_have_changed)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
