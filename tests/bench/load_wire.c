/* load_wire.c - keep-alive connections over epoll: one request at a time on each, HTTP/1.1 with a
 * length. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "load.h"

typedef struct connection {
  int fd; /* -1: lost */
  bool connected, busy;
  int64_t again; /* when to try anew */
  load_op_t op;
  size_t out_at, out_n, in_n;
  char out[LOAD_REQUEST_MAX];
  char in[LOAD_ANSWER_MAX + 1];
} connection_t;

typedef struct run {
  const load_wire_t *w;
  const load_source_t *s;
  int epoll;
  connection_t *all;
  size_t open, busy;
  size_t *idle, idle_n;
  int64_t later;    /* when the source is to be asked again */
  int64_t alone_at; /* since when no connection is there; 0: there are some */
  bool ever;
} run_t;

int64_t load_now(void) {
  struct timespec t;
  (void)clock_gettime(CLOCK_MONOTONIC, &t);
  return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static void watch(run_t *r, connection_t *c, uint32_t events, int what) {
  struct epoll_event e = {.events = events, .data.ptr = c};
  (void)epoll_ctl(r->epoll, what, c->fd, &e);
}

static void lose(run_t *r, connection_t *c, int64_t now) {
  if (c->fd < 0) {
    return;
  }
  (void)close(c->fd);
  c->fd = -1;
  c->again = now + 5000000;
  if (c->connected) {
    r->open--;
  }
  for (size_t i = 0; c->connected && i < r->idle_n; i++) {
    if (r->idle[i] == (size_t)(c - r->all)) {
      r->idle[i] = r->idle[--r->idle_n];
      break;
    }
  }
  c->connected = false;
  if (c->busy) {
    c->busy = false;
    r->busy--;
    r->s->answered(r->s->self, &c->op, NULL, now);
  }
}

static void dial(run_t *r, connection_t *c, int64_t now) {
  struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons((uint16_t)r->w->port)};
  int one = 1;
  c->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (c->fd < 0 || inet_pton(AF_INET, r->w->host, &a.sin_addr) != 1) {
    (void)fprintf(stderr, "load: no socket for %s\n", r->w->host);
    exit(2);
  }
  (void)setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  c->in_n = c->out_n = c->out_at = 0;
  if (connect(c->fd, (struct sockaddr *)&a, sizeof a) != 0 && errno != EINPROGRESS) {
    lose(r, c, now);
    return;
  }
  watch(r, c, EPOLLOUT | EPOLLIN, EPOLL_CTL_ADD);
}

static void push(run_t *r, connection_t *c, int64_t now) {
  while (c->out_at < c->out_n) {
    ssize_t n = send(c->fd, c->out + c->out_at, c->out_n - c->out_at, MSG_NOSIGNAL);
    if (n < 0 && errno == EAGAIN) {
      watch(r, c, EPOLLIN | EPOLLOUT, EPOLL_CTL_MOD);
      return;
    }
    if (n <= 0) {
      lose(r, c, now);
      return;
    }
    c->out_at += (size_t)n;
  }
}

static void ask(run_t *r, connection_t *c, const load_op_t *op, int64_t now) {
  c->op = *op;
  c->busy = true;
  r->busy++;
  c->in_n = 0;
  c->out_at = 0;
  c->out_n = r->s->write(r->s->self, op, c->out);
  push(r, c, now);
}

/* Gives what is due to idle connections. */
static void feed(run_t *r, int64_t now) {
  load_op_t op;
  while (r->idle_n > 0 && r->s->next(r->s->self, now, &op, &r->later)) {
    size_t i = r->idle[--r->idle_n];
    ask(r, &r->all[i], &op, now);
  }
}

/* The length of the body by the head, which ends at 'head'; -1: it has none. */
static long body_length(const char *in, size_t head, int status) {
  for (const char *line = strstr(in, "\r\n"); line != NULL && line < in + head;
       line = strstr(line + 2, "\r\n")) {
    if (strncasecmp(line + 2, "content-length:", 15) == 0) {
      return strtol(line + 17, NULL, 10);
    }
  }
  return status == 204 || status == 304 ? 0 : -1;
}

/* A whole answer: hands it over. False: not yet, or the connection is no use any more. */
static bool take_answer(run_t *r, connection_t *c, int64_t now) {
  c->in[c->in_n] = '\0';
  char *end = strstr(c->in, "\r\n\r\n");
  if (end == NULL) {
    return false;
  }
  load_answer_t a = {.status = (int)strtol(c->in + 9, NULL, 10)};
  size_t head = (size_t)(end - c->in) + 4;
  long length = body_length(c->in, head, a.status);
  if (length < 0 || head + (size_t)length > LOAD_ANSWER_MAX) {
    (void)fprintf(stderr, "load: an answer without a length, or too long: %.80s\n", c->in);
    lose(r, c, now);
    return false;
  }
  if (c->in_n < head + (size_t)length) {
    return false;
  }
  a.body = c->in + head;
  a.n = (size_t)length;
  c->in[head + a.n] = '\0';
  c->busy = false;
  r->busy--;
  r->s->answered(r->s->self, &c->op, &a, now);
  r->idle[r->idle_n++] = (size_t)(c - r->all);
  return true;
}

static void pull(run_t *r, connection_t *c) {
  for (;;) {
    ssize_t n = recv(c->fd, c->in + c->in_n, LOAD_ANSWER_MAX - c->in_n, 0);
    int64_t now = load_now();
    if (n < 0 && errno == EAGAIN) {
      return;
    }
    if (n <= 0) {
      lose(r, c, now);
      return;
    }
    c->in_n += (size_t)n;
    if (c->busy && take_answer(r, c, now)) {
      return;
    }
    if (c->fd < 0) {
      return;
    }
  }
}

static void happen(run_t *r, connection_t *c, uint32_t events, int64_t now) {
  if (c->fd < 0) {
    return;
  }
  if (!c->connected) {
    int error = 0;
    socklen_t n = sizeof error;
    (void)getsockopt(c->fd, SOL_SOCKET, SO_ERROR, &error, &n);
    if (error != 0 || (events & (EPOLLERR | EPOLLHUP)) != 0) {
      lose(r, c, now);
      return;
    }
    c->connected = r->ever = true;
    r->open++;
    r->idle[r->idle_n++] = (size_t)(c - r->all);
    watch(r, c, EPOLLIN, EPOLL_CTL_MOD);
    return;
  }
  if ((events & EPOLLOUT) != 0 && c->out_at < c->out_n) {
    watch(r, c, EPOLLIN, EPOLL_CTL_MOD);
    push(r, c, now);
  }
  if (c->fd >= 0 && (events & (EPOLLIN | EPOLLHUP | EPOLLERR)) != 0) {
    pull(r, c);
  }
}

static int wait_ms(const run_t *r, int64_t now) {
  int64_t until = now + 5000000;
  if (r->idle_n > 0 && r->later < until) {
    until = r->later;
  }
  return until <= now ? 0 : (int)((until - now) / 1000000);
}

/* Lost connections are made anew; false: the run is to end. */
static bool mend(run_t *r, int64_t now) {
  if (r->open > 0) {
    r->alone_at = 0;
  } else if (r->alone_at == 0) {
    r->alone_at = now;
  }
  if (r->w->until_lost && r->ever && r->open == 0) {
    return false;
  }
  if (r->alone_at != 0 && now - r->alone_at > r->w->give_up) {
    return false;
  }
  for (size_t i = 0; i < r->w->connections; i++) {
    connection_t *c = &r->all[i];
    if (c->fd < 0 && c->again <= now && !(r->w->until_lost && r->ever && r->alone_at == 0)) {
      dial(r, c, now);
    }
  }
  return true;
}

bool load_run(const load_wire_t *w, const load_source_t *s) {
  run_t r = {.w = w, .s = s, .epoll = epoll_create1(EPOLL_CLOEXEC)};
  struct epoll_event events[256];
  r.all = calloc(w->connections, sizeof *r.all);
  r.idle = calloc(w->connections, sizeof *r.idle);
  if (r.epoll < 0 || r.all == NULL || r.idle == NULL) {
    (void)fprintf(stderr, "load: no room for %zu connections\n", w->connections);
    exit(2);
  }
  for (size_t i = 0; i < w->connections; i++) {
    r.all[i].fd = -1;
  }
  int64_t now = load_now();
  while (mend(&r, now) && !(s->done(s->self) && r.busy == 0)) {
    int n = epoll_wait(r.epoll, events, 256, wait_ms(&r, now));
    now = load_now();
    for (int i = 0; i < n; i++) {
      happen(&r, events[i].data.ptr, events[i].events, now);
    }
    now = load_now();
    feed(&r, now);
  }
  for (size_t i = 0; i < w->connections; i++) {
    lose(&r, &r.all[i], now);
  }
  (void)close(r.epoll);
  free(r.all);
  free(r.idle);
  return r.ever;
}

const char *load_field(const char *json, const char *key, char *out, size_t n) {
  char name[64];
  out[0] = '\0';
  (void)snprintf(name, sizeof name, "\"%s\":", key);
  const char *at = strstr(json, name);
  if (at == NULL) {
    return out;
  }
  at += strlen(name);
  at += *at == ' ';
  bool quoted = *at == '"';
  at += quoted;
  size_t length = strcspn(at, quoted ? "\"" : ",}] \r\n");
  length = length < n - 1 ? length : n - 1;
  memcpy(out, at, length);
  out[length] = '\0';
  return out;
}
