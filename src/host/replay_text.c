/* replay_text.c - a record as a line for people. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "core/codec.h"
#include "host/op_codec.h"
#include "host/replay_int.h"

/* In the order of oms_command_type_t. */
static const char *const command_words[] = {
    "submit", "verdict", "send",      "cancel", "replace",     "drop",
    "report", "release", "resize",    "group",  "group_state", "claim",
    "mark",   "quote",   "corporate", "state",  "alert",       "time"};
_Static_assert(sizeof command_words / sizeof command_words[0] == OMS_COMMAND_TIME + 1,
               "a word for each command");

static void command_text(const oms_record_t *r, char *out, size_t n) {
  oms_command_t c;
  oms_terms_t terms;
  oms_unpack_t u = oms_unpack_of(r->data, r->n);
  if (!oms_command_unpack(&u, &c, &terms)) {
    snprintf(out, n, " (%zu bytes)", r->n);
    return;
  }
  int used = snprintf(out, n, " %s", command_words[c.type]);
  char *rest = out + used;
  size_t left = n - (size_t)used;
  char qty[32], price[32];
  if (c.type == OMS_COMMAND_SUBMIT) {
    oms_decimal_format(terms.qty, OMS_QTY_DECIMALS, qty);
    snprintf(rest, left, " %s %s of %s, %s, key %s", oms_enum_text(OMS_ENUM_SIDE, terms.side), qty,
             terms.symbol, oms_enum_text(OMS_ENUM_TYPE, terms.type),
             terms.client_order_id == NULL ? "none" : terms.client_order_id);
  } else if (c.type == OMS_COMMAND_REPORT) {
    oms_decimal_format(c.u.report.qty, OMS_QTY_DECIMALS, qty);
    oms_decimal_format(c.u.report.price, OMS_PRICE_DECIMALS, price);
    snprintf(rest, left, " %s of order %u, qty %s, price %s",
             oms_enum_text(OMS_ENUM_REPORT, c.u.report.type), c.u.report.order, qty, price);
  } else if (c.type == OMS_COMMAND_MARK) {
    oms_decimal_format(c.u.mark.price, OMS_PRICE_DECIMALS, price);
    snprintf(rest, left, " instrument %u at %s", c.u.mark.instrument, price);
  } else if (c.type != OMS_COMMAND_TIME && c.type != OMS_COMMAND_ALERT) {
    snprintf(rest, left, " order %u", c.u.send.order);
  }
}

static void bytes_text(const oms_record_t *r, char *out, size_t n) {
  size_t used = (size_t)snprintf(out, n, " (%zu bytes", r->n);
  for (size_t i = 0; i < r->n && i < 48 && used + 8 < n; i++) {
    used += (size_t)snprintf(out + used, n - used, "%s%02x", i == 0 ? ": " : "", r->data[i]);
  }
  snprintf(out + used, n - used, "%s)", r->n > 48 ? "..." : "");
}

void oms_record_text(const oms_record_t *r, char *out, size_t n) {
  char ts[40] = "no time", body[700] = "";
  if (r->now != OMS_NO_TIME) {
    oms_time_iso(r->now, ts);
  }
  if (r->kind == OMS_RECORD_COMMAND) {
    command_text(r, body, sizeof body);
  } else if (r->kind == OMS_RECORD_NOTE || r->kind == OMS_RECORD_END) {
    snprintf(body, sizeof body, " %.*s", (int)(r->n < 600 ? r->n : 600),
             r->n > 0 ? (const char *)r->data : "");
  } else {
    bytes_text(r, body, sizeof body);
  }
  snprintf(out, n, "%s%s at %s%s", oms_record_kind_text(r->kind), body, ts,
           r->market ? " (market data)" : "");
}
