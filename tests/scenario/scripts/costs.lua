--- Buys at market, sells a part at a limit and the rest at market.
local oms = require("oms")

local S = {}

function S:on_bar()
  self.n = (self.n or 0) + 1
  if self.n == 1 then
    assert(oms.buy("A", 1000))
  elseif self.n == 2 then
    assert(oms.sell("A", 100, { type = "limit", limit_price = 11 }))
  elseif self.n == 3 then
    assert(oms.sell("A", 900))
  end
end

return S
