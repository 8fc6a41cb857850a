/* load.c - gives orders to a live host over REST and takes down what was acknowledged, or checks
 * that all of it is there again.
 *
 *   load run   --address A --key K --secret S [--connections 64] [--orders N | --seconds S]
 *              [--rate R] [--first N] [--prefix P] [--symbols A,B] [--price 100] [--limit-share 50]
 *              [--cancels PCT] [--replaces PCT] [--record FILE] [--until-lost] [--path /healthz]
 *              [--constant: any answer of status 200 will do]
 *   load check --address A --key K --secret S --record FILE [--last N] [--again]
 *
 * Closed loop, or R requests a second, whose latency then counts from the moment when each was due.
 * An order's content comes from its number alone, so that it can be asked for again as it was. The
 * record has a line for each answer: P number status id (or P number ?, when the connection was
 * lost first), C number status, R number status id-of-successor. 'check' looks each up; with
 * --again each order is also asked for once more and must give the same status and id, and those of
 * unknown fate are settled by that. Prints one line of key=value. Exit status 1: something is not
 * as it was acknowledged; 2: wrong use or nobody there. */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/histogram.h"
#include "load.h"

typedef struct known {
  uint64_t n;
  char id[40];
} known_t;

enum { KNOWN = 4096 };

typedef struct load {
  load_wire_t wire;
  const char *key, *secret, *prefix, *record, *path;
  const char *symbols[64];
  size_t symbol_n;
  double price;
  int64_t seconds, rate;
  int limit_share, cancels, replaces;
  uint64_t first, orders, next_n, asked, last;
  bool check, again, constant;
  int64_t start, end;
  FILE *file;
  oms_histogram_t latency;
  uint64_t accepted, refused, errors, lost, canceled, replaced, plain, busy;
  known_t known[KNOWN]; /* of orders that were accepted lately */
  size_t known_n;
  uint64_t random;
  /* of a check */
  load_op_t *ops;
  size_t op_n, op_at;
  uint64_t wrong, settled;
} load_t;

static uint64_t mix(uint64_t z) {
  z += UINT64_C(0x9E3779B97F4A7C15);
  z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
  z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
  return z ^ (z >> 31);
}

static uint64_t dice(load_t *l) {
  return l->random = mix(l->random);
}

/* Requests. */

static size_t request(const load_t *l, const char *method, const char *path, const char *body,
                      char out[LOAD_REQUEST_MAX]) {
  int n = snprintf(out, LOAD_REQUEST_MAX,
                   "%s %s HTTP/1.1\r\nHost: %s:%d\r\nAPCA-API-KEY-ID: %s\r\n"
                   "APCA-API-SECRET-KEY: %s\r\nContent-Type: application/json\r\n"
                   "Content-Length: %zu\r\n\r\n%s",
                   method, path, l->wire.host, l->wire.port, l->key, l->secret, strlen(body), body);
  return n < LOAD_REQUEST_MAX ? (size_t)n : LOAD_REQUEST_MAX - 1;
}

static size_t new_order(const load_t *l, uint64_t n, char out[LOAD_REQUEST_MAX]) {
  char body[512], price[64] = "";
  uint64_t z = mix(n);
  bool limit = (int)(z % 100) < l->limit_share;
  bool buy = (z >> 8) % 2 == 0;
  if (limit) {
    double away = (double)((z >> 16) % 200) * 0.01;
    (void)snprintf(price, sizeof price, "\"limit_price\":\"%.2f\",",
                   buy ? l->price - away : l->price + away);
  }
  (void)snprintf(body, sizeof body,
                 "{\"symbol\":\"%s\",\"qty\":\"%d\",\"side\":\"%s\",\"type\":\"%s\",%s"
                 "\"time_in_force\":\"gtc\",\"client_order_id\":\"%s-%llu\"}",
                 l->symbols[(z >> 32) % l->symbol_n], 1 + (int)((z >> 40) % 5),
                 buy ? "buy" : "sell", limit ? "limit" : "market", price, l->prefix,
                 (unsigned long long)n);
  return request(l, "POST", "/v2/orders", body, out);
}

static size_t write_op(void *self, const load_op_t *op, char out[LOAD_REQUEST_MAX]) {
  const load_t *l = self;
  char path[256], body[128];
  switch (op->kind) {
  case LOAD_NEW:
    return new_order(l, op->n, out);
  case LOAD_CANCEL:
    (void)snprintf(path, sizeof path, "/v2/orders/%s", op->id);
    return request(l, "DELETE", path, "", out);
  case LOAD_REPLACE:
    (void)snprintf(path, sizeof path, "/v2/orders/%s", op->id);
    (void)snprintf(body, sizeof body, "{\"qty\":\"%d\"}", 6 + (int)(mix(op->n) % 4));
    return request(l, "PATCH", path, body, out);
  case LOAD_FIND:
    (void)snprintf(path, sizeof path, "/v2/orders:by_client_order_id?client_order_id=%s-%llu",
                   l->prefix, (unsigned long long)op->n);
    return request(l, "GET", path, "", out);
  case LOAD_LOOK:
    (void)snprintf(path, sizeof path, "/v2/orders/%s", op->id);
    return request(l, "GET", path, "", out);
  case LOAD_PLAIN:
    break;
  }
  return request(l, "GET", l->path, "", out);
}

/* A run. */

static bool over(const load_t *l, int64_t now) {
  return (l->seconds > 0 && now >= l->end) || (l->orders > 0 && l->asked >= l->orders);
}

/* Now and then an order that was accepted is canceled or replaced in place of a new one. */
static bool change(load_t *l, load_op_t *op) {
  uint64_t z = dice(l) % 100;
  bool cancel = z < (uint64_t)l->cancels;
  if (l->known_n == 0 || z >= (uint64_t)(l->cancels + l->replaces)) {
    return false;
  }
  size_t i = dice(l) % l->known_n;
  op->kind = cancel ? LOAD_CANCEL : LOAD_REPLACE;
  op->n = l->known[i].n;
  memcpy(op->id, l->known[i].id, sizeof op->id);
  l->known[i] = l->known[--l->known_n];
  return true;
}

static bool next_op(void *self, int64_t now, load_op_t *op, int64_t *later) {
  load_t *l = self;
  if (over(l, now)) {
    *later = now + 1000000;
    return false;
  }
  int64_t due = now;
  if (l->rate > 0) {
    due = l->start + (int64_t)((double)l->asked * 1e9 / (double)l->rate);
    if (due > now) {
      *later = due;
      return false;
    }
  }
  memset(op, 0, sizeof *op);
  op->due = due;
  l->asked++;
  if (l->path != NULL) {
    op->kind = LOAD_PLAIN;
  } else if (!change(l, op)) {
    op->kind = LOAD_NEW;
    op->n = l->next_n++;
  }
  return true;
}

static void note(load_t *l, char kind, uint64_t n, int status, const char *id) {
  if (l->file != NULL) {
    (void)fprintf(l->file, "%c %llu %d %s\n", kind, (unsigned long long)n, status,
                  *id != '\0' ? id : "-");
  }
}

static void note_lost(load_t *l, const load_op_t *op) {
  l->lost++;
  if (l->file != NULL && op->kind == LOAD_NEW) {
    (void)fprintf(l->file, "P %llu ?\n", (unsigned long long)op->n);
  }
}

static void remember(load_t *l, uint64_t n, const char *id) {
  size_t at = l->known_n < KNOWN ? l->known_n++ : dice(l) % KNOWN;
  l->known[at].n = n;
  (void)snprintf(l->known[at].id, sizeof l->known[at].id, "%s", id);
}

static void complain(load_t *l, const load_op_t *op, const load_answer_t *a) {
  if (l->errors++ < 5) {
    (void)fprintf(stderr, "load: order %llu: status %d: %.300s\n", (unsigned long long)op->n,
                  a->status, a->body);
  }
}

static void take_new(load_t *l, const load_op_t *op, const load_answer_t *a) {
  char id[40];
  if (l->constant) {
    l->plain += a->status == 200;
    l->errors += a->status != 200;
  } else if (a->status == 200) {
    l->accepted++;
    load_field(a->body, "id", id, sizeof id);
    char client[160], mine[160];
    (void)snprintf(mine, sizeof mine, "%s-%llu", l->prefix, (unsigned long long)op->n);
    if (strcmp(load_field(a->body, "client_order_id", client, sizeof client), mine) != 0) {
      complain(l, op, a);
    }
    note(l, 'P', op->n, a->status, id);
    remember(l, op->n, id);
  } else if (a->status == 403 || a->status == 422) {
    l->refused++;
    note(l, 'P', op->n, a->status, "");
  } else if (a->status == 429 || a->status == 503) {
    l->busy++;
  } else {
    complain(l, op, a);
  }
}

static void answered(void *self, const load_op_t *op, const load_answer_t *a, int64_t now) {
  load_t *l = self;
  char id[40];
  if (a == NULL) {
    note_lost(l, op);
    return;
  }
  oms_histogram_add(&l->latency, now - op->due);
  switch (op->kind) {
  case LOAD_NEW:
    take_new(l, op, a);
    break;
  case LOAD_CANCEL:
    l->canceled += a->status == 204;
    note(l, 'C', op->n, a->status, op->id);
    break;
  case LOAD_REPLACE:
    l->replaced += a->status == 200;
    note(l, 'R', op->n, a->status, load_field(a->body, "id", id, sizeof id));
    break;
  case LOAD_PLAIN:
    l->plain += a->status == 200;
    l->errors += a->status != 200;
    break;
  case LOAD_FIND:
  case LOAD_LOOK:
    break;
  }
}

static bool run_done(void *self) {
  load_t *l = self;
  return over(l, load_now());
}

static double ms(uint64_t ns) {
  return (double)ns / 1e6;
}

static int run(load_t *l) {
  load_source_t s = {l, next_op, write_op, answered, run_done};
  if (l->record != NULL && (l->file = fopen(l->record, "a")) == NULL) {
    (void)fprintf(stderr, "load: %s: %s\n", l->record, strerror(errno));
    return 2;
  }
  l->start = load_now();
  l->end = l->start + l->seconds * 1000000000;
  l->next_n = l->first;
  bool there = load_run(&l->wire, &s);
  double took = (double)(load_now() - l->start) / 1e9;
  if (l->file != NULL && fclose(l->file) != 0) {
    (void)fprintf(stderr, "load: %s: %s\n", l->record, strerror(errno));
    return 2;
  }
  (void)printf("answers=%llu accepted=%llu refused=%llu canceled=%llu replaced=%llu busy=%llu "
               "lost=%llu errors=%llu seconds=%.3f rate=%.0f p50_ms=%.3f p99_ms=%.3f p999_ms=%.3f "
               "max_ms=%.3f next=%llu\n",
               (unsigned long long)l->latency.n, (unsigned long long)l->accepted,
               (unsigned long long)l->refused, (unsigned long long)l->canceled,
               (unsigned long long)l->replaced, (unsigned long long)l->busy,
               (unsigned long long)l->lost, (unsigned long long)l->errors, took,
               (double)l->latency.n / took, ms(oms_histogram_quantile(&l->latency, 0.5)),
               ms(oms_histogram_quantile(&l->latency, 0.99)),
               ms(oms_histogram_quantile(&l->latency, 0.999)), ms(l->latency.max),
               (unsigned long long)l->next_n);
  return !there ? 2 : l->errors > 0 ? 1 : 0;
}

/* A check. */

static void add_op(load_t *l, const load_op_t *op) {
  if (l->op_n % 4096 == 0) {
    l->ops = realloc(l->ops, (l->op_n + 4096) * sizeof *l->ops);
    if (l->ops == NULL) {
      (void)fprintf(stderr, "load: out of memory\n");
      exit(2);
    }
  }
  l->ops[l->op_n++] = *op;
}

/* A line of the record: what to ask for, and what must come. */
static void read_line(load_t *l, const char *line) {
  load_op_t op = {0};
  char kind, status[16] = "", id[40] = "";
  unsigned long long n;
  if (sscanf(line, "%c %llu %15s %39s", &kind, &n, status, id) < 3) {
    return;
  }
  op.n = n;
  op.status = (int)strtol(status, NULL, 10);
  (void)snprintf(op.id, sizeof op.id, "%s", strcmp(id, "-") == 0 ? "" : id);
  op.want[0] = kind;
  bool known = status[0] != '?';
  if (kind == 'P' && known) {
    op.kind = LOAD_FIND;
    add_op(l, &op);
  }
  if (kind == 'P' && (l->again || !known)) {
    op.kind = LOAD_NEW;
    add_op(l, &op);
  }
  if ((kind == 'C' && op.status == 204) || (kind == 'R' && op.status == 200)) {
    op.kind = LOAD_LOOK;
    add_op(l, &op);
  }
}

static int read_record(load_t *l) {
  char line[256];
  FILE *f = fopen(l->record, "r");
  if (f == NULL) {
    (void)fprintf(stderr, "load: %s: %s\n", l->record, strerror(errno));
    return 2;
  }
  uint64_t lines = 0, at = 0;
  while (l->last > 0 && fgets(line, sizeof line, f) != NULL) {
    lines++;
  }
  rewind(f);
  while (fgets(line, sizeof line, f) != NULL) {
    if (l->last == 0 || lines <= l->last || at >= lines - l->last) {
      read_line(l, line);
    }
    at++;
  }
  (void)fclose(f);
  return 0;
}

static bool next_check(void *self, int64_t now, load_op_t *op, int64_t *later) {
  load_t *l = self;
  if (l->op_at >= l->op_n) {
    *later = now + 1000000;
    return false;
  }
  *op = l->ops[l->op_at++];
  op->due = now;
  return true;
}

static bool check_done(void *self) {
  const load_t *l = self;
  return l->op_at >= l->op_n;
}

static void say(load_t *l, const load_op_t *op, const load_answer_t *a, const char *what) {
  if (l->wrong++ < 20) {
    (void)fprintf(stderr, "load: %c %llu %s: %s: status %d: %.300s\n", op->want[0],
                  (unsigned long long)op->n, op->id, what, a->status, a->body);
  }
}

/* A request to cancel that was acknowledged holds: the order has ended, or is about to. */
static bool still_works(const char *status) {
  return strcmp(status, "new") == 0 || strcmp(status, "accepted") == 0 ||
         strcmp(status, "pending_new") == 0 || strcmp(status, "partially_filled") == 0;
}

static void checked(void *self, const load_op_t *op, const load_answer_t *a, int64_t now) {
  load_t *l = self;
  char id[40], status[40];
  (void)now;
  if (a == NULL) {
    l->lost++;
    return;
  }
  load_field(a->body, "id", id, sizeof id);
  load_field(a->body, "status", status, sizeof status);
  if (op->kind == LOAD_FIND &&
      (a->status != 200 || (op->id[0] != '\0' && strcmp(id, op->id) != 0))) {
    say(l, op, a, "an acknowledged order is not there");
  } else if (op->kind == LOAD_LOOK && a->status != 200) {
    say(l, op, a, "an acknowledged change is not there");
  } else if (op->kind == LOAD_LOOK && op->want[0] == 'C' && still_works(status)) {
    say(l, op, a, "an acknowledged cancel is forgotten");
  } else if (op->kind == LOAD_NEW && op->status != 0 &&
             (a->status != op->status || (op->id[0] != '\0' && strcmp(id, op->id) != 0))) {
    say(l, op, a, "asked again, the answer is another");
  } else if (op->kind == LOAD_NEW && op->status == 0) {
    l->settled++;
    take_new(l, op, a);
  }
}

static int check(load_t *l) {
  load_source_t s = {l, next_check, write_op, checked, check_done};
  if (l->record == NULL || read_record(l) != 0) {
    (void)fprintf(stderr, "load: check needs --record FILE\n");
    return 2;
  }
  l->file = fopen(l->record, "a");
  bool there = l->op_n == 0 || load_run(&l->wire, &s);
  if (l->file != NULL) {
    (void)fclose(l->file);
  }
  (void)printf("checked=%zu settled=%llu wrong=%llu lost=%llu errors=%llu\n", l->op_n,
               (unsigned long long)l->settled, (unsigned long long)l->wrong,
               (unsigned long long)l->lost, (unsigned long long)l->errors);
  free(l->ops);
  return !there ? 2 : l->wrong > 0 || l->lost > 0 || l->errors > 0 ? 1 : 0;
}

/* The command line. */

static void set_address(load_t *l, char *text) {
  char *colon = strrchr(text, ':');
  if (colon == NULL) {
    (void)fprintf(stderr, "load: --address wants HOST:PORT, not %s\n", text);
    exit(2);
  }
  *colon = '\0';
  l->wire.host = text;
  l->wire.port = (int)strtol(colon + 1, NULL, 10);
}

static void set_symbols(load_t *l, char *text) {
  l->symbol_n = 0;
  for (char *s = strtok(text, ","); s != NULL && l->symbol_n < 64; s = strtok(NULL, ",")) {
    l->symbols[l->symbol_n++] = s;
  }
}

static const struct option options[] = {
    {"address",     required_argument, NULL, 'a'},
    {"key",         required_argument, NULL, 'k'},
    {"secret",      required_argument, NULL, 's'},
    {"connections", required_argument, NULL, 'c'},
    {"orders",      required_argument, NULL, 'n'},
    {"seconds",     required_argument, NULL, 't'},
    {"rate",        required_argument, NULL, 'r'},
    {"first",       required_argument, NULL, 'f'},
    {"prefix",      required_argument, NULL, 'p'},
    {"symbols",     required_argument, NULL, 'y'},
    {"price",       required_argument, NULL, 'e'},
    {"limit-share", required_argument, NULL, 'l'},
    {"cancels",     required_argument, NULL, 'x'},
    {"replaces",    required_argument, NULL, 'R'},
    {"record",      required_argument, NULL, 'o'},
    {"until-lost",  no_argument,       NULL, 'u'},
    {"path",        required_argument, NULL, 'P'},
    {"last",        required_argument, NULL, 'L'},
    {"again",       no_argument,       NULL, 'A'},
    {"constant",    no_argument,       NULL, 'K'},
    {NULL,          0,                 NULL, 0  }
};

static void set(load_t *l, int option) {
  uint64_t number = optarg == NULL ? 0 : strtoull(optarg, NULL, 10);
  switch (option) {
  case 'a':
    set_address(l, optarg);
    break;
  case 'k':
    l->key = optarg;
    break;
  case 's':
    l->secret = optarg;
    break;
  case 'c':
    l->wire.connections = number;
    break;
  case 'n':
    l->orders = number;
    break;
  case 't':
    l->seconds = (int64_t)number;
    break;
  case 'r':
    l->rate = (int64_t)number;
    break;
  case 'f':
    l->first = number;
    break;
  case 'p':
    l->prefix = optarg;
    break;
  case 'y':
    set_symbols(l, optarg);
    break;
  case 'e':
    l->price = strtod(optarg, NULL);
    break;
  case 'l':
    l->limit_share = (int)number;
    break;
  case 'x':
    l->cancels = (int)number;
    break;
  case 'R':
    l->replaces = (int)number;
    break;
  case 'o':
    l->record = optarg;
    break;
  case 'u':
    l->wire.until_lost = true;
    break;
  case 'P':
    l->path = optarg;
    break;
  case 'L':
    l->last = number;
    break;
  case 'A':
    l->again = true;
    break;
  case 'K':
    l->constant = true;
    break;
  default:
    exit(2);
  }
}

int main(int argc, char **argv) {
  static load_t l = {
      .wire = {"127.0.0.1", 8080, 64, false, INT64_C(10000000000)},
      .key = "",
      .secret = "",
      .prefix = "load",
      .symbols = {"X"        },
      .symbol_n = 1,
      .price = 100,
      .limit_share = 50,
      .first = 1
  };
  if (argc < 2 || (strcmp(argv[1], "run") != 0 && strcmp(argv[1], "check") != 0)) {
    (void)fprintf(stderr, "usage: load run|check --address HOST:PORT ... (tests/bench/load.c)\n");
    return 2;
  }
  l.check = strcmp(argv[1], "check") == 0;
  for (int option; (option = getopt_long(argc - 1, argv + 1, "", options, NULL)) != -1;) {
    set(&l, option);
  }
  l.random = mix(l.first);
  if (!l.check && l.orders == 0 && l.seconds == 0 && !l.wire.until_lost) {
    l.orders = 1000;
  }
  return l.check ? check(&l) : run(&l);
}
