/* close.c - oms.close and oms.target: what must end first ends, a ticket waits for it, then what is
 * left is sent. A ticket is an order row held by a condition from the start, so that the caller has
 * a handle. */
#include "host/desk.h"

typedef struct subject {
  uint16_t account, owner;
  uint32_t instrument;
} subject_t;

static subject_t subject_of(const oms_order_t *o) {
  return (subject_t){o->account, o->owner, o->instrument};
}

static bool is_about(const subject_t *s, const oms_order_t *o) {
  return o->account == s->account && o->owner == s->owner && o->instrument == s->instrument;
}

static oms_qty_t book_qty(const oms_desk_host_t *d, const subject_t *s) {
  return oms_engine_book(d->engine, s->account, s->owner, s->instrument)->qty;
}

static bool is_ticket(const oms_order_t *o) {
  return o->status == OMS_STATUS_HELD && o->held_by == OMS_HELD_BY_CONDITION;
}

static bool is_exit_role(const oms_order_t *o) {
  return o->role == OMS_ROLE_TAKE_PROFIT || o->role == OMS_ROLE_STOP_LOSS;
}

/* Ends one order on behalf of the caller: with the batch when it is at the venue. */
static int end_order(oms_desk_host_t *d, const oms_order_t *o, bool *waits) {
  oms_command_t c = {.type = OMS_COMMAND_CANCEL};
  bool asked_before = (o->flags & OMS_ORDER_CANCEL_REQUESTED) != 0;
  c.u.cancel.order = o->index;
  c.u.cancel.canceled_by = OMS_CANCELED_BY_OMS;
  int rc = oms_desk_apply(d, &c);
  if (rc != OMS_OK || !oms_order_is_open(o)) {
    return rc == OMS_ERR_REJECTED ? OMS_OK : rc;
  }
  *waits = true;
  oms_action_t a = {
      .kind = OMS_ACTION_CANCEL, .on_behalf = true, .order = o->index, .successor = OMS_NONE};
  return asked_before ? OMS_OK : oms_desk_push(d, a);
}

/* An exit of the position: it works (or is about to) on the closing side. A partly filled bracket's
 * parent goes with its exits, or it would fill on without protection. */
static bool stands_in_the_way(const oms_order_t *o, bool closing_buys) {
  if (oms_desk_is_head(o)) {
    return false; /* it ends with its exits */
  }
  if (o->status == OMS_STATUS_HELD) {
    return is_ticket(o) && (o->flags & OMS_ORDER_FROM_CLOSE) != 0;
  }
  if (oms_side_is_buy(o->side) == closing_buys) {
    return true;
  }
  return o->role == OMS_ROLE_PARENT && o->filled_qty > 0;
}

static int end_exits(oms_desk_host_t *d, const subject_t *s, bool closing_buys, bool *waits) {
  uint32_t next;
  for (uint32_t i = oms_engine_first_open(d->engine); i != OMS_NONE; i = next) {
    const oms_order_t *o = oms_engine_order(d->engine, i);
    next = o->next_open;
    if (is_about(s, o) && stands_in_the_way(o, closing_buys)) {
      int rc = end_order(d, o, waits);
      if (rc != OMS_OK) {
        return rc;
      }
    }
  }
  return OMS_OK;
}

/* Ends the owner's earlier target orders in the symbol. */
static int end_targets(oms_desk_host_t *d, const subject_t *s, bool *waits) {
  uint32_t next;
  for (uint32_t i = oms_engine_first_open(d->engine); i != OMS_NONE; i = next) {
    const oms_order_t *o = oms_engine_order(d->engine, i);
    next = o->next_open;
    if (is_about(s, o) && (o->flags & OMS_ORDER_FROM_TARGET) != 0) {
      int rc = end_order(d, o, waits);
      if (rc != OMS_OK) {
        return rc;
      }
    }
  }
  return OMS_OK;
}

static bool is_ending(const oms_order_t *o) {
  return o->status == OMS_STATUS_PENDING_CANCEL || (o->flags & OMS_ORDER_CANCEL_REQUESTED) != 0;
}

/* Signed leaves of the owner's working orders in the symbol that are no exits of a group; 'targets'
 * chooses whether earlier target orders count. */
static oms_qty_t working_qty(const oms_desk_host_t *d, const subject_t *s, bool targets) {
  oms_qty_t sum = 0;
  for (uint32_t i = oms_engine_first_open(d->engine); i != OMS_NONE;
       i = oms_engine_order(d->engine, i)->next_open) {
    const oms_order_t *o = oms_engine_order(d->engine, i);
    bool counts = is_about(s, o) && !is_exit_role(o) && !is_ending(o) && !oms_desk_is_head(o) &&
                  (o->status != OMS_STATUS_HELD || o->held_by == OMS_HELD_BY_APPROVAL) &&
                  (targets || (o->flags & OMS_ORDER_FROM_TARGET) == 0);
    oms_qty_t leaves = oms_order_leaves(o);
    if (counts && oms_add(sum, oms_side_is_buy(o->side) ? leaves : -leaves, &sum) != OMS_OK) {
      return OMS_NO_PRICE;
    }
  }
  return sum;
}

static oms_qty_t slice(const oms_desk_host_t *d, uint16_t account, oms_qty_t qty) {
  oms_qty_t max = oms_engine_account(d->engine, account)->limits.max_order_qty;
  return max != OMS_NO_PRICE && max > 0 && qty > max ? max : qty;
}

/* Sends 'qty' (> 0) in slices of at most max_order_qty; '*order' is the first. */
static int send_slices(oms_desk_host_t *d, oms_terms_t *terms, oms_qty_t qty, uint32_t *order,
                       oms_reject_t *reject) {
  *order = OMS_NONE;
  while (qty > 0) {
    uint32_t one;
    terms->qty = slice(d, terms->account, qty);
    qty -= terms->qty;
    int rc = oms_desk_submit(d, terms, false, NULL, 0, false, &one, reject);
    if (*order == OMS_NONE) {
      *order = one;
    }
    if (rc != OMS_OK) {
      return rc;
    }
    terms->client_order_id = NULL; /* the key belongs to the first */
  }
  return OMS_OK;
}

static int make_ticket(oms_desk_host_t *d, const oms_terms_t *terms, bool is_target,
                       oms_qty_t target, uint32_t *order, oms_reject_t *reject) {
  oms_terms_t t = *terms;
  t.role = OMS_ROLE_TICKET;
  t.flags &= ~(uint32_t)OMS_ORDER_REDUCE_ONLY; /* its size is known at the release only */
  t.expire_session = oms_desk_session_end(d, &t);
  oms_command_t c = {.type = OMS_COMMAND_SUBMIT};
  c.u.submit.terms = &t;
  c.u.submit.held_by = OMS_HELD_BY_CONDITION;
  int rc = oms_desk_apply(d, &c);
  *order = oms_engine_subject(d->engine);
  if (rc == OMS_ERR_REJECTED) {
    return oms_desk_refusal(d, reject);
  }
  if (rc != OMS_OK) {
    return rc;
  }
  oms_ticket_t ticket = {*order, is_target, target};
  rc = d->ticketed == NULL ? OMS_OK : d->ticketed(d->journal_self, &ticket);
  return rc == OMS_OK ? oms_array_push(&d->tickets, &ticket) : rc;
}

static oms_qty_t magnitude(oms_qty_t qty) {
  return qty < 0 ? -qty : qty;
}

int oms_desk_close(void *self, const oms_terms_t *asked, uint32_t *order, oms_reject_t *reject) {
  oms_desk_host_t *d = self;
  oms_terms_t terms = *asked;
  subject_t s = {terms.account, terms.owner, terms.instrument};
  oms_qty_t held = book_qty(d, &s);
  bool waits = false;
  *order = OMS_NONE;
  if (held == 0) {
    return OMS_OK;
  }
  bool buys = held < 0;
  oms_qty_t qty = magnitude(held);
  if (asked->qty != OMS_NO_PRICE && asked->qty < qty) {
    qty = asked->qty;
  }
  int rc = end_exits(d, &s, buys, &waits);
  if (rc != OMS_OK) {
    return rc;
  }
  terms.side = buys ? OMS_SIDE_BUY : OMS_SIDE_SELL;
  terms.flags |= OMS_ORDER_FROM_CLOSE | OMS_ORDER_REDUCE_ONLY;
  terms.qty = qty;
  return waits ? make_ticket(d, &terms, false, qty, order, reject)
               : send_slices(d, &terms, qty, order, reject);
}

/* Quantity still missing towards 'target', signed; false when it is out of range. */
static bool missing(const oms_desk_host_t *d, const subject_t *s, oms_qty_t target, bool targets,
                    oms_qty_t *out) {
  oms_qty_t working = working_qty(d, s, targets);
  return working != OMS_NO_PRICE && oms_sub(target, book_qty(d, s), out) == OMS_OK &&
         oms_sub(*out, working, out) == OMS_OK;
}

int oms_desk_target(void *self, const oms_terms_t *asked, oms_qty_t target, uint32_t *order,
                    oms_reject_t *reject) {
  oms_desk_host_t *d = self;
  oms_terms_t terms = *asked;
  subject_t s = {terms.account, terms.owner, terms.instrument};
  oms_qty_t need, undone;
  bool waits = false;
  *order = OMS_NONE;
  if (!missing(d, &s, target, true, &undone)) {
    return OMS_ERR_OVERFLOW;
  }
  if (undone == 0) {
    return OMS_OK;
  }
  int rc = end_targets(d, &s, &waits);
  if (rc != OMS_OK) {
    return rc;
  }
  if (!missing(d, &s, target, false, &need)) {
    return OMS_ERR_OVERFLOW;
  }
  terms.flags |= OMS_ORDER_FROM_TARGET;
  terms.side = need < 0 ? OMS_SIDE_SELL : OMS_SIDE_BUY;
  terms.qty = magnitude(need);
  if (waits) {
    terms.qty = terms.qty == 0 ? magnitude(target == 0 ? book_qty(d, &s) : target) : terms.qty;
    if (terms.qty == 0) { /* back to nothing: against what may still fill on its way to its end */
      terms.side = undone < 0 ? OMS_SIDE_SELL : OMS_SIDE_BUY;
      terms.qty = magnitude(undone);
    }
    return make_ticket(d, &terms, true, target, order, reject);
  }
  return need == 0 ? OMS_OK : send_slices(d, &terms, terms.qty, order, reject);
}

/* Tickets. */

static bool still_waits(const oms_desk_host_t *d, const oms_order_t *ticket) {
  subject_t s = subject_of(ticket);
  for (uint32_t i = oms_engine_first_open(d->engine); i != OMS_NONE;
       i = oms_engine_order(d->engine, i)->next_open) {
    const oms_order_t *o = oms_engine_order(d->engine, i);
    if (i != ticket->index && is_about(&s, o) && is_ending(o)) {
      return true;
    }
  }
  return false;
}

/* What the ticket is good for now; 0: nothing is left to do. The side may have turned for a
 * target. */
static oms_qty_t ticket_need(const oms_desk_host_t *d, const oms_ticket_t *t,
                             const oms_order_t *o) {
  subject_t s = subject_of(o);
  oms_qty_t need;
  if (t->is_target) {
    return missing(d, &s, t->target, false, &need) ? need : 0;
  }
  oms_qty_t held = book_qty(d, &s);
  bool right_side = held != 0 && oms_side_is_buy(o->side) == (held < 0);
  oms_qty_t most = magnitude(held) < t->target ? magnitude(held) : t->target;
  if (!right_side) {
    return 0;
  }
  return oms_side_is_buy(o->side) ? most : -most;
}

static oms_terms_t rest_terms(const oms_order_t *o, bool buys) {
  oms_terms_t t = oms_desk_terms_like(o);
  t.side = buys ? OMS_SIDE_BUY : OMS_SIDE_SELL;
  t.flags = o->flags & (OMS_ORDER_FROM_CLOSE | OMS_ORDER_FROM_TARGET | OMS_ORDER_FLATTEN);
  t.group = t.parent = OMS_NONE;
  return t;
}

/* The row of the ticket takes the first slice; the rest goes as orders of its own. */
static int release_ticket(oms_desk_host_t *d, const oms_order_t *o, oms_qty_t need) {
  bool buys = need > 0;
  oms_qty_t qty = magnitude(need);
  oms_reject_t reject;
  if (buys != oms_side_is_buy(o->side)) { /* the fills that crossed turned the need */
    uint32_t other;
    oms_terms_t terms = rest_terms(o, buys);
    (void)oms_desk_finish(d, o->index, OMS_CODE_POSITION_CLOSED, "the other side is needed now");
    int rc = send_slices(d, &terms, qty, &other, &reject);
    return rc == OMS_ERR_REJECTED ? OMS_OK : rc;
  }
  oms_qty_t first = slice(d, o->account, qty);
  bool reduces = oms_engine_would_reduce(d->engine, o->account, o->instrument, o->side, first);
  if (oms_desk_has_rules(d, o) && oms_desk_judge(d, o, reduces, &reject) == OMS_VERDICT_REJECT) {
    return oms_desk_finish(d, o->index, (oms_code_t)reject.code, reject.message);
  }
  oms_command_t c = {.type = OMS_COMMAND_RELEASE};
  c.u.release.order = o->index;
  c.u.release.qty = first;
  int rc = oms_desk_apply(d, &c);
  oms_action_t a = {.kind = OMS_ACTION_SEND, .order = o->index, .successor = OMS_NONE};
  if (rc == OMS_OK) {
    rc = oms_desk_push(d, a);
  }
  if (rc == OMS_OK && qty > first) {
    uint32_t other;
    oms_terms_t terms = rest_terms(o, buys);
    rc = send_slices(d, &terms, qty - first, &other, &reject);
  }
  return rc == OMS_ERR_REJECTED ? OMS_OK : rc;
}

/* True when the ticket is settled and leaves the list. */
static bool settle(oms_desk_host_t *d, const oms_ticket_t *t) {
  const oms_order_t *o = oms_engine_order(d->engine, t->order);
  if (!is_ticket(o)) {
    return true;
  }
  if (still_waits(d, o)) {
    return false;
  }
  oms_qty_t need = ticket_need(d, t, o);
  int rc = need == 0 ? oms_desk_finish(d, t->order, OMS_CODE_POSITION_CLOSED,
                                       "nothing is left to do: the position is there already")
                     : release_ticket(d, o, need);
  if (rc != OMS_OK) {
    oms_desk_fail(d, rc, "a closing order could not be released");
  }
  return true;
}

/* What a ticket waits for is about its own account, owner and symbol: so is the event that ends it.
 */
void oms_desk_tickets(oms_desk_host_t *d, uint32_t order) {
  size_t kept = 0, n = d->tickets.n;
  subject_t subject = subject_of(oms_engine_order(d->engine, order));
  for (size_t i = 0; i < n; i++) {
    oms_ticket_t t = *OMS_AT(&d->tickets, oms_ticket_t, i);
    bool concerns = is_about(&subject, oms_engine_order(d->engine, t.order));
    if (!concerns || !settle(d, &t)) {
      *OMS_AT(&d->tickets, oms_ticket_t, kept++) = t;
    }
  }
  d->tickets.n = kept;
}
