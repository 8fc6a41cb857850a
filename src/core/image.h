/* image.h - the whole engine as bytes, for snapshots: orders, fills, groups, positions, lots,
 * accounts with their windows, instruments with their prices, owners, actions, texts, counters.
 * An engine that is loaded from an image answers every later command exactly as the one that was
 * saved, and has its state hash. */
#ifndef OMS_CORE_IMAGE_H
#define OMS_CORE_IMAGE_H

#include "base/pack.h"
#include "core/engine.h"

/* Hands the image over in pieces, in order. 'write' returns OMS_OK or what the call ends with.
 * OMS_ERR_NOMEM. */
int oms_engine_save(const oms_engine_t *e, int (*write)(void *self, const void *data, size_t n),
                    void *self);
/* A new engine from an image. 'config' as for oms_engine_new; the seed must be that of the saved
 * one. OMS_ERR_DATA: no image, damaged, or of another version: '*out' is NULL. OMS_ERR_NOMEM. */
int oms_engine_load(const oms_engine_config_t *config, const void *data, size_t n,
                    oms_engine_t **out);

#endif
