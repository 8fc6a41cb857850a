/* timers.c - the named timers of scripts, in session time. A name is armed once a script: arming it
 * again replaces the timer; equal instants fire in order of arming. */
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/check.h"
#include "base/hash.h"
#include "host/host.h"

#define FIRINGS_MAX 10000000 /* at one instant, of all scripts; one alone is ended long before */
#define NAME_ROOM   128      /* names have at most 100 characters */
#define NAMES_SPARE 64

static oms_host_timer_t *timer_at(oms_host_t *h, size_t i) {
  return OMS_AT(&h->timers, oms_host_timer_t, i);
}

/* Names. Functions come under ever new names, and the index knows no deletion: it is made anew when
 * most of it is about names that are gone. */

static uint64_t key_of(int script, const char *name) {
  return oms_hash64(name, strlen(name), (uint64_t)script);
}

static int index_anew(oms_host_t *h) {
  oms_map_free(&h->timer_names);
  int rc = oms_map_init(&h->timer_names, h->timers.n + NAMES_SPARE);
  for (size_t i = 0; rc == OMS_OK && i < h->timers.n; i++) {
    const oms_host_timer_t *t = timer_at(h, i);
    rc = oms_map_put(&h->timer_names, key_of(t->script, t->name), (uint32_t)i);
  }
  return rc;
}

static int index_name(oms_host_t *h, size_t i) {
  if (h->timer_names.cap == 0 || h->timer_names.n > 2 * h->timers.n + NAMES_SPARE) {
    return index_anew(h);
  }
  const oms_host_timer_t *t = timer_at(h, i);
  return oms_map_put(&h->timer_names, key_of(t->script, t->name), (uint32_t)i);
}

static size_t find_name(oms_host_t *h, int script, const char *name) {
  size_t at = SIZE_MAX;
  uint32_t i;
  uint64_t key = key_of(script, name);
  while (h->timer_names.cap > 0 && oms_map_next(&h->timer_names, key, &at, &i)) {
    const oms_host_timer_t *t = timer_at(h, i);
    if (t->script == script && strcmp(t->name, name) == 0) {
      return i;
    }
  }
  return SIZE_MAX;
}

/* Places. */

/* Its place may be taken by another name. A failure costs the place only. */
static void end_timer(oms_host_t *h, size_t i) {
  oms_host_timer_t *t = timer_at(h, i);
  const uint32_t place = (uint32_t)i;
  t->live = false;
  if (!t->listed) {
    t->listed = oms_array_push(&h->timer_places, &place) == OMS_OK;
  }
}

/* A place whose timer is over; SIZE_MAX: there is none. */
static size_t take_place(oms_host_t *h) {
  while (h->timer_places.n > 0) {
    size_t i = *OMS_AT(&h->timer_places, uint32_t, --h->timer_places.n);
    timer_at(h, i)->listed = false;
    if (!timer_at(h, i)->live) {
      return i; /* else it was armed again by its name */
    }
  }
  return SIZE_MAX;
}

static size_t new_place(oms_host_t *h, int script, const char *name) {
  oms_host_timer_t t = {.script = script};
  size_t n = strlen(name) + 1;
  t.name = oms_alloc(n);
  if (t.name == NULL) {
    return SIZE_MAX;
  }
  memcpy(t.name, name, n);
  /* a place that may be taken back keeps its name */
  size_t i = h->timer_undoing ? SIZE_MAX : take_place(h);
  if (i != SIZE_MAX) {
    oms_free(timer_at(h, i)->name);
    *timer_at(h, i) = t;
  } else if (oms_array_push(&h->timers, &t) == OMS_OK) {
    i = h->timers.n - 1;
  } else {
    oms_free(t.name);
    return SIZE_MAX;
  }
  return index_name(h, i) == OMS_OK ? i : SIZE_MAX;
}

/* The timer's place, made when the script has none of that name. SIZE_MAX: out of memory. */
static size_t place_of(oms_host_t *h, int script, const char *name) {
  size_t i = find_name(h, script, name);
  return i != SIZE_MAX ? i : new_place(h, script, name);
}

/* Taking back. */

void oms_host_timer_undo_begin(oms_host_t *h) {
  h->timer_undo.n = 0;
  h->timer_undoing = true;
}

static int remember(oms_host_t *h, size_t i) {
  const oms_timer_undo_t undo = {i, *timer_at(h, i)};
  return h->timer_undoing ? oms_array_push(&h->timer_undo, &undo) : OMS_OK;
}

static void put_undone(oms_host_t *h, size_t n);

/* The entries of the heap that were alive before are so again, the later ones are dead. */
void oms_host_timer_undo_end(oms_host_t *h, bool take_back) {
  for (size_t i = h->timer_undo.n; take_back && i > 0; i--) {
    const oms_timer_undo_t *undo = OMS_AT(&h->timer_undo, oms_timer_undo_t, i - 1);
    oms_host_timer_t *t = timer_at(h, undo->place);
    bool listed = t->listed;
    *t = undo->was;
    t->listed = listed;
    if (!t->live) {
      end_timer(h, undo->place);
    }
  }
  size_t n = take_back ? 0 : h->timer_undo.n;
  h->timer_undoing = false;
  put_undone(h, n);
  h->timer_undo.n = 0;
}

/* The journal. */

#define FUNCTION_PREFIX "function:" /* of timers that end with their cell (bind/b_timer.c) */

static void put_timer(oms_host_t *h, size_t i, oms_time_t next) {
  const oms_host_timer_t *t = timer_at(h, i);
  if (OMS_LIKELY(h->desk.journal == NULL) || h->timer_undoing ||
      strncmp(t->name, FUNCTION_PREFIX, strlen(FUNCTION_PREFIX)) == 0) {
    return;
  }
  oms_timer_note_t note = {.script = oms_host_name_of(oms_host_script_at(h, (size_t)t->script)),
                           .armed = t->live,
                           .spec = t->spec,
                           .next = next};
  note.spec.name = t->name;
  oms_timer_pack(&h->input.pack, &note);
  int rc = oms_host_put_pack(h, OMS_RECORD_TIMER, false);
  if (rc != OMS_OK) {
    oms_desk_fail(&h->desk, rc, "a timer could not be written down");
  }
}

/* When the timer that is alive fires next. */
static oms_time_t next_of(const oms_host_t *h, size_t i) {
  const oms_host_timer_t *t = OMS_AT(&h->timers, oms_host_timer_t, i);
  for (size_t k = 0; k < h->timer_heap.n; k++) {
    const oms_heap_item_t *item = &h->timer_heap.data[k];
    if (item->value == i && item->seq == t->generation) {
      return item->time;
    }
  }
  return OMS_NO_TIME;
}

/* What an on_load that has not failed has armed and cancelled. */
static void put_undone(oms_host_t *h, size_t n) {
  for (size_t i = 0; i < n; i++) {
    size_t place = OMS_AT(&h->timer_undo, oms_timer_undo_t, i)->place;
    put_timer(h, place, timer_at(h, place)->live ? next_of(h, place) : OMS_NO_TIME);
  }
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

/* A timer that has missed several of its instants fires once for all of them. */
static oms_time_t last_missed(const oms_timer_spec_t *spec, oms_time_t next, oms_time_t now) {
  if (spec->kind == OMS_TIMER_EVERY && next < now) {
    return next + (now - next) / spec->every_ns * spec->every_ns;
  }
  oms_time_t later;
  while (spec->kind == OMS_TIMER_DAILY && (later = next_daily(spec, next)) <= now) {
    next = later;
  }
  return next;
}

/* When it fires again after 'fired'; OMS_NO_TIME: it was once. */
static oms_time_t next_instant(const oms_host_t *h, const oms_timer_spec_t *spec,
                               oms_time_t fired) {
  oms_time_t last = h->timers_late ? last_missed(spec, fired, h->desk.port.now) : fired;
  return spec->kind == OMS_TIMER_EVERY   ? last + spec->every_ns
         : spec->kind == OMS_TIMER_DAILY ? next_daily(spec, last)
                                         : OMS_NO_TIME;
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
  if (i == SIZE_MAX || remember(h, i) != OMS_OK) {
    return OMS_ERR_NOMEM;
  }
  timer_at(h, i)->spec = *spec;
  timer_at(h, i)->spec.name = timer_at(h, i)->name;
  int rc = schedule(h, i, at);
  timer_at(h, i)->armed = timer_at(h, i)->generation;
  put_timer(h, i, at);
  *id = ((uint64_t)i << 32) | (timer_at(h, i)->armed & UINT32_MAX);
  return rc;
}

void oms_host_timer_cancel(void *self, int script, uint64_t id) {
  oms_host_t *h = self;
  size_t i = (size_t)(id >> 32);
  if (i < h->timers.n && timer_at(h, i)->script == script &&
      (timer_at(h, i)->armed & UINT32_MAX) == (id & UINT32_MAX)) {
    if (remember(h, i) != OMS_OK) {
      oms_desk_fail(&h->desk, OMS_ERR_NOMEM, "a timer could not be cancelled");
    }
    end_timer(h, i);
    put_timer(h, i, OMS_NO_TIME);
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
    end_timer(h, i);
    int rc = OMS_OK;
    oms_time_t again = next_instant(h, &t.spec, item.time);
    if (again != OMS_NO_TIME) {
      rc = schedule(h, i, again);
    }
    put_timer(h, i, again);
    if (rc != OMS_OK) {
      oms_desk_fail(&h->desk, rc, "a timer could not be armed again");
    }
    oms_host_give_timer(h, t.script, name);
  }
}

int oms_host_timer_again(oms_host_t *h, int script, const oms_timer_spec_t *spec, oms_time_t next,
                         uint64_t *id) {
  size_t i = place_of(h, script, spec->name);
  if (i == SIZE_MAX) {
    return OMS_ERR_NOMEM;
  }
  timer_at(h, i)->spec = *spec;
  timer_at(h, i)->spec.name = timer_at(h, i)->name;
  int rc = schedule(h, i, last_missed(spec, next, h->desk.port.now));
  timer_at(h, i)->armed = timer_at(h, i)->generation;
  *id = ((uint64_t)i << 32) | (timer_at(h, i)->armed & UINT32_MAX);
  return rc;
}

/* The clock of a rule that has `every`, from now on; ends that of an earlier file. */
void oms_host_arm_every(oms_host_t *h, oms_host_script_t *s) {
  int64_t ns = oms_script_every(s->script);
  if (ns == 0) {
    oms_host_timer_cancel(h, s->config.index, s->every_timer);
    s->every_timer = 0;
    return;
  }
  oms_timer_spec_t spec = {
      .kind = OMS_TIMER_EVERY, .name = "every", .at = h->desk.port.now + ns, .every_ns = ns};
  if (oms_host_timer_arm(h, s->config.index, &spec, &s->every_timer) != OMS_OK) {
    oms_desk_fail(&h->desk, OMS_ERR_NOMEM, "the timer of a rule could not be armed");
  }
}

void oms_host_timer_free(oms_host_t *h) {
  for (size_t i = 0; i < h->timers.n; i++) {
    oms_free(timer_at(h, i)->name);
  }
  oms_array_free(&h->timers);
  oms_array_free(&h->timer_places);
  oms_array_free(&h->timer_undo);
  oms_map_free(&h->timer_names);
  oms_heap_free(&h->timer_heap);
}
