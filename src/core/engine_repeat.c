/* engine_repeat.c - a key that comes again: for the same content, or for another one, with the
 * difference. orders.md, section 8. */
#include <stdio.h>
#include <string.h>

#include "core/engine_int.h"

enum { LIST_MAX = OMS_DIFFERENCE_MAX };

static bool same_text(const char *a, const char *b) {
  return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

/* "NAME (WAS, not IS)"; the name alone where there is no room for more, or nothing to show. */
static void add(char list[LIST_MAX], const char *name, const char *was, const char *is) {
  size_t n = strlen(list), left = LIST_MAX - n;
  const char *comma = n == 0 ? "" : ", ";
  bool shown = was != NULL && is != NULL;
  int wrote =
      shown ? snprintf(list + n, left, "%s%s (%.40s, not %.40s)", comma, name, was, is) : -1;
  if (!shown || (size_t)wrote >= left) {
    wrote = snprintf(list + n, left, "%s%s", comma, name);
  }
  if ((size_t)wrote >= left) {
    list[n] = '\0';
  }
}

static const char *number(int64_t v, int decimals, char out[24]) {
  return v == OMS_NO_PRICE ? "none" : engine_number(v, decimals, out);
}

static void add_number(char list[LIST_MAX], const char *name, int64_t was, int64_t is,
                       int decimals) {
  char text[2][24];
  if (was != is) {
    add(list, name, number(was, decimals, text[0]), number(is, decimals, text[1]));
  }
}

static void add_word(char list[LIST_MAX], const char *name, oms_enum_kind_t kind, int was, int is) {
  if (was != is) {
    add(list, name, oms_enum_text(kind, was), oms_enum_text(kind, is));
  }
}

static void add_text(char list[LIST_MAX], const char *name, const char *was, const char *is) {
  if (!same_text(was, is)) {
    add(list, name, was != NULL ? was : "none", is != NULL ? is : "none");
  }
}

static void add_prices(const oms_original_t *was, const oms_order_t *first, const oms_order_t *o,
                       char list[LIST_MAX]) {
  add_number(list, "limit_price", was->limit_price, o->limit_price, OMS_PRICE_DECIMALS);
  add_number(list, "stop_price", was->stop_price, o->more->stop_price, OMS_PRICE_DECIMALS);
  add_number(list, "trail_price", was->trail_price, o->more->trail_price, OMS_PRICE_DECIMALS);
  add_number(list, "trail_percent", first->more->trail_percent, o->more->trail_percent,
             OMS_PRICE_DECIMALS);
  add_number(list, "limit_offset", was->limit_offset, o->more->limit_offset, OMS_PRICE_DECIMALS);
  add_number(list, "display_qty", was->display_qty, o->more->display_qty, OMS_QTY_DECIMALS);
}

/* The fields in which the draft 'o' differs from the first order; "" when in none. */
static void differences(const oms_engine_t *e, const oms_order_t *first, const oms_order_t *o,
                        const oms_terms_t *t, char list[LIST_MAX]) {
  oms_original_t was = engine_original_terms(e, first);
  bool by_notional = first->more->notional != OMS_NO_PRICE && o->more->notional != OMS_NO_PRICE;
  uint32_t asked = OMS_ORDER_POST_ONLY | OMS_ORDER_REDUCE_ONLY | OMS_ORDER_DO_NOT_REDUCE;
  list[0] = '\0';
  if (first->instrument != o->instrument ||
      (o->instrument == OMS_NONE && !same_text(first->symbol, t->symbol))) {
    add(list, "symbol", first->symbol, t->symbol);
  }
  add_word(list, "side", OMS_ENUM_SIDE, first->side, o->side);
  add_word(list, "type", OMS_ENUM_TYPE, first->type, o->type);
  add_word(list, "time_in_force", OMS_ENUM_TIF, was.time_in_force, o->time_in_force);
  if (!by_notional) {
    add_number(list, "qty", was.qty, o->qty, OMS_QTY_DECIMALS);
  }
  add_number(list, "notional", first->more->notional, o->more->notional, OMS_MONEY_DECIMALS);
  add_prices(&was, first, o, list);
  if (first->more->expire_at != o->more->expire_at) {
    add(list, "expire_at", NULL, NULL);
  }
  add_word(list, "session", OMS_ENUM_SESSION, first->session, o->session);
  add_word(list, "trigger_by", OMS_ENUM_TRIGGER_BY, first->trigger_by, o->trigger_by);
  add_word(list, "order_class", OMS_ENUM_ORDER_CLASS, first->order_class, o->order_class);
  if (((first->flags ^ o->flags) & asked) != 0) {
    add(list, "post_only, reduce_only or do_not_reduce", NULL, NULL);
  }
  add_text(list, "tag", first->origin->tag, t->tag);
  add_text(list, "route", first->origin->route, t->route);
}

bool oms_engine_same_content(const oms_engine_t *e, uint32_t order, const oms_terms_t *t,
                             char list[OMS_DIFFERENCE_MAX]) {
  const oms_order_t *first = engine_order(e, order);
  oms_original_t was = engine_original_terms(e, first);
  oms_order_t o = {0};
  oms_order_more_t more;
  engine_take_terms(e, &o, &more, t);
  bool same_qty = t->qty == OMS_NO_PRICE || t->qty == was.asked_qty;
  o.qty = same_qty ? was.qty : t->qty;
  differences(e, first, &o, t, list);
  return list[0] == '\0';
}

int engine_answer_repeated(oms_engine_t *e, const oms_order_t *o, const oms_terms_t *t,
                           uint32_t first) {
  char list[LIST_MAX];
  e->subject = first;
  differences(e, engine_order(e, first), o, t, list);
  if (list[0] == '\0') {
    return OMS_ERR_DUPLICATE;
  }
  return engine_refuse(e, OMS_CODE_DUPLICATE_CLIENT_ORDER_ID,
                       "client_order_id %.60s is taken by an order with another %s",
                       t->client_order_id, list);
}
