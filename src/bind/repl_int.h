/* repl_int.h - shared by repl.c, repl_show.c and repl_complete.c alone. */
#ifndef OMS_BIND_REPL_INT_H
#define OMS_BIND_REPL_INT_H

#include "base/containers.h"
#include "bind/api.h"
#include "bind/repl.h"

struct oms_repl {
  oms_repl_config_t config;
  oms_cell_t *cell;
  oms_api_t api;
  int ref_env;        /* globals that were written, and the lists */
  oms_array_t text;   /* char: what is printed; no NUL */
  bool *loaded;       /* by list */
  oms_error_t failed; /* of a list */
};

void oms_repl_add(oms_repl_t *r, const char *text, size_t n);
/* repl_show.c: adds the value at 'index', readable and bounded. Runs protected; may raise. */
void oms_repl_show(oms_repl_t *r, lua_State *L, int index);

#endif
