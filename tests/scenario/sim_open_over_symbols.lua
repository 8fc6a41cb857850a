--- The open matches over all symbols together, in order of arrival; the inside symbol by symbol in data order.
local expect = require("lib.expect")

return {
  name = "sim-open-over-symbols",
  mode = "backtest",
  data = {
    { symbol = "A", timeframe = "1m", bars = expect.minutes({ { 10, 10, 10, 10 }, { 10, 10, 9, 10 } }) },
    { symbol = "B", timeframe = "1m", bars = expect.minutes({ { 10, 10, 10, 10 }, { 10, 10, 9, 10 } }) },
  },
  strategies = { "scripts/sim_open_over_symbols.lua" },
  check = function(result)
    expect.fills(result, {
      { client_order_id = "open-B" }, { client_order_id = "open-A" },
      { client_order_id = "inside-A" }, { client_order_id = "inside-B" },
    })
  end,
}
