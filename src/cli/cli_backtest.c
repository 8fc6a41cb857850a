/* cli_backtest.c - moondesk backtest STRATEGY.lua: a session of one strategy, made from options. */
#include <string.h>

#include "base/alloc.h"
#include "base/check.h"
#include "cli/cli_setup.h"

static const oms_cli_option_t options[] = {OMS_CLI_SETUP_OPTIONS, OMS_CLI_COMMON_OPTIONS};

/* What a prepared backtest lives on. */
typedef struct own {
  oms_cli_setup_t values;
  oms_session_config_t config;
  oms_array_t arguments;
} own_t;

static void free_own(void *self) {
  own_t *own = self;
  oms_session_config_free(&own->config);
  oms_cli_free(&oms_cli_backtest, &own->values, &own->arguments);
  oms_free(own);
}

static int nomem(oms_error_t *err) {
  return oms_error_set(err, OMS_ERR_NOMEM, "out of memory for the session");
}

static int prepare(const oms_cli_command_t *self, int argc, char **argv, oms_files_t *sources,
                   oms_cli_job_t *job, oms_error_t *err) {
  own_t *own = oms_alloc_zero(1, sizeof *own);
  if (own == NULL) {
    return nomem(err);
  }
  job->own = own;
  job->free = free_own;
  own->values.command = self->name;
  int rc = oms_cli_parse(self, argc, argv, &own->values, &own->arguments, err);
  if (rc == OMS_OK) {
    rc = oms_session_config_init(&own->config) == OMS_OK ? OMS_OK : nomem(err);
  }
  if (rc == OMS_OK) {
    own->config.sources = sources;
    rc = oms_cli_setup_build(&own->values, oms_cli_item(&own->arguments, 0), &own->config, err);
  }
  if (rc == OMS_OK) {
    rc = oms_cli_live_settings(&own->values.common, &own->config, err);
  }
  job->common = own->values.common;
  job->config = &own->config;
  return rc;
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
    .prepare = prepare,
    .run = oms_cli_run_job};
