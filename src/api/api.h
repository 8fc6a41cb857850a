/* api.h - the ways in for clients: the Alpaca Trading API v2 with its stream and market data
 * (v2_*.c), /oms/v1/ (oms_*.c), metrics, health and the OpenAPI document, over one HTTP server
 * (net/server.h). Requests are parsed where they come in and wait in one queue; a turn of the loop
 * runs them in order. One table of routes (routes.c) is what is served and what /openapi.json
 * tells. */
#ifndef OMS_API_API_H
#define OMS_API_API_H

#include "net/server.h"
#include "port/live.h"

typedef struct oms_api oms_api_t;

typedef struct oms_api_options {
  oms_server_options_t server;
  int64_t rate;   /* requests a minute and key; 0: 1,000,000 an account, told in headers */
  size_t streams; /* WebSockets and event streams a key: 0: 64 */
  size_t queue;   /* requests that may wait: 0: 65,536; then 503 */
  size_t events;  /* events that can be resumed from: 0: 262,144 */
  int64_t risk_deadline_ns; /* of the external risk system; 0: 50 ms */
  void (*wake)(void *ctx);  /* a request waits: the turn must come */
  void *ctx;
} oms_api_options_t;

/* OMS_ERR_IO, OMS_ERR_USAGE as oms_server_open; OMS_ERR_NOMEM. */
int oms_api_open(struct uv_loop_s *loop, const oms_api_options_t *o, const oms_live_t *live,
                 oms_api_t **out, oms_error_t *err);
/* What the host tells it. */
oms_way_in_t oms_api_way_in(oms_api_t *api);
int oms_api_port(const oms_api_t *api);
/* Closes all handles; freed by oms_api_free when the loop has let go of them. */
void oms_api_close(oms_api_t *api);
void oms_api_free(oms_api_t *api);

#endif
