/* Requests of every kind over a host of one engine: what a client may send never ends it, and every
 * request gets one answer. The first line is method and path with its query, the rest is the body;
 * a line that begins with '~' opens the stream and says the rest to it. */
#include <string.h>

#include "../unit/api/fake_live.h"

static fake_t fake;
static bool is_open;

static void open_host(void) {
  oms_api_options_t o = {.server.address = "127.0.0.1:0", .rate = INT64_C(1) << 30, .streams = 8};
  fake_open(&fake, &o);
  fake.keys[3].scopes |= OMS_MAY_FEED;
  fake_mark(&fake, 0, INT64_C(200) * OMS_PRICE_SCALE);
  (void)fake_trade(&fake, "POST", "/v2/orders",
                   "{\"symbol\":\"SPY\",\"qty\":10,\"side\":\"buy\",\"type\":\"market\","
                   "\"time_in_force\":\"day\",\"client_order_id\":\"first\"}");
  fake_report(&fake, 0, OMS_REPORT_FILL, INT64_C(10) * OMS_QTY_SCALE,
              INT64_C(200) * OMS_PRICE_SCALE);
  is_open = true;
}

static void talk(const char *data, size_t n) {
  oms_http_header_t headers[] = {
      {"host",                "127.0.0.1"   },
      {"apca-api-key-id",     "MDTRADER"    },
      {"apca-api-secret-key", "secret-trade"}
  };
  oms_http_request_t r = {.conn = ++fake.conn,
                          .method = "GET",
                          .path = "/stream",
                          .raw_path = "/stream",
                          .query = "",
                          .headers = headers,
                          .header_n = 3,
                          .body = "",
                          .peer = "127.0.0.1",
                          .upgrade = true,
                          .received = 1};
  fake.handler.request(fake.handler.self, &r);
  fake.in.drain(fake.in.self);
  for (const char *end = data + n; data < end;) {
    const char *line = memchr(data, '\n', (size_t)(end - data));
    size_t length = line == NULL ? (size_t)(end - data) : (size_t)(line - data);
    fake.handler.message(fake.handler.self, fake.conn, OMS_WS_TEXT, data, length);
    fake.in.drain(fake.in.self);
    fake.in.turn(fake.in.self);
    data += length + 1;
  }
  fake.handler.closed(fake.handler.self, fake.conn);
}

static void ask(char *line, const char *body) {
  char *path = strchr(line, ' ');
  if (path == NULL || path[1] != '/') {
    return;
  }
  *path++ = '\0';
  size_t before = fake.sent_n;
  (void)fake_ask(&fake, "MDADMIN", "secret-admin", line, path, body);
  size_t answers = 0;
  for (size_t i = before; i < fake.sent_n; i++) {
    answers += fake.sent[i % FAKE_SENT_MAX].status > 0;
  }
  OMS_CHECK(answers == 1 || fake.sent_n - before > FAKE_SENT_MAX);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static char text[8192];
  if (size == 0 || size >= sizeof text || memchr(data, '\0', size) != NULL) {
    return 0;
  }
  if (!is_open) {
    open_host();
  }
  memcpy(text, data, size);
  text[size] = '\0';
  char *body = strchr(text, '\n');
  if (text[0] == '~') {
    talk(text + 1, size - 1);
  } else {
    if (body != NULL) {
      *body++ = '\0';
    }
    ask(text, body == NULL ? "" : body);
  }
  oms_error_t err;
  OMS_CHECK(oms_engine_verify(fake.e, &err) == OMS_OK);
  if (oms_engine_order_count(fake.e) > 2000) {
    fake_close(&fake);
    is_open = false;
  }
  return 0;
}
