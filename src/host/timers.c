/* timers.c - the named timers of scripts, in session time. A name is armed once a script: arming it
 * again replaces the timer; equal instants fire in order of arming. */
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "host/host.h"

#define FIRINGS_MAX 10000000 /* at one instant, of all scripts; one alone is ended long before */
#define NAME_ROOM   128      /* names have at most 100 characters */

static oms_host_timer_t *timer_at(oms_host_t *h, size_t i) {
  return OMS_AT(&h->timers, oms_host_timer_t, i);
}

/* Makes a place for the name, at best one whose timer is over: functions come under ever new
 * names. */
static size_t new_place(oms_host_t *h, int script, const char *name, size_t over) {
  oms_host_timer_t t = {.script = script};
  size_t n = strlen(name) + 1;
  t.name = oms_alloc(n);
  if (t.name == NULL) {
    return SIZE_MAX;
  }
  memcpy(t.name, name, n);
  if (over != SIZE_MAX) {
    oms_free(timer_at(h, over)->name);
    *timer_at(h, over) = t;
    return over;
  }
  if (oms_array_push(&h->timers, &t) != OMS_OK) {
    oms_free(t.name);
    return SIZE_MAX;
  }
  return h->timers.n - 1;
}

/* The timer's place, made when the script has none of that name. SIZE_MAX: out of memory. */
static size_t place_of(oms_host_t *h, int script, const char *name) {
  size_t over = SIZE_MAX;
  for (size_t i = 0; i < h->timers.n; i++) {
    const oms_host_timer_t *t = timer_at(h, i);
    if (t->script == script && strcmp(t->name, name) == 0) {
      return i;
    }
    over = !t->live && over == SIZE_MAX ? i : over;
  }
  return new_place(h, script, name, over);
}

/* First instant after 'now' at the wall time 'day_ns' of the zone; one that the change of clocks
 * skips is the first after it, one that comes twice the first of the two. */
static oms_time_t next_daily(const oms_timer_spec_t *spec, oms_time_t now) {
  int64_t local = oms_time_to_local(now, spec->zone);
  int64_t day = local / OMS_NS_PER_DAY - (local % OMS_NS_PER_DAY < 0 ? 1 : 0) - 1;
  for (;; day++) {
    oms_time_t t = oms_time_from_local(day * OMS_NS_PER_DAY + spec->day_ns, spec->zone);
    if (t > now) {
      return t;
    }
  }
}

static int schedule(oms_host_t *h, size_t i, oms_time_t at) {
  oms_host_timer_t *t = timer_at(h, i);
  t->generation = ++h->timer_seq;
  t->live = true;
  return oms_heap_push(&h->timer_heap, (oms_heap_item_t){at, t->generation, i});
}

int oms_host_timer_arm(void *self, int script, const oms_timer_spec_t *spec, uint64_t *id) {
  oms_host_t *h = self;
  oms_time_t now = h->desk.port.now;
  oms_time_t at = spec->kind == OMS_TIMER_DAILY ? next_daily(spec, now) : spec->at;
  if (at < now) {
    return OMS_ERR_RANGE;
  }
  size_t i = place_of(h, script, spec->name);
  if (i == SIZE_MAX) {
    return OMS_ERR_NOMEM;
  }
  timer_at(h, i)->spec = *spec;
  timer_at(h, i)->spec.name = timer_at(h, i)->name;
  int rc = schedule(h, i, at);
  timer_at(h, i)->armed = timer_at(h, i)->generation;
  *id = ((uint64_t)i << 32) | (timer_at(h, i)->armed & UINT32_MAX);
  return rc;
}

void oms_host_timer_cancel(void *self, int script, uint64_t id) {
  oms_host_t *h = self;
  size_t i = (size_t)(id >> 32);
  if (i < h->timers.n && timer_at(h, i)->script == script &&
      (timer_at(h, i)->armed & UINT32_MAX) == (id & UINT32_MAX)) {
    timer_at(h, i)->live = false;
  }
}

static bool is_alive(oms_host_t *h, const oms_heap_item_t *item) {
  const oms_host_timer_t *t = timer_at(h, (size_t)item->value);
  return t->live && t->generation == item->seq;
}

oms_time_t oms_host_timer_next(oms_host_t *h) {
  const oms_heap_item_t *top;
  while ((top = oms_heap_top(&h->timer_heap)) != NULL) {
    if (is_alive(h, top)) {
      return top->time;
    }
    oms_heap_item_t dead;
    (void)oms_heap_pop(&h->timer_heap, &dead);
  }
  return OMS_NO_TIME;
}

/* A timer that arms itself for the same instant would keep the clock there for ever. */
static bool fires_without_end(oms_host_t *h, int fired, const char *name, oms_time_t now) {
  if (fired < FIRINGS_MAX) {
    return false;
  }
  if (h->desk.failure == OMS_OK) {
    char ts[40];
    oms_time_iso(now, ts);
    h->desk.failure = oms_error_set(&h->desk.error, OMS_ERR_FULL,
                                    "at %s timers fired %d times, the last one is '%s': do not arm "
                                    "a timer for the instant at which it fires",
                                    ts, fired, name);
  }
  return true;
}

void oms_host_timer_run(oms_host_t *h, oms_time_t now) {
  oms_time_t next;
  for (int fired = 0; (next = oms_host_timer_next(h)) != OMS_NO_TIME && next <= now; fired++) {
    oms_heap_item_t item;
    (void)oms_heap_pop(&h->timer_heap, &item);
    size_t i = (size_t)item.value;
    if (fires_without_end(h, fired, timer_at(h, i)->name, now)) {
      return;
    }
    oms_host_timer_t t = *timer_at(h, i); /* a callback may arm it anew or grow the array */
    char name[NAME_ROOM];
    snprintf(name, sizeof name, "%s", t.name);
    timer_at(h, i)->live = false;
    int rc = OMS_OK;
    if (t.spec.kind == OMS_TIMER_EVERY) {
      rc = schedule(h, i, item.time + t.spec.every_ns);
    } else if (t.spec.kind == OMS_TIMER_DAILY) {
      rc = schedule(h, i, next_daily(&t.spec, item.time));
    }
    if (rc != OMS_OK) {
      oms_desk_fail(&h->desk, rc, "a timer could not be armed again");
    }
    oms_host_give_timer(h, t.script, name);
  }
}

void oms_host_timer_free(oms_host_t *h) {
  for (size_t i = 0; i < h->timers.n; i++) {
    oms_free(timer_at(h, i)->name);
  }
  oms_array_free(&h->timers);
  oms_heap_free(&h->timer_heap);
}
