/* engine_back.c - what a core is told that goes on behind a journal: settings of the run that are
 * no state of its own. */
#include <string.h>

#include "core/engine_int.h"

void oms_engine_set_commission(oms_engine_t *e, const oms_commission_model_t *model) {
  e->config.commission = *model;
}

void *oms_engine_keep(oms_engine_t *e, const void *data, size_t n) {
  void *copy = oms_arena_zero(&e->texts, n > 0 ? n : 1, 1);
  return copy == NULL || data == NULL ? copy : memcpy(copy, data, n);
}
