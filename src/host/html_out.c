/* html_out.c - see html_out.h. Knows no page: report.c does. */
#include "host/html_out.h"

#include <errno.h>
#include <stdarg.h>
#include <string.h>

#include "base/alloc.h"
#include "host/csv_out.h"

#define REPLACEMENT "\xEF\xBF\xBD"

static void note(oms_html_t *h, bool good) {
  if (!good && h->failed == 0) {
    h->failed = errno != 0 ? errno : EIO;
  }
}

int oms_html_open(oms_html_t *h, const char *folder, const char *name, oms_error_t *err) {
  *h = (oms_html_t){.part = oms_csv_out_path(folder, name, ".part")};
  if (h->part == NULL) {
    return oms_error_set(err, OMS_ERR_NOMEM, "out of memory for %s", name);
  }
  errno = 0;
  h->to = fopen(h->part, "w");
  if (h->to == NULL) {
    note(h, false);
    return oms_html_close(h, err);
  }
  return OMS_OK;
}

static void put(oms_html_t *h, const char *s, size_t n) {
  note(h, fwrite(s, 1, n, h->to) == n);
}

void oms_html_raw(oms_html_t *h, const char *markup) {
  put(h, markup, strlen(markup));
}

void oms_html_format(oms_html_t *h, const char *format, ...) {
  va_list args;
  va_start(args, format);
  note(h, vfprintf(h->to, format, args) >= 0);
  va_end(args);
}

static const char *reference(char c) {
  switch (c) {
  case '&':
    return "&amp;";
  case '<':
    return "&lt;";
  case '>':
    return "&gt;";
  case '"':
    return "&quot;";
  case '\'':
    return "&#39;";
  default:
    return NULL;
  }
}

/* Length of the UTF-8 sequence of more than one byte at 's'; 0: it is none (too long a form, a
 * surrogate, beyond the last character, cut short). */
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
               (s[0] == 0xC2 && s[1] < 0xA0); /* control characters */
  return wrong ? 0 : n;
}

static bool is_plain(unsigned char c) {
  return (c >= 0x20 && c < 0x7F) || c == '\n' || c == '\t';
}

void oms_html_text(oms_html_t *h, const char *text) {
  for (const char *p = text; p != NULL && *p != '\0';) {
    const char *named = reference(*p);
    bool plain = is_plain((unsigned char)*p);
    size_t n = plain ? 1 : sequence((const unsigned char *)p);
    if (named != NULL) {
      oms_html_raw(h, named);
    } else if (n == 0) {
      oms_html_raw(h, REPLACEMENT);
    } else {
      put(h, p, n);
    }
    p += n > 0 ? n : 1;
  }
}

void oms_html_grouped(oms_html_t *h, const char *number) {
  size_t sign = number[0] == '-' ? 1 : 0;
  size_t digits = strspn(number + sign, "0123456789");
  put(h, number, sign);
  for (size_t i = 0; i < digits; i++) {
    if (i > 0 && (digits - i) % 3 == 0) {
      put(h, ",", 1);
    }
    put(h, number + sign + i, 1);
  }
  oms_html_text(h, number + sign + digits);
}

int oms_html_close(oms_html_t *h, oms_error_t *err) {
  if (h->to != NULL) {
    note(h, fclose(h->to) == 0);
    h->to = NULL;
  }
  int rc = OMS_OK;
  if (h->failed != 0) {
    rc = oms_error_set(err, OMS_ERR_IO, "cannot write %s: %s", h->part, strerror(h->failed));
  }
  oms_free(h->part);
  h->part = NULL;
  return rc;
}
