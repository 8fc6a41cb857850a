/* rebuild.c - see rebuild.h. */
#include "host/rebuild.h"

#include <string.h>

#include "core/book.h"
#include "core/rows.h"
#include "host/recover.h"
#include "store/store.h"

enum { COLUMNS = 21 };

/* Copies of a row's texts: they are borrowed for the call that brings them. */
typedef struct row {
  oms_pack_t bytes;
  size_t at[COLUMNS]; /* of a text in 'bytes', + 1; 0: null */
  size_t n;
} row_t;

static void take_text(void *self, const char *name, const char *text) {
  row_t *r = self;
  (void)name;
  if (r->n < COLUMNS) {
    r->at[r->n++] = text == NULL ? 0 : r->bytes.n + 1;
    oms_pack_raw(&r->bytes, text, text == NULL ? 0 : strlen(text) + 1);
  }
}

static void take_decimal(void *self, const char *name, int64_t v, int decimals) {
  char text[32];
  if (v != OMS_NO_PRICE) {
    (void)oms_decimal_format(v, decimals, text);
  }
  take_text(self, name, v == OMS_NO_PRICE ? NULL : text);
}

static void take_time(void *self, const char *name, oms_time_t t) {
  char text[32];
  if (t != OMS_NO_TIME) {
    (void)oms_time_iso(t, text);
  }
  take_text(self, name, t == OMS_NO_TIME ? NULL : text);
}

/* Puts the row into the table and empties it. */
static int put_row(row_t *r, oms_views_t *v, const char *table, oms_error_t *err) {
  const char *values[COLUMNS];
  for (size_t i = 0; i < r->n; i++) {
    values[i] = r->at[i] == 0 ? NULL : (const char *)r->bytes.data + r->at[i] - 1;
  }
  int rc = r->bytes.failed ? oms_error_set(err, OMS_ERR_NOMEM, "out of memory for a row")
                           : oms_views_row(v, table, values, r->n, err);
  r->n = r->bytes.n = 0;
  return rc;
}

/* Of a trailing order its stop as the venue had it last. */
static oms_price_t stop_of(const oms_past_t *p, const oms_order_t *o) {
  for (size_t i = p->stops.n; i > 0 && o->more->stop_price == OMS_NO_PRICE; i--) {
    const oms_stop_note_t *note = OMS_AT(&p->stops, oms_stop_note_t, i - 1);
    if (note->order == o->index) {
      return note->stop;
    }
  }
  return o->more->stop_price;
}

static int put_orders(const oms_past_t *p, oms_views_t *v, oms_rebuilt_t *out, oms_error_t *err) {
  int rc = OMS_OK;
  row_t row = {.n = 0};
  const oms_row_taker_t to = {&row, take_text, take_decimal, take_time};
  for (uint32_t i = 0; rc == OMS_OK && i < oms_engine_order_count(p->engine); i++) {
    const oms_order_t *o = oms_engine_order(p->engine, i);
    oms_row_order(p->engine, o, stop_of(p, o), &to);
    rc = put_row(&row, v, "orders", err);
    out->orders++;
  }
  oms_pack_free(&row.bytes);
  return rc;
}

static int put_fills(const oms_past_t *p, oms_views_t *v, oms_rebuilt_t *out, oms_error_t *err) {
  int rc = OMS_OK;
  row_t row = {.n = 0};
  const oms_row_taker_t to = {&row, take_text, take_decimal, take_time};
  for (uint32_t i = 0; rc == OMS_OK && i < oms_engine_fill_count(p->engine); i++) {
    oms_row_fill(p->engine, oms_engine_fill(p->engine, i), &to);
    rc = put_row(&row, v, "fills", err);
    out->fills++;
  }
  oms_pack_free(&row.bytes);
  return rc;
}

static int put_position(const oms_past_t *past, const oms_position_t *p, row_t *row, oms_views_t *v,
                        oms_error_t *err) {
  bool net = p->owner == UINT16_MAX;
  take_text(row, "symbol", oms_engine_instrument(past->engine, p->instrument)->symbol);
  take_decimal(row, "qty", p->qty, OMS_PRICE_DECIMALS);
  take_decimal(row, "avg_entry_price", oms_position_avg_price(p), OMS_PRICE_DECIMALS);
  take_decimal(row, "market_value", net ? p->market_value : OMS_NO_PRICE, OMS_MONEY_DECIMALS);
  take_decimal(row, "realized_pl", p->realized_pl, OMS_MONEY_DECIMALS);
  take_decimal(row, "commission", p->commission, OMS_MONEY_DECIMALS);
  take_text(row, "strategy", net ? NULL : oms_engine_owner(past->engine, p->owner)->id);
  take_text(row, "account", oms_engine_account(past->engine, p->account)->id);
  return put_row(row, v, "positions", err);
}

static int put_positions(const oms_past_t *p, oms_views_t *v, oms_rebuilt_t *out,
                         oms_error_t *err) {
  int rc = OMS_OK;
  row_t row = {.n = 0};
  for (uint32_t i = 0; rc == OMS_OK && i < oms_engine_position_count(p->engine); i++) {
    rc = put_position(p, oms_engine_position(p->engine, i), &row, v, err);
    out->positions++;
  }
  oms_pack_free(&row.bytes);
  return rc;
}

int oms_rebuild(const char *db, oms_rebuilt_t *out, oms_error_t *err) {
  oms_views_t *v = NULL;
  oms_past_t *p = NULL;
  *out = (oms_rebuilt_t){0};
  int rc = oms_views_begin(db, &v, err);
  rc = rc == OMS_OK ? oms_recover(db, UINT64_MAX, &p, NULL, err) : rc;
  if (rc == OMS_OK && p->engine != NULL) {
    rc = put_orders(p, v, out, err);
    rc = rc == OMS_OK ? put_fills(p, v, out, err) : rc;
    rc = rc == OMS_OK ? put_positions(p, v, out, err) : rc;
    out->seq = p->seq;
  }
  oms_past_free(p);
  if (v != NULL) {
    int ended = oms_views_end(v, rc == OMS_OK, rc == OMS_OK ? err : NULL);
    rc = rc == OMS_OK ? ended : rc;
  }
  return rc;
}
