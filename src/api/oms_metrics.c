/* oms_metrics.c - /metrics in Prometheus' text format 0.0.4, /healthz, /readyz. Names of keys and
 * clients do not stand there, nor anything that a client has sent. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "api/oms_int.h"
#include "base/alloc.h"

typedef struct counters {
  uint64_t events[OMS_EVENT_COUNT];
} counters_t;

static void put(oms_writer_t *w, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void put(oms_writer_t *w, const char *format, ...) {
  char text[1024];
  va_list args;
  va_start(args, format);
  int n = vsnprintf(text, sizeof text, format, args);
  va_end(args);
  oms_write_raw(w, text, n < 0 ? 0 : (size_t)n < sizeof text ? (size_t)n : sizeof text - 1);
}

static void head(oms_writer_t *w, const char *name, const char *type, const char *help) {
  put(w, "# HELP moondesk_%s %s\n# TYPE moondesk_%s %s\n", name, help, name, type);
}

static void one(oms_writer_t *w, const char *name, const char *type, const char *help,
                uint64_t value) {
  head(w, name, type, help);
  put(w, "moondesk_%s %llu\n", name, (unsigned long long)value);
}

/* The value of a label: backslash, quote and line end are escaped. */
static const char *label(const char *text, char out[256]) {
  size_t n = 0;
  for (; *text != '\0' && n < 253; text++) {
    if (*text == '\\' || *text == '"' || *text == '\n') {
      out[n++] = '\\';
    }
    out[n++] = (char)(*text == '\n' ? 'n' : *text);
  }
  out[n] = '\0';
  return out;
}

/* Bounds in ns and as seconds. */
static const struct {
  uint64_t ns;
  const char *s;
} bounds[] = {
    {1000,       "0.000001" },
    {2500,       "0.0000025"},
    {5000,       "0.000005" },
    {10000,      "0.00001"  },
    {25000,      "0.000025" },
    {50000,      "0.00005"  },
    {100000,     "0.0001"   },
    {250000,     "0.00025"  },
    {500000,     "0.0005"   },
    {1000000,    "0.001"    },
    {2500000,    "0.0025"   },
    {5000000,    "0.005"    },
    {10000000,   "0.01"     },
    {25000000,   "0.025"    },
    {50000000,   "0.05"     },
    {100000000,  "0.1"      },
    {250000000,  "0.25"     },
    {500000000,  "0.5"      },
    {1000000000, "1"        },
    {5000000000, "5"        },
};

/* 'labels' is "" or ends with a comma. */
static void buckets(oms_writer_t *w, const char *name, const char *labels,
                    const oms_histogram_t *h) {
  char plain[300];
  size_t n = strlen(labels);
  for (size_t i = 0; i < OMS_COUNT(bounds); i++) {
    put(w, "moondesk_%s_bucket{%sle=\"%s\"} %llu\n", name, labels, bounds[i].s,
        (unsigned long long)oms_histogram_up_to(h, bounds[i].ns));
  }
  put(w, "moondesk_%s_bucket{%sle=\"+Inf\"} %llu\n", name, labels, (unsigned long long)h->n);
  snprintf(plain, sizeof plain, n == 0 ? "%.*s" : "{%.*s}", n == 0 ? 0 : (int)n - 1, labels);
  put(w, "moondesk_%s_sum%s %llu.%09llu\n", name, plain, (unsigned long long)(h->sum / 1000000000),
      (unsigned long long)(h->sum % 1000000000));
  put(w, "moondesk_%s_count%s %llu\n", name, plain, (unsigned long long)h->n);
}

static void histogram(oms_writer_t *w, const char *name, const char *help,
                      const oms_histogram_t *h) {
  head(w, name, "histogram", help);
  buckets(w, name, "", h);
}

static void write_times(oms_writer_t *w, const oms_live_metrics_t *m) {
  histogram(w, "request_to_durable_seconds", "From a request's last byte to the disk.",
            &m->request_to_durable);
  histogram(w, "durable_to_sent_seconds",
            "From the disk until the answer was handed to its socket.", &m->durable_to_sent);
  histogram(w, "loop_lag_seconds", "How late a turn of the loop began.", &m->loop_lag);
  histogram(w, "turn_seconds", "Work in a turn of the loop.", &m->turn);
  histogram(w, "rules_seconds", "All risk rules on an order.", &m->rules);
  histogram(w, "gc_seconds", "A step of collecting garbage.", &m->gc);
}

/* Scripts. */

static void write_scripts(oms_writer_t *w, const oms_live_t *live) {
  char id[256], labels[300];
  oms_script_view_t v;
  size_t n = live->scripts(live->self);
  head(w, "cell_seconds", "histogram", "CPU time of a script's callback.");
  for (size_t i = 0; i < n; i++) {
    live->script(live->self, i, &v);
    if (v.time != NULL) {
      snprintf(labels, sizeof labels, "id=\"%s\",", label(v.id, id));
      buckets(w, "cell_seconds", labels, v.time);
    }
  }
  head(w, "cell_memory_bytes", "gauge", "Heap of a script.");
  for (size_t i = 0; i < n; i++) {
    live->script(live->self, i, &v);
    put(w, "moondesk_cell_memory_bytes{id=\"%s\"} %zu\n", label(v.id, id), v.memory);
  }
  head(w, "cell_errors_total", "counter", "Callbacks of a script that have failed.");
  for (size_t i = 0; i < n; i++) {
    live->script(live->self, i, &v);
    put(w, "moondesk_cell_errors_total{id=\"%s\"} %d\n", label(v.id, id), v.errors);
  }
  head(w, "cell_running", "gauge", "1: the script runs; 0: it is stopped.");
  for (size_t i = 0; i < n; i++) {
    live->script(live->self, i, &v);
    put(w, "moondesk_cell_running{id=\"%s\"} %d\n", label(v.id, id), v.stopped ? 0 : 1);
  }
}

/* Orders. */

static void write_orders(oms_writer_t *w, const oms_engine_t *e, const counters_t *c) {
  uint64_t open[OMS_STATUS_COUNT] = {0}, doubts = 0;
  for (uint32_t i = oms_engine_first_open(e); i != OMS_NONE;) {
    const oms_order_t *o = oms_engine_order(e, i);
    open[o->status]++;
    doubts += (o->flags & OMS_ORDER_IN_DOUBT) != 0;
    i = o->next_open;
  }
  head(w, "open_orders", "gauge", "Open orders by status.");
  for (int s = 0; s < OMS_STATUS_COUNT; s++) {
    if (!oms_status_is_final(s)) {
      put(w, "moondesk_open_orders{status=\"%s\"} %llu\n", oms_enum_text(OMS_ENUM_STATUS, s),
          (unsigned long long)open[s]);
    }
  }
  one(w, "orders_in_doubt", "gauge", "Orders whose fate at the venue is not known.", doubts);
  head(w, "order_events_total", "counter", "Events of orders since the start, by type.");
  for (int t = 0; t < OMS_EVENT_COUNT; t++) {
    put(w, "moondesk_order_events_total{type=\"%s\"} %llu\n", oms_enum_text(OMS_ENUM_EVENT, t),
        (unsigned long long)c->events[t]);
  }
  one(w, "orders_total", "counter", "Orders in the store.", oms_engine_order_count(e));
  one(w, "fills_total", "counter", "Fills in the store.", oms_engine_fill_count(e));
}

static void write_states(oms_writer_t *w, const oms_engine_t *e) {
  char id[256];
  head(w, "trading_state", "gauge", "0 active, 1 reducing, 2 halted.");
  put(w, "moondesk_trading_state{scope=\"all\"} %d\n",
      (int)oms_engine_scope_state(e, (oms_scope_t){OMS_SCOPE_ALL, 0}));
  for (uint32_t i = 0; i < oms_engine_account_count(e); i++) {
    const oms_account_t *a = oms_engine_account(e, i);
    put(w, "moondesk_trading_state{scope=\"account\",account=\"%s\"} %d\n", label(a->id, id),
        a->trading_state);
  }
}

/* The host. */

static void write_ops(oms_writer_t *w, const oms_live_metrics_t *m) {
  static const char *const names[] = {
#define X(name, text) text,
      OMS_OP_MAP(X)
#undef X
  };
  head(w, "operations_total", "counter", "Operations by kind.");
  for (size_t i = 0; i < OMS_OP_COUNT; i++) {
    put(w, "moondesk_operations_total{kind=\"%s\"} %llu\n", names[i],
        (unsigned long long)m->ops[i]);
  }
  one(w, "operations_refused_total", "counter", "Operations that were refused.", m->refused_ops);
  one(w, "rows_total", "counter",
      "Rows of recorded data; pushed ones are operations of the kind row.", m->rows);
  one(w, "reloads_total", "counter", "Reloads that were done.", m->reloads);
  one(w, "reloads_refused_total", "counter", "Reloads that were refused.", m->reloads_refused);
  one(w, "alerts_total", "counter", "Alerts.", m->alerts);
}

static void write_journal(oms_writer_t *w, const oms_live_t *live) {
  oms_live_journal_t j;
  if (live->journal == NULL) {
    return;
  }
  live->journal(live->self, &j);
  one(w, "journal_records_total", "counter", "Records put into the journal.", j.records);
  one(w, "journal_batches_total", "counter", "Batches committed.", j.batches);
  one(w, "journal_bytes_total", "counter", "Bytes of the main stream.", j.bytes);
  one(w, "journal_market_bytes_total", "counter", "Bytes of the market stream.", j.market_bytes);
  one(w, "journal_errors_total", "counter", "Commits that failed and were tried again.", j.errors);
  one(w, "journal_waiting_bytes", "gauge", "Bytes that are not on disk yet.", j.waiting_bytes);
  one(w, "journal_snapshot_seq", "gauge", "Sequence number of the newest snapshot.",
      j.snapshot_seq);
  head(w, "journal_commit_seconds", "summary", "Time of commits.");
  put(w, "moondesk_journal_commit_seconds_sum %llu.%09llu\n",
      (unsigned long long)(j.commit_ns_sum / 1000000000),
      (unsigned long long)(j.commit_ns_sum % 1000000000));
  put(w, "moondesk_journal_commit_seconds_count %llu\n", (unsigned long long)j.commit_n);
}

static void write_server(oms_writer_t *w, const oms_api_t *api) {
  oms_server_figures_t f;
  oms_own_figures(api, &f);
  one(w, "connections", "gauge", "Connections.", f.connections);
  one(w, "websockets", "gauge", "Of them WebSockets.", f.websockets);
  one(w, "event_streams", "gauge", "Clients of /oms/v1/events.", oms_own_event_streams(api));
  one(w, "connections_accepted_total", "counter", "Connections accepted.", f.accepted);
  one(w, "connections_refused_total", "counter", "Connections refused.", f.refused);
  one(w, "connections_cut_off_total", "counter", "Clients cut off for being slow or silent.",
      f.cut_off);
  one(w, "requests_total", "counter", "HTTP requests.", f.requests);
  one(w, "bytes_in_total", "counter", "Bytes received.", f.bytes_in);
  one(w, "bytes_out_total", "counter", "Bytes sent.", f.bytes_out);
}

static void write_state(oms_writer_t *w, const oms_api_t *api, const oms_live_state_t *s) {
  char name[256], mode[256], version[256];
  head(w, "build_info", "gauge", "Version, session and mode.");
  put(w, "moondesk_build_info{version=\"%s\",session=\"%s\",mode=\"%s\"} 1\n",
      label(s->version == NULL ? "" : s->version, version),
      label(s->name == NULL ? "" : s->name, name), label(s->mode == NULL ? "" : s->mode, mode));
  head(w, "start_time_seconds", "gauge", "Start, in seconds since 1970.");
  put(w, "moondesk_start_time_seconds %lld\n", (long long)(s->started / OMS_NS_PER_SECOND));
  one(w, "ready", "gauge", "1: recovered, writing, not stopping.",
      s->ready && !oms_api_stopping(api) ? 1 : 0);
  one(w, "journal_next_seq", "gauge", "Number of the next record.", s->next_seq);
  one(w, "risk_system_present", "gauge", "1: an external risk system is connected.",
      s->risk_present ? 1 : 0);
  if (s->outside) {
    one(w, "venue_up", "gauge", "1: the venue is connected.", s->venue_up ? 1 : 0);
    one(w, "venue_reconciled", "gauge", "1: its books were compared, orders leave.",
        s->venue_ready ? 1 : 0);
    head(w, "venue_since_seconds", "gauge", "When it was connected or has gone, since 1970.");
    put(w, "moondesk_venue_since_seconds %lld\n", (long long)(s->venue_since / OMS_NS_PER_SECOND));
  }
  one(w, "queue", "gauge", "Requests that wait for their turn.", oms_api_waiting(api));
}

void oms_own_metrics(oms_call_t *c) {
  oms_live_state_t s;
  const oms_live_metrics_t *m = c->live->metrics(c->live->self);
  c->type = "text/plain; version=0.0.4; charset=utf-8";
  c->live->state(c->live->self, &s);
  write_state(c->out, c->api, &s);
  if (m != NULL) {
    write_times(c->out, m);
    write_ops(c->out, m);
  }
  write_scripts(c->out, c->live);
  write_orders(c->out, c->engine, oms_part_state(c->api, &oms_metrics_part));
  write_states(c->out, c->engine);
  write_journal(c->out, c->live);
  write_server(c->out, c->api);
}

/* Health. */

void oms_own_healthz(oms_call_t *c) {
  oms_write_object(c->out, NULL);
  oms_write_text(c->out, "status", "alive");
  oms_write_object_end(c->out);
}

void oms_own_readyz(oms_call_t *c) {
  oms_live_state_t s;
  c->live->state(c->live->self, &s);
  bool stopping = oms_api_stopping(c->api), ready = s.ready && !stopping;
  c->status = ready ? 200 : 503;
  oms_write_object(c->out, NULL);
  oms_write_text(c->out, "status", ready ? "ready" : "not ready");
  if (!ready) {
    oms_write_text(c->out, "reason",
                   stopping               ? "the host is stopping"
                   : s.trouble[0] != '\0' ? s.trouble
                                          : "the host is starting");
  }
  oms_write_object_end(c->out);
}

static void on_event(oms_api_t *api, const oms_event_t *e) {
  counters_t *c = oms_part_state(api, &oms_metrics_part);
  if (e->type < OMS_EVENT_COUNT) {
    c->events[e->type]++;
  }
}

static int open_part(oms_api_t *api) {
  counters_t *c = oms_alloc_zero(1, sizeof *c);
  oms_part_set_state(api, &oms_metrics_part, c);
  return c == NULL ? OMS_ERR_NOMEM : OMS_OK;
}

static void free_part(oms_api_t *api) {
  oms_free(oms_part_state(api, &oms_metrics_part));
}

const oms_part_t oms_metrics_part = {
    .name = "metrics", .open = open_part, .free = free_part, .event = on_event};
