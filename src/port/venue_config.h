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

/* Keys of `venue` in a session; oms_sim_config_default gives the pessimistic defaults. */
typedef struct oms_sim_config {
  oms_fill_at_t fill;
  oms_bar_path_t bar_path;
  oms_child_fill_t child_fill;
  oms_trail_on_t trail_on;
  oms_ratio_t max_participation; /* 1e-9 of a bar's volume; OMS_NO_PRICE: no cap */
  int64_t slippage_ticks;        /* whole ticks; 0: none */
  oms_ratio_t slippage_percent;  /* per hundred, 1e-9; 0: none */
  int64_t latency_ns;
  oms_commission_model_t commission;
} oms_sim_config_t;
void oms_sim_config_default(oms_sim_config_t *c);

#endif
