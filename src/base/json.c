/* json.c - the reader of JSON: one pass over the text, values in a flat array, each with the length
 * of its part of it. Texts are decoded where they stand: they never grow by that. */
#include "base/json.h"

#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/containers.h"
#include "base/hash.h"

enum { FEW_NAMES = 16 }; /* looked through one by one */

struct reader {
  oms_json_room_t *room;
  char *text, *at, *end;
  uint32_t open[OMS_JSON_DEPTH_MAX]; /* lists and objects around the present place */
  uint32_t depth;
  oms_error_t *err;
};

void oms_json_free(oms_json_room_t *room) {
  oms_free(room->values);
  *room = (oms_json_room_t){0};
}

static int wrong(const struct reader *r, int code, const char *what) {
  return oms_error_set(r->err, code, "%s at byte %zu", what, (size_t)(r->at - r->text) + 1);
}

static void skip_space(struct reader *r) {
  while (r->at < r->end && (*r->at == ' ' || *r->at == '\n' || *r->at == '\t' || *r->at == '\r')) {
    r->at++;
  }
}

static int add(struct reader *r, oms_json_type_t type, oms_json_t **out) {
  oms_json_room_t *room = r->room;
  if (room->n == OMS_JSON_VALUES_MAX) {
    return wrong(r, OMS_ERR_RANGE, "the JSON has too many values");
  }
  if (room->n == room->cap) {
    uint32_t cap = room->cap == 0 ? 64 : room->cap * 2;
    oms_json_t *more = oms_realloc(room->values, cap * sizeof(*more));
    if (more == NULL) {
      return OMS_ERR_NOMEM;
    }
    room->values = more;
    room->cap = cap;
  }
  *out = &room->values[room->n++];
  **out = (oms_json_t){.type = (uint8_t)type, .span = 1};
  return OMS_OK;
}

static int hex4(const char *s, const char *end, uint32_t *out) {
  uint32_t v = 0;
  if (end - s < 4) {
    return OMS_ERR_PARSE;
  }
  for (int i = 0; i < 4; i++) {
    char c = s[i];
    uint32_t digit;
    if (c >= '0' && c <= '9') {
      digit = (uint32_t)(c - '0');
    } else if ((c | 32) >= 'a' && (c | 32) <= 'f') {
      digit = (uint32_t)((c | 32) - 'a') + 10;
    } else {
      return OMS_ERR_PARSE;
    }
    v = v * 16 + digit;
  }
  *out = v;
  return OMS_OK;
}

static char *put_utf8(char *to, uint32_t c) {
  if (c < 0x80) {
    *to++ = (char)c;
  } else if (c < 0x800) {
    *to++ = (char)(0xc0 | c >> 6);
    *to++ = (char)(0x80 | (c & 63));
  } else if (c < 0x10000) {
    *to++ = (char)(0xe0 | c >> 12);
    *to++ = (char)(0x80 | (c >> 6 & 63));
    *to++ = (char)(0x80 | (c & 63));
  } else {
    *to++ = (char)(0xf0 | c >> 18);
    *to++ = (char)(0x80 | (c >> 12 & 63));
    *to++ = (char)(0x80 | (c >> 6 & 63));
    *to++ = (char)(0x80 | (c & 63));
  }
  return to;
}

/* Behind "\u". */
static int read_unicode(struct reader *r, char **to) {
  uint32_t c, low;
  if (hex4(r->at, r->end, &c) != OMS_OK || c == 0 || (c >= 0xdc00 && c < 0xe000)) {
    return wrong(r, OMS_ERR_PARSE, "a character code that cannot be used");
  }
  r->at += 4;
  if (c >= 0xd800 && c < 0xdc00) {
    if (r->end - r->at < 6 || r->at[0] != '\\' || r->at[1] != 'u' ||
        hex4(r->at + 2, r->end, &low) != OMS_OK || low < 0xdc00 || low >= 0xe000) {
      return wrong(r, OMS_ERR_PARSE, "half of a character code");
    }
    r->at += 6;
    c = 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00);
  }
  *to = put_utf8(*to, c);
  return OMS_OK;
}

static int read_escape(struct reader *r, char **to) {
  static const char from[] = "\"\\/bfnrt", into[] = "\"\\/\b\f\n\r\t";
  char c = r->at < r->end ? *r->at : '\0';
  const char *known = c == '\0' ? NULL : strchr(from, c);
  if (c == 'u') {
    r->at++;
    return read_unicode(r, to);
  }
  if (known == NULL) {
    return wrong(r, OMS_ERR_PARSE, "an unknown escape in a text");
  }
  r->at++;
  *(*to)++ = into[known - from];
  return OMS_OK;
}

/* Length of the UTF-8 character at 's'; 0: it is none. */
static size_t utf8_length(const char *s, const char *end) {
  const unsigned char *u = (const unsigned char *)s;
  size_t n = u[0] < 0x80                    ? 1
             : u[0] >= 0xc2 && u[0] <= 0xdf ? 2
             : u[0] >= 0xe0 && u[0] <= 0xef ? 3
             : u[0] >= 0xf0 && u[0] <= 0xf4 ? 4
                                            : 0;
  if (n == 0 || (size_t)(end - s) < n) {
    return 0;
  }
  for (size_t i = 1; i < n; i++) {
    if ((u[i] & 0xc0) != 0x80) {
      return 0;
    }
  }
  bool bad = (u[0] == 0xe0 && u[1] < 0xa0) || (u[0] == 0xed && u[1] > 0x9f) ||
             (u[0] == 0xf0 && u[1] < 0x90) || (u[0] == 0xf4 && u[1] > 0x8f);
  return bad ? 0 : n;
}

/* At the opening quote; the text ends with a NUL where its closing quote stood, or before. */
static int read_text(struct reader *r, const char **out, uint32_t *n) {
  char *to = ++r->at;
  char *start = to;
  for (;;) {
    size_t plain = oms_json_plain(r->at, (size_t)(r->end - r->at));
    if (to != r->at) {
      memmove(to, r->at, plain);
    }
    to += plain;
    r->at += plain;
    if (r->at == r->end || *r->at == '"') {
      break;
    }
    unsigned char c = (unsigned char)*r->at;
    if (c == '\\') {
      r->at++;
      int rc = read_escape(r, &to);
      if (rc != OMS_OK) {
        return rc;
      }
      continue;
    }
    size_t length = c < 0x20 ? 0 : utf8_length(r->at, r->end);
    if (length == 0) {
      return wrong(r, OMS_ERR_PARSE, "a byte that no text may hold");
    }
    memmove(to, r->at, length);
    to += length;
    r->at += length;
  }
  if (r->at == r->end) {
    return wrong(r, OMS_ERR_PARSE, "a text without an end");
  }
  r->at++;
  *to = '\0';
  *out = start;
  *n = (uint32_t)(to - start);
  return OMS_OK;
}

static size_t digits(const char *s, const char *end) {
  size_t n = 0;
  while (s + n < end && s[n] >= '0' && s[n] <= '9') {
    n++;
  }
  return n;
}

static int read_number(struct reader *r, oms_json_t *v) {
  const char *s = r->at, *p = s + (*s == '-'), *end = r->end;
  size_t whole = digits(p, end), part = 1;
  bool good = whole > 0 && (whole == 1 || *p != '0');
  p += whole;
  if (p < end && *p == '.') {
    part = digits(p + 1, end);
    p += 1 + part;
  }
  good = good && part > 0;
  if (p < end && (*p == 'e' || *p == 'E')) {
    p += 1 + (p + 1 < end && (p[1] == '+' || p[1] == '-'));
    part = digits(p, end);
    good = good && part > 0;
    p += part;
  }
  if (!good) {
    return wrong(r, OMS_ERR_PARSE, "not a number of JSON");
  }
  v->text = s;
  v->n = (uint32_t)(p - s);
  r->at += p - s;
  return OMS_OK;
}

static bool take_word(struct reader *r, const char *word) {
  size_t n = strlen(word);
  if ((size_t)(r->end - r->at) < n || memcmp(r->at, word, n) != 0) {
    return false;
  }
  r->at += n;
  return true;
}

/* A value that holds no others, or the beginning of one that does. */
static int read_value(struct reader *r, const char *key) {
  oms_json_t *v;
  int rc = add(r, OMS_JSON_NULL, &v);
  if (rc != OMS_OK) {
    return rc;
  }
  v->key = key;
  char c = r->at < r->end ? *r->at : '\0';
  if (c == '{' || c == '[') {
    if (r->depth == OMS_JSON_DEPTH_MAX) {
      return wrong(r, OMS_ERR_RANGE, "the JSON is nested too deep");
    }
    v->type = c == '{' ? OMS_JSON_OBJECT : OMS_JSON_LIST;
    r->open[r->depth++] = r->room->n - 1;
    r->at++;
    return OMS_OK;
  }
  if (c == '"') {
    v->type = OMS_JSON_TEXT;
    return read_text(r, &v->text, &v->n);
  }
  if (c == '-' || (c >= '0' && c <= '9')) {
    v->type = OMS_JSON_NUMBER;
    return read_number(r, v);
  }
  if (take_word(r, "true")) {
    v->type = OMS_JSON_TRUE;
  } else if (take_word(r, "false")) {
    v->type = OMS_JSON_FALSE;
  } else if (!take_word(r, "null")) {
    return wrong(r, OMS_ERR_PARSE, r->at == r->end ? "the JSON ends early" : "not JSON");
  }
  return OMS_OK;
}

static int read_key(struct reader *r, uint32_t object, const char **key) {
  uint32_t n;
  if (r->at == r->end || *r->at != '"') {
    return wrong(r, OMS_ERR_PARSE, "a name in quotes is missing");
  }
  int rc = read_text(r, key, &n);
  if (rc != OMS_OK) {
    return rc;
  }
  const oms_json_t *o = &r->room->values[object];
  if (o->n == OMS_JSON_MEMBERS_MAX) {
    return wrong(r, OMS_ERR_RANGE, "an object with too many members");
  }
  skip_space(r);
  if (r->at == r->end || *r->at != ':') {
    return wrong(r, OMS_ERR_PARSE, "a colon is missing");
  }
  r->at++;
  skip_space(r);
  return OMS_OK;
}

/* Closes what is open as long as its end stands here; '*more': another part follows. */
static int close_open(struct reader *r, bool *more) {
  for (*more = false; r->depth > 0; r->depth--) {
    oms_json_t *v = &r->room->values[r->open[r->depth - 1]];
    skip_space(r);
    char c = r->at < r->end ? *r->at : '\0';
    if (c == ',' && v->n > 0) {
      r->at++;
      skip_space(r);
      *more = true;
      return OMS_OK;
    }
    if (c != (v->type == OMS_JSON_OBJECT ? '}' : ']')) {
      *more = v->n == 0; /* the first part */
      return *more ? OMS_OK : wrong(r, OMS_ERR_PARSE, "a comma or an end is missing");
    }
    r->at++;
    v->span = r->room->n - r->open[r->depth - 1];
  }
  return OMS_OK;
}

static int twice(const struct reader *r, const char *name) {
  return oms_error_set(r->err, OMS_ERR_PARSE, "the name '%.60s' stands twice in an object", name);
}

static int check_few_names(const struct reader *r, const oms_json_t *o) {
  for (const oms_json_t *a = oms_json_first(o); a != NULL; a = oms_json_next(o, a)) {
    for (const oms_json_t *b = o + 1; b < a; b += b->span) {
      if (a->key[0] == b->key[0] && strcmp(a->key, b->key) == 0) {
        return twice(r, a->key);
      }
    }
  }
  return OMS_OK;
}

static int check_many_names(const struct reader *r, const oms_json_t *o, oms_map_t *seen) {
  int rc = oms_map_init(seen, o->n);
  for (const oms_json_t *a = oms_json_first(o); a != NULL && rc == OMS_OK;
       a = oms_json_next(o, a)) {
    uint64_t hash = oms_hash64(a->key, strlen(a->key), 0);
    size_t at = SIZE_MAX;
    uint32_t other;
    while (oms_map_next(seen, hash, &at, &other)) {
      if (strcmp(o[other].key, a->key) == 0) {
        return twice(r, a->key);
      }
    }
    rc = oms_map_put(seen, hash, (uint32_t)(a - o));
  }
  return rc;
}

/* A name that stands twice would mean one thing here and another thing elsewhere. */
static int check_names(const struct reader *r) {
  const oms_json_room_t *room = r->room;
  int rc = OMS_OK;
  for (uint32_t i = 0; i < room->n && rc == OMS_OK; i++) {
    const oms_json_t *o = &room->values[i];
    if (o->type == OMS_JSON_OBJECT && o->n <= FEW_NAMES) {
      rc = check_few_names(r, o);
    } else if (o->type == OMS_JSON_OBJECT) {
      oms_map_t seen = {0};
      rc = check_many_names(r, o, &seen);
      oms_map_free(&seen);
    }
  }
  return rc;
}

static int read_all(struct reader *r) {
  bool more = true;
  const char *key = NULL;
  int rc = OMS_OK;
  skip_space(r);
  while (rc == OMS_OK && more) {
    if (r->depth > 0) {
      uint32_t around = r->open[r->depth - 1];
      key = NULL;
      rc = r->room->values[around].type == OMS_JSON_OBJECT ? read_key(r, around, &key) : OMS_OK;
      r->room->values[around].n++;
    }
    if (rc == OMS_OK) {
      rc = read_value(r, key);
    }
    if (rc == OMS_OK) {
      rc = close_open(r, &more);
    }
  }
  skip_space(r);
  if (rc == OMS_OK && r->at < r->end) {
    rc = wrong(r, OMS_ERR_PARSE, "something follows the JSON");
  }
  return rc == OMS_OK ? check_names(r) : rc;
}

int oms_json_read(oms_json_room_t *room, char *text, size_t n, const oms_json_t **root,
                  oms_error_t *err) {
  struct reader r = {.room = room, .text = text, .at = text, .end = text + n, .err = err};
  room->n = 0;
  int rc = read_all(&r);
  if (rc == OMS_OK) {
    *root = room->values;
  }
  return rc;
}

const oms_json_t *oms_json_get(const oms_json_t *object, const char *key) {
  if (object == NULL || object->type != OMS_JSON_OBJECT) {
    return NULL;
  }
  const oms_json_t *m = oms_json_first(object);
  while (m != NULL && (m->key[0] != key[0] || strcmp(m->key, key) != 0)) {
    m = oms_json_next(object, m);
  }
  return m;
}

const char *oms_json_get_text(const oms_json_t *object, const char *key) {
  const oms_json_t *v = oms_json_get(object, key);
  return v != NULL && v->type == OMS_JSON_TEXT ? v->text : NULL;
}

const char *oms_json_what(const oms_json_t *v) {
  static const char *const texts[] = {"null",   "false",  "true",     "a number",
                                      "a text", "a list", "an object"};
  return texts[v->type];
}

/* Whether a decimal text has more places behind the point than 'decimals', zeros aside. */
static bool too_fine(const char *s, size_t n, int decimals, int64_t v) {
  char back[24];
  int64_t finer;
  int more = decimals + 9 > 18 ? 18 : decimals + 9;
  oms_decimal_format(v, decimals, back);
  if (oms_decimal_parse(s, n, more, &finer) != OMS_OK) {
    return false; /* too large for the finer scale: its places are the next check's */
  }
  int64_t scale = 1;
  for (int i = decimals; i < more; i++) {
    scale *= 10;
  }
  return finer % scale != 0;
}

/* Digits behind the point that are not zero, of a text without exponent. */
static int places(const char *s, size_t n) {
  const char *point = memchr(s, '.', n);
  size_t last = n;
  if (point == NULL || memchr(s, 'e', n) != NULL || memchr(s, 'E', n) != NULL) {
    return 0;
  }
  while (s[last - 1] == '0') {
    last--;
  }
  return (int)(s + last - point - 1);
}

int oms_json_decimal(const oms_json_t *v, int decimals, int64_t *out) {
  int64_t value;
  if (v->type != OMS_JSON_NUMBER && v->type != OMS_JSON_TEXT) {
    return OMS_ERR_PARSE;
  }
  int rc = v->n > 64 ? OMS_ERR_OVERFLOW : oms_decimal_parse(v->text, v->n, decimals, &value);
  if (rc != OMS_OK) {
    return rc;
  }
  if (places(v->text, v->n) > decimals || too_fine(v->text, v->n, decimals, value)) {
    return OMS_ERR_RANGE;
  }
  *out = value;
  return OMS_OK;
}
