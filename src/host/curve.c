/* curve.c - what each account is worth, a point a minute and one at each day's end: for clients,
 * and written down. The last point of a minute is the one that stands; it is put when something
 * happens in a later one. */
#include "base/alloc.h"
#include "host/host.h"

#define MINUTE_NS  (INT64_C(60) * OMS_NS_PER_SECOND)
#define POINTS_MAX 600000 /* of an account: more than a year of minutes around the clock */

static int room(oms_host_t *h, uint32_t n) {
  oms_input_t *in = &h->input;
  if (in->curve_n >= n) {
    return OMS_OK;
  }
  oms_array_t *more = oms_alloc_zero(n, sizeof *more);
  if (more == NULL) {
    return OMS_ERR_NOMEM;
  }
  for (uint32_t i = 0; i < n; i++) {
    if (i < in->curve_n) {
      more[i] = in->curves[i];
    } else {
      oms_array_init(&more[i], sizeof(oms_equity_point_t));
    }
  }
  oms_free(in->curves);
  in->curves = more;
  in->curve_n = n;
  return OMS_OK;
}

int oms_curve_add(oms_host_t *h, uint32_t account, const oms_equity_point_t *point) {
  int rc = room(h, account + 1);
  if (rc != OMS_OK) {
    return rc;
  }
  oms_array_t *curve = &h->input.curves[account];
  if (curve->n >= POINTS_MAX) { /* the older half goes */
    size_t keep = curve->n / 2;
    memmove(curve->data, OMS_AT(curve, oms_equity_point_t, curve->n - keep),
            keep * sizeof(oms_equity_point_t));
    curve->n = keep;
  }
  return oms_array_push(curve, point);
}

static int note_account(oms_host_t *h, uint32_t account) {
  const oms_equity_point_t point = {h->desk.port.now,
                                    oms_account_equity(oms_engine_account(h->engine, account))};
  oms_pack_t *p = &h->input.pack;
  oms_pack_u64(p, account);
  oms_pack_i64(p, point.ts);
  oms_pack_i64(p, point.equity);
  int rc = oms_host_put_pack(h, OMS_RECORD_EQUITY, false);
  return rc == OMS_OK ? oms_curve_add(h, account, &point) : rc;
}

int oms_curve_note(oms_host_t *h) {
  int64_t minute = h->desk.port.now / MINUTE_NS;
  if (!h->input.live || minute == h->input.minute) {
    return OMS_OK;
  }
  h->input.minute = minute;
  int rc = OMS_OK;
  uint32_t n = oms_engine_account_count(h->engine);
  for (uint32_t i = 0; i < n && rc == OMS_OK; i++) {
    rc = note_account(h, i);
  }
  return rc;
}

void oms_curve_free(oms_host_t *h) {
  for (uint32_t i = 0; i < h->input.curve_n; i++) {
    oms_array_free(&h->input.curves[i]);
  }
  oms_free(h->input.curves);
}
