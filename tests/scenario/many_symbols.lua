--- A hundred symbols: warm-up bars over all of them in order of time, on_bars with every symbol that completes,
--- `symbols` and `timeframes` choose, also bars that are built.
local expect = require("lib.expect")

local data = {}
for i = 1, 100 do
  local bars = {}
  for minute = 0, 19 do
    if minute % 5 ~= 4 or i <= 50 then -- the second half has gaps
      bars[#bars + 1] = { ("2024-01-02T10:%02d:00Z"):format(minute), 10 + i, 10 + i, 10 + i, 10 + i, minute }
    end
  end
  data[i] = { symbol = ("S%03d"):format(i), timeframe = "1m", bars = bars }
end

return {
  name = "many-symbols",
  mode = "backtest",
  from = "2024-01-02T10:10:00Z",
  data = data,
  strategies = {
    { "scripts/many_symbols.lua", id = "all" },
    { "scripts/many_symbols.lua", id = "some", symbols = { "S003", "S077", "S100" } },
    { "scripts/many_symbols.lua", id = "built", timeframes = { "5m" }, symbols = { "S001", "S099" } },
  },
  check = function(result)
    expect.equal(result.summary.bars, 50 * 10 + 50 * 8, "bars that traded")
    expect.equal(#result.orders, 3, "strategies that saw what they should")
  end,
}
