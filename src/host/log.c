/* log.c - lines to stderr: session time, level, script, text. */
#include <stdarg.h>
#include <stdio.h>

#include "host/host.h"

static const char *const level_names[] = {"DEBUG", "INFO", "WARN", "ERROR"};

void oms_host_log(oms_host_t *h, int script, oms_log_level_t level, const char *text) {
  if (h->options->quiet && level < OMS_LOG_ERROR) {
    return;
  }
  char ts[32] = "-";
  if (h->desk.port.now != OMS_NO_TIME && h->desk.port.now != 0) {
    oms_time_iso(h->desk.port.now, ts);
  }
  const char *who = "moondesk";
  if (script >= 0 && (size_t)script < h->scripts.n) {
    who = OMS_AT(&h->scripts, oms_host_script_t, (size_t)script)->id;
  }
  fprintf(stderr, "%s %-5s %s: %s\n", ts, level_names[level], who, text);
}

void oms_host_warn(oms_host_t *h, const char *format, ...) {
  char text[1024];
  va_list args;
  va_start(args, format);
  vsnprintf(text, sizeof text, format, args);
  va_end(args);
  oms_host_log(h, -1, OMS_LOG_WARN, text);
}
