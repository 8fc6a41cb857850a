/* bundle.c - the bytes of a bundle.
 *
 *   moondesk bundle 1\n        the format's name and version
 *   KIND LENGTH\n BYTES \n     records, in any order; a kind that is not known is left out
 *   end 32\n DIGEST \n         the last one: XXH3-128 of all bytes before it, in hex
 *
 * KIND is 1 to 16 of [a-z], LENGTH a decimal number of bytes. BYTES hold fields with a NUL between
 * them:
 *   argument  TEXT                one a record, in order: the command and what followed it
 *   script    PATH NUL CONTENT    CONTENT may hold anything; PATH is as it was opened, or below
 *                                 library: for scripts of the installed library
 *   data      PATH NUL SIZE NUL DIGEST   XXH3-128 of the stored bytes; SIZE -1: no regular file
 *   fact, setting, result, summary   NAME NUL VALUE
 *
 * Texts are UTF-8 where the scripts are. Nothing of the environment is in it. */
#include "host/bundle.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/check.h"
#include "base/fixed.h"
#include "base/hash.h"

static const char head[] = "moondesk bundle 1\n";
#define KIND_MAX   16
#define DIGEST_HEX 32

void oms_bundle_init(oms_bundle_t *b) {
  *b = (oms_bundle_t){.arena = {NULL}};
  oms_files_init(&b->sources);
  oms_array_init(&b->arguments, sizeof(const char *));
  oms_array_init(&b->data, sizeof(oms_bundle_data_t));
  oms_array_t *pairs[] = {&b->facts, &b->settings, &b->results, &b->summary};
  for (size_t i = 0; i < OMS_COUNT(pairs); i++) {
    oms_array_init(pairs[i], sizeof(oms_bundle_pair_t));
  }
}

void oms_bundle_free(oms_bundle_t *b) {
  oms_files_free(&b->sources);
  oms_array_t *lists[] = {&b->arguments, &b->data,    &b->facts,
                          &b->settings,  &b->results, &b->summary};
  for (size_t i = 0; i < OMS_COUNT(lists); i++) {
    oms_array_free(lists[i]);
  }
  oms_arena_free(&b->arena);
}

int oms_bundle_put(oms_bundle_t *b, oms_array_t *list, const char *name, const char *value) {
  oms_bundle_pair_t pair = {oms_arena_text(&b->arena, name, strlen(name)),
                            oms_arena_text(&b->arena, value, strlen(value))};
  bool all = pair.name != NULL && pair.value != NULL;
  return all ? oms_array_push(list, &pair) : OMS_ERR_NOMEM;
}

const char *oms_bundle_get(const oms_array_t *list, const char *name) {
  for (size_t i = 0; i < list->n; i++) {
    const oms_bundle_pair_t *pair = OMS_AT(list, oms_bundle_pair_t, i);
    if (strcmp(pair->name, name) == 0) {
      return pair->value;
    }
  }
  return NULL;
}

void oms_bundle_library_path(const char *path, const char *library, char *out, size_t n) {
  size_t length = strlen(library);
  if (length > 0 && strncmp(path, library, length) == 0 && path[length] == '/') {
    snprintf(out, n, "%s%s", OMS_BUNDLE_LIBRARY, path + length);
  } else {
    snprintf(out, n, "%s", path);
  }
}

/* Encoding. */

typedef struct writer {
  char *bytes;
  size_t n, cap;
  bool failed;
} writer_t;

static void put(writer_t *w, const void *data, size_t n) {
  if (!w->failed && w->cap - w->n < n) {
    size_t cap = w->cap * 2 + n + 4096;
    char *grown = oms_realloc(w->bytes, cap);
    w->failed = grown == NULL;
    w->bytes = grown != NULL ? grown : w->bytes;
    w->cap = grown != NULL ? cap : w->cap;
  }
  if (!w->failed && n > 0) {
    memcpy(w->bytes + w->n, data, n);
    w->n += n;
  }
}

/* A record of two fields; 'a' NULL: of one. */
static void put_record(writer_t *w, const char *kind, const char *a, const char *b, size_t b_n) {
  char line[64];
  size_t a_n = a != NULL ? strlen(a) + 1 : 0;
  int n = snprintf(line, sizeof line, "%s %zu\n", kind, a_n + b_n);
  put(w, line, (size_t)n);
  put(w, a, a_n);
  put(w, b, b_n);
  put(w, "\n", 1);
}

static void put_pairs(writer_t *w, const char *kind, const oms_array_t *list) {
  for (size_t i = 0; i < list->n; i++) {
    const oms_bundle_pair_t *pair = OMS_AT(list, oms_bundle_pair_t, i);
    put_record(w, kind, pair->name, pair->value, strlen(pair->value));
  }
}

int oms_bundle_encode(const oms_bundle_t *b, char **bytes, size_t *n) {
  writer_t w = {.bytes = NULL};
  char digest[DIGEST_HEX + 1], line[64];
  put(&w, head, sizeof head - 1);
  put_pairs(&w, "fact", &b->facts);
  for (size_t i = 0; i < b->arguments.n; i++) {
    const char *text = *OMS_AT(&b->arguments, const char *, i);
    put_record(&w, "argument", NULL, text, strlen(text));
  }
  put_pairs(&w, "setting", &b->settings);
  for (size_t i = 0; i < b->data.n; i++) {
    const oms_bundle_data_t *d = OMS_AT(&b->data, oms_bundle_data_t, i);
    int length = snprintf(line, sizeof line, "%" PRId64 "%c%s", d->size, '\0', d->digest);
    put_record(&w, "data", d->path, line, (size_t)length);
  }
  put_pairs(&w, "result", &b->results);
  put_pairs(&w, "summary", &b->summary);
  for (size_t i = 0; i < b->sources.list.n; i++) {
    const oms_file_t *file = OMS_AT(&b->sources.list, oms_file_t, i);
    if (file->text != NULL) {
      put_record(&w, "script", file->path, file->text, file->n);
    }
  }
  if (!w.failed) {
    oms_hash_hex(w.bytes, w.n, digest);
    put_record(&w, "end", NULL, digest, DIGEST_HEX);
  }
  if (w.failed) {
    oms_free(w.bytes);
    return OMS_ERR_NOMEM;
  }
  *bytes = w.bytes;
  *n = w.n;
  return OMS_OK;
}

/* Decoding. */

typedef struct reader {
  oms_bundle_t *b;
  const char *bytes;
  size_t n, at;
  oms_error_t *err;
} reader_t;

typedef struct record {
  char kind[KIND_MAX + 1];
  const char *bytes;
  size_t n;
  size_t at; /* where it begins */
} record_t;

static int damaged(const reader_t *r, size_t at, const char *what) {
  return oms_error_set(r->err, OMS_ERR_DATA, "the bundle is damaged at byte %zu: %s", at, what);
}

/* "KIND LENGTH\n" */
static int read_line(reader_t *r, record_t *out, size_t *length) {
  const char *p = r->bytes + r->at, *end = r->bytes + r->n;
  size_t k = 0;
  *length = 0;
  for (; p < end && *p >= 'a' && *p <= 'z'; p++) {
    if (k == KIND_MAX) {
      return damaged(r, r->at, "the name of a record is too long");
    }
    out->kind[k++] = *p;
  }
  out->kind[k] = '\0';
  if (k == 0 || p == end || *p++ != ' ') {
    return damaged(r, r->at, "a record should begin here");
  }
  const char *digits = p;
  for (; p < end && *p >= '0' && *p <= '9' && p - digits < 12; p++) {
    *length = *length * 10 + (size_t)(*p - '0');
  }
  if (p == digits || p == end || *p++ != '\n') {
    return damaged(r, r->at, "the length of a record is no number");
  }
  r->at = (size_t)(p - r->bytes);
  return OMS_OK;
}

static int read_record(reader_t *r, record_t *out) {
  size_t length;
  out->at = r->at;
  int rc = read_line(r, out, &length);
  if (rc != OMS_OK) {
    return rc;
  }
  if (r->n - r->at < length || r->n - r->at - length < 1 || r->bytes[r->at + length] != '\n') {
    return damaged(r, out->at, "a record goes beyond its end");
  }
  out->bytes = r->bytes + r->at;
  out->n = length;
  r->at += length + 1;
  return OMS_OK;
}

/* The text of the record up to its first NUL as a copy, and what is behind it. */
static int first_field(const reader_t *r, const record_t *in, const char **name, record_t *rest) {
  const char *nul = memchr(in->bytes, '\0', in->n);
  if (nul == NULL || nul == in->bytes) {
    return damaged(r, in->at, "a record has no name");
  }
  *name = oms_arena_text(&r->b->arena, in->bytes, (size_t)(nul - in->bytes));
  rest->bytes = nul + 1;
  rest->n = in->n - (size_t)(nul + 1 - in->bytes);
  rest->at = in->at;
  return *name == NULL ? OMS_ERR_NOMEM : OMS_OK;
}

static int take_text(const reader_t *r, const record_t *in, const char **out) {
  if (memchr(in->bytes, '\0', in->n) != NULL) {
    return damaged(r, in->at, "a text has a NUL in it");
  }
  *out = oms_arena_text(&r->b->arena, in->bytes, in->n);
  return *out == NULL ? OMS_ERR_NOMEM : OMS_OK;
}

static int take_pair(const reader_t *r, const record_t *in, oms_array_t *list) {
  oms_bundle_pair_t pair = {NULL, NULL};
  record_t rest;
  int rc = first_field(r, in, &pair.name, &rest);
  if (rc == OMS_OK) {
    rc = take_text(r, &rest, &pair.value);
  }
  return rc == OMS_OK ? oms_array_push(list, &pair) : rc;
}

static bool is_digest(const record_t *in) {
  bool hex = in->n == DIGEST_HEX;
  for (size_t i = 0; hex && i < in->n; i++) {
    hex = in->bytes[i] != '\0' && strchr("0123456789abcdef", in->bytes[i]) != NULL;
  }
  return hex;
}

static int take_data(const reader_t *r, const record_t *in) {
  oms_bundle_data_t d = {.size = 0};
  record_t rest, digest;
  const char *size;
  int rc = first_field(r, in, &d.path, &rest);
  if (rc == OMS_OK) {
    rc = first_field(r, &rest, &size, &digest);
  }
  if (rc != OMS_OK) {
    return rc;
  }
  if (!is_digest(&digest) || oms_decimal_parse(size, strlen(size), 0, &d.size) != OMS_OK ||
      d.size < -1) {
    return damaged(r, in->at, "a data file needs its size and hash");
  }
  memcpy(d.digest, digest.bytes, DIGEST_HEX);
  return oms_array_push(&r->b->data, &d);
}

static int take_script(const reader_t *r, const record_t *in) {
  const char *path;
  record_t rest;
  int rc = first_field(r, in, &path, &rest);
  return rc == OMS_OK ? oms_files_add(&r->b->sources, path, rest.bytes, rest.n) : rc;
}

static int take_record(const reader_t *r, const record_t *in) {
  oms_bundle_t *b = r->b;
  const struct {
    const char *kind;
    oms_array_t *list;
  } pairs[] = {
      {"fact",    &b->facts   },
      {"setting", &b->settings},
      {"result",  &b->results },
      {"summary", &b->summary }
  };
  for (size_t i = 0; i < OMS_COUNT(pairs); i++) {
    if (strcmp(in->kind, pairs[i].kind) == 0) {
      return take_pair(r, in, pairs[i].list);
    }
  }
  if (strcmp(in->kind, "argument") == 0) {
    const char *text;
    int rc = take_text(r, in, &text);
    return rc == OMS_OK ? oms_array_push(&b->arguments, &text) : rc;
  }
  if (strcmp(in->kind, "data") == 0) {
    return take_data(r, in);
  }
  return strcmp(in->kind, "script") == 0 ? take_script(r, in) : OMS_OK;
}

static int check_end(const reader_t *r, const record_t *end) {
  char digest[DIGEST_HEX + 1];
  if (end->n != DIGEST_HEX || r->at != r->n) {
    return damaged(r, end->at, "there is more behind its end");
  }
  oms_hash_hex(r->bytes, end->at, digest);
  if (memcmp(digest, end->bytes, DIGEST_HEX) != 0) {
    return oms_error_set(r->err, OMS_ERR_DATA,
                         "the bundle is damaged: its content has the checksum %s, its end says "
                         "%.32s",
                         digest, end->bytes);
  }
  if (r->b->arguments.n == 0) {
    return damaged(r, end->at, "it does not say how the run was asked for");
  }
  return OMS_OK;
}

int oms_bundle_decode(oms_bundle_t *b, const char *bytes, size_t n, oms_error_t *err) {
  reader_t r = {.b = b, .bytes = bytes, .n = n, .at = sizeof head - 1, .err = err};
  static const char name[] = "moondesk bundle ";
  if (n < sizeof head - 1 || memcmp(bytes, head, sizeof head - 1) != 0) {
    bool other = n >= sizeof name && memcmp(bytes, name, sizeof name - 1) == 0;
    return oms_error_set(err, OMS_ERR_DATA, "%s",
                         other ? "it is a bundle of another version of the format; this program "
                                 "reads version 1"
                               : "it is no bundle of a run");
  }
  for (;;) {
    record_t record;
    int rc = read_record(&r, &record);
    if (rc == OMS_OK && strcmp(record.kind, "end") == 0) {
      return check_end(&r, &record);
    }
    if (rc == OMS_OK) {
      rc = take_record(&r, &record);
    }
    if (rc != OMS_OK) {
      return rc == OMS_ERR_NOMEM ? oms_error_set(err, rc, "out of memory for the bundle") : rc;
    }
  }
}
