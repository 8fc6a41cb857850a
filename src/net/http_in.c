/* http_in.c - see http_in.h: gathers the head, then the body by its length or in chunks. */
#include "net/http_in.h"

#include <string.h>

#include "base/alloc.h"

enum { FIRST_HEAD = 1024, FIRST_BODY = 1024, KEPT = 64 * 1024 };

static bool reserve(oms_http_text_t *t, size_t n) {
  if (n <= t->cap) {
    return true;
  }
  size_t cap = t->cap == 0 ? FIRST_HEAD : t->cap;
  while (cap < n) {
    cap *= 2;
  }
  char *data = oms_realloc(t->data, cap);
  if (data == NULL) {
    return false;
  }
  t->data = data;
  t->cap = cap;
  return true;
}

bool oms_http_text_put(oms_http_text_t *t, const char *data, size_t n) {
  if (!reserve(t, t->n + n + 1)) {
    return false;
  }
  memcpy(t->data + t->n, data, n);
  t->n += n;
  t->data[t->n] = '\0';
  return true;
}

bool oms_http_refuse(oms_http_in_t *in, int status, const char *why) {
  in->phase = OMS_HTTP_REFUSED;
  in->status = status;
  in->why = why;
  return false;
}

oms_http_in_t *oms_http_in_new(const oms_http_limits_t *limits) {
  oms_http_in_t *in = oms_alloc_zero(1, sizeof *in);
  if (in == NULL) {
    return NULL;
  }
  in->limits = limits;
  in->headers = oms_alloc_zero(limits->max_headers, sizeof *in->headers);
  if (in->headers == NULL || !reserve(&in->head, FIRST_HEAD) || !reserve(&in->body, FIRST_BODY)) {
    oms_http_in_free(in);
    return NULL;
  }
  return in;
}

void oms_http_in_free(oms_http_in_t *in) {
  if (in != NULL) {
    oms_free(in->headers);
    oms_free(in->head.data);
    oms_free(in->body.data);
    oms_free(in);
  }
}

/* A large buffer goes: thousands of connections must not keep what one request once needed. */
static void shrink(oms_http_text_t *t) {
  if (t->cap > KEPT) {
    oms_free(t->data);
    t->data = NULL;
    t->cap = 0;
  }
  t->n = 0;
}

void oms_http_in_reset(oms_http_in_t *in) {
  shrink(&in->head);
  shrink(&in->body);
  in->phase = OMS_HTTP_HEAD;
  in->scanned = 0;
  in->left = 0;
  in->chunked = false;
  in->chunk = (oms_http_chunk_t){0};
  in->keep_alive = in->head_only = in->expects = false;
  in->status = 0;
  in->why = NULL;
}

bool oms_http_in_begun(const oms_http_in_t *in) {
  return in->head.n > 0 || in->phase != OMS_HTTP_HEAD;
}

static void whole(oms_http_in_t *in) {
  if (in->body.data == NULL && !reserve(&in->body, FIRST_BODY)) {
    oms_http_refuse(in, 503, "out of memory");
    return;
  }
  in->body.data[in->body.n] = '\0';
  in->request.body = in->body.data;
  in->request.body_n = in->body.n;
  in->phase = OMS_HTTP_WHOLE;
}

static void head_done(oms_http_in_t *in) {
  if (!reserve(&in->head, in->head.n * 2 + 1)) {
    oms_http_refuse(in, 503, "out of memory");
    return;
  }
  in->decoded = in->head.data + in->head.n;
  if (!oms_http_head_parse(in) || !oms_http_head_judge(in)) {
    return;
  }
  if (!in->chunked && in->left == 0) {
    whole(in);
    return;
  }
  if (in->left > in->limits->max_body) {
    oms_http_refuse(in, 413, "the body is longer than this server takes");
    return;
  }
  in->phase = OMS_HTTP_BODY;
  /* Room as it comes: who only tells of a large body gets none. */
  size_t now = in->left < KEPT ? (size_t)in->left + 1 : KEPT;
  if (!reserve(&in->body, now)) {
    oms_http_refuse(in, 503, "out of memory");
  }
}

/* Looks at each line's end as it comes. Returns the bytes of the head when its empty line is there,
 * 0 when not yet or refused. */
static size_t find_end(oms_http_in_t *in) {
  const char *text = in->head.data;
  for (;;) {
    const char *at = memchr(text + in->scanned, '\n', in->head.n - in->scanned);
    if (at == NULL) {
      in->scanned = in->head.n;
      return 0;
    }
    size_t i = (size_t)(at - text);
    if (i == 0 || text[i - 1] != '\r') {
      oms_http_refuse(in, 400, "a line of the head does not end in CR LF");
      return 0;
    }
    if (i >= 3 && text[i - 2] == '\n') {
      return i + 1;
    }
    if (i + 1 >= in->head.n) {
      in->scanned = i; /* what follows tells whether the line goes on */
      return 0;
    }
    if (text[i + 1] == ' ' || text[i + 1] == '\t') {
      oms_http_refuse(in, 400, "a header is folded over several lines");
      return 0;
    }
    in->scanned = i + 1;
  }
}

/* Empty lines before a request are no part of it. */
static size_t skip_empty(const oms_http_in_t *in, const char *data, size_t n) {
  size_t i = 0;
  while (in->head.n == 0 && i + 1 < n && data[i] == '\r' && data[i + 1] == '\n') {
    i += 2;
  }
  return i;
}

static bool begins_well(const oms_http_in_t *in) {
  char first = in->head.n == 0 ? 'A' : in->head.data[0];
  return (first >= 'A' && first <= 'Z') || (first == '\r' && in->head.n == 1);
}

static size_t feed_head(oms_http_in_t *in, const char *data, size_t n) {
  if (in->head.n == 1 && in->head.data[0] == '\r' && data[0] == '\n') {
    in->head.n = in->scanned = 0; /* an empty line that came in two pieces */
    return 1;
  }
  size_t skipped = skip_empty(in, data, n);
  size_t before = in->head.n;
  size_t take = n - skipped;
  if (take > in->limits->max_header + 1 - before) {
    take = in->limits->max_header + 1 - before;
  }
  if (!oms_http_text_put(&in->head, data + skipped, take)) {
    oms_http_refuse(in, 503, "out of memory");
    return n;
  }
  if (!begins_well(in)) {
    oms_http_refuse(in, 400, "the request does not begin with a method"); /* TLS, for one */
    return n;
  }
  size_t end = find_end(in);
  if (end == 0) {
    if (in->phase == OMS_HTTP_HEAD && in->head.n > in->limits->max_header) {
      oms_http_refuse(in, 431, "the request line and headers are longer than this server takes");
    }
    return skipped + take;
  }
  in->head.n = end;
  head_done(in);
  return skipped + (end - before);
}

static size_t feed_body(oms_http_in_t *in, const char *data, size_t n) {
  if (in->chunked) {
    size_t used = oms_http_chunk_feed(in, data, n);
    if (in->phase == OMS_HTTP_WHOLE) {
      whole(in);
    }
    return used;
  }
  size_t take = n < in->left ? n : (size_t)in->left;
  if (!oms_http_text_put(&in->body, data, take)) {
    oms_http_refuse(in, 503, "out of memory");
    return n;
  }
  in->left -= take;
  if (in->left == 0) {
    whole(in);
  }
  return take;
}

size_t oms_http_in_feed(oms_http_in_t *in, const char *data, size_t n) {
  size_t used = 0;
  if (in->phase == OMS_HTTP_HEAD) {
    used = feed_head(in, data, n);
  }
  if (in->phase == OMS_HTTP_BODY && used < n) {
    used += feed_body(in, data + used, n - used);
  }
  return used;
}
