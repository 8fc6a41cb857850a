/* report.html: a run whose names hold what HTML minds, read back; the page must be well formed,
 * whole, the same at every run, and a disk that refuses must be told. */
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
  static const char *const names[] = {"equity.csv",  "orders.csv",   "fills.csv",  "trades.csv",
                                      "report.html", "summary.json", "events.csv", "a&b.lua"};
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

/* Owned by the caller. */
static char *read_page(void) {
  FILE *f = fopen(in_folder("report.html"), "r");
  assert_non_null(f);
  char *page = calloc(1, 1 << 20);
  assert_non_null(page);
  size_t n = fread(page, 1, (1 << 20) - 1, f);
  assert_in_range(n, 1000, (1 << 20) - 2);
  (void)fclose(f);
  return page;
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

static size_t count(const char *page, const char *part) {
  size_t n = 0;
  for (const char *p = strstr(page, part); p != NULL; p = strstr(p + 1, part)) {
    n++;
  }
  return n;
}

/* --- a small checker of tags --- */

#define DEPTH_MAX 32

typedef struct checker {
  char open[DEPTH_MAX][16];
  size_t depth;
} checker_t;

static bool is_void(const char *name) {
  return strcmp(name, "meta") == 0 || strcmp(name, "br") == 0 || strcmp(name, "path") == 0;
}

/* From behind the '<' to behind the '>', which no quoted attribute may hide. */
static const char *check_tag(checker_t *c, const char *p) {
  bool ends = *p == '/';
  char name[16] = "";
  p += ends;
  size_t n = strspn(p, "abcdefghijklmnopqrstuvwxyz0123456789");
  assert_in_range(n, 1, sizeof name - 1);
  memcpy(name, p, n);
  bool quoted = false;
  for (p += n; *p != '>' || quoted; p++) {
    assert_true(*p != '\0' && *p != '<');
    quoted = quoted != (*p == '"');
  }
  if (ends) {
    assert_true(c->depth > 0);
    assert_string_equal(c->open[--c->depth], name);
  } else if (!is_void(name)) {
    assert_true(c->depth < DEPTH_MAX);
    strcpy(c->open[c->depth++], name);
  } else {
    assert_true(strcmp(name, "path") != 0 || p[-1] == '/');
  }
  return p + 1;
}

static void check_reference(const char *p) {
  static const char *const known[] = {"&amp;", "&lt;", "&gt;", "&quot;", "&#39;"};
  for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
    if (strncmp(p, known[i], strlen(known[i])) == 0) {
      return;
    }
  }
  fail_msg("a bare ampersand: %.40s", p);
}

static void check_page(const char *page) {
  checker_t c = {.depth = 0};
  static const char first[] = "<!DOCTYPE html>\n";
  assert_memory_equal(page, first, sizeof first - 1);
  for (const char *p = page + sizeof first - 1; *p != '\0';) {
    if (*p == '<') {
      p = check_tag(&c, p + 1);
      continue;
    }
    if (*p == '&') {
      check_reference(p);
    }
    bool in_style = c.depth > 0 && strcmp(c.open[c.depth - 1], "style") == 0;
    assert_true(*p != '>' || in_style);
    p++;
  }
  assert_int_equal(0, c.depth);
}

/* --- tests --- */

static const char settings[] = "limits = { max_order_qty = 1000, restricted = { 'A<B' } },\n"
                               "venue = { slippage = { percent = 0.5 }, commission = { percent = "
                               "0.1 }, max_participation = 0.5 }";

static void the_page_has_all_its_parts(void **state) {
  (void)state;
  char *page = page_of(9, settings);
  check_page(page);
  has_not(page, "Partial run");
  static const char *const parts[] = {
      "<th scope=\"row\">state_hash</th>",
      "<th scope=\"row\">initial_equity</th><td>100,000.00</td>",
      "<h2>Warnings and errors</h2>",
      "max_participation did not bind it",
      "At the end of each of 9 trading days",
      "<path class=\"equity\" d=\"M0.0 ",
      "<path class=\"drawdown\" d=\"M0.0 0.0L",
      "<span>1970-01-02</span><span>1970-01-06</span><span>1970-01-10</span>",
      "<td>9 rows in place</td><td>1d (read off the data)</td><td>UTC</td><td>start</td>",
      "qty = 2\n",
      "list = {1, &quot;x&quot;}\n",
      "<td>fill</td><td>next_open</td><td>default</td>",
      "<td>slippage.percent</td><td>0.5</td><td>set; the default is 0</td>",
      "<td>commission.min</td><td>none</td><td>default</td>",
      "<td>credit_exits</td><td>false</td><td>default</td>",
      "<td>margin</td><td class=\"n\">2</td><td class=\"n\">100,000.00</td>",
      "<td>all</td><td>max_order_qty</td><td>1000</td>",
      "<td>MAX_ORDER_QTY</td><td class=\"n\">1</td><td>oms</td>",
      "<h2>Round trips</h2>\n<p class=\"note\">4 of 4 are shown",
      "</body>\n</html>\n",
  };
  for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
    has(page, parts[i]);
  }
  assert_int_equal(0, access(in_folder("summary.json"), F_OK));
  assert_int_not_equal(0, access(in_folder("report.html.part"), F_OK));
  free(page);
}

static void names_cannot_become_markup(void **state) {
  (void)state;
  char *page = page_of(9, settings);
  has(page, "<title>R&amp;D &lt;&quot;one&quot;&gt;</title>");
  has(page, "<h1>R&amp;D &lt;&quot;one&quot;&gt;</h1>");
  has(page, "<td>X&lt;&amp;&gt;</td>");
  has(page, "<td>ma&lt;in</td>");
  has(page, "<td>&lt;b&gt;</td><td>a&amp;b.lua</td>");
  has(page, "tag = &quot;a&lt;b&gt;&amp;&quot;c&quot;");
  has(page, "<td>restricted</td><td>A&lt;B</td>");
  has(page, "&lt;b&gt;: beware of &lt;script&gt;alert(1)&lt;/script&gt;");
  has_not(page, "<script");
  has_not(page, "X<&>");
  has_not(page, "http");
  free(page);
}

/* Each byte that HTML minds, and what UTF-8 does not allow. */
static void text_is_escaped_byte_by_byte(void **state) {
  (void)state;
  oms_html_t h;
  oms_error_t err = {0};
  char got[256] = "";
  assert_int_equal(OMS_OK, oms_html_open(&h, folder, "report.html", &err));
  oms_html_text(&h, "<a href='x'>&\"\n\t\x01\x7F|\xC3\xA9|\xE2\x82\xAC|\xF0\x9F\x98\x80|");
  oms_html_text(&h, "\xC3|\xC0\xAF|\xED\xA0\x80|\xF5|\xC2\x85|\xE2\x82");
  oms_html_text(&h, NULL);
  oms_html_grouped(&h, "-1234567.891");
  oms_html_grouped(&h, "|999|1000");
  assert_int_equal(OMS_OK, oms_html_close(&h, &err));
  FILE *f = fopen(in_folder("report.html.part"), "r");
  assert_non_null(f);
  (void)fread(got, 1, sizeof got - 1, f);
  (void)fclose(f);
#define BAD "\xEF\xBF\xBD"
  assert_string_equal(got,
                      "&lt;a href=&#39;x&#39;&gt;&amp;&quot;\n\t" BAD BAD
                      "|\xC3\xA9|\xE2\x82\xAC|\xF0\x9F\x98\x80|" BAD "|" BAD BAD "|" BAD BAD BAD
                      "|" BAD "|" BAD BAD "|" BAD BAD "-1,234,567.891|999|1000");
}

/* What the clock of the wall says is blanked. */
static void blank(char *page) {
  static const char *const names[] = {">seconds</th><td>", ">events_per_second</th><td>"};
  for (size_t i = 0; i < 2; i++) {
    char *p = strstr(page, names[i]);
    assert_non_null(p);
    p += strlen(names[i]);
    memmove(p, p + strcspn(p, "<"), strlen(p + strcspn(p, "<")) + 1);
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

static void long_runs_are_thinned_out(void **state) {
  (void)state;
  char *page = page_of(3000, settings);
  check_page(page);
  has(page, "At the end of each of 3000 trading days");
  has(page, "500 of 1500 are shown");
  const char *equity = strstr(page, "<path class=\"equity\"");
  assert_non_null(equity);
  const char *end = strstr(equity, "\"/>");
  size_t points = 0;
  for (const char *p = equity; p < end; p++) {
    points += *p == 'L' || *p == 'M';
  }
  assert_in_range(points, 900, 1000);
  const char *trips = strstr(page, "<h2>Round trips</h2>");
  assert_non_null(trips);
  assert_int_equal(501, count(trips, "<tr>")); /* with that of the head */
  has(equity, "L1000.0 ");
  free(page);
}

static void one_day_without_orders_has_a_page(void **state) {
  (void)state;
  put_file("a&b.lua", "return { params = { qty = 1 }, on_bar = function() end }\n");
  char *page = page_of(2, "from = '1970-01-02', to = '1970-01-02'");
  check_page(page);
  has(page, "At the end of each of 1 trading days");
  has(page, "<div class=\"dates\"><span>1970-01-02</span></div>");
  has(page, "<h2>Limits</h2>\n<p>None set.</p>");
  has(page, "<h2>Rejected orders</h2>\n<p>None.</p>");
  has(page, "<h2>Round trips</h2>\n<p>None.</p>");
  has(page, "<h2>Warnings and errors</h2>\n<p>None.</p>");
  has(page, ", from 1970-01-02T00:00:00Z, to 1970-01-03T00:00:00Z, seed 1.");
  has_not(page, "nan");
  has_not(page, "inf");
  put_file("a&b.lua", strategy);
  free(page);
}

static void a_stopped_strategy_and_a_partial_run_say_so(void **state) {
  (void)state;
  put_file("a&b.lua",
           "return { params = { qty = 1 }, on_bar = function() error('stop <here>') end }\n");
  char *page = page_of(5, settings);
  check_page(page);
  has(page, "A strategy was stopped by an error.");
  has(page, "stop &lt;here&gt;");
  has(page, "<td class=\"n\">1</td><td>stopped by an error</td>");
  free(page);
  put_file("a&b.lua", strategy);
  oms_error_t err = {0};
  assert_int_not_equal(OMS_OK, run_session(5,
                                           "timeline = function(t) t:at('1970-01-04T12:00', "
                                           "function() error('no more') end) end",
                                           &err));
  page = read_page();
  check_page(page);
  const char *banner = strstr(page, "<strong>Partial run:</strong>");
  assert_non_null(banner);
  assert_true(banner < strstr(page, "<h2>Summary</h2>"));
  free(page);
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
      cmocka_unit_test_setup_teardown(a_full_disk_is_told_and_leaves_no_summary, set_up, tear_down),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
