/* boot.h - the payload of a BOOT record: boot.c writes it, boot_read.c reads it again. */
#ifndef OMS_HOST_BOOT_H
#define OMS_HOST_BOOT_H

#include "base/containers.h"
#include "base/pack.h"
#include "core/engine.h"

#define OMS_BOOT_FORMAT 1
/* Flags of a stream. */
enum {
  OMS_BOOT_PUSHED = 1, /* its rows come from outside */
  OMS_BOOT_BUILT = 2,
  OMS_BOOT_VOLUME = 4 /* it has had a volume */
};

typedef struct oms_boot_file {
  const char *path;
  bool data;          /* by its name alone */
  const char *digest; /* of the kept block; "" of data */
} oms_boot_file_t;

typedef struct oms_boot_stream {
  const char *symbol;
  uint8_t kind, flags;
  int64_t timeframe;
} oms_boot_stream_t;

/* What the core and the cells were made with. */
typedef struct oms_boot_core {
  oms_engine_config_t engine; /* without room for orders and fills */
  int64_t budget_ns;
  uint64_t strict_budget;
} oms_boot_core_t;
void oms_boot_pack_core(oms_pack_t *p, const oms_boot_core_t *c);

/* Texts are borrowed from the bytes. */
typedef struct oms_boot {
  const char *version, *path, *name, *library; /* NULL where there was none */
  int64_t pace;
  oms_array_t files;   /* oms_boot_file_t */
  oms_array_t streams; /* oms_boot_stream_t */
  oms_boot_core_t core;
  const unsigned char *limits; /* those of the session, as oms_host_pack_limits packs them */
  size_t limit_n;
} oms_boot_t;
void oms_boot_init(oms_boot_t *b);
void oms_boot_free(oms_boot_t *b);
/* Into an initialised, empty one. False: no such bytes, or out of memory. */
bool oms_boot_unpack(oms_unpack_t *u, oms_boot_t *b);

#endif
