/* report_orders.c - the orders that were rejected, by code. */
#include "host/refused.h"
#include "host/report.h"

static void put_refusal(oms_page_t *to, const oms_refusal_t *r) {
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
  oms_array_init(&list, sizeof(oms_refusal_t));
  int rc = oms_refusals_count(e, &list);
  oms_report_table(to, "rejected", "Rejected orders", NULL,
                   "code|#orders|rejected_by|meaning|first message", "No order was rejected.");
  for (size_t i = 0; i < list.n; i++) {
    put_refusal(to, OMS_AT(&list, oms_refusal_t, i));
  }
  oms_report_table_end(to);
  oms_array_free(&list);
  return rc;
}
