/* venue_config.h - settings of the simulated venue (simulator.md): read from a session, used by
 * src/sim. */
#ifndef OMS_PORT_VENUE_CONFIG_H
#define OMS_PORT_VENUE_CONFIG_H

#include "core/commission.h"

typedef enum oms_fill_at { OMS_FILL_NEXT_OPEN, OMS_FILL_THIS_CLOSE } oms_fill_at_t;
typedef enum oms_bar_path {
  OMS_BAR_PATH_WORST,
  OMS_BAR_PATH_ADAPTIVE,
  OMS_BAR_PATH_OHLC,
  OMS_BAR_PATH_OLHC
} oms_bar_path_t;
typedef enum oms_child_fill { OMS_CHILD_SAME_BAR, OMS_CHILD_NEXT_BAR } oms_child_fill_t;
typedef enum oms_trail_on { OMS_TRAIL_CLOSE, OMS_TRAIL_HIGH_LOW } oms_trail_on_t;

/* Who stands before a resting order (simulator.md, section 3). */
typedef enum oms_queue { OMS_QUEUE_THROUGH, OMS_QUEUE_FRONT, OMS_QUEUE_VOLUME } oms_queue_t;

/* One measured pair: the way to the venue, and the way of its answer back. */
typedef struct oms_latency {
  int64_t entry_ns, response_ns; /* >= 0 */
} oms_latency_t;

/* Keys of `venue` in a session; oms_sim_config_default gives the pessimistic defaults. */
typedef struct oms_sim_config {
  oms_fill_at_t fill;
  oms_bar_path_t bar_path;
  oms_child_fill_t child_fill;
  oms_trail_on_t trail_on;
  oms_ratio_t max_participation; /* 1e-9 of a bar's volume; OMS_NO_PRICE: no cap */
  int64_t slippage_ticks;        /* whole ticks; 0: none */
  oms_ratio_t slippage_percent;  /* per hundred, 1e-9; 0: none */
  int64_t latency_ns;            /* entry: to the venue; on bars in whole bars */
  /* Quotes, trades and order flow only. */
  int64_t response_latency_ns;    /* of reports, from the venue to the desk */
  const oms_latency_t *latencies; /* sampled from a file, a row drawn a request by 'seed'; borrowed
                                     from the config; NULL: the two above */
  size_t latency_n;
  uint64_t seed;
  bool partial; /* beyond the touch: waits for the next quote instead of walking on */
  oms_queue_t queue;
  oms_commission_model_t commission;
} oms_sim_config_t;
void oms_sim_config_default(oms_sim_config_t *c);

#endif
