/* bench_journal.c - the journal alone, in process: orders in flight, each a record of 144 bytes and
 * a report of 104, answered when their gate is durable. Baseline: the same bytes written and synced
 * one after the other in the same run. Also: orders offered at a rate, time until durable; and how
 * long reading them back takes, chain worked out. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <pthread.h>
#include <string.h>
#include <unistd.h>

#include "base/histogram.h"
#include "bench.h"
#include "store/store.h"

enum { IN_FLIGHT = 64, SUBMIT = 144, REPORT = 104 };

typedef struct waker {
  pthread_mutex_t mutex;
  pthread_cond_t cond;
  unsigned calls;
} waker_t;

static waker_t waker = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, 0};
static unsigned char bytes[256];
static char path[256];

static void wake(void *ctx) {
  (void)ctx;
  (void)pthread_mutex_lock(&waker.mutex);
  waker.calls++;
  (void)pthread_cond_signal(&waker.cond);
  (void)pthread_mutex_unlock(&waker.mutex);
}

static unsigned wait_call(unsigned seen, int64_t until_ns) {
  struct timespec t = {.tv_sec = until_ns / 1000000000, .tv_nsec = until_ns % 1000000000};
  (void)pthread_mutex_lock(&waker.mutex);
  while (waker.calls == seen &&
         pthread_cond_clockwait(&waker.cond, &waker.mutex, CLOCK_MONOTONIC, &t) == 0) {
  }
  seen = waker.calls;
  (void)pthread_mutex_unlock(&waker.mutex);
  return seen;
}

static int64_t now_ns(void) {
  struct timespec t;
  (void)clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * INT64_C(1000000000) + t.tv_nsec;
}

static oms_store_t *open_store(void) {
  oms_store_options_t o = {.path = path, .create = true, .wake = wake};
  oms_store_t *s;
  oms_error_t err;
  if (oms_store_open(&o, &s, &err) != OMS_OK) {
    bench_quit(err.message);
  }
  return s;
}

static void put_order(oms_journal_t j, uint64_t i) {
  memcpy(bytes, &i, sizeof i);
  oms_record_t r = {.kind = OMS_RECORD_OP, .now = (oms_time_t)i * 1000, .data = bytes, .n = SUBMIT};
  oms_record_t report = r;
  report.kind = OMS_RECORD_COMMAND;
  report.n = REPORT;
  if (j.put(j.self, &r, NULL) != OMS_OK || j.put(j.self, &report, NULL) != OMS_OK) {
    bench_quit("out of memory");
  }
}

/* Orders a second with IN_FLIGHT of them waiting at any time. */
static double closed_loop(oms_store_t *s, uint64_t orders, oms_histogram_t *h) {
  static struct flight {
    uint64_t gate;
    int64_t put;
  } ring[IN_FLIGHT];
  oms_journal_t j = oms_store_journal(s);
  uint64_t begun = 0, done = 0;
  unsigned seen = 0;
  int64_t start = now_ns();
  while (done < orders) {
    while (begun < orders && begun - done < IN_FLIGHT) {
      put_order(j, begun);
      ring[begun++ % IN_FLIGHT] = (struct flight){oms_store_gate(s), now_ns()};
    }
    oms_store_turn(s);
    seen = wait_call(seen, now_ns() + 100000000);
    uint64_t durable = oms_store_durable(s);
    int64_t now = now_ns();
    while (done < begun && ring[done % IN_FLIGHT].gate <= durable) {
      oms_histogram_add(h, now - ring[done++ % IN_FLIGHT].put);
    }
  }
  return (double)orders / ((double)(now_ns() - start) * 1e-9);
}

/* Orders offered at a rate; from the moment an order is due to that its gate is durable. */
static void open_loop(oms_store_t *s, double rate, double seconds, oms_histogram_t *h) {
  enum { MOST = 1 << 20 };
  static uint64_t gates[MOST];
  oms_journal_t j = oms_store_journal(s);
  uint64_t orders = (uint64_t)(rate * seconds), begun = 0, done = 0;
  unsigned seen = 0;
  int64_t start = now_ns();
  while (done < orders) {
    int64_t now = now_ns();
    uint64_t due = (uint64_t)((double)(now - start) * 1e-9 * rate);
    for (; begun < due && begun < orders; begun++) {
      put_order(j, begun);
      gates[begun % MOST] = oms_store_gate(s);
    }
    oms_store_turn(s);
    int64_t next = start + (int64_t)((double)(begun + 1) / rate * 1e9);
    seen = wait_call(seen, begun < orders ? next : now_ns() + 100000000);
    uint64_t durable = oms_store_durable(s);
    now = now_ns();
    for (; done < begun && gates[done % MOST] <= durable; done++) {
      oms_histogram_add(h, now - start - (int64_t)((double)(done + 1) / rate * 1e9));
    }
  }
}

static double raw_syncs(double seconds) {
  char name[300];
  (void)snprintf(name, sizeof name, "%s.raw", path);
  int fd = open(name, O_RDWR | O_CREAT | O_TRUNC, 0600);
  double start = bench_seconds(CLOCK_MONOTONIC);
  uint64_t n = 0;
  while (bench_seconds(CLOCK_MONOTONIC) - start < seconds) {
    if (pwrite(fd, bytes, SUBMIT + REPORT, (off_t)(n * (SUBMIT + REPORT))) < 0 ||
        fdatasync(fd) != 0) {
      bench_quit("cannot write");
    }
    n++;
  }
  double rate = (double)n / (bench_seconds(CLOCK_MONOTONIC) - start);
  (void)close(fd);
  (void)unlink(name);
  return rate;
}

static void in_flight(uint64_t orders) {
  oms_histogram_t h = {0};
  oms_store_t *s = open_store();
  double raw = raw_syncs(1.0), rate = closed_loop(s, orders, &h);
  char base[64], figure[64], ratio[32];
  (void)snprintf(base, sizeof base, "write+fdatasync %.0f/s", raw);
  (void)snprintf(figure, sizeof figure, "%.0f/s, p99 %.2f ms", rate,
                 (double)oms_histogram_quantile(&h, 0.99) * 1e-6);
  (void)snprintf(ratio, sizeof ratio, "%.1f", rate / raw);
  bench_row("durable orders, journal, 64 in flight", base, figure, ratio, ">= 100000/s",
            rate >= 100000);
  (void)oms_store_close(s, NULL);
}

static void offered(double rate, double seconds) {
  oms_histogram_t h = {0};
  oms_store_t *s = open_store();
  open_loop(s, rate, seconds, &h);
  double p50 = (double)oms_histogram_quantile(&h, 0.5) * 1e-6,
         p99 = (double)oms_histogram_quantile(&h, 0.99) * 1e-6,
         p999 = (double)oms_histogram_quantile(&h, 0.999) * 1e-6;
  char row[64], figure[80];
  (void)snprintf(row, sizeof row, "journal, %.0f orders/s offered, to durable", rate);
  (void)snprintf(figure, sizeof figure, "p50 %.2f p99 %.2f p99.9 %.2f", p50, p99, p999);
  bench_row(row, "-", figure, "-", "p99<5 p99.9<10 ms", p99 < 5 && p999 < 10);
  (void)oms_store_close(s, NULL);
}

static void read_back(bool verify) {
  oms_store_reader_t *r;
  oms_error_t err;
  double start = bench_seconds(CLOCK_MONOTONIC);
  if (oms_reader_open(path, 1, verify, &r, &err) != OMS_OK) {
    bench_quit(err.message);
  }
  oms_record_t record = {.seq = 1};
  uint64_t n = 0, size = 0;
  for (int rc = OMS_OK; record.seq != 0; n++, size += record.n) {
    rc = oms_reader_next(r, &record, &err);
    if (rc != OMS_OK) {
      bench_quit(err.message);
    }
  }
  oms_reader_close(r);
  double seconds = bench_seconds(CLOCK_MONOTONIC) - start;
  char row[64], figure[64];
  (void)snprintf(row, sizeof row, "journal read back%s", verify ? ", chain worked out" : "");
  (void)snprintf(figure, sizeof figure, "%.2fM rec %.0f MB %.2f s", (double)n * 1e-6,
                 (double)size * 1e-6, seconds);
  bench_row(row, "-", figure, "-", "< 1 s a million orders",
            seconds < (double)n / 2e6 || n < 100000);
}

int main(int argc, char **argv) {
  char folder[] = "bench_journal_XXXXXX";
  uint64_t orders = argc > 1 ? strtoull(argv[1], NULL, 10) : 1000000;
  double seconds = argc > 2 ? strtod(argv[2], NULL) : 5;
  if (mkdtemp(folder) == NULL) {
    bench_quit("cannot make a folder");
  }
  (void)snprintf(path, sizeof path, "%s/desk.db", folder);
  in_flight(orders);
  read_back(false);
  read_back(true);
  offered(1000, seconds);
  offered(10000, seconds);
  offered(25000, seconds);
  char command[64];
  (void)snprintf(command, sizeof command, "rm -rf %s", folder);
  return system(command) == 0 ? 0 : 1;
}
