/* api.c - opens and closes the API, takes requests and messages in, and runs them in the turn of
 * the loop. Nothing is changed in the host before that turn. */
#include "api/api.h"

#include <openssl/evp.h>
#include <openssl/rand.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "api/api_core.h"
#include "base/alloc.h"

#define TICK_NS (INT64_C(250) * 1000000)
enum { QUEUE_DEFAULT = 65536 };
#define UNKNOWN_NS (10 * OMS_NS_PER_SECOND) /* until a socket must name its key */

static void put_hex(char *to, uint64_t v) {
  for (int i = 15; i >= 0; i--, v >>= 4) {
    to[i] = "0123456789abcdef"[v & 15];
  }
}

void oms_api_request_id(const oms_api_t *api, uint64_t number, char out[REQUEST_ID_SIZE]) {
  memcpy(out, api->start, 16);
  put_hex(out + 16, number);
  out[32] = '\0';
}

/* The way in. */

static void enqueue(oms_api_t *api, oms_item_t *item) {
  *api->last = item;
  api->last = &item->next;
  api->waiting++;
  if (api->options.wake != NULL) {
    api->options.wake(api->options.ctx);
  }
}

static bool is_loopback_peer(const char *peer) {
  return strncmp(peer, "127.", 4) == 0 || strcmp(peer, "::1") == 0 ||
         strncmp(peer, "::ffff:127.", 11) == 0;
}

static oms_item_t *item_of(const oms_http_request_t *r, const oms_route_t *route,
                           const oms_path_part_t *parts, const char key[OMS_KEY_ROOM],
                           uint64_t number) {
  size_t query_n = strlen(r->query);
  oms_item_t *item = oms_alloc(sizeof *item + query_n + r->body_n + 2);
  if (item == NULL) {
    return NULL;
  }
  item->next = NULL;
  item->route = route;
  item->conn = r->conn;
  item->received = r->received;
  item->number = number;
  item->opcode = OMS_WS_TEXT;
  item->query_n = query_n;
  item->body_n = r->body_n;
  item->upgrade = r->upgrade;
  const char *again = oms_http_header(r, "last-event-id");
  memcpy(item->key, key, sizeof item->key);
  item->last_event_id[0] = '\0';
  if (again != NULL) {
    snprintf(item->last_event_id, sizeof item->last_event_id, "%s", again);
  }
  memcpy(item->parts, parts, sizeof item->parts);
  memcpy(item->bytes, r->query, query_n + 1);
  if (r->body_n > 0) {
    memcpy(item->bytes + query_n + 1, r->body, r->body_n);
  }
  item->bytes[query_n + 1 + r->body_n] = '\0';
  return item;
}

/* What is found wrong before the request is looked into. */
typedef struct refusal {
  int status;
  int64_t code;
  char message[256];
  bool unknown_key; /* which may have been made a moment ago */
} refusal_t;

static bool refuse(refusal_t *why, int status, int64_t code, const char *message) {
  why->status = status;
  why->code = code;
  snprintf(why->message, sizeof why->message, "%s", message);
  return false;
}

static bool scope_fits(const oms_route_t *route, uint32_t scopes, refusal_t *why) {
  static const char *const names[OMS_MAY_COUNT] = OMS_MAY_WORDS;
  char list[64] = "";
  if (route->scope == 0 || (route->scope & scopes) != 0) {
    return true;
  }
  for (uint32_t i = 0; i < OMS_MAY_COUNT; i++) {
    if ((route->scope >> i & 1) != 0) {
      size_t n = strlen(list);
      snprintf(list + n, sizeof list - n, "%s%s", n == 0 ? "" : " or ", names[i]);
    }
  }
  why->status = 403;
  why->code = OMS_API_FORBIDDEN;
  snprintf(why->message, sizeof why->message,
           "the key has no scope %s: make another one with moondesk key create", list);
  return false;
}

/* The key of the request into 'key', "" where none is needed. */
static bool admit(oms_api_t *api, const oms_http_request_t *r, const oms_route_t *route,
                  char key[OMS_KEY_ROOM], oms_rate_view_t *rate, refusal_t *why) {
  const char *id = oms_http_header(r, "apca-api-key-id");
  const char *secret = oms_http_header(r, "apca-api-secret-key");
  bool open =
      route->scope == 0 || ((route->flags & OMS_ROUTE_LOOPBACK) != 0 && is_loopback_peer(r->peer));
  key[0] = '\0';
  if (open && (id == NULL || (route->flags & OMS_ROUTE_SOCKET) == 0)) {
    return true;
  }
  const oms_key_record_t *record = oms_auth_check(api, id, secret);
  if (record == NULL) {
    why->unknown_key = id != NULL && secret != NULL && api->live.key(api->live.self, id) == NULL;
    return refuse(why, 401, OMS_API_UNAUTHORIZED,
                  id == NULL ? "request is not authorized: APCA-API-KEY-ID and APCA-API-SECRET-KEY "
                               "are missing; moondesk key create makes a key"
                             : OMS_BAD_KEY);
  }
  memcpy(key, record->id, OMS_KEY_ROOM);
  uint32_t scopes = record->scopes;
  if (!oms_rate_take(api, key, r->received, rate)) {
    return refuse(why, 429, OMS_API_RATE, "rate limit exceeded");
  }
  return scope_fits(route, scopes, why);
}

static bool find(const oms_http_request_t *r, const oms_route_t **route, oms_path_part_t *parts,
                 char allow[64], refusal_t *why) {
  *route = oms_route_find(r->method, r->raw_path, parts, allow);
  if (*route == NULL && allow[0] != '\0') {
    snprintf(why->message, sizeof why->message, "%s does not take %.20s: use %s", "this endpoint",
             r->method, allow);
    why->status = 405;
    why->code = OMS_API_NOT_ALLOWED;
    return false;
  }
  if (*route == NULL) {
    return refuse(why, 404, OMS_API_NOT_FOUND, "endpoint not found: see /openapi.json");
  }
  if (((*route)->flags & OMS_ROUTE_SOCKET) != 0 && !r->upgrade) {
    return refuse(why, 426, OMS_API_MALFORMED, "this endpoint is a WebSocket: ask for an upgrade");
  }
  return true;
}

void oms_api_admit_late(oms_api_t *api, oms_item_t *item, const oms_key_record_t *key) {
  refusal_t why = {0};
  oms_rate_view_t rate = {0};
  snprintf(item->key, sizeof item->key, "%s", key->id);
  bool good = oms_rate_take(api, item->key, item->received, &rate) ||
              refuse(&why, 429, OMS_API_RATE, "rate limit exceeded");
  if (good && scope_fits(item->route, key->scopes, &why)) {
    enqueue(api, item);
    return;
  }
  oms_answer_error(api, item->conn, item->number, why.status, why.code, why.message, NULL, &rate);
  oms_free(item);
}

/* A request with a key that is not known waits a little; false: it is refused at once. */
static bool doubt(oms_api_t *api, const oms_http_request_t *r, const oms_route_t *route,
                  const oms_path_part_t *parts, uint64_t number) {
  static const char nobody[OMS_KEY_ROOM] = "";
  size_t most = api->options.queue > 0 ? api->options.queue : QUEUE_DEFAULT;
  oms_item_t *item =
      api->doubt_n >= most || api->stopping ? NULL : item_of(r, route, parts, nobody, number);
  if (item == NULL) {
    return false;
  }
  if (!oms_doubt_take(api, item, oms_http_header(r, "apca-api-key-id"),
                      oms_http_header(r, "apca-api-secret-key"))) {
    oms_free(item);
    return false;
  }
  return true;
}

static void on_request(void *self, const oms_http_request_t *r) {
  oms_api_t *api = self;
  oms_path_part_t parts[OMS_PATH_PARTS];
  char key[OMS_KEY_ROOM], allow[64] = "";
  refusal_t why = {0};
  oms_rate_view_t rate = {0};
  const oms_route_t *route = NULL;
  oms_item_t *item = NULL;
  uint64_t number = ++api->requests;
  size_t most = api->options.queue > 0 ? api->options.queue : QUEUE_DEFAULT;
  const char *origin = oms_auth_origin(api, r);
  bool good = origin == NULL || refuse(&why, 403, OMS_API_FORBIDDEN, origin);
  good = good && find(r, &route, parts, allow, &why);
  good = good && admit(api, r, route, key, &rate, &why);
  if (good && api->waiting >= most) {
    good = refuse(&why, 503, OMS_API_UNAVAILABLE, "too many requests wait: try again");
  }
  if (good) {
    item = item_of(r, route, parts, key, number);
    good = item != NULL || refuse(&why, 503, OMS_API_UNAVAILABLE, "out of memory");
  }
  if (good) {
    enqueue(api, item);
    return;
  }
  if (why.unknown_key && doubt(api, r, route, parts, number)) {
    return;
  }
  oms_http_header_t header = {"Allow", allow};
  oms_answer_error(api, r->conn, number, why.status, why.code, why.message,
                   why.status == 405 ? &header : NULL, rate.limit > 0 ? &rate : NULL);
}

static void on_message(void *self, oms_conn_t conn, oms_ws_opcode_t opcode, const char *data,
                       size_t n) {
  oms_api_t *api = self;
  size_t most = api->options.queue > 0 ? api->options.queue : QUEUE_DEFAULT;
  oms_item_t *item = api->waiting >= most ? NULL : oms_alloc(sizeof *item + n + 2);
  if (item == NULL) {
    api->wire.end(api->server, conn, 1013, "try again later");
    return;
  }
  *item = (oms_item_t){.conn = conn, .opcode = opcode, .body_n = n};
  item->bytes[0] = '\0';
  memcpy(item->bytes + 1, data, n);
  item->bytes[1 + n] = '\0';
  enqueue(api, item);
}

static void on_closed(void *self, oms_conn_t conn) {
  oms_api_t *api = self;
  for (size_t i = 0; oms_parts[i] != NULL; i++) {
    if (oms_parts[i]->closed != NULL) {
      oms_parts[i]->closed(api, conn);
    }
  }
  oms_socket_closed(api, conn);
}

/* Whoever opens a socket and says nothing of a key does not keep it. */
static void end_unknown(oms_api_t *api, int64_t now) {
  for (size_t i = 0; i < SOCKET_BUCKETS && api->socket_n > 0; i++) {
    for (oms_socket_t *s = api->sockets[i]; s != NULL; s = s->next) {
      if (!s->known && !s->ending && now - s->since > UNKNOWN_NS) {
        oms_socket_end(s, 1008, "not authenticated in time");
      }
    }
  }
}

static void on_tick(void *self) {
  oms_api_t *api = self;
  end_unknown(api, oms_api_now(api));
  for (size_t i = 0; oms_parts[i] != NULL; i++) {
    if (oms_parts[i]->tick != NULL) {
      oms_parts[i]->tick(api);
    }
  }
}

static void on_sent(void *self, int64_t received, int64_t released) {
  oms_api_t *api = self;
  oms_live_metrics_t *m = api->live.metrics(api->live.self);
  if (m != NULL && released > 0) {
    oms_histogram_add(&m->request_to_durable, released - received);
    oms_histogram_add(&m->durable_to_sent, oms_api_now(api) - released);
  }
}

/* The turn. */

static void run(oms_api_t *api, oms_item_t *item) {
  if (item->route != NULL) {
    oms_call_run(api, item);
    return;
  }
  oms_socket_t *s = oms_socket_find(api, item->conn);
  if (s != NULL && !s->ending) {
    s->class->message(s, item->opcode, item->bytes + 1, item->body_n);
  }
}

static void drain(void *self) {
  oms_api_t *api = self;
  oms_doubts_look(api);
  oms_item_t *item = api->first;
  api->first = NULL;
  api->last = &api->first;
  api->waiting = 0;
  while (item != NULL) {
    oms_item_t *next = item->next;
    run(api, item);
    oms_free(item);
    item = next;
  }
  for (size_t i = 0; api->ticked && oms_parts[i] != NULL; i++) {
    if (oms_parts[i]->due != NULL) {
      oms_parts[i]->due(api);
    }
  }
  api->ticked = false;
}

/* What is due is done in the next turn. */
static void on_ticker(void *ctx) {
  oms_api_t *api = ctx;
  api->ticked = true;
  if (api->options.wake != NULL) {
    api->options.wake(api->options.ctx);
  }
}

int64_t oms_api_now(const oms_api_t *api) {
  struct timespec t;
  (void)api;
  (void)clock_gettime(CLOCK_MONOTONIC, &t);
  return (int64_t)t.tv_sec * OMS_NS_PER_SECOND + t.tv_nsec;
}

void oms_api_due_within(oms_api_t *api, int64_t ns) {
  if (api->ticker != NULL) {
    oms_ticker_within(api->ticker, ns);
  }
}

static void event(void *self, const oms_event_t *e) {
  for (size_t i = 0; oms_parts[i] != NULL; i++) {
    if (oms_parts[i]->event != NULL) {
      oms_parts[i]->event(self, e);
    }
  }
}

static void turn(void *self) {
  for (size_t i = 0; oms_parts[i] != NULL; i++) {
    if (oms_parts[i]->turn != NULL) {
      oms_parts[i]->turn(self);
    }
  }
}

static void durable(void *self, uint64_t gate) {
  oms_api_t *api = self;
  for (size_t i = 0; oms_parts[i] != NULL; i++) {
    if (oms_parts[i]->durable != NULL) {
      oms_parts[i]->durable(api, gate);
    }
  }
  oms_server_release(api->server, gate);
}

static void reloaded(void *self, uint64_t ticket, const char *id, const char *text) {
  for (size_t i = 0; oms_parts[i] != NULL; i++) {
    if (oms_parts[i]->reloaded != NULL) {
      oms_parts[i]->reloaded(self, ticket, id, text);
    }
  }
}

static void risk(void *self, uint32_t order) {
  for (size_t i = 0; oms_parts[i] != NULL; i++) {
    if (oms_parts[i]->risk != NULL) {
      oms_parts[i]->risk(self, order);
    }
  }
}

static void stop(void *self) {
  oms_api_t *api = self;
  api->stopping = true;
  for (size_t i = 0; oms_parts[i] != NULL; i++) {
    if (oms_parts[i]->stop != NULL) {
      oms_parts[i]->stop(api);
    }
  }
  oms_server_stop(api->server);
}

oms_way_in_t oms_api_way_in(oms_api_t *api) {
  return (oms_way_in_t){.self = api,
                        .drain = drain,
                        .event = event,
                        .turn = turn,
                        .durable = durable,
                        .reloaded = reloaded,
                        .risk = risk,
                        .stop = stop};
}

/* Life. */

static int open_parts(oms_api_t *api) {
  int rc = OMS_OK;
  for (size_t i = 0; oms_parts[i] != NULL && rc == OMS_OK; i++) {
    if (oms_parts[i]->open != NULL) {
      rc = oms_parts[i]->open(api);
    }
  }
  return rc;
}

static bool is_loopback_address(const char *address) {
  return address != NULL &&
         (strncmp(address, "127.", 4) == 0 || strncmp(address, "[::1]", 5) == 0 ||
          strncmp(address, "localhost", 9) == 0);
}

int oms_api_new(const oms_api_options_t *o, const oms_live_t *live, const oms_wire_t *wire,
                oms_api_t **out) {
  oms_api_t *api = oms_alloc_zero(1, sizeof *api);
  if (api == NULL) {
    return OMS_ERR_NOMEM;
  }
  api->live = *live;
  api->options = *o;
  api->wire = *wire;
  api->last = &api->first;
  api->loopback = is_loopback_address(o->server.address);
  uint64_t start = 0;
  api->digest = EVP_MD_CTX_new();
  api->sha256 = EVP_MD_fetch(NULL, "SHA256", NULL);
  bool good = api->digest != NULL && api->sha256 != NULL &&
              RAND_bytes((unsigned char *)&start, sizeof start) == 1;
  put_hex(api->start, start);
  int rc = good ? open_parts(api) : OMS_ERR_NOMEM;
  if (rc != OMS_OK) {
    oms_api_free(api);
    return rc;
  }
  *out = api;
  return OMS_OK;
}

oms_server_handler_t oms_api_handler(oms_api_t *api) {
  return (oms_server_handler_t){api, on_request, on_message, on_closed, on_sent, on_tick};
}

int oms_api_open(struct uv_loop_s *loop, const oms_api_options_t *o, const oms_live_t *live,
                 oms_api_t **out, oms_error_t *err) {
  static const oms_wire_t wire = {oms_server_answer, oms_server_begin_stream, oms_server_stream,
                                  oms_server_accept, oms_server_send,         oms_server_end};
  oms_api_t *api;
  int rc = oms_api_new(o, live, &wire, &api);
  if (rc != OMS_OK) {
    return oms_error_set(err, rc, "the API: %s", oms_err_text(rc));
  }
  oms_server_handler_t handler = oms_api_handler(api);
  rc = oms_server_open(loop, &o->server, &handler, &api->server, err);
  if (rc == OMS_OK) {
    rc = oms_ticker_open(loop, TICK_NS, on_ticker, api, &api->ticker, err);
  }
  if (rc != OMS_OK) {
    oms_api_free(api);
    return rc;
  }
  *out = api;
  return OMS_OK;
}

int oms_api_port(const oms_api_t *api) {
  return oms_server_port(api->server);
}

void oms_api_close(oms_api_t *api) {
  api->stopping = true;
  oms_ticker_close(api->ticker);
  api->ticker = NULL;
  if (api->server != NULL) {
    oms_server_close(api->server);
  }
}

void oms_api_free(oms_api_t *api) {
  oms_sockets_free(api);
  for (size_t i = 0; oms_parts[i] != NULL; i++) {
    if (oms_parts[i]->free != NULL) {
      oms_parts[i]->free(api);
    }
  }
  oms_doubts_free(api);
  while (api->first != NULL) {
    oms_item_t *item = api->first;
    api->first = item->next;
    oms_free(item);
  }
  oms_json_free(&api->json);
  oms_writer_free(&api->out);
  oms_free(api->scratch.data);
  oms_free(api->rates);
  EVP_MD_CTX_free(api->digest);
  EVP_MD_free(api->sha256);
  oms_free(api);
}

/* For parts. */

static size_t place_of(const oms_part_t *part) {
  size_t i = 0;
  while (oms_parts[i] != part) {
    i++;
  }
  return i;
}

void *oms_part_state(const oms_api_t *api, const oms_part_t *part) {
  return api->states[place_of(part)];
}

void oms_part_set_state(oms_api_t *api, const oms_part_t *part, void *state) {
  api->states[place_of(part)] = state;
}

const oms_live_t *oms_api_live(const oms_api_t *api) {
  return &api->live;
}

const oms_wire_t *oms_api_wire(const oms_api_t *api) {
  return &api->wire;
}

oms_server_t *oms_api_server(const oms_api_t *api) {
  return api->server;
}

const oms_api_options_t *oms_api_options(const oms_api_t *api) {
  return &api->options;
}

bool oms_api_stopping(const oms_api_t *api) {
  return api->stopping;
}

size_t oms_api_waiting(const oms_api_t *api) {
  return api->waiting;
}
