/* lint_int.h - what the parser (lint.c) notes of a source, and lint_tell.c makes of it. */
#ifndef OMS_BIND_LINT_INT_H
#define OMS_BIND_LINT_INT_H

#include "base/containers.h"
#include "base/err.h"
#include "bind/lint.h"
#include "bind/lint_lex.h"

/* A function, or a loop over pairs: what gives orders when it runs. */
typedef struct lint_node {
  bool loop;
  bool orders; /* a call in it gives an order */
  int line;
  lint_token_t name; /* of a function, its last part; n 0: none */
} lint_node_t;

/* 'node' calls a function by its name. */
typedef struct lint_edge {
  size_t node;
  lint_token_t callee;
} lint_edge_t;

/* A finding of the parser itself: a name at a line. */
typedef struct lint_global {
  lint_token_t name;
  bool written;
} lint_global_t;

/* `function S.name(first`, or `function S:name(self`: who is the script there. */
typedef struct lint_self {
  lint_token_t name, first;
  bool method;
} lint_self_t;

/* oms.NAME, or oms.PART.NAME with a part like ta. */
typedef struct lint_api {
  lint_token_t part, name; /* part n 0: none */
} lint_api_t;

typedef struct lint_notes {
  oms_array_t nodes;   /* lint_node_t */
  oms_array_t edges;   /* lint_edge_t */
  oms_array_t globals; /* lint_global_t */
  oms_array_t api;     /* lint_api_t: what is read of oms */
  oms_array_t params;  /* lint_token_t: names in the table `params` */
  oms_array_t fields;  /* lint_token_t: names that are read as a field */
  oms_array_t reads;   /* lint_token_t: those behind `params.` */
  oms_array_t selves;  /* lint_self_t: functions with a dot or a colon in their name */
  oms_array_t names;   /* lint_token_t: names of locals, for "did you mean" */
  bool params_walked;  /* all of them are read at once, or by a name that is worked out */
} lint_notes_t;

static inline bool lint_is(const lint_token_t *t, const char *word) {
  size_t i = 0;
  while (i < t->n && word[i] == t->text[i] && word[i] != '\0') {
    i++;
  }
  return i == t->n && word[i] == '\0';
}
static inline bool lint_same(const lint_token_t *a, const lint_token_t *b) {
  size_t i = 0;
  while (i < a->n && i < b->n && a->text[i] == b->text[i]) {
    i++;
  }
  return i == a->n && i == b->n;
}

/* Fills the notes (initialised). OMS_ERR_NOMEM. */
int lint_parse(const char *text, size_t n, lint_notes_t *notes);

#endif
