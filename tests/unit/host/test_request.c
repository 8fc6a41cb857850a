/* test_request.c - lines of the control socket: what is understood, what is not, and that what is
 * written reads back the same. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/containers.h"
#include "host/request.h"

static void lines_are_understood(void **state) {
  (void)state;
  static const char *const cases[][3] = {
      {"reload",                             NULL,      NULL   },
      {"  reload  ",                         NULL,      NULL   },
      {"reload sma",                         "sma",     NULL   },
      {"reload sma with b.lua",              "sma",     "b.lua"},
      {"reload \"a b.lua\"",                 "a b.lua", NULL   },
      {"reload \"a\\\"\\\\b\" with \"c d\"", "a\"\\b",  "c d"  },
      {"reload \"with\" with with",          "with",    "with" },
  };
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    char line[100];
    oms_request_t r;
    oms_error_t err;
    snprintf(line, sizeof line, "%s", cases[i][0]);
    if (oms_request_parse(line, &r, &err) != OMS_OK) {
      fail_msg("%s: %s", cases[i][0], err.message);
    }
    for (int k = 0; k < 2; k++) {
      const char *want = cases[i][k + 1], *got = k == 0 ? r.name : r.with;
      assert_int_equal(want == NULL, got == NULL);
      if (want != NULL) {
        assert_string_equal(want, got);
      }
    }
  }
}

static void others_are_refused(void **state) {
  (void)state;
  static const char *const cases[][2] = {
      {"",                              "unknown request ''"                                      },
      {"relaod x",                      "unknown request 'relaod' (did you mean"                  },
      {"reload a b",                    "write: reload"                                           },
      {"reload a with",                 "write: reload"                                           },
      {"reload a wiht b",               "write: reload"                                           },
      {"reload \"\"",                   "write: reload"                                           },
      {"reload a with \"\"",            "write: reload"                                           },
      {"reload a with b c",             "write: reload"                                           },
      {"reload 1 2 3 4 5 6 7 8",        "at most 8 words"                                         },
      {"kil why x",                     "unknown request 'kil' (did you mean 'kill'?)"            },
      {"kill",                          "write: kill [account|strategy|symbol NAME] [flatten] why"},
      {"kill why",                      "write: kill"                                             },
      {"kill why \"\"",                 "write: kill"                                             },
      {"kill flatten",                  "write: kill"                                             },
      {"kill flatten flatten why x",    "write: kill"                                             },
      {"kill account a symbol b why x", "write: kill"                                             },
      {"kill acount a why x",           "unknown word 'acount' (did you mean 'account'?)"         },
      {"resume flatten why x",          "unknown word 'flatten'"                                  },
      {"state",                         "write: state"                                            },
      {"state haltd why x",             "unknown trading state 'haltd' (did you mean 'halted'?)"  },
      {"state halted",                  "write: state"                                            },
      {"orders why x",                  "unknown word 'why'"                                      },
      {"positions all",                 "unknown word 'all'"                                      },
      {"reload \"a",                    "does not end"                                            },
      {"reload \"a\"b",                 "does not end"                                            },
      {"reload a\tb",                   "one line of text"                                        },
  };
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    char line[100];
    oms_request_t r;
    oms_error_t err;
    snprintf(line, sizeof line, "%s", cases[i][0]);
    assert_int_equal(oms_request_parse(line, &r, &err), OMS_ERR_USAGE);
    if (strstr(err.message, cases[i][1]) == NULL) {
      fail_msg("%s: %s", cases[i][0], err.message);
    }
  }
}

static void written_lines_read_back(void **state) {
  (void)state;
  static const char *const words[] = {
      "a", "a b", "\"", "\\", "\\\"x\\", "with", "\xc3\xa4 \xe2\x82\xac"};
  const size_t n = sizeof words / sizeof words[0];
  for (size_t i = 0; i < n; i++) {
    char line[OMS_REQUEST_MAX];
    oms_request_t back, r = {.name = words[i], .with = words[n - 1 - i]};
    assert_int_equal(oms_request_line(&r, line, NULL), OMS_OK);
    line[strlen(line) - 1] = '\0';
    assert_int_equal(oms_request_parse(line, &back, NULL), OMS_OK);
    assert_string_equal(back.name, r.name);
    assert_string_equal(back.with, r.with);
  }
}

static void control_reads_back(void **state) {
  (void)state;
  static const char *const cases[][2] = {
      {"kill why x",                            "kill why \"x\"\n"                            },
      {"kill flatten why \"a b\" symbol \"S\"", "kill symbol \"S\" flatten why \"a b\"\n"     },
      {"resume why flatten account account",    "resume account \"account\" why \"flatten\"\n"},
      {"state reducing strategy s why y",       "state reducing strategy \"s\" why \"y\"\n"   },
      {"orders json all symbol json",           "orders symbol \"json\" all json\n"           },
      {"positions",                             "positions\n"                                 },
  };
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    char line[OMS_REQUEST_MAX], again[OMS_REQUEST_MAX];
    oms_request_t r;
    oms_error_t err;
    snprintf(line, sizeof line, "%s", cases[i][0]);
    if (oms_request_parse(line, &r, &err) != OMS_OK) {
      fail_msg("%s: %s", cases[i][0], err.message);
    }
    assert_int_equal(oms_request_line(&r, again, NULL), OMS_OK);
    assert_string_equal(again, cases[i][1]);
  }
}

static void assert_no_line(const oms_request_t r) {
  char line[OMS_REQUEST_MAX];
  assert_int_equal(oms_request_line(&r, line, NULL), OMS_ERR_USAGE);
}

static void what_no_line_holds_is_refused(void **state) {
  (void)state;
  static char longest[OMS_REQUEST_MAX + 1];
  memset(longest, '"', OMS_REQUEST_MAX);
  assert_no_line((oms_request_t){.name = "a\nb"});
  assert_no_line((oms_request_t){.name = "a", .with = "b\x7f"});
  assert_no_line((oms_request_t){.name = longest});
  assert_no_line((oms_request_t){.name = "a", .with = longest});
  assert_no_line((oms_request_t){.name = longest, .with = longest});
  assert_no_line((oms_request_t){.verb = OMS_VERB_KILL, .why = longest});
  assert_no_line((oms_request_t){.verb = OMS_VERB_KILL, .why = "a\nb"});
  longest[OMS_REQUEST_MAX / 2 - 30] = '\0';
  assert_no_line((oms_request_t){.verb = OMS_VERB_KILL, .account = longest, .why = longest});
}

static void heads_of_answers(void **state) {
  (void)state;
  bool done = false;
  size_t bytes = 0;
  assert_true(oms_answer_head("done 0", 6, &done, &bytes) && done && bytes == 0);
  assert_true(oms_answer_head("refused 1234", 12, &done, &bytes) && !done && bytes == 1234);
  static const char *const bad[] = {
      "", "done", "done ", "done x", "done -1", "done 999999999", "refused 16777217", "done 1 "};
  for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
    assert_false(oms_answer_head(bad[i], strlen(bad[i]), &done, &bytes));
  }
}

static void sockets_have_a_usual_place(void **state) {
  (void)state;
  char path[512], small[10];
  setenv("XDG_RUNTIME_DIR", "/run/user/7", 1);
  assert_int_equal(oms_control_path("spy sma/../x", path, sizeof path, NULL), OMS_OK);
  assert_string_equal(path, "/run/user/7/moondesk/spy_sma____x.sock");
  assert_int_equal(oms_control_path("", path, sizeof path, NULL), OMS_OK);
  assert_string_equal(path, "/run/user/7/moondesk/session.sock");
  assert_int_equal(oms_control_path("x", small, sizeof small, NULL), OMS_ERR_USAGE);
  setenv("XDG_RUNTIME_DIR", "relative", 1);
  assert_int_equal(oms_control_path("x", path, sizeof path, NULL), OMS_OK);
  assert_int_equal(strncmp(path, "/tmp/moondesk-", 14), 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(lines_are_understood),       cmocka_unit_test(others_are_refused),
      cmocka_unit_test(written_lines_read_back),    cmocka_unit_test(what_no_line_holds_is_refused),
      cmocka_unit_test(control_reads_back),         cmocka_unit_test(heads_of_answers),
      cmocka_unit_test(sockets_have_a_usual_place),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
