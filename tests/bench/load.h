/* load.h - what the load generator's parts share: load.c (what is asked and what an answer must
 * be), load_wire.c (connections and HTTP). One thread, epoll. */
#ifndef OMS_TESTS_LOAD_H
#define OMS_TESTS_LOAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LOAD_REQUEST_MAX 2048
#define LOAD_ANSWER_MAX  65536

typedef enum load_kind {
  LOAD_NEW,     /* POST /v2/orders */
  LOAD_CANCEL,  /* DELETE /v2/orders/ID */
  LOAD_REPLACE, /* PATCH /v2/orders/ID */
  LOAD_FIND,    /* GET /v2/orders:by_client_order_id */
  LOAD_LOOK,    /* GET /v2/orders/ID */
  LOAD_PLAIN    /* GET of a path */
} load_kind_t;

/* One request. */
typedef struct load_op {
  load_kind_t kind;
  uint64_t n;    /* the number of the order: its content and client_order_id come from it */
  char id[40];   /* order_id where one is known */
  char want[12]; /* of a check: what was recorded of it; "" */
  int status;    /* of a check: the status that was recorded; 0: any */
  int64_t due;   /* ns: when it was to leave; latency counts from here */
} load_op_t;

typedef struct load_answer {
  int status;
  const char *body; /* NUL behind it */
  size_t n;
} load_answer_t;

/* What a run asks for, and where answers go. */
typedef struct load_source {
  void *self;
  /* The next request that is due at 'now'; false: none yet. '*later' is when to ask again. */
  bool (*next)(void *self, int64_t now, load_op_t *op, int64_t *later);
  /* Its bytes into 'out'; the length. */
  size_t (*write)(void *self, const load_op_t *op, char out[LOAD_REQUEST_MAX]);
  /* NULL answer: the connection was lost before it came. */
  void (*answered)(void *self, const load_op_t *op, const load_answer_t *a, int64_t now);
  bool (*done)(void *self); /* nothing more will be asked */
} load_source_t;

typedef struct load_wire {
  const char *host;
  int port;
  size_t connections;
  bool until_lost; /* ends when no connection is left; else lost ones are made anew */
  int64_t give_up; /* ns without any connection before the run ends */
} load_wire_t;

int64_t load_now(void); /* monotonic ns */
/* Runs until the source is done and all answers are in, or all is lost. False: nobody listens. */
bool load_run(const load_wire_t *w, const load_source_t *s);
/* The text of a key of a flat JSON answer, unquoted, into 'out'; "" when it is not there. */
const char *load_field(const char *json, const char *key, char *out, size_t n);

#endif
