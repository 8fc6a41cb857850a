/* Results: statistics worked by hand, rows of a real engine word for word, and disks that refuse.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "host/results.h"

#define MONEY(units) ((oms_money_t)((units)*1000000.0))

static void near(double got, double want) {
  if (!(fabs(got - want) <= 1e-9 * fmax(1, fabs(want)))) {
    fail_msg("got %.15g, want %.15g", got, want);
  }
}

static void step(oms_stats_t *s, int64_t day, double equity, bool in_position) {
  assert_int_equal(OMS_OK,
                   oms_stats_step(s, day * OMS_NS_PER_DAY, day, MONEY(equity), true, in_position));
}

/* Statistics. */

/* Day ends 110, 99, 99, 108.9 on 100: returns 10 %, -10 %, 0 %, 10 %. */
static void stats_of_four_days(void **state) {
  (void)state;
  oms_stats_t *s = oms_stats_new(MONEY(100));
  step(s, 10, 500, true); /* within the day: no part of it */
  step(s, 10, 110, true);
  step(s, 11, 99, false);
  step(s, 12, 99, false);
  step(s, 15, 108.9, true);
  oms_stats_figures_t f;
  oms_stats_figures(s, false, &f);
  double deviation = sqrt(0.0275 / 3);
  assert_int_equal(4, f.days);
  assert_int_equal(MONEY(108.9), f.final_equity);
  near(f.return_pct, 8.9);
  near(f.annual_return_pct, 100 * (pow(1.089, 63) - 1));
  near(f.volatility_pct, 100 * deviation * sqrt(252));
  near(f.sharpe, 0.025 / deviation * sqrt(252));
  near(f.sortino, 0.025 / 0.05 * sqrt(252));
  near(f.max_drawdown_pct, 10);
  assert_int_equal(3, f.max_drawdown_days);
  near(f.calmar, f.annual_return_pct / 10);
  near(f.exposure_pct, 60);
  near(f.mean_equity, (110 + 99 + 99 + 108.9) / 4);
  near(oms_stats_drawdown(s), (500 - 108.9) / 500);
  oms_stats_free(s);
}

static void stats_all_week_counts_365_days(void **state) {
  (void)state;
  oms_stats_t *s = oms_stats_new(MONEY(100));
  step(s, 1, 110, false);
  step(s, 2, 99, false);
  oms_stats_figures_t f;
  oms_stats_figures(s, true, &f);
  near(f.annual_return_pct, 100 * (pow(0.99, 182.5) - 1));
  near(f.sharpe, 0);
  near(f.volatility_pct, 100 * sqrt(0.02) * sqrt(365));
  oms_stats_free(s);
}

/* The first day may already be a loss: the initial equity is the first peak. */
static void stats_drawdown_starts_at_the_initial_equity(void **state) {
  (void)state;
  oms_stats_t *s = oms_stats_new(MONEY(100));
  step(s, 1, 75, true);
  oms_stats_figures_t f;
  oms_stats_figures(s, false, &f);
  near(f.max_drawdown_pct, 25);
  assert_int_equal(1, f.max_drawdown_days);
  near(oms_stats_drawdown(s), 0.25);
  oms_stats_free(s);
}

static void stats_without_days_are_undefined(void **state) {
  (void)state;
  oms_stats_t *s = oms_stats_new(MONEY(100));
  oms_stats_figures_t f;
  oms_stats_figures(s, false, &f);
  near(f.return_pct, 0);
  assert_true(isnan(f.annual_return_pct) && isnan(f.sharpe) && isnan(f.sortino));
  assert_true(isnan(f.volatility_pct) && isnan(f.calmar) && isnan(f.exposure_pct));
  step(s, 1, 101, false);
  step(s, 2, 102.01, false);
  oms_stats_figures(s, false, &f);
  assert_true(isnan(f.sortino)); /* no losing day */
  assert_true(isnan(f.calmar));  /* no drawdown */
  near(f.max_drawdown_pct, 0);
  oms_stats_free(s);
}

static void stats_of_equity_below_zero_are_undefined(void **state) {
  (void)state;
  oms_stats_t *s = oms_stats_new(MONEY(100));
  step(s, 1, -20, true);
  step(s, 2, -10, true);
  oms_stats_figures_t f;
  oms_stats_figures(s, false, &f);
  near(f.return_pct, -110);
  near(f.max_drawdown_pct, 120);
  assert_true(isnan(f.sharpe) && isnan(f.annual_return_pct) && isnan(f.volatility_pct));
  oms_stats_free(s);
}

static void stats_say_when_memory_ends(void **state) {
  (void)state;
  oms_stats_t *s = oms_stats_new(MONEY(100));
  step(s, 1, 100, false);
  oms_alloc_fail_after(1);
  int rc = oms_stats_step(s, 0, 2, MONEY(100), true, false);
  oms_alloc_fail_after(0);
  assert_int_equal(OMS_ERR_NOMEM, rc);
  oms_stats_free(s);
}

/* An engine with a few orders. */

static void sink_nothing(void *self, const oms_event_t *event) {
  (void)self;
  (void)event;
}

typedef struct fixture {
  oms_engine_t *engine;
  uint64_t seq;
  oms_time_t now;
  oms_terms_t terms;
} fixture_t;

static int apply(fixture_t *x, oms_command_t *c) {
  oms_sink_t sink = {NULL, sink_nothing};
  c->seq = ++x->seq;
  c->now = x->now;
  return oms_engine_apply(x->engine, c, &sink);
}

static void set_up_engine(fixture_t *x) {
  oms_engine_config_t config = {.seed = 1, .orders = 16, .fills = 16, .crosses_zero = true};
  config.commission.min = config.commission.max = OMS_NO_PRICE;
  *x = (fixture_t){.now = INT64_C(1704209400) * OMS_NS_PER_SECOND}; /* 2024-01-02T15:30:00Z */
  x->engine = oms_engine_new(&config);
  assert_non_null(x->engine);
  oms_instrument_t spy = {.symbol = "SPY", .currency = "USD", .multiplier = OMS_QTY_SCALE};
  spy.previous_close = spy.margin_per_contract = spy.last = spy.bid = spy.ask = OMS_NO_PRICE;
  oms_account_t main_account = {.id = "main", .type = OMS_ACCOUNT_TYPE_MARGIN};
  main_account.multiplier = 2 * OMS_QTY_SCALE;
  main_account.initial_cash = main_account.cash = MONEY(100000);
  oms_limits_none(&main_account.limits);
  oms_owner_t owner = {.id = "cross, \"fast\""};
  uint32_t instrument = 0;
  uint16_t account = 0, strategy = 0;
  assert_int_equal(OMS_OK, oms_engine_add_instrument(x->engine, &spy, &instrument));
  assert_int_equal(OMS_OK, oms_engine_add_account(x->engine, &main_account, &account));
  assert_int_equal(OMS_OK, oms_engine_add_owner(x->engine, &owner, &strategy));
  oms_terms_t *t = &x->terms;
  t->instrument = instrument;
  t->account = account;
  t->owner = strategy;
  t->time_in_force = OMS_TIF_GTC;
  t->display_qty = t->notional = t->limit_price = t->stop_price = OMS_NO_PRICE;
  t->trail_price = t->limit_offset = t->trail_percent = OMS_NO_PRICE;
  t->expire_at = t->expire_session = OMS_NO_TIME;
  t->symbol = "SPY";
  t->group = t->parent = OMS_NONE;
  oms_command_t mark = {.type = OMS_COMMAND_MARK};
  mark.u.mark.instrument = instrument;
  mark.u.mark.price = 100 * OMS_PRICE_SCALE;
  assert_int_equal(OMS_OK, apply(x, &mark));
}

static uint32_t submit(fixture_t *x, int side, int64_t shares, oms_price_t limit, const char *key) {
  oms_command_t c = {.type = OMS_COMMAND_SUBMIT};
  oms_terms_t t = x->terms;
  t.side = (uint8_t)side;
  t.type = limit == OMS_NO_PRICE ? OMS_TYPE_MARKET : OMS_TYPE_LIMIT;
  t.limit_price = limit;
  t.qty = shares * OMS_QTY_SCALE;
  t.client_order_id = key;
  c.u.submit.terms = &t;
  (void)apply(x, &c);
  uint32_t order = oms_engine_subject(x->engine);
  if (oms_order_is_open(oms_engine_order(x->engine, order))) {
    oms_command_t send = {.type = OMS_COMMAND_SEND};
    send.u.send.order = order;
    assert_int_equal(OMS_OK, apply(x, &send));
  }
  return order;
}

static void report(fixture_t *x, uint32_t order, int type, int64_t shares, oms_price_t price,
                   uint64_t no) {
  oms_command_t c = {.type = OMS_COMMAND_REPORT};
  oms_report_t *r = &c.u.report;
  r->type = (uint8_t)type;
  r->order = order;
  r->ts = x->now;
  r->qty = shares * OMS_QTY_SCALE;
  r->price = price;
  r->stop_price = OMS_NO_PRICE;
  r->has_commission = type == OMS_REPORT_FILL;
  r->commission = MONEY(0.25);
  r->execution_no = no;
  assert_int_equal(OMS_OK, apply(x, &c));
}

/* A round trip of 10 of 15 shares, an order still open, one that was refused. */
static void fill_engine(fixture_t *x) {
  uint32_t a = submit(x, OMS_SIDE_BUY, 15, OMS_NO_PRICE, "first");
  report(x, a, OMS_REPORT_ACCEPTED, 0, OMS_NO_PRICE, 0);
  report(x, a, OMS_REPORT_FILL, 15, 100500000000, 1);
  x->now += 3600 * OMS_NS_PER_SECOND;
  uint32_t b = submit(x, OMS_SIDE_SELL, 10, 102 * OMS_PRICE_SCALE, "second");
  report(x, b, OMS_REPORT_ACCEPTED, 0, OMS_NO_PRICE, 0);
  report(x, b, OMS_REPORT_FILL, 10, 102 * OMS_PRICE_SCALE, 2);
  uint32_t c = submit(x, OMS_SIDE_SELL, 5, 150 * OMS_PRICE_SCALE, "third");
  report(x, c, OMS_REPORT_ACCEPTED, 0, OMS_NO_PRICE, 0);
  (void)submit(x, OMS_SIDE_BUY, 1000000, OMS_NO_PRICE, "fourth");
}

/* Files. */

static char folder[64];

static void make_folder(void) {
  strcpy(folder, "/tmp/moondesk-test-XXXXXX");
  assert_non_null(mkdtemp(folder));
}

static const char *in_folder(const char *name) {
  static char path[256];
  snprintf(path, sizeof path, "%s/%s", folder, name);
  return path;
}

static void remove_folder(void) {
  static const char *const names[] = {"equity.csv", "orders.csv", "fills.csv", "trades.csv",
                                      "summary.json"};
  for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
    char part[64];
    snprintf(part, sizeof part, "%s.part", names[i]);
    (void)unlink(in_folder(names[i]));
    (void)unlink(in_folder(part));
  }
  assert_int_equal(0, rmdir(folder));
}

static void file_is(const char *name, const char *want) {
  static char text[8192];
  FILE *f = fopen(in_folder(name), "r");
  assert_non_null(f);
  size_t n = fread(text, 1, sizeof text - 1, f);
  text[n] = '\0';
  (void)fclose(f);
  assert_string_equal(want, text);
}

static const char *id_of(const fixture_t *x, uint32_t order, char out[37]) {
  oms_order_id_text(x->engine, oms_engine_order(x->engine, order), out);
  return out;
}

static void check_orders(const fixture_t *x) {
  char want[4096], ids[4][37];
  snprintf(
      want, sizeof want,
      "ts,end_ts,order_id,client_order_id,parent_id,replaces,symbol,side,type,time_in_force,qty,"
      "limit_price,stop_price,status,filled_qty,filled_avg_price,rejected_by,code,message,"
      "strategy,account\n"
      "2024-01-02T15:30:00Z,2024-01-02T15:30:00Z,%s,first,,,SPY,buy,market,gtc,15,,,filled,15,"
      "100.5,,,,\"cross, \"\"fast\"\"\",main\n"
      "2024-01-02T16:30:00Z,2024-01-02T16:30:00Z,%s,second,,,SPY,sell,limit,gtc,10,102,,filled,10,"
      "102,,,,\"cross, \"\"fast\"\"\",main\n"
      "2024-01-02T16:30:00Z,,%s,third,,,SPY,sell,limit,gtc,5,150,,new,0,,,,,"
      "\"cross, \"\"fast\"\"\",main\n"
      "2024-01-02T16:30:00Z,2024-01-02T16:30:00Z,%s,fourth,,,SPY,buy,market,gtc,1000000,,,rejected,"
      "0,,oms,INSUFFICIENT_BUYING_POWER,",
      id_of(x, 0, ids[0]), id_of(x, 1, ids[1]), id_of(x, 2, ids[2]), id_of(x, 3, ids[3]));
  char text[4096];
  FILE *f = fopen(in_folder("orders.csv"), "r");
  assert_non_null(f);
  size_t n = fread(text, 1, sizeof text - 1, f);
  text[n] = '\0';
  (void)fclose(f);
  size_t k = strlen(want);
  assert_true(n > k);
  const char *tail = "\"cross, \"\"fast\"\"\",main\n";
  assert_string_equal(tail, text + n - strlen(tail));
  text[k] = '\0'; /* the sentence of the refusal is the engine's */
  assert_string_equal(want, text);
}

static int write_and_name(oms_output_t *o, const oms_desk_t *desk,
                          const oms_summary_field_t *fields, size_t n, oms_error_t *err) {
  int rc = oms_output_write(o, desk, fields, n, err);
  return rc == OMS_OK ? oms_output_name(o, err) : rc;
}

static void output_holds_the_engine_word_for_word(void **state) {
  (void)state;
  fixture_t x;
  make_folder();
  set_up_engine(&x);
  fill_engine(&x);
  oms_output_t *o = NULL;
  oms_error_t err = {0};
  char ids[2][37], want[2048];
  oms_summary_field_t fields[] = {
      {.name = "start",            .kind = OMS_FIELD_TEXT,     .text = "say \"x\"\n"},
      {.name = "sharpe",           .kind = OMS_FIELD_NULL    },
      {.name = "bars", .kind = OMS_FIELD_INTEGER,              .integer = -7                     },
      {.name = "seconds",  .kind = OMS_FIELD_DOUBLE,              .number = 0.1},
      {.name = "calmar",  .kind = OMS_FIELD_DOUBLE, .number = (double)INFINITY                     }
  };
  const oms_desk_t desk = {.engine = x.engine};
  assert_int_equal(OMS_OK, oms_output_open(folder, &o, &err));
  assert_int_equal(OMS_OK, oms_output_equity(o, x.now, MONEY(100014.5), MONEY(99512), MONEY(502.5),
                                             0.0125, &err));
  assert_int_not_equal(0, access(in_folder("equity.csv"), F_OK));
  assert_int_equal(OMS_OK, write_and_name(o, &desk, fields, 5, &err));
  oms_output_close(o);
  check_orders(&x);
  file_is("equity.csv", "ts,equity,cash,position_value,drawdown\n"
                        "2024-01-02T16:30:00Z,100014.5,99512,502.5,0.0125\n");
  char executions[2][24];
  snprintf(want, sizeof want,
           "ts,order_id,client_order_id,execution_id,symbol,side,qty,price,commission,strategy,"
           "account\n"
           "2024-01-02T15:30:00Z,%s,first,%s,SPY,buy,15,100.5,0.25,\"cross, \"\"fast\"\"\",main\n"
           "2024-01-02T16:30:00Z,%s,second,%s,SPY,sell,10,102,0.25,\"cross, \"\"fast\"\"\",main\n",
           id_of(&x, 0, ids[0]), oms_execution_id_text(oms_engine_fill(x.engine, 0), executions[0]),
           id_of(&x, 1, ids[1]),
           oms_execution_id_text(oms_engine_fill(x.engine, 1), executions[1]));
  file_is("fills.csv", want);
  /* 10 of 15 closed: a third of the entry's 0.25 stays with the open lot, the last line of the
   * fill, which takes what the division leaves over. 15 - 0.166666 - 0.25 = 14.583334 */
  file_is("trades.csv",
          "symbol,side,entry_time,exit_time,qty,entry_price,exit_price,commission,pnl,strategy,"
          "account\n"
          "SPY,long,2024-01-02T15:30:00Z,2024-01-02T16:30:00Z,10,100.5,102,0.416666,14.583334,"
          "\"cross, \"\"fast\"\"\",main\n"
          "SPY,long,2024-01-02T15:30:00Z,,5,100.5,,0.083334,,\"cross, \"\"fast\"\"\",main\n");
  file_is("summary.json",
          "{\n  \"start\": \"say \\\"x\\\"\\u000a\",\n  \"sharpe\": null,\n  \"bars\": -7,\n"
          "  \"seconds\": 0.1,\n  \"calmar\": null\n}\n");
  oms_engine_free(x.engine);
  remove_folder();
}

static const oms_summary_field_t *field(const oms_summary_t *s, const char *name) {
  for (size_t i = 0; i < s->n; i++) {
    if (strcmp(s->fields[i].name, name) == 0) {
      return &s->fields[i];
    }
  }
  fail_msg("no field %s", name);
  return NULL;
}

static void summary_has_all_keys_in_order(void **state) {
  (void)state;
  static const char *const keys[] = {"start",
                                     "end",
                                     "bars",
                                     "events",
                                     "orders",
                                     "rejected",
                                     "fills",
                                     "trades",
                                     "initial_equity",
                                     "final_equity",
                                     "return_pct",
                                     "annual_return_pct",
                                     "volatility_pct",
                                     "sharpe",
                                     "sortino",
                                     "calmar",
                                     "max_drawdown_pct",
                                     "max_drawdown_days",
                                     "win_rate_pct",
                                     "profit_factor",
                                     "expectancy",
                                     "exposure_pct",
                                     "commission",
                                     "turnover",
                                     "seconds",
                                     "events_per_second",
                                     "state_hash",
                                     "partial"};
  fixture_t x;
  set_up_engine(&x);
  fill_engine(&x);
  oms_stats_t *stats = oms_stats_new(MONEY(100000));
  step(stats, 19724, 100014.5, true);
  oms_run_facts_t facts = {.start = 0, .end = x.now, .bars = 4, .events = 10, .seconds = 0.5};
  oms_summary_t s;
  facts.partial = true;
  assert_int_equal(OMS_OK, oms_summary_make(x.engine, stats, &facts, &s));
  assert_int_equal(sizeof keys / sizeof keys[0], s.n);
  for (size_t i = 0; i < s.n; i++) {
    assert_string_equal(keys[i], s.fields[i].name);
  }
  assert_string_equal("1970-01-01T00:00:00Z", field(&s, "start")->text);
  assert_int_equal(4, field(&s, "orders")->integer);
  assert_int_equal(1, field(&s, "rejected")->integer);
  assert_int_equal(2, field(&s, "fills")->integer);
  assert_int_equal(1, field(&s, "trades")->integer);
  near(field(&s, "win_rate_pct")->number, 100);
  assert_int_equal(0, field(&s, "profit_factor")->kind); /* no loss to divide by */
  near(field(&s, "expectancy")->number, 14.583334);
  near(field(&s, "commission")->number, 0.5);
  near(field(&s, "turnover")->number, (15 * 100.5 + 10 * 102) / 100014.5);
  near(field(&s, "events_per_second")->number, 20);
  assert_int_equal(32, strlen(field(&s, "state_hash")->text));
  oms_stats_free(stats);
  oms_engine_free(x.engine);
}

static void full_disk_is_told(void **state) {
  (void)state;
  fixture_t x;
  oms_error_t err = {0};
  set_up_engine(&x);
  fill_engine(&x);
  static const char *const parts[] = {"equity.csv.part", "orders.csv.part", "fills.csv.part",
                                      "trades.csv.part", "summary.json.part"};
  for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
    oms_output_t *o = NULL;
    const oms_desk_t desk = {.engine = x.engine};
    oms_summary_field_t one = {.name = "bars", .kind = OMS_FIELD_INTEGER};
    make_folder();
    assert_int_equal(0, symlink("/dev/full", in_folder(parts[i])));
    assert_int_equal(OMS_OK, oms_output_open(folder, &o, &err));
    assert_int_equal(OMS_ERR_IO, write_and_name(o, &desk, &one, 1, &err));
    assert_non_null(strstr(err.message, parts[i]));
    assert_non_null(strstr(err.message, "No space left"));
    assert_int_not_equal(0, access(in_folder("summary.json"), F_OK));
    oms_output_close(o);
    remove_folder();
  }
  oms_engine_free(x.engine);
}

static void a_streamed_row_says_that_the_disk_is_full(void **state) {
  (void)state;
  oms_output_t *o = NULL;
  oms_error_t err = {0};
  int rc = OMS_OK;
  make_folder();
  assert_int_equal(0, symlink("/dev/full", in_folder("equity.csv.part")));
  assert_int_equal(OMS_OK, oms_output_open(folder, &o, &err));
  for (int i = 0; i < 10000 && rc == OMS_OK; i++) {
    rc = oms_output_equity(o, i, 1, 1, 0, 0, &err);
  }
  assert_int_equal(OMS_ERR_IO, rc);
  oms_output_close(o);
  remove_folder();
}

static void a_folder_that_cannot_be_is_told_before_the_run(void **state) {
  (void)state;
  oms_output_t *o = NULL;
  oms_error_t err = {0};
  assert_int_equal(OMS_ERR_IO, oms_output_open("/dev/null/x", &o, &err));
  assert_non_null(strstr(err.message, "/dev/null"));
  assert_int_equal(OMS_ERR_IO, oms_output_open("/proc/moondesk", &o, &err));
  assert_int_equal(OMS_ERR_USAGE, oms_output_open("", &o, &err));
  assert_null(o);
}

static void results_of_an_earlier_run_go_first(void **state) {
  (void)state;
  oms_output_t *o = NULL;
  oms_error_t err = {0};
  make_folder();
  FILE *f = fopen(in_folder("summary.json"), "w");
  assert_non_null(f);
  (void)fclose(f);
  assert_int_equal(OMS_OK, oms_output_open(folder, &o, &err));
  assert_int_not_equal(0, access(in_folder("summary.json"), F_OK));
  oms_output_close(o); /* no finish: what was streamed stays under its other name */
  assert_int_equal(0, access(in_folder("equity.csv.part"), F_OK));
  assert_int_not_equal(0, access(in_folder("equity.csv"), F_OK));
  remove_folder();
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(stats_of_four_days),
      cmocka_unit_test(stats_all_week_counts_365_days),
      cmocka_unit_test(stats_drawdown_starts_at_the_initial_equity),
      cmocka_unit_test(stats_without_days_are_undefined),
      cmocka_unit_test(stats_of_equity_below_zero_are_undefined),
      cmocka_unit_test(stats_say_when_memory_ends),
      cmocka_unit_test(output_holds_the_engine_word_for_word),
      cmocka_unit_test(summary_has_all_keys_in_order),
      cmocka_unit_test(full_disk_is_told),
      cmocka_unit_test(a_streamed_row_says_that_the_disk_is_full),
      cmocka_unit_test(a_folder_that_cannot_be_is_told_before_the_run),
      cmocka_unit_test(results_of_an_earlier_run_go_first),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
