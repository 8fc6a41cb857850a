/* ticker.c - a timer of the loop. */
#include "net/ticker.h"

#include <uv.h>

#include "base/alloc.h"

#define NS_PER_MS INT64_C(1000000)

struct oms_ticker {
  uv_timer_t timer;
  uint64_t every_ms, due; /* of the loop's clock, ms */
  void (*call)(void *ctx);
  void *ctx;
};

static void on_timer(uv_timer_t *handle);

static void start(oms_ticker_t *t, uint64_t ms) {
  t->due = uv_now(t->timer.loop) + ms;
  (void)uv_timer_start(&t->timer, on_timer, ms, 0);
}

static void on_timer(uv_timer_t *handle) {
  oms_ticker_t *t = handle->data;
  start(t, t->every_ms);
  t->call(t->ctx);
}

int oms_ticker_open(struct uv_loop_s *loop, int64_t every, void (*call)(void *ctx), void *ctx,
                    oms_ticker_t **out, oms_error_t *err) {
  oms_ticker_t *t = oms_alloc_zero(1, sizeof *t);
  if (t == NULL || uv_timer_init(loop, &t->timer) != 0) {
    oms_free(t);
    return oms_error_set(err, OMS_ERR_NOMEM, "out of memory for a timer");
  }
  t->timer.data = t;
  t->every_ms = (uint64_t)(every / NS_PER_MS);
  t->call = call;
  t->ctx = ctx;
  start(t, t->every_ms);
  *out = t;
  return OMS_OK;
}

void oms_ticker_within(oms_ticker_t *t, int64_t ns) {
  uint64_t ms = ns <= 0 ? 0 : (uint64_t)((ns + NS_PER_MS - 1) / NS_PER_MS);
  uv_update_time(t->timer.loop);
  if (!uv_is_closing((uv_handle_t *)&t->timer) && uv_now(t->timer.loop) + ms < t->due) {
    start(t, ms);
  }
}

static void on_closed(uv_handle_t *handle) {
  oms_free(handle->data);
}

void oms_ticker_close(oms_ticker_t *t) {
  if (t != NULL) {
    uv_close((uv_handle_t *)&t->timer, on_closed);
  }
}
