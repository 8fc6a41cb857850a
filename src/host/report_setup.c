/* report_setup.c - what the run was made with, as tables: data, scripts, venue, accounts, limits.
 * Paths stand as they were given, so that the page does not depend on the folder that the program
 * was started in. */
#include <string.h>

#include "data/feed.h"
#include "host/report.h"

#define VALUE_MAX 4096

/* Data. */

static void put_source(oms_page_t *to, const oms_data_config_t *d) {
  oms_page_text_begin(to);
  for (size_t i = 0; d->paths != NULL && i < d->path_n; i++) {
    oms_page_text_add(to, i > 0 ? "\n" : "");
    oms_page_text_add(to, d->paths[i]);
  }
  if (d->paths == NULL) {
    char text[40];
    snprintf(text, sizeof text, "%zu rows in place", d->row_n);
    oms_page_text_add(to, text);
  }
  oms_page_text_end(to);
}

static void put_stream(oms_page_t *to, const oms_host_t *h, size_t i) {
  const oms_host_stream_t *s = OMS_AT(&h->streams, oms_host_stream_t, i);
  const oms_data_config_t *d = &h->config->data[s->built ? s->base : i];
  oms_stream_info_t info;
  char timeframe[64], zone[40];
  oms_feed_stream_info(&h->feed, i, &info);
  static const char *const kinds[] = {"", "quotes", "trades", "order flow", "actions"};
  if (s->kind == OMS_DATA_BARS) {
    size_t n = oms_timeframe_format(s->timeframe, timeframe);
    snprintf(timeframe + n, sizeof timeframe - n, "%s",
             info.inferred ? " (read off the data)" : "");
  } else {
    snprintf(timeframe, sizeof timeframe, "%s", kinds[s->kind]);
  }
  oms_zone_name(d->zone, zone);
  oms_page_begin(to, '[');
  oms_page_text(to, d->symbol);
  put_source(to, d);
  oms_page_text(to, timeframe);
  oms_page_text(to, zone);
  oms_page_text(to, d->label_end && !s->built ? "end" : "start");
  oms_page_text(to, s->venue ? "yes" : "no");
  oms_page_text(to, s->seen_volume ? "yes" : "no");
  oms_page_integer(to, (int64_t)info.rows);
  oms_page_time(to, info.first_ts);
  oms_page_time(to, info.last_ts);
  oms_page_end(to, ']');
}

static void data(oms_page_t *to, const oms_host_t *h) {
  oms_report_table(to, "data", "Data", NULL,
                   "symbol|source|timeframe|tz|label|venue|volume|#rows read|@first|@last",
                   "The session has no data.");
  for (size_t i = 0; i < h->streams.n; i++) {
    put_stream(to, h, i);
  }
  oms_report_table_end(to);
}

/* Strategies and rules. */

static void put_path(oms_page_t *to, const oms_script_entry_t *entry, const oms_host_script_t *s) {
  oms_page_text_begin(to);
  oms_page_text_add(to, entry->path);
  if (strcmp(oms_script_path(s->script), s->path) != 0) {
    oms_page_text_add(to, "\nreloaded from ");
    oms_page_text_add(to, oms_script_path(s->script));
  }
  oms_page_text_end(to);
}

static void put_script(oms_page_t *to, const oms_host_t *h, size_t i) {
  const oms_host_script_t *s = OMS_AT(&h->scripts, oms_host_script_t, i);
  bool rule = i < h->rule_n;
  const oms_script_entry_t *entry =
      rule ? &h->config->rules[i] : &h->config->strategies[i - h->rule_n];
  oms_page_begin(to, '[');
  oms_page_text(to, rule ? "rule" : "strategy");
  oms_page_text(to, s->id);
  put_path(to, entry, s);
  oms_page_text(to, rule ? NULL : oms_engine_account(h->engine, s->account)->id);
  oms_page_text(to, oms_script_params(s->script));
  oms_page_integer(to, s->errors);
  oms_page_text(to, s->stopped ? "stopped by an error" : "ran to the end");
  oms_page_text(to, oms_script_hash(s->script));
  oms_page_end(to, ']');
}

static void scripts(oms_page_t *to, const oms_host_t *h) {
  oms_report_table(to, "scripts", "Strategies and rules", NULL,
                   "kind|id|path|account|parameters|#errors|state|script_hash",
                   "The session has no scripts.");
  for (size_t i = 0; i < h->scripts.n; i++) {
    put_script(to, h, i);
  }
  oms_report_table_end(to);
}

/* Venue. */

static void put_setting(oms_page_t *to, const char *key, const char *value, const char *usual) {
  oms_page_begin(to, '[');
  oms_page_text(to, key);
  oms_page_text(to, value);
  oms_page_text_begin(to);
  oms_page_text_add(to, strcmp(value, usual) == 0 ? "default" : "set; the default is ");
  oms_page_text_add(to, strcmp(value, usual) == 0 ? NULL : usual);
  oms_page_text_end(to);
  oms_page_end(to, ']');
}

static int venue(oms_page_t *to, const oms_session_config_t *config) {
  oms_session_config_t plain;
  int rc = oms_session_config_init(&plain);
  if (rc != OMS_OK) {
    return rc;
  }
  char key[64], value[VALUE_MAX], usual[VALUE_MAX];
  oms_report_table(to, "venue", "Venue", NULL, "setting|value|origin", "No settings.");
  for (size_t i = 0; oms_session_venue_text(config, i, key, value, sizeof value); i++) {
    (void)oms_session_venue_text(&plain, i, key, usual, sizeof usual);
    put_setting(to, key, value, usual);
  }
  put_setting(to, "adjust", oms_session_adjust_text(config), oms_session_adjust_text(&plain));
  oms_report_table_end(to);
  oms_session_config_free(&plain);
  return OMS_OK;
}

/* Accounts and limits. */

static void put_account(oms_page_t *to, const oms_account_t *a) {
  oms_page_begin(to, '[');
  oms_page_text(to, a->id);
  oms_page_text(to, oms_enum_text(OMS_ENUM_ACCOUNT_TYPE, a->type));
  oms_page_decimal(to, a->multiplier, OMS_QTY_DECIMALS);
  oms_page_decimal(to, a->initial_cash, OMS_MONEY_DECIMALS);
  oms_page_decimal(to, a->cash, OMS_MONEY_DECIMALS);
  oms_page_decimal(to, oms_account_equity(a), OMS_MONEY_DECIMALS);
  oms_page_decimal(to, a->commission, OMS_MONEY_DECIMALS);
  oms_page_end(to, ']');
}

static void accounts(oms_page_t *to, const oms_engine_t *e) {
  oms_report_table(to, "accounts", "Accounts", NULL,
                   "id|type|#multiplier|$initial cash|$cash|$equity|$commission", "No account.");
  for (uint32_t i = 0; i < oms_engine_account_count(e); i++) {
    put_account(to, oms_engine_account(e, i));
  }
  oms_report_table_end(to);
}

/* The limits that are set. */
static void put_limits(oms_page_t *to, const oms_limits_config_t *l) {
  char key[64], value[VALUE_MAX];
  for (size_t i = 0; oms_session_limit_text(l, i, key, value, sizeof value); i++) {
    if (strcmp(value, "none") != 0) {
      oms_page_begin(to, '[');
      oms_page_text(to, l->account != NULL ? l->account : "all");
      oms_page_text(to, key);
      oms_page_text(to, value);
      oms_page_end(to, ']');
    }
  }
}

static void limits(oms_page_t *to, const oms_session_config_t *config) {
  oms_report_table(to, "limits", "Limits", NULL, "account|limit|value", "None set.");
  for (size_t i = 0; i < config->limit_n; i++) {
    put_limits(to, &config->limits[i]);
  }
  oms_report_table_end(to);
}

int oms_report_setup(oms_page_t *to, const oms_host_t *h) {
  scripts(to, h);
  int rc = venue(to, h->config);
  accounts(to, h->engine);
  limits(to, h->config);
  data(to, h);
  return rc;
}
