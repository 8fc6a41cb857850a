/* deliver.c - who gets which event, and what an error of a callback costs. Every callback runs
 * between oms_desk_begin and oms_desk_end: what it orders is one batch. */
#include "base/check.h"
#include "host/host.h"
#include "host/shadow.h"

/* What a strategy may do in answer to its own orders and timers within one time stamp. Far above
 * what any needs: beyond it the callbacks feed each other without end. */
#define ANSWERS_MAX       100000
#define ANSWER_ORDERS_MAX 100000

/* Events behind what was saved last, after which a script is asked whatever it does: what it has
 * not seen by that would have to be kept. */
#define SAVE_AT_LEAST 4096

/* Errors. */

/* A strategy that is stopped takes its working orders along, protective exits excepted. */
static void end_orders(oms_host_t *h, const oms_host_script_t *s) {
  uint32_t next;
  for (uint32_t i = oms_engine_first_open(h->engine); i != OMS_NONE; i = next) {
    const oms_order_t *o = oms_engine_order(h->engine, i);
    next = o->next_open;
    bool protects = o->role == OMS_ROLE_TAKE_PROFIT || o->role == OMS_ROLE_STOP_LOSS ||
                    (o->flags & OMS_ORDER_REDUCE_ONLY) != 0;
    if (o->owner == s->owner && !protects) {
      oms_reject_t reject;
      (void)oms_desk_cancel(&h->desk, i, &reject); /* it may be ending already */
    }
  }
}

void oms_host_end_script(oms_host_t *h, oms_host_script_t *s) {
  s->stopped = true;
  if (!s->leave_orders) {
    oms_desk_begin(&h->desk);
    end_orders(h, s);
    oms_desk_end(&h->desk, false);
  }
}

static void stop(oms_host_t *h, oms_host_script_t *s) {
  h->strategy_failed = true;
  oms_host_log(h, s->config.index, OMS_LOG_WARN,
               s->leave_orders ? "stopped by the error: no more callbacks; its orders stay"
                               : "stopped by the error: no more callbacks; its orders are "
                                 "canceled, protective exits stay");
  oms_host_end_script(h, s);
  if (oms_host_put_script(h, (size_t)s->config.index, OMS_RUN_FAILED, NULL, NULL) != OMS_OK) {
    oms_desk_fail(&h->desk, OMS_ERR_NOMEM, "the end of a strategy could not be written down");
  }
}

static void failed(oms_host_t *h, oms_host_script_t *s, const oms_error_t *err) {
  if (s->shadow) {
    oms_shadow_failed(h, err);
    return;
  }
  oms_host_log(h, s->config.index, OMS_LOG_ERROR, err->message);
  s->errors++;
  if (s->kind == OMS_SCRIPT_STRATEGY && s->errors >= s->max_errors) {
    stop(h, s);
  }
}

/* Ends a strategy whose answers have no end; more errors would not end them. False: the callback
 * may run. */
static bool feeds_itself(oms_host_t *h, oms_host_script_t *s, const char *callback) {
  if (s->answers < ANSWERS_MAX && s->answer_orders < ANSWER_ORDERS_MAX) {
    return false;
  }
  oms_error_t err;
  oms_error_set(&err, OMS_ERR_FULL,
                "%s: %s: its callbacks answer each other without end: %u callbacks and %u orders "
                "at one time stamp; "
                "do not submit again in on_order, on_fill or on_timer without a condition",
                s->path, callback, s->answers, s->answer_orders);
  oms_host_log(h, s->config.index, OMS_LOG_ERROR, err.message);
  stop(h, s);
  return true;
}

void oms_host_new_stamp(oms_host_t *h) {
  for (size_t i = 0; i < h->scripts.n; i++) {
    oms_host_script_at(h, i)->answers = oms_host_script_at(h, i)->answer_orders = 0;
  }
}

/* It is asked for what it keeps after a callback that ordered something, and after a fill. */
static void save(oms_host_t *h, oms_host_script_t *s) {
  oms_error_t err;
  bool due = s->unsaved || h->revive.seen >= s->saved_at + SAVE_AT_LEAST;
  if (!due || s->more_to_come || s->stopped || !oms_script_has(s->script, OMS_CALLBACK_SAVE)) {
    return;
  }
  s->unsaved = false;
  s->saved_at = h->revive.seen;
  if (oms_host_save(h, s, &err) != OMS_OK) {
    failed(h, s, &err);
  }
}

/* Every callback runs between these two: its orders are one batch. With a journal it is counted,
 * and a strategy that has changed something is to be asked for what it keeps. */
#define CALL(h, s, callback, expression)                                                           \
  do {                                                                                             \
    oms_error_t call_err;                                                                          \
    oms_call_mark_t call_mark;                                                                     \
    bool has_batch = !(s)->shadow; /* what has no effect must not move the rest either */          \
    bool counted = OMS_UNLIKELY((h)->desk.journal != NULL) && has_batch;                           \
    if (has_batch) {                                                                               \
      oms_desk_begin(&(h)->desk);                                                                  \
    }                                                                                              \
    int64_t call_from = (s)->time == NULL ? 0 : oms_host_mono();                                   \
    if (OMS_UNLIKELY(counted)) {                                                                   \
      oms_call_open((h), oms_host_name_of(s), callback, &call_mark);                               \
    }                                                                                              \
    int call_rc = (expression);                                                                    \
    if (OMS_UNLIKELY(counted)) {                                                                   \
      call_rc =                                                                                    \
          oms_call_close((h), oms_host_name_of(s), callback, &call_mark, call_rc, &call_err);      \
      (s)->unsaved = (s)->unsaved || (h)->desk.command_seq != call_mark.commands;                  \
    }                                                                                              \
    if ((s)->time != NULL) {                                                                       \
      oms_histogram_add((s)->time, oms_host_mono() - call_from);                                   \
    }                                                                                              \
    if (has_batch) {                                                                               \
      oms_desk_end(&(h)->desk, call_rc != OMS_OK);                                                 \
    }                                                                                              \
    if (call_rc != OMS_OK) {                                                                       \
      failed((h), (s), &call_err);                                                                 \
    }                                                                                              \
    if (OMS_UNLIKELY(counted)) {                                                                   \
      save((h), (s));                                                                              \
    }                                                                                              \
  } while (0)

#define ANSWER(h, s, callback, expression)                                                         \
  do {                                                                                             \
    CALL(h, s, callback, expression);                                                              \
    (s)->answers++;                                                                                \
    (s)->answer_orders += (h)->desk.callback_orders;                                               \
  } while (0)

/* Callbacks. */

void oms_host_give_bar(oms_host_t *h, oms_host_script_t *s, const oms_bar_t *bar, bool warmup) {
  const oms_host_stream_t *stream = OMS_AT(&h->streams, oms_host_stream_t, bar->stream);
  if (!s->stopped && s->streams[bar->stream]) {
    CALL(h, s, warmup ? "on_warmup" : "on_bar",
         oms_script_bar(s->script, bar, stream->instrument, stream->timeframe, warmup, &call_err));
  }
}

/* The bars of the step that the script wants. */
void oms_host_give_bars(oms_host_t *h, oms_host_script_t *s, oms_time_t ts) {
  h->bar_views.n = h->bar_instruments.n = h->bar_timeframes.n = 0;
  for (size_t i = 0; i < h->bars.n; i++) {
    const oms_bar_t *bar = OMS_AT(&h->bars, oms_bar_t, i);
    const oms_host_stream_t *stream = OMS_AT(&h->streams, oms_host_stream_t, bar->stream);
    if (!s->streams[bar->stream]) {
      continue;
    }
    if (oms_array_push(&h->bar_views, &bar) != OMS_OK ||
        oms_array_push(&h->bar_instruments, &stream->instrument) != OMS_OK ||
        oms_array_push(&h->bar_timeframes, &stream->timeframe) != OMS_OK) {
      oms_desk_fail(&h->desk, OMS_ERR_NOMEM, "the bars of a step could not be listed");
      return;
    }
  }
  if (!s->stopped && h->bar_views.n > 0) {
    CALL(h, s, "on_bars",
         oms_script_bars(s->script, h->bar_views.data, h->bar_instruments.data,
                         h->bar_timeframes.data, h->bar_views.n, ts, &call_err));
  }
}

/* Callbacks of one row that is no bar; 'has' is the script's flag. */
#define GIVE(h, has, stream, callback, call)                                                       \
  for (size_t give_i = (h)->rule_n; give_i < (h)->scripts.n; give_i++) {                           \
    oms_host_script_t *s = oms_host_script_at((h), give_i);                                        \
    if (s->has && !s->stopped && s->streams[stream]) {                                             \
      CALL((h), s, callback, call);                                                                \
    }                                                                                              \
  }

static uint32_t instrument_of(const oms_host_t *h, uint32_t stream) {
  return OMS_AT(&h->streams, oms_host_stream_t, stream)->instrument;
}

void oms_host_give_quote(oms_host_t *h, uint32_t stream, const oms_quote_t *q, oms_time_t ts) {
  uint32_t instrument = instrument_of(h, stream);
  GIVE(h, any_quotes, stream, "on_quote", oms_script_quote(s->script, q, instrument, ts, &call_err))
}

void oms_host_give_trade(oms_host_t *h, uint32_t stream, const oms_print_t *p, oms_time_t ts) {
  uint32_t instrument = instrument_of(h, stream);
  GIVE(h, any_trades, stream, "on_trade", oms_script_trade(s->script, p, instrument, ts, &call_err))
}

void oms_host_give_action(oms_host_t *h, uint32_t stream, const oms_corporate_t *a, oms_time_t ts) {
  uint32_t instrument = instrument_of(h, stream);
  GIVE(h, any_actions, stream, "on_action",
       oms_script_action(s->script, a, instrument, ts, &call_err))
}

void oms_host_give_timer(oms_host_t *h, int script, const char *name) {
  oms_host_script_t *s = oms_host_script_at(h, (size_t)script);
  if (!s->stopped && !feeds_itself(h, s, "on_timer")) {
    ANSWER(h, s, "on_timer", oms_script_timer(s->script, name, &call_err));
  }
}

/* A script that watches no declared symbol has no sessions. */
static bool watches_sessions(const oms_host_t *h, const oms_host_script_t *s) {
  for (size_t i = 0; i < s->symbol_n; i++) {
    if (oms_engine_instrument(h->engine, s->symbols[i])->calendar != OMS_CALENDAR_NONE) {
      return true;
    }
  }
  return false;
}

void oms_host_give_session(oms_host_t *h, const char *what) {
  for (size_t i = 0; i < h->scripts.n; i++) {
    oms_host_script_t *s = oms_host_script_at(h, i);
    if (!s->stopped && oms_script_has(s->script, OMS_CALLBACK_SESSION) && watches_sessions(h, s)) {
      CALL(h, s, "on_session",
           oms_script_session(s->script, what, "us_equity", h->session.days, h->session.open,
                              h->session.close, &call_err));
    }
  }
}

/* What it keeps is asked for once it has heard all of the event. */
static void give_event(oms_host_t *h, oms_host_script_t *s, const oms_event_t *event) {
  bool has_fill = event->type == OMS_EVENT_FILL && oms_script_has(s->script, OMS_CALLBACK_FILL);
  bool has_order = oms_script_has(s->script, OMS_CALLBACK_ORDER);
  if (has_fill && !s->stopped && !feeds_itself(h, s, "on_fill")) {
    s->unsaved = h->desk.journal != NULL;
    s->more_to_come = has_order;
    ANSWER(h, s, "on_fill", oms_script_fill(s->script, event, &call_err));
    s->more_to_come = false;
  }
  if (has_order && !s->stopped && !feeds_itself(h, s, "on_order")) {
    ANSWER(h, s, "on_order", oms_script_order(s->script, event, &call_err));
  }
}

/* A refused submit has answered its caller already; what the core alone needs to know goes
 * nowhere. */
static bool is_for_scripts(const oms_host_t *h, const oms_event_t *event) {
  if (event->order == OMS_NONE || event->type == OMS_EVENT_ALERT) {
    return false;
  }
  const oms_order_t *o = oms_engine_order(h->engine, event->order);
  return event->type != OMS_EVENT_REJECTED ||
         (o->flags & (OMS_ORDER_SENT | OMS_ORDER_CHECKED)) != 0 ||
         o->code == OMS_CODE_APPROVAL_DENIED || o->code == OMS_CODE_SCRIPT_ERROR ||
         o->more->replaces != OMS_NONE;
}

static bool sees(oms_host_t *h, size_t i, const oms_order_t *o, uint16_t owner) {
  if (oms_host_script_at(h, i)->shadow) {
    return oms_shadow_sees(h, oms_host_script_at(h, i), o);
  }
  if (i >= h->rule_n) {
    return oms_host_script_at(h, i)->owner == owner;
  }
  const oms_rule_t *r = OMS_AT(&h->desk.rules, oms_rule_t, i);
  return oms_rule_in_scope(r, o->account, o->owner, o->instrument);
}

void oms_host_deliver(oms_host_t *h) {
  oms_event_t event;
  while (oms_ring_pop(&h->desk.events, &event)) {
    h->revive.seen = event.seq;
    if (event.type == OMS_EVENT_ALERT && event.message != NULL) {
      oms_host_log(h, -1, OMS_LOG_WARN, event.message);
    }
    if (!is_for_scripts(h, &event)) {
      continue;
    }
    const oms_order_t *o = oms_engine_order(h->engine, event.order);
    for (size_t i = 0; i < h->scripts.n; i++) {
      if (sees(h, i, o, event.owner)) {
        give_event(h, oms_host_script_at(h, i), &event);
      }
    }
  }
}

void oms_host_give_again(oms_host_t *h, size_t script, const oms_event_t *event) {
  oms_event_t again = *event;
  again.replayed = 1;
  h->revive.seen = event->seq;
  if (is_for_scripts(h, event) &&
      sees(h, script, oms_engine_order(h->engine, event->order), event->owner)) {
    give_event(h, oms_host_script_at(h, script), &again);
  }
}

/* Another script would only have heard of orders that left: events of a failed batch still go
 * out. */
void oms_host_start_script(oms_host_t *h, oms_host_script_t *s) {
  CALL(h, s, "on_start", oms_script_start(s->script, &call_err));
  if (s->kind == OMS_SCRIPT_RULE && oms_script_every(s->script) > 0) {
    oms_host_arm_every(h, s);
  }
  if (h->desk.journal != NULL) { /* from here on it knows what it has not seen */
    s->unsaved = true;
    save(h, s);
  }
}

void oms_host_restart_script(oms_host_t *h, oms_host_script_t *s, const oms_past_script_t *past) {
  bool load =
      past != NULL && past->saved && !past->empty && oms_script_has(s->script, OMS_CALLBACK_LOAD);
  s->more_to_come = true; /* what it keeps stands in the journal until it has seen the rest */
  CALL(h, s, "on_start", oms_script_start(s->script, &call_err));
  if (load && !s->stopped) {
    CALL(h, s, "on_load",
         oms_script_resume(s->script, past->bytes, past->n, past->version, &call_err));
  }
  s->more_to_come = false;
}

void oms_host_save_now(oms_host_t *h, oms_host_script_t *s) {
  s->unsaved = true;
  save(h, s);
}

void oms_host_start_scripts(oms_host_t *h) {
  for (size_t i = 0; i < h->scripts.n; i++) {
    oms_host_start_script(h, oms_host_script_at(h, i));
  }
}

void oms_host_stop_scripts(oms_host_t *h) {
  for (size_t i = 0; i < h->scripts.n; i++) {
    oms_host_script_t *s = oms_host_script_at(h, i);
    if (!s->stopped) {
      CALL(h, s, "on_stop", oms_script_stop(s->script, &call_err));
    }
  }
}
