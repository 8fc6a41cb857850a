/* list_out.c - orders and positions as a person reads them in a terminal, or as JSON. */
#include <stdio.h>
#include <string.h>

#include "base/check.h"
#include "core/scope.h"
#include "host/command.h"
#include "host/json_out.h"

#define COLUMNS_MAX 16
#define CELL_MAX    160

typedef enum cell_kind { CELL_TEXT, CELL_NUMBER, CELL_NONE } cell_kind_t;
typedef struct cell {
  cell_kind_t kind;
  char text[CELL_MAX];
} cell_t;

typedef struct list {
  const char *const *names;
  size_t column_n;
  bool json;
  FILE *to;
  oms_array_t rows; /* cell_t, column_n a row */
} list_t;

static cell_t text_cell(const char *text) {
  cell_t c = {.kind = text == NULL ? CELL_NONE : CELL_TEXT};
  snprintf(c.text, sizeof c.text, "%s", text == NULL ? "" : text);
  return c;
}

static cell_t number_cell(int64_t v, int decimals) {
  cell_t c = {.kind = v == OMS_NO_PRICE ? CELL_NONE : CELL_NUMBER};
  if (c.kind == CELL_NUMBER) {
    (void)oms_decimal_format(v, decimals, c.text);
  }
  return c;
}

static int add_row(list_t *l, const cell_t *cells) {
  for (size_t i = 0; i < l->column_n; i++) {
    int rc = oms_array_push(&l->rows, &cells[i]);
    if (rc != OMS_OK) {
      return rc;
    }
  }
  return OMS_OK;
}

static void write_json(const list_t *l) {
  size_t n = l->rows.n / l->column_n;
  fputc('[', l->to);
  for (size_t r = 0; r < n; r++) {
    fputs(r == 0 ? "\n  {" : ",\n  {", l->to);
    for (size_t i = 0; i < l->column_n; i++) {
      const cell_t *c = OMS_AT(&l->rows, cell_t, r * l->column_n + i);
      fprintf(l->to, "%s\"%s\": ", i == 0 ? "" : ", ", l->names[i]);
      if (c->kind == CELL_TEXT) {
        oms_json_text(c->text, l->to);
      } else {
        fputs(c->kind == CELL_NONE ? "null" : c->text, l->to);
      }
    }
    fputc('}', l->to);
  }
  fputs(n == 0 ? "]" : "\n]", l->to);
}

static void write_table(const list_t *l, const char *what) {
  size_t width[COLUMNS_MAX], n = l->rows.n / l->column_n;
  for (size_t i = 0; i < l->column_n; i++) {
    width[i] = strlen(l->names[i]);
    for (size_t r = 0; r < n; r++) {
      size_t k = strlen(OMS_AT(&l->rows, cell_t, r * l->column_n + i)->text);
      width[i] = k > width[i] ? k : width[i];
    }
  }
  for (size_t r = 0; n > 0 && r <= n; r++) {
    for (size_t i = 0; i < l->column_n; i++) {
      const cell_t *c = r == 0 ? NULL : OMS_AT(&l->rows, cell_t, (r - 1) * l->column_n + i);
      bool last = i + 1 == l->column_n, right = c != NULL && c->kind == CELL_NUMBER;
      int w = last && !right ? 0 : right ? (int)width[i] : -(int)width[i];
      fprintf(l->to, "%*s%s", w, c == NULL ? l->names[i] : c->text, last ? "\n" : "  ");
    }
  }
  fprintf(l->to, "%zu %s%s", n, what, n == 1 ? "" : "s");
}

static int end_list(list_t *l, int rc, const char *what) {
  if (rc == OMS_OK && l->json) {
    write_json(l);
  } else if (rc == OMS_OK) {
    write_table(l, what);
  }
  oms_array_free(&l->rows);
  return rc;
}

/* Orders. */

static const char *const order_names[] = {
    "order_id", "client_order_id", "account", "owner",  "symbol",      "side",
    "type",     "time_in_force",   "qty",     "filled", "limit_price", "stop_price",
    "status",   "held_by"};

static int add_order(list_t *l, const oms_host_t *h, const oms_order_t *o) {
  char id[37], client[37];
  bool held = o->status == OMS_STATUS_HELD;
  oms_order_id_text(h->engine, o, id);
  cell_t cells[] = {
      text_cell(id),
      text_cell(oms_client_order_id_text(h->engine, o, client)),
      text_cell(oms_engine_account(h->engine, o->account)->id),
      text_cell(oms_engine_owner(h->engine, o->owner)->id),
      text_cell(o->symbol),
      text_cell(oms_enum_text(OMS_ENUM_SIDE, o->side)),
      text_cell(oms_enum_text(OMS_ENUM_TYPE, o->type)),
      text_cell(oms_enum_text(OMS_ENUM_TIF, o->time_in_force)),
      number_cell(o->qty, OMS_QTY_DECIMALS),
      number_cell(o->filled_qty, OMS_QTY_DECIMALS),
      number_cell(o->limit_price, OMS_PRICE_DECIMALS),
      number_cell(oms_desk_stop_of(&h->desk.port, o), OMS_PRICE_DECIMALS),
      text_cell(oms_enum_text(OMS_ENUM_STATUS, o->status)),
      text_cell(held ? oms_enum_text(OMS_ENUM_HELD_BY, o->held_by) : NULL),
  };
  return add_row(l, cells);
}

int oms_host_list_orders(const oms_host_t *h, const oms_request_t *r, oms_scope_t scope, FILE *to) {
  list_t l = {.names = order_names, .column_n = OMS_COUNT(order_names), .json = r->json, .to = to};
  int rc = OMS_OK;
  oms_array_init(&l.rows, sizeof(cell_t));
  uint32_t n = oms_engine_order_count(h->engine);
  uint32_t i = r->all ? 0 : oms_engine_first_open(h->engine);
  while (rc == OMS_OK && i < n) {
    const oms_order_t *o = oms_engine_order(h->engine, i);
    if (oms_scope_holds(scope, o->account, o->owner, o->instrument)) {
      rc = add_order(&l, h, o);
    }
    i = r->all ? i + 1 : o->next_open;
  }
  return end_list(&l, rc, "order");
}

/* Positions. */

static const char *const position_names[] = {"account",       "owner",      "symbol",
                                             "qty",           "avg_price",  "market_value",
                                             "unrealized_pl", "realized_pl"};

static int add_position(list_t *l, const oms_host_t *h, const oms_position_t *p) {
  const oms_instrument_t *s = oms_engine_instrument(h->engine, p->instrument);
  oms_price_t last = oms_engine_last(h->engine, p->instrument);
  oms_money_t value = OMS_NO_PRICE, gain = OMS_NO_PRICE;
  if (last != OMS_NO_PRICE) {
    (void)oms_position_value(p, last, s->multiplier, &value, &gain);
  }
  bool net = p->owner == UINT16_MAX;
  cell_t cells[] = {
      text_cell(oms_engine_account(h->engine, p->account)->id),
      text_cell(net ? NULL : oms_engine_owner(h->engine, p->owner)->id),
      text_cell(s->symbol),
      number_cell(p->qty, OMS_QTY_DECIMALS),
      number_cell(oms_position_avg_price(p), OMS_PRICE_DECIMALS),
      number_cell(value, OMS_MONEY_DECIMALS),
      number_cell(gain, OMS_MONEY_DECIMALS),
      number_cell(p->realized_pl, OMS_MONEY_DECIMALS),
  };
  return add_row(l, cells);
}

int oms_host_list_positions(const oms_host_t *h, const oms_request_t *r, oms_scope_t scope,
                            FILE *to) {
  list_t l = {
      .names = position_names, .column_n = OMS_COUNT(position_names), .json = r->json, .to = to};
  int rc = OMS_OK;
  oms_array_init(&l.rows, sizeof(cell_t));
  uint32_t n = oms_engine_position_count(h->engine);
  for (uint32_t i = 0; i < n && rc == OMS_OK; i++) {
    const oms_position_t *p = oms_engine_position(h->engine, i);
    bool kind = (p->owner == UINT16_MAX) == (scope.kind != OMS_SCOPE_OWNER);
    if (kind && p->qty != 0 && oms_scope_holds(scope, p->account, p->owner, p->instrument)) {
      rc = add_position(&l, h, p);
    }
  }
  return end_list(&l, rc, "position");
}
