/* live_end.c - the parts of a live host, opened in order and closed. */
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "host/live_int.h"
#include "host/request.h"

#define SECOND_MS     1000
#define CONTROL_BYTES 512
#define PACE_ONE      OMS_QTY_SCALE

/* Telling the ways in. */

static void on_event(void *self, const oms_event_t *event) {
  oms_live_host_t *l = self;
  if (event->type == OMS_EVENT_ALERT) {
    l->metrics.alerts++;
  }
  if (l->way_in.event != NULL) {
    l->way_in.event(l->way_in.self, event);
  } else if (!l->opened && oms_array_push(&l->early, event) != OMS_OK) {
    l->early.n = 0; /* clients are told that they are gone */
  }
}

static void take_past(oms_live_host_t *l) {
  const oms_past_t *p = l->h->revive.past;
  for (size_t i = 0; p != NULL && i < p->recent.n; i++) {
    on_event(l, OMS_AT(&p->recent, oms_event_t, i));
  }
  l->metrics.alerts = 0;
}

/* Both who asks over the control socket and who asks over the API. */
static void on_reloaded(void *ctx, uint64_t ticket, const oms_reload_record_t *r) {
  oms_live_host_t *l = ctx;
  l->metrics.reloads += r->message == NULL;
  l->metrics.reloads_refused += r->message != NULL;
  if (l->channel_told != NULL) {
    l->channel_told(l->channel, ticket, r);
  }
  if (l->way_in.reloaded != NULL && ticket != 0) {
    l->way_in.reloaded(l->way_in.self, ticket, r->id, r->message);
  }
}

static void on_second(uv_timer_t *handle) {
  oms_live_host_t *l = handle->data;
  oms_notify(l, "WATCHDOG=1");
  oms_live_snapshot(l);
  oms_live_wake(l);
}

static void on_wake(uv_async_t *handle) {
  oms_live_wake(handle->data);
}

static void wake_from_writer(void *ctx) {
  oms_live_host_t *l = ctx;
  if (l->looping) {
    (void)uv_async_send(&l->wake);
  }
}

/* Opening. */

static int open_loop(oms_live_host_t *l, oms_error_t *err) {
  int rc = uv_loop_init(&l->loop);
  if (rc == 0) {
    (void)uv_check_init(&l->loop, &l->check);
    (void)uv_idle_init(&l->loop, &l->busy);
    (void)uv_timer_init(&l->loop, &l->sleep);
    (void)uv_timer_init(&l->loop, &l->second);
    (void)uv_signal_init(&l->loop, &l->hangup);
    (void)uv_signal_init(&l->loop, &l->user);
    rc = uv_async_init(&l->loop, &l->wake, on_wake);
    l->wake.data = l->second.data = l;
    l->looping = true;
  }
  return rc == 0 ? OMS_OK : oms_error_set(err, OMS_ERR_IO, "no event loop: %s", uv_strerror(rc));
}

static int open_channel(oms_live_host_t *l, oms_error_t *err) {
  char path[CONTROL_BYTES], line[2 * CONTROL_BYTES];
  const char *wanted = l->h->options->control;
  oms_error_t why;
  int rc = wanted != NULL ? OMS_OK : oms_control_path(l->h->config->name, path, sizeof path, &why);
  const char *at = wanted == NULL ? path : wanted;
  if (rc == OMS_OK) {
    rc = oms_channel_open(&l->loop, l->h, at, oms_live_wake, l, &l->channel, &why);
  }
  if (rc != OMS_OK && wanted != NULL) {
    return oms_error_set(err, rc, "%s", why.message);
  }
  snprintf(line, sizeof line, rc != OMS_OK ? "no control socket: %.800s" : "control socket: %.800s",
           rc != OMS_OK ? why.message : at);
  oms_host_log(l->h, -1, rc != OMS_OK ? OMS_LOG_WARN : OMS_LOG_INFO, line);
  l->channel_told = l->h->reload_told;
  return OMS_OK;
}

/* Before the database was locked another host may have written on. */
static int check_past(oms_live_host_t *l, oms_error_t *err) {
  const oms_past_t *past = l->h->revive.past;
  uint64_t next = l->journal.next(l->journal.self);
  return next == (past == NULL ? 0 : past->seq) + 1
             ? OMS_OK
             : oms_error_set(err, OMS_ERR_EXISTS,
                             "%s has changed since it was read: another host has ended just now; "
                             "start again",
                             l->h->config->live.db);
}

int oms_live_open_store(oms_live_host_t *l, oms_error_t *err) {
  if (l->h->config->live.db == NULL) {
    return OMS_OK;
  }
  int rc = oms_host_open_store(l->h, &l->store, err);
  if (rc == OMS_OK) {
    oms_store_set_wake(l->store, wake_from_writer, l);
    l->journal = oms_store_journal(l->store);
    rc = check_past(l, err);
  }
  if (rc == OMS_OK) {
    oms_input_journal(l->h, &l->journal);
    l->keys_version = UINT64_MAX;
    oms_live_keys(l);
  }
  return rc;
}

static int open_api(oms_live_host_t *l, oms_error_t *err) {
  const oms_run_options_t *o = l->h->options;
  int rc = OMS_OK;
  if (o->way_in != NULL) {
    rc = o->way_in(o->way_in_ctx, &l->door, oms_live_wake, l, &l->way_in, err);
  } else if (l->h->config->live.listen != NULL) {
    rc = oms_live_open_api(l, err);
  }
  l->opened = true; /* without one nobody asks for the events of the past */
  return rc;
}

static int open_parts(oms_live_host_t *l, oms_error_t *err) {
  oms_notify_open(l);
  int rc = open_loop(l, err);
  rc = rc == OMS_OK ? oms_live_signals(l, err) : rc;
  rc = rc == OMS_OK ? oms_live_open_store(l, err) : rc;
  rc = rc == OMS_OK ? oms_watch_open(&l->loop, l->h, oms_live_wake, l, &l->watch, err) : rc;
  rc = rc == OMS_OK ? open_channel(l, err) : rc;
  if (rc == OMS_OK) {
    l->h->reload_told = on_reloaded;
    l->h->reload_ctx = l;
    take_past(l);
    l->h->desk.listen = on_event;
    l->h->desk.listener = l;
    l->h->input.metrics = &l->metrics;
    oms_live_door(l);
    if (l->channel != NULL) {
      oms_channel_serve(l->channel, &l->door);
    }
    rc = oms_live_measure(l);
    rc = rc == OMS_OK ? oms_recorded_open(l, err) : oms_error_set(err, rc, "out of memory");
  }
  return rc;
}

/* The first instant: the clock of recorded data, or the wall's. */

static bool is_recorded(const oms_session_config_t *c) {
  for (size_t i = 0; i < c->data_n; i++) {
    if (!c->data[i].pushed) {
      return c->live.mode != OMS_MODE_LIVE;
    }
  }
  return false;
}

static oms_time_t start_clock(oms_live_host_t *l) {
  oms_host_t *h = l->h;
  int64_t pace = h->config->live.pace;
  oms_time_t least = h->desk.port.now == 0 ? OMS_NO_TIME : h->desk.port.now, first = least;
  if (!is_recorded(h->config)) {
    oms_clock_start_wall(&l->clock, oms_live_mono(), oms_live_wall(), least);
    return l->clock.now;
  }
  l->fast = pace == OMS_PACE_FAST;
  if (l->recorded.at != OMS_NO_TIME && least == OMS_NO_TIME) {
    h->next_kind = l->recorded.kind;
    first = oms_host_first_instant(h, l->recorded.at);
  }
  first = first == OMS_NO_TIME ? oms_live_wall() : first;
  oms_clock_start_paced(&l->clock, oms_live_mono(), first, pace > 0 ? pace : PACE_ONE);
  return first;
}

int oms_live_begin(oms_live_host_t *l, oms_error_t *err) {
  oms_host_t *h = l->h;
  oms_input_go_live(h);
  oms_time_t first = start_clock(l);
  oms_time_t boot =
      h->config->from != OMS_NO_TIME && l->recorded.at != OMS_NO_TIME && l->recorded.at < first
          ? l->recorded.at
          : first;
  int rc = oms_host_boot(h, boot, err);
  rc = rc == OMS_OK ? oms_recorded_warm(l, err) : rc;
  rc = rc == OMS_OK ? oms_host_start(h, first, err) : rc;
  return rc == OMS_OK ? oms_host_failure(h, err) : rc;
}

/* The address as it is: port 0 has become another one. */
static void address_of(const oms_live_host_t *l, char out[300]) {
  const char *listen = l->h->config->live.listen;
  const char *colon = listen == NULL ? NULL : strrchr(listen, ':');
  if (colon == NULL) {
    snprintf(out, 300, "no address");
  } else if (l->api == NULL) {
    snprintf(out, 300, "%.290s", listen);
  } else {
    snprintf(out, 300, "%.*s:%d", (int)(colon - listen < 280 ? colon - listen : 280), listen,
             oms_api_port(l->api));
  }
}

static void tell_ready(oms_live_host_t *l) {
  char line[800], address[300];
  const oms_live_config_t *c = &l->h->config->live;
  l->ready = true;
  l->started = oms_live_wall();
  address_of(l, address);
  snprintf(line, sizeof line, "ready: database %.300s, listening at %s",
           c->db == NULL ? "none" : c->db, address);
  oms_host_log(l->h, -1, OMS_LOG_INFO, line);
  oms_notify(l, "READY=1");
}

/* Closing. */

static void close_one(uv_handle_t *handle, void *ctx) {
  (void)ctx;
  if (!uv_is_closing(handle)) {
    uv_close(handle, NULL);
  }
}

int oms_live_close_store(oms_live_host_t *l, int rc, oms_error_t *err) {
  oms_error_t why;
  int closed = l->store == NULL ? OMS_OK : oms_store_close(l->store, &why);
  l->store = NULL;
  return rc != OMS_OK || closed == OMS_OK ? rc : oms_error_set(err, closed, "%s", why.message);
}

static void close_parts(oms_live_host_t *l) {
  oms_input_journal_end(l->h);
  l->h->desk.listen = NULL;
  l->h->input.metrics = NULL;
  l->h->desk.judging = NULL;
  oms_live_close_api(l);
  oms_live_snapshot_end(l);
  oms_live_close_link(l);
  oms_channel_close(l->channel);
  oms_watch_close(l->watch);
  oms_live_signals_end(l);
  if (l->looping) {
    l->looping = false;
    uv_walk(&l->loop, close_one, NULL);
    (void)uv_run(&l->loop, UV_RUN_DEFAULT);
    (void)uv_loop_close(&l->loop);
  }
  oms_live_free_api(l);
  oms_channel_free(l->channel);
  oms_watch_free(l->watch);
  oms_recorded_close(l);
  oms_array_free(&l->keys);
  oms_array_free(&l->early);
  oms_notify_close(l);
}

bool oms_live_wanted(const oms_session_config_t *c) {
  return c->live.mode != OMS_MODE_BACKTEST && c->live.db != NULL;
}

/* Twice in the time in which the service manager wants to hear of the host. */
static uint64_t second_of(const oms_live_host_t *l) {
  uint64_t half = l->watchdog_ns / 2000000;
  return half == 0 || half > SECOND_MS ? SECOND_MS : half;
}

int oms_host_live(oms_host_t *h, oms_error_t *err) {
  oms_live_host_t *l = oms_alloc_zero(1, sizeof *l);
  if (l == NULL) {
    return oms_error_set(err, OMS_ERR_NOMEM, "out of memory for the live host");
  }
  l->h = h;
  l->err = err;
  oms_array_init(&l->keys, sizeof(oms_key_record_t));
  oms_array_init(&l->early, sizeof(oms_event_t));
  int rc = open_parts(l, err);
  rc = rc == OMS_OK ? open_api(l, err) : rc; /* its address is ours before anything happens */
  h->input.way_in = l->way_in;
  rc = rc == OMS_OK ? oms_live_begin(l, err) : rc;
  rc = rc == OMS_OK ? oms_live_open_link(l, err) : rc;
  if (rc == OMS_OK) {
    uint64_t ms = second_of(l);
    (void)uv_timer_start(&l->second, on_second, ms, ms);
    tell_ready(l);
    rc = oms_live_loop(l, err);
  }
  rc = oms_live_close_store(l, rc, err);
  close_parts(l);
  oms_free(l);
  return rc;
}
