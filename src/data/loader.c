/* loader.c - blocks of rows, filled in order, by other threads where that pays.
 * Invariants:
 *   L1  blocks are used round-robin: slot i % n is filled once slot i - n has been given back.
 *   L2  the block that carries the end or an error is the last one.
 *   L3  all memory is taken in oms_loader_open: no thread can fail for lack of it.
 *   L4  a block is the same whether its rows are parsed or come from the cache, whatever file of
 *       the list they are of: it holds OMS_LOADER_ROWS, across the ends of files, and what it tells
 *       of them holds up to its last row. */
#include "data/loader.h"

#include <errno.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/stat.h>

#include "base/alloc.h"

#define SLOTS        4
#define THREAD_BYTES (INT64_C(1) << 19) /* below this a thread costs more than it saves */

struct slot {
  oms_block_t block;
  bool last;
  int rc;
  oms_error_t error;
};

/* One file of the list. */
struct part {
  oms_cached_t cached; /* its rows, when the cache has them */
  bool mapped, wanted; /* wanted: worth to be written */
  int64_t bytes;       /* stored ones; of a pipe 0 */
};

struct oms_loader {
  oms_loader_config_t config;
  struct part *parts;
  oms_csv_t *csv;             /* NULL: all parts are mapped */
  oms_cache_writer_t *writer; /* NULL: nothing is to be written */
  size_t row_size;
  size_t path_i; /* the file to open next */
  bool open;     /* a file is being read */
  bool part_dates;
  uint64_t part_rows, rows; /* of the file, of the stream */
  oms_time_t last_ts;
  bool has_volume, date_only, any_volume; /* up to here */
  int64_t bytes, bytes_before;
  _Atomic int64_t consumed;
  size_t slot_n;
  struct slot slots[SLOTS];
  oms_readers_t *readers, *own_readers; /* readers NULL: blocks are filled when asked for */
  oms_reader_task_t task;
  uint64_t taken;
  struct slot *held;
};

static struct part *part_of(const oms_loader_t *l) {
  return &l->parts[l->path_i - 1];
}

static void set_consumed(oms_loader_t *l, int64_t of_part) {
  atomic_store_explicit(&l->consumed, l->bytes_before + of_part, memory_order_relaxed);
}

/* 'n' rows have come to the end of the slot. */
static void count_rows(oms_loader_t *l, struct slot *slot, size_t n) {
  if (n > 0) {
    slot->block.n += n;
    l->part_rows += n;
    l->rows += n;
    const unsigned char *rows = slot->block.rows;
    memcpy(&l->last_ts, rows + (slot->block.n - 1) * l->row_size, sizeof l->last_ts);
  }
}

static void end_part(oms_loader_t *l) {
  l->bytes_before += part_of(l)->bytes;
  set_consumed(l, 0);
  l->open = false;
}

/* Rows of the cache are copied: a page of them is touched once, and its memory goes back. */
static void copy_part(oms_loader_t *l, struct slot *slot) {
  struct part *p = part_of(l);
  const oms_cache_rows_t *c = &p->cached.rows;
  size_t room = OMS_LOADER_ROWS - slot->block.n;
  uint64_t left = c->n - l->part_rows;
  size_t n = left < room ? (size_t)left : room;
  memcpy((unsigned char *)slot->block.rows + slot->block.n * l->row_size,
         c->rows + l->part_rows * l->row_size, n * l->row_size);
  count_rows(l, slot, n);
  l->has_volume = l->has_volume || c->has_volume;
  l->any_volume = l->any_volume || l->part_rows > c->first_volume;
  l->date_only = l->date_only && c->date_only;
  oms_cached_release(&p->cached, l->part_rows);
  if (l->part_rows == c->n) {
    end_part(l);
  } else {
    set_consumed(l, (int64_t)((double)p->bytes * (double)l->part_rows / (double)c->n));
  }
}

static bool is_writing(const oms_loader_t *l) {
  return l->writer != NULL && oms_cache_writer_open(l->writer);
}

/* A file whose times are dates at first and something else later is not written: what a block tells
 * of its times would need the row. */
static void write_rows(oms_loader_t *l, const void *rows, size_t n) {
  bool dates = oms_csv_date_only(l->csv);
  if (l->part_rows == 0) {
    l->part_dates = dates;
  }
  if (dates == l->part_dates) {
    oms_cache_writer_rows(l->writer, rows, n);
  } else {
    oms_cache_writer_drop(l->writer);
  }
}

static void write_end(oms_loader_t *l, int rc) {
  const oms_cache_rows_t facts = {.date_only = oms_csv_date_only(l->csv),
                                  .has_volume = oms_csv_has_volume(l->csv),
                                  .untimed = !oms_csv_has_time(l->csv)};
  bool depends = facts.untimed && l->config.path_n > 1; /* its times go on from the file before */
  if (rc == OMS_OK && !depends) {
    oms_cache_writer_finish(l->writer, &facts);
  } else {
    oms_cache_writer_drop(l->writer);
  }
}

/* Parsed rows into 'slot', up to its end or that of the file. The first row of a file that is
 * written comes alone: it tells whether times are dates. */
static int read_part(oms_loader_t *l, struct slot *slot) {
  size_t room = is_writing(l) && l->part_rows == 0 ? 1 : OMS_LOADER_ROWS - slot->block.n, got = 0;
  unsigned char *to = (unsigned char *)slot->block.rows + slot->block.n * l->row_size;
  int rc = oms_csv_read(l->csv, to, room, &got, &slot->error);
  if (is_writing(l)) {
    write_rows(l, to, got);
  }
  count_rows(l, slot, got);
  l->has_volume = l->has_volume || oms_csv_has_volume(l->csv);
  l->any_volume = l->any_volume || oms_csv_any_volume(l->csv);
  l->date_only = l->date_only && oms_csv_date_only(l->csv);
  set_consumed(l, oms_csv_consumed(l->csv));
  bool ended = rc != OMS_OK || got < room;
  if (ended && is_writing(l)) {
    write_end(l, rc);
  }
  if (rc == OMS_OK && ended) {
    end_part(l);
  }
  return rc;
}

static oms_cache_key_t key_of(const oms_loader_t *l, size_t i) {
  return (oms_cache_key_t){.path = l->config.paths[i],
                           .kind = l->config.kind,
                           .zone = l->config.zone,
                           .symbol = l->config.symbol};
}

/* Times that go back from the file before are told by the reader of lines. */
static int open_part(oms_loader_t *l, oms_error_t *err) {
  size_t i = l->path_i++;
  struct part *p = &l->parts[i];
  l->part_rows = 0;
  p->mapped = p->mapped && (l->csv == NULL || p->cached.rows.first_ts >= l->last_ts);
  if (p->mapped) {
    l->open = true;
    return OMS_OK;
  }
  oms_csv_begin(l->csv, l->rows, l->last_ts);
  if (p->wanted && l->writer != NULL) {
    const oms_cache_key_t key = key_of(l, i);
    oms_cache_writer_begin(l->writer, l->config.cache, &key);
  }
  int rc = oms_csv_open(l->csv, l->config.paths[i], err);
  l->open = rc == OMS_OK;
  if (rc != OMS_OK && l->writer != NULL) {
    oms_cache_writer_drop(l->writer);
  }
  return rc;
}

/* Fills a slot: full, or short with 'last' set. */
static void fill(oms_loader_t *l, struct slot *slot) {
  slot->block.n = 0;
  slot->last = false;
  slot->rc = OMS_OK;
  while (slot->rc == OMS_OK && slot->block.n < OMS_LOADER_ROWS) {
    if (l->open && part_of(l)->mapped) {
      copy_part(l, slot);
    } else if (l->open) {
      slot->rc = read_part(l, slot);
    } else if (l->path_i < l->config.path_n) {
      slot->rc = open_part(l, &slot->error);
    } else {
      break;
    }
  }
  slot->last = slot->rc != OMS_OK || slot->block.n < OMS_LOADER_ROWS;
  slot->block.has_volume = l->has_volume;
  slot->block.date_only = l->date_only;
  slot->block.any_volume = l->any_volume;
}

static bool fill_ahead(void *self, uint64_t i) {
  oms_loader_t *l = self;
  struct slot *slot = &l->slots[i % l->slot_n];
  fill(l, slot);
  return !slot->last;
}

int oms_loader_next(oms_loader_t *l, const oms_block_t **block, oms_error_t *err) {
  *block = NULL;
  if (l->held == NULL || !l->held->last) {
    if (l->readers != NULL) {
      oms_readers_take(l->readers, &l->task, l->held != NULL);
      l->held = &l->slots[l->taken++ % l->slot_n];
    } else {
      l->held = &l->slots[0];
      fill(l, l->held);
    }
    if (l->held->block.n > 0) {
      *block = &l->held->block;
      return OMS_OK;
    }
  }
  /* The rows of the last block have been handed out, or it had none. */
  return l->held->rc == OMS_OK ? OMS_OK
                               : oms_error_set(err, l->held->rc, "%s", l->held->error.message);
}

size_t oms_loader_row_size(const oms_loader_t *l) {
  return oms_csv_row_size(l->csv);
}

int64_t oms_loader_bytes(const oms_loader_t *l) {
  return l->bytes;
}

int64_t oms_loader_consumed(oms_loader_t *l) {
  return atomic_load_explicit(&l->consumed, memory_order_relaxed);
}

const char *oms_loader_note(oms_loader_t *l) {
  return l->writer != NULL && l->held != NULL && l->held->last ? oms_cache_writer_note(l->writer)
                                                               : "";
}

/* A missing file is told at the start, not when its turn comes. */
static int check_paths(oms_loader_t *l, oms_error_t *err) {
  for (size_t i = 0; i < l->config.path_n; i++) {
    struct stat st;
    const char *path = l->config.paths[i];
    int number = stat(path, &st) != 0 ? errno : S_ISDIR(st.st_mode) ? EISDIR : 0;
    if (number != 0) {
      char text[128];
      if (strerror_r(number, text, sizeof text) != 0) {
        text[0] = '\0';
      }
      return oms_error_set(err, OMS_ERR_IO, "%s: cannot read: %s", path, text);
    }
    l->parts[i].bytes = S_ISREG(st.st_mode) ? (int64_t)st.st_size : 0;
    l->bytes += l->parts[i].bytes;
  }
  return OMS_OK;
}

/* Looks each file up in the cache. What is left to be parsed: bytes, files to be written. */
static void look_up(oms_loader_t *l, int64_t *bytes, bool *wanted) {
  oms_time_t last = INT64_MIN;
  *bytes = 0;
  *wanted = false;
  for (size_t i = 0; i < l->config.path_n; i++) {
    struct part *p = &l->parts[i];
    const oms_cache_key_t key = key_of(l, i);
    p->mapped = oms_cache_open(l->config.cache, &key, &p->cached, &p->wanted);
    bool depends = p->mapped && p->cached.rows.untimed && l->config.path_n > 1;
    if (p->mapped && (depends || p->cached.rows.first_ts < last)) {
      p->mapped = p->wanted = false; /* the order of the files is wrong: the parser tells it */
    }
    if (p->mapped) {
      last = p->cached.rows.last_ts;
    } else {
      *bytes += p->bytes;
    }
    *wanted = *wanted || (p->wanted && !p->mapped);
  }
}

static bool is_mapped(const oms_loader_t *l) {
  for (size_t i = 0; i < l->config.path_n; i++) {
    if (!l->parts[i].mapped) {
      return false;
    }
  }
  return true;
}

static int take_memory(oms_loader_t *l, bool wanted) {
  int rc = OMS_OK;
  if (!is_mapped(l)) {
    rc = oms_csv_new(l->config.kind, l->config.zone, &l->csv);
  }
  if (rc == OMS_OK && l->csv != NULL) {
    oms_csv_set_symbol(l->csv, l->config.symbol);
  }
  if (rc == OMS_OK && wanted) {
    l->writer = oms_cache_writer_new();
    rc = l->writer == NULL ? OMS_ERR_NOMEM : OMS_OK;
  }
  for (size_t i = 0; rc == OMS_OK && i < l->slot_n; i++) {
    l->slots[i].block.rows = oms_alloc(OMS_LOADER_ROWS * l->row_size);
    rc = l->slots[i].block.rows == NULL ? OMS_ERR_NOMEM : OMS_OK;
  }
  return rc;
}

static int begin(oms_loader_t *l) {
  l->readers = l->config.readers;
  if (l->readers == NULL) {
    l->readers = l->own_readers = oms_readers_new();
  }
  if (l->readers == NULL) {
    return OMS_ERR_NOMEM;
  }
  l->task = (oms_reader_task_t){.work = fill_ahead, .ctx = l, .room = l->slot_n};
  oms_readers_add(l->readers, &l->task);
  return OMS_OK;
}

static int set_up(oms_loader_t *l, oms_error_t *err) {
  int64_t bytes;
  bool wanted;
  int rc = check_paths(l, err);
  if (rc != OMS_OK) {
    return rc;
  }
  look_up(l, &bytes, &wanted);
  bool ahead = l->config.mode == OMS_LOADER_THREADED ||
               (l->config.mode == OMS_LOADER_AUTO && bytes > THREAD_BYTES);
  l->slot_n = ahead ? SLOTS : 1;
  rc = take_memory(l, wanted);
  if (rc == OMS_OK && ahead) {
    rc = begin(l);
  }
  return rc == OMS_OK ? OMS_OK : oms_error_set(err, rc, "out of memory while opening market data");
}

int oms_loader_open(const oms_loader_config_t *config, oms_loader_t **out, oms_error_t *err) {
  oms_loader_t *l = oms_alloc_zero(1, sizeof *l);
  struct part *parts = oms_alloc_zero(config->path_n > 0 ? config->path_n : 1, sizeof *parts);
  if (l == NULL || parts == NULL) {
    oms_free(l);
    oms_free(parts);
    return oms_error_set(err, OMS_ERR_NOMEM, "out of memory while opening market data");
  }
  l->config = *config;
  l->parts = parts;
  l->row_size = oms_csv_kind_row_size(config->kind);
  l->last_ts = INT64_MIN;
  l->date_only = true;
  int rc = set_up(l, err);
  if (rc != OMS_OK) {
    oms_loader_close(l);
    return rc;
  }
  *out = l;
  return OMS_OK;
}

void oms_loader_close(oms_loader_t *l) {
  if (l == NULL) {
    return;
  }
  if (l->task.ctx != NULL) {
    oms_readers_remove(l->readers, &l->task);
  }
  oms_readers_free(l->own_readers);
  for (size_t i = 0; i < SLOTS; i++) {
    oms_free(l->slots[i].block.rows);
  }
  for (size_t i = 0; i < l->config.path_n; i++) {
    oms_cached_close(&l->parts[i].cached);
  }
  oms_cache_writer_free(l->writer);
  oms_csv_free(l->csv);
  oms_free(l->parts);
  oms_free(l);
}
