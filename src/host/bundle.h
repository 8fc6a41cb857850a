/* bundle.h - a run in one file: how it was asked for, the scripts it loaded with their content, the
 * data by path, size and hash, the settings in force, and what it came to. The format is at the top
 * of bundle.c. */
#ifndef OMS_HOST_BUNDLE_H
#define OMS_HOST_BUNDLE_H

#include "base/files.h"

/* A name and a value, or a list's text with an empty name. */
typedef struct oms_bundle_pair {
  const char *name, *value;
} oms_bundle_pair_t;

typedef struct oms_bundle_data {
  const char *path;
  int64_t size; /* bytes as stored; -1: it was no file that can be read twice (a pipe) */
  char digest[33];
} oms_bundle_data_t;

typedef struct oms_bundle {
  oms_arena_t arena;
  oms_files_t sources;   /* scripts; sealed once it is read */
  oms_array_t arguments; /* const char *: the command and what followed it, outputs left out */
  oms_array_t data;      /* oms_bundle_data_t, in order of the first opening */
  /* oms_bundle_pair_t: version, seed; library, partial, changed, reloaded where they hold */
  oms_array_t facts;
  oms_array_t settings; /* oms_bundle_pair_t: venue, accounts, limits as they were in force */
  oms_array_t results;  /* oms_bundle_pair_t: state_hash, events, fills, trades, equity */
  oms_array_t summary;  /* oms_bundle_pair_t: the summary without what the clock measured */
} oms_bundle_t;

/* Library scripts stand under this folder, whatever it was called where the run was made. */
#define OMS_BUNDLE_LIBRARY "library:"

void oms_bundle_init(oms_bundle_t *b);
void oms_bundle_free(oms_bundle_t *b);
/* Copies the pair into one of the lists. OMS_ERR_NOMEM. */
int oms_bundle_put(oms_bundle_t *b, oms_array_t *list, const char *name, const char *value);
/* NULL: not there. */
const char *oms_bundle_get(const oms_array_t *list, const char *name);
/* The name without its path's folder of the library: OMS_BUNDLE_LIBRARY and the rest where 'path'
 * lies in 'library', else the path itself. */
void oms_bundle_library_path(const char *path, const char *library, char *out, size_t n);

/* All of it as bytes, to be freed with oms_free. OMS_ERR_NOMEM. */
int oms_bundle_encode(const oms_bundle_t *b, char **bytes, size_t *n);
/* From bytes into an initialised, empty bundle. OMS_ERR_DATA with what is wrong and at which byte,
 * OMS_ERR_NOMEM; then it is to be freed all the same. */
int oms_bundle_decode(oms_bundle_t *b, const char *bytes, size_t n, oms_error_t *err);

/* Writes the file under its own name. OMS_ERR_IO with path and reason, OMS_ERR_NOMEM. */
int oms_bundle_write(const oms_bundle_t *b, const char *path, oms_error_t *err);
/* Reads a file, or the run.bundle of a folder of results. OMS_ERR_IO, OMS_ERR_DATA, OMS_ERR_NOMEM
 * with the path in the message. */
int oms_bundle_read(oms_bundle_t *b, const char *path, oms_error_t *err);

/* Where each data file lies now: its recorded path, or below 'folder' (not NULL) under that path or
 * its name alone. Refuses a file that is missing or has other content, with both hashes, and a run
 * that cannot be made again. Fills the table of files, which is sealed then. OMS_ERR_USAGE,
 * OMS_ERR_IO, OMS_ERR_NOMEM. */
int oms_bundle_find_data(oms_bundle_t *b, const char *folder, oms_error_t *err);

#endif
