/* The document of the API against what it does: every route stands in it once, answers, and answers
 * with the fields that the document names; parameters are read by the same table that is told. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "api/fake_live.h"

static fake_t fake;
static oms_json_room_t document_room, answer_room;
static char *document_text;
static const oms_json_t *document;

static void fill(uint32_t order, int64_t price) {
  fake_report(&fake, order, OMS_REPORT_FILL, INT64_C(10) * OMS_QTY_SCALE, price * OMS_PRICE_SCALE);
}

/* A host with something of everything. */
static int set_up(void **state) {
  oms_api_options_t o = {.server.address = "127.0.0.1:0"};
  oms_error_t err;
  (void)state;
  fake_open(&fake, &o);
  fake_mark(&fake, 0, INT64_C(200) * OMS_PRICE_SCALE);
  for (int i = 0; i < 3; i++) {
    fake.bars[i] = (oms_bar_t){.ts = FAKE_NOW + i,
                               .start = FAKE_NOW + i * INT64_C(60000000000),
                               .end = FAKE_NOW + (i + 1) * INT64_C(60000000000),
                               .open = 1,
                               .high = 3,
                               .low = 1,
                               .close = 2,
                               .volume = 5};
  }
  fake.bar_n = 3;
  fake.points[0] = (oms_equity_point_t){FAKE_NOW - 1, INT64_C(100000) * OMS_MONEY_SCALE};
  fake.point_n = 1;
  fake_trade(&fake, "POST", "/v2/orders",
             "{\"symbol\":\"SPY\",\"qty\":10,\"side\":\"buy\",\"type\":\"market\","
             "\"time_in_force\":\"day\",\"client_order_id\":\"first\"}");
  fill(0, 200);
  oms_command_t quote = {.type = OMS_COMMAND_QUOTE};
  quote.u.quote.bid = quote.u.quote.ask = INT64_C(200) * OMS_PRICE_SCALE;
  quote.u.quote.bid_size = quote.u.quote.ask_size = OMS_QTY_SCALE;
  fake_apply(&fake, &quote);
  fake_trade(&fake, "POST", "/v2/orders",
             "{\"symbol\":\"SPY\",\"qty\":1,\"side\":\"buy\",\"type\":\"limit\",\"limit_price\":1,"
             "\"time_in_force\":\"day\",\"client_order_id\":\"second\"}");
  const fake_sent_t *s = fake_ask(&fake, "", "", "GET", "/openapi.json", "");
  assert_int_equal(s->status, 200);
  oms_writer_t w = {0};
  oms_openapi_write(&w, "0.0.0");
  assert_false(w.failed);
  document_text = malloc(w.n + 1);
  memcpy(document_text, w.data, w.n);
  size_t n = w.n;
  oms_writer_free(&w);
  if (oms_json_read(&document_room, document_text, n, &document, &err) != OMS_OK) {
    fail_msg("%s", err.message);
  }
  return 0;
}

static int tear_down(void **state) {
  (void)state;
  fake_close(&fake);
  oms_json_free(&document_room);
  oms_json_free(&answer_room);
  free(document_text);
  return 0;
}

static const oms_json_t *at(const oms_json_t *v, const char *key) {
  const oms_json_t *m = oms_json_get(v, key);
  if (m == NULL) {
    fail_msg("the document has no '%s'", key);
  }
  return m;
}

static const oms_json_t *operation_of(const oms_route_t *r) {
  char method[16];
  size_t n = strlen(r->method);
  for (size_t i = 0; i <= n; i++) {
    method[i] = (char)(r->method[i] == '\0' ? 0 : r->method[i] | 32);
  }
  return at(at(at(document, "paths"), r->path), method);
}

/* A path with something that is there in the place of its parameters. */
static void path_of(const oms_route_t *r, char out[200]) {
  static const char *const values[][2] = {
      {"{symbol",        "SPY" },
      {"{activity_type", "FILL"},
      {"{market",        "NYSE"},
      {"{account",       "main"},
  };
  char id[37];
  oms_order_id_text(fake.e, oms_engine_order(fake.e, 1), id);
  const char *brace = strchr(r->path, '{');
  snprintf(out, 200, "%s", r->path);
  if (brace != NULL) {
    const char *value = id;
    for (size_t i = 0; i < OMS_COUNT(values); i++) {
      value = strncmp(brace, values[i][0], strlen(values[i][0])) == 0 ? values[i][1] : value;
    }
    snprintf(out, 200, "%.*s%s%s", (int)(brace - r->path), r->path, value, strchr(brace, '}') + 1);
  }
  if (strstr(r->path, "/v2/stocks/") != NULL && brace == NULL) {
    strcat(out, "?symbols=SPY,QQQ");
  }
  if (strstr(r->path, "by_client") != NULL) {
    strcat(out, "?client_order_id=second");
  }
}

static const char *body_of(const oms_route_t *r) {
  bool is_order = strcmp(r->path, "/v2/orders") == 0;
  return strcmp(r->method, "POST") == 0 && is_order
             ? "{\"symbol\":\"SPY\",\"qty\":1,\"side\":\"buy\",\"type\":\"market\","
               "\"time_in_force\":\"day\"}"
         : strcmp(r->path, "/v2/orders/{order_id}") == 0      ? "{\"limit_price\":2}"
         : strcmp(r->path, "/oms/v1/feed") == 0               ? "{\"quotes\":{\"SPY\":{\"bp\":1}}}"
         : strcmp(r->path, "/v2/account/configurations") == 0 ? "{\"no_shorting\":false}"
                                                              : "";
}

/* The members of an answer are those of its schema, neither more nor fewer. */
static void check_object(const oms_route_t *r, const oms_schema_t *schema, const oms_json_t *v) {
  assert_int_equal(v->type, OMS_JSON_OBJECT);
  for (const oms_json_t *m = oms_json_first(v); m != NULL; m = oms_json_next(v, m)) {
    bool known = false;
    for (size_t i = 0; i < schema->n; i++) {
      known = known || strcmp(schema->fields[i].name, m->key) == 0;
    }
    if (!known) {
      fail_msg("%s %s: '%s' is not in schema %s", r->method, r->path, m->key, schema->name);
    }
  }
  for (size_t i = 0; i < schema->n; i++) {
    const oms_field_t *f = &schema->fields[i];
    const oms_json_t *m = oms_json_get(v, f->name);
    if (m == NULL && (f->flags & OMS_FIELD_OPTIONAL) == 0) {
      fail_msg("%s %s: '%s' of schema %s is missing", r->method, r->path, f->name, schema->name);
    }
    if (m != NULL && m->type == OMS_JSON_NULL && f->type != OMS_FIELD_ANY &&
        (f->flags & OMS_FIELD_NULL) == 0) {
      fail_msg("%s %s: '%s' of schema %s is null", r->method, r->path, f->name, schema->name);
    }
    bool text = f->type == OMS_FIELD_DECIMAL || f->type == OMS_FIELD_TEXT;
    if (m != NULL && text && m->type != OMS_JSON_TEXT && m->type != OMS_JSON_NULL) {
      fail_msg("%s %s: '%s' is %s", r->method, r->path, f->name, oms_json_what(m));
    }
    const oms_schema_t *inner = oms_schema_find(f->ref);
    if (m != NULL && inner != NULL && f->type == OMS_FIELD_OBJECT && m->type == OMS_JSON_OBJECT) {
      check_object(r, inner, m);
    }
  }
}

static void check_answer(const oms_route_t *r, const fake_sent_t *s) {
  static char text[FAKE_BYTES];
  const oms_json_t *root;
  oms_error_t err;
  const oms_schema_t *schema = oms_schema_find(r->response);
  if (s->status != r->status) {
    fail_msg("%s %s: %d instead of %d: %s", r->method, r->path, s->status, r->status, s->body);
  }
  if (r->response == NULL || s->n >= FAKE_BYTES - 1 || schema == NULL || schema->n == 0) {
    return;
  }
  memcpy(text, s->body, s->n + 1);
  if (oms_json_read(&answer_room, text, s->n, &root, &err) != OMS_OK) {
    fail_msg("%s %s: %s in %s", r->method, r->path, err.message, s->body);
  }
  if ((r->flags & (OMS_ROUTE_LIST | OMS_ROUTE_MAP)) == 0) {
    check_object(r, schema, root);
    return;
  }
  for (const oms_json_t *v = oms_json_first(root); v != NULL; v = oms_json_next(root, v)) {
    check_object(r, schema, v);
  }
}

/* Of the tables of version 2 and of market data every route is asked with good values. */
static void test_answers(void **state) {
  static const oms_route_table_t *const tables[] = {&oms_data_table, &oms_v2_table};
  static const char *const methods[] = {"GET", "PATCH", "POST", "DELETE"};
  char path[200];
  (void)state;
  fake.keys[3].scopes |= OMS_MAY_FEED;
  for (size_t k = 0; k < OMS_COUNT(methods); k++) {
    for (size_t t = 0; t < OMS_COUNT(tables); t++) {
      for (size_t i = 0; i < tables[t]->route_n; i++) {
        const oms_route_t *r = &tables[t]->routes[i];
        if (strcmp(r->method, methods[k]) != 0 || (r->flags & OMS_ROUTE_SOCKET) != 0 ||
            strcmp(r->path, "/v2/orders") == 0) {
          continue;
        }
        if (strcmp(r->method, "DELETE") == 0 && strchr(r->path, '{') != NULL) {
          fake_trade(&fake, "DELETE", "/v2/orders", "");
          fake_trade(&fake, "POST", "/v2/orders",
                     "{\"symbol\":\"SPY\",\"qty\":10,\"side\":\"buy\",\"type\":\"market\","
                     "\"time_in_force\":\"day\"}");
          fill(oms_engine_order_count(fake.e) - 1, 200);
          fake_trade(&fake, "POST", "/v2/orders",
                     "{\"symbol\":\"SPY\",\"qty\":1,\"side\":\"buy\",\"type\":\"limit\","
                     "\"limit_price\":1,\"time_in_force\":\"day\"}");
        }
        path_of(r, path);
        if (strcmp(r->method, "DELETE") == 0 && strstr(r->path, "{order_id}") != NULL) {
          char id[37];
          oms_order_id_text(fake.e, oms_engine_order(fake.e, oms_engine_order_count(fake.e) - 1),
                            id);
          snprintf(path, sizeof path, "/v2/orders/%s", id);
        }
        check_answer(r, fake_ask(&fake, "MDADMIN", "secret-admin", r->method, path, body_of(r)));
      }
    }
  }
}

static void test_orders(void **state) {
  (void)state;
  for (size_t i = 0; i < oms_v2_table.route_n; i++) {
    const oms_route_t *r = &oms_v2_table.routes[i];
    if (strcmp(r->path, "/v2/orders") == 0) {
      check_answer(r, fake_trade(&fake, r->method, r->path, body_of(r)));
    }
  }
}

/* Every route of every table stands in the document, with its parameters, their words and defaults,
 * bodies and answers; and nothing else does. */
static void test_document(void **state) {
  size_t routes = 0, told = 0;
  (void)state;
  for (size_t t = 0; oms_route_tables[t] != NULL; t++) {
    for (size_t i = 0; i < oms_route_tables[t]->route_n; i++) {
      const oms_route_t *r = &oms_route_tables[t]->routes[i];
      char status[16];
      if ((r->flags & OMS_ROUTE_HIDDEN) != 0) {
        continue;
      }
      const oms_json_t *o = operation_of(r);
      routes++;
      snprintf(status, sizeof status, "%d", r->status);
      at(at(o, "responses"), status);
      assert_string_equal(at(o, "summary")->text, r->summary);
      assert_int_equal(at(o, "security")->n, r->scope != 0 ? 1 : 0);
      const oms_json_t *params = oms_json_get(o, "parameters");
      assert_int_equal(params == NULL ? 0 : params->n, r->param_n);
      const oms_json_t *p = params == NULL ? NULL : oms_json_first(params);
      for (size_t k = 0; k < r->param_n; k++, p = oms_json_next(params, p)) {
        assert_string_equal(at(p, "name")->text, r->params[k].name);
        if (r->params[k].type == OMS_FIELD_WORD) {
          assert_string_equal(oms_json_first(at(at(p, "schema"), "enum"))->text,
                              r->params[k].words[0]);
        }
      }
      assert_int_equal(oms_json_get(o, "requestBody") != NULL, r->request != NULL);
      assert_true(r->request == NULL || oms_schema_find(r->request) != NULL);
      if (r->response != NULL && oms_schema_find(r->response) == NULL) {
        fail_msg("%s %s: there is no schema %s", r->method, r->path, r->response);
      }
    }
  }
  const oms_json_t *paths = at(document, "paths");
  for (const oms_json_t *p = oms_json_first(paths); p != NULL; p = oms_json_next(paths, p)) {
    told += p->n;
  }
  assert_int_equal(told, routes);
  at(at(at(document, "components"), "securitySchemes"), "keyId");
}

/* References lead somewhere, and no schema stands twice. */
static void check_refs(const oms_json_t *v) {
  const oms_json_t *schemas = at(at(document, "components"), "schemas");
  for (const oms_json_t *m = oms_json_first(v); m != NULL; m = oms_json_next(v, m)) {
    if (m->type == OMS_JSON_TEXT && m->key != NULL && strcmp(m->key, "$ref") == 0) {
      at(schemas, m->text + strlen("#/components/schemas/"));
    } else if (m->type >= OMS_JSON_LIST) {
      check_refs(m);
    }
  }
}

static void test_references(void **state) {
  (void)state;
  check_refs(document);
}

/* Every fallback can be read by its own field; parameters of a path stand first, in its order. */
static void test_tables(void **state) {
  (void)state;
  for (size_t t = 0; oms_route_tables[t] != NULL; t++) {
    for (size_t i = 0; i < oms_route_tables[t]->route_n; i++) {
      const oms_route_t *r = &oms_route_tables[t]->routes[i];
      const char *path = r->path;
      assert_true(r->param_n <= OMS_PARAMS_MAX);
      for (size_t k = 0; k < r->param_n; k++) {
        const oms_field_t *f = &r->params[k];
        oms_value_t v;
        oms_error_t err;
        if ((f->flags & OMS_FIELD_PATH) != 0) {
          path = strchr(path, '{') + 1;
          assert_memory_equal(path, f->name, strlen(f->name));
        }
        if (f->fallback != NULL) {
          assert_int_equal(oms_field_text(f, f->fallback, strlen(f->fallback), &v, &err), OMS_OK);
        }
      }
      assert_null(strchr(path, '{'));
    }
  }
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
  const struct CMUnitTest tests[] = {TEST(test_answers), TEST(test_orders), TEST(test_document),
                                     TEST(test_references), TEST(test_tables)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
