--- A pair: one price is the other plus noise that goes and comes. Run it: moondesk run examples/05-strategies/pairs.lua
local walk = require("walk")

--- Bars at the price of 'rows' plus a gap that is drawn back to zero.
local function follower(rows, seed)
  local random, gap, out = walk.random(seed), 0, {}
  for i, r in ipairs(rows) do
    gap = gap - gap // 20 + random(81) - 40 -- cents
    local price = r[5] + gap / 100
    out[i] = { r[1], price, price, price, price, 1000 }
  end
  return out
end

local leader = walk.days(41, 500, 10000, 60, { 4, -4 }, 50)

return {
  name = "pairs",
  mode = "backtest",
  accounts = { { id = "main", type = "margin", cash = 100000 } },
  data = {
    { symbol = "LEADER", timeframe = "1d", bars = leader },
    { symbol = "FOLLOWER", timeframe = "1d", bars = follower(leader, 42) },
  },
  strategies = { { "strategies/pairs.lua", length = 40 } },
  check = function(result)
    local legs = { LEADER = 0, FOLLOWER = 0 }
    for _, t in ipairs(result.trades) do
      legs[t.symbol] = legs[t.symbol] + 1
    end
    assert(legs.LEADER == legs.FOLLOWER and legs.LEADER >= 10, "no leg without the other")
    assert(result.summary.final_equity > 100000, "a gap that comes back pays")
  end,
}
