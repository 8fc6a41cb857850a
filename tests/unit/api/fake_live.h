/* fake_live.h - a host of one engine for the API's tests and fuzzing: orders go to a venue that
 * acknowledges at once and fills when the test says so. Everything is durable as soon as it is
 * done. Knows nothing of cmocka. */
#ifndef TEST_FAKE_LIVE_H
#define TEST_FAKE_LIVE_H

#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/api_core.h"
#include "base/alloc.h"
#include "base/check.h"

/* 2013-10-08 10:00 New York. */
#define FAKE_NOW INT64_C(1381240800000000000)

enum { FAKE_SENT_MAX = 64, FAKE_BYTES = 1 << 16, FAKE_SETTINGS = 16, FAKE_BARS = 16 };

typedef struct fake_sent {
  oms_conn_t conn;
  int status; /* of an answer; -1: a frame; -2: an end */
  int opcode;
  uint64_t gate;
  char headers[1024]; /* "Name: value\n" */
  char body[FAKE_BYTES];
  size_t n;
} fake_sent_t;

typedef struct fake {
  oms_engine_t *e;
  oms_desk_t desk;
  oms_live_t live;
  oms_api_t *api;
  oms_server_handler_t handler;
  oms_way_in_t in;
  uint64_t seq, gate, execution;
  oms_conn_t conn;
  oms_key_record_t keys[8];
  size_t key_n;
  struct {
    char key[40], value[40];
  } settings[FAKE_SETTINGS];
  size_t setting_n;
  bool silent_venue; /* orders stay pending_new */
  bool broken;       /* the journal is in trouble */
  size_t rows;
  oms_op_t last_row;
  oms_bar_t bars[FAKE_BARS];
  size_t bar_n;
  oms_equity_point_t points[4];
  size_t point_n;
  oms_live_metrics_t metrics;
  fake_sent_t *sent; /* what has left, FAKE_SENT_MAX at most */
  size_t sent_n;
} fake_t;

static fake_t *fake_wire_target; /* the wire has no place for it */

static inline fake_sent_t *fake_leave(oms_conn_t conn, int status) {
  fake_t *f = fake_wire_target;
  fake_sent_t *s = &f->sent[f->sent_n % FAKE_SENT_MAX];
  f->sent_n++;
  memset(s, 0, sizeof *s);
  s->conn = conn;
  s->status = status;
  return s;
}

static inline void fake_put(fake_sent_t *s, const char *data, size_t n) {
  s->n = n < FAKE_BYTES - 1 ? n : FAKE_BYTES - 1;
  if (n > 0) {
    memcpy(s->body, data, s->n);
  }
  s->body[s->n] = '\0';
}

static inline void fake_answer(oms_server_t *server, oms_conn_t conn, const oms_http_answer_t *a) {
  fake_sent_t *s = fake_leave(conn, a->status);
  (void)server;
  s->gate = a->gate;
  for (size_t i = 0; i < a->header_n; i++) {
    size_t n = strlen(s->headers);
    snprintf(s->headers + n, sizeof s->headers - n, "%s: %s\n", a->headers[i].name,
             a->headers[i].value);
  }
  fake_put(s, a->body, a->body_n);
}

static inline void fake_stream(oms_server_t *server, oms_conn_t conn, const char *data, size_t n,
                               uint64_t gate) {
  (void)server;
  (void)gate;
  fake_put(fake_leave(conn, -1), data, n);
}

static inline void fake_accept(oms_server_t *server, oms_conn_t conn) {
  (void)server;
  (void)fake_leave(conn, 101);
}

static inline void fake_send(oms_server_t *server, oms_conn_t conn, oms_ws_opcode_t opcode,
                             const char *data, size_t n, uint64_t gate) {
  fake_sent_t *s = fake_leave(conn, -1);
  (void)server;
  s->opcode = opcode;
  s->gate = gate;
  fake_put(s, data, n);
}

static inline void fake_end(oms_server_t *server, oms_conn_t conn, int code, const char *reason) {
  fake_sent_t *s = fake_leave(conn, -2);
  (void)server;
  s->opcode = code;
  fake_put(s, reason, strlen(reason));
}

/* The host. */

static inline void fake_event(void *self, const oms_event_t *event) {
  fake_t *f = self;
  if (f->api != NULL) {
    f->in.event(f->in.self, event);
  }
}

static inline int fake_apply(fake_t *f, oms_command_t *c) {
  oms_sink_t sink = {f, fake_event};
  c->seq = ++f->seq;
  c->now = f->desk.now;
  f->gate++;
  return oms_engine_apply(f->e, c, &sink);
}

static inline void fake_report(fake_t *f, uint32_t order, int type, oms_qty_t qty,
                               oms_price_t price) {
  oms_command_t c = {.type = OMS_COMMAND_REPORT};
  c.u.report = (oms_report_t){.type = (uint8_t)type,
                              .order = order,
                              .ts = f->desk.now,
                              .qty = qty,
                              .price = price,
                              .stop_price = OMS_NO_PRICE,
                              .has_commission = type == OMS_REPORT_FILL,
                              .execution_no = type == OMS_REPORT_FILL ? ++f->execution : 0};
  (void)fake_apply(f, &c);
}

static inline void fake_send_order(fake_t *f, uint32_t order) {
  oms_command_t c = {.type = OMS_COMMAND_SEND};
  c.u.send.order = order;
  (void)fake_apply(f, &c);
  if (!f->silent_venue) {
    fake_report(f, order, OMS_REPORT_WORKING, OMS_NO_PRICE, OMS_NO_PRICE);
  }
}

static inline int fake_refused(fake_t *f, int rc, oms_op_result_t *r) {
  const char *message = NULL;
  if (rc != OMS_ERR_REJECTED) {
    return rc;
  }
  r->reject.code = (uint16_t)oms_engine_refusal(f->e, &message);
  snprintf(r->reject.message, sizeof r->reject.message, "%s", message != NULL ? message : "");
  return rc;
}

static inline int fake_repeat(fake_t *f, uint32_t order, oms_op_result_t *r) {
  const oms_order_t *o = oms_engine_order(f->e, order);
  r->order = order;
  r->repeated = true;
  if (o->status != OMS_STATUS_REJECTED || o->rejected_by != OMS_REJECTED_BY_OMS) {
    return OMS_OK;
  }
  r->reject.code = o->code;
  snprintf(r->reject.message, sizeof r->reject.message, "%s", o->message);
  return OMS_ERR_REJECTED;
}

static inline int fake_submit(fake_t *f, const oms_op_t *op, oms_op_result_t *r) {
  oms_terms_t t = *op->u.submit.terms;
  oms_command_t group = {.type = OMS_COMMAND_GROUP}, c = {.type = OMS_COMMAND_SUBMIT};
  t.owner = (uint16_t)oms_engine_find_owner(f->e, op->by);
  if (t.owner == UINT16_MAX) {
    OMS_CHECK(oms_engine_add_owner(f->e, &(oms_owner_t){.id = op->by}, &t.owner) == OMS_OK);
  }
  bool oco = t.order_class == OMS_ORDER_CLASS_OCO;
  if (op->u.submit.child_n > 0) {
    group.u.group.order_class = t.order_class;
    group.u.group.trigger_full = op->u.submit.trigger_full;
    (void)fake_apply(f, &group);
    t.group = oms_engine_new_group(f->e);
    t.role = oco ? OMS_ROLE_NONE : OMS_ROLE_PARENT;
    t.flags |= oco ? OMS_ORDER_REDUCE_ONLY | OMS_ORDER_GROUP_HEAD : 0;
  }
  c.u.submit.terms = &t;
  int rc = fake_apply(f, &c);
  uint32_t head = oms_engine_subject(f->e);
  if (rc == OMS_ERR_DUPLICATE) {
    return fake_repeat(f, head, r);
  }
  if (rc != OMS_OK) {
    return fake_refused(f, rc, r);
  }
  for (size_t i = 0; i < op->u.submit.child_n; i++) {
    oms_terms_t child = op->u.submit.children[i];
    child.owner = t.owner;
    child.group = t.group;
    child.parent = head;
    c.u.submit.terms = &child;
    c.u.submit.held_by = OMS_HELD_BY_PARENT;
    OMS_CHECK(fake_apply(f, &c) == OMS_OK);
  }
  r->order = head;
  fake_send_order(f, head);
  return OMS_OK;
}

static inline int fake_cancel(fake_t *f, const oms_op_t *op, oms_op_result_t *r) {
  oms_command_t c = {.type = OMS_COMMAND_CANCEL};
  c.u.cancel.order = op->u.cancel.order;
  c.u.cancel.canceled_by = OMS_CANCELED_BY_USER;
  int rc = fake_refused(f, fake_apply(f, &c), r);
  if (rc == OMS_OK && !f->silent_venue &&
      oms_order_is_open(oms_engine_order(f->e, op->u.cancel.order))) {
    fake_report(f, op->u.cancel.order, OMS_REPORT_CANCELED, OMS_NO_PRICE, OMS_NO_PRICE);
  }
  return rc;
}

static inline int fake_replace(fake_t *f, const oms_op_t *op, oms_op_result_t *r) {
  const oms_changes_t *k = &op->u.replace.changes;
  oms_command_t c = {.type = OMS_COMMAND_REPLACE};
  c.u.replace.order = op->u.replace.order;
  c.u.replace.qty = k->qty;
  c.u.replace.limit_price = k->limit_price;
  c.u.replace.stop_price = k->stop_price;
  c.u.replace.trail_price = k->trail_price;
  c.u.replace.limit_offset = k->limit_offset;
  c.u.replace.trail_percent = k->trail_percent;
  c.u.replace.expire_at = k->expire_at;
  c.u.replace.expire_session = OMS_NO_TIME;
  c.u.replace.time_in_force = k->time_in_force;
  c.u.replace.client_order_id = k->client_order_id;
  int rc = fake_refused(f, fake_apply(f, &c), r);
  r->order = oms_engine_subject(f->e);
  if (rc == OMS_OK && oms_engine_order(f->e, r->order)->status == OMS_STATUS_HELD) {
    oms_command_t send = {.type = OMS_COMMAND_SEND};
    send.u.send.order = r->order;
    (void)fake_apply(f, &send);
    if (!f->silent_venue) {
      fake_report(f, op->u.replace.order, OMS_REPORT_REPLACED, OMS_NO_PRICE, OMS_NO_PRICE);
    }
  }
  return rc;
}

static inline int fake_reduce(fake_t *f, const oms_op_t *op, oms_op_result_t *r) {
  oms_qty_t net = oms_engine_net(f->e, op->u.reduce.account, op->u.reduce.instrument)->qty;
  oms_qty_t held = net < 0 ? -net : net;
  if (net == 0) {
    return oms_error_set(&r->error, OMS_ERR_NOT_FOUND, "there is no position");
  }
  oms_terms_t t = {.instrument = op->u.reduce.instrument,
                   .account = op->u.reduce.account,
                   .side = net > 0 ? OMS_SIDE_SELL : OMS_SIDE_BUY,
                   .type = OMS_TYPE_MARKET,
                   .qty = op->u.reduce.qty == OMS_NO_PRICE ? held : op->u.reduce.qty,
                   .display_qty = OMS_NO_PRICE,
                   .notional = OMS_NO_PRICE,
                   .limit_price = OMS_NO_PRICE,
                   .stop_price = OMS_NO_PRICE,
                   .trail_price = OMS_NO_PRICE,
                   .limit_offset = OMS_NO_PRICE,
                   .trail_percent = OMS_NO_PRICE,
                   .expire_at = OMS_NO_TIME,
                   .expire_session = OMS_NO_TIME,
                   .symbol = oms_engine_instrument(f->e, op->u.reduce.instrument)->symbol,
                   .group = OMS_NONE,
                   .parent = OMS_NONE};
  oms_op_t submit = {.kind = OMS_OP_SUBMIT, .by = op->by};
  submit.u.submit.terms = &t;
  return fake_submit(f, &submit, r);
}

static inline int fake_setting(fake_t *f, const oms_op_t *op) {
  size_t i = 0;
  while (i < f->setting_n && strcmp(f->settings[i].key, op->u.setting.key) != 0) {
    i++;
  }
  if (i == FAKE_SETTINGS) {
    return OMS_ERR_FULL;
  }
  f->setting_n = i == f->setting_n ? i + 1 : f->setting_n;
  snprintf(f->settings[i].key, sizeof f->settings[i].key, "%s", op->u.setting.key);
  snprintf(f->settings[i].value, sizeof f->settings[i].value, "%s", op->u.setting.value);
  f->gate++;
  return OMS_OK;
}

static inline void fake_live_apply(void *self, const oms_op_t *op, oms_op_result_t *r) {
  fake_t *f = self;
  *r = (oms_op_result_t){.order = OMS_NONE};
  f->desk.now += 1000; /* no two requests have one time */
  switch (op->kind) {
  case OMS_OP_SUBMIT:
    r->rc = fake_submit(f, op, r);
    break;
  case OMS_OP_CANCEL:
    r->rc = fake_cancel(f, op, r);
    break;
  case OMS_OP_REPLACE:
    r->rc = fake_replace(f, op, r);
    break;
  case OMS_OP_REDUCE:
    r->rc = fake_reduce(f, op, r);
    break;
  case OMS_OP_SETTING:
    r->rc = fake_setting(f, op);
    break;
  case OMS_OP_ROW:
    f->rows++;
    f->last_row = *op;
    break;
  case OMS_OP_KILL:
  case OMS_OP_STATE:
  case OMS_OP_APPROVE:
  case OMS_OP_RESOLVE:
  case OMS_OP_RELOAD:
  case OMS_OP_SCRIPT:
  case OMS_OP_LIMIT:
  case OMS_OP_RISK:
  case OMS_OP_COUNT:
    break;
  }
}

static inline uint64_t fake_gate(void *self) {
  return ((fake_t *)self)->gate;
}

static inline uint32_t fake_owner(void *self, const char *by) {
  return oms_engine_find_owner(((fake_t *)self)->e, by);
}

static inline void fake_state(void *self, oms_live_state_t *out) {
  const fake_t *f = self;
  *out = (oms_live_state_t){.name = "fake",
                            .mode = "paper",
                            .version = "0.0.0",
                            .started = FAKE_NOW,
                            .ready = !f->broken,
                            .next_seq = f->seq,
                            .durable_gate = f->gate};
  snprintf(out->trouble, sizeof out->trouble, "%s", f->broken ? "the disk is full" : "");
}

static inline oms_live_metrics_t *fake_metrics(void *self) {
  return &((fake_t *)self)->metrics;
}

static inline size_t fake_scripts(void *self) {
  (void)self;
  return 0;
}

static inline size_t fake_equity(void *self, uint16_t account, const oms_equity_point_t **points) {
  fake_t *f = self;
  (void)account;
  *points = f->points;
  return f->point_n;
}

static inline const char *fake_get_setting(void *self, uint16_t account, const char *key) {
  const fake_t *f = self;
  (void)account;
  for (size_t i = 0; i < f->setting_n; i++) {
    if (strcmp(f->settings[i].key, key) == 0) {
      return f->settings[i].value;
    }
  }
  return NULL;
}

static inline uint32_t fake_stream_of(void *self, const char *symbol, oms_data_kind_t kind,
                                      int64_t timeframe) {
  uint32_t i = oms_engine_find_instrument(((fake_t *)self)->e, symbol);
  (void)timeframe;
  return i == OMS_NONE || i > 1 ? OMS_NONE : i * 3 + (uint32_t)kind;
}

static inline const oms_key_record_t *fake_key(void *self, const char *id) {
  fake_t *f = self;
  for (size_t i = 0; i < f->key_n; i++) {
    if (strcmp(f->keys[i].id, id) == 0 && f->keys[i].revoked == OMS_NO_TIME) {
      return &f->keys[i];
    }
  }
  return NULL;
}

static inline int fake_hash(void *self, char out[33]) {
  return oms_engine_state_hash(((fake_t *)self)->e, out);
}

/* The desk. */

static inline size_t fake_bars(void *self, uint32_t instrument, int64_t *timeframe, size_t n,
                               oms_bar_t *out) {
  fake_t *f = self;
  int64_t own = 60 * OMS_NS_PER_SECOND;
  if (instrument != 0 || (*timeframe != 0 && *timeframe != own)) {
    return SIZE_MAX;
  }
  *timeframe = own;
  n = n < f->bar_n ? n : f->bar_n;
  memcpy(out, f->bars + f->bar_n - n, n * sizeof *out);
  return n;
}

static inline int fake_stop_price(void *self, uint32_t order, oms_price_t *stop) {
  (void)self;
  (void)order;
  (void)stop;
  return OMS_ERR_NOT_FOUND;
}

static inline void fake_add_key(fake_t *f, const char *id, const char *secret, uint32_t scopes) {
  oms_key_record_t *k = &f->keys[f->key_n++];
  EVP_MD_CTX *ctx = EVP_MD_CTX_new();
  unsigned n = 0;
  *k = (oms_key_record_t){.scopes = scopes, .created = FAKE_NOW, .revoked = OMS_NO_TIME};
  snprintf(k->id, sizeof k->id, "%s", id);
  snprintf(k->account, sizeof k->account, "main");
  memset(k->salt, 7, sizeof k->salt);
  EVP_DigestInit_ex(ctx, EVP_sha256(), NULL);
  EVP_DigestUpdate(ctx, k->salt, sizeof k->salt);
  EVP_DigestUpdate(ctx, secret, strlen(secret));
  EVP_DigestFinal_ex(ctx, k->digest, &n);
  EVP_MD_CTX_free(ctx);
}

static inline void fake_add_instrument(fake_t *f, const char *symbol, oms_price_t tick) {
  uint32_t index;
  oms_instrument_t i = {.symbol = symbol,
                        .currency = "USD",
                        .asset_class = OMS_ASSET_CLASS_US_EQUITY,
                        .calendar = OMS_CALENDAR_US_EQUITY,
                        .tick = tick,
                        .multiplier = OMS_QTY_SCALE,
                        .previous_close = OMS_NO_PRICE,
                        .margin_per_contract = OMS_NO_PRICE,
                        .last = OMS_NO_PRICE,
                        .last_ns = OMS_NO_TIME,
                        .bid = OMS_NO_PRICE,
                        .ask = OMS_NO_PRICE};
  OMS_CHECK(oms_engine_add_instrument(f->e, &i, &index) == OMS_OK);
}

static inline void fake_mark(fake_t *f, uint32_t instrument, oms_price_t price) {
  oms_command_t c = {.type = OMS_COMMAND_MARK};
  c.u.mark.instrument = instrument;
  c.u.mark.price = price;
  (void)fake_apply(f, &c);
}

static inline void fake_open(fake_t *f, const oms_api_options_t *options) {
  static const oms_wire_t wire = {fake_answer, fake_answer, fake_stream,
                                  fake_accept, fake_send,   fake_end};
  oms_engine_config_t config = {.seed = 7, .orders = 64, .fills = 64, .crosses_zero = true};
  oms_account_t account = {.id = "main",
                           .type = OMS_ACCOUNT_TYPE_MARGIN,
                           .multiplier = 2 * OMS_QTY_SCALE,
                           .initial_cash = INT64_C(100000) * OMS_MONEY_SCALE};
  uint16_t index;
  *f = (fake_t){.conn = 1};
  f->sent = calloc(FAKE_SENT_MAX, sizeof *f->sent);
  OMS_CHECK(f->sent != NULL);
  fake_wire_target = f;
  config.commission.min = config.commission.max = OMS_NO_PRICE;
  oms_limits_none(&account.limits);
  account.limits.max_order_qty = INT64_C(5000) * OMS_QTY_SCALE;
  f->e = oms_engine_new(&config);
  OMS_CHECK(f->e != NULL && oms_engine_add_account(f->e, &account, &index) == OMS_OK);
  fake_add_instrument(f, "SPY", OMS_PRICE_SCALE / 100);
  fake_add_instrument(f, "QQQ", 0);
  f->desk = (oms_desk_t){
      .self = f, .engine = f->e, .now = FAKE_NOW, .bars = fake_bars, .stop_price = fake_stop_price};
  f->live = (oms_live_t){.self = f,
                         .desk = &f->desk,
                         .apply = fake_live_apply,
                         .gate = fake_gate,
                         .owner = fake_owner,
                         .state = fake_state,
                         .metrics = fake_metrics,
                         .scripts = fake_scripts,
                         .equity = fake_equity,
                         .setting = fake_get_setting,
                         .stream = fake_stream_of,
                         .key = fake_key,
                         .state_hash = fake_hash};
  fake_add_key(f, "MDREADONLY", "secret-read", OMS_MAY_READ);
  fake_add_key(f, "MDTRADER", "secret-trade", OMS_MAY_READ | OMS_MAY_TRADE);
  fake_add_key(f, "MDFEED", "secret-feed", OMS_MAY_FEED);
  fake_add_key(f, "MDADMIN", "secret-admin", OMS_MAY_ADMIN | OMS_MAY_READ | OMS_MAY_TRADE);
  OMS_CHECK(oms_api_new(options, &f->live, &wire, &f->api) == OMS_OK);
  f->handler = oms_api_handler(f->api);
  f->in = oms_api_way_in(f->api);
}

static inline void fake_close(fake_t *f) {
  oms_api_free(f->api);
  oms_engine_free(f->e);
  free(f->sent);
}

/* What has left last. */
static inline const fake_sent_t *fake_last(const fake_t *f) {
  return &f->sent[(f->sent_n + FAKE_SENT_MAX - 1) % FAKE_SENT_MAX];
}

/* A request with a key ("" without): its answer. 'query' may be part of 'path'. */
static inline const fake_sent_t *fake_ask(fake_t *f, const char *key, const char *secret,
                                          const char *method, const char *path, const char *body) {
  char plain[512], query[1024] = "";
  const char *mark = strchr(path, '?');
  size_t n = mark == NULL ? strlen(path) : (size_t)(mark - path);
  snprintf(plain, sizeof plain, "%.*s", (int)n, path);
  snprintf(query, sizeof query, "%s", mark == NULL ? "" : mark + 1);
  oms_http_header_t headers[] = {
      {"host",                "127.0.0.1:8080"},
      {"apca-api-key-id",     key             },
      {"apca-api-secret-key", secret          }
  };
  oms_http_request_t r = {.conn = f->conn,
                          .method = method,
                          .path = plain,
                          .raw_path = plain,
                          .query = query,
                          .headers = headers,
                          .header_n = key[0] == '\0' ? 1 : 3,
                          .body = body,
                          .body_n = strlen(body),
                          .peer = "127.0.0.1",
                          .received = 1};
  f->handler.request(f->handler.self, &r);
  f->in.drain(f->in.self);
  f->in.turn(f->in.self);
  for (size_t i = 0; i < f->sent_n && i < FAKE_SENT_MAX; i++) { /* frames may stand behind it */
    const fake_sent_t *s = &f->sent[(f->sent_n - 1 - i) % FAKE_SENT_MAX];
    if (s->status >= 0) {
      return s;
    }
  }
  return fake_last(f);
}

static inline const fake_sent_t *fake_trade(fake_t *f, const char *method, const char *path,
                                            const char *body) {
  return fake_ask(f, "MDTRADER", "secret-trade", method, path, body);
}

#endif
