--- Five sold short, covered when the position is five times seven.
local oms = require("oms")
local S = {}

function S:on_bar(bar)
  self.n = (self.n or 0) + 1
  if self.n == 1 then
    assert(oms.sell(bar.symbol, 5, { time_in_force = "gtc", client_order_id = "short" }))
  elseif self.n == 5 then
    assert(oms.position(bar.symbol).qty == -35)
    assert(oms.buy(bar.symbol, 35, { client_order_id = "cover" }))
  end
end

return S
