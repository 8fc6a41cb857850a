/* b_group.c - oms.group: what the trigger scripts (lua/oms/triggers) can see of groups and do to
 * their orders. A trigger script returns a table with on_event(self, order, event): 'order' is the
 * handle of the order that the event is about (nil for none), 'event' the view that on_order gets.
 * A handle names the live link of a chain of replaces here as everywhere. ALL QUANTITIES HERE ARE
 * INTEGERS IN 1e-9, so that shares add up.
 * The acting ones return true (rearm: a handle), or nil and a text why not; what each does stands
 * at the end of this file. */
#include <string.h>

#include "bind/api.h"
#include "bind/doc.h"

static oms_api_t *need(lua_State *L, const char *where) {
  return oms_api_need(L, OMS_KIND_TRIGGER, OMS_PHASES_READ, where);
}

static const oms_order_t *order_arg(lua_State *L, const oms_api_t *api, const char *where) {
  return oms_engine_order(oms_api_engine(api), oms_order_arg(L, 1, where));
}

static const oms_group_t *group_of(const oms_api_t *api, const oms_order_t *o) {
  return o->group == OMS_NONE ? NULL : oms_engine_group(oms_api_engine(api), o->group);
}

/* Looking. */

static void push_qty(lua_State *L, oms_qty_t qty) {
  lua_pushinteger(L, qty == OMS_NO_PRICE ? 0 : qty);
}

static int group_class(lua_State *L) {
  const oms_api_t *api = need(L, "oms.group.class");
  const oms_group_t *g = group_of(api, order_arg(L, api, "oms.group.class"));
  int order_class = g == NULL ? OMS_ORDER_CLASS_SIMPLE : g->order_class;
  lua_pushstring(L, oms_enum_text(OMS_ENUM_ORDER_CLASS, order_class));
  return 1;
}

static int head(lua_State *L) {
  const oms_api_t *api = need(L, "oms.group.head");
  const oms_order_t *o = order_arg(L, api, "oms.group.head");
  const oms_group_t *g = group_of(api, o);
  oms_order_push(L, g == NULL ? o->index : g->head);
  return 1;
}

/* Links of one chain of replaces are one member: successors are left out. */
static int members(lua_State *L) {
  const oms_api_t *api = need(L, "oms.group.members");
  const oms_engine_t *e = oms_api_engine(api);
  const oms_order_t *o = order_arg(L, api, "oms.group.members");
  const oms_group_t *g = group_of(api, o);
  lua_Integer n = 0;
  lua_newtable(L);
  if (g == NULL) {
    oms_order_push(L, o->index);
    lua_rawseti(L, -2, 1);
    return 1;
  }
  for (uint32_t i = g->first; i != OMS_NONE; i = oms_engine_order(e, i)->more->next_in_group) {
    if (oms_engine_order(e, i)->more->replaces == OMS_NONE) {
      oms_order_push(L, i);
      lua_rawseti(L, -2, ++n);
    }
  }
  return 1;
}

static int role(lua_State *L) {
  const oms_api_t *api = need(L, "oms.group.role");
  lua_pushstring(L, oms_enum_text(OMS_ENUM_ROLE, order_arg(L, api, "oms.group.role")->role));
  return 1;
}

static int held_by(lua_State *L) {
  const oms_api_t *api = need(L, "oms.group.held_by");
  lua_pushstring(L,
                 oms_enum_text(OMS_ENUM_HELD_BY, order_arg(L, api, "oms.group.held_by")->held_by));
  return 1;
}

static int trigger_full(lua_State *L) {
  const oms_api_t *api = need(L, "oms.group.trigger_full");
  const oms_group_t *g = group_of(api, order_arg(L, api, "oms.group.trigger_full"));
  lua_pushboolean(L, g != NULL && g->trigger_full != 0);
  return 1;
}

static int filled(lua_State *L) {
  const oms_api_t *api = need(L, "oms.group.filled");
  push_qty(L, order_arg(L, api, "oms.group.filled")->filled_qty);
  return 1;
}

static int leaves(lua_State *L) {
  const oms_api_t *api = need(L, "oms.group.leaves");
  push_qty(L, oms_order_leaves(order_arg(L, api, "oms.group.leaves")));
  return 1;
}

static int asked(lua_State *L) {
  const oms_api_t *api = need(L, "oms.group.asked");
  push_qty(L, oms_order_asked_qty(order_arg(L, api, "oms.group.asked")));
  return 1;
}

static bool is_exit(const oms_order_t *o) {
  return o->role == OMS_ROLE_TAKE_PROFIT || o->role == OMS_ROLE_STOP_LOSS;
}

static int exited(lua_State *L) {
  const oms_api_t *api = need(L, "oms.group.exited");
  const oms_engine_t *e = oms_api_engine(api);
  const oms_group_t *g = group_of(api, order_arg(L, api, "oms.group.exited"));
  oms_qty_t sum = 0;
  for (uint32_t i = g == NULL ? OMS_NONE : g->first; i != OMS_NONE;
       i = oms_engine_order(e, i)->more->next_in_group) {
    const oms_order_t *o = oms_engine_order(e, i);
    if (is_exit(o) && o->more->replaces == OMS_NONE) {
      sum += oms_engine_order(e, oms_order_live(e, i))->filled_qty;
    }
  }
  push_qty(L, sum);
  return 1;
}

static int rearmed(lua_State *L) {
  const oms_api_t *api = need(L, "oms.group.rearmed");
  const oms_group_t *g = group_of(api, order_arg(L, api, "oms.group.rearmed"));
  lua_pushinteger(L, g == NULL ? 0 : g->rearmed);
  return 1;
}

/* The rows of a group that was given stand one behind the other, and have one time. */
static int targets(lua_State *L) {
  const oms_api_t *api = need(L, "oms.group.targets");
  const oms_engine_t *e = oms_api_engine(api);
  const oms_group_t *g = group_of(api, order_arg(L, api, "oms.group.targets"));
  lua_Integer n = 0;
  for (uint32_t i = g == NULL ? OMS_NONE : g->first, at = i; i != OMS_NONE && i == at;
       i = oms_engine_order(e, i)->more->next_in_group, at++) {
    const oms_order_t *o = oms_engine_order(e, i);
    bool given = o->created_ns == oms_engine_order(e, g->first)->created_ns;
    n += given && o->role == OMS_ROLE_TAKE_PROFIT && o->more->replaces == OMS_NONE ? 1 : 0;
  }
  lua_pushinteger(L, n);
  return 1;
}

static int book(lua_State *L) {
  const oms_api_t *api = need(L, "oms.group.book");
  const oms_order_t *o = order_arg(L, api, "oms.group.book");
  oms_qty_t qty = 0;
  if (o->instrument != OMS_NONE) {
    qty = oms_engine_book(oms_api_engine(api), o->account, o->owner, o->instrument)->qty;
  }
  push_qty(L, qty);
  return 1;
}

static int side_arg(lua_State *L, int index, const char *where) {
  size_t n;
  oms_arg_text(L, index, where, "side");
  const char *s = lua_tolstring(L, index, &n);
  int side = oms_enum_parse(OMS_ENUM_SIDE, s, n);
  if (side < 0) {
    oms_raise_unknown_enum(L, where, "side", s, OMS_ENUM_SIDE);
  }
  return side;
}

static int reduce_only(lua_State *L) {
  const oms_api_t *api = need(L, "oms.group.reduce_only");
  const oms_engine_t *e = oms_api_engine(api);
  const oms_order_t *o = order_arg(L, api, "oms.group.reduce_only");
  bool buys = oms_side_is_buy(side_arg(L, 2, "oms.group.reduce_only"));
  lua_Integer n = 0;
  lua_newtable(L);
  for (uint32_t i = oms_engine_first_open(e); i != OMS_NONE;
       i = oms_engine_order(e, i)->next_open) {
    const oms_order_t *other = oms_engine_order(e, i);
    bool reduces = ((other->flags & OMS_ORDER_REDUCE_ONLY) != 0 || is_exit(other)) &&
                   (other->flags & OMS_ORDER_GROUP_HEAD) == 0;
    if (reduces && other->status != OMS_STATUS_HELD && other->owner == o->owner &&
        other->account == o->account && other->instrument == o->instrument &&
        oms_side_is_buy(other->side) == buys) {
      oms_order_push(L, i);
      lua_rawseti(L, -2, ++n);
    }
  }
  return 1;
}

/* Acting. */

static int push_result(lua_State *L, int rc, const char *where) {
  if (rc == OMS_ERR_NOMEM) {
    return luaL_error(L, "%s: out of memory", where);
  }
  if (rc != OMS_OK) {
    lua_pushnil(L);
    lua_pushstring(L, oms_err_text(rc));
    return 2;
  }
  lua_pushboolean(L, 1);
  return 1;
}

static oms_qty_t qty_arg(lua_State *L, const char *where) {
  if (!lua_isinteger(L, 2)) {
    luaL_error(L, "%s: qty must be an integer in 1e-9", where);
  }
  return lua_tointeger(L, 2);
}

static int release(lua_State *L) {
  const oms_api_t *api = need(L, "oms.group.release");
  uint32_t order = oms_order_arg(L, 1, "oms.group.release");
  oms_qty_t qty = qty_arg(L, "oms.group.release");
  return push_result(L, api->desk->release(api->desk->self, order, qty), "oms.group.release");
}

static int resize(lua_State *L) {
  const oms_api_t *api = need(L, "oms.group.resize");
  uint32_t order = oms_order_arg(L, 1, "oms.group.resize");
  oms_qty_t qty = qty_arg(L, "oms.group.resize");
  return push_result(L, api->desk->resize(api->desk->self, order, qty), "oms.group.resize");
}

static int finish(lua_State *L) {
  const oms_api_t *api = need(L, "oms.group.finish");
  uint32_t order = oms_order_arg(L, 1, "oms.group.finish");
  size_t n;
  oms_arg_text(L, 2, "oms.group.finish", "code");
  const char *word = lua_tolstring(L, 2, &n);
  int code = oms_enum_parse(OMS_ENUM_CODE, word, n);
  if (code < 0) {
    oms_raise_unknown_enum(L, "oms.group.finish", "code", word, OMS_ENUM_CODE);
  }
  const char *message = oms_code_text((oms_code_t)code);
  if (lua_type(L, 3) > LUA_TNIL) {
    message = oms_arg_text(L, 3, "oms.group.finish", "message");
  }
  return push_result(L, api->desk->end(api->desk->self, order, (oms_code_t)code, message),
                     "oms.group.finish");
}

static int rearm(lua_State *L) {
  const oms_api_t *api = need(L, "oms.group.rearm");
  uint32_t order = oms_order_arg(L, 1, "oms.group.rearm");
  oms_qty_t qty = qty_arg(L, "oms.group.rearm");
  bool lost = lua_toboolean(L, 3) != 0;
  struct oms_handle *h = oms_order_prepare(L);
  uint32_t again = OMS_NONE;
  int rc = api->desk->rearm(api->desk->self, order, qty, lost, &again);
  if (rc != OMS_OK || again == OMS_NONE) {
    return push_result(L, rc != OMS_OK ? rc : OMS_ERR_NOT_FOUND, "oms.group.rearm");
  }
  oms_order_settle(L, h, again);
  return 1;
}

static int unprotected(lua_State *L) {
  const oms_api_t *api = need(L, "oms.group.unprotected");
  const oms_order_t *o = order_arg(L, api, "oms.group.unprotected");
  bool is = lua_isnoneornil(L, 2) || lua_toboolean(L, 2) != 0;
  int rc = o->group == OMS_NONE ? OMS_ERR_NOT_FOUND
                                : api->desk->unprotected(api->desk->self, o->group, is);
  return push_result(L, rc, "oms.group.unprotected");
}

void oms_open_group(lua_State *L, oms_api_t *api) {
  static const luaL_Reg functions[] = {
      {"class",        group_class },
      {"head",         head        },
      {"members",      members     },
      {"role",         role        },
      {"held_by",      held_by     },
      {"trigger_full", trigger_full},
      {"filled",       filled      },
      {"leaves",       leaves      },
      {"asked",        asked       },
      {"exited",       exited      },
      {"rearmed",      rearmed     },
      {"targets",      targets     },
      {"book",         book        },
      {"reduce_only",  reduce_only },
      {"release",      release     },
      {"resize",       resize      },
      {"finish",       finish      },
      {"rearm",        rearm       },
      {"unprotected",  unprotected },
      {NULL,           NULL        },
  };
  (void)api;
  luaL_newlib(L, functions);
  lua_setfield(L, -2, "group");
}

/* What each call is for. */

/* clang-format off */
const oms_doc_t oms_docs_group[] = {
    {"oms.group.class", "order: Order",
     "string",
     "bracket, oco, oto; simple: a ticket's group, or none.",
     "Quantities are integers of 1e-9.",
     "Raises on what is no order.",
     "local class = oms.group.class(order)",
     OMS_KIND_TRIGGER, OMS_PHASES_READ, OMS_DOC_TRIGGER},
    {"oms.group.head", "order: Order",
     "Order",
     "The parent, the head of an oco, or the ticket; itself without a group.",
     "Quantities are integers of 1e-9.",
     "Raises on what is no order.",
     "local head = oms.group.head(order)",
     OMS_KIND_TRIGGER, OMS_PHASES_READ, OMS_DOC_TRIGGER},
    {"oms.group.members", "order: Order",
     "Order[]",
     "Orders of its group in order of creation, the head first, each chain of "
     "replaces once.",
     "Quantities are integers of 1e-9.",
     "Raises on what is no order.",
     "for _, member in ipairs(oms.group.members(order)) do\n"
     "  oms.log.debug(\"%s\", member.order_id)\n"
     "end",
     OMS_KIND_TRIGGER, OMS_PHASES_READ, OMS_DOC_TRIGGER},
    {"oms.group.role", "order: Order",
     "string",
     "parent, take_profit, stop_loss, ticket or none.",
     "Quantities are integers of 1e-9.",
     "Raises on what is no order.",
     "local role = oms.group.role(order)",
     OMS_KIND_TRIGGER, OMS_PHASES_READ, OMS_DOC_TRIGGER},
    {"oms.group.held_by", "order: Order",
     "string",
     "For what it waits: parent and others, or none.",
     "Quantities are integers of 1e-9.",
     "Raises on what is no order.",
     "local held_by = oms.group.held_by(order)",
     OMS_KIND_TRIGGER, OMS_PHASES_READ, OMS_DOC_TRIGGER},
    {"oms.group.trigger_full", "order: Order",
     "boolean",
     "The exits wait until the parent is filled whole.",
     "Quantities are integers of 1e-9.",
     "Raises on what is no order.",
     "local whole = oms.group.trigger_full(order)",
     OMS_KIND_TRIGGER, OMS_PHASES_READ, OMS_DOC_TRIGGER},
    {"oms.group.filled", "order: Order",
     "integer",
     "What it has filled.",
     "Quantities are integers of 1e-9.",
     "Raises on what is no order.",
     "local filled = oms.group.filled(order)",
     OMS_KIND_TRIGGER, OMS_PHASES_READ, OMS_DOC_TRIGGER},
    {"oms.group.leaves", "order: Order",
     "integer",
     "What may still fill.",
     "Quantities are integers of 1e-9.",
     "Raises on what is no order.",
     "local leaves = oms.group.leaves(order)",
     OMS_KIND_TRIGGER, OMS_PHASES_READ, OMS_DOC_TRIGGER},
    {"oms.group.asked", "order: Order",
     "integer",
     "The quantity with which it was created.",
     "Quantities are integers of 1e-9.",
     "Raises on what is no order.",
     "local asked = oms.group.asked(order)",
     OMS_KIND_TRIGGER, OMS_PHASES_READ, OMS_DOC_TRIGGER},
    {"oms.group.exited", "order: Order",
     "integer",
     "What the exits of its group have filled in all.",
     "Quantities are integers of 1e-9.",
     "Raises on what is no order.",
     "local exited = oms.group.exited(order)",
     OMS_KIND_TRIGGER, OMS_PHASES_READ, OMS_DOC_TRIGGER},
    {"oms.group.rearmed", "order: Order",
     "integer",
     "How often its group has re-armed an exit.",
     "Quantities are integers of 1e-9.",
     "Raises on what is no order.",
     "local times = oms.group.rearmed(order)",
     OMS_KIND_TRIGGER, OMS_PHASES_READ, OMS_DOC_TRIGGER},
    {"oms.group.targets", "order: Order",
     "integer",
     "How many take-profits its group was given.",
     "Quantities are integers of 1e-9.",
     "Raises on what is no order.",
     "local targets = oms.group.targets(order)",
     OMS_KIND_TRIGGER, OMS_PHASES_READ, OMS_DOC_TRIGGER},
    {"oms.group.book", "order: Order",
     "integer",
     "Signed quantity of the owner's book in its symbol and account.",
     "Quantities are integers of 1e-9.",
     "Raises on what is no order.",
     "local held = oms.group.book(order)",
     OMS_KIND_TRIGGER, OMS_PHASES_READ, OMS_DOC_TRIGGER},
    {"oms.group.reduce_only", "order: Order, side: \"buy\"|\"sell\"",
     "Order[]",
     "Working orders of the same owner, account and symbol that are reduce_only or "
     "exits, in order of creation.",
     "Quantities are integers of 1e-9.",
     "Raises on what is no order.",
     "local exits = oms.group.reduce_only(order, \"sell\")",
     OMS_KIND_TRIGGER, OMS_PHASES_READ, OMS_DOC_TRIGGER},
    {"oms.group.release", "order: Order, qty: integer",
     "boolean?, string?",
     "A held exit goes to the venue with this total quantity.",
     "Quantities are integers of 1e-9.",
     "Raises on what is no order.",
     "oms.group.release(order, 1000000000)",
     OMS_KIND_TRIGGER, OMS_PHASES_READ, OMS_DOC_TRIGGER},
    {"oms.group.resize", "order: Order, qty: integer",
     "boolean?, string?",
     "New total quantity in place, what has filled included.",
     "Quantities are integers of 1e-9.",
     "Raises on what is no order.",
     "oms.group.resize(order, 1000000000)",
     OMS_KIND_TRIGGER, OMS_PHASES_READ, OMS_DOC_TRIGGER},
    {"oms.group.finish", "order: Order, code: string, message: string",
     "boolean?, string?",
     "Ends it, canceled by oms.",
     "Quantities are integers of 1e-9.",
     "Raises on what is no order.",
     "oms.group.finish(order, \"PARENT_GONE\", \"its parent ended\")",
     OMS_KIND_TRIGGER, OMS_PHASES_READ, OMS_DOC_TRIGGER},
    {"oms.group.rearm", "order: Order, qty: integer, lost: boolean",
     "Order?, string?",
     "Makes an ended exit anew and releases it; lost ones are counted.",
     "Quantities are integers of 1e-9.",
     "Raises on what is no order.",
     "local again = oms.group.rearm(order, 1000000000, true)",
     OMS_KIND_TRIGGER, OMS_PHASES_READ, OMS_DOC_TRIGGER},
    {"oms.group.unprotected", "order: Order",
     "boolean?, string?",
     "Marks its group as one that lost an exit.",
     "Quantities are integers of 1e-9.",
     "Raises on what is no order.",
     "oms.group.unprotected(order)",
     OMS_KIND_TRIGGER, OMS_PHASES_READ, OMS_DOC_TRIGGER},
    {NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0, 0, OMS_DOC_STRATEGY}};
/* clang-format on */
