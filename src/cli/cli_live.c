/* cli_live.c - options of a live host: they stand in the place of what the session says. */
#include <string.h>

#include "base/check.h"
#include "cli/cli.h"

/* A session for paper trading that nobody serves runs by the clock, as one with --pace does. */
static int paced_alone(oms_cli_common_t *values, oms_session_config_t *c) {
  bool served = c->live.db != NULL || c->live.listen != NULL;
  if (served || c->live.mode == OMS_MODE_BACKTEST) {
    return OMS_OK;
  }
  if (c->live.pace == OMS_PACE_FAST) {
    values->pace = NULL;
    values->control = NULL;
  } else if (values->pace == NULL && c->live.pace == 0) {
    values->pace = "1";
  } else if (values->pace == NULL) {
    static char text[32];
    oms_decimal_format(c->live.pace, OMS_PRICE_DECIMALS, text);
    values->pace = text;
  }
  return OMS_OK;
}

int oms_cli_live_settings(oms_cli_common_t *values, oms_session_config_t *c, oms_error_t *err) {
  const struct {
    const char *option, *key, *value;
  } settings[] = {
      {"--db",              "db",              values->db         },
      {"--listen",          "listen",          values->listen     },
      {"--pace",            "pace",            values->pace       },
      {"--tls-certificate", "api.certificate", values->certificate},
      {"--tls-key",         "api.key",         values->key        },
      {"--kill-file",       "kill_file",       values->kill_file  },
  };
  int rc = OMS_OK;
  for (size_t i = 0; i < OMS_COUNT(settings) && rc == OMS_OK; i++) {
    if (settings[i].value != NULL) {
      rc = oms_session_set_live(c, settings[i].option, settings[i].key, settings[i].value, err);
    }
  }
  return rc == OMS_OK ? paced_alone(values, c) : rc;
}
