/* live_link.c - the venue in another process as a part of the live host. */
#include "host/link.h"
#include "host/live_int.h"

static void input(void *self, oms_record_kind_t kind, const unsigned char *data, size_t n) {
  oms_live_host_t *l = self;
  int rc = oms_host_heard(l->h, oms_live_now(l), kind, data, n, l->err);
  if (rc != OMS_OK) {
    oms_live_end(l, rc);
  }
}

static uint64_t gate(void *self) {
  const oms_live_host_t *l = self;
  return l->store == NULL ? 0 : oms_store_gate(l->store);
}

static void log_line(void *self, oms_log_level_t level, const char *text) {
  oms_live_host_t *l = self;
  oms_host_log(l->h, -1, level, text);
}

int oms_live_open_link(oms_live_host_t *l, oms_error_t *err) {
  const oms_session_config_t *c = l->h->config;
  const oms_link_host_t host = {l, input, gate, oms_live_wake, log_line};
  return l->h->link == NULL ? OMS_OK
                            : oms_link_open(l->h->link, &host, &l->loop, c->live.connect,
                                            c->name == NULL ? "moondesk" : c->name, err);
}

void oms_live_drain_link(oms_live_host_t *l) {
  if (l->h->link != NULL) {
    oms_link_drain(l->h->link);
  }
}

void oms_live_release_link(oms_live_host_t *l, uint64_t durable) {
  if (l->h->link != NULL) {
    oms_link_durable(l->h->link, durable);
  }
}

void oms_live_close_link(oms_live_host_t *l) {
  if (l->h->link != NULL) {
    oms_link_shut(l->h->link);
  }
}
