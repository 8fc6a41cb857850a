--- A bar names its own timeframe however many streams complete with it, in on_bars as in oms.bars, also of symbols
--- that the strategy does not follow.
local expect = require("lib.expect")

local data = {}
for i = 1, 64 do
  data[i] = { symbol = "S" .. i, timeframe = "1m", bars = expect.minutes({
    { 10, 10, 10, 10 }, { 10, 10, 10, 10 }, { 10, 10, 10, 10 }, { 10, 10, 10, 10 }, { 10, 10, 10, 10 } }) }
end
data[65] = { symbol = "S65", timeframe = "5m", bars = { { "2024-01-02T10:00:00Z", 10, 10, 10, 10 } } }

return {
  name = "many-streams",
  mode = "backtest",
  data = data,
  strategies = {
    { "scripts/many_streams.lua", id = "all" },
    { "scripts/many_streams.lua", id = "one", symbols = { "S1" } },
  },
  check = function(result)
    expect.equal(#result.orders, 2, "strategies that saw the last minute")
  end,
}
