/* cli_run.c - moondesk run SESSION.lua: a session from its file. */
#include "base/check.h"
#include "cli/cli.h"

/* clang-format off */
static const oms_cli_option_t options[] = {
    OMS_CLI_COMMON_OPTIONS,
    {"--listen", "ADDRESS", OMS_OPTION_TEXT, offsetof(oms_cli_common_t, listen),
     "of a session with mode = \"paper\": serves clients there, until it is told to stop"},
    {"--pace", "N", OMS_OPTION_TEXT, offsetof(oms_cli_common_t, pace),
     "by the clock: N seconds of the market in one, or fast; changed scripts are reloaded"},
    {"--control", "PATH", OMS_OPTION_TEXT, offsetof(oms_cli_common_t, control),
     "with --pace or --listen: the socket for `moondesk reload`, kill, resume, orders, positions"},
    {"--tls-certificate", "FILE", OMS_OPTION_TEXT, offsetof(oms_cli_common_t, certificate),
     "with --listen: TLS, by this certificate (PEM)"},
    {"--tls-key", "FILE", OMS_OPTION_TEXT, offsetof(oms_cli_common_t, key),
     "and its key (PEM), which nobody else may read"},
    {"--kill-file", "FILE", OMS_OPTION_TEXT, offsetof(oms_cli_common_t, kill_file),
     "with --listen: kills all when this file appears"},
    {"--log", "LEVEL", OMS_OPTION_TEXT, offsetof(oms_cli_common_t, log),
     "least level of a log line: debug, info, warn, error"},
};
/* clang-format on */

static void free_file(void *own) {
  oms_session_file_free(own);
}

static int prepare(const oms_cli_command_t *self, int argc, char **argv, oms_files_t *sources,
                   oms_cli_job_t *job, oms_error_t *err) {
  oms_cli_common_t values = {.out = NULL};
  oms_array_t arguments;
  int rc = oms_cli_parse(self, argc, argv, &values, &arguments, err);
  if (rc == OMS_OK) {
    rc = oms_session_file_load_from(oms_cli_item(&arguments, 0), sources, &job->file, err);
    rc = rc == OMS_ERR_USAGE ? OMS_ERR_SCRIPT : rc; /* of the file: the command's help is no help */
  }
  if (rc == OMS_OK) {
    rc = oms_cli_live_settings(&values, oms_session_file_settings(job->file), err);
  }
  if (rc == OMS_OK) {
    job->common = values;
    job->config = oms_session_file_config(job->file);
    job->own = job->file;
    job->free = free_file;
  }
  oms_cli_free(self, &values, &arguments);
  return rc;
}

const oms_cli_command_t oms_cli_run = {
    .name = "run",
    .arguments = "SESSION.lua",
    .summary = "Runs a session file: accounts, data, rules, strategies, timeline, check.",
    .example = "moondesk run session.lua --out out/session",
    .options = options,
    .option_n = OMS_COUNT(options),
    .least = 1,
    .most = 1,
    .prepare = prepare,
    .run = oms_cli_run_job};
