/* net_test.h - a server on a loop and clients on plain sockets, all in one thread: whoever waits
 * lets the loop turn. The handler answers by the path: see on_request. */
#ifndef NET_TEST_H
#define NET_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <uv.h>

#include "base/alloc.h"
#include "net/server.h"

enum { REPLY_ROOM = 256 * 1024, WAIT_MS = 5000 };

typedef struct rig {
  uv_loop_t loop;
  oms_server_t *server;
  int port, requests, messages, closed, sent;
  oms_conn_t last;        /* that asked for something */
  oms_conn_t waiting[64]; /* asked for /later */
  int waiting_n;
  char method[16], path[512], raw_path[512], query[512], body[8192], header[512];
  size_t body_n;
  char said[70000]; /* last message */
  size_t said_n;
  oms_ws_opcode_t opcode;
  bool upgrade, tls;
} rig_t;

static inline void answer_text(rig_t *g, oms_conn_t conn, int status, const char *text,
                               uint64_t gate) {
  oms_http_answer_t a = {.status = status,
                         .type = text == NULL ? NULL : "text/plain",
                         .body = text,
                         .body_n = text == NULL ? 0 : strlen(text),
                         .gate = gate};
  oms_server_answer(g->server, conn, &a);
}

/* /later is answered by the test; /inject has line ends in its headers; /gate/N stands behind the
 * gate N; /stream streams; /big/N is a body of N bytes; /bye closes; /ws becomes a WebSocket;
 * others get "METHOD path query body". */
static inline void on_request(void *self, const oms_http_request_t *r) {
  rig_t *g = self;
  char text[9216];
  const char *x = oms_http_header(r, "x-test");
  g->requests++;
  g->last = r->conn;
  g->upgrade = r->upgrade;
  g->tls = r->tls;
  g->body_n = r->body_n;
  snprintf(g->method, sizeof g->method, "%s", r->method);
  snprintf(g->path, sizeof g->path, "%s", r->path);
  snprintf(g->raw_path, sizeof g->raw_path, "%s", r->raw_path);
  snprintf(g->query, sizeof g->query, "%s", r->query);
  snprintf(g->body, sizeof g->body, "%s", r->body);
  snprintf(g->header, sizeof g->header, "%s", x == NULL ? "" : x);
  if (strcmp(r->path, "/later") == 0) {
    if (g->waiting_n < 64) {
      g->waiting[g->waiting_n++] = r->conn;
    }
  } else if (strncmp(r->path, "/gate/", 6) == 0) {
    answer_text(g, r->conn, 200, r->path, strtoull(r->path + 6, NULL, 10));
  } else if (strcmp(r->path, "/stream") == 0) {
    oms_http_answer_t a = {.status = 200, .type = "text/event-stream"};
    oms_server_begin_stream(g->server, r->conn, &a);
  } else if (strncmp(r->path, "/big/", 5) == 0) {
    size_t n = strtoull(r->path + 5, NULL, 10);
    char *big = malloc(n);
    assert_non_null(big);
    memset(big, 'x', n);
    oms_http_answer_t a = {.status = 200, .type = "text/plain", .body = big, .body_n = n};
    oms_server_answer(g->server, r->conn, &a);
    free(big);
  } else if (strcmp(r->path, "/bye") == 0) {
    oms_http_answer_t a = {
        .status = 200, .type = "text/plain", .body = "bye", .body_n = 3, .close = true};
    oms_server_answer(g->server, r->conn, &a);
  } else if (strcmp(r->path, "/inject") == 0) {
    const oms_http_header_t h = {"x-a", "1\r\nX-Evil: 2"};
    oms_http_answer_t a = {
        .status = 299, .type = "text/plain\r\nX-Evil: 3", .headers = &h, .header_n = 1};
    oms_server_answer(g->server, r->conn, &a);
  } else if (strcmp(r->path, "/none") == 0) {
    answer_text(g, r->conn, 204, NULL, 0);
  } else if (strcmp(r->path, "/ws") == 0 && r->upgrade) {
    oms_server_accept(g->server, r->conn);
  } else {
    snprintf(text, sizeof text, "%s %s %s %s", r->method, r->path, r->query, r->body);
    answer_text(g, r->conn, 200, text, 0);
  }
}

static inline void on_message(void *self, oms_conn_t conn, oms_ws_opcode_t opcode, const char *data,
                              size_t n) {
  rig_t *g = self;
  g->messages++;
  g->last = conn;
  g->opcode = opcode;
  g->said_n = n < sizeof g->said ? n : sizeof g->said - 1;
  memcpy(g->said, data, g->said_n);
  g->said[g->said_n] = '\0';
  assert_int_equal(data[n], 0);
  oms_server_send(g->server, conn, opcode, data, n, 0);
}

static inline void on_closed(void *self, oms_conn_t conn) {
  (void)conn;
  ((rig_t *)self)->closed++;
}

static inline void on_sent(void *self, int64_t received, int64_t released) {
  assert_true(received > 0 && released >= received);
  ((rig_t *)self)->sent++;
}

static inline void rig_open(rig_t *g, const oms_server_options_t *o) {
  oms_server_options_t own = o == NULL ? (oms_server_options_t){0} : *o;
  oms_server_handler_t h = {.self = g,
                            .request = on_request,
                            .message = on_message,
                            .closed = on_closed,
                            .sent = on_sent};
  oms_error_t err = {0};
  memset(g, 0, sizeof *g);
  assert_int_equal(uv_loop_init(&g->loop), 0);
  own.address = own.address == NULL ? "127.0.0.1:0" : own.address;
  if (oms_server_open(&g->loop, &own, &h, &g->server, &err) != OMS_OK) {
    fail_msg("%s", err.message);
  }
  g->port = oms_server_port(g->server);
}

/* The server goes with all its handles. */
static inline void rig_close(rig_t *g) {
  oms_server_close(g->server);
  for (int i = 0; i < 1000 && uv_loop_alive(&g->loop); i++) {
    uv_run(&g->loop, UV_RUN_NOWAIT);
  }
  assert_int_equal(uv_loop_close(&g->loop), 0);
}

static inline void turn(rig_t *g) {
  uv_run(&g->loop, UV_RUN_NOWAIT);
}

/* Lets the loop turn for so long, and ten times at least, however busy the machine is. */
static inline void turn_ms(rig_t *g, int ms) {
  uint64_t end = uv_hrtime() + (uint64_t)ms * 1000000;
  for (int i = 0; i < 10 || uv_hrtime() < end; i++) {
    turn(g);
    poll(NULL, 0, uv_hrtime() < end ? 1 : 0);
  }
}

static inline int dial(const rig_t *g) {
  struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons((uint16_t)g->port)};
  a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  int fd = socket(AF_INET, SOCK_STREAM, 0), yes = 1;
  assert_true(fd >= 0);
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  assert_int_equal(connect(fd, (struct sockaddr *)&a, sizeof a), 0);
  return fd;
}

static inline void put_n(rig_t *g, int fd, const char *data, size_t n) {
  while (n > 0) {
    ssize_t put = send(fd, data, n, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (put < 0 && errno != EAGAIN) {
      return; /* the server has had enough */
    }
    data += put > 0 ? put : 0;
    n -= put > 0 ? (size_t)put : 0;
    turn(g);
  }
}

static inline void put(rig_t *g, int fd, const char *text) {
  put_n(g, fd, text, strlen(text));
}

/* Reads until 'end' says so, the other side closes ('*ended') or time is up. Returns the bytes. */
static inline size_t get_until(rig_t *g, int fd, char *out, size_t room,
                               bool (*end)(const char *, size_t), bool *ended) {
  size_t n = 0;
  bool over = false;
  uint64_t until = uv_hrtime() + (uint64_t)WAIT_MS * 1000000;
  out[0] = '\0';
  while (!over && uv_hrtime() < until && !(end != NULL && end(out, n))) {
    turn(g);
    ssize_t got = recv(fd, out + n, room - 1 - n, MSG_DONTWAIT);
    if (got > 0) {
      n += (size_t)got;
      out[n] = '\0';
    } else if (got == 0 || (errno != EAGAIN && errno != EWOULDBLOCK)) {
      over = true;
    } else {
      struct pollfd p = {fd, POLLIN, 0};
      poll(&p, 1, 1);
    }
  }
  if (ended != NULL) {
    *ended = over;
  }
  return n;
}

/* The answer is whole: its length is told, or it has none. */
static inline bool whole_answer(const char *text, size_t n) {
  (void)n;
  const char *body = strstr(text, "\r\n\r\n");
  const char *length = strstr(text, "Content-Length: ");
  return body != NULL &&
         (length == NULL || length > body || strlen(body + 4) >= strtoul(length + 16, NULL, 10));
}

static char reply[REPLY_ROOM];

/* One request on a connection: its answer in 'reply', the status returned. */
static inline int ask(rig_t *g, int fd, const char *request) {
  put(g, fd, request);
  get_until(g, fd, reply, sizeof reply, whole_answer, NULL);
  return strncmp(reply, "HTTP/1.1 ", 9) == 0 ? atoi(reply + 9) : 0;
}

/* One request on a connection of its own, which the server must close. */
static inline int ask_last(rig_t *g, const char *request) {
  bool ended;
  int fd = dial(g);
  put(g, fd, request);
  get_until(g, fd, reply, sizeof reply, NULL, &ended);
  assert_true(ended);
  close(fd);
  return strncmp(reply, "HTTP/1.1 ", 9) == 0 ? atoi(reply + 9) : 0;
}

#define GET(path) "GET " path " HTTP/1.1\r\nHost: h\r\n\r\n"

#endif
