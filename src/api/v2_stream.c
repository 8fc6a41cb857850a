/* v2_stream.c - /stream: trade_updates of the Alpaca API. */
#include "api/v2.h"

void oms_v2_tell(oms_api_t *api, const char *event, uint32_t order) {
  (void)api;
  (void)event;
  (void)order;
}

const oms_part_t oms_v2_part = {.name = "v2"};
