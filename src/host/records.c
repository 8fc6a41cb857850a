/* records.c - see records.h. */
#include "host/records.h"

#include <string.h>

const char *oms_record_kind_text(int kind) {
  switch (kind) {
#define X(name, number, input, text)                                                               \
  case number:                                                                                     \
    return text;
    OMS_RECORD_MAP(X)
#undef X
  default:
    return "unknown";
  }
}

static void pack_name(oms_pack_t *p, const oms_script_name_t *n) {
  oms_pack_u8(p, n->rule);
  oms_pack_text(p, n->id);
}

/* A text that there must be. */
static const char *unpack_word(oms_unpack_t *u) {
  const char *text = oms_unpack_text(u);
  u->failed = u->failed || text == NULL;
  return text != NULL ? text : "";
}

static void unpack_name(oms_unpack_t *u, oms_script_name_t *n) {
  n->rule = oms_unpack_bool(u);
  n->id = unpack_word(u);
}

/* Files. */

static void pack_files(oms_pack_t *p, const oms_file_ref_t *files, size_t n) {
  oms_pack_u64(p, n);
  for (size_t i = 0; i < n; i++) {
    oms_pack_text(p, files[i].path);
    oms_pack_text(p, files[i].digest);
  }
}

static bool unpack_files(oms_unpack_t *u, oms_array_t *files) {
  uint64_t n = oms_unpack_u64(u);
  for (uint64_t i = 0; i < n && !u->failed; i++) {
    oms_file_ref_t f;
    f.path = unpack_word(u);
    f.digest = oms_unpack_text(u);
    if (u->failed || oms_array_push(files, &f) != OMS_OK) {
      return false;
    }
  }
  return !u->failed;
}

/* RELOAD */

void oms_reload_pack(oms_pack_t *p, const oms_reload_note_t *r) {
  pack_name(p, &r->script);
  oms_pack_text(p, r->path);
  oms_pack_text(p, r->old_hash);
  oms_pack_text(p, r->new_hash);
  oms_pack_text(p, r->message);
  oms_pack_u8(p, r->params != NULL);
  if (r->params != NULL) {
    oms_pack_bytes(p, r->params, r->param_n);
  }
  pack_files(p, r->files, r->file_n);
}

bool oms_reload_unpack(oms_unpack_t *u, oms_reload_note_t *r, oms_array_t *files) {
  memset(r, 0, sizeof *r);
  unpack_name(u, &r->script);
  r->path = unpack_word(u);
  r->old_hash = oms_unpack_text(u);
  r->new_hash = oms_unpack_text(u);
  r->message = oms_unpack_text(u);
  if (oms_unpack_bool(u)) {
    r->params = oms_unpack_bytes(u, &r->param_n);
  }
  if (!unpack_files(u, files)) {
    return false;
  }
  r->files = files->data;
  r->file_n = files->n;
  return oms_unpack_done(u);
}

/* FILE */

void oms_file_pack(oms_pack_t *p, const oms_file_ref_t *f) {
  oms_pack_text(p, f->path);
  oms_pack_text(p, f->digest);
}

bool oms_file_unpack(oms_unpack_t *u, oms_file_ref_t *f) {
  f->path = unpack_word(u);
  f->digest = oms_unpack_text(u);
  return oms_unpack_done(u);
}

/* OWNER_HASH */

void oms_owner_hash_pack(oms_pack_t *p, const oms_owner_hash_note_t *o) {
  oms_pack_u64(p, o->owner);
  oms_pack_text(p, o->hash);
}

bool oms_owner_hash_unpack(oms_unpack_t *u, oms_owner_hash_note_t *o) {
  o->owner = oms_unpack_u32(u);
  o->hash = unpack_word(u);
  return oms_unpack_done(u);
}

/* SAVE */

void oms_save_pack(oms_pack_t *p, const oms_save_note_t *s) {
  pack_name(p, &s->script);
  oms_pack_u64(p, s->cursor);
  oms_pack_i64(p, s->version);
  oms_pack_u8(p, s->empty);
  oms_pack_bytes(p, s->bytes, s->empty ? 0 : s->n);
}

bool oms_save_unpack(oms_unpack_t *u, oms_save_note_t *s) {
  unpack_name(u, &s->script);
  s->cursor = oms_unpack_u64(u);
  s->version = oms_unpack_i64(u);
  s->empty = oms_unpack_bool(u);
  s->bytes = oms_unpack_bytes(u, &s->n);
  return oms_unpack_done(u);
}

/* TIMER */

void oms_timer_pack(oms_pack_t *p, const oms_timer_note_t *t) {
  pack_name(p, &t->script);
  oms_pack_text(p, t->spec.name);
  oms_pack_u8(p, t->armed);
  if (!t->armed) {
    return;
  }
  oms_pack_u8(p, (uint8_t)t->spec.kind);
  oms_pack_maybe(p, t->spec.at);
  oms_pack_i64(p, t->spec.every_ns);
  oms_pack_i64(p, t->spec.day_ns);
  oms_pack_i64(p, t->spec.zone.kind);
  oms_pack_i64(p, t->spec.zone.offset_s);
  oms_pack_maybe(p, t->next);
}

static bool timer_is_good(const oms_timer_note_t *t) {
  const oms_timer_spec_t *s = &t->spec;
  char name[40];
  oms_zone_t again;
  bool zone = s->zone.kind >= 0 && s->zone.kind < 64;
  if (zone) {
    oms_zone_name(s->zone, name);
    zone = oms_zone_parse(name, strlen(name), &again) == OMS_OK;
  }
  return s->kind <= OMS_TIMER_DAILY && (s->kind != OMS_TIMER_EVERY || s->every_ns > 0) &&
         (s->kind != OMS_TIMER_DAILY || (zone && s->day_ns >= 0 && s->day_ns < OMS_NS_PER_DAY)) &&
         t->next != OMS_NO_TIME;
}

bool oms_timer_unpack(oms_unpack_t *u, oms_timer_note_t *t) {
  memset(t, 0, sizeof *t);
  unpack_name(u, &t->script);
  t->spec.name = unpack_word(u);
  t->armed = oms_unpack_bool(u);
  if (!t->armed) {
    return oms_unpack_done(u);
  }
  t->spec.kind = (oms_timer_kind_t)oms_unpack_u8(u);
  t->spec.at = oms_unpack_maybe(u);
  t->spec.every_ns = oms_unpack_i64(u);
  t->spec.day_ns = oms_unpack_i64(u);
  t->spec.zone.kind = (int)oms_unpack_i64(u);
  t->spec.zone.offset_s = (int)oms_unpack_i64(u);
  t->next = oms_unpack_maybe(u);
  return oms_unpack_done(u) && timer_is_good(t);
}

/* TICKET, STOP */

void oms_ticket_pack(oms_pack_t *p, const oms_ticket_note_t *t) {
  oms_pack_u8(p, t->waits);
  oms_pack_u64(p, t->ticket.order);
  oms_pack_u8(p, t->ticket.is_target);
  oms_pack_i64(p, t->ticket.target);
}

bool oms_ticket_unpack(oms_unpack_t *u, oms_ticket_note_t *t) {
  t->waits = oms_unpack_bool(u);
  t->ticket.order = oms_unpack_u32(u);
  t->ticket.is_target = oms_unpack_bool(u);
  t->ticket.target = oms_unpack_i64(u);
  return oms_unpack_done(u);
}

void oms_stop_pack(oms_pack_t *p, const oms_stop_note_t *s) {
  oms_pack_u64(p, s->order);
  oms_pack_maybe(p, s->stop);
}

bool oms_stop_unpack(oms_unpack_t *u, oms_stop_note_t *s) {
  s->order = oms_unpack_u32(u);
  s->stop = oms_unpack_maybe(u);
  return oms_unpack_done(u);
}

/* ENDED */

void oms_ended_pack(oms_pack_t *p, const oms_ended_note_t *e) {
  pack_name(p, &e->script);
  oms_pack_u64(p, e->call);
  oms_pack_u64(p, e->after);
  oms_pack_u64(p, e->began);
  oms_pack_text(p, e->callback);
  oms_pack_i64(p, e->code);
  oms_pack_text(p, e->message);
}

bool oms_ended_unpack(oms_unpack_t *u, oms_ended_note_t *e) {
  unpack_name(u, &e->script);
  e->call = oms_unpack_u64(u);
  e->after = oms_unpack_u64(u);
  e->began = oms_unpack_u64(u);
  e->callback = unpack_word(u);
  e->code = (int)oms_unpack_i64(u);
  e->message = unpack_word(u);
  return oms_unpack_done(u);
}

/* SCRIPT */

void oms_script_note_pack(oms_pack_t *p, const oms_script_note_t *s) {
  pack_name(p, &s->script);
  oms_pack_u8(p, (uint8_t)s->run);
  oms_pack_i64(p, s->errors);
  oms_pack_text(p, s->by);
  oms_pack_text(p, s->why);
}

bool oms_script_note_unpack(oms_unpack_t *u, oms_script_note_t *s) {
  unpack_name(u, &s->script);
  s->run = (oms_script_run_t)oms_unpack_u8(u);
  s->errors = (int)oms_unpack_i64(u);
  s->by = oms_unpack_text(u);
  s->why = oms_unpack_text(u);
  return oms_unpack_done(u) && s->run <= OMS_RUN_STOPPED;
}
