/* oms_common.c - what the handlers of /oms/v1 begin with: the account, order and scope that a
 * request names, and its body, of which every word must be known. */
#include <stdio.h>
#include <string.h>

#include "api/oms_int.h"
#include "base/containers.h"
#include "core/scope.h"

bool oms_own_sees(const oms_call_t *c, uint16_t account) {
  return (c->scopes & OMS_MAY_ADMIN) != 0 || account == c->account;
}

uint32_t oms_own_order(oms_call_t *c, const char *id) {
  uint32_t n = oms_engine_account_count(c->engine);
  for (uint32_t a = 0; a < n; a++) {
    uint32_t order =
        oms_own_sees(c, (uint16_t)a) ? oms_engine_find_order(c->engine, (uint16_t)a, id) : OMS_NONE;
    if (order != OMS_NONE) {
      return order;
    }
  }
  oms_call_error(c, 404, OMS_API_NOT_FOUND, "there is no order '%.60s'", id);
  return OMS_NONE;
}

uint16_t oms_own_account(oms_call_t *c, const char *id) {
  uint32_t a = oms_engine_find_account(c->engine, id);
  if (a != OMS_NONE && oms_own_sees(c, (uint16_t)a)) {
    return (uint16_t)a;
  }
  oms_call_error(c, 404, OMS_API_NOT_FOUND, "there is no account '%.60s'%s", id,
                 (c->scopes & OMS_MAY_ADMIN) != 0 ? "" : " that this key may see");
  return UINT16_MAX;
}

void oms_own_unknown(oms_call_t *c, const char *what, const char *word, const char *const *known,
                     size_t n) {
  char near[OMS_NEAR_TEXT];
  oms_call_error(c, 422, OMS_API_UNPROCESSABLE, "%s '%.60s'%s", what, word,
                 oms_near_text(oms_nearest_word(word, known, n), near));
}

bool oms_own_body(oms_call_t *c, oms_value_t *values) {
  const oms_schema_t *schema = oms_schema_find(c->route->request);
  const char *names[OMS_PARAMS_MAX];
  const oms_json_t *root;
  if (!oms_call_json(c, &root)) {
    return false;
  }
  for (size_t i = 0; i < schema->n; i++) {
    names[i] = schema->fields[i].name;
  }
  bool object = root != NULL && root->type == OMS_JSON_OBJECT;
  for (const oms_json_t *m = object ? oms_json_first(root) : NULL; m != NULL;
       m = oms_json_next(root, m)) {
    size_t i = 0;
    while (i < schema->n && strcmp(names[i], m->key) != 0) {
      i++;
    }
    if (i == schema->n) {
      oms_own_unknown(c, "unknown member", m->key, names, schema->n);
      return false;
    }
  }
  return oms_call_fields(c, root, schema->fields, schema->n, values);
}

/* Scopes. */

int oms_own_scope_json(const oms_engine_t *e, const oms_json_t *v, oms_scope_t *scope,
                       oms_error_t *err) {
  *scope = (oms_scope_t){OMS_SCOPE_ALL, 0};
  if (v == NULL || v->type == OMS_JSON_NULL ||
      (v->type == OMS_JSON_TEXT && strcmp(v->text, "all") == 0)) {
    return OMS_OK;
  }
  const oms_json_t *m = v->type == OMS_JSON_OBJECT && v->n == 1 ? oms_json_first(v) : NULL;
  bool named = m != NULL && m->type == OMS_JSON_TEXT;
  for (int kind = OMS_SCOPE_ACCOUNT; named && kind <= OMS_SCOPE_INSTRUMENT; kind++) {
    if (strcmp(m->key, oms_scope_word(kind)) == 0) {
      return oms_scope_find(e, kind, m->text, scope, err);
    }
  }
  return oms_error_set(err, OMS_ERR_USAGE,
                       "scope must be \"all\" or an object with one of account, strategy and "
                       "symbol, such as {\"symbol\":\"SPY\"}");
}

bool oms_own_scope(oms_call_t *c, const oms_value_t *v, oms_scope_t *scope) {
  oms_error_t err;
  if (oms_own_scope_json(c->engine, v->given ? v->json : NULL, scope, &err) == OMS_OK) {
    return true;
  }
  oms_call_error(c, 422, OMS_API_UNPROCESSABLE, "%s", err.message);
  return false;
}

void oms_own_write_scope(oms_writer_t *w, const oms_engine_t *e, oms_scope_t scope) {
  if (scope.kind == OMS_SCOPE_ALL) {
    oms_write_text(w, "scope", "all");
    return;
  }
  oms_write_object(w, "scope");
  oms_write_text(w, oms_scope_word(scope.kind), oms_scope_name(e, scope));
  oms_write_object_end(w);
}

/* The server. */

size_t oms_own_unsent(const oms_api_t *api, oms_conn_t conn) {
  const oms_server_t *server = oms_api_server(api);
  return server == NULL ? 0 : oms_server_unsent(server, conn);
}

void oms_own_figures(const oms_api_t *api, oms_server_figures_t *out) {
  *out = (oms_server_figures_t){.connections = 0};
  if (oms_api_server(api) != NULL) {
    oms_server_figures(oms_api_server(api), out);
  }
}
