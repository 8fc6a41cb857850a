/* b_ta.h - the indicators for scripts: the table oms.ta. */
#ifndef OMS_BIND_B_TA_H
#define OMS_BIND_B_TA_H

#include <lua.h>
#include <stdint.h>

#include "port/feed.h"

/* Pushes the table oms.ta, a function for each kind of indicator; returns 1. Needs nothing of the
 * state but its allocator; may raise a memory error. */
int oms_bind_open_ta(lua_State *L);

#define OMS_SUBJECT_NONE    UINT32_MAX       /* of a callback that is about no data */
#define OMS_SUBJECT_SEVERAL (UINT32_MAX - 1) /* on_bars of more than one symbol */

/* Whose data the running callback is about: indicators that are fed in it are of that. Set by who
 * calls the script; one a state. */
typedef struct oms_ta_context {
  uint32_t subject; /* instrument, or one of the two above */
  /* Of OMS_SUBJECT_SEVERAL: instruments[i] belongs to bars[i]. */
  const oms_bar_t *const *bars;
  const uint32_t *instruments;
  size_t n;
} oms_ta_context_t;
/* NULL where oms.ta has not been opened. Raises nothing. */
oms_ta_context_t *oms_bind_ta_context(lua_State *L);

/* Brings the indicators that are of the instrument to other terms of price and volume. Needs a few
 * places on the stack, raises nothing. */
void oms_bind_rescale_ta(lua_State *L, uint32_t subject, const oms_scale_t *scale);

#endif
