/* doc.h - what each name of the Lua API is, once, beside its binding: the help of the command line,
 * the annotations in lua/meta and the page lua/README.md are made from it (doc.c, doc_meta.c,
 * doc_page.c), and a test compares it with the bindings themselves. No lua.h here. */
#ifndef OMS_BIND_DOC_H
#define OMS_BIND_DOC_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* How an example is to be read, and run by the tests. */
typedef enum oms_doc_where {
  OMS_DOC_STRATEGY, /* lines of a strategy's on_bar(self, bar) */
  OMS_DOC_CALLBACK, /* a whole callback of a strategy S */
  OMS_DOC_CHECK,    /* lines of a rule's check(self, order, ctx) */
  OMS_DOC_LISTEN,   /* a whole callback of a rule R */
  OMS_DOC_TIMELINE, /* lines of a function of a timeline */
  OMS_DOC_SESSION,  /* keys of a session */
  OMS_DOC_TRIGGER   /* lines of a trigger's on_event; shown, not run on their own */
} oms_doc_where_t;

typedef struct oms_doc {
  const char *name;      /* "oms.buy", "order:cancel", "ctx.now", "on_bar" */
  const char *arguments; /* "symbol: string, qty: Decimal, opts?: table"; NULL: a value, no call */
  const char *returns;   /* types, as in annotations: "Order?, Reject?"; "": nothing */
  const char *text;      /* what it does, in a sentence or two */
  const char *units;     /* of arguments and answers, with ranges; "": none */
  const char *errors;    /* what it refuses and what it raises; "": nothing */
  const char *example;
  uint32_t kinds, phases; /* cells and callbacks in which it may be called: OMS_KIND_, OMS_PHASE_ */
  oms_doc_where_t where;  /* of the example */
} oms_doc_t;

/* A field of a thing; 'type' as in annotations. */
typedef struct oms_doc_field {
  const char *name, *type, *text;
} oms_doc_field_t;

/* A thing with fields: what a callback is given or a call answers. */
typedef struct oms_doc_class {
  const char *name; /* "Bar" */
  const char *text;
  const oms_doc_field_t *fields;
  size_t n;
} oms_doc_class_t;

/* Lists by file: each ends with an entry whose name is NULL. */
extern const oms_doc_t oms_docs_orders[], oms_docs_order[], oms_docs_position[], oms_docs_account[],
    oms_docs_instrument[], oms_docs_calendar[], oms_docs_time[], oms_docs_timer[], oms_docs_ta[],
    oms_docs_log[], oms_docs_rule[], oms_docs_timeline[], oms_docs_callbacks[], oms_docs_group[];
extern const oms_doc_class_t oms_docs_classes_event[], oms_docs_classes_order[],
    oms_docs_classes_position[], oms_docs_classes_account[], oms_docs_classes_instrument[],
    oms_docs_classes_rule[], oms_docs_classes_time[], oms_docs_classes_args[],
    oms_docs_classes_market[];

/* doc.c. */

/* A part of the pages: a title, its entries, its classes (NULL: none). */
typedef struct oms_doc_part {
  const char *title;
  const oms_doc_t *docs;
  const oms_doc_class_t *classes;
} oms_doc_part_t;
extern const oms_doc_part_t oms_doc_parts[];
extern const size_t oms_doc_part_count;

/* The entry or class of that name (for an entry also without "oms."), NULL where there is none. */
const oms_doc_t *oms_doc_find(const char *name);
const oms_doc_class_t *oms_doc_find_class(const char *name);
/* The nearest name of all, NULL when none is near. */
const char *oms_doc_nearest(const char *name);
/* "strategy: on_start, events; rule: check" of an entry, into 'out'. */
void oms_doc_allowed(const oms_doc_t *d, char *out, size_t cap);

/* Everything on one page of text, an entry, a class; the annotations; the page in Markdown. */
void oms_doc_list(FILE *to);
void oms_doc_print(const oms_doc_t *d, FILE *to);
void oms_doc_print_class(const oms_doc_class_t *c, FILE *to);
void oms_doc_meta(FILE *to);
void oms_doc_page(FILE *to);

#endif
