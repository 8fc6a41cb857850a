/* request.c - lines of the control socket: apart and together. Everything that comes is somebody
 * else's: bounded, and nothing is taken for granted. */
#include "host/request.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/check.h"
#include "base/containers.h"

#define WORDS_MAX 8

/* The next word, moved to where it began; '*at' is left behind it. False: the line ends inside
 * quotes, or the word is followed by no space. */
static bool take_word(char **at, char **word) {
  char *from = *at, *to = from;
  bool quoted = *from == '"';
  *word = to;
  from += quoted;
  while (*from != '\0' && (quoted ? *from != '"' : *from != ' ')) {
    if (quoted && *from == '\\' && (from[1] == '"' || from[1] == '\\')) {
      from++;
    }
    *to++ = *from++;
  }
  if (quoted && *from++ != '"') {
    return false;
  }
  bool ends = *from == '\0' || *from == ' ';
  *at = *from == ' ' ? from + 1 : from;
  *to = '\0';
  return ends;
}

static int split(char *line, char *words[WORDS_MAX], size_t *n, oms_error_t *err) {
  for (const char *c = line; *c != '\0'; c++) {
    if ((unsigned char)*c < ' ' || *c == 0x7f) {
      return oms_error_set(err, OMS_ERR_USAGE, "a request is one line of text");
    }
  }
  *n = 0;
  while (*line == ' ') {
    line++;
  }
  while (*line != '\0') {
    if (*n == WORDS_MAX) {
      return oms_error_set(err, OMS_ERR_USAGE, "a request has at most %d words", WORDS_MAX);
    }
    if (!take_word(&line, &words[(*n)++])) {
      return oms_error_set(err, OMS_ERR_USAGE, "a quoted word of the request does not end");
    }
    while (*line == ' ') {
      line++;
    }
  }
  return OMS_OK;
}

static const char *const verbs[] = {
#define X(name, text) text,
    OMS_VERB_MAP(X)
#undef X
};

const char *oms_verb_text(oms_verb_t verb) {
  return verbs[verb];
}

/* What may stand behind a verb, in any order, each at most once. A place is a const char * where a
 * word follows, else a bool. */
enum {
  CONTROL = 1 << OMS_VERB_KILL | 1 << OMS_VERB_RESUME | 1 << OMS_VERB_STATE,
  LISTS = 1 << OMS_VERB_ORDERS | 1 << OMS_VERB_POSITIONS
};
typedef struct part {
  const char *name;
  int of;
  bool takes;
  size_t place;
} part_t;
static const part_t parts[] = {
    {"account",  CONTROL | LISTS,      true,  offsetof(oms_request_t, account) },
    {"strategy", CONTROL | LISTS,      true,  offsetof(oms_request_t, strategy)},
    {"symbol",   CONTROL | LISTS,      true,  offsetof(oms_request_t, symbol)  },
    {"flatten",  1 << OMS_VERB_KILL,   false, offsetof(oms_request_t, flatten) },
    {"all",      1 << OMS_VERB_ORDERS, false, offsetof(oms_request_t, all)     },
    {"json",     LISTS,                false, offsetof(oms_request_t, json)    },
    {"why",      CONTROL,              true,  offsetof(oms_request_t, why)     },
};

static const char *form_of(oms_verb_t verb) {
  static const char *const forms[] = {
      [OMS_VERB_RELOAD] = "reload [PATH or ID [with FILE]]",
      [OMS_VERB_KILL] = "kill [account|strategy|symbol NAME] [flatten] why TEXT",
      [OMS_VERB_RESUME] = "resume [account|strategy|symbol NAME] why TEXT",
      [OMS_VERB_STATE] = "state active|reducing|halted [account|strategy|symbol NAME] why TEXT",
      [OMS_VERB_ORDERS] = "orders [account|strategy|symbol NAME] [all] [json]",
      [OMS_VERB_POSITIONS] = "positions [account|strategy|symbol NAME] [json]",
  };
  return forms[verb];
}

static int malformed(oms_verb_t verb, oms_error_t *err) {
  return oms_error_set(err, OMS_ERR_USAGE, "write: %s", form_of(verb));
}

static int unknown_word(const char *what, const char *word, const char *const *known, size_t n,
                        oms_error_t *err) {
  char text[OMS_NEAR_TEXT];
  return oms_error_set(err, OMS_ERR_USAGE, "%s '%.40s'%s", what, word,
                       oms_near_text(oms_nearest_word(word, known, n), text));
}

/* Where the request keeps the part, as bytes: a text or a truth. */
static bool is_set(const oms_request_t *r, const part_t *p) {
  const char *at = (const char *)r + p->place, *text;
  if (!p->takes) {
    return *(const bool *)at;
  }
  memcpy(&text, at, sizeof text);
  return text != NULL;
}

static void set(oms_request_t *r, const part_t *p, const char *text) {
  char *at = (char *)r + p->place;
  if (p->takes) {
    memcpy(at, &text, sizeof text);
  } else {
    *(bool *)at = true;
  }
}

static int take_parts(char *const *words, size_t n, oms_request_t *r, oms_error_t *err) {
  for (size_t i = 0; i < n; i++) {
    const char *known[OMS_COUNT(parts)];
    const part_t *part = NULL;
    size_t k = 0;
    for (size_t p = 0; p < OMS_COUNT(parts); p++) {
      if ((parts[p].of >> r->verb & 1) != 0) {
        known[k++] = parts[p].name;
        part = strcmp(parts[p].name, words[i]) == 0 ? &parts[p] : part;
      }
    }
    if (part == NULL) {
      return unknown_word("unknown word", words[i], known, k, err);
    }
    bool lacks = part->takes && (++i == n || words[i][0] == '\0');
    if (lacks || is_set(r, part)) {
      return malformed(r->verb, err);
    }
    set(r, part, words[i]);
  }
  int scopes = (r->account != NULL) + (r->strategy != NULL) + (r->symbol != NULL);
  bool control = (CONTROL >> r->verb & 1) != 0;
  return scopes <= 1 && (!control || r->why != NULL) ? OMS_OK : malformed(r->verb, err);
}

static int take_reload(char *const *words, size_t n, oms_request_t *r, oms_error_t *err) {
  bool usual = n <= 1 || (n == 3 && strcmp(words[1], "with") == 0);
  if (!usual || (n >= 1 && words[0][0] == '\0') || (n == 3 && words[2][0] == '\0')) {
    return malformed(r->verb, err);
  }
  r->name = n >= 1 ? words[0] : NULL;
  r->with = n == 3 ? words[2] : NULL;
  return OMS_OK;
}

static int take_state(const char *word, oms_request_t *r, oms_error_t *err) {
  const char *known[OMS_TRADING_STATE_COUNT];
  for (size_t i = 0; i < OMS_COUNT(known); i++) {
    known[i] = oms_enum_text(OMS_ENUM_TRADING_STATE, (int)i);
    if (strcmp(word, known[i]) == 0) {
      r->state = (oms_trading_state_t)i;
      return OMS_OK;
    }
  }
  return unknown_word("unknown trading state", word, known, OMS_COUNT(known), err);
}

int oms_request_parse(char *line, oms_request_t *r, oms_error_t *err) {
  char *words[WORDS_MAX];
  size_t n, verb = 0, from = 1;
  *r = (oms_request_t){.name = NULL};
  int rc = split(line, words, &n, err);
  if (rc != OMS_OK) {
    return rc;
  }
  while (n > 0 && verb < OMS_VERB_COUNT && strcmp(words[0], verbs[verb]) != 0) {
    verb++;
  }
  if (n == 0 || verb == OMS_VERB_COUNT) {
    return unknown_word("unknown request", n == 0 ? "" : words[0], verbs, OMS_VERB_COUNT, err);
  }
  r->verb = (oms_verb_t)verb;
  if (r->verb == OMS_VERB_RELOAD) {
    return take_reload(words + 1, n - 1, r, err);
  }
  if (r->verb == OMS_VERB_STATE) {
    rc = n < 2 ? malformed(r->verb, err) : take_state(words[from++], r, err);
  }
  return rc == OMS_OK ? take_parts(words + from, n - from, r, err) : rc;
}

/* Appends a quoted word; false: no room, or a character that no line can hold. */
static bool put_word(char *out, size_t *n, const char *word) {
  const size_t room = OMS_REQUEST_MAX - 4; /* quotes, end, NUL */
  out[(*n)++] = '"';
  for (; *word != '\0'; word++) {
    if ((unsigned char)*word < ' ' || *word == 0x7f || *n + 2 > room) {
      return false;
    }
    if (*word == '"' || *word == '\\') {
      out[(*n)++] = '\\';
    }
    out[(*n)++] = *word;
  }
  out[(*n)++] = '"';
  return true;
}

/* A plain word behind a space. */
static bool put_plain(char *out, size_t *n, const char *word) {
  size_t k = strlen(word);
  if (*n + k + 1 > OMS_REQUEST_MAX / 2) {
    return false;
  }
  out[(*n)++] = ' ';
  memcpy(out + *n, word, k);
  *n += k;
  return true;
}

static bool put_value(char *out, size_t *n, const char *word) {
  out[(*n)++] = ' ';
  return *n < OMS_REQUEST_MAX / 2 && put_word(out, n, word);
}

static bool put_parts(const oms_request_t *r, char *out, size_t *n) {
  bool good = true;
  for (size_t p = 0; good && p < OMS_COUNT(parts); p++) {
    const char *text;
    if ((parts[p].of >> r->verb & 1) == 0 || !is_set(r, &parts[p])) {
      continue;
    }
    good = put_plain(out, n, parts[p].name);
    if (good && parts[p].takes) {
      memcpy(&text, (const char *)r + parts[p].place, sizeof text);
      good = put_value(out, n, text);
    }
  }
  return good;
}

int oms_request_line(const oms_request_t *r, char out[OMS_REQUEST_MAX], oms_error_t *err) {
  size_t n = (size_t)snprintf(out, OMS_REQUEST_MAX, "%s", verbs[r->verb]);
  bool good = true;
  if (r->verb == OMS_VERB_RELOAD) {
    good = r->name == NULL || put_value(out, &n, r->name);
    if (good && r->name != NULL && r->with != NULL) {
      good = put_plain(out, &n, "with") && put_value(out, &n, r->with);
    }
  } else if (r->verb == OMS_VERB_STATE) {
    good = put_plain(out, &n, oms_enum_text(OMS_ENUM_TRADING_STATE, (int)r->state));
  }
  if (!good || !put_parts(r, out, &n)) {
    return oms_error_set(err, OMS_ERR_USAGE,
                         "a word is too long, or has characters that are no text");
  }
  out[n] = '\n';
  out[n + 1] = '\0';
  return OMS_OK;
}

bool oms_answer_head(const char *head, size_t n, bool *done, size_t *bytes) {
  static const char *const words[] = {"refused ", "done "};
  for (size_t w = 0; w < OMS_COUNT(words); w++) {
    size_t at = strlen(words[w]);
    if (n <= at || n > at + 8 || memcmp(head, words[w], at) != 0) {
      continue;
    }
    *done = w == 1;
    *bytes = 0;
    for (; at < n; at++) {
      if (head[at] < '0' || head[at] > '9') {
        return false;
      }
      *bytes = *bytes * 10 + (size_t)(head[at] - '0');
    }
    return *bytes <= OMS_ANSWER_MAX;
  }
  return false;
}
