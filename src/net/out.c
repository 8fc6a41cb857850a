/* out.c - what is to be sent. Pieces wait in the order in which they were put; from the first whose
 * gate is not reached on all wait. What may leave becomes bytes of the wire (TLS encrypts here), is
 * tried at once, and what the socket does not take is left to libuv, one write at a time. */
#include <string.h>

#include "base/alloc.h"
#include "net/server_int.h"

enum { PIECE_ROOM = 2048 - sizeof(piece_t), SPARE_PIECES = 512, BUFS = 32 };

static piece_t *piece_new(oms_server_t *s, size_t n) {
  piece_t *p = s->spare_pieces;
  if (n <= PIECE_ROOM && p != NULL) {
    s->spare_pieces = p->next;
    s->spare_n--;
  } else {
    size_t room = n <= PIECE_ROOM ? PIECE_ROOM : n;
    p = oms_alloc(sizeof *p + room);
    if (p == NULL) {
      return NULL;
    }
    p->cap = room;
  }
  p->next = NULL;
  p->gate = 0;
  p->received = p->released = 0;
  p->off = p->n = 0;
  return p;
}

static void piece_free(oms_server_t *s, piece_t *p) {
  if (p->cap == PIECE_ROOM && s->spare_n < SPARE_PIECES) {
    p->next = s->spare_pieces;
    s->spare_pieces = p;
    s->spare_n++;
  } else {
    oms_free(p);
  }
}

static void push(pieces_t *q, piece_t *p) {
  *(q->tail != NULL ? &q->tail->next : &q->head) = p;
  q->tail = p;
}

static piece_t *shift(pieces_t *q) {
  piece_t *p = q->head;
  q->head = p->next;
  if (q->head == NULL) {
    q->tail = NULL;
  }
  p->next = NULL;
  return p;
}

static void pieces_free(oms_server_t *s, pieces_t *q) {
  while (q->head != NULL) {
    piece_free(s, shift(q));
  }
}

size_t oms_out_unsent(const conn_t *c) {
  return c->unsent + uv_stream_get_write_queue_size((const uv_stream_t *)&c->tcp);
}

/* Whether more may be put; one that has left too much unread is cut off here. */
static bool may_put(conn_t *c) {
  if (!c->dropped && oms_out_unsent(c) > c->server->o.max_unsent) {
    oms_conn_cut(c);
  }
  return !c->dropped;
}

static bool fits(const piece_t *p, size_t n, uint64_t gate) {
  return p != NULL && p->gate == gate && p->received == 0 && p->cap - p->n >= n;
}

/* The room in 'p', or in a new piece behind 'before' (NULL: in front). */
static char *room_in(conn_t *c, piece_t *p, piece_t *before, size_t n, uint64_t gate) {
  if (p == NULL) {
    p = piece_new(c->server, n);
    if (p == NULL) {
      oms_conn_drop(c);
      return NULL;
    }
    p->gate = gate;
    piece_t **at = before == NULL ? &c->queue.head : &before->next;
    p->next = *at;
    *at = p;
    if (p->next == NULL) {
      c->queue.tail = p;
    }
  }
  char *room = p->data + p->n;
  p->n += n;
  c->unsent += n;
  return room;
}

char *oms_out_room(conn_t *c, size_t n, uint64_t gate) {
  if (!may_put(c)) {
    return NULL;
  }
  piece_t *tail = c->queue.tail;
  gate = gate <= c->server->released ? 0 : gate;
  return room_in(c, fits(tail, n, gate) ? tail : NULL, tail, n, gate);
}

char *oms_out_room_ahead(conn_t *c, size_t n) {
  piece_t *before = NULL;
  if (!may_put(c)) {
    return NULL;
  }
  for (piece_t *p = c->queue.head; p != NULL && p->gate <= c->server->released; p = p->next) {
    before = p;
  }
  return room_in(c, fits(before, n, 0) ? before : NULL, before, n, 0);
}

void oms_out_unput(conn_t *c, size_t n) {
  c->queue.tail->n -= n;
  c->unsent -= n;
}

void oms_out_mark(conn_t *c) {
  piece_t *p = c->queue.tail;
  if (c->server->handler.sent != NULL && p != NULL) {
    p->received = c->received;
    p->released = p->gate == 0 ? (int64_t)uv_hrtime() : 0;
  }
}

static bool take_ciphertext(conn_t *c, const piece_t *of) {
  size_t n = oms_tls_pending(c->tls);
  if (n == 0) {
    return true;
  }
  piece_t *p = piece_new(c->server, n);
  if (p == NULL) {
    return false;
  }
  p->n = oms_tls_take(c->tls, p->data, n);
  c->unsent += p->n;
  if (of != NULL) {
    p->received = of->received;
    p->released = of->released;
  }
  push(&c->wire, p);
  return true;
}

/* What may leave, to the wire. False: out of memory. */
static bool let_go(conn_t *c) {
  oms_server_t *s = c->server;
  while (c->queue.head != NULL && c->queue.head->gate <= s->released) {
    piece_t *p = shift(&c->queue);
    if (p->received != 0 && p->released == 0) {
      p->released = s->released_at;
    }
    if (c->tls == NULL) {
      push(&c->wire, p);
      continue;
    }
    c->unsent -= p->n;
    bool ok = oms_tls_write(c->tls, p->data, p->n) && take_ciphertext(c, p);
    piece_free(s, p);
    if (!ok) {
      return false;
    }
  }
  if (c->queue.head != NULL) {
    oms_list_add(c, IN_GATE);
  } else {
    oms_list_remove(c, IN_GATE);
  }
  return true;
}

static void sent(oms_server_t *s, const piece_t *p) {
  if (p->received != 0 && s->handler.sent != NULL) {
    s->handler.sent(s->handler.self, p->received, p->released);
  }
}

static unsigned bufs_of(const pieces_t *q, uv_buf_t *bufs) {
  unsigned n = 0;
  for (piece_t *p = q->head; p != NULL && n < BUFS; p = p->next) {
    bufs[n++] = uv_buf_init(p->data + p->off, (unsigned)(p->n - p->off));
  }
  return n;
}

/* Takes 'n' bytes off the wire's head. */
static void advance(conn_t *c, size_t n) {
  oms_server_t *s = c->server;
  c->unsent -= n;
  s->figures.bytes_out += n;
  while (c->wire.head != NULL && n >= c->wire.head->n - c->wire.head->off) {
    piece_t *p = shift(&c->wire);
    n -= p->n - p->off;
    sent(s, p);
    piece_free(s, p);
  }
  if (c->wire.head != NULL) {
    c->wire.head->off += n;
  }
}

void oms_flight_free(oms_server_t *s, flight_t *f) {
  pieces_free(s, &f->pieces);
  f->next = s->spare_flights;
  s->spare_flights = f;
}

static void landed(uv_write_t *req, int status) {
  flight_t *f = req->data;
  conn_t *c = f->conn;
  oms_server_t *s = c->server;
  c->flight = NULL;
  oms_list_remove(c, IN_STALL);
  for (piece_t *p = f->pieces.head; status == 0 && p != NULL; p = p->next) {
    s->figures.bytes_out += p->n - p->off;
    sent(s, p);
  }
  oms_flight_free(s, f);
  if (status < 0) {
    oms_conn_drop(c);
  } else {
    oms_out_flush(c);
    oms_conn_resume(c);
  }
}

/* What the socket did not take. */
static void fly(conn_t *c) {
  oms_server_t *s = c->server;
  flight_t *f = s->spare_flights;
  uv_buf_t bufs[BUFS];
  if (f != NULL) {
    s->spare_flights = f->next;
  } else if ((f = oms_alloc(sizeof *f)) == NULL) {
    oms_conn_drop(c);
    return;
  }
  unsigned n = bufs_of(&c->wire, bufs);
  f->conn = c;
  f->req.data = f;
  f->pieces = (pieces_t){0};
  for (unsigned i = 0; i < n; i++) {
    c->unsent -= bufs[i].len;
    push(&f->pieces, shift(&c->wire));
  }
  if (uv_write(&f->req, (uv_stream_t *)&c->tcp, bufs, n, landed) != 0) {
    oms_flight_free(s, f);
    oms_conn_drop(c);
    return;
  }
  c->flight = f;
  c->stall_left = uv_stream_get_write_queue_size((uv_stream_t *)&c->tcp);
  c->stall_since = (int64_t)uv_now(s->loop);
  oms_list_add(c, IN_STALL);
}

/* False: the connection is gone. */
static bool try_out(conn_t *c) {
  uv_buf_t bufs[BUFS];
  while (c->wire.head != NULL && c->flight == NULL) {
    unsigned n = bufs_of(&c->wire, bufs);
    size_t all = 0;
    for (unsigned i = 0; i < n; i++) {
      all += bufs[i].len;
    }
    int put = uv_try_write((uv_stream_t *)&c->tcp, bufs, n);
    if (put < 0 && put != UV_EAGAIN) {
      oms_conn_drop(c);
      return false;
    }
    advance(c, put > 0 ? (size_t)put : 0);
    if (put < 0 || (size_t)put < all) {
      fly(c);
    }
  }
  return !c->dropped;
}

void oms_out_flush(conn_t *c) {
  if (c->dropped) {
    return;
  }
  if (!let_go(c)) {
    oms_conn_drop(c);
    return;
  }
  if (try_out(c) && c->queue.head == NULL && c->wire.head == NULL && c->flight == NULL) {
    oms_conn_drained(c);
  }
}

void oms_out_tls(conn_t *c) {
  if (!take_ciphertext(c, NULL)) {
    oms_conn_drop(c);
    return;
  }
  try_out(c);
}

void oms_out_free(conn_t *c) {
  pieces_free(c->server, &c->queue);
  pieces_free(c->server, &c->wire);
}

void oms_out_spares_free(oms_server_t *s) {
  while (s->spare_pieces != NULL) {
    piece_t *p = s->spare_pieces;
    s->spare_pieces = p->next;
    oms_free(p);
  }
  while (s->spare_flights != NULL) {
    flight_t *f = s->spare_flights;
    s->spare_flights = f->next;
    oms_free(f);
  }
}

static void no_rest(uv_idle_t *idle) {
  (void)idle; /* that it runs keeps the loop from sleeping before the turn */
}

void oms_out_later(conn_t *c) {
  oms_server_t *s = c->server;
  if (c->dropped) {
    return;
  }
  if (s->lists[IN_TURN].head == NULL && !s->closing) {
    uv_idle_start(&s->idle, no_rest);
  }
  oms_list_add(c, IN_TURN);
}

void oms_out_turn(oms_server_t *s) {
  while (s->lists[IN_TURN].head != NULL) {
    conn_t *c = s->lists[IN_TURN].head;
    oms_list_remove(c, IN_TURN);
    oms_out_flush(c);
    oms_conn_resume(c);
  }
  if (!s->closing) {
    uv_idle_stop(&s->idle);
  }
}

void oms_server_release(oms_server_t *s, uint64_t gate) {
  if (gate <= s->released) {
    return;
  }
  s->released = gate;
  s->released_at = (int64_t)uv_hrtime();
  for (conn_t *c = s->lists[IN_GATE].head, *next; c != NULL; c = next) {
    next = c->links[IN_GATE].next;
    if (c->queue.head != NULL && c->queue.head->gate <= gate) {
      oms_out_flush(c);
      if (c->rest.n > c->rest_off || c->eof) {
        oms_out_later(c);
      }
    }
  }
}
