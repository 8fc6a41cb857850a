/* socket.c - the server's side of a WebSocket. */
#include <string.h>

#include "net/server_int.h"

enum { CLOSE = 8, PING = 9, PONG = 10, CONTROL_MAX = 125 };

static bool put(conn_t *c, int opcode, const char *data, size_t n, uint64_t gate) {
  char head[OMS_WS_HEAD_MAX];
  size_t head_n = oms_ws_head(head, opcode, n);
  /* A ping and its answer pass what waits for the disk: nobody must take that for silence. */
  char *to = opcode > CLOSE ? oms_out_room_ahead(c, head_n + n) : oms_out_room(c, head_n + n, gate);
  if (to == NULL) {
    return false;
  }
  memcpy(to, head, head_n);
  if (n > 0) {
    memcpy(to + head_n, data, n);
  }
  oms_out_later(c);
  return true;
}

static bool on_message(void *self, oms_ws_opcode_t opcode, const char *data, size_t n) {
  conn_t *c = self;
  if (!c->ending) {
    c->server->handler.message(c->server->handler.self, c->id, opcode, data, n);
  }
  return !c->dropped;
}

static bool on_ping(void *self, const char *data, size_t n) {
  conn_t *c = self;
  return c->ending ? !c->dropped : put(c, PONG, data, n, 0);
}

static bool on_pong(void *self) {
  conn_t *c = self;
  return !c->dropped;
}

static bool on_close(void *self, int code) {
  conn_t *c = self;
  c->heard_close = true;
  if (!c->said_close) {
    oms_socket_close(c, code == OMS_WS_NO_STATUS ? 0 : code, NULL);
  }
  if (c->timeline == AT_END) {
    oms_clock_enter(c, AT_NONE); /* its turn to say it is over: so it is */
  }
  oms_out_later(c);
  return false;
}

static const oms_ws_sink_t sink = {on_message, on_ping, on_pong, on_close};

/* What reads frames is shared by those that are between two frames, nearly all. */
static bool reader(conn_t *c) {
  oms_server_t *s = c->server;
  if (c->ws == NULL) {
    c->ws = s->spare_ws != NULL ? s->spare_ws : oms_ws_in_new(s->o.max_message);
    s->spare_ws = NULL;
  }
  return c->ws != NULL;
}

void oms_socket_feed(conn_t *c, const char *data, size_t n) {
  oms_server_t *s = c->server;
  if (c->heard_close) {
    return;
  }
  if (!reader(c)) {
    oms_conn_drop(c);
    return;
  }
  c->pinged = false;
  if (c->timeline == AT_SOCKET) {
    oms_clock_enter(c, AT_SOCKET);
  }
  int code = oms_ws_in_feed(c->ws, &sink, c, data, n);
  if (c->dropped) {
    return;
  }
  if (code != 0) {
    c->heard_close = true; /* nothing more of it is understood */
    oms_socket_close(c, code, NULL);
  } else if (s->spare_ws == NULL && oms_ws_in_idle(c->ws)) {
    s->spare_ws = c->ws;
    c->ws = NULL;
  }
}

/* The bytes of a reason that fit, no character cut. */
static size_t reason_room(const char *reason) {
  size_t n = reason == NULL ? 0 : strlen(reason);
  if (n > CONTROL_MAX - 2) {
    n = CONTROL_MAX - 2;
    while (n > 0 && ((unsigned char)reason[n] & 0xc0) == 0x80) {
      n--;
    }
  }
  return n;
}

void oms_socket_close(conn_t *c, int code, const char *reason) {
  char text[CONTROL_MAX];
  size_t n = 0;
  if (c->said_close) {
    return;
  }
  if (code != 0) {
    text[0] = (char)(code >> 8 & 0xff);
    text[1] = (char)(code & 0xff);
    n = reason_room(reason);
    if (n > 0) {
      memcpy(text + 2, reason, n);
    }
    n += 2;
  }
  c->said_close = true;
  if (put(c, CLOSE, text, n, 0)) {
    oms_conn_end(c);
  }
}

void oms_socket_ping(conn_t *c) {
  c->pinged = true;
  if (put(c, PING, "", 0, 0)) {
    oms_clock_enter(c, AT_SOCKET);
  }
}

void oms_server_accept(oms_server_t *s, oms_conn_t conn) {
  conn_t *c = oms_table_find(s, conn);
  static const char head[] = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
                             "Connection: Upgrade\r\nSec-WebSocket-Accept: ";
  if (c == NULL || !c->asked || c->accept == NULL) {
    return;
  }
  size_t n = sizeof head - 1;
  char *to = oms_out_room(c, n + 28 + 4, 0);
  if (to == NULL) {
    return;
  }
  memcpy(to, head, n);
  memcpy(to + n, c->accept, 28);
  memcpy(to + n + 28, "\r\n\r\n", 4);
  c->asked = false;
  c->socket = true;
  s->figures.websockets++;
  oms_clock_enter(c, AT_SOCKET);
  oms_out_later(c);
  if (s->stopping) {
    oms_socket_close(c, OMS_WS_GOING, NULL);
  }
}

void oms_server_send(oms_server_t *s, oms_conn_t conn, oms_ws_opcode_t opcode, const char *data,
                     size_t n, uint64_t gate) {
  conn_t *c = oms_table_find(s, conn);
  if (c != NULL && c->socket && !c->ending) {
    put(c, (int)opcode, data, n, gate);
  }
}
