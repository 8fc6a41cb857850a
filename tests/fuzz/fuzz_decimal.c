/* Any bytes as a decimal, the first of them giving the places: no crash, agreement with the doubles
 * of the C library, and what is read prints to a text that reads back the same. */
#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/fixed.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_round_trip(int64_t v, int decimals) {
  char text[24];
  size_t n = oms_decimal_format(v, decimals, text);
  int64_t back = 0;
  OMS_CHECK(n == strlen(text) && n < sizeof text);
  OMS_CHECK(oms_decimal_parse(text, n, decimals, &back) == OMS_OK && back == v);
  OMS_CHECK(oms_fixed_to_double(v, decimals) == strtod(text, NULL));
}

/* strtod sees the exact decimal, so the two may differ by half a unit of the last place and by what
 * a double cannot hold. */
static void check_against_strtod(const char *s, size_t n, int decimals, int64_t v) {
  char text[256];
  if (n >= sizeof text) {
    return;
  }
  memcpy(text, s, n);
  text[n] = '\0';
  double exact = strtod(text, NULL);
  double ours = oms_fixed_to_double(v, decimals);
  OMS_CHECK(fabs(exact - ours) <= 0.51 * pow(10, -decimals) + fabs(exact) * 0x1p-51);
}

static void check_double(const uint8_t *data, size_t size, int decimals) {
  double d = 0;
  int64_t v = OMS_NO_PRICE;
  if (size < sizeof d) {
    return;
  }
  memcpy(&d, data, sizeof d);
  if (oms_fixed_from_double(d, decimals, &v) != OMS_OK) {
    OMS_CHECK(v == OMS_NO_PRICE);
    return;
  }
  double unit = pow(10, -decimals);
  OMS_CHECK(fabs(oms_fixed_to_double(v, decimals) - d) <= 0.51 * unit + fabs(d) * 0x1p-51);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (size == 0) {
    return 0;
  }
  int decimals = data[0] % 19;
  const char *s = (const char *)data + 1;
  int64_t v = OMS_NO_PRICE;
  int rc = oms_decimal_parse(s, size - 1, decimals, &v);
  OMS_CHECK((rc == OMS_OK) == (v != OMS_NO_PRICE));
  if (rc == OMS_OK) {
    check_round_trip(v, decimals);
    check_against_strtod(s, size - 1, decimals, v);
  }
  check_double(data + 1, size - 1, decimals);
  return 0;
}
