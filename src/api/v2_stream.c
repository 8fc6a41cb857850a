/* v2_stream.c - /stream: a WebSocket that tells of the orders of an account (trade_updates). Frames
 * are made when something happens, if anybody listens, and leave at the turn's end behind its gate.
 * Every frame has a "data" object. There is no replay. */
#include <stdio.h>
#include <string.h>

#include "api/v2.h"
#include "base/alloc.h"
#include "base/containers.h"

/* Of one socket. */
typedef struct listener {
  bool listens, binary, told; /* told: its first frame has come */
} listener_t;

/* A frame that waits for the turn's end. */
typedef struct frame {
  size_t at, n;
  uint16_t account;
} frame_t;

typedef struct stream {
  oms_json_room_t json;
  oms_writer_t out;
  oms_writer_t waiting;
  oms_array_t frames; /* frame_t */
  size_t listeners;
} stream_t;

static void closed(oms_socket_t *s);
static void message(oms_socket_t *s, oms_ws_opcode_t opcode, char *data, size_t n);
static const oms_socket_class_t stream_class = {"stream", message, closed};

static stream_t *stream_of(const oms_api_t *api) {
  return oms_part_state(api, &oms_v2_part);
}

/* What clients send. */

static void closed(oms_socket_t *s) {
  listener_t *l = s->state;
  if (l != NULL) {
    stream_of(s->api)->listeners -= l->listens;
  }
  oms_free(l);
}

static oms_ws_opcode_t opcode_of(const oms_socket_t *s) {
  const listener_t *l = s->state;
  return l->binary ? OMS_WS_BINARY : OMS_WS_TEXT;
}

static void reply(oms_socket_t *s) {
  oms_writer_t *w = &stream_of(s->api)->out;
  if (w->failed) {
    oms_socket_end(s, 1011, "out of memory");
  } else {
    oms_socket_send(s, opcode_of(s), w->data, w->n);
  }
}

static oms_writer_t *begin(oms_socket_t *s, const char *stream) {
  oms_writer_t *w = &stream_of(s->api)->out;
  oms_writer_reset(w);
  oms_write_object(w, NULL);
  oms_write_text(w, "stream", stream);
  oms_write_object(w, "data");
  return w;
}

static void finish(oms_socket_t *s, oms_writer_t *w) {
  oms_write_object_end(w);
  oms_write_object_end(w);
  reply(s);
}

static void tell_authorization(oms_socket_t *s, bool good, const char *action, const char *why) {
  oms_writer_t *w = begin(s, "authorization");
  oms_write_text(w, "status", good ? "authorized" : "unauthorized");
  oms_write_text(w, "action", action);
  if (!good) {
    oms_write_text(w, "message", why);
  }
  finish(s, w);
}

static void tell_error(oms_socket_t *s, const char *why) {
  oms_writer_t *w = begin(s, "error");
  oms_write_text(w, "error_message", why);
  finish(s, w);
}

static bool may_read(const oms_socket_t *s) {
  return s->known && s->account != UINT16_MAX && (s->scopes & (OMS_MAY_READ | OMS_MAY_TRADE)) != 0;
}

/* Both forms: key_id and secret_key in data, or key and secret beside the action. */
static void authenticate(oms_socket_t *s, const oms_json_t *m) {
  const oms_json_t *data = oms_json_get(m, "data");
  const char *key = oms_json_get_text(data, "key_id"),
             *secret = oms_json_get_text(data, "secret_key");
  key = key != NULL ? key : oms_json_get_text(m, "key");
  secret = secret != NULL ? secret : oms_json_get_text(m, "secret");
  bool good = s->known || oms_socket_authenticate(s, key, secret);
  if (good && may_read(s)) {
    tell_authorization(s, true, "authenticate", NULL);
    return;
  }
  tell_authorization(s, false, "authenticate",
                     good         ? "the key may not read an account of this session"
                     : s->crowded ? "the key has all its streams open already"
                                  : "access key verification failed");
  oms_socket_end(s, 1008, "unauthorized");
}

static void listen_to(oms_socket_t *s, const oms_json_t *m) {
  const oms_json_t *list = oms_json_get(oms_json_get(m, "data"), "streams");
  listener_t *l = s->state;
  if (!may_read(s)) {
    tell_authorization(s, false, "listen", "authenticate first");
    return;
  }
  if (list == NULL || list->type != OMS_JSON_LIST) {
    tell_error(s, "listen needs data.streams, a list");
    return;
  }
  bool listens = false;
  for (const oms_json_t *v = oms_json_first(list); v != NULL; v = oms_json_next(list, v)) {
    listens = listens || (v->type == OMS_JSON_TEXT && strcmp(v->text, "trade_updates") == 0);
  }
  stream_of(s->api)->listeners += (size_t)listens;
  stream_of(s->api)->listeners -= (size_t)l->listens;
  l->listens = listens;
  oms_writer_t *w = begin(s, "listening");
  oms_write_list(w, "streams");
  if (listens) {
    oms_write_text(w, NULL, "trade_updates");
  }
  oms_write_list_end(w);
  finish(s, w);
}

static void message(oms_socket_t *s, oms_ws_opcode_t opcode, char *data, size_t n) {
  stream_t *stream = stream_of(s->api);
  listener_t *l = s->state;
  const oms_json_t *m;
  oms_error_t err;
  l->binary = l->binary || (!l->told && opcode == OMS_WS_BINARY);
  l->told = true;
  if (oms_json_read(&stream->json, data, n, &m, &err) != OMS_OK || m->type != OMS_JSON_OBJECT) {
    tell_error(s, "the message is no JSON object");
    return;
  }
  const char *action = oms_json_get_text(m, "action");
  if (action != NULL && (strcmp(action, "authenticate") == 0 || strcmp(action, "auth") == 0)) {
    authenticate(s, m);
  } else if (action != NULL && strcmp(action, "listen") == 0) {
    listen_to(s, m);
  } else {
    tell_error(s, "the action is not known: authenticate or listen");
  }
}

void oms_v2_stream(oms_call_t *c) {
  listener_t *l = oms_alloc_zero(1, sizeof *l);
  if (l == NULL) {
    oms_call_error(c, 503, OMS_API_UNAVAILABLE, "out of memory");
    return;
  }
  l->binary = c->args[0].number == 1;
  oms_socket_t *s = oms_call_accept(c, &stream_class);
  if (s == NULL) {
    oms_free(l);
  } else {
    s->state = l;
  }
}

/* What happens. */

static bool somebody_listens(const stream_t *stream) {
  return stream->listeners > 0;
}

static void write_execution(oms_writer_t *w, const oms_engine_t *e, uint32_t fill) {
  const oms_fill_t *f = oms_engine_fill(e, fill);
  const oms_order_t *o = oms_engine_order(e, f->order);
  char id[37];
  oms_v2_execution_id(f, id);
  oms_write_text(w, "execution_id", id);
  oms_write_decimal(w, "price", f->price, OMS_PRICE_DECIMALS);
  oms_write_decimal(w, "qty", f->qty, OMS_QTY_DECIMALS);
  if (o->instrument != OMS_NONE) {
    oms_write_decimal(w, "position_qty", oms_engine_net(e, o->account, o->instrument)->qty,
                      OMS_QTY_DECIMALS);
  }
  if (f->busts != OMS_NONE) {
    oms_v2_execution_id(oms_engine_fill(e, f->busts), id);
    oms_write_text(w, "previous_execution_id", id);
  }
}

static void add_frame(oms_api_t *api, const char *event, oms_time_t at, uint32_t order,
                      uint32_t fill, uint64_t seq) {
  stream_t *stream = stream_of(api);
  const oms_desk_t *desk = oms_api_live(api)->desk;
  const oms_order_t *o = oms_engine_order(desk->engine, order);
  oms_writer_t *w = &stream->waiting;
  frame_t f = {.at = w->n, .account = o->account};
  char name[64], id[37];
  w->comma = false;
  oms_write_object(w, NULL);
  oms_write_text(w, "stream", "trade_updates");
  oms_write_object(w, "data");
  oms_write_text(w, "event", event);
  oms_write_time(w, "timestamp", at);
  if (fill != OMS_NONE) {
    write_execution(w, desk->engine, fill);
  } else {
    snprintf(name, sizeof name, "%llu:%u:%.20s", (unsigned long long)seq, order, event);
    oms_uuid_of("event", name, id);
    oms_write_text(w, "execution_id", id);
  }
  oms_v2_write_order(w, "order", desk, o, true);
  oms_write_object_end(w);
  oms_write_object_end(w);
  f.n = w->n - f.at;
  if (w->failed || oms_array_push(&stream->frames, &f) != OMS_OK) {
    w->failed = true;
  }
}

void oms_v2_tell(oms_api_t *api, const char *event, uint32_t order) {
  if (somebody_listens(stream_of(api))) {
    add_frame(api, event, oms_api_live(api)->desk->now, order, OMS_NONE, 0);
  }
}

/* The sheet's word for an event; NULL: its clients are not told. */
static const char *word_of(const oms_event_t *e, const oms_order_t *o) {
  switch ((oms_event_type_t)e->type) {
  case OMS_EVENT_NEW:
    return (o->flags & OMS_ORDER_AT_VENUE) != 0 ? "new" : "accepted";
  case OMS_EVENT_HELD:
    return o->held_by == OMS_HELD_BY_APPROVAL ? "pending_review" : "held";
  case OMS_EVENT_RELEASED:
    return "pending_new";
  case OMS_EVENT_FILL:
    return o->status == OMS_STATUS_FILLED ? "fill" : "partial_fill";
  case OMS_EVENT_CANCELED:
    return "canceled";
  case OMS_EVENT_CANCEL_REJECTED:
    return "order_cancel_rejected";
  case OMS_EVENT_REPLACE_REJECTED:
    return "order_replace_rejected";
  case OMS_EVENT_RESTATED:
  case OMS_EVENT_RESUMED:
  case OMS_EVENT_RESOLVED:
    return "restated";
  case OMS_EVENT_SUSPENDED:
    return "suspended";
  case OMS_EVENT_EXPIRED:
    return "expired";
  case OMS_EVENT_REJECTED:
    return oms_v2_was_taken(o) ? "rejected" : NULL;
  case OMS_EVENT_DONE_FOR_DAY:
    return "done_for_day";
  case OMS_EVENT_BUST:
    return "trade_bust";
  case OMS_EVENT_CORRECT:
    return "trade_correct";
  case OMS_EVENT_REPLACED: /* two frames: see on_event */
  case OMS_EVENT_TRIGGERED:
  case OMS_EVENT_IN_DOUBT:
  case OMS_EVENT_COMMISSION:
  case OMS_EVENT_ALERT:
  case OMS_EVENT_COUNT:
    break;
  }
  return NULL;
}

static void on_event(oms_api_t *api, const oms_event_t *e) {
  if (!somebody_listens(stream_of(api)) || e->order == OMS_NONE) {
    return;
  }
  const oms_order_t *o = oms_engine_order(oms_api_live(api)->desk->engine, e->order);
  if (e->type == OMS_EVENT_REPLACED) {
    if (o->more->replaces != OMS_NONE) {
      add_frame(api, "replaced", e->ts, o->more->replaces, OMS_NONE, e->seq);
    }
    add_frame(api, "new", e->ts, e->order, OMS_NONE, e->seq);
    return;
  }
  const char *word = word_of(e, o);
  if (word != NULL) {
    add_frame(api, word, e->ts, e->order, e->fill, e->seq);
  }
}

/* A listener that has missed a frame would have a false picture: it must come again. */
static void end_all(oms_api_t *api) {
  size_t at = 0;
  for (oms_socket_t *s = oms_sockets_next(api, &stream_class, &at, NULL); s != NULL;
       s = oms_sockets_next(api, &stream_class, &at, s)) {
    oms_socket_end(s, 1011, "out of memory");
  }
}

static void on_turn(oms_api_t *api) {
  stream_t *stream = stream_of(api);
  size_t at = 0;
  if (stream->frames.n == 0 && !stream->waiting.failed) {
    return;
  }
  if (stream->waiting.failed) {
    end_all(api);
  }
  for (oms_socket_t *s = oms_sockets_next(api, &stream_class, &at, NULL); s != NULL;
       s = oms_sockets_next(api, &stream_class, &at, s)) {
    const listener_t *l = s->state;
    for (size_t i = 0; i < stream->frames.n && l->listens && !s->ending; i++) {
      const frame_t *f = OMS_AT(&stream->frames, frame_t, i);
      if (f->account == s->account) {
        oms_socket_send(s, opcode_of(s), stream->waiting.data + f->at, f->n);
      }
    }
  }
  stream->frames.n = 0;
  oms_writer_reset(&stream->waiting);
}

static int on_open(oms_api_t *api) {
  stream_t *stream = oms_alloc_zero(1, sizeof *stream);
  if (stream == NULL) {
    return OMS_ERR_NOMEM;
  }
  oms_array_init(&stream->frames, sizeof(frame_t));
  oms_part_set_state(api, &oms_v2_part, stream);
  return OMS_OK;
}

static void on_free(oms_api_t *api) {
  stream_t *stream = stream_of(api);
  if (stream != NULL) {
    oms_json_free(&stream->json);
    oms_writer_free(&stream->out);
    oms_writer_free(&stream->waiting);
    oms_array_free(&stream->frames);
    oms_free(stream);
  }
}

const oms_part_t oms_v2_part = {
    .name = "v2", .open = on_open, .free = on_free, .event = on_event, .turn = on_turn};
