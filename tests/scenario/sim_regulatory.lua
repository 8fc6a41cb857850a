--- Regulatory fees of sells by date, up to the cent an order and trade day, on top of min and max. In January 2024: SEC
--- 8.00 a million, TAF 0.000166 a share.
local expect = require("lib.expect")

return {
  name = "sim-regulatory",
  mode = "backtest",
  instruments = { A = { asset_class = "us_equity", tick = 0.01, lot = 1 } },
  data = {
    { symbol = "A", timeframe = "1m", bars = {
      { "2024-01-03T15:00:00Z", 50, 50, 50, 50, 100000 },
      { "2024-01-03T15:01:00Z", 50, 50, 50, 50, 100000 },
      { "2024-01-03T15:02:00Z", 50, 50, 50, 50, 1000 }, -- 100 of the sale
      { "2024-01-03T15:03:00Z", 50, 50, 50, 50, 9000 }, -- 900
      { "2024-01-04T15:00:00Z", 50, 50, 50, 50, 100000 } } }, -- 1000
  },
  venue = { max_participation = 0.1, commission = { per_share = 0.001, max = 1, regulatory = true } },
  strategies = { "scripts/sim_regulatory.lua" },
  check = function(result)
    expect.fills(result, {
      { side = "buy", qty = 2000, commission = 1 },
      -- 5,000 at 8 a million: 0.04; 100 x 0.000166 = 0.0166 -> 0.02
      { side = "sell", qty = 100, commission = 0.1 + 0.04 + 0.02 },
      -- 50,000: 0.40; 1000 x 0.000166 = 0.166 -> 0.17; commission 1 in all
      { side = "sell", qty = 900, commission = 0.9 + 0.57 - 0.06 },
      { side = "sell", qty = 1000, commission = 0.57 },
    })
  end,
}
