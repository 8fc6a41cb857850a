/* outside.c - a session whose venue is another process: the way in of what that says. */
#include "host/host.h"
#include "host/link.h"

int oms_host_make_link(oms_host_t *h, oms_error_t *err) {
  h->link = oms_link_new(&h->desk, &h->desk.venue);
  return h->link != NULL ? OMS_OK
                         : oms_error_set(err, OMS_ERR_NOMEM, "out of memory for the venue");
}

static int put(oms_host_t *h, oms_time_t now, oms_record_kind_t kind, const void *data, size_t n) {
  oms_time_t before = h->desk.port.now;
  h->desk.port.now = now;
  int rc = oms_host_put(h, kind, false, data, n);
  h->desk.port.now = before;
  return rc;
}

int oms_host_heard(oms_host_t *h, oms_time_t now, oms_record_kind_t kind, const void *data,
                   size_t n, oms_error_t *err) {
  int rc = put(h, now, kind, data, n);
  if (rc != OMS_OK) {
    return oms_error_set(err, rc, "the journal did not take what the venue has said: %s",
                         oms_err_text(rc));
  }
  oms_host_new_stamp(h);
  rc = oms_desk_time(&h->desk, now);
  if (rc == OMS_OK && (h->link == NULL || !oms_link_take(h->link, data, n))) {
    return oms_error_set(err, OMS_ERR_DATA,
                         "a record of the venue is damaged, or the session has "
                         "no venue in another process: give `venue.connect`");
  }
  rc = rc == OMS_OK ? oms_host_settle(h, now, err) : rc;
  if (rc == OMS_OK && h->record != NULL) {
    rc = oms_host_record_orders(h, true, err);
  }
  if (rc == OMS_OK && oms_curve_note(h) != OMS_OK) {
    return oms_error_set(err, OMS_ERR_NOMEM, "out of memory for the curve of equity");
  }
  return rc == OMS_OK ? oms_host_failure(h, err) : rc;
}
