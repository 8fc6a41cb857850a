/* dataset.h - the market data of a session, read once for many runs of it. */
#ifndef OMS_HOST_DATASET_H
#define OMS_HOST_DATASET_H

#include "base/hash.h"
#include "data/kept.h"
#include "port/session.h"

typedef struct oms_dataset oms_dataset_t;

/* Reads the files of the data list; 'library' as for oms_session_path. Up to 'room' bytes of rows
 * are kept, entries that do not fit are read again by each run. Also notes size and time of change
 * of each file. OMS_ERR_IO and OMS_ERR_NOT_FOUND for a file that is not there, OMS_ERR_NOMEM. The
 * caller frees it. */
int oms_dataset_read(const oms_session_config_t *config, const char *library, int64_t room,
                     oms_dataset_t **out, oms_error_t *err);
void oms_dataset_free(oms_dataset_t *d); /* NULL is allowed */

/* The kept rows of entry 'i' of the data list; NULL: the files are to be read ('d' NULL, too). */
const oms_kept_t *oms_dataset_kept(const oms_dataset_t *d, size_t i);
/* Labels or times of the earliest and of the latest row of all entries but actions; OMS_NO_TIME:
 * there are none. */
void oms_dataset_span(const oms_dataset_t *d, oms_time_t *first, oms_time_t *last);
/* Path, size and time of change of each file into 'digest'. */
void oms_dataset_digest(const oms_dataset_t *d, oms_digest_t *digest);

#endif
