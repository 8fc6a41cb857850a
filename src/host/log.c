/* log.c - lines to stderr: session time, level, script, text. What warns is kept for the report,
 * also of a quiet run. A live host says it in pairs of key and value, a line a message. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/alloc.h"
#include "host/host.h"
#include "host/live.h"

#define KEPT_MAX 100

static const char *const level_names[] = {"DEBUG", "INFO", "WARN", "ERROR"};

/* A line for which there is no memory is counted and left out. */
static void keep(oms_host_t *h, const char *ts, const char *level, const char *who,
                 const char *text) {
  h->warning_n++;
  if (h->options->out == NULL || h->warnings.n == KEPT_MAX) {
    return;
  }
  size_t n = strlen(ts) + strlen(level) + strlen(who) + strlen(text) + 5;
  char *line = oms_alloc(n);
  if (line != NULL) {
    snprintf(line, n, "%s %s %s: %s", ts, level, who, text);
    if (oms_array_push(&h->warnings, &line) != OMS_OK) {
      oms_free(line);
    }
  }
}

static bool steers(char c) {
  return ((unsigned char)c < ' ' && c != '\n' && c != '\t') || c == 0x7f;
}

/* What a script says must not steer the terminal. NULL: it does not, or there is no memory. */
static char *tamed(const char *text) {
  const char *p = text;
  while (*p != '\0' && !steers(*p)) {
    p++;
  }
  size_t n = *p == '\0' ? 0 : strlen(text) + 1;
  char *copy = n == 0 ? NULL : oms_alloc(n);
  for (size_t i = 0; copy != NULL && i < n; i++) {
    copy[i] = i + 1 < n && steers(text[i]) ? '?' : text[i];
  }
  return copy;
}

/* A value in quotes, on one line whatever it holds. */
static void quote(FILE *to, const char *text) {
  (void)fputc('"', to);
  for (const char *c = text; *c != '\0'; c++) {
    if (*c == '"' || *c == '\\') {
      (void)fputc('\\', to);
    }
    if (*c == '\n') {
      (void)fputs("\\n", to);
    } else {
      (void)fputc(steers(*c) || *c == '\t' ? ' ' : *c, to);
    }
  }
  (void)fputc('"', to);
}

static void log_pairs(const oms_host_t *h, const char *at, oms_log_level_t level, const char *who,
                      const char *text) {
  static const char *const levels[] = {"debug", "info", "warn", "error"};
  char ts[40];
  struct timespec t;
  (void)clock_gettime(CLOCK_REALTIME, &t);
  oms_time_iso(t.tv_sec * OMS_NS_PER_SECOND + t.tv_nsec / 1000000 * 1000000, ts);
  if (level < h->options->log_level) {
    return;
  }
  fprintf(stderr, "ts=%s level=%s component=%s msg=", ts, levels[level], who);
  quote(stderr, text);
  if (at[0] != '-') {
    fprintf(stderr, " at=%s", at);
  }
  (void)fputc('\n', stderr);
}

void oms_host_log(oms_host_t *h, int script, oms_log_level_t level, const char *text) {
  if (h->options->log != NULL) {
    h->options->log(h->options->log_self, level, text);
    return;
  }
  if (h->options->quiet && level < OMS_LOG_WARN) {
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
  if (level >= OMS_LOG_WARN) {
    keep(h, ts, level_names[level], who, text);
  }
  if (h->options->rerun || (h->options->quiet && level < OMS_LOG_ERROR)) {
    return; /* all of it was told when the run was made first */
  }
  if (oms_live_wanted(h->config)) {
    log_pairs(h, ts, level, script >= 0 ? who : "host", text);
    return;
  }
  char *plain = tamed(text);
  fprintf(stderr, "%s %-5s %s: %s\n", ts, level_names[level], who, plain != NULL ? plain : text);
  oms_free(plain);
}

void oms_host_warn(oms_host_t *h, const char *format, ...) {
  char text[1024];
  va_list args;
  va_start(args, format);
  vsnprintf(text, sizeof text, format, args);
  va_end(args);
  oms_host_log(h, -1, OMS_LOG_WARN, text);
}
