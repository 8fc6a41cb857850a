/* What a kill switch holds for: each kind of thing by its word and name, and who is in it. */
#include "core/scope.h"
#include "engine_fixture.h"

static void things_are_found_by_their_names(void **state) {
  (void)state;
  static const struct {
    int kind;
    const char *word, *name;
    uint32_t index;
  } cases[] = {
      {OMS_SCOPE_ACCOUNT,    "account",  "second", 1},
      {OMS_SCOPE_OWNER,      "strategy", "a",      1},
      {OMS_SCOPE_INSTRUMENT, "symbol",   "QQQ",    1},
  };
  fixture_t f;
  set_up_plain(&f);
  for (size_t i = 0; i < OMS_COUNT(cases); i++) {
    oms_scope_t scope;
    oms_error_t err;
    assert_string_equal(oms_scope_word(cases[i].kind), cases[i].word);
    assert_int_equal(oms_scope_find(f.e, cases[i].kind, cases[i].name, &scope, &err), OMS_OK);
    assert_int_equal(scope.index, cases[i].index);
    assert_string_equal(oms_scope_name(f.e, scope), cases[i].name);
    assert_int_equal(oms_scope_find(f.e, cases[i].kind, "secnd", &scope, &err), OMS_ERR_NOT_FOUND);
    assert_non_null(strstr(err.message, cases[i].word));
  }
  oms_scope_t scope;
  oms_error_t err;
  assert_int_equal(oms_scope_find(f.e, OMS_SCOPE_ACCOUNT, "secnd", &scope, &err),
                   OMS_ERR_NOT_FOUND);
  assert_string_equal(err.message, "there is no account 'secnd' (did you mean 'second'?)");
  assert_string_equal(oms_scope_name(f.e, (oms_scope_t){OMS_SCOPE_ALL, 0}), "all");
  tear_down(&f);
}

static void a_scope_holds_what_is_its_own(void **state) {
  (void)state;
  assert_true(oms_scope_holds((oms_scope_t){OMS_SCOPE_ALL, 0}, 1, 2, 3));
  assert_true(oms_scope_holds((oms_scope_t){OMS_SCOPE_ACCOUNT, 1}, 1, 2, 3));
  assert_false(oms_scope_holds((oms_scope_t){OMS_SCOPE_ACCOUNT, 2}, 1, 2, 3));
  assert_true(oms_scope_holds((oms_scope_t){OMS_SCOPE_OWNER, 2}, 1, 2, 3));
  assert_false(oms_scope_holds((oms_scope_t){OMS_SCOPE_OWNER, 3}, 1, 2, 3));
  assert_true(oms_scope_holds((oms_scope_t){OMS_SCOPE_INSTRUMENT, 3}, 1, 2, 3));
  assert_false(oms_scope_holds((oms_scope_t){OMS_SCOPE_INSTRUMENT, OMS_NONE}, 1, 2, 3));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(things_are_found_by_their_names),
      cmocka_unit_test(a_scope_holds_what_is_its_own),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
