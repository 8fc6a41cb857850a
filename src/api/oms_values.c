/* oms_values.c - parameters of scripts: canonical bytes of plain data to JSON and back. The format
 * is that of bind/value.c: 'N', 'F', 'T', 'I' int64, 'D' double, 'S' u32 length and bytes, 'M' u32
 * pairs; integers little-endian. A table whose keys are 1, 2, 3 ... is a list. */
#include <stdlib.h>
#include <string.h>

#include "api/oms_int.h"

enum { DEPTH_MAX = 16, MEMBERS_MAX = 256 };

typedef struct bytes {
  const unsigned char *at, *end;
  bool failed;
} bytes_t;

static uint64_t take(bytes_t *b, size_t n) {
  uint64_t v = 0;
  if ((size_t)(b->end - b->at) < n) {
    b->failed = true;
    b->at = b->end;
    return 0;
  }
  for (size_t i = 0; i < n; i++) {
    v |= (uint64_t)b->at[i] << (8 * i);
  }
  b->at += n;
  return v;
}

static const char *take_text(bytes_t *b, size_t *n) {
  *n = (size_t)take(b, 4);
  if (b->failed || (size_t)(b->end - b->at) < *n) {
    b->failed = true;
    b->at = b->end;
    *n = 0;
  }
  const char *text = (const char *)b->at;
  b->at += *n;
  return text;
}

static double double_of(uint64_t bits) {
  double v;
  memcpy(&v, &bits, sizeof v);
  return v;
}

/* Past one value; 'open' counts those that are still to be passed. */
static void skip(bytes_t *b) {
  size_t n;
  for (uint64_t open = 1; open > 0 && !b->failed; open--) {
    char tag = (char)take(b, 1);
    if (tag == 'I' || tag == 'D') {
      (void)take(b, 8);
    } else if (tag == 'S') {
      (void)take_text(b, &n);
    } else if (tag == 'M') {
      open += 2 * take(b, 4);
    } else if (tag != 'N' && tag != 'F' && tag != 'T') {
      b->failed = true;
    }
  }
}

/* Whether the pairs that begin at 'b' have the keys 1 to n. */
static bool is_list(bytes_t b, uint64_t n) {
  for (uint64_t i = 1; i <= n && !b.failed; i++) {
    if (take(&b, 1) != 'I' || take(&b, 8) != i) {
      return false;
    }
    skip(&b);
  }
  return !b.failed;
}

/* A key as a member's name, cut where it is long; what a name could not hold is '?'. */
static void key_text(bytes_t *b, char out[128]) {
  size_t n;
  char tag = (char)take(b, 1);
  if (tag == 'S') {
    const char *text = take_text(b, &n);
    n = n < 127 ? n : 127;
    for (size_t i = 0; i < n; i++) {
      bool plain = text[i] >= ' ' && text[i] < 0x7f && text[i] != '"' && text[i] != '\\';
      out[i] = (char)(plain ? text[i] : '?');
    }
    out[n] = '\0';
  } else if (tag == 'I') {
    (void)oms_decimal_format((int64_t)take(b, 8), 0, out);
  } else {
    b->at--;
    skip(b);
    memcpy(out, "?", 2);
  }
}

static void write_value(oms_writer_t *w, const char *key, bytes_t *b, int depth);

static void write_table(oms_writer_t *w, const char *key, bytes_t *b, int depth) {
  uint64_t n = take(b, 4);
  bool list = n > 0 && is_list(*b, n);
  if (list) {
    oms_write_list(w, key);
  } else {
    oms_write_object(w, key);
  }
  for (uint64_t i = 0; i < n && !b->failed; i++) {
    char name[128];
    key_text(b, name);
    write_value(w, list ? NULL : name, b, depth + 1);
  }
  if (list) {
    oms_write_list_end(w);
  } else {
    oms_write_object_end(w);
  }
}

static void write_value(oms_writer_t *w, const char *key, bytes_t *b, int depth) {
  size_t n;
  const char *text;
  switch (depth > DEPTH_MAX ? 0 : (char)take(b, 1)) {
  case 'N':
    oms_write_null(w, key);
    break;
  case 'F':
  case 'T':
    oms_write_bool(w, key, b->at[-1] == 'T');
    break;
  case 'I':
    oms_write_int(w, key, (int64_t)take(b, 8));
    break;
  case 'D':
    oms_write_double(w, key, double_of(take(b, 8)));
    break;
  case 'S':
    text = take_text(b, &n);
    oms_write_text_n(w, key, text, n);
    break;
  case 'M':
    write_table(w, key, b, depth);
    break;
  default:
    b->failed = true;
    oms_write_null(w, key);
  }
}

void oms_own_write_values(oms_writer_t *w, const char *key, const unsigned char *bytes, size_t n) {
  bytes_t probe = {bytes, n == 0 ? bytes : bytes + n, false}, b = probe;
  if (n > 0) {
    skip(&probe);
  }
  if (n == 0 || probe.failed || probe.at != probe.end) {
    oms_write_object(w, key);
    oms_write_object_end(w);
    return;
  }
  write_value(w, key, &b, 0);
}

/* Back. */

static void put_number(oms_pack_t *p, char tag, uint64_t v, size_t n) {
  unsigned char raw[9];
  raw[0] = (unsigned char)tag;
  for (size_t i = 0; i < n; i++) {
    raw[i + 1] = (unsigned char)(v >> (8 * i));
  }
  oms_pack_raw(p, raw, n + 1);
}

static void put_text(oms_pack_t *p, const char *text, size_t n) {
  put_number(p, 'S', n, 4);
  oms_pack_raw(p, text, n);
}

/* Whole numbers without point or exponent are Lua's integers, as far as they reach. */
static void put_json_number(oms_pack_t *p, const oms_json_t *v) {
  char text[400];
  uint64_t bits;
  int64_t whole;
  size_t n = v->n < sizeof text - 1 ? v->n : sizeof text - 1;
  memcpy(text, v->text, n);
  text[n] = '\0';
  if (strcspn(text, ".eE") == n && oms_decimal_parse(text, n, 0, &whole) == OMS_OK) {
    put_number(p, 'I', (uint64_t)whole, 8);
    return;
  }
  double d = strtod(text, NULL);
  memcpy(&bits, &d, sizeof bits);
  put_number(p, 'D', bits, 8);
}

static void put_json(oms_pack_t *p, const oms_json_t *v);

static void put_list(oms_pack_t *p, const oms_json_t *v) {
  uint64_t i = 1;
  put_number(p, 'M', v->n, 4);
  for (const oms_json_t *m = oms_json_first(v); m != NULL; m = oms_json_next(v, m)) {
    put_number(p, 'I', i++, 8);
    put_json(p, m);
  }
}

static int by_key(const void *a, const void *b) {
  return strcmp((*(const oms_json_t *const *)a)->key, (*(const oms_json_t *const *)b)->key);
}

/* Canonical order: keys bytewise. More members than there is room for raise 'failed'. */
static void put_object(oms_pack_t *p, const oms_json_t *v) {
  const oms_json_t *members[MEMBERS_MAX];
  size_t n = 0;
  for (const oms_json_t *m = oms_json_first(v); m != NULL; m = oms_json_next(v, m)) {
    if (n == MEMBERS_MAX) {
      p->failed = true;
      return;
    }
    members[n++] = m;
  }
  qsort(members, n, sizeof members[0], by_key);
  put_number(p, 'M', n, 4);
  for (size_t i = 0; i < n; i++) {
    put_text(p, members[i]->key, strlen(members[i]->key));
    put_json(p, members[i]);
  }
}

static void put_json(oms_pack_t *p, const oms_json_t *v) {
  switch ((oms_json_type_t)v->type) {
  case OMS_JSON_NULL:
    oms_pack_raw(p, "N", 1);
    break;
  case OMS_JSON_FALSE:
  case OMS_JSON_TRUE:
    oms_pack_raw(p, v->type == OMS_JSON_TRUE ? "T" : "F", 1);
    break;
  case OMS_JSON_NUMBER:
    put_json_number(p, v);
    break;
  case OMS_JSON_TEXT:
    put_text(p, v->text, v->n);
    break;
  case OMS_JSON_LIST:
    put_list(p, v);
    break;
  case OMS_JSON_OBJECT:
    put_object(p, v);
    break;
  }
}

/* A member of the table that comes out: of the old bytes, or of the JSON. */
typedef struct member {
  const char *key;
  size_t key_n;
  const unsigned char *bytes;
  size_t n;
  const oms_json_t *json;
} member_t;

static int by_name(const void *a, const void *b) {
  const member_t *x = a, *y = b;
  int c = memcmp(x->key, y->key, x->key_n < y->key_n ? x->key_n : y->key_n);
  return c != 0 ? c : x->key_n < y->key_n ? -1 : x->key_n > y->key_n;
}

static member_t *find(member_t *members, size_t n, const char *key, size_t key_n) {
  for (size_t i = 0; i < n; i++) {
    if (members[i].key_n == key_n && memcmp(members[i].key, key, key_n) == 0) {
      return &members[i];
    }
  }
  return NULL;
}

static size_t read_old(const unsigned char *old, size_t old_n, member_t *members) {
  bytes_t b = {old, old_n == 0 ? old : old + old_n, false};
  size_t n = 0;
  if (old_n == 0 || take(&b, 1) != 'M') {
    return 0;
  }
  for (uint64_t pairs = take(&b, 4); pairs > 0 && n < MEMBERS_MAX && !b.failed; pairs--) {
    bool named = b.at < b.end && *b.at == 'S';
    bytes_t key = b;
    skip(&b);
    member_t m = {.bytes = b.at};
    skip(&b);
    m.n = (size_t)(b.at - m.bytes);
    if (named && !b.failed) {
      (void)take(&key, 1);
      m.key = take_text(&key, &m.key_n);
      members[n++] = m;
    }
  }
  return n;
}

int oms_own_merge_values(const unsigned char *old, size_t old_n, const oms_json_t *given,
                         oms_pack_t *out, oms_error_t *err) {
  member_t members[MEMBERS_MAX];
  size_t n = read_old(old, old_n, members), left = 0;
  for (const oms_json_t *m = oms_json_first(given); m != NULL; m = oms_json_next(given, m)) {
    member_t *known = find(members, n, m->key, strlen(m->key));
    if (known == NULL && n == MEMBERS_MAX) {
      return oms_error_set(err, OMS_ERR_USAGE, "more than %d parameters", MEMBERS_MAX);
    }
    known = known == NULL ? &members[n++] : known;
    *known = (member_t){.key = m->key, .key_n = strlen(m->key), .json = m};
  }
  for (size_t i = 0; i < n; i++) {
    if (members[i].json == NULL || members[i].json->type != OMS_JSON_NULL) {
      members[left++] = members[i];
    }
  }
  qsort(members, left, sizeof members[0], by_name);
  put_number(out, 'M', left, 4);
  for (size_t i = 0; i < left; i++) {
    put_text(out, members[i].key, members[i].key_n);
    if (members[i].json != NULL) {
      put_json(out, members[i].json);
    } else {
      oms_pack_raw(out, members[i].bytes, members[i].n);
    }
  }
  return out->failed ? oms_error_set(err, OMS_ERR_NOMEM, "the parameters are too many") : OMS_OK;
}
