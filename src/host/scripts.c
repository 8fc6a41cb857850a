/* scripts.c - the strategies and rules of a run: who gets which event, what an error costs, and the
 * swap of a reloaded script. */
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "host/host.h"

static oms_host_script_t *script_at(oms_host_t *h, size_t i) {
  return OMS_AT(&h->scripts, oms_host_script_t, i);
}

/* What a strategy may do in answer to its own orders and timers within one time stamp. Far above
 * what any needs: beyond it the callbacks feed each other without end. */
#define ANSWERS_MAX       100000
#define ANSWER_ORDERS_MAX 100000

/* Errors. */

/* A strategy that is stopped takes its working orders along, protective exits excepted. */
static void end_orders(oms_host_t *h, const oms_host_script_t *s) {
  uint32_t next;
  for (uint32_t i = oms_engine_first_open(h->engine); i != OMS_NONE; i = next) {
    const oms_order_t *o = oms_engine_order(h->engine, i);
    next = o->next_open;
    bool protects = o->role == OMS_ROLE_TAKE_PROFIT || o->role == OMS_ROLE_STOP_LOSS ||
                    (o->flags & OMS_ORDER_REDUCE_ONLY) != 0;
    if (o->owner == s->owner && !protects) {
      oms_reject_t reject;
      (void)oms_desk_cancel(&h->desk, s->config.index, i, &reject); /* it may be ending already */
    }
  }
}

static void stop(oms_host_t *h, oms_host_script_t *s) {
  s->stopped = true;
  h->strategy_failed = true;
  if (!s->leave_orders) {
    oms_desk_begin(&h->desk);
    end_orders(h, s);
    oms_desk_end(&h->desk, false);
  }
}

static void failed(oms_host_t *h, oms_host_script_t *s, const oms_error_t *err) {
  oms_host_log(h, s->config.index, OMS_LOG_ERROR, err->message);
  s->errors++;
  if (s->kind == OMS_SCRIPT_STRATEGY && s->errors >= s->max_errors) {
    stop(h, s);
  }
}

/* Ends a strategy whose answers have no end; more errors would not end them. False: the callback
 * may run. */
static bool feeds_itself(oms_host_t *h, oms_host_script_t *s, const char *callback) {
  if (s->answers < ANSWERS_MAX && s->answer_orders < ANSWER_ORDERS_MAX) {
    return false;
  }
  oms_error_t err;
  oms_error_set(&err, OMS_ERR_FULL,
                "%s: %s: its callbacks answer each other without end: %u callbacks and %u orders "
                "at one time stamp; "
                "do not submit again in on_order, on_fill or on_timer without a condition",
                s->path, callback, s->answers, s->answer_orders);
  oms_host_log(h, s->config.index, OMS_LOG_ERROR, err.message);
  stop(h, s);
  return true;
}

void oms_host_new_stamp(oms_host_t *h) {
  for (size_t i = 0; i < h->scripts.n; i++) {
    script_at(h, i)->answers = script_at(h, i)->answer_orders = 0;
  }
}

/* Every callback runs between these two: its orders are one batch. */
#define CALL(h, s, expression)                                                                     \
  do {                                                                                             \
    oms_error_t call_err;                                                                          \
    oms_desk_begin(&(h)->desk);                                                                    \
    int call_rc = (expression);                                                                    \
    oms_desk_end(&(h)->desk, call_rc != OMS_OK);                                                   \
    if (call_rc != OMS_OK) {                                                                       \
      failed((h), (s), &call_err);                                                                 \
    }                                                                                              \
  } while (0)

#define ANSWER(h, s, expression)                                                                   \
  do {                                                                                             \
    CALL(h, s, expression);                                                                        \
    (s)->answers++;                                                                                \
    (s)->answer_orders += (h)->desk.callback_orders;                                               \
  } while (0)

/* Callbacks. */

void oms_host_give_bar(oms_host_t *h, oms_host_script_t *s, const oms_bar_t *bar, bool warmup) {
  const oms_host_stream_t *stream = OMS_AT(&h->streams, oms_host_stream_t, bar->stream);
  if (!s->stopped && s->streams[bar->stream]) {
    CALL(h, s,
         oms_script_bar(s->script, bar, stream->instrument, stream->timeframe, warmup, &call_err));
  }
}

/* The bars of the step that the script wants. */
void oms_host_give_bars(oms_host_t *h, oms_host_script_t *s, oms_time_t ts) {
  h->bar_views.n = h->bar_instruments.n = h->bar_timeframes.n = 0;
  for (size_t i = 0; i < h->bars.n; i++) {
    const oms_bar_t *bar = OMS_AT(&h->bars, oms_bar_t, i);
    const oms_host_stream_t *stream = OMS_AT(&h->streams, oms_host_stream_t, bar->stream);
    if (!s->streams[bar->stream]) {
      continue;
    }
    if (oms_array_push(&h->bar_views, &bar) != OMS_OK ||
        oms_array_push(&h->bar_instruments, &stream->instrument) != OMS_OK ||
        oms_array_push(&h->bar_timeframes, &stream->timeframe) != OMS_OK) {
      oms_desk_fail(&h->desk, OMS_ERR_NOMEM, "the bars of a step could not be listed");
      return;
    }
  }
  if (!s->stopped && h->bar_views.n > 0) {
    CALL(h, s,
         oms_script_bars(s->script, h->bar_views.data, h->bar_instruments.data,
                         h->bar_timeframes.data, h->bar_views.n, ts, &call_err));
  }
}

void oms_host_give_timer(oms_host_t *h, int script, const char *name) {
  oms_host_script_t *s = script_at(h, (size_t)script);
  if (!s->stopped && !feeds_itself(h, s, "on_timer")) {
    ANSWER(h, s, oms_script_timer(s->script, name, &call_err));
  }
}

/* A script that watches no declared symbol has no sessions. */
static bool watches_sessions(const oms_host_t *h, const oms_host_script_t *s) {
  for (size_t i = 0; i < s->symbol_n; i++) {
    if (oms_engine_instrument(h->engine, s->symbols[i])->calendar != OMS_CALENDAR_NONE) {
      return true;
    }
  }
  return false;
}

void oms_host_give_session(oms_host_t *h, const char *what) {
  for (size_t i = 0; i < h->scripts.n; i++) {
    oms_host_script_t *s = script_at(h, i);
    if (!s->stopped && oms_script_has(s->script, OMS_CALLBACK_SESSION) && watches_sessions(h, s)) {
      CALL(h, s,
           oms_script_session(s->script, what, "us_equity", h->session.days, h->session.open,
                              h->session.close, &call_err));
    }
  }
}

static void give_event(oms_host_t *h, oms_host_script_t *s, const oms_event_t *event) {
  bool has_fill = event->type == OMS_EVENT_FILL && oms_script_has(s->script, OMS_CALLBACK_FILL);
  if (has_fill && !s->stopped && !feeds_itself(h, s, "on_fill")) {
    ANSWER(h, s, oms_script_fill(s->script, event, &call_err));
  }
  if (!s->stopped && oms_script_has(s->script, OMS_CALLBACK_ORDER) &&
      !feeds_itself(h, s, "on_order")) {
    ANSWER(h, s, oms_script_order(s->script, event, &call_err));
  }
}

/* A refused submit has answered its caller already; what the core alone needs to know goes
 * nowhere. */
static bool is_for_scripts(const oms_host_t *h, const oms_event_t *event) {
  if (event->order == OMS_NONE || event->type == OMS_EVENT_ALERT) {
    return false;
  }
  const oms_order_t *o = oms_engine_order(h->engine, event->order);
  return event->type != OMS_EVENT_REJECTED ||
         (o->flags & (OMS_ORDER_SENT | OMS_ORDER_CHECKED)) != 0 ||
         o->code == OMS_CODE_APPROVAL_DENIED || o->code == OMS_CODE_SCRIPT_ERROR ||
         o->replaces != OMS_NONE;
}

static bool rule_sees(const oms_host_t *h, size_t i, const oms_order_t *o) {
  const oms_rule_t *r = OMS_AT(&h->desk.rules, oms_rule_t, i);
  return (r->account == OMS_NONE || r->account == o->account) &&
         (r->owner == OMS_NONE || r->owner == o->owner) &&
         (r->symbols == NULL || (o->instrument != OMS_NONE && r->symbols[o->instrument] != 0));
}

void oms_host_deliver(oms_host_t *h) {
  oms_event_t event;
  while (oms_ring_pop(&h->desk.events, &event)) {
    if (event.type == OMS_EVENT_ALERT && event.message != NULL) {
      oms_host_warn(h, "%s", event.message);
    }
    if (!is_for_scripts(h, &event)) {
      continue;
    }
    const oms_order_t *o = oms_engine_order(h->engine, event.order);
    for (size_t i = 0; i < h->scripts.n; i++) {
      oms_host_script_t *s = script_at(h, i);
      bool sees = i < h->rule_n ? rule_sees(h, i, o) : s->owner == event.owner;
      if (sees) {
        give_event(h, s, &event);
      }
    }
  }
}

/* The clock of a rule that has `every`, from now on; ends that of an earlier file. */
static void arm_every(oms_host_t *h, oms_host_script_t *s) {
  int64_t ns = oms_script_every(s->script);
  if (ns == 0) {
    oms_host_timer_cancel(h, s->config.index, s->every_timer);
    s->every_timer = 0;
    return;
  }
  oms_timer_spec_t spec = {
      .kind = OMS_TIMER_EVERY, .name = "every", .at = h->desk.port.now + ns, .every_ns = ns};
  if (oms_host_timer_arm(h, s->config.index, &spec, &s->every_timer) != OMS_OK) {
    oms_desk_fail(&h->desk, OMS_ERR_NOMEM, "the timer of a rule could not be armed");
  }
}

/* Another script would only have heard of orders that left: events of a failed batch still go
 * out. */
void oms_host_start_scripts(oms_host_t *h) {
  for (size_t i = 0; i < h->scripts.n; i++) {
    oms_host_script_t *s = script_at(h, i);
    CALL(h, s, oms_script_start(s->script, &call_err));
    if (s->kind == OMS_SCRIPT_RULE && oms_script_every(s->script) > 0) {
      arm_every(h, s);
    }
  }
}

void oms_host_stop_scripts(oms_host_t *h) {
  for (size_t i = 0; i < h->scripts.n; i++) {
    oms_host_script_t *s = script_at(h, i);
    if (!s->stopped) {
      CALL(h, s, oms_script_stop(s->script, &call_err));
    }
  }
}

/* Loading. */

static char *copy_text(const char *text) {
  size_t n = strlen(text) + 1;
  char *copy = oms_alloc(n);
  if (copy != NULL) {
    memcpy(copy, text, n);
  }
  return copy;
}

static const char *stem_of(oms_arena_t *arena, const char *path) {
  const char *slash = strrchr(path, '/');
  const char *name = slash == NULL ? path : slash + 1;
  const char *dot = strrchr(name, '.');
  return oms_arena_text(arena, name, dot == NULL ? strlen(name) : (size_t)(dot - name));
}

static bool has_text(const char *const *list, size_t n, const char *text) {
  for (size_t i = 0; i < n; i++) {
    if (strcmp(list[i], text) == 0) {
      return true;
    }
  }
  return false;
}

/* Which data the script gets: the entry's choice, else the script's own, else all. */
static bool wants_symbol(const oms_host_script_t *s, const oms_script_entry_t *entry,
                         const char *symbol) {
  if (entry->symbol_n > 0) {
    return has_text(entry->symbols, entry->symbol_n, symbol);
  }
  size_t n = oms_script_symbol_count(s->script);
  for (size_t i = 0; i < n; i++) {
    if (strcmp(oms_script_symbol(s->script, i), symbol) == 0) {
      return true;
    }
  }
  return n == 0;
}

static bool wants_timeframe(const oms_host_script_t *s, const oms_script_entry_t *entry,
                            int64_t timeframe) {
  size_t n = entry->timeframe_n > 0 ? entry->timeframe_n : oms_script_timeframe_count(s->script);
  for (size_t i = 0; i < n; i++) {
    const char *text =
        entry->timeframe_n > 0 ? entry->timeframes[i] : oms_script_timeframe(s->script, i);
    int64_t ns;
    if (oms_timeframe_parse(text, strlen(text), &ns) == OMS_OK && ns == timeframe) {
      return true;
    }
  }
  return n == 0;
}

static int check_names(const oms_host_t *h, const oms_host_script_t *s,
                       const oms_script_entry_t *entry, oms_error_t *err) {
  size_t n = entry->symbol_n > 0 ? entry->symbol_n : oms_script_symbol_count(s->script);
  for (size_t i = 0; i < n; i++) {
    const char *symbol = entry->symbol_n > 0 ? entry->symbols[i] : oms_script_symbol(s->script, i);
    if (oms_engine_find_instrument(h->engine, symbol) == OMS_NONE) {
      return oms_error_set(err, OMS_ERR_USAGE,
                           "%s: symbols names '%s', of which the session has no data", s->path,
                           symbol);
    }
  }
  n = entry->timeframe_n > 0 ? entry->timeframe_n : oms_script_timeframe_count(s->script);
  for (size_t i = 0; i < n; i++) {
    const char *text =
        entry->timeframe_n > 0 ? entry->timeframes[i] : oms_script_timeframe(s->script, i);
    int64_t ns;
    if (oms_timeframe_parse(text, strlen(text), &ns) != OMS_OK) {
      return oms_error_set(err, OMS_ERR_USAGE,
                           "%s: timeframes has '%s'; write one like \"1m\", \"1h\" or \"1d\"",
                           s->path, text);
    }
  }
  return OMS_OK;
}

static int choose_data(oms_host_t *h, oms_host_script_t *s, const oms_script_entry_t *entry,
                       oms_error_t *err) {
  int rc = check_names(h, s, entry, err);
  if (rc != OMS_OK) {
    return rc;
  }
  size_t chosen = 0;
  for (size_t i = 0; i < h->streams.n; i++) {
    const oms_host_stream_t *stream = OMS_AT(&h->streams, oms_host_stream_t, i);
    const char *symbol = oms_engine_instrument(h->engine, stream->instrument)->symbol;
    s->streams[i] = wants_symbol(s, entry, symbol) && wants_timeframe(s, entry, stream->timeframe);
    chosen += s->streams[i] ? 1 : 0;
    bool known = false;
    for (size_t k = 0; k < s->symbol_n; k++) {
      known = known || s->symbols[k] == stream->instrument;
    }
    if (s->streams[i] && !known) {
      s->symbols[s->symbol_n++] = stream->instrument;
    }
  }
  if (chosen == 0) {
    return oms_error_set(
        err, OMS_ERR_USAGE,
        "%s: none of the session's data has the symbols and timeframes it asks for", s->path);
  }
  return OMS_OK;
}

static int fill_entry(oms_host_t *h, oms_host_script_t *s, const oms_script_entry_t *entry,
                      oms_error_t *err) {
  char path[4096], folder[4096] = "";
  if (h->config->path != NULL) {
    const char *slash = strrchr(h->config->path, '/');
    snprintf(folder, sizeof folder, "%.*s", slash == NULL ? 1 : (int)(slash - h->config->path),
             slash == NULL ? "." : h->config->path);
  }
  int rc = oms_resolve_path(entry->path, folder[0] == '\0' ? NULL : folder, h->library, path,
                            sizeof path, err);
  if (rc != OMS_OK) {
    return rc;
  }
  s->path = copy_text(path);
  s->streams = oms_alloc_zero(h->streams.n, sizeof *s->streams);
  s->symbols = oms_alloc_zero(h->streams.n, sizeof *s->symbols);
  s->id = entry->id != NULL ? entry->id : stem_of((oms_arena_t *)&h->config->arena, entry->path);
  if (s->path == NULL || s->streams == NULL || s->symbols == NULL || s->id == NULL) {
    return oms_error_set(err, OMS_ERR_NOMEM, "%s: out of memory", entry->path);
  }
  return OMS_OK;
}

static int find_account(const oms_host_t *h, const char *id, uint16_t *account, oms_error_t *err) {
  uint32_t index = id == NULL ? 0 : oms_engine_find_account(h->engine, id);
  if (index == OMS_NONE) {
    return oms_error_set(err, OMS_ERR_USAGE, "the session has no account '%s'", id);
  }
  *account = (uint16_t)index;
  return OMS_OK;
}

/* What nobody owns in the symbols of `claim` becomes the strategy's. */
static int claim_symbols(oms_host_t *h, const oms_host_script_t *s, const oms_script_entry_t *entry,
                         oms_error_t *err) {
  for (size_t i = 0; i < entry->claim_n; i++) {
    oms_command_t c = {.type = OMS_COMMAND_CLAIM};
    c.u.claim.order = OMS_NONE;
    c.u.claim.account = s->account;
    c.u.claim.owner = s->owner;
    c.u.claim.instrument = oms_engine_find_instrument(h->engine, entry->claim[i]);
    if (c.u.claim.instrument == OMS_NONE) {
      return oms_error_set(err, OMS_ERR_USAGE,
                           "%s: claim names '%s', which the session does not know", entry->path,
                           entry->claim[i]);
    }
    int rc = oms_desk_apply(&h->desk, &c);
    if (rc != OMS_OK && rc != OMS_ERR_REJECTED) { /* refused: there is nothing to claim */
      return oms_error_set(err, rc, "%s: claim: %s", entry->path, oms_err_text(rc));
    }
  }
  return OMS_OK;
}

static int load_one(oms_host_t *h, oms_script_kind_t kind, const oms_script_entry_t *entry,
                    oms_error_t *err) {
  oms_host_script_t *s = script_at(h, h->scripts.n - 1);
  s->kind = kind;
  s->max_errors = entry->max_errors > 0 ? entry->max_errors : 1;
  s->leave_orders = entry->leave_orders;
  int rc = fill_entry(h, s, entry, err);
  if (rc == OMS_OK) {
    rc = find_account(h, entry->account, &s->account, err);
  }
  if (rc == OMS_OK && kind == OMS_SCRIPT_STRATEGY) {
    oms_owner_t owner = {.id = s->id};
    rc = oms_engine_add_owner(h->engine, &owner, &s->owner);
    if (rc != OMS_OK) {
      return oms_error_set(err, OMS_ERR_USAGE,
                           "%s: a second strategy is called '%s'; give one of them an id",
                           entry->path, s->id);
    }
  }
  if (rc != OMS_OK) {
    return rc;
  }
  s->config = (oms_script_config_t){.kind = kind,
                                    .index = (int)h->scripts.n - 1,
                                    .path = s->path,
                                    .id = s->id,
                                    .account = s->account,
                                    .owner = s->owner,
                                    .desk = &h->desk.port,
                                    .budget_ns = h->options->budget_ns,
                                    .strict_budget = h->options->strict_budget,
                                    .seed = h->config->seed + h->scripts.n,
                                    .library = h->library,
                                    .params = entry->params,
                                    .param_n = entry->param_n,
                                    .sets = entry->sets,
                                    .set_n = entry->set_n};
  rc = oms_script_load(&s->config, &s->script, err);
  if (rc == OMS_OK && kind == OMS_SCRIPT_STRATEGY) {
    oms_engine_set_owner_hash(h->engine, s->owner, oms_script_hash(s->script));
  }
  if (rc == OMS_OK) {
    rc = choose_data(h, s, entry, err);
  }
  return rc == OMS_OK ? claim_symbols(h, s, entry, err) : rc;
}

static int push_script(oms_host_t *h, oms_script_kind_t kind, const oms_script_entry_t *entry,
                       oms_error_t *err) {
  if (oms_array_push(&h->scripts, NULL) != OMS_OK) {
    return oms_error_set(err, OMS_ERR_NOMEM, "%s: out of memory", entry->path);
  }
  return load_one(h, kind, entry, err);
}

static int scope_symbols(oms_host_t *h, const oms_script_entry_t *entry, const uint8_t **out,
                         oms_error_t *err) {
  uint8_t *flags = oms_alloc_zero(oms_engine_instrument_count(h->engine), 1);
  if (flags == NULL) {
    return oms_error_set(err, OMS_ERR_NOMEM, "%s: out of memory", entry->path);
  }
  *out = flags;
  for (size_t i = 0; i < entry->scope_symbol_n; i++) {
    uint32_t k = oms_engine_find_instrument(h->engine, entry->scope_symbols[i]);
    if (k == OMS_NONE) {
      return oms_error_set(err, OMS_ERR_USAGE,
                           "%s: scope.symbols names '%s', which the session does not know",
                           entry->path, entry->scope_symbols[i]);
    }
    flags[k] = 1;
  }
  return OMS_OK;
}

/* The desk's list of rules; owners exist by now. */
static int add_rule(oms_host_t *h, size_t i, oms_error_t *err) {
  const oms_script_entry_t *entry = &h->config->rules[i];
  oms_rule_t r = {.script = script_at(h, i)->script, .account = OMS_NONE, .owner = OMS_NONE};
  int rc = OMS_OK;
  if (entry->scope_account != NULL) {
    uint16_t account = 0;
    rc = find_account(h, entry->scope_account, &account, err);
    r.account = account;
  }
  if (rc == OMS_OK && entry->scope_strategy != NULL) {
    r.owner = oms_engine_find_owner(h->engine, entry->scope_strategy);
    if (r.owner == OMS_NONE) {
      rc = oms_error_set(err, OMS_ERR_USAGE, "%s: scope.strategy names '%s', which there is not",
                         entry->path, entry->scope_strategy);
    }
  }
  if (rc == OMS_OK && entry->scope_symbol_n > 0) {
    rc = scope_symbols(h, entry, &r.symbols, err);
  }
  if (rc == OMS_OK && oms_array_push(&h->desk.rules, &r) != OMS_OK) {
    rc = oms_error_set(err, OMS_ERR_NOMEM, "%s: out of memory", entry->path);
  }
  if (rc != OMS_OK) {
    oms_free((void *)r.symbols);
  }
  return rc;
}

/* What a step asks of each script, once. */
static void note_callbacks(oms_host_script_t *s) {
  s->any_bars = oms_script_has(s->script, OMS_CALLBACK_BAR);
  s->together = oms_script_has(s->script, OMS_CALLBACK_BARS);
}

int oms_host_load_scripts(oms_host_t *h, oms_error_t *err) {
  const oms_session_config_t *c = h->config;
  int rc = OMS_OK;
  if (oms_array_reserve(&h->scripts, c->rule_n + c->strategy_n) != OMS_OK) {
    return oms_error_set(err, OMS_ERR_NOMEM, "out of memory for the scripts");
  }
  for (size_t i = 0; i < c->rule_n && rc == OMS_OK; i++) {
    rc = push_script(h, OMS_SCRIPT_RULE, &c->rules[i], err);
  }
  h->rule_n = h->scripts.n;
  for (size_t i = 0; i < c->strategy_n && rc == OMS_OK; i++) {
    rc = push_script(h, OMS_SCRIPT_STRATEGY, &c->strategies[i], err);
  }
  for (size_t i = 0; i < c->rule_n && rc == OMS_OK; i++) {
    rc = add_rule(h, i, err);
  }
  for (size_t i = 0; i < h->scripts.n && rc == OMS_OK; i++) {
    note_callbacks(script_at(h, i));
  }
  return rc;
}

void oms_host_free_scripts(oms_host_t *h) {
  for (size_t i = 0; i < h->desk.rules.n; i++) {
    oms_free((void *)OMS_AT(&h->desk.rules, oms_rule_t, i)->symbols);
  }
  for (size_t i = 0; i < h->scripts.n; i++) {
    oms_host_script_t *s = script_at(h, i);
    oms_script_free(s->script);
    oms_free(s->path);
    oms_free(s->streams);
    oms_free(s->symbols);
  }
  oms_array_free(&h->scripts);
}

/* Reload. */

static bool names(const oms_host_script_t *s, const char *path_or_id) {
  size_t n = strlen(s->path), m = strlen(path_or_id);
  bool tail = m < n && strcmp(s->path + n - m, path_or_id) == 0 && s->path[n - m - 1] == '/';
  return strcmp(s->id, path_or_id) == 0 || strcmp(s->path, path_or_id) == 0 || tail;
}

/* The timeline stands between two events, so the swap is at once. */
static int rebuild(oms_host_t *h, size_t i, const char *path, oms_error_t *err) {
  oms_host_script_t *s = script_at(h, i);
  oms_script_t *fresh = NULL;
  char warning[256] = "", old_hash[33];
  snprintf(old_hash, sizeof old_hash, "%s", oms_script_hash(s->script));
  oms_desk_begin(&h->desk);
  int rc = oms_script_rebuild(s->script, path, &fresh, warning, err);
  oms_desk_end(&h->desk, rc != OMS_OK);
  if (rc != OMS_OK) {
    return rc;
  }
  if (i < h->rule_n) {
    OMS_AT(&h->desk.rules, oms_rule_t, i)->script = fresh;
  } else {
    oms_engine_set_owner_hash(h->engine, s->owner, oms_script_hash(fresh));
  }
  bool other_clock = oms_script_every(s->script) != oms_script_every(fresh);
  oms_script_free(s->script);
  s->script = fresh;
  note_callbacks(s);
  if (other_clock && s->kind == OMS_SCRIPT_RULE) {
    arm_every(h, s);
  }
  char text[4600];
  snprintf(text, sizeof text, "reloaded from %s: %s -> %s", path, old_hash, oms_script_hash(fresh));
  oms_host_log(h, (int)i, OMS_LOG_INFO, text);
  if (warning[0] != '\0') {
    oms_host_log(h, (int)i, OMS_LOG_WARN, warning);
  }
  return OMS_OK;
}

int oms_host_reload(oms_host_t *h, const char *path_or_id, const char *with, oms_error_t *err) {
  char path[4096], folder[4096] = ".";
  if (h->config->path != NULL && strrchr(h->config->path, '/') != NULL) {
    snprintf(folder, sizeof folder, "%.*s", (int)(strrchr(h->config->path, '/') - h->config->path),
             h->config->path);
  }
  int found = 0;
  for (size_t i = 0; i < h->scripts.n; i++) {
    if (!names(script_at(h, i), path_or_id)) {
      continue;
    }
    found++;
    int rc =
        with == NULL ? OMS_OK : oms_resolve_path(with, folder, h->library, path, sizeof path, err);
    rc = rc == OMS_ERR_NOT_FOUND ? OMS_ERR_IO : rc; /* the script is there, its new file is not */
    if (rc == OMS_OK) {
      rc = rebuild(h, i, with == NULL ? script_at(h, i)->path : path, err);
    }
    if (rc != OMS_OK) {
      oms_host_log(h, (int)i, OMS_LOG_ERROR, err->message);
      return rc;
    }
  }
  return found > 0 ? OMS_OK
                   : oms_error_set(err, OMS_ERR_NOT_FOUND,
                                   "oms.reload: no strategy or rule is called '%s'", path_or_id);
}
