/* report.c - report.html as a whole: its head and style, the summary, warnings, the order of the
 * parts, and the cells that all tables are made of. Leaves out the parts themselves (report_*.c)
 * and when the file gets its name (output.c). */
#include "host/report.h"

#include <string.h>

/* --- cells --- */

void oms_report_cell(oms_html_t *to, const char *text) {
  oms_html_raw(to, "<td>");
  oms_html_text(to, text);
  oms_html_raw(to, "</td>");
}

void oms_report_number(oms_html_t *to, int64_t v, int decimals) {
  char text[24];
  oms_html_raw(to, "<td class=\"n\">");
  if (v != OMS_NO_PRICE) {
    oms_decimal_format(v, decimals, text);
    oms_html_grouped(to, text);
  }
  oms_html_raw(to, "</td>");
}

/* Always two places, so that a column stands under its point; what is lost in rounding stands in
 * the CSV files. */
void oms_report_money(oms_html_t *to, oms_money_t v) {
  char text[32];
  oms_html_raw(to, v != OMS_NO_PRICE && v < 0 ? "<td class=\"n loss\">" : "<td class=\"n\">");
  if (v != OMS_NO_PRICE) {
    int64_t cents = (int64_t)oms_div_half_away(v, OMS_MONEY_SCALE / 100);
    uint64_t size = cents < 0 ? 0 - (uint64_t)cents : (uint64_t)cents;
    snprintf(text, sizeof text, "%s%llu.%02u", cents < 0 ? "-" : "",
             (unsigned long long)(size / 100), (unsigned)(size % 100));
    oms_html_grouped(to, text);
  }
  oms_html_raw(to, "</td>");
}

void oms_report_time(oms_html_t *to, oms_time_t t) {
  char text[32] = "";
  if (t != OMS_NO_TIME) {
    oms_time_iso(t, text);
  }
  oms_html_format(to, "<td class=\"t\">%s</td>", text);
}

void oms_report_table(oms_html_t *to, const char *title, const char *line, const char *columns) {
  oms_html_format(to, "<h2>%s</h2>\n", title);
  if (line != NULL) {
    oms_html_format(to, "<p class=\"note\">%s</p>\n", line);
  }
  oms_html_raw(to, "<div class=\"wide\"><table>\n<thead><tr>");
  for (const char *p = columns; *p != '\0';) {
    bool number = *p == '#';
    p += number ? 1 : 0;
    int n = (int)strcspn(p, "|");
    oms_html_format(to, "<th scope=\"col\"%s>%.*s</th>", number ? " class=\"n\"" : "", n, p);
    p += n + (p[n] == '|' ? 1 : 0);
  }
  oms_html_raw(to, "</tr></thead>\n<tbody>\n");
}

void oms_report_table_end(oms_html_t *to) {
  oms_html_raw(to, "</tbody></table></div>\n");
}

/* --- head --- */

static const char style[] =
    ":root{color-scheme:light dark;--back:#fff;--text:#1b1f24;--soft:#59636e;--line:#d9dee3;"
    "--band:#f4f6f8;--accent:#1f5fbf;--fall:#b42318;--warn:#fff4d6;--edge:#b7791f}\n"
    "@media (prefers-color-scheme:dark){:root{--back:#12161b;--text:#e4e8ec;--soft:#9aa5b1;"
    "--line:#2d343c;--band:#1b2128;--accent:#7db0ff;--fall:#ff8a7a;--warn:#3a2f12;--edge:#d9a441}}"
    "\n"
    "*{box-sizing:border-box}\n"
    "body{margin:0 auto;max-width:75rem;padding:1rem 1.25rem 3rem;background:var(--back);"
    "color:var(--text);font:15px/1.45 system-ui,-apple-system,\"Segoe UI\",Roboto,sans-serif}\n"
    "h1{font-size:1.6rem;line-height:1.2;margin:.5rem 0 .25rem;overflow-wrap:anywhere}\n"
    "h2{font-size:1.1rem;margin:2rem 0 .5rem}\n"
    "p{margin:.25rem 0}\n"
    "a{color:var(--accent)}\n"
    ".note,figcaption{color:var(--soft);font-size:.875rem;overflow-wrap:anywhere}\n"
    ".banner{background:var(--warn);border-left:4px solid var(--edge);padding:.5rem .75rem;"
    "margin:.75rem 0}\n"
    "table{border-collapse:collapse;font-size:.875rem}\n"
    ".wide{overflow-x:auto}\n"
    ".wide table{width:max-content;min-width:50%}\n"
    ".wide td{max-width:24rem;overflow-wrap:anywhere}\n"
    "th,td{text-align:left;vertical-align:top;padding:.3rem .75rem .3rem 0;"
    "border-bottom:1px solid var(--line)}\n"
    "th{color:var(--soft);font-weight:600;white-space:nowrap}\n"
    ".n{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}\n"
    ".t{white-space:nowrap;font-variant-numeric:tabular-nums}\n"
    ".lines{white-space:pre-wrap;min-width:12rem}\n"
    ".loss{color:var(--fall)}\n"
    ".set td{background:var(--band);font-weight:600}\n"
    ".summary table,.summary tbody{display:block}\n"
    ".summary tbody{columns:3 17rem;column-gap:2rem}\n"
    ".summary tr{display:flex;justify-content:space-between;gap:1rem;break-inside:avoid;"
    "border-bottom:1px solid var(--line)}\n"
    ".summary .text{font-size:.8rem}\n"
    ".summary th,.summary td{border:0;padding:.3rem 0}\n"
    ".summary td{text-align:right;overflow-wrap:anywhere;font-variant-numeric:tabular-nums}\n"
    ".log{margin:0;padding-left:1.25rem;font-size:.875rem}\n"
    ".log li{overflow-wrap:anywhere;white-space:pre-wrap}\n"
    "figure{margin:0}\n"
    ".plot{display:grid;grid-template:minmax(0,1fr)/5.25rem minmax(0,1fr);margin-top:1rem}\n"
    ".tall{height:18rem}.low{height:8rem;margin-top:1.75rem}\n"
    ".plot svg{display:block;width:100%;height:100%;overflow:visible}\n"
    ".scale{position:relative;font-size:.75rem;color:var(--soft);"
    "font-variant-numeric:tabular-nums}\n"
    ".scale span{position:absolute;right:.6rem;transform:translateY(-50%);white-space:nowrap}\n"
    ".dates{display:flex;justify-content:space-between;margin:.6rem 0 0 5.25rem;font-size:.75rem;"
    "color:var(--soft)}\n"
    ".plot path{fill:none;vector-effect:non-scaling-stroke;stroke-width:1}\n"
    ".plot .grid{stroke:var(--line)}\n"
    ".plot .start{stroke:var(--soft);stroke-dasharray:4 4}\n"
    ".plot .equity{stroke:var(--accent);stroke-width:1.5;stroke-linejoin:round}\n"
    ".plot .drawdown{stroke:var(--fall);fill:var(--fall);fill-opacity:.25}\n";

/* A session has a name; a run of the command line is known by its strategy. */
static const char *name_of(const oms_host_t *h) {
  bool plain = h->config->path == NULL && h->scripts.n > h->rule_n;
  return plain ? OMS_AT(&h->scripts, oms_host_script_t, h->rule_n)->id : h->config->name;
}

static void head(oms_html_t *to, const oms_host_t *h) {
  oms_html_raw(to, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                   "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                   "<title>");
  oms_html_text(to, name_of(h));
  oms_html_raw(to, "</title>\n<style>\n");
  oms_html_raw(to, style);
  oms_html_raw(to, "</style>\n</head>\n<body>\n<h1>");
  oms_html_text(to, name_of(h));
  oms_html_raw(to, "</h1>\n");
}

static void bound(oms_html_t *to, const char *name, oms_time_t t) {
  char text[32];
  if (t != OMS_NO_TIME) {
    oms_time_iso(t, text);
    oms_html_format(to, ", %s %s", name, text);
  }
}

static void origin(oms_html_t *to, const oms_host_t *h) {
  oms_html_raw(to, "<p class=\"note\">Backtest, ");
  oms_html_text(to, h->config->path != NULL ? h->config->path : "given on the command line");
  bound(to, "from", h->config->from);
  bound(to, "to", h->config->to);
  oms_html_format(to, ", seed %llu. ", (unsigned long long)h->config->seed);
  oms_html_raw(
      to,
      "Beside this page: <a href=\"orders.csv\">orders.csv</a>, "
      "<a href=\"fills.csv\">fills.csv</a>, <a href=\"trades.csv\">trades.csv</a>, "
      "<a href=\"equity.csv\">equity.csv</a>, <a href=\"summary.json\">summary.json</a>.</p>\n");
}

static void banners(oms_html_t *to, const oms_host_t *h) {
  if (h->facts.partial) {
    oms_html_raw(to, "<p class=\"banner\"><strong>Partial run:</strong> it ended before the end of "
                     "the data, and all that follows covers what had run until then.</p>\n");
  }
  if (h->strategy_failed) {
    oms_html_raw(to, "<p class=\"banner\"><strong>A strategy was stopped by an error.</strong> "
                     "Its message stands among the warnings.</p>\n");
  }
}

/* --- summary and warnings --- */

static void summary(oms_html_t *to, const oms_summary_field_t *fields, size_t n) {
  oms_html_raw(to, "<h2>Summary</h2>\n<div class=\"summary\"><table><tbody>\n");
  for (size_t i = 0; i < n; i++) {
    char text[OMS_SUMMARY_TEXT];
    oms_summary_text(&fields[i], text);
    bool number = fields[i].kind == 1 || fields[i].kind == 2;
    oms_html_format(to, "<tr><th scope=\"row\">%s</th><td%s>", fields[i].name,
                    number ? "" : " class=\"text\"");
    if (number) {
      oms_html_grouped(to, text);
    } else {
      oms_html_text(to, text);
    }
    oms_html_raw(to, "</td></tr>\n");
  }
  oms_html_raw(to, "</tbody></table></div>\n");
}

static void warnings(oms_html_t *to, const oms_host_t *h) {
  oms_html_raw(to, "<h2>Warnings and errors</h2>\n");
  if (h->warning_n == 0) {
    oms_html_raw(to, "<p>None.</p>\n");
    return;
  }
  oms_html_raw(to, "<ul class=\"log\">\n");
  for (size_t i = 0; i < h->warnings.n; i++) {
    oms_html_raw(to, "<li>");
    oms_html_text(to, *OMS_AT(&h->warnings, char *, i));
    oms_html_raw(to, "</li>\n");
  }
  oms_html_raw(to, "</ul>\n");
  if (h->warning_n > h->warnings.n) {
    oms_html_format(to, "<p class=\"note\">The first %zu of %zu; the log has all.</p>\n",
                    h->warnings.n, h->warning_n);
  }
}

int oms_report_write(const char *folder, const oms_host_t *h, const oms_summary_field_t *fields,
                     size_t n, oms_error_t *err) {
  oms_html_t to;
  int rc = oms_html_open(&to, folder, "report.html", err);
  if (rc != OMS_OK) {
    return rc;
  }
  head(&to, h);
  origin(&to, h);
  banners(&to, h);
  summary(&to, fields, n);
  warnings(&to, h);
  oms_report_chart(&to, h->stats);
  int setup = oms_report_setup(&to, h);
  int orders = oms_report_orders(&to, h->engine);
  oms_html_raw(&to, "</body>\n</html>\n");
  rc = oms_html_close(&to, err);
  if (rc == OMS_OK && (setup != OMS_OK || orders != OMS_OK)) {
    rc = oms_error_set(err, setup != OMS_OK ? setup : orders, "out of memory for report.html");
  }
  return rc;
}
