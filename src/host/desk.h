/* desk.h - the order path of a session: what scripts ask for goes through the core and the risk
 * rules into a batch, leaves for the venue, and comes back as events for the owners. One desk a
 * session; knows no files, no loop. The door to scripts is 'port' (port/desk.h), the rest is for
 * the host. */
#ifndef OMS_HOST_DESK_H
#define OMS_HOST_DESK_H

#include "base/containers.h"
#include "base/histogram.h"
#include "bind/script.h"
#include "port/desk.h"
#include "port/venue.h"

/* One thing of a callback that leaves with the batch. */
typedef enum oms_action_kind {
  OMS_ACTION_SEND,
  OMS_ACTION_CANCEL,
  OMS_ACTION_REPLACE
} oms_action_kind_t;
typedef struct oms_action {
  uint8_t kind;
  bool on_behalf; /* a cancel that oms.close or oms.target made: dropped with a failed callback */
  uint32_t order;
  uint32_t successor; /* of a replace */
} oms_action_t;

/* A risk rule in the order of the session, and the orders that it judges. */
typedef struct oms_rule {
  oms_script_t *script;
  uint32_t account;       /* OMS_NONE: any */
  uint32_t owner;         /* OMS_NONE: any */
  const uint8_t *symbols; /* by instrument index; NULL: any */
  oms_histogram_t *time;  /* ns a check; NULL: not measured */
} oms_rule_t;

/* An order of oms.close or oms.target that waits for the end of what it replaces. */
typedef struct oms_ticket {
  uint32_t order;
  bool is_target;
  oms_qty_t target; /* signed, of a target; asked quantity of a close */
} oms_ticket_t;

/* What a rule said of an order. */
typedef struct oms_word {
  oms_verdict_t verdict;
  oms_reject_t reject; /* of a denial; of an approval its reason */
} oms_word_t;

typedef struct oms_desk_host {
  oms_desk_t port; /* .self is the desk_host */
  oms_engine_t *engine;
  oms_venue_t venue;
  bool venue_down; /* no new order leaves: it waits as pending_new, then goes in the batch anew */
  oms_sink_t sink;
  uint64_t command_seq;
  oms_ring_t events;       /* oms_event_t for the owners, in order */
  oms_ring_t triggers;     /* oms_event_t for the trigger script */
  oms_array_t batch;       /* oms_action_t */
  oms_array_t rules;       /* oms_rule_t */
  oms_array_t tickets;     /* oms_ticket_t */
  oms_calendar_t calendar; /* of declared US instruments */
  const oms_zone_t *zones; /* by instrument: the zone of its data; NULL: UTC */
  oms_script_t *trigger;   /* NULL: groups are refused by assertion of the host */
  /* the callback that is running */
  int depth;                       /* > 0: inside a script's callback */
  size_t batch_from, tickets_from; /* lengths when it began */
  uint32_t callback_orders, max_callback_orders;
  bool draining;
  /* A host that is served outlives numbers that are too large to be reckoned with: the price, or
   * the fill, is told and left out. Else the run ends. */
  bool lasting;
  int failure; /* first OMS_ERR_NOMEM or broken trigger: the run must stop */
  oms_error_t error;
  /* Told of every event of the core, in order, while its command is applied; NULL: nobody. */
  void (*watch)(void *watcher, const oms_event_t *event);
  void *watcher;
  /* The same for a host that is served or replayed, beside the one that writes results. */
  void (*listen)(void *listener, const oms_event_t *event);
  void *listener;
  /* Told what each rule said that an order was offered to, by its index, and where none denied once
   * more with their number: the end of the list. NULL: nobody. */
  void (*judged)(void *judge_self, size_t rule, const oms_order_t *o, bool reduces,
                 const oms_word_t *word);
  void *judge_self;
  oms_histogram_t *judging; /* ns of all rules on an order; NULL: not measured */
  bool judge_all;           /* also orders that no rule's scope holds are judged */
  /* Told of every command before the core gets it, OMS_OK or why it must not; NULL: nobody. */
  int (*journal)(void *journal_self, const oms_command_t *command);
  void *journal_self;
  /* Told of a ticket that waits from now on, likewise; NULL: nobody. */
  int (*ticketed)(void *journal_self, const oms_ticket_t *ticket);
  oms_desk_t *mirror;    /* another door whose clock goes with this one; NULL: none */
  struct oms_host *host; /* the run around it, for the door's other parts; NULL: none */
} oms_desk_host_t;

/* The desk over an engine; the venue is set afterwards with its sink (oms_desk_venue_sink).
 * OMS_ERR_NOMEM. */
int oms_desk_init(oms_desk_host_t *d, oms_engine_t *engine);
void oms_desk_free(oms_desk_host_t *d);
oms_venue_sink_t oms_desk_venue_sink(oms_desk_host_t *d);

/* Applies a command with the desk's time and the next sequence number; events are queued. */
int oms_desk_apply(oms_desk_host_t *d, oms_command_t *command);
/* Brackets a script callback: what it orders stands in the batch; with 'failed' its submits and
 * replaces end SCRIPT_ERROR, its own cancels stand, those made on its behalf are dropped. */
void oms_desk_begin(oms_desk_host_t *d);
void oms_desk_end(oms_desk_host_t *d, bool failed);
/* Runs the trigger script on what has happened, until nothing is left. A no-op inside a
 * callback. */
void oms_desk_drain(oms_desk_host_t *d);
/* The batch leaves, in order of creation; reducing target orders first. */
void oms_desk_flush(oms_desk_host_t *d);
/* Moves the clock: day rolls of the accounts. */
int oms_desk_time(oms_desk_host_t *d, oms_time_t now);
int oms_desk_mark(oms_desk_host_t *d, uint32_t instrument, oms_price_t price);
/* What a price that the core was told comes to: OMS_OK, with a line in the log, where a lasting
 * host leaves it out since a position is worth too much at it. */
int oms_desk_outlive(const oms_desk_host_t *d, uint32_t instrument, int rc);
/* Remembers the first failure that the run cannot outlive. */
void oms_desk_fail(oms_desk_host_t *d, int code, const char *what);

/* Adds to the batch. OMS_ERR_NOMEM. */
int oms_desk_push(oms_desk_host_t *d, oms_action_t a);
/* Why the core refused the last command, for the caller; always OMS_ERR_REJECTED. */
int oms_desk_refusal(const oms_desk_host_t *d, oms_reject_t *reject);
/* Tells the core the rules' word on a row that waits for it; 'reject' is read unless it accepts. */
int oms_desk_verdict(oms_desk_host_t *d, uint32_t order, oms_verdict_t verdict,
                     const oms_reject_t *reject);
/* Ends an order that has not left, a head with its group; 'why' NULL: the callback failed. */
void oms_desk_drop_group(oms_desk_host_t *d, uint32_t order, const oms_reject_t *why);
/* The head of an oco stands for its exits and never goes to the venue. */
static inline bool oms_desk_is_head(const oms_order_t *o) {
  return (o->flags & OMS_ORDER_GROUP_HEAD) != 0;
}

/* The parts of the door, by file: submit.c, change.c. */
int oms_desk_submit(void *self, const oms_terms_t *terms, bool expire_is_date,
                    const oms_terms_t *children, size_t child_n, bool trigger_full, uint32_t *order,
                    oms_reject_t *reject);
int oms_desk_cancel(void *self, uint32_t order, oms_reject_t *reject);
int oms_desk_cancel_all(void *self, uint16_t account, uint16_t owner, uint32_t instrument,
                        uint32_t *n);
int oms_desk_replace(void *self, uint32_t order, const oms_changes_t *changes, uint32_t *successor,
                     oms_reject_t *reject);
int oms_desk_claim(void *self, uint16_t owner, uint32_t order, oms_reject_t *reject);
/* Terms of another order like this one: no size, flags, role or class. */
oms_terms_t oms_desk_terms_like(const oms_order_t *o);
/* close.c */
int oms_desk_close(void *self, const oms_terms_t *terms, uint32_t *order, oms_reject_t *reject);
int oms_desk_target(void *self, const oms_terms_t *terms, oms_qty_t target, uint32_t *order,
                    oms_reject_t *reject);
/* Releases the tickets that wait no longer after an event of 'order'; called while draining. */
void oms_desk_tickets(oms_desk_host_t *d, uint32_t order);
/* group.c: what the trigger script does */
int oms_desk_release(void *self, uint32_t order, oms_qty_t qty);
int oms_desk_resize(void *self, uint32_t order, oms_qty_t qty);
int oms_desk_finish(void *self, uint32_t order, oms_code_t code, const char *message);
int oms_desk_rearm(void *self, uint32_t order, oms_qty_t qty, bool lost, uint32_t *again);
int oms_desk_unprotected(void *self, uint32_t group, bool is);
/* control.c */
int oms_desk_state(void *self, oms_trading_state_t state, oms_scope_t scope);
int oms_desk_kill(void *self, oms_scope_t scope, const char *why);
/* The door of scripts: with a line in the journal. */
int oms_desk_kill_asked(void *self, oms_scope_t scope, const char *why);
int oms_desk_resume(void *self, oms_scope_t scope);
int oms_desk_inject(void *self, const oms_injection_t *injection, oms_error_t *err);
int oms_desk_approve(void *self, const char *id, bool yes, oms_error_t *err);
/* Cancels at the venue at once what is open in the scope. */
void oms_desk_end_all(oms_desk_host_t *d, oms_scope_t scope, oms_code_t code, const char *why);

/* rules.c: whether a rule's scope holds such an order, whether some rule's does, and the verdict of
 * all of them on a row that waits for it. 'increase' is the new risk (a replace: what it adds). */
bool oms_rule_in_scope(const oms_rule_t *r, uint16_t account, uint16_t owner, uint32_t instrument);
bool oms_desk_has_rules(const oms_desk_host_t *d, const oms_order_t *o);
bool oms_desk_terms_have_rules(const oms_desk_host_t *d, uint16_t account, uint16_t owner,
                               uint32_t instrument);
oms_verdict_t oms_desk_judge(oms_desk_host_t *d, const oms_order_t *o, bool reduces,
                             oms_reject_t *reject);
/* A rule that cannot judge: what reduces passes this one rule unless it is strict, with an alert.
 * False: 'reject' says why. */
bool oms_desk_failed_rule(oms_desk_host_t *d, const char *rule, bool strict, const oms_order_t *o,
                          bool reduces, const oms_error_t *err, oms_reject_t *reject);

/* risk.c: the external risk system as the last rule. */
/* Whether the session asks for one. */
bool oms_desk_risk_wanted(const oms_desk_host_t *d);
/* Its word on an order that the rules have passed: APPROVE, the order is to be held for it; without
 * a system what a failing rule comes to. */
oms_verdict_t oms_desk_ask_risk(oms_desk_host_t *d, const oms_order_t *o, bool reduces,
                                oms_reject_t *reject);
/* Whether the order is held for its verdict. */
bool oms_desk_awaits_risk(const oms_order_t *o);
/* Tells the way in of an order that is. */
void oms_desk_offer(oms_desk_host_t *d, uint32_t order);
/* The verdict did not come: whether the order passes. False: 'reject' says why. */
bool oms_desk_risk_failed(oms_desk_host_t *d, const oms_order_t *o, const char *why,
                          oms_reject_t *reject);
/* An order that a person has approved now waits for the risk system, or is refused.
 * OMS_ERR_NOT_FOUND: it need not wait. */
int oms_desk_hold_for_risk(oms_desk_host_t *d, const oms_order_t *o);

/* sessions.c: when an order that ends with a session ends (UTC ns, OMS_NO_TIME: it does not), and
 * the instant that a gtd date means. */
oms_time_t oms_desk_session_end(oms_desk_host_t *d, const oms_terms_t *terms);
void oms_desk_resolve_expiry(oms_desk_host_t *d, oms_terms_t *terms, bool expire_is_date);

#endif
