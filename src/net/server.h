/* server.h - HTTP/1.1 and WebSocket over TCP, with TLS where a certificate is given, on somebody's
 * libuv loop. Knows no routes and no orders. Nobody waits for a client: what a connection may hold,
 * send and leave unread is bounded, and who goes beyond is cut off. Answers may wait for a gate:
 * what stands behind one leaves when oms_server_release has reached it, in order on each
 * connection. Leaves out uv.h on purpose. */
#ifndef OMS_NET_SERVER_H
#define OMS_NET_SERVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct uv_loop_s;
typedef struct oms_server oms_server_t;
/* A connection by number: never given twice, so that a late answer to a lost one goes nowhere. */
typedef uint64_t oms_conn_t;

typedef struct oms_http_header {
  const char *name; /* lower case */
  const char *value;
} oms_http_header_t;

/* A whole request; all of it is borrowed for the call of 'request'. */
typedef struct oms_http_request {
  oms_conn_t conn;
  const char *method;   /* "GET" ... */
  const char *path;     /* percent-decoded up to the '?'; begins with '/'; no NUL inside */
  const char *raw_path; /* as it came, so that an encoded slash can be told from another */
  const char *query;    /* as it came, behind the '?'; "" */
  const oms_http_header_t *headers;
  size_t header_n;
  const char *body; /* NUL behind it */
  size_t body_n;
  const char *peer; /* address without port */
  bool tls;
  bool upgrade;     /* asks to become a WebSocket, correctly */
  int64_t received; /* monotonic ns (uv_hrtime) of its last byte */
} oms_http_request_t;
/* NULL when it has none of that name (lower case). Of a repeated one the first. */
const char *oms_http_header(const oms_http_request_t *r, const char *name);

typedef struct oms_http_answer {
  int status;
  const char *type; /* Content-Type; NULL: no body, no such line */
  const char *body;
  size_t body_n;
  const oms_http_header_t *headers; /* further ones */
  size_t header_n;
  uint64_t gate; /* 0: at once */
  bool close;    /* the connection ends behind it */
} oms_http_answer_t;

typedef enum oms_ws_opcode { OMS_WS_TEXT = 1, OMS_WS_BINARY = 2 } oms_ws_opcode_t;

typedef struct oms_server_handler {
  void *self;
  /* A whole request has come. It is answered now or later by oms_server_answer; until then the
   * connection takes no other one. */
  void (*request)(void *self, const oms_http_request_t *r);
  /* A whole message of a WebSocket; control frames are answered by the server itself. */
  void (*message)(void *self, oms_conn_t conn, oms_ws_opcode_t opcode, const char *data, size_t n);
  /* The connection is gone, for every one whose request or message was handed over once. Comes from
   * the loop, never within a call of another function of this header. May be NULL. */
  void (*closed)(void *self, oms_conn_t conn);
  /* The answer's last byte has been handed to the socket: 'received' is that of its request,
   * 'released' when its gate was (monotonic ns). Calls nothing of the server. May be NULL. */
  void (*sent)(void *self, int64_t received, int64_t released);
  /* The server's clock, a few times in the shortest of its times and once a second at least. May be
   * NULL. */
  void (*tick)(void *self);
} oms_server_handler_t;

/* Zero means the default that stands beside it. */
typedef struct oms_server_options {
  const char *address;           /* "127.0.0.1:8080", "[::1]:0": port 0 takes any */
  const char *certificate, *key; /* PEM files; NULL: no TLS */
  size_t max_connections; /* 1,024 (raised by the caller for more; the limit of files is raised) */
  size_t max_per_peer;    /* 0: as max_connections */
  size_t max_header;      /* bytes of request line and headers: 16 KiB; more: 431 */
  size_t max_headers;     /* lines: 64 */
  size_t max_body;        /* 1 MiB; more: 413 */
  size_t max_message;     /* bytes of a WebSocket message: 64 KiB; more: close 1009 */
  size_t max_unsent; /* bytes that a client may leave unread: 4 MiB; when more wait as something is
                               to be put, it is cut off (one answer may be larger) */
  int64_t head_ms;   /* a request must be whole after so long: 10,000; then 408 */
  int64_t idle_ms;   /* an idle keep-alive connection: 75,000 */
  int64_t ping_ms;   /* WebSocket without a word for so long gets a ping: 30,000; as long
                               again without an answer: cut off */
  int64_t stall_ms;  /* a socket that takes no byte for so long while some wait: 10,000 */
} oms_server_options_t;

/* Listens. The limit of open files is raised to what the connections need, or as far as it goes:
 * then fewer are taken (figures.most). From then on the process ignores SIGPIPE, unless it handles
 * it. OMS_ERR_IO: the address cannot be had; OMS_ERR_USAGE: no address, a certificate or key that
 * cannot be used: the sentence names it. */
int oms_server_open(struct uv_loop_s *loop, const oms_server_options_t *o,
                    const oms_server_handler_t *handler, oms_server_t **out, oms_error_t *err);
/* The port that it listens on. */
int oms_server_port(const oms_server_t *s);

/* An answer to the connection's request; of a connection that is gone, or has no request that
 * waits: nothing. The bytes are copied. */
void oms_server_answer(oms_server_t *s, oms_conn_t conn, const oms_http_answer_t *a);
/* A body without known end (text/event-stream): status and headers now (and what head->body holds),
 * pieces later. The connection takes no other request and ends behind it. */
void oms_server_begin_stream(oms_server_t *s, oms_conn_t conn, const oms_http_answer_t *head);
void oms_server_stream(oms_server_t *s, oms_conn_t conn, const char *data, size_t n, uint64_t gate);
/* Answers a request that had 'upgrade' with 101; from then on the connection is a WebSocket. */
void oms_server_accept(oms_server_t *s, oms_conn_t conn);
void oms_server_send(oms_server_t *s, oms_conn_t conn, oms_ws_opcode_t opcode, const char *data,
                     size_t n, uint64_t gate);
/* Ends it behind what waits: a WebSocket with the close code (0: without one) and the reason (NULL:
 * none; cut at 123 bytes), a stream with its last chunk, others by closing. A request that waits
 * for its answer gets none. */
void oms_server_end(oms_server_t *s, oms_conn_t conn, int code, const char *reason);
/* Bytes that wait for the connection, sent or not released; 0 of a lost one. */
size_t oms_server_unsent(const oms_server_t *s, oms_conn_t conn);

/* What stands behind gates up to this one may leave. */
void oms_server_release(oms_server_t *s, uint64_t gate);

typedef struct oms_server_figures {
  size_t connections, websockets;
  size_t most; /* connections that are taken at once */
  uint64_t accepted, refused, requests, cut_off, bytes_in, bytes_out;
} oms_server_figures_t;
void oms_server_figures(const oms_server_t *s, oms_server_figures_t *f);

/* No new connections; idle ones end, others when their answer has left. */
void oms_server_stop(oms_server_t *s);
/* Closes all handles, the loop must run until 'closed' of the loop; frees when they are gone. */
void oms_server_close(oms_server_t *s);

#endif
