--- Enters with a stop, rests a limit order, then fails.
local oms = require("oms")

local S = {}

function S:on_bar()
  self.n = (self.n or 0) + 1
  assert(self.n < 3, "the third bar is too much")
  if self.n == 1 then
    assert(oms.submit({
      symbol = "A",
      side = "buy",
      qty = 10,
      time_in_force = "gtc",
      order_class = "oto",
      stop_loss = { stop_price = 8 },
    }))
    assert(oms.buy("A", 5, { type = "limit", limit_price = 7.5, time_in_force = "gtc" }))
  end
end

return S
