/* rebuild.h - the tables orders, fills and positions of a live host's database, made anew from its
 * journal, for queries by hand. */
#ifndef OMS_HOST_REBUILD_H
#define OMS_HOST_REBUILD_H

#include <stdint.h>

#include "base/err.h"

typedef struct oms_rebuilt {
  uint64_t orders, fills, positions, seq; /* rows; the record that they stand at */
} oms_rebuilt_t;

/* OMS_ERR_EXISTS while a host has the database; what recovering and writing give. Nothing has
 * changed then. */
int oms_rebuild(const char *db, oms_rebuilt_t *out, oms_error_t *err);

#endif
