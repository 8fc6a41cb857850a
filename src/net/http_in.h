/* http_in.h - bytes to one request of HTTP/1.0 or 1.1: gathers the head, checks it more strictly
 * than servers must (what two parsers could read in two ways is refused), decodes the body. Knows
 * no sockets. http_head.c holds the parser of the head, http_chunk.c that of chunks. */
#ifndef OMS_NET_HTTP_IN_H
#define OMS_NET_HTTP_IN_H

#include "net/server.h"

typedef struct oms_http_limits {
  size_t max_header, max_headers, max_body;
} oms_http_limits_t;

typedef enum oms_http_phase {
  OMS_HTTP_HEAD,   /* of the head comes more */
  OMS_HTTP_BODY,   /* the head is whole and good; of the body comes more */
  OMS_HTTP_WHOLE,  /* 'request' is filled */
  OMS_HTTP_REFUSED /* 'status' and 'why' say it; nothing can be read from here on */
} oms_http_phase_t;

/* A body in chunks: where in it the next byte stands. */
typedef struct oms_http_chunk {
  int state;
  uint64_t left; /* bytes of the chunk that are missing */
  size_t extra;  /* bytes of sizes, extensions and trailers so far in this line or trailer */
} oms_http_chunk_t;

typedef struct oms_http_text {
  char *data;
  size_t n, cap;
} oms_http_text_t;

typedef struct oms_http_in {
  const oms_http_limits_t *limits;
  oms_http_phase_t phase;
  oms_http_text_t head, body;
  char *decoded;  /* room for a path: behind the head's bytes */
  size_t scanned; /* bytes of the head that were looked at for its end */
  uint64_t left;  /* bytes of a body of known length that are missing */
  bool chunked;
  oms_http_chunk_t chunk;
  oms_http_request_t request;
  oms_http_header_t *headers; /* room for limits->max_headers */
  int minor;                  /* of HTTP/1.x */
  bool keep_alive, head_only; /* what the answer must know */
  bool expects;               /* wants to read 100 Continue before it sends the body */
  int status;
  const char *why;          /* static */
  struct oms_http_in *next; /* of those that wait to be used again */
} oms_http_in_t;

/* NULL: out of memory. 'limits' must live as long. */
oms_http_in_t *oms_http_in_new(const oms_http_limits_t *limits);
void oms_http_in_free(oms_http_in_t *in);
/* For the next request; keeps its buffers, unless they are large. */
void oms_http_in_reset(oms_http_in_t *in);
/* Takes up to 'n' bytes, none behind the end of the request; returns how many. 'phase' tells what
 * they made. */
size_t oms_http_in_feed(oms_http_in_t *in, const char *data, size_t n);
/* Whether it has seen a byte of a request. */
bool oms_http_in_begun(const oms_http_in_t *in);

/* For http_*.c: appends, NUL behind it; false: out of memory. */
bool oms_http_text_put(oms_http_text_t *t, const char *data, size_t n);
bool oms_http_refuse(oms_http_in_t *in, int status, const char *why); /* false */

/* The head, whole with its empty line, in in->head: fills method, raw_path (with the query still in
 * it), headers, minor. False: refused. Changes the head's bytes. */
bool oms_http_head_parse(oms_http_in_t *in);
/* What the head's lines mean together: Host, lengths, target, keep-alive, upgrade. */
bool oms_http_head_judge(oms_http_in_t *in);
/* A comma-separated list that holds 'token' (lower case), any case. */
bool oms_http_has_token(const char *list, const char *token);

/* Takes bytes of chunks and appends their content to in->body; sets the phase at the end. Returns
 * how many were taken. */
size_t oms_http_chunk_feed(oms_http_in_t *in, const char *data, size_t n);

#endif
