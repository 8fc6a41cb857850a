/* Goal: our pattern matcher answers as the stock one, errors included. Method: the same call in a
 * stock state and in a cell, for a list of cases and for 20,000 random patterns and subjects with a
 * fixed seed. */
#include "bind/fixture.h"

#include "base/random.h"

static oms_cell_t *cell;
static lua_State *stock;

static const char driver[] =
    "return function(s, p)\n"
    "  local out = {}\n"
    "  local function add(name, ...)\n"
    "    local t = table.pack(...)\n"
    "    out[#out + 1] = name\n"
    "    for i = 1, t.n do out[#out + 1] = tostring(t[i]) end\n"
    "  end\n"
    "  add('find', pcall(string.find, s, p))\n"
    "  add('find2', pcall(string.find, s, p, 2))\n"
    "  add('match', pcall(string.match, s, p))\n"
    "  add('match-2', pcall(string.match, s, p, -2))\n"
    "  add('gsub', pcall(string.gsub, s, p, '<%0>'))\n"
    "  add('gsub1', pcall(string.gsub, s, p, '[%1]', 2))\n"
    "  add('gsubf', pcall(string.gsub, s, p, function(a, b) return b end))\n"
    "  add('gsubt', pcall(string.gsub, s, p, { a = 'A', b = false }))\n"
    "  local n = 0\n"
    "  add('gmatch', pcall(function()\n"
    "    for a, b in string.gmatch(s, p) do n = n + 1 if n > 50 then break end add('m', a, b) end\n"
    "  end))\n"
    "  return table.concat(out, '|')\n"
    "end\n";

static int setup(void **state) {
  (void)state;
  cell = cell_new();
  stock = luaL_newstate();
  luaL_openlibs(stock);
  assert_false(luaL_loadbuffer(stock, driver, strlen(driver), "@" SCRIPT_PATH));
  lua_call(stock, 0, 1);
  expect_ok(cell, driver);
  return 0;
}

static int teardown(void **state) {
  (void)state;
  lua_close(stock);
  return oms_cell_close(cell) == 0 ? 0 : -1;
}

static void same(const char *s, size_t n, const char *p, size_t length) {
  static const oms_call_t call = {
      .name = "twin", .phase = OMS_PHASE_TEST, .budget_ns = INT64_C(60000000000)};
  lua_State *L = oms_bind_state(cell);
  lua_pushvalue(stock, -1);
  lua_pushlstring(stock, s, n);
  lua_pushlstring(stock, p, length);
  assert_int_equal(lua_pcall(stock, 2, 1, 0), LUA_OK);
  oms_bind_push_script(L);
  lua_pushlstring(L, s, n);
  lua_pushlstring(L, p, length);
  assert_int_equal(oms_bind_call(cell, 2, 1, &call), OMS_OK);
  const char *theirs = lua_tostring(stock, -1);
  const char *ours = lua_tostring(L, -1);
  size_t size = lua_rawlen(L, -1);
  if (size != lua_rawlen(stock, -1) || memcmp(ours, theirs, size) != 0) {
    fail_msg("subject '%s', pattern '%s'\n  ours:  %s\n  stock: %s", s, p, ours, theirs);
  }
  lua_pop(stock, 1);
  lua_pop(L, 1);
}

static void listed_cases(void **state) {
  (void)state;
  static const char *const cases[][2] = {
      {"hello world",         "o w"                                },
      {"hello world",         "(o)(%s)"                            },
      {"  trim  ",            "^%s*(.-)%s*$"                       },
      {"key = value",         "(%w+)%s*=%s*(%w+)"                  },
      {"THE (quick) fox",     "%((%a+)%)"                          },
      {"f(a(b)c)d",           "%b()"                               },
      {"f(a(b)c",             "%b()"                               },
      {"THE (quick) fox",     "%f[%a]%a+"                          },
      {"aaa",                 "a-"                                 },
      {"aaa",                 "a-$"                                },
      {"abcabc",              "(abc)%1"                            },
      {"hello",               "()ll()"                             },
      {"hello",               ""                                   },
      {"",                    ""                                   },
      {"",                    "^$"                                 },
      {"a.b-c",               "[%.%-]"                             },
      {"a]b",                 "[]]"                                },
      {"a]b",                 "[^]]"                               },
      {"a-z",                 "[a-]"                               },
      {"a^b",                 "[b^]"                               },
      {"x",                   "[a-c-e]"                            },
      {"abc",                 "a?b?c?d?"                           },
      {"abc",                 "%"                                  },
      {"abc",                 "[a"                                 },
      {"abc",                 "[%"                                 },
      {"abc",                 "(a"                                 },
      {"abc",                 "a)"                                 },
      {"abc",                 "%1"                                 },
      {"abc",                 "(a)%2"                              },
      {"abc",                 "%f"                                 },
      {"abc",                 "%b"                                 },
      {"abc",                 "%bx"                                },
      {"a$b",                 "a$b"                                },
      {"a*b",                 "a%*b"                               },
      {"^a",                  "%^a"                                },
      {"ab",                  "(a)(b)(%1)"                         },
      {"2024-01-02",          "(%d+)-(%d+)-(%d+)"                  },
      {"a,b,,c",              "([^,]*)"                            },
      {"\xc3\xa9",            "[\x80-\xff]+"                       },
      {"aXb",                 "%u"                                 },
      {"a1 _",                "%W"                                 },
      {"tab\there",           "%c"                                 },
      {"0x1F",                "%x+"                                },
      {"...",                 "%p+"                                },
      {"aaaaaaaaaaaaaaaaaab", ".-b"                                },
      {"((((",                "(((((((((((((((((((((((((((((((((()"},
  };
  for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
    same(cases[i][0], strlen(cases[i][0]), cases[i][1], strlen(cases[i][1]));
  }
  same("a\0b", 3, "%z", 2);
  same("a\0b", 3, "\0", 1);
  same("a\0b", 3, "[\0]b", 4);
}

static void random_cases(void **state) {
  (void)state;
  static const char *const parts[] = {"a",    "b",   "c",    ".",    "%a",     "%d",    "[ab]",
                                      "[^a]", "*",   "+",    "-",    "?",      "(",     ")",
                                      "()",   "%1",  "%b()", "$",    "^",      "%f[a]", "[a-c]",
                                      "%s",   "%w+", "(a*)", "(.-)", "%f[%W]", "1",     "[%d_]"};
  static const char letters[] = "aabbcc1 ()_";
  oms_random_t random;
  oms_random_seed(&random, 20240101);
#ifdef MOONDESK_SANITIZED
  int rounds = 3000;
#else
  int rounds = 20000;
#endif
  for (int i = 0; i < rounds; i++) {
    char s[16];
    char p[128] = "";
    size_t n = (size_t)oms_random_below(&random, 10);
    for (size_t k = 0; k < n; k++) {
      s[k] = letters[oms_random_below(&random, sizeof(letters) - 1)];
    }
    s[n] = '\0';
    for (uint64_t k = oms_random_below(&random, 7) + 1; k > 0; k--) {
      strcat(p, parts[oms_random_below(&random, sizeof(parts) / sizeof(parts[0]))]);
    }
    same(s, n, p, strlen(p));
  }
}

/* Ordinary work on long texts stays below the bound. */
static void long_texts_are_no_trouble(void **state) {
  (void)state;
  expect_ok(
      cell,
      "local s = ('key = value, '):rep(50000)\n"
      "local _, n = s:gsub('(%w+) = (%w+)', '%2 = %1') assert(n == 50000)\n"
      "local c = 0 for k, v in s:gmatch('(%w+)%s*=%s*(%w+)') do c = c + 1 end assert(c == 50000)\n"
      "assert(#s:match('^(.*)$') == #s) assert(s:find('nothing', 1, true) == nil)\n"
      "assert(s:find('z$') == nil) assert(('x'):rep(100000):match('^%a+$'))\n"
      "return function() end");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(listed_cases),
      cmocka_unit_test(random_cases),
      cmocka_unit_test(long_texts_are_no_trouble),
  };
  return cmocka_run_group_tests(tests, setup, teardown);
}
