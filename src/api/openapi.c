/* openapi.c - the OpenAPI document, made from the tables that serve the requests: what it says of
 * paths, parameters, bodies and answers cannot differ from what they do. */
#include <stdio.h>
#include <string.h>

#include "api/v2.h"
#include "base/check.h"

static void write_words(oms_writer_t *w, const oms_field_t *f) {
  oms_write_list(w, "enum");
  for (size_t i = 0; f->words[i] != NULL; i++) {
    oms_write_text(w, NULL, f->words[i]);
  }
  oms_write_list_end(w);
}

static void write_ref(oms_writer_t *w, const char *key, const char *name) {
  char text[128];
  snprintf(text, sizeof text, "#/components/schemas/%s", name);
  if (key != NULL) {
    oms_write_object(w, key);
  }
  oms_write_text(w, "$ref", text);
  if (key != NULL) {
    oms_write_object_end(w);
  }
}

static void write_items(oms_writer_t *w, const oms_field_t *f) {
  if (f->ref != NULL) {
    write_ref(w, "items", f->ref);
  } else {
    oms_write_object(w, "items");
    oms_write_object_end(w);
  }
}

static const char *type_of(const oms_field_t *f) {
  switch ((oms_field_type_t)f->type) {
  case OMS_FIELD_BOOL:
    return "boolean";
  case OMS_FIELD_INT:
    return "integer";
  case OMS_FIELD_NUMBER:
    return "number";
  case OMS_FIELD_LIST:
    return "array";
  case OMS_FIELD_OBJECT:
  case OMS_FIELD_MAP:
    return "object";
  case OMS_FIELD_ANY:
    return NULL;
  case OMS_FIELD_TEXT:
  case OMS_FIELD_WORD:
  case OMS_FIELD_WORDS:
  case OMS_FIELD_NAMES:
  case OMS_FIELD_PRICE:
  case OMS_FIELD_QTY:
  case OMS_FIELD_MONEY:
  case OMS_FIELD_TIME:
  case OMS_FIELD_DATE:
  case OMS_FIELD_DECIMAL:
    break;
  }
  return "string";
}

static const char *format_of(const oms_field_t *f) {
  static const char *const formats[] = {
      [OMS_FIELD_PRICE] = "decimal",  [OMS_FIELD_QTY] = "decimal",
      [OMS_FIELD_MONEY] = "decimal",  [OMS_FIELD_DECIMAL] = "decimal",
      [OMS_FIELD_TIME] = "date-time", [OMS_FIELD_DATE] = "date",
  };
  return f->type < OMS_COUNT(formats) ? formats[f->type] : NULL;
}

static void write_default(oms_writer_t *w, const oms_field_t *f) {
  if (f->fallback == NULL) {
    return;
  }
  if (f->type == OMS_FIELD_BOOL || f->type == OMS_FIELD_INT) {
    oms_write_json(w, "default", f->fallback, strlen(f->fallback));
  } else {
    oms_write_text(w, "default", f->fallback);
  }
}

/* The inside of a field's schema. */
static void write_type(oms_writer_t *w, const oms_field_t *f) {
  const char *type = type_of(f), *format = format_of(f);
  if (f->type == OMS_FIELD_OBJECT && f->ref != NULL) {
    oms_write_list(w, "allOf");
    oms_write_object(w, NULL);
    write_ref(w, NULL, f->ref);
    oms_write_object_end(w);
    oms_write_list_end(w);
  } else if (type != NULL) {
    oms_write_text(w, "type", type);
  }
  if (format != NULL) {
    oms_write_text(w, "format", format);
  }
  if (f->type == OMS_FIELD_WORD) {
    write_words(w, f);
  }
  if (f->type == OMS_FIELD_LIST) {
    write_items(w, f);
  }
  if (f->type == OMS_FIELD_MAP && f->ref != NULL) {
    write_ref(w, "additionalProperties", f->ref);
  }
  if (f->type == OMS_FIELD_INT && (f->low != 0 || f->high != 0)) {
    oms_write_int(w, "minimum", f->low);
    oms_write_int(w, "maximum", f->high);
  }
  if (f->type == OMS_FIELD_TEXT && f->high > 0) {
    oms_write_int(w, "maxLength", f->high);
  }
  if ((f->flags & OMS_FIELD_NULL) != 0) {
    oms_write_bool(w, "nullable", true);
  }
  write_default(w, f);
}

static void write_property(oms_writer_t *w, const oms_field_t *f) {
  oms_write_object(w, f->name);
  write_type(w, f);
  if (f->type == OMS_FIELD_PRICE || f->type == OMS_FIELD_QTY || f->type == OMS_FIELD_MONEY) {
    oms_write_text(w, "x-also", "number");
  }
  if (f->about != NULL) {
    oms_write_text(w, "description", f->about);
  }
  oms_write_object_end(w);
}

static void write_schema(oms_writer_t *w, const oms_schema_t *s) {
  bool needs = false;
  oms_write_object(w, s->name);
  oms_write_text(w, "type", "object");
  if (s->about != NULL) {
    oms_write_text(w, "description", s->about);
  }
  oms_write_object(w, "properties");
  for (size_t i = 0; i < s->n; i++) {
    write_property(w, &s->fields[i]);
    needs = needs || (s->fields[i].flags & OMS_FIELD_NEEDED) != 0;
  }
  oms_write_object_end(w);
  if (needs) {
    oms_write_list(w, "required");
    for (size_t i = 0; i < s->n; i++) {
      if ((s->fields[i].flags & OMS_FIELD_NEEDED) != 0) {
        oms_write_text(w, NULL, s->fields[i].name);
      }
    }
    oms_write_list_end(w);
  }
  oms_write_object_end(w);
}

static void write_parameter(oms_writer_t *w, const oms_field_t *f) {
  bool words = f->type == OMS_FIELD_WORDS;
  oms_write_object(w, NULL);
  oms_write_text(w, "name", f->name);
  oms_write_text(w, "in", (f->flags & OMS_FIELD_PATH) != 0 ? "path" : "query");
  oms_write_bool(w, "required", (f->flags & OMS_FIELD_NEEDED) != 0);
  if (f->about != NULL) {
    oms_write_text(w, "description", f->about);
  }
  if (words || f->type == OMS_FIELD_NAMES) {
    oms_write_text(w, "style", (f->flags & OMS_FIELD_PATH) != 0 ? "simple" : "form");
    oms_write_bool(w, "explode", false);
  }
  oms_write_object(w, "schema");
  if (words || f->type == OMS_FIELD_NAMES) {
    oms_write_text(w, "type", "array");
    oms_write_object(w, "items");
    oms_write_text(w, "type", "string");
    if (words) {
      write_words(w, f);
    }
    oms_write_object_end(w);
  } else {
    write_type(w, f);
  }
  oms_write_object_end(w);
  oms_write_object_end(w);
}

static void write_content(oms_writer_t *w, const oms_route_t *r) {
  const char *type = (r->flags & OMS_ROUTE_STREAM) != 0  ? "text/event-stream"
                     : (r->flags & OMS_ROUTE_PLAIN) != 0 ? "text/plain"
                                                         : "application/json";
  oms_write_object(w, "content");
  oms_write_object(w, type);
  oms_write_object(w, "schema");
  if ((r->flags & (OMS_ROUTE_STREAM | OMS_ROUTE_PLAIN)) != 0) {
    oms_write_text(w, "type", "string");
  } else if ((r->flags & OMS_ROUTE_LIST) != 0) {
    oms_write_text(w, "type", "array");
    write_ref(w, "items", r->response);
  } else if ((r->flags & OMS_ROUTE_MAP) != 0) {
    oms_write_text(w, "type", "object");
    write_ref(w, "additionalProperties", r->response);
  } else {
    write_ref(w, NULL, r->response);
  }
  oms_write_object_end(w);
  oms_write_object_end(w);
  oms_write_object_end(w);
}

static void write_error_answer(oms_writer_t *w, const char *status, const char *about) {
  oms_write_object(w, status);
  oms_write_text(w, "description", about);
  oms_write_object(w, "content");
  oms_write_object(w, "application/json");
  write_ref(w, "schema", "Error");
  oms_write_object_end(w);
  oms_write_object_end(w);
  oms_write_object_end(w);
}

static bool has_path_parameter(const oms_route_t *r) {
  return r->param_n > 0 && (r->params[0].flags & OMS_FIELD_PATH) != 0;
}

static void write_answers(oms_writer_t *w, const oms_route_t *r) {
  char status[16];
  snprintf(status, sizeof status, "%d", r->status);
  oms_write_object(w, "responses");
  oms_write_object(w, status);
  oms_write_text(w, "description", r->status == 204 ? "done, without a body" : "the answer");
  if (r->response != NULL || (r->flags & (OMS_ROUTE_STREAM | OMS_ROUTE_PLAIN)) != 0) {
    write_content(w, r);
  }
  oms_write_object_end(w);
  if (r->request != NULL) {
    write_error_answer(w, "400", "the body is no JSON");
  }
  if (r->scope != 0) {
    write_error_answer(w, "401", "no good key");
    write_error_answer(w, "403", "not allowed: scope, funds, limits, rules");
    write_error_answer(w, "429", "too many requests");
  }
  if (has_path_parameter(r)) {
    write_error_answer(w, "404", "there is no such thing");
  }
  if (r->param_n > 0 || r->request != NULL) {
    write_error_answer(w, "422", "a value cannot be used");
  }
  if ((r->flags & OMS_ROUTE_SOCKET) != 0) {
    write_error_answer(w, "426", "the request asks for no WebSocket");
  }
  oms_write_object_end(w);
}

/* A name for those who make clients of it: "getV2OrdersOrderId". */
static void write_operation_id(oms_writer_t *w, const oms_route_t *r) {
  char text[160];
  size_t n = 0;
  bool upper = false;
  for (const char *s = r->method; *s != '\0' && n < sizeof text - 1; s++) {
    text[n++] = (char)(*s | 32);
  }
  for (const char *s = r->path; *s != '\0' && n < sizeof text - 1; s++) {
    bool letter = (*s >= 'a' && *s <= 'z') || (*s >= '0' && *s <= '9') || (*s >= 'A' && *s <= 'Z');
    if (letter) {
      text[n++] = upper && *s >= 'a' && *s <= 'z' ? (char)(*s - 32) : *s;
    }
    upper = !letter;
  }
  oms_write_text_n(w, "operationId", text, n);
}

static void write_security(oms_writer_t *w, const oms_route_t *r) {
  oms_write_list(w, "security");
  if (r->scope != 0) {
    oms_write_object(w, NULL);
    oms_write_list(w, "keyId");
    oms_write_list_end(w);
    oms_write_list(w, "secretKey");
    oms_write_list_end(w);
    oms_write_object_end(w);
  }
  oms_write_list_end(w);
}

static void write_scopes(oms_writer_t *w, uint32_t scope) {
  static const char *const names[OMS_MAY_COUNT] = OMS_MAY_WORDS;
  oms_write_list(w, "x-scopes");
  for (uint32_t i = 0; i < 4; i++) {
    if ((scope >> i & 1) != 0) {
      oms_write_text(w, NULL, names[i]);
    }
  }
  oms_write_list_end(w);
}

static void write_operation(oms_writer_t *w, const oms_route_t *r) {
  char method[16];
  size_t n = strlen(r->method);
  for (size_t i = 0; i <= n; i++) {
    method[i] = (char)(r->method[i] == '\0' ? '\0' : r->method[i] | 32);
  }
  oms_write_object(w, method);
  write_operation_id(w, r);
  oms_write_text(w, "summary", r->summary);
  write_security(w, r);
  write_scopes(w, r->scope);
  if (r->param_n > 0) {
    oms_write_list(w, "parameters");
    for (size_t i = 0; i < r->param_n; i++) {
      write_parameter(w, &r->params[i]);
    }
    oms_write_list_end(w);
  }
  if (r->request != NULL) {
    oms_write_object(w, "requestBody");
    oms_write_object(w, "content");
    oms_write_object(w, "application/json");
    write_ref(w, "schema", r->request);
    oms_write_object_end(w);
    oms_write_object_end(w);
    oms_write_object_end(w);
  }
  write_answers(w, r);
  oms_write_object_end(w);
}

/* Operations of a path stand in one object, wherever their routes stand. */
static bool is_first_of_path(size_t table, size_t at) {
  const char *path = oms_route_tables[table]->routes[at].path;
  for (size_t t = 0; t <= table; t++) {
    size_t n = t == table ? at : oms_route_tables[t]->route_n;
    for (size_t i = 0; i < n; i++) {
      const oms_route_t *r = &oms_route_tables[t]->routes[i];
      if ((r->flags & OMS_ROUTE_HIDDEN) == 0 && strcmp(r->path, path) == 0) {
        return false;
      }
    }
  }
  return true;
}

static void write_path(oms_writer_t *w, const char *path) {
  oms_write_object(w, path);
  for (size_t t = 0; oms_route_tables[t] != NULL; t++) {
    for (size_t i = 0; i < oms_route_tables[t]->route_n; i++) {
      const oms_route_t *r = &oms_route_tables[t]->routes[i];
      if ((r->flags & OMS_ROUTE_HIDDEN) == 0 && strcmp(r->path, path) == 0) {
        write_operation(w, r);
      }
    }
  }
  oms_write_object_end(w);
}

static void write_header(oms_writer_t *w, const char *name, const char *header) {
  oms_write_object(w, name);
  oms_write_text(w, "type", "apiKey");
  oms_write_text(w, "in", "header");
  oms_write_text(w, "name", header);
  oms_write_object_end(w);
}

static void write_components(oms_writer_t *w) {
  oms_write_object(w, "components");
  oms_write_object(w, "securitySchemes");
  write_header(w, "keyId", "APCA-API-KEY-ID");
  write_header(w, "secretKey", "APCA-API-SECRET-KEY");
  oms_write_object_end(w);
  oms_write_object(w, "schemas");
  for (size_t t = 0; oms_route_tables[t] != NULL; t++) {
    for (size_t i = 0; i < oms_route_tables[t]->schema_n; i++) {
      write_schema(w, &oms_route_tables[t]->schemas[i]);
    }
  }
  oms_write_object_end(w);
  oms_write_object_end(w);
}

void oms_openapi_write(oms_writer_t *w, const char *version) {
  oms_write_object(w, NULL);
  oms_write_text(w, "openapi", "3.0.3");
  oms_write_object(w, "info");
  oms_write_text(w, "title", "moondesk");
  oms_write_text(w, "version", version != NULL ? version : "");
  oms_write_text(w, "description",
                 "Orders, positions and market data of a live host: the Alpaca Trading API v2, and "
                 "/oms/v1 for what it does not have.");
  oms_write_object_end(w);
  oms_write_object(w, "paths");
  for (size_t t = 0; oms_route_tables[t] != NULL; t++) {
    for (size_t i = 0; i < oms_route_tables[t]->route_n; i++) {
      const oms_route_t *r = &oms_route_tables[t]->routes[i];
      if ((r->flags & OMS_ROUTE_HIDDEN) == 0 && is_first_of_path(t, i)) {
        write_path(w, r->path);
      }
    }
  }
  oms_write_object_end(w);
  write_components(w);
  oms_write_object_end(w);
}

void oms_v2_get_document(oms_call_t *c) {
  oms_live_state_t state;
  c->live->state(c->live->self, &state);
  oms_openapi_write(c->out, state.version);
}
