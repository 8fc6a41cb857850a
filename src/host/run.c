/* run.c - sets a session up, runs it, writes what it leaves. */
#include "host/run.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "host/bundle_make.h"
#include "host/host.h"
#include "host/live.h"
#include "host/refused.h"
#include "host/shadow.h"

/* Instruments, accounts, limits. */

static const oms_instrument_t *declared(const oms_session_config_t *c, const char *symbol) {
  for (size_t i = 0; i < c->instrument_n; i++) {
    if (strcmp(c->instruments[i].symbol, symbol) == 0) {
      return &c->instruments[i];
    }
  }
  return NULL;
}

static int add_instrument(oms_host_t *h, const char *symbol, uint32_t *index, oms_error_t *err) {
  *index = oms_engine_find_instrument(h->engine, symbol);
  if (*index != OMS_NONE) {
    return OMS_OK;
  }
  const oms_instrument_t *known = declared(h->config, symbol);
  oms_instrument_t plain;
  oms_session_instrument_init(&plain);
  plain.symbol = symbol;
  plain.declared = false;
  int rc = oms_engine_add_instrument(h->engine, known != NULL ? known : &plain, index);
  return rc == OMS_OK ? OMS_OK : oms_error_set(err, rc, "symbol %s: %s", symbol, oms_err_text(rc));
}

static int add_instruments(oms_host_t *h, oms_error_t *err) {
  const oms_session_config_t *c = h->config;
  uint32_t index;
  int rc = OMS_OK;
  for (size_t i = 0; i < c->data_n && rc == OMS_OK; i++) {
    rc = add_instrument(h, c->data[i].symbol, &index, err);
  }
  for (size_t i = 0; i < c->instrument_n && rc == OMS_OK; i++) {
    rc = add_instrument(h, c->instruments[i].symbol, &index, err);
  }
  uint32_t n = oms_engine_instrument_count(h->engine);
  for (uint32_t i = 0; i < n && rc == OMS_OK; i++) {
    const oms_instrument_t *s = oms_engine_instrument(h->engine, i);
    h->sessions = h->sessions || s->calendar != OMS_CALENDAR_NONE;
    if (c->venue.slippage_ticks > 0 && s->tick == 0) {
      rc = oms_error_set(err, OMS_ERR_USAGE,
                         "venue.slippage.ticks needs the tick of every symbol: declare %s in "
                         "instruments with its tick, or give slippage as percent",
                         s->symbol);
    }
  }
  h->zones = oms_alloc_zero(n > 0 ? n : 1, sizeof *h->zones);
  if (h->zones == NULL) {
    return oms_error_set(err, OMS_ERR_NOMEM, "out of memory");
  }
  for (size_t i = 0; i < c->data_n; i++) {
    h->zones[oms_engine_find_instrument(h->engine, c->data[i].symbol)] = c->data[i].zone;
  }
  h->desk.zones = h->zones;
  return rc;
}

#define OVERLAY(to, from, field)                                                                   \
  do {                                                                                             \
    if ((from)->field != OMS_NO_PRICE) {                                                           \
      (to)->field = (from)->field;                                                                 \
    }                                                                                              \
  } while (0)

void oms_host_overlay_limits(oms_limits_t *to, const oms_limits_t *from) {
  OVERLAY(to, from, max_order_qty);
  OVERLAY(to, from, max_order_notional);
  OVERLAY(to, from, price_collar_pct);
  OVERLAY(to, from, max_position);
  OVERLAY(to, from, max_open_orders);
  OVERLAY(to, from, max_orders_per_second);
  OVERLAY(to, from, max_gross_exposure);
  OVERLAY(to, from, max_daily_loss);
  OVERLAY(to, from, duplicate_window_ns);
}

static int restrict_symbols(oms_host_t *h, const oms_limits_config_t *l, uint8_t **flags,
                            oms_error_t *err) {
  uint32_t n = oms_engine_instrument_count(h->engine);
  if (l->restricted_n > 0 && *flags == NULL) {
    *flags = oms_engine_keep(h->engine, NULL, n);
    if (*flags == NULL) {
      return oms_error_set(err, OMS_ERR_NOMEM, "out of memory for the restricted list");
    }
  }
  for (size_t i = 0; i < l->restricted_n; i++) {
    uint32_t k = oms_engine_find_instrument(h->engine, l->restricted[i]);
    if (k != OMS_NONE) {
      (*flags)[k] = 1; /* a symbol that the session does not know cannot be ordered anyway */
    }
  }
  return OMS_OK;
}

static int account_limits(oms_host_t *h, const char *id, oms_limits_t *out, oms_error_t *err) {
  uint8_t *flags = NULL;
  oms_limits_none(out);
  for (int special = 0; special < 2; special++) {
    for (size_t i = 0; i < h->config->limit_n; i++) {
      const oms_limits_config_t *l = &h->config->limits[i];
      if ((l->account != NULL) != (special == 1) ||
          (l->account != NULL && strcmp(l->account, id) != 0)) {
        continue;
      }
      oms_host_overlay_limits(out, &l->limits);
      int rc = restrict_symbols(h, l, &flags, err);
      if (rc != OMS_OK) {
        return rc;
      }
    }
  }
  out->restricted = flags;
  out->restricted_n = flags == NULL ? 0 : oms_engine_instrument_count(h->engine);
  return OMS_OK;
}

static int add_accounts(oms_host_t *h, oms_error_t *err) {
  for (size_t i = 0; i < h->config->account_n; i++) {
    oms_account_t a = h->config->accounts[i];
    uint16_t index;
    int rc = account_limits(h, a.id, &a.limits, err);
    if (rc != OMS_OK) {
      return rc;
    }
    uint32_t known = oms_engine_find_account(h->engine, a.id);
    const oms_account_limits_t own = {
        (uint16_t)(known != OMS_NONE ? known : oms_engine_account_count(h->engine)), a.limits};
    if (oms_array_push(&h->revive.limits, &own) != OMS_OK) {
      return oms_error_set(err, OMS_ERR_NOMEM, "out of memory for the limits");
    }
    rc = known != OMS_NONE ? OMS_OK : oms_engine_add_account(h->engine, &a, &index);
    if (rc == OMS_ERR_USAGE) {
      return oms_error_set(err, rc,
                           "account %s: the multiplier is too large: buying power could "
                           "not be reckoned with it; give at most 1000000",
                           a.id);
    }
    if (rc != OMS_OK) {
      return oms_error_set(err, rc, "account %s: %s", a.id, oms_err_text(rc));
    }
  }
  return OMS_OK;
}

/* The door's remaining parts. */

static oms_host_t *host_of(void *self) {
  oms_desk_host_t *d = self;
  return d->host;
}

static size_t door_bars(void *self, uint32_t instrument, int64_t *timeframe, size_t n,
                        oms_bar_t *out) {
  return oms_host_history_read(host_of(self), instrument, timeframe, n, out);
}

static int door_stop_price(void *self, uint32_t order, oms_price_t *stop) {
  const oms_host_t *h = host_of(self);
  bool known = h->sim != NULL && oms_sim_stop_price(h->sim, order, stop);
  return known ? OMS_OK : OMS_ERR_NOT_FOUND;
}

static void door_log(void *self, int script, oms_log_level_t level, const char *text) {
  oms_host_log(host_of(self), script, level, text);
}

static void door_alert(void *self, int script, const char *text) {
  oms_host_log(host_of(self), script, OMS_LOG_WARN, text);
}

static int door_timer(void *self, int script, const oms_timer_spec_t *spec, uint64_t *id) {
  return oms_host_timer_arm(host_of(self), script, spec, id);
}

static void door_cancel_timer(void *self, int script, uint64_t id) {
  oms_host_timer_cancel(host_of(self), script, id);
}

static int door_reload(void *self, const char *path_or_id, const char *with, oms_error_t *err) {
  return oms_host_reload(host_of(self), path_or_id, with, err);
}

static int door_halt(void *self, const char *symbol, int64_t ns, oms_error_t *err) {
  oms_host_t *h = host_of(self);
  uint32_t i = oms_engine_find_instrument(h->engine, symbol);
  if (i == OMS_NONE) {
    return oms_error_set(err, OMS_ERR_NOT_FOUND, "oms.halt: the session has no symbol '%s'",
                         symbol);
  }
  oms_time_t until;
  if (oms_add(h->desk.port.now, ns, &until) != OMS_OK) {
    return oms_error_set(err, OMS_ERR_RANGE, "oms.halt: %s: the time is out of range", symbol);
  }
  return oms_sim_halt(h->sim, i, h->desk.port.now, until);
}

static void open_doors(oms_host_t *h) {
  oms_desk_t *p = &h->desk.port;
  h->desk.host = h;
  p->bars = door_bars;
  p->quote = oms_host_quote;
  p->trade = oms_host_last_trade;
  p->market = oms_host_market;
  p->stop_price = door_stop_price;
  p->log = door_log;
  p->alert = door_alert;
  p->timer = door_timer;
  p->cancel_timer = door_cancel_timer;
  p->reload = door_reload;
  p->halt = door_halt;
}

/* Set-up and end. */

static void init_arrays(oms_host_t *h) {
  oms_array_init(&h->streams, sizeof(oms_host_stream_t));
  oms_array_init(&h->scripts, sizeof(oms_host_script_t));
  oms_array_init(&h->bars, sizeof(oms_bar_t));
  oms_array_init(&h->venue_bars, sizeof(const oms_bar_t *));
  oms_array_init(&h->venue_instruments, sizeof(uint32_t));
  oms_array_init(&h->bar_views, sizeof(const oms_bar_t *));
  oms_array_init(&h->bar_instruments, sizeof(uint32_t));
  oms_array_init(&h->bar_timeframes, sizeof(int64_t));
  oms_array_init(&h->timers, sizeof(oms_host_timer_t));
  oms_array_init(&h->timer_places, sizeof(uint32_t));
  oms_array_init(&h->owned, sizeof(void *));
  oms_array_init(&h->warnings, sizeof(char *));
  oms_array_init(&h->timer_undo, sizeof(oms_timer_undo_t));
  oms_host_reload_init(h);
  oms_input_init(h);
  oms_array_init(&h->revive.limits, sizeof(oms_account_limits_t));
  h->revive.skip_until = OMS_NO_TIME;
}

/* Order ids stay what they are through all the lives of a core. */
oms_engine_config_t oms_host_engine_config(const oms_host_t *h) {
  const oms_past_t *past = h->revive.past;
  return (oms_engine_config_t){.seed = past != NULL ? past->seed : h->config->seed,
                               .orders = 1024,
                               .fills = 1024,
                               .commission = h->config->venue.commission,
                               .crosses_zero = true};
}

static int make_core(oms_host_t *h, oms_error_t *err) {
  oms_engine_config_t config = oms_host_engine_config(h);
  if (h->revive.past != NULL) {
    oms_host_take_past(h);
    oms_engine_set_commission(h->engine, &config.commission);
  } else {
    h->engine = oms_engine_new(&config);
  }
  if (h->engine == NULL || oms_desk_init(&h->desk, h->engine) != OMS_OK) {
    return oms_error_set(err, OMS_ERR_NOMEM, "out of memory for the order core");
  }
  h->desk_open = true;
  h->desk.command_seq = h->revive.past != NULL ? h->revive.past->commands : 0;
  open_doors(h);
  return OMS_OK;
}

static int make_venue(oms_host_t *h, oms_error_t *err) {
  oms_sim_config_t config = h->config->venue;
  config.seed = h->config->seed;
  int rc = oms_host_load_latencies(h, &config, err);
  if (rc != OMS_OK) {
    return rc;
  }
  h->sim = oms_sim_new(h->engine, &config, oms_desk_venue_sink(&h->desk), &h->venue);
  if (h->sim == NULL) {
    return oms_error_set(err, OMS_ERR_NOMEM, "out of memory for the venue");
  }
  h->desk.venue = h->venue;
  return h->config->live.connect == NULL ? OMS_OK : oms_host_make_link(h, err);
}

#define TRIGGER_BUDGET_NS (INT64_C(10) * OMS_NS_PER_SECOND) /* ours; only a defect could spend it */

static int load_trigger(oms_host_t *h, oms_error_t *err) {
  if (h->options->library != NULL) {
    snprintf(h->library, sizeof h->library, "%s", h->options->library);
  } else if (!oms_library_folder(h->library, sizeof h->library)) {
    const char *home = getenv("MOONDESK_HOME");
    if (home != NULL && home[0] != '\0') {
      return oms_error_set(
          err, OMS_ERR_IO,
          "MOONDESK_HOME is %s, which does not hold lua/oms/triggers/init.lua; it must name the "
          "folder that holds lua/, rules/ and strategies/",
          h->library);
    }
    return oms_error_set(
        err, OMS_ERR_IO,
        "the library of scripts was not found beside the program; set MOONDESK_HOME "
        "to the folder that holds lua/, rules/ and strategies/");
  }
  snprintf(h->trigger_path, sizeof h->trigger_path, "%s/lua/oms/triggers/init.lua", h->library);
  oms_script_config_t config = {.kind = OMS_SCRIPT_TRIGGER,
                                .index = -1,
                                .path = h->trigger_path,
                                .id = "triggers",
                                .desk = &h->desk.port,
                                .budget_ns = TRIGGER_BUDGET_NS,
                                .seed = h->config->seed,
                                .library = h->library,
                                .sources = h->config->sources};
  int rc = oms_script_load(&config, &h->trigger, err);
  h->desk.trigger = h->trigger;
  return rc;
}

static int set_up(oms_host_t *h, oms_error_t *err) {
  init_arrays(h);
  h->facts.start = h->facts.end = h->warm_until = OMS_NO_TIME;
  h->next_session_event = h->ticks.equity_at = h->ticks.equity_row.ts = OMS_NO_TIME;
  int rc = oms_host_find_past(h, err);
  if (rc == OMS_OK) {
    rc = make_core(h, err);
  }
  if (rc == OMS_OK) {
    rc = load_trigger(h, err);
  }
  if (rc == OMS_OK) {
    rc = add_instruments(h, err);
  }
  if (rc == OMS_OK) {
    rc = add_accounts(h, err);
  }
  if (rc == OMS_OK) {
    rc = make_venue(h, err);
  }
  if (rc == OMS_OK) {
    rc = oms_host_open_data(h, err);
  }
  if (rc == OMS_OK) {
    rc = oms_host_load_scripts(h, err);
  }
  if (rc == OMS_OK && h->options->shadow != NULL) {
    rc = oms_host_load_shadow(h, err);
  }
  if (rc == OMS_OK && h->file != NULL) {
    rc = oms_session_file_timeline(h->file, &h->desk.port, &h->timeline_n, err);
  }
  if (rc == OMS_OK && h->revive.past != NULL) {
    rc = oms_host_restore(h, err);
  }
  if (rc == OMS_OK) {
    rc = oms_host_open_results(h, err);
  }
  if (rc == OMS_OK && h->options->out != NULL) {
    rc = oms_host_open_book_files(h, err);
  }
  if (rc == OMS_OK && h->options->out != NULL) {
    rc = oms_host_record_open(h, err);
  }
  if (rc == OMS_OK) {
    oms_host_tell_timeframes(h);
  }
  return rc;
}

static oms_money_t initial_equity(const oms_host_t *h) {
  oms_money_t sum = 0;
  for (uint32_t i = 0; i < oms_engine_account_count(h->engine); i++) {
    sum += oms_engine_account(h->engine, i)->initial_cash;
  }
  return sum;
}

static void tear_down(oms_host_t *h) {
  oms_output_close(h->output);
  oms_record_free(h->record);
  oms_host_reload_free(h);
  oms_host_ticks_free(h);
  oms_host_free_scripts(h);
  oms_script_free(h->trigger);
  if (h->feed_open) {
    h->feed.close(h->feed.self);
  }
  if (h->link != NULL) {
    h->desk.venue.close(h->desk.venue.self);
  }
  if (h->sim != NULL) {
    h->venue.close(h->venue.self);
  }
  oms_host_timer_free(h);
  oms_input_free(h);
  if (h->desk_open) {
    oms_desk_free(&h->desk);
  }
  oms_host_end_past(h);
  if (!h->revive.lends_engine) {
    oms_engine_free(h->engine);
  }
  oms_stats_free(h->stats);
  for (size_t i = 0; i < h->streams.n; i++) {
    oms_free(OMS_AT(&h->streams, oms_host_stream_t, i)->ring);
  }
  for (size_t i = 0; i < h->owned.n; i++) {
    oms_free(*OMS_AT(&h->owned, void *, i));
  }
  for (size_t i = 0; i < h->warnings.n; i++) {
    oms_free(*OMS_AT(&h->warnings, char *, i));
  }
  oms_array_t *arrays[] = {&h->streams,           &h->bars,      &h->venue_bars,
                           &h->venue_instruments, &h->bar_views, &h->bar_instruments,
                           &h->bar_timeframes,    &h->owned,     &h->warnings};
  for (size_t i = 0; i < sizeof arrays / sizeof arrays[0]; i++) {
    oms_array_free(arrays[i]);
  }
  oms_free(h->zones);
  oms_free(h->first_streams);
}

static void warn_about_volume(oms_host_t *h) {
  if (h->config->venue.max_participation == OMS_NO_PRICE) {
    return;
  }
  for (size_t i = 0; i < h->streams.n; i++) {
    const oms_host_stream_t *s = OMS_AT(&h->streams, oms_host_stream_t, i);
    if (s->venue && !s->seen_volume) {
      oms_host_warn(h, "%s has no volume: max_participation did not bind it",
                    oms_engine_instrument(h->engine, s->instrument)->symbol);
    }
  }
}

/* Entries that the clock never reached look like calls that did nothing. */
static void warn_about_timeline(oms_host_t *h) {
  if (h->timeline_at < h->timeline_n && !h->facts.partial) {
    char first[32], end[32];
    oms_time_iso(oms_session_file_entry_time(h->file, h->timeline_at), first);
    oms_time_iso(h->desk.port.now, end);
    oms_host_warn(h,
                  "%zu of the timeline's entries were not run, the first at %s: the run ended at "
                  "%s; give earlier times or more data",
                  h->timeline_n - h->timeline_at, first, end);
  }
}

/* A run that ended because its strategies were stopped is for the check to judge; one that was
 * interrupted or failed is not. */
static bool is_for_check(const oms_host_t *h, int loop) {
  bool interrupted = h->options->stop != NULL && *h->options->stop != 0;
  return loop == OMS_OK && !interrupted && !h->options->rerun && h->file != NULL &&
         oms_session_file_has_check(h->file);
}

static int give_day_ends(const oms_host_t *h) {
  int rc = OMS_OK;
  size_t n = h->options->day_ends == NULL ? 0 : oms_stats_days(h->stats);
  for (size_t i = 1; i <= n && rc == OMS_OK; i++) {
    oms_day_end_t end;
    end.equity = oms_stats_day_end(h->stats, i, &end.day);
    rc = oms_array_push(h->options->day_ends, &end);
  }
  return rc;
}

/* Everything that ran is written, also after a failure in mid-run. */
static int finish(oms_host_t *h, int loop, oms_run_result_t *result, oms_error_t *err) {
  int rc = oms_summary_make(h->engine, h->stats, &h->facts, &result->summary);
  if (rc != OMS_OK) {
    return oms_error_set(err, rc, "the summary could not be made: %s", oms_err_text(rc));
  }
  oms_stats_moments(h->stats, &result->returns);
  result->all_week = h->facts.all_week;
  result->partial = h->facts.partial;
  result->strategy_failed = h->strategy_failed;
  rc = give_day_ends(h);
  if (rc != OMS_OK) {
    return oms_error_set(err, rc, "out of memory for the equity of the days");
  }
  if (h->output != NULL) {
    rc = oms_host_close_book_files(h, err);
  }
  if (rc == OMS_OK && h->output != NULL) {
    rc = oms_output_reloads(h->output, h, err);
  }
  if (rc == OMS_OK && h->output != NULL) {
    rc = oms_host_write_results(h, loop, result, err);
  }
  if (rc == OMS_OK && is_for_check(h, loop)) {
    result->checked = true;
    rc = oms_session_file_check(h->file, &h->desk.port, result->summary.fields, result->summary.n,
                                err);
    result->check_failed = rc == OMS_ERR_CHECK;
    rc = rc == OMS_ERR_CHECK ? OMS_OK : rc;
  }
  if (rc == OMS_OK && loop == OMS_OK && h->options->at_end != NULL) {
    rc = h->options->at_end(h->options->end_self, &h->desk.port, &result->summary, err);
  }
  return rc;
}

/* Figures over nothing would look like those of a strategy that does not trade. */
static int nothing_ran(const oms_host_t *h, oms_error_t *err) {
  char from[32] = "the start of the data", to[32] = "its end";
  if (h->config->from != OMS_NO_TIME) {
    oms_time_iso(h->config->from, from);
  }
  if (h->config->to != OMS_NO_TIME) {
    oms_time_iso(h->config->to, to);
  }
  return oms_error_set(err, OMS_ERR_USAGE,
                       "no %s between from (%s) and to (%s): nothing was run; give other times or "
                       "other data",
                       h->ticks.any ? "row of the data lies" : "bar of the data completes", from,
                       to);
}

static int drive(oms_host_t *h, oms_error_t *err) {
  if (h->options->drive != NULL) {
    return h->options->drive(h, h->options->drive_ctx, err);
  }
  if (h->config->live.db != NULL) {
    return oms_host_journaled(h, err);
  }
  return h->options->pace > 0 ? oms_host_pace(h, err) : oms_host_loop(h, err);
}

/* A host that is served has no end at which there would be something to tell, unless results are
 * to be written. */
static int serve(oms_host_t *h, oms_run_result_t *result, oms_error_t *err) {
  int rc = oms_host_live(h, err);
  result->served = rc == OMS_OK;
  if (rc == OMS_OK && h->options->out != NULL) {
    h->facts.seconds = oms_host_wall_seconds() - h->started_at;
    h->facts.events = h->desk.command_seq;
    rc = finish(h, rc, result, err);
  }
  return rc;
}

static int run(oms_host_t *h, oms_run_result_t *result, oms_error_t *err) {
  h->stats = oms_stats_new(initial_equity(h));
  if (h->stats == NULL) {
    return oms_error_set(err, OMS_ERR_NOMEM, "out of memory for the statistics");
  }
  h->started_at = oms_host_wall_seconds();
  if (oms_live_wanted(h->config) && h->options->drive == NULL) {
    return serve(h, result, err);
  }
  oms_error_t first;
  int loop = drive(h, &first);
  oms_host_progress_end(h);
  oms_host_tell_cache(h);
  if (loop == OMS_OK && h->facts.bars == 0 && h->facts.ticks == 0 && !h->facts.partial) {
    loop = nothing_ran(h, &first);
  }
  if (loop == OMS_OK && !h->input.live) { /* else it has been done, and written down */
    oms_host_stop_scripts(h);
  }
  if (loop == OMS_OK) {
    warn_about_volume(h);
    warn_about_timeline(h);
    oms_refusals_tell(h);
  } else {
    h->facts.partial = true;
  }
  h->facts.seconds = oms_host_wall_seconds() - h->started_at;
  h->facts.events = h->desk.command_seq;
  int rc = finish(h, loop, result, err);
  if (loop != OMS_OK) {
    *err = first;
    return loop;
  }
  return rc;
}

int oms_run_session(const oms_session_config_t *config, oms_session_file_t *file,
                    const oms_run_options_t *options, oms_run_result_t *result, oms_error_t *err) {
  oms_error_t unused;
  oms_session_config_t again; /* an earlier run, made once more, is no host and has no journal */
  oms_host_t *h = oms_alloc_zero(1, sizeof *h);
  if (h == NULL) {
    return oms_error_set(err, OMS_ERR_NOMEM, "out of memory");
  }
  if (options->rerun && options->drive == NULL) {
    again = *config;
    again.live = (oms_live_config_t){.mode = OMS_MODE_BACKTEST};
    config = &again;
  }
  h->config = config;
  h->file = file;
  h->options = options;
  memset(result, 0, sizeof *result);
  bool looked_at = options->drive != NULL || options->rerun; /* no host, or an earlier one */
  int rc = looked_at ? OMS_OK : oms_live_check(config, err);
  rc = rc == OMS_OK ? set_up(h, err != NULL ? err : &unused) : rc;
  if (rc == OMS_OK) {
    rc = run(h, result, err != NULL ? err : &unused);
  }
  tear_down(h);
  oms_free(h);
  return rc;
}
