/* names.h - ids as texts, from numbers and back: order_id, wire_id, execution_id. Knows no engine:
 * the seed is handed in. */
#ifndef OMS_CORE_NAMES_H
#define OMS_CORE_NAMES_H

#include <stdbool.h>

#include "base/fixed.h"

/* Order id: 36 characters in the layout of a UUID version 7, and NUL. Texts of one seed sort by
 * millisecond of creation; equal arguments give equal texts. */
void oms_names_order_id(uint64_t seed, oms_time_t created_ns, uint32_t seq, char out[37]);
/* The seq of a text that oms_names_order_id made with this seed (at whatever time); false: it is
 * none, and '*seq' is untouched. */
bool oms_names_parse_order_id(const char *text, uint64_t seed, uint32_t *seq);

/* Wire id of an order's attempt: 10 of [0-9a-z] and NUL, never the same for another pair. */
void oms_names_wire_id(uint32_t seq, uint8_t attempt, char out[21]);
bool oms_names_parse_wire_id(const char *text, uint32_t *seq, uint8_t *attempt);

/* Execution id of a venue that numbers its executions: "x" and the number. */
void oms_names_execution_id(uint64_t number, char out[24]);
/* False for a text that oms_names_execution_id did not write. */
bool oms_names_parse_execution_id(const char *text, uint64_t *number);

#endif
