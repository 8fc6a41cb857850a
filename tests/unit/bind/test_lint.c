/* test_lint.c - what the text of a script shows: each case is a source and the lines that are told,
 * "LINE! words" for errors and "LINE words" for warnings. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/alloc.h"
#include "base/err.h"
#include "bind/lint.h"

typedef struct told {
  char text[4096];
  size_t n;
} told_t;

static void collect(void *ctx, const oms_lint_found_t *found) {
  told_t *t = ctx;
  t->n += (size_t)snprintf(t->text + t->n, sizeof t->text - t->n, "%d%s %s\n", found->line,
                           found->wrong ? "!" : "", found->message);
}

static void expect(const char *source, bool session, const char *const *lines, size_t n) {
  told_t told = {"", 0};
  assert_int_equal(oms_lint(source, strlen(source), session, collect, &told), OMS_OK);
  const char *at = told.text;
  for (size_t i = 0; i < n; i++) {
    if (strncmp(at, lines[i], strlen(lines[i])) != 0) {
      fail_msg("of\n%s\nexpected '%s', got:\n%s", source, lines[i], told.text);
    }
    at = strchr(at, '\n') + 1;
  }
  if (*at != '\0') {
    fail_msg("of\n%s\nmore than expected: %s", source, at);
  }
}

#define TELLS(source, ...)                                                                         \
  do {                                                                                             \
    const char *const lines[] = {__VA_ARGS__};                                                     \
    expect(source, false, lines, sizeof lines / sizeof lines[0]);                                  \
  } while (0)
#define QUIET(source) expect(source, false, NULL, 0)

static void globals(void **state) {
  (void)state;
  TELLS("x = 1", "1! x is written as a global");
  TELLS("\nfunction helper() end", "2! helper is written as a global");
  TELLS("local a\na, b = 1, 2", "2! b is written as a global");
  TELLS("return prnt", "1! prnt is not defined");
  TELLS("local bar\nreturn bra", "2! bra is not defined (did you mean 'bar'?)");
  TELLS("return toString(1)", "1! toString is not defined (did you mean 'tostring'?)");
  TELLS("return oms.now()", "1! oms is not known here: begin with local oms = require(\"oms\")");
  TELLS("print('x')", "1! print is not defined");
  TELLS("y.z = 1", "1! y is not defined");
  TELLS("for i = 1, n do end", "1! n is not defined");
  TELLS("do local a = 1 end\nreturn a", "2! a is not defined");
  TELLS("local x = x", "1! x is not defined");
  TELLS("local function f(a) return a end\nreturn f(a)", "2! a is not defined");
  TELLS("repeat local done = true until done\nreturn done", "2! done is not defined");
  TELLS("local S = {}\nfunction S.f() return self end", "2! self is not defined");
  expect("return oms.now()", true, NULL, 0);
}

static void names_of_the_api(void **state) {
  (void)state;
  TELLS("local oms = require('oms')\noms.tagret('X', 1)",
        "2! the Lua API has no oms.tagret (did you mean 'oms.target'?)");
  TELLS("local oms = require('oms')\nreturn oms.ta.smaa(5), oms.buy('X', 1).status",
        "2! the Lua API has no oms.ta.smaa");
  TELLS("local oms = require('oms')\nlocal f = oms.time.isso",
        "2! the Lua API has no oms.time.isso");
  QUIET("local oms = require('oms') local ta, t = oms.ta, oms.time.parts(0).year return ta.sma(5), "
        "t");
  QUIET("local oms = require('oms') oms.log.info('x') return oms.account().equity, oms.chain('X')");
  QUIET("local t = { oms = {} } return t.oms.anything");
}

static void what_is_defined_is_not_told(void **state) {
  (void)state;
  QUIET("local S = {} function S:on_bar(bar) self.x = bar return ... end return S");
  QUIET("local a <const>, b <close> = 1, nil return a + b");
  QUIET("for k, v in ipairs({}) do local _ = k, v end for i = 1, 2, 3 do local _ = i end");
  QUIET("local f = function(...) local n = select('#', ...) return n end return f { 1 } 'x' [[y]]");
  QUIET("goto done\nlocal t = { a = 1, ['b'] = 2; 3, f = function() end }\n::done:: return "
        "t.a.b[1]:c()");
  QUIET(
      "local a = 0x1p-3 + 3e+4 .. 'x\\'y' .. [==[ ]] x = 1 ]==] -- x = 2\n--[[ y = 3 ]] return a");
  QUIET("#!/usr/bin/lua\nlocal a = 1 // 2 << 3 ~ 4 & 5 | ~6 return not a == #'x', (a)");
  QUIET(
      "\xef\xbb\xbflocal a = 1 while a do if a then break elseif a then a = 2 else a = 3 end end");
}

static void parameters(void **state) {
  (void)state;
  TELLS("local S = {\n params = {\n  a = 1,\n  b = 2, ['c'] = 3,\n } }\nreturn S, S.params.a",
        "4 the parameter b is never read", "4 the parameter c is never read");
  TELLS("local S = {}\nS.params = { used = 1, not_used = 2 }\nreturn S.used",
        "2 the parameter not_used is never read");
  TELLS("local params = { zz = 1 } return { params = params }", "1 the parameter zz is never read");
  QUIET("local S = { params = { a = 1 } } function S:f() local p = self.params return p.a end");
  QUIET("local S = { params = { a = 1 } } return S.params['a']");
  QUIET("local S = { params = { a = 1 } } local k = 'a' return S.params[k]");
  QUIET("local S = { params = { a = 1 } } for k in pairs(S.params) do local _ = k end");
  QUIET("local t = { other = { params_like = 1 } } return t");
}

static void parameters_that_are_not_there(void **state) {
  (void)state;
  TELLS("local S = { params = { a = 1 } }\nfunction S:f() return self.params.a + self.params.b end",
        "2 params.b is nil");
  QUIET("local S = { params = { a = 1 } } function S:f() self.params.b = self.params.a end");
  QUIET("local S = {} function S:f() return self.params.b end");
  expect("local S = { params = { a = 1 } } return S.params.a, S.params.b", true, NULL, 0);
}

static void who_is_self(void **state) {
  (void)state;
  TELLS("local S = {}\nfunction S.on_bar(bar) return bar end",
        "2 on_bar is given the script first, here as 'bar'");
  TELLS("local S = {}\n\nfunction S:on_bar(self, bar) return self, bar end",
        "3 with a colon on_bar has a self already");
  QUIET("local S = {} function S.on_bar(self, bar) return self, bar end");
  QUIET("local S = {} function S.on_bar(_, bar) return bar end function S.on_stop() end");
  QUIET("local S = {} function S.on_cross(bar) return bar end");
}

#define OMS "local oms = require('oms') "

static void loops(void **state) {
  (void)state;
  TELLS(OMS "\nfor s in pairs({}) do\n oms.buy(s, 1)\nend", "2 this loop over pairs gives orders");
  TELLS(OMS "local function go(s) oms.submit({ symbol = s }) end\nfor s in pairs({}) do go(s) end",
        "2 this loop");
  TELLS(OMS "local S = {}\nfunction S:a() self:b() end\nfunction S:b() oms.close('X') end\n"
            "function S:c() for _ in next, {} do self:a() end end",
        "4 this loop");
  TELLS(OMS "local go = function() oms.target('X', 1) end\nfor _ in pairs({}) do if go then\n"
            "for _ in ipairs({}) do go() end end end",
        "2 this loop");
  TELLS(OMS "local o\nfor _ in pairs({}) do o:replace({ qty = 1 }) end", "2 this loop");
  QUIET(OMS "for _, s in ipairs(oms.sorted({})) do oms.buy(s, 1) end");
  QUIET(OMS "for s in pairs({}) do oms.log.info(s) end oms.buy('X', 1)");
  QUIET(OMS "for _ in pairs({}) do local function later() oms.buy('X', 1) end end");
  QUIET(OMS "local function f() for _ in pairs({}) do end end f() oms.buy('X', 1)");
}

static void every_cut_of_a_source_ends(void **state) {
  (void)state;
  const char source[] = OMS "local S = { params = { a = 1 } }\nfunction S:on_bar(bar)\n"
                            "for k, v in pairs(self.t) do oms.buy(k, v) end\n"
                            "repeat local x <const> = [==[ ]==] until x == 'y' --[[ z ]]\n"
                            "goto l ::l:: a, b.c[1] = function(...) end, { [1] = 2; 3 }\n"
                            "return bar end return S";
  for (size_t n = 0; n <= sizeof source - 1; n++) {
    char *copy = oms_alloc(n + 1); /* of its own, so that reading behind the end is seen */
    told_t told = {"", 0};
    memcpy(copy, source, n);
    assert_int_equal(oms_lint(copy, n, false, collect, &told), OMS_OK);
    oms_free(copy);
  }
}

static void deep_nesting_ends(void **state) {
  (void)state;
  static char source[100001];
  const char *const parts[] = {"(",          "{", "function() ", "do ", "f(",
                               "if a then ", "#", "a.b[",        "- "};
  for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
    size_t length = strlen(parts[i]), n = 0;
    for (; n + length < sizeof source; n += length) {
      memcpy(source + n, parts[i], length);
    }
    told_t told = {"", 0};
    assert_int_equal(oms_lint(source, n, false, collect, &told), OMS_OK);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(globals),
      cmocka_unit_test(names_of_the_api),
      cmocka_unit_test(what_is_defined_is_not_told),
      cmocka_unit_test(parameters),
      cmocka_unit_test(parameters_that_are_not_there),
      cmocka_unit_test(who_is_self),
      cmocka_unit_test(loops),
      cmocka_unit_test(every_cut_of_a_source_ends),
      cmocka_unit_test(deep_nesting_ends),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
