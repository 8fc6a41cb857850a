/* repl_edit.h - lines typed in at a terminal: editing, completion and history, through libedit. */
#ifndef OMS_CLI_REPL_EDIT_H
#define OMS_CLI_REPL_EDIT_H

#include "bind/repl.h"

typedef struct oms_repl_edit oms_repl_edit_t;
/* Reads the history of earlier times; NULL when out of memory. The repl completes. */
oms_repl_edit_t *oms_repl_edit_new(oms_repl_t *r);
/* Writes the history. */
void oms_repl_edit_free(oms_repl_edit_t *e);
/* The next line with its newline, borrowed; 'more': it goes on with the one before. NULL at the end
 * of the input. */
const char *oms_repl_edit_line(oms_repl_edit_t *e, bool more, size_t *n);
/* A whole input for the history. */
void oms_repl_edit_keep(oms_repl_edit_t *e, const char *input);

#endif
