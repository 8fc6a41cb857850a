/* revive_find.c - what a host goes on from: given by a replay, or recovered from its database. */
#include <stdio.h>
#include <unistd.h>

#include "host/host.h"
#include "host/recover.h"
#include "store/store.h"

static void tell(oms_host_t *h, const oms_past_t *p, const char *note) {
  char line[900], ts[40] = "the start";
  if (note[0] != '\0') {
    oms_host_log(h, -1, OMS_LOG_WARN, note);
  }
  if (p->now != OMS_NO_TIME) {
    oms_time_iso(p->now, ts);
  }
  snprintf(line, sizeof line,
           "going on behind record %llu of %.500s, at %s: %u orders, %u fills; the host before %s",
           (unsigned long long)p->seq, h->config->live.db, ts, oms_engine_order_count(p->engine),
           oms_engine_fill_count(p->engine), p->ended ? "ended in good order" : "was cut off");
  oms_host_log(h, -1, OMS_LOG_INFO, line);
}

int oms_host_open_store(oms_host_t *h, oms_store_t **out, oms_error_t *err) {
  const oms_live_config_t *c = &h->config->live;
  const oms_store_options_t o = {.path = c->db,
                                 .create = true,
                                 .market_keep_ns = c->market_keep_ns,
                                 .market_keep_bytes = c->market_keep_bytes};
  *out = h->revive.store;
  h->revive.store = NULL;
  return *out != NULL ? OMS_OK : oms_store_open(&o, out, err);
}

/* Locked first: nothing is added to the journal behind what is read, neither by another host nor by
 * SQLite, which brings in a last batch that a host wrote and had no time to announce. */
static int recover(oms_host_t *h, oms_error_t *err) {
  char note[512] = "";
  oms_past_t *p;
  const char *db = h->config->live.db;
  int rc = oms_host_open_store(h, &h->revive.store, err);
  rc = rc == OMS_OK ? oms_recover(db, UINT64_MAX, &p, note, err) : rc;
  if (rc != OMS_OK) {
    return rc;
  }
  rc = oms_past_end(p);
  if (rc != OMS_OK || p->engine == NULL) {
    oms_past_free(p);
    return rc == OMS_OK ? OMS_OK : oms_error_set(err, rc, "%s: out of memory", db);
  }
  h->revive.past = p;
  h->revive.owns_past = true;
  if (p->ended && h->config->live.mode == OMS_MODE_BACKTEST) {
    return oms_error_set(err, OMS_ERR_USAGE,
                         "%s holds a run that has ended; give another file, or delete it", db);
  }
  tell(h, p, note);
  return OMS_OK;
}

int oms_host_find_past(oms_host_t *h, oms_error_t *err) {
  const char *db = h->config->live.db;
  if (h->options->past != NULL) {
    h->revive.past = h->options->past->engine != NULL ? h->options->past : NULL;
    return OMS_OK;
  }
  return db != NULL && h->options->drive == NULL && access(db, F_OK) == 0 ? recover(h, err)
                                                                          : OMS_OK;
}

void oms_host_end_past(oms_host_t *h) {
  if (h->revive.store != NULL) { /* nothing was written */
    oms_error_t unused;
    (void)oms_store_close(h->revive.store, &unused);
  }
  if (h->revive.owns_past) {
    oms_past_free(h->revive.past);
  }
  oms_array_free(&h->revive.limits);
}
