/* oms_events.c - GET /oms/v1/events: everything that happens to orders, as text/event-stream or
 * over a WebSocket, from any number on that the ring still has. A client is given only as much as
 * it reads: who falls behind until the ring has gone past him is ended with the number he is to go
 * on from, and nobody waits for him. */
#include <stdio.h>
#include <string.h>

#include "api/oms_int.h"
#include "base/alloc.h"

#define RING_DEFAULT ((size_t)262144)
enum {
  AHEAD_BYTES = 262144, /* that a client may have unread before more is given */
  STREAMS_DEFAULT = 64, /* of a key */
  HEARTBEAT_S = 15,
  WS_GONE = 4410,
  WS_POLICY = 1008
};

typedef struct entry {
  oms_event_t e;
  oms_qty_t qty, filled;
} entry_t;

typedef struct client {
  struct client *next;
  oms_conn_t conn;
  oms_socket_t *socket; /* NULL: an event stream */
  char key[33];
  bool admin;
  bool ended;       /* told to go, its connection is not gone yet */
  uint32_t account; /* that it sees; OMS_NONE: all */
  uint64_t at;      /* number of the next event for it, as the ring counts */
  int64_t spoken;   /* monotonic ns of the last thing sent */
} client_t;

/* Events by the order in which they came: 'first' to 'next' - 1 are there. */
typedef struct events {
  entry_t *ring;
  size_t cap, most;
  uint64_t first, next;
  uint64_t lost; /* the number of the last event before the ring's first one */
  client_t *clients;
  size_t client_n;
  oms_writer_t text; /* of the event 'text_of' */
  uint64_t text_of;  /* UINT64_MAX: none */
} events_t;

static events_t *events_of(const oms_api_t *api) {
  return oms_part_state(api, &oms_events_part);
}

static entry_t *entry_at(const events_t *v, uint64_t i) {
  return &v->ring[i % v->cap];
}

/* The ring. */

static bool grow(events_t *v) {
  size_t cap = v->cap == 0 ? 1024 : v->cap * 2;
  cap = cap < v->most ? cap : v->most;
  entry_t *ring = cap > v->cap ? oms_alloc(cap * sizeof *ring) : NULL;
  if (ring == NULL) {
    return false;
  }
  for (uint64_t i = v->first; i < v->next; i++) {
    ring[i % cap] = v->ring[i % v->cap];
  }
  oms_free(v->ring);
  v->ring = ring;
  v->cap = cap;
  return true;
}

static void on_event(oms_api_t *api, const oms_event_t *e) {
  events_t *v = events_of(api);
  const oms_engine_t *engine = oms_api_live(api)->desk->engine;
  if (v->next - v->first == v->cap && !grow(v)) {
    if (v->cap == 0) {
      v->lost = e->seq;
      return;
    }
    v->lost = entry_at(v, v->first++)->e.seq;
  }
  entry_t *x = entry_at(v, v->next++);
  x->e = *e;
  x->qty = x->filled = OMS_NO_PRICE;
  if (e->order != OMS_NONE) {
    const oms_order_t *o = oms_engine_order(engine, e->order);
    x->qty = o->qty;
    x->filled = o->filled_qty;
  }
}

/* The place of the first event above 'seq'; false: it is not there any more. */
static bool find(const events_t *v, uint64_t seq, uint64_t *at) {
  uint64_t low = v->first, high = v->next;
  while (low < high) {
    uint64_t middle = low + (high - low) / 2;
    if (entry_at(v, middle)->e.seq <= seq) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  *at = low;
  return seq >= v->lost;
}

/* Texts. */

static void write_fill(oms_writer_t *w, const oms_engine_t *engine, uint32_t fill) {
  char id[24];
  const oms_fill_t *f = oms_engine_fill(engine, fill);
  oms_write_object(w, "fill");
  oms_write_text(w, "execution_id", oms_execution_id_text(f, id));
  oms_write_decimal(w, "qty", f->qty, OMS_QTY_DECIMALS);
  oms_write_decimal(w, "price", f->price, OMS_PRICE_DECIMALS);
  oms_write_decimal(w, "commission", f->has_commission != 0 ? f->commission : OMS_NO_PRICE,
                    OMS_MONEY_DECIMALS);
  oms_write_time(w, "ts", f->ts);
  oms_write_object_end(w);
}

static void write_order(oms_writer_t *w, const oms_engine_t *engine, const oms_event_t *e) {
  char id[37], client[37];
  const oms_order_t *o = oms_engine_order(engine, e->order);
  oms_order_id_text(engine, o, id);
  oms_write_text(w, "order_id", id);
  oms_write_text(w, "client_order_id", oms_client_order_id_text(engine, o, client));
  oms_write_text(w, "account", oms_engine_account(engine, o->account)->id);
  oms_write_text(w, "owner", oms_engine_owner(engine, o->owner)->id);
  oms_write_text(w, "symbol", o->symbol);
  oms_write_text(w, "side", oms_enum_text(OMS_ENUM_SIDE, o->side));
  oms_write_text(w, "status", oms_enum_text(OMS_ENUM_STATUS, e->status));
}

void oms_own_write_event(oms_writer_t *w, const oms_desk_t *desk, const oms_event_t *e,
                         oms_qty_t qty, oms_qty_t filled) {
  oms_write_object(w, NULL);
  oms_write_int(w, "seq", (int64_t)e->seq);
  oms_write_time(w, "ts", e->ts);
  oms_write_text(w, "type", oms_enum_text(OMS_ENUM_EVENT, e->type));
  if (e->order != OMS_NONE) {
    write_order(w, desk->engine, e);
    oms_write_decimal(w, "qty", qty, OMS_QTY_DECIMALS);
    oms_write_decimal(w, "filled_qty", filled, OMS_QTY_DECIMALS);
  }
  if (e->code != OMS_CODE_NONE) {
    oms_write_text(w, "code", oms_enum_text(OMS_ENUM_CODE, e->code));
  }
  if (e->message != NULL) {
    oms_write_text(w, "message", e->message);
  }
  if (e->canceled_by != OMS_CANCELED_BY_NONE) {
    oms_write_text(w, "canceled_by", oms_enum_text(OMS_ENUM_CANCELED_BY, e->canceled_by));
  }
  if (e->fill != OMS_NONE) {
    write_fill(w, desk->engine, e->fill);
  }
  if (e->type == OMS_EVENT_RESTATED) {
    oms_write_decimal(w, "old_qty", e->old_qty, OMS_QTY_DECIMALS);
    oms_write_decimal(w, "old_limit_price", e->old_limit_price, OMS_PRICE_DECIMALS);
    oms_write_decimal(w, "old_stop_price", e->old_stop_price, OMS_PRICE_DECIMALS);
  }
  oms_write_object_end(w);
}

/* "id: 12\nevent: fill\ndata: {...}\n\n"; a WebSocket gets the JSON between. */
static void make_text(events_t *v, const oms_desk_t *desk, uint64_t at, size_t *json, size_t *n) {
  const entry_t *x = entry_at(v, at);
  char head[80];
  if (v->text_of != at) {
    oms_writer_reset(&v->text);
    int k = snprintf(head, sizeof head, "id: %llu\nevent: %s\ndata: ", (unsigned long long)x->e.seq,
                     oms_enum_text(OMS_ENUM_EVENT, x->e.type));
    oms_write_raw(&v->text, head, (size_t)k);
    v->text.comma = false;
    oms_own_write_event(&v->text, desk, &x->e, x->qty, x->filled);
    oms_write_raw(&v->text, "\n\n", 2);
    v->text_of = at;
  }
  const char *begin = v->text.failed ? NULL : memchr(v->text.data, '{', v->text.n);
  *json = begin == NULL ? 0 : (size_t)(begin - v->text.data);
  *n = begin == NULL ? 0 : v->text.n;
}

/* Clients. */

static void remove_client(events_t *v, client_t *c) {
  client_t **at = &v->clients;
  while (*at != c) {
    at = &(*at)->next;
  }
  *at = c->next;
  v->client_n--;
  oms_free(c);
}

static void send(oms_api_t *api, const client_t *c, const char *text, size_t json, size_t n) {
  const oms_live_t *live = oms_api_live(api);
  if (c->socket != NULL) {
    oms_api_wire(api)->send(oms_api_server(api), c->conn, OMS_WS_TEXT, text + json, n - json - 2,
                            live->gate(live->self));
  } else {
    oms_api_wire(api)->stream(oms_api_server(api), c->conn, text, n, live->gate(live->self));
  }
}

static bool wants(const client_t *c, const oms_engine_t *engine, const oms_event_t *e) {
  if (c->account == OMS_NONE) {
    return true;
  }
  return e->order == OMS_NONE ? c->admin
                              : oms_engine_order(engine, e->order)->account == c->account;
}

static void end(oms_api_t *api, client_t *c, int code, const char *why) {
  oms_api_wire(api)->end(oms_api_server(api), c->conn, code, why);
  c->ended = true;
}

/* As many events as he has room for. */
static void pump(oms_api_t *api, client_t *c) {
  events_t *v = events_of(api);
  const oms_desk_t *desk = oms_api_live(api)->desk;
  if (c->at < v->first && !c->ended) {
    char why[100]; /* the ring has gone past him: he is told where to go on */
    snprintf(why, sizeof why, "too slow: events up to %llu are gone", (unsigned long long)v->lost);
    end(api, c, WS_GONE, why);
  }
  while (!c->ended && c->at < v->next && oms_own_unsent(api, c->conn) < AHEAD_BYTES) {
    size_t json, n;
    if (wants(c, desk->engine, &entry_at(v, c->at)->e)) {
      make_text(v, desk, c->at, &json, &n);
      if (n > 0) {
        send(api, c, v->text.data, json, n);
      }
      c->spoken = oms_api_now(api);
    }
    c->at++;
  }
}

/* A line that clients pass over tells both sides that the other one is there. */
static void beat(oms_api_t *api, client_t *c) {
  static const char line[] = ":\n\n";
  int64_t now = oms_api_now(api);
  if (c->socket == NULL && !c->ended && now - c->spoken > HEARTBEAT_S * OMS_NS_PER_SECOND) {
    oms_api_wire(api)->stream(oms_api_server(api), c->conn, line, sizeof line - 1, 0);
    c->spoken = now;
  }
}

static void on_turn(oms_api_t *api) {
  for (client_t *c = events_of(api)->clients; c != NULL; c = c->next) {
    pump(api, c);
  }
}

static void on_durable(oms_api_t *api, uint64_t gate) {
  (void)gate;
  on_turn(api);
}

static void on_due(oms_api_t *api) {
  const oms_live_t *live = oms_api_live(api);
  for (client_t *c = events_of(api)->clients; c != NULL; c = c->next) {
    if (!c->ended && live->key(live->self, c->key) == NULL) {
      end(api, c, WS_POLICY, "the key was revoked");
    }
    pump(api, c);
    beat(api, c);
  }
}

static void on_closed(oms_api_t *api, oms_conn_t conn) {
  events_t *v = events_of(api);
  for (client_t *c = v->clients; c != NULL; c = c->next) {
    if (c->conn == conn) {
      remove_client(v, c);
      return;
    }
  }
}

/* Coming in. */

/* In the order of the parameters in oms_routes.c. */
enum { ARG_SINCE, ARG_ACCOUNT };

static bool has_room(oms_call_t *c) {
  size_t n = 0, most = oms_api_options(c->api)->streams;
  for (const client_t *x = events_of(c->api)->clients; x != NULL; x = x->next) {
    n += strcmp(x->key, c->key) == 0;
  }
  most = most == 0 ? STREAMS_DEFAULT : most;
  if (n >= most) {
    oms_call_error(c, 429, OMS_API_RATE, "the key has %zu streams, which is the most", n);
  }
  return n < most;
}

/* Since which event: the header that a browser sends when it comes again, else the query, else only
 * what comes. */
static bool since_of(oms_call_t *c, uint64_t *seq) {
  const char *again = c->last_event_id;
  int64_t v = c->args[ARG_SINCE].number;
  if (again != NULL && (oms_decimal_parse(again, strlen(again), 0, &v) != OMS_OK || v < 0)) {
    oms_call_error(c, 400, OMS_API_MALFORMED, "Last-Event-ID must be the number of an event");
    return false;
  }
  bool given = again != NULL || c->args[ARG_SINCE].given;
  *seq = given ? (uint64_t)v : UINT64_MAX;
  return true;
}

static bool find_place(oms_call_t *c, uint64_t seq, uint64_t *at) {
  const events_t *v = events_of(c->api);
  char extra[80], message[160];
  if (seq == UINT64_MAX) {
    *at = v->next;
    return true;
  }
  if (find(v, seq, at)) {
    return true;
  }
  snprintf(extra, sizeof extra, "\"oldest\":%llu,", (unsigned long long)v->lost + 1);
  snprintf(message, sizeof message,
           "events up to %llu are gone: read the orders anew, then go on with since=%llu",
           (unsigned long long)v->lost, (unsigned long long)v->lost);
  oms_call_error_with(c, 410, OMS_API_GONE, extra, message);
  return false;
}

static void closed_socket(oms_socket_t *s) {
  (void)s; /* on_closed has taken it off the list */
}

static void message(oms_socket_t *s, oms_ws_opcode_t opcode, char *data, size_t n) {
  (void)opcode;
  (void)data;
  (void)n;
  oms_socket_end(s, 1008, "this socket only sends");
}

static const oms_socket_class_t events_class = {"events", message, closed_socket};

static void begin_stream(oms_call_t *c) {
  const oms_http_header_t headers[] = {
      {"Cache-Control",     "no-store"},
      {"X-Accel-Buffering", "no"      }
  };
  const oms_http_answer_t head = {.status = 200,
                                  .type = "text/event-stream",
                                  .headers = headers,
                                  .header_n = OMS_COUNT(headers)};
  oms_api_wire(c->api)->begin_stream(oms_api_server(c->api), c->conn, &head);
  c->deferred = true;
}

static bool account_of(oms_call_t *c, uint32_t *account) {
  bool admin = (c->scopes & OMS_MAY_ADMIN) != 0;
  *account = admin ? OMS_NONE : c->account;
  if (c->args[ARG_ACCOUNT].given) {
    *account = oms_own_account(c, c->args[ARG_ACCOUNT].text);
    return *account != UINT16_MAX;
  }
  return true;
}

void oms_own_get_events(oms_call_t *c) {
  events_t *v = events_of(c->api);
  uint64_t seq, at;
  uint32_t account;
  oms_socket_t *socket = NULL;
  if (!account_of(c, &account) || !since_of(c, &seq) || !find_place(c, seq, &at) || !has_room(c)) {
    return;
  }
  client_t *x = oms_alloc_zero(1, sizeof *x);
  if (x == NULL) {
    oms_call_error(c, 503, OMS_API_UNAVAILABLE, "out of memory");
    return;
  }
  if (c->upgrade) {
    socket = oms_call_accept(c, &events_class);
    if (socket == NULL) {
      oms_free(x);
      return;
    }
  } else {
    begin_stream(c);
  }
  *x = (client_t){.next = v->clients,
                  .conn = c->conn,
                  .socket = socket,
                  .admin = (c->scopes & OMS_MAY_ADMIN) != 0,
                  .account = account,
                  .at = at,
                  .spoken = oms_api_now(c->api)};
  snprintf(x->key, sizeof x->key, "%s", c->key);
  v->clients = x;
  v->client_n++;
  pump(c->api, x);
}

size_t oms_own_event_streams(const oms_api_t *api) {
  return events_of(api)->client_n;
}

/* Life. */

/* What was before clients could come, so that they go on where they were. The quantities of then
 * are not known any more. */
static void take_past(oms_api_t *api, events_t *v) {
  const oms_live_t *live = oms_api_live(api);
  const oms_event_t *past = NULL;
  size_t n = live->past_events == NULL ? 0 : live->past_events(live->self, &past);
  if (n == 0) {
    return;
  }
  v->lost = past[0].seq - 1;
  for (size_t i = 0; i < n; i++) {
    on_event(api, &past[i]);
    if (v->next > v->first) {
      entry_at(v, v->next - 1)->qty = entry_at(v, v->next - 1)->filled = OMS_NO_PRICE;
    }
  }
}

static int open_part(oms_api_t *api) {
  events_t *v = oms_alloc_zero(1, sizeof *v);
  oms_part_set_state(api, &oms_events_part, v);
  if (v == NULL) {
    return OMS_ERR_NOMEM;
  }
  size_t most = oms_api_options(api)->events;
  v->most = most == 0 ? RING_DEFAULT : most;
  v->lost = oms_engine_last_event(oms_api_live(api)->desk->engine);
  v->text_of = UINT64_MAX;
  take_past(api, v);
  return OMS_OK;
}

static void free_part(oms_api_t *api) {
  events_t *v = events_of(api);
  if (v == NULL) {
    return;
  }
  while (v->clients != NULL) {
    remove_client(v, v->clients);
  }
  oms_writer_free(&v->text);
  oms_free(v->ring);
  oms_free(v);
}

static void on_stop(oms_api_t *api) {
  for (client_t *c = events_of(api)->clients; c != NULL; c = c->next) {
    oms_api_wire(api)->end(oms_api_server(api), c->conn, 1001, "the host stops");
  }
}

const oms_part_t oms_events_part = {.name = "events",
                                    .open = open_part,
                                    .free = free_part,
                                    .event = on_event,
                                    .turn = on_turn,
                                    .durable = on_durable,
                                    .due = on_due,
                                    .closed = on_closed,
                                    .stop = on_stop};
