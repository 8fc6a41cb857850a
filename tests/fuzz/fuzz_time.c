/* Any bytes as a time, a zone or a timeframe: no crash, no result out of range, and what is read
 * prints to a text that reads back the same. */
#include <stddef.h>
#include <stdint.h>

#include "base/check.h"
#include "base/time.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_time(const char *s, size_t n, oms_zone_t zone) {
  oms_time_t t = OMS_NO_TIME;
  int rc = oms_time_parse(s, n, zone, &t, NULL);
  OMS_CHECK(rc == OMS_OK || rc == OMS_ERR_PARSE || rc == OMS_ERR_RANGE);
  OMS_CHECK((rc == OMS_OK) == (t != OMS_NO_TIME));
  if (rc != OMS_OK) {
    return;
  }
  char text[32];
  size_t length = oms_time_iso(t, text);
  oms_time_t back = OMS_NO_TIME;
  OMS_CHECK(length < sizeof text && text[length] == '\0');
  OMS_CHECK(oms_time_parse(text, length, oms_zone_new_york, &back, NULL) == OMS_OK);
  OMS_CHECK(back == t);
  oms_time_t again = oms_time_from_local(oms_time_to_local(t, zone), zone);
  OMS_CHECK(again == t || again == t - 3600 * OMS_NS_PER_SECOND);
}

static void check_zone(const char *s, size_t n) {
  oms_zone_t zone, back;
  if (oms_zone_parse(s, n, &zone) != OMS_OK) {
    return;
  }
  char name[40];
  oms_zone_name(zone, name);
  size_t length = 0;
  while (name[length] != '\0') {
    length++;
  }
  OMS_CHECK(oms_zone_parse(name, length, &back) == OMS_OK);
  OMS_CHECK(back.kind == zone.kind && back.offset_s == zone.offset_s);
}

static void check_timeframe(const char *s, size_t n) {
  int64_t ns = 0, back = 0;
  if (oms_timeframe_parse(s, n, &ns) != OMS_OK) {
    return;
  }
  char text[24];
  size_t length = oms_timeframe_format(ns, text);
  OMS_CHECK(ns > 0 && oms_timeframe_parse(text, length, &back) == OMS_OK && back == ns);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  const char *s = (const char *)data;
  check_time(s, size, OMS_ZONE_UTC);
  check_time(s, size, oms_zone_new_york);
  check_zone(s, size);
  check_timeframe(s, size);
  return 0;
}
