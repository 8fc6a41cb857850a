/* fan.c - many clients on the stream of order events: how long after an order was asked for each of
 * them hears of it, and whether one that never reads is cut off while the others go on.
 *
 *   fan --address A --key K --secret S [--clients 100] [--slow 0] [--orders 2000] [--rate 1000]
 *       [--symbol X] [--path /stream]
 *
 * Prints one line: heard (events by which a client learned of an order first), missing, p50_ms,
 * p99_ms, max_ms, cut (slow clients that the server has let go), seconds. Exit status 1: a client
 * that reads has missed an order or was cut off. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/histogram.h"

enum { ROOM = 1 << 18, ORDERS_MAX = 1000000 };

typedef struct reader {
  int fd;
  bool slow, gone;
  size_t n;
  long heard; /* number of the last order that it heard of */
  unsigned char *in;
} reader_t;

typedef struct fan {
  const char *host, *key, *secret, *symbol, *path;
  int port, clients, slow, epoll;
  long orders, rate;
  reader_t *readers;
  int64_t *sent; /* by order, from 1 */
  oms_histogram_t time;
  uint64_t heard, cut, lost;
} fan_t;

static _Noreturn void quit(const char *what) {
  (void)fprintf(stderr, "fan: %s\n", what);
  exit(2);
}

static int64_t now_ns(void) {
  struct timespec t;
  (void)clock_gettime(CLOCK_MONOTONIC, &t);
  return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static int dial(const fan_t *f, bool slow) {
  struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons((uint16_t)f->port)};
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), one = 1, small = 4096;
  (void)inet_pton(AF_INET, f->host, &a.sin_addr);
  if (slow) {
    (void)setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
  }
  if (fd < 0 || connect(fd, (struct sockaddr *)&a, sizeof a) != 0) {
    quit("nobody listens");
  }
  (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  return fd;
}

static void put(int fd, const void *data, size_t n) {
  if (send(fd, data, n, MSG_NOSIGNAL) != (ssize_t)n) {
    quit("a request could not be sent");
  }
}

/* A masked text frame; the mask is zero. */
static void put_frame(int fd, const char *text) {
  unsigned char frame[600] = {0x81};
  size_t n = strlen(text), at = 2;
  if (n < 126) {
    frame[1] = (unsigned char)(0x80 | n);
  } else {
    frame[1] = 0x80 | 126;
    frame[2] = (unsigned char)(n >> 8);
    frame[3] = (unsigned char)n;
    at = 4;
  }
  memcpy(frame + at + 4, text, n);
  put(fd, frame, at + 4 + n);
}

/* Reads until the text has come, at most 5 s. */
static void expect(int fd, const char *text) {
  char in[4096];
  size_t n = 0;
  int64_t until = now_ns() + INT64_C(5000000000);
  while (now_ns() < until && n < sizeof in - 1) {
    struct pollfd p = {.fd = fd, .events = POLLIN};
    if (poll(&p, 1, 100) <= 0) {
      continue;
    }
    ssize_t got = recv(fd, in + n, 1, 0); /* no byte of what comes behind it */
    if (got <= 0) {
      break;
    }
    n += (size_t)got;
    in[n] = '\0';
    if (n >= strlen(text) && memcmp(in + n - strlen(text), text, strlen(text)) == 0) {
      return;
    }
  }
  (void)fprintf(stderr, "fan: %s did not come: %.*s\n", text, (int)n, in);
  exit(2);
}

static void join(fan_t *f, reader_t *r, bool slow) {
  char text[600];
  *r = (reader_t){.fd = dial(f, slow), .slow = slow};
  r->in = malloc(ROOM);
  (void)snprintf(text, sizeof text,
                 "GET %s HTTP/1.1\r\nHost: %s:%d\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                 "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n",
                 f->path, f->host, f->port);
  put(r->fd, text, strlen(text));
  expect(r->fd, "\r\n\r\n");
  (void)snprintf(text, sizeof text, "{\"action\":\"auth\",\"key\":\"%s\",\"secret\":\"%s\"}",
                 f->key, f->secret);
  put_frame(r->fd, text);
  expect(r->fd, "\"authorized\"");
  put_frame(r->fd, "{\"action\":\"listen\",\"data\":{\"streams\":[\"trade_updates\"]}}");
  expect(r->fd, "trade_updates\"]}}");
  (void)fcntl(r->fd, F_SETFL, O_NONBLOCK);
  struct epoll_event e = {.events = slow ? EPOLLRDHUP : EPOLLIN, .data.ptr = r};
  if (r->in == NULL || epoll_ctl(f->epoll, EPOLL_CTL_ADD, r->fd, &e) != 0) {
    quit("no room for the clients");
  }
}

static void lose(fan_t *f, reader_t *r) {
  if (!r->gone) {
    r->gone = true;
    (void)epoll_ctl(f->epoll, EPOLL_CTL_DEL, r->fd, NULL);
    f->cut += r->slow;
    f->lost += !r->slow;
  }
}

static void hear(fan_t *f, reader_t *r, char *text, size_t n, int64_t now) {
  char kept = text[n];
  text[n] = '\0';
  const char *id = strstr(text, "\"client_order_id\":\"fan-");
  long order = id == NULL ? 0 : strtol(id + 23, NULL, 10);
  text[n] = kept;
  if (order > r->heard && order <= f->orders) {
    r->heard = order;
    f->heard++;
    oms_histogram_add(&f->time, now - f->sent[order]);
  }
}

/* Whole frames of what has come. */
static void take_frames(fan_t *f, reader_t *r) {
  size_t at = 0;
  int64_t now = now_ns();
  while (r->n - at >= 2) {
    size_t head = 2, n = r->in[at + 1] & 127;
    if (n == 126 && r->n - at >= 4) {
      n = (size_t)r->in[at + 2] << 8 | r->in[at + 3];
      head = 4;
    } else if (n >= 126) {
      break;
    }
    if (r->n - at < head + n) {
      break;
    }
    if ((r->in[at] & 15) <= 2) {
      hear(f, r, (char *)r->in + at + head, n, now);
    }
    at += head + n;
  }
  memmove(r->in, r->in + at, r->n - at);
  r->n -= at;
}

static void pull(fan_t *f, reader_t *r) {
  ssize_t got = recv(r->fd, r->in + r->n, ROOM - 1 - r->n, 0);
  if (got > 0) {
    r->n += (size_t)got;
    take_frames(f, r);
  } else if (got == 0 || errno != EAGAIN) {
    lose(f, r);
  }
}

static void listen_for(fan_t *f, int ms) {
  struct epoll_event events[256];
  int n = epoll_wait(f->epoll, events, 256, ms);
  for (int i = 0; i < n; i++) {
    reader_t *r = events[i].data.ptr;
    if (r == NULL) {
      char answers[65536]; /* of the orders: what they are is told on the stream */
      (void)recv(f->readers[f->clients + f->slow].fd, answers, sizeof answers, 0);
    } else if (r->slow) {
      lose(f, r);
    } else {
      pull(f, r);
    }
  }
}

static void order(fan_t *f, int fd, long n) {
  char body[256], text[800];
  (void)snprintf(body, sizeof body,
                 "{\"symbol\":\"%s\",\"qty\":\"1\",\"side\":\"%s\",\"type\":\"market\","
                 "\"time_in_force\":\"gtc\",\"client_order_id\":\"fan-%ld\"}",
                 f->symbol, n % 2 == 0 ? "buy" : "sell", n);
  int length = snprintf(text, sizeof text,
                        "POST /v2/orders HTTP/1.1\r\nHost: %s:%d\r\nAPCA-API-KEY-ID: %s\r\n"
                        "APCA-API-SECRET-KEY: %s\r\nContent-Length: %zu\r\n\r\n%s",
                        f->host, f->port, f->key, f->secret, strlen(body), body);
  f->sent[n] = now_ns();
  if (send(fd, text, (size_t)length, MSG_NOSIGNAL) != length) {
    quit("an order could not be sent");
  }
}

static long missing(const fan_t *f) {
  long n = 0;
  for (int i = 0; i < f->clients; i++) {
    n += f->readers[i].heard < f->orders;
  }
  return n;
}

static void run(fan_t *f) {
  reader_t *rest = &f->readers[f->clients + f->slow];
  *rest = (reader_t){.fd = dial(f, false)};
  (void)fcntl(rest->fd, F_SETFL, O_NONBLOCK);
  struct epoll_event e = {.events = EPOLLIN, .data.ptr = NULL};
  (void)epoll_ctl(f->epoll, EPOLL_CTL_ADD, rest->fd, &e);
  int64_t from = now_ns(), until;
  for (long n = 1; n <= f->orders;) {
    int64_t due = from + (int64_t)((double)n * 1e9 / (double)f->rate), now = now_ns();
    if (now >= due) {
      order(f, rest->fd, n++);
    } else {
      listen_for(f, due - now > 1000000 ? 1 : 0);
    }
  }
  until = now_ns() + INT64_C(5000000000);
  while (missing(f) > 0 && now_ns() < until) {
    listen_for(f, 10);
  }
  for (until = now_ns() + INT64_C(15000000000); f->cut < (uint64_t)f->slow && now_ns() < until;) {
    listen_for(f, 50);
  }
}

static const struct option options[] = {
    {"address", required_argument, NULL, 'a'},
    {"key",     required_argument, NULL, 'k'},
    {"secret",  required_argument, NULL, 's'},
    {"clients", required_argument, NULL, 'c'},
    {"slow",    required_argument, NULL, 'S'},
    {"orders",  required_argument, NULL, 'n'},
    {"rate",    required_argument, NULL, 'r'},
    {"symbol",  required_argument, NULL, 'y'},
    {"path",    required_argument, NULL, 'p'},
    {NULL,      0,                 NULL, 0  }
};

static void set(fan_t *f, int option) {
  char *colon;
  long number = strtol(optarg == NULL ? "" : optarg, NULL, 10);
  if (option == 'a' && (colon = strrchr(optarg, ':')) != NULL) {
    *colon = '\0';
    f->host = optarg;
    f->port = (int)strtol(colon + 1, NULL, 10);
  } else if (option == 'k') {
    f->key = optarg;
  } else if (option == 's') {
    f->secret = optarg;
  } else if (option == 'c') {
    f->clients = (int)number;
  } else if (option == 'S') {
    f->slow = (int)number;
  } else if (option == 'n') {
    f->orders = number;
  } else if (option == 'r') {
    f->rate = number;
  } else if (option == 'y') {
    f->symbol = optarg;
  } else if (option == 'p') {
    f->path = optarg;
  } else {
    quit("usage: see tests/bench/fan.c");
  }
}

int main(int argc, char **argv) {
  static fan_t f = {.host = "127.0.0.1",
                    .key = "",
                    .secret = "",
                    .symbol = "X",
                    .path = "/stream",
                    .port = 8080,
                    .clients = 100,
                    .orders = 2000,
                    .rate = 1000};
  for (int option; (option = getopt_long(argc, argv, "", options, NULL)) != -1;) {
    set(&f, option);
  }
  if (f.orders < 1 || f.orders > ORDERS_MAX || f.rate < 1) {
    quit("--orders and --rate want a number above 0");
  }
  f.epoll = epoll_create1(EPOLL_CLOEXEC);
  f.readers = calloc((size_t)(f.clients + f.slow) + 1, sizeof *f.readers);
  f.sent = calloc((size_t)f.orders + 1, sizeof *f.sent);
  if (f.epoll < 0 || f.readers == NULL || f.sent == NULL) {
    quit("out of memory");
  }
  for (int i = 0; i < f.clients + f.slow; i++) {
    join(&f, &f.readers[i], i >= f.clients);
  }
  int64_t from = now_ns();
  run(&f);
  long left = missing(&f);
  (void)printf(
      "heard=%llu missing=%ld p50_ms=%.3f p99_ms=%.3f max_ms=%.3f cut=%llu lost=%llu "
      "seconds=%.2f\n",
      (unsigned long long)f.heard, left, (double)oms_histogram_quantile(&f.time, 0.5) / 1e6,
      (double)oms_histogram_quantile(&f.time, 0.99) / 1e6, (double)f.time.max / 1e6,
      (unsigned long long)f.cut, (unsigned long long)f.lost, (double)(now_ns() - from) / 1e9);
  return left > 0 || f.lost > 0;
}
