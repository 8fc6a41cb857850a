/* grid.h - what a sweep varies: axes of values, and their product. Values stay texts, as --set
 * takes them; ranges are counted in exact decimals, so that 0..1:0.1 has no 0.30000000000000004. */
#ifndef OMS_HOST_GRID_H
#define OMS_HOST_GRID_H

#include "base/containers.h"

#define OMS_GRID_MOST INT64_C(1000000) /* combinations */

typedef struct oms_axis {
  const char *name; /* of a parameter: NAME, or ID.NAME with a strategy's id */
  const char **values;
  size_t n;
} oms_axis_t;

/* Zero-initialised is empty; to be freed by oms_grid_free. */
typedef struct oms_grid {
  oms_arena_t arena;
  oms_axis_t *axes;
  size_t n;
} oms_grid_t;

/* Adds the axis NAME=PART,PART,...: a part is a value, or a range LOW..HIGH:STEP with both ends,
 * where the step reaches the upper one (:STEP may be left out: 1). OMS_ERR_USAGE with what is wrong
 * (no name, an empty value, one that comes twice, a name that came before, too many combinations),
 * OMS_ERR_NOMEM. */
int oms_grid_add(oms_grid_t *g, const char *text, oms_error_t *err);
void oms_grid_free(oms_grid_t *g);

/* Combinations: the product of all axes, 1 for none. */
size_t oms_grid_count(const oms_grid_t *g);
/* Index of the value that axis 'axis' has in combination 'i' (from 0): the last axis changes
 * fastest. */
size_t oms_grid_pick(const oms_grid_t *g, size_t i, size_t axis);
static inline const char *oms_grid_value(const oms_grid_t *g, size_t i, size_t axis) {
  return g->axes[axis].values[oms_grid_pick(g, i, axis)];
}
/* Whether the text is a plain decimal: sign, digits, a fraction; no exponent. */
bool oms_grid_number(const char *text);

#endif
