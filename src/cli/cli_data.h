/* cli_data.h - the data of a session that is made from the command line. */
#ifndef OMS_CLI_CLI_DATA_H
#define OMS_CLI_CLI_DATA_H

#include "cli/cli.h"

typedef struct oms_cli_data {
  const char *command;        /* for messages */
  const oms_array_t *data;    /* const char *: of each --data */
  const char *tz, *timeframe; /* NULL: not given */
  const char *build;          /* 5m,1d; NULL: none */
} oms_cli_data_t;

/* Fills the data list of the config. Each --data is SYMBOL=PATH,PATH (a path is a file, a folder or
 * a pattern, whose files are parts of the symbol in order of their names), or a folder or pattern
 * alone, each file of which is of the symbol that its name begins with, up to the first dot. Files
 * of one symbol may be of several kinds. OMS_ERR_USAGE, OMS_ERR_IO, OMS_ERR_DATA, OMS_ERR_NOMEM. */
int oms_cli_set_data(oms_session_config_t *c, const oms_cli_data_t *options, oms_error_t *err);

#endif
