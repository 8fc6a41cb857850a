/* data_bars.c - historical bars from what the host keeps. Coarser ones than it has are made of the
 * finest: days and weeks are those of New York. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/data.h"
#include "base/alloc.h"
#include "base/time.h"

enum { FIRST_TRY = 4096, MOST_BARS = 1 << 20 };

int64_t oms_data_timeframe(const char *text) {
  static const struct {
    const char *unit;
    int64_t seconds, most;
  } units[] = {
      {"Min",  60,     59},
      {"T",    60,     59},
      {"Hour", 3600,   23},
      {"H",    3600,   23},
      {"Day",  86400,  1 },
      {"D",    86400,  1 },
      {"Week", 604800, 1 },
      {"W",    604800, 1 },
  };
  char *end;
  long n = text[0] >= '1' && text[0] <= '9' ? strtol(text, &end, 10) : 0;
  for (size_t i = 0; n > 0 && i < sizeof units / sizeof units[0]; i++) {
    if (strcmp(end, units[i].unit) == 0 && n <= units[i].most) {
      return n * units[i].seconds * OMS_NS_PER_SECOND;
    }
  }
  return 0;
}

/* The label that says where a bar begins: one that came from outside matches from the one before it
 * on, however late that was. */
static oms_time_t begin_of(const oms_bar_t *bar, int64_t timeframe) {
  if (bar->ts <= bar->start) {
    return bar->ts;
  }
  return timeframe < OMS_NS_PER_DAY ? bar->ts - timeframe : bar->start;
}

/* All bars that the host has of a timeframe (0: the finest), or the last 'most'. */
static int fetch(const oms_desk_t *desk, uint32_t instrument, int64_t *timeframe, size_t most,
                 oms_array_t *bars) {
  size_t n = most > 0 ? most : FIRST_TRY, got;
  for (;;) {
    n = desk->bars_kept > 0 && n > desk->bars_kept ? desk->bars_kept : n;
    int rc = oms_array_reserve(bars, n);
    if (rc != OMS_OK) {
      return rc;
    }
    got = desk->bars(desk->self, instrument, timeframe, n, bars->data);
    if (got == SIZE_MAX || got < n || n == most || n == desk->bars_kept || n >= MOST_BARS) {
      break;
    }
    n *= 4;
  }
  bars->n = got == SIZE_MAX ? 0 : got;
  for (size_t i = 0; i < bars->n; i++) {
    oms_bar_t *bar = OMS_AT(bars, oms_bar_t, i);
    bar->start = begin_of(bar, *timeframe);
  }
  return got == SIZE_MAX ? OMS_ERR_NOT_FOUND : OMS_OK;
}

/* The beginning of the coarser bar that holds 't'. */
static oms_time_t stretch_of(oms_time_t t, int64_t timeframe) {
  const int64_t day = OMS_NS_PER_DAY;
  if (timeframe < day) {
    return t - ((t % timeframe) + timeframe) % timeframe;
  }
  int64_t date = oms_day_of_local(oms_time_to_local(t, oms_zone_new_york));
  date -= timeframe > day ? oms_weekday(date) - 1 : 0;
  return oms_time_from_local(date * day, oms_zone_new_york);
}

static void take_in(oms_bar_t *bar, const oms_bar_t *part) {
  bar->high = part->high > bar->high ? part->high : bar->high;
  bar->low = part->low < bar->low ? part->low : bar->low;
  bar->close = part->close;
  bar->end = part->end;
  bar->volume += part->volume;
}

/* In place: a bar is never longer in the list than its parts. */
static void put_together(oms_array_t *bars, int64_t timeframe) {
  oms_bar_t *list = bars->data;
  size_t n = 0;
  for (size_t i = 0; i < bars->n; i++) {
    oms_time_t start = stretch_of(list[i].start, timeframe);
    if (n > 0 && list[n - 1].start == start) {
      take_in(&list[n - 1], &list[i]);
    } else {
      list[n] = list[i];
      list[n++].start = start;
    }
  }
  bars->n = n;
}

int oms_data_bars(const oms_desk_t *desk, uint32_t instrument, int64_t timeframe, size_t most,
                  oms_array_t *bars) {
  int64_t finest = 0, asked = timeframe;
  oms_array_init(bars, sizeof(oms_bar_t));
  int rc = fetch(desk, instrument, &asked, most, bars);
  if (rc != OMS_ERR_NOT_FOUND || timeframe == 0) {
    return rc == OMS_ERR_NOT_FOUND ? OMS_OK : rc;
  }
  rc = fetch(desk, instrument, &finest, 0, bars);
  if (rc != OMS_OK || finest > timeframe || timeframe % finest != 0) {
    bars->n = 0;
    return rc == OMS_ERR_NOT_FOUND ? OMS_OK : rc;
  }
  put_together(bars, timeframe);
  if (most > 0 && bars->n > most) {
    memmove(bars->data, OMS_AT(bars, oms_bar_t, bars->n - most), most * sizeof(oms_bar_t));
    bars->n = most;
  }
  return OMS_OK;
}

void oms_data_write_bar(oms_writer_t *w, const char *key, const oms_bar_t *bar) {
  if (bar == NULL) {
    oms_write_null(w, key);
    return;
  }
  oms_write_object(w, key);
  oms_write_time(w, "t", bar->start);
  oms_write_number(w, "o", bar->open, OMS_PRICE_DECIMALS);
  oms_write_number(w, "h", bar->high, OMS_PRICE_DECIMALS);
  oms_write_number(w, "l", bar->low, OMS_PRICE_DECIMALS);
  oms_write_number(w, "c", bar->close, OMS_PRICE_DECIMALS);
  oms_write_double(w, "v", bar->volume);
  oms_write_null(w, "n");
  oms_write_null(w, "vw");
  oms_write_object_end(w);
}

/* Pages. A token names the symbol and the bar with which the next page begins: "SPY|1381240800". */

typedef struct page {
  int64_t timeframe, left;
  bool down;
  oms_time_t start, end; /* of the bars, both in it */
  char symbol[130];      /* where the page begins; "" at the first */
  oms_time_t at;
  char next[176]; /* token; "": there is no more */
} page_t;

static bool read_token(oms_call_t *c, page_t *p) {
  const oms_value_t *token = &c->args[BARS_TOKEN];
  const char *bar = token->given ? strrchr(token->text, '|') : NULL;
  char *end;
  if (!token->given || token->n == 0) {
    return true;
  }
  size_t n = bar == NULL ? 0 : (size_t)(bar - token->text);
  p->at = bar == NULL ? 0 : strtoll(bar + 1, &end, 10);
  if (n == 0 || n >= sizeof p->symbol || bar[1] == '\0' || *end != '\0') {
    oms_call_error(c, 422, OMS_API_INVALID, "page_token '%s' is none of ours", token->text);
    return false;
  }
  memcpy(p->symbol, token->text, n);
  return true;
}

static bool read_page(oms_call_t *c, page_t *p) {
  const oms_value_t *a = c->args;
  *p = (page_t){.timeframe = oms_data_timeframe(a[BARS_TIMEFRAME].text),
                .left = a[BARS_LIMIT].number,
                .down = a[BARS_SORT].number == DIRECTION_DESC,
                .start = a[BARS_START].number,
                .end = a[BARS_END].given ? a[BARS_END].number : INT64_MAX};
  if (p->timeframe == 0) {
    oms_call_error(c, 422, OMS_API_INVALID,
                   "timeframe '%s' is none: 1Min to 59Min, 1Hour to 23Hour, 1Day or 1Week",
                   a[BARS_TIMEFRAME].text);
    return false;
  }
  return read_token(c, p);
}

static bool is_before(const page_t *p, const oms_bar_t *bar) {
  return p->symbol[0] != '\0' && (p->down ? bar->start > p->at : bar->start < p->at);
}

/* The symbol's bars on this page; false when the page is full. */
static bool write_bars(oms_call_t *c, page_t *p, const char *symbol, const oms_array_t *bars) {
  for (size_t i = 0; i < bars->n; i++) {
    const oms_bar_t *bar = OMS_AT(bars, oms_bar_t, p->down ? bars->n - 1 - i : i);
    if (bar->start < p->start || bar->start > p->end || is_before(p, bar)) {
      continue;
    }
    if (p->left == 0) {
      snprintf(p->next, sizeof p->next, "%.128s|%lld", symbol, (long long)bar->start);
      return false;
    }
    oms_data_write_bar(c->out, NULL, bar);
    p->left--;
  }
  return true;
}

/* True when it goes on with the next symbol. */
static bool write_symbol(oms_call_t *c, page_t *p, const char *key, const char *symbol) {
  uint32_t instrument = oms_engine_find_instrument(c->engine, symbol);
  oms_array_t bars;
  int rc = OMS_OK;
  oms_array_init(&bars, sizeof(oms_bar_t));
  if (instrument != OMS_NONE) {
    rc = oms_data_bars(c->desk, instrument, p->timeframe, 0, &bars);
  }
  c->out->failed = c->out->failed || rc != OMS_OK;
  bool more = true;
  if (key != NULL || bars.n > 0) {
    oms_write_list(c->out, key != NULL ? key : symbol);
    more = write_bars(c, p, symbol, &bars);
    oms_write_list_end(c->out);
  }
  oms_array_free(&bars);
  p->symbol[0] = '\0';
  return more;
}

static void write_next(oms_call_t *c, const page_t *p) {
  oms_write_text(c->out, "next_page_token", p->next[0] == '\0' ? NULL : p->next);
}

void oms_data_get_bars_of(oms_call_t *c) {
  page_t p;
  const char *symbol = c->args[BARS_SYMBOLS].text;
  if (!read_page(c, &p)) {
    return;
  }
  oms_write_object(c->out, NULL);
  (void)write_symbol(c, &p, "bars", symbol);
  oms_write_text(c->out, "symbol", symbol);
  write_next(c, &p);
  oms_write_object_end(c->out);
}

void oms_data_get_bars(oms_call_t *c) {
  page_t p;
  if (!read_page(c, &p)) {
    return;
  }
  oms_write_object(c->out, NULL);
  oms_write_object(c->out, "bars");
  for (const char *at = c->args[BARS_SYMBOLS].text; *at != '\0';) {
    char symbol[130];
    size_t n = strcspn(at, ",");
    snprintf(symbol, sizeof symbol, "%.*s", (int)(n < 128 ? n : 128), at);
    at += n + (at[n] == ',');
    bool skipped = p.symbol[0] != '\0' && strcmp(p.symbol, symbol) != 0;
    if (!skipped && !write_symbol(c, &p, NULL, symbol)) {
      break;
    }
  }
  oms_write_object_end(c->out);
  write_next(c, &p);
  oms_write_object_end(c->out);
}
