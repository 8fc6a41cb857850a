/* oms_int.h - what the files of /oms/v1 share: who sees what, orders and scopes by name, bodies
 * whose every word must be known, and the handlers that oms_routes.c lists. */
#ifndef OMS_API_OMS_INT_H
#define OMS_API_OMS_INT_H

#include "api/api_int.h"
#include "base/check.h"
#include "base/pack.h"

/* oms_common.c */

/* A key sees its own account; with scope admin all of them. */
bool oms_own_sees(const oms_call_t *c, uint16_t account);
/* The open or ended order of that order_id or client_order_id; OMS_NONE: 404 was answered. */
uint32_t oms_own_order(oms_call_t *c, const char *id);
/* The account of that id; UINT16_MAX: 404 was answered. */
uint16_t oms_own_account(oms_call_t *c, const char *id);
/* The body by the route's request schema, into 'values' (as many as the schema has fields). A word
 * that the schema does not have is an error: what is misspelled must not widen a kill. */
bool oms_own_body(oms_call_t *c, oms_value_t *values);
/* "all", or an object with one of account, strategy, symbol. false: 422 was answered. */
bool oms_own_scope(oms_call_t *c, const oms_value_t *v, oms_scope_t *scope);
/* The same without a call; OMS_ERR_USAGE, OMS_ERR_NOT_FOUND with a sentence. */
int oms_own_scope_json(const oms_engine_t *e, const oms_json_t *v, oms_scope_t *scope,
                       oms_error_t *err);
void oms_own_write_scope(oms_writer_t *w, const oms_engine_t *e, oms_scope_t scope);
/* 'word' is none of 'known': 422 names the nearest. */
void oms_own_unknown(oms_call_t *c, const char *what, const char *word, const char *const *known,
                     size_t n);

/* Bytes that the connection has not read yet; figures of the server. Zero where nobody listens. */
size_t oms_own_unsent(const oms_api_t *api, oms_conn_t conn);
void oms_own_figures(const oms_api_t *api, oms_server_figures_t *out);

/* oms_order_out.c: an order with all its fields. */
void oms_own_write_order(oms_writer_t *w, const oms_desk_t *desk, const oms_order_t *o);
/* What the risk system is offered: its terms. */
void oms_own_write_offer(oms_writer_t *w, const oms_desk_t *desk, const oms_order_t *o);

/* oms_values.c: canonical bytes of plain data (bind/value.c) and JSON. */

/* Damaged bytes are null. */
void oms_own_write_values(oms_writer_t *w, const char *key, const unsigned char *bytes, size_t n);
/* The table 'old' with the members of 'given' in place of its own, as canonical bytes; a null takes
 * a member out. OMS_ERR_USAGE, OMS_ERR_NOMEM. */
int oms_own_merge_values(const unsigned char *old, size_t old_n, const oms_json_t *given,
                         oms_pack_t *out, oms_error_t *err);

/* oms_events.c */

/* An event as its JSON; 'qty' and 'filled' are the order's right behind it. */
void oms_own_write_event(oms_writer_t *w, const oms_desk_t *desk, const oms_event_t *e,
                         oms_qty_t qty, oms_qty_t filled);
size_t oms_own_event_streams(const oms_api_t *api);

extern const oms_part_t oms_events_part, oms_risk_part, oms_scripts_part, oms_metrics_part;
extern const oms_route_table_t oms_own_table;

/* Handlers. */

enum { OMS_OWN_ORDERS_MAX = 5000 }; /* in one answer */

void oms_own_get_orders(oms_call_t *c);
void oms_own_get_held(oms_call_t *c);
void oms_own_get_conditional(oms_call_t *c);
void oms_own_get_in_doubt(oms_call_t *c);
void oms_own_get_order(oms_call_t *c);
void oms_own_approve(oms_call_t *c);
void oms_own_deny(oms_call_t *c);
void oms_own_resolve(oms_call_t *c);

void oms_own_get_strategies(oms_call_t *c);
void oms_own_get_rules(oms_call_t *c);
void oms_own_get_strategy(oms_call_t *c);
void oms_own_get_rule(oms_call_t *c);
void oms_own_start(oms_call_t *c);
void oms_own_stop(oms_call_t *c);
void oms_own_reload_strategy(oms_call_t *c);
void oms_own_reload_rule(oms_call_t *c);
void oms_own_params_strategy(oms_call_t *c);
void oms_own_params_rule(oms_call_t *c);

void oms_own_kill(oms_call_t *c);
void oms_own_resume(oms_call_t *c);
void oms_own_state(oms_call_t *c);
void oms_own_status(oms_call_t *c);

void oms_own_get_limits(oms_call_t *c);
void oms_own_get_limit(oms_call_t *c);
void oms_own_patch_limit(oms_call_t *c);
void oms_own_get_risk(oms_call_t *c); /* also the risk socket */
void oms_own_risk_socket(oms_call_t *c);

void oms_own_get_events(oms_call_t *c);

void oms_own_metrics(oms_call_t *c);
void oms_own_healthz(oms_call_t *c);
void oms_own_readyz(oms_call_t *c);

#endif
