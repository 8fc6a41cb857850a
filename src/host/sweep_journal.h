/* sweep_journal.h - the rows of a sweep that is not over: DIR/sweep.partial, a head line with a
 * digest of all that decides the results, then a line a row, in the order in which they were
 * finished. A line that is not whole ends it: a killed sweep loses that row and no more. */
#ifndef OMS_HOST_SWEEP_JOURNAL_H
#define OMS_HOST_SWEEP_JOURNAL_H

#include "host/sweep.h"

#define OMS_SWEEP_JOURNAL "sweep.partial"

typedef struct oms_sweep_journal oms_sweep_journal_t;

/* Opens the journal in 'folder' for appending, or begins one; what an earlier sweep with the same
 * digest left goes to 'rows' ('n' of them, by task, all zeroed; '*taken' how many).
 * 'fresh' throws it away. OMS_ERR_USAGE: it is of another sweep; OMS_ERR_IO, OMS_ERR_NOMEM. The
 * caller closes it. */
int oms_sweep_journal_open(const char *folder, const char *digest, bool fresh,
                           oms_sweep_row_t *rows, size_t n, size_t *taken,
                           oms_sweep_journal_t **out, oms_error_t *err);
/* Appends a line of oms_sweep_encode: it is in the file when this returns, and on the disk a second
 * later at most if more follow. OMS_ERR_IO. */
int oms_sweep_journal_add(oms_sweep_journal_t *j, const char *line, size_t n, oms_error_t *err);
/* Closes it; the file stays. NULL is allowed. */
void oms_sweep_journal_close(oms_sweep_journal_t *j);

#endif
