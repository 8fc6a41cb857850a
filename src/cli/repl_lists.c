/* repl_lists.c - see repl_lists.h. Fields are those that the check of a session sees: instants as
 * integer ns, quantities, prices and money as floats, words as texts, nothing for what is empty. */
#include "cli/repl_lists.h"

#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "base/time.h"

static const char *const names[] = {"orders", "fills", "trades", "equity", "events", "summary"};

void oms_repl_lists_init(oms_repl_lists_t *l, const char *folder) {
  *l = (oms_repl_lists_t){.folder = folder};
  oms_array_init(&l->fields, sizeof(oms_repl_field_t));
}

void oms_repl_lists_free(oms_repl_lists_t *l) {
  oms_rows_close(l->rows);
  oms_array_free(&l->fields);
  oms_arena_free(&l->arena);
}

static bool is_one_of(const char *name, const char *const *list, size_t n) {
  for (size_t i = 0; i < n; i++) {
    if (strcmp(name, list[i]) == 0) {
      return true;
    }
  }
  return false;
}

static oms_repl_kind_t kind_of(const char *column) {
  static const char *const times[] = {"ts", "end_ts", "entry_time", "exit_time"};
  static const char *const texts[] = {
      "type",        "order_id", "client_order_id", "parent_id",    "replaces", "symbol",
      "side",        "status",   "order_type",      "execution_id", "code",     "message",
      "rejected_by", "strategy", "account",         "time_in_force"};
  if (is_one_of(column, times, OMS_COUNT(times)) || strcmp(column, "seq") == 0) {
    return OMS_REPL_INTEGER;
  }
  return is_one_of(column, texts, OMS_COUNT(texts)) ? OMS_REPL_TEXT : OMS_REPL_NUMBER;
}

/* What does not read as its kind stays the text that it is. */
static void read_value(oms_repl_field_t *f) {
  char *end;
  bool date_only;
  if (f->kind == OMS_REPL_NUMBER) {
    f->number = strtod(f->text, &end);
    f->kind = *end == '\0' ? OMS_REPL_NUMBER : OMS_REPL_TEXT;
  } else if (f->kind == OMS_REPL_INTEGER && strchr(f->text, 'T') != NULL) {
    int rc = oms_time_parse(f->text, strlen(f->text), OMS_ZONE_UTC, &f->integer, &date_only);
    f->kind = rc == OMS_OK ? OMS_REPL_INTEGER : OMS_REPL_TEXT;
  } else if (f->kind == OMS_REPL_INTEGER) {
    f->integer = strtoll(f->text, &end, 10);
    f->kind = *end == '\0' ? OMS_REPL_INTEGER : OMS_REPL_TEXT;
  }
  if (f->text[0] == '\0') {
    f->kind = OMS_REPL_NONE;
  }
}

static int open_summary(oms_repl_lists_t *l, oms_error_t *err) {
  oms_array_t fields;
  oms_array_init(&fields, sizeof(oms_json_field_t));
  int rc = oms_summary_read(l->folder, &l->arena, &fields, err);
  for (size_t i = 0; rc == OMS_OK && i < fields.n; i++) {
    const oms_json_field_t *from = OMS_AT(&fields, oms_json_field_t, i);
    bool whole = strpbrk(from->text, ".eE") == NULL;
    oms_repl_field_t f = {.name = from->name,
                          .text = from->text,
                          .kind = from->is_text ? OMS_REPL_TEXT
                                  : whole       ? OMS_REPL_INTEGER
                                                : OMS_REPL_NUMBER};
    if (!from->is_text && strcmp(from->text, "null") == 0) {
      f.text = "";
    }
    read_value(&f);
    rc = oms_array_push(&l->fields, &f) == OMS_OK
             ? OMS_OK
             : oms_error_set(err, OMS_ERR_NOMEM, "out of memory for the summary");
  }
  oms_array_free(&fields);
  return rc;
}

static int open_list(void *self, const char *name, oms_error_t *err) {
  oms_repl_lists_t *l = self;
  char file[32];
  oms_rows_close(l->rows);
  l->rows = NULL;
  l->fields.n = 0;
  l->at_summary = strcmp(name, "summary") == 0;
  if (l->at_summary) {
    return open_summary(l, err);
  }
  snprintf(file, sizeof file, "%s.csv", name);
  return oms_rows_open(l->folder, file, &l->rows, err);
}

static int read_fields(oms_repl_lists_t *l, oms_error_t *err) {
  for (size_t i = 0; i < oms_rows_columns(l->rows); i++) {
    oms_repl_field_t f = {.name = oms_rows_column(l->rows, i), .text = oms_rows_field(l->rows, i)};
    f.kind = kind_of(f.name);
    read_value(&f);
    if (oms_array_push(&l->fields, &f) != OMS_OK) {
      return oms_error_set(err, OMS_ERR_NOMEM, "out of memory for a row");
    }
  }
  return OMS_OK;
}

/* The summary, which was read when it was opened, is one row. */
static int next_row(void *self, const oms_repl_field_t **fields, size_t *n, oms_error_t *err) {
  oms_repl_lists_t *l = self;
  bool more = false;
  int rc = OMS_OK;
  if (l->rows != NULL) {
    l->fields.n = 0;
    rc = oms_rows_next(l->rows, &more, err);
  }
  if (rc == OMS_OK && more) {
    rc = read_fields(l, err);
  }
  *fields = l->fields.data;
  *n = more || l->at_summary ? l->fields.n : 0;
  l->at_summary = false;
  return rc;
}

static bool is_record(const char *name) {
  return strcmp(name, "summary") == 0;
}

oms_repl_source_t oms_repl_lists_source(oms_repl_lists_t *l) {
  return (oms_repl_source_t){.self = l,
                             .names = names,
                             .name_n = OMS_COUNT(names),
                             .is_record = is_record,
                             .open = open_list,
                             .next = next_row};
}
