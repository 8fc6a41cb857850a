/* desk.h - what scripts may ask of the session: the door from src/bind to the host. The host
 * implements it; bindings read the engine directly (const) and change things only through here. */
#ifndef OMS_PORT_DESK_H
#define OMS_PORT_DESK_H

#include "base/time.h"
#include "core/engine.h"
#include "port/feed.h"

/* Why something was refused: the whole answer to the caller (lua-api.md: nil, reject). */
typedef struct oms_reject {
  uint16_t code; /* oms_code_t */
  char message[256];
} oms_reject_t;

/* New terms of a replace: absent ones OMS_NO_PRICE / OMS_NO_TIME / UINT8_MAX / NULL. */
typedef struct oms_changes {
  oms_qty_t qty; /* new total */
  oms_price_t limit_price, stop_price, trail_price, limit_offset;
  oms_ratio_t trail_percent;
  oms_time_t expire_at;
  bool expire_is_date;
  uint8_t time_in_force;
  const char *client_order_id;
} oms_changes_t;

/* A timer of a script: lua-api.md, section 2 (after, every, at, daily). */
typedef enum oms_timer_kind { OMS_TIMER_AT, OMS_TIMER_EVERY, OMS_TIMER_DAILY } oms_timer_kind_t;
typedef struct oms_timer_spec {
  oms_timer_kind_t kind;
  const char *name; /* the name that on_timer gets; arming it again replaces the timer */
  oms_time_t at;    /* AT: the instant; EVERY: the first one */
  int64_t every_ns; /* EVERY: > 0 */
  int64_t day_ns;   /* DAILY: wall time of the zone, ns since midnight */
  oms_zone_t zone;
} oms_timer_spec_t;

typedef enum oms_log_level {
  OMS_LOG_DEBUG,
  OMS_LOG_INFO,
  OMS_LOG_WARN,
  OMS_LOG_ERROR
} oms_log_level_t;

/* What oms.inject passes on: a report for the order of that key; 'report.order' is filled in by the
 * desk. */
typedef struct oms_injection {
  const char *account; /* NULL: the first account */
  const char *client_order_id;
  oms_report_t report;
} oms_injection_t;

enum { OMS_MARKET_QUOTES = 1, OMS_MARKET_TRADES = 2 }; /* order flow has both */

/* 'script' is the index by which the host knows the calling script (oms_script_config_t.index).
 * Texts are borrowed for the call. Returns are OMS_OK, OMS_ERR_REJECTED (with 'reject'),
 * OMS_ERR_NOMEM. No call runs a strategy callback; submit and replace run the risk rules. */
typedef struct oms_desk {
  void *self;
  const oms_engine_t *engine;
  oms_time_t now; /* the session's clock, kept by the host */

  /* Checks and accepts an order, or a group with its children (their side, account and so on are
   * taken from 'terms' where it must be so); it leaves with the batch. '*order': the row, also of a
   * refused order where one exists (else OMS_NONE). A repeated key with equal content gives the
   * first order and OMS_OK. 'expire_is_date': terms.expire_at is 00:00 UTC of a date and means its
   * end. */
  int (*submit)(void *self, const oms_terms_t *terms, bool expire_is_date,
                const oms_terms_t *children, size_t child_n, bool trigger_full, uint32_t *order,
                oms_reject_t *reject);
  int (*cancel)(void *self, uint32_t order, oms_reject_t *reject);
  /* Open orders of the owner (and account, instrument unless OMS_NONE / UINT16_MAX). '*n': how
   * many. */
  int (*cancel_all)(void *self, uint16_t account, uint16_t owner, uint32_t instrument, uint32_t *n);
  int (*replace)(void *self, uint32_t order, const oms_changes_t *changes, uint32_t *successor,
                 oms_reject_t *reject);
  /* Towards flat: cancels the owner's working exits, waits for their end, then sends what is left.
   * 'terms' gives account, owner, instrument and how (type, prices, time in force, tag); its side
   * and qty are set here. qty OMS_NO_PRICE: all of the position. '*order' OMS_NONE with OMS_OK:
   * nothing to do. */
  int (*close)(void *self, const oms_terms_t *terms, uint32_t *order, oms_reject_t *reject);
  /* Towards a signed target quantity of the owner's book. */
  int (*target)(void *self, const oms_terms_t *terms, oms_qty_t target, uint32_t *order,
                oms_reject_t *reject);
  int (*claim)(void *self, uint16_t owner, uint32_t order, oms_reject_t *reject);

  /* Arms a timer; '*id' for cancel_timer. OMS_ERR_RANGE for an instant before now. */
  int (*timer)(void *self, int script, const oms_timer_spec_t *spec, uint64_t *id);
  void (*cancel_timer)(void *self, int script, uint64_t id);

  /* The last 'n' complete bars of the instrument in '*timeframe' (0: the finest, which is put
   * there), oldest first, into 'out'; returns how many there were. SIZE_MAX: no such timeframe. */
  size_t (*bars)(void *self, uint32_t instrument, int64_t *timeframe, size_t n, oms_bar_t *out);
  size_t bars_kept; /* the most that 'n' may be; 0: any */

  /* The last quote of the instrument as scripts see it, also a crossed one, which the core does not
   * know, and its time. False before the first one. NULL: the core's quotes are all there are. */
  bool (*quote)(void *self, uint32_t instrument, oms_quote_t *quote, oms_time_t *ts);

  /* The last trade of the market, not one of a bar. False before the first one. NULL: none is kept.
   */
  bool (*trade)(void *self, uint32_t instrument, oms_print_t *print);

  /* What ticks the data of the instrument have: OMS_MARKET_ bits, 0 with bars alone. NULL: none. */
  uint32_t (*market)(void *self, uint32_t instrument);

  /* The stop of a trailing order as it stands at the venue now. OMS_ERR_NOT_FOUND: it has none
   * there. */
  int (*stop_price)(void *self, uint32_t order, oms_price_t *stop);

  void (*log)(void *self, int script, oms_log_level_t level, const char *text);
  void (*alert)(void *self, int script, const char *text);

  /* Timeline (and, of these, kill and alert for rules). OMS_ERR_NOT_FOUND with a message in
   * 'err'. */
  int (*halt)(void *self, const char *symbol, int64_t ns, oms_error_t *err);
  int (*state)(void *self, oms_trading_state_t state, oms_scope_t scope);
  int (*kill)(void *self, oms_scope_t scope, const char *why);
  int (*resume)(void *self, oms_scope_t scope);
  /* Rebuilds a script beside the old one from its file, or from 'with'; the swap happens between
   * two events. A failure leaves the old one and is reported: OMS_ERR_SCRIPT with the text. */
  int (*reload)(void *self, const char *path_or_id, const char *with, oms_error_t *err);
  int (*inject)(void *self, const oms_injection_t *injection, oms_error_t *err);
  int (*approve)(void *self, const char *id, bool yes, oms_error_t *err);

  /* Groups, for the trigger scripts only (lua/oms/triggers): acts at the venue at once. */
  int (*release)(void *self, uint32_t order, oms_qty_t qty);
  int (*resize)(void *self, uint32_t order, oms_qty_t qty);
  /* Canceled_by oms. */
  int (*end)(void *self, uint32_t order, oms_code_t code, const char *message);
  /* Makes an ended exit anew, released at once with 'qty'; 'lost': it ended without our request,
   * and the group counts that. '*again': the new one. */
  int (*rearm)(void *self, uint32_t order, oms_qty_t qty, bool lost, uint32_t *again);
  int (*unprotected)(void *self, uint32_t group, bool is);
} oms_desk_t;

/* The order's stop price; of a trailing one as it stands at the venue, OMS_NO_PRICE where it has
 * none there: before it is known, and when the order has ended. */
static inline oms_price_t oms_desk_stop_of(const oms_desk_t *desk, const oms_order_t *o) {
  oms_price_t stop;
  bool trails = o->more->stop_price == OMS_NO_PRICE && oms_type_needs(o->type).trail;
  if (!trails || desk->stop_price(desk->self, o->index, &stop) != OMS_OK) {
    return o->more->stop_price;
  }
  return stop;
}

#endif
