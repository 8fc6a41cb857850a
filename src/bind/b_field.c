/* b_field.c - pushing one field of a record by its description, for userdata that share the
 * descriptions of the learned views. */
#include "bind/api.h"

void oms_push_fixed(lua_State *L, int64_t v, double scale) {
  if (v == OMS_NO_PRICE) {
    lua_pushnil(L);
  } else {
    lua_pushnumber(L, oms_bind_double(v, scale));
  }
}

void oms_push_time(lua_State *L, oms_time_t t) {
  if (t == OMS_NO_TIME) {
    lua_pushnil(L);
  } else {
    lua_pushinteger(L, t);
  }
}

void oms_field_push(lua_State *L, const oms_view_field_t *field, const void *record) {
  const void *at = (const char *)record + field->offset;
  switch (field->kind) {
  case OMS_VIEW_PRICE:
  case OMS_VIEW_QTY:
    oms_push_fixed(L, *(const int64_t *)at, 1e9);
    return;
  case OMS_VIEW_MONEY:
    oms_push_fixed(L, *(const int64_t *)at, 1e6);
    return;
  case OMS_VIEW_TIME:
    oms_push_time(L, *(const int64_t *)at);
    return;
  case OMS_VIEW_INT:
    lua_pushinteger(L, *(const int64_t *)at);
    return;
  case OMS_VIEW_DOUBLE:
    lua_pushnumber(L, *(const double *)at);
    return;
  case OMS_VIEW_TEXT:
  case OMS_VIEW_NAME:
    lua_pushstring(L, *(const char *const *)at); /* NULL is nil */
    return;
  case OMS_VIEW_BOOL:
    lua_pushboolean(L, *(const bool *)at);
    return;
  case OMS_VIEW_CUSTOM:
    field->push(L, record);
    return;
  }
}
