/* answer.c - answers of the handler and of the server itself, and streams. */
#include <stdio.h>
#include <string.h>

#include "net/server_int.h"

/* The answer to the request has been put: what becomes of the connection. */
static void answered(conn_t *c, bool last) {
  c->asked = false;
  if (last || c->server->stopping) {
    oms_conn_end(c);
    return;
  }
  oms_clock_enter(c, AT_IDLE);
  if (c->rest.n > c->rest_off || c->eof) {
    oms_out_later(c);
  }
}

void oms_answer_put(conn_t *c, const oms_http_answer_t *a) {
  bool last = a->close || !c->keep_alive || c->server->stopping;
  oms_http_how_t how = {OMS_HTTP_LENGTH, !last, c->minor};
  size_t body = c->head_only || oms_http_bare(a->status) ? 0 : a->body_n;
  size_t room = oms_http_head_room(a) + body;
  bool first = c->queue.head == NULL && c->wire.head == NULL;
  char *to = oms_out_room(c, room, a->gate);
  if (to == NULL) {
    return;
  }
  size_t n = oms_http_head_write(to, a, how, &c->server->date);
  if (body > 0) {
    memcpy(to + n, a->body, body);
  }
  oms_out_unput(c, room - n - body);
  oms_out_mark(c);
  answered(c, last);
  if (first) {
    oms_out_flush(c);
  } else {
    oms_out_later(c);
  }
}

void oms_server_answer(oms_server_t *s, oms_conn_t conn, const oms_http_answer_t *a) {
  conn_t *c = oms_table_find(s, conn);
  if (c != NULL && c->asked) {
    oms_answer_put(c, a);
  }
}

void oms_server_begin_stream(oms_server_t *s, oms_conn_t conn, const oms_http_answer_t *head) {
  conn_t *c = oms_table_find(s, conn);
  if (c == NULL || !c->asked) {
    return;
  }
  oms_http_how_t how = {c->minor == 1 ? OMS_HTTP_CHUNKED : OMS_HTTP_TO_END, false, c->minor};
  size_t room = oms_http_head_room(head);
  char *to = oms_out_room(c, room, head->gate);
  if (to == NULL) {
    return;
  }
  oms_out_unput(c, room - oms_http_head_write(to, head, how, &s->date));
  oms_out_mark(c);
  c->asked = false;
  if (c->head_only) {
    oms_conn_end(c);
    return;
  }
  c->streaming = true;
  c->chunked = how.framing == OMS_HTTP_CHUNKED;
  oms_out_later(c);
  if (head->body_n > 0) {
    oms_server_stream(s, conn, head->body, head->body_n, head->gate);
  }
}

void oms_server_stream(oms_server_t *s, oms_conn_t conn, const char *data, size_t n,
                       uint64_t gate) {
  conn_t *c = oms_table_find(s, conn);
  char size[24];
  if (c == NULL || !c->streaming || c->ending || n == 0) {
    return;
  }
  size_t head = c->chunked ? (size_t)snprintf(size, sizeof size, "%zx\r\n", n) : 0;
  char *to = oms_out_room(c, head + n + (c->chunked ? 2 : 0), gate);
  if (to == NULL) {
    return;
  }
  memcpy(to, size, head);
  memcpy(to + head, data, n);
  if (c->chunked) {
    memcpy(to + head + n, "\r\n", 2);
  }
  oms_out_later(c);
}

void oms_server_end(oms_server_t *s, oms_conn_t conn, int code, const char *reason) {
  conn_t *c = oms_table_find(s, conn);
  if (c == NULL || c->ending) {
    return;
  }
  if (c->socket) {
    oms_socket_close(c, code, reason);
    return;
  }
  if (c->streaming && c->chunked) {
    char *to = oms_out_room(c, 5, 0);
    if (to == NULL) {
      return;
    }
    memcpy(to, "0\r\n\r\n", 5);
  }
  oms_conn_end(c);
}

size_t oms_server_unsent(const oms_server_t *s, oms_conn_t conn) {
  const conn_t *c = oms_table_find(s, conn);
  return c == NULL ? 0 : oms_out_unsent(c);
}
