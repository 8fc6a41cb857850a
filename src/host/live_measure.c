/* live_measure.c - what a live host measures of its scripts, and the collecting of their garbage
 * while there is nothing else to do. */
#include "base/alloc.h"
#include "host/live_int.h"

#define GROWN_BYTES ((size_t)256 << 10) /* since it was collected: then it is collected again */

int oms_live_measure(oms_live_host_t *l) {
  oms_host_t *h = l->h;
  for (size_t i = 0; i < h->scripts.n; i++) {
    oms_host_script_t *s = oms_host_script_at(h, i);
    oms_histogram_t **time =
        i < h->rule_n ? &OMS_AT(&h->desk.rules, oms_rule_t, i)->time : &s->time;
    *time = oms_alloc_zero(1, sizeof **time);
    if (*time == NULL || oms_array_push(&h->owned, time) != OMS_OK) {
      oms_free(*time);
      *time = NULL;
      return OMS_ERR_NOMEM;
    }
  }
  h->desk.judging = &l->metrics.rules;
  return OMS_OK;
}

static oms_script_t *script_at(const oms_host_t *h, size_t i) {
  return i == h->scripts.n ? h->trigger : oms_host_script_at(h, i)->script;
}

bool oms_live_collect(oms_live_host_t *l) {
  oms_host_t *h = l->h;
  size_t n = h->scripts.n + 1;
  for (size_t k = 0; k < n; k++) {
    size_t i = (l->collecting + k) % n;
    oms_script_t *s = script_at(h, i);
    size_t *floor = i == h->scripts.n ? &l->trigger_floor : &oms_host_script_at(h, i)->heap_floor;
    size_t before = oms_script_memory(s);
    *floor = before < *floor || *floor == 0 ? before : *floor;
    if (before < *floor + GROWN_BYTES) {
      continue;
    }
    int64_t from = oms_live_mono();
    oms_script_collect(s);
    oms_histogram_add(&l->metrics.gc, oms_live_mono() - from);
    size_t after = oms_script_memory(s);
    if (after >= before) { /* all of it is in use */
      *floor = after;
    }
    l->collecting = i;
    return true;
  }
  return false;
}
