/* page_out.h - writes one page of results: the program's own page (web/pages.h) with a title and,
 * in a script element, JSON. Every write is checked; the first failure is kept and oms_page_close
 * tells it. What comes from scripts, files or the command line cannot become markup: in JSON the
 * characters < > & and all that a script element or JavaScript minds are written as \uXXXX, and
 * bytes that UTF-8 does not allow as the replacement character. */
#ifndef OMS_HOST_PAGE_OUT_H
#define OMS_HOST_PAGE_OUT_H

#include <stdio.h>

#include "base/time.h"

typedef struct oms_page {
  char *part; /* where it is written; owned */
  FILE *to;
  int failed; /* errno of the first failure, or 0 */
  bool comma; /* a value stands before the next one */
} oms_page_t;

/* Opens path.part and writes the page up to its data. OMS_ERR_IO, OMS_ERR_NOMEM; after a failure
 * nothing is to be closed. */
int oms_page_open(oms_page_t *p, const char *path, const char *title, oms_error_t *err);
/* Writes the rest of the page and what is buffered, closes the file and frees; the file keeps its
 * name with .part. OMS_ERR_IO with path and reason when something could not be written. */
int oms_page_close(oms_page_t *p, oms_error_t *err);

/* The data: exactly one value. Commas are set as needed. */
void oms_page_begin(oms_page_t *p, char bracket); /* { or [ */
void oms_page_end(oms_page_t *p, char bracket);   /* } or ] */
void oms_page_key(oms_page_t *p, const char *name);
void oms_page_text(oms_page_t *p, const char *text); /* NULL: null */
void oms_page_bool(oms_page_t *p, bool v);
void oms_page_integer(oms_page_t *p, int64_t v);
void oms_page_decimal(oms_page_t *p, int64_t v, int decimals); /* OMS_NO_PRICE: null */
void oms_page_double(oms_page_t *p, double v);   /* 12 digits; null for NaN and infinities */
void oms_page_time(oms_page_t *p, oms_time_t t); /* seconds since 1970; OMS_NO_TIME: null */
/* Of a text in pieces: begin, pieces, end. */
void oms_page_text_begin(oms_page_t *p);
void oms_page_text_add(oms_page_t *p, const char *text);
void oms_page_text_end(oms_page_t *p);

#endif
