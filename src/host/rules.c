/* rules.c - the risk rules of a session on one order: the first denial wins, `approve` only if no
 * later rule denies, a failing rule denies what does not reduce (orders.md, section 6). */
#include <stdio.h>
#include <time.h>

#include "base/check.h"
#include "host/host.h"

bool oms_rule_in_scope(const oms_rule_t *r, uint16_t account, uint16_t owner, uint32_t instrument) {
  return (r->account == OMS_NONE || r->account == account) &&
         (r->owner == OMS_NONE || r->owner == owner) &&
         (r->symbols == NULL || (instrument != OMS_NONE && r->symbols[instrument] != 0));
}

bool oms_desk_terms_have_rules(const oms_desk_host_t *d, uint16_t account, uint16_t owner,
                               uint32_t instrument) {
  if (d->judge_all || oms_desk_risk_wanted(d)) {
    return true;
  }
  for (size_t i = 0; i < d->rules.n; i++) {
    if (oms_rule_in_scope(OMS_AT(&d->rules, oms_rule_t, i), account, owner, instrument)) {
      return true;
    }
  }
  return false;
}

bool oms_desk_has_rules(const oms_desk_host_t *d, const oms_order_t *o) {
  return oms_desk_terms_have_rules(d, o->account, o->owner, o->instrument);
}

static void tell(oms_desk_host_t *d, const char *rule, const oms_order_t *o, const char *what,
                 const oms_error_t *err) {
  char text[4600];
  snprintf(text, sizeof text, "rule %s %s: %s", rule, what, err->message);
  oms_command_t c = {.type = OMS_COMMAND_ALERT};
  c.u.alert.order = o->index;
  c.u.alert.code = OMS_CODE_RULE_FAILED;
  c.u.alert.text = text;
  (void)oms_desk_apply(d, &c);
}

bool oms_desk_failed_rule(oms_desk_host_t *d, const char *rule, bool strict, const oms_order_t *o,
                          bool reduces, const oms_error_t *err, oms_reject_t *reject) {
  if (reduces && !strict) {
    tell(d, rule, o, "failed and was passed by a reduction", err);
    return true;
  }
  tell(d, rule, o, "failed", err);
  reject->code = OMS_CODE_RULE_FAILED;
  snprintf(reject->message, sizeof reject->message, "rule %s failed: %.180s", rule, err->message);
  for (char *p = reject->message; *p != '\0'; p++) {
    if (*p == '\n') {
      *p = '\0'; /* the traceback is in the log */
      break;
    }
  }
  return false;
}

/* With a journal each call is counted. */
static int check(oms_desk_host_t *d, const oms_rule_t *r, const oms_order_t *o, bool reduces,
                 oms_word_t *word, oms_error_t *err) {
  if (OMS_LIKELY(d->journal == NULL)) {
    return oms_script_check(r->script, o->index, reduces, &word->verdict, &word->reject, err);
  }
  oms_call_mark_t mark;
  oms_script_name_t name = {true, oms_script_id(r->script)};
  oms_call_open(d->host, name, "check", &mark);
  int rc = oms_script_check(r->script, o->index, reduces, &word->verdict, &word->reject, err);
  return oms_call_close(d->host, name, "check", &mark, rc, err);
}

static int64_t mono(void) {
  struct timespec t;
  (void)clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * OMS_NS_PER_SECOND + t.tv_nsec;
}

/* One rule's word. '*at': when it was asked, then when it answered; 0: nobody measures. */
static void ask(oms_desk_host_t *d, const oms_rule_t *r, const oms_order_t *o, bool reduces,
                oms_word_t *word, int64_t *at) {
  oms_error_t err;
  word->verdict = OMS_VERDICT_ACCEPT;
  int rc = check(d, r, o, reduces, word, &err);
  if (*at != 0 && r->time != NULL) {
    int64_t now = mono();
    oms_histogram_add(r->time, now - *at);
    *at = now;
  }
  if (rc != OMS_OK) {
    bool passes = oms_desk_failed_rule(d, oms_script_id(r->script), oms_script_strict(r->script), o,
                                       reduces, &err, &word->reject);
    word->verdict = passes ? OMS_VERDICT_ACCEPT : OMS_VERDICT_REJECT;
  }
}

static oms_verdict_t judge(oms_desk_host_t *d, const oms_order_t *o, bool reduces,
                           oms_reject_t *reject, int64_t at) {
  oms_verdict_t result = OMS_VERDICT_ACCEPT;
  for (size_t i = 0; i < d->rules.n; i++) {
    const oms_rule_t *r = OMS_AT(&d->rules, oms_rule_t, i);
    oms_word_t word;
    if (!oms_rule_in_scope(r, o->account, o->owner, o->instrument)) {
      continue;
    }
    ask(d, r, o, reduces, &word, &at);
    if (d->judged != NULL) {
      d->judged(d->judge_self, i, o, reduces, &word);
    }
    if (word.verdict == OMS_VERDICT_REJECT) {
      *reject = word.reject;
      return OMS_VERDICT_REJECT;
    }
    if (word.verdict == OMS_VERDICT_APPROVE && result == OMS_VERDICT_ACCEPT) {
      result = OMS_VERDICT_APPROVE;
      *reject = word.reject;
    }
  }
  if (d->judged != NULL) {
    const oms_word_t none = {.verdict = OMS_VERDICT_ACCEPT};
    d->judged(d->judge_self, d->rules.n, o, reduces, &none);
  }
  return result == OMS_VERDICT_ACCEPT ? oms_desk_ask_risk(d, o, reduces, reject) : result;
}

oms_verdict_t oms_desk_judge(oms_desk_host_t *d, const oms_order_t *o, bool reduces,
                             oms_reject_t *reject) {
  if (d->judging == NULL) {
    return judge(d, o, reduces, reject, 0);
  }
  int64_t from = mono();
  oms_verdict_t verdict = judge(d, o, reduces, reject, from);
  oms_histogram_add(d->judging, mono() - from);
  return verdict;
}
