/* cli_control.h - what the commands that talk to a run have in common: which run, the question, the
 * answer. */
#ifndef OMS_CLI_CLI_CONTROL_H
#define OMS_CLI_CLI_CONTROL_H

#include "cli/cli.h"
#include "host/request.h"

/* Whether an argument names a control socket: it ends in .sock, or is one. */
bool oms_cli_is_address(const char *text);
/* The socket of the only run of this user, when no address is given. OMS_ERR_USAGE: there is none,
 * or several. */
int oms_cli_find_run(char *out, size_t n, oms_error_t *err);
/* Asks, prints the answer on stdout, a refusal on stderr; the exit status. 'address' NULL: the only
 * run. */
int oms_cli_ask(const char *address, const oms_request_t *r);

#endif
