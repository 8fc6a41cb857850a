/* test_session_run.c - timeline and check: a desk that writes down what it is asked, and a real
 * engine with two orders and a round trip behind it. */
#include "base/check.h"
#include "session_fixture.h"

/* A desk that writes down. */

static char said[2048];

static void say(const char *format, ...) __attribute__((format(printf, 1, 2)));
static void say(const char *format, ...) {
  size_t n = strlen(said);
  va_list args;
  va_start(args, format);
  vsnprintf(said + n, sizeof(said) - n, format, args);
  va_end(args);
}

static int desk_halt(void *self, const char *symbol, int64_t ns, oms_error_t *err) {
  (void)self;
  (void)err;
  say("halt %s %lld;", symbol, (long long)ns);
  return OMS_OK;
}

static int desk_state(void *self, oms_trading_state_t state, oms_scope_t scope) {
  (void)self;
  say("state %s %d %d;", oms_enum_text(OMS_ENUM_TRADING_STATE, (int)state), scope.kind,
      (int)scope.index);
  return OMS_OK;
}

static int desk_kill(void *self, oms_scope_t scope, const char *why) {
  (void)self;
  say("kill %d %d %s;", scope.kind, (int)scope.index, why);
  return OMS_OK;
}

static int desk_resume(void *self, oms_scope_t scope) {
  (void)self;
  say("resume %d %d;", scope.kind, (int)scope.index);
  return OMS_OK;
}

static int desk_reload(void *self, const char *name, const char *with, oms_error_t *err) {
  (void)self;
  say("reload %s %s;", name, with != NULL ? with : "-");
  if (strcmp(name, "broken") == 0) {
    return oms_error_set(err, OMS_ERR_SCRIPT, "broken.lua:1: no");
  }
  return strcmp(name, "none") == 0
             ? oms_error_set(err, OMS_ERR_NOT_FOUND, "oms.reload: there is no script 'none'")
             : OMS_OK;
}

static int desk_inject(void *self, const oms_injection_t *i, oms_error_t *err) {
  (void)self;
  const oms_report_t *r = &i->report;
  say("inject %s %s %s qty=%lld price=%lld commission=%d/%lld id=%s busts=%s code=%s text=%s "
      "again=%d ts=%lld;",
      oms_enum_text(OMS_ENUM_REPORT, r->type), i->account != NULL ? i->account : "-",
      i->client_order_id, r->qty == OMS_NO_PRICE ? -1LL : (long long)(r->qty / OMS_QTY_SCALE),
      r->price == OMS_NO_PRICE ? -1LL : (long long)(r->price / OMS_PRICE_SCALE), r->has_commission,
      (long long)r->commission, r->execution_id, r->busts != NULL ? r->busts : "-",
      oms_enum_text(OMS_ENUM_CODE, r->code), r->text != NULL ? r->text : "-", r->works_again,
      (long long)r->ts);
  return strcmp(i->client_order_id, "none") == 0
             ? oms_error_set(err, OMS_ERR_NOT_FOUND, "oms.inject: there is no order 'none'")
             : OMS_OK;
}

static int desk_approve(void *self, const char *id, bool yes, oms_error_t *err) {
  (void)self;
  (void)err;
  say("%s %s;", yes ? "approve" : "deny", id);
  return OMS_OK;
}

static void desk_log(void *self, int script, oms_log_level_t level, const char *text) {
  (void)self;
  say("log %d %d %s;", script, (int)level, text);
}

/* An engine with something in it. */

static oms_engine_t *engine;
static oms_desk_t desk;
static uint64_t seq;

static void ignore(void *self, const oms_event_t *event) {
  (void)self;
  (void)event;
}

static int apply(oms_command_t *c) {
  oms_sink_t sink = {NULL, ignore};
  c->seq = ++seq;
  c->now = (oms_time_t)seq * OMS_NS_PER_SECOND;
  return oms_engine_apply(engine, c, &sink);
}

static uint32_t trade(int side, const char *key, oms_qty_t qty, oms_price_t price) {
  oms_terms_t terms = {.instrument = 0,
                       .account = 0,
                       .owner = 1,
                       .side = (uint8_t)side,
                       .type = OMS_TYPE_MARKET,
                       .qty = qty,
                       .display_qty = OMS_NO_PRICE,
                       .notional = OMS_NO_PRICE,
                       .limit_price = OMS_NO_PRICE,
                       .stop_price = OMS_NO_PRICE,
                       .trail_price = OMS_NO_PRICE,
                       .limit_offset = OMS_NO_PRICE,
                       .trail_percent = OMS_NO_PRICE,
                       .expire_at = OMS_NO_TIME,
                       .expire_session = OMS_NO_TIME,
                       .client_order_id = key,
                       .group = OMS_NONE,
                       .parent = OMS_NONE};
  oms_command_t c = {.type = OMS_COMMAND_SUBMIT};
  c.u.submit.terms = &terms;
  int rc = apply(&c);
  uint32_t order = oms_engine_subject(engine);
  if (rc == OMS_ERR_REJECTED) {
    return order;
  }
  assert_int_equal(rc, OMS_OK);
  c = (oms_command_t){.type = OMS_COMMAND_SEND};
  c.u.send.order = order;
  assert_int_equal(apply(&c), OMS_OK);
  c = (oms_command_t){.type = OMS_COMMAND_REPORT};
  c.u.report = (oms_report_t){.type = OMS_REPORT_FILL,
                              .order = order,
                              .ts = 1000 + order,
                              .qty = qty,
                              .price = price,
                              .stop_price = OMS_NO_PRICE,
                              .commission = 500000,
                              .has_commission = true,
                              .execution_no = seq};
  assert_int_equal(apply(&c), OMS_OK);
  return order;
}

static void set_up_engine(void) {
  oms_engine_config_t config = {
      .seed = 1,
      .orders = 16,
      .fills = 16,
      .crosses_zero = true,
      .commission = {.min = OMS_NO_PRICE, .max = OMS_NO_PRICE}
  };
  oms_instrument_t instrument = {.symbol = "SPY",
                                 .currency = "USD",
                                 .multiplier = OMS_QTY_SCALE,
                                 .previous_close = OMS_NO_PRICE,
                                 .margin_per_contract = OMS_NO_PRICE,
                                 .last = OMS_NO_PRICE,
                                 .last_ns = OMS_NO_TIME,
                                 .bid = OMS_NO_PRICE,
                                 .ask = OMS_NO_PRICE};
  oms_account_t account = {.id = "main",
                           .type = OMS_ACCOUNT_TYPE_MARGIN,
                           .multiplier = 2 * OMS_QTY_SCALE,
                           .initial_cash = 100000 * OMS_MONEY_SCALE,
                           .cash = 100000 * OMS_MONEY_SCALE};
  oms_limits_none(&account.limits);
  oms_owner_t owner = {.id = "cross"};
  uint32_t index;
  uint16_t index16;
  engine = oms_engine_new(&config);
  assert_non_null(engine);
  assert_int_equal(oms_engine_add_instrument(engine, &instrument, &index), OMS_OK);
  assert_int_equal(oms_engine_add_account(engine, &account, &index16), OMS_OK);
  assert_int_equal(oms_engine_add_owner(engine, &owner, &index16), OMS_OK);
  oms_command_t c = {.type = OMS_COMMAND_MARK};
  c.u.mark.instrument = 0;
  c.u.mark.price = 100 * OMS_PRICE_SCALE;
  assert_int_equal(apply(&c), OMS_OK);
}

static int begin(void **state) {
  (void)state;
  seq = 0;
  said[0] = '\0';
  set_up_engine();
  desk = (oms_desk_t){.engine = engine,
                      .now = 77,
                      .log = desk_log,
                      .halt = desk_halt,
                      .state = desk_state,
                      .kill = desk_kill,
                      .resume = desk_resume,
                      .reload = desk_reload,
                      .inject = desk_inject,
                      .approve = desk_approve};
  return 0;
}

static int end(void **state) {
  (void)state;
  oms_engine_free(engine);
  return 0;
}

/* Timeline. */

static oms_session_file_t *load_timeline(const char *body) {
  char text[4096];
  snprintf(
      text, sizeof(text),
      "return { data = { { symbol = 'SPY', bars = 'a.csv' } }, timeline = function(t)\n%s\nend }",
      body);
  return load_session(text);
}

static void run_all(oms_session_file_t *f) {
  size_t n;
  oms_error_t err = {.code = OMS_OK};
  if (oms_session_file_timeline(f, &desk, &n, &err) != OMS_OK) {
    fail_msg("%s", err.message);
  }
  for (size_t i = 0; i < n; i++) {
    if (oms_session_file_run_entry(f, i, &err) != OMS_OK) {
      say("error %s;", strtok(err.message, "\n"));
    }
  }
}

static void expect_said(const char *body, const char *want) {
  oms_session_file_t *f = load_timeline(body);
  said[0] = '\0';
  run_all(f);
  oms_session_file_free(f);
  if (strcmp(said, want) != 0) {
    fail_msg("wanted %s\n   got %s\n    in %s", want, said, body);
  }
}

static void entries_in_order_of_time_then_of_the_file(void **state) {
  (void)state;
  oms_session_file_t *f =
      load_timeline("t:at('2024-01-02T00:00:01Z', function() oms.log.info('late') end)\n"
                    "t:at(5, function() oms.log.info('first') end)\n"
                    "t:at(5, function() oms.log.info('second') end)\n"
                    "t:at(-1, function() oms.log.info('early') end)");
  size_t n;
  oms_error_t err;
  assert_int_equal(oms_session_file_timeline(f, &desk, &n, &err), OMS_OK);
  assert_int_equal(n, 4);
  assert_int_equal(oms_session_file_entry_time(f, 0), -1);
  assert_int_equal(oms_session_file_entry_time(f, 1), 5);
  assert_int_equal(oms_session_file_entry_time(f, 2), 5);
  assert_int_equal(oms_session_file_entry_time(f, 3), INT64_C(1704153601000000000));
  run_all(f);
  assert_string_equal(said, "log -1 1 early;log -1 1 first;log -1 1 second;log -1 1 late;");
  oms_session_file_free(f);
}

static void what_an_entry_may_do(void **state) {
  (void)state;
  expect_said("t:at(1, function() assert(oms.halt('SPY', 300) == true) oms.halt('SPY', 0.5) end)",
              "halt SPY 300000000000;halt SPY 500000000;");
  expect_said("t:at(1, function() oms.state('reducing') oms.state('halted', { symbol = 'SPY' })\n"
              "oms.state('active', { strategy = 'cross' }) end)",
              "state reducing 0 -1;state halted 3 0;state active 2 1;");
  expect_said(
      "t:at(1, function() oms.kill() oms.kill('all', 'why') oms.resume({ account = 'main' }) end)",
      "kill 0 -1 kill switch;kill 0 -1 why;resume 1 0;");
  expect_said("t:at(1, function() oms.approve('A1') oms.deny('A2') end)", "approve A1;deny A2;");
}

static void reload(void **state) {
  (void)state;
  expect_said("t:at(1, function() assert(oms.reload('s.lua')) oms.reload('cross', { with = "
              "'new.lua' }) end)",
              "reload s.lua -;reload cross new.lua;");
  expect_said("t:at(1, function() local ok, why = oms.reload('broken')\n"
              "assert(ok == nil and why.code == 'SCRIPT_ERROR') oms.log.info(why.message) end)",
              "reload broken -;log -1 1 broken.lua:1: no;");
  expect_said("t:at(1, function() oms.reload('none') end)",
              "reload none -;error sessions/demo.lua:2: oms.reload: there is no script 'none'  "
              "[timeline];");
}

static void reports_by_hand(void **state) {
  (void)state;
  expect_said("t:at(1, function() oms.inject{ report = 'bust', order = 'A1', busts = '7', "
              "works_again = true,\n"
              "account = 'main', text = 'sorry' } end)",
              "inject bust main A1 qty=-1 price=-1 commission=0/0 id=inject-1 busts=7 code=NONE "
              "text=sorry again=1 "
              "ts=77;");
  expect_said("t:at(1, function() oms.inject{ report = 'fill', order = 'A1', qty = 5, price = "
              "'10', ts = 3,\n"
              "execution_id = 'X', commission = 1.5, code = 'LATE_FILL' } end)",
              "inject fill - A1 qty=5 price=10 commission=1/1500000 id=X busts=- code=LATE_FILL "
              "text=- again=0 "
              "ts=3;");
}

static void expect_entry_error(const char *call, const char *part) {
  char body[512];
  snprintf(body, sizeof(body), "t:at(1, function() %s end)", call);
  oms_session_file_t *f = load_timeline(body);
  said[0] = '\0';
  run_all(f);
  oms_session_file_free(f);
  if (strstr(said, "error sessions/demo.lua:2: ") == NULL || strstr(said, part) == NULL) {
    fail_msg("wanted %s\n   got %s\n    in %s", part, said, call);
  }
}

static void misuse_in_an_entry(void **state) {
  (void)state;
  /* clang-format off: a table */
  static const char *const cases[][2] = {
      {"oms.halt('SPX', 1)",                                                "oms.halt: unknown symbol 'SPX' (did you mean 'SPY'?)"    },
      {"oms.halt('SPY', 0)",                                                "oms.halt: seconds must be above 0"                       },
      {"oms.halt('SPY')",                                                   "oms.halt: seconds must be a number"                      },
      {"oms.state('stopped')",                                              "oms.state: unknown state 'stopped'"                      },
      {"oms.state('active', 5)",                                            "oms.state: scope is \"all\" or"                          },
      {"oms.state('active', 'main')",                                       "oms.state: scope is \"all\" or"                          },
      {"oms.state('active', {})",                                           "scope names one of account, strategy and symbol, got 0"  },
      {"oms.state('active', { account = 'main', symbol = 'SPY' })",         "got 2"                                                   },
      {"oms.kill({ acount = 'main' })",                                     "oms.kill: unknown key 'acount' (did you mean 'account'?)"},
      {"oms.kill({ account = 'mian' })",                                    "unknown account 'mian' (did you mean 'main'?)"           },
      {"oms.kill({ strategy = 'crss' })",                                   "unknown strategy 'crss' (did you mean 'cross'?)"         },
      {"oms.kill({ symbol = 'SPX' })",                                      "unknown symbol 'SPX'"                                    },
      {"oms.kill({ 'all' })",                                               "unknown key '[1]'"                                       },
      {"oms.kill('all', 5)",                                                "oms.kill: why must be a string"                          },
      {"oms.reload()",                                                      "oms.reload: path or id must be a string, got nothing"    },
      {"oms.reload('s', { wth = 'x' })",                                    "unknown key 'wth' (did you mean 'with'?)"                },
      {"oms.inject()",                                                      "oms.inject: argument 1 must be a table"                  },
      {"oms.inject{ order = 'A' }",                                         "oms.inject: report is missing"                           },
      {"oms.inject{ report = 'fill' }",                                     "oms.inject: order is missing"                            },
      {"oms.inject{ report = 'fill', order = 'A', qty = 1 }",               "oms.inject: price is missing"                            },
      {"oms.inject{ report = 'bust', order = 'A' }",                        "oms.inject: busts"                                       },
      {"oms.inject{ report = 'fil', order = 'A' }",                         "unknown report 'fil' (did you mean 'fill'?)"             },
      {"oms.inject{ report = 'fill', ordr = 'A' }",                         "unknown key 'ordr' (did you mean 'order'?)"              },
      {"oms.inject{ report = 'fill', order = 'none', qty = 1, price = 1 }",
       "there is no order 'none'"                                                                                                     },
      {"oms.inject{ report = 'fill', order = 'A', liquidity = 'x' }",       "liquidity is"                                            },
      {"oms.approve(5)",                                                    "oms.approve: the order's id must be a string"            },
      {"oms.submit{ symbol = 'SPY', side = 'buy', qty = 1 }",               "oms.submit"                                              },
      {"error('mine')",                                                     "mine"                                                    },
  };
  /* clang-format on */
  for (size_t i = 0; i < OMS_COUNT(cases); i++) {
    expect_entry_error(cases[i][0], cases[i][1]);
  }
}

static void an_entry_reads(void **state) {
  (void)state;
  expect_said("t:at(1, function() assert(oms.last('SPY') == 100) assert(oms.account('main').cash "
              "== 100000)\n"
              "assert(oms.position('SPY').qty == 0) assert(#oms.orders{} == 0) oms.log.info('%d', "
              "oms.now()) end)",
              "log -1 1 77;");
}

static void expect_timeline_error(const char *body, const char *part) {
  oms_session_file_t *f = load_timeline(body);
  size_t n = 9;
  oms_error_t err = {.code = OMS_OK};
  assert_int_equal(oms_session_file_timeline(f, &desk, &n, &err), OMS_ERR_SCRIPT);
  assert_int_equal(n, 0);
  if (strstr(err.message, part) == NULL) {
    fail_msg("wanted %s, got %s", part, err.message);
  }
  oms_session_file_free(f);
}

static void misuse_of_the_timeline(void **state) {
  (void)state;
  expect_timeline_error("t:at(1)", "t:at: argument 2 must be a function, got nothing");
  expect_timeline_error("t:at('x', function() end)", "t:at: the time is no ISO 8601 time: 'x'");
  expect_timeline_error("t.at(1, function() end)", "write t:at(time, function) with a colon");
  expect_timeline_error("t:att(1, function() end)",
                        "there is no t.att; write t:at(time, function)");
  expect_timeline_error("oms.halt('SPY', 1)",
                        "oms.halt can be called only in a function given to t:at");
  expect_timeline_error("error('no')", "demo.lua:2: no");
}

static void at_is_over_when_the_timeline_is(void **state) {
  (void)state;
  expect_entry_error("t:at(2, function() end)", "t:at can be called only while timeline(t) runs");
}

static void no_timeline(void **state) {
  (void)state;
  oms_session_file_t *f = load_session("return { data = { { symbol = 'SPY', bars = 'a.csv' } } }");
  size_t n = 3;
  assert_int_equal(oms_session_file_timeline(f, &desk, &n, NULL), OMS_OK);
  assert_int_equal(n, 0);
  oms_session_file_free(f);
}

/* Check. */

static const oms_summary_field_t summary[] = {
    {.name = "trades",        .kind = OMS_FIELD_INTEGER, .integer = 1 },
    {.name = "sharpe",        .kind = OMS_FIELD_DOUBLE,  .number = 0.5},
    {.name = "sortino",       .kind = OMS_FIELD_NULL   },
    {.name = "start", .kind = OMS_FIELD_TEXT,      .text = "2024-01-02"             },
};

static int run_check(const char *body, oms_error_t *err) {
  char text[4096];
  snprintf(
      text, sizeof(text),
      "return { data = { { symbol = 'SPY', bars = 'a.csv' } }, check = function(result)\n%s\nend }",
      body);
  oms_session_file_t *f = load_session(text);
  *err = (oms_error_t){.code = OMS_OK};
  int rc = oms_session_file_check(f, &desk, summary, OMS_COUNT(summary), err);
  oms_session_file_free(f);
  return rc;
}

static void pass_check(const char *body) {
  oms_error_t err;
  if (run_check(body, &err) != OMS_OK) {
    fail_msg("%s", err.message);
  }
}

static void a_check_sees_the_whole_result(void **state) {
  (void)state;
  trade(OMS_SIDE_BUY, "A1", 10 * OMS_QTY_SCALE, 100 * OMS_PRICE_SCALE);
  trade(OMS_SIDE_SELL, NULL, 4 * OMS_QTY_SCALE, 101 * OMS_PRICE_SCALE);
  uint32_t refused = trade(OMS_SIDE_BUY, "A3", 1000000 * OMS_QTY_SCALE, 1);
  assert_int_equal(oms_engine_order(engine, refused)->status, OMS_STATUS_REJECTED);
  pass_check(
      "local s = result.summary\n"
      "assert(s.trades == 1 and s.sharpe == 0.5 and s.sortino == nil and s.start == '2024-01-02')\n"
      "local o = result.orders\n"
      "assert(#o == 3)\n"
      "assert(o[1].client_order_id == 'A1' and #o[1].order_id == 36 and o[1].symbol == 'SPY')\n"
      "assert(o[1].side == 'buy' and o[1].type == 'market' and o[1].time_in_force == 'day')\n"
      "assert(o[1].qty == 10 and o[1].filled_qty == 10 and o[1].filled_avg_price == 100)\n"
      "assert(o[1].status == 'filled' and o[1].limit_price == nil and o[1].rejected_by == nil)\n"
      "assert(math.type(o[1].ts) == 'integer' and math.type(o[1].end_ts) == 'integer')\n"
      "assert(o[1].strategy == 'cross' and o[1].account == 'main' and o[1].parent_id == nil)\n"
      "assert(o[1].code == nil and o[1].message == nil and o[1].replaces == nil)\n"
      "assert(o[2].client_order_id == o[2].order_id)\n"
      "assert(o[3].status == 'rejected' and o[3].code == 'INSUFFICIENT_BUYING_POWER')\n"
      "assert(o[3].rejected_by == 'oms' and #o[3].message > 0 and o[3].filled_avg_price == nil)\n"
      "local f = result.fills\n"
      "assert(#f == 2 and f[1].client_order_id == 'A1' and f[1].order_id == o[1].order_id)\n"
      "assert(f[1].qty == 10 and f[1].price == 100 and f[1].commission == 0.5 and f[1].ts == "
      "1000)\n"
      "assert(f[2].side == 'sell' and type(f[2].execution_id) == 'string' and f[2].account == "
      "'main')\n"
      "local t = result.trades\n"
      "assert(#t == 2 and t[1].side == 'long' and t[1].qty == 4 and t[1].entry_price == 100)\n"
      "assert(t[1].exit_price == 101 and t[1].entry_time == 1000 and t[1].exit_time == 1001)\n"
      "assert(t[1].pnl == 4 - t[1].commission and t[1].strategy == 'cross')\n"
      "assert(t[2].qty == 6 and t[2].exit_time == nil and t[2].exit_price == nil and t[2].pnl == "
      "nil)\n"
      "assert(oms.position('SPY').qty == 6)\n");
}

static void expect_failed_check(const char *body, const char *part) {
  oms_error_t err;
  int rc = run_check(body, &err);
  if (rc != OMS_ERR_CHECK || err.code != OMS_ERR_CHECK || strstr(err.message, part) == NULL) {
    fail_msg("wanted %s, got %d %s", part, rc, err.message);
  }
}

static void a_check_that_fails(void **state) {
  (void)state;
  expect_failed_check("assert(result.summary.trades > 1, 'too few')", "demo.lua:2: too few");
  expect_failed_check("\nassert(result.summary.trades > 1)", "demo.lua:3: assertion failed!");
  expect_failed_check("return false", "demo.lua:1: check returned false");
  expect_failed_check("return false, 'no trades'", "demo.lua:1: check returned false: no trades");
  expect_failed_check("local x = result.nothing.at_all", "demo.lua:2:");
  expect_failed_check("oms.halt('SPY', 1)",
                      "oms.halt can be called only in a function given to t:at");
  assert_string_equal(said, "");
}

static void a_check_that_passes(void **state) {
  (void)state;
  pass_check("return true");
  pass_check("return nil, 'whatever'");
  pass_check("for _, o in ipairs(result.orders) do error(o.status) end");
}

static void no_check(void **state) {
  (void)state;
  oms_session_file_t *f = load_session("return { data = { { symbol = 'SPY', bars = 'a.csv' } } }");
  assert_int_equal(oms_session_file_check(f, &desk, summary, 1, NULL), OMS_OK);
  oms_session_file_free(f);
}

#define WITH_DESK(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void) {
  const struct CMUnitTest tests[] = {
      WITH_DESK(entries_in_order_of_time_then_of_the_file),
      WITH_DESK(what_an_entry_may_do),
      WITH_DESK(reload),
      WITH_DESK(reports_by_hand),
      WITH_DESK(misuse_in_an_entry),
      WITH_DESK(an_entry_reads),
      WITH_DESK(misuse_of_the_timeline),
      WITH_DESK(at_is_over_when_the_timeline_is),
      WITH_DESK(no_timeline),
      WITH_DESK(a_check_sees_the_whole_result),
      WITH_DESK(a_check_that_fails),
      WITH_DESK(a_check_that_passes),
      WITH_DESK(no_check),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
