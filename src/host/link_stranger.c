/* link_stranger.c - orders that the venue knows and we do not: given there by hand, or by somebody
 * who is gone (orders.md, section 2). Each becomes an order of "external" with the terms that the
 * venue names; no limit and no rule is asked, since it is a fact. Its fills are booked like all
 * others, and a strategy may claim it. */
#include <stdio.h>
#include <string.h>

#include "host/link_int.h"

static link_stranger_t *stranger(oms_link_t *l, const char *wire_id) {
  for (size_t i = 0; i < l->strangers.n; i++) {
    link_stranger_t *s = OMS_AT(&l->strangers, link_stranger_t, i);
    if (strcmp(s->wire_id, wire_id) == 0) {
      return s;
    }
  }
  link_stranger_t *s = oms_array_add(&l->strangers);
  if (s != NULL) {
    *s = (link_stranger_t){.asked = 0};
    (void)snprintf(s->wire_id, sizeof s->wire_id, "%s", wire_id);
  }
  return s;
}

static void tell(oms_link_t *l, const oms_link_message_t *m, const char *why) {
  char line[400];
  link_stranger_t *s = stranger(l, m->wire_id);
  if (s == NULL || s->told) {
    return;
  }
  s->told = true;
  (void)snprintf(
      line, sizeof line,
      "the venue %s knows an order '%s' that is none of ours, and it cannot be taken in: "
      "%s; look there and end it by hand if nobody else gave it",
      l->can.venue, m->wire_id, why);
  link_alert(l, OMS_NONE, line);
}

/* The only account there is where the venue names none. */
static uint32_t account_of(const oms_link_t *l, const oms_link_message_t *m) {
  if (m->account[0] != '\0') {
    return oms_engine_find_account(l->d->engine, m->account);
  }
  return oms_engine_account_count(l->d->engine) == 1 ? 0 : OMS_NONE;
}

static uint8_t type_of(const oms_link_message_t *m) {
  bool limit = m->limit_price != OMS_NO_PRICE, stop = m->stop_price != OMS_NO_PRICE;
  return m->type != UINT8_MAX ? m->type
         : stop               ? (limit ? OMS_TYPE_STOP_LIMIT : OMS_TYPE_STOP)
                              : (limit ? OMS_TYPE_LIMIT : OMS_TYPE_MARKET);
}

static int submit(oms_link_t *l, const oms_link_message_t *m, uint32_t instrument,
                  uint16_t account) {
  char key[sizeof OMS_FOREIGN_PREFIX + sizeof m->wire_id];
  (void)snprintf(key, sizeof key, "%s%s", OMS_FOREIGN_PREFIX, m->wire_id);
  const oms_terms_t t = {.instrument = instrument,
                         .account = account,
                         .side = m->side,
                         .type = type_of(m),
                         .time_in_force =
                             m->time_in_force == UINT8_MAX ? OMS_TIF_GTC : m->time_in_force,
                         .qty = m->qty,
                         .display_qty = OMS_NO_PRICE,
                         .notional = OMS_NO_PRICE,
                         .limit_price = m->limit_price,
                         .stop_price = m->stop_price,
                         .trail_price = OMS_NO_PRICE,
                         .limit_offset = OMS_NO_PRICE,
                         .trail_percent = OMS_NO_PRICE,
                         .expire_at = OMS_NO_TIME,
                         .expire_session = OMS_NO_TIME, /* the venue ends it */
                         .client_order_id = key,
                         .entered_by = OMS_ENTERED_BY_VENUE,
                         .group = OMS_NONE,
                         .parent = OMS_NONE};
  oms_command_t c = {.type = OMS_COMMAND_SUBMIT};
  c.u.submit.terms = &t;
  c.u.submit.held_by = OMS_HELD_BY_BROKER; /* held rows are not judged */
  return oms_desk_apply(l->d, &c);
}

/* It works at the venue: it counts, and has left long ago. */
static void count_in(oms_link_t *l, uint32_t order) {
  oms_command_t release = {.type = OMS_COMMAND_RELEASE}, send = {.type = OMS_COMMAND_SEND};
  release.u.release.order = send.u.send.order = order;
  release.u.release.qty = OMS_NO_PRICE;
  int rc = oms_desk_apply(l->d, &release);
  rc = rc == OMS_OK ? oms_desk_apply(l->d, &send) : rc;
  if (rc == OMS_ERR_NOMEM) {
    oms_desk_fail(l->d, rc, "an order of the venue could not be taken in");
  }
}

static void ask(oms_link_t *l, const oms_link_message_t *m) {
  link_stranger_t *s = stranger(l, m->wire_id);
  if (s != NULL && s->asked == 0) {
    s->asked = 1;
    link_ask_name(l, m->wire_id);
  }
}

uint32_t link_take_in(oms_link_t *l, const oms_link_message_t *m) {
  char line[200];
  bool has_terms = m->symbol[0] != '\0' && m->side != UINT8_MAX && m->qty != OMS_NO_PRICE;
  bool is_fill = m->what == OMS_LINK_REPORT && m->report == OMS_REPORT_FILL;
  if (m->what == OMS_LINK_ORDER && !has_terms) {
    tell(l, m, "its symbol, side or quantity is not said");
    return OMS_NONE;
  }
  if (is_fill || !has_terms) { /* the quantity of a fill is another one */
    ask(l, m);
    return OMS_NONE;
  }
  uint32_t account = account_of(l, m);
  uint32_t instrument = oms_engine_find_instrument(l->d->engine, m->symbol);
  if (account == OMS_NONE || instrument == OMS_NONE || strlen(m->wire_id) > 20) {
    tell(l, m,
         account == OMS_NONE      ? "its account is not said or not of this session"
         : instrument == OMS_NONE ? "its symbol is not of this session"
                                  : "its name has more than 20 characters");
    return OMS_NONE;
  }
  int rc = submit(l, m, instrument, (uint16_t)account);
  if (rc == OMS_ERR_NOMEM) {
    oms_desk_fail(l->d, rc, "an order of the venue could not be taken in");
    return OMS_NONE;
  }
  uint32_t order = oms_engine_find_wire(l->d->engine, m->wire_id);
  if (rc != OMS_OK || order == OMS_NONE) {
    const char *why = NULL;
    (void)oms_engine_refusal(l->d->engine, &why);
    tell(l, m, rc == OMS_ERR_REJECTED && why != NULL ? why : oms_err_text(rc));
    return order; /* a row that was refused still takes its fills */
  }
  count_in(l, order);
  (void)snprintf(
      line, sizeof line,
      "the venue %s has an order '%s' that is none of ours: it is of \"external\" until a "
      "strategy claims it",
      l->can.venue, m->wire_id);
  link_alert(l, order, line);
  return order;
}

bool link_lacks_fills(oms_link_t *l, const oms_link_message_t *m, uint32_t order) {
  const oms_order_t *o = oms_engine_order(l->d->engine, order);
  if (!oms_order_is_foreign(o) || m->cum_qty == OMS_NO_PRICE || m->cum_qty <= o->filled_qty) {
    return false;
  }
  link_stranger_t *s = stranger(l, m->wire_id);
  if (s == NULL || s->asked >= 2) {
    return false; /* its executions make no more */
  }
  s->asked = 2;
  if (oms_order_is_open(o)) { /* until then nobody knows what the position is */
    oms_command_t c = {.type = OMS_COMMAND_REPORT};
    c.u.report = link_report(l, order, OMS_REPORT_IN_DOUBT);
    (void)oms_desk_apply(l->d, &c);
  }
  link_ask_for(l, order);
  return true;
}
