/* order.c - what an order is without an engine: its average price, the prices its type needs, and
 * the one table (status, happening) -> status of orders.md, section 2.
 * Leaves out quantities, flags and events: the engine changes those, this file only says where a
 * status may go.
 * Invariants:
 *   1. A final status is left only by the bust rows of FILLED.
 *   2. A fill is a fact: it is legal in every status and never reopens a final one.
 *   3. Nothing goes back to a remembered status: BACK looks at filled_qty alone. */
#include "core/order.h"

const oms_order_more_t oms_order_no_more = {.asked_qty = OMS_NO_PRICE,
                                            .display_qty = OMS_NO_PRICE,
                                            .notional = OMS_NO_PRICE,
                                            .stop_price = OMS_NO_PRICE,
                                            .trail_price = OMS_NO_PRICE,
                                            .limit_offset = OMS_NO_PRICE,
                                            .trail_percent = OMS_NO_PRICE,
                                            .expire_at = OMS_NO_TIME,
                                            .next_in_group = OMS_NONE,
                                            .parent = OMS_NONE,
                                            .replaces = OMS_NONE,
                                            .replaced_by = OMS_NONE,
                                            .root = OMS_NONE,
                                            .original = OMS_NONE};

const oms_terms_t oms_terms_none = {.instrument = OMS_NONE,
                                    .qty = OMS_NO_PRICE,
                                    .display_qty = OMS_NO_PRICE,
                                    .notional = OMS_NO_PRICE,
                                    .limit_price = OMS_NO_PRICE,
                                    .stop_price = OMS_NO_PRICE,
                                    .trail_price = OMS_NO_PRICE,
                                    .limit_offset = OMS_NO_PRICE,
                                    .trail_percent = OMS_NO_PRICE,
                                    .expire_at = OMS_NO_TIME,
                                    .expire_session = OMS_NO_TIME,
                                    .group = OMS_NONE,
                                    .parent = OMS_NONE};

oms_price_t oms_order_avg_price(const oms_order_t *o) {
  oms_price_t price;
  if (o->filled_qty <= 0 ||
      oms_narrow(oms_div_half_away(o->filled_notional, o->filled_qty), &price) != OMS_OK) {
    return OMS_NO_PRICE;
  }
  return price;
}

oms_type_needs_t oms_type_needs(int type) {
  /* clang-format off */
  static const oms_type_needs_t needs[OMS_TYPE_COUNT] = {
      [OMS_TYPE_MARKET] = {.limit = false},
      [OMS_TYPE_LIMIT] = {.limit = true},
      [OMS_TYPE_STOP] = {.stop = true},
      [OMS_TYPE_STOP_LIMIT] = {.limit = true, .stop = true},
      [OMS_TYPE_TRAILING_STOP] = {.trail = true},
      [OMS_TYPE_TRAILING_STOP_LIMIT] = {.trail = true, .limit_offset = true},
      [OMS_TYPE_MARKET_IF_TOUCHED] = {.stop = true},
      [OMS_TYPE_LIMIT_IF_TOUCHED] = {.limit = true, .stop = true},
  };
  /* clang-format on */
  return type >= 0 && type < OMS_TYPE_COUNT ? needs[type] : (oms_type_needs_t){.limit = false};
}

/* Where a row leads: nowhere, a status + 1, or to one of the two that look at filled_qty. */
/* clang-format off */
enum target {
  TO_NOTHING,
#define X(name, text, fix) TO_##name,
  OMS_STATUS_MAP(X)
#undef X
  TO_BACK, /* new, partially_filled or filled, by filled_qty */
  TO_ENDED /* canceled, unless what is left still fills the order */
};

#define ROW(status, what, to) [OMS_STATUS_##status][OMS_HAPPENING_##what] = TO_##to

/* One row per legal transition; anything else is OMS_ERR_BAD_TRANSITION. */
static const unsigned char rows[OMS_STATUS_COUNT][OMS_HAPPENING_COUNT] = {
    /* What we hold: nobody else has it, except where the broker does the holding. */
    ROW(HELD, HOLD, HELD),                     /* one reason to hold follows another */
    ROW(HELD, RELEASE, PENDING_NEW),           /* it may leave now */
    ROW(HELD, ACCEPT, BACK),                   /* a successor takes over, or the broker held it */
    ROW(HELD, TRIGGER, HELD),                  /* a flag; its release follows */
    ROW(HELD, FILL_PART, PARTIALLY_FILLED),    /* the broker let it go and its word was slower */
    ROW(HELD, FILL_FULL, FILLED),              /* likewise */
    ROW(HELD, CANCEL_REQUEST, PENDING_CANCEL), /* the broker holds it; ours just end */
    ROW(HELD, CANCEL, CANCELED),               /* nothing has left: no answer to wait for */
    ROW(HELD, REPLACE, REPLACED),              /* nothing has left: no request is needed */
    ROW(HELD, RESTATE, HELD),                  /* splits and dividends reach held orders too */
    ROW(HELD, RESTATE_DONE, CANCELED),         /* nothing is left of it */
    ROW(HELD, EXPIRE, EXPIRED),                /* its time ran out before its condition came */
    ROW(HELD, REJECT, REJECTED),               /* denied by a person, or a successor refused */

    /* On its way. */
    ROW(PENDING_NEW, SUBMIT, PENDING_NEW),              /* an order is born in this status */
    ROW(PENDING_NEW, HOLD, HELD),                       /* a rule wants a person */
    ROW(PENDING_NEW, ACCEPT, NEW),                      /* acknowledged */
    ROW(PENDING_NEW, TRIGGER, PENDING_NEW),             /* a flag; the ack is still to come */
    ROW(PENDING_NEW, FILL_PART, PARTIALLY_FILLED),      /* implies the acknowledgement */
    ROW(PENDING_NEW, FILL_FULL, FILLED),                /* implies the acknowledgement */
    ROW(PENDING_NEW, CANCEL_REQUEST, PENDING_CANCEL),   /* allowed before the acknowledgement */
    ROW(PENDING_NEW, CANCEL, CANCELED),                 /* dropped, or ended unasked */
    ROW(PENDING_NEW, REPLACE_REQUEST, PENDING_REPLACE), /* allowed before the acknowledgement */
    ROW(PENDING_NEW, RESTATE, PENDING_NEW),             /* in place */
    ROW(PENDING_NEW, RESTATE_DONE, CANCELED),           /* leaves 0 */
    ROW(PENDING_NEW, SUSPEND, SUSPENDED),               /* implies the acknowledgement */
    ROW(PENDING_NEW, EXPIRE, EXPIRED),                  /* its time ran out on the way */
    ROW(PENDING_NEW, REJECT, REJECTED),                 /* refused, by us or by the venue */

    /* Working, nothing filled. */
    ROW(NEW, ACCEPT, NEW),                      /* broker first, then its venue: a flag */
    ROW(NEW, TRIGGER, NEW),                     /* a flag */
    ROW(NEW, FILL_PART, PARTIALLY_FILLED),      /* the plain case */
    ROW(NEW, FILL_FULL, FILLED),                /* the plain case */
    ROW(NEW, CANCEL_REQUEST, PENDING_CANCEL),   /* the plain case */
    ROW(NEW, CANCEL, CANCELED),                 /* unsolicited, or the end of an ioc or fok */
    ROW(NEW, CANCEL_REJECT, BACK),              /* a second answer to one cancel */
    ROW(NEW, REPLACE_REQUEST, PENDING_REPLACE), /* the plain case */
    ROW(NEW, REPLACE, REPLACED),                /* a cancel was refused, the replace was not */
    ROW(NEW, REPLACE_REJECT, BACK),             /* likewise */
    ROW(NEW, RESTATE, NEW),                     /* in place, no successor */
    ROW(NEW, RESTATE_DONE, CANCELED),           /* leaves 0 */
    ROW(NEW, SUSPEND, SUSPENDED),               /* the plain case */
    ROW(NEW, RESUME, BACK),                     /* it was suspended behind a request */
    ROW(NEW, EXPIRE, EXPIRED),                  /* the plain case */
    ROW(NEW, REJECT, REJECTED),                 /* the broker had it, its venue refused */

    /* Working, partly filled: what has traded cannot be refused, so there is no REJECT. */
    ROW(PARTIALLY_FILLED, ACCEPT, PARTIALLY_FILLED),         /* a late new changes nothing */
    ROW(PARTIALLY_FILLED, TRIGGER, PARTIALLY_FILLED),        /* a flag that came late */
    ROW(PARTIALLY_FILLED, FILL_PART, PARTIALLY_FILLED),      /* the plain case */
    ROW(PARTIALLY_FILLED, FILL_FULL, FILLED),                /* the plain case */
    ROW(PARTIALLY_FILLED, CANCEL_REQUEST, PENDING_CANCEL),   /* the plain case */
    ROW(PARTIALLY_FILLED, CANCEL, CANCELED),                 /* unsolicited, or an ioc remainder */
    ROW(PARTIALLY_FILLED, CANCEL_REJECT, BACK),              /* a second answer to one cancel */
    ROW(PARTIALLY_FILLED, REPLACE_REQUEST, PENDING_REPLACE), /* the plain case */
    ROW(PARTIALLY_FILLED, REPLACE, REPLACED),                /* as in NEW */
    ROW(PARTIALLY_FILLED, REPLACE_REJECT, BACK),             /* as in NEW */
    ROW(PARTIALLY_FILLED, RESTATE, PARTIALLY_FILLED),        /* in place, no successor */
    ROW(PARTIALLY_FILLED, RESTATE_DONE, CANCELED),           /* leaves 0 */
    ROW(PARTIALLY_FILLED, SUSPEND, SUSPENDED),               /* the plain case */
    ROW(PARTIALLY_FILLED, RESUME, BACK),                     /* it was suspended behind a request */
    ROW(PARTIALLY_FILLED, EXPIRE, EXPIRED),                  /* the plain case */
    ROW(PARTIALLY_FILLED, BUST_NONE_LEFT, NEW),              /* all its fills are taken back */
    ROW(PARTIALLY_FILLED, BUST_WORKING, BACK),               /* some are, or all */

    /* A cancel is out; it still works. */
    ROW(PENDING_CANCEL, ACCEPT, PENDING_CANCEL),         /* a new that comes later leaves it */
    ROW(PENDING_CANCEL, TRIGGER, PENDING_CANCEL),        /* a flag */
    ROW(PENDING_CANCEL, FILL_PART, PENDING_CANCEL),      /* it works until the answer */
    ROW(PENDING_CANCEL, FILL_FULL, FILLED),              /* at once: no waiting for the answer */
    ROW(PENDING_CANCEL, CANCEL_REQUEST, PENDING_CANCEL), /* asked again */
    ROW(PENDING_CANCEL, CANCEL, CANCELED),               /* granted */
    ROW(PENDING_CANCEL, CANCEL_REJECT, BACK),            /* by what has filled by now */
    ROW(PENDING_CANCEL, REPLACE, REPLACED),              /* the replace that was out went first */
    ROW(PENDING_CANCEL, REPLACE_REJECT, PENDING_CANCEL), /* the cancel is still out */
    ROW(PENDING_CANCEL, RESTATE, PENDING_CANCEL),        /* in place */
    ROW(PENDING_CANCEL, RESTATE_DONE, CANCELED),         /* leaves 0 */
    ROW(PENDING_CANCEL, SUSPEND, PENDING_CANCEL),        /* the request that is out outranks it */
    ROW(PENDING_CANCEL, RESUME, PENDING_CANCEL),         /* likewise */
    ROW(PENDING_CANCEL, EXPIRE, EXPIRED),                /* its time ran out first */
    ROW(PENDING_CANCEL, REJECT, REJECTED),               /* the new order itself was refused */
    ROW(PENDING_CANCEL, BUST_NONE_LEFT, PENDING_CANCEL), /* quantities only */
    ROW(PENDING_CANCEL, BUST_WORKING, PENDING_CANCEL),   /* quantities only */

    /* A replace is out; it keeps its old terms and works. A second one is REPLACE_PENDING. */
    ROW(PENDING_REPLACE, ACCEPT, PENDING_REPLACE),         /* the old order's ack */
    ROW(PENDING_REPLACE, TRIGGER, PENDING_REPLACE),        /* a flag */
    ROW(PENDING_REPLACE, FILL_PART, PENDING_REPLACE),      /* it works */
    ROW(PENDING_REPLACE, FILL_FULL, FILLED),               /* the crossing fill: TOO_LATE */
    ROW(PENDING_REPLACE, CANCEL_REQUEST, PENDING_CANCEL),  /* it may be cancelled; goes to both */
    ROW(PENDING_REPLACE, CANCEL, CANCELED),                /* unsolicited: ORIGINAL_GONE */
    ROW(PENDING_REPLACE, CANCEL_REJECT, PENDING_REPLACE),  /* an older cancel's answer */
    ROW(PENDING_REPLACE, REPLACE, REPLACED),               /* granted */
    ROW(PENDING_REPLACE, REPLACE_REJECT, BACK),            /* by what has filled by now */
    ROW(PENDING_REPLACE, RESTATE, PENDING_REPLACE),        /* in place */
    ROW(PENDING_REPLACE, RESTATE_DONE, CANCELED),          /* leaves 0 */
    ROW(PENDING_REPLACE, SUSPEND, PENDING_REPLACE),        /* the request that is out outranks it */
    ROW(PENDING_REPLACE, RESUME, PENDING_REPLACE),         /* likewise */
    ROW(PENDING_REPLACE, EXPIRE, EXPIRED),                 /* its time ran out first */
    ROW(PENDING_REPLACE, REJECT, REJECTED),                /* the new order itself was refused */
    ROW(PENDING_REPLACE, BUST_NONE_LEFT, PENDING_REPLACE), /* quantities only */
    ROW(PENDING_REPLACE, BUST_WORKING, PENDING_REPLACE),   /* quantities only */

    /* Halted at the venue: fills and a cancel are still possible, a replace is not. */
    ROW(SUSPENDED, ACCEPT, SUSPENDED),              /* an acknowledgement is not a resumption */
    ROW(SUSPENDED, TRIGGER, SUSPENDED),             /* a flag */
    ROW(SUSPENDED, FILL_PART, SUSPENDED),           /* still possible */
    ROW(SUSPENDED, FILL_FULL, FILLED),              /* still possible */
    ROW(SUSPENDED, CANCEL_REQUEST, PENDING_CANCEL), /* still possible */
    ROW(SUSPENDED, CANCEL, CANCELED),               /* venues purge suspended orders */
    ROW(SUSPENDED, CANCEL_REJECT, SUSPENDED),       /* a second answer to one cancel */
    ROW(SUSPENDED, REPLACE, REPLACED),              /* one that was out before */
    ROW(SUSPENDED, REPLACE_REJECT, SUSPENDED),      /* one that was out before */
    ROW(SUSPENDED, RESTATE, SUSPENDED),             /* in place */
    ROW(SUSPENDED, RESTATE_DONE, CANCELED),         /* leaves 0 */
    ROW(SUSPENDED, SUSPEND, SUSPENDED),             /* said twice */
    ROW(SUSPENDED, RESUME, BACK),                   /* by filled_qty */
    ROW(SUSPENDED, EXPIRE, EXPIRED),                /* its time ran out meanwhile */
    ROW(SUSPENDED, REJECT, REJECTED),               /* the venue refused what it had set aside */
    ROW(SUSPENDED, BUST_NONE_LEFT, SUSPENDED),      /* quantities only */
    ROW(SUSPENDED, BUST_WORKING, SUSPENDED),        /* quantities only */

    /* Final. Fills count and the status stays; answers that crossed the end change nothing. */
    ROW(FILLED, ACCEPT, FILLED),           /* a late new changes nothing */
    ROW(FILLED, FILL_PART, FILLED),        /* overfill */
    ROW(FILLED, FILL_FULL, FILLED),        /* overfill */
    ROW(FILLED, CANCEL_REJECT, FILLED),    /* too late, as we know already */
    ROW(FILLED, REPLACE_REJECT, FILLED),   /* likewise */
    ROW(FILLED, BUST_NONE_LEFT, CANCELED), /* TRADE_BUST */
    ROW(FILLED, BUST_WORKING, BACK),       /* the report says that it works again */
    ROW(FILLED, BUST_ENDED, ENDED),        /* TRADE_BUST, unless an overfill was taken back */

    ROW(CANCELED, ACCEPT, CANCELED),         /* a late new changes nothing */
    ROW(CANCELED, FILL_PART, CANCELED),      /* late fill */
    ROW(CANCELED, FILL_FULL, CANCELED),      /* late fill */
    ROW(CANCELED, CANCEL_REJECT, CANCELED),  /* our cancel crossed another end */
    ROW(CANCELED, REPLACE_REJECT, CANCELED), /* our replace crossed the end */
    ROW(CANCELED, BUST_NONE_LEFT, CANCELED), /* quantities only */
    ROW(CANCELED, BUST_WORKING, CANCELED),   /* it had ended for another reason than its fills */
    ROW(CANCELED, BUST_ENDED, CANCELED),     /* quantities only */

    ROW(REPLACED, ACCEPT, REPLACED),         /* a late new changes nothing */
    ROW(REPLACED, FILL_PART, REPLACED),      /* late fill of this link */
    ROW(REPLACED, FILL_FULL, REPLACED),      /* late fill of this link */
    ROW(REPLACED, CANCEL_REJECT, REPLACED),  /* the cancel went to both */
    ROW(REPLACED, BUST_NONE_LEFT, REPLACED), /* quantities only */
    ROW(REPLACED, BUST_WORKING, REPLACED),   /* the successor is what works */
    ROW(REPLACED, BUST_ENDED, REPLACED),     /* quantities only */

    ROW(EXPIRED, ACCEPT, EXPIRED),         /* a late new changes nothing */
    ROW(EXPIRED, FILL_PART, EXPIRED),      /* late fill */
    ROW(EXPIRED, FILL_FULL, EXPIRED),      /* late fill */
    ROW(EXPIRED, CANCEL_REJECT, EXPIRED),  /* our cancel crossed the end */
    ROW(EXPIRED, REPLACE_REJECT, EXPIRED), /* our replace crossed the end */
    ROW(EXPIRED, BUST_NONE_LEFT, EXPIRED), /* quantities only */
    ROW(EXPIRED, BUST_WORKING, EXPIRED),   /* its time is over either way */
    ROW(EXPIRED, BUST_ENDED, EXPIRED),     /* quantities only */

    /* No ACCEPT: a broker that accepts what was refused contradicts itself and has to be asked. */
    ROW(REJECTED, FILL_PART, REJECTED),      /* counts, with an alert */
    ROW(REJECTED, FILL_FULL, REJECTED),      /* counts, with an alert */
    ROW(REJECTED, CANCEL_REJECT, REJECTED),  /* our cancel crossed the refusal */
    ROW(REJECTED, REPLACE_REJECT, REJECTED), /* our replace crossed the refusal */
    ROW(REJECTED, BUST_NONE_LEFT, REJECTED), /* quantities only */
    ROW(REJECTED, BUST_WORKING, REJECTED),   /* it was never taken on */
    ROW(REJECTED, BUST_ENDED, REJECTED),     /* quantities only */
};
/* clang-format on */

static int status_by_fill(oms_qty_t filled_qty, oms_qty_t qty) {
  if (filled_qty <= 0) {
    return OMS_STATUS_NEW;
  }
  return filled_qty < qty ? OMS_STATUS_PARTIALLY_FILLED : OMS_STATUS_FILLED;
}

int oms_order_transition(int status, int what, oms_qty_t filled_qty, oms_qty_t qty) {
  if (status < 0 || status >= OMS_STATUS_COUNT || what < 0 || what >= OMS_HAPPENING_COUNT) {
    return -1;
  }
  int to = rows[status][what];
  if (to == TO_BACK) {
    return status_by_fill(filled_qty, qty);
  }
  if (to == TO_ENDED) {
    return filled_qty >= qty ? OMS_STATUS_FILLED : OMS_STATUS_CANCELED;
  }
  return to - 1;
}
