/* progress.c - one line on a terminal while a run goes: share of the data read, bars a second, time
 * left. */
#include <stdio.h>
#include <time.h>

#include "data/feed.h"
#include "host/host.h"

double oms_host_wall_seconds(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* Share of the data that is done, by bytes where there are files, else by rows. */
static double share_done(const oms_host_t *h) {
  double all = 0, done = 0;
  for (size_t i = 0; i < h->streams.n; i++) {
    oms_stream_info_t info;
    oms_feed_stream_info(&h->feed, i, &info);
    all += (double)info.bytes;
    done += (double)info.consumed;
  }
  return all > 0 && done <= all ? done / all : 0;
}

void oms_host_progress(oms_host_t *h) {
  double now = oms_host_wall_seconds();
  if (now - h->progress_at < 0.25) {
    return;
  }
  h->progress_at = now;
  uint64_t rows = h->facts.bars + h->facts.ticks;
  const char *what = h->facts.ticks > 0 ? "rows" : "bars";
  double took = now - h->started_at, share = share_done(h);
  if (share > 0 && share < 1) {
    fprintf(stderr, "\r%3.0f %%  %.0f %s/s  %.0f s left  ", share * 100, (double)rows / took, what,
            took / share - took);
  } else {
    fprintf(stderr, "\r%llu %s  %.0f %s/s  ", (unsigned long long)rows, what, (double)rows / took,
            what);
  }
  fflush(stderr);
}

void oms_host_progress_end(oms_host_t *h) {
  if (h->progress_at > 0) {
    fprintf(stderr, "\r%60s\r", "");
  }
}

int64_t oms_host_mono(void) {
  struct timespec t;
  (void)clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * OMS_NS_PER_SECOND + t.tv_nsec;
}
