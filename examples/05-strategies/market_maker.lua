--- Market making on quotes, where a resting order is filled by what trades through it. Run it:
--- moondesk run examples/05-strategies/market_maker.lua
local walk = require("walk")

return {
  name = "market-maker",
  mode = "backtest",
  accounts = { { id = "main", type = "margin", cash = 100000 } },
  instruments = { DEMO = { tick = 0.01, lot = 1 } },
  data = { { symbol = "DEMO", quotes = walk.quotes(51, 20000, 10000) } },
  venue = { latency_ms = 5, commission = { per_share = 0.0005 } },
  rules = { "rules/self_match.lua", { "rules/max_position.lua", max = 1000 } },
  strategies = { { "strategies/market_maker.lua", max_inventory = 500 } },
  check = function(result)
    local held = 0
    for _, f in ipairs(result.fills) do
      held = held + (f.side == "buy" and f.qty or -f.qty)
      assert(math.abs(held) <= 600, "the inventory stays within its bounds")
    end
    assert(result.summary.fills > 100)
  end,
}
