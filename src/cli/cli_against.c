/* cli_against.c - moondesk check --against OUT RULE: the run of a bundle made again with all its
 * scripts, the changed rule beside it. The list is printed when the run is over, and only if it
 * came to the same result: else the decisions are not those of the run. */
#include "cli/cli_against.h"

#include <stdarg.h>
#include <string.h>

#include "base/check.h"
#include "bind/cell.h"
#include "cli/cli.h"
#include "host/bundle.h"
#include "host/shadow.h"

typedef struct tally {
  oms_arena_t arena;
  oms_array_t lines; /* const char *: decisions that change, as they are printed */
  uint64_t decisions, denied, accepted, other, failures;
  const char *rule;    /* of the run; NULL: none like it */
  const char *failure; /* the first one's whole text */
  int rc;              /* OMS_ERR_NOMEM */
} tally_t;

static void word_text(const oms_word_t *w, char out[400]) {
  if (w->verdict == OMS_VERDICT_ACCEPT) {
    snprintf(out, 400, "accept");
  } else if (w->verdict == OMS_VERDICT_APPROVE) {
    snprintf(out, 400, "approve (%.255s)", w->reject.message);
  } else {
    snprintf(out, 400, "deny %s: %.255s", oms_enum_text(OMS_ENUM_CODE, w->reject.code),
             w->reject.message);
  }
}

static bool changes(const oms_word_t *a, const oms_word_t *b) {
  return a->verdict != b->verdict ||
         (a->verdict == OMS_VERDICT_REJECT && a->reject.code != b->reject.code);
}

static void keep_line(tally_t *t, const oms_decision_t *d) {
  char ts[32], id[37], qty[24], then[400], now[400], line[1200];
  const oms_order_t *o = d->order;
  oms_time_iso(d->ts, ts);
  oms_order_id_text(d->engine, o, id);
  oms_decimal_format(o->qty, OMS_QTY_DECIMALS, qty);
  word_text(&d->then, then);
  word_text(&d->now, now);
  int n = snprintf(line, sizeof line, "%s %s %.60s %s %s%s: %s -> %s", ts, id, o->symbol,
                   oms_enum_text(OMS_ENUM_SIDE, o->side), qty,
                   o->more->replaces != OMS_NONE ? " (a replace)" : "", then, now);
  size_t length = n < (int)sizeof line ? (size_t)n : sizeof line - 1;
  const char *text = oms_arena_text(&t->arena, line, length);
  if (text == NULL || oms_array_push(&t->lines, &text) != OMS_OK) {
    t->rc = OMS_ERR_NOMEM;
  }
}

static void take_decision(void *self, const oms_decision_t *d) {
  tally_t *t = self;
  t->decisions++;
  if (d->rule != NULL && t->rule == NULL) {
    t->rule = oms_arena_text(&t->arena, d->rule, strlen(d->rule));
  }
  if (!changes(&d->then, &d->now)) {
    return;
  }
  bool denies = d->now.verdict == OMS_VERDICT_REJECT,
       denied = d->then.verdict == OMS_VERDICT_REJECT;
  t->denied += denies && !denied;
  t->accepted += denied && d->now.verdict == OMS_VERDICT_ACCEPT;
  t->other += !(denies && !denied) && !(denied && d->now.verdict == OMS_VERDICT_ACCEPT);
  keep_line(t, d);
}

static void take_failure(void *self, const char *text) {
  tally_t *t = self;
  if (t->failures++ == 0) {
    t->failure = oms_arena_text(&t->arena, text, strlen(text));
  }
}

static int tell(const tally_t *t) {
  for (size_t i = 0; i < t->lines.n; i++) {
    puts(oms_cli_item(&t->lines, i));
  }
  if (t->rule == NULL && t->decisions > 0) {
    puts("the run had no such rule: it is judged as the last one of the list");
  }
  printf(
      "%llu decisions, %zu would change: %llu newly denied, %llu newly accepted, %llu otherwise\n",
      (unsigned long long)t->decisions, t->lines.n, (unsigned long long)t->denied,
      (unsigned long long)t->accepted, (unsigned long long)t->other);
  if (t->failures > 0) {
    printf("the rule failed %llu times (RULE_FAILED), the first time: %s\n",
           (unsigned long long)t->failures, t->failure != NULL ? t->failure : "out of memory");
  }
  return t->lines.n > 0 ? OMS_EXIT_FAILED : OMS_EXIT_DONE;
}

/* Also after an interruption, which leaves another result. */
static int check_same(const oms_bundle_t *b, const oms_run_result_t *r, oms_error_t *err) {
  const char *then = oms_bundle_get(&b->results, "state_hash");
  if (oms_cli_interrupted()) {
    return oms_error_set(err, OMS_ERR_CANCELED, "interrupted: nothing was compared");
  }
  if (then != NULL && strcmp(then, r->summary.state_hash) == 0) {
    return OMS_OK;
  }
  return oms_error_set(
      err, OMS_ERR_USAGE,
      "made again, the run came to another result (state_hash %s then, %s now), so "
      "that its decisions are not those of the run; `moondesk verify` says more",
      then != NULL ? then : "none", r->summary.state_hash);
}

#define BUDGET_NS (4 * OMS_CELL_BUDGET_NS) /* a call carries two rules in one's place */

static int rerun(oms_bundle_t *b, const char *rule, tally_t *t, oms_error_t *err) {
  oms_cli_job_t job = {.file = NULL};
  oms_run_options_t run;
  oms_run_result_t result;
  const oms_shadow_options_t shadow = {
      .path = rule, .self = t, .decision = take_decision, .failure = take_failure};
  int rc = oms_cli_prepare_bundle(b, &job, err);
  if (rc == OMS_OK) {
    rc = oms_cli_rerun_options(b, &job, &run, err);
  }
  if (rc == OMS_OK) {
    run.shadow = &shadow;
    run.budget_ns = BUDGET_NS;
    rc = oms_run_session(job.config, job.file, &run, &result, err);
  }
  if (rc == OMS_OK) {
    rc = check_same(b, &result, err);
  }
  if (rc == OMS_OK && t->rc != OMS_OK) {
    rc = oms_error_set(err, t->rc, "out of memory for the list of decisions");
  }
  oms_cli_job_free(&job);
  return rc;
}

int oms_cli_against(const char *out, const char *data_dir, const char *rule) {
  tally_t t = {.rc = OMS_OK};
  oms_bundle_t b;
  oms_error_t err;
  oms_array_init(&t.lines, sizeof(const char *));
  oms_bundle_init(&b);
  int rc = oms_bundle_read(&b, out, &err);
  if (rc == OMS_OK) {
    rc = oms_bundle_find_data(&b, data_dir, &err);
  }
  if (rc == OMS_OK) {
    rc = rerun(&b, rule, &t, &err);
  }
  err.code = rc;
  int status = rc == OMS_OK ? tell(&t) : oms_cli_fail(NULL, &err);
  oms_bundle_free(&b);
  oms_array_free(&t.lines);
  oms_arena_free(&t.arena);
  return status;
}
