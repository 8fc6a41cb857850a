/* session_data.c - the data list of a session: files, or rows in place. Runs protected, like
 * session_read.c. Order and sense of the rows (high below low, times that go back) are checked by
 * the room that reads files, for files and rows alike. */
#include <stddef.h>

#include "bind/session_int.h"

#define POLL_ROWS 4096

static void read_bar_value(oms_reader_t *r, const oms_key_t *key, int i, void *to) {
  lua_rawgeti(r->L, -1, i);
  size_t length = oms_read_enter(r, key->name);
  oms_read_key(r, key, to);
  oms_read_leave(r, length);
  lua_pop(r->L, 1);
}

static void read_bar_time(oms_reader_t *r, oms_data_config_t *d, oms_bar_row_t *bar) {
  oms_setting_t value;
  bool date_only = false;
  oms_time_t t;
  lua_rawgeti(r->L, -1, 1);
  size_t length = oms_read_enter(r, "ts");
  oms_read_setting(r, &value);
  int rc = oms_key_time(&value, d->zone, false, r->place, &bar->ts, &r->error);
  if (rc != OMS_OK) {
    oms_read_raise(r, rc);
  }
  if (value.type == OMS_SET_TEXT) {
    (void)oms_time_parse(value.text, value.n, d->zone, &t, &date_only);
  }
  d->rows_date_only = d->rows_date_only && date_only;
  oms_read_leave(r, length);
  lua_pop(r->L, 1);
}

static void read_bar_volume(oms_reader_t *r, oms_data_config_t *d, oms_bar_row_t *bar) {
  lua_rawgeti(r->L, -1, 6);
  if (lua_type(r->L, -1) !=
      LUA_TNUMBER) { /* a text has at most nine decimals, a number is taken as it is */
    oms_qty_t volume = 0;
    static const oms_key_t key = {.name = "volume", .kind = OMS_KEY_DECIMAL};
    size_t length = oms_read_enter(r, key.name);
    oms_read_key(r, &key, &volume);
    oms_read_leave(r, length);
    bar->volume = oms_fixed_to_double(volume, OMS_QTY_DECIMALS);
  } else {
    bar->volume = lua_tonumber(r->L, -1);
    if (!(bar->volume >= 0 && bar->volume <= 1e300)) {
      oms_read_fail(r, "volume must be at least 0, got %.14g", bar->volume);
    }
  }
  d->rows_have_volume = true;
  lua_pop(r->L, 1);
}

static void read_row(oms_reader_t *r, oms_data_config_t *d, oms_bar_row_t *bar) {
  static const oms_key_t prices[] = {
      {.name = "open",  .kind = OMS_KEY_DECIMAL},
      {.name = "high",  .kind = OMS_KEY_DECIMAL},
      {.name = "low",   .kind = OMS_KEY_DECIMAL},
      {.name = "close", .kind = OMS_KEY_DECIMAL}
  };
  static const char order[] = "values in the order ts, open, high, low, close, volume";
  size_t n = oms_read_list(r, order);
  if (n != 5 && n != 6) {
    oms_read_fail(r, "must be a list of %s (which may be left out), got %zu", order, n);
  }
  *bar = (oms_bar_row_t){.volume = 0};
  oms_price_t *to[] = {&bar->open, &bar->high, &bar->low, &bar->close};
  read_bar_time(r, d, bar);
  for (size_t i = 0; i < OMS_COUNT(prices); i++) {
    read_bar_value(r, &prices[i], (int)i + 2, to[i]);
  }
  if (n == 6) {
    read_bar_volume(r, d, bar);
  }
}

void oms_read_bars(oms_reader_t *r, oms_data_config_t *d, size_t n) {
  oms_bar_row_t *rows = oms_read_array(r, n, sizeof(*rows));
  d->rows_date_only = true;
  for (size_t i = 0; i < n; i++) {
    size_t length = oms_read_element(r, i + 1);
    read_row(r, d, &rows[i]);
    oms_read_element_end(r, length);
    if (i % POLL_ROWS == 0) {
      oms_bind_charge(r->L, POLL_ROWS);
    }
  }
  d->rows = rows;
  d->row_n = n;
}

/* A timeframe, or a list of them. */
static void read_build(oms_reader_t *r, oms_data_config_t *d) {
  static const oms_key_t element = {.kind = OMS_KEY_TIMEFRAME};
  bool one = lua_type(r->L, -1) == LUA_TSTRING;
  size_t n = one ? 1 : oms_read_list(r, "timeframes");
  int64_t *list = oms_read_array(r, n, sizeof(*list));
  for (size_t i = 0; i < n; i++) {
    if (one) {
      oms_read_key(r, &element, &list[i]);
      continue;
    }
    size_t length = oms_read_element(r, i + 1);
    oms_read_key(r, &element, &list[i]);
    oms_read_element_end(r, length);
  }
  d->build = list;
  d->build_n = n;
}

/* `true`: rows of a live host, which come from outside. */
static void read_pushed(oms_reader_t *r, oms_data_config_t *d) {
  if (!lua_toboolean(r->L, -1)) {
    oms_read_fail(r, "must be a file, files, rows, or true: rows are pushed through the API");
  }
  if (d->kind != OMS_DATA_BARS && d->kind != OMS_DATA_QUOTES && d->kind != OMS_DATA_TRADES) {
    oms_read_fail(r, "cannot be pushed; bars, quotes and trades can");
  }
  d->pushed = true;
}

/* A file, a folder, a pattern, a list of them, or rows in place. */
static void read_rows(oms_reader_t *r, const oms_key_t *key, void *base) {
  oms_data_config_t *d = base;
  static const oms_key_t files = {.kind = OMS_KEY_TEXTS,
                                  .offset = offsetof(oms_data_config_t, paths),
                                  .count_offset = offsetof(oms_data_config_t, path_n)};
  if (key->part == OMS_PART_BUILD) {
    read_build(r, d);
    return;
  }
  if (d->path_n > 0 || d->row_n > 0 || d->pushed) {
    oms_read_fail(r, "the entry holds something else already; write an entry of its own");
  }
  d->kind = (oms_data_kind_t)(key->part - OMS_PART_BARS);
  if (lua_type(r->L, -1) == LUA_TBOOLEAN) {
    read_pushed(r, d);
    return;
  }
  if (lua_type(r->L, -1) == LUA_TSTRING) {
    oms_read_key(r, &files, base);
    return;
  }
  size_t n = oms_read_list(r, "files or rows");
  if (n == 0) {
    oms_read_fail(r, "is empty; give a file, a list of files or rows");
  }
  int first = lua_rawgeti(r->L, -1, 1);
  lua_pop(r->L, 1);
  if (first == LUA_TTABLE) {
    (d->kind == OMS_DATA_BARS ? oms_read_bars : oms_read_ticks)(r, d, n);
  } else {
    oms_read_key(r, &files, base);
  }
}

void oms_read_data(oms_reader_t *r) {
  size_t n = oms_read_list(r, "tables");
  oms_data_config_t *data = oms_read_array(r, n, sizeof(*data));
  for (size_t i = 0; i < n; i++) {
    size_t length = oms_read_element(r, i + 1);
    data[i].zone = OMS_ZONE_UTC;
    oms_read_record(r, &oms_data_keys, &data[i], read_rows);
    oms_read_element_end(r, length);
  }
  r->config->data = data;
  r->config->data_n = n;
}
