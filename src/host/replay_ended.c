/* replay_ended.c - calls that were ended by their budget or for want of memory: found beforehand,
 * and when one comes it is not made; what it had done up to then stands in the records and is done
 * from there. */
#include <string.h>

#include "base/alloc.h"
#include "core/codec.h"
#include "host/replay_int.h"

static int note(oms_replay_t *r, uint64_t boot, const oms_record_t *record) {
  oms_ended_note_t n;
  oms_unpack_t u = oms_unpack_of(record->data, record->n);
  if (!oms_ended_unpack(&u, &n)) {
    return oms_error_set(r->err, OMS_ERR_DATA, "record %llu of the journal is no end of a call",
                         (unsigned long long)record->seq);
  }
  size_t size = strlen(n.message) + 1;
  oms_replay_ended_t e = {boot, n.call, n.after, n.code, oms_alloc(size)};
  if (e.message == NULL || oms_array_push(&r->ended, &e) != OMS_OK) {
    oms_free(e.message);
    return oms_error_set(r->err, OMS_ERR_NOMEM, "out of memory for calls that were ended");
  }
  memcpy(e.message, n.message, size);
  return OMS_OK;
}

int oms_replay_find_ended(oms_replay_t *r, oms_error_t *err) {
  oms_store_reader_t *reader;
  oms_record_t record;
  uint64_t boot = 0;
  oms_array_init(&r->ended, sizeof(oms_replay_ended_t));
  oms_array_init(&r->wishes, sizeof(oms_action_t));
  int rc = oms_reader_open(r->options->db, 1, false, &reader, err);
  if (rc != OMS_OK) {
    return rc;
  }
  while ((rc = oms_reader_next(reader, &record, err)) == OMS_OK && record.seq != 0) {
    boot += record.kind == OMS_RECORD_BOOT;
    if (record.kind == OMS_RECORD_ENDED && (rc = note(r, boot, &record)) != OMS_OK) {
      break;
    }
  }
  oms_reader_close(reader);
  return rc;
}

void oms_replay_free_ended(oms_replay_t *r) {
  for (size_t i = 0; i < r->ended.n; i++) {
    oms_free(OMS_AT(&r->ended, oms_replay_ended_t, i)->message);
  }
  oms_array_free(&r->ended);
  oms_array_free(&r->wishes);
}

/* A ended call inside another ended one comes first in the records, and is never asked for. */
static const oms_replay_ended_t *find(const oms_replay_t *r, uint64_t call) {
  for (size_t i = 0; i < r->ended.n; i++) {
    const oms_replay_ended_t *e = OMS_AT(&r->ended, oms_replay_ended_t, i);
    if (e->boot == r->past->boots && e->call == call) {
      return e;
    }
  }
  return NULL;
}

/* What it had ordered is to stand in the batch, as if it had been made (submit.c, change.c,
 * close.c); looked at again when all of the call is done. */
static int wish(oms_replay_t *r, const oms_command_t *c, bool asked_before) {
  const oms_engine_t *e = r->host->engine;
  oms_action_t a = {.kind = OMS_ACTION_SEND, .order = oms_engine_subject(e), .successor = OMS_NONE};
  if (c->type == OMS_COMMAND_CANCEL) {
    const oms_order_t *o = oms_engine_order(e, c->u.cancel.order);
    if (asked_before || !oms_order_is_open(o) || oms_desk_is_head(o)) {
      return OMS_OK;
    }
    a.kind = OMS_ACTION_CANCEL;
    a.order = o->index;
    a.on_behalf = c->u.cancel.canceled_by == OMS_CANCELED_BY_OMS;
  } else if (c->type == OMS_COMMAND_REPLACE) {
    a.kind = OMS_ACTION_REPLACE;
    a.order = c->u.replace.order;
    a.successor = oms_engine_subject(e);
  } else if (c->type == OMS_COMMAND_RELEASE) {
    a.order = c->u.release.order;
  } else if (c->type != OMS_COMMAND_SUBMIT || c->u.submit.held_by != OMS_HELD_BY_NONE) {
    return OMS_OK;
  }
  return oms_array_push(&r->wishes, &a);
}

/* An order that had not left was replaced in its place. */
static bool replace_unsent(oms_desk_host_t *d, const oms_action_t *a) {
  if (oms_engine_order(d->engine, a->order)->status != OMS_STATUS_REPLACED) {
    return false;
  }
  for (size_t i = d->batch.n; i-- > 0;) {
    oms_action_t *b = OMS_AT(&d->batch, oms_action_t, i);
    if (b->kind == OMS_ACTION_SEND && b->order == a->order) {
      b->order = a->successor;
      break;
    }
  }
  return true;
}

static int grant(oms_replay_t *r) {
  oms_desk_host_t *d = &r->host->desk;
  int rc = OMS_OK;
  for (size_t i = 0; i < r->wishes.n && rc == OMS_OK; i++) {
    const oms_action_t *a = OMS_AT(&r->wishes, oms_action_t, i);
    const oms_order_t *o = oms_engine_order(d->engine, a->order);
    bool takes = a->kind == OMS_ACTION_CANCEL;
    if (a->kind == OMS_ACTION_SEND) { /* one that was replaced has its place until then */
      takes = o->status == OMS_STATUS_PENDING_NEW || o->status == OMS_STATUS_REPLACED;
    } else if (a->kind == OMS_ACTION_REPLACE && !replace_unsent(d, a)) {
      takes = oms_engine_order(d->engine, a->successor)->status == OMS_STATUS_HELD;
    }
    rc = takes ? oms_desk_push(d, *a) : OMS_OK;
  }
  r->wishes.n = 0;
  return rc;
}

static bool was_asked(const oms_replay_t *r, const oms_command_t *c) {
  const oms_engine_t *e = r->host->engine;
  return c->type == OMS_COMMAND_CANCEL && c->u.cancel.order < oms_engine_order_count(e) &&
         (oms_engine_order(e, c->u.cancel.order)->flags & OMS_ORDER_CANCEL_REQUESTED) != 0;
}

static int do_command(oms_replay_t *r) {
  oms_command_t c;
  oms_terms_t terms;
  oms_pack_t copy = {0}; /* the record is gone when it has been taken */
  oms_pack_raw(&copy, r->next.data, r->next.n);
  oms_unpack_t u = oms_unpack_of(copy.data, copy.n);
  int rc = copy.failed ? OMS_ERR_NOMEM : oms_command_unpack(&u, &c, &terms) ? OMS_OK : OMS_ERR_DATA;
  if (rc == OMS_OK) {
    bool asked_before = was_asked(r, &c);
    rc = oms_desk_apply(&r->host->desk, &c);
    rc = rc == OMS_OK ? wish(r, &c, asked_before) : rc; /* refused: it had no effect then, either */
  }
  oms_pack_free(&copy);
  return rc;
}

static int do_timer(oms_replay_t *r) {
  oms_timer_note_t t;
  oms_unpack_t u = oms_unpack_of(r->next.data, r->next.n);
  if (!oms_timer_unpack(&u, &t)) {
    return OMS_ERR_DATA;
  }
  for (size_t i = 0; i < r->host->scripts.n; i++) {
    oms_host_script_t *s = oms_host_script_at(r->host, i);
    uint64_t id;
    if ((s->kind == OMS_SCRIPT_RULE) != t.script.rule || strcmp(s->id, t.script.id) != 0) {
      continue;
    }
    if (t.armed) {
      return oms_host_timer_arm(r->host, (int)i, &t.spec, &id);
    }
    return oms_host_timer_end(r->host, (int)i, t.spec.name);
  }
  return OMS_ERR_DATA;
}

static int do_ticket(oms_replay_t *r) {
  oms_ticket_note_t t;
  oms_unpack_t u = oms_unpack_of(r->next.data, r->next.n);
  if (!oms_ticket_unpack(&u, &t)) {
    return OMS_ERR_DATA;
  }
  int rc = r->host->desk.ticketed(r->host, &t.ticket);
  return rc == OMS_OK ? oms_array_push(&r->host->desk.tickets, &t.ticket) : rc;
}

/* Other records are of calls inside this one, and of what lies beside the core. */
static int do_other(oms_replay_t *r) {
  oms_pack_t copy = {0};
  oms_pack_raw(&copy, r->next.data, r->next.n);
  int rc = copy.failed ? OMS_ERR_NOMEM
                       : oms_host_put(r->host, (oms_record_kind_t)r->next.kind, r->next.market,
                                      copy.data, copy.n);
  oms_pack_free(&copy);
  return rc;
}

static bool is_its_end(const oms_record_t *record, uint64_t call) {
  oms_ended_note_t n;
  oms_unpack_t u = oms_unpack_of(record->data, record->n);
  return record->kind == OMS_RECORD_ENDED && oms_ended_unpack(&u, &n) && n.call == call;
}

bool oms_replay_was_ended(void *self, const oms_ended_note_t *call, int *code, oms_error_t *err) {
  oms_replay_t *r = self;
  const oms_replay_ended_t *e = r->ended.n == 0 ? NULL : find(r, call->call);
  if (e == NULL) {
    return false;
  }
  while (r->next.seq != 0 && r->next.kind != OMS_RECORD_BOOT && !r->result->differs &&
         !is_its_end(&r->next, call->call)) {
    uint64_t before = r->next.seq;
    switch (r->next.kind) {
    case OMS_RECORD_COMMAND:
      (void)do_command(r);
      break;
    case OMS_RECORD_TIMER:
      (void)do_timer(r);
      break;
    case OMS_RECORD_TICKET:
      (void)do_ticket(r);
      break;
    default:
      (void)do_other(r);
    }
    if (r->next.seq == before) {
      break; /* it was not taken: what differs is noted, or the host is at its end */
    }
  }
  if (grant(r) != OMS_OK) {
    oms_desk_fail(&r->host->desk, OMS_ERR_NOMEM, "a call that was ended could not be repeated");
  }
  r->host->revive.calls = e->after;
  *code = oms_error_set(err, e->code, "%s", e->message);
  return true;
}
