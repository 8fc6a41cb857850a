/* cache.h - rows of market data files as they were parsed, kept in a folder for the next run. One
 * file of the cache belongs to one source file and one way to read it (kind, zone, symbol). It is
 * believed only when the source's size and time of change are those that it names, the hash of all
 * bytes of the source is, too, and its own rows are whole; else it counts as absent and is written
 * anew. Whatever goes wrong with the folder costs nothing but time: the sources are read.
 * What lies there: cache_internal.h. */
#ifndef OMS_DATA_CACHE_H
#define OMS_DATA_CACHE_H

#include "data/csv.h"

/* Below these a file is read as fast as it is looked up: packed, and plain. */
#define OMS_CACHE_PACKED_LEAST (INT64_C(256) << 10)
#define OMS_CACHE_PLAIN_LEAST  (INT64_C(1) << 20)
#define OMS_CACHE_MOST         INT64_C(10000000000) /* bytes of the folder; the oldest go first */

typedef struct oms_cache {
  const char *folder; /* made when the first file is written; NULL: no cache */
  int64_t most;       /* bytes that it may hold; 0: OMS_CACHE_MOST */
} oms_cache_t;

/* How a file is read. */
typedef struct oms_cache_key {
  const char *path;
  oms_csv_kind_t kind;
  oms_zone_t zone;
  const char *symbol; /* of actions; NULL: all */
} oms_cache_key_t;

/* What is known of the rows of a file. */
typedef struct oms_cache_rows {
  const unsigned char *rows; /* of the kind's row type */
  uint64_t n;                /* > 0 */
  uint64_t first_volume;     /* the first row with a volume or size above 0; n: none */
  oms_time_t first_ts, last_ts;
  bool date_only;  /* all times were dates */
  bool has_volume; /* the file has the column */
  bool untimed;    /* order flow without times: they go on from file to file */
} oms_cache_rows_t;

/* A file of the cache, mapped. Zeroed: none. */
typedef struct oms_cached {
  oms_cache_rows_t rows;
  unsigned char *map;
  size_t map_n, released;
} oms_cached_t;

/* Maps the rows of the file that 'key' names; false when there are none to be believed. '*wanted'
 * says whether it is worth to write them (the file is large enough). The map reads the source once
 * through: about a second for 5 GB that the system holds in memory. */
bool oms_cache_open(const oms_cache_t *cache, const oms_cache_key_t *key, oms_cached_t *out,
                    bool *wanted);
/* Rows before 'row' are not needed again: their memory goes back to the system now and then. */
void oms_cached_release(oms_cached_t *c, uint64_t row);
void oms_cached_close(oms_cached_t *c); /* a zeroed one is allowed */

/* Writes the rows of one file after another. It allocates when it is made and freed alone, so that
 * a thread may use it in between. */
typedef struct oms_cache_writer oms_cache_writer_t;
oms_cache_writer_t *oms_cache_writer_new(void); /* NULL when out of memory */
/* Drops what is not finished, and cuts the folder to its size. NULL is allowed. */
void oms_cache_writer_free(oms_cache_writer_t *w);
/* Begins with the file that 'key' names (borrowed), before it is read. What fails here or later is
 * kept for oms_cache_writer_note, and the rest is left out. */
void oms_cache_writer_begin(oms_cache_writer_t *w, const oms_cache_t *cache,
                            const oms_cache_key_t *key);
bool oms_cache_writer_open(const oms_cache_writer_t *w); /* between begin and its end */
void oms_cache_writer_rows(oms_cache_writer_t *w, const void *rows, size_t n);
/* All rows have been written; 'facts' tells date_only, has_volume, untimed of them. The file takes
 * its place, unless the source has changed meanwhile. */
void oms_cache_writer_finish(oms_cache_writer_t *w, const oms_cache_rows_t *facts);
void oms_cache_writer_drop(oms_cache_writer_t *w);
/* Why something was not written, or "". */
const char *oms_cache_writer_note(const oms_cache_writer_t *w);

/* The files of the cache, oldest use first; each has the source's path (of a file that cannot be
 * read or is of another version: ""). Calls 'each'; a folder that is not there has none.
 * OMS_ERR_IO, OMS_ERR_NOMEM. */
typedef struct oms_cache_file {
  const char *path;   /* of the file of the cache */
  const char *source; /* its source */
  int64_t size;
} oms_cache_file_t;
int oms_cache_list(const char *folder, void (*each)(void *ctx, const oms_cache_file_t *file),
                   void *ctx, oms_error_t *err);
/* Removes all files of the cache and what writers left behind, nothing else. '*n' files of
 * '*bytes'. OMS_ERR_IO names the first that could not be removed. */
int oms_cache_clear(const char *folder, size_t *n, int64_t *bytes, oms_error_t *err);

#endif
