/* Ways that take time on ticks: what is met when, what the desk hears when, and that the venue's
 * own figures keep it from filling twice. */
#include "sim/venue_table.h"

/* clang-format off */
static const scenario_t TABLE[] = {
  /* entry */
  {"entry: the quote in force when it arrives", "cfg m=q lat=2; q 99 101; buy a 5 market; due; at 1; q 99 102; at 3; due", "| due=2 | a:5@102 due=none"},
  {"entry: a quote at that instant comes first", "cfg m=q lat=2; q 99 101; buy a 5 market; at 2; q 99 103", "| | a:5@103"},
  {"entry: a quote after it does not count", "cfg m=q lat=2; q 99 101; buy a 5 market; at 2.000000001; q 99 103", "| a:5@101 |"},
  {"entry: a limit meets the book on arrival", "cfg m=q lat=2; q 99 101; buy a 5 limit L=100; at 1; q 98 99; at 3", "| | a:5@99"},
  {"entry: post_only is judged on arrival", "cfg m=q lat=2; q 99 101; buy a 5 limit L=100 post=1; at 1; q 98 99; at 3", "| | a:rejected(POST_ONLY_WOULD_TAKE)"},
  {"entry: a cancel takes as long", "cfg m=q lat=2; q 99 101; buy a 5 limit L=98; at 3; cancel a; at 4; q 97 97.5; at 6", "| | a:5@98 a:cancel_rejected(TOO_LATE)"},
  {"entry: a cancel sent in time", "cfg m=q lat=2; q 99 101; buy a 5 limit L=98; at 3; cancel a; at 5.5; q 97 97.5; held", "| a:canceled | held=0"},
  {"entry: a cancel at once arrives behind its order", "cfg m=q lat=2; q 99 101; buy a 5 limit L=98; cancel a; at 3; held", "| a:canceled held=0"},
  {"entry: a replace takes as long", "cfg m=q lat=2; q 99 101; buy a 5 limit L=97; at 3; replace a b L=98; at 4; q 96 97.5; at 6", "| | a:replaced b:5@97.5"},
  {"entry: equal times in order of sending", "cfg m=q lat=2 partial=1; q 99 101 9 3; buy a 2 market; buy b 2 market; at 3", "| a:2@101 b:1@101"},
  {"entry: expired on its way", "cfg m=q lat=2; q 99 101; buy a 5 market until=1; at 3", "| a:expired"},
  {"entry: ended on its way", "cfg m=q lat=2; q 99 101; buy a 5 market; cancelnow a; at 3; held", "| a:canceled held=0"},
  {"entry: opg that arrives after the open waits", "cfg us=1 m=q lat=2; date 2024-01-03T14:29:59Z; q 99 101; buy a 5 market tif=opg end=90000; at 1.5; q 99 101; at 3; q 99 101; held", "| | | held=1"},

  /* response */
  {"response: the desk hears later", "cfg m=q res=2 acc=1; q 99 101; buy a 5 market; due; at 3", "| due=2 a:working a:5@101"},
  {"response: nothing fills twice", "cfg m=q res=2 partial=1; q 99 101 9 3; buy a 5 market; at 1; q 99 102 9 9; at 4; q 99 103 9 9; held", "| | a:3@101 a:2@102 | held=0"},
  {"response: the same size is not taken twice", "cfg m=q res=2 partial=1; q 99 101 9 3; buy a 5 limit L=101; at 1; q 99 101 8 3; q 99 101 8 4; q 99 101 8 5; at 4", "| | | | a:3@101 a:2@101"},
  {"response: a cancel that crosses the fill", "cfg m=q res=2; q 99 101; buy a 5 limit L=98; at 3; q 96 97; at 4; cancel a; at 7", "| | a:5@98 a:cancel_rejected(TOO_LATE)"},
  {"response: a cancel of the rest", "cfg m=q res=2 partial=1; q 99 101 9 3; buy a 5 market; at 1; cancel a; at 4; held", "| a:3@101 a:canceled held=0"},
  {"response: a replace counts what the desk has not heard of", "cfg m=q res=2 partial=1; q 99 101 9 3; buy a 5 limit L=101; at 1; replace a b q=4; q 99 101 9 4; q 99 101 9 5; at 4; held", "| | | a:3@101 a:replaced b:1@101 held=0"},
  {"response: a replace to what has filled ends it", "cfg m=q res=2 partial=1; q 99 101 9 3; buy a 5 limit L=101; at 1; replace a b q=3; q 99 101 9 9; at 4; held", "| | a:3@101 a:replaced held=0"},
  {"response: a replace that crosses the fill", "cfg m=q res=2; q 99 101; buy a 5 limit L=98; at 3; q 96 97; at 4; replace a b q=7; at 7; held", "| | a:5@98 a:replace_rejected(TOO_LATE) held=0"},
  {"response: a cancel while a replace is answered means the successor", "cfg m=q res=2; q 99 101; buy a 5 limit L=98; at 3; replace a b q=4; at 4; cancel a; at 7; held", "| a:replaced b:canceled held=0"},
  {"response: cancel_now is heard behind what is under way", "cfg m=q res=2 partial=1; q 99 101 9 3; buy a 5 market; at 1; cancelnow a; held; q 99 102 9 9; at 4", "| held=0 | a:3@101 a:canceled"},
  {"response: cancel_now of what has filled already is too late", "cfg m=q res=2; q 99 101; buy a 5 market; at 1; cancelnow a; at 4", "| a:5@101 a:cancel_rejected(TOO_LATE)"},
  {"response: cancel_now while a replace is answered", "cfg m=q res=2; q 99 101; buy a 5 limit L=98; at 3; replace a b q=4; at 4; cancelnow a; q 96 97; at 7; held", "| | a:replaced b:canceled held=0"},
  {"response: a refusal is heard later", "cfg m=q res=2; q 99 101; buy a 5 market tif=opg; due; at 3", "| due=2 a:rejected(NO_SESSION)"},
  {"response: children come when the desk hears", "cfg m=q res=2; q 99 101; bracket g buy 5 market tp=105 sl=95; at 1; q 94 95; at 3; held; at 9; held", "| | g:5@101 held=1 g.s:triggered g.s:5@94 g.t:canceled held=0"},
  {"response: children find the market as it then is", "cfg m=q res=2; q 99 101; bracket g buy 5 market tp=105 sl=95; at 1; q 94 95; at 1.5; q 100 101; at 3; held", "| | | g:5@101 held=2"},
  {"response: a group's exits never fill more than the parent", "cfg m=q res=2; q 99 101; bracket g buy 5 market tp=105 sl=95; at 3; q 106 107; at 4; q 90 91; at 9; held", "| g:5@101 | | g.t:5@105 g.s:triggered g.s:canceled held=0"},
  {"response: a group's exits share what is left", "cfg m=q res=2; q 99 101; bracket g buy 5 market tp=105 sl=95; at 3; q 106 107 2 9; at 4; q 90 91 9 9; at 9; held", "| g:5@101 | | g.t:2@105 g.s:triggered g.s:3@90 g.t:canceled held=0"},
  {"response: resized below what is on its way", "cfg m=q res=2 partial=1; q 99 101 9 3; buy a 5 market; at 1; resize a 3; q 99 102 9 9; at 4; held", "| | a:3@101 held=0"},

  {"response: its end is moot where the desk has made it smaller meanwhile", "cfg m=q res=2 partial=1; q 99 101 9 3; buy a 5 market; at 1; cancelnow a; resize a 3; at 4; held", "| a:3@101 held=0"},

  /* both, and drawn ones */
  {"both ways", "cfg m=q lat=1 res=2; q 99 101; buy a 5 market; at 1; q 99 102; due; at 9", "| | due=3 a:5@102"},
  {"a drawn row", "cfg m=q row=1/2; q 99 101; buy a 5 market; due; at 1; q 99 102; due; at 9", "| due=1 | due=3 a:5@102"},
  {"a row of nothing is at once", "cfg m=q row=0/0; q 99 101; buy a 5 market; due", "| a:5@101 due=none"},
};
/* clang-format on */

static desk_t desk;

/* Rows of 5 s and of none: a cancel drawn short must not pass its order, nor an answer another. */
static void no_request_overtakes_an_earlier_one(void **state) {
  (void)state;
  for (int seed = 1; seed <= 40; seed++) {
    char cfg[64];
    snprintf(cfg, sizeof cfg, "cfg m=q row=5/5 row=0/0 seed=%d;", seed);
    const char *rest = desk_open(&desk, cfg);
    desk_run(&desk, rest);
    desk_run(&desk, "q 99 101; buy a 5 limit L=98; cancel a; at 30; held");
    assert_string_equal(desk.log, "| a:canceled held=0");
    desk_close(&desk);
    desk_open(&desk, cfg);
    desk_run(&desk, "q 99 101; buy a 5 limit L=98; at 20; replace a b L=97; cancel a; at 60; held");
    assert_true(is(desk.log, "| a:replaced b:canceled held=0"));
    desk_close(&desk);
  }
}

static void the_seed_decides_the_rows(void **state) {
  (void)state;
  char logs[3][sizeof desk.log];
  const int seeds[3] = {7, 7, 8};
  for (size_t i = 0; i < 3; i++) {
    char cfg[96];
    snprintf(cfg, sizeof cfg, "cfg m=q row=1/0 row=2/0 row=3/0 row=4/0 seed=%d;", seeds[i]);
    desk_open(&desk, cfg);
    desk_run(&desk, "q 99 101; buy a 1 market; due; buy b 1 market; at 9; q 9 10; buy c 1 market; "
                    "due; at 20; buy d 1 market; due");
    memcpy(logs[i], desk.log, sizeof logs[i]);
    desk_close(&desk);
  }
  assert_string_equal(logs[0], logs[1]);
  assert_string_not_equal(logs[0], logs[2]);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(no_request_overtakes_an_earlier_one),
      cmocka_unit_test(the_seed_decides_the_rows),
  };
  int failed = desk_run_table("latency", TABLE, OMS_COUNT(TABLE));
  return failed + cmocka_run_group_tests(tests, NULL, NULL);
}
