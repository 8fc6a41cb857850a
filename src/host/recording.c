/* recording.c - what of a step goes into the record (record.h): the finest bars of a symbol or,
 * where it has none, its prices on ticks; new orders; trailing stops; the start of the curve. */
#include "base/check.h"
#include "host/host.h"

static int nomem(int rc, oms_error_t *err) {
  return rc == OMS_OK ? OMS_OK : oms_error_set(err, rc, "out of memory for the report");
}

int oms_host_record_open(oms_host_t *h, oms_error_t *err) {
  h->record = oms_record_new(oms_engine_instrument_count(h->engine));
  if (h->record == NULL) {
    return nomem(OMS_ERR_NOMEM, err);
  }
  for (size_t i = 0; i < h->streams.n; i++) {
    const oms_host_stream_t *s = OMS_AT(&h->streams, oms_host_stream_t, i);
    if (s->kind == OMS_DATA_BARS) {
      h->record->prices[s->instrument].has_bars = true;
    }
  }
  return OMS_OK;
}

int oms_host_record_bars(oms_host_t *h) {
  int rc = OMS_OK;
  for (size_t i = 0; i < h->bars.n && rc == OMS_OK; i++) {
    const oms_bar_t *bar = OMS_AT(&h->bars, oms_bar_t, i);
    const oms_host_stream_t *s = OMS_AT(&h->streams, oms_host_stream_t, bar->stream);
    rc = s->finest ? oms_record_bar(h->record, s->instrument, bar) : OMS_OK;
  }
  return rc;
}

int oms_host_record_tick(oms_host_t *h, uint32_t instrument, oms_time_t now) {
  if (h->record->prices[instrument].has_bars) {
    return OMS_OK;
  }
  oms_price_t price = oms_record_price(oms_engine_instrument(h->engine, instrument));
  return price == OMS_NO_PRICE ? OMS_OK : oms_record_tick(h->record, instrument, now, price);
}

int oms_host_record_orders(oms_host_t *h, bool end, oms_error_t *err) {
  int rc = oms_record_orders(h->record, h->engine);
  if (rc == OMS_OK && end) {
    rc = oms_record_stops(h->record, &h->desk.port);
  }
  return nomem(rc, err);
}

int oms_host_record_start(oms_host_t *h, oms_time_t first, oms_error_t *err) {
  oms_stats_figures_t figures;
  oms_stats_figures(h->stats, false, &figures);
  int rc = oms_host_record_orders(h, true, err);
  if (rc != OMS_OK) {
    return rc;
  }
  return nomem(oms_record_equity(h->record, first, figures.initial_equity, 0, 0, 0), err);
}
