/* err.h - operational error codes: one list gives the numbers, the names and the texts.
 * Functions that can fail return int: OMS_OK (0) or one of these. Numbers are never reused.
 * Families: -1..-19 base, -20..-39 core, -40..-59 data, -60..-79 bind, -80..-99 host. */
#ifndef OMS_BASE_ERR_H
#define OMS_BASE_ERR_H

/* X(name, number, text) */
#define OMS_ERR_MAP(X)                                                                             \
  X(NOMEM, -1, "out of memory")                                                                    \
  X(OVERFLOW, -2, "number out of range")                                                           \
  X(PARSE, -3, "not understood")                                                                   \
  X(RANGE, -4, "value out of range")                                                               \
  X(IO, -5, "input or output failed")                                                              \
  X(NOT_FOUND, -6, "not found")                                                                    \
  X(EXISTS, -7, "exists already")                                                                  \
  X(FULL, -8, "full")                                                                              \
  X(USAGE, -9, "wrong use")                                                                        \
  X(STALE, -20, "the thing named is gone")                                                         \
  X(BAD_TRANSITION, -21, "no such transition of an order")                                         \
  X(REJECTED, -22, "refused; the event says why")                                                  \
  X(DUPLICATE, -23, "seen before")                                                                 \
  X(DATA, -40, "bad data")                                                                         \
  X(SCRIPT, -60, "script error")                                                                   \
  X(KILLED, -61, "script ended: its budget was spent")                                             \
  X(CANCELED, -80, "ended on request")                                                             \
  X(CHECK, -81, "a check failed")

enum {
  OMS_OK = 0,
#define X(name, number, text) OMS_ERR_##name = (number),
  OMS_ERR_MAP(X)
#undef X
};

/* The text of an error code, "ok" for 0, "unknown error" for anything else. Static; never NULL. */
const char *oms_err_text(int code);
/* The name of an error code ("NOMEM"), "OK" for 0, "UNKNOWN" else. Static; never NULL. */
const char *oms_err_name(int code);

/* What went wrong, for a person: one sentence with what, where and what to do. Filled by functions
 * that take an oms_error_t *err (NULL allowed: the caller wants the code only). */
typedef struct oms_error {
  int code;           /* OMS_ERR_X */
  char message[4096]; /* NUL-terminated, cut when longer; first line is the sentence */
} oms_error_t;

/* Fills 'err' (may be NULL) by a printf format and returns 'code', so that one can write
 * return oms_error_set(err, OMS_ERR_DATA, "..."). */
int oms_error_set(oms_error_t *err, int code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
