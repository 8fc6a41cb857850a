/* test_live.c - the loop of a live host with a way in of the test's own: what operations come to,
 * what is written down, and what may leave when. The steps of a test run in turns of the loop, one
 * a turn; the last one sends SIGTERM. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "bind/session.h"
#include "host/run.h"
#include "store/store.h"

typedef void (*step_t)(void);

static struct {
  const oms_live_t *live;
  void (*wake)(void *live);
  void *host;
  const step_t *steps;
  size_t at, n;
  uint64_t durable, last_gate;
  size_t events, turns, stops, reloads;
  char reload_text[200];
} t;

static char folder[64], db[100], kill_path[100];

/* The way in. */

static void drain(void *self) {
  (void)self;
  if (t.at < t.n) {
    t.steps[t.at++]();
    t.wake(t.host);
  } else if (t.stops == 0) {
    (void)raise(SIGTERM);
  }
}

static void on_event(void *self, const oms_event_t *event) {
  (void)self, (void)event;
  t.events++;
}

static void on_turn(void *self) {
  (void)self;
  t.turns++;
}

static void on_durable(void *self, uint64_t gate) {
  (void)self;
  assert_true(gate >= t.durable);
  t.durable = gate;
}

static void on_reloaded(void *self, uint64_t ticket, const char *id, const char *text) {
  (void)self, (void)ticket;
  t.reloads++;
  snprintf(t.reload_text, sizeof t.reload_text, "%s %.150s", id, text == NULL ? "done" : text);
}

static void on_stop(void *self) {
  (void)self;
  t.stops++;
}

static int open_way_in(void *ctx, const oms_live_t *door, void (*wake)(void *live), void *live,
                       oms_way_in_t *out, oms_error_t *err) {
  (void)err;
  t.live = door;
  t.wake = wake;
  t.host = live;
  *out = (oms_way_in_t){.self = ctx,
                        .drain = drain,
                        .event = on_event,
                        .turn = on_turn,
                        .durable = on_durable,
                        .reloaded = on_reloaded,
                        .stop = on_stop};
  return OMS_OK;
}

static void pause_ms(long ms) {
  const struct timespec wait = {.tv_nsec = ms * 1000000};
  (void)nanosleep(&wait, NULL);
}

/* The next host begins anew. */
static void forget(void) {
  char command[300];
  snprintf(command, sizeof command, "rm -rf '%s' '%s'-*", db, db);
  assert_int_equal(system(command), 0);
}

/* Sessions. */

static const char head[] = "return { name = 'x', mode = 'paper', listen = '127.0.0.1:0',\n"
                           "  accounts = { { id = 'main', cash = 100000 } },\n";

static int run_text(const char *rest, const char *log, const step_t *steps, size_t n) {
  char text[2000], path[100];
  oms_session_file_t *file;
  oms_run_result_t result;
  oms_error_t err;
  (void)log;
  memset(&t, 0, sizeof t);
  t.steps = steps;
  t.n = n;
  snprintf(text, sizeof text, "%s  db = '%s', kill_file = '%s',\n%s }\n", head, db, kill_path,
           rest);
  snprintf(path, sizeof path, "%s/session.lua", folder);
  if (oms_session_file_load_text(path, text, strlen(text), &file, &err) != OMS_OK) {
    fail_msg("%s", err.message);
  }
  const oms_run_options_t options = {.quiet = true,
                                     .log_level = OMS_LOG_ERROR,
                                     .version = "0",
                                     .way_in = open_way_in,
                                     .way_in_ctx = &t,
                                     .control = path};
  snprintf(path, sizeof path, "%s/c.sock", folder);
  int rc = oms_run_session(oms_session_file_config(file), file, &options, &result, &err);
  oms_session_file_free(file);
  if (rc != OMS_OK) {
    fail_msg("%s", err.message);
  }
  assert_true(result.served);
  assert_int_equal(t.at, t.n);
  assert_int_equal(t.stops, 1);
  return rc;
}

#define RUN(rest, ...)                                                                             \
  do {                                                                                             \
    static const step_t run_steps[] = {__VA_ARGS__};                                               \
    run_text(rest, "", run_steps, sizeof run_steps / sizeof run_steps[0]);                         \
  } while (0)

static const char pushed[] = "data = { { symbol = 'X', quotes = true } }";

static oms_op_result_t apply(const oms_op_t *op) {
  oms_op_result_t r;
  t.live->apply(t.live->self, op, &r);
  t.last_gate = t.live->gate(t.live->self);
  return r;
}

static oms_terms_t terms_of(const char *key, oms_type_t type, int64_t qty) {
  return (oms_terms_t){.instrument = 0,
                       .account = 0,
                       .side = OMS_SIDE_BUY,
                       .type = (uint8_t)type,
                       .time_in_force = OMS_TIF_GTC,
                       .qty = qty * OMS_QTY_SCALE,
                       .display_qty = OMS_NO_PRICE,
                       .notional = OMS_NO_PRICE,
                       .limit_price = type == OMS_TYPE_LIMIT ? 50 * OMS_PRICE_SCALE : OMS_NO_PRICE,
                       .stop_price = OMS_NO_PRICE,
                       .trail_price = OMS_NO_PRICE,
                       .limit_offset = OMS_NO_PRICE,
                       .trail_percent = OMS_NO_PRICE,
                       .expire_at = OMS_NO_TIME,
                       .expire_session = OMS_NO_TIME,
                       .symbol = "X",
                       .client_order_id = key,
                       .group = OMS_NONE,
                       .parent = OMS_NONE};
}

static oms_op_result_t submit(const char *key, oms_type_t type, int64_t qty) {
  oms_terms_t terms = terms_of(key, type, qty);
  oms_op_t op = {.kind = OMS_OP_SUBMIT, .by = "api:TEST"};
  op.u.submit.terms = &terms;
  return apply(&op);
}

static oms_op_result_t quote(int64_t bid, int64_t ask) {
  oms_op_t op = {.kind = OMS_OP_ROW, .by = "feed"};
  op.u.row.stream = t.live->stream(t.live->self, "X", OMS_DATA_QUOTES, 0);
  op.u.row.kind = OMS_DATA_QUOTES;
  op.u.row.tick.ts = OMS_NO_TIME;
  op.u.row.tick.u.quote = (oms_quote_t){bid * OMS_PRICE_SCALE, ask * OMS_PRICE_SCALE,
                                        1000 * OMS_QTY_SCALE, 1000 * OMS_QTY_SCALE};
  return apply(&op);
}

static const oms_order_t *order_at(uint32_t i) {
  return oms_engine_order(t.live->desk->engine, i);
}

/* Orders. */

static void a_quote_comes(void) {
  assert_int_equal(quote(100, 101).rc, OMS_OK);
  assert_int_equal(oms_engine_instrument(t.live->desk->engine, 0)->ask, 101 * OMS_PRICE_SCALE);
}

static void an_order_comes(void) {
  oms_op_result_t r = submit("k1", OMS_TYPE_LIMIT, 5);
  assert_int_equal(r.rc, OMS_OK);
  assert_false(r.repeated);
  assert_int_equal(order_at(r.order)->status, OMS_STATUS_NEW);
  assert_int_equal(t.live->owner(t.live->self, "api:TEST"), order_at(r.order)->owner);
  assert_true(t.events > 0);
  assert_true(t.durable < t.last_gate); /* nothing of it may have left yet */
}

static void it_comes_again(void) {
  uint32_t rows = oms_engine_order_count(t.live->desk->engine);
  oms_op_result_t r = submit("k1", OMS_TYPE_LIMIT, 5);
  assert_int_equal(r.rc, OMS_OK);
  assert_true(r.repeated);
  assert_string_equal(order_at(r.order)->client_order_id, "k1");
  r = submit("k1", OMS_TYPE_LIMIT, 6);
  assert_int_equal(r.rc, OMS_ERR_REJECTED);
  assert_false(r.repeated);
  assert_int_equal(r.reject.code, OMS_CODE_DUPLICATE_CLIENT_ORDER_ID);
  assert_int_equal(oms_engine_order_count(t.live->desk->engine), rows);
}

static void a_market_order_fills(void) {
  oms_op_result_t r = submit("k2", OMS_TYPE_MARKET, 3);
  assert_int_equal(r.rc, OMS_OK);
  assert_int_equal(order_at(r.order)->status, OMS_STATUS_FILLED);
  assert_int_equal(oms_engine_net(t.live->desk->engine, 0, 0)->qty, 3 * OMS_QTY_SCALE);
}

static void it_is_replaced_and_cancelled(void) {
  uint32_t i = oms_engine_find_order(t.live->desk->engine, 0, "k1");
  oms_op_t op = {.kind = OMS_OP_REPLACE, .by = "api:TEST"};
  op.u.replace.order = i;
  op.u.replace.changes = (oms_changes_t){.qty = 7 * OMS_QTY_SCALE,
                                         .limit_price = OMS_NO_PRICE,
                                         .stop_price = OMS_NO_PRICE,
                                         .trail_price = OMS_NO_PRICE,
                                         .limit_offset = OMS_NO_PRICE,
                                         .trail_percent = OMS_NO_PRICE,
                                         .expire_at = OMS_NO_TIME,
                                         .time_in_force = UINT8_MAX};
  oms_op_result_t r = apply(&op);
  assert_int_equal(r.rc, OMS_OK);
  assert_int_not_equal(r.order, i);
  assert_int_equal(order_at(i)->status, OMS_STATUS_REPLACED);
  oms_op_t cancel = {.kind = OMS_OP_CANCEL, .by = "api:TEST", .u.cancel = {r.order}};
  assert_int_equal(apply(&cancel).rc, OMS_OK);
  assert_int_equal(order_at(r.order)->status, OMS_STATUS_CANCELED);
}

static void what_names_nothing_is_refused(void) {
  oms_op_t op = {.kind = OMS_OP_CANCEL, .by = "api:TEST", .u.cancel = {4711}};
  assert_int_equal(apply(&op).rc, OMS_ERR_NOT_FOUND);
  oms_terms_t terms = terms_of("k9", OMS_TYPE_LIMIT, 1);
  terms.account = 9;
  op = (oms_op_t){.kind = OMS_OP_SUBMIT, .by = "api:TEST"};
  op.u.submit.terms = &terms;
  assert_int_equal(apply(&op).rc, OMS_ERR_NOT_FOUND);
  op = (oms_op_t){.kind = OMS_OP_ROW, .by = "feed", .u.row = {.stream = 9}};
  assert_int_equal(apply(&op).rc, OMS_ERR_NOT_FOUND);
  op = (oms_op_t){
      .kind = OMS_OP_REDUCE, .by = "api:TEST", .u.reduce = {0, 77, OMS_NO_PRICE}
  };
  assert_int_equal(apply(&op).rc, OMS_ERR_NOT_FOUND);
  op = (oms_op_t){
      .kind = OMS_OP_RESOLVE, .by = "p", .u.resolve = {0, true}
  };
  assert_int_equal(apply(&op).rc, OMS_ERR_NOT_FOUND);
  op = (oms_op_t){
      .kind = OMS_OP_APPROVE, .by = "p", .u.approve = {.order = 0, .yes = true}
  };
  assert_int_equal(apply(&op).rc, OMS_ERR_NOT_FOUND);
  op = (oms_op_t){.kind = OMS_OP_CANCEL, .u.cancel = {0}};
  assert_int_equal(apply(&op).rc, OMS_ERR_USAGE); /* of nobody */
}

static void the_position_is_reduced(void) {
  oms_op_t op = {
      .kind = OMS_OP_REDUCE, .by = "api:TEST", .u.reduce = {0, 0, OMS_QTY_SCALE}
  };
  assert_int_equal(apply(&op).rc, OMS_OK);
  assert_int_equal(oms_engine_net(t.live->desk->engine, 0, 0)->qty, 2 * OMS_QTY_SCALE);
}

/* What was put is durable some turns later, also when nothing else happens. */
static void it_is_on_disk(void) {
  if (t.durable < t.last_gate) {
    t.at--;
    pause_ms(1);
  }
}

static void orders(void **state) {
  (void)state;
  RUN(pushed, a_quote_comes, an_order_comes, it_comes_again, a_market_order_fills,
      it_is_replaced_and_cancelled, what_names_nothing_is_refused, the_position_is_reduced,
      it_is_on_disk);
  assert_true(t.turns > 0);
}

/* The journal of the test before. */
static void the_journal_holds_it_all(void **state) {
  (void)state;
  oms_store_reader_t *r;
  oms_record_t record;
  oms_error_t err;
  size_t kinds[256] = {0};
  uint64_t seq = 0;
  uint8_t last = 0;
  oms_time_t now = INT64_MIN;
  assert_int_equal(oms_reader_open(db, 1, true, &r, &err), OMS_OK);
  while (oms_reader_next(r, &record, &err) == OMS_OK && record.seq != 0) {
    assert_int_equal(record.seq, seq + 1);
    assert_true(record.now >= now);
    assert_true(record.market == (record.kind == OMS_RECORD_ROW) || record.kind == 32);
    seq = record.seq;
    now = record.now;
    last = record.kind;
    kinds[record.kind]++;
  }
  oms_reader_close(r);
  assert_int_equal(kinds[OMS_RECORD_BOOT], 1);
  assert_int_equal(kinds[OMS_RECORD_INSTRUMENT], 1);
  assert_int_equal(kinds[OMS_RECORD_ACCOUNT], 1);
  assert_int_equal(kinds[OMS_RECORD_OWNER], 1);
  assert_int_equal(kinds[OMS_RECORD_ROW], 1);
  assert_true(kinds[OMS_RECORD_OP] >= 7);
  assert_true(kinds[OMS_RECORD_COMMAND] > 10);
  assert_int_equal(kinds[OMS_RECORD_END], 2);
  assert_int_equal(last, OMS_RECORD_END);
}

/* Kill switch and states. */

static oms_op_result_t set_state(oms_trading_state_t state, const char *why) {
  oms_op_t op = {.kind = OMS_OP_STATE, .by = "person:P", .why = why};
  op.u.state.state = state;
  return apply(&op);
}

static oms_op_result_t kill_all(bool flatten) {
  oms_op_t op = {.kind = OMS_OP_KILL, .by = "person:P", .why = "test"};
  op.u.kill.flatten = flatten;
  return apply(&op);
}

static void all_is_killed(void) {
  assert_int_equal(submit("o1", OMS_TYPE_LIMIT, 5).rc, OMS_OK);
  assert_int_equal(kill_all(true).rc, OMS_OK);
  const oms_engine_t *e = t.live->desk->engine;
  assert_int_equal(order_at(oms_engine_find_order(e, 0, "o1"))->code, OMS_CODE_KILLED);
  assert_int_equal(oms_engine_first_open(e), OMS_NONE);
  assert_int_equal(oms_engine_net(e, 0, 0)->qty, 0); /* the quote was there to sell to */
  oms_op_result_t r = submit("o2", OMS_TYPE_LIMIT, 5);
  assert_int_equal(r.rc, OMS_ERR_REJECTED);
  assert_int_equal(r.reject.code, OMS_CODE_STATE_HALTED);
}

static void a_resume_needs_a_reason(void) {
  assert_int_equal(set_state(OMS_TRADING_STATE_ACTIVE, NULL).rc, OMS_ERR_USAGE);
  assert_int_equal(set_state(OMS_TRADING_STATE_ACTIVE, "").rc, OMS_ERR_USAGE);
  assert_int_equal(submit("o3", OMS_TYPE_LIMIT, 5).rc, OMS_ERR_REJECTED);
  assert_int_equal(set_state(OMS_TRADING_STATE_ACTIVE, "it was a test").rc, OMS_OK);
  assert_int_equal(submit("o4", OMS_TYPE_LIMIT, 5).rc, OMS_OK);
}

static void reducing_takes_reductions(void) {
  assert_int_equal(submit("o5", OMS_TYPE_MARKET, 5).rc, OMS_OK);
  assert_int_equal(set_state(OMS_TRADING_STATE_REDUCING, "careful").rc, OMS_OK);
  assert_int_equal(submit("o6", OMS_TYPE_LIMIT, 5).reject.code, OMS_CODE_STATE_REDUCING);
  oms_op_t op = {
      .kind = OMS_OP_REDUCE, .by = "api:TEST", .u.reduce = {0, 0, OMS_NO_PRICE}
  };
  assert_int_equal(apply(&op).rc, OMS_OK);
  assert_int_equal(oms_engine_net(t.live->desk->engine, 0, 0)->qty, 0);
  assert_int_equal(set_state(OMS_TRADING_STATE_ACTIVE, "enough").rc, OMS_OK);
}

static void the_file_appears(void) {
  FILE *f = fopen(kill_path, "w");
  assert_non_null(f);
  fputs("a reason\nmore\n", f);
  assert_int_equal(fclose(f), 0);
}

static void the_file_has_killed(void) {
  const oms_engine_t *e = t.live->desk->engine;
  const oms_order_t *o = order_at(oms_engine_find_order(e, 0, "o4"));
  assert_int_equal(o->code, OMS_CODE_KILLED);
  assert_string_equal(o->message, "a reason");
  assert_int_equal(set_state(OMS_TRADING_STATE_ACTIVE, "x").rc, OMS_ERR_USAGE); /* still there */
  assert_int_equal(unlink(kill_path), 0);
}

static void its_removal_resumes_nothing(void) {
  assert_int_equal(submit("o7", OMS_TYPE_LIMIT, 5).reject.code, OMS_CODE_STATE_HALTED);
  assert_int_equal(set_state(OMS_TRADING_STATE_ACTIVE, "it is gone").rc, OMS_OK);
  assert_int_equal(submit("o8", OMS_TYPE_LIMIT, 5).rc, OMS_OK);
  (void)raise(SIGUSR1);
}

static void the_signal_has_killed(void) {
  const oms_engine_t *e = t.live->desk->engine;
  uint32_t i = oms_engine_find_order(e, 0, "o8");
  if (order_at(i)->status == OMS_STATUS_NEW) { /* it comes through the loop */
    t.at--;
    return;
  }
  assert_int_equal(order_at(i)->code, OMS_CODE_KILLED);
}

static void kill_switch(void **state) {
  (void)state;
  forget();
  RUN(pushed, a_quote_comes, a_market_order_fills, all_is_killed, a_resume_needs_a_reason,
      reducing_takes_reductions, the_file_appears, the_file_has_killed, its_removal_resumes_nothing,
      the_signal_has_killed);
}

/* Limits and settings. */

static oms_op_result_t limit(const char *key, const char *value) {
  oms_op_t op = {
      .kind = OMS_OP_LIMIT, .by = "person:P", .u.limit = {0, key, value}
  };
  return apply(&op);
}

static void limits_are_set(void) {
  assert_int_equal(limit("max_order_qty", "10").rc, OMS_OK);
  assert_int_equal(submit("l1", OMS_TYPE_LIMIT, 11).reject.code, OMS_CODE_MAX_ORDER_QTY);
  assert_int_equal(submit("l2", OMS_TYPE_LIMIT, 10).rc, OMS_OK);
  assert_int_equal(limit("max_order_qty", "none").rc, OMS_OK);
  assert_int_equal(submit("l3", OMS_TYPE_LIMIT, 11).rc, OMS_OK);
  assert_int_equal(limit("max_order_quantity", "10").rc, OMS_ERR_USAGE);
  assert_int_equal(limit("max_order_qty", "many").rc, OMS_ERR_USAGE);
  assert_int_equal(limit("max_order_quantity", "none").rc, OMS_ERR_USAGE);
  assert_int_equal(limit("restricted", "X").rc, OMS_OK);
  assert_int_equal(submit("l4", OMS_TYPE_LIMIT, 1).reject.code, OMS_CODE_RESTRICTED_SYMBOL);
  assert_int_equal(limit("restricted", "none").rc, OMS_OK);
  assert_int_equal(submit("l5", OMS_TYPE_LIMIT, 1).rc, OMS_OK);
}

static void settings_are_kept(void) {
  oms_op_t op = {
      .kind = OMS_OP_SETTING, .by = "api:TEST", .u.setting = {0, "a", "1"}
  };
  assert_null(t.live->setting(t.live->self, 0, "a"));
  assert_int_equal(apply(&op).rc, OMS_OK);
  assert_string_equal(t.live->setting(t.live->self, 0, "a"), "1");
  op.u.setting.value = "2";
  assert_int_equal(apply(&op).rc, OMS_OK);
  assert_string_equal(t.live->setting(t.live->self, 0, "a"), "2");
  assert_null(t.live->setting(t.live->self, 1, "a"));
}

static void the_state_is_told(void) {
  oms_live_state_t s;
  char hash[33];
  t.live->state(t.live->self, &s);
  assert_true(s.ready);
  assert_string_equal(s.name, "x");
  assert_string_equal(s.mode, "paper");
  assert_string_equal(s.trouble, "");
  assert_int_equal(t.live->state_hash(t.live->self, hash), OMS_OK);
  assert_int_equal(strlen(hash), 32);
  assert_true(t.live->metrics(t.live->self)->ops[OMS_OP_SUBMIT] >= 5);
}

static void limits_and_settings(void **state) {
  (void)state;
  forget();
  RUN(pushed, a_quote_comes, limits_are_set, settings_are_kept, the_state_is_told);
}

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

static int set_up(void **state) {
  (void)state;
  snprintf(folder, sizeof folder, "/tmp/oms_live_XXXXXX");
  if (mkdtemp(folder) == NULL) {
    return -1;
  }
  snprintf(db, sizeof db, "%s/x.db", folder);
  snprintf(kill_path, sizeof kill_path, "%s/kill", folder);
  return 0;
}

static int tear_down(void **state) {
  (void)state;
  char command[100];
  snprintf(command, sizeof command, "rm -rf '%s'", folder);
  return system(command);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(orders),          cmocka_unit_test(the_journal_holds_it_all),
      cmocka_unit_test(kill_switch),     cmocka_unit_test(limits_and_settings),
      cmocka_unit_test(scripts),         cmocka_unit_test(recorded_data),
      cmocka_unit_test(bars_and_trades), cmocka_unit_test(the_service_manager_is_told),
  };
  return cmocka_run_group_tests(tests, set_up, tear_down);
}
