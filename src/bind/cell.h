/* cell.h - a cell: one script in a Lua state of its own, as the other rooms see it. Knows nothing
 * of orders: the trading calls are built on bind.h. Leaves out lua.h on purpose: only this room
 * sees Lua.
 * Invariants:
 *   C1  Nothing that a script does ends or blocks the host: errors, exhausted memory, endless
 *       loops and deep recursion come back as a result code with a text.
 *   C2  A cell belongs to the thread that made it; calls from another thread are programmer
 *       errors.
 *   C3  After oms_cell_close no byte of the cell is left. */
#ifndef OMS_BIND_CELL_H
#define OMS_BIND_CELL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/files.h"

typedef struct oms_cell oms_cell_t;

#define OMS_CELL_MEMORY_CAP ((size_t)64 << 20) /* bytes, default */
#define OMS_CELL_BUDGET_NS  INT64_C(50000000)  /* CPU time of one outermost callback, default */
#define OMS_CELL_TEXT_MAX   4096               /* bytes of an error text with its NUL */

/* Which kind of callback runs. A call of the API names the kinds that it may be made in. */
typedef enum oms_phase {
  OMS_PHASE_LOAD = 1 << 0,
  OMS_PHASE_START = 1 << 1,
  OMS_PHASE_EVENT = 1 << 2,
  OMS_PHASE_RULE = 1 << 3,
  OMS_PHASE_STOP = 1 << 4,
  OMS_PHASE_SAVE = 1 << 5,
  OMS_PHASE_RESTORE = 1 << 6, /* on_load */
  OMS_PHASE_WARMUP = 1 << 7,
  OMS_PHASE_TEST = 1 << 8,    /* test(self) at a reload */
  OMS_PHASE_SESSION = 1 << 9, /* session file, timeline, check */
  OMS_PHASE_ANY = (1 << 10) - 1
} oms_phase_t;

/* Everything zero is a cell with the defaults. Texts are borrowed for the call of create only. */
typedef struct oms_cell_config {
  const char *name;         /* of the script, for messages; NULL: "script" */
  size_t memory_cap;        /* bytes; 0: OMS_CELL_MEMORY_CAP */
  int64_t budget_ns;        /* CPU time of one outermost callback; 0: OMS_CELL_BUDGET_NS */
  int64_t strict_budget;    /* VM instructions of one outermost callback in place of time; 0: off */
  uint64_t seed;            /* of math.random and oms.random */
  const char *const *roots; /* folders that require looks in, in order */
  size_t root_n;
  /* What is read is taken down there, or read from there when it is sealed; NULL: neither. It
   * outlives the cell. */
  oms_files_t *sources;
  void *user;      /* the host's own, see oms_cell_user */
  long fail_after; /* tests: the n-th allocation of the Lua heap and all later ones fail; 0: off */
} oms_cell_config_t;

/* A file that the cell has loaded, with the digest of its content (32 hex digits); "" where it was
 * looked for and is not there. */
typedef struct oms_cell_file {
  char *path;
  char digest[33];
} oms_cell_file_t;

/* A new cell with the globals of the API contract and without the module "oms". OMS_ERR_NOMEM; the
 * cell belongs to the caller. */
int oms_cell_create(const oms_cell_config_t *config, oms_cell_t **out, oms_error_t *err);
/* Frees the cell (NULL is nothing). Returns the bytes that its Lua heap still holds, which is 0. */
size_t oms_cell_close(oms_cell_t *cell);

/* Loads the Lua text of file 'path' (shown in messages as given), runs it and keeps what it returns
 * as the cell's script. 'budget_ns' 0 is the cell's. OMS_ERR_IO, OMS_ERR_SCRIPT, OMS_ERR_KILLED,
 * OMS_ERR_NOMEM. */
int oms_cell_load(oms_cell_t *cell, const char *path, int64_t budget_ns, oms_error_t *err);
/* The same with text in memory; 'path' is only shown. */
int oms_cell_load_text(oms_cell_t *cell, const char *path, const char *text, size_t n,
                       oms_error_t *err);

/* The next call on this thread, whichever it is, has this budget: a replay makes a call that was
 * ended, to be ended again. */
void oms_cell_next_budget(int64_t ns);
/* Ends the outermost call that runs on this thread, as if its budget were spent. For a handler of
 * signals; nothing when no script runs. True: a call was ended. */
bool oms_cell_interrupt(void);

/* The whole text of the last error: first line a sentence that ends with the callback, then
 * traceback and locals. Borrowed until the next call into the cell; "" when there was none. */
const char *oms_cell_error(const oms_cell_t *cell);

/* Files that load and require loaded or looked for, in order, each once. Borrowed until the next
 * load. */
const oms_cell_file_t *oms_cell_files(const oms_cell_t *cell, size_t *n);

/* Bytes of the Lua heap now, and the most so far. */
size_t oms_cell_memory(const oms_cell_t *cell);
size_t oms_cell_memory_peak(const oms_cell_t *cell);

void oms_cell_set_user(oms_cell_t *cell, void *user);

#endif
