/* link.c - what goes to a venue in another process, and what its lines mean for our orders. */
#include "host/link_int.h"

#include <stdio.h>
#include <string.h>

#include "base/alloc.h"

#define MARGIN (60 * OMS_NS_PER_SECOND) /* by which the clocks of venue and host may differ */

static const oms_order_t *order_at(const oms_link_t *l, uint32_t i) {
  return oms_engine_order(l->d->engine, i);
}

static void log_line(const oms_link_t *l, oms_log_level_t level, const char *text) {
  if (l->host.log != NULL) {
    l->host.log(l->host.self, level, text);
  }
}

/* A word to people, in the journal like all else. */
void link_alert(oms_link_t *l, uint32_t order, const char *text) {
  oms_command_t c = {.type = OMS_COMMAND_ALERT};
  c.u.alert.order = order;
  c.u.alert.text = text;
  (void)oms_desk_apply(l->d, &c);
}

static int report(oms_link_t *l, const oms_report_t *r) {
  oms_command_t c = {.type = OMS_COMMAND_REPORT};
  c.u.report = *r;
  return oms_desk_apply(l->d, &c);
}

oms_report_t link_report(const oms_link_t *l, uint32_t order, oms_report_type_t type) {
  return (oms_report_t){.type = (uint8_t)type,
                        .order = order,
                        .ts = l->d->port.now,
                        .qty = OMS_NO_PRICE,
                        .price = OMS_NO_PRICE,
                        .stop_price = OMS_NO_PRICE};
}

/* Sending. */

void link_commit(oms_link_t *l, size_t from) {
  link_piece_t piece = {l->host.gate == NULL ? 0 : l->host.gate(l->host.self), l->out.n - from};
  if (!l->open || l->out.failed || oms_ring_push(&l->pieces, &piece) != OMS_OK) {
    l->out.n = from; /* a replay; or no memory: it has not left, and is asked for later */
    l->out.failed = false;
    return;
  }
  l->sent++;
}

static void send_about(oms_link_t *l, const char *word, uint32_t order) {
  size_t from = l->out.n;
  oms_link_write_about(&l->out, l->d->engine, word, order_at(l, order));
  link_commit(l, from);
}

static void send_new(oms_link_t *l, uint32_t order) {
  size_t from = l->out.n;
  oms_link_write_new(&l->out, l->d->engine, order_at(l, order));
  link_commit(l, from);
}

void link_ask_name(oms_link_t *l, const char *wire_id) {
  size_t from = l->out.n;
  oms_link_write_find(&l->out, wire_id);
  link_commit(l, from);
}

static void send_ask(oms_link_t *l, const char *word, oms_time_t since) {
  size_t from = l->out.n;
  oms_link_write_ask(&l->out, word, since);
  link_commit(l, from);
}

/* The venue's door. What is not up drops what it gets: the order is asked for when it is. */

static int submit(void *self, uint32_t order, oms_time_t now) {
  oms_link_t *l = self;
  (void)now;
  if (l->up && !oms_order_is_foreign(order_at(l, order))) {
    send_new(l, order);
  }
  return OMS_OK;
}

static int cancel(void *self, uint32_t order, oms_time_t now) {
  oms_link_t *l = self;
  (void)now;
  if (l->up) {
    send_about(l, "cancel", order);
  }
  return OMS_OK;
}

/* A venue that cannot replace gets a cancel, and at its end what is left as a new order. */
static int replace(void *self, uint32_t order, uint32_t successor, oms_time_t now) {
  oms_link_t *l = self;
  if (!l->up || l->can.replace == OMS_LINK_REPLACE_NONE) {
    return cancel(self, order, now);
  }
  size_t from = l->out.n;
  oms_link_write_replace(&l->out, l->d->engine, order_at(l, order), order_at(l, successor),
                         (oms_link_replace_t)l->can.replace);
  link_commit(l, from);
  return OMS_OK;
}

static int resize(void *self, uint32_t order, oms_time_t now) {
  oms_link_t *l = self;
  (void)now;
  if (l->up) {
    size_t from = l->out.n;
    oms_link_write_resize(&l->out, l->d->engine, order_at(l, order));
    link_commit(l, from);
  }
  return OMS_OK;
}

static void close_link(void *self) {
  oms_link_t *l = self;
  link_net_free(l);
  oms_array_free(&l->doubts);
  oms_array_free(&l->seen);
  oms_array_free(&l->strangers);
  oms_pack_free(&l->out);
  oms_ring_free(&l->pieces);
  oms_free(l);
}

oms_link_t *oms_link_new(oms_desk_host_t *d, oms_venue_t *venue) {
  oms_link_t *l = oms_alloc_zero(1, sizeof *l);
  if (l == NULL) {
    return NULL;
  }
  l->d = d;
  oms_array_init(&l->doubts, sizeof(link_doubt_t));
  oms_array_init(&l->seen, sizeof(uint8_t));
  oms_array_init(&l->strangers, sizeof(link_stranger_t));
  if (oms_ring_init(&l->pieces, sizeof(link_piece_t), 256) != OMS_OK) {
    oms_free(l);
    return NULL;
  }
  *venue = (oms_venue_t){.self = l,
                         .submit = submit,
                         .cancel = cancel,
                         .replace = replace,
                         .release = submit,
                         .resize = resize,
                         .cancel_now = cancel,
                         .close = close_link};
  d->venue_down = true;
  return l;
}

/* Doubt. */

static link_doubt_t *doubt_of(const oms_link_t *l, uint32_t order) {
  for (size_t i = 0; i < l->doubts.n; i++) {
    link_doubt_t *x = OMS_AT(&l->doubts, link_doubt_t, i);
    if (x->order == order) {
      return x;
    }
  }
  return NULL;
}

static link_doubt_t *add_doubt(oms_link_t *l, uint32_t order) {
  link_doubt_t *x = doubt_of(l, order);
  if (x == NULL && (x = oms_array_add(&l->doubts)) != NULL) {
    *x = (link_doubt_t){.order = order};
  }
  return x;
}

static void drop_doubt(oms_link_t *l, uint32_t order) {
  link_doubt_t *x = doubt_of(l, order);
  if (x != NULL) {
    *x = *OMS_AT(&l->doubts, link_doubt_t, l->doubts.n - 1);
    l->doubts.n--;
  }
}

static bool is_out(const oms_order_t *o) {
  return oms_order_is_open(o) && (o->flags & OMS_ORDER_SENT) != 0 && !oms_desk_is_head(o);
}

/* The venue has said something of it once. */
static bool is_acknowledged(const oms_order_t *o) {
  return o->broker_order_id != NULL || o->filled_qty > 0 || o->status == OMS_STATUS_NEW ||
         o->status == OMS_STATUS_PARTIALLY_FILLED || o->status == OMS_STATUS_SUSPENDED;
}

/* The successor of a replace that is out; OMS_NONE. */
static uint32_t waiting_successor(const oms_link_t *l, const oms_order_t *o) {
  if (o->more->replaced_by == OMS_NONE || !oms_order_is_open(o)) {
    return OMS_NONE;
  }
  const oms_order_t *s = order_at(l, o->more->replaced_by);
  return s->status == OMS_STATUS_HELD && s->held_by == OMS_HELD_BY_REPLACE ? s->index : OMS_NONE;
}

static void doubt_all(oms_link_t *l) {
  for (uint32_t i = oms_engine_first_open(l->d->engine); i != OMS_NONE;
       i = order_at(l, i)->next_open) {
    const oms_order_t *o = order_at(l, i);
    if (is_out(o) && !is_acknowledged(o)) {
      oms_report_t r = link_report(l, i, OMS_REPORT_IN_DOUBT);
      (void)report(l, &r);
    }
  }
}

void oms_link_start(oms_link_t *l) {
  l->up = l->ready = false;
  l->d->venue_down = true;
  l->doubts.n = 0;
  l->since = l->d->port.now;
  doubt_all(l);
}

static bool blocks(const oms_link_t *l, const oms_order_t *waiting) {
  for (size_t i = 0; i < l->doubts.n; i++) {
    const oms_order_t *o = order_at(l, OMS_AT(&l->doubts, link_doubt_t, i)->order);
    if ((o->flags & OMS_ORDER_IN_DOUBT) != 0 && o->account == waiting->account &&
        o->instrument == waiting->instrument) {
      return (waiting->flags & OMS_ORDER_REDUCES) == 0;
    }
  }
  return false;
}

/* What could not leave so far goes into the batch. */
static void let_go(oms_link_t *l) {
  if (!l->ready) {
    return;
  }
  for (uint32_t i = oms_engine_first_open(l->d->engine); i != OMS_NONE;
       i = order_at(l, i)->next_open) {
    const oms_order_t *o = order_at(l, i);
    if (o->status == OMS_STATUS_PENDING_NEW && (o->flags & OMS_ORDER_SENT) == 0 &&
        (o->flags & OMS_ORDER_COUNTED) != 0 && !blocks(l, o)) {
      (void)oms_desk_push(
          l->d, (oms_action_t){.kind = OMS_ACTION_SEND, .order = i, .successor = OMS_NONE});
    }
  }
}

static void settle(oms_link_t *l, uint32_t order) {
  drop_doubt(l, order);
  let_go(l);
}

void oms_link_resolved(oms_link_t *l, uint32_t order) {
  if (!oms_order_is_open(order_at(l, order))) {
    drop_doubt(l, order);
  }
  let_go(l);
}

/* The connection. */

/* No execution that we lack is older: it belongs to an order that we think open, or came after the
 * last one that we know. */
static oms_time_t since(const oms_link_t *l) {
  uint32_t n = oms_engine_fill_count(l->d->engine);
  oms_time_t t = n == 0 ? OMS_NO_TIME : oms_engine_fill(l->d->engine, n - 1)->ts;
  for (uint32_t i = oms_engine_first_open(l->d->engine); i != OMS_NONE;
       i = order_at(l, i)->next_open) {
    const oms_order_t *o = order_at(l, i);
    if (is_out(o) && o->sent_ns != OMS_NO_TIME && t != OMS_NO_TIME && o->sent_ns < t) {
      t = o->sent_ns;
    }
  }
  return t == OMS_NO_TIME || t < INT64_MIN + 2 * MARGIN ? OMS_NO_TIME : t - MARGIN;
}

static void come_up(oms_link_t *l, const oms_link_message_t *m) {
  char line[160];
  l->can = *m;
  l->up = true;
  l->since = l->d->port.now;
  l->ready = false;
  l->doubts.n = 0;
  l->seen.n = l->strangers.n = 0;
  l->d->venue_down = true;
  (void)snprintf(line, sizeof line, "the venue %s is there", m->venue);
  log_line(l, OMS_LOG_INFO, line);
  doubt_all(l);
  send_ask(l, "executions", since(l));
  send_ask(l, "open_orders", OMS_NO_TIME);
}

static void go_down(oms_link_t *l, const oms_link_message_t *m) {
  char line[400];
  l->up = l->ready = false;
  l->d->venue_down = true;
  l->doubts.n = 0;
  l->since = l->d->port.now;
  (void)snprintf(line, sizeof line, "the venue is gone: %s", m->text);
  log_line(l, OMS_LOG_WARN, line);
  doubt_all(l);
}

static bool is_seen(const oms_link_t *l, uint32_t order) {
  return order < l->seen.n && *OMS_AT(&l->seen, uint8_t, order) != 0;
}

static void note_seen(oms_link_t *l, uint32_t order) {
  size_t n = oms_engine_order_count(l->d->engine);
  if (l->seen.n < n && oms_array_reserve(&l->seen, n) == OMS_OK) {
    memset(OMS_AT(&l->seen, uint8_t, l->seen.n), 0, n - l->seen.n);
    l->seen.n = n;
  }
  if (order < l->seen.n) {
    *OMS_AT(&l->seen, uint8_t, order) = 1;
  }
}

void link_ask_for(oms_link_t *l, uint32_t order) {
  if (add_doubt(l, order) != NULL) {
    send_about(l, "find", order);
  }
}

/* All that works at the venue has been named: what we think open and was not is asked for, and a
 * replace whose answer we lack by the name of its successor. Now orders may leave. */
static void compared(oms_link_t *l) {
  l->ready = true;
  l->d->venue_down = false;
  for (uint32_t i = oms_engine_first_open(l->d->engine); i != OMS_NONE;
       i = order_at(l, i)->next_open) {
    const oms_order_t *o = order_at(l, i);
    uint32_t successor = waiting_successor(l, o);
    if (is_out(o) && !is_seen(l, i)) {
      link_ask_for(l, i);
    } else if (is_out(o) && successor != OMS_NONE && !is_seen(l, successor) &&
               l->can.replace != OMS_LINK_REPLACE_NONE) {
      link_ask_for(l, successor);
    }
  }
  let_go(l);
}

/* Reports. */

static uint32_t find(const oms_link_t *l, const char *wire_id) {
  return oms_engine_find_wire(l->d->engine, wire_id);
}

static const char *maybe(const char *text) {
  return text[0] == '\0' ? NULL : text;
}

static oms_report_t report_of(const oms_link_t *l, const oms_link_message_t *m, uint32_t order,
                              oms_report_type_t type) {
  oms_report_t r = link_report(l, order, type);
  r.liquidity = m->liquidity;
  r.has_commission = m->has_commission;
  r.works_again = m->works_again;
  r.code = m->code;
  r.ts = m->ts == OMS_NO_TIME ? r.ts : m->ts;
  r.qty = m->qty;
  r.price = m->price;
  r.stop_price = m->stop_price;
  r.commission = m->commission;
  r.execution_id = maybe(m->execution_id);
  r.busts = maybe(m->busts);
  r.broker_order_id = maybe(m->order_id);
  r.text = maybe(m->text);
  return r;
}

static void tell_refused(oms_link_t *l, const oms_report_t *r, int rc) {
  char line[400];
  const oms_order_t *o = order_at(l, r->order);
  if (rc == OMS_OK || rc == OMS_ERR_DUPLICATE ||
      (rc == OMS_ERR_BAD_TRANSITION && !oms_order_is_open(o))) {
    return; /* the venue repeats itself */
  }
  if (rc == OMS_ERR_NOMEM) {
    oms_desk_fail(l->d, rc, "a report of the venue could not be booked");
    return;
  }
  (void)snprintf(line, sizeof line,
                 "the venue's report '%s' for an order that is %s was not taken: %s",
                 oms_enum_text(OMS_ENUM_REPORT, r->type), oms_enum_text(OMS_ENUM_STATUS, o->status),
                 oms_err_text(rc));
  link_alert(l, r->order, line);
}

/* Where the venue cannot replace, the end of the old order is the moment of the new one. */
static bool replaced_by_hand(oms_link_t *l, uint32_t order, oms_report_type_t type) {
  const oms_order_t *o = order_at(l, order);
  uint32_t successor = waiting_successor(l, o);
  bool ours = l->can.replace == OMS_LINK_REPLACE_NONE && successor != OMS_NONE &&
              (o->flags & OMS_ORDER_CANCEL_REQUESTED) == 0;
  if (!ours || (type != OMS_REPORT_CANCELED && type != OMS_REPORT_CANCEL_REJECTED)) {
    return false;
  }
  bool gone = type == OMS_REPORT_CANCELED;
  oms_report_t r = link_report(l, order, gone ? OMS_REPORT_REPLACED : OMS_REPORT_REPLACE_REJECTED);
  r.code = gone ? OMS_CODE_NONE : OMS_CODE_TOO_LATE;
  int rc = report(l, &r);
  if (rc == OMS_OK && gone && oms_order_is_open(order_at(l, successor))) {
    send_new(l, successor);
  }
  return true;
}

/* What the venue says of a successor shows that its replace was accepted. */
static void imply_replaced(oms_link_t *l, const oms_link_message_t *m, uint32_t order) {
  const oms_order_t *o = order_at(l, order);
  if (o->more->replaces == OMS_NONE ||
      waiting_successor(l, order_at(l, o->more->replaces)) != order) {
    return;
  }
  oms_report_t r = link_report(l, order, OMS_REPORT_REPLACED);
  r.broker_order_id = maybe(m->order_id);
  tell_refused(l, &r, report(l, &r));
}

/* Replaced at the venue, and not by us: it is over. What stands in its place is a stranger. */
static bool replaced_by_others(oms_link_t *l, uint32_t order, oms_report_type_t type) {
  const oms_order_t *o = order_at(l, order);
  if (type != OMS_REPORT_REPLACED || !is_out(o) || waiting_successor(l, o) != OMS_NONE) {
    return false;
  }
  oms_report_t r = link_report(l, order, OMS_REPORT_CANCELED);
  r.text = "it was replaced at the venue, not by this host";
  tell_refused(l, &r, report(l, &r));
  return true;
}

static void take_report(oms_link_t *l, const oms_link_message_t *m, oms_report_type_t type) {
  uint32_t order = find(l, m->wire_id);
  order = order == OMS_NONE ? link_take_in(l, m) : order;
  if (order == OMS_NONE) {
    return;
  }
  note_seen(l, order);
  if (type != OMS_REPORT_REPLACED && type != OMS_REPORT_REPLACE_REJECTED) {
    imply_replaced(l, m, order);
  }
  if (!replaced_by_hand(l, order, type) && !replaced_by_others(l, order, type)) {
    oms_report_t r = report_of(l, m, order, type);
    tell_refused(l, &r, report(l, &r));
  }
  oms_desk_drain(l->d);
  if (l->doubts.n > 0 && (order_at(l, order)->flags & OMS_ORDER_IN_DOUBT) == 0) {
    settle(l, order);
  }
}

/* What is still to happen to an order that works is asked for again: a second cancel does no
 * harm. */
static void go_on(oms_link_t *l, uint32_t order) {
  const oms_order_t *o = order_at(l, order);
  uint32_t successor = waiting_successor(l, o);
  bool by_hand = successor != OMS_NONE && l->can.replace == OMS_LINK_REPLACE_NONE;
  if (oms_order_is_open(o) && ((o->flags & OMS_ORDER_CANCEL_REQUESTED) != 0 || by_hand)) {
    send_about(l, "cancel", order);
  }
}

static oms_report_type_t report_of_status(int status) {
  switch (status) {
  case OMS_STATUS_CANCELED:
    return OMS_REPORT_CANCELED;
  case OMS_STATUS_EXPIRED:
    return OMS_REPORT_EXPIRED;
  case OMS_STATUS_REJECTED:
    return OMS_REPORT_REJECTED;
  case OMS_STATUS_REPLACED:
    return OMS_REPORT_REPLACED;
  case OMS_STATUS_SUSPENDED:
    return OMS_REPORT_SUSPENDED;
  default:
    return OMS_REPORT_ACCEPTED;
  }
}

static void tell_missing(oms_link_t *l, const oms_link_message_t *m, const oms_order_t *o) {
  char line[300], theirs[32], ours[32];
  if (m->cum_qty == OMS_NO_PRICE || o->more->replaces != OMS_NONE || m->cum_qty == o->filled_qty) {
    return;
  }
  (void)oms_decimal_format(m->cum_qty, OMS_QTY_DECIMALS, theirs);
  (void)oms_decimal_format(o->filled_qty, OMS_QTY_DECIMALS, ours);
  (void)snprintf(line, sizeof line,
                 "the venue says that %s of the order have filled, its executions make %s", theirs,
                 ours);
  link_alert(l, o->index, line);
}

/* The state of an order at the venue: it is taken over. Its fills came before. */
static void take_order(oms_link_t *l, const oms_link_message_t *m) {
  uint32_t order = find(l, m->wire_id);
  order = order == OMS_NONE ? link_take_in(l, m) : order;
  if (order == OMS_NONE) {
    return;
  }
  note_seen(l, order);
  if (link_lacks_fills(l, m, order)) {
    return; /* it comes again behind them */
  }
  const oms_order_t *o = order_at(l, order);
  imply_replaced(l, m, order);
  oms_report_type_t type = report_of_status(m->status);
  if (!replaced_by_others(l, order, type) &&
      (type != OMS_REPORT_REPLACED || waiting_successor(l, o) != OMS_NONE)) {
    if (!replaced_by_hand(l, order, type)) {
      oms_report_t r = report_of(l, m, order, type);
      r.qty = r.price = r.stop_price = OMS_NO_PRICE;
      tell_refused(l, &r, report(l, &r));
    }
  }
  tell_missing(l, m, o);
  oms_desk_drain(l->d);
  drop_doubt(l, order);
  go_on(l, order);
  let_go(l);
}

/* The replace never came to the venue: the old order works on. */
static void end_successor(oms_link_t *l, uint32_t successor) {
  oms_report_t r =
      link_report(l, order_at(l, successor)->more->replaces, OMS_REPORT_REPLACE_REJECTED);
  r.code = OMS_CODE_NEVER_ARRIVED;
  r.text = oms_code_text(OMS_CODE_NEVER_ARRIVED);
  (void)report(l, &r);
}

static void end_doubt(oms_link_t *l, uint32_t order) {
  const oms_order_t *o = order_at(l, order);
  if (o->filled_qty > 0) { /* what has filled was there */
    link_alert(
        l, order,
        "the venue does not know an order of which it has filled a part: ask there, then resolve "
        "it by hand");
    return;
  }
  oms_report_t r = link_report(l, order, OMS_REPORT_RESOLVED);
  r.code = OMS_CODE_NEVER_ARRIVED;
  r.text = "the venue was asked twice and does not have it";
  tell_refused(l, &r, report(l, &r));
}

static void absent_again(oms_link_t *l, link_doubt_t *x, int64_t received) {
  uint32_t order = x->order;
  const oms_order_t *o = order_at(l, order);
  bool waits = o->status == OMS_STATUS_HELD && o->held_by == OMS_HELD_BY_REPLACE;
  if (!waits && l->can.idempotent && !x->resent) {
    x->resent = true;
    x->absent_at = 0;
    x->ask_at = received + l->can.settle_ns;
    send_new(l, order);
    return;
  }
  if (waits) {
    end_successor(l, order);
  } else {
    end_doubt(l, order);
  }
  oms_desk_drain(l->d);
  settle(l, order);
}

static void take_absent(oms_link_t *l, const oms_link_message_t *m) {
  uint32_t order = find(l, m->wire_id);
  link_doubt_t *x = order == OMS_NONE ? NULL : doubt_of(l, order);
  if (x == NULL || !oms_order_is_open(order_at(l, order))) {
    return; /* asked for in an earlier life, or over */
  }
  if (order_at(l, order)->status != OMS_STATUS_HELD) {
    oms_report_t r = link_report(l, order, OMS_REPORT_IN_DOUBT);
    (void)report(l, &r);
  }
  if (x->absent_at == 0) {
    x->absent_at = m->received;
    x->ask_at = m->received + l->can.settle_ns;
  } else if (m->received - x->absent_at >= l->can.settle_ns) {
    absent_again(l, x, m->received);
  } else {
    x->ask_at = x->absent_at + l->can.settle_ns;
  }
}

static void take_nothing(oms_link_t *l, const oms_link_message_t *m) {
  char line[120];
  if (!l->told_unknown) {
    l->told_unknown = true;
    (void)snprintf(line, sizeof line, "the venue says '%s', which is not known: it is passed over",
                   m->word);
    log_line(l, OMS_LOG_WARN, line);
  }
}

bool oms_link_take(oms_link_t *l, const void *data, size_t n) {
  oms_link_message_t m;
  oms_unpack_t u = oms_unpack_of(data, n);
  if (!oms_link_unpack(&u, &m)) {
    return false;
  }
  l->heard++;
  switch ((oms_link_what_t)m.what) {
  case OMS_LINK_UP:
    come_up(l, &m);
    break;
  case OMS_LINK_DOWN:
    go_down(l, &m);
    break;
  case OMS_LINK_REPORT:
    take_report(l, &m, (oms_report_type_t)m.report);
    break;
  case OMS_LINK_ORDER:
    take_order(l, &m);
    break;
  case OMS_LINK_ABSENT:
    take_absent(l, &m);
    break;
  case OMS_LINK_END:
    if (strcmp(m.word, "open_orders") == 0 && l->up) {
      compared(l);
    }
    break;
  case OMS_LINK_HELLO:
    break;
  case OMS_LINK_NOTHING:
    take_nothing(l, &m);
    break;
  }
  return true;
}

void link_tick(oms_link_t *l, int64_t mono, int64_t *next) {
  *next = INT64_MAX;
  for (size_t i = 0; i < l->doubts.n; i++) {
    link_doubt_t *x = OMS_AT(&l->doubts, link_doubt_t, i);
    if (x->ask_at != 0 && x->ask_at <= mono) {
      x->ask_at = 0;
      if (oms_order_is_open(order_at(l, x->order))) {
        send_about(l, "find", x->order);
      }
    } else if (x->ask_at != 0 && x->ask_at < *next) {
      *next = x->ask_at;
    }
  }
}

void oms_link_look(const oms_link_t *l, oms_link_view_t *v) {
  *v = (oms_link_view_t){.up = l->up,
                         .ready = l->ready,
                         .since = l->since,
                         .doubts = l->doubts.n,
                         .unsent = l->out.n - l->out_at,
                         .sent = l->sent,
                         .heard = l->heard};
  (void)snprintf(v->venue, sizeof v->venue, "%s", l->can.venue);
}
