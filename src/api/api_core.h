/* api_core.h - the API itself as its own files see it (api.c, auth.c, doubt.c, socket.c, call.c);
 * handlers and parts use api_int.h. */
#ifndef OMS_API_API_CORE_H
#define OMS_API_API_CORE_H

#include "api/api_int.h"
#include "net/ticker.h"

enum { SOCKET_BUCKETS = 1024, REQUEST_ID_SIZE = 33 };

/* A request or message that waits. What it needs stands behind it in the same block. */
typedef struct oms_item {
  struct oms_item *next;
  const oms_route_t *route; /* NULL: a message of a socket */
  oms_conn_t conn;
  int64_t received;
  uint64_t number; /* of the request: its id */
  oms_ws_opcode_t opcode;
  size_t query_n, body_n;
  uint32_t part_n;
  bool upgrade, has_origin, loopback;
  char key[OMS_KEY_ROOM], last_event_id[24];
  oms_path_part_t parts[OMS_PATH_PARTS];
  char bytes[]; /* query, NUL, body, NUL */
} oms_item_t;

/* What a key may still ask in this minute: a bucket that fills again all the time. */
typedef struct oms_rate {
  char key[OMS_KEY_ROOM];
  int64_t tokens; /* in 1e-9 */
  int64_t at;     /* monotonic ns */
} oms_rate_t;

typedef struct oms_rate_view {
  int64_t limit, remaining, reset; /* reset: epoch seconds */
  int64_t retry_after;             /* seconds; 0: it may go on */
} oms_rate_view_t;

typedef struct oms_doubt oms_doubt_t;

struct oms_api {
  oms_ticker_t *ticker;
  bool ticked;
  oms_live_t live;
  oms_api_options_t options;
  oms_server_t *server;
  oms_wire_t wire;
  bool loopback, stopping;
  oms_item_t *first, **last;
  size_t waiting;
  oms_doubt_t *doubts; /* requests whose key is not known yet */
  size_t doubt_n;
  oms_json_room_t json;
  oms_writer_t out;
  struct {
    char *data;
    size_t cap;
  } scratch;
  oms_rate_t *rates;
  size_t rate_n, rate_cap;
  oms_socket_t *sockets[SOCKET_BUCKETS]; /* by connection */
  size_t socket_n;
  void *states[OMS_PARTS_MAX];
  uint64_t requests;
  char start[16]; /* of this start, in the ids of requests: hex digits */
  struct evp_md_ctx_st *digest;
  struct evp_md_st *sha256; /* fetched once: that takes longer than the digest of a secret */
};

/* api.c */
/* An API that listens nowhere: requests are handed to its handler, and what leaves goes to 'wire'.
 * OMS_ERR_NOMEM. */
int oms_api_new(const oms_api_options_t *o, const oms_live_t *live, const oms_wire_t *wire,
                oms_api_t **out);
oms_server_handler_t oms_api_handler(oms_api_t *api);
void oms_api_request_id(const oms_api_t *api, uint64_t number, char out[REQUEST_ID_SIZE]);

/* The key has turned out to be good: rate and scope are looked at, then the request waits. */
void oms_api_admit_late(oms_api_t *api, oms_item_t *item, const oms_key_record_t *key);
#define OMS_BAD_KEY                                                                                \
  "request is not authorized: the key or its secret is not good; moondesk key create makes a key"

/* doubt.c */
/* Keeps a request until its key is known, or has not come in time. False: it cannot be kept. */
bool oms_doubt_take(oms_api_t *api, oms_item_t *item, const char *id, const char *secret);
void oms_doubts_look(oms_api_t *api);
void oms_doubts_free(oms_api_t *api);

/* auth.c */
/* The good key of that id if the secret is its own; NULL else. In constant time for one key. */
const oms_key_record_t *oms_auth_check(oms_api_t *api, const char *key, const char *secret);
/* Takes one from the key's bucket; false: there is none. */
bool oms_rate_take(oms_api_t *api, const char *key, int64_t now, oms_rate_view_t *view);
/* A bucket that nobody has taken from. */
void oms_rate_full(const oms_api_t *api, oms_rate_view_t *view);
void oms_rate_look(oms_api_t *api, const char *key, int64_t now, oms_rate_view_t *view);
/* Whether a request's Host and Origin can be trusted; else the sentence. */
const char *oms_auth_origin(const oms_api_t *api, const oms_http_request_t *r);

/* call.c */
void oms_call_run(oms_api_t *api, oms_item_t *item);
void oms_call_send(oms_call_t *c, const oms_rate_view_t *rate);
/* An error without a call: at once. */
void oms_answer_error(oms_api_t *api, oms_conn_t conn, uint64_t number, int status, int64_t code,
                      const char *message, const oms_http_header_t *more,
                      const oms_rate_view_t *rate);

/* socket.c */
oms_socket_t *oms_socket_find(const oms_api_t *api, oms_conn_t conn);
void oms_socket_closed(oms_api_t *api, oms_conn_t conn);
void oms_sockets_free(oms_api_t *api);

#endif
