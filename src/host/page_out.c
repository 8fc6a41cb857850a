/* page_out.c - see page_out.h. Knows neither runs nor sweeps. */
#include "host/page_out.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "base/alloc.h"
#include "host/csv_out.h"
#include "web/pages.h"

#define REPLACEMENT "\xEF\xBF\xBD"

/* The file. */

static void note(oms_page_t *p, bool good) {
  if (!good && p->failed == 0) {
    p->failed = errno != 0 ? errno : EIO;
  }
}

static void put(oms_page_t *p, const void *bytes, size_t n) {
  note(p, fwrite(bytes, 1, n, p->to) == n);
}

static void put_text(oms_page_t *p, const char *s) {
  put(p, s, strlen(s));
}

static void put_part(oms_page_t *p, size_t i) {
  put(p, oms_web_page[i].bytes, oms_web_page[i].n);
}

static int finish(oms_page_t *p, oms_error_t *err) {
  if (p->to != NULL) {
    note(p, fclose(p->to) == 0);
    p->to = NULL;
  }
  int rc = OMS_OK;
  if (p->failed != 0) {
    rc = oms_error_set(err, OMS_ERR_IO, "cannot write %s: %s", p->part, strerror(p->failed));
  }
  oms_free(p->part);
  p->part = NULL;
  return rc;
}

/* Foreign text. */

/* Length of the UTF-8 sequence of more than one byte at 's'; 0: it is none (too long a form, a
 * surrogate, beyond the last character, cut short, a control character). */
static size_t sequence(const unsigned char *s) {
  size_t n = s[0] >= 0xF0 ? 4 : s[0] >= 0xE0 ? 3 : 2;
  if (s[0] < 0xC2 || s[0] > 0xF4) {
    return 0;
  }
  for (size_t i = 1; i < n; i++) {
    if ((s[i] & 0xC0) != 0x80) {
      return 0;
    }
  }
  bool wrong = (s[0] == 0xE0 && s[1] < 0xA0) || (s[0] == 0xED && s[1] > 0x9F) ||
               (s[0] == 0xF0 && s[1] < 0x90) || (s[0] == 0xF4 && s[1] > 0x8F) ||
               (s[0] == 0xC2 && s[1] < 0xA0);
  return wrong ? 0 : n;
}

static bool is_plain(unsigned char c) {
  return (c >= 0x20 && c < 0x7F) || c == '\n' || c == '\t';
}

/* U+2028 and U+2029 end a line in JavaScript. */
static bool is_line_end(const char *s, size_t n) {
  return n == 3 && (memcmp(s, "\xE2\x80\xA8", 3) == 0 || memcmp(s, "\xE2\x80\xA9", 3) == 0);
}

typedef void escape_t(oms_page_t *p, unsigned char c);

static void escape_html(oms_page_t *p, unsigned char c) {
  char text[8];
  snprintf(text, sizeof text, "&#%u;", c);
  put_text(p, text);
}

static void escape_json(oms_page_t *p, unsigned char c) {
  char text[8];
  snprintf(text, sizeof text, c == '"' || c == '\\' ? "\\%c" : "\\u%04x", c);
  put_text(p, text);
}

/* 'minded': characters that go through 'escape'. */
static void put_foreign(oms_page_t *p, const char *text, const char *minded, escape_t *escape) {
  while (text != NULL && *text != '\0') {
    unsigned char c = (unsigned char)*text;
    size_t n = is_plain(c) ? 1 : sequence((const unsigned char *)text);
    if (n == 1 && strchr(minded, c) != NULL) {
      escape(p, c);
    } else if (n == 0) {
      put_text(p, REPLACEMENT);
    } else if (escape == escape_json && is_line_end(text, n)) {
      put_text(p, text[2] == '\xA8' ? "\\u2028" : "\\u2029");
    } else {
      put(p, text, n);
    }
    text += n > 0 ? n : 1;
  }
}

int oms_page_open(oms_page_t *p, const char *path, const char *title, oms_error_t *err) {
  size_t n = strlen(path);
  *p = (oms_page_t){.part = oms_alloc(n + sizeof ".part")};
  if (p->part == NULL) {
    return oms_error_set(err, OMS_ERR_NOMEM, "out of memory for %s", path);
  }
  memcpy(p->part, path, n);
  memcpy(p->part + n, ".part", sizeof ".part");
  errno = 0;
  p->to = fopen(p->part, "w");
  if (p->to == NULL) {
    note(p, false);
    return finish(p, err);
  }
  put_part(p, 0);
  put_foreign(p, title, "<>&\"'", escape_html);
  put_part(p, 1);
  return OMS_OK;
}

int oms_page_close(oms_page_t *p, oms_error_t *err) {
  put_part(p, 2);
  return finish(p, err);
}

/* JSON. */

static void before(oms_page_t *p) {
  if (p->comma) {
    put(p, ",", 1);
  }
  p->comma = true;
}

void oms_page_begin(oms_page_t *p, char bracket) {
  before(p);
  put(p, &bracket, 1);
  p->comma = false;
}

void oms_page_end(oms_page_t *p, char bracket) {
  put(p, &bracket, 1);
  p->comma = true;
}

void oms_page_key(oms_page_t *p, const char *name) {
  if (p->comma) {
    put(p, ",\n", 2);
  }
  p->comma = false;
  oms_page_text(p, name);
  put(p, ":", 1);
  p->comma = false;
}

void oms_page_text_begin(oms_page_t *p) {
  before(p);
  put(p, "\"", 1);
}

void oms_page_text_add(oms_page_t *p, const char *text) {
  put_foreign(p, text, "<>&\"'\\\n\t", escape_json);
}

void oms_page_text_end(oms_page_t *p) {
  put(p, "\"", 1);
}

void oms_page_text(oms_page_t *p, const char *text) {
  if (text == NULL) {
    before(p);
    put_text(p, "null");
    return;
  }
  oms_page_text_begin(p);
  oms_page_text_add(p, text);
  oms_page_text_end(p);
}

void oms_page_bool(oms_page_t *p, bool v) {
  before(p);
  put_text(p, v ? "true" : "false");
}

void oms_page_integer(oms_page_t *p, int64_t v) {
  char text[24];
  snprintf(text, sizeof text, "%" PRId64, v);
  before(p);
  put_text(p, text);
}

void oms_page_decimal(oms_page_t *p, int64_t v, int decimals) {
  char text[24] = "null";
  if (v != OMS_NO_PRICE) {
    oms_decimal_format(v, decimals, text);
  }
  before(p);
  put_text(p, text);
}

void oms_page_double(oms_page_t *p, double v) {
  char text[32] = "null";
  if (isfinite(v)) {
    snprintf(text, sizeof text, "%.12g", v == 0 ? 0.0 : v); /* no "-0" */
  }
  before(p);
  put_text(p, text);
}

void oms_page_time(oms_page_t *p, oms_time_t t) {
  oms_page_decimal(p, t, 9);
}
