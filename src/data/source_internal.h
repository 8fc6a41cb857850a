/* source_internal.h - the state of a source, shared by source.c and source_zip.c alone. */
#ifndef OMS_DATA_SOURCE_INTERNAL_H
#define OMS_DATA_SOURCE_INTERNAL_H

#include <stdbool.h>
#include <zlib.h>

#include "data/source.h"

/* zlib 1.2 takes 7 KiB of state and a window of 32 KiB. */
#define ARENA_SIZE ((size_t)64 << 10)
#define INPUT_SIZE ((size_t)64 << 10)

enum source_kind { KIND_PLAIN, KIND_GZIP, KIND_ZIP_STORED, KIND_ZIP_DEFLATE };

struct oms_source {
  const char *name;
  int fd; /* -1: none, or memory */
  const unsigned char *memory;
  bool regular; /* positions can be sought */
  int64_t size;
  int64_t at; /* position of the next raw read */
  enum source_kind kind;
  bool ended;
  int64_t packed_left; /* zip: stored bytes still to read */
  uint64_t plain_size, plain_done;
  uint32_t crc, crc_expected;
  oms_error_t failed; /* a defect found while bytes were still to be handed out (S2) */
  z_stream z;
  bool z_live;
  size_t in_at, in_n, arena_used;
  unsigned char in[INPUT_SIZE];
  _Alignas(16) unsigned char arena[ARENA_SIZE];
};

/* Exactly 'n' bytes from position 'at' of a regular file or memory; the next raw read goes on
 * behind them. OMS_ERR_DATA when the file does not reach so far. */
int oms_source_raw_at(oms_source_t *s, int64_t at, unsigned char *buffer, size_t n,
                      oms_error_t *err);

/* Finds the only entry of the zip archive, sets kind, sizes and checksum from it and goes to its
 * first byte. Uses the input buffer. OMS_ERR_DATA for what is damaged or not read here. */
int oms_source_zip_find(oms_source_t *s, oms_error_t *err);

#endif
