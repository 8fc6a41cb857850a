/* sweep_json.c - a sweep as one JSON object. Statistics stand by column, each a list by combination
 * in the grid's order (the last axis changes fastest), which is what a heat map reads. */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "host/json_out.h"
#include "host/sweep_int.h"

/* A value as JSON has it: a number that it would take, true, false, or a text. */
static void put_value(const char *text, FILE *to) {
  const char *digits = text + (text[0] == '-' ? 1 : 0);
  size_t whole = strspn(digits, "0123456789");
  bool plain = oms_grid_number(text) && whole > 0 && (digits[0] != '0' || whole == 1) &&
               (digits[whole] == '\0' || digits[whole + 1] != '\0');
  if (plain || strcmp(text, "true") == 0 || strcmp(text, "false") == 0) {
    fputs(text, to);
  } else {
    oms_json_text(text, to);
  }
}

static void put_axes(const oms_grid_t *g, FILE *to) {
  fputs("  \"grid\": [", to);
  for (size_t i = 0; i < g->n; i++) {
    fputs(i > 0 ? ",\n    {\"name\": " : "\n    {\"name\": ", to);
    oms_json_text(g->axes[i].name, to);
    fputs(", \"values\": [", to);
    for (size_t k = 0; k < g->axes[i].n; k++) {
      fputs(k > 0 ? ", " : "", to);
      put_value(g->axes[i].values[k], to);
    }
    fputs("]}", to);
  }
  fputs("\n  ],\n", to);
}

static void put_params(const oms_grid_t *g, size_t combination, FILE *to) {
  fputc('{', to);
  for (size_t i = 0; i < g->n; i++) {
    fputs(i > 0 ? ", " : "", to);
    oms_json_text(g->axes[i].name, to);
    fputs(": ", to);
    put_value(oms_grid_value(g, combination, i), to);
  }
  fputc('}', to);
}

static void put_stats(const oms_sweep_row_t *row, FILE *to) {
  fputc('{', to);
  for (size_t i = 0; i < OMS_SWEEP_STATS; i++) {
    oms_summary_field_t f;
    oms_sweep_field(row, i, &f);
    fprintf(to, "%s\"%s\": ", i > 0 ? ", " : "", f.name);
    oms_summary_json_value(&f, to);
  }
  fputc('}', to);
}

/* One statistic of 'n' rows as a list. */
static void put_column(const oms_sweep_row_t *rows, size_t n, size_t stat, FILE *to) {
  fputc('[', to);
  for (size_t i = 0; i < n; i++) {
    oms_summary_field_t f;
    oms_sweep_field(&rows[i], stat, &f);
    fputs(i > 0 ? ", " : "", to);
    oms_summary_json_value(&f, to);
  }
  fputc(']', to);
}

static void put_outcomes(const oms_sweep_row_t *rows, size_t n, FILE *to) {
  fputs("\"status\": [", to);
  for (size_t i = 0; i < n; i++) {
    fprintf(to, "%s\"%s\"", i > 0 ? ", " : "", oms_sweep_status_name(rows[i].status));
  }
  fputs("],\n  \"messages\": {", to);
  bool any = false;
  for (size_t i = 0; i < n; i++) {
    if (rows[i].message != NULL) {
      fprintf(to, "%s\"%zu\": ", any ? ", " : "", i);
      oms_json_text(rows[i].message, to);
      any = true;
    }
  }
  fputs("}", to);
}

static void put_luck(const oms_sweep_luck_t *luck, FILE *to) {
  fprintf(to, "{\"trials\": %zu, \"sharpe\": ", luck->trials);
  oms_json_number(luck->sharpe, to);
  fputs(", \"expected_sharpe\": ", to);
  oms_json_number(luck->expected, to);
  fputs(", \"deflated_sharpe\": ", to);
  oms_json_number(luck->deflated, to);
  fputc('}', to);
}

static void put_whole(const oms_sweep_t *s, FILE *to) {
  fputs("  ", to);
  put_outcomes(s->rows, s->combinations, to);
  fputs(",\n  \"order\": [", to);
  for (size_t i = 0; i < s->combinations; i++) {
    fprintf(to, "%s%" PRIu32, i > 0 ? ", " : "", s->order[i]);
  }
  fputs("],\n  \"best\": {\"combination\": ", to);
  fprintf(to, "%" PRIu32 ", \"params\": ", s->order[0]);
  put_params(s->options.grid, s->order[0], to);
  fputs(", \"statistics\": ", to);
  put_stats(&s->rows[s->order[0]], to);
  fputs("},\n  \"luck\": ", to);
  put_luck(&s->luck, to);
  fputs(",\n  \"statistics\": {", to);
  for (size_t i = 0; i < OMS_SWEEP_STATS; i++) {
    fprintf(to, "%s\n    \"%s\": ", i > 0 ? "," : "", oms_sweep_stat_name(i));
    put_column(s->rows, s->combinations, i, to);
  }
  fputs("\n  }", to);
}

static void put_time(const char *name, oms_time_t t, FILE *to) {
  char text[32];
  oms_time_iso(t, text);
  fprintf(to, "\"%s\": \"%s\", ", name, text);
}

static void put_window(const oms_sweep_t *s, size_t w, FILE *to) {
  const oms_sweep_row_t *rows = &s->rows[w * s->combinations];
  uint32_t chosen = s->chosen[w];
  fputs("    {", to);
  put_time("train_from", s->windows[w].train_from, to);
  put_time("train_to", s->windows[w].train_to, to);
  put_time("test_to", s->windows[w].test_to, to);
  fprintf(to, "\"status\": \"%s\", \"combination\": ", oms_sweep_status_name(s->tests[w].status));
  if (chosen == UINT32_MAX) {
    fputs("null", to);
  } else {
    fprintf(to, "%" PRIu32 ", \"params\": ", chosen);
    put_params(s->options.grid, chosen, to);
    fputs(",\n     \"in_sample\": ", to);
    put_stats(&rows[chosen], to);
    fputs(",\n     \"out_of_sample\": ", to);
    put_stats(&s->tests[w], to);
  }
  fputs(",\n     \"scores\": ", to);
  put_column(rows, s->combinations, s->options.sort.stat, to);
  fputc('}', to);
}

static void put_chain(const oms_sweep_chain_t *c, FILE *to) {
  fprintf(to, "{\"days\": %zu, \"trades\": %zu, \"return_pct\": ", c->days, c->trades);
  oms_json_number(c->return_pct, to);
  fputs(", \"annual_return_pct\": ", to);
  oms_json_number(c->annual_return_pct, to);
  fputs(", \"sharpe\": ", to);
  oms_json_number(c->sharpe, to);
  fputs(", \"max_drawdown_pct\": ", to);
  oms_json_number(c->max_drawdown_pct, to);
  fputc('}', to);
}

static void put_walk(const oms_sweep_t *s, FILE *to) {
  const oms_walk_t *walk = s->options.walk;
  fprintf(to, "  \"walk_forward\": {\"train\": \"%d%c\", \"test\": \"%d%c\"},\n", walk->train.n,
          walk->train.unit, walk->test.n, walk->test.unit);
  fputs("  \"out_of_sample\": ", to);
  put_chain(&s->chain, to);
  fputs(",\n  \"windows\": [\n", to);
  for (size_t w = 0; w < s->window_n; w++) {
    put_window(s, w, to);
    fputs(w + 1 < s->window_n ? ",\n" : "\n", to);
  }
  fputs("  ]", to);
}

void oms_sweep_json(const oms_sweep_t *s, FILE *to) {
  fputs("{\n  \"strategy\": ", to);
  oms_json_text(s->options.strategy, to);
  fprintf(to, ",\n  \"sort\": \"%s\",\n  \"first\": \"%s\",\n",
          oms_sweep_stat_name(s->options.sort.stat),
          s->options.sort.largest ? "largest" : "smallest");
  fprintf(to, "  \"combinations\": %zu,\n  \"finished\": %zu,\n  \"failed\": %zu,\n",
          s->combinations, s->finished, s->failed);
  put_axes(s->options.grid, to);
  if (s->options.walk == NULL) {
    put_whole(s, to);
  } else if (s->chosen != NULL) {
    put_walk(s, to);
  } else {
    fputs("  \"windows\": []", to); /* interrupted before there was a choice */
  }
  fputs("\n}\n", to);
}
