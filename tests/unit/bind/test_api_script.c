/* test_api_script.c - loading: what a script's table may hold, parameters, phases; errors of
 * callbacks; on_bars. */
#include "bind/api_fixture.h"

static void wrong_tables_do_not_load(void **state) {
  (void)state;
  world_t w;
  world_open(&w);
  const struct {
    oms_script_kind_t kind;
    const char *text, *part;
    /* clang-format off: a table */
  } cases[] = {
      {OMS_SCRIPT_STRATEGY, "local S = {}",                                             "returns nothing: end the file with `return S`"  },
      {OMS_SCRIPT_STRATEGY, "return 5",                                                 "must return a table, got a number"              },
      {OMS_SCRIPT_STRATEGY, "return {on_tick = function() end}",
       "on_tick is no callback (did you mean 'on_trade'?)"                                                                               },
      {OMS_SCRIPT_STRATEGY, "return {on_barr = function() end, on_zz = error}",
       "on_barr is no callback (did you mean 'on_bar'?)"                                                                                 },
      {OMS_SCRIPT_STRATEGY, "return {on_whatever_else = function() end}",
       "on_whatever_else is no callback"                                                                                                 },
      {OMS_SCRIPT_STRATEGY, "return {on_bar = 5}",                                      "on_bar must be a function, got a number"        },
      {OMS_SCRIPT_STRATEGY, "return {warmup = -1}",                                     "warmup must be a whole number"                  },
      {OMS_SCRIPT_STRATEGY, "return {symbols = 'SPY'}",
       "symbols must be a list of strings, got a string"                                                                                 },
      {OMS_SCRIPT_STRATEGY, "return {symbols = {'SPY', 5}}",
       "symbols must be a list of strings, got a number in it"                                                                           },
      {OMS_SCRIPT_STRATEGY, "return {timeframes = {'1q'}}",                             "timeframes: '1q' is no timeframe"               },
      {OMS_SCRIPT_RULE,     "return {}",                                                "a rule needs a function check(self, order, ctx)"},
      {OMS_SCRIPT_RULE,     "return {check = function() end, on_bar = function() end}",
       "on_bar is no callback"                                                                                                           },
      {OMS_SCRIPT_RULE,     "return {check = function() end, strict = 1}",
       "strict must be true or false"                                                                                                    },
      {OMS_SCRIPT_RULE,     "return {check = function() end, every = 0}",
       "every must be a number of seconds above 0"                                                                                       },
      {OMS_SCRIPT_TRIGGER,  "return {}",                                                "a trigger needs a function on_event"            },
      {OMS_SCRIPT_STRATEGY, "x = 1",                                                    "x"                                              },
      {OMS_SCRIPT_STRATEGY, "local oms = require 'oms' oms.buy('SPY', 1)",
       "oms.buy cannot be called in load"                                                                                                },
      {OMS_SCRIPT_STRATEGY, "local oms = require 'oms' oms.last('SPY')",
       "oms.last cannot be called in load"                                                                                               },
      {OMS_SCRIPT_STRATEGY, "return {",                                                 "expected"                                       },
  };
  /* clang-format on */
  for (size_t i = 0; i < OMS_COUNT(cases); i++) {
    load_fails(&w, cases[i].kind, cases[i].text, OMS_ERR_SCRIPT, cases[i].part);
  }
  oms_script_config_t config = script_config(&w, OMS_SCRIPT_STRATEGY);
  oms_script_t *s;
  oms_error_t err;
  config.path = "/nowhere/x.lua";
  assert_int_equal(oms_script_load(&config, &s, &err), OMS_ERR_IO);
  assert_non_null(strstr(err.message, "/nowhere/x.lua"));
  world_close(&w);
}

static void fields_are_read_once(void **state) {
  (void)state;
  world_t w;
  world_open(&w);
  oms_script_t *s = load(
      &w, "return {warmup = 200, version = 3, symbols = {'A', 'B'}, timeframes = {'1m'}, other = 1,"
          " on_bar = setmetatable({}, {}).x }");
  assert_int_equal(oms_script_warmup(s), 200);
  assert_int_equal(oms_script_symbol_count(s), 2);
  assert_string_equal(oms_script_symbol(s, 1), "B");
  assert_int_equal(oms_script_timeframe_count(s), 1);
  assert_string_equal(oms_script_timeframe(s, 0), "1m");
  assert_string_equal(oms_script_id(s), "a");
  oms_script_free(s);
  s = load_kind(&w, OMS_SCRIPT_RULE, "return {check = function() end, strict = true, every = 1.5}");
  assert_true(oms_script_strict(s));
  assert_int_equal(oms_script_every(s), 1500000000);
  oms_script_free(s);
  s = load(&w, "local B = {on_start = function(self) assert(self.mine == 1) end} B.__index = B "
               "return setmetatable({mine = 1}, B)");
  oms_error_t err = {0};
  call_ok(oms_script_start(s, &err), &err);
  oms_script_free(s);
  world_close(&w);
}

#define PARAMS                                                                                     \
  "params = {fast = 10, slow = 2.5, on = true, name = 'x', list = {1, 2}, words = {'a'}}"

static void params_with(world_t *w, const char *const *sets, size_t n, const char *check, int code,
                        const char *part) {
  char text[2048];
  snprintf(text, sizeof(text),
           "%sS.%s\nlocal defaults = S.params\nfunction S:on_start()\nlocal p = "
           "self.params\n%s\nend\nreturn S",
           PRELUDE, PARAMS, check);
  write_script(w, text);
  oms_script_config_t config = script_config(w, OMS_SCRIPT_STRATEGY);
  config.sets = sets;
  config.set_n = n;
  oms_script_t *s = NULL;
  oms_error_t err = {0};
  int rc = oms_script_load(&config, &s, &err);
  if (rc != code || (code != OMS_OK && strstr(err.message, part) == NULL)) {
    fail_msg("%s: %s in place of %s", oms_err_name(rc), err.message, part);
  }
  if (rc == OMS_OK) {
    call_ok(oms_script_start(s, &err), &err);
  }
  oms_script_free(s);
}

static void params_are_overlaid_and_typed(void **state) {
  (void)state;
  world_t w;
  world_open(&w);
  static const char *const good[] = {"fast=20",  "slow=3",     "on=false",
                                     "name=a=b", "list=3,4,5", "words=x,y"};
  params_with(&w, good, 6,
              "same(p.fast, 20) same(math.type(p.fast), 'integer') same(p.slow, 3) "
              "same(math.type(p.slow), 'float')\n"
              "same(p.on, false) same(p.name, 'a=b') same(#p.list, 3) same(p.list[3], 5) "
              "same(p.words[2], 'y')\n"
              "same(defaults.fast, 10) same(rawequal(defaults, p), false) same(#defaults.list, 2)",
              OMS_OK, "");
  params_with(&w, NULL, 0,
              "same(p.fast, 10) same(p.list[2], 2) same(rawequal(p.list, defaults.list), false)",
              OMS_OK, "");
  static const char *const fraction[] = {"fast=1.5"};
  params_with(&w, fraction, 1, "same(p.fast, 1.5)", OMS_OK, "");
  const char *const bad[][2] = {
      {"fst=1",    "unknown parameter 'fst' (did you mean 'fast'?)"},
      {"fast=ten", "parameter fast must be a number, got ten"      },
      {"slow=x",   "parameter slow must be a number, got x"        },
      {"on=yes",   "parameter on must be true or false, got yes"   },
      {"list=1,b", "parameter list must be a number, got b"        },
      {"fast",     "a parameter is given as name=value, got 'fast'"},
  };
  for (size_t i = 0; i < OMS_COUNT(bad); i++) {
    params_with(&w, bad[i], 1, "", OMS_ERR_USAGE, bad[i][1]);
  }
  world_close(&w);
}

/* What a report shows: the parameters in force, in the order of names. A key without an order does
 * not hinder. */
static void params_are_shown(void **state) {
  (void)state;
  world_t w;
  world_open(&w);
  static const char *const texts[][2] = {
      {"slow = 2.5, fast = 10, on = true",    "fast = 10\non = true\nslow = 2.5"       },
      {"w = {'a', 'b\"c'}, deep = {x = {1}}", "deep = {x = {1}}\nw = {\"a\", \"b\"c\"}"},
      {"",                                    ""                                       },
      {"[next] = 1",                          ""                                       },
      {"t = { [next] = 1 }",                  "t = table"                              },
  };
  for (size_t i = 0; i < OMS_COUNT(texts); i++) {
    char text[200];
    snprintf(text, sizeof text, "return { params = { %s } }", texts[i][0]);
    write_script(&w, text);
    oms_script_config_t config = script_config(&w, OMS_SCRIPT_STRATEGY);
    oms_script_t *s = NULL;
    oms_error_t err = {0};
    call_ok(oms_script_load(&config, &s, &err), &err);
    assert_string_equal(oms_script_params(s), texts[i][1]);
    oms_script_free(s);
  }
  world_close(&w);
}

/* Canonical bytes as a session file gives them: 'M', one pair, then key and value. */
static void params_from_canonical_bytes(void **state) {
  (void)state;
  static const unsigned char bytes[] = {'M', 1,   0,   0,  0, 'S', 4, 0, 0, 0, 'f', 'a',
                                        's', 't', 'I', 42, 0, 0,   0, 0, 0, 0, 0};
  world_t w;
  world_open(&w);
  write_script(&w, "local S = {" PARAMS
                   "} function S:on_start() assert(self.params.fast == 42) end return S");
  oms_script_config_t config = script_config(&w, OMS_SCRIPT_STRATEGY);
  config.params = bytes;
  config.param_n = sizeof(bytes);
  oms_script_t *s;
  oms_error_t err = {0};
  call_ok(oms_script_load(&config, &s, &err), &err);
  call_ok(oms_script_start(s, &err), &err);
  oms_script_free(s);
  world_close(&w);
}

static void phases_are_kept(void **state) {
  (void)state;
  world_t w;
  world_open(&w);
  oms_script_t *s = begin(
      &w,
      "function S:on_warmup(bar)\n"
      "  same(bar.close, 100)\n"
      "  local function warm(order, reject)\n"
      "    same(order, nil) same(reject.code, 'NO_SESSION')\n"
      "    same(reject.message:find('warm-up', 1, true) ~= nil, true)\n"
      "  end\n"
      "  warm(oms.buy('SPY', 1)) warm(oms.sell('SPY', 1)) warm(oms.target('SPY', 1))\n"
      "  warm(oms.submit{symbol = 'SPY', side = 'buy', qty = 1}) warm(oms.close('SPY'))\n"
      "  warm(oms.cancel_all()) warm(oms.target('SPY', {weight = 1}))\n"
      "  raises('oms.claim cannot be called in on_warmup', oms.claim, nil)\n"
      "  self.warm = true\n"
      "end\n"
      "function S:on_stop()\n"
      "  same(self.warm, true) raises('oms.submit cannot be called in on_stop', oms.submit, {})\n"
      "  raises('oms.close cannot be called in on_stop', oms.close, 'SPY')\n"
      "  same(oms.cancel_all{}, true)\n"
      "end\n"
      "function S:on_save() raises('oms.buy cannot be called in on_save', oms.buy, 'SPY', 1) "
      "return {} end");
  oms_bar_t bar = bar_at(0, 100);
  oms_error_t err = {0};
  const unsigned char *bytes;
  size_t n;
  call_ok(oms_script_bar(s, &bar, w.spy, OMS_NS_PER_DAY, true, &err), &err);
  call_ok(oms_script_save(s, OMS_RELOAD_STATE_MAX, &bytes, &n, &err), &err);
  assert_int_equal(n, 5);
  call_ok(oms_script_stop(s, &err), &err);
  oms_script_free(s);
  world_close(&w);
}

static void errors_say_where(void **state) {
  (void)state;
  world_t w;
  world_open(&w);
  oms_script_t *s =
      load(&w, "local S = {}\nfunction S:on_start()\n  local x = nil\n  return x.y\nend\nreturn S");
  oms_error_t err = {0};
  assert_int_equal(oms_script_start(s, &err), OMS_ERR_SCRIPT);
  assert_non_null(strstr(err.message, ":4: attempt to index a nil value"));
  assert_non_null(strstr(err.message, "[on_start]"));
  oms_script_free(s);
  s = load(&w, "return {on_timer = function() while true do end end}");
  oms_script_config_t config = script_config(&w, OMS_SCRIPT_STRATEGY);
  oms_script_free(s);
  config.budget_ns = 10000000;
  call_ok(oms_script_load(&config, &s, &err), &err);
  assert_int_equal(oms_script_timer(s, "t", &err), OMS_ERR_KILLED);
  assert_non_null(strstr(err.message, "on_timer ran longer than"));
  oms_script_free(s);
  world_close(&w);
}

static void bars_come_together(void **state) {
  (void)state;
  world_t w;
  world_open(&w);
  oms_script_t *s = begin(&w, "function S:on_bars(bars, ts)\n"
                              "  self.n = (self.n or 0) + 1\n"
                              "  same(ts, 5000)\n"
                              "  if self.n == 1 then same(bars.SPY.close, 10) same(bars.ES.close, "
                              "20) same(bars.SPY.timeframe, '1m')\n"
                              "  else same(bars.SPY, nil) same(bars.ES.close, 30) end\n"
                              "end\nfunction S:on_stop() same(self.n, 2) end");
  oms_bar_t spy = bar_at(1, 10), es = bar_at(1, 20), coarse = bar_at(1, 11), late = bar_at(2, 30);
  es.stream = 1;
  coarse.stream = 2;
  late.stream = 1;
  const oms_bar_t *const first[] = {&spy, &es, &coarse};
  const uint32_t at[] = {w.spy, w.es, w.spy};
  const int64_t frames[] = {60 * OMS_NS_PER_SECOND, 60 * OMS_NS_PER_SECOND,
                            300 * OMS_NS_PER_SECOND};
  const oms_bar_t *const second[] = {&late};
  oms_error_t err = {0};
  call_ok(oms_script_bars(s, first, at, frames, 3, 5000, &err), &err);
  call_ok(oms_script_bars(s, second, &w.es, frames, 1, 5000, &err), &err);
  call_ok(oms_script_stop(s, &err), &err);
  oms_script_free(s);
  world_close(&w);
}

static void sessions_are_told(void **state) {
  (void)state;
  world_t w;
  world_open(&w);
  oms_script_t *s = begin(&w, "function S:on_session(what, s)\n"
                              "  same(what, 'open') same(s.calendar, 'us_equity') same(s.date, "
                              "'2013-10-08') same(s.open, 1) same(s.close, 2)\n"
                              "end");
  oms_error_t err = {0};
  call_ok(oms_script_session(s, "open", "us_equity", 15986, 1, 2, &err), &err);
  oms_script_free(s);
  world_close(&w);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(wrong_tables_do_not_load),
      cmocka_unit_test(fields_are_read_once),
      cmocka_unit_test(params_are_overlaid_and_typed),
      cmocka_unit_test(params_are_shown),
      cmocka_unit_test(params_from_canonical_bytes),
      cmocka_unit_test(phases_are_kept),
      cmocka_unit_test(errors_say_where),
      cmocka_unit_test(bars_come_together),
      cmocka_unit_test(sessions_are_told),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
