--- A strategy from a list of steps: step n runs at the n-th bar that it gets. After the last one a witness is
--- left, an order that cannot fill, so that the session's check knows that no assertion failed on the way.
local oms = require("oms")

--- 'more' holds further fields of the strategy (warmup, ...); witness = false leaves it out.
return function(steps, more)
  local S = more or {}
  local last = 0
  for n in pairs(steps) do
    last = math.max(last, n)
  end

  function S:on_bar(bar)
    self.bar_count = (self.bar_count or 0) + 1
    local step = steps[self.bar_count]
    if step then
      step(self, bar)
    end
    if self.bar_count == last and self.witness ~= false then
      assert(oms.buy(bar.symbol, 1, {
        type = "limit",
        limit_price = 0.01,
        time_in_force = "gtc",
        client_order_id = "passed",
      }))
    end
  end

  return S
end
