/* test_ticks.c - rows that are no bars: order flow, corporate actions and latencies as text, the
 * kind of a file by its header, and how the feed merges them with bars. */
#include "data/data_help.h"

#include "base/check.h"
#include "core/enums.h"
#include "data/feed.h"

#define MAX_ROWS 64

/* Rows of 'text' through the reader; '*n' of them. */
static int read_text(oms_csv_kind_t kind, const char *symbol, const char *text, void *rows,
                     size_t *n, oms_error_t *err) {
  oms_csv_t *csv;
  *n = 0;
  assert_int_equal(oms_csv_new(kind, OMS_ZONE_UTC, &csv), OMS_OK);
  oms_csv_set_symbol(csv, symbol);
  int rc = oms_csv_open_memory(csv, "x.csv", text, strlen(text), err);
  if (rc == OMS_OK) {
    rc = oms_csv_read(csv, rows, MAX_ROWS, n, err);
  }
  oms_csv_free(csv);
  return rc;
}

static size_t good(oms_csv_kind_t kind, const char *symbol, const char *text, void *rows) {
  size_t n;
  oms_error_t err = {0};
  if (read_text(kind, symbol, text, rows, &n, &err) != OMS_OK) {
    fail_msg("%s", err.message);
  }
  return n;
}

static void bad(oms_csv_kind_t kind, const char *text, const char *place, const char *what) {
  int64_t rows[MAX_ROWS * 6];
  size_t n;
  oms_error_t err = {0};
  if (read_text(kind, NULL, text, rows, &n, &err) != OMS_ERR_DATA) {
    fail_msg("no error for: %s", text);
  }
  assert_message(&err, place);
  assert_message(&err, what);
}

static void test_order_flow(void **state) {
  (void)state;
  oms_flow_row_t r[MAX_ROWS];
  assert_int_equal(
      good(OMS_CSV_ORDERS, NULL,
           "op,id,side,price,qty\nA,1,B,99.5,65\nC,1,,,\nA, 3 ,S,\"101\",2.5\nR,3,,,1\n", r),
      4);
  assert_int_equal(r[0].op, 'A');
  assert_int_equal(r[0].id, 1);
  assert_int_equal(r[0].side, 'B');
  assert_int_equal(r[0].price, INT64_C(99500000000));
  assert_int_equal(r[0].qty, PX(65));
  assert_int_equal(r[0].ts, 0);
  assert_int_equal(r[1].op, 'C');
  assert_int_equal(r[1].side, 0);
  assert_int_equal(r[1].ts, 1000000);
  assert_int_equal(r[2].id, 3);
  assert_int_equal(r[2].side, 'S');
  assert_int_equal(r[3].qty, PX(1));
  assert_int_equal(r[3].ts, 3000000);
  assert_int_equal(good(OMS_CSV_ORDERS, NULL,
                        "ts,id,op,side,price,qty\n2024-01-02T10:00:00Z,7,A,B,1,2\n"
                        "2024-01-02T10:00:00Z,7,C,,,\n",
                        r),
                   2);
  assert_int_equal(r[1].ts, at("2024-01-02T10:00:00Z"));
}

static void test_bad_order_flow(void **state) {
  (void)state;
#define FLOW "op,id,side,price,qty\n"
  bad(OMS_CSV_ORDERS, FLOW "X,1,B,1,1\n", "x.csv:2: column \"op\"", "A adds, C cancels");
  bad(OMS_CSV_ORDERS, FLOW "A,0,B,1,1\n", "x.csv:2: column \"id\"", "whole number above 0");
  bad(OMS_CSV_ORDERS, FLOW "A,1.5,B,1,1\n", "column \"id\"", "\"1.5\"");
  bad(OMS_CSV_ORDERS, FLOW "A,1234567890123456789,B,1,1\n", "column \"id\"", "18 digits");
  bad(OMS_CSV_ORDERS, FLOW "A,1,,1,1\n", "column \"side\"", "needs a side");
  bad(OMS_CSV_ORDERS, FLOW "A,1,L,1,1\n", "column \"side\"", "B buys, S sells");
  bad(OMS_CSV_ORDERS, FLOW "A,1,B,,1\n", "column \"price\"", "price above 0");
  bad(OMS_CSV_ORDERS, FLOW "A,1,B,1,\n", "column \"qty\"", "quantity above 0");
  bad(OMS_CSV_ORDERS, FLOW "A,1,B,1,1\nR,1,,,0\n", "x.csv:3: column \"qty\"", "C takes all");
  bad(OMS_CSV_ORDERS, "op,id,side,price\nC,1,,\n", "no column \"qty\"", "op,id,side,price,qty,ts");
  bad(OMS_CSV_ORDERS, "op,id,side,price,qty,ts\nC,1,,,,2024-01-02\nC,1,,,,2024-01-01\n",
      "x.csv:3: column \"ts\"", "before the row above");
}

static void test_actions(void **state) {
  (void)state;
  oms_action_row_t r[MAX_ROWS];
  assert_int_equal(good(OMS_CSV_ACTIONS, NULL,
                        "date,action,value\n2014-06-09,split,7\n2014-06-10,stock_dividend,1.05\n"
                        "2014-06-11,stock_dividend,0.05\n2014-06-12,Dividend,0.47\n",
                        r),
                   4);
  assert_int_equal(r[0].kind, OMS_CORPORATE_SPLIT);
  assert_int_equal(r[0].value, PX(7));
  assert_int_equal(r[1].kind, OMS_CORPORATE_STOCK_DIVIDEND);
  assert_int_equal(r[1].value, INT64_C(1050000000));
  assert_int_equal(r[2].value, INT64_C(1050000000));
  assert_int_equal(r[3].kind, OMS_CORPORATE_DIVIDEND);
  assert_int_equal(r[3].value, INT64_C(470000000));
  static const char two[] =
      "ex_date,symbol,kind,split_ratio,dividend\n2014-02-06,AAPL,dividend,,3.05\n"
      "2014-01-01,MSFT,dividend,,1\n2014-06-09,AAPL,split,7,\n";
  assert_int_equal(good(OMS_CSV_ACTIONS, "AAPL", two, r), 2);
  assert_int_equal(r[0].value, INT64_C(3050000000));
  assert_int_equal(r[1].value, PX(7));
  assert_int_equal(r[1].ts, at("2014-06-09"));
  assert_int_equal(good(OMS_CSV_ACTIONS, "IBM", two, r), 0); /* others are no error */
#define ACTIONS "ts,action,value\n"
  bad(OMS_CSV_ACTIONS, ACTIONS "2014-06-09,spin_off,7\n", "column \"action\"", "is no action");
  bad(OMS_CSV_ACTIONS, ACTIONS "2014-06-09,split,0\n", "column \"value\"", "above 0");
  bad(OMS_CSV_ACTIONS, ACTIONS "2014-06-09,split,\n", "column \"value\"", "above 0");
  bad(OMS_CSV_ACTIONS, ACTIONS "2014-06-09,stock_dividend,1\n", "column \"value\"", "write 2");
  bad(OMS_CSV_ACTIONS, "ex_date,kind,dividend\n2014-06-09,dividend,\n", "column \"dividend\"",
      "cash a share");
  bad(OMS_CSV_ACTIONS, "ex_date,kind\n2014-06-09,dividend\n", "no column \"value\"", "split_ratio");
}

static void test_latencies(void **state) {
  (void)state;
  oms_latency_row_t r[MAX_ROWS];
  assert_int_equal(good(OMS_CSV_LATENCY, NULL, "entry_ms,response_ms\n5,0.25\n1.5,\n", r), 2);
  assert_int_equal(r[0].entry, PX(5));
  assert_int_equal(r[0].response, INT64_C(250000000));
  assert_int_equal(r[1].entry, INT64_C(1500000000)); /* no order of time */
  assert_int_equal(r[1].response, 0);
  assert_int_equal(good(OMS_CSV_LATENCY, NULL, "note,entry_ms\na,1\n", r), 1);
  bad(OMS_CSV_LATENCY, "entry_ms\n-1\n", "column \"entry_ms\"", "negative");
  bad(OMS_CSV_LATENCY, "response_ms\n1\n", "no column \"entry_ms\"", "latencies");
}

static void test_kind_of_a_file(void **state) {
  (void)state;
  static const struct {
    const char *header;
    oms_csv_kind_t kind;
  } cases[] = {
      {"Date,Open,High,Low,Close,Volume",          OMS_CSV_BARS   },
      {"ts,bid,bid_size,ask,ask_size",             OMS_CSV_QUOTES },
      {"TS,Bid,Ask",                               OMS_CSV_QUOTES },
      {"ts,price,size",                            OMS_CSV_TRADES },
      {"\"ts\",\"price\"",                         OMS_CSV_TRADES },
      {"op,id,side,price,qty",                     OMS_CSV_ORDERS },
      {"ts,action,value",                          OMS_CSV_ACTIONS},
      {"ex_date,symbol,kind,split_ratio,dividend", OMS_CSV_ACTIONS},
      {"nothing,known",                            OMS_CSV_BARS   },
  };
  for (size_t i = 0; i < OMS_COUNT(cases); i++) {
    char path[64], text[128];
    oms_error_t err = {0};
    oms_csv_kind_t kind = OMS_CSV_LATENCY;
    (void)snprintf(text, sizeof text, "%s\n", cases[i].header);
    write_text(path, text);
    assert_int_equal(oms_csv_find_kind(path, &kind, &err), OMS_OK);
    assert_int_equal(kind, cases[i].kind);
    (void)unlink(path);
  }
  oms_csv_kind_t kind;
  oms_error_t err = {0};
  assert_int_equal(oms_csv_find_kind("/nowhere/x.csv", &kind, &err), OMS_ERR_IO);
}

/* The feed: each event as "KIND stream time". */

static void expect(const oms_data_entry_t *entries, size_t n, const char *const *want) {
  oms_feed_t feed = {0};
  oms_error_t err = {0};
  if (oms_feed_open(entries, n, &feed, &err) != OMS_OK) {
    fail_msg("%s", err.message);
  }
  for (;; want++) {
    static const char letters[] = "BQTOA";
    oms_time_t t;
    oms_data_kind_t kind;
    const oms_tick_t *tick = NULL;
    const oms_bar_t *bar = NULL;
    char iso[32], got[64];
    assert_int_equal(feed.peek(feed.self, &t, &kind, &err), OMS_OK);
    if (t == OMS_NO_TIME) {
      break;
    }
    if (kind == OMS_DATA_BARS) {
      assert_int_equal(feed.next_tick(feed.self, &tick, NULL), OMS_ERR_USAGE);
      assert_int_equal(feed.next(feed.self, &bar, &err), OMS_OK);
      assert_int_equal(bar->end, t);
    } else {
      assert_int_equal(feed.next(feed.self, &bar, NULL), OMS_ERR_USAGE);
      assert_int_equal(feed.next_tick(feed.self, &tick, &err), OMS_OK);
      assert_int_equal(tick->ts, t);
      assert_int_equal(tick->kind, kind);
    }
    (void)oms_time_iso(t, iso);
    (void)snprintf(got, sizeof got, "%c%u %s", letters[kind],
                   bar != NULL ? bar->stream : tick->stream, iso);
    assert_non_null(*want);
    assert_string_equal(got, *want);
  }
  assert_null(*want);
  feed.close(feed.self);
}

static oms_data_entry_t ticks_of(oms_data_kind_t kind, const oms_tick_t *ticks, size_t n) {
  return (oms_data_entry_t){.symbol = "A",
                            .kind = kind,
                            .ticks = ticks,
                            .tick_n = n,
                            .from = OMS_NO_TIME,
                            .to = OMS_NO_TIME};
}

static oms_tick_t trade_at(const char *ts) {
  return (oms_tick_t){
      .ts = at(ts), .kind = OMS_DATA_TRADES, .u.trade = {PX(10), PX(1)}
  };
}

static oms_tick_t quote_at(const char *ts) {
  return (oms_tick_t){
      .ts = at(ts), .kind = OMS_DATA_QUOTES, .u.quote = {PX(9), PX(10), PX(1), PX(1)}
  };
}

static oms_data_entry_t bars_of(const oms_bar_row_t *rows, size_t n, int64_t timeframe) {
  return (oms_data_entry_t){.symbol = "A",
                            .rows = rows,
                            .row_n = n,
                            .timeframe = timeframe,
                            .from = OMS_NO_TIME,
                            .to = OMS_NO_TIME};
}

static void test_ticks_before_bars(void **state) {
  (void)state;
  const oms_bar_row_t rows[] = {
      {at("2024-01-02T10:00:00Z"), PX(10), PX(12), PX(9), PX(11), 0},
      {at("2024-01-02T10:01:00Z"), PX(10), PX(12), PX(9), PX(11), 0}
  };
  const oms_tick_t trades[] = {trade_at("2024-01-02T10:00:30Z"), trade_at("2024-01-02T10:01:00Z")};
  const oms_tick_t quotes[] = {quote_at("2024-01-02T10:01:00Z"), quote_at("2024-01-02T10:01:00Z"),
                               quote_at("2024-01-02T10:01:30Z")};
  const oms_data_entry_t e[] = {bars_of(rows, 2, INT64_C(60000000000)),
                                ticks_of(OMS_DATA_TRADES, trades, 2),
                                ticks_of(OMS_DATA_QUOTES, quotes, 3)};
  static const char *const want[] = {"T1 2024-01-02T10:00:30Z", "T1 2024-01-02T10:01:00Z",
                                     "Q2 2024-01-02T10:01:00Z", "Q2 2024-01-02T10:01:00Z",
                                     "B0 2024-01-02T10:01:00Z", "Q2 2024-01-02T10:01:30Z",
                                     "B0 2024-01-02T10:02:00Z", NULL};
  expect(e, 3, want);
}

/* A day's actions come behind the bars that complete at its 00:00 and before its ticks; those of
 * days before the first price and behind the last one are left out. */
static void test_actions_between_the_days(void **state) {
  (void)state;
  const int64_t day = 24 * INT64_C(3600000000000);
  const oms_bar_row_t rows[] = {
      {at("2024-01-02"), PX(10), PX(12), PX(9), PX(11), 0},
      {at("2024-01-03"), PX(10), PX(12), PX(9), PX(11), 0}
  };
  const oms_tick_t trades[] = {trade_at("2024-01-03T00:00:00Z"), trade_at("2024-01-04T00:00:00Z")};
  const oms_tick_t actions[] = {
      {.ts = at("2024-01-01"),
       .kind = OMS_DATA_ACTIONS,
       .u.action = {OMS_CORPORATE_DIVIDEND, 0, PX(1)}},
      {.ts = at("2024-01-03T15:00:00Z"),
       .kind = OMS_DATA_ACTIONS,
       .u.action = {OMS_CORPORATE_SPLIT, PX(2), 0}   },
      {.ts = at("2024-01-04"),
       .kind = OMS_DATA_ACTIONS,
       .u.action = {OMS_CORPORATE_DIVIDEND, 0, PX(1)}}
  };
  const oms_data_entry_t e[] = {ticks_of(OMS_DATA_ACTIONS, actions, 3),
                                ticks_of(OMS_DATA_TRADES, trades, 2), bars_of(rows, 2, day),
                                ticks_of(OMS_DATA_ACTIONS, actions + 1, 1)};
  static const char *const want[] = {"B2 2024-01-03T00:00:00Z", "A0 2024-01-03T00:00:00Z",
                                     "A3 2024-01-03T00:00:00Z", "T1 2024-01-03T00:00:00Z",
                                     "B2 2024-01-04T00:00:00Z", "A0 2024-01-04T00:00:00Z",
                                     "T1 2024-01-04T00:00:00Z", NULL};
  expect(e, 4, want);
}

static void test_files_of_ticks(void **state) {
  (void)state;
  char path[2][64];
  write_text(path[0],
             "ts,bid,ask,ask_size\n2024-01-02T10:00:00Z,,10,0\n2024-01-02T10:00:01Z,9,0,5\n");
  write_text(path[1], "op,id,side,price,qty\nA,4,S,10,5\nC,4,,,\n");
  const char *quotes[] = {path[0]}, *flow[] = {path[1]};
  oms_data_entry_t e[] = {ticks_of(OMS_DATA_QUOTES, NULL, 0), ticks_of(OMS_DATA_ORDERS, NULL, 0)};
  e[0].paths = quotes;
  e[1].paths = flow;
  e[0].path_n = e[1].path_n = 1;
  oms_feed_t feed = {0};
  oms_error_t err = {0};
  assert_int_equal(oms_feed_open(e, 2, &feed, &err), OMS_OK);
  const oms_tick_t *t;
  oms_time_t when;
  oms_data_kind_t kind;
  for (int i = 0; i < 4; i++) {
    assert_int_equal(feed.peek(feed.self, &when, &kind, &err), OMS_OK);
    assert_int_equal(feed.next_tick(feed.self, &t, &err), OMS_OK);
    if (i == 0) {
      assert_int_equal(t->u.flow.op, 'A');
      assert_int_equal(t->u.flow.side, OMS_SIDE_SELL);
      assert_int_equal(t->u.flow.id, 4);
    } else if (i == 2) { /* an empty side, a size of 0, no column of sizes */
      assert_int_equal(t->u.quote.bid, OMS_NO_PRICE);
      assert_int_equal(t->u.quote.ask, PX(10));
      assert_int_equal(t->u.quote.ask_size, INT64_MAX);
    } else if (i == 3) {
      assert_int_equal(t->u.quote.bid_size, INT64_MAX);
      assert_int_equal(t->u.quote.ask, OMS_NO_PRICE);
      assert_int_equal(t->u.quote.ask_size, PX(5));
    }
  }
  oms_stream_info_t info;
  oms_feed_stream_info(&feed, 0, &info);
  assert_int_equal(info.rows, 2);
  assert_int_equal(info.timeframe, 0);
  assert_int_equal(info.last_ts, at("2024-01-02T10:00:01Z"));
  feed.close(feed.self);
  (void)unlink(path[0]);
  (void)unlink(path[1]);
}

static void test_rows_in_place_are_checked(void **state) {
  (void)state;
  oms_tick_t wrong[] = {trade_at("2024-01-02"), trade_at("2024-01-01")};
  oms_data_entry_t e = ticks_of(OMS_DATA_TRADES, wrong, 2);
  oms_feed_t feed = {0};
  oms_error_t err = {0};
  assert_int_equal(oms_feed_open(&e, 1, &feed, &err), OMS_ERR_DATA);
  assert_message(&err, "row 2 of data[1] (A): column \"ts\"");
  wrong[0].u.trade.price = 0;
  assert_int_equal(oms_feed_open(&e, 1, &feed, &err), OMS_ERR_DATA);
  assert_message(&err, "row 1 of data[1] (A): column \"price\"");
  e.tick_n = 0;
  assert_int_equal(oms_feed_open(&e, 1, &feed, &err), OMS_ERR_DATA);
  assert_message(&err, "no rows");
}

static void test_each_allocation_fails_in_turn(void **state) {
  (void)state;
  const oms_tick_t action = {
      .ts = at("2024-01-02"),
      .kind = OMS_DATA_ACTIONS,
      .u.action = {OMS_CORPORATE_SPLIT, PX(2), 0}
  };
  char path[64];
  write_text(path, "ts,price\n2024-01-02T10:00:00Z,10\n");
  const char *paths[] = {path};
  oms_data_entry_t e[] = {ticks_of(OMS_DATA_ACTIONS, &action, 1),
                          ticks_of(OMS_DATA_TRADES, NULL, 0)};
  e[1].paths = paths;
  e[1].path_n = 1;
  long live = oms_alloc_live(), tries = 0;
  for (int rc = OMS_ERR_NOMEM; rc != OMS_OK; tries++) {
    oms_feed_t feed = {0};
    oms_error_t err = {0};
    oms_alloc_fail_after(tries + 1);
    rc = oms_feed_open(e, 2, &feed, &err);
    oms_alloc_fail_after(0);
    if (rc == OMS_OK) {
      feed.close(feed.self);
    } else {
      assert_int_equal(rc, OMS_ERR_NOMEM);
    }
    assert_int_equal(oms_alloc_live(), live);
  }
  assert_true(tries >= 8);
  (void)unlink(path);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_order_flow),
      cmocka_unit_test(test_bad_order_flow),
      cmocka_unit_test(test_actions),
      cmocka_unit_test(test_latencies),
      cmocka_unit_test(test_kind_of_a_file),
      cmocka_unit_test(test_ticks_before_bars),
      cmocka_unit_test(test_actions_between_the_days),
      cmocka_unit_test(test_files_of_ticks),
      cmocka_unit_test(test_rows_in_place_are_checked),
      cmocka_unit_test(test_each_allocation_fails_in_turn),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
