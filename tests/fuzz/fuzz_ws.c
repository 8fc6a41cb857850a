/* Any bytes as frames of a client: no crash, the same whether they come at once or in pieces (the
 * first byte says of what size), no message beyond the limit, texts in UTF-8. */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/check.h"
#include "net/ws_in.h"

enum { MAX_MESSAGE = 3000 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static uint64_t mix(uint64_t h, int kind, const char *text, size_t n) {
  h = h * 31 + (uint64_t)kind;
  for (size_t i = 0; i < n; i++) {
    h = (h ^ (unsigned char)text[i]) * UINT64_C(1099511628211);
  }
  return h * 31 + n;
}

static bool on_message(void *self, oms_ws_opcode_t opcode, const char *data, size_t n) {
  uint64_t *h = self;
  uint32_t utf8 = 0;
  OMS_CHECK(n <= MAX_MESSAGE && data[n] == '\0');
  OMS_CHECK(opcode == OMS_WS_BINARY || (oms_utf8_feed(&utf8, data, n) && utf8 == 0));
  *h = mix(*h, (int)opcode, data, n);
  return n != 7; /* at times the handler wants no more */
}

static bool on_ping(void *self, const char *data, size_t n) {
  uint64_t *h = self;
  OMS_CHECK(n <= 125);
  *h = mix(*h, 9, data, n);
  return true;
}

static bool on_pong(void *self) {
  uint64_t *h = self;
  *h = mix(*h, 10, "", 0);
  return true;
}

static bool on_close(void *self, int code) {
  uint64_t *h = self;
  OMS_CHECK(code >= 1000 && code <= 4999);
  *h = mix(*h, code, "", 0);
  return false;
}

static uint64_t run(const char *data, size_t size, size_t step) {
  static const oms_ws_sink_t sink = {on_message, on_ping, on_pong, on_close};
  oms_ws_in_t *w = oms_ws_in_new(MAX_MESSAGE);
  uint64_t h = 14695981039346656037u;
  int code = 0;
  OMS_CHECK(w != NULL);
  for (size_t at = 0; at < size && code == 0; at += step) {
    code = oms_ws_in_feed(w, &sink, &h, data + at, size - at < step ? size - at : step);
  }
  OMS_CHECK(code == 0 || (code >= OMS_WS_PROTOCOL && code <= OMS_WS_INTERNAL));
  OMS_CHECK(code == 0 || !oms_ws_in_idle(w));
  oms_ws_in_free(w);
  return mix(h, code != 0, "", 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (size < 1) {
    return 0;
  }
  const char *text = (const char *)data + 1;
  uint64_t whole = run(text, size - 1, size);
  OMS_CHECK(whole == run(text, size - 1, (size_t)data[0] + 1));
  return 0;
}
