/* The hard limits one by one, what they never refuse, trading states, and buying power. */
#include "engine_fixture.h"

/* Refused by 'code' with this sentence. */
#define assert_denied(f, t, c, sentence)                                                           \
  do {                                                                                             \
    assert_int_equal(submit(f, t), OMS_ERR_REJECTED);                                              \
    assert_code(f, subject(f), c);                                                                 \
    assert_string_equal(order(f, subject(f))->message, sentence);                                  \
  } while (0)
#define assert_taken(f, t) assert_int_equal(submit(f, t), OMS_OK)

static void max_order_qty_binds_exits_too(void **state) {
  (void)state;
  fixture_t f;
  setup_t s = plain_setup();
  s.account.limits.max_order_qty = sh(1000);
  set_up(&f, &s);
  mark(&f, 100);
  oms_terms_t t = terms(&f, OMS_SIDE_BUY, 5000);
  assert_denied(&f, &t, MAX_ORDER_QTY, "5000 shares of SPY is above the limit of 1000");
  t.qty = sh(1000);
  assert_taken(&f, &t);
  hold(&f, f.owner, 1000, 100);
  hold(&f, f.owner, 1000, 100);
  t = terms(&f, OMS_SIDE_SELL, 1001);
  assert_denied(&f, &t, MAX_ORDER_QTY, "1001 shares of SPY is above the limit of 1000");
  tear_down(&f);
}

static void max_order_notional_needs_a_price(void **state) {
  (void)state;
  fixture_t f;
  setup_t s = plain_setup();
  s.account.limits.max_order_notional = usd(1000);
  set_up(&f, &s);
  oms_terms_t t = terms(&f, OMS_SIDE_BUY, 1);
  assert_denied(&f, &t, NO_REFERENCE_PRICE,
                "SPY has no reference price yet, and a check of this order needs one");
  t = limit_terms(&f, OMS_SIDE_BUY, 101, 1000);
  assert_denied(&f, &t, MAX_ORDER_NOTIONAL,
                "101 of SPY at 10 is a notional of 1010, above the limit of 1000");
  t = limit_terms(&f, OMS_SIDE_BUY, 100, 1000);
  assert_taken(&f, &t);
  mark(&f, 2000);
  t = terms(&f, OMS_SIDE_BUY, 51);
  assert_denied(&f, &t, MAX_ORDER_NOTIONAL,
                "51 of SPY at 20 is a notional of 1020, above the limit of 1000");
  t.type = OMS_TYPE_STOP;
  t.stop_price = px(1000);
  assert_taken(&f, &t);
  tear_down(&f);
}

static void collar_binds_the_dangerous_side(void **state) {
  (void)state;
  fixture_t f;
  setup_t s = plain_setup();
  s.account.limits.price_collar_pct = 5 * OMS_PRICE_SCALE;
  set_up(&f, &s);
  oms_terms_t t = limit_terms(&f, OMS_SIDE_BUY, 1, 1051);
  assert_denied(&f, &t, NO_REFERENCE_PRICE,
                "SPY has no reference price yet, and a check of this order needs one");
  mark(&f, 1000);
  assert_denied(&f, &t, PRICE_COLLAR, "limit price 10.51 of SPY is more than 5 percent above 10");
  t.limit_price = px(1050);
  assert_taken(&f, &t);
  t.limit_price = px(100); /* passive */
  assert_taken(&f, &t);
  t = limit_terms(&f, OMS_SIDE_SELL, 1, 949);
  assert_denied(&f, &t, PRICE_COLLAR, "limit price 9.49 of SPY is more than 5 percent below 10");
  t = limit_terms(&f, OMS_SIDE_BUY, 1, 2050);
  t.type = OMS_TYPE_STOP_LIMIT;
  t.stop_price = px(2000);
  assert_taken(&f, &t); /* measured from its own stop */
  t.limit_price = px(2101);
  assert_denied(&f, &t, PRICE_COLLAR, "limit price 21.01 of SPY is more than 5 percent above 20");
  t = terms(&f, OMS_SIDE_BUY, 1);
  assert_taken(&f, &t);
  tear_down(&f);
}

static void max_position_counts_what_works(void **state) {
  (void)state;
  fixture_t f;
  setup_t s = plain_setup();
  s.account.limits.max_position = sh(100);
  set_up(&f, &s);
  mark(&f, 1000);
  hold(&f, f.owner, 60, 1000);
  oms_terms_t t = limit_terms(&f, OMS_SIDE_BUY, 30, 1000);
  assert_taken(&f, &t);
  t.qty = sh(11);
  assert_denied(&f, &t, MAX_POSITION,
                "11 of SPY would make a position of 101, above the limit of 100");
  t.qty = sh(10);
  assert_taken(&f, &t);
  t = terms(&f, OMS_SIDE_SELL, 60);
  assert_taken(&f, &t);
  t.qty = sh(101); /* with the 60 that work it would end at -101 */
  assert_denied(&f, &t, MAX_POSITION,
                "101 of SPY would make a position of 101, above the limit of 100");
  tear_down(&f);
}

static void max_open_orders_counts_working_ones(void **state) {
  (void)state;
  fixture_t f;
  setup_t s = plain_setup();
  s.account.limits.max_open_orders = 2;
  set_up(&f, &s);
  mark(&f, 1000);
  hold(&f, f.owner, 10, 1000);
  oms_terms_t t = limit_terms(&f, OMS_SIDE_BUY, 1, 1000);
  assert_taken(&f, &t);
  assert_taken(&f, &t);
  assert_denied(&f, &t, MAX_OPEN_ORDERS, "account main has 2 open orders, the limit is 2");
  oms_terms_t out = terms(&f, OMS_SIDE_SELL, 10);
  assert_taken(&f, &out);
  cancel(&f, 1);
  cancel(&f, 2);
  assert_taken(&f, &t);
  tear_down(&f);
}

static void order_rate_is_a_sliding_second(void **state) {
  (void)state;
  fixture_t f;
  setup_t s = plain_setup();
  s.account.limits.max_orders_per_second = 3;
  set_up(&f, &s);
  mark(&f, 1000);
  hold(&f, f.owner, 10, 1000); /* the first of the second */
  oms_terms_t t = limit_terms(&f, OMS_SIDE_BUY, 1, 1000);
  f.now += 400000000;
  assert_taken(&f, &t);
  assert_taken(&f, &t);
  assert_denied(&f, &t, MAX_ORDER_RATE,
                "account main has given 3 orders within a second, the limit is 3");
  oms_terms_t out = terms(&f, OMS_SIDE_SELL, 10);
  assert_taken(&f, &out); /* an exit passes, and counts */
  f.now += 600000000;
  assert_denied(&f, &t, MAX_ORDER_RATE,
                "account main has given 3 orders within a second, the limit is 3");
  f.now += 400000000;
  assert_taken(&f, &t);
  tear_down(&f);
}

static void order_rate_holds_for_large_limits(void **state) {
  (void)state;
  fixture_t f;
  setup_t s = plain_setup();
  s.account.limits.max_orders_per_second = 1000;
  set_up(&f, &s);
  mark(&f, 1);
  oms_terms_t t = limit_terms(&f, OMS_SIDE_BUY, 1, 1);
  for (int i = 0; i < 1000; i++) {
    assert_taken(&f, &t);
  }
  assert_int_equal(submit(&f, &t), OMS_ERR_REJECTED);
  f.now += OMS_NS_PER_SECOND;
  assert_taken(&f, &t);
  tear_down(&f);
}

static void gross_exposure_counts_positions_and_working_orders(void **state) {
  (void)state;
  fixture_t f;
  setup_t s = plain_setup();
  s.account.limits.max_gross_exposure = usd(2000);
  set_up(&f, &s);
  mark(&f, 1000);
  hold(&f, f.owner, 100, 1000);
  oms_terms_t t = limit_terms(&f, OMS_SIDE_BUY, 60, 1000);
  assert_taken(&f, &t);
  t.qty = sh(41);
  assert_denied(&f, &t, MAX_GROSS_EXPOSURE,
                "41 of SPY would make a gross exposure of 2010, above the limit of 2000");
  t.qty = sh(40);
  assert_taken(&f, &t);
  t = terms(&f, OMS_SIDE_SELL, 100);
  assert_taken(&f, &t);
  tear_down(&f);
}

static void daily_loss_blocks_entries_only(void **state) {
  (void)state;
  fixture_t f;
  setup_t s = plain_setup();
  s.account.limits.max_daily_loss = usd(100);
  set_up(&f, &s);
  mark(&f, 1000);
  hold(&f, f.owner, 100, 1000);
  mark(&f, 900);
  oms_terms_t t = limit_terms(&f, OMS_SIDE_BUY, 1, 900);
  assert_taken(&f, &t); /* at the limit */
  mark(&f, 899);
  assert_denied(&f, &t, DAILY_LOSS, "account main has lost 101 today, the limit is 100");
  oms_terms_t out = terms(&f, OMS_SIDE_SELL, 100);
  assert_taken(&f, &out);
  f.now += OMS_NS_PER_DAY;
  assert_taken(&f, &t);
  tear_down(&f);
}

static void restricted_symbols_may_be_left(void **state) {
  (void)state;
  fixture_t f;
  setup_t s = plain_setup();
  static const uint8_t flags[] = {0, 1};
  s.account.limits.restricted = flags;
  s.account.limits.restricted_n = 2;
  set_up(&f, &s);
  mark_symbol(&f, f.qqq, 1000);
  mark(&f, 1000);
  oms_terms_t t = terms(&f, OMS_SIDE_BUY, 10);
  assert_taken(&f, &t);
  t.instrument = f.qqq;
  assert_denied(&f, &t, RESTRICTED_SYMBOL, "QQQ is on the restricted list of account main");
  tear_down(&f);
}

static void same_order_again_waits_for_the_window(void **state) {
  (void)state;
  fixture_t f;
  setup_t s = plain_setup();
  s.account.limits.duplicate_window_ns = 2 * OMS_NS_PER_SECOND;
  set_up(&f, &s);
  mark(&f, 1000);
  oms_terms_t t = limit_terms(&f, OMS_SIDE_BUY, 10, 1000);
  assert_taken(&f, &t);
  f.now += OMS_NS_PER_SECOND;
  assert_denied(&f, &t, DUPLICATE_ORDER,
                "the same order for 10 of SPY was given less than 2 s ago");
  t.limit_price = px(999);
  assert_taken(&f, &t);
  t.limit_price = px(1000);
  t.account = 1;
  assert_taken(&f, &t);
  t.account = 0;
  f.now += OMS_NS_PER_SECOND;
  assert_taken(&f, &t); /* two seconds after the first; the refused one does not count */
  for (int64_t i = 0; i < 500; i++) { /* the table grows, and forgets */
    t.qty = sh(100 + i);
    t.limit_price = px(1);
    assert_taken(&f, &t);
    f.now += i % 2 == 0 ? 1000000 : 30000000;
    assert_int_equal(submit(&f, &t), OMS_ERR_REJECTED);
  }
  hold(&f, f.owner, 20, 1000);
  t = terms(&f, OMS_SIDE_SELL, 10);
  assert_taken(&f, &t);
  assert_taken(&f, &t); /* exits repeat freely */
  tear_down(&f);
}

static void reducing_admits_reductions(void **state) {
  (void)state;
  fixture_t f;
  set_up_plain(&f);
  mark(&f, 1000);
  hold(&f, f.owner, 100, 1000);
  const int scopes[] = {OMS_SCOPE_ALL, OMS_SCOPE_ACCOUNT, OMS_SCOPE_OWNER, OMS_SCOPE_INSTRUMENT};
  for (size_t i = 0; i < OMS_COUNT(scopes); i++) {
    uint32_t index = scopes[i] == OMS_SCOPE_OWNER ? f.owner : 0;
    assert_int_equal(set_state(&f, scopes[i], index, OMS_TRADING_STATE_REDUCING), OMS_OK);
    oms_terms_t t = terms(&f, OMS_SIDE_BUY, 1);
    assert_denied(&f, &t, STATE_REDUCING,
                  "1 of SPY would not reduce the position, only reductions are admitted");
    t = limit_terms(&f, OMS_SIDE_SELL, 60, 1100);
    assert_taken(&f, &t);
    uint32_t o = subject(&f);
    assert_int_equal(submit(&f, &t), OMS_ERR_REJECTED); /* 120 in all would be more than 100 */
    cancel(&f, o);
    set_state(&f, scopes[i], index, OMS_TRADING_STATE_ACTIVE);
    t = terms(&f, OMS_SIDE_BUY, 1);
    assert_taken(&f, &t);
  }
  assert_int_equal(set_state(&f, OMS_SCOPE_OWNER, 99, OMS_TRADING_STATE_HALTED), OMS_ERR_USAGE);
  tear_down(&f);
}

static void halted_scopes_admit_nothing_new(void **state) {
  (void)state;
  fixture_t f;
  set_up_plain(&f);
  mark(&f, 1000);
  hold(&f, f.owner, 100, 1000);
  oms_terms_t t = limit_terms(&f, OMS_SIDE_SELL, 10, 1100);
  assert_taken(&f, &t);
  uint32_t o = subject(&f);
  set_state(&f, OMS_SCOPE_INSTRUMENT, f.spy, OMS_TRADING_STATE_HALTED);
  assert_int_equal(oms_engine_state(f.e, 0, f.owner, f.spy), OMS_TRADING_STATE_HALTED);
  assert_int_equal(oms_engine_state(f.e, 0, f.owner, f.qqq), OMS_TRADING_STATE_ACTIVE);
  assert_int_equal(submit(&f, &t), OMS_ERR_REJECTED);
  assert_code(&f, subject(&f), STATE_HALTED);
  set_state(&f, OMS_SCOPE_ACCOUNT, 0, OMS_TRADING_STATE_HALTED);
  submit(&f, &t);
  assert_code(&f, subject(&f), STATE_HALTED);
  assert_int_equal(cancel(&f, o), OMS_OK);
  oms_terms_t flat = terms(&f, OMS_SIDE_SELL, 100);
  flat.flags = OMS_ORDER_FROM_CLOSE | OMS_ORDER_MANUAL;
  assert_int_equal(submit(&f, &flat), OMS_ERR_REJECTED);
  set_state(&f, OMS_SCOPE_ACCOUNT, 0, OMS_TRADING_STATE_ACTIVE);
  set_state(&f, OMS_SCOPE_INSTRUMENT, f.spy, OMS_TRADING_STATE_ACTIVE);
  t = limit_terms(&f, OMS_SIDE_BUY, 10, 1000);
  assert_taken(&f, &t);
  tear_down(&f);
}

/* Only what closes, and not beyond it; its other limits bind it as they do every exit. */
static void an_explicit_flatten_passes_a_halt(void **state) {
  (void)state;
  fixture_t f;
  setup_t s = plain_setup();
  s.account.limits.max_order_qty = sh(150);
  set_up(&f, &s);
  mark(&f, 1000);
  hold(&f, f.owner, 100, 1000);
  hold(&f, f.owner, 100, 1000);
  set_state(&f, OMS_SCOPE_ALL, 0, OMS_TRADING_STATE_HALTED);
  oms_terms_t t = terms(&f, OMS_SIDE_BUY, 1);
  t.flags = OMS_ORDER_FLATTEN;
  submit(&f, &t);
  assert_refused(&f, STATE_HALTED);
  t = terms(&f, OMS_SIDE_SELL, 201);
  t.flags = OMS_ORDER_FLATTEN;
  submit(&f, &t);
  assert_refused(&f, STATE_HALTED);
  t.qty = sh(151);
  submit(&f, &t);
  assert_refused(&f, MAX_ORDER_QTY);
  t.qty = sh(100);
  assert_taken(&f, &t);
  assert_taken(&f, &t);
  submit(&f, &t); /* the two that work close all of it */
  assert_refused(&f, STATE_HALTED);
  tear_down(&f);
}

static void reduce_only_is_bound_to_the_owners_book(void **state) {
  (void)state;
  fixture_t f;
  set_up_plain(&f);
  mark(&f, 1000);
  hold(&f, f.other_owner, 100, 1000);
  oms_terms_t t = terms(&f, OMS_SIDE_SELL, 10);
  t.flags = OMS_ORDER_REDUCE_ONLY;
  assert_denied(&f, &t, POSITION_CLOSED,
                "there is no position in SPY that a reduce-only order for 10 could close");
  hold(&f, f.owner, 5, 1000);
  assert_denied(&f, &t, INVALID_QTY,
                "10 of SPY is more than the 5 that a reduce-only order could close");
  t.qty = sh(5);
  assert_taken(&f, &t);
  assert_true((order(&f, subject(&f))->flags & OMS_ORDER_REDUCES) != 0);
  assert_int_equal(order(&f, subject(&f))->position_intent, OMS_INTENT_SELL_TO_CLOSE);
  tear_down(&f);
}

static void two_owners_with_opposite_positions(void **state) {
  (void)state;
  fixture_t f;
  set_up_plain(&f);
  mark(&f, 1000);
  hold(&f, f.owner, 100, 1000);
  hold(&f, f.other_owner, -60, 1000);
  assert_int_equal(oms_engine_net(f.e, 0, f.spy)->qty, sh(40));
  assert_int_equal(oms_engine_book(f.e, 0, f.owner, f.spy)->qty, sh(100));
  assert_int_equal(oms_engine_book(f.e, 0, f.other_owner, f.spy)->qty, sh(-60));
  assert_int_equal(oms_engine_account(f.e, 0)->long_value, usd(400));
  assert_true(oms_engine_would_reduce(f.e, 0, f.spy, OMS_SIDE_SELL, sh(40)));
  assert_false(oms_engine_would_reduce(f.e, 0, f.spy, OMS_SIDE_SELL, sh(41)));
  oms_terms_t t = terms(&f, OMS_SIDE_SELL, 100);
  t.flags = OMS_ORDER_REDUCE_ONLY; /* the whole of its own book, though the net is smaller */
  assert_taken(&f, &t);
  uint32_t o = subject(&f);
  send(&f, o);
  fill(&f, o, 100, 1100);
  assert_int_equal(oms_engine_net(f.e, 0, f.spy)->qty, sh(-60));
  assert_int_equal(oms_engine_account(f.e, 0)->short_value, usd(-600));
  assert_int_equal(oms_engine_book(f.e, 0, f.owner, f.spy)->realized_pl, usd(100));
  /* in the net: 60 sold at 10, then 100 more at 11 */
  assert_int_equal(oms_engine_account(f.e, 0)->realized_pl, usd(40));
  tear_down(&f);
}

static void cash_accounts_do_not_sell_short(void **state) {
  (void)state;
  fixture_t f;
  setup_t s = plain_setup();
  s.account.type = OMS_ACCOUNT_TYPE_CASH;
  s.account.multiplier = 0;
  set_up(&f, &s);
  assert_int_equal(oms_engine_account(f.e, 0)->multiplier, OMS_PRICE_SCALE);
  mark(&f, 1000);
  hold(&f, f.owner, 10, 1000);
  oms_terms_t t = terms(&f, OMS_SIDE_SELL, 11);
  assert_denied(&f, &t, SHORT_NOT_ALLOWED,
                "selling 11 of SPY with a position of 10 would be a short sale, account main is a "
                "cash account");
  t.qty = sh(10);
  assert_taken(&f, &t);
  t = terms(&f, OMS_SIDE_SELL_SHORT, 1);
  assert_int_equal(submit(&f, &t), OMS_ERR_REJECTED);
  assert_code(&f, subject(&f), SHORT_NOT_ALLOWED);
  tear_down(&f);
}

static void intents_are_filled_in(void **state) {
  (void)state;
  fixture_t f;
  set_up_plain(&f);
  mark(&f, 1000);
  hold(&f, f.owner, 10, 1000);
  assert_int_equal(order(&f, 0)->position_intent, OMS_INTENT_BUY_TO_OPEN);
  const struct {
    int side;
    int64_t shares;
    int intent;
  } rows[] = {
      {OMS_SIDE_SELL,         4, OMS_INTENT_SELL_TO_CLOSE},
      {OMS_SIDE_SELL,         8, OMS_INTENT_SELL_TO_OPEN },
      {OMS_SIDE_SELL_SHORT,   1, OMS_INTENT_SELL_TO_OPEN },
      {OMS_SIDE_BUY_TO_COVER, 1, OMS_INTENT_BUY_TO_CLOSE }
  };
  for (size_t i = 0; i < OMS_COUNT(rows); i++) {
    oms_terms_t t = terms(&f, rows[i].side, rows[i].shares);
    assert_taken(&f, &t);
    assert_int_equal(order(&f, subject(&f))->position_intent, rows[i].intent);
  }
  tear_down(&f);
}

static void venue_that_cannot_cross_zero_gets_no_such_order(void **state) {
  (void)state;
  fixture_t f;
  setup_t s = plain_setup();
  s.config.crosses_zero = false;
  set_up(&f, &s);
  mark(&f, 1000);
  hold(&f, f.owner, 10, 1000);
  oms_terms_t t = terms(&f, OMS_SIDE_SELL, 15);
  assert_denied(&f, &t, INVALID_QTY,
                "15 of SPY goes through zero, the venue takes at most the 10 that close");
  t.qty = sh(10);
  assert_taken(&f, &t);
  assert_taken(&f, &t); /* opens whole, behind the one that closes */
  tear_down(&f);
}

static oms_money_t power(const fixture_t *f) {
  return oms_account_buying_power(oms_engine_account(f->e, 0));
}

static void buying_power_is_equity_times_multiplier_less_what_is_used(void **state) {
  (void)state;
  fixture_t f;
  setup_t s = plain_setup();
  s.account.initial_cash = usd(1000);
  set_up(&f, &s);
  oms_terms_t t = terms(&f, OMS_SIDE_BUY, 1);
  assert_int_equal(submit(&f, &t), OMS_ERR_REJECTED);
  assert_code(&f, subject(&f), NO_REFERENCE_PRICE);
  mark(&f, 1000);
  assert_int_equal(power(&f), usd(2000));
  t = limit_terms(&f, OMS_SIDE_BUY, 201, 1000);
  assert_denied(&f, &t, INSUFFICIENT_BUYING_POWER,
                "201 of SPY at 10 needs 2010, the buying power of account main is 2000");
  t.qty = sh(150);
  assert_taken(&f, &t);
  assert_int_equal(power(&f), usd(500));
  uint32_t o = subject(&f);
  send(&f, o);
  fill(&f, o, 150, 900);
  assert_int_equal(power(&f), usd(2300 - 1500)); /* equity 1150 */
  mark(&f, 800);
  assert_int_equal(power(&f), usd(2 * 850 - 1200));
  tear_down(&f);
}

static void reserve_contains_the_estimated_commission(void **state) {
  (void)state;
  fixture_t f;
  setup_t s = plain_setup();
  s.account.initial_cash = usd(1000);
  s.account.multiplier = OMS_PRICE_SCALE;
  s.config.commission.per_order = usd(1);
  set_up(&f, &s);
  mark(&f, 1000);
  oms_terms_t t = limit_terms(&f, OMS_SIDE_BUY, 100, 1000);
  assert_denied(&f, &t, INSUFFICIENT_BUYING_POWER,
                "100 of SPY at 10 needs 1001, the buying power of account main is 1000");
  t.qty = sh(99);
  assert_taken(&f, &t);
  assert_int_equal(oms_engine_account(f.e, 0)->reserve, usd(991));
  tear_down(&f);
}

static void shorts_use_buying_power_like_longs(void **state) {
  (void)state;
  fixture_t f;
  setup_t s = plain_setup();
  s.account.initial_cash = usd(1000);
  set_up(&f, &s);
  mark(&f, 1000);
  oms_terms_t t = limit_terms(&f, OMS_SIDE_SELL, 201, 1000);
  assert_int_equal(submit(&f, &t), OMS_ERR_REJECTED);
  hold(&f, f.owner, -100, 1000);
  assert_int_equal(oms_engine_account(f.e, 0)->short_value, usd(-1000));
  assert_int_equal(power(&f), usd(1000));
  mark(&f, 1100);
  assert_int_equal(power(&f), usd(2 * 900 - 1100));
  tear_down(&f);
}

static void order_through_zero_reserves_its_opening_part(void **state) {
  (void)state;
  fixture_t f;
  setup_t s = plain_setup();
  s.account.initial_cash = usd(1000);
  set_up(&f, &s);
  mark(&f, 1000);
  hold(&f, f.owner, 100, 1000);
  oms_terms_t t = limit_terms(&f, OMS_SIDE_SELL, 150, 1000);
  assert_taken(&f, &t);
  uint32_t o = subject(&f);
  assert_int_equal(order(&f, o)->open_qty, sh(50));
  assert_int_equal(oms_engine_account(f.e, 0)->reserve, usd(500));
  send(&f, o);
  fill(&f, o, 80, 1000);
  assert_int_equal(oms_engine_account(f.e, 0)->reserve, usd(500));
  assert_true(oms_engine_can_pay(f.e, o, sh(70), px(1000), 0, NULL));
  fill(&f, o, 70, 1000);
  assert_int_equal(oms_engine_net(f.e, 0, f.spy)->qty, sh(-50));
  assert_int_equal(oms_engine_account(f.e, 0)->reserve, 0);
  tear_down(&f);
}

static void reductions_need_no_buying_power(void **state) {
  (void)state;
  fixture_t f;
  setup_t s = plain_setup();
  s.account.initial_cash = usd(1000);
  set_up(&f, &s);
  mark(&f, 1000);
  hold(&f, f.owner, 200, 1000);
  mark(&f, 500); /* equity 0, nothing left to buy with */
  oms_terms_t t = terms(&f, OMS_SIDE_SELL, 200);
  assert_taken(&f, &t);
  assert_int_equal(oms_engine_account(f.e, 0)->reserve, 0);
  assert_int_equal(oms_engine_account(f.e, 0)->exit_credit, 0);
  t = terms(&f, OMS_SIDE_BUY, 1);
  assert_int_equal(submit(&f, &t), OMS_ERR_REJECTED);
  tear_down(&f);
}

static void credited_exits_fund_buys(void **state) {
  (void)state;
  fixture_t f;
  setup_t s = plain_setup();
  s.account.initial_cash = usd(1000);
  s.account.multiplier = OMS_PRICE_SCALE;
  s.account.credit_exits = true;
  set_up(&f, &s);
  mark(&f, 1000);
  mark_symbol(&f, f.qqq, 1000);
  hold(&f, f.owner, 100, 1000);
  oms_terms_t buy = terms(&f, OMS_SIDE_BUY, 100);
  buy.instrument = f.qqq;
  assert_int_equal(submit(&f, &buy), OMS_ERR_REJECTED);
  oms_terms_t out = terms(&f, OMS_SIDE_SELL, 100);
  uint32_t o = working(&f, &out);
  assert_int_equal(oms_engine_account(f.e, 0)->exit_credit, usd(1000));
  assert_taken(&f, &buy);
  fill(&f, o, 40, 1000);
  assert_int_equal(oms_engine_account(f.e, 0)->exit_credit, usd(600));
  verify(&f);
  cancel(&f, o);
  report(&f, OMS_REPORT_CANCELED, o);
  assert_int_equal(oms_engine_account(f.e, 0)->exit_credit, 0);
  tear_down(&f);
}

static void fill_that_cannot_be_paid_is_known_beforehand(void **state) {
  (void)state;
  fixture_t f;
  setup_t s = plain_setup();
  s.account.initial_cash = usd(1000);
  set_up(&f, &s);
  mark(&f, 1000);
  oms_terms_t t = terms(&f, OMS_SIDE_BUY, 200);
  uint32_t o = working(&f, &t);
  char message[256];
  assert_true(oms_engine_can_pay(f.e, o, sh(200), px(1000), 0, message));
  assert_false(oms_engine_can_pay(f.e, o, sh(200), px(1001), 0, message));
  assert_string_equal(message, "the fill of 200 SPY needs 2002, the buying power is 0");
  assert_false(oms_engine_can_pay(f.e, o, sh(200), px(1000), usd(1), message));
  tear_down(&f);
}

static void cash_account_does_not_fill_into_a_short(void **state) {
  (void)state;
  fixture_t f;
  setup_t s = plain_setup();
  s.account.type = OMS_ACCOUNT_TYPE_CASH;
  set_up(&f, &s);
  mark(&f, 1000);
  hold(&f, f.owner, 100, 1000);
  oms_terms_t t = limit_terms(&f, OMS_SIDE_SELL, 100, 1100);
  uint32_t o = working(&f, &t);
  oms_report_t r = report_of(OMS_REPORT_BUST, 0);
  char id[24], message[256];
  r.busts = oms_execution_id_text(oms_engine_fill(f.e, 0), id);
  tell(&f, r); /* what the order was to sell is gone */
  assert_false(oms_engine_can_pay(f.e, o, sh(100), px(1100), 0, message));
  assert_string_equal(message,
                      "the fill of SPY would be a short sale, account main is a cash account");
  tear_down(&f);
}

static void check_limits_answers_like_submit(void **state) {
  (void)state;
  fixture_t f;
  setup_t s = plain_setup();
  s.account.limits.max_order_qty = sh(10);
  set_up(&f, &s);
  mark(&f, 1000);
  oms_terms_t t = terms(&f, OMS_SIDE_BUY, 11);
  assert_int_equal(oms_engine_check_limits(f.e, &t, f.now), OMS_CODE_MAX_ORDER_QTY);
  t.qty = sh(10);
  assert_int_equal(oms_engine_check_limits(f.e, &t, f.now), OMS_CODE_NONE);
  t.instrument = OMS_NONE;
  assert_int_equal(oms_engine_check_limits(f.e, &t, f.now), OMS_CODE_UNKNOWN_SYMBOL);
  tear_down(&f);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(max_order_qty_binds_exits_too),
      cmocka_unit_test(max_order_notional_needs_a_price),
      cmocka_unit_test(collar_binds_the_dangerous_side),
      cmocka_unit_test(max_position_counts_what_works),
      cmocka_unit_test(max_open_orders_counts_working_ones),
      cmocka_unit_test(order_rate_is_a_sliding_second),
      cmocka_unit_test(order_rate_holds_for_large_limits),
      cmocka_unit_test(gross_exposure_counts_positions_and_working_orders),
      cmocka_unit_test(daily_loss_blocks_entries_only),
      cmocka_unit_test(restricted_symbols_may_be_left),
      cmocka_unit_test(same_order_again_waits_for_the_window),
      cmocka_unit_test(reducing_admits_reductions),
      cmocka_unit_test(halted_scopes_admit_nothing_new),
      cmocka_unit_test(an_explicit_flatten_passes_a_halt),
      cmocka_unit_test(reduce_only_is_bound_to_the_owners_book),
      cmocka_unit_test(two_owners_with_opposite_positions),
      cmocka_unit_test(cash_accounts_do_not_sell_short),
      cmocka_unit_test(intents_are_filled_in),
      cmocka_unit_test(venue_that_cannot_cross_zero_gets_no_such_order),
      cmocka_unit_test(buying_power_is_equity_times_multiplier_less_what_is_used),
      cmocka_unit_test(reserve_contains_the_estimated_commission),
      cmocka_unit_test(shorts_use_buying_power_like_longs),
      cmocka_unit_test(order_through_zero_reserves_its_opening_part),
      cmocka_unit_test(reductions_need_no_buying_power),
      cmocka_unit_test(credited_exits_fund_buys),
      cmocka_unit_test(fill_that_cannot_be_paid_is_known_beforehand),
      cmocka_unit_test(cash_account_does_not_fill_into_a_short),
      cmocka_unit_test(check_limits_answers_like_submit),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
