/* command.h - what the control socket's requests do, but for reloads: kill and resume, trading
 * states, lists of orders and positions. Runs on the host's thread between two steps. */
#ifndef OMS_HOST_COMMAND_H
#define OMS_HOST_COMMAND_H

#include <stdio.h>

#include "host/host.h"
#include "host/request.h"
#include "port/live.h"

/* Does what is asked for and writes the answer to 'to', a text of one or more lines without the
 * last one's end. Operations go through 'live', or, where that is NULL, to the host at its own
 * time. OMS_ERR_NOT_FOUND: the scope names nothing that there is; OMS_ERR_USAGE; what an
 * operation gives. */
int oms_host_command(oms_host_t *h, const oms_live_t *live, const oms_request_t *r, FILE *to,
                     oms_error_t *err);

/* list_out.c. Open orders of the scope ('all': ended ones, too), and the accounts' net positions
 * (of a strategy its books): a table, or an array of JSON. OMS_ERR_NOMEM. */
int oms_host_list_orders(const oms_host_t *h, const oms_request_t *r, oms_scope_t scope, FILE *to);
int oms_host_list_positions(const oms_host_t *h, const oms_request_t *r, oms_scope_t scope,
                            FILE *to);

/* The user whom this process belongs to, as he stands in the audit trail: "person:NAME". */
#define OMS_PERSON_TEXT 80
void oms_host_person(char out[OMS_PERSON_TEXT]);

#endif
