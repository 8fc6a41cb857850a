/* report_orders.c - the orders that were rejected, by code. */
#include "host/report.h"

typedef struct refusal {
  uint16_t code;
  uint8_t by;
  uint32_t n;
  const char *message; /* of the first one */
} refusal_t;

static int count_order(oms_array_t *list, const oms_order_t *o) {
  for (size_t i = 0; i < list->n; i++) {
    refusal_t *r = OMS_AT(list, refusal_t, i);
    if (r->code == o->code && r->by == o->rejected_by) {
      r->n++;
      return OMS_OK;
    }
  }
  const refusal_t fresh = {o->code, o->rejected_by, 1, o->message};
  return oms_array_push(list, &fresh);
}

static int count_refusals(const oms_engine_t *e, oms_array_t *list) {
  int rc = OMS_OK;
  for (uint32_t i = 0; rc == OMS_OK && i < oms_engine_order_count(e); i++) {
    const oms_order_t *o = oms_engine_order(e, i);
    rc = o->status == OMS_STATUS_REJECTED ? count_order(list, o) : OMS_OK;
  }
  return rc;
}

/* The most frequent first; equal ones stay in order of appearance. */
static void sort_refusals(oms_array_t *list) {
  for (size_t i = 1; i < list->n; i++) {
    refusal_t moved = *OMS_AT(list, refusal_t, i);
    size_t k = i;
    for (; k > 0 && OMS_AT(list, refusal_t, k - 1)->n < moved.n; k--) {
      *OMS_AT(list, refusal_t, k) = *OMS_AT(list, refusal_t, k - 1);
    }
    *OMS_AT(list, refusal_t, k) = moved;
  }
}

static void put_refusal(oms_page_t *to, const refusal_t *r) {
  oms_page_begin(to, '[');
  oms_page_text(to, oms_enum_text(OMS_ENUM_CODE, r->code));
  oms_page_integer(to, r->n);
  oms_page_text(to, oms_enum_text(OMS_ENUM_REJECTED_BY, r->by));
  oms_page_text(to, r->code < OMS_CODE_OWN ? oms_code_text((oms_code_t)r->code) : "a rule's own");
  oms_page_text(to, r->message);
  oms_page_end(to, ']');
}

int oms_report_orders(oms_page_t *to, const oms_engine_t *e) {
  oms_array_t list;
  oms_array_init(&list, sizeof(refusal_t));
  int rc = count_refusals(e, &list);
  sort_refusals(&list);
  oms_report_table(to, "rejected", "Rejected orders", NULL,
                   "code|#orders|rejected_by|meaning|first message", "No order was rejected.");
  for (size_t i = 0; i < list.n; i++) {
    put_refusal(to, OMS_AT(&list, refusal_t, i));
  }
  oms_report_table_end(to);
  oms_array_free(&list);
  return rc;
}
