/* names.c - order, wire and execution ids as texts, made from numbers and read back without a
 * table. An order id has the layout of a UUID version 7 (RFC 9562): 48 bits of milliseconds,
 * version, 12 bits, variant, 62 bits. The last 32 bits are the order's seq in the clear; the other
 * 42 that the standard calls random are a hash of (seed, seq), which is how a text that is not ours
 * is told apart. Leaves out the ids that callers and brokers give: the engine keeps those.
 * Invariant: a text reads back to the number that it was made from, and no other text reads at all.
 * */
#include "core/names.h"

#include <string.h>

#include "base/fixed.h"
#include "base/hash.h"

#define NS_PER_MS       INT64_C(1000000)
#define WIRE_SEQ_DIGITS 7 /* 36^7 > 2^32 */
#define WIRE_TRY_DIGITS 2 /* 36^2 > 2^8 */
#define VERSION_7       UINT64_C(0x7000)
#define VARIANT_RFC     (UINT64_C(2) << 62)
#define TEXT_LENGTH     36
#define HIGH_HASH_BITS  12
#define LOW_HASH_BITS   30

static const char digits[] = "0123456789abcdefghijklmnopqrstuvwxyz";

/* Value of a digit in base 'base', or -1: lower case only, as we write. */
static int digit_value(char c, int base) {
  int v = -1;
  if (c >= '0' && c <= '9') {
    v = c - '0';
  } else if (c >= 'a' && c <= 'z') {
    v = c - 'a' + 10;
  }
  return v < base ? v : -1;
}

/* 'n' digits of 'v', the highest first; digits that do not fit are dropped. */
static void write_digits(uint64_t v, unsigned base, size_t n, char *out) {
  for (size_t i = n; i > 0; i--) {
    out[i - 1] = digits[v % base];
    v /= base;
  }
}

static bool read_digits(const char *text, unsigned base, size_t n, uint64_t *out) {
  uint64_t v = 0;
  for (size_t i = 0; i < n; i++) {
    int d = digit_value(text[i], (int)base);
    if (d < 0) {
      return false;
    }
    v = v * base + (unsigned)d;
  }
  *out = v;
  return true;
}

/* Bytes in a fixed order, so that the same seed gives the same ids on every machine. */
static uint64_t hash_of(uint64_t seed, uint32_t seq) {
  unsigned char bytes[4];
  for (size_t i = 0; i < sizeof bytes; i++) {
    bytes[i] = (unsigned char)(seq >> (8 * i));
  }
  return oms_hash64(bytes, sizeof bytes, seed);
}

static uint64_t high_bits(oms_time_t created_ns, uint64_t hash) {
  uint64_t ms = (uint64_t)oms_div_floor(created_ns, NS_PER_MS);
  return (ms << 16) | VERSION_7 | (hash >> (64 - HIGH_HASH_BITS));
}

static uint64_t low_bits(uint64_t hash, uint32_t seq) {
  uint64_t part = hash & ((UINT64_C(1) << LOW_HASH_BITS) - 1);
  return VARIANT_RFC | (part << 32) | seq;
}

/* All sixteen of them. */
static void write_hex(uint64_t v, char out[16]) {
  for (size_t i = 16; i > 0; i--, v >>= 4) {
    out[i - 1] = digits[v & 15];
  }
}

void oms_names_order_id(uint64_t seed, oms_time_t created_ns, uint32_t seq, char out[37]) {
  uint64_t hash = hash_of(seed, seq);
  char hex[32];
  write_hex(high_bits(created_ns, hash), hex);
  write_hex(low_bits(hash, seq), hex + 16);
  memcpy(out, hex, 8);
  memcpy(out + 9, hex + 8, 4);
  memcpy(out + 14, hex + 12, 4);
  memcpy(out + 19, hex + 16, 4);
  memcpy(out + 24, hex + 20, 12);
  out[8] = out[13] = out[18] = out[23] = '-';
  out[TEXT_LENGTH] = '\0';
}

/* The 128 bits of a text of the right shape; the dashes must stand where they belong. */
static bool read_uuid(const char *text, uint64_t *high, uint64_t *low) {
  char hex[32];
  size_t n = 0;
  if (strnlen(text, TEXT_LENGTH + 1) != TEXT_LENGTH) {
    return false;
  }
  for (size_t i = 0; i < TEXT_LENGTH; i++) {
    if (i == 8 || i == 13 || i == 18 || i == 23) {
      if (text[i] != '-') {
        return false;
      }
      continue;
    }
    hex[n++] = text[i];
  }
  return read_digits(hex, 16, 16, high) && read_digits(hex + 16, 16, 16, low);
}

bool oms_names_parse_order_id(const char *text, uint64_t seed, uint32_t *seq) {
  uint64_t high;
  uint64_t low;
  if (!read_uuid(text, &high, &low)) {
    return false;
  }
  uint32_t found = (uint32_t)low;
  uint64_t hash = hash_of(seed, found);
  if (low != low_bits(hash, found) || (high & 0xffff) != (high_bits(0, hash) & 0xffff)) {
    return false;
  }
  *seq = found;
  return true;
}

void oms_names_wire_id(uint32_t seq, uint8_t attempt, char out[21]) {
  out[0] = 'm';
  write_digits(seq, 36, WIRE_SEQ_DIGITS, out + 1);
  write_digits(attempt, 36, WIRE_TRY_DIGITS, out + 1 + WIRE_SEQ_DIGITS);
  out[1 + WIRE_SEQ_DIGITS + WIRE_TRY_DIGITS] = '\0';
}

bool oms_names_parse_wire_id(const char *text, uint32_t *seq, uint8_t *attempt) {
  uint64_t s;
  uint64_t a;
  size_t length = 1 + WIRE_SEQ_DIGITS + WIRE_TRY_DIGITS;
  if (strnlen(text, length + 1) != length || text[0] != 'm' ||
      !read_digits(text + 1, 36, WIRE_SEQ_DIGITS, &s) || s > UINT32_MAX ||
      !read_digits(text + 1 + WIRE_SEQ_DIGITS, 36, WIRE_TRY_DIGITS, &a) || a > UINT8_MAX) {
    return false;
  }
  *seq = (uint32_t)s;
  *attempt = (uint8_t)a;
  return true;
}

void oms_names_execution_id(uint64_t number, char out[24]) {
  size_t n = 1;
  for (uint64_t rest = number; rest >= 10; rest /= 10) {
    n++;
  }
  out[0] = 'x';
  write_digits(number, 10, n, out + 1);
  out[1 + n] = '\0';
}

/* What comes back must be written the same way: that refuses leading zeros and what wrapped. */
bool oms_names_parse_execution_id(const char *text, uint64_t *number) {
  uint64_t v;
  char again[24];
  size_t length = strnlen(text, sizeof again);
  if (length < 2 || length == sizeof again || text[0] != 'x' ||
      !read_digits(text + 1, 10, length - 1, &v)) {
    return false;
  }
  oms_names_execution_id(v, again);
  if (strcmp(text, again) != 0) {
    return false;
  }
  *number = v;
  return true;
}
