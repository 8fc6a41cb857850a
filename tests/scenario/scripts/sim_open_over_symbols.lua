--- Orders in B first, then in A, at the same bar.
local oms = require("oms")

local S = {}

function S:on_bars(bars)
  if self.sent then return end
  self.sent = true
  assert(bars.A and bars.B)
  for _, symbol in ipairs({ "B", "A" }) do
    assert(oms.buy(symbol, 1, { time_in_force = "gtc", client_order_id = "open-" .. symbol }))
    assert(oms.buy(symbol, 1, { type = "limit", limit_price = 9, time_in_force = "gtc",
      client_order_id = "inside-" .. symbol }))
  end
end

return S
