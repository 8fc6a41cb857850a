/* bundle_make.c - see bundle_make.h. */
#include "host/bundle_make.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "host/file_hash.h"

#define VALUE_MAX 4096
#define PATH_TEXT 4200

static bool names_library(const char *text, const char *library) {
  return text != NULL && strstr(text, library) != NULL;
}

/* Whether the session says by name where the library lies: then it has to be found by it. */
static bool library_by_name(const oms_host_t *h) {
  const oms_session_config_t *c = h->config;
  bool named = names_library(c->path, h->library) || names_library(c->latency_file, h->library);
  for (size_t i = 0; i < h->options->argument_n; i++) {
    named = named || names_library(h->options->arguments[i], h->library);
  }
  for (size_t i = 0; i < c->rule_n; i++) {
    named = named || names_library(c->rules[i].path, h->library);
  }
  for (size_t i = 0; i < c->strategy_n; i++) {
    named = named || names_library(c->strategies[i].path, h->library);
  }
  for (size_t i = 0; i < c->data_n; i++) {
    for (size_t k = 0; k < c->data[i].path_n; k++) {
      named = named || names_library(c->data[i].paths[k], h->library);
    }
  }
  return named;
}

static int put_files(const oms_host_t *h, oms_bundle_t *b) {
  const char *library = library_by_name(h) ? "" : h->library;
  const oms_files_t *from = h->config->sources;
  char path[PATH_TEXT];
  int rc = library[0] == '\0' ? oms_bundle_put(b, &b->facts, "library", h->library) : OMS_OK;
  for (size_t i = 0; rc == OMS_OK && i < from->list.n; i++) {
    const oms_file_t *file = OMS_AT(&from->list, oms_file_t, i);
    oms_bundle_library_path(file->path, library, path, sizeof path);
    if (file->text != NULL) {
      rc = oms_files_add(&b->sources, path, file->text, file->n);
      continue;
    }
    oms_bundle_data_t d = {.path = oms_arena_text(&b->arena, path, strlen(path))};
    rc = oms_file_hash(file->path, &d.size, d.digest, NULL);
    rc = rc == OMS_ERR_IO ? OMS_OK : rc; /* gone meanwhile: its size stays -1 */
    if (rc == OMS_OK) {
      rc = d.path == NULL ? OMS_ERR_NOMEM : oms_array_push(&b->data, &d);
    }
  }
  return rc;
}

/* Settings. */

static int put_number(oms_bundle_t *b, const char *name, int64_t v, int decimals) {
  char text[24];
  if (v == OMS_NO_PRICE) {
    return OMS_OK;
  }
  oms_decimal_format(v, decimals, text);
  return oms_bundle_put(b, &b->settings, name, text);
}

static int put_time(oms_bundle_t *b, const char *name, oms_time_t t) {
  char text[32];
  if (t == OMS_NO_TIME) {
    return OMS_OK;
  }
  oms_time_iso(t, text);
  return oms_bundle_put(b, &b->settings, name, text);
}

static int put_account(oms_bundle_t *b, const oms_account_t *a) {
  char name[200];
  snprintf(name, sizeof name, "accounts.%.100s.type", a->id);
  int rc = oms_bundle_put(b, &b->settings, name, oms_enum_text(OMS_ENUM_ACCOUNT_TYPE, a->type));
  snprintf(name, sizeof name, "accounts.%.100s.cash", a->id);
  if (rc == OMS_OK) {
    rc = put_number(b, name, a->initial_cash, OMS_MONEY_DECIMALS);
  }
  snprintf(name, sizeof name, "accounts.%.100s.multiplier", a->id);
  return rc == OMS_OK ? put_number(b, name, a->multiplier, OMS_QTY_DECIMALS) : rc;
}

static int put_limits(oms_bundle_t *b, const oms_limits_config_t *l) {
  char key[64], name[256], value[VALUE_MAX];
  int rc = OMS_OK;
  for (size_t i = 0; rc == OMS_OK && oms_session_limit_text(l, i, key, value, sizeof value); i++) {
    snprintf(name, sizeof name, "limits%s%.100s.%s", l->account != NULL ? "." : "",
             l->account != NULL ? l->account : "", key);
    rc = strcmp(value, "none") == 0 ? OMS_OK : oms_bundle_put(b, &b->settings, name, value);
  }
  return rc;
}

static int put_settings(const oms_host_t *h, oms_bundle_t *b) {
  const oms_session_config_t *c = h->config;
  char key[64], name[80], value[VALUE_MAX];
  int rc = put_time(b, "from", c->from);
  if (rc == OMS_OK) {
    rc = put_time(b, "to", c->to);
  }
  for (size_t i = 0; rc == OMS_OK && oms_session_venue_text(c, i, key, value, sizeof value); i++) {
    snprintf(name, sizeof name, "venue.%s", key);
    rc = oms_bundle_put(b, &b->settings, name, value);
  }
  for (size_t i = 0; rc == OMS_OK && i < c->account_n; i++) {
    rc = put_account(b, &c->accounts[i]);
  }
  for (size_t i = 0; rc == OMS_OK && i < c->limit_n; i++) {
    rc = put_limits(b, &c->limits[i]);
  }
  return rc;
}

/* What it came to. */

bool oms_bundle_value(const oms_summary_field_t *f, char out[OMS_SUMMARY_TEXT]) {
  if (oms_summary_is_measured(f->name)) {
    return false;
  }
  if (f->kind == OMS_FIELD_INTEGER) {
    snprintf(out, OMS_SUMMARY_TEXT, "%" PRId64, f->integer);
  } else if (f->kind == OMS_FIELD_DOUBLE) {
    snprintf(out, OMS_SUMMARY_TEXT, "%.17g", f->number);
  } else {
    snprintf(out, OMS_SUMMARY_TEXT, "%s",
             f->kind == OMS_FIELD_TEXT && f->text != NULL ? f->text : "null");
  }
  return true;
}

static int put_results(const oms_run_result_t *result, oms_bundle_t *b) {
  const oms_digests_t *d = &result->digests;
  const struct {
    const char *name, *value;
  } digests[] = {
      {"state_hash", result->summary.state_hash},
      {"events",     d->events                 },
      {"fills",      d->fills                  },
      {"trades",     d->trades                 },
      {"equity",     d->equity                 }
  };
  char value[OMS_SUMMARY_TEXT];
  int rc = OMS_OK;
  for (size_t i = 0; rc == OMS_OK && i < sizeof digests / sizeof digests[0]; i++) {
    rc = oms_bundle_put(b, &b->results, digests[i].name, digests[i].value);
  }
  for (size_t i = 0; rc == OMS_OK && i < result->summary.n; i++) {
    const oms_summary_field_t *f = &result->summary.fields[i];
    rc = oms_bundle_value(f, value) ? oms_bundle_put(b, &b->summary, f->name, value) : OMS_OK;
  }
  return rc;
}

static int put_facts(const oms_host_t *h, bool cut, oms_bundle_t *b) {
  char seed[24];
  const char *changed = h->config->sources->changed;
  snprintf(seed, sizeof seed, "%" PRIu64, h->config->seed);
  int rc = oms_bundle_put(b, &b->facts, "version", h->options->version);
  if (rc == OMS_OK) {
    rc = oms_bundle_put(b, &b->facts, "seed", seed);
  }
  if (rc == OMS_OK && cut) {
    rc = oms_bundle_put(b, &b->facts, "partial", "1");
  }
  if (rc == OMS_OK && h->options->pace > 0 && h->reloads.n > 0) {
    rc = oms_bundle_put(b, &b->facts, "reloaded", "1");
  }
  if (rc == OMS_OK && changed != NULL) {
    rc = oms_bundle_put(b, &b->facts, "changed", changed);
  }
  return rc;
}

static int record(const oms_host_t *h, const oms_run_result_t *result, bool cut, oms_bundle_t *b,
                  oms_error_t *err) {
  int rc = put_facts(h, cut, b);
  for (size_t i = 0; rc == OMS_OK && i < h->options->argument_n; i++) {
    const char *given = h->options->arguments[i];
    const char *text = oms_arena_text(&b->arena, given, strlen(given));
    rc = text == NULL ? OMS_ERR_NOMEM : oms_array_push(&b->arguments, &text);
  }
  if (rc == OMS_OK) {
    rc = put_settings(h, b);
  }
  if (rc == OMS_OK) {
    rc = put_results(result, b);
  }
  if (rc == OMS_OK) {
    rc = put_files(h, b);
  }
  return rc == OMS_OK ? OMS_OK : oms_error_set(err, rc, "out of memory for the bundle");
}

/* The files. */

/* Under FILE.part until it is whole. What cannot be written fails before the run, and the bundle of
 * an earlier run does not look like one of this. */
static int begin_bundle(const char *path, oms_error_t *err) {
  char part[PATH_TEXT];
  int n = snprintf(part, sizeof part, "%s.part", path);
  errno = n < (int)sizeof part ? 0 : ENAMETOOLONG;
  FILE *to = errno == 0 ? fopen(part, "wb") : NULL;
  if (to == NULL || fclose(to) != 0 || (unlink(path) != 0 && errno != ENOENT)) {
    return oms_error_set(err, OMS_ERR_IO, "cannot write %s: %s", path, strerror(errno));
  }
  return OMS_OK;
}

static int end_bundle(const oms_bundle_t *b, const char *path, oms_error_t *err) {
  char part[PATH_TEXT];
  snprintf(part, sizeof part, "%s.part", path);
  int rc = oms_bundle_write(b, part, err);
  if (rc == OMS_OK && rename(part, path) != 0) {
    rc = oms_error_set(err, OMS_ERR_IO, "cannot write %s: %s", path, strerror(errno));
  }
  return rc;
}

/* A bundle needs the digests of files that nobody may have asked for. */
int oms_host_open_results(oms_host_t *h, oms_error_t *err) {
  const oms_run_options_t *o = h->options;
  if (o->out == NULL && o->bundle == NULL && !o->digests) {
    return OMS_OK;
  }
  if (o->bundle != NULL && begin_bundle(o->bundle, err) != OMS_OK) {
    return OMS_ERR_IO;
  }
  int rc = oms_output_open(o->out, &h->output, err);
  return rc == OMS_OK ? oms_output_watch(h->output, &h->desk, err) : rc;
}

static int write_bundle(oms_host_t *h, int loop, const oms_run_result_t *result, oms_error_t *err) {
  bool interrupted = h->options->stop != NULL && *h->options->stop != 0;
  oms_bundle_t b;
  oms_bundle_init(&b);
  int rc = record(h, result, loop != OMS_OK || interrupted, &b, err);
  if (rc == OMS_OK && h->options->out != NULL) {
    rc = oms_output_bundle(h->output, &b, err);
  }
  if (rc == OMS_OK && h->options->bundle != NULL) {
    rc = end_bundle(&b, h->options->bundle, err);
  }
  oms_bundle_free(&b);
  return rc;
}

int oms_host_write_results(oms_host_t *h, int loop, oms_run_result_t *result, oms_error_t *err) {
  const oms_summary_t *s = &result->summary;
  int rc = oms_output_report(h->output, h, s->fields, s->n, err);
  if (rc == OMS_OK) {
    rc = oms_output_write(h->output, &h->desk.port, s->fields, s->n, err);
  }
  oms_output_digests(h->output, &result->digests);
  if (rc == OMS_OK && h->options->argument_n > 0) {
    rc = write_bundle(h, loop, result, err);
  }
  return rc == OMS_OK ? oms_output_name(h->output, err) : rc;
}
