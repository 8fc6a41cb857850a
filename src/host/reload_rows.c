/* reload_rows.c - the rows of reloads.csv: what was changed for what while a run went, and what was
 * refused. The traceback of a refusal is in the log. */
#include <stdio.h>
#include <string.h>

#include "host/host.h"
#include "host/output_rows.h"

const char oms_reloads_header[] = "ts,id,path,old_hash,new_hash,ok,message";

static void put_first_line(oms_csv_out_t *c, const char *message) {
  char line[1024];
  snprintf(line, sizeof line, "%.*s", (int)strcspn(message, "\n"), message);
  oms_csv_out_text(c, line);
}

int oms_output_reload_rows(oms_csv_out_t *c, const struct oms_host *h, oms_error_t *err) {
  int rc = OMS_OK;
  for (size_t i = 0; rc == OMS_OK && i < h->reloads.n; i++) {
    const oms_reload_record_t *r = OMS_AT(&h->reloads, oms_reload_record_t, i);
    oms_csv_out_time(c, r->ts);
    oms_csv_out_text(c, r->id);
    oms_csv_out_text(c, r->path);
    oms_csv_out_text(c, r->old_hash);
    oms_csv_out_text(c, r->new_hash[0] == '\0' ? NULL : r->new_hash);
    oms_csv_out_text(c, r->message == NULL ? "true" : "false");
    put_first_line(c, r->message == NULL ? "" : r->message);
    rc = oms_csv_out_row(c, err);
  }
  return rc;
}
