/* cli_job.c - commands that make a run, and how one is asked for again: the command line goes into
 * the bundle without what names outputs, and comes back from there over the bundle's files. */
#include <string.h>

#include "cli/cli.h"
#include "host/bundle.h"

void oms_cli_job_free(oms_cli_job_t *job) {
  if (job->free != NULL) {
    job->free(job->own);
  }
}

/* Where results go and how fast they come is not what the run is. */
static bool is_output(const char *name, size_t n) {
  static const char *const names[] = {
      "--out",     "--bundle",          "--json",    "--quiet",     "--pace", "--listen", "--db",
      "--control", "--tls-certificate", "--tls-key", "--kill-file", "--log"};
  for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
    if (strlen(names[i]) == n && memcmp(names[i], name, n) == 0) {
      return true;
    }
  }
  return false;
}

static bool takes_value(const oms_cli_command_t *c, const char *name, size_t n) {
  for (size_t i = 0; i < c->option_n; i++) {
    const oms_cli_option_t *o = &c->options[i];
    if (strlen(o->name) == n && memcmp(o->name, name, n) == 0) {
      return o->kind != OMS_OPTION_SWITCH;
    }
  }
  return false;
}

/* The name and the arguments but for outputs; to be called after they have been parsed. */
static int asked(const oms_cli_command_t *c, int argc, char **argv, oms_array_t *out) {
  bool ended = false;
  int rc = oms_array_push(out, &c->name);
  for (int i = 0; i < argc && rc == OMS_OK; i++) {
    size_t n = strcspn(argv[i], "=");
    ended = ended || strcmp(argv[i], "--") == 0;
    if (!ended && is_output(argv[i], n)) {
      i += argv[i][n] == '\0' && takes_value(c, argv[i], n);
    } else {
      rc = oms_array_push(out, &argv[i]);
    }
  }
  return rc;
}

int oms_cli_run_job(const oms_cli_command_t *self, int argc, char **argv) {
  oms_cli_job_t job = {.file = NULL};
  oms_files_t sources;
  oms_array_t arguments;
  oms_error_t err;
  oms_files_init(&sources);
  oms_array_init(&arguments, sizeof(const char *));
  int status;
  int rc = self->prepare(self, argc, argv, &sources, &job, &err);
  if (rc == OMS_OK && (job.common.out != NULL || job.common.bundle != NULL)) {
    rc = asked(self, argc, argv, &arguments);
    rc = rc == OMS_OK ? rc : oms_error_set(&err, rc, "out of memory for the command line");
  }
  if (rc == OMS_OK) {
    status = oms_cli_execute(&job.common, job.config, job.file, &arguments);
  } else {
    status = oms_cli_fail(rc == OMS_ERR_USAGE ? self : NULL, &err);
  }
  oms_cli_job_free(&job);
  oms_array_free(&arguments);
  oms_files_free(&sources);
  return status;
}

int oms_cli_prepare_bundle(oms_bundle_t *b, oms_cli_job_t *job, oms_error_t *err) {
  const char *name = oms_cli_item(&b->arguments, 0);
  const oms_cli_command_t *c = oms_cli_find(name);
  if (c == NULL || c->prepare == NULL) {
    return oms_error_set(err, OMS_ERR_USAGE, "the bundle is of a command that makes no run: %.60s",
                         name);
  }
  return c->prepare(c, (int)b->arguments.n - 1, (char **)b->arguments.data + 1, &b->sources, job,
                    err);
}
