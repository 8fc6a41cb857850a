--- A strategy from a list of steps: step n runs at the n-th quote or trade that it gets. After the last one a
--- witness is left, an order that cannot fill, so that the session's check knows that no assertion failed on the way.
local oms = require("oms")

--- 'more' holds further fields of the strategy; witness = false leaves it out.
return function(steps, more)
  local S = more or {}
  local last = 0
  for n in pairs(steps) do
    last = math.max(last, n)
  end

  local function on_tick(self, tick)
    self.tick_count = (self.tick_count or 0) + 1
    local step = steps[self.tick_count]
    if step then
      step(self, tick)
    end
    if self.tick_count == last and self.witness ~= false then
      assert(oms.buy(tick.symbol, 1, {
        type = "limit",
        limit_price = 0.01,
        time_in_force = "gtc",
        client_order_id = "passed",
      }))
    end
  end

  S.on_quote = S.on_quote or on_tick
  S.on_trade = S.on_trade or on_tick
  return S
end
