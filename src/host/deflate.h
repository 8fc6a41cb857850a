/* deflate.h - the deflated Sharpe ratio: how probable it is that the Sharpe ratio of the best of
 * many trials is above what the best of so many trials without any skill would show.
 * Bailey, D. H., and Lopez de Prado, M.: The Deflated Sharpe Ratio: Correcting for Selection Bias,
 * Backtest Overfitting and Non-Normality. Journal of Portfolio Management 40 (5), 2014.
 * Sharpe ratios are those of one period here (a day), not annualised. No function of the C library
 * that differs between processors takes part. */
#ifndef OMS_HOST_DEFLATE_H
#define OMS_HOST_DEFLATE_H

#include <stddef.h>

/* The normal distribution: probability of a value below 'x'; and its inverse, NaN outside of
 * 0 < p < 1. */
double oms_normal_below(double x);
double oms_normal_quantile(double p);

/* The expected maximum of the Sharpe ratios of 'trials' trials whose true ones are 0 and that vary
 * by 'variance': root of it times ((1 - g) q(1 - 1/n) + g q(1 - 1/(n e))), with q the quantile and
 * g the constant of Euler and Mascheroni. 0 for fewer than two trials. */
double oms_expected_sharpe(size_t trials, double variance);

/* Probability that the true Sharpe ratio behind 'sharpe' is above 'expected', from 'n' returns with
 * that skew and kurtosis (3 for normal ones). NaN for what is not defined. */
double oms_deflated_sharpe(double sharpe, double expected, size_t n, double skew, double kurtosis);

#endif
