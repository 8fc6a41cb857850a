/* test_live_data.c - scripts, recorded data and rows that are pushed in a live host, and what the
 * service manager hears of it. */
#include "live_fixture.h"

/* Scripts. */

static void write_script(const char *name, const char *text) {
  char path[200];
  snprintf(path, sizeof path, "%s/%s", folder, name);
  FILE *f = fopen(path, "w");
  assert_non_null(f);
  fputs(text, f);
  assert_int_equal(fclose(f), 0);
}

static const char scripted[] = "rules = { 'rule.lua' }, strategies = { 'strategy.lua' },\n"
                               "data = { { symbol = 'X', quotes = true } }";

static void the_rule_judges(void) {
  oms_op_result_t r = submit("s1", OMS_TYPE_LIMIT, 8);
  assert_int_equal(r.rc, OMS_ERR_REJECTED);
  assert_string_equal(oms_code_own_word(r.reject.code), "TOO_BIG");
  assert_int_equal(submit("s2", OMS_TYPE_LIMIT, 5).rc, OMS_OK);
  assert_true(t.live->metrics(t.live->self)->rules.n >= 2);
}

static void reload(const char *script) {
  oms_op_t op = {.kind = OMS_OP_RELOAD, .by = "person:P", .u.reload = {.script = script}};
  oms_op_result_t r = apply(&op);
  assert_int_equal(r.rc, OMS_OK);
  assert_true(r.ticket != 0);
}

static void a_faulty_rule_is_given(void) {
  write_script("rule.lua", "return { check = function( }\n");
  reload("rule");
}

static void it_is_refused(void) {
  if (t.reloads == 0) {
    t.at--;
    return;
  }
  assert_non_null(strstr(t.reload_text, "rule.lua:1"));
  assert_int_equal(submit("s3", OMS_TYPE_LIMIT, 8).rc, OMS_ERR_REJECTED); /* the old one goes on */
  write_script("rule.lua", "return { check = function() return true end }\n");
  reload("rule");
}

static void the_new_rule_judges(void) {
  if (t.reloads < 2) {
    t.at--;
    return;
  }
  assert_string_equal(t.reload_text, "rule done");
  assert_int_equal(submit("s4", OMS_TYPE_LIMIT, 8).rc, OMS_OK);
}

static void a_strategy_is_stopped(void) {
  oms_script_view_t v;
  oms_op_t op = {
      .kind = OMS_OP_SCRIPT, .by = "person:P", .u.script = {"strategy", false}
  };
  assert_int_equal(t.live->scripts(t.live->self), 2);
  uint32_t open = oms_engine_find_order(t.live->desk->engine, 0, "mine");
  assert_int_equal(order_at(open)->status, OMS_STATUS_NEW);
  assert_int_equal(apply(&op).rc, OMS_OK);
  t.live->script(t.live->self, 1, &v);
  assert_true(v.stopped);
  assert_true(v.memory > 0 && v.param_n > 0);
  assert_int_equal(order_at(open)->status, OMS_STATUS_CANCELED);
  op.u.script.start = true;
  assert_int_equal(apply(&op).rc, OMS_OK);
  t.live->script(t.live->self, 1, &v);
  assert_false(v.stopped);
  op.u.script.script = "rule";
  assert_int_equal(apply(&op).rc, OMS_ERR_NOT_FOUND);
}

static void scripts(void **state) {
  (void)state;
  forget();
  write_script("rule.lua",
               "return { check = function(self, order)\n"
               "  if order.qty > 7 then return false, 'TOO_BIG', 'no' end return true end }\n");
  write_script("strategy.lua", "return { params = { price = 40 }, on_quote = function(self, q)\n"
                               "  if not self.done then self.done = true\n"
                               "    oms.buy(q.symbol, 1, { type = 'limit',\n"
                               "      limit_price = self.params.price, time_in_force = 'gtc',\n"
                               "      client_order_id = 'mine' }) end end }\n");
  RUN(scripted, a_quote_comes, the_rule_judges, a_faulty_rule_is_given, it_is_refused,
      the_new_rule_judges, a_strategy_is_stopped);
}

/* Recorded data: a step comes at a time, as fast as it goes, and then the clock goes on. */

static const char recorded[] =
    "pace = 'fast', strategies = { 'count.lua' }, data = { { symbol = 'X', timeframe = '1m', bars "
    "= "
    "{ { 60000000000, 10, 11, 9, 10, 5 }, { 120000000000, 10, 11, 9, 10, 5 } } } }";

static void the_data_end(void) {
  oms_live_state_t s;
  t.live->state(t.live->self, &s);
  if (!s.feed_ended) {
    t.at--;
  }
}

static oms_time_t before;

static void the_clock_goes_on(void) {
  const oms_equity_point_t *points;
  before = t.live->desk->now;
  assert_true(before >= 180 * OMS_NS_PER_SECOND);
  pause_ms(2);
  assert_int_equal(submit("r1", OMS_TYPE_LIMIT, 1).rc, OMS_OK);
  assert_true(t.live->desk->now > before);
  assert_true(t.live->desk->now < before + 60 * OMS_NS_PER_SECOND);
  assert_true(t.live->equity(t.live->self, 0, &points) >= 2);
  assert_int_equal(points[0].equity, 100000 * OMS_MONEY_SCALE);
  assert_int_equal(t.live->stream(t.live->self, "X", OMS_DATA_BARS, 0), OMS_NONE); /* recorded */
}

static void recorded_data(void **state) {
  (void)state;
  forget();
  write_script("count.lua", "return { on_bar = function(self) self.n = (self.n or 0) + 1 end,\n"
                            "  on_stop = function(self) assert(self.n == 2) end }\n");
  RUN(recorded, the_data_end, the_clock_goes_on);
}

/* Bars and trades that are pushed. */

static const char bars[] = "strategies = { 'bars.lua' }, data = {\n"
                           "  { symbol = 'X', timeframe = '1m', bars = true },\n"
                           "  { symbol = 'Z', trades = true } }";

static void a_bar_comes(void) {
  oms_op_t op = {.kind = OMS_OP_ROW, .by = "feed"};
  op.u.row.stream = t.live->stream(t.live->self, "X", OMS_DATA_BARS, 60 * OMS_NS_PER_SECOND);
  assert_int_equal(op.u.row.stream, 0);
  assert_int_equal(t.live->stream(t.live->self, "X", OMS_DATA_BARS, 5), OMS_NONE);
  op.u.row.kind = OMS_DATA_BARS;
  op.u.row.bar = (oms_bar_row_t){t.live->desk->now - 60 * OMS_NS_PER_SECOND,
                                 10 * OMS_PRICE_SCALE,
                                 12 * OMS_PRICE_SCALE,
                                 9 * OMS_PRICE_SCALE,
                                 11 * OMS_PRICE_SCALE,
                                 100};
  assert_int_equal(apply(&op).rc, OMS_OK);
  assert_int_equal(oms_engine_last(t.live->desk->engine, 0), 11 * OMS_PRICE_SCALE);
  op.u.row.bar.low = 13 * OMS_PRICE_SCALE;
  assert_int_equal(apply(&op).rc, OMS_ERR_USAGE);
}

/* What the strategy ordered on the first bar fills on the second one. */
static void it_is_filled_by_the_next_one(void) {
  assert_int_equal(oms_engine_net(t.live->desk->engine, 0, 0)->qty, 2 * OMS_QTY_SCALE);
}

static void a_trade_comes(void) {
  oms_op_t op = {.kind = OMS_OP_ROW, .by = "feed"};
  op.u.row.stream = t.live->stream(t.live->self, "Z", OMS_DATA_TRADES, 0);
  op.u.row.kind = OMS_DATA_TRADES;
  op.u.row.tick.ts = OMS_NO_TIME;
  op.u.row.tick.u.trade = (oms_print_t){20 * OMS_PRICE_SCALE, OMS_QTY_SCALE};
  assert_int_equal(apply(&op).rc, OMS_OK);
  assert_int_equal(oms_engine_last(t.live->desk->engine, 1), 20 * OMS_PRICE_SCALE);
  op.u.row.tick.u.trade.price = 0;
  assert_int_equal(apply(&op).rc, OMS_ERR_USAGE);
  op.u.row.kind = OMS_DATA_QUOTES; /* the stream is none of quotes */
  assert_int_equal(apply(&op).rc, OMS_ERR_NOT_FOUND);
}

static void bars_and_trades(void **state) {
  (void)state;
  forget();
  write_script("bars.lua",
               "return { on_bar = function(self, bar)\n"
               "  if not self.done then self.done = oms.buy(bar.symbol, 2) end end }\n");
  RUN(bars, a_bar_comes, a_bar_comes, it_is_filled_by_the_next_one, a_trade_comes);
}

/* The service manager hears of it, by a socket in the file system and by one in the abstract
 * space. */

static int listen_for_words(const char *name, const char *shown) {
  struct sockaddr_un at = {.sun_family = AF_UNIX};
  size_t n = strlen(name) + 1;
  memcpy(at.sun_path, name, n);
  bool abstract = name[0] == '@';
  if (abstract) {
    at.sun_path[0] = '\0';
  }
  int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0);
  socklen_t len = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + n - (abstract ? 1 : 0));
  assert_int_equal(bind(fd, (const struct sockaddr *)&at, len), 0);
  assert_int_equal(setenv("NOTIFY_SOCKET", shown, 1), 0);
  return fd;
}

static void hears(int fd, const char *word) {
  char text[100];
  ssize_t n = recv(fd, text, sizeof text - 1, 0);
  assert_true(n > 0);
  text[n] = '\0';
  assert_string_equal(text, word);
}

static void the_service_manager_is_told(void **state) {
  (void)state;
  char path[100];
  forget();
  snprintf(path, sizeof path, "%s/notify", folder);
  int fd = listen_for_words(path, path);
  RUN(pushed, a_quote_comes);
  hears(fd, "READY=1");
  hears(fd, "STOPPING=1");
  assert_int_equal(close(fd), 0);
  forget();
  snprintf(path, sizeof path, "@moondesk-test-%d", (int)getpid());
  fd = listen_for_words(path, path);
  RUN(pushed, a_quote_comes);
  hears(fd, "READY=1");
  hears(fd, "STOPPING=1");
  assert_int_equal(close(fd), 0);
  assert_int_equal(unsetenv("NOTIFY_SOCKET"), 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(scripts),
      cmocka_unit_test(recorded_data),
      cmocka_unit_test(bars_and_trades),
      cmocka_unit_test(the_service_manager_is_told),
  };
  return cmocka_run_group_tests(tests, set_up, tear_down);
}
