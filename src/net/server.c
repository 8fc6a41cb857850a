#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "base/alloc.h"
#include "net/server_int.h"

enum { BACKLOG = 1024, FILES_ASIDE = 128, SLOTS_MAX = 1 << 24 };

static size_t size_or(size_t n, size_t otherwise) {
  return n == 0 ? otherwise : n;
}

static int64_t ms_or(int64_t n, int64_t otherwise) {
  return n <= 0 ? otherwise : n;
}

static void defaults(oms_server_options_t *o) {
  o->max_connections = size_or(o->max_connections, 1024);
  o->max_connections = o->max_connections < SLOTS_MAX ? o->max_connections : SLOTS_MAX;
  o->max_per_peer = size_or(o->max_per_peer, o->max_connections);
  o->max_header = size_or(o->max_header, 16 * 1024);
  o->max_headers = size_or(o->max_headers, 64);
  o->max_body = size_or(o->max_body, 1024 * 1024);
  o->max_message = size_or(o->max_message, 64 * 1024);
  o->max_unsent = size_or(o->max_unsent, 4 * 1024 * 1024);
  o->head_ms = ms_or(o->head_ms, 10000);
  o->idle_ms = ms_or(o->idle_ms, 75000);
  o->ping_ms = ms_or(o->ping_ms, 30000);
  o->stall_ms = ms_or(o->stall_ms, 10000);
}

/* As many files as the connections need, or as many as the system allows; beyond these a connection
 * is turned away as if that were the limit. */
static void raise_files(oms_server_options_t *o) {
  struct rlimit r;
  rlim_t wanted = o->max_connections + FILES_ASIDE;
  if (getrlimit(RLIMIT_NOFILE, &r) != 0) {
    return;
  }
  if (r.rlim_cur != RLIM_INFINITY && r.rlim_cur < wanted) {
    struct rlimit more = r;
    more.rlim_cur = r.rlim_max == RLIM_INFINITY || r.rlim_max > wanted ? wanted : r.rlim_max;
    if (setrlimit(RLIMIT_NOFILE, &more) == 0) {
      r = more;
    }
  }
  if (r.rlim_cur != RLIM_INFINITY && r.rlim_cur < wanted && r.rlim_cur > 2 * FILES_ASIDE) {
    o->max_connections = r.rlim_cur - FILES_ASIDE;
  }
}

/* Writing to a client that is gone is an error of the write, not the end of the process: libuv
 * leaves the signal as it is. */
static void ignore_sigpipe(void) {
  struct sigaction a;
  if (sigaction(SIGPIPE, NULL, &a) == 0 && a.sa_handler == SIG_DFL) {
    a = (struct sigaction){.sa_handler = SIG_IGN};
    sigaction(SIGPIPE, &a, NULL);
  }
}

static int address_of(const char *text, struct sockaddr_storage *out, oms_error_t *err) {
  char host[PEER_TEXT] = "";
  const char *colon = text == NULL ? NULL : strrchr(text, ':');
  char *end = NULL;
  long port = colon == NULL ? -1 : strtol(colon + 1, &end, 10);
  bool number =
      end != NULL && end != colon + 1 && *end == '\0' && colon[1] != '-' && colon[1] != '+';
  size_t n = colon == NULL ? 0 : (size_t)(colon - text);
  if (!number || port < 0 || port > 65535 || n == 0 || n >= sizeof host) {
    return oms_error_set(err, OMS_ERR_USAGE,
                         "cannot listen on '%s': give address and port, as 127.0.0.1:8080",
                         text == NULL ? "" : text);
  }
  memcpy(host, text, n);
  if (host[0] == '[' && host[n - 1] == ']') {
    host[n - 1] = '\0';
    if (uv_ip6_addr(host + 1, (int)port, (struct sockaddr_in6 *)out) == 0) {
      return OMS_OK;
    }
  } else if (uv_ip4_addr(strcmp(host, "localhost") == 0 ? "127.0.0.1" : host, (int)port,
                         (struct sockaddr_in *)out) == 0) {
    return OMS_OK;
  }
  return oms_error_set(err, OMS_ERR_USAGE,
                       "cannot listen on '%s': '%.*s' is no address; give numbers, as 127.0.0.1 or "
                       "[::1]",
                       text, (int)n, text);
}

/* When files run out libuv takes connections with a spare one and closes them: the loop goes on,
 * and nothing of it comes here. */
static void on_connection(uv_stream_t *stream, int status) {
  if (status == 0) {
    oms_conn_accept(stream->data);
  }
}

static void on_tick(uv_timer_t *timer) {
  oms_server_t *s = timer->data;
  oms_clock_tick(s);
  if (s->handler.tick != NULL) {
    s->handler.tick(s->handler.self);
  }
  if (s->accept_waits && !s->stopping) {
    oms_conn_accept(s);
  }
}

static void on_prepare(uv_prepare_t *prepare) {
  oms_server_t *s = prepare->data;
  if (s->lists[IN_TURN].head != NULL) {
    oms_out_turn(s);
  }
}

static int listen_on(oms_server_t *s, const struct sockaddr_storage *a, oms_error_t *err) {
  int rc = uv_tcp_bind(&s->listener, (const struct sockaddr *)a, 0);
  rc = rc == 0 ? uv_listen((uv_stream_t *)&s->listener, BACKLOG, on_connection) : rc;
  struct sockaddr_storage got;
  int n = sizeof got;
  rc = rc == 0 ? uv_tcp_getsockname(&s->listener, (struct sockaddr *)&got, &n) : rc;
  if (rc != 0) {
    return oms_error_set(err, OMS_ERR_IO, "cannot listen on '%s': %s%s", s->o.address,
                         uv_strerror(rc),
                         rc == UV_EADDRINUSE ? "; another program does, take another port" : "");
  }
  const unsigned char *port = got.ss_family == AF_INET6
                                  ? (unsigned char *)&((struct sockaddr_in6 *)&got)->sin6_port
                                  : (unsigned char *)&((struct sockaddr_in *)&got)->sin_port;
  s->port = port[0] << 8 | port[1];
  return OMS_OK;
}

static void start_handles(oms_server_t *s) {
  s->listener.data = s->timer.data = s->prepare.data = s->idle.data = s;
  uv_tcp_init(s->loop, &s->listener);
  uv_timer_init(s->loop, &s->timer);
  uv_prepare_init(s->loop, &s->prepare);
  uv_idle_init(s->loop, &s->idle);
  s->handles = 4;
  uint64_t step = oms_clock_step(&s->o);
  uv_timer_start(&s->timer, on_tick, step, step);
  uv_prepare_start(&s->prepare, on_prepare);
}

static void free_server(oms_server_t *s) {
  oms_out_spares_free(s);
  while (s->spare_in != NULL) {
    oms_http_in_t *in = s->spare_in;
    s->spare_in = in->next;
    oms_http_in_free(in);
  }
  oms_ws_in_free(s->spare_ws);
  oms_tls_context_free(s->tls);
  oms_table_free(s);
  oms_free(s);
}

int oms_server_open(struct uv_loop_s *loop, const oms_server_options_t *o,
                    const oms_server_handler_t *handler, oms_server_t **out, oms_error_t *err) {
  struct sockaddr_storage a = {0};
  int rc = address_of(o->address, &a, err);
  if (rc != OMS_OK) {
    return rc;
  }
  oms_server_t *s = oms_alloc_zero(1, sizeof *s);
  if (s == NULL) {
    return oms_error_set(err, OMS_ERR_NOMEM, "out of memory for the server");
  }
  s->loop = loop;
  s->o = *o;
  s->handler = *handler;
  defaults(&s->o);
  raise_files(&s->o);
  ignore_sigpipe();
  s->limits = (oms_http_limits_t){s->o.max_header, s->o.max_headers, s->o.max_body};
  if (oms_table_open(s) != OMS_OK) {
    rc = oms_error_set(err, OMS_ERR_NOMEM, "out of memory for the table of connections");
  } else if ((o->certificate == NULL) != (o->key == NULL)) {
    rc = oms_error_set(err, OMS_ERR_USAGE,
                       "TLS takes a certificate and a key: one of them is missing");
  } else if (o->certificate != NULL) {
    rc = oms_tls_context_new(o->certificate, o->key, &s->tls, err);
  }
  if (rc != OMS_OK) {
    free_server(s);
    return rc;
  }
  start_handles(s);
  rc = listen_on(s, &a, err);
  if (rc != OMS_OK) {
    oms_server_close(s);
    return rc;
  }
  *out = s;
  return OMS_OK;
}

int oms_server_port(const oms_server_t *s) {
  return s->port;
}

void oms_server_figures(const oms_server_t *s, oms_server_figures_t *f) {
  *f = s->figures;
  f->most = s->o.max_connections;
}

void oms_server_gone(oms_server_t *s) {
  if (s->closing && s->handles == 0 && s->live == 0) {
    free_server(s);
  }
}

static void handle_gone(uv_handle_t *h) {
  oms_server_t *s = h->data;
  s->handles--;
  oms_server_gone(s);
}

static void end_one(conn_t *c) {
  if (c->socket || c->streaming) {
    oms_server_end(c->server, c->id, OMS_WS_GOING, "the server stops");
  } else if (c->timeline == AT_IDLE) {
    oms_conn_end(c);
  }
}

void oms_server_stop(oms_server_t *s) {
  if (s->stopping) {
    return;
  }
  s->stopping = true;
  uv_close((uv_handle_t *)&s->listener, handle_gone);
  for (conn_t *c = s->lists[IN_ALL].head, *next; c != NULL; c = next) {
    next = c->links[IN_ALL].next;
    end_one(c);
  }
}

void oms_server_close(oms_server_t *s) {
  if (s->closing) {
    return;
  }
  s->closing = true;
  if (!s->stopping) {
    s->stopping = true;
    uv_close((uv_handle_t *)&s->listener, handle_gone);
  }
  while (s->lists[IN_ALL].head != NULL) {
    oms_conn_drop(s->lists[IN_ALL].head);
  }
  uv_close((uv_handle_t *)&s->timer, handle_gone);
  uv_close((uv_handle_t *)&s->prepare, handle_gone);
  uv_close((uv_handle_t *)&s->idle, handle_gone);
}
