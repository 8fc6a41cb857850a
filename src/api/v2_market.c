/* v2_market.c - what there is to trade, and when: assets, clock, calendar. */
#include <stdio.h>
#include <string.h>

#include "api/v2.h"
#include "base/time.h"

/* Assets. */

static void write_asset(oms_call_t *c, uint32_t instrument) {
  const oms_instrument_t *i = oms_engine_instrument(c->engine, instrument);
  bool margin = oms_engine_account(c->engine, c->account)->type == OMS_ACCOUNT_TYPE_MARGIN;
  bool whole = i->lot > 0 && i->lot % OMS_QTY_SCALE == 0;
  oms_writer_t *w = c->out;
  char id[37];
  oms_v2_asset_id(c->engine, instrument, NULL, id);
  oms_write_object(w, NULL);
  oms_write_text(w, "id", id);
  oms_write_text(w, "class", oms_v2_asset_class(i->asset_class));
  oms_write_text(w, "exchange", "");
  oms_write_text(w, "symbol", i->symbol);
  oms_write_text(w, "name", i->symbol);
  oms_write_text(w, "status", "active");
  oms_write_bool(w, "tradable", i->trading_state != OMS_TRADING_STATE_HALTED);
  oms_write_bool(w, "marginable", margin);
  oms_write_bool(w, "shortable", margin);
  oms_write_bool(w, "easy_to_borrow", margin);
  oms_write_text(w, "borrow_status", margin ? "easy_to_borrow" : "hard_to_borrow");
  oms_write_bool(w, "fractionable", !whole);
  oms_write_list(w, "attributes");
  oms_write_list_end(w);
  if (i->lot > 0) {
    oms_write_decimal(w, "min_order_size", i->lot, OMS_QTY_DECIMALS);
    oms_write_decimal(w, "min_trade_increment", i->lot, OMS_QTY_DECIMALS);
  }
  if (i->tick > 0) {
    oms_write_decimal(w, "price_increment", i->tick, OMS_PRICE_DECIMALS);
  }
  oms_write_object_end(w);
}

/* The class as the sheet has it: what has none is an equity. */
static bool class_is(const oms_instrument_t *i, const char *wanted) {
  return strcmp(oms_v2_asset_class(i->asset_class), wanted) == 0;
}

void oms_v2_list_assets(oms_call_t *c) {
  const oms_value_t *a = c->args;
  bool none = (a[ASSETS_STATUS].given && a[ASSETS_STATUS].number != 0) ||
              (a[ASSETS_EXCHANGE].given && a[ASSETS_EXCHANGE].n > 0) ||
              (a[ASSETS_ATTRIBUTES].given && a[ASSETS_ATTRIBUTES].n > 0);
  if (!oms_v2_has_account(c)) {
    return;
  }
  oms_write_list(c->out, NULL);
  for (uint32_t i = 0; i < oms_engine_instrument_count(c->engine) && !none; i++) {
    const oms_instrument_t *instrument = oms_engine_instrument(c->engine, i);
    if (!a[ASSETS_CLASS].given || class_is(instrument, a[ASSETS_CLASS].text)) {
      write_asset(c, i);
    }
  }
  oms_write_list_end(c->out);
}

void oms_v2_get_asset(oms_call_t *c) {
  uint32_t i = oms_v2_has_account(c) ? oms_v2_instrument(c->engine, c->args[0].text) : OMS_NONE;
  if (i != OMS_NONE) {
    write_asset(c, i);
  } else if (c->account != UINT16_MAX) {
    oms_call_error(c, 404, OMS_API_NOT_FOUND, "asset not found for %s", c->args[0].text);
  }
}

/* Time. */

/* With the offset of New York: "2026-03-02T09:30:00-05:00". */
void oms_v2_write_local(oms_writer_t *w, const char *key, oms_time_t t) {
  char text[64], fraction[16] = "";
  oms_civil_t p;
  if (t == OMS_NO_TIME) {
    oms_write_null(w, key);
    return;
  }
  oms_time_parts(t, oms_zone_new_york, &p);
  int offset = p.offset_s < 0 ? -p.offset_s : p.offset_s;
  if (p.ns > 0) {
    snprintf(fraction, sizeof fraction, ".%09d", p.ns);
  }
  snprintf(text, sizeof text, "%04d-%02d-%02dT%02d:%02d:%02d%s%c%02d:%02d", p.year % 10000,
           p.month % 100, p.day % 100, p.hour % 100, p.minute % 100, p.second % 100, fraction,
           p.offset_s < 0 ? '-' : '+', offset / 3600 % 100, offset / 60 % 60);
  oms_write_text(w, key, text);
}

void oms_v2_get_clock(oms_call_t *c) {
  oms_calendar_t calendar;
  oms_time_t now = c->desk->now;
  oms_calendar_init(&calendar, OMS_CALENDAR_US_EQUITY);
  oms_write_object(c->out, NULL);
  oms_v2_write_local(c->out, "timestamp", now);
  oms_write_bool(c->out, "is_open", oms_calendar_is_open(&calendar, now));
  oms_v2_write_local(c->out, "next_open", oms_calendar_next_open(&calendar, now));
  oms_v2_write_local(c->out, "next_close", oms_calendar_next_close(&calendar, now));
  oms_write_object_end(c->out);
}

static void write_hour(oms_writer_t *w, const char *key, oms_time_t t, const char *format) {
  char text[16];
  oms_civil_t p;
  oms_time_parts(t, oms_zone_new_york, &p);
  snprintf(text, sizeof text, format, p.hour % 100, p.minute % 100);
  oms_write_text(w, key, text);
}

static void write_date(oms_writer_t *w, const char *key, int64_t days) {
  char text[32];
  oms_date_iso(days * OMS_NS_PER_DAY, OMS_ZONE_UTC, text);
  oms_write_text(w, key, text);
}

void oms_v2_get_calendar(oms_call_t *c) {
  static const int64_t first = 0, last = 21914; /* 1970-01-01 to 2029-12-31 */
  const oms_value_t *from = &c->args[CALENDAR_START], *until = &c->args[CALENDAR_END];
  oms_session_times_t times;
  oms_calendar_t calendar;
  int64_t day = from->given && from->number > first ? from->number : first;
  int64_t end = until->given && until->number < last ? until->number : last;
  oms_calendar_init(&calendar, OMS_CALENDAR_US_EQUITY);
  oms_write_list(c->out, NULL);
  for (; day <= end; day++) {
    if (!oms_calendar_session_of_day(&calendar, day, &times)) {
      continue;
    }
    oms_write_object(c->out, NULL);
    write_date(c->out, "date", day);
    write_hour(c->out, "open", times.open, "%02d:%02d");
    write_hour(c->out, "close", times.close, "%02d:%02d");
    write_hour(c->out, "session_open", times.pre_open, "%02d%02d");
    write_hour(c->out, "session_close", times.post_close, "%02d%02d");
    write_date(c->out, "settlement_date", oms_calendar_next_day(&calendar, day));
    oms_write_object_end(c->out);
  }
  oms_write_list_end(c->out);
}

/* Lists of symbols are not kept here: an account has none. */
void oms_v2_list_watchlists(oms_call_t *c) {
  oms_write_list(c->out, NULL);
  oms_write_list_end(c->out);
}
