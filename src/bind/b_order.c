/* b_order.c - order handles: one userdata per order and cell, read straight from the engine. A
 * handle names a chain of replaces and answers with its live link, so it moves by itself in the
 * moment a replace is accepted, whatever events are still on their way. The cell keeps handles
 * weakly: what no script holds is collected, and a new handle for the same chain cannot be told
 * from the old one. */
#include <stddef.h>
#include <string.h>

#include "bind/api.h"
#include "bind/doc.h"

typedef struct oms_handle {
  oms_ud_t head;
  uint32_t order; /* a link of the chain; OMS_NONE: not settled yet */
} oms_handle_t;

/* Which row. */

/* False for a successor whose replace was not accepted, or not yet. */
static bool has_lived(const oms_engine_t *e, const oms_order_t *o) {
  if (OMS_LIKELY(o->more->replaces == OMS_NONE)) {
    return true;
  }
  const oms_order_t *old = oms_engine_order(e, o->more->replaces);
  return old->status == OMS_STATUS_REPLACED && old->more->replaced_by == o->index;
}

bool oms_order_is_listed(const oms_engine_t *e, const oms_order_t *o) {
  if (o->status == OMS_STATUS_REPLACED && o->more->replaced_by != OMS_NONE) {
    return false;
  }
  return !oms_order_is_open(o) || has_lived(e, o);
}

uint32_t oms_order_live(const oms_engine_t *e, uint32_t index) {
  const oms_order_t *o = oms_engine_order(e, index);
  while (oms_order_is_open(o) && !has_lived(e, o)) {
    o = oms_engine_order(e, o->more->replaces);
  }
  while (o->status == OMS_STATUS_REPLACED && o->more->replaced_by != OMS_NONE) {
    o = oms_engine_order(e, o->more->replaced_by);
  }
  return o->index;
}

/* Key of the handle in the cell's table: the root of the chain; a successor that never lived its
 * own. */
static lua_Integer handle_key(const oms_engine_t *e, const oms_order_t *o) {
  return (lua_Integer)(has_lived(e, o) ? oms_order_root(o) : o->index) + 1;
}

static const oms_order_t *handle_order(const oms_api_t *api, oms_handle_t *h) {
  const oms_engine_t *e = oms_api_engine(api);
  const oms_order_t *o = oms_engine_order(e, h->order);
  if (OMS_UNLIKELY(o->status == OMS_STATUS_REPLACED)) {
    h->order = oms_order_live(e, h->order);
    o = oms_engine_order(e, h->order);
  }
  return o;
}

/* Making handles. */

oms_handle_t *oms_order_prepare(lua_State *L) {
  oms_handle_t *h = oms_ud_new(L, OMS_UD_ORDER, sizeof(*h), 0);
  h->order = OMS_NONE;
  return h;
}

/* The prepared handle is on top; the handle of the row takes its place. */
void oms_order_settle(lua_State *L, oms_handle_t *h, uint32_t index) {
  oms_api_t *api = oms_api_of(L);
  oms_cell_t *cell = api->cell;
  const oms_engine_t *e = oms_api_engine(api);
  const oms_order_t *o = oms_engine_order(e, oms_order_live(e, index));
  lua_Integer key = handle_key(e, o);
  h->order = o->index;
  h->head.sort_id = (uint64_t)key;
  lua_rawgeti(L, LUA_REGISTRYINDEX, api->ref_handles);
  if (lua_rawgeti(L, -1, key) ==
      LUA_TUSERDATA) { /* a repeated key, or a target that stands already */
    lua_replace(L, -3);
    lua_pop(L, 1);
    return;
  }
  lua_pop(L, 1);
  lua_pushvalue(L, -2);
  bool grace = cell->grace;
  cell->grace = true; /* the core has changed: the script's cap must not raise now */
  lua_rawseti(L, -2, key);
  cell->grace = grace;
  lua_pop(L, 1);
}

void oms_order_push(lua_State *L, uint32_t index) {
  if (index == OMS_NONE) {
    lua_pushnil(L);
    return;
  }
  oms_api_t *api = oms_api_of(L);
  const oms_engine_t *e = oms_api_engine(api);
  const oms_order_t *o = oms_engine_order(e, oms_order_live(e, index));
  lua_rawgeti(L, LUA_REGISTRYINDEX, api->ref_handles);
  if (lua_rawgeti(L, -1, handle_key(e, o)) == LUA_TUSERDATA) {
    lua_remove(L, -2);
    return;
  }
  lua_pop(L, 2);
  oms_order_settle(L, oms_order_prepare(L), index);
}

uint32_t oms_order_arg(lua_State *L, int index, const char *where) {
  oms_handle_t *h = oms_ud_test(L, index, OMS_UD_ORDER);
  if (OMS_UNLIKELY(h == NULL || h->order == OMS_NONE)) {
    luaL_error(L, "%s: argument %d must be an order, got %s", where, index, oms_arg_type(L, index));
  }
  return handle_order(oms_api_of(L), h)->index;
}

/* Fields. */

static const oms_engine_t *engine_of(lua_State *L) {
  return oms_api_engine(oms_api_of(L));
}

static void push_enum(lua_State *L, oms_enum_kind_t kind, int value) {
  lua_pushstring(L, oms_enum_text(kind, value));
}
/* Where value 0 says that there is none. */
static void push_enum_or_nil(lua_State *L, oms_enum_kind_t kind, int value) {
  if (value == 0) {
    lua_pushnil(L);
  } else {
    push_enum(L, kind, value);
  }
}

#define ENUM_FIELD(name, kind)                                                                     \
  static void push_##name(lua_State *L, const void *record) {                                      \
    push_enum(L, kind, ((const oms_order_t *)record)->name);                                       \
  }
#define OPTIONAL_ENUM_FIELD(name, kind)                                                            \
  static void push_##name(lua_State *L, const void *record) {                                      \
    push_enum_or_nil(L, kind, ((const oms_order_t *)record)->name);                                \
  }
#define FLAG_FIELD(name, bit)                                                                      \
  static void push_##name(lua_State *L, const void *record) {                                      \
    lua_pushboolean(L, (((const oms_order_t *)record)->flags & (bit)) != 0);                       \
  }
ENUM_FIELD(side, OMS_ENUM_SIDE)
ENUM_FIELD(time_in_force, OMS_ENUM_TIF)

/* The head of an oco has no type of its own. */
static void push_type(lua_State *L, const void *record) {
  const oms_order_t *o = record;
  if ((o->flags & OMS_ORDER_GROUP_HEAD) != 0) {
    lua_pushnil(L);
  } else {
    push_enum(L, OMS_ENUM_TYPE, o->type);
  }
}
ENUM_FIELD(session, OMS_ENUM_SESSION)
ENUM_FIELD(order_class, OMS_ENUM_ORDER_CLASS)
ENUM_FIELD(status, OMS_ENUM_STATUS)
OPTIONAL_ENUM_FIELD(trigger_by, OMS_ENUM_TRIGGER_BY)
OPTIONAL_ENUM_FIELD(position_intent, OMS_ENUM_INTENT)
OPTIONAL_ENUM_FIELD(role, OMS_ENUM_ROLE)
OPTIONAL_ENUM_FIELD(held_by, OMS_ENUM_HELD_BY)
OPTIONAL_ENUM_FIELD(rejected_by, OMS_ENUM_REJECTED_BY)
OPTIONAL_ENUM_FIELD(canceled_by, OMS_ENUM_CANCELED_BY)
OPTIONAL_ENUM_FIELD(code, OMS_ENUM_CODE)
#define PRICE(L, v) oms_push_fixed(L, v, 1e9)
#define MONEY(L, v) oms_push_fixed(L, v, 1e6)
#define PART_FIELD(part, name, push)                                                               \
  static void push_##name(lua_State *L, const void *record) {                                      \
    push(L, ((const oms_order_t *)record)->part->name);                                            \
  }
PART_FIELD(more, notional, MONEY)
PART_FIELD(more, display_qty, PRICE)
PART_FIELD(more, trail_price, PRICE)
PART_FIELD(more, trail_percent, PRICE)
PART_FIELD(more, limit_offset, PRICE)
PART_FIELD(more, expire_at, oms_push_time)
PART_FIELD(origin, entered_by, lua_pushstring)
PART_FIELD(origin, script_hash, lua_pushstring)
PART_FIELD(origin, tag, lua_pushstring)
FLAG_FIELD(post_only, OMS_ORDER_POST_ONLY)
FLAG_FIELD(reduce_only, OMS_ORDER_REDUCE_ONLY)
FLAG_FIELD(do_not_reduce, OMS_ORDER_DO_NOT_REDUCE)
FLAG_FIELD(manual, OMS_ORDER_MANUAL)
FLAG_FIELD(at_venue, OMS_ORDER_AT_VENUE)
FLAG_FIELD(triggered, OMS_ORDER_TRIGGERED)
FLAG_FIELD(done_for_day, OMS_ORDER_DONE_FOR_DAY)
FLAG_FIELD(stopped, OMS_ORDER_STOPPED)
FLAG_FIELD(in_doubt, OMS_ORDER_IN_DOUBT)

static void push_order_id(lua_State *L, const void *record) {
  char text[37];
  oms_order_id_text(engine_of(L), record, text);
  lua_pushstring(L, text);
}
static void push_id_of(lua_State *L, uint32_t index) {
  if (index == OMS_NONE) {
    lua_pushnil(L);
  } else {
    push_order_id(L, oms_engine_order(engine_of(L), index));
  }
}
static void push_client_order_id(lua_State *L, const void *record) {
  char text[37];
  lua_pushstring(L, oms_client_order_id_text(engine_of(L), record, text));
}
static void push_wire_id(lua_State *L, const void *record) {
  char text[21];
  oms_wire_id_text(engine_of(L), record, text);
  lua_pushstring(L, text);
}
static void push_account(lua_State *L, const void *record) {
  const oms_order_t *o = record;
  lua_pushstring(L, oms_engine_account(engine_of(L), o->account)->id);
}
static void push_owner(lua_State *L, const void *record) {
  const oms_order_t *o = record;
  lua_pushstring(L, oms_engine_owner(engine_of(L), o->owner)->id);
}
/* The owner where that is a strategy. */
static void push_strategy_id(lua_State *L, const void *record) {
  const oms_order_t *o = record;
  const char *id = oms_engine_owner(engine_of(L), o->owner)->id;
  bool other = o->owner == 0 || strncmp(id, "api:", 4) == 0 || strncmp(id, "person:", 7) == 0;
  lua_pushstring(L, other ? NULL : id);
}
/* Of a trailing order the stop as it stands at the venue, nil before it is known and when it has
 * ended. */
static void push_stop_price(lua_State *L, const void *record) {
  const oms_order_t *o = record;
  oms_push_fixed(L, oms_desk_stop_of(oms_api_of(L)->desk, o), 1e9);
}
static void push_leaves_qty(lua_State *L, const void *record) {
  oms_push_fixed(L, oms_order_leaves(record), 1e9);
}
static void push_overfill_qty(lua_State *L, const void *record) {
  oms_push_fixed(L, oms_order_overfill(record), 1e9);
}
static void push_filled_avg_price(lua_State *L, const void *record) {
  oms_push_fixed(L, oms_order_avg_price(record), 1e9);
}
static void push_extended_hours(lua_State *L, const void *record) {
  lua_pushboolean(L, ((const oms_order_t *)record)->session == OMS_SESSION_EXTENDED);
}
static void push_route(lua_State *L, const void *record) {
  const oms_order_t *o = record;
  lua_pushstring(L, o->origin->route != NULL ? o->origin->route : "auto");
}
static void push_guarded_by(lua_State *L, const void *record) {
  const oms_order_t *o = record;
  lua_pushstring(L, (o->flags & OMS_ORDER_GUARDED_BY_HOST) != 0 ? "host" : NULL);
}
static void push_unprotected(lua_State *L, const void *record) {
  const oms_order_t *o = record;
  bool group = o->group != OMS_NONE && oms_engine_group(engine_of(L), o->group)->unprotected != 0;
  lua_pushboolean(L, group || (o->flags & OMS_ORDER_UNPROTECTED) != 0);
}
static void push_is_open(lua_State *L, const void *record) {
  lua_pushboolean(L, oms_order_is_open(record));
}
static void push_parent_id(lua_State *L, const void *record) {
  push_id_of(L, ((const oms_order_t *)record)->more->parent);
}
static void push_replaces(lua_State *L, const void *record) {
  push_id_of(L, ((const oms_order_t *)record)->more->replaces);
}
/* Of a handle always nil but between two links; a rule may look at an order that is being
 * replaced. */
static void push_replaced_by(lua_State *L, const void *record) {
  const oms_order_t *o = record;
  push_id_of(L, o->status == OMS_STATUS_REPLACED ? o->more->replaced_by : OMS_NONE);
}
static void push_nothing(lua_State *L, const void *record) {
  (void)record;
  lua_pushnil(L);
}

static void push_parent(lua_State *L, const void *record) {
  oms_order_push(L, ((const oms_order_t *)record)->more->parent);
}

/* The group. */

/* The first member of the order's group at or after 'at' that is an exit of it: 'role' or any (-1).
 * Links of a replaced exit are one exit. */
static uint32_t next_exit(const oms_engine_t *e, const oms_order_t *head, uint32_t at, int role) {
  for (; at != OMS_NONE; at = oms_engine_order(e, at)->more->next_in_group) {
    const oms_order_t *o = oms_engine_order(e, at);
    bool exit = o->role == OMS_ROLE_TAKE_PROFIT || o->role == OMS_ROLE_STOP_LOSS;
    bool of_head = o->more->parent == oms_order_root(head) ||
                   (o->more->parent != OMS_NONE && o->more->parent == head->index) ||
                   head->order_class == OMS_ORDER_CLASS_OCO;
    if (exit && of_head && o->more->replaces == OMS_NONE && (role < 0 || o->role == role)) {
      return at;
    }
  }
  return OMS_NONE;
}

/* Whether the order stands for its group: a parent, or the first exit of an oco. */
static bool is_head(const oms_engine_t *e, const oms_order_t *o) {
  return o->group != OMS_NONE && (oms_engine_group(e, o->group)->head == o->index ||
                                  oms_engine_group(e, o->group)->head == oms_order_root(o));
}

/* Of a list the first. An exit that came back after its end stands for the one before it: that is
 * the one that can still be moved and cancelled. Those of a list were given at one time, one behind
 * the other. */
static uint32_t exit_in_place(const oms_engine_t *e, const oms_order_t *head, int role) {
  uint32_t first = next_exit(e, head, oms_engine_group(e, head->group)->first, role);
  if (first == OMS_NONE) {
    return OMS_NONE;
  }
  const oms_order_t *f = oms_engine_order(e, first);
  uint32_t next = next_exit(e, head, f->more->next_in_group, role);
  if (next == first + 1 && oms_engine_order(e, next)->created_ns == f->created_ns) {
    return first;
  }
  uint32_t last = first;
  for (; next != OMS_NONE;
       next = next_exit(e, head, oms_engine_order(e, next)->more->next_in_group, role)) {
    last = next;
  }
  return last;
}

static void push_exit(lua_State *L, const oms_order_t *o, int role) {
  const oms_engine_t *e = engine_of(L);
  oms_order_push(L, is_head(e, o) ? exit_in_place(e, o, role) : OMS_NONE);
}
static void push_take_profit(lua_State *L, const void *record) {
  push_exit(L, record, OMS_ROLE_TAKE_PROFIT);
}
static void push_stop_loss(lua_State *L, const void *record) {
  push_exit(L, record, OMS_ROLE_STOP_LOSS);
}

/* Take-profits first, then the stop-loss, a re-armed one behind; nil where the order heads no
 * group. A ticket of oms.close or oms.target has its slices as children. */
static void push_children(lua_State *L, const void *record) {
  const oms_order_t *o = record;
  const oms_engine_t *e = engine_of(L);
  if (!is_head(e, o)) {
    lua_pushnil(L);
    return;
  }
  lua_newtable(L);
  lua_Integer n = 0;
  for (uint32_t at = oms_engine_group(e, o->group)->first; at != OMS_NONE;
       at = oms_engine_order(e, at)->more->next_in_group) {
    const oms_order_t *member = oms_engine_order(e, at);
    bool exit = next_exit(e, o, at, -1) == at;
    bool slice = o->role == OMS_ROLE_TICKET && member->more->parent == o->index &&
                 member->more->replaces == OMS_NONE;
    if (exit || slice) {
      oms_order_push(L, at);
      lua_rawseti(L, -2, ++n);
    }
  }
}

static void set_fixed(lua_State *L, const char *name, int64_t v) {
  if (v != OMS_NO_PRICE) {
    oms_push_fixed(L, v, 1e9);
    lua_setfield(L, -2, name);
  }
}

/* The terms that a replace now out asks for. */
static void push_pending(lua_State *L, const void *record) {
  const oms_order_t *o = record;
  if (o->more->replaced_by == OMS_NONE || oms_status_is_final(o->status)) {
    lua_pushnil(L);
    return;
  }
  const oms_order_t *asked = oms_engine_order(engine_of(L), o->more->replaced_by);
  lua_createtable(L, 0, 8);
  set_fixed(L, "qty", asked->qty);
  set_fixed(L, "limit_price", asked->limit_price);
  set_fixed(L, "stop_price", asked->more->stop_price);
  set_fixed(L, "trail_price", asked->more->trail_price);
  set_fixed(L, "trail_percent", asked->more->trail_percent);
  set_fixed(L, "limit_offset", asked->more->limit_offset);
  push_time_in_force(L, asked);
  lua_setfield(L, -2, "time_in_force");
  oms_push_time(L, asked->more->expire_at);
  lua_setfield(L, -2, "expire_at");
  push_order_id(L, asked);
  lua_setfield(L, -2, "order_id");
  push_client_order_id(L, asked);
  lua_setfield(L, -2, "client_order_id");
}

#define FIELD(name, kind)                                                                          \
  { #name, kind, offsetof(oms_order_t, name), NULL }
#define CUSTOM(name)                                                                               \
  { #name, OMS_VIEW_CUSTOM, 0, push_##name }
/* clang-format off */
static const oms_view_field_t fields[] = {
  CUSTOM(order_id), CUSTOM(client_order_id), FIELD(broker_order_id, OMS_VIEW_TEXT), CUSTOM(wire_id),
  CUSTOM(account), FIELD(symbol, OMS_VIEW_NAME), CUSTOM(side), CUSTOM(type), CUSTOM(time_in_force),
  FIELD(qty, OMS_VIEW_QTY), CUSTOM(notional), CUSTOM(display_qty),
  FIELD(filled_qty, OMS_VIEW_QTY), CUSTOM(leaves_qty), CUSTOM(filled_avg_price),
  CUSTOM(overfill_qty), FIELD(limit_price, OMS_VIEW_PRICE), CUSTOM(stop_price),
  CUSTOM(trail_price), CUSTOM(trail_percent),
  CUSTOM(limit_offset), CUSTOM(trigger_by), CUSTOM(session), CUSTOM(extended_hours),
  CUSTOM(post_only), CUSTOM(reduce_only), CUSTOM(do_not_reduce), CUSTOM(expire_at),
  CUSTOM(order_class), CUSTOM(position_intent), CUSTOM(role), CUSTOM(status), CUSTOM(held_by),
  CUSTOM(rejected_by), CUSTOM(canceled_by), CUSTOM(code), FIELD(message, OMS_VIEW_TEXT),
  CUSTOM(owner),
  CUSTOM(strategy_id), CUSTOM(entered_by), CUSTOM(manual),
  {"received_ns", OMS_VIEW_TIME, offsetof(oms_order_t, created_ns), NULL},
  FIELD(created_ns, OMS_VIEW_TIME),
  FIELD(sent_ns, OMS_VIEW_TIME),
  FIELD(ended_ns, OMS_VIEW_TIME), CUSTOM(script_hash),
  {"handling", OMS_VIEW_CUSTOM, 0, push_nothing},
  CUSTOM(route), CUSTOM(tag), FIELD(commission, OMS_VIEW_MONEY), CUSTOM(parent_id),
  CUSTOM(replaces), CUSTOM(replaced_by), CUSTOM(at_venue), CUSTOM(triggered), CUSTOM(done_for_day),
  CUSTOM(stopped), CUSTOM(in_doubt), CUSTOM(unprotected), CUSTOM(guarded_by), CUSTOM(is_open),
  CUSTOM(parent), CUSTOM(children),
  /* of handles only */
  CUSTOM(take_profit), CUSTOM(stop_loss), CUSTOM(pending),
  {"cancel", OMS_VIEW_CUSTOM, 0, NULL}, {"replace", OMS_VIEW_CUSTOM, 0, NULL},
};
/* clang-format on */
#define HANDLE_ONLY 5

const oms_view_field_t *oms_order_fields(size_t *n) {
  *n = OMS_COUNT(fields) - HANDLE_ONLY;
  return fields;
}

/* Metamethods. */

static int order_index(lua_State *L) {
  oms_api_t *api = oms_api_of(L);
  oms_handle_t *h = oms_ud_check(L, 1, OMS_UD_ORDER);
  int id =
      lua_type(L, 2) == LUA_TSTRING ? oms_words_find(&api->order_words, lua_tostring(L, 2)) : -1;
  if (OMS_UNLIKELY(id < 0)) {
    oms_raise_unknown(L, "order", "field",
                      lua_type(L, 2) == LUA_TSTRING ? lua_tostring(L, 2) : oms_arg_type(L, 2),
                      fields, sizeof(fields[0]), OMS_COUNT(fields));
  }
  const oms_view_field_t *field = &fields[id];
  if (field->kind == OMS_VIEW_CUSTOM && field->push == NULL) {
    lua_rawgeti(L, LUA_REGISTRYINDEX,
                strcmp(field->name, "cancel") == 0 ? api->ref_cancel : api->ref_replace);
  } else {
    oms_field_push(L, field, handle_order(api, h));
  }
  return 1;
}

static int order_newindex(lua_State *L) {
  const char *key = lua_type(L, 2) == LUA_TSTRING ? lua_tostring(L, 2) : oms_arg_type(L, 2);
  return luaL_error(L, "an order's fields cannot be set ('%s'): use order:replace{...}", key);
}

static int order_eq(lua_State *L) {
  oms_api_t *api = oms_api_of(L);
  oms_handle_t *a = oms_ud_test(L, 1, OMS_UD_ORDER);
  oms_handle_t *b = oms_ud_test(L, 2, OMS_UD_ORDER);
  lua_pushboolean(L, a != NULL && b != NULL && handle_order(api, a) == handle_order(api, b));
  return 1;
}

/* "order 0190...: buy 100 SPY limit 450.5 day, partially_filled 40" */
static int order_tostring(lua_State *L) {
  oms_handle_t *h = oms_ud_check(L, 1, OMS_UD_ORDER);
  const oms_order_t *o = handle_order(oms_api_of(L), h);
  char qty[32] = "?", price[40] = "", filled[40] = "", id[37];
  if (o->qty != OMS_NO_PRICE) {
    oms_decimal_format(o->qty, OMS_QTY_DECIMALS, qty);
  }
  oms_price_t shown = o->limit_price != OMS_NO_PRICE ? o->limit_price : o->more->stop_price;
  if (shown != OMS_NO_PRICE) {
    price[0] = ' ';
    oms_decimal_format(shown, OMS_PRICE_DECIMALS, price + 1);
  }
  if (o->filled_qty > 0) {
    filled[0] = ' ';
    oms_decimal_format(o->filled_qty, OMS_QTY_DECIMALS, filled + 1);
  }
  lua_pushfstring(
      L, "order %s: %s %s %s %s%s %s, %s%s", oms_client_order_id_text(engine_of(L), o, id),
      oms_enum_text(OMS_ENUM_SIDE, o->side), qty, o->symbol != NULL ? o->symbol : "?",
      oms_enum_text(OMS_ENUM_TYPE, o->type), price, oms_enum_text(OMS_ENUM_TIF, o->time_in_force),
      oms_enum_text(OMS_ENUM_STATUS, o->status), filled);
  return 1;
}

void oms_order_open(lua_State *L, oms_api_t *api) {
  static const oms_ud_type_t type = {.type = OMS_UD_ORDER,
                                     .name = "order",
                                     .index = order_index,
                                     .newindex = order_newindex,
                                     .eq = order_eq,
                                     .tostring = order_tostring};
  oms_ud_define(L, &type);
  oms_words_init(L, &api->order_words, fields, sizeof(fields[0]), OMS_COUNT(fields));
  lua_newtable(L);
  lua_newtable(L);
  lua_pushliteral(L, "v");
  lua_setfield(L, -2, "__mode");
  lua_setmetatable(L, -2);
  api->ref_handles = luaL_ref(L, LUA_REGISTRYINDEX);
}

/* What each method is for, and the fields. */

/* clang-format off */
const oms_doc_t oms_docs_order[] = {
    {"order:cancel", "",
     "boolean?, Reject?",
     "oms.cancel(order).",
     "",
     "As oms.cancel.",
     "local order = oms.buy(bar.symbol, 1, { type = \"limit\", limit_price = bar.low "
     "/ 2 })\n"
     "if order then\n"
     "  order:cancel()\n"
     "end",
     OMS_KIND_STRATEGY, OMS_PHASES_ORDER | OMS_PHASE_STOP, OMS_DOC_STRATEGY},
    {"order:replace", "changes: table",
     "boolean?, Reject?",
     "oms.replace(order, changes).",
     "As oms.replace.",
     "As oms.replace.",
     "local order = oms.buy(bar.symbol, 1, { type = \"limit\", limit_price = bar.low "
     "/ 2 })\n"
     "if order then\n"
     "  order:replace({ qty = 2 })\n"
     "end",
     OMS_KIND_STRATEGY, OMS_PHASES_ORDER, OMS_DOC_STRATEGY},
    {NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0, 0, OMS_DOC_STRATEGY}};
/* clang-format on */

/* clang-format off */
static const oms_doc_field_t doc_order[] = {
    {"order_id", "string",
     "the name that moondesk gave it"},
    {"client_order_id", "string",
     "the caller's own name, unique in the account; the order_id where none was given"},
    {"broker_order_id", "string?",
     "the broker's name"},
    {"wire_id", "string",
     "as it is sent: at most 20 of [0-9a-z]"},
    {"account", "string",
     "id of the account"},
    {"symbol", "string",
     "the symbol"},
    {"side", "OrderSide",
     "buy, sell, sell_short, buy_to_cover"},
    {"type", "OrderType",
     "market, limit, stop, ..."},
    {"time_in_force", "TimeInForce",
     "day, gtc, gtd, ioc, fok, opg, cls"},
    {"qty", "number",
     "total quantity"},
    {"notional", "number?",
     "money, where it was asked for in place of a quantity"},
    {"display_qty", "number?",
     "shown quantity"},
    {"filled_qty", "number",
     "what has filled, replaced orders of its chain included"},
    {"leaves_qty", "number",
     "what may still fill"},
    {"filled_avg_price", "number?",
     "average price of the fills; nil while nothing has filled"},
    {"overfill_qty", "number",
     "filled beyond its quantity"},
    {"limit_price", "number?",
     "limit"},
    {"stop_price", "number?",
     "stop; of a trailing order where it stands now"},
    {"trail_price", "number?",
     "distance of a trailing stop"},
    {"trail_percent", "number?",
     "the same, per hundred"},
    {"limit_offset", "number?",
     "of a trailing_stop_limit: from the stop to the limit"},
    {"trigger_by", "string?",
     "what triggers a stop"},
    {"session", "string",
     "which sessions it works in"},
    {"extended_hours", "boolean",
     "works outside of the regular session"},
    {"post_only", "boolean",
     "is rejected rather than take"},
    {"reduce_only", "boolean",
     "never opens a position"},
    {"do_not_reduce", "boolean",
     "keeps its price over a cash dividend"},
    {"expire_at", "integer?",
     "end of a gtd order, ns"},
    {"order_class", "string",
     "simple, bracket, oco, oto"},
    {"position_intent", "string?",
     "open or close"},
    {"role", "string?",
     "in its group: take_profit, stop_loss"},
    {"status", "OrderStatus",
     "see the order model"},
    {"held_by", "string?",
     "for what a held order waits"},
    {"rejected_by", "string?",
     "limits, rule, venue ..."},
    {"canceled_by", "string?",
     "who ended it"},
    {"code", "string?",
     "why it was refused or ended"},
    {"message", "string?",
     "the same as a sentence with the numbers"},
    {"owner", "string",
     "strategy id, or external"},
    {"strategy_id", "string?",
     "the strategy that gave it"},
    {"entered_by", "string?",
     "the person or key"},
    {"manual", "boolean",
     "given by a person"},
    {"received_ns", "integer?",
     "when it was received"},
    {"created_ns", "integer?",
     "when it was accepted or refused"},
    {"sent_ns", "integer?",
     "when it left"},
    {"ended_ns", "integer?",
     "when it ended"},
    {"script_hash", "string?",
     "content of the strategy that gave it"},
    {"handling", "string?",
     "of brokers"},
    {"route", "string?",
     "of brokers"},
    {"tag", "string?",
     "the strategy's own word"},
    {"commission", "number",
     "paid so far"},
    {"parent_id", "string?",
     "of a child"},
    {"replaces", "string?",
     "order_id that it came for"},
    {"replaced_by", "string?",
     "order_id that came for it"},
    {"at_venue", "boolean",
     "the venue has it"},
    {"triggered", "boolean",
     "its stop was reached"},
    {"done_for_day", "boolean",
     "goes on tomorrow"},
    {"stopped", "boolean",
     "guaranteed by a specialist"},
    {"in_doubt", "boolean",
     "its fate at the broker is not known"},
    {"unprotected", "boolean",
     "its position lost its exit"},
    {"guarded_by", "string?",
     "host: what the broker lacks is done here"},
    {"is_open", "boolean",
     "may still fill"},
    {"parent", "Order?",
     "of a child"},
    {"children", "Order[]",
     "exits of a group"},
    {"take_profit", "Order?",
     "the first take-profit of its group"},
    {"stop_loss", "Order?",
     "the stop-loss of its group"},
    {"pending", "table?",
     "the terms that a replace has asked for"},
    {"cancel", "function",
     "see order:cancel"},
    {"replace", "function",
     "see order:replace"},
};
const oms_doc_class_t oms_docs_classes_order[] = {
    {"Order",
     "An order: a handle, the same for the same order, readable to the end of the "
     "run. It follows its successors through replaces.", doc_order, OMS_COUNT(doc_order)},
    {NULL, NULL, NULL, 0}};
/* clang-format on */
