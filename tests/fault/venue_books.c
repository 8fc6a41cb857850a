/* venue_books.c - the books: an array, a hash table over it, a file of lines behind it. */
#include "venue.h"

#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static _Noreturn void quit(const char *what) {
  (void)fprintf(stderr, "venue: %s\n", what);
  exit(2);
}

static uint64_t hash(const char *s) {
  uint64_t h = UINT64_C(1469598103934665603);
  for (; *s != '\0'; s++) {
    h = (h ^ (unsigned char)*s) * UINT64_C(1099511628211);
  }
  return h ^ h >> 29;
}

static void note(const venue_books_t *b, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
static void note(const venue_books_t *b, const char *format, ...) {
  char line[256];
  va_list args;
  if (b->file < 0) {
    return;
  }
  va_start(args, format);
  int n = vsnprintf(line, sizeof line, format, args);
  va_end(args);
  if (write(b->file, line, (size_t)n) != n) {
    quit("the books cannot be written");
  }
}

static size_t slot_of(const venue_books_t *b, const char *wire) {
  size_t at = hash(wire) & (b->table_n - 1);
  while (b->table[at] != 0 && strcmp(b->orders[b->table[at] - 1].wire, wire) != 0) {
    at = (at + 1) & (b->table_n - 1);
  }
  return at;
}

size_t venue_find(const venue_books_t *b, const char *wire) {
  if (b->table_n == 0) {
    return SIZE_MAX;
  }
  size_t at = slot_of(b, wire);
  return b->table[at] == 0 ? SIZE_MAX : b->table[at] - 1;
}

static void grow(venue_books_t *b) {
  if (b->order_n * 2 < b->table_n) {
    return;
  }
  size_t n = b->table_n == 0 ? 65536 : b->table_n * 2;
  free(b->table);
  b->table = calloc(n, sizeof *b->table);
  b->orders = realloc(b->orders, n / 2 * sizeof *b->orders);
  if (b->table == NULL || b->orders == NULL) {
    quit("out of memory");
  }
  b->table_n = n;
  for (size_t i = 0; i < b->order_n; i++) {
    b->table[slot_of(b, b->orders[i].wire)] = (uint32_t)i + 1;
  }
}

static size_t add(venue_books_t *b, const venue_order_t *o) {
  grow(b);
  b->orders[b->order_n] = *o;
  b->orders[b->order_n].received = 1;
  b->table[slot_of(b, o->wire)] = (uint32_t)b->order_n + 1;
  return b->order_n++;
}

size_t venue_receive(venue_books_t *b, const venue_order_t *o, bool *known) {
  size_t i = venue_find(b, o->wire);
  *known = i != SIZE_MAX;
  if (*known) {
    b->orders[i].received++;
    b->duplicates++;
    note(b, "D %s\n", o->wire);
    return i;
  }
  note(b, "N %s %s %d %d %lld %lld\n", o->wire, o->symbol, o->buy, o->is_limit, (long long)o->qty,
       (long long)o->price);
  return add(b, o);
}

void venue_set_status(venue_books_t *b, size_t order, venue_status_t status, const char *next) {
  venue_order_t *o = &b->orders[order];
  o->status = status;
  (void)snprintf(o->next, sizeof o->next, "%s", next);
  note(b, "S %s %d %s\n", o->wire, (int)status, *next == '\0' ? "-" : next);
}

void venue_resize(venue_books_t *b, size_t order, int64_t qty) {
  b->orders[order].qty = qty;
  note(b, "Q %s %lld\n", b->orders[order].wire, (long long)qty);
}

static const venue_execution_t *book(venue_books_t *b, size_t order, int64_t qty, int64_t price,
                                     int64_t ts) {
  if (b->execution_n % 65536 == 0) {
    b->executions = realloc(b->executions, (b->execution_n + 65536) * sizeof *b->executions);
    if (b->executions == NULL) {
      quit("out of memory");
    }
  }
  venue_execution_t *x = &b->executions[b->execution_n++];
  *x = (venue_execution_t){b->execution_n, (uint32_t)order, qty, price, ts};
  venue_order_t *o = &b->orders[order];
  o->cum += qty;
  if (o->cum >= o->qty && o->status == VENUE_WORKING) {
    o->status = VENUE_FILLED;
  }
  return x;
}

const venue_execution_t *venue_execute(venue_books_t *b, size_t order, int64_t qty, int64_t price,
                                       int64_t ts) {
  note(b, "X %s %lld %lld %lld\n", b->orders[order].wire, (long long)qty, (long long)price,
       (long long)ts);
  return book(b, order, qty, price, ts);
}

static void read_line(venue_books_t *b, const char *line) {
  venue_order_t o = {0};
  char wire[24], next[24];
  long long x, y, z;
  int buy, limit, status;
  if (sscanf(line, "N %23s %23s %d %d %lld %lld", o.wire, o.symbol, &buy, &limit, &x, &y) == 6) {
    o.buy = buy != 0;
    o.is_limit = limit != 0;
    o.qty = x;
    o.price = y;
    (void)add(b, &o);
    return;
  }
  size_t i = sscanf(line + 1, " %23s", wire) == 1 ? venue_find(b, wire) : SIZE_MAX;
  if (i == SIZE_MAX) {
    return;
  }
  if (line[0] == 'D') {
    b->orders[i].received++;
    b->duplicates++;
  } else if (sscanf(line, "S %*s %d %23s", &status, next) == 2) {
    b->orders[i].status = (venue_status_t)status;
    (void)snprintf(b->orders[i].next, sizeof next, "%s", strcmp(next, "-") == 0 ? "" : next);
  } else if (sscanf(line, "Q %*s %lld", &x) == 1) {
    b->orders[i].qty = x;
  } else if (sscanf(line, "X %*s %lld %lld %lld", &x, &y, &z) == 3) {
    (void)book(b, i, x, y, z);
  }
}

bool venue_books_open(venue_books_t *b, const char *path) {
  char line[256];
  *b = (venue_books_t){.file = -1};
  grow(b);
  if (path == NULL) {
    return true;
  }
  FILE *f = fopen(path, "r");
  while (f != NULL && fgets(line, sizeof line, f) != NULL) {
    if (strchr(line, '\n') != NULL) { /* a torn last line was not answered */
      read_line(b, line);
    }
  }
  if (f != NULL) {
    (void)fclose(f);
  }
  b->file = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  return b->file >= 0;
}

void venue_positions(const venue_books_t *b,
                     void (*each)(void *ctx, const char *symbol, int64_t qty), void *ctx) {
  struct {
    char symbol[24];
    int64_t qty;
  } all[256];
  size_t n = 0;
  for (size_t i = 0; i < b->execution_n; i++) {
    const venue_order_t *o = &b->orders[b->executions[i].order];
    size_t k = 0;
    while (k < n && strcmp(all[k].symbol, o->symbol) != 0) {
      k++;
    }
    if (k == n && n < 256) {
      memcpy(all[n].symbol, o->symbol, sizeof all[n].symbol);
      all[n++].qty = 0;
    }
    if (k < n) {
      all[k].qty += o->buy ? b->executions[i].qty : -b->executions[i].qty;
    }
  }
  for (size_t k = 0; k < n; k++) {
    each(ctx, all[k].symbol, all[k].qty);
  }
}
