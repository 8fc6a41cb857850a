/* http_out.c - see http_out.h. */
#include "net/http_out.h"

#include <stdio.h>
#include <string.h>

typedef struct status_line {
  int status;
  const char *line;
} status_line_t;

#define LINE(status, text)                                                                         \
  { status, "HTTP/1.1 " #status " " text "\r\n" }
static const status_line_t lines[] = {LINE(200, "OK"),
                                      LINE(201, "Created"),
                                      LINE(202, "Accepted"),
                                      LINE(204, "No Content"),
                                      LINE(207, "Multi-Status"),
                                      LINE(400, "Bad Request"),
                                      LINE(401, "Unauthorized"),
                                      LINE(403, "Forbidden"),
                                      LINE(404, "Not Found"),
                                      LINE(405, "Method Not Allowed"),
                                      LINE(406, "Not Acceptable"),
                                      LINE(408, "Request Timeout"),
                                      LINE(409, "Conflict"),
                                      LINE(410, "Gone"),
                                      LINE(413, "Content Too Large"),
                                      LINE(415, "Unsupported Media Type"),
                                      LINE(417, "Expectation Failed"),
                                      LINE(422, "Unprocessable Content"),
                                      LINE(426, "Upgrade Required"),
                                      LINE(429, "Too Many Requests"),
                                      LINE(431, "Request Header Fields Too Large"),
                                      LINE(500, "Internal Server Error"),
                                      LINE(501, "Not Implemented"),
                                      LINE(503, "Service Unavailable"),
                                      LINE(504, "Gateway Timeout"),
                                      LINE(505, "HTTP Version Not Supported")};
#undef LINE

static const char always[] = "X-Content-Type-Options: nosniff\r\nCache-Control: no-store\r\n";

bool oms_http_bare(int status) {
  return status < 200 || status == 204 || status == 304;
}

static char *put(char *to, const char *text, size_t n) {
  memcpy(to, text, n);
  return to + n;
}

static char *put_text(char *to, const char *text) {
  return put(to, text, strlen(text));
}

/* Of a value from elsewhere: what would end its line becomes a blank. */
static char *put_value(char *to, const char *text) {
  for (; *text != '\0'; text++) {
    *to++ = (unsigned char)*text < ' ' && *text != '\t' ? ' ' : *text;
  }
  return to;
}

static char *put_number(char *to, size_t n) {
  char digits[20];
  size_t at = sizeof digits;
  do {
    digits[--at] = (char)('0' + n % 10);
    n /= 10;
  } while (n > 0);
  return put(to, digits + at, sizeof digits - at);
}

static char *put_status(char *to, int status) {
  for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
    if (lines[i].status == status) {
      return put_text(to, lines[i].line);
    }
  }
  to = put_text(to, "HTTP/1.1 ");
  to = put_number(to, status >= 100 && status <= 999 ? (size_t)status : 500);
  return put_text(to, " -\r\n");
}

static char *put_date(char *to, oms_http_date_t *d) {
  time_t now = time(NULL);
  if (now != d->second || d->line[0] == '\0') {
    static const char days[7][4] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static const char months[12][4] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                       "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    struct tm t;
    gmtime_r(&now, &t);
    d->second = now;
    snprintf(d->line, sizeof d->line, "Date: %s, %02u %s %04u %02u:%02u:%02u GMT\r\n",
             days[t.tm_wday], (unsigned)t.tm_mday % 100, months[t.tm_mon],
             (unsigned)(t.tm_year + 1900) % 10000, (unsigned)t.tm_hour % 100,
             (unsigned)t.tm_min % 100, (unsigned)t.tm_sec % 100);
  }
  return put_text(to, d->line);
}

size_t oms_http_head_room(const oms_http_answer_t *a) {
  size_t n = 384 + (a->type != NULL ? strlen(a->type) : 0);
  for (size_t i = 0; i < a->header_n; i++) {
    n += strlen(a->headers[i].name) + strlen(a->headers[i].value) + 4;
  }
  return n;
}

static char *put_framing(char *to, const oms_http_answer_t *a, oms_http_framing_t framing) {
  if (framing == OMS_HTTP_CHUNKED) {
    return put_text(to, "Transfer-Encoding: chunked\r\n");
  }
  if (framing == OMS_HTTP_LENGTH && !oms_http_bare(a->status)) {
    to = put_text(to, "Content-Length: ");
    to = put_number(to, a->body_n);
    to = put_text(to, "\r\n");
  }
  return to;
}

size_t oms_http_head_write(char *out, const oms_http_answer_t *a, oms_http_how_t how,
                           oms_http_date_t *date) {
  char *to = put_date(put_status(out, a->status), date);
  if (a->type != NULL) {
    to = put_text(to, "Content-Type: ");
    to = put_text(put_value(to, a->type), "\r\n");
  }
  to = put_framing(to, a, how.framing);
  if (!how.keep_alive) {
    to = put_text(to, "Connection: close\r\n");
  } else if (how.minor == 0) {
    to = put_text(to, "Connection: keep-alive\r\n");
  }
  to = put(to, always, sizeof always - 1);
  for (size_t i = 0; i < a->header_n; i++) {
    to = put_text(put_value(to, a->headers[i].name), ": ");
    to = put_text(put_value(to, a->headers[i].value), "\r\n");
  }
  to = put_text(to, "\r\n");
  return (size_t)(to - out);
}

size_t oms_http_error_body(char out[OMS_HTTP_ERROR_ROOM], int status, const char *why) {
  int n = snprintf(out, OMS_HTTP_ERROR_ROOM, "{\"code\":%d,\"message\":\"%.200s\"}",
                   status * 100000 + 10000, why);
  return n < 0 ? 0 : (size_t)n;
}
