/* live_fixture.h - a live host with a way in of the test's own. The steps of a test run in turns of
 * the loop, one a turn; behind the last one comes SIGTERM. */
#ifndef LIVE_FIXTURE_H
#define LIVE_FIXTURE_H

// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
// clang-format on

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

static inline void drain(void *self) {
  (void)self;
  if (t.at < t.n) {
    t.steps[t.at++]();
    t.wake(t.host);
  } else if (t.stops == 0) {
    (void)raise(SIGTERM);
  }
}

static inline void on_event(void *self, const oms_event_t *event) {
  (void)self, (void)event;
  t.events++;
}

static inline void on_turn(void *self) {
  (void)self;
  t.turns++;
}

static inline void on_durable(void *self, uint64_t gate) {
  (void)self;
  assert_true(gate >= t.durable);
  t.durable = gate;
}

static inline void on_reloaded(void *self, uint64_t ticket, const char *id, const char *text) {
  (void)self, (void)ticket;
  t.reloads++;
  snprintf(t.reload_text, sizeof t.reload_text, "%s %.150s", id, text == NULL ? "done" : text);
}

static inline void on_stop(void *self) {
  (void)self;
  t.stops++;
}

static inline int open_way_in(void *ctx, const oms_live_t *door, void (*wake)(void *live),
                              void *live, oms_way_in_t *out, oms_error_t *err) {
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

static inline void pause_ms(long ms) {
  const struct timespec wait = {.tv_nsec = ms * 1000000};
  (void)nanosleep(&wait, NULL);
}

/* The next host begins anew. */
static inline void forget(void) {
  char command[300];
  snprintf(command, sizeof command, "rm -rf '%s' '%s'-*", db, db);
  assert_int_equal(system(command), 0);
}

/* Sessions. */

static const char head[] = "return { name = 'x', mode = 'paper', listen = '127.0.0.1:0',\n"
                           "  accounts = { { id = 'main', cash = 100000 } },\n";

static inline int run_text(const char *rest, const char *log, const step_t *steps, size_t n) {
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

static inline oms_op_result_t apply(const oms_op_t *op) {
  oms_op_result_t r;
  t.live->apply(t.live->self, op, &r);
  t.last_gate = t.live->gate(t.live->self);
  return r;
}

static inline oms_terms_t terms_of(const char *key, oms_type_t type, int64_t qty) {
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

static inline oms_op_result_t submit(const char *key, oms_type_t type, int64_t qty) {
  oms_terms_t terms = terms_of(key, type, qty);
  oms_op_t op = {.kind = OMS_OP_SUBMIT, .by = "api:TEST"};
  op.u.submit.terms = &terms;
  return apply(&op);
}

static inline oms_op_result_t quote(int64_t bid, int64_t ask) {
  oms_op_t op = {.kind = OMS_OP_ROW, .by = "feed"};
  op.u.row.stream = t.live->stream(t.live->self, "X", OMS_DATA_QUOTES, 0);
  op.u.row.kind = OMS_DATA_QUOTES;
  op.u.row.tick.ts = OMS_NO_TIME;
  op.u.row.tick.u.quote = (oms_quote_t){bid * OMS_PRICE_SCALE, ask * OMS_PRICE_SCALE,
                                        1000 * OMS_QTY_SCALE, 1000 * OMS_QTY_SCALE};
  return apply(&op);
}

static inline const oms_order_t *order_at(uint32_t i) {
  return oms_engine_order(t.live->desk->engine, i);
}

static inline void a_quote_comes(void) {
  assert_int_equal(quote(100, 101).rc, OMS_OK);
  assert_int_equal(oms_engine_instrument(t.live->desk->engine, 0)->ask, 101 * OMS_PRICE_SCALE);
}

static inline int set_up(void **state) {
  (void)state;
  snprintf(folder, sizeof folder, "/tmp/oms_live_XXXXXX");
  if (mkdtemp(folder) == NULL) {
    return -1;
  }
  snprintf(db, sizeof db, "%s/x.db", folder);
  snprintf(kill_path, sizeof kill_path, "%s/kill", folder);
  return 0;
}

static inline int tear_down(void **state) {
  (void)state;
  char command[100];
  snprintf(command, sizeof command, "rm -rf '%s'", folder);
  return system(command);
}

#endif
