/* lint_lex.h - Lua source as tokens, for lint.c alone. */
#ifndef OMS_BIND_LINT_LEX_H
#define OMS_BIND_LINT_LEX_H

#include <stdbool.h>
#include <stddef.h>

typedef enum lint_kind {
  LINT_END,
  LINT_NAME,
  LINT_KEYWORD,
  LINT_STRING,
  LINT_NUMBER,
  LINT_SYMBOL /* one to three characters, like == or ... */
} lint_kind_t;

typedef struct lint_token {
  lint_kind_t kind;
  const char *text; /* of a string: without its quotes, escapes as written */
  size_t n;
  int line; /* on which it begins */
} lint_token_t;

typedef struct lint_lexer {
  const char *at, *end;
  int line;
} lint_lexer_t;

/* A lexer over 'n' bytes of source, which are borrowed; a first line that begins with # and a byte
 * order mark are left out. */
void lint_lexer_init(lint_lexer_t *l, const char *text, size_t n);
/* The next token. What is no Lua ends the source: Lua itself has told it before. */
lint_token_t lint_next(lint_lexer_t *l);

#endif
