/* ta.c - the table of indicators, and the checks of their parameters and inputs in words. */
#include "bind/ta.h"

#include <math.h>
#include <string.h>

#include "base/check.h"

/* clang-format off */
#define FUNCTIONS(name)                                                                            \
  oms_ta_##name##_size, oms_ta_##name##_init, oms_ta_##name##_update, oms_ta_##name##_rescale
#define N(fallback) {"n", false, fallback}
#define CLOSE 1, {"close"}, 0
#define BAR 3, {"high", "low", "close"}, 0
#define BAR_VOLUME 4, {"high", "low", "close", "volume"}, 2

/* Name; parameters with their defaults; inputs; number of outputs; functions. Sorted by name. */
static const oms_ta_kind_t kinds[] = {
    {"adx",        1, {N(14)},                   BAR,        3, FUNCTIONS(adx)},
    {"atr",        1, {N(14)},                   BAR,        1, FUNCTIONS(atr)},
    {"bollinger",  2, {N(20), {"k", true, 2}},   CLOSE,      3, FUNCTIONS(bollinger)},
    {"cci",        1, {N(20)},                   BAR,        1, FUNCTIONS(cci)},
    {"donchian",   1, {N(20)}, 2, {"high", "low"}, 1,        3, FUNCTIONS(donchian)},
    {"ema",        1, {N(OMS_TA_REQUIRED)},      CLOSE,      1, FUNCTIONS(ema)},
    {"highest",    1, {N(OMS_TA_REQUIRED)},      CLOSE,      1, FUNCTIONS(highest)},
    {"keltner",    3, {N(20), {"atr_n", false, 10}, {"k", true, 2}}, BAR, 3, FUNCTIONS(keltner)},
    {"lowest",     1, {N(OMS_TA_REQUIRED)},      CLOSE,      1, FUNCTIONS(lowest)},
    {"macd",       3, {{"fast", false, 12}, {"slow", false, 26}, {"signal", false, 9}},
                                                 CLOSE,      3, FUNCTIONS(macd)},
    {"obv",        0, {{NULL, false, 0}},        BAR_VOLUME, 1, FUNCTIONS(obv)},
    {"rsi",        1, {N(14)},                   CLOSE,      1, FUNCTIONS(rsi)},
    {"sma",        1, {N(OMS_TA_REQUIRED)},      CLOSE,      1, FUNCTIONS(sma)},
    {"stdev",      1, {N(OMS_TA_REQUIRED)},      CLOSE,      1, FUNCTIONS(stdev)},
    {"stochastic", 3, {N(14), {"k_smooth", false, 3}, {"d", false, 3}}, BAR, 2,
     FUNCTIONS(stochastic)},
    {"vwap",       1, {N(0)},                    BAR_VOLUME, 1, FUNCTIONS(vwap)},
    {"wma",        1, {N(OMS_TA_REQUIRED)},      CLOSE,      1, FUNCTIONS(wma)},
};
/* clang-format on */

const oms_ta_kind_t *oms_ta_kinds(size_t *n) {
  *n = OMS_COUNT(kinds);
  return kinds;
}

const oms_ta_kind_t *oms_ta_find(const char *name) {
  for (size_t i = 0; i < OMS_COUNT(kinds); i++) {
    if (strcmp(kinds[i].name, name) == 0) {
      return &kinds[i];
    }
  }
  return NULL;
}

static int check_param(const oms_ta_kind_t *kind, const oms_ta_param_t *param, double v,
                       oms_error_t *err) {
  if (param->real) {
    if (v > 0 && v <= 1e6) {
      return OMS_OK;
    }
    return oms_error_set(err, OMS_ERR_USAGE,
                         "%s: %s must be a number above 0 and at most %g, got %g", kind->name,
                         param->name, 1e6, v);
  }
  if (v >= 1 && v <= OMS_TA_MAX_LENGTH && floor(v) == v) {
    return OMS_OK;
  }
  return oms_error_set(err, OMS_ERR_USAGE, "%s: %s must be an integer from 1 to %d, got %.14g",
                       kind->name, param->name, OMS_TA_MAX_LENGTH, v);
}

int oms_ta_params(const oms_ta_kind_t *kind, const double *given, int n, double *params,
                  oms_error_t *err) {
  if (n > kind->n_params) {
    return oms_error_set(err, OMS_ERR_USAGE, "%s takes at most %d parameters, got %d", kind->name,
                         kind->n_params, n);
  }
  for (int i = 0; i < kind->n_params; i++) {
    const oms_ta_param_t *param = &kind->params[i];
    if (i >= n && param->fallback < 0) {
      return oms_error_set(err, OMS_ERR_USAGE, "%s: %s is missing; it is an integer from 1 to %d",
                           kind->name, param->name, OMS_TA_MAX_LENGTH);
    }
    params[i] = i < n ? given[i] : param->fallback;
    int rc = i < n ? check_param(kind, param, given[i], err) : OMS_OK;
    if (rc != OMS_OK) {
      return rc;
    }
  }
  if (strcmp(kind->name, "macd") == 0 && params[0] >= params[1]) {
    return oms_error_set(err, OMS_ERR_USAGE, "macd: fast (%g) must be below slow (%g)", params[0],
                         params[1]);
  }
  return OMS_OK;
}

int oms_ta_explain(const oms_ta_kind_t *kind, const double *inputs, oms_error_t *err) {
  for (int i = 0; i < kind->n_inputs; i++) {
    const char *name = kind->inputs[i];
    double v = inputs[i];
    bool volume = strcmp(name, "volume") == 0;
    double limit = volume ? OMS_TA_MAX_VOLUME : OMS_TA_MAX_PRICE;
    if (isnan(v) || isinf(v)) {
      return oms_error_set(err, OMS_ERR_RANGE, "%s:update expects a finite number (%s), got %s",
                           kind->name, name,
                           isnan(v) ? "nan"
                           : v > 0  ? "inf"
                                    : "-inf");
    }
    if (v > limit || v < (volume ? 0 : -limit)) {
      return oms_error_set(err, OMS_ERR_RANGE,
                           "%s:update expects a %s between %g and %g, got %.14g", kind->name, name,
                           volume ? 0.0 : -limit, limit, v);
    }
  }
  return oms_error_set(err, OMS_ERR_RANGE,
                       "%s:update cannot sum these numbers exactly: they are too large",
                       kind->name);
}
