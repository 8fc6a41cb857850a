/* real.c - exp, log, pow and the circular functions in pairs of doubles (about 104 bits), rounded
 * once. A pair is the unevaluated sum hi + lo with |lo| <= ulp(hi) / 2. Needs -ffp-contract=off,
 * which the build sets: a fused multiply-add would change the low parts. */
#include "bind/real.h"

#include <float.h>
#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/check.h"

typedef struct pair {
  double hi, lo;
} pair_t;

static const pair_t ln2 = {0x1.62e42fefa39efp-1, 0x1.abc9e3b39803fp-56};
static const pair_t pi = {0x1.921fb54442d18p+1, 0x1.1a62633145c07p-53};
static const double half_pi[3] = {0x1.921fb54442d18p+0, 0x1.1a62633145c07p-54,
                                  -0x1.f1976b7ed8fbcp-110};

/* 1 / (2k + 1) */
static const pair_t odd[] = {
    {0x1.0000000000000p+0, 0x0.0p+0              },
    {0x1.5555555555555p-2, 0x1.5555555555555p-56 },
    {0x1.999999999999ap-3, -0x1.999999999999ap-57},
    {0x1.2492492492492p-3, 0x1.2492492492492p-57 },
    {0x1.c71c71c71c71cp-4, 0x1.c71c71c71c71cp-58 },
    {0x1.745d1745d1746p-4, -0x1.745d1745d1746p-59},
    {0x1.3b13b13b13b14p-4, -0x1.3b13b13b13b14p-58},
    {0x1.1111111111111p-4, 0x1.1111111111111p-60 },
    {0x1.e1e1e1e1e1e1ep-5, 0x1.e1e1e1e1e1e1ep-61 },
    {0x1.af286bca1af28p-5, 0x1.af286bca1af28p-59 },
};

/* 1 / n! */
static const pair_t factorial[] = {
    {0x1.0000000000000p+0,  0x0.0p+0              },
    {0x1.0000000000000p+0,  0x0.0p+0              },
    {0x1.0000000000000p-1,  0x0.0p+0              },
    {0x1.5555555555555p-3,  0x1.5555555555555p-57 },
    {0x1.5555555555555p-5,  0x1.5555555555555p-59 },
    {0x1.1111111111111p-7,  0x1.1111111111111p-63 },
    {0x1.6c16c16c16c17p-10, -0x1.f49f49f49f49fp-65},
    {0x1.a01a01a01a01ap-13, 0x1.a01a01a01a01ap-73 },
    {0x1.a01a01a01a01ap-16, 0x1.a01a01a01a01ap-76 },
    {0x1.71de3a556c734p-19, -0x1.c154f8ddc6c00p-73},
    {0x1.27e4fb7789f5cp-22, 0x1.cbbc05b4fa99ap-76 },
    {0x1.ae64567f544e4p-26, -0x1.c062e06d1f209p-80},
    {0x1.1eed8eff8d898p-29, -0x1.2aec959e14c06p-83},
    {0x1.6124613a86d09p-33, 0x1.f28e0cc748ebep-87 },
    {0x1.93974a8c07c9dp-37, 0x1.05d6f8a2efd1fp-92 },
    {0x1.ae7f3e733b81fp-41, 0x1.1d8656b0ee8cbp-97 },
    {0x1.ae7f3e733b81fp-45, 0x1.1d8656b0ee8cbp-101},
    {0x1.952c77030ad4ap-49, 0x1.ac981465ddc6cp-103},
};

/* Arithmetic of pairs. */

static pair_t sum(double a, double b) {
  double s = a + b;
  double t = s - a;
  return (pair_t){s, (a - (s - t)) + (b - t)};
}

/* |a| >= |b|, or a is 0. */
static pair_t sum_ordered(double a, double b) {
  double s = a + b;
  return (pair_t){s, b - (s - a)};
}

static pair_t product(double a, double b) {
  double ca = 134217729.0 * a; /* 2^27 + 1: halves of 26 bits, whose products are exact */
  double cb = 134217729.0 * b;
  double ah = ca - (ca - a);
  double bh = cb - (cb - b);
  double al = a - ah;
  double bl = b - bh;
  double p = a * b;
  return (pair_t){p, ((ah * bh - p) + ah * bl + al * bh) + al * bl};
}

static pair_t add(pair_t a, pair_t b) {
  pair_t s = sum(a.hi, b.hi);
  pair_t t = sum(a.lo, b.lo);
  s = sum_ordered(s.hi, s.lo + t.hi);
  return sum_ordered(s.hi, s.lo + t.lo);
}

static pair_t negate(pair_t a) {
  return (pair_t){-a.hi, -a.lo};
}

static pair_t multiply(pair_t a, pair_t b) {
  pair_t p = product(a.hi, b.hi);
  return sum_ordered(p.hi, p.lo + (a.hi * b.lo + a.lo * b.hi));
}

static pair_t scale(pair_t a, double power_of_two) {
  return (pair_t){a.hi * power_of_two, a.lo * power_of_two};
}

static pair_t divide(pair_t a, pair_t b) {
  double q1 = a.hi / b.hi;
  pair_t r = add(a, negate(multiply(b, (pair_t){q1, 0})));
  double q2 = r.hi / b.hi;
  r = add(r, negate(multiply(b, (pair_t){q2, 0})));
  pair_t q = sum_ordered(q1, q2);
  return add(q, (pair_t){r.hi / b.hi, 0});
}

static pair_t root(pair_t a) {
  if (a.hi <= 0) {
    return (pair_t){0, 0};
  }
  double s = sqrt(a.hi);
  pair_t rest = add(a, negate(product(s, s)));
  return sum_ordered(s, rest.hi / (2 * s));
}

/* Exp, log, pow. */

/* 2^k times e^x for |x| < 710: the rest r = x - k ln 2 is divided by 256, and e^r - 1 squared up
 * again. */
static double exp_pair(pair_t x) {
  double k = floor(x.hi * 0x1.71547652b82fep+0 + 0.5);
  pair_t r = add(x, negate(multiply(ln2, (pair_t){k, 0})));
  r = scale(r, 1.0 / 256);
  pair_t p = factorial[9];
  for (int n = 8; n >= 1; n--) {
    p = add(multiply(p, r), factorial[n]);
  }
  pair_t q = multiply(p, r);
  for (int i = 0; i < 8; i++) {
    q = add(scale(q, 2), multiply(q, q));
  }
  q = add((pair_t){1, 0}, q);
  return ldexp(q.hi + q.lo, (int)k);
}

double oms_real_exp(double x) {
  if (isnan(x) || x > 710 || x < -746) {
    return isnan(x) ? x : x > 0 ? (double)INFINITY : 0;
  }
  return exp_pair((pair_t){x, 0});
}

/* atanh-like series s (1 + z/3 + z^2/5 + ...), with the sign of z free. The far terms need one
 * double only. */
static pair_t odd_series(pair_t s, pair_t z, int terms) {
  double far = 0;
  for (int k = terms; k >= (int)OMS_COUNT(odd); k--) {
    far = far * z.hi + 1.0 / (2 * k + 1);
  }
  pair_t p = {far, 0};
  for (int k = (int)OMS_COUNT(odd) - 1; k >= 0; k--) {
    p = add(multiply(p, z), odd[k]);
  }
  return multiply(p, s);
}

/* x > 0, finite. */
static pair_t log_pair(double x) {
  int e;
  double m = frexp(x, &e);
  if (m < 0.70710678118654752) {
    m *= 2;
    e--;
  }
  pair_t s = divide(sum(m, -1), sum(m, 1));
  pair_t log_m = scale(odd_series(s, multiply(s, s), 22), 2);
  return add(multiply(ln2, (pair_t){e, 0}), log_m);
}

/* The answer for arguments that have no logarithm; false when x > 0 is finite. */
static bool log_special(double x, double *out) {
  if (x > 0 && x <= DBL_MAX) {
    return false;
  }
  *out = isnan(x) || x > 0 ? x : x == 0 ? -(double)INFINITY : (double)NAN;
  return true;
}

double oms_real_log(double x) {
  double special;
  if (log_special(x, &special)) {
    return special;
  }
  pair_t l = log_pair(x);
  return l.hi + l.lo;
}

double oms_real_log_base(double x, double b) {
  double special;
  if (log_special(x, &special) || log_special(b, &special) || b == 1) {
    return oms_real_log(x) / oms_real_log(b);
  }
  pair_t q = divide(log_pair(x), log_pair(b));
  return q.hi + q.lo;
}

static bool is_integer(double y) {
  return floor(y) == y;
}

static bool is_odd(double y) {
  return is_integer(y) && fabs(y) < 0x1p53 && fmod(y, 2) != 0;
}

/* Zeros and infinities of x, and the infinities of y. */
static double pow_limit(double x, double y) {
  double a = fabs(x);
  bool large;
  if (isinf(y)) {
    if (a == 1) {
      return 1;
    }
    large = (a > 1) == (y > 0);
    return large ? (double)INFINITY : 0;
  }
  large = (a != 0) == (y > 0);
  double result = large ? (double)INFINITY : 0;
  return signbit(x) && is_odd(y) ? -result : result;
}

double oms_real_pow(double x, double y) {
  if (y == 0 || x == 1) {
    return 1;
  }
  if (isnan(x) || isnan(y)) {
    return x + y;
  }
  if (x == 0 || isinf(x) || isinf(y)) {
    return pow_limit(x, y);
  }
  if (x < 0 && !is_integer(y)) {
    return (double)NAN;
  }
  double sign = x < 0 && is_odd(y) ? -1 : 1;
  if (fabs(x) == 1) {
    return sign;
  }
  pair_t l = log_pair(fabs(x));
  double rough = l.hi * y;
  if (rough > 710 || rough < -746) {
    return rough > 0 ? sign * (double)INFINITY : sign * 0.0;
  }
  return sign * exp_pair(multiply(l, (pair_t){y, 0}));
}

/* The static Lua library resolves its operator ^ here at link time, in place of the C library. */
double pow(double x, double y) {
  return oms_real_pow(x, y);
}

/* Sin, cos, tan. */

/* |x| < 2^40: x minus 'quadrant' quarter turns, in [-pi / 4, pi / 4] or hardly more. */
static pair_t reduce_small(double x, int *quadrant) {
  double k = floor(x * 0x1.45f306dc9c883p-1 + 0.5);
  pair_t r = add((pair_t){x, 0}, negate(product(k, half_pi[0])));
  r = add(r, negate(product(k, half_pi[1])));
  r = add(r, negate(product(k, half_pi[2])));
  *quadrant = (int)fmod(k, 4);
  *quadrant += *quadrant < 0 ? 4 : 0;
  return r;
}

/* Larger arguments by doubling: x = m 2^e, and the angle of m is doubled e times. */
static pair_t reduce(double x, int *quadrant) {
  if (fabs(x) < 0x1p40) {
    return reduce_small(x, quadrant);
  }
  int e;
  double m = frexp(x, &e);
  pair_t r = reduce_small(m, quadrant);
  for (; e > 0; e--) {
    int turns;
    r = scale(r, 2);
    pair_t low = {r.lo, 0};
    r = add(reduce_small(r.hi, &turns), low);
    *quadrant = (2 * *quadrant + turns) % 4;
  }
  return r;
}

/* Sums r^first / first! - r^(first + 2) / (first + 2)! + ... */
static pair_t alternating(pair_t r, int first) {
  pair_t z = negate(multiply(r, r));
  double far = 0;
  for (int n = first + 26; n >= 18; n -= 2) {
    double f = 1;
    for (int i = first == 0 ? 17 : 16; i <= n; i++) { /* n! from the last exact one */
      f *= i;
    }
    far = far * z.hi + factorial[first == 0 ? 16 : 15].hi / f;
  }
  pair_t p = {far, 0};
  for (int n = first == 0 ? 16 : 17; n >= first; n -= 2) {
    p = add(multiply(p, z), factorial[n]);
  }
  return first == 0 ? p : multiply(p, r);
}

static pair_t circular(double x, int shift) {
  int quadrant;
  pair_t r = reduce(x, &quadrant);
  quadrant = (quadrant + shift) % 4;
  pair_t v = alternating(r, quadrant % 2 == 0 ? 1 : 0);
  return quadrant >= 2 ? negate(v) : v;
}

double oms_real_sin(double x) {
  if (x == 0 || isnan(x) || isinf(x)) {
    return x == 0 ? x : (double)NAN;
  }
  pair_t v = circular(x, 0);
  return v.hi + v.lo;
}

double oms_real_cos(double x) {
  if (isnan(x) || isinf(x)) {
    return (double)NAN;
  }
  pair_t v = circular(x, 1);
  return v.hi + v.lo;
}

double oms_real_tan(double x) {
  if (x == 0 || isnan(x) || isinf(x)) {
    return x == 0 ? x : (double)NAN;
  }
  pair_t v = divide(circular(x, 0), circular(x, 1));
  return v.hi + v.lo;
}

/* Atan2, asin, acos. */

/* The angle of t in [0, 1], halved three times by t / (1 + sqrt(1 + t^2)) for a short series. */
static pair_t atan_pair(pair_t t) {
  const pair_t one = {1, 0};
  for (int i = 0; i < 3; i++) {
    t = divide(t, add(one, root(add(one, multiply(t, t)))));
  }
  return scale(odd_series(t, negate(multiply(t, t)), 17), 8);
}

/* The angle of the point (x, y), y >= 0, not both 0, finite. */
static pair_t angle(pair_t y, pair_t x) {
  pair_t ax = x.hi < 0 ? negate(x) : x;
  const pair_t quarter = {half_pi[0], half_pi[1]};
  bool steep = y.hi > ax.hi;
  pair_t a = atan_pair(steep ? divide(ax, y) : divide(y, ax));
  a = steep ? add(quarter, negate(a)) : a;
  return x.hi < 0 ? add(pi, negate(a)) : a;
}

double oms_real_atan2(double y, double x) {
  if (isnan(x) || isnan(y)) {
    return x + y;
  }
  double ay = fabs(y);
  double result;
  if (ay == 0 || (isinf(x) && !isinf(y))) {
    result = signbit(x) ? pi.hi : 0;
  } else if (isinf(y)) {
    result = !isinf(x) ? half_pi[0] : x > 0 ? half_pi[0] / 2 : 0x1.2d97c7f3321d2p+1;
  } else if (x == 0 || ay / fabs(x) > 0x1p100) {
    result = half_pi[0];
  } else if (ay / fabs(x) < 0x1p-100) {
    result = x > 0 ? ay / x : pi.hi;
  } else {
    int e; /* to numbers near 1, so that no step overflows */
    frexp(fabs(x), &e);
    pair_t a = angle((pair_t){ldexp(ay, -e), 0}, (pair_t){ldexp(x, -e), 0});
    result = a.hi + a.lo;
  }
  return signbit(y) ? -result : result;
}

/* sqrt(1 - x^2) as a pair. */
static pair_t co_side(double x) {
  return root(multiply(sum(1, -x), sum(1, x)));
}

double oms_real_asin(double x) {
  if (!(fabs(x) <= 1) || fabs(x) < 0x1p-50) {
    return fabs(x) < 1 ? x : (double)NAN;
  }
  pair_t a = angle((pair_t){fabs(x), 0}, co_side(x));
  return x < 0 ? -(a.hi + a.lo) : a.hi + a.lo;
}

double oms_real_acos(double x) {
  if (!(fabs(x) <= 1) || fabs(x) == 1) {
    return x == 1 ? 0 : x == -1 ? pi.hi : (double)NAN;
  }
  pair_t a = angle(co_side(x), (pair_t){x, 0});
  return a.hi + a.lo;
}
