/* past_pack.c - what a host holds beside the core, as the bytes of a snapshot, and back. */
#include <string.h>

#include "base/alloc.h"
#include "host/past.h"
#include "host/row_codec.h"

#define FORMAT 1

/* Writing. */

static void pack_event(oms_pack_t *to, const oms_event_t *e) {
  oms_pack_u8(to, e->type);
  oms_pack_u8(to, e->status);
  oms_pack_u8(to, e->canceled_by);
  oms_pack_u64(to, e->code);
  oms_pack_u64(to, e->owner);
  oms_pack_u64(to, e->order);
  oms_pack_u64(to, e->fill);
  oms_pack_u64(to, e->seq);
  oms_pack_i64(to, e->ts);
  oms_pack_maybe(to, e->old_qty);
  oms_pack_maybe(to, e->old_limit_price);
  oms_pack_maybe(to, e->old_stop_price);
  oms_pack_text(to, e->message);
}

static void pack_script(oms_pack_t *to, const oms_past_script_t *s) {
  oms_pack_u8(to, s->rule);
  oms_pack_text(to, s->id);
  oms_pack_u64(to, s->owner);
  oms_pack_u8(to, s->saved);
  oms_pack_u8(to, s->empty);
  oms_pack_u64(to, s->cursor);
  oms_pack_i64(to, s->version);
  oms_pack_bytes(to, s->bytes, s->n);
  oms_pack_u8(to, s->stopped);
  oms_pack_text(to, s->path);
  oms_pack_u8(to, s->params != NULL);
  oms_pack_bytes(to, s->params, s->param_n);
  oms_pack_u64(to, s->unseen.n);
  for (size_t i = 0; i < s->unseen.n; i++) {
    pack_event(to, OMS_AT(&s->unseen, oms_event_t, i));
  }
}

static void pack_timer(oms_pack_t *to, const oms_past_t *p, const oms_past_timer_t *t) {
  const oms_past_script_t *s = OMS_AT(&p->scripts, oms_past_script_t, t->script);
  const oms_timer_note_t note = {
      {s->rule, s->id},
      true, t->spec, t->next
  };
  oms_pack_t one = {0};
  oms_timer_pack(&one, &note);
  oms_pack_bytes(to, one.data, one.n);
  to->failed = to->failed || one.failed;
  oms_pack_free(&one);
}

static void pack_row(oms_pack_t *to, const oms_row_t *row) {
  oms_pack_t one = {0};
  oms_row_pack(&one, row, 0, 0);
  oms_pack_bytes(to, one.data, one.n);
  to->failed = to->failed || one.failed;
  oms_pack_free(&one);
}

static void pack_stream(oms_pack_t *to, const oms_past_stream_t *s) {
  oms_pack_u64(to, s->rows);
  oms_pack_u8(to, s->pushed);
  oms_pack_u64(to, s->ring_n);
  for (size_t i = 0; i < s->ring_n; i++) {
    oms_row_t row = {.kind = OMS_DATA_BARS};
    row.u.bar = s->ring[(s->ring_at + i) % OMS_PAST_BARS];
    pack_row(to, &row);
  }
  bool tick = s->rows > 0 && s->ring_n == 0;
  oms_pack_u8(to, tick);
  if (tick) {
    oms_row_t row = {.kind = s->tick.kind};
    row.u.tick = s->tick;
    pack_row(to, &row);
  }
}

static void pack_lists(oms_pack_t *to, const oms_past_t *p) {
  oms_pack_u64(to, p->tickets.n);
  for (size_t i = 0; i < p->tickets.n; i++) {
    const oms_ticket_t *t = OMS_AT(&p->tickets, oms_ticket_t, i);
    oms_pack_u64(to, t->order);
    oms_pack_u8(to, t->is_target);
    oms_pack_i64(to, t->target);
  }
  oms_pack_u64(to, p->stops.n);
  for (size_t i = 0; i < p->stops.n; i++) {
    oms_pack_u64(to, OMS_AT(&p->stops, oms_stop_note_t, i)->order);
    oms_pack_maybe(to, OMS_AT(&p->stops, oms_stop_note_t, i)->stop);
  }
  oms_pack_u64(to, p->settings.n);
  for (size_t i = 0; i < p->settings.n; i++) {
    const oms_host_setting_t *s = OMS_AT(&p->settings, oms_host_setting_t, i);
    oms_pack_u64(to, s->account);
    oms_pack_text(to, s->key);
    oms_pack_text(to, s->value);
  }
}

static void pack_curve(oms_pack_t *to, const oms_array_t *curve) {
  oms_equity_point_t before = {0, 0};
  oms_pack_u64(to, curve->n);
  for (size_t i = 0; i < curve->n; i++) {
    oms_equity_point_t p = *OMS_AT(curve, oms_equity_point_t, i);
    oms_pack_i64(to, (int64_t)((uint64_t)p.ts - (uint64_t)before.ts));
    oms_pack_i64(to, (int64_t)((uint64_t)p.equity - (uint64_t)before.equity));
    before = p;
  }
}

void oms_past_pack(oms_pack_t *to, const oms_past_t *p) {
  oms_pack_u8(to, FORMAT);
  oms_pack_u64(to, p->seed);
  oms_pack_u64(to, p->seq);
  oms_pack_u64(to, p->commands);
  oms_pack_u64(to, p->events);
  oms_pack_u64(to, p->boots);
  oms_pack_u64(to, p->since_boot);
  oms_pack_maybe(to, p->now);
  oms_pack_u8(to, p->ended);
  oms_pack_u8(to, p->risk_present);
  oms_pack_text(to, p->state_hash);
  oms_pack_u64(to, p->owner_n);
  oms_pack_bytes(to, p->boot.data, p->boot.n);
  oms_pack_u64(to, p->scripts.n);
  for (size_t i = 0; i < p->scripts.n; i++) {
    pack_script(to, OMS_AT(&p->scripts, oms_past_script_t, i));
  }
  oms_pack_u64(to, p->timers.n);
  for (size_t i = 0; i < p->timers.n; i++) {
    pack_timer(to, p, OMS_AT(&p->timers, oms_past_timer_t, i));
  }
  pack_lists(to, p);
  oms_pack_u64(to, p->curves.n);
  for (size_t i = 0; i < p->curves.n; i++) {
    pack_curve(to, OMS_AT(&p->curves, oms_array_t, i));
  }
  oms_pack_u64(to, p->pending.n);
  oms_pack_maybe(to, p->pending_at);
  for (size_t i = 0; i < p->pending.n; i++) {
    pack_row(to, OMS_AT(&p->pending, oms_row_t, i));
  }
  oms_pack_u64(to, p->streams.n);
  for (size_t i = 0; i < p->streams.n; i++) {
    pack_stream(to, OMS_AT(&p->streams, oms_past_stream_t, i));
  }
}

/* Reading. What does not fit marks the bytes as failed. */

static void keep(oms_unpack_t *u, int rc) {
  u->failed = u->failed || rc != OMS_OK;
}

static void read_event(oms_unpack_t *u, oms_past_t *p, oms_past_script_t *s) {
  oms_event_t e = {0};
  e.type = oms_unpack_u8(u);
  e.status = oms_unpack_u8(u);
  e.canceled_by = oms_unpack_u8(u);
  e.code = oms_unpack_u16(u);
  e.owner = oms_unpack_u16(u);
  e.order = oms_unpack_u32(u);
  e.fill = oms_unpack_u32(u);
  e.seq = oms_unpack_u64(u);
  e.ts = oms_unpack_i64(u);
  e.old_qty = oms_unpack_maybe(u);
  e.old_limit_price = oms_unpack_maybe(u);
  e.old_stop_price = oms_unpack_maybe(u);
  const char *text = oms_unpack_text(u);
  e.message = text == NULL ? NULL : oms_arena_text(&p->texts, text, strlen(text));
  keep(u, text != NULL && e.message == NULL ? OMS_ERR_NOMEM : OMS_OK);
  keep(u, oms_array_push(&s->unseen, &e));
}

static unsigned char *read_block(oms_unpack_t *u, size_t *n) {
  const unsigned char *data = oms_unpack_bytes(u, n);
  unsigned char *copy = u->failed ? NULL : oms_alloc(*n + 1);
  u->failed = copy == NULL;
  if (copy != NULL && *n > 0) {
    memcpy(copy, data, *n);
  }
  return copy;
}

static void read_script(oms_unpack_t *u, oms_past_t *p) {
  bool rule = oms_unpack_u8(u) != 0;
  const char *id = oms_unpack_text(u);
  uint32_t owner = oms_unpack_u32(u);
  oms_past_script_t *s = u->failed || id == NULL ? NULL : oms_past_need_script(p, rule, id);
  if (s == NULL) {
    u->failed = true;
    return;
  }
  s->saved = oms_unpack_u8(u) != 0;
  s->empty = oms_unpack_u8(u) != 0;
  s->cursor = oms_unpack_u64(u);
  s->version = oms_unpack_i64(u);
  s->bytes = read_block(u, &s->n);
  s->stopped = oms_unpack_u8(u) != 0;
  const char *path = oms_unpack_text(u);
  if (path != NULL) {
    s->path = oms_alloc_text(path);
    keep(u, s->path == NULL ? OMS_ERR_NOMEM : OMS_OK);
  }
  bool params = oms_unpack_u8(u) != 0;
  unsigned char *block = read_block(u, &s->param_n);
  s->params = params ? block : NULL;
  if (!params) {
    oms_free(block);
  }
  p->rules_saved += s->saved && rule ? 1 : 0;
  uint64_t n = oms_unpack_u64(u);
  for (uint64_t i = 0; i < n && !u->failed; i++) {
    read_event(u, p, s);
  }
  if (owner != OMS_NONE && !u->failed) {
    keep(u, oms_past_note_owner(p, owner, (uint32_t)(p->scripts.n - 1)));
  }
}

static void read_timer(oms_unpack_t *u, oms_past_t *p) {
  size_t n;
  const unsigned char *data = oms_unpack_bytes(u, &n);
  oms_unpack_t one = oms_unpack_of(data, n);
  oms_timer_note_t note;
  oms_past_script_t *s = NULL;
  if (!u->failed && oms_timer_unpack(&one, &note)) {
    s = oms_past_script(p, note.script.rule, note.script.id);
  }
  if (s == NULL) {
    u->failed = true;
    return;
  }
  keep(u, oms_past_arm(p, (uint32_t)(s - (oms_past_script_t *)p->scripts.data), &note.spec,
                       note.next));
}

static bool read_row(oms_unpack_t *u, oms_row_t *row) {
  size_t n;
  int flags;
  const unsigned char *data = oms_unpack_bytes(u, &n);
  oms_unpack_t one = oms_unpack_of(data, n);
  u->failed = u->failed || !oms_row_unpack(&one, 0, row, &flags);
  return !u->failed;
}

static void read_stream(oms_unpack_t *u, oms_past_t *p, uint32_t index) {
  oms_past_stream_t *s = oms_past_stream(p, index);
  oms_row_t row;
  if (s == NULL) {
    u->failed = true;
    return;
  }
  s->rows = oms_unpack_u64(u);
  s->pushed = oms_unpack_u8(u) != 0;
  uint64_t n = oms_unpack_u64(u);
  for (uint64_t i = 0; i < n && read_row(u, &row); i++) {
    keep(u, row.kind == OMS_DATA_BARS ? oms_past_bar(s, &row.u.bar) : OMS_ERR_DATA);
  }
  if (oms_unpack_u8(u) != 0 && read_row(u, &row)) {
    s->tick = row.u.tick;
  }
}

static void read_pending(oms_unpack_t *u, oms_past_t *p) {
  oms_row_t row;
  uint64_t n = oms_unpack_u64(u);
  p->pending_at = oms_unpack_maybe(u);
  for (uint64_t i = 0; i < n && read_row(u, &row); i++) {
    keep(u, oms_array_push(&p->pending, &row));
  }
}

static void read_lists(oms_unpack_t *u, oms_past_t *p) {
  uint64_t n = oms_unpack_u64(u);
  for (uint64_t i = 0; i < n && !u->failed; i++) {
    oms_ticket_t t = {.order = oms_unpack_u32(u)};
    t.is_target = oms_unpack_u8(u) != 0;
    t.target = oms_unpack_i64(u);
    keep(u, oms_array_push(&p->tickets, &t));
  }
  n = oms_unpack_u64(u);
  for (uint64_t i = 0; i < n && !u->failed; i++) {
    oms_stop_note_t s = {.order = oms_unpack_u32(u)};
    s.stop = oms_unpack_maybe(u);
    keep(u, oms_array_push(&p->stops, &s));
  }
  n = oms_unpack_u64(u);
  for (uint64_t i = 0; i < n && !u->failed; i++) {
    uint16_t account = oms_unpack_u16(u);
    const char *key = oms_unpack_text(u), *value = oms_unpack_text(u);
    keep(u, key != NULL && value != NULL ? oms_past_set(p, account, key, value) : OMS_ERR_DATA);
  }
}

static void read_curve(oms_unpack_t *u, oms_past_t *p, uint32_t account) {
  oms_equity_point_t point = {0, 0};
  uint64_t n = oms_unpack_u64(u);
  for (uint64_t i = 0; i < n && !u->failed; i++) {
    point.ts = (int64_t)((uint64_t)point.ts + (uint64_t)oms_unpack_i64(u));
    point.equity = (int64_t)((uint64_t)point.equity + (uint64_t)oms_unpack_i64(u));
    keep(u, oms_past_point(p, account, &point));
  }
}

static void read_head(oms_unpack_t *u, oms_past_t *p) {
  size_t n;
  p->seed = oms_unpack_u64(u);
  p->seq = oms_unpack_u64(u);
  p->commands = oms_unpack_u64(u);
  p->events = oms_unpack_u64(u);
  p->boots = oms_unpack_u64(u);
  p->since_boot = oms_unpack_u64(u);
  p->now = oms_unpack_maybe(u);
  p->ended = oms_unpack_u8(u) != 0;
  p->risk_present = oms_unpack_u8(u) != 0;
  const char *hash = oms_unpack_text(u);
  if (hash == NULL || strlen(hash) >= sizeof p->state_hash) {
    u->failed = true;
    return;
  }
  memcpy(p->state_hash, hash, strlen(hash) + 1);
  p->owner_n = oms_unpack_u32(u);
  const unsigned char *boot = oms_unpack_bytes(u, &n);
  oms_pack_raw(&p->boot, boot, u->failed ? 0 : n);
  u->failed = u->failed || p->boot.failed;
}

bool oms_past_unpack(oms_unpack_t *u, oms_past_t *p) {
  if (oms_unpack_u8(u) != FORMAT) {
    return false;
  }
  read_head(u, p);
  uint64_t n = u->failed ? 0 : oms_unpack_u64(u);
  for (uint64_t i = 0; i < n && !u->failed; i++) {
    read_script(u, p);
  }
  n = oms_unpack_u64(u);
  for (uint64_t i = 0; i < n && !u->failed; i++) {
    read_timer(u, p);
  }
  read_lists(u, p);
  n = oms_unpack_u64(u);
  for (uint64_t i = 0; i < n && !u->failed && i <= UINT16_MAX; i++) {
    read_curve(u, p, (uint32_t)i);
  }
  read_pending(u, p);
  n = oms_unpack_u64(u);
  for (uint64_t i = 0; i < n && !u->failed; i++) {
    read_stream(u, p, (uint32_t)i);
  }
  return oms_unpack_done(u);
}
