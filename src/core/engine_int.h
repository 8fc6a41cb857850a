/* engine_int.h - the inside of the engine, for the engine_*.c files, names.c and trades.c only.
 *
 * How a command keeps its promise "done whole or not at all": first everything that can fail is done
 * (checks, room in pools, texts in the arena, entries in maps that point nowhere yet), then fields change.
 * Room taken for nothing is left behind and is invisible: texts in the arena, flat positions of version 0.
 *
 * How an open order stands in sums (working quantities, reserves, exit credit, count of open orders):
 * engine_take_out before any of its fields changes, engine_put_in after it. Nothing else touches the sums. */
#ifndef OMS_CORE_ENGINE_INT_H
#define OMS_CORE_ENGINE_INT_H

#include "base/containers.h"
#include "core/engine.h"

#define ENGINE_NET UINT16_MAX /* owner of a net position */

typedef struct oms_position_cell {
  oms_position_t p;
  uint32_t next_net; /* next net of the same instrument, or OMS_NONE */
} oms_position_cell_t;

typedef struct oms_instrument_cell {
  oms_instrument_t i;
  uint32_t first_net;
  bool killed; /* its trading state was set by a kill */
} oms_instrument_cell_t;

/* The newest order times, at least as many as the limit a second. */
typedef struct oms_rate {
  oms_time_t *times; /* time k lies at k & (cap - 1) */
  uint64_t n;
  size_t cap;
} oms_rate_t;

/* Order contents seen within the duplicate window, by hash; open addressing. */
typedef struct oms_recent {
  uint64_t *hashes; /* 0: empty */
  uint32_t *orders;
  size_t used, cap;
} oms_recent_t;

typedef struct oms_account_cell {
  oms_account_t a;
  bool killed;
  oms_rate_t rate;
  oms_recent_t recent;
} oms_account_cell_t;

typedef struct oms_owner_cell {
  oms_owner_t o;
  bool killed;
} oms_owner_cell_t;

/* Terms as first asked of an order that was changed in place, for the comparison of a repeated key. */
typedef struct oms_original {
  uint32_t order;
  uint8_t time_in_force;
  oms_qty_t qty;
  oms_price_t limit_price, stop_price;
} oms_original_t;

struct oms_engine {
  oms_engine_config_t config;
  oms_pool_t orders, fills, positions,
      groups; /* oms_order_t, oms_fill_t, oms_position_cell_t, oms_group_t */
  oms_pool_t instruments, accounts, owners; /* cells */
  oms_lots_t lots;
  oms_map_t keys;       /* account and client_order_id (hash) -> order; given keys only */
  oms_map_t executions; /* account and execution id (number or hash) -> fill */
  oms_map_t places;     /* account, owner, instrument -> position */
  oms_map_t names;      /* kind and name (hash) -> instrument, account or owner */
  oms_array_t originals;
  oms_arena_t texts;
  const char *last_tag, *last_entered_by, *last_script_hash,
      *last_route; /* texts met again are shared */
  uint32_t first_open, last_open;
  uint8_t state; /* of the scope "all" */
  bool killed;
  uint32_t restricted_scopes; /* how many scopes are not active: 0 saves the look */
  oms_time_t next_roll;       /* next 00:00 New York */
  /* of the command being applied */
  oms_time_t now;
  oms_sink_t *sink;
  uint64_t event_seq;
  uint32_t subject, new_group;
  oms_code_t refusal;
  char refusal_message[256];
};

/* --- places --------------------------------------------------------------------------------------- */

static inline oms_order_t *engine_order(const oms_engine_t *e, uint32_t i) {
  return oms_pool_at(&e->orders, i);
}
static inline oms_fill_t *engine_fill(const oms_engine_t *e, uint32_t i) {
  return oms_pool_at(&e->fills, i);
}
static inline oms_position_t *engine_position(const oms_engine_t *e, uint32_t i) {
  return &((oms_position_cell_t *)oms_pool_at(&e->positions, i))->p;
}
static inline oms_instrument_cell_t *engine_instrument(const oms_engine_t *e, uint32_t i) {
  return oms_pool_at(&e->instruments, i);
}
static inline oms_account_cell_t *engine_account(const oms_engine_t *e, uint32_t i) {
  return oms_pool_at(&e->accounts, i);
}
static inline oms_owner_cell_t *engine_owner(const oms_engine_t *e, uint32_t i) {
  return oms_pool_at(&e->owners, i);
}
static inline oms_group_t *engine_group(const oms_engine_t *e, uint32_t i) {
  return oms_pool_at(&e->groups, i);
}

/* --- texts that are read back: names.c ------------------------------------------------------------- */

/* Order whose order_id 'text' is (made by oms_order_id_text of this engine), or OMS_NONE. Order index is
 * seq - 1. */
uint32_t oms_order_id_parse(const oms_engine_t *e, const char *text);
/* Number of an execution id that oms_execution_id_text wrote from a number; false: another text. */
bool oms_execution_id_parse(const char *text, uint64_t *number);

#endif
