/* cli_run.c - moondesk run SESSION.lua: a session from its file. */
#include <string.h>

#include "base/check.h"
#include "cli/cli.h"

/* clang-format off */
static const oms_cli_option_t options[] = {
    OMS_CLI_COMMON_OPTIONS,
    {"--db", "FILE", OMS_OPTION_LATER, 0, "a backtest keeps all in memory; give --out DIR"},
    {"--listen", "ADDRESS", OMS_OPTION_LATER, 0, "no clients can connect to a run"},
    {"--pace", "N", OMS_OPTION_TEXT, offsetof(oms_cli_common_t, pace),
     "by the clock: N seconds of the market in one; changed scripts are reloaded"},
    {"--control", "PATH", OMS_OPTION_TEXT, offsetof(oms_cli_common_t, control),
     "with --pace: the socket for `moondesk reload`"},
};
/* clang-format on */

static int run(const oms_cli_command_t *self, int argc, char **argv) {
  oms_cli_common_t values = {.out = NULL};
  oms_session_file_t *file = NULL;
  oms_array_t arguments;
  oms_error_t err;
  int rc = oms_cli_parse(self, argc, argv, &values, &arguments, &err);
  bool parsed = rc == OMS_OK;
  if (rc == OMS_OK) {
    rc = oms_session_file_load(oms_cli_item(&arguments, 0), &file, &err);
  }
  int status = rc == OMS_OK ? oms_cli_execute(&values, oms_session_file_config(file), file)
                            : oms_cli_fail(parsed ? NULL : self, &err);
  oms_session_file_free(file);
  oms_cli_free(self, &values, &arguments);
  return status;
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
    .run = run};
