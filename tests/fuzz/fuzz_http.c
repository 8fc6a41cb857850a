/* Any bytes as requests, one after the other: no crash, the same whether they come at once or in
 * pieces (the first byte says of what size), and what is handed over keeps what
 * server.h promises. */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/check.h"
#include "net/http_in.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const oms_http_limits_t limits = {1024, 16, 2048};

static uint64_t mix(uint64_t h, const char *text, size_t n) {
  for (size_t i = 0; i < n; i++) {
    h = (h ^ (unsigned char)text[i]) * UINT64_C(1099511628211);
  }
  return h * 31 + n;
}

static uint64_t mix_text(uint64_t h, const char *text) {
  return mix(h, text, strlen(text));
}

static void check_value(const char *text) {
  for (; *text != '\0'; text++) {
    OMS_CHECK((unsigned char)*text >= 0x20 || *text == '\t');
  }
}

static uint64_t take(const oms_http_in_t *in, uint64_t h) {
  const oms_http_request_t *r = &in->request;
  OMS_CHECK(r->path[0] == '/' && r->raw_path[0] == '/' && strchr(r->raw_path, '?') == NULL);
  OMS_CHECK(r->header_n <= limits.max_headers && r->body_n <= limits.max_body);
  OMS_CHECK(r->body[r->body_n] == '\0');
  check_value(r->path);
  h = mix_text(mix_text(mix_text(mix_text(h, r->method), r->path), r->raw_path), r->query);
  for (size_t i = 0; i < r->header_n; i++) {
    check_value(r->headers[i].value);
    h = mix_text(mix_text(h, r->headers[i].name), r->headers[i].value);
    OMS_CHECK(oms_http_header(r, r->headers[i].name) != NULL);
  }
  return mix(h, r->body, r->body_n) + (uint64_t)in->keep_alive * 2 + (uint64_t)r->upgrade;
}

/* A digest of all that comes of the bytes, fed 'step' at a time. */
static uint64_t run(const char *data, size_t size, size_t step) {
  oms_http_in_t *in = oms_http_in_new(&limits);
  uint64_t h = 14695981039346656037u;
  OMS_CHECK(in != NULL);
  for (size_t at = 0; at < size && in->phase != OMS_HTTP_REFUSED;) {
    size_t n = size - at < step ? size - at : step;
    size_t used = oms_http_in_feed(in, data + at, n);
    OMS_CHECK(used > 0 && used <= n);
    at += used;
    if (in->phase == OMS_HTTP_WHOLE) {
      h = take(in, h);
      oms_http_in_reset(in);
    }
  }
  if (in->phase == OMS_HTTP_REFUSED) {
    OMS_CHECK(in->status >= 400 && in->status < 600 && in->why != NULL);
    h = h * 31 + 1;
  }
  oms_http_in_free(in);
  return h;
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
