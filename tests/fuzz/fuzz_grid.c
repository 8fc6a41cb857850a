/* Any text as an axis of a sweep, as windows of a walk-forward and as a line of its journal: no
 * crash; an axis has values, none of them empty or twice, and fits its bound. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "host/sweep.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_grid(const char *text) {
  oms_grid_t g = {.n = 0};
  oms_error_t err = {.message = ""};
  if (oms_grid_add(&g, text, &err) == OMS_OK) {
    OMS_CHECK(g.n == 1 && g.axes[0].n > 0 && g.axes[0].n <= (size_t)OMS_GRID_MOST);
    OMS_CHECK(oms_grid_count(&g) == g.axes[0].n && strchr(text, '=') != NULL);
    for (size_t i = 0; i < g.axes[0].n; i++) {
      OMS_CHECK(oms_grid_value(&g, i, 0)[0] != '\0');
    }
    OMS_CHECK(oms_grid_add(&g, text, &err) == OMS_ERR_USAGE); /* the same name */
  } else {
    OMS_CHECK(g.n == 0 && err.message[0] != '\0');
  }
  oms_grid_free(&g);
}

static void check_walk(const char *text) {
  oms_walk_t walk;
  oms_error_t err;
  oms_array_t list;
  if (oms_walk_parse(text, &walk, &err) != OMS_OK) {
    return;
  }
  oms_array_init(&list, sizeof(oms_window_t));
  if (oms_walk_windows(&walk, OMS_ZONE_UTC, 0, INT64_C(3000000000000000000), INT64_MAX, &list,
                       &err) == OMS_OK) {
    for (size_t i = 0; i < list.n; i++) {
      const oms_window_t *w = OMS_AT(&list, oms_window_t, i);
      OMS_CHECK(w->train_from < w->train_to && w->train_to < w->test_to);
    }
  }
  oms_array_free(&list);
}

static void check_line(const char *text, size_t n) {
  oms_sweep_row_t row;
  char line[OMS_SWEEP_LINE];
  size_t task;
  if (oms_sweep_decode(text, n, &task, &row)) {
    (void)oms_sweep_encode(&row, task, line);
    oms_sweep_row_free(&row);
  }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  char *text = malloc(size + 1);
  OMS_CHECK(text != NULL);
  memcpy(text, data, size);
  text[size] = '\0';
  check_grid(text);
  check_walk(text);
  check_line(text, size);
  free(text);
  return 0;
}
