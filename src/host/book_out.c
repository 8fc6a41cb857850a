/* book_out.c - book_fills.csv: the matches of the books of order flow, a row each as they happen. A
 * side that is an order of ours has its order id. With order flow of several symbols each has a
 * file of its own, book_fills_SYMBOL.csv. */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/check.h"
#include "host/csv_out.h"
#include "host/folder.h"
#include "host/host.h"

#define PREFIX "book_fills"

/* book_fills.csv or book_fills_SYMBOL.csv, whole or not; no other file of the folder is ours. */
static bool is_ours(const char *name) {
  static const char *const ends[] = {".csv", ".csv.part"};
  size_t n = strlen(name), m = strlen(PREFIX);
  if (strncmp(name, PREFIX, m) != 0 || (name[m] != '.' && name[m] != '_')) {
    return false;
  }
  for (size_t i = 0; i < OMS_COUNT(ends); i++) {
    size_t k = strlen(ends[i]);
    if (n >= m + k && strcmp(name + n - k, ends[i]) == 0) {
      return true;
    }
  }
  return false;
}

/* Files of an earlier run must not look like those of this one. */
static int remove_old(const char *folder, oms_error_t *err) {
  DIR *dir = opendir(folder);
  if (dir == NULL) {
    return oms_error_set(err, OMS_ERR_IO, "cannot read the folder %s: %s", folder, strerror(errno));
  }
  int rc = OMS_OK;
  const struct dirent *entry;
  while (rc == OMS_OK && (entry = readdir(dir)) != NULL) {
    rc = is_ours(entry->d_name) ? oms_folder_remove(folder, entry->d_name, err) : OMS_OK;
  }
  (void)closedir(dir);
  return rc;
}

static uint32_t flow_count(const oms_host_t *h, uint32_t n) {
  uint32_t count = 0;
  for (uint32_t i = 0; i < n; i++) {
    count += h->ticks.flow_streams[i] != OMS_NONE ? 1 : 0;
  }
  return count;
}

/* A symbol may hold what the name of a file may not. */
#define FILE_NAME 300
static void file_name(const oms_host_t *h, uint32_t instrument, bool alone, char out[FILE_NAME]) {
  if (alone) {
    snprintf(out, FILE_NAME, PREFIX ".csv");
    return;
  }
  snprintf(out, FILE_NAME, PREFIX "_%.200s.csv",
           oms_engine_instrument(h->engine, instrument)->symbol);
  for (char *p = out; *p != '\0'; p++) {
    *p = *p == '/' ? '_' : *p;
  }
}

int oms_host_open_book_files(oms_host_t *h, oms_error_t *err) {
  uint32_t n = oms_engine_instrument_count(h->engine), flows = flow_count(h, n);
  int rc = remove_old(h->options->out, err);
  if (rc != OMS_OK || flows == 0) {
    return rc;
  }
  h->ticks.book_files = oms_alloc_zero(n, sizeof *h->ticks.book_files);
  if (h->ticks.book_files == NULL) {
    return oms_error_set(err, OMS_ERR_NOMEM, "out of memory for the output");
  }
  h->ticks.book_n = n;
  for (uint32_t i = 0; i < n; i++) {
    h->ticks.book_files[i].fd = -1;
  }
  for (uint32_t i = 0; rc == OMS_OK && i < n; i++) {
    char name[FILE_NAME];
    if (h->ticks.flow_streams[i] != OMS_NONE) {
      file_name(h, i, flows == 1, name);
      rc = oms_csv_out_open(&h->ticks.book_files[i], h->options->out, name, "taker,maker,qty,price",
                            err);
    }
  }
  return rc;
}

static void put_side(oms_host_t *h, oms_csv_out_t *c, uint64_t id, uint32_t order) {
  char text[40];
  if (order != OMS_NONE) {
    oms_order_id_text(h->engine, oms_engine_order(h->engine, order), text);
  } else {
    snprintf(text, sizeof text, "%llu", (unsigned long long)id);
  }
  oms_csv_out_text(c, text);
}

void oms_host_book_row(oms_host_t *h, uint32_t instrument, const oms_book_match_t *m) {
  if (h->ticks.book_files == NULL) {
    return;
  }
  oms_csv_out_t *c = &h->ticks.book_files[instrument];
  put_side(h, c, m->taker, m->taker_order);
  put_side(h, c, m->maker, m->maker_order);
  oms_csv_out_decimal(c, m->qty, OMS_QTY_DECIMALS);
  oms_csv_out_decimal(c, m->price, OMS_PRICE_DECIMALS);
  (void)oms_csv_out_row(c, NULL); /* the first failure is kept for the close */
}

int oms_host_close_book_files(oms_host_t *h, oms_error_t *err) {
  bool alone = flow_count(h, h->ticks.book_n) == 1;
  int rc = OMS_OK;
  for (uint32_t i = 0; rc == OMS_OK && i < h->ticks.book_n; i++) {
    oms_csv_out_t *c = &h->ticks.book_files[i];
    if (c->fd >= 0) {
      char name[FILE_NAME];
      file_name(h, i, alone, name);
      rc = oms_csv_out_close(c, err);
      rc = rc == OMS_OK ? oms_folder_name(h->options->out, name, err) : rc;
    }
  }
  return rc;
}

void oms_host_free_book_files(oms_host_t *h) {
  for (uint32_t i = 0; i < h->ticks.book_n; i++) {
    oms_csv_out_free(&h->ticks.book_files[i]);
  }
  oms_free(h->ticks.book_files);
}
