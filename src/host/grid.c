/* grid.c - the text of an axis to its values. Knows nothing of scripts: whether a parameter of that
 * name exists is for them to say. */
#include "host/grid.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/fixed.h"

#define NAME_MAX_BYTES  120
#define VALUE_MAX_BYTES 1000

static int nomem(oms_error_t *err) {
  return oms_error_set(err, OMS_ERR_NOMEM, "out of memory for the grid");
}

/* A part of the text, borrowed. */
typedef struct span {
  const char *s;
  size_t n;
} span_t;

/* Digits of the fraction, or -1 when it is no plain decimal. */
static int places(span_t t) {
  size_t i = t.n > 0 && (t.s[0] == '-' || t.s[0] == '+') ? 1 : 0;
  size_t digits = 0;
  int fraction = 0;
  bool point = false;
  for (; i < t.n; i++) {
    if (isdigit((unsigned char)t.s[i])) {
      digits++;
      fraction += point;
    } else if (t.s[i] == '.' && !point) {
      point = true;
    } else {
      return -1;
    }
  }
  return digits > 0 ? fraction : -1;
}

bool oms_grid_number(const char *text) {
  return places((span_t){text, strlen(text)}) >= 0;
}

/* Ranges. */

typedef struct range {
  int64_t low, high, step;
  int decimals;
} range_t;

static int bad_range(const char *name, span_t part, const char *what, oms_error_t *err) {
  return oms_error_set(err, OMS_ERR_USAGE,
                       "--grid: %s: the range '%.*s' %s; write LOW..HIGH:STEP, such as 5..20:5",
                       name, part.n > 60 ? 60 : (int)part.n, part.s, what);
}

/* The place of "..", or NULL. */
static const char *dots(span_t part) {
  for (size_t i = 0; i + 1 < part.n; i++) {
    if (part.s[i] == '.' && part.s[i + 1] == '.') {
      return part.s + i;
    }
  }
  return NULL;
}

/* A part with ".." and a number on either side is a range, or should be one; else it is a text. */
static bool is_range(span_t part) {
  const char *at = dots(part);
  if (at == NULL) {
    return false;
  }
  span_t low = {part.s, (size_t)(at - part.s)};
  size_t rest = part.n - low.n - 2;
  return places(low) >= 0 || (rest > 0 && isdigit((unsigned char)at[2]));
}

static int read_range(const char *name, span_t part, range_t *out, oms_error_t *err) {
  const char *at = dots(part), *end = part.s + part.n;
  const char *colon = memchr(at + 2, ':', (size_t)(end - at - 2));
  span_t texts[3] = {
      {part.s, (size_t)(at - part.s)                           },
      {at + 2, (size_t)((colon != NULL ? colon : end) - at - 2)},
      {"1",    1                                               }
  };
  if (colon != NULL) {
    texts[2] = (span_t){colon + 1, (size_t)(end - colon - 1)};
  }
  int64_t *to[3] = {&out->low, &out->high, &out->step};
  out->decimals = 0;
  for (int i = 0; i < 3; i++) {
    int n = places(texts[i]);
    if (n < 0 || n > 9) {
      return bad_range(
          name, part, n < 0 ? "has an end or a step that is no number" : "has more than 9 decimals",
          err);
    }
    out->decimals = n > out->decimals ? n : out->decimals;
  }
  for (int i = 0; i < 3; i++) {
    if (oms_decimal_parse(texts[i].s, texts[i].n, out->decimals, to[i]) != OMS_OK) {
      return bad_range(name, part, "has a number that is too large", err);
    }
  }
  if (out->step <= 0) {
    return bad_range(name, part, "has a step that is not above 0", err);
  }
  return out->high < out->low ? bad_range(name, part, "ends below its start", err) : OMS_OK;
}

static oms_int128_t range_count(const range_t *r) {
  return ((oms_int128_t)r->high - r->low) / r->step + 1;
}

/* Values. */

static int too_many(const char *name, oms_error_t *err) {
  return oms_error_set(err, OMS_ERR_USAGE,
                       "--grid: with %s there are more than %" PRId64
                       " combinations; take larger steps or fewer values",
                       name, OMS_GRID_MOST);
}

static int push(oms_grid_t *g, oms_array_t *values, const char *s, size_t n, oms_error_t *err) {
  if (n > VALUE_MAX_BYTES) {
    return oms_error_set(err, OMS_ERR_USAGE, "--grid: the value '%.60s...' has more than %d bytes",
                         s, VALUE_MAX_BYTES);
  }
  const char *text = oms_arena_text(&g->arena, s, n);
  return text == NULL || oms_array_push(values, &text) != OMS_OK ? nomem(err) : OMS_OK;
}

static int push_range(oms_grid_t *g, const char *name, span_t part, oms_array_t *values,
                      oms_error_t *err) {
  range_t r;
  char text[24];
  int rc = read_range(name, part, &r, err);
  if (rc == OMS_OK && range_count(&r) > OMS_GRID_MOST) {
    return too_many(name, err);
  }
  size_t n = rc == OMS_OK ? (size_t)range_count(&r) : 0;
  for (size_t i = 0; i < n && rc == OMS_OK; i++) {
    size_t length = oms_decimal_format(r.low + (int64_t)i * r.step, r.decimals, text);
    rc = push(g, values, text, length, err);
  }
  return rc;
}

static int push_part(oms_grid_t *g, const char *name, span_t part, oms_array_t *values,
                     oms_error_t *err) {
  if (part.n == 0) {
    return oms_error_set(err, OMS_ERR_USAGE,
                         "--grid: %s has an empty value; write %s=VALUE,VALUE or a range", name,
                         name);
  }
  return is_range(part) ? push_range(g, name, part, values, err)
                        : push(g, values, part.s, part.n, err);
}

static int compare_texts(const void *a, const void *b) {
  return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Two equal values would be two equal rows. */
static int check_twice(const char *name, const oms_array_t *values, oms_error_t *err) {
  const char **sorted = oms_alloc(values->n * sizeof *sorted);
  if (sorted == NULL) {
    return nomem(err);
  }
  memcpy(sorted, values->data, values->n * sizeof *sorted);
  qsort(sorted, values->n, sizeof *sorted, compare_texts);
  int rc = OMS_OK;
  for (size_t i = 1; i < values->n && rc == OMS_OK; i++) {
    if (strcmp(sorted[i - 1], sorted[i]) == 0) {
      rc = oms_error_set(err, OMS_ERR_USAGE, "--grid: %s has the value '%.60s' twice", name,
                         sorted[i]);
    }
  }
  oms_free(sorted);
  return rc;
}

static int read_values(oms_grid_t *g, const char *name, const char *s, oms_array_t *values,
                       oms_error_t *err) {
  int rc = OMS_OK;
  for (;;) {
    size_t n = strcspn(s, ",");
    rc = push_part(g, name, (span_t){s, n}, values, err);
    if (rc == OMS_OK && values->n > (size_t)OMS_GRID_MOST) {
      rc = too_many(name, err);
    }
    if (rc != OMS_OK || s[n] == '\0') {
      break;
    }
    s += n + 1;
  }
  return rc == OMS_OK ? check_twice(name, values, err) : rc;
}

/* Axes. */

static int read_name(oms_grid_t *g, const char *text, const char **name, oms_error_t *err) {
  size_t n = strcspn(text, "=");
  bool plain = n > 0 && n <= NAME_MAX_BYTES && text[n] == '=';
  for (size_t i = 0; i < n && plain; i++) {
    plain = (unsigned char)text[i] > ' ' && text[i] != ',' && text[i] != '"';
  }
  if (!plain) {
    return oms_error_set(err, OMS_ERR_USAGE,
                         "--grid: must be NAME=VALUE,VALUE or NAME=LOW..HIGH:STEP, got '%.200s'",
                         text);
  }
  *name = oms_arena_text(&g->arena, text, n);
  if (*name == NULL) {
    return nomem(err);
  }
  for (size_t i = 0; i < g->n; i++) {
    if (strcmp(g->axes[i].name, *name) == 0) {
      return oms_error_set(err, OMS_ERR_USAGE, "--grid: %s is given twice", *name);
    }
  }
  return OMS_OK;
}

static int push_axis(oms_grid_t *g, const oms_axis_t *axis, oms_error_t *err) {
  if (oms_grid_count(g) * axis->n > (size_t)OMS_GRID_MOST) {
    return too_many(axis->name, err);
  }
  oms_axis_t *axes = oms_realloc(g->axes, (g->n + 1) * sizeof *axes);
  if (axes == NULL) {
    return nomem(err);
  }
  g->axes = axes;
  g->axes[g->n++] = *axis;
  return OMS_OK;
}

int oms_grid_add(oms_grid_t *g, const char *text, oms_error_t *err) {
  oms_axis_t axis = {.name = NULL};
  oms_array_t values;
  int rc = read_name(g, text, &axis.name, err);
  if (rc != OMS_OK) {
    return rc;
  }
  oms_array_init(&values, sizeof(const char *));
  rc = read_values(g, axis.name, text + strlen(axis.name) + 1, &values, err);
  if (rc == OMS_OK) {
    axis.n = values.n;
    axis.values = oms_arena_zero(&g->arena, values.n, sizeof *axis.values);
    rc = axis.values == NULL ? nomem(err) : OMS_OK;
  }
  if (rc == OMS_OK) {
    memcpy(axis.values, values.data, values.n * sizeof *axis.values);
    rc = push_axis(g, &axis, err);
  }
  oms_array_free(&values);
  return rc;
}

void oms_grid_free(oms_grid_t *g) {
  oms_free(g->axes);
  oms_arena_free(&g->arena);
  *g = (oms_grid_t){.n = 0};
}

size_t oms_grid_count(const oms_grid_t *g) {
  size_t count = 1;
  for (size_t i = 0; i < g->n; i++) {
    count *= g->axes[i].n;
  }
  return count;
}

size_t oms_grid_pick(const oms_grid_t *g, size_t i, size_t axis) {
  for (size_t k = g->n - 1; k > axis; k--) {
    i /= g->axes[k].n;
  }
  return i % g->axes[axis].n;
}
