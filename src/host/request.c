/* request.c - lines of the control socket: apart and together. Everything that comes is somebody
 * else's: bounded, and nothing is taken for granted. */
#include "host/request.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/check.h"
#include "base/containers.h"

#define WORDS_MAX 4

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

int oms_request_parse(char *line, oms_request_t *r, oms_error_t *err) {
  static const char *const verbs[] = {"reload"};
  char *words[WORDS_MAX];
  size_t n;
  *r = (oms_request_t){.name = NULL};
  int rc = split(line, words, &n, err);
  if (rc != OMS_OK) {
    return rc;
  }
  if (n == 0 || strcmp(words[0], verbs[0]) != 0) {
    const char *near = n == 0 ? NULL : oms_nearest_word(words[0], verbs, OMS_COUNT(verbs));
    return oms_error_set(err, OMS_ERR_USAGE, "unknown request '%.40s'%s", n == 0 ? "" : words[0],
                         near == NULL ? "" : " (did you mean 'reload'?)");
  }
  bool usual = n <= 2 || (n == 4 && strcmp(words[2], "with") == 0);
  if (!usual || (n >= 2 && words[1][0] == '\0') || (n == 4 && words[3][0] == '\0')) {
    return oms_error_set(err, OMS_ERR_USAGE, "write: reload [PATH or ID [with FILE]]");
  }
  r->name = n >= 2 ? words[1] : NULL;
  r->with = n == 4 ? words[3] : NULL;
  return OMS_OK;
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

int oms_request_line(const oms_request_t *r, char out[OMS_REQUEST_MAX], oms_error_t *err) {
  size_t n = (size_t)snprintf(out, OMS_REQUEST_MAX, "reload");
  bool good = true;
  if (r->name != NULL) {
    out[n++] = ' ';
    good = put_word(out, &n, r->name);
  }
  if (good && r->name != NULL && r->with != NULL) {
    memcpy(out + n, " with ", 6);
    n += 6;
    good = n < OMS_REQUEST_MAX / 2 && put_word(out, &n, r->with);
  }
  if (!good) {
    return oms_error_set(err, OMS_ERR_USAGE,
                         "the path is too long, or has characters that are no text");
  }
  out[n] = '\n';
  out[n + 1] = '\0';
  return OMS_OK;
}

bool oms_answer_head(const char *head, size_t n, bool *done, size_t *bytes) {
  static const char *const words[] = {"refused ", "done "};
  for (size_t w = 0; w < OMS_COUNT(words); w++) {
    size_t at = strlen(words[w]);
    if (n <= at || n > at + 7 || memcmp(head, words[w], at) != 0) {
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
