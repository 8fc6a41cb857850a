/* recover.h - from a database to what its journal comes to: the newest snapshot, and the records
 * behind it. No host, no script, no venue is needed. */
#ifndef OMS_HOST_RECOVER_H
#define OMS_HOST_RECOVER_H

#include "host/past.h"

/* Up to record 'until' (UINT64_MAX: all). '*out' is the caller's (oms_past_free); it has no engine
 * when the journal is empty. 'note' (512 bytes, may be NULL): a snapshot that was passed over, else
 * "". OMS_ERR_DATA, OMS_ERR_IO, OMS_ERR_NOMEM: the sentence says where and what to do. */
int oms_recover(const char *db, uint64_t until, oms_past_t **out, char *note, oms_error_t *err);

/* What the oldest kept snapshot at record 'least' or behind it holds, without the records that
 * follow; '*out' NULL and OMS_OK: there is none. Errors as above. */
int oms_recover_oldest(const char *db, uint64_t least, oms_past_t **out, oms_error_t *err);

/* Writes a snapshot of the journal's end, also while a host runs. '*seq' (may be NULL): where it
 * stands; 0: there was nothing to take down, or it is there already. */
int oms_recover_snapshot(const char *db, uint64_t *seq, oms_error_t *err);

#endif
