/* shim.c - a library to be preloaded (LD_PRELOAD): makes writing fail, and the wall clock jump, in
 * a program that knows nothing of it. What it does is read from small files at each call, so that a
 * test can begin and end a fault while the program runs.
 *
 * FAULT_PREFIX   files whose path begins so are concerned (as /proc/self/fd shows it)
 * FAULT_CONTROL  a file "ERRNO N CALLS": from the N-th concerned call on (1: the next) all fail
 *                with ENOSPC, EIO or EROFS until the file vanishes. CALLS (all when left out):
 *                names out of write,fsync,truncate,open with commas; write: write, pwrite, pwritev,
 *                writev; fsync: fsync, fdatasync; open: opening for writing. Make it by a rename: a
 *                file that is half written is read as it is. The count begins anew with a new file.
 * FAULT_CLOCK    a file with a number of ns, added to CLOCK_REALTIME, gettimeofday and time; read
 *                again every 2 ms
 *
 * A sanitized program needs ASAN_OPTIONS=verify_asan_link_order=0. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#define REAL(name)                                                                                 \
  static __typeof__(name) *real;                                                                   \
  if (real == NULL) {                                                                              \
    *(void **)&real = dlsym(RTLD_NEXT, #name);                                                     \
  }

static long calls;
static unsigned long long seen; /* inode and time of the control file that is counted */

/* By system calls of its own: what is wrapped here is not to be called. */
static long read_small(const char *path, char *to, size_t size, unsigned long long *stamp) {
  long fd = syscall(SYS_openat, AT_FDCWD, path, O_RDONLY | O_CLOEXEC, 0);
  if (fd < 0) {
    return -1;
  }
  long n = syscall(SYS_read, fd, to, size - 1);
  struct stat st;
  if (stamp != NULL && fstat((int)fd, &st) == 0) {
    *stamp = (unsigned long long)st.st_ino * 1000003u + (unsigned long long)st.st_mtim.tv_nsec;
  }
  (void)syscall(SYS_close, fd);
  to[n < 0 ? 0 : n] = '\0';
  return n;
}

static bool concerned(const char *path) {
  const char *prefix = getenv("FAULT_PREFIX");
  return prefix != NULL && strncmp(path, prefix, strlen(prefix)) == 0;
}

static int error_of(const char *name) {
  return strcmp(name, "ENOSPC") == 0 ? ENOSPC : strcmp(name, "EROFS") == 0 ? EROFS : EIO;
}

/* The errno that a call of this kind on this file has to fail with; 0: none. */
static int fault(const char *call, const char *path) {
  const char *control = getenv("FAULT_CONTROL");
  char text[128], name[16] = "", kinds[64] = "";
  unsigned long long stamp = 0;
  int saved = errno;
  long from = 1;
  if (control == NULL || !concerned(path) || read_small(control, text, sizeof text, &stamp) <= 0) {
    errno = saved;
    return 0;
  }
  errno = saved;
  if (stamp != __atomic_exchange_n(&seen, stamp, __ATOMIC_SEQ_CST)) {
    __atomic_store_n(&calls, 0, __ATOMIC_SEQ_CST);
  }
  (void)sscanf(text, "%15s %ld %63s", name, &from, kinds);
  if (kinds[0] != '\0' && strstr(kinds, call) == NULL) {
    return 0;
  }
  return __atomic_add_fetch(&calls, 1, __ATOMIC_SEQ_CST) >= from ? error_of(name) : 0;
}

static bool fails(const char *call, int fd) {
  char link[64], path[4096];
  int saved = errno;
  (void)snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t n = readlink(link, path, sizeof path - 1);
  path[n < 0 ? 0 : n] = '\0';
  int code = n < 0 ? 0 : fault(call, path);
  errno = code != 0 ? code : saved;
  return code != 0;
}

ssize_t write(int fd, const void *data, size_t n) {
  REAL(write)
  return fails("write", fd) ? -1 : real(fd, data, n);
}

ssize_t pwrite(int fd, const void *data, size_t n, off_t at) {
  REAL(pwrite)
  return fails("write", fd) ? -1 : real(fd, data, n, at);
}

ssize_t pwrite64(int fd, const void *data, size_t n, off64_t at) {
  REAL(pwrite64)
  return fails("write", fd) ? -1 : real(fd, data, n, at);
}

ssize_t writev(int fd, const struct iovec *v, int n) {
  REAL(writev)
  return fails("write", fd) ? -1 : real(fd, v, n);
}

ssize_t pwritev(int fd, const struct iovec *v, int n, off_t at) {
  REAL(pwritev)
  return fails("write", fd) ? -1 : real(fd, v, n, at);
}

int fsync(int fd) {
  REAL(fsync)
  return fails("fsync", fd) ? -1 : real(fd);
}

int fdatasync(int fd) {
  REAL(fdatasync)
  return fails("fsync", fd) ? -1 : real(fd);
}

int ftruncate(int fd, off_t size) {
  REAL(ftruncate)
  return fails("truncate", fd) ? -1 : real(fd, size);
}

int ftruncate64(int fd, off64_t size) {
  REAL(ftruncate64)
  return fails("truncate", fd) ? -1 : real(fd, size);
}

static bool open_fails(const char *path, int flags) {
  char whole[4096];
  int code = 0;
  if ((flags & (O_WRONLY | O_RDWR)) != 0) {
    if (path[0] == '/') {
      code = fault("open", path);
    } else if (getcwd(whole, sizeof whole / 2) != NULL) {
      size_t n = strlen(whole);
      (void)snprintf(whole + n, sizeof whole - n, "/%s", path);
      code = fault("open", whole);
    }
  }
  errno = code != 0 ? code : errno;
  return code != 0;
}

int open(const char *path, int flags, ...) {
  REAL(open)
  va_list args;
  va_start(args, flags);
  mode_t mode = (flags & (O_CREAT | O_TMPFILE)) != 0 ? va_arg(args, mode_t) : 0;
  va_end(args);
  return open_fails(path, flags) ? -1 : real(path, flags, mode);
}

int open64(const char *path, int flags, ...) {
  REAL(open64)
  va_list args;
  va_start(args, flags);
  mode_t mode = (flags & (O_CREAT | O_TMPFILE)) != 0 ? va_arg(args, mode_t) : 0;
  va_end(args);
  return open_fails(path, flags) ? -1 : real(path, flags, mode);
}

static long long clock_offset(void) {
  static long long offset;
  static long last;
  const char *path = getenv("FAULT_CLOCK");
  char text[64];
  struct timespec t;
  if (path == NULL) {
    return 0;
  }
  (void)syscall(SYS_clock_gettime, CLOCK_MONOTONIC, &t);
  long slot = t.tv_sec * 500 + t.tv_nsec / 2000000;
  if (slot != __atomic_exchange_n(&last, slot, __ATOMIC_SEQ_CST)) {
    int saved = errno;
    long n = read_small(path, text, sizeof text, NULL);
    __atomic_store_n(&offset, n > 0 ? strtoll(text, NULL, 10) : 0, __ATOMIC_SEQ_CST);
    errno = saved;
  }
  return __atomic_load_n(&offset, __ATOMIC_SEQ_CST);
}

static void shifted(struct timespec *t) {
  long long ns = t->tv_sec * 1000000000LL + t->tv_nsec + clock_offset();
  t->tv_sec = (time_t)(ns / 1000000000LL);
  t->tv_nsec = (long)(ns % 1000000000LL);
}

int clock_gettime(clockid_t clock, struct timespec *t) {
  REAL(clock_gettime)
  int rc = real(clock, t);
  if (rc == 0 && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) {
    shifted(t);
  }
  return rc;
}

int gettimeofday(struct timeval *tv, void *zone) {
  struct timespec t;
  (void)zone;
  int rc = clock_gettime(CLOCK_REALTIME, &t);
  tv->tv_sec = t.tv_sec;
  tv->tv_usec = t.tv_nsec / 1000;
  return rc;
}

time_t time(time_t *out) {
  struct timespec t = {0};
  (void)clock_gettime(CLOCK_REALTIME, &t);
  if (out != NULL) {
    *out = t.tv_sec;
  }
  return t.tv_sec;
}
