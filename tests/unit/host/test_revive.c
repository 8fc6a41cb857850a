/* test_revive.c - a host that is cut off behind any record and comes back: what the journal comes
 * to is the core of then, the books hold, it goes on to the end, and the journal of all its lives
 * can be replayed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "bind/session.h"
#include "host/host.h"
#include "host/recover.h"
#include "host/replay.h"
#include "host/run.h"
#include "store/store_int.h"

#define FOLDER SOURCE_DIR "/tests/unit/host/revive/"

static const char *session = FOLDER "session.lua";

typedef struct block {
  char digest[65];
  char *data;
  size_t n;
} block_t;

typedef struct kept {
  oms_record_t record;
  unsigned char *data;
} kept_t;

/* A journal in memory that takes no more than 'most' records. */
typedef struct memory {
  oms_array_t records; /* kept_t */
  oms_array_t blocks;  /* block_t */
  uint64_t most;
} memory_t;

static void memory_init(memory_t *m) {
  oms_array_init(&m->records, sizeof(kept_t));
  oms_array_init(&m->blocks, sizeof(block_t));
  m->most = UINT64_MAX;
}

static void memory_cut(memory_t *m, size_t n) {
  while (m->records.n > n) {
    oms_free(OMS_AT(&m->records, kept_t, --m->records.n)->data);
  }
}

static void memory_free(memory_t *m) {
  memory_cut(m, 0);
  for (size_t i = 0; i < m->blocks.n; i++) {
    oms_free(OMS_AT(&m->blocks, block_t, i)->data);
  }
  oms_array_free(&m->records);
  oms_array_free(&m->blocks);
}

static int put(void *self, const oms_record_t *r, uint64_t *seq) {
  memory_t *m = self;
  if (m->records.n >= m->most) {
    return OMS_ERR_CANCELED;
  }
  kept_t k = {*r, oms_alloc(r->n + 1)};
  assert_non_null(k.data);
  if (r->n > 0) {
    memcpy(k.data, r->data, r->n);
  }
  k.record.data = k.data;
  k.record.seq = m->records.n + 1;
  assert_int_equal(oms_array_push(&m->records, &k), OMS_OK);
  if (seq != NULL) {
    *seq = k.record.seq;
  }
  return OMS_OK;
}

static uint64_t next(void *self) {
  return ((const memory_t *)self)->records.n + 1;
}

static int keep(void *self, const void *data, size_t n, char digest[65]) {
  memory_t *m = self;
  block_t b = {.data = oms_alloc(n + 1), .n = n};
  memcpy(b.data, data, n);
  assert_int_equal(oms_array_push(&m->blocks, &b), OMS_OK);
  snprintf(digest, 65, "%064zu", m->blocks.n); /* the store gives the right one */
  return OMS_OK;
}

/* A life. */

typedef struct life {
  memory_t *m;
  oms_past_t *past;  /* NULL: the first */
  size_t steps;      /* rows after which it ends by itself; SIZE_MAX: all */
  bool ends;         /* in good order */
  oms_array_t turns; /* size_t: records at the ends of turns */
  char hash[33];
  int rc;
} life_t;

static void end_turn(life_t *l) {
  assert_int_equal(oms_array_push(&l->turns, &l->m->records.n), OMS_OK);
}

static int api(oms_host_t *h, oms_time_t now, const oms_op_t *op, oms_error_t *err) {
  oms_op_result_t result;
  return oms_host_op(h, now, op, &result, err);
}

/* What a client asks for, by the number of bars so far. */
static int operations(oms_host_t *h, uint64_t bars, oms_time_t now, oms_error_t *err) {
  oms_terms_t t = oms_op_market(h, 0, 0, OMS_SIDE_BUY, 3 * OMS_QTY_SCALE);
  t.flags = 0;
  oms_op_t op = {.kind = OMS_OP_SUBMIT, .by = "api:K"};
  op.u.submit.terms = &t;
  if (bars == 7) {
    t.client_order_id = "one";
    return api(h, now, &op, err);
  }
  if (bars == 30) {
    op = (oms_op_t){.kind = OMS_OP_SETTING, .by = "api:K"};
    op.u.setting.key = "dtbp_check";
    op.u.setting.value = "both";
    return api(h, now, &op, err);
  }
  if (bars == 46) {
    op = (oms_op_t){.kind = OMS_OP_LIMIT, .by = "person:K"};
    op.u.limit.key = "max_open_orders";
    op.u.limit.value = "50";
    return api(h, now, &op, err);
  }
  if (bars == 58 || bars == 60) {
    op = (oms_op_t){.kind = OMS_OP_STATE, .by = "person:K", .why = "a test"};
    op.u.state.scope.kind = OMS_SCOPE_ALL;
    op.u.state.state = bars == 58 ? OMS_TRADING_STATE_HALTED : OMS_TRADING_STATE_ACTIVE;
    return api(h, now, &op, err);
  }
  return OMS_OK;
}

static int take_row(oms_host_t *h, oms_data_kind_t kind, oms_row_t *row, oms_error_t *err) {
  const oms_bar_t *bar;
  const oms_tick_t *tick;
  int rc = kind == OMS_DATA_BARS ? h->feed.next(h->feed.self, &bar, err)
                                 : h->feed.next_tick(h->feed.self, &tick, err);
  row->kind = (uint8_t)kind;
  if (kind == OMS_DATA_BARS) {
    row->u.bar = *bar;
  } else {
    row->u.tick = *tick;
  }
  return rc;
}

/* The rows of the next step; '*at' and '*kind' of those behind them. */
static size_t take_step(oms_host_t *h, oms_time_t *at, oms_data_kind_t *kind, oms_row_t list[8],
                        oms_error_t *err) {
  oms_time_t now = *at;
  bool bars = *kind == OMS_DATA_BARS;
  size_t n = 0;
  do {
    assert_int_equal(take_row(h, *kind, &list[n++], err), OMS_OK);
    assert_int_equal(h->feed.peek(h->feed.self, at, kind, err), OMS_OK);
  } while (bars && *at == now && *kind == OMS_DATA_BARS);
  return n;
}

/* Timers fire between the bars, as they do by the clock. */
static int timers_until(oms_host_t *h, life_t *l, oms_time_t at, oms_error_t *err) {
  int rc = OMS_OK;
  oms_time_t due;
  while (rc == OMS_OK && (due = oms_host_clock_next(h)) != OMS_NO_TIME && due < at) {
    rc = oms_host_clock_step(h, due > h->desk.port.now ? due : h->desk.port.now, err);
    end_turn(l);
  }
  return rc;
}

static int rows(oms_host_t *h, life_t *l, oms_error_t *err) {
  oms_time_t at;
  oms_data_kind_t kind;
  oms_row_t list[8];
  uint64_t done = h->input.recorded;
  int rc = OMS_OK;
  for (uint64_t i = 0; i < done; i++) {
    assert_int_equal(h->feed.peek(h->feed.self, &at, &kind, err), OMS_OK);
    assert_int_equal(take_row(h, kind, &list[0], err), OMS_OK);
  }
  assert_int_equal(h->feed.peek(h->feed.self, &at, &kind, err), OMS_OK);
  for (size_t k = 0; rc == OMS_OK && at != OMS_NO_TIME && k < l->steps; k++) {
    oms_time_t now = at > h->desk.port.now ? at : h->desk.port.now;
    size_t n = take_step(h, &at, &kind, list, err);
    rc = timers_until(h, l, now, err);
    rc = rc == OMS_OK ? oms_host_rows(h, now, list, n, at == now ? OMS_ROW_MORE : 0, err) : rc;
    end_turn(l);
    rc = rc == OMS_OK ? operations(h, ++done, now, err) : rc;
    end_turn(l);
  }
  return rc;
}

static int drive(oms_host_t *h, void *ctx, oms_error_t *err) {
  life_t *l = ctx;
  oms_journal_t j = {.self = l->m, .put = put, .next = next, .keep = keep};
  oms_time_t at;
  oms_data_kind_t kind;
  oms_error_t why;
  oms_input_journal(h, &j);
  oms_input_go_live(h);
  assert_int_equal(h->feed.peek(h->feed.self, &at, &kind, err), OMS_OK);
  h->next_kind = kind;
  oms_time_t first = l->past != NULL && l->past->now != OMS_NO_TIME && l->past->now > 0
                         ? l->past->now
                         : oms_host_first_instant(h, at);
  int rc = oms_host_boot(h, first, &why);
  rc = rc == OMS_OK ? oms_host_start(h, first, &why) : rc;
  end_turn(l);
  rc = rc == OMS_OK ? rows(h, l, &why) : rc;
  if (rc == OMS_OK && l->ends) {
    rc = oms_host_end(h, h->desk.port.now, &why);
    char hash[33];
    (void)oms_engine_state_hash(h->engine, hash);
    rc = rc == OMS_OK ? oms_host_put(h, OMS_RECORD_END, false, hash, strlen(hash)) : rc;
  }
  l->rc = rc;
  assert_int_equal(oms_engine_state_hash(h->engine, l->hash), OMS_OK);
  if (rc == OMS_OK) {
    assert_int_equal(oms_engine_verify(h->engine, &why), OMS_OK);
  }
  oms_input_journal_end(h);
  h->facts.partial = true;
  return OMS_OK;
}

static void no_log(void *self, oms_log_level_t level, const char *text) {
  (void)self;
  (void)level, (void)text;
}

static void live(life_t *l) {
  oms_files_t files;
  oms_session_file_t *file;
  oms_run_result_t result;
  oms_error_t err;
  oms_files_init(&files);
  oms_array_init(&l->turns, sizeof(size_t));
  assert_int_equal(oms_session_file_load_from(session, &files, &file, &err), OMS_OK);
  oms_session_config_t *config = oms_session_file_settings(file);
  config->sources = &files;
  const oms_run_options_t options = {.library = SOURCE_DIR,
                                     .version = "test",
                                     .rerun = true,
                                     .budget_ns = INT64_C(10000000000),
                                     .drive = drive,
                                     .drive_ctx = l,
                                     .past = l->past,
                                     .log = no_log};
  int rc = oms_run_session(config, file, &options, &result, &err);
  if (rc != OMS_OK) {
    fail_msg("%s", err.message);
  }
  oms_session_file_free(file);
  oms_files_free(&files);
}

static oms_past_t *past_of(const memory_t *m, size_t n) {
  oms_error_t err;
  oms_past_t *p = oms_past_new();
  for (size_t i = 0; i < n; i++) {
    if (oms_past_take(p, &OMS_AT(&m->records, kept_t, i)->record, true, &err) != OMS_OK) {
      fail_msg("%s", err.message);
    }
  }
  return p;
}

static void check_hash(const oms_past_t *p, const char *hash) {
  char now[33];
  assert_int_equal(oms_engine_state_hash(p->engine, now), OMS_OK);
  assert_string_equal(now, hash);
}

/* A whole number that the script has saved: its name, 'I', eight bytes. */
static int64_t saved(const oms_past_script_t *s, const char *name) {
  size_t n = strlen(name);
  int64_t v;
  for (size_t at = 0; at + n + 1 + sizeof v <= s->n; at++) {
    if (memcmp(s->bytes + at, name, n) == 0 && s->bytes[at + n] == 'I') {
      memcpy(&v, s->bytes + at + n + 1, sizeof v);
      return v;
    }
  }
  return -1;
}

/* Each fill was heard of once, in whichever life. */
static void check_fills(const oms_past_t *p, const char *script) {
  const oms_past_script_t *s = oms_past_script(p, false, script);
  assert_non_null(s);
  int64_t fills = 0;
  for (uint32_t i = 0; i < oms_engine_fill_count(p->engine); i++) {
    const oms_fill_t *f = oms_engine_fill(p->engine, i);
    fills += oms_engine_order(p->engine, f->order)->owner == s->owner;
  }
  assert_int_equal(saved(s, "fills"), fills);
}

/* A record with the names that the store has given the blocks. */
static void put_as(oms_journal_t *j, const memory_t *m, size_t i, oms_pack_t *bytes) {
  oms_record_t r = OMS_AT(&m->records, kept_t, i)->record;
  bytes->n = 0;
  oms_pack_raw(bytes, r.data, r.n);
  for (size_t k = 0; k < m->blocks.n && r.kind == OMS_RECORD_BOOT; k++) {
    char was[65];
    snprintf(was, sizeof was, "%064zu", k + 1);
    for (size_t at = 0; at + 64 <= bytes->n; at++) {
      if (memcmp(bytes->data + at, was, 64) == 0) {
        memcpy(bytes->data + at, OMS_AT(&m->blocks, block_t, k)->digest, 64);
      }
    }
  }
  r.data = bytes->data;
  assert_int_equal(j->put(j->self, &r, NULL), OMS_OK);
}

/* Into a database; with 'snapshot' in small market files, and a snapshot behind that record. */
static void to_database(const memory_t *m, const char *db, size_t snapshot) {
  oms_error_t err;
  oms_store_t *store;
  const oms_store_options_t o = {.path = db, .create = true};
  assert_int_equal(oms_store_open(&o, &store, &err), OMS_OK);
  oms_journal_t j = oms_store_journal(store);
  oms_pack_t bytes = {0};
  for (size_t i = 0; i < m->blocks.n; i++) {
    const block_t *b = OMS_AT(&m->blocks, block_t, i);
    assert_int_equal(j.keep(j.self, b->data, b->n, OMS_AT(&m->blocks, block_t, i)->digest), OMS_OK);
  }
  store->w.market.limit = snapshot != 0 ? 500 : store->w.market.limit;
  for (size_t i = 0; i < m->records.n; i++) {
    put_as(&j, m, i, &bytes);
    if (snapshot != 0 && (i % 40 == 39 || i + 1 == snapshot)) {
      oms_store_turn(store);
      assert_int_equal(oms_store_sync(store, 10 * OMS_NS_PER_SECOND, &err), OMS_OK);
    }
    if (i + 1 == snapshot && oms_recover_snapshot(db, NULL, &err) != OMS_OK) {
      fail_msg("%s", err.message);
    }
  }
  oms_pack_free(&bytes);
  assert_int_equal(oms_store_close(store, &err), OMS_OK);
}

static void replay(const memory_t *m, const char *hash, const char *name) {
  char folder[] = "/tmp/revive.XXXXXX", db[64], command[100];
  oms_error_t err;
  assert_non_null(mkdtemp(folder));
  snprintf(db, sizeof db, "%s/d.db", folder);
  to_database(m, db, 0);
  const oms_replay_options_t options = {.db = db, .until = UINT64_MAX, .version = "test"};
  oms_replay_result_t result;
  if (oms_replay(&options, &result, &err) != OMS_OK) {
    fail_msg("%s: %s", name, err.message);
  }
  if (result.differs) {
    fail_msg("%s: record %u: %s", name, (unsigned)result.at, result.what);
  }
  assert_int_equal(result.seq, m->records.n);
  assert_int_equal(result.begun, 0);
  assert_string_equal(result.state_hash, hash);
  snprintf(command, sizeof command, "rm -rf '%s'", folder);
  assert_int_equal(system(command), 0);
}

/* The first 'n' market files, but for the very first, are removed. */
static void remove_files(const char *db, size_t n) {
  oms_array_t list;
  char folder[100];
  (void)snprintf(folder, sizeof folder, "%s-market", db);
  assert_int_equal(oms_path_numbers(folder, ".zst", &list, NULL), OMS_OK);
  assert_true(list.n > n + 1);
  for (size_t i = 1; i <= n; i++) {
    char *path = oms_path_at(folder, *OMS_AT(&list, uint64_t, i), ".zst");
    assert_int_equal(remove(path), 0);
    oms_free(path);
  }
  oms_array_free(&list);
}

static void told(const oms_replay_options_t *options, const char *what) {
  oms_replay_result_t result;
  oms_error_t err;
  assert_int_equal(oms_replay(options, &result, &err), OMS_ERR_DATA);
  if (strstr(err.message, what) == NULL) {
    fail_msg("not '%s': %s", what, err.message);
  }
}

/* A snapshot covers market data that are gone: recovery needs them not, a replay begins at the next
 * start. Without one, or without a start behind it, that is told. */
static void replay_without_old_files(const memory_t *m, const char *hash) {
  char folder[] = "/tmp/revive.XXXXXX", db[64], command[100];
  oms_error_t err;
  oms_past_t *p;
  assert_non_null(mkdtemp(folder));
  snprintf(db, sizeof db, "%s/d.db", folder);
  to_database(m, db, m->records.n / 2);
  remove_files(db, 2);
  assert_int_equal(oms_recover(db, UINT64_MAX, &p, NULL, &err), OMS_OK);
  check_hash(p, hash);
  oms_past_free(p);
  oms_replay_options_t options = {.db = db, .until = UINT64_MAX, .version = "test"};
  oms_replay_result_t result;
  if (oms_replay(&options, &result, &err) != OMS_OK || result.differs) {
    fail_msg("%s", result.differs ? result.what : err.message);
  }
  assert_int_equal(result.snapshot, m->records.n / 2);
  assert_true(result.begun > result.snapshot && result.boots > 0);
  assert_int_equal(result.seq, m->records.n);
  assert_string_equal(result.state_hash, hash);
  options.until = result.begun - 1;
  told(&options, "no host has started behind the snapshot");
  options.until = UINT64_MAX;
  snprintf(command, sizeof command, "rm -rf '%s-snapshots'", db);
  assert_int_equal(system(command), 0);
  told(&options, "no snapshot covers them");
  assert_int_equal(oms_recover(db, UINT64_MAX, &p, NULL, &err), OMS_ERR_DATA);
  assert_non_null(strstr(err.message, "are missing from"));
  snprintf(command, sizeof command, "rm -rf '%s'", folder);
  assert_int_equal(system(command), 0);
}

static const char *script_of_session(void) {
  return strstr(session, "ticks") != NULL ? "second" : "desk";
}

static bool is_turn(const life_t *l, size_t n) {
  for (size_t i = 0; i < l->turns.n; i++) {
    if (*OMS_AT(&l->turns, size_t, i) == n) {
      return true;
    }
  }
  return false;
}

static void a_whole_life_is_recovered_and_replayed(void **state) {
  (void)state;
  memory_t m;
  memory_init(&m);
  life_t l = {.m = &m, .steps = SIZE_MAX, .ends = true};
  live(&l);
  assert_int_equal(l.rc, OMS_OK);
  oms_past_t *p = past_of(&m, m.records.n);
  check_hash(p, l.hash);
  assert_true(p->ended);
  assert_string_equal(p->state_hash, l.hash);
  assert_int_equal(oms_past_recorded(p), 80);
  assert_true(oms_engine_fill_count(p->engine) >= 9);
  replay(&m, l.hash, "whole");
  oms_past_free(p);
  oms_array_free(&l.turns);
  memory_free(&m);
}

/* The start and the set-up of the core are one batch, which is there or not. */
static size_t set_up_of(const memory_t *m) {
  size_t n = 0;
  while (OMS_AT(&m->records, kept_t, n)->record.kind != OMS_RECORD_COMMAND) {
    n++;
  }
  return n;
}

/* Behind each record the core of the host that was cut off, and that of the journal, are one; the
 * next host goes on, at ends of turns with books that hold. */
static void it_comes_back_behind_every_record(void **state) {
  (void)state;
  memory_t whole;
  memory_init(&whole);
  life_t all = {.m = &whole, .steps = SIZE_MAX, .ends = true};
  live(&all);
  size_t n = whole.records.n;
  const char *stride = getenv("REVIVE_STRIDE");
  size_t step = stride != NULL ? strtoul(stride, NULL, 10) : 13; /* 1: all */
  for (size_t cut = set_up_of(&whole); cut < n; cut += step) {
    char name[40];
    oms_error_t err;
    memory_t m;
    memory_init(&m);
    m.most = cut;
    snprintf(name, sizeof name, "cut behind %zu", cut);
    life_t first = {.m = &m, .steps = SIZE_MAX, .ends = true};
    live(&first);
    assert_int_equal(m.records.n, cut);
    m.most = UINT64_MAX;
    oms_past_t *p = past_of(&m, cut);
    assert_int_equal(oms_past_end(p), OMS_OK);
    check_hash(p, first.hash);
    if (is_turn(&all, cut) && oms_engine_verify(p->engine, &err) != OMS_OK) {
      fail_msg("%s: %s", name, err.message);
    }
    life_t second = {.m = &m, .past = p, .steps = 12, .ends = cut % 2 == 0};
    live(&second);
    if (second.rc != OMS_OK) {
      fail_msg("%s: it did not go on", name);
    }
    if (cut % 7 == 1 || stride != NULL) {
      replay(&m, second.hash, name);
    }
    oms_past_free(p);
    p = past_of(&m, m.records.n);
    check_hash(p, second.hash);
    check_fills(p, script_of_session());
    oms_past_free(p);
    oms_array_free(&first.turns);
    oms_array_free(&second.turns);
    memory_free(&m);
  }
  oms_array_free(&all.turns);
  memory_free(&whole);
}

/* Cut off at every turn, again and again: one journal of many lives. */
static void many_lives(const char *script) {
  memory_t m;
  memory_init(&m);
  char hash[33] = "";
  for (size_t i = 0; i < 30; i++) {
    oms_past_t *p = i == 0 ? NULL : past_of(&m, m.records.n);
    if (p != NULL) {
      check_hash(p, hash);
      assert_int_equal(oms_past_end(p), OMS_OK);
    }
    life_t l = {.m = &m, .past = p, .steps = 3};
    live(&l);
    assert_int_equal(l.rc, OMS_OK);
    memcpy(hash, l.hash, sizeof hash);
    oms_past_free(p);
    oms_array_free(&l.turns);
  }
  oms_past_t *p = past_of(&m, m.records.n);
  const oms_past_script_t *s = oms_past_script(p, false, script);
  assert_non_null(s);
  assert_true(s->saved && !s->empty);
  assert_int_equal(p->boots, 30);
  check_fills(p, script);
  oms_past_free(p);
  replay(&m, hash, "30 lives");
  replay_without_old_files(&m, hash);
  memory_free(&m);
}

static void many_lives_are_one_journal(void **state) {
  (void)state;
  many_lives("desk");
}

static void many_lives_of_ticks_are_one_journal(void **state) {
  (void)state;
  many_lives("second");
}

/* The past goes through its bytes unchanged. */
static void a_snapshot_holds_all_of_the_past(void **state) {
  (void)state;
  memory_t m;
  memory_init(&m);
  life_t l = {.m = &m, .steps = SIZE_MAX};
  live(&l);
  for (size_t n = 1; n <= m.records.n; n += 37) {
    oms_past_t *p = past_of(&m, n), *again = oms_past_new();
    oms_pack_t a = {0}, b = {0};
    oms_past_pack(&a, p);
    oms_unpack_t u = oms_unpack_of(a.data, a.n);
    again->engine = p->engine;
    assert_true(oms_past_unpack(&u, again));
    oms_past_pack(&b, again);
    assert_int_equal(a.n, b.n);
    assert_memory_equal(a.data, b.data, a.n);
    for (size_t cut = 0; cut < a.n; cut += 101) {
      oms_past_t *bad = oms_past_new();
      u = oms_unpack_of(a.data, cut);
      assert_false(oms_past_unpack(&u, bad));
      oms_past_free(bad);
    }
    oms_pack_free(&a);
    oms_pack_free(&b);
    oms_past_free(again);
    oms_past_free(p);
  }
  oms_array_free(&l.turns);
  memory_free(&m);
}

/* The same with requests that take two bars. */
static int with_latency(void **state) {
  (void)state;
  session = FOLDER "late.lua";
  return 0;
}

static int with_ticks(void **state) {
  (void)state;
  session = FOLDER "ticks.lua";
  return 0;
}

static int without(void **state) {
  (void)state;
  session = FOLDER "session.lua";
  return 0;
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_whole_life_is_recovered_and_replayed),
      cmocka_unit_test(it_comes_back_behind_every_record),
      cmocka_unit_test(many_lives_are_one_journal),
      cmocka_unit_test(a_snapshot_holds_all_of_the_past),
      cmocka_unit_test_setup_teardown(it_comes_back_behind_every_record, with_latency, without),
      cmocka_unit_test_setup_teardown(many_lives_are_one_journal, with_latency, without),
      cmocka_unit_test_setup_teardown(it_comes_back_behind_every_record, with_ticks, without),
      cmocka_unit_test_setup_teardown(many_lives_of_ticks_are_one_journal, with_ticks, without),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
