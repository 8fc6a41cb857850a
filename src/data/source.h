/* source.h - the bytes of one market data file: plain, gzip, or a zip archive of one file. */
#ifndef OMS_DATA_SOURCE_H
#define OMS_DATA_SOURCE_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

/* Reads one file after another with buffers taken once: nothing is allocated after oms_source_new,
 * so that a loader thread may use it while another thread allocates. */
typedef struct oms_source oms_source_t;

/* A new source with no file open; the caller frees it. NULL when out of memory. */
oms_source_t *oms_source_new(void);
void oms_source_free(oms_source_t *s); /* NULL is allowed; closes the file */

/* Opens 'path' in place of the file open before. The kind is told from the first bytes, not from
 * the name. 'path' is borrowed for messages while the file is open. OMS_ERR_IO with the system's
 * text for what cannot be opened or is a directory, OMS_ERR_DATA for a zip archive that is damaged
 * or holds more than one file. */
int oms_source_open(oms_source_t *s, const char *path, oms_error_t *err);

/* The same over the bytes [data, data + n), borrowed while open; 'name' stands for the path in
 * messages. */
int oms_source_open_memory(oms_source_t *s, const char *name, const void *data, size_t n,
                           oms_error_t *err);

/* Up to 'cap' (> 0) plain bytes into 'buffer'; '*got' is 0 at the end only. Damaged and truncated
 * archives are OMS_ERR_DATA, after the bytes before the damage have been handed out. */
int oms_source_read(oms_source_t *s, void *buffer, size_t cap, size_t *got, oms_error_t *err);

/* Bytes of the open file as stored (0 for a pipe), and how many of them have been read. */
int64_t oms_source_size(const oms_source_t *s);
int64_t oms_source_consumed(const oms_source_t *s);

#endif
