/* Order types on bars without a path: gaps on both sides, touching, both sides; hand-worked
 * fills. */
#include "sim/venue_table.h"

/* clang-format off */
static const scenario_t TABLE[] = {
  {"market fills at the next open", "buy m 10 market; bar 101 103 99 102", "| m:10@101"},
  {"market sell fills at the next open", "sell m 10 market; bar 101 103 99 102", "| m:10@101"},
  {"the last bar fills nothing that comes after it", "bar 1 1 1 1; buy m 10 market; held", "| held=1"},

  {"limit buy: open below fills at the open", "buy a 10 limit L=100; bar 98 101 97 99", "| a:10@98"},
  {"limit buy: open equal fills at the open", "buy a 10 limit L=100; bar 100 101 97 99", "| a:10@100"},
  {"limit buy: low below fills at the limit", "buy a 10 limit L=100; bar 102 103 99 101", "| a:10@100"},
  {"limit buy: touching is enough", "buy a 10 limit L=100; bar 102 103 100 101", "| a:10@100"},
  {"limit buy: not reached, rests, next bar", "buy a 10 limit L=100; bar 102 103 100.01 101; bar 101 101 99 99", "| | a:10@100"},
  {"limit sell: open above fills at the open", "sell a 10 limit L=100; bar 102 103 99 101", "| a:10@102"},
  {"limit sell: high above fills at the limit", "sell a 10 limit L=100; bar 98 101 97 99", "| a:10@100"},
  {"limit sell: touching is enough", "sell a 10 limit L=100; bar 98 100 97 99", "| a:10@100"},
  {"limit sell: not reached", "sell a 10 limit L=100; bar 98 99.99 97 99", "|"},

  {"stop buy: open above fills at the open", "buy a 10 stop S=100; bar 102 103 101 101", "| a:triggered a:10@102"},
  {"stop buy: open equal fills at the open", "buy a 10 stop S=100; bar 100 103 99 101", "| a:triggered a:10@100"},
  {"stop buy: high above fills at the stop", "buy a 10 stop S=100; bar 98 103 97 101", "| a:triggered a:10@100"},
  {"stop buy: touching is enough", "buy a 10 stop S=100; bar 98 100 97 99", "| a:triggered a:10@100"},
  {"stop buy: not reached", "buy a 10 stop S=100; bar 98 99.99 97 99; held", "| held=1"},
  {"stop sell: open below fills at the open", "sell a 10 stop S=100; bar 98 101 97 99", "| a:triggered a:10@98"},
  {"stop sell: low below fills at the stop", "sell a 10 stop S=100; bar 102 103 99 101", "| a:triggered a:10@100"},
  {"stop sell: touching is enough", "sell a 10 stop S=100; bar 102 103 100 101", "| a:triggered a:10@100"},

  {"stop limit buy: open above the stop and not above the limit: the open", "buy a 10 stop_limit S=100 L=103; bar 102 105 101 104", "| a:triggered a:10@102"},
  {"stop limit buy: open above both, low comes back: the limit", "buy a 10 stop_limit S=100 L=103; bar 104 105 102 104", "| a:triggered a:10@103"},
  {"stop limit buy: open above both, never back: rests as a limit", "buy a 10 stop_limit S=100 L=103; bar 104 105 103.5 104; bar 104 104 103 104", "| a:triggered | a:10@103"},
  {"stop limit buy inside: limit at or above the stop fills at the stop", "buy a 10 stop_limit S=100 L=103; bar 98 101 97 99", "| a:triggered a:10@100"},
  {"stop limit buy inside: limit equal to the stop", "buy a 10 stop_limit S=100 L=100; bar 98 101 97 101", "| a:triggered a:10@100"},
  {"stop limit buy inside: limit below, close below: the limit", "buy a 10 stop_limit S=100 L=99; bar 98 101 97 98.5", "| a:triggered a:10@99"},
  {"stop limit buy inside: limit below, close equal: the limit", "buy a 10 stop_limit S=100 L=99; bar 98 101 97 99", "| a:triggered a:10@99"},
  {"stop limit buy inside: limit below, close above: rests", "buy a 10 stop_limit S=100 L=99; bar 98 101 97 100; bar 100 101 98 100", "| a:triggered | a:10@99"},
  {"stop limit sell inside: limit below the stop fills at the stop", "sell a 10 stop_limit S=100 L=99; bar 102 103 97 98", "| a:triggered a:10@100"},
  {"stop limit sell: gap below both, high comes back: the limit", "sell a 10 stop_limit S=100 L=99; bar 97 99 95 96", "| a:triggered a:10@99"},
  {"stop limit sell: gap below both, never back: rests", "sell a 10 stop_limit S=100 L=99; bar 97 98 95 96; bar 100 100 95 96", "| a:triggered | a:10@100"},
  {"stop limit sell inside: limit above, close below: rests", "sell a 10 stop_limit S=100 L=101; bar 102 103 97 98; held", "| a:triggered held=1"},
  {"stop limit sell inside: limit above, close equal: the limit", "sell a 10 stop_limit S=100 L=101; bar 102 103 97 101", "| a:triggered a:10@101"},

  {"market if touched buy: open below fills at the open", "buy a 10 market_if_touched S=100; bar 98 101 97 99", "| a:triggered a:10@98"},
  {"market if touched buy: low touches", "buy a 10 market_if_touched S=100; bar 102 103 100 101", "| a:triggered a:10@100"},
  {"market if touched buy: not reached from above", "buy a 10 market_if_touched S=100; bar 102 105 100.5 104", "|"},
  {"market if touched sell: open above", "sell a 10 market_if_touched S=100; bar 102 103 99 101", "| a:triggered a:10@102"},
  {"market if touched sell: high touches", "sell a 10 market_if_touched S=100; bar 98 100 97 99", "| a:triggered a:10@100"},

  {"limit if touched buy: open below the trigger and the limit", "buy a 10 limit_if_touched S=100 L=101; bar 98 101 97 99", "| a:triggered a:10@98"},
  {"limit if touched buy: open between, the limit below is reached", "buy a 10 limit_if_touched S=100 L=97; bar 98 101 96 99", "| a:triggered a:10@97"},
  {"limit if touched buy inside: limit at or above the trigger: the trigger", "buy a 10 limit_if_touched S=100 L=101; bar 103 104 99 103", "| a:triggered a:10@100"},
  {"limit if touched buy inside: limit below and reached", "buy a 10 limit_if_touched S=100 L=99; bar 103 104 98 103", "| a:triggered a:10@99"},
  {"limit if touched buy inside: limit below and not reached: rests", "buy a 10 limit_if_touched S=100 L=99; bar 103 104 99.5 103; bar 103 104 99 103", "| a:triggered | a:10@99"},
  {"limit if touched sell inside: limit above and reached", "sell a 10 limit_if_touched S=100 L=101; bar 98 102 97 98", "| a:triggered a:10@101"},
  {"limit if touched sell inside: limit below: the trigger", "sell a 10 limit_if_touched S=100 L=99; bar 98 102 97 98", "| a:triggered a:10@100"},

  {"trailing stop starts from the last price", "sell a 10 trailing_stop T=5; stop a; bar 100 101 95 99", "a>95 | a:triggered a:10@95"},
  {"trailing stop follows the close and never loosens", "sell a 10 trailing_stop T=5; bar 100 112 99 110; stop a; bar 110 111 106 107; stop a; bar 107 108 105 105", "| a>105 | a>105 | a:triggered a:10@105"},
  {"trailing stop of a buy", "buy a 10 trailing_stop T=5; bar 100 104 90 91; stop a; bar 92 97 91 95", "| a>96 | a:triggered a:10@96"},
  {"trailing stop: gap fills at the open", "sell a 10 trailing_stop T=5; bar 94 96 93 95", "| a:triggered a:10@94"},
  {"trailing stop: a bar meets the stop of the bar before", "sell a 10 trailing_stop T=5; bar 100 120 96 119; stop a", "| a>114"},
  {"trailing stop on the extreme", "cfg trail=hl; sell a 10 trailing_stop T=5; bar 100 120 99 110; stop a", "| a>115"},
  {"trailing stop on the extreme, buy", "cfg trail=hl; buy a 10 trailing_stop T=5; bar 100 101 90 95; stop a", "| a>95"},
  {"trail in percent: exact, away from the market", "last 33.333333333; sell a 10 trailing_stop P=3; stop a; buy b 10 trailing_stop P=3; stop b", "a>32.333333333 b>34.333333333"},
  {"trail in percent rounds a buy up", "last 0.000000001; buy b 10 trailing_stop P=3; stop b", "b>0.000000002"},
  {"trail rounds to the tick, away from the market", "cfg tick=0.05; last 100.05; sell a 10 trailing_stop P=3; stop a; buy b 10 trailing_stop P=3; stop b", "a>97 b>103.1"},
  {"trailing stop limit: limit fixed at the trigger", "sell a 10 trailing_stop_limit T=5 off=1; bar 93 93.5 92 93; stop a; bar 93 94 92 93", "| a:triggered a>none | a:10@94"},
  {"trailing stop limit: inside fills at the stop", "sell a 10 trailing_stop_limit T=5 off=1; bar 99 99 90 91", "| a:triggered a:10@95"},
  {"trailing stop limit of a buy", "buy a 10 trailing_stop_limit T=5 off=1; bar 107 108 106 107; bar 106 107 105 105", "| a:triggered a:10@106 |"},
  {"an order of one bar does not see the bar before", "bar 100 100 90 100; buy a 10 limit L=95; bar 100 101 96 99", "| |"},
};
/* clang-format on */

int main(void) {
  return desk_run_table("types", TABLE, OMS_COUNT(TABLE));
}
