/* b_group.c - oms.group: what the trigger scripts (lua/oms/triggers) can see of groups and do to
 * their orders. A trigger script returns a table with on_event(self, order, event): 'order' is the
 * handle of the order that the event is about (nil for none), 'event' the view that on_order gets.
 * A handle names the live link of a chain of replaces here as everywhere. ALL QUANTITIES HERE ARE
 * INTEGERS IN 1e-9, so that shares add up.
 *
 *   class(order) "bracket", "oco", "oto"; "simple": a ticket's group, or none head(order) the
 *   parent, the head of an oco, or the ticket; the order itself without a group members(order) list
 *   of handles in order of creation, the head first, each chain once role(order) "parent",
 *   "take_profit", "stop_loss", "ticket", "none" held_by(order) "parent", ... or "none"
 *   trigger_full(order) true: the exits wait until the parent is filled whole filled(order),
 *   leaves(order), asked(order) of the order; asked: what it was created with exited(order) what
 *   the exits of its group have filled in all rearmed(order) how often its group has re-armed an
 *   exit targets(order) how many take-profits its group was given; those that came back do not
 *   count book(order) signed quantity of the owner's book in the order's symbol and account
 *   reduce_only(order, side) working orders of the same owner, account and symbol and of "buy" or
 *   "sell" that are
 *                            reduce_only or exits, in order of creation; held ones are not among
 *                            them
 *
 *   release(order, qty) a held exit goes to the venue with this total quantity resize(order, qty)
 *   new total quantity in place, what has filled included finish(order, code, message) ends it:
 *   canceled by oms, with a code of the list rearm(order, qty, lost) makes an ended exit anew and
 *   releases it: the new order's handle; 'lost' is counted unprotected(order) marks its group as
 *   one that lost an exit
 * The acting ones return true (rearm: a handle), or nil and a text why not. */
#include <string.h>

#include "bind/api.h"

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
  for (uint32_t i = g->first; i != OMS_NONE; i = oms_engine_order(e, i)->next_in_group) {
    if (oms_engine_order(e, i)->replaces == OMS_NONE) {
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
  push_qty(L, order_arg(L, api, "oms.group.asked")->asked_qty);
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
       i = oms_engine_order(e, i)->next_in_group) {
    const oms_order_t *o = oms_engine_order(e, i);
    if (is_exit(o) && o->replaces == OMS_NONE) {
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
       i = oms_engine_order(e, i)->next_in_group, at++) {
    const oms_order_t *o = oms_engine_order(e, i);
    bool given = o->created_ns == oms_engine_order(e, g->first)->created_ns;
    n += given && o->role == OMS_ROLE_TAKE_PROFIT && o->replaces == OMS_NONE ? 1 : 0;
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
