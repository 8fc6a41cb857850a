/* ws_in.c - see ws_in.h: frames are taken apart by wslay, what they mean together is judged
 * here. */
#include "net/ws_in.h"

#include <string.h>
#include <wslay/wslay.h>

#include "base/alloc.h"

enum { CONTINUED = 0, CLOSE = 8, PING = 9, PONG = 10, CONTROL_MAX = 125 };

struct oms_ws_in {
  wslay_frame_context_ptr frames;
  const uint8_t *data; /* what wslay has not taken yet */
  size_t n;
  size_t max;
  bool stopped;          /* by the sink: wslay holds bytes that nobody wants */
  bool in_frame;         /* its head is read, of its content more comes */
  uint64_t left;         /* content of the frame that is missing */
  uint64_t given, taken; /* bytes handed to wslay and bytes of the frames that it told of */
  int opcode;            /* of the frame */
  bool fin;
  int message; /* opcode of the message under way; 0: none */
  uint32_t utf8;
  char *text;
  size_t text_n, text_cap;
  char control[CONTROL_MAX + 1];
  size_t control_n;
};

static ssize_t give(uint8_t *to, size_t n, int flags, void *self) {
  (void)flags;
  oms_ws_in_t *w = self;
  if (w->n == 0) {
    return -1;
  }
  n = n < w->n ? n : w->n;
  memcpy(to, w->data, n);
  w->data += n;
  w->n -= n;
  w->given += n;
  return (ssize_t)n;
}

oms_ws_in_t *oms_ws_in_new(size_t max_message) {
  static const struct wslay_frame_callbacks calls = {.recv_callback = give};
  oms_ws_in_t *w = oms_alloc_zero(1, sizeof *w);
  if (w == NULL || wslay_frame_context_init(&w->frames, &calls, w) != 0) {
    oms_free(w);
    return NULL;
  }
  w->max = max_message;
  return w;
}

void oms_ws_in_free(oms_ws_in_t *w) {
  if (w != NULL) {
    wslay_frame_context_free(w->frames);
    oms_free(w->text);
    oms_free(w);
  }
}

bool oms_ws_in_idle(const oms_ws_in_t *w) {
  return !w->stopped && !w->in_frame && w->message == 0 && w->given == w->taken;
}

static int keep(oms_ws_in_t *w, const char *data, size_t n) {
  if (w->text_n + n + 1 > w->text_cap) {
    size_t cap = w->text_cap == 0 ? 1024 : w->text_cap;
    while (cap < w->text_n + n + 1) {
      cap *= 2;
    }
    char *text = oms_realloc(w->text, cap);
    if (text == NULL) {
      return OMS_WS_INTERNAL;
    }
    w->text = text;
    w->text_cap = cap;
  }
  memcpy(w->text + w->text_n, data, n);
  w->text_n += n;
  w->text[w->text_n] = '\0';
  return 0;
}

static size_t head_bytes(uint64_t n) {
  return 6 + (n < 126 ? 0 : n <= UINT16_MAX ? 2 : 8);
}

/* A frame's head has come. */
static int begin(oms_ws_in_t *w, const struct wslay_frame_iocb *f) {
  w->taken += head_bytes(f->payload_length) + f->payload_length;
  w->in_frame = true;
  w->left = f->payload_length;
  w->opcode = f->opcode;
  w->fin = f->fin != 0;
  if (!f->mask || f->rsv != 0) {
    return OMS_WS_PROTOCOL;
  }
  if (f->opcode == CLOSE || f->opcode == PING || f->opcode == PONG) {
    w->control_n = 0;
    return w->fin && w->left <= CONTROL_MAX ? 0 : OMS_WS_PROTOCOL;
  }
  if (f->opcode != CONTINUED && f->opcode != OMS_WS_TEXT && f->opcode != OMS_WS_BINARY) {
    return OMS_WS_PROTOCOL;
  }
  if ((f->opcode == CONTINUED) != (w->message != 0)) {
    return OMS_WS_PROTOCOL;
  }
  if (f->opcode != CONTINUED) {
    w->message = f->opcode;
    w->text_n = 0;
    w->utf8 = 0;
  }
  return w->text_n + w->left > w->max ? OMS_WS_TOO_BIG : 0;
}

static int content(oms_ws_in_t *w, const char *data, size_t n) {
  w->left -= n;
  if (w->opcode >= CLOSE) {
    memcpy(w->control + w->control_n, data, n);
    w->control_n += n;
    return 0;
  }
  if (w->message == OMS_WS_TEXT && !oms_utf8_feed(&w->utf8, data, n)) {
    return OMS_WS_NOT_UTF8;
  }
  return keep(w, data, n);
}

/* Codes that may stand in a close frame. */
static bool code_ok(int code) {
  return (code >= 1000 && code <= 1014 && code != 1004 && code != 1005 && code != 1006) ||
         (code >= 3000 && code <= 4999);
}

static int closed(oms_ws_in_t *w, const oms_ws_sink_t *sink, void *self) {
  int code = OMS_WS_NO_STATUS;
  uint32_t utf8 = 0;
  if (w->control_n == 1) {
    return OMS_WS_PROTOCOL;
  }
  if (w->control_n >= 2) {
    code = (unsigned char)w->control[0] << 8 | (unsigned char)w->control[1];
    if (!code_ok(code)) {
      return OMS_WS_PROTOCOL;
    }
    if (!oms_utf8_feed(&utf8, w->control + 2, w->control_n - 2) || utf8 != 0) {
      return OMS_WS_NOT_UTF8;
    }
  }
  w->stopped = true; /* nothing behind it counts */
  sink->close(self, code);
  return 0;
}

/* A frame is whole. */
static int end(oms_ws_in_t *w, const oms_ws_sink_t *sink, void *self) {
  bool more = true;
  w->in_frame = false;
  switch (w->opcode) {
  case CLOSE:
    return closed(w, sink, self);
  case PING:
    more = sink->ping(self, w->control, w->control_n);
    break;
  case PONG:
    more = sink->pong(self);
    break;
  default:
    if (!w->fin) {
      return 0;
    }
    if (w->utf8 != 0) {
      return OMS_WS_NOT_UTF8;
    }
    oms_ws_opcode_t opcode = w->message == OMS_WS_TEXT ? OMS_WS_TEXT : OMS_WS_BINARY;
    w->message = 0;
    if (keep(w, "", 0) != 0) {
      return OMS_WS_INTERNAL;
    }
    more = sink->message(self, opcode, w->text, w->text_n);
    break;
  }
  w->stopped = !more;
  return 0;
}

int oms_ws_in_feed(oms_ws_in_t *w, const oms_ws_sink_t *sink, void *self, const char *data,
                   size_t n) {
  w->data = (const uint8_t *)data;
  w->n = n;
  while (!w->stopped) {
    struct wslay_frame_iocb f = {0};
    ssize_t got = wslay_frame_recv(w->frames, &f);
    if (got == WSLAY_ERR_WANT_READ) {
      return 0;
    }
    if (got < 0) {
      return OMS_WS_PROTOCOL;
    }
    int rc = w->in_frame ? 0 : begin(w, &f);
    rc = rc == 0 ? content(w, (const char *)f.data, f.data_length) : rc;
    if (rc == 0 && w->left == 0) {
      rc = end(w, sink, self);
    }
    if (rc != 0) {
      w->stopped = true;
      return rc;
    }
  }
  return 0;
}

size_t oms_ws_head(char out[OMS_WS_HEAD_MAX], int opcode, size_t n) {
  out[0] = (char)(0x80 | opcode);
  int bytes = n < 126 ? 0 : n <= UINT16_MAX ? 2 : 8;
  out[1] = (char)(bytes == 0 ? n : bytes == 2 ? 126 : 127);
  for (int i = 0; i < bytes; i++) {
    out[2 + i] = (char)((uint64_t)n >> (8 * (bytes - 1 - i)) & 0xff);
  }
  return (size_t)(2 + bytes);
}
