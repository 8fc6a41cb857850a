/* shadow.c - see shadow.h. The shadow lives at the end of the list of scripts, so that timers and
 * events reach it as they do others; its door is a copy of the desk's that changes nothing. */
#include "host/shadow.h"

#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "host/host.h"

/* The door: what a rule may ask for is answered as done. */

static int no_kill(void *self, oms_scope_t scope, const char *why) {
  (void)self, (void)scope, (void)why;
  return OMS_OK;
}

static int no_close(void *self, const oms_terms_t *terms, uint32_t *order, oms_reject_t *reject) {
  (void)self, (void)terms, (void)reject;
  *order = OMS_NONE;
  return OMS_OK;
}

static void no_alert(void *self, int script, const char *text) {
  (void)self, (void)script, (void)text;
}

static void no_log(void *self, int script, oms_log_level_t level, const char *text) {
  (void)self, (void)script, (void)level, (void)text;
}

/* A rule's phase admits no other call that changes anything. */
static void make_door(oms_host_t *h) {
  h->shadow_port = h->desk.port;
  h->shadow_port.kill = no_kill;
  h->shadow_port.close = no_close;
  h->shadow_port.alert = no_alert;
  h->shadow_port.log = no_log;
  h->desk.mirror = &h->shadow_port;
}

/* Loading. */

static const char *base_name(const char *path) {
  const char *slash = strrchr(path, '/');
  return slash != NULL ? slash + 1 : path;
}

static bool is_stem(const char *file, const char *id) {
  size_t n = strlen(id);
  return strncmp(file, id, n) == 0 && (file[n] == '\0' || strcmp(file + n, ".lua") == 0);
}

/* The same path, else the same file name or id. */
static bool is_same_rule(const oms_host_t *h, size_t i, bool by_path) {
  const oms_host_script_t *s = oms_host_script_at(h, i);
  const char *path = h->options->shadow->path, *file = base_name(path);
  if (by_path) {
    return strcmp(s->path, path) == 0;
  }
  return strcmp(base_name(s->path), file) == 0 || is_stem(file, s->id);
}

static int add(oms_host_t *h, size_t rule, const char *library, oms_error_t *err) {
  bool like = rule < h->rule_n;
  oms_script_config_t config = {.id = "shadow", .seed = h->config->seed + h->rule_n + 1};
  if (like) {
    config = oms_host_script_at(h, rule)->config;
  }
  config.kind = OMS_SCRIPT_RULE;
  config.path = h->options->shadow->path;
  config.desk = &h->shadow_port;
  config.index = (int)h->scripts.n;
  config.budget_ns = h->options->budget_ns;
  config.strict_budget = h->options->strict_budget;
  config.library = library;
  config.sources = NULL; /* from the disk: it is the one file that is not the run's */
  oms_host_script_t s = {.kind = OMS_SCRIPT_RULE,
                         .shadow = true,
                         .shadow_of = rule,
                         .id = like ? oms_host_script_at(h, rule)->id : "shadow"};
  s.config = config;
  s.streams = oms_alloc_zero(h->streams.n + 1, sizeof *s.streams);
  s.symbols = oms_alloc_zero(h->streams.n + 1, sizeof *s.symbols);
  s.path = oms_alloc(strlen(config.path) + 1);
  int rc = s.streams == NULL || s.symbols == NULL || s.path == NULL
               ? oms_error_set(err, OMS_ERR_NOMEM, "%s: out of memory", config.path)
               : oms_script_load(&config, &s.script, err);
  if (rc == OMS_OK) {
    memcpy(s.path, config.path, strlen(config.path) + 1);
    for (size_t i = 0; i < h->streams.n; i++) { /* sessions of all symbols */
      s.symbols[s.symbol_n++] = OMS_AT(&h->streams, oms_host_stream_t, i)->instrument;
    }
    rc = oms_array_push(&h->scripts, &s) == OMS_OK
             ? OMS_OK
             : oms_error_set(err, OMS_ERR_NOMEM, "%s: out of memory", config.path);
  }
  if (rc != OMS_OK) {
    oms_script_free(s.script);
    oms_free(s.streams);
    oms_free(s.symbols);
    oms_free(s.path);
  }
  return rc;
}

/* Judging. */

/* What a failing rule comes to (orders.md, section 6; twin of rules.c). */
static void fail_word(const oms_script_t *s, bool reduces, const oms_error_t *err,
                      oms_word_t *word) {
  bool passes = reduces && !oms_script_strict(s);
  word->verdict = passes ? OMS_VERDICT_ACCEPT : OMS_VERDICT_REJECT;
  word->reject.code = OMS_CODE_RULE_FAILED;
  size_t line = strcspn(err->message, "\n"); /* the traceback is not for the list */
  snprintf(word->reject.message, sizeof word->reject.message, "rule %s failed: %.*s",
           oms_script_id(s), line < 180 ? (int)line : 180, err->message);
}

static void judged(void *self, size_t rule, const oms_order_t *o, bool reduces,
                   const oms_word_t *then) {
  oms_host_t *h = self;
  for (size_t i = h->rule_n + h->config->strategy_n; i < h->scripts.n; i++) {
    const oms_host_script_t *s = oms_host_script_at(h, i);
    oms_error_t err;
    oms_decision_t d = {.engine = h->engine,
                        .ts = h->desk.port.now,
                        .order = o,
                        .rule = rule < h->rule_n ? s->id : NULL,
                        .then = *then};
    if (s->shadow_of != rule) {
      continue;
    }
    int rc = oms_script_check(s->script, o->index, reduces, &d.now.verdict, &d.now.reject, &err);
    if (rc != OMS_OK) {
      fail_word(s->script, reduces, &err, &d.now);
      h->options->shadow->failure(h->options->shadow->self, err.message);
    }
    h->options->shadow->decision(h->options->shadow->self, &d);
  }
}

bool oms_shadow_sees(const oms_host_t *h, const oms_host_script_t *s, const oms_order_t *o) {
  if (s->shadow_of >= h->rule_n) {
    return true;
  }
  const oms_rule_t *r = OMS_AT(&h->desk.rules, oms_rule_t, s->shadow_of);
  return oms_rule_in_scope(r, o->account, o->owner, o->instrument);
}

void oms_shadow_failed(oms_host_t *h, const oms_error_t *err) {
  h->options->shadow->failure(h->options->shadow->self, err->message);
}

int oms_host_load_shadow(oms_host_t *h, oms_error_t *err) {
  char library[4096];
  const char *found = oms_library_folder(library, sizeof library) ? library : NULL;
  size_t n = 0;
  int rc = OMS_OK;
  make_door(h);
  for (int by_path = 1; by_path >= 0 && n == 0; by_path--) {
    for (size_t i = 0; rc == OMS_OK && i < h->rule_n; i++) {
      if (is_same_rule(h, i, by_path == 1)) {
        rc = add(h, i, found, err);
        n++;
      }
    }
  }
  if (rc == OMS_OK && n == 0) {
    rc = add(h, h->rule_n, found, err);
    h->desk.judge_all = true;
  }
  h->desk.judged = judged;
  h->desk.judge_self = h;
  return rc;
}
