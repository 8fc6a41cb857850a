/* socket.c - WebSockets by connection: their key, their class, their messages. */
#include <stdio.h>
#include <string.h>

#include "api/api_core.h"
#include "base/alloc.h"

enum { STREAMS_DEFAULT = 64 };

static oms_socket_t **bucket(const oms_api_t *api, oms_conn_t conn) {
  return (oms_socket_t **)&api->sockets[conn % SOCKET_BUCKETS];
}

oms_socket_t *oms_socket_find(const oms_api_t *api, oms_conn_t conn) {
  oms_socket_t *s = *bucket(api, conn);
  while (s != NULL && s->conn != conn) {
    s = s->next;
  }
  return s;
}

/* Sockets of a key, over all classes. */
static size_t count_of(const oms_api_t *api, const char *key) {
  size_t n = 0;
  for (size_t i = 0; i < SOCKET_BUCKETS && api->socket_n > 0; i++) {
    for (const oms_socket_t *s = api->sockets[i]; s != NULL; s = s->next) {
      n += s->known && strcmp(s->key, key) == 0;
    }
  }
  return n;
}

static size_t most(const oms_api_t *api) {
  return api->options.streams > 0 ? api->options.streams : STREAMS_DEFAULT;
}

oms_socket_t *oms_call_accept(oms_call_t *c, const oms_socket_class_t *class) {
  oms_api_t *api = c->api;
  if (c->key[0] != '\0' && count_of(api, c->key) >= most(api)) {
    oms_call_error(c, 429, OMS_API_RATE, "the key has %zu streams open already", most(api));
    return NULL;
  }
  oms_socket_t *s = oms_alloc_zero(1, sizeof *s);
  if (s == NULL) {
    oms_call_error(c, 503, OMS_API_UNAVAILABLE, "out of memory");
    return NULL;
  }
  *s = (oms_socket_t){.api = api,
                      .class = class,
                      .conn = c->conn,
                      .known = c->key[0] != '\0',
                      .account = c->account,
                      .scopes = c->scopes,
                      .since = c->received};
  snprintf(s->key, sizeof s->key, "%s", c->key);
  s->next = *bucket(api, c->conn);
  *bucket(api, c->conn) = s;
  api->socket_n++;
  c->deferred = true;
  api->wire.accept(api->server, c->conn);
  return s;
}

oms_socket_t *oms_sockets_next(const oms_api_t *api, const oms_socket_class_t *class, size_t *at,
                               oms_socket_t *after) {
  oms_socket_t *s = after == NULL ? NULL : after->next;
  size_t i = after == NULL ? 0 : *at;
  if (after == NULL) {
    s = api->sockets[0];
  }
  for (;;) {
    while (s != NULL && s->class != class) {
      s = s->next;
    }
    if (s != NULL || ++i == SOCKET_BUCKETS) {
      *at = i;
      return s;
    }
    s = api->sockets[i];
  }
}

bool oms_socket_authenticate(oms_socket_t *s, const char *key, const char *secret) {
  oms_api_t *api = s->api;
  const oms_key_record_t *record = oms_auth_check(api, key, secret);
  s->crowded = record != NULL && count_of(api, record->id) >= most(api);
  if (record == NULL || s->crowded) {
    return false;
  }
  uint32_t account = oms_engine_find_account(api->live.desk->engine, record->account);
  s->known = true;
  s->account = account == OMS_NONE ? UINT16_MAX : (uint16_t)account;
  s->scopes = record->scopes;
  snprintf(s->key, sizeof s->key, "%s", record->id);
  return true;
}

void oms_socket_send(oms_socket_t *s, oms_ws_opcode_t opcode, const char *data, size_t n) {
  s->api->wire.send(s->api->server, s->conn, opcode, data, n, s->api->live.gate(s->api->live.self));
}

void oms_socket_end(oms_socket_t *s, int code, const char *reason) {
  s->ending = true;
  s->api->wire.end(s->api->server, s->conn, code, reason);
}

static void drop(oms_api_t *api, oms_socket_t *s) {
  oms_socket_t **at = bucket(api, s->conn);
  while (*at != s) {
    at = &(*at)->next;
  }
  *at = s->next;
  api->socket_n--;
  if (s->class->closed != NULL) {
    s->class->closed(s);
  }
  oms_free(s);
}

void oms_socket_closed(oms_api_t *api, oms_conn_t conn) {
  oms_socket_t *s = oms_socket_find(api, conn);
  if (s != NULL) {
    drop(api, s);
  }
}

void oms_sockets_free(oms_api_t *api) {
  for (size_t i = 0; i < SOCKET_BUCKETS; i++) {
    while (api->sockets[i] != NULL) {
      drop(api, api->sockets[i]);
    }
  }
}
