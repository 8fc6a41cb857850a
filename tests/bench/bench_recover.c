/* bench_recover.c - how long a host is not there after it was killed: a journal of N orders, each
 * submitted, judged, sent, accepted and filled, is read back into a core; beside it the reading of
 * the file alone, and the same from a snapshot. usage: bench_recover [ORDERS [DIRECTORY]] */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/codec.h"
#include "host/boot.h"
#include "host/recover.h"
#include "store/store.h"

#define TURN  64
#define START INT64_C(1700000000000000000)

typedef struct maker {
  oms_store_t *store;
  oms_journal_t journal;
  oms_engine_t *engine;
  oms_pack_t pack;
  oms_time_t now;
  uint64_t seq, fills;
  oms_sink_t sink;
} maker_t;

static double seconds(void) {
  struct timespec t;
  (void)clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void fail(const char *what, const char *why) {
  fprintf(stderr, "bench_recover: %s: %s\n", what, why);
  exit(1);
}

static void put(maker_t *m, oms_record_kind_t kind) {
  const oms_record_t r = {
      .kind = (uint8_t)kind, .now = m->now, .data = m->pack.data, .n = m->pack.n};
  if (m->pack.failed || m->journal.put(m->journal.self, &r, NULL) != OMS_OK) {
    fail("put", "out of memory");
  }
  m->pack.n = 0;
}

static void nobody(void *self, const oms_event_t *event) {
  (void)self, (void)event;
}

static void apply(maker_t *m, oms_command_t *c) {
  c->seq = ++m->seq;
  c->now = m->now;
  oms_command_pack(&m->pack, c);
  put(m, OMS_RECORD_COMMAND);
  int rc = oms_engine_apply(m->engine, c, &m->sink);
  if (rc != OMS_OK) {
    fail("apply", oms_err_text(rc));
  }
}

static void report(maker_t *m, uint32_t order, oms_report_type_t type, oms_qty_t qty) {
  oms_command_t c = {.type = OMS_COMMAND_REPORT};
  c.u.report =
      (oms_report_t){.type = (uint8_t)type,
                     .order = order,
                     .ts = m->now,
                     .qty = qty,
                     .price = type == OMS_REPORT_FILL ? 100 * OMS_PRICE_SCALE : OMS_NO_PRICE,
                     .stop_price = OMS_NO_PRICE,
                     .has_commission = type == OMS_REPORT_FILL,
                     .execution_no = type == OMS_REPORT_FILL ? ++m->fills : 0};
  apply(m, &c);
}

static void one_order(maker_t *m, uint64_t i) {
  char key[40];
  snprintf(key, sizeof key, "client-%012" PRIu64, i);
  oms_terms_t t = {.side = (uint8_t)(i % 2 == 0 ? OMS_SIDE_BUY : OMS_SIDE_SELL),
                   .owner = 1,
                   .type = OMS_TYPE_LIMIT,
                   .qty = OMS_QTY_SCALE,
                   .display_qty = OMS_NO_PRICE,
                   .notional = OMS_NO_PRICE,
                   .limit_price = 100 * OMS_PRICE_SCALE,
                   .stop_price = OMS_NO_PRICE,
                   .trail_price = OMS_NO_PRICE,
                   .limit_offset = OMS_NO_PRICE,
                   .trail_percent = OMS_NO_PRICE,
                   .expire_at = OMS_NO_TIME,
                   .expire_session = OMS_NO_TIME,
                   .symbol = "DEMO",
                   .client_order_id = key,
                   .entered_by = "api:MD0123456789ABCDEFGH",
                   .group = OMS_NONE,
                   .parent = OMS_NONE};
  oms_command_t c = {.type = OMS_COMMAND_SUBMIT};
  c.u.submit.terms = &t;
  c.u.submit.needs_verdict = true;
  apply(m, &c);
  uint32_t order = oms_engine_subject(m->engine);
  c = (oms_command_t){.type = OMS_COMMAND_VERDICT};
  c.u.verdict.order = order;
  c.u.verdict.verdict = OMS_VERDICT_ACCEPT;
  apply(m, &c);
  c = (oms_command_t){.type = OMS_COMMAND_SEND};
  c.u.send.order = order;
  apply(m, &c);
  report(m, order, OMS_REPORT_WORKING, OMS_NO_PRICE);
  report(m, order, OMS_REPORT_FILL, OMS_QTY_SCALE);
}

static void put_boot(maker_t *m, const oms_engine_config_t *config) {
  const oms_boot_core_t core = {.engine = *config};
  oms_pack_u8(&m->pack, OMS_BOOT_FORMAT);
  for (int i = 0; i < 4; i++) {
    oms_pack_text(&m->pack, "bench");
  }
  oms_pack_i64(&m->pack, 0);
  oms_pack_u64(&m->pack, 0);
  oms_pack_u64(&m->pack, 0);
  oms_boot_pack_core(&m->pack, &core);
  oms_pack_bytes(&m->pack, "", 0);
  put(m, OMS_RECORD_BOOT);
}

static void set_up(maker_t *m) {
  const oms_instrument_t i = {.symbol = "DEMO",
                              .currency = "USD",
                              .multiplier = OMS_QTY_SCALE,
                              .previous_close = 100 * OMS_PRICE_SCALE,
                              .margin_per_contract = OMS_NO_PRICE,
                              .last = OMS_NO_PRICE,
                              .last_ns = OMS_NO_TIME,
                              .bid = OMS_NO_PRICE,
                              .ask = OMS_NO_PRICE};
  oms_account_t a = {.id = "main",
                     .type = OMS_ACCOUNT_TYPE_MARGIN,
                     .multiplier = 4 * OMS_PRICE_SCALE,
                     .initial_cash = INT64_C(1000000) * OMS_MONEY_SCALE,
                     .cash = INT64_C(1000000) * OMS_MONEY_SCALE};
  oms_limits_none(&a.limits);
  const oms_owner_t o = {.id = "api:MD0123456789ABCDEFGH"};
  uint32_t instrument;
  uint16_t account, owner;
  oms_instrument_pack(&m->pack, &i);
  put(m, OMS_RECORD_INSTRUMENT);
  oms_account_pack(&m->pack, &a);
  put(m, OMS_RECORD_ACCOUNT);
  oms_pack_text(&m->pack, o.id);
  oms_pack_text(&m->pack, NULL);
  put(m, OMS_RECORD_OWNER);
  if (oms_engine_add_instrument(m->engine, &i, &instrument) != OMS_OK ||
      oms_engine_add_account(m->engine, &a, &account) != OMS_OK ||
      oms_engine_add_owner(m->engine, &o, &owner) != OMS_OK) {
    fail("set-up", "refused");
  }
}

static void make(const char *db, uint64_t orders, char hash[33]) {
  oms_error_t err;
  const oms_engine_config_t config = {
      .seed = 1, .orders = 1024, .fills = 1024, .crosses_zero = true};
  const oms_store_options_t o = {.path = db, .create = true};
  maker_t m = {
      .now = START, .sink = {NULL, nobody}
  };
  m.engine = oms_engine_new(&config);
  if (m.engine == NULL || oms_store_open(&o, &m.store, &err) != OMS_OK) {
    fail(db, err.message);
  }
  m.journal = oms_store_journal(m.store);
  put_boot(&m, &config);
  set_up(&m);
  for (uint64_t i = 0; i < orders; i++) {
    m.now += 1000000;
    one_order(&m, i);
    if (i % TURN == 0) {
      oms_store_turn(m.store);
    }
    if (i % 65536 == 0 && oms_store_sync(m.store, INT64_C(60000000000), &err) != OMS_OK) {
      fail("sync", err.message);
    }
  }
  (void)oms_engine_state_hash(m.engine, hash);
  if (oms_store_close(m.store, &err) != OMS_OK) {
    fail("close", err.message);
  }
  oms_engine_free(m.engine);
  oms_pack_free(&m.pack);
}

static double read_alone(const char *db) {
  oms_error_t err;
  oms_store_reader_t *r;
  oms_record_t record;
  double from = seconds();
  if (oms_reader_open(db, 1, false, &r, &err) != OMS_OK) {
    fail(db, err.message);
  }
  do {
    if (oms_reader_next(r, &record, &err) != OMS_OK) {
      fail(db, err.message);
    }
  } while (record.seq != 0);
  oms_reader_close(r);
  return seconds() - from;
}

static double recover(const char *db, const char *hash) {
  oms_error_t err;
  oms_past_t *p;
  char now[33] = "";
  double from = seconds();
  if (oms_recover(db, UINT64_MAX, &p, NULL, &err) != OMS_OK) {
    fail(db, err.message);
  }
  double took = seconds() - from;
  (void)oms_engine_state_hash(p->engine, now);
  oms_past_free(p);
  if (strcmp(now, hash) != 0) {
    fail(db, "the state is another");
  }
  return took;
}

int main(int argc, char **argv) {
  uint64_t orders = argc > 1 ? strtoull(argv[1], NULL, 10) : 1000000;
  const char *folder = argc > 2 ? argv[2] : "/tmp";
  char path[4096], db[4200], hash[33];
  oms_error_t err;
  uint64_t seq;
  snprintf(path, sizeof path, "%s/bench_recover.XXXXXX", folder);
  if (mkdtemp(path) == NULL) {
    fail(path, "no such folder");
  }
  snprintf(db, sizeof db, "%s/desk.db", path);
  make(db, orders, hash);
  printf("orders %" PRIu64 "\n", orders);
  printf("read_s %.3f\n", read_alone(db));
  printf("recover_s %.3f\n", recover(db, hash));
  double from = seconds();
  if (oms_recover_snapshot(db, &seq, &err) != OMS_OK) {
    fail(db, err.message);
  }
  printf("snapshot_s %.3f\n", seconds() - from);
  printf("from_snapshot_s %.3f\n", recover(db, hash));
  printf("folder %s\n", path);
  return 0;
}
