--- Momentum rotation over eight symbols: the two that have risen most are held for a month. Run it:
--- moondesk run examples/05-strategies/momentum_rotation.lua
local walk = require("walk")

local data, instruments = {}, {}
for i, drift in ipairs({ 10, 6, 3, 1, 0, -2, -4, -6 }) do
  local symbol = "S" .. i
  data[i] = { symbol = symbol, timeframe = "1d", bars = walk.days(30 + i, 400, 10000, 80, { drift, -drift }, 130) }
  instruments[symbol] = { lot = 1 }
end

return {
  name = "momentum-rotation",
  mode = "backtest",
  accounts = { { id = "main", type = "cash", cash = 100000 } },
  instruments = instruments,
  data = data,
  venue = { commission = { per_share = 0.005, min = 1 }, credit_exits = true },
  strategies = { { "strategies/momentum_rotation.lua", length = 60, hold = 2 } },
  check = function(result)
    local held = {}
    for _, t in ipairs(result.trades) do
      held[t.symbol] = true
    end
    assert(result.summary.rejected == 0, "a cash account pays for it all")
    assert(result.summary.trades >= 10 and held.S1 and held.S8, "the first leads, then the last does")
  end,
}
