/* past.c - records taken in, one after the other. Commands go to the core as they stood, whatever
 * it answers: it answered the same when they were written down. What the tables hold is kept for
 * hosts to come; past_pack.c writes it into snapshots. */
#include "host/past.h"

#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/check.h"
#include "core/codec.h"
#include "host/boot.h"
#include "host/op_codec.h"

/* Life. */

static void init_arrays(oms_past_t *p) {
  oms_array_init(&p->scripts, sizeof(oms_past_script_t));
  oms_array_init(&p->timers, sizeof(oms_past_timer_t));
  oms_array_init(&p->tickets, sizeof(oms_ticket_t));
  oms_array_init(&p->stops, sizeof(oms_stop_note_t));
  oms_array_init(&p->settings, sizeof(oms_host_setting_t));
  oms_array_init(&p->curves, sizeof(oms_array_t));
  oms_array_init(&p->streams, sizeof(oms_past_stream_t));
  oms_array_init(&p->owners, sizeof(uint32_t));
  oms_array_init(&p->recent, sizeof(oms_event_t));
  oms_array_init(&p->pending, sizeof(oms_row_t));
}

oms_past_t *oms_past_new(void) {
  oms_past_t *p = oms_alloc_zero(1, sizeof *p);
  if (p != NULL) {
    init_arrays(p);
    p->now = OMS_NO_TIME;
  }
  return p;
}

static void free_script(oms_past_script_t *s) {
  oms_free(s->id);
  oms_free(s->bytes);
  oms_free(s->path);
  oms_free(s->params);
  oms_free(s->path_before);
  oms_free(s->params_before);
  oms_array_free(&s->unseen);
}

void oms_past_free(oms_past_t *p) {
  if (p == NULL) {
    return;
  }
  for (size_t i = 0; i < p->scripts.n; i++) {
    free_script(OMS_AT(&p->scripts, oms_past_script_t, i));
  }
  for (size_t i = 0; i < p->timers.n; i++) {
    oms_free(OMS_AT(&p->timers, oms_past_timer_t, i)->name);
  }
  for (size_t i = 0; i < p->settings.n; i++) {
    oms_free(OMS_AT(&p->settings, oms_host_setting_t, i)->key);
    oms_free(OMS_AT(&p->settings, oms_host_setting_t, i)->value);
  }
  for (size_t i = 0; i < p->curves.n; i++) {
    oms_array_free(OMS_AT(&p->curves, oms_array_t, i));
  }
  for (size_t i = 0; i < p->streams.n; i++) {
    oms_free(OMS_AT(&p->streams, oms_past_stream_t, i)->ring);
  }
  oms_array_t *arrays[] = {&p->scripts, &p->timers,  &p->tickets, &p->stops,   &p->settings,
                           &p->curves,  &p->streams, &p->owners,  &p->pending, &p->recent};
  for (size_t i = 0; i < OMS_COUNT(arrays); i++) {
    oms_array_free(arrays[i]);
  }
  if (p->owns_engine) {
    oms_engine_free(p->engine);
  }
  oms_arena_free(&p->texts);
  oms_pack_free(&p->boot);
  oms_free(p);
}

/* Scripts. */

oms_past_script_t *oms_past_script(const oms_past_t *p, bool rule, const char *id) {
  for (size_t i = 0; i < p->scripts.n; i++) {
    oms_past_script_t *s = OMS_AT(&p->scripts, oms_past_script_t, i);
    if (s->rule == rule && strcmp(s->id, id) == 0) {
      return s;
    }
  }
  return NULL;
}

int oms_past_note_owner(oms_past_t *p, uint32_t owner, uint32_t script) {
  int rc = OMS_OK;
  const uint32_t value = script + 1, none = 0;
  while (rc == OMS_OK && p->owners.n <= owner) {
    rc = oms_array_push(&p->owners, &none);
  }
  if (rc == OMS_OK) {
    *OMS_AT(&p->owners, uint32_t, owner) = value;
    OMS_AT(&p->scripts, oms_past_script_t, script)->owner = owner;
  }
  return rc;
}

/* The place of the script, made when it is new. NULL: out of memory. */
oms_past_script_t *oms_past_need_script(oms_past_t *p, bool rule, const char *id) {
  oms_past_script_t *known = oms_past_script(p, rule, id);
  if (known != NULL) {
    return known;
  }
  oms_past_script_t s = {.rule = rule, .id = oms_alloc_text(id), .owner = OMS_NONE};
  oms_array_init(&s.unseen, sizeof(oms_event_t));
  if (s.id == NULL || oms_array_push(&p->scripts, &s) != OMS_OK) {
    oms_free(s.id);
    return NULL;
  }
  uint32_t owner = rule || p->engine == NULL ? OMS_NONE : oms_engine_find_owner(p->engine, id);
  if (owner != OMS_NONE && oms_past_note_owner(p, owner, (uint32_t)(p->scripts.n - 1)) != OMS_OK) {
    return NULL;
  }
  return OMS_AT(&p->scripts, oms_past_script_t, p->scripts.n - 1);
}

/* An owner that comes after its script was mentioned. Owner 0 has no record. */
static int owner_came(oms_past_t *p, const char *id) {
  uint32_t owner = ++p->owner_n;
  for (size_t i = 0; i < p->scripts.n; i++) {
    const oms_past_script_t *s = OMS_AT(&p->scripts, oms_past_script_t, i);
    if (!s->rule && strcmp(s->id, id) == 0) {
      return oms_past_note_owner(p, owner, (uint32_t)i);
    }
  }
  return OMS_OK;
}

/* Replaces an owned block. */
static int set_block(unsigned char **block, size_t *n, const void *data, size_t size) {
  unsigned char *copy = oms_realloc(*block, size + 1);
  if (copy == NULL) {
    return OMS_ERR_NOMEM;
  }
  if (size > 0) {
    memcpy(copy, data, size);
  }
  *block = copy;
  *n = size;
  return OMS_OK;
}

/* What it has seen needs to be kept no longer. */
static void forget_seen(oms_past_script_t *s) {
  size_t seen = 0;
  while (seen < s->unseen.n && OMS_AT(&s->unseen, oms_event_t, seen)->seq <= s->cursor) {
    seen++;
  }
  s->unseen.n -= seen;
  if (seen > 0 && s->unseen.n > 0) {
    memmove(s->unseen.data, OMS_AT(&s->unseen, oms_event_t, seen),
            s->unseen.n * sizeof(oms_event_t));
  }
}

static int take_save(oms_past_t *p, oms_unpack_t *u) {
  oms_save_note_t note;
  if (!oms_save_unpack(u, &note)) {
    return OMS_ERR_DATA;
  }
  oms_past_script_t *s = oms_past_need_script(p, note.script.rule, note.script.id);
  if (s == NULL || set_block(&s->bytes, &s->n, note.bytes, note.n) != OMS_OK) {
    return OMS_ERR_NOMEM;
  }
  p->rules_saved += s->rule && !s->saved ? 1 : 0;
  s->saved = true;
  s->empty = note.empty;
  s->cursor = note.cursor;
  s->version = note.version;
  forget_seen(s);
  return OMS_OK;
}

static int take_script(oms_past_t *p, oms_unpack_t *u) {
  oms_script_note_t note;
  if (!oms_script_note_unpack(u, &note)) {
    return OMS_ERR_DATA;
  }
  oms_past_script_t *s = oms_past_need_script(p, note.script.rule, note.script.id);
  if (s == NULL) {
    return OMS_ERR_NOMEM;
  }
  s->stopped = note.run != OMS_RUN_STARTED;
  return OMS_OK;
}

/* It is put before on_load runs, and once more when that fails: the old script goes on then. */
static int undo_reload(oms_past_script_t *s, const oms_reload_note_t *note) {
  if (strcmp(s->reloading, note->new_hash == NULL ? "" : note->new_hash) == 0 &&
      note->new_hash != NULL && note->new_hash[0] != '\0') {
    oms_free(s->path);
    oms_free(s->params);
    s->path = s->path_before;
    s->params = s->params_before;
    s->param_n = s->param_n_before;
    s->path_before = NULL;
    s->params_before = NULL;
  }
  s->reloading[0] = '\0';
  return OMS_OK;
}

static int redo(oms_past_script_t *s, const oms_reload_note_t *note) {
  char *path = oms_alloc_text(note->path);
  unsigned char *params = NULL;
  size_t param_n = 0;
  const unsigned char *from = note->params != NULL ? note->params : s->params;
  size_t from_n = note->params != NULL ? note->param_n : s->param_n;
  if (path == NULL || (from != NULL && set_block(&params, &param_n, from, from_n) != OMS_OK)) {
    oms_free(path);
    return OMS_ERR_NOMEM;
  }
  oms_free(s->path_before);
  oms_free(s->params_before);
  s->path_before = s->path;
  s->params_before = s->params;
  s->param_n_before = s->param_n;
  s->path = path;
  s->params = params;
  s->param_n = param_n;
  snprintf(s->reloading, sizeof s->reloading, "%s", note->new_hash != NULL ? note->new_hash : "");
  return OMS_OK;
}

static int take_reload(oms_past_t *p, oms_unpack_t *u) {
  oms_reload_note_t note;
  oms_array_t files;
  oms_array_init(&files, sizeof(oms_file_ref_t));
  bool good = oms_reload_unpack(u, &note, &files);
  oms_array_free(&files);
  if (!good) {
    return OMS_ERR_DATA;
  }
  if (strcmp(note.script.id, "triggers") == 0) {
    return OMS_OK;
  }
  oms_past_script_t *s = oms_past_need_script(p, note.script.rule, note.script.id);
  return s == NULL ? OMS_ERR_NOMEM : note.message != NULL ? undo_reload(s, &note) : redo(s, &note);
}

/* Timers. */

static size_t find_timer(const oms_past_t *p, uint32_t script, const char *name) {
  for (size_t i = p->timers.n; i-- > 0;) {
    const oms_past_timer_t *t = OMS_AT(&p->timers, oms_past_timer_t, i);
    if (t->script == script && strcmp(t->name, name) == 0) {
      return i;
    }
  }
  return SIZE_MAX;
}

static void drop_timer(oms_past_t *p, size_t i) {
  oms_free(OMS_AT(&p->timers, oms_past_timer_t, i)->name);
  p->timers.n--;
  memmove(OMS_AT(&p->timers, oms_past_timer_t, i), OMS_AT(&p->timers, oms_past_timer_t, i + 1),
          (p->timers.n - i) * sizeof(oms_past_timer_t));
}

int oms_past_arm(oms_past_t *p, uint32_t script, const oms_timer_spec_t *spec, oms_time_t next) {
  oms_past_timer_t t = {script, oms_alloc_text(spec->name), *spec, next};
  if (t.name == NULL || oms_array_push(&p->timers, &t) != OMS_OK) {
    oms_free(t.name);
    return OMS_ERR_NOMEM;
  }
  OMS_AT(&p->timers, oms_past_timer_t, p->timers.n - 1)->spec.name = t.name;
  return OMS_OK;
}

static int take_timer(oms_past_t *p, oms_unpack_t *u) {
  oms_timer_note_t note;
  if (!oms_timer_unpack(u, &note)) {
    return OMS_ERR_DATA;
  }
  const oms_past_script_t *s = oms_past_need_script(p, note.script.rule, note.script.id);
  if (s == NULL) {
    return OMS_ERR_NOMEM;
  }
  uint32_t script = (uint32_t)(s - (const oms_past_script_t *)p->scripts.data);
  size_t known = find_timer(p, script, note.spec.name);
  if (known != SIZE_MAX) {
    drop_timer(p, known);
  }
  return note.armed ? oms_past_arm(p, script, &note.spec, note.next) : OMS_OK;
}

/* Tickets and stops: what is over goes when the list has grown. */

static bool order_is_over(const oms_past_t *p, uint32_t order) {
  return order >= oms_engine_order_count(p->engine) ||
         !oms_order_is_open(oms_engine_order(p->engine, order));
}

static void drop_over(oms_past_t *p) {
  size_t kept = 0;
  for (size_t i = 0; i < p->tickets.n; i++) {
    oms_ticket_t t = *OMS_AT(&p->tickets, oms_ticket_t, i);
    if (!order_is_over(p, t.order)) {
      *OMS_AT(&p->tickets, oms_ticket_t, kept++) = t;
    }
  }
  p->tickets.n = kept;
  kept = 0;
  for (size_t i = 0; i < p->stops.n; i++) {
    oms_stop_note_t s = *OMS_AT(&p->stops, oms_stop_note_t, i);
    if (!order_is_over(p, s.order)) {
      *OMS_AT(&p->stops, oms_stop_note_t, kept++) = s;
    }
  }
  p->stops.n = kept;
}

static void make_room(oms_past_t *p, const oms_array_t *list) {
  if (list->n == list->cap && p->engine != NULL) {
    drop_over(p);
  }
}

static int take_ticket(oms_past_t *p, oms_unpack_t *u) {
  oms_ticket_note_t note;
  if (!oms_ticket_unpack(u, &note)) {
    return OMS_ERR_DATA;
  }
  make_room(p, &p->tickets);
  return note.waits ? oms_array_push(&p->tickets, &note.ticket) : OMS_OK;
}

static int take_stop(oms_past_t *p, oms_unpack_t *u) {
  oms_stop_note_t note;
  if (!oms_stop_unpack(u, &note)) {
    return OMS_ERR_DATA;
  }
  for (size_t i = p->stops.n; i-- > 0;) {
    oms_stop_note_t *s = OMS_AT(&p->stops, oms_stop_note_t, i);
    if (s->order == note.order) {
      s->stop = note.stop;
      return OMS_OK;
    }
  }
  make_room(p, &p->stops);
  return oms_array_push(&p->stops, &note);
}

/* Settings, curves, rows. */

int oms_past_set(oms_past_t *p, uint16_t account, const char *key, const char *value) {
  oms_host_setting_t made = {account, NULL, oms_alloc_text(value)};
  if (made.value == NULL) {
    return OMS_ERR_NOMEM;
  }
  for (size_t i = 0; i < p->settings.n; i++) {
    oms_host_setting_t *s = OMS_AT(&p->settings, oms_host_setting_t, i);
    if (s->account == account && strcmp(s->key, key) == 0) {
      oms_free(s->value);
      s->value = made.value;
      return OMS_OK;
    }
  }
  made.key = oms_alloc_text(key);
  if (made.key == NULL || oms_array_push(&p->settings, &made) != OMS_OK) {
    oms_free(made.key);
    oms_free(made.value);
    return OMS_ERR_NOMEM;
  }
  return OMS_OK;
}

/* Of operations only those count that leave something beside the core. */
static int take_op(oms_past_t *p, oms_unpack_t *u) {
  oms_op_t op;
  oms_op_room_t room;
  if (u->at < u->end && *u->at != OMS_OP_SETTING && *u->at != OMS_OP_RISK) {
    return OMS_OK;
  }
  if (!oms_op_unpack(u, &op, &room)) {
    return OMS_ERR_DATA;
  }
  if (op.kind == OMS_OP_RISK) {
    p->risk_present = op.u.risk.present;
    return OMS_OK;
  }
  bool known = p->engine != NULL && op.u.setting.account < oms_engine_account_count(p->engine) &&
               op.u.setting.key != NULL && op.u.setting.value != NULL;
  return known ? oms_past_set(p, op.u.setting.account, op.u.setting.key, op.u.setting.value)
               : OMS_OK;
}

static int take_equity(oms_past_t *p, oms_unpack_t *u) {
  oms_equity_point_t point;
  uint64_t account = oms_unpack_u64(u);
  point.ts = oms_unpack_i64(u);
  point.equity = oms_unpack_i64(u);
  return !oms_unpack_done(u) || account > UINT16_MAX ? OMS_ERR_DATA
                                                     : oms_past_point(p, (uint32_t)account, &point);
}

/* Set-up of the core. */

static int make_engine(oms_past_t *p, const oms_engine_config_t *asked) {
  oms_engine_config_t config = *asked;
  config.orders = config.fills = 1024;
  p->engine = oms_engine_new(&config);
  p->owns_engine = p->engine != NULL;
  return p->engine != NULL ? OMS_OK : OMS_ERR_NOMEM;
}

static int note_streams(oms_past_t *p, const oms_boot_t *boot) {
  for (size_t i = 0; i < boot->streams.n; i++) {
    oms_past_stream_t *s = oms_past_stream(p, (uint32_t)i);
    if (s == NULL) {
      return OMS_ERR_NOMEM;
    }
    s->pushed = (OMS_AT(&boot->streams, oms_boot_stream_t, i)->flags & OMS_BOOT_PUSHED) != 0;
  }
  return OMS_OK;
}

static int take_boot(oms_past_t *p, const oms_record_t *r, bool apply) {
  oms_boot_t boot;
  oms_boot_init(&boot);
  oms_unpack_t u = oms_unpack_of(r->data, r->n);
  int rc = oms_past_end(p);
  rc = rc == OMS_OK && !oms_boot_unpack(&u, &boot) ? OMS_ERR_DATA : rc;
  rc = rc == OMS_OK ? note_streams(p, &boot) : rc;
  p->seed = p->boots == 0 ? boot.core.engine.seed : p->seed;
  if (rc == OMS_OK && apply && p->engine == NULL) {
    rc = make_engine(p, &boot.core.engine);
  } else if (rc == OMS_OK && apply) {
    oms_engine_set_commission(p->engine, &boot.core.engine.commission);
  }
  oms_boot_free(&boot);
  p->boot.n = 0;
  oms_pack_raw(&p->boot, r->data, r->n);
  p->boots++;
  p->since_boot = 0;
  p->risk_present = false;
  return rc == OMS_OK && p->boot.failed ? OMS_ERR_NOMEM : rc;
}

/* The list of restricted symbols lives as long as the engine. */
static int keep_restricted(oms_past_t *p, oms_limits_t *l) {
  if (l->restricted == NULL) {
    return OMS_OK;
  }
  uint8_t *copy = oms_engine_keep(p->engine, l->restricted, l->restricted_n);
  l->restricted = copy;
  return copy != NULL ? OMS_OK : OMS_ERR_NOMEM;
}

static int take_instrument(oms_past_t *p, oms_unpack_t *u) {
  oms_instrument_t i;
  uint32_t index;
  return oms_instrument_unpack(u, &i) && oms_unpack_done(u)
             ? oms_engine_add_instrument(p->engine, &i, &index)
             : OMS_ERR_DATA;
}

static int take_account(oms_past_t *p, oms_unpack_t *u) {
  oms_account_t a;
  uint16_t index;
  if (!oms_account_unpack(u, &a) || !oms_unpack_done(u)) {
    return OMS_ERR_DATA;
  }
  int rc = keep_restricted(p, &a.limits);
  return rc == OMS_OK ? oms_engine_add_account(p->engine, &a, &index) : rc;
}

static int take_limits(oms_past_t *p, oms_unpack_t *u) {
  oms_limits_t l;
  uint64_t account = oms_unpack_u64(u);
  if (!oms_limits_unpack(u, &l) || !oms_unpack_done(u) ||
      account >= oms_engine_account_count(p->engine)) {
    return OMS_ERR_DATA;
  }
  int rc = keep_restricted(p, &l);
  return rc == OMS_OK ? oms_engine_set_limits(p->engine, (uint16_t)account, &l) : rc;
}

static int take_owner(oms_past_t *p, oms_unpack_t *u, bool apply) {
  oms_owner_t o = {0};
  uint16_t index;
  o.id = oms_unpack_text(u);
  o.script_hash = oms_unpack_text(u);
  if (!oms_unpack_done(u) || o.id == NULL) {
    return OMS_ERR_DATA;
  }
  int rc = apply ? oms_engine_add_owner(p->engine, &o, &index) : OMS_OK;
  return rc == OMS_OK ? owner_came(p, o.id) : rc;
}

static int take_owner_hash(oms_past_t *p, oms_unpack_t *u) {
  oms_owner_hash_note_t note;
  if (!oms_owner_hash_unpack(u, &note) || note.owner >= oms_engine_owner_count(p->engine)) {
    return OMS_ERR_DATA;
  }
  oms_engine_set_owner_hash(p->engine, (uint16_t)note.owner, note.hash);
  return OMS_OK;
}

/* Events. */

static int keep_event(oms_past_script_t *s, const oms_event_t *event) {
  return s->saved && event->seq > s->cursor ? oms_array_push(&s->unseen, event) : OMS_OK;
}

static int keep_for_rules(oms_past_t *p, const oms_event_t *event) {
  int rc = OMS_OK;
  for (size_t i = 0; i < p->scripts.n && rc == OMS_OK; i++) {
    oms_past_script_t *s = OMS_AT(&p->scripts, oms_past_script_t, i);
    rc = s->rule ? keep_event(s, event) : OMS_OK;
  }
  return rc;
}

/* Without memory for it clients are told that it is gone. */
static void keep_recent(oms_past_t *p, const oms_event_t *event) {
  if (p->recent.n == (size_t)2 * OMS_PAST_EVENTS) {
    p->recent.n = OMS_PAST_EVENTS;
    memcpy(p->recent.data, OMS_AT(&p->recent, oms_event_t, OMS_PAST_EVENTS),
           OMS_PAST_EVENTS * sizeof *event);
  }
  if (oms_array_push(&p->recent, event) != OMS_OK) {
    p->recent.n = 0;
  }
}

int oms_past_event(oms_past_t *p, const oms_event_t *event) {
  p->events = event->seq;
  keep_recent(p, event);
  if (event->order == OMS_NONE || event->type == OMS_EVENT_ALERT) {
    return OMS_OK;
  }
  uint32_t script = event->owner < p->owners.n ? *OMS_AT(&p->owners, uint32_t, event->owner) : 0;
  int rc =
      script == 0 ? OMS_OK : keep_event(OMS_AT(&p->scripts, oms_past_script_t, script - 1), event);
  return rc == OMS_OK && p->rules_saved > 0 ? keep_for_rules(p, event) : rc;
}

typedef struct listener {
  oms_past_t *p;
  int rc;
} listener_t;

static void on_event(void *self, const oms_event_t *event) {
  listener_t *l = self;
  int rc = oms_past_event(l->p, event);
  l->rc = l->rc == OMS_OK ? rc : l->rc;
}

static int take_command(oms_past_t *p, const oms_record_t *r, bool apply) {
  p->commands++;
  if (!apply) {
    return OMS_OK;
  }
  oms_command_t c;
  oms_terms_t terms;
  oms_unpack_t u = oms_unpack_of(r->data, r->n);
  if (!oms_command_unpack(&u, &c, &terms) || !oms_unpack_done(&u)) {
    return OMS_ERR_DATA;
  }
  listener_t listener = {p, OMS_OK};
  oms_sink_t sink = {&listener, on_event};
  c.seq = p->commands;
  c.now = r->now;
  int rc = oms_engine_apply(p->engine, &c, &sink);
  return rc == OMS_ERR_NOMEM ? rc : listener.rc;
}

/* All. */

static int take_set_up(oms_past_t *p, const oms_record_t *r, bool apply) {
  oms_unpack_t u = oms_unpack_of(r->data, r->n);
  if (!apply) {
    return OMS_OK;
  }
  switch (r->kind) {
  case OMS_RECORD_INSTRUMENT:
    return take_instrument(p, &u);
  case OMS_RECORD_ACCOUNT:
    return take_account(p, &u);
  case OMS_RECORD_OWNER_HASH:
    return take_owner_hash(p, &u);
  default:
    return take_limits(p, &u);
  }
}

static int take_outcome(oms_past_t *p, const oms_record_t *r) {
  oms_unpack_t u = oms_unpack_of(r->data, r->n);
  switch (r->kind) {
  case OMS_RECORD_SAVE:
    return take_save(p, &u);
  case OMS_RECORD_TIMER:
    return take_timer(p, &u);
  case OMS_RECORD_TICKET:
    return take_ticket(p, &u);
  case OMS_RECORD_STOP:
    return take_stop(p, &u);
  case OMS_RECORD_EQUITY:
    return take_equity(p, &u);
  case OMS_RECORD_SCRIPT:
    return take_script(p, &u);
  case OMS_RECORD_OP:
    return take_op(p, &u);
  case OMS_RECORD_RELOAD:
    return take_reload(p, &u);
  default:
    return OMS_OK; /* tells nothing that a host would go on from */
  }
}

static int take_end(oms_past_t *p, const oms_record_t *r) {
  p->ended = r->n > 0; /* with the hash; before it stands one with which the end begins */
  size_t n = r->n < sizeof p->state_hash ? r->n : sizeof p->state_hash - 1;
  memset(p->state_hash, 0, sizeof p->state_hash);
  memcpy(p->state_hash, n > 0 ? (const char *)r->data : "", n);
  return OMS_OK;
}

static int take(oms_past_t *p, const oms_record_t *r, bool apply) {
  if (r->kind == OMS_RECORD_BOOT) {
    return take_boot(p, r, apply);
  }
  if (p->engine == NULL) {
    return OMS_ERR_DATA;
  }
  if (r->kind == OMS_RECORD_ROW) {
    return oms_past_row(p, r);
  }
  p->pending_more = false;
  int rc = r->market || p->pending.n == 0 ? OMS_OK : oms_past_commit_rows(p);
  if (rc != OMS_OK) {
    return rc;
  }
  if (r->kind == OMS_RECORD_COMMAND) {
    return take_command(p, r, apply);
  }
  if (r->kind == OMS_RECORD_END) {
    return take_end(p, r);
  }
  if (r->kind == OMS_RECORD_OWNER) {
    oms_unpack_t u = oms_unpack_of(r->data, r->n);
    return take_owner(p, &u, apply);
  }
  bool set_up = r->kind >= OMS_RECORD_INSTRUMENT && r->kind <= OMS_RECORD_LIMITS;
  return set_up ? take_set_up(p, r, apply) : take_outcome(p, r);
}

int oms_past_take(oms_past_t *p, const oms_record_t *r, bool apply, oms_error_t *err) {
  if (r->seq != p->seq + 1) {
    return oms_error_set(err, OMS_ERR_DATA,
                         "record %llu of the journal follows record %llu: records are missing; "
                         "restore a backup, or look with `moondesk db verify`",
                         (unsigned long long)r->seq, (unsigned long long)p->seq);
  }
  p->ended = false;
  int rc = take(p, r, apply);
  if (rc != OMS_OK) {
    return oms_error_set(err, rc == OMS_ERR_NOMEM ? rc : OMS_ERR_DATA,
                         "record %llu of the journal (kind %u) could not be taken: %s",
                         (unsigned long long)r->seq, r->kind, oms_err_text(rc));
  }
  p->seq = r->seq;
  p->now = r->now;
  p->since_boot += r->kind == OMS_RECORD_BOOT ? 0 : 1;
  return OMS_OK;
}
