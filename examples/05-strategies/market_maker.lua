--- Market making on quotes and trades: a resting order waits until what stood before it has been traded away, and
--- orders are some milliseconds under way. Run it: moondesk run examples/05-strategies/market_maker.lua
local walk = require("walk")

local quotes = walk.quotes(51, 20000, 10000)

return {
  name = "market-maker",
  mode = "backtest",
  accounts = { { id = "main", type = "margin", cash = 100000 } },
  instruments = { DEMO = { tick = 0.01, lot = 1 } },
  data = { { symbol = "DEMO", quotes = quotes }, { symbol = "DEMO", trades = walk.trades(52, quotes) } },
  venue = { queue = "volume", latency_ms = 5, response_latency_ms = 2, commission = { per_share = 0.0005 } },
  rules = { "rules/self_match.lua", { "rules/max_position.lua", max = 1000 } },
  strategies = { { "strategies/market_maker.lua", spread = 0.02, max_inventory = 500 } },
  check = function(result)
    local held, most = 0, 0
    for _, f in ipairs(result.fills) do
      held = held + (f.side == "buy" and f.qty or -f.qty)
      most = math.max(most, math.abs(held))
    end
    assert(most <= 600, "the inventory stays within its bounds")
    assert(result.summary.fills > 100 and result.summary.trades > 100)
  end,
}
