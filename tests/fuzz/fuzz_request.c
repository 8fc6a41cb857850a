/* Any bytes as a request and as the head of an answer: no crash, and what is understood reads back
 * the same when it is written. */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/check.h"
#include "host/request.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_same(const char *a, const char *b) {
  OMS_CHECK((a == NULL) == (b == NULL));
  OMS_CHECK(a == NULL || strcmp(a, b) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  char line[OMS_REQUEST_MAX], written[OMS_REQUEST_MAX];
  oms_request_t r, back;
  oms_error_t err;
  bool done;
  size_t bytes;
  if (size >= sizeof line) {
    return 0;
  }
  if (oms_answer_head((const char *)data, size, &done, &bytes)) {
    OMS_CHECK(bytes <= OMS_ANSWER_MAX);
  }
  memcpy(line, data, size);
  line[size] = '\0';
  if (oms_request_parse(line, &r, &err) != OMS_OK ||
      oms_request_line(&r, written, &err) != OMS_OK) {
    return 0;
  }
  size_t n = strlen(written);
  OMS_CHECK(n > 0 && written[n - 1] == '\n');
  written[n - 1] = '\0';
  OMS_CHECK(oms_request_parse(written, &back, &err) == OMS_OK);
  check_same(r.name, back.name);
  check_same(r.with, back.with);
  OMS_CHECK(r.verb == back.verb && r.state == back.state);
  OMS_CHECK(r.flatten == back.flatten && r.all == back.all && r.json == back.json);
  check_same(r.account, back.account);
  check_same(r.strategy, back.strategy);
  check_same(r.symbol, back.symbol);
  check_same(r.why, back.why);
  return 0;
}
