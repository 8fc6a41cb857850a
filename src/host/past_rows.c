/* past_rows.c - what a journal tells of market data and of the curve of equity. */
#include "base/alloc.h"
#include "host/past.h"
#include "host/row_codec.h"

int oms_past_point(oms_past_t *p, uint32_t account, const oms_equity_point_t *point) {
  while (p->curves.n <= account) {
    oms_array_t curve;
    oms_array_init(&curve, sizeof(oms_equity_point_t));
    if (oms_array_push(&p->curves, &curve) != OMS_OK) {
      return OMS_ERR_NOMEM;
    }
  }
  return oms_array_push(OMS_AT(&p->curves, oms_array_t, account), point);
}

oms_past_stream_t *oms_past_stream(oms_past_t *p, uint32_t stream) {
  while (p->streams.n <= stream) {
    if (stream > UINT16_MAX || oms_array_push(&p->streams, NULL) != OMS_OK) {
      return NULL;
    }
  }
  return OMS_AT(&p->streams, oms_past_stream_t, stream);
}

int oms_past_bar(oms_past_stream_t *s, const oms_bar_t *bar) {
  if (s->ring == NULL) {
    s->ring = oms_alloc(OMS_PAST_BARS * sizeof *s->ring);
  }
  if (s->ring == NULL) {
    return OMS_ERR_NOMEM;
  }
  if (s->ring_n < OMS_PAST_BARS) {
    s->ring[s->ring_n++] = *bar;
  } else {
    s->ring[s->ring_at] = *bar;
    s->ring_at = (s->ring_at + 1) % OMS_PAST_BARS;
  }
  return OMS_OK;
}

static int commit_row(oms_past_t *p, const oms_row_t *row) {
  bool bar = row->kind == OMS_DATA_BARS;
  oms_past_stream_t *s = oms_past_stream(p, bar ? row->u.bar.stream : row->u.tick.stream);
  if (s == NULL) {
    return OMS_ERR_NOMEM;
  }
  s->rows++;
  if (bar) {
    return oms_past_bar(s, &row->u.bar);
  }
  s->tick = row->u.tick;
  return OMS_OK;
}

int oms_past_commit_rows(oms_past_t *p) {
  int rc = OMS_OK;
  for (size_t i = 0; i < p->pending.n && rc == OMS_OK; i++) {
    rc = commit_row(p, OMS_AT(&p->pending, oms_row_t, i));
  }
  p->pending.n = 0;
  return rc;
}

/* The host has ended here: rows of recorded data come again. */
int oms_past_end(oms_past_t *p) {
  int rc = OMS_OK;
  for (size_t i = 0; i < p->pending.n && rc == OMS_OK; i++) {
    const oms_row_t *row = OMS_AT(&p->pending, oms_row_t, i);
    bool bar = row->kind == OMS_DATA_BARS;
    const oms_past_stream_t *s = oms_past_stream(p, bar ? row->u.bar.stream : row->u.tick.stream);
    rc = s == NULL ? OMS_ERR_NOMEM : s->pushed ? commit_row(p, row) : OMS_OK;
  }
  p->pending.n = 0;
  return rc;
}

int oms_past_row(oms_past_t *p, const oms_record_t *r) {
  oms_row_t row;
  int flags, rc = OMS_OK;
  oms_unpack_t u = oms_unpack_of(r->data, r->n);
  if (!oms_row_unpack(&u, r->now, &row, &flags)) {
    return OMS_ERR_DATA;
  }
  bool same = p->pending_more && p->pending_at == r->now && row.kind == OMS_DATA_BARS;
  if (!same) {
    rc = oms_past_commit_rows(p);
  }
  p->pending_at = r->now;
  p->pending_more = row.kind == OMS_DATA_BARS;
  return rc == OMS_OK ? oms_array_push(&p->pending, &row) : rc;
}

uint64_t oms_past_recorded(const oms_past_t *p) {
  uint64_t n = 0;
  for (size_t i = 0; i < p->streams.n; i++) {
    const oms_past_stream_t *s = OMS_AT(&p->streams, oms_past_stream_t, i);
    n += s->pushed ? 0 : s->rows;
  }
  return n;
}
