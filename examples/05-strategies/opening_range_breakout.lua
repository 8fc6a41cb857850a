--- Opening range breakout on minute bars of a US stock. Run it:
--- moondesk run examples/05-strategies/opening_range_breakout.lua
local walk = require("walk")

return {
  name = "opening-range-breakout",
  mode = "backtest",
  accounts = { { id = "main", type = "margin", cash = 100000, multiplier = 4 } },
  instruments = { DEMO = { asset_class = "us_equity", tick = 0.01, lot = 1 } },
  data = { { symbol = "DEMO", timeframe = "1m", bars = walk.minutes(21, 20, 10000, 8) } },
  venue = { commission = { per_share = 0.005, min = 1 }, slippage = { ticks = 1 } },
  strategies = { { "strategies/opening_range_breakout.lua", minutes = 30, target = 1.5 } },
  check = function(result)
    local per_day = {}
    for _, t in ipairs(result.trades) do
      local entry, exit = oms.time.iso(t.entry_time), oms.time.iso(t.exit_time)
      assert(entry:sub(1, 10) == exit:sub(1, 10), "nothing is held over night")
      assert(entry:sub(12) >= "14:00" and exit:sub(12) <= "19:59", "not in the range, not at the close")
      per_day[entry:sub(1, 10)] = (per_day[entry:sub(1, 10)] or 0) + 1
    end
    for day, n in pairs(per_day) do
      assert(n == 1, day .. " has more than one trade")
    end
    assert(result.summary.trades >= 10 and result.summary.rejected == 0)
  end,
}
