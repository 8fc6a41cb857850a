local oms = require("oms")

local S = { prices = {} }

function S:on_start()
  assert(oms.last("A") == 8, "the price before from is known")
end

function S:on_trade(t)
  self.prices[#self.prices + 1] = t.price
end

function S:on_bar(bar)
  assert(bar.close == 10 and #self.prices == 2 and self.prices[1] == 9 and self.prices[2] == 10)
  assert(oms.buy("A", 1, { type = "limit", limit_price = 0.01, client_order_id = "passed" }))
end

return S
