/* Goal: the elementary functions of scripts are right and are the ones that scripts get, the
 * operator ^ included. Method: against long double of the C library (which has 11 bits more) at
 * random arguments with a fixed seed, special values by C99 annex F, and the bits of x ^ y in a
 * cell. */
#include "bind/fixture.h"

#include <math.h>
#include <stdlib.h>

#include "base/random.h"
#include "bind/real.h"

#ifdef MOONDESK_SANITIZED
#define CASES 2000
#else
#define CASES 20000
#endif

static oms_random_t randoms;

static double between(double low, double high) {
  return low + (high - low) * oms_random_double(&randoms);
}

static void near_enough(const char *what, double x, double got, long double want) {
  double rounded = (double)want;
  double unit = nextafter(fabs(rounded), (double)INFINITY) - fabs(rounded);
  if (got != rounded && !((double)fabsl((long double)got - want) < 0.51 * unit)) {
    fail_msg("%s at %.17g: %.17g in place of %.17g", what, x, got, rounded);
  }
}

static void random_arguments(void **state) {
  (void)state;
  oms_random_seed(&randoms, 1);
  for (int i = 0; i < CASES; i++) {
    double x = between(-700, 700);
    near_enough("exp", x, oms_real_exp(x), expl(x));
    x = between(0, i % 2 ? 1.5 : 1e200);
    near_enough("log", x, oms_real_log(x), logl(x));
    double y = between(-20, 20);
    x = between(0, 1000);
    near_enough("pow", x, oms_real_pow(x, y), powl(x, y));
    x = between(-100, 100);
    near_enough("sin", x, oms_real_sin(x), sinl(x));
    near_enough("cos", x, oms_real_cos(x), cosl(x));
    near_enough("tan", x, oms_real_tan(x), tanl(x));
    near_enough("atan2", x, oms_real_atan2(x, y), atan2l(x, y));
    x = between(-1, 1);
    near_enough("asin", x, oms_real_asin(x), asinl(x));
    near_enough("acos", x, oms_real_acos(x), acosl(x));
  }
}

static void special_values(void **state) {
  (void)state;
  static const double v[] = {0.0,
                             -0.0,
                             1,
                             -1,
                             2,
                             -2,
                             3,
                             0.5,
                             -0.5,
                             (double)INFINITY,
                             -(double)INFINITY,
                             (double)NAN,
                             1e308,
                             -1e308,
                             1e-308,
                             5e-324,
                             3e15,
                             -3};
  for (size_t i = 0; i < sizeof(v) / sizeof(v[0]); i++) {
    for (size_t k = 0; k < sizeof(v) / sizeof(v[0]); k++) {
      double p = oms_real_pow(v[i], v[k]);
      double q = (double)powl(v[i], v[k]);
      assert_true((isnan(p) && isnan(q)) || (p == q && signbit(p) == signbit(q)));
      double a = oms_real_atan2(v[i], v[k]);
      double b = (double)atan2l(v[i], v[k]);
      assert_true((isnan(a) && isnan(b)) || (a == b && signbit(a) == signbit(b)));
    }
    double e = oms_real_exp(v[i]);
    double l = oms_real_log(v[i]);
    assert_true(isnan(v[i]) ? isnan(e) : e == (double)expl(v[i]));
    assert_true(isnan(v[i]) || v[i] < 0 ? isnan(l) : l == (double)logl(v[i]));
    assert_true(fabs(v[i]) <= 1 ? fabs(oms_real_asin(v[i])) <= 1.58 : isnan(oms_real_asin(v[i])));
    assert_true(isfinite(v[i]) ? fabs(oms_real_sin(v[i])) <= 1 : isnan(oms_real_sin(v[i])));
  }
  for (int i = -300; i <= 300; i++) {
    char text[16];
    snprintf(text, sizeof(text), "1e%d", i);
    assert_true(oms_real_log_base(strtod(text, NULL), 10) == i);
    assert_true(oms_real_log_base(ldexp(1, i), 2) == i);
  }
}

static int same_pow(lua_State *L) {
  double x = lua_tonumber(L, 1);
  double y = lua_tonumber(L, 2);
  double z = lua_tonumber(L, 3);
  lua_pushboolean(L, oms_real_pow(x, y) == z);
  return 1;
}

static int set_same_pow(lua_State *L) {
  lua_pushcfunction(L, same_pow);
  oms_bind_set_global(L, "oms");
  return 0;
}

static void scripts_use_them(void **state) {
  (void)state;
  const oms_call_t call = {.name = "setup", .phase = OMS_PHASE_LOAD};
  const oms_cell_config_t config = {.name = "x", .budget_ns = INT64_C(60000000000)};
  oms_cell_t *cell = cell_with(&config);
  assert_int_equal(oms_bind_protect(cell, set_same_pow, NULL, &call), OMS_OK);
  expect_ok(
      cell,
      "for i = 1, 20000 do local x, y = math.random() * 100, math.random() * 20 - 10\n"
      "  assert(oms(x, y, x ^ y)) end\n"
      "assert(2 ^ 0.5 == math.sqrt(2) and 2 ^ 10 == 1024.0 and math.log(8, 2) == 3.0)\n"
      "assert(math.log(1000, 10) == 3.0 and math.exp(0) == 1.0 and math.atan(1) * 4 == math.pi)\n"
      "assert(math.atan(1, -1) == 3 * math.pi / 4 and math.cos(0) == 1.0 and math.asin(1) == "
      "math.pi / 2)");
  cell_end(cell);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(random_arguments),
      cmocka_unit_test(special_values),
      cmocka_unit_test(scripts_use_them),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
