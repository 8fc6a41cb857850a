/* b_ta.h - the indicators for scripts: the table oms.ta. */
#ifndef OMS_BIND_B_TA_H
#define OMS_BIND_B_TA_H

#include <lua.h>

/* Pushes the table oms.ta, a function for each kind of indicator; returns 1. Needs nothing of the
 * state but its allocator; may raise a memory error. */
int oms_bind_open_ta(lua_State *L);

#endif
