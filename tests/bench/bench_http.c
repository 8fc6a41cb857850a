/* bench_http - a server that answers every request with the same 405 bytes, for a load generator
 * beside it:
 *   bench_http [ADDRESS [CERTIFICATE KEY]]
 * Prints the address that it listens on; ends on SIGINT or SIGTERM with its figures. */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <uv.h>

#include "net/server.h"

static oms_server_t *server;
static char body[406];

static void on_request(void *self, const oms_http_request_t *r) {
  (void)self;
  oms_http_answer_t a = {
      .status = 200, .type = "application/json", .body = body, .body_n = sizeof body - 1};
  if (r->upgrade) {
    oms_server_accept(server, r->conn);
  } else {
    oms_server_answer(server, r->conn, &a);
  }
}

static void on_message(void *self, oms_conn_t conn, oms_ws_opcode_t opcode, const char *data,
                       size_t n) {
  (void)self;
  oms_server_send(server, conn, opcode, data, n, 0);
}

static void on_signal(uv_signal_t *signal, int number) {
  (void)number;
  oms_server_figures_t f;
  oms_server_figures(server, &f);
  printf("%zu connections, %llu accepted, %llu requests, %llu cut off\n", f.connections,
         (unsigned long long)f.accepted, (unsigned long long)f.requests,
         (unsigned long long)f.cut_off);
  oms_server_close(server);
  uv_close(signal->data, NULL); /* the other one */
  uv_close((uv_handle_t *)signal, NULL);
}

int main(int argc, char **argv) {
  uv_loop_t *loop = uv_default_loop();
  uv_signal_t interrupt, term;
  oms_error_t err = {0};
  oms_server_options_t o = {.address = argc > 1 ? argv[1] : "127.0.0.1:0",
                            .certificate = argc > 3 ? argv[2] : NULL,
                            .key = argc > 3 ? argv[3] : NULL,
                            .max_connections = 16384,
                            .idle_ms = 600000};
  oms_server_handler_t handler = {.request = on_request, .message = on_message};
  memset(body, 'x', sizeof body - 1);
  body[0] = '"';
  body[sizeof body - 2] = '"';
  if (oms_server_open(loop, &o, &handler, &server, &err) != OMS_OK) {
    fprintf(stderr, "bench_http: %s\n", err.message);
    return 2;
  }
  uv_signal_init(loop, &interrupt);
  uv_signal_init(loop, &term);
  interrupt.data = &term;
  term.data = &interrupt;
  uv_signal_start(&interrupt, on_signal, SIGINT);
  uv_signal_start(&term, on_signal, SIGTERM);
  printf("http://127.0.0.1:%d\n", oms_server_port(server));
  fflush(stdout);
  return uv_run(loop, UV_RUN_DEFAULT);
}
