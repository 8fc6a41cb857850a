/* refused.c - the orders that were rejected, by code: for the report, and as a line of the log. */
#include "host/refused.h"

#include <stdio.h>

#include "host/host.h"

#define TOLD_MAX 3 /* codes in the line */

static int count_order(oms_array_t *list, const oms_order_t *o) {
  for (size_t i = 0; i < list->n; i++) {
    oms_refusal_t *r = OMS_AT(list, oms_refusal_t, i);
    if (r->code == o->code && r->by == o->rejected_by) {
      r->n++;
      return OMS_OK;
    }
  }
  const oms_refusal_t fresh = {o->code, o->rejected_by, 1, o->message};
  return oms_array_push(list, &fresh);
}

static void sort(oms_array_t *list) {
  for (size_t i = 1; i < list->n; i++) {
    oms_refusal_t moved = *OMS_AT(list, oms_refusal_t, i);
    size_t k = i;
    for (; k > 0 && OMS_AT(list, oms_refusal_t, k - 1)->n < moved.n; k--) {
      *OMS_AT(list, oms_refusal_t, k) = *OMS_AT(list, oms_refusal_t, k - 1);
    }
    *OMS_AT(list, oms_refusal_t, k) = moved;
  }
}

int oms_refusals_count(const oms_engine_t *e, oms_array_t *list) {
  int rc = OMS_OK;
  for (uint32_t i = 0; rc == OMS_OK && i < oms_engine_order_count(e); i++) {
    const oms_order_t *o = oms_engine_order(e, i);
    rc = o->status == OMS_STATUS_REJECTED ? count_order(list, o) : OMS_OK;
  }
  sort(list);
  return rc;
}

/* The codes that came most often: " 12 MAX_ORDER_QTY, 3 OFF_TICK". */
static void list_codes(const oms_array_t *list, char *out, size_t cap) {
  size_t at = 0;
  for (size_t i = 0; i < list->n && i < TOLD_MAX && at < cap; i++) {
    const oms_refusal_t *r = OMS_AT(list, oms_refusal_t, i);
    int n = snprintf(out + at, cap - at, "%s %u %.40s", i == 0 ? "" : ",", r->n,
                     oms_enum_text(OMS_ENUM_CODE, r->code));
    at += n > 0 ? (size_t)n : 0;
  }
  if (list->n > TOLD_MAX && at < cap) {
    (void)snprintf(out + at, cap - at, ", ...");
  }
}

static void tell(oms_host_t *h, const oms_array_t *list) {
  char codes[200] = "", text[640];
  unsigned long long all = 0;
  for (size_t i = 0; i < list->n; i++) {
    all += OMS_AT(list, oms_refusal_t, i)->n;
  }
  list_codes(list, codes, sizeof codes);
  const char *message = OMS_AT(list, oms_refusal_t, 0)->message;
  (void)snprintf(text, sizeof text, "%llu order%s refused:%s%s%.300s", all,
                 all == 1 ? " was" : "s were", codes, message != NULL ? "; such as: " : "",
                 message != NULL ? message : "");
  oms_host_log(h, -1, OMS_LOG_INFO, text);
}

void oms_refusals_tell(oms_host_t *h) {
  oms_array_t list;
  oms_array_init(&list, sizeof(oms_refusal_t));
  if (oms_refusals_count(h->engine, &list) == OMS_OK && list.n > 0) {
    tell(h, &list);
  }
  oms_array_free(&list);
}
