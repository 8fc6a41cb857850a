/* live_door.c - a live host as its ways in see it (port/live.h), and what it tells them. */
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "host/link.h"
#include "host/live_int.h"

#define PARAMS_MAX ((size_t)64 << 10) /* bytes */

static oms_live_host_t *host_of(void *self) {
  return self;
}

/* Operations. */

static bool opens_trading(const oms_op_t *op) {
  return op->kind == OMS_OP_STATE && op->u.state.state == OMS_TRADING_STATE_ACTIVE;
}

/* What must not be done now, whatever it names. */
static bool is_refused(const oms_live_host_t *l, const oms_op_t *op, oms_op_result_t *r) {
  bool orders = op->kind == OMS_OP_SUBMIT || op->kind == OMS_OP_REPLACE;
  if (op->by == NULL || op->by[0] == '\0') {
    r->rc = oms_error_set(&r->error, OMS_ERR_USAGE, "an operation needs somebody who asks for it");
  } else if (l->stopping && orders) {
    r->rc = oms_error_set(&r->error, OMS_ERR_CANCELED, "the host is stopping: no new orders");
  } else if (l->kill_file_seen && opens_trading(op)) {
    r->rc = oms_error_set(&r->error, OMS_ERR_USAGE,
                          "the kill switch's file %s is still there; remove it, then resume",
                          l->h->config->live.kill_file);
  }
  return r->rc != OMS_OK;
}

static void door_apply(void *self, const oms_op_t *op, oms_op_result_t *r) {
  oms_live_host_t *l = self;
  oms_op_result_clear(r);
  if (l->ended) {
    r->rc = oms_error_set(&r->error, OMS_ERR_CANCELED, "the host is at its end");
    return;
  }
  if (is_refused(l, op, r)) {
    l->metrics.refused_ops++;
    return;
  }
  int rc = oms_host_op(l->h, oms_live_now(l), op, r, l->err);
  if (rc != OMS_OK) {
    r->rc = oms_error_set(&r->error, rc, "%s", l->err->message);
    oms_live_end(l, rc);
  }
}

static uint64_t door_gate(void *self) {
  return host_of(self)->store == NULL ? 0 : oms_store_gate_told(host_of(self)->store);
}

static uint32_t door_owner(void *self, const char *by) {
  return oms_engine_find_owner(host_of(self)->h->engine, by);
}

/* Looking. */

static void tell_venue(const oms_live_host_t *l, oms_live_state_t *out) {
  oms_link_view_t v;
  out->outside = l->h->link != NULL;
  if (out->outside) {
    oms_link_look(l->h->link, &v);
    out->venue_up = v.up;
    out->venue_ready = v.ready;
    out->venue_since = v.since;
    memcpy(out->venue_name, v.venue, sizeof out->venue_name);
  }
}

static void door_state(void *self, oms_live_state_t *out) {
  oms_live_host_t *l = self;
  static const char *const modes[] = {"backtest", "paper", "live"};
  const oms_session_config_t *c = l->h->config;
  memset(out, 0, sizeof *out);
  out->name = c->name != NULL ? c->name : "session";
  out->mode = modes[c->live.mode];
  out->version = l->h->options->version != NULL ? l->h->options->version : "";
  out->started = l->started;
  out->ready = l->ready && l->trouble[0] == '\0' && !l->stopping;
  out->feed_ended = l->recorded.at == OMS_NO_TIME;
  out->risk_wanted = c->live.risk;
  out->risk_present = l->h->input.risk_present;
  tell_venue(l, out);
  out->next_seq = l->journal.next == NULL ? 0 : l->journal.next(l->journal.self);
  out->durable_gate = l->durable;
  snprintf(out->trouble, sizeof out->trouble, "%s",
           l->stopping ? "the host is stopping" : l->trouble);
}

static oms_live_metrics_t *door_metrics(void *self) {
  return &host_of(self)->metrics;
}

static size_t door_scripts(void *self) {
  return host_of(self)->h->scripts.n;
}

static void door_script(void *self, size_t i, oms_script_view_t *out) {
  const oms_host_t *h = host_of(self)->h;
  const oms_host_script_t *s = oms_host_script_at(h, i);
  memset(out, 0, sizeof *out);
  out->id = s->id;
  out->path = oms_script_path(s->script);
  out->account = oms_engine_account(h->engine, s->account)->id;
  out->is_rule = s->kind == OMS_SCRIPT_RULE;
  out->stopped = s->stopped;
  out->errors = s->errors;
  out->hash = oms_script_hash(s->script);
  out->time = s->kind == OMS_SCRIPT_RULE ? OMS_AT(&h->desk.rules, oms_rule_t, i)->time : s->time;
  out->memory = oms_script_memory(s->script);
  oms_error_t err; /* of a script whose parameters cannot be shown none are */
  (void)oms_script_params_bytes(s->script, PARAMS_MAX, &out->params, &out->param_n, &err);
}

static size_t door_equity(void *self, uint16_t account, const oms_equity_point_t **points) {
  const oms_input_t *in = &host_of(self)->h->input;
  *points = NULL;
  if (account >= in->curve_n) {
    return 0;
  }
  *points = in->curves[account].data;
  return in->curves[account].n;
}

static const char *door_setting(void *self, uint16_t account, const char *key) {
  return oms_input_setting(host_of(self)->h, account, key);
}

static uint32_t door_stream(void *self, const char *symbol, oms_data_kind_t kind,
                            int64_t timeframe) {
  const oms_host_t *h = host_of(self)->h;
  for (size_t i = 0; i < h->config->data_n; i++) {
    const oms_data_config_t *d = &h->config->data[i];
    bool frame = kind != OMS_DATA_BARS || timeframe == 0 || d->timeframe == timeframe;
    if (d->pushed && d->kind == kind && frame && strcmp(d->symbol, symbol) == 0) {
      return (uint32_t)i;
    }
  }
  return OMS_NONE;
}

static int door_hash(void *self, char out[33]) {
  return oms_engine_state_hash(host_of(self)->h->engine, out);
}

/* Keys. */

static void take_key(void *ctx, const oms_key_record_t *key) {
  (void)oms_array_push(ctx, key); /* without memory for it the key is not good yet */
}

void oms_live_keys(oms_live_host_t *l) {
  oms_error_t err;
  uint64_t version = l->store == NULL ? 0 : oms_store_keys_version(l->store);
  if (l->store == NULL || version == l->keys_version) {
    return;
  }
  oms_array_t fresh;
  oms_array_init(&fresh, sizeof(oms_key_record_t));
  if (oms_store_keys(l->h->config->live.db, take_key, &fresh, &err) != OMS_OK) {
    oms_host_log(l->h, -1, OMS_LOG_ERROR, err.message);
    oms_array_free(&fresh);
    return; /* those that were known stay; asked again next time */
  }
  oms_array_free(&l->keys);
  l->keys = fresh;
  l->keys_version = version;
}

static const oms_key_record_t *door_key(void *self, const char *id) {
  const oms_live_host_t *l = self;
  for (size_t i = 0; i < l->keys.n; i++) {
    const oms_key_record_t *k = OMS_AT(&l->keys, oms_key_record_t, i);
    if (k->revoked == OMS_NO_TIME && strcmp(k->id, id) == 0) {
      return k;
    }
  }
  return NULL;
}

static void door_journal(void *self, oms_live_journal_t *out) {
  oms_store_figures_t f = {0};
  if (host_of(self)->store != NULL) {
    oms_store_figures(host_of(self)->store, &f);
  }
  *out = (oms_live_journal_t){.records = f.records,
                              .batches = f.batches,
                              .bytes = f.bytes,
                              .market_bytes = f.market_bytes,
                              .errors = f.errors,
                              .waiting_bytes = f.waiting_bytes,
                              .snapshot_seq = f.snapshot_seq,
                              .commit_ns_sum = f.commit_ns_sum,
                              .commit_n = f.commit_n};
}

static size_t door_past_events(void *self, const oms_event_t **events) {
  *events = host_of(self)->early.data;
  return host_of(self)->early.n;
}

void oms_live_door(oms_live_host_t *l) {
  l->door = (oms_live_t){.self = l,
                         .desk = &l->h->desk.port,
                         .apply = door_apply,
                         .gate = door_gate,
                         .owner = door_owner,
                         .state = door_state,
                         .metrics = door_metrics,
                         .scripts = door_scripts,
                         .script = door_script,
                         .equity = door_equity,
                         .setting = door_setting,
                         .stream = door_stream,
                         .key = door_key,
                         .state_hash = door_hash,
                         .past_events = door_past_events,
                         .journal = door_journal};
}
