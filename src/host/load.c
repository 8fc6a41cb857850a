/* load.c - the strategies and rules of a session: their files, accounts, owners and scopes, and
 * which data each of them gets. */
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/mistakes.h"
#include "host/host.h"

static bool has_text(const char *const *list, size_t n, const char *text) {
  for (size_t i = 0; i < n; i++) {
    if (strcmp(list[i], text) == 0) {
      return true;
    }
  }
  return false;
}

/* Which data the script gets: the entry's choice, else the script's own, else all. */
bool oms_host_wants_symbol(const oms_host_script_t *s, const oms_script_entry_t *entry,
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

size_t oms_host_timeframe_count(const oms_host_script_t *s, const oms_script_entry_t *entry) {
  return entry->timeframe_n > 0 ? entry->timeframe_n : oms_script_timeframe_count(s->script);
}

const char *oms_host_timeframe(const oms_host_script_t *s, const oms_script_entry_t *entry,
                               size_t i) {
  return entry->timeframe_n > 0 ? entry->timeframes[i] : oms_script_timeframe(s->script, i);
}

static bool wants_timeframe(const oms_host_script_t *s, const oms_script_entry_t *entry,
                            const oms_host_stream_t *stream) {
  size_t n = oms_host_timeframe_count(s, entry);
  for (size_t i = 0; i < n; i++) {
    const char *text = oms_host_timeframe(s, entry, i);
    int64_t ns;
    if (oms_timeframe_parse(text, strlen(text), &ns) == OMS_OK && ns == stream->timeframe) {
      return true;
    }
  }
  return n == 0 && stream->listed;
}

static int check_names(const oms_host_t *h, const oms_host_script_t *s,
                       const oms_script_entry_t *entry, oms_error_t *err) {
  size_t n = entry->symbol_n > 0 ? entry->symbol_n : oms_script_symbol_count(s->script);
  for (size_t i = 0; i < n; i++) {
    const char *symbol = entry->symbol_n > 0 ? entry->symbols[i] : oms_script_symbol(s->script, i);
    if (oms_engine_find_instrument(h->engine, symbol) == OMS_NONE) {
      return oms_error_set(err, OMS_ERR_USAGE,
                           "%s: symbols names '%s', of which the session has no data",
                           oms_script_path(s->script), symbol);
    }
  }
  n = oms_host_timeframe_count(s, entry);
  for (size_t i = 0; i < n; i++) {
    const char *text = oms_host_timeframe(s, entry, i);
    int64_t ns;
    if (oms_timeframe_parse(text, strlen(text), &ns) != OMS_OK) {
      return oms_error_set(err, OMS_ERR_USAGE,
                           "%s: timeframes has '%s'; write one like \"1m\", \"1h\" or \"1d\"",
                           oms_script_path(s->script), text);
    }
  }
  return OMS_OK;
}

int oms_host_choose_data(oms_host_t *h, oms_host_script_t *s, const oms_script_entry_t *entry,
                         oms_error_t *err) {
  int rc = check_names(h, s, entry, err);
  if (rc != OMS_OK) {
    return rc;
  }
  size_t chosen = 0;
  s->symbol_n = 0;
  for (size_t i = 0; i < h->streams.n; i++) {
    const oms_host_stream_t *stream = OMS_AT(&h->streams, oms_host_stream_t, i);
    const char *symbol = oms_engine_instrument(h->engine, stream->instrument)->symbol;
    bool timed = stream->kind != OMS_DATA_BARS || wants_timeframe(s, entry, stream);
    s->streams[i] = oms_host_wants_symbol(s, entry, symbol) && timed;
    chosen += s->streams[i] && stream->kind != OMS_DATA_ACTIONS ? 1 : 0;
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
        "%s: none of the session's data has the symbols and timeframes it asks for",
        oms_script_path(s->script));
  }
  return OMS_OK;
}

/* A file that was put in its place while an earlier host ran stays there, if it is there still. */
static void take_reloaded(oms_host_t *h, const oms_host_script_t *s, char *path, size_t cap) {
  const oms_past_script_t *past = oms_host_past_of(h, s->kind == OMS_SCRIPT_RULE, s->id);
  char again[4096];
  if (past == NULL || past->path == NULL || strcmp(past->path, path) == 0) {
    return;
  }
  if (oms_session_path(h->config, past->path, h->library, again, sizeof again, NULL) == OMS_OK) {
    snprintf(path, cap, "%s", again);
    return;
  }
  oms_host_warn(h, "%s was reloaded from %s, which is gone: its own file is taken", s->id,
                past->path);
}

static int fill_entry(oms_host_t *h, oms_host_script_t *s, const oms_script_entry_t *entry,
                      oms_error_t *err) {
  char path[4096], stem[256];
  int rc = oms_session_path(h->config, entry->path, h->library, path, sizeof path, err);
  if (rc != OMS_OK) {
    return rc;
  }
  const char *id = oms_entry_id(entry, stem, sizeof stem);
  s->id = oms_arena_text((oms_arena_t *)&h->config->arena, id, strlen(id));
  if (s->id != NULL) {
    take_reloaded(h, s, path, sizeof path);
  }
  size_t n = strlen(path) + 1;
  s->path = oms_alloc(n);
  if (s->path == NULL || s->id == NULL) {
    return oms_error_set(err, OMS_ERR_NOMEM, "%s: out of memory", entry->path);
  }
  memcpy(s->path, path, n);
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

static int check_claims(const oms_host_t *h, const oms_script_entry_t *entry, oms_error_t *err) {
  for (size_t i = 0; i < entry->claim_n; i++) {
    if (oms_engine_find_instrument(h->engine, entry->claim[i]) == OMS_NONE) {
      return oms_error_set(err, OMS_ERR_USAGE,
                           "%s: claim names '%s', which the session does not know", entry->path,
                           entry->claim[i]);
    }
  }
  return OMS_OK;
}

static int claim_symbols(oms_host_t *h, const oms_host_script_t *s, const oms_script_entry_t *entry,
                         oms_error_t *err) {
  for (size_t i = 0; i < entry->claim_n; i++) {
    oms_command_t c = {.type = OMS_COMMAND_CLAIM};
    c.u.claim.order = OMS_NONE;
    c.u.claim.account = s->account;
    c.u.claim.owner = s->owner;
    c.u.claim.instrument = oms_engine_find_instrument(h->engine, entry->claim[i]);
    int rc = oms_desk_apply(&h->desk, &c);
    if (rc != OMS_OK && rc != OMS_ERR_REJECTED) { /* refused: there is nothing to claim */
      return oms_error_set(err, rc, "%s: claim: %s", entry->path, oms_err_text(rc));
    }
  }
  return OMS_OK;
}

/* A session or a rule given as a strategy would run through without a word and without an order. */
static int check_kind(oms_host_t *h, const oms_host_script_t *s, oms_error_t *err) {
  if (oms_script_has_field(s->script, "data") || oms_script_has_field(s->script, "strategies")) {
    return oms_error_set(err, OMS_ERR_USAGE,
                         "%s: this is a session, not a strategy: give it to `moondesk run`",
                         s->path);
  }
  if (oms_script_has_field(s->script, "check")) {
    return oms_error_set(err, OMS_ERR_USAGE,
                         "%s: this is a rule, not a strategy: name it in `rules` or by --rule",
                         s->path);
  }
  if (oms_script_has_callback(s->script)) {
    return OMS_OK;
  }
  oms_host_warn(h,
                "%s has no callback and will do nothing: on_bar(self, bar) is called for each bar",
                s->path);
  return OMS_OK;
}

/* Whether a strategy of the session has that owner already. */
static bool is_taken(const oms_host_t *h, uint32_t owner) {
  for (size_t i = h->config->rule_n; i + 1 < h->scripts.n; i++) {
    if (oms_host_script_at(h, i)->owner == owner) {
      return true;
    }
  }
  return false;
}

static int load_one(oms_host_t *h, oms_script_kind_t kind, const oms_script_entry_t *entry,
                    oms_error_t *err) {
  oms_host_script_t *s = oms_host_script_at(h, h->scripts.n - 1);
  s->kind = kind;
  s->max_errors = entry->max_errors > 0 ? entry->max_errors : 1;
  s->leave_orders = entry->leave_orders;
  int rc = fill_entry(h, s, entry, err);
  if (rc == OMS_OK) {
    rc = find_account(h, entry->account, &s->account, err);
  }
  if (rc == OMS_OK && kind == OMS_SCRIPT_STRATEGY) {
    oms_owner_t owner = {.id = s->id};
    uint32_t known = oms_engine_find_owner(h->engine, s->id);
    bool comes_back = known != OMS_NONE && known < h->input.set_up[2] && !is_taken(h, known);
    rc = comes_back ? OMS_OK : oms_engine_add_owner(h->engine, &owner, &s->owner);
    s->owner = comes_back ? (uint16_t)known : s->owner;
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
                                    .sources = h->config->sources,
                                    .params = entry->params,
                                    .param_n = entry->param_n,
                                    .sets = entry->sets,
                                    .set_n = entry->set_n};
  const oms_past_script_t *past = oms_host_past_of(h, kind == OMS_SCRIPT_RULE, s->id);
  if (past != NULL && past->params != NULL) {
    s->config.params = past->params;
    s->config.param_n = past->param_n;
    s->config.set_n = 0; /* they stand for all that was given before */
  }
  rc = oms_script_load(&s->config, &s->script, err);
  if (rc == OMS_OK && kind == OMS_SCRIPT_STRATEGY) {
    if (s->owner >= h->input.set_up[2]) { /* else it is written down when the host goes on */
      oms_engine_set_owner_hash(h->engine, s->owner, oms_script_hash(s->script));
    }
    rc = check_kind(h, s, err);
  }
  return rc;
}

const oms_script_entry_t *oms_host_entry(const oms_host_t *h, size_t script) {
  const oms_session_config_t *c = h->config;
  return script < c->rule_n ? &c->rules[script] : &c->strategies[script - c->rule_n];
}

/* Once all streams are there. */
static int give_data(oms_host_t *h, size_t i, oms_error_t *err) {
  oms_host_script_t *s = oms_host_script_at(h, i);
  const oms_script_entry_t *entry = oms_host_entry(h, i);
  s->streams = oms_alloc_zero(h->streams.n, sizeof *s->streams);
  s->symbols = oms_alloc_zero(h->streams.n, sizeof *s->symbols);
  if (s->streams == NULL || s->symbols == NULL) {
    return oms_error_set(err, OMS_ERR_NOMEM, "%s: out of memory", entry->path);
  }
  int rc = oms_host_choose_data(h, s, entry, err);
  return rc == OMS_OK ? check_claims(h, entry, err) : rc;
}

int oms_host_claim(oms_host_t *h, oms_error_t *err) {
  int rc = OMS_OK;
  size_t n = h->config->rule_n + h->config->strategy_n;
  for (size_t i = 0; i < n && rc == OMS_OK; i++) {
    rc = claim_symbols(h, oms_host_script_at(h, i), oms_host_entry(h, i), err);
  }
  return rc;
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
  oms_rule_t r = {
      .script = oms_host_script_at(h, i)->script, .account = OMS_NONE, .owner = OMS_NONE};
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
void oms_host_note_callbacks(oms_host_script_t *s) {
  s->any_bars = oms_script_has(s->script, OMS_CALLBACK_BAR);
  s->together = oms_script_has(s->script, OMS_CALLBACK_BARS);
  s->any_quotes = oms_script_has(s->script, OMS_CALLBACK_QUOTE);
  s->any_trades = oms_script_has(s->script, OMS_CALLBACK_TRADE);
  s->any_actions = oms_script_has(s->script, OMS_CALLBACK_ACTION);
}

/* All that the session names: of each that does not load it is told why. */
static int load_all(oms_host_t *h, oms_error_t *err) {
  const oms_session_config_t *c = h->config;
  oms_mistakes_t m = {.n = 0};
  oms_error_t one;
  for (size_t i = 0; i < c->rule_n + c->strategy_n; i++) {
    bool rule = i < c->rule_n;
    h->rule_n = rule ? 0 : c->rule_n;
    int rc =
        push_script(h, rule ? OMS_SCRIPT_RULE : OMS_SCRIPT_STRATEGY, oms_host_entry(h, i), &one);
    if (rc != OMS_OK && !oms_is_mistake(rc)) {
      return oms_error_set(err, rc, "%s", one.message);
    }
    if (rc != OMS_OK) {
      one.code = rc;
      oms_mistakes_add(&m, &one);
    }
  }
  return oms_mistakes_tell(&m, "scripts", err);
}

int oms_host_load_scripts(oms_host_t *h, oms_error_t *err) {
  const oms_session_config_t *c = h->config;
  int rc = OMS_OK;
  if (oms_array_reserve(&h->scripts, c->rule_n + c->strategy_n) != OMS_OK) {
    return oms_error_set(err, OMS_ERR_NOMEM, "out of memory for the scripts");
  }
  rc = load_all(h, err);
  h->rule_n = c->rule_n;
  if (rc == OMS_OK) {
    rc = oms_host_build_asked(h, err);
  }
  for (size_t i = 0; i < h->scripts.n && rc == OMS_OK; i++) {
    rc = give_data(h, i, err);
  }
  for (size_t i = 0; i < c->rule_n && rc == OMS_OK; i++) {
    rc = add_rule(h, i, err);
  }
  for (size_t i = 0; i < h->scripts.n && rc == OMS_OK; i++) {
    oms_host_note_callbacks(oms_host_script_at(h, i));
  }
  if (rc == OMS_OK) {
    oms_host_history_limit(h);
  }
  return rc;
}

void oms_host_free_scripts(oms_host_t *h) {
  for (size_t i = 0; i < h->desk.rules.n; i++) {
    oms_free((void *)OMS_AT(&h->desk.rules, oms_rule_t, i)->symbols);
  }
  for (size_t i = 0; i < h->scripts.n; i++) {
    oms_host_script_t *s = oms_host_script_at(h, i);
    oms_script_free(s->script);
    oms_free(s->path);
    oms_free(s->streams);
    oms_free(s->symbols);
  }
  oms_array_free(&h->scripts);
}
