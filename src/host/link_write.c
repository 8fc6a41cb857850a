/* link_write.c - lines of the host to a venue (link_text.h). */
#include <stdio.h>

#include "base/time.h"
#include "host/link_text.h"

static void raw(oms_pack_t *p, const char *s) {
  oms_pack_raw(p, s, strlen(s));
}

static void name(oms_pack_t *p, const char *key) {
  raw(p, ",\"");
  raw(p, key);
  raw(p, "\":");
}

static void quoted(oms_pack_t *p, const char *s) {
  raw(p, "\"");
  for (; *s != '\0'; s++) {
    unsigned char c = (unsigned char)*s;
    char code[8];
    if (c < 0x20) {
      (void)snprintf(code, sizeof code, "\\u%04x", c);
      raw(p, code);
    } else {
      if (c == '"' || c == '\\') {
        raw(p, "\\");
      }
      oms_pack_u8(p, c);
    }
  }
  raw(p, "\"");
}

static void member(oms_pack_t *p, const char *key, const char *s) {
  name(p, key);
  quoted(p, s);
}

static void word(oms_pack_t *p, const char *key, oms_enum_kind_t kind, int value) {
  member(p, key, oms_enum_text(kind, value));
}

static void decimal(oms_pack_t *p, const char *key, int64_t v, int decimals) {
  char s[32];
  if (v != OMS_NO_PRICE) {
    (void)oms_decimal_format(v, decimals, s);
    member(p, key, s);
  }
}

static void flag(oms_pack_t *p, const char *key, bool is) {
  if (is) {
    name(p, key);
    raw(p, "true");
  }
}

static void begin(oms_pack_t *p, const char *what) {
  raw(p, "{\"m\":\"");
  raw(p, what);
  raw(p, "\"");
}

static void wire(oms_pack_t *p, const char *key, const oms_engine_t *e, const oms_order_t *o) {
  char id[21];
  oms_wire_id_text(e, o, id);
  member(p, key, id);
}

static void time_member(oms_pack_t *p, const char *key, oms_time_t t) {
  char s[40];
  if (t != OMS_NO_TIME) {
    (void)oms_time_iso(t, s);
    member(p, key, s);
  }
}

static void prices(oms_pack_t *p, const oms_order_t *o) {
  decimal(p, "limit_price", o->limit_price, OMS_PRICE_DECIMALS);
  decimal(p, "stop_price", o->more->stop_price, OMS_PRICE_DECIMALS);
  decimal(p, "trail_price", o->more->trail_price, OMS_PRICE_DECIMALS);
  decimal(p, "trail_percent", o->more->trail_percent, 9);
  decimal(p, "limit_offset", o->more->limit_offset, OMS_PRICE_DECIMALS);
  word(p, "time_in_force", OMS_ENUM_TIF, o->time_in_force);
  if (o->time_in_force == OMS_TIF_GTD) {
    time_member(p, "expire_at", o->more->expire_at);
  }
}

void oms_link_write_hello(oms_pack_t *p, const char *client) {
  begin(p, "hello");
  name(p, "protocol");
  raw(p, "1");
  member(p, "client", client);
  raw(p, "}\n");
}

void oms_link_write_new(oms_pack_t *p, const oms_engine_t *e, const oms_order_t *o) {
  begin(p, "new");
  wire(p, "wire_id", e, o);
  member(p, "account", oms_engine_account(e, o->account)->id);
  member(p, "symbol", o->symbol);
  word(p, "side", OMS_ENUM_SIDE, o->side);
  word(p, "type", OMS_ENUM_TYPE, o->type);
  word(p, "session", OMS_ENUM_SESSION, o->session);
  decimal(p, "qty", o->qty - o->filled_qty, OMS_QTY_DECIMALS);
  decimal(p, "display_qty", o->more->display_qty, OMS_QTY_DECIMALS);
  prices(p, o);
  if (o->trigger_by != OMS_TRIGGER_BY_DEFAULT) {
    word(p, "trigger_by", OMS_ENUM_TRIGGER_BY, o->trigger_by);
  }
  flag(p, "post_only", (o->flags & OMS_ORDER_POST_ONLY) != 0);
  flag(p, "reduce_only", (o->flags & OMS_ORDER_REDUCE_ONLY) != 0);
  raw(p, "}\n");
}

void oms_link_write_replace(oms_pack_t *p, const oms_engine_t *e, const oms_order_t *old,
                            const oms_order_t *successor, oms_link_replace_t kind) {
  oms_qty_t qty = successor->qty;
  if (kind == OMS_LINK_REPLACE_REMAINING) {
    qty -= qty < old->filled_qty ? qty : old->filled_qty;
  }
  begin(p, "replace");
  wire(p, "wire_id", e, old);
  wire(p, "new_wire_id", e, successor);
  decimal(p, "qty", qty, OMS_QTY_DECIMALS);
  prices(p, successor);
  raw(p, "}\n");
}

void oms_link_write_resize(oms_pack_t *p, const oms_engine_t *e, const oms_order_t *o) {
  begin(p, "resize");
  wire(p, "wire_id", e, o);
  decimal(p, "qty", o->qty, OMS_QTY_DECIMALS);
  raw(p, "}\n");
}

void oms_link_write_about(oms_pack_t *p, const oms_engine_t *e, const char *what,
                          const oms_order_t *o) {
  begin(p, what);
  wire(p, "wire_id", e, o);
  raw(p, "}\n");
}

void oms_link_write_find(oms_pack_t *p, const char *wire_id) {
  begin(p, "find");
  member(p, "wire_id", wire_id);
  raw(p, "}\n");
}

void oms_link_write_ask(oms_pack_t *p, const char *what, oms_time_t since) {
  begin(p, what);
  time_member(p, "since", since);
  raw(p, "}\n");
}
