/* test_api_reload.c - on_save and the change to a new file: state, handles by id, failures that
 * leave the old one. */
#include "bind/api_fixture.h"

/* The steps of a reload, one after the other. */
static int rebuild(world_t *w, oms_script_t *old, const char *text, oms_script_t **fresh,
                   char warning[256], oms_error_t *err) {
  char all[8192];
  snprintf(all, sizeof(all), "%s%s\nreturn S\n", PRELUDE, text);
  write_script(w, all);
  const oms_script_anew_t anew = {0};
  int rc = oms_script_beside(old, &anew, fresh, NULL, err);
  if (rc == OMS_OK) {
    rc = oms_script_test(*fresh, err);
  }
  if (rc == OMS_OK) {
    rc = oms_script_carry(old, *fresh, warning, err);
  }
  if (rc != OMS_OK) {
    oms_script_free(*fresh);
    *fresh = NULL;
  }
  return rc;
}

#define OLD                                                                                        \
  "S.version = 3\n"                                                                                \
  "function S:on_start() self.n = 1 self.o = oms.buy('SPY', 10, {type='limit', limit_price=99}) "  \
  "end\n"                                                                                          \
  "function S:on_save() return {n = self.n, o = self.o, list = {1, 2}} end\n"

static void state_is_carried(void **state) {
  (void)state;
  world_t w;
  world_open(&w);
  oms_script_t *old = begin(&w, OLD), *fresh;
  oms_error_t err = {0};
  char warning[256];
  call_ok(
      rebuild(
          &w, old,
          "function S:on_start() error('on_start must not run') end\n"
          "function S:on_load(t, version)\n"
          "  same(version, 3) same(t.n, 1) same(t.list[2], 2) self.n = t.n + 1 self.o = "
          "oms.order(t.o)\n"
          "  raises('oms.buy cannot be called in on_load', oms.buy, 'SPY', 1)\n"
          "end\n"
          "function S:test() self.tested = true assert(oms.symbols()) end\n"
          "function S:on_stop() same(self.n, 2) same(self.o.qty, 10) same(self.tested, true) end",
          &fresh, warning, &err),
      &err);
  assert_string_equal(warning, "");
  assert_string_not_equal(oms_script_hash(old), oms_script_hash(fresh));
  oms_script_free(old);
  call_ok(oms_script_stop(fresh, &err), &err);
  oms_script_free(fresh);
  world_close(&w);
}

static void failures_leave_the_old_one(void **state) {
  (void)state;
  world_t w;
  world_open(&w);
  oms_script_t *old =
                   begin(&w, OLD "function S:on_stop() same(self.n, 1) same(self.o.qty, 10) end"),
               *fresh;
  const char *const cases[][2] = {
      {"function S:on_load() error('no good') end",  "no good"              },
      {"function S:test() error('test failed') end", "test failed"          },
      {"function S:on_bra() end",                    "on_bra is no callback"},
      {"x =",                                        "unexpected symbol"    },
  };
  oms_error_t err = {0};
  for (size_t i = 0; i < OMS_COUNT(cases); i++) {
    assert_int_equal(rebuild(&w, old, cases[i][0], &fresh, NULL, &err), OMS_ERR_SCRIPT);
    assert_null(fresh);
    assert_non_null(strstr(err.message, cases[i][1]));
  }
  call_ok(oms_script_stop(old, &err), &err);
  oms_script_free(old);
  old = begin(&w, "function S:on_save() return {f = function() end} end");
  assert_int_equal(rebuild(&w, old, "", &fresh, NULL, &err), OMS_ERR_SCRIPT);
  assert_non_null(strstr(err.message, "on_save.f"));
  oms_script_free(old);
  old = begin(&w, "function S:on_save() end");
  assert_int_equal(rebuild(&w, old, "", &fresh, NULL, &err), OMS_ERR_SCRIPT);
  assert_non_null(strstr(err.message, "on_save must return a table, got nothing"));
  oms_script_free(old);
  world_close(&w);
}

static void lost_fields_are_named(void **state) {
  (void)state;
  world_t w;
  world_open(&w);
  oms_script_t *old = begin(
                   &w, "S.label = 'x' S.params = {a = 1}\n"
                       "function S:on_start() self.count = 5 self.label = 'x' self.deep = {1} end"),
               *fresh;
  oms_error_t err = {0};
  char warning[256];
  call_ok(rebuild(&w, old,
                  "S.label = 'x'\nS.params = {a = 1}\n"
                  "function S:on_load(t, version) same(next(t), nil) same(version, 0) self.loaded "
                  "= true end\n"
                  "function S:on_stop() same(self.loaded, true) same(self.count, nil) end",
                  &fresh, warning, &err),
          &err);
  assert_string_equal(warning,
                      "not carried over, since on_save did not return them: self.count, self.deep");
  oms_script_free(old);
  call_ok(oms_script_stop(fresh, &err), &err);
  oms_script_free(fresh);
  world_close(&w);
}

static void params_come_again(void **state) {
  (void)state;
  world_t w;
  world_open(&w);
  write_script(&w, "return {params = {a = 1}}");
  static const char *const sets[] = {"a=5"};
  oms_script_config_t config = script_config(&w, OMS_SCRIPT_STRATEGY);
  config.sets = sets;
  config.set_n = 1;
  oms_script_t *old, *fresh;
  oms_error_t err = {0};
  call_ok(oms_script_load(&config, &old, &err), &err);
  call_ok(rebuild(&w, old, "S.params = {a = 2}\nfunction S:on_stop() same(self.params.a, 5) end",
                  &fresh, NULL, &err),
          &err);
  call_ok(oms_script_stop(fresh, &err), &err);
  oms_script_free(fresh);
  assert_int_equal(rebuild(&w, old, "S.params = {b = 2}", &fresh, NULL, &err), OMS_ERR_USAGE);
  oms_script_free(old);
  world_close(&w);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(state_is_carried),
      cmocka_unit_test(failures_leave_the_old_one),
      cmocka_unit_test(lost_fields_are_named),
      cmocka_unit_test(params_come_again),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
