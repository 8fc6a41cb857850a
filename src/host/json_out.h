/* json_out.h - values of JSON, as summary.json and sweep.json write them. Write errors are the
 * caller's to ask the file for. */
#ifndef OMS_HOST_JSON_OUT_H
#define OMS_HOST_JSON_OUT_H

#include <stdio.h>

/* A text in quotes; NULL is null. */
void oms_json_text(const char *s, FILE *to);
/* The shortest decimal that reads back as the same double; NaN and infinities are null. */
void oms_json_number(double v, FILE *to);
/* The same as text, "" for NaN and infinities. */
#define OMS_REAL_TEXT 40
void oms_real_text(double v, char out[OMS_REAL_TEXT]);

#endif
