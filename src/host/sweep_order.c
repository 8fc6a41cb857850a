/* sweep_order.c - which statistic sorts and which way. */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/check.h"
#include "host/sweep.h"

/* Of these less is better. */
static const char *const less_is_better[] = {
    "rejected",     "volatility_pct", "max_drawdown_pct", "max_drawdown_days",
    "exposure_pct", "commission",     "turnover"};

bool oms_sweep_less_is_better(size_t stat) {
  for (size_t i = 0; i < OMS_COUNT(less_is_better); i++) {
    if (strcmp(less_is_better[i], oms_sweep_stat_name(stat)) == 0) {
      return true;
    }
  }
  return false;
}

int oms_sweep_key_parse(const char *text, oms_sweep_key_t *out, oms_error_t *err) {
  const char *names[OMS_SWEEP_STATS];
  bool reverse = text[0] == '-';
  const char *name = text + (reverse ? 1 : 0);
  size_t stat = oms_sweep_stat(name);
  if (stat < OMS_SWEEP_STATS) {
    *out = (oms_sweep_key_t){stat, oms_sweep_less_is_better(stat) == reverse};
    return OMS_OK;
  }
  if (oms_summary_is_measured(name)) {
    return oms_error_set(err, OMS_ERR_USAGE,
                         "--sort: a sweep does not keep %s: it would differ from run to run", name);
  }
  for (size_t i = 0; i < OMS_SWEEP_STATS; i++) {
    names[i] = oms_sweep_stat_name(i);
  }
  char hint[OMS_NEAR_TEXT];
  return oms_error_set(err, OMS_ERR_USAGE,
                       "--sort: there is no statistic '%.60s'%s; they are those of "
                       "summary.json, such as sharpe, return_pct, max_drawdown_pct",
                       name, oms_near_text(oms_nearest_word(name, names, OMS_SWEEP_STATS), hint));
}

static int compare_fields(const oms_summary_field_t *a, const oms_summary_field_t *b) {
  if (a->kind == OMS_FIELD_TEXT && b->kind == OMS_FIELD_TEXT) {
    return strcmp(a->text, b->text);
  }
  if (a->kind == OMS_FIELD_INTEGER && b->kind == OMS_FIELD_INTEGER) {
    return (a->integer > b->integer) - (a->integer < b->integer);
  }
  double x = a->kind == OMS_FIELD_INTEGER ? (double)a->integer : a->number;
  double y = b->kind == OMS_FIELD_INTEGER ? (double)b->integer : b->number;
  return (x > y) - (x < y);
}

/* 0 with the statistic, 1 done without it, 2 not done. */
static int missing(const oms_sweep_row_t *row, const oms_summary_field_t *f) {
  if (row->status != OMS_SWEEP_DONE) {
    return 2;
  }
  return f->kind == OMS_FIELD_NULL ? 1 : 0;
}

int oms_sweep_compare(const oms_sweep_key_t *key, const oms_sweep_row_t *a,
                      const oms_sweep_row_t *b) {
  oms_summary_field_t x, y;
  oms_sweep_field(a, key->stat, &x);
  oms_sweep_field(b, key->stat, &y);
  int absent = missing(a, &x) - missing(b, &y);
  if (absent != 0 || missing(a, &x) != 0) {
    return absent;
  }
  return key->largest ? compare_fields(&y, &x) : compare_fields(&x, &y);
}

/* Merges [low, middle) and [middle, high): stable, so that equal rows stay in the grid's order. */
static void merge(const oms_sweep_key_t *key, const oms_sweep_row_t *rows, uint32_t *order,
                  uint32_t *room, size_t low, size_t middle, size_t high) {
  size_t i = low, k = middle;
  for (size_t at = low; at < high; at++) {
    bool left =
        k == high || (i < middle && oms_sweep_compare(key, &rows[order[i]], &rows[order[k]]) <= 0);
    room[at] = left ? order[i++] : order[k++];
  }
  memcpy(order + low, room + low, (high - low) * sizeof *order);
}

int oms_sweep_rank(const oms_sweep_key_t *key, const oms_sweep_row_t *rows, size_t n,
                   uint32_t *order) {
  uint32_t *room = oms_alloc_zero(n > 0 ? n : 1, sizeof *room);
  if (room == NULL) {
    return OMS_ERR_NOMEM;
  }
  for (size_t i = 0; i < n; i++) {
    order[i] = (uint32_t)i;
  }
  for (size_t width = 1; width < n; width *= 2) {
    for (size_t low = 0; low + width < n; low += 2 * width) {
      size_t high = low + 2 * width < n ? low + 2 * width : n;
      merge(key, rows, order, room, low, low + width, high);
    }
  }
  oms_free(room);
  return OMS_OK;
}
