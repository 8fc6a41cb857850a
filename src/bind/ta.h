/* ta.h - streaming indicators: one block of memory each, fed bar by bar, no allocation after init.
 * Knows nothing of Lua: b_ta.c reads the table below and makes oms.ta from it.
 * Invariants:
 *   T1  sums of prices are exact integers of 1e-9; an average is the double nearest to the exact
 * fraction, so two averages that are equal as fractions are equal as doubles, whatever their
 * lengths, and no average is above another that is greater. T2  an update that fails has changed
 * nothing. T3  a block of memory must not be moved after init (it points into itself). */
#ifndef OMS_BIND_TA_H
#define OMS_BIND_TA_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "core/corporate.h"

#define OMS_TA_MAX_PARAMS  3
#define OMS_TA_MAX_INPUTS  4
#define OMS_TA_MAX_OUTPUTS 3
#define OMS_TA_MAX_LENGTH  1000000 /* bars of a window */
#define OMS_TA_MAX_PRICE   3e9     /* so that high + low + close fits an int64 of 1e-9 */
#define OMS_TA_MAX_VOLUME  1e15
#define OMS_TA_REQUIRED    (-1.0) /* in place of a default value */
#define OMS_TA_ALIGN       16     /* of a block of memory */

typedef struct oms_ta_param {
  const char *name;
  bool real;       /* a factor above 0, else a length: an integer from 1 to OMS_TA_MAX_LENGTH */
  double fallback; /* where it is left out; OMS_TA_REQUIRED: it may not be */
} oms_ta_param_t;

/* One kind of indicator. 'update' takes 'n_inputs' doubles and returns how many outputs it has
 * written, 0 while warming up, or OMS_ERR_RANGE: an input is NaN, infinite, negative where it is a
 * volume, or too large (oms_ta_explain says which). */
typedef struct oms_ta_kind {
  const char *name;
  int n_params;
  oms_ta_param_t params[OMS_TA_MAX_PARAMS];
  int n_inputs;
  const char *inputs[OMS_TA_MAX_INPUTS];
  int short_inputs; /* this many inputs are enough: the first stands for all prices; 0: all are
                       needed */
  int n_outputs;
  size_t (*size)(const double *params); /* bytes of the block */
  void (*init)(void *block, const double *params);
  int (*update)(void *block, const double *inputs, double *outputs);
  /* Brings what the block remembers to other terms of price and volume, as if it had been fed in
   * them; what leaves the range of prices stops at its end. '*value', its last first output,
   * follows. */
  void (*rescale)(void *block, const oms_scale_t *scale, double *value);
} oms_ta_kind_t;

/* All kinds by name, sorted; the count in '*n'. Static. */
const oms_ta_kind_t *oms_ta_kinds(size_t *n);
/* The kind of that name, or NULL. */
const oms_ta_kind_t *oms_ta_find(const char *name);

/* Checks the first 'n' parameters as given and adds the defaults of the rest: all of the kind's
 * parameters in 'params'. OMS_ERR_USAGE with a sentence that names the parameter, else OMS_OK. */
int oms_ta_params(const oms_ta_kind_t *kind, const double *given, int n, double *params,
                  oms_error_t *err);

/* Why 'update' has refused these inputs, as a sentence; always returns OMS_ERR_RANGE. */
int oms_ta_explain(const oms_ta_kind_t *kind, const double *inputs, oms_error_t *err);

/* The functions of the kinds, for the table in ta.c; each group lives in a file of its own. */
#define OMS_TA_DECLARE(name)                                                                       \
  size_t oms_ta_##name##_size(const double *params);                                               \
  void oms_ta_##name##_init(void *block, const double *params);                                    \
  int oms_ta_##name##_update(void *block, const double *inputs, double *outputs);                  \
  void oms_ta_##name##_rescale(void *block, const oms_scale_t *scale, double *value)
OMS_TA_DECLARE(adx);
OMS_TA_DECLARE(atr);
OMS_TA_DECLARE(bollinger);
OMS_TA_DECLARE(cci);
OMS_TA_DECLARE(donchian);
OMS_TA_DECLARE(ema);
OMS_TA_DECLARE(highest);
OMS_TA_DECLARE(keltner);
OMS_TA_DECLARE(lowest);
OMS_TA_DECLARE(macd);
OMS_TA_DECLARE(obv);
OMS_TA_DECLARE(rsi);
OMS_TA_DECLARE(sma);
OMS_TA_DECLARE(stdev);
OMS_TA_DECLARE(stochastic);
OMS_TA_DECLARE(vwap);
OMS_TA_DECLARE(wma);
#undef OMS_TA_DECLARE

#endif
