/* ticks.c - rows of quotes, trades, order flow and corporate actions, from files or in place. Rows
 * in place are checked at once, by the rules of a file. */
#include "data/ticks.h"

#include <stdio.h>
#include <string.h>

#include "base/check.h"
#include "core/enums.h"

static int next_block(oms_tick_stream_t *s, oms_error_t *err) {
  const oms_block_t *block = NULL;
  int rc = OMS_OK;
  if (s->entry.kept != NULL) {
    rc = oms_kept_block(s->entry.kept, s->block_i++, &block, err);
  } else if (s->loader != NULL) {
    rc = oms_loader_next(s->loader, &block, err);
  }
  s->row_i = s->row_n = 0;
  if (rc == OMS_OK && block != NULL) {
    s->rows = block->rows;
    s->row_n = block->n;
    s->has_size = block->has_volume;
    s->any_size = block->any_volume;
  }
  return rc;
}

static oms_price_t side_price(int64_t v) {
  return v == 0 ? OMS_NO_PRICE : v;
}

static oms_qty_t side_size(int64_t v) {
  return v == 0 ? INT64_MAX : v;
}

/* 00:00 of the date that the data's zone reads off the time. */
static oms_time_t start_of_day(const oms_tick_stream_t *s, oms_time_t t) {
  int64_t days = oms_day_of_local(oms_time_to_local(t, s->entry.zone));
  return oms_time_from_local(days * OMS_NS_PER_DAY, s->entry.act_zone);
}

static void take_flow(const oms_flow_row_t *r, oms_tick_t *t) {
  t->u.flow = (oms_flow_t){.op = (char)r->op,
                           .side = r->side == 'S' ? OMS_SIDE_SELL : OMS_SIDE_BUY,
                           .id = (uint64_t)r->id,
                           .price = r->price,
                           .qty = r->qty};
}

static void take_action(const oms_tick_stream_t *s, const oms_action_row_t *r, oms_tick_t *t) {
  bool is_cash = r->kind == OMS_CORPORATE_DIVIDEND;
  t->ts = start_of_day(s, r->ts);
  t->u.action = (oms_corporate_t){
      .kind = (uint8_t)r->kind, .ratio = is_cash ? 0 : r->value, .cash = is_cash ? r->value : 0};
}

/* The next row of the block as a tick. */
static void take_row(oms_tick_stream_t *s) {
  oms_tick_t *t = &s->head;
  size_t i = s->row_i++;
  if (s->entry.path_n == 0) {
    *t = s->entry.ticks[i];
    t->stream = s->index;
    t->ts = s->entry.kind == OMS_DATA_ACTIONS ? start_of_day(s, t->ts) : t->ts;
    return;
  }
  switch (s->entry.kind) {
  case OMS_DATA_QUOTES: {
    const oms_quote_row_t *r = (const oms_quote_row_t *)s->rows + i;
    t->ts = r->ts;
    t->u.quote = (oms_quote_t){side_price(r->bid), side_price(r->ask), side_size(r->bid_size),
                               side_size(r->ask_size)};
    return;
  }
  case OMS_DATA_TRADES: {
    const oms_trade_row_t *r = (const oms_trade_row_t *)s->rows + i;
    t->ts = r->ts;
    t->u.trade = (oms_print_t){r->price, r->size};
    return;
  }
  case OMS_DATA_ORDERS:
    t->ts = ((const oms_flow_row_t *)s->rows + i)->ts;
    take_flow((const oms_flow_row_t *)s->rows + i, t);
    return;
  case OMS_DATA_ACTIONS:
    take_action(s, (const oms_action_row_t *)s->rows + i, t);
    return;
  case OMS_DATA_BARS:
    break;
  }
  OMS_CHECK(false);
}

int oms_ticks_advance(oms_tick_stream_t *s, bool *any, oms_error_t *err) {
  *any = false;
  do {
    if (OMS_UNLIKELY(s->row_i == s->row_n)) {
      int rc = next_block(s, err);
      if (rc != OMS_OK || s->row_n == 0) {
        return rc;
      }
    }
    take_row(s);
  } while (OMS_UNLIKELY(s->head.ts < s->entry.from)); /* OMS_NO_TIME is the smallest time */
  *any = s->entry.to == OMS_NO_TIME || s->head.ts < s->entry.to;
  return OMS_OK;
}

/* Rows in place. */

static const char *quote_fault(const oms_quote_t *q, const char **what) {
  *what = "a price or size below 0";
  if (q->bid != OMS_NO_PRICE && q->bid <= 0) {
    return "bid";
  }
  if (q->ask != OMS_NO_PRICE && q->ask <= 0) {
    return "ask";
  }
  return q->bid_size < 0 ? "bid_size" : q->ask_size < 0 ? "ask_size" : NULL;
}

static const char *trade_fault(const oms_print_t *p, const char **what) {
  if (p->price <= 0) {
    *what = "the price of a trade must be above 0";
    return "price";
  }
  *what = "a size below 0";
  return p->size < 0 ? "size" : NULL;
}

static const char *tick_fault(const oms_tick_t *t, const char **what) {
  switch ((oms_data_kind_t)t->kind) {
  case OMS_DATA_QUOTES:
    return quote_fault(&t->u.quote, what);
  case OMS_DATA_TRADES:
    return trade_fault(&t->u.trade, what);
  case OMS_DATA_ORDERS: {
    const oms_flow_t *f = &t->u.flow;
    const oms_flow_row_t row = {.op = f->op,
                                .id = (int64_t)f->id,
                                .side = f->side == OMS_SIDE_SELL ? 'S' : 'B',
                                .price = f->price,
                                .qty = f->qty};
    return oms_flow_fault(&row, what);
  }
  case OMS_DATA_ACTIONS: {
    int64_t value =
        t->u.action.kind == OMS_CORPORATE_DIVIDEND ? t->u.action.cash : t->u.action.ratio;
    return oms_action_fault(t->u.action.kind, &value, what);
  }
  case OMS_DATA_BARS:
    break;
  }
  return NULL;
}

static int check_rows(oms_tick_stream_t *s, oms_error_t *err) {
  const oms_data_entry_t *e = &s->entry;
  oms_time_t prev = INT64_MIN;
  for (size_t i = 0; i < e->tick_n; i++) {
    char text[200];
    const char *what, *column = tick_fault(&e->ticks[i], &what);
    if (column == NULL) {
      what = text;
      if (oms_row_time_check(e->ticks[i].ts, prev, &column, text, sizeof text) == OMS_OK) {
        prev = e->ticks[i].ts;
        continue;
      }
    }
    return oms_error_set(err, OMS_ERR_DATA,
                         "row %zu of data[%u] (%s): column \"%s\": %s; correct the row or take it "
                         "out",
                         i + 1, (unsigned)s->index + 1, e->symbol, column, what);
  }
  if (e->tick_n == 0 && !e->pushed) {
    return oms_error_set(err, OMS_ERR_DATA, "data[%u] (%s) has no rows; name a file or give rows",
                         (unsigned)s->index + 1, e->symbol);
  }
  s->row_n = e->tick_n;
  s->has_size = s->any_size = true;
  return OMS_OK;
}

int oms_ticks_open(oms_tick_stream_t *s, const oms_data_entry_t *entry, uint32_t index,
                   oms_readers_t *readers, oms_error_t *err) {
  memset(s, 0, sizeof *s);
  s->entry = *entry;
  s->index = index;
  s->first_ts = s->last_ts = OMS_NO_TIME;
  s->head.stream = index;
  s->head.kind = (uint8_t)entry->kind;
  if (entry->path_n == 0) {
    return check_rows(s, err);
  }
  if (entry->kept != NULL) {
    return OMS_OK;
  }
  const oms_loader_config_t config = {.kind = (oms_csv_kind_t)entry->kind,
                                      .zone = entry->zone,
                                      .symbol = entry->symbol,
                                      .paths = entry->paths,
                                      .path_n = entry->path_n,
                                      .mode = OMS_LOADER_AUTO,
                                      .readers = readers,
                                      .cache = entry->cache};
  return oms_loader_open(&config, &s->loader, err);
}

void oms_ticks_close(oms_tick_stream_t *s) {
  oms_loader_close(s->loader);
  s->loader = NULL;
}
