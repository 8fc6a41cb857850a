/* input.c - see input.h: records, the rows of a step, and the three ways in. Invariants:
 *   N1  an input's record stands before everything that it brings about.
 *   N2  what only repeats market data (the price of a mark or quote, the time of their step) goes
 *       to the market stream; all else to the main one. */
#include "host/input.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "core/codec.h"
#include "host/host.h"
#include "host/op_codec.h"
#include "host/row_codec.h"

#define VERIFIED_ORDERS 500 /* beyond them the second opinion takes too long */

/* Records. */

int oms_host_put(oms_host_t *h, oms_record_kind_t kind, bool market, const void *data, size_t n) {
  const oms_record_t r = {
      .kind = (uint8_t)kind, .market = market, .now = h->desk.port.now, .data = data, .n = n};
  return h->input.journal.put == NULL ? OMS_OK
                                      : h->input.journal.put(h->input.journal.self, &r, NULL);
}

int oms_host_put_pack(oms_host_t *h, oms_record_kind_t kind, bool market) {
  oms_pack_t *p = &h->input.pack;
  int rc = p->failed ? OMS_ERR_NOMEM : oms_host_put(h, kind, market, p->data, p->n);
  p->n = 0;
  p->failed = false;
  return rc;
}

int oms_host_note(oms_host_t *h, const char *format, ...) {
  char text[1024];
  va_list args;
  va_start(args, format);
  vsnprintf(text, sizeof text, format, args);
  va_end(args);
  return oms_host_put(h, OMS_RECORD_NOTE, false, text, strlen(text));
}

static bool repeats_market(const oms_host_t *h, const oms_command_t *c) {
  return h->input.market && (c->type == OMS_COMMAND_TIME || c->type == OMS_COMMAND_MARK ||
                             c->type == OMS_COMMAND_QUOTE);
}

static int on_command(void *self, const oms_command_t *c) {
  oms_host_t *h = self;
  oms_command_pack(&h->input.pack, c);
  return oms_host_put_pack(h, OMS_RECORD_COMMAND, repeats_market(h, c));
}

static int on_ticket(void *self, const oms_ticket_t *ticket) {
  oms_host_t *h = self;
  const oms_ticket_note_t note = {true, *ticket};
  oms_ticket_pack(&h->input.pack, &note);
  return oms_host_put_pack(h, OMS_RECORD_TICKET, false);
}

static void on_stop(void *self, uint32_t order, oms_price_t stop) {
  oms_host_t *h = self;
  const oms_stop_note_t note = {order, stop};
  oms_stop_pack(&h->input.pack, &note);
  int rc = oms_host_put_pack(h, OMS_RECORD_STOP, false);
  if (rc != OMS_OK) {
    oms_desk_fail(&h->desk, rc, "a trailing stop could not be written down");
  }
}

void oms_input_journal(oms_host_t *h, const oms_journal_t *journal) {
  h->input.journal = *journal;
  h->desk.journal = on_command;
  h->desk.ticketed = on_ticket;
  oms_sim_on_stop(h->sim, on_stop, h);
  h->desk.journal_self = h;
}

void oms_input_journal_end(oms_host_t *h) {
  h->input.journal = (oms_journal_t){0};
  h->desk.journal = NULL;
  h->desk.ticketed = NULL;
  oms_sim_on_stop(h->sim, NULL, NULL);
}

/* The rows of a step in place of the feed's. */

static int slot_peek(void *self, oms_time_t *at, oms_data_kind_t *kind, oms_error_t *err) {
  const oms_input_t *in = &((const oms_host_t *)self)->input;
  (void)err;
  *at = in->more ? in->rows_time : OMS_NO_TIME;
  *kind = OMS_DATA_ACTIONS; /* of what is only announced: no bar, so that the step ends before it */
  if (in->row_at < in->rows.n) {
    *at = in->rows_time;
    *kind = (oms_data_kind_t)OMS_AT(&in->rows, oms_row_t, in->row_at)->kind;
  }
  return OMS_OK;
}

static int slot_next(void *self, const oms_bar_t **bar, oms_error_t *err) {
  oms_input_t *in = &((oms_host_t *)self)->input;
  (void)err;
  *bar = &OMS_AT(&in->rows, oms_row_t, in->row_at++)->u.bar;
  return OMS_OK;
}

static int slot_tick(void *self, const oms_tick_t **tick, oms_error_t *err) {
  oms_input_t *in = &((oms_host_t *)self)->input;
  (void)err;
  *tick = &OMS_AT(&in->rows, oms_row_t, in->row_at++)->u.tick;
  return OMS_OK;
}

void oms_input_go_live(oms_host_t *h) {
  h->source = (oms_feed_t){h, slot_peek, slot_next, slot_tick, NULL};
  h->input.live = true;
  h->desk.lasting = h->config->live.mode != OMS_MODE_BACKTEST;
  h->next_at = OMS_NO_TIME;
}

static int set_rows(oms_host_t *h, oms_time_t now, const oms_row_t *rows, size_t n, int flags) {
  oms_input_t *in = &h->input;
  in->rows.n = in->row_at = 0;
  in->rows_time = now;
  in->more = (flags & OMS_ROW_MORE) != 0;
  int rc = OMS_OK;
  for (size_t i = 0; i < n && rc == OMS_OK; i++) {
    rc = oms_array_push(&in->rows, &rows[i]);
  }
  return rc;
}

static void clear_rows(oms_host_t *h) {
  h->input.rows.n = h->input.row_at = 0;
  h->input.more = false;
  h->next_at = OMS_NO_TIME;
}

/* The three ways in. Time is moved by the step or operation itself; the record carries it. */

static int put_at(oms_host_t *h, oms_time_t now, oms_record_kind_t kind, bool market,
                  oms_error_t *err) {
  oms_time_t before = h->desk.port.now;
  h->desk.port.now = now;
  int rc = oms_host_put_pack(h, kind, market);
  h->desk.port.now = before;
  return rc == OMS_OK ? OMS_OK
                      : oms_error_set(err, rc, "the journal did not take what has come: %s",
                                      oms_err_text(rc));
}

static int after(oms_host_t *h, int rc, oms_error_t *err) {
  if (rc == OMS_OK && oms_curve_note(h) != OMS_OK) {
    return oms_error_set(err, OMS_ERR_NOMEM, "out of memory for the curve of equity");
  }
  return rc;
}

int oms_host_clock_step(oms_host_t *h, oms_time_t now, oms_error_t *err) {
  int rc = put_at(h, now, OMS_RECORD_STEP, false, err);
  clear_rows(h);
  return after(h, rc == OMS_OK ? oms_host_step(h, now, err) : rc, err);
}

int oms_host_late_step(oms_host_t *h, oms_time_t now, oms_error_t *err) {
  oms_pack_u8(&h->input.pack, OMS_STEP_LATE);
  h->timers_late = true;
  int rc = oms_host_clock_step(h, now, err);
  h->timers_late = false;
  return rc;
}

static int put_rows(oms_host_t *h, oms_time_t now, const oms_row_t *rows, size_t n, int flags,
                    oms_error_t *err) {
  int rc = OMS_OK;
  for (size_t i = 0; i < n && rc == OMS_OK; i++) {
    oms_row_pack(&h->input.pack, &rows[i], flags, now);
    rc = put_at(h, now, OMS_RECORD_ROW, true, err);
  }
  return rc;
}

int oms_host_rows(oms_host_t *h, oms_time_t now, const oms_row_t *rows, size_t n, int flags,
                  oms_error_t *err) {
  int rc = put_rows(h, now, rows, n, flags, err);
  if (rc == OMS_OK && set_rows(h, now, rows, n, flags) != OMS_OK) {
    rc = oms_error_set(err, OMS_ERR_NOMEM, "out of memory for the rows of a step");
  }
  if (rc == OMS_OK) {
    h->input.market = true;
    h->next_at = now;
    h->next_kind = (oms_data_kind_t)rows[0].kind;
    bool warm = (flags & OMS_ROW_WARM) != 0;
    rc = warm ? oms_host_warm_step(h, now, err) : oms_host_step(h, now, err);
    h->input.market = false;
  }
  clear_rows(h);
  return after(h, rc, err);
}

int oms_host_op(oms_host_t *h, oms_time_t now, const oms_op_t *op, oms_op_result_t *result,
                oms_error_t *err) {
  oms_row_t row;
  oms_op_result_clear(result);
  if (h->input.metrics != NULL) {
    h->input.metrics->ops[op->kind]++;
  }
  if (op->kind == OMS_OP_ROW) {
    result->rc = oms_op_row(h, op, now, &row, &result->error);
    return result->rc == OMS_OK ? oms_host_rows(h, now, &row, 1, 0, err) : OMS_OK;
  }
  oms_op_pack(&h->input.pack, op);
  int rc = put_at(h, now, OMS_RECORD_OP, false, err);
  if (rc != OMS_OK) {
    return rc;
  }
  oms_host_new_stamp(h);
  rc = oms_desk_time(&h->desk, now);
  if (rc == OMS_OK) {
    oms_op_do(h, op, result);
    rc = oms_host_settle(h, now, err);
  }
  rc = rc == OMS_OK && h->record != NULL ? oms_host_record_orders(h, true, err) : rc;
  if (h->input.metrics != NULL && result->rc != OMS_OK) {
    h->input.metrics->refused_ops++;
  }
#ifdef MOONDESK_SANITIZED
  if (rc == OMS_OK && oms_engine_order_count(h->engine) < VERIFIED_ORDERS) {
    rc = oms_engine_verify(h->engine, err);
  }
#endif
  return after(h, rc == OMS_OK ? oms_host_failure(h, err) : rc, err);
}

int oms_host_end(oms_host_t *h, oms_time_t now, oms_error_t *err) {
  int rc = put_at(h, now, OMS_RECORD_END, false, err);
  oms_host_new_stamp(h);
  if (rc == OMS_OK && now != h->desk.port.now) { /* a backtest's clock stands at its last step */
    rc = oms_desk_time(&h->desk, now);
  }
  if (rc == OMS_OK) {
    oms_host_stop_scripts(h);
    rc = oms_host_settle(h, now, err);
  }
  return rc == OMS_OK ? oms_host_failure(h, err) : rc;
}

/* Life. */

void oms_input_init(oms_host_t *h) {
  oms_array_init(&h->input.rows, sizeof(oms_row_t));
  oms_array_init(&h->input.sources, sizeof(oms_files_t *));
  oms_array_init(&h->input.settings, sizeof(oms_host_setting_t));
  h->input.minute = INT64_MIN;
}

void oms_input_free(oms_host_t *h) {
  if (h->config->sources != NULL) { /* the session's; it may outlive the host */
    h->config->sources->late = NULL;
  }
  for (size_t i = 0; i < h->input.settings.n; i++) {
    oms_free(OMS_AT(&h->input.settings, oms_host_setting_t, i)->key);
    oms_free(OMS_AT(&h->input.settings, oms_host_setting_t, i)->value);
  }
  for (size_t i = 0; i < h->input.sources.n; i++) {
    oms_files_t *files = *OMS_AT(&h->input.sources, oms_files_t *, i);
    oms_files_free(files);
    oms_free(files);
  }
  oms_array_free(&h->input.sources);
  oms_array_free(&h->input.settings);
  oms_array_free(&h->input.rows);
  oms_curve_free(h);
  oms_pack_free(&h->input.pack);
}
