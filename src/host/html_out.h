/* html_out.h - writes one HTML file of results: markup as it is, foreign text escaped, every write
 * checked. The first failure is kept; oms_html_close tells it. */
#ifndef OMS_HOST_HTML_OUT_H
#define OMS_HOST_HTML_OUT_H

#include <stdio.h>

#include "base/time.h"

typedef struct oms_html {
  char *part; /* where it is written; owned */
  FILE *to;
  int failed; /* errno of the first failure, or 0 */
} oms_html_t;

/* Opens folder/name.part for writing. OMS_ERR_IO, OMS_ERR_NOMEM. */
int oms_html_open(oms_html_t *h, const char *folder, const char *name, oms_error_t *err);
/* Markup; what comes from scripts, files or the command line must not be in it. */
void oms_html_raw(oms_html_t *h, const char *markup);
void oms_html_format(oms_html_t *h, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Text from anywhere, for elements and quoted attributes: & < > " ' become references, and bytes
 * that HTML or UTF-8 do not allow the replacement character. NULL is nothing. */
void oms_html_text(oms_html_t *h, const char *text);
/* A number as text with its thousands apart: "1014834.5 %" is 1,014,834.5 %. */
void oms_html_grouped(oms_html_t *h, const char *number);
/* Writes what is buffered, closes the file and frees: OMS_ERR_IO with path and reason when
 * something of it could not be written. */
int oms_html_close(oms_html_t *h, oms_error_t *err);

#endif
