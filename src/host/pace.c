/* pace.c - a run by the clock of the wall: the market's time times N, on a libuv loop that also
 * serves signals, watched files and the control socket. The steps are those of an unpaced run; an
 * instant is due at a fixed distance from the start, so that sleeping adds up to nothing. Who
 * cannot keep up runs as fast as it can, and looks at the loop every few milliseconds. */
#include "host/pace.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "base/fixed.h"
#include "host/request.h"

#define TURN_NS       UINT64_C(2000000) /* between two looks at the loop */
#define LOOK_MS       50                /* between two looks at `stop` */
#define NS_PER_MS     UINT64_C(1000000)
#define PACE_SCALE    INT64_C(1000000000)
#define CONTROL_BYTES 512

typedef struct pace {
  oms_host_t *h;
  oms_error_t *err;
  int rc;
  uv_loop_t loop;
  uv_timer_t sleep;
  uv_idle_t busy; /* while there is more to do than to wait */
  uv_signal_t hangup;
  oms_watch_t *watch;
  oms_channel_t *channel;
  uint64_t origin; /* of the wall's clock, for the instant 'first' */
  oms_time_t first;
} pace_t;

static uint64_t due(const pace_t *p, oms_time_t at) {
  oms_int128_t wait = ((oms_int128_t)at - p->first) * PACE_SCALE / p->h->options->pace;
  return wait > INT64_MAX / 2 ? UINT64_MAX : p->origin + (uint64_t)wait;
}

static void on_busy(uv_idle_t *handle);
static void on_sleep(uv_timer_t *handle);

static void stay_busy(void *ctx) {
  pace_t *p = ctx;
  (void)uv_idle_start(&p->busy, on_busy);
}

static void sleep_for(pace_t *p, uint64_t ns) {
  uint64_t ms = ns / NS_PER_MS + 1;
  (void)uv_idle_stop(&p->busy);
  uv_update_time(&p->loop);
  (void)uv_timer_start(&p->sleep, on_sleep, ms < LOOK_MS ? ms : LOOK_MS, 0);
}

static void end(pace_t *p, int rc) {
  p->rc = rc;
  (void)uv_idle_stop(&p->busy);
  uv_stop(&p->loop);
}

/* Everything that is due, and one step of a reload behind each of them. */
static void turn(pace_t *p) {
  uint64_t from = uv_hrtime(), now = from;
  do {
    oms_host_reload_turn(p->h);
    oms_time_t at;
    int rc = oms_host_next(p->h, &at, p->err);
    if (rc != OMS_OK || at == OMS_NO_TIME) {
      end(p, rc == OMS_OK ? oms_host_equity_end(p->h, p->err) : rc);
      return;
    }
    uint64_t when = due(p, at);
    now = uv_hrtime();
    if (when > now && !oms_host_reload_busy(p->h)) {
      sleep_for(p, when - now);
      return;
    }
    rc = when > now ? OMS_OK : oms_host_step(p->h, at, p->err);
    if (rc != OMS_OK) {
      end(p, rc);
      return;
    }
  } while (now - from < TURN_NS);
  stay_busy(p);
}

static void on_busy(uv_idle_t *handle) {
  turn(handle->data);
}

static void on_sleep(uv_timer_t *handle) {
  turn(handle->data);
}

static void on_hangup(uv_signal_t *handle, int number) {
  pace_t *p = handle->data;
  (void)number;
  size_t n;
  oms_error_t err;
  if (oms_host_reload_changed(p->h, true, 0, &n, &err) != OMS_OK) {
    oms_host_log(p->h, -1, OMS_LOG_ERROR, err.message);
  }
  stay_busy(p);
}

/* The socket that was asked for must be there; the usual one may be missing. */
static int open_channel(pace_t *p, oms_error_t *err) {
  char path[CONTROL_BYTES], line[2 * CONTROL_BYTES];
  const char *wanted = p->h->options->control;
  oms_error_t why;
  int rc = OMS_OK;
  if (wanted == NULL) {
    rc = oms_control_path(p->h->config->name, path, sizeof path, &why);
  }
  const char *at = wanted == NULL ? path : wanted;
  if (rc == OMS_OK) {
    rc = oms_channel_open(&p->loop, p->h, at, stay_busy, p, &p->channel, &why);
  }
  if (rc != OMS_OK && wanted != NULL) {
    return oms_error_set(err, rc, "%s", why.message);
  }
  if (rc != OMS_OK) {
    snprintf(line, sizeof line, "no control socket: %.800s", why.message);
  } else {
    snprintf(line, sizeof line, "control socket: %s", at);
  }
  oms_host_log(p->h, -1, rc != OMS_OK ? OMS_LOG_WARN : OMS_LOG_INFO, line);
  return OMS_OK;
}

static int open_parts(pace_t *p, oms_error_t *err) {
  p->sleep.data = p->busy.data = p->hangup.data = p;
  (void)uv_timer_init(&p->loop, &p->sleep);
  (void)uv_idle_init(&p->loop, &p->busy);
  int rc = uv_signal_init(&p->loop, &p->hangup);
  if (rc == 0) {
    rc = uv_signal_start(&p->hangup, on_hangup, SIGHUP);
  }
  if (rc != 0) {
    return oms_error_set(err, OMS_ERR_IO, "cannot listen to signals: %s", uv_strerror(rc));
  }
  rc = oms_watch_open(&p->loop, p->h, stay_busy, p, &p->watch, err);
  return rc == OMS_OK ? open_channel(p, err) : rc;
}

static void close_one(uv_handle_t *handle, void *ctx) {
  (void)ctx;
  if (!uv_is_closing(handle)) {
    uv_close(handle, NULL);
  }
}

static void close_parts(pace_t *p) {
  oms_channel_close(p->channel);
  oms_watch_close(p->watch);
  uv_walk(&p->loop, close_one, NULL);
  (void)uv_run(&p->loop, UV_RUN_DEFAULT);
  oms_channel_free(p->channel);
  oms_watch_free(p->watch);
  (void)uv_loop_close(&p->loop);
}

int oms_host_pace(oms_host_t *h, oms_error_t *err) {
  pace_t p = {.h = h, .err = err};
  int rc = uv_loop_init(&p.loop);
  if (rc != 0) {
    return oms_error_set(err, OMS_ERR_IO, "no event loop: %s", uv_strerror(rc));
  }
  rc = open_parts(&p, err);
  if (rc == OMS_OK) {
    rc = oms_host_begin(h, &p.first, err);
  }
  if (rc == OMS_OK && p.first != OMS_NO_TIME) {
    p.origin = uv_hrtime();
    stay_busy(&p);
    (void)uv_run(&p.loop, UV_RUN_DEFAULT);
    rc = p.rc;
  }
  close_parts(&p);
  return rc;
}
