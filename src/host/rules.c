/* rules.c - the risk rules of a session on one order: the first denial wins, `approve` only if no
 * later rule denies, a failing rule denies what does not reduce (orders.md, section 6). */
#include <stdio.h>

#include "host/desk.h"

static bool in_scope(const oms_rule_t *r, uint16_t account, uint16_t owner, uint32_t instrument) {
  return (r->account == OMS_NONE || r->account == account) &&
         (r->owner == OMS_NONE || r->owner == owner) &&
         (r->symbols == NULL || (instrument != OMS_NONE && r->symbols[instrument] != 0));
}

bool oms_desk_terms_have_rules(const oms_desk_host_t *d, uint16_t account, uint16_t owner,
                               uint32_t instrument) {
  for (size_t i = 0; i < d->rules.n; i++) {
    if (in_scope(OMS_AT(&d->rules, oms_rule_t, i), account, owner, instrument)) {
      return true;
    }
  }
  return false;
}

bool oms_desk_has_rules(const oms_desk_host_t *d, const oms_order_t *o) {
  return oms_desk_terms_have_rules(d, o->account, o->owner, o->instrument);
}

static void tell(oms_desk_host_t *d, const oms_rule_t *r, const oms_order_t *o, const char *what,
                 const oms_error_t *err) {
  char text[4600];
  snprintf(text, sizeof text, "rule %s %s: %s", oms_script_id(r->script), what, err->message);
  oms_command_t c = {.type = OMS_COMMAND_ALERT};
  c.u.alert.order = o->index;
  c.u.alert.code = OMS_CODE_RULE_FAILED;
  c.u.alert.text = text;
  (void)oms_desk_apply(d, &c);
  if (d->alert != NULL) {
    d->alert(d->alert_self, -1, text);
  }
}

/* A rule that cannot judge: what reduces passes this one rule unless it is strict. */
static bool passes_failed_rule(oms_desk_host_t *d, const oms_rule_t *r, const oms_order_t *o,
                               bool reduces, const oms_error_t *err, oms_reject_t *reject) {
  if (reduces && !oms_script_strict(r->script)) {
    tell(d, r, o, "failed and was passed by a reduction", err);
    return true;
  }
  tell(d, r, o, "failed", err);
  reject->code = OMS_CODE_RULE_FAILED;
  snprintf(reject->message, sizeof reject->message, "rule %s failed: %.180s",
           oms_script_id(r->script), err->message);
  for (char *p = reject->message; *p != '\0'; p++) {
    if (*p == '\n') {
      *p = '\0'; /* the traceback is in the log */
      break;
    }
  }
  return false;
}

oms_verdict_t oms_desk_judge(oms_desk_host_t *d, const oms_order_t *o, bool reduces,
                             oms_reject_t *reject) {
  oms_verdict_t result = OMS_VERDICT_ACCEPT;
  for (size_t i = 0; i < d->rules.n; i++) {
    const oms_rule_t *r = OMS_AT(&d->rules, oms_rule_t, i);
    oms_reject_t word;
    oms_verdict_t verdict = OMS_VERDICT_ACCEPT;
    oms_error_t err;
    if (!in_scope(r, o->account, o->owner, o->instrument)) {
      continue;
    }
    int rc = oms_script_check(r->script, o->index, reduces, &verdict, &word, &err);
    if (rc != OMS_OK) {
      if (!passes_failed_rule(d, r, o, reduces, &err, reject)) {
        return OMS_VERDICT_REJECT;
      }
    } else if (verdict == OMS_VERDICT_REJECT) {
      *reject = word;
      return OMS_VERDICT_REJECT;
    } else if (verdict == OMS_VERDICT_APPROVE && result == OMS_VERDICT_ACCEPT) {
      result = OMS_VERDICT_APPROVE;
      *reject = word;
    }
  }
  return result;
}
