/* bench_csv.c - what reading a large file of bars costs, against the cost of touching its bytes.
 * usage: bench_csv [FILE]   (without one a seeded file of 2,000,000 rows is written to a temporary
 * place) Figures are the best of several runs. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/time.h"
#include "bench.h"
#include "data/csv.h"
#include "data/feed.h"
#include "data/loader.h"

#define RUNS  5
#define BATCH 8192

static double seconds(void) {
  return bench_seconds(CLOCK_MONOTONIC);
}

static void write_bars(const char *path, int64_t rows) {
  FILE *f = fopen(path, "w");
  bench_walk_t walk = bench_walk(1);
  if (f == NULL) {
    bench_quit("cannot write the file of bars");
  }
  (void)fprintf(f, "ts,open,high,low,close,volume\n");
  for (int64_t i = 0; i < rows; i++) {
    char ts[32];
    bench_bar_t b = bench_walk_next(&walk);
    (void)oms_time_iso(BENCH_FIRST_BAR + i * BENCH_MINUTE, ts);
    (void)fprintf(f, "%s,%.2f,%.2f,%.2f,%.2f,%d\n", ts, (double)b.open / 100, (double)b.high / 100,
                  (double)b.low / 100, (double)b.close / 100, b.volume);
  }
  if (fclose(f) != 0) {
    bench_quit("cannot write the file of bars");
  }
}

/* Reads the file and counts its line ends. */
static double baseline(const char *path, uint64_t *lines) {
  static char buffer[1 << 18];
  double start = seconds();
  int fd = open(path, O_RDONLY);
  ssize_t n;
  *lines = 0;
  while (fd >= 0 && (n = read(fd, buffer, sizeof buffer)) > 0) {
    const char *p = buffer, *end = buffer + n;
    while ((p = memchr(p, '\n', (size_t)(end - p))) != NULL) {
      ++*lines;
      p++;
    }
  }
  (void)close(fd);
  return seconds() - start;
}

static double parse(const char *path, uint64_t *rows) {
  oms_error_t err;
  oms_csv_t *csv;
  size_t n;
  double start = seconds();
  oms_bar_row_t *batch = malloc(BATCH * sizeof *batch);
  *rows = 0;
  if (batch == NULL || oms_csv_new(OMS_CSV_BARS, OMS_ZONE_UTC, &csv) != OMS_OK) {
    bench_quit("out of memory");
  }
  if (oms_csv_open(csv, path, &err) != OMS_OK) {
    bench_quit(err.message);
  }
  do {
    if (oms_csv_read(csv, batch, BATCH, &n, &err) != OMS_OK) {
      bench_quit(err.message);
    }
    *rows += n;
  } while (n == BATCH);
  oms_csv_free(csv);
  free(batch);
  return seconds() - start;
}

static double load(const char *path, uint64_t *rows) {
  const oms_loader_config_t config = {
      .kind = OMS_CSV_BARS, .paths = &path, .path_n = 1, .mode = OMS_LOADER_THREADED};
  oms_error_t err;
  oms_loader_t *loader;
  const oms_block_t *block;
  double start = seconds();
  *rows = 0;
  if (oms_loader_open(&config, &loader, &err) != OMS_OK) {
    bench_quit(err.message);
  }
  for (;;) {
    if (oms_loader_next(loader, &block, &err) != OMS_OK) {
      bench_quit(err.message);
    }
    if (block == NULL) {
      break;
    }
    *rows += block->n;
  }
  oms_loader_close(loader);
  return seconds() - start;
}

/* All bars of the list through peek and next. */
static double drive(const oms_data_entry_t *entries, size_t n, uint64_t *rows) {
  oms_error_t err;
  oms_feed_t feed = {0};
  oms_time_t end;
  oms_data_kind_t kind;
  double start = seconds();
  *rows = 0;
  if (oms_feed_open(entries, n, &feed, &err) != OMS_OK) {
    bench_quit(err.message);
  }
  for (;;) {
    const oms_bar_t *bar;
    if (feed.peek(feed.self, &end, &kind, &err) != OMS_OK) {
      bench_quit(err.message);
    }
    if (end == OMS_NO_TIME) {
      break;
    }
    if (feed.next(feed.self, &bar, &err) != OMS_OK) {
      bench_quit(err.message);
    }
    ++*rows;
  }
  feed.close(feed.self);
  return seconds() - start;
}

static double drive_file(const char *path, uint64_t *rows) {
  const oms_data_entry_t entry = {
      .symbol = "X", .paths = &path, .path_n = 1, .from = OMS_NO_TIME, .to = OMS_NO_TIME};
  return drive(&entry, 1, rows);
}

static double drive_memory(size_t streams, size_t each, uint64_t *rows) {
  oms_bar_row_t *bars = malloc(each * sizeof *bars);
  oms_data_entry_t *entries = calloc(streams, sizeof *entries);
  if (bars == NULL || entries == NULL) {
    bench_quit("out of memory");
  }
  for (size_t i = 0; i < each; i++) {
    bars[i] = (oms_bar_row_t){(int64_t)i * INT64_C(60000000000), 10, 12, 9, 11, 100.0};
  }
  for (size_t i = 0; i < streams; i++) {
    entries[i] = (oms_data_entry_t){
        .symbol = "X", .rows = bars, .row_n = each, .from = OMS_NO_TIME, .to = OMS_NO_TIME};
  }
  double took = drive(entries, streams, rows);
  free(entries);
  free(bars);
  return took;
}

static double best_file(double (*run)(const char *, uint64_t *), const char *path, uint64_t *rows) {
  double best = 1e9;
  for (int i = 0; i < RUNS; i++) {
    double took = run(path, rows);
    best = took < best ? took : best;
  }
  return best;
}

static double best_memory(size_t streams, size_t each, uint64_t *rows) {
  double best = 1e9;
  for (int i = 0; i < RUNS; i++) {
    double took = drive_memory(streams, each, rows);
    best = took < best ? took : best;
  }
  return best;
}

static void report(const char *row, double base, double figure, double target) {
  char text[3][64], ratio[16];
  (void)snprintf(text[0], sizeof text[0], "counting lines %.1f M/s", base / 1e6);
  (void)snprintf(text[1], sizeof text[1], "%.1f M/s", figure / 1e6);
  (void)snprintf(text[2], sizeof text[2], "%.0f M/s", target / 1e6);
  (void)snprintf(ratio, sizeof ratio, "%.2f", figure / base);
  bench_row(row, text[0], text[1], ratio, text[2], figure >= target);
}

int main(int argc, char **argv) {
  char path[] = "/tmp/bench_csv_XXXXXX";
  const char *file = argc > 1 ? argv[1] : path;
  if (argc < 2) {
    int fd = mkstemp(path);
    if (fd < 0) {
      bench_quit("cannot make a temporary file");
    }
    (void)close(fd);
    write_bars(path, 2000000);
  }
  uint64_t lines, rows;
  double t = best_file(baseline, file, &lines), lines_s = (double)lines / t;
  t = best_file(parse, file, &rows);
  report("CSV rows: parsed, one thread", lines_s, (double)rows / t, 10e6);
  t = best_file(load, file, &rows);
  report("CSV rows: second thread", lines_s, (double)rows / t, 10e6);
  t = best_file(drive_file, file, &rows);
  report("CSV rows: through the feed", lines_s, (double)rows / t, 10e6);
  t = best_memory(1, 2000000, &rows);
  report("feed: one stream in memory", lines_s, (double)rows / t, 30e6);
  t = best_memory(100, 20000, &rows);
  report("feed: 100 streams in memory", lines_s, (double)rows / t, 3e6);
  if (argc < 2) {
    (void)unlink(path);
  }
  return 0;
}
