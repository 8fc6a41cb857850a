/* The engine as bytes: loaded in the middle of a random flow it goes on like the one that was
 * saved, event by event; what is damaged, cut or another engine's is refused. */
#include "engine_flow.h"

#include "base/pack.h"
#include "core/image.h"

static int collect(void *self, const void *data, size_t n) {
  oms_pack_raw(self, data, n);
  return OMS_OK;
}

static oms_pack_t save(const oms_engine_t *e) {
  oms_pack_t p = {0};
  assert_int_equal(oms_engine_save(e, collect, &p), OMS_OK);
  assert_false(p.failed);
  return p;
}

/* The engine from the bytes; they are gone afterwards, so that it cannot lean on them. */
static oms_engine_t *load(const setup_t *s, oms_pack_t *p) {
  oms_engine_t *e;
  assert_int_equal(oms_engine_load(&s->config, p->data, p->n, &e), OMS_OK);
  memset(p->data, 0xee, p->n);
  oms_pack_free(p);
  return e;
}

static void assert_same_state(const oms_engine_t *a, const oms_engine_t *b) {
  char x[33], y[33];
  oms_error_t err = {0};
  oms_engine_state_hash(a, x);
  oms_engine_state_hash(b, y);
  assert_string_equal(x, y);
  if (oms_engine_verify(b, &err) != OMS_OK) {
    fail_msg("%s", err.message);
  }
}

static void assert_same_event(const oms_event_t *a, const oms_event_t *b) {
  oms_event_t x = *a, y = *b;
  assert_true((x.message == NULL) == (y.message == NULL));
  if (x.message != NULL) {
    assert_string_equal(x.message, y.message);
  }
  x.message = y.message = NULL;
  assert_memory_equal(&x, &y, sizeof x);
}

/* The loaded engine, which gets the same commands. */
static void give_twin(void *self, const oms_command_t *c) {
  fixture_t *twin = self;
  oms_command_t copy = *c;
  twin->now = c->now;
  apply(twin, &copy);
}

static void assert_twin(const fixture_t *f, const fixture_t *twin) {
  const char *a, *b;
  assert_int_equal(f->rc, twin->rc);
  assert_int_equal(oms_engine_subject(f->e), oms_engine_subject(twin->e));
  assert_int_equal(oms_engine_refusal(f->e, &a), oms_engine_refusal(twin->e, &b));
  assert_string_equal(a, b);
  assert_int_equal(f->event_n, twin->event_n);
  for (int i = 0; i < f->event_n && i < EVENT_CAP; i++) {
    assert_same_event(&f->events[i], &twin->events[i]);
  }
}

static void reload_twin(const flow_t *w, const setup_t *setup, fixture_t *twin) {
  oms_pack_t p = save(w->f.e);
  oms_engine_free(twin->e);
  twin->e = load(setup, &p);
  twin->seq = w->f.seq;
  assert_same_state(w->f.e, twin->e);
}

/* Saved and loaded again and again, at first every few commands, from what was loaded as well. */
static void a_loaded_engine_goes_on_as_the_saved_one(void **state) {
  (void)state;
  for (uint64_t seed = 1; seed <= 3; seed++) {
    flow_t *w = calloc(1, sizeof *w);
    fixture_t *twin = calloc(1, sizeof *twin);
    setup_t setup = flow_setup();
    assert_true(w != NULL && twin != NULL);
    set_up(&w->f, &setup);
    oms_random_seed(&w->random, seed);
    mark(&w->f, 1000);
    reload_twin(w, &setup, twin);
    w->f.tap = give_twin;
    w->f.tap_self = twin;
    for (int i = 0; i < 9000; i++) {
      uint64_t before = w->f.seq;
      random_command(w);
      if (w->f.seq > before) {
        assert_twin(&w->f, twin);
      }
      if (i < 1500 ? i % 7 == 0 : i % 500 == 0) {
        reload_twin(w, &setup, twin);
      }
    }
    assert_same_state(w->f.e, twin->e);
    tear_down(&w->f);
    oms_engine_free(twin->e);
    free(twin);
    free(w);
  }
}

static void fill_flow(flow_t *w, const setup_t *setup, int commands) {
  memset(w, 0, sizeof *w);
  set_up(&w->f, setup);
  oms_random_seed(&w->random, 11);
  mark(&w->f, 1000);
  for (int i = 0; i < commands; i++) {
    random_command(w);
  }
}

static void what_is_damaged_is_refused(void **state) {
  (void)state;
  static flow_t w;
  setup_t setup = flow_setup();
  oms_engine_t *e;
  fill_flow(&w, &setup, 300);
  oms_pack_t p = save(w.f.e);
  for (size_t n = 0; n < p.n; n += n < 200 ? 1 : 37) {
    unsigned char *cut = malloc(n + 1);
    assert_non_null(cut);
    memcpy(cut, p.data, n);
    assert_int_equal(oms_engine_load(&setup.config, cut, n, &e), OMS_ERR_DATA);
    assert_null(e);
    free(cut);
  }
  for (size_t at = 0; at < p.n; at += at < 200 ? 1 : 13) {
    p.data[at] ^= (unsigned char)(1u << (at % 8));
    assert_int_equal(oms_engine_load(&setup.config, p.data, p.n, &e), OMS_ERR_DATA);
    assert_null(e);
    p.data[at] ^= (unsigned char)(1u << (at % 8));
  }
  setup.config.seed++;
  assert_int_equal(oms_engine_load(&setup.config, p.data, p.n, &e), OMS_ERR_USAGE);
  oms_pack_free(&p);
  tear_down(&w.f);
}

static void lists_texts_and_names_are_the_loaded_engines_own(void **state) {
  (void)state;
  fixture_t f = {.now = TEN_OCLOCK};
  setup_t setup = plain_setup();
  uint8_t list[] = {0, 1};
  setup.account.limits.restricted = list;
  setup.account.limits.restricted_n = 2;
  setup.account.mpid = "ABCD";
  set_up(&f, &setup);
  memset(list, 0, sizeof list); /* the engine has its copy */
  mark(&f, 1000);
  mark_symbol(&f, f.qqq, 2000);
  oms_terms_t t = limit_terms(&f, OMS_SIDE_BUY, 10, 1000);
  t.client_order_id = "mine";
  t.tag = "tag";
  t.entered_by = "person:a";
  t.route = "auto";
  t.script_hash = "abc";
  uint32_t o = working(&f, &t);
  oms_report_t r = report_of(OMS_REPORT_WORKING, o);
  r.broker_order_id = "broker";
  tell(&f, r);
  t.client_order_id = NULL;
  t.instrument = OMS_NONE;
  t.symbol = "NOWHERE";
  submit(&f, &t);
  oms_pack_t p = save(f.e);
  fixture_t g = f;
  g.e = load(&setup, &p);
  assert_same_state(f.e, g.e);
  assert_int_equal(oms_engine_find_order(g.e, 0, "mine"), o);
  assert_int_equal(oms_engine_find_account(g.e, "second"), 1);
  assert_int_equal(oms_engine_find_owner(g.e, "b"), f.other_owner);
  assert_int_equal(oms_engine_find_instrument(g.e, "QQQ"), f.qqq);
  assert_string_equal(oms_engine_account(g.e, 0)->mpid, "ABCD");
  assert_int_equal(oms_engine_reference(g.e, f.qqq), px(2000));
  assert_string_equal(order(&g, o)->broker_order_id, "broker");
  assert_string_equal(order(&g, o)->origin->route, "auto");
  assert_string_equal(order(&g, o)->origin->entered_by, "person:a");
  assert_string_equal(order(&g, o)->origin->script_hash, "abc");
  assert_string_equal(order(&g, o + 1)->symbol, "NOWHERE");
  assert_string_equal(order(&g, o + 1)->message, order(&f, o + 1)->message);
  oms_engine_free(f.e);
  t.instrument = g.qqq;
  submit(&g, &t);
  assert_refused(&g, RESTRICTED_SYMBOL);
  tear_down(&g);
}

static int stop_writing(void *self, const void *data, size_t n) {
  (void)data;
  (void)n;
  int *left = self;
  return (*left)-- > 0 ? OMS_OK : OMS_ERR_IO;
}

static void a_write_that_fails_ends_the_saving(void **state) {
  (void)state;
  static flow_t w;
  setup_t setup = flow_setup();
  fill_flow(&w, &setup, 6000);
  for (int pieces = 0; pieces < 3; pieces++) {
    int left = pieces;
    assert_int_equal(oms_engine_save(w.f.e, stop_writing, &left), OMS_ERR_IO);
    assert_int_equal(left, -1);
  }
  tear_down(&w.f);
}

static void each_allocation_may_fail(void **state) {
  (void)state;
  static flow_t w;
  setup_t setup = flow_setup();
  fill_flow(&w, &setup, 400);
  oms_pack_t p = save(w.f.e);
  long live = oms_alloc_live(), failures = 0;
  int rc = OMS_ERR_NOMEM;
  oms_engine_t *e;
  for (long n = 1; rc != OMS_OK; n++, failures++) {
    oms_alloc_fail_after(n);
    rc = oms_engine_load(&setup.config, p.data, p.n, &e);
    oms_alloc_fail_after(0);
    assert_true(rc == OMS_OK || (rc == OMS_ERR_NOMEM && e == NULL && oms_alloc_live() == live));
  }
  assert_true(failures > 30);
  assert_same_state(w.f.e, e);
  oms_engine_free(e);
  oms_pack_free(&p);
  tear_down(&w.f);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_loaded_engine_goes_on_as_the_saved_one),
      cmocka_unit_test(what_is_damaged_is_refused),
      cmocka_unit_test(lists_texts_and_names_are_the_loaded_engines_own),
      cmocka_unit_test(a_write_that_fails_ends_the_saving),
      cmocka_unit_test(each_allocation_may_fail),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
