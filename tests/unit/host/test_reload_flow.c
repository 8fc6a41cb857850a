/* test_reload_flow.c - ten thousand reloads while orders flow, faulty ones among them, at once and
 * step by step: the orders are those of a run without reloads, each is judged by one version as a
 * whole, and clocks fire as often. */
#define _XOPEN_SOURCE 700
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "host/host.h"

#define RELOADS 10000
#define BARS    12500

static char folder[64];

static void write_text(const char *name, const char *text) {
  char path[200];
  snprintf(path, sizeof path, "%s/%s", folder, name);
  FILE *file = fopen(path, "w");
  assert_non_null(file);
  fputs(text, file);
  assert_int_equal(fclose(file), 0);
}

/* A rule of three files: the verdict and its words are right only when all are of one version. */
static void write_version(const char *name, int number) {
  char text[1024], path[80];
  snprintf(path, sizeof path, "%s/%s", folder, name);
  (void)mkdir(path, 0700);
  const char *const parts[] = {"low", "high"};
  for (size_t i = 0; i < 2; i++) {
    snprintf(path, sizeof path, "%s/%s.lua", name, parts[i]);
    snprintf(text, sizeof text, "return { name = '%s', number = %d }\n", name, number);
    write_text(path, text);
  }
  snprintf(path, sizeof path, "%s/rule.lua", name);
  snprintf(text, sizeof text,
           "local oms = require 'oms'\nlocal low, high = require 'low', require 'high'\n"
           "local R = { seen = 0 }\n"
           "function R:check(order)\n"
           "  self.seen = self.seen + 1\n"
           "  if (order.qty + low.number + high.number) %% 2 == 1 then\n"
           "    return false, 'ODD', '%s' .. low.name .. high.name .. ' ' .. self.seen\n"
           "  end\nend\n"
           "function R:test() assert(low.number == high.number) end\n"
           "function R:on_save() return { seen = self.seen } end\n"
           "function R:on_load(saved) self.seen = saved.seen end\n"
           "return R\n",
           name);
  write_text(path, text);
  snprintf(path, sizeof path, "%s/strategy.lua", name);
  snprintf(text, sizeof text,
           "local oms = require 'oms'\nlocal S = { n = 0, fired = 0 }\n"
           "function S:on_start() oms.every(420, 'tick') oms.after(90000, 'once') end\n"
           "function S:on_bar(bar)\n"
           "  self.n = self.n + 1\n"
           "  oms.submit{ symbol = 'X', side = self.n %% 3 == 0 and 'sell' or 'buy',\n"
           "    qty = self.n %% 10 + 1, client_order_id = 'bar-' .. self.n }\n"
           "end\n"
           "function S:on_timer(name)\n"
           "  self.fired = self.fired + 1\n"
           "  oms.buy('X', 2, { client_order_id = name .. '-' .. self.fired })\n"
           "end\n"
           "function S:on_save() return { n = self.n, fired = self.fired } end\n"
           "function S:on_load(saved) self.n, self.fired = saved.n, saved.fired end\n"
           "return S -- %s\n",
           name);
  write_text(path, text);
}

/* What must be refused; the last two cost a budget each. */
static const char *const faulty[] = {"syntax.lua", "body.lua", "test.lua", "load.lua",
                                     "field.lua",  "gone.lua", "hog.lua",  "loop.lua"};
#define CHEAP 6

static void write_faulty(void) {
  write_text("syntax.lua", "local R = {\nfunction R:check(");
  write_text("body.lua", "local R = {}\nR.x = nothing.field\nreturn R\n");
  write_text("test.lua", "return { check = function() return false, 'BAD', 'bad' end,\n"
                         "  test = function() error('its own test') end }\n");
  write_text("load.lua", "local oms = require 'oms'\n"
                         "return { on_bar = function() end, check = nil,\n"
                         "  on_load = function(self) oms.after(1, 'tick') oms.after(2, 'bad')\n"
                         "    oms.every(3, 'once') error('no state') end }\n");
  write_text("field.lua", "return { on_tick = function() end }\n");
  write_text("hog.lua", "local t = {}\nwhile true do t[#t + 1] = ('x'):rep(100000) .. #t end\n");
  write_text("loop.lua", "while true do end\n");
}

static void write_session(void) {
  char text[600];
  snprintf(text, sizeof text,
           "local rows = {}\n"
           "for i = 1, %d do\n"
           "  local p = 100 + (i * 7919) %% 40\n"
           "  rows[i] = { (1704189600 + i * 60) * 1000000000, p, p + 2, p - 2, p + 1, 1000 }\n"
           "end\n"
           "return { name = 'flow', mode = 'backtest',\n"
           "  accounts = { { id = 'main', type = 'margin', cash = 100000000 } },\n"
           "  data = { { symbol = 'X', timeframe = '1m', bars = rows } },\n"
           "  rules = { 'A/rule.lua' }, strategies = { 'A/strategy.lua' } }\n",
           BARS);
  write_text("session.lua", text);
}

static int make_files(void **state) {
  (void)state;
  snprintf(folder, sizeof folder, "/tmp/oms_flow_XXXXXX");
  assert_non_null(mkdtemp(folder));
  write_version("A", 1);
  write_version("B", 2);
  write_faulty();
  write_session();
  return 0;
}

static int remove_files(void **state) {
  (void)state;
  char command[100];
  snprintf(command, sizeof command, "rm -rf '%s'", folder);
  return system(command);
}

/* What is compared. */

typedef struct row {
  char id[24], said[24];
  oms_qty_t qty, filled;
  uint8_t status;
} row_t;

typedef struct flow {
  bool reloads;
  int asked, refused, done;
  const char *version; /* of the rule that judges now */
  uint32_t judged;     /* orders looked at so far */
  row_t *rows;
  size_t row_n;
  oms_qty_t position;
} flow_t;

/* Each new order was judged by the version that is active, as a whole. */
static void look_at_verdicts(oms_host_t *h, flow_t *f) {
  char said[8];
  snprintf(said, sizeof said, "%s%s%s ", f->version, f->version, f->version);
  for (; f->judged < oms_engine_order_count(h->engine); f->judged++) {
    const oms_order_t *o = oms_engine_order(h->engine, f->judged);
    bool odd = o->qty / OMS_QTY_SCALE % 2 == 1;
    assert_int_equal(o->status == OMS_STATUS_REJECTED, odd);
    if (odd && strncmp(o->message, said, strlen(said)) != 0) {
      fail_msg("order %u was judged by '%s', not by %s", f->judged, o->message, said);
    }
  }
}

static void name_reload(const flow_t *f, int i, bool rule, char with[80]) {
  static const char *const files[] = {"rule.lua", "strategy.lua"};
  if (i % 3 == 2) {
    bool dear = i % 500 == 499;
    const char *name =
        dear ? faulty[CHEAP + (size_t)(i / 500) % 2] : faulty[(size_t)(i / 3) % CHEAP];
    snprintf(with, 80, "%s/%s", folder, name);
    return;
  }
  const char *version = rule ? (f->version[0] == 'A' ? "B" : "A") : (i % 4 < 2 ? "A" : "B");
  snprintf(with, 80, "%s/%s/%s", folder, version, files[rule ? 0 : 1]);
}

/* A rule has no on_bar, a strategy no check: such a file would be taken. */
static bool may_fail(int i, const oms_reload_record_t *r) {
  return i % 3 == 2 || r->message == NULL;
}

static void reload_once(oms_host_t *h, flow_t *f) {
  char with[80];
  int i = f->asked++;
  bool rule = i % 2 == 0;
  size_t before = h->reloads.n, n = 0;
  oms_error_t err;
  name_reload(f, i, rule, with);
  const char *id = rule ? "rule" : "strategy";
  if (i % 5 < 3) {
    (void)oms_host_reload(h, id, with, &err);
  } else if (oms_host_reload_ask(h, id, with, 0, &n, &err) == OMS_OK) {
    assert_int_equal(n, 1);
  }
  assert_true(n == 1 || h->reloads.n == before + 1);
}

/* The records say which version is active from now on. */
static void follow(oms_host_t *h, flow_t *f) {
  for (int i = f->refused + f->done; i < (int)h->reloads.n; i++) {
    const oms_reload_record_t *r = OMS_AT(&h->reloads, oms_reload_record_t, i);
    if (!may_fail(i, r)) {
      fail_msg("reload %d from %s was refused: %s", i, r->path, r->message);
    }
    assert_true(r->message != NULL || i % 3 != 2);
    f->refused += r->message != NULL;
    f->done += r->message == NULL;
    if (r->message == NULL && strcmp(r->id, "rule") == 0) {
      f->version = strstr(r->path, "/A/") != NULL ? "A" : "B";
    }
  }
}

static void keep_rows(const oms_host_t *h, flow_t *f) {
  f->row_n = oms_engine_order_count(h->engine);
  f->rows = oms_alloc_zero(f->row_n, sizeof *f->rows);
  assert_non_null(f->rows);
  for (uint32_t i = 0; i < f->row_n; i++) {
    const oms_order_t *o = oms_engine_order(h->engine, i);
    row_t *r = &f->rows[i];
    snprintf(r->id, sizeof r->id, "%s", o->client_order_id);
    const char *count = o->message == NULL ? NULL : strchr(o->message, ' ');
    snprintf(r->said, sizeof r->said, "%s", count == NULL ? "" : count);
    r->qty = o->qty;
    r->filled = o->filled_qty;
    r->status = o->status;
    f->position += o->side == OMS_SIDE_BUY ? o->filled_qty : -o->filled_qty;
  }
}

static int drive(oms_host_t *h, void *ctx, oms_error_t *err) {
  flow_t *f = ctx;
  oms_time_t at;
  int rc = oms_host_begin(h, &at, err);
  rc = rc == OMS_OK ? oms_host_next(h, &at, err) : rc;
  while (rc == OMS_OK && at != OMS_NO_TIME) {
    if (f->reloads && f->asked < RELOADS && !oms_host_reload_busy(h)) {
      reload_once(h, f);
    }
    do {
      oms_host_reload_turn(h); /* a step of the reload, then perhaps a step of the market */
      follow(h, f);
    } while (oms_host_reload_busy(h) && f->asked % 7 != 0);
    rc = oms_host_step(h, at, err);
    look_at_verdicts(h, f);
    rc = rc == OMS_OK ? oms_host_next(h, &at, err) : rc;
  }
  keep_rows(h, f);
  return rc;
}

static void run_flow(flow_t *f) {
  char path[100];
  oms_session_file_t *file;
  oms_error_t err;
  static oms_run_result_t result;
  f->version = "A";
  snprintf(path, sizeof path, "%s/session.lua", folder);
  assert_int_equal(oms_session_file_load(path, &file, &err), OMS_OK);
  const oms_run_options_t options = {
      .quiet = true, .drive = drive, .drive_ctx = f, .budget_ns = 20000000};
  int rc = oms_run_session(oms_session_file_config(file), file, &options, &result, &err);
  if (rc != OMS_OK) {
    fail_msg("%s", err.message);
  }
  assert_false(result.strategy_failed);
  oms_session_file_free(file);
}

/* Thousands of refusals would hide what a failed test says; it says so all the same. */
static int silence(void) {
  int said = dup(STDERR_FILENO), nowhere = open("/dev/null", O_WRONLY);
  assert_true(said >= 0 && nowhere >= 0 && dup2(nowhere, STDERR_FILENO) >= 0);
  close(nowhere);
  return said;
}

static void speak(int said) {
  assert_true(dup2(said, STDERR_FILENO) >= 0);
  close(said);
}

static void orders_are_those_of_a_run_without(void **state) {
  (void)state;
  flow_t plain = {0}, flow = {.reloads = true};
  run_flow(&plain);
  int said = silence();
  run_flow(&flow); /* the refusals are errors, and are told */
  speak(said);
  assert_int_equal(flow.asked, RELOADS);
  assert_int_equal(flow.refused + flow.done, RELOADS);
  assert_int_equal(flow.refused, RELOADS / 3);
  assert_int_equal(plain.row_n, flow.row_n);
  assert_true(plain.row_n > BARS + BARS / 7);
  assert_int_equal(plain.position, flow.position);
  for (size_t i = 0; i < plain.row_n; i++) {
    const row_t *a = &plain.rows[i], *b = &flow.rows[i];
    assert_string_equal(a->id, b->id);
    assert_string_equal(a->said, b->said);
    assert_int_equal(a->qty, b->qty);
    assert_int_equal(a->filled, b->filled);
    assert_int_equal(a->status, b->status);
  }
  oms_free(plain.rows);
  oms_free(flow.rows);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(orders_are_those_of_a_run_without, make_files, remove_files),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
