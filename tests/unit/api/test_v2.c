/* Positions, replaces, settings, history, market data and pushed rows through the API v2. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "api/fake_live.h"

static fake_t fake;

static int set_up(void **state) {
  oms_api_options_t o = {.server.address = "127.0.0.1:0"};
  (void)state;
  fake_open(&fake, &o);
  fake_mark(&fake, 0, INT64_C(200) * OMS_PRICE_SCALE);
  fake_mark(&fake, 1, INT64_C(50) * OMS_PRICE_SCALE);
  return 0;
}

static int tear_down(void **state) {
  (void)state;
  fake_close(&fake);
  return 0;
}

static const fake_sent_t *ask(const char *method, const char *path, const char *body) {
  return fake_trade(&fake, method, path, body);
}

static void answers(const fake_sent_t *s, int status, const char *text) {
  if (s->status != status || strstr(s->body, text) == NULL) {
    fail_msg("%d instead of %d with '%s': %s", s->status, status, text, s->body);
  }
}

static void lacks(const fake_sent_t *s, const char *text) {
  if (strstr(s->body, text) != NULL) {
    fail_msg("'%s' is in: %s", text, s->body);
  }
}

static uint32_t last_order(void) {
  return oms_engine_order_count(fake.e) - 1;
}

/* Buys or sells at 200 and fills. */
static void trade(const char *side, const char *qty) {
  char body[200];
  int64_t filled = 0;
  snprintf(body, sizeof body,
           "{\"symbol\":\"SPY\",\"qty\":\"%s\",\"side\":\"%s\",\"type\":\"market\","
           "\"time_in_force\":\"day\"}",
           qty, side);
  answers(ask("POST", "/v2/orders", body), 200, "accepted");
  assert_int_equal(oms_decimal_parse(qty, strlen(qty), 9, &filled), OMS_OK);
  fake_report(&fake, last_order(), OMS_REPORT_FILL, filled, INT64_C(200) * OMS_PRICE_SCALE);
}

static void rest(const char *side, const char *qty, const char *price) {
  char body[240];
  snprintf(body, sizeof body,
           "{\"symbol\":\"SPY\",\"qty\":\"%s\",\"side\":\"%s\",\"type\":\"limit\","
           "\"limit_price\":\"%s\",\"time_in_force\":\"gtc\"}",
           qty, side, price);
  answers(ask("POST", "/v2/orders", body), 200, "accepted");
}

static void test_position(void **state) {
  (void)state;
  answers(ask("GET", "/v2/positions", ""), 200, "[]");
  answers(ask("GET", "/v2/positions/SPY", ""), 404, "\"code\":40410000");
  trade("buy", "10");
  fake_mark(&fake, 0, INT64_C(210) * OMS_PRICE_SCALE);
  const fake_sent_t *s = ask("GET", "/v2/positions/SPY", "");
  answers(s, 200, "\"qty\":\"10\",\"qty_available\":\"10\",\"side\":\"long\"");
  answers(s, 200, "\"market_value\":\"2100\",\"cost_basis\":\"2000\",\"unrealized_pl\":\"100\"");
  answers(s, 200, "\"unrealized_plpc\":\"0.05\"");
  rest("sell", "4", "300");
  answers(ask("GET", "/v2/positions/SPY", ""), 200, "\"qty_available\":\"6\"");
  s = ask("DELETE", "/v2/positions/SPY?qty=7", "");
  answers(s, 403, "\"available\":\"6\",\"existing_qty\":\"10\",\"held_for_orders\":\"4\"");
  answers(s, 403, "insufficient qty available for order (requested: 7, available: 6)");
  answers(ask("DELETE", "/v2/positions/SPY?qty=1&percentage=1", ""), 422, "only one of");
  answers(ask("DELETE", "/v2/positions/SPY?percentage=101", ""), 422, "at most 100");
  answers(ask("DELETE", "/v2/positions/SPY?qty=0", ""), 422, "qty must be > 0");
  s = ask("DELETE", "/v2/positions/SPY?percentage=30", "");
  answers(s, 200, "\"qty\":\"3\"");
  answers(s, 200, "\"position_intent\":\"sell_to_close\"");
}

static void test_close_all(void **state) {
  (void)state;
  trade("buy", "10");
  rest("sell", "4", "300");
  answers(ask("DELETE", "/v2/positions", ""), 207, "\"symbol\":\"SPY\",\"status\":403");
  answers(ask("DELETE", "/v2/positions?cancel_orders=true", ""), 207,
          "\"symbol\":\"SPY\",\"status\":200,\"body\":{\"id\":");
}

static void test_short(void **state) {
  (void)state;
  trade("sell", "5");
  answers(ask("GET", "/v2/positions/SPY", ""), 200,
          "\"qty\":\"-5\",\"qty_available\":\"-5\",\"side\":\"short\"");
  answers(ask("GET", "/v2/account/activities", ""), 200, "\"side\":\"sell_short\"");
  answers(ask("DELETE", "/v2/positions/SPY", ""), 200, "\"side\":\"buy\"");
}

static void test_replace(void **state) {
  char path[80], id[37];
  (void)state;
  rest("buy", "10", "150");
  oms_order_id_text(fake.e, oms_engine_order(fake.e, 0), id);
  snprintf(path, sizeof path, "/v2/orders/%s", id);
  answers(ask("PATCH", path, "{\"limit_price\":\"150\"}"), 403, "not changed");
  answers(ask("PATCH", path, "{}"), 403, "not changed");
  answers(ask("PATCH", path, "{\"trail\":\"1\"}"), 422, "trailing_stop");
  answers(ask("PATCH", path, "{\"qty\":0}"), 422, "qty must be > 0");
  answers(ask("PATCH", path, "{\"limit_price\":\"x\"}"), 422, "no number");
  answers(ask("PATCH", path, "{\"stop_price\":1}"), 422, "HAS_NO_SUCH_TERM");
  fake.silent_venue = true;
  const fake_sent_t *s =
      ask("PATCH", path, "{\"limit_price\":151.5,\"qty\":12,\"client_order_id\":\"r\"}");
  answers(s, 200, "\"limit_price\":\"151.5\"");
  answers(s, 200, id);
  answers(ask("PATCH", path, "{\"limit_price\":152}"), 422, "pending_replace");
  answers(ask("PATCH", path, "{\"limit_price\":151.5,\"qty\":12,\"client_order_id\":\"r\"}"), 200,
          "\"client_order_id\":\"r\"");
  fake_report(&fake, 0, OMS_REPORT_REPLACED, OMS_NO_PRICE, OMS_NO_PRICE);
  answers(ask("GET", path, ""), 200, "\"status\":\"replaced\"");
  answers(ask("PATCH", path, "{\"limit_price\":152}"), 422, "already in \\\"replaced\\\" state");
}

static void test_trail(void **state) {
  char path[80], id[37];
  (void)state;
  answers(ask("POST", "/v2/orders",
              "{\"symbol\":\"SPY\",\"qty\":1,\"side\":\"buy\",\"type\":\"trailing_stop\","
              "\"trail_percent\":\"1\",\"time_in_force\":\"day\"}"),
          200, "\"trail_percent\":\"1\"");
  oms_order_id_text(fake.e, oms_engine_order(fake.e, 0), id);
  snprintf(path, sizeof path, "/v2/orders/%s", id);
  answers(ask("PATCH", path, "{\"trail\":\"2\"}"), 200, "\"trail_percent\":\"2\"");
}

static void test_settings(void **state) {
  (void)state;
  answers(ask("GET", "/v2/account/configurations", ""), 200, "\"suspend_trade\":false");
  answers(ask("PATCH", "/v2/account/configurations", "{\"suspend_trade\":\"perhaps\"}"), 422,
          "neither true nor false");
  answers(ask("PATCH", "/v2/account/configurations", "{\"max_options_trading_level\":9}"), 422,
          "between 0 and 3");
  answers(ask("PATCH", "/v2/account/configurations",
              "{\"no_shorting\":true,\"fractional_trading\":false,\"max_margin_multiplier\":\"2\","
              "\"max_options_trading_level\":2}"),
          200, "\"max_options_trading_level\":2");
  answers(fake_last(&fake), 200, "\"max_margin_multiplier\":\"2\"");
  answers(ask("POST", "/v2/orders",
              "{\"symbol\":\"SPY\",\"qty\":1,\"side\":\"sell\",\"type\":\"market\","
              "\"time_in_force\":\"day\"}"),
          403, "no_shorting");
  answers(ask("POST", "/v2/orders",
              "{\"symbol\":\"QQQ\",\"qty\":\"0.5\",\"side\":\"buy\",\"type\":\"market\","
              "\"time_in_force\":\"day\"}"),
          403, "fractional");
  answers(ask("GET", "/v2/account", ""), 200, "\"shorting_enabled\":false");
  trade("buy", "2");
  trade("sell", "2");
}

static void test_history(void **state) {
  const int64_t minute = INT64_C(60) * OMS_NS_PER_SECOND;
  (void)state;
  for (int i = 0; i < 3; i++) {
    fake.points[i] = (oms_equity_point_t){FAKE_NOW - (3 - i) * 4 * minute,
                                          (INT64_C(100000) + i * 100) * OMS_MONEY_SCALE};
  }
  fake.point_n = 3;
  answers(ask("GET", "/v2/account/portfolio/history?period=1D&timeframe=1Min", ""), 200,
          "\"equity\":[100000,100100,100200],\"profit_loss\":[0,100,200],\"profit_loss_pct\":[0,"
          "0.001,0.002],\"base_value\":100000,\"timeframe\":\"1Min\"");
  answers(ask("GET", "/v2/account/portfolio/history?period=1D&timeframe=1H", ""), 200,
          "\"equity\":[100200]");
  answers(ask("GET", "/v2/account/portfolio/history?start=2013-10-08T13:54:00Z&timeframe=1Min", ""),
          200, "\"equity\":[100200]");
  answers(ask("GET", "/v2/account/portfolio/history?period=1X", ""), 422, "period '1X' is none");
  answers(ask("GET", "/v2/account/portfolio/history?timeframe=2Min", ""), 422, "timeframe");
}

static void test_activities(void **state) {
  char path[200], token[80];
  (void)state;
  answers(ask("GET", "/v2/account/activities/FILL", ""), 200, "[]");
  trade("buy", "10");
  trade("sell", "4");
  const fake_sent_t *s = ask("GET", "/v2/account/activities?direction=asc&page_size=1", "");
  answers(s, 200, "\"qty\":\"10\",\"side\":\"buy\"");
  lacks(s, "\"qty\":\"4\"");
  snprintf(token, sizeof token, "%.*s", 55, strstr(s->body, "\"id\":\"") + 6);
  assert_memory_equal(token, "20131008140000", 14);
  snprintf(path, sizeof path, "/v2/account/activities?direction=asc&page_token=%s", token);
  s = ask("GET", path, "");
  answers(s, 200, "\"qty\":\"4\",\"side\":\"sell\"");
  lacks(s, "\"qty\":\"10\",");
  answers(ask("GET", "/v2/account/activities?page_token=x", ""), 422, "id of no activity");
  answers(ask("GET", "/v2/account/activities?activity_types=DIV,FEE", ""), 200, "[]");
  answers(ask("GET", "/v2/account/activities?category=non_trade_activity", ""), 200, "[]");
  answers(ask("GET", "/v2/account/activities?date=2013-10-09", ""), 200, "[]");
  answers(ask("GET", "/v2/account/activities?date=2013-10-08", ""), 200, "FILL");
  answers(ask("GET", "/v2/account/activities?until=2013-10-08", ""), 200, "[]");
  answers(ask("GET", "/v2/account/activities?activity_types=FILL&category=trade_activity", ""), 422,
          "only one of");
}

static void test_bars(void **state) {
  const int64_t minute = INT64_C(60) * OMS_NS_PER_SECOND;
  (void)state;
  for (int i = 0; i < 6; i++) {
    fake.bars[i] = (oms_bar_t){.ts = FAKE_NOW + i * minute,
                               .start = FAKE_NOW + i * minute + (i == 4 ? 300 : 0),
                               .end = FAKE_NOW + (i + 1) * minute,
                               .open = (100 + i) * OMS_PRICE_SCALE,
                               .high = (110 + i) * OMS_PRICE_SCALE,
                               .low = (90 + i) * OMS_PRICE_SCALE,
                               .close = (101 + i) * OMS_PRICE_SCALE,
                               .volume = 1.5};
  }
  fake.bar_n = 6;
  const fake_sent_t *s = ask("GET", "/v2/stocks/SPY/bars?timeframe=5Min", "");
  answers(s, 200,
          "{\"t\":\"2013-10-08T14:00:00Z\",\"o\":100,\"h\":114,\"l\":90,\"c\":105,\"v\":7.5");
  answers(s, 200,
          "{\"t\":\"2013-10-08T14:05:00Z\",\"o\":105,\"h\":115,\"l\":95,\"c\":106,\"v\":1.5");
  answers(ask("GET", "/v2/stocks/SPY/bars?timeframe=1Day", ""), 200,
          "{\"t\":\"2013-10-08T04:00:00Z\",\"o\":100,\"h\":115,\"l\":90,\"c\":106,\"v\":9");
  s = ask("GET", "/v2/stocks/bars?symbols=QQQ,SPY,NOPE&limit=4", "");
  answers(s, 200, "\"next_page_token\":\"SPY|1381241040000000000\"");
  lacks(s, "QQQ");
  s = ask("GET", "/v2/stocks/bars?symbols=QQQ,SPY&page_token=SPY%7C1381241040000000000", "");
  answers(s, 200, "{\"bars\":{\"SPY\":[{\"t\":\"2013-10-08T14:04:00Z\"");
  answers(s, 200, "\"next_page_token\":null");
  answers(ask("GET", "/v2/stocks/SPY/bars?sort=desc&limit=1", ""), 200, "\"o\":105");
  answers(ask("GET", "/v2/stocks/SPY/bars?start=2013-10-08T14:05:00Z", ""), 200,
          "{\"bars\":[{\"t\":\"2013-10-08T14:05:00Z\"");
  answers(ask("GET", "/v2/stocks/QQQ/bars", ""), 200, "{\"bars\":[],\"symbol\":\"QQQ\"");
  answers(ask("GET", "/v2/stocks/SPY/bars?timeframe=7Weeks", ""), 422, "timeframe");
  answers(ask("GET", "/v2/stocks/SPY/bars?page_token=x", ""), 422, "page_token");
  answers(ask("GET", "/v2/stocks/QQQ/quotes/latest", ""), 404, "no quote is known of QQQ");
  answers(ask("GET", "/v2/stocks/NOPE/trades/latest", ""), 404, "symbol not found");
  answers(ask("GET", "/v2/stocks/trades/latest?symbols=SPY,NOPE", ""), 200, "\"p\":200");
}

static const fake_sent_t *feed(const char *body) {
  return fake_ask(&fake, "MDFEED", "secret-feed", "POST", "/oms/v1/feed", body);
}

/* All rows are looked at before the first is taken. */
static void test_feed(void **state) {
  (void)state;
  answers(feed("{\"quotes\":{\"SPY\":[{\"bp\":1.5,\"bs\":100,\"ap\":\"2\"},{\"ap\":3}]}}"), 200,
          "{\"rows\":2}");
  assert_int_equal(fake.last_row.u.row.tick.u.quote.bid, OMS_NO_PRICE);
  assert_int_equal(fake.last_row.u.row.tick.u.quote.ask, INT64_C(3) * OMS_PRICE_SCALE);
  assert_int_equal(fake.last_row.u.row.tick.u.quote.ask_size, INT64_MAX);
  assert_int_equal(fake.last_row.u.row.tick.ts, OMS_NO_TIME);
  answers(feed("{\"bars\":{\"SPY\":{\"t\":\"2013-10-08T14:00:00Z\",\"o\":1,\"h\":2,\"l\":1,\"c\":2,"
               "\"v\":7}}}"),
          200, "{\"rows\":1}");
  assert_int_equal(fake.last_row.u.row.bar.high, INT64_C(2) * OMS_PRICE_SCALE);
  fake.rows = 0;
  answers(feed("{\"trades\":{\"SPY\":[{\"p\":1,\"s\":1},{\"p\":0}]}}"), 422, "row 2, of SPY");
  answers(feed("{\"trades\":{\"SPY\":{\"s\":1}}}"), 422, "p is missing");
  answers(feed("{\"trades\":{\"NOPE\":{\"p\":1}}}"), 422, "no trades of NOPE come from outside");
  answers(feed("{\"bars\":{\"SPY\":{\"t\":1381240800,\"o\":1,\"h\":2,\"l\":3,\"c\":2}}}"), 422,
          "h the highest");
  answers(feed("{\"quotes\":{\"SPY\":[1]}}"), 422, "an object is expected");
  answers(feed("{\"quotes\":[]}"), 422, "quotes must be an object");
  assert_int_equal(fake.rows, 0);
}

static void test_market(void **state) {
  (void)state;
  answers(ask("GET", "/v2/clock", ""), 200,
          "{\"timestamp\":\"2013-10-08T10:00:00-04:00\",\"is_open\":true,\"next_open\":\"2013-10-"
          "09T09:30:00-04:00\",\"next_close\":\"2013-10-08T16:00:00-04:00\"}");
  answers(ask("GET", "/v2/calendar?start=2013-11-28&end=2013-11-29", ""), 200,
          "[{\"date\":\"2013-11-29\",\"open\":\"09:30\",\"close\":\"13:00\"");
  answers(ask("GET", "/v2/calendar?start=tomorrow", ""), 422, "no date");
  answers(ask("GET", "/v3/clock?markets=NYSE", ""), 200, "\"phase\":\"core\"");
  answers(ask("GET", "/v3/clock?markets=LSE", ""), 422, "NYSE or NASDAQ");
  answers(ask("GET", "/v3/clock?time=2013-10-08T22:00:00Z", ""), 200, "\"phase\":\"post\"");
  answers(ask("GET", "/v3/calendar/XNYS?start=2013-10-08&end=2013-10-08", ""), 200,
          "\"core_end\":\"2013-10-08T16:00:00-04:00\"");
  answers(ask("GET", "/v2/assets?asset_class=crypto", ""), 200, "[]");
  answers(ask("GET", "/v2/assets?status=inactive", ""), 200, "[]");
  answers(ask("GET", "/v2/assets/SPY", ""), 200, "\"price_increment\":\"0.01\"");
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
  const struct CMUnitTest tests[] = {
      TEST(test_position), TEST(test_close_all), TEST(test_short),   TEST(test_replace),
      TEST(test_trail),    TEST(test_settings),  TEST(test_history), TEST(test_activities),
      TEST(test_bars),     TEST(test_feed),      TEST(test_market),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
