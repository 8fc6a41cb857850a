/* reload.c - the swap of a script for its new file between two events. The new one is made and
 * tried beside the old one, step by step; state, clocks and place change hands in one of them.
 * Whatever fails leaves the old one as it was, and each reload leaves a record. */
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/check.h"
#include "host/events_out.h"
#include "host/host.h"

typedef enum stage { STAGE_LOAD, STAGE_TEST, STAGE_CARRY, STAGE_END } stage_t;

typedef struct oms_reload_job {
  int script;
  stage_t stage;
  char *path; /* owned */
  uint64_t ticket;
  oms_script_anew_t anew; /* its path is 'path'; params are owned */
  oms_script_t *fresh;
  oms_script_t *old;      /* after the swap: to be freed */
  oms_host_script_t next; /* streams and symbols, owned until the swap */
  int rc;
  oms_error_t err;
} oms_reload_job_t;

/* Jobs. */

static oms_reload_job_t *new_job(int script, const char *path, uint64_t ticket) {
  oms_reload_job_t *job = oms_alloc_zero(1, sizeof *job);
  char *copy = job == NULL ? NULL : oms_alloc_text(path);
  if (copy == NULL) {
    oms_free(job);
    return NULL;
  }
  job->script = script;
  job->path = copy;
  job->anew.path = copy;
  job->ticket = ticket;
  oms_array_init(&job->next.tried, sizeof(oms_cell_file_t));
  return job;
}

/* A copy. False: out of memory. */
static bool take_params(oms_reload_job_t *job, const unsigned char *params, size_t n) {
  unsigned char *copy = params == NULL ? NULL : oms_alloc(n + 1);
  if (params != NULL && copy == NULL) {
    return false;
  }
  if (copy != NULL) {
    memcpy(copy, params, n);
  }
  job->anew.params = copy;
  job->anew.param_n = n;
  return true;
}

static void free_job(oms_reload_job_t *job) {
  oms_script_free(job->fresh);
  oms_script_free(job->old);
  oms_free(job->next.streams);
  oms_free(job->next.symbols);
  oms_reload_free_files(&job->next.tried);
  oms_free((void *)job->anew.params);
  oms_free(job->path);
  oms_free(job);
}

static oms_array_t *tried_of(oms_host_t *h, int script) {
  return script == OMS_TRIGGERS ? &h->trigger_tried : &oms_host_script_at(h, (size_t)script)->tried;
}

static const char *id_of(const oms_host_t *h, int script) {
  return script == OMS_TRIGGERS ? "triggers" : oms_host_script_at(h, (size_t)script)->id;
}

/* The steps. */

/* The new file may name other symbols and timeframes. */
static int choose_anew(oms_host_t *h, oms_reload_job_t *job, oms_error_t *err) {
  const oms_session_config_t *c = h->config;
  size_t i = (size_t)job->script;
  const oms_script_entry_t *entry = i < h->rule_n ? &c->rules[i] : &c->strategies[i - h->rule_n];
  job->next.script = job->fresh;
  job->next.streams = oms_alloc_zero(h->streams.n, sizeof *job->next.streams);
  job->next.symbols = oms_alloc_zero(h->streams.n, sizeof *job->next.symbols);
  return job->next.streams == NULL || job->next.symbols == NULL
             ? oms_error_set(err, OMS_ERR_NOMEM, "%s: out of memory", job->path)
             : oms_host_choose_data(h, &job->next, entry, err);
}

/* What a host with a journal reads goes into a table of its own: the record names it. */
static int load(oms_host_t *h, oms_reload_job_t *job) {
  if (job->anew.sources == NULL && h->input.journal.put != NULL) {
    job->anew.sources = oms_input_sources(h);
    if (job->anew.sources == NULL) {
      return oms_error_set(&job->err, OMS_ERR_NOMEM, "%s: out of memory", job->path);
    }
  }
  int rc = oms_script_beside(oms_host_script(h, job->script), &job->anew, &job->fresh,
                             &job->next.tried, &job->err);
  return rc == OMS_OK && job->script != OMS_TRIGGERS ? choose_anew(h, job, &job->err) : rc;
}

static void swap(oms_host_t *h, oms_reload_job_t *job) {
  job->old = oms_host_script(h, job->script);
  oms_script_t *fresh = job->fresh;
  job->fresh = NULL;
  if (job->script == OMS_TRIGGERS) {
    h->trigger = h->desk.trigger = fresh;
    return;
  }
  size_t i = (size_t)job->script;
  oms_host_script_t *s = oms_host_script_at(h, i);
  if (i < h->rule_n) {
    OMS_AT(&h->desk.rules, oms_rule_t, i)->script = fresh;
  } else {
    oms_engine_set_owner_hash(h->engine, s->owner, oms_script_hash(fresh));
    oms_host_put_owner_hash(h, s->owner);
  }
  oms_free(s->streams);
  oms_free(s->symbols);
  s->script = fresh;
  s->streams = job->next.streams;
  s->symbols = job->next.symbols;
  s->symbol_n = job->next.symbol_n;
  job->next.streams = NULL;
  job->next.symbols = NULL;
  oms_host_note_callbacks(s);
  if (oms_script_every(job->old) != oms_script_every(fresh) && s->kind == OMS_SCRIPT_RULE) {
    oms_host_arm_every(h, s);
  }
}

/* RELOAD: before on_load, which it brings about; when that fails once more, with the message. */
static int put_down(oms_host_t *h, const oms_reload_job_t *job) {
  oms_reload_note_t put = {
      .script = {job->script >= 0 && (size_t)job->script < h->rule_n, id_of(h, job->script)},
      .path = job->path,
      .old_hash = oms_script_hash(oms_host_script(h, job->script)),
      .new_hash = job->fresh == NULL ? "" : oms_script_hash(job->fresh),
      .message = job->rc == OMS_OK ? NULL : job->err.message,
      .params = job->anew.params,
      .param_n = job->anew.param_n
  };
  return oms_host_put_reload(h, &put, job->anew.sources);
}

/* What on_load arms is taken back when it fails. */
static int carry(oms_host_t *h, oms_reload_job_t *job, char warning[256]) {
  if (put_down(h, job) != OMS_OK) {
    return oms_error_set(&job->err, OMS_ERR_NOMEM, "%s: the journal did not take it", job->path);
  }
  oms_host_timer_undo_begin(h);
  oms_desk_begin(&h->desk);
  int rc = oms_script_carry(oms_host_script(h, job->script), job->fresh, warning, &job->err);
  oms_desk_end(&h->desk, rc != OMS_OK);
  oms_host_timer_undo_end(h, rc != OMS_OK);
  return rc;
}

/* The record. */

void oms_reload_text(const oms_reload_record_t *r, char out[OMS_RELOAD_TEXT]) {
  if (r->message == NULL) {
    snprintf(out, OMS_RELOAD_TEXT, "reloaded from %s: %s -> %s", r->path, r->old_hash, r->new_hash);
  } else {
    snprintf(out, OMS_RELOAD_TEXT, "not reloaded from %s: %s stays: %s", r->path, r->old_hash,
             r->message);
  }
}

static void log_record(oms_host_t *h, int script, const oms_reload_record_t *r) {
  char text[OMS_RELOAD_TEXT];
  oms_reload_text(r, text);
  oms_host_log(h, script, r->message == NULL ? OMS_LOG_INFO : OMS_LOG_ERROR, text);
}

/* A row of events.csv; the whole text of a refusal stands in reloads.csv. */
static void note_event(const oms_host_t *h, const oms_reload_record_t *r) {
  char text[512];
  if (h->output == NULL) {
    return;
  }
  if (r->message == NULL) {
    snprintf(text, sizeof text, "%.300s: %s -> %s", r->path, r->old_hash, r->new_hash);
  } else {
    snprintf(text, sizeof text, "%.*s", (int)strcspn(r->message, "\n"), r->message);
  }
  oms_events_note(oms_output_events(h->output), r->ts,
                  r->message == NULL ? "reloaded" : "reload_refused", r->id, NULL, text);
}

/* To be called before the swap. What there is no memory for is logged all the same. */
static void record(oms_host_t *h, oms_reload_job_t *job) {
  oms_reload_record_t r = {.ts = h->desk.port.now, .id = id_of(h, job->script), .path = job->path};
  snprintf(r.old_hash, sizeof r.old_hash, "%s", oms_script_hash(oms_host_script(h, job->script)));
  snprintf(r.new_hash, sizeof r.new_hash, "%s",
           job->fresh == NULL ? "" : oms_script_hash(job->fresh));
  r.message = job->rc == OMS_OK ? NULL : job->err.message;
  log_record(h, job->script, &r);
  note_event(h, &r);
  if (h->reload_told != NULL) {
    h->reload_told(h->reload_ctx, job->ticket, &r);
  }
  r.message = r.message == NULL ? NULL : oms_alloc_text(r.message);
  r.path = oms_alloc_text(r.path);
  if (r.path == NULL || (job->rc != OMS_OK && r.message == NULL) ||
      oms_array_push(&h->reloads, &r) != OMS_OK) {
    oms_free(r.path);
    oms_free(r.message);
  }
}

static void refuse(oms_host_t *h, oms_reload_job_t *job) {
  oms_array_t *tried = tried_of(h, job->script);
  if (job->fresh != NULL) {
    oms_script_copy_files(job->fresh, &job->next.tried);
  }
  if (put_down(h, job) != OMS_OK) {
    oms_desk_fail(&h->desk, OMS_ERR_NOMEM, "a reload could not be written down");
  }
  record(h, job);
  oms_reload_free_files(tried);
  *tried = job->next.tried;
  oms_array_init(&job->next.tried, sizeof(oms_cell_file_t));
  oms_script_free(job->fresh);
  job->fresh = NULL;
  job->stage = STAGE_END;
}

static void take_over(oms_host_t *h, oms_reload_job_t *job, const char *warning) {
  record(h, job);
  swap(h, job);
  oms_reload_free_files(tried_of(h, job->script));
  oms_array_init(tried_of(h, job->script), sizeof(oms_cell_file_t));
  if (warning[0] != '\0') {
    oms_host_log(h, job->script, OMS_LOG_WARN, warning);
  }
  if (job->script != OMS_TRIGGERS && oms_host_script_at(h, (size_t)job->script)->stopped) {
    oms_host_log(h, job->script, OMS_LOG_WARN,
                 "it was stopped by an error before and stays so: start the run again");
  }
  job->stage = STAGE_END;
}

/* One step; false when the job is over. */
static bool advance(oms_host_t *h, oms_reload_job_t *job) {
  char warning[256] = "";
  switch (job->stage) {
  case STAGE_LOAD:
    job->rc = load(h, job);
    job->stage = STAGE_TEST;
    break;
  case STAGE_TEST:
    job->rc = oms_script_test(job->fresh, &job->err);
    job->stage = STAGE_CARRY;
    break;
  case STAGE_CARRY:
    job->rc = carry(h, job, warning);
    if (job->rc == OMS_OK) {
      take_over(h, job, warning);
    }
    break;
  case STAGE_END:
    return false;
  }
  if (job->rc != OMS_OK) {
    refuse(h, job);
  }
  return true;
}

/* At once. */

static int finish_job(oms_host_t *h, oms_reload_job_t *job, oms_error_t *err) {
  while (advance(h, job)) {
  }
  int rc = job->rc;
  if (rc != OMS_OK && err != NULL) {
    *err = job->err;
  }
  free_job(job);
  return rc;
}

static int reload_one(oms_host_t *h, int script, const char *path, oms_error_t *err) {
  oms_reload_job_t *job = new_job(script, path, 0);
  if (job == NULL) {
    return oms_error_set(err, OMS_ERR_NOMEM, "%s: out of memory", path);
  }
  return finish_job(h, job, err);
}

int oms_host_reload_one(oms_host_t *h, int script, const oms_script_anew_t *anew,
                        oms_error_t *err) {
  oms_reload_job_t *job = new_job(script, anew->path, 0);
  if (job == NULL || !take_params(job, anew->params, anew->param_n)) {
    if (job != NULL) {
      free_job(job);
    }
    return oms_error_set(err, OMS_ERR_NOMEM, "%s: out of memory", anew->path);
  }
  job->anew.sources = anew->sources;
  return finish_job(h, job, err);
}

/* A file that is not there is refused like one that does not load. */
static void refuse_path(oms_host_t *h, int script, const char *with, const oms_error_t *err,
                        uint64_t ticket) {
  oms_reload_job_t *job = new_job(script, with, ticket);
  if (job != NULL) {
    job->rc = OMS_ERR_IO;
    job->err = *err;
    refuse(h, job);
    free_job(job);
  }
}

/* Names the one that was meant, or those that there are as far as they fit. */
static int unknown(const oms_host_t *h, const char *name, oms_error_t *err) {
  const char *ids[64];
  char known[200] = "";
  size_t n = 0, used = 0;
  for (; n < h->scripts.n && n < OMS_COUNT(ids); n++) {
    ids[n] = OMS_AT(&h->scripts, oms_host_script_t, n)->id;
    if (used + strlen(ids[n]) + 3 < sizeof known) {
      used +=
          (size_t)snprintf(known + used, sizeof known - used, "%s%s", n > 0 ? ", " : "", ids[n]);
    }
  }
  const char *near = oms_nearest_word(name, ids, n);
  return oms_error_set(err, OMS_ERR_NOT_FOUND,
                       "oms.reload: no strategy or rule is called '%s' (%s%s%s)", name,
                       near != NULL ? "did you mean '" : "known: ", near != NULL ? near : known,
                       near != NULL ? "'?" : "");
}

static int find(oms_host_t *h, const char *name, const char *with, oms_array_t *found,
                oms_error_t *err) {
  oms_array_init(found, sizeof(int));
  int rc = oms_reload_find(h, name, false, found);
  if (rc == OMS_OK && found->n == 0) {
    rc = oms_reload_find(h, name, true, found);
    if (rc == OMS_OK && found->n > 0 && with != NULL) {
      rc = oms_error_set(err, OMS_ERR_USAGE,
                         "%s is no strategy or rule but a file that one requires: only a whole "
                         "script can be replaced with another file",
                         name);
      return rc;
    }
  }
  if (rc != OMS_OK) {
    return oms_error_set(err, rc, "out of memory for a reload");
  }
  return found->n > 0 ? OMS_OK : unknown(h, name, err);
}

/* The file that is to take the script's place: its own one unless another is named. */
static int new_path(oms_host_t *h, int script, const char *with, char *path, size_t n,
                    oms_error_t *err) {
  if (with == NULL) {
    snprintf(path, n, "%s",
             script == OMS_TRIGGERS ? h->trigger_path
                                    : oms_host_script_at(h, (size_t)script)->path);
    return OMS_OK;
  }
  return oms_session_path(h->config, with, h->library, path, n, err) == OMS_OK ? OMS_OK
                                                                               : OMS_ERR_IO;
}

int oms_host_reload(oms_host_t *h, const char *path_or_id, const char *with, oms_error_t *err) {
  char path[4096];
  oms_array_t found;
  int first = find(h, path_or_id, with, &found, err);
  size_t n = first == OMS_OK ? found.n : 0;
  for (size_t i = 0; i < n; i++) {
    int script = *OMS_AT(&found, int, i);
    oms_error_t one;
    int rc = new_path(h, script, with, path, sizeof path, &one);
    if (rc != OMS_OK) {
      refuse_path(h, script, with, &one, 0);
    } else {
      rc = reload_one(h, script, path, &one);
    }
    if (rc != OMS_OK && first == OMS_OK) {
      first = rc;
      if (err != NULL) {
        *err = one;
      }
    }
  }
  oms_array_free(&found);
  return first;
}

/* Asked for. */

static oms_reload_job_t *job_at(const oms_host_t *h, size_t i) {
  return *OMS_AT(&h->reload_jobs, oms_reload_job_t *, i);
}

static int push_job(oms_host_t *h, int script, const oms_script_anew_t *anew, uint64_t ticket,
                    oms_error_t *err) {
  const char *path = anew->path;
  oms_reload_job_t *job = new_job(script, path, ticket);
  if (job == NULL || !take_params(job, anew->params, anew->param_n) ||
      oms_array_push(&h->reload_jobs, &job) != OMS_OK) {
    if (job != NULL) {
      free_job(job);
    }
    return oms_error_set(err, OMS_ERR_NOMEM, "%s: out of memory", path);
  }
  return OMS_OK;
}

int oms_host_reload_ask(oms_host_t *h, const char *path_or_id, const char *with, uint64_t ticket,
                        size_t *n, oms_error_t *err) {
  const oms_script_anew_t anew = {.path = with};
  return oms_host_reload_anew(h, path_or_id, &anew, ticket, n, err);
}

int oms_host_reload_anew(oms_host_t *h, const char *path_or_id, const oms_script_anew_t *asked,
                         uint64_t ticket, size_t *n, oms_error_t *err) {
  char path[4096];
  const char *with = asked->path;
  oms_script_anew_t anew = *asked;
  anew.path = path;
  oms_array_t found;
  *n = 0;
  int rc = find(h, path_or_id, with, &found, err);
  for (size_t i = 0; rc == OMS_OK && i < found.n; i++) {
    int script = *OMS_AT(&found, int, i);
    rc = new_path(h, script, with, path, sizeof path, err);
    if (rc == OMS_OK) {
      rc = push_job(h, script, &anew, ticket, err);
      *n += rc == OMS_OK;
    } else {
      refuse_path(h, script, with, err, ticket);
    }
  }
  oms_array_free(&found);
  return rc;
}

/* A job that has not read its files yet will see them as they are. */
static bool is_asked(const oms_host_t *h, int script) {
  for (size_t i = 0; i < h->reload_jobs.n; i++) {
    if (job_at(h, i)->script == script && job_at(h, i)->stage == STAGE_LOAD) {
      return true;
    }
  }
  return false;
}

static bool has_changed(oms_host_t *h, int script, bool again) {
  size_t n;
  const oms_cell_file_t *files = oms_script_files(oms_host_script(h, script), &n);
  const oms_array_t *tried = tried_of(h, script);
  return oms_reload_files_differ(files, n) &&
         (again || tried->n == 0 || oms_reload_files_differ(tried->data, tried->n));
}

int oms_host_reload_changed(oms_host_t *h, bool again, uint64_t ticket, size_t *n,
                            oms_error_t *err) {
  int rc = OMS_OK;
  *n = 0;
  for (int i = OMS_TRIGGERS; i < (int)h->scripts.n && rc == OMS_OK; i++) {
    if (has_changed(h, i, again) && (ticket != 0 || !is_asked(h, i))) {
      const oms_script_anew_t anew = {.path = oms_script_path(oms_host_script(h, i))};
      rc = push_job(h, i, &anew, ticket, err);
      *n += rc == OMS_OK;
    }
  }
  return rc;
}

bool oms_host_reload_busy(const oms_host_t *h) {
  return h->reload_jobs.n > 0;
}

void oms_host_reload_turn(oms_host_t *h) {
  if (h->reload_jobs.n == 0) {
    return;
  }
  oms_reload_job_t *job = job_at(h, 0);
  if (!advance(h, job)) {
    h->reload_jobs.n--;
    memmove(h->reload_jobs.data, OMS_AT(&h->reload_jobs, oms_reload_job_t *, 1),
            h->reload_jobs.n * sizeof job);
    free_job(job);
  }
}

void oms_host_reload_forget(oms_host_t *h) {
  for (size_t i = 0; i < h->reload_jobs.n; i++) {
    free_job(job_at(h, i));
  }
  h->reload_jobs.n = 0;
}

void oms_host_reload_init(oms_host_t *h) {
  oms_array_init(&h->reloads, sizeof(oms_reload_record_t));
  oms_array_init(&h->reload_jobs, sizeof(oms_reload_job_t *));
  oms_array_init(&h->trigger_tried, sizeof(oms_cell_file_t));
}

void oms_host_reload_free(oms_host_t *h) {
  for (size_t i = 0; i < h->reload_jobs.n; i++) {
    free_job(job_at(h, i));
  }
  for (size_t i = 0; i < h->reloads.n; i++) {
    oms_free(OMS_AT(&h->reloads, oms_reload_record_t, i)->path);
    oms_free(OMS_AT(&h->reloads, oms_reload_record_t, i)->message);
  }
  for (size_t i = 0; i < h->scripts.n; i++) {
    oms_reload_free_files(&oms_host_script_at(h, i)->tried);
  }
  oms_reload_free_files(&h->trigger_tried);
  oms_array_free(&h->reload_jobs);
  oms_array_free(&h->reloads);
}
