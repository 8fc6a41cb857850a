--- A file of actions may cover more years than the prices: the run begins with the prices, and what is due behind the
--- last one is not paid.
local expect = require("lib.expect")

return {
  name = "action-outside-data",
  mode = "backtest",
  instruments = { A = { asset_class = "us_equity", tick = 0.01 } },
  data = {
    { symbol = "A", actions = {
      { "1999-03-01", "split", 2 },
      { "2023-12-29", "dividend", 5 },
      { "2024-01-03", "dividend", 1 },
      { "2024-01-05", "dividend", 7 },
      { "2030-01-04", "split", 3 },
    } },
    { symbol = "A", timeframe = "1d", bars = {
      { "2024-01-02", 100, 100, 100, 100, 10 },
      { "2024-01-03", 99, 99, 99, 99, 10 },
      { "2024-01-04", 99, 99, 99, 99, 10 },
    } },
  },
  strategies = { "scripts/action_outside_data.lua" },
  check = function(result)
    expect.passed(result)
    expect.fills(result, {
      { client_order_id = "in", qty = 10, price = 99, ts = "2024-01-03" },
    })
    expect.equal(result.summary.final_equity, 100000, "equity: bought behind the one dividend")
    expect.equal(result.summary.start, "2024-01-02T00:00:00Z", "start")
    expect.equal(result.summary.bars, 3, "bars")
  end,
}
