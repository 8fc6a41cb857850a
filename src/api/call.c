/* call.c - runs a request by its route: parameters, key, handler, answer; and what handlers use to
 * read bodies and to refuse. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "api/api_core.h"
#include "base/alloc.h"
#include "base/check.h"

enum { HEADERS_MAX = 12 };

/* Answers. */

static size_t rate_headers(const oms_rate_view_t *v, int status, char text[4][24],
                           oms_http_header_t *out) {
  static const char *const names[] = {"X-RateLimit-Limit", "X-RateLimit-Remaining",
                                      "X-RateLimit-Reset", "Retry-After"};
  const int64_t values[] = {v->limit, v->remaining, v->reset, v->retry_after};
  size_t n = status == 429 && v->retry_after > 0 ? 4 : 3;
  for (size_t i = 0; i < n; i++) {
    (void)oms_decimal_format(values[i], 0, text[i]);
    out[i] = (oms_http_header_t){names[i], text[i]};
  }
  return n;
}

static void send(oms_api_t *api, oms_conn_t conn, oms_http_answer_t *answer, const char *id,
                 const oms_http_header_t *more, size_t more_n, const oms_rate_view_t *rate) {
  oms_http_header_t headers[HEADERS_MAX];
  char text[4][24];
  size_t n = 0;
  headers[n++] = (oms_http_header_t){"X-Request-ID", id};
  oms_rate_view_t full;
  if (rate == NULL || rate->limit == 0) { /* no key stands behind it: what one could ask */
    oms_rate_full(api, &full);
    rate = &full;
  }
  n += rate_headers(rate, answer->status, text, headers + n);
  for (size_t i = 0; i < more_n && n < HEADERS_MAX; i++) {
    headers[n++] = more[i];
  }
  answer->headers = headers;
  answer->header_n = n;
  api->wire.answer(api->server, conn, answer);
}

static void write_error(oms_writer_t *w, int64_t code, const char *extra, const char *message) {
  oms_writer_reset(w);
  oms_write_object(w, NULL);
  if (extra != NULL && extra[0] != '\0') {
    oms_write_raw(w, extra, strlen(extra));
    w->comma = false; /* 'extra' ends with its comma */
  }
  oms_write_int(w, "code", code);
  oms_write_text(w, "message", message);
  oms_write_object_end(w);
}

void oms_answer_error(oms_api_t *api, oms_conn_t conn, uint64_t number, int status, int64_t code,
                      const char *message, const oms_http_header_t *more,
                      const oms_rate_view_t *rate) {
  char id[REQUEST_ID_SIZE];
  oms_api_request_id(api, number, id);
  write_error(&api->out, code, NULL, message);
  oms_http_answer_t a = {
      .status = status, .type = "application/json", .body = api->out.data, .body_n = api->out.n};
  send(api, conn, &a, id, more, more == NULL ? 0 : 1, rate);
}

void oms_api_answer(oms_api_t *api, oms_conn_t conn, int status, const char *body, size_t n) {
  char id[REQUEST_ID_SIZE];
  oms_api_request_id(api, ++api->requests, id);
  oms_http_answer_t a = {.status = status,
                         .type = n > 0 ? "application/json" : NULL,
                         .body = body,
                         .body_n = n,
                         .gate = api->live.gate(api->live.self)};
  send(api, conn, &a, id, NULL, 0, NULL);
}

/* Whether the host is alive and ready, and that it takes nothing now, is said also while the disk
 * takes nothing: it tells of nothing that has to be on disk first. */
static uint64_t gate_of(const oms_call_t *c) {
  bool at_once = c->route->scope == 0 || c->status == 503;
  return at_once ? 0 : c->live->gate(c->live->self);
}

void oms_call_send(oms_call_t *c, const oms_rate_view_t *rate) {
  oms_api_t *api = c->api;
  bool failed = c->out->failed;
  if (failed) {
    oms_call_error(c, 503, OMS_API_UNAVAILABLE, "out of memory");
  }
  const char *type = c->type != NULL ? c->type : "application/json";
  bool empty = c->out->n == 0;
  oms_http_answer_t a = {.status = c->status,
                         .type = empty ? NULL : type,
                         .body = empty ? NULL : c->out->data,
                         .body_n = c->out->n,
                         .gate = gate_of(c)};
  send(api, c->conn, &a, c->request_id, c->headers, c->header_n, rate);
}

void oms_call_error_with(oms_call_t *c, int status, int64_t code, const char *extra,
                         const char *message) {
  c->status = status;
  c->type = NULL;
  write_error(c->out, code, extra, message);
}

void oms_call_error(oms_call_t *c, int status, int64_t code, const char *format, ...) {
  char message[1024];
  va_list args;
  va_start(args, format);
  vsnprintf(message, sizeof message, format, args);
  va_end(args);
  oms_call_error_with(c, status, code, NULL, message);
}

/* Bodies. */

bool oms_call_json(oms_call_t *c, const oms_json_t **root) {
  oms_error_t err;
  *root = NULL;
  if (c->body_n == 0) {
    return true;
  }
  int rc = oms_json_read(&c->api->json, c->body, c->body_n, root, &err);
  if (rc == OMS_ERR_NOMEM) {
    oms_call_error(c, 503, OMS_API_UNAVAILABLE, "out of memory");
  } else if (rc != OMS_OK) {
    oms_call_error(c, 400, OMS_API_MALFORMED, "the body is not usable: %s", err.message);
  }
  return rc == OMS_OK;
}

bool oms_call_fields(oms_call_t *c, const oms_json_t *object, const oms_field_t *fields, size_t n,
                     oms_value_t *values) {
  oms_error_t err;
  if (oms_object_read(object, fields, n, values, &err) == OMS_OK) {
    return true;
  }
  oms_call_error(c, 422, OMS_API_INVALID, "%s", err.message);
  return false;
}

bool oms_call_body(oms_call_t *c, oms_value_t *values, size_t n) {
  const oms_schema_t *schema = oms_schema_find(c->route->request);
  const oms_json_t *root;
  OMS_CHECK(schema != NULL && schema->n == n);
  return oms_call_json(c, &root) && oms_call_fields(c, root, schema->fields, n, values);
}

/* Operations. */

/* What the order itself is wrong in, not whether it may be: 422, all else is 403. */
static bool is_forbidden(uint16_t code) {
  static const uint16_t unprocessable[] = {
      OMS_CODE_NONE,
      OMS_CODE_INVALID_QTY,
      OMS_CODE_UNKNOWN_SYMBOL,
      OMS_CODE_OFF_TICK,
      OMS_CODE_OFF_LOT,
      OMS_CODE_NO_SESSION,
      OMS_CODE_NO_REFERENCE_PRICE,
      OMS_CODE_INVALID_TIME_IN_FORCE,
      OMS_CODE_DUPLICATE_CLIENT_ORDER_ID,
      OMS_CODE_HAS_NO_SUCH_TERM,
      OMS_CODE_TOO_LATE,
      OMS_CODE_REPLACE_PENDING,
      OMS_CODE_ORIGINAL_GONE,
  };
  for (size_t i = 0; i < OMS_COUNT(unprocessable); i++) {
    if (unprocessable[i] == code) {
      return false;
    }
  }
  return true;
}

/* The number behind the last 'word' of a sentence into 'out'; false: there is none. */
static bool number_behind(const char *sentence, const char *word, char out[32]) {
  const char *at = NULL;
  for (const char *s = strstr(sentence, word); s != NULL; s = strstr(s + 1, word)) {
    at = s + strlen(word);
  }
  size_t n = at == NULL ? 0 : strspn(at, "0123456789.-");
  snprintf(out, 32, "%.*s", (int)(n < 31 ? n : 31), at == NULL ? "" : at);
  return n > 0;
}

/* Figures that clients look for. They are read off the sentence, which stays as it was when the
 * order was refused: so a repeated request gets the same ones. */
static void write_figures(const oms_reject_t *reject, char *extra, size_t size) {
  char power[32], cost[32];
  size_t n = strlen(extra);
  if (reject->code == OMS_CODE_INSUFFICIENT_BUYING_POWER &&
      number_behind(reject->message, " is ", power) &&
      number_behind(reject->message, " needs ", cost)) {
    snprintf(extra + n, size - n, "\"buying_power\":\"%s\",\"cost_basis\":\"%s\",", power, cost);
  }
}

void oms_call_reject(oms_call_t *c, const oms_reject_t *reject) {
  const char *word = oms_enum_text(OMS_ENUM_CODE, reject->code);
  const char *text = reject->message[0] != '\0' ? reject->message : "refused";
  char message[400], extra[256];
  bool forbidden = is_forbidden(reject->code);
  snprintf(extra, sizeof extra, "\"reject_code\":\"%s\",", word);
  write_figures(reject, extra, sizeof extra);
  if (reject->code == OMS_CODE_SHORT_NOT_ALLOWED) {
    snprintf(message, sizeof message, "account is not allowed to short: %s", text);
  } else if (reject->code == OMS_CODE_POSITION_CLOSED) {
    snprintf(message, sizeof message, "insufficient qty available for order: %s", text);
  } else if (reject->code == OMS_CODE_INSUFFICIENT_BUYING_POWER) {
    snprintf(message, sizeof message, "insufficient buying power: %s", text);
  } else if (reject->code == OMS_CODE_OFF_TICK) {
    snprintf(message, sizeof message,
             "%s: sub-penny increment does not fulfill minimum pricing criteria", text);
  } else {
    snprintf(message, sizeof message, "%s: %s", word, text);
  }
  int64_t code = reject->code == OMS_CODE_DUPLICATE_CLIENT_ORDER_ID ? OMS_API_INVALID
                 : forbidden                                        ? OMS_API_FORBIDDEN
                                                                    : OMS_API_UNPROCESSABLE;
  oms_call_error_with(c, forbidden ? 403 : 422, code, extra, message);
}

bool oms_call_apply(oms_call_t *c, const oms_op_t *op, oms_op_result_t *result) {
  oms_op_result_clear(result);
  c->live->apply(c->live->self, op, result);
  switch (result->rc) {
  case OMS_OK:
    return true;
  case OMS_ERR_REJECTED:
    oms_call_reject(c, &result->reject);
    return false;
  case OMS_ERR_NOMEM:
    oms_call_error(c, 503, OMS_API_UNAVAILABLE, "out of memory");
    return false;
  case OMS_ERR_NOT_FOUND:
  case OMS_ERR_STALE:
    oms_call_error(c, 404, OMS_API_NOT_FOUND, "%s",
                   result->error.message[0] != '\0' ? result->error.message : "not found");
    return false;
  default:
    oms_call_error(c, 422, OMS_API_UNPROCESSABLE, "%s",
                   result->error.message[0] != '\0' ? result->error.message
                                                    : oms_err_text(result->rc));
    return false;
  }
}

/* The run of one request. */

static bool read_args(oms_call_t *c, oms_item_t *item, char *scratch) {
  oms_error_t err;
  size_t part = 0;
  for (size_t i = 0; i < c->route->param_n; i++) {
    const oms_field_t *f = &c->route->params[i];
    if ((f->flags & OMS_FIELD_PATH) == 0) {
      continue;
    }
    const char *text = item->parts[part++].text;
    if (oms_field_text(f, text, strlen(text), &c->args[i], &err) != OMS_OK) {
      oms_call_error(c, 422, OMS_API_INVALID, "%s", err.message);
      return false;
    }
  }
  if (oms_query_read(c->route, c->query, scratch, c->args, &err) != OMS_OK) {
    oms_call_error(c, 422, OMS_API_INVALID, "%s", err.message);
    return false;
  }
  return true;
}

static char *scratch_of(oms_api_t *api, size_t n) {
  if (api->scratch.cap < n) {
    char *more = oms_realloc(api->scratch.data, n * 2);
    if (more == NULL) {
      return NULL;
    }
    api->scratch.data = more;
    api->scratch.cap = n * 2;
  }
  return api->scratch.data;
}

/* The key may have been revoked since the request came in. */
static bool find_account(oms_call_t *c) {
  if (c->key[0] == '\0') {
    return true;
  }
  const oms_key_record_t *key = c->live->key(c->live->self, c->key);
  if (key == NULL) {
    oms_call_error(c, 401, OMS_API_UNAUTHORIZED, "request is not authorized: the key was revoked");
    return false;
  }
  uint32_t account = oms_engine_find_account(c->engine, key->account);
  c->scopes = key->scopes;
  c->account = account == OMS_NONE ? UINT16_MAX : (uint16_t)account;
  return true;
}

void oms_call_run(oms_api_t *api, oms_item_t *item) {
  char id[REQUEST_ID_SIZE], by[40];
  oms_rate_view_t rate = {0};
  const oms_desk_t *desk = api->live.desk;
  oms_call_t c = {.api = api,
                  .live = &api->live,
                  .desk = desk,
                  .engine = desk->engine,
                  .route = item->route,
                  .conn = item->conn,
                  .key = item->key,
                  .by = by,
                  .account = UINT16_MAX,
                  .query = item->bytes,
                  .body = item->bytes + item->query_n + 1,
                  .body_n = item->body_n,
                  .received = item->received,
                  .upgrade = item->upgrade,
                  .last_event_id = item->last_event_id[0] == '\0' ? NULL : item->last_event_id,
                  .request_id = id,
                  .status = item->route->status,
                  .out = &api->out};
  memcpy(by, "api:", 4);
  memcpy(by + 4, item->key, sizeof item->key);
  oms_api_request_id(api, item->number, id);
  oms_writer_reset(&api->out);
  char *scratch = scratch_of(api, item->query_n * 2 + 2);
  if (scratch == NULL) {
    oms_call_error(&c, 503, OMS_API_UNAVAILABLE, "out of memory");
  } else if (find_account(&c) && read_args(&c, item, scratch)) {
    c.route->handle(&c);
  }
  if (c.deferred) {
    return;
  }
  if (item->key[0] != '\0') {
    oms_rate_look(api, item->key, item->received, &rate);
  }
  oms_call_send(&c, &rate);
}
