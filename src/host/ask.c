/* ask.c - the other end of the control socket: where it is by default, one request, one answer.
 * Waits in plain system calls, since whoever asks has nothing else to do. */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/alloc.h"
#include "host/request.h"

#define WAIT_MS        30000
#define NAME_MAX_SHOWN 64
#define HEAD_MAX       32

int oms_control_folder(char *out, size_t n, oms_error_t *err) {
  const char *run = getenv("XDG_RUNTIME_DIR");
  int wrote = run != NULL && run[0] == '/'
                  ? snprintf(out, n, "%s/moondesk", run)
                  : snprintf(out, n, "/tmp/moondesk-%lu", (unsigned long)geteuid());
  return wrote > 0 && (size_t)wrote < n
             ? OMS_OK
             : oms_error_set(err, OMS_ERR_USAGE, "XDG_RUNTIME_DIR is too long for a socket");
}

int oms_control_path(const char *name, char *out, size_t n, oms_error_t *err) {
  char folder[256], file[NAME_MAX_SHOWN + 1];
  size_t k = 0;
  for (; name != NULL && name[k] != '\0' && k < NAME_MAX_SHOWN; k++) {
    char c = name[k];
    bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                 c == '_' || c == '-';
    file[k] = plain ? c : '_';
  }
  file[k] = '\0';
  int rc = oms_control_folder(folder, sizeof folder, err);
  if (rc != OMS_OK) {
    return rc;
  }
  int wrote = snprintf(out, n, "%s/%s.sock", folder, k == 0 ? "session" : file);
  return wrote > 0 && (size_t)wrote < n
             ? OMS_OK
             : oms_error_set(err, OMS_ERR_USAGE, "XDG_RUNTIME_DIR is too long for a socket");
}

static int open_socket(const char *address, int *fd, oms_error_t *err) {
  struct sockaddr_un to = {.sun_family = AF_UNIX};
  if (strlen(address) >= sizeof to.sun_path) {
    return oms_error_set(err, OMS_ERR_USAGE, "%.120s...: a socket's path has at most %zu bytes",
                         address, sizeof to.sun_path - 1);
  }
  strcpy(to.sun_path, address);
  *fd = socket(AF_UNIX, SOCK_STREAM, 0);
  if (*fd < 0 || connect(*fd, (const struct sockaddr *)&to, sizeof to) != 0) {
    int why = errno;
    if (*fd >= 0) {
      (void)close(*fd);
    }
    return oms_error_set(err, OMS_ERR_IO, "no run answers at %s: %s", address, strerror(why));
  }
  return OMS_OK;
}

bool oms_control_listens(const char *address) {
  oms_error_t err;
  int fd;
  if (open_socket(address, &fd, &err) != OMS_OK) {
    return false;
  }
  (void)close(fd);
  return true;
}

static bool send_all(int fd, const char *text) {
  size_t n = strlen(text);
  while (n > 0) {
    ssize_t sent = send(fd, text, n, MSG_NOSIGNAL);
    if (sent <= 0) {
      return false;
    }
    text += sent;
    n -= (size_t)sent;
  }
  return true;
}

/* One read that waits; 0 at the end, -1: it fails or nothing comes. */
static ssize_t receive(int fd, char *to, size_t n) {
  struct pollfd p = {.fd = fd, .events = POLLIN};
  int ready;
  do {
    ready = poll(&p, 1, WAIT_MS);
  } while (ready < 0 && errno == EINTR);
  return ready > 0 ? recv(fd, to, n, 0) : -1;
}

static bool read_head(int fd, bool *done, size_t *bytes) {
  char head[HEAD_MAX];
  for (size_t n = 0; n < sizeof head; n++) {
    if (receive(fd, head + n, 1) != 1) {
      return false;
    }
    if (head[n] == '\n') {
      return oms_answer_head(head, n, done, bytes);
    }
  }
  return false;
}

static bool read_text(int fd, char *text, size_t n) {
  size_t got = 0;
  while (got < n) {
    ssize_t k = receive(fd, text + got, n - got);
    if (k <= 0) {
      return false;
    }
    got += (size_t)k;
  }
  text[n] = '\0';
  return true;
}

int oms_control_ask(const char *address, const oms_request_t *r, char **text, oms_error_t *err) {
  char line[OMS_REQUEST_MAX];
  bool done = false;
  size_t n = 0;
  int fd = -1;
  *text = NULL;
  int rc = oms_request_line(r, line, err);
  if (rc == OMS_OK) {
    rc = open_socket(address, &fd, err);
  }
  if (rc != OMS_OK) {
    return rc;
  }
  bool good = send_all(fd, line) && read_head(fd, &done, &n);
  if (good) {
    *text = oms_alloc(n + 1);
    good = *text != NULL && read_text(fd, *text, n);
  }
  (void)close(fd);
  if (!good) {
    oms_free(*text);
    *text = NULL;
    return oms_error_set(err, OMS_ERR_IO, "the run at %s ended or did not answer", address);
  }
  return done ? OMS_OK : OMS_ERR_CHECK;
}
