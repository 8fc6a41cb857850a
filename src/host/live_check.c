/* live_check.c - whether a live host can be what its session says, before anything is opened: all
 * mistakes are told at once, a line each. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "host/live.h"
#include "host/run.h"
#include "store/store.h"

typedef struct list {
  const oms_session_config_t *c;
  size_t n, used;
  char text[3600];
} list_t;

static void add(list_t *l, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void add(list_t *l, const char *format, ...) {
  va_list args;
  va_start(args, format);
  l->n++;
  if (l->used + 4 < sizeof l->text) {
    memcpy(l->text + l->used, "\n  ", 3);
    l->used += 3;
    int n = vsnprintf(l->text + l->used, sizeof l->text - l->used, format, args);
    size_t left = sizeof l->text - l->used - 1;
    l->used += n < 0 ? 0 : (size_t)n < left ? (size_t)n : left;
  }
  va_end(args);
}

/* Addresses. */

/* HOST:PORT or [HOST]:PORT; the host goes into 'host'. */
static bool split(const char *address, char *host, size_t n) {
  const char *colon = strrchr(address, ':');
  if (colon == NULL || colon == address || colon[1] == '\0' ||
      strspn(colon + 1, "0123456789") != strlen(colon + 1) || strlen(colon + 1) > 5 ||
      atoi(colon + 1) > 65535) {
    return false;
  }
  size_t from = address[0] == '[' ? 1 : 0, to = (size_t)(colon - address);
  if ((from == 1) != (address[to - 1] == ']') || to - 2 * from == 0 || to - 2 * from >= n ||
      (from == 0 && memchr(address, ':', to) != NULL)) {
    return false;
  }
  snprintf(host, n, "%.*s", (int)(to - 2 * from), address + from);
  return true;
}

static bool is_loopback(const char *host) {
  return strncmp(host, "127.", 4) == 0 || strcmp(host, "::1") == 0 ||
         strcmp(host, "localhost") == 0;
}

static void count_key(void *ctx, const oms_key_record_t *key) {
  *(size_t *)ctx += key->revoked == OMS_NO_TIME;
}

static size_t good_keys(const char *db) {
  struct stat st;
  size_t n = 0;
  oms_error_t err;
  if (db != NULL && stat(db, &st) == 0) {
    (void)oms_store_keys(db, count_key, &n, &err); /* what is wrong with it is told when it opens */
  }
  return n;
}

static void check_address(list_t *l) {
  const oms_live_config_t *c = &l->c->live;
  char host[256];
  if (c->listen == NULL) {
    return;
  }
  if (c->db == NULL) {
    add(l, "listen: a host that is served needs a journal: give --db FILE, too");
  }
  if (l->c->live.mode == OMS_MODE_BACKTEST) {
    add(l, "listen: a backtest is not served: write mode = \"paper\" in the session");
  }
  if (!split(c->listen, host, sizeof host)) {
    add(l, "listen: '%.100s' is no address: write HOST:PORT, such as 127.0.0.1:8080 or [::1]:8080",
        c->listen);
    return;
  }
  if (is_loopback(host)) {
    return;
  }
  if (c->certificate == NULL || c->key == NULL) {
    add(l,
        "listen: %.100s can be reached from elsewhere: give a certificate and its key, or "
        "listen at 127.0.0.1",
        c->listen);
  }
  if (good_keys(c->db) == 0) {
    add(l,
        "listen: %.100s can be reached from elsewhere and there is no API key: make one with "
        "moondesk key create",
        c->listen);
  }
}

/* Files. */

static void check_file(list_t *l, const char *what, const char *path, bool secret) {
  struct stat st;
  if (path == NULL) {
    return;
  }
  if (stat(path, &st) != 0 || !S_ISREG(st.st_mode) || access(path, R_OK) != 0) {
    add(l, "%s: %.300s cannot be read", what, path);
  } else if (secret && (st.st_mode & 077) != 0) {
    add(l, "%s: %.300s can be read by others: chmod 600 it", what, path);
  }
}

static void check_folder(list_t *l, const char *what, const char *path, int access_mode) {
  char folder[4096];
  struct stat st;
  if (path == NULL) {
    return;
  }
  const char *slash = strrchr(path, '/');
  snprintf(folder, sizeof folder, "%.*s", slash == NULL ? 1 : (int)(slash - path) + 1,
           slash == NULL ? "." : path);
  if (stat(path, &st) == 0 && S_ISDIR(st.st_mode)) {
    add(l, "%s: %.300s is a folder", what, path);
  } else if (stat(folder, &st) != 0 || !S_ISDIR(st.st_mode)) {
    add(l, "%s: the folder of %.300s does not exist", what, path);
  } else if (access(folder, access_mode) != 0) {
    add(l, "%s: the folder of %.300s cannot be %s", what, path,
        (access_mode & W_OK) != 0 ? "written" : "looked into");
  }
}

static void check_files(list_t *l) {
  const oms_live_config_t *c = &l->c->live;
  check_file(l, "api.certificate", c->certificate, false);
  check_file(l, "api.key", c->key, true);
  if ((c->certificate == NULL) != (c->key == NULL)) {
    add(l, "api: %s is given without its %s", c->key == NULL ? "a certificate" : "a key",
        c->key == NULL ? "key" : "certificate");
  }
  check_folder(l, "db", c->db, W_OK | X_OK);
  check_folder(l, "kill_file", c->kill_file, X_OK);
}

/* What goes with what. */

static void check_data(list_t *l) {
  const oms_live_config_t *c = &l->c->live;
  for (size_t i = 0; i < l->c->data_n; i++) {
    const oms_data_config_t *d = &l->c->data[i];
    if (d->pushed && c->listen == NULL) {
      add(l, "data[%zu]: rows of %.60s are pushed through the API: give --listen ADDRESS", i + 1,
          d->symbol);
    }
    if (!d->pushed && c->mode == OMS_MODE_LIVE) {
      add(l, "data[%zu]: a live session has no recorded data: write bars, quotes or trades = true",
          i + 1);
    }
  }
}

static void check_mode(list_t *l) {
  const oms_live_config_t *c = &l->c->live;
  char host[256];
  if (c->mode == OMS_MODE_LIVE) {
    if (c->db == NULL) {
      add(l, "db: a live session needs a journal: give --db FILE");
    }
    if (c->connect == NULL) {
      add(l, "venue.connect: a live session needs a venue outside: give its address, or write mode "
             "= \"paper\"");
    }
    if (c->pace != 0) {
      add(l, "pace: a live session goes by the clock of the wall: leave it out");
    }
  }
  if (c->connect != NULL && !split(c->connect, host, sizeof host)) {
    add(l, "venue.connect: '%.100s' is no address: write HOST:PORT", c->connect);
  }
  if (c->connect != NULL && c->mode == OMS_MODE_BACKTEST) {
    add(l, "venue.connect: a backtest has the simulated venue: leave it out");
  }
  if (c->risk && c->listen == NULL) {
    add(l, "risk: an external risk system comes through the API: give --listen ADDRESS");
  }
}

/* Files that the session names; what stands in them is told when they are read. */
static void check_path(list_t *l, const char *library, const char *place, size_t i,
                       const char *path) {
  char found[4096];
  oms_error_t err;
  if (strpbrk(path, "*?[") == NULL &&
      oms_session_path(l->c, path, library, found, sizeof found, &err) != OMS_OK) {
    add(l, "%s[%zu]: %.*s", place, i + 1, (int)strcspn(err.message, "\n"), err.message);
  }
}

static void check_named(list_t *l) {
  const oms_session_config_t *c = l->c;
  char library[4096];
  if (c->live.db == NULL || !oms_library_folder(library, sizeof library)) {
    return; /* no host, or it is told later */
  }
  for (size_t i = 0; i < c->data_n; i++) {
    for (size_t k = 0; k < c->data[i].path_n; k++) {
      check_path(l, library, "data", i, c->data[i].paths[k]);
    }
  }
  for (size_t i = 0; i < c->rule_n; i++) {
    check_path(l, library, "rules", i, c->rules[i].path);
  }
  for (size_t i = 0; i < c->strategy_n; i++) {
    check_path(l, library, "strategies", i, c->strategies[i].path);
  }
}

int oms_live_check(const oms_session_config_t *c, oms_error_t *err) {
  list_t l = {.c = c};
  check_mode(&l);
  check_address(&l);
  check_files(&l);
  check_data(&l);
  check_named(&l);
  if (l.n == 0) {
    return OMS_OK;
  }
  if (l.n == 1) {
    return oms_error_set(err, OMS_ERR_USAGE, "%s", l.text + 3);
  }
  return oms_error_set(err, OMS_ERR_USAGE, "%zu settings of the host are wrong:%s", l.n, l.text);
}
