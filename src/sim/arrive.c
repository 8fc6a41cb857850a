/* arrive.c - what the desk has sent arrives: orders, cancels, replacements, released children; and
 * what is still under way. Latency is counted in whole bars of the symbol: a request that was sent
 * inside a bar does not count that one. */
#include "sim/flow.h"

static sim_shape_t shape_of(int type) {
  switch ((oms_type_t)type) {
  case OMS_TYPE_LIMIT:
    return SIM_LIMIT;
  case OMS_TYPE_STOP:
  case OMS_TYPE_TRAILING_STOP:
    return SIM_STOP;
  case OMS_TYPE_STOP_LIMIT:
  case OMS_TYPE_TRAILING_STOP_LIMIT:
    return SIM_STOP_LIMIT;
  case OMS_TYPE_MARKET_IF_TOUCHED:
    return SIM_TOUCH;
  case OMS_TYPE_LIMIT_IF_TOUCHED:
    return SIM_TOUCH_LIMIT;
  case OMS_TYPE_MARKET:
  case OMS_TYPE_COUNT:
    break;
  }
  return SIM_MARKET;
}

static bool trails(int type) {
  return type == OMS_TYPE_TRAILING_STOP || type == OMS_TYPE_TRAILING_STOP_LIMIT;
}

void sim_load_terms(oms_sim_t *s, sim_slot_t *slot) {
  const oms_order_t *o = oms_engine_order(s->engine, slot->order);
  slot->group = o->group;
  slot->role = o->role;
  slot->tif = o->time_in_force;
  slot->is_buy = oms_side_is_buy(o->side);
  slot->extended = o->session == OMS_SESSION_EXTENDED;
  slot->shape = (uint8_t)shape_of(o->type);
  slot->slips = slot->shape == SIM_MARKET || slot->shape == SIM_STOP || slot->shape == SIM_TOUCH;
  slot->limit = o->limit_price;
  slot->stop = trails(o->type) ? OMS_NO_PRICE : o->more->stop_price;
  slot->trails = trails(o->type);
  slot->trigger_by = o->trigger_by;
}

oms_code_t sim_refusal(const oms_sim_t *s, const sim_symbol_t *sym, const oms_order_t *o,
                       const char **text) {
  bool at_once = o->time_in_force == OMS_TIF_IOC || o->time_in_force == OMS_TIF_FOK;
  if (at_once && shape_of(o->type) >= SIM_STOP) {
    *text = "ioc and fok do not go with orders that wait for a trigger";
    return OMS_CODE_INVALID_TIME_IN_FORCE;
  }
  bool auction = o->time_in_force == OMS_TIF_OPG || o->time_in_force == OMS_TIF_CLS;
  bool has_session =
      oms_engine_instrument(s->engine, o->instrument)->calendar == OMS_CALENDAR_US_EQUITY;
  if (auction && !has_session && !sim_daily(sym)) {
    *text = "opg and cls need a symbol with sessions, or bars of a day or more";
    return OMS_CODE_NO_SESSION;
  }
  if (o->session == OMS_SESSION_OVERNIGHT) {
    *text = "the simulated venue has no overnight session";
    return OMS_CODE_NO_SESSION;
  }
  return OMS_CODE_NONE;
}

/* Under this_close: what may take the close of the bar that completes at this very time. */
static bool takes_close(const oms_sim_t *s, const sim_slot_t *slot) {
  bool at_once = slot->tif == OMS_TIF_IOC || slot->tif == OMS_TIF_FOK;
  return s->config.fill == OMS_FILL_THIS_CLOSE &&
         (at_once || (slot->shape == SIM_MARKET && sim_rests(slot)));
}

/* Room for one more among the arrivals of this time. */
static int fresh_reserve(oms_sim_t *s, oms_time_t now) {
  if (s->fresh_at != now) {
    s->fresh.n = 0;
    s->fresh_at = now;
  }
  return oms_array_reserve(&s->fresh, s->fresh.n + 1);
}

static void push(oms_array_t *a, sim_entry_t e) {
  *OMS_AT(a, sim_entry_t, a->n) = e;
  a->n++;
}

int sim_arrive(oms_sim_t *s, sim_slot_t *slot, oms_price_t last, oms_time_t now) {
  sim_symbol_t *sym = sim_symbol(s, slot->instrument);
  const char *text = NULL;
  oms_code_t code = sim_refusal(s, sym, oms_engine_order(s->engine, slot->order), &text);
  if (code != OMS_CODE_NONE) {
    sim_end(s, slot, OMS_REPORT_REJECTED, code, text, now);
    return OMS_OK;
  }
  sim_load_terms(s, slot);
  bool fresh = takes_close(s, slot);
  if (fresh && fresh_reserve(s, now) != OMS_OK) {
    return OMS_ERR_NOMEM;
  }
  slot->arrived = now;
  if (slot->trails) {
    sim_trail_start(s, slot, last);
  }
  sim_list_append(s, sym, slot);
  sim_expire_note(s, sym, slot);
  if (fresh) {
    push(&s->fresh, (sim_entry_t){slot->rank, sim_slot_index(s, slot)});
  }
  sim_report(s, slot->order, OMS_REPORT_WORKING, OMS_CODE_NONE, NULL, now);
  return OMS_OK;
}

/* Whether the fill that is being reported is that of the order's parent, or of the successor that
 * replaced it. */
static bool is_child_of_fill(const oms_sim_t *s, const oms_order_t *o) {
  const sim_context_t *c = &s->context;
  if (!c->active || o->instrument != c->instrument) {
    return false;
  }
  bool of_group = o->group != OMS_NONE && o->group == c->group;
  return o->more->parent == c->order ||
         (of_group && oms_engine_order(s->engine, c->order)->role == OMS_ROLE_PARENT);
}

static sim_entry_part_t part_left(const oms_sim_t *s) {
  switch (s->context.point.phase) {
  case SIM_OPEN:
    return SIM_ENTRY_WHOLE;
  case SIM_INSIDE:
    return sim_has_path(s) ? SIM_ENTRY_AFTER : SIM_ENTRY_STOPS;
  case SIM_CLOSE:
    break;
  }
  return SIM_ENTRY_NONE;
}

static void enter(const oms_sim_t *s, sim_slot_t *slot) {
  const sim_context_t *c = &s->context;
  slot->entered = s->step;
  slot->burst = c->burst;
  slot->entry_part = (uint8_t)part_left(s);
  slot->entry_price = c->point.price;
  slot->entry_leg = c->point.leg;
  if (s->config.child_fill == OMS_CHILD_SAME_BAR && slot->entry_part != SIM_ENTRY_NONE) {
    slot->arrived = c->point.bar->start;
  }
}

static void swap_entries(sim_entry_t *e) {
  sim_entry_t t = e[-1];
  e[-1] = (sim_entry_t){t.rank, e[0].slot};
  e[0] = (sim_entry_t){e[0].rank, t.slot};
}

void sim_go_before_limits(oms_sim_t *s, sim_symbol_t *sym, sim_slot_t *slot, bool in_open) {
  size_t i = sym->list.n - 1, j = s->open.n - 1;
  for (; i > 0; i--, j--) {
    sim_entry_t *e = OMS_AT(&sym->list, sim_entry_t, i);
    sim_slot_t *before = sim_alive(s, e[-1]);
    if (before == NULL || before->burst != slot->burst || before->group != slot->group ||
        before->role != OMS_ROLE_TAKE_PROFIT) {
      return;
    }
    uint64_t rank = before->rank;
    before->rank = slot->rank;
    slot->rank = rank;
    swap_entries(e);
    if (in_open) {
      swap_entries(OMS_AT(&s->open, sim_entry_t, j));
    }
  }
}

/* A child of the fill that is being reported begins to work, at the point of that fill. Room has
 * been reserved. */
static void release_child(oms_sim_t *s, sim_symbol_t *sym, sim_slot_t *slot, oms_time_t now) {
  const char *text = NULL;
  oms_code_t code = sim_refusal(s, sym, oms_engine_order(s->engine, slot->order), &text);
  if (code != OMS_CODE_NONE) {
    sim_end(s, slot, OMS_REPORT_REJECTED, code, text, now);
    return;
  }
  sim_load_terms(s, slot);
  slot->arrived = now;
  enter(s, slot);
  if (slot->trails) {
    sim_trail_start(s, slot, s->context.fill_price);
  }
  sim_list_append(s, sym, slot);
  sim_expire_note(s, sym, slot);
  bool in_open = slot->entry_part == SIM_ENTRY_WHOLE && slot->arrived != now;
  if (in_open) {
    push(&s->open, (sim_entry_t){slot->rank, sim_slot_index(s, slot)});
  }
  if (slot->role == OMS_ROLE_STOP_LOSS) {
    sim_go_before_limits(s, sym, slot, in_open);
  }
  sim_report(s, slot->order, OMS_REPORT_WORKING, OMS_CODE_NONE, NULL, now);
}

int sim_release(void *self, uint32_t order, oms_time_t now) {
  oms_sim_t *s = self;
  const oms_order_t *o = oms_engine_order(s->engine, order);
  sim_symbol_t *sym = sim_symbol_need(s, o->instrument);
  sim_slot_t *slot;
  if (sym == NULL || sim_list_reserve(s, sym) != OMS_OK ||
      oms_array_reserve(&s->open, s->open.n + 1) != OMS_OK ||
      sim_slot_take(s, order, &slot) != OMS_OK) {
    return OMS_ERR_NOMEM;
  }
  if (sim_ticks(sym)) {
    return sim_tick_release(s, slot, is_child_of_fill(s, o), now);
  }
  if (is_child_of_fill(s, o)) {
    release_child(s, sym, slot, now);
    return OMS_OK;
  }
  int rc = sim_arrive(s, slot, oms_engine_instrument(s->engine, o->instrument)->last, now);
  if (rc != OMS_OK) {
    sim_slot_free(s, slot);
  }
  return rc;
}

/* A cancel that was sent while a replacement was under way is meant for the successor too. */
void sim_arrive_cancel(oms_sim_t *s, uint32_t order, oms_time_t now) {
  sim_slot_t *slot = sim_slot_of_chain(s, order);
  if (slot == NULL) {
    sim_report(s, order, OMS_REPORT_CANCEL_REJECTED, OMS_CODE_TOO_LATE, NULL, now);
    return;
  }
  sim_end(s, slot, OMS_REPORT_CANCELED, OMS_CODE_NONE, NULL, now);
}

static bool same_trail(const oms_order_t *a, const oms_order_t *b) {
  return a->more->trail_price == b->more->trail_price &&
         a->more->trail_percent == b->more->trail_percent;
}

/* Only a smaller quantity keeps the order's place. */
static bool keeps_place(const oms_order_t *a, const oms_order_t *b) {
  return b->qty <= a->qty && same_trail(a, b) && a->limit_price == b->limit_price &&
         a->more->stop_price == b->more->stop_price &&
         a->more->limit_offset == b->more->limit_offset && a->time_in_force == b->time_in_force &&
         a->more->expire_at == b->more->expire_at;
}

/* The slot's order has been replaced by 'b': what has triggered stays so, a trail goes on unless
 * its terms are others. */
static void take_successor(oms_sim_t *s, sim_slot_t *slot, const oms_order_t *a,
                           const oms_order_t *b) {
  oms_price_t stop = slot->stop;
  if (shape_of(a->type) != (sim_shape_t)slot->shape) {
    slot->tif = b->time_in_force;
    slot->limit = trails(a->type) ? slot->limit : b->limit_price;
    return;
  }
  sim_load_terms(s, slot);
  if (!slot->trails) {
    return;
  }
  if (same_trail(a, b)) {
    slot->stop = stop;
    sim_tell_stop(s, slot);
  } else {
    sim_trail_start(s, slot, oms_engine_instrument(s->engine, b->instrument)->last);
  }
}

/* A post_only successor whose new limit crosses. */
static bool takes_against_its_word(oms_sim_t *s, sim_symbol_t *sym, const sim_slot_t *slot,
                                   const oms_order_t *b, oms_time_t now) {
  if (!sim_ticks(sym) || (b->flags & OMS_ORDER_POST_ONLY) == 0) {
    return false;
  }
  sim_slot_t as = *slot;
  as.limit = b->limit_price;
  sim_tick_phase(s, sym, slot->instrument, now);
  return sim_would_take(sym, &as);
}

/* What has lost its place has arrived anew. */
static void meet_anew(oms_sim_t *s, sim_symbol_t *sym, sim_slot_t *slot, uint64_t rank,
                      oms_time_t now) {
  if (sim_ticks(sym) && slot->rank == rank) {
    sim_tick_phase(s, sym, slot->instrument, now);
    sim_meet(s, sym, slot, SIM_AT_ARRIVAL, now);
  }
}

void sim_arrive_replace(oms_sim_t *s, uint32_t order, uint32_t successor, oms_time_t now) {
  sim_slot_t *slot = sim_slot_of(s, order);
  const oms_order_t *a = oms_engine_order(s->engine, order);
  const oms_order_t *b = oms_engine_order(s->engine, successor);
  if (slot == NULL || slot->rank == 0) {
    sim_report(s, order, OMS_REPORT_REPLACE_REJECTED, OMS_CODE_TOO_LATE, NULL, now);
    return;
  }
  if (oms_status_is_final(b->status)) {
    return; /* a corporate action has ended it on its way */
  }
  sim_symbol_t *sym = sim_symbol(s, slot->instrument);
  const char *text = NULL;
  oms_code_t code = sim_refusal(s, sym, b, &text);
  if (code != OMS_CODE_NONE) {
    sim_report(s, order, OMS_REPORT_REPLACE_REJECTED, code, text, now);
    return;
  }
  if (b->qty <= sim_filled(s, slot)) {
    sim_end(s, slot, OMS_REPORT_REPLACED, OMS_CODE_NONE, NULL, now);
    return;
  }
  bool moves = !keeps_place(a, b);
  if (moves && takes_against_its_word(s, sym, slot, b, now)) {
    sim_report(s, order, OMS_REPORT_REPLACE_REJECTED, OMS_CODE_POST_ONLY_WOULD_TAKE, NULL, now);
    return;
  }
  sim_slot_rename(s, slot, successor);
  take_successor(s, slot, a, b);
  if (moves) {
    sim_flow_leave(s, sym, slot);
    slot->due = false;
    slot->arrived = now;
    slot->entered = 0;
    slot->taking = (b->flags & OMS_ORDER_POST_ONLY) == 0;
    sim_list_append(s, sym, slot);
  }
  sim_expire_note(s, sym, slot);
  uint64_t rank = slot->rank;
  sim_report(s, order, OMS_REPORT_REPLACED, OMS_CODE_NONE, NULL, now);
  if (moves) {
    meet_anew(s, sym, slot, rank, now);
  } else if (slot->rank == rank) {
    sim_flow_resize(s, sym, slot);
  }
}

static int deliver(oms_sim_t *s, const sim_request_t *r, oms_price_t last, oms_time_t now) {
  switch (r->kind) {
  case SIM_CANCEL:
    sim_arrive_cancel(s, r->order, now);
    return OMS_OK;
  case SIM_REPLACE:
    sim_arrive_replace(s, r->order, r->successor, now);
    return OMS_OK;
  case SIM_SUBMIT:
    break;
  }
  sim_slot_t *slot = sim_slot_of(s, r->order);
  return slot == NULL ? OMS_OK : sim_arrive(s, slot, last, now);
}

int sim_travel(oms_sim_t *s, sim_symbol_t *sym, const oms_bar_t *bar, oms_time_t now) {
  for (size_t i = 0; i < sym->travel.n; i++) {
    sim_request_t *r = OMS_AT(&sym->travel, sim_request_t, i);
    r->skip -= r->sent <= bar->start;
  }
  size_t done = 0;
  int rc = OMS_OK;
  while (rc == OMS_OK && done < sym->travel.n &&
         OMS_AT(&sym->travel, sim_request_t, done)->skip <= 0) {
    sim_request_t r = *OMS_AT(&sym->travel, sim_request_t, done);
    done++;
    rc = deliver(s, &r, bar->close, now);
  }
  sim_request_t *all = sym->travel.data;
  for (size_t i = done; i < sym->travel.n; i++) {
    all[i - done] = all[i];
  }
  sym->travel.n -= done;
  return rc;
}
