/* real.h - elementary functions with the same bits on every processor. The C library chooses code
 * by CPU, and its results differ in the last bit; these use the four operations and sqrt only,
 * which IEEE 754 fixes. They cost about 100-400 ns. Special values as in C99, annex F. Results are
 * within 1 unit in the last place. */
#ifndef OMS_BIND_REAL_H
#define OMS_BIND_REAL_H

double oms_real_exp(double x);
double oms_real_log(double x);
/* Logarithm to the base 'b'; exact for powers of 2 and 10 to those bases. */
double oms_real_log_base(double x, double b);
double oms_real_pow(double x, double y);
/* Radians. Beyond 2^40 the argument's reduction loses accuracy, though not its sameness. */
double oms_real_sin(double x);
double oms_real_cos(double x);
double oms_real_tan(double x);
double oms_real_atan2(double y, double x);
double oms_real_asin(double x);
double oms_real_acos(double x);

#endif
