/* http_chunk.c - a body in chunks. Sizes, extensions and trailers are read to their ends and
 * dropped; a line that does not end in CR LF, an empty or overlong size, and missing CR LF behind a
 * chunk are refused. */
#include "net/http_in.h"

enum {
  SIZE_FIRST, /* a digit must come */
  SIZE_MORE,
  EXTENSION,
  SIZE_LF,
  DATA,
  DATA_CR,
  DATA_LF,
  TRAILER_START, /* CR here is the end */
  TRAILER,
  TRAILER_LF,
  END_LF
};

static int digit(char c) {
  if (c >= '0' && c <= '9') {
    return c - '0';
  }
  if (c >= 'a' && c <= 'f') {
    return c - 'a' + 10;
  }
  return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

static bool bad(oms_http_in_t *in) {
  return oms_http_refuse(in, 400, "a chunk of the body is not well formed");
}

static bool too_long(oms_http_in_t *in) {
  return oms_http_refuse(in, 413, "the body is longer than this server takes");
}

static bool size(oms_http_in_t *in, char c) {
  oms_http_chunk_t *k = &in->chunk;
  int d = digit(c);
  if (d >= 0) {
    k->left = k->left * 16 + (uint64_t)d;
    k->state = SIZE_MORE;
    return k->left + in->body.n <= in->limits->max_body || too_long(in);
  }
  if (k->state == SIZE_FIRST || (c != '\r' && c != ';')) {
    return bad(in);
  }
  k->state = c == '\r' ? SIZE_LF : EXTENSION;
  return true;
}

/* A byte within an extension or trailer: no control character but a tab. */
static bool within(oms_http_in_t *in, char c, int at_cr) {
  if (c == '\r') {
    in->chunk.state = at_cr;
    return true;
  }
  return (c == '\t' || ((unsigned char)c >= 0x20 && c != 0x7f)) || bad(in);
}

static bool expect(oms_http_in_t *in, char c, char wanted, int next) {
  in->chunk.state = next;
  return c == wanted || bad(in);
}

/* A byte that is no content. */
static bool step(oms_http_in_t *in, char c) {
  oms_http_chunk_t *k = &in->chunk;
  if (++k->extra > in->limits->max_header) {
    return oms_http_refuse(in, 431, "the lines between chunks are longer than this server takes");
  }
  switch (k->state) {
  case SIZE_FIRST:
  case SIZE_MORE:
    return size(in, c);
  case EXTENSION:
    return within(in, c, SIZE_LF);
  case SIZE_LF:
    if (k->left > 0) {
      k->extra = 0;
    }
    return expect(in, c, '\n', k->left > 0 ? DATA : TRAILER_START);
  case DATA_CR:
    return expect(in, c, '\r', DATA_LF);
  case DATA_LF:
    return expect(in, c, '\n', SIZE_FIRST);
  case TRAILER_START:
    if (c == ' ' || c == '\t') {
      return bad(in);
    }
    k->state = TRAILER;
    return within(in, c, END_LF);
  case TRAILER:
    return within(in, c, TRAILER_LF);
  case TRAILER_LF:
    return expect(in, c, '\n', TRAILER_START);
  default: /* END_LF */
    in->phase = OMS_HTTP_WHOLE;
    return c == '\n' || bad(in);
  }
}

size_t oms_http_chunk_feed(oms_http_in_t *in, const char *data, size_t n) {
  size_t i = 0;
  while (i < n && in->phase == OMS_HTTP_BODY) {
    if (in->chunk.state != DATA) {
      step(in, data[i++]);
      continue;
    }
    size_t take = n - i < in->chunk.left ? n - i : (size_t)in->chunk.left;
    if (!oms_http_text_put(&in->body, data + i, take)) {
      oms_http_refuse(in, 503, "out of memory");
      break;
    }
    i += take;
    in->chunk.left -= take;
    if (in->chunk.left == 0) {
      in->chunk.state = DATA_CR;
    }
  }
  return i;
}
