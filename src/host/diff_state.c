/* diff_state.c - see diff.h. Lists are walked by the hash of the key: positions are few, and of
 * orders only open ones are kept. */
#include <string.h>

#include "base/alloc.h"
#include "base/hash.h"
#include "core/enums.h"
#include "host/diff.h"

typedef struct line {
  uint64_t key;
  char *text; /* owned */
} line_t;

struct oms_diff_state {
  oms_array_t positions, orders; /* line_t, in order of their first event */
};

oms_diff_state_t *oms_diff_state_new(void) {
  oms_diff_state_t *s = oms_alloc_zero(1, sizeof *s);
  if (s != NULL) {
    oms_array_init(&s->positions, sizeof(line_t));
    oms_array_init(&s->orders, sizeof(line_t));
  }
  return s;
}

static void free_lines(oms_array_t *list) {
  for (size_t i = 0; i < list->n; i++) {
    oms_free(OMS_AT(list, line_t, i)->text);
  }
  oms_array_free(list);
}

void oms_diff_state_free(oms_diff_state_t *s) {
  if (s != NULL) {
    free_lines(&s->positions);
    free_lines(&s->orders);
    oms_free(s);
  }
}

static void drop(oms_array_t *list, uint64_t key) {
  for (size_t i = 0; i < list->n; i++) {
    line_t *line = OMS_AT(list, line_t, i);
    if (line->key == key) {
      oms_free(line->text);
      memmove(line, line + 1, (list->n - i - 1) * sizeof *line);
      list->n--;
      return;
    }
  }
}

/* Keeps its place where the key is known. */
static int put(oms_array_t *list, uint64_t key, const char *text) {
  size_t n = strlen(text) + 1;
  char *copy = oms_alloc(n);
  if (copy == NULL) {
    return OMS_ERR_NOMEM;
  }
  memcpy(copy, text, n);
  for (size_t i = 0; i < list->n; i++) {
    line_t *line = OMS_AT(list, line_t, i);
    if (line->key == key) {
      oms_free(line->text);
      line->text = copy;
      return OMS_OK;
    }
  }
  line_t line = {key, copy};
  int rc = oms_array_push(list, &line);
  if (rc != OMS_OK) {
    oms_free(copy);
  }
  return rc;
}

static uint64_t add_text(uint64_t key, const char *text) {
  return oms_hash64(text, strlen(text), key + 1);
}

static int take_position(oms_diff_state_t *s, const oms_rows_in_t *row) {
  char text[512];
  const char *qty = oms_rows_get(row, "position"), *symbol = oms_rows_get(row, "symbol");
  const char *strategy = oms_rows_get(row, "strategy"), *account = oms_rows_get(row, "account");
  uint64_t key = add_text(add_text(add_text(0, symbol), strategy), account);
  if (qty[0] == '\0' || strcmp(qty, "0") == 0) {
    drop(&s->positions, key);
    return OMS_OK;
  }
  snprintf(text, sizeof text, "%.60s %.60s (strategy %.100s, account %.100s)", qty, symbol,
           strategy, account);
  return put(&s->positions, key, text);
}

static bool is_final(const char *status) {
  int value = oms_enum_parse(OMS_ENUM_STATUS, status, strlen(status));
  return value >= 0 && oms_status_is_final(value);
}

static const char *with(const char *what, const char *value, char out[80]) {
  snprintf(out, 80, "%s%.60s", value[0] != '\0' ? what : "", value);
  return out;
}

/* A fill's row has its own side and price: those of the order are not known from it alone. */
static int take_order(oms_diff_state_t *s, const oms_rows_in_t *row) {
  char text[512], limit[80], stop[80];
  const char *id = oms_rows_get(row, "order_id");
  uint64_t key = add_text(0, id);
  bool filled = oms_rows_get(row, "fill_qty")[0] != '\0';
  if (is_final(oms_rows_get(row, "status"))) {
    drop(&s->orders, key);
    return OMS_OK;
  }
  snprintf(text, sizeof text, "%.40s %.20s %.40s %.60s %.24s%s%s, %.24s, %.40s filled", id,
           oms_rows_get(row, "side"), oms_rows_get(row, "qty"), oms_rows_get(row, "symbol"),
           oms_rows_get(row, "order_type"),
           with(filled ? " last fill at " : " at ", oms_rows_get(row, "price"), limit),
           with(" stop ", oms_rows_get(row, "stop_price"), stop), oms_rows_get(row, "status"),
           oms_rows_get(row, "filled_qty"));
  return put(&s->orders, key, text);
}

int oms_diff_state_take(oms_diff_state_t *s, const oms_rows_in_t *row) {
  if (oms_rows_get(row, "order_id")[0] == '\0') {
    return OMS_OK;
  }
  int rc = take_position(s, row);
  return rc == OMS_OK ? take_order(s, row) : rc;
}

static void print(const oms_array_t *list, const char *what, FILE *to) {
  for (size_t i = 0; i < list->n; i++) {
    fprintf(to, "    %s %s\n", what, OMS_AT(list, line_t, i)->text);
  }
  if (list->n == 0) {
    fprintf(to, "    no %s\n", what);
  }
}

void oms_diff_state_print(const oms_diff_state_t *s, FILE *to) {
  print(&s->positions, "position", to);
  print(&s->orders, "open order", to);
}
