/* lint_tell.c - what follows from the notes of lint.c: errors first, then in the order of lines. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "bind/doc.h"
#include "bind/lint_int.h"
#include "bind/script_int.h"

#define NEAR_MAX 256 /* names that "did you mean" looks at */
#define SHOWN    60  /* bytes of a name that a message repeats */

typedef struct tell {
  oms_array_t found; /* told_t */
  int rc;
} tell_t;

typedef struct told {
  int line;
  bool wrong;
  char message[256];
} told_t;

static const char *const globals[] = {
    "assert", "error",  "ipairs",   "next",         "pairs",        "pcall",
    "xpcall", "select", "tonumber", "tostring",     "type",         "rawequal",
    "rawget", "rawlen", "rawset",   "getmetatable", "setmetatable", "require",
    "math",   "string", "table",    "utf8",         "coroutine"};

static bool is_known(const lint_token_t *name, bool session) {
  for (size_t i = 0; i < OMS_COUNT(globals); i++) {
    if (lint_is(name, globals[i])) {
      return true;
    }
  }
  return session && lint_is(name, "oms");
}

static told_t *add(tell_t *t, int line, bool wrong) {
  told_t *told = oms_array_add(&t->found);
  if (told == NULL) {
    t->rc = OMS_ERR_NOMEM;
    return NULL;
  }
  *told = (told_t){.line = line, .wrong = wrong};
  return told;
}

/* The name of a local, a known global or oms that is near to 'name'. */
static const char *near_name(const lint_notes_t *notes, const char *name,
                             char copies[][SHOWN + 1]) {
  const char *words[NEAR_MAX + OMS_COUNT(globals) + 1];
  size_t n = 0;
  for (; n < notes->names.n && n < NEAR_MAX; n++) {
    const lint_token_t *t = OMS_AT(&notes->names, lint_token_t, n);
    snprintf(copies[n], SHOWN + 1, "%.*s", (int)(t->n < SHOWN ? t->n : SHOWN), t->text);
    words[n] = copies[n];
  }
  for (size_t i = 0; i < OMS_COUNT(globals); i++) {
    words[n++] = globals[i];
  }
  return oms_nearest_word(name, words, n);
}

static void tell_global(tell_t *t, const lint_notes_t *notes, const lint_global_t *g) {
  char name[SHOWN + 1], copies[NEAR_MAX][SHOWN + 1];
  snprintf(name, sizeof name, "%.*s", (int)(g->name.n < SHOWN ? g->name.n : SHOWN), g->name.text);
  told_t *told = add(t, g->name.line, true);
  if (told == NULL) {
    return;
  }
  if (lint_is(&g->name, "oms")) {
    snprintf(told->message, sizeof told->message,
             "oms is not known here: begin with local oms = require(\"oms\")");
    return;
  }
  if (g->written) {
    snprintf(told->message, sizeof told->message,
             "%s is written as a global, which fails when it runs: declare it with local", name);
    return;
  }
  char hint[OMS_NEAR_TEXT];
  snprintf(told->message, sizeof told->message, "%s is not defined%s", name,
           oms_near_text(near_name(notes, name, copies), hint));
}

static void tell_globals(tell_t *t, const lint_notes_t *notes, bool session) {
  for (size_t i = 0; i < notes->globals.n; i++) {
    const lint_global_t *g = OMS_AT(&notes->globals, lint_global_t, i);
    if (g->written || !is_known(&g->name, session)) {
      tell_global(t, notes, g);
    }
  }
}

/* Names of a later version, which say so when they are called. */
static bool is_later(const lint_token_t *name) {
  return lint_is(name, "chain") || lint_is(name, "contracts") || lint_is(name, "front");
}

/* Whether some name of the API begins with 'name' and a point, as oms.ta.sma with oms.ta. */
static bool is_part(const char *name) {
  size_t n = strlen(name);
  for (size_t i = 0; i < oms_doc_part_count; i++) {
    for (const oms_doc_t *d = oms_doc_parts[i].docs; d->name != NULL; d++) {
      if (strncmp(d->name, name, n) == 0 && d->name[n] == '.') {
        return true;
      }
    }
  }
  return false;
}

static int shown_length(const lint_token_t *t) {
  return (int)(t->n < SHOWN ? t->n : SHOWN);
}

static void tell_api_name(tell_t *t, const lint_api_t *a) {
  char name[2 * SHOWN + 8];
  snprintf(name, sizeof name, "oms.%.*s%s%.*s", shown_length(&a->part), a->part.text,
           a->part.n > 0 ? "." : "", shown_length(&a->name), a->name.text);
  if (oms_doc_find(name) != NULL || (a->part.n == 0 && (is_part(name) || is_later(&a->name)))) {
    return;
  }
  told_t *told = add(t, a->name.line, true);
  const char *near = oms_doc_nearest(name);
  if (told != NULL) {
    snprintf(told->message, sizeof told->message, "the Lua API has no %s%s%.*s%s", name,
             near != NULL ? " (did you mean '" : "", SHOWN,
             near != NULL ? near : "; `moondesk help lua` lists it", near != NULL ? "'?)" : "");
  }
}

static void tell_api(tell_t *t, const lint_notes_t *notes) {
  for (size_t i = 0; i < notes->api.n; i++) {
    tell_api_name(t, OMS_AT(&notes->api, lint_api_t, i));
  }
}

static bool is_read(const lint_notes_t *notes, const lint_token_t *name) {
  for (size_t i = 0; i < notes->fields.n; i++) {
    if (lint_same(OMS_AT(&notes->fields, lint_token_t, i), name)) {
      return true;
    }
  }
  return false;
}

static void tell_params(tell_t *t, const lint_notes_t *notes) {
  for (size_t i = 0; !notes->params_walked && i < notes->params.n; i++) {
    const lint_token_t *name = OMS_AT(&notes->params, lint_token_t, i);
    told_t *told = is_read(notes, name) ? NULL : add(t, name->line, false);
    if (told != NULL) {
      snprintf(told->message, sizeof told->message,
               "the parameter %.*s is never read: use it as self.params.%.*s, or take it out",
               (int)(name->n < SHOWN ? name->n : SHOWN), name->text,
               (int)(name->n < SHOWN ? name->n : SHOWN), name->text);
    }
  }
}

static bool is_parameter(const lint_notes_t *notes, const lint_token_t *name) {
  for (size_t i = 0; i < notes->params.n; i++) {
    if (lint_same(OMS_AT(&notes->params, lint_token_t, i), name)) {
      return true;
    }
  }
  return false;
}

/* Where the script has a table of them in its text. */
static void tell_reads(tell_t *t, const lint_notes_t *notes) {
  for (size_t i = 0; notes->params.n > 0 && i < notes->reads.n; i++) {
    const lint_token_t *name = OMS_AT(&notes->reads, lint_token_t, i);
    told_t *told = is_parameter(notes, name) ? NULL : add(t, name->line, false);
    if (told != NULL) {
      snprintf(told->message, sizeof told->message,
               "params.%.*s is nil: params has no %.*s; add it there with its default",
               (int)(name->n < SHOWN ? name->n : SHOWN), name->text,
               (int)(name->n < SHOWN ? name->n : SHOWN), name->text);
    }
  }
}

static bool is_callback(const lint_token_t *name) {
  for (int i = 0; i < OMS_CALLBACK_COUNT; i++) {
    if (lint_is(name, oms_callback_infos[i].name)) {
      return true;
    }
  }
  return false;
}

/* A callback is given the script itself first: with a dot in place of a colon each argument stands
 * one place too early. */
static void tell_selves(tell_t *t, const lint_notes_t *notes) {
  for (size_t i = 0; i < notes->selves.n; i++) {
    const lint_self_t *s = OMS_AT(&notes->selves, lint_self_t, i);
    bool is_self = lint_is(&s->first, "self");
    bool odd = s->method ? is_self : !is_self && s->first.n > 0 && s->first.text[0] != '_';
    told_t *told = odd && is_callback(&s->name) ? add(t, s->name.line, false) : NULL;
    if (told != NULL) {
      snprintf(told->message, sizeof told->message,
               s->method ? "with a colon %.*s has a self already: take '%.*s' out of its arguments"
                         : "%.*s is given the script first, here as '%.*s': write a colon in place "
                           "of the dot",
               (int)(s->name.n < SHOWN ? s->name.n : SHOWN), s->name.text,
               (int)(s->first.n < SHOWN ? s->first.n : SHOWN), s->first.text);
    }
  }
}

/* Marks what calls a function that gives orders, until nothing is left to mark. */
static void spread_orders(lint_notes_t *notes) {
  bool more = true;
  for (int round = 0; more && round < 64; round++) {
    more = false;
    for (size_t i = 0; i < notes->edges.n; i++) {
      const lint_edge_t *e = OMS_AT(&notes->edges, lint_edge_t, i);
      lint_node_t *caller = OMS_AT(&notes->nodes, lint_node_t, e->node);
      for (size_t k = 0; !caller->orders && k < notes->nodes.n; k++) {
        const lint_node_t *n = OMS_AT(&notes->nodes, lint_node_t, k);
        if (n->orders && !n->loop && n->name.n > 0 && lint_same(&n->name, &e->callee)) {
          caller->orders = more = true;
        }
      }
    }
  }
}

static void tell_loops(tell_t *t, lint_notes_t *notes) {
  spread_orders(notes);
  for (size_t i = 0; i < notes->nodes.n; i++) {
    const lint_node_t *n = OMS_AT(&notes->nodes, lint_node_t, i);
    told_t *told = n->loop && n->orders ? add(t, n->line, false) : NULL;
    if (told != NULL) {
      snprintf(told->message, sizeof told->message,
               "this loop over pairs gives orders, in the order of the keys: say which comes first "
               "by ipairs over a list or over oms.sorted(t)");
    }
  }
}

static int errors_first(const void *a, const void *b) {
  const told_t *x = a, *y = b;
  int by = x->wrong != y->wrong ? (x->wrong ? -1 : 1) : (x->line > y->line) - (x->line < y->line);
  return by != 0 ? by : strcmp(x->message, y->message);
}

static int tell(lint_notes_t *notes, bool session, oms_lint_fn *fn, void *ctx) {
  tell_t t = {.rc = OMS_OK};
  oms_array_init(&t.found, sizeof(told_t));
  tell_globals(&t, notes, session);
  tell_api(&t, notes);
  tell_params(&t, notes);
  if (!session) {
    tell_reads(&t, notes);
    tell_selves(&t, notes);
  }
  tell_loops(&t, notes);
  if (t.found.n > 1) {
    qsort(t.found.data, t.found.n, sizeof(told_t), errors_first);
  }
  for (size_t i = 0; t.rc == OMS_OK && i < t.found.n; i++) {
    const told_t *told = OMS_AT(&t.found, told_t, i);
    const oms_lint_found_t found = {told->line, told->wrong, told->message};
    fn(ctx, &found);
  }
  oms_array_free(&t.found);
  return t.rc;
}

int oms_lint(const char *text, size_t n, bool session, oms_lint_fn *fn, void *ctx) {
  lint_notes_t notes = {.params_walked = false};
  oms_array_t *lists[] = {&notes.nodes, &notes.edges,  &notes.globals, &notes.params, &notes.fields,
                          &notes.reads, &notes.selves, &notes.names,   &notes.api};
  const size_t sizes[] = {sizeof(lint_node_t),  sizeof(lint_edge_t),  sizeof(lint_global_t),
                          sizeof(lint_token_t), sizeof(lint_token_t), sizeof(lint_token_t),
                          sizeof(lint_self_t),  sizeof(lint_token_t), sizeof(lint_api_t)};
  for (size_t i = 0; i < OMS_COUNT(lists); i++) {
    oms_array_init(lists[i], sizes[i]);
  }
  int rc = lint_parse(text, n, &notes);
  if (rc == OMS_OK) {
    rc = tell(&notes, session, fn, ctx);
  }
  for (size_t i = 0; i < OMS_COUNT(lists); i++) {
    oms_array_free(lists[i]);
  }
  return rc;
}
