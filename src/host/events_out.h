/* events_out.h - the event stream of a run as it goes by: the rows of events.csv, and a digest of
 * what happened that leaves free text out. */
#ifndef OMS_HOST_EVENTS_OUT_H
#define OMS_HOST_EVENTS_OUT_H

#include "host/csv_out.h"
#include "host/desk.h"

typedef struct oms_events_out oms_events_out_t; /* owned by the caller */

/* Opens folder/events.csv.part, or with 'folder' NULL only reckons the digest. The desk tells it of
 * every event from now on and must live as long. OMS_ERR_IO, OMS_ERR_NOMEM; the caller closes
 * it. */
int oms_events_open(const char *folder, oms_desk_host_t *desk, oms_events_out_t **out,
                    oms_error_t *err);
/* A row that is no event of the core (a script was reloaded): no seq; 'strategy' and 'code' may be
 * NULL. Not in the digest. */
void oms_events_note(oms_events_out_t *w, oms_time_t ts, const char *type, const char *strategy,
                     const char *code, const char *message);
/* Ends the file. OMS_ERR_IO with path and reason, also of an earlier write. */
int oms_events_finish(oms_events_out_t *w, oms_error_t *err);
/* 32 hex digits and NUL over all events so far. */
void oms_events_digest(const oms_events_out_t *w, char out[33]);
/* Closes without a word and frees; NULL allowed. */
void oms_events_close(oms_events_out_t *w);

#endif
