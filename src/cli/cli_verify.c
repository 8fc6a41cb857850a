/* cli_verify.c - moondesk verify FILE: the run of a bundle made again, from the scripts in it and
 * the data that it names, and compared with what it came to then. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "cli/cli.h"
#include "host/bundle.h"
#include "host/bundle_make.h"

typedef struct values {
  const char *data_dir;
  bool quiet;
} values_t;

static const oms_cli_option_t options[] = {
    {"--data-dir", "DIR", OMS_OPTION_TEXT,   offsetof(values_t, data_dir),
     "where the data files lie now, under their recorded path or their name"                },
    {"--quiet",    NULL,  OMS_OPTION_SWITCH, offsetof(values_t, quiet),    "print no result"},
};

/* Functions of the C library differ in the last bit from machine to machine. */
static bool same_value(const char *a, const char *b) {
  char *a_end, *b_end;
  if (strcmp(a, b) == 0) {
    return true;
  }
  double x = strtod(a, &a_end), y = strtod(b, &b_end);
  bool numbers = *a_end == '\0' && *b_end == '\0' && a_end != a && b_end != b;
  bool whole = strpbrk(a, ".e") == NULL && strpbrk(b, ".e") == NULL;
  return numbers && !whole && fabs(x - y) <= 1e-9 * fmax(fabs(x), fabs(y));
}

/* The first thing that is not as it was, as "NAME: THEN then, NOW now". */
static bool differs(const oms_bundle_t *b, const oms_run_result_t *r, char *out, size_t n) {
  char now[OMS_SUMMARY_TEXT];
  for (size_t i = 0; i < r->summary.n; i++) {
    const oms_summary_field_t *f = &r->summary.fields[i];
    const char *then = oms_bundle_get(&b->summary, f->name);
    if (strcmp(f->name, "state_hash") != 0 && oms_bundle_value(f, now) && then != NULL &&
        !same_value(then, now)) {
      snprintf(out, n, "%s: %.350s then, %.350s now", f->name, then, now);
      return true;
    }
  }
  const oms_digests_t *d = &r->digests;
  const struct {
    const char *name, *now, *what;
  } parts[] = {
      {"events",     d->events,             "the events"                      },
      {"fills",      d->fills,              "the fills"                       },
      {"trades",     d->trades,             "the round trips"                 },
      {"equity",     d->equity,             "the equity"                      },
      {"state_hash", r->summary.state_hash, "the state of orders and accounts"}
  };
  for (size_t i = 0; i < OMS_COUNT(parts); i++) {
    const char *then = oms_bundle_get(&b->results, parts[i].name);
    if (then == NULL || strcmp(then, parts[i].now) != 0) {
      snprintf(out, n, "%s: hash %s then, %s now", parts[i].what, then != NULL ? then : "none",
               parts[i].now);
      return true;
    }
  }
  return false;
}

static int tell(const oms_bundle_t *b, const values_t *v, const char *path,
                const oms_run_result_t *r) {
  char what[1024];
  const char *version = oms_bundle_get(&b->facts, "version");
  if (!differs(b, r, what, sizeof what)) {
    if (!v->quiet) {
      printf("%s: the same result (state_hash %s)\n", path, r->summary.state_hash);
    }
    return OMS_EXIT_DONE;
  }
  fprintf(stderr, "moondesk: %s: the result differs: %s\n", path, what);
  if (version == NULL || strcmp(version, MOONDESK_VERSION) != 0) {
    fprintf(stderr, "it was made by version %s; this is version %s\n",
            version != NULL ? version : "unknown", MOONDESK_VERSION);
  }
  return OMS_EXIT_FAILED;
}

static int rerun(oms_bundle_t *b, const values_t *v, const char *path, int *status,
                 oms_error_t *err) {
  oms_cli_job_t job = {.file = NULL};
  oms_run_options_t run;
  oms_run_result_t result;
  int rc = oms_cli_prepare_bundle(b, &job, err);
  if (rc == OMS_OK) {
    rc = oms_cli_rerun_options(b, &job, &run, err);
  }
  if (rc == OMS_OK) {
    run.digests = true;
    rc = oms_run_session(job.config, job.file, &run, &result, err);
  }
  if (rc == OMS_OK && oms_cli_interrupted()) {
    rc = oms_error_set(err, OMS_ERR_CANCELED, "interrupted: nothing was compared");
  }
  if (rc == OMS_OK) {
    *status = tell(b, v, path, &result);
  }
  oms_cli_job_free(&job);
  return rc;
}

static int run(const oms_cli_command_t *self, int argc, char **argv) {
  values_t values = {.data_dir = NULL};
  oms_array_t arguments;
  oms_bundle_t b;
  oms_error_t err;
  int status = OMS_EXIT_DONE;
  oms_bundle_init(&b);
  int rc = oms_cli_parse(self, argc, argv, &values, &arguments, &err);
  if (rc != OMS_OK) {
    status = oms_cli_fail(self, &err);
  } else {
    const char *path = oms_cli_item(&arguments, 0);
    rc = oms_bundle_read(&b, path, &err);
    if (rc == OMS_OK) {
      rc = oms_bundle_find_data(&b, values.data_dir, &err);
    }
    if (rc == OMS_OK) {
      rc = rerun(&b, &values, path, &status, &err);
    }
    if (rc != OMS_OK) {
      err.code = rc;
      status = oms_cli_fail(NULL, &err);
    }
  }
  oms_bundle_free(&b);
  oms_cli_free(self, &values, &arguments);
  return status;
}

const oms_cli_command_t oms_cli_verify = {
    .name = "verify",
    .arguments = "FILE",
    .summary = "Makes the run of a bundle again, with the scripts in it, and compares the result. "
               "Exit status: 0 the same, 1 another, 2 it cannot be made.",
    .example = "moondesk verify run.bundle --data-dir data",
    .options = options,
    .option_n = OMS_COUNT(options),
    .least = 1,
    .most = 1,
    .run = run};
