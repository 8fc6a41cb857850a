/* engine_flow.h - random commands for an engine: orders, brackets, fills, replaces, busts, splits,
 * reports that no venue would give. The same seed draws the same flow. */
#ifndef TEST_ENGINE_FLOW_H
#define TEST_ENGINE_FLOW_H

#include "base/random.h"
#include "engine_fixture.h"

#define NEWEST 60 /* commands go to the newest orders, so that many are still open */

typedef struct flow {
  fixture_t f;
  oms_random_t random;
} flow_t;

static inline int64_t below(flow_t *w, uint64_t n) {
  return (int64_t)oms_random_below(&w->random, n);
}

static inline uint32_t some_order(flow_t *w) {
  uint32_t n = oms_engine_order_count(w->f.e);
  uint32_t span = n < NEWEST ? n : NEWEST;
  return n - 1 - (uint32_t)below(w, span);
}

static inline void random_submit(flow_t *w) {
  fixture_t *f = &w->f;
  int side = (int)below(w, OMS_SIDE_COUNT);
  oms_terms_t t = limit_terms(f, side, 1 + below(w, 200), 950 + below(w, 100));
  if (below(w, 4) == 0) {
    t.type = OMS_TYPE_MARKET;
    t.limit_price = OMS_NO_PRICE;
  }
  t.instrument = below(w, 3) == 0 ? f->qqq : f->spy;
  t.account = (uint16_t)below(w, 2);
  t.owner = below(w, 2) == 0 ? f->owner : f->other_owner;
  t.flags = below(w, 8) == 0 ? OMS_ORDER_REDUCE_ONLY : 0;
  char key[24];
  if (below(w, 5) == 0) {
    (void)snprintf(key, sizeof key, "k%d", (int)below(w, 4000));
    t.client_order_id = key;
  }
  oms_command_t c = {
      .type = OMS_COMMAND_SUBMIT, .u.submit = {.terms = &t, .needs_verdict = below(w, 3) == 0}
  };
  if (apply(f, &c) == OMS_OK && c.u.submit.needs_verdict) {
    verdict(f, subject(f), (int)below(w, 3), OMS_CODE_NONE);
  }
}

static inline void random_bracket(flow_t *w) {
  fixture_t *f = &w->f;
  oms_command_t c = {.type = OMS_COMMAND_GROUP,
                     .u.group = {.order_class = OMS_ORDER_CLASS_BRACKET}};
  if (apply(f, &c) != OMS_OK) {
    return;
  }
  uint32_t group = oms_engine_new_group(f->e);
  oms_terms_t t = limit_terms(f, OMS_SIDE_BUY, 100, 1000);
  t.group = group;
  t.role = OMS_ROLE_PARENT;
  if (submit(f, &t) != OMS_OK) {
    return;
  }
  t.parent = subject(f);
  t.side = OMS_SIDE_SELL;
  for (int role = OMS_ROLE_TAKE_PROFIT; role <= OMS_ROLE_STOP_LOSS; role++) {
    t.role = (uint8_t)role;
    c = (oms_command_t){
        .type = OMS_COMMAND_SUBMIT, .u.submit = {.terms = &t, .held_by = OMS_HELD_BY_PARENT}
    };
    (void)apply(f, &c);
  }
}

/* What exits of one group may still fill: the toy venue is careful, as the simulated one is. */
static inline oms_qty_t group_room(const fixture_t *f, const oms_order_t *o) {
  const oms_group_t *g = oms_engine_group(f->e, o->group);
  const oms_order_t *head = order(f, g->head);
  while (head->status == OMS_STATUS_REPLACED && head->more->replaced_by != OMS_NONE) {
    head = order(f, head->more->replaced_by);
  }
  oms_qty_t room = head->filled_qty;
  for (uint32_t i = g->first; i != OMS_NONE; i = order(f, i)->more->next_in_group) {
    bool exit =
        order(f, i)->role == OMS_ROLE_TAKE_PROFIT || order(f, i)->role == OMS_ROLE_STOP_LOSS;
    room -= exit && order(f, i)->status != OMS_STATUS_REPLACED ? order(f, i)->filled_qty : 0;
  }
  return room;
}

static inline void random_fill(flow_t *w, uint32_t i) {
  fixture_t *f = &w->f;
  const oms_order_t *o = order(f, i);
  bool exit = o->role == OMS_ROLE_TAKE_PROFIT || o->role == OMS_ROLE_STOP_LOSS;
  oms_report_t r = report_of(OMS_REPORT_FILL, i);
  oms_qty_t leaves = oms_order_leaves(o);
  r.qty = below(w, 2) == 0 && leaves > 0 ? leaves : sh(1 + below(w, 60));
  if (exit && r.qty > group_room(f, o)) {
    return;
  }
  if (o->role == OMS_ROLE_PARENT || exit) {
    r.qty = leaves < r.qty ? leaves : r.qty; /* groups get no overfill */
  }
  if (r.qty <= 0) {
    return;
  }
  r.price = px(950 + below(w, 100));
  r.execution_no = below(w, 50) == 0 ? (uint64_t)below(w, 100) : ++f->execution;
  r.has_commission = below(w, 2) == 0;
  r.commission = below(w, 100000);
  tell(f, r);
}

static inline void random_bust(flow_t *w) {
  fixture_t *f = &w->f;
  uint32_t n = oms_engine_fill_count(f->e);
  if (n == 0) {
    return;
  }
  const oms_fill_t *fill = oms_engine_fill(f->e, n - 1 - (uint32_t)below(w, n < 40 ? n : 40));
  if (order(f, fill->order)->group != OMS_NONE) {
    return; /* a busted parent leaves its exits to whoever watches the group */
  }
  char id[24];
  oms_report_t r = report_of(below(w, 2) == 0 ? OMS_REPORT_BUST : OMS_REPORT_CORRECT, fill->order);
  r.busts = oms_execution_id_text(fill, id);
  r.works_again = below(w, 2) == 0;
  r.qty = sh(1 + below(w, 60));
  r.price = px(950 + below(w, 100));
  r.execution_no = ++f->execution;
  tell(f, r);
}

static inline void random_replace(flow_t *w, uint32_t i) {
  oms_command_t c = replace_command(i);
  c.u.replace.qty = below(w, 2) == 0 ? OMS_NO_PRICE : sh(1 + below(w, 250));
  c.u.replace.limit_price = below(w, 2) == 0 ? OMS_NO_PRICE : px(950 + below(w, 100));
  c.u.replace.needs_verdict = below(w, 3) == 0;
  if (apply(&w->f, &c) == OMS_OK && c.u.replace.needs_verdict) {
    verdict(&w->f, subject(&w->f), (int)below(w, 3), OMS_CODE_NONE);
  }
}

static inline void random_report(flow_t *w, uint32_t i) {
  static const int types[] = {
      OMS_REPORT_ACCEPTED,   OMS_REPORT_WORKING,         OMS_REPORT_WORKING,
      OMS_REPORT_TRIGGERED,  OMS_REPORT_CANCELED,        OMS_REPORT_EXPIRED,
      OMS_REPORT_REJECTED,   OMS_REPORT_CANCEL_REJECTED, OMS_REPORT_REPLACED,
      OMS_REPORT_REPLACED,   OMS_REPORT_REPLACED,        OMS_REPORT_REPLACE_REJECTED,
      OMS_REPORT_SUSPENDED,  OMS_REPORT_RESUMED,         OMS_REPORT_DONE_FOR_DAY,
      OMS_REPORT_IN_DOUBT,   OMS_REPORT_RESOLVED,        OMS_REPORT_RESTATED,
      OMS_REPORT_COMMISSION, OMS_REPORT_STOPPED};
  oms_report_t r = report_of(types[below(w, OMS_COUNT(types))], i);
  if (r.type == OMS_REPORT_RESTATED) {
    r.qty = sh(below(w, 200));
    r.price = order(&w->f, i)->limit_price == OMS_NO_PRICE ? OMS_NO_PRICE : px(960);
  }
  r.execution_no = w->f.execution;
  r.has_commission = true;
  r.commission = below(w, 1000);
  tell(&w->f, r);
}

static inline void random_action(flow_t *w) {
  static const int64_t parts[] = {1, 2, 3, 5, 7, 10, 21};
  oms_command_t c = {.type = OMS_COMMAND_CORPORATE};
  int64_t num = parts[below(w, 7)], den = parts[below(w, 7)], mills = below(w, 100);
  c.u.corporate.instrument = below(w, 3) == 0 ? w->f.qqq : w->f.spy;
  c.u.corporate.action = (oms_corporate_t){(uint8_t)below(w, 3), num * OMS_PRICE_SCALE / den,
                                           mills * OMS_PRICE_SCALE / 1000};
  apply(&w->f, &c);
}

static inline void random_state(flow_t *w) {
  int kind = (int)below(w, 4);
  int state = below(w, 3) == 0 ? (int)below(w, 3) : OMS_TRADING_STATE_ACTIVE;
  set_state(&w->f, kind, (uint32_t)below(w, 2), state);
}

static inline void random_command(flow_t *w) {
  fixture_t *f = &w->f;
  f->now += below(w, 400) == 0 ? OMS_NS_PER_DAY : below(w, OMS_NS_PER_SECOND);
  if (oms_engine_order_count(f->e) == 0) {
    random_submit(w);
    return;
  }
  uint32_t i = some_order(w);
  switch (below(w, 16)) {
  case 0:
  case 1:
    random_submit(w);
    return;
  case 2:
    mark_symbol(f, below(w, 3) == 0 ? f->qqq : f->spy, 900 + below(w, 200));
    return;
  case 3:
    cancel(f, i);
    return;
  case 4:
  case 5:
    random_replace(w, i);
    return;
  case 6:
  case 7:
    send(f, i);
    return;
  case 8:
  case 9:
  case 10:
    random_fill(w, i);
    return;
  case 11:
    random_bust(w);
    return;
  case 12:
    if (below(w, 8) == 0) {
      random_state(w);
    } else if (below(w, 2) == 0) {
      random_bracket(w);
    } else {
      apply(f, &(oms_command_t){
                   .type = OMS_COMMAND_RELEASE, .u.release = {i, OMS_NO_PRICE}
      });
    }
    return;
  case 13:
    if (below(w, 4) == 0) {
      apply(f, &(oms_command_t){.type = OMS_COMMAND_DROP, .u.drop = {.order = i}});
    } else {
      apply(f, &(oms_command_t){
                   .type = OMS_COMMAND_RESIZE, .u.resize = {i, sh(below(w, 150))}
      });
    }
    return;
  default:
    if (below(w, 50) == 0) {
      random_action(w);
    } else {
      random_report(w, i);
    }
  }
}

static inline setup_t flow_setup(void) {
  setup_t s = plain_setup();
  s.account.limits.max_orders_per_second = 50;
  s.account.limits.duplicate_window_ns = OMS_NS_PER_SECOND;
  s.account.limits.max_position = sh(5000);
  s.account.credit_exits = true;
  s.config.commission.percent = OMS_PRICE_SCALE / 10;
  return s;
}

#endif
