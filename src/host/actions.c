/* actions.c - a corporate action on its way through the run: the core changes what is held and
 * ordered, the venue takes the orders anew, then what scripts remember of earlier prices comes to
 * today's terms, as far as the session's `adjust` says. */
#include "data/feed.h"
#include "host/host.h"

static int refuse(const oms_host_t *h, uint32_t instrument, int rc, oms_error_t *err) {
  char ts[32];
  oms_time_iso(h->desk.port.now, ts);
  const char *why = rc == OMS_ERR_OVERFLOW ? "what is held or ordered does not fit its new terms"
                    : rc == OMS_ERR_USAGE  ? "its ratio or amount is out of range"
                                           : oms_err_text(rc);
  return oms_error_set(err, rc == OMS_ERR_NOMEM ? rc : OMS_ERR_DATA,
                       "the corporate action of %s at %s cannot be applied: %s; take it out of the "
                       "actions or put its value right",
                       oms_engine_instrument(h->engine, instrument)->symbol, ts, why);
}

/* What waits for the end of other orders aims at new quantities. */
static void split_tickets(oms_desk_host_t *d, uint32_t instrument, const oms_split_t *split) {
  for (size_t i = 0; i < d->tickets.n; i++) {
    oms_ticket_t *t = OMS_AT(&d->tickets, oms_ticket_t, i);
    if (oms_engine_order(d->engine, t->order)->instrument == instrument) {
      (void)oms_split_qty(split, t->target, &t->target); /* what does not fit stays */
    }
  }
}

/* The quote that scripts see. */
static void split_quote(oms_host_t *h, uint32_t instrument) {
  const oms_instrument_t *i = oms_engine_instrument(h->engine, instrument);
  oms_host_quote_t *q = &h->ticks.quotes[instrument];
  if (q->ts != OMS_NO_TIME) {
    q->quote = (oms_quote_t){i->bid, i->ask, i->bid_size, i->ask_size};
  }
}

/* What the action makes of earlier prices for scripts. False: nothing. */
static bool scale_of(const oms_host_t *h, const oms_corporate_t *a, const oms_split_t *split,
                     oms_price_t last, oms_scale_t *scale) {
  bool is_cash = a->kind == OMS_CORPORATE_DIVIDEND;
  if (h->config->adjust == OMS_ADJUST_NONE || (is_cash && h->config->adjust != OMS_ADJUST_ALL)) {
    return false;
  }
  if (!is_cash) {
    *scale = oms_split_scale(split);
    return split->num != split->den;
  }
  if (last == OMS_NO_PRICE || a->cash <= 0 || last <= a->cash) {
    return false;
  }
  *scale = (oms_scale_t){last - a->cash, last, 1, 1};
  return true;
}

static void rescale(oms_host_t *h, uint32_t instrument, const oms_scale_t *scale) {
  for (uint32_t i = h->first_streams[instrument]; i != OMS_NONE;) {
    oms_host_stream_t *s = OMS_AT(&h->streams, oms_host_stream_t, i);
    oms_host_history_scale(s, scale);
    if (s->built) {
      oms_feed_scale(&h->feed, i, scale);
    }
    i = s->next;
  }
  for (size_t i = 0; i < h->scripts.n; i++) {
    oms_script_rescale(oms_host_script_at(h, i)->script, instrument, scale);
  }
}

int oms_host_action(oms_host_t *h, uint32_t instrument, const oms_corporate_t *a, oms_time_t now,
                    oms_error_t *err) {
  oms_price_t last = oms_engine_last(h->engine, instrument);
  bool is_split = a->kind != OMS_CORPORATE_DIVIDEND;
  oms_split_t split = {1, 1};
  oms_command_t c = {.type = OMS_COMMAND_CORPORATE};
  c.u.corporate.instrument = instrument;
  c.u.corporate.action = *a;
  int rc = oms_sim_hear(h->sim, instrument, now);
  rc = rc == OMS_OK ? oms_desk_apply(&h->desk, &c) : rc;
  if (rc != OMS_OK) {
    return refuse(h, instrument, rc, err);
  }
  if (is_split) {
    split = oms_split_of(a->ratio);
    split_tickets(&h->desk, instrument, &split);
    split_quote(h, instrument);
  }
  oms_sim_action(h->sim, instrument, a, now);
  oms_desk_drain(&h->desk);
  oms_scale_t scale;
  if (scale_of(h, a, &split, last, &scale)) {
    rescale(h, instrument, &scale);
  }
  return OMS_OK;
}
