/* revive.c - a host goes on where the journal ends: the core of then, the venue takes its orders
 * over, tickets, timers and scripts come back, and what they had not seen is told them. Orders that
 * had not left stand for a turn that was cut off, which nobody has heard of: they end. */
#include "host/revive.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "core/codec.h"
#include "host/boot.h"
#include "host/host.h"

/* Before the set-up. */

void oms_host_take_past(oms_host_t *h) {
  oms_past_t *p = h->revive.past;
  h->engine = p->engine;
  p->owns_engine = false;
  h->input.set_up[0] = oms_engine_instrument_count(h->engine);
  h->input.set_up[1] = oms_engine_account_count(h->engine);
  h->input.set_up[2] = oms_engine_owner_count(h->engine);
  h->input.recorded = oms_past_recorded(p);
  h->revive.seen = h->revive.inherited = p->events;
}

/* The script's file, where a reload has put another one in its place; NULL: its entry's. */
const oms_past_script_t *oms_host_past_of(const oms_host_t *h, bool rule, const char *id) {
  return h->revive.past == NULL ? NULL : oms_past_script(h->revive.past, rule, id);
}

/* Limits. */

void oms_host_pack_limits(oms_host_t *h, oms_pack_t *p) {
  const oms_array_t *list = &h->revive.limits;
  oms_pack_u64(p, list->n);
  for (size_t i = 0; i < list->n; i++) {
    const oms_account_limits_t *l = OMS_AT(list, oms_account_limits_t, i);
    oms_pack_u64(p, l->account);
    oms_limits_pack(p, &l->limits);
  }
}

static bool session_has_changed(oms_host_t *h) {
  oms_boot_t boot;
  oms_pack_t now = {0};
  oms_boot_init(&boot);
  oms_unpack_t u = oms_unpack_of(h->revive.past->boot.data, h->revive.past->boot.n);
  oms_host_pack_limits(h, &now);
  bool same = oms_boot_unpack(&u, &boot) && boot.limit_n == now.n && !now.failed &&
              memcmp(boot.limits, now.data, now.n) == 0;
  oms_boot_free(&boot);
  oms_pack_free(&now);
  return !same;
}

/* What was set while it ran stays, until the session's own limits are others. */
static int set_limits(oms_host_t *h) {
  int rc = OMS_OK;
  for (size_t i = 0; i < h->revive.limits.n && rc == OMS_OK; i++) {
    const oms_account_limits_t *l = OMS_AT(&h->revive.limits, oms_account_limits_t, i);
    oms_pack_u64(&h->input.pack, l->account);
    oms_limits_pack(&h->input.pack, &l->limits);
    rc = oms_host_put_pack(h, OMS_RECORD_LIMITS, false);
    rc = rc == OMS_OK ? oms_engine_set_limits(h->engine, l->account, &l->limits) : rc;
  }
  return rc;
}

static void set_hashes(oms_host_t *h) {
  for (size_t i = h->rule_n; i < h->scripts.n; i++) {
    const oms_host_script_t *s = oms_host_script_at(h, i);
    const char *known = oms_engine_owner(h->engine, s->owner)->script_hash;
    const char *hash = oms_script_hash(s->script);
    if (known == NULL || strcmp(known, hash) != 0) {
      oms_engine_set_owner_hash(h->engine, s->owner, hash);
      oms_host_put_owner_hash(h, s->owner);
    }
  }
}

/* Market data. */

static bool same_streams(const oms_host_t *h, const oms_boot_t *boot) {
  bool same = boot->streams.n <= h->streams.n;
  for (size_t i = 0; i < boot->streams.n && same; i++) {
    const oms_boot_stream_t *b = OMS_AT(&boot->streams, oms_boot_stream_t, i);
    const oms_host_stream_t *s = OMS_AT(&h->streams, oms_host_stream_t, i);
    const char *symbol = oms_engine_instrument(h->engine, s->instrument)->symbol;
    same = strcmp(b->symbol, symbol) == 0 && b->kind == s->kind && b->timeframe == s->timeframe;
  }
  return same;
}

static int refill_bars(oms_host_t *h, oms_host_stream_t *s, const oms_past_stream_t *past) {
  int rc = OMS_OK;
  for (size_t i = 0; i < past->ring_n && rc == OMS_OK; i++) {
    const oms_bar_t *bar = &past->ring[(past->ring_at + i) % OMS_PAST_BARS];
    oms_host_note_volume(h, s, bar);
    rc = oms_host_history_push(s, bar);
  }
  return rc;
}

static void refill_quote(oms_host_t *h, const oms_host_stream_t *s, const oms_past_stream_t *past) {
  if (s->kind == OMS_DATA_TRADES && past->rows > 0 && h->ticks.prints != NULL) {
    h->ticks.prints[s->instrument] = past->tick.u.trade;
  }
  if (s->kind == OMS_DATA_QUOTES && past->rows > 0 && h->ticks.quotes != NULL) {
    h->ticks.quotes[s->instrument] = (oms_host_quote_t){past->tick.u.quote, past->tick.ts};
  }
}

/* The last bars for oms.bars, the last quote. With other data in the session there are none, and
 * recorded rows up to now are passed over. */
static int refill(oms_host_t *h) {
  const oms_past_t *p = h->revive.past;
  oms_boot_t boot;
  oms_boot_init(&boot);
  oms_unpack_t u = oms_unpack_of(p->boot.data, p->boot.n);
  bool same = oms_boot_unpack(&u, &boot) && same_streams(h, &boot);
  oms_boot_free(&boot);
  if (!same) {
    oms_host_warn(h, "the session's data are others than before: bars so far are not there");
    h->input.recorded = 0;
    h->revive.skip_until = p->now;
    return OMS_OK;
  }
  int rc = OMS_OK;
  for (size_t i = 0; i < p->streams.n && i < h->streams.n && rc == OMS_OK; i++) {
    const oms_past_stream_t *past = OMS_AT(&p->streams, oms_past_stream_t, i);
    oms_host_stream_t *s = OMS_AT(&h->streams, oms_host_stream_t, i);
    rc = s->kind == OMS_DATA_BARS ? refill_bars(h, s, past) : OMS_OK;
    refill_quote(h, s, past);
  }
  return rc;
}

static int take_texts(oms_host_t *h) {
  const oms_past_t *p = h->revive.past;
  int rc = OMS_OK;
  for (size_t i = 0; i < p->settings.n && rc == OMS_OK; i++) {
    const oms_host_setting_t *s = OMS_AT(&p->settings, oms_host_setting_t, i);
    rc = oms_input_set(h, s->account, s->key, s->value);
  }
  for (uint32_t a = 0; a < p->curves.n && rc == OMS_OK; a++) {
    const oms_array_t *curve = OMS_AT(&p->curves, oms_array_t, a);
    for (size_t i = 0; i < curve->n && rc == OMS_OK; i++) {
      rc = oms_curve_add(h, a, OMS_AT(curve, oms_equity_point_t, i));
    }
  }
  return rc;
}

int oms_host_restore(oms_host_t *h, oms_error_t *err) {
  int rc = refill(h);
  rc = rc == OMS_OK ? take_texts(h) : rc;
  if (rc == OMS_OK) {
    h->desk.port.now = h->revive.past->now;
  }
  while (rc == OMS_OK && h->timeline_at < h->timeline_n &&
         oms_session_file_entry_time(h->file, h->timeline_at) <= h->revive.past->now) {
    h->timeline_at++;
  }
  return rc == OMS_OK ? OMS_OK : oms_error_set(err, rc, "out of memory for what has been");
}

/* The venue. */

static oms_price_t stop_of(const oms_past_t *p, uint32_t order) {
  for (size_t i = p->stops.n; i-- > 0;) {
    const oms_stop_note_t *s = OMS_AT(&p->stops, oms_stop_note_t, i);
    if (s->order == order) {
      return s->stop;
    }
  }
  return OMS_NO_PRICE;
}

static bool has_left(const oms_order_t *o) {
  bool waits = o->status == OMS_STATUS_HELD;
  return (o->flags & OMS_ORDER_SENT) != 0 && !waits && !oms_desk_is_head(o);
}

static int adopt(oms_host_t *h) {
  int rc = OMS_OK;
  oms_sim_resume(h->sim);
  for (uint32_t i = oms_engine_first_open(h->engine); i != OMS_NONE && rc == OMS_OK;
       i = oms_engine_order(h->engine, i)->next_open) {
    const oms_order_t *o = oms_engine_order(h->engine, i);
    if (has_left(o) && (o->flags & OMS_ORDER_AT_VENUE) != 0) {
      rc = oms_sim_adopt(h->sim, i, stop_of(h->revive.past, i), h->desk.port.now);
    }
  }
  return rc;
}

/* The open orders, taken down: what is sent again may end them and others. */
static int list_open(const oms_host_t *h, oms_array_t *open) {
  int rc = OMS_OK;
  for (uint32_t i = oms_engine_first_open(h->engine); i != OMS_NONE && rc == OMS_OK;
       i = oms_engine_order(h->engine, i)->next_open) {
    rc = oms_array_push(open, &i);
  }
  return rc;
}

/* A turn that was cut off left it behind: a row that waits for a verdict, or has not been sent. To
 * a venue in another process what is accepted leaves when that is there. */
static bool is_left_behind(const oms_host_t *h, const oms_order_t *o) {
  bool waits = h->link != NULL && (o->flags & OMS_ORDER_COUNTED) != 0;
  return o->status == OMS_STATUS_PENDING_NEW && (o->flags & OMS_ORDER_SENT) == 0 && !waits;
}

static void end_left_behind(oms_host_t *h, uint32_t order) {
  const oms_reject_t why = {OMS_CODE_SCRIPT_ERROR, "the host ended before the order had left"};
  if (is_left_behind(h, oms_engine_order(h->engine, order))) {
    oms_desk_drop_group(&h->desk, order, &why);
  }
}

/* A successor whose request nobody can have sent: the order it was to replace is not waiting. */
static void end_successor(oms_host_t *h, uint32_t order) {
  const oms_order_t *o = oms_engine_order(h->engine, order);
  if (o->status != OMS_STATUS_HELD || o->held_by != OMS_HELD_BY_REPLACE ||
      o->more->replaces == OMS_NONE) {
    return;
  }
  const oms_order_t *old = oms_engine_order(h->engine, o->more->replaces);
  if (old->status != OMS_STATUS_PENDING_REPLACE || old->more->replaced_by != order) {
    oms_command_t c = {.type = OMS_COMMAND_DROP};
    c.u.drop.order = order;
    (void)oms_desk_apply(&h->desk, &c); /* what is not to be dropped stays as it is */
  }
}

/* What was under way is sent again: our venue ended with the host. */
static int send_again(oms_host_t *h, uint32_t order) {
  const oms_order_t *o = oms_engine_order(h->engine, order);
  void *venue = h->venue.self;
  oms_time_t now = h->desk.port.now;
  int rc = OMS_OK;
  if (!oms_order_is_open(o) || !has_left(o)) {
    return OMS_OK;
  }
  if ((o->flags & OMS_ORDER_AT_VENUE) == 0) {
    rc = h->venue.submit(venue, order, now);
  }
  if (rc == OMS_OK && o->status == OMS_STATUS_PENDING_REPLACE && o->more->replaced_by != OMS_NONE) {
    rc = h->venue.replace(venue, order, o->more->replaced_by, now);
  }
  bool cancels =
      o->status == OMS_STATUS_PENDING_CANCEL || (o->flags & OMS_ORDER_CANCEL_REQUESTED) != 0;
  if (rc == OMS_OK && oms_order_is_open(o) && cancels) {
    rc = h->venue.cancel(venue, order, now);
  }
  return rc;
}

static int take_orders_over(oms_host_t *h) {
  bool simulated = h->sim != NULL && h->link == NULL; /* another process knows what it has */
  oms_array_t open;
  oms_array_init(&open, sizeof(uint32_t));
  int rc = list_open(h, &open);
  for (size_t i = 0; i < open.n && rc == OMS_OK; i++) {
    end_left_behind(h, *OMS_AT(&open, uint32_t, i));
  }
  for (size_t i = 0; i < open.n && rc == OMS_OK; i++) {
    end_successor(h, *OMS_AT(&open, uint32_t, i));
  }
  if (rc == OMS_OK && simulated) {
    rc = adopt(h);
  }
  for (size_t i = 0; i < open.n && rc == OMS_OK && simulated; i++) {
    rc = send_again(h, *OMS_AT(&open, uint32_t, i));
  }
  oms_array_free(&open);
  oms_desk_drain(&h->desk);
  return rc;
}

static int take_tickets(oms_host_t *h) {
  const oms_array_t *tickets = &h->revive.past->tickets;
  int rc = OMS_OK;
  for (size_t i = 0; i < tickets->n && rc == OMS_OK; i++) {
    const oms_ticket_t *t = OMS_AT(tickets, oms_ticket_t, i);
    const oms_order_t *o = oms_engine_order(h->engine, t->order);
    if (o->status == OMS_STATUS_HELD && o->held_by == OMS_HELD_BY_CONDITION) {
      rc = oms_array_push(&h->desk.tickets, t);
    }
  }
  return rc;
}

/* What waits for something that has happened by now would wait for ever. */
static void settle_tickets(oms_host_t *h) {
  for (size_t i = 0; i < h->desk.tickets.n;) {
    size_t n = h->desk.tickets.n;
    oms_desk_tickets(&h->desk, OMS_AT(&h->desk.tickets, oms_ticket_t, i)->order);
    i += h->desk.tickets.n < n ? 0 : 1;
  }
}

/* Scripts. */

static int script_index(const oms_host_t *h, const oms_past_script_t *past) {
  for (size_t i = 0; i < h->scripts.n; i++) {
    const oms_host_script_t *s = oms_host_script_at(h, i);
    if (!s->shadow && (s->kind == OMS_SCRIPT_RULE) == past->rule && strcmp(s->id, past->id) == 0) {
      return (int)i;
    }
  }
  return -1;
}

static int take_timers(oms_host_t *h) {
  const oms_past_t *p = h->revive.past;
  int rc = OMS_OK;
  for (size_t i = 0; i < p->timers.n && rc == OMS_OK; i++) {
    const oms_past_timer_t *t = OMS_AT(&p->timers, oms_past_timer_t, i);
    int script = script_index(h, OMS_AT(&p->scripts, oms_past_script_t, t->script));
    uint64_t id = 0;
    if (script < 0) {
      continue; /* the session has it no longer */
    }
    rc = oms_host_timer_again(h, script, &t->spec, t->next, &id);
    oms_host_script_t *s = oms_host_script_at(h, (size_t)script);
    bool every = s->kind == OMS_SCRIPT_RULE && strcmp(t->name, "every") == 0 &&
                 t->spec.kind == OMS_TIMER_EVERY && t->spec.every_ns == oms_script_every(s->script);
    s->every_timer = every ? id : s->every_timer;
  }
  return rc;
}

static void stop_stopped(oms_host_t *h) {
  for (size_t i = 0; i < h->scripts.n; i++) {
    oms_host_script_t *s = oms_host_script_at(h, i);
    const oms_past_script_t *past = oms_host_past_of(h, s->kind == OMS_SCRIPT_RULE, s->id);
    if (past != NULL && past->stopped) {
      s->stopped = true;
      oms_host_log(h, (int)i, OMS_LOG_WARN,
                   "it was stopped before the host came back and stays so: start it again");
    }
  }
}

static void start_scripts(oms_host_t *h) {
  for (size_t i = 0; i < h->scripts.n; i++) {
    oms_host_script_t *s = oms_host_script_at(h, i);
    if (!s->stopped) {
      oms_host_restart_script(h, s, oms_host_past_of(h, s->kind == OMS_SCRIPT_RULE, s->id));
    }
    if (s->kind == OMS_SCRIPT_RULE && oms_script_every(s->script) > 0 && s->every_timer == 0) {
      oms_host_arm_every(h, s);
    }
  }
}

typedef struct unseen {
  uint64_t seq;
  size_t script, event; /* index in the host's scripts, in the list of the past one */
} unseen_t;

static int compare(const void *a, const void *b) {
  const unseen_t *x = a, *y = b;
  if (x->seq != y->seq) {
    return x->seq < y->seq ? -1 : 1;
  }
  return x->script < y->script ? -1 : x->script > y->script ? 1 : 0;
}

static int list_unseen(oms_host_t *h, oms_array_t *list) {
  int rc = OMS_OK;
  for (size_t i = 0; i < h->scripts.n; i++) {
    const oms_host_script_t *s = oms_host_script_at(h, i);
    const oms_past_script_t *past = oms_host_past_of(h, s->kind == OMS_SCRIPT_RULE, s->id);
    size_t n = past == NULL || !oms_script_has(s->script, OMS_CALLBACK_SAVE) ? 0 : past->unseen.n;
    for (size_t k = 0; k < n && rc == OMS_OK; k++) {
      const unseen_t one = {OMS_AT(&past->unseen, oms_event_t, k)->seq, i, k};
      if (one.seq <= h->revive.inherited) { /* those of this life are on their way */
        rc = oms_array_push(list, &one);
      }
    }
  }
  if (list->n > 0) {
    qsort(list->data, list->n, sizeof(unseen_t), compare); /* no two are equal */
  }
  return rc;
}

/* In the order in which it happened; each is a time stamp of its own to the bound of answers. */
static int give_unseen(oms_host_t *h) {
  oms_array_t list;
  oms_array_init(&list, sizeof(unseen_t));
  int rc = list_unseen(h, &list);
  for (size_t i = 0; i < list.n && rc == OMS_OK; i++) {
    const unseen_t *u = OMS_AT(&list, unseen_t, i);
    const oms_host_script_t *s = oms_host_script_at(h, u->script);
    const oms_past_script_t *past = oms_host_past_of(h, s->kind == OMS_SCRIPT_RULE, s->id);
    oms_host_new_stamp(h);
    oms_host_give_again(h, u->script, OMS_AT(&past->unseen, oms_event_t, u->event));
  }
  h->revive.seen = h->revive.inherited;
  oms_array_free(&list);
  return rc;
}

static void save_all(oms_host_t *h) {
  for (size_t i = 0; i < h->scripts.n; i++) {
    oms_host_script_t *s = oms_host_script_at(h, i);
    if (!s->stopped && !s->shadow) {
      oms_host_save_now(h, s);
    }
  }
}

int oms_host_revive(oms_host_t *h, oms_error_t *err) {
  int rc = session_has_changed(h) ? set_limits(h) : OMS_OK;
  if (rc == OMS_OK) {
    set_hashes(h);
  }
  rc = rc == OMS_OK ? take_tickets(h) : rc;
  rc = rc == OMS_OK ? take_timers(h) : rc;
  if (rc == OMS_OK) {
    stop_stopped(h);
    rc = take_orders_over(h);
  }
  if (rc == OMS_OK) {
    settle_tickets(h);
    start_scripts(h);
    rc = give_unseen(h);
    save_all(h);
  }
  if (rc != OMS_OK && h->desk.failure != OMS_OK) {
    *err = h->desk.error;
    return h->desk.failure;
  }
  return rc == OMS_OK ? OMS_OK
                      : oms_error_set(err, rc, "the host could not go on where it ended: %s",
                                      oms_err_text(rc));
}
