/* test_session_refuse.c - what a session file may not say: each unknown key with the nearest
 * one, wrong types, wrong values, names that name nothing, files that do not load. The message
 * has to say where and what is known. */
#include "base/check.h"
#include "session_fixture.h"

#include "bind/session_int.h"

typedef struct wrong {
  const char *what; /* fields of the session's table; "data" is added */
  const char *part; /* of the message */
} wrong_t;

/* One case a line. */
/* clang-format off */

#define DATA "data = { { symbol = 'A', bars = 'a.csv' } }"

static void refuse_each(const wrong_t *list, size_t n) {
  for (size_t i = 0; i < n; i++) {
    char text[1024];
    const char *data = strstr(list[i].what, "data =") == NULL ? DATA ", " : "";
    snprintf(text, sizeof(text), "return { %s%s }", data, list[i].what);
    refuse_session(text, OMS_ERR_USAGE, list[i].part);
  }
}

static void unknown_keys_at_each_level(void **state) {
  (void)state;
  static const wrong_t list[] = {
      {"acounts = {}",                                          "demo.lua: acounts: unknown key (did you mean 'accounts'?)"    },
      {"xyzzyxyzzy = 1",                                        "xyzzyxyzzy: unknown key; known: name, mode, pace, db"         },
      {"accounts = { { cahs = 1 } }",                           "accounts[1].cahs: unknown key (did you mean 'cash'?)"         },
      {"instruments = { A = { tik = 1 } }",                     "instruments.A.tik: unknown key (did you mean 'tick'?)"        },
      {"data = { { symbl = 'A' } }",                            "data[1].symbl: unknown key (did you mean 'symbol'?)"          },
      {"venue = { fil = 'x' }",                                 "venue.fil: unknown key (did you mean 'fill'?)"                },
      {"venue = { slippage = { tick = 1 } }",                   "venue.slippage.tick: unknown key (did you mean 'ticks'?)"     },
      {"venue = { commission = { pershare = 1 } }",             "venue.commission.pershare: unknown key (did you mean 'per_share'?)"},
      {"limits = { max_order_quantity = 1 }",                   "limits.max_order_quantity: unknown key (did you mean 'max_order_qty'?)"},
      {"limits = { accounts = { main = { max_positon = 1 } } }", "limits.accounts.main.max_positon: unknown key (did you mean 'max_position'?)"},
      {"limits = { accounts = { main = { accounts = {} } } }",  "limits.accounts.main.accounts: unknown key"                   },
      {"rules = { { 'r.lua', scope = { acount = 'main' } } }",  "rules[1].scope.acount: unknown key (did you mean 'account'?)" },
      {"accounts = { { id = 'main', [7] = 1 } }",               "accounts[1][7]: has no name"                                  },
      {"b = 1, a = 1",                                          ": 2 settings are wrong:\n  a: unknown key"                     }, /* in the order of bytes */
      {"mode = 1, seed = 'x', accounts = { { cahs = 1, cash = {} } }", "demo.lua: 4 settings are wrong:\n  mode: must be a word, got 1\n  seed: must be a whole number, got 'x'\n  accounts[1].cahs: unknown key (did you mean 'cash'?)\n  accounts[1].cash: must be"},
      {"strategies = { { 's.lua', 'more' } }",                  "strategies[1]: has more than the path without a name"         },
  };
  refuse_each(list, OMS_COUNT(list));
}

static void wrong_types(void **state) {
  (void)state;
  static const wrong_t list[] = {
      {"name = 1",                                     "name: must be a text, got 1"                                   },
      {"name = ''",                                    "name: must be a text, got ''"                                  },
      {"mode = true",                                  "mode: must be a word, got true"                                },
      {"seed = 'one'",                                 "seed: must be a whole number, got 'one'"                       },
      {"seed = 1.5",                                   "seed: must be a whole number, got 1.5"                         },
      {"accounts = 1",                                 "accounts: must be a list of tables, got 1"                     },
      {"accounts = { id = 'main' }",                   "accounts: must be a list of tables, but has the key \"id\"; write { { ... }"},
      {"accounts = { 'main' }",                        "accounts[1]: must be a table, got 'main'"                      },
      {"accounts = { {}, nil, {} }",                   "accounts: is a list with a hole"                               },
      {"accounts = { { cash = {} } }",                 "accounts[1].cash: must be a number or a decimal text, got a table"},
      {"accounts = { { cash = 'ten' } }",              "accounts[1].cash: must be a number or a decimal text, got 'ten'"},
      {"accounts = { { cash = 0/0 } }",                "accounts[1].cash: must be a number or a decimal text, got "    },
      {"instruments = { 'SPY' }",                      "instruments[1]: must be a table of instruments by symbol"      },
      {"instruments = { SPY = 1 }",                    "instruments.SPY: must be a table, got 1"                       },
      {"instruments = 'SPY'",                          "instruments: must be a table of instruments by symbol, got 'SPY'"},
      {"data = { { symbol = 1, bars = 'a' } }",        "data[1].symbol: must be a text, got 1"                         },
      {"data = { { symbol = 'A', bars = 1 } }",        "data[1].bars: must be a list of files or rows, got 1"          },
      {"data = { { symbol = 'A', bars = {} } }",       "data[1].bars: is empty"                                        },
      {"data = { { symbol = 'A', bars = { 'a', 1 } } }", "data[1].bars[2]: must be a text, got 1"                      },
      {"data = { { symbol = 'A', bars = { { 1, 2 } } } }", "data[1].bars[1]: must be a list of values in the order ts, open, high, low, close, volume (which may be left out), got 2"},
      {"data = { { symbol = 'A', bars = { { '2024-01-01', 1, 1, 1, 1, 1, 1 } } } }", "got 7"                           },
      {"data = { { symbol = 'A', bars = { { 'x', 1, 1, 1, 1 } } } }", "data[1].bars[1].ts: must be a date, an ISO 8601 time or integer nanoseconds, got 'x'"},
      {"data = { { symbol = 'A', bars = { { '2024-01-01', 1, true, 1, 1 } } } }", "data[1].bars[1].high: must be a number or a decimal text, got true"},
      {"data = { { symbol = 'A', bars = { { '2024-01-01', 1, 1, 1, 1, -1 } } } }", "data[1].bars[1]: volume must be at least 0"},
      {"data = { { symbol = 'A', bars = { { '2024-01-01', 1, 1, 1, 1 }, 'a' } } }", "data[1].bars[2]: must be a list"  },
      {"data = { { symbol = 'A', bars = 'a', timeframe = 60 } }", "data[1].timeframe: must be a timeframe such as"     },
      {"data = { { symbol = 'A', bars = 'a', tz = 1 } }", "data[1].tz: must be the name of a time zone"                },
      {"venue = { credit_exits = 1 }",                 "venue.credit_exits: must be true or false, got 1"              },
      {"venue = { slippage = 1 }",                     "venue.slippage: must be a table, got 1"                        },
      {"venue = { commission = { regulatory = 'yes' } }", "venue.commission.regulatory: must be true or false, got 'yes'"},
      {"limits = { restricted = { 1 } }",              "limits.restricted[1]: must be a text, got 1"                   },
      {"limits = { max_open_orders = '5' }",           "limits.max_open_orders: must be a whole number, got '5'"       },
      {"limits = { accounts = { 1 } }",                "limits.accounts[1]: must be a table of accounts by id"         },
      {"rules = 'r.lua'",                              "rules: must be a list of paths or tables, got 'r.lua'"         },
      {"rules = { 5 }",                                "rules[1]: must be the path of a script, or a table that begins with it, got a number"},
      {"strategies = { { fast = 1 } }",                "strategies[1][1]: must be the path of a script"                },
      {"strategies = { { 's', timeframes = { '1x' } } }", "strategies[1].timeframes[1]: must be a timeframe"           },
      {"timeline = 1",                                 "timeline: must be a function, got a number"                    },
      {"check = {}",                                   "check: must be a function, got a table"                        },
      {"from = 1.5",                                   "from: must be a date, an ISO 8601 time or integer nanoseconds, got 1.5"},
      {"to = 'tomorrow'",                              "to: must be a date, an ISO 8601 time or integer nanoseconds, got 'tomorrow'"},
  };
  refuse_each(list, OMS_COUNT(list));
  refuse_session("return { " DATA ", strategies = { { 's.lua', fast = function() end } } }", OMS_ERR_USAGE,
                 "demo.lua: strategies[1].fast: ");
}

static void values_out_of_range(void **state) {
  (void)state;
  static const wrong_t list[] = {
      {"seed = -1",                                  "seed: must be at least 0, got -1"                          },
      {"accounts = { { cash = -5 } }",               "accounts[1].cash: must be at least 0, got -5"              },
      {"accounts = { { cash = 1e300 } }",            "accounts[1].cash: is too large"                            },
      {"accounts = { { multiplier = 0 } }",          "accounts[1].multiplier: must be above 0, got 0"            },
      {"accounts = {}",                              "accounts: is empty"                                        },
      {"instruments = { A = { tick = -1 } }",        "instruments.A.tick: must be at least 0"                    },
      {"venue = { max_participation = 0 }",          "venue.max_participation: is a fraction"                    },
      {"venue = { max_participation = 10 }",         "venue.max_participation: is a fraction of the bar's volume"},
      {"venue = { latency_ms = -1 }",                "venue.latency_ms: must be at least 0"                      },
      {"venue = { slippage = { percent = 101 } }",   "venue.slippage.percent: is a percentage: 0 to 100"         },
      {"venue = { slippage = { ticks = 1.5 } }",     "venue.slippage.ticks: must be a whole number, got 1.5"     },
      {"venue = { slippage = { ticks = 1 } }",       "venue.slippage.ticks: 'A' has no tick"                     },
      {"venue = { commission = { min = 2, max = 1 } }", "venue.commission.min: is above venue.commission.max"    },
      {"limits = { price_collar_pct = 0 }",          "limits.price_collar_pct: must be above 0"                  },
      {"strategies = { { 's', max_errors = 0 } }",   "strategies[1].max_errors: must be at least 1"              },
      {"from = '2024-01-02', to = '2024-01-01'",     "to: must be after from"                                    },
      {"from = math.mininteger",                     "from: must be a date"                                      },
      {"to = '1066-10-14'",                          "to: must be a date"                                        },
      {"data = {}",                                  "data: is empty"                                            },
      {"data = { { symbol = 'A' } }",                "data[1].bars: is missing"                                  },
      {"data = { { bars = 'a' } }",                  "data[1].symbol: is missing"                                },
  };
  refuse_each(list, OMS_COUNT(list));
}

static void unknown_words_and_what_is_not_in_this_version(void **state) {
  (void)state;
  static const wrong_t list[] = {
      {"mode = 'backtset'",                         "mode: unknown word 'backtset' (did you mean 'backtest'?)"      },
      {"mode = 'papre'", "mode: unknown word 'papre' (did you mean 'paper'?)"},
      {"accounts = { { type = 'day_trade' } }",     "accounts[1].type: this version knows accounts of type cash and margin, got 'day_trade'"},
      {"accounts = { { type = 'portfolio' } }",     "this version knows accounts of type cash and margin"           },
      {"accounts = { { type = 'margni' } }",        "(did you mean 'margin'?)"                                      },
      {"instruments = { A = { asset_class = 'us_equty' } }", "(did you mean 'us_equity'?)"                          },
      {"venue = { fill = 'nxt_open' }",             "venue.fill: unknown word 'nxt_open' (did you mean 'next_open'?)"},
      {"venue = { bar_path = 'hlco' }",             "venue.bar_path: unknown word 'hlco'"                           },
      {"venue = { trail_on = 'xxxxxxxxx' }",        "; known: close, high_low"                                      },
      {"data = { { symbol = 'A', bars = 'a', label = 'stop' } }", "data[1].label: unknown word 'stop'"              },
      {"data = { { symbol = 'A', bars = 'a', tz = 'Mars' } }", "data[1].tz: unknown time zone 'Mars'; known: "      },
      {"data = { { symbol = 'A', bars = 'b', quotes = 'q' } }", "data[1].quotes: the entry holds something else"   },
      {"data = { { symbol = 'A', quotes = 'q', timeframe = '1m' } }", "data[1].timeframe: belongs to bars, not to quotes"},
      {"data = { { symbol = 'A', trades = 'q', label = 'end' } }", "data[1].label: belongs to bars, not to trades"  },
      {"data = { { symbol = 'A', quotes = 'q' }, { symbol = 'A', quotes = 'r' } }",
       "data[2]: A has quotes in data[1] already; give one list of files, quotes = { FILE, FILE }"                  },
      {"data = { { symbol = 'A', orders = 'q' }, { symbol = 'A', trades = 'r' } }",
       "data[2]: A has orders, from which its quotes and trades are made"                                           },
      {"adjust = 'split'", "adjust: unknown word 'split' (did you mean 'splits'?)"                                   },
      {"data = { { symbol = 'A', orders = 'q' }, { symbol = 'A', actions = 'r' } }",
       "data[2]: A has orders, whose book cannot be split"                                                          },
      {"data = { { symbol = 'A', actions = 'q' } }", "data[1]: A has actions and no prices"                          },
      {"data = { { symbol = 'A', quotes = { { '2024-01-02', 1 } } } }",
       "data[1].quotes[1]: must be a list of values in the order ts, bid, bid_size, ask, ask_size, got 2"           },
      {"data = { { symbol = 'A', quotes = { { '2024-01-02', -1, 0, 1, 0 } } } }",
       "data[1].quotes[1].bid: must be at least 0, got -1"                                                          },
      {"data = { { symbol = 'A', trades = { { 'then', 1 } } } }", "data[1].trades[1].ts: must be a date"            },
      {"data = { { symbol = 'A', orders = { { 'X', 1 } } } }", "data[1].orders[1].op: unknown word 'X'"             },
      {"data = { { symbol = 'A', orders = { { 'C', 0 } } } }", "data[1].orders[1].id: must be above 0"              },
      {"data = { { symbol = 'A', orders = { { 'A', 1, 'L', 1, 1 } } } }", "data[1].orders[1].side: unknown word 'L'" },
      {"data = { { symbol = 'A', orders = { { 'A', 1, 'B', 1, 1, '2024-01-02' }, { 'C', 1 } } } }",
       "data[1].orders[2]: either all rows have a ts"                                                               },
      {"data = { { symbol = 'A', actions = { { '2024-01-02', 'spilt', 2 } } } }",
       "data[1].actions[1].action: unknown word 'spilt' (did you mean 'split'?)"                                    },
      {"venue = { queue = 'frnt' }",                "venue.queue: unknown word 'frnt' (did you mean 'front'?)"      },
      {"venue = { partial = 1 }",                   "venue.partial: must be true or false"                          },
      {"venue = { equity_every = 0 }",              "venue.equity_every: is in seconds: above 0, at most 86400"     },
      {"venue = { response_latency_ms = -1 }",      "venue.response_latency_ms: must be at least 0"                 },
      {"venue = { latency = 'l.csv', latency_ms = 1 }", "venue.latency: a file of latencies takes the place of"     },
      {"strategies = { { 's', on_error = 'stay' } }", "strategies[1].on_error: unknown word 'stay'"                 },
      {"strategies = { { 's', scope = {} } }",      "strategies[1].scope: belongs to the entry of a rule"           },
      {"rules = { { 'r', claim = { 'A' } } }",      "rules[1].claim: belongs to the entry of a strategy"            },
      {"rules = { { 'r', on_error = 'leave' } }",   "rules[1].on_error: belongs to the entry of a strategy"         },
  };
  refuse_each(list, OMS_COUNT(list));
}

static void names_that_name_nothing(void **state) {
  (void)state;
  static const wrong_t list[] = {
      {"accounts = { {}, {} }",                          "accounts[2].id: 'main' is the id of accounts[1]"             },
      {"strategies = { 'a/s.lua', { 'b/s.lua' } }",      "strategies[2]: the id 's' is that of strategies[1]"          },
      {"strategies = { { 's.lua', id = 'external' } }",  "strategies[1]: 'external' cannot be an id"                   },
      {"rules = { 's.lua', 's.lua' }",                   "rules[2]: the id 's' is that of rules[1]"                    },
      {"strategies = { { 's.lua', account = 'mian' } }", "strategies[1].account: there is no account 'mian' (did you mean 'main'?)"},
      {"strategies = { { 's.lua', symbols = { 'A', 'B' } } }", "strategies[1].symbols[2]: there is no data of the symbol 'B'"},
      {"strategies = { { 's.lua', claim = { 'B' } } }",  "strategies[1].claim[1]: there is no symbol 'B'"              },
      {"rules = { { 'r.lua', scope = { account = 'x' } } }", "rules[1].scope.account: there is no account 'x'"         },
      {"rules = { { 'r.lua', scope = { strategy = 'crss' } } }, strategies = { 'x/cross.lua' }",
       "rules[1].scope.strategy: there is no strategy 'crss' (did you mean 'cross'?)"},
      {"rules = { { 'r.lua', scope = { symbols = 'Q' } } }", "rules[1].scope.symbols[1]: there is no symbol 'Q'"       },
      {"limits = { accounts = { other = {} } }",         "limits.accounts: there is no account 'other'"                },
  };
  refuse_each(list, OMS_COUNT(list));
}

static void files_that_do_not_load(void **state) {
  (void)state;
  refuse_session("return {", OMS_ERR_SCRIPT, "demo.lua:1:");
  refuse_session("", OMS_ERR_USAGE, "the file must return a table, got nothing");
  refuse_session("return 5", OMS_ERR_USAGE, "the file must return a table, got a number");
  refuse_session("\n\nerror('no')", OMS_ERR_SCRIPT, "demo.lua:3: no");
  refuse_session("os.execute('true')", OMS_ERR_SCRIPT, "os is not available in scripts");
  refuse_session("io.open('x')", OMS_ERR_SCRIPT, "io is not available in scripts");
  refuse_session("x = 1", OMS_ERR_SCRIPT, "global 'x' cannot be written");
  refuse_session("\x1bLua", OMS_ERR_SCRIPT, "demo.lua");
  refuse_session("return require 'none'", OMS_ERR_SCRIPT, "module 'none' is not found");
  refuse_session("oms.halt('A', 1)", OMS_ERR_SCRIPT, "oms.halt can be called only in a function given to t:at");
  refuse_session("oms.submit{ symbol = 'A' }", OMS_ERR_SCRIPT, "oms.submit");
  refuse_session("oms.last('A')", OMS_ERR_SCRIPT, "oms.last");
  refuse_session("local t = {} while true do t[#t + 1] = { #t } end", OMS_ERR_NOMEM,
                 "not enough memory");
}

static void an_endless_loop(void **state) {
  (void)state;
  static const char *const loops[] = {
      "while true do end", "while true do pcall(function() while true do end end) end"};
  for (size_t i = 0; i < OMS_COUNT(loops); i++) {
    const oms_session_source_t source = {
        .path = "demo.lua", .text = loops[i], .n = strlen(loops[i]), .budget_ns = 20000000};
    oms_session_file_t *f = NULL;
    oms_error_t err = {.code = OMS_OK};
    assert_int_equal(oms_session_file_open(&source, &f, &err), OMS_ERR_SCRIPT);
    assert_null(f);
    assert_non_null(strstr(err.message, "demo.lua:1: load ran longer than 20 ms"));
  }
  refuse_session("while true do end", OMS_ERR_SCRIPT, "ran longer than 1000 ms");
}

/* Nothing in a table can run while it is read. */
static void a_table_with_a_metatable_is_read_raw(void **state) {
  (void)state;
  refuse_session("return setmetatable({}, { __index = function() error('ran') end })", OMS_ERR_USAGE,
                 "data: is empty");
}

static void a_file_that_is_missing(void **state) {
  (void)state;
  oms_session_file_t *f = NULL;
  oms_error_t err;
  assert_int_equal(oms_session_file_load("no/such.lua", &f, &err), OMS_ERR_IO);
  assert_null(f);
  assert_string_equal(err.message, "no/such.lua: no such session file");
  assert_int_equal(oms_session_file_load("/tmp", &f, &err), OMS_ERR_IO);
  assert_null(f);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(unknown_keys_at_each_level),
      cmocka_unit_test(wrong_types),
      cmocka_unit_test(values_out_of_range),
      cmocka_unit_test(unknown_words_and_what_is_not_in_this_version),
      cmocka_unit_test(names_that_name_nothing),
      cmocka_unit_test(files_that_do_not_load),
      cmocka_unit_test(an_endless_loop),
      cmocka_unit_test(a_table_with_a_metatable_is_read_raw),
      cmocka_unit_test(a_file_that_is_missing),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
