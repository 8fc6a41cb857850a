/* TLS over real sockets, with a certificate made here. */
#include "net_test.h"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <sys/stat.h>

static char folder[] = "/tmp/moondesk-tls-XXXXXX";
static char certificate[64], key[64], other_key[64], garbage[64];

static EVP_PKEY *make_key(const char *path) {
  EVP_PKEY *k = EVP_EC_gen("P-256");
  FILE *f = fopen(path, "w");
  assert_true(k != NULL && f != NULL);
  assert_int_equal(PEM_write_PrivateKey(f, k, NULL, NULL, 0, NULL, NULL), 1);
  fclose(f);
  return k;
}

static int make_files(void **state) {
  (void)state;
  assert_non_null(mkdtemp(folder));
  snprintf(certificate, sizeof certificate, "%s/cert.pem", folder);
  snprintf(key, sizeof key, "%s/key.pem", folder);
  snprintf(other_key, sizeof other_key, "%s/other.pem", folder);
  snprintf(garbage, sizeof garbage, "%s/garbage.pem", folder);
  EVP_PKEY_free(make_key(other_key));
  EVP_PKEY *k = make_key(key);
  X509 *x = X509_new();
  X509_set_version(x, 2);
  ASN1_INTEGER_set(X509_get_serialNumber(x), 1);
  X509_gmtime_adj(X509_getm_notBefore(x), -60);
  X509_gmtime_adj(X509_getm_notAfter(x), 3600);
  X509_set_pubkey(x, k);
  X509_NAME *name = X509_get_subject_name(x);
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, (const unsigned char *)"localhost", -1, -1,
                             0);
  X509_set_issuer_name(x, name);
  X509_EXTENSION *alt =
      X509V3_EXT_conf_nid(NULL, NULL, NID_subject_alt_name, "DNS:localhost,IP:127.0.0.1");
  X509_add_ext(x, alt, -1);
  X509_EXTENSION_free(alt);
  assert_true(X509_sign(x, k, EVP_sha256()) > 0);
  FILE *f = fopen(certificate, "w");
  assert_int_equal(PEM_write_X509(f, x), 1);
  fclose(f);
  X509_free(x);
  EVP_PKEY_free(k);
  f = fopen(garbage, "w");
  fputs("no certificate\n", f);
  fclose(f);
  return 0;
}

static int remove_files(void **state) {
  (void)state;
  const char *const all[] = {certificate, key, other_key, garbage};
  for (int i = 0; i < 4; i++) {
    unlink(all[i]);
  }
  rmdir(folder);
  return 0;
}

typedef struct client {
  int fd;
  SSL_CTX *ctx;
  SSL *ssl;
} client_t;

static void client_open(client_t *c, rig_t *g, int version) {
  c->fd = dial(g);
  fcntl(c->fd, F_SETFL, O_NONBLOCK);
  c->ctx = SSL_CTX_new(TLS_client_method());
  if (version != 0) {
    SSL_CTX_set_max_proto_version(c->ctx, version);
  }
  assert_int_equal(SSL_CTX_load_verify_locations(c->ctx, certificate, NULL), 1);
  SSL_CTX_set_verify(c->ctx, SSL_VERIFY_PEER, NULL);
  static const unsigned char offered[] = "\x02h2\x08http/1.1";
  assert_int_equal(SSL_CTX_set_alpn_protos(c->ctx, offered, sizeof offered - 1), 0);
  c->ssl = SSL_new(c->ctx);
  X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(c->ssl), "127.0.0.1");
  SSL_set_fd(c->ssl, c->fd);
}

static void client_close(client_t *c) {
  SSL_free(c->ssl);
  SSL_CTX_free(c->ctx);
  close(c->fd);
  ERR_clear_error();
}

static int wait_for(client_t *c, rig_t *g, int rc) {
  int e = SSL_get_error(c->ssl, rc);
  turn(g);
  poll(NULL, 0, 1);
  return e == SSL_ERROR_WANT_READ || e == SSL_ERROR_WANT_WRITE;
}

static bool shake_hands(client_t *c, rig_t *g) {
  for (int i = 0; i < 2000; i++) {
    int rc = SSL_connect(c->ssl);
    if (rc == 1) {
      return true;
    }
    if (!wait_for(c, g, rc)) {
      return false;
    }
  }
  return false;
}

static void client_put(client_t *c, rig_t *g, const char *data, size_t n) {
  int rc;
  while ((rc = SSL_write(c->ssl, data, (int)n)) <= 0) {
    assert_true(wait_for(c, g, rc));
  }
}

/* Until 'n' bytes have come, or the other side ended; how many. */
static size_t client_get(client_t *c, rig_t *g, size_t n) {
  size_t got = 0;
  for (int i = 0; i < 20000 && got < n; i++) {
    int rc = SSL_read(c->ssl, reply + got % (REPLY_ROOM / 2), REPLY_ROOM / 2 - 1);
    if (rc > 0) {
      reply[got % (REPLY_ROOM / 2) + (size_t)rc] = '\0';
      got += (size_t)rc;
      turn(g);
    } else if (!wait_for(c, g, rc)) {
      break;
    }
  }
  return got;
}

static void rig_open_tls(rig_t *g) {
  oms_server_options_t o = {.certificate = certificate, .key = key};
  rig_open(g, &o);
}

static void requests_and_answers_over_tls(void **state) {
  (void)state;
  static const int versions[] = {0, TLS1_2_VERSION};
  rig_t g;
  rig_open_tls(&g);
  for (int i = 0; i < 2; i++) {
    client_t c;
    client_open(&c, &g, versions[i]);
    assert_true(shake_hands(&c, &g));
    const unsigned char *chosen;
    unsigned int chosen_n;
    SSL_get0_alpn_selected(c.ssl, &chosen, &chosen_n);
    assert_int_equal(chosen_n, 8);
    assert_memory_equal(chosen, "http/1.1", 8);
    for (int k = 0; k < 3; k++) {
      client_put(&c, &g, GET("/a"), sizeof GET("/a") - 1);
      assert_true(client_get(&c, &g, 150) >= 150);
      assert_int_equal(strncmp(reply, "HTTP/1.1 200 OK\r\n", 17), 0);
      assert_true(g.tls);
    }
    client_put(&c, &g, GET("/later") GET("/second"), sizeof GET("/later") GET("/second") - 1);
    turn_ms(&g, 10);
    answer_text(&g, g.waiting[i], 200, "first", 0);
    assert_true(client_get(&c, &g, 320) >= 320);
    client_put(&c, &g, GET("/bye"), sizeof GET("/bye") - 1);
    client_get(&c, &g, 100000);
    assert_int_equal(SSL_get_shutdown(c.ssl) & SSL_RECEIVED_SHUTDOWN, SSL_RECEIVED_SHUTDOWN);
    client_close(&c);
  }
  turn_ms(&g, 10);
  assert_int_equal(g.closed, 2);
  assert_int_equal(g.sent, 12);
  rig_close(&g);
}

static void old_versions_and_plain_text_are_refused(void **state) {
  (void)state;
  rig_t g;
  client_t c;
  rig_open_tls(&g);
  client_open(&c, &g, TLS1_1_VERSION);
  SSL_CTX_set_security_level(c.ctx, 0);
  assert_false(shake_hands(&c, &g));
  client_close(&c);
  int fd = dial(&g);
  bool ended;
  put(&g, fd, GET("/"));
  get_until(&g, fd, reply, sizeof reply, NULL, &ended);
  assert_true(ended);
  assert_int_equal(g.requests, 0);
  close(fd);
  fd = dial(&g); /* vanishes within the handshake */
  put_n(&g, fd, "\x16\x03\x01\x02", 4);
  close(fd);
  turn_ms(&g, 10);
  oms_server_figures_t f;
  oms_server_figures(g.server, &f);
  assert_int_equal(f.connections, 0);
  rig_close(&g);
}

static void a_large_answer_is_whole(void **state) {
  (void)state;
  rig_t g;
  client_t c;
  rig_open_tls(&g);
  client_open(&c, &g, 0);
  assert_true(shake_hands(&c, &g));
  client_put(&c, &g, GET("/big/3000000"), sizeof GET("/big/3000000") - 1);
  assert_true(client_get(&c, &g, 3000100) >= 3000100);
  client_close(&c);
  rig_close(&g);
}

static void a_socket_over_tls(void **state) {
  (void)state;
  static const char ask_text[] =
      "GET /ws HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
      "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
  rig_t g;
  client_t c;
  rig_open_tls(&g);
  client_open(&c, &g, 0);
  assert_true(shake_hands(&c, &g));
  client_put(&c, &g, ask_text, sizeof ask_text - 1);
  client_get(&c, &g, 100);
  assert_int_equal(strncmp(reply, "HTTP/1.1 101 ", 13), 0);
  client_put(&c, &g, "\x81\x82\0\0\0\0hi", 8);
  assert_int_equal(client_get(&c, &g, 4), 4);
  assert_memory_equal(reply, "\x81\x02hi", 4);
  oms_server_send(g.server, g.last, OMS_WS_TEXT, "held", 4, 5);
  turn_ms(&g, 5);
  oms_server_release(g.server, 5);
  assert_int_equal(client_get(&c, &g, 6), 6);
  oms_server_end(g.server, g.last, 1001, "over");
  assert_int_equal(client_get(&c, &g, 8), 8);
  assert_memory_equal(reply, "\x88\x06\x03\xe9over", 8);
  client_close(&c);
  rig_close(&g);
}

/* The bytes of a whole exchange, of which a client sends only the first ones and goes. */
static void a_client_that_goes_at_any_byte_does_no_harm(void **state) {
  (void)state;
  long before = oms_alloc_live();
  rig_t g;
  rig_open_tls(&g);
  for (size_t keep = 1; keep < 600; keep += 7) {
    BIO *out, *in;
    char bytes[8192];
    client_t c;
    client_open(&c, &g, 0);
    SSL_set_bio(c.ssl, in = BIO_new(BIO_s_mem()), out = BIO_new(BIO_s_mem()));
    size_t sent = 0;
    for (int i = 0; i < 10 && sent < keep; i++) {
      if (SSL_connect(c.ssl) == 1) {
        SSL_write(c.ssl, GET("/"), sizeof GET("/") - 1);
      }
      int n = BIO_read(out, bytes, sizeof bytes);
      size_t take = n > 0 ? (size_t)n : 0;
      take = take > keep - sent ? keep - sent : take;
      put_n(&g, c.fd, bytes, take);
      sent += take;
      turn_ms(&g, 1);
      ssize_t got = recv(c.fd, bytes, sizeof bytes, MSG_DONTWAIT);
      BIO_write(in, bytes, got > 0 ? (int)got : 0);
    }
    client_close(&c);
    turn(&g);
  }
  turn_ms(&g, 20);
  oms_server_figures_t f;
  oms_server_figures(g.server, &f);
  assert_int_equal(f.connections, 0);
  rig_close(&g);
  assert_int_equal(oms_alloc_live(), before);
}

static void files_that_cannot_be_used_are_named(void **state) {
  (void)state;
  const char *const pairs[][3] = {
      {"/nowhere/c.pem", key,              "/nowhere/c.pem"},
      {certificate,      "/nowhere/k.pem", "/nowhere/k.pem"},
      {garbage,          key,              garbage         },
      {certificate,      garbage,          garbage         },
      {certificate,      other_key,        other_key       },
      {certificate,      NULL,             "missing"       },
      {NULL,             key,              "missing"       }
  };
  uv_loop_t loop;
  uv_loop_init(&loop);
  for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
    oms_server_options_t o = {
        .address = "127.0.0.1:0", .certificate = pairs[i][0], .key = pairs[i][1]};
    oms_server_handler_t h = {.request = on_request};
    oms_server_t *s;
    oms_error_t err = {0};
    assert_int_equal(oms_server_open(&loop, &o, &h, &s, &err), OMS_ERR_USAGE);
    if (strstr(err.message, pairs[i][2]) == NULL) {
      fail_msg("case %zu: %s", i, err.message);
    }
  }
  assert_int_equal(uv_loop_close(&loop), 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(requests_and_answers_over_tls),
      cmocka_unit_test(old_versions_and_plain_text_are_refused),
      cmocka_unit_test(a_large_answer_is_whole),
      cmocka_unit_test(a_socket_over_tls),
      cmocka_unit_test(a_client_that_goes_at_any_byte_does_no_harm),
      cmocka_unit_test(files_that_cannot_be_used_are_named),
  };
  return cmocka_run_group_tests(tests, make_files, remove_files);
}
