/* tls.h - TLS of the server's side without sockets: ciphertext is put in and taken out, and plain
 * text likewise. tls.c is the one place of the room that knows OpenSSL. */
#ifndef OMS_NET_TLS_H
#define OMS_NET_TLS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

typedef struct oms_tls_context oms_tls_context_t;
typedef struct oms_tls oms_tls_t;

/* TLS 1.2 and later with this certificate chain and key (PEM). OMS_ERR_USAGE names the file that
 * cannot be used; OMS_ERR_NOMEM. */
int oms_tls_context_new(const char *certificate, const char *key, oms_tls_context_t **out,
                        oms_error_t *err);
void oms_tls_context_free(oms_tls_context_t *c);

/* NULL: out of memory. */
oms_tls_t *oms_tls_new(oms_tls_context_t *c);
void oms_tls_free(oms_tls_t *t);
/* Ciphertext that came. False: out of memory. */
bool oms_tls_put(oms_tls_t *t, const char *data, size_t n);
/* Plain text that came of it: bytes; 0: more must come (there may be something to take out all the
 * same); -1: the other side has ended, or broke the protocol. */
long oms_tls_read(oms_tls_t *t, char *out, size_t n);
/* Whether the handshake is through. */
bool oms_tls_ready(const oms_tls_t *t);
/* Encrypts all of it. */
bool oms_tls_write(oms_tls_t *t, const char *data, size_t n);
/* Says goodbye to the other side. */
void oms_tls_end(oms_tls_t *t);
/* Ciphertext that is to be sent. */
size_t oms_tls_pending(const oms_tls_t *t);
size_t oms_tls_take(oms_tls_t *t, char *out, size_t n);

/* Sec-WebSocket-Accept of a Sec-WebSocket-Key. */
bool oms_ws_accept_key(const char *key, char out[29]);

#endif
