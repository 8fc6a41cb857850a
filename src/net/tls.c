/* tls.c - see tls.h: TLS by OpenSSL over two buffers in memory, which the caller fills and
 * empties. */
#include "net/tls.h"

#include <limits.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <string.h>

#include "base/alloc.h"

struct oms_tls_context {
  SSL_CTX *ctx;
};

struct oms_tls {
  SSL *ssl; /* owns both */
  BIO *in, *out;
};

static const char *reason(char text[256]) {
  unsigned long e = ERR_get_error();
  ERR_error_string_n(e, text, 256);
  const char *named = ERR_reason_error_string(e);
  ERR_clear_error();
  return named != NULL ? named : text;
}

static int configure(SSL_CTX *ctx, const char *certificate, const char *key, oms_error_t *err) {
  char text[256];
  SSL_CTX_set_min_proto_version(ctx, TLS1_2_VERSION);
  SSL_CTX_set_options(ctx, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION |
                               SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_IGNORE_UNEXPECTED_EOF);
  SSL_CTX_set_mode(ctx, SSL_MODE_RELEASE_BUFFERS);
  /* TLS 1.2 with forward secrecy and authenticated ciphers alone. */
  if (SSL_CTX_set_cipher_list(ctx, "ECDHE+AESGCM:ECDHE+CHACHA20") != 1) {
    return oms_error_set(err, OMS_ERR_USAGE, "TLS cannot be set up: %s", reason(text));
  }
  if (SSL_CTX_use_certificate_chain_file(ctx, certificate) != 1) {
    return oms_error_set(err, OMS_ERR_USAGE,
                         "the TLS certificate '%s' cannot be used: %s; give a PEM file",
                         certificate, reason(text));
  }
  if (SSL_CTX_use_PrivateKey_file(ctx, key, SSL_FILETYPE_PEM) != 1) {
    return oms_error_set(err, OMS_ERR_USAGE,
                         "the TLS key '%s' cannot be used: %s; give a PEM file "
                         "without passphrase that fits the certificate",
                         key, reason(text));
  }
  if (SSL_CTX_check_private_key(ctx) != 1) {
    return oms_error_set(err, OMS_ERR_USAGE, "the TLS key '%s' does not fit the certificate '%s'",
                         key, certificate);
  }
  return OMS_OK;
}

/* HTTP/1.1 to who asks what is spoken here; others are not asked to agree. */
static int choose_protocol(SSL *ssl, const unsigned char **out, unsigned char *out_n,
                           const unsigned char *in, unsigned int in_n, void *self) {
  static const unsigned char ours[] = "\x08http/1.1";
  (void)ssl, (void)self;
  unsigned char *chosen;
  if (SSL_select_next_proto(&chosen, out_n, ours, sizeof ours - 1, in, in_n) !=
      OPENSSL_NPN_NEGOTIATED) {
    return SSL_TLSEXT_ERR_NOACK;
  }
  *out = chosen;
  return SSL_TLSEXT_ERR_OK;
}

/* A key with a passphrase is refused, not asked for on the terminal. */
static int no_passphrase(char *buf, int size, int rwflag, void *self) {
  (void)buf, (void)size, (void)rwflag, (void)self;
  return -1;
}

int oms_tls_context_new(const char *certificate, const char *key, oms_tls_context_t **out,
                        oms_error_t *err) {
  oms_tls_context_t *c = oms_alloc_zero(1, sizeof *c);
  if (c != NULL) {
    c->ctx = SSL_CTX_new(TLS_server_method());
  }
  if (c == NULL || c->ctx == NULL) {
    oms_free(c);
    return oms_error_set(err, OMS_ERR_NOMEM, "out of memory for TLS");
  }
  SSL_CTX_set_default_passwd_cb(c->ctx, no_passphrase);
  SSL_CTX_set_alpn_select_cb(c->ctx, choose_protocol, NULL);
  SSL_CTX_set_session_cache_mode(c->ctx, SSL_SESS_CACHE_OFF); /* tickets: the client keeps it */
  int rc = configure(c->ctx, certificate, key, err);
  if (rc != OMS_OK) {
    oms_tls_context_free(c);
    return rc;
  }
  *out = c;
  return OMS_OK;
}

void oms_tls_context_free(oms_tls_context_t *c) {
  if (c != NULL) {
    SSL_CTX_free(c->ctx);
    oms_free(c);
  }
}

oms_tls_t *oms_tls_new(oms_tls_context_t *c) {
  oms_tls_t *t = oms_alloc_zero(1, sizeof *t);
  if (t == NULL) {
    return NULL;
  }
  t->ssl = SSL_new(c->ctx);
  t->in = BIO_new(BIO_s_mem());
  t->out = BIO_new(BIO_s_mem());
  if (t->ssl == NULL || t->in == NULL || t->out == NULL) {
    SSL_free(t->ssl);
    BIO_free(t->in);
    BIO_free(t->out);
    oms_free(t);
    return NULL;
  }
  SSL_set_bio(t->ssl, t->in, t->out);
  SSL_set_accept_state(t->ssl);
  return t;
}

void oms_tls_free(oms_tls_t *t) {
  if (t != NULL) {
    SSL_free(t->ssl);
    oms_free(t);
  }
}

bool oms_tls_put(oms_tls_t *t, const char *data, size_t n) {
  return n <= INT_MAX && BIO_write(t->in, data, (int)n) == (int)n;
}

long oms_tls_read(oms_tls_t *t, char *out, size_t n) {
  ERR_clear_error();
  int got = SSL_read(t->ssl, out, n < INT_MAX ? (int)n : INT_MAX);
  if (got > 0) {
    return got;
  }
  int e = SSL_get_error(t->ssl, got);
  ERR_clear_error();
  return e == SSL_ERROR_WANT_READ || e == SSL_ERROR_WANT_WRITE ? 0 : -1;
}

bool oms_tls_ready(const oms_tls_t *t) {
  return SSL_is_init_finished(t->ssl) == 1;
}

bool oms_tls_write(oms_tls_t *t, const char *data, size_t n) {
  ERR_clear_error();
  while (n > 0) {
    int put = SSL_write(t->ssl, data, n < INT_MAX ? (int)n : INT_MAX);
    if (put <= 0) {
      ERR_clear_error();
      return false;
    }
    data += put;
    n -= (size_t)put;
  }
  return true;
}

void oms_tls_end(oms_tls_t *t) {
  ERR_clear_error();
  if (SSL_is_init_finished(t->ssl) == 1) {
    SSL_shutdown(t->ssl);
  }
  ERR_clear_error();
}

size_t oms_tls_pending(const oms_tls_t *t) {
  return BIO_ctrl_pending(t->out);
}

size_t oms_tls_take(oms_tls_t *t, char *out, size_t n) {
  int got = BIO_read(t->out, out, n < INT_MAX ? (int)n : INT_MAX);
  return got > 0 ? (size_t)got : 0;
}

bool oms_ws_accept_key(const char *key, char out[29]) {
  static const char guid[] = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
  char text[24 + sizeof guid];
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int n = 0;
  memcpy(text, key, 24);
  memcpy(text + 24, guid, sizeof guid);
  if (EVP_Digest(text, 24 + sizeof guid - 1, digest, &n, EVP_sha1(), NULL) != 1 || n != 20) {
    return false;
  }
  EVP_EncodeBlock((unsigned char *)out, digest, (int)n);
  return true;
}
