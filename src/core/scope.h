/* scope.h - what a kill switch or a trading state holds for: everything, or one account, owner or
 * instrument. Pure looking: it names, finds and compares. */
#ifndef OMS_CORE_SCOPE_H
#define OMS_CORE_SCOPE_H

#include "core/engine.h"

/* The word of a kind as people write it: "all", "account", "strategy", "symbol". */
const char *oms_scope_word(int kind);
/* How many things of that kind there are; 1 of OMS_SCOPE_ALL. */
uint32_t oms_scope_count(const oms_engine_t *e, int kind);
/* The name of what it holds for, "all" for everything. Static, or the engine's. */
const char *oms_scope_name(const oms_engine_t *e, oms_scope_t scope);
/* The thing of that kind and name. OMS_ERR_NOT_FOUND: the sentence names the nearest one. */
int oms_scope_find(const oms_engine_t *e, int kind, const char *name, oms_scope_t *out,
                   oms_error_t *err);
/* Whether what stands in this account, of this owner and instrument, is in it. */
bool oms_scope_holds(oms_scope_t scope, uint16_t account, uint16_t owner, uint32_t instrument);

#endif
