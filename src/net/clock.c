/* clock.c - one timer for all connections: each waits in the timeline of its state, the longest
 * waiting first, so that a tick looks at those that are due and at one more. */
#include "net/server_int.h"

enum { END_MS = 2000 };

static int64_t delay(const oms_server_t *s, timeline_name_t name) {
  switch (name) {
  case AT_HEAD:
    return s->o.head_ms;
  case AT_IDLE:
    return s->o.idle_ms;
  case AT_SOCKET:
    return s->o.ping_ms;
  case AT_END:
    return END_MS;
  case AT_NONE:
  case TIMELINES:
    break;
  }
  return INT64_MAX;
}

static void leave(conn_t *c) {
  timeline_t *t = &c->server->timelines[c->timeline];
  if (c->timeline == AT_NONE) {
    return;
  }
  *(c->older != NULL ? &c->older->newer : &t->head) = c->newer;
  *(c->newer != NULL ? &c->newer->older : &t->tail) = c->older;
  c->older = c->newer = NULL;
  c->timeline = AT_NONE;
}

void oms_clock_enter(conn_t *c, timeline_name_t name) {
  leave(c);
  if (name == AT_NONE || c->dropped) {
    return;
  }
  timeline_t *t = &c->server->timelines[name];
  c->timeline = name;
  c->since = (int64_t)uv_now(c->server->loop);
  c->older = t->tail;
  *(t->tail != NULL ? &t->tail->newer : &t->head) = c;
  t->tail = c;
}

static void due(conn_t *c, timeline_name_t name) {
  switch (name) {
  case AT_HEAD:
    if (c->tls != NULL && !c->ready) {
      oms_conn_cut(c);
    } else {
      c->server->figures.cut_off++;
      oms_conn_refuse(c, 408, "the request was not whole in time");
    }
    break;
  case AT_SOCKET:
    if (c->ending) {
      oms_clock_enter(c, AT_SOCKET); /* its last words wait for their gate */
    } else if (c->pinged) {
      oms_conn_cut(c);
    } else {
      oms_socket_ping(c);
    }
    break;
  case AT_IDLE:
    if (oms_out_unsent(c) > 0) {
      oms_clock_enter(c, AT_IDLE); /* its answer has not left */
      break;
    }
    oms_conn_drop(c);
    break;
  case AT_END:
    oms_conn_drop(c);
    break;
  case AT_NONE:
  case TIMELINES:
    break;
  }
}

static void stalled(oms_server_t *s, int64_t now) {
  for (conn_t *c = s->lists[IN_STALL].head, *next; c != NULL; c = next) {
    next = c->links[IN_STALL].next;
    size_t left = uv_stream_get_write_queue_size((uv_stream_t *)&c->tcp);
    if (left != c->stall_left) {
      c->stall_left = left;
      c->stall_since = now;
    } else if (now - c->stall_since >= s->o.stall_ms) {
      oms_conn_cut(c);
    }
  }
}

void oms_clock_tick(oms_server_t *s) {
  int64_t now = (int64_t)uv_now(s->loop);
  for (int name = AT_HEAD; name < TIMELINES; name++) {
    conn_t *c;
    while ((c = s->timelines[name].head) != NULL &&
           now - c->since >= delay(s, (timeline_name_t)name)) {
      oms_clock_enter(c, AT_NONE);
      due(c, (timeline_name_t)name);
    }
  }
  stalled(s, now);
}

/* A quarter of the shortest delay: what is due is found so much late at most. */
uint64_t oms_clock_step(const oms_server_options_t *o) {
  int64_t least = 2000;
  const int64_t all[] = {o->head_ms, o->idle_ms, o->ping_ms, o->stall_ms};
  for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
    least = all[i] < least ? all[i] : least;
  }
  return least < 40 ? 10 : (uint64_t)least / 4;
}

void oms_list_add(conn_t *c, list_name_t name) {
  link_t *l = &c->links[name];
  list_t *list = &c->server->lists[name];
  if (l->at != NULL || c->dropped) {
    return;
  }
  l->next = list->head;
  l->at = &list->head;
  if (l->next != NULL) {
    l->next->links[name].at = &l->next;
  }
  list->head = c;
}

void oms_list_remove(conn_t *c, list_name_t name) {
  link_t *l = &c->links[name];
  if (l->at != NULL) {
    *l->at = l->next;
    if (l->next != NULL) {
      l->next->links[name].at = l->at;
    }
    *l = (link_t){0};
  }
}
