/* json_write.c - the writer of JSON: compact, into a block that grows. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/json.h"
#include "base/time.h"

void oms_writer_free(oms_writer_t *w) {
  oms_free(w->data);
  *w = (oms_writer_t){0};
}

void oms_writer_reset(oms_writer_t *w) {
  w->n = 0;
  w->failed = false;
  w->comma = false;
}

static bool room(oms_writer_t *w, size_t more) {
  if (w->cap - w->n >= more) {
    return true;
  }
  size_t cap = w->cap == 0 ? 1024 : w->cap;
  while (cap - w->n < more) {
    cap *= 2;
  }
  char *data = w->failed ? NULL : oms_realloc(w->data, cap);
  if (data == NULL) {
    w->failed = true;
    return false;
  }
  w->data = data;
  w->cap = cap;
  return true;
}

void oms_write_raw(oms_writer_t *w, const char *s, size_t n) {
  if (n > 0 && room(w, n)) {
    memcpy(w->data + w->n, s, n);
    w->n += n;
  }
}

static void put(oms_writer_t *w, char c) {
  if (room(w, 1)) {
    w->data[w->n++] = c;
  }
}

/* Comma and name in front of a value. */
static void begin(oms_writer_t *w, const char *key) {
  size_t n = key == NULL ? 0 : strlen(key);
  if (!room(w, n + 4)) {
    return;
  }
  char *to = w->data + w->n;
  *to = ',';
  to += w->comma;
  w->comma = true;
  if (key != NULL) {
    *to++ = '"';
    memcpy(to, key, n);
    memcpy(to + n, "\":", 2);
    to += n + 2;
  }
  w->n = (size_t)(to - w->data);
}

void oms_write_object(oms_writer_t *w, const char *key) {
  begin(w, key);
  put(w, '{');
  w->comma = false;
}

void oms_write_object_end(oms_writer_t *w) {
  put(w, '}');
  w->comma = true;
}

void oms_write_list(oms_writer_t *w, const char *key) {
  begin(w, key);
  put(w, '[');
  w->comma = false;
}

void oms_write_list_end(oms_writer_t *w) {
  put(w, ']');
  w->comma = true;
}

/* Bytes of the UTF-8 character at 's', 0 when it is none. */
static size_t utf8(const unsigned char *s, size_t n) {
  size_t length = s[0] < 0x80 ? 1 : s[0] < 0xc2 ? 0 : s[0] < 0xe0 ? 2 : s[0] < 0xf0 ? 3 : 4;
  if (length == 0 || s[0] > 0xf4 || length > n) {
    return 0;
  }
  for (size_t i = 1; i < length; i++) {
    if ((s[i] & 0xc0) != 0x80) {
      return 0;
    }
  }
  bool bad = (s[0] == 0xe0 && s[1] < 0xa0) || (s[0] == 0xed && s[1] > 0x9f) ||
             (s[0] == 0xf0 && s[1] < 0x90) || (s[0] == 0xf4 && s[1] > 0x8f);
  return bad ? 0 : length;
}

static void escape(oms_writer_t *w, unsigned char c) {
  char text[8];
  const char *short_form = c == '\n' ? "\\n" : c == '\t' ? "\\t" : c == '\r' ? "\\r" : NULL;
  if (short_form != NULL) {
    oms_write_raw(w, short_form, 2);
  } else if (c == '"' || c == '\\') {
    put(w, '\\');
    put(w, (char)c);
  } else {
    int n = snprintf(text, sizeof text, "\\u%04x", c);
    oms_write_raw(w, text, (size_t)n);
  }
}

void oms_write_text_n(oms_writer_t *w, const char *key, const char *s, size_t n) {
  const unsigned char *u = (const unsigned char *)s;
  begin(w, key);
  put(w, '"');
  for (size_t i = 0; i < n;) {
    size_t plain = oms_json_plain(s + i, n - i);
    oms_write_raw(w, s + i, plain);
    i += plain;
    if (i < n && u[i] < 0x80) {
      escape(w, u[i++]);
    } else if (i < n) {
      size_t length = utf8(u + i, n - i);
      oms_write_raw(w, length == 0 ? "?" : s + i, length == 0 ? 1 : length);
      i += length == 0 ? 1 : length;
    }
  }
  put(w, '"');
}

void oms_write_text(oms_writer_t *w, const char *key, const char *s) {
  if (s == NULL) {
    oms_write_null(w, key);
  } else {
    oms_write_text_n(w, key, s, strlen(s));
  }
}

void oms_write_json(oms_writer_t *w, const char *key, const char *json, size_t n) {
  begin(w, key);
  oms_write_raw(w, json, n);
}

void oms_write_null(oms_writer_t *w, const char *key) {
  oms_write_json(w, key, "null", 4);
}

void oms_write_bool(oms_writer_t *w, const char *key, bool v) {
  oms_write_json(w, key, v ? "true" : "false", v ? 4 : 5);
}

void oms_write_int(oms_writer_t *w, const char *key, int64_t v) {
  char text[24];
  int n = snprintf(text, sizeof text, "%lld", (long long)v);
  oms_write_json(w, key, text, (size_t)n);
}

void oms_write_number(oms_writer_t *w, const char *key, int64_t v, int decimals) {
  char text[24];
  if (v == OMS_NO_PRICE) {
    oms_write_null(w, key);
  } else {
    oms_write_json(w, key, text, oms_decimal_format(v, decimals, text));
  }
}

void oms_write_decimal(oms_writer_t *w, const char *key, int64_t v, int decimals) {
  char text[24];
  if (v == OMS_NO_PRICE) {
    oms_write_null(w, key);
  } else {
    oms_write_text_n(w, key, text, oms_decimal_format(v, decimals, text));
  }
}

void oms_write_double(oms_writer_t *w, const char *key, double v) {
  char text[40];
  int n = 0;
  if (!isfinite(v)) {
    oms_write_null(w, key);
    return;
  }
  for (int digits = 15; digits <= 17; digits++) {
    n = snprintf(text, sizeof text, "%.*g", digits, v);
    if (strtod(text, NULL) == v) {
      break;
    }
  }
  oms_write_json(w, key, text, (size_t)n);
}

void oms_write_time(oms_writer_t *w, const char *key, oms_time_t t) {
  char text[32];
  if (t == OMS_NO_TIME) {
    oms_write_null(w, key);
  } else {
    oms_write_text_n(w, key, text, oms_time_iso(t, text));
  }
}
