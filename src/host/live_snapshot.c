/* live_snapshot.c - snapshots of a live host's journal, so that recovery and retention have
 * something to go by: made by the program itself as a child of low priority, which reads beside the
 * host. */
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <sys/wait.h>

#include "host/live_int.h"

#define RECORDS   UINT64_C(2000000)
#define LOW       10
#define PATH_ROOM 4096

extern char **environ;

/* What became of the child, if it has ended. */
static void reap(oms_live_host_t *l) {
  char line[120];
  int status = 0;
  pid_t ended = l->snapshotting ? waitpid(l->snapshot, &status, WNOHANG) : 0;
  if (ended == 0) {
    return;
  }
  l->snapshotting = false;
  if (ended > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0) {
    oms_host_log(l->h, -1, OMS_LOG_INFO, "a snapshot has been made");
    return;
  }
  snprintf(line, sizeof line, "no snapshot: moondesk db snapshot ended with %d%s",
           WEXITSTATUS(status), WIFSIGNALED(status) ? " by a signal" : "");
  oms_host_log(l->h, -1, OMS_LOG_WARN, line);
}

/* A process of its own with no input and no output, that heeds all signals. */
static int start(const char *self, char *const arguments[], pid_t *pid) {
  posix_spawn_file_actions_t files;
  posix_spawnattr_t how;
  sigset_t none, pipe;
  (void)sigemptyset(&none);
  (void)sigemptyset(&pipe);
  (void)sigaddset(&pipe, SIGPIPE);
  if (posix_spawn_file_actions_init(&files) != 0) {
    return OMS_ERR_NOMEM;
  }
  bool good = posix_spawnattr_init(&how) == 0;
  if (good) {
    good = posix_spawnattr_setflags(&how, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF) == 0 &&
           posix_spawnattr_setsigmask(&how, &none) == 0 &&
           posix_spawnattr_setsigdefault(&how, &pipe) == 0;
    for (int fd = 0; fd < 3 && good; fd++) {
      good = posix_spawn_file_actions_addopen(&files, fd, "/dev/null", O_RDWR, 0) == 0;
    }
    good = good && posix_spawn(pid, self, &files, &how, arguments, environ) == 0;
    (void)posix_spawnattr_destroy(&how);
  }
  (void)posix_spawn_file_actions_destroy(&files);
  return good ? OMS_OK : OMS_ERR_IO;
}

/* Not by a fork: to copy the page tables of a large host would hold it up for milliseconds. */
static void spawn(oms_live_host_t *l) {
  char self[PATH_ROOM];
  size_t n = sizeof self;
  if (uv_exepath(self, &n) != 0) {
    return;
  }
  char *arguments[] = {self, (char *)"db", (char *)"snapshot", (char *)l->h->config->live.db, NULL};
  l->snapshotting = start(self, arguments, &l->snapshot) == OMS_OK;
  if (l->snapshotting) {
    (void)uv_os_setpriority(l->snapshot, LOW);
  }
}

/* Asked for again only when as many records lie behind that request: a snapshot that cannot be made
 * is no reason to try without end. */
void oms_live_snapshot(oms_live_host_t *l) {
  oms_store_figures_t f;
  uint64_t every = l->h->config->live.snapshot_records > 0
                       ? (uint64_t)l->h->config->live.snapshot_records
                       : RECORDS;
  reap(l);
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
    (void)kill(l->snapshot, SIGTERM);
  }
}
