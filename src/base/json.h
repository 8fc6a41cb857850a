/* json.h - JSON in and out. The reader is strict (RFC 8259), keeps numbers as the text they are, so
 * that decimals stay exact, and is bounded in depth and size; the writer makes compact texts. */
#ifndef OMS_BASE_JSON_H
#define OMS_BASE_JSON_H

#include "base/fixed.h"

enum {
  OMS_JSON_DEPTH_MAX = 16,
  OMS_JSON_VALUES_MAX = 262144,
  OMS_JSON_MEMBERS_MAX = 65536 /* of one object */
};

typedef enum oms_json_type {
  OMS_JSON_NULL,
  OMS_JSON_FALSE,
  OMS_JSON_TRUE,
  OMS_JSON_NUMBER,
  OMS_JSON_TEXT,
  OMS_JSON_LIST,
  OMS_JSON_OBJECT
} oms_json_type_t;

/* A value; what is inside of a list or object follows it. Texts have a NUL behind them and none
 * inside, numbers have none behind them. */
typedef struct oms_json {
  uint8_t type;    /* oms_json_type_t */
  uint32_t n;      /* bytes of a text or number, parts of a list, members of an object */
  uint32_t span;   /* values from here to behind it, itself included */
  const char *key; /* of a member; NULL else */
  const char *text;
} oms_json_t;

/* Room for values, kept from one text to the next. Zero-initialised is empty. */
typedef struct oms_json_room {
  oms_json_t *values;
  uint32_t n, cap;
} oms_json_room_t;
void oms_json_free(oms_json_room_t *room);

/* Reads [text, text + n), which is changed in place and must stay; 'text[n]' must be writable. The
 * value in '*root' until the next call with the room. OMS_ERR_PARSE with a sentence that names the
 * byte, OMS_ERR_RANGE: too deep or too large, OMS_ERR_NOMEM. */
int oms_json_read(oms_json_room_t *room, char *text, size_t n, const oms_json_t **root,
                  oms_error_t *err);
/* The member of that key, NULL when there is none, or 'object' is none. */
const oms_json_t *oms_json_get(const oms_json_t *object, const char *key);
/* The text of that member; NULL when there is none, or it is no text. */
const char *oms_json_get_text(const oms_json_t *object, const char *key);
/* The first part of a list or object, NULL without parts; then the next one. */
static inline const oms_json_t *oms_json_first(const oms_json_t *of) {
  return of->n > 0 && of->type >= OMS_JSON_LIST ? of + 1 : NULL;
}
static inline const oms_json_t *oms_json_next(const oms_json_t *of, const oms_json_t *part) {
  const oms_json_t *next = part + part->span;
  return next < of + of->span ? next : NULL;
}
/* "a number", "an object" ... for messages. Static. */
const char *oms_json_what(const oms_json_t *v);
/* A number, or a text that holds one, as an integer of 'decimals' places. OMS_ERR_PARSE: it is no
 * number; OMS_ERR_RANGE: it has more places; OMS_ERR_OVERFLOW. */
int oms_json_decimal(const oms_json_t *v, int decimals, int64_t *out);

/* A growing text. Zero-initialised is empty; free with oms_writer_free. What does not fit raises
 * 'failed', which is asked once at the end. Of a member 'key' is its name; in a list it is NULL. */
typedef struct oms_writer {
  char *data;
  size_t n, cap;
  bool failed;
  bool comma; /* the next value stands behind another one */
} oms_writer_t;
void oms_writer_free(oms_writer_t *w);
/* Empty again, the room is kept. */
void oms_writer_reset(oms_writer_t *w);
void oms_write_raw(oms_writer_t *w, const char *s, size_t n);
void oms_write_object(oms_writer_t *w, const char *key);
void oms_write_object_end(oms_writer_t *w);
void oms_write_list(oms_writer_t *w, const char *key);
void oms_write_list_end(oms_writer_t *w);
/* NULL is null. Bytes that are no UTF-8 become '?'. */
void oms_write_text(oms_writer_t *w, const char *key, const char *s);
void oms_write_text_n(oms_writer_t *w, const char *key, const char *s, size_t n);
void oms_write_null(oms_writer_t *w, const char *key);
void oms_write_bool(oms_writer_t *w, const char *key, bool v);
void oms_write_int(oms_writer_t *w, const char *key, int64_t v);
/* A number of 'decimals' places; OMS_NO_PRICE is null. */
void oms_write_number(oms_writer_t *w, const char *key, int64_t v, int decimals);
/* The same in quotes. */
void oms_write_decimal(oms_writer_t *w, const char *key, int64_t v, int decimals);
/* NaN and infinities are null. */
void oms_write_double(oms_writer_t *w, const char *key, double v);
/* ISO 8601 in UTC; OMS_NO_TIME is null. */
void oms_write_time(oms_writer_t *w, const char *key, oms_time_t t);
/* Leading bytes of a text that stand for themselves in JSON: printable ASCII, no quote and no
 * backslash. */
size_t oms_json_plain(const char *s, size_t n);
/* JSON that stands ready. */
void oms_write_json(oms_writer_t *w, const char *key, const char *json, size_t n);

#endif
