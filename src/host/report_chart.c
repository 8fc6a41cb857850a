/* report_chart.c - equity and drawdown at the end of each trading day as inline SVG. The drawings
 * stretch with the page, so the labels stand beside them as text of the page and keep their size on
 * a small screen. Long runs are thinned out: of each stretch of days the lowest and the highest
 * stay, so no extreme is lost. */
#include <math.h>
#include <stdlib.h>

#include "host/report.h"

#define POINTS_MAX 1000
#define SIDE       1000.0 /* of a drawing, in its own units */
#define LINES      4      /* of the grid, about */

typedef struct axis {
  double low, high, step;
} axis_t;

typedef struct chart {
  oms_html_t *to;
  const oms_stats_t *stats;
  size_t n; /* days; point 0 is the start */
  int64_t first, last;
  axis_t equity, drawdown;
  bool begun; /* the path has a point */
} chart_t;

static double equity_at(const chart_t *c, size_t i) {
  int64_t day;
  return (double)oms_stats_day_end(c->stats, i, &day) / (double)OMS_MONEY_SCALE;
}

/* --- axes --- */

/* 1, 2 or 5 times a power of ten, so that about LINES of them cover the span. */
static double nice_step(double span) {
  double rough = span / LINES, power = 1;
  while (power > rough) {
    power /= 10;
  }
  while (power * 10 <= rough) {
    power *= 10;
  }
  double factor = rough / power;
  return power * (factor <= 1 ? 1 : factor <= 2 ? 2 : factor <= 5 ? 5 : 10);
}

static axis_t make_axis(double low, double high) {
  double step = nice_step(high - low);
  return (axis_t){floor(low / step) * step, ceil(high / step) * step, step};
}

static double depth(double peak, double equity) {
  return peak > 0 ? 100 * (peak - equity) / peak : 0;
}

/* A flat line stands in the middle, and no step is finer than a cent. */
static axis_t equity_axis(double low, double high) {
  double room = high > low ? 0.02 : low != 0 ? fabs(low) / 100 : 1;
  bool narrow = high - low < 0.04;
  return make_axis(narrow ? low - room : low, narrow ? high + room : high);
}

static void find_axes(chart_t *c) {
  double low = equity_at(c, 0), high = low, deepest = 0;
  for (size_t i = 1; i <= c->n; i++) {
    double v = equity_at(c, i);
    low = v < low ? v : low;
    high = v > high ? v : high;
    double d = depth(high, v);
    deepest = d > deepest ? d : deepest;
  }
  c->equity = equity_axis(low, high);
  c->drawdown = make_axis(0, deepest == 0 ? 1 : deepest < 0.04 ? 0.04 : deepest);
  (void)oms_stats_day_end(c->stats, 0, &c->first);
  (void)oms_stats_day_end(c->stats, c->n, &c->last);
}

/* --- drawing --- */

static double across(const axis_t *a, double v, bool down) {
  double part = (v - a->low) / (a->high - a->low);
  return SIDE * (down ? part : 1 - part);
}

static void point(chart_t *c, size_t i, double y) {
  int64_t day;
  (void)oms_stats_day_end(c->stats, i, &day);
  double x = SIDE * (double)(day - c->first) / (double)(c->last - c->first);
  oms_html_format(c->to, "%c%.1f %.1f", c->begun ? 'L' : 'M', x, y);
  c->begun = true;
}

static void equity_point(chart_t *c, size_t i) {
  point(c, i, across(&c->equity, equity_at(c, i), false));
}

/* Days [from, to): the lowest and the highest in their order. */
static void equity_stretch(chart_t *c, size_t from, size_t to) {
  size_t low = from, high = from;
  for (size_t i = from + 1; i < to; i++) {
    low = equity_at(c, i) < equity_at(c, low) ? i : low;
    high = equity_at(c, i) > equity_at(c, high) ? i : high;
  }
  equity_point(c, low < high ? low : high);
  if (low != high) {
    equity_point(c, low < high ? high : low);
  }
}

/* Starts and ends of stretches: the first and the last point always stay. */
static size_t stretches(const chart_t *c, size_t each) {
  size_t inner = c->n - 1, most = (POINTS_MAX - 2) / each;
  return inner < most ? inner : most;
}

static size_t bound(const chart_t *c, size_t k, size_t of) {
  return 1 + (c->n - 1) * k / of;
}

static void equity_path(chart_t *c) {
  size_t of = stretches(c, c->n < POINTS_MAX ? 1 : 2);
  c->begun = false;
  oms_html_raw(c->to, "<path class=\"equity\" d=\"");
  equity_point(c, 0);
  for (size_t k = 0; k < of; k++) {
    equity_stretch(c, bound(c, k, of), bound(c, k + 1, of));
  }
  equity_point(c, c->n);
  oms_html_raw(c->to, "\"/>");
}

/* The area between no drawdown and the deepest one of each stretch. */
static void drawdown_path(chart_t *c) {
  size_t of = stretches(c, 1);
  double peak = equity_at(c, 0);
  c->begun = false;
  oms_html_raw(c->to, "<path class=\"drawdown\" d=\"");
  point(c, 0, 0);
  for (size_t k = 0; k <= of; k++) { /* the last one is the last day */
    size_t from = bound(c, k, of > 0 ? of : 1), deepest_at = from;
    size_t to = k < of ? bound(c, k + 1, of) : c->n + 1;
    double deepest = 0;
    for (size_t i = from; i < to; i++) {
      double v = equity_at(c, i);
      peak = v > peak ? v : peak;
      if (depth(peak, v) > deepest) {
        deepest = depth(peak, v);
        deepest_at = i;
      }
    }
    point(c, deepest_at, across(&c->drawdown, deepest, true));
  }
  point(c, c->n, 0);
  oms_html_raw(c->to, "Z\"/>");
}

/* --- around it --- */

static int decimals_of(double step) {
  int n = 0;
  for (; step < 0.999 && n < 4; n++) {
    step *= 10;
  }
  return n;
}

/* Thousands apart up to seven digits, then millions: the labels have a narrow column. */
static void equity_label(oms_html_t *to, double v, const axis_t *a) {
  char text[64];
  double unit = fabs(a->low) >= 1e7 || fabs(a->high) >= 1e7 ? 1e6 : 1;
  snprintf(text, sizeof text, "%.*f", decimals_of(a->step / unit), v / unit);
  oms_html_grouped(to, text);
  oms_html_raw(to, unit > 1 ? " M" : "");
}

static double line_at(const axis_t *a, size_t i) {
  double v = a->low + (double)i * a->step;
  return fabs(v) < a->step / 1000 ? 0 : v; /* not "-0" */
}

static size_t line_count(const axis_t *a) {
  return (size_t)((a->high - a->low) / a->step + 0.5);
}

static void labels(chart_t *c, const axis_t *a, bool down) {
  oms_html_raw(c->to, "<div class=\"scale\">");
  for (size_t i = 0; i <= line_count(a); i++) {
    double v = line_at(a, i);
    oms_html_format(c->to, "<span style=\"top:%.1f%%\">", across(a, v, down) / SIDE * 100);
    if (down) {
      oms_html_format(c->to, "%s%.*f %%", v > 0 ? "-" : "", decimals_of(a->step), v);
    } else {
      equity_label(c->to, v, a);
    }
    oms_html_raw(c->to, "</span>");
  }
  oms_html_raw(c->to, "</div>");
}

static void grid(chart_t *c, const axis_t *a, bool down) {
  oms_html_raw(c->to, "<path class=\"grid\" d=\"");
  for (size_t i = 0; i <= line_count(a); i++) {
    oms_html_format(c->to, "M0 %.1fH1000", across(a, line_at(a, i), down));
  }
  oms_html_raw(c->to, "\"/>");
}

static void begin_plot(chart_t *c, const char *class, const char *label, const axis_t *a,
                       bool down) {
  oms_html_format(c->to, "<div class=\"plot %s\">", class);
  labels(c, a, down);
  oms_html_format(c->to,
                  "<svg viewBox=\"0 0 1000 1000\" preserveAspectRatio=\"none\" role=\"img\" "
                  "aria-label=\"%s\">",
                  label);
  grid(c, a, down);
}

/* The drawing goes from the start of the first day to the end of the last. */
static void dates(chart_t *c) {
  const int64_t days[] = {c->first + 1, c->first + 1 + (c->last - c->first) / 2, c->last};
  char text[32];
  oms_html_raw(c->to, "<div class=\"dates\">");
  for (size_t i = 0; i < 3; i++) {
    if (i == 0 || days[i] > days[i - 1]) {
      oms_date_iso(days[i] * OMS_NS_PER_DAY, OMS_ZONE_UTC, text);
      oms_html_format(c->to, "<span>%s</span>", text);
    }
  }
  oms_html_raw(c->to, "</div>\n");
}

void oms_report_chart(oms_html_t *to, const oms_stats_t *stats) {
  chart_t c = {.to = to, .stats = stats, .n = oms_stats_days(stats)};
  oms_html_raw(to, "<h2>Equity and drawdown</h2>\n");
  if (c.n == 0) {
    oms_html_raw(to, "<p>No day was run.</p>\n");
    return;
  }
  find_axes(&c);
  oms_html_format(to,
                  "<figure><figcaption>At the end of each of %zu trading days; drawdown from the "
                  "highest end of a "
                  "day before it.</figcaption>\n",
                  c.n);
  begin_plot(&c, "tall", "Equity over time", &c.equity, false);
  oms_html_format(to, "<path class=\"start\" d=\"M0 %.1fH1000\"/>",
                  across(&c.equity, equity_at(&c, 0), false));
  equity_path(&c);
  oms_html_raw(to, "</svg></div>\n");
  begin_plot(&c, "low", "Drawdown over time", &c.drawdown, true);
  drawdown_path(&c);
  oms_html_raw(to, "</svg></div>\n");
  dates(&c);
  oms_html_raw(to, "</figure>\n");
}
