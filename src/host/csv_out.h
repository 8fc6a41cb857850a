/* csv_out.h - writes one CSV file of results: fields in order, buffered, every write checked. RFC
 * 4180 quoting of texts that need it; absent values are empty. The first failure is kept; the row
 * and close functions tell it. */
#ifndef OMS_HOST_CSV_OUT_H
#define OMS_HOST_CSV_OUT_H

#include "base/hash.h"
#include "base/time.h"

typedef struct oms_csv {
  char *part;           /* where it is written; owned */
  int fd;               /* -1: not open */
  bool dry;             /* nothing is written */
  oms_digest_t *digest; /* of all that was flushed; owned; NULL: not wanted */
  int failed;           /* errno of the first failure, or 0 */
  bool begun;           /* the row has a field */
  char *buffer;
  size_t n;
} oms_csv_out_t;

/* Opens folder/name.part for writing and puts 'header' as its first line; with 'folder' NULL
 * nothing is written. OMS_ERR_IO, OMS_ERR_NOMEM. */
int oms_csv_out_open(oms_csv_out_t *c, const char *folder, const char *name, const char *header,
                     oms_error_t *err);
/* The next field. NULL, OMS_NO_PRICE and OMS_NO_TIME are empty. */
void oms_csv_out_text(oms_csv_out_t *c, const char *text);
void oms_csv_out_decimal(oms_csv_out_t *c, int64_t v, int decimals);
void oms_csv_out_time(oms_csv_out_t *c, oms_time_t t);
/* Ends the row: OMS_ERR_IO, with path and reason, when something could not be written up to now. */
int oms_csv_out_row(oms_csv_out_t *c, oms_error_t *err);
/* Writes what is buffered and closes the file; the result counts, a full disk often shows here. */
int oms_csv_out_close(oms_csv_out_t *c, oms_error_t *err);
/* Reckons the digest of the whole file; to be called before the first row. OMS_ERR_NOMEM. */
int oms_csv_out_want_digest(oms_csv_out_t *c);
/* 32 hex digits and NUL, once the file has been closed. */
void oms_csv_out_digest(const oms_csv_out_t *c, char out[33]);
/* Closes without a word and frees; after oms_csv_out_close, too, and on a zeroed one whose fd is
 * -1. */
void oms_csv_out_free(oms_csv_out_t *c);

/* folder/name + suffix, to be freed with oms_free; NULL when out of memory. */
char *oms_csv_out_path(const char *folder, const char *name, const char *suffix);

#endif
