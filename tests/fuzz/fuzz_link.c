/* Any bytes as a line of an outside venue: no crash; what is understood is the same again when it
 * has been a record of the journal; and any bytes as such a record. */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/check.h"
#include "host/link_text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void once_more(const oms_link_message_t *m) {
  oms_pack_t p = {0}, again = {0};
  oms_link_message_t back;
  oms_link_pack(&p, m);
  oms_unpack_t u = oms_unpack_of(p.data, p.n);
  OMS_CHECK(!p.failed && oms_link_unpack(&u, &back));
  oms_link_pack(&again, &back);
  OMS_CHECK(p.n == again.n && memcmp(p.data, again.data, p.n) == 0);
  oms_pack_free(&p);
  oms_pack_free(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  oms_link_message_t m;
  oms_error_t err;
  size_t n = size > 0 && data[size - 1] == '\n' ? size - 1 : size;
  if (oms_link_parse((const char *)data, n, &m, &err) == OMS_OK) {
    OMS_CHECK(m.wire_id[sizeof m.wire_id - 1] == '\0' && m.text[sizeof m.text - 1] == '\0');
    once_more(&m);
  }
  oms_unpack_t u = oms_unpack_of(data, size);
  if (oms_link_unpack(&u, &m)) {
    once_more(&m);
  }
  return 0;
}
