/* venue.h - the books of the test's venue (venue_books.c): orders by wire_id, executions, what was
 * received how often. Quantities and prices are 1e-9. The books live in a file that is appended to
 * before anything is answered, so that they outlive the process. */
#ifndef OMS_TESTS_VENUE_H
#define OMS_TESTS_VENUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define VENUE_ONE INT64_C(1000000000)

typedef enum venue_status {
  VENUE_WORKING,
  VENUE_FILLED,
  VENUE_CANCELED,
  VENUE_REJECTED,
  VENUE_REPLACED
} venue_status_t;

typedef struct venue_order {
  char wire[24], symbol[24], next[24]; /* next: the wire_id of what replaced it */
  bool buy, is_limit;
  venue_status_t status;
  int64_t qty, cum, price;
  int64_t due; /* monotonic ns: when it fills further; 0: it rests */
  uint32_t received;
} venue_order_t;

typedef struct venue_execution {
  uint64_t n; /* 1, 2, 3 ... */
  uint32_t order;
  int64_t qty, price, ts;
} venue_execution_t;

typedef struct venue_books {
  venue_order_t *orders;
  size_t order_n;
  venue_execution_t *executions;
  size_t execution_n;
  uint64_t duplicates;
  uint32_t *table; /* order + 1 by hash of the wire_id */
  size_t table_n;
  int file; /* -1: none */
} venue_books_t;

/* Reads the file, and goes on in it. False: it cannot be had. NULL: in memory alone. */
bool venue_books_open(venue_books_t *b, const char *path);
/* OMS order index or SIZE_MAX. */
size_t venue_find(const venue_books_t *b, const char *wire);
/* A request with a new wire_id was received: its row, made or (counted once more) found. '*known':
 * it had been received before. */
size_t venue_receive(venue_books_t *b, const venue_order_t *o, bool *known);
void venue_set_status(venue_books_t *b, size_t order, venue_status_t status, const char *next);
void venue_resize(venue_books_t *b, size_t order, int64_t qty);
/* Books an execution and its effect on the order; it stays valid until the next one. */
const venue_execution_t *venue_execute(venue_books_t *b, size_t order, int64_t qty, int64_t price,
                                       int64_t ts);
/* Net of all executions in the symbol of 'order'-th first appearance: calls each symbol once. */
void venue_positions(const venue_books_t *b,
                     void (*each)(void *ctx, const char *symbol, int64_t qty), void *ctx);

#endif
