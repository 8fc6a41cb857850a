/* cli_against.h - between cli_check.c and cli_against.c. */
#ifndef OMS_CLI_CLI_AGAINST_H
#define OMS_CLI_CLI_AGAINST_H

/* The dry run of a changed rule over an earlier run ('out': its folder or bundle): prints the
 * decisions that would change; the exit status. 'data_dir' may be NULL. */
int oms_cli_against(const char *out, const char *data_dir, const char *rule);

#endif
