/* lint_lex.c - Lua source as tokens. */
#include "bind/lint_lex.h"

#include <ctype.h>
#include <string.h>

#include "base/check.h"

static bool is_name_start(char c) {
  return isalpha((unsigned char)c) || c == '_';
}
static bool is_name_part(char c) {
  return isalnum((unsigned char)c) || c == '_';
}

void lint_lexer_init(lint_lexer_t *l, const char *text, size_t n) {
  *l = (lint_lexer_t){text, text + n, 1};
  if (n >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0) {
    l->at += 3;
  }
  if (l->at < l->end && *l->at == '#') {
    while (l->at < l->end && *l->at != '\n') {
      l->at++;
    }
  }
}

static char peek(const lint_lexer_t *l, size_t ahead) {
  return (size_t)(l->end - l->at) > ahead ? l->at[ahead] : '\0';
}

/* "[[" or "[==[" at the reader: how many signs of equality; -1: none. */
static int long_level(const lint_lexer_t *l) {
  if (peek(l, 0) != '[') {
    return -1;
  }
  int level = 0;
  while (peek(l, (size_t)level + 1) == '=') {
    level++;
  }
  return peek(l, (size_t)level + 1) == '[' ? level : -1;
}

/* Goes behind the closing bracket of that level; the inside in 'token'. */
static void read_long(lint_lexer_t *l, int level, lint_token_t *token) {
  l->at += level + 2;
  token->text = l->at;
  while (l->at < l->end) {
    if (*l->at == ']') {
      int n = 0;
      while (peek(l, (size_t)n + 1) == '=') {
        n++;
      }
      if (n == level && peek(l, (size_t)n + 1) == ']') {
        token->n = (size_t)(l->at - token->text);
        l->at += level + 2;
        return;
      }
    }
    l->line += *l->at == '\n';
    l->at++;
  }
  token->n = (size_t)(l->at - token->text);
}

/* Blanks and comments. */
static void skip(lint_lexer_t *l) {
  while (l->at < l->end) {
    if (*l->at == '\n') {
      l->line++;
      l->at++;
    } else if (isspace((unsigned char)*l->at)) {
      l->at++;
    } else if (peek(l, 0) == '-' && peek(l, 1) == '-') {
      l->at += 2;
      int level = long_level(l);
      lint_token_t unused;
      if (level >= 0) {
        read_long(l, level, &unused);
      }
      while (level < 0 && l->at < l->end && *l->at != '\n') {
        l->at++;
      }
    } else {
      return;
    }
  }
}

static void read_short(lint_lexer_t *l, lint_token_t *token) {
  char quote = *l->at++;
  token->text = l->at;
  while (l->at < l->end && *l->at != quote) {
    if (*l->at == '\\' && l->at + 1 < l->end) {
      l->at++;
    }
    l->line += *l->at == '\n';
    l->at++;
  }
  token->n = (size_t)(l->at - token->text);
  l->at += l->at < l->end ? 1 : 0;
}

/* Digits, letters, points, and the sign of an exponent. */
static void read_number(lint_lexer_t *l, lint_token_t *token) {
  bool hex = peek(l, 0) == '0' && (peek(l, 1) == 'x' || peek(l, 1) == 'X');
  while (l->at < l->end) {
    char c = *l->at;
    bool exponent = hex ? c == 'p' || c == 'P' : c == 'e' || c == 'E';
    if (exponent && (peek(l, 1) == '+' || peek(l, 1) == '-')) {
      l->at++;
    } else if (!isalnum((unsigned char)c) && c != '.') {
      break;
    }
    l->at++;
  }
  token->n = (size_t)(l->at - token->text);
}

static bool is_keyword(const lint_token_t *t) {
  static const char *const words[] = {"and",   "break", "do",       "else", "elseif", "end",
                                      "false", "for",   "function", "goto", "if",     "in",
                                      "local", "nil",   "not",      "or",   "repeat", "return",
                                      "then",  "true",  "until",    "while"};
  for (size_t i = 0; i < OMS_COUNT(words); i++) {
    if (strlen(words[i]) == t->n && memcmp(words[i], t->text, t->n) == 0) {
      return true;
    }
  }
  return false;
}

/* The longest symbol at the reader. */
static size_t symbol_length(const lint_lexer_t *l) {
  static const char *const symbols[] = {
      "...", "..", "==", "~=", "<=", ">=", "//", "::", "<<", ">>"};
  size_t left = (size_t)(l->end - l->at);
  for (size_t i = 0; i < OMS_COUNT(symbols); i++) {
    size_t n = strlen(symbols[i]);
    if (n <= left && memcmp(l->at, symbols[i], n) == 0) {
      return n;
    }
  }
  return 1;
}

lint_token_t lint_next(lint_lexer_t *l) {
  skip(l);
  lint_token_t t = {.kind = LINT_END, .text = l->at, .line = l->line};
  if (l->at >= l->end) {
    return t;
  }
  char c = *l->at;
  int level = long_level(l);
  if (is_name_start(c)) {
    while (l->at < l->end && is_name_part(*l->at)) {
      l->at++;
    }
    t.n = (size_t)(l->at - t.text);
    t.kind = is_keyword(&t) ? LINT_KEYWORD : LINT_NAME;
  } else if (isdigit((unsigned char)c) || (c == '.' && isdigit((unsigned char)peek(l, 1)))) {
    t.kind = LINT_NUMBER;
    read_number(l, &t);
  } else if (c == '"' || c == '\'') {
    t.kind = LINT_STRING;
    read_short(l, &t);
  } else if (level >= 0) {
    t.kind = LINT_STRING;
    read_long(l, level, &t);
  } else {
    t.kind = LINT_SYMBOL;
    t.n = symbol_length(l);
    l->at += t.n;
  }
  return t;
}
