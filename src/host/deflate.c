/* deflate.c - the formulas of the paper that deflate.h names. The normal distribution is Hart's
 * approximation as West gives it (Better approximations to cumulative normal functions, 2005), its
 * inverse Wichura's AS 241 (PPND16). */
#include "host/deflate.h"

#include <math.h>

#include "base/check.h"
#include "bind/real.h"

#define EULER_MASCHERONI 0.57721566490153286061
#define E                2.71828182845904523536

/* c[0] + c[1] x + ... */
static double polynomial(const double *c, size_t n, double x) {
  double sum = 0;
  while (n-- > 0) {
    sum = sum * x + c[n];
  }
  return sum;
}

double oms_normal_below(double x) {
  static const double above[] = {220.206867912376,  221.213596169931, 112.079291497871,
                                 33.912866078383,   6.37396220353165, 0.700383064443688,
                                 0.0352624965998911};
  static const double below[] = {440.413735824752, 793.826512519948,  637.333633378831,
                                 296.564248779674, 86.7807322029461,  16.064177579207,
                                 1.75566716318264, 0.0883883476483184};
  double size = fabs(x), tail = 0;
  if (isnan(x)) {
    return x;
  }
  if (size <= 37) {
    double density = oms_real_exp(-size * size / 2);
    if (size < 7.07106781186547) {
      tail = density * polynomial(above, OMS_COUNT(above), size) /
             polynomial(below, OMS_COUNT(below), size);
    } else {
      double fraction = size + 1 / (size + 2 / (size + 3 / (size + 4 / (size + 0.65))));
      tail = density / fraction / 2.506628274631;
    }
  }
  return x > 0 ? 1 - tail : tail;
}

double oms_normal_quantile(double p) {
  static const double a[] = {3.3871328727963666080e0,  1.3314166789178437745e+2,
                             1.9715909503065514427e+3, 1.3731693765509461125e+4,
                             4.5921953931549871457e+4, 6.7265770927008700853e+4,
                             3.3430575583588128105e+4, 2.5090809287301226727e+3};
  static const double b[] = {1.0,
                             4.2313330701600911252e+1,
                             6.8718700749205790830e+2,
                             5.3941960214247511077e+3,
                             2.1213794301586595867e+4,
                             3.9307895800092710610e+4,
                             2.8729085735721942674e+4,
                             5.2264952788528545610e+3};
  static const double c[] = {1.42343711074968357734e0,  4.63033784615654529590e0,
                             5.76949722146069140550e0,  3.64784832476320460504e0,
                             1.27045825245236838258e0,  2.41780725177450611770e-1,
                             2.27238449892691845833e-2, 7.74545014278341407640e-4};
  static const double d[] = {1.0,
                             2.05319162663775882187e0,
                             1.67638483018380384940e0,
                             6.89767334985100004550e-1,
                             1.48103976427480074590e-1,
                             1.51986665636164571966e-2,
                             5.47593808499534494600e-4,
                             1.05075007164441684324e-9};
  static const double e[] = {6.65790464350110377720e0,  5.46378491116411436990e0,
                             1.78482653991729133580e0,  2.96560571828504891230e-1,
                             2.65321895265761230930e-2, 1.24266094738807843860e-3,
                             2.71155556874348757815e-5, 2.01033439929228813265e-7};
  static const double f[] = {1.0,
                             5.99832206555887937690e-1,
                             1.36929880922735805310e-1,
                             1.48753612908506148525e-2,
                             7.86869131145613259100e-4,
                             1.84631831751005468180e-5,
                             1.42151175831644588870e-7,
                             2.04426310338993978564e-15};
  if (!(p > 0 && p < 1)) {
    return NAN;
  }
  double q = p - 0.5;
  if (fabs(q) <= 0.425) {
    double r = 0.180625 - q * q;
    return q * polynomial(a, OMS_COUNT(a), r) / polynomial(b, OMS_COUNT(b), r);
  }
  double r = sqrt(-oms_real_log(q < 0 ? p : 1 - p));
  double size = r <= 5 ? polynomial(c, OMS_COUNT(c), r - 1.6) / polynomial(d, OMS_COUNT(d), r - 1.6)
                       : polynomial(e, OMS_COUNT(e), r - 5) / polynomial(f, OMS_COUNT(f), r - 5);
  return q < 0 ? -size : size;
}

double oms_expected_sharpe(size_t trials, double variance) {
  if (trials < 2) {
    return 0;
  }
  double n = (double)trials;
  return sqrt(variance) * ((1 - EULER_MASCHERONI) * oms_normal_quantile(1 - 1 / n) +
                           EULER_MASCHERONI * oms_normal_quantile(1 - 1 / (n * E)));
}

double oms_deflated_sharpe(double sharpe, double expected, size_t n, double skew, double kurtosis) {
  double variance = 1 - skew * sharpe + (kurtosis - 1) / 4 * sharpe * sharpe;
  if (n < 2 || !(variance > 0)) {
    return NAN;
  }
  return oms_normal_below((sharpe - expected) * sqrt((double)(n - 1)) / sqrt(variance));
}
