/* step.c - one time stamp of a backtest after the other (simulator.md, section 1): timeline,
 * session events, the venue on all bars that complete now, fills and order events, on_bar, on_bars,
 * timers, then the batches leave. A quote, a trade, a row of order flow and a corporate action are
 * a step each (ticks.c), and so is the arrival of what was under way between them. */
#include <stdio.h>
#include <string.h>

#include "base/check.h"
#include "host/host.h"
#include "host/link.h"

/* Answers to answers within one time stamp. Strategies are ended long before (deliver.c); this is
 * the end of all else. */
#define ROUNDS_MAX      1000000

#define VERIFIED_ORDERS 500 /* beyond them the second opinion takes too long */

static const char *const session_words[] = {"pre_market", "open", "close", "post_market_close"};

static oms_time_t earlier(oms_time_t a, oms_time_t b) {
  if (a == OMS_NO_TIME || b == OMS_NO_TIME) {
    return a == OMS_NO_TIME ? b : a;
  }
  return a < b ? a : b;
}

/* Sessions. */

static oms_time_t session_instant(const oms_session_times_t *s, int event) {
  const oms_time_t at[] = {s->pre_open, s->open, s->close, s->post_close};
  return at[event];
}

static void next_session_event(oms_host_t *h) {
  if (++h->session_event > 3) {
    h->session_event = 0;
    int64_t day = oms_calendar_next_day(&h->desk.calendar, h->session.days);
    if (!oms_calendar_session_of_day(&h->desk.calendar, day, &h->session)) {
      h->next_session_event = OMS_NO_TIME;
      return;
    }
  }
  h->next_session_event = session_instant(&h->session, h->session_event);
}

/* The first session event at or after 'from'. */
static void first_session_event(oms_host_t *h, oms_time_t from) {
  h->next_session_event = OMS_NO_TIME;
  if (!h->sessions) {
    return;
  }
  int64_t day = oms_calendar_trading_day(&h->desk.calendar, from, true);
  if (!oms_calendar_session_of_day(&h->desk.calendar, day, &h->session)) {
    return;
  }
  h->session_event = 0;
  h->next_session_event = session_instant(&h->session, 0);
  while (h->next_session_event != OMS_NO_TIME && h->next_session_event < from) {
    next_session_event(h);
  }
}

static void run_session_events(oms_host_t *h, oms_time_t now) {
  while (h->next_session_event != OMS_NO_TIME && h->next_session_event <= now) {
    oms_host_give_session(h, session_words[h->session_event]);
    next_session_event(h);
  }
}

/* Timeline. */

static oms_time_t timeline_next(const oms_host_t *h) {
  return h->timeline_at < h->timeline_n ? oms_session_file_entry_time(h->file, h->timeline_at)
                                        : OMS_NO_TIME;
}

static inline bool timeline_due(const oms_host_t *h, oms_time_t now) {
  oms_time_t next = timeline_next(h);
  return OMS_UNLIKELY(next != OMS_NO_TIME) && next <= now;
}

static int run_timeline(oms_host_t *h, oms_time_t now, oms_error_t *err) {
  while (timeline_due(h, now)) {
    int rc = oms_session_file_run_entry(h->file, h->timeline_at++, err);
    if (rc != OMS_OK) {
      return rc;
    }
    oms_desk_drain(&h->desk);
  }
  return OMS_OK;
}

/* Bars. */

static int peek(oms_host_t *h, oms_error_t *err) {
  return h->source.peek(h->source.self, &h->next_at, &h->next_kind, err);
}

/* The bars that complete now. Afterwards 'next_at' tells when the ones behind them do. */
static int take_bars(oms_host_t *h, oms_time_t now, oms_error_t *err) {
  h->bars.n = 0;
  while (h->next_at == now && h->next_kind == OMS_DATA_BARS) {
    const oms_bar_t *bar;
    int rc = h->source.next(h->source.self, &bar, err);
    if (rc != OMS_OK) {
      return rc;
    }
    oms_bar_t *copy = oms_array_add(&h->bars);
    if (copy == NULL) {
      return oms_error_set(err, OMS_ERR_NOMEM, "out of memory for the bars of a step");
    }
    *copy = *bar;
    rc = peek(h, err);
    if (rc != OMS_OK) {
      return rc;
    }
  }
  return OMS_OK;
}

void oms_host_note_volume(oms_host_t *h, oms_host_stream_t *s, const oms_bar_t *bar) {
  if (OMS_LIKELY(s->seen_volume) || bar->volume <= 0) {
    return;
  }
  s->seen_volume = true;
  if (s->venue) {
    oms_sim_symbol_t symbol = {.timeframe = s->timeframe, .has_volume = true};
    int rc = oms_sim_set_symbol(h->sim, s->instrument, &symbol);
    if (rc != OMS_OK) {
      oms_desk_fail(&h->desk, rc, "the venue could not take a symbol");
    }
  }
}

/* Bars come in order of completion; labels of several streams may still go back. */
static void note_label(oms_host_t *h, oms_time_t ts) {
  if (ts > h->facts.end) { /* OMS_NO_TIME is the smallest time */
    h->facts.end = ts;
  }
  if (OMS_UNLIKELY(ts < h->facts.start || h->facts.start == OMS_NO_TIME)) {
    h->facts.start = ts;
  }
}

/* The bars enter the history and the list of those that the venue meets. */
static int list_bars(oms_host_t *h) {
  size_t data_bars = 0;
  h->venue_bars.n = h->venue_instruments.n = 0;
  for (size_t i = 0; i < h->bars.n; i++) {
    const oms_bar_t *bar = OMS_AT(&h->bars, oms_bar_t, i);
    oms_host_stream_t *s = OMS_AT(&h->streams, oms_host_stream_t, bar->stream);
    if (OMS_LIKELY(!s->built)) {
      oms_host_note_volume(h, s, bar);
      note_label(h, bar->ts);
      data_bars++;
    }
    int rc = oms_host_history_push(s, bar);
    if (rc != OMS_OK) {
      return rc;
    }
    if (s->venue) {
      const oms_bar_t **place = oms_array_add(&h->venue_bars);
      uint32_t *instrument = oms_array_add(&h->venue_instruments);
      if (place == NULL || instrument == NULL) {
        return OMS_ERR_NOMEM;
      }
      *place = bar;
      *instrument = s->instrument;
    }
  }
  h->data_bars = data_bars;
  h->facts.bars += data_bars;
  return OMS_OK;
}

/* Matching is in data order, whatever order the merge gave. */
static void sort_venue_bars(oms_host_t *h) {
  const oms_bar_t **bars = h->venue_bars.data;
  uint32_t *instruments = h->venue_instruments.data;
  for (size_t i = 1; i < h->venue_bars.n; i++) {
    for (size_t k = i; k > 0 && bars[k - 1]->stream > bars[k]->stream; k--) {
      const oms_bar_t *bar = bars[k];
      uint32_t instrument = instruments[k];
      bars[k] = bars[k - 1];
      instruments[k] = instruments[k - 1];
      bars[k - 1] = bar;
      instruments[k - 1] = instrument;
    }
  }
}

static int match(oms_host_t *h, oms_time_t now) {
  int rc = list_bars(h);
  if (rc == OMS_OK && h->record != NULL) {
    rc = oms_host_record_bars(h);
  }
  if (rc != OMS_OK) {
    return rc;
  }
  size_t n = h->venue_bars.n;
  if (n > 1) {
    sort_venue_bars(h);
  }
  if (n > 0) {
    rc = oms_sim_bars(h->sim, h->venue_instruments.data, h->venue_bars.data, n, now);
  }
  for (size_t i = 0; i < n && rc == OMS_OK; i++) {
    rc = oms_desk_mark(&h->desk, *OMS_AT(&h->venue_instruments, uint32_t, i),
                       (*OMS_AT(&h->venue_bars, const oms_bar_t *, i))->close);
  }
  if (rc == OMS_OK && n > 0) {
    rc = oms_sim_arrivals(h->sim, now);
  }
  if (rc == OMS_OK && h->ticks.any && h->next_at != now) {
    rc = oms_sim_arrive(h->sim, now);
  }
  if (rc == OMS_OK && h->sessions) {
    rc = oms_sim_expire(h->sim, now);
  }
  return rc;
}

/* One step. */

static void run_strategies(oms_host_t *h, oms_time_t now) {
  oms_host_script_t *first = h->scripts.data, *end = first + h->scripts.n;
  const oms_bar_t *bar = h->bars.data, *bars_end = bar + h->bars.n;
  bool together = false;
  for (; bar < bars_end; bar++) {
    for (oms_host_script_t *s = first; s < end; s++) {
      together |= s->together;
      if (s->any_bars) {
        oms_host_give_bar(h, s, bar, false);
      }
    }
  }
  for (oms_host_script_t *s = first; together && s < end; s++) {
    if (s->together) {
      oms_host_give_bars(h, s, now);
    }
  }
}

static void deliver(oms_host_t *h) {
  if (h->desk.events.n > 0) {
    oms_host_deliver(h);
  }
}

/* The batches leave; what comes back at once is delivered, and may order again. */
int oms_host_settle(oms_host_t *h, oms_time_t now, oms_error_t *err) {
  for (int round = 0; round < ROUNDS_MAX; round++) {
    deliver(h);
    if (h->desk.batch.n == 0) {
      return OMS_OK;
    }
    oms_desk_flush(&h->desk);
    int rc = oms_sim_arrivals(h->sim, now);
    oms_desk_drain(&h->desk);
    if (rc == OMS_OK && h->ticks.matches.n > 0) { /* the batch met a book of order flow */
      deliver(h);
      rc = oms_host_matches(h);
    }
    if (rc != OMS_OK) {
      return oms_error_set(err, rc, "the venue failed: %s", oms_err_text(rc));
    }
  }
  char ts[32];
  oms_time_iso(now, ts);
  return oms_error_set(
      err, OMS_ERR_FULL,
      "at %s the callbacks answer each other's orders without end (%d rounds): do not "
      "submit again in on_order or on_fill without a condition",
      ts, ROUNDS_MAX);
}

int oms_host_failure(const oms_host_t *h, oms_error_t *err) {
  if (h->desk.failure != OMS_OK && err != NULL) {
    *err = h->desk.error;
  }
  return h->desk.failure;
}

#ifdef MOONDESK_SANITIZED
/* Builds that look for defects work the books out anew after each time stamp, while that is
 * quick. */
static int verify(const oms_host_t *h, oms_error_t *err) {
  return oms_engine_order_count(h->engine) < VERIFIED_ORDERS ? oms_engine_verify(h->engine, err)
                                                             : OMS_OK;
}
#endif

/* The data of the step: a row that is no bar, or all bars that complete now, or nothing. */
static int take_data(oms_host_t *h, oms_time_t now, bool tick, oms_error_t *err) {
  if (tick) {
    h->bars.n = h->venue_bars.n = h->data_bars = 0;
    if (h->next_kind != OMS_DATA_ACTIONS) { /* nothing has traded yet at new prices */
      note_label(h, now);
      oms_host_equity_open(h, now);
    }
    return oms_host_tick_take(h, now, err);
  }
  int rc = take_bars(h, now, err);
  if (rc != OMS_OK) {
    return rc;
  }
  if (OMS_UNLIKELY(now == h->config->from)) { /* behind a tick of that time; over before the run */
    rc = oms_host_keep_warm(h);
    h->bars.n = 0;
  }
  rc = rc == OMS_OK ? match(h, now) : rc;
  return rc == OMS_OK ? OMS_OK : oms_error_set(err, rc, "the venue failed: %s", oms_err_text(rc));
}

/* After the callbacks. On ticks the equity is looked at when its piece of time is over. */
static int end_step(oms_host_t *h, oms_time_t now, bool tick, oms_error_t *err) {
  bool quiet = h->desk.events.n == 0 && h->desk.batch.n == 0; /* nearly always */
  int rc = OMS_LIKELY(quiet) ? OMS_OK : oms_host_settle(h, now, err);
  if (rc != OMS_OK || tick) {
    return rc;
  }
  bool row = h->data_bars > 0;
  if (OMS_UNLIKELY(row && h->ticks.equity_at == now)) {
    h->ticks.equity_at = OMS_NO_TIME; /* this is its row */
  }
  return oms_host_note_equity(h, now, h->venue_bars.n > 0, row, err);
}

static OMS_HOT int step(oms_host_t *h, oms_time_t now, oms_error_t *err) {
  bool tick = h->next_at == now && h->next_kind != OMS_DATA_BARS;
  oms_host_new_stamp(h);
  int rc = h->ticks.any ? oms_host_equity_before(h, now, tick, err) : OMS_OK;
  if (rc == OMS_OK) {
    rc = oms_desk_time(&h->desk, now);
  }
  if (rc == OMS_OK && timeline_due(h, now)) {
    rc = run_timeline(h, now, err);
  }
  if (rc != OMS_OK) {
    return rc;
  }
  if (h->next_session_event != OMS_NO_TIME && h->next_session_event <= now) {
    run_session_events(h, now);
  }
  rc = h->record != NULL ? oms_host_record_orders(h, false, err) : OMS_OK;
  if (rc == OMS_OK) {
    rc = take_data(h, now, tick, err);
  }
  if (rc != OMS_OK) {
    return rc;
  }
  deliver(h);
  if (tick) {
    oms_host_tick_give(h);
  } else {
    run_strategies(h, now);
  }
  if (h->timers.n > 0 && h->next_at != now) { /* after all data of their time */
    oms_host_timer_run(h, now);
  }
  rc = end_step(h, now, tick, err);
  if (rc == OMS_OK && h->record != NULL) {
    rc = oms_host_record_orders(h, true, err);
  }
#ifdef MOONDESK_SANITIZED
  if (rc == OMS_OK) {
    rc = verify(h, err);
  }
#endif
  return rc == OMS_OK ? oms_host_failure(h, err) : rc;
}

int oms_host_warm_step(oms_host_t *h, oms_time_t now, oms_error_t *err) {
  h->desk.port.now = now;
  if (h->next_kind != OMS_DATA_BARS) {
    int taken = oms_host_tick_take(h, now, err);
    h->ticks.matches.n = 0;
    return taken;
  }
  int rc = take_bars(h, now, err);
  if (rc == OMS_OK) {
    rc = oms_host_keep_warm(h);
  }
  return rc;
}

/* Nothing can happen any more that somebody would look at: exits that stay when a strategy is
 * stopped still work, and a check has its say about the whole. */
static bool is_idle(const oms_host_t *h) {
  if (OMS_LIKELY(!h->strategy_failed)) { /* none has been stopped */
    return false;
  }
  if (oms_engine_first_open(h->engine) != OMS_NONE ||
      (h->file != NULL && oms_session_file_has_check(h->file))) {
    return false;
  }
  for (size_t i = h->rule_n; i < h->scripts.n; i++) {
    const oms_host_script_t *s = oms_host_script_at(h, i);
    if (!s->stopped && !s->shadow) {
      return false;
    }
  }
  return h->scripts.n > h->rule_n;
}

static int begin(oms_host_t *h, oms_time_t first, oms_error_t *err) {
  int rc = oms_host_end_warmup(h);
  if (rc != OMS_OK) {
    return oms_error_set(err, rc, "the warm-up failed: %s", oms_err_text(rc));
  }
  /* what happened at the last instant of an earlier life has been told */
  first_session_event(h,
                      h->revive.past != NULL && h->revive.past->now == first ? first + 1 : first);
  return OMS_OK;
}

/* Where the clock stands before the first step: `from`, or the start of the first bar as far as is
 * known, or the time of the first row that is no bar. */
oms_time_t oms_host_first_instant(const oms_host_t *h, oms_time_t end) {
  if (h->config->from != OMS_NO_TIME || h->next_kind != OMS_DATA_BARS) {
    return h->config->from != OMS_NO_TIME ? h->config->from : end;
  }
  int64_t finest = 0;
  for (size_t i = 0; i < h->streams.n; i++) {
    const oms_host_stream_t *s = OMS_AT(&h->streams, oms_host_stream_t, i);
    if (s->timeframe > 0 && !s->built) {
      finest = finest == 0 || s->timeframe < finest ? s->timeframe : finest;
    }
  }
  return end - finest;
}

static bool interrupted(oms_host_t *h) {
  if (OMS_LIKELY(h->options->stop == NULL || *h->options->stop == 0)) {
    return false;
  }
  h->facts.partial = true;
  return true;
}

/* A bar that completes at `from` is over by then, a tick at `from` is the first of the run. */
static bool is_warm(const oms_host_t *h) {
  return h->next_kind == OMS_DATA_BARS ? h->next_at <= h->config->from
                                       : h->next_at < h->config->from;
}

/* Ticks at `to` are beyond it; bars that complete then are not, and may stand behind them. */
static int skip_ticks_at_end(oms_host_t *h, oms_error_t *err) {
  int rc = OMS_OK;
  while (rc == OMS_OK && h->next_at == h->config->to && h->next_at != OMS_NO_TIME &&
         h->next_kind != OMS_DATA_BARS) {
    const oms_tick_t *tick;
    rc = h->source.next_tick(h->source.self, &tick, err);
    rc = rc == OMS_OK ? peek(h, err) : rc;
  }
  return rc;
}

oms_time_t oms_host_clock_next(oms_host_t *h) {
  oms_time_t next = h->timers.n > 0 ? oms_host_timer_next(h) : OMS_NO_TIME;
  next = earlier(earlier(next, timeline_next(h)), h->next_session_event);
  return h->ticks.any ? earlier(next, oms_sim_next_due(h->sim)) : next;
}

/* When the next step is. */
static oms_time_t next_step(oms_host_t *h) {
  oms_time_t next = earlier(h->next_at, oms_host_clock_next(h));
  return next > h->desk.port.now ? next : h->desk.port.now;
}

static inline bool is_over(const oms_host_t *h) {
  return h->next_at == OMS_NO_TIME || (h->config->to != OMS_NO_TIME && h->next_at > h->config->to);
}

int oms_host_start(oms_host_t *h, oms_time_t start, oms_error_t *err) {
  int rc = oms_desk_time(&h->desk, start);
  if (rc == OMS_OK && h->link != NULL) {
    oms_link_start(h->link);
  }
  rc = rc == OMS_OK ? oms_host_claim(h, err) : rc;
  if (rc == OMS_OK && h->revive.past != NULL) {
    rc = oms_host_revive(h, err);
  } else if (rc == OMS_OK) {
    oms_host_start_scripts(h);
  }
  rc = rc == OMS_OK ? begin(h, start, err) : rc;
  if (rc == OMS_OK) {
    rc = oms_host_settle(h, start, err);
  }
  return rc == OMS_OK && h->record != NULL ? oms_host_record_start(h, start, err) : rc;
}

int oms_host_begin(oms_host_t *h, oms_time_t *first, oms_error_t *err) {
  *first = OMS_NO_TIME;
  int rc = peek(h, err);
  if (rc != OMS_OK || h->next_at == OMS_NO_TIME) {
    return rc;
  }
  h->warming = h->config->from != OMS_NO_TIME;
  while (rc == OMS_OK && h->next_at != OMS_NO_TIME && h->warming && is_warm(h) && !interrupted(h)) {
    rc = oms_host_warm_step(h, h->next_at, err);
  }
  if (rc != OMS_OK || h->next_at == OMS_NO_TIME || interrupted(h)) {
    return rc;
  }
  oms_time_t start = oms_host_first_instant(h, h->next_at);
  rc = oms_host_start(h, start, err);
  *first = rc == OMS_OK ? start : OMS_NO_TIME;
  return rc;
}

static inline int find_next(oms_host_t *h, oms_time_t *at, oms_error_t *err) {
  *at = OMS_NO_TIME;
  int rc = OMS_UNLIKELY(h->next_at == h->config->to) ? skip_ticks_at_end(h, err) : OMS_OK;
  if (OMS_UNLIKELY(rc != OMS_OK || is_over(h) || interrupted(h))) {
    return rc;
  }
  if (is_idle(h)) {
    h->facts.partial = true;
    return OMS_OK;
  }
  *at = next_step(h);
  return OMS_OK;
}

int oms_host_next(oms_host_t *h, oms_time_t *at, oms_error_t *err) {
  return find_next(h, at, err);
}

int oms_host_step(oms_host_t *h, oms_time_t at, oms_error_t *err) {
  int rc = step(h, at, err);
  if ((++h->steps & 4095) == 0 && h->options->progress) {
    oms_host_progress(h);
  }
  return rc;
}

int oms_host_loop(oms_host_t *h, oms_error_t *err) {
  oms_time_t at;
  int rc = oms_host_begin(h, &at, err);
  if (rc != OMS_OK || at == OMS_NO_TIME) {
    return rc;
  }
  while ((rc = find_next(h, &at, err)) == OMS_OK && at != OMS_NO_TIME) {
    rc = oms_host_step(h, at, err);
    if (OMS_UNLIKELY(rc != OMS_OK)) {
      break;
    }
  }
  return rc == OMS_OK ? oms_host_equity_end(h, err) : rc;
}
