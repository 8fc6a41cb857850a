/* test_csv.c - text to rows: what is read and how exactly, and each defect with the words that name
 * it. */
#include "data/data_help.h"

#include "base/check.h"

#define MAX_ROWS 64

/* Reads all rows of 'text' at once; '*n' counts the good ones before an error. */
static int read_all(oms_csv_kind_t kind, oms_zone_t zone, const char *text, size_t size, void *rows,
                    size_t *n, oms_error_t *err) {
  oms_csv_t *csv;
  *n = 0;
  assert_int_equal(oms_csv_new(kind, zone, &csv), OMS_OK);
  int rc = oms_csv_open_memory(csv, "x.csv", text, size, err);
  if (rc == OMS_OK) {
    rc = oms_csv_read(csv, rows, MAX_ROWS, n, err);
  }
  oms_csv_free(csv);
  return rc;
}

static size_t good_bars(const char *text, oms_bar_row_t *rows) {
  size_t n;
  oms_error_t err = {0};
  if (read_all(OMS_CSV_BARS, OMS_ZONE_UTC, text, strlen(text), rows, &n, &err) != OMS_OK) {
    fail_msg("%s", err.message);
  }
  return n;
}

static void bad(oms_csv_kind_t kind, const char *text, size_t good, const char *place,
                const char *what) {
  int64_t rows[MAX_ROWS * 6];
  size_t n;
  oms_error_t err = {0};
  int rc = read_all(kind, OMS_ZONE_UTC, text, strlen(text), rows, &n, &err);
  if (rc != OMS_ERR_DATA) {
    fail_msg("no error for: %s", text);
  }
  assert_int_equal(n, good);
  assert_message(&err, place);
  assert_message(&err, what);
}

static void bad_bars(const char *text, size_t good, const char *place, const char *what) {
  bad(OMS_CSV_BARS, text, good, place, what);
}

static void test_plain_rows(void **state) {
  (void)state;
  oms_bar_row_t r[MAX_ROWS];
  assert_int_equal(good_bars(HEADER "2014-09-17T13:30:00Z,170.9025,171.15,170.515,170.6,2028\n"
                                    "2014-09-17T13:31:00Z,171,171.2534,170.58,171.2534,7436.5\n",
                             r),
                   2);
  assert_int_equal(r[0].ts, at("2014-09-17T13:30:00Z"));
  assert_int_equal(r[0].open, INT64_C(170902500000));
  assert_int_equal(r[0].high, INT64_C(171150000000));
  assert_int_equal(r[0].low, INT64_C(170515000000));
  assert_int_equal(r[0].close, INT64_C(170600000000));
  assert_true(r[0].volume == 2028.0);
  assert_int_equal(r[1].open, PX(171));
  assert_true(r[1].volume == 7436.5);
}

/* The last price of each line stands for all shapes of numbers: each against the general parser. */
static void test_prices_are_exact(void **state) {
  (void)state;
  static const char *const texts[] = {"1",
                                      "0.5",
                                      "1.",
                                      "12345678",
                                      "123456789.123456789",
                                      "1234567.1",
                                      "1234567.123456789",
                                      "0.000000001",
                                      "99.9999999994",
                                      "99.9999999996",
                                      "1e2",
                                      "2.5E-3",
                                      "+7.25",
                                      "0007.5",
                                      "58.485714",
                                      "1455.219971",
                                      "7.14319709",
                                      "123.4567890",
                                      "1234567",
                                      "1234567.1234567",
                                      ".5",
                                      "1.5.",
                                      "--1",
                                      "1e",
                                      "",
                                      "."};
  for (size_t i = 0; i < OMS_COUNT(texts); i++) {
    char line[256];
    int64_t want;
    oms_bar_row_t r[MAX_ROWS];
    if (oms_decimal_parse(texts[i], strlen(texts[i]), 9, &want) != OMS_OK) {
      want = 0; /* refused here means refused there */
    }
    (void)snprintf(line, sizeof line, "ts,open,high,low,close\n2014-01-02,%s,%s,%s,%s", texts[i],
                   texts[i], texts[i], texts[i]);
    if (want == 0) {
      bad_bars(line, 0, "x.csv:2: column \"open\"", "is not a number");
      continue;
    }
    assert_int_equal(good_bars(line, r), 1);
    assert_int_equal(r[0].open, want);
    assert_int_equal(r[0].close, want);
  }
}

static void test_volumes_are_nearest(void **state) {
  (void)state;
  static const char *const texts[] = {"0",
                                      "1",
                                      "75555200",
                                      "931800000",
                                      "7.14319709",
                                      "0.1",
                                      "45.28798792",
                                      "1e3",
                                      "7.55552e+07",
                                      "9007199254740991",
                                      "9007199254740993",
                                      "123456789012345678901234567890",
                                      "0.30000000000000004"};
  for (size_t i = 0; i < OMS_COUNT(texts); i++) {
    char line[256];
    oms_bar_row_t r[MAX_ROWS];
    (void)snprintf(line, sizeof line, HEADER "2014-01-02,1,1,1,1,%s\n", texts[i]);
    assert_int_equal(good_bars(line, r), 1);
    assert_true(r[0].volume == strtod(texts[i], NULL));
  }
}

static void test_columns_in_any_case_and_order(void **state) {
  (void)state;
  oms_bar_row_t r[MAX_ROWS];
  assert_int_equal(good_bars("\xef\xbb\xbf\"Close\", Volume ,Note,LOW,High,OPEN,Date\r\n"
                             "11,100,\"a \"\"b\"\", c\",9,12,10,2014-01-02\r\n"
                             "\"11.5\",100,x,9,12, 10 ,\"2014-01-03\"\r\n\r\n  \n",
                             r),
                   2);
  assert_int_equal(r[0].open, PX(10));
  assert_int_equal(r[0].high, PX(12));
  assert_int_equal(r[0].low, PX(9));
  assert_int_equal(r[0].close, PX(11));
  assert_int_equal(r[1].close, INT64_C(11500000000));
  assert_int_equal(r[1].ts, at("2014-01-03"));
}

static void test_times(void **state) {
  (void)state;
  static const char *const texts[] = {"2014-01-02",
                                      "2014-01-02 05:06",
                                      "2014-01-02T10:00:00.5Z",
                                      "2014-01-02T10:00:00.123456789Z",
                                      "2014-01-02T10:00:00+02:00",
                                      "2014-07-02T10:00:00",
                                      "2014-07-02 10:00:01.25",
                                      "2014-07-03T10:00:00-0500"};
  for (int kind = 0; kind < 2; kind++) {
    oms_zone_t zone = kind == 0 ? OMS_ZONE_UTC : oms_zone_new_york;
    for (size_t i = 0; i < OMS_COUNT(texts); i++) {
      char line[256];
      oms_bar_row_t r[MAX_ROWS];
      oms_time_t want;
      oms_error_t err = {0};
      size_t n;
      assert_int_equal(oms_time_parse(texts[i], strlen(texts[i]), zone, &want, NULL), OMS_OK);
      (void)snprintf(line, sizeof line, HEADER "%s,1,1,1,1,1", texts[i]);
      assert_int_equal(read_all(OMS_CSV_BARS, zone, line, strlen(line), r, &n, &err), OMS_OK);
      assert_int_equal(r[0].ts, want);
    }
  }
}

static void test_epochs(void **state) {
  (void)state;
  oms_bar_row_t r[MAX_ROWS];
  assert_int_equal(good_bars("time,open,high,low,close\n1388620800,1,1,1,1\n1388620801000,1,1,1,1\n"
                             "1388620802000000,1,1,1,1\n1388620803000000000,1,1,1,1\n",
                             r),
                   4);
  for (int i = 0; i < 4; i++) {
    assert_int_equal(r[i].ts, (INT64_C(1388620800) + i) * OMS_NS_PER_SECOND);
  }
}

/* The day of a change of clocks has no single offset: each wall time goes through the zone. */
static void test_wall_times_across_a_change_of_clocks(void **state) {
  (void)state;
  static const char text[] = HEADER "2014-03-09T01:59:00,1,1,1,1,1\n2014-03-09T03:00:00,1,1,1,1,1\n"
                                    "2014-03-10T00:00:00,1,1,1,1,1\n";
  oms_bar_row_t r[MAX_ROWS];
  size_t n;
  oms_error_t err = {0};
  assert_int_equal(read_all(OMS_CSV_BARS, oms_zone_new_york, text, strlen(text), r, &n, &err),
                   OMS_OK);
  assert_int_equal(r[0].ts, at("2014-03-09T06:59:00Z"));
  assert_int_equal(r[1].ts, at("2014-03-09T07:00:00Z"));
  assert_int_equal(r[2].ts, at("2014-03-10T04:00:00Z"));
}

static void test_quotes_and_trades(void **state) {
  (void)state;
  static const char quotes[] = "ts,bid,bid_size,ask,ask_size\n2018-01-02T14:30:00.115Z,10,3,10.5,\n"
                               "2018-01-02T14:30:00.115Z,,0,0,5\n";
  static const char trades[] = "size,price,ts\n5,10.25,2018-01-02T14:30:00.000001Z\n";
  oms_quote_row_t q[MAX_ROWS];
  oms_trade_row_t t[MAX_ROWS];
  size_t n;
  oms_error_t err = {0};
  assert_int_equal(read_all(OMS_CSV_QUOTES, OMS_ZONE_UTC, quotes, strlen(quotes), q, &n, &err),
                   OMS_OK);
  assert_int_equal(n, 2);
  assert_int_equal(q[0].bid, PX(10));
  assert_int_equal(q[0].bid_size, PX(3));
  assert_int_equal(q[0].ask, INT64_C(10500000000));
  assert_int_equal(q[0].ask_size, 0);
  assert_int_equal(q[1].bid, 0);
  assert_int_equal(q[1].ask, 0);
  assert_int_equal(q[1].ask_size, PX(5));
  assert_int_equal(read_all(OMS_CSV_TRADES, OMS_ZONE_UTC, trades, strlen(trades), t, &n, &err),
                   OMS_OK);
  assert_int_equal(t[0].price, INT64_C(10250000000));
  assert_int_equal(t[0].size, PX(5));
  bad(OMS_CSV_TRADES, "ts,price,size\n2018-01-02,0,5\n", 0, "x.csv:2", "\"price\"");
  bad(OMS_CSV_QUOTES, "ts,bid,ask\n2018-01-02,-1,5\n", 0, "x.csv:2: column \"bid\"", "negative");
}

static void test_volume_flags(void **state) {
  (void)state;
  static const struct {
    const char *text;
    bool has, any;
  } cases[] = {
      {"ts,open,high,low,close\n2014-01-02,1,1,1,1\n",        false, false},
      {HEADER "2014-01-02,1,1,1,1,0\n",                       true,  false},
      {HEADER "2014-01-02,1,1,1,1,0\n2014-01-03,1,1,1,1,2\n", true,  true }
  };
  for (size_t i = 0; i < OMS_COUNT(cases); i++) {
    oms_bar_row_t r[MAX_ROWS];
    oms_csv_t *csv;
    size_t n;
    memset(r, 0x55, sizeof r);
    assert_int_equal(oms_csv_new(OMS_CSV_BARS, OMS_ZONE_UTC, &csv), OMS_OK);
    assert_int_equal(oms_csv_open_memory(csv, "x", cases[i].text, strlen(cases[i].text), NULL),
                     OMS_OK);
    assert_int_equal(oms_csv_read(csv, r, MAX_ROWS, &n, NULL), OMS_OK);
    assert_int_equal(oms_csv_has_volume(csv), cases[i].has);
    assert_int_equal(oms_csv_any_volume(csv), cases[i].any);
    assert_true(r[0].volume == 0.0);
    assert_true(oms_csv_date_only(csv));
    oms_csv_free(csv);
  }
}

static void test_bad_headers(void **state) {
  (void)state;
  bad_bars("", 0, "x.csv", "the file is empty");
  bad_bars("\xef\xbb\xbf", 0, "x.csv", "the file is empty");
  bad_bars(HEADER, 0, "x.csv", "no rows");
  bad_bars(HEADER "\n\n", 0, "x.csv", "no rows");
  bad_bars("ts,open,high,low,volume\n", 0, "x.csv:1: no column \"close\"",
           "found are: ts, open, high, low, volume");
  bad_bars("2014-01-02,1,1,1,1,1\n", 0, "x.csv:1: no column \"ts\"", "the first line must name");
  bad_bars("ts;open;high\n", 0, "no column \"ts\"", "separated by commas");
  bad_bars("ts,open,high,low,close,Open\n", 0, "x.csv:1: column \"Open\"", "second column");
  bad_bars("date,time,open,high,low,close\n", 0, "x.csv:1: column \"time\"", "\"ts\"");
  bad_bars("ts,\"open,high\n", 0, "x.csv:1", "quote is not closed");
}

static void test_bad_lines(void **state) {
  (void)state;
  static const struct {
    const char *line, *column, *what;
  } cases[] = {
      {"2014-01-03,nan,12,9,11,1",          "open",            "\"nan\" is not a number"          },
      {"2014-01-03,10,inf,9,11,1",          "high",            "\"inf\" is not a number"          },
      {"2014-01-03,10,12,-9,11,1",          "low",             "negative"                         },
      {"2014-01-03,10,12,0,11,1",           "low",             "not above 0"                      },
      {"2014-01-03,0.0000000001,12,9,11,1", "open",            "not above 0"                      },
      {"2014-01-03,10,8,9,11,1",            "high",            "8 is below low 9"                 },
      {"2014-01-03,13,12,9,11,1",           "open",            "13 is above high 12"              },
      {"2014-01-03,8,12,9,11,1",            "open",            "8 is below low 9"                 },
      {"2014-01-03,10,12,9,12.5,1",         "close",           "12.5 is above high 12"            },
      {"2014-01-03,10,12,9,11,nan",         "volume",          "not a number"                     },
      {"2014-01-03,10,12,9,11,-1",          "volume",          "negative"                         },
      {"2014-01-03,10,12,9,11,1e999",       "volume",          "too large"                        },
      {"2014-01-03,10,12,9,11,0x10",        "volume",          "not a number"                     },
      {"2014-01-03,10,12,9,11,",            "volume",          "\"\" is not a number"             },
      {"2014-01-03,10,12,9,1 1,1",          "close",           "\"1 1\" is not a number"          },
      {"2014-01-03,10,99999999999,9,11,1",  "high",            "too large"                        },
      {"2014-01-03,10,12,9,11",             "volume",          "5 fields where the header names 6"},
      {"2014-01-03,10,12,9,11,1,",          "beyond the last", "7 fields"                         },
      {"2014-02-30,10,12,9,11,1",           "ts",              "\"2014-02-30\" is not a time"     },
      {"yesterday,10,12,9,11,1",            "ts",              "\"yesterday\" is not a time"      },
      {"2014-01-03T25:00:00Z,10,12,9,11,1", "ts",              "is not a time"                    },
      {"2014-01-01,10,12,9,11,1",           "ts",              "is before the row above"          },
      {"\"2014-01-03,10,12,9,11,1",         "ts",              "quote is not closed"              },
      {"\"2014-01-03\"x,10,12,9,11,1",      "ts",              "quote is not closed"              },
  };
  for (size_t i = 0; i < OMS_COUNT(cases); i++) {
    char text[400], place[64];
    (void)snprintf(text, sizeof text, HEADER ROW("2014-01-02") "%s\n" ROW("2014-01-04"),
                   cases[i].line);
    (void)snprintf(place, sizeof place, "x.csv:3: column \"%s%s%s",
                   cases[i].column[0] == 'b' ? "(" : "", cases[i].column,
                   cases[i].column[0] == 'b' ? ")\"" : "\"");
    bad_bars(text, 1, place, cases[i].what);
    bad_bars(text, 1, place, "correct the line or take it out");
  }
  bad_bars(HEADER ROW("2014-01-02") "\n" ROW("2014-01-03"), 1, "x.csv:3", "blank");
}

static void test_equal_times_keep_their_order(void **state) {
  (void)state;
  oms_bar_row_t r[MAX_ROWS];
  assert_int_equal(good_bars(HEADER "2014-01-02,1,1,1,1,1\n2014-01-02,2,2,2,2,1\n", r), 2);
  assert_int_equal(r[0].open, PX(1));
  assert_int_equal(r[1].open, PX(2));
}

static void test_nul_bytes(void **state) {
  (void)state;
  static const char row[] = HEADER "2014-01-02,10,12,9,11,1\n2014-01-03,10,1\0,9,11,1\n";
  static const char wide[] = "t\0s\0,\0o\0";
  oms_bar_row_t r[MAX_ROWS];
  size_t n;
  oms_error_t err = {0};
  assert_int_equal(read_all(OMS_CSV_BARS, OMS_ZONE_UTC, row, sizeof row - 1, r, &n, &err),
                   OMS_ERR_DATA);
  assert_int_equal(n, 1);
  assert_message(&err, "x.csv:3");
  assert_message(&err, "NUL byte");
  assert_int_equal(read_all(OMS_CSV_BARS, OMS_ZONE_UTC, wide, sizeof wide, r, &n, &err),
                   OMS_ERR_DATA);
  assert_message(&err, "not UTF-8");
}

/* Long lines in all places: with and without an end, inside one buffer and across several. */
static void test_long_lines(void **state) {
  (void)state;
  static const size_t sizes[] = {OMS_CSV_LINE_MAX + 1, 300000, 10000000};
  for (size_t i = 0; i < OMS_COUNT(sizes); i++) {
    for (int ended = 0; ended < 2; ended++) {
      for (int extra = 0; extra < 2; extra++) {
        static const char head[] = "note,ts,open,high,low,close\na,2014-01-02,1,1,1,1\n";
        char *text = malloc(sizeof head + sizes[i] + 64);
        size_t used = sizeof head - 1, n;
        oms_bar_row_t r[MAX_ROWS];
        oms_error_t err = {0};
        assert_non_null(text);
        memcpy(text, head, used);
        memset(text + used, extra ? 'x' : '1', sizes[i]);
        used += sizes[i];
        if (ended) {
          used += (size_t)sprintf(text + used, ",2014-01-02,1,1,1,1\n");
        }
        assert_int_equal(read_all(OMS_CSV_BARS, OMS_ZONE_UTC, text, used, r, &n, &err),
                         OMS_ERR_DATA);
        assert_int_equal(n, 1);
        assert_message(&err, "x.csv:3");
        assert_message(&err, "longer than 65536 bytes");
        free(text);
      }
    }
  }
}

/* Every split of the text over reads of rows gives the same rows, also where lines cross the
 * buffer. */
static void test_small_reads_equal_one_read(void **state) {
  (void)state;
  size_t size, total = 0, n;
  char *text = minute_text(20000, &size);
  oms_csv_t *one, *many;
  oms_bar_row_t *whole = malloc(20001 * sizeof *whole), part[7];
  assert_int_equal(oms_csv_new(OMS_CSV_BARS, OMS_ZONE_UTC, &one), OMS_OK);
  assert_int_equal(oms_csv_new(OMS_CSV_BARS, OMS_ZONE_UTC, &many), OMS_OK);
  assert_int_equal(oms_csv_open_memory(one, "x", text, size, NULL), OMS_OK);
  assert_int_equal(oms_csv_open_memory(many, "x", text, size - 1, NULL), OMS_OK);
  assert_int_equal(oms_csv_read(one, whole, 20001, &n, NULL), OMS_OK);
  assert_int_equal(n, 20000);
  do {
    assert_int_equal(oms_csv_read(many, part, 7, &n, NULL), OMS_OK);
    assert_memory_equal(part, whole + total, n * sizeof *whole);
    total += n;
  } while (n == 7);
  assert_int_equal(total, 20000);
  oms_csv_free(one);
  oms_csv_free(many);
  free(whole);
  free(text);
}

/* The same numbers by the fast path and, with quotes around, by the slow one. */
static void test_fast_and_slow_path_agree(void **state) {
  (void)state;
  uint64_t seed = 12345;
  for (int i = 0; i < 3000; i++) {
    char fast[200], slow[220], num[3][24];
    oms_bar_row_t a[MAX_ROWS], b[MAX_ROWS];
    for (int k = 0; k < 3; k++) {
      seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
      int digits = (int)(seed >> 60 & 7), whole = (int)(seed >> 33 & 0xffffff);
      (void)snprintf(num[k], sizeof num[k], "%d.%0*d", 1 + whole, digits + 1,
                     (int)(seed >> 12 & 0x3fffff) % (digits > 4 ? 1000000 : 10));
    }
    (void)snprintf(fast, sizeof fast, HEADER "2014-01-02,%s,99999999,0.01,%s,%s\n", num[0], num[1],
                   num[2]);
    (void)snprintf(slow, sizeof slow, HEADER "\"2014-01-02\",%s,99999999,0.01,%s,%s\n", num[0],
                   num[1], num[2]);
    assert_int_equal(good_bars(fast, a), 1);
    assert_int_equal(good_bars(slow, b), 1);
    assert_memory_equal(a, b, sizeof a[0]);
  }
}

/* Damaged lines by the fast path ("x" in the extra column) and by the slow one ("" there): same
 * rows, same verdict, whatever the damage. */
static void test_paths_agree_on_damaged_lines(void **state) {
  (void)state;
  static const char head[] = "ts,open,high,low,close,volume,note\n2014-01-01,10,12,9,11,1,a\n";
  static const char *const lines[] = {
      "2014-01-02T10:00:00Z,10.25,1200.5,9.125,11,100",
      "2014-01-02 10:00:00.125,123456.5,999999.75,9,11.123456789,7.5", "2014-01-02,10,12,9,11,0",
      "1388620800,10,12,9,11,5e3"};
  static const char bytes[] = "0123456789.-:TZ ,eE+\t\r/x";
  uint64_t seed = 99;
  size_t good = 0;
  for (int i = 0; i < 20000; i++) {
    char fast[200], slow[200], line[100];
    oms_bar_row_t a[MAX_ROWS], b[MAX_ROWS];
    size_t a_n, b_n;
    oms_error_t a_err = {0}, b_err = {0};
    (void)snprintf(line, sizeof line, "%s", lines[i % 4]);
    for (int k = 0; k < 1 + i % 3; k++) {
      seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
      line[(seed >> 33) % strlen(line)] = bytes[(seed >> 20) % (sizeof bytes - 1)];
    }
    (void)snprintf(fast, sizeof fast, "%s%s,x\n", head, line);
    (void)snprintf(slow, sizeof slow, "%s%s,\"\"\n", head, line);
    oms_zone_t zone = i % 5 == 0 ? oms_zone_new_york : OMS_ZONE_UTC;
    int a_rc = read_all(OMS_CSV_BARS, zone, fast, strlen(fast), a, &a_n, &a_err);
    int b_rc = read_all(OMS_CSV_BARS, zone, slow, strlen(slow), b, &b_n, &b_err);
    if (a_rc != b_rc || a_n != b_n) {
      fail_msg("the paths differ on \"%s\": %s | %s", line, a_err.message, b_err.message);
    }
    assert_memory_equal(a, b, a_n * sizeof a[0]);
    good += a_n - 1;
  }
  assert_true(good > 1000);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_plain_rows),
      cmocka_unit_test(test_prices_are_exact),
      cmocka_unit_test(test_volumes_are_nearest),
      cmocka_unit_test(test_columns_in_any_case_and_order),
      cmocka_unit_test(test_times),
      cmocka_unit_test(test_epochs),
      cmocka_unit_test(test_wall_times_across_a_change_of_clocks),
      cmocka_unit_test(test_quotes_and_trades),
      cmocka_unit_test(test_volume_flags),
      cmocka_unit_test(test_bad_headers),
      cmocka_unit_test(test_bad_lines),
      cmocka_unit_test(test_equal_times_keep_their_order),
      cmocka_unit_test(test_nul_bytes),
      cmocka_unit_test(test_long_lines),
      cmocka_unit_test(test_small_reads_equal_one_read),
      cmocka_unit_test(test_fast_and_slow_path_agree),
      cmocka_unit_test(test_paths_agree_on_damaged_lines),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
