/* report.html: a run whose names hold what HTML and JavaScript mind, read back; its data must be
 * JSON that says what the run did, the same at every run, and a disk that refuses must be told. How
 * the page looks and works is for tests/browser. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "bind/session.h"
#include "host/report.h"
#include "host/run.h"

static char folder[64];

static const char *in_folder(const char *name) {
  static char path[256];
  snprintf(path, sizeof path, "%s/%s", folder, name);
  return path;
}

static void put_file(const char *name, const char *text) {
  FILE *f = fopen(in_folder(name), "w");
  assert_non_null(f);
  assert_true(fputs(text, f) >= 0);
  assert_int_equal(0, fclose(f));
}

/* Buys on every other bar and sells on the next; one order is far too large. */
static const char strategy[] =
    "local oms = require 'oms'\n"
    "local S = { params = { qty = 1, tag = 'a<b>&\"c', list = { 1, 'x' } } }\n"
    "function S:on_start() oms.log.warn('beware of <script>alert(1)</script>') end\n"
    "function S:on_bar(bar)\n"
    "  self.n = (self.n or 0) + 1\n"
    "  if self.n == 1 then oms.buy(bar.symbol, 5000) end\n"
    "  if self.n % 2 == 1 then oms.buy(bar.symbol, self.params.qty)\n"
    "  else oms.sell(bar.symbol, self.params.qty) end\n"
    "end\n"
    "return S\n";

static int set_up(void **state) {
  (void)state;
  strcpy(folder, "/tmp/moondesk-test-XXXXXX");
  assert_non_null(mkdtemp(folder));
  put_file("a&b.lua", strategy);
  return 0;
}

static int tear_down(void **state) {
  (void)state;
  static const char *const names[] = {"equity.csv", "orders.csv",  "fills.csv",
                                      "trades.csv", "report.html", "summary.json",
                                      "a&b.lua",    "sweep.html",  "events.csv"};
  for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
    char part[64];
    snprintf(part, sizeof part, "%s.part", names[i]);
    (void)unlink(in_folder(names[i]));
    (void)unlink(in_folder(part));
  }
  return rmdir(folder);
}

/* 'bars' days of one symbol; 'more' are further keys of the session. */
static int run_session(int bars, const char *more, oms_error_t *err) {
  char text[4096], path[300];
  snprintf(text, sizeof text,
           "local rows = {}\n"
           "for i = 1, %d do rows[i] = { i * 86400000000000, 10, 16, 9, 10 + i %% 5 } end\n"
           "return { name = 'R&D <\"one\">', mode = 'backtest',\n"
           "  accounts = { { id = 'ma<in', type = 'margin', cash = 100000 } },\n"
           "  data = { { symbol = 'X<&>', bars = rows } },\n"
           "  strategies = { { 'a&b.lua', id = '<b>', qty = 2 } },\n"
           "  %s }\n",
           bars, more);
  snprintf(path, sizeof path, "%s/session.lua", folder);
  oms_session_file_t *file = NULL;
  oms_run_result_t result;
  const oms_run_options_t options = {
      .out = folder, .library = SOURCE_DIR, .quiet = true, .strict_budget = 1000000};
  if (oms_session_file_load_text(path, text, strlen(text), &file, err) != OMS_OK) {
    fail_msg("%s", err->message);
  }
  int rc = oms_run_session(oms_session_file_config(file), file, &options, &result, err);
  oms_session_file_free(file);
  return rc;
}

static char *read_file(const char *path) {
  enum { MOST = 8 << 20 };
  FILE *f = fopen(path, "r");
  assert_non_null(f);
  char *page = calloc(1, MOST);
  assert_non_null(page);
  size_t n = fread(page, 1, MOST - 1, f);
  assert_in_range(n, 1000, MOST - 2);
  (void)fclose(f);
  return page;
}

/* Owned by the caller. */
static char *read_page(void) {
  return read_file(in_folder("report.html"));
}

static char *page_of(int bars, const char *more) {
  oms_error_t err = {0};
  if (run_session(bars, more, &err) != OMS_OK) {
    fail_msg("%s", err.message);
  }
  return read_page();
}

static void has(const char *page, const char *part) {
  if (strstr(page, part) == NULL) {
    fail_msg("the page has no %s", part);
  }
}

static void has_not(const char *page, const char *part) {
  if (strstr(page, part) != NULL) {
    fail_msg("the page has %s", part);
  }
}

/* --- a small checker of JSON --- */

static const char *check_value(const char *p);

static const char *check_text(const char *p) {
  assert_int_equal('"', *p);
  for (p++; *p != '"'; p++) {
    assert_true((unsigned char)*p >= 0x20 && *p != '<' && *p != '>' && *p != '&');
    if (*p == '\\') {
      p++;
      assert_non_null(strchr("\"\\u", *p));
    }
  }
  return p + 1;
}

static const char *space(const char *p) {
  return p + strspn(p, " \n");
}

static const char *check_list(const char *p, char end) {
  for (p = space(p + 1); *p != end;) {
    if (end == '}') {
      p = space(check_text(p));
      assert_int_equal(':', *p++);
    }
    p = space(check_value(space(p)));
    assert_true(*p == ',' || *p == end);
    p = *p == ',' ? space(p + 1) : p;
  }
  return p + 1;
}

static const char *check_value(const char *p) {
  if (*p == '{' || *p == '[') {
    return check_list(p, *p == '{' ? '}' : ']');
  }
  if (*p == '"') {
    return check_text(p);
  }
  static const char *const words[] = {"null", "true", "false"};
  for (size_t i = 0; i < 3; i++) {
    if (strncmp(p, words[i], strlen(words[i])) == 0) {
      return p + strlen(words[i]);
    }
  }
  size_t n = strspn(p, "-+.0123456789eE");
  assert_in_range(n, 1, 30);
  return p + n;
}

/* The page as the program has it, around one JSON value: 'page' is cut down to that. */
static char *data_of(char *page) {
  static const char mark[] = "<script type=\"application/json\" id=\"report-data\">";
  static const char first[] = "<!DOCTYPE html>\n", last[] = "</html>\n";
  assert_memory_equal(page, first, sizeof first - 1);
  assert_string_equal(page + strlen(page) - (sizeof last - 1), last);
  char *from = strstr(page, mark);
  assert_non_null(from);
  from += sizeof mark - 1;
  const char *end = check_value(from);
  assert_memory_equal(end, "</script>", 9);
  memmove(page, from, (size_t)(end - from));
  page[end - from] = '\0';
  return page;
}

/* --- tests --- */

static const char settings[] = "limits = { max_order_qty = 1000, restricted = { 'A<B' } },\n"
                               "venue = { slippage = { percent = 0.5 }, commission = { percent = "
                               "0.1 }, max_participation = 0.5 }";

static void the_page_has_all_its_parts(void **state) {
  (void)state;
  char *data = data_of(page_of(9, settings));
  static const char *const parts[] = {
      "\"kind\":\"run\"",
      "\"partial\":false",
      "[\"initial_equity\",100000]",
      "[\"state_hash\",\"",
      "max_participation did not bind it",
      "\"days\":9,",
      "\"equity\":[[86400,100000],[172800,100000],", /* the start, then each step */
      "\"timeframe\":86400,",
      "\"barsEach\":1,",
      "\"bars\":[[86400,10,16,9,11],[172800,10,16,9,12],",
      "\"marks\":[[1,true,true,1,2],[2,false,false,1,2],[3,true,true,1,2]",
      "\"months\":[[1970,1,",
      "\"rollingWindow\":0,",
      "\"tradeCount\":4,\n\"openLots\":0,",
      "[0,\"long\",172800,259200,2,10.05,9.95,0.04,-0.24,1,0]",
      "\"id\":\"execution\"",
      "[\"market\",9,8,88.8888888889,8,",
      "\"9 rows in place\",\"1d (read off the data)\",\"UTC\",\"start\"",
      "qty = 2\\u000a",
      "list = {1, \\\"x\\\"}\\u000a",
      "[\"fill\",\"next_open\",\"default\"]",
      "[\"slippage.percent\",\"0.5\",\"set; the default is 0\"]",
      "[\"commission.min\",\"none\",\"default\"]",
      "[\"ma\\u003cin\",\"margin\",2,100000,",
      "[\"all\",\"max_order_qty\",\"1000\"]",
      "[\"MAX_ORDER_QTY\",1,\"oms\",",
  };
  for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
    has(data, parts[i]);
  }
  assert_int_equal(0, access(in_folder("summary.json"), F_OK));
  assert_int_not_equal(0, access(in_folder("report.html.part"), F_OK));
  free(data);
}

static void names_cannot_become_markup(void **state) {
  (void)state;
  char *page = page_of(9, settings);
  has(page, "<title>R&#38;D &#60;&#34;one&#34;&#62;</title>");
  char *data = data_of(page);
  has(data, "\"title\":\"R\\u0026D \\u003c\\\"one\\\"\\u003e\"");
  has(data, "\"symbols\":[\"X\\u003c\\u0026\\u003e\"]");
  has(data, "\"accounts\":[\"ma\\u003cin\"]");
  has(data, "[\"strategy\",\"\\u003cb\\u003e\",\"a\\u0026b.lua\",");
  has(data, "tag = \\\"a\\u003cb\\u003e\\u0026\\\"c\\\"");
  has(data, "\"restricted\",\"A\\u003cB\"");
  has(data, "beware of \\u003cscript\\u003ealert(1)\\u003c/script\\u003e");
  free(page);
}

static void put_odd_texts(oms_page_t *to) {
  oms_page_begin(to, '[');
  oms_page_text(to, "</script><!-- & \"\\\n\t\x01\x7F|\xC3\xA9|\xE2\x82\xAC|\xF0\x9F\x98\x80|");
  oms_page_text(to, "\xC3|\xC0\xAF|\xED\xA0\x80|\xF5|\xC2\x85|\xE2\x82");
  oms_page_text(to, "\xE2\x80\xA8\xE2\x80\xA9");
  oms_page_text(to, NULL);
  oms_page_double(to, -0.0);
  oms_page_double(to, strtod("nan", NULL));
  oms_page_double(to, strtod("-inf", NULL));
  oms_page_decimal(to, -1500, 3);
  oms_page_decimal(to, OMS_NO_PRICE, 3);
  oms_page_time(to, INT64_C(-1500000000));
  oms_page_begin(to, '{');
  oms_page_key(to, "a\"b");
  oms_page_bool(to, true);
  oms_page_key(to, "c");
  oms_page_integer(to, INT64_MIN);
  oms_page_end(to, '}');
  oms_page_end(to, ']');
}

#define BAD "\xEF\xBF\xBD"

/* Each byte that a page minds, and what UTF-8 does not allow. */
static void text_is_escaped_byte_by_byte(void **state) {
  (void)state;
  oms_error_t err = {0};
  oms_page_t to;
  assert_int_equal(OMS_OK,
                   oms_page_open(&to, in_folder("report.html"), "a\x01\xC3<'\xE2\x80\xA8", &err));
  put_odd_texts(&to);
  assert_int_equal(OMS_OK, oms_page_close(&to, &err));
  char *page = read_file(in_folder("report.html.part"));
  has(page, "<title>a" BAD BAD "&#60;&#39;\xE2\x80\xA8</title>");
  assert_string_equal(data_of(page),
                      "[\"\\u003c/script\\u003e\\u003c!-- \\u0026 \\\"\\\\\\u000a\\u0009" BAD BAD
                      "|\xC3\xA9|\xE2\x82\xAC|\xF0\x9F\x98\x80|\",\"" BAD "|" BAD BAD
                      "|" BAD BAD BAD "|" BAD "|" BAD BAD "|" BAD BAD
                      "\",\"\\u2028\\u2029\",null,0,null,null,-1.5,null,-1.5,{\"a\\\"b\":true,\n"
                      "\"c\":-9223372036854775808}]");
  free(page);
}

/* What the clock of the wall says is blanked. */
static void blank(char *data) {
  static const char *const names[] = {"[\"seconds\",", "[\"events_per_second\","};
  for (size_t i = 0; i < 2; i++) {
    char *p = strstr(data, names[i]);
    assert_non_null(p);
    p += strlen(names[i]);
    memmove(p, p + strcspn(p, "]"), strlen(p + strcspn(p, "]")) + 1);
  }
}

static void the_same_run_gives_the_same_page(void **state) {
  (void)state;
  char *a = page_of(40, settings), *b = page_of(40, settings);
  blank(a);
  blank(b);
  assert_string_equal(a, b);
  free(a);
  free(b);
}

/* How many elements the list of that key has at its first level. */
static size_t length_of(const char *data, const char *key) {
  char mark[64];
  snprintf(mark, sizeof mark, "\"%s\":[", key);
  const char *p = strstr(data, mark);
  assert_non_null(p);
  size_t n = 0;
  for (p += strlen(mark); *p != ']'; n++) {
    p = check_value(p);
    p += *p == ',';
  }
  return n;
}

static void long_runs_are_thinned_out(void **state) {
  (void)state;
  char *data = data_of(page_of(45000, settings));
  has(data, "\"days\":45000,");
  has(data, "\"equityEach\":8,");
  has(data, "\"barsEach\":8,");
  has(data, "\"tradeCount\":22500,");
  assert_int_equal(OMS_REPORT_TRADES, length_of(data, "trades"));
  assert_int_equal((45000 + 1 + 7) / 8, length_of(data, "drawdown"));
  assert_int_equal(45000 / 8, length_of(data, "bars"));
  assert_in_range(length_of(data, "equity"), 45000 / 8, 2 * 45000 / 8 + 2);
  assert_in_range(length_of(data, "rollingSharpe"), 5000, 10000);
  /* Every candle of eight bars saw four round trips begin and end: two kinds of marks. */
  assert_in_range(length_of(data, "marks"), 2 * 45000 / 8 - 2, 2 * 45000 / 8);
  free(data);
}

static void one_day_without_orders_has_a_page(void **state) {
  (void)state;
  put_file("a&b.lua", "return { params = { qty = 1 }, on_bar = function() end }\n");
  char *data = data_of(page_of(2, "from = '1970-01-02', to = '1970-01-02'"));
  has(data, "\"from\":86400,\n\"to\":172800,\n\"seed\":\"1\"");
  has(data, "\"warnings\":[],\n\"warningCount\":0,");
  has(data, "\"days\":1,");
  has(data, "\"trades\":[],");
  has(data, "\"pnlBins\":[],");
  has(data, "\"none\":\"No order was rejected.\"");
  has_not(data, "nan");
  has_not(data, "inf");
  put_file("a&b.lua", strategy);
  free(data);
}

static void a_stopped_strategy_and_a_partial_run_say_so(void **state) {
  (void)state;
  put_file("a&b.lua",
           "return { params = { qty = 1 }, on_bar = function() error('stop <here>') end }\n");
  char *data = data_of(page_of(5, settings));
  has(data, "\"strategyFailed\":true");
  has(data, "stop \\u003chere\\u003e");
  has(data, ",1,\"stopped by an error\",");
  free(data);
  put_file("a&b.lua", strategy);
  oms_error_t err = {0};
  assert_int_not_equal(OMS_OK, run_session(5,
                                           "timeline = function(t) t:at('1970-01-04T12:00', "
                                           "function() error('no more') end) end",
                                           &err));
  data = data_of(read_page());
  has(data, "\"partial\":true");
  free(data);
}

/* A stop that is triggered, one that is replaced, and a trailing one that moves: each with the time
 * that it worked. */
static void working_stops_have_their_time(void **state) {
  (void)state;
  put_file("a&b.lua", "local oms = require 'oms'\n"
                      "local S = { params = { qty = 1 } }\n"
                      "function S:on_bar(bar)\n"
                      "  self.n = (self.n or 0) + 1\n"
                      "  if self.n == 1 then oms.buy(bar.symbol, 2) end\n"
                      "  if self.n == 2 then\n"
                      "    self.stop = oms.submit { symbol = bar.symbol, side = 'sell', qty = 1,\n"
                      "      type = 'stop', stop_price = 5, time_in_force = 'gtc' }\n"
                      "    oms.submit { symbol = bar.symbol, side = 'sell', qty = 1,\n"
                      "      type = 'trailing_stop', trail_price = 8, time_in_force = 'gtc' }\n"
                      "  end\n"
                      "  if self.n == 4 then self.stop:replace { stop_price = 6 } end\n"
                      "end\n"
                      "return S\n");
  char *data = data_of(page_of(8, "venue = { bar_path = 'worst' }"));
  has(data, "[0,\"sell\",\"stop\",432000,259200,5]"); /* until it was replaced */
  has(data, "[0,\"sell\",\"stop\",null,432000,6]");   /* to the end */
  has(data, "[0,\"sell\",\"trailing_stop\",null,259200,4,345600,5,432000,6]");
  has(data, "\"stopCount\":3,");
  put_file("a&b.lua", strategy);
  free(data);
}

static void a_full_disk_is_told_and_leaves_no_summary(void **state) {
  (void)state;
  oms_error_t err = {0};
  assert_int_equal(0, symlink("/dev/full", in_folder("report.html.part")));
  assert_int_equal(OMS_ERR_IO, run_session(40, settings, &err));
  assert_non_null(strstr(err.message, "report.html.part: No space left"));
  assert_int_not_equal(0, access(in_folder("report.html"), F_OK));
  assert_int_not_equal(0, access(in_folder("summary.json"), F_OK));
  assert_int_equal(0, unlink(in_folder("report.html.part")));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(the_page_has_all_its_parts, set_up, tear_down),
      cmocka_unit_test_setup_teardown(names_cannot_become_markup, set_up, tear_down),
      cmocka_unit_test_setup_teardown(text_is_escaped_byte_by_byte, set_up, tear_down),
      cmocka_unit_test_setup_teardown(the_same_run_gives_the_same_page, set_up, tear_down),
      cmocka_unit_test_setup_teardown(long_runs_are_thinned_out, set_up, tear_down),
      cmocka_unit_test_setup_teardown(one_day_without_orders_has_a_page, set_up, tear_down),
      cmocka_unit_test_setup_teardown(a_stopped_strategy_and_a_partial_run_say_so, set_up,
                                      tear_down),
      cmocka_unit_test_setup_teardown(working_stops_have_their_time, set_up, tear_down),
      cmocka_unit_test_setup_teardown(a_full_disk_is_told_and_leaves_no_summary, set_up, tear_down),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
