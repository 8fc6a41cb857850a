/* venue.c - a venue in a process of its own for the tests: speaks src/host/link_text.h, counts
 * every wire_id that it gets, fills by a seeded scheme, and misbehaves as it is told.
 *
 *   venue --port P [--state FILE] [--seed N] [--price 100] [--idempotent] [--settle-ms 1000]
 *         [--replace total|remaining|none] [--rest PCT] [--later PCT] [--partial PCT]
 *         [--reject PCT] [--drop PERMILLE] [--lose PERMILLE] [--twice PERMILLE] [--delay-ms N]
 *
 * --drop: the connection is cut between an order's receipt and its answer; --lose: before the order
 * is looked at; --twice: a report is said twice. Port 0 takes any; "port N" is the first line.
 * Beside the protocol it answers {"m":"books"}: one line of counts, a line a position, a line a
 * wire_id that came more than once, and end. {"m":"misbehave","what":"drop","n":"1"} cuts at the
 * n-th order from now (also lose), "mute" answers no new order, "deaf" takes
 * nothing but a greeting, "speak" ends both. {"m":"enter"} with the members of a new order is one
 * that a person has entered here: the host hears of it. */
#include "venue.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { CLIENTS = 64, LINE = 8192 };

typedef struct client {
  int fd; /* -1: none */
  bool host;
  size_t in_n, out_n, out_cap;
  char in[LINE];
  char *out;
} client_t;

typedef struct venue {
  venue_books_t books;
  client_t clients[CLIENTS];
  const char *replace;
  uint64_t seed, random;
  int64_t price, delay_ns, settle_ms;
  bool idempotent, mute, deaf;
  int rest, later, partial, reject, drop, lose, twice;
  long drop_in, lose_in; /* orders until it happens once; 0: not asked for */
  uint32_t *due;         /* orders that fill later */
  size_t due_n, due_cap;
} venue_t;

static int64_t now_ns(clockid_t clock) {
  struct timespec t;
  (void)clock_gettime(clock, &t);
  return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static uint64_t mix(uint64_t z) {
  z += UINT64_C(0x9E3779B97F4A7C15);
  z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
  z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
  return z ^ (z >> 31);
}

static bool chance(venue_t *v, int permille) {
  v->random = mix(v->random);
  return permille > 0 && (int)(v->random % 1000) < permille;
}

/* Lines. */

static void cut(client_t *c) {
  if (c->fd >= 0) {
    (void)close(c->fd);
  }
  free(c->out);
  *c = (client_t){.fd = -1};
}

static void say(client_t *c, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void say(client_t *c, const char *format, ...) {
  char line[1024];
  va_list args;
  va_start(args, format);
  int n = vsnprintf(line, sizeof line - 1, format, args);
  va_end(args);
  if (c == NULL || c->fd < 0) {
    return; /* nobody hears it: it is asked for later */
  }
  line[n++] = '\n';
  if (c->out_n + (size_t)n > c->out_cap) {
    c->out_cap = (c->out_n + (size_t)n) * 2;
    c->out = realloc(c->out, c->out_cap);
    if (c->out == NULL) {
      exit(2);
    }
  }
  memcpy(c->out + c->out_n, line, (size_t)n);
  c->out_n += (size_t)n;
}

static const char *field(const char *line, const char *key, char *out, size_t n) {
  char name[64];
  (void)snprintf(name, sizeof name, "\"%s\":\"", key);
  const char *at = strstr(line, name);
  out[0] = '\0';
  if (at != NULL) {
    at += strlen(name);
    size_t length = strcspn(at, "\"");
    length = length < n - 1 ? length : n - 1;
    memcpy(out, at, length);
    out[length] = '\0';
  }
  return out;
}

/* A decimal to 1e-9. */
static int64_t decimal(const char *s) {
  char *end;
  int64_t whole = strtoll(s, &end, 10), part = 0, unit = VENUE_ONE / 10;
  for (end += *end == '.'; *end >= '0' && *end <= '9'; end++, unit /= 10) {
    part += (*end - '0') * unit;
  }
  return whole * VENUE_ONE + part;
}

static const char *text(int64_t v, char out[32]) {
  const char *sign = v < 0 ? "-" : "";
  int64_t whole = v < 0 ? -v : v;
  (void)snprintf(out, 32, "%s%lld.%09lld", sign, (long long)(whole / VENUE_ONE),
                 (long long)(whole % VENUE_ONE));
  return out;
}

static const char *iso(int64_t ns, char out[40]) {
  time_t s = (time_t)(ns / 1000000000);
  struct tm t;
  (void)gmtime_r(&s, &t);
  size_t n = strftime(out, 40, "%Y-%m-%dT%H:%M:%S", &t);
  (void)snprintf(out + n, 40 - n, ".%09lldZ", (long long)(ns % 1000000000));
  return out;
}

/* The host that listens now. */
static client_t *host_of(venue_t *v) {
  for (int i = 0; i < CLIENTS; i++) {
    if (v->clients[i].fd >= 0 && v->clients[i].host) {
      return &v->clients[i];
    }
  }
  return NULL;
}

/* Reports. */

static void say_fill(const venue_t *v, client_t *c, const venue_execution_t *x) {
  const venue_order_t *o = &v->books.orders[x->order];
  char qty[32], price[32], cum[32], ts[40];
  say(c,
      "{\"m\":\"fill\",\"wire_id\":\"%s\",\"execution_id\":\"x%llu\",\"qty\":\"%s\",\"price\":\"%"
      "s\","
      "\"cum_qty\":\"%s\",\"ts\":\"%s\"}",
      o->wire, (unsigned long long)x->n, text(x->qty, qty), text(x->price, price),
      text(o->cum, cum), iso(x->ts, ts));
}

static void report(venue_t *v, const venue_order_t *o, const char *what, const char *code) {
  client_t *c = host_of(v);
  for (int i = 0; i < 1 + chance(v, v->twice); i++) {
    say(c, "{\"m\":\"%s\",\"wire_id\":\"%s\",\"order_id\":\"v-%s\"%s%s%s}", what, o->wire, o->wire,
        *code == '\0' ? "" : ",\"code\":\"", code, *code == '\0' ? "" : "\"");
  }
}

static void fill(venue_t *v, size_t i, int64_t qty) {
  const venue_order_t *o = &v->books.orders[i];
  client_t *c = v->mute ? NULL : host_of(v);
  const venue_execution_t *x =
      venue_execute(&v->books, i, qty, o->is_limit ? o->price : v->price, now_ns(CLOCK_REALTIME));
  for (int k = 0; k < 1 + chance(v, v->twice); k++) {
    say_fill(v, c, x);
  }
}

static void fill_later(venue_t *v, size_t i, uint64_t z) {
  if (v->due_n == v->due_cap) {
    v->due_cap = v->due_cap == 0 ? 1024 : v->due_cap * 2;
    v->due = realloc(v->due, v->due_cap * sizeof *v->due);
    if (v->due == NULL) {
      exit(2);
    }
  }
  v->books.orders[i].due = now_ns(CLOCK_MONOTONIC) + (int64_t)(z % 300 + 2) * 1000000;
  v->due[v->due_n++] = (uint32_t)i;
}

static uint64_t fate(const venue_t *v, const char *wire) {
  uint64_t z = v->seed;
  for (; *wire != '\0'; wire++) {
    z = mix(z ^ (unsigned char)*wire);
  }
  return z;
}

/* What becomes of an order that works: all at once, a part, later, or it rests. */
static void match(venue_t *v, size_t i) {
  const venue_order_t *o = &v->books.orders[i];
  uint64_t z = fate(v, o->wire);
  int roll = (int)(z % 100);
  int64_t left = o->qty - o->cum, half = left / 2 / VENUE_ONE * VENUE_ONE;
  if (left <= 0 || roll < v->rest) {
    return;
  }
  if (roll < v->rest + v->later) {
    fill_later(v, i, z >> 8);
  } else if (roll < v->rest + v->later + v->partial && half > 0) {
    fill(v, i, half);
    fill_later(v, i, z >> 8);
  } else {
    fill(v, i, left);
  }
}

static void run_due(venue_t *v) {
  int64_t now = now_ns(CLOCK_MONOTONIC);
  for (size_t k = 0; k < v->due_n; k++) {
    size_t i = v->due[k];
    const venue_order_t *o = &v->books.orders[i];
    if (o->due <= now) {
      v->due[k--] = v->due[--v->due_n];
      if (o->status == VENUE_WORKING && o->cum < o->qty) {
        fill(v, i, o->qty - o->cum);
      }
    }
  }
}

/* Requests. */

static bool happens(venue_t *v, long *in, int permille) {
  if (*in > 0 && --*in == 0) {
    return true;
  }
  return chance(v, permille);
}

static venue_order_t order_of(const char *line, const char *wire_key) {
  venue_order_t o = {0};
  char s[64];
  (void)field(line, wire_key, o.wire, sizeof o.wire);
  (void)field(line, "symbol", o.symbol, sizeof o.symbol);
  o.buy = strncmp(field(line, "side", s, sizeof s), "buy", 3) == 0;
  o.qty = decimal(field(line, "qty", s, sizeof s));
  o.is_limit = *field(line, "limit_price", s, sizeof s) != '\0';
  o.price = o.is_limit ? decimal(s) : 0;
  return o;
}

static void take_new(venue_t *v, client_t *c, const char *line) {
  venue_order_t o = order_of(line, "wire_id");
  bool known;
  if (happens(v, &v->lose_in, v->lose)) {
    cut(c);
    return;
  }
  size_t i = venue_receive(&v->books, &o, &known);
  if (known) {
    (void)fprintf(stderr, "venue: %s came a second time\n", o.wire);
    report(v, &v->books.orders[i], "accepted", "");
    return;
  }
  if (happens(v, &v->drop_in, v->drop)) {
    cut(c); /* it works; whoever gave it will ask */
    match(v, i);
    return;
  }
  if (v->mute) {
    return;
  }
  if ((int)((fate(v, o.wire) >> 32) % 100) < v->reject) {
    venue_set_status(&v->books, i, VENUE_REJECTED, "");
    report(v, &v->books.orders[i], "rejected", "");
    return;
  }
  report(v, &v->books.orders[i], "accepted", "");
  match(v, i);
}

static void take_entered(venue_t *v, client_t *c, const char *line) {
  venue_order_t o = order_of(line, "wire_id");
  bool known;
  size_t i = venue_receive(&v->books, &o, &known);
  report(v, &v->books.orders[i], "accepted", "");
  match(v, i);
  say(c, "{\"m\":\"end\",\"of\":\"enter\"}");
}

static void take_cancel(venue_t *v, const char *line) {
  char wire[24];
  size_t i = venue_find(&v->books, field(line, "wire_id", wire, sizeof wire));
  if (i == SIZE_MAX || v->mute) {
    return; /* nothing is known of it: whoever asks is told by find */
  }
  if (v->books.orders[i].status == VENUE_WORKING) {
    venue_set_status(&v->books, i, VENUE_CANCELED, "");
    report(v, &v->books.orders[i], "canceled", "");
  } else {
    report(v, &v->books.orders[i], "cancel_rejected", "TOO_LATE");
  }
}

static void take_replace(venue_t *v, client_t *c, const char *line) {
  char wire[24];
  bool known;
  venue_order_t o = order_of(line, "new_wire_id");
  size_t old = venue_find(&v->books, field(line, "wire_id", wire, sizeof wire));
  if (old == SIZE_MAX || v->mute) {
    return;
  }
  if (v->books.orders[old].status != VENUE_WORKING) {
    say(c,
        "{\"m\":\"replace_rejected\",\"wire_id\":\"%s\",\"new_wire_id\":\"%s\",\"code\":\"TOO_"
        "LATE\"}",
        wire, o.wire);
    return;
  }
  memcpy(o.symbol, v->books.orders[old].symbol, sizeof o.symbol);
  o.buy = v->books.orders[old].buy;
  if (strcmp(v->replace, "total") == 0) {
    o.qty -= v->books.orders[old].cum;
  }
  bool whole = o.qty <= 0;
  size_t i = venue_receive(&v->books, &o, &known);
  if (known) {
    return;
  }
  venue_set_status(&v->books, old, VENUE_REPLACED, o.wire);
  if (whole) {
    venue_set_status(&v->books, i, VENUE_FILLED, "");
  }
  if (happens(v, &v->drop_in, v->drop)) {
    cut(c);
  }
  say(host_of(v),
      "{\"m\":\"replaced\",\"wire_id\":\"%s\",\"new_wire_id\":\"%s\",\"order_id\":\"v-%s\"}", wire,
      o.wire, o.wire);
  if (!whole) {
    match(v, i);
  }
}

static void say_order(const venue_t *v, client_t *c, size_t i) {
  static const char *const words[] = {"new", "filled", "canceled", "rejected", "replaced"};
  const venue_order_t *o = &v->books.orders[i];
  char qty[32], cum[32], price[32];
  const char *word =
      o->status == VENUE_WORKING && o->cum > 0 ? "partially_filled" : words[o->status];
  say(c,
      "{\"m\":\"order\",\"wire_id\":\"%s\",\"status\":\"%s\",\"qty\":\"%s\",\"cum_qty\":\"%s\","
      "\"order_id\":\"v-%s\",\"new_wire_id\":\"%s\",\"symbol\":\"%s\",\"side\":\"%s\"%s%s%s}",
      o->wire, word, text(o->qty, qty), text(o->cum, cum), o->wire, o->next, o->symbol,
      o->buy ? "buy" : "sell", o->is_limit ? ",\"limit_price\":\"" : "",
      o->is_limit ? text(o->price, price) : "", o->is_limit ? "\"" : "");
}

static void take_find(venue_t *v, client_t *c, const char *line) {
  char wire[24];
  size_t i = venue_find(&v->books, field(line, "wire_id", wire, sizeof wire));
  if (i == SIZE_MAX) {
    say(c, "{\"m\":\"absent\",\"wire_id\":\"%s\"}", wire);
    return;
  }
  for (size_t k = 0; k < v->books.execution_n; k++) {
    if (v->books.executions[k].order == i) {
      say_fill(v, c, &v->books.executions[k]);
    }
  }
  say_order(v, c, i);
}

static void take_open_orders(venue_t *v, client_t *c) {
  for (size_t i = 0; i < v->books.order_n; i++) {
    if (v->books.orders[i].status == VENUE_WORKING) {
      say_order(v, c, i);
    }
  }
  say(c, "{\"m\":\"end\",\"of\":\"open_orders\"}");
}

/* By its text: times of one form sort as they are. */
static void take_executions(venue_t *v, client_t *c, const char *line) {
  char since[40], ts[40];
  (void)field(line, "since", since, sizeof since);
  since[strcspn(since, ".Z")] = '\0';
  for (size_t k = 0; k < v->books.execution_n; k++) {
    if (strcmp(iso(v->books.executions[k].ts, ts), since) >= 0) {
      say_fill(v, c, &v->books.executions[k]);
    }
  }
  say(c, "{\"m\":\"end\",\"of\":\"executions\"}");
}

static void say_position(void *ctx, const char *symbol, int64_t qty) {
  char s[32];
  say(ctx, "{\"m\":\"position\",\"symbol\":\"%s\",\"qty\":\"%s\"}", symbol, text(qty, s));
}

static void take_books(venue_t *v, client_t *c) {
  size_t working = 0;
  for (size_t i = 0; i < v->books.order_n; i++) {
    working += v->books.orders[i].status == VENUE_WORKING;
  }
  say(c,
      "{\"m\":\"books\",\"orders\":%zu,\"working\":%zu,\"later\":%zu,\"executions\":%zu,"
      "\"duplicates\":%llu}",
      v->books.order_n, working, v->due_n, v->books.execution_n,
      (unsigned long long)v->books.duplicates);
  venue_positions(&v->books, say_position, c);
  for (size_t i = 0; i < v->books.order_n; i++) {
    if (v->books.orders[i].received > 1) {
      say(c, "{\"m\":\"duplicate\",\"wire_id\":\"%s\",\"received\":%u}", v->books.orders[i].wire,
          v->books.orders[i].received);
    }
  }
  say(c, "{\"m\":\"end\",\"of\":\"books\"}");
}

static void take_misbehave(venue_t *v, client_t *c, const char *line) {
  char what[16], n[16];
  long in = strtol(field(line, "n", n, sizeof n), NULL, 10);
  (void)field(line, "what", what, sizeof what);
  if (strcmp(what, "drop") == 0) {
    v->drop_in = in;
  } else if (strcmp(what, "lose") == 0) {
    v->lose_in = in;
  } else {
    v->mute = strcmp(what, "mute") == 0;
    v->deaf = strcmp(what, "deaf") == 0;
  }
  say(c, "{\"m\":\"end\",\"of\":\"misbehave\"}");
}

/* The newest host is the one that listens; what an earlier one sent is still taken. */
static void take_hello(venue_t *v, client_t *c) {
  for (int i = 0; i < CLIENTS; i++) {
    v->clients[i].host = &v->clients[i] == c;
  }
  say(c,
      "{\"m\":\"hello\",\"protocol\":1,\"venue\":\"test\",\"idempotent\":%s,\"settle_s\":\"%lld.%"
      "03lld\","
      "\"replace\":\"%s\"}",
      v->idempotent ? "true" : "false", (long long)(v->settle_ms / 1000),
      (long long)(v->settle_ms % 1000), v->replace);
}

static void take_line(venue_t *v, client_t *c, const char *line) {
  char m[32], qty[32], wire[24];
  (void)field(line, "m", m, sizeof m);
  if (v->delay_ns > 0) {
    struct timespec t = {v->delay_ns / 1000000000, v->delay_ns % 1000000000};
    (void)nanosleep(&t, NULL);
  }
  if (strcmp(m, "hello") == 0) {
    take_hello(v, c);
  } else if (v->deaf && c->host) {
    return;
  } else if (strcmp(m, "new") == 0) {
    take_new(v, c, line);
  } else if (strcmp(m, "cancel") == 0) {
    take_cancel(v, line);
  } else if (strcmp(m, "replace") == 0) {
    take_replace(v, c, line);
  } else if (strcmp(m, "resize") == 0) {
    size_t i = venue_find(&v->books, field(line, "wire_id", wire, sizeof wire));
    if (i != SIZE_MAX) {
      venue_resize(&v->books, i, decimal(field(line, "qty", qty, sizeof qty)));
    }
  } else if (strcmp(m, "find") == 0) {
    take_find(v, c, line);
  } else if (strcmp(m, "open_orders") == 0) {
    take_open_orders(v, c);
  } else if (strcmp(m, "executions") == 0) {
    take_executions(v, c, line);
  } else if (strcmp(m, "books") == 0) {
    take_books(v, c);
  } else if (strcmp(m, "enter") == 0) {
    take_entered(v, c, line);
  } else if (strcmp(m, "misbehave") == 0) {
    take_misbehave(v, c, line);
  } else {
    (void)fprintf(stderr, "venue: not understood: %s\n", line);
  }
}

/* Sockets. */

static void pull(venue_t *v, client_t *c) {
  ssize_t n = recv(c->fd, c->in + c->in_n, sizeof c->in - c->in_n, 0);
  if (n <= 0) {
    if (n == 0 || (errno != EAGAIN && errno != EINTR)) {
      cut(c);
    }
    return;
  }
  c->in_n += (size_t)n;
  char *line = c->in, *end;
  while (c->fd >= 0 && (end = memchr(line, '\n', c->in_n - (size_t)(line - c->in))) != NULL) {
    *end = '\0';
    take_line(v, c, line);
    line = end + 1;
  }
  if (c->fd >= 0) {
    c->in_n -= (size_t)(line - c->in);
    memmove(c->in, line, c->in_n);
    if (c->in_n == sizeof c->in) {
      cut(c);
    }
  }
}

static void push(client_t *c) {
  while (c->fd >= 0 && c->out_n > 0) {
    ssize_t n = send(c->fd, c->out, c->out_n, MSG_NOSIGNAL);
    if (n < 0 && errno == EAGAIN) {
      return;
    }
    if (n <= 0) {
      cut(c);
      return;
    }
    c->out_n -= (size_t)n;
    memmove(c->out, c->out + n, c->out_n);
  }
}

static void greet(venue_t *v, int listener) {
  int fd = accept(listener, NULL, NULL), one = 1;
  if (fd < 0) {
    return;
  }
  (void)fcntl(fd, F_SETFL, O_NONBLOCK);
  (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  for (int i = 0; i < CLIENTS; i++) {
    if (v->clients[i].fd < 0) {
      v->clients[i].fd = fd;
      return;
    }
  }
  (void)close(fd);
}

static _Noreturn void serve(venue_t *v, int listener) {
  for (;;) {
    struct pollfd p[CLIENTS + 1] = {
        {.fd = listener, .events = POLLIN}
    };
    for (int i = 0; i < CLIENTS; i++) {
      const client_t *c = &v->clients[i];
      p[i + 1] =
          (struct pollfd){.fd = c->fd, .events = (short)(POLLIN | (c->out_n > 0 ? POLLOUT : 0))};
    }
    (void)poll(p, CLIENTS + 1, v->due_n > 0 ? 2 : 1000);
    for (int i = 0; i < CLIENTS; i++) {
      if (p[i + 1].revents != 0 && v->clients[i].fd == p[i + 1].fd) {
        pull(v, &v->clients[i]);
      }
    }
    if (p[0].revents != 0) {
      greet(v, listener);
    }
    run_due(v);
    for (int i = 0; i < CLIENTS; i++) {
      push(&v->clients[i]);
    }
  }
}

static int listen_on(int port) {
  struct sockaddr_in a = {.sin_family = AF_INET,
                          .sin_port = htons((uint16_t)port),
                          .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t n = sizeof a;
  int one = 1, fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  (void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
  if (fd < 0 || bind(fd, (struct sockaddr *)&a, sizeof a) != 0 || listen(fd, 64) != 0 ||
      getsockname(fd, (struct sockaddr *)&a, &n) != 0) {
    (void)fprintf(stderr, "venue: port %d cannot be had\n", port);
    exit(2);
  }
  (void)printf("port %d\n", ntohs(a.sin_port));
  (void)fflush(stdout);
  return fd;
}

static const struct option options[] = {
    {"port",       required_argument, NULL, 'p'},
    {"state",      required_argument, NULL, 's'},
    {"seed",       required_argument, NULL, 'S'},
    {"price",      required_argument, NULL, 'P'},
    {"idempotent", no_argument,       NULL, 'i'},
    {"settle-ms",  required_argument, NULL, 'm'},
    {"replace",    required_argument, NULL, 'R'},
    {"rest",       required_argument, NULL, 'r'},
    {"later",      required_argument, NULL, 'l'},
    {"partial",    required_argument, NULL, 'h'},
    {"reject",     required_argument, NULL, 'j'},
    {"drop",       required_argument, NULL, 'd'},
    {"lose",       required_argument, NULL, 'L'},
    {"twice",      required_argument, NULL, 't'},
    {"delay-ms",   required_argument, NULL, 'D'},
    {NULL,         0,                 NULL, 0  }
};

static int *place_of(venue_t *v, int option) {
  switch (option) {
  case 'r':
    return &v->rest;
  case 'l':
    return &v->later;
  case 'h':
    return &v->partial;
  case 'j':
    return &v->reject;
  case 'd':
    return &v->drop;
  case 'L':
    return &v->lose;
  case 't':
    return &v->twice;
  default:
    return NULL;
  }
}

int main(int argc, char **argv) {
  static venue_t v = {.replace = "total",
                      .seed = 1,
                      .price = 100 * VENUE_ONE,
                      .settle_ms = 1000,
                      .rest = 5,
                      .later = 20,
                      .partial = 15,
                      .reject = 2};
  const char *state = NULL;
  int port = 0;
  for (int option; (option = getopt_long(argc, argv, "", options, NULL)) != -1;) {
    long number = optarg == NULL ? 0 : strtol(optarg, NULL, 10);
    int *place = place_of(&v, option);
    if (place != NULL) {
      *place = (int)number;
    } else if (option == 'p') {
      port = (int)number;
    } else if (option == 's') {
      state = optarg;
    } else if (option == 'S') {
      v.seed = (uint64_t)number;
    } else if (option == 'P') {
      v.price = decimal(optarg);
    } else if (option == 'i') {
      v.idempotent = true;
    } else if (option == 'm') {
      v.settle_ms = number;
    } else if (option == 'R') {
      v.replace = optarg;
    } else if (option == 'D') {
      v.delay_ns = number * 1000000;
    } else {
      return 2;
    }
  }
  v.random = v.seed;
  for (int i = 0; i < CLIENTS; i++) {
    v.clients[i].fd = -1;
  }
  if (!venue_books_open(&v.books, state)) {
    (void)fprintf(stderr, "venue: %s cannot be written\n", state);
    return 2;
  }
  serve(&v, listen_on(port));
}
