/* report.c - what the venue says of an order, fills excepted (fill.c). */
#include "sim/sim_int.h"

void sim_report(oms_sim_t *s, uint32_t order, oms_report_type_t type, oms_code_t code,
                const char *text, oms_time_t now) {
  oms_report_t r = {.type = (uint8_t)type,
                    .order = order,
                    .code = (uint16_t)code,
                    .ts = now,
                    .price = OMS_NO_PRICE,
                    .stop_price = OMS_NO_PRICE,
                    .text = text};
  s->sink.report(s->sink.self, &r);
}

void sim_end(oms_sim_t *s, sim_slot_t *slot, oms_report_type_t type, oms_code_t code,
             const char *text, oms_time_t now) {
  uint32_t order = slot->order;
  sim_slot_free(s, slot);
  sim_report(s, order, type, code, text, now);
}
