/* b_group.c - oms.group: what a trigger script (lua/oms/triggers/NAME.lua) can see of groups and do to their orders.
 * A trigger script returns a table with on_event(self, order, event): 'order' is the handle of the order that the
 * event is about (nil for none), 'event' the view that on_order gets. Order handles have all fields of
 * section 1 of the order model. Each function takes an order handle first; quantities are numbers.
 *
 *   oms.group.class(order)         "bracket", "oco", "oto", "simple" (a ticket's group); nil: no group
 *   oms.group.head(order)          the parent, the head of an oco, or the ticket; nil: no group
 *   oms.group.members(order)       list of handles in order of creation, the head first; {} without a group
 *   oms.group.trigger_full(order)  true: the exits wait until the parent is filled whole
 *   oms.group.book(order)          signed quantity of the owner's book in the order's symbol and account
 *   oms.group.reduce_only(order)   open reduce_only orders of the same owner, account and symbol, in order of creation
 *
 *   oms.group.release(order, qty)  a held exit goes to the venue with this total quantity
 *   oms.group.resize(order, qty)   new total quantity in place, what has filled included
 *   oms.group.finish(order, code, message)  ends it: canceled by oms, with a code of the list
 *   oms.group.rearm(order, qty)    makes a lost exit anew and releases it: the new order's handle, or nil, why
 *   oms.group.unprotected(order)   marks its group as one that lost an exit
 * The acting ones return true, or nil and a text why not (an order that has ended meanwhile). */
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

/* --- looking --- */

static int group_class(lua_State *L) {
  const oms_api_t *api = need(L, "oms.group.class");
  const oms_group_t *g = group_of(api, order_arg(L, api, "oms.group.class"));
  lua_pushstring(L, g == NULL ? NULL : oms_enum_text(OMS_ENUM_ORDER_CLASS, g->order_class));
  return 1;
}

static int head(lua_State *L) {
  const oms_api_t *api = need(L, "oms.group.head");
  const oms_group_t *g = group_of(api, order_arg(L, api, "oms.group.head"));
  oms_order_push(L, g == NULL ? OMS_NONE : g->head);
  return 1;
}

/* Links of one chain of replaces are one member: successors are left out. */
static int members(lua_State *L) {
  const oms_api_t *api = need(L, "oms.group.members");
  const oms_engine_t *e = oms_api_engine(api);
  const oms_group_t *g = group_of(api, order_arg(L, api, "oms.group.members"));
  lua_Integer n = 0;
  lua_newtable(L);
  for (uint32_t i = g == NULL ? OMS_NONE : g->first; i != OMS_NONE; i = oms_engine_order(e, i)->next_in_group) {
    if (oms_engine_order(e, i)->replaces == OMS_NONE) {
      oms_order_push(L, i);
      lua_rawseti(L, -2, ++n);
    }
  }
  return 1;
}

static int trigger_full(lua_State *L) {
  const oms_api_t *api = need(L, "oms.group.trigger_full");
  const oms_group_t *g = group_of(api, order_arg(L, api, "oms.group.trigger_full"));
  lua_pushboolean(L, g != NULL && g->trigger_full != 0);
  return 1;
}

static int book(lua_State *L) {
  const oms_api_t *api = need(L, "oms.group.book");
  const oms_order_t *o = order_arg(L, api, "oms.group.book");
  oms_qty_t qty = 0;
  if (o->instrument != OMS_NONE) {
    qty = oms_engine_book(oms_api_engine(api), o->account, o->owner, o->instrument)->qty;
  }
  oms_push_fixed(L, qty, 1e9);
  return 1;
}

static int reduce_only(lua_State *L) {
  const oms_api_t *api = need(L, "oms.group.reduce_only");
  const oms_engine_t *e = oms_api_engine(api);
  const oms_order_t *o = order_arg(L, api, "oms.group.reduce_only");
  lua_Integer n = 0;
  lua_newtable(L);
  for (uint32_t i = oms_engine_first_open(e); i != OMS_NONE; i = oms_engine_order(e, i)->next_open) {
    const oms_order_t *other = oms_engine_order(e, i);
    bool asked = other->status == OMS_STATUS_HELD && other->held_by == OMS_HELD_BY_REPLACE;
    if (!asked && (other->flags & OMS_ORDER_REDUCE_ONLY) != 0 && other->owner == o->owner &&
        other->account == o->account && other->instrument == o->instrument) {
      oms_order_push(L, i);
      lua_rawseti(L, -2, ++n);
    }
  }
  return 1;
}

/* --- acting --- */

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
  return oms_arg_fixed(L, 2, OMS_QTY_DECIMALS, where, "qty");
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
  return push_result(L, api->desk->end(api->desk->self, order, (oms_code_t)code, message), "oms.group.finish");
}

static int rearm(lua_State *L) {
  const oms_api_t *api = need(L, "oms.group.rearm");
  uint32_t order = oms_order_arg(L, 1, "oms.group.rearm");
  oms_qty_t qty = qty_arg(L, "oms.group.rearm");
  struct oms_handle *h = oms_order_prepare(L);
  uint32_t again = OMS_NONE;
  int rc = api->desk->rearm(api->desk->self, order, qty, &again);
  if (rc != OMS_OK || again == OMS_NONE) {
    return push_result(L, rc != OMS_OK ? rc : OMS_ERR_NOT_FOUND, "oms.group.rearm");
  }
  oms_order_settle(L, h, again);
  return 1;
}

static int unprotected(lua_State *L) {
  const oms_api_t *api = need(L, "oms.group.unprotected");
  const oms_order_t *o = order_arg(L, api, "oms.group.unprotected");
  int rc = o->group == OMS_NONE ? OMS_ERR_NOT_FOUND : api->desk->unprotected(api->desk->self, o->group);
  return push_result(L, rc, "oms.group.unprotected");
}

void oms_open_group(lua_State *L, oms_api_t *api) {
  static const luaL_Reg functions[] = {
      {"class",        group_class },
      {"head",         head        },
      {"members",      members     },
      {"trigger_full", trigger_full},
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
