/* bench_idle - holds N connections to a server and asks over one more:
 *   bench_idle PORT N PID
 * Each of the N is asked once and then left idle; 10,000 requests over one more are timed. Prints
 * how many were answered, what one of the N costs the server with PID (resident memory), and the
 * times. Exit status 1: not all were answered; 3: too few files may be open here. */
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "bench.h"

enum { ASKED = 10000 };
static const char request[] = "GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n";

static int dial(int port) {
  struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
  int fd = socket(AF_INET, SOCK_STREAM, 0), yes = 1;
  a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (fd < 0 || connect(fd, (struct sockaddr *)&a, sizeof a) != 0) {
    return -1;
  }
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  struct timeval limit = {.tv_sec = 10};
  setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  return fd;
}

/* Whether the answer is 200; it comes in one piece. */
static bool ask(int fd) {
  char text[4096];
  return send(fd, request, sizeof request - 1, MSG_NOSIGNAL) == (ssize_t)sizeof request - 1 &&
         recv(fd, text, sizeof text, 0) > 12 && memcmp(text, "HTTP/1.1 200", 12) == 0;
}

static long resident_kib(const char *pid) {
  char path[64], line[256];
  long kib = 0;
  snprintf(path, sizeof path, "/proc/%s/status", pid);
  FILE *f = fopen(path, "r");
  while (f != NULL && fgets(line, sizeof line, f) != NULL) {
    if (sscanf(line, "VmRSS: %ld", &kib) == 1) {
      break;
    }
  }
  if (f != NULL) {
    fclose(f);
  }
  return kib;
}

static bool files_for(long n) {
  struct rlimit r;
  getrlimit(RLIMIT_NOFILE, &r);
  r.rlim_cur = r.rlim_max;
  setrlimit(RLIMIT_NOFILE, &r);
  return r.rlim_cur == RLIM_INFINITY || r.rlim_cur > (rlim_t)n + 200;
}

int main(int argc, char **argv) {
  static double took[ASKED];
  if (argc != 4) {
    bench_quit("usage: bench_idle PORT N PID");
  }
  int port = atoi(argv[1]);
  long n = atol(argv[2]), answered = 0;
  if (!files_for(n)) {
    return 3;
  }
  int one = dial(port);
  bool good = one >= 0 && ask(one);
  long before = resident_kib(argv[3]);
  for (long i = 0; i < n; i++) {
    int fd = dial(port);
    answered += fd >= 0 && ask(fd);
  }
  long after = resident_kib(argv[3]);
  for (int i = 0; i < ASKED; i++) {
    double begin = bench_seconds(CLOCK_MONOTONIC);
    good = ask(one) && good;
    took[i] = bench_seconds(CLOCK_MONOTONIC) - begin;
  }
  double median = bench_median(took, ASKED);
  printf("%ld of %ld connections answered and held; %ld bytes each; over one more %.0f us, "
         "99 of 100 within %.0f us\n",
         answered, n, (after - before) * 1024 / (n > 0 ? n : 1), median * 1e6,
         took[ASKED / 100 * 99] * 1e6);
  return answered == n && good ? 0 : 1;
}
