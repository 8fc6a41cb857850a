/* ops.c - operations on orders and positions, by the desk's door as scripts use it. Those that
 * stand above the orders are in ops_control.c. */
#include <stdio.h>
#include <string.h>

#include "host/host.h"

/* Who asks. */

int oms_op_owner(oms_host_t *h, const char *by, uint16_t *owner) {
  uint32_t known = oms_engine_find_owner(h->engine, by);
  if (known != OMS_NONE) {
    *owner = (uint16_t)known;
    return OMS_OK;
  }
  const oms_owner_t o = {.id = by};
  int rc = oms_engine_add_owner(h->engine, &o, owner);
  return rc == OMS_OK ? oms_host_put_set_up(h) : rc;
}

void oms_op_fail(oms_op_result_t *r, int rc) {
  r->rc = rc;
  if (rc != OMS_OK && rc != OMS_ERR_REJECTED && r->error.code == OMS_OK) {
    oms_error_set(&r->error, rc, "the operation failed: %s", oms_err_text(rc));
  }
}

/* What names nothing is refused here: the core's calls take an index for granted. */

static bool has_order(oms_host_t *h, uint32_t order, oms_op_result_t *r) {
  if (order < oms_engine_order_count(h->engine)) {
    return true;
  }
  r->rc = oms_error_set(&r->error, OMS_ERR_NOT_FOUND, "there is no such order");
  return false;
}

static bool has_place(oms_host_t *h, uint16_t account, uint32_t instrument, oms_op_result_t *r) {
  bool known = instrument == OMS_NONE || instrument < oms_engine_instrument_count(h->engine);
  if (account < oms_engine_account_count(h->engine) && known) {
    return true;
  }
  r->rc = oms_error_set(&r->error, OMS_ERR_NOT_FOUND, "there is no such account or symbol");
  return false;
}

/* Orders. */

static uint32_t known_key(const oms_host_t *h, const oms_terms_t *t) {
  return t->client_order_id == NULL
             ? OMS_NONE
             : oms_engine_find_order(h->engine, t->account, t->client_order_id);
}

static void submit(oms_host_t *h, const oms_op_t *op, oms_op_result_t *r) {
  oms_terms_t terms = *op->u.submit.terms;
  if (!has_place(h, terms.account, terms.instrument, r)) {
    return;
  }
  int rc = oms_op_owner(h, op->by, &terms.owner);
  if (rc != OMS_OK) {
    oms_op_fail(r, rc);
    return;
  }
  oms_terms_t children[OMS_OP_CHILDREN_MAX];
  for (size_t i = 0; i < op->u.submit.child_n; i++) {
    children[i] = op->u.submit.children[i];
    children[i].owner = terms.owner;
  }
  uint32_t before = known_key(h, &terms);
  rc = oms_desk_submit(&h->desk, &terms, op->u.submit.expire_is_date, children,
                       op->u.submit.child_n, op->u.submit.trigger_full, &r->order, &r->reject);
  bool taken = rc == OMS_ERR_REJECTED && r->reject.code == OMS_CODE_DUPLICATE_CLIENT_ORDER_ID;
  r->repeated = before != OMS_NONE && !taken;
  r->order = before != OMS_NONE ? before : r->order;
  oms_op_fail(r, rc);
}

static void cancel(oms_host_t *h, const oms_op_t *op, oms_op_result_t *r) {
  if (has_order(h, op->u.cancel.order, r)) {
    r->order = op->u.cancel.order;
    oms_op_fail(r, oms_desk_cancel(&h->desk, op->u.cancel.order, &r->reject));
  }
}

static void replace(oms_host_t *h, const oms_op_t *op, oms_op_result_t *r) {
  uint32_t successor = OMS_NONE;
  if (has_order(h, op->u.replace.order, r)) {
    int rc = oms_desk_replace(&h->desk, op->u.replace.order, &op->u.replace.changes, &successor,
                              &r->reject);
    r->order = rc == OMS_OK ? successor : op->u.replace.order;
    oms_op_fail(r, rc);
  }
}

/* The books that make the net what it is give up 'qty' between them, the oldest first: each by an
 * order of its own owner, so that books and net stay one. '*r' has the first order. */
static int reduce_books(oms_host_t *h, const oms_op_t *op, bool is_long, oms_qty_t qty,
                        oms_op_result_t *r) {
  uint32_t n = oms_engine_position_count(h->engine), first = OMS_NONE;
  int rc = OMS_OK;
  for (uint32_t i = 0; i < n && qty > 0 && rc == OMS_OK; i++) {
    const oms_position_t *p = oms_engine_position(h->engine, i);
    if (p->owner == UINT16_MAX || p->account != op->u.reduce.account ||
        p->instrument != op->u.reduce.instrument || p->qty == 0 || (p->qty > 0) != is_long) {
      continue;
    }
    oms_qty_t held = is_long ? p->qty : -p->qty;
    oms_terms_t terms =
        oms_op_market(h, p->account, p->instrument, is_long ? OMS_SIDE_SELL : OMS_SIDE_BUY,
                      held < qty ? held : qty);
    terms.owner = p->owner;
    terms.entered_by = op->by;
    qty -= terms.qty;
    rc = oms_desk_submit(&h->desk, &terms, false, NULL, 0, false, &r->order, &r->reject);
    first = first == OMS_NONE ? r->order : first;
  }
  r->order = first;
  return rc;
}

static void reduce(oms_host_t *h, const oms_op_t *op, oms_op_result_t *r) {
  uint16_t account = op->u.reduce.account;
  uint32_t instrument = op->u.reduce.instrument;
  if (!has_place(h, account, instrument, r) || instrument == OMS_NONE) {
    r->rc = r->rc != OMS_OK
                ? r->rc
                : oms_error_set(&r->error, OMS_ERR_NOT_FOUND, "there is no such symbol");
    return;
  }
  oms_qty_t net = oms_engine_net(h->engine, account, instrument)->qty;
  oms_qty_t held = net < 0 ? -net : net, qty = op->u.reduce.qty;
  if (net == 0) {
    r->rc = oms_error_set(&r->error, OMS_ERR_NOT_FOUND, "the account has no position in %s",
                          oms_engine_instrument(h->engine, instrument)->symbol);
    return;
  }
  oms_op_fail(r, reduce_books(h, op, net > 0, qty == OMS_NO_PRICE || qty > held ? held : qty, r));
}

oms_terms_t oms_op_market(const oms_host_t *h, uint16_t account, uint32_t instrument,
                          oms_side_t side, oms_qty_t qty) {
  oms_terms_t t = oms_terms_none;
  t.instrument = instrument;
  t.account = account;
  t.side = (uint8_t)side;
  t.type = OMS_TYPE_MARKET;
  t.time_in_force = OMS_TIF_DAY;
  t.flags = OMS_ORDER_REDUCE_ONLY;
  t.qty = qty;
  t.symbol = oms_engine_instrument(h->engine, instrument)->symbol;
  return t;
}

static void reload(oms_host_t *h, const oms_op_t *op, oms_op_result_t *r) {
  size_t n = 0;
  if (h->input.replays) {
    return;
  }
  const oms_script_anew_t anew = {
      .path = op->u.reload.with, .params = op->u.reload.params, .param_n = op->u.reload.param_n};
  uint64_t ticket = ++h->input.tickets;
  r->rc = oms_host_reload_anew(h, op->u.reload.script == NULL ? "" : op->u.reload.script, &anew,
                               ticket, &n, &r->error);
  r->ticket = r->rc == OMS_OK && n > 0 ? ticket : 0;
}

/* Rows. */

static const oms_host_stream_t *stream_at(const oms_host_t *h, uint32_t stream) {
  bool pushed = stream < h->config->data_n && h->config->data[stream].pushed;
  return pushed ? OMS_AT(&h->streams, oms_host_stream_t, stream) : NULL;
}

/* When the bar before it came. */
static oms_time_t last_end(const oms_host_stream_t *s) {
  return s->ring_n == 0 ? OMS_NO_TIME
                        : s->ring[(s->ring_at + s->ring_n - 1) & (s->ring_cap - 1)].end;
}

/* A bar is one event when it comes, and then stands for the time since the one before it came: what
 * was ordered on that one meets this one's open, as in a backtest, however late bars come. */
static void bar_of(const oms_host_t *h, const oms_op_t *op, oms_time_t now, oms_bar_t *bar) {
  const oms_host_stream_t *s = stream_at(h, op->u.row.stream);
  const oms_bar_row_t *b = &op->u.row.bar;
  bool label_end = h->config->data[op->u.row.stream].label_end;
  oms_time_t start = label_end ? b->ts - s->timeframe : b->ts, before = last_end(s);
  start = before != OMS_NO_TIME && before > start ? before : start;
  *bar = (oms_bar_t){.ts = b->ts,
                     .start = start < now ? start : now,
                     .end = now,
                     .open = b->open,
                     .high = b->high,
                     .low = b->low,
                     .close = b->close,
                     .volume = b->volume,
                     .stream = op->u.row.stream};
}

static int check_bar(const oms_bar_row_t *b, oms_error_t *err) {
  oms_price_t top = b->open > b->close ? b->open : b->close;
  oms_price_t low = b->open < b->close ? b->open : b->close;
  bool good = b->high >= top && b->low <= low && b->open != OMS_NO_PRICE &&
              b->close != OMS_NO_PRICE && b->low != OMS_NO_PRICE && b->volume >= 0 &&
              b->volume <= 1e300 && b->ts > -INT64_MAX / 2 && b->ts < INT64_MAX / 2;
  return good ? OMS_OK
              : oms_error_set(err, OMS_ERR_USAGE,
                              "the bar is none: high must be the highest of its four prices, low "
                              "the lowest, its volume at least 0");
}

static int check_tick(const oms_op_t *op, oms_error_t *err) {
  const oms_tick_t *t = &op->u.row.tick;
  if (op->u.row.kind == OMS_DATA_QUOTES) {
    const oms_quote_t *q = &t->u.quote;
    bool sides = (q->bid == OMS_NO_PRICE || q->bid > 0) && (q->ask == OMS_NO_PRICE || q->ask > 0);
    return sides && q->bid_size >= 0 && q->ask_size >= 0
               ? OMS_OK
               : oms_error_set(err, OMS_ERR_USAGE,
                               "the quote is none: prices are above 0, sizes at least 0");
  }
  return t->u.trade.price > 0 && t->u.trade.size >= 0
             ? OMS_OK
             : oms_error_set(err, OMS_ERR_USAGE,
                             "the trade is none: its price is above 0, its size at least 0");
}

int oms_op_row(oms_host_t *h, const oms_op_t *op, oms_time_t now, oms_row_t *row,
               oms_error_t *err) {
  const oms_host_stream_t *s = stream_at(h, op->u.row.stream);
  if (s == NULL || s->kind != op->u.row.kind) {
    return oms_error_set(err, OMS_ERR_NOT_FOUND,
                         "no entry of the session's data takes such rows from outside; write bars, "
                         "quotes or trades = true in one");
  }
  memset(row, 0, sizeof *row);
  row->kind = (uint8_t)op->u.row.kind;
  if (row->kind == OMS_DATA_BARS) {
    int rc = check_bar(&op->u.row.bar, err);
    if (rc == OMS_OK) {
      bar_of(h, op, now, &row->u.bar);
    }
    return rc;
  }
  row->u.tick = op->u.row.tick;
  row->u.tick.kind = row->kind;
  row->u.tick.stream = op->u.row.stream;
  if (row->u.tick.ts == OMS_NO_TIME || row->u.tick.ts > now) {
    row->u.tick.ts = now;
  }
  return check_tick(op, err);
}

/* All. What an operation orders is one batch, as in a callback. */
void oms_op_do(oms_host_t *h, const oms_op_t *op, oms_op_result_t *r) {
  static void (*const kinds[OMS_OP_COUNT])(oms_host_t *, const oms_op_t *, oms_op_result_t *) = {
      [OMS_OP_SUBMIT] = submit,          [OMS_OP_CANCEL] = cancel,
      [OMS_OP_REPLACE] = replace,        [OMS_OP_KILL] = oms_op_kill,
      [OMS_OP_STATE] = oms_op_state,     [OMS_OP_APPROVE] = oms_op_approve,
      [OMS_OP_RESOLVE] = oms_op_resolve, [OMS_OP_REDUCE] = reduce,
      [OMS_OP_RELOAD] = reload,          [OMS_OP_SCRIPT] = oms_op_script,
      [OMS_OP_LIMIT] = oms_op_limit,     [OMS_OP_SETTING] = oms_op_setting,
      [OMS_OP_RISK] = oms_op_risk,
  };
  bool batched = op->kind == OMS_OP_SUBMIT || op->kind == OMS_OP_CANCEL ||
                 op->kind == OMS_OP_REPLACE || op->kind == OMS_OP_REDUCE;
  if (batched) {
    oms_desk_begin(&h->desk);
  }
  if (kinds[op->kind] != NULL) {
    kinds[op->kind](h, op, r);
  }
  if (batched) {
    oms_desk_end(&h->desk, false);
  }
}
