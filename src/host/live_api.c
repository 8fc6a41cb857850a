/* live_api.c - the server of a live host: the API, told what the session says of it. */
#include "host/live_int.h"

int oms_live_open_api(oms_live_host_t *l, oms_error_t *err) {
  const oms_live_config_t *c = &l->h->config->live;
  oms_api_options_t o = {.rate = c->rate,
                         .streams = (size_t)c->streams,
                         .risk_deadline_ns = c->risk_deadline_ns,
                         .wake = oms_live_wake,
                         .ctx = l};
  o.server.address = c->listen;
  o.server.certificate = c->certificate;
  o.server.key = c->key;
  o.server.max_connections = (size_t)c->connections;
  int rc = oms_api_open(&l->loop, &o, &l->door, &l->api, err);
  if (rc == OMS_OK) {
    l->way_in = oms_api_way_in(l->api);
  }
  return rc;
}

void oms_live_close_api(oms_live_host_t *l) {
  if (l->api != NULL) {
    oms_api_close(l->api);
  }
}

void oms_live_free_api(oms_live_host_t *l) {
  if (l->api != NULL) {
    oms_api_free(l->api);
  }
  l->api = NULL;
}
