/* notify.c - words for the service manager, by its socket (sd_notify(3)). */
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "host/live_int.h"

/* An address that begins with '@' is of the abstract space: a NUL stands in its place. */
static socklen_t address(struct sockaddr_un *to) {
  const char *path = getenv("NOTIFY_SOCKET");
  size_t n = path == NULL ? 0 : strlen(path);
  *to = (struct sockaddr_un){.sun_family = AF_UNIX};
  if (n < 2 || n >= sizeof to->sun_path || (path[0] != '/' && path[0] != '@')) {
    return 0;
  }
  memcpy(to->sun_path, path, n + 1);
  if (path[0] == '@') {
    to->sun_path[0] = '\0';
    return (socklen_t)(offsetof(struct sockaddr_un, sun_path) + n);
  }
  return (socklen_t)(offsetof(struct sockaddr_un, sun_path) + n + 1);
}

void oms_notify_open(oms_live_host_t *l) {
  struct sockaddr_un to;
  const char *usec = getenv("WATCHDOG_USEC"), *pid = getenv("WATCHDOG_PID");
  l->notify = -1;
  socklen_t n = address(&to);
  if (n == 0) {
    return;
  }
  l->notify = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (l->notify >= 0 && connect(l->notify, (const struct sockaddr *)&to, n) != 0) {
    oms_notify_close(l);
  }
  bool ours = pid == NULL || strtol(pid, NULL, 10) == (long)getpid();
  if (usec != NULL && ours) {
    l->watchdog_ns = strtoull(usec, NULL, 10) * 1000;
  }
}

void oms_notify(const oms_live_host_t *l, const char *text) {
  if (l->notify >= 0) {
    (void)send(l->notify, text, strlen(text), MSG_NOSIGNAL);
  }
}

void oms_notify_close(oms_live_host_t *l) {
  if (l->notify >= 0) {
    (void)close(l->notify);
  }
  l->notify = -1;
}
