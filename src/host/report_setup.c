/* report_setup.c - what the run was made with: data, scripts, venue, accounts, limits. Paths stand
 * as they were given, so that the page does not depend on the folder that the program was started
 * in. */
#include <string.h>

#include "data/feed.h"
#include "host/report.h"

#define VALUE_MAX 4096

/* --- data --- */

static void put_source(oms_html_t *to, const oms_data_config_t *d) {
  oms_html_raw(to, "<td>");
  for (size_t i = 0; d->paths != NULL && i < d->path_n; i++) {
    oms_html_raw(to, i > 0 ? "<br>" : "");
    oms_html_text(to, d->paths[i]);
  }
  if (d->paths == NULL) {
    oms_html_format(to, "%zu rows in place", d->row_n);
  }
  oms_html_raw(to, "</td>");
}

static void put_stream(oms_html_t *to, const oms_host_t *h, size_t i) {
  const oms_host_stream_t *s = OMS_AT(&h->streams, oms_host_stream_t, i);
  const oms_data_config_t *d = &h->config->data[s->built ? s->base : i];
  oms_stream_info_t info;
  char timeframe[24], zone[40];
  oms_feed_stream_info(&h->feed, i, &info);
  static const char *const kinds[] = {"", "quotes", "trades", "order flow", "actions"};
  if (s->kind == OMS_DATA_BARS) {
    oms_timeframe_format(s->timeframe, timeframe);
  } else {
    snprintf(timeframe, sizeof timeframe, "%s", kinds[s->kind]);
  }
  oms_zone_name(d->zone, zone);
  oms_html_raw(to, "<tr>");
  oms_report_cell(to, d->symbol);
  put_source(to, d);
  oms_html_format(to, "<td>%s%s%s</td>", timeframe, info.inferred ? " (read off the data)" : "",
                  s->built ? " (built)" : "");
  oms_report_cell(to, zone);
  oms_report_cell(to, d->label_end && !s->built ? "end" : "start");
  oms_report_cell(to, s->venue ? "yes" : "no");
  oms_report_cell(to, s->seen_volume ? "yes" : "no");
  oms_report_number(to, (int64_t)info.rows, 0);
  oms_report_time(to, info.first_ts);
  oms_report_time(to, info.last_ts);
  oms_html_raw(to, "</tr>\n");
}

static void data(oms_html_t *to, const oms_host_t *h) {
  oms_report_table(to, "Data", NULL,
                   "symbol|source|timeframe|tz|label|venue|volume|#bars read|first|last");
  for (size_t i = 0; i < h->streams.n; i++) {
    put_stream(to, h, i);
  }
  oms_report_table_end(to);
}

/* --- strategies and rules --- */

static void put_path(oms_html_t *to, const oms_script_entry_t *entry, const oms_host_script_t *s) {
  oms_html_raw(to, "<td>");
  oms_html_text(to, entry->path);
  if (strcmp(oms_script_path(s->script), s->path) != 0) {
    oms_html_raw(to, "<br>reloaded from ");
    oms_html_text(to, oms_script_path(s->script));
  }
  oms_html_raw(to, "</td>");
}

static void put_script(oms_html_t *to, const oms_host_t *h, size_t i) {
  const oms_host_script_t *s = OMS_AT(&h->scripts, oms_host_script_t, i);
  bool rule = i < h->rule_n;
  const oms_script_entry_t *entry =
      rule ? &h->config->rules[i] : &h->config->strategies[i - h->rule_n];
  oms_html_raw(to, "<tr>");
  oms_report_cell(to, rule ? "rule" : "strategy");
  oms_report_cell(to, s->id);
  put_path(to, entry, s);
  oms_report_cell(to, rule ? NULL : oms_engine_account(h->engine, s->account)->id);
  oms_html_raw(to, "<td class=\"lines\">");
  oms_html_text(to, oms_script_params(s->script));
  oms_html_raw(to, "</td>");
  oms_report_number(to, s->errors, 0);
  oms_report_cell(to, s->stopped ? "stopped by an error" : "ran to the end");
  oms_report_cell(to, oms_script_hash(s->script));
  oms_html_raw(to, "</tr>\n");
}

static void scripts(oms_html_t *to, const oms_host_t *h) {
  oms_report_table(to, "Strategies and rules", NULL,
                   "kind|id|path|account|parameters|#errors|state|script_hash");
  for (size_t i = 0; i < h->scripts.n; i++) {
    put_script(to, h, i);
  }
  oms_report_table_end(to);
}

/* --- venue --- */

static void put_setting(oms_html_t *to, const char *key, const char *value, const char *usual) {
  bool same = strcmp(value, usual) == 0;
  oms_html_raw(to, same ? "<tr>" : "<tr class=\"set\">");
  oms_report_cell(to, key);
  oms_report_cell(to, value);
  oms_html_raw(to, same ? "<td>default" : "<td>set; the default is ");
  oms_html_text(to, same ? NULL : usual);
  oms_html_raw(to, "</td></tr>\n");
}

static int venue(oms_html_t *to, const oms_session_config_t *config) {
  oms_session_config_t plain;
  int rc = oms_session_config_init(&plain);
  if (rc != OMS_OK) {
    return rc;
  }
  char key[64], value[VALUE_MAX], usual[VALUE_MAX];
  oms_report_table(to, "Venue", NULL, "setting|value|origin");
  for (size_t i = 0; oms_session_venue_text(config, i, key, value, sizeof value); i++) {
    (void)oms_session_venue_text(&plain, i, key, usual, sizeof usual);
    put_setting(to, key, value, usual);
  }
  oms_report_table_end(to);
  oms_session_config_free(&plain);
  return OMS_OK;
}

/* --- accounts and limits --- */

static void put_account(oms_html_t *to, const oms_account_t *a) {
  oms_html_raw(to, "<tr>");
  oms_report_cell(to, a->id);
  oms_report_cell(to, oms_enum_text(OMS_ENUM_ACCOUNT_TYPE, a->type));
  oms_report_number(to, a->multiplier, OMS_QTY_DECIMALS);
  oms_report_money(to, a->initial_cash);
  oms_report_money(to, a->cash);
  oms_report_money(to, oms_account_equity(a));
  oms_report_money(to, a->commission);
  oms_html_raw(to, "</tr>\n");
}

static void accounts(oms_html_t *to, const oms_engine_t *e) {
  oms_report_table(to, "Accounts", NULL,
                   "id|type|#multiplier|#initial cash|#cash|#equity|#commission");
  for (uint32_t i = 0; i < oms_engine_account_count(e); i++) {
    put_account(to, oms_engine_account(e, i));
  }
  oms_report_table_end(to);
}

/* The limits that are set; 'begun' says whether the table has been opened. */
static void put_limits(oms_html_t *to, const oms_limits_config_t *l, bool *begun) {
  char key[64], value[VALUE_MAX];
  for (size_t i = 0; oms_session_limit_text(l, i, key, value, sizeof value); i++) {
    if (strcmp(value, "none") == 0) {
      continue;
    }
    if (!*begun) {
      oms_report_table(to, "Limits", NULL, "account|limit|value");
      *begun = true;
    }
    oms_html_raw(to, "<tr>");
    oms_report_cell(to, l->account != NULL ? l->account : "all");
    oms_report_cell(to, key);
    oms_report_cell(to, value);
    oms_html_raw(to, "</tr>\n");
  }
}

static void limits(oms_html_t *to, const oms_session_config_t *config) {
  bool begun = false;
  for (size_t i = 0; i < config->limit_n; i++) {
    put_limits(to, &config->limits[i], &begun);
  }
  if (begun) {
    oms_report_table_end(to);
  } else {
    oms_html_raw(to, "<h2>Limits</h2>\n<p>None set.</p>\n");
  }
}

int oms_report_setup(oms_html_t *to, const oms_host_t *h) {
  data(to, h);
  scripts(to, h);
  int rc = venue(to, h->config);
  accounts(to, h->engine);
  limits(to, h->config);
  return rc;
}
