/* loader.h - the rows of a list of files in blocks, from the cache where they are known, else
 * parsed ahead in other threads where that pays. */
#ifndef OMS_DATA_LOADER_H
#define OMS_DATA_LOADER_H

#include "data/cache.h"
#include "data/csv.h"
#include "data/readers.h"

/* Rows a block, but for the last. A hundred loaders hold four such blocks each. */
#define OMS_LOADER_ROWS 2048

typedef enum oms_loader_mode {
  OMS_LOADER_AUTO,   /* ahead of time for files above 512 KiB, which may be packed */
  OMS_LOADER_INLINE, /* when a block is asked for */
  OMS_LOADER_THREADED
} oms_loader_mode_t;

typedef struct oms_loader_config {
  oms_csv_kind_t kind;
  oms_zone_t zone;
  const char *symbol;       /* of a file of actions of several: whose rows; borrowed, NULL: all */
  const char *const *paths; /* borrowed until oms_loader_close */
  size_t path_n;
  oms_loader_mode_t mode;
  oms_readers_t *readers;   /* shared with other loaders, borrowed; NULL: threads of its own */
  const oms_cache_t *cache; /* borrowed; NULL: none */
} oms_loader_config_t;

/* Rows that were parsed together; borrowed until the next call. */
typedef struct oms_block {
  void *rows; /* of the kind's row type */
  size_t n;
  bool date_only;  /* all times up to the end of this block were dates */
  bool has_volume; /* some file up to the end of this block has the column */
  bool any_volume; /* some row up to the end of this block had a volume above 0 */
} oms_block_t;

typedef struct oms_loader oms_loader_t;

/* Checks that each file is there, takes all memory and begins to read. No thread allocates.
 * OMS_ERR_IO, OMS_ERR_NOMEM. The caller closes it. */
int oms_loader_open(const oms_loader_config_t *config, oms_loader_t **out, oms_error_t *err);

/* The next block, '*block' NULL at the end. An error comes after the blocks with all rows before
 * the bad line, and stays. The result depends on no thread and on no cache. */
int oms_loader_next(oms_loader_t *l, const oms_block_t **block, oms_error_t *err);

/* Bytes of a row of its kind; a row's first field is its time. */
size_t oms_loader_row_size(const oms_loader_t *l);

/* Stored bytes of all files together (pipes count 0), and how many have been read so far: for a
 * progress bar only, since the thread reads ahead. */
int64_t oms_loader_bytes(const oms_loader_t *l);
int64_t oms_loader_consumed(oms_loader_t *l);

/* Why the cache of a file was not written, or "": for the curious. */
const char *oms_loader_note(oms_loader_t *l);

/* Ends the reading, at any time, and frees all. NULL is allowed. */
void oms_loader_close(oms_loader_t *l);

#endif
