/* api_int.h - what the files of the room share: the table of routes with their parameters and
 * schemas, the call of a handler, sockets, and parts.
 *
 * A request's life: it comes in (server.c) -> route, key, scope and rate are looked at, refusals
 * are answered at once -> it waits in the queue -> drain takes it, reads its parameters by the
 * table (fields.c) and calls the handler -> the answer leaves when live->gate() is durable.
 * Messages of WebSockets wait in the same queue.
 *
 * To add a route: a row in one of the tables (v2_routes.c, oms_routes.c) with its parameters and
 * the names of its schemas; /openapi.json follows. To be told of events: a part (oms_part_t). */
#ifndef OMS_API_API_INT_H
#define OMS_API_API_INT_H

#include "api/api.h"
#include "base/json.h"

/* Fields: parameters of the path and the query, members of bodies and answers. */

typedef enum oms_field_type {
  OMS_FIELD_TEXT,   /* value.text, value.n */
  OMS_FIELD_WORD,   /* value.number: index in 'words' */
  OMS_FIELD_WORDS,  /* comma-separated, value.number: bits by index in 'words' */
  OMS_FIELD_NAMES,  /* comma-separated texts: value.text as given */
  OMS_FIELD_BOOL,   /* value.number 0 or 1 */
  OMS_FIELD_INT,    /* value.number, 'low' to 'high' */
  OMS_FIELD_PRICE,  /* value.number, 1e-9 */
  OMS_FIELD_QTY,    /* value.number, 1e-9 */
  OMS_FIELD_MONEY,  /* value.number, 1e-6 */
  OMS_FIELD_TIME,   /* value.number, ns since 1970; RFC 3339 or a date */
  OMS_FIELD_DATE,   /* value.number, days since 1970 */
  OMS_FIELD_OBJECT, /* value.json; schema 'ref' */
  OMS_FIELD_LIST,   /* value.json; of 'ref', or of texts */
  OMS_FIELD_ANY,    /* value.json */
  /* of answers alone */
  OMS_FIELD_DECIMAL, /* a number in quotes */
  OMS_FIELD_NUMBER,  /* a number */
  OMS_FIELD_MAP      /* object from names to 'ref' */
} oms_field_type_t;

enum {
  OMS_FIELD_NEEDED = 1,
  OMS_FIELD_PATH = 2,
  OMS_FIELD_NULL = 4,    /* of answers: may be null */
  OMS_FIELD_OPTIONAL = 8 /* of answers: may be absent */
};

typedef struct oms_field {
  const char *name;
  uint8_t type; /* oms_field_type_t */
  uint8_t flags;
  const char *const *words; /* NULL at the end */
  const char *ref;          /* name of a schema */
  const char *fallback;     /* the default as it would be written; NULL: none */
  int64_t low, high;        /* of INT; both 0: any. Of TEXT: 'high' is the longest, 0: 1,024 */
  const char *about;
} oms_field_t;

/* What was given for a field; 'number' is the fallback's where nothing was (and OMS_NO_PRICE where
 * there is none). */
typedef struct oms_value {
  bool given;
  const char *text; /* NULL: not given */
  size_t n;
  int64_t number;
  const oms_json_t *json; /* as it stood in a body; NULL in a query */
} oms_value_t;

/* Schemas of bodies and answers. */
typedef struct oms_schema {
  const char *name;
  const oms_field_t *fields;
  size_t n;
  const char *about;
} oms_schema_t;

/* Routes. */

typedef struct oms_call oms_call_t;

enum {
  OMS_ROUTE_SOCKET = 1,    /* WebSocket: the handler accepts or refuses; the key may come later */
  OMS_ROUTE_STREAM = 2,    /* text/event-stream */
  OMS_ROUTE_LIST = 4,      /* the answer is a list of 'response' */
  OMS_ROUTE_MAP = 8,       /* the answer is an object from names to 'response' */
  OMS_ROUTE_LOOPBACK = 16, /* open, but for peers on this machine alone; others need scope read */
  OMS_ROUTE_PLAIN = 32,    /* the answer is text/plain */
  OMS_ROUTE_HIDDEN = 64    /* not in the document: another spelling of a route that is */
};

typedef struct oms_route {
  const char *method, *path; /* "/v2/orders/{order_id}" */
  uint32_t scope;            /* OMS_MAY_ bits of which the key needs one; 0: open to all */
  uint32_t flags;
  void (*handle)(oms_call_t *c);
  const oms_field_t *params; /* of the path, in its order, then of the query */
  size_t param_n;
  const char *request, *response; /* names of schemas; NULL: no body */
  int status;                     /* of success */
  const char *summary;
} oms_route_t;

typedef struct oms_route_table {
  const oms_route_t *routes;
  size_t route_n;
  const oms_schema_t *schemas;
  size_t schema_n;
} oms_route_table_t;
/* All tables of the room; NULL at the end (routes.c). */
extern const oms_route_table_t *const oms_route_tables[];
extern const oms_route_table_t oms_v2_table, oms_data_table;

enum { OMS_PARAMS_MAX = 16, OMS_PATH_PARTS = 2 };

/* A part of a path that stands for a parameter: decoded. */
typedef struct oms_path_part {
  char text[160];
} oms_path_part_t;
/* The route of a method and raw path (percent-encoded). NULL: none; then '*allow' holds the methods
 * that the path has ("" when there is no such path). */
const oms_route_t *oms_route_find(const char *method, const char *raw_path,
                                  oms_path_part_t parts[OMS_PATH_PARTS], char allow[64]);
const oms_schema_t *oms_schema_find(const char *name);

/* The call of a handler. */

enum { OMS_ERROR_EXTRA_MAX = 1024 };

struct oms_call {
  oms_api_t *api;
  const oms_live_t *live;
  const oms_desk_t *desk;
  const oms_engine_t *engine;
  const oms_route_t *route;
  oms_conn_t conn;
  const char *key;                  /* id of the key; "" on open routes */
  const char *by;                   /* "api:KEY" */
  uint32_t scopes;                  /* of the key */
  uint16_t account;                 /* of the key; UINT16_MAX: the host has no such account */
  oms_value_t args[OMS_PARAMS_MAX]; /* in the order of route->params */
  const char *query;                /* as it came */
  char *body;                       /* may be changed in place, NUL behind it */
  size_t body_n;
  int64_t received;
  bool upgrade;              /* asks to become a WebSocket */
  const char *last_event_id; /* of an event stream that comes again; NULL */
  const char *request_id;
  /* The answer. */
  int status;        /* route->status unless a handler sets another one */
  oms_writer_t *out; /* its JSON; empty: no body */
  const char *type;  /* NULL: application/json */
  const oms_http_header_t *headers;
  size_t header_n;
  /* It is answered later by oms_api_answer, or has become a socket or stream. */
  bool deferred;
};

/* Refuses: {"code":CODE,"message":"..."}; what was written before is dropped. */
void oms_call_error(oms_call_t *c, int status, int64_t code, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
/* The same with further members in front of it, as "\"available\":\"0\",". */
void oms_call_error_with(oms_call_t *c, int status, int64_t code, const char *extra,
                         const char *message);
/* The words of the sheet. */
#define OMS_API_MALFORMED     40010000
#define OMS_API_INVALID       40010001
#define OMS_API_UNAUTHORIZED  40110000
#define OMS_API_FORBIDDEN     40310000
#define OMS_API_NOT_FOUND     40410000
#define OMS_API_NOT_ALLOWED   40510000
#define OMS_API_UNPROCESSABLE 42210000
#define OMS_API_GONE          41010000
#define OMS_API_RATE          42910000
#define OMS_API_INTERNAL      50010000
#define OMS_API_UNAVAILABLE   50310000

/* The body as JSON; false: it was answered with 400. An absent body is NULL with true. */
bool oms_call_json(oms_call_t *c, const oms_json_t **root);
/* Reads an object's members by 'fields' into 'values' (n of them). Unknown members are passed over.
 * false: answered with 422. */
bool oms_call_fields(oms_call_t *c, const oms_json_t *object, const oms_field_t *fields, size_t n,
                     oms_value_t *values);
/* Body and fields of the route's request schema in one. */
bool oms_call_body(oms_call_t *c, oms_value_t *values, size_t n);
/* The host's answer to an operation; false: it was refused and 'c' is answered. */
bool oms_call_apply(oms_call_t *c, const oms_op_t *op, oms_op_result_t *result);
/* Refuses by the core's code, as the sheet has it: 403 or 422. */
void oms_call_reject(oms_call_t *c, const oms_reject_t *reject);

/* Fields without a call: OMS_OK, or the sentence in 'err'. */
int oms_field_text(const oms_field_t *f, const char *text, size_t n, oms_value_t *out,
                   oms_error_t *err);
int oms_field_json(const oms_field_t *f, const oms_json_t *v, oms_value_t *out, oms_error_t *err);
/* Members of an object (NULL: none is given) by 'fields'. */
int oms_object_read(const oms_json_t *object, const oms_field_t *fields, size_t n,
                    oms_value_t *values, oms_error_t *err);
/* Decodes percent signs (and plus signs) of [s, s + n) into 'to', which has room for n + 1; the
 * length, SIZE_MAX: a broken percent sign, or a NUL. */
size_t oms_url_decode(const char *s, size_t n, bool plus, char *to);
/* Parameters of the query by the route's table; decodes into 'scratch', which needs twice as many
 * bytes as the query and two more. Fields of the path are left alone. */
int oms_query_read(const oms_route_t *route, const char *query, char *scratch, oms_value_t *args,
                   oms_error_t *err);

/* An answer later: to a call with 'deferred'. The text is copied. */
void oms_api_answer(oms_api_t *api, oms_conn_t conn, int status, const char *body, size_t n);

/* How things leave: the functions of net/server.h, or those of a test. */
typedef struct oms_wire {
  void (*answer)(oms_server_t *s, oms_conn_t conn, const oms_http_answer_t *a);
  void (*begin_stream)(oms_server_t *s, oms_conn_t conn, const oms_http_answer_t *head);
  void (*stream)(oms_server_t *s, oms_conn_t conn, const char *data, size_t n, uint64_t gate);
  void (*accept)(oms_server_t *s, oms_conn_t conn);
  void (*send)(oms_server_t *s, oms_conn_t conn, oms_ws_opcode_t opcode, const char *data, size_t n,
               uint64_t gate);
  void (*end)(oms_server_t *s, oms_conn_t conn, int code, const char *reason);
} oms_wire_t;
const oms_wire_t *oms_api_wire(const oms_api_t *api);

/* Sockets. */

typedef struct oms_socket oms_socket_t;
typedef struct oms_socket_class {
  const char *name;
  /* In drain, in order with the requests. */
  void (*message)(oms_socket_t *s, oms_ws_opcode_t opcode, char *data, size_t n);
  /* The connection is gone; 'state' is to be freed here. */
  void (*closed)(oms_socket_t *s);
} oms_socket_class_t;

struct oms_socket {
  oms_api_t *api;
  const oms_socket_class_t *class;
  oms_conn_t conn;
  void *state;
  oms_socket_t *next; /* of the same bucket */
  bool known;         /* a key stands behind it */
  bool crowded;       /* one did, with too many sockets */
  bool ending;        /* oms_socket_end was called */
  char key[33];
  uint16_t account;
  uint32_t scopes;
  int64_t since; /* monotonic ns */
};
/* Turns the call's connection into a socket; NULL: answered with an error (too many, memory).
 * With a key in the headers it is known from the start. */
oms_socket_t *oms_call_accept(oms_call_t *c, const oms_socket_class_t *class);
/* Sockets of a class, one after the other: the first with 'after' NULL; '*at' is the walk's.
 * NULL at the end. Sockets only go in 'closed', never while one walks. */
oms_socket_t *oms_sockets_next(const oms_api_t *api, const oms_socket_class_t *class, size_t *at,
                               oms_socket_t *after);
/* Key and secret. True: the socket is known; false: they are not good, or the key has as many
 * sockets as it may (crowded). */
bool oms_socket_authenticate(oms_socket_t *s, const char *key, const char *secret);
/* Sends behind the present gate. */
void oms_socket_send(oms_socket_t *s, oms_ws_opcode_t opcode, const char *data, size_t n);
void oms_socket_end(oms_socket_t *s, int code, const char *reason);

/* Parts: who wants to be told of what happens. Each call may be NULL. */
typedef struct oms_part {
  const char *name;
  int (*open)(oms_api_t *api);
  void (*free)(oms_api_t *api);
  void (*event)(oms_api_t *api, const oms_event_t *event);
  void (*turn)(oms_api_t *api);
  void (*durable)(oms_api_t *api, uint64_t gate);
  void (*reloaded)(oms_api_t *api, uint64_t ticket, const char *id, const char *text);
  void (*risk)(oms_api_t *api, uint32_t order);
  void (*tick)(oms_api_t *api);                    /* of the clock, twice a second about */
  void (*closed)(oms_api_t *api, oms_conn_t conn); /* any connection is gone */
  void (*stop)(oms_api_t *api);
  /* In drain, after the requests: a few times a second, and when oms_api_due_within asks. */
  void (*due)(oms_api_t *api);
} oms_part_t;
enum { OMS_PARTS_MAX = 8 };
extern const oms_part_t *const oms_parts[]; /* NULL at the end (routes.c) */
extern const oms_part_t oms_v2_part;
/* A part's own state. */
void *oms_part_state(const oms_api_t *api, const oms_part_t *part);
void oms_part_set_state(oms_api_t *api, const oms_part_t *part, void *state);

/* What parts may ask of the whole. */
const oms_live_t *oms_api_live(const oms_api_t *api);
oms_server_t *oms_api_server(const oms_api_t *api); /* for the wire, and its figures */
const oms_api_options_t *oms_api_options(const oms_api_t *api);
bool oms_api_stopping(const oms_api_t *api);
/* Monotonic ns. */
int64_t oms_api_now(const oms_api_t *api);
/* The next call of 'due' comes within so long. */
void oms_api_due_within(oms_api_t *api, int64_t ns);
/* Requests and messages that wait. */
size_t oms_api_waiting(const oms_api_t *api);

/* Names by digest (uuid.c): the same text for the same name. 'what' keeps kinds apart. */
void oms_uuid_of(const char *what, const char *name, char out[37]);
bool oms_is_uuid(const char *text);

/* The document of all routes (openapi.c); '*w' tells when it failed. */
void oms_openapi_write(oms_writer_t *w, const char *version);

#endif
