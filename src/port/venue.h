/* venue.h - where orders go: the door between the desk and a venue (the simulated one, later a
 * broker). */
#ifndef OMS_PORT_VENUE_H
#define OMS_PORT_VENUE_H

#include "core/engine.h"

/* What a venue tells and asks; implemented by the desk. */
typedef struct oms_venue_sink {
  void *self;
  /* The report is applied to the core at once; when the call returns the order shows it, and the
   * desk may, during the call, have called release, resize or cancel_now for orders of the same
   * group: a venue in the middle of matching must bear that. False: the run is at its end (a fill
   * could not be booked, memory is out), the order shows nothing, and the venue stops matching. */
  bool (*report)(void *self, const oms_report_t *report);
  /* Whether the account can pay for 'qty' more of the order at 'price' with 'commission'. */
  bool (*can_pay)(void *self, uint32_t order, oms_qty_t qty, oms_price_t price,
                  oms_money_t commission, char message[256]);
} oms_venue_sink_t;

/* Orders are named by their index in the engine; the venue reads terms, filled_qty and qty of an
 * order through oms_engine_order (the pointer stays valid), and keeps only what is its own. All
 * calls return OMS_OK or OMS_ERR_NOMEM; business answers are reports. 'now' is the session's
 * time. */
typedef struct oms_venue {
  void *self;
  /* A new order leaves the desk. It arrives after the venue's latency. */
  int (*submit)(void *self, uint32_t order, oms_time_t now);
  /* A cancel request leaves; the answer is CANCELED or CANCEL_REJECTED. */
  int (*cancel)(void *self, uint32_t order, oms_time_t now);
  /* A replace request leaves; the answer is REPLACED or REPLACE_REJECTED of the old order. */
  int (*replace)(void *self, uint32_t order, uint32_t successor, oms_time_t now);
  /* A group child begins to work at once, with its parent's fill (no latency). Answer ACCEPTED. */
  int (*release)(void *self, uint32_t order, oms_time_t now);
  /* The core has changed the order's quantity in place; the venue follows at once, keeping its
   * place. */
  int (*resize)(void *self, uint32_t order, oms_time_t now);
  /* Ends the order at once, without latency (groups, kill switch). Answer CANCELED. */
  int (*cancel_now)(void *self, uint32_t order, oms_time_t now);
  void (*close)(void *self);
} oms_venue_t;

#endif
