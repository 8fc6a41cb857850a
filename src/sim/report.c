/* report.c - what the venue says of an order, and how it reaches the desk. What a fill is, is in
 * fill.c. */
#include "sim/sim_int.h"

void sim_hand_over(oms_sim_t *s, const oms_report_t *r, const sim_point_t *at, oms_time_t now) {
  if (r->type != OMS_REPORT_FILL) {
    s->stopped = !s->sink.report(s->sink.self, r) || s->stopped;
    return;
  }
  const oms_order_t *o = oms_engine_order(s->engine, r->order);
  sim_context_t before = s->context;
  size_t born = s->newborn.n;
  s->context = (sim_context_t){.active = true,
                               .order = r->order,
                               .group = o->group,
                               .instrument = o->instrument,
                               .burst = ++s->bursts,
                               .fill_price = r->price,
                               .point = at == NULL ? (sim_point_t){0} : *at};
  s->stopped = !s->sink.report(s->sink.self, r) || s->stopped;
  s->context = before;
  if (s->newborn.n > born) {
    sim_meet_newborn(s, born, now);
  }
}

void sim_report(oms_sim_t *s, uint32_t order, oms_report_type_t type, oms_code_t code,
                const char *text, oms_time_t now) {
  oms_report_t r = {.type = (uint8_t)type,
                    .order = order,
                    .code = (uint16_t)code,
                    .ts = now,
                    .price = OMS_NO_PRICE,
                    .stop_price = OMS_NO_PRICE,
                    .text = text};
  sim_post(s, &r, NULL, now);
}

void sim_end(oms_sim_t *s, sim_slot_t *slot, oms_report_type_t type, oms_code_t code,
             const char *text, oms_time_t now) {
  uint32_t order = slot->order;
  sim_slot_free(s, slot);
  sim_report(s, order, type, code, text, now);
}
