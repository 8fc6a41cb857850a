/* server_int.h - what the files of the server share. server.c listens, accepts and closes; table.c
 * finds connections and peers; conn.c reads and hands over; out.c queues and writes; answer.c makes
 * answers; socket.c is the side of a WebSocket; clock.c ends what takes too long.
 * The life of a connection: it is in the table from accept until drop, which closes the handle and
 * frees it in the handle's close callback, where 'closed' is told: no callback of the handler runs
 * inside of a call that somebody made for another connection. */
#ifndef OMS_NET_SERVER_INT_H
#define OMS_NET_SERVER_INT_H

#include <uv.h>

#include "net/http_in.h"
#include "net/http_out.h"
#include "net/server.h"
#include "net/tls.h"
#include "net/ws_in.h"

typedef struct conn conn_t;

enum { PEER_TEXT = 46, READ_ROOM = 64 * 1024 };

/* What is to be sent, a few answers or frames of one gate together. */
typedef struct piece {
  struct piece *next;
  uint64_t gate;
  int64_t received; /* of the request whose answer ends here; 0: none */
  int64_t released;
  size_t off, n, cap; /* bytes sent, bytes, room */
  char data[];
} piece_t;

typedef struct pieces {
  piece_t *head, *tail;
} pieces_t;

/* Connections that wait for the same delay, the longest waiting first. */
typedef struct timeline {
  conn_t *head, *tail;
} timeline_t;
typedef enum timeline_name {
  AT_NONE,   /* a request is with the handler */
  AT_HEAD,   /* a request has begun, or TLS shakes hands */
  AT_IDLE,   /* of a request nothing has come */
  AT_SOCKET, /* a WebSocket since its last word */
  AT_END,    /* the answer behind which it closes has left: the other side should end too */
  TIMELINES
} timeline_name_t;

/* Lists that a connection can be in beside its timeline. */
typedef enum list_name { IN_ALL, IN_TURN, IN_GATE, IN_STALL, LISTS } list_name_t;
typedef struct list {
  conn_t *head;
} list_t;
typedef struct link {
  conn_t *next, **at; /* 'at': what points here; NULL: not in the list */
} link_t;

typedef struct peer {
  struct peer *next;
  size_t n;
  char name[PEER_TEXT];
} peer_t;

/* Of a write that did not pass at once. */
typedef struct flight {
  uv_write_t req;
  conn_t *conn;
  pieces_t pieces;
  struct flight *next;
} flight_t;

struct conn {
  uv_tcp_t tcp;
  oms_server_t *server;
  oms_conn_t id;
  timeline_name_t timeline;
  conn_t *older, *newer; /* in it */
  int64_t since;         /* ms of the loop */
  link_t links[LISTS];
  oms_http_in_t *in;
  oms_ws_in_t *ws;
  oms_tls_t *tls;
  oms_http_text_t rest; /* came while it could not be read */
  size_t rest_off;
  pieces_t queue; /* in order; from the first whose gate is not reached on they wait */
  pieces_t wire;  /* may leave: as bytes of the wire */
  size_t unsent;  /* bytes of both */
  flight_t *flight;
  size_t stall_left; /* bytes in flight when it was looked at */
  int64_t stall_since;
  int64_t received; /* of the request with the handler */
  peer_t *peer;
  char *accept; /* Sec-WebSocket-Accept of the upgrade with the handler, with its NUL */
  int minor;
  bool known;      /* the handler has seen it */
  bool asked;      /* a request is with the handler */
  bool streaming;  /* an answer without known end */
  bool chunked;    /* in chunks */
  bool head_only;  /* of that request */
  bool keep_alive; /* of that request */
  bool socket;     /* a WebSocket */
  bool pinged;
  bool said_close, heard_close; /* of a WebSocket */
  bool ending;                  /* nothing more is read as request; closes when all has left */
  bool refused;                 /* beyond max_connections: not counted */
  bool eof, paused, dropped;
  bool ready, tls_ended; /* TLS has shaken hands; has said goodbye */
};

typedef struct slot {
  conn_t *conn;
  uint64_t generation;
} slot_t;

struct oms_server {
  uv_loop_t *loop;
  oms_server_options_t o;
  oms_server_handler_t handler;
  oms_http_limits_t limits;
  oms_tls_context_t *tls;
  uv_tcp_t listener;
  uv_timer_t timer;
  uv_prepare_t prepare;
  uv_idle_t idle;
  int handles; /* of the four that are not closed */
  int port;
  bool stopping, closing;
  bool accept_waits; /* for memory */
  slot_t *slots;
  size_t slot_n;
  uint32_t *free_slots;
  size_t free_n;
  size_t live;      /* connections whose handle is not gone */
  size_t lingering; /* of those the refused ones */
  peer_t *peers[1024];
  timeline_t timelines[TIMELINES];
  list_t lists[LISTS];
  uint64_t released;
  int64_t released_at;
  oms_http_in_t *spare_in;
  oms_ws_in_t *spare_ws;
  piece_t *spare_pieces;
  flight_t *spare_flights;
  size_t spare_n; /* pieces */
  oms_http_date_t date;
  oms_server_figures_t figures;
  uint64_t refusals; /* requests that it has answered itself */
  char in[READ_ROOM], plain[READ_ROOM];
};

/* table.c */
int oms_table_open(oms_server_t *s);
void oms_table_free(oms_server_t *s);
bool oms_table_put(oms_server_t *s, conn_t *c); /* false: full */
void oms_table_remove(oms_server_t *s, conn_t *c);
conn_t *oms_table_find(const oms_server_t *s, oms_conn_t id);
peer_t *oms_peer_take(oms_server_t *s, const char *name); /* NULL: out of memory */
void oms_peer_give(oms_server_t *s, peer_t *p);

/* conn.c */
void oms_conn_accept(oms_server_t *s);
/* Closes it now, whatever waits. */
void oms_conn_drop(conn_t *c);
void oms_conn_cut(conn_t *c); /* the same for a client that broke a limit: counted */
/* Nothing more is read; closes when what waits has left. */
void oms_conn_end(conn_t *c);
/* All has left: what follows of it. */
void oms_conn_drained(conn_t *c);
/* Reads on, where it has waited. */
void oms_conn_resume(conn_t *c);
/* The other side sends nothing more. */
void oms_conn_ended_by_peer(conn_t *c);
/* An answer of the server itself; ends the connection. */
void oms_conn_refuse(conn_t *c, int status, const char *why);

/* answer.c: the answer to what was read last; says what becomes of the connection. */
void oms_answer_put(conn_t *c, const oms_http_answer_t *a);

/* out.c */
/* Room for 'n' bytes behind gate 'gate' at the end of what waits; NULL: the connection is gone (cut
 * off, or out of memory and dropped). The bytes count as written. */
char *oms_out_room(conn_t *c, size_t n, uint64_t gate);
/* The same in front of what waits for its gate: for what is whole in itself, as a ping is. */
char *oms_out_room_ahead(conn_t *c, size_t n);
/* Bytes that wait, those with libuv too. */
size_t oms_out_unsent(const conn_t *c);
void oms_out_unput(conn_t *c, size_t n); /* of the last room, 'n' bytes at its end */
void oms_out_mark(conn_t *c);            /* an answer ends here */
void oms_out_flush(conn_t *c);
void oms_out_tls(conn_t *c); /* ciphertext of the handshake */
void oms_out_free(conn_t *c);
void oms_out_spares_free(oms_server_t *s);
/* The turn of the loop has something to do for it. */
void oms_out_later(conn_t *c);
void oms_out_turn(oms_server_t *s);
void oms_flight_free(oms_server_t *s, flight_t *f);

/* socket.c */
void oms_socket_feed(conn_t *c, const char *data, size_t n);
void oms_socket_close(conn_t *c, int code, const char *reason);
void oms_socket_ping(conn_t *c);

/* clock.c */
void oms_clock_enter(conn_t *c, timeline_name_t name);
void oms_clock_tick(oms_server_t *s);
uint64_t oms_clock_step(const oms_server_options_t *o);

/* Lists: in and out in any state; a dropped one stays out of all, as it does of the timelines. */
void oms_list_add(conn_t *c, list_name_t name);
void oms_list_remove(conn_t *c, list_name_t name);

/* server.c: a handle or connection is gone. */
void oms_server_gone(oms_server_t *s);

#endif
