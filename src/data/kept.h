/* kept.h - the rows of a list of files, read once and kept in memory: runs that follow stream over
 * them, block by block as from the files, and nothing is parsed again. */
#ifndef OMS_DATA_KEPT_H
#define OMS_DATA_KEPT_H

#include "data/loader.h"

typedef struct oms_kept oms_kept_t;

/* Reads all files of 'config' to their end. '*room' bytes may be taken, and what is kept is taken
 * off; rows for which there is no room are read all the same (their times become known) but none
 * are kept. A bad line is no failure here: what is wrong is kept behind the rows before it and is
 * told by oms_kept_block. OMS_ERR_IO (a file is not there), OMS_ERR_NOMEM. The caller frees it. */
int oms_kept_read(const oms_loader_config_t *config, int64_t *room, oms_kept_t **out,
                  oms_error_t *err);
void oms_kept_free(oms_kept_t *k); /* NULL is allowed */

/* Whether the rows are there; else the files are to be read again. */
bool oms_kept_whole(const oms_kept_t *k);
/* Times (labels, of bars) of the first and the last row; OMS_NO_TIME without rows. */
void oms_kept_span(const oms_kept_t *k, oms_time_t *first, oms_time_t *last);
/* The i-th block, as oms_loader_next gives it: '*block' NULL behind the last one, with OMS_OK or
 * the error that ended the files. */
int oms_kept_block(const oms_kept_t *k, size_t i, const oms_block_t **block, oms_error_t *err);

#endif
