/* diff.c - see diff.h. Both files are read side by side; what has been read of them so far is kept
 * as a state only, so that their length does not matter. */
#include "host/diff.h"

#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/check.h"
#include "base/time.h"
#include "host/csv_out.h"
#include "host/results.h"

enum { A, B };

typedef struct pair {
  const char *folders[2];
  oms_rows_in_t *rows[2];
  bool more[2];
  bool same_ids; /* order ids come from the seed: with another one they say nothing */
  FILE *to;
  oms_error_t *err;
} pair_t;

static void close_rows(pair_t *p) {
  for (int i = 0; i < 2; i++) {
    oms_rows_close(p->rows[i]);
    p->rows[i] = NULL;
  }
}

static int open_rows(pair_t *p, const char *name) {
  p->rows[A] = p->rows[B] = NULL;
  int rc = oms_rows_open(p->folders[A], name, &p->rows[A], p->err);
  return rc == OMS_OK ? oms_rows_open(p->folders[B], name, &p->rows[B], p->err) : rc;
}

static int next_rows(pair_t *p) {
  int rc = oms_rows_next(p->rows[A], &p->more[A], p->err);
  return rc == OMS_OK ? oms_rows_next(p->rows[B], &p->more[B], p->err) : rc;
}

static bool is_id(const char *column) {
  return strcmp(column, "order_id") == 0 || strcmp(column, "client_order_id") == 0 ||
         strcmp(column, "parent_id") == 0 || strcmp(column, "replaces") == 0;
}

static bool same_field(const pair_t *p, size_t i) {
  const char *column = oms_rows_column(p->rows[A], i);
  if (i < oms_rows_columns(p->rows[B]) && strcmp(oms_rows_column(p->rows[B], i), column) == 0 &&
      strcmp(oms_rows_field(p->rows[A], i), oms_rows_field(p->rows[B], i)) == 0) {
    return true; /* the same columns, as nearly always */
  }
  return (!p->same_ids && is_id(column)) ||
         strcmp(oms_rows_field(p->rows[A], i), oms_rows_get(p->rows[B], column)) == 0;
}

static bool same_row(const pair_t *p) {
  for (size_t i = 0; i < oms_rows_columns(p->rows[A]); i++) {
    if (!same_field(p, i)) {
      return false;
    }
  }
  return true;
}

/* NAME=VALUE of all fields that hold something. */
static void print_fields_of(const oms_rows_in_t *r,
                            const char *(*field)(const oms_rows_in_t *r, size_t i), FILE *to) {
  for (size_t i = 0; i < oms_rows_columns(r); i++) {
    const char *text = field(r, i);
    if (text != NULL && text[0] != '\0') {
      fprintf(to, " %s=%s", oms_rows_column(r, i), text);
    }
  }
  fputc('\n', to);
}

static void print_row(const pair_t *p, int side) {
  fprintf(p->to, "  %c:", side == A ? 'A' : 'B');
  if (p->more[side]) {
    print_fields_of(p->rows[side], oms_rows_field, p->to);
  } else {
    fputs(" has ended\n", p->to);
  }
}

static void print_rows(const pair_t *p) {
  print_row(p, A);
  print_row(p, B);
  for (size_t i = 0; p->more[A] && p->more[B] && i < oms_rows_columns(p->rows[A]); i++) {
    const char *column = oms_rows_column(p->rows[A], i);
    const char *a = oms_rows_field(p->rows[A], i), *b = oms_rows_get(p->rows[B], column);
    if (!same_field(p, i)) {
      fprintf(p->to, "  %s: A %s, B %s\n", column, a[0] != '\0' ? a : "nothing",
              b[0] != '\0' ? b : "nothing");
    }
  }
}

/* The state on one side. */

static oms_time_t time_of(const char *text) {
  bool date_only;
  oms_time_t t;
  return oms_time_parse(text, strlen(text), OMS_ZONE_UTC, &t, &date_only) == OMS_OK ? t
                                                                                    : OMS_NO_TIME;
}

/* The last row of equity.csv at or before 'ts'. */
static int print_equity(const pair_t *p, int side, oms_time_t ts) {
  oms_rows_in_t *r = NULL;
  char line[400] = "";
  bool more = true;
  int rc = oms_rows_open(p->folders[side], "equity.csv", &r, p->err);
  while (rc == OMS_OK && more) {
    rc = oms_rows_next(r, &more, p->err);
    if (rc != OMS_OK || !more || time_of(oms_rows_get(r, "ts")) > ts) {
      break;
    }
    snprintf(line, sizeof line, "equity %.60s, cash %.60s, position value %.60s, at %.40s",
             oms_rows_get(r, "equity"), oms_rows_get(r, "cash"), oms_rows_get(r, "position_value"),
             oms_rows_get(r, "ts"));
  }
  oms_rows_close(r);
  if (rc == OMS_OK) {
    fprintf(p->to, "    %s\n", line[0] != '\0' ? line : "no equity yet");
  }
  return rc;
}

static int print_side(const pair_t *p, int side, oms_diff_state_t *state, oms_time_t ts) {
  int rc = p->more[side] ? oms_diff_state_take(state, p->rows[side]) : OMS_OK;
  if (rc != OMS_OK) {
    return oms_error_set(p->err, rc, "out of memory for the state");
  }
  fprintf(p->to, "  State of %c after it:\n", side == A ? 'A' : 'B');
  rc = print_equity(p, side, ts);
  if (rc == OMS_OK) {
    oms_diff_state_print(state, p->to);
  }
  return rc;
}

/* Events. */

typedef struct events {
  oms_diff_state_t *states[2];
  uint64_t common;
} events_t;

static int print_events(const pair_t *p, const events_t *e) {
  int early = !p->more[A] ? B : A;
  oms_time_t ts = time_of(oms_rows_get(p->rows[early], "ts"));
  oms_time_t other = p->more[B] ? time_of(oms_rows_get(p->rows[B], "ts")) : ts;
  fprintf(p->to,
          "The runs part at event %" PRIu64 " of events.csv: the %" PRIu64
          " before it are the same\n",
          e->common + 1, e->common);
  fputs(e->common > 0 ? "  last common event:" : "  no event is common to them", p->to);
  print_fields_of(p->rows[A], oms_rows_before, p->to);
  print_rows(p);
  int rc = print_side(p, A, e->states[A], p->more[A] ? ts : other);
  return rc == OMS_OK ? print_side(p, B, e->states[B], other) : rc;
}

static int walk_events(pair_t *p, events_t *e, bool *differ) {
  for (;;) {
    int rc = next_rows(p);
    if (rc != OMS_OK) {
      return rc;
    }
    if (!p->more[A] && !p->more[B]) {
      fprintf(p->to, "All %" PRIu64 " events are the same\n", e->common);
      return OMS_OK;
    }
    if (!p->more[A] || !p->more[B] || !same_row(p)) {
      *differ = true;
      return print_events(p, e);
    }
    rc = oms_diff_state_take(e->states[A], p->rows[A]);
    if (rc == OMS_OK) {
      rc = oms_diff_state_take(e->states[B], p->rows[B]);
    }
    if (rc != OMS_OK) {
      return oms_error_set(p->err, rc, "out of memory for the state");
    }
    e->common++;
  }
}

static int compare_events(pair_t *p, bool *differ) {
  events_t e = {
      .states = {oms_diff_state_new(), oms_diff_state_new()}
  };
  int rc = e.states[A] == NULL || e.states[B] == NULL
               ? oms_error_set(p->err, OMS_ERR_NOMEM, "out of memory for the state")
               : open_rows(p, "events.csv");
  if (rc == OMS_OK) {
    rc = walk_events(p, &e, differ);
  }
  close_rows(p);
  oms_diff_state_free(e.states[A]);
  oms_diff_state_free(e.states[B]);
  return rc;
}

/* The other files. */

static int compare_file(pair_t *p, const char *name, bool *differ) {
  int rc = open_rows(p, name);
  for (bool going = rc == OMS_OK; going;) {
    rc = next_rows(p);
    going = rc == OMS_OK && (p->more[A] || p->more[B]);
    if (going && (!p->more[A] || !p->more[B] || !same_row(p))) {
      uint64_t row = oms_rows_count(p->rows[p->more[A] ? A : B]);
      fprintf(p->to, "%s differs from row %" PRIu64 " on:\n", name, row);
      print_rows(p);
      *differ = true;
      going = false;
    }
  }
  close_rows(p);
  return rc;
}

static const oms_json_field_t *find_field(const oms_array_t *fields, const char *name) {
  for (size_t i = 0; i < fields->n; i++) {
    const oms_json_field_t *f = OMS_AT(fields, oms_json_field_t, i);
    if (strcmp(f->name, name) == 0) {
      return f;
    }
  }
  return NULL;
}

static void print_fields(const pair_t *p, const oms_array_t *from, const oms_array_t *other,
                         bool reversed, bool *differ) {
  for (size_t i = 0; i < from->n; i++) {
    const oms_json_field_t *f = OMS_AT(from, oms_json_field_t, i);
    const oms_json_field_t *g = find_field(other, f->name);
    bool same = g != NULL && strcmp(f->text, g->text) == 0;
    if (!oms_summary_is_measured(f->name) && !same && (g == NULL || !reversed)) {
      const char *there = g != NULL ? g->text : "nothing";
      fprintf(p->to, "summary.json: %s: A %s, B %s\n", f->name, reversed ? there : f->text,
              reversed ? f->text : there);
      *differ = true;
    }
  }
}

static int compare_summary(const pair_t *p, bool *differ) {
  oms_arena_t arena = {NULL};
  oms_array_t fields[2];
  oms_array_init(&fields[A], sizeof(oms_json_field_t));
  oms_array_init(&fields[B], sizeof(oms_json_field_t));
  int rc = oms_summary_read(p->folders[A], &arena, &fields[A], p->err);
  if (rc == OMS_OK) {
    rc = oms_summary_read(p->folders[B], &arena, &fields[B], p->err);
  }
  if (rc == OMS_OK) {
    print_fields(p, &fields[A], &fields[B], false, differ);
    print_fields(p, &fields[B], &fields[A], true, differ);
  }
  oms_array_free(&fields[A]);
  oms_array_free(&fields[B]);
  oms_arena_free(&arena);
  return rc;
}

static bool has_file(const char *folder, const char *name) {
  char *path = oms_csv_out_path(folder, name, "");
  bool there = path != NULL && access(path, F_OK) == 0;
  oms_free(path);
  return there;
}

static int compare_bundles(pair_t *p) {
  oms_bundle_t a, b;
  for (int i = 0; i < 2; i++) {
    if (!has_file(p->folders[i], "run.bundle")) {
      fprintf(p->to, "%s has no run.bundle: the settings are not compared\n", p->folders[i]);
      return OMS_OK;
    }
  }
  oms_bundle_init(&a);
  oms_bundle_init(&b);
  int rc = oms_bundle_read(&a, p->folders[A], p->err);
  if (rc == OMS_OK) {
    rc = oms_bundle_read(&b, p->folders[B], p->err);
  }
  if (rc == OMS_OK) {
    const char *seeds[] = {oms_bundle_get(&a.facts, "seed"), oms_bundle_get(&b.facts, "seed")};
    p->same_ids = seeds[A] == NULL || seeds[B] == NULL || strcmp(seeds[A], seeds[B]) == 0;
    fputs("Made differently:\n", p->to);
    if (!oms_diff_settings(&a, &b, p->to)) {
      fputs("  in nothing: same command, scripts, data and settings\n", p->to);
    }
  }
  oms_bundle_free(&a);
  oms_bundle_free(&b);
  return rc;
}

static const char *const files[] = {"events.csv", "equity.csv", "orders.csv",
                                    "fills.csv",  "trades.csv", "summary.json"};

/* Before anything is said. */
static int check_files(const pair_t *p) {
  for (size_t i = 0; i < 2 * OMS_COUNT(files); i++) {
    const char *folder = p->folders[i % 2], *name = files[i / 2];
    if (!has_file(folder, name)) {
      return oms_error_set(p->err, OMS_ERR_IO,
                           "%s has no %s: it must be the folder of a run with --out, to its end",
                           folder, name);
    }
  }
  return OMS_OK;
}

int oms_diff_runs(const char *a, const char *b, FILE *to, bool *differ, oms_error_t *err) {
  pair_t p = {
      .folders = {a, b},
        .same_ids = true, .to = to, .err = err
  };
  *differ = false;
  int rc = check_files(&p);
  if (rc == OMS_OK) {
    fprintf(to, "A: %s\nB: %s\n", a, b);
    rc = compare_bundles(&p);
  }
  if (rc == OMS_OK) {
    rc = compare_events(&p, differ);
  }
  for (size_t i = 1; rc == OMS_OK && !*differ && i + 1 < OMS_COUNT(files); i++) {
    rc = compare_file(&p, files[i], differ);
  }
  if (rc == OMS_OK) {
    rc = compare_summary(&p, differ);
  }
  if (rc == OMS_OK && !*differ) {
    fputs("The results are the same\n", to);
  }
  return rc;
}
