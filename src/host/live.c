/* live.c - the loop of a live host. Callbacks of sockets, timers and signals only note what they
 * bring; one turn after each poll does it all: the kill switch first, then what clients ask for in
 * order of arrival, then rows, timers and arrivals that are due, bounded by time; then the journal
 * is handed over, and what has become durable is released. Invariants:
 *   V1  nothing changes the trading state but in a turn.
 *   V2  a turn that leaves nothing to do sleeps until something is due or somebody wakes it. */
#include "host/live_int.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#define TURN_NS      INT64_C(2000000) /* of rows and timers in one turn */
#define NS_PER_MS    INT64_C(1000000)
#define SLEEP_MS     INT64_C(60000) /* at most: the wall's clock may jump meanwhile */
#define KILL_FILE_MS INT64_C(5)     /* between two looks at one that is empty */
#define FAREWELL     INT64_C(200000000)
#define LATE_NS      INT64_C(100000000) /* what is due for longer is done at once, and once */

oms_time_t oms_live_wall(void) {
  struct timespec t;
  (void)clock_gettime(CLOCK_REALTIME, &t);
  return t.tv_sec * OMS_NS_PER_SECOND + t.tv_nsec;
}

/* Time. */

static oms_time_t earlier(oms_time_t a, oms_time_t b) {
  if (a == OMS_NO_TIME || b == OMS_NO_TIME) {
    return a == OMS_NO_TIME ? b : a;
  }
  return a < b ? a : b;
}

static oms_time_t next_due(oms_live_host_t *l) {
  oms_time_t due = earlier(l->recorded.at, oms_host_clock_next(l->h));
  return due == OMS_NO_TIME || due > l->h->desk.port.now ? due : l->h->desk.port.now;
}

static bool as_fast_as_it_goes(const oms_live_host_t *l) {
  return l->fast && l->recorded.at != OMS_NO_TIME;
}

static void tell_jump(oms_live_host_t *l, int64_t jump) {
  char line[200];
  snprintf(line, sizeof line,
           jump > 0 ? "the clock of the system went forward by %lld ms: the session goes with it"
                    : "the clock of the system went back by %lld ms: the session goes on until it "
                      "has caught up",
           (long long)((jump > 0 ? jump : -jump) / NS_PER_MS));
  oms_host_log(l->h, -1, OMS_LOG_WARN, line);
}

static oms_time_t read_clock(oms_live_host_t *l) {
  int64_t jump;
  oms_time_t now = oms_clock_now(&l->clock, oms_live_mono(), oms_live_wall(), &jump);
  if (jump != 0) {
    tell_jump(l, jump);
  }
  return now;
}

oms_time_t oms_live_now(oms_live_host_t *l) {
  oms_time_t here = l->h->desk.port.now;
  if (as_fast_as_it_goes(l)) {
    return here;
  }
  oms_time_t now = earlier(read_clock(l), next_due(l));
  return now > here ? now : here;
}

/* Waking and ending. */

static void on_busy(uv_idle_t *handle) {
  (void)handle;
}

void oms_live_wake(void *live) {
  oms_live_host_t *l = live;
  if (l->looping) {
    (void)uv_idle_start(&l->busy, on_busy);
  }
}

void oms_live_end(oms_live_host_t *l, int rc) {
  if (!l->ended) {
    l->ended = true;
    l->rc = rc;
  }
  uv_stop(&l->loop);
}

void oms_live_own_op(oms_live_host_t *l, const oms_op_t *op) {
  oms_op_result_t result;
  int rc = oms_host_op(l->h, oms_live_now(l), op, &result, l->err);
  if (rc != OMS_OK) {
    oms_live_end(l, rc);
  }
}

/* The poll behind this must not wait: what is due is done in the turn after it. */
static void on_sleep(uv_timer_t *handle) {
  oms_live_wake(handle->data);
}

/* Parts of a turn. */

static int one_step(oms_live_host_t *l, oms_time_t due) {
  if (l->recorded.at != OMS_NO_TIME && l->recorded.at <= due) {
    int rc = oms_recorded_step(l, l->err);
    if (rc == OMS_OK && l->recorded.at == OMS_NO_TIME) {
      oms_host_log(l->h, -1, OMS_LOG_INFO, "the recorded data are at their end: the clock goes on");
      if (l->fast) {
        oms_clock_start_paced(&l->clock, oms_live_mono(), l->h->desk.port.now, OMS_QTY_SCALE);
      }
    }
    return rc;
  }
  return oms_host_clock_step(l->h, due, l->err);
}

/* The wall's clock has jumped, or the host stood still: what was due meanwhile is done now. The
 * time of recorded data is that of their rows, and nothing between them is left out. */
static void catch_up(oms_live_host_t *l) {
  oms_time_t rows = l->recorded.at, due = oms_host_clock_next(l->h);
  if (due == OMS_NO_TIME || (rows != OMS_NO_TIME && !l->clock.wall)) {
    return;
  }
  oms_time_t now = read_clock(l);
  bool between = rows != OMS_NO_TIME && rows <= now;
  if (between || now <= l->h->desk.port.now || oms_clock_until(&l->clock, due, now) <= LATE_NS) {
    return;
  }
  int rc = oms_host_late_step(l->h, now, l->err);
  if (rc != OMS_OK) {
    oms_live_end(l, rc);
  }
}

/* What is due, for at most TURN_NS; whether there is more. */
static bool run_due(oms_live_host_t *l) {
  catch_up(l);
  int64_t until = oms_live_mono() + TURN_NS;
  do {
    oms_time_t due = next_due(l);
    if (due == OMS_NO_TIME || (!as_fast_as_it_goes(l) && due > read_clock(l))) {
      return false;
    }
    int rc = one_step(l, due);
    if (rc != OMS_OK) {
      oms_live_end(l, rc);
      return false;
    }
  } while (oms_live_mono() < until);
  return true;
}

static void tell_trouble(oms_live_host_t *l) {
  char text[sizeof l->trouble];
  bool trouble = l->store != NULL && oms_store_trouble(l->store, text);
  if (!trouble) {
    text[0] = '\0';
  }
  if (strcmp(text, l->trouble) != 0) {
    oms_host_log(l->h, -1, trouble ? OMS_LOG_ERROR : OMS_LOG_INFO,
                 trouble ? text : "the journal can be written again");
    snprintf(l->trouble, sizeof l->trouble, "%s", text);
  }
}

static void hand_over(oms_live_host_t *l) {
  if (l->store == NULL) {
    return;
  }
  oms_store_turn(l->store);
  uint64_t durable = oms_store_durable(l->store);
  if (durable != l->durable) {
    l->durable = durable;
    if (l->channel != NULL) {
      oms_channel_durable(l->channel, durable);
    }
    if (l->way_in.durable != NULL) {
      l->way_in.durable(l->way_in.self, durable);
    }
    oms_live_release_link(l, durable);
  }
  tell_trouble(l);
}

static void sleep_until_due(oms_live_host_t *l) {
  oms_time_t due = next_due(l);
  int64_t ms = SLEEP_MS;
  l->planned = 0;
  if (due != OMS_NO_TIME) {
    int64_t wait = oms_clock_until(&l->clock, read_clock(l), due);
    int64_t whole = wait / NS_PER_MS + 1;
    ms = whole < SLEEP_MS ? whole : SLEEP_MS;
    l->planned = oms_live_mono() + ms * NS_PER_MS;
  }
  ms = l->kill_file_since != 0 && ms > KILL_FILE_MS ? KILL_FILE_MS : ms;
  (void)uv_idle_stop(&l->busy);
  uv_update_time(&l->loop);
  (void)uv_timer_start(&l->sleep, on_sleep, (uint64_t)ms, 0);
}

/* The end. */

int oms_live_put_end(oms_live_host_t *l) {
  char hash[33] = "";
  int rc = oms_engine_state_hash(l->h->engine, hash);
  return rc == OMS_OK ? oms_host_put(l->h, OMS_RECORD_END, false, hash, strlen(hash)) : rc;
}

/* No new orders; the scripts hear of the end; all of it is written. */
static void begin_stop(oms_live_host_t *l) {
  oms_host_t *h = l->h;
  l->stopping = true;
  l->ready = false;
  oms_notify(l, "STOPPING=1");
  oms_host_log(h, -1, OMS_LOG_INFO, "stopping: no new orders; what is open is written down");
  if (l->way_in.stop != NULL) {
    l->way_in.stop(l->way_in.self);
  }
  int rc = oms_host_end(h, oms_live_now(l), l->err);
  rc = rc == OMS_OK ? oms_live_put_end(l) : rc;
  if (rc != OMS_OK) {
    oms_live_end(l, rc);
  }
  l->planned = 0;
}

/* When all is on disk the answers that waited leave, then the loop ends. */
static void go_on_stopping(oms_live_host_t *l) {
  bool written = l->store == NULL || l->durable >= oms_store_gate(l->store);
  if (written && l->farewell == 0) {
    l->farewell = oms_live_mono() + (l->way_in.self == NULL ? 0 : FAREWELL);
  }
  if (written && oms_live_mono() >= l->farewell) {
    oms_live_end(l, OMS_OK);
    return;
  }
  (void)uv_idle_stop(&l->busy);
  uv_update_time(&l->loop);
  (void)uv_timer_start(&l->sleep, on_sleep, 20, 0);
}

/* The turn. */

static void begin_turn(oms_live_host_t *l, int64_t from) {
  if (l->planned != 0 && from > l->planned) {
    oms_histogram_add(&l->metrics.loop_lag, from - l->planned);
  }
  l->planned = 0;
  oms_live_keys(l);
  if (l->kill_wanted) {
    l->kill_wanted = false;
    oms_live_kill_all(l, "signal", "SIGUSR1");
  }
  oms_live_kill_file(l);
  if (l->channel != NULL) {
    oms_channel_drain(l->channel);
  }
}

static bool work(oms_live_host_t *l) {
  catch_up(l);
  oms_host_reload_turn(l->h);
  oms_live_drain_link(l);
  if (l->way_in.drain != NULL) {
    l->way_in.drain(l->way_in.self);
  }
  bool more = run_due(l);
  return more || oms_host_reload_busy(l->h);
}

static void end_turn(oms_live_host_t *l) {
  uint64_t next =
      l->journal.next == NULL ? l->h->desk.command_seq : l->journal.next(l->journal.self);
  if (next != l->stood && l->way_in.turn != NULL) {
    l->way_in.turn(l->way_in.self);
  }
  l->stood = next;
  hand_over(l);
}

static void on_check(uv_check_t *handle) {
  oms_live_host_t *l = handle->data;
  int64_t from = oms_live_mono();
  if (l->ended) {
    return;
  }
  begin_turn(l, from);
  if (!l->stopping && oms_live_stop_wanted()) {
    begin_stop(l);
  }
  bool more = !l->stopping && !l->ended && work(l);
  if (l->stopping && l->way_in.drain != NULL) {
    l->way_in.drain(l->way_in.self);
  }
  end_turn(l);
  oms_histogram_add(&l->metrics.turn, oms_live_mono() - from);
  if (l->ended) {
    return;
  }
  if (l->stopping) {
    go_on_stopping(l);
  } else if (more || oms_live_collect(l)) {
    oms_live_wake(l);
  } else {
    sleep_until_due(l);
  }
}

int oms_live_loop(oms_live_host_t *l, oms_error_t *err) {
  l->err = err;
  l->check.data = l->busy.data = l->sleep.data = l;
  (void)uv_check_start(&l->check, on_check);
  oms_live_wake(l);
  (void)uv_run(&l->loop, UV_RUN_DEFAULT);
  return l->rc;
}
