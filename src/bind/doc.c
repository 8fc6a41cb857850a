/* doc.c - the parts of the documentation, finding in them, and the pages of the command line. */
#include "bind/doc.h"

#include <string.h>

#include "base/check.h"
#include "base/containers.h"
#include "bind/api.h"

#define NAMES_MAX 512

static const oms_doc_t no_docs[] = {{.name = NULL}};

/* clang-format off */
const oms_doc_part_t oms_doc_parts[] = {
    {"Callbacks",          oms_docs_callbacks,  oms_docs_classes_event},
    {"Orders",             oms_docs_orders,     oms_docs_classes_args},
    {"Quotes, trades, actions", no_docs, oms_docs_classes_market},
    {"Order handles",      oms_docs_order,      oms_docs_classes_order},
    {"Positions",          oms_docs_position,   oms_docs_classes_position},
    {"Accounts",           oms_docs_account,    oms_docs_classes_account},
    {"Market data",        oms_docs_instrument, oms_docs_classes_instrument},
    {"Calendar",           oms_docs_calendar,   NULL},
    {"Time",               oms_docs_time,       oms_docs_classes_time},
    {"Timers",             oms_docs_timer,      NULL},
    {"Indicators",         oms_docs_ta,         NULL},
    {"Log and others",     oms_docs_log,        NULL},
    {"Rules: ctx",         oms_docs_rule,       oms_docs_classes_rule},
    {"Timeline",           oms_docs_timeline,   NULL},
    {"Groups of orders (lua/oms/triggers)", oms_docs_group, NULL},
};
/* clang-format on */
const size_t oms_doc_part_count = OMS_COUNT(oms_doc_parts);

const oms_doc_t *oms_doc_find(const char *name) {
  for (size_t i = 0; i < oms_doc_part_count; i++) {
    for (const oms_doc_t *d = oms_doc_parts[i].docs; d->name != NULL; d++) {
      bool short_form = strncmp(d->name, "oms.", 4) == 0 && strcmp(d->name + 4, name) == 0;
      if (short_form || strcmp(d->name, name) == 0) {
        return d;
      }
    }
  }
  return NULL;
}

const oms_doc_class_t *oms_doc_find_class(const char *name) {
  for (size_t i = 0; i < oms_doc_part_count; i++) {
    const oms_doc_class_t *c = oms_doc_parts[i].classes;
    for (; c != NULL && c->name != NULL; c++) {
      if (strcmp(c->name, name) == 0) {
        return c;
      }
    }
  }
  return NULL;
}

const char *oms_doc_nearest(const char *name) {
  const char *names[NAMES_MAX];
  size_t n = 0;
  for (size_t i = 0; i < oms_doc_part_count; i++) {
    for (const oms_doc_t *d = oms_doc_parts[i].docs; d->name != NULL && n + 1 < NAMES_MAX; d++) {
      names[n++] = d->name;
      if (strncmp(d->name, "oms.", 4) == 0) {
        names[n++] = d->name + 4;
      }
    }
    const oms_doc_class_t *c = oms_doc_parts[i].classes;
    for (; c != NULL && c->name != NULL && n < NAMES_MAX; c++) {
      names[n++] = c->name;
    }
  }
  return oms_nearest_word(name, names, n);
}

/* Words for sets of cells and callbacks. */

static void add_words(oms_text_t *t, uint32_t set, const char *const *words, size_t n) {
  bool first = true;
  for (size_t i = 0; i < n; i++) {
    if ((set & (uint32_t)1 << i) != 0) {
      oms_text_add(t, "%s%s", first ? "" : ", ", words[i]);
      first = false;
    }
  }
}

void oms_doc_allowed(const oms_doc_t *d, char *out, size_t cap) {
  /* By bit. */
  static const char *const kinds[] = {"strategies", "rules", "triggers", "sessions"};
  static const char *const phases[] = {"the loading of the file",
                                       "on_start",
                                       "callbacks of events",
                                       "check",
                                       "on_stop",
                                       "on_save",
                                       "on_load",
                                       "on_warmup",
                                       "test",
                                       "timelines and checks of sessions"};
  oms_text_t t;
  oms_text_init(&t, out, cap);
  if (d->kinds == OMS_KIND_ANY) {
    oms_text_add(&t, "all scripts");
  } else {
    add_words(&t, d->kinds, kinds, OMS_COUNT(kinds));
  }
  if (d->phases == (uint32_t)OMS_PHASE_ANY) {
    oms_text_add(&t, ", anywhere");
  } else if (d->phases == OMS_PHASES_READ) {
    oms_text_add(&t, ", anywhere but while the file loads");
  } else {
    oms_text_add(&t, ": ");
    add_words(&t, d->phases, phases, OMS_COUNT(phases));
  }
}

/* Text. */

/* 'text' in lines of at most 96 columns behind 'indent' blanks. */
static void print_wrapped(FILE *to, const char *text, int indent) {
  int column = 0;
  while (*text != '\0') {
    size_t word = strcspn(text, " ");
    if (column > 0 && indent + column + 1 + (int)word > 96) {
      fputc('\n', to);
      column = 0;
    }
    column += fprintf(to, "%*s%.*s", column == 0 ? indent : 1, "", (int)word, text);
    text += word;
    text += strspn(text, " ");
  }
  fputc('\n', to);
}

static void print_lines(FILE *to, const char *text, int indent) {
  while (*text != '\0') {
    size_t n = strcspn(text, "\n");
    fprintf(to, "%*s%.*s\n", n > 0 ? indent : 0, "", (int)n, text);
    text += n + (text[n] == '\n' ? 1 : 0);
  }
}

static void print_signature(FILE *to, const oms_doc_t *d) {
  fprintf(to, "%s", d->name);
  if (d->arguments != NULL) {
    fprintf(to, "(%s)", d->arguments);
  }
  fprintf(to, "%s%s\n", d->returns[0] != '\0' ? " -> " : "", d->returns);
}

static void print_labeled(FILE *to, const char *label, const char *text) {
  if (text[0] != '\0') {
    fprintf(to, "\n%s:\n", label);
    print_wrapped(to, text, 2);
  }
}

void oms_doc_print(const oms_doc_t *d, FILE *to) {
  char allowed[256];
  oms_doc_allowed(d, allowed, sizeof allowed);
  print_signature(to, d);
  fputc('\n', to);
  print_wrapped(to, d->text, 2);
  print_labeled(to, "Units", d->units);
  print_labeled(to, "Errors", d->errors);
  print_labeled(to, "Allowed in", allowed);
  fprintf(to, "\nExample:\n");
  print_lines(to, d->example, 2);
}

void oms_doc_print_class(const oms_doc_class_t *c, FILE *to) {
  fprintf(to, "%s\n\n", c->name);
  print_wrapped(to, c->text, 2);
  fputc('\n', to);
  for (size_t i = 0; i < c->n; i++) {
    fprintf(to, "  %-20s %-14s %s\n", c->fields[i].name, c->fields[i].type, c->fields[i].text);
  }
}

#define BRIEF 76 /* what a line of the list shows; the rest is cut at a word */

static void print_line(FILE *to, const char *name, const char *text, size_t n) {
  bool cut = n > BRIEF;
  for (n = cut ? BRIEF - 4 : n; cut && text[n] != ' '; n--) {
  }
  fprintf(to, "  %-20s %.*s%s\n", name, (int)n, text, cut ? " ..." : "");
}

/* The first sentence. */
static void print_brief(FILE *to, const oms_doc_t *d) {
  const char *end = strstr(d->text, ". ");
  print_line(to, d->name, d->text, end != NULL ? (size_t)(end - d->text) + 1 : strlen(d->text));
}

void oms_doc_list(FILE *to) {
  for (size_t i = 0; i < oms_doc_part_count; i++) {
    fprintf(to, "%s%s:\n", i > 0 ? "\n" : "", oms_doc_parts[i].title);
    for (const oms_doc_t *d = oms_doc_parts[i].docs; d->name != NULL; d++) {
      print_brief(to, d);
    }
    const oms_doc_class_t *c = oms_doc_parts[i].classes;
    for (; c != NULL && c->name != NULL; c++) {
      print_line(to, c->name, c->text, strlen(c->text));
    }
  }
  fprintf(to, "\n'moondesk help lua NAME' shows one of them.\n");
}
