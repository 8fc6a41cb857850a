/* Requests while each allocation fails in turn: the answer is the usual one or says that there is
 * no memory, nothing leaks, and the next request has its answer. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "api/fake_live.h"

static fake_t fake;

typedef struct ask {
  const char *method, *path, *body;
  int status;
} ask_t;

static const ask_t asks[] = {
    {"GET",    "/v2/account",                        "",                                 200},
    {"GET",    "/v2/orders?status=all&nested=true",  "",                                 200},
    {"GET",    "/v2/orders?status=open",             "",                                 200},
    {"GET",    "/v2/positions",                      "",                                 200},
    {"GET",    "/v2/assets",                         "",                                 200},
    {"GET",    "/v2/account/portfolio/history",      "",                                 200},
    {"GET",    "/v2/account/activities",             "",                                 200},
    {"GET",    "/v2/stocks/SPY/bars?timeframe=1Day", "",                                 200},
    {"GET",    "/openapi.json",                      "",                                 200},
    {"GET",    "/metrics",                           "",                                 200},
    {"GET",    "/oms/v1/orders?status=all",          "",                                 200},
    {"GET",    "/oms/v1/risk",                       "",                                 200},
    {"POST",   "/v2/orders",
     "{\"symbol\":\"SPY\",\"qty\":\"1\",\"side\":\"buy\",\"type\":\"limit\","
     "\"limit_price\":\"100\",\"time_in_force\":\"gtc\",\"order_class\":\"bracket\","
     "\"take_profit\":{\"limit_price\":\"120\"},\"stop_loss\":{\"stop_price\":\"90\"}}", 200},
    {"PATCH",  "/v2/account/configurations",         "{\"no_shorting\":false}",          200},
    {"DELETE", "/v2/orders",                         "",                                 207},
    {"GET",    "/v2/nothing",                        "",                                 404},
    {"POST",   "/v2/orders",                         "{\"symbol\":",                     400},
};

static int answer_to(const ask_t *a) {
  return fake_ask(&fake, "MDADMIN", "secret-admin", a->method, a->path, a->body)->status;
}

/* What the first requests of all take: lists of keys' rates, rooms that are kept. */
static void warm_up(void) {
  for (size_t i = 0; i < OMS_COUNT(asks); i++) {
    int status = answer_to(&asks[i]);
    if (status != asks[i].status) {
      fail_msg("%s %s: %d instead of %d: %s", asks[i].method, asks[i].path, status, asks[i].status,
               fake_last(&fake)->body);
    }
  }
}

static long allocations_of(const ask_t *a) {
  long before = oms_alloc_count();
  (void)answer_to(a);
  return oms_alloc_count() - before;
}

static void each_allocation_fails_in_turn(void **state) {
  (void)state;
  oms_api_options_t o = {.server.address = "127.0.0.1:0"};
  long live = oms_alloc_live();
  for (int round = 0; round < 2; round++) { /* cold: all rooms are empty; warm */
    fake_open(&fake, &o);
    fake_mark(&fake, 0, INT64_C(200) * OMS_PRICE_SCALE);
    if (round == 1) {
      warm_up();
    }
    for (size_t i = 0; i < OMS_COUNT(asks); i++) {
      long made = allocations_of(&asks[i]), most = made + 24;
      int refused = 0;
      for (long n = 1; n <= most; n++) {
        oms_alloc_fail_after(n);
        int status = answer_to(&asks[i]);
        oms_alloc_fail_after(0);
        refused += status == 503;
        if (status != asks[i].status && status != 503) {
          fail_msg("%s %s, allocation %ld: %d", asks[i].method, asks[i].path, n, status);
        }
      }
      assert_true(refused > 0 || made == 0);
      assert_int_equal(answer_to(&asks[i]), asks[i].status);
    }
    fake_close(&fake);
  }
  assert_int_equal(oms_alloc_live(), live);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(each_allocation_fails_in_turn),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
