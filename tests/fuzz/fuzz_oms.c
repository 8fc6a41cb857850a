/* Any bytes as parameters of a script, as a message of the risk socket, as the body of a request of
 * /oms/v1: no crash, and what is written is JSON. The first byte says which. */
#include <stddef.h>
#include <stdint.h>

#include "api/fake_control.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static fake_t fake;

/* What stands inside of quotes has no control character, and outside the brackets are in pairs. */
static void check_json(const char *text, size_t n) {
  bool quoted = false;
  long depth = 0;
  for (size_t i = 0; i < n; i++) {
    OMS_CHECK((unsigned char)text[i] >= ' ');
    if (quoted && text[i] == '\\') {
      i++;
    } else if (text[i] == '"') {
      quoted = !quoted;
    } else if (!quoted) {
      depth += (text[i] == '{') + (text[i] == '[') - (text[i] == '}') - (text[i] == ']');
      OMS_CHECK(depth >= 0);
    }
  }
  OMS_CHECK(!quoted && depth == 0);
}

/* Bytes that a script's parameters might be, shown and changed. */
static void fuzz_values(const uint8_t *data, size_t size) {
  char change[] = "{\"fast\":1.5,\"a\":null,\"b\":[1,{\"c\":\"\"}]}";
  oms_json_room_t room = {.values = NULL};
  oms_writer_t w = {.data = NULL};
  oms_pack_t pack = {.data = NULL};
  const oms_json_t *root;
  oms_error_t err;
  oms_own_write_values(&w, NULL, data, size);
  OMS_CHECK(!w.failed);
  check_json(w.data, w.n);
  OMS_CHECK(oms_json_read(&room, change, sizeof change - 1, &root, &err) == OMS_OK);
  if (oms_own_merge_values(data, size, root, &pack, &err) == OMS_OK) {
    oms_writer_reset(&w);
    oms_own_write_values(&w, NULL, pack.data, pack.n);
    check_json(w.data, w.n);
  }
  oms_pack_free(&pack);
  oms_writer_free(&w);
  oms_json_free(&room);
}

static void fuzz_socket(const char *text, size_t n) {
  fake.handler.message(fake.handler.self, 1000, OMS_WS_TEXT, text, n);
  fake.in.drain(fake.in.self);
  fake.in.turn(fake.in.self);
}

static void connect_risk(void) {
  oms_http_header_t headers[] = {
      {"host",                "127.0.0.1:8080"},
      {"apca-api-key-id",     "MDADMIN"       },
      {"apca-api-secret-key", "secret-admin"  }
  };
  oms_http_request_t r = {.conn = 1000,
                          .method = "GET",
                          .path = "/oms/v1/risk",
                          .raw_path = "/oms/v1/risk",
                          .query = "",
                          .headers = headers,
                          .header_n = 3,
                          .body = "",
                          .peer = "127.0.0.1",
                          .upgrade = true,
                          .received = 1};
  fake.handler.request(fake.handler.self, &r);
  fake.in.drain(fake.in.self);
}

static void fuzz_body(size_t route, const char *text) {
  static const char *const routes[][2] = {
      {"POST",  "/oms/v1/kill"                  },
      {"POST",  "/oms/v1/resume"                },
      {"POST",  "/oms/v1/state"                 },
      {"PATCH", "/oms/v1/limits/main"           },
      {"PATCH", "/oms/v1/strategies/sma/params" },
      {"POST",  "/oms/v1/strategies/sma/stop"   },
      {"POST",  "/oms/v1/rules/max_order/reload"},
      {"POST",  "/oms/v1/orders/one/resolve"    },
  };
  const fake_sent_t *s = control_ask(&fake, routes[route % OMS_COUNT(routes)][0],
                                     routes[route % OMS_COUNT(routes)][1], text);
  OMS_CHECK(s->status >= 200 && s->status < 500);
  check_json(s->body, s->n);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (size < 1 || size > 8000) {
    return 0;
  }
  char text[8001];
  if (fake.api == NULL) {
    const oms_api_options_t o = {.server.address = "127.0.0.1:0", .rate = INT64_MAX / 4};
    control_open(&fake, &o);
    connect_risk();
  }
  memcpy(text, data + 1, size - 1);
  text[size - 1] = '\0';
  if (data[0] == 'v') {
    fuzz_values(data + 1, size - 1);
  } else if (data[0] == 's') {
    fuzz_socket(text, size - 1);
  } else {
    fuzz_body(data[0], text);
  }
  return 0;
}
