--- No entries on quotes that are old. Run it: moondesk run examples/06-rules/stale_quote.lua
local prices = require("prices")

local first = oms.time.parse("2024-03-11T13:30:00Z")
local function at(seconds)
  return first + seconds * 1000000000
end

return {
  name = "stale-quote",
  mode = "backtest",
  data = {
    { symbol = "DEMO", timeframe = "1m", bars = prices.bars({ 100, 100, 100, 100, 100 }) },
    { symbol = "DEMO", quotes = {
      { at(30), 99.9, 100, 100.1, 100 }, { at(58), 99.9, 100, 100.1, 100 }, -- 2 s old at the first bar's end
      { at(150), 99.9, 100, 100.1, 100 }, -- 30 s old at the third one's
    } },
  },
  rules = { { "rules/stale_quote.lua", seconds = 5 } },
  strategies = { { "asks.lua", orders = "1 buy 10; 3 buy 10; 3 sell 10" } },
  check = function(result)
    prices.expect(result, "filled STALE_QUOTE filled")
  end,
}
