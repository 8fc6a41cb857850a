/* live_snapshot.c - snapshots of a live host's journal, so that recovery and retention have
 * something to go by: made by the program itself as a child of low priority, which reads beside the
 * host. */
#include <stdio.h>

#include "host/live_int.h"

#define RECORDS   UINT64_C(2000000)
#define LOW       10
#define PATH_ROOM 4096

static void on_exit(uv_process_t *process, int64_t status, int signal) {
  oms_live_host_t *l = process->data;
  char line[120];
  if (status != 0 || signal != 0) {
    snprintf(line, sizeof line, "no snapshot: moondesk db snapshot ended with %d%s", (int)status,
             signal != 0 ? " by a signal" : "");
    oms_host_log(l->h, -1, OMS_LOG_WARN, line);
  } else {
    oms_host_log(l->h, -1, OMS_LOG_INFO, "a snapshot has been made");
  }
  uv_close((uv_handle_t *)process, NULL);
  l->snapshotting = false;
}

static void spawn(oms_live_host_t *l) {
  char self[PATH_ROOM];
  size_t n = sizeof self;
  if (uv_exepath(self, &n) != 0) {
    return;
  }
  char *arguments[] = {self, (char *)"db", (char *)"snapshot", (char *)l->h->config->live.db, NULL};
  const uv_process_options_t o = {.exit_cb = on_exit, .file = self, .args = arguments};
  l->snapshot.data = l;
  if (uv_spawn(&l->loop, &l->snapshot, &o) != 0) {
    uv_close((uv_handle_t *)&l->snapshot, NULL);
    return;
  }
  l->snapshotting = true;
  (void)uv_os_setpriority(l->snapshot.pid, LOW);
}

/* Asked for again only when as many records lie behind that request: a snapshot that cannot be made
 * is no reason to try without end. */
void oms_live_snapshot(oms_live_host_t *l) {
  oms_store_figures_t f;
  uint64_t every = l->h->config->live.snapshot_records > 0
                       ? (uint64_t)l->h->config->live.snapshot_records
                       : RECORDS;
  if (l->store == NULL || l->snapshotting || l->stopping) {
    return;
  }
  oms_store_figures(l->store, &f);
  uint64_t last = f.snapshot_seq > l->snapshot_seq ? f.snapshot_seq : l->snapshot_seq;
  if (f.next_seq - last > every) {
    l->snapshot_seq = f.next_seq;
    spawn(l);
  }
}

/* One that runs at the end is not waited for. */
void oms_live_snapshot_end(oms_live_host_t *l) {
  if (l->snapshotting) {
    (void)uv_process_kill(&l->snapshot, SIGTERM);
  }
}
