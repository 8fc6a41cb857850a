/* live.h - a live host: a session that is served, on the clock of the wall or at a pace, with a
 * journal. */
#ifndef OMS_HOST_LIVE_H
#define OMS_HOST_LIVE_H

#include "host/host.h"

/* Whether the session is to be served, or runs and is over. */
bool oms_live_wanted(const oms_session_config_t *c);

/* What is wrong with what a live host is told, all of it, a line each; the first line is the
 * sentence. OMS_ERR_USAGE. */
int oms_live_check(const oms_session_config_t *c, oms_error_t *err);

/* Runs the host that is set up until it is told to stop. OMS_OK: it ended in good order. */
int oms_host_live(oms_host_t *h, oms_error_t *err);

/* A backtest that is written down: as fast as it goes, to the end of the data. */
int oms_host_journaled(oms_host_t *h, oms_error_t *err);

#endif
