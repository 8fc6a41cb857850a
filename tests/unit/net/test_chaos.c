/* Many clients and a handler that do at random what they may, seeded: nothing crashes, leaks or
 * hangs, each connection is told closed once, and a client that behaves is served all the time. */
#include "net_test.h"

#include "base/random.h"

enum { CLIENTS = 24, ROUNDS = 1500, KNOWN = 4096 };

typedef struct chaos {
  rig_t rig;
  oms_random_t random;
  oms_conn_t known[KNOWN]; /* asked or spoke and not told closed yet */
  int known_n, closed, failing;
  uint64_t gate;
} chaos_t;

static int roll(chaos_t *c, int n) {
  return (int)(oms_random_next(&c->random) % (uint64_t)n);
}

static void remember(chaos_t *c, oms_conn_t conn) {
  for (int i = 0; i < c->known_n; i++) {
    if (c->known[i] == conn) {
      return;
    }
  }
  assert_true(c->known_n < KNOWN);
  c->known[c->known_n++] = conn;
}

static void chaos_closed(void *self, oms_conn_t conn) {
  chaos_t *c = self;
  for (int i = 0; i < c->known_n; i++) {
    if (c->known[i] == conn) {
      c->known[i] = c->known[--c->known_n];
      c->closed++;
      return;
    }
  }
  fail_msg("closed twice, or never seen");
}

/* Something to a connection, whether it fits or not. */
static void act(chaos_t *c, oms_conn_t conn) {
  static const char text[20000] = "text";
  oms_server_t *s = c->rig.server;
  size_t n = (size_t)roll(c, roll(c, 4) == 0 ? 20000 : 200);
  uint64_t gate = roll(c, 2) == 0 ? 0 : c->gate + (uint64_t)roll(c, 3);
  oms_http_answer_t a = {.status = 200 + roll(c, 2) * 4,
                         .type = roll(c, 5) == 0 ? NULL : "text/plain",
                         .body = text,
                         .body_n = n,
                         .gate = gate,
                         .close = roll(c, 10) == 0};
  switch (roll(c, 8)) {
  case 0:
    oms_server_begin_stream(s, conn, &a);
    break;
  case 1:
    oms_server_stream(s, conn, text, n, gate);
    break;
  case 2:
    oms_server_accept(s, conn);
    break;
  case 3:
    oms_server_send(s, conn, OMS_WS_BINARY, text, n, gate);
    break;
  case 4:
    roll(c, 4) == 0 ? oms_server_end(s, conn, 1000, "enough") : (void)0;
    break;
  default:
    oms_server_answer(s, conn, &a);
    break;
  }
}

static void chaos_request(void *self, const oms_http_request_t *r) {
  chaos_t *c = self;
  if (strcmp(r->path, "/good") == 0) {
    answer_text(&c->rig, r->conn, 200, "good", 0);
    remember(c, r->conn);
    return;
  }
  remember(c, r->conn);
  c->rig.requests++;
  if (r->upgrade && roll(c, 3) != 0) {
    oms_server_accept(c->rig.server, r->conn);
  } else if (roll(c, 2) == 0) {
    act(c, r->conn);
  }
}

static void chaos_message(void *self, oms_conn_t conn, oms_ws_opcode_t opcode, const char *data,
                          size_t n) {
  chaos_t *c = self;
  (void)opcode, (void)data, (void)n;
  remember(c, conn);
  c->rig.messages++;
  act(c, conn);
}

static const char *const scraps[] = {
    GET("/a"),
    GET("/a"),
    "GET /ws HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
    "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
    "POST /p HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
    "POST /p HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\nhello",
    "HEAD /h HTTP/1.1\r\nHost: h\r\n\r\n",
    "GET /old HTTP/1.0\r\n\r\n",
    "\x81\x82\1\1\1\1hi\x89\x81\1\1\1\1x\x01\x81\1\1\1\1x\x80\x81\1\1\1\1x",
    "\x88\x82\1\1\1\1\x02\xe9",
};

static void drop_client(chaos_t *c, int *fd) {
  struct linger l = {roll(c, 2), 0};
  setsockopt(*fd, SOL_SOCKET, SO_LINGER, &l, sizeof l);
  close(*fd);
  *fd = -1;
}

enum { UPGRADE = 2, FRAMES = 7, SCRAPS = sizeof scraps / sizeof scraps[0] };

/* Every other client is one of WebSockets, which mostly sends what fits. */
static const char *scrap_for(chaos_t *c, int client) {
  if (roll(c, 20) == 0) {
    return scraps[roll(c, SCRAPS)];
  }
  return client % 2 == 0 ? scraps[roll(c, FRAMES)] : scraps[FRAMES + (roll(c, 20) == 0)];
}

static void client_step(chaos_t *c, int *fd, int client) {
  static char sink[30000];
  if (*fd < 0) {
    *fd = dial(&c->rig);
    if (client % 2 == 1) {
      (void)!send(*fd, scraps[UPGRADE], strlen(scraps[UPGRADE]), MSG_NOSIGNAL);
    }
    return;
  }
  const char *scrap = scrap_for(c, client);
  size_t n = strlen(scrap);
  switch (roll(c, 40)) {
  case 0:
    drop_client(c, fd);
    break;
  case 1:
    shutdown(*fd, SHUT_WR);
    break;
  case 2:
    n = (size_t)roll(c, (int)n + 1);
    (void)!send(*fd, scrap, n, MSG_DONTWAIT | MSG_NOSIGNAL);
    break;
  case 3:
  case 4:
  case 5:
  case 6:
  case 7:
  case 8:
    while (recv(*fd, sink, sizeof sink, MSG_DONTWAIT) > 0) {
    }
    break;
  default:
    (void)!send(*fd, scrap, n, MSG_DONTWAIT | MSG_NOSIGNAL);
    break;
  }
}

static void run_chaos(uint64_t seed, bool starve) {
  static chaos_t chaos;
  chaos_t *c = &chaos;
  long before = oms_alloc_live();
  int fds[CLIENTS], good;
  memset(c, 0, sizeof *c);
  oms_random_seed(&c->random, seed);
  oms_server_handler_t h = {
      .self = c, .request = chaos_request, .message = chaos_message, .closed = chaos_closed};
  oms_server_options_t o = {.address = "127.0.0.1:0",
                            .max_unsent = 100000,
                            .head_ms = 30,
                            .idle_ms = 50,
                            .ping_ms = 20,
                            .stall_ms = 40,
                            .max_connections = CLIENTS + 2};
  uv_loop_init(&c->rig.loop);
  assert_int_equal(oms_server_open(&c->rig.loop, &o, &h, &c->rig.server, NULL), OMS_OK);
  c->rig.port = oms_server_port(c->rig.server);
  memset(fds, -1, sizeof fds);
  for (int round = 0; round < ROUNDS; round++) {
    if (starve && roll(c, 20) == 0) {
      oms_alloc_fail_after(1 + roll(c, 10));
    }
    int client = roll(c, CLIENTS);
    client_step(c, &fds[client], client);
    if (c->known_n > 0 && roll(c, 2) == 0) {
      act(c, c->known[roll(c, c->known_n)]);
    }
    if (roll(c, 4) == 0) {
      oms_server_release(c->rig.server, c->gate++);
    }
    turn(&c->rig);
    oms_alloc_fail_after(0);
    if (round % 100 == 99) {
      good = dial(&c->rig);
      int status = ask(&c->rig, good, GET("/good"));
      assert_true(status == 200 || status == 503); /* lingering ones may fill the table */
      close(good);
    }
  }
  if (roll(c, 2) == 0) {
    oms_server_stop(c->rig.server);
    turn_ms(&c->rig, 5);
  }
  rig_close(&c->rig);
  assert_int_equal(c->known_n, 0);
  if (getenv("MOONDESK_SEEDS") != NULL) {
    print_message("seed %llu: %d requests, %d messages, %d closed\n", (unsigned long long)seed,
                  c->rig.requests, c->rig.messages, c->closed);
  }
  assert_true(c->rig.requests > 20 && c->rig.messages > 20 && c->closed > 10);
  assert_int_equal(oms_alloc_live(), before);
  for (int i = 0; i < CLIENTS; i++) {
    fds[i] >= 0 ? close(fds[i]) : 0;
  }
}

/* MOONDESK_SEEDS: of how many seeds. */
static uint64_t seeds(void) {
  const char *text = getenv("MOONDESK_SEEDS");
  return text == NULL ? 12 : strtoull(text, NULL, 10);
}

static void clients_and_handler_do_what_they_may(void **state) {
  (void)state;
  for (uint64_t seed = 1; seed <= seeds(); seed++) {
    run_chaos(seed, false);
  }
}

static void the_same_with_memory_that_ends_now_and_then(void **state) {
  (void)state;
  for (uint64_t seed = 1; seed <= seeds(); seed++) {
    run_chaos(seed + 1000000, true);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(clients_and_handler_do_what_they_may),
      cmocka_unit_test(the_same_with_memory_that_ends_now_and_then),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
