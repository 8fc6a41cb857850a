/* v2_orders.c - looking at orders and ending them: GET and DELETE below /v2/orders. */
#include <stdlib.h>
#include <string.h>

#include "api/v2.h"
#include "base/alloc.h"

bool oms_v2_has_account(oms_call_t *c) {
  if (c->account != UINT16_MAX) {
    return true;
  }
  oms_call_error(c, 403, OMS_API_FORBIDDEN, "the account of this key is not in the session");
  return false;
}

uint32_t oms_v2_instrument(const oms_engine_t *e, const char *name) {
  uint32_t i = oms_engine_find_instrument(e, name);
  char id[37];
  if (i != OMS_NONE || !oms_is_uuid(name)) {
    return i;
  }
  for (i = 0; i < oms_engine_instrument_count(e); i++) {
    oms_v2_asset_id(e, i, NULL, id);
    if (strcmp(id, name) == 0) {
      return i;
    }
  }
  return OMS_NONE;
}

uint32_t oms_v2_order_arg(oms_call_t *c, const char *id) {
  uint32_t order = oms_is_uuid(id) ? oms_engine_find_order(c->engine, c->account, id) : OMS_NONE;
  char own[37];
  if (order != OMS_NONE) { /* a client's own id of that shape is none */
    oms_order_id_text(c->engine, oms_engine_order(c->engine, order), own);
    order = strcmp(own, id) == 0 ? order : OMS_NONE;
  }
  if (order == OMS_NONE || oms_engine_order(c->engine, order)->account != c->account) {
    oms_call_error(c, 404, OMS_API_NOT_FOUND, "order not found for %s", id);
    return OMS_NONE;
  }
  return order;
}

void oms_v2_get_order(oms_call_t *c) {
  uint32_t order = oms_v2_has_account(c) ? oms_v2_order_arg(c, c->args[0].text) : OMS_NONE;
  if (order != OMS_NONE) {
    const oms_order_t *o = oms_engine_order(c->engine, order);
    oms_v2_write_order(c->out, NULL, c->desk, o, c->args[1].number == 1);
  }
}

void oms_v2_get_by_client_id(oms_call_t *c) {
  if (!oms_v2_has_account(c)) {
    return;
  }
  const char *id = c->args[0].text;
  uint32_t order = oms_engine_find_order(c->engine, c->account, id);
  if (order == OMS_NONE) {
    oms_call_error(c, 404, OMS_API_NOT_FOUND, "order not found for %s", id);
    return;
  }
  const oms_order_t *o = oms_engine_order(c->engine, order);
  oms_v2_write_order(c->out, NULL, c->desk, o, c->args[1].number == 1);
}

/* Lists. */

typedef struct filter {
  const oms_engine_t *e;
  const oms_value_t *args;
  uint16_t account;
  bool nested;
  oms_time_t after, until;
  uint32_t before_id, after_id; /* OMS_NONE: no such end */
} filter_t;

static bool symbol_listed(const char *list, const char *symbol) {
  size_t n = symbol == NULL ? 0 : strlen(symbol);
  for (const char *at = list; n > 0; at++) {
    size_t length = strcspn(at, ",");
    if (length == n && memcmp(at, symbol, n) == 0) {
      return true;
    }
    at += length;
    if (*at == '\0') {
      break;
    }
  }
  return false;
}

static bool class_fits(const filter_t *f, const oms_order_t *o) {
  int64_t wanted = f->args[LIST_CLASS].number;
  if (!f->args[LIST_CLASS].given || (wanted & CLASS_ALL) != 0) {
    return true;
  }
  int asset_class = o->instrument == OMS_NONE
                        ? OMS_ASSET_CLASS_NONE
                        : oms_engine_instrument(f->e, o->instrument)->asset_class;
  int64_t own = asset_class == OMS_ASSET_CLASS_US_OPTION ? CLASS_OPTION
                : asset_class == OMS_ASSET_CLASS_CRYPTO  ? CLASS_CRYPTO
                                                         : CLASS_EQUITY;
  return (wanted & own) != 0;
}

/* A group is open as long as one of its orders is, where it is shown as one. */
static bool is_open(const filter_t *f, const oms_order_t *o) {
  bool open = oms_order_is_open(o);
  if (open || !f->nested || o->group == OMS_NONE) {
    return open;
  }
  for (uint32_t i = oms_engine_group(f->e, o->group)->first; i != OMS_NONE && !open;
       i = oms_engine_order(f->e, i)->more->next_in_group) {
    open = oms_order_is_open(oms_engine_order(f->e, i));
  }
  return open;
}

static bool fits(const filter_t *f, const oms_order_t *o) {
  const oms_value_t *a = f->args;
  bool buys = oms_side_is_buy(o->side);
  if (o->account != f->account || (f->nested && o->more->parent != OMS_NONE) ||
      (f->after != OMS_NO_TIME && o->created_ns <= f->after) ||
      (f->until != OMS_NO_TIME && o->created_ns >= f->until)) {
    return false;
  }
  if ((a[LIST_SYMBOLS].given && !symbol_listed(a[LIST_SYMBOLS].text, o->symbol)) ||
      (a[LIST_SIDE].given && buys != (a[LIST_SIDE].number == 0)) || !class_fits(f, o)) {
    return false;
  }
  return a[LIST_STATUS].number == STATUS_ALL ||
         is_open(f, o) == (a[LIST_STATUS].number == STATUS_OPEN);
}

/* The first order created after 't': they stand in order of creation. */
static uint32_t first_after(const oms_engine_t *e, oms_time_t t) {
  uint32_t low = 0, high = oms_engine_order_count(e);
  while (low < high) {
    uint32_t middle = low + (high - low) / 2;
    if (oms_engine_order(e, middle)->created_ns > t) {
      high = middle;
    } else {
      low = middle + 1;
    }
  }
  return low;
}

/* The stretch of orders that can be meant. */
static void ends(const filter_t *f, uint32_t *from, uint32_t *until) {
  *from = 0;
  *until = oms_engine_order_count(f->e);
  if (f->after != OMS_NO_TIME) {
    *from = first_after(f->e, f->after);
  }
  if (f->until != OMS_NO_TIME && f->until > INT64_MIN + 1) {
    *until = first_after(f->e, f->until - 1);
  }
  *from = f->after_id == OMS_NONE ? *from : f->after_id + 1;
  *until = f->before_id == OMS_NONE ? *until : f->before_id;
}

static int by_creation(const void *a, const void *b) {
  uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
  return x < y ? -1 : x > y;
}

/* Members of a group become its head, once. */
static size_t heads_of(const oms_engine_t *e, uint32_t *list, size_t n) {
  size_t kept = 0;
  for (size_t i = 0; i < n; i++) {
    const oms_order_t *o = oms_engine_order(e, list[i]);
    list[i] = o->more->parent != OMS_NONE ? o->more->parent : list[i];
  }
  qsort(list, n, sizeof *list, by_creation);
  for (size_t i = 0; i < n; i++) {
    if (kept == 0 || list[kept - 1] != list[i]) {
      list[kept++] = list[i];
    }
  }
  return kept;
}

/* The open ones of a long history, oldest first: found through their own list. */
static uint32_t *open_orders(const filter_t *f, size_t *n) {
  size_t cap = 256;
  uint32_t *list = oms_alloc(cap * sizeof *list);
  *n = 0;
  for (uint32_t i = oms_engine_first_open(f->e); i != OMS_NONE && list != NULL;
       i = oms_engine_order(f->e, i)->next_open) {
    if (*n == cap) {
      uint32_t *more = oms_realloc(list, cap * 2 * sizeof *list);
      if (more == NULL) {
        oms_free(list);
        return NULL;
      }
      list = more;
      cap *= 2;
    }
    list[(*n)++] = i;
  }
  if (f->nested && list != NULL) {
    *n = heads_of(f->e, list, *n);
  }
  return list;
}

static void write_list(oms_call_t *c, const filter_t *f, const uint32_t *open, size_t open_n) {
  uint32_t from, until;
  bool up = c->args[LIST_DIRECTION].number == DIRECTION_ASC;
  int64_t left = c->args[LIST_LIMIT].number;
  ends(f, &from, &until);
  size_t n = open != NULL ? open_n : until > from ? until - from : 0;
  oms_write_list(c->out, NULL);
  for (size_t i = 0; i < n && left > 0; i++) {
    size_t at = up ? i : n - 1 - i;
    uint32_t order = open != NULL ? open[at] : from + (uint32_t)at;
    const oms_order_t *o = oms_engine_order(c->engine, order);
    if (order >= from && order < until && fits(f, o)) {
      oms_v2_write_order(c->out, NULL, c->desk, o, f->nested);
      left--;
    }
  }
  oms_write_list_end(c->out);
}

static bool read_cursor(oms_call_t *c, int arg, uint32_t *order) {
  *order = OMS_NONE;
  if (!c->args[arg].given) {
    return true;
  }
  *order = oms_v2_order_arg(c, c->args[arg].text);
  return *order != OMS_NONE;
}

void oms_v2_list_orders(oms_call_t *c) {
  const oms_value_t *a = c->args;
  filter_t f = {.e = c->engine,
                .args = a,
                .account = c->account,
                .nested = a[LIST_NESTED].number == 1,
                .after = a[LIST_AFTER].number,
                .until = a[LIST_UNTIL].number};
  bool cursor = a[LIST_BEFORE_ID].given || a[LIST_AFTER_ID].given;
  if (!oms_v2_has_account(c)) {
    return;
  }
  if ((a[LIST_BEFORE_ID].given && a[LIST_AFTER_ID].given) ||
      (cursor && (a[LIST_AFTER].given || a[LIST_UNTIL].given))) {
    oms_call_error(c, 422, OMS_API_INVALID,
                   "before_order_id and after_order_id exclude each other, after and until");
    return;
  }
  if (!read_cursor(c, LIST_BEFORE_ID, &f.before_id) ||
      !read_cursor(c, LIST_AFTER_ID, &f.after_id)) {
    return;
  }
  uint32_t *open = NULL;
  size_t open_n = 0;
  if (a[LIST_STATUS].number == STATUS_OPEN) {
    open = open_orders(&f, &open_n);
    if (open == NULL) {
      oms_call_error(c, 503, OMS_API_UNAVAILABLE, "out of memory");
      return;
    }
  }
  write_list(c, &f, open, open_n);
  oms_free(open);
}

/* Ends. */

static void cancel(oms_call_t *c, uint32_t order) {
  oms_op_t op = {.kind = OMS_OP_CANCEL, .by = c->by, .u.cancel.order = order};
  oms_op_result_t result;
  const oms_order_t *o = oms_engine_order(c->engine, order);
  if (!oms_order_is_open(o)) {
    oms_call_error(c, 422, OMS_API_UNPROCESSABLE, "order is already in \"%s\" state",
                   oms_v2_status(o));
    return;
  }
  bool asked = o->status == OMS_STATUS_PENDING_CANCEL;
  if (oms_call_apply(c, &op, &result) && !asked && o->status == OMS_STATUS_PENDING_CANCEL) {
    oms_v2_tell(c->api, "pending_cancel", order);
  }
}

void oms_v2_cancel(oms_call_t *c) {
  uint32_t order = oms_v2_has_account(c) ? oms_v2_order_arg(c, c->args[0].text) : OMS_NONE;
  if (order != OMS_NONE) {
    cancel(c, order);
  }
}

/* One line of the answer to DELETE /v2/orders: the error, where there is one, as a single cancel
 * would have had it. */
static void cancel_one(oms_call_t *c, uint32_t order, oms_writer_t *lines) {
  char id[37];
  c->status = 200;
  oms_writer_reset(c->out);
  cancel(c, order);
  oms_order_id_text(c->engine, oms_engine_order(c->engine, order), id);
  oms_write_object(lines, NULL);
  oms_write_text(lines, "id", id);
  oms_write_int(lines, "status", c->status);
  if (c->out->n > 0) {
    oms_write_json(lines, "body", c->out->data, c->out->n);
  }
  oms_write_object_end(lines);
}

void oms_v2_cancel_each(oms_call_t *c, oms_writer_t *lines) {
  filter_t f = {.e = c->engine, .account = c->account};
  size_t n;
  uint32_t *open = open_orders(&f, &n);
  lines->failed = lines->failed || open == NULL;
  for (size_t i = 0; open != NULL && i < n; i++) {
    const oms_order_t *o = oms_engine_order(c->engine, open[i]);
    if (o->account == c->account && oms_order_is_open(o)) {
      cancel_one(c, open[i], lines);
    }
  }
  oms_free(open);
}

void oms_v2_answer_lines(oms_call_t *c, oms_writer_t *lines) {
  c->status = 207;
  oms_writer_reset(c->out);
  oms_write_raw(c->out, lines->data, lines->n);
  c->out->failed = c->out->failed || lines->failed;
  oms_writer_free(lines);
}

void oms_v2_cancel_all(oms_call_t *c) {
  oms_writer_t lines = {0};
  if (oms_v2_has_account(c)) {
    oms_write_list(&lines, NULL);
    oms_v2_cancel_each(c, &lines);
    oms_write_list_end(&lines);
    oms_v2_answer_lines(c, &lines);
  }
}
