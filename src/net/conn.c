/* conn.c - one connection: what it reads becomes requests, one at a time, or messages. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "base/alloc.h"
#include "net/server_int.h"

enum { LINGERING_MAX = 64, UNSENT_BEFORE_NEXT = 64 * 1024, KEEPALIVE_S = 60 };

/* The buffers of a request, from those that others are through with. */
static bool buffer(conn_t *c) {
  oms_server_t *s = c->server;
  if (c->in != NULL) {
    return true;
  }
  c->in = s->spare_in;
  if (c->in != NULL) {
    s->spare_in = c->in->next;
    return true;
  }
  c->in = oms_http_in_new(&s->limits);
  return c->in != NULL;
}

static void buffer_back(oms_server_t *s, oms_http_in_t *in) {
  if (in == NULL) {
    return;
  }
  if (s->spare_in != NULL && s->spare_in->next != NULL) {
    oms_http_in_free(in); /* one that is warm is enough, nearly always */
    return;
  }
  oms_http_in_reset(in);
  in->next = s->spare_in;
  s->spare_in = in;
}

static void hand_over(conn_t *c) {
  oms_server_t *s = c->server;
  oms_http_in_t *in = c->in;
  oms_http_request_t *r = &in->request;
  r->conn = c->id;
  r->peer = c->peer->name;
  r->tls = c->tls != NULL;
  r->received = (int64_t)uv_hrtime();
  if (!r->upgrade && c->accept != NULL) {
    oms_free(c->accept); /* of an upgrade that was answered otherwise */
    c->accept = NULL;
  } else if (r->upgrade) {
    c->accept = c->accept != NULL ? c->accept : oms_alloc(29);
    if (c->accept == NULL ||
        !oms_ws_accept_key(oms_http_header(r, "sec-websocket-key"), c->accept)) {
      oms_conn_drop(c);
      return;
    }
  }
  c->in = NULL;
  c->known = c->asked = true;
  c->minor = in->minor;
  c->head_only = in->head_only;
  c->keep_alive = in->keep_alive;
  c->received = r->received;
  s->figures.requests++;
  oms_clock_enter(c, AT_NONE);
  s->handler.request(s->handler.self, r);
  buffer_back(s, in);
}

static void go_on(conn_t *c) {
  char *room = oms_out_room(c, 25, 0);
  if (room != NULL) {
    memcpy(room, "HTTP/1.1 100 Continue\r\n\r\n", 25);
    oms_out_flush(c);
  }
}

static size_t read_request(conn_t *c, const char *data, size_t n) {
  if (!buffer(c)) {
    oms_conn_drop(c);
    return n;
  }
  oms_http_in_t *in = c->in;
  size_t used = oms_http_in_feed(in, data, n);
  switch (in->phase) {
  case OMS_HTTP_HEAD:
  case OMS_HTTP_BODY:
    if (!oms_http_in_begun(in)) {
      c->in = NULL;
      buffer_back(c->server, in);
      break;
    }
    if (c->timeline != AT_HEAD) {
      oms_clock_enter(c, AT_HEAD);
    }
    if (in->phase == OMS_HTTP_BODY && in->expects) {
      in->expects = false;
      go_on(c);
    }
    break;
  case OMS_HTTP_WHOLE:
    hand_over(c);
    break;
  case OMS_HTTP_REFUSED:
    c->head_only = in->head_only;
    c->minor = 1;
    oms_conn_refuse(c, in->status, in->why);
    break;
  }
  return used;
}

/* The next request waits until the one before is answered, and until the client reads. */
static bool busy(const conn_t *c) {
  return c->asked || c->streaming || oms_out_unsent(c) > UNSENT_BEFORE_NEXT;
}

/* Returns how many bytes were taken. */
static size_t feed(conn_t *c, const char *data, size_t n) {
  size_t used = 0;
  while (used < n && !c->dropped) {
    if (c->socket) {
      oms_socket_feed(c, data + used, n - used);
      return n;
    }
    if (c->ending) {
      return n;
    }
    if (busy(c)) {
      return used;
    }
    used += read_request(c, data + used, n - used);
  }
  return used;
}

static void pause_reading(conn_t *c) {
  if (!c->paused && !c->dropped) {
    c->paused = true;
    uv_read_stop((uv_stream_t *)&c->tcp);
  }
}

/* Feeds, and keeps what cannot be taken now; as long as something is kept no more is read. */
static void take(conn_t *c, const char *data, size_t n) {
  size_t used = c->rest.n > c->rest_off ? 0 : feed(c, data, n);
  if (c->dropped || used == n) {
    return;
  }
  if (!oms_http_text_put(&c->rest, data + used, n - used)) {
    oms_conn_drop(c);
    return;
  }
  pause_reading(c);
}

static void take_tls(conn_t *c, const char *data, size_t n) {
  oms_server_t *s = c->server;
  if (!oms_tls_put(c->tls, data, n)) {
    oms_conn_drop(c);
    return;
  }
  for (;;) {
    long got = oms_tls_read(c->tls, s->plain, sizeof s->plain);
    if (got <= 0) {
      oms_out_tls(c);
      if (got < 0 && !c->dropped) {
        oms_conn_ended_by_peer(c);
      } else if (!c->ready && !c->dropped && oms_tls_ready(c->tls)) {
        c->ready = true;
        oms_clock_enter(c, AT_IDLE);
      }
      return;
    }
    if (!c->ready) {
      c->ready = true;
      oms_clock_enter(c, AT_IDLE);
    }
    take(c, s->plain, (size_t)got);
    if (c->dropped) {
      return;
    }
  }
}

static void give_room(uv_handle_t *h, size_t wanted, uv_buf_t *buf) {
  (void)wanted;
  conn_t *c = h->data;
  *buf = uv_buf_init(c->server->in, sizeof c->server->in);
}

static void on_read(uv_stream_t *stream, ssize_t n, const uv_buf_t *buf) {
  conn_t *c = stream->data;
  if (n == UV_EOF) {
    oms_conn_ended_by_peer(c);
  } else if (n < 0) {
    oms_conn_drop(c);
  } else if (n > 0) {
    c->server->figures.bytes_in += (uint64_t)n;
    if (c->tls != NULL) {
      take_tls(c, buf->base, (size_t)n);
    } else {
      take(c, buf->base, (size_t)n);
    }
  }
}

static bool all_left(const conn_t *c) {
  return c->queue.head == NULL && c->wire.head == NULL && c->flight == NULL;
}

void oms_conn_ended_by_peer(conn_t *c) {
  c->eof = true;
  if (c->socket || c->streaming || c->ending || (c->tls != NULL && !c->ready)) {
    if (c->ending && !c->socket && !all_left(c)) {
      return; /* it may have closed its half only, and reads on */
    }
    oms_conn_drop(c);
    return;
  }
  oms_out_later(c);
}

void oms_conn_resume(conn_t *c) {
  if (c->dropped) {
    return;
  }
  if (c->rest.n > c->rest_off) {
    c->rest_off += feed(c, c->rest.data + c->rest_off, c->rest.n - c->rest_off);
    if (c->dropped || c->rest.n > c->rest_off) {
      return;
    }
  }
  if (c->rest.data != NULL) {
    oms_free(c->rest.data);
    c->rest = (oms_http_text_t){0};
    c->rest_off = 0;
  }
  if (c->eof) {
    if (!c->asked && all_left(c)) {
      oms_conn_drop(c);
    }
  } else if (c->paused) {
    c->paused = false;
    uv_read_start((uv_stream_t *)&c->tcp, give_room, on_read);
  }
}

static void gone(uv_handle_t *h) {
  conn_t *c = h->data;
  oms_server_t *s = c->server;
  if (c->known && s->handler.closed != NULL) {
    s->handler.closed(s->handler.self, c->id);
  }
  oms_out_free(c);
  buffer_back(s, c->in);
  oms_ws_in_free(c->ws);
  oms_tls_free(c->tls);
  oms_free(c->rest.data);
  oms_free(c->accept);
  oms_free(c);
  s->live--;
  oms_server_gone(s);
}

static void detach(conn_t *c) {
  oms_server_t *s = c->server;
  c->dropped = true;
  oms_clock_enter(c, AT_NONE);
  for (int i = 0; i < LISTS; i++) {
    oms_list_remove(c, (list_name_t)i);
  }
  oms_table_remove(s, c);
  oms_peer_give(s, c->peer);
  c->peer = NULL;
  if (c->refused) {
    s->lingering--;
  } else {
    s->figures.connections--;
  }
  if (c->socket) {
    s->figures.websockets--;
  }
}

void oms_conn_drop(conn_t *c) {
  if (!c->dropped) {
    detach(c);
    uv_close((uv_handle_t *)&c->tcp, gone);
  }
}

void oms_conn_cut(conn_t *c) {
  if (!c->dropped) {
    c->server->figures.cut_off++;
    detach(c);
    if (uv_tcp_close_reset(&c->tcp, gone) != 0) {
      uv_close((uv_handle_t *)&c->tcp, gone);
    }
  }
}

void oms_conn_end(conn_t *c) {
  c->ending = true;
  c->asked = false;
  oms_out_later(c);
}

static void half_close(conn_t *c) {
  uv_os_fd_t fd;
  if (c->eof || uv_fileno((uv_handle_t *)&c->tcp, &fd) != 0 || shutdown(fd, SHUT_WR) != 0) {
    oms_conn_drop(c);
    return;
  }
  oms_clock_enter(c, AT_END);
  if (c->paused) { /* closing over unread bytes would take the answer back */
    c->paused = false;
    uv_read_start((uv_stream_t *)&c->tcp, give_room, on_read);
  }
}

void oms_conn_drained(conn_t *c) {
  if (!c->ending || c->asked || c->timeline == AT_END) {
    return;
  }
  if (c->socket && !c->heard_close) {
    oms_clock_enter(c, AT_END);
    return;
  }
  if (c->tls != NULL && !c->tls_ended) {
    c->tls_ended = true;
    oms_tls_end(c->tls);
    oms_out_tls(c);
    if (c->dropped || c->flight != NULL) {
      return;
    }
  }
  half_close(c);
}

void oms_conn_refuse(conn_t *c, int status, const char *why) {
  char body[OMS_HTTP_ERROR_ROOM];
  char id[40];
  const oms_http_header_t headers[] = {
      {"X-Request-ID",          id  },
      {"Sec-WebSocket-Version", "13"}
  };
  snprintf(id, sizeof id, "%016" PRIx64 "%016" PRIx64, uv_hrtime(), ++c->server->refusals);
  oms_http_answer_t a = {.status = status,
                         .type = "application/json",
                         .body = body,
                         .body_n = oms_http_error_body(body, status, why),
                         .headers = headers,
                         .header_n = status == 426 ? 2 : 1,
                         .close = true};
  c->received = 0; /* no request of the handler's */
  oms_answer_put(c, &a);
}

static void peer_name(const uv_tcp_t *tcp, char out[PEER_TEXT]) {
  struct sockaddr_storage a;
  int n = sizeof a;
  out[0] = '\0';
  if (uv_tcp_getpeername(tcp, (struct sockaddr *)&a, &n) == 0) {
    if (a.ss_family == AF_INET6) {
      uv_ip6_name((const struct sockaddr_in6 *)&a, out, PEER_TEXT);
    } else {
      uv_ip4_name((const struct sockaddr_in *)&a, out, PEER_TEXT);
    }
  }
}

/* One too many: told so, and closed. Bytes that it sent are read away for a while, or closing would
 * take back what it is told. */
static void turn_away(conn_t *c) {
  oms_server_t *s = c->server;
  s->figures.refused++;
  c->refused = true;
  s->lingering++;
  if (s->tls == NULL && !s->stopping) {
    c->minor = 1;
    oms_conn_refuse(c, 503, "no more connections are taken now");
    oms_out_flush(c);
  }
  if (s->tls != NULL || s->stopping || s->lingering > LINGERING_MAX) {
    oms_conn_drop(c);
  }
}

void oms_conn_accept(oms_server_t *s) {
  char name[PEER_TEXT];
  conn_t *c = oms_alloc_zero(1, sizeof *c);
  s->accept_waits = c == NULL;
  if (c == NULL) {
    return;
  }
  c->server = s;
  c->tcp.data = c;
  uv_tcp_init(s->loop, &c->tcp);
  s->live++;
  s->figures.connections++;
  oms_list_add(c, IN_ALL);
  if (uv_accept((uv_stream_t *)&s->listener, (uv_stream_t *)&c->tcp) != 0) {
    oms_conn_drop(c);
    return;
  }
  peer_name(&c->tcp, name);
  c->peer = oms_peer_take(s, name);
  uv_tcp_nodelay(&c->tcp, 1);
  uv_tcp_keepalive(&c->tcp, 1, KEEPALIVE_S); /* finds streams whose client has vanished */
  uv_read_start((uv_stream_t *)&c->tcp, give_room, on_read);
  if (c->peer == NULL || s->stopping || c->peer->n > s->o.max_per_peer || !oms_table_put(s, c)) {
    s->figures.connections--;
    turn_away(c);
    return;
  }
  s->figures.accepted++;
  if (s->tls != NULL && (c->tls = oms_tls_new(s->tls)) == NULL) {
    oms_conn_drop(c);
    return;
  }
  oms_clock_enter(c, s->tls != NULL ? AT_HEAD : AT_IDLE);
}
