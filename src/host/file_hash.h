/* file_hash.h - size and hash of a file's stored bytes, which are not held in memory. */
#ifndef OMS_HOST_FILE_HASH_H
#define OMS_HOST_FILE_HASH_H

#include <stdint.h>

#include "base/err.h"

/* The same digest as oms_hash_hex of all bytes, and how many they are; a pipe or device, whose
 * opening could wait for ever, has the size -1 and a digest of zeros. OMS_ERR_IO with path and
 * reason, OMS_ERR_NOMEM; then the size is -1, too. */
int oms_file_hash(const char *path, int64_t *size, char digest[33], oms_error_t *err);

#endif
