/* live_signals.c - what people do to a live host beside its ways in: signals, and the file of the
 * kill switch. SIGTERM and SIGINT stop it, a second one at once; SIGHUP loads changed scripts;
 * SIGUSR1 is the kill switch. */
#include "host/live_int.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#define SAME_REQUEST_NS INT64_C(200000000) /* timeout(1) signals its child, then the whole group */

static uv_async_t *volatile awake;
static volatile sig_atomic_t stop_wanted;
static int64_t asked_at;
static struct sigaction before_int, before_term;

static int64_t mono(void) {
  struct timespec t;
  (void)clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * OMS_NS_PER_SECOND + t.tv_nsec;
}

static void on_stop(int number) {
  if (stop_wanted == 0) {
    asked_at = mono();
    stop_wanted = 1;
    if (awake != NULL) {
      (void)uv_async_send(awake); /* safe in a handler */
    }
  } else if (mono() - asked_at > SAME_REQUEST_NS) {
    (void)signal(number, SIG_DFL);
    (void)raise(number);
  }
}

bool oms_live_stop_wanted(void) {
  return stop_wanted != 0;
}

static void on_hangup(uv_signal_t *handle, int number) {
  oms_live_host_t *l = handle->data;
  (void)number;
  size_t n;
  oms_error_t err;
  if (oms_host_reload_changed(l->h, true, 0, &n, &err) != OMS_OK) {
    oms_host_log(l->h, -1, OMS_LOG_ERROR, err.message);
  }
  oms_live_wake(l);
}

static void on_kill(uv_signal_t *handle, int number) {
  oms_live_host_t *l = handle->data;
  (void)number;
  l->kill_wanted = true;
  oms_live_wake(l);
}

/* The file of the kill switch may have come; what cannot be watched is looked at once a second. */
static void on_folder(uv_fs_event_t *handle, const char *name, int events, int status) {
  (void)name, (void)events, (void)status;
  oms_live_wake(handle->data);
}

static void watch_kill_file(oms_live_host_t *l) {
  char folder[4096];
  const char *path = l->h->config->live.kill_file;
  const char *slash = path == NULL ? NULL : strrchr(path, '/');
  if (path == NULL) {
    return;
  }
  snprintf(folder, sizeof folder, "%.*s", slash == NULL ? 1 : (int)(slash - path) + 1,
           slash == NULL ? "." : path);
  l->kill_folder.data = l;
  if (uv_fs_event_init(&l->loop, &l->kill_folder) == 0) {
    (void)uv_fs_event_start(&l->kill_folder, on_folder, folder, 0);
  }
}

int oms_live_signals(oms_live_host_t *l, oms_error_t *err) {
  struct sigaction action = {.sa_handler = on_stop, .sa_flags = SA_RESTART};
  (void)sigemptyset(&action.sa_mask);
  (void)sigaddset(&action.sa_mask, SIGINT);
  (void)sigaddset(&action.sa_mask, SIGTERM);
  l->hangup.data = l->user.data = l;
  stop_wanted = 0;
  awake = &l->wake;
  (void)sigaction(SIGINT, &action, &before_int);
  (void)sigaction(SIGTERM, &action, &before_term);
  watch_kill_file(l);
  int rc = uv_signal_start(&l->hangup, on_hangup, SIGHUP);
  rc = rc == 0 ? uv_signal_start(&l->user, on_kill, SIGUSR1) : rc;
  return rc == 0 ? OMS_OK
                 : oms_error_set(err, OMS_ERR_IO, "cannot listen to signals: %s", uv_strerror(rc));
}

void oms_live_signals_end(oms_live_host_t *l) {
  (void)l;
  awake = NULL;
  (void)sigaction(SIGINT, &before_int, NULL);
  (void)sigaction(SIGTERM, &before_term, NULL);
}

/* The kill switch. */

void oms_live_kill_all(oms_live_host_t *l, const char *by, const char *why) {
  oms_op_t op = {.kind = OMS_OP_KILL, .by = by, .why = why};
  op.u.kill.scope.kind = OMS_SCOPE_ALL;
  oms_live_own_op(l, &op);
}

#define EMPTY_NS INT64_C(20000000) /* who makes the file is given so long to write into it */

/* The first line of the file, or its name. False: there is nothing in it yet. */
static bool read_reason(const char *path, bool regular, char out[300]) {
  FILE *f = regular ? fopen(path, "r") : NULL; /* a pipe would be waited for */
  bool any = f != NULL && fgets(out, 300, f) != NULL;
  if (f != NULL) {
    (void)fclose(f);
  }
  out[any ? strcspn(out, "\r\n") : 0] = '\0';
  for (char *c = out; *c != '\0'; c++) {
    *c = (unsigned char)*c < ' ' || *c == 0x7f ? ' ' : *c;
  }
  if (out[0] == '\0') {
    snprintf(out, 300, "the file %.250s is there", path);
  }
  return any;
}

void oms_live_kill_file(oms_live_host_t *l) {
  const char *path = l->h->config->live.kill_file;
  struct stat st;
  char why[300];
  if (path == NULL || l->ended) {
    return;
  }
  if (stat(path, &st) != 0) {
    l->kill_file_seen = false;
    l->kill_file_since = 0;
    return;
  }
  if (l->kill_file_seen) {
    return;
  }
  int64_t now = oms_live_mono();
  l->kill_file_since = l->kill_file_since == 0 ? now : l->kill_file_since;
  if (read_reason(path, S_ISREG(st.st_mode), why) || now - l->kill_file_since >= EMPTY_NS) {
    l->kill_file_seen = true;
    l->kill_file_since = 0;
    oms_live_kill_all(l, "file", why);
  }
}
