/* repl_lists.h - the lists of the repl: the files of a folder of results, row by row. */
#ifndef OMS_CLI_REPL_LISTS_H
#define OMS_CLI_REPL_LISTS_H

#include "bind/repl.h"
#include "host/rows_in.h"

typedef struct oms_repl_lists {
  const char *folder;
  oms_rows_in_t *rows; /* open now; NULL: none */
  oms_array_t fields;  /* oms_repl_field_t */
  oms_arena_t arena;   /* of the summary */
  bool at_summary;
} oms_repl_lists_t;

void oms_repl_lists_init(oms_repl_lists_t *l, const char *folder);
void oms_repl_lists_free(oms_repl_lists_t *l);
/* The source over it, which must live as long. */
oms_repl_source_t oms_repl_lists_source(oms_repl_lists_t *l);

#endif
