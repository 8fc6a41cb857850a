/* fake_control.h - the fake host with what stands above the orders: it takes down the operations,
 * holds orders for the risk system, and has two scripts. */
#ifndef TEST_FAKE_CONTROL_H
#define TEST_FAKE_CONTROL_H

#include "api/fake_live.h"
#include "api/oms_int.h"

typedef struct control {
  bool risk;     /* orders are held for the risk system */
  bool present;  /* as the host was told */
  oms_op_t last; /* of the operations above the orders; its texts are in 'text' */
  char by[80], why[200], text[4][400];
  size_t n;
  uint64_t ticket;
  unsigned char params[400];
  size_t param_n;
  oms_histogram_t time;
} control_t;
static control_t control;

static inline const char *control_keep(size_t i, const char *text) {
  snprintf(control.text[i], sizeof control.text[i], "%s", text == NULL ? "" : text);
  return text == NULL ? NULL : control.text[i];
}

static inline int control_verdict(fake_t *f, uint32_t order, oms_verdict_t verdict, uint16_t code,
                                  const char *message) {
  oms_command_t c = {.type = OMS_COMMAND_VERDICT};
  c.u.verdict.order = order;
  c.u.verdict.verdict = (uint8_t)verdict;
  c.u.verdict.code = code;
  c.u.verdict.message = message;
  return fake_apply(f, &c);
}

static inline void control_hold(fake_t *f, const oms_op_t *op, oms_op_result_t *r) {
  oms_terms_t t = *op->u.submit.terms;
  oms_command_t c = {.type = OMS_COMMAND_SUBMIT};
  t.owner = (uint16_t)oms_engine_find_owner(f->e, op->by);
  if (t.owner == UINT16_MAX) {
    OMS_CHECK(oms_engine_add_owner(f->e, &(oms_owner_t){.id = op->by}, &t.owner) == OMS_OK);
  }
  c.u.submit.terms = &t;
  c.u.submit.needs_verdict = true;
  OMS_CHECK(fake_apply(f, &c) == OMS_OK);
  r->order = oms_engine_subject(f->e);
  OMS_CHECK(control_verdict(f, r->order, OMS_VERDICT_APPROVE, OMS_CODE_AWAITS_RISK, "offered") ==
            OMS_OK);
  f->in.risk(f->in.self, r->order);
}

static inline void control_take_down(const oms_op_t *op) {
  control.last = *op;
  control.n++;
  snprintf(control.by, sizeof control.by, "%s", op->by);
  snprintf(control.why, sizeof control.why, "%s", op->why == NULL ? "" : op->why);
  if (op->kind == OMS_OP_LIMIT) {
    control.last.u.limit.key = control_keep(0, op->u.limit.key);
    control.last.u.limit.value = control_keep(1, op->u.limit.value);
  } else if (op->kind == OMS_OP_RELOAD) {
    control.last.u.reload.script = control_keep(0, op->u.reload.script);
    control.last.u.reload.with = control_keep(1, op->u.reload.with);
    control.param_n = op->u.reload.param_n;
    OMS_CHECK(control.param_n <= sizeof control.params);
    if (control.param_n > 0) {
      memcpy(control.params, op->u.reload.params, control.param_n);
    }
  } else if (op->kind == OMS_OP_SCRIPT) {
    control.last.u.script.script = control_keep(0, op->u.script.script);
  }
}

static inline void control_apply(void *self, const oms_op_t *op, oms_op_result_t *r) {
  fake_t *f = self;
  if (op->kind == OMS_OP_SUBMIT && control.risk) {
    *r = (oms_op_result_t){.order = OMS_NONE};
    control_hold(f, op, r);
    return;
  }
  fake_live_apply(self, op, r);
  if (op->kind == OMS_OP_RISK) {
    control.present = op->u.risk.present;
  }
  if (op->kind >= OMS_OP_KILL && op->kind != OMS_OP_SETTING && op->kind != OMS_OP_ROW) {
    control_take_down(op);
  }
  if (op->kind == OMS_OP_APPROVE) {
    r->rc = control_verdict(f, op->u.approve.order,
                            op->u.approve.yes ? OMS_VERDICT_ACCEPT : OMS_VERDICT_REJECT,
                            op->u.approve.code, op->u.approve.message);
  }
  if (op->kind == OMS_OP_RELOAD) {
    r->ticket = control.ticket;
  }
}

static inline size_t control_scripts(void *self) {
  (void)self;
  return 2;
}

/* {fast = 10, name = "x", deep = {1, 2}} */
static const unsigned char control_params[] = {
    'M', 3, 0, 0, 0,   'S', 4, 0, 0, 0,   'd', 'e', 'e', 'p', 'M', 2,   0,   0,   0,   'I', 1, 0, 0,
    0,   0, 0, 0, 0,   'I', 1, 0, 0, 0,   0,   0,   0,   0,   'I', 2,   0,   0,   0,   0,   0, 0, 0,
    'I', 2, 0, 0, 0,   0,   0, 0, 0, 'S', 4,   0,   0,   0,   'f', 'a', 's', 't', 'I', 10,  0, 0, 0,
    0,   0, 0, 0, 'S', 4,   0, 0, 0, 'n', 'a', 'm', 'e', 'S', 1,   0,   0,   0,   'x'};

static inline void control_script(void *self, size_t i, oms_script_view_t *out) {
  (void)self;
  *out = (oms_script_view_t){.id = i == 0 ? "max_order" : "sma",
                             .path = i == 0 ? "rules/max_order.lua" : "strategies/sma.lua",
                             .account = "main",
                             .is_rule = i == 0,
                             .hash = "00112233445566778899aabbccddeeff",
                             .params = i == 0 ? NULL : control_params,
                             .param_n = i == 0 ? 0 : sizeof control_params,
                             .time = &control.time,
                             .memory = 12345};
}

static inline void control_journal(void *self, oms_live_journal_t *out) {
  (void)self;
  *out =
      (oms_live_journal_t){.records = 7, .batches = 3, .bytes = 900, .commit_ns_sum = 1500000000};
}

static inline void control_open(fake_t *f, const oms_api_options_t *o) {
  memset(&control, 0, sizeof control);
  fake_open(f, o);
  f->api->live.apply = control_apply;
  f->api->live.scripts = control_scripts;
  f->api->live.script = control_script;
  f->api->live.journal = control_journal;
  fake_mark(f, 0, INT64_C(200) * OMS_PRICE_SCALE);
}

static inline const fake_sent_t *control_ask(fake_t *f, const char *method, const char *path,
                                             const char *body) {
  return fake_ask(f, "MDADMIN", "secret-admin", method, path, body);
}

/* What is due is done, as by the clock. */
static inline void control_due(fake_t *f) {
  f->api->ticked = true;
  f->in.drain(f->in.self);
  f->in.turn(f->in.self);
}

#endif
