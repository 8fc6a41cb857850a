/* http_out.h - the head of an answer as bytes. */
#ifndef OMS_NET_HTTP_OUT_H
#define OMS_NET_HTTP_OUT_H

#include <time.h>

#include "net/server.h"

/* "Date: Tue, 15 Nov 1994 08:12:31 GMT\r\n", written once a second. */
typedef struct oms_http_date {
  time_t second;
  char line[40];
} oms_http_date_t;

typedef enum oms_http_framing {
  OMS_HTTP_LENGTH,  /* Content-Length of a->body_n */
  OMS_HTTP_CHUNKED, /* Transfer-Encoding: chunked */
  OMS_HTTP_TO_END   /* until the connection closes */
} oms_http_framing_t;

typedef struct oms_http_how {
  oms_http_framing_t framing;
  bool keep_alive;
  int minor; /* of HTTP/1.x: a client of 1.0 must be told that the connection stays */
} oms_http_how_t;

/* Bytes that the head of this answer takes at most. */
size_t oms_http_head_room(const oms_http_answer_t *a);
/* Writes it; returns its bytes. */
size_t oms_http_head_write(char *out, const oms_http_answer_t *a, oms_http_how_t how,
                           oms_http_date_t *date);
/* Whether an answer of that status has no body and no line about one. */
bool oms_http_bare(int status);

#define OMS_HTTP_ERROR_ROOM 256
/* The body of an error that the server itself tells: {"code":40010000,"message":"..."}; 'why' holds
 * nothing that JSON must escape. */
size_t oms_http_error_body(char out[OMS_HTTP_ERROR_ROOM], int status, const char *why);

#endif
