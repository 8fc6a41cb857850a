/* engine_names.c - the ids of the engine's orders and fills as texts: names.c with the engine's
 * seed. Invariant: a text is taken for one of our orders only when it is, letter for letter, what
 * that order would be called; a caller's own id of the same shape never is. */
#include <stdio.h>
#include <string.h>

#include "core/engine_int.h"
#include "core/names.h"

void oms_order_id_text(const oms_engine_t *e, const oms_order_t *o, char out[37]) {
  oms_names_order_id(e->config.seed, o->created_ns, o->index + 1, out);
}

const char *oms_client_order_id_text(const oms_engine_t *e, const oms_order_t *o, char out[37]) {
  if (o->client_order_id != NULL) {
    return o->client_order_id;
  }
  oms_order_id_text(e, o, out);
  return out;
}

bool oms_order_is_foreign(const oms_order_t *o) {
  const char *by = o->origin->entered_by;
  return o->client_order_id != NULL && by != NULL && o->more->replaces == OMS_NONE &&
         strcmp(by, OMS_ENTERED_BY_VENUE) == 0 &&
         strncmp(o->client_order_id, OMS_FOREIGN_PREFIX, strlen(OMS_FOREIGN_PREFIX)) == 0;
}

void oms_wire_id_text(const oms_engine_t *e, const oms_order_t *o, char out[21]) {
  (void)e; /* seq and attempt are enough: an engine never gives a seq twice */
  if (oms_order_is_foreign(o)) {
    (void)snprintf(out, 21, "%.20s", o->client_order_id + strlen(OMS_FOREIGN_PREFIX));
    return;
  }
  oms_names_wire_id(o->index + 1, o->more->wire_attempt, out);
}

static uint32_t find_foreign(const oms_engine_t *e, const char *text) {
  char id[sizeof OMS_FOREIGN_PREFIX + 21];
  if (strlen(text) > 20) {
    return OMS_NONE;
  }
  (void)snprintf(id, sizeof id, "%s%s", OMS_FOREIGN_PREFIX, text);
  for (uint32_t a = 0; a < e->accounts.n; a++) {
    uint32_t i = engine_find_key(e, (uint16_t)a, id);
    if (i != OMS_NONE && oms_order_is_foreign(engine_order(e, i))) {
      return i;
    }
  }
  return OMS_NONE;
}

uint32_t oms_engine_find_wire(const oms_engine_t *e, const char *text) {
  uint32_t seq;
  uint8_t attempt;
  if (!oms_names_parse_wire_id(text, &seq, &attempt) || seq == 0 || seq > e->orders.n ||
      attempt > engine_order(e, seq - 1)->more->wire_attempt ||
      oms_order_is_foreign(engine_order(e, seq - 1))) {
    return find_foreign(e, text);
  }
  return seq - 1;
}

const char *oms_execution_id_text(const oms_fill_t *f, char out[24]) {
  if (f->is_named != 0) {
    return f->execution.text;
  }
  oms_names_execution_id(f->execution.number, out);
  return out;
}

uint32_t oms_order_id_parse(const oms_engine_t *e, const char *text) {
  uint32_t seq;
  char again[37];
  if (!oms_names_parse_order_id(text, e->config.seed, &seq) || seq == 0 || seq > e->orders.n) {
    return OMS_NONE;
  }
  oms_order_id_text(e, engine_order(e, seq - 1), again);
  return strcmp(text, again) == 0 ? seq - 1 : OMS_NONE;
}

bool oms_execution_id_parse(const char *text, uint64_t *number) {
  return oms_names_parse_execution_id(text, number);
}
