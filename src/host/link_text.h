/* link_text.h - the language between a host and a venue in another process: lines of flat JSON over
 * TCP, one object a line, at most OMS_LINK_LINE bytes. Knows no socket and no orders.
 *
 * "m" says what a line is. Quantities, prices and money are decimals in texts ("10.5"), times
 * RFC 3339; members that are not known are passed over, absent ones are not there or null. An order
 * is named by its wire_id alone.
 *
 * The host says:
 *   hello          protocol, client
 *   new            wire_id, account, symbol, side, type, time_in_force, session, qty, and where
 *                  it has them: limit_price, stop_price, trail_price, trail_percent,
 *                  limit_offset, display_qty, expire_at, trigger_by, post_only, reduce_only
 *   cancel         wire_id
 *   replace        wire_id, new_wire_id, qty, and the successor's prices and time in force
 *   resize         wire_id, qty: the order's new total, in place
 *   find           wire_id: answered by fill lines and 'order', or 'absent'
 *   open_orders    answered by an 'order' for each order that works, and 'end' of "open_orders"
 *   executions     since (a time): answered by a fill for each one from then on, and 'end' of
 *                  "executions"
 * The venue says:
 *   hello          protocol, venue, and what it can: idempotent (a second 'new' of a wire_id is not
 *                  a second order), settle_s (how long an order may be on its way unseen),
 *                  replace: "total" (qty is the new total), "remaining" or "none"
 *   accepted, working, triggered, canceled, expired, rejected, cancel_rejected, suspended, resumed,
 *   done_for_day   wire_id, order_id (its own), code (a word of the order model), text, ts
 *   fill           wire_id, execution_id, qty, price, cum_qty, commission, liquidity, ts
 *   replaced, replace_rejected   wire_id of the old order, new_wire_id, code, text
 *   restated       wire_id, qty, price (limit), stop_price
 *   bust, correct  wire_id, execution_id, busts, qty, price
 *   commission     wire_id, execution_id, commission
 *   order          wire_id, status (new, partially_filled, filled, canceled, expired, rejected,
 *                  replaced), qty, cum_qty, order_id, new_wire_id (of a replaced one)
 *                  An order that the host has not given, as one entered there by hand, has a name
 *                  of the venue's, of at most 20 characters, and its terms: symbol, side, qty, and
 *                  where it has them account, type, time_in_force, limit_price, stop_price. They
 *                  may stand in any line about it; of one without them the host asks with 'find'.
 *   absent         wire_id
 *   end            of */
#ifndef OMS_HOST_LINK_TEXT_H
#define OMS_HOST_LINK_TEXT_H

#include "base/pack.h"
#include "core/engine.h"

#define OMS_LINK_LINE ((size_t)8192)

typedef enum oms_link_what {
  OMS_LINK_NOTHING, /* a word that is not known */
  OMS_LINK_HELLO,
  OMS_LINK_REPORT, /* 'report' says which */
  OMS_LINK_ORDER,
  OMS_LINK_ABSENT,
  OMS_LINK_END,
  OMS_LINK_UP,  /* of ours, never on the wire: the connection is there, with what it can */
  OMS_LINK_DOWN /* likewise: it is gone */
} oms_link_what_t;

typedef enum oms_link_replace {
  OMS_LINK_REPLACE_TOTAL,
  OMS_LINK_REPLACE_REMAINING,
  OMS_LINK_REPLACE_NONE
} oms_link_replace_t;

/* A line of the venue. Texts are "" where they are absent, values OMS_NO_PRICE, OMS_NO_TIME. */
typedef struct oms_link_message {
  uint8_t what;    /* oms_link_what_t */
  uint8_t report;  /* oms_report_type_t */
  uint8_t status;  /* of ORDER: oms_status_t */
  uint8_t replace; /* of HELLO: oms_link_replace_t */
  uint8_t liquidity;
  uint8_t side, type, time_in_force; /* UINT8_MAX: not said */
  bool idempotent, works_again, has_commission;
  uint16_t code;
  oms_qty_t qty, cum_qty;
  oms_price_t price, stop_price, limit_price;
  oms_money_t commission;
  oms_time_t ts;
  int64_t settle_ns;
  int64_t received; /* monotonic ns of the process that heard it */
  char wire_id[24], new_wire_id[24];
  char word[24]; /* "m" of what is not known, "of" of an END */
  char account[64], symbol[64];
  char venue[64], order_id[64], execution_id[64], busts[64], text[256];
} oms_link_message_t;

/* A line without its end. OMS_ERR_DATA: no flat JSON object with "m", or a value that does not
 * fit: the sentence names it. */
int oms_link_parse(const char *line, size_t n, oms_link_message_t *m, oms_error_t *err);

/* The message as bytes of a record of the journal, and back. False: no such bytes. */
void oms_link_pack(oms_pack_t *p, const oms_link_message_t *m);
bool oms_link_unpack(oms_unpack_t *u, oms_link_message_t *m);

/* Lines of the host, with their end, appended to 'p'. */
void oms_link_write_hello(oms_pack_t *p, const char *client);
void oms_link_write_new(oms_pack_t *p, const oms_engine_t *e, const oms_order_t *o);
/* 'kind': what the venue takes a replace's quantity for. */
void oms_link_write_replace(oms_pack_t *p, const oms_engine_t *e, const oms_order_t *old,
                            const oms_order_t *successor, oms_link_replace_t kind);
void oms_link_write_resize(oms_pack_t *p, const oms_engine_t *e, const oms_order_t *o);
/* cancel, find. */
void oms_link_write_about(oms_pack_t *p, const oms_engine_t *e, const char *word,
                          const oms_order_t *o);
void oms_link_write_find(oms_pack_t *p, const char *wire_id);
void oms_link_write_ask(oms_pack_t *p, const char *word, oms_time_t since); /* OMS_NO_TIME: none */

#endif
