/* request.h - what goes over the control socket of a run by the clock. A request is one line of
 * words, a word with spaces in double quotes (\" and \\ inside):
 *   reload [NAME [with FILE]]
 *   kill [SCOPE] [flatten] why TEXT
 *   resume [SCOPE] why TEXT
 *   state active|reducing|halted [SCOPE] why TEXT
 *   orders [SCOPE] [all] [json]        positions [SCOPE] [json]
 * where SCOPE is account NAME, strategy NAME or symbol NAME. An answer is a head "done N" or
 * "refused N" on a line and N bytes of text. Knows no socket. */
#ifndef OMS_HOST_REQUEST_H
#define OMS_HOST_REQUEST_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "core/enums.h"

#define OMS_REQUEST_MAX 9000 /* bytes of a line, its end included */
#define OMS_ANSWER_MAX  ((size_t)1 << 24)

/* X(NAME, text) */
#define OMS_VERB_MAP(X)                                                                            \
  X(RELOAD, "reload")                                                                              \
  X(KILL, "kill")                                                                                  \
  X(RESUME, "resume")                                                                              \
  X(STATE, "state")                                                                                \
  X(ORDERS, "orders")                                                                              \
  X(POSITIONS, "positions")
typedef enum oms_verb {
#define X(name, text) OMS_VERB_##name,
  OMS_VERB_MAP(X)
#undef X
      OMS_VERB_COUNT
} oms_verb_t;
const char *oms_verb_text(oms_verb_t verb);

typedef struct oms_request {
  const char *name; /* of RELOAD: path or id; NULL: all that have changed */
  const char *with; /* NULL: the script's own file */
  oms_verb_t verb;
  oms_trading_state_t state;               /* of STATE */
  const char *account, *strategy, *symbol; /* the scope: one of them, or none */
  const char *why;                         /* of KILL, RESUME, STATE: never NULL, nor "" */
  bool flatten, all, json;
} oms_request_t;

/* Takes a line (NUL-terminated, without its end) apart in place: the request points into it.
 * OMS_ERR_USAGE with what is wrong. */
int oms_request_parse(char *line, oms_request_t *r, oms_error_t *err);
/* The line of a request, its end included. OMS_ERR_USAGE: too long, or a word that no line can
 * hold. */
int oms_request_line(const oms_request_t *r, char out[OMS_REQUEST_MAX], oms_error_t *err);
/* The head of an answer: 'n' characters without the line's end. False: it is none. */
bool oms_answer_head(const char *head, size_t n, bool *done, size_t *bytes);

/* Where the control socket of a session is by default: NAME.sock in the user's own folder, which is
 * $XDG_RUNTIME_DIR/moondesk or /tmp/moondesk-UID. OMS_ERR_USAGE: too long. */
int oms_control_folder(char *out, size_t n, oms_error_t *err);
int oms_control_path(const char *name, char *out, size_t n, oms_error_t *err);
/* Whether a run listens at 'address': one that was killed leaves a socket where nobody does. */
bool oms_control_listens(const char *address);
/* Sends the request to the socket at 'address' and waits for the answer: its text, to be freed with
 * oms_free. OMS_ERR_CHECK: refused, with the text; OMS_ERR_IO: nobody answers there. */
int oms_control_ask(const char *address, const oms_request_t *r, char **text, oms_error_t *err);

#endif
