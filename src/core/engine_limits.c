/* engine_limits.c - the hard limits of an account as they are set: a copy of the list, and the
 * windows that two of them look back into (engine_window.c). */
#include <string.h>

#include "base/alloc.h"
#include "core/engine_int.h"

static bool has_limits(const oms_limits_t *l) {
  bool any = l->restricted_n > 0;
  for (size_t i = 0; i < OMS_LIMIT_FIELDS && !any; i++) {
    any = oms_limit_get(l, i) != OMS_NO_PRICE;
  }
  return any;
}

void engine_limits_free(oms_account_cell_t *cell) {
  engine_window_free(cell);
  oms_free(cell->restricted);
  cell->restricted = NULL;
}

static int copy_list(oms_account_cell_t *cell, const oms_limits_t *l) {
  uint32_t n = l->restricted == NULL ? 0 : l->restricted_n;
  cell->restricted = NULL;
  cell->a.limits.restricted_n = n;
  if (n > 0) {
    cell->restricted = oms_alloc(n);
    if (cell->restricted == NULL) {
      return OMS_ERR_NOMEM;
    }
    memcpy(cell->restricted, l->restricted, n);
  }
  cell->a.limits.restricted = cell->restricted;
  return OMS_OK;
}

/* A window that is kept on keeps what it has seen. */
static void keep_windows(oms_account_cell_t *fresh, oms_account_cell_t *cell) {
  if (fresh->rate.cap != 0 && cell->rate.cap != 0) {
    oms_rate_t rate = fresh->rate;
    fresh->rate = cell->rate;
    cell->rate = rate;
  }
  if (fresh->recent.cap != 0 && cell->recent.cap != 0) {
    oms_recent_t recent = fresh->recent;
    fresh->recent = cell->recent;
    cell->recent = recent;
  }
}

int engine_take_limits(oms_account_cell_t *cell, const oms_limits_t *limits) {
  oms_account_cell_t fresh = {.a.limits = *limits};
  int rc = copy_list(&fresh, limits);
  rc = rc == OMS_OK ? engine_window_init(&fresh) : rc;
  if (rc != OMS_OK) {
    engine_limits_free(&fresh);
    return rc;
  }
  keep_windows(&fresh, cell);
  engine_limits_free(cell);
  cell->a.limits = fresh.a.limits;
  cell->limited = has_limits(limits);
  cell->restricted = fresh.restricted;
  cell->rate = fresh.rate;
  cell->recent = fresh.recent;
  return OMS_OK;
}

int oms_engine_set_limits(oms_engine_t *e, uint16_t account, const oms_limits_t *limits) {
  return account < e->accounts.n ? engine_take_limits(engine_account(e, account), limits)
                                 : OMS_ERR_NOT_FOUND;
}
