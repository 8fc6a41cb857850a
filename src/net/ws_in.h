/* ws_in.h - bytes of a client to the messages of a WebSocket (RFC 6455): masks, fragments, control
 * frames in between, UTF-8, and which code a breach ends with. Knows no sockets. ws_in.c is the one
 * place that knows wslay. */
#ifndef OMS_NET_WS_IN_H
#define OMS_NET_WS_IN_H

#include "net/server.h"

enum {
  OMS_WS_NORMAL = 1000,
  OMS_WS_GOING = 1001,
  OMS_WS_PROTOCOL = 1002,
  OMS_WS_NO_STATUS = 1005, /* a close frame without code; never sent */
  OMS_WS_NOT_UTF8 = 1007,
  OMS_WS_TOO_BIG = 1009,
  OMS_WS_INTERNAL = 1011
};

/* What comes of the bytes; borrowed for the call. False from one: no more bytes are looked at. */
typedef struct oms_ws_sink {
  bool (*message)(void *self, oms_ws_opcode_t opcode, const char *data, size_t n);
  bool (*ping)(void *self, const char *data, size_t n);
  bool (*pong)(void *self);
  bool (*close)(void *self, int code);
} oms_ws_sink_t;

typedef struct oms_ws_in oms_ws_in_t;

/* NULL: out of memory. */
oms_ws_in_t *oms_ws_in_new(size_t max_message);
void oms_ws_in_free(oms_ws_in_t *w);
/* Takes all of 'data'. 0, or the code to end the connection with. */
int oms_ws_in_feed(oms_ws_in_t *w, const oms_ws_sink_t *sink, void *self, const char *data,
                   size_t n);
/* No frame and no message has begun: it holds nothing of its connection and may serve another. */
bool oms_ws_in_idle(const oms_ws_in_t *w);

#define OMS_WS_HEAD_MAX 10
/* The head of a whole, unmasked frame of 'n' bytes; its length. */
size_t oms_ws_head(char out[OMS_WS_HEAD_MAX], int opcode, size_t n);

/* Whether text is UTF-8: 'state' begins at 0 and goes from piece to piece; false: it is not. At the
 * end it must be 0 again. */
bool oms_utf8_feed(uint32_t *state, const char *data, size_t n);

#endif
