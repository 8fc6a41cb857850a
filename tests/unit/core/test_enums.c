/* Texts and values of every kind there and back, no text twice, FIX values where FIX has them, and
 * code numbers that must never move once they were given. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "core/enums.h"

static void texts_and_values_go_there_and_back(void **state) {
  (void)state;
  for (int kind = 0; kind < OMS_ENUM_KIND_COUNT; kind++) {
    size_t n;
    const char *const *texts = oms_enum_texts((oms_enum_kind_t)kind, &n);
    assert_true(n > 0);
    for (size_t i = 0; i < n; i++) {
      if (texts[i] == NULL) {
        assert_string_equal(oms_enum_text((oms_enum_kind_t)kind, (int)i), "?");
        continue;
      }
      assert_ptr_equal(oms_enum_text((oms_enum_kind_t)kind, (int)i), texts[i]);
      /* Equal to i only when no earlier value has the same text. */
      assert_int_equal(oms_enum_parse((oms_enum_kind_t)kind, texts[i], strlen(texts[i])), (int)i);
    }
  }
}

static void counts_are_those_of_the_lists(void **state) {
  (void)state;
  static const struct {
    oms_enum_kind_t kind;
    size_t n;
  } expected[] = {
      {OMS_ENUM_SIDE,          OMS_SIDE_COUNT         },
      {OMS_ENUM_TYPE,          OMS_TYPE_COUNT         },
      {OMS_ENUM_TIF,           OMS_TIF_COUNT          },
      {OMS_ENUM_STATUS,        OMS_STATUS_COUNT       },
      {OMS_ENUM_EVENT,         OMS_EVENT_COUNT        },
      {OMS_ENUM_HELD_BY,       OMS_HELD_BY_COUNT      },
      {OMS_ENUM_REJECTED_BY,   OMS_REJECTED_BY_COUNT  },
      {OMS_ENUM_CANCELED_BY,   OMS_CANCELED_BY_COUNT  },
      {OMS_ENUM_TRIGGER_BY,    OMS_TRIGGER_BY_COUNT   },
      {OMS_ENUM_SESSION,       OMS_SESSION_COUNT      },
      {OMS_ENUM_ORDER_CLASS,   OMS_ORDER_CLASS_COUNT  },
      {OMS_ENUM_INTENT,        OMS_INTENT_COUNT       },
      {OMS_ENUM_ROLE,          OMS_ROLE_COUNT         },
      {OMS_ENUM_ASSET_CLASS,   OMS_ASSET_CLASS_COUNT  },
      {OMS_ENUM_ACCOUNT_TYPE,  OMS_ACCOUNT_TYPE_COUNT },
      {OMS_ENUM_TRADING_STATE, OMS_TRADING_STATE_COUNT},
      {OMS_ENUM_REPORT,        OMS_REPORT_COUNT       },
      {OMS_ENUM_CODE,          OMS_CODE_COUNT         }
  };
  assert_int_equal(sizeof expected / sizeof *expected, OMS_ENUM_KIND_COUNT);
  for (size_t i = 0; i < OMS_ENUM_KIND_COUNT; i++) {
    size_t n;
    oms_enum_texts(expected[i].kind, &n);
    assert_int_equal(n, expected[i].n);
  }
}

static void kinds_hold_the_words_they_are_named_for(void **state) {
  (void)state;
  assert_string_equal(oms_enum_text(OMS_ENUM_SIDE, OMS_SIDE_BUY_TO_COVER), "buy_to_cover");
  assert_string_equal(oms_enum_text(OMS_ENUM_TYPE, OMS_TYPE_TRAILING_STOP_LIMIT),
                      "trailing_stop_limit");
  assert_string_equal(oms_enum_text(OMS_ENUM_TIF, OMS_TIF_GTD), "gtd");
  assert_string_equal(oms_enum_text(OMS_ENUM_STATUS, OMS_STATUS_SUSPENDED), "suspended");
  assert_string_equal(oms_enum_text(OMS_ENUM_EVENT, OMS_EVENT_ALERT), "alert");
  assert_string_equal(oms_enum_text(OMS_ENUM_HELD_BY, OMS_HELD_BY_BROKER), "broker");
  assert_string_equal(oms_enum_text(OMS_ENUM_REJECTED_BY, OMS_REJECTED_BY_VENUE), "venue");
  assert_string_equal(oms_enum_text(OMS_ENUM_CANCELED_BY, OMS_CANCELED_BY_USER), "user");
  assert_string_equal(oms_enum_text(OMS_ENUM_TRIGGER_BY, OMS_TRIGGER_BY_MID), "mid");
  assert_string_equal(oms_enum_text(OMS_ENUM_SESSION, OMS_SESSION_OVERNIGHT), "overnight");
  assert_string_equal(oms_enum_text(OMS_ENUM_ORDER_CLASS, OMS_ORDER_CLASS_OCO), "oco");
  assert_string_equal(oms_enum_text(OMS_ENUM_INTENT, OMS_INTENT_SELL_TO_OPEN), "sell_to_open");
  assert_string_equal(oms_enum_text(OMS_ENUM_ROLE, OMS_ROLE_TICKET), "ticket");
  assert_string_equal(oms_enum_text(OMS_ENUM_ASSET_CLASS, OMS_ASSET_CLASS_FUTURE), "future");
  assert_string_equal(oms_enum_text(OMS_ENUM_ACCOUNT_TYPE, OMS_ACCOUNT_TYPE_MARGIN), "margin");
  assert_string_equal(oms_enum_text(OMS_ENUM_TRADING_STATE, OMS_TRADING_STATE_HALTED), "halted");
  assert_string_equal(oms_enum_text(OMS_ENUM_REPORT, OMS_REPORT_CALCULATED), "calculated");
  assert_string_equal(oms_enum_text(OMS_ENUM_CODE, OMS_CODE_MAX_ORDER_QTY), "MAX_ORDER_QTY");
}

static void a_word_matches_whole_or_not_at_all(void **state) {
  (void)state;
  assert_int_equal(oms_enum_parse(OMS_ENUM_SIDE, "sell_short", 4), OMS_SIDE_SELL);
  assert_int_equal(oms_enum_parse(OMS_ENUM_SIDE, "sell_short", 10), OMS_SIDE_SELL_SHORT);
  assert_int_equal(oms_enum_parse(OMS_ENUM_SIDE, "Buy", 3), -1);
  assert_int_equal(oms_enum_parse(OMS_ENUM_SIDE, "bu", 2), -1);
  assert_int_equal(oms_enum_parse(OMS_ENUM_SIDE, "buy ", 4), -1);
  assert_int_equal(oms_enum_parse(OMS_ENUM_SIDE, "", 0), -1);
  assert_int_equal(oms_enum_parse(OMS_ENUM_SIDE, "buy\0x", 5), -1);
  assert_int_equal(oms_enum_parse(OMS_ENUM_CODE, "?", 1), -1);
}

static void values_outside_have_a_text_too(void **state) {
  (void)state;
  for (int kind = 0; kind < OMS_ENUM_KIND_COUNT; kind++) {
    size_t n;
    oms_enum_texts((oms_enum_kind_t)kind, &n);
    assert_string_equal(oms_enum_text((oms_enum_kind_t)kind, -1), "?");
    assert_string_equal(oms_enum_text((oms_enum_kind_t)kind, (int)n), "?");
    assert_string_equal(oms_enum_fix((oms_enum_kind_t)kind, -1), "");
    assert_string_equal(oms_enum_fix((oms_enum_kind_t)kind, (int)n), "");
  }
  assert_string_equal(oms_code_text(OMS_CODE_COUNT), "?");
}

static void fix_values_are_those_of_the_tags(void **state) {
  (void)state;
  assert_string_equal(oms_enum_fix(OMS_ENUM_SIDE, OMS_SIDE_SELL_SHORT), "5");
  assert_string_equal(oms_enum_fix(OMS_ENUM_SIDE, OMS_SIDE_BUY_TO_COVER), "1");
  assert_string_equal(oms_enum_fix(OMS_ENUM_TYPE, OMS_TYPE_MARKET_IF_TOUCHED), "J");
  assert_string_equal(oms_enum_fix(OMS_ENUM_TIF, OMS_TIF_FOK), "4");
  assert_string_equal(oms_enum_fix(OMS_ENUM_STATUS, OMS_STATUS_PENDING_REPLACE), "E");
  assert_string_equal(oms_enum_fix(OMS_ENUM_EVENT, OMS_EVENT_FILL), "F");
  assert_string_equal(oms_enum_fix(OMS_ENUM_EVENT, OMS_EVENT_CANCEL_REJECTED), "");
  assert_string_equal(oms_enum_fix(OMS_ENUM_SESSION, OMS_SESSION_REGULAR), "");
}

/* Journals and reports hold these numbers: a line here is only ever added. */
static const struct {
  const char *name;
  int number;
} codes[] = {
    {"NONE",                      0 },
    {"INVALID_QTY",               1 },
    {"UNKNOWN_SYMBOL",            2 },
    {"OFF_TICK",                  3 },
    {"OFF_LOT",                   4 },
    {"NO_SESSION",                5 },
    {"NO_REFERENCE_PRICE",        6 },
    {"INSUFFICIENT_BUYING_POWER", 7 },
    {"SHORT_NOT_ALLOWED",         8 },
    {"TOO_MANY_ORDERS",           9 },
    {"SCRIPT_ERROR",              10},
    {"RULE_FAILED",               11},
    {"REPLACE_PENDING",           12},
    {"TOO_LATE",                  13},
    {"ORIGINAL_GONE",             14},
    {"POSITION_CLOSED",           15},
    {"STATE_REDUCING",            16},
    {"STATE_HALTED",              17},
    {"KILLED",                    18},
    {"NEVER_ARRIVED",             19},
    {"TRADE_BUST",                20},
    {"UNSOLICITED_CANCEL",        21},
    {"IOC_REMAINDER",             22},
    {"FOK_KILLED",                23},
    {"NO_LIQUIDITY",              24},
    {"POST_ONLY_WOULD_TAKE",      25},
    {"DUPLICATE_CLIENT_ORDER_ID", 26},
    {"MAX_ORDER_QTY",             27},
    {"MAX_ORDER_NOTIONAL",        28},
    {"PRICE_COLLAR",              29},
    {"MAX_POSITION",              30},
    {"MAX_OPEN_ORDERS",           31},
    {"MAX_ORDER_RATE",            32},
    {"MAX_GROSS_EXPOSURE",        33},
    {"DAILY_LOSS",                34},
    {"RESTRICTED_SYMBOL",         35},
    {"DUPLICATE_ORDER",           36},
    {"INVALID_TIME_IN_FORCE",     37},
    {"RULE_DENIED",               38},
    {"APPROVAL_DENIED",           39},
    {"PARENT_GONE",               40},
    {"GROUP_FILLED",              41},
    {"DUPLICATE_EXECUTION",       42},
    {"OVERFILL",                  43},
    {"LATE_FILL",                 44},
    {"UNPROTECTED",               45},
    {"NOT_EXTERNAL",              46},
    {"HAS_NO_SUCH_TERM",          47},
    {"OTHER_OWNER",               48},
};

static void code_numbers_never_move(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
    int number = oms_enum_parse(OMS_ENUM_CODE, codes[i].name, strlen(codes[i].name));
    if (number != codes[i].number) {
      fail_msg("%s was %d and is %d now", codes[i].name, codes[i].number, number);
    }
    for (size_t k = 0; k < i; k++) {
      assert_int_not_equal(codes[k].number, codes[i].number);
    }
  }
}

static void each_code_says_when_it_is_given(void **state) {
  (void)state;
  assert_string_equal(oms_code_text(OMS_CODE_NONE), "");
  for (size_t i = 1; i < sizeof codes / sizeof *codes; i++) {
    assert_true(strlen(oms_code_text((oms_code_t)codes[i].number)) > 5);
  }
  assert_string_equal(oms_code_text(OMS_CODE_NO_LIQUIDITY), "nobody to trade with");
}

static void a_rules_own_code_keeps_its_word(void **state) {
  (void)state;
  uint16_t code = oms_code_own("NO_FRIDAYS", 10);
  assert_true(code >= OMS_CODE_OWN);
  assert_int_equal(oms_code_own("NO_FRIDAYS", 10), code);
  assert_int_not_equal(oms_code_own("NO_MONDAYS", 10), code);
  assert_string_equal(oms_enum_text(OMS_ENUM_CODE, code), "NO_FRIDAYS");
  assert_string_equal(oms_enum_text(OMS_ENUM_SIDE, code), "?");
  assert_null(oms_code_own_word(OMS_CODE_KILLED));
  static const char *const wrong[] = {"", "lower", "1ST", "_X", "A B", "A-B", "A\n"};
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    assert_int_equal(oms_code_own(wrong[i], strlen(wrong[i])), OMS_CODE_NONE);
  }
  char word[48] = "";
  memset(word, 'A', 41);
  assert_int_equal(oms_code_own(word, 41), OMS_CODE_NONE);
  assert_int_not_equal(oms_code_own(word, 40), OMS_CODE_NONE);
}

/* Numbers that collide are told apart, and a full table refuses words but keeps what it has. */
static void own_codes_are_bounded_and_distinct(void **state) {
  (void)state;
  char word[16];
  uint16_t first = 0;
  for (int i = 0; i < 400; i++) {
    int n = snprintf(word, sizeof word, "RULE_%d", i);
    uint16_t code = oms_code_own(word, (size_t)n);
    if (code != OMS_CODE_NONE) {
      assert_string_equal(oms_enum_text(OMS_ENUM_CODE, code), word);
    }
    first = i == 0 ? code : first;
  }
  assert_int_equal(oms_code_own("ONE_TOO_MANY", 12), OMS_CODE_NONE);
  assert_int_equal(oms_code_own("RULE_0", 6), first);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(texts_and_values_go_there_and_back),
      cmocka_unit_test(counts_are_those_of_the_lists),
      cmocka_unit_test(kinds_hold_the_words_they_are_named_for),
      cmocka_unit_test(a_word_matches_whole_or_not_at_all),
      cmocka_unit_test(values_outside_have_a_text_too),
      cmocka_unit_test(fix_values_are_those_of_the_tags),
      cmocka_unit_test(code_numbers_never_move),
      cmocka_unit_test(a_rules_own_code_keeps_its_word),
      cmocka_unit_test(own_codes_are_bounded_and_distinct),
      cmocka_unit_test(each_code_says_when_it_is_given),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
