/* Commands and set-up as bytes: each kind comes back as it was, no other bytes mean the same, cut
 * or wrong bytes are refused, and an engine that is given what was unpacked does what the first
 * one did. */
#include "engine_flow.h"

#include "core/codec.h"

typedef struct draw {
  oms_random_t random;
  const char *texts[3]; /* NULL among them */
} draw_t;

static uint64_t below_of(draw_t *d, uint64_t n) {
  return oms_random_below(&d->random, n);
}
static uint32_t index_of(draw_t *d) {
  return below_of(d, 4) == 0 ? OMS_NONE : (uint32_t)below_of(d, UINT32_MAX) >> below_of(d, 32);
}
static int64_t number_of(draw_t *d) {
  int64_t v = (int64_t)(oms_random_next(&d->random) >> below_of(d, 64));
  return below_of(d, 2) == 0 ? v : -v;
}
static int64_t maybe(draw_t *d) {
  return below_of(d, 2) == 0 ? INT64_MIN : number_of(d);
}
static const char *text_of(draw_t *d) {
  return d->texts[below_of(d, OMS_COUNT(d->texts))];
}
static bool flag(draw_t *d) {
  return below_of(d, 2) == 0;
}
static uint8_t word(draw_t *d, int n) {
  return (uint8_t)below_of(d, (uint64_t)n);
}
static uint16_t code_of(draw_t *d) {
  return below_of(d, 4) == 0 ? oms_code_own("MINE", 4) : (uint16_t)below_of(d, 50);
}

static void draw_terms(draw_t *d, oms_terms_t *t) {
  memset(t, 0, sizeof *t);
  t->instrument = index_of(d);
  t->account = (uint16_t)below_of(d, 3);
  t->owner = (uint16_t)below_of(d, UINT16_MAX);
  t->side = word(d, OMS_SIDE_COUNT);
  t->type = word(d, OMS_TYPE_COUNT);
  t->time_in_force = word(d, OMS_TIF_COUNT);
  t->session = word(d, OMS_SESSION_COUNT);
  t->trigger_by = word(d, OMS_TRIGGER_BY_COUNT);
  t->order_class = word(d, OMS_ORDER_CLASS_COUNT);
  t->position_intent = word(d, OMS_INTENT_COUNT);
  t->role = word(d, OMS_ROLE_COUNT);
  t->flags = (uint32_t)below_of(d, 64);
  int64_t *numbers[] = {&t->qty,        &t->display_qty,   &t->notional,     &t->limit_price,
                        &t->stop_price, &t->trail_price,   &t->limit_offset, &t->trail_percent,
                        &t->expire_at,  &t->expire_session};
  for (size_t i = 0; i < OMS_COUNT(numbers); i++) {
    *numbers[i] = maybe(d);
  }
  const char **texts[] = {&t->symbol,     &t->client_order_id, &t->tag,
                          &t->entered_by, &t->script_hash,     &t->route};
  for (size_t i = 0; i < OMS_COUNT(texts); i++) {
    *texts[i] = text_of(d);
  }
  t->group = index_of(d);
  t->parent = index_of(d);
}

static void draw_replace(draw_t *d, oms_command_t *c) {
  c->u.replace.order = index_of(d);
  c->u.replace.qty = maybe(d);
  c->u.replace.limit_price = maybe(d);
  c->u.replace.stop_price = maybe(d);
  c->u.replace.trail_price = maybe(d);
  c->u.replace.limit_offset = maybe(d);
  c->u.replace.trail_percent = maybe(d);
  c->u.replace.expire_at = maybe(d);
  c->u.replace.expire_session = maybe(d);
  c->u.replace.moves_end = flag(d);
  c->u.replace.time_in_force = flag(d) ? UINT8_MAX : word(d, OMS_TIF_COUNT);
  c->u.replace.client_order_id = text_of(d);
  c->u.replace.needs_verdict = flag(d);
}

static void draw_report(draw_t *d, oms_report_t *r) {
  r->type = word(d, OMS_REPORT_COUNT);
  r->liquidity = word(d, 256);
  r->has_commission = flag(d);
  r->works_again = flag(d);
  r->order = index_of(d);
  r->code = code_of(d);
  r->ts = maybe(d);
  r->qty = maybe(d);
  r->price = maybe(d);
  r->stop_price = maybe(d);
  r->commission = number_of(d);
  r->execution_no = oms_random_next(&d->random);
  r->execution_id = text_of(d);
  r->busts = text_of(d);
  r->broker_order_id = text_of(d);
  r->text = text_of(d);
}

/* Of the kinds that say little. */
static void draw_small(draw_t *d, oms_command_t *c) {
  switch ((int)c->type) {
  case OMS_COMMAND_SEND:
    c->u.send.order = index_of(d);
    return;
  case OMS_COMMAND_RELEASE:
  case OMS_COMMAND_RESIZE:
    c->u.resize.order = index_of(d);
    c->u.resize.qty = maybe(d);
    return;
  case OMS_COMMAND_GROUP:
    c->u.group.order_class = word(d, OMS_ORDER_CLASS_COUNT);
    c->u.group.trigger_full = word(d, 2);
    return;
  case OMS_COMMAND_GROUP_STATE:
    c->u.group_state.group = index_of(d);
    c->u.group_state.rearmed = flag(d);
    c->u.group_state.unprotected = flag(d);
    return;
  case OMS_COMMAND_CLAIM:
    c->u.claim.order = index_of(d);
    c->u.claim.account = (uint16_t)below_of(d, 9);
    c->u.claim.owner = (uint16_t)below_of(d, 9);
    c->u.claim.instrument = index_of(d);
    return;
  case OMS_COMMAND_MARK:
    c->u.mark.instrument = index_of(d);
    c->u.mark.price = maybe(d);
    return;
  default: /* QUOTE */
    c->u.quote.instrument = index_of(d);
    c->u.quote.bid = maybe(d);
    c->u.quote.ask = maybe(d);
    c->u.quote.bid_size = number_of(d);
    c->u.quote.ask_size = number_of(d);
    return;
  }
}

static void draw_command(draw_t *d, oms_command_t *c, oms_terms_t *t, int type) {
  memset(c, 0, sizeof *c);
  c->type = (oms_command_type_t)type;
  switch (type) {
  case OMS_COMMAND_SUBMIT:
    draw_terms(d, t);
    c->u.submit.terms = t;
    c->u.submit.needs_verdict = flag(d);
    c->u.submit.held_by = word(d, OMS_HELD_BY_COUNT);
    return;
  case OMS_COMMAND_VERDICT:
    c->u.verdict.order = index_of(d);
    c->u.verdict.verdict = word(d, 3);
    c->u.verdict.code = code_of(d);
    c->u.verdict.message = text_of(d);
    return;
  case OMS_COMMAND_CANCEL:
    c->u.cancel.order = index_of(d);
    c->u.cancel.canceled_by = word(d, OMS_CANCELED_BY_COUNT);
    c->u.cancel.code = code_of(d);
    c->u.cancel.message = text_of(d);
    return;
  case OMS_COMMAND_REPLACE:
    draw_replace(d, c);
    return;
  case OMS_COMMAND_DROP:
  case OMS_COMMAND_ALERT: /* the two look alike */
    c->u.drop.order = index_of(d);
    c->u.drop.code = code_of(d);
    c->u.drop.message = text_of(d);
    return;
  case OMS_COMMAND_REPORT:
    draw_report(d, &c->u.report);
    return;
  case OMS_COMMAND_CORPORATE:
    c->u.corporate.instrument = index_of(d);
    c->u.corporate.action.kind = word(d, OMS_CORPORATE_KINDS);
    c->u.corporate.action.ratio = number_of(d);
    c->u.corporate.action.cash = number_of(d);
    return;
  case OMS_COMMAND_STATE:
    c->u.state.scope.kind = word(d, 4);
    c->u.state.scope.index = (uint32_t)below_of(d, 70000);
    c->u.state.state = word(d, OMS_TRADING_STATE_COUNT);
    return;
  case OMS_COMMAND_TIME:
    return;
  default:
    draw_small(d, c);
  }
}

/* The bytes are all read and written again as they were. */
static void assert_canonical(const oms_pack_t *p, oms_command_t *c, oms_terms_t *t) {
  oms_unpack_t u = oms_unpack_of(p->data, p->n);
  oms_pack_t again = {0};
  assert_false(p->failed);
  assert_true(oms_command_unpack(&u, c, t));
  assert_true(oms_unpack_done(&u));
  oms_command_pack(&again, c);
  assert_int_equal(again.n, p->n);
  assert_memory_equal(again.data, p->data, p->n);
  oms_pack_free(&again);
}

static draw_t draw_with(uint64_t seed, bool texts) {
  draw_t d = {
      .texts = {NULL, texts ? "" : NULL, texts ? "a text" : NULL}
  };
  oms_random_seed(&d.random, seed);
  return d;
}

static void each_kind_comes_back_byte_for_byte(void **state) {
  (void)state;
  draw_t d = draw_with(1, false);
  for (int i = 0; i < 20000; i++) {
    oms_command_t c, back;
    oms_terms_t t, terms;
    oms_pack_t p = {0};
    memset(&terms, 0, sizeof terms); /* holes between the fields */
    draw_command(&d, &c, &t, i % (OMS_COMMAND_TIME + 1));
    oms_command_pack(&p, &c);
    assert_canonical(&p, &back, &terms);
    if (c.type == OMS_COMMAND_SUBMIT) {
      assert_memory_equal(&terms, &t, sizeof t);
      back.u.submit.terms = c.u.submit.terms;
    }
    assert_memory_equal(&back, &c, sizeof c);
    oms_pack_free(&p);
  }
}

static void assert_text(const char *a, const char *b) {
  assert_true((a == NULL) == (b == NULL));
  assert_true(a == NULL || strcmp(a, b) == 0);
}

static void texts_come_back(void **state) {
  (void)state;
  draw_t d = draw_with(2, true);
  for (int i = 0; i < 2000; i++) {
    oms_command_t c, back;
    oms_terms_t t, terms;
    oms_pack_t p = {0};
    draw_command(&d, &c, &t, OMS_COMMAND_SUBMIT);
    oms_command_pack(&p, &c);
    assert_canonical(&p, &back, &terms);
    assert_text(t.symbol, terms.symbol);
    assert_text(t.client_order_id, terms.client_order_id);
    assert_text(t.tag, terms.tag);
    assert_text(t.entered_by, terms.entered_by);
    assert_text(t.script_hash, terms.script_hash);
    assert_text(t.route, terms.route);
    p.n = 0;
    draw_command(&d, &c, &t, OMS_COMMAND_REPORT);
    oms_command_pack(&p, &c);
    assert_canonical(&p, &back, &terms);
    assert_text(c.u.report.execution_id, back.u.report.execution_id);
    assert_text(c.u.report.busts, back.u.report.busts);
    assert_text(c.u.report.broker_order_id, back.u.report.broker_order_id);
    assert_text(c.u.report.text, back.u.report.text);
    oms_pack_free(&p);
  }
}

static void what_is_cut_off_is_refused(void **state) {
  (void)state;
  draw_t d = draw_with(3, true);
  for (int i = 0; i < 2000; i++) {
    oms_command_t c, back;
    oms_terms_t t, terms;
    oms_pack_t p = {0};
    draw_command(&d, &c, &t, i % (OMS_COMMAND_TIME + 1));
    oms_command_pack(&p, &c);
    for (size_t n = 0; n < p.n; n++) {
      unsigned char *exact = malloc(n + 1); /* a read beyond the end would be seen */
      assert_non_null(exact);
      memcpy(exact, p.data, n);
      oms_unpack_t u = oms_unpack_of(exact, n);
      assert_false(oms_command_unpack(&u, &back, &terms));
      free(exact);
    }
    oms_pack_free(&p);
  }
}

/* Any other byte in any place: refused, or another command, which has these bytes alone. */
static void another_byte_is_another_command(void **state) {
  (void)state;
  draw_t d = draw_with(4, true);
  int refused = 0, others = 0;
  for (int i = 0; i < 200; i++) {
    oms_command_t c, back;
    oms_terms_t t, terms;
    oms_pack_t p = {0};
    draw_command(&d, &c, &t, i % (OMS_COMMAND_TIME + 1));
    oms_command_pack(&p, &c);
    for (size_t at = 0; at < p.n; at++) {
      unsigned char was = p.data[at];
      for (int v = 0; v < 256; v++) {
        p.data[at] = (unsigned char)v;
        oms_unpack_t u = oms_unpack_of(p.data, p.n);
        if (!oms_command_unpack(&u, &back, &terms) || !oms_unpack_done(&u)) {
          refused++;
          continue;
        }
        others++;
        assert_canonical(&p, &back, &terms);
      }
      p.data[at] = was;
    }
    oms_pack_free(&p);
  }
  assert_true(refused > 1000 && others > 1000);
}

static void a_plain_order_is_small(void **state) {
  (void)state;
  fixture_t f;
  set_up_plain(&f);
  oms_terms_t t = limit_terms(&f, OMS_SIDE_BUY, 100, 16512), back_terms;
  oms_command_t back;
  t.expire_session = f.now;
  t.client_order_id = "0192c5a4-7b1e-7c3d-9f00-0123456789ab";
  oms_pack_t p = {0};
  oms_command_pack(&p, &(oms_command_t){.type = OMS_COMMAND_SUBMIT, .u.submit = {.terms = &t}});
  assert_canonical(&p, &back, &back_terms);
  assert_in_range(p.n, 50, 90);
  oms_pack_free(&p);
  tear_down(&f);
}

static void a_rules_own_code_keeps_its_word(void **state) {
  (void)state;
  uint16_t mine = oms_code_own("FAT_FINGER", 10);
  oms_command_t c = {.type = OMS_COMMAND_VERDICT, .u.verdict = {.code = mine}}, back;
  oms_terms_t t;
  oms_pack_t p = {0};
  oms_command_pack(&p, &c);
  assert_canonical(&p, &back, &t);
  assert_int_equal(back.u.verdict.code, mine);
  /* a number that was another word's, and one that has a word already */
  assert_true(oms_code_own_again(OMS_CODE_OWN, "FROM_A_JOURNAL", 14));
  assert_true(oms_code_own_again(OMS_CODE_OWN, "FROM_A_JOURNAL", 14));
  assert_int_equal(oms_code_own("FROM_A_JOURNAL", 14), OMS_CODE_OWN);
  assert_string_equal(oms_code_own_word(OMS_CODE_OWN), "FROM_A_JOURNAL");
  assert_false(oms_code_own_again(OMS_CODE_OWN, "ANOTHER_WORD", 12));
  assert_false(oms_code_own_again(OMS_CODE_OWN + 1, "FROM_A_JOURNAL", 14));
  assert_false(oms_code_own_again(OMS_CODE_OWN + 1, "no word", 7));
  assert_false(oms_code_own_again(5, "LOW", 3));
  oms_pack_free(&p);
}

static void set_up_comes_back(void **state) {
  (void)state;
  const uint8_t list[] = {0, 1, 0, 1};
  oms_instrument_t i = instrument("SPY"), i2;
  oms_account_t a = plain_setup().account, a2;
  oms_pack_t p = {0};
  i.calendar = OMS_CALENDAR_US_EQUITY;
  i.declared = true;
  i.tick = px(1);
  i.previous_close = px(16512);
  a.mpid = "ABCD";
  a.credit_exits = true;
  a.limits.max_position = sh(100);
  a.limits.duplicate_window_ns = 0;
  a.limits.restricted = list;
  a.limits.restricted_n = OMS_COUNT(list);
  oms_instrument_pack(&p, &i);
  oms_account_pack(&p, &a);
  oms_unpack_t u = oms_unpack_of(p.data, p.n);
  assert_true(oms_instrument_unpack(&u, &i2) && oms_account_unpack(&u, &a2));
  assert_true(oms_unpack_done(&u));
  assert_string_equal(i2.symbol, "SPY");
  assert_string_equal(i2.currency, "USD");
  assert_int_equal(i2.tick, px(1));
  assert_int_equal(i2.previous_close, px(16512));
  assert_int_equal(i2.last, OMS_NO_PRICE);
  assert_true(i2.declared && i2.calendar == OMS_CALENDAR_US_EQUITY);
  assert_string_equal(a2.id, "main");
  assert_string_equal(a2.mpid, "ABCD");
  assert_null(a2.fdid);
  assert_int_equal(a2.multiplier, 2 * OMS_PRICE_SCALE);
  assert_int_equal(a2.limits.max_position, sh(100));
  assert_int_equal(a2.limits.max_order_qty, OMS_NO_PRICE);
  assert_int_equal(a2.limits.duplicate_window_ns, 0);
  assert_int_equal(a2.limits.restricted_n, OMS_COUNT(list));
  assert_memory_equal(a2.limits.restricted, list, sizeof list);
  for (size_t n = 0; n < p.n; n++) {
    u = oms_unpack_of(p.data, n);
    assert_false(oms_instrument_unpack(&u, &i2) && oms_account_unpack(&u, &a2));
  }
  p.data[p.n - 1] = 2; /* neither on the list nor off it */
  u = oms_unpack_of(p.data, p.n);
  assert_false(oms_instrument_unpack(&u, &i2) && oms_account_unpack(&u, &a2));
  oms_pack_free(&p);
}

/* Engine B, which gets what was packed and unpacked. */
typedef struct twin {
  fixture_t f;
  oms_pack_t bytes;
} twin_t;

static void give_twin(void *self, const oms_command_t *c) {
  twin_t *twin = self;
  oms_command_t back;
  oms_terms_t terms;
  twin->bytes.n = 0;
  oms_command_pack(&twin->bytes, c);
  oms_unpack_t u = oms_unpack_of(twin->bytes.data, twin->bytes.n);
  assert_true(oms_command_unpack(&u, &back, &terms) && oms_unpack_done(&u));
  twin->f.now = c->now;
  apply(&twin->f, &back);
}

static void an_engine_follows_from_the_bytes(void **state) {
  (void)state;
  for (uint64_t seed = 1; seed <= 3; seed++) {
    flow_t *w = calloc(1, sizeof *w);
    twin_t *twin = calloc(1, sizeof *twin);
    setup_t setup = flow_setup();
    char a[33], b[33];
    assert_true(w != NULL && twin != NULL);
    set_up(&w->f, &setup);
    set_up(&twin->f, &setup);
    w->f.tap = give_twin;
    w->f.tap_self = twin;
    oms_random_seed(&w->random, seed);
    mark(&w->f, 1000);
    for (int i = 0; i < 10000; i++) {
      random_command(w);
      assert_int_equal(w->f.rc, twin->f.rc);
      if (i % 500 == 499) {
        oms_engine_state_hash(w->f.e, a);
        oms_engine_state_hash(twin->f.e, b);
        assert_string_equal(a, b);
      }
    }
    tear_down(&w->f);
    tear_down(&twin->f);
    oms_pack_free(&twin->bytes);
    free(twin);
    free(w);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(each_kind_comes_back_byte_for_byte),
      cmocka_unit_test(texts_come_back),
      cmocka_unit_test(what_is_cut_off_is_refused),
      cmocka_unit_test(another_byte_is_another_command),
      cmocka_unit_test(a_plain_order_is_small),
      cmocka_unit_test(a_rules_own_code_keeps_its_word),
      cmocka_unit_test(set_up_comes_back),
      cmocka_unit_test(an_engine_follows_from_the_bytes),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
