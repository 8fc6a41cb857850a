/* test_session_read.c - what a session file says arrives in the config: each key of each level,
 * defaults, rows in place, parameters. Whole sessions are loaded from text and the config is
 * compared field by field. */
#include <stdlib.h>

#include "session_fixture.h"

#include "bind/bind.h"

static const char full[] =
    "local rows = { { '2024-01-02', 10, 11, 9, 10.5, 100 }, { '2024-01-03', '10.1', 11, 9.25, 10, "
    "0 } }\n"
    "return {\n"
    "  name = 'demo', mode = 'backtest', seed = 7, from = '2024-01-02', to = '2024-01-03',\n"
    "  accounts = {\n"
    "    { id = 'main', type = 'margin', cash = '250000.000001', multiplier = 4, fdid = 'F',\n"
    "      customer_id = 'C', mpid = 'M', dept = 'D' },\n"
    "    { id = 'ira', type = 'cash', cash = 1e4 } },\n"
    "  instruments = {\n"
    "    SPY = { asset_class = 'us_equity', tick = 0.01, lot = 1, multiplier = 1, currency = "
    "'USD',\n"
    "            previous_close = 99.5 },\n"
    "    AAPL = { asset_class = 'us_option', multiplier = 100 }, ES = { asset_class = 'future', "
    "tick = '0.25' } },\n"
    "  data = {\n"
    "    { symbol = 'SPY', bars = rows, timeframe = '1d', tz = 'America/New_York', label = 'end' "
    "},\n"
    "    { symbol = 'ES', bars = 'es.csv.gz' },\n"
    "    { symbol = 'AAPL', bars = { 'a1.csv', 'a2.csv' }, label = 'start' } },\n"
    "  venue = { fill = 'this_close', bar_path = 'olhc', child_fill = 'next_bar', trail_on = "
    "'high_low',\n"
    "    max_participation = 0.1, slippage = { percent = 0.05 }, latency_ms = 1.5, credit_exits = "
    "true,\n"
    "    commission = { per_share = 0.005, per_contract = '0.65', percent = 0.2, per_order = 1, "
    "min = 1,\n"
    "      max = 20, regulatory = true } },\n"
    "  limits = { max_order_qty = 1000, max_order_notional = 1e6, price_collar_pct = 5, "
    "max_position = 2000,\n"
    "    max_open_orders = 1e1, max_orders_per_second = 5, max_gross_exposure = 2e6, "
    "max_daily_loss = 5000,\n"
    "    restricted = { 'TSLA', 'GME' }, duplicate_window_s = 0.5,\n"
    "    accounts = { main = { max_order_qty = 10 }, ira = { restricted = 'SPY' } } },\n"
    "  rules = { 'rules/max_order.lua', { 'rules/max_position.lua', max = 500, id = 'mp',\n"
    "    scope = { account = 'main', strategy = 'cross', symbols = { 'SPY', 'ES' } } } },\n"
    "  strategies = {\n"
    "    { 'strategies/sma_cross.lua', id = 'cross', account = 'ira', symbols = { 'SPY' },\n"
    "      timeframes = { '1d', '1h' }, on_error = 'leave', max_errors = 3, claim = { 'SPY' },\n"
    "      fast = 10, slow = 20.5, mode = 'x', list = { 1, 2 } },\n"
    "    'strategies/other.lua' },\n"
    "  timeline = function(t) end,\n"
    "  check = function(result) end,\n"
    "}\n";

static void a_full_session(void **state) {
  (void)state;
  oms_session_file_t *f = load_session(full);
  const oms_session_config_t *c = oms_session_file_config(f);
  assert_string_equal(c->name, "demo");
  assert_string_equal(c->path, "sessions/demo.lua");
  assert_int_equal(c->seed, 7);
  assert_int_equal(c->account_n, 2);
  const oms_account_t *a = c->accounts;
  assert_string_equal(a[0].id, "main");
  assert_int_equal(a[0].type, OMS_ACCOUNT_TYPE_MARGIN);
  assert_int_equal(a[0].cash, INT64_C(250000000001));
  assert_int_equal(a[0].initial_cash, a[0].cash);
  assert_int_equal(a[0].multiplier, 4 * OMS_QTY_SCALE);
  assert_string_equal(a[0].fdid, "F");
  assert_string_equal(a[0].customer_id, "C");
  assert_string_equal(a[0].mpid, "M");
  assert_string_equal(a[0].dept, "D");
  assert_int_equal(a[1].type, OMS_ACCOUNT_TYPE_CASH);
  assert_int_equal(a[1].cash, 10000 * OMS_MONEY_SCALE);
  assert_int_equal(a[1].multiplier, OMS_QTY_SCALE);
  assert_true(a[0].credit_exits && a[1].credit_exits);
  oms_session_file_free(f);
}

static void instruments_in_order_of_symbols(void **state) {
  (void)state;
  oms_session_file_t *f = load_session(full);
  const oms_session_config_t *c = oms_session_file_config(f);
  assert_int_equal(c->instrument_n, 3);
  const oms_instrument_t *i = c->instruments;
  assert_string_equal(i[0].symbol, "AAPL");
  assert_int_equal(i[0].calendar, OMS_CALENDAR_US_EQUITY);
  assert_int_equal(i[0].multiplier, 100 * OMS_QTY_SCALE);
  assert_string_equal(i[1].symbol, "ES");
  assert_int_equal(i[1].calendar, OMS_CALENDAR_NONE);
  assert_int_equal(i[1].asset_class, OMS_ASSET_CLASS_FUTURE);
  assert_int_equal(i[1].tick, 250000000);
  assert_int_equal(i[1].previous_close, OMS_NO_PRICE);
  assert_string_equal(i[2].symbol, "SPY");
  assert_int_equal(i[2].asset_class, OMS_ASSET_CLASS_US_EQUITY);
  assert_int_equal(i[2].calendar, OMS_CALENDAR_US_EQUITY);
  assert_int_equal(i[2].tick, 10000000);
  assert_int_equal(i[2].lot, OMS_QTY_SCALE);
  assert_int_equal(i[2].previous_close, INT64_C(99500000000));
  for (size_t k = 0; k < 3; k++) {
    assert_true(i[k].declared);
    assert_string_equal(i[k].currency, "USD");
    assert_int_equal(i[k].last, OMS_NO_PRICE);
    assert_int_equal(i[k].bid, OMS_NO_PRICE);
    assert_int_equal(i[k].margin_per_contract, OMS_NO_PRICE);
  }
  oms_session_file_free(f);
}

static void data_and_rows(void **state) {
  (void)state;
  oms_session_file_t *f = load_session(full);
  const oms_session_config_t *c = oms_session_file_config(f);
  assert_int_equal(c->data_n, 3);
  const oms_data_config_t *d = c->data;
  assert_string_equal(d[0].symbol, "SPY");
  assert_null(d[0].paths);
  assert_int_equal(d[0].row_n, 2);
  assert_true(d[0].rows_date_only && d[0].rows_have_volume && d[0].label_end);
  assert_int_equal(d[0].timeframe, OMS_NS_PER_DAY);
  oms_time_t ts;
  assert_int_equal(oms_time_parse("2024-01-02T05:00:00Z", 20, OMS_ZONE_UTC, &ts, NULL), OMS_OK);
  assert_int_equal(d[0].rows[0].ts, ts); /* midnight in New York */
  assert_int_equal(d[0].rows[0].open, 10 * OMS_PRICE_SCALE);
  assert_int_equal(d[0].rows[0].high, 11 * OMS_PRICE_SCALE);
  assert_int_equal(d[0].rows[0].low, 9 * OMS_PRICE_SCALE);
  assert_int_equal(d[0].rows[0].close, INT64_C(10500000000));
  assert_true(d[0].rows[0].volume == 100);
  assert_int_equal(d[0].rows[1].open, INT64_C(10100000000));
  assert_int_equal(c->from, ts);
  assert_int_equal(c->to, ts + 2 * OMS_NS_PER_DAY); /* the whole of the 3rd */
  assert_int_equal(d[1].path_n, 1);
  assert_string_equal(d[1].paths[0], "es.csv.gz");
  assert_int_equal(d[1].timeframe, 0);
  assert_false(d[1].label_end);
  assert_int_equal(d[2].path_n, 2);
  assert_string_equal(d[2].paths[1], "a2.csv");
  oms_session_file_free(f);
}

static void venue(void **state) {
  (void)state;
  oms_session_file_t *f = load_session(full);
  const oms_sim_config_t *v = &oms_session_file_config(f)->venue;
  assert_int_equal(v->fill, OMS_FILL_THIS_CLOSE);
  assert_int_equal(v->bar_path, OMS_BAR_PATH_OLHC);
  assert_int_equal(v->child_fill, OMS_CHILD_NEXT_BAR);
  assert_int_equal(v->trail_on, OMS_TRAIL_HIGH_LOW);
  assert_int_equal(v->max_participation, 100000000);
  assert_int_equal(v->slippage_ticks, 0);
  assert_int_equal(v->slippage_percent, 50000000);
  assert_int_equal(v->latency_ns, 1500000);
  assert_int_equal(v->commission.per_share, 5000000);
  assert_int_equal(v->commission.per_contract, 650000000);
  assert_int_equal(v->commission.percent, 200000000);
  assert_int_equal(v->commission.per_order, OMS_MONEY_SCALE);
  assert_int_equal(v->commission.min, OMS_MONEY_SCALE);
  assert_int_equal(v->commission.max, 20 * OMS_MONEY_SCALE);
  assert_true(v->commission.regulatory);
  oms_session_file_free(f);
}

static void limits_of_an_account_begin_with_those_of_all(void **state) {
  (void)state;
  oms_session_file_t *f = load_session(full);
  const oms_session_config_t *c = oms_session_file_config(f);
  assert_int_equal(c->limit_n, 3);
  const oms_limits_config_t *l = c->limits;
  assert_null(l[0].account);
  assert_int_equal(l[0].limits.max_order_qty, 1000 * OMS_QTY_SCALE);
  assert_int_equal(l[0].limits.max_order_notional, 1000000 * OMS_MONEY_SCALE);
  assert_int_equal(l[0].limits.price_collar_pct, 5 * OMS_QTY_SCALE);
  assert_int_equal(l[0].limits.max_position, 2000 * OMS_QTY_SCALE);
  assert_int_equal(l[0].limits.max_open_orders, 10);
  assert_int_equal(l[0].limits.max_orders_per_second, 5);
  assert_int_equal(l[0].limits.max_gross_exposure, 2000000 * OMS_MONEY_SCALE);
  assert_int_equal(l[0].limits.max_daily_loss, 5000 * OMS_MONEY_SCALE);
  assert_int_equal(l[0].limits.duplicate_window_ns, 500000000);
  assert_int_equal(l[0].restricted_n, 2);
  assert_string_equal(l[0].restricted[1], "GME");
  assert_string_equal(l[1].account, "ira");
  assert_int_equal(l[1].limits.max_order_qty, 1000 * OMS_QTY_SCALE);
  assert_int_equal(l[1].restricted_n, 1);
  assert_string_equal(l[1].restricted[0], "SPY");
  assert_string_equal(l[2].account, "main");
  assert_int_equal(l[2].limits.max_order_qty, 10 * OMS_QTY_SCALE);
  assert_int_equal(l[2].limits.max_position, 2000 * OMS_QTY_SCALE);
  assert_int_equal(l[2].restricted_n, 2);
  oms_session_file_free(f);
}

static void scripts(void **state) {
  (void)state;
  oms_session_file_t *f = load_session(full);
  const oms_session_config_t *c = oms_session_file_config(f);
  assert_int_equal(c->rule_n, 2);
  assert_string_equal(c->rules[0].path, "rules/max_order.lua");
  assert_null(c->rules[0].params);
  assert_null(c->rules[0].id);
  assert_string_equal(c->rules[1].id, "mp");
  assert_string_equal(c->rules[1].scope_account, "main");
  assert_string_equal(c->rules[1].scope_strategy, "cross");
  assert_int_equal(c->rules[1].scope_symbol_n, 2);
  assert_string_equal(c->rules[1].scope_symbols[1], "ES");
  assert_int_equal(c->strategy_n, 2);
  const oms_script_entry_t *s = c->strategies;
  assert_string_equal(s[0].path, "strategies/sma_cross.lua");
  assert_string_equal(s[0].id, "cross");
  assert_string_equal(s[0].account, "ira");
  assert_int_equal(s[0].symbol_n, 1);
  assert_int_equal(s[0].timeframe_n, 2);
  assert_string_equal(s[0].timeframes[1], "1h");
  assert_true(s[0].leave_orders);
  assert_int_equal(s[0].max_errors, 3);
  assert_string_equal(s[0].claim[0], "SPY");
  assert_string_equal(s[1].path, "strategies/other.lua");
  assert_null(s[1].account);
  assert_false(s[1].leave_orders);
  assert_true(oms_session_file_has_check(f));
  oms_session_file_free(f);
}

/* Everything that is not reserved, in the order of keys, and nothing else. */
static void parameters_as_canonical_bytes(void **state) {
  (void)state;
  oms_session_file_t *f =
      load_session("return { data = { { symbol = 'A', bars = 'a.csv' } }, strategies = {"
                   "{ 's.lua', slow = true, fast = 10, account = 'main' } } }");
  const oms_script_entry_t *s = oms_session_file_config(f)->strategies;
  static const unsigned char want[] = {'M', 2,   0,   0,   0,  'S', 4,   0,   0,   0,   'f',
                                       'a', 's', 't', 'I', 10, 0,   0,   0,   0,   0,   0,
                                       0,   'S', 4,   0,   0,  0,   's', 'l', 'o', 'w', 'T'};
  assert_int_equal(s->param_n, sizeof(want));
  assert_memory_equal(s->params, want, sizeof(want));
  oms_session_file_free(f);
}

static void defaults(void **state) {
  (void)state;
  oms_session_file_t *f = load_session("return { data = { { symbol = 'A', bars = 'a.csv' } } }");
  const oms_session_config_t *c = oms_session_file_config(f);
  assert_string_equal(c->name, "demo");
  assert_int_equal(c->seed, 1);
  assert_int_equal(c->from, OMS_NO_TIME);
  assert_int_equal(c->to, OMS_NO_TIME);
  assert_int_equal(c->account_n, 1);
  assert_string_equal(c->accounts[0].id, "main");
  assert_int_equal(c->accounts[0].type, OMS_ACCOUNT_TYPE_MARGIN);
  assert_int_equal(c->accounts[0].cash, 100000 * OMS_MONEY_SCALE);
  assert_int_equal(c->accounts[0].multiplier, 2 * OMS_QTY_SCALE);
  assert_int_equal(c->accounts[0].limits.max_order_qty, OMS_NO_PRICE);
  assert_int_equal(c->venue.fill, OMS_FILL_NEXT_OPEN);
  assert_int_equal(c->venue.bar_path, OMS_BAR_PATH_WORST);
  assert_int_equal(c->venue.max_participation, OMS_NO_PRICE);
  assert_int_equal(c->venue.commission.min, OMS_NO_PRICE);
  assert_int_equal(c->venue.commission.max, OMS_NO_PRICE);
  assert_int_equal(c->limit_n + c->rule_n + c->strategy_n + c->instrument_n, 0);
  assert_int_equal(c->data[0].zone.kind, OMS_ZONE_UTC.kind);
  assert_false(oms_session_file_has_check(f));
  oms_session_file_free(f);
}

static void times_of_rows(void **state) {
  (void)state;
  oms_session_file_t *f = load_session(
      "return { from = 5, to = '2024-01-02T00:00:01Z', data = { { symbol = 'A', tz = '+01:00', "
      "bars = {\n"
      "{ 1704150000000000000, 1, 1, 1, 1 }, { '2024-01-02T01:00', 1, 1, 1, 1 } } } } }");
  const oms_session_config_t *c = oms_session_file_config(f);
  const oms_data_config_t *d = c->data;
  assert_false(d->rows_date_only);
  assert_false(d->rows_have_volume);
  assert_int_equal(d->rows[0].ts, INT64_C(1704150000000000000));
  assert_int_equal(d->rows[1].ts, INT64_C(1704153600000000000));
  assert_int_equal(c->from, 5);
  assert_int_equal(c->to, INT64_C(1704153601000000000));
  oms_session_file_free(f);
}

static void rows_that_are_no_bars(void **state) {
  (void)state;
  oms_session_file_t *f = load_session(
      "return { data = {\n"
      "{ symbol = 'A', tz = '+01:00', quotes = { { '2024-01-02T01:00', 9, 0, '10.5', 2 }, "
      "{ '2024-01-02T01:00', '', '', 11 } } },\n"
      "{ symbol = 'A', trades = { { 5, '9.5' }, { 6, 10, 3 } } },\n"
      "{ symbol = 'B', orders = { { 'A', 7, 'S', 9, 5 }, { 'R', 7, '', '', 2 }, { 'C', 7 } } },\n"
      "{ symbol = 'C', orders = { { 'A', 7, 'B', 9, 5, 10 } } },\n"
      "{ symbol = 'A', actions = { { '2024-01-02', 'stock_dividend', 0.05 }, "
      "{ '2024-01-03', 'dividend', '0.5' } } } },\n"
      "venue = { latency = 'l.csv', partial = true, queue = 'front', equity_every = 0.5 } }");
  const oms_session_config_t *c = oms_session_file_config(f);
  const oms_data_config_t *d = c->data;
  assert_int_equal(d[0].kind, OMS_DATA_QUOTES);
  assert_int_equal(d[0].row_n, 2);
  assert_int_equal(d[0].ticks[0].ts, INT64_C(1704153600000000000));
  assert_int_equal(d[0].ticks[0].u.quote.bid, 9 * OMS_PRICE_SCALE);
  assert_int_equal(d[0].ticks[0].u.quote.bid_size, INT64_MAX);
  assert_int_equal(d[0].ticks[0].u.quote.ask, INT64_C(10500000000));
  assert_int_equal(d[0].ticks[0].u.quote.ask_size, 2 * OMS_QTY_SCALE);
  assert_int_equal(d[0].ticks[1].u.quote.bid, OMS_NO_PRICE);
  assert_int_equal(d[0].ticks[1].u.quote.ask_size, INT64_MAX);
  assert_int_equal(d[1].ticks[0].u.trade.size, 0);
  assert_int_equal(d[1].ticks[1].u.trade.size, 3 * OMS_QTY_SCALE);
  assert_int_equal(d[2].kind, OMS_DATA_ORDERS);
  assert_int_equal(d[2].ticks[0].u.flow.side, OMS_SIDE_SELL);
  assert_int_equal(d[2].ticks[1].u.flow.op, 'R');
  assert_int_equal(d[2].ticks[1].u.flow.qty, 2 * OMS_QTY_SCALE);
  assert_int_equal(d[2].ticks[2].ts, 2000000); /* 1 ms a row */
  assert_int_equal(d[3].ticks[0].ts, 10);
  assert_int_equal(d[4].ticks[0].u.action.ratio, INT64_C(1050000000));
  assert_int_equal(d[4].ticks[1].u.action.cash, INT64_C(500000000));
  assert_string_equal(c->latency_file, "l.csv");
  assert_true(c->venue.partial && c->venue.queue == OMS_QUEUE_FRONT);
  assert_int_equal(c->equity_every_ns, 500000000);
  oms_session_file_free(f);
}

/* The module is there, as a global and by require; a folder's own modules too. */
static void the_module_in_a_session(void **state) {
  (void)state;
  oms_session_file_t *f =
      load_session("assert(require('oms') == oms)\n"
                   "local t = oms.time.parse('2024-01-02T00:00:00Z')\n"
                   "return { from = t, data = { { symbol = 'A', bars = 'a.csv' } } }");
  assert_int_equal(oms_session_file_config(f)->from, INT64_C(1704153600000000000));
  oms_session_file_free(f);
}

static void a_file_beside_another(void **state) {
  (void)state;
  char folder[] = "/tmp/moondesk_session_XXXXXX";
  char path[64];
  assert_non_null(mkdtemp(folder));
  snprintf(path, sizeof(path), "%s/base.lua", folder);
  FILE *out = fopen(path, "w");
  assert_non_null(out);
  fputs("return { symbol = 'A', bars = 'a.csv' }", out);
  fclose(out);
  char session[64];
  snprintf(session, sizeof(session), "%s/s.lua", folder);
  out = fopen(session, "w");
  assert_non_null(out);
  fputs("return { data = { require 'base' } }", out);
  fclose(out);
  oms_session_file_t *f = NULL;
  oms_error_t err;
  assert_int_equal(oms_session_file_load(session, &f, &err), OMS_OK);
  assert_string_equal(oms_session_file_config(f)->data[0].symbol, "A");
  assert_string_equal(oms_session_file_config(f)->name, "s");
  oms_session_file_free(f);
  remove(path);
  remove(session);
  remove(folder);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_full_session),
      cmocka_unit_test(instruments_in_order_of_symbols),
      cmocka_unit_test(data_and_rows),
      cmocka_unit_test(venue),
      cmocka_unit_test(limits_of_an_account_begin_with_those_of_all),
      cmocka_unit_test(scripts),
      cmocka_unit_test(parameters_as_canonical_bytes),
      cmocka_unit_test(defaults),
      cmocka_unit_test(times_of_rows),
      cmocka_unit_test(rows_that_are_no_bars),
      cmocka_unit_test(the_module_in_a_session),
      cmocka_unit_test(a_file_beside_another),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
