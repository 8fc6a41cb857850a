/* refused.h - the orders of a run that were rejected, counted by code. */
#ifndef OMS_HOST_REFUSED_H
#define OMS_HOST_REFUSED_H

#include "base/containers.h"
#include "core/engine.h"

typedef struct oms_refusal {
  uint16_t code; /* oms_code_t, or a rule's own */
  uint8_t by;    /* oms_rejected_by_t */
  uint32_t n;
  const char *message; /* of the first one; lives as long as the engine */
} oms_refusal_t;

/* Pushes onto the empty 'list' of oms_refusal_t: the most frequent first, equal ones in order of
 * appearance. OMS_ERR_NOMEM. */
int oms_refusals_count(const oms_engine_t *e, oms_array_t *list);

struct oms_host;

/* Logs in one line how many were refused and why; nothing where none was. Without it a strategy
 * that does not look at the answers of its orders would end without trades and without a word. */
void oms_refusals_tell(struct oms_host *h);

#endif
