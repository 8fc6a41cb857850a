/* http_judge.c - what the lines of a head mean together: where it goes, how long its body is, what
 * becomes of the connection. */
#include <string.h>
#include <strings.h>

#include "base/check.h"
#include "net/http_in.h"

const char *oms_http_header(const oms_http_request_t *r, const char *name) {
  for (size_t i = 0; i < r->header_n; i++) {
    if (r->headers[i].name[0] == name[0] && strcmp(r->headers[i].name, name) == 0) {
      return r->headers[i].value;
    }
  }
  return NULL;
}

bool oms_http_has_token(const char *list, const char *token) {
  size_t want = strlen(token);
  while (*list != '\0') {
    list += strspn(list, " \t,");
    size_t n = strcspn(list, ",");
    size_t word = n;
    while (word > 0 && (list[word - 1] == ' ' || list[word - 1] == '\t')) {
      word--;
    }
    if (word == want && strncasecmp(list, token, want) == 0) {
      return true;
    }
    list += n;
  }
  return false;
}

static int digit(char c) {
  if (c >= '0' && c <= '9') {
    return c - '0';
  }
  c = (char)(c | 0x20);
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Printable ASCII without '#', and each '%' before two digits. */
static bool target_ok(const char *s, bool *encoded) {
  *encoded = false;
  for (; *s != '\0'; s++) {
    if ((unsigned char)*s <= ' ' || (unsigned char)*s >= 0x7f || *s == '#') {
      return false;
    }
    if (*s == '%') {
      if (digit(s[1]) < 0 || digit(s[2]) < 0) {
        return false;
      }
      *encoded = true;
    }
  }
  return true;
}

/* False: a control character came of it. */
static bool decode(const char *from, char *to) {
  for (; *from != '\0'; to++) {
    int c = (unsigned char)*from++;
    if (c == '%') {
      c = digit(from[0]) * 16 + digit(from[1]);
      from += 2;
    }
    if (c < 0x20 || c == 0x7f) {
      return false;
    }
    *to = (char)c;
  }
  *to = '\0';
  return true;
}

static bool judge_target(oms_http_in_t *in) {
  oms_http_request_t *r = &in->request;
  char *raw = in->head.data + (r->raw_path - in->head.data);
  bool encoded;
  if (raw[0] != '/') {
    return oms_http_refuse(in, 400, "the target of the request does not begin with /");
  }
  if (!target_ok(raw, &encoded)) {
    return oms_http_refuse(in, 400, "the target of the request is not well encoded");
  }
  char *query = strchr(raw, '?');
  if (query != NULL) {
    *query++ = '\0';
  }
  r->query = query == NULL ? "" : query;
  r->path = raw;
  if (encoded && strchr(raw, '%') != NULL) {
    if (!decode(raw, in->decoded)) {
      return oms_http_refuse(in, 400, "the target of the request holds a control character");
    }
    r->path = in->decoded;
  }
  return true;
}

/* A decimal number; larger ones than a body may be are all the same. */
static bool length_of(const char *text, uint64_t *n) {
  *n = 0;
  for (const char *s = text; *s != '\0'; s++) {
    if (*s < '0' || *s > '9') {
      return false;
    }
    if (*n < UINT64_C(1) << 58) {
      *n = *n * 10 + (uint64_t)(*s - '0');
    }
  }
  return text[0] != '\0';
}

/* The lines that say more than themselves, counted and kept. */
typedef struct lines {
  const char *host, *length, *encoding, *connection, *upgrade, *expect;
  bool twice; /* one that may not */
} lines_t;

static void read_lines(const oms_http_request_t *r, lines_t *l) {
  const struct {
    const char *name;
    const char **value;
    bool once;
  } known[] = {
      {"host",              &l->host,       true },
      {"content-length",    &l->length,     true },
      {"transfer-encoding", &l->encoding,   true },
      {"connection",        &l->connection, false},
      {"upgrade",           &l->upgrade,    false},
      {"expect",            &l->expect,     false},
  };
  for (size_t i = 0; i < r->header_n; i++) {
    const char *name = r->headers[i].name;
    for (size_t k = 0; k < OMS_COUNT(known); k++) {
      if (name[0] == known[k].name[0] && strcmp(name, known[k].name) == 0) {
        l->twice = l->twice || (known[k].once && *known[k].value != NULL);
        *known[k].value = r->headers[i].value;
        break;
      }
    }
  }
}

static bool judge_body(oms_http_in_t *in, const lines_t *l) {
  if (l->encoding != NULL) {
    if (l->length != NULL || in->minor == 0) {
      return oms_http_refuse(in, 400, "Transfer-Encoding beside Content-Length or in HTTP/1.0");
    }
    if (strcasecmp(l->encoding, "chunked") != 0) {
      return oms_http_refuse(in, 501, "the only Transfer-Encoding that is read is chunked");
    }
    in->chunked = true;
  } else if (l->length != NULL && !length_of(l->length, &in->left)) {
    return oms_http_refuse(in, 400, "Content-Length is not a number");
  }
  if (l->expect != NULL && in->minor == 1) {
    if (strcasecmp(l->expect, "100-continue") != 0) {
      return oms_http_refuse(in, 417, "the only Expect that is met is 100-continue");
    }
    in->expects = in->chunked || in->left > 0;
  }
  return true;
}

/* 16 bytes in base64. */
static bool key_ok(const char *key) {
  static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  return key != NULL && strlen(key) == 24 && strspn(key, digits) == 22 &&
         strcmp(key + 22, "==") == 0;
}

static bool judge_upgrade(oms_http_in_t *in, const lines_t *l) {
  oms_http_request_t *r = &in->request;
  r->upgrade = false;
  if (l->upgrade == NULL || in->minor == 0 || strcmp(r->method, "GET") != 0 ||
      !oms_http_has_token(l->upgrade, "websocket")) {
    return true;
  }
  if (l->connection == NULL || !oms_http_has_token(l->connection, "upgrade")) {
    return oms_http_refuse(in, 400, "an upgrade without Connection: Upgrade");
  }
  const char *version = oms_http_header(r, "sec-websocket-version");
  if (version == NULL || strcmp(version, "13") != 0) {
    return oms_http_refuse(in, 426, "the only Sec-WebSocket-Version that is spoken is 13");
  }
  if (!key_ok(oms_http_header(r, "sec-websocket-key"))) {
    return oms_http_refuse(in, 400, "Sec-WebSocket-Key is not 16 bytes in base64");
  }
  if (in->chunked || in->left > 0) {
    return oms_http_refuse(in, 400, "an upgrade with a body");
  }
  r->upgrade = true;
  return true;
}

bool oms_http_head_judge(oms_http_in_t *in) {
  lines_t l = {0};
  read_lines(&in->request, &l);
  if (l.twice) {
    return oms_http_refuse(in, 400, "Host, Content-Length or Transfer-Encoding stands twice");
  }
  if (in->minor == 1 && l.host == NULL) {
    return oms_http_refuse(in, 400, "the header Host is missing");
  }
  in->head_only = strcmp(in->request.method, "HEAD") == 0;
  in->keep_alive = in->minor == 1;
  if (l.connection != NULL) {
    in->keep_alive = in->minor == 1 ? !oms_http_has_token(l.connection, "close")
                                    : oms_http_has_token(l.connection, "keep-alive");
  }
  return judge_target(in) && judge_body(in, &l) && judge_upgrade(in, &l);
}
