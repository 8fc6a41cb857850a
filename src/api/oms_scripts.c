/* oms_scripts.c - /oms/v1/rules and /oms/v1/strategies: what runs, and its start, stop, reload and
 * parameters. A reload ends in a later turn; its answer waits for that. */
#include <stdio.h>
#include <string.h>

#include "api/oms_int.h"
#include "base/alloc.h"
#include "base/containers.h"

enum { WAITING_MAX = 64, NAMES_MAX = 64 };

/* Calls that wait for the end of a reload. */
typedef struct waiting {
  uint64_t ticket; /* 0: a free place */
  oms_conn_t conn;
  bool rule;
} waiting_t;
typedef struct scripts {
  waiting_t waiting[WAITING_MAX];
} scripts_t;

/* Reading. */

static void write_time(oms_writer_t *w, const oms_histogram_t *h) {
  oms_write_object(w, "time");
  oms_write_int(w, "calls", h == NULL ? 0 : (int64_t)h->n);
  oms_write_int(w, "total_ns", h == NULL ? 0 : (int64_t)h->sum);
  oms_write_int(w, "p50_ns", h == NULL ? 0 : (int64_t)oms_histogram_quantile(h, 0.5));
  oms_write_int(w, "p99_ns", h == NULL ? 0 : (int64_t)oms_histogram_quantile(h, 0.99));
  oms_write_int(w, "p999_ns", h == NULL ? 0 : (int64_t)oms_histogram_quantile(h, 0.999));
  oms_write_int(w, "max_ns", h == NULL ? 0 : (int64_t)h->max);
  oms_write_object_end(w);
}

static void write_script(const oms_call_t *c, const oms_script_view_t *v) {
  oms_writer_t *w = c->out;
  oms_write_object(w, NULL);
  oms_write_text(w, "id", v->id);
  oms_write_text(w, "path", v->path);
  oms_write_text(w, "account", v->account);
  oms_write_text(w, "state", v->stopped ? "stopped" : "running");
  oms_write_int(w, "errors", v->errors);
  oms_write_text(w, "hash", v->hash);
  oms_own_write_values(w, "params", v->params, v->param_n);
  write_time(w, v->time);
  oms_write_int(w, "memory_bytes", (int64_t)v->memory);
  uint32_t owner = v->is_rule ? OMS_NONE : oms_engine_find_owner(c->engine, v->id);
  if (owner != OMS_NONE) {
    const oms_owner_t *o = oms_engine_owner(c->engine, owner);
    oms_write_text(w, "trading_state", oms_enum_text(OMS_ENUM_TRADING_STATE, o->trading_state));
  }
  oms_write_object_end(w);
}

/* Rules judge for all; strategies of another account are the administrator's to see. */
static bool is_shown(const oms_call_t *c, const oms_script_view_t *v, bool rules) {
  uint32_t account = oms_engine_find_account(c->engine, v->account);
  return v->is_rule == rules &&
         (rules || (account != OMS_NONE && oms_own_sees(c, (uint16_t)account)));
}

static void list(oms_call_t *c, bool rules) {
  size_t n = c->live->scripts(c->live->self);
  oms_write_list(c->out, NULL);
  for (size_t i = 0; i < n; i++) {
    oms_script_view_t v;
    c->live->script(c->live->self, i, &v);
    if (is_shown(c, &v, rules)) {
      write_script(c, &v);
    }
  }
  oms_write_list_end(c->out);
}

void oms_own_get_strategies(oms_call_t *c) {
  list(c, false);
}

void oms_own_get_rules(oms_call_t *c) {
  list(c, true);
}

/* The script of that id; false: 404 was answered. */
static bool find(oms_call_t *c, bool rules, oms_script_view_t *out) {
  const char *names[NAMES_MAX];
  char near[OMS_NEAR_TEXT];
  size_t n = c->live->scripts(c->live->self), k = 0;
  for (size_t i = 0; i < n; i++) {
    c->live->script(c->live->self, i, out);
    if (!is_shown(c, out, rules)) {
      continue;
    }
    if (strcmp(out->id, c->args[0].text) == 0) {
      return true;
    }
    if (k < NAMES_MAX) {
      names[k++] = out->id;
    }
  }
  oms_call_error(c, 404, OMS_API_NOT_FOUND, "there is no %s '%.60s'%s", rules ? "rule" : "strategy",
                 c->args[0].text, oms_near_text(oms_nearest_word(c->args[0].text, names, k), near));
  return false;
}

static void answer(oms_call_t *c, bool rules) {
  oms_script_view_t v;
  if (find(c, rules, &v)) {
    write_script(c, &v);
  }
}

void oms_own_get_strategy(oms_call_t *c) {
  answer(c, false);
}

void oms_own_get_rule(oms_call_t *c) {
  answer(c, true);
}

/* Start and stop. */

static void start_or_stop(oms_call_t *c, bool start) {
  oms_script_view_t v;
  oms_value_t body[1];
  oms_op_result_t result;
  if (!find(c, false, &v) || !oms_own_body(c, body)) {
    return;
  }
  oms_op_t op = {.kind = OMS_OP_SCRIPT, .by = c->by, .why = body[0].text};
  op.u.script.script = v.id;
  op.u.script.start = start;
  if (oms_call_apply(c, &op, &result)) {
    answer(c, false);
  }
}

void oms_own_start(oms_call_t *c) {
  start_or_stop(c, true);
}

void oms_own_stop(oms_call_t *c) {
  start_or_stop(c, false);
}

/* Reload. */

static waiting_t *place_of(const oms_api_t *api, uint64_t ticket) {
  scripts_t *s = oms_part_state(api, &oms_scripts_part);
  for (size_t i = 0; i < WAITING_MAX; i++) {
    if (s->waiting[i].ticket == ticket) {
      return &s->waiting[i];
    }
  }
  return NULL;
}

static void reload(oms_call_t *c, bool rules, oms_op_t *op) {
  oms_op_result_t result;
  waiting_t *w = place_of(c->api, 0);
  if (w == NULL) {
    oms_call_error(c, 503, OMS_API_UNAVAILABLE, "%d reloads are waiting: try again", WAITING_MAX);
    return;
  }
  if (!oms_call_apply(c, op, &result)) {
    return;
  }
  if (result.ticket == 0) {
    answer(c, rules);
    return;
  }
  *w = (waiting_t){result.ticket, c->conn, rules};
  c->deferred = true;
}

/* A file of the host's own machine: the key's holder may name another one than the session. */
static void reload_file(oms_call_t *c, bool rules) {
  enum { WITH, WHY, FIELDS };
  oms_script_view_t v;
  oms_value_t body[FIELDS];
  if (!find(c, rules, &v) || !oms_own_body(c, body)) {
    return;
  }
  oms_op_t op = {.kind = OMS_OP_RELOAD, .by = c->by, .why = body[WHY].text};
  op.u.reload.script = v.id;
  op.u.reload.with = body[WITH].text;
  reload(c, rules, &op);
}

void oms_own_reload_strategy(oms_call_t *c) {
  reload_file(c, false);
}

void oms_own_reload_rule(oms_call_t *c) {
  reload_file(c, true);
}

static void patch_params(oms_call_t *c, bool rules) {
  oms_script_view_t v;
  const oms_json_t *root;
  oms_pack_t pack = {.data = NULL};
  oms_error_t err;
  if (!find(c, rules, &v) || !oms_call_json(c, &root)) {
    return;
  }
  if (root == NULL || root->type != OMS_JSON_OBJECT || root->n == 0) {
    oms_call_error(c, 422, OMS_API_UNPROCESSABLE,
                   "the body must be an object of parameters, such as {\"fast\":12}");
    return;
  }
  int rc = oms_own_merge_values(v.params, v.param_n, root, &pack, &err);
  if (rc != OMS_OK) {
    oms_call_error(c, 422, OMS_API_UNPROCESSABLE, "%s", err.message);
  } else {
    oms_op_t op = {.kind = OMS_OP_RELOAD, .by = c->by, .why = "new parameters"};
    op.u.reload.script = v.id;
    op.u.reload.params = pack.data;
    op.u.reload.param_n = pack.n;
    reload(c, rules, &op);
  }
  oms_pack_free(&pack);
}

void oms_own_params_strategy(oms_call_t *c) {
  patch_params(c, false);
}

void oms_own_params_rule(oms_call_t *c) {
  patch_params(c, true);
}

static void reloaded(oms_api_t *api, uint64_t ticket, const char *id, const char *text) {
  waiting_t *w = ticket == 0 ? NULL : place_of(api, ticket);
  oms_writer_t out = {.data = NULL};
  if (w == NULL) {
    return;
  }
  oms_write_object(&out, NULL);
  if (text == NULL) {
    oms_write_text(&out, "id", id);
    oms_write_text(&out, "result", "reloaded");
  } else {
    oms_write_int(&out, "code", OMS_API_UNPROCESSABLE);
    oms_write_text(&out, "message", text);
  }
  oms_write_object_end(&out);
  oms_api_answer(api, w->conn, text == NULL ? 200 : 422, out.failed ? "" : out.data,
                 out.failed ? 0 : out.n);
  oms_writer_free(&out);
  w->ticket = 0;
}

static int open_part(oms_api_t *api) {
  scripts_t *s = oms_alloc_zero(1, sizeof *s);
  oms_part_set_state(api, &oms_scripts_part, s);
  return s == NULL ? OMS_ERR_NOMEM : OMS_OK;
}

static void free_part(oms_api_t *api) {
  oms_free(oms_part_state(api, &oms_scripts_part));
}

static void closed(oms_api_t *api, oms_conn_t conn) {
  scripts_t *s = oms_part_state(api, &oms_scripts_part);
  for (size_t i = 0; i < WAITING_MAX; i++) {
    if (s->waiting[i].ticket != 0 && s->waiting[i].conn == conn) {
      s->waiting[i].ticket = 0;
    }
  }
}

const oms_part_t oms_scripts_part = {.name = "scripts",
                                     .open = open_part,
                                     .free = free_part,
                                     .reloaded = reloaded,
                                     .closed = closed};
