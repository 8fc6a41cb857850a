/* events_out.c - see events_out.h. A row shows the order as it is after the event; what fills, the
 * fill itself: its side, quantity and price. 'position' is the owner's book in the symbol then. */
#include "host/events_out.h"

#include "base/alloc.h"
#include "base/check.h"
#include "base/hash.h"

static const char header[] =
    "seq,ts,type,order_id,client_order_id,symbol,side,order_type,status,qty,filled_qty,price,"
    "stop_price,fill_qty,commission,position,execution_id,code,message,strategy,account";

struct oms_events_out {
  oms_csv_out_t csv;
  oms_digest_t *digest;
  oms_desk_host_t *desk;
};

static void put_word(oms_csv_out_t *c, oms_enum_kind_t kind, int value) {
  oms_csv_out_text(c, value == 0 ? NULL : oms_enum_text(kind, value));
}

static void put_empty(oms_csv_out_t *c, int n) {
  for (int i = 0; i < n; i++) {
    oms_csv_out_text(c, NULL);
  }
}

static void put_order(oms_csv_out_t *c, const oms_engine_t *e, const oms_event_t *event,
                      const oms_order_t *o, const oms_fill_t *f) {
  char text[37];
  bool head = (o->flags & OMS_ORDER_GROUP_HEAD) != 0; /* an oco has no type of its own */
  oms_order_id_text(e, o, text);
  oms_csv_out_text(c, text);
  oms_csv_out_text(c, oms_client_order_id_text(e, o, text));
  oms_csv_out_text(c, o->symbol);
  oms_csv_out_text(c, oms_enum_text(OMS_ENUM_SIDE, f != NULL ? f->side : o->side));
  oms_csv_out_text(c, head ? NULL : oms_enum_text(OMS_ENUM_TYPE, o->type));
  oms_csv_out_text(c, oms_enum_text(OMS_ENUM_STATUS, event->status));
  oms_csv_out_decimal(c, o->qty, OMS_QTY_DECIMALS);
  oms_csv_out_decimal(c, o->filled_qty, OMS_QTY_DECIMALS);
  oms_csv_out_decimal(c, f != NULL ? f->price : o->limit_price, OMS_PRICE_DECIMALS);
  oms_csv_out_decimal(c, o->more->stop_price, OMS_PRICE_DECIMALS);
  oms_csv_out_decimal(c, f != NULL ? f->qty : OMS_NO_PRICE, OMS_QTY_DECIMALS);
  oms_csv_out_decimal(c, f != NULL && f->has_commission ? f->commission : OMS_NO_PRICE,
                      OMS_MONEY_DECIMALS);
  if (o->instrument == OMS_NONE) {
    put_empty(c, 1);
  } else {
    oms_csv_out_decimal(c, oms_engine_book(e, o->account, o->owner, o->instrument)->qty,
                        OMS_QTY_DECIMALS);
  }
  oms_csv_out_text(c, f != NULL ? oms_execution_id_text(f, text) : NULL);
}

static void put_row(oms_events_out_t *w, const oms_event_t *event, const oms_order_t *o,
                    const oms_fill_t *f) {
  const oms_engine_t *e = w->desk->engine;
  oms_csv_out_t *c = &w->csv;
  oms_csv_out_decimal(c, (int64_t)event->seq, 0);
  oms_csv_out_time(c, event->ts);
  oms_csv_out_text(c, oms_enum_text(OMS_ENUM_EVENT, event->type));
  if (o != NULL) {
    put_order(c, e, event, o, f);
  } else {
    put_empty(c, 14);
  }
  put_word(c, OMS_ENUM_CODE, event->code);
  oms_csv_out_text(c, event->message);
  oms_csv_out_text(c, o != NULL ? oms_engine_owner(e, o->owner)->id : NULL);
  oms_csv_out_text(c, o != NULL ? oms_engine_account(e, o->account)->id : NULL);
  (void)oms_csv_out_row(c, NULL); /* a failure is kept and told at the end */
}

static void digest_row(oms_digest_t *d, const oms_event_t *event, const oms_order_t *o,
                       const oms_fill_t *f) {
  const int64_t v[] = {(int64_t)event->seq,
                       event->ts,
                       event->type,
                       event->status,
                       event->canceled_by,
                       event->order,
                       event->fill,
                       event->old_qty,
                       event->old_limit_price,
                       event->old_stop_price,
                       o != NULL ? o->qty : 0,
                       o != NULL ? o->filled_qty : 0,
                       f != NULL ? f->qty : 0,
                       f != NULL ? f->price : 0};
  for (size_t i = 0; i < OMS_COUNT(v); i++) {
    oms_digest_i64(d, v[i]);
  }
  /* By its word: numbers of a rule's own codes are given out as they come. */
  oms_digest_text(d, oms_enum_text(OMS_ENUM_CODE, event->code));
}

static void take(void *self, const oms_event_t *event) {
  oms_events_out_t *w = self;
  const oms_engine_t *e = w->desk->engine;
  const oms_order_t *o = event->order != OMS_NONE ? oms_engine_order(e, event->order) : NULL;
  const oms_fill_t *f = event->fill != OMS_NONE ? oms_engine_fill(e, event->fill) : NULL;
  digest_row(w->digest, event, o, f);
  if (w->csv.fd >= 0) {
    put_row(w, event, o, f);
  }
}

int oms_events_open(const char *folder, oms_desk_host_t *desk, oms_events_out_t **out,
                    oms_error_t *err) {
  oms_events_out_t *w = oms_alloc_zero(1, sizeof *w);
  if (w == NULL) {
    return oms_error_set(err, OMS_ERR_NOMEM, "out of memory for the events");
  }
  w->csv.fd = -1;
  w->desk = desk;
  w->digest = oms_digest_new();
  int rc = w->digest == NULL ? oms_error_set(err, OMS_ERR_NOMEM, "out of memory for the events")
                             : OMS_OK;
  if (rc == OMS_OK && folder != NULL) {
    rc = oms_csv_out_open(&w->csv, folder, "events.csv", header, err);
  }
  if (rc != OMS_OK) {
    oms_events_close(w);
    return rc;
  }
  desk->watcher = w;
  desk->watch = take;
  *out = w;
  return OMS_OK;
}

void oms_events_note(oms_events_out_t *w, oms_time_t ts, const char *type, const char *strategy,
                     const char *code, const char *message) {
  oms_csv_out_t *c = &w->csv;
  if (c->fd < 0) {
    return;
  }
  put_empty(c, 1);
  oms_csv_out_time(c, ts);
  oms_csv_out_text(c, type);
  put_empty(c, 14);
  oms_csv_out_text(c, code);
  oms_csv_out_text(c, message);
  oms_csv_out_text(c, strategy);
  put_empty(c, 1);
  (void)oms_csv_out_row(c, NULL);
}

int oms_events_finish(oms_events_out_t *w, oms_error_t *err) {
  w->desk->watch = NULL;
  return oms_csv_out_close(&w->csv, err);
}

void oms_events_digest(const oms_events_out_t *w, char out[33]) {
  oms_digest_hex(w->digest, out);
}

void oms_events_close(oms_events_out_t *w) {
  if (w != NULL) {
    w->desk->watch = NULL;
    oms_csv_out_free(&w->csv);
    oms_digest_free(w->digest);
    oms_free(w);
  }
}
