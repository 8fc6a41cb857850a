/* lint.c - a walk over the grammar of Lua 5.4 that keeps the scopes of locals and notes what
 * lint_tell.c asks about. Precedence of operators does not matter here. Lua has accepted the text;
 * should this parser not, it stops and what it has noted so far stands. */
#include <string.h>

#include "base/check.h"
#include "bind/lint_int.h"

#define DEPTH_MAX 200 /* as Lua's own bound on nested syntax */
#define OPEN_MAX  512 /* functions and loops around a place; deeper ones are not noted */

typedef struct parser {
  lint_lexer_t lexer;
  lint_token_t now, next;
  lint_notes_t *notes;
  oms_array_t locals; /* lint_token_t of the scopes around */
  size_t open[OPEN_MAX];
  size_t open_n;
  int depth;
  int rc;
  bool stopped;
  bool params_next;  /* the next table is the parameters */
  bool walks_params; /* inside of the arguments of pairs */
} parser_t;

/* What an expression with suffixes was. */
typedef struct suffixed {
  lint_token_t base; /* n 0: no name */
  lint_token_t last; /* the last field, or the base */
  bool known;        /* the base is a local */
  bool called, bare; /* ends with a call; has no suffix */
  bool field;        /* is one field of the base */
} suffixed_t;

static void expression(parser_t *p);
static void block(parser_t *p);
static void function_body(parser_t *p, lint_token_t name, bool method);
static suffixed_t suffixed_expression(parser_t *p);

static void note(parser_t *p, oms_array_t *list, const void *element) {
  if (p->rc == OMS_OK) {
    p->rc = oms_array_push(list, element);
    p->stopped = p->stopped || p->rc != OMS_OK;
  }
}

static void stop(parser_t *p) {
  p->stopped = true;
  p->now.kind = p->next.kind = LINT_END;
}

static void advance(parser_t *p) {
  p->now = p->next;
  p->next = p->stopped ? (lint_token_t){.kind = LINT_END, .text = ""} : lint_next(&p->lexer);
}

static bool at(const parser_t *p, const char *word) {
  return (p->now.kind == LINT_SYMBOL || p->now.kind == LINT_KEYWORD) && lint_is(&p->now, word);
}
static bool take(parser_t *p, const char *word) {
  bool is = at(p, word);
  if (is) {
    advance(p);
  }
  return is;
}
static void need(parser_t *p, const char *word) {
  if (!take(p, word)) {
    stop(p);
  }
}
static lint_token_t take_name(parser_t *p) {
  lint_token_t t = p->now;
  if (t.kind != LINT_NAME) {
    stop(p);
    t.n = 0;
  }
  advance(p);
  return t;
}

static bool enter(parser_t *p) {
  if (p->stopped || p->depth >= DEPTH_MAX) {
    stop(p);
    return false;
  }
  p->depth++;
  return true;
}

/* Scopes. */

static void declare(parser_t *p, lint_token_t name) {
  note(p, &p->locals, &name);
  note(p, &p->notes->names, &name);
}

static bool is_local(const parser_t *p, const lint_token_t *name) {
  for (size_t i = p->locals.n; i-- > 0;) {
    if (lint_same(OMS_AT(&p->locals, lint_token_t, i), name)) {
      return true;
    }
  }
  return false;
}

static void note_global(parser_t *p, const lint_token_t *name, bool written) {
  if (name->n > 0 && !is_local(p, name)) {
    lint_global_t g = {*name, written};
    note(p, &p->notes->globals, &g);
  }
}

/* Functions and loops that run when a call here runs: up to the nearest function with a name. */

static bool open_node(parser_t *p, const lint_node_t *node) {
  if (p->open_n == OPEN_MAX) {
    return false;
  }
  p->open[p->open_n++] = p->notes->nodes.n;
  note(p, &p->notes->nodes, node);
  if (p->stopped) {
    p->open_n--;
    return false;
  }
  return true;
}

static void note_call(parser_t *p, const lint_token_t *callee, bool orders) {
  for (size_t i = p->open_n; i-- > 0;) {
    lint_node_t *n = OMS_AT(&p->notes->nodes, lint_node_t, p->open[i]);
    n->orders = n->orders || orders;
    lint_edge_t e = {p->open[i], *callee};
    bool named = !n->loop && n->name.n > 0;
    if (callee->n > 0 && !orders) {
      note(p, &p->notes->edges, &e);
    }
    if (named) {
      return;
    }
  }
}

/* Expressions. */

static bool gives_order(const suffixed_t *s, bool method) {
  static const char *const calls[] = {"submit", "buy", "sell", "close", "target", "replace"};
  if (method) {
    return lint_is(&s->last, "replace");
  }
  for (size_t i = 0; lint_is(&s->base, "oms") && i < OMS_COUNT(calls); i++) {
    if (lint_is(&s->last, calls[i])) {
      return true;
    }
  }
  return false;
}

static void expression_list(parser_t *p) {
  do {
    expression(p);
  } while (!p->stopped && take(p, ","));
}

static void table_key(parser_t *p, bool params) {
  lint_token_t name = take_name(p);
  advance(p); /* = */
  if (params) {
    note(p, &p->notes->params, &name);
  }
  p->params_next = !params && lint_is(&name, "params") && at(p, "{");
  expression(p);
}

static void table(parser_t *p) {
  bool params = p->params_next;
  p->params_next = false;
  need(p, "{");
  while (!p->stopped && !at(p, "}")) {
    if (p->now.kind == LINT_NAME && p->next.kind == LINT_SYMBOL && lint_is(&p->next, "=")) {
      table_key(p, params);
    } else if (take(p, "[")) {
      if (params && p->now.kind == LINT_STRING) {
        note(p, &p->notes->params, &p->now);
      }
      expression(p);
      need(p, "]");
      need(p, "=");
      expression(p);
    } else {
      expression(p);
    }
    if (!take(p, ",") && !take(p, ";")) {
      break;
    }
  }
  need(p, "}");
}

static void arguments(parser_t *p) {
  if (p->now.kind == LINT_STRING) {
    advance(p);
  } else if (at(p, "{")) {
    table(p);
  } else {
    need(p, "(");
    if (!at(p, ")")) {
      expression_list(p);
    }
    need(p, ")");
  }
}

static bool at_arguments(const parser_t *p) {
  return p->now.kind == LINT_STRING || at(p, "{") || at(p, "(");
}

static void call(parser_t *p, suffixed_t *s, bool method) {
  bool walked = p->walks_params;
  bool bare = s->bare && (lint_is(&s->base, "pairs") || lint_is(&s->base, "next"));
  note_call(p, &s->last, gives_order(s, method));
  p->walks_params = bare;
  arguments(p);
  p->walks_params = walked;
  s->called = true;
  s->bare = s->field = false;
}

static void index_by(parser_t *p, suffixed_t *s) {
  bool constant = p->now.kind == LINT_STRING && lint_is(&p->next, "]");
  lint_token_t key = p->now;
  if (constant) {
    note(p, &p->notes->fields, &key);
  } else if (lint_is(&s->last, "params")) {
    p->notes->params_walked = true;
  }
  expression(p);
  need(p, "]");
  s->last = constant ? key : (lint_token_t){.text = ""};
}

/* Of `oms.ta.sma` two names are noted, oms.ta and oms.ta.sma. */
static void note_api(parser_t *p, const suffixed_t *s, const lint_token_t *name) {
  lint_api_t api = {.part = s->last, .name = *name};
  api.part.n = s->bare ? 0 : api.part.n;
  if ((s->bare || s->field) && lint_is(&s->base, "oms")) {
    note(p, &p->notes->api, &api);
  }
}

/* True when there was a suffix. */
static bool suffix(parser_t *p, suffixed_t *s) {
  if (take(p, ".")) {
    bool parameter = !s->called && lint_is(&s->last, "params"), first = s->bare;
    lint_token_t name = take_name(p);
    note_api(p, s, &name);
    s->last = name;
    s->called = s->bare = false;
    s->field = first;
    note(p, &p->notes->fields, &s->last);
    if (parameter && !at(p, "=")) {
      note(p, &p->notes->reads, &s->last);
    }
    return true;
  } else if (take(p, "[")) {
    index_by(p, s);
  } else if (take(p, ":")) {
    s->last = take_name(p);
    note(p, &p->notes->fields, &s->last);
    call(p, s, true);
    return true;
  } else if (at_arguments(p)) {
    call(p, s, false);
    return true;
  } else {
    return false;
  }
  s->called = s->bare = s->field = false;
  return true;
}

static suffixed_t suffixed_expression(parser_t *p) {
  suffixed_t s = {.bare = true};
  if (p->now.kind == LINT_NAME) {
    s.base = s.last = p->now;
    s.known = is_local(p, &s.base);
    advance(p);
  } else {
    s.base.text = s.last.text = "";
    s.bare = false;
    need(p, "(");
    expression(p);
    need(p, ")");
  }
  while (!p->stopped && suffix(p, &s)) {
  }
  if (p->walks_params && lint_is(&s.last, "params") && !s.called) {
    p->notes->params_walked = true;
  }
  return s;
}

static void simple_expression(parser_t *p) {
  lint_kind_t kind = p->now.kind;
  if (kind == LINT_NUMBER || kind == LINT_STRING || at(p, "nil") || at(p, "true") ||
      at(p, "false") || at(p, "...")) {
    advance(p);
  } else if (at(p, "{")) {
    table(p);
  } else if (take(p, "function")) {
    function_body(p, (lint_token_t){.text = ""}, false);
  } else {
    suffixed_t s = suffixed_expression(p);
    note_global(p, &s.base, false);
  }
}

static bool take_unary(parser_t *p) {
  return take(p, "not") || take(p, "-") || take(p, "#") || take(p, "~");
}

static bool take_binary(parser_t *p) {
  static const char *const words[] = {
      "+",  "-",  "*",  "/", "//", "%", "^",  "..", "<",   "<=", ">",
      ">=", "==", "~=", "&", "|",  "~", "<<", ">>", "and", "or"};
  for (size_t i = 0; i < OMS_COUNT(words); i++) {
    if (take(p, words[i])) {
      return true;
    }
  }
  return false;
}

static void expression(parser_t *p) {
  if (!enter(p)) {
    return;
  }
  do {
    while (!p->stopped && take_unary(p)) {
    }
    simple_expression(p);
  } while (!p->stopped && take_binary(p));
  p->depth--;
}

/* Functions. */

static void parameters(parser_t *p) {
  need(p, "(");
  while (!p->stopped && !at(p, ")")) {
    if (!take(p, "...")) {
      declare(p, take_name(p));
    }
    if (!take(p, ",")) {
      break;
    }
  }
  need(p, ")");
}

/* Behind `function` and its name. */
static void function_body(parser_t *p, lint_token_t name, bool method) {
  size_t scope = p->locals.n;
  lint_node_t node = {.line = p->now.line, .name = name};
  if (!enter(p)) {
    return;
  }
  bool opened = open_node(p, &node);
  if (method) {
    declare(p, (lint_token_t){LINT_NAME, "self", 4, p->now.line});
  }
  parameters(p);
  block(p);
  need(p, "end");
  p->locals.n = scope;
  p->open_n -= opened ? 1 : 0;
  p->depth--;
}

/* Statements. */

static void scoped_block(parser_t *p) {
  size_t scope = p->locals.n;
  block(p);
  p->locals.n = scope;
}

static void if_statement(parser_t *p) {
  do {
    expression(p);
    need(p, "then");
    scoped_block(p);
  } while (!p->stopped && take(p, "elseif"));
  if (take(p, "else")) {
    scoped_block(p);
  }
  need(p, "end");
}

static void repeat_statement(parser_t *p) {
  size_t scope = p->locals.n;
  block(p);
  need(p, "until");
  expression(p);
  p->locals.n = scope;
}

/* Behind the names of a generic `for`: whether it walks by pairs. */
static bool walks_pairs(const parser_t *p) {
  return p->now.kind == LINT_NAME && (lint_is(&p->now, "pairs") || lint_is(&p->now, "next"));
}

static void for_body(parser_t *p, const lint_token_t *names, size_t n, bool loop, int line) {
  size_t scope = p->locals.n;
  lint_node_t node = {.loop = true, .line = line, .name = {.text = ""}};
  bool opened = loop && open_node(p, &node);
  for (size_t i = 0; i < n; i++) {
    declare(p, names[i]);
  }
  need(p, "do");
  block(p);
  need(p, "end");
  p->locals.n = scope;
  p->open_n -= opened ? 1 : 0;
}

static void for_statement(parser_t *p) {
  lint_token_t names[8];
  size_t n = 0;
  int line = p->now.line;
  do {
    lint_token_t name = take_name(p);
    if (n < OMS_COUNT(names)) {
      names[n++] = name;
    }
  } while (!p->stopped && take(p, ","));
  bool loop = false;
  if (!take(p, "=")) {
    need(p, "in");
    loop = walks_pairs(p);
  }
  expression_list(p);
  for_body(p, names, n, loop, line);
}

static void function_statement(parser_t *p) {
  lint_token_t base = take_name(p), last = base;
  bool method = false, plain = true;
  while (!p->stopped && !method && (at(p, ".") || at(p, ":"))) {
    method = at(p, ":");
    advance(p);
    last = take_name(p);
    plain = false;
  }
  note_global(p, &base, plain);
  if (!plain && at(p, "(") && p->next.kind == LINT_NAME) {
    lint_self_t s = {last, p->next, method};
    note(p, &p->notes->selves, &s);
  }
  function_body(p, last, method);
}

/* A name that is given a function right here may be called by it. */
static void values(parser_t *p, lint_token_t name) {
  if (take(p, "function")) {
    function_body(p, name, false);
    if (take(p, ",")) {
      expression_list(p);
    }
    return;
  }
  expression_list(p);
}

static void local_statement(parser_t *p) {
  if (take(p, "function")) {
    lint_token_t name = take_name(p);
    declare(p, name);
    function_body(p, name, false);
    return;
  }
  lint_token_t names[64];
  size_t n = 0;
  do {
    lint_token_t name = take_name(p);
    if (n < OMS_COUNT(names)) {
      names[n++] = name;
    }
    if (take(p, "<")) { /* const, close */
      take_name(p);
      need(p, ">");
    }
  } while (!p->stopped && take(p, ","));
  if (take(p, "=")) {
    p->params_next = lint_is(&names[0], "params") && at(p, "{");
    values(p, names[0]);
  }
  for (size_t i = 0; i < n; i++) {
    declare(p, names[i]);
  }
}

static void expression_statement(parser_t *p) {
  suffixed_t s = suffixed_expression(p);
  bool assigns = at(p, "=") || at(p, ",");
  note_global(p, &s.base, assigns && s.bare);
  while (!p->stopped && take(p, ",")) {
    suffixed_t more = suffixed_expression(p);
    note_global(p, &more.base, more.bare);
  }
  if (take(p, "=")) {
    if (!s.bare && lint_is(&s.last, "params")) {
      p->params_next = at(p, "{");
    }
    values(p, s.last);
  }
}

static void statement(parser_t *p) {
  if (take(p, ";") || take(p, "break")) {
    return;
  }
  if (take(p, "if")) {
    if_statement(p);
  } else if (take(p, "while")) {
    expression(p);
    need(p, "do");
    scoped_block(p);
    need(p, "end");
  } else if (take(p, "do")) {
    scoped_block(p);
    need(p, "end");
  } else if (take(p, "for")) {
    for_statement(p);
  } else if (take(p, "repeat")) {
    repeat_statement(p);
  } else if (take(p, "function")) {
    function_statement(p);
  } else if (take(p, "local")) {
    local_statement(p);
  } else if (take(p, "goto")) {
    take_name(p);
  } else if (take(p, "::")) {
    take_name(p);
    need(p, "::");
  } else {
    expression_statement(p);
  }
}

static bool block_ends(const parser_t *p) {
  return p->now.kind == LINT_END || at(p, "end") || at(p, "else") || at(p, "elseif") ||
         at(p, "until");
}

static void block(parser_t *p) {
  if (!enter(p)) {
    return;
  }
  while (!p->stopped && !block_ends(p)) {
    if (take(p, "return")) {
      if (!block_ends(p) && !at(p, ";")) {
        expression_list(p);
      }
      take(p, ";");
      break;
    }
    statement(p);
  }
  p->depth--;
}

int lint_parse(const char *text, size_t n, lint_notes_t *notes) {
  parser_t p = {.notes = notes};
  oms_array_init(&p.locals, sizeof(lint_token_t));
  lint_lexer_init(&p.lexer, text, n);
  advance(&p);
  advance(&p);
  block(&p);
  oms_array_free(&p.locals);
  return p.rc;
}
