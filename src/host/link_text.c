/* link_text.c - lines of the link, read and written. A line is read in one pass over its members;
 * each known one has a row in a table that says where it goes. */
#include "host/link_text.h"

#include <stdio.h>

#include "base/check.h"
#include "base/time.h"

/* Reading. */

typedef struct scan {
  const char *at, *end;
} scan_t;

typedef struct value {
  bool is_text, is_null;
  char text[512]; /* unescaped; of a number or word as it stands */
  size_t n;
} value_t;

static void skip_space(scan_t *s) {
  while (s->at < s->end && (*s->at == ' ' || *s->at == '\t' || *s->at == '\r')) {
    s->at++;
  }
}

static bool take(scan_t *s, char c) {
  skip_space(s);
  if (s->at == s->end || *s->at != c) {
    return false;
  }
  s->at++;
  return true;
}

static bool hex4(scan_t *s, unsigned *out) {
  *out = 0;
  for (int i = 0; i < 4; i++, s->at++) {
    if (s->at == s->end) {
      return false;
    }
    char c = *s->at;
    unsigned digit = c >= '0' && c <= '9'   ? (unsigned)(c - '0')
                     : c >= 'a' && c <= 'f' ? (unsigned)(c - 'a' + 10)
                     : c >= 'A' && c <= 'F' ? (unsigned)(c - 'A' + 10)
                                            : 16;
    if (digit == 16) {
      return false;
    }
    *out = *out * 16 + digit;
  }
  return true;
}

static void put_byte(value_t *v, unsigned c) {
  if (v->n + 1 < sizeof v->text) { /* what is longer is cut: the places it goes to are shorter */
    v->text[v->n++] = (char)c;
  }
}

static void put_utf8(value_t *v, unsigned c) {
  if (c < 0x80) {
    put_byte(v, c == 0 ? '?' : c);
  } else if (c < 0x800) {
    put_byte(v, 0xC0 | c >> 6);
    put_byte(v, 0x80 | (c & 63));
  } else if (c >= 0xD800 && c < 0xE000) { /* half of a pair: nothing of ours needs it */
    put_byte(v, '?');
  } else {
    put_byte(v, 0xE0 | c >> 12);
    put_byte(v, 0x80 | (c >> 6 & 63));
    put_byte(v, 0x80 | (c & 63));
  }
}

static bool escaped(scan_t *s, value_t *v) {
  static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
  if (s->at == s->end) {
    return false;
  }
  char c = *s->at++;
  unsigned code;
  if (c == 'u') {
    if (!hex4(s, &code)) {
      return false;
    }
    put_utf8(v, code);
    return true;
  }
  const char *place = c == '\0' ? NULL : strchr(from, c);
  if (place == NULL) {
    return false;
  }
  put_byte(v, (unsigned char)to[place - from]);
  return true;
}

static bool text(scan_t *s, value_t *v) {
  v->n = 0;
  v->is_text = true;
  while (s->at < s->end && *s->at != '"') {
    unsigned char c = (unsigned char)*s->at++;
    if (c < 0x20 || (c == '\\' && !escaped(s, v))) {
      return false;
    }
    if (c != '\\') {
      put_byte(v, c);
    }
  }
  v->text[v->n] = '\0';
  return s->at < s->end && *s->at++ == '"';
}

/* A number, true, false or null. */
static bool bare(scan_t *s, value_t *v) {
  v->n = 0;
  v->is_text = false;
  while (s->at < s->end && strchr(",} \t\r", *s->at) == NULL) {
    if (strchr("+-.0123456789eEtrufalsn", *s->at) == NULL || *s->at == '\0') {
      return false; /* an object, a list, or nothing of JSON */
    }
    put_byte(v, (unsigned char)*s->at++);
  }
  v->text[v->n] = '\0';
  v->is_null = strcmp(v->text, "null") == 0;
  return v->n > 0;
}

static bool value(scan_t *s, value_t *v) {
  v->is_null = false;
  return take(s, '"') ? text(s, v) : bare(s, v);
}

typedef enum place_kind {
  PLACE_TEXT,
  PLACE_QTY,
  PLACE_PRICE,
  PLACE_MONEY,
  PLACE_TIME,
  PLACE_BOOL,
  PLACE_SECONDS,
  PLACE_STATUS,
  PLACE_CODE,
  PLACE_REPLACE,
  PLACE_SIDE,
  PLACE_TYPE,
  PLACE_TIF,
  PLACE_LIQUIDITY
} place_kind_t;

typedef struct place {
  const char *name;
  place_kind_t kind;
  size_t offset, size;
} place_t;

#define AT(member) offsetof(oms_link_message_t, member), sizeof(((oms_link_message_t *)0)->member)
static const place_t places[] = {
    {"wire_id",       PLACE_TEXT,      AT(wire_id)      },
    {"new_wire_id",   PLACE_TEXT,      AT(new_wire_id)  },
    {"order_id",      PLACE_TEXT,      AT(order_id)     },
    {"execution_id",  PLACE_TEXT,      AT(execution_id) },
    {"busts",         PLACE_TEXT,      AT(busts)        },
    {"text",          PLACE_TEXT,      AT(text)         },
    {"venue",         PLACE_TEXT,      AT(venue)        },
    {"of",            PLACE_TEXT,      AT(word)         },
    {"account",       PLACE_TEXT,      AT(account)      },
    {"symbol",        PLACE_TEXT,      AT(symbol)       },
    {"qty",           PLACE_QTY,       AT(qty)          },
    {"cum_qty",       PLACE_QTY,       AT(cum_qty)      },
    {"price",         PLACE_PRICE,     AT(price)        },
    {"stop_price",    PLACE_PRICE,     AT(stop_price)   },
    {"limit_price",   PLACE_PRICE,     AT(limit_price)  },
    {"commission",    PLACE_MONEY,     AT(commission)   },
    {"ts",            PLACE_TIME,      AT(ts)           },
    {"settle_s",      PLACE_SECONDS,   AT(settle_ns)    },
    {"idempotent",    PLACE_BOOL,      AT(idempotent)   },
    {"works_again",   PLACE_BOOL,      AT(works_again)  },
    {"status",        PLACE_STATUS,    AT(status)       },
    {"code",          PLACE_CODE,      AT(code)         },
    {"replace",       PLACE_REPLACE,   AT(replace)      },
    {"side",          PLACE_SIDE,      AT(side)         },
    {"type",          PLACE_TYPE,      AT(type)         },
    {"time_in_force", PLACE_TIF,       AT(time_in_force)},
    {"liquidity",     PLACE_LIQUIDITY, AT(liquidity)    },
};

static bool set_text(char *to, size_t size, const value_t *v) {
  if (v->n >= size && size != sizeof(((oms_link_message_t *)0)->text)) {
    return false; /* a name that is cut is another name */
  }
  (void)snprintf(to, size, "%.*s", (int)size - 1, v->text);
  return true;
}

static bool set_number(void *to, const value_t *v, int decimals, int64_t least) {
  int64_t n;
  if (oms_decimal_parse(v->text, v->n, decimals, &n) != OMS_OK || n < least) {
    return false;
  }
  memcpy(to, &n, sizeof n);
  return true;
}

static bool set_word(void *to, const value_t *v, oms_enum_kind_t kind) {
  int n = oms_enum_parse(kind, v->text, v->n);
  if (n < 0) {
    return false;
  }
  *(uint8_t *)to = (uint8_t)n;
  return true;
}

static bool set_code(void *to, const value_t *v) {
  int n = oms_enum_parse(OMS_ENUM_CODE, v->text, v->n);
  uint16_t code = n >= 0 ? (uint16_t)n : oms_code_own(v->text, v->n);
  memcpy(to, &code, sizeof code);
  return true; /* a word of the venue's own; what is no word at all says nothing */
}

static bool set_replace(void *to, const value_t *v) {
  static const char *const words[] = {"total", "remaining", "none"};
  for (size_t i = 0; i < OMS_COUNT(words); i++) {
    if (strcmp(v->text, words[i]) == 0) {
      *(uint8_t *)to = (uint8_t)i;
      return true;
    }
  }
  return false;
}

static bool set_time(void *to, const value_t *v) {
  oms_time_t t;
  bool date;
  if (oms_time_parse(v->text, v->n, OMS_ZONE_UTC, &t, &date) != OMS_OK) {
    return false;
  }
  memcpy(to, &t, sizeof t);
  return true;
}

static bool set(oms_link_message_t *m, const place_t *p, const value_t *v) {
  unsigned char *to = (unsigned char *)m + p->offset;
  switch (p->kind) {
  case PLACE_TEXT:
    return v->is_text && set_text((char *)to, p->size, v);
  case PLACE_QTY:
    return set_number(to, v, OMS_QTY_DECIMALS, 0);
  case PLACE_PRICE:
    return set_number(to, v, OMS_PRICE_DECIMALS, -INT64_MAX);
  case PLACE_MONEY:
    m->has_commission = true;
    return set_number(to, v, OMS_MONEY_DECIMALS, -INT64_MAX);
  case PLACE_TIME:
    return v->is_text && set_time(to, v);
  case PLACE_BOOL:
    *(bool *)to = strcmp(v->text, "true") == 0;
    return !v->is_text;
  case PLACE_SECONDS:
    return set_number(to, v, 9, 0);
  case PLACE_STATUS:
    return set_word(to, v, OMS_ENUM_STATUS);
  case PLACE_SIDE:
    return set_word(to, v, OMS_ENUM_SIDE);
  case PLACE_TYPE:
    return set_word(to, v, OMS_ENUM_TYPE);
  case PLACE_TIF:
    return set_word(to, v, OMS_ENUM_TIF);
  case PLACE_CODE:
    return set_code(to, v);
  case PLACE_REPLACE:
    return set_replace(to, v);
  case PLACE_LIQUIDITY:
    *to = (uint8_t)(strchr("AROC", v->text[0]) != NULL ? v->text[0] : 0);
    return true;
  }
  return false;
}

static void set_what(oms_link_message_t *m, const value_t *v) {
  static const struct {
    const char *word;
    oms_link_what_t what;
  } others[] = {
      {"hello",  OMS_LINK_HELLO },
      {"order",  OMS_LINK_ORDER },
      {"absent", OMS_LINK_ABSENT},
      {"end",    OMS_LINK_END   }
  };
  int report = oms_enum_parse(OMS_ENUM_REPORT, v->text, v->n);
  for (size_t i = 0; i < OMS_COUNT(others); i++) {
    if (strcmp(v->text, others[i].word) == 0) {
      m->what = (uint8_t)others[i].what;
    }
  }
  /* Whether an order is in doubt is for us to say. */
  if (report >= 0 && report != OMS_REPORT_IN_DOUBT && report != OMS_REPORT_RESOLVED) {
    m->what = OMS_LINK_REPORT;
    m->report = (uint8_t)report;
  }
  if (m->what == OMS_LINK_NOTHING) {
    (void)snprintf(m->word, sizeof m->word, "%.*s", (int)sizeof m->word - 1, v->text);
  }
}

static int member(oms_link_message_t *m, const char *name, const value_t *v, oms_error_t *err) {
  if (strcmp(name, "m") == 0 && v->is_text) {
    set_what(m, v);
    return OMS_OK;
  }
  for (size_t i = 0; i < OMS_COUNT(places) && !v->is_null; i++) {
    if (strcmp(name, places[i].name) == 0 && !set(m, &places[i], v)) {
      return oms_error_set(err, OMS_ERR_DATA, "the venue's %s '%.60s' is not understood", name,
                           v->text);
    }
  }
  return OMS_OK;
}

static void clear(oms_link_message_t *m) {
  memset(m, 0, sizeof *m);
  m->qty = m->cum_qty = m->price = m->stop_price = m->limit_price = OMS_NO_PRICE;
  m->side = m->type = m->time_in_force = UINT8_MAX;
  m->ts = OMS_NO_TIME;
  m->status = OMS_STATUS_COUNT;
  m->settle_ns = 5 * OMS_NS_PER_SECOND;
  m->replace = OMS_LINK_REPLACE_NONE;
}

/* Whether it has what its kind cannot do without. */
static bool is_whole(const oms_link_message_t *m) {
  bool named = m->wire_id[0] != '\0';
  if (m->what == OMS_LINK_REPORT && m->report == OMS_REPORT_FILL) {
    return named && m->execution_id[0] != '\0' && m->qty > 0 && m->price != OMS_NO_PRICE;
  }
  if (m->what == OMS_LINK_ORDER) {
    return named && m->status != OMS_STATUS_COUNT;
  }
  return named || (m->what != OMS_LINK_REPORT && m->what != OMS_LINK_ABSENT);
}

int oms_link_parse(const char *line, size_t n, oms_link_message_t *m, oms_error_t *err) {
  static const char wrong[] = "the venue's line is not a flat JSON object with \"m\": ";
  scan_t s = {line, line + n};
  value_t v;
  char name[64];
  bool more = false, has_word = false;
  clear(m);
  bool good = n <= OMS_LINK_LINE && take(&s, '{');
  if (good && !take(&s, '}')) {
    more = true;
  }
  while (good && more) {
    good = take(&s, '"') && text(&s, &v) && v.n < sizeof name && take(&s, ':');
    if (!good) {
      break;
    }
    memcpy(name, v.text, v.n + 1);
    good = value(&s, &v);
    int rc = good ? member(m, name, &v, err) : OMS_OK;
    if (rc != OMS_OK) {
      return rc;
    }
    has_word = has_word || strcmp(name, "m") == 0;
    more = take(&s, ',');
    good = good && (more || take(&s, '}'));
  }
  skip_space(&s);
  if (!good || s.at != s.end || !has_word) {
    return oms_error_set(err, OMS_ERR_DATA, "%s%.*s", wrong, (int)(n < 80 ? n : 80), line);
  }
  if (!is_whole(m)) {
    return oms_error_set(err, OMS_ERR_DATA, "the venue's line lacks what it needs: %.*s",
                         (int)(n < 200 ? n : 200), line);
  }
  return OMS_OK;
}

/* Records. */

static char *message_text(oms_link_message_t *m, size_t i, size_t *size) {
  struct {
    char *text;
    size_t size;
  } all[] = {
      {m->wire_id,      sizeof m->wire_id     },
      {m->new_wire_id,  sizeof m->new_wire_id },
      {m->word,         sizeof m->word        },
      {m->venue,        sizeof m->venue       },
      {m->order_id,     sizeof m->order_id    },
      {m->execution_id, sizeof m->execution_id},
      {m->busts,        sizeof m->busts       },
      {m->text,         sizeof m->text        },
      {m->account,      sizeof m->account     },
      {m->symbol,       sizeof m->symbol      }
  };
  *size = i < OMS_COUNT(all) ? all[i].size : 0;
  return i < OMS_COUNT(all) ? all[i].text : NULL;
}

void oms_link_pack(oms_pack_t *p, const oms_link_message_t *m) {
  oms_pack_u8(p, m->what);
  oms_pack_u8(p, m->report);
  oms_pack_u8(p, m->status);
  oms_pack_u8(p, m->replace);
  oms_pack_u8(p, m->liquidity);
  oms_pack_u8(p, (uint8_t)(m->idempotent | m->works_again << 1 | m->has_commission << 2));
  /* A code of the venue's own is a number of this process: its word is what lasts. */
  oms_pack_text(p, m->code == OMS_CODE_NONE ? NULL : oms_enum_text(OMS_ENUM_CODE, m->code));
  oms_pack_maybe(p, m->qty);
  oms_pack_maybe(p, m->cum_qty);
  oms_pack_maybe(p, m->price);
  oms_pack_maybe(p, m->stop_price);
  oms_pack_i64(p, m->commission);
  oms_pack_maybe(p, m->ts);
  oms_pack_i64(p, m->settle_ns);
  oms_pack_i64(p, m->received);
  oms_pack_u8(p, m->side);
  oms_pack_u8(p, m->type);
  oms_pack_u8(p, m->time_in_force);
  oms_pack_maybe(p, m->limit_price);
  oms_link_message_t copy = *m;
  size_t size;
  const char *t;
  for (size_t i = 0; (t = message_text(&copy, i, &size)) != NULL; i++) {
    oms_pack_text(p, t[0] == '\0' ? NULL : t);
  }
}

bool oms_link_unpack(oms_unpack_t *u, oms_link_message_t *m) {
  clear(m);
  m->what = oms_unpack_u8(u);
  m->report = oms_unpack_u8(u);
  m->status = oms_unpack_u8(u);
  m->replace = oms_unpack_u8(u);
  m->liquidity = oms_unpack_u8(u);
  uint8_t bits = oms_unpack_u8(u);
  m->idempotent = (bits & 1) != 0;
  m->works_again = (bits & 2) != 0;
  m->has_commission = (bits & 4) != 0;
  const char *code = oms_unpack_text(u);
  if (code != NULL) {
    int n = oms_enum_parse(OMS_ENUM_CODE, code, strlen(code));
    m->code = n >= 0 ? (uint16_t)n : oms_code_own(code, strlen(code));
  }
  m->qty = oms_unpack_maybe(u);
  m->cum_qty = oms_unpack_maybe(u);
  m->price = oms_unpack_maybe(u);
  m->stop_price = oms_unpack_maybe(u);
  m->commission = oms_unpack_i64(u);
  m->ts = oms_unpack_maybe(u);
  m->settle_ns = oms_unpack_i64(u);
  m->received = oms_unpack_i64(u);
  m->side = oms_unpack_u8(u);
  m->type = oms_unpack_u8(u);
  m->time_in_force = oms_unpack_u8(u);
  m->limit_price = oms_unpack_maybe(u);
  size_t size;
  char *to;
  for (size_t i = 0; (to = message_text(m, i, &size)) != NULL; i++) {
    const char *t = oms_unpack_text(u);
    if (t != NULL && strlen(t) >= size) {
      return false;
    }
    (void)snprintf(to, size, "%s", t == NULL ? "" : t);
  }
  bool terms = (m->side < OMS_SIDE_COUNT || m->side == UINT8_MAX) &&
               (m->type < OMS_TYPE_COUNT || m->type == UINT8_MAX) &&
               (m->time_in_force < OMS_TIF_COUNT || m->time_in_force == UINT8_MAX);
  return oms_unpack_done(u) && terms && m->what <= OMS_LINK_DOWN && m->report < OMS_REPORT_COUNT &&
         m->status <= OMS_STATUS_COUNT && m->replace <= OMS_LINK_REPLACE_NONE;
}
