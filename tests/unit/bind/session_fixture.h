/* session_fixture.h - loads a session from text, for the tests of the session reader. */
#ifndef SESSION_FIXTURE_H
#define SESSION_FIXTURE_H

// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
// clang-format on
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "bind/session.h"

/* The file must load. */
static inline oms_session_file_t *load_session(const char *text) {
  oms_session_file_t *file = NULL;
  oms_error_t err = {.code = OMS_OK};
  int rc = oms_session_file_load_text("sessions/demo.lua", text, strlen(text), &file, &err);
  if (rc != OMS_OK) {
    fail_msg("%s\n%s", err.message, text);
  }
  assert_non_null(file);
  return file;
}

/* The file must not load, and the message must hold 'part'. */
static inline void refuse_session(const char *text, int code, const char *part) {
  oms_session_file_t *file = NULL;
  oms_error_t err = {.code = OMS_OK};
  int rc = oms_session_file_load_text("sessions/demo.lua", text, strlen(text), &file, &err);
  assert_null(file);
  if (rc != code || strstr(err.message, part) == NULL) {
    fail_msg("wanted %d \"%s\", got %d \"%s\"\n%s", code, part, rc, err.message, text);
  }
  assert_int_equal(err.code, code);
  assert_non_null(strstr(err.message, "demo.lua")); /* every message names the file */
}

#endif
