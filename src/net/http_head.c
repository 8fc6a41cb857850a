/* http_head.c - the one place that knows http_parser: a head that is there in one piece. Debian's
 * build of it is lenient, so that names, values and the target are checked here. */
#include <http_parser.h>
#include <string.h>

#include "net/http_in.h"

typedef struct walk {
  oms_http_in_t *in;
  char *url;
  size_t n; /* headers */
  const char *why;
  int status;
} walk_t;

static int fail(walk_t *w, int status, const char *why) {
  w->status = status;
  w->why = why;
  return 1;
}

static char *in_head(const walk_t *w, const char *at) {
  return w->in->head.data + (at - w->in->head.data);
}

static int on_url(http_parser *p, const char *at, size_t n) {
  walk_t *w = p->data;
  w->url = in_head(w, at);
  w->url[n] = '\0'; /* the blank behind it, which the parser has read; so it is with the others */
  return 0;
}

/* tchar of RFC 9110, as its lower case; 0: none. */
static const char token_chars[256] = {
    ['!'] = '!', ['#'] = '#', ['$'] = '$', ['%'] = '%', ['&'] = '&', ['\''] = '\'', ['*'] = '*',
    ['+'] = '+', ['-'] = '-', ['.'] = '.', ['^'] = '^', ['_'] = '_', ['`'] = '`',   ['|'] = '|',
    ['~'] = '~', ['0'] = '0', ['1'] = '1', ['2'] = '2', ['3'] = '3', ['4'] = '4',   ['5'] = '5',
    ['6'] = '6', ['7'] = '7', ['8'] = '8', ['9'] = '9', ['A'] = 'a', ['B'] = 'b',   ['C'] = 'c',
    ['D'] = 'd', ['E'] = 'e', ['F'] = 'f', ['G'] = 'g', ['H'] = 'h', ['I'] = 'i',   ['J'] = 'j',
    ['K'] = 'k', ['L'] = 'l', ['M'] = 'm', ['N'] = 'n', ['O'] = 'o', ['P'] = 'p',   ['Q'] = 'q',
    ['R'] = 'r', ['S'] = 's', ['T'] = 't', ['U'] = 'u', ['V'] = 'v', ['W'] = 'w',   ['X'] = 'x',
    ['Y'] = 'y', ['Z'] = 'z', ['a'] = 'a', ['b'] = 'b', ['c'] = 'c', ['d'] = 'd',   ['e'] = 'e',
    ['f'] = 'f', ['g'] = 'g', ['h'] = 'h', ['i'] = 'i', ['j'] = 'j', ['k'] = 'k',   ['l'] = 'l',
    ['m'] = 'm', ['n'] = 'n', ['o'] = 'o', ['p'] = 'p', ['q'] = 'q', ['r'] = 'r',   ['s'] = 's',
    ['t'] = 't', ['u'] = 'u', ['v'] = 'v', ['w'] = 'w', ['x'] = 'x', ['y'] = 'y',   ['z'] = 'z',
};

static int on_field(http_parser *p, const char *at, size_t n) {
  walk_t *w = p->data;
  if (w->n == w->in->limits->max_headers) {
    return fail(w, 431, "more headers than this server takes");
  }
  char *name = in_head(w, at);
  for (size_t i = 0; i < n; i++) {
    name[i] = token_chars[(unsigned char)name[i]];
    if (name[i] == '\0') {
      return fail(w, 400, "the name of a header is not a token");
    }
  }
  w->in->headers[w->n++] = (oms_http_header_t){.name = name, .value = ""};
  name[n] = '\0';
  return 0;
}

static int on_value(http_parser *p, const char *at, size_t n) {
  walk_t *w = p->data;
  if (n == 0) {
    return 0; /* it stays ""; 'at' may be the next line */
  }
  char *value = in_head(w, at);
  for (size_t i = 0; i < n; i++) {
    unsigned char c = (unsigned char)value[i];
    if ((c < 0x20 && c != '\t') || c == 0x7f) {
      return fail(w, 400, "a control character in a header");
    }
  }
  while (n > 0 && (value[n - 1] == ' ' || value[n - 1] == '\t')) {
    n--;
  }
  w->in->headers[w->n - 1].value = value;
  value[n] = '\0';
  return 0;
}

static int on_done(http_parser *p) {
  (void)p;
  return 1; /* no body for it */
}

/* One blank between the words of the first line and one digit a number: http_parser takes more. */
static bool line_ok(const walk_t *w, const char *method) {
  const char *version = w->url + strlen(w->url) + 1; /* ends in CR LF at the latest */
  return w->url == w->in->head.data + strlen(method) + 1 && strncmp(version, "HTTP/", 5) == 0 &&
         strcspn(version, "\r") == 8 && version[6] == '.';
}

bool oms_http_head_parse(oms_http_in_t *in) {
  static const http_parser_settings settings = {.on_url = on_url,
                                                .on_header_field = on_field,
                                                .on_header_value = on_value,
                                                .on_headers_complete = on_done};
  walk_t w = {.in = in};
  http_parser p;
  http_parser_set_max_header_size((uint32_t)in->head.n + 1); /* our own limit has been kept */
  http_parser_init(&p, HTTP_REQUEST);
  p.data = &w;
  size_t n = http_parser_execute(&p, &settings, in->head.data, in->head.n);
  enum http_errno e = HTTP_PARSER_ERRNO(&p);
  if (w.why != NULL) {
    return oms_http_refuse(in, w.status, w.why);
  }
  if (e == HPE_INVALID_METHOD) {
    return oms_http_refuse(in, 400, "the method is not known");
  }
  const char *method = http_method_str((enum http_method)p.method);
  if (e != HPE_OK || n != in->head.n || w.url == NULL || !line_ok(&w, method)) {
    return oms_http_refuse(in, 400, "the request line or a header is not well formed");
  }
  if (p.http_major != 1 || p.http_minor > 1) {
    return oms_http_refuse(in, 505, "the version of HTTP is not 1.0 or 1.1");
  }
  in->minor = (int)p.http_minor;
  in->request.method = method;
  in->request.raw_path = w.url;
  in->request.headers = in->headers;
  in->request.header_n = w.n;
  return true;
}
