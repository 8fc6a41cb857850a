/* cli_backtest.c - moondesk backtest STRATEGY.lua: a session of one strategy, made from options. */
#include <string.h>

#include "base/check.h"
#include "cli/cli_setup.h"

static const oms_cli_option_t options[] = {OMS_CLI_SETUP_OPTIONS, OMS_CLI_COMMON_OPTIONS};

static int run(const oms_cli_command_t *self, int argc, char **argv) {
  oms_cli_setup_t values;
  memset(&values, 0, sizeof values);
  values.command = self->name;
  oms_session_config_t config;
  oms_array_t arguments;
  oms_error_t err;
  bool made = false;
  int rc = oms_cli_parse(self, argc, argv, &values, &arguments, &err);
  if (rc == OMS_OK) {
    made = true;
    rc = oms_session_config_init(&config) == OMS_OK
             ? oms_cli_setup_build(&values, oms_cli_item(&arguments, 0), &config, &err)
             : oms_error_set(&err, OMS_ERR_NOMEM, "out of memory for the session");
  }
  int status = rc == OMS_OK ? oms_cli_execute(&values.common, &config, NULL)
                            : oms_cli_fail(rc == OMS_ERR_USAGE ? self : NULL, &err);
  if (made) {
    oms_session_config_free(&config);
  }
  oms_cli_free(self, &values, &arguments);
  return status;
}

const oms_cli_command_t oms_cli_backtest = {
    .name = "backtest",
    .arguments = "STRATEGY.lua",
    .summary = "Runs one strategy over historical bars.",
    .example = "moondesk backtest strategies/sma_cross.lua --data SPX=examples/data/sp500_d1.csv "
               "--set fast=10 slow=20 --out out/sma",
    .options = options,
    .option_n = OMS_COUNT(options),
    .least = 1,
    .most = 1,
    .run = run};
