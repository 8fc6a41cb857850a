/* api_fixture.h - scripts over a real engine and a desk that does the least: it applies what it is
 * asked for, and the test says what the venue reports. Snippets assert in Lua. */
#ifndef OMS_TEST_API_FIXTURE_H
#define OMS_TEST_API_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/alloc.h"
#include "base/check.h"
#include "bind/script.h"

#define TEN_OCLOCK INT64_C(1381240800000000000) /* 2013-10-08 10:00 New York */
#define EVENT_CAP  512
#define BAR_CAP    8
#define LOG_CAP    4096

typedef struct world {
  oms_desk_t desk;
  oms_engine_t *e;
  uint64_t seq, execution;
  uint32_t spy, es, box;
  uint16_t main, other, a, b;
  oms_event_t events[EVENT_CAP]; /* of all commands since take_events */
  int event_n;
  /* what the script asked the desk for, in words */
  char log[LOG_CAP];
  oms_terms_t terms; /* of the last submit, close or target; its texts are not kept */
  oms_terms_t children[20];
  size_t child_n;
  bool expire_is_date, trigger_full;
  oms_qty_t target;
  oms_timer_spec_t timer;
  char timer_name[128];
  oms_script_t *rule; /* asked at each submit; NULL: none */
  oms_bar_t bars[BAR_CAP];
  oms_price_t stop; /* of trailing orders at the venue */
  size_t bar_n;
  bool deny_memory;
  char path[64];
} world_t;

static inline void note(world_t *w, const char *format, ...) {
  size_t n = strlen(w->log);
  va_list args;
  va_start(args, format);
  vsnprintf(w->log + n, sizeof(w->log) - n, format, args);
  va_end(args);
}

static inline void take_event(void *self, const oms_event_t *event) {
  world_t *w = self;
  assert_true(w->event_n < EVENT_CAP);
  w->events[w->event_n++] = *event;
}

static inline int apply(world_t *w, oms_command_t *c) {
  oms_sink_t sink = {w, take_event};
  c->seq = ++w->seq;
  c->now = w->desk.now;
  return oms_engine_apply(w->e, c, &sink);
}

static inline int refusal(world_t *w, oms_reject_t *reject) {
  const char *message;
  reject->code = (uint16_t)oms_engine_refusal(w->e, &message);
  snprintf(reject->message, sizeof(reject->message), "%s", message);
  return OMS_ERR_REJECTED;
}

/* The desk. */

static inline int judge(world_t *w, uint32_t order) {
  oms_verdict_t verdict;
  oms_reject_t reject = {0};
  oms_error_t err = {0};
  int rc = oms_script_check(w->rule, order, false, &verdict, &reject, &err);
  if (rc != OMS_OK) {
    verdict = OMS_VERDICT_REJECT;
    reject.code = OMS_CODE_RULE_FAILED;
    snprintf(reject.message, sizeof(reject.message), "%.200s", err.message);
  }
  oms_command_t c = {.type = OMS_COMMAND_VERDICT};
  c.u.verdict.order = order;
  c.u.verdict.verdict = (uint8_t)verdict;
  c.u.verdict.code = reject.code;
  c.u.verdict.message = reject.message;
  return apply(w, &c);
}

static inline int submit_one(world_t *w, const oms_terms_t *terms, uint8_t held_by, uint32_t *order,
                             oms_reject_t *reject) {
  oms_command_t c = {.type = OMS_COMMAND_SUBMIT};
  c.u.submit.terms = terms;
  c.u.submit.held_by = held_by;
  c.u.submit.needs_verdict = w->rule != NULL && held_by == OMS_HELD_BY_NONE;
  int rc = apply(w, &c);
  *order = oms_engine_subject(w->e);
  if (rc == OMS_OK && c.u.submit.needs_verdict) {
    uint32_t made = *order;
    rc = judge(w, made);
    *order = made;
    if (oms_engine_order(w->e, made)->status == OMS_STATUS_REJECTED) {
      rc = OMS_ERR_REJECTED;
    }
  }
  if (rc == OMS_ERR_DUPLICATE) {
    return OMS_OK;
  }
  bool row = *order != OMS_NONE && oms_engine_order(w->e, *order)->status == OMS_STATUS_REJECTED;
  if (rc == OMS_ERR_REJECTED && row) {
    const oms_order_t *o = oms_engine_order(w->e, *order);
    reject->code = o->code;
    snprintf(reject->message, sizeof(reject->message), "%s", o->message != NULL ? o->message : "");
  } else if (rc == OMS_ERR_REJECTED) {
    return refusal(w, reject);
  }
  return rc;
}

static inline int desk_submit(void *self, int script, const oms_terms_t *terms, bool expire_is_date,
                              const oms_terms_t *children, size_t child_n, bool trigger_full,
                              uint32_t *order, oms_reject_t *reject) {
  world_t *w = self;
  w->terms = *terms;
  w->child_n = child_n;
  memcpy(w->children, children, child_n * sizeof(*children));
  w->expire_is_date = expire_is_date;
  w->trigger_full = trigger_full;
  note(w, "submit %d;", script);
  if (w->deny_memory) {
    return OMS_ERR_NOMEM;
  }
  if (child_n == 0) {
    return submit_one(w, terms, OMS_HELD_BY_NONE, order, reject);
  }
  oms_command_t c = {.type = OMS_COMMAND_GROUP};
  c.u.group.order_class = terms->order_class;
  c.u.group.trigger_full = trigger_full;
  assert_int_equal(apply(w, &c), OMS_OK);
  uint32_t group = oms_engine_new_group(w->e), child;
  bool oco = terms->order_class == OMS_ORDER_CLASS_OCO;
  oms_terms_t t = oco ? children[0] : *terms;
  t.group = group;
  t.role = oco ? t.role : OMS_ROLE_PARENT;
  int rc = submit_one(w, &t, OMS_HELD_BY_NONE, order, reject);
  for (size_t i = oco; rc == OMS_OK && i < child_n; i++) {
    t = children[i];
    t.group = group;
    t.parent = *order;
    assert_int_equal(submit_one(w, &t, OMS_HELD_BY_PARENT, &child, reject), OMS_OK);
  }
  return rc;
}

static inline int desk_cancel(void *self, int script, uint32_t order, oms_reject_t *reject) {
  world_t *w = self;
  (void)script;
  oms_command_t c = {.type = OMS_COMMAND_CANCEL};
  c.u.cancel.order = order;
  c.u.cancel.canceled_by = OMS_CANCELED_BY_USER;
  int rc = apply(w, &c);
  return rc == OMS_ERR_REJECTED ? refusal(w, reject) : rc;
}

static inline int desk_cancel_all(void *self, int script, uint16_t account, uint16_t owner,
                                  uint32_t instrument, uint32_t *n) {
  (void)script;
  *n = 0;
  note(self, "cancel_all %d %d %d;", account == UINT16_MAX ? -1 : account, owner,
       instrument == OMS_NONE ? -1 : (int)instrument);
  return OMS_OK;
}

static inline int desk_replace(void *self, int script, uint32_t order, const oms_changes_t *changes,
                               uint32_t *successor, oms_reject_t *reject) {
  world_t *w = self;
  (void)script;
  oms_command_t c = {.type = OMS_COMMAND_REPLACE};
  c.u.replace.order = order;
  c.u.replace.qty = changes->qty;
  c.u.replace.limit_price = changes->limit_price;
  c.u.replace.stop_price = changes->stop_price;
  c.u.replace.trail_price = changes->trail_price;
  c.u.replace.limit_offset = changes->limit_offset;
  c.u.replace.trail_percent = changes->trail_percent;
  c.u.replace.expire_at = changes->expire_at;
  c.u.replace.time_in_force = changes->time_in_force;
  c.u.replace.client_order_id = changes->client_order_id;
  int rc = apply(w, &c);
  *successor = oms_engine_subject(w->e);
  return rc == OMS_ERR_REJECTED ? refusal(w, reject) : rc;
}

static inline int desk_close(void *self, int script, const oms_terms_t *terms, uint32_t *order,
                             oms_reject_t *reject) {
  world_t *w = self;
  (void)script;
  w->terms = *terms;
  const oms_position_t *p = oms_engine_book(w->e, terms->account, terms->owner, terms->instrument);
  note(w, "close owner %d qty %lld;", terms->owner,
       terms->qty == OMS_NO_PRICE ? -1LL : (long long)(terms->qty / OMS_QTY_SCALE));
  if (p->qty == 0) {
    *order = OMS_NONE;
    return OMS_OK;
  }
  oms_terms_t t = *terms;
  t.side = p->qty > 0 ? OMS_SIDE_SELL : OMS_SIDE_BUY;
  t.qty = t.qty != OMS_NO_PRICE ? t.qty : p->qty > 0 ? p->qty : -p->qty;
  return submit_one(w, &t, OMS_HELD_BY_NONE, order, reject);
}

static inline int desk_target(void *self, int script, const oms_terms_t *terms, oms_qty_t target,
                              uint32_t *order, oms_reject_t *reject) {
  world_t *w = self;
  (void)script;
  (void)reject;
  w->terms = *terms;
  w->target = target;
  *order = OMS_NONE;
  note(w, "target;");
  return OMS_OK;
}

static inline int desk_claim(void *self, int script, uint16_t owner, uint32_t order,
                             oms_reject_t *reject) {
  (void)script;
  (void)reject;
  note(self, "claim %d %u;", owner, order);
  return OMS_OK;
}

static inline int desk_timer(void *self, int script, const oms_timer_spec_t *spec, uint64_t *id) {
  world_t *w = self;
  (void)script;
  if (spec->kind == OMS_TIMER_AT && spec->at < w->desk.now) {
    return OMS_ERR_RANGE;
  }
  w->timer = *spec;
  snprintf(w->timer_name, sizeof(w->timer_name), "%s", spec->name);
  note(w, "timer %s;", spec->name);
  *id = 7;
  return OMS_OK;
}

static inline void desk_cancel_timer(void *self, int script, uint64_t id) {
  (void)script;
  note(self, "cancel_timer %d;", (int)id);
}

static inline int desk_stop_price(void *self, uint32_t order, oms_price_t *stop) {
  const world_t *w = self;
  (void)order;
  *stop = w->stop;
  return w->stop == OMS_NO_PRICE ? OMS_ERR_NOT_FOUND : OMS_OK;
}

static inline size_t desk_bars(void *self, uint32_t instrument, int64_t timeframe, size_t n,
                               oms_bar_t *out) {
  world_t *w = self;
  if (instrument != w->spy || (timeframe != 0 && timeframe != OMS_NS_PER_DAY)) {
    return SIZE_MAX;
  }
  n = n < w->bar_n ? n : w->bar_n;
  memcpy(out, &w->bars[w->bar_n - n], n * sizeof(*out));
  return n;
}

static inline void desk_log(void *self, int script, oms_log_level_t level, const char *text) {
  (void)script;
  note(self, "log %d %s;", (int)level, text);
}

static inline void desk_alert(void *self, int script, const char *text) {
  (void)script;
  note(self, "alert %s;", text);
}

static inline int desk_kill(void *self, oms_scope_t scope, const char *why) {
  note(self, "kill %d %d %s;", scope.kind, (int)scope.index, why);
  return OMS_OK;
}

static inline int desk_release(void *self, uint32_t order, oms_qty_t qty) {
  oms_command_t c = {.type = OMS_COMMAND_RELEASE};
  c.u.release.order = order;
  c.u.release.qty = qty;
  return apply(self, &c);
}

static inline int desk_resize(void *self, uint32_t order, oms_qty_t qty) {
  oms_command_t c = {.type = OMS_COMMAND_RESIZE};
  c.u.resize.order = order;
  c.u.resize.qty = qty;
  return apply(self, &c);
}

static inline int desk_end(void *self, uint32_t order, oms_code_t code, const char *message) {
  note(self, "end %u %s %s;", order, oms_enum_text(OMS_ENUM_CODE, (int)code), message);
  return OMS_OK;
}

static inline int desk_rearm(void *self, uint32_t order, oms_qty_t qty, bool lost,
                             uint32_t *again) {
  (void)lost;
  note(self, "rearm %u %d;", order, (int)(qty / OMS_QTY_SCALE));
  *again = order;
  return OMS_OK;
}

static inline int desk_unprotected(void *self, uint32_t group, bool is) {
  (void)is;
  note(self, "unprotected %u;", group);
  return OMS_OK;
}

/* The world. */

static inline oms_instrument_t instrument(const char *symbol) {
  return (oms_instrument_t){.symbol = symbol,
                            .currency = "USD",
                            .asset_class = OMS_ASSET_CLASS_US_EQUITY,
                            .calendar = OMS_CALENDAR_US_EQUITY,
                            .declared = true,
                            .multiplier = OMS_QTY_SCALE,
                            .previous_close = OMS_NO_PRICE,
                            .margin_per_contract = OMS_NO_PRICE,
                            .last = OMS_NO_PRICE,
                            .last_ns = OMS_NO_TIME,
                            .bid = OMS_NO_PRICE,
                            .ask = OMS_NO_PRICE,
                            .bid_size = OMS_NO_PRICE,
                            .ask_size = OMS_NO_PRICE};
}

static inline oms_price_t px(double v) {
  oms_price_t out;
  assert_int_equal(oms_fixed_from_double(v, 9, &out), OMS_OK);
  return out;
}
static inline oms_qty_t sh(int64_t n) {
  return n * OMS_QTY_SCALE;
}

static inline void mark(world_t *w, uint32_t at, double price) {
  oms_command_t c = {.type = OMS_COMMAND_MARK};
  c.u.mark.instrument = at;
  c.u.mark.price = px(price);
  assert_int_equal(apply(w, &c), OMS_OK);
}

static inline void world_open(world_t *w) {
  memset(w, 0, sizeof(*w));
  oms_engine_config_t config = {.seed = 7, .orders = 64, .fills = 64, .crosses_zero = true};
  config.commission.min = config.commission.max = OMS_NO_PRICE;
  w->e = oms_engine_new(&config);
  assert_non_null(w->e);
  oms_instrument_t spy = instrument("SPY"), es = instrument("ES"), box = instrument("BOX");
  spy.tick = px(0.01);
  spy.lot = sh(1);
  es.multiplier = 50 * OMS_QTY_SCALE;
  box.calendar = OMS_CALENDAR_NONE;
  box.asset_class = OMS_ASSET_CLASS_NONE;
  box.declared = false;
  assert_int_equal(oms_engine_add_instrument(w->e, &spy, &w->spy), OMS_OK);
  assert_int_equal(oms_engine_add_instrument(w->e, &es, &w->es), OMS_OK);
  assert_int_equal(oms_engine_add_instrument(w->e, &box, &w->box), OMS_OK);
  oms_account_t account = {.id = "main",
                           .type = OMS_ACCOUNT_TYPE_MARGIN,
                           .multiplier = 2 * OMS_PRICE_SCALE,
                           .initial_cash = 100000 * OMS_MONEY_SCALE};
  oms_limits_none(&account.limits);
  assert_int_equal(oms_engine_add_account(w->e, &account, &w->main), OMS_OK);
  account.id = "other";
  account.type = OMS_ACCOUNT_TYPE_CASH;
  account.multiplier = OMS_PRICE_SCALE;
  assert_int_equal(oms_engine_add_account(w->e, &account, &w->other), OMS_OK);
  assert_int_equal(oms_engine_add_owner(w->e, &(oms_owner_t){.id = "a"}, &w->a), OMS_OK);
  assert_int_equal(oms_engine_add_owner(w->e, &(oms_owner_t){.id = "b"}, &w->b), OMS_OK);
  w->stop = OMS_NO_PRICE;
  w->desk = (oms_desk_t){.self = w,
                         .engine = w->e,
                         .now = TEN_OCLOCK,
                         .submit = desk_submit,
                         .cancel = desk_cancel,
                         .cancel_all = desk_cancel_all,
                         .replace = desk_replace,
                         .close = desk_close,
                         .target = desk_target,
                         .claim = desk_claim,
                         .timer = desk_timer,
                         .cancel_timer = desk_cancel_timer,
                         .bars = desk_bars,
                         .stop_price = desk_stop_price,
                         .log = desk_log,
                         .alert = desk_alert,
                         .kill = desk_kill,
                         .release = desk_release,
                         .resize = desk_resize,
                         .end = desk_end,
                         .rearm = desk_rearm,
                         .unprotected = desk_unprotected};
  mark(w, w->spy, 100);
}

static inline void world_close(world_t *w) {
  oms_script_free(w->rule);
  oms_engine_free(w->e);
  if (w->path[0] != '\0') {
    unlink(w->path);
  }
}

static inline const char *write_script(world_t *w, const char *text) {
  if (w->path[0] == '\0') {
    snprintf(w->path, sizeof(w->path), "/tmp/moondesk-api-XXXXXX");
    int fd = mkstemp(w->path);
    assert_true(fd >= 0);
    close(fd);
  }
  FILE *file = fopen(w->path, "w");
  assert_non_null(file);
  assert_true(fputs(text, file) >= 0);
  assert_int_equal(fclose(file), 0);
  return w->path;
}

static inline oms_script_config_t script_config(world_t *w, oms_script_kind_t kind) {
  return (oms_script_config_t){.kind = kind,
                               .index = 3,
                               .path = w->path,
                               .id = "a",
                               .account = w->main,
                               .owner = w->a,
                               .desk = &w->desk,
                               .budget_ns = INT64_C(2000000000),
                               .seed = 11};
}

static inline oms_script_t *load_kind(world_t *w, oms_script_kind_t kind, const char *text) {
  write_script(w, text);
  oms_script_config_t config = script_config(w, kind);
  oms_script_t *s = NULL;
  oms_error_t err = {0};
  if (oms_script_load(&config, &s, &err) != OMS_OK) {
    fail_msg("%s\n  in: %s", err.message, text);
  }
  return s;
}
static inline oms_script_t *load(world_t *w, const char *text) {
  return load_kind(w, OMS_SCRIPT_STRATEGY, text);
}

/* The script must not load, with this code and a text that holds 'part'. */
static inline void load_fails(world_t *w, oms_script_kind_t kind, const char *text, int code,
                              const char *part) {
  write_script(w, text);
  oms_script_config_t config = script_config(w, kind);
  oms_script_t *s = NULL;
  oms_error_t err = {0};
  int rc = oms_script_load(&config, &s, &err);
  if (rc != code || strstr(err.message, part) == NULL) {
    fail_msg("got %s: %s\n  in place of %s: %s\n  in: %s", oms_err_name(rc), err.message,
             oms_err_name(code), part, text);
  }
  assert_null(s);
}

#define PRELUDE                                                                                    \
  "local oms = require 'oms'\n"                                                                    \
  "local S = {}\n"                                                                                 \
  "local function raises(part, f, ...)\n"                                                          \
  "  local ok, text = pcall(f, ...)\n"                                                             \
  "  assert(not ok, 'did not raise: ' .. part)\n"                                                  \
  "  assert(text:find(part, 1, true), text)\n"                                                     \
  "end\n"                                                                                          \
  "local function same(a, b)\n"                                                                    \
  "  if a ~= b then error(('%s in place of %s'):format(tostring(a), tostring(b)), 2) end\n"        \
  "end\n"

static inline void call_ok(int rc, const oms_error_t *err) {
  if (rc != OMS_OK) {
    fail_msg("%s: %s", oms_err_name(rc), err->message);
  }
}

/* Loads PRELUDE and 'text' (which defines callbacks of S) and runs on_start. */
static inline oms_script_t *begin(world_t *w, const char *text) {
  static char all[32768];
  int n = snprintf(all, sizeof(all), "%s%s\nreturn S\n", PRELUDE, text);
  assert_true(n > 0 && (size_t)n < sizeof(all));
  oms_script_t *s = load(w, all);
  oms_error_t err = {0};
  call_ok(oms_script_start(s, &err), &err);
  return s;
}

/* Loads tests/unit/bind/api/NAME and runs its on_start. */
static inline oms_script_t *begin_file(world_t *w, const char *name) {
  char path[512];
  oms_script_config_t config = script_config(w, OMS_SCRIPT_STRATEGY);
  snprintf(path, sizeof(path), "%s/tests/unit/bind/api/%s", SOURCE_DIR, name);
  config.path = path;
  oms_script_t *s = NULL;
  oms_error_t err = {0};
  call_ok(oms_script_load(&config, &s, &err), &err);
  call_ok(oms_script_start(s, &err), &err);
  return s;
}

/* 'body' is all of on_start. */
static inline void in_start(world_t *w, const char *body) {
  static char all[16384];
  int n = snprintf(all, sizeof(all), "function S:on_start()\n%s\nend", body);
  assert_true(n > 0 && (size_t)n < sizeof(all));
  oms_script_free(begin(w, all));
}

/* The venue. */

static inline void send(world_t *w, uint32_t order) {
  oms_command_t c = {.type = OMS_COMMAND_SEND};
  c.u.send.order = order;
  assert_int_equal(apply(w, &c), OMS_OK);
}

static inline oms_report_t report_of(const world_t *w, uint32_t order, oms_report_type_t type) {
  return (oms_report_t){.type = (uint8_t)type,
                        .order = order,
                        .ts = w->desk.now,
                        .qty = OMS_NO_PRICE,
                        .price = OMS_NO_PRICE,
                        .stop_price = OMS_NO_PRICE,
                        .commission = OMS_NO_PRICE};
}

static inline void report(world_t *w, oms_report_t r) {
  oms_command_t c = {.type = OMS_COMMAND_REPORT, .u.report = r};
  assert_int_equal(apply(w, &c), OMS_OK);
}

static inline void accept(world_t *w, uint32_t order) {
  send(w, order);
  report(w, report_of(w, order, OMS_REPORT_WORKING));
}

static inline void fill(world_t *w, uint32_t order, int64_t qty, double price) {
  oms_report_t r = report_of(w, order, OMS_REPORT_FILL);
  r.qty = sh(qty);
  r.price = px(price);
  r.liquidity = 'R';
  r.has_commission = true;
  r.commission = 1500000;
  r.execution_no = ++w->execution;
  report(w, r);
}

/* Hands all events to the script as the host does: on_fill before on_order. */
static inline void deliver(world_t *w, oms_script_t *s) {
  oms_error_t err = {0};
  int n = w->event_n;
  for (int i = 0; i < n; i++) {
    oms_event_t event = w->events[i];
    if (event.fill != OMS_NONE && event.type == OMS_EVENT_FILL) {
      call_ok(oms_script_fill(s, &event, &err), &err);
    }
    call_ok(oms_script_order(s, &event, &err), &err);
  }
  memmove(w->events, w->events + n, (size_t)(w->event_n - n) * sizeof(w->events[0]));
  w->event_n -= n;
}

static inline oms_bar_t bar_at(oms_time_t ts, double close) {
  return (oms_bar_t){.ts = ts,
                     .start = ts,
                     .end = ts + OMS_NS_PER_DAY,
                     .open = px(close - 1),
                     .high = px(close + 2),
                     .low = px(close - 2),
                     .close = px(close),
                     .volume = 1e6,
                     .stream = 0};
}

#endif
