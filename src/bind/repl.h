/* repl.h - Lua typed in by a person over the results of a run: a cell like that of a session file,
 * whose globals may be written, with the lists of the run and, where the run lives, its calls. No
 * lua.h here. */
#ifndef OMS_BIND_REPL_H
#define OMS_BIND_REPL_H

#include "bind/cell.h"
#include "port/desk.h"

typedef enum oms_repl_kind {
  OMS_REPL_TEXT,
  OMS_REPL_NUMBER,  /* a float */
  OMS_REPL_INTEGER, /* and an instant in ns */
  OMS_REPL_NONE     /* no value */
} oms_repl_kind_t;
typedef struct oms_repl_field {
  const char *name, *text;
  oms_repl_kind_t kind;
  int64_t integer; /* of INTEGER */
  double number;   /* of NUMBER */
} oms_repl_field_t;

/* Where the lists come from; a list is read when its name is first used. */
typedef struct oms_repl_source {
  void *self;
  const char *const *names; /* of the globals */
  size_t name_n;
  bool (*is_record)(const char *name); /* one row: the global is that row */
  /* Begins with list 'name'. */
  int (*open)(void *self, const char *name, oms_error_t *err);
  /* The next row, borrowed until the next call; '*n' 0 at the end. */
  int (*next)(void *self, const oms_repl_field_t **fields, size_t *n, oms_error_t *err);
} oms_repl_source_t;

typedef struct oms_repl_config {
  const oms_desk_t *desk; /* of a run that has ended; NULL: only what needs no session works */
  const oms_repl_source_t *source;
  const char *library; /* folder that holds lua/ for require; NULL: none */
  int64_t budget_ns;   /* of one input */
  size_t memory_cap;
} oms_repl_config_t;

typedef struct oms_repl oms_repl_t;
/* OMS_ERR_NOMEM. The config's parts must outlive it; the caller frees it. */
int oms_repl_new(const oms_repl_config_t *config, oms_repl_t **out, oms_error_t *err);
void oms_repl_free(oms_repl_t *r);

typedef enum oms_repl_status { OMS_REPL_DONE, OMS_REPL_FAILED, OMS_REPL_MORE } oms_repl_status_t;
/* Runs an expression or statements. DONE: the text is what they printed and the values, readable,
 * with a newline at its end, or "". FAILED: the text is what was printed; oms_repl_error says why,
 * with a traceback. MORE: the input is the beginning of something. */
oms_repl_status_t oms_repl_eval(oms_repl_t *r, const char *input, size_t n);
/* Both borrowed until the next call. */
const char *oms_repl_text(const oms_repl_t *r);
const char *oms_repl_error(const oms_repl_t *r);
/* Adds to the text of the input that runs (a line of the log). */
void oms_repl_print(oms_repl_t *r, const char *text);

/* What may stand at the end of [line, line + n): calls 'each' with every name, in order, that goes
 * on with what is typed of it; returns how many bytes of it are typed. Raises nothing, runs no
 * script. */
size_t oms_repl_complete(oms_repl_t *r, const char *line, size_t n, void *self,
                         void (*each)(void *self, const char *name));

#endif
