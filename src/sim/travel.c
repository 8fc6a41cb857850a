/* travel.c - what is under way between the desk and the venue on symbols of ticks: requests there,
 * reports back. Each takes its time, none overtakes an earlier one of the same order or of what it
 * replaces. Where nothing takes time nothing is kept: requests arrive and reports are heard within
 * the call. Invariants: parcels are delivered in order of (time, sending); a way counts what is
 * under way on it, so that what is filled here and not known there is never filled twice. */
#include <string.h>

#include "base/alloc.h"
#include "sim/sim_int.h"

/* The way of the order and its chain; NULL while nothing is late, and on bars. */
static sim_way_t *way_of(const oms_sim_t *s, uint32_t order) {
  uint32_t root = s->late ? oms_order_root(oms_engine_order(s->engine, order)) : OMS_NONE;
  return root < s->ways.n ? OMS_AT(&s->ways, sim_way_t, root) : NULL;
}

static int reserve_way(oms_sim_t *s, uint32_t order) {
  uint32_t root = oms_order_root(oms_engine_order(s->engine, order));
  int rc = OMS_OK;
  while (rc == OMS_OK && s->ways.n <= root) {
    rc = oms_array_push(&s->ways, NULL);
  }
  return rc;
}

/* How long the next request and its answers take. */
static oms_latency_t draw(oms_sim_t *s) {
  const oms_sim_config_t *c = &s->config;
  return c->latency_n > 0 ? c->latencies[oms_random_below(&s->random, c->latency_n)]
                          : (oms_latency_t){c->latency_ns, c->response_latency_ns};
}

int sim_way_open(oms_sim_t *s, uint32_t order) {
  if (!s->late) {
    return OMS_OK;
  }
  int rc = reserve_way(s, order);
  if (rc == OMS_OK) {
    way_of(s, order)->response = draw(s).response_ns;
  }
  return rc;
}

bool sim_is_behind(const oms_sim_t *s, uint32_t order) {
  const sim_way_t *way = way_of(s, order);
  return way != NULL && way->reports > 0;
}

/* A successor whose acceptance the desk has not heard of has taken over nothing there yet. */
static oms_qty_t known_filled(const oms_sim_t *s, const oms_order_t *o) {
  bool waits = o->status == OMS_STATUS_HELD && o->held_by == OMS_HELD_BY_REPLACE;
  return waits && o->more->replaces != OMS_NONE
             ? oms_engine_order(s->engine, o->more->replaces)->filled_qty
             : o->filled_qty;
}

oms_qty_t sim_filled(const oms_sim_t *s, const sim_slot_t *slot) {
  const sim_way_t *way = way_of(s, slot->order);
  return known_filled(s, oms_engine_order(s->engine, slot->order)) +
         (way == NULL ? 0 : way->unreported);
}

oms_qty_t sim_own_leaves(const oms_sim_t *s, const sim_slot_t *slot) {
  const oms_order_t *o = oms_engine_order(s->engine, slot->order);
  if (!s->late) {
    return oms_order_leaves(o);
  }
  oms_qty_t filled = sim_filled(s, slot);
  return oms_status_is_final(o->status) || filled >= o->qty ? 0 : o->qty - filled;
}

/* Filled by the other exits of the group, and not known to the desk. */
static oms_qty_t unreported_of_others(const oms_sim_t *s, const sim_slot_t *slot) {
  uint32_t own = oms_order_root(oms_engine_order(s->engine, slot->order));
  oms_qty_t sum = 0;
  uint32_t member = oms_engine_group(s->engine, slot->group)->first;
  while (member != OMS_NONE) {
    const oms_order_t *o = oms_engine_order(s->engine, member);
    bool exit = o->role == OMS_ROLE_TAKE_PROFIT || o->role == OMS_ROLE_STOP_LOSS;
    const sim_way_t *way =
        exit && oms_order_root(o) == member && member != own ? way_of(s, member) : NULL;
    sum += way == NULL ? 0 : way->unreported;
    member = o->more->next_in_group;
  }
  return sum;
}

oms_qty_t sim_leaves(const oms_sim_t *s, const sim_slot_t *slot) {
  oms_qty_t leaves = sim_own_leaves(s, slot);
  bool exit = slot->role == OMS_ROLE_TAKE_PROFIT || slot->role == OMS_ROLE_STOP_LOSS;
  if (!s->late || !exit || slot->group == OMS_NONE) {
    return leaves;
  }
  oms_qty_t gone = unreported_of_others(s, slot);
  return leaves > gone ? leaves - gone : 0;
}

sim_slot_t *sim_slot_of_chain(const oms_sim_t *s, uint32_t order) {
  sim_slot_t *slot = sim_slot_of(s, order);
  while (slot == NULL) {
    order = oms_engine_order(s->engine, order)->more->replaced_by;
    if (order == OMS_NONE) {
      return NULL;
    }
    slot = sim_slot_of(s, order);
  }
  return slot;
}

static oms_time_t later(oms_time_t now, int64_t by) {
  oms_time_t t;
  return oms_add(now, by, &t) == OMS_OK ? t : INT64_MAX - 1;
}

/* Puts the parcel on its way. OMS_ERR_NOMEM. */
static int dispatch(oms_sim_t *s, const sim_parcel_t *parcel, oms_time_t due) {
  uint32_t i = s->free_parcel;
  int rc = OMS_OK;
  if (i == OMS_NONE) {
    rc = oms_pool_new(&s->parcels, &i);
  }
  if (rc != OMS_OK) {
    return rc;
  }
  sim_parcel_t *p = oms_pool_at(&s->parcels, i);
  s->free_parcel = s->free_parcel == OMS_NONE ? OMS_NONE : p->next;
  *p = *parcel;
  rc = oms_heap_push(&s->travel, (oms_heap_item_t){due, ++s->sent, i});
  if (rc != OMS_OK) {
    p->next = s->free_parcel;
    s->free_parcel = i;
  }
  return rc;
}

/* Requests that arrive. */

static int deliver_request(oms_sim_t *s, const sim_request_t *r, oms_time_t now) {
  sim_symbol_t *sym = sim_symbol(s, oms_engine_order(s->engine, r->order)->instrument);
  int rc = sim_list_reserve(s, sym);
  if (rc != OMS_OK) {
    return rc;
  }
  switch (r->kind) {
  case SIM_CANCEL:
    sim_arrive_cancel(s, r->order, now);
    break;
  case SIM_REPLACE:
    sim_arrive_replace(s, r->order, r->successor, now);
    break;
  case SIM_SUBMIT: {
    sim_slot_t *slot = sim_slot_of(s, r->order);
    if (slot != NULL && slot->rank == 0) { /* else ended on its way */
      sim_tick_arrive(s, slot, now);
    }
    break;
  }
  }
  return s->failure;
}

int sim_send(oms_sim_t *s, const sim_request_t *r) {
  if (!s->late) {
    return deliver_request(s, r, r->sent);
  }
  int rc = reserve_way(s, r->order);
  if (rc != OMS_OK) {
    return rc;
  }
  sim_way_t *way = way_of(s, r->order);
  oms_latency_t l = draw(s);
  oms_time_t due = later(r->sent, l.entry_ns);
  if (way->requests == 0 && due <= r->sent) {
    way->response = l.response_ns;
    return deliver_request(s, r, r->sent);
  }
  due = way->requests > 0 && way->request_due > due ? way->request_due : due;
  sim_parcel_t p = {.kind = SIM_PARCEL_REQUEST, .request = *r, .response = l.response_ns};
  rc = dispatch(s, &p, due);
  if (rc == OMS_OK) {
    way->requests++;
    way->request_due = due;
  }
  return rc;
}

/* Reports that are heard. */

/* The text lives only as long as the call that says it. */
static int keep_text(sim_parcel_t *p) {
  if (p->report.text == NULL) {
    return OMS_OK;
  }
  size_t n = strlen(p->report.text) + 1;
  p->text = oms_alloc(n);
  if (p->text == NULL) {
    return OMS_ERR_NOMEM;
  }
  memcpy(p->text, p->report.text, n);
  p->report.text = p->text;
  return OMS_OK;
}

void sim_post(oms_sim_t *s, const oms_report_t *r, const sim_point_t *at, oms_time_t now) {
  sim_way_t *way = way_of(s, r->order);
  if (way == NULL || (way->response == 0 && way->reports == 0)) {
    sim_hand_over(s, r, at, now);
    return;
  }
  oms_time_t due = later(now, way->response);
  due = way->reports > 0 && way->report_due > due ? way->report_due : due;
  sim_parcel_t p = {.kind = SIM_PARCEL_REPORT, .report = *r};
  int rc = keep_text(&p);
  if (rc == OMS_OK) {
    rc = dispatch(s, &p, due);
  }
  if (rc != OMS_OK) {
    oms_free(p.text);
    s->failure = rc;
    return;
  }
  way->reports++;
  way->report_due = due;
  way->unreported += r->type == OMS_REPORT_FILL ? r->qty : 0;
}

/* The desk has made the order smaller while its last fill and its end were under way: the fill has
 * ended it. */
static bool is_moot(const oms_sim_t *s, const oms_report_t *r) {
  return (r->type == OMS_REPORT_CANCELED || r->type == OMS_REPORT_EXPIRED) &&
         oms_status_is_final(oms_engine_order(s->engine, r->order)->status);
}

/* The desk learns: from here on its figures hold what the report says. */
static void deliver_report(oms_sim_t *s, const sim_parcel_t *p, oms_time_t now) {
  sim_way_t *way = way_of(s, p->report.order);
  way->reports--;
  way->unreported -= p->report.type == OMS_REPORT_FILL ? p->report.qty : 0;
  if (!is_moot(s, &p->report)) {
    sim_hand_over(s, &p->report, NULL, now);
  }
  oms_free(p->text);
}

static int deliver(oms_sim_t *s, uint32_t i, oms_time_t now) {
  sim_parcel_t *place = oms_pool_at(&s->parcels, i);
  sim_parcel_t p = *place;
  place->next = s->free_parcel;
  place->text = NULL;
  s->free_parcel = i;
  if (p.kind == SIM_PARCEL_REPORT) {
    deliver_report(s, &p, now);
    return s->failure;
  }
  sim_way_t *way = way_of(s, p.request.order);
  way->requests--;
  way->response = p.response;
  return deliver_request(s, &p.request, now);
}

oms_time_t oms_sim_next_due(const oms_sim_t *s) {
  const oms_heap_item_t *top = oms_heap_top(&s->travel);
  oms_time_t next = top == NULL || s->next_instant < top->time ? s->next_instant : top->time;
  return next == INT64_MAX ? OMS_NO_TIME : next;
}

int oms_sim_arrive(oms_sim_t *s, oms_time_t now) {
  int rc = s->failure;
  const oms_heap_item_t *top;
  while (rc == OMS_OK && (top = oms_heap_top(&s->travel)) != NULL && top->time <= now) {
    oms_heap_item_t item = {0};
    (void)oms_heap_pop(&s->travel, &item);
    rc = deliver(s, (uint32_t)item.value, item.time);
  }
  sim_expire_instants(s, now);
  return rc == OMS_OK ? s->failure : rc;
}

/* Takes the parcels out in their order; others go back with the places that they had. */
int oms_sim_hear(oms_sim_t *s, uint32_t instrument, oms_time_t now) {
  oms_array_t kept;
  oms_array_init(&kept, sizeof(oms_heap_item_t));
  int rc = oms_array_reserve(&kept, s->travel.n);
  oms_heap_item_t item;
  while (rc == OMS_OK && oms_heap_pop(&s->travel, &item)) {
    const sim_parcel_t *p = oms_pool_at(&s->parcels, (uint32_t)item.value);
    bool heard = p->kind == SIM_PARCEL_REPORT &&
                 oms_engine_order(s->engine, p->report.order)->instrument == instrument;
    rc = heard ? deliver(s, (uint32_t)item.value, now) : oms_array_push(&kept, &item);
  }
  for (size_t i = 0; i < kept.n; i++) { /* also after a failure: their texts are freed with it */
    int back = oms_heap_push(&s->travel, *OMS_AT(&kept, oms_heap_item_t, i));
    rc = rc == OMS_OK ? back : rc;
  }
  oms_array_free(&kept);
  return rc;
}

void sim_travel_free(oms_sim_t *s) {
  for (size_t i = 0; i < s->travel.n; i++) {
    sim_parcel_t *p = oms_pool_at(&s->parcels, (uint32_t)s->travel.data[i].value);
    oms_free(p->text);
  }
  oms_heap_free(&s->travel);
  oms_pool_free(&s->parcels);
  oms_array_free(&s->ways);
}
