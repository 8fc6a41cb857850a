/* link_net.c - the connection of a link: dials, goes on trying with growing pauses, takes lines
 * apart, writes what has become durable. Callbacks only queue: oms_link_drain applies. Invariant:
 * what was written down for one connection never leaves on another. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <uv.h>

#include "base/alloc.h"
#include "base/check.h"
#include "host/link_int.h"

#define FIRST_PAUSE_MS UINT64_C(50)
#define LAST_PAUSE_MS  UINT64_C(5000)
#define HELLO_MS       UINT64_C(5000) /* a venue says who it is, or is none */

typedef struct link_net {
  oms_link_t *l;
  uv_loop_t *loop;
  struct sockaddr_storage address;
  char client[128], shown[128];
  uv_timer_t pause; /* until the next attempt, or until the hello must be there */
  uv_timer_t asks;  /* until an order in doubt is asked for again */
  uv_tcp_t *tcp;    /* NULL: none */
  uint64_t pause_ms;
  bool greeted; /* the venue's hello has come on this connection */
  bool stale;   /* what waits was written for a connection that is gone */
  bool shut;
  int handles; /* of ours that libuv still holds */
  uint64_t durable;
  oms_array_t heard; /* oms_link_message_t, not yet applied */
  size_t n;
  char line[OMS_LINK_LINE + 1];
  char chunk[65536];
} link_net_t;

typedef struct write_job {
  uv_write_t request;
  size_t n;
  char data[];
} write_job_t;

static void dial(uv_timer_t *timer);

static void lose(link_net_t *net, const char *why);

/* A place more is always there for the word that the connection is lost: a report for which there
 * is no memory ends it, and is asked for on the next one. */
static void queue(link_net_t *net, oms_link_message_t *m) {
  m->received = (int64_t)uv_hrtime();
  if (oms_array_reserve(&net->heard, net->heard.n + 2) != OMS_OK && m->what != OMS_LINK_DOWN) {
    lose(net, "out of memory");
    return;
  }
  if (oms_array_push(&net->heard, m) == OMS_OK) {
    net->l->host.wake(net->l->host.self);
  }
}

static void free_tcp(uv_handle_t *h) {
  link_net_t *net = h->data;
  oms_free(h);
  if (net != NULL) {
    net->handles--;
  }
}

/* Ends the connection; the next attempt follows after a pause. */
static void lose(link_net_t *net, const char *why) {
  oms_link_message_t m = {.what = OMS_LINK_DOWN, .status = OMS_STATUS_COUNT};
  if (net->tcp == NULL) {
    return;
  }
  uv_close((uv_handle_t *)net->tcp, free_tcp);
  net->tcp = NULL;
  net->n = 0;
  if (net->greeted) {
    net->greeted = false;
    net->stale = true;
    m.qty = m.cum_qty = m.price = m.stop_price = OMS_NO_PRICE;
    m.ts = OMS_NO_TIME;
    (void)snprintf(m.text, sizeof m.text, "%s", why);
    queue(net, &m);
  }
  if (!net->shut) {
    (void)uv_timer_start(&net->pause, dial, net->pause_ms, 0);
    net->pause_ms = net->pause_ms * 2 < LAST_PAUSE_MS ? net->pause_ms * 2 : LAST_PAUSE_MS;
  }
}

static void written(uv_write_t *w, int status) {
  link_net_t *net = w->data;
  oms_free(w);
  if (status < 0 && status != UV_ECANCELED && !net->shut) {
    lose(net, uv_strerror(status));
  }
}

static bool write_bytes(link_net_t *net, const void *data, size_t n) {
  write_job_t *job = oms_alloc(sizeof *job + n);
  if (job == NULL) {
    return false;
  }
  memcpy(job->data, data, n);
  job->request.data = net;
  uv_buf_t buf = uv_buf_init(job->data, (unsigned)n);
  if (uv_write(&job->request, (uv_stream_t *)net->tcp, &buf, 1, written) != 0) {
    oms_free(job);
    return false;
  }
  return true;
}

/* What waits is nobody's any more. */
static void forget(oms_link_t *l) {
  l->out.n = l->out_at = 0;
  oms_ring_clear(&l->pieces);
}

static void flush(link_net_t *net) {
  oms_link_t *l = net->l;
  size_t n = 0;
  if (!net->greeted || net->stale || !l->up) {
    return;
  }
  const link_piece_t *first;
  while ((first = oms_ring_first(&l->pieces)) != NULL && first->gate <= net->durable) {
    link_piece_t taken;
    (void)oms_ring_pop(&l->pieces, &taken);
    n += taken.n;
  }
  if (n == 0) {
    return;
  }
  if (!write_bytes(net, l->out.data + l->out_at, n)) {
    lose(net, "out of memory");
    return;
  }
  l->out_at += n;
  if (l->out_at == l->out.n) {
    l->out.n = l->out_at = 0;
  } else if (l->out_at > 1 << 20) {
    memmove(l->out.data, l->out.data + l->out_at, l->out.n - l->out_at);
    l->out.n -= l->out_at;
    l->out_at = 0;
  }
}

/* Reading. */

static void take_line(link_net_t *net) {
  oms_link_message_t m;
  oms_error_t err;
  if (oms_link_parse(net->line, net->n, &m, &err) != OMS_OK) {
    net->l->host.log(net->l->host.self, OMS_LOG_ERROR, err.message);
    lose(net, "it says what is not understood");
    return;
  }
  if (m.what == OMS_LINK_HELLO && !net->greeted) {
    net->greeted = true;
    net->pause_ms = FIRST_PAUSE_MS;
    (void)uv_timer_stop(&net->pause);
    m.what = OMS_LINK_UP;
  }
  if (net->greeted && m.what != OMS_LINK_HELLO) {
    queue(net, &m);
  }
}

static void take_bytes(link_net_t *net, const char *data, size_t n) {
  for (size_t i = 0; i < n && net->tcp != NULL; i++) {
    if (data[i] == '\n') {
      if (net->n > 0) {
        take_line(net);
      }
      net->n = 0;
    } else if (net->n == OMS_LINK_LINE) {
      lose(net, "it says a line that is too long");
    } else {
      net->line[net->n++] = data[i];
    }
  }
}

static void give_room(uv_handle_t *h, size_t suggested, uv_buf_t *buf) {
  link_net_t *net = h->data;
  (void)suggested;
  *buf = uv_buf_init(net->chunk, sizeof net->chunk);
}

static void have_read(uv_stream_t *stream, ssize_t n, const uv_buf_t *buf) {
  link_net_t *net = stream->data;
  if ((uv_stream_t *)net->tcp != stream) {
    return;
  }
  if (n < 0) {
    lose(net, n == UV_EOF ? "it has closed the connection" : uv_strerror((int)n));
  } else if (n > 0) {
    take_bytes(net, buf->base, (size_t)n);
  }
}

/* Dialing. */

static void no_hello(uv_timer_t *timer) {
  lose(timer->data, "it does not say who it is");
}

static void connected(uv_connect_t *request, int status) {
  link_net_t *net = request->data;
  bool current = (uv_stream_t *)net->tcp == request->handle;
  oms_free(request);
  if (!current || status == UV_ECANCELED) {
    return;
  }
  if (status < 0) {
    lose(net, uv_strerror(status));
    return;
  }
  oms_pack_t hello = {0};
  oms_link_write_hello(&hello, net->client);
  bool good = !hello.failed && uv_tcp_nodelay(net->tcp, 1) == 0 &&
              uv_read_start((uv_stream_t *)net->tcp, give_room, have_read) == 0 &&
              write_bytes(net, hello.data, hello.n);
  oms_pack_free(&hello);
  if (!good) {
    lose(net, "the connection could not be used");
    return;
  }
  (void)uv_timer_start(&net->pause, no_hello, HELLO_MS, 0);
}

static void dial(uv_timer_t *timer) {
  link_net_t *net = timer->data;
  uv_connect_t *request = oms_alloc_zero(1, sizeof *request);
  net->tcp = oms_alloc_zero(1, sizeof *net->tcp);
  if (request == NULL || net->tcp == NULL || uv_tcp_init(net->loop, net->tcp) != 0) {
    oms_free(request);
    oms_free(net->tcp);
    net->tcp = NULL;
    (void)uv_timer_start(&net->pause, dial, LAST_PAUSE_MS, 0);
    return;
  }
  net->handles++;
  net->tcp->data = net;
  request->data = net;
  int rc = uv_tcp_connect(request, net->tcp, (const struct sockaddr *)&net->address, connected);
  if (rc != 0) {
    oms_free(request);
    lose(net, uv_strerror(rc));
  }
}

static bool parse_address(const char *text, struct sockaddr_storage *out) {
  char host[64];
  const char *colon = strrchr(text, ':');
  char *end;
  size_t n = colon == NULL ? 0 : (size_t)(colon - text);
  if (n == 0 || n >= sizeof host) {
    return false;
  }
  long port = strtol(colon + 1, &end, 10);
  if (end == colon + 1 || *end != '\0' || port < 1 || port > 65535) {
    return false;
  }
  if (text[0] == '[' && text[n - 1] == ']') {
    (void)snprintf(host, sizeof host, "%.*s", (int)n - 2, text + 1);
    return uv_ip6_addr(host, (int)port, (struct sockaddr_in6 *)out) == 0;
  }
  (void)snprintf(host, sizeof host, "%.*s", (int)n, text);
  const char *ip = strcmp(host, "localhost") == 0 ? "127.0.0.1" : host;
  return uv_ip4_addr(ip, (int)port, (struct sockaddr_in *)out) == 0;
}

int oms_link_open(oms_link_t *l, const oms_link_host_t *host, struct uv_loop_s *loop,
                  const char *address, const char *client, oms_error_t *err) {
  link_net_t *net = oms_alloc_zero(1, sizeof *net);
  if (net == NULL) {
    return oms_error_set(err, OMS_ERR_NOMEM, "out of memory for the connection to the venue");
  }
  if (!parse_address(address, &net->address)) {
    oms_free(net);
    return oms_error_set(err, OMS_ERR_USAGE,
                         "venue.connect: '%s' is no address; write one like 127.0.0.1:7001",
                         address);
  }
  net->l = l;
  net->loop = loop;
  net->pause_ms = FIRST_PAUSE_MS;
  oms_array_init(&net->heard, sizeof(oms_link_message_t));
  if (oms_array_reserve(&net->heard, 1) != OMS_OK) {
    oms_free(net);
    return oms_error_set(err, OMS_ERR_NOMEM, "out of memory for the connection to the venue");
  }
  (void)snprintf(net->client, sizeof net->client, "%s", client);
  (void)snprintf(net->shown, sizeof net->shown, "%s", address);
  (void)uv_timer_init(loop, &net->pause);
  (void)uv_timer_init(loop, &net->asks);
  net->pause.data = net->asks.data = net;
  net->handles = 2;
  l->host = *host;
  l->net = net;
  l->open = true;
  (void)uv_timer_start(&net->pause, dial, 0, 0);
  return OMS_OK;
}

/* The turn. */

static void ask_again(uv_timer_t *timer) {
  link_net_t *net = timer->data;
  net->l->host.wake(net->l->host.self);
}

/* What is asked for anew, and when next. */
static void arm(link_net_t *net) {
  int64_t mono = (int64_t)uv_hrtime(), next;
  link_tick(net->l, mono, &next);
  if (next != INT64_MAX) {
    (void)uv_timer_start(&net->asks, ask_again, (uint64_t)(next - mono) / 1000000 + 1, 0);
  }
}

void oms_link_drain(oms_link_t *l) {
  link_net_t *net = l->net;
  oms_pack_t p = {0};
  for (size_t i = 0; net != NULL && i < net->heard.n; i++) {
    const oms_link_message_t *m = OMS_AT(&net->heard, oms_link_message_t, i);
    bool link = m->what == OMS_LINK_UP || m->what == OMS_LINK_DOWN;
    if (m->what == OMS_LINK_DOWN) {
      forget(l);
      net->stale = false;
    }
    p.n = 0;
    oms_link_pack(&p, m);
    l->host.input(l->host.self, link ? OMS_RECORD_LINK : OMS_RECORD_REPORT, p.data, p.n);
  }
  oms_pack_free(&p);
  if (net != NULL) {
    net->heard.n = 0;
    if (l->up) {
      arm(net);
    }
    flush(net);
  }
}

void oms_link_durable(oms_link_t *l, uint64_t gate) {
  if (l->net != NULL) {
    l->net->durable = gate > l->net->durable ? gate : l->net->durable;
    flush(l->net);
  }
}

static void handle_gone(uv_handle_t *h) {
  link_net_t *net = h->data;
  net->handles--;
}

void oms_link_shut(oms_link_t *l) {
  link_net_t *net = l->net;
  if (net == NULL || net->shut) {
    return;
  }
  net->shut = true;
  net->greeted = false;
  lose(net, "the host ends");
  uv_close((uv_handle_t *)&net->pause, handle_gone);
  uv_close((uv_handle_t *)&net->asks, handle_gone);
}

void link_net_free(oms_link_t *l) {
  if (l->net != NULL) {
    OMS_CHECK(l->net->handles == 0);
    oms_array_free(&l->net->heard);
    oms_free(l->net);
    l->net = NULL;
  }
}
