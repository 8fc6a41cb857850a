/* Corporate actions in the engine: positions, lots, cash, orders, round trips. */
#include "engine_fixture.h"

#define SEVEN (7 * OMS_PRICE_SCALE)

static int act(fixture_t *f, uint32_t symbol, oms_corporate_t action) {
  return apply(f, &(oms_command_t){
                      .type = OMS_COMMAND_CORPORATE, .u.corporate = {symbol, action}
  });
}
static int split(fixture_t *f, uint32_t symbol, int64_t ratio) {
  return act(f, symbol, (oms_corporate_t){.kind = OMS_CORPORATE_SPLIT, .ratio = ratio});
}
static int dividend(fixture_t *f, uint32_t symbol, int64_t cents) {
  return act(f, symbol, (oms_corporate_t){.kind = OMS_CORPORATE_DIVIDEND, .cash = px(cents)});
}
static const oms_position_t *book(const fixture_t *f, uint16_t owner, uint32_t symbol) {
  return oms_engine_book(f->e, 0, owner, symbol);
}
static const oms_position_t *net(const fixture_t *f, uint32_t symbol) {
  return oms_engine_net(f->e, 0, symbol);
}
static const oms_account_t *account(const fixture_t *f) {
  return oms_engine_account(f->e, 0);
}

static uint32_t resting(fixture_t *f, int side, int type, int64_t shares, int64_t cents, int tif) {
  oms_terms_t t = terms(f, side, shares);
  t.type = (uint8_t)type;
  t.time_in_force = (uint8_t)tif;
  *(type == OMS_TYPE_LIMIT ? &t.limit_price : &t.stop_price) = px(cents);
  return working(f, &t);
}

typedef struct lines {
  oms_trade_t t[16];
  int n;
} lines_t;
static int keep(void *self, const oms_trade_t *t) {
  lines_t *l = self;
  l->t[l->n++] = *t;
  return 0;
}
static lines_t trades_of(const fixture_t *f) {
  lines_t l = {.n = 0};
  assert_int_equal(oms_engine_trades(f->e, keep, &l), OMS_OK);
  return l;
}

static void split_multiplies_what_is_held(void **state) {
  (void)state;
  fixture_t f;
  set_up_plain(&f);
  hold(&f, f.owner, 10, 70000);
  hold(&f, f.owner, 5, 70700);
  hold(&f, f.other_owner, -3, 70000);
  mark(&f, 70700);
  oms_money_t equity = oms_account_equity(account(&f)), cash = account(&f)->cash;
  assert_int_equal(split(&f, f.spy, SEVEN), OMS_OK);
  assert_int_equal(f.event_n, 0);
  verify(&f);
  assert_int_equal(book(&f, f.owner, f.spy)->qty, sh(105));
  assert_int_equal(book(&f, f.other_owner, f.spy)->qty, sh(-21));
  assert_int_equal(net(&f, f.spy)->qty, sh(84));
  assert_int_equal(oms_engine_instrument(f.e, f.spy)->last, px(10100));
  assert_int_equal(oms_account_equity(account(&f)), equity);
  assert_int_equal(account(&f)->cash, cash);
  const oms_lot_t *lot = oms_engine_lot(f.e, book(&f, f.owner, f.spy)->first_lot);
  assert_int_equal(lot->qty, sh(70));
  assert_int_equal(lot->price, px(10000));
  tear_down(&f);
}

/* 10 bought at 700, 7:1, 35 sold at 110: entry in the terms of the exit, the profit is right. */
static void round_trips_come_in_the_terms_of_their_exit(void **state) {
  (void)state;
  fixture_t f;
  set_up_plain(&f);
  hold(&f, f.owner, 10, 70000);
  mark(&f, 70000);
  split(&f, f.spy, SEVEN);
  hold(&f, f.owner, -35, 11000);
  lines_t l = trades_of(&f);
  assert_int_equal(l.n, 2);
  assert_int_equal(l.t[0].qty, sh(35));
  assert_int_equal(l.t[0].entry_price, px(10000));
  assert_int_equal(l.t[0].exit_price, px(11000));
  assert_int_equal(l.t[0].pnl, usd(350));
  assert_true(oms_trade_is_open(&l.t[1]));
  assert_int_equal(l.t[1].qty, sh(35));
  assert_int_equal(l.t[1].entry_price, px(10000));
  assert_int_equal(book(&f, f.owner, f.spy)->realized_pl, usd(350));
  tear_down(&f);
}

/* 100 / 7 is no price of nine decimals: what was paid is kept all the same. */
static void cost_does_not_drift(void **state) {
  (void)state;
  fixture_t f;
  set_up_plain(&f);
  hold(&f, f.owner, 10, 10000);
  mark(&f, 10000);
  oms_int128_t cost = book(&f, f.owner, f.spy)->cost;
  for (int i = 0; i < 4; i++) {
    assert_int_equal(split(&f, f.spy, SEVEN), OMS_OK);
    assert_true(book(&f, f.owner, f.spy)->cost == cost);
    verify(&f);
  }
  hold(&f, f.owner, -10 * 2401 + 1, 100);
  hold(&f, f.owner, -1, 100);
  assert_int_equal(book(&f, f.owner, f.spy)->realized_pl, usd(24010 - 1000));
  assert_int_equal(account(&f)->cash, usd(100000 - 1000 + 24010));
  lines_t l = trades_of(&f);
  oms_money_t pnl = 0;
  for (int i = 0; i < l.n; i++) {
    pnl += l.t[i].pnl;
  }
  assert_int_equal(pnl, usd(24010 - 1000));
  tear_down(&f);
}

/* Lot 1, one for ten: 25 become 2 and half a share at 10 times the last price. */
static void reverse_split_pays_the_fraction(void **state) {
  (void)state;
  fixture_t f;
  set_up_plain(&f);
  hold(&f, f.owner, 20, 1000);
  hold(&f, f.owner, 5, 1100);
  mark(&f, 1200);
  oms_money_t equity = oms_account_equity(account(&f)), cash = account(&f)->cash;
  assert_int_equal(split(&f, f.spy, OMS_PRICE_SCALE / 10), OMS_OK);
  verify(&f);
  assert_int_equal(book(&f, f.owner, f.spy)->qty, sh(2));
  assert_int_equal(net(&f, f.spy)->qty, sh(2));
  assert_int_equal(account(&f)->cash, cash + usd(60));
  assert_int_equal(account(&f)->in_lieu, usd(60));
  assert_int_equal(account(&f)->realized_pl, usd(10)); /* the oldest half share cost 50 */
  assert_int_equal(oms_account_equity(account(&f)), equity);
  lines_t l = trades_of(&f);
  assert_int_equal(l.n, 3);
  assert_false(oms_trade_is_open(&l.t[0]));
  assert_int_equal(l.t[0].exit_fill, OMS_NONE);
  assert_int_equal(oms_trade_exit_time(f.e, &l.t[0]), f.now);
  assert_int_equal(l.t[0].qty, sh(1) / 2);
  assert_int_equal(l.t[0].exit_price, px(12000));
  assert_int_equal(l.t[0].pnl, usd(10));
  assert_int_equal(l.t[1].qty, sh(3) / 2);
  assert_int_equal(l.t[2].entry_price, px(11000));
  tear_down(&f);
}

static void reverse_split_charges_a_short_fraction(void **state) {
  (void)state;
  fixture_t f;
  set_up_plain(&f);
  hold(&f, f.owner, -25, 1000);
  mark(&f, 1200);
  oms_money_t equity = oms_account_equity(account(&f));
  assert_int_equal(split(&f, f.spy, OMS_PRICE_SCALE / 10), OMS_OK);
  verify(&f);
  assert_int_equal(book(&f, f.owner, f.spy)->qty, sh(-2));
  assert_int_equal(account(&f)->in_lieu, usd(-60));
  assert_int_equal(account(&f)->realized_pl, usd(-10));
  assert_int_equal(oms_account_equity(account(&f)), equity);
  tear_down(&f);
}

/* Two books of one account: each is rounded by itself, the net is their sum. */
static void books_are_rounded_apart(void **state) {
  (void)state;
  fixture_t f;
  set_up_plain(&f);
  hold(&f, f.owner, 18, 1000);
  hold(&f, f.other_owner, -9, 1000);
  mark(&f, 1000);
  oms_money_t equity = oms_account_equity(account(&f));
  assert_int_equal(split(&f, f.spy, OMS_PRICE_SCALE / 10), OMS_OK);
  verify(&f);
  assert_int_equal(book(&f, f.owner, f.spy)->qty, sh(1));
  assert_int_equal(book(&f, f.other_owner, f.spy)->qty, 0);
  assert_int_equal(net(&f, f.spy)->qty, sh(1));
  assert_int_equal(account(&f)->in_lieu, usd(-10)); /* 80 received, 90 paid */
  assert_int_equal(oms_account_equity(account(&f)), equity);
  tear_down(&f);
}

/* Without a lot one for three leaves 1e-9; a rounded ratio means the fraction. */
static void fractions_are_kept_without_a_lot(void **state) {
  (void)state;
  fixture_t f;
  set_up_plain(&f);
  oms_terms_t t = terms(&f, OMS_SIDE_BUY, 10);
  t.instrument = f.qqq;
  t.type = OMS_TYPE_LIMIT;
  t.limit_price = px(900);
  uint32_t o = working(&f, &t);
  assert_int_equal(fill(&f, o, 10, 900), OMS_OK);
  mark_symbol(&f, f.qqq, 900);
  oms_int128_t cost = book(&f, f.owner, f.qqq)->cost;
  assert_int_equal(split(&f, f.qqq, INT64_C(333333333)), OMS_OK);
  verify(&f);
  assert_int_equal(book(&f, f.owner, f.qqq)->qty, INT64_C(3333333333));
  assert_true(book(&f, f.owner, f.qqq)->cost == cost);
  assert_int_equal(oms_engine_instrument(f.e, f.qqq)->last, px(2700));
  assert_int_equal(account(&f)->in_lieu, 0);
  tear_down(&f);
}

/* Less than 1e-9 is left of a share: what it cost is lost. */
static void what_vanishes_is_realized(void **state) {
  (void)state;
  fixture_t f;
  set_up_plain(&f);
  oms_terms_t t = terms(&f, OMS_SIDE_BUY, 1);
  t.instrument = f.qqq;
  t.type = OMS_TYPE_LIMIT;
  t.limit_price = px(1);
  uint32_t o = working(&f, &t);
  assert_int_equal(fill(&f, o, 1, 1), OMS_OK);
  for (int i = 0; i < 3; i++) {
    assert_int_equal(split(&f, f.qqq, OMS_PRICE_SCALE / 1000), OMS_OK);
  }
  assert_int_equal(book(&f, f.owner, f.qqq)->qty, 1);
  assert_int_equal(split(&f, f.qqq, OMS_PRICE_SCALE / 1000), OMS_OK);
  verify(&f);
  assert_int_equal(book(&f, f.owner, f.qqq)->qty, 0);
  assert_int_equal(book(&f, f.owner, f.qqq)->realized_pl, -OMS_MONEY_SCALE / 100);
  tear_down(&f);
}

static void stock_dividend_is_a_small_split(void **state) {
  (void)state;
  fixture_t f;
  set_up_plain(&f);
  hold(&f, f.owner, 10, 2100);
  mark(&f, 2100);
  oms_corporate_t a = {.kind = OMS_CORPORATE_STOCK_DIVIDEND, .ratio = INT64_C(1050000000)};
  assert_int_equal(act(&f, f.spy, a), OMS_OK);
  assert_int_equal(book(&f, f.owner, f.spy)->qty, sh(21) / 2);
  assert_int_equal(oms_engine_instrument(f.e, f.spy)->last, px(2000));
  tear_down(&f);
}

static void dividends_are_paid_and_charged(void **state) {
  (void)state;
  fixture_t f;
  set_up_plain(&f);
  hold(&f, f.owner, 100, 1000);
  hold(&f, f.other_owner, -30, 1000);
  mark(&f, 1000);
  oms_money_t cash = account(&f)->cash;
  assert_int_equal(dividend(&f, f.spy, 50), OMS_OK);
  verify(&f);
  assert_int_equal(account(&f)->cash, cash + usd(35));
  assert_int_equal(account(&f)->dividends, usd(35));
  assert_int_equal(book(&f, f.owner, f.spy)->dividends, usd(50));
  assert_int_equal(book(&f, f.other_owner, f.spy)->dividends, usd(-15));
  assert_int_equal(account(&f)->realized_pl, 0);
  assert_int_equal(oms_engine_instrument(f.e, f.spy)->last, px(1000));
  tear_down(&f);
}

static void split_restates_orders(void **state) {
  (void)state;
  fixture_t f;
  set_up_plain(&f);
  hold(&f, f.owner, 10, 70000);
  mark(&f, 70000);
  uint32_t buy = resting(&f, OMS_SIDE_BUY, OMS_TYPE_LIMIT, 3, 69990, OMS_TIF_GTC);
  uint32_t sell = resting(&f, OMS_SIDE_SELL, OMS_TYPE_LIMIT, 4, 71010, OMS_TIF_DAY);
  uint32_t stop = resting(&f, OMS_SIDE_SELL, OMS_TYPE_STOP, 4, 60000, OMS_TIF_GTC);
  uint32_t entry = resting(&f, OMS_SIDE_BUY, OMS_TYPE_STOP, 1, 80000, OMS_TIF_GTC);
  uint32_t touch = resting(&f, OMS_SIDE_BUY, OMS_TYPE_MARKET_IF_TOUCHED, 1, 60000, OMS_TIF_GTC);
  oms_money_t reserve = account(&f)->reserve;
  assert_int_equal(split(&f, f.spy, SEVEN), OMS_OK);
  verify(&f);
  assert_int_equal(f.event_n, 5);
  assert_event(&f, 0, RESTATED);
  assert_int_equal(f.events[0].order, buy);
  assert_int_equal(f.events[0].old_qty, sh(3));
  assert_int_equal(f.events[0].old_limit_price, px(69990));
  assert_int_equal(order(&f, buy)->qty, sh(21));
  assert_int_equal(order(&f, buy)->limit_price, px(9998));         /* 99.9857: down */
  assert_int_equal(order(&f, sell)->limit_price, px(10145));       /* 101.4428: up */
  assert_int_equal(order(&f, stop)->more->stop_price, px(8571));   /* 85.7142: down */
  assert_int_equal(order(&f, entry)->more->stop_price, px(11429)); /* 114.2857: up */
  assert_int_equal(order(&f, touch)->more->stop_price, px(8571));  /* 85.7142: down */
  assert_true(llabs(account(&f)->reserve - reserve) < usd(1));
  tear_down(&f);
}

/* 10 ordered, 4 filled, 3:2 with lot 1: 6 filled, 9 left; then one for ten: nothing is left. */
static void partly_filled_orders_keep_their_sums(void **state) {
  (void)state;
  fixture_t f;
  set_up_plain(&f);
  mark(&f, 3000);
  oms_terms_t t = limit_terms(&f, OMS_SIDE_BUY, 10, 3000);
  uint32_t o = working(&f, &t);
  fill(&f, o, 4, 3000);
  assert_int_equal(split(&f, f.spy, OMS_PRICE_SCALE * 3 / 2), OMS_OK);
  verify(&f);
  assert_int_equal(order(&f, o)->qty, sh(15));
  assert_int_equal(order(&f, o)->filled_qty, sh(6));
  assert_int_equal(oms_order_avg_price(order(&f, o)), px(2000));
  assert_int_equal(fill(&f, o, 2, 1900), OMS_OK);
  verify(&f);
  assert_int_equal(order(&f, o)->filled_qty, sh(8));
  assert_int_equal(split(&f, f.spy, OMS_PRICE_SCALE / 10), OMS_OK);
  verify(&f);
  assert_status(&f, o, CANCELED);
  assert_code(&f, o, CORPORATE_ACTION);
  assert_event(&f, 0, CANCELED);
  assert_int_equal(book(&f, f.owner, f.spy)->qty, 0);
  assert_int_equal(account(&f)->in_lieu, usd(160));
  tear_down(&f);
}

static void orders_below_a_lot_or_a_tick_end(void **state) {
  (void)state;
  fixture_t f;
  set_up_plain(&f);
  mark(&f, 1000);
  uint32_t small = resting(&f, OMS_SIDE_BUY, OMS_TYPE_LIMIT, 9, 900, OMS_TIF_GTC);
  uint32_t odd = resting(&f, OMS_SIDE_BUY, OMS_TYPE_LIMIT, 25, 900, OMS_TIF_GTC);
  assert_int_equal(split(&f, f.spy, OMS_PRICE_SCALE / 10), OMS_OK);
  assert_status(&f, small, CANCELED);
  assert_int_equal(order(&f, odd)->qty, sh(2));
  assert_int_equal(order(&f, odd)->limit_price, px(9000));
  uint32_t cheap = resting(&f, OMS_SIDE_BUY, OMS_TYPE_LIMIT, 1, 5, OMS_TIF_GTC);
  assert_int_equal(split(&f, f.spy, SEVEN), OMS_OK);
  assert_status(&f, cheap, CANCELED);
  assert_code(&f, cheap, CORPORATE_ACTION);
  assert_int_equal(order(&f, cheap)->limit_price, px(5));
  tear_down(&f);
}

static void dividend_lowers_what_lies_below_the_market(void **state) {
  (void)state;
  fixture_t f;
  set_up_plain(&f);
  hold(&f, f.owner, 10, 1000);
  mark(&f, 1000);
  uint32_t buy = resting(&f, OMS_SIDE_BUY, OMS_TYPE_LIMIT, 1, 950, OMS_TIF_GTC);
  uint32_t today = resting(&f, OMS_SIDE_BUY, OMS_TYPE_LIMIT, 1, 950, OMS_TIF_DAY);
  uint32_t sell = resting(&f, OMS_SIDE_SELL, OMS_TYPE_LIMIT, 1, 1100, OMS_TIF_GTC);
  uint32_t stop = resting(&f, OMS_SIDE_SELL, OMS_TYPE_STOP, 1, 900, OMS_TIF_GTC);
  uint32_t entry = resting(&f, OMS_SIDE_BUY, OMS_TYPE_STOP, 1, 1200, OMS_TIF_GTC);
  oms_terms_t t = limit_terms(&f, OMS_SIDE_BUY, 1, 940);
  t.time_in_force = OMS_TIF_GTC;
  t.flags = OMS_ORDER_DO_NOT_REDUCE;
  uint32_t kept = working(&f, &t);
  assert_int_equal(
      act(&f, f.spy,
          (oms_corporate_t){.kind = OMS_CORPORATE_DIVIDEND, .cash = OMS_PRICE_SCALE * 378 / 1000}),
      OMS_OK);
  verify(&f);
  assert_int_equal(f.event_n, 2);
  assert_int_equal(f.events[0].old_limit_price, px(950));
  assert_int_equal(f.events[1].old_stop_price, px(900));
  assert_int_equal(order(&f, buy)->limit_price, px(912)); /* 9.122: down to the tick */
  assert_int_equal(order(&f, today)->limit_price, px(950));
  assert_int_equal(order(&f, sell)->limit_price, px(1100));
  assert_int_equal(order(&f, stop)->more->stop_price, px(862));
  assert_int_equal(order(&f, entry)->more->stop_price, px(1200));
  assert_int_equal(order(&f, kept)->limit_price, px(940));
  assert_int_equal(dividend(&f, f.spy, 912), OMS_OK);
  verify(&f);
  assert_status(&f, buy, CANCELED);
  assert_code(&f, buy, CORPORATE_ACTION);
  tear_down(&f);
}

static uint32_t make_group(fixture_t *f, int order_class) {
  oms_command_t c = {.type = OMS_COMMAND_GROUP, .u.group = {.order_class = (uint8_t)order_class}};
  assert_int_equal(apply(f, &c), OMS_OK);
  return oms_engine_new_group(f->e);
}

/* A bracket of 100 at 10.00, filled, its exits released: the parent follows, exits and group too.
 */
static void groups_follow_with_their_parent(void **state) {
  (void)state;
  fixture_t f;
  set_up_plain(&f);
  mark(&f, 1000);
  uint32_t group = make_group(&f, OMS_ORDER_CLASS_BRACKET);
  oms_terms_t t = limit_terms(&f, OMS_SIDE_BUY, 100, 1000);
  t.group = group;
  t.order_class = OMS_ORDER_CLASS_BRACKET;
  t.role = OMS_ROLE_PARENT;
  uint32_t parent = working(&f, &t), exits[2];
  for (int i = 0; i < 2; i++) {
    oms_terms_t x = limit_terms(&f, OMS_SIDE_SELL, 100, 1100);
    x.group = group;
    x.parent = parent;
    x.role = i == 0 ? OMS_ROLE_TAKE_PROFIT : OMS_ROLE_STOP_LOSS;
    x.flags = OMS_ORDER_REDUCE_ONLY;
    if (i == 1) {
      x.type = OMS_TYPE_STOP;
      x.stop_price = px(900);
      x.limit_price = OMS_NO_PRICE;
    }
    oms_command_t c = {
        .type = OMS_COMMAND_SUBMIT, .u.submit = {.terms = &x, .held_by = OMS_HELD_BY_PARENT}
    };
    assert_int_equal(apply(&f, &c), OMS_OK);
    exits[i] = subject(&f);
  }
  assert_int_equal(fill(&f, parent, 100, 1000), OMS_OK);
  for (int i = 0; i < 2; i++) {
    oms_command_t c = {
        .type = OMS_COMMAND_RELEASE, .u.release = {exits[i], sh(100)}
    };
    assert_int_equal(apply(&f, &c), OMS_OK);
    assert_int_equal(send(&f, exits[i]), OMS_OK);
    assert_int_equal(report(&f, OMS_REPORT_WORKING, exits[i]), OMS_OK);
  }
  assert_int_equal(split(&f, f.spy, 2 * OMS_PRICE_SCALE), OMS_OK);
  verify(&f);
  assert_int_equal(order(&f, parent)->filled_qty, sh(200));
  assert_int_equal(order(&f, exits[0])->qty, sh(200));
  assert_int_equal(order(&f, exits[0])->limit_price, px(550));
  assert_int_equal(order(&f, exits[1])->more->stop_price, px(450));
  assert_int_equal(oms_engine_group(f.e, group)->counted, sh(200));
  assert_int_equal(net(&f, f.spy)->working_sell, sh(200));
  assert_int_equal(fill(&f, exits[0], 50, 550), OMS_OK);
  assert_int_equal(split(&f, f.spy, 3 * OMS_PRICE_SCALE), OMS_OK);
  verify(&f);
  assert_int_equal(order(&f, exits[0])->filled_qty, sh(150));
  assert_int_equal(order(&f, exits[0])->qty, sh(600));
  tear_down(&f);
}

/* The successor of a replace that is out is asked for in the new terms too. */
static void replaces_under_way_follow(void **state) {
  (void)state;
  fixture_t f;
  set_up_plain(&f);
  mark(&f, 1000);
  oms_terms_t t = limit_terms(&f, OMS_SIDE_BUY, 100, 1000);
  uint32_t o = working(&f, &t);
  fill(&f, o, 20, 1000);
  assert_int_equal(replace_qty(&f, o, 60), OMS_OK);
  uint32_t s = subject(&f);
  send(&f, s);
  assert_int_equal(split(&f, f.spy, 2 * OMS_PRICE_SCALE), OMS_OK);
  verify(&f);
  assert_int_equal(f.event_n, 1);
  assert_int_equal(order(&f, s)->qty, sh(120));
  assert_int_equal(report(&f, OMS_REPORT_REPLACED, o), OMS_OK);
  verify(&f);
  assert_int_equal(order(&f, s)->filled_qty, sh(40));
  assert_int_equal(oms_order_leaves(order(&f, s)), sh(80));
  assert_int_equal(fill(&f, s, 10, 500), OMS_OK);
  assert_int_equal(split(&f, f.spy, 2 * OMS_PRICE_SCALE), OMS_OK);
  verify(&f);
  assert_int_equal(order(&f, s)->filled_qty, sh(100));
  tear_down(&f);
}

/* Ended orders and fills say what happened on their day. */
static void history_stays(void **state) {
  (void)state;
  fixture_t f;
  set_up_plain(&f);
  hold(&f, f.owner, 10, 70000);
  mark(&f, 70000);
  split(&f, f.spy, SEVEN);
  assert_int_equal(order(&f, 0)->filled_qty, sh(10));
  assert_int_equal(oms_engine_fill(f.e, 0)->price, px(70000));
  tear_down(&f);
}

/* A fill of before is taken back: books, dividends and cash in lieu are those without it. */
static void busts_reach_back_through_actions(void **state) {
  (void)state;
  fixture_t f;
  set_up_plain(&f);
  hold(&f, f.owner, 20, 1000);
  hold(&f, f.owner, 15, 1000);
  mark(&f, 1000);
  dividend(&f, f.spy, 100);
  split(&f, f.spy, OMS_PRICE_SCALE / 10);
  assert_int_equal(account(&f)->dividends, usd(35));
  assert_int_equal(account(&f)->in_lieu, usd(50));
  oms_report_t r = report_of(OMS_REPORT_BUST, 1);
  char id[24];
  r.busts = oms_execution_id_text(oms_engine_fill(f.e, 1), id);
  assert_int_equal(tell(&f, r), OMS_OK);
  verify(&f);
  assert_int_equal(account(&f)->dividends, usd(20));
  assert_int_equal(account(&f)->in_lieu, 0);
  assert_int_equal(account(&f)->cash, usd(100000 - 200 + 20));
  assert_int_equal(book(&f, f.owner, f.spy)->qty, sh(2));
  tear_down(&f);
}

/* An order of before the split is claimed: the claimer holds what has become of it. */
static void claims_reach_back_through_actions(void **state) {
  (void)state;
  fixture_t f;
  set_up_plain(&f);
  hold(&f, 0, 10, 1000);
  mark(&f, 1000);
  dividend(&f, f.spy, 100);
  split(&f, f.spy, SEVEN);
  oms_money_t equity = oms_account_equity(account(&f));
  oms_command_t c = {
      .type = OMS_COMMAND_CLAIM,
      .u.claim = {.order = OMS_NONE, .owner = f.owner, .instrument = f.spy}
  };
  assert_int_equal(apply(&f, &c), OMS_OK);
  verify(&f);
  assert_int_equal(book(&f, f.owner, f.spy)->qty, sh(70));
  assert_int_equal(book(&f, f.owner, f.spy)->dividends, usd(10));
  assert_int_equal(book(&f, 0, f.spy)->qty, 0);
  assert_int_equal(oms_account_equity(account(&f)), equity);
  tear_down(&f);
}

/* The same key asks for the same order, whatever a split has made of it. */
static void repeated_keys_mean_what_was_asked(void **state) {
  (void)state;
  fixture_t f;
  set_up_plain(&f);
  mark(&f, 1000);
  oms_terms_t t = limit_terms(&f, OMS_SIDE_BUY, 10, 990);
  t.client_order_id = "mine";
  uint32_t o = working(&f, &t);
  split(&f, f.spy, SEVEN);
  assert_int_equal(submit(&f, &t), OMS_ERR_DUPLICATE);
  assert_int_equal(subject(&f), o);
  char list[OMS_DIFFERENCE_MAX];
  assert_true(oms_engine_same_content(f.e, o, &t, list));
  tear_down(&f);
}

/* Too large for the numbers: refused, and nothing has changed. */
static void what_does_not_fit_is_refused_whole(void **state) {
  (void)state;
  fixture_t f;
  setup_t s = plain_setup();
  s.account.initial_cash = usd(5000000000000);
  set_up(&f, &s);
  hold(&f, f.owner, 1000000, 1);
  hold(&f, f.other_owner, 5000000, 1);
  mark(&f, 1);
  resting(&f, OMS_SIDE_BUY, OMS_TYPE_LIMIT, 5, 1, OMS_TIF_GTC);
  char before[33], after[33];
  assert_int_equal(oms_engine_state_hash(f.e, before), OMS_OK);
  assert_int_equal(split(&f, f.spy, 10000 * OMS_PRICE_SCALE), OMS_ERR_OVERFLOW);
  verify(&f);
  assert_int_equal(oms_engine_state_hash(f.e, after), OMS_OK);
  assert_string_equal(before, after);
  assert_int_equal(split(&f, f.spy, 0), OMS_ERR_USAGE);
  assert_int_equal(split(&f, f.spy, OMS_SPLIT_MAX + 1), OMS_ERR_USAGE);
  assert_int_equal(split(&f, 99, SEVEN), OMS_ERR_USAGE);
  assert_int_equal(dividend(&f, f.spy, -1), OMS_ERR_USAGE);
  tear_down(&f);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(split_multiplies_what_is_held),
      cmocka_unit_test(round_trips_come_in_the_terms_of_their_exit),
      cmocka_unit_test(cost_does_not_drift),
      cmocka_unit_test(reverse_split_pays_the_fraction),
      cmocka_unit_test(reverse_split_charges_a_short_fraction),
      cmocka_unit_test(books_are_rounded_apart),
      cmocka_unit_test(fractions_are_kept_without_a_lot),
      cmocka_unit_test(what_vanishes_is_realized),
      cmocka_unit_test(stock_dividend_is_a_small_split),
      cmocka_unit_test(dividends_are_paid_and_charged),
      cmocka_unit_test(split_restates_orders),
      cmocka_unit_test(partly_filled_orders_keep_their_sums),
      cmocka_unit_test(orders_below_a_lot_or_a_tick_end),
      cmocka_unit_test(dividend_lowers_what_lies_below_the_market),
      cmocka_unit_test(groups_follow_with_their_parent),
      cmocka_unit_test(replaces_under_way_follow),
      cmocka_unit_test(history_stays),
      cmocka_unit_test(busts_reach_back_through_actions),
      cmocka_unit_test(claims_reach_back_through_actions),
      cmocka_unit_test(repeated_keys_mean_what_was_asked),
      cmocka_unit_test(what_does_not_fit_is_refused_whole),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
